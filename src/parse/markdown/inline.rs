//! Text: plain, and with the inline marks that CommonMark does not have.
//!
//! The parser hands text over in pieces; where an article holds any of these marks, pieces that follow one another are
//! joined to a run first. A mark that is not closed in its paragraph, at its depth, is text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr, memmem};

use crate::model::doc::{Construct, Hole};
use crate::parse::{
    Extension, attribute, autolink,
    markdown::{mask::Kind, state::Writer},
    piece,
};

/// The longest superscript, emoji code or group of keys, in bytes.
const LONGEST: usize = 64;

/// Which marks and addresses an article may hold: found by looking for their characters anywhere.
#[derive(Clone, Copy, Default)]
pub(super) struct InlineMarks {
    marks: bool,
    keys: bool,
    superscripts: bool,
    subscripts: bool,
    emoji: bool,
    attributes: bool,
    pub(super) addresses: bool,
}

impl InlineMarks {
    fn any(self) -> bool {
        self.marks || self.keys || self.superscripts || self.subscripts || self.emoji || self.attributes
    }

    /// Where the next character stands that may begin a mark.
    fn next(self, text: &[u8]) -> Option<usize> {
        let signs = [
            (b'=', self.marks),
            (b'+', self.keys),
            (b'^', self.superscripts),
            (b'~', self.subscripts),
            (b':', self.emoji),
        ];
        let mut wanted = signs.into_iter().filter_map(|(sign, is_wanted)| is_wanted.then_some(sign));
        match (wanted.next(), wanted.next(), wanted.next()) {
            (None, ..) => None,
            (Some(one), None, _) => memchr(one, text),
            (Some(one), Some(two), None) => memchr::memchr2(one, two, text),
            _ => text.iter().position(|byte| signs.contains(&(*byte, true))),
        }
    }
}

