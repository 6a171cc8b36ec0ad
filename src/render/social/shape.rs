//! A line of text to glyphs in their places: directions by the Unicode Bidirectional Algorithm (UAX 9), glyphs by OpenType.

use std::ops::Range;

use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::{BidiInfo, ParagraphInfo};

use super::Fonts;

/// A glyph and where its origin is from the beginning of the line, in parts of the font's size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) font: usize,
    pub(super) id: u16,
    pub(super) x: f32,
    pub(super) y: f32,
}

/// Fonts, opened.
pub(super) struct Faces<'f>(Vec<Face<'f>>);

impl<'f> Faces<'f> {
    pub(super) fn open(fonts: &'f Fonts) -> Self {
        Self(fonts.files().iter().filter_map(|bytes| Face::from_slice(bytes, 0)).collect())
    }

    pub(super) fn face(&self, font: usize) -> &Face<'f> {
        &self.0[font]
    }

    /// The first font that has a letter.
    fn of(&self, letter: char) -> Option<usize> {
        self.0.iter().position(|face| face.glyph_index(letter).is_some())
    }

    /// Parts of a text with the font that each is set in. What several have, such as a space, goes with what is before it.
    fn parts(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, letter) in text.char_indices() {
            let end = at + letter.len_utf8();
            match parts.last_mut() {
                Some((font, range)) if self.0[*font].glyph_index(letter).is_some() => range.end = end,
                _ => parts.push((self.of(letter).unwrap_or(0), at..end)),
            }
        }
        parts
    }
}

/// A text of one paragraph, ready to be cut into lines.
pub(super) struct Paragraph<'t, 'f> {
    bidi: BidiInfo<'t>,
    faces: &'t Faces<'f>,
}

impl<'t, 'f> Paragraph<'t, 'f> {
    pub(super) fn new(text: &'t str, faces: &'t Faces<'f>) -> Self {
        Self { bidi: BidiInfo::new(text, None), faces }
    }

    /// Whether its lines begin at the right.
    pub(super) fn is_rtl(&self) -> bool {
        self.whole().is_some_and(|whole| whole.level.is_rtl())
    }

    fn whole(&self) -> Option<&ParagraphInfo> {
        self.bidi.paragraphs.first()
    }

    /// The glyphs of a part of it, set as one line, and the line's width in parts of the font's size.
    pub(super) fn line(&self, range: Range<usize>) -> (Vec<Glyph>, f32) {
        let (mut glyphs, mut x) = (Vec::new(), 0.0);
        let Some(whole) = self.whole().filter(|_| !range.is_empty()) else { return (glyphs, x) };
        let (levels, runs) = self.bidi.visual_runs(whole, range);
        for run in runs {
            let is_rtl = levels[run.start].is_rtl();
            let text = &self.bidi.text[run];
            let mut parts = self.faces.parts(text);
            if is_rtl {
                parts.reverse();
            }
            for (font, part) in parts {
                x += self.set(font, &text[part], is_rtl, x, &mut glyphs);
            }
        }
        (glyphs, x)
    }

    /// Sets a text in one font and direction from `start` on, and gives its width.
    fn set(&self, font: usize, text: &str, is_rtl: bool, start: f32, glyphs: &mut Vec<Glyph>) -> f32 {
        let face = self.faces.face(font);
        let unit = 1.0 / face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let mut x = 0.0;
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let across = x + position.x_offset as f32 * unit;
            glyphs.push(Glyph {
                font,
                id: info.glyph_id as u16,
                x: start + across,
                y: position.y_offset as f32 * unit,
            });
            x += position.x_advance as f32 * unit;
        }
        x
    }
}
