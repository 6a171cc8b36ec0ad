//! Words in files: where one file ends and the next begins, and how a word's places are written.
//!
//! A file ends after a word whose own hash says so (content-defined chunking, as in LBFS, Muthitacharoen et al. 2001): a
//! word that comes or goes moves the ends next to it, if any, and no others. Words that begin alike stay together, so that
//! one file has all forms of a word.

use std::{collections::BTreeSet, fmt::Write as _};

use rayon::prelude::*;
use serde_json::Value;

use crate::model::digest::fingerprint;
use crate::render::search::{MOST_PLACES, Named, words::order};

/// Files by name, and the words that they begin with.
type Files = (Vec<(String, Vec<u8>)>, Vec<String>);

/// The longest word that a file is named after, in characters.
const LONGEST_START: usize = 16;

/// A file may end between two words that begin with fewer of the same characters: forms of a word have as many in common.
const ALIKE: usize = 4;

/// Of so many of the pages that have a word in their title, the file of the word has the titles.
const MOST_TITLES: usize = 16;

/// The shortest words that may be looked for by their end, in characters.
const SHORTEST_END: usize = 4;

/// How large a file of words is to be, in bytes: from here up to there, by how much there is in all.
const SMALLEST: usize = 2 << 10;
const LARGEST: usize = 8 << 10;

/// How large a file of words spelled backwards is to be: few queries ask for one.
const OF_ENDS: usize = 8 << 10;

/// About how many bytes a place takes, and a page's address and title.
const BYTES_A_PLACE: usize = 5;
const BYTES_A_TITLE: usize = 40;

/// A place of a word as one number, which is the lower the better the place: how good it is (0 to 31), the page, the part of
/// the page.
pub(super) fn place(rank: u8, slot: u32, part: u32) -> u32 {
    (31 - u32::from(rank.min(31))) << 27 | slot << 3 | part
}

fn rank(place: u32) -> u32 {
    31 - (place >> 27)
}

fn slot(place: u32) -> u32 {
    (place >> 3) & 0xff_ffff
}

/// A word as its file has it.
#[derive(Debug)]
pub(super) struct Entry {
    json: String,
    /// How many of its places are listed.
    listed: usize,
    /// The slots of the best pages that have it in their title.
    titled: Vec<u32>,
}

impl Entry {
    /// A word with its places, of which the best are listed.
    pub(super) fn new(word: &str, places: &[u32]) -> Self {
        Self::of_best(word, places.len(), places)
    }

    /// A word that has so many places, the best of which are among these.
    pub(super) fn of_best(word: &str, count: usize, places: &[u32]) -> Self {
        let listed = best(places);
        let mut json = String::new();
        write!(json, "\"{word}\",{count},[").expect("a string takes every text");
        write_places(&listed, &mut json);
        json.push(']');
        let in_title = |place: &&u32| rank(**place) >> 3 > 0;
        let titled = listed.iter().take_while(in_title).take(MOST_TITLES).map(|place| slot(*place)).collect();
        Self { json, listed: listed.len(), titled }
    }
}

/// The places of a word that are good enough to be listed, found while more and more of them are met.
#[derive(Debug, Default)]
pub(super) struct Best {
    count: usize,
    places: Vec<u32>,
}

impl Best {
    /// Adds a place that is none of those before.
    pub(super) fn add(&mut self, place: u32) {
        self.count += 1;
        if self.places.len() == 2 * MOST_PLACES {
            keep_best(&mut self.places);
        }
        self.places.push(place);
    }

    /// The word as its file has it.
    pub(super) fn entry(&self, word: &str) -> Entry {
        Entry::of_best(word, self.count, &self.places)
    }
}

/// Files of words, which are in their order, each with the titles of the best pages that have one of the words there.
pub(super) fn words(entries: &[(&str, &Entry)], pages: &[Named<'_>]) -> Files {
    let weight = |(word, entry): &(&str, &Entry)| {
        word.len() + 8 + entry.listed * BYTES_A_PLACE + entry.titled.len() * BYTES_A_TITLE
    };
    let target = target(entries.iter().map(weight).sum());
    let json = |entries: &[(&str, &Entry)]| {
        let words: Vec<&str> = entries.iter().map(|(_, entry)| entry.json.as_str()).collect();
        let slots: BTreeSet<u32> = entries.iter().flat_map(|(_, entry)| &entry.titled).copied().collect();
        let page = |slot| pages.binary_search_by_key(&slot, |page| page.slot).expect("a place is on one of the pages");
        let titles = titles(slots.into_iter().map(|slot| &pages[page(slot)]));
        format!("[[{}],{titles}]", words.join(","))
    };
    files("w", &cut(entries, target, |entry| entry.0, weight), json)
}

/// Files of words spelled backwards.
pub(super) fn ends<'a>(words: impl Iterator<Item = &'a str>) -> Files {
    let is_wanted = |word: &&str| {
        word.chars().all(char::is_alphabetic)
            && word.chars().nth(SHORTEST_END - 1).is_some()
            && word.chars().nth(2 * LONGEST_START).is_none()
    };
    let mut ends: Vec<String> = words.filter(is_wanted).map(|word| word.chars().rev().collect()).collect();
    ends.sort_unstable_by(|a, b| order(a, b));
    let json = |ends: &[String]| format!("[\"{}\"]", ends.join("\",\""));
    files("e", &cut(&ends, OF_ENDS, String::as_str, |word| word.len() + 3), json)
}

