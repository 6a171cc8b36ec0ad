//! Images, videos and sounds: from what an author wrote to HTML, and what is wrong with it.

use std::{borrow::Cow, collections::BTreeMap};

use pulldown_cmark_escape::escape_html;

use crate::link::route;
use crate::model::{
    Config, Diagnostic, Doc, Head, RelPath,
    doc::{Attributes, Hole, Media},
    page::{Link, LinkKind},
    site::{Page, Resolved, Target},
};
use crate::render::picture::{self, Offer, Picture};

/// Counts up with every change of what [`diagnostics`] tells.
pub const VERSION: u32 = 1;

/// The local images that pages show, by their output path.
pub type Pictures = BTreeMap<RelPath, Picture>;

/// The widest that an article is shown, in CSS pixels: `--measure` of the default theme's style. Another theme's only
/// makes browsers choose a variant that is a little too large or too small.
pub const MEASURE: u32 = 672;

/// The space beside an article on a phone, in CSS pixels.
const MARGINS: u32 = 32;

const VIDEOS: &[&str] = &["mp4", "webm", "ogv", "mov", "m4v"];
const SOUNDS: &[&str] = &["mp3", "ogg", "oga", "opus", "wav", "flac", "m4a"];

/// Fragments that say which pages an image is for, light or dark, and their class.
const THEMED: &[(&str, &str)] = &[
    ("#only-light", "only-light"),
    ("#only-dark", "only-dark"),
    ("#gh-light-mode-only", "only-light"),
    ("#gh-dark-mode-only", "only-dark"),
];

/// When an image is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loading {
    /// At once, before other things: it is among the first that a reader sees.
    AtOnce,
    /// When the reader comes near it.
    Lazy,
}

/// What media are composed from.
pub(super) struct Context<'a> {
    pub(super) config: &'a Config,
    pub(super) links: &'a [Resolved],
    pub(super) pictures: &'a Pictures,
}

/// Media without words that stand for them, in a document and what is wrapped in it. From the document, which knows the
/// words; told when it is parsed, and remembered with its head.
/// `text` is the article's whole file.
pub fn diagnostics(head: &Head, doc: &Doc, text: &str) -> Vec<Diagnostic> {
    let mut media = Vec::new();
    gather(doc, &mut media);
    let silent = media.into_iter().filter(|media| media.alt.is_empty() && media.attributes.get("alt").is_none());
    let problem = |media: &Media| {
        let link = head.links.get(media.link as usize)?;
        let what = kind(&link.target).name();
        let message = format!("the {what} `{}` has no words that stand for it", link.target.escape_debug());
        let help = "write between the brackets what it shows, or `{alt=\"\"}` behind it where it only decorates";
        let problem = Diagnostic::warning("missing-alt", &place_of(head, link), link.span, message).help(help);
        let raw = text.get(link.span.start as usize..link.span.end as usize).filter(|_| link.origin.is_none());
        Some(match raw.and_then(caption) {
            Some(caption) => problem.fix(link.span, "![](", format!("![{caption}](")),
            None => problem,
        })
    };
    silent.filter_map(problem).collect()
}

/// What stands below an image and says what it shows, unless that would be marked up: of `![](a.png "Caption")`.
fn caption(image: &str) -> Option<&str> {
    let (_, caption) = image.strip_prefix("![](")?.strip_suffix("\")")?.split_once(" \"")?;
    let is_plain = !caption.trim().is_empty() && !caption.contains(['[', ']', '\\', '*', '_', '`', '<', '"', '\n']);
    is_plain.then_some(caption)
}

fn gather<'a>(doc: &'a Doc, media: &mut Vec<&'a Media>) {
    for (_, hole) in &doc.holes {
        match hole {
            Hole::Media(found) => media.push(found),
            Hole::Component(_, Some(body)) => gather(body, media),
            Hole::Wikilink(link) => link.label.iter().for_each(|label| gather(label, media)),
            _ => {}
        }
    }
}

/// The file that a link stands in, from the site's root.
pub fn place_of(head: &Head, link: &Link) -> String {
    link.origin.as_ref().map_or_else(|| format!("content/{}", head.path), |origin| origin.to_string())
}

/// The local images of a page with the links that show them, in the order of its text.
pub fn images(page: &Page) -> impl Iterator<Item = (&Link, &RelPath)> {
    page.head.links.iter().zip(&*page.links).filter_map(|(link, resolved)| match &resolved.target {
        Target::File(path) if link.kind == LinkKind::Image && kind(path.as_str()) == Kind::Image => Some((link, path)),
        _ => None,
    })
}

