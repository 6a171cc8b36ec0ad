//! What the writer remembers from one event to the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use aho_corasick::AhoCorasick;
use pulldown_cmark::Alignment;

use crate::model::{
    Diagnostic, Lines, RelPath,
    doc::{ComponentUse, Construct, Question},
    page::{Allowance, CodeBlock, Heading, HtmlLink, Link, Section},
};
use crate::parse::{
    Included, Options,
    heading::Ids,
    include::Shelf,
    markdown::{
        code::{CodeDraft, NoteList},
        container::Container,
        footnote::Footnotes,
        heading::HeadingDraft,
        inline::InlineMarks,
        mask::{Kind, Mark},
        media::ImageDraft,
        mention::Mentions,
        question::{QuestionDraft, QuestionList},
        sentences::BlockText,
        untrusted::Untrusted,
    },
    piece::Piece,
    run::Run,
    terms::Gather,
    text::{Excerpt, Words},
};

/// A file that is being read.
pub(super) struct File<'a> {
    /// As diagnostics name it.
    pub(super) path: &'a str,
    /// Its path from the site's root, where it is not the article itself.
    pub(super) origin: Option<&'a RelPath>,
    pub(super) text: &'a str,
    pub(super) lines: Lines<'a>,
    /// What is hidden in the stretch that is being read.
    pub(super) marks: Vec<Mark>,
}

impl<'a> File<'a> {
    pub(super) fn new(path: &'a str, origin: Option<&'a RelPath>, text: &'a str) -> Self {
        Self { path, origin, text, lines: Lines::new(text), marks: Vec::new() }
    }

    /// Takes the construct of a mark; its place stays.
    pub(super) fn take_mark(&mut self, mark: usize) -> Kind {
        std::mem::replace(&mut self.marks[mark].kind, Kind::Colon)
    }

    pub(super) fn origin(&self) -> Option<Box<RelPath>> {
        self.origin.map(|path| Box::new(path.clone()))
    }
}

pub(super) struct Writer<'a, 'd> {
    pub(super) options: &'a Options,
    pub(super) shelf: Shelf<'a>,
    pub(super) file: File<'a>,
    /// The files that include the present one, the outermost first.
    pub(super) including: Vec<RelPath>,
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    /// The piece being written, and those that wait for it.
    pub(super) out: Piece,
    pub(super) waiting: Vec<Piece>,
    /// Nothing but blank text so far: a heading of level 1 would be the page's own.
    pub(super) at_start: bool,
    pub(super) title: Option<(String, String)>,
    pub(super) title_id: Option<String>,
    pub(super) ids: Ids,
    pub(super) headings: Vec<Heading>,
    pub(super) sections: Vec<Section>,
    /// The words of each section that has ended.
    pub(super) texts: Vec<String>,
    pub(super) section: SectionDraft,
    pub(super) whole: Excerpt,
    pub(super) block: BlockText,
    pub(super) profile: Gather,
    pub(super) links: Vec<Link>,
    pub(super) anchors: Vec<String>,
    pub(super) codes: Vec<CodeBlock>,
    pub(super) components: Vec<ComponentUse>,
    pub(super) questions: Vec<Question>,
    pub(super) uses: BTreeSet<Construct>,
    pub(super) allowances: Vec<Allowance>,
    pub(super) html_links: Vec<HtmlLink>,
    /// Where the words of the open link begin in the text of the block, unless they are its address, and its index.
    pub(super) link_words: Option<(usize, u32)>,
    /// Where the HTML of the present section begins: how many pieces wait there, and the byte in the piece being written.
    pub(super) section_start: (usize, usize),
    /// Nothing stands in the present section.
    pub(super) section_is_blank: bool,
    pub(super) heading: Option<HeadingDraft>,
    pub(super) code: Option<CodeDraft<'a>>,
    pub(super) image: Option<ImageDraft>,
    /// Where the present paragraph begins in the piece.
    pub(super) paragraph: usize,
    pub(super) table: Table,
    pub(super) quotes: Vec<Quote>,
    /// The marker of an alert is passing by.
    pub(super) skipping_marker: bool,
    /// The address that a construct is hidden in is passing by.
    pub(super) skipping_disguise: bool,
    /// Depth inside tables and footnotes, whose text makes no excerpt.
    pub(super) aside: u32,
    pub(super) footnotes: Footnotes,
    /// How many list items, quotes and the like are open.
    pub(super) depth: u32,
    /// How many emphases, links and the like are open.
    pub(super) inline_depth: u32,
    /// The paragraph, heading or cell whose text is being read, by its number among them; how many there were.
    pub(super) text_block: Option<u32>,
    pub(super) text_blocks: u32,
    pub(super) containers: Vec<Container>,
    /// How many of them are components, and how many examples.
    pub(super) components_open: usize,
    pub(super) examples_open: usize,
    /// Where each open block begins in the piece being written, and whether lists are ordered.
    pub(super) lists: Vec<List>,
    /// Where the block that ended last begins in the piece that it was written to.
    pub(super) last_block: Option<usize>,
    /// The sources of the diagrams so far, and how often each is drawn.
    pub(super) diagrams: BTreeMap<String, usize>,
    /// Where a block of code ended that nothing stands behind yet.
    pub(super) last_code: Option<usize>,
    /// Where the inline element that ended last begins, if nothing stands behind it.
    pub(super) last_inline: Option<usize>,
    pub(super) open_inlines: Vec<usize>,
    /// The block of raw HTML that is being read.
    pub(super) html: Option<Html>,
    /// Whether strangers may have written the text, and their raw HTML that is open.
    pub(super) untrusted: Untrusted,
    /// Text that waits to be looked through for inline marks, and where it begins in the file.
    pub(super) run: String,
    pub(super) run_start: usize,
    pub(super) marks: InlineMarks,
    /// Text that waits to be looked through for addresses, and whether something inline stands right before it.
    pub(super) kept: Run,
    pub(super) after_inline: bool,
    /// Inside a link that is written as raw HTML.
    pub(super) in_raw_link: bool,
    /// Where `==` opened, in the piece being written, and how deep inside emphases.
    pub(super) open_mark: Option<(usize, u32)>,
    pub(super) mentions: Mentions,
    pub(super) links_open: u32,
    /// How many titles and labels, which are read on their own, are being read.
    pub(super) titles: u32,
    pub(super) abbreviations: BTreeMap<String, String>,
    pub(super) abbreviation_finder: Option<AhoCorasick>,
    pub(super) question_level: Option<u8>,
    pub(super) question_list: Option<QuestionList>,
    pub(super) question: Option<QuestionDraft>,
}