/// Pieces of entries as files.
fn files<T: Sync>(kind: &str, pieces: &[(String, &[T])], json: impl Fn(&[T]) -> String + Sync) -> Files {
    let file = |(start, entries): &(String, &[T])| {
        (format!("{kind}/{kind}-{}.json", encoded(start)), json(entries).into_bytes())
    };
    (pieces.par_iter().map(file).collect(), pieces.iter().map(|(start, _)| start.clone()).collect())
}

/// Pages as JSON: slot, address and title of each, one after the other.
pub(super) fn titles<'a>(pages: impl Iterator<Item = &'a Named<'a>>) -> Value {
    pages.flat_map(|page| [Value::from(page.slot), page.url.into(), page.title.into()]).collect()
}

/// Rising numbers as JSON, each as what it is more than the one before.
pub(super) fn gaps(numbers: &[u32]) -> String {
    let mut json = String::from("[");
    let mut last = 0;
    for number in numbers {
        let separator = if json.len() > 1 { "," } else { "" };
        write!(json, "{separator}{}", number - last).expect("a string takes every text");
        last = *number;
    }
    json + "]"
}

/// The best places of a word, rising.
fn best(places: &[u32]) -> Vec<u32> {
    let mut best = places.to_vec();
    keep_best(&mut best);
    best.sort_unstable();
    best
}

fn keep_best(places: &mut Vec<u32>) {
    if places.len() > MOST_PLACES {
        places.select_nth_unstable(MOST_PLACES);
        places.truncate(MOST_PLACES);
    }
}

/// Places by how good they are: before those that are as good stands how good they are, as a negative number from -1 on.
/// Then each page is what its slot is more than the one before, doubled; for a further part of it the parts have three more
/// bits, and the lowest bit says so.
fn write_places(places: &[u32], json: &mut String) {
    let mut of: Option<u32> = None;
    let mut last = 0;
    let mut separator = "";
    for place in places {
        let (rank, slot, part) = (rank(*place), slot(*place), place & 7);
        if of != Some(rank) {
            write!(json, "{separator}-{}", rank + 1).expect("a string takes every text");
            (of, last, separator) = (Some(rank), 0, ",");
        }
        let gap = slot - last;
        let written = if part == 0 { gap << 1 } else { gap << 4 | part << 1 | 1 };
        write!(json, "{separator}{written}").expect("a string takes every text");
        last = slot;
    }
}

/// How large files are to be that come to so many bytes in all: by powers of two, so that it hardly ever changes.
fn target(bytes: usize) -> usize {
    (bytes.next_power_of_two() >> 9).clamp(SMALLEST, LARGEST)
}

/// Cuts ordered entries to pieces of about `target` bytes, each with the word that it begins with.
fn cut<T>(
    entries: &[T],
    target: usize,
    word: impl Fn(&T) -> &str,
    weight: impl Fn(&T) -> usize,
) -> Vec<(String, &[T])> {
    // A likelihood that grows in steps, so that a word's next place seldom moves an end.
    let is_chosen = |entry: &T, bytes: usize, target: usize| {
        let chance = bytes.next_power_of_two() as u64 * u64::from(u32::MAX) / target as u64;
        fingerprint(word(entry).as_bytes()) & u64::from(u32::MAX) < chance
    };
    let mut pieces = Vec::new();
    let (mut from, mut size, mut alike, mut start) = (0, 0, 0, String::new());
    for (index, entry) in entries.iter().enumerate() {
        size += weight(entry);
        alike += weight(entry);
        let next = entries.get(index + 1).map(|next| beginning(word(entry), word(next)));
        if let Some(next) = &next {
            let length = next.chars().count();
            let ends = if length > ALIKE {
                // Where one file would be too large for all that begin alike.
                alike >= target && is_chosen(entry, weight(entry), target / 2) || alike >= 4 * target
            } else {
                let bytes = std::mem::take(&mut alike);
                is_chosen(entry, bytes, target) && size >= target / 4 || size >= target * 3 / 2
            };
            if !ends || length > LONGEST_START {
                continue;
            }
        }
        pieces.push((std::mem::take(&mut start), &entries[from..=index]));
        (from, size, alike, start) = (index + 1, 0, 0, next.unwrap_or_default());
    }
    pieces
}

