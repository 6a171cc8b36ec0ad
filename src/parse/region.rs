//! Parts of a file: named regions, whose marks stand in comments, and ranges of lines.
//!
//! Marks are `--8<-- [start:name]` and `--8<-- [end:name]` (MkDocs), `ANCHOR: name` and `ANCHOR_END: name` (mdBook), and
//! `#region name` and `#endregion` (editors). Regions may nest, overlap and come again: what comes again is joined.

use std::{collections::BTreeMap, ops::Range};

use memchr::memmem;

use crate::model::diagnostic::did_you_mean;

/// Which part of a file is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    #[default]
    Whole,
    /// A named region.
    Region(String),
    /// Lines, counted from 1: first and last, both included; no last means to the end.
    Lines(Vec<(u32, Option<u32>)>),
}

/// Where a part lies in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// Byte ranges of whole lines, in the order of the part; lines that mark regions are in none.
    pub(super) ranges: Vec<Range<usize>>,
    /// The line that the first range begins at, counted from 1.
    pub(super) first_line: u32,
}

/// Why a part can't be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// What is wrong. From [`Index::cut`] it goes on from the file's name: "has no region `x`".
    pub(super) message: String,
    /// What to type.
    pub(super) help: String,
}

/// How many regions a message lists.
const LISTED: usize = 12;

/// Signs that may stand before a mark in a line, in letters: Visual Basic and batch files, m4, C.
const WORDS_OF_COMMENTS: &[&str] = &["rem", "dnl", "pragma"];

impl Part {
    /// The part that `written` names: nothing for the whole, `name`, `5` (from there on), `5:9`, `:9`, `5-9`, and several
    /// of these with commas between them.
    pub(super) fn read(written: &str) -> Self {
        let written = written.trim();
        if written.is_empty() {
            return Self::Whole;
        }
        let lines: Option<Vec<_>> = written.split(',').map(|range| lines_of(range.trim())).collect();
        lines.map_or_else(|| Self::Region(written.to_owned()), Self::Lines)
    }
}

fn lines_of(range: &str) -> Option<(u32, Option<u32>)> {
    let (first, last) = range.split_once([':', '-']).unwrap_or((range, ""));
    let number = |digits: &str| -> Option<u32> {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // What is too large for a number is beyond the end of any file.
        is_number.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    match (first.trim(), last.trim()) {
        ("", "") => None,
        ("", last) => Some((1, Some(number(last)?))),
        (first, "") => Some((number(first)?, None)),
        (first, last) => Some((number(first)?, Some(number(last)?))),
    }
}

/// The lines and regions of one file: made once, cut as often as it is included.
pub(super) struct Index<'t> {
    text: &'t str,
    /// The offset of each line.
    lines: Vec<usize>,
    /// Lines that hold a mark, rising, counted from 0.
    marked: Vec<usize>,
    /// Regions by name, each as lines from the one behind its mark to its end, the latter not included.
    regions: BTreeMap<&'t str, Region>,
}

#[derive(Default)]
struct Region {
    parts: Vec<Range<usize>>,
    /// The line of the mark that begins it, of those that nothing has ended yet.
    open: Vec<usize>,
}

impl<'t> Index<'t> {
    /// Reads the marks of `text`. Linear in its length.
    pub(super) fn of(text: &'t str) -> Self {
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        lines.pop_if(|last| *last == text.len());
        let mut index = Self { text, lines, marked: Vec::new(), regions: BTreeMap::new() };
        index.read_marks();
        index
    }

    fn read_marks(&mut self) {
        let mut candidates = Vec::new();
        for sign in ["8<-", "ANCHOR", "egion"] {
            let found = memmem::find_iter(self.text.as_bytes(), sign);
            candidates.extend(found.map(|at| self.lines.partition_point(|start| *start <= at) - 1));
        }
        candidates.sort_unstable();
        candidates.dedup();
        let folds = memmem::find(self.text.as_bytes(), b"endregion").is_some();
        let mut folded = Folds::default();
        for line in candidates {
            let Some(mark) = Mark::of(self.line(line)).filter(|mark| folds || !mark.needs_end()) else { continue };
            self.marked.push(line);
            match mark {
                Mark::Start(name) => self.begin(name, line),
                Mark::End(name) => self.end(name, line),
                Mark::Fold { name, .. } => {
                    folded.begin(name);
                    self.begin(name, line);
                }
                Mark::Unfold(name) => {
                    if let Some(name) = folded.end(name) {
                        self.end(name, line);
                    }
                }
            }
        }
        self.regions.values_mut().for_each(|region| region.parts.sort_by_key(|part| part.start));
    }

