//! Where the target of a link is written, and how another one is written in its place.
//!
//! A head knows a link as a whole and its target as it was read. What stands between brackets and titles is found here
//! again: nothing is guessed, for what is found must read as the target that the head has.

use std::ops::Range;

use crate::model::{
    Span,
    page::{Link, LinkKind},
};
use crate::parse::markdown::places::Definition;

/// A target in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The bytes to replace.
    pub range: Range<usize>,
    /// What stands around them.
    pub form: Form,
}

/// How a target is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `[text](target)`, and definitions alike.
    Bare,
    /// `[text](<target>)`.
    Angle,
    /// `[[target]]`.
    Wiki,
    /// Between these quotes, in which nothing can be escaped: attributes and arguments.
    Quoted(char),
    /// A word in attributes without quotes.
    Word,
    /// A value of TOML, YAML or JSON, quotes included.
    Value,
    /// A field of CSV, quotes included.
    Field,
}

/// The target of a link of an article, of whose file `text` is the text.
pub fn find(text: &str, link: &Link, definitions: &[Definition]) -> Option<Written> {
    let range = link.span.start as usize..link.span.end as usize;
    let raw = text.get(range.clone())?;
    let found = match link.kind {
        LinkKind::Wiki => wiki(raw, &link.target),
        LinkKind::Link | LinkKind::Image => inline(raw, &link.target).or_else(|| quoted(raw, &link.target)),
    };
    match found {
        Some(found) => Some(Written { range: shifted(found.range, range.start), form: found.form }),
        None => defined(text, raw, &link.target, definitions),
    }
}

/// The value `target` in front matter, in a data file or in `site.toml`, whose extension is `extension`. Of a table of
/// rows, `span` is the row.
pub fn value(text: &str, span: Span, target: &str, extension: &str) -> Option<Written> {
    let range = span.start as usize..span.end as usize;
    let raw = text.get(range.clone())?;
    if !matches!(extension, "csv" | "tsv") {
        return Some(Written { range, form: Form::Value });
    }
    let found = [',', ';', '\t'].into_iter().find_map(|delimiter| field(raw, delimiter, target))?;
    Some(Written { range: shifted(found, range.start), form: Form::Field })
}

/// The field of a row that reads as `target`, its quotes included.
fn field(row: &str, delimiter: char, target: &str) -> Option<Range<usize>> {
    let mut start = 0;
    loop {
        let rest = &row[start..];
        let (value, length) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let doubled = quoted.replace("\"\"", "\0\0");
                let end = doubled.find('"')?;
                (doubled[..end].replace("\0\0", "\""), end + 2)
            }
            None => {
                let end = rest.find([delimiter, '\r', '\n']).unwrap_or(rest.len());
                (rest[..end].to_owned(), end)
            }
        };
        if value == target {
            return Some(start..start + length);
        }
        let after = row.get(start + length..)?;
        start += length + after.strip_prefix(delimiter).map(|_| delimiter.len_utf8())?;
    }
}

impl Form {
    /// Whether a character of a path has to be written as `%XX`.
    pub fn is_encoded(self, c: char) -> bool {
        let always = matches!(c, '%' | '?' | '#');
        let in_markdown = matches!(c, '<' | '>' | '`' | '|' | '&' | '[' | '{' | '$' | '\\');
        match self {
            Self::Wiki => false,
            Self::Bare => always || in_markdown || matches!(c, '(' | ')' | '"') || c.is_whitespace(),
            Self::Angle => always || in_markdown,
            Self::Quoted(_) => always || in_markdown || matches!(c, '"' | '\'' | '}'),
            Self::Word => always || in_markdown || matches!(c, '"' | '\'' | '}') || c.is_whitespace(),
            Self::Value | Self::Field => always,
        }
    }
}

impl Written {
    /// What to write in its place, for `target` to be read. `old` is what stands there.
    pub fn replacement(&self, old: &str, target: &str) -> String {
        match self.form {
            Form::Bare | Form::Angle | Form::Wiki | Form::Quoted(_) | Form::Word => target.to_owned(),
            Form::Field => match old.starts_with('"') || target.contains(['"', ',', ';', '\t', '\n']) {
                true => format!("\"{}\"", target.replace('"', "\"\"")),
                false => target.to_owned(),
            },
            Form::Value => match old.chars().next() {
                Some('\'') if !target.contains('\'') && !old.starts_with("'''") => format!("'{target}'"),
                Some(first) if first != '"' && first != '\'' && is_plain(target) => target.to_owned(),
                _ => in_quotes(target),
            },
        }
    }
}

