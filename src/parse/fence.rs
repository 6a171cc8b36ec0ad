//! The words behind the opening of a code block: its language and how it is shown.
//!
//! One form is in the manual, `rust title="src/main.rs" linenums="10" hl_lines="1 3-5"`. Writers who come from elsewhere
//! type what they are used to: `{1,3-5}`, `showLineNumbers`, `:line-numbers=5`, `ins={2}`, `[label]`, and all of it in
//! braces with the language as a class. A word that is not known is left aside, as code hosts do.

use std::ops::Range;

use crate::model::{
    diagnostic::did_you_mean,
    doc::{CodeLook, LineMark},
};
use crate::parse::{
    include::{self, Reference},
    region::Part,
};

/// What is wrong in the text of an article, before it has a line and a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Its bytes in the file.
    pub(super) range: Range<usize>,
    /// The name of its rule.
    pub(super) code: &'static str,
    /// A lower-case phrase that names the thing.
    pub(super) message: String,
    /// What to type.
    pub(super) help: String,
}

/// What stands behind the opening of a code block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fence {
    /// The language; empty where there is none.
    pub(super) language: String,
    /// How it is shown, the marked lines left aside.
    pub(super) look: CodeLook,
    /// Marked lines as they were asked for.
    pub(super) lines: Vec<Marked>,
    /// Lines are numbered as they are in the file that they come from.
    pub(super) numbered_as_file: bool,
    /// The file that the code comes from.
    pub(super) file: Option<Reference>,
    /// Lines that begin with this are hidden.
    pub(super) hidden_sign: Option<String>,
}

/// A range of lines that is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    /// What as.
    pub(super) mark: LineMark,
    /// The first line, counted from 1.
    pub(super) first: u32,
    /// The last line, included.
    pub(super) last: u32,
    /// Where that is written, in bytes of the file.
    pub(super) range: Range<usize>,
}

/// The rule of all warnings here.
pub(super) const RULE: &str = "code-option";

/// Names that may have a value, for those who mistype one.
const KEYS: &[&str] = &[
    "title",
    "linenums",
    "hl_lines",
    "showLineNumbers",
    "startLineNumber",
    "line-numbers",
    "linenos",
    "linenostart",
    "ins",
    "del",
    "mark",
    "focus",
    "hide",
    "hidden",
    "hidelines",
    "wrap",
    "copy",
    "file",
    "region",
    "lines",
    "error",
    "warning",
];

/// Names that may stand alone.
const FLAGS: &[&str] = &["linenums", "showLineNumbers", "line-numbers", "wrap", "nowrap", "hide"];

/// How many problems of one block are told.
pub(super) const TOLD: usize = 10;

/// The sign that documentation tests of Rust hide lines with.
pub(super) const HIDDEN_SIGN: &str = "# ";

/// Reads the words that begin at byte `at` of their file. Linear in their length.
pub(super) fn read(info: &str, at: usize) -> (Fence, Vec<Problem>) {
    let mut reader =
        Reader { info, at, position: 0, fence: Fence::default(), problems: Vec::new(), numbers: Numbers::default() };
    reader.position = info.len() - info.trim_start().len();
    reader.language();
    while reader.option() {}
    reader.finish()
}

/// The language alone: the text up to the first space, comma or brace.
pub(super) fn language(info: &str) -> &str {
    info.split([' ', '\t', ',', '{']).next().unwrap_or("")
}

/// The file that the words ask for.
pub(super) fn file(info: &str) -> Option<Reference> {
    read(info, 0).0.file
}

struct Reader<'t> {
    info: &'t str,
    /// Where `info` begins in its file.
    at: usize,
    position: usize,
    fence: Fence,
    problems: Vec<Problem>,
    numbers: Numbers,
}

/// What was said of line numbers.
#[derive(Default)]
struct Numbers {
    are_shown: bool,
    first: Option<u32>,
}

