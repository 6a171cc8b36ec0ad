//! A page as Markdown, for readers that are programs: the source with everything in its place.
//!
//! Links lead where the page's links lead, included files and parts of files are there, components are what they came to,
//! and comments are gone. Callouts, tabs and other containers stay as they were written: they read well as they are.

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::model::{
    Doc, Head, RelPath,
    doc::{Code, Hole},
    page::{Link, LinkKind},
};
use crate::parse::{
    Extension, Included, Options,
    call::Form,
    fence, front_matter,
    include::{Found, Shelf},
    markdown::{
        cmark_options,
        mask::{self, Kind, Mark},
    },
};

/// How deep files may include one another; what is deeper has been told already.
const DEEPEST: usize = 32;

/// What a copy is made with beside its source.
pub struct Source<'a> {
    /// The article's head.
    pub head: &'a Head,
    /// Its document.
    pub doc: &'a Doc,
    /// How it was read.
    pub options: &'a Options,
    /// What it includes.
    pub included: &'a Included,
    /// The address of a link, by its index.
    pub address: &'a dyn Fn(usize) -> String,
    /// What a link by title says, by its index.
    pub title: &'a dyn Fn(usize) -> Option<String>,
    /// What a component without a body comes to, by its index.
    pub component: &'a dyn Fn(usize) -> Option<String>,
}

/// The copy of the article whose whole file is `text`.
pub fn markdown(text: &str, source: &Source<'_>) -> String {
    let path = format!("content/{}", source.head.path);
    let (_, start, _) = front_matter::split(&path, text);
    let mut shown = BTreeMap::new();
    gather_codes(source.doc, &mut shown);
    let blocks = source.head.codes.iter().zip(0..);
    let placed = blocks.map(|(block, index)| ((block.origin.as_deref(), block.span.start), shown.get(&index).copied()));
    let codes = placed.filter_map(|(place, code)| Some((place, code?))).collect();
    let mut copier = Copier { source, codes, shelf: Shelf::new(source.included), including: Vec::new() };
    let own = RelPath::new(path).unwrap_or_default();
    let body = copier.copy(&own, text, start..text.len());
    let heading = if source.head.title_id.is_some() { String::new() } else { format!("# {}\n\n", source.head.title) };
    format!("{heading}{}\n", body.trim())
}

/// The code blocks of a document and of the bodies in it, by their index.
fn gather_codes<'a>(doc: &'a Doc, codes: &mut BTreeMap<u32, &'a Code>) {
    for (_, hole) in &doc.holes {
        match hole {
            Hole::Code(code) => {
                codes.insert(code.index, code);
            }
            Hole::Component(_, Some(body)) => gather_codes(body, codes),
            _ => {}
        }
    }
}

struct Copier<'a> {
    source: &'a Source<'a>,
    /// Blocks of code that are shown as code, by the file and the byte that they begin at.
    codes: BTreeMap<(Option<&'a RelPath>, u32), &'a Code>,
    shelf: Shelf<'a>,
    including: Vec<RelPath>,
}

impl<'a> Copier<'a> {
    fn copy(&mut self, path: &RelPath, text: &'a str, range: Range<usize>) -> String {
        let masked = mask::hide(text, range.clone(), self.source.options.extensions);
        let mut edits = self.links(text, &range);
        edits.extend(self.components(&range));
        let options = cmark_options(self.source.options, masked.has_definitions);
        let mut code: Option<(Range<usize>, bool, String)> = None;
        for (event, at) in Parser::new_ext(&masked.text, options).into_offset_iter() {
            let at = at.start + range.start..at.end + range.start;
            match event {
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) | Event::Code(_) => {
                    edits.extend(self.hidden(path, text, &masked.marks, &at));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    code = Some((at, matches!(kind, CodeBlockKind::Fenced(_)), String::new()));
                }
                Event::Text(piece) => {
                    if let Some((_, _, read)) = &mut code {
                        read.push_str(text.get(at).filter(|original| original.len() == piece.len()).unwrap_or(&piece));
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    edits.extend(code.take().and_then(|(at, is_fenced, read)| self.code(text, at, is_fenced, &read)));
                }
                _ => {}
            }
        }
        apply(text, range, edits)
    }

