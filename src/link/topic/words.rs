//! How rare each word is on the site, and what each counts in its article and its sections.

use std::{cmp::Ordering, sync::Arc};

use crate::link::topic::exact;
use crate::model::{Head, Site};

/// What a word of the title, of the front matter's keywords, among the first words, and in one or more headings counts
/// beside how often the text has it.
const TITLE: f32 = 10.0;
const KEYWORDS: f32 = 8.0;
const LEAD: f32 = 2.0;
const HEADINGS: [f32; 3] = [0.0, 1.5, 3.0];

/// What a word of its heading counts in a section.
const HEADING: f32 = 3.0;

/// Counts stand in this many places: two words that share one count as more frequent than they are, which does no harm
/// to the few words of a site that this meets.
const PLACES: usize = 1 << 20;

/// How many articles have each word.
#[derive(Debug)]
pub(in crate::link) struct Counts {
    /// By the low bits of a word's hash.
    counts: Vec<u32>,
    /// The articles that were counted, ordered by path.
    heads: Vec<Arc<Head>>,
}

impl Counts {
    /// Counts the words of all pages: of what `old` counted only what differs is looked at.
    pub(super) fn of(site: &Site, old: Option<&Arc<Self>>) -> Arc<Self> {
        let heads: Vec<Arc<Head>> = site.pages.iter().map(|page| page.head.clone()).collect();
        let (gone, come) = difference(old.map_or(&[], |old| &old.heads), &heads);
        match old {
            Some(old) if gone.is_empty() && come.is_empty() => old.clone(),
            old => {
                let mut counts = old.map_or_else(|| vec![0; PLACES], |old| old.counts.clone());
                gone.into_iter().flat_map(places).for_each(|place| counts[place] -= 1);
                come.into_iter().flat_map(places).for_each(|place| counts[place] += 1);
                Arc::new(Self { counts, heads })
            }
        }
    }
}

/// The places of the words that an article says.
fn places(head: &Head) -> impl Iterator<Item = usize> {
    head.profile.terms.said().map(place)
}

/// The heads of the first list whose words the second lacks, and the other way. Both are ordered by path.
fn difference<'h>(old: &'h [Arc<Head>], new: &'h [Arc<Head>]) -> (Vec<&'h Head>, Vec<&'h Head>) {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return (gone, come),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) if Arc::ptr_eq(before, after) => {
                old.next();
                new.next();
                continue;
            }
            (Some(before), Some(after)) => before.path.cmp(&after.path),
        };
        gone.extend(old.next_if(|_| order.is_le()).map(|head| &**head));
        come.extend(new.next_if(|_| order.is_ge()).map(|head| &**head));
    }
}

/// What the words of a site say, by their hashes.
#[derive(Debug)]
pub(super) struct Words {
    counts: Arc<Counts>,
    articles: f64,
}

/// A word of an article or of a section, and its weight. The squares of all weights come to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// The index into the terms of the profile.
    pub(super) term: u32,
    pub(super) weight: f32,
}

impl Words {
    /// What words that were counted so often say.
    pub(super) fn of(counts: Arc<Counts>) -> Self {
        Self { articles: f64::from(stepped(counts.heads.len() as u32)), counts }
    }

    /// What was counted.
    pub(super) fn into_counts(self) -> Arc<Counts> {
        self.counts
    }

    /// Adds what the words of an article say here to `named`.
    pub(super) fn name(&self, head: &Head, named: &mut Vec<u8>) {
        named.extend(self.articles.to_le_bytes());
        named.extend(head.profile.terms.hashes().iter().map(|hash| step(self.counts.counts[place(*hash)])));
    }

    /// How much a word says: the more, the fewer articles have it; nothing where none has it.
    pub(super) fn rarity(&self, hash: u64) -> f32 {
        match stepped(self.counts.counts[place(hash)]) {
            0 => 0.0,
            count => exact::ln(1.0 + self.articles / f64::from(count)) as f32,
        }
    }

    /// The words of an article, by the order of its profile.
    pub(super) fn article(&self, head: &Head) -> Vec<Weighed> {
        let profile = &head.profile;
        let mut headings = vec![0_usize; profile.terms.len()];
        for entry in profile.sections.entries().filter(|entry| entry.in_heading) {
            headings[entry.term as usize] += 1;
        }
        let counts = profile.terms.iter().zip(headings).map(|(term, headings)| {
            f32::from(term.level)
                + HEADINGS[headings.min(HEADINGS.len() - 1)]
                + if term.in_title { TITLE } else { 0.0 }
                + if term.in_keywords { KEYWORDS } else { 0.0 }
                + if term.in_lead { LEAD } else { 0.0 }
        });
        self.weigh(head, (0..).zip(counts))
    }

    /// The words of a section, by the order of the profile.
    pub(super) fn section(&self, head: &Head, section: usize) -> Vec<Weighed> {
        let entries = head.profile.sections.get(section).into_iter().flat_map(|entries| entries.iter());
        let count = |level: u8, in_heading: bool| f32::from(level) + if in_heading { HEADING } else { 0.0 };
        self.weigh(head, entries.map(|entry| (entry.term, count(entry.level, entry.in_heading))))
    }

    fn weigh(&self, head: &Head, counts: impl Iterator<Item = (u32, f32)>) -> Vec<Weighed> {
        let terms = head.profile.terms.hashes();
        let mut words: Vec<Weighed> = counts
            .map(|(term, count)| Weighed { term, weight: count * self.rarity(terms[term as usize]) })
            .filter(|word| word.weight > 0.0)
            .collect();
        let length = words.iter().map(|word| word.weight * word.weight).sum::<f32>().sqrt();
        words.iter_mut().for_each(|word| word.weight /= length);
        words
    }
}

fn place(hash: u64) -> usize {
    hash as usize & (PLACES - 1)
}

/// A count to the nearest of 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on: an article more or less seldom changes what a word says.
fn stepped(count: u32) -> u32 {
    let half = 1 << count.checked_ilog2().unwrap_or(0).saturating_sub(1);
    count.saturating_add(half / 2) / half * half
}

/// The number of a count's step: equal numbers, equal steps.
fn step(count: u32) -> u8 {
    let stepped = stepped(count);
    let octave = stepped.checked_ilog2().map_or(0, |octave| octave + 1);
    let is_between = !stepped.is_power_of_two();
    (2 * octave + u32::from(is_between)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_in_steps() {
        let steps: Vec<u32> = [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 1000].into_iter().map(stepped).collect();
        assert_eq!(steps, [0, 1, 2, 3, 4, 6, 6, 8, 8, 12, 12, 1024]);
        for count in 0..5000 {
            assert_eq!(step(count) == step(count + 1), stepped(count) == stepped(count + 1), "{count}");
        }
    }
}
