//! The words that describe each article as numbers, and how rare each is.

use rustc_hash::FxHashMap;

use crate::link::related::rows::{stepped, tidy};
use crate::model::{Digest, Head, Site};

/// A word that more than this share of all articles has says nothing.
const TOO_COMMON: f32 = 0.2;

/// How many steps there are between so many articles that have a word and twice as many: one that 2 to 7 have says the
/// same, and so does one that 8 to 31 have, so that one more seldom changes what others weigh.
const RARITY_STEPS: f32 = 0.5;

/// What heads say, word by word.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The articles and other pages, in the order of the site.
    pub(super) pages: Vec<PageFacts>,
    numbers: FxHashMap<u64, u32>,
    /// The hash of each word: numbers depend on what was met first, these do not.
    pub(super) hashes: Vec<u64>,
    /// How many pages have each word.
    having: Vec<u32>,
    /// How much each word says in a text; 0 for those of one article and those of very many.
    pub(super) rarity: Vec<f32>,
    /// How much each word says in a title.
    pub(super) title_rarity: Vec<f32>,
    /// How many pages there are, in steps.
    pub(super) count: f32,
    /// The average length, in steps.
    pub(super) average: f32,
    /// What names the words of each page, and its length.
    names: Vec<(Digest, u32)>,
    /// Pages that came out otherwise at the last update, and words that say more or less.
    changed: Vec<bool>,
    reweighed: Vec<bool>,
    /// The average length did.
    is_average_changed: bool,
}

/// What one page brings along, from its head alone: its title, and the few words that describe it best.
#[derive(Debug, Default)]
pub(super) struct PageFacts {
    /// The words of its title, by their hashes.
    pub(super) title: Vec<u32>,
    /// Its words, by their numbers, rising.
    pub(super) words: Vec<(u32, Word)>,
    /// How long its text is, in words, in steps.
    pub(super) length: f32,
    /// A bit for each of its words, at a place that words share: most that it lacks are known by it.
    bits: [u64; 4],
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
    /// Brings the facts up to date with the heads of a site, which has as many pages as before unless nothing is known.
    pub(super) fn update(&mut self, site: &Site) {
        let total = site.pages.len() as f32;
        self.pages.resize_with(site.pages.len(), PageFacts::default);
        self.names.resize(site.pages.len(), (Digest::of(b""), 0));
        self.changed = vec![false; site.pages.len()];
        for (id, page) in site.pages.iter().enumerate() {
            let name = (page.head.profile.core_digest, length(&page.head).to_bits());
            if self.names[id] != name {
                self.names[id] = name;
                self.changed[id] = true;
                self.replace(id, &page.head);
            }
        }
        self.count = stepped(total, 1.0);
        let lengths: f32 = self.pages.iter().map(|page| page.length).sum();
        let average = stepped(lengths / total.max(1.0), 2.0).max(1.0);
        self.is_average_changed = self.average != average;
        self.average = average;
        self.weigh(total);
    }

    fn replace(&mut self, id: usize, head: &Head) {
        for (word, _) in &self.pages[id].words {
            self.having[*word as usize] -= 1;
        }
        self.pages[id] = PageFacts::of(head, &mut self.numbers, &mut self.hashes);
        self.having.resize(self.hashes.len(), 0);
        for (word, _) in &self.pages[id].words {
            self.having[*word as usize] += 1;
        }
    }

    /// Finds what each word says among `total` pages.
    fn weigh(&mut self, total: f32) {
        let (count, most) = (self.count, (TOO_COMMON * total).max(5.0));
        let rarity = |having: &u32| {
            let having = *having as f32;
            if having < 2.0 || having > most { 0.0 } else { tidy((1.0 + count / stepped(having, RARITY_STEPS)).ln()) }
        };
        let title_rarity = |having: &u32| tidy((1.0 + count / stepped(*having as f32, RARITY_STEPS).max(1.0)).ln());
        let rarity: Vec<f32> = self.having.iter().map(rarity).collect();
        let title_rarity: Vec<f32> = self.having.iter().map(title_rarity).collect();
        let is_reweighed = |word: usize| {
            self.rarity.get(word) != rarity.get(word) || self.title_rarity.get(word) != title_rarity.get(word)
        };
        self.reweighed = (0..rarity.len()).map(is_reweighed).collect();
        (self.rarity, self.title_rarity) = (rarity, title_rarity);
    }

    /// Whether the words or the length of a page came out otherwise at the last update.
    pub(super) fn is_changed(&self, page: usize) -> bool {
        self.changed[page]
    }

    /// Whether they did, or its words say more or less than before.
    pub(super) fn says_otherwise(&self, page: usize) -> bool {
        let is_reweighed = |(word, _): &(u32, Word)| self.reweighed[*word as usize];
        self.is_average_changed || self.changed[page] || self.pages[page].words.iter().any(is_reweighed)
    }

    /// The number of a word, by its hash, where it describes any page.
    pub(super) fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied().filter(|word| self.having[*word as usize] > 0)
    }

    /// A form of a word that readers know, as the page has it.
    pub(super) fn surface<'s>(&self, site: &'s Site, page: usize, word: u32) -> Option<&'s str> {
        site.pages[page].head.profile.core.surface(self.hashes[word as usize])
    }
}

impl PageFacts {
    fn of(head: &Head, numbers: &mut FxHashMap<u64, u32>, hashes: &mut Vec<u64>) -> Self {
        let mut words: Vec<(u32, Word)> = Vec::with_capacity(head.profile.core.len());
        for (seen, term) in head.profile.core.iter() {
            let number = *numbers.entry(term.hash).or_insert_with(|| {
                hashes.push(term.hash);
                u32::try_from(hashes.len() - 1).expect("fewer words than 2^32")
            });
            let word = Word {
                in_title: term.in_title,
                in_keywords: term.in_keywords,
                in_description: term.in_description,
                in_lead: seen.in_lead,
                headings: seen.headings,
                level: seen.level,
            };
            words.push((number, word));
        }
        words.sort_unstable_by_key(|(number, _)| *number);
        let mut title: Vec<u32> = words.iter().filter(|(_, word)| word.in_title).map(|(number, _)| *number).collect();
        title.sort_unstable_by_key(|word| hashes[*word as usize]);
        let mut bits = [0; 4];
        words.iter().map(|(word, _)| bit(*word)).for_each(|(at, bit)| bits[at] |= bit);
        Self { title, words, length: length(head), bits }
    }

    /// Whether the page has a word.
    pub(super) fn has(&self, word: u32) -> bool {
        let (at, bit) = bit(word);
        self.bits[at] & bit != 0 && self.word(word).is_some()
    }

    /// What the page has of a word.
    pub(super) fn word(&self, word: u32) -> Option<&Word> {
        self.words.binary_search_by_key(&word, |(word, _)| *word).ok().map(|at| &self.words[at].1)
    }
}

/// The place of a word among the bits of a page.
fn bit(word: u32) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b9) >> 24;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// How long a text is, in words, in steps.
pub(super) fn length(head: &Head) -> f32 {
    stepped(head.words as f32, 1.0)
}

/// About how many times a word of this level stands in a text.
pub(super) fn count(level: u8) -> f32 {
    if level == 0 { 0.0 } else { 1.4 * f32::from(1_u16 << (level - 1).min(15)) - 0.4 }
}
