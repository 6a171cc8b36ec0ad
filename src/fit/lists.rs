//! What editors listed, and the site without it.

use std::collections::BTreeMap;

use crate::link::related;
use crate::model::{
    Edit, Error, Head, Patch, RelPath, Site,
    site::{PageId, PageKind, Target},
};
use crate::output::edit::{self, Overlay, Planned};
use crate::source::{Files, text};

/// Headings below which editors usually list what else to read.
pub const HEADINGS: [&str; 9] = [
    "See also",
    "Related",
    "Related articles",
    "Related content",
    "Related information",
    "Related links",
    "Related reading",
    "Related topics",
    "Further reading",
];

/// The lists of all articles that have one: what is pinned, then what is linked below such headings.
pub(super) fn of(site: &Site, headings: &[String]) -> BTreeMap<PageId, Vec<PageId>> {
    let pinned = related::pinned(site);
    let mut lists = BTreeMap::new();
    for (id, page) in site.pages.iter().enumerate() {
        if page.kind != PageKind::Article {
            continue;
        }
        let mut list = pinned[id].clone();
        let sections = sections(&page.head, headings);
        for (link, resolved) in page.head.links.iter().zip(page.links.iter()) {
            if let Target::Page(to, _) = resolved.target
                && sections.iter().any(|(from, end)| (*from..*end).contains(&(link.section as usize)))
            {
                list.push(to);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|to| *to != id && site.pages[*to].kind == PageKind::Article && seen.insert(*to));
        if !list.is_empty() {
            lists.insert(id, list);
        }
    }
    lists
}

/// The sections of an article that hold lists, with those below them: the first, and one past the last.
fn sections(head: &Head, names: &[String]) -> Vec<(usize, usize)> {
    let is_named = |text: &str| {
        let text = text.trim().trim_end_matches(':').trim_end().to_lowercase();
        names.iter().any(|name| name.trim().to_lowercase() == text)
    };
    let mut found = Vec::new();
    for (at, heading) in head.headings.iter().enumerate().filter(|(_, heading)| is_named(&heading.text)) {
        let below = head.headings[at + 1..].iter().take_while(|other| other.level > heading.level).count();
        found.push((at + 1, at + 2 + below));
    }
    found
}

/// Changes after which a site lacks its lists.
#[derive(Debug)]
pub(super) struct Without(Vec<Planned>);

impl Without {
    /// The site with these changes made.
    pub(super) fn overlay<'a>(&self, files: &'a dyn Files) -> Overlay<'a> {
        Overlay::new(files, &self.0)
    }
}

/// The site without the sections that hold lists. Pinned articles are no signal: they stay.
pub(super) fn without(files: &dyn Files, site: &Site, headings: &[String]) -> Result<Without, Error> {
    let mut patch = Patch::default();
    for page in site.pages.iter().filter(|page| page.has_source) {
        let head = &page.head;
        let sections = sections(head, headings);
        let Some(path) = RelPath::new(format!("content/{}", head.path)).filter(|_| !sections.is_empty()) else {
            continue;
        };
        let bytes = files.read_unlisted(&path)?;
        let Ok((text, _)) = text::decode(path.as_str(), &bytes) else { continue };
        patch.note(&path, &bytes);
        let start = |section: usize| -> Option<usize> {
            let heading = head.headings.get(section - 1)?;
            heading.origin.is_none().then_some(heading.span.start as usize)
        };
        let mut done = 0;
        for (from, end) in sections {
            let Some(from) = start(from).map(|from| from.max(done)) else { continue };
            // What follows an included heading can't be told from here: the list ends with the text.
            let end = start(end).unwrap_or(text.len());
            if from < end && text.is_char_boundary(from) && text.is_char_boundary(end) {
                patch.edits.push(Edit::new(path.clone(), from..end, definitions(&text[from..end])));
                done = end;
            }
        }
    }
    Ok(Without(edit::plan(files, &patch)?))
}

/// The lines that say where links lead that are written elsewhere: `[name]: target`.
fn definitions(text: &str) -> String {
    let is_definition =
        |line: &&str| line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]:")).is_some();
    text.split_inclusive('\n').filter(is_definition).collect()
}
