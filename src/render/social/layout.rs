//! A title to lines: as large as fits, and about equally long.

use std::ops::Range;

use super::shape::Paragraph;

/// The sizes in pixels that are tried, the largest first.
const SIZES: [f32; 7] = [84.0, 76.0, 68.0, 60.0, 54.0, 48.0, 42.0];

/// The height of a line in parts of its size.
pub(super) const LINE: f32 = 1.18;

/// A title in its place.
pub(super) struct Lines {
    pub(super) size: f32,
    pub(super) lines: Vec<Range<usize>>,
    /// Something had to be left out.
    pub(super) is_cut: bool,
}

/// A part of a text that is not broken, and its width in parts of the size.
struct Word {
    range: Range<usize>,
    width: f32,
    /// The width of the space before it.
    space: f32,
}

/// Breaks `text` into lines of up to `width` pixels that are together no higher than `height`.
pub(super) fn lines(text: &str, paragraph: &Paragraph<'_, '_>, width: f32, height: f32) -> Lines {
    let words = words(text, paragraph);
    for size in SIZES {
        let most = (height / (size * LINE)) as usize;
        let fits = words.iter().all(|word| word.width * size <= width);
        if let Some(lines) = fits.then(|| broken(&words, width / size)).filter(|lines| lines.len() <= most) {
            let lines = balanced(&words, width / size, lines);
            return Lines { size, lines, is_cut: false };
        }
    }
    let size = SIZES[SIZES.len() - 1];
    let most = (height / (size * LINE)) as usize;
    let mut lines = broken(&letters_of_long(text, words, paragraph, width / size), width / size);
    let is_cut = lines.len() > most;
    lines.truncate(most);
    Lines { size, lines, is_cut }
}

/// Whether a line may end behind a letter without a space: scripts that write without them.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks that never begin a line.
fn ends_a_line(letter: char) -> bool {
    "、。，．！？）」』】〉》ー・：；".contains(letter)
}

fn words(text: &str, paragraph: &Paragraph<'_, '_>) -> Vec<Word> {
    let space = paragraph.line(text.find(' ').map_or(0..0, |at| at..at + 1)).1;
    let mut ranges: Vec<(Range<usize>, bool)> = Vec::new();
    let mut is_after_space = false;
    let mut may_go_on = false;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if letter == ' ' {
            (is_after_space, may_go_on) = (true, false);
            continue;
        }
        match ranges.last_mut() {
            Some((range, _)) if may_go_on && (!stands_alone(letter) || ends_a_line(letter)) => range.end = end,
            _ => ranges.push((at..end, is_after_space)),
        }
        is_after_space = false;
        may_go_on = !stands_alone(letter) || text[end..].starts_with(ends_a_line);
    }
    let word = |(range, is_after_space): (Range<usize>, bool)| Word {
        width: paragraph.line(range.clone()).1,
        space: if is_after_space { space } else { 0.0 },
        range,
    };
    ranges.into_iter().map(word).collect()
}

/// The same with words that are longer than a line taken apart.
fn letters_of_long(text: &str, words: Vec<Word>, paragraph: &Paragraph<'_, '_>, width: f32) -> Vec<Word> {
    let mut all = Vec::new();
    for word in words {
        if word.width <= width {
            all.push(word);
            continue;
        }
        for (at, letter) in text[word.range.clone()].char_indices() {
            let start = word.range.start + at;
            let range = start..start + letter.len_utf8();
            let space = if at == 0 { word.space } else { 0.0 };
            all.push(Word { width: paragraph.line(range.clone()).1, space, range });
        }
    }
    all
}

/// Words to lines, each as full as it can be.
fn broken(words: &[Word], width: f32) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut filled = 0.0;
    for word in words {
        match lines.last_mut() {
            Some(line) if filled + word.space + word.width <= width => {
                line.end = word.range.end;
                filled += word.space + word.width;
            }
            _ => {
                lines.push(word.range.clone());
                filled = word.width;
            }
        }
    }
    lines
}

/// The same number of lines at the least width that they need.
fn balanced(words: &[Word], width: f32, lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let widest = words.iter().map(|word| word.width).fold(0.0, f32::max);
    let (mut least, mut most, mut best) = (widest, width, lines);
    for _ in 0..8 {
        let middle = (least + most) / 2.0;
        let tried = broken(words, middle);
        if tried.len() <= best.len() {
            (most, best) = (middle, tried);
        } else {
            least = middle;
        }
    }
    best
}
