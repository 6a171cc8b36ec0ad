//! The check engine: what is wrong with a site beyond what keeps it from being built, and how much of it is told.
//!
//! In: the woven [`Site`], which its articles' heads came to, the names of the files that its output has, and what every
//! other stage found. Out: diagnostics at the levels that `[check]` of `site.toml` asks for, without those that a comment
//! allows ([`Judge`]) and those that a team has accepted ([`Baseline`]). And those diagnostics in the formats that other
//! programs read ([`report`]).
//!
//! What must stay true: rules see heads, never texts, so that checking parses nothing; rules of the text are found where it
//! is parsed. Only [`mend()`] is given texts, to change them. Every finding has the name of a rule
//! of [`RULES`], or is an error that can't be turned off. A rule is found by one function.
//!
//! [`RULES`]: crate::model::RULES

mod baseline;
mod fields;
mod html;
mod judge;
mod mend;
mod page;
pub mod report;
mod review;
mod site;

pub use self::{
    baseline::{BASELINE, Baseline, Parted},
    html::html,
    judge::Judge,
    mend::{Mending, mend},
};

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::{Config, Date, Diagnostic, Site, site::PageKind};

/// What rules ask beside the site itself.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The day.
    pub today: Date,
    /// The last change of each file that an article watches, by its path as it is written; `None` where nobody keeps such.
    pub watched: Option<&'a BTreeMap<String, Date>>,
}

/// Everything that a rule finds in the heads of a site, in no order.
pub fn site(config: &Config, site: &Site, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let fields = fields::Wanted::of(config);
    let of_page = |page: &crate::model::site::Page| {
        let mut found = page::headings(&page.head);
        found.extend(page::codes(config, &page.head));
        if page.kind != PageKind::Topic {
            found.extend(page::description(page));
        }
        found.extend(review::reviews(page, facts));
        found.extend(fields.check(&page.head));
        found
    };
    let written = site.pages.par_iter().filter(|page| page.has_source);
    let mut found: Vec<Diagnostic> = written.flat_map_iter(of_page).collect();
    found.extend(site::duplicates(site));
    found.extend(site::orphans(config, site));
    found.extend(site::single_members(config, site));
    found
}

/// The path of an article from the site's root, as diagnostics name it.
fn path_of(head: &crate::model::Head) -> String {
    format!("content/{}", head.path)
}
