//! What all articles share: vectors of words, mentions of titles, links both ways, nearest neighbours.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::link::related::{
    facts::{Facts, PageFacts, Word, count},
    mention::Mentions,
    rank::Scratch,
    rows::{Row, Sum, cut, inverted, normalised, stepped, tidy, top},
};
use crate::model::{
    Site,
    site::{Page, PageId, PageKind, Target},
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

/// How many articles are looked at for one word.
const POSTINGS: usize = 64;

/// How many near articles are candidates, and how many of them are neighbours.
const NEAR: usize = 64;
const NEIGHBOURS: usize = 12;

/// How many edges an article has at the most, and how many of those that lead to it count.
const EDGES: usize = 48;
const EDGES_BACK: usize = 24;

/// A mention of a title that is rarer than this is an edge, as a link is.
const RARE_MENTION: f32 = 0.25;

/// Everything that rankings are made from. Rows are by the numbers of pages.
#[derive(Debug)]
pub(super) struct Index<'a> {
    pub(super) site: &'a Site,
    pub(super) facts: &'a Facts,
    /// Words, one long; and those of the title, the description and the first words alone.
    pub(super) vectors: Vec<Row>,
    pub(super) leads: Vec<Row>,
    /// The words of titles by what each says: adding up to 1, and one long.
    pub(super) titles: Vec<Row>,
    pub(super) title_vectors: Vec<Row>,
    /// Pages whose whole title a section of the page has, and whose title a block of its code has; and the other way.
    pub(super) mentions: Vec<Row>,
    pub(super) mentioned: Vec<Row>,
    pub(super) mentions_in_code: Vec<Row>,
    /// Articles on the same topics, weighed by how few are.
    pub(super) topics: Vec<Row>,
    /// Links, weighed by how few lead there; links here; and links here by how few their pages have.
    pub(super) links: Vec<Row>,
    pub(super) linked: Vec<Row>,
    pub(super) linked_rarely: Vec<Row>,
    pub(super) links_alike: Vec<Row>,
    /// Links and rare mentions, the strongest; and the other way.
    pub(super) edges: Vec<Row>,
    pub(super) edges_back: Vec<Row>,
    pub(super) edge_counts: Vec<f32>,
    /// The articles with the most of each word.
    pub(super) postings: Vec<Row>,
    /// Near articles by their words; the nearest; and those that have the page among their nearest.
    pub(super) near: Vec<Row>,
    pub(super) neighbours: Vec<Row>,
    pub(super) neighbour_of: Vec<Row>,
    /// How many links lead to each page, in steps, as a logarithm; and the most.
    pub(super) popularity: Vec<f32>,
    pub(super) most_popular: f32,
    /// The folders on the way to each page, by their numbers.
    pub(super) ways: Vec<Vec<u32>>,
    /// How much a shared folder says: nothing where links go anywhere.
    pub(super) folders: f32,
}

impl<'a> Index<'a> {
    pub(super) fn of(site: &'a Site, facts: &'a Facts, found: &[Arc<Mentions>]) -> Self {
        let vectors: Vec<Row> = facts.pages.par_iter().map(|page| vector(facts, page)).collect();
        let leads = facts.pages.par_iter().map(|page| lead(facts, page)).collect();
        let titles: Vec<Row> = facts.pages.iter().map(|page| title(facts, page)).collect();
        let title_vectors = title_vectors(facts, &titles);
        let (mentions, mentions_in_code) = mentions(facts, found);
        let mentioned = inverted(&mentions);
        let links_alike = links(site);
        let linked = inverted(&links_alike);
        let rare = |rows: &[Row], back: &[Row]| -> Vec<Row> {
            let weigh = |(to, _): &(u32, f32)| (*to, rarity(back[*to as usize].len()));
            rows.iter().map(|row| row.iter().map(weigh).collect()).collect()
        };
        let edges: Vec<Row> =
            links_alike.iter().zip(&mentions).map(|(links, mentions)| edges(links, mentions)).collect();
        let all_back = inverted(&edges);
        let postings = postings(&vectors, facts.rarity.len(), site);
        let near = near(&vectors, &postings);
        let neighbours: Vec<Row> = near.iter().map(|row| row[..NEIGHBOURS.min(row.len())].to_vec()).collect();
        let popularity: Vec<f32> = linked.iter().map(|row| tidy((1.0 + stepped(row.len() as f32, 1.0)).ln())).collect();
        Self {
            site,
            facts,
            leads,
            topics: topics(site),
            title_vectors,
            mentions_in_code,
            mentioned,
            links: rare(&links_alike, &linked),
            linked_rarely: rare(&linked, &links_alike),
            edge_counts: all_back.iter().map(|row| rarity(row.len())).collect(),
            edges_back: cut(&all_back, EDGES_BACK),
            neighbour_of: cut(&inverted(&neighbours), NEIGHBOURS),
            most_popular: popularity.iter().copied().fold(1e-6, f32::max),
            folders: folders(site, &links_alike),
            ways: ways(site),
            vectors,
            titles,
            mentions,
            linked,
            links_alike,
            edges,
            postings,
            near,
            neighbours,
            popularity,
        }
    }

