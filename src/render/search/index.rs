//! The words of all pages with the places of each: kept and brought up to date page by page, or written once.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::model::{Digest, RelPath};
use crate::render::search::{
    SMALL, Words,
    shard::{self, Best, Entry},
    words,
};

/// A page as the files of words name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its number.
    pub slot: u32,
    /// The address, rooted.
    pub url: &'a str,
    /// The title.
    pub title: &'a str,
}

/// The index of a site. An empty one is brought up to date as any other.
#[derive(Debug, Default)]
pub struct Index {
    /// The words of each page and their name, by the page's slot.
    pages: BTreeMap<u32, (Digest, Arc<Words>)>,
    places: FxHashMap<Box<str>, Places>,
}

/// Where a word stands.
#[derive(Debug, Default)]
struct Places {
    all: Vec<u32>,
    /// The word as its file has it, unless that is to be written again.
    entry: Option<Entry>,
}

impl Index {
    /// Makes it that of these pages, each by its rising slot, with the words of each and their name.
    pub fn update(&mut self, pages: &[(u32, Digest, &Arc<Words>)]) {
        let name = |slot: &u32| pages.binary_search_by_key(slot, |(slot, ..)| *slot).ok().map(|at| pages[at].1);
        let is_gone = |(slot, (known, _)): &(&u32, &(Digest, _))| name(slot) != Some(*known);
        let gone: Vec<u32> = self.pages.iter().filter(is_gone).map(|(slot, _)| *slot).collect();
        if gone.len() * 2 > self.pages.len() {
            *self = Self::default();
        }
        for slot in gone {
            if let Some((_, words)) = self.pages.remove(&slot) {
                self.take_out(slot, &words);
            }
        }
        for (slot, name, words) in pages {
            if !self.pages.contains_key(slot) {
                self.put_in(*slot, words);
                self.pages.insert(*slot, (*name, (*words).clone()));
            }
        }
    }

    fn put_in(&mut self, slot: u32, words: &Words) {
        for (part, words) in (0..).zip(words.parts()) {
            for (word, rank) in words {
                let place = shard::place(rank, slot, part);
                match self.places.get_mut(word) {
                    Some(places) => {
                        places.all.push(place);
                        places.entry = None;
                    }
                    None => drop(self.places.insert(word.into(), Places { all: vec![place], entry: None })),
                }
            }
        }
    }

    fn take_out(&mut self, slot: u32, words: &Words) {
        for (part, words) in (0..).zip(words.parts()) {
            for (word, rank) in words {
                let place = shard::place(rank, slot, part);
                let Some(places) = self.places.get_mut(word) else { continue };
                places.all.retain(|other| *other != place);
                places.entry = None;
                if places.all.is_empty() {
                    self.places.remove(word);
                }
            }
        }
    }

    /// Each file of the index by its path below the folder of the search. `topics` are the slots of the pages of each topic,
    /// by its name; `pages` are those of the index, by their rising slots.
    pub fn files(&mut self, topics: &BTreeMap<&str, Vec<u32>>, pages: &[Named<'_>]) -> Vec<(RelPath, Vec<u8>)> {
        let entries = self.places.par_iter_mut().map(|(word, Places { all, entry })| {
            let entry: &Entry = entry.get_or_insert_with(|| Entry::new(word, all));
            (&**word, entry)
        });
        files(entries.collect(), topics, pages)
    }
}

/// The index of a site for a process that writes it once: of each page only the places of its words are kept, and of those
/// no more than may be listed.
#[derive(Debug, Default)]
pub struct Passing {
    words: FxHashMap<Box<str>, Best>,
}

impl Passing {
    /// Adds a page by its slot, which no other has.
    pub fn add(&mut self, slot: u32, words: &Words) {
        for (part, words) in (0..).zip(words.parts()) {
            for (word, rank) in words {
                let place = shard::place(rank, slot, part);
                match self.words.get_mut(word) {
                    Some(best) => best.add(place),
                    None => self.words.entry(word.into()).or_default().add(place),
                }
            }
        }
    }

