//! Order: parents, children, and the way through the whole site that previous and next follow.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet},
};

use crate::link::is_listed;
use crate::model::{
    Site,
    site::{PageId, PageKind},
};

/// Fills parents, children in reading order, and previous and next.
pub(super) fn order(site: &mut Site) {
    site.home = site.pages.iter().position(|page| page.kind == PageKind::Home);
    let sections: BTreeMap<String, PageId> = site
        .pages
        .iter()
        .enumerate()
        .filter(|(_, page)| matches!(page.kind, PageKind::Home | PageKind::Section))
        .map(|(id, _)| (folder_of_section(site, id), id))
        .collect();
    for id in 0..site.pages.len() {
        if !is_listed(&site.pages[id]) || site.pages[id].kind == PageKind::Home {
            continue;
        }
        let own = if site.pages[id].kind == PageKind::Section { Some(folder_of_section(site, id)) } else { None };
        let mut folder = match &own {
            Some(own) => own.rsplit_once('/').map_or("", |(parent, _)| parent),
            None => folder_of_article(site, id),
        };
        let parent = loop {
            match sections.get(folder) {
                Some(parent) => break Some(*parent),
                None if folder.is_empty() => break None,
                None => folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent),
            }
        };
        site.pages[id].parent = parent;
        if let Some(parent) = parent {
            site.pages[parent].children.push(id);
        }
    }
    (0..site.pages.len()).for_each(|id| sort_children(site, id));
    thread(site);
}

/// Orders the children of these pages anew, of which some have other heads.
pub(super) fn reorder(site: &mut Site, parents: &BTreeSet<PageId>) {
    parents.iter().for_each(|id| sort_children(site, *id));
    for page in &mut site.pages {
        (page.previous, page.next) = (None, None);
    }
    thread(site);
}

fn sort_children(site: &mut Site, id: PageId) {
    let mut children = std::mem::take(&mut site.pages[id].children);
    children.sort_by_cached_key(|child| SiblingKey::of(site, *child));
    for (position, child) in children.iter().enumerate() {
        site.pages[*child].position = position;
    }
    site.pages[id].children = children;
}

/// The folder that a section page stands for: its own, or the one that has its file's name.
fn folder_of_section(site: &Site, id: PageId) -> String {
    let path = &site.pages[id].head.path;
    match path.stem() {
        "_index" | "index" | "README" => path.parent().to_owned(),
        _ => path.as_str().rsplit_once('.').map_or("", |(folder, _)| folder).to_owned(),
    }
}

/// The folder whose section lists an article: for `a/b/index.md`, which is the article `b`, that is `a`.
fn folder_of_article(site: &Site, id: PageId) -> &str {
    let path = &site.pages[id].head.path;
    let folder = path.parent();
    match path.stem() {
        "index" | "README" if !folder.is_empty() => folder.rsplit_once('/').map_or("", |(parent, _)| parent),
        _ => folder,
    }
}

/// Weight, then date (newest first), then title in natural order, then path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SiblingKey {
    weight: (bool, i64),
    date: (bool, Reverse<Option<crate::model::Date>>),
    title: Natural,
    path: String,
}

impl SiblingKey {
    fn of(site: &Site, id: PageId) -> Self {
        let head = &site.pages[id].head;
        let weight = head.front.weight;
        let date = head.front.date;
        Self {
            weight: (weight.is_none(), weight.unwrap_or(0)),
            date: (date.is_none(), Reverse(date)),
            title: Natural(head.title.to_lowercase()),
            path: head.path.to_string(),
        }
    }
}

/// Text whose runs of digits compare as numbers: `chapter 2` before `chapter 10`.
#[derive(PartialEq, Eq)]
struct Natural(String);

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.0.as_str(), other.0.as_str());
        loop {
            let (digits_a, digits_b) = (leading_digits(a), leading_digits(b));
            if !digits_a.is_empty() && !digits_b.is_empty() {
                let (number_a, number_b) = (digits_a.trim_start_matches('0'), digits_b.trim_start_matches('0'));
                let by_number = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
                if by_number != Ordering::Equal {
                    return by_number;
                }
                (a, b) = (&a[digits_a.len()..], &b[digits_b.len()..]);
                continue;
            }
            match (a.chars().next(), b.chars().next()) {
                (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
                (x, y) => return x.cmp(&y).then_with(|| self.0.cmp(&other.0)),
            }
        }
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// Previous and next run depth first through the whole site, the front page left aside.
fn thread(site: &mut Site) {
    let Some(home) = site.home else { return };
    let mut order = Vec::with_capacity(site.pages.len());
    let mut waiting: Vec<PageId> = site.pages[home].children.iter().rev().copied().collect();
    while let Some(id) = waiting.pop() {
        order.push(id);
        waiting.extend(site.pages[id].children.iter().rev());
    }
    for pair in order.windows(2) {
        site.pages[pair[0]].next = Some(pair[1]);
        site.pages[pair[1]].previous = Some(pair[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_sort_as_people_count() {
        let mut titles = ["b 10", "b 9", "b 09", "a", "b", "b 9a"].map(|t| Natural(t.to_owned()));
        titles.sort();
        assert_eq!(titles.map(|t| t.0), ["a", "b", "b 09", "b 9", "b 9a", "b 10"]);
    }
}
