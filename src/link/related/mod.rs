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
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::link::{
    Memory, graph,
    related::{facts::Facts, index::View},
    skeleton::Skeleton,
};
use crate::model::{
    Config, Diagnostic, Digest, Head, RelPath, Site, digest,
    profile::{InMemory, Lexicon},
    signal::{COUNT, Weights},
    site::{Page, PageId, PageKind, Related},
};

pub(super) use self::{
    choose::Choice,
    kept::Kept,
    mention::{Mentions, Titles},
};

/// The ranking of every article: what its editors pinned, then the others, best first, without those that are blocked.
/// Here and below, heads have to have their words.
///
/// `limit` is how many pages each has at the most. Pages that are no articles have none.
pub fn ranking(config: &Config, site: &Site, limit: usize) -> Vec<Vec<PageId>> {
    let choices = choose::of_editors(site, |_| None);
    of_pages(site, &config.related.weights, |index, scratch, id| {
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
pub fn ranking_of_sections(config: &Config, site: &Site, limit: usize) -> Vec<Vec<Vec<PageId>>> {
    let choices = choose::of_editors(site, |_| None);
    of_pages(site, &config.related.weights, |index, scratch, id| {
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

/// What speaks for each candidate of the articles at these paths, by the numbers of signals.
pub fn signals(site: &Site, paths: &[&RelPath]) -> Vec<Vec<(PageId, [f32; COUNT])>> {
    let wanted: FxHashSet<&RelPath> = paths.iter().copied().collect();
    let mut found = of_pages(site, &Weights::default(), |index, scratch, id| {
        if !wanted.contains(&site.pages[id].head.path) {
            return Vec::new();
        }
        index.ranked(scratch, id).into_iter().map(|found| (found.page, found.signals())).collect()
    });
    let by_path: FxHashMap<&RelPath, PageId> =
        site.pages.iter().enumerate().map(|(id, page)| (&page.head.path, id)).collect();
    paths.iter().map(|path| by_path.get(path).map(|id| std::mem::take(&mut found[*id])).unwrap_or_default()).collect()
}

/// What editors pinned at each page, in their order.
pub fn pinned(site: &Site) -> Vec<Vec<PageId>> {
    choose::of_editors(site, |_| None).iter().map(|choice| choice.pinned.clone()).collect()
}

/// What `of_page` makes of each page with an index of the whole site.
fn of_pages<T: Send>(
    site: &Site,
    weights: &Weights,
    of_page: impl Fn(View<'_>, &mut rank::Scratch, PageId) -> T + Send + Sync,
) -> Vec<T> {
    let mentions = mentions((site, &InMemory), &Titles::of(site, None, |_| false), &Memory::default(), false);
    let targets: Vec<Digest> = site.pages.iter().map(|page| graph::targets(&page.links)).collect();
    let (mut facts, mut index) = (Facts::default(), index::Index::new(site));
    facts.update(site);
    index.update(site, &facts, &mentions, &targets);
    let index = View::new((site, &InMemory), &facts, &index, weights);
    let pages = (0..site.pages.len()).into_par_iter();
    pages.map_init(|| index.scratch(), |scratch, id| of_page(index, scratch, id)).collect()
}

/// Fills the related reading of every article: what is remembered of the same facts, or else found anew. `targets` names the
/// pages that each page links to.
pub(super) fn pages(
    config: &Config,
    (site, lexicon): (&mut Site, &dyn Lexicon),
    (skeleton, targets): (&Arc<Skeleton>, &[Digest]),
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (old, new) = memory;
    let is_same_order = old.skeleton.as_ref().is_some_and(|old| Arc::ptr_eq(&old.places, &skeleton.places));
    let had = |id: PageId| is_same_order && old.had(id, &site.pages[id].head);
    let choices = choose::of_editors(site, |id| old.choices.get(id).filter(|_| had(id)).cloned());
    diagnostics.extend(choices.iter().flat_map(|choice| &choice.problems).cloned());
    if !config.related.enabled {
        new.choices = choices;
        return;
    }
    let titles = Titles::of(site, old.titles.as_ref(), had);
    let mentions = mentions((site, lexicon), &titles, old, is_same_order);
    let facts = Given { config, site, choices: &choices, targets, mentions: &mentions };
    let kept = |id: PageId| old.facts.get(id).filter(|_| had(id));
    new.facts = (0..site.pages.len()).into_par_iter().map(|id| facts.name(id, kept(id))).collect();
    let name = facts.name_of_all(&new.facts);
    let remembered = old.related.as_ref().filter(|(other, _)| *other == name).map(|(_, related)| related.clone());
    let related = remembered.unwrap_or_else(|| {
        // What a panic left behind is of no use.
        let mut kept = old.kept.lock().unwrap_or_else(|poisoned| {
            let mut kept = PoisonError::into_inner(poisoned);
            *kept = Kept::default();
            kept
        });
        let (readings, found) = kept.update(config, (site, lexicon), (&skeleton.places, &choices), &mentions, targets);
        new.related_found = found;
        Arc::new(readings.to_vec())
    });
    for (page, reading) in site.pages.iter_mut().zip(related.iter()) {
        page.related.clone_from(&reading.related);
        page.see_also.clone_from(&reading.see_also);
    }
    new.choices = choices;
    new.mentions = mentions;
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

/// What each page mentions, and the name of what that was found from. `is_same_order` says that the pages are those of the
/// weave before, in their order.
fn mentions(
    (site, lexicon): (&Site, &dyn Lexicon),
    titles: &Arc<Titles>,
    old: &Memory,
    is_same_order: bool,
) -> Vec<(Digest, Arc<Mentions>)> {
    let before = old.titles.as_ref();
    let is_same = before.is_some_and(|before| Arc::ptr_eq(before, titles));
    let others = before.filter(|_| is_same_order && !is_same).and_then(|before| titles.others_than(before));
    // What was read back from the disk stands in the order of what may have been another site.
    let by_name: FxHashMap<&Digest, &Arc<Mentions>> = match is_same || others.is_some() {
        true => FxHashMap::default(),
        false => old.mentions.iter().map(|(name, found)| (name, found)).collect(),
    };
    let of_page = |scratch: &mut mention::Scratch, id: PageId| {
        let head = &site.pages[id].head;
        let kept = old.mentions.get(id).filter(|_| old.had(id, head));
        if let Some(kept) = kept.filter(|_| is_same) {
            return kept.clone();
        }
        let name = titles.name(id, head);
        let is_beside = |found: &Mentions| others.as_ref().is_some_and(|others| !others.concern(head, found, lexicon));
        let remembered = match kept.filter(|(_, found)| is_beside(found)) {
            Some((_, found)) => Some(found.clone()),
            None => by_name.get(&name).map(|found| (*found).clone()),
        };
        (name, remembered.unwrap_or_else(|| Arc::new(titles.mentioned(scratch, id, head.vocabulary(lexicon)))))
    };
    (0..site.pages.len()).into_par_iter().map_init(mention::Scratch::default, of_page).collect()
}

/// Everything that related reading is found from.
#[derive(Clone, Copy)]
struct Given<'a> {
    config: &'a Config,
    site: &'a Site,
    choices: &'a [Arc<Choice>],
    targets: &'a [Digest],
    mentions: &'a [(Digest, Arc<Mentions>)],
}

/// What names the facts about one page, with those of them that other pages have a part in.
#[derive(Clone, Debug)]
pub(super) struct FactsName {
    targets: Digest,
    mentions: Digest,
    topics: Arc<[usize]>,
    name: Digest,
}

impl Given<'_> {
    /// Names the facts about the page `id`. What `kept` names differs at most in what other pages have a part in.
    fn name(&self, id: PageId, kept: Option<&FactsName>) -> FactsName {
        let Self { config, site, choices, targets, mentions } = *self;
        let page = &site.pages[id];
        let (targets, mentions, topics) = (targets[id], mentions[id].1.digest, &page.topics);
        let is_same = |kept: &&FactsName| {
            (kept.targets, kept.mentions) == (targets, mentions)
                && (Arc::ptr_eq(&kept.topics, topics) || kept.topics == *topics)
        };
        if let Some(kept) = kept.filter(is_same) {
            return kept.clone();
        }
        let Choice { pinned, blocked, .. } = &*choices[id];
        let mut blocked: Vec<PageId> = blocked.iter().copied().collect();
        blocked.sort_unstable();
        let length = facts::length(&page.head).to_bits();
        let asking = asking(config, &page.head);
        // What a section says counts where it asks, and nowhere else.
        let own = (!asking.is_empty()).then(|| (page.head.profile.digest, section_links(page), &page.head.sections));
        let head = (&page.head.path, page.kind, page.head.profile.core_digest, length);
        let name = Digest::of_value(&(head, targets, &**topics, mentions, pinned, blocked, asking, own));
        FactsName { targets, mentions, topics: topics.clone(), name }
    }

    /// Names the facts about all pages.
    fn name_of_all(&self, names: &[FactsName]) -> Digest {
        let mut named = digest::encode(&(&self.config.related, topics(self.site)), Vec::new());
        names.iter().for_each(|facts| named.extend(facts.name.as_bytes()));
        Digest::of(&named)
    }
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
