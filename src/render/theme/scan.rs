//! What can be told of a template from its text alone: which components it defines, and what it calls and includes.
//!
//! The engine knows all this and does not say it. To see too much here is harmless: a page would be made anew without need.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use memchr::memmem;

/// The text of each template by its name in the engine, with the path that diagnostics show.
pub(super) type Sources = BTreeMap<String, (String, String)>;

/// A component in the text of its template.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Defined<'a> {
    pub(super) name: &'a str,
    /// Where its name stands.
    pub(super) at: Range<usize>,
    /// What stands between its first and its last tag.
    pub(super) body: &'a str,
}

/// The components that a template defines.
pub(super) fn defined(text: &str) -> Vec<Defined<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, Range<usize>, usize)> = None;
    if memmem::find(text.as_bytes(), b"endcomponent").is_none() {
        return found;
    }
    for tag in tags(text) {
        let (word, rest) = first_word(&text[tag.clone()]);
        match word {
            "component" => {
                let name = name(rest.trim_start());
                let start = name.as_ptr() as usize - text.as_ptr() as usize;
                open = Some((name, start..start + name.len(), tag.end + 2));
            }
            "endcomponent" => {
                if let Some((name, at, start)) = open.take() {
                    let body = text.get(start..tag.start - 2).unwrap_or("");
                    found.push(Defined { name, at, body });
                }
            }
            _ => {}
        }
    }
    found
}

/// The names in a template's tags that stand for themselves: not inside quotes, not after a dot.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    tags(text).flat_map(|tag| bare_names(&text[tag]))
}

/// The text of all templates that those in `from` come to use, with themselves, by name.
pub(super) fn closure<'a>(sources: &'a Sources, from: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let homes = homes(sources);
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = from.collect();
    while let Some(name) = waiting.pop() {
        let Some((name, (_, text))) = sources.get_key_value(name).filter(|(name, _)| seen.insert(name.as_str())) else {
            continue;
        };
        let uses = Uses::of(text);
        let called = uses.called.iter().filter_map(|component| homes.get(component)).flatten();
        waiting.extend(called.copied().filter(|home| home != name));
        for included in uses.included {
            let is_it =
                |key: &&String| *key == included || key.split_once('/').is_some_and(|(_, name)| name == included);
            waiting.extend(sources.keys().filter(is_it).map(String::as_str));
        }
    }
    seen
}

/// The templates that define each component.
fn homes(sources: &Sources) -> BTreeMap<&str, Vec<&str>> {
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, (_, text)) in sources {
        for component in defined(text) {
            homes.entry(component.name).or_default().push(name);
        }
    }
    homes
}

/// What a template names.
struct Uses<'a> {
    /// Components: `<name`.
    called: BTreeSet<&'a str>,
    /// Templates that it includes or extends.
    included: BTreeSet<&'a str>,
}

impl<'a> Uses<'a> {
    fn of(text: &'a str) -> Self {
        let mut uses = Self { called: BTreeSet::new(), included: BTreeSet::new() };
        for tag in tags(text) {
            let tag = &text[tag];
            uses.called
                .extend(tag.match_indices('<').map(|(at, _)| name(&tag[at + 1..])).filter(|name| !name.is_empty()));
            if let ("include" | "extends", rest) = first_word(tag) {
                uses.included.extend(rest.split(['"', '\'', '`']).skip(1).step_by(2));
            }
        }
        uses
    }
}

/// What stands inside `{{ }}` and `{% %}`, comments left aside.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + text.get(at..)?.find('{')?;
            let close = match text.as_bytes().get(open + 1) {
                Some(b'{') => "}}",
                Some(b'%') => "%}",
                Some(b'#') => "#}",
                _ => {
                    at = open + 1;
                    continue;
                }
            };
            let start = open + 2;
            let end = start + text.get(start..)?.find(close)?;
            at = end + 2;
            if close != "#}" {
                return Some(start..end);
            }
        }
    })
}

/// The first word of a tag, and what follows it.
fn first_word(tag: &str) -> (&str, &str) {
    let tag = tag.trim_start_matches(['-', '+']).trim_start();
    let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(tag.len());
    tag.split_at(end)
}

/// The name that a text begins with, dots included; empty where there is none.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    let name = &text[..end];
    if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { name } else { "" }
}

fn bare_names(tag: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = tag.get(at..)?;
            let c = rest.chars().next()?;
            let name = name(rest);
            let after_dot = tag[..at].ends_with('.');
            if matches!(c, '"' | '\'' | '`') {
                at += 1 + rest[1..].find(c).map_or(rest.len(), |end| end + 1);
            } else if name.is_empty() {
                at += c.len_utf8();
            } else {
                at += name.len();
                if !after_dot {
                    return name.split('.').next();
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_with_what_they_hold() {
        let text = "{# {% component no() %}{% endcomponent %} #}a\n{%- component one(a: string) {\"data\": [\"a\"]} -%}\n\
                    <b>{{ a }}</b>{% endcomponent one %}{% component two() %}{{ body }}{% endcomponent %}{% component open() %}";
        let found = defined(text);
        let told: Vec<_> = found.iter().map(|found| (found.name, found.body, &text[found.at.clone()])).collect();
        assert_eq!(told, [("one", "\n<b>{{ a }}</b>", "one"), ("two", "{{ body }}", "two")]);
    }

    #[test]
    fn names_stand_for_themselves() {
        let text = "body {{ body | safe }} {% if page.body and 'body x' is thing %}{{ a.b }}{# c #}";
        assert_eq!(names(text).collect::<Vec<_>>(), ["body", "safe", "if", "page", "and", "is", "thing", "a"]);
    }

    #[test]
    fn templates_lead_to_all_that_they_use() {
        let sources: Sources = [
            ("t/page.html", "{% extends \"base.html\" %}{% block a %}{{ <one x={1} /> }}{% endblock %}"),
            ("t/base.html", "{% if a < b %}{% endif %}"),
            ("t/components/one.html", "{% component one(x) %}{% include 'partials/p.html' %}{% endcomponent %}"),
            ("t/partials/p.html", "{% <two> %}{% </two> %}"),
            ("u/partials/p.html", ""),
            ("t/components/two.html", "{% component two() %}{{ <two /> }}{% endcomponent %}"),
            ("t/components/three.html", "{% component three() %}{% endcomponent %}"),
        ]
        .map(|(name, text)| (name.to_owned(), (format!("themes/{name}"), text.to_owned())))
        .into();
        let all = closure(&sources, ["t/page.html"].into_iter());
        let expected = [
            "t/base.html",
            "t/components/one.html",
            "t/components/two.html",
            "t/page.html",
            "t/partials/p.html",
            "u/partials/p.html",
        ];
        assert_eq!(all.into_iter().collect::<Vec<_>>(), expected);
    }
}