impl<'a> Writer<'a, '_> {
    /// Looks for the characters of inline marks in what is to be read.
    pub(super) fn learn_inline_marks(&mut self, range: Range<usize>) {
        let text = &self.file.text[range];
        let bytes = text.as_bytes();
        let has = |extension| self.options.extensions.has(extension);
        let marks = &mut self.marks;
        marks.marks |= has(Extension::Marks) && memmem::find(bytes, b"==").is_some();
        marks.keys |= has(Extension::Keys) && memmem::find(bytes, b"++").is_some();
        marks.superscripts |= has(Extension::Scripts) && memchr(b'^', bytes).is_some();
        marks.subscripts |= has(Extension::Scripts) && memchr(b'~', bytes).is_some();
        marks.emoji |=
            has(Extension::Emoji) && memchr::memchr_iter(b':', text.as_bytes()).any(|at| emoji(&text[at..]).is_some());
        marks.addresses |= has(Extension::Autolinks) && autolink::may_hold(bytes);
        marks.attributes |= has(Extension::Attributes) && memchr(b'{', bytes).is_some();
    }

    /// Learns the abbreviations that the present stretch declares.
    pub(super) fn learn_abbreviations(&mut self) {
        let text = self.file.text;
        let declared = self.file.marks.iter().filter_map(|mark| match &mark.kind {
            Kind::Abbreviation(short, long) => {
                Some((text[short.clone()].trim().to_owned(), text[long.clone()].to_owned()))
            }
            _ => None,
        });
        let declared: Vec<_> = declared.collect();
        if !declared.is_empty() {
            self.abbreviations.extend(declared);
            self.abbreviation_finder =
                AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(self.abbreviations.keys()).ok();
        }
    }

    pub(super) fn prose(&mut self, text: &str, range: Range<usize>) {
        let original = self.original(text, &range);
        if let Some(code) = &mut self.code {
            code.text.push_str(original);
            return;
        }
        // The indentation of a block of HTML comes as text.
        if self.skipping_marker || self.html.as_ref().is_some_and(|html| html.is_hidden) {
            return;
        }
        if !self.file.marks.is_empty() {
            self.tell_malformed(&range);
        }
        self.mentions.source = range.start;
        if self.image.is_some() || !(self.marks.any() || self.question.is_some() || self.in_files()) {
            return self.plain(original);
        }
        // What was escaped, or written as a reference, marks nothing.
        let is_escaped = range.start > 0 && self.file.text.as_bytes()[range.start - 1] == b'\\';
        if original.len() != range.len() {
            self.flush_run();
            self.mentions.source = range.start;
            return self.plain(original);
        }
        let mut rest = original;
        if is_escaped {
            self.flush_run();
            let first = rest.chars().next().map_or(0, char::len_utf8);
            self.mentions.source = range.start;
            self.plain(&rest[..first]);
            rest = &rest[first..];
        }
        if self.run.is_empty() {
            self.run_start = range.end - rest.len();
        }
        self.run.push_str(rest);
    }

    /// Writes the run of text that has been gathered.
    pub(super) fn flush_run(&mut self) {
        if self.run.is_empty() {
            self.last_inline = None;
            return;
        }
        let run = std::mem::take(&mut self.run);
        self.write_run(&run);
        self.last_inline = None;
        self.run = run;
        self.run.clear();
    }

    fn write_run(&mut self, run: &str) {
        let bytes = run.as_bytes();
        let mut from = self.attributes_of_inline(run);
        from += self.strip_label(&run[from..]);
        from += self.write_file_name(&run[from..]);
        let mut at = from;
        while let Some(next) = self.marks.next(&bytes[at..]) {
            at += next;
            let before = || run[..at].chars().next_back();
            let length = match bytes[at] {
                b'=' if self.marks.marks && bytes[at..].starts_with(b"==") => {
                    self.part_of_run(run, from..at);
                    self.link_terms();
                    from = at;
                    let behind = self.file.text.get(self.run_start + at + 2..).unwrap_or("");
                    self.highlight(before(), behind.chars().next())
                }
                b'+' if self.marks.keys => keys(before(), &run[at..]).map(|(html, length)| {
                    self.part_of_run(run, from..at);
                    self.link_terms();
                    self.gather(&run[at + 2..at + length - 2]);
                    self.out.raw(&html);
                    self.uses(Construct::Layout);
                    length
                }),
                mark @ (b'^' | b'~') if self.has_scripts(mark) => script(before(), &run[at..]).inspect(|length| {
                    self.part_of_run(run, from..at);
                    self.link_terms();
                    let tag = if mark == b'^' { "sup" } else { "sub" };
                    self.out.raw(&format!("<{tag}>"));
                    self.part_of_run(run, at + 1..at + length - 1);
                    self.link_terms();
                    self.out.raw(&format!("</{tag}>"));
                }),
                b':' if self.marks.emoji && (at == from || !is_in_word(before())) => {
                    emoji(&run[at..]).map(|(sign, length)| {
                        self.part_of_run(run, from..at);
                        self.plain(sign);
                        length
                    })
                }
                _ => None,
            };
            at += length.unwrap_or(1);
            if length.is_some() {
                from = at;
            }
        }
        self.part_of_run(run, from..run.len().max(from));
    }

    /// Writes a part of the run as text.
    fn part_of_run(&mut self, run: &str, range: Range<usize>) {
        self.mentions.source = self.run_start + range.start;
        self.plain(run.get(range).unwrap_or(""));
    }

    fn has_scripts(&self, mark: u8) -> bool {
        if mark == b'^' { self.marks.superscripts } else { self.marks.subscripts }
    }

    /// `==`: opens before a word and closes behind one. The mark is written as it is until it is closed.
    fn highlight(&mut self, before: Option<char>, next: Option<char>) -> Option<usize> {
        let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '=');
        if let Some((at, depth)) = self.open_mark
            && depth == self.inline_depth
            && (!is_edge(before) || before.is_none() && self.out.has_content_from(at + 2))
            && next != Some('=')
            && self.out.replace(at, "==", "<mark>")
        {
            self.open_mark = None;
            self.out.raw("</mark>");
            return Some(2);
        }
        if !is_edge(next) && before.is_none_or(|c| !c.is_alphanumeric() && c != '=') {
            self.open_mark = Some((self.out.len(), self.inline_depth));
            self.out.raw("==");
            return Some(2);
        }
        None
    }

    /// Writes text that holds no marks, but perhaps abbreviations.
    pub(super) fn plain(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.gather(text);
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        match self.abbreviation_finder.take() {
            Some(finder) => {
                self.with_abbreviations(&finder, text);
                self.abbreviation_finder = Some(finder);
            }
            None => self.text_with_terms(text),
        }
    }

    fn with_abbreviations(&mut self, finder: &AhoCorasick, text: &str) {
        let (mut from, source) = (0, self.mentions.source);
        for found in finder.find_iter(text) {
            let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if is_word(text[..found.start()].chars().next_back()) || is_word(text[found.end()..].chars().next()) {
                continue;
            }
            let short = &text[found.range()];
            let Some(long) = self.abbreviations.get(short) else { continue };
            let (long, short) = (piece::escaped_attribute(long), piece::escaped(short));
            self.uses(Construct::Notes);
            self.mentions.source = source + from;
            self.text_with_terms(&text[from..found.start()]);
            self.link_terms();
            self.out.raw(&format!("<abbr title=\"{long}\">{short}</abbr>"));
            from = found.end();
        }
        self.mentions.source = source + from;
        self.text_with_terms(&text[from..]);
    }

    pub(super) fn inline_code(&mut self, code: &str, range: Range<usize>) {
        let original = self.original_code(code, &range);
        let code = original.as_deref().unwrap_or(code);
        if self.image.is_none() {
            self.block.begin_code();
        }
        self.gather(code);
        let start = self.out.len();
        match &mut self.image {
            Some(image) => image.alt.push_str(code),
            None => {
                self.out.raw("<code>");
                self.out.text(code);
                self.out.raw("</code>");
                self.last_inline = Some(start);
            }
        }
    }

    pub(super) fn line_break(&mut self, html: &str) {
        if self.skipping_marker {
            self.skipping_marker = false;
            return;
        }
        self.gather_space();
        if self.end_question_line() {
            return;
        }
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => {
                self.out.raw(html);
                self.line_break_in_terms();
            }
        }
    }

    /// Takes the white space between two pieces of text into headings, word counts and excerpts.
    pub(super) fn gather_space(&mut self) {
        self.block.push(" ");
        if let Some(question) = &mut self.question {
            question.text_mut().push(' ');
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push(' ');
        } else if self.image.is_none() {
            self.section.words.end_word();
            self.section.space();
            if self.aside == 0 {
                self.section.excerpt.space();
                self.whole.space();
            }
        }
    }

    /// Takes plain text into headings, word counts and excerpts.
    pub(super) fn gather(&mut self, text: &str) {
        if let Some(question) = self.question.as_mut().filter(|_| self.heading.is_none()) {
            question.text_mut().push_str(text);
        }
        if self.image.is_none() {
            self.block.push(text);
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        } else if self.image.is_none() {
            self.section.words.push(text);
            self.section.text.push_str(text);
            if self.aside == 0 {
                self.section.excerpt.push(text);
                self.whole.push(text);
            }
        }
    }

    /// Writes an inline tag, unless an alternative text is being read.
    pub(super) fn open_inline(&mut self, html: &str) {
        self.inline_depth += 1;
        self.open_inlines.push(self.out.len());
        if self.image.is_none() {
            self.out.raw(html);
        }
    }

    pub(super) fn close_inline(&mut self, html: &str) {
        self.close_in_text();
        self.inline_depth = self.inline_depth.saturating_sub(1);
        if self.open_mark.is_some_and(|(_, depth)| depth > self.inline_depth) {
            self.open_mark = None;
        }
        let start = self.open_inlines.pop();
        // `**Question:** ..`: nothing is left of the label.
        if self.question.is_some() && self.out.take_back(&html.replace('/', "")) {
            return;
        }
        if self.image.is_none() {
            self.out.raw(html);
            self.last_inline = start;
        }
    }

    /// Gives the attributes that a run begins with to the inline element before it; returns how many bytes they take.
    fn attributes_of_inline(&mut self, run: &str) -> usize {
        let Some(start) = self.last_inline.take().filter(|_| self.marks.attributes && run.starts_with('{')) else {
            return 0;
        };
        let Some((mut attributes, length)) = attribute::read(run) else { return 0 };
        let range = self.run_start..self.run_start + length;
        self.refuse_attributes(&mut attributes, &range);
        if let Some(dark) = self.dark_of_media(&mut attributes, &range) {
            return if dark { length } else { 0 };
        }
        if let Some(id) = attributes.id.as_ref().filter(|_| !self.out.has_attribute(start, "id")) {
            self.anchors.push(id.clone());
        }
        self.add_attributes(start, &attributes);
        length
    }

    /// Adds attributes to the image that was written last: `None` where none was.
    fn dark_of_media(&mut self, attributes: &mut crate::model::doc::Attributes, range: &Range<usize>) -> Option<bool> {
        if !matches!(self.out.last_hole(), Some(Hole::Media(_))) {
            return None;
        }
        let dark = attributes
            .take("dark")
            .map(|target| self.push_link(crate::model::page::LinkKind::Image, target, range.clone()));
        if dark.is_some() {
            self.uses(Construct::Pairs);
        }
        let Some(Hole::Media(media)) = self.out.last_hole() else { return Some(false) };
        media.dark = dark;
        media.attributes = std::mem::take(attributes);
        Some(true)
    }
}

