//! The parser never panics, spans lie inside the file on character boundaries, and anchors are unique.

use std::collections::BTreeSet;

use docweave::{
    model::{Doc, Head, RelPath, Span, doc::Hole},
    parse::{self, Glossary, Included, Options, Parsed},
    source::config,
};
use proptest::prelude::*;

use crate::property::runner;

/// Pieces of Markdown and of front matter, among them those that open what nothing closes.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "# ",
    "## ",
    "###### ",
    "- ",
    "1. ",
    "> ",
    ">",
    "> [!note]\n",
    "> [!quote]\n",
    "```",
    "```rust\n",
    "```js {1,9} titel=\"x\"\n",
    "```rust file=\"a.rs\" region=\"x\"\n",
    "```console\n$ a\n",
    "a // [!code ++:2]\n",
    "// [!code focsu]\n",
    "// highlight-start\n",
    "b // (1)!\n",
    "--8<-- \"a.md:x\"\n",
    "1. x\n",
    "~~~",
    "|a|b|\n|-|-|\n",
    "|",
    "[",
    "](",
    ")",
    "[a](b.md)",
    "![",
    "![a](b.svg)",
    "<",
    "<a id=\"x\">",
    "<a name='y'",
    "</a>",
    "<!--",
    "-->",
    "*",
    "**",
    "_",
    "`",
    "``",
    "~~",
    "[^1]",
    "[^1]: ",
    "[x]",
    "- [x] ",
    "{#id}",
    "{#id topics=\"a b\"}",
    "{topics=",
    "{",
    "}",
    "\"",
    "\\",
    "&amp;",
    "&#0;",
    "---\n",
    "+++\n",
    "title = \"x\"\n",
    "title: x\n",
    "topics = [\"a\"]\n",
    "aliases: [",
    "\u{feff}",
    "\r\n",
    "\u{0}",
    "\u{fffd}",
    "\u{e9}",
    "\u{65e5}\u{672c}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "e\u{301}",
    "\u{202e}",
    "\u{2028}",
    "word",
    "two words",
    "http://example.com",
    " www.example.com/a_(b",
    "me@example.com",
    "===\n",
    "***\n",
    "\n:::note A *b*\n",
    "\n::::tabs\n",
    "\n:::tab A\n",
    "\n:::details{.x open}\n",
    "\n:::steps\n",
    "\n:::\n",
    "\n::::\n",
    "> [!tip]- A *b*\n",
    "==",
    "++",
    "++ctrl+c++",
    "x^2^",
    "H~2~O",
    ":rocket:",
    "\n: ",
    "{.x #y z=\"w\"}",
    "\n{.x}\n",
    "{{ a(b=\"c\") }}",
    "\n{% a() %}\n",
    "\n{% end %}\n",
    "{% a() %}",
    "{% end %}",
    "\n*[word]: two words\n",
    "[[a]]",
    "[[a|*b*]]",
    "$x$",
    "\n--8<-- \"a.md\"\n",
    "\n## FAQ\n\n1. ",
    "?\n",
    "A: ",
];

/// Any text, and any mixture of those pieces.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat());
    let mixed =
        (prop::collection::vec(prop::sample::select(PIECES), 0..15), "\\PC{0,20}").prop_map(|(a, b)| a.concat() + &b);
    prop_oneof![3 => pieces, 1 => mixed, 1 => any::<String>()]
}

fn parsed(text: &str) -> Parsed {
    parse::article(
        &RelPath::new("s/a.md").unwrap(),
        text,
        &Options { smart_punctuation: true, ..Options::default() },
        &Included::new(),
    )
}

/// All places that a head and its diagnostics name.
fn spans(parsed: &Parsed) -> Vec<Span> {
    let Head { front, headings, links, codes, .. } = &parsed.head;
    let written =
        front.topics.iter().chain(&front.aliases).chain(&front.slug).chain(&front.url).chain(&front.related.pin);
    let of_headings =
        headings.iter().flat_map(|heading| heading.topics.iter().map(|topic| topic.span).chain([heading.span]));
    written
        .map(|written| written.span)
        .chain(of_headings)
        .chain(links.iter().map(|link| link.span))
        .chain(codes.iter().map(|code| code.span))
        .chain(parsed.diagnostics.iter().filter_map(|diagnostic| diagnostic.place.span))
        .collect()
}

