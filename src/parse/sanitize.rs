//! Raw HTML that strangers may write. The only importer of ammonia, which judges each tag: its name, its attributes and
//! their addresses.
//!
//! In: a piece of HTML, as much of it as stands together in the article. Out: the parts of it that may be written. Markdown
//! stands between the tags of HTML, so that a piece need not be balanced; whoever writes the parts balances them.
//!
//! What must stay true: a part is text without `<` or `>`, the name of an allowed element, or a single tag that ammonia has
//! written. No element is allowed inside which a browser reads anything but HTML.

use std::{ops::Range, sync::LazyLock};

use ammonia::Builder;
use memchr::{memchr, memmem};

use crate::model::untrusted::SCHEMES;

/// Elements that go together with what stands in them: their content is no text.
const WHOLE: [&str; 16] = [
    "applet",
    "embed",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "xmp",
];

/// Elements that nothing stands in.
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];

/// What may be written of a piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text, escaped.
    Text(String),
    /// A tag that opens the element of this name.
    Open(String, String),
    /// An element that nothing stands in.
    Void(String),
    /// The end of the element of this name.
    Close(String),
}

/// Something that was taken out: what, in words, and its bytes in the piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) what: String,
    pub(super) range: Range<usize>,
}

/// The parts of `html` that may be written, and what is lost.
pub(super) fn parts(html: &str) -> (Vec<Part>, Vec<Lost>) {
    let (mut parts, mut lost) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < html.len() {
        let text = memchr(b'<', &html.as_bytes()[at..]).unwrap_or(html.len() - at);
        if text > 0 {
            parts.push(Part::Text(escaped(&html[at..at + text])));
        }
        at += text;
        if at < html.len() {
            at += markup(html, at, &mut parts, &mut lost);
        }
    }
    (parts, lost)
}

/// Reads what begins with the `<` at byte `at`; returns its length.
fn markup(html: &str, at: usize, parts: &mut Vec<Part>, lost: &mut Vec<Lost>) -> usize {
    let rest = &html[at..];
    if rest.starts_with("<!--") {
        return memmem::find(rest.as_bytes(), b"-->").map_or(rest.len(), |end| end + "-->".len());
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
    }
    let Some(tag) = Tag::read(rest) else {
        parts.push(Part::Text("&lt;".to_owned()));
        return 1;
    };
    let source = &rest[..tag.length];
    if tag.is_end {
        parts.push(Part::Close(tag.name));
        return tag.length;
    }
    let cleaned = clean(&tag.name, source);
    let left: Vec<&str> = match &cleaned {
        Some((_, kept)) => tag.attributes.iter().filter(|name| !kept.contains(name)).map(String::as_str).collect(),
        None => Vec::new(),
    };
    let what = match (&cleaned, left.as_slice()) {
        (None, _) => Some(format!("`<{}>`", tag.name)),
        (Some(_), []) => None,
        (Some(_), names) => Some(format!("`{}` of `<{}>`", names.join("`, `"), tag.name)),
    };
    lost.extend(what.map(|what| Lost { what, range: at..at + tag.length }));
    match cleaned {
        Some((html, _)) if VOID.contains(&tag.name.as_str()) => parts.push(Part::Void(html)),
        Some((html, _)) => parts.push(Part::Open(tag.name, html)),
        None if WHOLE.contains(&tag.name.as_str()) => return tag.length + content(&rest[tag.length..], &tag.name),
        None => {}
    }
    tag.length
}

/// How many bytes the content of an element takes together with the tag that ends it; none where nothing ends it here.
fn content(html: &str, name: &str) -> usize {
    let ends = memmem::find_iter(html.as_bytes(), b"</");
    let end = ends.filter_map(|at| Some((at, Tag::read(&html[at..])?))).find(|(_, tag)| tag.name == name);
    end.map_or(0, |(at, tag)| at + tag.length)
}

/// The tag as ammonia writes it, and the attributes that it has left; `None` where it leaves nothing.
fn clean(name: &str, source: &str) -> Option<(String, Vec<String>)> {
    static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut allowed = Builder::default();
        allowed.url_schemes(SCHEMES.into()).link_rel(None).add_generic_attributes(["align", "dir"]);
        allowed.add_tag_attributes("details", ["open"]);
        // What screen readers tell as the parts of a page is the theme's alone.
        allowed.rm_tags(["area", "article", "aside", "footer", "header", "hgroup", "map", "nav"]);
        allowed
    });
    // Parts of a table are none anywhere else.
    let (before, after) = match name {
        "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => ("<table>", "</table>"),
        "col" => ("<table><colgroup>", "</colgroup></table>"),
        "tr" => ("<table><tbody>", "</tbody></table>"),
        "td" | "th" => ("<table><tbody><tr>", "</tr></tbody></table>"),
        _ => ("", ""),
    };
    let cleaned = ALLOWED.clean(&format!("{before}{source}{after}")).to_string();
    let element = cleaned.strip_prefix(before)?.strip_suffix(after)?;
    let html = if VOID.contains(&name) { element } else { element.strip_suffix(&format!("</{name}>"))? };
    let tag = Tag::read(html).filter(|tag| tag.length == html.len() && tag.name == name)?;
    Some((html.to_owned(), tag.attributes))
}