/// `++ctrl+alt+del++`: the HTML, and how many bytes it takes.
fn keys(before: Option<char>, text: &str) -> Option<(String, usize)> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '+') {
        return None;
    }
    let inner = text.strip_prefix("++")?;
    let limit = crate::model::span::floor_char_boundary(inner, LONGEST);
    let end = inner[..limit].find("++").filter(|end| *end > 0)?;
    let names: Vec<&str> = inner[..end].split('+').collect();
    let is_key = |name: &&str| {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-');
        plain || name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).is_some_and(|name| !name.is_empty())
    };
    if !names.iter().all(is_key) {
        return None;
    }
    let html: Vec<String> =
        names.iter().map(|name| format!("<kbd>{}</kbd>", piece::escaped(&key_name(name)))).collect();
    Some((format!("<kbd class=\"keys\">{}</kbd>", html.join("+")), end + 4))
}

/// What stands on a key that goes by this name.
fn key_name(name: &str) -> String {
    if let Some(text) = name.strip_prefix('"') {
        return text.trim_end_matches('"').to_owned();
    }
    let known = match name.to_ascii_lowercase().as_str() {
        "ctrl" | "control" => "Ctrl",
        "cmd" | "command" => "⌘ Cmd",
        "opt" | "option" => "⌥ Option",
        "alt" => "Alt",
        "shift" => "⇧ Shift",
        "meta" => "Meta",
        "win" | "windows" => "⊞ Win",
        "enter" | "return" => "↵ Enter",
        "tab" => "⇥ Tab",
        "esc" | "escape" => "Esc",
        "del" | "delete" => "Del",
        "backspace" => "⌫ Backspace",
        "space" => "Space",
        "up" | "arrow-up" => "↑",
        "down" | "arrow-down" => "↓",
        "left" | "arrow-left" => "←",
        "right" | "arrow-right" => "→",
        "page-up" => "Page Up",
        "page-down" => "Page Down",
        "home" => "Home",
        "end" => "End",
        "ins" | "insert" => "Ins",
        "plus" => "+",
        "minus" => "-",
        _ => "",
    };
    match (known, name.len()) {
        ("", 1) => name.to_uppercase(),
        ("", _) => {
            let mut chars = name.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        }
        (known, _) => known.to_owned(),
    }
}

