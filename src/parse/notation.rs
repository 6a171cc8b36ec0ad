//! Marks in the comments of code: which lines are new, gone, stressed, and which have an explanation.
//!
//! `// [!code ++]`, `--`, `highlight` (or `hl`), `focus`, `error` and `warning`, with `:3` for so many lines (Shiki,
//! VitePress); `// highlight-next-line`, `highlight-line`, and `highlight-start` to `highlight-end` (Docusaurus);
//! `// (1)!` for the explanation with this number (Material for MkDocs). The signs of a comment may be those of any
//! language. What is read is taken out; `[!!code ++]` is shown as `[!code ++]`.

use std::{ops::Range, sync::LazyLock};

use memchr::memmem;

use crate::model::{diagnostic::did_you_mean, doc::LineMark};

/// Signs that begin a comment; where one ends with another, the longer is the first.
const OPENERS: &[&str] = &[
    "<!--", "{{!--", "{{!", "<%--", "{/*", "/**", "/*", "///", "//", "--[[", "{-", "--", "(*", "{#", "##", "#", "@*",
    "%%", "%", ";;", ";", "'", "\"", "!", "REM", "rem", "dnl", "..",
];

/// Signs that end one.
const CLOSERS: &[&str] = &["-->", "--}}", "--%>", "*/}", "*/", "}}", "]]", "-}", "*)", "#}", "*@"];

/// Those of Markdown, of whose code most shows how marks are written.
const MARKDOWN: &[&str] = &["<!--"];

/// Names of marks.
const NAMES: &[(&str, LineMark)] = &[
    ("++", LineMark::Added),
    ("--", LineMark::Removed),
    ("highlight", LineMark::Highlight),
    ("hl", LineMark::Highlight),
    ("focus", LineMark::Focus),
    ("error", LineMark::Error),
    ("warning", LineMark::Warning),
];

/// The longest mark, in bytes.
const LONGEST: usize = 40;

/// Code without its marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Noted {
    /// The code.
    pub(super) text: String,
    /// Marked lines, counted from 1, both ends included.
    pub(super) lines: Vec<(LineMark, u32, u32)>,
    /// Which line, counted from 0, each line was before.
    pub(super) sources: Vec<u32>,
    /// What is wrong.
    pub(super) problems: Vec<Slip>,
}

/// What is wrong in a line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// The line, counted from 0, of the code as it was given.
    pub(super) line: u32,
    /// The bytes of it that are wrong.
    pub(super) range: Range<usize>,
    /// A lower-case phrase.
    pub(super) message: String,
    /// What to type.
    pub(super) help: String,
}

/// Whether there may be marks in `text`.
pub(super) fn is_likely(text: &str) -> bool {
    static SIGNS: LazyLock<[memmem::Finder<'_>; 3]> =
        LazyLock::new(|| ["[!code ", "[!!code ", "highlight-"].map(memmem::Finder::new));
    SIGNS.iter().any(|sign| sign.find(text.as_bytes()).is_some())
}

/// Takes the marks out of code in this language.
pub(super) fn read(language: &str, text: &str) -> Noted {
    let mut reader =
        Reader { openers: openers(language), noted: Noted::default(), ahead: Vec::new(), begun: None, count: 0 };
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        reader.line(number as u32, line, end);
    }
    reader.finish()
}

fn openers(language: &str) -> &'static [&'static str] {
    if ["markdown", "md", "mdx"].iter().any(|name| language.eq_ignore_ascii_case(name)) { MARKDOWN } else { OPENERS }
}

struct Reader {
    openers: &'static [&'static str],
    noted: Noted,
    /// Marks for lines that follow, and how many of them.
    ahead: Vec<(LineMark, u32)>,
    /// The line that a stretch of stressed lines begins with, and where that was said.
    begun: Option<(u32, u32, Range<usize>)>,
    /// Lines that were kept.
    count: u32,
}

impl Reader {
    fn line(&mut self, number: u32, line: &str, end: &str) {
        if line.contains("highlight-") && self.stretch(number, line, end) {
            return;
        }
        if !line.contains("code ") {
            return self.keep(number, line, end);
        }
        let marks = self.marks(number, line);
        let Some(first) = marks.first() else {
            return self.keep(number, &line.replace("[!!code ", "[!code "), end);
        };
        let kept = without(line, &marks, first.range.start, self.openers);
        if kept.trim().is_empty() {
            // Its own line: it speaks of those that follow.
            self.ahead.extend(marks.iter().map(|mark| (mark.mark, mark.count)));
            return;
        }
        let at = self.count + 1;
        self.noted.lines.extend(marks.iter().map(|mark| (mark.mark, at, at.saturating_add(mark.count - 1))));
        self.keep(number, &kept, end);
    }

