//! Related reading: what editors pinned, what links to one another, and what shares topics.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    Diagnostic, RelPath, Site, Spanned, path,
    site::{PageId, PageKind, Reason, Related, Target},
};

/// How many pages are shown at the most, pinned ones not counted.
const SHOWN: usize = 5;

/// How many members of a topic on either side of a page are weighed: a bound, so that a topic that half of a large site
/// is about costs linear time.
const REACH: usize = 16;

/// Weight of a link in either direction, and the greatest and least weight of a shared topic. A topic counts the more
/// the fewer pages share it.
const LINK: u32 = 400;
const RAREST_TOPIC: u32 = 1000;
const ANY_TOPIC: u32 = 50;

/// One reason why a page is worth reading, and its weight.
type Vote = (PageId, u32, Reason);

/// Fills the related reading of every article.
pub(super) fn pages(site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let by_path: FxHashMap<&str, PageId> =
        site.pages.iter().enumerate().map(|(id, page)| (page.head.path.as_str(), id)).collect();
    let members = members_of_topics(site);
    let mut related = Vec::with_capacity(site.pages.len());
    for (id, page) in site.pages.iter().enumerate() {
        if page.kind != PageKind::Article {
            related.push(Vec::new());
            continue;
        }
        let mut find = |written: &[Spanned<String>]| -> Vec<PageId> {
            let folder = page.head.path.parent();
            let mut found = Vec::new();
            for name in written {
                match path::resolve(folder, &name.value).and_then(|path| by_path.get(path.as_str()).copied()) {
                    Some(id) => found.push(id),
                    None => diagnostics.push(missing(&page.head.path, name)),
                }
            }
            found
        };
        let pinned = find(&page.head.front.related.pin);
        let blocked: FxHashSet<PageId> = find(&page.head.front.related.block).into_iter().collect();
        related.push(of_page(site, &members, id, &pinned, &blocked));
    }
    for (page, related) in site.pages.iter_mut().zip(related) {
        page.related = related;
    }
}

fn missing(path: &RelPath, name: &Spanned<String>) -> Diagnostic {
    let message = format!("the related article `{}` does not exist", name.value.escape_debug());
    Diagnostic::warning("broken-related", &format!("content/{path}"), name.span, message)
        .help("write its path relative to this file, such as `\"../guides/start.md\"`")
}

/// The articles of each topic, ordered by path.
fn members_of_topics(site: &Site) -> Vec<Vec<PageId>> {
    let mut members = vec![Vec::new(); site.topics.len()];
    for (id, page) in site.pages.iter().enumerate().filter(|(_, page)| page.kind == PageKind::Article) {
        page.topics.iter().for_each(|topic| members[*topic].push(id));
    }
    members
}

fn of_page(
    site: &Site,
    members: &[Vec<PageId>],
    id: PageId,
    pinned: &[PageId],
    blocked: &FxHashSet<PageId>,
) -> Vec<Related> {
    let mut votes: Vec<Vote> = Vec::new();
    for link in &site.pages[id].links {
        if let Target::Page(other, _) = link.target {
            votes.push((other, LINK, Reason::LinkedFromHere));
        }
    }
    for backlink in &site.pages[id].backlinks {
        votes.push((backlink.page, LINK, Reason::LinksHere));
    }
    for topic in &site.pages[id].topics {
        let members = &members[*topic];
        let weight = ANY_TOPIC + RAREST_TOPIC / (1 + members.len() as u32);
        let here = members.partition_point(|other| *other < id);
        let near = &members[here.saturating_sub(REACH)..(here + REACH + 1).min(members.len())];
        votes.extend(near.iter().map(|other| (*other, weight, Reason::Topic(*topic))));
    }
    let is_fit = |other: &PageId| {
        *other != id
            && site.pages[*other].kind == PageKind::Article
            && !blocked.contains(other)
            && !pinned.contains(other)
    };
    // A page may link twice: a reason counts once. Reasons follow their own order, the strongest first.
    votes.retain(|(other, ..)| is_fit(other));
    votes.sort_unstable_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
    votes.dedup_by(|a, b| (a.0, &a.2) == (b.0, &b.2));
    let of_one_page = votes.chunk_by(|a, b| a.0 == b.0);
    let mut found: Vec<(u32, &[Vote])> =
        of_one_page.map(|votes| (votes.iter().map(|(_, weight, _)| weight).sum(), votes)).collect();
    found.sort_by_key(|(score, votes)| (std::cmp::Reverse(*score), votes[0].0));
    let found = found.into_iter().take(SHOWN).map(|(_, votes)| Related {
        page: votes[0].0,
        reasons: votes.iter().map(|(_, _, reason)| reason.clone()).collect(),
    });
    let pins =
        pinned.iter().filter(|other| **other != id).map(|page| Related { page: *page, reasons: vec![Reason::Pinned] });
    pins.chain(found).collect()
}
