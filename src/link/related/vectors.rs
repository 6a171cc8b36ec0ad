//! The words of a page as rows of weights.

use rustc_hash::FxHashMap;

use crate::link::related::{
    facts::{Facts, PageFacts, Word, count},
    rows::{Row, normalised, stepped, tidy},
};

/// BM25F (S. Robertson and H. Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009): what a word
/// counts by where it stands, how soon it saturates, and how much the length of a text takes off.
const TITLE: f32 = 4.7;
const KEYWORDS: f32 = 5.0;
const HEADING: f32 = 5.0;
const LEAD: f32 = 3.0;
const DESCRIPTION: f32 = 0.6;
const SATURATION: f32 = 16.0;
const LENGTH: f32 = 0.9;

/// How many words a vector holds, and how many of them that of the lead.
const VECTOR: usize = 64;
const LEAD_VECTOR: usize = 24;

/// The words of a page, one long.
pub(super) fn vector(facts: &Facts, page: &PageFacts) -> Row {
    let long = 1.0 - LENGTH + LENGTH * page.length / facts.average;
    let weigh = |(number, word): &(u32, Word)| {
        let says = facts.rarity[*number as usize];
        let counted = weigh_word(word, long);
        (says > 0.0 && counted > 0.0).then(|| (*number, says * counted / (SATURATION + counted)))
    };
    normalised(top_words(facts, page.words.iter().filter_map(weigh).collect(), VECTOR))
}

/// What a word counts by where it stands, in a text that is so many times as long as others.
pub(super) fn weigh_word(word: &Word, long: f32) -> f32 {
    let has = |is: bool, weight: f32| if is { weight } else { 0.0 };
    has(word.in_title, TITLE)
        + has(word.in_keywords, KEYWORDS)
        + HEADING * stepped(f32::from(word.headings), 1.0) / long.max(0.3)
        + has(word.in_lead, LEAD)
        + count(word.level) / long
        + has(word.in_description, DESCRIPTION)
}

/// The words of the greatest weights. Ties go by the words themselves.
fn top_words(facts: &Facts, mut row: Row, count: usize) -> Row {
    let hash = |word: u32| facts.hashes[word as usize];
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then_with(|| hash(a.0).cmp(&hash(b.0)));
    if row.len() > count {
        row.select_nth_unstable_by(count, order);
        row.truncate(count);
    }
    row.sort_unstable_by(order);
    row
}

/// The words of its title, its description and its beginning.
pub(super) fn lead(facts: &Facts, page: &PageFacts) -> Row {
    let is_told = |word: &Word| word.in_lead || word.in_description || word.in_title || word.in_keywords;
    let weigh = |(number, word): &(u32, Word)| {
        let says = facts.rarity[*number as usize];
        (says > 0.0 && is_told(word)).then_some((*number, says * if word.in_title { 2.0 } else { 1.0 }))
    };
    normalised(top_words(facts, page.words.iter().filter_map(weigh).collect(), LEAD_VECTOR))
}

/// The words of its title, adding up to 1.
pub(super) fn title(facts: &Facts, page: &PageFacts) -> Row {
    let mut row: Row = page.title.iter().map(|word| (*word, facts.title_rarity[*word as usize])).collect();
    let sum = row.iter().map(|(_, weight)| weight).sum::<f32>().max(1e-6);
    row.iter_mut().for_each(|(_, weight)| *weight /= sum);
    row
}

/// Titles, one long, by how few titles have each word.
pub(super) fn title_vectors(facts: &Facts, titles: &[Row]) -> Vec<Row> {
    let mut having: FxHashMap<u32, f32> = FxHashMap::default();
    titles.iter().flatten().for_each(|(word, _)| *having.entry(*word).or_default() += 1.0);
    let weigh = |(word, _): &(u32, f32)| (*word, tidy((1.0 + facts.count / stepped(having[word], 2.0)).ln()));
    titles.iter().map(|row| normalised(row.iter().map(weigh).collect())).collect()
}