    fn keep(&mut self, number: u32, line: &str, end: &str) {
        self.count += 1;
        for (mark, count) in self.ahead.drain(..) {
            self.noted.lines.push((mark, self.count, self.count.saturating_add(count - 1)));
        }
        self.noted.text.push_str(line);
        self.noted.text.push_str(end);
        self.noted.sources.push(number);
    }

    /// Reads a line that is nothing but a comment with one of the words of Docusaurus.
    fn stretch(&mut self, number: u32, line: &str, end: &str) -> bool {
        let Some(at) = line.find("highlight-") else { return false };
        let word = line[at..]
            .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .next()
            .unwrap_or("")
            .trim_end_matches('-');
        let range = at..at + word.len();
        let Some(comment) = comment_around(line, &range, self.openers) else { return false };
        let is_alone = line[..comment.start].trim().is_empty() && line[comment.end..].trim().is_empty();
        match word {
            "highlight-next-line" if is_alone => self.ahead.push((LineMark::Highlight, 1)),
            "highlight-start" if is_alone => {
                self.begun.get_or_insert((self.count + 1, number, range));
            }
            "highlight-end" if is_alone => match self.begun.take() {
                Some((first, ..)) if first <= self.count => {
                    self.noted.lines.push((LineMark::Highlight, first, self.count))
                }
                Some(_) => {}
                None => self.slip(
                    number,
                    range,
                    "`highlight-end` without a `highlight-start`",
                    "remove one, or write the other above it",
                ),
            },
            "highlight-line" if !is_alone => {
                let at = self.count + 1;
                self.noted.lines.push((LineMark::Highlight, at, at));
                let kept = format!("{}{}", line[..comment.start].trim_end(), &line[comment.end..]);
                self.keep(number, kept.trim_end(), end);
            }
            _ => return false,
        }
        true
    }

    fn slip(&mut self, line: u32, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.noted.problems.push(Slip { line, range, message: message.into(), help: help.into() });
    }

    /// The marks of a line, if they stand in a comment.
    fn marks(&mut self, number: u32, line: &str) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        if line.find("[!code ").is_none_or(|at| !self.is_in_comment(line.split_at(at))) {
            return marks;
        }
        for (at, sign) in line.match_indices("[!code ") {
            let inside = &line[at + sign.len()..];
            let Some(end) = inside.bytes().take(LONGEST).position(|byte| byte == b']') else { continue };
            let written = inside[..end].trim();
            let (name, count) = written.rsplit_once(':').unwrap_or((written, "1"));
            let known = NAMES.iter().find(|(known, _)| *known == name.trim());
            let count = count.trim().parse().ok().filter(|count| *count > 0);
            let range = at..at + sign.len() + end + 1;
            match (known, count) {
                (Some((_, mark)), Some(count)) => marks.push(Mark { mark: *mark, count, range }),
                (Some(_), None) => {
                    let help = "write so many lines as `[!code ++:3]`";
                    self.slip(
                        number,
                        range,
                        format!("`{}` names no lines", line[at..][..sign.len() + end + 1].escape_debug()),
                        help,
                    );
                }
                (None, _) => {
                    if let Some(near) =
                        did_you_mean(name.trim(), NAMES.iter().map(|(name, _)| *name).filter(|name| name.len() > 2))
                    {
                        self.slip(
                            number,
                            range,
                            format!("unknown mark of code: `{}`", name.trim()),
                            format!("did you mean `[!code {near}]`?"),
                        );
                    }
                }
            }
        }
        marks
    }

    /// Whether what stands before a mark begins a comment and does not end it.
    fn is_in_comment(&self, (before, after): (&str, &str)) -> bool {
        let before = before.trim_end();
        let opener = opener_at_end(before, self.openers);
        // Where the quote comes again, it is one.
        let directly = opener.is_some_and(|sign| !(matches!(sign, "'" | "\"") && after.contains(sign)));
        directly || self.openers.iter().any(|sign| sign.len() > 1 && before.contains(sign)) || before.contains("# ")
    }

    fn finish(mut self) -> Noted {
        if let Some((first, line, range)) = self.begun.take() {
            if first <= self.count {
                self.noted.lines.push((LineMark::Highlight, first, self.count));
            }
            self.slip(
                line,
                range,
                "`highlight-start` without a `highlight-end`",
                "write the other below the last line that it is about",
            );
        }
        self.noted
    }
}

struct Mark {
    mark: LineMark,
    count: u32,
    /// In its line.
    range: Range<usize>,
}