/// A word and what stands behind its `=`, each with the byte that it begins at.
struct Pair<'t> {
    key: &'t str,
    key_at: usize,
    value: Option<(&'t str, usize)>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.info[self.position..]
    }

    /// The language, and what is glued to it: `:line-numbers`, and words behind commas, which are for other tools.
    fn language(&mut self) {
        let first = language(self.rest());
        let (name, suffix) = match first.split_once(':') {
            Some((name, suffix)) if is_numbering(suffix) => (name, Some(suffix)),
            _ => (first, None),
        };
        let is_option =
            name.split_once('=').is_some_and(|(key, _)| KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)));
        if is_option || name.starts_with(['[', '"']) {
            return;
        }
        self.fence.language = name.to_owned();
        self.position += name.len() + suffix.map_or(0, |_| 1);
        if suffix.is_some() {
            self.option();
        }
        while self.rest().starts_with(',') {
            self.position += 1;
            let word = self.take_while(|c| !c.is_whitespace() && c != ',' && c != '{');
            if let Some(sign) = word.strip_prefix("hidelines=").filter(|sign| !sign.is_empty()) {
                self.fence.hidden_sign = Some(sign.to_owned());
            }
        }
    }

    /// Reads the next option; `false` at the end of what can be read.
    fn option(&mut self) -> bool {
        self.take_while(|c| c.is_whitespace() || c == ',');
        let start = self.position;
        let Some(first) = self.rest().chars().next() else { return false };
        match first {
            '{' => self.braces(),
            // A phrase or an expression to mark inside lines, as one other tool has it.
            '"' | '\'' | '/' => self.enclosed(first).is_some(),
            '[' => match self.enclosed(']') {
                Some(label) => {
                    if self.fence.look.title.is_empty() {
                        self.fence.look.title = label.to_owned();
                    }
                    true
                }
                None => false,
            },
            '.' | '#' => {
                let word = self.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '{' | '}'));
                self.name(word);
                true
            }
            ':' | '=' | '}' | ']' => {
                self.position += 1;
                true
            }
            _ => {
                let pair = self.pair();
                self.apply(&pair);
                self.position > start
            }
        }
    }

    fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !is_wanted(c)).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    /// What stands between the sign here and the next `close`; nothing, and the end, where there is none.
    fn enclosed(&mut self, close: char) -> Option<&'t str> {
        let rest = self.rest();
        let inside = rest.get(1..)?;
        match inside.find(close) {
            Some(end) => {
                self.position += end + 2;
                Some(&inside[..end])
            }
            None => {
                self.position = self.info.len();
                None
            }
        }
    }

    /// `{1,3-5}` marks lines; braces around anything else are left aside: what is in them is read like the rest.
    fn braces(&mut self) -> bool {
        let inside = self.rest()[1..].trim_start();
        if inside.starts_with(|c: char| c.is_ascii_digit()) {
            let from = self.position + 1;
            let Some(lines) = self.enclosed('}') else { return false };
            self.mark(LineMark::Highlight, lines, from);
        } else {
            self.position += 1;
        }
        true
    }

    /// `.class` and `#id`; the first class is the language where there is none yet.
    fn name(&mut self, word: &str) {
        let (sign, name) = word.split_at(1);
        let is_name =
            name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.contains(['"', '\'', '<', '>', '=']);
        let attributes = &mut self.fence.look.attributes;
        match (sign, name.to_ascii_lowercase().as_str()) {
            _ if !is_name => {}
            ("#", _) => attributes.id = Some(name.to_owned()),
            (_, "numberlines" | "linenums") => self.numbers.are_shown = true,
            _ if self.fence.language.is_empty() => self.fence.language = name.to_owned(),
            _ => attributes.classes.push(name.to_owned()),
        }
    }

    fn pair(&mut self) -> Pair<'t> {
        let key_at = self.position;
        let key = self.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '=' | '{' | '}' | '"' | '\''));
        let is_numbering = is_numbering(key);
        let mut value = None;
        if self.rest().starts_with('=') {
            self.position += 1;
            value = Some(self.value());
        } else if self.rest().starts_with('{') && is_numbering {
            value = Some(self.value());
        }
        Pair { key, key_at, value }
    }

    /// A value in quotes, braces or brackets, or up to the next space.
    fn value(&mut self) -> (&'t str, usize) {
        let from = self.position + 1;
        let close = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            Some('{') => '}',
            Some('[') => ']',
            _ => return (self.bare_value(), from - 1),
        };
        let value = self.enclosed(close).unwrap_or("");
        // Behind the last quote there may be white space alone: then nothing was lost.
        (value, from)
    }

    /// Up to the next space, brace or comma; numbers may have commas between them.
    fn bare_value(&mut self) -> &'t str {
        let rest = self.rest();
        let ends = |(at, c): (usize, char)| match c {
            ',' => !rest[at + 1..].starts_with(|c: char| c.is_ascii_digit()),
            c => c.is_whitespace() || c == '}',
        };
        let end = rest.char_indices().find(|found| ends(*found)).map_or(rest.len(), |(at, _)| at);
        self.position += end;
        &rest[..end]
    }

    fn apply(&mut self, pair: &Pair<'t>) {
        let (text, at) = pair.value.unwrap_or(("", self.position));
        let look = &mut self.fence.look;
        let marks = |mark| (mark, text, at);
        let (mark, text, at) = match (pair.key.to_ascii_lowercase().as_str(), pair.value.is_some()) {
            ("title", true) => return text.trim().clone_into(&mut look.title),
            ("wrap", _) => return look.wrap = text != "false",
            ("nowrap", _) => return look.wrap = text == "false",
            ("copy", true) => {
                if text == "false" {
                    look.attributes.classes.push("no-copy".to_owned());
                }
                return;
            }
            ("file", true) => return self.fence.file = Some(include::target_of(text, self.at + at)),
            ("region" | "lines", true) => return self.part(text, at),
            ("hide", false) => return self.fence.hidden_sign = Some(HIDDEN_SIGN.to_owned()),
            ("hidelines", true) => {
                return self.fence.hidden_sign = Some(text.to_owned()).filter(|sign| !sign.is_empty());
            }
            ("id", true) => return look.attributes.id = Some(text.to_owned()),
            ("class", true) => return look.attributes.classes.extend(text.split_whitespace().map(str::to_owned)),
            ("linenostart" | "startlinenumber" | "startfrom", true) => return self.numbers.first = number(text),
            (key, _) if is_numbering(key) => return self.number_lines(text),
            ("hl_lines" | "mark", true) => marks(LineMark::Highlight),
            ("ins", true) => marks(LineMark::Added),
            ("del", true) => marks(LineMark::Removed),
            ("focus", true) => marks(LineMark::Focus),
            ("hide" | "hidden", true) => marks(LineMark::Hidden),
            ("error", true) => marks(LineMark::Error),
            ("warning", true) => marks(LineMark::Warning),
            _ => return self.unknown(pair),
        };
        self.mark(mark, text, at);
    }

    fn part(&mut self, written: &str, at: usize) {
        let range = self.at + at..self.at + at + written.len();
        // Before the file is named, or without one: remembered, and dropped if none comes.
        let file = self.fence.file.get_or_insert_with(|| include::target_of("", range.start));
        file.part = Part::read(written);
        file.part_range = range;
    }

    fn number_lines(&mut self, value: &str) {
        self.numbers.are_shown = !matches!(value, "false" | "no");
        // Further numbers are for lines to skip and to stress, which no reader misses.
        let first = value.split_whitespace().next().and_then(number);
        self.numbers.first = first.or(self.numbers.first);
    }

    /// Marks the lines that are listed in `text`, which begins at byte `at`.
    fn mark(&mut self, mark: LineMark, text: &str, at: usize) {
        for (item, from) in items(text) {
            let range = self.at + at + from..self.at + at + from + item.len();
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            match (number(first), number(last)) {
                (Some(first), Some(last)) if 0 < first && first <= last => {
                    self.fence.lines.push(Marked { mark, first, last, range });
                }
                _ => self.problem(
                    range,
                    format!("`{}` names no lines", item.escape_debug()),
                    "count from 1, and write a line as `3` and some as `4-6`: `hl_lines=\"3 4-6\"`".to_owned(),
                ),
            }
        }
    }

    fn unknown(&mut self, pair: &Pair<'t>) {
        let known = if pair.value.is_some() { KEYS } else { FLAGS };
        // Short words are near to too much.
        if pair.key.len() < 4 || KEYS.contains(&pair.key) {
            return;
        }
        if let Some(near) = did_you_mean(pair.key, known.iter().copied()) {
            let range = self.at + pair.key_at..self.at + pair.key_at + pair.key.len();
            self.problem(range, format!("unknown option of code: `{}`", pair.key), format!("did you mean `{near}`?"));
        }
    }

    fn problem(&mut self, range: Range<usize>, message: String, help: String) {
        if self.problems.len() < TOLD {
            self.problems.push(Problem { range, code: RULE, message, help });
        }
    }

    fn finish(mut self) -> (Fence, Vec<Problem>) {
        if self.numbers.are_shown {
            self.fence.look.first_number = Some(self.numbers.first.unwrap_or(1));
        }
        if let Some(file) = self.fence.file.take_if(|file| file.path.is_empty()) {
            let help = "name the file: `file=\"src/main.rs\"`".to_owned();
            self.problem(file.part_range, "a part of a file that is not named".to_owned(), help);
        }
        let file = self.fence.file.as_ref();
        self.fence.numbered_as_file = self.numbers.are_shown && self.numbers.first.is_none() && file.is_some();
        if let Some(file) = file.filter(|_| self.fence.language.is_empty()) {
            let name = file.path.rsplit('/').next().unwrap_or("");
            self.fence.language = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
        }
        (self.fence, self.problems)
    }
}

