//! One article: its words for the index, and its parts for the results.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{Doc, Head};
use crate::render::search::{SMALL, words};

/// About how much text a part of an article has, in bytes: what is loaded to show one result. On a small site a query finds
/// few words, and the parts are most of what it loads.
const PART: usize = 8 << 10;
const PART_OF_SMALL: usize = 2 << 10;

/// A longer text, in bytes, has smaller parts: of most of it a query asks for nothing.
const LONG: usize = 12 << 10;
const PART_OF_LONG: usize = 4 << 10;

/// The most parts of an article.
pub const MOST_PARTS: usize = 8;

/// Of a longer text, in bytes, only the beginning is found.
const LONGEST: usize = 2 << 20;

/// How much text a part of an article has on a site where the search finds so many pages, in bytes.
pub fn room(pages: usize) -> usize {
    if pages > SMALL { PART } else { PART_OF_SMALL }
}

/// The words of an article, part by part, each with how good a place it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    parts: Vec<PartWords>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct PartWords {
    /// In the order in which they are met, with a space behind each.
    words: String,
    /// In the same order: twice four bits would do, but a byte is as short in the memo.
    ranks: Vec<u8>,
}

/// Where a word stands in a part.
#[derive(Clone, Copy, Default)]
struct Places {
    /// 1: in the title; 2: in a title of up to three words; 3: it is the title.
    title: u8,
    heading: bool,
    text: u32,
}

impl Places {
    /// Five bits: the title's two, the heading's one, and two for how often the text has it.
    fn rank(self) -> u8 {
        let text = match self.text {
            0 => 0,
            1 => 1,
            2..=3 => 2,
            _ => 3,
        };
        self.title << 3 | u8::from(self.heading) << 2 | text
    }
}

/// A stretch of a section: the section's index, and its text.
type Stretch<'a> = (usize, &'a str);

impl Words {
    /// The words of an article in parts of about `room` bytes. Those of its title, description and keywords are in its first
    /// part.
    pub fn of(head: &Head, doc: &Doc, room: usize) -> Self {
        let cut = cut(&doc.texts, room);
        let mut parts = Vec::with_capacity(cut.len());
        let mut found = Found::default();
        for (number, stretches) in cut.iter().enumerate() {
            if number == 0 {
                front(head, &mut found);
            }
            let mut last = None;
            for (section, text) in stretches {
                let heading = section.checked_sub(1).filter(|_| last != Some(section));
                if let Some(heading) = heading.and_then(|index| head.headings.get(index)) {
                    words::each(&heading.text, &mut |word| found.at(word).heading = true);
                }
                words::each(text, &mut |word| found.at(word).text += 1);
                last = Some(section);
            }
            parts.push(found.take());
        }
        Self { parts }
    }

    /// How many parts there are, at least 1.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is nothing, which never is: a title has a part.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The words of each part.
    pub(super) fn parts(&self) -> impl Iterator<Item = impl Iterator<Item = (&str, u8)>> {
        self.parts.iter().map(|part| part.words.split_terminator(' ').zip(part.ranks.iter().copied()))
    }
}

/// The words that stand for the whole article.
fn front(head: &Head, found: &mut Found) {
    let mut title: Vec<String> = Vec::new();
    words::each(&head.title, &mut |word| title.push(word.to_owned()));
    let level = match title.len() {
        1 => 3,
        2..=3 => 2,
        _ => 1,
    };
    for word in &title {
        found.at(word).title = level;
    }
    for keyword in &head.front.keywords {
        words::each(keyword, &mut |word| found.at(word).heading = true);
    }
    let description = head.front.description.as_deref().unwrap_or("");
    words::each(description, &mut |word| found.at(word).text += 1);
}

/// The words of a part, each once.
#[derive(Default)]
struct Found {
    /// With a space behind each.
    words: String,
    /// In the same order.
    places: Vec<Places>,
    /// The number of each by its hash.
    numbers: FxHashMap<u64, usize>,
}

impl Found {
    fn at(&mut self, word: &str) -> &mut Places {
        let Self { words, places, numbers } = self;
        let number = *numbers.entry(xxh3_64(word.as_bytes())).or_insert_with(|| {
            words.push_str(word);
            words.push(' ');
            places.push(Places::default());
            places.len() - 1
        });
        &mut places[number]
    }

    /// What was found, which leaves nothing.
    fn take(&mut self) -> PartWords {
        self.numbers.clear();
        let ranks = self.places.drain(..).map(Places::rank).collect();
        PartWords { words: std::mem::take(&mut self.words), ranks }
    }
}