/// A line without its marks, and without the comment that held nothing else.
fn without(line: &str, marks: &[Mark], first: usize, openers: &[&str]) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut from = 0;
    for mark in marks {
        kept.push_str(&line[from..mark.range.start]);
        from = mark.range.end;
        if kept.ends_with(char::is_whitespace) && line[from..].starts_with(' ') {
            from += 1;
        }
    }
    kept.push_str(&line[from..]);
    let comment = comment_around(&kept, &(first..first), openers);
    let kept = comment.map_or(kept.clone(), |comment| {
        let (before, after) = (&kept[..comment.start], &kept[comment.end..]);
        if after.trim().is_empty() { before.trim_end().to_owned() } else { format!("{before}{}", after.trim_start()) }
    });
    kept.trim_end().replace("[!!code ", "[!code ")
}

/// The whole comment that holds nothing but `range` of a line.
fn comment_around(line: &str, range: &Range<usize>, openers: &[&str]) -> Option<Range<usize>> {
    let before = line[..range.start].trim_end();
    let opener = opener_at_end(before, openers)?;
    let start = before.len() - opener.len();
    let rest = line[range.end..].trim_start();
    if rest.is_empty() {
        return Some(start..line.len());
    }
    let closer = CLOSERS.iter().find(|closer| rest.starts_with(**closer))?;
    let is_pair = !matches!(opener, "'" | "\"" | "//" | "#" | ";" | "%");
    is_pair.then(|| start..line.len() - rest.len() + closer.len())
}

/// The sign of a comment that `before` ends with; one that may be something else needs white space before it.
fn opener_at_end<'o>(before: &str, openers: &[&'o str]) -> Option<&'o str> {
    let opener = openers.iter().find(|opener| before.ends_with(**opener))?;
    let ahead = &before[..before.len() - opener.len()];
    let is_sure = opener.len() > 1 && !opener.starts_with(|c: char| c.is_alphabetic() || c == '.');
    let stands_free = ahead.is_empty() || ahead.ends_with(char::is_whitespace);
    (is_sure || stands_free).then_some(opener)
}

/// A comment that holds numbers of explanations and nothing else, at the end of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// The line, counted from 0.
    pub(super) line: u32,
    /// The numbers.
    pub(super) numbers: Vec<u32>,
    /// The bytes of the line that the comment takes, with the white space before it.
    pub(super) range: Range<usize>,
}

/// Finds numbers of explanations in code: `// (1)!`, `# (2)`, `<!-- (3)! -->`.
pub(super) fn notes(language: &str, text: &str) -> Vec<Note> {
    let openers = openers(language);
    let note = |(number, line): (usize, &str)| {
        let (range, numbers) = note_at_end(line, openers)?;
        Some(Note { line: number as u32, numbers, range })
    };
    text.lines().enumerate().filter(|(_, line)| line.contains(')')).filter_map(note).collect()
}

