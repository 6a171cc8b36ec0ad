//! Related reading: for each article the others that are worth reading next, and why.
//!
//! In: what heads say: titles, headings, the words that describe each section, links, folders, topics. Out: the related
//! reading of every article, best first, with reasons that readers understand.
//!
//! | file | what it does |
//! |---|---|
//! | `facts` | the words of each article as numbers, and how rare each is |
//! | `rows` | sparse rows of weights: cut, inverted, multiplied |
//! | `index` | what all articles share: vectors of words, mentions of titles, links both ways, nearest neighbours |
//! | `mention` | which titles each page has in its text and in its code |
//! | `section` | what to see also at one section |
//! | `rank` | the ranking of one article: candidates, their signals, one weighted sum |
//! | `choose` | pins and blocks, no more than two of a series, a threshold, reasons |
//!
//! What must stay true: one formula and one set of weights for every site. Everything that grows with the number of
//! articles that share a word, a link or a title is cut at a fixed length, so that the whole is linear. Counts come
//! in steps, so that most edits of prose change nothing, and ties go by path.

mod choose;
mod facts;
mod index;
mod mention;
mod rank;
mod rows;
mod section;

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::link::{
    Memory,
    related::{choose::Choice, facts::Facts, index::Index, mention::Titles},
};
use crate::model::{
    Config, Diagnostic, Digest, Head, Site,
    site::{Page, PageId, PageKind, Related, Target},
};

pub(super) use self::mention::Mentions;

/// The ranking of every article: what its editors pinned, then the others, best first, without those that are blocked.
///
/// `limit` is how many pages each has at the most. Pages that are no articles have none.
pub fn ranking(site: &Site, limit: usize) -> Vec<Vec<PageId>> {
    let choices = choose::of_editors(site, &mut Vec::new());
    let facts = Facts::of(site);
    let index = Index::of(site, &facts, &mentions(site, &Memory::default()).0);
    let of_page = |scratch: &mut rank::Scratch, id: PageId| -> Vec<PageId> {
        if !is_article(site, id) {
            return Vec::new();
        }
        let choice = &choices[id];
        let found = index.ranked(scratch, id).into_iter().map(|found| found.page).filter(|page| choice.is_free(*page));
        choice.pinned.iter().copied().filter(|page| *page != id).chain(found).take(limit).collect()
    };
    (0..site.pages.len()).into_par_iter().map_init(|| index.scratch(), of_page).collect()
}

/// What else to see at each section of every article, best first.
///
/// `limit` is how many pages each has at the most.
pub fn ranking_of_sections(site: &Site, limit: usize) -> Vec<Vec<Vec<PageId>>> {
    let choices = choose::of_editors(site, &mut Vec::new());
    let facts = Facts::of(site);
    let index = Index::of(site, &facts, &mentions(site, &Memory::default()).0);
    let of_page = |scratch: &mut rank::Scratch, id: PageId| -> Vec<Vec<PageId>> {
        if !is_article(site, id) {
            return Vec::new();
        }
        let found = index.ranked(scratch, id);
        let of_section = |section: usize| {
            let seen = index.of_section(scratch, id, section, &found).into_iter().map(|seen| seen.page);
            seen.filter(|page| choices[id].is_free(*page)).take(limit).collect()
        };
        (0..site.pages[id].head.sections.len()).map(of_section).collect()
    };
    (0..site.pages.len()).into_par_iter().map_init(|| index.scratch(), of_page).collect()
}

/// Fills the related reading of every article: what is remembered of the same facts, or else found anew.
pub(super) fn pages(
    config: &Config,
    site: &mut Site,
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let choices = choose::of_editors(site, diagnostics);
    if !config.related.enabled {
        return;
    }
    let (old, new) = memory;
    let (mentions, names) = mentions(site, old);
    let name = name(config, site, &choices, &mentions);
    let remembered = old.related.as_ref().filter(|(other, _)| *other == name).map(|(_, related)| related.clone());
    let related = remembered.unwrap_or_else(|| Arc::new(find(config, site, &choices, &mentions)));
    for (page, reading) in site.pages.iter_mut().zip(related.iter()) {
        page.related.clone_from(&reading.related);
        page.see_also.clone_from(&reading.see_also);
    }
    new.mentions = names.into_iter().zip(mentions).collect();
    new.related = Some((name, related));
}

