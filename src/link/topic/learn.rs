//! The words of each topic: its own, and those of the articles and sections that editors gave it.
//!
//! A topic is the mean direction of its examples and of its own words (Rocchio 1971): each article a vector of weighed
//! words, so that likeness is a cosine.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::link::{
    is_listed,
    topic::{
        words::{self, Words},
        written::Written,
    },
};
use crate::model::{Config, Digest, Site, config::Topic, digest};
use crate::parse::terms::{self, Stems};

/// What a topic's own words count beside all of its examples together.
const OWN: f32 = 1.5;

/// What a section that editors gave a topic counts beside an article.
const SECTION: f32 = 0.5;

/// From how many pages a topic is learned at the most.
const EXAMPLES: usize = 100;

/// The likeness of an article to a topic that it belongs to, and by how many examples it is believed.
const EXPECTED: f32 = 0.2;
const BELIEF: f32 = 2.0;

/// Topics by their words.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::link) struct Learned {
    /// Names all that it was learned from.
    name: Digest,
    /// Names all of it.
    pub(super) digest: Digest,
    /// Each word that has shares, by its hash, and where they end.
    words: Vec<(u64, u32)>,
    shares: Vec<Share>,
    /// Where the shares of a word stand, once somebody asks.
    #[serde(skip)]
    places: OnceLock<FxHashMap<u64, (u32, u32)>>,
    /// How like a topic the articles are that belong to it.
    pub(super) expected: Vec<f32>,
}

/// What a word counts in a topic.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Share {
    /// An index into [`Site::topics`].
    pub(super) topic: u32,
    pub(super) weight: f32,
    /// It is one of the topic's own words, more than a word of its examples.
    pub(super) is_own: bool,
}

/// A vector of words by their hashes.
type Vector = FxHashMap<u64, f32>;

impl Learned {
    /// Where the shares of a word stand: what [`Learned::at`] takes.
    pub(super) fn find(&self, hash: u64) -> (u32, u32) {
        let places = || {
            let starts = std::iter::once(0).chain(self.words.iter().map(|(_, end)| *end));
            self.words.iter().zip(starts).map(|((hash, end), start)| (*hash, (start, *end))).collect()
        };
        self.places.get_or_init(places).get(&hash).copied().unwrap_or((0, 0))
    }

    /// What a word counts in each topic that has it.
    pub(super) fn at(&self, (start, end): (u32, u32)) -> &[Share] {
        &self.shares[start as usize..end as usize]
    }
}

/// Learns all topics of a site: takes over `old`, if that was learned from the same.
pub(super) fn topics(
    config: &Config,
    site: &Site,
    words: &Words<'_>,
    written: &[Arc<Written>],
    old: Option<&Arc<Learned>>,
) -> Arc<Learned> {
    let own = own_words(config, site, words);
    let chosen = chosen(site, written);
    let name = name(site, words, written, (&own, &chosen));
    let remembered = old.filter(|old| old.name == name).cloned();
    remembered.unwrap_or_else(|| Arc::new(learn(name, &own, Examples::gather(site, words, written, &chosen))))
}

/// Names the words of topics, and what the chosen pages say with which topics.
fn name(site: &Site, words: &Words<'_>, written: &[Arc<Written>], (own, chosen): (&[Vector], &[bool])) -> Digest {
    let own: Vec<Ordered> = own.iter().map(ordered).collect();
    let mut named = digest::encode(&own, Vec::new());
    for (id, page) in site.pages.iter().enumerate().filter(|(id, _)| chosen[*id]) {
        let (whole, folders) = (written[id].whole(), &written[id].folders);
        let sections: Vec<&[usize]> = written[id].of_sections().iter().map(|own| own.topics.as_slice()).collect();
        named = digest::encode(&(page.head.profile.digest, whole, folders, sections), named);
        words.name(id, &mut named);
    }
    Digest::of(&named)
}

