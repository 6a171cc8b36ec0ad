//! Links into other sites' inventories: `[[python:Glossary]]`, `[[python:term:generator]]`, `[[other:Page#Heading]]`.

use rustc_hash::FxHashSet;

use crate::link::graph::{Resolver, wiki::LISTED};
use crate::model::{
    Diagnostic,
    diagnostic::did_you_mean,
    inventory::{Elsewhere, Entry, Inventory, folded},
    page::{Link, LinkKind},
    site::{Resolved, Target},
};

/// What a name comes to in an inventory.
#[derive(Debug, PartialEq, Eq)]
enum Found<'i> {
    /// Nothing.
    Nothing,
    /// This, and nothing else as well.
    One(&'i Entry),
    /// All of these as well as each other, each at an address of its own.
    Many(Vec<&'i Entry>),
    /// A page that lacks the heading, and the heading.
    NoHeading(&'i Entry, String),
}

impl Resolver<'_> {
    /// Where a link by title leads in another site; `None` where it does not speak of one.
    pub(super) fn resolve_elsewhere(&self, link: &Link) -> Option<(Resolved, Option<Diagnostic>)> {
        let (site, name) = link.target.split_once(':')?;
        let (site, wanted) = (site.trim(), name.trim());
        let Some(elsewhere) = self.inventories.get(site) else {
            return self.unknown_inventory(link, site, name).map(|problem| (broken(link), Some(problem)));
        };
        // What is wrong with an inventory that can't be read has been told.
        let Some(inventory) = &elsewhere.inventory else { return Some((broken(link), None)) };
        Some(match look_up(inventory, wanted) {
            Found::One(entry) => (resolved(elsewhere, entry), None),
            Found::Many(entries) => {
                (resolved(elsewhere, entries[0]), Some(self.ambiguous_elsewhere(link, site, inventory, &entries)))
            }
            Found::NoHeading(page, heading) => {
                (resolved(elsewhere, page), Some(self.no_heading_elsewhere(link, site, inventory, page, &heading)))
            }
            Found::Nothing => (broken(link), Some(self.nothing_elsewhere(link, site, elsewhere, inventory, wanted))),
        })
    }

    /// Tells of an ordinary link whose scheme is the name of an inventory: it is an address like any other.
    pub(super) fn warn_of_inventory(&self, link: &Link) -> Option<Diagnostic> {
        if self.inventories.is_empty() || link.kind == LinkKind::Wiki {
            return None;
        }
        let (site, name) = link.target.split_once(':')?;
        self.inventories.get(site)?;
        let message =
            format!("`{}` is an address that begins with `{site}:`, not a link into the inventory", link.target);
        Some(
            self.warning("broken-link", link, message)
                .help(format!("write it in two brackets: `[[{site}:{name}|text]]`")),
        )
    }

    /// A link that seems to mean an inventory that is not declared.
    fn unknown_inventory(&self, link: &Link, site: &str, name: &str) -> Option<Diagnostic> {
        let is_word = !site.is_empty() && site.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let near = did_you_mean(site, self.inventories.keys().map(String::as_str));
        let titles = || self.site.pages.iter().map(|page| page.head.title.as_str());
        // `Note: more` is a title by its looks.
        let is_meant = near.is_some() || (!name.starts_with(' ') && !name.is_empty());
        if !is_word || !is_meant || did_you_mean(&link.target, titles()).is_some() {
            return None;
        }
        let message = format!("no page is called `{}`, and no inventory `{site}`", link.target);
        let help = match near {
            Some(near) => format!("did you mean `[[{near}:{}]]`?", name.trim()),
            None => format!(
                "declare it in site.toml: `[inventories.{}]` with its `file`, or put the brackets in backticks if it is no link",
                folded(site)
            ),
        };
        Some(self.warning("broken-link", link, message).help(help))
    }

    fn nothing_elsewhere(
        &self,
        link: &Link,
        site: &str,
        elsewhere: &Elsewhere,
        inventory: &Inventory,
        wanted: &str,
    ) -> Diagnostic {
        let help = match nearest(inventory.entries().iter(), wanted) {
            Some(near) => format!("did you mean `[[{site}:{near}]]`?"),
            None => format!("write a title, a label or a path of {}", elsewhere.base),
        };
        self.warning("broken-link", link, format!("the inventory `{site}` has nothing called `{wanted}`")).help(help)
    }

    fn no_heading_elsewhere(
        &self,
        link: &Link,
        site: &str,
        inventory: &Inventory,
        page: &Entry,
        heading: &str,
    ) -> Diagnostic {
        let headings = inventory.entries().iter().filter(|entry| is_below(entry, page));
        let help = match nearest(headings, heading) {
            Some(near) => format!("did you mean `[[{site}:{}#{near}]]`?", page.name),
            None => format!("write one of its headings, or `[[{site}:{}]]` for all of it", page.name),
        };
        let message = format!("`{}` of the inventory `{site}` has no heading `{heading}`", page.title);
        self.warning("broken-anchor", link, message).help(help)
    }

    fn ambiguous_elsewhere(&self, link: &Link, site: &str, inventory: &Inventory, found: &[&Entry]) -> Diagnostic {
        let shown = |entry: &&Entry| format!("{} ({})", entry.url, entry.kind);
        let mut listed: Vec<String> = found.iter().take(LISTED).map(shown).collect();
        if found.len() > LISTED {
            listed.push(format!("{} more", found.len() - LISTED));
        }
        let help =
            match found.iter().take(LISTED).find_map(|entry| Some((spelling(inventory, entry)?, *entry == found[0]))) {
                Some((exact, true)) => format!("write which: `[[{site}:{exact}]]`, which stands in for it now"),
                Some((exact, false)) => {
                    format!("write which, such as `[[{site}:{exact}]]`; the first stands in for it now")
                }
                None => "link to the address of the one that is meant; the first stands in for it now".to_owned(),
            };
        let message = format!("`[[{}]]` may mean {} things", link.target, found.len());
        self.warning("ambiguous-link", link, message).note(format!("these: {}", listed.join(", "))).help(help)
    }
}

fn resolved(elsewhere: &Elsewhere, entry: &Entry) -> Resolved {
    let href = format!("{}{}", elsewhere.base, entry.url);
    Resolved { href, target: Target::External, text: Some(entry.title.clone()) }
}

fn broken(link: &Link) -> Resolved {
    Resolved { href: link.target.clone(), target: Target::Broken, text: None }
}

/// Finds what `wanted` names: all of it as a name, or `kind:name`, or `page#heading`.
fn look_up<'i>(inventory: &'i Inventory, wanted: &str) -> Found<'i> {
    let whole = best(inventory.named(wanted), wanted);
    if whole != Found::Nothing {
        return whole;
    }
    for (at, _) in wanted.match_indices(':') {
        let (kind, name) = (&wanted[..at], wanted[at + 1..].trim());
        let found = best(inventory.named(name).filter(|entry| is_kind(entry, kind)), name);
        if found != Found::Nothing {
            return found;
        }
    }
    let Some((page, heading)) = wanted.split_once('#') else { return Found::Nothing };
    let (page, heading) = (page.trim(), heading.trim());
    match best(inventory.named(page).filter(|entry| rank(entry) < HEADING), page) {
        Found::One(page) => {
            let by_name = best(inventory.named(heading).filter(|entry| is_below(entry, page)), heading);
            if by_name != Found::Nothing {
                return by_name;
            }
            let address = format!("{}#{heading}", page.url);
            let by_id = inventory.entries().iter().find(|entry| entry.url == address);
            by_id.map_or_else(|| Found::NoHeading(page, heading.to_owned()), Found::One)
        }
        other => other,
    }
}

