//! A site that is woven and not rendered, for those who ask about it: `docweave export`, `explain` and `topics`, and for
//! those who change its sources.

use std::sync::Arc;

use crate::build::{
    Facts, Given, Known, Request, Session, Watched, Words,
    articles::Articles,
    gather::gather,
    has_errors, inventories,
    run::{CACHE, Places, facts_of},
    store::{Mode, Store},
    trace::{Silent, Trace},
    weave,
};
use crate::check::Judge;
use crate::model::{
    Config, Data, Diagnostic, Doc, Error, Level, RelPath, Site, Span,
    doc::{Code, Hole},
    inventory::Inventories,
};
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

/// A block of code, as it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The file that it stands in, as diagnostics name it.
    pub path: String,
    /// Where its block stands there.
    pub span: Span,
    /// The word after its fence.
    pub language: String,
    /// Its text, hidden lines and what it includes as well.
    pub text: String,
}

/// A woven site, and its blocks of code in the languages that it has commands for, in the order of pages and places.
///
/// # Errors
///
/// Failures of the environment.
pub fn samples(places: &Places, request: &Request) -> Result<(Whole, Vec<Sample>), Error> {
    let files = Folder::open(&places.root)?;
    let session = Session::new(Store::open(&places.root.join(CACHE), Mode::ReadWrite));
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let (whole, articles) = weave_articles(&session, &files, &facts, request)?;
    let mut samples = Vec::new();
    let wanted = |language: &str| whole.config.check.samples.iter().any(|command| command.language == language);
    let trace = Trace::start();
    // What strangers write is not run.
    let untrusted = &whole.config.markdown.untrusted;
    for page in whole.site.pages.iter().filter(|page| page.has_source && !untrusted.covers(&page.head.path)) {
        let head = &page.head;
        if head.codes.iter().any(|code| wanted(&code.language)) {
            let doc = articles.doc(&session, &files, &head.path, &trace)?;
            gather_codes(&doc, &mut |code| {
                let Some(block) = head.codes.get(code.index as usize).filter(|block| wanted(&block.language)) else {
                    return;
                };
                if block.origin.as_deref().is_some_and(|origin| untrusted.covers_file(origin)) {
                    return;
                }
                let own = || format!("content/{}", head.path);
                samples.push(Sample {
                    path: block.origin.as_deref().map_or_else(own, ToString::to_string),
                    span: block.span,
                    language: block.language.clone(),
                    text: code.text.clone(),
                });
            });
        }
    }
    Ok((whole, samples))
}

fn gather_codes(doc: &Doc, take: &mut dyn FnMut(&Code)) {
    for (_, hole) in &doc.holes {
        match hole {
            Hole::Code(code) => take(code),
            Hole::Component(_, Some(body)) => gather_codes(body, take),
            Hole::Wikilink(link) => link.label.iter().for_each(|label| gather_codes(label, take)),
            _ => {}
        }
    }
}

fn weave_files(
    session: &Session,
    files: &dyn Files,
    facts: &(dyn Fn(&Config) -> Facts + Sync),
    request: &Request,
) -> Result<Whole, Error> {
    weave_articles(session, files, facts, request).map(|(whole, _)| whole)
}

fn weave_articles(
    session: &Session,
    files: &dyn Files,
    facts: &(dyn Fn(&Config) -> Facts + Sync),
    request: &Request,
) -> Result<(Whole, Articles), Error> {
    let nothing = Manifest::default();
    let request = &Request { words: Words::All, ..request.clone() };
    let given = Given { files, facts, request, old: &nothing, missing: &[], progress: &Silent };
    let mut trace = Trace::start();
    let gathered = gather(session, &given, &mut trace)?;
    gathered.articles.unfold(session, files, &trace)?;
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
    let (site, data, problems) = weave(session, &given, &config, &gathered.theme, known, &mut trace)?;
    diagnostics.extend(problems);
    // Parsed a moment ago, and remembered.
    let (inventories, _) = inventories::load(&session.inventories, &config, &gathered.inventories);
    let mut diagnostics = Judge::new(&config).with_comments(&site).settle(diagnostics);
    diagnostics.retain(|diagnostic| diagnostic.level != Level::Advice);
    let options = gathered.articles.options().clone();
    let included = gathered.articles.included();
    Ok((Whole { config, site, data, inventories, options, included, diagnostics }, gathered.articles))
}