fn learn(name: Digest, own: &[Vector], examples: Examples) -> Learned {
    let expected: Vec<f32> = own.iter().enumerate().map(|(topic, own)| expected(topic, own, &examples)).collect();
    let mut shares: Vec<(u64, Share)> = Vec::new();
    for (topic, own) in own.iter().enumerate() {
        let examples = ordered(&examples.sums[topic]);
        let length = length(&examples);
        let mut parts: Vec<(u64, f32, f32)> =
            examples.iter().map(|(hash, weight)| (*hash, weight / length, 0.0)).collect();
        parts.extend(ordered(own).into_iter().map(|(hash, weight)| (hash, 0.0, OWN * weight)));
        parts.sort_unstable_by_key(|(hash, ..)| *hash);
        parts.dedup_by(|other, kept| {
            let is_same = other.0 == kept.0;
            if is_same {
                *kept = (kept.0, kept.1 + other.1, kept.2 + other.2);
            }
            is_same
        });
        let total = parts.iter().map(|(_, a, b)| (a + b) * (a + b)).sum::<f32>().sqrt();
        shares.extend(parts.iter().map(|(hash, examples, own)| {
            let weight = (examples + own) / total;
            (*hash, Share { topic: topic as u32, weight, is_own: own > examples })
        }));
    }
    shares.sort_by_key(|(hash, share)| (*hash, share.topic));
    let digest = Digest::of_value(&(&shares, &expected));
    let mut words: Vec<(u64, u32)> = Vec::new();
    for of_one_word in shares.chunk_by(|a, b| a.0 == b.0) {
        let start = words.last().map_or(0, |(_, end)| *end);
        words.push((of_one_word[0].0, start + of_one_word.len() as u32));
    }
    let shares = shares.into_iter().map(|(_, share)| share).collect();
    Learned { name, digest, words, shares, places: OnceLock::new(), expected }
}

/// The words of each topic's title, keywords and terms, as vectors of length 1. A phrase counts a little more than a
/// single word.
fn own_words(config: &Config, site: &Site, words: &Words) -> Vec<Vector> {
    let mut stems = Stems::new(&config.language);
    let mut of_topic = |topic: &Topic| {
        let mut vector = Vector::default();
        let mut add = |text: &str, is_title: bool| {
            let terms = terms::of(&mut stems, text);
            let share = if is_title { 1.0 } else { 1.0 / (terms.len() as f32).sqrt() };
            for hash in terms {
                *vector.entry(hash).or_default() += share * words.rarity(hash);
            }
        };
        topic.keywords.iter().for_each(|keyword| add(keyword, false));
        topic.terms.iter().for_each(|(term, _)| add(term, false));
        add(&topic.title, true);
        vector.retain(|_, weight| *weight > 0.0);
        let length = length(&ordered(&vector));
        ordered(&vector).into_iter().map(|(hash, weight)| (hash, weight / length)).collect()
    };
    site.topics.iter().map(|topic| of_topic(&config.topics[topic.declared])).collect()
}

/// Words by their hashes, rising, with their weights.
type Ordered = Vec<(u64, f32)>;

/// What editors gave topics.
struct Examples {
    /// For each topic, the sum of its examples.
    sums: Vec<Vector>,
    /// For each topic, its whole articles, and what each counts.
    articles: Vec<Vec<(Ordered, f32)>>,
}

