//! What a site has to link to, for other sites: `inventory.json`, and `objects.inv` as Sphinx reads it.
//!
//! Both list the same: pages in the order of their files, each before its headings, then topics, then terms. Addresses are
//! relative to where the site lives, so that a copy of the site can be linked to as well.
//!
//! Both are made of pieces, each of about a hundred pages, which depend on nothing else: a process that stays makes those again
//! that differ, and several are made at once.

use std::{fmt::Write as _, sync::Arc};

use flate2::{Compress, Compression, FlushCompress, Status};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
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
pub const VERSION: u32 = 4;

/// How hard the list is packed, of 9: twice the work makes the file only 3% smaller.
const EFFORT: u32 = 4;

/// A piece ends with a page of so many, on average.
const PAGES: u8 = 128;

/// What begins a zlib stream of usual effort (RFC 1950, section 2.2), and the last block of a deflate stream with nothing in it
/// (RFC 1951, section 3.2.3).
const ZLIB: [u8; 2] = [0x78, 0x9c];
const LAST: [u8; 2] = [0x03, 0x00];

/// What an id can't hold in an address as it is (URL Standard, the fragment percent-encode set), and `$`, by which Sphinx
/// means a name.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\\').add(b'%').add(b'$');

/// A piece of both lists.
#[derive(Debug)]
pub struct Piece {
    /// A line for each entry of it, as JSON.
    json: String,
    /// A line for each, as Sphinx has them, as blocks of a deflate stream.
    packed: Vec<u8>,
    /// How many bytes those lines are, and their sum.
    length: usize,
    sum: u32,
}

/// The pieces of a site by what names all that each is made from.
pub type Pieces = FxHashMap<Digest, Arc<Piece>>;

/// Something that can be linked to.
#[derive(Debug, Serialize)]
struct Entry<'a> {
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

/// What a piece is made from.
enum Stretch<'a> {
    Pages(&'a [Page]),
    Topics(&'a Config, &'a Site),
}

impl<'a> Stretch<'a> {
    /// Those of a site, in their order. Where one ends is said by the path of its last page alone, so that a page that comes or
    /// goes changes no other.
    fn of_site(config: &'a Config, site: &'a Site) -> Vec<Self> {
        let digest = |page: &Page| Digest::of(page.head.path.as_str().as_bytes()).as_bytes()[0];
        let is_last = |page: &Page| digest(page).is_multiple_of(PAGES);
        let pages = site.pages.split_inclusive(is_last).map(Self::Pages);
        pages.chain([Self::Topics(config, site)]).collect()
    }

    /// Names all that it is made from, and more: found in a fraction of the time that it takes.
    fn name(&self) -> Digest {
        match self {
            Self::Pages(pages) => Digest::of(&pages.iter().fold(Vec::new(), |named, page| {
                let head = &page.head;
                digest::encode(&(&head.path, head.outline, &head.title, page.kind, &page.url), named)
            })),
            Self::Topics(config, site) => {
                let topics: Vec<_> = site.topics.iter().map(|topic| (topic.declared, &topic.url)).collect();
                let terms: Vec<_> = site.terms.iter().map(|term| (term.topic, term.declared, &term.id)).collect();
                Digest::of_value(&(&config.topics, topics, terms))
            }
        }
    }

    /// Everything in it that can be linked to by name. Pages that are hidden from search engines are left out.
    fn entries(&self) -> Vec<Entry<'a>> {
        match self {
            Self::Pages(pages) => {
                let shown = |page: &&Page| page.kind != PageKind::Topic && page.head.front.search != Some(false);
                pages.iter().filter(shown).flat_map(of_page).collect()
            }
            Self::Topics(config, site) => of_topics(config, site),
        }
    }

    fn piece(&self) -> Piece {
        let entries = self.entries();
        let (mut json, mut list) = (String::new(), String::new());
        for entry in &entries {
            json.push_str(if json.is_empty() { "" } else { ",\n" });
            json.push_str(&serde_json::to_string(entry).expect("texts are JSON"));
            entry.write_for_sphinx(&mut list);
        }
        Piece { json, packed: deflated(list.as_bytes()), length: list.len(), sum: adler32(list.as_bytes()) }
    }
}

/// The pieces of a site in their order, with the name of each; those that are `kept` as they are. `None` where somebody finds
/// before the end that they are `unwanted`.
pub fn pieces(
    config: &Config,
    site: &Site,
    kept: &Pieces,
    is_unwanted: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<(Digest, Arc<Piece>)>> {
    let stretches = Stretch::of_site(config, site);
    let piece = |stretch: &Stretch<'_>| {
        let name = stretch.name();
        let known = kept.get(&name).cloned();
        if known.is_none() && is_unwanted() {
            return None;
        }
        Some((name, known.unwrap_or_else(|| Arc::new(stretch.piece()))))
    };
    stretches.par_iter().map(piece).collect()
}

/// Names all that both files are made from.
pub fn name(config: &Config, site: &Site) -> Digest {
    let stretches = Stretch::of_site(config, site);
    let names: Vec<Digest> = stretches.par_iter().map(Stretch::name).collect();
    Digest::of_value(&(&config.title, config.base_url.absolute("/"), names))
}

