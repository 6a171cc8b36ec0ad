//! Places in a source text.

use serde::{Deserialize, Serialize};

/// A range of bytes in one file, with the line and column where it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte, counted from the start of the file.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first byte, counted from 1.
    pub line: u32,
    /// Column of the first byte in characters, counted from 1.
    pub column: u32,
}

/// A value and where it was written.
///
/// Read through [`node`](crate::model::node), which knows this type by its serde name, the span is that of the value in
/// its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename = "$docweave::Spanned")]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// Finds lines and columns in one text. Asked in rising order, all questions together cost one pass; a step back costs its
/// length, and that of the line that it ends in.
pub struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Lines<'a> {
    /// A finder at the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// The span of `range`, clamped into the text and onto character boundaries.
    pub fn span(&mut self, range: std::ops::Range<usize>) -> Span {
        let start = floor_char_boundary(self.text, range.start);
        let end = floor_char_boundary(self.text, range.end.max(start));
        if start < self.offset {
            self.go_back(start);
        }
        let passed = &self.text.as_bytes()[self.offset..start];
        let lines = count_bytes(passed, |byte| byte == b'\n') as u32;
        let in_line = match passed.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => {
                (self.line, self.column) = (self.line + lines, 1);
                &passed[end + 1..]
            }
            None => passed,
        };
        // Every byte but the second and later ones of a character.
        self.column += count_bytes(in_line, |byte| !matches!(byte, 0x80..=0xbf)) as u32;
        self.offset = start;
        Span { start: start as u32, end: end as u32, line: self.line, column: self.column }
    }

    /// Goes to the beginning of the line of byte `start`, or to the beginning of the text if that is nearer.
    fn go_back(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        if start < self.offset - start {
            *self = Self::new(self.text);
            return;
        }
        let lines = count_bytes(&bytes[start..self.offset], |byte| byte == b'\n') as u32;
        if lines == 0 {
            self.column -= count_bytes(&bytes[start..self.offset], |byte| !matches!(byte, 0x80..=0xbf)) as u32;
            self.offset = start;
            return;
        }
        self.offset = bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        (self.line, self.column) = (self.line - lines, 1);
    }
}

/// How many bytes are as asked for. Counted in blocks whose sum fits a byte, so that the compiler adds many at once.
pub fn count_bytes(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> usize {
    let count = |block: &[u8]| usize::from(block.iter().map(|byte| u8::from(is_wanted(*byte))).sum::<u8>());
    bytes.chunks(128).map(count).sum()
}

/// The greatest character boundary of `text` that is not after `index`.
pub fn floor_char_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_in_characters_in_any_order() {
        let text = "a\nбв c\n\nd";
        let mut lines = Lines::new(text);
        let at = |lines: &mut Lines, i: usize| {
            let s = lines.span(i..i + 1);
            (s.line, s.column)
        };
        assert_eq!(at(&mut lines, 0), (1, 1));
        assert_eq!(at(&mut lines, text.find('c').expect("c")), (2, 4));
        assert_eq!(at(&mut lines, text.len() - 1), (4, 1));
        assert_eq!(at(&mut lines, 0), (1, 1));
        assert_eq!(at(&mut lines, 3), (2, 1), "inside a character: its beginning");
        assert_eq!(at(&mut lines, 400), (4, 2));
    }

    #[test]
    fn a_step_back_finds_what_a_fresh_start_does() {
        let text = "a\nбв c\n\ndddd eee\nf\n";
        for (first, second) in (0..=text.len()).flat_map(|i| (0..=text.len()).map(move |j| (i, j))) {
            let mut lines = Lines::new(text);
            lines.span(first..first);
            assert_eq!(lines.span(second..second), Lines::new(text).span(second..second), "{first} {second}");
        }
    }
}
