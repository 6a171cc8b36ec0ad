//! Rules between pages: titles and descriptions that are not their own, what nothing leads to, what leads nowhere, topics
//! with one member.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::check::{html, path_of};
use crate::model::{
    Config, Diagnostic, RelPath, Site,
    site::{Page, PageKind, Target},
};

/// `duplicate-title`, `duplicate-description`.
pub(super) fn duplicates(site: &Site) -> Vec<Diagnostic> {
    let mut titles: FxHashMap<String, &Page> = FxHashMap::default();
    let mut descriptions: FxHashMap<&str, &Page> = FxHashMap::default();
    let mut found = Vec::new();
    let pages = site.pages.par_iter().filter(|page| page.has_source && page.kind != PageKind::Topic);
    let folded: Vec<(&Page, String)> = pages.map(|page| (page, page.head.title.to_lowercase())).collect();
    for (page, title) in folded {
        let path = || path_of(&page.head);
        let other = titles.entry(title).or_insert(page);
        if !std::ptr::eq(*other, page) {
            let message = format!("the title “{}” is that of {} as well", page.head.title, path_of(&other.head));
            let help = "say in each what is special about it";
            found.push(Diagnostic::warning("duplicate-title", &path(), None, message).help(help));
        }
        let Some(description) = page.head.front.description.as_deref().map(str::trim).filter(|text| !text.is_empty())
        else {
            continue;
        };
        let other = descriptions.entry(description).or_insert(page);
        if !std::ptr::eq(*other, page) {
            let message = format!("its description is that of {} as well", path_of(&other.head));
            let help = "say in each what one learns there";
            found.push(Diagnostic::warning("duplicate-description", &path(), None, message).help(help));
        }
    }
    found
}

/// `orphan`, `dead-end`: articles that no text, card or menu leads to, and those whose text leads nowhere.
pub(super) fn orphans(config: &Config, site: &Site) -> Vec<Diagnostic> {
    let elsewhere: BTreeSet<&str> =
        site.card_links.values().chain(&site.nav_links).chain(&site.footer_links).map(String::as_str).collect();
    // Raw HTML leads to pages as well, by their addresses.
    let in_html =
        |page: &Page| html::targets(config, page).into_iter().filter(|output| *output != page.output).collect();
    let from_html: Vec<Vec<RelPath>> = site.pages.par_iter().map(in_html).collect();
    let outputs: BTreeSet<&RelPath> = from_html.iter().flatten().collect();
    let of_page = |(id, page): (usize, &Page)| {
        let mut found = Vec::new();
        if page.kind != PageKind::Article || page.head.words == 0 {
            return found;
        }
        let path = || path_of(&page.head);
        let is_named = || elsewhere.contains(config.base_url.rooted(&page.url).as_str());
        if page.backlinks.is_empty() && !outputs.contains(&page.output) && !is_named() {
            let help = "link to it where readers would want it";
            let message = "no text of the site leads to this article";
            found.push(Diagnostic::warning("orphan", &path(), None, message).help(help));
        }
        let leads_on = page.links.iter().any(|link| match &link.target {
            Target::Page(to, _) => *to != id,
            Target::File(_) => link.href.ends_with('/') || link.href.ends_with(".html"),
            Target::External | Target::Broken => false,
        });
        if !leads_on && from_html[id].is_empty() {
            let help = "link to what its readers would want next";
            let message = "the text of this article leads to no other page of the site";
            found.push(Diagnostic::warning("dead-end", &path(), None, message).help(help));
        }
        found
    };
    site.pages.par_iter().enumerate().flat_map_iter(of_page).collect()
}

/// `single-member-topic`.
pub(super) fn single_members(config: &Config, site: &Site) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for topic in &site.topics {
        let mut pages = topic.sections.iter().map(|(page, _)| *page);
        let Some(first) = pages.next().filter(|first| pages.all(|page| page == *first)) else { continue };
        let declared = &config.topics[topic.declared];
        let name = &declared.name;
        let message = format!("only {} belongs to the topic `{name}`", path_of(&site.pages[first].head));
        let help = "give it to more articles, or make it a part of a wider topic";
        found.push(Diagnostic::warning("single-member-topic", "site.toml", declared.place, message).help(help));
    }
    found
}