    /// The same as [`Index::files`].
    pub fn into_files(self, topics: &BTreeMap<&str, Vec<u32>>, pages: &[Named<'_>]) -> Vec<(RelPath, Vec<u8>)> {
        let entry = |(word, best): (Box<str>, Best)| (best.entry(&word), word);
        let entries: Vec<(Entry, Box<str>)> = self.words.into_par_iter().map(entry).collect();
        files(entries.iter().map(|(entry, word)| (&**word, entry)).collect(), topics, pages)
    }
}

/// The files of an index.
fn files(
    mut entries: Vec<(&str, &Entry)>,
    topics: &BTreeMap<&str, Vec<u32>>,
    pages: &[Named<'_>],
) -> Vec<(RelPath, Vec<u8>)> {
    entries.par_sort_unstable_by(|(a, _), (b, _)| words::order(a, b));
    let words = || shard::words(&entries, pages);
    let ends = || shard::ends(entries.iter().map(|(word, _)| *word));
    let ((words, starts), (ends, end_starts)) = rayon::join(words, ends);
    let mut files = words;
    files.extend(ends);
    for (name, slots) in topics {
        files.push((format!("t/t-{name}.json"), shard::gaps(slots).into_bytes()));
    }
    // Where all titles are known, results have their order before any text is loaded.
    let titles = shard::titles(pages.iter().filter(|_| pages.len() <= SMALL));
    let manifest = serde_json::json!({ "pages": pages.len(), "titles": titles, "words": starts, "ends": end_starts });
    files.push(("words.json".to_owned(), manifest.to_string().into_bytes()));
    let named = |(name, bytes)| (RelPath::new(name).expect("letters, digits and hyphens make a path"), bytes);
    files.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{self, Included, Options};

    /// Pages by their slots, each with the words of its text.
    fn pages(written: &[(u32, &str)]) -> Vec<(u32, Digest, Arc<Words>)> {
        let page = |(slot, text): &(u32, &str)| {
            let path = RelPath::new(format!("{slot}.md")).unwrap();
            let parsed = parse::article(&path, text, &Options::default(), &Included::new());
            (*slot, Digest::of(text.as_bytes()), Arc::new(Words::of(&parsed.head, &parsed.doc, 8 << 10)))
        };
        written.iter().map(page).collect()
    }

    #[test]
    fn an_index_that_is_brought_up_to_date_equals_a_new_one() {
        let topics = BTreeMap::from([("tools", vec![3, 9])]);
        let mut kept = Index::default();
        let edits: [&[(u32, &str)]; 6] = [
            &[(3, "# Stores\nA store of features."), (9, "# Drift\nA schema drifts."), (12, "Nothing.")],
            &[(3, "# Stores\nA store of features, twice a store."), (9, "# Drift\nA schema drifts."), (12, "Nothing.")],
            &[
                (3, "# Stores\nA store of features, twice a store."),
                (5, "A page more."),
                (9, "# Drift\nA schema drifts."),
            ],
            &[(9, "# Other\nAll is new."), (11, "# Page\nAnd this.")],
            &[],
            &[(3, "# Stores\nA store of features.")],
        ];
        for edit in edits {
            let pages = pages(edit);
            let given: Vec<_> = pages.iter().map(|(slot, name, words)| (*slot, *name, words)).collect();
            kept.update(&given);
            let mut fresh = Index::default();
            fresh.update(&given);
            assert_eq!(kept.files(&topics, &named(&pages)), fresh.files(&topics, &named(&pages)), "{edit:?}");
            assert_eq!(
                written_once(&pages).into_files(&topics, &named(&pages)),
                fresh.files(&topics, &named(&pages)),
                "{edit:?}"
            );
        }
    }

    #[test]
    fn an_index_that_is_written_once_lists_the_same_places() {
        let text = |slot: u32| match slot % 700 {
            0 => "# Word\nA word.",
            1..500 => "Word and other, a word of many words.",
            _ => "Other words, and a word.",
        };
        let written: Vec<(u32, &str)> = (0..4000).map(|slot| (slot * 3, text(slot))).collect();
        let pages = pages(&written);
        let given: Vec<_> = pages.iter().map(|(slot, name, words)| (*slot, *name, words)).collect();
        let mut kept = Index::default();
        kept.update(&given);
        assert_eq!(
            written_once(&pages).into_files(&BTreeMap::new(), &named(&pages)),
            kept.files(&BTreeMap::new(), &named(&pages))
        );
    }

    fn named(pages: &[(u32, Digest, Arc<Words>)]) -> Vec<Named<'static>> {
        pages.iter().map(|(slot, ..)| Named { slot: *slot, url: "/a/", title: "A title" }).collect()
    }

    fn written_once(pages: &[(u32, Digest, Arc<Words>)]) -> Passing {
        let mut index = Passing::default();
        pages.iter().for_each(|(slot, _, words)| index.add(*slot, words));
        index
    }
}