/// A string of TOML, YAML or JSON.
pub fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether YAML reads a text without quotes as itself.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '.' | '/'));
    first
        && !text.ends_with([' ', ':'])
        && !text.contains([',', '[', ']', '{', '}', '"', '\''])
        && !text.contains(": ")
        && !text.contains(" #")
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

fn wiki(raw: &str, target: &str) -> Option<Written> {
    let start = raw.find("[[")? + 2;
    let range = start..start + target.len();
    (raw.get(range.clone())? == target).then_some(Written { range, form: Form::Wiki })
}

/// `[text](target "title")`: behind the last `](` from which a target and a title reach the end.
fn inline(raw: &str, target: &str) -> Option<Written> {
    let candidates = raw.match_indices("](").map(|(at, _)| at + 2).collect::<Vec<_>>();
    candidates.into_iter().rev().find_map(|start| {
        let (found, end) = destination(raw, start)?;
        let rest = behind_title(raw, end)?;
        let reads_the_same = unescaped(&raw[found.range.clone()]) == target;
        (raw[rest..].trim_start() == ")" && reads_the_same).then_some(found)
    })
}

/// Attributes and arguments: every place that could be it reads the same, so that the first will do where there is one.
fn quoted(raw: &str, target: &str) -> Option<Written> {
    if let Some(quote @ ('"' | '\'' | '`')) = raw.chars().next()
        && raw.len() > 1
        && raw[1..raw.len() - 1] == *target
        && raw.ends_with(quote)
    {
        return Some(Written { range: 1..raw.len() - 1, form: Form::Quoted(quote) });
    }
    raw.match_indices(target).find_map(|(at, _)| {
        let (before, after) = (&raw[..at], &raw[at + target.len()..]);
        let form = match before.chars().next_back()? {
            quote @ ('"' | '\'') if before[..before.len() - 1].ends_with('=') && after.starts_with(quote) => {
                Form::Quoted(quote)
            }
            '=' if after.starts_with([' ', '\t', '\n', '}']) => Form::Word,
            _ => return None,
        };
        (!target.is_empty()).then_some(Written { range: at..at + target.len(), form })
    })
}

/// The target in the definition that a link refers to: `[text][label]`, `[label][]` or `[label]`.
fn defined(text: &str, raw: &str, target: &str, definitions: &[Definition]) -> Option<Written> {
    let raw = raw.strip_prefix('!').unwrap_or(raw);
    let inner = raw.strip_suffix("[]").unwrap_or(raw).strip_suffix(']')?;
    let full = inner.rfind("][").map(|at| &inner[at + 2..]).filter(|_| !raw.ends_with("[]"));
    let labels = [full, inner.strip_prefix('[')];
    let named = |label: &str| definitions.iter().find(|definition| folded(&definition.label) == folded(label));
    let definition = labels.into_iter().flatten().find_map(named)?;
    let whole = text.get(definition.range.clone())?;
    let colon = whole.match_indices("]:").find(|(at, _)| !whole[..*at].ends_with('\\'))?.0 + 2;
    let (found, _) = destination(whole, colon)?;
    let reads_the_same = unescaped(&whole[found.range.clone()]) == target;
    reads_the_same.then(|| Written { range: shifted(found.range, definition.range.start), form: found.form })
}

/// A label as links and definitions are compared by: white space and case make no difference.
fn folded(label: &str) -> String {
    label.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// The target that stands at byte `at`, after white space, and where it ends, by CommonMark 0.31.2, 6.3.
fn destination(raw: &str, at: usize) -> Option<(Written, usize)> {
    // In a quote, a line begins with its sign.
    let start =
        raw.len() - raw.get(at..)?.trim_start_matches([' ', '\t', '\n', '\r']).trim_start_matches(['>', ' ']).len();
    let bytes = raw.as_bytes();
    if bytes.get(start) == Some(&b'<') {
        let mut end = start + 1;
        while !matches!(bytes.get(end)?, b'>') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        return Some((Written { range: start + 1..end, form: Form::Angle }, end + 1));
    }
    let (mut end, mut depth) = (start, 0);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' if bytes.get(end + 1).is_some_and(u8::is_ascii_punctuation) => end += 1,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            byte if *byte <= b' ' => break,
            _ => {}
        }
        end += 1;
    }
    raw.is_char_boundary(end).then_some((Written { range: start..end, form: Form::Bare }, end))
}

