//! Ids and attributes of headings.

use std::collections::BTreeMap;

use crate::model::{Lines, Spanned};

/// Hands out ids, each once.
#[derive(Default)]
pub(super) struct Ids {
    taken: BTreeMap<String, u32>,
}

impl Ids {
    /// `id` itself if it is free, else with the first free number behind it.
    pub(super) fn unique(&mut self, id: &str) -> String {
        if let Some(count) = self.taken.get(id).copied() {
            let mut number = count;
            loop {
                let candidate = format!("{id}-{number}");
                number += 1;
                if !self.taken.contains_key(&candidate) {
                    self.taken.insert(id.to_owned(), number);
                    self.taken.insert(candidate.clone(), 1);
                    return candidate;
                }
            }
        }
        self.taken.insert(id.to_owned(), 1);
        id.to_owned()
    }
}

/// The id that code hosts give a heading: lower case, letters and digits of any script, `-` and `_` kept, white space to
/// `-`, anything else left out; `section` where nothing remains.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c.is_whitespace() {
            slug.push('-');
        } else if c == '-' || c == '_' || c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        }
    }
    if slug.chars().all(|c| c == '-') { "section".to_owned() } else { slug }
}

/// The topics in a heading's attributes, `{#id topics="a b"}`, of which `raw` is the source from byte `offset` on.
///
/// Names are parted by white space or commas; quotes may be left out around a single name.
pub(super) fn topics(raw: &str, offset: usize, lines: &mut Lines<'_>) -> Vec<Spanned<String>> {
    let Some(open) = raw.rfind('{') else { return Vec::new() };
    let Some(list) = value(&raw[open..], "topics") else { return Vec::new() };
    list.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|name| !name.is_empty())
        .map(|name| {
            let from = offset + (name.as_ptr() as usize - raw.as_ptr() as usize);
            Spanned { value: name.to_owned(), span: lines.span(from..from + name.len()) }
        })
        .collect()
}

/// What a heading's attribute `name` says: yes, no, or nothing.
pub(super) fn switch(raw: &str, name: &str) -> Option<bool> {
    value(&raw[raw.rfind('{')?..], name)?.parse().ok()
}

/// The value of an attribute, without its quotes.
fn value<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let is_whole = |at: &usize| attributes[..*at].ends_with(|c: char| c == '{' || c.is_whitespace());
    let starts = attributes.match_indices(name).map(|(at, _)| at).filter(is_whole);
    let rest = starts.map(|at| &attributes[at + name.len()..]).find_map(|rest| rest.strip_prefix('='))?;
    Some(match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => &rest[1..rest[1..].find(quote).map_or(rest.len(), |end| end + 1)],
        _ => &rest[..rest.find(|c: char| c.is_whitespace() || c == '}').unwrap_or(rest.len())],
    })
}

/// Adds the ids (and names, the older way) that a piece of raw HTML sets, as far as they are written in quotes.
pub(super) fn anchors_in_html(html: &str, anchors: &mut Vec<String>) {
    for attribute in ["id=", "name="] {
        for (at, _) in html.match_indices(attribute) {
            let alone = html[..at].ends_with(|c: char| c.is_ascii_whitespace());
            let value = &html[at + attribute.len()..];
            let Some(quote @ ('"' | '\'')) = value.chars().next().filter(|_| alone) else { continue };
            if let Some(end) = value[1..].find(quote) {
                anchors.push(value[1..end + 1].to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_code_hosts() {
        for (text, id) in [
            ("Who owns the pipeline?", "who-owns-the-pipeline"),
            ("Q&A", "qa"),
            ("Überblick über Größen", "überblick-über-größen"),
            ("日本語 の 見出し", "日本語-の-見出し"),
            ("snake_case and `code`", "snake_case-and-code"),
            ("???", "section"),
            ("- -", "section"),
        ] {
            assert_eq!(slug(text), id, "{text}");
        }
    }

    #[test]
    fn ids_are_unique_whatever_was_asked_before() {
        let mut ids = Ids::default();
        let all: Vec<_> = ["a", "a", "a-1", "a", "a-1"].map(|id| ids.unique(id)).into();
        assert_eq!(all, ["a", "a-1", "a-1-1", "a-2", "a-1-2"]);
    }

    #[test]
    fn ids_in_raw_html_are_anchors() {
        let mut anchors = Vec::new();
        anchors_in_html("<a name=\"x\"></a><p data-id='no' id='y z'><b id=bare>", &mut anchors);
        assert_eq!(anchors, ["y z", "x"]);
    }

    #[test]
    fn switches_say_yes_and_no() {
        for (raw, expected) in [
            ("## A {auto_topics=false}", Some(false)),
            ("## A {#x auto_topics=\"true\"}", Some(true)),
            ("## A {topics=\"a\" auto_topics=false #x}", Some(false)),
            ("## A {auto_topics=perhaps}", None),
            ("## A {no_auto_topics=false}", None),
            ("## auto_topics=false", None),
        ] {
            assert_eq!(switch(raw, "auto_topics"), expected, "{raw}");
        }
        assert!(topics("## A {auto_topics=false}", 0, &mut Lines::new("")).is_empty());
    }

    #[test]
    fn topics_are_read_with_and_without_quotes() {
        for (raw, expected) in [
            (r#"## A {#x topics="a b"}"#, vec!["a", "b"]),
            (r#"## A {topics='a, b' #x}"#, vec!["a", "b"]),
            ("## A {topics=tools}", vec!["tools"]),
            (r#"## A {topics="tools"#, vec!["tools"]),
            ("## A {#x}", vec![]),
            ("## topics=a", vec![]),
        ] {
            let found = topics(raw, 0, &mut Lines::new(raw));
            assert_eq!(found.iter().map(|t| t.value.as_str()).collect::<Vec<_>>(), expected, "{raw}");
            assert!(found.iter().all(|t| raw[t.span.start as usize..t.span.end as usize] == t.value));
        }
    }
}
