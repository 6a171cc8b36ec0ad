//! Images, videos and sounds.

use std::ops::Range;

use crate::model::{
    doc::{Construct, Hole, Media},
    page::LinkKind,
};
use crate::parse::{Extension, markdown::state::Writer};

/// The image whose alternative text is being read: how deep images stand in one another, and the text so far.
pub(super) struct ImageDraft {
    depth: u32,
    link: u32,
    title: String,
    pub(super) alt: String,
}

impl Writer<'_, '_> {
    pub(super) fn start_image(&mut self, target: &str, title: &str, range: Range<usize>) {
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let link = self.push_link(LinkKind::Image, target.to_owned(), range);
        self.image = Some(ImageDraft { depth: 1, link, title: title.to_owned(), alt: String::new() });
    }

    pub(super) fn end_image(&mut self) {
        let Some(image) = &mut self.image else { return };
        image.depth -= 1;
        if image.depth > 0 {
            return;
        }
        let Some(ImageDraft { link, title, alt, .. }) = self.image.take() else { return };
        let alt = alt.trim().to_owned();
        if self.options.extensions.has(Extension::Media) {
            self.uses(Construct::Media);
            let media = Media { link, alt, title, ..Media::default() };
            self.last_inline = Some(self.out.len());
            self.out.hole(Hole::Media(Box::new(media)));
            return;
        }
        self.out.raw("<img src=\"");
        self.out.hole(Hole::Address(link));
        self.out.raw("\" alt=\"");
        self.out.attribute(&alt);
        if !title.is_empty() {
            self.out.raw("\" title=\"");
            self.out.attribute(&title);
        }
        self.out.raw("\">");
    }

    /// Makes a figure of an image that stands alone in its paragraph and has a title: that becomes its caption.
    pub(super) fn lift_figure(&mut self) -> bool {
        let is_captioned = matches!(self.out.last_hole(), Some(Hole::Media(media)) if !media.title.is_empty());
        if !is_captioned {
            return false;
        }
        let Some(Hole::Media(mut media)) = self.out.take_back_hole("<p>") else { return false };
        let caption = std::mem::take(&mut media.title);
        self.last_block = Some(self.out.len());
        self.out.raw("<figure>");
        self.out.hole(Hole::Media(media));
        self.out.raw("<figcaption>");
        self.out.text(&caption);
        self.out.raw("</figcaption></figure>\n");
        true
    }
}
