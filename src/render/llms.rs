//! What language models are given of the site, in the form of llmstxt.org: `llms.txt`, a list of all pages as Markdown, and
//! `llms-full.txt`, their whole text.

use crate::link::route;
use crate::model::{
    Config, Site,
    site::{Page, PageId, PageKind},
};
use crate::render::page::{copy_path, summary};

/// The name of the list.
pub const LIST: &str = "llms.txt";

/// The name of the file with the whole text.
pub const FULL: &str = "llms-full.txt";

/// Counts up with every change of what the whole text is made to be.
pub const VERSION: u32 = 1;

/// Pages of more words together are not given as one file: no model reads so many at once.
pub const MOST_WORDS: u64 = 500_000;

/// The pages that are told, each folder before the next, in reading order.
pub fn pages(site: &Site) -> Vec<PageId> {
    let mut pages = Vec::new();
    let mut open: Vec<PageId> = site.home.into_iter().collect();
    while let Some(id) = open.pop() {
        pages.push(id);
        open.extend(site.pages[id].children.iter().rev());
    }
    pages.retain(|id| is_told(&site.pages[*id]));
    pages
}

/// Whether a page has something to read that everybody may find.
fn is_told(page: &Page) -> bool {
    let has_text = page.has_source && page.head.words > 0;
    has_text && page.kind != PageKind::Topic && page.head.front.search != Some(false)
}

/// Whether the whole text is given.
pub fn is_full(config: &Config, site: &Site, pages: &[PageId]) -> bool {
    let words: u64 = pages.iter().map(|id| u64::from(site.pages[*id].head.words)).sum();
    config.llms.enabled && config.llms.full && words > 0 && words <= MOST_WORDS
}

/// The list: the site's title and description, and under a heading for each folder at the top its pages.
pub fn list(config: &Config, site: &Site, pages: &[PageId]) -> String {
    let mut text = format!("# {}\n", line(&config.title));
    if !config.description.is_empty() {
        text.push_str(&format!("\n> {}\n", line(&config.description)));
    }
    let mut groups: Vec<(PageId, String)> = Vec::new();
    for id in pages {
        let top = top_of(site, *id);
        match groups.iter_mut().find(|(group, _)| *group == top) {
            Some((_, entries)) => entries.push_str(&entry(config, &site.pages[*id])),
            None => groups.push((top, entry(config, &site.pages[*id]))),
        }
    }
    for (top, entries) in groups {
        text.push_str(&format!("\n## {}\n\n{entries}", line(&site.pages[top].head.title)));
    }
    text
}

/// A page in the list: a link to its copy as Markdown where it has one, and what it is about.
fn entry(config: &Config, page: &Page) -> String {
    let path = copy_path(config, page).map_or_else(|| page.url.clone(), |path| route::address(&path));
    let title = line(&page.head.title).replace('[', "\\[").replace(']', "\\]");
    let about = line(summary(&page.head));
    let about = if about.is_empty() { about } else { format!(": {about}") };
    format!("- [{title}]({}){about}\n", config.base_url.absolute(&path))
}

/// The folder at the top that a page is in; the front page for what lies beside it.
fn top_of(site: &Site, id: PageId) -> PageId {
    let above: Vec<PageId> = std::iter::successors(Some(id), |id| site.pages[*id].parent).collect();
    let section = above.iter().rev().nth(1).filter(|id| site.pages[**id].kind == PageKind::Section);
    section.or(above.last()).copied().unwrap_or(id)
}

/// Text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The whole text: `copies` are the pages' own, each with its address.
pub fn full<'a>(config: &Config, site: &Site, copies: impl Iterator<Item = (PageId, &'a str)>) -> String {
    let mut text = format!("# {}\n", line(&config.title));
    if !config.description.is_empty() {
        text.push_str(&format!("\n> {}\n", line(&config.description)));
    }
    for (id, copy) in copies {
        let address = config.base_url.absolute(&site.pages[id].url);
        text.push_str(&format!("\n---\n\nSource: <{address}>\n\n{}\n", copy.trim()));
    }
    text
}