fn of_topics<'a>(config: &'a Config, site: &'a Site) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
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

impl Entry<'_> {
    /// Adds its line in the list of `objects.inv`.
    ///
    /// Pages and topics are `std:doc`, by the path of their file without its extension, where a folder's own page is `index`.
    /// Headings are `std:label`, by that path, a colon and their id. Terms are `std:term`. None is an object of the search, so
    /// that the priority of all is -1.
    fn write_for_sphinx(&self, list: &mut String) {
        let title = in_a_line(self.title);
        let (role, name) = match (self.kind, &self.label) {
            ("heading", Some(label)) => ("label", in_a_line(label)),
            (_, Some(label)) => ("doc", in_a_line(label)),
            (_, None) => ("term", title.clone()),
        };
        let shown = if name == title { "-" } else { &title };
        writeln!(list, "{name} std:{role} -1 {} {shown}", self.url).expect("a string takes every text");
    }
}

/// `inventory.json`: an entry a line, so that a copy in a repository shows what changed.
pub fn json(config: &Config, pieces: &[(Digest, Arc<Piece>)]) -> Vec<u8> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut json = format!(
        "{{\n\"format\": \"docweave-inventory\",\n\"version\": 1,\n\"title\": {},\n\"url\": {},\n\"entries\": [",
        quoted(&config.title),
        quoted(&config.base_url.absolute("/"))
    );
    for (index, (_, piece)) in pieces.iter().filter(|(_, piece)| !piece.json.is_empty()).enumerate() {
        json.push_str(if index == 0 { "\n" } else { ",\n" });
        json.push_str(&piece.json);
    }
    json.push_str("\n]\n}\n");
    json.into_bytes()
}

/// `objects.inv` of version 2, as `sphinx.util.inventory` writes and reads it.
pub fn sphinx(config: &Config, pieces: &[(Digest, Arc<Piece>)]) -> Vec<u8> {
    let mut file = format!(
        "# Sphinx inventory version 2\n# Project: {}\n# Version: \n# The remainder of this file is compressed using zlib.\n",
        in_a_line(&config.title)
    )
    .into_bytes();
    file.extend(ZLIB);
    let mut sum = 1;
    for (_, piece) in pieces {
        file.extend(&piece.packed);
        sum = joined(sum, piece.sum, piece.length);
    }
    file.extend(LAST);
    file.extend(sum.to_be_bytes());
    file
}

/// Whole blocks of a deflate stream, of which none is the last, and which look at nothing before them.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = Compress::new(Compression::new(EFFORT), false);
    let mut packed = Vec::with_capacity(bytes.len() / 4 + 64);
    loop {
        let rest = &bytes[packer.total_in() as usize..];
        let status = packer.compress_vec(rest, &mut packed, FlushCompress::Sync);
        // With room to spare, all that was given is out.
        let is_done = packer.total_in() as usize == bytes.len() && packed.len() < packed.capacity();
        match status {
            Ok(Status::Ok | Status::BufError) if !is_done => packed.reserve(packed.capacity().max(64)),
            Ok(_) => return packed,
            Err(error) => unreachable!("packing never fails: {error}"),
        }
    }
}

/// The largest prime below 65,536.
const ADLER: u32 = 65_521;

/// The checksum of a zlib stream (RFC 1950, section 8.2).
fn adler32(bytes: &[u8]) -> u32 {
    // So many bytes fit into 32 bits before a remainder is due.
    const MOST: usize = 5552;
    let (mut a, mut b) = (1, 0);
    for chunk in bytes.chunks(MOST) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % ADLER, b % ADLER);
    }
    b << 16 | a
}

/// The checksum of two texts, one after the other, of their checksums and the length of the second in bytes.
///
/// Of `n` bytes after others, the first half is `a - 1` higher than that of theirs alone, and the second by `n` times as much.
fn joined(first: u32, second: u32, length: usize) -> u32 {
    let [(a, b), (c, d)] = [first, second].map(|sum| (u64::from(sum & 0xffff), u64::from(sum >> 16)));
    let (prime, length) = (u64::from(ADLER), length as u64 % u64::from(ADLER));
    let before = (a + prime - 1) % prime;
    let low = (before + c) % prime;
    let high = (b + d + length * before) % prime;
    (high << 16 | low) as u32
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

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn pieces_come_to_one_stream() {
        let words = |count: usize| (0..count).map(|word| format!("w{} ", word * word % 977)).collect::<String>();
        let texts = [words(0), words(1), words(20_000), "\u{10ffff}".repeat(70_000), words(3)];
        let (mut stream, mut sum) = (ZLIB.to_vec(), 1);
        for text in &texts {
            stream.extend(deflated(text.as_bytes()));
            sum = joined(sum, adler32(text.as_bytes()), text.len());
        }
        stream.extend(LAST);
        assert_eq!(sum, adler32(texts.concat().as_bytes()));
        stream.extend(sum.to_be_bytes());
        let mut read = String::new();
        flate2::read::ZlibDecoder::new(&*stream).read_to_string(&mut read).unwrap();
        assert!(read == texts.concat());
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }
}
