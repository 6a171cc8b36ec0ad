//! How rare each word is on the site, and what each counts in its article and its sections.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::link::topic::exact;
use crate::model::{
    Digest, Head, Site,
    profile::{Lexicon, Sieve, Terms, Vocabulary},
    site::{Page, PageId},
};

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
const PLACES: usize = 1 << Sieve::BITS;

/// How many articles have each word, and what that makes of the words of each article.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::link) struct Counts {
    /// By the low bits of a word's hash.
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    pages: Vec<Counted>,
}

/// A page that was counted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Counted {
    /// Names its words.
    words: Digest,
    /// Names how often all of them were counted, in steps.
    steps: Digest,
}

impl Counts {
    /// Counts the words of all pages. Of what `old` counted only what differs is looked at; `before` are its heads, where
    /// they are in memory.
    pub(super) fn of(
        (site, lexicon): (&Site, &dyn Lexicon),
        (old, before): (Option<&Arc<Self>>, &[Arc<Head>]),
    ) -> Arc<Self> {
        let updated = old.and_then(|old| old.updated(site, lexicon, before));
        updated.unwrap_or_else(|| {
            let vocabularies: Vec<&Arc<Vocabulary>> =
                site.pages.par_iter().map(|page| page.head.vocabulary(lexicon)).collect();
            let mut counts = vec![0; PLACES];
            vocabularies.iter().flat_map(|words| places(words)).for_each(|place| counts[place] += 1);
            let counted = |(page, words): (&Page, &&Arc<Vocabulary>)| Counted {
                words: page.head.profile.digest,
                steps: steps(&counts, words),
            };
            let pages = site.pages.par_iter().zip(&vocabularies).map(counted).collect();
            Arc::new(Self { counts, pages })
        })
    }

    /// The counts of a site that may have other pages; `None` where nobody knows the words of one that is gone.
    fn updated(self: &Arc<Self>, site: &Site, lexicon: &dyn Lexicon, before: &[Arc<Head>]) -> Option<Arc<Self>> {
        let new: Vec<Digest> = site.pages.iter().map(|page| page.head.profile.digest).collect();
        let (places_before, gone) = self.difference(&new);
        let come: Vec<usize> = (0..new.len()).filter(|at| places_before[*at].is_none()).collect();
        if gone.is_empty() && come.is_empty() && places_before.iter().zip(0..).all(|(before, at)| *before == Some(at)) {
            return Some(self.clone());
        }
        let words_of = |at: &usize| {
            let digest = &self.pages[*at].words;
            let head = before.get(*at).filter(|head| head.profile.digest == *digest);
            head.and_then(|head| head.profile.held().cloned()).or_else(|| lexicon.recall(digest))
        };
        let gone: Vec<Arc<Vocabulary>> = gone.iter().map(words_of).collect::<Option<_>>()?;
        let mut counts = self.counts.clone();
        let mut touched: Vec<usize> = Vec::new();
        for place in gone.iter().flat_map(|words| places(words)) {
            counts[place] = counts[place].saturating_sub(1);
            touched.push(place);
        }
        for place in come.iter().flat_map(|at| places(site.pages[*at].head.vocabulary(lexicon))) {
            counts[place] += 1;
            touched.push(place);
        }
        touched.sort_unstable();
        touched.dedup();
        touched.retain(|place| stepped(self.counts[*place]) != stepped(counts[*place]));
        let counted = |(page, before): (&Page, Option<usize>)| {
            let profile = &page.head.profile;
            let is_same = || !touched.iter().any(|place| profile.sieve.may_have(*place as u64));
            let known = before.filter(|_| is_same()).map(|before| self.pages[before].steps);
            let steps = known.unwrap_or_else(|| steps(&counts, page.head.vocabulary(lexicon)));
            Counted { words: profile.digest, steps }
        };
        let pages = site.pages.par_iter().zip(places_before).map(counted).collect();
        Some(Arc::new(Self { counts, pages }))
    }

    /// Where each page of a site was counted with the same words, and the pages that are not among them.
    fn difference(&self, new: &[Digest]) -> (Vec<Option<usize>>, Vec<usize>) {
        let old = &self.pages;
        let is_same = |(old, new): &(&Counted, &Digest)| old.words == **new;
        let first = old.iter().zip(new).take_while(is_same).count();
        let most = old.len().min(new.len()) - first;
        let last = old.iter().rev().zip(new.iter().rev()).take(most).take_while(is_same).count();
        let mut between: FxHashMap<Digest, Vec<usize>> = FxHashMap::default();
        for at in (first..old.len() - last).rev() {
            between.entry(old[at].words).or_default().push(at);
        }
        let place = |(at, words): (usize, &Digest)| {
            if at < first {
                Some(at)
            } else if at >= new.len() - last {
                Some(at + old.len() - new.len())
            } else {
                between.get_mut(words)?.pop()
            }
        };
        let places = new.iter().enumerate().map(place).collect();
        let mut gone: Vec<usize> = between.into_values().flatten().collect();
        gone.sort_unstable();
        (places, gone)
    }
}

