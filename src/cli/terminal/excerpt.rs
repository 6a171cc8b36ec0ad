//! The line around a span, cut to what a terminal holds.

use std::ops::Range;

use crate::model::{Lines, Span, span::floor_char_boundary};

/// One line of a source, or the part of it around a span.
pub(super) struct Excerpt {
    /// The text.
    pub(super) text: String,
    /// The marked bytes of the text.
    pub(super) marked: Range<usize>,
    /// Whether the text begins where the line begins.
    pub(super) from_start: bool,
}

/// Lines with a span no further in than this, in bytes, are shown from their beginning.
const LONG: usize = 1000;

/// Bytes that are shown around the beginning of a span further in.
const WINDOW: usize = 100;

/// The first line of `span` in `text`; `None` where the text is no longer the one that the span was taken from.
pub(super) fn excerpt(text: &str, lines: &mut Lines<'_>, span: Span) -> Option<Excerpt> {
    let (start, end) = (span.start as usize, span.end as usize);
    if text.is_empty() || start > end || lines.span(start..end) != span {
        return None;
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line_end = line_start + text[line_start..line_end].trim_end_matches('\r').len();
    let line_end = line_end.max(start);
    let from_start = start - line_start <= LONG;
    let from = if from_start { line_start } else { floor_char_boundary(text, start - WINDOW) };
    let to = floor_char_boundary(text, start + WINDOW).max(start).min(line_end);
    let marked_end = end.clamp(start, to);
    let mut cut = if from_start { String::new() } else { "...".to_owned() };
    cut.push_str(&visible(&text[from..start]));
    let marked_start = cut.len();
    cut.push_str(&visible(&text[start..marked_end]));
    let marked = marked_start..cut.len();
    cut.push_str(&visible(&text[marked_end..to]));
    if to < line_end {
        cut.push_str("...");
    }
    Some(Excerpt { text: cut, marked, from_start })
}

/// `text` with one visible character for each that would move the cursor, turn the direction of text or take no room.
pub(super) fn visible(text: &str) -> String {
    let plain = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() || is_invisible(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(plain).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
