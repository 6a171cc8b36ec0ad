//! Everything that a build reads.

use std::collections::BTreeMap;

use crate::build::{
    Facts, Given, Session, Words,
    articles::{self, Articles},
    contract::{self, Record},
    fonts, inventories, read_config,
    trace::Trace,
};
use crate::model::{
    Config, Diagnostic, Error, RelPath,
    data::DataFile,
    untrusted::{EXTENSIONS, Untrusted},
};
use crate::parse::Options;
use crate::render::{Theme, social::Fonts};
use crate::source::{Files, data::files};

/// Everything that a build reads, by name where that is enough.
pub(super) struct Gathered {
    pub(super) config: Config,
    pub(super) theme: Theme,
    pub(super) facts: Facts,
    pub(super) articles: Articles,
    /// Data files by name.
    pub(super) data: BTreeMap<String, DataFile>,
    /// Files that are copied: output path to source path.
    pub(super) files: BTreeMap<RelPath, RelPath>,
    pub(super) inventories: inventories::Found,
    /// What the pictures of pages are drawn with.
    pub(super) fonts: Fonts,
    /// The addresses that the site has promised.
    pub(super) record: Record,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads everything, and parses what is not remembered.
///
/// # Errors
///
/// Failures of the environment.
pub(super) fn gather(session: &Session, given: &Given<'_>, trace: &mut Trace) -> Result<Gathered, Error> {
    let mut diagnostics = Vec::new();
    let config = read_config(given, &mut diagnostics)?;
    // Git takes its time to start.
    let theme = || Theme::recall(&session.theme, given.files, &config);
    let (theme, facts) = rayon::join(theme, || (given.facts)(&config));
    let (theme, problems) = theme?;
    diagnostics.extend(problems);
    trace.lap("configuration and theme");
    let sources = list_sources(given.files, &config.markdown.untrusted, &mut diagnostics)?;
    let (data, problems) = files::list(given.files)?;
    diagnostics.extend(problems);
    let (inventories, problems) = inventories::find(given.files, &config);
    diagnostics.extend(problems);
    let (fonts, problems) = fonts::load(given.files, &config);
    diagnostics.extend(problems);
    let (record, problems) = contract::load(given.files);
    diagnostics.extend(problems);
    let options = Options::from_config(&config);
    let words = options.words || given.request.words == Words::All;
    let options = Options { link_arguments: theme.link_arguments(), words, ..options };
    let articles = articles::load(session, given, options, &sources.articles, trace)?;
    Ok(Gathered {
        config,
        theme,
        facts,
        articles,
        data,
        files: sources.copied,
        inventories,
        fonts,
        record,
        diagnostics,
    })
}

/// The files that a build read because something in the site names them.
pub(super) fn named_files(config: &Config, articles: &Articles, inventories: &inventories::Found) -> Vec<RelPath> {
    let mut named = articles.included();
    named.extend(inventories.paths());
    named.extend(fonts::paths(config));
    named.push(crate::link::contract::path());
    named.sort();
    named.dedup();
    named
}

/// Articles and other files of a site.
struct Sources {
    /// Markdown files of `content/`.
    articles: Vec<RelPath>,
    /// All other files: output path to source path.
    copied: BTreeMap<RelPath, RelPath>,
}

fn list_sources(files: &dyn Files, untrusted: &Untrusted, diagnostics: &mut Vec<Diagnostic>) -> Result<Sources, Error> {
    let mut sources = Sources { articles: Vec::new(), copied: BTreeMap::new() };
    for folder in ["content", "static"] {
        let listing = files.list(folder)?;
        diagnostics.extend(listing.diagnostics);
        for file in listing.files {
            if folder == "content" && is_part(&file) {
                continue;
            }
            if folder == "content" && matches!(file.extension(), "md" | "markdown") {
                sources.articles.push(file);
                continue;
            }
            if untrusted.covers_file(&file) && !Untrusted::may_publish(file.extension()) {
                diagnostics.push(unpublished(&file));
                continue;
            }
            let Some(output) = RelPath::new(&file.as_str()[folder.len() + 1..]) else { continue };
            if let Some(other) = sources.copied.get(&output) {
                let message = format!("{file} and {other} would both be written to {output}");
                let problem = Diagnostic::error("url-collision", file.as_str(), None, message);
                diagnostics.push(problem.help("move or remove one of the two"));
                continue;
            }
            sources.copied.insert(output, file);
        }
    }
    Ok(sources)
}

/// A file that strangers may have written and in which a browser might run code, or which a host might obey.
fn unpublished(file: &RelPath) -> Diagnostic {
    let message = format!("{file} is not published: strangers may write in this folder");
    let help = format!("make it a file of one of these kinds: {}", EXTENSIONS.join(", "));
    Diagnostic::warning("untrusted-content", file.as_str(), None, message).help(help)
}

/// Whether a file of `content/` is there to be included by others: an article, or anything in a folder, whose name begins
/// with an underscore.
pub(super) fn is_part(file: &RelPath) -> bool {
    let is_article = matches!(file.extension(), "md" | "markdown");
    let is_part = is_article && file.file_name().starts_with('_') && file.stem() != "_index";
    is_part || file.parent().split('/').any(|folder| folder.starts_with('_'))
}
