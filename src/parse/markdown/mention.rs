//! Mentions of terms: the first in each section becomes a link to where the term is defined. And phrases that the site does
//! without: rule `discouraged-term`.
//!
//! Words are noted as text is written, for as long as nothing but text is: a term may lie across a line's end or an
//! escaped character. When anything else is about to be written, what was noted is searched.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::model::{
    Diagnostic,
    config::Avoided,
    doc::{Construct, Hole},
    page::TermUse,
};
use crate::parse::{
    glossary::{self, Found, NO_WORD},
    markdown::state::Writer,
};

/// What is remembered of mentions.
#[derive(Default)]
pub(super) struct Mentions {
    /// Terms or phrases are looked for in this article.
    pub(super) is_on: bool,
    /// Mentions of terms become links.
    pub(super) links: bool,
    /// Where the next text stands in the file.
    pub(super) source: usize,
    /// The topic that the article is the prose of: its own terms are not linked.
    pub(super) own_topic: String,
    stretch: Stretch,
    /// The raw HTML element, by its name, inside which nothing is linked.
    inside: Option<String>,
    /// How many words were noted before the stretch.
    before: u32,
    /// Terms that the present section has mentioned.
    seen: FxHashSet<u32>,
    pub(super) found: Vec<TermUse>,
}

/// Elements whose text is code, a name, a quote, or part of a control or a heading.
const NO_PROSE: [&str; 20] = [
    "abbr", "button", "cite", "code", "dfn", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "label", "option", "pre", "q",
    "samp", "summary", "textarea", "var",
];

/// Text that follows on text, at the end of the piece being written.
#[derive(Default)]
struct Stretch {
    text: String,
    words: Vec<Word>,
    /// How long the piece was when the text ended.
    end: usize,
    /// Links may stand here.
    links: bool,
}

struct Word {
    /// As the glossary numbers it.
    number: u32,
    /// Where it stands in the stretch.
    text: Range<usize>,
    /// Where it stands in the piece.
    html: Range<usize>,
    /// Where it stands in the file.
    source: Range<usize>,
    /// It goes on from the word before.
    goes_on: bool,
}

impl Writer<'_, '_> {
    /// Writes text, and notes its words where they may be linked.
    pub(super) fn text_with_terms(&mut self, text: &str) {
        if !self.mentions.is_on {
            return self.out.text(text);
        }
        let source = self.mentions.source;
        self.mentions.source += text.len();
        let links = self.mentions.links && self.may_link_terms();
        if !(links || self.options.glossary.avoids() && self.is_prose()) {
            self.link_terms();
            return self.out.text(text);
        }
        if self.mentions.stretch.end != self.out.len() || self.mentions.stretch.links != links {
            self.link_terms();
        }
        self.mentions.stretch.links = links;
        let begin = self.out.len();
        self.out.text(text);
        let end = self.out.len();
        self.note_words(text, begin, end, source);
    }

    /// Notes the words of `text`, which stands at `begin..end` of the piece and from `source` on in the file.
    fn note_words(&mut self, text: &str, begin: usize, end: usize, source: usize) {
        let stretch = &mut self.mentions.stretch;
        let offset = stretch.text.len();
        stretch.text.push_str(text);
        // A word may go on from one event to the next: then it is noted whole.
        let is_cut = |last: &mut Word| last.text.end == offset && text.starts_with(char::is_alphanumeric);
        let mut cut = stretch.words.pop_if(is_cut);
        let ended = stretch.words.last().map_or(0, |last| last.text.end);
        let whole = cut.as_ref().map_or(ended, |word| word.text.start);
        let (mut at, mut html) = (whole, begin - escaped_length(&stretch.text[whole..offset]));
        for (range, goes_on) in glossary::split(&stretch.text[whole..]) {
            let range = whole + range.start..whole + range.end;
            html += escaped_length(&stretch.text[at..range.start]);
            let word = &stretch.text[range.clone()];
            let cut = cut.take();
            let goes_on = cut.as_ref().map_or(goes_on, |word| word.goes_on);
            let in_file = |at: usize| source + at.saturating_sub(offset);
            let first = cut.map_or_else(|| in_file(range.start), |word| word.source.start);
            let number = self.options.glossary.word(word);
            at = range.end;
            let source = first..in_file(range.end);
            stretch.words.push(Word { number, html: html..html + word.len(), text: range, source, goes_on });
            html += word.len();
        }
        stretch.end = end;
    }

    /// A line ends in the source, which breaks no term.
    pub(super) fn line_break_in_terms(&mut self) {
        let stretch = &mut self.mentions.stretch;
        if !stretch.words.is_empty() && stretch.end + 1 == self.out.len() {
            stretch.text.push('\n');
            stretch.end += 1;
        }
    }

    /// Whether a mention may be a link here: in prose that is no title.
    fn may_link_terms(&self) -> bool {
        self.is_prose() && self.heading.is_none() && self.titles == 0 && !self.table.in_head
    }

    /// Whether words are the author's own here.
    fn is_prose(&self) -> bool {
        let is_quoted = self.quotes.iter().any(|quote| quote.end.starts_with("</blockquote"));
        self.links_open == 0
            && !self.in_raw_link
            && !is_quoted
            && self.image.is_none()
            && self.html.is_none()
            && self.mentions.inside.is_none()
    }

