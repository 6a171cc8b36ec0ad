//! What joins pages beside their words: mentions of titles, topics, links, folders.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::link::related::{
    facts::Facts,
    mention::Mentions,
    rows::{Row, stepped, tidy, top},
};
use crate::model::{
    Digest, Site,
    site::{Page, PageId, PageKind, Target},
};

/// How many edges an article has at the most.
const EDGES: usize = 48;

/// A mention of a title that is rarer than this is an edge, as a link is.
const RARE_MENTION: f32 = 0.25;

/// How much one of so many says.
pub(super) fn rarity(count: usize) -> f32 {
    tidy(1.0 / (1.0 + stepped(count as f32, 2.0)).ln().max(0.5))
}

/// Mentions with how rare each is: those in texts, and those in code.
pub(super) fn mentions(facts: &Facts, found: &[(Digest, Arc<Mentions>)]) -> (Vec<Row>, Vec<Row>) {
    let mut times = vec![0_u32; facts.pages.len()];
    found.iter().flat_map(|(_, found)| &found.in_text).for_each(|page| times[*page as usize] += 1);
    let all = (1.0 + facts.count).ln();
    let rare = |times: &u32| tidy((1.0 + facts.count / (1.0 + stepped(*times as f32, 1.0))).ln() / all);
    let rare: Vec<f32> = times.iter().map(rare).collect();
    let weigh = |pages: &Vec<u32>| -> Row { pages.iter().map(|page| (*page, rare[*page as usize])).collect() };
    found.iter().map(|(_, found)| (weigh(&found.in_text), weigh(&found.in_code))).unzip()
}

/// The articles of each topic on either side of an article, of which so many are looked at.
const REACH: usize = 16;

/// The articles that share topics with each article.
pub(super) fn topics(site: &Site) -> Vec<Row> {
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
pub(super) fn links(site: &Site) -> Vec<Row> {
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
pub(super) fn edges(links: &Row, mentions: &Row) -> Row {
    let mut edges: FxHashMap<u32, f32> = links.iter().copied().collect();
    for (page, weight) in mentions.iter().filter(|(_, weight)| *weight > RARE_MENTION) {
        let edge = edges.entry(*page).or_default();
        *edge = edge.max(*weight);
    }
    top(edges.into_iter().collect(), EDGES)
}

/// The folder of each page, by its number, and the folders on the way to each folder.
pub(super) fn ways(site: &Site) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let (mut folders, mut ways) = (Vec::with_capacity(site.pages.len()), Vec::new());
    for page in &site.pages {
        let folder = page.head.path.parent();
        let mut way = Vec::new();
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for name in ends.map(|end| &folder[..end]) {
            let number = *numbers.entry(name).or_insert(ways.len() as u32);
            if !name.is_empty() {
                way.push(number);
            }
            if number as usize == ways.len() {
                ways.push(way.clone());
            }
        }
        folders.push(numbers[folder]);
    }
    (folders, ways)
}

/// How much a shared folder says, by how many links stay in their folder.
pub(super) fn folders(site: &Site, links: &[Row]) -> f32 {
    let folder = |page: usize| site.pages[page].head.path.parent();
    let (mut inside, mut all) = (0.0, 0.0_f32);
    for (from, row) in links.iter().enumerate() {
        all += row.len() as f32;
        inside += row.iter().filter(|(to, _)| folder(from) == folder(*to as usize)).count() as f32;
    }
    stepped((1.5 * (inside / all.max(1.0) - 0.2)).clamp(0.0, 1.0), 4.0)
}
