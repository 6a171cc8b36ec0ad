//! A block of code: its fence and its text to what is shown, files that it asks for taken in.

use std::{ops::Range, sync::LazyLock};

use memchr::memmem;

use crate::model::{
    RelPath,
    doc::{CodeLook, LineMark},
};
use crate::parse::{
    console,
    fence::{self, Fence, HIDDEN_SIGN, Problem, RULE, TOLD},
    include::{self, Found, Reference, Shelf},
    notation::{self, Note, Slip},
    region::Mistake,
};

/// The code of errors of files that can't be included.
pub(super) const MISSING: &str = "missing-include";

/// A fenced block as it was read.
pub(super) struct Draft<'t> {
    fence: Fence,
    problems: Vec<Problem>,
    /// The block in its file, and where it begins there.
    source: &'t str,
    at: usize,
}

/// A finished block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Finished {
    pub(super) language: String,
    pub(super) text: String,
    pub(super) look: CodeLook,
    pub(super) problems: Vec<Problem>,
}

/// What a block may take in.
pub(super) struct Pantry<'s, 'a> {
    /// The file that the block stands in, from the site's root.
    pub(super) from: &'s RelPath,
    /// The files of the article; `None` where including is switched off.
    pub(super) shelf: Option<&'s mut Shelf<'a>>,
}

impl<'t> Draft<'t> {
    /// Begins a block of which `source`, from byte `at` of its file on, is the whole; `info` stands behind its fence, as
    /// Markdown reads it.
    pub(super) fn begin(source: &'t str, at: usize, info: &str) -> Self {
        let line = source.lines().next().unwrap_or("");
        let written = line.trim_start_matches(['`', '~']);
        let start = at + line.len() - written.len();
        let (mut fence, problems) = fence::read(written, start);
        if written.contains(['\\', '&']) {
            // Escaped signs and entities have been read.
            fence.language = fence::read(info, 0).0.language;
        }
        Self { fence, problems, source, at }
    }

    /// Reads what the text between the fences says of itself, and what the fence says of it.
    pub(super) fn finish(self, text: String, pantry: &mut Pantry<'_, '_>) -> Finished {
        let Self { fence, problems, source, at } = self;
        let mut block = Block { source, at, sources: None, is_whole: true, problems };
        let Fence { language, look, lines, numbered_as_file, file, hidden_sign } = fence;
        let mut done = Finished { language, text, look, problems: Vec::new() };
        if let Some(shelf) = &mut pantry.shelf {
            let first = block.include(&mut done.text, file.as_ref(), pantry.from, shelf);
            done.look.first_number = first.filter(|_| numbered_as_file).or(done.look.first_number);
        }
        if notation::is_likely(&done.text) {
            block.read_marks(&mut done);
        }
        block.mark(&mut done, lines);
        if let Some(sign) = hidden_sign {
            hide(&mut done, &sign);
        }
        done.look.commands = console::commands(&done.language, &done.text);
        done.problems = block.problems;
        done
    }
}

struct Block<'t> {
    source: &'t str,
    at: usize,
    /// The line between the fences that each line of the text comes from, both counted from 0, where they differ.
    sources: Option<Vec<u32>>,
    /// Whether everything that was to be included is there.
    is_whole: bool,
    problems: Vec<Problem>,
}