    fn begin(&mut self, name: &'t str, line: usize) {
        self.regions.entry(name).or_default().open.push(line);
    }

    /// Ends the region that was begun last; one inside another of the same name adds nothing to it.
    fn end(&mut self, name: &str, line: usize) {
        if let Some(region) = self.regions.get_mut(name)
            && let Some(begun) = region.open.pop()
            && region.open.is_empty()
        {
            region.parts.push(begun + 1..line);
        }
    }

    fn line(&self, number: usize) -> &'t str {
        let end = self.lines.get(number + 1).copied().unwrap_or(self.text.len());
        &self.text[self.lines[number]..end]
    }

    /// Where a part lies.
    pub(super) fn cut(&self, part: &Part) -> Result<Cut, Mistake> {
        let lines = match part {
            Part::Whole => std::iter::once(0..self.lines.len()).collect(),
            Part::Region(name) => self.region(name)?,
            Part::Lines(wanted) => wanted.iter().map(|range| self.lines_of(*range)).collect::<Result<_, _>>()?,
        };
        let first = lines.first().map_or(0, |lines| lines.start);
        let mut cut = Cut { ranges: Vec::new(), first_line: first as u32 + 1 };
        for lines in lines {
            self.leave_marks_out(lines, &mut cut.ranges);
        }
        Ok(cut)
    }

    fn region(&self, name: &str) -> Result<Vec<Range<usize>>, Mistake> {
        match self.regions.get(name) {
            Some(Region { parts, open }) if open.is_empty() => Ok(parts.clone()),
            Some(Region { open, .. }) => Err(Mistake {
                message: format!("begins the region `{name}` on line {} and never ends it", open[0] + 1),
                help: format!("write `--8<-- [end:{name}]` in a comment below its last line"),
            }),
            None => Err(Mistake { message: format!("has no region `{name}`"), help: self.help_with_regions(name) }),
        }
    }

    fn help_with_regions(&self, wanted: &str) -> String {
        let names = || self.regions.keys().copied().filter(|name| !name.is_empty());
        if let Some(near) = did_you_mean(wanted, names()) {
            return format!("did you mean `{near}`?");
        }
        let listed: Vec<_> = names().take(LISTED).map(|name| format!("`{name}`")).collect();
        match (listed.len(), names().count()) {
            (0, _) => format!(
                "write `--8<-- [start:{wanted}]` in a comment above its first line, and `--8<-- [end:{wanted}]` below its last"
            ),
            (shown, all) if shown < all => format!("its regions are {} and {} more", listed.join(", "), all - shown),
            _ => format!("its regions are {}", listed.join(", ")),
        }
    }

    fn lines_of(&self, (first, last): (u32, Option<u32>)) -> Result<Range<usize>, Mistake> {
        let count = self.lines.len();
        let last = last.map_or(count, |last| last as usize);
        let problem = if first == 0 || last == 0 {
            Some("has no line 0".to_owned())
        } else if first as usize > count || last > count {
            let lines = if count == 1 { "line" } else { "lines" };
            Some(format!("has {count} {lines}, and no line {}", (first as usize).max(last)))
        } else if (first as usize) > last {
            Some(format!("has no lines from {first} to {last}"))
        } else {
            None
        };
        match problem {
            Some(message) => {
                Err(Mistake { message, help: format!("name lines from 1 to {count}, such as `1:{count}`") })
            }
            None => Ok(first as usize - 1..last),
        }
    }

    /// Adds the bytes of some lines, without those that hold a mark.
    fn leave_marks_out(&self, lines: Range<usize>, ranges: &mut Vec<Range<usize>>) {
        let from = self.marked.partition_point(|line| *line < lines.start);
        let inside = self.marked[from..].iter().copied().take_while(|line| *line < lines.end);
        let mut start = lines.start;
        for mark in inside.chain([lines.end]) {
            if start < mark {
                let offset = |line: usize| self.lines.get(line).copied().unwrap_or(self.text.len());
                ranges.push(offset(start)..offset(mark));
            }
            start = mark + 1;
        }
    }
}

