//! An article's text to its head and its document.
//!
//! In: the text of one Markdown file and how to read it. Out: a [`Head`], which the whole site may see, a [`Doc`], which
//! only its own page sees, and diagnostics.
//!
//! What must stay true: this is a pure function of the text, the path and the options. It never fails and never panics;
//! every span lies inside the file on character boundaries. Only `markdown` knows pulldown-cmark. The document
//! depends on the text below the front matter, and on whether that wants mentions of terms linked, so that a changed title
//! leaves it equal.

mod attribute;
mod autolink;
mod bulk;
mod call;
pub mod card;
mod code;
pub mod console;
mod diagram;
mod fence;
pub mod front_matter;
pub mod glossary;
mod heading;
pub mod include;
mod markdown;
mod math;
mod mistake;
mod notation;
pub mod outline;
mod piece;
mod region;
mod run;
mod sanitize;
mod scan;
mod sentence;
mod tag;
mod tagfilter;
pub mod target;
pub mod terms;
pub mod text;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::model::{
    Config, Diagnostic, Digest, Doc, Head, RelPath,
    config::Markdown,
    page::{self, FrontMatter},
    untrusted::Untrusted,
};

use self::terms::Place;
pub use self::{
    diagram::UNDRAWN,
    glossary::Glossary,
    markdown::{copy, places},
};
pub use crate::model::extensions::{Extension, Extensions};

/// Counts up with every change of what this stage makes of the same text.
pub const VERSION: u32 = 18 | if cfg!(feature = "diagrams") { 1 << 16 } else { 0 };

/// What of the configuration this stage depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Typographic quotes, dashes and dots.
    pub smart_punctuation: bool,
    /// A BCP 47 tag, for the stems of words.
    pub language: String,
    /// Whether the words of articles are gathered.
    pub words: bool,
    /// What is read beyond CommonMark.
    pub extensions: Extensions,
    /// Declared kinds of callouts: the name, the title, and the kind that it looks like.
    pub callouts: Vec<(String, String, String)>,
    /// Titles of sections that hold questions and answers.
    pub questions: Vec<String>,
    /// Terms whose mentions become links.
    pub glossary: Glossary,
    /// For each component that has such, the arguments that lead somewhere, as the target of a link does.
    pub link_arguments: BTreeMap<String, Vec<String>>,
    /// Articles that strangers may write.
    pub untrusted: Untrusted,
}

impl Options {
    /// The options that a site's configuration comes to.
    pub fn from_config(config: &Config) -> Self {
        Self {
            smart_punctuation: config.markdown.smart_punctuation,
            language: config.language.clone(),
            words: config.asks_for_words(),
            extensions: config.markdown.extensions,
            callouts: config
                .callouts
                .iter()
                .map(|kind| (kind.name.clone(), kind.title.clone(), kind.like.clone()))
                .collect(),
            questions: config.markdown.questions.clone(),
            glossary: Glossary::of(config),
            link_arguments: BTreeMap::new(),
            untrusted: config.markdown.untrusted.clone(),
        }
    }
}

impl Default for Options {
    /// Those of a site that says nothing about them.
    fn default() -> Self {
        let Markdown { smart_punctuation, extensions, questions, .. } = Markdown::default();
        Self {
            smart_punctuation,
            language: "en".to_owned(),
            words: true,
            extensions,
            callouts: Vec::new(),
            questions,
            glossary: Glossary::default(),
            link_arguments: BTreeMap::new(),
            untrusted: Untrusted::default(),
        }
    }
}

/// The files that an article asks for, by their path from the site's root: their text, or why it can't be had.
pub type Included = BTreeMap<RelPath, Result<Arc<str>, String>>;

/// One article, parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What the whole site may see.
    pub head: Head,
    /// What its own page shows.
    pub doc: Doc,
    /// What is wrong in it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses the article `path` (relative to `content/`) of which `text` is the whole file. `included` holds what
/// [`include::wanted`] names, for the article and for each file that it includes.
///
/// Diagnostics name the file as `content/PATH`.
pub fn article(path: &RelPath, text: &str, options: &Options, included: &Included) -> Parsed {
    let shown = format!("content/{path}");
    let (front, start, mut diagnostics) = front_matter::split(&shown, text);
    let (text, start) = match bulk::excess(&shown, text, start) {
        Some(problem) => {
            diagnostics.push(problem);
            ("", 0)
        }
        None => (text, start),
    };
    let body = text.get(start..).unwrap_or("");
    let terms = front.terms.unwrap_or(true);
    scan::text(&shown, text, start, &options.language, &mut diagnostics);
    let written = markdown::write(text, start, &shown, options, included, terms, &mut diagnostics);
    let (title, title_html) = titles(path, &front, written.title);
    let mut profile = written.profile;
    profile.text(&title, Place::Title, &[]);
    front.keywords.iter().for_each(|keyword| profile.text(keyword, Place::Keywords, &[]));
    front.description.iter().for_each(|description| profile.text(description, Place::Description, &[]));
    let head = Head {
        path: path.clone(),
        outline: page::outline(&front, (&title, written.title_id.as_deref()), &written.headings, &written.anchors),
        title,
        title_html,
        title_id: written.title_id,
        headings: written.headings,
        sections: written.sections,
        links: written.links,
        anchors: written.anchors,
        codes: written.codes,
        components: written.components,
        questions: written.questions,
        uses: written.uses,
        words: written.words,
        profile: profile.finish(),
        excerpt: written.excerpt,
        allowances: written.allowances,
        html_links: written.html_links,
        body: body_digest(path, body, options, included),
        terms: written.terms,
        front,
    };
    Parsed { head, doc: written.doc, diagnostics }
}

/// Names the document that [`article`] would make of `body`, its links to terms left aside.
fn body_digest(path: &RelPath, body: &str, options: &Options, included: &Included) -> Digest {
    let Options { smart_punctuation, extensions, callouts, questions, link_arguments, untrusted, .. } = options;
    // What is included may be a stranger's where the article is not.
    let untrusted = (!untrusted.folders.is_empty()).then(|| (untrusted, untrusted.covers(path)));
    let options = (smart_punctuation, extensions, callouts, questions, link_arguments, untrusted);
    let (version, options) = (VERSION.to_le_bytes(), Digest::of_value(&options));
    let fixed = [version.as_slice(), options.as_bytes(), body.as_bytes()];
    let included = included.iter().flat_map(|(path, text)| {
        let text = text.as_deref().unwrap_or_else(|reason| reason.as_str());
        [path.as_str().as_bytes(), text.as_bytes()]
    });
    Digest::of_parts(fixed.into_iter().chain(included))
}

/// The title as text and as HTML: from front matter, else the heading that opens the text, else the file's name. Where
/// an article has both, lists show the front matter's and the page shows the heading.
fn titles(path: &RelPath, front: &FrontMatter, heading: Option<(String, String)>) -> (String, String) {
    let declared = front.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    match (declared, heading) {
        (Some(title), Some((_, html))) => (title.to_owned(), html),
        (Some(title), None) => (title.to_owned(), piece::escaped(title)),
        (None, Some((text, html))) => (text, html),
        (None, None) => {
            let title = text::title_of_file_name(path);
            let html = piece::escaped(&title);
            (title, html)
        }
    }
}

#[cfg(test)]
mod tests;
