//! Which files a text takes into itself: `--8<-- "part.md"` on a line of its own, and code fences with `file="a.rs"`.

use std::{collections::BTreeMap, ops::Range};

use memchr::memmem;

use crate::model::{RelPath, path};
use crate::parse::{
    Included, fence,
    region::{Cut, Index, Mistake, Part},
};

/// The most that one article may take in, in bytes: what is included again counts again.
const MOST: usize = 64 << 20;

/// A line that asks for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The file as it is written.
    pub(super) path: String,
    /// Its bytes in the line.
    pub(super) path_range: Range<usize>,
    /// What of the file is wanted.
    pub(super) part: Part,
    /// The bytes of that in the line; empty behind the path where nothing is said.
    pub(super) part_range: Range<usize>,
}

/// What a line asks for, if it is one that includes a file: `--8<-- "path"`, with `:region`, `:5:9`, `:5` or `::9` behind
/// the path, and nothing else in the line but white space.
pub(super) fn reference(line: &str) -> Option<Reference> {
    let start = scissors(line, "")?;
    let written = line[start..].trim_end();
    let quote = written.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inside = written[1..].strip_suffix(quote).filter(|inside| !inside.contains(quote))?;
    let reference = target_of(inside, start + 1);
    (!reference.path.is_empty()).then_some(reference)
}

/// Where in a line the semicolon stands that keeps it from being an include or a mark of a region: it is left out when the
/// line is shown.
pub(super) fn escaped(line: &str) -> Option<usize> {
    scissors(line, ";")?;
    line.find(';')
}

/// `path:part` as it is written from byte `at` of a line on.
pub(super) fn target_of(written: &str, at: usize) -> Reference {
    // An address names no file of the site, and is not taken apart: it is told of as a whole.
    let colon = if written.contains("://") { None } else { written.find(':') };
    let end = colon.unwrap_or(written.len());
    let part = colon.map_or("", |colon| &written[colon + 1..]);
    let from = at + written.len() - part.len();
    Reference {
        path: written[..end].trim().to_owned(),
        path_range: at..at + end,
        part: Part::read(part),
        part_range: from..at + written.len(),
    }
}

/// The paths, from the site's root, that `text` may include; `file` is its own path from there. Found by looking at lines
/// alone, so that it may name more than the text comes to include.
pub fn wanted(file: &RelPath, text: &str) -> Vec<RelPath> {
    let mut wanted = Vec::new();
    for line in lines_with(text, "-8<-") {
        // In a quote or a list the line has their signs before it.
        let before = line.split("-8<-").next().unwrap_or("").trim_end_matches('-');
        if !before.ends_with(';') {
            wanted.extend(reference(&line[before.len()..]).map(|reference| reference.path));
        }
    }
    for line in lines_with(text, "file=") {
        let Some(at) = line.find("```").or_else(|| line.find("~~~")) else { continue };
        let info = line[at..].trim_start_matches(['`', '~']);
        wanted.extend(fence::file(info).map(|reference| reference.path));
    }
    wanted.sort();
    wanted.dedup();
    wanted.iter().filter_map(|path| target(file, path)).collect()
}

/// The path from the site's root that `written` means in the file `from`: relative to its folder, or with `/` at its
/// beginning from the site's root. `None` where it leaves the site.
pub fn target(from: &RelPath, written: &str) -> Option<RelPath> {
    path::resolve(from.parent(), written).filter(|path| !path.as_str().is_empty())
}

/// The files that an article may include, each looked through once however often it is included.
pub(super) struct Shelf<'a> {
    included: &'a Included,
    indexes: BTreeMap<&'a RelPath, Index<'a>>,
    taken: usize,
    /// Only files of `content/` may be taken.
    pub(super) within_content: bool,
}

/// A part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// The file, from the site's root.
    pub(super) path: &'a RelPath,
    /// All of its text.
    pub(super) text: &'a str,
    /// Where the part lies in it.
    pub(super) cut: Cut,
}