/// Whether a page shows an image smaller than its file is, so that there is something to see when it is enlarged.
pub(super) fn is_zoomable(page: &Page, pictures: &Pictures) -> bool {
    let width = |path| pictures.get(path).and_then(|picture: &Picture| picture.size).map_or(0, |(width, _)| width);
    images(page).any(|(_, path)| width(path) > MEASURE)
}

/// Whether a page has an image that only light or only dark pages show.
pub(super) fn has_themed(page: &Page) -> bool {
    page.head.links.iter().any(|link| link.kind == LinkKind::Image && themed(&link.target).1.is_some())
}

/// Whether a page has videos or sounds, beside those in raw HTML.
pub(super) fn has_players(page: &Page) -> bool {
    page.head.links.iter().any(|link| link.kind == LinkKind::Image && kind(&link.target) != Kind::Image)
}

/// Writes an image, the pair of one for light and one for dark pages, a video or a sound.
pub(super) fn write(html: &mut String, media: &Media, loading: Loading, context: &Context<'_>) {
    let Some(link) = context.links.get(media.link as usize) else { return };
    let (href, class) = themed(&link.href);
    match kind(href) {
        Kind::Image => match media.dark.and_then(|dark| context.links.get(dark as usize)) {
            // What is not shown must not be fetched, and only lazy images wait until they are.
            Some(dark) => {
                let second = Attributes { id: None, ..media.attributes.clone() };
                write_image(html, media, &media.attributes, link, Some("only-light"), Loading::Lazy, context);
                write_image(html, media, &second, dark, Some("only-dark"), Loading::Lazy, context);
            }
            None if class.is_some() => {
                write_image(html, media, &media.attributes, link, class, Loading::Lazy, context);
            }
            None => write_image(html, media, &media.attributes, link, None, loading, context),
        },
        Kind::Video => write_player(html, media, href, "video", " controls preload=\"metadata\" playsinline"),
        Kind::Sound => write_player(html, media, href, "audio", " controls preload=\"metadata\""),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Image,
    Video,
    Sound,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Sound => "sound",
        }
    }
}

/// What an address leads to, by its extension.
fn kind(address: &str) -> Kind {
    let path = address.split(['?', '#']).next().unwrap_or("");
    let name = path.rsplit('/').next().unwrap_or("");
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_one_of = |known: &[&str]| known.iter().any(|known| extension.eq_ignore_ascii_case(known));
    match extension {
        _ if is_one_of(VIDEOS) => Kind::Video,
        _ if is_one_of(SOUNDS) => Kind::Sound,
        _ => Kind::Image,
    }
}

/// An address without the fragment that says which pages it is for, and the class of those pages.
fn themed(href: &str) -> (&str, Option<&'static str>) {
    let found = THEMED.iter().find_map(|(fragment, class)| Some((href.strip_suffix(fragment)?, Some(*class))));
    found.unwrap_or((href, None))
}

fn write_image(
    html: &mut String,
    media: &Media,
    attributes: &Attributes,
    link: &Resolved,
    class: Option<&str>,
    loading: Loading,
    context: &Context<'_>,
) {
    let (href, _) = themed(&link.href);
    let file = match &link.target {
        Target::File(path) => context.pictures.get(path).map(|picture| (path, picture)),
        _ => None,
    };
    let size = shown_size(attributes, file.and_then(|(_, picture)| picture.size));
    let offers = file.map_or(&[][..], |(_, picture)| &picture.offers);
    if !offers.is_empty() {
        html.push_str("<picture>");
    }
    if let Some((path, _)) = file {
        let sizes = sizes(size.0.as_deref());
        offers.iter().for_each(|offer| write_source(html, context.config, offer, path, href, &sizes));
    }
    html.push_str("<img");
    push(html, "src", href);
    push(html, "alt", attributes.get("alt").unwrap_or(&media.alt));
    push_common(html, &media.title, attributes, [class, media.is_inline.then_some("inline")]);
    if let Some(width) = size.0 {
        push(html, "width", &width);
    }
    if let Some(height) = size.1 {
        push(html, "height", &height);
    }
    // What the author made smaller, the zoom shows in full.
    if let Some((own, _)) = file.and_then(|(_, picture)| picture.size).filter(|_| is_resized(attributes)) {
        push(html, "data-own-width", &own.to_string());
    }
    let defaults = match loading {
        Loading::AtOnce => ("fetchpriority", "high"),
        Loading::Lazy => ("loading", "lazy"),
    };
    for (name, value) in [defaults, ("decoding", "async")] {
        if attributes.get(name).is_none() && !(name == "fetchpriority" && attributes.get("loading").is_some()) {
            push(html, name, value);
        }
    }
    push_others(html, attributes);
    html.push('>');
    if !offers.is_empty() {
        html.push_str("</picture>");
    }
}

