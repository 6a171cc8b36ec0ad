//! `docweave export related`.

use serde_json::{Map, Value};

use crate::link::related;
use crate::model::{Config, Site, site::PageKind};

/// For each article the articles that are most related to it, best first, before pins and blocks.
pub(super) fn json(config: &Config, site: &Site, limit: usize) -> String {
    let path = |id: &usize| Value::from(site.pages[*id].head.path.as_str());
    let ranking = related::ranking(config, site, limit);
    let articles = site.pages.iter().zip(&ranking).filter(|(page, _)| page.kind == PageKind::Article);
    let told = articles.map(|(page, found)| (page.head.path.to_string(), found.iter().map(path).collect()));
    let told: Map<String, Value> = told.collect();
    serde_json::to_string_pretty(&Value::Object(told)).expect("a map of strings is JSON") + "\n"
}

/// For each article a list for each of its sections, the first being what stands before the first heading: the articles to
/// see there, best first.
pub(super) fn json_of_sections(config: &Config, site: &Site, limit: usize) -> String {
    let path = |id: &usize| Value::from(site.pages[*id].head.path.as_str());
    let ranking = related::ranking_of_sections(config, site, limit);
    let articles = site.pages.iter().zip(&ranking).filter(|(page, _)| page.kind == PageKind::Article);
    let list = |found: &Vec<usize>| Value::from_iter(found.iter().map(path));
    let told = articles.map(|(page, sections)| (page.head.path.to_string(), sections.iter().map(list).collect()));
    let told: Map<String, Value> = told.collect();
    serde_json::to_string_pretty(&Value::Object(told)).expect("a map of strings is JSON") + "\n"
}
