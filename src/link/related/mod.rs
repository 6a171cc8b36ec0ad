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
//! | `rank` | the ranking of one article: candidates, their signals, one weighted sum |
//! | `choose` | pins and blocks, no more than two of a series, a threshold, reasons |
//!
//! What must stay true: one formula and one set of weights for every site. Everything that grows with the number of
//! articles that share a word, a link or a title is cut at a fixed length, so that the whole is linear. Counts come
//! in steps, so that most edits of prose change nothing, and ties go by path.

mod choose;
mod facts;
mod index;
mod rank;
mod rows;

use rayon::prelude::*;

use crate::model::{
    Config, Diagnostic, Site,
    site::{PageId, PageKind, Related},
};

use self::{facts::Facts, index::Index};

/// The ranking of every article: what its editors pinned, then the others, best first, without those that are blocked.
///
/// `limit` is how many pages each has at the most. Pages that are no articles have none.
pub fn ranking(site: &Site, limit: usize) -> Vec<Vec<PageId>> {
    let choices = choose::of_editors(site, &mut Vec::new());
    let facts = Facts::of(site);
    let index = Index::of(site, &facts);
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

/// Fills the related reading of every article.
pub(super) fn pages(config: &Config, site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let choices = choose::of_editors(site, diagnostics);
    if !config.related.enabled {
        return;
    }
    let facts = Facts::of(site);
    let index = Index::of(site, &facts);
    let of_page = |scratch: &mut rank::Scratch, id: PageId| -> Vec<Related> {
        if !is_article(site, id) {
            return Vec::new();
        }
        let found = index.ranked(scratch, id);
        choose::related(config, &index, id, &found, &choices[id])
    };
    let related: Vec<Vec<Related>> =
        (0..site.pages.len()).into_par_iter().map_init(|| index.scratch(), of_page).collect();
    for (page, related) in site.pages.iter_mut().zip(related) {
        page.related = related;
    }
}

fn is_article(site: &Site, id: PageId) -> bool {
    site.pages[id].kind == PageKind::Article
}
