//! Pixels in a few colours: a picture of shades between the background and three others.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use rustybuzz::ttf_parser::{self, GlyphId, OutlineBuilder};

use super::{Colour, SIZE};

/// Shades of each ink, from nearly the background to itself.
const SHADES: u8 = 32;

/// What is drawn with, by its place in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Accent,
    Soft,
}

pub(super) struct Canvas {
    pixels: Vec<u8>,
    palette: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(background: Colour, inks: [Colour; 3]) -> Self {
        let mut palette = background.to_vec();
        for ink in inks {
            for shade in 1..=u32::from(SHADES) {
                let between = |index: usize| {
                    let (from, to) = (u32::from(background[index]), u32::from(ink[index]));
                    let most = u32::from(SHADES);
                    ((from * (most - shade) + to * shade + most / 2) / most) as u8
                };
                palette.extend([between(0), between(1), between(2)]);
            }
        }
        Self { pixels: vec![0; (SIZE.0 * SIZE.1) as usize], palette }
    }

    /// Fills a rectangle of whole pixels.
    pub(super) fn fill(&mut self, ink: Ink, (left, top): (usize, usize), (width, height): (usize, usize)) {
        let (across, down) = (SIZE.0 as usize, SIZE.1 as usize);
        let colour = shade(ink, SHADES);
        for row in top.min(down)..(top + height).min(down) {
            self.pixels[row * across + left.min(across)..row * across + (left + width).min(across)].fill(colour);
        }
    }

    /// Draws a glyph of `size` pixels with its origin at `x`, `y` from the top left.
    pub(super) fn glyph(&mut self, ink: Ink, face: &ttf_parser::Face<'_>, id: u16, size: f32, (x, y): (f32, f32)) {
        let Some(bounds) = face.glyph_bounding_box(GlyphId(id)) else { return };
        let scale = size / f32::from(face.units_per_em());
        let left = (x + f32::from(bounds.x_min) * scale).floor() - 1.0;
        let top = (y - f32::from(bounds.y_max) * scale).floor() - 1.0;
        let right = (x + f32::from(bounds.x_max) * scale).ceil() + 1.0;
        let bottom = (y - f32::from(bounds.y_min) * scale).ceil() + 1.0;
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        if width > SIZE.0 as usize || height > SIZE.1 as usize {
            return;
        }
        let mut outline = Outline {
            to: Rasterizer::new(width, height),
            scale,
            origin: (x - left, y - top),
            start: None,
            at: point(0.0, 0.0),
        };
        if face.outline_glyph(GlyphId(id), &mut outline).is_none() {
            return;
        }
        let pixels = &mut self.pixels;
        outline.to.for_each_pixel_2d(|across, down, coverage| {
            let (column, row) = (left as i64 + i64::from(across), top as i64 + i64::from(down));
            let is_inside = (0..i64::from(SIZE.0)).contains(&column) && (0..i64::from(SIZE.1)).contains(&row);
            let strength = (coverage.clamp(0.0, 1.0) * f32::from(SHADES) + 0.5) as u8;
            if is_inside && strength > 0 {
                let pixel = &mut pixels[row as usize * SIZE.0 as usize + column as usize];
                *pixel = (*pixel).max(shade(ink, strength));
            }
        });
    }

    /// The picture as PNG.
    pub(super) fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette.as_slice());
        // Higher levels take three times as long for a third less.
        encoder.set_deflate_compression(png::DeflateCompression::Level(1));
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header().expect("the size and the palette are fixed");
        writer
            .write_image_data(&self.pixels)
            .expect("a vector takes every byte, and there are as many as the size says");
        writer.finish().expect("a vector takes every byte");
        bytes
    }
}

fn shade(ink: Ink, strength: u8) -> u8 {
    ink as u8 * SHADES + strength
}

/// A glyph's outline on its way to pixels, whose rows go down.
struct Outline {
    to: Rasterizer,
    scale: f32,
    origin: (f32, f32),
    start: Option<Point>,
    at: Point,
}

impl Outline {
    fn place(&self, x: f32, y: f32) -> Point {
        point(self.origin.0 + x * self.scale, self.origin.1 - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.place(x, y);
        self.start = Some(self.at);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.to.draw_line(self.at, to);
        self.at = to;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.place(x1, y1), self.place(x, y));
        self.to.draw_quad(self.at, by, to);
        self.at = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, to) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.to.draw_cubic(self.at, first, second, to);
        self.at = to;
    }

    fn close(&mut self) {
        if let Some(start) = self.start.take() {
            self.to.draw_line(self.at, start);
            self.at = start;
        }
    }
}
