//! Blocks of code.

use std::ops::Range;

use pulldown_cmark::CodeBlockKind;

use crate::model::{
    doc::{Code, CodeLook, Hole},
    page::CodeBlock,
};
use crate::parse::markdown::state::Writer;

/// The code block being read: its language, place and text so far.
pub(super) struct CodeDraft {
    language: String,
    /// What its tab is called in a group.
    label: String,
    range: Range<usize>,
    pub(super) text: String,
}

impl Writer<'_, '_> {
    pub(super) fn start_code(&mut self, kind: &CodeBlockKind<'_>, range: Range<usize>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', '\t', ',', '{']).next().unwrap_or("").to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        let label = match kind {
            CodeBlockKind::Fenced(info) => {
                info.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(label, _)| label)
            }
            CodeBlockKind::Indented => None,
        };
        let label = label.unwrap_or(&language).to_owned();
        self.code = Some(CodeDraft { language, label, range, text: String::new() });
    }

    pub(super) fn end_code(&mut self) {
        let Some(CodeDraft { language, label, range, text }) = self.code.take() else { return };
        if !self.in_code_group() {
            return self.write_code(language, text, range);
        }
        self.open("<div class=\"tab\"><p class=\"tab-title\">");
        self.out.text(&label);
        self.out.raw("</p>\n");
        self.write_code(language, text, range);
        self.out.raw("</div>\n");
    }

    pub(super) fn write_code(&mut self, language: String, text: String, range: Range<usize>) {
        self.out.fresh_line();
        let index = self.codes.len() as u32;
        let longest_line = text.lines().map(str::len).max().unwrap_or(0) as u32;
        let (span, origin) = (self.span(range), self.file.origin());
        self.codes.push(CodeBlock { language, bytes: text.len() as u32, longest_line, span, origin });
        self.out.hole(Hole::Code(Box::new(Code { index, text, look: CodeLook::default() })));
        self.out.raw("\n");
        self.last_block = None;
    }
}