impl Examples {
    fn gather(site: &Site, words: &Words<'_>, written: &[Arc<Written>], chosen: &[bool]) -> Self {
        let count = site.topics.len();
        let mut found = Self { sums: vec![Vector::default(); count], articles: vec![Vec::new(); count] };
        for (id, page) in site.pages.iter().enumerate().filter(|(id, _)| chosen[*id]) {
            let written = &written[id];
            let vocabulary = words.vocabulary(&page.head);
            let hashes = vocabulary.terms.hashes();
            let hashed = |vector: Vec<words::Weighed>| -> Vec<(u64, f32)> {
                vector.iter().map(|word| (hashes[word.term as usize], word.weight)).collect()
            };
            let whole: Vec<usize> =
                written.whole().iter().copied().chain(written.folders.iter().map(|(topic, _)| *topic)).collect();
            if !whole.is_empty() {
                let vector = hashed(words.article(vocabulary));
                for topic in &whole {
                    let share = 1.0 / whole.len() as f32;
                    found.add(*topic, &vector, share);
                    found.articles[*topic].push((vector.clone(), share));
                }
            }
            for (section, own) in written.of_sections().iter().enumerate().filter(|(_, own)| !own.topics.is_empty()) {
                let vector = hashed(words.section(vocabulary, section));
                own.topics.iter().for_each(|topic| found.add(*topic, &vector, SECTION / own.topics.len() as f32));
            }
        }
        found
    }

    fn add(&mut self, topic: usize, vector: &[(u64, f32)], share: f32) {
        for (hash, weight) in vector {
            *self.sums[topic].entry(*hash).or_default() += share * weight;
        }
    }
}

/// The pages that topics are learned from: of those of each topic so many, in an order that is theirs alone, so that a new
/// article seldom takes the place of another.
fn chosen(site: &Site, written: &[Arc<Written>]) -> Vec<bool> {
    let mut of_topic: Vec<Vec<(u64, usize)>> = vec![Vec::new(); site.topics.len()];
    for (id, page) in site.pages.iter().enumerate().filter(|(_, page)| is_listed(page) && page.has_source) {
        let order = xxh3_64(page.head.path.as_str().as_bytes());
        let written = &written[id];
        let folders = written.folders.iter().map(|(topic, _)| *topic);
        let sections = written.of_sections().iter().flat_map(|own| own.topics.iter().copied());
        let topics = written.whole().iter().copied().chain(folders).chain(sections);
        topics.for_each(|topic| of_topic[topic].push((order, id)));
    }
    let mut chosen = vec![false; site.pages.len()];
    for mut pages in of_topic {
        pages.sort_unstable();
        pages.dedup();
        pages.iter().take(EXAMPLES).for_each(|(_, id)| chosen[*id] = true);
    }
    chosen
}

/// How like a topic its examples are, each left out of the topic in its turn; with few examples, what is usual.
fn expected(topic: usize, own: &Vector, examples: &Examples) -> f32 {
    let sum = &examples.sums[topic];
    let dot = |a: &[(u64, f32)], b: &Vector| -> f32 {
        a.iter().filter_map(|(hash, weight)| b.get(hash).map(|other| weight * other)).sum()
    };
    let all = ordered(sum);
    let (square, sum_own) = (length(&all).powi(2), dot(&all, own));
    let has_own = if own.is_empty() { 0.0 } else { 1.0 };
    let left_out = |(article, share): &(Ordered, f32)| {
        let (in_sum, in_own) = (dot(article, sum), dot(article, own));
        let rest = (square - 2.0 * share * in_sum + share * share).max(0.0).sqrt();
        if rest < 1e-3 {
            return in_own;
        }
        let examples = (in_sum - share) / rest;
        let between = (sum_own - share * in_own) / rest;
        let total = (1.0 + OWN * OWN * has_own + 2.0 * OWN * between).sqrt();
        (examples + OWN * in_own) / total
    };
    let articles = &examples.articles[topic];
    let likeness: f32 = articles.iter().map(left_out).sum();
    (likeness + BELIEF * EXPECTED) / (articles.len() as f32 + BELIEF)
}

/// A vector in a fixed order, for sums that come out the same everywhere.
fn ordered(vector: &Vector) -> Vec<(u64, f32)> {
    let mut words: Vec<(u64, f32)> = vector.iter().map(|(hash, weight)| (*hash, *weight)).collect();
    words.sort_unstable_by_key(|(hash, _)| *hash);
    words
}

fn length(vector: &[(u64, f32)]) -> f32 {
    vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(1e-9)
}