/// What else to read, for one page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    related: Vec<Related>,
    /// For each section that asks, by its index.
    see_also: Vec<(usize, Vec<Related>)>,
}

fn find(config: &Config, site: &Site, choices: &[Choice], mentions: &[Arc<Mentions>]) -> Vec<Reading> {
    let facts = Facts::of(site);
    let index = Index::of(site, &facts, mentions);
    let of_page = |scratch: &mut rank::Scratch, id: PageId| -> Reading {
        let asking = asking(config, &site.pages[id].head);
        if !is_article(site, id) && asking.is_empty() {
            return Reading::default();
        }
        let found = index.ranked(scratch, id);
        let see_also = choose::see_also(&index, scratch, id, &found, &choices[id], &asking);
        match is_article(site, id) {
            true => Reading { related: choose::related(config, &index, id, &found, &choices[id]), see_also },
            false => Reading { related: Vec::new(), see_also },
        }
    };
    (0..site.pages.len()).into_par_iter().map_init(|| index.scratch(), of_page).collect()
}

/// The sections of an article below whose headings stands what else to see.
fn asking(config: &Config, head: &Head) -> Vec<usize> {
    let usual = head.front.see_also.unwrap_or(config.related.sections);
    let headings = head.headings.iter().enumerate();
    headings.filter(|(_, heading)| heading.see_also.unwrap_or(usual)).map(|(at, _)| at + 1).collect()
}

/// What each page mentions, and the name of what that was found from.
fn mentions(site: &Site, old: &Memory) -> (Vec<Arc<Mentions>>, Vec<Digest>) {
    let titles = Titles::of(site);
    let of_page = |scratch: &mut mention::Scratch, id: PageId| {
        let head = &site.pages[id].head;
        let name = titles.name(id, head);
        let remembered = old.mentions.get(&name).cloned();
        (remembered.unwrap_or_else(|| Arc::new(titles.mentioned(scratch, id, head))), name)
    };
    (0..site.pages.len()).into_par_iter().map_init(mention::Scratch::default, of_page).unzip()
}

/// Names everything that related reading is found from.
fn name(config: &Config, site: &Site, choices: &[Choice], mentions: &[Arc<Mentions>]) -> Digest {
    let of_page = |id: PageId| {
        let page = &site.pages[id];
        let links = page.links.iter().filter_map(|link| match link.target {
            Target::Page(to, _) => Some(to),
            _ => None,
        });
        let mut blocked: Vec<PageId> = choices[id].blocked.iter().copied().collect();
        blocked.sort_unstable();
        let length = facts::length(&page.head).to_bits();
        let asking = asking(config, &page.head);
        // What a section says counts where it asks, and nowhere else.
        let own = (!asking.is_empty()).then(|| (page.head.profile.digest, section_links(page), &page.head.sections));
        let head = (&page.head.path, page.kind, page.head.profile.core_digest, length);
        (head, links.collect::<Vec<_>>(), &page.topics, &*mentions[id], (&choices[id].pinned, blocked), (asking, own))
    };
    let pages: Vec<_> = (0..site.pages.len()).map(of_page).collect();
    let topics: Vec<_> = site.topics.iter().map(|topic| (topic.parent, topic.sections.len())).collect();
    Digest::of_value(&(&config.related, pages, topics))
}

/// The sections in which the links of a page stand.
fn section_links(page: &Page) -> Vec<u32> {
    page.head.links.iter().map(|link| link.section).collect()
}

fn is_article(site: &Site, id: PageId) -> bool {
    site.pages[id].kind == PageKind::Article
}
