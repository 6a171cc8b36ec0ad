//! A site that is woven and not rendered, for those who ask about it: `docweave export`, `explain` and `topics`.

use crate::build::{
    Given, Request, Session, articles, data, has_errors, list_sources, read_config,
    run::{CACHE, Places, facts_of},
    settle,
    store::{Mode, Store},
    trace::{Silent, Trace},
    weave,
};
use crate::link;
use crate::model::{Config, Diagnostic, Error, Site};
use crate::output::Manifest;
use crate::parse::Options;
use crate::render::{Theme, component};
use crate::source::{data::files, disk::Folder};

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
    let folder = Folder::open(&places.root)?;
    let session = Session::new(Store::open(&places.root.join(CACHE), Mode::ReadWrite));
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let nothing = Manifest::default();
    let given = Given { files: &folder, facts: &facts, request, old: &nothing, missing: &[], progress: &Silent };
    let mut diagnostics = Vec::new();
    let config = read_config(&given, &mut diagnostics)?;
    let (theme, problems) = Theme::load(given.files, &config.theme)?;
    diagnostics.extend(problems);
    let facts = (given.facts)(&config);
    let sources = list_sources(given.files, &mut diagnostics)?;
    let (data_files, problems) = files::list(given.files)?;
    diagnostics.extend(problems);
    let options = Options { link_arguments: theme.link_arguments(), ..Options::from_config(&config) };
    let articles = articles::load(&session, &given, options, &sources.articles, &Trace::start())?;
    diagnostics.extend(articles.diagnostics());
    let heads = articles.heads();
    let asked = heads.iter().flat_map(|head| component::asks(head, &theme)).collect();
    let (data, problems) = data::load(&session.data, given.files, data_files, &asked)?;
    diagnostics.extend(problems);
    let input = link::Input { heads, files: sources.copied, data: &data, today: facts.today, changed: &facts.changed };
    let (site, problems) = weave(&config, &theme, input);
    diagnostics.extend(problems);
    let diagnostics = settle(&config, diagnostics);
    let site = (!has_errors(&diagnostics)).then_some(site);
    Ok(Woven { config, site, diagnostics })
}
