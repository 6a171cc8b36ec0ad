//! Markdown to a document with holes. The only room that knows pulldown-cmark.
//!
//! In: a text, what of it is read beyond CommonMark, and the files that it may include. Out: HTML with holes, and what
//! the site may see: headings, sections, links, questions.
//!
//! What must stay true: events are written as they come; what must wait for its end (a heading, a footnote, the body of a
//! component) is written into a piece of its own first. Nothing recurses but included files, whose depth is bounded.
//! [`mask`] hides what CommonMark does not know from its parser, so that one pass reads everything.
//!
//! One state machine, of which every event may touch most of the state; its parts stand in the files beside this one.

mod address;
mod attributes;
mod block;
mod check;
mod code;
mod component;
mod container;
pub mod copy;
mod drawn;
mod footnote;
mod heading;
mod included;
mod inline;
mod link;
mod mask;
mod media;
mod mention;
pub mod places;
mod question;
mod quote;
mod sentences;
mod state;
mod untrusted;

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{BrokenLink, Event, LinkType, Options as CmarkOptions, Parser, Tag, TagEnd};

use crate::model::{
    Diagnostic, Doc, RelPath, Span,
    doc::{ComponentUse, Construct, Question, Word},
    page::{Allowance, CodeBlock, Heading, HtmlLink, Link, Section, TermUse},
};
use crate::parse::{Extension, Included, Options, math::Display, piece::Piece, terms::Gather};

use self::{
    mask::{Kind, Mark},
    state::{File, Html, Writer},
    untrusted::Holder,
};

/// What the text below the front matter came to.
pub(super) struct Written {
    pub(super) doc: Doc,
    /// The heading that opens the text at level 1: its text and its HTML.
    pub(super) title: Option<(String, String)>,
    pub(super) title_id: Option<String>,
    pub(super) headings: Vec<Heading>,
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    pub(super) anchors: Vec<String>,
    pub(super) codes: Vec<CodeBlock>,
    pub(super) components: Vec<ComponentUse>,
    pub(super) questions: Vec<Question>,
    pub(super) uses: Vec<Construct>,
    pub(super) terms: Vec<TermUse>,
    pub(super) words: u32,
    pub(super) profile: Gather,
    pub(super) excerpt: String,
    pub(super) allowances: Vec<Allowance>,
    pub(super) html_links: Vec<HtmlLink>,
}

/// Writes the Markdown that begins at byte `start` of `text`; `path` is the file as diagnostics name it. Mentions of terms
/// become links where `links_terms` says so.
pub(super) fn write(
    text: &str,
    start: usize,
    path: &str,
    options: &Options,
    included: &Included,
    links_terms: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Written {
    let mut writer = Writer::new(File::new(path, None, text), options, included, diagnostics);
    if RelPath::new(path).is_some_and(|own| options.untrusted.covers_file(&own)) {
        writer.distrust();
    }
    writer.mentions.links = links_terms && options.glossary.has_links();
    writer.mentions.is_on = writer.mentions.links || options.glossary.avoids();
    let of_topic = path.strip_prefix("content/topics/").and_then(|name| name.strip_suffix(".md"));
    writer.mentions.own_topic = of_topic.unwrap_or("").to_owned();
    // Tags take about a fifth of what text takes: room enough that the HTML rarely has to move.
    writer.out = Piece::with_capacity((text.len() - start.min(text.len())) * 5 / 4);
    writer.read(start..text.len());
    writer.finish()
}

/// What stands around a stretch: a file or a title is read while the block in which it was hidden passes by.
struct Around {
    marks: Vec<Mark>,
    html: Option<Html>,
    skipping_disguise: bool,
    /// How many containers are open.
    containers: usize,
}

fn is_control(text: &str) -> bool {
    matches!(*text.as_bytes(), [byte] if byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// Whether an element stands in a line of text, rather than being a block.
fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// Whether it is a block that holds text and no other blocks.
fn is_text(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::DefinitionListTitle)
}

/// Whether a block begins that is no paragraph.
fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Paragraph) && !is_inline(tag.to_end())
}