impl Block<'_> {
    /// Puts files into the text; gives the number of the first line that the fence asks for.
    fn include(
        &mut self,
        text: &mut String,
        file: Option<&Reference>,
        from: &RelPath,
        shelf: &mut Shelf<'_>,
    ) -> Option<u32> {
        if let Some(file) = file {
            if !text.trim().is_empty() {
                let help = "remove the code below, or `file`".to_owned();
                let message = "the file takes the place of the code below".to_owned();
                self.tell(Problem { range: file.path_range.clone(), code: RULE, message, help });
            }
            text.clear();
            let found = self.find(file, 0, from, shelf)?;
            push_dedented(text, &found, "");
            self.sources = Some(vec![0; text.lines().count()]);
            return Some(found.cut.first_line);
        }
        static CUT: LazyLock<memmem::Finder<'_>> = LazyLock::new(|| memmem::Finder::new("8<-"));
        if CUT.find(text.as_bytes()).is_some() {
            self.expand(text, from, shelf);
        }
        None
    }

    /// Puts a file in the place of each line that names one.
    fn expand(&mut self, text: &mut String, from: &RelPath, shelf: &mut Shelf<'_>) {
        let mut expanded = String::with_capacity(text.len());
        let mut sources = Vec::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let before = expanded.len();
            match (include::reference(line), include::escaped(line)) {
                (Some(reference), _) => {
                    let at = self.place(number as u32, line, 0..line.len()).start;
                    if let Some(found) = self.find(&reference, at, from, shelf) {
                        push_dedented(&mut expanded, &found, &line[..line.len() - line.trim_start().len()]);
                    }
                }
                (None, Some(semicolon)) => {
                    expanded.push_str(&line[..semicolon]);
                    expanded.push_str(&line[semicolon + 1..]);
                }
                (None, None) => expanded.push_str(line),
            }
            let lines = memchr::memchr_iter(b'\n', &expanded.as_bytes()[before..]).count();
            sources.extend(std::iter::repeat_n(number as u32, lines));
        }
        *text = expanded;
        self.sources = Some(sources);
    }

    /// A file that is asked for; `at` is where the ranges of `reference` are counted from.
    fn find<'a>(
        &mut self,
        reference: &Reference,
        at: usize,
        from: &RelPath,
        shelf: &mut Shelf<'a>,
    ) -> Option<Found<'a>> {
        let found = shelf.find(from, &reference.path, &reference.part);
        if let Err(Mistake { message, help }) = &found {
            self.is_whole = false;
            let range = at + reference.path_range.start..at + reference.part_range.end.max(reference.path_range.end);
            self.tell(Problem { range, code: MISSING, message: message.clone(), help: help.clone() });
        }
        found.ok()
    }

    fn read_marks(&mut self, done: &mut Finished) {
        let noted = notation::read(&done.language, &done.text);
        let before: Vec<&str> = done.text.lines().collect();
        for Slip { line, range, message, help } in noted.problems {
            let text = before.get(line as usize).copied().unwrap_or("");
            let place = self.place(self.source_of(line), text, range);
            self.tell(Problem { range: place, code: RULE, message, help });
        }
        self.sources = Some(noted.sources.iter().map(|line| self.source_of(*line)).collect());
        done.text = noted.text;
        done.look.lines = noted.lines;
    }

    /// Takes over the lines that the fence marks, as far as there are such.
    fn mark(&mut self, done: &mut Finished, lines: Vec<fence::Marked>) {
        if lines.is_empty() && done.look.lines.is_empty() {
            return;
        }
        let count = done.text.lines().count() as u32;
        for marked in lines {
            if marked.last > count && self.is_whole {
                let what = if marked.first == marked.last { "line" } else { "lines" };
                let (first, last) = (marked.first, marked.last);
                let range = if first == last { first.to_string() } else { format!("{first}-{last}") };
                let message = format!("this code has no {what} {range}");
                let help = format!("it has {count} {}", if count == 1 { "line" } else { "lines" });
                self.tell(Problem { range: marked.range, code: RULE, message, help });
            }
            done.look.lines.push((marked.mark, marked.first, marked.last));
        }
        done.look.lines.retain_mut(|(_, first, last)| {
            *last = (*last).min(count);
            *first <= count
        });
        done.look.lines.sort_by_key(|(mark, first, last)| (*first, *last, *mark));
        done.look.lines.dedup();
    }

    fn tell(&mut self, problem: Problem) {
        if self.problems.len() < TOLD {
            self.problems.push(problem);
        }
    }

    fn source_of(&self, line: u32) -> u32 {
        self.sources.as_ref().map_or(Some(line), |sources| sources.get(line as usize).copied()).unwrap_or(line)
    }

    /// Where `range` of the code's line `number` stands in the file; all of the line there where the two differ.
    fn place(&self, number: u32, line: &str, range: Range<usize>) -> Range<usize> {
        let line = line.trim_end_matches('\n');
        let source = self.source.split_inclusive('\n').nth(number as usize + 1).unwrap_or(self.source);
        let start = self.at + (source.as_ptr() as usize - self.source.as_ptr() as usize);
        let source = source.trim_end_matches(['\n', '\r']);
        match source.strip_suffix(line) {
            Some(before) => {
                let from = start + before.len();
                from + range.start..from + range.end.min(line.len())
            }
            None => start..start + source.len(),
        }
    }
}

