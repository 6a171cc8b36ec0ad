//! From a ranking to what readers are shown: editors' choices, a threshold, no more than two of a series, and reasons.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::related::{
    facts::{Facts, Word},
    index::View,
    rank::{Found, Scratch},
    rows::stepped,
    section::Seen,
};
use crate::link::topic::FEWEST_WORDS;
use crate::model::{
    Config, Diagnostic, RelPath, Site, Spanned, path,
    signal::Signal,
    site::{Page, PageId, PageKind, Reason, Related, TopicMembers},
};

/// How like the words of two articles have to be where nothing else speaks for one of them: a cosine.
const LIKE: f32 = 0.12;

/// How many of a series are shown, and what share of their titles' words makes two articles one.
const OF_A_SERIES: usize = 2;
const SERIES: f32 = 0.6;

/// How far an article that nothing speaks for looks for one beside it.
const BESIDE: usize = 50;

/// How many shared words and topics a reason names.
const WORDS: usize = 3;
const TOPICS: usize = 2;

/// What the editors of an article decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::link) struct Choice {
    pub(super) pinned: Vec<PageId>,
    pub(super) blocked: FxHashSet<PageId>,
    /// Names that lead nowhere.
    pub(super) problems: Vec<Diagnostic>,
}

impl Choice {
    fn of(site: &Site, page: &Page) -> Self {
        let mut problems = Vec::new();
        // Pages are ordered by path.
        let page_at = |path: RelPath| site.pages.binary_search_by(|page| page.head.path.cmp(&path)).ok();
        let mut find = |written: &[Spanned<String>]| -> Vec<PageId> {
            let folder = page.head.path.parent();
            let mut found = Vec::new();
            for name in written {
                match path::resolve(folder, &name.value).and_then(page_at) {
                    Some(id) => found.push(id),
                    None => problems.push(missing(&page.head.path, name)),
                }
            }
            found
        };
        let pinned = find(&page.head.front.related.pin);
        let blocked = find(&page.head.front.related.block).into_iter().collect();
        Self { pinned, blocked, problems }
    }

    /// Whether the ranking decides about a page.
    pub(super) fn is_free(&self, page: PageId) -> bool {
        !self.blocked.contains(&page) && !self.pinned.contains(&page)
    }
}

/// What editors decided for each page, but for those of which `kept` knows it.
pub(super) fn of_editors(site: &Site, kept: impl Fn(PageId) -> Option<Arc<Choice>> + Send + Sync) -> Vec<Arc<Choice>> {
    let nothing = Arc::new(Choice::default());
    let choice = |(id, page): (PageId, &Page)| {
        let says = &page.head.front.related;
        kept(id).unwrap_or_else(|| match page.kind {
            PageKind::Article if !(says.pin.is_empty() && says.block.is_empty()) => Arc::new(Choice::of(site, page)),
            _ => nothing.clone(),
        })
    };
    site.pages.par_iter().enumerate().map(choice).collect()
}

fn missing(path: &RelPath, name: &Spanned<String>) -> Diagnostic {
    let message = format!("the related article `{}` does not exist", name.value.escape_debug());
    Diagnostic::warning("broken-related", &format!("content/{path}"), name.span, message)
        .help("write its path relative to this file, such as `\"../guides/start.md\"`")
}

