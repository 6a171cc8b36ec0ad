//! HTML under construction, with its holes.

use std::ops::Range;

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::model::doc::{Attributes, Code, Doc, Hole, Media};

/// A stretch of HTML whose holes are counted from its own beginning.
#[derive(Default)]
pub(super) struct Piece {
    doc: Doc,
}

impl Piece {
    /// A piece with room for so many bytes of HTML.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { doc: Doc { html: String::with_capacity(bytes), ..Doc::default() } }
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
        let end = self.doc.html.len();
        let found = self.doc.html.ends_with(html) && self.doc.holes.last().is_none_or(|(at, _)| (*at as usize) < end);
        if found {
            self.doc.html.truncate(self.doc.html.len() - html.len());
        }
        found
    }

    /// How many bytes of HTML there are: a place to come back to.
    pub(super) fn len(&self) -> usize {
        self.doc.html.len()
    }

    /// Whether there is HTML or a hole from byte `at` on.
    pub(super) fn has_content_from(&self, at: usize) -> bool {
        self.doc.html.len() > at || self.doc.holes.last().is_some_and(|(offset, _)| *offset as usize >= at)
    }

    /// Whether nothing but white space was written from byte `at` on.
    pub(super) fn is_blank_from(&self, at: usize) -> bool {
        let no_hole = self.doc.holes.last().is_none_or(|(offset, _)| (*offset as usize) < at);
        no_hole && self.doc.html.get(at..).is_some_and(|html| html.trim().is_empty())
    }

    /// Whether the HTML so far ends with `html`.
    pub(super) fn ends_with(&self, html: &str) -> bool {
        self.doc.html.ends_with(html)
    }

    /// Puts `html` in place of the `old` that stands at byte `at`; false, and nothing is changed, if it does not.
    pub(super) fn replace(&mut self, at: usize, old: &str, html: &str) -> bool {
        if !self.doc.html.get(at..).is_some_and(|rest| rest.starts_with(old)) {
            return false;
        }
        self.doc.html.replace_range(at..at + old.len(), html);
        for (offset, _) in self.doc.holes.iter_mut().rev().take_while(|(offset, _)| *offset as usize >= at + old.len())
        {
            *offset = (*offset as usize + html.len() - old.len()) as u32;
        }
        true
    }

    /// Whether the tag that begins at byte `at` has an attribute of this name.
    pub(super) fn has_attribute(&self, at: usize, name: &str) -> bool {
        let tag = self.doc.html.get(at..).unwrap_or("");
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        tag.match_indices(name).any(|(at, _)| tag[..at].ends_with(' ') && tag[at + name.len()..].starts_with("=\""))
    }

    /// Adds attributes to the tag that begins at byte `at`: classes join those that it has, others that it has stay.
    pub(super) fn add_attributes(&mut self, at: usize, attributes: &Attributes) {
        let Some(tag) = self.doc.html.get(at..).filter(|tag| tag.starts_with('<')) else { return };
        let end = at + tag.find('>').unwrap_or(tag.len());
        let first = self.doc.holes.partition_point(|(offset, _)| (*offset as usize) < at);
        let is_hole_inside = self.doc.holes.get(first).is_some_and(|(offset, _)| (*offset as usize) < end);
        let name_end = at + tag.find([' ', '>']).unwrap_or(tag.len());
        let mut rest = attributes.clone();
        rest.id.take_if(|_| self.has_attribute(at, "id"));
        rest.pairs.retain(|(key, _)| !self.has_attribute(at, key));
        let class = self.doc.html[at..end].find(" class=\"").filter(|_| !is_hole_inside && !rest.classes.is_empty());
        if let Some(class) = class {
            let inside = at + class + " class=\"".len();
            let classes: String = rest.classes.drain(..).map(|class| escaped_attribute(&class) + " ").collect();
            self.insert(inside, &classes);
        }
        self.insert(name_end, &attributes_html(&rest));
    }

    /// Puts `html` in at byte `at`; holes at that place stay behind it.
    fn insert(&mut self, at: usize, html: &str) {
        self.doc.html.insert_str(at, html);
        for (offset, _) in self.doc.holes.iter_mut().rev().take_while(|(offset, _)| *offset as usize >= at) {
            *offset += html.len() as u32;
        }
    }

    /// Puts `hole` in before the stretch `range` of the HTML, and `close` behind it.
    pub(super) fn wrap(&mut self, range: Range<usize>, hole: Hole, close: &str) {
        self.insert(range.end, close);
        let first = self.doc.holes.partition_point(|(at, _)| (*at as usize) < range.start);
        self.doc.holes.insert(first, (range.start as u32, hole));
    }

    /// The block of code that was added last, if no hole has been added since, and its hole.
    pub(super) fn last_code(&self) -> Option<(usize, &Code)> {
        match self.doc.holes.last() {
            Some((_, Hole::Code(code))) => Some((self.doc.holes.len() - 1, code)),
            _ => None,
        }
    }

    /// The block of code of a hole.
    pub(super) fn code_mut(&mut self, hole: usize) -> Option<&mut Code> {
        match self.doc.holes.get_mut(hole) {
            Some((_, Hole::Code(code))) => Some(code),
            _ => None,
        }
    }

    /// Images, videos and sounds from byte `at` on.
    pub(super) fn media_from(&mut self, at: usize) -> impl Iterator<Item = &mut Media> {
        let later = self.doc.holes.iter_mut().rev().take_while(move |(offset, _)| *offset as usize >= at);
        later.filter_map(|(_, hole)| if let Hole::Media(media) = hole { Some(&mut **media) } else { None })
    }

    /// The hole that was added last, if nothing has been added since.
    pub(super) fn last_hole(&mut self) -> Option<&mut Hole> {
        let end = self.doc.html.len();
        self.doc.holes.last_mut().filter(|(at, _)| *at as usize == end).map(|(_, hole)| hole)
    }

    /// Takes back the hole that was added last, if it stands directly behind `html` and at the end, and `html` with it.
    pub(super) fn take_back_hole(&mut self, html: &str) -> Option<Hole> {
        let end = self.doc.html.len();
        let is_alone = self.doc.html.ends_with(html)
            && self.doc.holes.iter().rev().nth(1).is_none_or(|(at, _)| (*at as usize) < end);
        let (_, hole) = self.doc.holes.pop_if(|(at, _)| is_alone && *at as usize == end)?;
        self.doc.html.truncate(end - html.len());
        Some(hole)
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

/// The same inside an attribute's quotes.
pub(super) fn escaped_attribute(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape_html(&mut html, text).expect("a string takes every text");
    html
}

/// Attributes as they stand in a tag, with a space before each.
pub(super) fn attributes_html(attributes: &Attributes) -> String {
    let mut html = String::new();
    if let Some(id) = &attributes.id {
        html.push_str(&format!(" id=\"{}\"", escaped_attribute(id)));
    }
    if !attributes.classes.is_empty() {
        html.push_str(&format!(" class=\"{}\"", escaped_attribute(&attributes.classes.join(" "))));
    }
    for (key, value) in &attributes.pairs {
        html.push_str(&format!(" {key}=\"{}\"", escaped_attribute(value)));
    }
    html
}