/// The lines that hold these numbers, and where in them.
pub(super) fn lines_of_notes(text: &str, notes: &[Note]) -> Vec<(String, Range<usize>)> {
    let mut lines = text.lines().enumerate();
    let mut line_of = |note: &Note| lines.find(|(number, _)| *number == note.line as usize);
    notes.iter().take(TOLD).filter_map(|note| Some((line_of(note)?.1.to_owned(), note.range.clone()))).collect()
}

/// The text without these numbers and the comments that hold them.
pub(super) fn without_notes(text: &str, notes: &[Note]) -> String {
    let mut notes = notes.iter().peekable();
    let mut kept = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        match notes.next_if(|note| note.line as usize == number) {
            Some(note) => {
                kept.push_str(&line[..note.range.start]);
                kept.push_str(&line[note.range.end..]);
            }
            None => kept.push_str(line),
        }
    }
    kept
}

/// Where `range` of a line of code stands in its file, of which `source`, from byte `at` on, is the block.
pub(super) fn place_of_note(source: &str, at: usize, line: &str, range: Range<usize>) -> Range<usize> {
    match memmem::find(source.as_bytes(), line.as_bytes()) {
        Some(found) => {
            let blank = line[range.clone()].len() - line[range.clone()].trim_start().len();
            at + found + range.start + blank..at + found + range.end
        }
        None => at..at + source.lines().next().map_or(0, str::len),
    }
}

/// Adds part of a file, its common indentation taken off and `indentation` put before each line.
fn push_dedented(text: &mut String, found: &Found<'_>, indentation: &str) {
    let lines = || found.cut.ranges.iter().flat_map(|range| found.text[range.clone()].lines());
    let common = common_indentation(lines());
    for line in lines() {
        let line = line.get(common..).unwrap_or("");
        if !line.is_empty() {
            text.push_str(indentation);
        }
        text.push_str(line);
        text.push('\n');
    }
}

/// How many bytes of white space all lines begin with, those left aside that hold nothing else.
fn common_indentation<'l>(lines: impl Iterator<Item = &'l str>) -> usize {
    let mut common: Option<&str> = None;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let own = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let shared =
            common.map_or(own.len(), |common| common.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count());
        common = Some(&own[..shared]);
        if shared == 0 {
            break;
        }
    }
    common.map_or(0, str::len)
}

