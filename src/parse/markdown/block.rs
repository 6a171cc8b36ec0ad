//! Paragraphs, lists, tables, raw HTML.

use std::ops::Range;

use pulldown_cmark::Alignment;

use crate::model::{
    doc::{Construct, Hole, Word},
    page::HtmlLink,
};
use crate::parse::{
    Extension, heading,
    markdown::state::{Html, List, Table, Writer},
    piece, tag, tagfilter,
};

impl Writer<'_, '_> {
    /// Opens a block on a line of its own.
    pub(super) fn open(&mut self, html: &str) {
        self.out.fresh_line();
        self.out.raw(html);
    }

    /// Closes a block whose text ends here.
    pub(super) fn close(&mut self, html: &str) {
        self.gather_space();
        self.open_mark = None;
        self.out.raw(html);
    }

    pub(super) fn start_paragraph(&mut self) {
        if self.begin_answer_paragraph() {
            return;
        }
        self.out.fresh_line();
        self.paragraph = self.out.len();
        self.out.raw("<p>");
    }

    pub(super) fn end_paragraph(&mut self) {
        self.gather_space();
        self.open_mark = None;
        self.skipping_marker = false;
        if self.end_question_paragraph() || self.lift_figure() {
            return;
        }
        if let Some(question) = &mut self.question {
            question.open_paragraph = false;
        }
        if self.block.had_words {
            self.out.media_from(self.paragraph).for_each(|media| media.is_inline = true);
        }
        if !self.out.take_back("<p>") {
            self.out.raw("</p>\n");
            self.last_block = Some(self.paragraph);
        }
    }

    pub(super) fn start_list(&mut self, first: Option<u64>, range: Range<usize>) {
        let notes = first.and_then(|first| self.begin_notes(first));
        self.out.fresh_line();
        let (start, explains) = (self.out.len(), notes.is_some());
        self.lists.push(List { is_ordered: first.is_some(), start, notes });
        if explains {
            let first = first.filter(|first| *first != 1).map(|first| format!(" start=\"{first}\""));
            return self.out.raw(&format!("<ol class=\"code-notes\"{}>\n", first.unwrap_or_default()));
        }
        if first.is_some() && self.begin_question_list(&range) {
            self.out.raw("<ol class=\"questions\">\n");
            return;
        }
        match first {
            None => self.out.raw("<ul>\n"),
            Some(1) => self.out.raw("<ol>\n"),
            Some(first) => self.out.raw(&format!("<ol start=\"{first}\">\n")),
        }
    }

    pub(super) fn end_list(&mut self) {
        let Some(list) = self.lists.pop() else { return };
        self.end_question_list();
        self.out.raw(if list.is_ordered { "</ol>\n" } else { "</ul>\n" });
        if let Some(notes) = list.notes {
            self.end_notes(*notes);
        }
        self.last_block = Some(list.start);
    }

    pub(super) fn start_item(&mut self, range: Range<usize>) {
        self.depth += 1;
        if let Some(id) = self.note_item(range) {
            return self.open(&format!("<li id=\"{}\">", piece::escaped_attribute(&id)));
        }
        if !self.begin_question() {
            self.open("<li>");
        }
    }

    pub(super) fn end_item(&mut self, range: Range<usize>) {
        let _ = range;
        self.close_deeper_than(self.depth - 1);
        self.depth -= 1;
        self.end_question();
        self.close("</li>\n");
        self.last_block = None;
    }

    pub(super) fn start_definitions(&mut self) {
        self.uses(Construct::Layout);
        self.out.fresh_line();
        self.lists.push(List { is_ordered: false, start: self.out.len(), notes: None });
        self.out.raw("<dl>\n");
    }

    pub(super) fn end_definitions(&mut self) {
        self.out.raw("</dl>\n");
        self.last_block = self.lists.pop().map(|list| list.start);
    }

    pub(super) fn start_definition(&mut self) {
        self.depth += 1;
        self.open("<dd>");
    }

    pub(super) fn end_definition(&mut self, range: Range<usize>) {
        let _ = range;
        self.close_deeper_than(self.depth - 1);
        self.depth -= 1;
        self.close("</dd>\n");
    }

    pub(super) fn task(&mut self, word: Word) {
        if self.out.take_back("<li>") {
            self.out.raw("<li class=\"task\">");
        } else if self.out.take_back("<li>\n<p>") {
            self.out.raw("<li class=\"task\">\n<p>");
        }
        let checked = if word == Word::Done { " checked" } else { "" };
        self.out.raw(&format!("<input type=\"checkbox\" disabled{checked} aria-label=\""));
        self.out.hole(Hole::Word(word));
        self.out.raw("\"> ");
    }

    pub(super) fn start_table(&mut self, alignments: Vec<Alignment>) {
        self.aside += 1;
        self.out.fresh_line();
        self.table = Table { alignments, start: self.out.len(), ..Table::default() };
        self.out.raw("<div class=\"table\" tabindex=\"0\"><table>");
    }

    pub(super) fn end_table(&mut self) {
        self.aside -= 1;
        self.out.raw(if self.table.has_rows { "</tbody></table></div>\n" } else { "</table></div>\n" });
        self.last_block = Some(self.table.start);
    }

    pub(super) fn start_table_head(&mut self) {
        self.table.in_head = true;
        self.table.cell = 0;
        self.out.raw("<thead><tr>");
    }