/// The places of the words that an article says.
fn places(vocabulary: &Vocabulary) -> impl Iterator<Item = usize> {
    vocabulary.terms.said().map(place)
}

/// Names how often the words of an article were counted, in steps.
fn steps(counts: &[u32], vocabulary: &Vocabulary) -> Digest {
    let steps: Vec<u8> = vocabulary.terms.hashes().iter().map(|hash| step(counts[place(*hash)])).collect();
    Digest::of(&steps)
}

/// Counts as a list of those that are not zero.
mod sparse {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::PLACES;

    pub(super) fn serialize<S: Serializer>(counts: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
        let all = counts.iter().zip(0_u32..).filter(|(count, _)| **count > 0);
        all.map(|(count, place)| (place, *count)).collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
        let mut counts = vec![0; PLACES];
        for (place, count) in Vec::<(u32, u32)>::deserialize(deserializer)? {
            let known = counts.get_mut(place as usize);
            *known.ok_or_else(|| de::Error::custom("a word beyond all places"))? = count;
        }
        Ok(counts)
    }
}

/// What the words of a site say, by their hashes.
pub(super) struct Words<'a> {
    counts: Arc<Counts>,
    articles: f64,
    lexicon: &'a dyn Lexicon,
}

/// A word of an article or of a section, and its weight. The squares of all weights come to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// The index into the terms of the vocabulary.
    pub(super) term: u32,
    pub(super) weight: f32,
}

impl<'a> Words<'a> {
    /// What words that were counted so often say.
    pub(super) fn of(counts: Arc<Counts>, lexicon: &'a dyn Lexicon) -> Self {
        Self { articles: f64::from(stepped(counts.pages.len() as u32)), counts, lexicon }
    }

    /// What was counted.
    pub(super) fn into_counts(self) -> Arc<Counts> {
        self.counts
    }

    /// All words of an article.
    pub(super) fn vocabulary<'h>(&self, head: &'h Head) -> &'h Vocabulary {
        head.vocabulary(self.lexicon)
    }

    /// Adds what the words of the page `id` say here to `named`.
    pub(super) fn name(&self, id: PageId, named: &mut Vec<u8>) {
        named.extend(self.articles.to_le_bytes());
        named.extend(self.counts.pages[id].steps.as_bytes());
    }

    /// How much a word says: the more, the fewer articles have it; nothing where none has it.
    pub(super) fn rarity(&self, hash: u64) -> f32 {
        match stepped(self.counts.counts[place(hash)]) {
            0 => 0.0,
            count => exact::ln(1.0 + self.articles / f64::from(count)) as f32,
        }
    }

    /// The words of an article, in their order.
    pub(super) fn article(&self, vocabulary: &Vocabulary) -> Vec<Weighed> {
        let Vocabulary { terms, sections } = vocabulary;
        let mut headings = vec![0_usize; terms.len()];
        for entry in sections.entries().filter(|entry| entry.in_heading) {
            headings[entry.term as usize] += 1;
        }
        let counts = terms.iter().zip(headings).map(|(term, headings)| {
            f32::from(term.level)
                + HEADINGS[headings.min(HEADINGS.len() - 1)]
                + if term.in_title { TITLE } else { 0.0 }
                + if term.in_keywords { KEYWORDS } else { 0.0 }
                + if term.in_lead { LEAD } else { 0.0 }
        });
        self.weigh(terms, (0..).zip(counts))
    }

    /// The words of a section, in the order of the article's.
    pub(super) fn section(&self, vocabulary: &Vocabulary, section: usize) -> Vec<Weighed> {
        let entries = vocabulary.sections.get(section).into_iter().flat_map(|entries| entries.iter());
        let count = |level: u8, in_heading: bool| f32::from(level) + if in_heading { HEADING } else { 0.0 };
        self.weigh(&vocabulary.terms, entries.map(|entry| (entry.term, count(entry.level, entry.in_heading))))
    }

    fn weigh(&self, terms: &Terms, counts: impl Iterator<Item = (u32, f32)>) -> Vec<Weighed> {
        let hashes = terms.hashes();
        let mut words: Vec<Weighed> = counts
            .map(|(term, count)| Weighed { term, weight: count * self.rarity(hashes[term as usize]) })
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