impl<'a> Shelf<'a> {
    /// The files in `included`.
    pub(super) fn new(included: &'a Included) -> Self {
        Self { included, indexes: BTreeMap::new(), taken: 0, within_content: false }
    }

    /// What `path`, written in the file `from`, names of the files, and why it can't be had: a whole message.
    pub(super) fn find(&mut self, from: &RelPath, path: &str, part: &Part) -> Result<Found<'a>, Mistake> {
        let (path, text) = self.file(from, path)?;
        let index = self.indexes.entry(path).or_insert_with(|| Index::of(text));
        let cut = index
            .cut(part)
            .map_err(|Mistake { message, help }| Mistake { message: format!("`{path}` {message}"), help })?;
        self.taken = self.taken.saturating_add(cut.ranges.iter().map(ExactSizeIterator::len).sum());
        if self.taken > MOST {
            let message = format!("more than {} MiB are included in one article", MOST >> 20);
            return Err(Mistake { message, help: "split it into several articles".to_owned() });
        }
        Ok(Found { path, text, cut })
    }

    fn file(&self, from: &RelPath, written: &str) -> Result<(&'a RelPath, &'a str), Mistake> {
        if written.contains("://") {
            let help = "save what is there as a file of the site, and include that".to_owned();
            return Err(Mistake { message: format!("`{written}` is no file of the site"), help });
        }
        let Some(path) = target(from, written) else {
            let help = "copy the file into the site, and include the copy".to_owned();
            return Err(Mistake { message: format!("`{written}` leaves the site's folder"), help });
        };
        if self.within_content && !is_content(&path) {
            let help = "include a file of `content/`, or trust the folder of this article".to_owned();
            let message = format!("`{path}` is not included: strangers may write this text");
            return Err(Mistake { message, help });
        }
        match self.included.get_key_value(&path) {
            Some((path, Ok(text))) => Ok((path, text)),
            Some((path, Err(reason))) => {
                Err(Mistake { message: format!("`{path}`: {reason}"), help: help_to_find(from, written) })
            }
            None => Err(Mistake {
                message: format!("`{path}` is one file too many for this article to include"),
                help: "split the article".to_owned(),
            }),
        }
    }
}

/// Whether a path from the site's root lies in `content/`.
pub fn is_content(path: &RelPath) -> bool {
    path.as_str().starts_with("content/")
}

fn help_to_find(from: &RelPath, written: &str) -> String {
    match (written.strip_prefix('/'), from.parent()) {
        (Some(_), _) => {
            "a path that begins with `/` is counted from the site's folder, the one with `site.toml`".to_owned()
        }
        (None, folder) if written.starts_with('.') => format!("the path is counted from `{folder}/`"),
        (None, folder) => format!("the path is counted from `{folder}/`; `/{written}` is one from the site's folder"),
    }
}

/// The offset behind `--8<--` and white space, if a line begins with it; `before` stands before the dashes.
fn scissors(line: &str, before: &str) -> Option<usize> {
    let dashes = line.trim_start().trim_start_matches(before);
    if dashes.len() == line.trim_start().len() && !before.is_empty() {
        return None;
    }
    let behind = |text: &'_ str| text.strip_prefix('-').map(|rest| rest.len() - rest.trim_start_matches('-').len() + 1);
    let left = behind(dashes)?;
    let middle = dashes[left..].strip_prefix("8<")?;
    let right = behind(middle)?;
    let rest = middle[right..].trim_start();
    (rest.len() < middle.len() - right || rest.is_empty()).then(|| line.len() - rest.len())
}

