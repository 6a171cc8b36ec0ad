//! Inventories of other sites: what there is to link to, by its names.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use unicode_normalization::UnicodeNormalization;

/// Other sites by the names that `[inventories.NAME]` gives them.
pub type Inventories = BTreeMap<String, Elsewhere>;

/// Another site, as far as its inventory tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Where it lives: an address that ends in a slash.
    pub base: String,
    /// What it has; `None` where its inventory could not be read, which has been told.
    pub inventory: Option<Arc<Inventory>>,
}

/// What a site has to link to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    entries: Vec<Entry>,
    /// Folded names, titles and aliases, each with the index of its entry; rising.
    names: Vec<(String, u32)>,
}

/// A page, a heading, or anything else that a link may lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// `page`, `heading`, `topic` or `term`; in Sphinx's inventories a domain and a role: `std:doc`, `py:function`.
    pub kind: String,
    /// What its own site calls it.
    pub name: String,
    /// As readers see it.
    pub title: String,
    /// Further names.
    pub aliases: Vec<String>,
    /// Its address from where its site lives, percent-encoded and without a slash at the beginning.
    pub url: String,
}

impl Inventory {
    /// An inventory of `entries`, in the order of their file.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut names = Vec::with_capacity(entries.len() * 2);
        for (index, entry) in (0_u32..).zip(&entries) {
            let all = [&entry.name, &entry.title].into_iter().chain(&entry.aliases);
            names.extend(all.map(|name| (folded(name), index)));
        }
        names.sort_unstable();
        names.dedup();
        Self { entries, names }
    }

    /// Everything, in the order of its file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Everything that has this name, title or alias, whatever its case, in the order of its file.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Entry> {
        let wanted = folded(name);
        let start = self.names.partition_point(|(other, _)| *other < wanted);
        let found = self.names[start..].iter().take_while(move |(other, _)| *other == wanted);
        found.map(|(_, index)| &self.entries[*index as usize])
    }
}

/// A name as links are compared by it: composed (NFC), in small letters, without space around it.
pub fn folded(name: &str) -> String {
    composed(name.trim()).to_lowercase()
}

/// A name in its composed form (NFC).
pub fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_each_of_their_names() {
        let entry = |name: &str, title: &str, aliases: &[&str]| Entry {
            name: name.to_owned(),
            title: title.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Entry::default()
        };
        let inventory = Inventory::new(vec![
            entry("b", "Second", &["zwei", "B"]),
            entry("a", "First", &[]),
            entry("c", "second", &[]),
        ]);
        let found = |name: &str| inventory.named(name).map(|entry| entry.name.as_str()).collect::<Vec<_>>();
        assert_eq!(found("B"), ["b"]);
        assert_eq!(found(" SECOND "), ["b", "c"]);
        assert_eq!(found("zwei"), ["b"]);
        assert_eq!(found("fir"), [""; 0]);
        assert_eq!(Inventory::default().named("a").count(), 0);
    }
}
