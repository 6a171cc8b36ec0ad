//! Hides constructs that CommonMark does not know behind ones that it does, byte for byte as long.
//!
//! A line `:::note` becomes a processing instruction, `<?xxxx?>`: CommonMark ends paragraphs and lists there, and
//! finds it in lists and quotes, by its own rules. All places stay what they were, so that an event's place tells which
//! construct it stands for. Where the parser finds the disguise in code or in raw HTML, the original text is put
//! back: there it was no construct.

use std::{borrow::Cow, ops::Range};

use memchr::memmem;

use crate::model::doc::Attributes;
use crate::parse::{
    Extension, Extensions, attribute,
    call::{self, Call, Malformed},
    include::{self, Reference},
};

/// The longest link by title, in bytes.
const LONGEST: usize = 1024;

/// Words in braces that may stand behind a title: others belong to it.
const FOLDS: &[&str] = &["{open}", "{closed}", "{collapsed}"];

/// A text in disguise.
pub(super) struct Masked<'a> {
    /// As long as the original, and equal to it outside the marks.
    pub(super) text: Cow<'a, str>,
    /// What is hidden, by rising place.
    pub(super) marks: Vec<Mark>,
    /// Whether a line looks like a definition in a list of definitions.
    pub(super) has_definitions: bool,
}

/// A hidden construct and where it stands in the original.
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// `:::name[Title]{attributes} Title`, and how many colons.
    Open(usize, Opening),
    /// `:::`, and how many colons.
    Close(usize),
    /// `--8<-- "file"`.
    Include(Reference),
    /// `{.class}` on a line of its own.
    Attributes(Attributes),
    /// `*[HTML]: Hypertext Markup Language`: the short form and the long one.
    Abbreviation(Range<usize>, Range<usize>),
    /// `{{ name() }}` and its like.
    Call(Call),
    /// What is nearly a call: hidden nowhere, told where it is text.
    Malformed(Malformed),
    /// `[[target|text]]`: both halves.
    Wikilink(Range<usize>, Option<Range<usize>>),
    /// A colon that begins a line and no definition.
    Colon,
}

/// What stands behind the colons that open a container.
pub(super) struct Opening {
    pub(super) name: Range<usize>,
    pub(super) title: Range<usize>,
    pub(super) attributes: Attributes,
}

/// How a construct is hidden.
enum Disguise {
    /// A block of raw HTML, or inline HTML inside a line.
    Instruction,
    /// Inline HTML at the beginning of a line that holds more.
    Tag,
    /// An address in angle brackets, alone on a line of a paragraph: a tag there may begin a block, which takes the lines
    /// below it. Over several lines inline code takes its place.
    Address,
    Colon,
    Nothing,
}

/// Hides the constructs of `text[range]`; what is returned begins where the range does.
pub(super) fn hide(text: &str, range: Range<usize>, extensions: Extensions) -> Masked<'_> {
    let body = text.get(range.clone()).unwrap_or("");
    let mut finder = Finder { text, extensions, found: Vec::new(), has_definitions: false };
    finder.lines(range.clone());
    if extensions.has(Extension::Components) {
        finder.calls(range.clone());
    }
    if extensions.has(Extension::Wikilinks) {
        finder.wikilinks(range.clone());
    }
    let Finder { mut found, has_definitions, .. } = finder;
    if !has_definitions {
        found.retain(|(mark, _)| !matches!(mark.kind, Kind::Colon));
    }
    if found.is_empty() {
        return Masked { text: Cow::Borrowed(body), marks: Vec::new(), has_definitions };
    }
    found.sort_by_key(|(mark, _)| (mark.range.start, mark.range.end));
    let mut bytes = body.as_bytes().to_vec();
    let mut marks: Vec<Mark> = Vec::with_capacity(found.len());
    for (mark, disguise) in found {
        // What stands inside another construct is part of it.
        if marks.last().is_some_and(|last| mark.range.start < last.range.end) {
            continue;
        }
        let inside = mark.range.start - range.start..mark.range.end - range.start;
        put_on(&mut bytes[inside], &disguise);
        marks.push(mark);
    }
    let text = String::from_utf8(bytes).expect("whole characters are replaced by as many bytes of ASCII");
    Masked { text: Cow::Owned(text), marks, has_definitions }
}

/// Hides a mark as those are that stand in the middle of a line.
pub(super) fn hide_mark(bytes: &mut [u8]) {
    put_on(bytes, &Disguise::Instruction);
}