/// Editors' regions that are open, and which of them the next `#endregion` ends: the one that it names, else the last.
#[derive(Default)]
struct Folds<'t> {
    /// All in the order of their beginnings; `None` where it was ended by its name.
    stack: Vec<Option<&'t str>>,
    /// Where the open ones of a name stand in the stack.
    open: BTreeMap<&'t str, Vec<usize>>,
}

impl<'t> Folds<'t> {
    fn begin(&mut self, name: &'t str) {
        self.open.entry(name).or_default().push(self.stack.len());
        self.stack.push(Some(name));
    }

    fn end(&mut self, named: &str) -> Option<&'t str> {
        if let Some(at) = self.open.get_mut(named).filter(|_| !named.is_empty()).and_then(Vec::pop) {
            return self.stack[at].take();
        }
        let last = std::iter::from_fn(|| self.stack.pop()).flatten().next()?;
        self.open.get_mut(last).and_then(Vec::pop);
        Some(last)
    }
}

/// A mark of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark<'t> {
    Start(&'t str),
    End(&'t str),
    /// An editor's; without its `#` it is one only where an end follows it, for it may be prose.
    Fold {
        name: &'t str,
        is_sure: bool,
    },
    Unfold(&'t str),
}

impl<'t> Mark<'t> {
    fn of(line: &'t str) -> Option<Self> {
        scissors(line).or_else(|| anchor(line)).or_else(|| fold(line))
    }

    fn needs_end(&self) -> bool {
        matches!(self, Self::Fold { is_sure: false, .. })
    }
}

/// `--8<-- [start:name]`, with at least one dash on each side; a semicolon before it keeps it from being one.
fn scissors(line: &str) -> Option<Mark<'_>> {
    let at = line.find("8<-")?;
    let before = line[..at].strip_suffix('-')?.trim_end_matches('-');
    if before.ends_with(';') || before.contains('`') {
        return None;
    }
    let inside = line[at + 2..].trim_start_matches('-').trim_start().strip_prefix('[')?;
    let (kind, name) = inside.split(']').next()?.split_once(':')?;
    let name = Some(name.trim()).filter(|name| !name.is_empty())?;
    match kind.trim() {
        "start" => Some(Mark::Start(name)),
        "end" => Some(Mark::End(name)),
        _ => None,
    }
}

/// `ANCHOR: name` and `ANCHOR_END: name` behind nothing but signs.
fn anchor(line: &str) -> Option<Mark<'_>> {
    let (signs, rest) = line.split_once("ANCHOR").filter(|(before, _)| is_comment(before))?;
    let end = rest.strip_prefix("_END").or_else(|| rest.strip_prefix("-END"));
    let name = end.unwrap_or(rest).strip_prefix(':')?.trim_start();
    let name = &name[..name.find(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).unwrap_or(name.len())];
    match end {
        _ if name.is_empty() || signs.contains('`') => None,
        Some(_) => Some(Mark::End(name)),
        None => Some(Mark::Start(name)),
    }
}

/// `#region name` and `#endregion` behind the signs of a comment or as a directive, with or without the `#`.
fn fold(line: &str) -> Option<Mark<'_>> {
    let line = line.trim();
    let at = line.find(char::is_alphanumeric)?;
    let (signs, mut rest) = line.split_at(at);
    if signs.is_empty() || signs.contains('`') {
        return None;
    }
    let mut is_sure = signs.ends_with('#');
    if let Some(name) = rest.strip_prefix("pragma ").filter(|_| is_sure) {
        rest = name.trim_start();
    }
    let begins = ["region", "Region"].iter().find_map(|word| rest.strip_prefix(word));
    let ends = ["endregion", "endRegion", "End Region"].iter().find_map(|word| rest.strip_prefix(word));
    let name = begins.or(ends)?;
    if name.starts_with(|c: char| !c.is_whitespace() && !"*-#}%:\"".contains(c)) {
        return None;
    }
    let name = name.trim_start_matches(':').trim();
    let name = ["*/}", "*/", "-->", "#}", "*)", "%}"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let name = name.trim().trim_matches('"');
    is_sure |= ends.is_some();
    let is_name = |c: char| c.is_alphanumeric() || "_-.*".contains(c) || (is_sure && c.is_whitespace());
    match ends {
        Some(_) => Some(Mark::Unfold(name)),
        None => name.chars().all(is_name).then_some(Mark::Fold { name, is_sure }),
    }
}

