//! What a site has to link to, for other sites: `inventory.json`, and `objects.inv` as Sphinx reads it.
//!
//! Both list the same: pages in the order of their files, each before its headings, then topics, then terms. Addresses are
//! relative to where the site lives, so that a copy of the site can be linked to as well.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression, write::ZlibEncoder};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rayon::prelude::*;
use serde::Serialize;

use crate::model::{
    Config, Digest, Site, digest,
    inventory::folded,
    site::{Page, PageKind},
};

/// Our own inventory.
pub const JSON: &str = "inventory.json";

/// The same as Sphinx's projects have it.
pub const SPHINX: &str = "objects.inv";

/// Counts up with every change of what is made of the same entries.
pub const VERSION: u32 = 2;

/// How hard the list is packed, of 9: beyond it the file gets hardly smaller.
const EFFORT: u32 = 6;

/// So many bytes are packed between two looks at whether that is still wanted.
const PART: usize = 1 << 16;

/// What an id can't hold in an address as it is (URL Standard, the fragment percent-encode set), and `$`, by which Sphinx
/// means a name.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\\').add(b'%').add(b'$');

/// Something that can be linked to.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    kind: &'static str,
    title: &'a str,
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<&'a str>,
    /// What Sphinx knows it by, where that is not its title.
    #[serde(skip)]
    label: Option<String>,
}

/// Everything in a site that can be linked to by name. Pages that are hidden from search engines are left out.
pub fn entries<'a>(config: &'a Config, site: &'a Site) -> Vec<Entry<'a>> {
    let shown = |page: &&Page| page.kind != PageKind::Topic && page.head.front.search != Some(false);
    let of_pages: Vec<Vec<Entry<'a>>> = site.pages.par_iter().filter(shown).map(of_page).collect();
    let mut entries: Vec<Entry<'a>> = of_pages.into_iter().flatten().collect();
    for topic in &site.topics {
        let declared = &config.topics[topic.declared];
        entries.push(Entry {
            kind: "topic",
            title: &declared.title,
            url: relative(&topic.url),
            aliases: Some(&declared.name).filter(|name| **name != declared.title).cloned().into_iter().collect(),
            definition: None,
            label: Some(format!("topics/{}", declared.name)),
        });
    }
    for term in &site.terms {
        let topic = &site.topics[term.topic];
        let declared = config.topics[topic.declared].terms.get(term.declared);
        let Some((name, definition)) = declared.filter(|(name, _)| !name.trim().is_empty()) else { continue };
        entries.push(Entry {
            kind: "term",
            title: name.trim(),
            url: format!("{}#{}", relative(&topic.url), utf8_percent_encode(&term.id, FRAGMENT)),
            aliases: Vec::new(),
            definition: Some(definition.trim()).filter(|definition| !definition.is_empty()),
            label: None,
        });
    }
    entries
}

/// A page, and its headings.
fn of_page(page: &Page) -> Vec<Entry<'_>> {
    let (title, url) = (page.head.title.as_str(), relative(&page.url));
    let doc = doc_name(page);
    let mut aliases = aliases(page);
    aliases.retain(|alias| alias != title);
    let label = Some(doc.clone());
    let own = Entry { kind: "page", title, url: url.clone(), aliases, definition: None, label };
    let headings = page.head.headings.iter().filter(|heading| !heading.text.trim().is_empty());
    let headings = headings.map(|heading| Entry {
        kind: "heading",
        title: &heading.text,
        url: format!("{url}#{}", utf8_percent_encode(&heading.id, FRAGMENT)),
        aliases: Some(&heading.id).filter(|id| **id != heading.text).cloned().into_iter().collect(),
        definition: None,
        label: Some(folded(&format!("{doc}:{}", heading.id))),
    });
    std::iter::once(own).chain(headings).collect()
}

/// Names all that entries are made from, and more: found in a fraction of the time that they take.
pub fn name(config: &Config, site: &Site) -> Digest {
    let topics: Vec<_> = site.topics.iter().map(|topic| (topic.declared, &topic.url)).collect();
    let terms: Vec<_> = site.terms.iter().map(|term| (term.topic, term.declared, &term.id)).collect();
    let mut named = digest::encode(&(config, topics, terms), Vec::new());
    for page in &site.pages {
        let head = &page.head;
        named = digest::encode(&(&head.path, head.outline, &head.title, page.kind, &page.url), named);
    }
    Digest::of(&named)
}

