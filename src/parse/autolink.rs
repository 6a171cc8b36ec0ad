//! Bare addresses in text: `www.example.org`, `https://example.org/a`, `me@example.org`.
//!
//! As GitHub Flavored Markdown 0.29 says in its section 6.9, "Autolinks (extension)": what may stand before an address, what
//! a domain is, and what at the end of an address belongs to the sentence around it.

use std::ops::Range;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// Where it leads, with its scheme.
    pub(super) target: String,
}

/// Schemes of addresses that are written in full.
const SCHEMES: [&str; 3] = ["http", "https", "ftp"];

/// The length of the longest of them.
const LONGEST_SCHEME: usize = "https".len();

/// What an address without a scheme begins with.
const WWW: &str = "www.";

/// The addresses in `text`, in order, in time linear to its length. `before` is the character that stands right before
/// it in its line, if there is one.
pub(super) fn find(text: &str, before: Option<char>) -> Vec<Found> {
    let mut search = Search { text, before, from: 0, free_from: 0, found: Vec::new() };
    let bytes = text.as_bytes();
    // `www.` is looked for by its period: there are fewer of them.
    for sign in memchr::memchr3_iter(b':', b'@', b'.', bytes) {
        let begins = sign.saturating_sub(WWW.len() - 1);
        match bytes[sign] {
            b'.' if begins >= search.from => search.www(begins),
            b':' if sign >= search.from => search.scheme(sign),
            b'@' if sign >= search.from => search.email(sign),
            _ => {}
        }
    }
    search.found
}

/// Whether a text may hold any address: quick to tell of most that hold none.
pub(super) fn may_hold(text: &[u8]) -> bool {
    memchr::memchr(b'@', text).is_some()
        || memchr::memmem::find(text, b"://").is_some()
        || memchr::memchr_iter(b'.', text).any(|at| text[at.saturating_sub(3)..at].eq_ignore_ascii_case(b"www"))
}

struct Search<'a> {
    text: &'a str,
    before: Option<char>,
    /// No address begins before: each byte is looked at a few times at most.
    from: usize,
    /// What lies before belongs to another address, or to what is none.
    free_from: usize,
    found: Vec<Found>,
}

impl Search<'_> {
    /// An extended www autolink, whose `www.` would begin at `at`.
    fn www(&mut self, at: usize) {
        let begins = self.text.get(at..at + WWW.len()).is_some_and(|text| text.eq_ignore_ascii_case(WWW));
        if begins && self.may_begin_at(at) {
            self.address(at, at + WWW.len(), "http://");
        }
    }

    /// An extended URL autolink, whose colon stands at `colon`.
    fn scheme(&mut self, colon: usize) {
        let before = self.text[self.free_from..colon].bytes().rev();
        let start = colon - before.take_while(u8::is_ascii_alphabetic).take(LONGEST_SCHEME + 1).count();
        let is_known = SCHEMES.iter().any(|scheme| self.text[start..colon].eq_ignore_ascii_case(scheme));
        if is_known && self.text[colon..].starts_with("://") && self.may_begin_at(start) {
            self.address(start, colon + "://".len(), "");
        }
    }

    /// An address from `start` on whose domain begins at `domain`.
    fn address(&mut self, start: usize, domain: usize, scheme: &str) {
        let length = domain_length(&self.text[domain..]);
        let after = domain + length;
        if !is_domain(&self.text[domain..after]) {
            // No address begins inside what fails as a domain: it would end with the same labels.
            self.from = after;
            return;
        }
        let rest = &self.text[after..];
        let whole = after + rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
        let end = start + trimmed_length(&self.text[start..whole]);
        (self.from, self.free_from) = (whole, whole);
        self.push(start..end, scheme);
    }

    /// An extended email autolink, whose `@` stands at `at`.
    fn email(&mut self, at: usize) {
        let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        let start = self.free_from + self.text[self.free_from..at].trim_end_matches(name).len();
        let end = at + 1 + domain_length(&self.text[at + 1..]);
        let host = &self.text[at + 1..end];
        let is_email = start < at && host.contains('.') && !host.ends_with(['-', '_']) && self.may_begin_at(start);
        self.free_from = at + 1;
        if is_email {
            (self.from, self.free_from) = (end, end);
            self.push(start..end, "mailto:");
        }
    }

    fn push(&mut self, range: Range<usize>, scheme: &str) {
        let target = format!("{scheme}{}", &self.text[range.clone()]);
        self.found.push(Found { range, target });
    }

    /// At the beginning of a line, after white space, or after one of four characters.
    fn may_begin_at(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back().or(self.before.filter(|_| at == 0));
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '('))
    }
}

/// How long the labels at the beginning of `text` are, with the periods between them.
fn domain_length(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let label = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        length += label;
        let goes_on = rest[label..].strip_prefix('.').is_some_and(|after| after.starts_with(is_letter));
        if label == 0 || !goes_on {
            return length;
        }
        length += 1;
    }
}

/// At least one period, and no underscore in the last two labels.
fn is_domain(text: &str) -> bool {
    let mut labels = text.rsplit('.');
    match (labels.next(), labels.next()) {
        (Some(last), Some(before)) => !last.contains('_') && !before.contains('_'),
        _ => false,
    }
}