fn put_on(bytes: &mut [u8], disguise: &Disguise) {
    let (filler, open, close): (u8, &[u8], &[u8]) = match disguise {
        Disguise::Instruction => (b'x', b"<?", b"?>"),
        Disguise::Tag => (b'z', b"<", b">"),
        Disguise::Address if !bytes.contains(&b'\n') => (b'z', b"<zz:", b">"),
        Disguise::Address => (b'z', b"`", b"`"),
        Disguise::Colon => return bytes.fill(b';'),
        Disguise::Nothing => return,
    };
    for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = filler;
    }
    let length = bytes.len();
    bytes[length - close.len()..].copy_from_slice(close);
    // `:::` becomes `<?>`, which both opens and closes.
    bytes[..open.len()].copy_from_slice(open);
}

struct Finder<'a> {
    text: &'a str,
    extensions: Extensions,
    found: Vec<(Mark, Disguise)>,
    has_definitions: bool,
}

impl Finder<'_> {
    /// Looks at the beginning of each line, behind the marks of lists and quotes.
    fn lines(&mut self, range: Range<usize>) {
        let bytes = &self.text.as_bytes()[..range.end];
        let mut start = range.start;
        let mut fence: Option<&str> = None;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let content = skip_prefix(bytes, start, end);
            match bytes[..end].get(content) {
                Some(b'`' | b'~') => fence = fence_after(fence, &self.text[content..end]),
                // The parser tells where code is, but abbreviations are learned before it is asked.
                Some(b'*') if fence.is_some() => {}
                Some(first @ (b':' | b'-' | b';' | b'{' | b'*')) => {
                    let length = self.text[content..end].trim_end().len();
                    self.line(*first, content..content + length);
                }
                _ => {}
            }
            start = end + 1;
        }
    }

    fn line(&mut self, first: u8, range: Range<usize>) {
        let line = &self.text[range.clone()];
        let has = |extension| self.extensions.has(extension);
        let kind = match first {
            b':' if line.starts_with(":::") && has(Extension::Containers) => fence(self.text, range.clone()),
            b':' if has(Extension::DefinitionLists) => {
                let is_definition = line[1..].starts_with([' ', '\t']);
                self.has_definitions |= is_definition;
                let colon = Mark { range: range.start..range.start + 1, kind: Kind::Colon };
                if !is_definition {
                    self.found.push((colon, Disguise::Colon));
                }
                return;
            }
            b'-' if line.starts_with("--8<--") && has(Extension::Includes) => {
                include::reference(line).map(Kind::Include)
            }
            b'{' if has(Extension::Attributes) => {
                let read = attribute::read(line).filter(|(_, length)| *length == line.len());
                read.map(|(attributes, _)| Kind::Attributes(attributes))
            }
            b'*' if line.starts_with("*[") && has(Extension::Abbreviations) => abbreviation(line, range.start),
            _ => None,
        };
        if let Some(kind) = kind {
            self.found.push((Mark { range, kind }, Disguise::Instruction));
        }
    }

    fn calls(&mut self, range: Range<usize>) {
        let mut lines = Lines::new(range.start);
        for found in call::find(&self.text[..range.end], range.start) {
            match found {
                Ok(call) => {
                    let disguise = self.disguise_of_call(&call, &range, &mut lines);
                    self.found.push((Mark { range: call.range.clone(), kind: Kind::Call(call) }, disguise));
                }
                Err(problem) => {
                    let range = problem.range.clone();
                    self.found.push((Mark { range, kind: Kind::Malformed(problem) }, Disguise::Nothing));
                }
            }
        }
    }

    /// A call is a block where it stands alone: half of a pair on its line, a whole one between blank lines.
    fn disguise_of_call(&self, call: &Call, within: &Range<usize>, lines: &mut Lines) -> Disguise {
        let (line_start, content) = lines.at(self.text.as_bytes(), call.range.start);
        if content < call.range.start {
            return Disguise::Instruction;
        }
        let line_end = end_of_blank(&self.text[..within.end], call.range.end);
        let is_alone = line_end == within.end || self.text[line_end..].starts_with('\n');
        if is_alone && !matches!(call.form, call::Form::Whole) {
            return Disguise::Instruction;
        }
        let before = self.text[within.start..line_start].trim_end_matches(['\n', '\r']).len() + within.start;
        let is_first = before == within.start
            || is_blank_between(&self.text[before..line_start])
            || self.ends_block(before, within);
        let after = &self.text[line_end..within.end];
        let next = after.strip_prefix('\n').unwrap_or(after).lines().next().unwrap_or("");
        let is_last = next.trim_matches(['>', ' ', '\t']).is_empty() || begins_block(next.trim_start());
        match (is_first && is_last, is_alone) {
            (true, true) => Disguise::Instruction,
            (false, true) => Disguise::Address,
            (_, false) => Disguise::Tag,
        }
    }

    /// Whether the line that ends at byte `end` is no text that a paragraph could go on from.
    fn ends_block(&self, end: usize, within: &Range<usize>) -> bool {
        let start = memchr::memrchr(b'\n', &self.text.as_bytes()[within.start..end])
            .map_or(within.start, |at| within.start + at + 1);
        let line = self.text[start..end].trim_start();
        begins_block(line) || line.trim_matches(['>', ' ', '\t']).is_empty()
    }

    fn wikilinks(&mut self, range: Range<usize>) {
        let text = &self.text[..range.end];
        let mut lines = Lines::new(range.start);
        for at in memmem::find_iter(&text.as_bytes()[range.start..], b"[[") {
            let Some(mark) = wikilink(text, range.start + at) else { continue };
            let (_, content) = lines.at(text.as_bytes(), mark.range.start);
            let behind = &text[end_of_blank(text, mark.range.end)..];
            // At the beginning of a line an instruction would be a block, and alone on it a tag may be one.
            let disguise = match (content == mark.range.start, behind.is_empty() || behind.starts_with('\n')) {
                (true, true) => Disguise::Address,
                (true, false) => Disguise::Tag,
                (false, _) => Disguise::Instruction,
            };
            self.found.push((mark, disguise));
        }
    }
}