    /// Memory to rank with.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch::new(self.site.pages.len(), self.facts.rarity.len())
    }
}

/// How much one of so many says.
fn rarity(count: usize) -> f32 {
    tidy(1.0 / (1.0 + stepped(count as f32, 2.0)).ln().max(0.5))
}

fn vector(facts: &Facts, page: &PageFacts) -> Row {
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

fn lead(facts: &Facts, page: &PageFacts) -> Row {
    let is_told = |word: &Word| word.in_lead || word.in_description || word.in_title || word.in_keywords;
    let weigh = |(number, word): &(u32, Word)| {
        let says = facts.rarity[*number as usize];
        (says > 0.0 && is_told(word)).then_some((*number, says * if word.in_title { 2.0 } else { 1.0 }))
    };
    normalised(top_words(facts, page.words.iter().filter_map(weigh).collect(), LEAD_VECTOR))
}

fn title(facts: &Facts, page: &PageFacts) -> Row {
    let mut row: Row = page.title.iter().map(|word| (*word, facts.title_rarity[*word as usize])).collect();
    let sum = row.iter().map(|(_, weight)| weight).sum::<f32>().max(1e-6);
    row.iter_mut().for_each(|(_, weight)| *weight /= sum);
    row
}

/// Titles by how few titles have each word.
fn title_vectors(facts: &Facts, titles: &[Row]) -> Vec<Row> {
    let mut having: FxHashMap<u32, f32> = FxHashMap::default();
    titles.iter().flatten().for_each(|(word, _)| *having.entry(*word).or_default() += 1.0);
    let weigh = |(word, _): &(u32, f32)| (*word, tidy((1.0 + facts.count / stepped(having[word], 2.0)).ln()));
    titles.iter().map(|row| normalised(row.iter().map(weigh).collect())).collect()
}

/// Mentions with how rare each is: those in texts, and those in code.
fn mentions(facts: &Facts, found: &[Arc<Mentions>]) -> (Vec<Row>, Vec<Row>) {
    let mut times = vec![0_u32; facts.pages.len()];
    found.iter().flat_map(|found| &found.in_text).for_each(|page| times[*page as usize] += 1);
    let all = (1.0 + facts.count).ln();
    let rare = |times: &u32| tidy((1.0 + facts.count / (1.0 + stepped(*times as f32, 2.0))).ln() / all);
    let rare: Vec<f32> = times.iter().map(rare).collect();
    let weigh = |pages: &Vec<u32>| -> Row { pages.iter().map(|page| (*page, rare[*page as usize])).collect() };
    found.iter().map(|found| (weigh(&found.in_text), weigh(&found.in_code))).unzip()
}

/// The articles of each topic on either side of an article, of which so many are looked at.
const REACH: usize = 16;

/// The articles that share topics with each article.
fn topics(site: &Site) -> Vec<Row> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); site.topics.len()];
    let articles = site.pages.iter().enumerate().filter(|(_, page)| page.kind == PageKind::Article);
    for (id, page) in articles {
        page.topics.iter().for_each(|topic| members[*topic].push(id as u32));
    }
    let of_page = |(id, page): (usize, &Page)| -> Row {
        let id = id as u32;
        let mut row: FxHashMap<u32, f32> = FxHashMap::default();
        for members in page.topics.iter().map(|topic| &members[*topic]) {
            let here = members.partition_point(|other| *other < id);
            let near = &members[here.saturating_sub(REACH)..(here + REACH + 1).min(members.len())];
            for other in near.iter().filter(|other| **other != id) {
                *row.entry(*other).or_default() += rarity(members.len());
            }
        }
        top(row.into_iter().collect(), 2 * REACH)
    };
    site.pages.iter().enumerate().map(of_page).collect()
}