/// The shortest beginning of `word` that comes after `before`.
fn beginning(before: &str, word: &str) -> String {
    let same = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    word.chars().take(same + 1).collect()
}

/// A word as a file's name, on any file system: small letters and digits stay, all others are written as numbers.
fn encoded(word: &str) -> String {
    let mut name = String::new();
    for c in word.chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            _ => write!(name, "-{:x}-", u32::from(c)).expect("a string takes every text"),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(words: &[String]) -> Vec<(String, Vec<u8>)> {
        let entries: Vec<Entry> = words.iter().map(|word| Entry::new(word, &[place(1, 5, 0)])).collect();
        files_of(&words.iter().map(String::as_str).zip(&entries).collect::<Vec<_>>())
    }

    fn files_of(entries: &[(&str, &Entry)]) -> Vec<(String, Vec<u8>)> {
        let pages: Vec<_> = (0..20).map(|slot| Named { slot, url: "/a/", title: "A \"title\"" }).collect();
        super::words(entries, &pages).0
    }

    #[test]
    fn a_word_more_changes_one_file_or_two() {
        for beginning in ["w", "alike"] {
            let mut words: Vec<String> = (0..20_000).map(|n| format!("{beginning}{:05}", n * 7 % 20_011)).collect();
            words.sort_unstable();
            let before = shards(&words);
            words.push(format!("{beginning}09999x"));
            words.sort_unstable();
            let after = shards(&words);
            assert!(before.len() > 20, "{} files", before.len());
            let changed = after.iter().filter(|file| !before.contains(file)).count();
            assert!((1..=2).contains(&changed), "{changed} changed");
        }
    }

    #[test]
    fn words_that_begin_alike_share_a_file() {
        let mut words: Vec<String> = (0..9000).map(|n| format!("{:03}{:02}", n % 901 + 99, n / 901)).collect();
        words.sort_unstable();
        let files = shards(&words);
        assert!(files.len() > 20, "{} files", files.len());
        assert!(files.iter().all(|(name, _)| name.len() <= "w/w-1234.json".len()), "{files:?}");
        // So many may begin alike that one file would be too large for them.
        let words: Vec<String> = (0..9000).map(|n| format!("alike{n:04}")).collect();
        assert!(shards(&words).len() > 10);
    }

    #[test]
    fn a_file_has_the_titles_of_the_best_pages_of_its_words() {
        let inside = Entry::new("inside", &[place(2, 3, 0), place(4, 9, 0)]);
        let other = Entry::new("other", &[place(16, 7, 0), place(2, 8, 0)]);
        let title = Entry::new("title", &(0..20).map(|slot| place(8 + slot as u8, slot, 0)).collect::<Vec<_>>());
        let files = files_of(&[("inside", &inside), ("other", &other), ("title", &title)]);
        let [(_, json)] = &files[..] else { panic!("{files:?}") };
        let json: Value = serde_json::from_slice(json).unwrap();
        let slots: Vec<_> = json[1].as_array().unwrap().chunks(3).map(|page| page[0].as_u64().unwrap()).collect();
        assert_eq!(slots, (4..20).collect::<Vec<_>>(), "once each");
        assert_eq!(json[1].as_array().unwrap()[..3], [Value::from(4), "/a/".into(), "A \"title\"".into()]);
        assert_eq!(json[0].as_array().unwrap().len(), 9);
    }

    #[test]
    fn places_are_written_best_first() {
        let entry = Entry::new("w", &[place(1, 7, 0), place(12, 9, 0), place(1, 9, 2), place(1, 3, 0)]);
        // Rank 12: page 9. Rank 1: page 3, page 3 + 4, part 2 of page 7 + 2.
        assert_eq!(entry.json, "\"w\",4,[-13,18,-2,6,8,37]");
    }

    #[test]
    fn of_a_word_that_is_everywhere_the_best_places_are_listed() {
        let places: Vec<u32> = (0..5000).map(|slot| place(u8::from(slot == 4000) * 24, slot, 0)).collect();
        assert_eq!((best(&places).len(), best(&places)[0]), (MOST_PLACES, place(24, 4000, 0)));
        assert!(Entry::new("the", &places).json.starts_with("\"the\",5000,["));
    }

    #[test]
    fn files_have_names_that_any_system_takes() {
        assert_eq!(encoded("a1é東"), "a1-e9--6771-");
        assert_eq!(beginning("pipe", "pipeline"), "pipel");
        assert_eq!(beginning("a", "b"), "b");
        assert_eq!(gaps(&[2, 5, 9]), "[2,3,4]");
    }
}
