//! Blocks of code, and the explanations of their lines.

use std::ops::Range;

use pulldown_cmark::CodeBlockKind;

use crate::model::{
    doc::{Code, Construct, Hole, LineNote},
    page::CodeBlock,
};
use crate::parse::{
    Extension,
    code::{self, Draft, Finished, MISSING, Pantry},
    fence::{self, TOLD},
    markdown::state::Writer,
    notation::{self, Note},
    terms::Place,
};

/// The rule of warnings about explanations.
const NOTE: &str = "code-note";

/// The code block being read.
pub(super) struct CodeDraft<'a> {
    range: Range<usize>,
    /// What its fence says, where that is read at all.
    fence: Result<Draft<'a>, String>,
    pub(super) text: String,
}

/// The explanations of the lines of a block: the ordered list that follows it.
pub(super) struct NoteList {
    /// The hole of the block, in the piece that the list is written to as well.
    hole: usize,
    /// What the block's comments hold.
    notes: Vec<Note>,
    /// The items so far.
    items: Vec<Item>,
    /// The number of the first.
    first: u32,
}

/// An explanation.
struct Item {
    id: String,
    range: Range<usize>,
    is_used: bool,
}

impl<'a> Writer<'a, '_> {
    pub(super) fn start_code(&mut self, kind: &CodeBlockKind<'_>, range: Range<usize>) {
        let source: &'a str = self.file.text.get(range.clone()).unwrap_or("");
        let fence = match kind {
            CodeBlockKind::Fenced(info) if self.options.extensions.has(Extension::Code) => {
                Ok(Draft::begin(source, range.start, info))
            }
            CodeBlockKind::Fenced(info) => Err(fence::language(info).to_owned()),
            CodeBlockKind::Indented => Err(String::new()),
        };
        self.code = Some(CodeDraft { range, fence, text: String::new() });
    }

    pub(super) fn end_code(&mut self) {
        let Some(CodeDraft { range, fence, text }) = self.code.take() else { return };
        let mut done = match fence {
            Err(language) => Finished { language, text, ..Finished::default() },
            Ok(draft) => {
                let own = self.own_path();
                let includes = self.options.extensions.has(Extension::Includes);
                let mut pantry = Pantry { from: &own, shelf: includes.then_some(&mut self.shelf) };
                draft.finish(text, &mut pantry)
            }
        };
        self.keep_harmless(&mut done.look.attributes, &range);
        for problem in std::mem::take(&mut done.problems) {
            match problem.code {
                MISSING => self.refuse("missing-include", problem.range, problem.message, problem.help),
                rule => self.warn(rule, problem.range, problem.message, problem.help),
            }
        }
        if !self.in_code_group() {
            if !self.draw(&done, &range) {
                self.write_finished(done, range);
                self.last_code = Some(self.out.len());
            }
            return;
        }
        let label = std::mem::take(&mut done.look.title);
        self.open("<div class=\"tab\"><p class=\"tab-title\">");
        self.out.text(if label.is_empty() { &done.language } else { &label });
        self.out.raw("</p>\n");
        if !self.draw(&done, &range) {
            self.write_finished(done, range);
        }
        self.out.raw("</div>\n");
    }

    /// Writes a block of which nothing is asked.
    pub(super) fn write_code(&mut self, language: String, text: String, range: Range<usize>) {
        self.write_finished(Finished { language, text, ..Finished::default() }, range);
    }

    fn write_finished(&mut self, done: Finished, range: Range<usize>) {
        let Finished { language, text, look, .. } = done;
        if !look.is_plain() {
            self.uses(Construct::CodeLines);
        }
        self.out.fresh_line();
        let index = self.codes.len() as u32;
        let longest_line = text.lines().map(str::len).max().unwrap_or(0) as u32;
        let is_fenced = self.file.text.get(range.start..).is_some_and(|text| text.starts_with(['`', '~']));
        let (span, origin) = (self.span(range), self.file.origin());
        self.codes.push(CodeBlock { language, bytes: text.len() as u32, longest_line, is_fenced, span, origin });
        self.profile.text(&text, Place::Code, &[]);
        self.section.text.push_str(&text);
        self.section.space();
        self.out.hole(Hole::Code(Box::new(Code { index, text, look })));
        self.out.raw("\n");
        self.last_block = None;
    }

    /// What the ordered list that begins here explains: the lines of the block of code directly before it, if comments
    /// in that hold numbers and nothing else.
    pub(super) fn begin_notes(&mut self, first: u64) -> Option<Box<NoteList>> {
        let is_next = self.last_code.take() == Some(self.out.len()) && self.options.extensions.has(Extension::Code);
        let (hole, code) = self.out.last_code().filter(|_| is_next)?;
        let language = self.codes.get(code.index as usize).map_or("", |block| block.language.as_str());
        let notes = notation::notes(language, &code.text);
        let first = u32::try_from(first).ok().filter(|_| !notes.is_empty())?;
        self.uses(Construct::CodeLines);
        self.uses(Construct::Notes);
        Some(Box::new(NoteList { hole, notes, items: Vec::new(), first }))
    }

    /// The id of an item that is an explanation and stands at `range`.
    pub(super) fn note_item(&mut self, range: Range<usize>) -> Option<String> {
        let list = self.lists.last_mut()?.notes.as_mut()?;
        let number = list.first.saturating_add(list.items.len() as u32);
        let code = self.codes.len();
        let id = self.ids.unique(&format!("code-{code}-note-{number}"));
        list.items.push(Item { id: id.clone(), range, is_used: false });
        Some(id)
    }

    /// Takes the numbers out of the code that have an explanation, and tells of those that have none.
    pub(super) fn end_notes(&mut self, list: NoteList) {
        let NoteList { hole, notes, mut items, first } = list;
        let Some(code) = self.out.code_mut(hole) else { return };
        let place = |number: &u32| number.checked_sub(first).map(|place| place as usize);
        let is_known = |number: &u32| place(number).is_some_and(|place| place < items.len());
        let (known, unknown): (Vec<Note>, Vec<Note>) =
            notes.into_iter().partition(|note| note.numbers.iter().all(is_known));
        for Note { line, numbers, .. } in &known {
            for number in numbers {
                let Some(item) = place(number).and_then(|place| items.get_mut(place)) else { continue };
                item.is_used = true;
                code.look.notes.push(LineNote { line: line + 1, number: *number, id: item.id.clone() });
            }
        }
        let index = code.index as usize;
        let lines = code::lines_of_notes(&code.text, &unknown);
        code.text = code::without_notes(&code.text, &known);
        self.tell_unknown(index, lines);
        for (place, item) in items.into_iter().enumerate().filter(|(_, item)| !item.is_used).take(TOLD) {
            let number = first as usize + place;
            let message = format!("no line of the code above has the number {number}");
            self.warn(NOTE, item.range, message, format!("write `({number})` in a comment at the end of its line"));
        }
    }

    fn tell_unknown(&mut self, index: usize, lines: Vec<(String, Range<usize>)>) {
        let Some(block) = self.codes.get(index) else { return };
        let (at, end) = (block.span.start as usize, block.span.end as usize);
        let source: &'a str = self.file.text.get(at..end).unwrap_or("");
        for (line, range) in lines {
            let place = code::place_of_note(source, at, &line, range);
            let message = "no explanation has this number".to_owned();
            self.warn(NOTE, place, message, "write one as an item of the list below the code");
        }
    }
}
