//! Headings, and the sections between them.

use std::ops::Range;

use pulldown_cmark::CowStr;

use crate::model::{
    Span,
    doc::{Attributes, Hole},
    page::{Heading, Section},
};
use crate::parse::{
    heading,
    markdown::state::Writer,
    piece::{self, Piece},
    terms::Place,
};

/// The heading being read: where it stands, what was written in braces behind it, and its plain text so far.
pub(super) struct HeadingDraft {
    range: Range<usize>,
    span: Span,
    id: Option<String>,
    classes: Vec<String>,
    has_attributes: bool,
    pub(super) has_links: bool,
    /// How many links stood before it.
    links_before: usize,
    pub(super) text: String,
}

impl Writer<'_, '_> {
    pub(super) fn start_heading(
        &mut self,
        id: Option<&str>,
        classes: &[CowStr<'_>],
        no_attributes: bool,
        range: Range<usize>,
    ) {
        self.end_question_by_heading();
        let written = self.file.text.get(range.clone()).map_or(0, |raw| raw.trim_end().len());
        let span = self.span(range.start..range.start + written);
        self.heading = Some(HeadingDraft {
            range,
            span,
            id: id.map(str::to_owned).filter(|id| !id.is_empty()),
            classes: classes.iter().map(ToString::to_string).collect(),
            has_attributes: !no_attributes,
            has_links: false,
            links_before: self.links.len(),
            text: String::new(),
        });
        self.begin_piece();
    }

    pub(super) fn end_heading(&mut self, level: u8) {
        let inner = self.end_piece();
        let Some(draft) = self.heading.take() else { return };
        let text = draft.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let id = self.heading_id(&draft, &text);
        let html = match inner.finished_html() {
            Some(html) if !draft.has_links => html.trim().to_owned(),
            _ => piece::escaped(&text),
        };
        if std::mem::take(&mut self.at_start) && level == 1 && !text.is_empty() {
            self.begin_questions(level, &id, &text);
            self.title = Some((text, html));
            self.title_id = Some(id);
            return;
        }
        let raw = self.file.text.get(draft.range.clone()).unwrap_or("");
        let raw = if draft.has_attributes { raw } else { "" };
        let topics = match draft.has_attributes {
            true => heading::topics(raw, draft.range.start, &mut self.file.lines),
            false => Vec::new(),
        };
        let (auto_topics, see_also) = (heading::switch(raw, "auto_topics"), heading::switch(raw, "see_also"));
        self.section_is_blank = self.is_section_blank();
        let classes = self.classes_of_heading(&draft);
        self.write_heading(level, &id, &classes, inner);
        self.end_section();
        self.section_start = (self.waiting.len(), self.out.len());
        let section = self.sections.len() as u32;
        self.links[draft.links_before..].iter_mut().for_each(|link| link.section = section);
        self.profile.text(&text, Place::Heading, &[]);
        self.begin_questions(level, &id, &text);
        let origin = self.file.origin();
        self.headings.push(Heading { level, id, text, html, topics, auto_topics, see_also, span: draft.span, origin });
    }

    fn classes_of_heading(&mut self, draft: &HeadingDraft) -> Vec<String> {
        let mut attributes = Attributes { classes: draft.classes.clone(), ..Attributes::default() };
        self.keep_harmless(&mut attributes, &draft.range);
        attributes.classes
    }

    fn heading_id(&mut self, draft: &HeadingDraft, text: &str) -> String {
        let Some(explicit) = &draft.id else { return self.ids.unique(&heading::slug(text)) };
        let id = self.ids.unique(explicit);
        if id != *explicit {
            let message = format!("the heading id `{explicit}` is taken already in this article");
            let help = format!("choose another id: `{{#{id}}}` stands in for it now");
            let range = draft.span.start as usize..draft.span.end as usize;
            self.warn("duplicate-id", range, message, help);
        }
        id
    }

    fn write_heading(&mut self, level: u8, id: &str, classes: &[String], inner: Piece) {
        self.out.fresh_line();
        self.last_block = Some(self.out.len());
        self.out.raw(&format!("<h{level} id=\""));
        self.out.attribute(id);
        if !classes.is_empty() {
            self.out.raw("\" class=\"");
            self.out.attribute(&classes.join(" "));
        }
        self.out.raw("\">");
        self.out.append(inner);
        self.out.raw("<a class=\"anchor\" href=\"#");
        self.out.attribute(id);
        self.out.raw("\" aria-labelledby=\"");
        self.out.attribute(id);
        self.out.raw(&format!("\"></a></h{level}>"));
        // The section that begins here is the one after those that have ended, and the one that ends here.
        self.out.hole(Hole::SeeAlso(self.sections.len() as u32 + 1));
        self.out.raw("\n");
    }

    /// Whether nothing was written since the last heading.
    pub(super) fn is_section_blank(&self) -> bool {
        let (waiting, at) = self.section_start;
        waiting == self.waiting.len() && self.out.is_blank_from(at)
    }

    pub(super) fn end_section(&mut self) {
        let draft = std::mem::take(&mut self.section);
        self.end_section_of_terms();
        self.profile.next_section();
        let words = draft.words.count();
        let is_empty = words == 0 && self.section_is_blank;
        self.sections.push(Section { words, excerpt: draft.excerpt.finish(), is_empty });
        self.texts.push(draft.text);
    }
}
