//! How rare each word is on the site, and what each counts in its article and its sections.

use serde::Serialize;

use crate::link::topic::exact;
use crate::model::{Digest, Head, Site, profile::Term};

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

/// The words of a site by their hashes.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    /// How many articles have a word, in steps, by the low bits of its hash.
    counts: Vec<u32>,
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
    /// Counts the words of all pages.
    pub(super) fn of(site: &Site) -> Self {
        let mut counts = vec![0; PLACES];
        for page in &site.pages {
            let says = page.head.profile.terms.iter().filter(|term| is_said(term));
            says.for_each(|term| counts[place(term.hash)] += 1);
        }
        counts.iter_mut().for_each(|count| *count = stepped(*count));
        Self { counts, articles: f64::from(stepped(site.pages.len() as u32)) }
    }

    /// Names what words say here.
    pub(super) fn digest(&self) -> Digest {
        Digest::of_value(self)
    }

    /// How much a word says: the more, the fewer articles have it; nothing where none has it.
    pub(super) fn rarity(&self, hash: u64) -> f32 {
        match self.counts[place(hash)] {
            0 => 0.0,
            count => exact::ln(1.0 + self.articles / f64::from(count)) as f32,
        }
    }

    /// The words of an article, by the order of its profile.
    pub(super) fn article(&self, head: &Head) -> Vec<Weighed> {
        let profile = &head.profile;
        let mut headings = vec![0_usize; profile.terms.len()];
        for entry in profile.sections.iter().flatten().filter(|entry| entry.in_heading) {
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
        let entries = head.profile.sections.get(section).map_or(&[][..], |entries| entries);
        let count = |level: u8, in_heading: bool| f32::from(level) + if in_heading { HEADING } else { 0.0 };
        self.weigh(head, entries.iter().map(|entry| (entry.term, count(entry.level, entry.in_heading))))
    }

    fn weigh(&self, head: &Head, counts: impl Iterator<Item = (u32, f32)>) -> Vec<Weighed> {
        let terms = &head.profile.terms;
        let mut words: Vec<Weighed> = counts
            .map(|(term, count)| Weighed { term, weight: count * self.rarity(terms[term as usize].hash) })
            .filter(|word| word.weight > 0.0)
            .collect();
        let length = words.iter().map(|word| word.weight * word.weight).sum::<f32>().sqrt();
        words.iter_mut().for_each(|word| word.weight /= length);
        words
    }
}

/// Whether a word stands anywhere but in blocks of code and in the description, which count for nothing here.
fn is_said(term: &Term) -> bool {
    term.level > 0 || term.in_title || term.in_keywords || !(term.in_code || term.in_description)
}

fn place(hash: u64) -> usize {
    hash as usize & (PLACES - 1)
}

/// A count to the nearest of 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on: an article more or less seldom changes what a word says.
fn stepped(count: u32) -> u32 {
    let half = 1 << count.checked_ilog2().unwrap_or(0).saturating_sub(1);
    count.saturating_add(half / 2) / half * half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_in_steps() {
        let steps: Vec<u32> = [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 1000].into_iter().map(stepped).collect();
        assert_eq!(steps, [0, 1, 2, 3, 4, 6, 6, 8, 8, 12, 12, 1024]);
    }
}
