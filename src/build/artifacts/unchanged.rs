//! Pages of which it is known that nothing changed since the last build: they stand as they are, and their views need not be
//! made to find that out.
//!
//! A page is taken for unchanged where it is itself the same, and every page that its own shows something of. That is more
//! than its key asks for, and costs next to nothing. In a process that stays, heads that were not parsed again are the same
//! values. Any other looks up on disk what names each page of the build that left the tree that stands.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::build::{articles::Articles, store};
use crate::model::{
    Digest, Site,
    site::{Page, PageId, Term, TopicMembers},
};
use crate::output::Manifest;
use crate::render::Renderer;

/// Counts up with every change of what names a page.
const VERSION: u32 = 1;

/// The last build, as far as the next wants to know.
#[derive(Debug)]
pub(in crate::build) struct Before {
    /// Names the tree that it led to.
    tree: Digest,
    kept: Kept,
    /// Its pages themselves, in a process that stays, and what names the sidebar and the feed of each.
    here: Option<(Arc<Site>, Vec<Digest>)>,
}

/// What is known of a build's pages under the tree that it led to.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::build) struct Kept {
    /// Names all that pages are made from beside the site.
    surroundings: Digest,
    /// Names what all pages together are.
    all: Digest,
    /// What names each page; none in a process that stays.
    names: Vec<Digest>,
    /// Where the body of each page is stored.
    bodies: Vec<Option<Digest>>,
}

impl Kept {
    /// Its name in the store.
    pub(in crate::build) fn key(tree: &Digest) -> Digest {
        store::key("pages", VERSION, &[tree.as_bytes()])
    }

    /// The build that left `tree`.
    pub(in crate::build) fn before(self, tree: Digest) -> Before {
        Before { tree, kept: self, here: None }
    }
}

/// What is known of the pages of a build, and noted for the next.
#[derive(Debug)]
pub(in crate::build) struct Pages {
    surroundings: Digest,
    all: Digest,
    frames: Vec<Digest>,
    names: Vec<Digest>,
    unchanged: Vec<bool>,
    bodies: Vec<OnceLock<Digest>>,
}

impl Pages {
    /// Compares the pages of `site` with those of the build before, if that led to the tree that stands. `articles` are what
    /// the site was made from, where pages are named for another process.
    pub(in crate::build) fn of(
        site: &Site,
        renderer: &Renderer<'_>,
        surroundings: Digest,
        articles: Option<&Articles>,
        (before, old): (Option<&Before>, &Manifest),
    ) -> Self {
        let count = site.pages.len();
        let surroundings = Digest::of_value(&(surroundings, renderer.shared()));
        let frames: Vec<Digest> = (0..count).into_par_iter().map(|id| renderer.frame(id)).collect();
        let names = articles.map_or_else(Vec::new, |articles| names(site, articles, &frames));
        let all = name_of_all(site);
        let before = before.filter(|before| {
            (before.kept.surroundings, before.kept.all, before.tree) == (surroundings, all, old.digest())
        });
        let unchanged = match before {
            Some(Before { here: Some((known, known_frames)), .. }) => {
                unchanged(site, |id| known_frames[id] == frames[id] && is_same(&known.pages[id], &site.pages[id]))
            }
            Some(Before { kept, .. }) if kept.names.len() == names.len() => {
                unchanged(site, |id| kept.names[id] == names[id])
            }
            _ => vec![false; count],
        };
        let bodies: Vec<OnceLock<Digest>> = (0..count).map(|_| OnceLock::new()).collect();
        for id in (0..count).filter(|id| unchanged[*id]) {
            if let Some(key) = before.and_then(|before| *before.kept.bodies.get(id)?) {
                bodies[id].get_or_init(|| key);
            }
        }
        Self { surroundings, all, frames, names, unchanged, bodies }
    }

    /// Whether the page stands as it is.
    pub(in crate::build) fn is_unchanged(&self, id: PageId) -> bool {
        self.unchanged[id]
    }

    /// Where the body of a page is stored, if that is known.
    pub(in crate::build) fn body(&self, id: PageId) -> Option<Digest> {
        self.bodies[id].get().copied()
    }

    /// Notes where the body of a page is stored.
    pub(in crate::build) fn note_body(&self, id: PageId, key: Digest) {
        self.bodies[id].get_or_init(|| key);
    }

