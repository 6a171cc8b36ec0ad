//! Text that comes from elsewhere, to an article.
//!
//! In: the bytes of a text that somebody copied, for example from a web page. Out: source files as values: an article in
//! Markdown, data files for the cards that stood around it, and a report of what became of which line.
//!
//! What must stay true: nothing is lost silently: each word of the text is in the article, in the data or in the report.
//! Nothing is guessed silently: what is uncertain stays text, and is told. What looked like Markdown or HTML comes out
//! as the text that it was. This is a pure function; it never fails but for bytes that are no text, never panics, and takes
//! time in proportion to the text.
//!
//! A text goes through these steps, each of which takes away what it knows: `bytes`, `mojibake`, `unit`,
//! `contents`, `head`, `cards`, `headings`, `blocks`, `markdown`.

mod blocks;
mod bytes;
mod cards;
mod contents;
mod date;
mod draft;
mod escape;
mod facts;
mod head;
mod headings;
mod lists;
mod markdown;
mod mojibake;
mod prose;
mod questions;
mod report;
mod slug;
mod unit;

pub use bytes::Encoding;
pub use report::{Kind, LineRanges, Told};

use crate::import::{
    blocks::Block,
    draft::{Data, Draft},
    prose::Description,
    report::Report,
};
use crate::model::Diagnostic;

/// A text as it came.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file as messages name it.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its encoding, where somebody named it.
    pub encoding: Option<Encoding>,
}

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The name of the article, without its extension: words of any script in small letters, parted by dashes.
    pub slug: String,
    /// The article, with its front matter.
    pub article: String,
    /// Data files by their name, without their extension, in the order of the article's `cards`.
    pub data: Vec<(String, String)>,
    /// What became of which line, by kind and line.
    pub report: Vec<Told>,
}

/// A text has no more lines than this.
const MOST_LINES: usize = 1_000_000;

/// Makes an article of a text.
///
/// # Errors
///
/// An error diagnostic for what is no text: `no-text`, `not-utf8`, or `too-large` beyond a million lines.
pub fn text(source: &Source<'_>) -> Result<Imported, Box<Diagnostic>> {
    let mut report = Report::default();
    let text = bytes::decode(source, &mut report)?;
    if text.bytes().filter(|byte| *byte == b'\n').count() >= MOST_LINES {
        let problem = Diagnostic::error("too-large", source.name, None, format!("more than {MOST_LINES} lines"));
        return Err(Box::new(problem.help("split it into several texts")));
    }
    let text = mojibake::mend(text, &mut report);
    let text = bytes::without_controls(text, &mut report);
    let units = unit::units(&text, &mut report);
    let mut draft = Draft::new(units, report);
    let outline = contents::take(&mut draft);
    head::take(&mut draft, source.name);
    cards::take(&mut draft);
    headings::take(&mut draft, outline);
    tell_markdown(&mut draft);
    Ok(finish(draft))
}

/// Tells that a text seems to be Markdown, which needs no import.
fn tell_markdown(draft: &mut Draft<'_>) {
    let is_heading = |text: &str| text.trim_start_matches('#').starts_with(' ') && text.starts_with('#');
    let is_markdown = |text: &str| is_heading(text) || text.starts_with("```") || text.contains("](http");
    let units: Vec<usize> = (0..draft.units.len()).filter(|at| is_markdown(&draft.units[*at].text)).collect();
    if units.len() > 1 {
        draft.tell(
            &units,
            Kind::Uncertain,
            "this looks like Markdown: if it is, copy the file into the content as it is",
        );
    }
}

fn finish(mut draft: Draft<'_>) -> Imported {
    let slug = slug::slug(&draft.front.title, "text");
    let data = name_data(&slug, &draft.data);
    let mut front = std::mem::take(&mut draft.front);
    front.cards = data.iter().map(|(name, _)| name.clone()).collect();
    let (blocks, notes) = blocks::read(&draft);
    let described = blocks.iter().find_map(description);
    let at = described.as_ref().map(|(paragraph, _)| *paragraph);
    let unit = at.and_then(|paragraph| {
        (0..draft.units.len()).find(|at| std::ptr::eq(draft.units[*at].text.as_ref(), paragraph))
    });
    let mut cut = "";
    front.description = described.map(|(_, description)| match description {
        Description::Whole(text) => text,
        Description::Cut(text) => {
            cut = ", cut within its first sentence";
            text
        }
    });
    let article = markdown::article(&front, &blocks);
    for note in notes {
        draft.tell(&note.units, note.kind, note.what);
    }
    if let Some(unit) = unit {
        draft.tell(&[unit], Kind::Found, format!("description{cut}"));
    }
    Imported { slug, article, data, report: draft.report.finish() }
}

/// What describes an article: the beginning of its first paragraph of sentences.
fn description<'d>(block: &Block<'d>) -> Option<(&'d str, Description)> {
    match block {
        Block::Paragraph(text) if prose::is_prose(text) => Some((*text, prose::describe(text))),
        _ => None,
    }
}

/// `NAME-featured-jobs`, each name once.
fn name_data(slug: &str, data: &[Data]) -> Vec<(String, String)> {
    let mut named: Vec<(String, String)> = Vec::new();
    for data in data {
        let stem = format!("{slug}-{}", slug::slug(&data.title, "cards"));
        let is_free = |name: &String| named.iter().all(|(other, _)| other != name);
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(is_free).unwrap_or(stem);
        named.push((name, markdown::data(data)));
    }
    named
}
