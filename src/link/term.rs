//! Terms: where each is defined, and which sections mention it.

use rustc_hash::FxHashSet;

use crate::link::{is_listed, route};
use crate::model::{Config, Site, site::Term};

/// The folder of the page of all terms.
const GLOSSARY: &str = "glossary";

/// Gives each term its address on the page of its topic, and all of them a page unless an article or a file has taken its
/// address.
pub(super) fn declare(config: &Config, site: &mut Site) {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    for (topic, members) in site.topics.iter().enumerate() {
        for (declared, (name, _)) in config.topics[members.declared].terms.iter().enumerate() {
            let id = free_id(&mut taken, name);
            let href = format!("{}#{}", config.base_url.rooted(&members.url), id);
            site.terms.push(Term { topic, declared, id, href, mentions: Vec::new() });
        }
    }
    if site.terms.is_empty() || !config.terms.glossary {
        return;
    }
    site.glossary = route::free_page(config, site, GLOSSARY);
}

/// Enters the sections that mention each term.
pub(super) fn mentions(site: &mut Site) {
    let pages = site.pages.iter().enumerate().filter(|(_, page)| is_listed(page));
    for (id, page) in pages {
        for used in &page.head.terms {
            if let Some(term) = site.terms.get_mut(used.term as usize) {
                term.mentions.push((id, used.section as usize));
            }
        }
    }
}

/// `term-data-contract`, with a number behind it where another term has that id.
fn free_id(taken: &mut FxHashSet<String>, name: &str) -> String {
    let letters: String = name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = letters.split('-').filter(|part| !part.is_empty()).collect();
    let id = format!("term-{}", parts.join("-"));
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let free = std::iter::once(id.clone()).chain(numbered).find(|id| !taken.contains(id));
    let free = free.unwrap_or(id);
    taken.insert(free.clone());
    free
}
