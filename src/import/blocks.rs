//! Units to blocks: headings, paragraphs, lists, questions with their answers.

use crate::import::{
    draft::{Draft, Role},
    lists,
    questions::{self, Form},
    report::Kind,
    unit::{Marker, Unit},
};

/// Paragraphs that are indented so far may be code.
const INDENT_OF_CODE: usize = 4;

/// A part of an article.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block<'d> {
    /// A heading of a level and its text.
    Heading(u8, &'d str),
    Paragraph(&'d str),
    PullQuote(&'d str),
    List(Vec<Item<'d>>),
    Questions(Vec<Question<'d>>),
}

/// An item of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item<'d> {
    /// 0 for those of the list itself, 1 for those of a list in it.
    pub(super) depth: usize,
    pub(super) marker: Marker,
    pub(super) text: &'d str,
    /// Further paragraphs.
    pub(super) more: Vec<&'d str>,
    /// A blank line stands before it.
    pub(super) after_blank: bool,
}

/// A question and its answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question<'d> {
    pub(super) form: Form,
    pub(super) number: u32,
    pub(super) question: &'d str,
    pub(super) answer: &'d str,
    /// Further paragraphs of the answer.
    pub(super) more: Vec<&'d str>,
}

/// What something is, and up to which unit it goes.
pub(super) struct Run<T> {
    pub(super) what: T,
    /// One past its last unit.
    pub(super) end: usize,
}

/// The blocks of a draft in order, and what is to be told of them.
pub(super) fn read<'d>(draft: &'d Draft<'_>) -> (Vec<Block<'d>>, Vec<Note>) {
    let mut blocks = Vec::new();
    let mut notes = Notes::default();
    let mut at = 0;
    while at < draft.units.len() {
        let unit = &draft.units[at];
        match draft.roles[at] {
            Role::Taken => {}
            Role::Heading(level) => blocks.push(Block::Heading(level, &unit.text)),
            Role::PullQuote => blocks.push(Block::PullQuote(&unit.text)),
            Role::Text => {
                if let Some(run) = questions::read(draft, at) {
                    notes.questions(at, &run, blocks.last());
                    blocks.push(Block::Questions(run.what));
                    at = run.end;
                    continue;
                }
                if let Some(run) = lists::read(draft, at) {
                    notes.list(at, &run);
                    blocks.push(Block::List(run.what));
                    at = run.end;
                    continue;
                }
                notes.paragraph(at, unit);
                blocks.push(Block::Paragraph(&unit.text));
            }
        }
        at += 1;
    }
    (blocks, notes.finish())
}

/// Something to tell about units.
pub(super) struct Note {
    pub(super) kind: Kind,
    pub(super) units: Vec<usize>,
    pub(super) what: String,
}

/// Gathers what is to be told.
#[derive(Default)]
struct Notes {
    notes: Vec<Note>,
    lists: Vec<usize>,
    list_count: usize,
    item_count: usize,
    /// Numbered units that are in no list, with their numbers.
    numbered: Vec<(usize, u32)>,
    indented: Vec<usize>,
    tabbed: Vec<usize>,
}

impl Notes {
    fn questions(&mut self, at: usize, run: &Run<Vec<Question<'_>>>, above: Option<&Block<'_>>) {
        let units: Vec<usize> = (at..run.end).collect();
        let count = run.what.len();
        let written = if run.what.iter().any(|question| question.form == Form::Letters) {
            "; `Q:` and `A:` are written out"
        } else {
            ""
        };
        let what = if count == 1 {
            format!("a question with its answer{written}")
        } else {
            format!("{count} questions with their answers{written}")
        };
        self.notes.push(Note { kind: Kind::Found, units, what });
        if !matches!(above, Some(Block::Heading(..))) {
            let what = "questions without a heading: write `## Q&A` above them to make them a question list".to_owned();
            self.notes.push(Note { kind: Kind::Uncertain, units: vec![at], what });
        }
    }

    fn list(&mut self, at: usize, run: &Run<Vec<Item<'_>>>) {
        self.lists.extend(at..run.end);
        self.list_count += 1;
        self.item_count += run.what.len();
    }

    fn paragraph(&mut self, at: usize, unit: &Unit<'_>) {
        if let Some(Marker::Number(number)) = unit.marker {
            self.numbered.push((at, number));
        }
        if unit.indent >= INDENT_OF_CODE {
            self.indented.push(at);
        }
        if unit.text.contains('\t') {
            self.tabbed.push(at);
        }
    }

    fn finish(mut self) -> Vec<Note> {
        if !self.lists.is_empty() {
            let (lists, items) = (self.list_count, self.item_count);
            let what = if lists == 1 { format!("a list of {items}") } else { format!("{lists} lists, {items} items") };
            self.notes.push(Note { kind: Kind::Found, units: self.lists, what });
        }
        let mut doubtful: Vec<usize> = Vec::new();
        for pair in self.numbered.windows(2) {
            let ((first, number), (second, next)) = (pair[0], pair[1]);
            if next == number.saturating_add(1) {
                doubtful.extend([first, second]);
            }
        }
        doubtful.dedup();
        for (units, what) in [
            (doubtful, "numbered lines with other lines between them, headings or a list: they stay text"),
            (self.indented, "indented lines, which may be code: text without its indent"),
            (self.tabbed, "lines with tabs, which may be a table: they stay text"),
        ] {
            if !units.is_empty() {
                self.notes.push(Note { kind: Kind::Uncertain, units, what: what.to_owned() });
            }
        }
        self.notes
    }
}