/// `^2^` or `~2~` directly behind a word: how many bytes it takes.
fn script(before: Option<char>, text: &str) -> Option<usize> {
    let mark = text.chars().next()?;
    before.filter(|c| c.is_alphanumeric() || matches!(c, ')' | ']'))?;
    let inner = &text[1..];
    let end = inner.find(|c: char| c == mark || c.is_whitespace())?;
    (end > 0 && end <= LONGEST && inner[end..].starts_with(mark)).then_some(end + 2)
}

/// Whether a colon behind this character begins no code: `a:b:c` and `a::b::c` are names of other things.
fn is_in_word(before: Option<char>) -> bool {
    before.is_some_and(|c| c.is_alphanumeric() || c == ':')
}

/// `:rocket:`: the sign, and how many bytes its code takes.
fn emoji(text: &str) -> Option<(&'static str, usize)> {
    let inner = text.as_bytes().get(1..)?;
    let is_code =
        |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(**byte, b'_' | b'+' | b'-');
    let length = inner.iter().take(LONGEST).take_while(is_code).count();
    let behind = text.get(length + 2..)?;
    if length == 0 || inner.get(length) != Some(&b':') || behind.starts_with(char::is_alphanumeric) {
        return None;
    }
    Some((emojis::get_by_shortcode(&text[1..=length])?.as_str(), length + 2))
}
