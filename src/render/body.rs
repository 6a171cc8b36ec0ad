//! A document and what its holes waited for, to a body.

use pulldown_cmark_escape::escape_html;

use crate::model::{
    Config, Digest, Doc, Head,
    doc::{Code, Hole, Media, Wikilink},
    site::{Resolved, Target},
};
use crate::render::{
    code::{self, Colours},
    highlight, words,
};

/// Counts up with every change of what this stage makes of the same document.
pub const VERSION: u32 = 1;

/// Names the body that [`compose`] would make.
pub fn key(config: &Config, head: &Head, links: &[Resolved]) -> Digest {
    // A body without code has one name whatever is asked of the highlighter.
    let colours = match (head.codes.is_empty(), config.markdown.highlight) {
        (true, _) => [0, 0, 0],
        (false, highlight) => [highlight::VERSION, code::VERSION, 1 + u32::from(highlight)],
    };
    let version = [VERSION, colours[0], colours[1], colours[2]].map(u32::to_le_bytes).concat();
    let fixed = [version.as_slice(), head.body.as_bytes(), config.language.as_bytes()];
    let of_links = links.iter().flat_map(|link| [link.href.as_bytes(), link.text.as_deref().unwrap_or("").as_bytes()]);
    Digest::of_parts(fixed.into_iter().chain(of_links))
}

/// Fills the holes of a document.
pub fn compose(config: &Config, head: &Head, doc: &Doc, links: &[Resolved]) -> String {
    let mut html = String::with_capacity(doc.html.len() * 5 / 4);
    let mut from = 0;
    for (at, hole) in &doc.holes {
        let at = *at as usize;
        html.push_str(doc.html.get(from..at).unwrap_or(""));
        from = at;
        match hole {
            Hole::Address(index) => {
                let href = links.get(*index as usize).map_or("", |link| link.href.as_str());
                escape_attribute(&mut html, href);
            }
            Hole::Code(code) => write_code(config, head, code, &mut html),
            Hole::Wikilink(wikilink) => write_wikilink(config, head, wikilink, links, &mut html),
            Hole::Media(media) => write_media(media, links, &mut html),
            Hole::Component(..) => {}
            Hole::Word(word) => escape_attribute(&mut html, words::word(&config.language, *word)),
        }
    }
    html.push_str(doc.html.get(from..).unwrap_or(""));
    html
}

/// A link by title; where it leads nowhere, what the author wrote.
fn write_wikilink(config: &Config, head: &Head, wikilink: &Wikilink, links: &[Resolved], html: &mut String) {
    let target = links.get(wikilink.link as usize).filter(|link| link.target != Target::Broken);
    let Some(target) = target else { return escape_attribute(html, &wikilink.written) };
    html.push_str("<a href=\"");
    escape_attribute(html, &target.href);
    html.push_str("\">");
    match &wikilink.label {
        Some(label) => html.push_str(&compose(config, head, label, links)),
        None => escape_attribute(html, target.text.as_deref().unwrap_or(&wikilink.written)),
    }
    html.push_str("</a>");
}

fn write_media(media: &Media, links: &[Resolved], html: &mut String) {
    html.push_str("<img src=\"");
    escape_attribute(html, links.get(media.link as usize).map_or("", |link| link.href.as_str()));
    html.push_str("\" alt=\"");
    escape_attribute(html, &media.alt);
    if !media.title.is_empty() {
        html.push_str("\" title=\"");
        escape_attribute(html, &media.title);
    }
    html.push_str("\" loading=\"lazy\" decoding=\"async\">");
}

fn write_code(config: &Config, head: &Head, code: &Code, html: &mut String) {
    let language = head.codes.get(code.index as usize).map_or("", |code| code.language.as_str());
    let colours = if config.markdown.highlight { Colours::On } else { Colours::Off };
    code::write(html, language, code, colours);
}

pub(super) fn escape_attribute(html: &mut String, text: &str) {
    escape_html(html, text).expect("a string takes every text");
}
