//! A document and what its holes waited for, to a body.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::model::{
    Config, Diagnostic, Digest, Doc, Head, Site,
    doc::{Code, Hole, Wikilink, Word},
    page::{Link, LinkKind},
    site::{Page, Reason, Related, Resolved, Target},
};
use crate::render::{
    code::{self, Colours},
    component::Components,
    highlight,
    media::{self, Loading, Pictures},
    picture::Picture,
    strings::Strings,
    theme::component::Budget,
};

/// Counts up with every change of what this stage makes of the same document.
pub const VERSION: u32 = 4;

/// How many bytes of HTML about fill a first screen: an image further down waits until the reader comes near it.
const FIRST_SCREEN: u32 = 1500;

/// Names the body that [`Composer::compose`] would make. `components` is [`Components::key`].
pub fn key(
    config: &Config,
    page: &Page,
    links: &[Resolved],
    pictures: &Pictures,
    components: Option<Digest>,
    terms: &Terms<'_>,
    strings: &Strings,
) -> Digest {
    let head = &page.head;
    // A body without code has one name whatever is asked of the highlighter.
    let colours = match (head.codes.is_empty(), config.markdown.highlight) {
        (true, _) => [0, 0, 0],
        (false, highlight) => [highlight::VERSION, code::VERSION, 1 + u32::from(highlight)],
    };
    let version = [VERSION, colours[0], colours[1], colours[2]].map(u32::to_le_bytes).concat();
    let components = components.as_ref().map_or(&[] as &[u8], |digest| digest.as_bytes());
    let said = strings.of_bodies();
    let fixed = [version.as_slice(), head.body.as_bytes(), said.as_bytes(), components];
    let picture = |(link, resolved): (&Link, &Resolved)| match &resolved.target {
        Target::File(path) if link.kind == LinkKind::Image => pictures.get(path).map(Picture::digest),
        _ => None,
    };
    let of_terms = of_terms(head, terms);
    let of_pictures: Vec<Digest> = head.links.iter().zip(links).filter_map(picture).collect();
    let of_links = links.iter().flat_map(|link| [link.href.as_bytes(), link.text.as_deref().unwrap_or("").as_bytes()]);
    let of_pictures = of_pictures.iter().map(|digest| &digest.as_bytes()[..]);
    let all = fixed.into_iter().chain(of_links).chain(of_pictures).chain([of_terms.as_slice()]);
    let see_also = of_see_also(page, terms);
    let all = all.chain(see_also.iter().map(|seen| &seen.as_bytes()[..]));
    Digest::of_parts(all)
}

/// What the mentions of terms in a body say, and where each stands.
fn of_terms(head: &Head, terms: &Terms<'_>) -> Vec<u8> {
    let mut said = Vec::new();
    for used in &head.terms {
        let (href, definition) = terms.get(used.term);
        for part in [href, definition] {
            said.extend_from_slice(&(part.len() as u64).to_le_bytes());
            said.extend_from_slice(part.as_bytes());
        }
        said.extend_from_slice(&used.at.to_le_bytes());
    }
    said
}

/// What else to see at sections, as a body shows it: nothing where no section asks.
fn of_see_also(page: &Page, terms: &Terms<'_>) -> Vec<Digest> {
    let of_section = |(section, seen): &(usize, Vec<Related>)| {
        let link = |related: &Related| {
            let page = &terms.site.pages[related.page];
            Digest::of_value(&(terms.config.base_url.rooted(&page.url), &page.head.title, related.reasons.first()))
        };
        Digest::of_value(&(section, seen.iter().map(link).collect::<Vec<_>>()))
    };
    page.see_also.iter().map(of_section).collect()
}

/// The terms of a site with their definitions.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    config: &'a Config,
    site: &'a Site,
}

impl<'a> Terms<'a> {
    /// Those of `site`.
    pub fn of(config: &'a Config, site: &'a Site) -> Self {
        Self { config, site }
    }

