//! Addresses in the tags of raw HTML.

use std::ops::Range;

use crate::model::page::LinkKind;

/// Attributes whose value is an address.
const ADDRESSES: [&str; 3] = ["href", "poster", "src"];

/// Where the addresses in a piece of raw HTML stand, without quotes: links, and what is loaded; those in comments are none. After the tokenization
/// of the HTML standard, section 13.2.5, as far as tags go.
pub(super) fn addresses(html: &str) -> Vec<(LinkKind, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|open| at + open) {
        let rest = &html[open..];
        at = match rest[1..].chars().next() {
            _ if rest.starts_with("<!--") => rest[4..].find("-->").map_or(html.len(), |end| open + 4 + end + 3),
            Some(first) if first.is_ascii_alphabetic() => tag(html, open + 1, &mut found),
            _ => open + 1,
        };
    }
    found
}

/// Reads a tag whose name begins at `at`; returns where it ends.
fn tag(html: &str, mut at: usize, found: &mut Vec<(LinkKind, Range<usize>)>) -> usize {
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
    let until = |at: usize, is_end: &dyn Fn(char) -> bool| html[at..].find(is_end).map_or(html.len(), |end| at + end);
    at = until(at, &is_end);
    loop {
        at = until(at, &|c| !c.is_ascii_whitespace() && c != '/');
        if html[at..].starts_with('>') || at >= html.len() {
            return (at + 1).min(html.len());
        }
        let name_end = until(at, &|c| is_end(c) || c == '=').max(at + 1);
        let name = html.get(at..name_end).unwrap_or("").to_ascii_lowercase();
        at = until(name_end.min(html.len()), &|c| !c.is_ascii_whitespace());
        let Some(value) = html[at..].strip_prefix('=') else { continue };
        let start = html.len() - value.trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
        let quote = html[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
        let range = match quote {
            Some(quote) => start + 1..until(start + 1, &|c| c == quote),
            None => start..until(start, &|c| c.is_ascii_whitespace() || c == '>'),
        };
        at = (range.end + quote.map_or(0, char::len_utf8)).min(html.len());
        if ADDRESSES.contains(&&*name) {
            found.push((if name == "href" { LinkKind::Link } else { LinkKind::Image }, range));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_where_they_stand() {
        for (html, expected) in [
            ("<a href=\"a.md\">x</a> <img SRC='b c.png' alt=\"src=no\"/>", vec!["a.md", "b c.png"]),
            ("<a class=x\n  href = a.md><video poster=p.png src></video>", vec!["a.md", "p.png"]),
            ("<!-- <a href=\"no\"> --><a data-href=\"no\" =x>", vec![]),
            ("a < b <a href=\"open", vec!["open"]),
            ("<a é='x' href='ü'", vec!["ü"]),
            ("<", vec![]),
            ("</a href=\"no\">", vec![]),
        ] {
            let found: Vec<_> = addresses(html).into_iter().map(|(_, range)| &html[range]).collect();
            assert_eq!(found, expected, "{html}");
        }
    }
}
