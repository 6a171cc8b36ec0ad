//! All words of an article, and those of each section, in few blocks of memory.

use serde::{Deserialize, Serialize};

use crate::model::packed;

/// All words of an article, and those of each of its sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Words of the title, of the front matter and of the text, each once, in the order in which they are met.
    pub terms: Terms,
    /// The words of each section, in the order of [`Head::sections`](crate::model::Head::sections).
    pub sections: Sections,
}

/// A word of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term<'a> {
    /// The hash of its stem, or of a whole identifier in small letters.
    pub hash: u64,
    /// A form that readers know: the shortest that the article has, rather in small letters than in capitals.
    pub surface: &'a str,
    /// How often the text has it: 0, 1, 2 to 3, 4 to 7, 8 to 15 times as 0, 1, 2, 3, 4, and so on.
    pub level: u8,
    /// The title has it.
    pub in_title: bool,
    /// `keywords` of the front matter have it.
    pub in_keywords: bool,
    /// The description has it.
    pub in_description: bool,
    /// The text has it among its first words.
    pub in_lead: bool,
    /// It is an identifier that stands in a block of code.
    pub in_code: bool,
}

/// What is true of a word, in the marks of [`Terms`].
const IN_TITLE: u16 = 1 << 8;
const IN_KEYWORDS: u16 = 1 << 9;
const IN_DESCRIPTION: u16 = 1 << 10;
const IN_LEAD: u16 = 1 << 11;
const IN_CODE: u16 = 1 << 12;

/// Words one after the other, in few blocks of memory: a site has millions, and every build reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    #[serde(with = "packed")]
    hashes: Vec<u64>,
    /// Levels in the lowest 8 bits, and above them what is true of each word.
    #[serde(with = "packed")]
    marks: Vec<u16>,
    surfaces: String,
    /// How long each surface is in bytes; [`LONG`] for those that stand among `long`.
    #[serde(with = "packed")]
    lengths: Vec<u8>,
    /// Where the surface of every [`STRIDE`]th word begins.
    #[serde(with = "packed")]
    starts: Vec<u32>,
    /// Words by their index, rising, with the length of their surface.
    long: Vec<(u32, u32)>,
}

/// How many words share a place from which their surfaces are counted.
const STRIDE: usize = 16;

/// In place of a length: it is this or more.
const LONG: u8 = u8::MAX;

impl Terms {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The hash of each.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The word at `index`, which has to be one of them.
    pub fn at(&self, index: u32) -> Term<'_> {
        let index = index as usize;
        let begin = index / STRIDE * STRIDE;
        let before: usize = (begin..index).map(|before| self.length(before)).sum();
        self.term(index, self.starts.get(index / STRIDE).map_or(0, |start| *start as usize) + before)
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Term<'_>> {
        let mut next = 0;
        (0..self.hashes.len()).map(move |index| {
            let start = next;
            next += self.length(index);
            self.term(index, start)
        })
    }

    fn term(&self, index: usize, start: usize) -> Term<'_> {
        let surface = self.surfaces.get(start..start + self.length(index)).unwrap_or_default();
        Term { surface, ..self.bare(index) }
    }

    /// The word at `index`, without its surface.
    pub(super) fn bare(&self, index: usize) -> Term<'static> {
        let mark = self.marks[index];
        let has = |bit: u16| mark & bit != 0;
        Term {
            hash: self.hashes[index],
            surface: "",
            level: mark as u8,
            in_title: has(IN_TITLE),
            in_keywords: has(IN_KEYWORDS),
            in_description: has(IN_DESCRIPTION),
            in_lead: has(IN_LEAD),
            in_code: has(IN_CODE),
        }
    }

    /// The hash of each that stands anywhere but in blocks of code and in the description.
    pub fn said(&self) -> impl Iterator<Item = u64> + '_ {
        let is_said = |mark: u16| {
            mark & 0xff != 0 || mark & (IN_TITLE | IN_KEYWORDS) != 0 || mark & (IN_CODE | IN_DESCRIPTION) == 0
        };
        self.hashes.iter().zip(&self.marks).filter(move |(_, mark)| is_said(**mark)).map(|(hash, _)| *hash)
    }

    fn length(&self, index: usize) -> usize {
        match self.lengths[index] {
            LONG => self
                .long
                .binary_search_by_key(&(index as u32), |(word, _)| *word)
                .map_or(0, |at| self.long[at].1 as usize),
            length => usize::from(length),
        }
    }
}

