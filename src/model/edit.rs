//! Changes to the sources of a site, as values: what is to be typed where, and which file is to be called what.

use std::{collections::BTreeMap, ops::Range};

use crate::model::{digest::Digest, path::RelPath, span::Span};

/// Text in the place of other text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The file, from the site's root, by the name that it has before anything is moved.
    pub path: RelPath,
    /// First byte of what is replaced, counted as [`Span`] counts: in the text as it is decoded, without a byte order mark.
    pub start: usize,
    /// One past its last byte; the same as `start` where text is put in and none taken out.
    pub end: usize,
    /// What stands there from now on.
    pub text: String,
}

impl Edit {
    /// Puts `text` in the place of `range` of the file `path`.
    pub fn new(path: RelPath, range: Range<usize>, text: impl Into<String>) -> Self {
        Self { path, start: range.start, end: range.end, text: text.into() }
    }

    /// Puts `text` in the place of what stands at `span` of the file `path`.
    pub fn at(path: RelPath, span: Span, text: impl Into<String>) -> Self {
        Self::new(path, span.start as usize..span.end as usize, text)
    }

    /// The bytes that it replaces.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Changes that belong together: all of them are made, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The digests of the bytes of files as they were read: one that is another by now is not touched. Every file that is
    /// edited must be here.
    pub read: BTreeMap<RelPath, Digest>,
    /// What is typed, in any order. The same edit twice is one; edits that overlap are refused.
    pub edits: Vec<Edit>,
    /// Files that move: from where, and to where nothing stands.
    pub moves: Vec<(RelPath, RelPath)>,
    /// Files that come into being, where none stands, and what they hold.
    pub new: BTreeMap<RelPath, String>,
}

impl Patch {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.moves.is_empty() && self.new.is_empty()
    }

    /// Takes up the edits of another patch that moves and makes nothing, without those that overlap its own: returns how
    /// many these are.
    pub fn join(&mut self, other: Self) -> usize {
        let overlaps = |a: &Edit, b: &Edit| a.path == b.path && a.start <= b.end && b.start <= a.end;
        let (left_out, taken): (Vec<_>, Vec<_>) =
            other.edits.into_iter().partition(|edit| self.edits.iter().any(|own| overlaps(own, edit)));
        self.read.extend(other.read);
        self.edits.extend(taken);
        left_out.len()
    }

    /// Notes what a file held when it was read.
    pub fn note(&mut self, path: &RelPath, bytes: &[u8]) {
        self.read.insert(path.clone(), Digest::of(bytes));
    }
}

/// Two edits that can't both be made, or one that lies outside of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// Both would replace the same bytes: the second of them begins here.
    Overlap(usize),
    /// It begins or ends behind the text, before it begins, or in the middle of a character.
    Outside(usize),
}

/// The text with all edits made; their paths are not looked at.
///
/// # Errors
///
/// The first pair of edits that overlap, or the first that does not lie in the text.
pub fn rewrite(text: &str, edits: &[&Edit]) -> Result<String, Clash> {
    let mut rewritten = String::with_capacity(text.len());
    let mut at = 0;
    for edit in in_order(edits) {
        if edit.end < edit.start || !text.is_char_boundary(edit.start) || !text.is_char_boundary(edit.end) {
            return Err(Clash::Outside(edit.start));
        }
        let Some(kept) = text.get(at..edit.start) else { return Err(Clash::Overlap(edit.start)) };
        rewritten.push_str(kept);
        rewritten.push_str(&edit.text);
        at = edit.end;
    }
    rewritten.push_str(&text[at..]);
    Ok(rewritten)
}

/// Edits by their place, each once. Those that put text in at the same place stay in the order that they came in.
pub fn in_order<'a>(edits: &[&'a Edit]) -> Vec<&'a Edit> {
    let mut ordered = edits.to_vec();
    ordered.sort_by_key(|edit| (edit.start, edit.end));
    ordered.dedup_by(|a, b| a.range() == b.range() && a.text == b.text);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str, edits: &[(Range<usize>, &str)]) -> Result<String, Clash> {
        let path = RelPath::new("content/a.md").expect("a path");
        let edits: Vec<Edit> =
            edits.iter().map(|(range, text)| Edit::new(path.clone(), range.clone(), *text)).collect();
        rewrite(text, &edits.iter().collect::<Vec<_>>())
    }

    #[test]
    fn edits_are_made_whatever_their_order() {
        let edits = [(4..7, "B"), (0..3, "aaaaa"), (8..8, "(in) "), (11..11, "!"), (4..7, "B")];
        assert_eq!(rewritten("one two red", &edits).as_deref(), Ok("aaaaa B (in) red!"));
        assert_eq!(rewritten("äöü", &[(2..4, "o")]).as_deref(), Ok("äoü"));
        assert_eq!(rewritten("", &[(0..0, "x"), (0..0, "y")]).as_deref(), Ok("xy"));
        assert_eq!(
            rewritten("ab", &[(1..2, "c"), (1..1, "-")]).as_deref(),
            Ok("a-c"),
            "put in before what is replaced"
        );
    }

    #[test]
    fn edits_that_cannot_be_made_are_refused() {
        assert_eq!(rewritten("abcdef", &[(0..3, "x"), (2..4, "y")]), Err(Clash::Overlap(2)));
        assert_eq!(rewritten("abcdef", &[(0..3, "x"), (0..3, "y")]), Err(Clash::Overlap(0)));
        assert_eq!(rewritten("abcdef", &[(0..3, "x"), (1..1, "y")]), Err(Clash::Overlap(1)));
        assert_eq!(rewritten("abc", &[(1..9, "x")]), Err(Clash::Outside(1)));
        assert_eq!(rewritten("äbc", &[(1..2, "x")]), Err(Clash::Outside(1)));
        #[expect(clippy::reversed_empty_ranges, reason = "a range that is none is what is tried")]
        let backwards = 2..1;
        assert_eq!(rewritten("abc", &[(backwards, "x")]), Err(Clash::Outside(2)));
    }
}
