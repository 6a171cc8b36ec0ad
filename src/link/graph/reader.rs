//! Where a link leads, or would lead if it were written otherwise: for those who rewrite links.

use crate::link::graph::{Known, Places, Resolver};
use crate::model::{
    Config, Data, Diagnostic, Site,
    inventory::Inventories,
    page::Link,
    site::{PageId, Resolved},
};

/// Reads links against a woven site.
pub struct Reader<'a> {
    config: &'a Config,
    site: &'a Site,
    places: Places<'a>,
}

impl<'a> Reader<'a> {
    /// A reader of links of `site`, in which everything is published.
    pub fn new(config: &'a Config, site: &'a Site, data: &'a Data, inventories: &'a Inventories) -> Self {
        let known = Known { data, inventories, unpublished: &[] };
        Self { config, site, places: Places::of(site, &known) }
    }

    /// Where `link`, written on the page `from`, leads, and what is wrong with it.
    pub fn read(&self, from: PageId, link: &Link) -> (Resolved, Option<Diagnostic>) {
        Resolver { config: self.config, site: self.site, places: &self.places, from }.resolve(link)
    }
}