#[test]
fn any_text_becomes_an_article() {
    let result = runner(1500).run(&text(), |text| {
        let parsed = parsed(&text);
        for span in spans(&parsed) {
            let range = span.start as usize..span.end as usize;
            prop_assert!(text.get(range.clone()).is_some(), "{range:?} of {} bytes", text.len());
            let before = &text[..range.start];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            prop_assert_eq!(span.line as usize, 1 + before.matches('\n').count());
            prop_assert_eq!(span.column as usize, 1 + before[line_start..].chars().count());
        }
        let head = &parsed.head;
        prop_assert_eq!(head.sections.len(), head.headings.len() + 1);
        prop_assert!(!head.title.trim().is_empty());
        prop_assert!(head.links.iter().all(|link| (link.section as usize) < head.sections.len()));
        let ids: Vec<_> = head.headings.iter().map(|heading| &heading.id).chain(&head.title_id).collect();
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are unique: {:?}", ids);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn holes_lie_in_the_document_and_name_what_the_head_has() {
    let result = runner(500).run(&text(), |text| {
        let Parsed { head, doc, .. } = parsed(&text);
        prop_assert!(doc.holes.is_sorted_by_key(|(at, _)| *at));
        for (at, hole) in &doc.holes {
            prop_assert!(doc.html.is_char_boundary(*at as usize));
            match hole {
                Hole::Address(index) => prop_assert!((*index as usize) < head.links.len()),
                Hole::Code(code) => prop_assert!((code.index as usize) < head.codes.len()),
                Hole::Media(media) => prop_assert!((media.link as usize) < head.links.len()),
                Hole::Component(index, _) => prop_assert!((*index as usize) < head.components.len()),
                Hole::Wikilink(link) => prop_assert!((link.link as usize) < head.links.len()),
                Hole::SeeAlso(section) => prop_assert!((*section as usize) < head.sections.len()),
                Hole::Term(index) => prop_assert!((*index as usize) < head.terms.len()),
                Hole::Word(_) => {}
            }
        }
        Ok(())
    });
    result.unwrap();
}

#[test]
fn the_same_text_gives_the_same_article() {
    let result = runner(300).run(&text(), |text| {
        prop_assert_eq!(parsed(&text), parsed(&text));
        Ok(())
    });
    result.unwrap();
}

#[test]
fn front_matter_never_changes_the_document() {
    let result = runner(300).run(&text(), |text| {
        let body = format!("x{text}");
        let with = parsed(&format!("+++\ntitle = \"T\"\n+++\n{body}"));
        let without = parsed(&body);
        prop_assert_eq!(&with.doc, &without.doc);
        prop_assert_eq!(with.head.body, without.head.body);
        Ok(())
    });
    result.unwrap();
}

/// Constructs are hidden from the parser before it knows what is code: there they have to come back as they were.
#[test]
fn code_shows_exactly_its_source() {
    let lines = text().prop_filter("lines end in one way, and include and mark nothing", |text| {
        !text.contains(['\r', '\0', '<']) && !text.contains("[!code") && !text.contains("highlight-")
    });
    let places = prop::sample::select(vec!["", "> ", "    "]);
    let result = runner(1000).run(&(lines, places), |(code, before)| {
        let fence = "~".repeat(3 + code.split(|c| c != '~').map(str::len).max().unwrap_or(0));
        let block: String =
            format!("{fence}text\n{code}\n{fence}").lines().map(|line| format!("{before}{line}\n")).collect();
        let parsed = parsed(&format!("- Item\n\n{block}"));
        let codes: Vec<_> = parsed
            .doc
            .holes
            .iter()
            .filter_map(|(_, hole)| match hole {
                Hole::Code(code) => Some(&code.text),
                _ => None,
            })
            .collect();
        let shown: String = format!("{code}\n").lines().map(|line| format!("{line}\n")).collect();
        prop_assert_eq!(codes, [&shown]);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn links_to_terms_change_nothing_else() {
    let (config, _) = config::parse(
        "title = \"T\"\nbase_url = \"/\"\n[topics.t.terms]\n\"a\" = \"A.\"\n\"b c\" = \"B.\"\n\"x\" = \"X.\"\n\"日\" = \"D.\"\n\"1 a\" = \"E.\"\n",
        "site.toml",
    );
    let parse = |text: &str, glossary: Glossary| {
        let options = Options { smart_punctuation: true, glossary, ..Options::default() };
        parse::article(&RelPath::new("s/a.md").unwrap(), text, &options, &Included::new())
    };
    let glossary = Glossary::of(&config);
    let linked = std::cell::Cell::new(0);
    let result = runner(1500).run(&text(), |text| {
        let (plain, found) = (parse(&text, Glossary::default()), parse(&text, glossary.clone()));
        linked.set(linked.get() + found.head.terms.len());
        prop_assert!(found.doc.holes.is_sorted_by_key(|(at, _)| *at));
        prop_assert_eq!(without_terms(&found.doc), plain.doc);
        prop_assert_eq!(Head { terms: Vec::new(), uses: plain.head.uses.clone(), ..found.head }, plain.head);
        Ok(())
    });
    result.unwrap();
    assert!(linked.get() > 100, "terms are found: {}", linked.get());
}

/// A document without its links to terms. The end of such a link is the next end of any.
fn without_terms(doc: &Doc) -> Doc {
    let mut without = Doc { texts: doc.texts.clone(), ..Doc::default() };
    let mut from = 0;
    let mut open = false;
    let push = |without: &mut Doc, html: &str, open: &mut bool| match html.split_once("</a>").filter(|_| *open) {
        Some((inside, rest)) => {
            *open = false;
            without.html += inside;
            without.html += rest;
        }
        None => without.html += html,
    };
    for (at, hole) in &doc.holes {
        push(&mut without, &doc.html[from..*at as usize], &mut open);
        from = *at as usize;
        match hole {
            Hole::Term(_) => open = true,
            Hole::Component(index, body) => {
                let body = body.as_deref().map(|body| Box::new(without_terms(body)));
                without.holes.push((without.html.len() as u32, Hole::Component(*index, body)));
            }
            other => without.holes.push((without.html.len() as u32, other.clone())),
        }
    }
    push(&mut without, &doc.html[from..], &mut open);
    assert!(!open, "a link to a term ends: {}", doc.html);
    without
}
