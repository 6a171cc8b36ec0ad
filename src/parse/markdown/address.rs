//! Bare addresses: text is kept until all of it is there, as the parser hands it over in pieces.

use std::ops::Range;

use pulldown_cmark::Event;

use crate::parse::{
    autolink,
    markdown::{is_inline, state::Writer},
};

impl Writer<'_, '_> {
    /// Takes text as it comes, or keeps it where it may hold an address.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        let may_hold_links = self.code.is_none() && self.image.is_none() && self.links_open == 0 && !self.in_raw_link;
        if self.marks.addresses && may_hold_links {
            let text = self.original(text, &range);
            self.kept.push(text, self.file.text, range);
        } else {
            self.prose(text, range);
        }
    }

    /// Writes the text that was kept, with links in it, before `next` is written.
    pub(super) fn flush_kept(&mut self, next: Option<&Event<'_>>) {
        if let Some(start) = self.kept.start() {
            let mut kept = std::mem::take(&mut self.kept);
            let before = self.file.text.get(..start).filter(|_| self.after_inline);
            let mut from = 0;
            for found in autolink::find(kept.text(), before.and_then(|text| text.chars().next_back())) {
                kept.shown(from..found.range.start).for_each(|(text, range)| self.prose(text, range));
                from = found.range.end;
                self.address(&kept.text()[found.range.clone()], found.target, kept.source(found.range));
            }
            kept.shown(from..kept.text().len()).for_each(|(text, range)| self.prose(text, range));
            kept.clear();
            self.kept = kept;
        }
        self.after_inline = next.is_some_and(goes_on);
        self.in_raw_link &= self.after_inline || matches!(next, Some(Event::SoftBreak | Event::HardBreak));
    }

    fn address(&mut self, text: &str, target: String, range: Range<usize>) {
        self.flush_run();
        self.link_terms();
        self.tell_bare(text, range.clone());
        self.open_link(target, "", range);
        self.gather(text);
        self.out.text(text);
        self.out.raw("</a>");
    }
}

/// Whether what comes behind an event stands in the same line of text.
fn goes_on(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => is_inline(tag.to_end()),
        Event::End(tag) => is_inline(*tag),
        Event::Code(_) | Event::InlineHtml(_) | Event::InlineMath(_) | Event::FootnoteReference(_) => true,
        _ => false,
    }
}
