//! The index of the search: files that a script in the browser reads, of which it loads what a query needs.
//!
//! In: the words of each article ([`Words`]), its sections, and where it stands in the site. Out: files below the folder
//! of the search page.
//!
//! | file | holds |
//! |---|---|
//! | `words.json` | how many pages there are, and with which word each of the files below begins |
//! | `w/w-WORD.json` | words in their order from `WORD` on, each with the pages that have it |
//! | `e/e-WORD.json` | words spelled backwards, in their order: where to look for those that are misspelled at the beginning |
//! | `t/t-TOPIC.json` | the pages of a topic |
//! | `dialog.txt` | what the search looks like, from the theme (`search_page.rs`) |
//! | `p/p-PAGE.json` | a part of a page: its title, its sections and their text |
//!
//! What must stay true: what the browser makes of a query and what is made of text here are the same words (`words.rs`,
//! and the beginning of the theme's `search.js`). The same site gives the same files. An edit of one article changes the
//! files of its own words and of its own parts, and no others: pages have numbers that do not depend on their neighbours
//! ([`slots`]), files of words end where the words themselves say so (`shard.rs`), and no number in them depends on the
//! whole.

mod article;
mod shard;
mod slots;
mod words;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::{
    Config, RelPath, Site,
    site::{Page, PageId, PageKind},
};
use crate::render::page;

pub use self::{
    article::{MOST_PARTS, Parts, Words, part_name},
    slots::slots,
};

/// Counts up with every change of what this makes of the same articles.
pub const VERSION: u32 = 1;

/// From so many places on, only the best places of a word are listed: a word that is nearly everywhere finds nothing by
/// itself, and its list would be most of what a query loads.
const MOST_PLACES: usize = 1024;

/// The pages that the search finds, in the order of the site.
pub fn found(site: &Site) -> Vec<PageId> {
    let is_found =
        |page: &Page| page.has_source && page.kind != PageKind::Topic && page.head.front.search != Some(false);
    (0..site.pages.len()).filter(|id| is_found(&site.pages[*id])).collect()
}

/// The pages above a page that have a title to tell, as `Manual › Start`; empty for those directly below the front page.
pub fn trail(config: &Config, site: &Site, id: PageId) -> String {
    let crumbs = page::breadcrumbs(config, site, id);
    let titles: Vec<&str> = crumbs.iter().skip(1).map(|crumb| crumb.title).collect();
    titles.join(" › ")
}

/// The names of the topics of each section of a page.
pub fn topics_of_sections<'a>(config: &'a Config, site: &Site, page: &Page) -> Vec<Vec<&'a str>> {
    let name = |topic: usize| config.topics[site.topics[topic].declared].name.as_str();
    page.section_topics.iter().map(|topics| topics.iter().map(|of| name(of.topic)).collect()).collect()
}

/// The index of all words: each file by its path below the folder of the search. `pages` are the words of each page, by its
/// rising slot; `topics` the slots of the pages of each topic, by its name.
pub fn index(pages: &[(u32, &Words)], topics: &BTreeMap<&str, Vec<u32>>) -> Vec<(RelPath, Vec<u8>)> {
    let mut places: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    for (slot, words) in pages {
        for (part, words) in (0..).zip(words.parts()) {
            for (word, rank) in words {
                places.entry(word).or_default().push(shard::place(rank, *slot, part));
            }
        }
    }
    let mut places: Vec<(&str, Vec<u32>)> = places.into_iter().collect();
    places.sort_unstable_by(|(a, _), (b, _)| words::order(a, b));
    let (words, starts) = shard::words(places.iter_mut().map(|(word, places)| (*word, places)));
    let (ends, end_starts) = shard::ends(places.iter().map(|(word, _)| *word));
    let mut files = words;
    files.extend(ends);
    for (name, slots) in topics {
        files.push((format!("t/t-{name}.json"), shard::gaps(slots).into_bytes()));
    }
    let manifest = serde_json::json!({ "pages": pages.len(), "words": starts, "ends": end_starts });
    files.push(("words.json".to_owned(), manifest.to_string().into_bytes()));
    let named = |(name, bytes)| (RelPath::new(name).expect("letters, digits and hyphens make a path"), bytes);
    files.into_iter().map(named).collect()
}
