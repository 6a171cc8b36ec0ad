//! Sentences around links: the plain text of each block is gathered, and what is around its links is cut out at its end,
//! and its words are gathered.

use std::ops::Range;

use crate::model::page::LinkKind;
use crate::parse::{markdown::state::Writer, sentence, terms::Place};

/// The plain text of the block that passes by.
#[derive(Default)]
pub(super) struct BlockText {
    text: String,
    /// Links that may lead to other pages: their index, and where their words stand in the text.
    links: Vec<(u32, Range<usize>)>,
    /// Where code begins in the text.
    codes: Vec<usize>,
    /// Whether the block that ended last had words of its own.
    pub(super) had_words: bool,
}

impl BlockText {
    /// How long it is so far, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was gathered since it was `from` bytes long.
    pub(super) fn from(&self, from: usize) -> &str {
        self.text.get(from..).unwrap_or("")
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Notes that what comes next is code.
    pub(super) fn begin_code(&mut self) {
        self.codes.push(self.text.len());
    }
}

impl Writer<'_, '_> {
    /// Notes that the words of a link begin here.
    pub(super) fn begin_link_text(&mut self, link: u32) {
        let written = &self.links[link as usize];
        let may_be_ours = match written.kind {
            LinkKind::Link => !written.target.starts_with('#') && !written.target.contains(':'),
            LinkKind::Wiki => true,
            LinkKind::Image => false,
        };
        if may_be_ours {
            let at = self.block.text.len();
            self.block.links.push((link, at..at));
        }
    }

    /// Notes that the words of the link that began last end here.
    pub(super) fn end_link_text(&mut self) {
        let end = self.block.text.len();
        if let Some((_, text)) = self.block.links.last_mut().filter(|(_, text)| text.is_empty()) {
            text.end = end;
        }
    }

    /// A block ends, or another begins: gives its links their sentences.
    pub(super) fn end_block_text(&mut self) {
        for (link, range) in std::mem::take(&mut self.block.links) {
            let sentence = sentence::around(&self.block.text, range);
            self.links[link as usize].sentence = Some(Box::new(sentence));
        }
        if self.heading.is_none() {
            self.profile.text(&self.block.text, Place::Text, &self.block.codes);
        }
        self.block.had_words = !self.block.text.trim().is_empty();
        self.block.text.clear();
        self.block.codes.clear();
        self.section.space();
        self.end_block_of_terms();
    }
}
