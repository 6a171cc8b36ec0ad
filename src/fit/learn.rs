//! The weights that fit best, and how well weights fit.
//!
//! Each article of a list is taken for one that an editor chose among the candidates: the conditional logit of D. McFadden
//! ("Conditional logit analysis of qualitative choice behavior", 1974), which is the loss of ListNet (Z. Cao and others,
//! "Learning to rank: from pairwise approach to listwise approach", 2007). What is looked for lies near the weights that
//! every site begins with, and none is below 0: the projected gradient (D. Bertsekas, "On the Goldstein-Levitin-Polyak
//! gradient projection method", 1976), with a step that is halved until it leads down.

use rayon::prelude::*;

use crate::model::{
    signal::{COUNT, Signal, Weights},
    site::PageId,
};

/// How many of a ranking count.
pub const TOP: usize = 10;

/// How much it costs to leave the weights that every site begins with, in articles for each square of a step of 1.
const STAY: f64 = 2.0;

/// How many steps are made at the most, and the length at which they end.
const STEPS: usize = 1000;
const SHORT: f64 = 0.0005;

/// How many articles one thread adds up before it takes others.
const CHUNK: usize = 64;

type Point = [f64; COUNT];

/// An article with its candidates, and what its editors listed.
#[derive(Clone, Debug)]
pub(super) struct Example {
    /// What speaks for each candidate, in the order of pages.
    signals: Vec<[f32; COUNT]>,
    /// Which of them are listed.
    wanted: Vec<bool>,
    /// How many are listed, candidates or not.
    listed: usize,
}

impl Example {
    pub(super) fn new(mut found: Vec<(PageId, [f32; COUNT])>, list: &[PageId]) -> Self {
        found.sort_unstable_by_key(|(page, _)| *page);
        let wanted = found.iter().map(|(page, _)| list.contains(page)).collect();
        Self { signals: found.into_iter().map(|(_, signals)| signals).collect(), wanted, listed: list.len() }
    }

    /// What part of the list is among the first [`TOP`] candidates.
    pub(super) fn recall(&self, weights: &Weights) -> f64 {
        let weights = weights.all();
        let score = |signals: &[f32; COUNT]| -> f32 { weights.iter().zip(signals).map(|(w, signal)| w * signal).sum() };
        let mut scores: Vec<(f32, bool)> = self.signals.iter().map(score).zip(self.wanted.iter().copied()).collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        let hits = scores.iter().take(TOP).filter(|(_, is_wanted)| *is_wanted).count();
        hits as f64 / self.listed.max(1) as f64
    }

    /// Adds what is lost at `point`, and how that changes with each weight.
    fn add_loss(&self, point: &Point, loss: &mut f64, slope: &mut Point) {
        let wanted = self.wanted.iter().filter(|wanted| **wanted).count();
        if wanted == 0 {
            return;
        }
        let scores: Vec<f64> = self.signals.iter().map(|signals| dot(point, signals)).collect();
        let most = scores.iter().copied().fold(f64::MIN, f64::max);
        let likely: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
        let all: f64 = likely.iter().sum();
        let share = 1.0 / wanted as f64;
        for (at, signals) in self.signals.iter().enumerate() {
            let mut off = likely[at] / all;
            if self.wanted[at] {
                off -= share;
                *loss += share * (all.ln() + most - scores[at]);
            }
            slope.iter_mut().zip(signals).for_each(|(slope, signal)| *slope += off * f64::from(*signal));
        }
    }
}

fn dot(point: &Point, signals: &[f32; COUNT]) -> f64 {
    point.iter().zip(signals).map(|(weight, signal)| weight * f64::from(*signal)).sum()
}

/// What is lost at `point`, and how that changes with each weight. Threads never change the sum: parts of the same articles
/// are added up in the same order.
fn loss(examples: &[&Example], start: &Point, point: &Point) -> (f64, Point) {
    let of_chunk = |chunk: &[&Example]| {
        let (mut loss, mut slope) = (0.0, [0.0; COUNT]);
        chunk.iter().for_each(|example| example.add_loss(point, &mut loss, &mut slope));
        (loss, slope)
    };
    let parts: Vec<(f64, Point)> = examples.par_chunks(CHUNK).map(of_chunk).collect();
    let (mut loss, mut slope) = (0.0, [0.0; COUNT]);
    for (part, slope_of_part) in parts {
        loss += part;
        slope.iter_mut().zip(slope_of_part).for_each(|(slope, part)| *slope += part);
    }
    for at in 0..COUNT {
        let away = point[at] - start[at];
        loss += STAY / 2.0 * away * away;
        slope[at] += STAY * away;
    }
    (loss, slope)
}

/// The weights that fit the examples best.
pub(super) fn weights(examples: &[&Example]) -> Weights {
    let start = Weights::default().all().map(f64::from);
    let most = f64::from(Weights::MOST) / 100.0;
    let mut point = start;
    let (mut value, mut slope) = loss(examples, &start, &point);
    let mut step = 1.0 / examples.len().max(1) as f64;
    for _ in 0..STEPS {
        let next: Point = std::array::from_fn(|at| (point[at] - step * slope[at]).clamp(0.0, most));
        let moved: Point = std::array::from_fn(|at| next[at] - point[at]);
        let length = moved.iter().fold(0.0_f64, |length, part| length.max(part.abs()));
        let (lower, slope_there) = loss(examples, &start, &next);
        let expected: f64 = moved.iter().zip(&slope).map(|(moved, slope)| moved * slope).sum();
        let bend: f64 = moved.iter().map(|moved| moved * moved).sum::<f64>() / (2.0 * step);
        if lower > value + expected + bend {
            step /= 2.0;
            continue;
        }
        (point, value, slope) = (next, lower, slope_there);
        if length < SHORT {
            break;
        }
        step *= 1.5;
    }
    let mut weights = Weights::default();
    for signal in Signal::all() {
        weights.set(signal, (point[signal as usize] * 100.0).round() as u16);
    }
    weights
}