    /// What stands for the construct or comment at `at`.
    fn hidden(
        &mut self,
        path: &RelPath,
        text: &'a str,
        marks: &[Mark],
        at: &Range<usize>,
    ) -> Option<(Range<usize>, String)> {
        let raw = text.get(at.clone())?;
        let first = at.start + raw.len() - raw.trim_start().len();
        let Ok(found) = marks.binary_search_by_key(&first, |mark| mark.range.start) else {
            let is_comment = raw.trim().starts_with("<!--") && raw.trim().ends_with("-->");
            let is_left_out = is_comment && self.source.options.extensions.has(Extension::Comments);
            return is_left_out.then(|| (at.clone(), String::new()));
        };
        let mark = &marks[found];
        let replacement = match &mark.kind {
            Kind::Include(reference) => {
                let found = self.shelf.find(path, &reference.path, &reference.part).ok()?;
                self.included(found)
            }
            Kind::Attributes(_) => String::new(),
            Kind::Call(call) if call.form != Form::Whole => String::new(),
            _ => return None,
        };
        Some((mark.range.clone(), replacement))
    }

    fn included(&mut self, found: Found<'a>) -> String {
        let Found { path, text, cut } = found;
        if self.including.contains(path) || self.including.len() >= DEEPEST {
            return String::new();
        }
        let (_, body, _) = front_matter::split(path.as_str(), text);
        let whole = cut.ranges.first().is_some_and(|first| first.start == 0);
        self.including.push(path.clone());
        let mut copy = String::new();
        for range in cut.ranges {
            let range = if whole { range.start.max(body)..range.end.max(body) } else { range };
            copy.push_str(&self.copy(path, text, range));
        }
        self.including.pop();
        copy.trim_end().to_owned()
    }

    /// A block of code with the files that it includes; any other stays as it is, marks and numbers with it.
    fn code(&self, text: &str, at: Range<usize>, is_fenced: bool, read: &str) -> Option<(Range<usize>, String)> {
        let place = (self.including.last(), u32::try_from(at.start).ok()?);
        let code = self.codes.get(&place).copied();
        let raw = text.get(at.clone())?;
        let first_line = raw.lines().next()?;
        let includes = read.contains("8<-")
            || (first_line.contains("file") && fence::file(first_line.trim_start_matches(['`', '~'])).is_some());
        let code = code.filter(|code| is_fenced && includes && code.text.trim_end() != read.trim_end())?;
        let fence: String = raw.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        Some((at, format!("{first_line}\n{}\n{fence}", code.text.trim_end())))
    }

    /// Links that stand in this text, with the addresses that they lead to.
    fn links(&self, text: &str, range: &Range<usize>) -> Vec<(Range<usize>, String)> {
        let origin = self.including.last();
        let links = self.source.head.links.iter().enumerate();
        let here = links.filter(|(_, link)| link.origin.as_deref() == origin);
        here.filter_map(|(index, link)| {
            let at = link.span.start as usize..link.span.end as usize;
            let raw = text.get(at.clone()).filter(|_| range.start <= at.start && at.end <= range.end)?;
            let copied = self.link(index, link, raw)?;
            Some((at, copied))
        })
        .collect()
    }

    fn link(&self, index: usize, link: &Link, raw: &str) -> Option<String> {
        let address = (self.source.address)(index);
        if link.kind == LinkKind::Wiki {
            let label = raw.trim_matches(['[', ']']).split_once('|').map(|(_, label)| label.to_owned());
            let label = label.or_else(|| (self.source.title)(index))?;
            return Some(format!("[{label}]({address})"));
        }
        if raw.starts_with('<') || !raw.ends_with([')', ']']) {
            return None;
        }
        match raw.rfind(&link.target).filter(|_| raw.ends_with(')') && !link.target.is_empty()) {
            Some(at) => Some(format!("{}{address}{}", &raw[..at], &raw[at + link.target.len()..])),
            None => {
                // `[words][name]` and `[words]`: the name is declared elsewhere.
                let words = raw.split_once("][").map_or(raw.trim_end_matches(']'), |(words, _)| words);
                Some(format!("{words}]({address})"))
            }
        }
    }

    fn components(&self, range: &Range<usize>) -> Vec<(Range<usize>, String)> {
        let origin = self.including.last();
        let components = self.source.head.components.iter().enumerate();
        let here = components.filter(|(_, used)| used.origin.as_deref() == origin && !used.has_body);
        here.filter_map(|(index, used)| {
            let at = used.span.start as usize..used.span.end as usize;
            let html = (self.source.component)(index).filter(|_| range.start <= at.start && at.end <= range.end)?;
            Some((at, html.trim().to_owned()))
        })
        .collect()
    }
}

/// The text of `range` with its edits; of those that overlap the outermost counts, of links the innermost is left alone.
fn apply(text: &str, range: Range<usize>, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
    let mut copy = String::with_capacity(range.len());
    let mut from = range.start;
    for (at, replacement) in edits {
        if at.start >= from {
            copy.push_str(text.get(from..at.start).unwrap_or(""));
            copy.push_str(&replacement);
            from = at.end;
        }
    }
    copy.push_str(text.get(from..range.end).unwrap_or(""));
    copy
}