impl<'a> FromIterator<Term<'a>> for Terms {
    fn from_iter<I: IntoIterator<Item = Term<'a>>>(words: I) -> Self {
        let mut terms = Self::default();
        for (index, term) in words.into_iter().enumerate() {
            let flags = [
                (term.in_title, IN_TITLE),
                (term.in_keywords, IN_KEYWORDS),
                (term.in_description, IN_DESCRIPTION),
                (term.in_lead, IN_LEAD),
                (term.in_code, IN_CODE),
            ];
            let marks = flags.into_iter().filter(|(is, _)| *is).map(|(_, bit)| bit);
            terms.marks.push(marks.fold(u16::from(term.level), |mark, bit| mark | bit));
            terms.hashes.push(term.hash);
            if index.is_multiple_of(STRIDE) {
                terms.starts.push(u32::try_from(terms.surfaces.len()).unwrap_or(u32::MAX));
            }
            let length = u8::try_from(term.surface.len()).unwrap_or(LONG);
            if length == LONG {
                terms.long.push((index as u32, u32::try_from(term.surface.len()).unwrap_or(u32::MAX)));
            }
            terms.lengths.push(length);
            terms.surfaces.push_str(term.surface);
        }
        terms
    }
}

/// A word of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The index into [`Vocabulary::terms`].
    pub term: u32,
    /// As [`Term::level`], in this section alone.
    pub level: u8,
    /// The section's heading has it.
    pub in_heading: bool,
}

/// The words of sections, one section after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sections {
    #[serde(with = "packed")]
    entries: Vec<u32>,
    /// Where each section ends.
    #[serde(with = "packed")]
    ends: Vec<u32>,
}

impl Sections {
    /// The words of a section, by their terms.
    pub fn get(&self, section: usize) -> Option<Entries<'_>> {
        let end = *self.ends.get(section)? as usize;
        let start = section.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.entries.get(start..end).map(Entries)
    }

    /// The words of each section.
    pub fn iter(&self) -> impl Iterator<Item = Entries<'_>> {
        (0..self.ends.len()).filter_map(|section| self.get(section))
    }

    /// The words of all sections, one section after the other.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.entries.iter().copied().map(Entry::from)
    }
}

impl FromIterator<Vec<Entry>> for Sections {
    fn from_iter<I: IntoIterator<Item = Vec<Entry>>>(written: I) -> Self {
        let mut sections = Self::default();
        for entries in written {
            sections.entries.extend(entries.into_iter().map(u32::from));
            sections.ends.push(u32::try_from(sections.entries.len()).expect("fewer words than 2^32"));
        }
        sections
    }
}

/// The words of one section.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a>(&'a [u32]);

impl<'a> Entries<'a> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by their terms, rising.
    pub fn iter(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.0.iter().copied().map(Entry::from)
    }

    /// What the section has of a term.
    pub fn find(&self, term: u32) -> Option<Entry> {
        let at = self.0.binary_search_by_key(&term, |packed| Entry::from(*packed).term).ok()?;
        Some(self.0[at].into())
    }
}

impl From<Entry> for u32 {
    fn from(entry: Entry) -> Self {
        entry.term << 7 | Self::from(entry.level) << 1 | Self::from(entry.in_heading)
    }
}

impl From<u32> for Entry {
    fn from(packed: u32) -> Self {
        Self { term: packed >> 7, level: (packed >> 1 & 63) as u8, in_heading: packed & 1 == 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_what_they_say() {
        for entry in
            [Entry { term: 0, level: 0, in_heading: true }, Entry { term: 65_535, level: 32, in_heading: false }]
        {
            assert_eq!(Entry::from(u32::from(entry)), entry);
        }
    }
}
