//! What links may lead to, by what they name it with.

use std::collections::BTreeMap;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::link::route;
use crate::model::{
    RelPath, Site,
    inventory::composed,
    site::{Page, PageId},
};

/// Everything on the site that a link may name. Names are composed (NFC): a file system may keep them otherwise than they are
/// typed.
#[derive(Debug)]
pub(in crate::link) struct Places {
    /// Pages by their source's path.
    pub(super) pages: FxHashMap<String, PageId>,
    /// Pages by their address, without a slash at the end, and by those that redirect to them.
    pub(super) addresses: FxHashMap<String, PageId>,
    /// Copied files by the path that a link names them with: relative to `content/`, or from the output's root.
    pub(super) files: FxHashMap<String, RelPath>,
    /// Paths of pages that are not published today.
    pub(super) unpublished: Vec<String>,
    /// Paths of pages by file name, for suggestions.
    pub(super) by_name: BTreeMap<String, Vec<PageId>>,
}

impl Places {
    /// What there is on `site`, and the paths of articles that are not published today.
    pub(in crate::link) fn of(site: &Site, unpublished: &[RelPath]) -> Self {
        let mut places = Self {
            pages: FxHashMap::with_capacity_and_hasher(site.pages.len(), FxBuildHasher),
            addresses: FxHashMap::with_capacity_and_hasher(site.pages.len(), FxBuildHasher),
            files: FxHashMap::with_capacity_and_hasher(site.files.len() * 2, FxBuildHasher),
            unpublished: unpublished.iter().map(|path| composed(path.as_str()).into_owned()).collect(),
            by_name: BTreeMap::new(),
        };
        for (id, page) in site.pages.iter().enumerate() {
            let path = &page.head.path;
            places.pages.insert(composed(path.as_str()).into_owned(), id);
            places.addresses.insert(page.url.trim_matches('/').to_owned(), id);
            places.by_name.entry(composed(path.file_name()).to_lowercase()).or_default().push(id);
        }
        // An old address leads to its page without the way round.
        for (output, redirect) in &site.redirects {
            let address = route::address(output).trim_matches('/').to_owned();
            places.addresses.entry(address).or_insert(redirect.page);
        }
        for topic in &site.topics {
            let name = topic.url.trim_matches('/').trim_end_matches(".html");
            places.files.insert(name.to_owned(), topic.output.clone());
            places.files.insert(format!("{name}.md"), topic.output.clone());
        }
        for (output, source) in &site.files {
            places.files.insert(composed(output.as_str()).into_owned(), output.clone());
            if let Some(inside) = source.as_str().strip_prefix("content/") {
                places.files.insert(composed(inside).into_owned(), output.clone());
            }
        }
        places
    }

    /// Paths of the pages of one folder. Pages are ordered by path, so they stand together.
    pub(super) fn siblings<'s>(&self, site: &'s Site, folder: &str) -> Vec<&'s str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut siblings = Vec::new();
        let mut rest = pages_from(site, &prefix);
        while let Some(page) = rest.first().filter(|_| siblings.len() < 500) {
            let path = page.head.path.as_str();
            let Some(inside) = path.strip_prefix(&prefix) else { break };
            let behind = match inside.split_once('/') {
                None => {
                    siblings.push(path);
                    1
                }
                // What lies deeper is passed over at once.
                Some((deeper, _)) => {
                    let deeper = &path[..=prefix.len() + deeper.len()];
                    rest.partition_point(|page| page.head.path.as_str().starts_with(deeper))
                }
            };
            rest = &rest[behind..];
        }
        siblings
    }

    /// Whether a page stands in the folder at the top of the site, or is called like that.
    pub(super) fn has_top(&self, site: &Site, name: &str) -> bool {
        let folder = format!("{name}/");
        let is_inside = |page: &Page| page.head.path.as_str().starts_with(&folder);
        pages_from(site, &folder).first().is_some_and(is_inside) || self.pages.contains_key(name)
    }
}

/// The pages from a path on, in their order.
fn pages_from<'s>(site: &'s Site, path: &str) -> &'s [Page] {
    &site.pages[site.pages.partition_point(|page| page.head.path.as_str() < path)..]
}
