//! What authors write in braces behind things: `{#id .class key="value"}`, also with a colon after the brace.

use crate::model::doc::Attributes;

/// The attributes that `text` begins with, and how many bytes they take. `None` where it begins with anything else: what
/// is not wholly attributes is text.
pub(super) fn read(text: &str) -> Option<(Attributes, usize)> {
    read_with(text, |_| false)
}

/// The same, where words alone are taken as keys as well: behind the name of a container nothing else is meant.
pub(super) fn read_words(text: &str) -> Option<(Attributes, usize)> {
    read_with(text, is_key)
}

fn read_with(text: &str, is_word: fn(&str) -> bool) -> Option<(Attributes, usize)> {
    let mut rest = text.strip_prefix('{')?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let mut attributes = Attributes::default();
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if let Some(after) = rest.strip_prefix('}') {
            return (!attributes.is_empty()).then_some((attributes, text.len() - after.len()));
        }
        rest = read_one(rest, &mut attributes, is_word)?;
    }
}

fn read_one<'t>(text: &'t str, attributes: &mut Attributes, is_word: fn(&str) -> bool) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix('#') {
        let (name, rest) = split_name(rest);
        attributes.id = Some(name.to_owned()).filter(|name| !name.is_empty());
        return attributes.id.is_some().then_some(rest);
    }
    if let Some(rest) = text.strip_prefix('.') {
        let (name, rest) = split_name(rest);
        attributes.classes.push(name.to_owned());
        return (!name.is_empty()).then_some(rest);
    }
    let end = text.find(['=', ' ', '\t', '\n', '}', '"', '\'', '{'])?;
    let (key, rest) = text.split_at(end);
    let Some(value) = rest.strip_prefix('=') else {
        attributes.pairs.push((key.to_owned(), String::new()));
        return is_word(key).then_some(rest);
    };
    let (value, rest) = split_value(value)?;
    if key == "class" {
        attributes.classes.extend(value.split_whitespace().map(str::to_owned));
    } else {
        attributes.pairs.push((key.to_owned(), value.to_owned()));
    }
    is_key(key).then_some(rest)
}

fn split_name(text: &str) -> (&str, &str) {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':');
    text.split_at(text.find(|c| !in_name(c)).unwrap_or(text.len()))
}

fn split_value(text: &str) -> Option<(&str, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = &text[1..];
            let end = inner.find([quote, '\n'])?;
            inner[end..].starts_with(quote).then(|| (&inner[..end], &inner[end + 1..]))
        }
        _ => {
            let end = text.find([' ', '\t', '\n', '}', '"', '\''])?;
            (end > 0).then(|| text.split_at(end))
        }
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

/// Whether an attribute would run code or set a style in place: a strict content security policy forbids both.
pub(super) fn is_refused(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("on") || matches!(key.as_str(), "style" | "srcdoc" | "formaction")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn attributes_are_read_to_the_brace() {
        let (attributes, length) = read("{#a .b .c-d key=1 name=\"x } y\"} rest").expect("attributes");
        assert_eq!(length, "{#a .b .c-d key=1 name=\"x } y\"}".len());
        assert_eq!(attributes.id.as_deref(), Some("a"));
        assert_eq!(attributes.classes, ["b", "c-d"]);
        assert_eq!(attributes.pairs, pairs(&[("key", "1"), ("name", "x } y")]));
        assert_eq!(read("{: .wide }").map(|(attributes, _)| attributes.classes), Some(vec!["wide".to_owned()]));
    }

    #[test]
    fn what_is_not_wholly_attributes_is_text() {
        for text in
            ["{}", "{ }", "{x}", "{x, y}", "{.a", "{.a x}", "{a=\"b\n\"}", "{=}", "{#}", "{.}", "a{.b}", "{1=2}"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read_words("{open group=os}").map(|(a, _)| a.pairs), Some(pairs(&[("open", ""), ("group", "os")])));
    }

    #[test]
    fn scripts_and_styles_are_refused() {
        for (key, refused) in [("onclick", true), ("STYLE", true), ("title", false), ("data-on", false)] {
            assert_eq!(is_refused(key), refused, "{key}");
        }
    }
}
