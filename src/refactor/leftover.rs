//! What names a moved file and is no link: what of it can be rewritten, and what is only told.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::build::{CONFIG, woven::Whole};
use crate::check::BASELINE;
use crate::link::route::address;
use crate::model::{Edit, Error, Lines, RelPath, Value};
use crate::output::edit::Planned;
use crate::refactor::{
    names::{Names, in_content},
    texts::Texts,
};
use crate::source::Files;

/// Folders whose files may name articles in a way that nobody but their authors knows.
const FREE: [&str; 5] = ["archetypes", "components", "data", "static", "themes"];

/// Files that are looked into.
const TEXTS: [&str; 12] =
    ["css", "csv", "html", "js", "json", "md", "svg", "toml", "txt", "webmanifest", "xml", "yaml"];

/// Edits of `site.toml`, where a text is the path of a file that moves (a pattern of `[check.paths]`), and of the baseline of
/// the checks, whose findings go along with their files.
///
/// # Errors
///
/// A file that can't be read.
pub(super) fn edits(files: &dyn Files, names: &Names, texts: &mut Texts<'_>) -> Result<Vec<Edit>, Error> {
    let mut edits = Vec::new();
    for name in [CONFIG, BASELINE] {
        let path = RelPath::new(name).expect("a file's name is a path");
        let holds_any = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("content/");
        if !files.read_unlisted(&path).is_ok_and(|bytes| holds_any(&bytes)) {
            continue;
        }
        let text = texts.get(&path)?;
        for (at, _) in text.text.match_indices("content/") {
            let before = text.text[..at].chars().next_back();
            let rest = &text.text[at..];
            let end = match before {
                Some(quote @ ('"' | '\'')) if name == CONFIG => rest.find([quote, '\n']),
                _ if name == BASELINE => rest.find([' ', '\t', '\n', '`', '”']),
                _ => None,
            };
            let Some(found) = end.map(|end| &rest[..end]) else { continue };
            let Some(old) = RelPath::new(found).filter(|old| names.moves_file(old)) else { continue };
            edits.push(Edit::new(path.clone(), at..at + found.len(), names.of(&old).to_string()));
        }
    }
    Ok(edits)
}

/// The places that name what moved, in files that are not rewritten: templates, components, data, files that are copied, and
/// the free fields of `site.toml` and of front matter. A line for all of them, then one for each.
///
/// # Errors
///
/// A folder that can't be listed.
pub(super) fn told(
    files: &dyn Files,
    before: &Whole,
    names: &Names,
    planned: &[Planned],
) -> Result<Vec<String>, Error> {
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for (from, _) in names.moves() {
        wanted.insert(from.to_string());
        wanted.extend(from.as_str().strip_prefix("content/").map(str::to_owned));
    }
    for page in before.site.pages.iter().filter(|page| names.moves_file(&in_content(&page.head.path))) {
        // The front page and short names would be found everywhere.
        let url = address(&page.output);
        wanted.extend((url.len() > 3).then(|| url.trim_end_matches('/').to_owned()));
    }
    let Ok(finder) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&wanted) else {
        return Ok(Vec::new());
    };
    let after: BTreeMap<&RelPath, &Planned> = planned.iter().map(|planned| (&planned.from, planned)).collect();
    let mut places = Vec::new();
    let mut look = |path: &RelPath, is_of_article: bool| {
        let planned = after.get(path);
        let bytes = match planned.and_then(|planned| planned.after.clone()) {
            Some(bytes) => bytes,
            None => files.read_unlisted(path).unwrap_or_default(),
        };
        let Ok(text) = std::str::from_utf8(&bytes) else { return };
        let shown = planned.map_or(path, |planned| &planned.to);
        let text = if is_of_article { front_matter(text) } else { text };
        let mut lines = Lines::new(text);
        for found in finder.find_iter(text).filter(|found| stands_alone(text, found.range())) {
            let what = &text[found.range()];
            // An old address is named by the aliases that keep it.
            if is_of_article && what.starts_with('/') {
                continue;
            }
            let span = lines.span(found.range());
            places.push(format!("  {shown}:{}:{}: `{what}`", span.line, span.column));
        }
    };
    for folder in FREE {
        let Ok(listing) = files.list(folder) else { continue };
        let texts = listing.files.iter().filter(|path| TEXTS.contains(&path.extension()));
        texts.for_each(|path| look(path, false));
    }
    look(&RelPath::new(CONFIG).expect("a file's name is a path"), false);
    for page in before.site.pages.iter().filter(|page| page.has_source && page.head.front.extra != Value::Null) {
        look(&in_content(&page.head.path), true);
    }
    if places.is_empty() {
        return Ok(places);
    }
    let count = places.len();
    let more = count.saturating_sub(MOST);
    places.truncate(MOST);
    if more > 0 {
        places.push(format!("  and {more} more"));
    }
    let first = "not rewritten, since only you know what is meant there; change by hand what names the moved files:";
    places.insert(0, first.to_owned());
    Ok(places)
}

/// How many places are told.
const MOST: usize = 20;

/// The lines up to the end of the front matter.
fn front_matter(text: &str) -> &str {
    let Some(sign) = text.lines().next().map(str::trim_end).filter(|line| matches!(*line, "+++" | "---")) else {
        return "";
    };
    let end = text.match_indices(&format!("\n{sign}")).next().map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Whether nothing stands around a path or an address that would make it another.
fn stands_alone(text: &str, range: std::ops::Range<usize>) -> bool {
    let in_path = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '%');
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let next = match after.next() {
        Some('/') if text[range.clone()].starts_with('/') => after.next(),
        next => next,
    };
    !before.is_some_and(|c| in_path(c) || (c == '/' && !text[..range.start].ends_with("../")))
        && !next.is_some_and(|c| in_path(c) || c == '/')
}
