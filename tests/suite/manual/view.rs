//! The reference of what templates see, made from the comments of `src/render/view.rs`.
//!
//! `BLESS=1 cargo test view_reference` writes the page anew.

use std::fmt::Write as _;

use super::{read, repository};

const SOURCE: &str = "src/render/view.rs";
const PAGE: &str = "content/manual/themes/view.md";

/// What stands above the reference.
const HEAD: &str = r#"+++
title = "The view"
description = "Every value that a template sees, with its type and meaning: made from the program's own sources."
weight = 40
topics = ["themes"]
+++

A template sees the values on this page and nothing else. There is no function that asks the site for more, so what a
page depends on is known before it is rendered.

## Which template is given what

| template | renders | is given |
|---|---|---|
| `home.html` | the front page | `site`, `assets`, `page`, `content`, `nav` |
| `section.html` | the page of a folder | the same |
| `page.html` | an article | the same |
| `topic.html` | a topic, in pages of 50 articles | the same and `topic` |
| `topics.html` | the tree of all topics | the same and `topics` |
| `archive.html` | dated articles by year, in pages of 200 | the same and `archive` |
| `search.html` | the search page, in pages of 500 articles | the same, `topics` and `search` |
| `search_dialog.html` | what the search looks like where there are scripts | the same and `search` |
| `404.html` | the page for addresses that lead nowhere | the same; `content` is empty |
| `redirect.html` | an old address | `site`, `assets`, `redirect` |

- `content` is the body's HTML, marked safe: `{{ content }}` prints it.
- `assets` is a table of addresses by name: `{{ assets['style.css'] }}` prints `/assets/style.1939ca5d29.css`.
- `integrity` is a table of the digests of the same files, for `integrity` attributes.
- `strings` is a table of what the theme says in the site's [language](languages.md): `{{ strings.related }}`.
- Every template is given `integrity` and `strings` wherever it is given `assets`.
- An optional value that is absent is `none`: `{% if page.date %}` asks for it.
- A date prints as `2026-11-20`. The filter [`date`](filters.md#date) writes it another way.

"#;

#[test]
fn the_view_reference_is_up_to_date() {
    let wanted = page(&read(SOURCE));
    if std::env::var("BLESS").is_ok() {
        std::fs::write(repository().join(PAGE), &wanted).unwrap();
    }
    let path = repository().join(PAGE);
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{PAGE} is not what {SOURCE} says: run this test again with BLESS=1");
}

struct Type {
    name: String,
    about: String,
    fields: Vec<(String, String, String)>,
}

fn page(source: &str) -> String {
    let mut text = HEAD.to_owned();
    for shown in types(source) {
        let Type { name, about, fields } = shown;
        let (topic, rest) = heading(&name, &about);
        write!(text, "## {topic}\n\n{rest}\n\n| field | type | meaning |\n|---|---|---|\n").unwrap();
        for (field, kind, meaning) in fields {
            writeln!(text, "| `{field}` | {} | {meaning} |", shown_type(&kind)).unwrap();
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// The title and the sentence of a type's section, with an id by which fields link to it.
fn heading(name: &str, about: &str) -> (String, String) {
    (format!("{} {{#{}}}", bare(name), bare(name).to_lowercase()), about.to_owned())
}

/// `NavItemView` to `NavItem`.
fn bare(name: &str) -> &str {
    name.strip_suffix("View").unwrap_or(name)
}

/// The public structures of the source, each with its fields: names, types, and the comments above them.
fn types(source: &str) -> Vec<Type> {
    let mut types: Vec<Type> = Vec::new();
    let mut comment = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(said) = line.strip_prefix("///") {
            let gap = if comment.is_empty() { "" } else { " " };
            comment.push_str(&format!("{gap}{}", said.trim()));
        } else if let Some(name) = line.strip_prefix("pub struct ") {
            let name = name.split(['<', ' ']).next().unwrap().to_owned();
            types.push(Type { name, about: std::mem::take(&mut comment), fields: Vec::new() });
        } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|field| field.split_once(": ")) {
            let field = (name.to_owned(), kind.trim_end_matches(',').to_owned(), std::mem::take(&mut comment));
            types.last_mut().expect("a field stands in a structure").fields.push(field);
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    types
}

/// A type of Rust in the words of templates.
fn shown_type(kind: &str) -> String {
    let kind = kind.replace("<'a>", "").replace("&'a ", "");
    if let Some(inner) = kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("{}, optional", shown_type(inner));
    }
    let list = kind.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = list.or_else(|| kind.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))) {
        return format!("list of {}", shown_type(inner));
    }
    match kind.as_str() {
        "String" | "str" | "PageKind" => "text".to_owned(),
        "u32" | "i32" | "usize" => "number".to_owned(),
        "bool" => "true or false".to_owned(),
        "Date" => "date".to_owned(),
        "Value" => "anything".to_owned(),
        "BTreeMap<str, Value>" => "table".to_owned(),
        view if view.ends_with("View") => format!("[{}](#{})", bare(view), bare(view).to_lowercase()),
        other => panic!("no words for the type `{other}`"),
    }
}