/// The pages that each page links to.
fn links(site: &Site) -> Vec<Row> {
    let of_page = |(id, page): (PageId, &Page)| {
        let mut pages: Vec<u32> = Vec::new();
        for link in page.links.iter() {
            if let Target::Page(to, _) = link.target
                && to != id
            {
                pages.push(to as u32);
            }
        }
        pages.sort_unstable();
        pages.dedup();
        pages.into_iter().map(|page| (page, 1.0)).collect()
    };
    site.pages.iter().enumerate().map(of_page).collect()
}

/// Links and rare mentions, the strongest.
fn edges(links: &Row, mentions: &Row) -> Row {
    let mut edges: FxHashMap<u32, f32> = links.iter().copied().collect();
    for (page, weight) in mentions.iter().filter(|(_, weight)| *weight > RARE_MENTION) {
        let edge = edges.entry(*page).or_default();
        *edge = edge.max(*weight);
    }
    top(edges.into_iter().collect(), EDGES)
}

/// The articles that have the most of each word.
fn postings(vectors: &[Row], words: usize, site: &Site) -> Vec<Row> {
    let mut postings = vec![Row::new(); words];
    for (page, vector) in (0..).zip(vectors) {
        if site.pages[page as usize].kind == PageKind::Article {
            vector.iter().for_each(|(word, weight)| postings[*word as usize].push((page, *weight)));
        }
    }
    postings.into_par_iter().map(|row| top(row, POSTINGS)).collect()
}

/// The articles whose words are most like those of each article: found by their words, then compared whole.
fn near(vectors: &[Row], postings: &[Row]) -> Vec<Row> {
    let of_page = |(sum, here): &mut (Sum, Vec<f32>), id: usize| -> Row {
        let vector = &vectors[id];
        for (word, weight) in vector {
            here[*word as usize] = *weight;
            postings[*word as usize].iter().for_each(|(page, other)| sum.add(*page, weight * other));
        }
        let rough = sum.take().into_iter().filter(|(page, _)| *page as usize != id).collect();
        let exact = top(rough, NEAR).into_iter().map(|(page, _)| {
            let shared = vectors[page as usize].iter().map(|(word, weight)| here[*word as usize] * weight).sum();
            (page, shared)
        });
        let exact = top(exact.collect(), NEAR);
        vector.iter().for_each(|(word, _)| here[*word as usize] = 0.0);
        exact
    };
    let memory = || (Sum::new(vectors.len()), vec![0.0; postings.len()]);
    (0..vectors.len()).into_par_iter().map_init(memory, of_page).collect()
}

/// The folders on the way to each page: equal numbers, the same folder.
fn ways(site: &Site) -> Vec<Vec<u32>> {
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let mut ways = Vec::with_capacity(site.pages.len());
    for page in &site.pages {
        let folder = page.head.path.parent();
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        let mut way = Vec::new();
        for end in ends {
            let next = numbers.len() as u32;
            way.push(*numbers.entry(&folder[..end]).or_insert(next));
        }
        ways.push(way);
    }
    ways
}

/// How much a shared folder says, by how many links stay in their folder.
fn folders(site: &Site, links: &[Row]) -> f32 {
    let folder = |page: usize| site.pages[page].head.path.parent();
    let (mut inside, mut all) = (0.0, 0.0_f32);
    for (from, row) in links.iter().enumerate() {
        all += row.len() as f32;
        inside += row.iter().filter(|(to, _)| folder(from) == folder(*to as usize)).count() as f32;
    }
    stepped((1.5 * (inside / all.max(1.0) - 0.2)).clamp(0.0, 1.0), 4.0)
}
