//! A site that is woven and not rendered, for those who ask about it: `docweave export`, `explain` and `topics`.

use crate::build::{
    Given, Known, Request, Session,
    gather::gather,
    has_errors,
    run::{CACHE, Places, facts_of},
    store::{Mode, Store},
    trace::{Silent, Trace},
    weave,
};
use crate::check::Judge;
use crate::model::{Config, Diagnostic, Error, Level, Site};
use crate::output::Manifest;
use crate::source::disk::Folder;

/// A site, and what is wrong with it.
#[derive(Debug)]
pub struct Woven {
    /// The configuration that it went by.
    pub config: Config,
    /// The site; `None` where there are errors.
    pub site: Option<Site>,
    /// Everything wrong, ordered by file and place, levels as `[check]` says.
    pub diagnostics: Vec<Diagnostic>,
}

/// Weaves the site in `places`, with the memos of earlier builds, and writes nothing.
///
/// # Errors
///
/// Failures of the environment: no `site.toml`, a file that can't be read.
pub fn weave_only(places: &Places, request: &Request) -> Result<Woven, Error> {
    let files = Folder::open(&places.root)?;
    let session = Session::new(Store::open(&places.root.join(CACHE), Mode::ReadWrite));
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let nothing = Manifest::default();
    let given = Given { files: &files, facts: &facts, request, old: &nothing, missing: &[], progress: &Silent };
    let gathered = gather(&session, &given, &mut Trace::start())?;
    let config = gathered.config;
    let mut diagnostics = gathered.diagnostics;
    diagnostics.extend(gathered.articles.diagnostics());
    let known = Known {
        articles: &gathered.articles,
        data: gathered.data,
        files: gathered.files,
        inventories: &gathered.inventories,
        facts: &gathered.facts,
    };
    let (site, _, problems) = weave(&session, &given, &config, &gathered.theme, known)?;
    diagnostics.extend(problems);
    let mut diagnostics = Judge::new(&config).with_comments(&site).settle(diagnostics);
    diagnostics.retain(|diagnostic| diagnostic.level != Level::Advice);
    let site = (!has_errors(&diagnostics)).then_some(site);
    Ok(Woven { config, site, diagnostics })
}
