//! An article's text to its head and its document.
//!
//! In: the text of one Markdown file and how to read it. Out: a [`Head`], which the whole site may see, a [`Doc`], which
//! only its own page sees, and diagnostics.
//!
//! What must stay true: this is a pure function of the text, the path and the options. It never fails and never panics;
//! every span lies inside the file on character boundaries. Only `markdown` knows pulldown-cmark. The document
//! depends on the text below the front matter alone, so that a changed title leaves it equal.

mod bulk;
pub mod front_matter;
mod heading;
mod markdown;
mod piece;
pub mod text;

use serde::{Deserialize, Serialize};

use crate::model::{Diagnostic, Digest, Doc, Head, RelPath, config::Markdown, page::FrontMatter};

/// Counts up with every change of what this stage makes of the same text.
pub const VERSION: u32 = 1;

/// What of the configuration this stage depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Typographic quotes, dashes and dots.
    pub smart_punctuation: bool,
}

impl Options {
    /// The options that `[markdown]` of `site.toml` comes to.
    pub fn from_config(markdown: &Markdown) -> Self {
        Self { smart_punctuation: markdown.smart_punctuation }
    }
}

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

/// Parses the article `path` (relative to `content/`) of which `text` is the whole file.
///
/// Diagnostics name the file as `content/PATH`.
pub fn article(path: &RelPath, text: &str, options: &Options) -> Parsed {
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
    let written = markdown::write(text, start, &shown, options, &mut diagnostics);
    let (title, title_html) = titles(path, &front, written.title);
    let head = Head {
        path: path.clone(),
        title,
        title_html,
        title_id: written.title_id,
        headings: written.headings,
        sections: written.sections,
        links: written.links,
        anchors: written.anchors,
        codes: written.codes,
        words: written.words,
        excerpt: written.excerpt,
        body: body_digest(body, options),
        front,
    };
    Parsed { head, doc: written.doc, diagnostics }
}

/// Names the document that [`article`] would make of `body`.
fn body_digest(body: &str, options: &Options) -> Digest {
    let options = [u8::from(options.smart_punctuation)];
    Digest::of_parts([VERSION.to_le_bytes().as_slice(), &options, body.as_bytes()])
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
