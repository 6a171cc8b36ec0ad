//! Importing a text never panics, loses no word, and lets nothing become markup that was none.

use std::collections::BTreeSet;

use docweave::{
    import::{self, Imported, Kind, Source},
    model::RelPath,
    parse::{self, Options, Parsed},
};
use proptest::prelude::*;

use crate::property::runner;

/// Lines as they come in texts; each `%` is a word that no other line has.
const LINES: &[&str] = &[
    "",
    "",
    "",
    "% %",
    "% % %.",
    "% knows a thing or two about %, and it says so in a sentence of its own that goes on for a good while, until %.",
    "- %",
    "- % %",
    "• % %: %",
    "1. %: % %",
    "  1. % %",
    "  2. %: %",
    "2. %",
    "3. % %",
    "    - % %",
    "    %",
    "“% % %”",
    "“% % %” goes on % here.",
    "Table of contents",
    "Contents",
    "2 min read · Dec. 6, 2023",
    "By Ada Lovelace | %",
    "Published 3/4/2024",
    "Updated 2024-01-02 – %",
    "Question: %?",
    "Answer: %.",
    "1. Question: %?",
    "Q: %",
    "A: %",
    "Q3: %",
    "Featured job",
    "@ % | %",
    "Full Time % USD 100K",
    "Related articles",
    "% Details",
    "% https://a.example/%",
    "====",
    "----",
    "-",
    "Title: % %",
    "<title>% %</title>",
    "% ..... 12",
    "1.2 % %",
    "% and this is a line that somebody wrapped at sixty %",
    "* % *%* _%_",
    "[%](%) <b>%</b> `%`",
];

/// Stretches of texts in which lines belong to each other; `%0` to `%9` are the same word wherever they stand in one.
const STRETCHES: &[&str] = &[
    "Contents\n- %0 %1\n- % %\n- %2\n\n%0 %1\n% went to %, and that was it.\n%2\n% went to %, and that was it.",
    "Table of contents\n1. %0 ... 3\n1.1 %1 %2 ... 4\n%\n2. %3\n%0\n% %.\n%1 %2\n% %.\n%3\n% %.",
    "%0\n%1 %2\n%3\n\n%0\n% %.\n\n%1 %2\n\n% %.\n%3\n- %\n- %",
    "1. Question: % %?\nAnswer: % %.\n%\n- %\n2. Question: %?\n\nAnswer: %.\n%",
    "Q: %?\n%\nQ: % %?\nA: %.\n\n% %\n\nQ: %?\nA: %.",
    "Featured %0\n%\n@ % | %\nFull Time % USD 100K\nFeatured %0\n%\n@ % | %\n%\n% %",
    "%0 %1\n%\n%\n%\n%0 %1\n%\n% %\n%0 %1\n%\n%\n%",
    "% %\n\n% % Details\n% More\n% Details\n%",
    "Related articles\n- % % https://a.example/%\n- %\n\nShare this\n\nComments\n%\n%",
    "  1. %: %\n\n     %\n\n  2. % %\n     - %\n     - %\n  3. %\n%",
    "% %\n=====\n% %.\n\n%\n-----\n%",
    "1. % %\n% went to %, and that was it.\n2. %\n% went to %, and that was it.",
];

/// Signs and words of which Markdown and its extensions make something.
const MARKUP: &[&str] = &[
    " ",
    " ",
    " ",
    "a",
    "b c",
    "ü",
    "1",
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "```",
    "<",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    ">",
    "&",
    "&amp;",
    "&#39;",
    "[",
    "]",
    "](",
    "](b)",
    "![",
    "[^1]",
    "[[",
    "]]",
    "[x]",
    "{",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#id}",
    "}",
    "^",
    "=",
    "==",
    "+",
    "++",
    "$",
    "$$",
    "%%",
    ":",
    "::",
    ":::",
    ":smile:",
    "\\",
    "\\*",
    "|",
    "#",
    "##",
    "-",
    "--",
    "---",
    "1.",
    "12)",
    "!",
    "?",
    "\"",
    "'",
    "(",
    ")",
    "https://a.example",
    "@",
    "\u{a0}",
    "\u{200b}",
    "日本",
];

/// Texts whose lines are of all kinds, alone and in stretches; some come again, as entries of contents do.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        15 => prop::sample::select(LINES).prop_map(|line| (line, None)),
        3 => (0..12_usize).prop_map(|back| ("", Some(back))),
        2 => prop::sample::select(STRETCHES).prop_map(|stretch| (stretch, None)),
    ];
    let end = prop::sample::select(&["\n", "\r\n"][..]);
    (prop::collection::vec(line, 0..25), end).prop_map(|(lines, end)| {
        let mut words = 0_u32;
        let mut text: Vec<String> = Vec::new();
        for (line, back) in lines {
            let again = back.and_then(|back| text.get(back).cloned());
            text.push(again.unwrap_or_else(|| filled(line, &mut words)));
        }
        text.join("\n").replace('\n', end)
    })
}

/// A template with a word of its own for each `%`.
fn filled(template: &str, words: &mut u32) -> String {
    let mut text = template.to_owned();
    for slot in ('0'..='9').map(|digit| format!("%{digit}")).filter(|slot| template.contains(slot)) {
        text = text.replace(&slot, &word(words));
    }
    text.split_inclusive('%').map(|part| part.replace('%', &word(words))).collect()
}