/// Whether `before` can be the beginning of a comment that a mark stands in.
fn is_comment(before: &str) -> bool {
    let letters = before.trim_matches(|c: char| !c.is_alphanumeric());
    letters.is_empty() || WORDS_OF_COMMENTS.iter().any(|word| letters.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, part: &str) -> Result<String, Mistake> {
        let cut = Index::of(text).cut(&Part::read(part))?;
        Ok(cut.ranges.into_iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn parts_are_read_as_they_are_written() {
        for (written, part) in [
            ("", Part::Whole),
            ("parse", Part::Region("parse".to_owned())),
            ("my-part_2", Part::Region("my-part_2".to_owned())),
            ("5", Part::Lines(vec![(5, None)])),
            ("5:", Part::Lines(vec![(5, None)])),
            ("5:9", Part::Lines(vec![(5, Some(9))])),
            ("5-9", Part::Lines(vec![(5, Some(9))])),
            (":9", Part::Lines(vec![(1, Some(9))])),
            ("1:3, 7:8", Part::Lines(vec![(1, Some(3)), (7, Some(8))])),
            ("1:99999999999", Part::Lines(vec![(1, Some(u32::MAX))])),
            ("5:x", Part::Region("5:x".to_owned())),
        ] {
            assert_eq!(Part::read(written), part, "{written}");
        }
    }

    #[test]
    fn marks_are_known_in_any_comment() {
        for (line, mark) in [
            ("// --8<-- [start:a]", Some(Mark::Start("a"))),
            ("# -8<- [ end : a-b ]", Some(Mark::End("a-b"))),
            ("<!-- --8<-- [start:a] -->", Some(Mark::Start("a"))),
            ("/* ----8<-------- [end:a] */", Some(Mark::End("a"))),
            ("call(); // --8<-- [start:a]", Some(Mark::Start("a"))),
            (";--8<-- [start:a]", None),
            ("; --8<-- [start:a]", Some(Mark::Start("a"))),
            ("write `--8<-- [start:a]` there", None),
            ("--8<-- \"a.md\"", None),
            ("--8<-- [begin:a]", None),
            ("--8<-- [start:]", None),
            ("// ANCHOR: a", Some(Mark::Start("a"))),
            ("    # ANCHOR_END: a", Some(Mark::End("a"))),
            ("<!-- ANCHOR: a -->", Some(Mark::Start("a"))),
            ("REM ANCHOR: a", Some(Mark::Start("a"))),
            ("write ANCHOR: a there", None),
            ("// ANCHOR a", None),
            ("// #region a", Some(Mark::Fold { name: "a", is_sure: true })),
            ("//#region a b", Some(Mark::Fold { name: "a b", is_sure: true })),
            ("#region a", Some(Mark::Fold { name: "a", is_sure: true })),
            ("#pragma region a", Some(Mark::Fold { name: "a", is_sure: true })),
            ("#Region \"a\"", Some(Mark::Fold { name: "a", is_sure: true })),
            ("/* #region a */", Some(Mark::Fold { name: "a", is_sure: true })),
            ("<!-- #region -->", Some(Mark::Fold { name: "", is_sure: true })),
            ("# region a", Some(Mark::Fold { name: "a", is_sure: false })),
            ("# region of interest", None),
            ("#region { color: red }", None),
            ("#region-map { color: red }", None),
            ("region a", None),
            ("## Regions", None),
            ("// #endregion", Some(Mark::Unfold(""))),
            ("#endregion a", Some(Mark::Unfold("a"))),
            ("#End Region", Some(Mark::Unfold(""))),
            ("{/* #endregion a */}", Some(Mark::Unfold("a"))),
        ] {
            assert_eq!(Mark::of(line), mark, "{line}");
        }
    }

    #[test]
    fn regions_nest_overlap_and_are_joined() {
        let text = "0\n// --8<-- [start:a]\n1\n// ANCHOR: b\n2\n// --8<-- [end:a]\n3\n// ANCHOR_END: b\n4\n// --8<-- [start:a]\n5\n// --8<-- [end:a]\n6";
        for (part, expected) in [
            ("a", "1\n2\n5\n"),
            ("b", "2\n3\n"),
            ("", "0\n1\n2\n3\n4\n5\n6"),
            ("3", "1\n2\n3\n4\n5\n6"),
            ("13", "6"),
            ("1:1,13:13", "0\n6"),
        ] {
            assert_eq!(cut(text, part).as_deref(), Ok(expected), "{part}");
        }
        assert_eq!(Index::of(text).cut(&Part::read("b")).map(|cut| cut.first_line), Ok(5));
        let folds = "// #region a\n1\n// #region b\n2\n// #endregion\n3\n// #region c\n4\n// #endregion a\n5\n// #endregion c\n";
        for (part, expected) in [("a", "1\n2\n3\n4\n"), ("b", "2\n"), ("c", "4\n5\n")] {
            assert_eq!(cut(folds, part).as_deref(), Ok(expected), "{part}");
        }
        let same = "// ANCHOR: a\n1\n// ANCHOR: a\n2\n// ANCHOR_END: a\n3\n// ANCHOR_END: a\n4\n";
        assert_eq!(cut(same, "a").as_deref(), Ok("1\n2\n3\n"));
        assert_eq!(cut("// ANCHOR: a\n// ANCHOR_END: a\n", "a").as_deref(), Ok(""));
    }

    #[test]
    fn a_part_that_is_not_there_is_told_with_those_that_are() {
        let text = "// ANCHOR: parse\n1\n// ANCHOR_END: parse\n// ANCHOR: open\n";
        for (part, message, help) in [
            ("prase", "has no region `prase`", "did you mean `parse`?"),
            ("whatever", "has no region `whatever`", "its regions are `open`, `parse`"),
            (
                "open",
                "begins the region `open` on line 4 and never ends it",
                "write `--8<-- [end:open]` in a comment below its last line",
            ),
            ("5:6", "has 4 lines, and no line 6", "name lines from 1 to 4, such as `1:4`"),
            ("9", "has 4 lines, and no line 9", "name lines from 1 to 4, such as `1:4`"),
            ("3:2", "has no lines from 3 to 2", "name lines from 1 to 4, such as `1:4`"),
            ("0:2", "has no line 0", "name lines from 1 to 4, such as `1:4`"),
        ] {
            let expected = Mistake { message: message.to_owned(), help: help.to_owned() };
            assert_eq!(cut(text, part), Err(expected), "{part}");
        }
        let help = cut("nothing\n", "x").expect_err("no region").help;
        assert!(help.starts_with("write `--8<-- [start:x]`"), "{help}");
    }

    #[test]
    fn depth_costs_little() {
        let many = 10_000;
        let deep = |begin: &dyn Fn(usize) -> String, end: &dyn Fn(usize) -> String| -> String {
            (0..many).map(begin).chain(["x\n".to_owned()]).chain((0..many).rev().map(end)).collect()
        };
        let named = deep(&|n| format!("// ANCHOR: r{n}\n"), &|n| format!("// ANCHOR_END: r{n}\n"));
        let folds = deep(&|n| format!("#region r{n}\n"), &|_| "#endregion\n".to_owned());
        let same = deep(&|_| "#region a\n".to_owned(), &|_| "#endregion a\n".to_owned());
        for (text, part) in [(&named, "r0"), (&folds, "r5000"), (&same, "a")] {
            assert_eq!(cut(text, part).as_deref(), Ok("x\n"));
        }
        let line = "--8<-- [start:".repeat(100_000);
        assert!(Index::of(&line).cut(&Part::Whole).is_ok());
    }
}
