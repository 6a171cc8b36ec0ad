//! The words that describe each article as numbers, and how rare each is.

use rustc_hash::FxHashMap;

use crate::link::related::rows::{stepped, tidy};
use crate::model::{Head, Site};

/// A word that more than this share of all articles has says nothing.
const TOO_COMMON: f32 = 0.2;

/// What heads say, word by word.
#[derive(Debug)]
pub(super) struct Facts {
    /// The articles and other pages, in the order of the site.
    pub(super) pages: Vec<PageFacts>,
    numbers: FxHashMap<u64, u32>,
    /// The hash of each word: numbers shift when an article has a new word, these do not.
    pub(super) hashes: Vec<u64>,
    /// How much each word says in a text; 0 for those of one article and those of very many.
    pub(super) rarity: Vec<f32>,
    /// How much each word says in a title.
    pub(super) title_rarity: Vec<f32>,
    /// How many pages there are, in steps.
    pub(super) count: f32,
    /// The average length, in steps.
    pub(super) average: f32,
}

/// What one page brings along, from its head alone: its title, and the few words that describe it best.
#[derive(Debug, Default)]
pub(super) struct PageFacts {
    /// The words of its title.
    pub(super) title: Vec<u32>,
    /// Its words, by their numbers, rising.
    pub(super) words: Vec<(u32, Word)>,
    /// How long its text is, in words, in steps.
    pub(super) length: f32,
    /// Where each of `words` stands in the profile.
    pub(super) places: Vec<u32>,
}

/// Where a page has a word, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Word {
    pub(super) in_title: bool,
    pub(super) in_keywords: bool,
    pub(super) in_description: bool,
    /// It stands among the first words, and again.
    pub(super) in_lead: bool,
    /// How many headings have it.
    pub(super) headings: u8,
    /// How often the text has it: see [`CoreWord::level`](crate::model::profile::CoreWord::level).
    pub(super) level: u8,
}

impl Word {
    /// Whether the page is about it, rather than using it once in passing.
    pub(super) fn tells(&self) -> bool {
        let is_placed = self.in_title || self.in_keywords || self.in_description || self.in_lead;
        is_placed || self.headings > 0 || self.level > 1
    }

    /// Whether readers would name it among what the page is about.
    pub(super) fn is_subject(&self) -> bool {
        self.in_title || self.in_keywords || self.headings > 0 || self.level > 2
    }
}

impl Facts {
    pub(super) fn of(site: &Site) -> Self {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let pages: Vec<PageFacts> = site.pages.iter().map(|page| PageFacts::of(&page.head, &mut numbers)).collect();
        let mut having = vec![0_u32; numbers.len()];
        for (word, _) in pages.iter().flat_map(|page| &page.words) {
            having[*word as usize] += 1;
        }
        let total = pages.len() as f32;
        let count = stepped(total, 1.0);
        let most = (TOO_COMMON * total).max(5.0);
        let rarity = |having: &u32| {
            let having = *having as f32;
            if having < 2.0 || having > most { 0.0 } else { tidy((1.0 + count / stepped(having, 2.0)).ln()) }
        };
        let title_rarity = |having: &u32| tidy((1.0 + count / stepped(*having as f32, 2.0).max(1.0)).ln());
        let lengths: f32 = pages.iter().map(|page| page.length).sum();
        let mut hashes = vec![0; numbers.len()];
        numbers.iter().for_each(|(hash, number)| hashes[*number as usize] = *hash);
        Self {
            hashes,
            rarity: having.iter().map(rarity).collect(),
            title_rarity: having.iter().map(title_rarity).collect(),
            count,
            average: stepped(lengths / total.max(1.0), 2.0).max(1.0),
            numbers,
            pages,
        }
    }

    /// The number of a word, by its hash, where it describes any page.
    pub(super) fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }

    /// A form of a word that readers know, as the page has it.
    pub(super) fn surface<'s>(&self, site: &'s Site, page: usize, word: u32) -> Option<&'s str> {
        let facts = &self.pages[page];
        let at = facts.words.binary_search_by_key(&word, |(word, _)| *word).ok()?;
        let term = site.pages[page].head.profile.terms.get(facts.places[at] as usize)?;
        Some(&term.surface)
    }
}

impl PageFacts {
    fn of(head: &Head, numbers: &mut FxHashMap<u64, u32>) -> Self {
        let mut words: Vec<(u32, Word, u32)> = Vec::with_capacity(head.profile.core.len());
        for (seen, term) in head.profile.described() {
            let next = u32::try_from(numbers.len()).expect("fewer words than 2^32");
            let number = *numbers.entry(term.hash).or_insert(next);
            let word = Word {
                in_title: term.in_title,
                in_keywords: term.in_keywords,
                in_description: term.in_description,
                in_lead: seen.in_lead,
                headings: seen.headings,
                level: seen.level,
            };
            words.push((number, word, seen.term));
        }
        words.sort_unstable_by_key(|(number, ..)| *number);
        Self {
            title: words.iter().filter(|(_, word, _)| word.in_title).map(|(number, ..)| *number).collect(),
            places: words.iter().map(|(_, _, place)| *place).collect(),
            words: words.iter().map(|(number, word, _)| (*number, *word)).collect(),
            length: length(head),
        }
    }

    /// What the page has of a word.
    pub(super) fn word(&self, word: u32) -> Option<&Word> {
        self.words.binary_search_by_key(&word, |(word, _)| *word).ok().map(|at| &self.words[at].1)
    }
}

/// How long a text is, in words, in steps.
pub(super) fn length(head: &Head) -> f32 {
    stepped(head.words as f32, 1.0)
}

/// About how many times a word of this level stands in a text.
pub(super) fn count(level: u8) -> f32 {
    if level == 0 { 0.0 } else { 1.4 * f32::from(1_u16 << (level - 1).min(15)) - 0.4 }
}