/// Whether a word asks for line numbers, whatever stands behind its `=`.
fn is_numbering(word: &str) -> bool {
    let key = word.split(['=', '{']).next().unwrap_or("");
    ["linenums", "linenos", "showlinenumbers", "line-numbers", "numberlines"]
        .iter()
        .any(|name| key.eq_ignore_ascii_case(name))
}

fn number(digits: &str) -> Option<u32> {
    let digits = digits.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

/// The items of a list of lines, each with its offset: parted by commas or white space, with quotes around them or not. A
/// phrase in quotes before a colon names what follows it, and is left aside.
fn items(text: &str) -> Vec<(&str, usize)> {
    let mut items = Vec::new();
    let mut position = 0;
    while let Some(first) = text[position..].chars().next() {
        let rest = &text[position..];
        if first.is_whitespace() || matches!(first, ',' | ';' | ':' | '[' | ']') {
            position += first.len_utf8();
        } else if let '"' | '\'' = first {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 1);
            let behind = rest.get(end + 1..).unwrap_or("").trim_start();
            if !behind.starts_with(':') {
                items.push((rest.get(1..end).unwrap_or(""), position + 1));
            }
            position += (end + 1).min(rest.len());
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | ']'))
                .unwrap_or(rest.len());
            items.push((&rest[..end], position));
            position += end;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was understood, in one line.
    fn said(info: &str) -> String {
        let (fence, problems) = read(info, 0);
        let mut said = vec![fence.language.clone()];
        let look = &fence.look;
        if !look.title.is_empty() {
            said.push(format!("title={}", look.title));
        }
        said.extend(look.first_number.map(|first| format!("from {first}")));
        said.extend(fence.lines.iter().map(|lines| format!("{:?} {}-{}", lines.mark, lines.first, lines.last)));
        said.extend(look.wrap.then(|| "wrap".to_owned()));
        said.extend(look.attributes.id.iter().map(|id| format!("#{id}")));
        said.extend(look.attributes.classes.iter().map(|class| format!(".{class}")));
        said.extend(fence.file.iter().map(|file| format!("{} {:?}", file.path, file.part)));
        said.extend(fence.hidden_sign.iter().map(|sign| format!("hides {sign:?}")));
        said.extend(problems.iter().map(|problem| format!("! {}", problem.message)));
        said.join("; ")
    }

    #[test]
    fn what_writers_of_other_tools_type_is_understood() {
        for (info, expected) in [
            ("", ""),
            ("rust", "rust"),
            ("rust,ignore", "rust"),
            ("rust,no_run,title=\"x\"", "rust"),
            (
                "rust title=\"src/main.rs\" linenums=\"10\" hl_lines=\"1 3-5\"",
                "rust; title=src/main.rs; from 10; Highlight 1-1; Highlight 3-5",
            ),
            ("{ .rust title=\"x\" hl_lines=\"2\" }", "rust; title=x; Highlight 2-2"),
            ("{ .yaml .no-copy #conf .annotate }", "yaml; #conf; .no-copy; .annotate"),
            ("{.haskell .numberLines startFrom=\"100\"}", "haskell; from 100"),
            ("js {1,3-5}", "js; Highlight 1-1; Highlight 3-5"),
            ("js{1,3-5}", "js; Highlight 1-1; Highlight 3-5"),
            ("js{4}{5}", "js; Highlight 4-4; Highlight 5-5"),
            ("{1,3}", "; Highlight 1-1; Highlight 3-3"),
            ("jsx title='a b.js' showLineNumbers", "jsx; title=a b.js; from 1"),
            ("jsx showLineNumbers=10 {2}", "jsx; from 10; Highlight 2-2"),
            ("jsx showLineNumbers{7}", "jsx; from 7"),
            ("jsx showLineNumbers=false", "jsx"),
            ("js showLineNumbers startLineNumber=5", "js; from 5"),
            ("ts:line-numbers {1}", "ts; from 1; Highlight 1-1"),
            ("ts:line-numbers=5", "ts; from 5"),
            ("ts:no-line-numbers", "ts:no-line-numbers"),
            ("sh [npm]", "sh; title=npm"),
            ("sh [npm install] {1}", "sh; title=npm install; Highlight 1-1"),
            ("js title=\"a\" [b]", "js; title=a"),
            (
                "js {2} ins={3-4} del={1,5} mark={6}",
                "js; Highlight 2-2; Added 3-4; Removed 1-1; Removed 5-5; Highlight 6-6",
            ),
            ("js ins={\"New, and: good\":3-4} del=\"7\"", "js; Added 3-4; Removed 7-7"),
            ("js \"a phrase\" /an? expression/ wrap", "js; wrap"),
            ("js focus={2} hide={1-3} error=4 warning={5}", "js; Focus 2-2; Hidden 1-3; Error 4-4; Warning 5-5"),
            ("rust hide", "rust; hides \"# \""),
            ("python,hidelines=!!", "python; hides \"!!\""),
            (
                "go {linenos=table,hl_lines=[8,\"15-17\"],linenostart=199}",
                "go; from 199; Highlight 8-8; Highlight 15-17",
            ),
            ("go {linenos=false}", "go"),
            ("js hl_lines=1,3-5,wrap", "js; Highlight 1-1; Highlight 3-5; wrap"),
            ("rust file=\"src/lib.rs\" region=\"parse\"", "rust; src/lib.rs Region(\"parse\")"),
            ("rust file=\"src/lib.rs\" lines=\"5-9\"", "rust; src/lib.rs Lines([(5, Some(9))])"),
            ("rust file=\"src/lib.rs:parse\"", "rust; src/lib.rs Region(\"parse\")"),
            ("file=\"src/lib.rs\"", "rs; src/lib.rs Whole"),
            ("rust nowrap copy=false live twoslash frame=\"none\"", "rust; .no-copy"),
            ("c++ {1}", "c++; Highlight 1-1"),
            ("a:b {1}", "a:b; Highlight 1-1"),
        ] {
            assert_eq!(said(info), expected, "{info}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_places() {
        for (info, at, message) in [
            ("rust titel=\"x\"", "titel", "unknown option of code: `titel`"),
            ("rust showLineNumber", "showLineNumber", "unknown option of code: `showLineNumber`"),
            ("rust {1,x}", "x", "`x` names no lines"),
            ("rust hl_lines=\"1 5-3\"", "5-3", "`5-3` names no lines"),
            ("rust {0}", "0", "`0` names no lines"),
            ("rust ins={1-}", "1-", "`1-` names no lines"),
            ("rust region=\"part\"", "part", "a part of a file that is not named"),
        ] {
            let (_, problems) = read(info, 100);
            let [problem] = problems.as_slice() else { panic!("{info}: {problems:?}") };
            assert_eq!(&info[problem.range.start - 100..problem.range.end - 100], at, "{info}");
            assert_eq!(problem.message, message);
        }
        for fine in
            ["rust tile", "js live", "rust,should_panic,edition2021", "rust frame=\"code\"", "c tab=2", "js lines=\""]
        {
            assert!(read(fine, 0).1.iter().all(|problem| !problem.message.starts_with("unknown")), "{fine}");
        }
    }

    #[test]
    fn any_length_costs_little() {
        let many = 1 << 20;
        for unit in [
            "{",
            "}",
            "\"",
            "[",
            "a=",
            "{1",
            "a ",
            "{1,",
            "x,",
            "/ ",
            ":",
            "=",
            ".a",
            "#",
            "1-4294967295 ",
            "title=\"",
            "é",
        ] {
            for opening in ["", "rust ", "rust {1,", "rust hl_lines=\""] {
                let info = opening.to_owned() + &unit.repeat(many / unit.len());
                let (fence, problems) = read(&info, 0);
                assert!(problems.len() <= TOLD + 1 && fence.language.len() <= info.len(), "{unit}");
            }
        }
    }
}
