//! Related reading: for each article the others that are worth reading next, and why.
//!
//! In: what heads say: titles, headings, the words that describe each section, links, folders, topics. Out: the related
//! reading of every article, best first, with reasons that readers understand.
//!
//! | file | what it does |
//! |---|---|
//! | `facts` | the words of each article as numbers, and how rare each is |
//! | `rows` | sparse rows of weights: cut, inverted, multiplied |
//! | `matrix` | a row for each page, and which of them came out otherwise than before |
//! | `vectors` | the words of a page as rows |
//! | `edges` | what joins pages beside their words |
//! | `index` | what all articles share: vectors of words, mentions of titles, links both ways, nearest neighbours |
//! | `mention` | which titles each page has in its text and in its code |
//! | `section` | what to see also at one section |
//! | `rank` | the ranking of one article: candidates, their signals, one weighted sum |
//! | `choose` | pins and blocks, no more than two of a series, a threshold, reasons |
//! | `kept` | all of it from one weave to the next, of which that is made again that may differ |
//!
//! What must stay true: one formula and one set of weights for every site. Everything that grows with the number of
//! articles that share a word, a link or a title is cut at a fixed length, so that the whole is linear. Counts come
//! in steps, so that most edits of prose change nothing, and ties go by path.

mod choose;
mod edges;
mod facts;
mod index;
mod kept;
mod matrix;
mod mention;
mod rank;
mod rows;
mod section;
mod vectors;

