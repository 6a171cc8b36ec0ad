//! Mentions: pages whose whole title stands in one section of an article, and those whose title stands in its code.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::model::{
    Digest, Head, Site,
    profile::{Lexicon, Vocabulary},
    site::Page,
};

/// A word that more titles than this have as their rarest tells none of them.
const NAMESAKES: usize = 16;

/// Where more titles than this are others, mentions are all found anew.
const MOST_OTHERS: usize = 64;

/// In place of a number: the word stands in no title.
const NONE: u32 = u32::MAX;

/// So many bits tell of most words that they stand in no title.
const BITS: usize = 1 << 17;

/// The titles of all pages, to be found in texts.
#[derive(Debug)]
pub(in crate::link) struct Titles {
    /// The number of each word that a title has, by its hash; and the hash by the number.
    numbers: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    /// The bits of these words, by the low bits of their hashes.
    bits: Vec<u64>,
    /// The words of each title by their hashes, as its profile has them.
    words: Vec<Arc<[u64]>>,
    /// The words of each title by their numbers, rising.
    titles: Vec<Vec<u32>>,
    /// The rarest word of each title, unless that has none or too many have the same; and the other way.
    rarest: Vec<u32>,
    by_rarest: Vec<Vec<u32>>,
    /// Names all of it.
    digest: Digest,
}

/// The pages that one page mentions, rising: in its text, and in its code.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::link) struct Mentions {
    pub(super) in_text: Vec<u32>,
    pub(super) in_code: Vec<u32>,
    /// Names both.
    pub(super) digest: Digest,
}

/// Memory for finding the mentions of one page after the other.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The number of each term of a profile.
    numbers: Vec<u32>,
    /// The section in which each word of titles was met last.
    met: Vec<u32>,
    section: u32,
}

/// Titles that are others than before.
pub(super) struct Others {
    pages: FxHashSet<u32>,
    /// The hashes of the rarest words that they have now, few.
    rarest: Vec<u64>,
}

impl Others {
    /// Whether they may have to do with what a page mentions: it was `found` to mention one of them, or has the rarest word
    /// of one now.
    pub(super) fn concern(&self, head: &Head, found: &Mentions, lexicon: &dyn Lexicon) -> bool {
        let has = |rarest: &u64| {
            head.profile.sieve.may_have(*rarest) && head.vocabulary(lexicon).terms.hashes().contains(rarest)
        };
        let mut mentioned = found.in_text.iter().chain(&found.in_code);
        mentioned.any(|page| self.pages.contains(page)) || self.rarest.iter().any(has)
    }
}

impl Titles {
    /// The titles of all pages: `old`, if they are the same. It `had` some pages with the same heads at the same places.
    pub(super) fn of(site: &Site, old: Option<&Arc<Self>>, had: impl Fn(usize) -> bool + Send + Sync) -> Arc<Self> {
        let named: Vec<u8> = site.pages.iter().flat_map(|page| *page.head.profile.title_digest.as_bytes()).collect();
        let digest = Digest::of(&named);
        let remembered = old.filter(|old| old.digest == digest).cloned();
        remembered.unwrap_or_else(|| {
            let words = |(id, page): (usize, &Page)| -> Arc<[u64]> {
                if let Some(old) = old.filter(|_| had(id)) {
                    return old.words[id].clone();
                }
                page.head.profile.core.title().collect()
            };
            Arc::new(Self::make(site.pages.par_iter().enumerate().map(words).collect(), digest))
        })
    }

