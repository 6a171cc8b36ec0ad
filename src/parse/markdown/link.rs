//! Links.

use std::ops::Range;

use pulldown_cmark::LinkType;

use crate::model::{
    doc::{Hole, Wikilink},
    page::{Link, LinkKind},
};
use crate::parse::markdown::state::Writer;

impl Writer<'_, '_> {
    pub(super) fn start_link(&mut self, kind: LinkType, target: &str, title: &str, range: Range<usize>) {
        self.inline_depth += 1;
        self.links_open += 1;
        self.open_inlines.push(self.out.len());
        if self.image.is_some() {
            return;
        }
        let target = if kind == LinkType::Email { format!("mailto:{target}") } else { target.to_owned() };
        let link = self.open_link(target, title, range);
        self.begin_link_text(link);
        self.link_words = (!matches!(kind, LinkType::Autolink | LinkType::Email)).then(|| (self.block.len(), link));
    }

    /// Writes the beginning of a link; returns its index.
    pub(super) fn open_link(&mut self, target: String, title: &str, range: Range<usize>) -> u32 {
        let index = self.push_link(LinkKind::Link, target, range);
        self.out.raw("<a href=\"");
        self.out.hole(Hole::Address(index));
        if !title.is_empty() {
            self.out.raw("\" title=\"");
            self.out.attribute(title);
        }
        self.out.raw("\">");
        index
    }

    pub(super) fn end_link(&mut self, range: Range<usize>) {
        self.links_open = self.links_open.saturating_sub(1);
        self.end_link_text();
        if let Some((from, link)) = self.link_words.take().filter(|_| self.image.is_none()) {
            let words = self.block.from(from).to_owned();
            let target = self.links[link as usize].target.clone();
            self.tell_vague(&words, &target, range);
        }
        self.close_inline("</a>");
    }

    pub(super) fn push_link(&mut self, kind: LinkKind, target: String, range: Range<usize>) -> u32 {
        if let Some(heading) = &mut self.heading {
            heading.has_links = true;
        }
        let index = self.links.len() as u32;
        let section = self.sections.len() as u32;
        let span = self.span(range);
        let origin = self.file.origin();
        self.links.push(Link { kind, target, section, sentence: None, span, origin });
        index
    }

    /// `[[target|label]]`.
    pub(super) fn wikilink(&mut self, target: Range<usize>, label: Option<Range<usize>>, range: Range<usize>) {
        let text = self.file.text;
        let target = text[target].to_owned();
        if let Some(image) = &mut self.image {
            image.alt.push_str(label.map_or(&target, |label| &text[label]));
            return;
        }
        let written = text[range.clone()].to_owned();
        let link = self.push_link(LinkKind::Wiki, target.clone(), range);
        self.begin_link_text(link);
        let label = match label.filter(|label| !label.is_empty()) {
            Some(label) => Some(self.label_piece(label).into_doc()),
            None => {
                self.gather(name_alone(&target));
                None
            }
        };
        self.end_link_text();
        self.out.hole(Hole::Wikilink(Box::new(Wikilink { link, label, written })));
    }
}

/// A link's target as words of a text: without the name of an inventory, as in `[[python:Glossary]]`.
fn name_alone(target: &str) -> &str {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    match target.split_once(':') {
        Some((site, name)) if is_name(site) && !name.is_empty() && !name.starts_with([' ', ':']) => name,
        _ => target,
    }
}