fn note_at_end(line: &str, openers: &[&str]) -> Option<(Range<usize>, Vec<u32>)> {
    let mut rest = line.trim_end();
    rest = CLOSERS.iter().find_map(|closer| rest.strip_suffix(closer)).unwrap_or(rest).trim_end();
    let mut numbers = Vec::new();
    while let Some(inside) = rest.strip_suffix('!').unwrap_or(rest).strip_suffix(')') {
        let digits = inside.len() - inside.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (before, number) = inside.split_at(inside.len() - digits);
        // Longer numbers are no numbers of explanations.
        let number = number.parse().ok().filter(|_| digits <= 3)?;
        rest = before.strip_suffix('(')?.trim_end();
        numbers.push(number);
    }
    let opener = opener_at_end(rest, openers).filter(|_| !numbers.is_empty())?;
    numbers.reverse();
    let start = rest[..rest.len() - opener.len()].trim_end().len();
    Some((start..line.len(), numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &str, text: &str) -> (String, String) {
        let noted = read(language, text);
        let lines: Vec<_> = noted.lines.iter().map(|(mark, first, last)| format!("{mark:?} {first}-{last}")).collect();
        let problems = noted.problems.iter().map(|slip| format!("! {}:{}", slip.line + 1, slip.message));
        (noted.text, lines.into_iter().chain(problems).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn marks_are_read_from_the_comments_of_any_language() {
        for (line, text, marks) in [
            ("a // [!code ++]", "a", "Added 1-1"),
            ("a # [!code --]", "a", "Removed 1-1"),
            ("a -- [!code hl]", "a", "Highlight 1-1"),
            ("<a/> <!-- [!code highlight] -->", "<a/>", "Highlight 1-1"),
            ("a /* [!code focus] */ b", "a b", "Focus 1-1"),
            ("<A> {/* [!code error] */}", "<A>", "Error 1-1"),
            ("a ; [!code warning]", "a", "Warning 1-1"),
            ("a % [!code ++]", "a", "Added 1-1"),
            ("a (* [!code ++] *)", "a", "Added 1-1"),
            ("a ' [!code ++]", "a", "Added 1-1"),
            ("a // [!code ++] [!code focus]", "a", "Added 1-1; Focus 1-1"),
            ("a // why [!code ++]", "a // why", "Added 1-1"),
            ("a // [!code ++] why", "a // why", "Added 1-1"),
            ("a // [!!code ++]", "a // [!code ++]", ""),
            ("say(\"[!code ++]\")", "say(\"[!code ++]\")", ""),
            ("say('[!code ++]')", "say('[!code ++]')", ""),
            ("\"[!code ++]\"", "\"[!code ++]\"", ""),
            ("'[!code ++]'", "'[!code ++]'", ""),
            ("a // [!code ++", "a // [!code ++", ""),
            ("a // [!code word:b]", "a // [!code word:b]", ""),
            ("a // [!code focsu]", "a // [!code focsu]", "! 1:unknown mark of code: `focsu`"),
            ("a // [!code ++:0]", "a // [!code ++:0]", "! 1:`[!code ++:0]` names no lines"),
        ] {
            assert_eq!(shown("js", line), (text.to_owned(), marks.to_owned()), "{line}");
        }
        assert_eq!(shown("md", "a // [!code ++]").1, "");
        assert_eq!(shown("md", "a <!-- [!code ++] -->").1, "Added 1-1");
    }

    #[test]
    fn a_mark_on_its_own_line_is_about_those_that_follow() {
        let text = "a\n// [!code ++:2]\nb\nc\nd // [!code focus:2]\ne\n";
        let noted = read("js", text);
        assert_eq!(noted.text, "a\nb\nc\nd\ne\n");
        assert_eq!(noted.lines, [(LineMark::Added, 2, 3), (LineMark::Focus, 4, 5)]);
        assert_eq!(noted.sources, [0, 2, 3, 4, 5]);
    }

    #[test]
    fn stretches_are_marked_as_elsewhere() {
        for (text, expected, marks) in [
            ("a\n// highlight-next-line\nb\n", "a\nb\n", "Highlight 2-2"),
            ("# highlight-start\na\nb\n# highlight-end\nc\n", "a\nb\nc\n", "Highlight 1-2"),
            ("{/* highlight-next-line */}\n<A/>\n", "<A/>\n", "Highlight 1-1"),
            ("<!-- highlight-start -->\na\n<!-- highlight-end -->\n", "a\n", "Highlight 1-1"),
            ("a\nb // highlight-line\nc\n", "a\nb\nc\n", "Highlight 2-2"),
            ("// highlight-start\na\n", "a\n", "Highlight 1-1; ! 1:`highlight-start` without a `highlight-end`"),
            ("a\n// highlight-end\n", "a\n", "! 2:`highlight-end` without a `highlight-start`"),
            ("highlight-next-line\na\n", "highlight-next-line\na\n", ""),
            ("let highlight-start = 1\n", "let highlight-start = 1\n", ""),
            ("// highlight-nothing\n", "// highlight-nothing\n", ""),
        ] {
            assert_eq!(shown("js", text), (expected.to_owned(), marks.to_owned()), "{text}");
        }
    }

    #[test]
    fn numbers_of_explanations_are_found_at_the_ends_of_lines() {
        for (line, kept, numbers) in [
            ("a // (1)!", "a", vec![1]),
            ("a  # (2)", "a", vec![2]),
            ("<a> <!-- (3)! -->", "<a>", vec![3]),
            ("a /* (1)! (12) */", "a", vec![1, 12]),
            ("-- (1)", "", vec![1]),
            ("a // see (1)", "", vec![]),
            ("f(1)", "", vec![]),
            ("a - (1)", "", vec![]),
            ("a // (1234)", "", vec![]),
            ("a // ()", "", vec![]),
            ("a // (x)", "", vec![]),
        ] {
            let found = notes("js", line);
            match found.as_slice() {
                [] => assert!(numbers.is_empty(), "{line}"),
                notes => assert_eq!((&line[..notes[0].range.start], &notes[0].numbers), (kept, &numbers), "{line}"),
            }
        }
        assert_eq!(notes("js", "a\nb // (1)\n")[0].line, 1);
    }

    #[test]
    fn any_length_costs_little() {
        for unit in ["// [!code ++] ", "[!code ", "// highlight-start ", "(1)!", "// (1) ", "'", "<!-- [!code ++", "# "]
        {
            let line = unit.repeat((1 << 20) / unit.len());
            assert!(read("js", &line).text.len() <= line.len() + 1);
            assert!(notes("js", &line).len() <= 1);
        }
        let lines = "a // [!code ++:4000000000]\n".repeat(20_000);
        assert_eq!(read("js", &lines).lines.len(), 20_000);
    }
}