/// Where the title ends that may stand behind byte `at`.
fn behind_title(raw: &str, at: usize) -> Option<usize> {
    let rest = raw.get(at..)?;
    let title = rest.trim_start();
    let close = match title.chars().next() {
        Some(quote @ ('"' | '\'')) if title.len() < rest.len() => quote,
        Some('(') if title.len() < rest.len() => ')',
        _ => return Some(at),
    };
    let start = raw.len() - title.len() + 1;
    let mut characters = raw[start..].char_indices();
    while let Some((offset, c)) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            c if c == close => return Some(start + offset + 1),
            _ => {}
        }
    }
    None
}

/// A target as it is read: without backslashes before punctuation, and with the characters that `&..;` stands for.
fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' if rest.starts_with(|c: char| c.is_ascii_punctuation()) => {
                text.push_str(&rest[..1]);
                rest = &rest[1..];
            }
            '&' => match rest.find(';').and_then(|end| Some((entity(&rest[..end])?, end))) {
                Some((c, end)) => {
                    text.push(c);
                    rest = &rest[end + 1..];
                }
                None => text.push('&'),
            },
            c => text.push(c),
        }
    }
    text
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RelPath;
    use crate::parse::{Included, Options, article, markdown::places::places};

    /// The targets of all links of a text, as they are found in it.
    fn targets(text: &str) -> Vec<String> {
        let options = Options::default();
        let path = RelPath::new("a.md").expect("a path");
        let head = article(&path, text, &options, &Included::new()).head;
        let definitions = places(text, 0, &options).definitions;
        let show = |link: &Link| match find(text, link, &definitions) {
            Some(found) => format!("{} {:?}", &text[found.range], found.form),
            None => format!("no {}", link.target),
        };
        head.links.iter().map(show).collect()
    }

    #[test]
    fn targets_are_found_in_every_kind_of_link() {
        for (text, expected) in [
            ("[a](b.md)", vec!["b.md Bare"]),
            ("[a]( b.md  \"T ](x) t\" )", vec!["b.md Bare"]),
            ("[a](b\\_c.md 'T')", vec!["b\\_c.md Bare"]),
            ("[a](x(1).md#c (T))", vec!["x(1).md#c Bare"]),
            ("[a](<b c.md> \"T\")", vec!["b c.md Angle"]),
            ("[a `](c.md)` b](d.md)", vec!["d.md Bare"]),
            ("[a&b](q.md?x=1&amp;y=2)", vec!["q.md?x=1&amp;y=2 Bare"]),
            ("[![i](i.png)](b.md)", vec!["b.md Bare", "i.png Bare"]),
            ("![i](Über.png \"t\")", vec!["Über.png Bare"]),
            ("[[Start|here]] [[a/b#C d]]", vec!["Start Wiki", "a/b#C d Wiki"]),
            ("[a][B  c], [b c][] and [b C]\n\n[b c]: <d e.md> 'T'\n", vec!["d e.md Angle"; 3]),
            ("![x][i]\n\n> [i]:\n>   i.png\n", vec!["i.png Bare"]),
            ("[a]\n\n[a]: b.md\n[a]: c.md\n", vec!["b.md Bare"]),
            ("![x](a.png){dark=\"b c.png\"}", vec!["a.png Bare", "b c.png Quoted('\"')"]),
            (":::card[T]{to=b.md}\n:::\n", vec!["b.md Word"]),
            ("a\\\n[line\nbreak](b.md\n'T')", vec!["b.md Bare"]),
        ] {
            assert_eq!(targets(text), expected, "{text}");
        }
    }

    #[test]
    fn values_keep_their_quotes_where_they_can() {
        let write = |old: &str, new: &str, form| Written { range: 0..0, form }.replacement(old, new);
        for (old, new, expected) in [
            ("\"a\"", "b \"c\"", "\"b \\\"c\\\"\""),
            ("'a'", "b", "'b'"),
            ("'a'", "b's", "\"b's\""),
            ("a.md", "../b c.md", "../b c.md"),
            ("a.md", "b: c.md", "\"b: c.md\""),
        ] {
            assert_eq!(write(old, new, Form::Value), expected);
        }
        let row = "x;\"a \"\"b\"\"\";c.md";
        let found = |target: &str| field(row, ';', target).map(|range| &row[range]);
        assert_eq!((found("a \"b\""), found("c.md"), found("b")), (Some("\"a \"\"b\"\"\""), Some("c.md"), None));
        assert_eq!(write("a", "b,c", Form::Field), "\"b,c\"");
        assert_eq!(write("a", "b", Form::Field), "b");
    }
}