/// Those of `candidates` that are called `wanted` most plainly: by name before by title before by alias, in its own case
/// before any, and among those pages before headings before all else.
fn best<'i>(candidates: impl Iterator<Item = &'i Entry>, wanted: &str) -> Found<'i> {
    let mut ranked: Vec<((u8, u8), &Entry)> =
        candidates.map(|entry| ((plainness(entry, wanted), rank(entry)), entry)).collect();
    let Some(least) = ranked.iter().map(|(rank, _)| *rank).min() else { return Found::Nothing };
    ranked.retain(|(rank, _)| *rank == least);
    let mut addresses = FxHashSet::default();
    let entries = ranked.into_iter().map(|(_, entry)| entry).filter(|entry| addresses.insert(entry.url.as_str()));
    let entries: Vec<&Entry> = entries.collect();
    match entries.as_slice() {
        [one] => Found::One(one),
        _ => Found::Many(entries),
    }
}

fn plainness(entry: &Entry, wanted: &str) -> u8 {
    let folded_name = folded(wanted);
    let exact = |name: &String| name == wanted;
    let same = |name: &String| folded(name) == folded_name;
    match entry {
        Entry { name, .. } if exact(name) => 0,
        Entry { title, .. } if exact(title) => 1,
        Entry { aliases, .. } if aliases.iter().any(exact) => 2,
        Entry { name, .. } if same(name) => 3,
        Entry { title, .. } if same(title) => 4,
        _ => 5,
    }
}

/// The rank of headings; what ranks before them has headings.
const HEADING: u8 = 2;

/// What kind is meant first where several have a name.
fn rank(entry: &Entry) -> u8 {
    match entry.kind.as_str() {
        "page" | "std:doc" => 0,
        "topic" => 1,
        "heading" | "std:label" => HEADING,
        "term" | "std:term" => 3,
        _ => 4,
    }
}

/// Whether an entry's kind is `kind`: all of it, or the role without its domain.
fn is_kind(entry: &Entry, kind: &str) -> bool {
    let role = entry.kind.split_once(':').map(|(_, role)| role);
    entry.kind == kind || role == Some(kind)
}

/// Whether an entry is a place in a page.
fn is_below(entry: &Entry, page: &Entry) -> bool {
    entry.url.strip_prefix(page.url.as_str()).is_some_and(|rest| rest.starts_with('#'))
}