/// The length of an address without the punctuation at its end: closing parentheses that nothing in it opens, and what
/// looks like an entity, belong to the sentence as well.
fn trimmed_length(address: &str) -> usize {
    let count = |paren: u8| address.bytes().filter(|byte| *byte == paren).count();
    let (opened, mut closed) = (count(b'('), count(b')'));
    let mut rest = address;
    loop {
        rest = match rest.as_bytes().last() {
            Some(b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~') => &rest[..rest.len() - 1],
            Some(b')') if closed > opened => {
                closed -= 1;
                &rest[..rest.len() - 1]
            }
            Some(b';') => match without_entity(rest) {
                Some(shorter) => shorter,
                None => return rest.len(),
            },
            _ => return rest.len(),
        };
    }
}

/// `a&b;` to `a`.
fn without_entity(text: &str) -> Option<&str> {
    let inside = text.strip_suffix(';')?;
    let before = inside.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    before.strip_suffix('&').filter(|_| before.len() < inside.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as `text` or, where a scheme was added, `text -> target`.
    fn found(text: &str) -> Vec<String> {
        let shown = |found: Found| match &text[found.range] {
            same if same == found.target => found.target,
            text => format!("{text} -> {}", found.target),
        };
        find(text, None).into_iter().map(shown).collect()
    }

    #[test]
    fn addresses_are_found_in_their_sentences() {
        for (text, expected) in [
            ("see https://example.org/a?b=c#d, and", vec!["https://example.org/a?b=c#d"]),
            ("http://a.example ftp://b.example", vec!["http://a.example", "ftp://b.example"]),
            ("HTTPS://Example.org", vec!["HTTPS://Example.org"]),
            ("www.example.org", vec!["www.example.org -> http://www.example.org"]),
            ("*www.example.org/a_b*", vec!["www.example.org/a_b -> http://www.example.org/a_b"]),
            ("me.too+x@mail.example", vec!["me.too+x@mail.example -> mailto:me.too+x@mail.example"]),
            (
                "a@b.example, c@d.example.",
                vec!["a@b.example -> mailto:a@b.example", "c@d.example -> mailto:c@d.example"],
            ),
            ("https://a.example:8080/x", vec!["https://a.example:8080/x"]),
            ("http://bücher.example/ü", vec!["http://bücher.example/ü"]),
            ("https://a.example\u{a0}b", vec!["https://a.example"]),
            ("www.b@c.example", vec!["www.b@c.example -> mailto:www.b@c.example"]),
            ("a@b.c_http://d.example", vec!["a@b.c_http -> mailto:a@b.c_http"]),
            ("www._http://a.example", vec!["http://a.example"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_the_sentence_is_left_to_it() {
        for (text, expected) in [
            ("https://a.example/b.", "https://a.example/b"),
            ("https://a.example...", "https://a.example"),
            ("https://a.example/b?!,:*_~.", "https://a.example/b"),
            ("(https://a.example/b)", "https://a.example/b"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("https://a.example/(b", "https://a.example/(b"),
            ("https://a.example/b)c", "https://a.example/b)c"),
            ("(https://a.example/b).", "https://a.example/b"),
            ("https://a.example/?b&amp;", "https://a.example/?b"),
            ("https://a.example/?b&c;&d;", "https://a.example/?b"),
            ("https://a.example/?b;", "https://a.example/?b;"),
            ("https://a.example/?&;", "https://a.example/?&;"),
            ("https://a.example/b<c", "https://a.example/b"),
            ("https://a.example/\"b\"", "https://a.example/\"b\""),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_address_stays_text() {
        for text in [
            "",
            "www.",
            "www.example",
            "xwww.example.org",
            "\"www.example.org",
            "/www.example.org",
            "http://localhost:8080",
            "http://",
            "http:/a.example",
            "xhttp://a.example",
            "data:a.example",
            "https://a_b.example",
            "https://a.b_c",
            "https://.a.example",
            "a@b",
            "@b.example",
            "a@b.example-",
            "a@b.example_",
            "a@b+c.example",
            "a@@b.example",
            "x/a@b.example",
            "https://a@b.example/c@d",
            "https://a@b.example@d.example",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(found("https://a_b.c.example"), ["https://a_b.c.example"], "only the last two labels are asked");
    }

    #[test]
    fn what_stands_before_the_text_counts() {
        for (before, count) in
            [(None, 1), (Some(' '), 1), (Some('('), 1), (Some('*'), 1), (Some('`'), 0), (Some('x'), 0)]
        {
            for text in ["www.a.example", "http://a.example", "a@b.example"] {
                assert_eq!(find(text, before).len(), count, "{before:?} {text}");
            }
        }
    }

    #[test]
    fn a_long_text_takes_time_linear_to_its_length() {
        for piece in
            ["_www.a", "www._", "http://_", "(http://a.b", "a@", "a.b@c_", "www.a.b&c;", "www.a.b)", "@a.b_", "w"]
        {
            let text = piece.repeat(1_000_000 / piece.len());
            let found = find(&text, None);
            assert!(found.iter().all(|found| text.get(found.range.clone()).is_some()), "{piece}");
            assert!(found.is_sorted_by(|a, b| a.range.end <= b.range.start), "{piece}");
        }
    }
}