/// Names what both files are made from.
pub fn digest(config: &Config, entries: &[Entry<'_>]) -> Digest {
    let labels: Vec<_> = entries.iter().map(|entry| &entry.label).collect();
    let all: Vec<_> =
        entries.iter().map(|entry| (entry.kind, entry.title, &entry.url, &entry.aliases, entry.definition)).collect();
    Digest::of_value(&(&config.title, config.base_url.absolute("/"), all, labels))
}

/// `inventory.json`: an entry a line, so that a copy in a repository shows what changed.
pub fn json(config: &Config, entries: &[Entry<'_>]) -> Vec<u8> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut json = format!(
        "{{\n\"format\": \"docweave-inventory\",\n\"version\": 1,\n\"title\": {},\n\"url\": {},\n\"entries\": [",
        quoted(&config.title),
        quoted(&config.base_url.absolute("/"))
    );
    let line = |entry: &Entry<'_>| serde_json::to_string(entry).expect("texts are JSON");
    let lines: Vec<String> = entries.par_iter().map(line).collect();
    for (index, line) in lines.iter().enumerate() {
        json.push_str(if index == 0 { "\n" } else { ",\n" });
        json.push_str(line);
    }
    json.push_str("\n]\n}\n");
    json.into_bytes()
}

/// `objects.inv` of version 2, as `sphinx.util.inventory` writes and reads it; `None` where it `is_unwanted` before it is done.
///
/// Pages and topics are `std:doc`, by the path of their file without its extension, where a folder's own page is `index`.
/// Headings are `std:label`, by that path, a colon and their id. Terms are `std:term`. None is an object of the search, so
/// that the priority of all is -1.
pub fn sphinx(config: &Config, entries: &[Entry<'_>], is_unwanted: &dyn Fn() -> bool) -> Option<Vec<u8>> {
    let mut list = String::new();
    for entry in entries {
        let title = in_a_line(entry.title);
        let (role, name) = match (entry.kind, &entry.label) {
            ("heading", Some(label)) => ("label", in_a_line(label)),
            (_, Some(label)) => ("doc", in_a_line(label)),
            (_, None) => ("term", title.clone()),
        };
        let shown = if name == title { "-" } else { &title };
        writeln!(list, "{name} std:{role} -1 {} {shown}", entry.url).expect("a string takes every text");
    }
    let file = format!(
        "# Sphinx inventory version 2\n# Project: {}\n# Version: \n# The remainder of this file is compressed using zlib.\n",
        in_a_line(&config.title)
    )
    .into_bytes();
    let mut packed = ZlibEncoder::new(file, Compression::new(EFFORT));
    for part in list.as_bytes().chunks(PART) {
        if is_unwanted() {
            return None;
        }
        packed.write_all(part).expect("a vector takes every byte");
    }
    Some(packed.finish().expect("a vector takes every byte"))
}

/// An address from the site's root as one from where the site lives. A `$` at its end would mean a name.
fn relative(url: &str) -> String {
    let url = url.trim_start_matches('/');
    url.strip_suffix('$').map_or_else(|| url.to_owned(), |url| format!("{url}%24"))
}

/// The path of a page's file as Sphinx would know it: without its extension, and `index` for a folder's own page.
fn doc_name(page: &Page) -> String {
    let path = &page.head.path;
    let stem = if is_index(path.stem()) { "index" } else { path.stem() };
    if path.parent().is_empty() { stem.to_owned() } else { format!("{}/{stem}", path.parent()) }
}

/// What else a page may be called: its path without an extension, and where it lived before.
fn aliases(page: &Page) -> Vec<String> {
    let path = &page.head.path;
    let own = match path.stem() {
        stem if is_index(stem) => path.parent().to_owned(),
        stem if path.parent().is_empty() => stem.to_owned(),
        stem => format!("{}/{stem}", path.parent()),
    };
    let before = page.head.front.aliases.iter().map(|alias| alias.value.trim_matches('/').to_owned());
    let mut aliases: Vec<String> = Vec::new();
    for alias in std::iter::once(own).chain(before) {
        if !alias.is_empty() && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    aliases
}

fn is_index(stem: &str) -> bool {
    matches!(stem, "_index" | "index" | "README")
}

/// A text in one line, with single spaces.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
