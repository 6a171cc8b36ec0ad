//! Two builds, page by page.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::compare::{
    Build,
    anchors::anchors,
    text::{self, Lines},
};
use crate::model::RelPath;

/// How alike two texts must be for one to be the other under a new address.
const ALIKE: f64 = 0.6;
/// The most pairs of texts that are looked at: a site that moved as a whole is no matter of single pages.
const MOST_PAIRS: usize = 10_000;

/// What two builds differ in, each list in the order of the paths.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Pages that came.
    pub added: Vec<PageChange>,
    /// Pages that went.
    pub removed: Vec<PageChange>,
    /// Pages that have another address now.
    pub moved: Vec<Moved>,
    /// Pages whose text changed, or whose text is not known.
    pub changed: Vec<Changed>,
    /// How many pages changed around their text alone, or have no text of their own: a sidebar, a style sheet's name, a list.
    pub rerendered: usize,
    /// Files that are no pages.
    pub files: Vec<FileChange>,
    /// The bytes of all files, before and after.
    pub sizes: (u64, u64),
}

/// A page that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageChange {
    /// Its file.
    pub path: RelPath,
    /// Its title, where its text is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its size in bytes.
    pub size: u64,
}

/// A page with another address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Its file before.
    pub from: RelPath,
    /// Its file now.
    pub to: RelPath,
    /// Its title, where its text is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the old address still leads somewhere.
    pub redirects: bool,
    /// Lines of its text that changed.
    pub lines: Lines,
}

/// A page that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its file.
    pub path: RelPath,
    /// Its title, where its text is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its size in bytes, before and after.
    pub sizes: (u64, u64),
    /// Lines of its text that changed; `None` where the texts are not known.
    pub lines: Option<Lines>,
    /// Anchors that are gone: links to them from elsewhere lead to the page's beginning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_anchors: Vec<String>,
}

/// Another file that came, went or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Its path.
    pub path: RelPath,
    /// Its size in bytes before, where it was there.
    pub was: Option<u64>,
    /// Its size now, where it is there.
    pub is: Option<u64>,
}

/// Compares two builds.
pub fn difference(old: &Build, new: &Build) -> Difference {
    let mut difference = Difference { sizes: (size(old), size(new)), ..Difference::default() };
    let mut came = Vec::new();
    let mut went = Vec::new();
    let paths: BTreeSet<&RelPath> = old.files.keys().chain(new.files.keys()).collect();
    for path in paths {
        let (was, is) = (old.files.get(path), new.files.get(path));
        if was.map(|was| was.1) == is.map(|is| is.1) {
            continue;
        }
        match (was, is) {
            _ if is_copy(path, old) || is_copy(path, new) => {}
            (None, Some(_)) if is_page(path) => came.push(path),
            (Some(_), None) if is_page(path) => went.push(path),
            (Some(was), Some(is)) if is_page(path) => match changed(path, (was.0, is.0), old, new) {
                Some(changed) => difference.changed.push(changed),
                None => difference.rerendered += 1,
            },
            _ => difference.files.push(FileChange {
                path: path.clone(),
                was: was.map(|was| was.0),
                is: is.map(|is| is.0),
            }),
        }
    }
    // An old address with a redirect has a page there still, but one without a text.
    let mut left = went.clone();
    left.extend(difference.changed.iter().map(|changed| &changed.path).filter_map(|path| {
        let lost_its_text = text_of(old, path).is_some() && text_of(new, path).is_none();
        old.files
            .get_key_value(path)
            .map(|(path, _)| path)
            .filter(|_| lost_its_text && new.text(path.as_str()).is_some())
    }));
    difference.moved = moved(&left, &came, old, new);
    let from: BTreeSet<&RelPath> = difference.moved.iter().map(|moved| &moved.from).collect();
    let to: BTreeSet<&RelPath> = difference.moved.iter().map(|moved| &moved.to).collect();
    let page = |build: &Build, path: &RelPath| PageChange {
        path: path.clone(),
        title: text_of(build, path).as_deref().and_then(title),
        size: build.files.get(path).map_or(0, |file| file.0),
    };
    difference.added = came.iter().filter(|path| !to.contains(**path)).map(|path| page(new, path)).collect();
    difference.removed = went.iter().filter(|path| !from.contains(**path)).map(|path| page(old, path)).collect();
    let is_moved: Vec<bool> = difference.changed.iter().map(|changed| from.contains(&changed.path)).collect();
    let mut is_moved = is_moved.into_iter();
    difference.changed.retain(|_| !is_moved.next().unwrap_or(false));
    difference
}

