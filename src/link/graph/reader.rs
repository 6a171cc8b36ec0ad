//! Where a link leads, or would lead if it were written otherwise: for those who rewrite links.

use std::sync::OnceLock;

use crate::link::graph::{Names, Places, Resolver};
use crate::model::{
    Config, Diagnostic, Site,
    inventory::Inventories,
    page::Link,
    site::{PageId, Resolved},
};

/// Reads links against a woven site.
pub struct Reader<'a> {
    config: &'a Config,
    site: &'a Site,
    places: Places,
    names: OnceLock<Names>,
    inventories: &'a Inventories,
}

impl<'a> Reader<'a> {
    /// A reader of links of `site`, in which everything is published.
    pub fn new(config: &'a Config, site: &'a Site, inventories: &'a Inventories) -> Self {
        Self { config, site, places: Places::of(site, &[]), names: OnceLock::new(), inventories }
    }

    /// Where `link`, written on the page `from`, leads, and what is wrong with it.
    pub fn read(&self, from: PageId, link: &Link) -> (Resolved, Option<Diagnostic>) {
        let Self { config, site, places, names, inventories } = self;
        Resolver { config, site, places, names, inventories, from }.resolve(link)
    }
}