fn cmark_options(options: &Options, has_definitions: bool) -> CmarkOptions {
    let mut cmark = CmarkOptions::empty();
    let has = |extension| options.extensions.has(extension);
    cmark.set(CmarkOptions::ENABLE_TABLES, has(Extension::Tables));
    cmark.set(CmarkOptions::ENABLE_FOOTNOTES, has(Extension::Footnotes));
    cmark.set(CmarkOptions::ENABLE_STRIKETHROUGH, has(Extension::Strikethrough));
    cmark.set(CmarkOptions::ENABLE_TASKLISTS, has(Extension::TaskLists));
    cmark.set(CmarkOptions::ENABLE_HEADING_ATTRIBUTES, has(Extension::Attributes));
    cmark.set(CmarkOptions::ENABLE_DEFINITION_LIST, has(Extension::DefinitionLists) && has_definitions);
    cmark.set(CmarkOptions::ENABLE_MATH, has(Extension::Math));
    cmark.set(CmarkOptions::ENABLE_SMART_PUNCTUATION, options.smart_punctuation);
    cmark
}

impl<'a> Writer<'a, '_> {
    /// Reads a stretch of the present file.
    fn read(&mut self, range: Range<usize>) {
        let masked = mask::hide(self.file.text, range.clone(), self.options.extensions);
        let outer = self.begin_stretch(masked.marks, &range);
        let (text, mut undefined) = (&*masked.text, Vec::new());
        let mut note = |link: BrokenLink<'_>| {
            if check::is_meant(text, &link) {
                undefined.push((link.span, link.reference.into_string()));
            }
            None
        };
        let options = cmark_options(self.options, masked.has_definitions);
        let mut events = Parser::new_with_broken_link_callback(text, options, Some(&mut note)).into_offset_iter();
        let mut used = BTreeSet::new();
        for (event, at) in events.by_ref() {
            if let Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) = &event
                && !id.is_empty()
            {
                used.insert(check::folded(id));
            }
            self.event(event, at.start + range.start..at.end + range.start);
        }
        let defined: Vec<_> = check::definitions(events.reference_definitions());
        drop(events);
        self.tell_references(range.start, undefined, defined, &used);
        self.end_stretch(outer);
    }

    /// The same for a stretch that stands in a line: false, and nothing is written, where it would be a block of its own.
    fn read_inline(&mut self, range: Range<usize>) -> bool {
        let masked = mask::hide(self.file.text, range.clone(), self.options.extensions);
        let parser = Parser::new_ext(&masked.text, cmark_options(self.options, masked.has_definitions));
        let mut events: Vec<_> = parser.into_offset_iter().collect();
        let paragraphs = events.iter().filter(|(event, _)| matches!(event, Event::End(TagEnd::Paragraph))).count();
        let is_first = matches!(events.first(), Some((Event::Start(Tag::Paragraph), _)));
        let is_last = matches!(events.last(), Some((Event::End(TagEnd::Paragraph), _)));
        if !is_first || !is_last || paragraphs != 1 {
            return false;
        }
        events.pop();
        let outer = self.begin_stretch(masked.marks, &range);
        for (event, at) in events.into_iter().skip(1) {
            self.event(event, at.start + range.start..at.end + range.start);
        }
        self.end_stretch(outer);
        true
    }

    /// Begins a stretch in which these constructs are hidden; returns what stands around it.
    fn begin_stretch(&mut self, marks: Vec<Mark>, range: &Range<usize>) -> Around {
        let outer = Around {
            marks: std::mem::replace(&mut self.file.marks, marks),
            html: self.html.take(),
            skipping_disguise: std::mem::take(&mut self.skipping_disguise),
            containers: self.containers.len(),
        };
        self.after_inline = false;
        self.learn_abbreviations();
        self.learn_inline_marks(range.clone());
        self.hold(Holder::Stretch);
        outer
    }

    fn end_stretch(&mut self, outer: Around) {
        self.flush_kept(None);
        self.flush_run();
        self.link_terms();
        if self.untrusted.is_on {
            self.close_to(outer.containers);
        }
        self.release(Holder::Stretch);
        self.file.marks = outer.marks;
        (self.html, self.skipping_disguise) = (outer.html, outer.skipping_disguise);
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.skipping_marker && self.skips(&event) {
            return;
        }
        if self.skipping_disguise && matches!(event, Event::Text(_)) {
            return;
        }
        if let Event::Text(text) = &event
            && self.untrusted.is_on
            && let Some(html) = self.html.as_mut().filter(|html| !html.is_hidden)
        {
            return html.held.push_str(text);
        }
        if let Event::Text(text) = event {
            if text.starts_with('[') {
                self.tell_footnote_mark(&range);
            }
            return match is_control(&text) {
                // From a reference such as `&#1;`: no page and no feed could hold it.
                true => self.text("\u{fffd}", range),
                false => self.text(&text, range),
            };
        }
        self.flush_kept(Some(&event));
        self.flush_run();
        if !matches!(event, Event::SoftBreak) {
            self.link_terms();
        }
        match &event {
            Event::Start(tag) if !is_inline(tag.to_end()) => self.end_block_text(),
            Event::End(tag) if !is_inline(*tag) => self.end_block_text(),
            _ => {}
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(_) => {}
            Event::Code(code) => match self.mark_at(range.start) {
                Some(mark) => self.construct(mark),
                None => self.inline_code(&code, range),
            },
            Event::Html(html) => self.block_html(&html, range),
            Event::InlineHtml(html) => match self.mark_at(range.start) {
                Some(mark) => self.construct(mark),
                None => self.inline_html(&html, range),
            },
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Rule => {
                self.begin_answer_block();
                self.open("<hr>\n");
            }
            Event::FootnoteReference(name) => self.footnote_mark(&name),
            Event::TaskListMarker(done) => self.task(if done { Word::Done } else { Word::ToDo }),
            Event::InlineMath(formula) => self.formula(&formula, range, Display::Inline),
            Event::DisplayMath(formula) => self.formula(&formula, range, Display::Block),
        }
    }

    /// Whether an event is part of a marker that is passing by. Where the marker's line turns out to be no paragraph, but
    /// a heading or the head of a table, it is read as that.
    fn skips(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::SoftBreak | Event::HardBreak | Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => false,
            Event::Start(tag) if !is_inline(tag.to_end()) => {
                self.skipping_marker = false;
                false
            }
            Event::End(TagEnd::BlockQuote(_)) => {
                self.skipping_marker = false;
                false
            }
            _ => true,
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let opens_text = matches!(tag, Tag::Heading { level: pulldown_cmark::HeadingLevel::H1, .. });
        let is_no_text = matches!(tag, Tag::HtmlBlock) || self.heading.is_some();
        self.at_start &= is_no_text || (opens_text && self.headings.is_empty() && self.title.is_none());
        if is_block(&tag) {
            self.begin_answer_block();
        }
        if !matches!(tag, Tag::HtmlBlock) {
            self.hold(Holder::Element(tag.to_end()));
        }
        if is_text(tag.to_end()) {
            self.begin_text();
        }
        match tag {
            Tag::Paragraph => self.start_paragraph(),
            Tag::Heading { id, classes, attrs, .. } => {
                self.start_heading(id.as_deref(), &classes, attrs.is_empty(), range);
            }
            Tag::BlockQuote(_) => self.start_quote(range),
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::HtmlBlock => self.start_html(range),
            Tag::MetadataBlock(_) => {}
            Tag::List(first) => self.start_list(first, range),
            Tag::Item => self.start_item(range),
            Tag::FootnoteDefinition(name) => self.start_footnote(&name, range),
            Tag::DefinitionList => self.start_definitions(),
            Tag::DefinitionListTitle => self.open("<dt>"),
            Tag::DefinitionListDefinition => self.start_definition(),
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => self.start_table_head(),
            Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.open_inline("<em>"),
            Tag::Strong => self.open_inline("<strong>"),
            Tag::Strikethrough => self.open_inline("<del>"),
            Tag::Superscript => self.open_inline("<sup>"),
            Tag::Subscript => self.open_inline("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => match self.mark_at(range.start) {
                Some(mark) if link_type == LinkType::Autolink => {
                    self.construct(mark);
                    self.skipping_disguise = true;
                }
                _ => {
                    let (target, title) = (self.original_part(&dest_url, &range), self.original_part(&title, &range));
                    self.start_link(link_type, &target, &title, range);
                }
            },
            Tag::Image { dest_url, title, .. } => {
                let (target, title) = (self.original_part(&dest_url, &range), self.original_part(&title, &range));
                self.start_image(&target, &title, range);
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if is_text(tag) {
            self.end_text();
        }
        self.release(Holder::Element(tag));
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote(_) => self.end_quote(range),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::MetadataBlock(_) => {}
            TagEnd::List(_) => self.end_list(),
            TagEnd::Item => self.end_item(range),
            TagEnd::FootnoteDefinition => self.end_footnote(range),
            TagEnd::DefinitionList => self.end_definitions(),
            TagEnd::DefinitionListTitle => self.close("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.end_definition(range),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.end_table_head(),
            TagEnd::TableRow => self.out.raw("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.close_inline("</em>"),
            TagEnd::Strong => self.close_inline("</strong>"),
            TagEnd::Strikethrough => self.close_inline("</del>"),
            TagEnd::Superscript => self.close_inline("</sup>"),
            TagEnd::Subscript => self.close_inline("</sub>"),
            TagEnd::Link if std::mem::take(&mut self.skipping_disguise) => {}
            TagEnd::Link => self.end_link(range),
            TagEnd::Image => self.end_image(),
        }
    }

    /// Writes the construct that the parser took for a piece of HTML.
    fn construct(&mut self, mark: usize) {
        let range = self.file.marks[mark].range.clone();
        self.at_start = false;
        match self.file.take_mark(mark) {
            Kind::Open(colons, opening) => self.open_container(colons, opening, range),
            Kind::Close(colons) => self.close_container(colons, range),
            Kind::Include(reference) => self.include(&reference, range),
            Kind::Attributes(attributes) => self.attributes_of_block(&attributes, range),
            Kind::Call(call) => self.call(call),
            Kind::Wikilink(target, label) => self.wikilink(target, label, range),
            Kind::Abbreviation(..) | Kind::Malformed(_) | Kind::Colon => {}
        }
    }

    /// Notes that the page needs a style or a script.
    fn uses(&mut self, construct: Construct) {
        self.uses.insert(construct);
    }

    fn span(&mut self, range: Range<usize>) -> Span {
        self.file.lines.span(range)
    }

    fn warn(&mut self, code: &str, range: Range<usize>, message: String, help: impl Into<String>) {
        let span = self.span(range);
        self.diagnostics.push(Diagnostic::warning(code, self.file.path, span, message).help(help));
    }

    fn refuse(&mut self, code: &str, range: Range<usize>, message: String, help: impl Into<String>) {
        let span = self.span(range);
        self.diagnostics.push(Diagnostic::error(code, self.file.path, span, message).help(help));
    }

    fn finish(mut self) -> Written {
        self.close_deeper_than(0);
        self.end_question_by_heading();
        self.end_block_text();
        self.section_is_blank = self.is_section_blank();
        self.end_section();
        self.write_footnotes();
        let uses = std::mem::take(&mut self.uses);
        Written {
            doc: Doc { texts: self.texts, ..self.out.into_doc() },
            title: self.title,
            title_id: self.title_id,
            words: self.sections.iter().map(|section| section.words).sum(),
            headings: self.headings,
            sections: self.sections,
            profile: self.profile,
            links: self.links,
            anchors: self.anchors,
            codes: self.codes,
            components: self.components,
            questions: self.questions,
            uses: <BTreeSet<Construct>>::into_iter(uses).collect(),
            terms: self.mentions.found,
            excerpt: self.whole.finish(),
            allowances: self.allowances,
            html_links: self.html_links,
        }
    }
}
