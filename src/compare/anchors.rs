//! The names that links with a `#` lead to.

use std::collections::BTreeSet;

/// Values of `id` in the tags of a page.
///
/// A scan for tags as HTML defines them (WHATWG HTML, section 13.2.5, much abridged): `<`, a letter, attributes whose
/// values are in quotes or not. Comments and the text of scripts are passed over.
pub(super) fn anchors(html: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
            rest = tag(&rest[name.len()..], &mut anchors);
            if matches!(name.as_str(), "script" | "style") {
                rest = rest.find(&format!("</{name}")).map_or("", |end| &rest[end..]);
            }
        }
    }
    anchors
}

/// Reads attributes up to the end of the tag, and gives what follows.
fn tag<'a>(mut rest: &'a str, anchors: &mut BTreeSet<String>) -> &'a str {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return rest;
        }
        if let Some(after) = rest.strip_prefix('>') {
            return after;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
        rest = after.trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let value = &value[1..];
                let end = value.find(quote).unwrap_or(value.len());
                (&value[..end], value.get(end + 1..).unwrap_or(""))
            }
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case("id") && !value.is_empty() {
            anchors.insert(value.to_owned());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_found_in_tags_alone() {
        let html = "<h1 id=\"one\">x</h1><p title='id=\"no\"' id='two'>a < b id=\"no\"</p><!-- <i id=no> -->\
                    <script>\"<b id=no>\"</script><a ID=three href=x><br/><i data-id=\"no\" id=\"\">";
        assert_eq!(anchors(html).into_iter().collect::<Vec<_>>(), ["one", "three", "two"]);
        for odd in ["<", "<a", "<a id", "<a id=", "<a id='x", "<a =", "<é", "<a é='ü'", "<!--", "<script>"] {
            anchors(odd);
        }
    }
}
