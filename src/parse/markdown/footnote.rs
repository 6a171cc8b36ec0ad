//! Footnotes: numbered in the order of their first marks, written at the end.

use std::{collections::BTreeMap, ops::Range};

use crate::model::{
    Diagnostic, Span,
    doc::{Construct, Hole, Word},
};
use crate::parse::{markdown::state::Writer, piece::Piece};

/// Footnotes by the order of their first marks, how often each was marked, and what they say.
#[derive(Default)]
pub(super) struct Footnotes {
    numbers: BTreeMap<String, u32>,
    marks: BTreeMap<u32, u32>,
    definitions: BTreeMap<String, Piece>,
    open: Vec<String>,
    /// The name of each, and the file and place of its definition, in the order of the text.
    places: Vec<(String, String, Span)>,
}

impl Writer<'_, '_> {
    pub(super) fn footnote_mark(&mut self, name: &str) {
        if self.image.is_some() {
            return;
        }
        self.uses(Construct::Notes);
        if let Some(heading) = &mut self.heading {
            heading.has_links = true;
        }
        let next = self.footnotes.numbers.len() as u32 + 1;
        let number = *self.footnotes.numbers.entry(name.to_owned()).or_insert(next);
        let mark = self.footnotes.marks.entry(number).or_insert(0);
        *mark += 1;
        let again = if *mark > 1 { format!("-{mark}") } else { String::new() };
        self.out.raw(&format!(
            "<sup class=\"footnote-ref\" id=\"fnref-{number}{again}\"><a href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
    }

    pub(super) fn start_footnote(&mut self, name: &str, range: Range<usize>) {
        let mark = range.start..(range.start + name.len() + "[^]:".len()).min(range.end);
        let place = (name.to_owned(), self.file.path.to_owned(), self.span(mark));
        self.footnotes.places.push(place);
        self.aside += 1;
        self.depth += 1;
        self.footnotes.open.push(name.to_owned());
        self.begin_piece();
    }

    pub(super) fn end_footnote(&mut self, range: Range<usize>) {
        let _ = range;
        self.close_deeper_than(self.depth - 1);
        self.aside -= 1;
        self.depth -= 1;
        let piece = self.end_piece();
        if let Some(name) = self.footnotes.open.pop() {
            self.footnotes.definitions.entry(name).or_insert(piece);
        }
    }

    pub(super) fn write_footnotes(&mut self) {
        let mut footnotes = std::mem::take(&mut self.footnotes);
        for (name, path, span) in footnotes.places.iter().filter(|(name, ..)| !footnotes.numbers.contains_key(name)) {
            let message = format!("nothing refers to the footnote `{}`, so it is not shown", name.escape_debug());
            let help = format!("write `[^{name}]` where it belongs, or take it out");
            self.diagnostics.push(Diagnostic::warning("unused-footnote", path, *span, message).help(help));
        }
        let mut by_number: Vec<_> = footnotes.numbers.iter().map(|(name, number)| (*number, name.clone())).collect();
        by_number.sort();
        if !by_number.iter().any(|(_, name)| footnotes.definitions.contains_key(name)) {
            return;
        }
        self.open("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        self.out.hole(Hole::Word(Word::Footnotes));
        self.out.raw("\">\n<ol>\n");
        for (number, name) in by_number {
            let Some(mut note) = footnotes.definitions.remove(&name) else { continue };
            let closed_paragraph = note.take_back("</p>\n");
            self.out.raw(&format!("<li id=\"fn-{number}\">"));
            self.out.append(note);
            self.out.raw(&format!(
                " <a class=\"footnote-back\" href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\""
            ));
            self.out.hole(Hole::Word(Word::BackToText));
            self.out.raw(if closed_paragraph { "\">↩</a></p></li>\n" } else { "\">↩</a></li>\n" });
        }
        self.out.raw("</ol>\n</section>\n");
    }
}