/// Hides the lines that begin with `sign`, and takes it off them. Two signs stand for one, as documentation tests have it.
fn hide(done: &mut Finished, sign: &str) {
    let as_tests_do = sign == HIDDEN_SIGN || (sign == "#" && matches!(done.language.as_str(), "rust" | "rs"));
    let mut text = String::with_capacity(done.text.len());
    for (number, line) in done.text.split_inclusive('\n').enumerate() {
        let inside = line.trim_start_matches([' ', '\t']);
        let indentation = &line[..line.len() - inside.len()];
        let hidden = if !as_tests_do {
            inside.strip_prefix(sign)
        } else if inside.trim_end() == "#" {
            inside.strip_prefix('#')
        } else {
            inside.strip_prefix("# ")
        };
        text.push_str(indentation);
        match hidden {
            Some(rest) => {
                let number = number as u32 + 1;
                done.look.lines.push((LineMark::Hidden, number, number));
                text.push_str(rest);
            }
            None if as_tests_do && inside.starts_with("##") => text.push_str(&inside[1..]),
            None => text.push_str(inside),
        }
    }
    done.text = text;
    done.look.lines.sort_by_key(|(mark, first, last)| (*first, *last, *mark));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Included;

    /// What a block comes to, with files that it may include.
    fn finished(source: &str, files: &[(&str, &str)]) -> Finished {
        let path = |path: &str| RelPath::new(path).expect("a path");
        let included: Included = files.iter().map(|(name, text)| (path(name), Ok((*text).into()))).collect();
        let (info, rest) = source.split_once('\n').expect("a fence");
        let draft = Draft::begin(source, 100, info.trim_start_matches('`'));
        let text = rest.strip_suffix("```").expect("an end").to_owned();
        let from = path("content/a.md");
        draft.finish(text, &mut Pantry { from: &from, shelf: Some(&mut Shelf::new(&included)) })
    }

    fn told(source: &str, files: &[(&str, &str)]) -> Vec<(String, String)> {
        let problems = finished(source, files).problems;
        let place = |range: Range<usize>| source[range.start - 100..range.end - 100].to_owned();
        problems.into_iter().map(|problem| (place(problem.range), problem.message)).collect()
    }

    #[test]
    fn plain_code_stays_as_it_is() {
        let done = finished("```rust,ignore\nlet a = 1;\n```", &[]);
        let expected = Finished { language: "rust".to_owned(), text: "let a = 1;\n".to_owned(), ..Finished::default() };
        assert_eq!(done, expected);
    }

    #[test]
    fn files_take_the_place_of_lines_and_of_the_code() {
        let files = [("content/b.rs", "use x;\n// ANCHOR: f\n    fn f() {\n\n        g();\n    }\n// ANCHOR_END: f\n")];
        for (source, expected) in [
            ("```rust file=\"b.rs:f\"\n```", "fn f() {\n\n    g();\n}\n"),
            ("```rust file=\"b.rs\" lines=\"1\" region=\"f\"\n```", "fn f() {\n\n    g();\n}\n"),
            ("```rust\na\n  --8<-- \"b.rs:f\"\nb\n```", "a\n  fn f() {\n\n      g();\n  }\nb\n"),
            ("```rust\n;--8<-- \"b.rs:f\"\n```", "--8<-- \"b.rs:f\"\n"),
            ("```rust\n--8<-- \"b.rs:1:1\"\n--8<-- \"/content/b.rs::1\"\n```", "use x;\nuse x;\n"),
        ] {
            let done = finished(source, &files);
            assert_eq!((done.text.as_str(), done.problems), (expected, vec![]), "{source}");
        }
        let numbered = finished("```rust file=\"b.rs:f\" linenums\n```", &files);
        assert_eq!(numbered.look.first_number, Some(3));
        assert_eq!(finished("```rust file=\"b.rs:f\" linenums=\"1\"\n```", &files).look.first_number, Some(1));
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        let files = [("content/b.rs", "a\n// highlight-start\nb\n")];
        for (source, place, message) in [
            ("```rust file=\"c.rs\"\n```", "c.rs", "`content/c.rs` is one file too many for this article to include"),
            ("```rust file=\"b.rs:x\"\n```", "b.rs:x", "`content/b.rs` has no region `x`"),
            ("```rust file=\"b.rs\" lines=\"9\"\n```", "b.rs\" lines=\"9", "`content/b.rs` has 3 lines, and no line 9"),
            ("```rust\na\n  --8<-- \"b.rs:x\"\n```", "b.rs:x", "`content/b.rs` has no region `x`"),
            ("```rust file=\"b.rs:1:1\"\nx\n```", "b.rs", "the file takes the place of the code below"),
            ("```rust {2}\na\n```", "2", "this code has no line 2"),
            ("```rust {1-4294967295}\na\n```", "1-4294967295", "this code has no lines 1-4294967295"),
            ("```js\na\nb // [!code focsu]\n```", "[!code focsu]", "unknown mark of code: `focsu`"),
            ("```js\n// highlight-start\na\n```", "highlight-start", "`highlight-start` without a `highlight-end`"),
            (
                "```js\n// [!code ++]\na // [!code hlx:0]\n// highlight-end\n```",
                "highlight-end",
                "`highlight-end` without a `highlight-start`",
            ),
        ] {
            assert_eq!(told(source, &files), [(place.to_owned(), message.to_owned())], "{source}");
        }
        let done = finished("```rust {1-4294967295}\na\nb\n```", &[]);
        assert_eq!(done.look.lines, [(LineMark::Highlight, 1, 2)]);
    }

    #[test]
    fn hidden_lines_lose_their_sign() {
        for (source, text, hidden) in [
            (
                "```rust hide\n# use x;\nx();\n  # y();\n#\n## z\n#[a]\n```",
                "use x;\nx();\n  y();\n\n# z\n#[a]\n",
                vec![1, 3, 4],
            ),
            ("```python,hidelines=!!\n!!import x\nx()\n```", "import x\nx()\n", vec![1]),
            ("```rust\n# use x;\n```", "# use x;\n", vec![]),
            ("```rust hide={1}\nuse x;\nx();\n```", "use x;\nx();\n", vec![1]),
        ] {
            let done = finished(source, &[]);
            let lines =
                done.look.lines.iter().filter(|(mark, ..)| *mark == LineMark::Hidden).map(|(_, first, _)| *first);
            assert_eq!((done.text.as_str(), lines.collect::<Vec<_>>()), (text, hidden), "{source}");
        }
    }
}