/// What is shown of an article where one of its parts is a result.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Parts<'a> {
    /// The address, rooted.
    pub url: &'a str,
    /// The title.
    pub title: &'a str,
    /// The titles of the pages above.
    pub trail: &'a str,
    /// The names of the topics of each section.
    pub topics: &'a [Vec<&'a str>],
    /// About how much text a part has, in bytes.
    pub room: usize,
}

impl Parts<'_> {
    /// Each part as JSON: address, title, pages above, and its sections, each with heading, id, text and topics.
    pub fn json(&self, head: &Head, doc: &Doc) -> Vec<Vec<u8>> {
        let part = |stretches: &Vec<Stretch<'_>>| {
            let sections: Vec<_> = stretches.iter().map(|stretch| self.section(head, stretch)).collect();
            serde_json::to_vec(&(self.url, self.title, self.trail, sections)).expect("texts are JSON")
        };
        cut(&doc.texts, self.room).iter().map(part).collect()
    }

    fn section<'h>(
        &'h self,
        head: &'h Head,
        (section, text): &Stretch<'h>,
    ) -> (&'h str, &'h str, Cow<'h, str>, &'h [&'h str]) {
        let heading = section.checked_sub(1).and_then(|index| head.headings.get(index));
        let (heading, id) = heading.map_or(("", ""), |heading| (heading.text.as_str(), heading.id.as_str()));
        let topics = self.topics.get(*section).map_or(&[][..], Vec::as_slice);
        (heading, id, tidy(text), topics)
    }
}

/// The name of the file of a part: `p/p-12.json`, and for further parts `p/p-12-1.json`.
pub fn part_name(slot: u32, part: usize) -> String {
    if part == 0 { format!("p/p-{slot}.json") } else { format!("p/p-{slot}-{part}.json") }
}

/// White space of any length becomes one space.
fn tidy(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() && !text.bytes().any(|byte| byte < b' ') && !text.contains("  ") {
        return text.into();
    }
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy.into()
}

/// The sections of an article in parts of about the same size, at least one part. A section is cut only where it is
/// longer than a part.
fn cut(texts: &[String], room: usize) -> Vec<Vec<Stretch<'_>>> {
    let total: usize = texts.iter().map(String::len).sum::<usize>().min(LONGEST);
    let part = if total > LONG { room.min(PART_OF_LONG) } else { room };
    let room = part.max(total.div_ceil(MOST_PARTS - 1));
    let mut parts = vec![Vec::new()];
    let (mut size, mut all) = (0, 0);
    for (section, text) in texts.iter().enumerate() {
        let mut rest = text.as_str();
        loop {
            let stretch = &rest[..end_of_stretch(rest, room)];
            if size > 0 && size + stretch.len() > room && parts.len() < MOST_PARTS {
                parts.push(Vec::new());
                size = 0;
            }
            parts.last_mut().expect("there is a part from the beginning").push((section, stretch));
            size += stretch.len();
            all += stretch.len();
            rest = &rest[stretch.len()..];
            if rest.is_empty() || all > LONGEST {
                break;
            }
        }
        if all > LONGEST {
            break;
        }
    }
    parts
}

/// Where a stretch of at most `room` bytes ends: at white space if there is any.
fn end_of_stretch(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return text.len();
    }
    let end = text.floor_char_boundary(room);
    text[..end].rfind(char::is_whitespace).map_or(end, |at| at + 1).min(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_all_of_the_text_in_order() {
        for (count, length) in [(0, 0), (1, 10), (30, 900), (2, 30_000), (1, 400_000), (400, 400)] {
            let texts: Vec<String> = (0..count).map(|n| format!("w{n} ").repeat(length / 4)).collect();
            for room in [PART, PART_OF_SMALL] {
                let parts = cut(&texts, room);
                assert!((1..=MOST_PARTS).contains(&parts.len()), "{count} of {length}: {} parts", parts.len());
                let whole: String = parts.iter().flatten().map(|(_, text)| *text).collect();
                assert_eq!(whole, texts.concat());
                let size = |part: &Vec<Stretch<'_>>| part.iter().map(|(_, text)| text.len()).sum::<usize>();
                let part = if whole.len() > LONG { room.min(PART_OF_LONG) } else { room };
                let room = part.max(whole.len().div_ceil(MOST_PARTS - 1));
                let last = parts.len() == MOST_PARTS;
                assert!(last || parts.iter().all(|part| size(part) <= room), "{count} of {length}");
            }
        }
    }

    #[test]
    fn characters_stay_whole() {
        let texts = [String::from("é").repeat(20_000)];
        assert_eq!(cut(&texts, PART).concat().iter().map(|(_, text)| text.chars().count()).sum::<usize>(), 20_000);
        let endless = ["x ".repeat(3 << 20)];
        assert!(cut(&endless, PART).iter().flatten().map(|(_, text)| text.len()).sum::<usize>() < 3 << 20);
    }
}
