//! A text as lines that mean something: wrapped ones joined, each with the mark that it begins with.

use std::borrow::Cow;

use crate::import::report::{Kind, Report};

/// One line of a text, or several that were one before somebody wrapped them. Never blank.
#[derive(Debug)]
pub(super) struct Unit<'a> {
    /// The first of its lines, counted from 1.
    first: u32,
    /// The last of its lines.
    last: u32,
    /// Characters of white space before it.
    pub(super) indent: usize,
    /// A blank line stands before it, or nothing at all.
    pub(super) after_blank: bool,
    /// All of it, without white space at the ends.
    pub(super) text: Cow<'a, str>,
    /// What it begins with.
    pub(super) marker: Option<Marker>,
    /// Where the text behind the marker begins.
    content: usize,
    /// Characters of the line, with the white space before it.
    width: usize,
}

/// What an item of a list begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `1.`, `1)` or `(1)`.
    Number(u32),
    /// `-`, `•` and others.
    Bullet(char),
}

/// Signs that begin items of lists and hardly anything else.
const BULLETS: &[char] = &['•', '‣', '▪', '▫', '●', '○', '◦', '■', '□', '➤', '▸', '►'];

/// Signs that begin items of lists, and other things.
const SIGNS: &[char] = &['-', '*', '+', '–', '—', '·'];

/// Lines that are wrapped are at least so long, in characters: shorter ones are verses, addresses, or lists.
const NARROWEST: usize = 55;

/// And no longer than this.
const WIDEST: usize = 120;

/// How many characters a wrapped line may lack.
const SLACK: usize = 8;

impl Unit<'_> {
    /// The text without its marker.
    pub(super) fn content(&self) -> &str {
        &self.text[self.content..]
    }

    /// Its first and its last line.
    pub(super) fn lines(&self) -> (u32, u32) {
        (self.first, self.last)
    }

    /// It has a marker that hardly anything but a list has.
    pub(super) fn has_clear_bullet(&self) -> bool {
        matches!(self.marker, Some(Marker::Bullet(sign)) if BULLETS.contains(&sign))
    }

    /// A line of nothing but one sign, three times at least, as under a heading or between paragraphs.
    pub(super) fn is_rule(&self) -> bool {
        let mut signs = self.text.chars().filter(|c| !c.is_whitespace());
        let first = signs.next();
        let is_sign = first.is_some_and(|c| matches!(c, '=' | '-' | '_' | '*' | '~' | '#'));
        is_sign && self.text.len() >= 3 && signs.all(|c| Some(c) == first)
    }
}

/// The lines of `text` that are not blank, with wrapped ones joined, which is told.
pub(super) fn units<'a>(text: &'a str, report: &mut Report) -> Vec<Unit<'a>> {
    let lines = lines(text);
    let goes_on = wrapped(&lines);
    let mut units: Vec<Unit<'a>> = Vec::with_capacity(lines.len());
    let mut joined = Vec::new();
    for (line, goes_on) in lines.into_iter().zip(goes_on) {
        match units.last_mut().filter(|_| goes_on) {
            Some(unit) => {
                let gap = if is_without_spaces(&unit.text, &line.text) { "" } else { " " };
                unit.text.to_mut().push_str(gap);
                unit.text.to_mut().push_str(&line.text);
                unit.last = line.last;
                joined.push(unit.lines());
            }
            None => units.push(line),
        }
    }
    if !joined.is_empty() {
        report.tell(Kind::Found, &joined, "wrapped lines, joined");
    }
    units
}

/// Whether a line ends, and the next begins, in a script that has no spaces between words.
fn is_without_spaces(line: &str, next: &str) -> bool {
    let is_wide = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    line.ends_with(is_wide) && next.starts_with(is_wide)
}

fn lines(text: &str) -> Vec<Unit<'_>> {
    let mut lines = Vec::new();
    let mut after_blank = true;
    for (number, line) in (1..).zip(text.split('\n')) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            after_blank = true;
            continue;
        }
        let (marker, content) = marker(trimmed);
        let indent = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
        lines.push(Unit {
            first: number,
            last: number,
            indent,
            after_blank,
            text: Cow::Borrowed(trimmed),
            marker,
            content,
            width: indent + width_of(trimmed),
        });
        after_blank = false;
    }
    lines
}

/// The marker that a line begins with, and where its text begins.
fn marker(line: &str) -> (Option<Marker>, usize) {
    let Some((word, rest)) = line.split_once(char::is_whitespace) else { return (None, 0) };
    let content = line.len() - rest.trim_start().len();
    if rest.trim().is_empty() {
        return (None, 0);
    }
    let mut chars = word.chars();
    if let (Some(sign), None) = (chars.next(), chars.next())
        && (BULLETS.contains(&sign) || SIGNS.contains(&sign))
    {
        return (Some(Marker::Bullet(sign)), content);
    }
    match number(word) {
        Some(number) => (Some(Marker::Number(number)), content),
        None => (None, 0),
    }
}

/// `7.`, `7)` and `(7)`; not `07.`, which would lose its zero.
fn number(word: &str) -> Option<u32> {
    let digits = match word.strip_prefix('(') {
        Some(rest) => rest.strip_suffix(')')?,
        None => word.strip_suffix(['.', ')'])?,
    };
    let is_number = digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number && (digits.len() == 1 || !digits.starts_with('0')))
}