    /// The address and the definition of a term.
    fn get(&self, term: u32) -> (&'a str, &'a str) {
        let Some(term) = self.site.terms.get(term as usize) else { return ("", "") };
        let topic = &self.config.topics[self.site.topics[term.topic].declared];
        (&term.href, topic.terms.get(term.declared).map_or("", |(_, definition)| definition))
    }
}

/// Fills the holes of one page's document.
pub struct Composer<'a> {
    /// The site's configuration.
    pub config: &'a Config,
    /// The page.
    pub page: &'a Page,
    /// What renders its components.
    pub components: &'a Components<'a>,
    /// What is known of the site's images.
    pub pictures: &'a Pictures,
    /// The site's terms.
    pub terms: Terms<'a>,
    /// What is said in the site's language.
    pub strings: &'a Strings,
    /// How long its code has been coloured.
    pub colouring: Cell<Duration>,
    /// Told which template begins to be rendered, and `None` when it has been.
    pub rendering: &'a dyn Fn(Option<&str>),
}

impl Composer<'_> {
    /// The body that the document comes to.
    ///
    /// # Errors
    ///
    /// A mistake in the template of a component.
    pub fn compose(&self, doc: &Doc) -> Result<String, Box<Diagnostic>> {
        let is_first_seen = |(at, hole): &(u32, Hole)| *at <= FIRST_SCREEN && matches!(hole, Hole::Media(_));
        let first = doc.holes.iter().position(is_first_seen);
        self.fill(doc, first, &mut None)
    }

    /// The hole numbered `first` is the image that a reader sees first. `budget` is made for the first component: the clock
    /// is not asked for a page without.
    fn fill(&self, doc: &Doc, first: Option<usize>, budget: &mut Option<Budget>) -> Result<String, Box<Diagnostic>> {
        let (config, links) = (self.config, &self.page.links);
        let mut html = String::with_capacity(doc.html.len() * 5 / 4);
        let mut from = 0;
        for (number, (at, hole)) in doc.holes.iter().enumerate() {
            let at = *at as usize;
            html.push_str(doc.html.get(from..at).unwrap_or(""));
            from = at;
            match hole {
                Hole::Address(index) => {
                    let href = links.get(*index as usize).map_or("", |link| link.href.as_str());
                    escape_attribute(&mut html, href);
                }
                Hole::Code(code) => self.code(code, &mut html)?,
                Hole::Wikilink(wikilink) => self.wikilink(wikilink, budget, &mut html)?,
                Hole::Media(media) => {
                    let loading = if first == Some(number) { Loading::AtOnce } else { Loading::Lazy };
                    let context = media::Context { config, links, pictures: self.pictures };
                    media::write(&mut html, media, loading, &context);
                }
                Hole::Component(index, body) => self.component(*index, body.as_deref(), budget, &mut html)?,
                Hole::Term(index) => self.term(*index, &mut html),
                Hole::SeeAlso(section) => self.see_also(*section as usize, &mut html),
                Hole::Word(word) => escape_attribute(&mut html, self.strings.word(*word)),
            }
        }
        html.push_str(doc.html.get(from..).unwrap_or(""));
        Ok(html)
    }

    /// A block of code. Beyond the time that the code of a page may take, all of it is an error: what comes out never
    /// depends on how fast a machine is.
    fn code(&self, code: &Code, html: &mut String) -> Result<(), Box<Diagnostic>> {
        let block = self.page.head.codes.get(code.index as usize);
        let language = block.map_or("", |block| block.language.as_str());
        if !self.config.markdown.highlight {
            code::write(html, language, code, Colours::Off, self.strings);
            return Ok(());
        }
        let (begin, spent) = (Instant::now(), self.colouring.get());
        let until = begin + highlight::LONGEST.saturating_sub(spent);
        code::write(html, language, code, Colours::On(until), self.strings);
        let end = Instant::now();
        self.colouring.set(spent + (end - begin));
        match block.filter(|_| end > until) {
            Some(block) => {
                let own = || format!("content/{}", self.page.head.path);
                let path = block.origin.as_deref().map_or_else(own, ToString::to_string);
                Err(Box::new(highlight::too_much(&path, block)))
            }
            None => Ok(()),
        }
    }

    /// The beginning of the link from a mention of a term. The definition is a description of the link rather than a part
    /// of its words, and a style sheet shows it.
    fn term(&self, index: u32, html: &mut String) {
        let used = self.page.head.terms.get(index as usize);
        let (href, definition) = used.map_or(("", ""), |used| self.terms.get(used.term));
        html.push_str("<a class=\"term\" href=\"");
        escape_attribute(html, href);
        html.push_str("\" aria-description=\"");
        escape_attribute(html, definition);
        html.push_str("\">");
    }

    /// What else to see at a section, where it asks for that.
    fn see_also(&self, section: usize, html: &mut String) {
        let (config, site) = (self.config, self.terms.site);
        let Some((_, seen)) = self.page.see_also.iter().find(|(other, _)| *other == section) else { return };
        html.push_str("\n<p class=\"see-also\">");
        escape_attribute(html, self.strings.word(Word::SeeAlso));
        for (index, related) in seen.iter().enumerate() {
            match index {
                0 => html.push(' '),
                _ => escape_attribute(html, self.strings.text("list_comma")),
            }
            let page = &site.pages[related.page];
            html.push_str("<a href=\"");
            escape_attribute(html, &config.base_url.rooted(&page.url));
            html.push_str("\">");
            escape_attribute(html, &page.head.title);
            html.push_str("</a>");
            if let Some(Reason::SharedWords(words)) = related.reasons.first() {
                html.push_str(" <small>(");
                escape_attribute(html, &words.join(self.strings.text("list_comma")));
                html.push_str(")</small>");
            }
        }
        html.push_str("</p>");
    }

    /// A link by title; where it leads nowhere, what the author wrote.
    fn wikilink(
        &self,
        wikilink: &Wikilink,
        budget: &mut Option<Budget>,
        html: &mut String,
    ) -> Result<(), Box<Diagnostic>> {
        let target = self.page.links.get(wikilink.link as usize).filter(|link| link.target != Target::Broken);
        let Some(target) = target else {
            escape_attribute(html, &wikilink.written);
            return Ok(());
        };
        html.push_str("<a href=\"");
        escape_attribute(html, &target.href);
        html.push_str("\">");
        match &wikilink.label {
            Some(label) => html.push_str(&self.fill(label, None, budget)?),
            None => escape_attribute(html, target.text.as_deref().unwrap_or(&wikilink.written)),
        }
        html.push_str("</a>");
        Ok(())
    }

    /// A component around its body, which is composed first; one that nobody knows, as the author wrote it.
    fn component(
        &self,
        index: u32,
        body: Option<&Doc>,
        budget: &mut Option<Budget>,
        html: &mut String,
    ) -> Result<(), Box<Diagnostic>> {
        let index = index as usize;
        let Some(used) = self.page.head.components.get(index) else { return Ok(()) };
        let body = body.map(|body| self.fill(body, None, budget)).transpose()?;
        let Some(template) = self.components.template(used) else {
            let (open, close) = if used.is_block { ("<p>", "</p>\n") } else { ("", "") };
            let (begin, end) = &used.written;
            for (written, after) in [(begin, body.as_deref().unwrap_or("")), (end, "")] {
                if !written.is_empty() {
                    html.push_str(open);
                    escape_html_body_text(&mut *html, written).expect("a string takes every text");
                    html.push_str(close);
                }
                html.push_str(after);
            }
            return Ok(());
        };
        (self.rendering)(Some(template));
        let rendered = self.components.render(self.page, index, body.as_deref(), budget.get_or_insert_default());
        (self.rendering)(None);
        html.push_str(&rendered?);
        // Where the text goes on in a line of its own anyway, the document says so.
        html.push_str(if used.is_block && !used.has_body { "\n" } else { "" });
        Ok(())
    }
}

pub(super) fn escape_attribute(html: &mut String, text: &str) {
    escape_html(html, text).expect("a string takes every text");
}
