//! The Atom feed of dated articles (RFC 4287).

use std::{collections::BTreeMap, io};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{
    Config, Date, Site,
    site::{Page, PageId, PageKind},
};
use crate::render::page::summary;

/// The file that the feed is written to.
pub const FILE: &str = "atom.xml";

/// The articles that the feed tells of, newest first; none where `[feed]` says no.
pub fn entries(config: &Config, site: &Site) -> Vec<PageId> {
    let is_told = |page: &Page| page.kind == PageKind::Article && page.head.front.search != Some(false);
    let dated = site.pages.iter().enumerate().filter(|(_, page)| is_told(page));
    let mut entries: Vec<(Date, PageId)> = dated.filter_map(|(id, page)| Some((page.head.front.date?, id))).collect();
    // Pages are ordered by path.
    entries.sort_by(|(a, page), (b, other)| b.cmp(a).then_with(|| page.cmp(other)));
    let limit = if config.feed.enabled { config.feed.limit } else { 0 };
    entries.into_iter().take(limit).map(|(_, id)| id).collect()
}

/// The feed of these articles; `None` where there is none to tell of. Its own date is that of its newest entry, so that
/// the clock leaves no mark in it. `bodies` are those of the entries that are told whole.
pub fn atom(config: &Config, site: &Site, entries: &[PageId], bodies: &BTreeMap<PageId, String>) -> Option<Vec<u8>> {
    let dated = |id: &PageId| Some((site.pages[*id].head.front.date?, &site.pages[*id], bodies.get(id)));
    let entries: Vec<Entry<'_>> = entries.iter().filter_map(dated).collect();
    let changed = |(date, page, _): &Entry<'_>| page.updated.map_or(*date, |updated| updated.max(*date));
    let newest = entries.iter().map(changed).max()?;
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    let written: io::Result<()> = (|| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
        root.with_attribute(("xml:lang", config.language.as_str())).write_inner_content(|xml| {
            head(xml, config, newest)?;
            for entry in &entries {
                write_entry(xml, config, entry, changed(entry))?;
            }
            Ok(())
        })?;
        Ok(())
    })();
    written.expect("a vector takes every byte");
    Some(xml.into_inner())
}

type Xml = Writer<Vec<u8>>;

/// A date, an article, and its body where it is told whole.
type Entry<'a> = (Date, &'a Page, Option<&'a String>);

fn head(xml: &mut Xml, config: &Config, newest: Date) -> io::Result<()> {
    element(xml, "title", &config.title)?;
    if !config.description.is_empty() {
        element(xml, "subtitle", &config.description)?;
    }
    let own = config.base_url.absolute(&format!("/{FILE}"));
    link(xml, "self", &own)?;
    link(xml, "alternate", &config.base_url.absolute("/"))?;
    element(xml, "id", &config.base_url.absolute("/"))?;
    element(xml, "updated", &timestamp(newest))?;
    // RFC 4287, section 4.1.1: a feed without an author needs one in every entry.
    authors(xml, if config.authors.is_empty() { std::slice::from_ref(&config.title) } else { &config.authors })
}

fn write_entry(xml: &mut Xml, config: &Config, (date, page, body): &Entry<'_>, changed: Date) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        let address = config.base_url.absolute(&page.url);
        element(xml, "title", &page.head.title)?;
        link(xml, "alternate", &address)?;
        element(xml, "id", &address)?;
        element(xml, "published", &timestamp(*date))?;
        element(xml, "updated", &timestamp(changed))?;
        authors(xml, &page.head.front.authors)?;
        element(xml, "summary", summary(&page.head))?;
        if let Some(body) = body {
            let content = xml.create_element("content").with_attributes([("type", "html"), ("xml:base", &address)]);
            content.write_text_content(BytesText::new(body))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn authors(xml: &mut Xml, names: &[String]) -> io::Result<()> {
    for name in names {
        xml.create_element("author").write_inner_content(|xml| element(xml, "name", name))?;
    }
    Ok(())
}

fn element(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(|_| ())
}

fn link(xml: &mut Xml, relation: &str, address: &str) -> io::Result<()> {
    xml.create_element("link").with_attributes([("rel", relation), ("href", address)]).write_empty().map(|_| ())
}

fn timestamp(date: Date) -> String {
    format!("{date}T00:00:00Z")
}