/// The line of the place that was asked for last, so that places that rise are found in one pass.
struct Lines {
    asked: usize,
    start: usize,
    content: Option<usize>,
}

impl Lines {
    fn new(start: usize) -> Self {
        Self { asked: start, start, content: None }
    }

    /// Where the line of byte `at` begins, and where its content does, if not behind `at`.
    fn at(&mut self, bytes: &[u8], at: usize) -> (usize, usize) {
        if let Some(before) = memchr::memrchr(b'\n', &bytes[self.asked..at]) {
            self.start = self.asked + before + 1;
            self.content = None;
        }
        self.asked = at;
        // Behind the first place of a line nothing is at its beginning.
        let content = *self.content.get_or_insert_with(|| skip_prefix(bytes, self.start, at));
        (self.start, content)
    }
}

/// Where the spaces and tabs from byte `from` on end.
fn end_of_blank(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start_matches([' ', '\t', '\r']).len()
}

/// Whether lines of white space alone hold a blank one.
fn is_blank_between(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'\n').count() > 1
}

/// Whether a line is a block of its own, so that a call beside it stands alone.
fn begins_block(line: &str) -> bool {
    line.starts_with(":::") || line.starts_with("{%") || line.starts_with("{{") || line.starts_with('#')
}

/// Where the content of a line begins: behind indentation, the marks of quotes and those of list items.
fn skip_prefix(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut at = start;
    loop {
        match bytes[..end].get(at) {
            Some(b' ' | b'\t' | b'>') => at += 1,
            Some(b'-' | b'*' | b'+') if matches!(bytes[..end].get(at + 1), Some(b' ' | b'\t')) => at += 2,
            Some(b'0'..=b'9') => {
                let digits = bytes[at..end].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
                let is_item = matches!(bytes[..end].get(at + digits), Some(b'.' | b')'))
                    && matches!(bytes[..end].get(at + digits + 1), Some(b' ' | b'\t'));
                if !is_item {
                    return at;
                }
                at += digits + 2;
            }
            _ => return at,
        }
    }
}

