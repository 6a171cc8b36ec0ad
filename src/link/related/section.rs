//! What to see also at one section of an article: the article's own related reading, weighed anew by the section's words.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::related::{
    facts::{Word, count},
    index::View,
    rank::{Found, Scratch},
    rows::{Row, normalised, top},
    vectors::weigh_word,
};
use crate::model::{
    page::LinkKind,
    profile::{Entries, Terms},
    signal::Signal,
    site::{PageId, PageKind, Target},
};

/// How many words of a section are compared, how soon their count saturates, and what its heading counts.
const VECTOR: usize = 40;
const SATURATION: f32 = 4.0;
const HEADING: f32 = 3.0;

/// How many articles with the section's words are candidates beside those of the article.
const CANDIDATES: usize = 40;

/// How much each signal counts. Fitted to the see-also lists of 1,100 sections in five sets of documentation; a softmax
/// over the candidates of each section.
const WORDS: f32 = 1.66;
const WORDS_LONG: f32 = 2.70;
const TITLE: f32 = 0.65;
const HEADING_TITLE: f32 = 1.38;
const ARTICLE: f32 = 2.37;
const ARTICLE_WORDS: f32 = 1.23;
const ARTICLE_LINKS: f32 = 1.40;
const SECTION_LINKS: f32 = 0.36;
const POPULAR: f32 = 0.35;

/// A page to see at a section, and what speaks for it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) page: PageId,
    pub(super) score: f32,
    /// How like its words are to those of the section: a cosine.
    pub(super) like: f32,
    /// The section has its whole title.
    pub(super) is_named: bool,
}

/// The words of a section.
struct Here {
    words: Row,
    all: FxHashSet<u32>,
    heading: Row,
}

impl View<'_> {
    /// The articles to see at a section of the page `id`, best first, however little it says. `found` is the ranking of
    /// the page.
    pub(super) fn of_section(&self, scratch: &mut Scratch, id: PageId, section: usize, found: &[Found]) -> Vec<Seen> {
        let vocabulary = self.site.pages[id].head.vocabulary(self.lexicon);
        let Some(entries) = vocabulary.sections.get(section) else { return Vec::new() };
        let here = self.here(&vocabulary.terms, entries);
        let sum = &mut scratch.sum;
        for (word, weight) in &here.words {
            self.postings[*word as usize].iter().for_each(|(page, other)| sum.add(*page, weight * other));
        }
        let with_words = top(sum.take(), CANDIDATES).into_iter().map(|(page, _)| page as PageId);
        let best = found.first().map_or(1.0, |found| found.score).max(1e-6);
        let by_page: FxHashMap<PageId, &Found> = found.iter().map(|found| (found.page, found)).collect();
        let is_candidate = |page: &PageId| *page != id && self.site.pages[*page].kind == PageKind::Article;
        let mut pages: Vec<PageId> = by_page.keys().copied().chain(with_words).filter(is_candidate).collect();
        pages.sort_unstable();
        pages.dedup();
        let linked = self.linked_from(id, section);
        let own: FxHashMap<u32, f32> = here.words.iter().copied().collect();
        let heading: FxHashMap<u32, f32> = here.heading.iter().copied().collect();
        let dot = |row: &Row, with: &FxHashMap<u32, f32>| -> f32 {
            row.iter().filter_map(|(word, weight)| Some(with.get(word)? * weight)).sum()
        };
        let long = |page: PageId| -> f32 {
            let words = self.facts.pages[page].words.iter().filter(|(word, _)| own.contains_key(word));
            let mut said: Vec<f32> = words.map(|(word, seen)| self.says_long(page, *word, seen)).collect();
            // In an order that the numbers of words have no part in.
            said.sort_unstable_by(f32::total_cmp);
            said.into_iter().sum()
        };
        let measured: Vec<(PageId, f32, f32)> =
            pages.into_iter().map(|page| (page, dot(&self.vectors[page], &own), long(page))).collect();
        let most = |of: fn(&(PageId, f32, f32)) -> f32| measured.iter().map(of).fold(1e-6_f32, f32::max);
        let (most_like, most_long) = (most(|(_, like, _)| *like), most(|(.., long)| *long));
        let mut seen: Vec<Seen> = measured
            .iter()
            .map(|(page, like, long)| {
                let share = self.titles[*page].iter().filter(|(word, _)| here.all.contains(word));
                let share: f32 = share.map(|(_, weight)| weight).sum();
                let article = by_page.get(page);
                let of_article = |signal: Signal| article.map_or(0.0, |found| found.has(signal));
                let is = |is: bool, weight: f32| if is { weight } else { 0.0 };
                let score = WORDS * like / most_like
                    + WORDS_LONG * long / most_long
                    + TITLE * share
                    + HEADING_TITLE * dot(&self.title_vectors[*page], &heading)
                    + ARTICLE * article.map_or(0.0, |found| found.score / best)
                    + ARTICLE_WORDS * of_article(Signal::Words)
                    + is(of_article(Signal::LinkedFromHere) > 0.0, ARTICLE_LINKS)
                    + is(linked.contains(page), SECTION_LINKS)
                    + POPULAR * self.popularity[*page] / self.most_popular;
                Seen { page: *page, score, like: *like, is_named: share > 0.999 }
            })
            .collect();
        seen.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.page.cmp(&b.page)));
        seen
    }

    fn here(&self, terms: &Terms, entries: Entries<'_>) -> Here {
        let terms = terms.hashes();
        let (mut words, mut heading, mut all) = (Row::new(), Row::new(), FxHashSet::default());
        for entry in entries.iter() {
            let Some(word) = self.facts.number(terms[entry.term as usize]) else { continue };
            all.insert(word);
            let counted = count(entry.level) + if entry.in_heading { HEADING } else { 0.0 };
            let weight = self.facts.rarity[word as usize] * counted / (SATURATION + counted);
            if weight > 0.0 {
                words.push((word, weight));
            }
            if entry.in_heading {
                heading.push((word, self.facts.title_rarity[word as usize]));
            }
        }
        words.sort_unstable_by_key(|(word, _)| self.facts.hashes[*word as usize]);
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        words.truncate(VECTOR);
        Here { words: normalised(words), all, heading: normalised(heading) }
    }

    /// What a word of a page says, whatever the length of its text.
    fn says_long(&self, page: PageId, word: u32, seen: &Word) -> f32 {
        let counted = weigh_word(seen, 1.0_f32.max(self.facts.pages[page].length / self.facts.average));
        self.facts.rarity[word as usize] * counted * 2.0 / (counted + 1.5)
    }

    /// The pages that a section links to.
    pub(super) fn linked_from(&self, id: PageId, section: usize) -> FxHashSet<PageId> {
        let page = &self.site.pages[id];
        let here = page.head.links.iter().zip(&*page.links);
        let here = here.filter(|(link, _)| link.section as usize == section && link.kind != LinkKind::Image);
        let pages = here.filter_map(|(_, resolved)| match resolved.target {
            Target::Page(page, _) => Some(page),
            _ => None,
        });
        pages.collect()
    }
}
