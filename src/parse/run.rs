//! Text that a parser hands out in several events, as one: what is looked for in it may lie across them.

use std::ops::Range;

/// A run of text, as the author wrote it where only its typography was changed.
#[derive(Default)]
pub(super) struct Run {
    text: String,
    parts: Vec<Part>,
}

/// What one event brought, or several that stand side by side in the source.
struct Part {
    /// Where it begins in the run.
    at: usize,
    /// Where it stands in the source.
    source: Range<usize>,
    /// What is shown in its place.
    shown: Option<String>,
}

impl Run {
    /// Adds the `text` of an event, which stands at `range` of `source`.
    pub(super) fn push(&mut self, text: &str, source: &str, range: Range<usize>) {
        let at = self.text.len();
        let written = source.get(range.clone()).unwrap_or(text);
        if is_typographic(text) && matches!(written.as_bytes().first(), Some(b'"' | b'\'' | b'-' | b'.')) {
            self.text.push_str(written);
            self.parts.push(Part { at, source: range, shown: Some(text.to_owned()) });
            return;
        }
        self.text.push_str(text);
        let goes_on = |part: &&mut Part| part.source.end == range.start && part.source.len() == at - part.at;
        match self.parts.last_mut().filter(goes_on).filter(|part| part.shown.is_none() && text.len() == range.len()) {
            Some(part) => part.source.end = range.end,
            None => self.parts.push(Part { at, source: range, shown: None }),
        }
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where it begins in the source.
    pub(super) fn start(&self) -> Option<usize> {
        self.parts.first().map(|part| part.source.start)
    }

    /// Where a stretch of it stands in the source.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        let mut places = self.shown(range).map(|(_, source)| source);
        let Some(first) = places.next() else { return 0..0 };
        let end = places.last().map_or(first.end, |last| last.end);
        first.start..end
    }

    /// What readers see of a stretch of it, in pieces, and where each stands in the source.
    pub(super) fn shown(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Range<usize>)> {
        let first = self.parts.partition_point(|part| part.at <= range.start).saturating_sub(1);
        let ends = self.parts.iter().skip(first + 1).map(|part| part.at).chain([self.text.len()]);
        let parts = self.parts.iter().skip(first).zip(ends).take_while(move |(part, _)| part.at < range.end);
        parts.filter_map(move |(part, end)| {
            let (from, to) = (part.at.max(range.start), end.min(range.end));
            let is_as_written = end - part.at == part.source.len();
            let source = match is_as_written {
                true => part.source.start + (from - part.at)..part.source.start + (to - part.at),
                false => part.source.clone(),
            };
            match &part.shown {
                Some(shown) => (part.at == from).then_some((shown.as_str(), part.source.clone())),
                None => self.text.get(from..to).filter(|text| !text.is_empty()).map(|text| (text, source)),
            }
        })
    }

    /// Empties it for the next one.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
    }
}

/// Whether smart punctuation could have written this.
fn is_typographic(text: &str) -> bool {
    matches!(text, "“" | "”" | "‘" | "’" | "–" | "—" | "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_knows_what_was_written_where_and_what_is_shown() {
        let source = "a &amp; b--c\\*d";
        let mut run = Run::default();
        for (text, range) in [("a ", 0..2), ("&", 2..7), (" b", 7..9), ("–", 9..11), ("c", 11..12), ("*d", 13..15)] {
            run.push(text, source, range);
        }
        assert_eq!((run.text(), run.start()), ("a & b--c*d", Some(0)));
        for (range, shown, written) in [
            (0..10, "a & b–c*d", source),
            (2..3, "&", "&amp;"),
            (3..5, " b", " b"),
            (4..8, "b–c", "b--c"),
            (5..7, "–", "--"),
            (9..10, "d", "d"),
        ] {
            assert_eq!(run.shown(range.clone()).map(|(text, _)| text).collect::<String>(), shown);
            assert_eq!(&source[run.source(range)], written);
        }
        run.clear();
        assert_eq!((run.text(), run.start(), run.shown(0..0).count()), ("", None, 0));
    }
}
