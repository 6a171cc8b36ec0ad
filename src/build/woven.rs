//! A site that is woven and not rendered, for those who ask about it: `docweave export`, `explain` and `topics`, and for
//! those who change its sources.

use std::sync::Arc;

use crate::build::{
    Facts, Given, Known, Request, Session, Watched,
    gather::gather,
    has_errors, inventories,
    run::{CACHE, Places, facts_of},
    store::{Mode, Store},
    trace::{Silent, Trace},
    weave,
};
use crate::check::Judge;
use crate::model::{Config, Data, Diagnostic, Error, Level, RelPath, Site, inventory::Inventories};
use crate::output::Manifest;
use crate::parse::Options;
use crate::source::{Files, disk::Folder, facts};

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
    let whole = weave_files(&session, &files, &facts, request)?;
    let site = (!has_errors(&whole.diagnostics)).then_some(whole.site);
    Ok(Woven { config: whole.config, site, diagnostics: whole.diagnostics })
}

/// A woven site with what its links were read against, for those who read them again.
#[derive(Debug)]
pub struct Whole {
    /// The configuration that it went by.
    pub config: Config,
    /// The site, as far as errors let it be.
    pub site: Site,
    /// What its pages ask of data files.
    pub data: Data,
    /// Other sites that it links to.
    pub inventories: Inventories,
    /// How its articles were read.
    pub options: Options,
    /// Files that articles include, or would if there were such, from the site's root.
    pub included: Vec<RelPath>,
    /// Everything wrong, ordered by file and place, levels as `[check]` says.
    pub diagnostics: Vec<Diagnostic>,
}

impl Whole {
    /// Whether something in it is an error.
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// Weaves the site in `files`, drafts and all, without asking git.
///
/// # Errors
///
/// Failures of the environment: no `site.toml`, a file that can't be read.
pub fn weave_everything(session: &Session, files: &dyn Files) -> Result<Whole, Error> {
    let request = Request { publish: super::Publish::Everything, ..Request::default() };
    let facts = |_: &Config| Facts { today: facts::today(), changed: Arc::default(), watched: Watched::default() };
    weave_files(session, files, &facts, &request)
}

fn weave_files(
    session: &Session,
    files: &dyn Files,
    facts: &(dyn Fn(&Config) -> Facts + Sync),
    request: &Request,
) -> Result<Whole, Error> {
    let nothing = Manifest::default();
    let given = Given { files, facts, request, old: &nothing, missing: &[], progress: &Silent };
    let gathered = gather(session, &given, &mut Trace::start())?;
    let config = gathered.config;
    let mut diagnostics = gathered.diagnostics;
    diagnostics.extend(gathered.articles.diagnostics());
    let known = Known {
        articles: &gathered.articles,
        data: gathered.data,
        files: gathered.files,
        inventories: &gathered.inventories,
        record: &gathered.record,
        facts: &gathered.facts,
    };
    let (site, data, problems) = weave(session, &given, &config, &gathered.theme, known)?;
    diagnostics.extend(problems);
    // Parsed a moment ago, and remembered.
    let (inventories, _) = inventories::load(&session.inventories, &config, &gathered.inventories);
    let mut diagnostics = Judge::new(&config).with_comments(&site).settle(diagnostics);
    diagnostics.retain(|diagnostic| diagnostic.level != Level::Advice);
    let options = gathered.articles.options().clone();
    let included = gathered.articles.included();
    Ok(Whole { config, site, data, inventories, options, included, diagnostics })
}