/// One offer as an element. Where the file itself is among the candidates, it may be of another type than the element
/// says: the type keeps away browsers that do not know the others, and those that do know look at the bytes.
fn write_source(html: &mut String, config: &Config, offer: &Offer, path: &RelPath, href: &str, sizes: &str) {
    let address = |variant: &Option<picture::Variant>| match variant {
        Some(variant) => Cow::Owned(config.base_url.rooted(&route::address(&picture::output(path, variant)))),
        None => Cow::Borrowed(href),
    };
    let set = match offer.candidates.as_slice() {
        [(_, only)] => address(only).into_owned(),
        several => {
            // Addresses of files hold no spaces, and commas only inside.
            let each: Vec<String> =
                several.iter().map(|(width, variant)| format!("{} {width}w", address(variant))).collect();
            each.join(", ")
        }
    };
    html.push_str("<source");
    push(html, "type", picture::media_type(offer.format));
    push(html, "srcset", &set);
    if offer.candidates.len() > 1 {
        push(html, "sizes", sizes);
    }
    html.push('>');
}

fn is_resized(attributes: &Attributes) -> bool {
    attributes.get("width").is_some() || attributes.get("height").is_some()
}

/// The width and height to write: as the author wants them, the missing one by the ratio, or those of the file.
fn shown_size(attributes: &Attributes, own: Option<(u32, u32)>) -> (Option<String>, Option<String>) {
    let wanted = |name| attributes.get(name).map(|value| value.trim().trim_end_matches("px").trim_end());
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    let scaled = |to: u32, by: u32, of: u32| {
        let length = (u64::from(of) * u64::from(to) + u64::from(by) / 2) / u64::from(by.max(1));
        Some(length.max(1).to_string())
    };
    let text = |text: &str| Some(text.to_owned());
    match (wanted("width"), wanted("height"), own) {
        (Some(width), Some(height), _) => (text(width), text(height)),
        (Some(width), None, Some((w, h))) => (text(width), number(width).and_then(|width| scaled(width, w, h))),
        (None, Some(height), Some((w, h))) => (number(height).and_then(|height| scaled(height, h, w)), text(height)),
        (width, height, None) => (width.and_then(text), height.and_then(text)),
        (None, None, Some((w, h))) => (Some(w.to_string()), Some(h.to_string())),
    }
}

/// How wide an image is shown, for the browser to choose a variant before it knows the style.
fn sizes(width: Option<&str>) -> String {
    let width = width.and_then(|width| width.parse::<u32>().ok()).unwrap_or(MEASURE).min(MEASURE);
    format!("(min-width: {}px) {width}px, calc(100vw - {MARGINS}px)", width + MARGINS)
}

/// A video or a sound; inside stands a link, for whoever can't play it.
fn write_player(html: &mut String, media: &Media, href: &str, element: &str, fixed: &str) {
    let file = || href.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or("").to_owned();
    let label = media.attributes.get("alt").unwrap_or(&media.alt);
    html.push('<');
    html.push_str(element);
    push(html, "src", href);
    if !label.is_empty() {
        push(html, "aria-label", label);
    }
    push_common(html, &media.title, &media.attributes, [None; 2]);
    for name in ["width", "height"] {
        if let Some(value) = media.attributes.get(name) {
            push(html, name, value.trim().trim_end_matches("px"));
        }
    }
    html.push_str(fixed);
    push_others(html, &media.attributes);
    html.push_str("><a");
    push(html, "href", href);
    html.push('>');
    escape(html, &if label.is_empty() { file() } else { label.to_owned() });
    html.push_str("</a></");
    html.push_str(element);
    html.push('>');
}

/// What every medium may have, and how it is named.
fn push_common(html: &mut String, title: &str, attributes: &Attributes, own: [Option<&str>; 2]) {
    if !title.is_empty() {
        push(html, "title", title);
    }
    if let Some(id) = &attributes.id {
        push(html, "id", id);
    }
    let classes: Vec<&str> = attributes.classes.iter().map(String::as_str).chain(own.into_iter().flatten()).collect();
    if !classes.is_empty() {
        push(html, "class", &classes.join(" "));
    }
}

/// Whatever else the author wrote. Those that this module writes itself are left out.
fn push_others(html: &mut String, attributes: &Attributes) {
    const OWN: &[&str] = &[
        "alt",
        "width",
        "height",
        "src",
        "srcset",
        "sizes",
        "type",
        "href",
        "title",
        "id",
        "class",
        "controls",
        "preload",
        "playsinline",
    ];
    for (name, value) in attributes.pairs.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        push(html, name, value);
    }
}

fn push(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape(html, value);
    html.push('"');
}

fn escape(html: &mut String, text: &str) {
    escape_html(html, text).expect("a string takes every text");
}