    pub(super) fn end_table_head(&mut self) {
        self.table.in_head = false;
        self.out.raw("</tr></thead>");
    }

    pub(super) fn start_row(&mut self) {
        self.table.cell = 0;
        let is_first = !std::mem::replace(&mut self.table.has_rows, true);
        self.out.raw(if is_first { "<tbody>\n<tr>" } else { "<tr>" });
    }

    pub(super) fn start_cell(&mut self) {
        let tag = if self.table.in_head { "<th" } else { "<td" };
        let class = match self.table.alignments.get(self.table.cell) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::None) | None => "",
        };
        self.out.raw(tag);
        self.out.raw(class);
        self.out.raw(">");
    }

    pub(super) fn end_cell(&mut self) {
        self.gather_space();
        self.open_mark = None;
        self.out.raw(if self.table.in_head { "</th>" } else { "</td>" });
        self.table.cell += 1;
    }

    /// A block of HTML begins: one of the author's, a comment, or a construct in disguise.
    pub(super) fn start_html(&mut self, range: Range<usize>) {
        let raw = self.file.text.get(range.clone()).unwrap_or("");
        let first = range.start + raw.len() - raw.trim_start().len();
        if let Some(mark) = self.mark_at(first) {
            self.html = Some(Html { range, is_hidden: true, held: String::new() });
            self.construct(mark);
            return;
        }
        let is_comment = raw.trim_start().starts_with("<!--") && self.options.extensions.has(Extension::Comments);
        if raw.contains("check:") {
            self.take_allowances(range.clone());
        }
        self.gather_html_links(&range);
        if is_comment && raw.rfind("<!--") > raw.rfind("-->") {
            let message = "a comment that is never closed: all that stands behind it is left out".to_owned();
            self.warn("unclosed-container", first..first + "<!--".len(), message, "put `-->` where it ends");
        }
        let rest = if is_comment { without_comments(raw) } else { String::new() };
        self.at_start &= is_comment && rest.trim().is_empty();
        self.html = Some(Html { range: range.clone(), is_hidden: is_comment, held: String::new() });
        if !rest.trim().is_empty() {
            self.raw_html(&rest, &range);
        }
    }

    pub(super) fn end_html(&mut self) {
        if let Some(Html { range, held, .. }) = self.html.take().filter(|html| !html.held.is_empty()) {
            self.sanitized_html(&held, &range);
        }
    }

    pub(super) fn block_html(&mut self, html: &str, range: Range<usize>) {
        // Two blocks in disguise, one below the other, are two blocks to the parser as well.
        let is_hidden = self.html.as_ref().is_some_and(|block| block.is_hidden && range.start < block.range.end);
        if !is_hidden {
            let html = self.original(html, &range);
            match self.html.as_mut().filter(|_| self.untrusted.is_on) {
                Some(block) => block.held.push_str(html),
                None => self.raw_html(html, &range),
            }
        }
    }

    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>) {
        if html.starts_with("<!--") && html.contains("check:") {
            self.take_allowances(range.clone());
        }
        let is_comment = html.starts_with("<!--") && self.options.extensions.has(Extension::Comments);
        if self.image.is_none() && !is_comment {
            self.gather_html_links(&range);
            let html = self.original(html, &range);
            match html.split(|c: char| c.is_ascii_whitespace() || c == '>').next() {
                Some("<a" | "<A") => self.in_raw_link = true,
                Some("</a" | "</A") => self.in_raw_link = false,
                _ => {}
            }
            self.raw_tag_around_terms(html);
            self.raw_html(html, &range);
        }
    }

    /// Takes up the addresses in the raw HTML at `range`. Of what strangers wrote, none is left as it is.
    fn gather_html_links(&mut self, range: &Range<usize>) {
        let text = self.file.text;
        let Some(raw) = text.get(range.clone()).filter(|_| !self.untrusted.is_on) else { return };
        for (kind, inner) in tag::addresses(raw) {
            let at = range.start + inner.start..range.start + inner.end;
            // What stands in a construct is that construct's.
            if !self.has_marks(&at) {
                let (span, origin) = (self.span(at), self.file.origin());
                self.html_links.push(HtmlLink { kind, target: raw[inner].to_owned(), span, origin });
            }
        }
    }

    fn raw_html(&mut self, html: &str, range: &Range<usize>) {
        let holds = |names: [&str; 2]| names.iter().any(|name| html.contains(name));
        if holds(["<video", "<audio"]) {
            self.uses(Construct::Players);
        }
        if holds(["only-light", "only-dark"]) {
            self.uses(Construct::Pairs);
        }
        if self.untrusted.is_on {
            return self.sanitized_html(html, range);
        }
        heading::anchors_in_html(html, &mut self.anchors);
        match self.options.extensions.has(Extension::TagFilter) {
            true => self.out.raw(&tagfilter::filtered(html)),
            false => self.out.raw(html),
        }
    }
}

/// A block of raw HTML without its comments; one that never ends goes to the end.
fn without_comments(mut html: &str) -> String {
    let mut rest = String::new();
    while let Some((before, comment)) = html.split_once("<!--") {
        rest.push_str(before);
        let short = [">", "->"].iter().find_map(|end| comment.strip_prefix(end));
        html = short.or_else(|| comment.split_once("-->").map(|(_, after)| after)).unwrap_or("");
    }
    rest + html
}
