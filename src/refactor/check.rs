//! Whether the changed site is the site that it was.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::woven::Whole;
use crate::model::{Diagnostic, Error, Level, RelPath, Site};
use crate::refactor::{
    names::{Names, in_content},
    relink::Pair,
};

/// Refuses a change after which links would lead elsewhere or the site would have errors; returns what else is new.
pub(super) fn check(before: &Whole, after: &Whole, names: &Names) -> Result<Vec<String>, Error> {
    if let Some(error) = after.diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error) {
        return Err(refused(&format!("the site would have an error: {error}")));
    }
    let pair = Pair::new(before, after, names);
    for twice in pair.mentions()? {
        let (wanted, found) = pair.seen(&twice);
        if wanted != found {
            let (file, link) = (&twice.before.file, &twice.before.link);
            let place = format!("{file}:{}:{}", link.span.line, link.span.column);
            return Err(refused(&format!("the link `{}` at {place} would lead elsewhere", link.target)));
        }
    }
    let mut notes = dead_addresses(before, after);
    notes.extend(new_warnings(before, after, names));
    Ok(notes)
}

fn refused(reason: &str) -> Error {
    Error::new(reason).help("nothing was changed: mend this by hand first, or choose another name")
}

/// Addresses that nothing answers to any more.
fn dead_addresses(before: &Whole, after: &Whole) -> Vec<String> {
    let alive = addresses(&after.site);
    let dead = addresses(&before.site).into_iter().filter(|output| !alive.contains(output));
    dead.map(|output| {
        let shown = crate::link::route::address(&output);
        match before.site.files.contains_key(&output) {
            true => format!("the file's old address {shown} is gone: files have no redirects"),
            false => format!("the old address {shown} is gone: no article stands in for it"),
        }
    })
    .collect()
}

/// Every output path that answers.
fn addresses(site: &Site) -> BTreeSet<RelPath> {
    let pages = site.pages.iter().map(|page| page.output.clone());
    let topics = site.topics.iter().map(|topic| topic.output.clone());
    let others = site.redirects.keys().chain(site.files.keys()).cloned();
    pages.chain(topics).chain(others).collect()
}

fn new_warnings(before: &Whole, after: &Whole, names: &Names) -> Vec<String> {
    let mut known: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let place = |diagnostic: &Diagnostic| diagnostic.place.path.clone();
    for diagnostic in &before.diagnostics {
        let path =
            RelPath::new(place(diagnostic)).map_or_else(|| place(diagnostic), |path| names.of(&path).to_string());
        *known.entry((path, &diagnostic.code)).or_default() += 1;
    }
    let mut notes = Vec::new();
    for diagnostic in &after.diagnostics {
        match known.get_mut(&(place(diagnostic), diagnostic.code.as_str())) {
            Some(left) if *left > 0 => *left -= 1,
            _ => notes.push(format!("a build will have something new to say: {diagnostic}")),
        }
    }
    notes
}

/// The path of a page's source from the site's root, where it has one.
pub(super) fn source_of(site: &Site, id: usize) -> Option<RelPath> {
    let page = &site.pages[id];
    page.has_source.then(|| in_content(&page.head.path))
}
