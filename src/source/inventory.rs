//! Inventories of other sites: our own format as JSON, and Sphinx's `objects.inv`.
//!
//! Nothing in such a file is trusted: sizes are bounded, and what can't be read is told.

mod json;
mod sphinx;

use crate::model::{Diagnostic, Span, inventory::Entry};

/// The largest inventory that is read, in bytes: 32 MiB.
pub const LARGEST: usize = 32 << 20;

/// The largest list inside one, in bytes: 64 MiB.
const LARGEST_LIST: usize = 64 << 20;

/// The most entries of one.
const MOST_ENTRIES: usize = 1_000_000;

/// Entries that can't be linked to beyond this number are counted only.
const MOST_TOLD: usize = 10;

/// What an inventory's file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Where its site lives, ending in a slash; `None` where it does not say so.
    pub base: Option<String>,
    /// Everything that it lists, in its order.
    pub entries: Vec<Entry>,
}

/// Reads the inventory in the file `path`.
///
/// `None` where nothing can be made of it. Codes: `bad-inventory`, a warning, for an entry that can't be linked to; the
/// errors `inventory` for a file that is none, `too-large`, `not-utf8`, and for JSON `syntax` and those of
/// [`node::read`](crate::model::node::read).
pub fn parse(path: &str, bytes: &[u8]) -> (Option<Parsed>, Vec<Diagnostic>) {
    if bytes.len() > LARGEST {
        return (None, vec![too_large(path, format!("an inventory of more than {} MiB", LARGEST >> 20))]);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(sphinx::BEGINNING) {
        sphinx::parse(path, bytes)
    } else if text.trim_ascii_start().starts_with(b"{") {
        json::parse(path, bytes)
    } else {
        let help = "name an `inventory.json` of Docweave, or an `objects.inv` of Sphinx";
        (None, vec![Diagnostic::error("inventory", path, beginning(1), "this is no inventory").help(help)])
    }
}

fn too_large(path: &str, message: String) -> Diagnostic {
    Diagnostic::error("too-large", path, beginning(1), message).help("link to that site by addresses instead")
}

/// An entry that can't be linked to.
fn bad(path: &str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning("bad-inventory", path, span, message)
        .help("nothing can be linked to by it; fetch the file anew")
}

/// The first of these, and how many more there are.
fn shorten(mut bad: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = bad.len().saturating_sub(MOST_TOLD);
    bad.truncate(MOST_TOLD);
    match bad.pop() {
        Some(last) if more > 0 => bad.push(last.note(format!("and {more} more entries like it"))),
        last => bad.extend(last),
    }
    bad
}

/// The beginning of a line of a file that can't be shown.
fn beginning(line: u32) -> Span {
    Span { start: 0, end: 0, line, column: 1 }
}

/// Whether a text may be a name: nothing in it that a line could not hold, or that would not be seen.
fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