    /// What another process wants to know of this build, where pages were named for it.
    pub(in crate::build) fn into_named(self) -> Option<Kept> {
        (!self.names.is_empty()).then(|| self.into_kept())
    }

    fn into_kept(self) -> Kept {
        let Self { surroundings, all, names, bodies, .. } = self;
        let bodies = bodies.into_iter().map(OnceLock::into_inner).collect();
        Kept { surroundings, all, names, bodies }
    }

    /// What the next build of this process wants to know of this one, which led to the tree `tree`.
    pub(in crate::build) fn into_before(mut self, site: Arc<Site>, tree: Digest) -> Before {
        let frames = std::mem::take(&mut self.frames);
        Before { tree, kept: self.into_kept(), here: Some((site, frames)) }
    }
}

/// For each page, whether it and all that it shows of others is as it was.
fn unchanged(site: &Site, is_same: impl Fn(PageId) -> bool + Send + Sync) -> Vec<bool> {
    let same: Vec<bool> = (0..site.pages.len()).into_par_iter().map(is_same).collect();
    let is_unchanged = |id: PageId| same[id] && shown_on(site, id).all(|other| same[other]);
    (0..site.pages.len()).into_par_iter().map(is_unchanged).collect()
}

/// The pages of which something shows on the page `id`, the sidebar left aside.
fn shown_on(site: &Site, id: PageId) -> impl Iterator<Item = PageId> {
    let page = &site.pages[id];
    let above = std::iter::successors(page.parent, |above| site.pages[*above].parent);
    let seen = page.see_also.iter().flat_map(|(_, seen)| seen);
    above
        .chain(page.previous)
        .chain(page.next)
        .chain(page.children.iter().copied())
        .chain(page.related.iter().chain(seen).map(|related| related.page))
        .chain(page.backlinks.iter().map(|backlink| backlink.page))
}

/// Names which pages a site has, and all that any page may show of what is no page.
fn name_of_all(site: &Site) -> Digest {
    let paths: Vec<_> = site.pages.iter().map(|page| &page.head.path).collect();
    let topic = |topic: &'_ TopicMembers| (topic.declared, topic.url.clone(), topic.parent);
    let term = |term: &'_ Term| (term.topic, term.declared, term.href.clone());
    let topics: Vec<_> = site.topics.iter().map(topic).collect();
    let terms: Vec<_> = site.terms.iter().map(term).collect();
    let card_links: Vec<_> = site.card_links.iter().collect();
    Digest::of_value(&(paths, site.home, card_links, topics, terms))
}

/// Names all that was found of each page, its own sources and what `frames` names of it.
fn names(site: &Site, articles: &Articles, frames: &[Digest]) -> Vec<Digest> {
    let name = |((page, source), frame): ((&Page, Option<Digest>), &Digest)| {
        // What stands in for a page that nobody wrote is made of little.
        let head = source.unwrap_or_else(|| Digest::of_value(&*page.head));
        let place = (page.parent, page.position, page.previous, page.next, &page.children);
        let woven =
            (&*page.links, &*page.topics, &*page.section_topics, &*page.related, &*page.see_also, &*page.backlinks);
        Digest::of_value(&(
            head,
            frame,
            page.kind,
            page.has_source,
            &page.url,
            &page.output,
            place,
            page.updated,
            woven,
        ))
    };
    let sources = articles.keys_of(&site.pages);
    site.pages.par_iter().zip(sources).zip(frames).map(name).collect()
}

/// Whether all is the same that was found of a page. Heads are the same if they are one value.
fn is_same(a: &Page, b: &Page) -> bool {
    Arc::ptr_eq(&a.head, &b.head)
        && (a.kind, a.has_source, &a.url, &a.output) == (b.kind, b.has_source, &b.url, &b.output)
        && (a.parent, a.position, a.previous, a.next, a.updated)
            == (b.parent, b.position, b.previous, b.next, b.updated)
        && (&a.children, &a.links, &a.topics) == (&b.children, &b.links, &b.topics)
        && (Arc::ptr_eq(&a.section_topics, &b.section_topics) || a.section_topics == b.section_topics)
        && (&a.related, &a.see_also) == (&b.related, &b.see_also)
        && a.backlinks == b.backlinks
}