/// The related reading of the article `id`, of which `found` is the ranking.
pub(super) fn related(config: &Config, index: View<'_>, id: PageId, found: &[Found], choice: &Choice) -> Vec<Related> {
    let site = index.site;
    let pinned: Vec<PageId> = choice.pinned.iter().copied().filter(|other| *other != id).collect();
    let is_free = |other: PageId| other != id && choice.is_free(other);
    let here = words_of(index, id);
    let mut shown: Vec<(PageId, Vec<Reason>)> = Vec::new();
    for found in found.iter().filter(|found| is_free(found.page)) {
        if shown.len() >= config.related.limit {
            break;
        }
        let like = shown.iter().filter(|(other, _)| are_of_a_series(index.facts, *other, found.page)).count();
        if like < OF_A_SERIES && speaks_for_itself(site, id, found) {
            shown.push((found.page, reasons(index, (id, &here), found)));
        }
    }
    if shown.is_empty() && pinned.is_empty() {
        // No article is an island: the best there is, or else what stands beside it.
        let best = found
            .iter()
            .find(|found| is_free(found.page))
            .map(|found| (found.page, reasons(index, (id, &here), found)));
        let is_beside = |other: &PageId| {
            site.pages.get(*other).is_some_and(|page| page.kind == PageKind::Article) && is_free(*other)
        };
        let beside = (1..=BESIDE).flat_map(|step| [Some(id + step), id.checked_sub(step)]).flatten().find(is_beside);
        shown.extend(best.or_else(|| beside.map(|other| (other, vec![Reason::SameFolder]))));
    }
    let pins = pinned.iter().map(|page| Related { page: *page, reasons: vec![Reason::Pinned] });
    pins.chain(shown.into_iter().map(|(page, reasons)| Related { page, reasons })).collect()
}

/// How many pages to see stand below a heading, and how like its section's words theirs have to be, if the section does
/// not name them: a cosine.
const SEEN: usize = 3;
const SEEN_LIKE: f32 = 0.25;

/// What to see also at the sections `asking` of the page `id`, of which `found` is the ranking: no page twice, none that
/// the section links to.
pub(super) fn see_also(
    index: View<'_>,
    scratch: &mut Scratch,
    id: PageId,
    found: &[Found],
    choice: &Choice,
    asking: &[usize],
) -> Vec<(usize, Vec<Related>)> {
    if asking.is_empty() {
        return Vec::new();
    }
    let here = words_of(index, id);
    let mut shown: FxHashSet<PageId> = FxHashSet::default();
    let mut all = Vec::new();
    let says_enough = |section: &&usize| {
        index.site.pages[id].head.sections.get(**section).is_some_and(|section| section.words >= FEWEST_WORDS)
    };
    for section in asking.iter().filter(says_enough) {
        let linked = index.linked_from(id, *section);
        let seen = index.of_section(scratch, id, *section, found).into_iter();
        let fits = |seen: &Seen| {
            let is_like = seen.is_named || seen.like >= SEEN_LIKE;
            is_like && choice.is_free(seen.page) && !linked.contains(&seen.page) && !shown.contains(&seen.page)
        };
        let seen: Vec<Related> = seen
            .filter(fits)
            .take(SEEN)
            .map(|seen| {
                let words = shared_words(index, (id, &here), seen.page, Word::tells);
                let named = seen.is_named.then_some(Reason::MentionedHere);
                let words = (!words.is_empty()).then_some(Reason::SharedWords(words));
                let reasons: Vec<Reason> = named.into_iter().chain(words).collect();
                Related { page: seen.page, reasons }
            })
            .collect();
        shown.extend(seen.iter().map(|seen| seen.page));
        if !seen.is_empty() {
            all.push((*section, seen));
        }
    }
    all
}

fn speaks_for_itself(site: &Site, id: PageId, found: &Found) -> bool {
    let graph = [Signal::LinkedFromHere, Signal::LinksHere, Signal::TitleInSection, Signal::TitleInCode];
    graph.into_iter().any(|signal| found.has(signal) > 0.0)
        || found.like >= LIKE
        || shared_topics(site, id, found.page).next().is_some()
}

/// Whether the titles of two articles in one folder say nearly the same, numbers left aside.
fn are_of_a_series(facts: &Facts, a: PageId, b: PageId) -> bool {
    let (a, b) = (&facts.pages[a].title, &facts.pages[b].title);
    let shared = a.iter().filter(|word| b.contains(word)).count();
    let most = a.len().max(b.len());
    most > 0 && shared as f32 >= SERIES * most as f32
}

/// How many sections a topic has, in steps: one more or less seldom changes what is told.
pub(super) fn size(topic: &TopicMembers) -> u32 {
    stepped(topic.sections.len() as f32, 2.0) as u32
}

fn shared_topics(site: &Site, a: PageId, b: PageId) -> impl Iterator<Item = usize> + '_ {
    let there = &site.pages[b].topics;
    site.pages[a].topics.iter().copied().filter(|topic| there.binary_search(topic).is_ok())
}

