//! How much Markdown one article may hold: a parser remembers each mark, a thousand times what a letter costs.

use crate::model::{Diagnostic, Lines};

/// The most lines and marks in one article. Fifty megabytes of ordinary documentation have about four million.
const MOST: usize = 5_000_000;

/// What a line that begins with one of these counts as: a heading, which is remembered many times.
const HEADING: usize = 10;

/// An error where the text of the article `path` from byte `start` on has more lines and marks than can be remembered.
pub(super) fn excess(path: &str, text: &str, start: usize) -> Option<Diagnostic> {
    let body = text.as_bytes().get(start..).unwrap_or_default();
    if body.len().saturating_mul(HEADING) <= MOST || count(body) <= MOST {
        return None;
    }
    let message = format!("more than {MOST} lines and marks of Markdown in one article");
    let span = Lines::new(text).span(start..start);
    Some(Diagnostic::error("too-much-markdown", path, span, message).help("split it into several articles"))
}

fn count(body: &[u8]) -> usize {
    let mut count = 0;
    let mut before = b'\n';
    for byte in body {
        count += match byte {
            b'#' | b'=' if before == b'\n' => HEADING,
            b'\n' | b'#' | b'=' | b'>' | b'[' | b']' | b'*' | b'_' | b'`' | b'~' | b'<' | b'|' | b'&' | b'-' | b'+' => {
                1
            }
            _ => 0,
        };
        before = *byte;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_of_any_size_is_fine_and_marks_are_not() {
        let prose = "Some words that *somebody* wrote, with [a link](b.md).\n".repeat(100_000);
        assert_eq!(excess("a.md", &prose, 0), None);
        for marks in ["> ".repeat(MOST + 1), "# a\n".repeat(MOST / 10)] {
            let problem = excess("a.md", &marks, 0).expect("too many");
            assert_eq!((problem.code.as_str(), problem.place.span.map(|s| s.line)), ("too-much-markdown", Some(1)));
        }
    }
}
