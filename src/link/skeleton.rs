//! Where pages live and how they follow one another: all of a site that is found from outlines.
//!
//! Prose leaves outlines as they are, so that a weave mostly takes the skeleton over from the one before.

use std::{collections::BTreeMap, sync::Arc};

use crate::link::{archive, claim, graph::Places, nav, route, term, topic};
use crate::model::{Config, Diagnostic, Digest, Head, RelPath, Site, digest};

/// A site of which the addresses, the order, the topics' and the terms' pages are known.
#[derive(Debug)]
pub(super) struct Skeleton {
    /// Names all that it is made from.
    pub(super) name: Digest,
    /// What links may lead to.
    pub(super) places: Places,
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
        let name = name(config, heads, unpublished, files);
        let remembered = old.filter(|old| old.name == name).cloned();
        remembered.unwrap_or_else(|| Arc::new(Self::make(name, config, (heads, unpublished), files)))
    }

    fn make(
        name: Digest,
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
        let places = Places::of(&site, unpublished);
        site.files.clear();
        Self { name, places, site, diagnostics }
    }

    /// The site with the heads and the files that its name was made from, in the same order, and what is wrong with it.
    pub(super) fn site(&self, heads: Vec<Arc<Head>>, files: BTreeMap<RelPath, RelPath>) -> (Site, Vec<Diagnostic>) {
        let mut site = Site { files, ..self.site.clone() };
        let written = site.pages.iter_mut().filter(|page| page.has_source);
        written.zip(heads).for_each(|(page, head)| page.head = head);
        (site, self.diagnostics.clone())
    }
}

fn name(config: &Config, heads: &[Arc<Head>], unpublished: &[RelPath], files: &BTreeMap<RelPath, RelPath>) -> Digest {
    let mut named = digest::encode(&(config, unpublished, files), Vec::new());
    for head in heads {
        named = digest::encode(&(&head.path, head.outline), named);
    }
    Digest::of(&named)
}
