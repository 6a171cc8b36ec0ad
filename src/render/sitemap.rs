//! `sitemap.xml` (sitemaps.org, 0.9) and `robots.txt`.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{Config, Site, site::PageKind};

/// The most addresses that the protocol allows in one file.
const MOST: usize = 50_000;

/// Sitemaps by file name: one `sitemap.xml`, or an index of that name and numbered files beside it. `extra` are
/// addresses from the site's root of pages that are no articles.
pub fn files(config: &Config, site: &Site, extra: &[String]) -> Vec<(String, Vec<u8>)> {
    let shown = site.pages.iter().filter(|page| page.kind != PageKind::Topic && page.head.front.search != Some(false));
    let pages =
        shown.map(|page| (page.url.as_str(), page.updated.or(page.head.front.date).map(|date| date.to_string())));
    let entries: Vec<_> = pages.chain(extra.iter().map(|url| (url.as_str(), None))).collect();
    if entries.len() <= MOST {
        return vec![("sitemap.xml".to_owned(), urlset(config, &entries))];
    }
    let mut files = Vec::new();
    for (index, part) in entries.chunks(MOST).enumerate() {
        files.push((format!("sitemap-{}.xml", index + 1), urlset(config, part)));
    }
    let names: Vec<_> = files.iter().map(|(name, _)| (format!("/{name}"), None)).collect();
    let names: Vec<_> = names.iter().map(|(name, date)| (name.as_str(), date.clone())).collect();
    files.push(("sitemap.xml".to_owned(), list(config, "sitemapindex", "sitemap", &names)));
    files
}

fn urlset(config: &Config, entries: &[(&str, Option<String>)]) -> Vec<u8> {
    list(config, "urlset", "url", entries)
}

fn list(config: &Config, root: &str, item: &str, entries: &[(&str, Option<String>)]) -> Vec<u8> {
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
                        xml.create_element("lastmod").write_text_content(BytesText::new(updated))?;
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
