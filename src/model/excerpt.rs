//! The line around a span, cut to what a terminal holds and a browser shows at once.

use std::ops::Range;

use crate::model::span::{Lines, Span, floor_char_boundary};

/// One line of a source, or the part of it around a span.
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// The marked bytes of the text.
    pub marked: Range<usize>,
    /// Whether the text begins where the line begins.
    pub from_start: bool,
}

/// Lines with a span no further in than this, in bytes, are shown from their beginning.
const LONG: usize = 1000;

/// Bytes that are shown around the beginning of a span further in.
const WINDOW: usize = 100;

/// The first line of `span` in `text`; `None` where the text is no longer the one that the span was taken from.
pub fn excerpt(text: &str, lines: &mut Lines<'_>, span: Span) -> Option<Excerpt> {
    let (start, end) = (span.start as usize, span.end as usize);
    if text.is_empty() || start > end || lines.span(start..end) != span {
        return None;
    }
    // Neither end of the line is looked for further away than it could be shown: a line may have thousands of mistakes.
    let back = floor_char_boundary(text, start.saturating_sub(LONG + 1));
    let line_start = match text[back..start].rfind('\n') {
        Some(at) => Some(back + at + 1),
        None => (back == 0).then_some(0),
    };
    let from_start = line_start.is_some();
    let from = line_start.unwrap_or_else(|| floor_char_boundary(text, start - WINDOW));
    let ahead = floor_char_boundary(text, start + WINDOW).max(start);
    let line_end = match text[start..ahead].find('\n') {
        Some(at) => start + at,
        None => ahead,
    };
    let goes_on = line_end == ahead && !matches!(text.as_bytes().get(ahead), None | Some(b'\n' | b'\r'));
    let to = start + text[start..line_end].trim_end_matches('\r').len();
    let marked_end = end.clamp(start, to);
    let mut cut = if from_start { String::new() } else { "...".to_owned() };
    cut.push_str(&visible(&text[from..start]));
    let marked_start = cut.len();
    cut.push_str(&visible(&text[start..marked_end]));
    let marked = marked_start..cut.len();
    cut.push_str(&visible(&text[marked_end..to]));
    if goes_on {
        cut.push_str("...");
    }
    Some(Excerpt { text: cut, marked, from_start })
}

/// `text` with one visible character for each that would move the cursor, turn the direction of text or take no room.
pub fn visible(text: &str) -> String {
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
