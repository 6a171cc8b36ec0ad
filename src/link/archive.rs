//! The page of all dated articles.

use crate::link::route;
use crate::model::{Config, Site};

/// Its folder.
const ARCHIVE: &str = "archive";

/// Gives the archive its address where it is wanted and there is something to list.
pub(super) fn declare(config: &Config, site: &mut Site) {
    let has_dates = || site.pages.iter().any(|page| page.listed_date().is_some());
    if config.archive.enabled && has_dates() {
        site.archive = route::free_page(config, site, ARCHIVE);
    }
}
