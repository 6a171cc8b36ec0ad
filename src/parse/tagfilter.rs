//! Disallowed raw HTML: tags after which a browser reads everything else another way.
//!
//! As GitHub Flavored Markdown 0.29 says in its section 6.11, "Disallowed Raw HTML (extension)". It keeps a page whole, and
//! is no defence against an author who means harm.

use std::borrow::Cow;

/// The names of the tags.
const NAMES: [&str; 9] = ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"];

/// Raw HTML with `&lt;` for the `<` of each tag that is disallowed, whether it opens or closes.
pub(super) fn filtered(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut from = 0;
    for (at, _) in html.match_indices('<').filter(|(at, _)| is_disallowed(&html[at + 1..])) {
        out.push_str(&html[from..at]);
        out.push_str("&lt;");
        from = at + 1;
    }
    if from == 0 { Cow::Borrowed(html) } else { Cow::Owned(out + &html[from..]) }
}

/// Whether one of the names stands at the beginning of what follows a `<`.
fn is_disallowed(inside: &str) -> bool {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(inside.len());
    NAMES.iter().any(|disallowed| inside[..name].eq_ignore_ascii_case(disallowed))
}

#[test]
fn nine_tags_become_text() {
    for (html, expected) in [
        ("<b>a</b>", "<b>a</b>"),
        ("<script>a</SCRIPT>", "&lt;script>a&lt;/SCRIPT>"),
        ("<b><iframe src=x>", "<b>&lt;iframe src=x>"),
        ("<style/>", "&lt;style/>"),
        ("<titles><my-title>", "<titles><my-title>"),
    ] {
        assert_eq!(filtered(html), expected);
    }
}
