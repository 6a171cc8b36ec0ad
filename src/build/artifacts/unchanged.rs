//! Pages of which a process that stays knows that nothing changed since its last build: they stand as they are, and their
//! views need not be made to find that out.
//!
//! A page is taken for unchanged where it is itself the same, and every page that its own shows something of. That is more
//! than its key asks for, and costs next to nothing: heads that were not parsed again are the same values.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::model::{
    Digest, Site,
    site::{Page, PageId, Term, TopicMembers},
};
use crate::output::Manifest;
use crate::render::Renderer;

/// The last build of a process that stays, as far as the next wants to know.
#[derive(Debug)]
pub(in crate::build) struct Before {
    /// Names all that pages are made from beside the site.
    surroundings: Digest,
    /// Names the tree that it led to.
    tree: Digest,
    site: Arc<Site>,
    /// What names the sidebar and the feed of each page.
    frames: Vec<Digest>,
    /// Where the body of each page is stored.
    bodies: Vec<Option<Digest>>,
}

/// What is known of the pages of a build, and noted for the next.
#[derive(Debug)]
pub(in crate::build) struct Pages {
    surroundings: Digest,
    frames: Vec<Digest>,
    unchanged: Vec<bool>,
    bodies: Vec<OnceLock<Digest>>,
}

impl Pages {
    /// Compares the pages of `site` with those of the build before, if that led to the tree that stands.
    pub(in crate::build) fn of(
        site: &Site,
        renderer: &Renderer<'_>,
        surroundings: Digest,
        (before, old): (Option<&Before>, &Manifest),
    ) -> Self {
        let count = site.pages.len();
        let surroundings = Digest::of_value(&(surroundings, renderer.shared()));
        let frames: Vec<Digest> = (0..count).into_par_iter().map(|id| renderer.frame(id)).collect();
        let before = before.filter(|before| {
            before.surroundings == surroundings && before.tree == old.digest() && is_framed_alike(&before.site, site)
        });
        let unchanged = before.map_or_else(|| vec![false; count], |before| unchanged(before, site, &frames));
        let bodies: Vec<OnceLock<Digest>> = (0..count).map(|_| OnceLock::new()).collect();
        for id in (0..count).filter(|id| unchanged[*id]) {
            if let Some(key) = before.and_then(|before| before.bodies[id]) {
                bodies[id].get_or_init(|| key);
            }
        }
        Self { surroundings, frames, unchanged, bodies }
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

    /// What the next build wants to know of this one, which led to the tree `tree`.
    pub(in crate::build) fn into_before(self, site: Arc<Site>, tree: Digest) -> Before {
        let Self { surroundings, frames, bodies, .. } = self;
        let bodies = bodies.into_iter().map(OnceLock::into_inner).collect();
        Before { surroundings, tree, site, frames, bodies }
    }
}

/// For each page of `site`, whether it and all that it shows of others is as it was.
fn unchanged(before: &Before, site: &Site, frames: &[Digest]) -> Vec<bool> {
    let is_same = |id: PageId| before.frames[id] == frames[id] && is_same(&before.site.pages[id], &site.pages[id]);
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

/// Whether two sites have the same pages, and all that any page may show of what is no page.
fn is_framed_alike(a: &Site, b: &Site) -> bool {
    let topic = |topic: &TopicMembers| (topic.declared, topic.url.clone(), topic.parent);
    let term = |term: &Term| (term.topic, term.declared, term.href.clone());
    a.pages.len() == b.pages.len()
        && a.pages.iter().zip(&b.pages).all(|(a, b)| Arc::ptr_eq(&a.head, &b.head) || a.head.path == b.head.path)
        && a.home == b.home
        && a.card_links == b.card_links
        && a.topics.iter().map(topic).eq(b.topics.iter().map(topic))
        && a.terms.iter().map(term).eq(b.terms.iter().map(term))
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