    /// A tag of raw HTML passes by: some elements hold what is no prose.
    pub(super) fn raw_tag_around_terms(&mut self, tag: &str) {
        let name = tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let inside = &mut self.mentions.inside;
        if inside.as_deref().is_some_and(|open| open.eq_ignore_ascii_case(name)) && tag.starts_with("</") {
            *inside = None;
        } else if inside.is_none() && NO_PROSE.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            *inside = Some(name.to_owned());
        }
    }

    /// A block of text ends, and with it what its raw HTML left open.
    pub(super) fn end_block_of_terms(&mut self) {
        self.mentions.inside = None;
    }

    /// Searches what was noted: something other than text is about to be written.
    pub(super) fn link_terms(&mut self) {
        if self.mentions.stretch.text.is_empty() {
            return;
        }
        let mut stretch = std::mem::take(&mut self.mentions.stretch);
        let links =
            stretch.links && stretch.end == self.out.len() && self.mentions.found.len() < self.options.glossary.limit();
        if links || self.options.glossary.avoids() {
            self.search(&stretch, links);
        }
        if stretch.links {
            self.mentions.before += stretch.words.len() as u32;
        }
        stretch.text.clear();
        stretch.words.clear();
        self.mentions.stretch = stretch;
    }

    /// Finds the terms and phrases of a stretch; mentions become links where `links` says so.
    fn search(&mut self, stretch: &Stretch, links: bool) {
        let may_link = links;
        let glossary = &self.options.glossary;
        let mut links: Vec<(Range<usize>, u32)> = Vec::new();
        let mut numbers: Vec<u32> = Vec::new();
        let mut at = 0;
        while at < stretch.words.len() {
            if stretch.words[at].number == NO_WORD {
                at += 1;
                continue;
            }
            numbers.clear();
            let run = stretch.words[at..].iter().enumerate();
            let run = run.take_while(|(place, word)| (*place == 0 || word.goes_on) && word.number != NO_WORD);
            numbers.extend(run.map(|(_, word)| word.number));
            let text = |range: Range<usize>| {
                let (first, last) = (&stretch.words[at + range.start], &stretch.words[at + range.end - 1]);
                &stretch.text[first.text.start..last.text.end]
            };
            let Some(Found { term, avoided, length }) = glossary.find(&numbers, text) else {
                at += 1;
                continue;
            };
            if let Some(avoided) = avoided {
                self.tell_discouraged(avoided, stretch, at..at + length);
            }
            let is_wanted = |term: &u32| {
                let is_own = glossary.topic(*term) == self.mentions.own_topic;
                may_link && !is_own && self.mentions.found.len() < glossary.limit()
            };
            if let Some(term) = term.filter(is_wanted)
                && self.mentions.seen.insert(term)
            {
                let index = self.mentions.found.len() as u32;
                let section = self.sections.len() as u32;
                self.mentions.found.push(TermUse { term, section, at: self.mentions.before + at as u32 });
                links.push((stretch.words[at].html.start..stretch.words[at + length - 1].html.end, index));
            }
            at += length;
        }
        if !links.is_empty() {
            self.uses(Construct::Terms);
        }
        for (range, index) in links.into_iter().rev() {
            self.out.wrap(range, Hole::Term(index), "</a>");
        }
    }

    /// Tells of a phrase that the site does without, which `words` of a stretch are.
    fn tell_discouraged(&mut self, avoided: &Avoided, stretch: &Stretch, words: Range<usize>) {
        let (first, last) = (&stretch.words[words.start], &stretch.words[words.end - 1]);
        let found = &stretch.text[first.text.start..last.text.end];
        let range = first.source.start..last.source.end;
        let shown = found.split_whitespace().collect::<Vec<_>>().join(" ");
        let quoted: Vec<String> = avoided.instead.iter().map(|text| format!("“{text}”")).collect();
        let (message, help) = match &quoted[..] {
            [] => (format!("this site does without “{shown}”"), "take it out, or say it in other words".to_owned()),
            [one] => (format!("this site says {one} for “{shown}”"), format!("write {one}")),
            many => {
                let all = many.join(" or ");
                (format!("this site says {all} for “{shown}”"), format!("write {all}, whichever is meant"))
            }
        };
        let is_there = self.file.text.get(range.clone()).is_some_and(|text| text == found);
        let before = &stretch.text[..first.text.start];
        let answer = self.options.glossary.answer(avoided, found, before).filter(|_| is_there);
        let span = self.file.text.get(range.clone()).map(|_| self.span(range));
        let problem = Diagnostic::warning("discouraged-term", self.file.path, span, message).help(help);
        self.diagnostics.push(match (answer, span) {
            (Some(answer), Some(span)) => problem.fix(span, "", answer),
            _ => problem,
        });
    }

    /// A section ends: the next may mention its terms anew.
    pub(super) fn end_section_of_terms(&mut self) {
        self.mentions.seen.clear();
    }
}

/// How long a text is once it is escaped between tags.
fn escaped_length(text: &str) -> usize {
    let longer = |byte: u8| match byte {
        b'&' => "&amp;".len() - 1,
        b'<' | b'>' => "&lt;".len() - 1,
        _ => 0,
    };
    text.len() + text.bytes().map(longer).sum::<usize>()
}