/// The lines that hold `sign`, each once.
fn lines_with<'t>(text: &'t str, sign: &str) -> impl Iterator<Item = &'t str> {
    let mut from = 0;
    let finder = memmem::Finder::new(sign).into_owned();
    std::iter::from_fn(move || {
        let at = from + finder.find(text.as_bytes().get(from..)?)?;
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
        from = end;
        Some(&text[start..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).expect("a path")
    }

    #[test]
    fn references_are_read_with_their_places() {
        let region = |name: &str| Part::Region(name.to_owned());
        for (line, path, part) in [
            ("--8<-- \"a.md\"", "a.md", Part::Whole),
            ("  -8<- 'a b/c.rs'  ", "a b/c.rs", Part::Whole),
            ("-----8<---\t\"/src/lib.rs:parse\"\n", "/src/lib.rs", region("parse")),
            ("--8<-- \"a.md:5:9\"", "a.md", Part::Lines(vec![(5, Some(9))])),
            ("--8<-- \"a.md:5\"", "a.md", Part::Lines(vec![(5, None)])),
            ("--8<-- \"a.md::9\"", "a.md", Part::Lines(vec![(1, Some(9))])),
            ("--8<-- \"https://example.org/a.md\"", "https://example.org/a.md", Part::Whole),
        ] {
            let found = reference(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.path.as_str(), &found.part), (path, &part), "{line}");
            assert_eq!(&line[found.path_range.clone()], path, "{line}");
            assert_eq!(Part::read(&line[found.part_range]), part, "{line}");
        }
        for line in [
            "--8<--",
            "--8<-- a.md",
            "--8<-- \"a.md",
            "--8<-- \"\"",
            "--8<-- \":part\"",
            "--8<--\"a.md\"",
            "8<-- \"a.md\"",
            "--8<-- \"a.md\" and more",
            "--8<-- [start:a]",
            ";--8<-- \"a.md\"",
            "see --8<-- \"a.md\"",
        ] {
            assert_eq!(reference(line), None, "{line}");
        }
    }

    #[test]
    fn a_semicolon_keeps_a_line_as_text() {
        for (line, expected) in [
            (";--8<-- \"a.md\"", Some(0)),
            ("  ;;--8<-- \"a.md\"", Some(2)),
            (";-8<- [start:a]", Some(0)),
            (";--8<--", Some(0)),
            ("--8<-- \"a.md\"", None),
            ("; --8<-- \"a.md\"", None),
            (";;;", None),
        ] {
            assert_eq!(escaped(line), expected, "{line}");
        }
    }

    #[test]
    fn wanted_files_are_found_among_text() {
        let text = "# A\n\n--8<-- \"b.md\"\n> - --8<-- \"../c.rs:x\"\n\n;--8<-- \"d.md\"\n--8<-- \"b.md:1:2\"\n--8<-- \"../../../e.md\"\n--8<-- \"/src/f.rs\"\n1. ````rust file=\"g.rs:x\" {1}\nfile=h";
        let found = wanted(&path("content/s/a.md"), text);
        assert_eq!(found, ["content/c.rs", "src/f.rs", "content/s/b.md", "content/s/g.rs"].map(path));
        assert_eq!(wanted(&path("content/a.md"), "nothing of the kind"), []);
    }

    #[test]
    fn what_cannot_be_included_is_told() {
        let included: Included = [
            (path("content/b.md"), Ok("one\n".into())),
            (path("content/gone.md"), Err("there is no such file".to_owned())),
        ]
        .into();
        let from = path("content/a.md");
        let mut shelf = Shelf::new(&included);
        let mut message = |path: &str, part: &str| match shelf.find(&from, path, &Part::read(part)) {
            Ok(found) => found.text[found.cut.ranges[0].clone()].to_owned(),
            Err(Mistake { message, help }) => format!("{message}; {help}"),
        };
        for (path, part, expected) in [
            ("b.md", "", "one\n"),
            (
                "gone.md",
                "",
                "`content/gone.md`: there is no such file; the path is counted from `content/`; `/gone.md` is one from the site's folder",
            ),
            ("../../x", "", "`../../x` leaves the site's folder; copy the file into the site, and include the copy"),
            (
                "http://x/y",
                "",
                "`http://x/y` is no file of the site; save what is there as a file of the site, and include that",
            ),
            ("b.md", "2", "`content/b.md` has 1 line, and no line 2; name lines from 1 to 1, such as `1:1`"),
            ("c.md", "", "`content/c.md` is one file too many for this article to include; split the article"),
        ] {
            assert_eq!(message(path, part), expected);
        }
    }
}
