//! How wide words are, without a font: the same on every machine.

use merman::svg::TextStyle;

/// Widths of the characters from space to `~`, in thousandths of the font's size, as in the sans serif faces that browsers
/// take for Arial or Helvetica.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// Faces of systems are up to this much wider.
const ROOM: f64 = 1.08;

/// What bold letters take more.
const BOLD: f64 = 1.07;

/// The width of a line in pixels.
pub(super) fn width(text: &str, style: &TextStyle) -> f64 {
    let is_bold =
        style.font_weight.as_deref().is_some_and(|weight| matches!(weight, "bold" | "bolder" | "600" | "700"));
    units(text) * style.font_size / 1000.0 * ROOM * if is_bold { BOLD } else { 1.0 }
}

/// The width of a line in pixels at a size of 16 pixels.
pub(super) fn plain_width(text: &str, size: f64) -> f64 {
    units(text) * size / 1000.0 * ROOM
}

fn units(text: &str) -> f64 {
    text.chars().map(unit).map(f64::from).sum()
}

fn unit(c: char) -> u16 {
    match c {
        ' '..='~' => WIDTHS[c as usize - ' ' as usize],
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' => 1000,
        '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}' => 1000,
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => 1250,
        _ => 600,
    }
}
