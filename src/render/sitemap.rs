//! `sitemap.xml` (sitemaps.org, 0.9) and `robots.txt`.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{
    Config, Date, Site,
    site::{Page, PageKind},
};

/// The most addresses that the protocol allows in one file.
const MOST: usize = 50_000;

/// Sitemaps by file name: one `sitemap.xml`, or an index of that name and numbered files beside it. `extra` are
/// addresses from the site's root of pages that are no articles, with the days of their last changes.
pub fn files(config: &Config, site: &Site, extra: &[(String, Option<Date>)]) -> Vec<(String, Vec<u8>)> {
    let shown = site.pages.iter().filter(|page| page.kind != PageKind::Topic && page.head.front.search != Some(false));
    let pages = shown.map(|page| (page.url.as_str(), changed(page)));
    let entries: Vec<Entry<'_>> = pages.chain(extra.iter().map(|(url, date)| (url.as_str(), *date))).collect();
    if entries.len() <= MOST {
        return vec![("sitemap.xml".to_owned(), urlset(config, &entries))];
    }
    let mut files = Vec::new();
    let mut index: Vec<(String, Option<Date>)> = Vec::new();
    for (number, part) in entries.chunks(MOST).enumerate() {
        let name = format!("sitemap-{}.xml", number + 1);
        index.push((format!("/{name}"), part.iter().filter_map(|(_, date)| *date).max()));
        files.push((name, urlset(config, part)));
    }
    let index: Vec<Entry<'_>> = index.iter().map(|(url, date)| (url.as_str(), *date)).collect();
    files.push(("sitemap.xml".to_owned(), list(config, "sitemapindex", "sitemap", &index)));
    files
}

/// An address from the site's root, and the day of its last change.
type Entry<'a> = (&'a str, Option<Date>);

/// The day of a page's last change, or else of its first publication.
pub(super) fn changed(page: &Page) -> Option<Date> {
    page.updated.or(page.head.front.date)
}

fn urlset(config: &Config, entries: &[Entry<'_>]) -> Vec<u8> {
    list(config, "urlset", "url", entries)
}

fn list(config: &Config, root: &str, item: &str, entries: &[Entry<'_>]) -> Vec<u8> {
    let mut xml = Writer::new(Vec::new());
    let written: io::Result<()> = (|| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.write_indent()?;
        let namespace = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
        xml.create_element(root).with_attribute(namespace).write_inner_content(|xml| {
            for (url, updated) in entries {
                xml.create_element(item).write_inner_content(|xml| {
                    let address = config.base_url.absolute(url);
                    xml.create_element("loc").write_text_content(BytesText::new(&address))?;
                    if let Some(updated) = updated {
                        xml.create_element("lastmod").write_text_content(BytesText::new(&updated.to_string()))?;
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })();
    written.expect("a vector takes every byte");
    xml.into_inner()
}

/// `robots.txt`: everything may be read, and where the sitemap is.
pub fn robots(config: &Config) -> Vec<u8> {
    let sitemap = config.base_url.absolute("/sitemap.xml");
    let told = if config.base_url.origin.is_empty() { String::new() } else { format!("\nSitemap: {sitemap}\n") };
    format!("User-agent: *\nAllow: /\n{told}").into_bytes()
}
