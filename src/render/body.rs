//! A document and what its holes waited for, to a body.

use pulldown_cmark_escape::escape_html;

use crate::model::{
    Config, Digest, Doc, Head,
    doc::{Code, Hole},
    site::Resolved,
};
use crate::render::{highlight, words};

/// Counts up with every change of what this stage makes of the same document.
pub const VERSION: u32 = 1;

/// Names the body that [`compose`] would make.
pub fn key(config: &Config, head: &Head, links: &[Resolved]) -> Digest {
    // A body without code has one name whatever is asked of the highlighter.
    let colours = match (head.codes.is_empty(), config.markdown.highlight) {
        (true, _) => [0, 0],
        (false, highlight) => [highlight::VERSION, 1 + u32::from(highlight)],
    };
    let version = [VERSION, colours[0], colours[1]].map(u32::to_le_bytes).concat();
    let fixed = [version.as_slice(), head.body.as_bytes(), config.language.as_bytes()];
    Digest::of_parts(fixed.into_iter().chain(links.iter().map(|link| link.href.as_bytes())))
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
            Hole::Media(_) | Hole::Component(..) => {}
            Hole::Word(word) => escape_attribute(&mut html, words::word(&config.language, *word)),
        }
    }
    html.push_str(doc.html.get(from..).unwrap_or(""));
    html
}

fn write_code(config: &Config, head: &Head, code: &Code, html: &mut String) {
    let text = &code.text;
    let language = head.codes.get(code.index as usize).map_or("", |code| code.language.as_str());
    if language.is_empty() {
        html.push_str("<div class=\"code\"><pre tabindex=\"0\"><code>");
    } else {
        html.push_str("<div class=\"code\" data-language=\"");
        escape_attribute(html, language);
        html.push_str("\"><pre tabindex=\"0\"><code class=\"language-");
        escape_attribute(html, language);
        html.push_str("\">");
    }
    if config.markdown.highlight {
        html.push_str(&highlight::highlight(language, text));
    } else {
        html.push_str(&highlight::plain(text));
    }
    html.push_str("</code></pre></div>");
}

fn escape_attribute(html: &mut String, text: &str) {
    escape_html(html, text).expect("a string takes every text");
}
