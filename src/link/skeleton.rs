//! Where pages live and how they follow one another: all of a site that is found from outlines.
//!
//! Prose leaves outlines as they are, so that a weave mostly takes the skeleton over from the one before; and most of what is
//! written in front matter leaves addresses as they are, so that only the order of pages is found anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use crate::link::{
    archive, claim,
    graph::{Names, Places},
    nav, route, term, topic,
};
use crate::model::{Config, Diagnostic, Digest, Head, RelPath, Site};

/// A site of which the addresses, the order, the topics' and the terms' pages are known.
#[derive(Debug)]
pub(super) struct Skeleton {
    /// Names all that it is made from beside heads.
    surroundings: Digest,
    /// What links may lead to. Where this is the same value, the site has the same pages in the same order.
    pub(super) places: Arc<Places>,
    /// What links by title may mean, once there is one.
    pub(super) names: OnceLock<Names>,
    /// The heads of its pages are those of the weave that made it.
    site: Site,
    diagnostics: Vec<Diagnostic>,
}

impl Skeleton {
    /// The skeleton of the site with these `heads`, ordered by path, and `files`: `old`, if that was made from the same.
    pub(super) fn of(
        config: &Config,
        (heads, unpublished): (&[Arc<Head>], &[RelPath]),
        files: &BTreeMap<RelPath, RelPath>,
        old: Option<&Arc<Self>>,
    ) -> Arc<Self> {
        let surroundings = Digest::of_value(&(config, unpublished, files));
        match old.filter(|old| old.surroundings == surroundings) {
            Some(old) if old.is_alike(heads, has_outline_of) => old.clone(),
            Some(old) if old.is_alike(heads, is_placed_alike) => Arc::new(old.reordered(heads)),
            _ => Arc::new(Self::make(surroundings, config, (heads, unpublished), files)),
        }
    }

    fn make(
        surroundings: Digest,
        config: &Config,
        (heads, unpublished): (&[Arc<Head>], &[RelPath]),
        files: &BTreeMap<RelPath, RelPath>,
    ) -> Self {
        let mut diagnostics = Vec::new();
        let mut site = Site { files: files.clone(), ..Site::default() };
        route::pages(config, heads.to_vec(), &mut site, &mut diagnostics);
        topic::declare(config, &mut site, &mut diagnostics);
        term::declare(config, &mut site);
        archive::declare(config, &mut site);
        claim::collisions(config, &site, &mut diagnostics);
        nav::order(&mut site);
        let places = Arc::new(Places::of(&site, unpublished));
        site.files.clear();
        Self { surroundings, places, names: OnceLock::new(), site, diagnostics }
    }

    /// Whether these heads are those of its pages, or like them.
    fn is_alike(&self, heads: &[Arc<Head>], is_like: fn(&Head, &Head) -> bool) -> bool {
        let written = || self.site.pages.iter().filter(|page| page.has_source).map(|page| &page.head);
        let is_same = |(old, new): (&Arc<Head>, &Arc<Head>)| Arc::ptr_eq(old, new) || is_like(old, new);
        written().count() == heads.len() && written().zip(heads).all(is_same)
    }

    /// The same with heads that have the addresses of its own.
    fn reordered(&self, heads: &[Arc<Head>]) -> Self {
        let mut site = self.site.clone();
        let mut parents = BTreeSet::new();
        for (page, head) in site.pages.iter_mut().filter(|page| page.has_source).zip(heads) {
            if !Arc::ptr_eq(&page.head, head) {
                page.head = head.clone();
                parents.extend(page.parent);
            }
        }
        nav::reorder(&mut site, &parents);
        let (places, diagnostics) = (self.places.clone(), self.diagnostics.clone());
        Self { surroundings: self.surroundings, places, names: OnceLock::new(), site, diagnostics }
    }

    /// The site with the heads and the files that it was asked for, in the same order, and what is wrong with it.
    pub(super) fn site(&self, heads: Vec<Arc<Head>>, files: BTreeMap<RelPath, RelPath>) -> (Site, Vec<Diagnostic>) {
        let mut site = Site { files, ..self.site.clone() };
        let written = site.pages.iter_mut().filter(|page| page.has_source);
        written.zip(heads).for_each(|(page, head)| page.head = head);
        (site, self.diagnostics.clone())
    }
}

/// Whether all is the same in two heads that a skeleton is made from.
fn has_outline_of(old: &Head, new: &Head) -> bool {
    old.path == new.path && old.outline == new.outline
}

/// Whether all is the same in two heads that addresses, the page of dated articles and the places in pages are found from.
fn is_placed_alike(old: &Head, new: &Head) -> bool {
    let (a, b) = (&old.front, &new.front);
    old.path == new.path
        && (&a.slug, &a.url, &a.aliases) == (&b.slug, &b.url, &b.aliases)
        && (a.date.is_some(), a.search) == (b.date.is_some(), b.search)
        && (&old.title_id, &old.anchors) == (&new.title_id, &new.anchors)
        && old.headings.iter().map(|heading| &heading.id).eq(new.headings.iter().map(|heading| &heading.id))
}