fn size(build: &Build) -> u64 {
    build.files.values().map(|(size, _)| size).sum()
}

fn is_page(path: &RelPath) -> bool {
    path.extension() == "html"
}

/// Whether a file is the copy of a page as Markdown, which is told of with the page.
fn is_copy(path: &RelPath, build: &Build) -> bool {
    let page = path.as_str().strip_suffix(".md").map(|stem| format!("{stem}.html"));
    page.is_some_and(|page| build.files.contains_key(page.as_str()))
}

/// Whether the texts of pages are known.
fn has_copies(build: &Build) -> bool {
    build.text("index.md").is_some()
}

/// The copy of a page as Markdown.
fn text_of(build: &Build, page: &RelPath) -> Option<String> {
    build.text(&format!("{}.md", page.as_str().strip_suffix(".html")?))
}

/// The first heading of a text.
fn title(text: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix("# ")).map(|title| title.trim().to_owned())
}

/// `None` where nothing changed but what stands around the text.
fn changed(path: &RelPath, sizes: (u64, u64), old: &Build, new: &Build) -> Option<Changed> {
    let texts = (text_of(old, path), text_of(new, path));
    let ids = |build: &Build| build.text(path.as_str()).map(|html| anchors(&html));
    let lost = match (ids(old), ids(new)) {
        (Some(old), Some(new)) => old.difference(&new).cloned().collect(),
        _ => Vec::new(),
    };
    let lines = match &texts {
        (Some(old), Some(new)) => Some(text::lines(old, new)),
        // A list of a topic or the page for lost addresses, in a site whose other pages have copies.
        (None, None) if has_copies(new) => Some(Lines::new()),
        _ => None,
    };
    if lines.as_ref().is_some_and(Vec::is_empty) && lost.is_empty() {
        return None;
    }
    let title = texts.1.as_deref().or(texts.0.as_deref()).and_then(title);
    Some(Changed { path: path.clone(), title, sizes, lines, lost_anchors: lost })
}

/// Pairs of a page that went and one that came which have the same text, or else the most alike.
fn moved(went: &[&RelPath], came: &[&RelPath], old: &Build, new: &Build) -> Vec<Moved> {
    let texts = |paths: &[&RelPath], build: &Build| -> BTreeMap<RelPath, String> {
        paths.iter().filter_map(|path| Some(((*path).clone(), text_of(build, path)?))).collect()
    };
    let (went, came) = (texts(went, old), texts(came, new));
    if went.len() * came.len() > MOST_PAIRS {
        return Vec::new();
    }
    let mut pairs: Vec<(f64, &RelPath, &RelPath)> = Vec::new();
    for (from, old) in &went {
        pairs.extend(came.iter().map(|(to, new)| (text::likeness(old, new), from, to)));
    }
    pairs.retain(|(likeness, ..)| *likeness >= ALIKE);
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let mut taken = BTreeSet::new();
    let mut moved = Vec::new();
    for (_, from, to) in pairs {
        if taken.contains(&(0, from)) || taken.contains(&(1, to)) {
            continue;
        }
        taken.extend([(0, from), (1, to)]);
        moved.push(Moved {
            from: from.clone(),
            to: to.clone(),
            title: title(&came[to]),
            redirects: new.files.contains_key(from),
            lines: text::lines(&went[from], &came[to]),
        });
    }
    moved.sort_by(|one, other| one.to.cmp(&other.to));
    moved
}