/// A way to write an entry that leads to nothing else.
fn spelling(inventory: &Inventory, entry: &Entry) -> Option<String> {
    let page = entry
        .url
        .split_once('#')
        .and_then(|(url, _)| inventory.entries().iter().find(|other| other.url == url && rank(other) < HEADING));
    let plain = [&entry.name, &entry.title].into_iter().chain(&entry.aliases).cloned();
    let in_page = page.into_iter().flat_map(|page| {
        let paths = page.aliases.iter().chain([&page.name]);
        paths.map(|path| format!("{path}#{}", entry.title))
    });
    let mut all = plain.chain(in_page).chain([format!("{}:{}", entry.kind, entry.name)]);
    all.find(|written| look_up(inventory, written) == Found::One(entry))
}

/// The name, title or alias nearest to what was written.
fn nearest<'i>(entries: impl Iterator<Item = &'i Entry>, wanted: &str) -> Option<&'i str> {
    let letters = letters_of(wanted);
    let names = entries.flat_map(|entry| [&entry.name, &entry.title].into_iter().chain(&entry.aliases));
    // Each step from one name to another changes two of these bits at the most.
    let most = 2 * 4;
    let near = names.filter(|name| (letters_of(name) ^ letters).count_ones() <= most);
    did_you_mean(wanted, near.map(String::as_str))
}

/// Which letters a name has, as bits: a quick test before names are compared.
fn letters_of(name: &str) -> u64 {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters.fold(0, |found, letter| found | 1 << (u32::from(letter) & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory() -> Inventory {
        let entry = |kind: &str, name: &str, title: &str, url: &str| Entry {
            kind: kind.to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            aliases: Vec::new(),
            url: url.to_owned(),
        };
        Inventory::new(vec![
            entry("std:label", "glossary", "Glossary", "glossary.html#glossary"),
            entry("std:doc", "glossary", "Glossary", "glossary.html"),
            entry("std:term", "generator", "generator", "glossary.html#term-generator"),
            entry("std:doc", "library/json", "json: encode and decode", "library/json.html"),
            entry("std:label", "json-cli", "Command line", "library/json.html#json-commandline"),
            entry("py:module", "json", "json", "library/json.html#module-json"),
            entry("py:function", "print", "print", "functions.html#print"),
            entry("x:fixer", "print", "print", "fixer.html#print"),
            entry("cpp:type", "std::vector", "std::vector", "vector.html"),
        ])
    }

    fn check(wanted: &str, expected: &str) {
        let inventory = inventory();
        let found = match look_up(&inventory, wanted) {
            Found::Nothing => "nothing".to_owned(),
            Found::One(entry) => entry.url.clone(),
            Found::Many(entries) => entries.iter().map(|entry| entry.url.as_str()).collect::<Vec<_>>().join(" or "),
            Found::NoHeading(page, heading) => format!("{} without {heading}", page.url),
        };
        assert_eq!(found, expected, "{wanted}");
    }

    #[test]
    fn names_lead_where_a_reader_would_look() {
        check("Glossary", "glossary.html");
        check("glossary", "glossary.html");
        check("GENERATOR", "glossary.html#term-generator");
        check("json", "library/json.html#module-json");
        check("json: encode and decode", "library/json.html");
        check("Command line", "library/json.html#json-commandline");
        check("std::vector", "vector.html");
        check("print", "functions.html#print or fixer.html#print");
        check("py:function:print", "functions.html#print");
        check("fixer:print", "fixer.html#print");
        check("label:Glossary", "glossary.html#glossary");
        check("term:print", "nothing");
        check("library/json#Command line", "library/json.html#json-commandline");
        check("library/json#json-commandline", "library/json.html#json-commandline");
        check("library/json#Nowhere", "library/json.html without Nowhere");
        check("nowhere#json-cli", "nothing");
        check("", "nothing");
    }

    #[test]
    fn a_name_that_everything_has_costs_linear_time() {
        let entry = |number: usize| Entry {
            kind: "heading".to_owned(),
            name: "Introduction".to_owned(),
            title: "Introduction".to_owned(),
            aliases: Vec::new(),
            url: format!("{number}/#introduction"),
        };
        let inventory = Inventory::new((0..200_000).map(entry).collect());
        assert!(matches!(look_up(&inventory, "introduction"), Found::Many(entries) if entries.len() == 200_000));
        assert_eq!(spelling(&inventory, &inventory.entries()[0]), None);
    }

    #[test]
    fn what_several_things_are_called_can_be_written_exactly() {
        let inventory = inventory();
        let spelled: Vec<_> = inventory.named("print").map(|entry| spelling(&inventory, entry)).collect();
        assert_eq!(spelled, [Some("py:function:print".to_owned()), Some("x:fixer:print".to_owned())]);
        assert_eq!(nearest(inventory.entries().iter(), "genrator"), Some("generator"));
        assert_eq!(nearest(inventory.entries().iter(), "something else"), None);
    }
}