/// `:::`, `:::name`, `:::name[Title]{attributes} Title` or `::: {attributes}`.
fn fence(text: &str, range: Range<usize>) -> Option<Kind> {
    let line = &text[range.clone()];
    let colons = line.len() - line.trim_start_matches(':').len();
    let rest = line[colons..].trim_start();
    if rest.is_empty() {
        return Some(Kind::Close(colons));
    }
    let mut at = range.end - rest.len();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name_length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let begins_well = rest.starts_with(|c: char| c.is_ascii_alphabetic()) || rest.starts_with('{');
    // `:::row:::` and `:::image source="a.png":::` open and close nothing: other tools mean something else by them.
    if !begins_well || rest.ends_with(":::") {
        return None;
    }
    // `note-` and `note+` fold.
    let folds = usize::from(name_length > 0 && rest[name_length..].starts_with('+'));
    let name = at..at + name_length + folds;
    at = name.end;
    let mut title = at..at;
    let mut attributes = Attributes::default();
    if let Some(end) = text[at..range.end].strip_prefix('[').and_then(|rest| rest.rfind(']')) {
        title = at + 1..at + 1 + end;
        at += end + 2;
    }
    let take = |at: &mut usize, attributes: &mut Attributes| {
        let blank = text[*at..range.end].len() - text[*at..range.end].trim_start().len();
        if let Some((read, length)) = attribute::read_words(&text[*at + blank..range.end]) {
            *attributes = read;
            *at += blank + length;
        }
    };
    take(&mut at, &mut attributes);
    let rest = text[at..range.end].trim_start();
    if !rest.is_empty() && title.is_empty() {
        title = range.end - rest.len()..range.end;
        // `Title {open}`, as VitePress writes it.
        if let Some(brace) = rest.rfind('{').filter(|_| attributes.is_empty() && rest.ends_with('}')) {
            let mut behind = title.start + brace;
            let words = &rest[brace..];
            if says_something(words) || FOLDS.contains(&words) {
                take(&mut behind, &mut attributes);
            }
            if behind == range.end {
                title.end = title.start + rest[..brace].trim_end().len();
            }
        }
    } else if !rest.is_empty() {
        return None;
    }
    (!name.is_empty() || !attributes.is_empty()).then_some(Kind::Open(colons, Opening { name, title, attributes }))
}

/// Whether braces hold attributes, and not words alone, which may be part of a title.
fn says_something(braces: &str) -> bool {
    let has_value = |attributes: &Attributes| attributes.pairs.iter().any(|(_, value)| !value.is_empty());
    attribute::read_words(braces)
        .is_some_and(|(read, _)| read.id.is_some() || !read.classes.is_empty() || has_value(&read))
}

/// The fence that is open behind a line which begins with one of its signs.
fn fence_after<'t>(open: Option<&'t str>, line: &'t str) -> Option<&'t str> {
    let sign = line.chars().next().unwrap_or('`');
    let length = line.len() - line.trim_start_matches(sign).len();
    match open {
        Some(open) if open.starts_with(sign) && length >= open.len() && line[length..].trim().is_empty() => None,
        Some(open) => Some(open),
        None => (length >= 3 && (sign == '~' || !line[length..].contains('`'))).then(|| &line[..length]),
    }
}

/// `*[HTML]: Hypertext Markup Language`.
fn abbreviation(line: &str, at: usize) -> Option<Kind> {
    let close = line.find("]:")?;
    let short = &line[2..close];
    let long = line[close + 2..].trim();
    let start = at + line.len() - line[close + 2..].trim_start().len();
    let is_one = !short.trim().is_empty() && !short.contains(['[', ']']) && !long.is_empty();
    is_one.then_some(Kind::Abbreviation(at + 2..at + close, start..start + long.len()))
}

/// `[[target]]` or `[[target|text]]`; nothing where it is the text of an ordinary link, or what shells and TOML mean by it.
fn wikilink(text: &str, start: usize) -> Option<Mark> {
    let bytes = text.as_bytes();
    let inner_start = start + 2;
    let limit = bytes.len().min(inner_start + LONGEST);
    let length = memmem::find(&bytes[inner_start..limit], b"]]")?;
    let inner = &text[inner_start..inner_start + length];
    let end = inner_start + length + 2;
    let is_plain = !inner.is_empty() && !inner.contains(['[', ']', '`', '\n']) && inner.trim() == inner;
    let behind = bytes.get(end);
    let before = start.checked_sub(1).map(|at| bytes[at]);
    if !is_plain || matches!(behind, Some(b'(' | b'[' | b']')) || matches!(before, Some(b'\\' | b'!' | b'[')) {
        return None;
    }
    let (target, label) = match inner.find('|') {
        Some(bar) => {
            let target = inner[..bar].trim_end_matches('\\');
            (inner_start..inner_start + target.len(), Some(inner_start + bar + 1..inner_start + length))
        }
        None => (inner_start..inner_start + length, None),
    };
    (!target.is_empty()).then_some(Mark { range: start..end, kind: Kind::Wikilink(target, label) })
}
