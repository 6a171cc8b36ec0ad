//! A card to a picture.

use std::ops::Range;

use super::{
    Card, Fonts, SIZE,
    canvas::{Canvas, Ink},
    layout::{self, LINE},
    shape::{Faces, Paragraph},
};

/// From the edges to what is written.
const MARGIN: f32 = 88.0;

/// Baselines of what stands above and below the title, and their size.
const TOPIC: f32 = 140.0;
const SITE: f32 = 546.0;
const SMALL: f32 = 34.0;

/// Between these the title stands.
const TITLE: Range<f32> = 176.0..470.0;

/// The bar at the edge where lines begin.
const BAR: usize = 20;

/// The picture of a card as PNG.
pub fn draw(card: &Card, fonts: &Fonts) -> Vec<u8> {
    let faces = Faces::open(fonts);
    let soft: Vec<u8> = card.text.iter().zip(card.background).map(|(text, back)| mixed(*text, back)).collect();
    let mut canvas = Canvas::new(card.background, [card.text, card.accent, [soft[0], soft[1], soft[2]]]);
    let title = Paragraph::new(&card.title, &faces);
    let is_rtl = title.is_rtl();
    let edge = if is_rtl { SIZE.0 as usize - BAR } else { 0 };
    canvas.fill(Ink::Accent, (edge, 0), (BAR, SIZE.1 as usize));

    let set = layout::lines(&card.title, &title, SIZE.0 as f32 - 2.0 * MARGIN, TITLE.end - TITLE.start);
    let mut pen = Pen { canvas: &mut canvas, faces: &faces, is_rtl };
    let mut baseline = TITLE.start + set.size;
    for (index, range) in set.lines.iter().enumerate() {
        let is_last = index + 1 == set.lines.len();
        match is_last && set.is_cut {
            false => pen.line(&title, range.clone(), Ink::Text, set.size, baseline),
            true => pen.shortened(&card.title[range.clone()], Ink::Text, set.size, baseline),
        }
        baseline += set.size * LINE;
    }
    pen.shortened_to_fit(&card.topic, Ink::Accent, SMALL, TOPIC);
    pen.shortened_to_fit(&card.site, Ink::Soft, SMALL, SITE);
    canvas.png()
}

/// Two parts of the text's colour, one of the background's.
fn mixed(text: u8, back: u8) -> u8 {
    ((u16::from(text) * 2 + u16::from(back)) / 3) as u8
}

struct Pen<'c, 'f> {
    canvas: &'c mut Canvas,
    faces: &'c Faces<'f>,
    /// Lines begin at the right.
    is_rtl: bool,
}

impl Pen<'_, '_> {
    fn line(&mut self, paragraph: &Paragraph<'_, '_>, range: Range<usize>, ink: Ink, size: f32, baseline: f32) {
        let (glyphs, width) = paragraph.line(range);
        let start = if self.is_rtl { SIZE.0 as f32 - MARGIN - width * size } else { MARGIN };
        for glyph in glyphs {
            let face = self.faces.face(glyph.font);
            self.canvas.glyph(ink, face, glyph.id, size, (start + glyph.x * size, baseline - glyph.y * size));
        }
    }

    /// A text of which there is more than is shown.
    fn shortened(&mut self, text: &str, ink: Ink, size: f32, baseline: f32) {
        let mut shown = text.to_owned();
        loop {
            let whole = format!("{}\u{2026}", shown.trim_end());
            let paragraph = Paragraph::new(&whole, self.faces);
            if shown.pop().is_none() || fits(&paragraph, &whole, size) {
                return self.line(&paragraph, 0..whole.len(), ink, size, baseline);
            }
        }
    }

    fn shortened_to_fit(&mut self, text: &str, ink: Ink, size: f32, baseline: f32) {
        let paragraph = Paragraph::new(text, self.faces);
        match fits(&paragraph, text, size) {
            true => self.line(&paragraph, 0..text.len(), ink, size, baseline),
            false => self.shortened(text, ink, size, baseline),
        }
    }
}

fn fits(paragraph: &Paragraph<'_, '_>, text: &str, size: f32) -> bool {
    paragraph.line(0..text.len()).1 * size <= SIZE.0 as f32 - 2.0 * MARGIN
}
