//! HTML under construction, with its holes.

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::model::doc::{Doc, Hole};

/// A stretch of HTML whose holes are counted from its own beginning.
#[derive(Default)]
pub(super) struct Piece {
    doc: Doc,
}

impl Piece {
    /// A piece with room for so many bytes of HTML.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { doc: Doc { html: String::with_capacity(bytes), holes: Vec::new() } }
    }

    /// Adds HTML as it is.
    pub(super) fn raw(&mut self, html: &str) {
        self.doc.html.push_str(html);
    }

    /// Adds text between tags.
    pub(super) fn text(&mut self, text: &str) {
        escape_html_body_text(&mut self.doc.html, text).expect("a string takes every text");
    }

    /// Adds text inside an attribute's quotes.
    pub(super) fn attribute(&mut self, text: &str) {
        escape_html(&mut self.doc.html, text).expect("a string takes every text");
    }

    /// Adds something that waits for the site.
    pub(super) fn hole(&mut self, hole: Hole) {
        let offset = u32::try_from(self.doc.html.len()).unwrap_or(u32::MAX);
        self.doc.holes.push((offset, hole));
    }

    /// Begins a line, unless one has just begun.
    pub(super) fn fresh_line(&mut self) {
        let after_hole = self.doc.holes.last().is_some_and(|(at, _)| *at as usize == self.doc.html.len());
        if after_hole || !(self.doc.html.is_empty() || self.doc.html.ends_with('\n')) {
            self.doc.html.push('\n');
        }
    }

    /// Adds another piece.
    pub(super) fn append(&mut self, other: Piece) {
        let shift = u32::try_from(self.doc.html.len()).unwrap_or(u32::MAX);
        self.doc.html.push_str(&other.doc.html);
        self.doc.holes.extend(other.doc.holes.into_iter().map(|(at, hole)| (at.saturating_add(shift), hole)));
    }

    /// Takes back the last `html`, if it is what was added last.
    pub(super) fn take_back(&mut self, html: &str) -> bool {
        let found = self.doc.html.ends_with(html);
        if found {
            self.doc.html.truncate(self.doc.html.len() - html.len());
        }
        found
    }

    /// The HTML so far, if nothing in it waits for the site.
    pub(super) fn finished_html(&self) -> Option<&str> {
        self.doc.holes.is_empty().then_some(&self.doc.html)
    }

    /// The finished document.
    pub(super) fn into_doc(self) -> Doc {
        self.doc
    }
}

/// `text` with the characters that HTML gives a meaning escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape_html_body_text(&mut html, text).expect("a string takes every text");
    html
}