/// For each line, whether it goes on what the one before it began.
fn wrapped(lines: &[Unit<'_>]) -> Vec<bool> {
    let is_begun = |a: &Unit<'_>, b: &Unit<'_>| !b.after_blank && b.marker.is_none() && !a.is_rule() && !b.is_rule();
    let blocks = || lines.chunk_by(|a, b| is_begun(a, b));
    let evident = blocks().filter(|block| has_evidence(block)).filter_map(width_of_wrapped).max();
    let mut goes_on = Vec::with_capacity(lines.len());
    for block in blocks() {
        let is_wrapped = match (width_of_wrapped(block), evident) {
            (Some(width), Some(evident)) => has_evidence(block) || width <= evident,
            _ => false,
        };
        let hangs = |line: &Unit<'_>| block[0].marker.is_some() && line.indent > block[0].indent;
        goes_on.push(false);
        goes_on.extend(block[1..].iter().map(|line| is_wrapped || hangs(line)));
    }
    goes_on
}

/// How wide a block was made, if it was: each line but the last is so full that the next word did not fit.
fn width_of_wrapped(block: &[Unit<'_>]) -> Option<usize> {
    let width = block.iter().map(|line| line.width).max().filter(|width| (NARROWEST..=WIDEST).contains(width))?;
    let is_even = block[0].marker.is_some() || block.iter().all(|line| line.indent == block[0].indent);
    let is_full = block.windows(2).all(|pair| is_full(pair[0].width, &pair[1], width));
    (block.len() > 1 && is_even && is_full).then_some(width)
}

/// Whether a sentence goes over the end of a line of the block.
fn has_evidence(block: &[Unit<'_>]) -> bool {
    let goes_over = |pair: &[Unit<'_>]| {
        !pair[0].text.ends_with(['.', '!', '?', ':', '。', '！', '？']) && !pair[1].text.starts_with(char::is_uppercase)
    };
    block.windows(2).any(goes_over)
}

/// Whether the first word of `next` would not have fitted onto a line of so many characters.
fn is_full(characters: usize, next: &Unit<'_>, width: usize) -> bool {
    let word = next.text.split_whitespace().next().map_or(0, width_of);
    characters + 1 + word + SLACK > width
}

/// Characters, as far as it matters here.
fn width_of(text: &str) -> usize {
    text.chars().take(2 * WIDEST).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        units(text, &mut Report::default()).iter().map(|unit| unit.text.to_string()).collect()
    }

    #[test]
    fn markers_are_told_from_words() {
        for (line, expected, content) in [
            ("1. One", Some(Marker::Number(1)), "One"),
            ("  12)  Twelve", Some(Marker::Number(12)), "Twelve"),
            ("(3) Three", Some(Marker::Number(3)), "Three"),
            ("• Point", Some(Marker::Bullet('•')), "Point"),
            ("- Point", Some(Marker::Bullet('-')), "Point"),
            ("-5 degrees", None, "-5 degrees"),
            ("1.5 litres", None, "1.5 litres"),
            ("01. Zero", None, "01. Zero"),
            ("(3 Three", None, "(3 Three"),
            ("3", None, "3"),
            ("-", None, "-"),
            ("1234567890. Long", None, "1234567890. Long"),
            ("+1. Signed", None, "+1. Signed"),
        ] {
            let mut report = Report::default();
            let units = units(line, &mut report);
            assert_eq!((units[0].marker, units[0].content()), (expected, content), "{line}");
        }
    }

    #[test]
    fn wrapped_lines_are_joined_and_told() {
        let text = "A paragraph that somebody wrapped at about sixty characters in\n\
                    an editor, so that one sentence takes three lines and the last\n\
                    one is short.\n\n\
                    - An item that was wrapped in the same way, with its second one\n  \
                      below its text.\n\
                    - Another.\n";
        let mut report = Report::default();
        let units = units(text, &mut report);
        assert_eq!(units.iter().map(|unit| unit.lines()).collect::<Vec<_>>(), [(1, 3), (5, 6), (7, 7)]);
        assert!(
            units[0].text.ends_with("the last one is short.") && units[1].content().ends_with("one below its text.")
        );
        assert_eq!(report.lines(), ["found 1-3, 5-6: wrapped lines, joined"]);
    }

    #[test]
    fn only_blocks_that_are_full_are_joined() {
        let text = "From: somebody\nSubject: wax\n\n\
                    Wax melts at about sixty-three degrees, and it burns at two hundred,\n\
                    so nobody melts it over a flame.\n\n2022\t12\n2023\t9\n\n\
                    It was so in the old days, when people did it in the house of Mister\nMiller.";
        let lines: Vec<_> = units(text, &mut Report::default()).iter().map(Unit::lines).collect();
        assert_eq!(lines, [(1, 1), (2, 2), (4, 5), (7, 7), (8, 8), (10, 11)]);
        let chinese = "字".repeat(60) + "\n" + &"字".repeat(20);
        assert_eq!(read(&chinese), ["字".repeat(80)]);
    }

    #[test]
    fn lines_that_are_not_full_stay_apart() {
        for text in ["Ada Lovelace\n12 St James's Square\nLondon", "A line.\nAnother one.\n", "1. One\n2. Two\nText"] {
            assert_eq!(read(text), text.lines().collect::<Vec<_>>());
        }
        let long = format!("{}\n{}\nshort", "word ".repeat(60).trim(), "word ".repeat(70).trim());
        assert_eq!(read(&long).len(), 3);
        let sentences =
            "Each line of this text is a sentence of its own, and all of them are about as long as this.\n".repeat(9);
        assert_eq!(read(&sentences).len(), 9);
    }
}
