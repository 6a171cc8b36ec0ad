//! Markdown to a document with holes. The only room that knows pulldown-cmark.
//!
//! Events are written as they come; what must wait for its end (a heading, an alternative text, a footnote) is written
//! into a piece of its own first. Nothing here recurses, so depth of nesting costs no stack.
//!
//! One state machine, of which every event may touch most of the state: that is why the file is long.

use std::collections::BTreeMap;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Options as Extensions, Parser, Tag, TagEnd,
};

use crate::model::{
    Diagnostic, Doc, Lines, Span,
    doc::{Code, CodeLook, ComponentUse, Construct, Hole, Question, Word},
    page::{CodeBlock, Heading, Link, LinkKind, Section},
    span::floor_char_boundary,
};
use crate::parse::{
    Extension, Included, Options, autolink,
    heading::{self, Ids},
    piece::{self, Piece},
    run::Run,
    tagfilter,
    text::{Excerpt, Words},
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
    pub(super) words: u32,
    pub(super) excerpt: String,
}

/// Writes the Markdown that begins at byte `start` of `text`; `path` is the file as diagnostics name it.
pub(super) fn write(
    text: &str,
    start: usize,
    path: &str,
    options: &Options,
    _included: &Included,
    diagnostics: &mut Vec<Diagnostic>,
) -> Written {
    let body = text.get(start..).unwrap_or("");
    let mut writer = Writer::new(text, path, options, diagnostics);
    // Tags take about a fifth of what text takes: room enough that the HTML rarely has to move.
    writer.out = Piece::with_capacity(body.len() + body.len() / 4);
    for (event, range) in Parser::new_ext(body, extensions(options)).into_offset_iter() {
        writer.event(event, range.start + start..range.end + start);
    }
    writer.finish()
}

/// Whether what follows stands in the same line of text.
fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => is_inline_end(tag.to_end()),
        Event::End(tag) => is_inline_end(*tag),
        Event::Code(_) | Event::InlineHtml(_) | Event::InlineMath(_) | Event::FootnoteReference(_) => true,
        _ => false,
    }
}

