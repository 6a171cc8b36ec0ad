//! Front matter: TOML between `+++` lines or YAML between `---` lines, at the very start of an article.

use std::{collections::BTreeMap, ops::Range};

use serde::Deserialize;

use crate::model::{
    Date, Diagnostic, FrontMatter, Lines, Spanned, Value,
    card::{Action, Hero},
    node::{self, Entry, Node, NodeKind},
    page::RelatedChoice,
};
use crate::parse::card;
use crate::source::data::{toml_node, yaml_node};

/// Front matter is no larger than this, in bytes.
const LARGEST: usize = 1 << 20;

/// Splits the text of the article `path`: what its front matter says, where its body begins, and what is wrong.
///
/// Codes: `front-matter` where it does not end or is too large, `syntax`, and those of [`node::read`].
pub fn split(path: &str, text: &str) -> (FrontMatter, usize, Vec<Diagnostic>) {
    let (block, body) = match find(text) {
        Found::Nothing { body } => return (FrontMatter::default(), body, Vec::new()),
        Found::Open { fence, range, body } => {
            return (FrontMatter::default(), body, vec![open(path, text, fence, range)]);
        }
        Found::Block { block, body } => (block, body),
    };
    if block.range.len() > LARGEST {
        let message = format!("front matter of {} bytes", block.range.len());
        let span = Lines::new(text).span(block.opening);
        let diagnostic = Diagnostic::error("front-matter", path, span, message)
            .help("keep front matter below 1 MiB, and move the rest into the text or a data file");
        return (FrontMatter::default(), body, vec![diagnostic]);
    }
    let tree = match block.syntax {
        Syntax::Toml => toml_node(path, text, block.range.clone()),
        Syntax::Yaml => yaml_node(path, text, block.range.clone()),
    };
    let is_table = matches!(&tree, Ok(Node { kind: NodeKind::Table(_), .. }));
    if !is_table && block.syntax == Syntax::Yaml && !text[block.range.clone()].lines().any(is_key_line) {
        return (FrontMatter::default(), block.opening.start, Vec::new());
    }
    match tree {
        Ok(tree) => {
            let (front, diagnostics) = read(path, tree);
            (front, body, diagnostics)
        }
        Err(diagnostics) => (FrontMatter::default(), body, diagnostics),
    }
}

/// Where the front matter of a text ends, so far as it has one: at the first byte of its body.
pub(super) fn end(text: &str) -> usize {
    match find(text) {
        Found::Nothing { body } | Found::Open { body, .. } | Found::Block { body, .. } => body,
    }
}

/// Where front matter stands, and what it says, for those who write into it; `None` where there is none that can be read.
pub fn source(path: &str, text: &str) -> Option<Source> {
    let Found::Block { block, .. } = find(text) else { return None };
    let Block { syntax, range, .. } = block;
    let tree = match syntax {
        Syntax::Toml => toml_node(path, text, range.clone()),
        Syntax::Yaml => yaml_node(path, text, range.clone()),
    };
    let is_blank = text[range.clone()].trim().is_empty();
    let tree = tree.ok().filter(|tree| is_blank || matches!(tree.kind, NodeKind::Table(_)))?;
    Some(Source { syntax, range, tree })
}

/// Front matter in its file.
#[derive(Debug)]
pub struct Source {
    /// How it is written.
    pub syntax: Syntax,
    /// What stands between the lines that begin and end it.
    pub range: Range<usize>,
    /// What it says, with places.
    pub tree: Node,
}

/// How front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Between `+++` lines.
    Toml,
    /// Between `---` lines.
    Yaml,
}