/// The next of words that are all different.
fn word(count: &mut u32) -> String {
    *count += 1;
    let letters = [*count / 676, *count / 26 % 26, *count % 26].map(|letter| char::from(b'a' + letter as u8));
    format!("Q{}x", letters.iter().collect::<String>())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => lines(),
        1 => prop::collection::vec(prop::sample::select(MARKUP), 0..60).prop_map(|pieces| pieces.concat()),
        1 => "(\\PC{0,12}\n){0,8}",
        1 => any::<String>(),
    ]
}

fn imported(text: &str) -> Option<Imported> {
    let source = Source { name: "a.txt", bytes: text.as_bytes(), encoding: None };
    import::text(&source).ok()
}

fn parsed(article: &str) -> Parsed {
    let path = RelPath::new("a.md").unwrap();
    // A bare address is a link in any text: that is no markup which the import let through.
    let extensions = parse::Extensions::default().without(parse::Extension::Autolinks);
    parse::article(&path, article, &Options { extensions, ..Options::default() }, &parse::Included::new())
}

/// Runs of letters, and runs of figures, in small letters.
fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        let chars: Vec<char> = run.chars().flat_map(char::to_lowercase).collect();
        let parts = chars.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        words.extend(parts.map(|part| part.iter().collect::<String>()).filter(|part| !part.is_empty()));
    }
    words
}

#[test]
fn every_word_is_in_the_article_the_data_or_the_report() {
    let result = runner(1500).run(&any_text(), |text| {
        let Some(imported) = imported(&text) else { return Ok(()) };
        prop_assume!(imported.report.iter().all(|told| told.kind != Kind::Mended));
        let report: String = imported.report.iter().map(|told| format!("{told}\n")).collect();
        let data: String = imported.data.iter().map(|(_, text)| text.as_str()).collect();
        let kept = words(&format!("{}\n{data}\n{report}", imported.article));
        let controls = |c: &char| !c.is_control() || c.is_whitespace();
        let text: String = text.chars().filter(controls).collect();
        let lost: Vec<_> = words(&text).difference(&kept).cloned().collect();
        prop_assert!(lost.is_empty(), "{lost:?} of\n{text}\n\nare not in\n{}\n{data}\n{report}", imported.article);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn every_article_and_its_data_are_read_without_a_mistake() {
    let result = runner(800).run(&any_text(), |text| {
        let Some(imported) = imported(&text) else { return Ok(()) };
        let Parsed { head, mut diagnostics, .. } = parsed(&imported.article);
        // Every character of the text is kept, those that can't be seen as well.
        diagnostics.retain(|problem| problem.code != "hidden-character");
        prop_assert_eq!(&diagnostics, &[], "{}", imported.article);
        prop_assert!(head.links.is_empty() && head.codes.is_empty(), "{}", imported.article);
        prop_assert!(head.front.title.is_some() || !head.title.is_empty());
        prop_assert!(head.front.description.is_none_or(|text| text.chars().count() <= 200));
        for (name, text) in &imported.data {
            let read = docweave::source::data::toml_node(name, text, 0..text.len());
            prop_assert!(read.is_ok(), "{read:?}\n{text}");
        }
        let is_name =
            |name: &str| RelPath::new(name).is_some_and(|path| !name.contains('/') && path.parent().is_empty());
        prop_assert!(!imported.slug.is_empty() && imported.slug.len() <= 120 && is_name(&imported.slug));
        prop_assert!(imported.data.iter().all(|(name, _)| is_name(name)));
        Ok(())
    });
    result.unwrap();
}

#[test]
fn markup_in_a_paragraph_is_shown_as_it_was_written() {
    let soup = prop::collection::vec(prop::sample::select(MARKUP), 1..30).prop_map(|pieces| pieces.concat());
    let result = runner(3000).run(&soup, |soup| {
        let paragraph = format!(
            "{soup} and so on, until this is a sentence that nobody takes for anything but a sentence, which it is."
        );
        let Some(imported) = imported(&format!("Bees that count\n\n{paragraph}\n")) else { return Ok(()) };
        let html = parsed(&imported.article).doc.html;
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(&html);
        let shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        prop_assert_eq!(one_line(&shown), one_line(&paragraph), "{}", imported.article);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn the_same_text_gives_the_same_article() {
    let result = runner(200).run(&any_text(), |text| {
        prop_assert_eq!(imported(&text), imported(&text));
        Ok(())
    });
    result.unwrap();
}

#[test]
fn any_bytes_are_taken_or_refused() {
    let bytes =
        prop::collection::vec(prop_oneof![Just(0_u8), Just(b'\n'), Just(0xff), Just(0xfe), any::<u8>()], 0..200);
    let labels =
        prop::sample::select(&[None, Some("windows-1252"), Some("utf-16le"), Some("shift_jis"), Some("koi8-r")][..]);
    let result = runner(500).run(&(bytes, labels), |(bytes, label)| {
        let encoding = label.and_then(import::Encoding::named);
        let source = Source { name: "a.txt", bytes: &bytes, encoding };
        if let Err(problem) = import::text(&source) {
            prop_assert!(["no-text", "not-utf8"].contains(&problem.code.as_str()) && problem.help.is_some());
        }
        Ok(())
    });
    result.unwrap();
}
