//! The index of the search: files that a script in the browser reads, of which it loads what a query needs.
//!
//! In: the words of each article ([`Words`]), its sections, and where it stands in the site. Out: files below the folder
//! of the search page.
//!
//! | file | holds |
//! |---|---|
//! | `words.json` | how many pages there are, and with which word each of the files below begins; few pages' titles |
//! | `w/w-WORD.json` | words in their order from `WORD` on, each with the pages that have it; then titles |
//! | `e/e-WORD.json` | words spelled backwards, in their order: where to look for those that are misspelled at the beginning |
//! | `t/t-TOPIC.json` | the pages of a topic |
//! | `dialog.txt` | what the search looks like, from the theme (`search_page.rs`) |
//! | `p/p-PAGE.json` | a part of a page: its title, its sections and their text |
//!
//! A file of words ends with the address and the title of the best pages that have one of its words in the title, and
//! `words.json` has those of all pages of a small site: such a result is shown before any part of a page is loaded.
//!
//! What must stay true: what the browser makes of a query and what is made of text here are the same words (`words.rs`,
//! and the beginning of the theme's `search.js`). The same site gives the same files. An edit of one article changes the
//! files of its own words and of its own parts, and no others: pages have numbers that do not depend on their neighbours
//! ([`slots`]), files of words end where the words themselves say so (`shard.rs`), and no number in them depends on the
//! whole.

mod article;
mod index;
mod shard;
mod slots;
mod words;

use crate::model::{
    Config, Site,
    site::{Page, PageId, PageKind},
};
use crate::render::page;

pub use self::{
    article::{MOST_PARTS, Parts, Words, part_name, room},
    index::{Index, Named, Passing},
    slots::slots,
};

/// Counts up with every change of what this makes of the same articles.
pub const VERSION: u32 = 4;

/// From so many places on, only the best places of a word are listed: a word that is nearly everywhere finds nothing by
/// itself, and its list would be most of what a query loads.
const MOST_PLACES: usize = 1024;

/// A site is small where the search finds no more pages: all of their titles are loaded at once.
const SMALL: usize = 50;

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
