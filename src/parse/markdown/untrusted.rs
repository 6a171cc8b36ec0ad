//! Text that strangers may write: what is taken out of it, and how its raw HTML is kept balanced.
//!
//! What must stay true: the tags of raw HTML that were opened inside an element of ours end before it does, and end nothing
//! that was opened outside of it. Elements that end others by their beginning, as an item of a list ends the one before it,
//! stand only where their own kind of parent was written as raw HTML too.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::TagEnd;

use crate::model::doc::Attributes;
use crate::parse::{
    markdown::state::Writer,
    sanitize::{self, Part},
};

/// The rule of what is taken out.
const RULE: &str = "untrusted-content";

/// How deep raw HTML may nest.
const DEEPEST: usize = 64;

/// Attributes in braces that go onto a page.
const SHOWN: [&str; 10] = ["alt", "decoding", "dir", "height", "lang", "loading", "start", "title", "value", "width"];

/// Attributes in braces that say how a construct is read, and go no further.
const READ: [&str; 11] =
    ["auto_topics", "closed", "collapsed", "dark", "group", "href", "link", "open", "see_also", "sync", "to"];

/// What an element of ours is that holds raw HTML.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// Text that is read on its own.
    Stretch,
    /// `:::name` or `{% name() %}`: how many stand around it.
    Container(usize),
    /// What Markdown itself makes.
    Element(TagEnd),
}

/// Raw HTML that is open, and whether it is watched at all.
#[derive(Default)]
pub(super) struct Untrusted {
    /// The text may be a stranger's.
    pub(super) is_on: bool,
    open: Vec<String>,
    holders: Vec<(Holder, usize)>,
}

impl Writer<'_, '_> {
    /// From here on, strangers may have written the text.
    pub(super) fn distrust(&mut self) {
        (self.untrusted.is_on, self.shelf.within_content) = (true, true);
    }

    /// An element of ours begins.
    pub(super) fn hold(&mut self, holder: Holder) {
        if self.untrusted.is_on {
            let open = self.untrusted.open.len();
            self.untrusted.holders.push((holder, open));
        }
    }

    /// An element of ours is about to end: raw HTML in it ends first.
    pub(super) fn release(&mut self, holder: Holder) {
        if !self.untrusted.is_on {
            return;
        }
        if let Holder::Element(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition)
        | Holder::Element(TagEnd::DefinitionListDefinition) = holder
        {
            self.close_deeper_than(self.depth.saturating_sub(1));
        }
        let holders = &self.untrusted.holders;
        let Some(at) = holders.iter().rposition(|(other, _)| *other == holder) else { return };
        // Where an element of Markdown ends beyond the container that it stood in, nothing ends with it.
        let is_element = |(holder, _): &(Holder, usize)| matches!(holder, Holder::Element(_));
        if is_element(&holders[at]) && !holders[at..].iter().all(is_element) {
            return;
        }
        let open = holders[at].1;
        self.untrusted.holders.truncate(at);
        self.close_html(open);
    }

    fn close_html(&mut self, open: usize) {
        while self.untrusted.open.len() > open {
            if let Some(name) = self.untrusted.open.pop() {
                self.out.raw(&format!("</{name}>"));
            }
        }
    }

    /// Writes what may be written of a piece of raw HTML that stands in `range` of the file.
    pub(super) fn sanitized_html(&mut self, html: &str, range: &Range<usize>) {
        let (parts, lost) = sanitize::parts(html);
        let source = self.file.text.get(range.clone()).unwrap_or("");
        let mut from = 0;
        for lost in lost {
            // Inside a quote or a list, lines of the file have more before them than the HTML has.
            let found = memmem::find(source.as_bytes().get(from..).unwrap_or(b""), html[lost.range].as_bytes());
            let place = match found {
                Some(at) => {
                    let start = range.start + from + at;
                    let end = source[from + at..].find(['>', '\n']).map_or(range.end, |end| start + end + 1);
                    from = end - range.start;
                    start..end
                }
                None => range.clone(),
            };
            self.tell_untrusted(place, &lost.what);
        }
        for part in parts {
            match part {
                Part::Text(html) | Part::Void(html) => self.out.raw(&html),
                Part::Open(name, html) => {
                    if self.may_open(&name) {
                        // A link in a heading is no part of tables of contents.
                        if let Some(heading) = self.heading.as_mut().filter(|_| name == "a") {
                            heading.has_links = true;
                        }
                        self.out.raw(&html);
                        self.untrusted.open.push(name);
                    }
                }
                Part::Close(name) => {
                    let held = self.untrusted.holders.last().map_or(0, |(_, open)| *open);
                    let here = self.untrusted.open[held.min(self.untrusted.open.len())..].iter();
                    if let Some(at) = here.clone().rposition(|open| *open == name) {
                        self.close_html(held + at);
                    }
                }
            }
        }
    }

    /// Whether an element may begin where it stands, by what is open around it.
    fn may_open(&self, name: &str) -> bool {
        let held = self.untrusted.holders.last().map_or(0, |(_, open)| *open);
        let parent = self.untrusted.open.get(held..).and_then(<[String]>::last).map_or("", String::as_str);
        let fits = match name {
            "li" => matches!(parent, "ul" | "ol" | "menu"),
            "dt" | "dd" => parent == "dl",
            "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => parent == "table",
            "tr" => matches!(parent, "table" | "thead" | "tbody" | "tfoot"),
            "td" | "th" => parent == "tr",
            _ => true,
        };
        fits && self.untrusted.open.len() < DEEPEST
    }

    pub(super) fn tell_untrusted(&mut self, range: Range<usize>, what: &str) {
        let message = format!("left out, as strangers may write this text: {what}");
        let help = "write it in Markdown, or take this folder out of `untrusted` in site.toml if you trust its authors";
        self.warn(RULE, range, message, help);
    }

    /// Takes attributes out that strangers may not give: all but a few, and every class, as a page's own parts are told by
    /// theirs.
    pub(super) fn keep_harmless(&mut self, attributes: &mut Attributes, range: &Range<usize>) {
        if !self.untrusted.is_on {
            return;
        }
        let is_refused = |name: &str| !SHOWN.contains(&name) && !READ.contains(&name);
        let mut taken: Vec<String> = attributes.classes.drain(..).map(|class| format!(".{class}")).collect();
        let refused = attributes.pairs.extract_if(.., |(name, _)| is_refused(&name.to_ascii_lowercase()));
        taken.extend(refused.map(|(name, _)| name));
        if !taken.is_empty() {
            self.tell_untrusted(range.clone(), &format!("`{}`", taken.join("`, `")));
        }
    }

    /// Gives attributes to the tag that begins at byte `at` of the piece.
    pub(super) fn add_attributes(&mut self, at: usize, attributes: &Attributes) {
        if !self.untrusted.is_on {
            return self.out.add_attributes(at, attributes);
        }
        let mut attributes = attributes.clone();
        attributes.pairs.retain(|(name, _)| SHOWN.contains(&name.to_ascii_lowercase().as_str()));
        self.out.add_attributes(at, &attributes);
    }

    /// Whether the component may not be used here.
    pub(super) fn is_refused_component(&mut self, name: &str, range: &Range<usize>) -> bool {
        let allowed = &self.options.untrusted.components;
        let is_refused = self.untrusted.is_on && !allowed.iter().any(|allowed| allowed == name);
        if is_refused {
            let message = format!("the component `{name}` is not used: strangers may write this text");
            let help = format!("allow it with `untrusted_components = [\"{name}\"]` in `[markdown]`, or take it out");
            self.warn(RULE, range.clone(), message, help);
        }
        is_refused
    }
}