#[derive(Default)]
pub(super) struct SectionDraft {
    pub(super) words: Words,
    pub(super) excerpt: Excerpt,
    /// All of its words, for the search.
    pub(super) text: String,
}

impl SectionDraft {
    /// Takes white space into the text for the search.
    pub(super) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }
}

#[derive(Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) cell: usize,
    pub(super) in_head: bool,
    pub(super) has_rows: bool,
    /// Where it begins in the piece.
    pub(super) start: usize,
}

/// A list that is open.
pub(super) struct List {
    pub(super) is_ordered: bool,
    /// Where it begins in the piece.
    pub(super) start: usize,
    /// Its items explain lines of code.
    pub(super) notes: Option<Box<NoteList>>,
}

/// A quote that is open: what ends it, and where it begins in the piece.
pub(super) struct Quote {
    pub(super) end: &'static str,
    pub(super) start: usize,
}

/// A block of raw HTML.
pub(super) struct Html {
    pub(super) range: Range<usize>,
    /// It is a construct, which has been written, or a comment: nothing of it is shown.
    pub(super) is_hidden: bool,
    /// What is known of it so far, where strangers may have written it: it is judged as a whole.
    pub(super) held: String,
}

impl<'a, 'd> Writer<'a, 'd> {
    pub(super) fn new(
        file: File<'a>,
        options: &'a Options,
        included: &'a Included,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            options,
            shelf: Shelf::new(included),
            file,
            including: Vec::new(),
            diagnostics,
            out: Piece::default(),
            waiting: Vec::new(),
            at_start: true,
            title: None,
            title_id: None,
            ids: Ids::default(),
            headings: Vec::new(),
            sections: Vec::new(),
            texts: Vec::new(),
            section: SectionDraft::default(),
            whole: Excerpt::default(),
            block: BlockText::default(),
            profile: Gather::new(&options.language, options.words),
            links: Vec::new(),
            anchors: Vec::new(),
            codes: Vec::new(),
            components: Vec::new(),
            questions: Vec::new(),
            uses: BTreeSet::new(),
            allowances: Vec::new(),
            html_links: Vec::new(),
            link_words: None,
            section_start: (0, 0),
            section_is_blank: true,
            heading: None,
            code: None,
            image: None,
            paragraph: 0,
            table: Table::default(),
            quotes: Vec::new(),
            skipping_marker: false,
            skipping_disguise: false,
            aside: 0,
            footnotes: Footnotes::default(),
            depth: 0,
            inline_depth: 0,
            text_block: None,
            text_blocks: 0,
            containers: Vec::new(),
            components_open: 0,
            examples_open: 0,
            lists: Vec::new(),
            last_block: None,
            diagrams: BTreeMap::new(),
            last_code: None,
            last_inline: None,
            open_inlines: Vec::new(),
            html: None,
            untrusted: Untrusted::default(),
            run: String::new(),
            run_start: 0,
            marks: InlineMarks::default(),
            kept: Run::default(),
            after_inline: false,
            in_raw_link: false,
            open_mark: None,
            mentions: Mentions::default(),
            links_open: 0,
            titles: 0,
            abbreviations: BTreeMap::new(),
            abbreviation_finder: None,
            question_level: None,
            question_list: None,
            question: None,
        }
    }

    pub(super) fn begin_piece(&mut self) {
        self.waiting.push(std::mem::take(&mut self.out));
        self.open_mark = None;
        self.last_block = None;
        self.last_code = None;
        self.last_inline = None;
    }

    pub(super) fn end_piece(&mut self) -> Piece {
        let outer = self.waiting.pop().unwrap_or_default();
        self.open_mark = None;
        self.last_block = None;
        self.last_code = None;
        self.last_inline = None;
        std::mem::replace(&mut self.out, outer)
    }
}