/// Why `found` is related to the article `id`, the reason first that says most to a reader.
fn reasons(index: View<'_>, (id, here): (PageId, &FxHashMap<u32, f32>), found: &Found) -> Vec<Reason> {
    let site = index.site;
    let mut reasons = Vec::new();
    let mut add = |is: bool, reason: Reason| {
        if is {
            reasons.push(reason);
        }
    };
    let is_linked = found.has(Signal::LinkedFromHere) > 0.0;
    add(is_linked, Reason::LinkedFromHere);
    add(found.has(Signal::LinksHere) > 0.0, Reason::LinksHere);
    let is_mentioned = found.has(Signal::TitleInSection) > 0.0 || found.has(Signal::TitleInCode) > 0.0;
    add(is_mentioned && !is_linked, Reason::MentionedHere);
    let names = |row: &[(u32, f32)]| row.binary_search_by_key(&(id as u32), |(page, _)| *page).is_ok();
    let is_named = names(&index.mentions[found.page]) || names(&index.mentions_in_code[found.page]);
    add(is_named && found.has(Signal::LinksHere) == 0.0, Reason::MentionsThis);
    // Of all topics that both have the rarest, which say most, and none beside one that is below it.
    let mut topics: Vec<usize> = shared_topics(site, id, found.page).collect();
    let is_above = |topic: usize, other: usize| {
        std::iter::successors(site.topics[other].parent, |above| site.topics[*above].parent).any(|above| above == topic)
    };
    let all = topics.clone();
    topics.retain(|topic| !all.iter().any(|other| is_above(*topic, *other)));
    topics.sort_by_key(|topic| (size(&site.topics[*topic]), *topic));
    topics.into_iter().take(TOPICS).for_each(|topic| add(true, Reason::Topic(topic)));
    let words = shared_words(index, (id, here), found.page, Word::is_subject);
    add(!words.is_empty(), Reason::SharedWords(words));
    if reasons.is_empty() {
        let words = shared_words(index, (id, here), found.page, Word::tells);
        reasons.extend((!words.is_empty()).then_some(Reason::SharedWords(words)));
    }
    if reasons.is_empty() {
        let is_near = site.pages[id].head.path.parent() == site.pages[found.page].head.path.parent();
        reasons.push(if is_near { Reason::SameFolder } else { Reason::LinkedAlike });
    }
    reasons
}

/// What each word of an article weighs.
fn words_of(index: View<'_>, id: PageId) -> FxHashMap<u32, f32> {
    index.vectors[id].iter().copied().collect()
}

/// The words that make the two articles most alike, as the other article writes them, of those that `fits` both. `here` are
/// those of the first.
fn shared_words(
    index: View<'_>,
    (id, here): (PageId, &FxHashMap<u32, f32>),
    other: PageId,
    fits: fn(&Word) -> bool,
) -> Vec<String> {
    let is_fit = |word: u32| [id, other].iter().all(|page| index.facts.pages[*page].word(word).is_some_and(fits));
    let mut shared: Vec<(f32, u32)> =
        index.vectors[other].iter().filter_map(|(word, weight)| Some((here.get(word)? * weight, *word))).collect();
    let hash = |word: u32| index.facts.hashes[word as usize];
    shared.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| hash(a.1).cmp(&hash(b.1))));
    let mut words: Vec<String> = Vec::new();
    for (_, word) in shared.into_iter().filter(|(_, word)| is_fit(*word)) {
        let Some(surface) = index.facts.surface(index.site, other, word) else { continue };
        let lower = surface.to_lowercase();
        // `child` says nothing beside `Get-ChildItem`, and numbers say nothing at all.
        let is_part = |said: &String| {
            let said = said.to_lowercase();
            said.contains(&lower) || lower.contains(&said)
        };
        if lower.chars().any(char::is_alphabetic) && lower.chars().count() > 2 && !words.iter().any(is_part) {
            words.push(surface.to_owned());
        }
        if words.len() == WORDS {
            break;
        }
    }
    words
}