use std::sync::{Arc, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::link::{
    Memory, graph,
    related::{choose::Choice, facts::Facts, index::View},
};
use crate::model::{
    Config, Diagnostic, Digest, Head, Site, digest,
    site::{Page, PageId, PageKind, Related},
};

pub(super) use self::{
    kept::Kept,
    mention::{Mentions, Titles},
};

/// The ranking of every article: what its editors pinned, then the others, best first, without those that are blocked.
///
/// `limit` is how many pages each has at the most. Pages that are no articles have none.
pub fn ranking(site: &Site, limit: usize) -> Vec<Vec<PageId>> {
    let choices = choose::of_editors(site, &mut Vec::new());
    of_pages(site, |index, scratch, id| {
        if !is_article(site, id) {
            return Vec::new();
        }
        let choice = &choices[id];
        let found = index.ranked(scratch, id).into_iter().map(|found| found.page).filter(|page| choice.is_free(*page));
        choice.pinned.iter().copied().filter(|page| *page != id).chain(found).take(limit).collect()
    })
}

/// What else to see at each section of every article, best first.
///
/// `limit` is how many pages each has at the most.
pub fn ranking_of_sections(site: &Site, limit: usize) -> Vec<Vec<Vec<PageId>>> {
    let choices = choose::of_editors(site, &mut Vec::new());
    of_pages(site, |index, scratch, id| {
        if !is_article(site, id) {
            return Vec::new();
        }
        let found = index.ranked(scratch, id);
        let of_section = |section: usize| {
            let seen = index.of_section(scratch, id, section, &found).into_iter().map(|seen| seen.page);
            seen.filter(|page| choices[id].is_free(*page)).take(limit).collect()
        };
        (0..site.pages[id].head.sections.len()).map(of_section).collect()
    })
}

/// What `of_page` makes of each page with an index of the whole site.
fn of_pages<T: Send>(site: &Site, of_page: impl Fn(View<'_>, &mut rank::Scratch, PageId) -> T + Send + Sync) -> Vec<T> {
    let (mentions, _) = mentions(site, &Titles::of(site, None), &Memory::default());
    let targets: Vec<Digest> = site.pages.iter().map(|page| graph::targets(&page.links)).collect();
    let (mut facts, mut index) = (Facts::default(), index::Index::new(site));
    facts.update(site);
    index.update(site, &facts, &mentions, &targets);
    let index = View::new(site, &facts, &index);
    let pages = (0..site.pages.len()).into_par_iter();
    pages.map_init(|| index.scratch(), |scratch, id| of_page(index, scratch, id)).collect()
}

/// Fills the related reading of every article: what is remembered of the same facts, or else found anew. `targets` names the
/// pages that each page links to.
pub(super) fn pages(
    config: &Config,
    site: &mut Site,
    targets: &[Digest],
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let choices = choose::of_editors(site, diagnostics);
    if !config.related.enabled {
        return;
    }
    let (old, new) = memory;
    let titles = Titles::of(site, old.titles.as_ref());
    let (mentions, names) = mentions(site, &titles, old);
    let name = name(config, site, &choices, targets, &mentions);
    let remembered = old.related.as_ref().filter(|(other, _)| *other == name).map(|(_, related)| related.clone());
    let related = remembered.unwrap_or_else(|| {
        // What a panic left behind is of no use.
        let mut kept = old.kept.lock().unwrap_or_else(|poisoned| {
            let mut kept = PoisonError::into_inner(poisoned);
            *kept = Kept::default();
            kept
        });
        let (readings, found) = kept.update(config, site, &choices, &mentions, targets);
        new.related_found = found;
        Arc::new(readings.to_vec())
    });
    for (page, reading) in site.pages.iter_mut().zip(related.iter()) {
        page.related.clone_from(&reading.related);
        page.see_also.clone_from(&reading.see_also);
    }
    new.mentions = names.into_iter().zip(mentions).collect();
    new.related = Some((name, related));
    new.titles = Some(titles);
    new.kept = old.kept.clone();
}

/// What else to read, for one page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    related: Arc<[Related]>,
    /// For each section that asks, by its index.
    see_also: Arc<[(usize, Vec<Related>)]>,
}

/// The sections of an article below whose headings stands what else to see.
fn asking(config: &Config, head: &Head) -> Vec<usize> {
    let usual = head.front.see_also.unwrap_or(config.related.sections);
    let headings = head.headings.iter().enumerate();
    headings.filter(|(_, heading)| heading.see_also.unwrap_or(usual)).map(|(at, _)| at + 1).collect()
}

/// What each page mentions, and the name of what that was found from.
fn mentions(site: &Site, titles: &Titles, old: &Memory) -> (Vec<Arc<Mentions>>, Vec<Digest>) {
    let of_page = |scratch: &mut mention::Scratch, id: PageId| {
        let head = &site.pages[id].head;
        let name = titles.name(id, head);
        let remembered = old.mentions.get(&name).cloned();
        (remembered.unwrap_or_else(|| Arc::new(titles.mentioned(scratch, id, head))), name)
    };
    (0..site.pages.len()).into_par_iter().map_init(mention::Scratch::default, of_page).unzip()
}

/// Names everything that related reading is found from.
fn name(config: &Config, site: &Site, choices: &[Choice], targets: &[Digest], mentions: &[Arc<Mentions>]) -> Digest {
    let mut named = digest::encode(&(&config.related, topics(site)), Vec::new());
    for (id, page) in site.pages.iter().enumerate() {
        let Choice { pinned, blocked } = &choices[id];
        let mut blocked: Vec<PageId> = blocked.iter().copied().collect();
        blocked.sort_unstable();
        let length = facts::length(&page.head).to_bits();
        let asking = asking(config, &page.head);
        // What a section says counts where it asks, and nowhere else.
        let own = (!asking.is_empty()).then(|| (page.head.profile.digest, section_links(page), &page.head.sections));
        let head = (&page.head.path, page.kind, page.head.profile.core_digest, length);
        named = digest::encode(&(head, targets[id], &page.topics, mentions[id].digest), named);
        named = digest::encode(&(pinned, blocked, asking, own), named);
    }
    Digest::of(&named)
}

/// What is told of topics: the one above each, and its size in steps.
fn topics(site: &Site) -> Vec<(Option<usize>, u32)> {
    site.topics.iter().map(|topic| (topic.parent, choose::size(topic))).collect()
}

/// The sections in which the links of a page stand.
fn section_links(page: &Page) -> Vec<u32> {
    page.head.links.iter().map(|link| link.section).collect()
}

fn is_article(site: &Site, id: PageId) -> bool {
    site.pages[id].kind == PageKind::Article
}