fn is_inline_end(tag: TagEnd) -> bool {
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

fn is_control(text: &str) -> bool {
    matches!(*text.as_bytes(), [byte] if byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// What pulldown-cmark is asked for.
fn extensions(options: &Options) -> Extensions {
    let mut extensions = Extensions::empty();
    extensions.set(Extensions::ENABLE_SMART_PUNCTUATION, options.smart_punctuation);
    for (ours, theirs) in [
        (Extension::Tables, Extensions::ENABLE_TABLES),
        (Extension::Strikethrough, Extensions::ENABLE_STRIKETHROUGH),
        (Extension::TaskLists, Extensions::ENABLE_TASKLISTS),
        (Extension::Alerts, Extensions::ENABLE_GFM),
        (Extension::Footnotes, Extensions::ENABLE_FOOTNOTES),
        (Extension::Attributes, Extensions::ENABLE_HEADING_ATTRIBUTES),
    ] {
        extensions.set(theirs, options.extensions.has(ours));
    }
    extensions
}

/// How far behind the beginning of a quote its marker is looked for, in bytes: a bound, so that deep nesting stays linear.
const MARKER_WITHIN: usize = 32;

type Range = std::ops::Range<usize>;

struct Writer<'a, 'd> {
    text: &'a str,
    path: &'a str,
    options: &'a Options,
    lines: Lines<'a>,
    diagnostics: &'d mut Vec<Diagnostic>,
    /// The piece being written, and those that wait for it.
    out: Piece,
    waiting: Vec<Piece>,
    /// Text that may hold addresses, and whether an inline element stands right before it.
    run: Run,
    after_inline: bool,
    /// Inside a link, be it Markdown's or raw HTML's, where no address becomes another.
    in_link: bool,
    /// Nothing but blank text so far: a heading of level 1 would be the page's own.
    at_start: bool,
    title: Option<(String, String)>,
    title_id: Option<String>,
    ids: Ids,
    headings: Vec<Heading>,
    sections: Vec<Section>,
    section: SectionDraft,
    whole: Excerpt,
    links: Vec<Link>,
    anchors: Vec<String>,
    codes: Vec<CodeBlock>,
    /// The heading being read: its source range, explicit id, classes, and its plain text so far.
    heading: Option<HeadingDraft>,
    /// The code block being read: its language, place and text so far.
    code: Option<(String, Span, String)>,
    /// Alternative texts being read: how deep images are nested, and the text so far.
    image: Option<ImageDraft>,
    table: Table,
    quotes: Vec<Quote>,
    /// The marker of a pull quote is passing by.
    skipping_marker: bool,
    /// Depth inside tables and footnotes, whose text makes no excerpt.
    aside: u32,
    /// Footnotes by the order of their first marks, how often each was marked, and what they say.
    footnotes: Footnotes,
}

#[derive(Default)]
struct SectionDraft {
    words: Words,
    excerpt: Excerpt,
}

struct HeadingDraft {
    range: Range,
    span: Span,
    id: Option<String>,
    classes: Vec<String>,
    has_attributes: bool,
    has_links: bool,
    text: String,
}

struct ImageDraft {
    depth: u32,
    title: String,
    alt: String,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    has_rows: bool,
}

enum Quote {
    Plain,
    Callout,
}

#[derive(Default)]
struct Footnotes {
    numbers: BTreeMap<String, u32>,
    marks: BTreeMap<u32, u32>,
    definitions: BTreeMap<String, Piece>,
    open: Vec<String>,
}

impl<'a, 'd> Writer<'a, 'd> {
    fn new(text: &'a str, path: &'a str, options: &'a Options, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        Self {
            text,
            path,
            options,
            lines: Lines::new(text),
            diagnostics,
            out: Piece::default(),
            waiting: Vec::new(),
            run: Run::default(),
            after_inline: false,
            in_link: false,
            at_start: true,
            title: None,
            title_id: None,
            ids: Ids::default(),
            headings: Vec::new(),
            sections: Vec::new(),
            section: SectionDraft::default(),
            whole: Excerpt::default(),
            links: Vec::new(),
            anchors: Vec::new(),
            codes: Vec::new(),
            heading: None,
            code: None,
            image: None,
            table: Table::default(),
            quotes: Vec::new(),
            skipping_marker: false,
            aside: 0,
            footnotes: Footnotes::default(),
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range) {
        if !matches!(event, Event::Text(_)) {
            self.end_run();
            self.after_inline = is_inline(&event);
            self.in_link &= self.after_inline || matches!(event, Event::SoftBreak | Event::HardBreak);
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            // From a reference such as `&#1;`: no page and no feed could hold it.
            Event::Text(text) if is_control(&text) => self.text("\u{fffd}", range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => self.inline_code(&code),
            Event::Html(html) => self.html(&html),
            Event::InlineHtml(html) if self.image.is_none() => {
                match html.split(|c: char| c.is_ascii_whitespace() || c == '>').next() {
                    Some("<a" | "<A") => self.in_link = true,
                    Some("</a" | "</A") => self.in_link = false,
                    _ => {}
                }
                self.html(&html);
            }
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Rule => {
                self.out.fresh_line();
                self.out.raw("<hr>\n");
            }
            Event::FootnoteReference(name) => self.footnote_mark(&name),
            Event::TaskListMarker(done) => self.task(if done { Word::Done } else { Word::ToDo }),
            Event::InlineHtml(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn html(&mut self, html: &str) {
        heading::anchors_in_html(html, &mut self.anchors);
        match self.options.extensions.has(Extension::TagFilter) {
            true => self.out.raw(&tagfilter::filtered(html)),
            false => self.out.raw(html),
        }
    }

    /// Takes text as it comes, or keeps it until all of it is there that may hold an address.
    fn text(&mut self, text: &str, range: Range) {
        let may_hold_links = self.code.is_none() && self.image.is_none() && !self.in_link;
        if may_hold_links && self.options.extensions.has(Extension::Autolinks) {
            self.run.push(text, self.text, range);
        } else {
            self.prose(text);
        }
    }

    fn end_run(&mut self) {
        let Some(start) = self.run.start() else { return };
        let mut run = std::mem::take(&mut self.run);
        let before = self.text.get(..start).filter(|_| self.after_inline).and_then(|text| text.chars().next_back());
        let mut from = 0;
        for found in autolink::find(run.text(), before) {
            run.shown(from..found.range.start).for_each(|text| self.prose(text));
            from = found.range.end;
            self.start_link(LinkType::Autolink, &found.target, "", run.source(found.range.clone()));
            self.prose(&run.text()[found.range]);
            self.out.raw("</a>");
        }
        run.shown(from..run.text().len()).for_each(|text| self.prose(text));
        run.clear();
        self.run = run;
    }

    fn prose(&mut self, text: &str) {
        if let Some((_, _, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        if self.skipping_marker {
            return;
        }
        self.gather(text);
        match &mut self.image {
            Some(image) => image.alt.push_str(text),
            None => self.out.text(text),
        }
    }

    fn inline_code(&mut self, code: &str) {
        self.gather(code);
        match &mut self.image {
            Some(image) => image.alt.push_str(code),
            None => {
                self.out.raw("<code>");
                self.out.text(code);
                self.out.raw("</code>");
            }
        }
    }

    fn line_break(&mut self, html: &str) {
        if self.skipping_marker {
            self.skipping_marker = false;
            return;
        }
        self.gather_space();
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => self.out.raw(html),
        }
    }

    /// Takes the white space between two pieces of text into headings, word counts and excerpts.
    fn gather_space(&mut self) {
        if let Some(heading) = &mut self.heading {
            heading.text.push(' ');
        } else if self.image.is_none() {
            self.section.words.end_word();
            if self.aside == 0 {
                self.section.excerpt.space();
                self.whole.space();
            }
        }
    }

    /// Takes plain text into headings, word counts and excerpts.
    fn gather(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        } else if self.image.is_none() {
            self.section.words.push(text);
            if self.aside == 0 {
                self.section.excerpt.push(text);
                self.whole.push(text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range) {
        let opens_text = matches!(tag, Tag::Heading { level: pulldown_cmark::HeadingLevel::H1, .. });
        let inside_heading = self.heading.is_some();
        self.at_start &= inside_heading || (opens_text && self.headings.is_empty() && self.title.is_none());
        match tag {
            Tag::Paragraph => self.open("<p>"),
            Tag::Heading { id, classes, attrs, .. } => self.start_heading(id, classes, attrs.is_empty(), range),
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::HtmlBlock | Tag::MetadataBlock(_) => {}
            Tag::List(None) => self.open("<ul>\n"),
            Tag::List(Some(1)) => self.open("<ol>\n"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => self.open("<li>"),
            Tag::FootnoteDefinition(name) => {
                self.aside += 1;
                self.footnotes.open.push(name.to_string());
                self.begin_piece();
            }
            Tag::DefinitionList => self.open("<dl>\n"),
            Tag::DefinitionListTitle => self.open("<dt>"),
            Tag::DefinitionListDefinition => self.open("<dd>"),
            Tag::Table(alignments) => {
                self.aside += 1;
                self.table = Table { alignments, ..Table::default() };
                self.open("<div class=\"table\" tabindex=\"0\"><table>");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.cell = 0;
                self.out.raw("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.cell = 0;
                self.out.raw(if std::mem::replace(&mut self.table.has_rows, true) { "<tr>" } else { "<tbody>\n<tr>" });
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.inline("<em>"),
            Tag::Strong => self.inline("<strong>"),
            Tag::Strikethrough => self.inline("<del>"),
            Tag::Superscript => self.inline("<sup>"),
            Tag::Subscript => self.inline("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.in_link = true;
                self.start_link(link_type, &dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title, range),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote(_) => {
                let end = match self.quotes.pop() {
                    Some(Quote::Callout) => "</div>\n",
                    Some(Quote::Plain) | None => "</blockquote>\n",
                };
                self.out.fresh_line();
                self.out.raw(end);
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => {}
            TagEnd::List(true) => self.out.raw("</ol>\n"),
            TagEnd::List(false) => self.out.raw("</ul>\n"),
            TagEnd::Item => self.close("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::DefinitionList => self.out.raw("</dl>\n"),
            TagEnd::DefinitionListTitle => self.close("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.close("</dd>\n"),
            TagEnd::Table => {
                self.aside -= 1;
                self.out.raw(if self.table.has_rows { "</tbody></table></div>\n" } else { "</table></div>\n" });
            }
            TagEnd::TableHead => {
                self.table.in_head = false;
                self.out.raw("</tr></thead>");
            }
            TagEnd::TableRow => self.out.raw("</tr>\n"),
            TagEnd::TableCell => {
                self.gather_space();
                self.out.raw(if self.table.in_head { "</th>" } else { "</td>" });
                self.table.cell += 1;
            }
            TagEnd::Emphasis => self.inline("</em>"),
            TagEnd::Strong => self.inline("</strong>"),
            TagEnd::Strikethrough => self.inline("</del>"),
            TagEnd::Superscript => self.inline("</sup>"),
            TagEnd::Subscript => self.inline("</sub>"),
            TagEnd::Link => {
                self.in_link = false;
                self.inline("</a>");
            }
            TagEnd::Image => self.end_image(),
        }
    }

    /// Opens a block on a line of its own.
    fn open(&mut self, html: &str) {
        self.out.fresh_line();
        self.out.raw(html);
    }

    /// Closes a block whose text ends here.
    fn close(&mut self, html: &str) {
        self.gather_space();
        self.out.raw(html);
    }

    /// Writes an inline tag, unless an alternative text is being read.
    fn inline(&mut self, html: &str) {
        if self.image.is_none() {
            self.out.raw(html);
        }
    }

    fn end_paragraph(&mut self) {
        self.gather_space();
        self.skipping_marker = false;
        if !self.out.take_back("<p>") {
            self.out.raw("</p>\n");
        }
    }

    fn begin_piece(&mut self) {
        self.waiting.push(std::mem::take(&mut self.out));
    }

    fn end_piece(&mut self) -> Piece {
        let outer = self.waiting.pop().unwrap_or_default();
        std::mem::replace(&mut self.out, outer)
    }

    fn start_heading(
        &mut self,
        id: Option<pulldown_cmark::CowStr<'a>>,
        classes: Vec<pulldown_cmark::CowStr<'a>>,
        no_attributes: bool,
        range: Range,
    ) {
        let written = self.text.get(range.clone()).map_or(0, |raw| raw.trim_end().len());
        let span = self.lines.span(range.start..range.start + written);
        self.heading = Some(HeadingDraft {
            range,
            span,
            id: id.map(|id| id.to_string()).filter(|id| !id.is_empty()),
            classes: classes.iter().map(ToString::to_string).collect(),
            has_attributes: !no_attributes,
            has_links: false,
            text: String::new(),
        });
        self.begin_piece();
    }

    fn end_heading(&mut self, level: u8) {
        let inner = self.end_piece();
        let Some(draft) = self.heading.take() else { return };
        let text = draft.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let id = self.heading_id(&draft, &text);
        let html = match inner.finished_html() {
            Some(html) if !draft.has_links => html.trim().to_owned(),
            _ => piece::escaped(&text),
        };
        if std::mem::take(&mut self.at_start) && level == 1 && !text.is_empty() {
            self.title = Some((text, html));
            self.title_id = Some(id);
            return;
        }
        let raw = self.text.get(draft.range.clone()).unwrap_or("");
        let topics = match draft.has_attributes {
            true => heading::topics(raw, draft.range.start, &mut self.lines),
            false => Vec::new(),
        };
        self.write_heading(level, &id, &draft.classes, inner);
        self.end_section();
        self.headings.push(Heading { level, id, text, html, topics, span: draft.span });
    }

    fn heading_id(&mut self, draft: &HeadingDraft, text: &str) -> String {
        let Some(explicit) = &draft.id else { return self.ids.unique(&heading::slug(text)) };
        let id = self.ids.unique(explicit);
        if id != *explicit {
            let message = format!("the heading id `{explicit}` is taken already in this article");
            let help = format!("choose another id: `{{#{id}}}` stands in for it now");
            self.diagnostics.push(Diagnostic::warning("duplicate-id", self.path, draft.span, message).help(help));
        }
        id
    }

    fn write_heading(&mut self, level: u8, id: &str, classes: &[String], inner: Piece) {
        self.out.fresh_line();
        self.out.raw(&format!("<h{level} id=\""));
        self.out.attribute(id);
        if !classes.is_empty() {
            self.out.raw("\" class=\"");
            self.out.attribute(&classes.join(" "));
        }
        self.out.raw("\">");
        self.out.append(inner);
        self.out.raw("<a class=\"anchor\" href=\"#");
        self.out.attribute(id);
        self.out.raw("\" aria-labelledby=\"");
        self.out.attribute(id);
        self.out.raw(&format!("\"></a></h{level}>\n"));
    }

    fn end_section(&mut self) {
        let draft = std::mem::take(&mut self.section);
        self.sections.push(Section { words: draft.words.count(), excerpt: draft.excerpt.finish() });
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range) {
        let Some(kind) = kind else { return self.start_plain_quote(range) };
        let (class, word) = match kind {
            BlockQuoteKind::Note => ("note", Word::Note),
            BlockQuoteKind::Tip => ("tip", Word::Tip),
            BlockQuoteKind::Important => ("important", Word::Important),
            BlockQuoteKind::Warning => ("warning", Word::Warning),
            BlockQuoteKind::Caution => ("caution", Word::Caution),
        };
        self.quotes.push(Quote::Callout);
        self.open(&format!("<div class=\"callout callout-{class}\"><p class=\"callout-title\">"));
        self.out.hole(Hole::Word(word));
        self.out.raw("</p>\n");
    }

    fn start_plain_quote(&mut self, range: Range) {
        let head = floor_char_boundary(self.text, (range.start + MARKER_WITHIN).min(range.end));
        let first = self.text.get(range.start..head).unwrap_or("").lines().next().unwrap_or("");
        let is_pull = self.options.extensions.has(Extension::Alerts)
            && first.trim_start_matches('>').trim().eq_ignore_ascii_case("[!quote]");
        self.skipping_marker = is_pull;
        self.quotes.push(Quote::Plain);
        self.open(if is_pull { "<blockquote class=\"pull\">\n" } else { "<blockquote>\n" });
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'a>, range: Range) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', '\t', ',', '{']).next().unwrap_or("").to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        let span = self.lines.span(range);
        self.code = Some((language, span, String::new()));
    }

    fn end_code(&mut self) {
        let Some((language, span, text)) = self.code.take() else { return };
        self.out.fresh_line();
        let index = self.codes.len() as u32;
        let longest_line = text.lines().map(str::len).max().unwrap_or(0) as u32;
        self.codes.push(CodeBlock { language, bytes: text.len() as u32, longest_line, span });
        self.out.hole(Hole::Code(Box::new(Code { index, text, look: CodeLook::default() })));
        self.out.raw("\n");
    }

    fn start_cell(&mut self) {
        let tag = if self.table.in_head { "<th" } else { "<td" };
        let class = match self.table.alignments.get(self.table.cell) {
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Left | Alignment::None) | None => "",
        };
        self.out.raw(tag);
        self.out.raw(class);
        self.out.raw(">");
    }

    fn start_link(&mut self, kind: LinkType, target: &str, title: &str, range: Range) {
        if self.image.is_some() {
            return;
        }
        let target = if kind == LinkType::Email { format!("mailto:{target}") } else { target.to_owned() };
        let index = self.push_link(LinkKind::Link, target, range);
        self.out.raw("<a href=\"");
        self.out.hole(Hole::Address(index));
        if !title.is_empty() {
            self.out.raw("\" title=\"");
            self.out.attribute(title);
        }
        self.out.raw("\">");
    }

    fn push_link(&mut self, kind: LinkKind, target: String, range: Range) -> u32 {
        if let Some(heading) = &mut self.heading {
            heading.has_links = true;
        }
        let index = self.links.len() as u32;
        let section = self.sections.len() as u32;
        let span = self.lines.span(range);
        self.links.push(Link { kind, target, section, span, origin: None });
        index
    }

    fn start_image(&mut self, target: &str, title: &str, range: Range) {
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let index = self.push_link(LinkKind::Image, target.to_owned(), range);
        self.image = Some(ImageDraft { depth: 1, title: title.to_owned(), alt: String::new() });
        self.out.raw("<img src=\"");
        self.out.hole(Hole::Address(index));
    }

    fn end_image(&mut self) {
        let Some(image) = &mut self.image else { return };
        image.depth -= 1;
        if image.depth > 0 {
            return;
        }
        let Some(image) = self.image.take() else { return };
        self.out.raw("\" alt=\"");
        self.out.attribute(image.alt.trim());
        if !image.title.is_empty() {
            self.out.raw("\" title=\"");
            self.out.attribute(&image.title);
        }
        self.out.raw("\" loading=\"lazy\" decoding=\"async\">");
    }

    fn task(&mut self, word: Word) {
        if self.out.take_back("<li>") {
            self.out.raw("<li class=\"task\">");
        } else if self.out.take_back("<li>\n<p>") {
            self.out.raw("<li class=\"task\">\n<p>");
        }
        let checked = if word == Word::Done { " checked" } else { "" };
        self.out.raw(&format!("<input type=\"checkbox\" disabled{checked} aria-label=\""));
        self.out.hole(Hole::Word(word));
        self.out.raw("\"> ");
    }

    fn footnote_mark(&mut self, name: &str) {
        if self.image.is_some() {
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.has_links = true;
        }
        let next = self.footnotes.numbers.len() as u32 + 1;
        let number = *self.footnotes.numbers.entry(name.to_owned()).or_insert(next);
        let mark = self.footnotes.marks.entry(number).or_insert(0);
        *mark += 1;
        let again = if *mark > 1 { format!("-{mark}") } else { String::new() };
        self.out.raw(&format!(
            "<sup class=\"footnote-ref\" id=\"fnref-{number}{again}\"><a href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
    }

    fn end_footnote(&mut self) {
        self.aside -= 1;
        let piece = self.end_piece();
        if let Some(name) = self.footnotes.open.pop() {
            self.footnotes.definitions.entry(name).or_insert(piece);
        }
    }

    fn write_footnotes(&mut self) {
        let mut footnotes = std::mem::take(&mut self.footnotes);
        let mut by_number: Vec<_> = footnotes.numbers.iter().map(|(name, number)| (*number, name.clone())).collect();
        by_number.sort();
        if !by_number.iter().any(|(_, name)| footnotes.definitions.contains_key(name)) {
            return;
        }
        self.open("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        self.out.hole(Hole::Word(Word::Footnotes));
        self.out.raw("\">\n<ol>\n");
        for (number, name) in by_number {
            let Some(mut note) = footnotes.definitions.remove(&name) else { continue };
            let closed_paragraph = note.take_back("</p>\n");
            self.out.raw(&format!("<li id=\"fn-{number}\">"));
            self.out.append(note);
            self.out.raw(&format!(
                " <a class=\"footnote-back\" href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\""
            ));
            self.out.hole(Hole::Word(Word::BackToText));
            self.out.raw(if closed_paragraph { "\">↩</a></p></li>\n" } else { "\">↩</a></li>\n" });
        }
        self.out.raw("</ol>\n</section>\n");
    }

    fn finish(mut self) -> Written {
        self.end_section();
        self.write_footnotes();
        Written {
            doc: self.out.into_doc(),
            title: self.title,
            title_id: self.title_id,
            words: self.sections.iter().map(|section| section.words).sum(),
            headings: self.headings,
            sections: self.sections,
            links: self.links,
            anchors: self.anchors,
            codes: self.codes,
            components: Vec::new(),
            questions: Vec::new(),
            uses: Vec::new(),
            excerpt: self.whole.finish(),
        }
    }
}
