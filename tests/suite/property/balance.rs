//! Whatever is read beyond CommonMark, or nothing at all: each tag that we write is closed where it should be.

use docweave::{
    model::{Doc, RelPath, doc::Hole},
    parse::{self, Extensions, Options, Parsed},
};
use proptest::prelude::*;

use crate::{
    property::{parse::text, runner},
    spec::normal::tags,
};

/// Elements that are never closed.
const VOID: &[&str] = &["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that end a paragraph wherever they begin.
const BLOCKS: &[&str] = &[
    "blockquote",
    "details",
    "div",
    "dl",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// The first tag that closes what isn't open, or that a paragraph can't hold; else the last that nothing closes.
fn unbalanced(html: &str) -> Option<String> {
    let mut open = Vec::new();
    for tag in tags(html) {
        match tag.strip_prefix('/') {
            Some(name) if open.last().is_some_and(|last| last == name) => drop(open.pop()),
            Some(_) => return Some(tag),
            None if BLOCKS.contains(&tag.as_str()) && open.iter().any(|tag| tag == "p") => return Some(tag),
            None if VOID.contains(&tag.as_str()) => {}
            None => open.push(tag),
        }
    }
    open.pop()
}

fn unbalanced_in(doc: &Doc) -> Option<String> {
    let mut inner = doc.holes.iter().filter_map(|(_, hole)| match hole {
        Hole::Component(_, Some(body)) => unbalanced_in(body),
        Hole::Wikilink(link) => link.label.as_ref().and_then(unbalanced_in),
        _ => None,
    });
    unbalanced(&doc.html).or(inner.next_back())
}

fn parsed(text: &str, extensions: Extensions) -> Parsed {
    let options = Options { extensions, ..Options::default() };
    parse::article(&RelPath::new("s/a.md").unwrap(), text, &options, &Default::default())
}

/// Raw HTML is the author's own, so there is none: what would begin it is an address in angle brackets.
#[test]
fn tags_are_balanced() {
    let text = text().prop_map(|text| text.replace('<', "<https://a.example>"));
    let sets = prop::sample::select(vec![Extensions::none(), Extensions::gfm(), Extensions::default()]);
    let result = runner(1500).run(&(text, sets), |(text, extensions)| {
        let Parsed { head, doc, .. } = parsed(&text, extensions);
        prop_assert_eq!(unbalanced_in(&doc), None, "{:?}", doc.html);
        for html in head.headings.iter().map(|heading| &heading.html).chain([&head.title_html]) {
            prop_assert_eq!(unbalanced(html), None, "{}", html);
        }
        Ok(())
    });
    result.unwrap();
}

#[test]
fn what_is_not_balanced_is_found() {
    for (html, found) in [
        ("<p>a<br><em>b</em></p>", None),
        ("<p><em>a</p></em>", Some("/p")),
        ("<p>a", Some("p")),
        ("a</p>", Some("/p")),
        ("<p><em>a<ul></ul></em></p>", Some("ul")),
        ("<p title=\"</p>\">a", Some("p")),
    ] {
        assert_eq!(unbalanced(html).as_deref(), found, "{html}");
    }
}
