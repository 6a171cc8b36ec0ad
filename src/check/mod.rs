//! The check engine: what is wrong with a site beyond what keeps it from being built, and how much of it is told.
//!
//! In: the woven [`Site`], which its articles' heads came to, the components and data files that these ask for, the names of
//! the files that its output has, and what every other stage found. Out: diagnostics at the levels that `[check]` of `site.toml` asks for, without those that a comment
//! allows ([`Judge`]) and those that a team has accepted ([`Baseline`]). And those diagnostics in the formats that other
//! programs read ([`report`]).
//!
//! What must stay true: rules see heads, never texts, so that checking parses nothing; rules of the text are found where it
//! is parsed. Only [`mend()`] is given texts, to change them. What is remembered of an article ([`Memory`]) never changes what
//! is found in it. Every finding has the name of a rule
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

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use crate::model::{
    Config, Data, Date, Diagnostic, Digest, Head, Site,
    site::{Page, PageKind},
};
use crate::render::{Theme, card, component, highlight};

/// What rules ask beside the site itself.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The day.
    pub today: Date,
    /// The last change of each file that an article watches, by its path as it is written; `None` where nobody keeps such.
    pub watched: Option<&'a BTreeMap<String, Date>>,
    /// The components that there are.
    pub theme: &'a Theme,
    /// The data files that there are.
    pub data: &'a Data,
    /// Names the configuration and all of this.
    pub named: Digest,
}

/// What was found in each article, for the next check in the same process.
#[derive(Debug, Default)]
pub struct Memory {
    named: Option<Digest>,
    /// Ordered by path.
    found: Vec<Known>,
}

/// What was found in one article, and all that rules ask of it.
#[derive(Clone, Debug)]
struct Known {
    head: Arc<Head>,
    kind: PageKind,
    updated: Option<Date>,
    found: Arc<[Diagnostic]>,
}

impl Memory {
    /// What was found in a page, which is the one at `index` unless others came or went.
    fn recall(&self, index: usize, page: &Page) -> Option<Known> {
        let is_of = |known: &&Known| Arc::ptr_eq(&known.head, &page.head);
        let by_path = || self.found.binary_search_by(|known| known.head.path.cmp(&page.head.path)).ok();
        let known = self.found.get(index).filter(is_of);
        let known = known.or_else(|| self.found.get(by_path()?).filter(is_of))?;
        (known.kind == page.kind && known.updated == page.updated).then(|| known.clone())
    }
}

/// Everything that a rule finds in the heads of a site, in no order.
pub fn site(config: &Config, site: &Site, facts: &Facts<'_>, memory: &mut Memory) -> Vec<Diagnostic> {
    let fields = fields::Wanted::of(config);
    let old = Memory { named: Some(facts.named), found: std::mem::take(&mut memory.found) };
    let is_known = memory.named == old.named;
    let of_page = |(index, page): (usize, &Page)| {
        let known = if is_known { old.recall(index, page) } else { None };
        known.unwrap_or_else(|| {
            let found = of_page(config, page, facts, &fields).into();
            Known { head: page.head.clone(), kind: page.kind, updated: page.updated, found }
        })
    };
    let written: Vec<&Page> = site.pages.iter().filter(|page| page.has_source).collect();
    let between = || {
        let (duplicates, orphans) = rayon::join(|| site::duplicates(site), || site::orphans(config, site));
        [duplicates, orphans, site::single_members(config, site)]
    };
    let (known, between) =
        rayon::join(|| written.into_par_iter().enumerate().map(of_page).collect::<Vec<Known>>(), between);
    let mut found: Vec<Diagnostic> = known.iter().flat_map(|known| known.found.iter().cloned()).collect();
    *memory = Memory { named: old.named, found: known };
    found.extend(between.into_iter().flatten());
    found
}

/// What rules of one article find in it.
fn of_page(config: &Config, page: &Page, facts: &Facts<'_>, fields: &fields::Wanted<'_>) -> Vec<Diagnostic> {
    let mut found = page::headings(&page.head);
    found.extend(page::codes(config, &page.head));
    if page.kind != PageKind::Topic {
        found.extend(page::description(page));
    }
    found.extend(review::reviews(page, facts));
    found.extend(fields.check(&page.head));
    found.extend(component::diagnostics(&page.head, facts.theme, facts.data));
    found.extend(card::diagnostics(&page.head, facts.data));
    if config.markdown.highlight {
        found.extend(highlight::diagnostics(&page.head));
    }
    found
}

/// The path of an article from the site's root, as diagnostics name it.
fn path_of(head: &crate::model::Head) -> String {
    format!("content/{}", head.path)
}
