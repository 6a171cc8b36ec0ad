//! Why a page was rendered, or was not.

use std::fmt;

use crate::model::{Digest, RelPath};
use crate::output::{Manifest, Parts};

/// What became of one page, and which parts of its key changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// The site has no such page.
    NoSuchPage(String),
    /// Nothing that it depends on changed.
    Kept(RelPath),
    /// It was not there before.
    New(RelPath),
    /// What was written is gone, or has been changed by somebody else.
    Missing(RelPath),
    /// These parts of its key changed.
    Changed(RelPath, Vec<String>),
}

/// Compares the key of the page at `output` with the one in the manifest.
pub fn explain(output: RelPath, key: Digest, parts: &Parts, old: &Manifest, missing: &[RelPath]) -> Explanation {
    match old.files.get(&output) {
        None => Explanation::New(output),
        Some(_) if missing.contains(&output) => Explanation::Missing(output),
        Some(entry) if entry.key == key => Explanation::Kept(output),
        Some(entry) => {
            let changed = parts.changed_since(&entry.parts).into_iter().map(str::to_owned).collect();
            Explanation::Changed(output, changed)
        }
    }
}

/// What a part of a key stands for, in words.
fn meaning(part: &str) -> &str {
    match part {
        "theme" => "a template or the list of assets",
        "template" => "the name of its template",
        "site" => "what all pages share: the site's title, links, feed or assets",
        "sidebar" => "the sidebar",
        "body" => "its text, or where a link in it leads",
        "facts" => "its own front matter, headings or dates",
        "place" => "breadcrumbs, previous, next or children",
        "topics" => "its topics",
        "related" => "its related reading",
        "backlinks" => "what links to it",
        other => other,
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPage(page) => write!(f, "{page}: the site has no such page"),
            Self::Kept(page) => write!(f, "{page}: kept, nothing that it depends on changed"),
            Self::New(page) => write!(f, "{page}: rendered, it is new"),
            Self::Missing(page) => write!(f, "{page}: rendered, the file was gone or had been changed"),
            Self::Changed(page, parts) => {
                write!(f, "{page}: rendered, because these changed:")?;
                let unknown = ["the version of the program".to_owned()];
                let parts = if parts.is_empty() { &unknown } else { parts.as_slice() };
                parts.iter().try_for_each(|part| write!(f, "\n  {part}: {}", meaning(part)))
            }
        }
    }
}
