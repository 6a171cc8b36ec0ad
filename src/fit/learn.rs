//! The weights that fit best, and how well weights fit.
//!
//! Coordinate ascent on what counts itself (D. Metzler and W. B. Croft, "Linear feature-based models for information
//! retrieval", 2007): one weight after the other is tried smaller and larger, and what foretells more of the lists is kept.
//! It begins with the weights that every site begins with, and only what gains enough moves them: lists are few.

use rayon::prelude::*;

use crate::model::{
    signal::{COUNT, Signal, Weights},
    site::PageId,
};

/// How many of a ranking count.
pub const TOP: usize = 10;

/// What a move has to gain: this share of an article's list, on the average.
const GAIN: f64 = 0.0005;

/// How often all weights are gone through.
const ROUNDS: usize = 3;

/// What a weight is tried as: times so much, and so many hundredths more.
const TIMES: [f64; 5] = [0.5, 0.8, 1.25, 2.0, 0.0];
const MORE: [u16; 3] = [25, 50, 100];

/// An article with its candidates, and what its editors listed.
#[derive(Clone, Debug)]
pub(super) struct Example {
    /// What speaks for each candidate, in the order of pages, and whether it is listed.
    candidates: Vec<([f32; COUNT], bool)>,
    /// How many are listed, candidates or not.
    listed: usize,
}

impl Example {
    pub(super) fn new(mut found: Vec<(PageId, [f32; COUNT])>, list: &[PageId]) -> Self {
        found.sort_unstable_by_key(|(page, _)| *page);
        let candidates = found.into_iter().map(|(page, signals)| (signals, list.contains(&page))).collect();
        Self { candidates, listed: list.len() }
    }

    /// The score of each candidate.
    fn scores(&self, weights: &[f32; COUNT]) -> Vec<f32> {
        let score = |signals: &[f32; COUNT]| -> f32 {
            weights.iter().zip(signals).map(|(weight, signal)| weight * signal).sum()
        };
        self.candidates.iter().map(|(signals, _)| score(signals)).collect()
    }

    /// What part of the list is among the first [`TOP`] candidates by these scores.
    fn recall(&self, scores: impl Iterator<Item = f32>) -> f64 {
        let mut scores: Vec<(f32, usize)> = scores.zip(0..).collect();
        if scores.len() > TOP {
            scores.select_nth_unstable_by(TOP, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            scores.truncate(TOP);
        }
        let hits = scores.iter().filter(|(_, at)| self.candidates[*at].1).count();
        hits as f64 / self.listed.max(1) as f64
    }
}

/// The mean of what is foretold of each list. Threads never change the sum: it is added up in the order of articles.
pub(super) fn recall(examples: &[&Example], weights: &Weights) -> f64 {
    let weights = weights.all();
    mean(examples.par_iter().map(|example| example.recall(example.scores(&weights).into_iter())).collect())
}

fn mean(parts: Vec<f64>) -> f64 {
    parts.iter().sum::<f64>() / parts.len().max(1) as f64
}

/// The weights that fit the examples best.
pub(super) fn weights(examples: &[&Example]) -> Weights {
    let mut weights = Weights::default();
    let mut best = recall(examples, &weights);
    for _ in 0..ROUNDS {
        let before = weights;
        // What nothing on the site says can't be learnt.
        for signal in Signal::all().filter(|signal| is_said(examples, *signal)) {
            let begins = weights.hundredths(signal);
            let times = TIMES.iter().map(|times| (f64::from(begins) * times).round() as u16);
            let mut tried: Vec<u16> = times.chain(MORE.iter().map(|more| begins + more)).collect();
            tried.retain(|tried| *tried != begins);
            tried.dedup();
            // What the others add up to stays the same.
            let mut others = weights.all();
            others[signal as usize] = 0.0;
            let rest: Vec<Vec<f32>> = examples.par_iter().map(|example| example.scores(&others)).collect();
            for hundredths in tried {
                let mut other = weights;
                other.set(signal, hundredths);
                let weight = other.all()[signal as usize];
                let of_example = |(example, rest): (&&Example, &Vec<f32>)| {
                    let signals = example.candidates.iter().map(|(signals, _)| signals[signal as usize]);
                    example.recall(rest.iter().zip(signals).map(|(rest, signal)| rest + weight * signal))
                };
                let found = mean(examples.par_iter().zip(&rest).map(of_example).collect());
                if found > best + GAIN {
                    (weights, best) = (other, found);
                }
            }
        }
        if weights == before {
            break;
        }
    }
    weights
}

fn is_said(examples: &[&Example], signal: Signal) -> bool {
    let says = |example: &&Example| example.candidates.iter().any(|(signals, _)| signals[signal as usize] > 0.0);
    examples.iter().any(says)
}
