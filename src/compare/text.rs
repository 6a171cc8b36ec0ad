//! What changed in a text.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Changed lines, each hunk after the other.
pub type Lines = Vec<Line>;

/// One line that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// It came.
    Added(String),
    /// It went.
    Removed(String),
}

/// The lines that turn `old` into `new`; lines that are blank are not told.
pub(super) fn lines(old: &str, new: &str) -> Lines {
    let diff = TextDiff::from_lines(old, new);
    let told = diff.iter_all_changes().filter_map(|change| {
        let line = change.value().trim_end().to_owned();
        match change.tag() {
            _ if line.is_empty() => None,
            ChangeTag::Insert => Some(Line::Added(line)),
            ChangeTag::Delete => Some(Line::Removed(line)),
            ChangeTag::Equal => None,
        }
    });
    told.collect()
}

/// How alike two texts are, from 0 to 1.
pub(super) fn likeness(one: &str, other: &str) -> f64 {
    f64::from(TextDiff::from_lines(one, other).ratio())
}
