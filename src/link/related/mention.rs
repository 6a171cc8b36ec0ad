//! Mentions: pages whose whole title stands in one section of an article, and those whose title stands in its code.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::model::{Digest, Head, Site};

/// A word that more titles than this have as their rarest tells none of them.
const NAMESAKES: usize = 16;

/// In place of a number: the word stands in no title.
const NONE: u32 = u32::MAX;

/// The titles of all pages, to be found in texts.
#[derive(Debug)]
pub(in crate::link) struct Titles {
    /// The number of each word that a title has, by its hash.
    numbers: FxHashMap<u64, u32>,
    /// The words of each title by their numbers, rising.
    titles: Vec<Vec<u32>>,
    /// The titles of which each word is the rarest.
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

impl Titles {
    /// The titles of all pages: `old`, if they are the same.
    pub(super) fn of(site: &Site, old: Option<&Arc<Self>>) -> Arc<Self> {
        let named: Vec<u8> = site.pages.iter().flat_map(|page| *page.head.profile.title_digest.as_bytes()).collect();
        let digest = Digest::of(&named);
        let remembered = old.filter(|old| old.digest == digest).cloned();
        remembered.unwrap_or_else(|| Arc::new(Self::make(site, digest)))
    }

    fn make(site: &Site, digest: Digest) -> Self {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut having: Vec<(u32, u64)> = Vec::new();
        let mut titles: Vec<Vec<u32>> = Vec::with_capacity(site.pages.len());
        for page in &site.pages {
            let mut title = Vec::new();
            for (_, term) in page.head.profile.described().filter(|(_, term)| term.in_title) {
                let number = *numbers.entry(term.hash).or_insert(having.len() as u32);
                if number as usize == having.len() {
                    having.push((0, term.hash));
                }
                having[number as usize].0 += 1;
                title.push(number);
            }
            title.sort_unstable();
            titles.push(title);
        }
        let mut by_rarest = vec![Vec::new(); having.len()];
        for (page, title) in (0..).zip(&titles) {
            let rarest = title.iter().min_by_key(|word| having[**word as usize]);
            rarest.into_iter().for_each(|word| by_rarest[*word as usize].push(page));
        }
        by_rarest.iter_mut().filter(|pages| pages.len() > NAMESAKES).for_each(Vec::clear);
        Self { numbers, titles, by_rarest, digest }
    }

    /// Names what the mentions of the page `id` are found from: it never mentions itself, so that of two pages with the
    /// same words each has its own.
    pub(super) fn name(&self, id: usize, head: &Head) -> Digest {
        let id = (id as u64).to_le_bytes();
        Digest::of_parts([&self.digest.as_bytes()[..], head.profile.digest.as_bytes(), &id])
    }

    /// The pages that the page `id` mentions.
    pub(super) fn mentioned(&self, scratch: &mut Scratch, id: usize, head: &Head) -> Mentions {
        let profile = &head.profile;
        let Scratch { numbers, met, section } = scratch;
        let number = |hash: &u64| self.numbers.get(hash).copied().unwrap_or(NONE);
        numbers.clear();
        numbers.extend(profile.terms.hashes().iter().map(number));
        met.resize(self.by_rarest.len(), 0);
        let mut in_text = Vec::new();
        for entries in profile.sections.iter() {
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
        let in_code = profile.terms.iter().zip(&*numbers).filter(|(term, word)| term.in_code && **word != NONE);
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
