//! Our own inventories: `inventory.json`.

use serde::Deserialize;

use crate::model::{
    Diagnostic, Spanned,
    inventory::Entry,
    node::{self, Node, NodeKind},
};
use crate::source::{
    config::{BASE, base},
    data::{files, json_node},
    inventory::{Parsed, bad, is_name, shorten, too_large},
    text,
};

/// What the key `format` of such a file says.
const FORMAT: &str = "docweave-inventory";

/// The only version of the format so far.
const VERSION: i64 = 1;

const KINDS: [&str; 4] = ["page", "heading", "topic", "term"];

/// The file as it is written. Keys that are not known are of a later program, and left aside.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    url: Option<Spanned<String>>,
    entries: Vec<Spanned<RawEntry>>,
}

#[derive(Default, Deserialize)]
struct RawEntry {
    kind: String,
    title: String,
    url: String,
    #[serde(default)]
    aliases: Vec<String>,
}

pub(super) fn parse(path: &str, bytes: &[u8]) -> (Option<Parsed>, Vec<Diagnostic>) {
    let (text, problem) = match text::decode(path, bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return (None, vec![*problem]),
    };
    if files::is_too_much(&text, "json") {
        return (None, vec![too_large(path, "an inventory of more than a million values".to_owned())]);
    }
    let tree = match json_node(path, &text, 0..text.len()) {
        Ok(tree) => tree,
        Err(problems) => return (None, problems),
    };
    if let Err(problem) = version(path, &tree) {
        return (None, vec![*problem]);
    }
    let (raw, mut problems) = node::read::<Raw>(&tree, path);
    let is_sound = problems.is_empty();
    problems.extend(problem);
    let address = raw.url.filter(|url| !url.value.is_empty());
    let known = address.as_ref().and_then(|url| base(&url.value));
    if let Some(url) = address.filter(|_| known.is_none()) {
        let (reason, help) = BASE;
        let message = format!("invalid value for `url`: {reason}");
        problems.push(Diagnostic::error("invalid-value", path, url.span, message).help(help));
    }
    let mut entries = Vec::with_capacity(raw.entries.len());
    let mut left_out = Vec::new();
    for raw in raw.entries {
        match entry(raw.value) {
            Ok(entry) => entries.push(entry),
            Err(reason) => left_out.push(bad(path, raw.span, format!("an entry is left out: {reason}"))),
        }
    }
    problems.extend(shorten(left_out));
    (is_sound.then_some(Parsed { base: known, entries }), problems)
}

/// Says whether the file is an inventory, and one that can be read.
fn version(path: &str, tree: &Node) -> Result<(), Box<Diagnostic>> {
    let says = |key: &str| tree.get(key).map(|node| (&node.kind, node.span));
    match (says("format"), says("version")) {
        (Some((NodeKind::String(format), _)), Some((NodeKind::Int(VERSION), _))) if format == FORMAT => Ok(()),
        (Some((NodeKind::String(format), _)), Some((NodeKind::Int(version), span))) if format == FORMAT => {
            let message = format!("an inventory of version {version}: this docweave reads version {VERSION}");
            Err(Box::new(Diagnostic::error("inventory", path, span, message).help("build with a later docweave")))
        }
        (found, _) => {
            let span = found.map_or(tree.span, |(_, span)| span);
            let message = format!("this is no inventory: expected `\"format\": \"{FORMAT}\"` and a `\"version\"`");
            let help = "name an `inventory.json` of Docweave, or an `objects.inv` of Sphinx";
            Err(Box::new(Diagnostic::error("inventory", path, span, message).help(help)))
        }
    }
}

/// What an entry comes to, or why nothing can be linked to by it.
fn entry(raw: RawEntry) -> Result<Entry, &'static str> {
    if !KINDS.contains(&raw.kind.as_str()) {
        return Err("its `kind` is none of `page`, `heading`, `topic` and `term`");
    }
    if !is_name(&raw.title) {
        return Err("its `title` is empty, or holds control characters");
    }
    if raw.url.contains(|c: char| c.is_whitespace() || c.is_control() || "\\\"<>".contains(c)) {
        return Err("its `url` is no address");
    }
    Ok(Entry {
        kind: raw.kind,
        name: raw.title.clone(),
        title: raw.title,
        aliases: raw.aliases.into_iter().filter(|alias| is_name(alias)).collect(),
        url: raw.url.trim_start_matches('/').to_owned(),
    })
}