/// What stands at the start of a text.
enum Found {
    /// No front matter; the body begins at this byte, after a byte order mark.
    Nothing { body: usize },
    /// An opening line without a closing one.
    Open { fence: &'static str, range: Range<usize>, body: usize },
    /// A block that ends.
    Block { block: Block, body: usize },
}

struct Block {
    syntax: Syntax,
    /// The opening line.
    opening: Range<usize>,
    /// What stands between the two lines.
    range: Range<usize>,
}

fn find(text: &str) -> Found {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = text[start..].split_inclusive('\n').next().unwrap_or("");
    let (syntax, fence, closing): (_, _, &[&str]) = match first.trim_end() {
        "+++" => (Syntax::Toml, "+++", &["+++"]),
        "---" => (Syntax::Yaml, "---", &["---", "..."]),
        _ => return Found::Nothing { body: start },
    };
    let opening = start..start + fence.len();
    let inner = start + first.len();
    let mut at = inner;
    for line in text[inner..].split_inclusive('\n') {
        if closing.contains(&line.trim_end()) {
            let block = Block { syntax, opening, range: inner..at };
            return Found::Block { block, body: at + line.len() };
        }
        at += line.len();
    }
    if syntax == Syntax::Yaml && !begins_like_yaml(&text[inner..]) {
        return Found::Nothing { body: start };
    }
    Found::Open { fence, range: opening, body: inner }
}

/// Whether a text after `---` is front matter that lacks its end, rather than prose after a thematic break: its first
/// paragraph has a key in small letters, and nothing but what YAML could say.
fn begins_like_yaml(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let key = |line: &str| is_key_line(line) && line.starts_with(|c: char| c.is_ascii_lowercase());
    lines.next().is_some_and(key)
        && lines
            .take_while(|line| !line.trim().is_empty())
            .all(|line| is_key_line(line) || line.starts_with([' ', '-']))
}

/// `key:` or `key: value`, where the key is one word.
fn is_key_line(line: &str) -> bool {
    let Some((key, rest)) = line.split_once(':') else { return false };
    let key = key.trim_matches(['"', '\'']);
    !key.is_empty()
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn open(path: &str, text: &str, fence: &str, opening: Range<usize>) -> Diagnostic {
    let span = Lines::new(text).span(opening);
    Diagnostic::error("front-matter", path, span, format!("front matter that begins with `{fence}` does not end"))
        .help(format!("add a line `{fence}` after its last key"))
}

/// Front matter as an author writes it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    title: Option<String>,
    description: Option<String>,
    date: Option<Date>,
    updated: Option<Date>,
    draft: bool,
    publish_on: Option<Date>,
    expires_on: Option<Date>,
    weight: Option<i64>,
    slug: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    aliases: Vec<Spanned<String>>,
    kind: Option<String>,
    keywords: Vec<String>,
    topics: Vec<Spanned<String>>,
    auto_topics: Option<bool>,
    see_also: Option<bool>,
    related: RawRelated,
    template: Option<Spanned<String>>,
    terms: Option<bool>,
    toc: Option<bool>,
    search: Option<bool>,
    authors: Vec<String>,
    review_by: Option<Date>,
    watches: Vec<Spanned<String>>,
    /// Read by [`card::choice`].
    cards: Value,
    hero: Option<RawHero>,
    data: Vec<Spanned<String>>,
    image: Option<Spanned<String>>,
    /// Read by [`translations`].
    translations: BTreeMap<String, Spanned<Value>>,
    extra: Value,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawRelated {
    pin: Vec<Spanned<String>>,
    block: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawHero {
    title: String,
    text: String,
    image: Option<Spanned<String>>,
    actions: Vec<RawAction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAction {
    title: String,
    url: Spanned<String>,
}

/// Keys that may hold one value in place of a list.
const LISTS: [&str; 8] = ["aliases", "authors", "block", "data", "keywords", "pin", "topics", "watches"];

/// Keys of other tools, and what they are here.
const FOREIGN_KEYS: [(&str, &str); 26] = [
    ("author", "authors"),
    ("categories", "topics"),
    ("category", "topics"),
    ("excerpt", "description"),
    ("expires", "expires_on"),
    ("expiryDate", "expires_on"),
    ("expiry_date", "expires_on"),
    ("last_modified_at", "updated"),
    ("last_update", "updated"),
    ("lastmod", "updated"),
    ("layout", "template"),
    ("modified", "updated"),
    ("nav_order", "weight"),
    ("order", "weight"),
    ("path", "url"),
    ("permalink", "url"),
    ("pubDate", "date"),
    ("publishDate", "publish_on"),
    ("publish_date", "publish_on"),
    ("redirect_from", "aliases"),
    ("sidebar_position", "weight"),
    ("subtitle", "description"),
    ("summary", "description"),
    ("tag", "topics"),
    ("tags", "topics"),
    ("taxonomies", "topics"),
];

fn read(path: &str, mut tree: Node) -> (FrontMatter, Vec<Diagnostic>) {
    wrap_single_values(&mut tree);
    let (raw, mut diagnostics): (Raw, _) = node::read(&tree, path);
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.code == "unknown-key") {
        let entry = tree.entries().iter().find(|entry| Some(entry.key_span) == diagnostic.place.span);
        let Some(Entry { key, .. }) = entry else { continue };
        match (FOREIGN_KEYS.iter().find(|(foreign, _)| foreign == key), &mut diagnostic.help) {
            (Some((foreign, here)), help) => *help = Some(format!("`{foreign}` is `{here}` here")),
            (None, Some(help)) if !help.starts_with("did you mean") => {
                help.push_str("; what only a template reads goes into `extra`");
            }
            _ => {}
        }
    }
    let translations = translations(path, &raw, &mut diagnostics);
    let mut front = FrontMatter { translations, ..resolve(raw) };
    if let Some(cards) = tree.get("cards") {
        let (cards, problems) = card::choice(path, cards);
        front.cards = cards;
        diagnostics.extend(problems);
    }
    (front, diagnostics)
}

/// `topics = "one"` becomes `topics = ["one"]`, also in `related`.
fn wrap_single_values(tree: &mut Node) {
    let NodeKind::Table(entries) = &mut tree.kind else { return };
    for entry in entries {
        let span = entry.value.span;
        match &mut entry.value.kind {
            NodeKind::Table(_) if entry.key == "related" => wrap_single_values(&mut entry.value),
            kind @ NodeKind::String(_) if LISTS.contains(&entry.key.as_str()) => {
                let single = std::mem::replace(kind, NodeKind::Null);
                *kind = NodeKind::Array(vec![Node { kind: single, span }]);
            }
            _ => {}
        }
    }
}

fn resolve(raw: Raw) -> FrontMatter {
    let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    FrontMatter {
        title: filled(raw.title),
        description: filled(raw.description),
        date: raw.date,
        updated: raw.updated,
        draft: raw.draft,
        publish_on: raw.publish_on,
        expires_on: raw.expires_on,
        weight: raw.weight,
        slug: raw.slug,
        url: raw.url,
        aliases: raw.aliases,
        topics: raw.topics,
        auto_topics: raw.auto_topics,
        see_also: raw.see_also,
        related: RelatedChoice { pin: raw.related.pin, block: raw.related.block },
        template: raw.template,
        terms: raw.terms,
        toc: raw.toc,
        search: raw.search,
        authors: raw.authors,
        review_by: raw.review_by,
        kind: raw.kind,
        keywords: raw.keywords,
        watches: raw.watches,
        cards: Vec::new(),
        hero: raw.hero.map(hero),
        data: raw.data,
        image: raw.image,
        translations: BTreeMap::new(),
        extra: raw.extra,
    }
}

fn hero(raw: RawHero) -> Hero {
    Hero {
        title: raw.title.trim().to_owned(),
        text: raw.text.trim().to_owned(),
        image: raw.image.filter(|image| !image.value.is_empty()),
        actions: raw.actions.into_iter().map(|action| Action { title: action.title, url: action.url }).collect(),
    }
}

/// Addresses by language; `false` says that there is none.
fn translations(path: &str, raw: &Raw, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Spanned<Option<String>>> {
    let mut translations = BTreeMap::new();
    for (language, written) in &raw.translations {
        let address = match &written.value {
            Value::Bool(false) => None,
            Value::String(address) if is_address(address) => Some(address.trim().to_owned()),
            _ => {
                let message = format!("invalid value for `translations.{}`", language.escape_debug());
                let help = "write an address, a path of the site in that language such as `\"/a/\"`, or `false`";
                diagnostics.push(Diagnostic::error("invalid-value", path, written.span, message).help(help));
                continue;
            }
        };
        translations.insert(language.clone(), Spanned { value: address, span: written.span });
    }
    translations
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    let begins_well = ["https://", "http://", "/"].iter().any(|start| text.starts_with(start));
    begins_well && !text.starts_with("//") && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests;