fn escaped(text: &str) -> String {
    text.replace('>', "&gt;")
}

/// A tag as a browser finds it (WHATWG HTML, "Tokenization").
#[derive(Debug)]
struct Tag {
    /// In small letters.
    name: String,
    is_end: bool,
    /// The names of its attributes, in small letters.
    attributes: Vec<String>,
    length: usize,
}

impl Tag {
    /// The tag that `html` begins with, if it does.
    fn read(html: &str) -> Option<Self> {
        let inside = html.strip_prefix('<')?;
        let (is_end, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        let is_name_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let name = &inside[..inside.find(is_name_end)?];
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
        let mut attributes = Vec::new();
        let mut rest = &inside[name.len()..];
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                let name = name.to_ascii_lowercase();
                return Some(Self { name, is_end, attributes, length: html.len() - after.len() });
            }
            // A `=` that comes first belongs to the name.
            let first = rest.chars().next()?.len_utf8();
            let end = first + rest[first..].find(|c: char| is_name_end(c) || c == '=')?;
            attributes.push(rest[..end].to_ascii_lowercase());
            rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
            if let Some(value) = rest.strip_prefix('=') {
                let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
                rest = match value.chars().next()? {
                    quote @ ('"' | '\'') => value[1..].split_once(quote)?.1,
                    _ => &value[value.find(|c: char| c.is_ascii_whitespace() || c == '>')?..],
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts, written as they are, and what is lost.
    fn sanitized(html: &str) -> (String, Vec<String>) {
        let (parts, lost) = parts(html);
        let written = parts.into_iter().map(|part| match part {
            Part::Text(html) | Part::Open(_, html) | Part::Void(html) => html,
            Part::Close(name) => format!("</{name}>"),
        });
        (written.collect(), lost.into_iter().map(|lost| lost.what).collect())
    }

    #[test]
    fn what_is_harmless_stays() {
        for html in [
            "<b>a</b> &amp; c",
            "<details open=\"\"><summary>More</summary>",
            "<p align=\"center\"><img src=\"a.png\" alt=\"A\" width=\"20\"></p>",
            "<table><thead><tr><th colspan=\"2\">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
            "<a href=\"https://example.org/?a=1&amp;b=2\" title=\"x\">y</a><br><hr>",
            "<ol start=\"3\"><li>x</li></ol><kbd>Ctrl</kbd><sub>2</sub>",
        ] {
            assert_eq!(sanitized(html), (html.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn what_could_run_or_look_like_the_site_is_lost() {
        for (html, expected, lost) in [
            ("<script>alert(1)</script>a", "a", vec!["`<script>`"]),
            ("<SCRIPT/x>alert(1)", "alert(1)", vec!["`<script>`"]),
            ("<b onclick=alert(1)>a", "<b>a", vec!["`onclick` of `<b>`"]),
            ("<img src=x onerror='a>b'>", "<img src=\"x\">", vec!["`onerror` of `<img>`"]),
            ("<img/src=x/onerror=a>", "<img src=\"x/onerror=a\">", vec![]),
            ("<a href=' jAva\nscript:x'>a", "<a>a", vec!["`href` of `<a>`"]),
            ("<a href=data:text/html,x>a", "<a>a", vec!["`href` of `<a>`"]),
            ("<p id=main class=site-header style=x>a", "<p>a", vec!["`id`, `class`, `style` of `<p>`"]),
            ("<svg><a xlink:href=x>b</a></svg>c", "c", vec!["`<svg>`"]),
            ("<form action=x><input name=a>", "", vec!["`<form>`", "`<input>`"]),
            ("a < b <!-- <c --> d <3 <", "a &lt; b  d &lt;3 &lt;", vec![]),
            ("<!DOCTYPE x><?php x ?>a", "a", vec![]),
            ("<b title=\"", "&lt;b title=\"", vec![]),
            ("<td colspan=2 onclick=x>", "<td colspan=\"2\">", vec!["`onclick` of `<td>`"]),
            ("<footer><nav>a</nav></footer>", "a</nav></footer>", vec!["`<footer>`", "`<nav>`"]),
            ("<image src=x onerror=y>", "", vec!["`<image>`"]),
            (
                "<base href=//x><meta http-equiv=refresh content=0><link rel=x>",
                "",
                vec!["`<base>`", "`<meta>`", "`<link>`"],
            ),
        ] {
            assert_eq!(sanitized(html), (expected.to_owned(), lost.into_iter().map(str::to_owned).collect()), "{html}");
        }
    }
}