    fn make(words: Vec<Arc<[u64]>>, digest: Digest) -> Self {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut having: Vec<(u32, u64)> = Vec::new();
        let mut titles: Vec<Vec<u32>> = Vec::with_capacity(words.len());
        for words in &words {
            let mut title = Vec::with_capacity(words.len());
            for hash in words.iter().copied() {
                let number = *numbers.entry(hash).or_insert(having.len() as u32);
                if number as usize == having.len() {
                    having.push((0, hash));
                }
                having[number as usize].0 += 1;
                title.push(number);
            }
            title.sort_unstable();
            titles.push(title);
        }
        let rarest = |title: &Vec<u32>| title.iter().copied().min_by_key(|word| having[*word as usize]);
        let mut rarest: Vec<u32> = titles.iter().map(|title| rarest(title).unwrap_or(NONE)).collect();
        let mut by_rarest = vec![Vec::new(); having.len()];
        for (page, word) in (0..).zip(&rarest).filter(|(_, word)| **word != NONE) {
            by_rarest[*word as usize].push(page);
        }
        for pages in by_rarest.iter_mut().filter(|pages| pages.len() > NAMESAKES) {
            pages.drain(..).for_each(|page: u32| rarest[page as usize] = NONE);
        }
        let hashes: Vec<u64> = having.into_iter().map(|(_, hash)| hash).collect();
        let mut bits = vec![0; BITS / 64];
        hashes.iter().map(bit).for_each(|(at, bit)| bits[at] |= bit);
        Self { numbers, hashes, bits, words, titles, rarest, by_rarest, digest }
    }

    /// The number of a word, if it stands in any title.
    fn number(&self, hash: &u64) -> Option<u32> {
        let (at, bit) = bit(hash);
        if self.bits[at] & bit == 0 { None } else { self.numbers.get(hash).copied() }
    }

    /// The titles that are others than in `old`, which are those of the same pages; `None` where they are many.
    pub(super) fn others_than(&self, old: &Self) -> Option<Others> {
        let hash = |titles: &Self, word: u32| titles.hashes.get(word as usize).copied();
        let is_same =
            |id: usize| hash(self, self.rarest[id]) == hash(old, old.rarest[id]) && self.words[id] == old.words[id];
        let pages: FxHashSet<u32> =
            (0..self.titles.len()).into_par_iter().filter(|id| !is_same(*id)).map(|id| id as u32).collect();
        let rarest = pages.iter().filter_map(|page| hash(self, self.rarest[*page as usize])).collect();
        (pages.len() <= MOST_OTHERS).then_some(Others { pages, rarest })
    }

    /// Names what the mentions of the page `id` are found from: it never mentions itself, so that of two pages with the
    /// same words each has its own.
    pub(super) fn name(&self, id: usize, head: &Head) -> Digest {
        let id = (id as u64).to_le_bytes();
        Digest::of_parts([&self.digest.as_bytes()[..], head.profile.digest.as_bytes(), &id])
    }

    /// The pages that the page `id` mentions.
    pub(super) fn mentioned(&self, scratch: &mut Scratch, id: usize, vocabulary: &Vocabulary) -> Mentions {
        let Vocabulary { terms, sections } = vocabulary;
        let Scratch { numbers, met, section } = scratch;
        let number = |hash: &u64| self.number(hash).unwrap_or(NONE);
        numbers.clear();
        numbers.extend(terms.hashes().iter().map(number));
        met.resize(self.by_rarest.len(), 0);
        let mut in_text = Vec::new();
        for entries in sections.iter() {
            *section += 1;
            let words = || entries.iter().map(|entry| numbers[entry.term as usize]).filter(|word| *word != NONE);
            words().for_each(|word| met[word as usize] = *section);
            for other in words().flat_map(|word| &self.by_rarest[word as usize]) {
                if self.titles[*other as usize].iter().all(|word| met[*word as usize] == *section) {
                    in_text.push(*other);
                }
            }
        }
        // Of code only names are known: the rarest word of a title has to be one.
        let in_code = terms.iter().zip(&*numbers).filter(|(term, word)| term.in_code && **word != NONE);
        let in_code = in_code.flat_map(|(_, word)| &self.by_rarest[*word as usize]).copied().collect();
        let distinct = |mut pages: Vec<u32>| {
            pages.sort_unstable();
            pages.dedup();
            pages.retain(|other| *other as usize != id);
            pages
        };
        let (in_text, in_code) = (distinct(in_text), distinct(in_code));
        Mentions { digest: Digest::of_value(&(&in_text, &in_code)), in_text, in_code }
    }
}

/// Where the bit of a word stands.
fn bit(hash: &u64) -> (usize, u64) {
    let at = *hash as usize % BITS;
    (at / 64, 1 << (at % 64))
}
