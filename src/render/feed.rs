//! Atom feeds of dated articles (RFC 4287): one of the site, one of each section, and one of each topic.

use std::{collections::BTreeMap, io};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{
    Config, Date, RelPath, Site,
    site::{Page, PageId, PageKind},
};
use crate::render::page::summary;

/// The name of a feed's file.
pub const FILE: &str = "atom.xml";

/// A feed: where it is written, what it is of, and the articles that it tells of, newest first, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its file.
    pub file: RelPath,
    /// Its title.
    pub title: String,
    /// One sentence; may be empty.
    pub description: String,
    /// The address from the site's root of the page that it belongs to.
    pub url: String,
    /// The articles.
    pub entries: Vec<PageId>,
}

/// The feed of all dated articles; `None` where there are none, or `[feed]` says no.
pub fn of_site(config: &Config, site: &Site) -> Option<Feed> {
    let entries = newest(config, site, 0..site.pages.len());
    (!entries.is_empty()).then(|| Feed {
        file: RelPath::new(FILE).expect("a file name is a path"),
        title: config.title.clone(),
        description: config.description.clone(),
        url: "/".to_owned(),
        entries,
    })
}

/// The feeds of all sections that have dated articles, in themselves or further down, by the section's page.
pub fn of_sections(config: &Config, site: &Site) -> BTreeMap<PageId, Feed> {
    let mut members: BTreeMap<PageId, Vec<PageId>> = BTreeMap::new();
    let dated = site.pages.iter().enumerate().filter(|(_, page)| page.listed_date().is_some());
    for (id, page) in dated.filter(|_| config.feed.sections) {
        let above = std::iter::successors(page.parent, |above| site.pages[*above].parent);
        for section in above.filter(|above| site.pages[*above].kind == PageKind::Section) {
            members.entry(section).or_default().push(id);
        }
    }
    let feed = |(section, pages): (PageId, Vec<PageId>)| {
        let page = &site.pages[section];
        let entries = newest(config, site, pages);
        let place = page.output.as_str();
        let folder = place.strip_suffix("/index.html").or_else(|| place.strip_suffix(".html"))?;
        let feed = Feed {
            file: RelPath::new(format!("{folder}/{FILE}"))?,
            title: format!("{} · {}", page.head.title, config.title),
            description: page.head.front.description.clone().unwrap_or_default(),
            url: page.url.clone(),
            entries,
        };
        (!feed.entries.is_empty()).then_some((section, feed))
    };
    members.into_iter().filter_map(feed).collect()
}

/// The feed of a topic's dated articles; `None` where there are none, or `[feed]` says no.
pub fn of_topic(config: &Config, site: &Site, topic: usize) -> Option<Feed> {
    let members = &site.topics[topic];
    let declared = &config.topics[members.declared];
    let mut pages: Vec<PageId> = members.sections.iter().map(|(page, _)| *page).collect();
    pages.dedup();
    let entries = if config.feed.topics { newest(config, site, pages) } else { Vec::new() };
    let file = RelPath::new(format!("topics/{}/{FILE}", declared.name))?;
    (!entries.is_empty()).then(|| Feed {
        file,
        title: format!("{} · {}", declared.title, config.title),
        description: declared.description.clone(),
        url: members.url.clone(),
        entries,
    })
}

/// The newest of the dated articles among `pages`, as many as a feed holds.
fn newest(config: &Config, site: &Site, pages: impl IntoIterator<Item = PageId>) -> Vec<PageId> {
    if !config.feed.enabled {
        return Vec::new();
    }
    by_date(site, pages).into_iter().take(config.feed.limit).map(|(_, id)| id).collect()
}

/// The dated articles among `pages`, newest first.
pub(super) fn by_date(site: &Site, pages: impl IntoIterator<Item = PageId>) -> Vec<(Date, PageId)> {
    let dated = pages.into_iter().filter_map(|id| Some((site.pages[id].listed_date()?, id)));
    let mut dated: Vec<(Date, PageId)> = dated.collect();
    // Pages are ordered by path.
    dated.sort_by(|(a, page), (b, other)| b.cmp(a).then_with(|| page.cmp(other)));
    dated
}

/// The bytes of a feed. Its own date is that of its newest entry, so that the clock leaves no mark in it. `bodies` are
/// those of the entries that are told whole.
pub fn atom(config: &Config, site: &Site, feed: &Feed, bodies: &BTreeMap<PageId, String>) -> Vec<u8> {
    let dated = |id: &PageId| Some((site.pages[*id].head.front.date?, &site.pages[*id], bodies.get(id)));
    let entries: Vec<Entry<'_>> = feed.entries.iter().filter_map(dated).collect();
    let changed = |(date, page, _): &Entry<'_>| page.updated.map_or(*date, |updated| updated.max(*date));
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    let written: io::Result<()> = (|| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
        root.with_attribute(("xml:lang", config.language.as_str())).write_inner_content(|xml| {
            head(xml, config, feed, entries.iter().map(changed).max())?;
            for entry in &entries {
                write_entry(xml, config, entry, changed(entry))?;
            }
            Ok(())
        })?;
        Ok(())
    })();
    written.expect("a vector takes every byte");
    xml.into_inner()
}

type Xml = Writer<Vec<u8>>;

/// A date, an article, and its body where it is told whole.
type Entry<'a> = (Date, &'a Page, Option<&'a String>);

fn head(xml: &mut Xml, config: &Config, feed: &Feed, newest: Option<Date>) -> io::Result<()> {
    element(xml, "title", &feed.title)?;
    if !feed.description.is_empty() {
        element(xml, "subtitle", &feed.description)?;
    }
    link(xml, "self", &config.base_url.absolute(&format!("/{}", feed.file)))?;
    link(xml, "alternate", &config.base_url.absolute(&feed.url))?;
    element(xml, "id", &config.base_url.absolute(&feed.url))?;
    element(xml, "updated", &newest.map(timestamp).unwrap_or_default())?;
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
