//! The words that an article is made of, as the whole site may see them.
//!
//! A few of them describe the article, and are all that most builds ask for. The others lie apart: of a large site they are
//! most of what is known of its articles, and only few are looked at after an edit.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};

use crate::model::{digest::Digest, packed, page::Head};

/// How many words describe an article.
const CORE: usize = 64;

/// An article of fewer different words says few of them again.
const SHORT: usize = 32;

/// What is known of the words of an article. Counts are kept by the power of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The few words that describe the article best: all that other articles' related reading sees of its text. Most
    /// edits of prose leave them as they are.
    pub core: Core,
    /// Names these words as readers and other articles see them.
    pub core_digest: Digest,
    /// Names the words of the title.
    pub title_digest: Digest,
    /// Names all words of the article and of its sections.
    pub digest: Digest,
    /// Tells of most words that the article has none of them.
    pub sieve: Sieve,
    #[serde(skip)]
    vocabulary: Held,
}

/// All words of an article, and those of each of its sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Words of the title, of the front matter and of the text, each once, in the order in which they are met.
    pub terms: Terms,
    /// The words of each section, in the order of [`Head::sections`].
    pub sections: Sections,
}

/// Where the words of articles are found that are not in memory.
pub trait Lexicon: Sync {
    /// All words of the article that has this head.
    fn vocabulary(&self, head: &Head) -> Arc<Vocabulary>;

    /// The words that have this name, which need not be those of any article now; `None` where nobody knows them.
    fn recall(&self, digest: &Digest) -> Option<Arc<Vocabulary>>;
}

/// The lexicon of a site of which each head has its words.
#[derive(Debug)]
pub struct InMemory;

impl Lexicon for InMemory {
    fn vocabulary(&self, _head: &Head) -> Arc<Vocabulary> {
        Arc::default()
    }

    fn recall(&self, _digest: &Digest) -> Option<Arc<Vocabulary>> {
        None
    }
}

/// All words of an article where somebody asked for them. What names them stands beside.
#[derive(Clone, Default)]
struct Held(OnceLock<Arc<Vocabulary>>);

impl PartialEq for Held {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Held {}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// Words that describe an article, each with the term that it is, in the order of [`Vocabulary::terms`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Core {
    terms: Terms,
    #[serde(with = "packed")]
    words: Vec<CoreWord>,
}

impl Core {
    fn of(vocabulary: &Vocabulary) -> Self {
        let Vocabulary { terms, sections } = vocabulary;
        let (places, words): (Vec<u32>, Vec<CoreWord>) = core(terms, sections).into_iter().unzip();
        Self { terms: places.into_iter().map(|place| terms.at(place)).collect(), words }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of them, without their surfaces.
    pub fn iter(&self) -> impl Iterator<Item = (&CoreWord, Term<'static>)> {
        self.words.iter().enumerate().map(|(at, word)| (word, self.terms.bare(at)))
    }

    /// The hash of each that the title has.
    pub fn title(&self) -> impl Iterator<Item = u64> + '_ {
        let is_in_title = |at: &usize| self.terms.marks[*at] & IN_TITLE != 0;
        (0..self.words.len()).filter(is_in_title).map(|at| self.terms.hashes[at])
    }

    /// A form of a word that readers know, by the word's hash.
    pub fn surface(&self, hash: u64) -> Option<&str> {
        let at = self.terms.hashes.iter().position(|word| *word == hash)?;
        Some(self.terms.at(at as u32).surface)
    }

    /// Names them as readers and other articles see them.
    fn digest(&self) -> Digest {
        let all = self.words.iter().zip(self.terms.iter()).map(|(word, term)| {
            let flags = (term.in_title, term.in_keywords, term.in_description, word.in_lead);
            (term.hash, term.surface, flags, word.headings, word.level)
        });
        Digest::of_value(&all.collect::<Vec<_>>())
    }
}

/// What describes an article in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreWord {
    /// How many headings have it.
    pub headings: u8,
    /// As [`Term::level`], in steps that widen: from 4 times on, a level stands for the next as well.
    pub level: u8,
    /// It stands among the first words, and again.
    pub in_lead: bool,
}

impl packed::Number for CoreWord {
    const SIZE: usize = 4;

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&[self.headings, self.level, u8::from(self.in_lead), 0]);
    }

    fn read(bytes: &[u8]) -> Self {
        let [headings, level, in_lead, _] = bytes.try_into().unwrap_or_default();
        Self { headings, level, in_lead: in_lead != 0 }
    }
}

/// A filter of words by their hashes (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970), with
/// two bits for each word and eight bits of room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sieve {
    #[serde(with = "packed")]
    blocks: Vec<u64>,
}

impl Sieve {
    /// How many of a hash's lowest bits count: words of which these are equal are one to it.
    pub const BITS: u32 = 20;

    fn of(hashes: &[u64]) -> Self {
        let mut sieve = Self { blocks: vec![0; (hashes.len() * 8).div_ceil(64)] };
        for hash in hashes {
            for (block, bit) in sieve.bits(*hash) {
                sieve.blocks[block] |= bit;
            }
        }
        sieve
    }

    /// False only if the article has no word with such a hash.
    pub fn may_have(&self, hash: u64) -> bool {
        !self.blocks.is_empty() && self.bits(hash).into_iter().all(|(block, bit)| self.blocks[block] & bit != 0)
    }

    /// Where the bits of a word stand; there are blocks.
    fn bits(&self, hash: u64) -> [(usize, u64); 2] {
        let word = hash & ((1 << Self::BITS) - 1);
        let room = 64 * self.blocks.len() as u64;
        // The upper half of a product, as a part of the room (D. Lemire, "Fast random integer generation", 2019).
        let bit = |mixed: u64| {
            let at = ((mixed >> 32) * room) >> 32;
            ((at / 64) as usize, 1 << (at % 64))
        };
        [bit(word.wrapping_mul(0x9e37_79b9_7f4a_7c15)), bit((word + 1).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))]
    }
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
    fn bare(&self, index: usize) -> Term<'static> {
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

impl Default for Profile {
    fn default() -> Self {
        Self::new(Vocabulary::default())
    }
}

impl Profile {
    /// A profile of these words, and which of them describe the article best.
    pub fn new(vocabulary: Vocabulary) -> Self {
        let core = Core::of(&vocabulary);
        let core_digest = core.digest();
        let title_digest = Digest::of_value(&core.title().collect::<Vec<_>>());
        let digest = Digest::of_value(&vocabulary);
        let sieve = Sieve::of(vocabulary.terms.hashes());
        // A copy has no room to spare.
        let vocabulary = Held(OnceLock::from(Arc::new(vocabulary.clone())));
        Self { core, core_digest, title_digest, digest, sieve, vocabulary }
    }

    /// All words, where they are in memory.
    pub fn held(&self) -> Option<&Arc<Vocabulary>> {
        self.vocabulary.0.get()
    }

    /// Lets go of the words, and keeps what names them.
    pub fn let_words_go(&mut self) {
        (self.core, self.sieve, self.vocabulary) = Default::default();
    }
}

impl Head {
    /// All words of the article, which stay in memory once they are asked for.
    pub fn vocabulary(&self, lexicon: &dyn Lexicon) -> &Arc<Vocabulary> {
        self.profile.vocabulary.0.get_or_init(|| lexicon.vocabulary(self))
    }
}

/// The words of the title, of the keywords and of headings, and of the others those that the text has most often, all that
/// it has as often or none: so that one word more or less seldom moves another. What a text has less than four times
/// describes it only where it stands among the first words, and again; of a very short one, also what stands there once.
fn core(terms: &Terms, sections: &Sections) -> Vec<(u32, CoreWord)> {
    let mut headings = vec![0_u8; terms.len()];
    for entry in sections.entries().filter(|entry| entry.in_heading) {
        let headings = &mut headings[entry.term as usize];
        *headings = headings.saturating_add(1);
    }
    let all: &[Term<'_>] = &terms.iter().collect::<Vec<_>>();
    let is_placed = |at: usize| all[at].in_title || all[at].in_keywords || headings[at] > 0;
    let is_short = terms.len() < SHORT;
    let has = |term: Term<'_>, level: u8| {
        term.level >= level && (term.level > 2 || term.in_lead && (term.level > 1 || is_short))
    };
    let of_level = |level: u8| (0..all.len()).filter(move |at| is_placed(*at) || has(all[*at], level));
    let level = (1..u8::MAX).find(|level| of_level(*level).nth(CORE).is_none()).unwrap_or(u8::MAX);
    let mut core: Vec<usize> = of_level(level).collect();
    if core.len() > CORE {
        let rank = |at: &usize| {
            let term = all[*at];
            std::cmp::Reverse((term.in_title, term.in_keywords, headings[*at], term.level, term.hash))
        };
        core.sort_unstable_by_key(rank);
        core.truncate(CORE);
        core.sort_unstable();
    }
    let word = |at: usize| {
        let Term { level, in_lead, .. } = all[at];
        (at as u32, CoreWord { headings: headings[at], level: widened(level), in_lead: in_lead && level > 1 })
    };
    core.into_iter().map(word).collect()
}

fn widened(level: u8) -> u8 {
    if level < 3 { level } else { 3 + (level - 3) / 2 * 2 }
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

    fn profile(words: &[Term<'_>]) -> Profile {
        Profile::new(Vocabulary { terms: words.iter().copied().collect(), sections: Sections::default() })
    }

    fn term(hash: u64, level: u8, in_title: bool) -> Term<'static> {
        Term { hash, level, in_title, surface: "word", ..Term::default() }
    }

    #[test]
    fn words_come_back_as_they_went_in() {
        let written = [
            Term { hash: 7, surface: "Ä", level: 32, in_title: true, in_code: true, ..Term::default() },
            Term { hash: u64::MAX, surface: "", in_keywords: true, ..Term::default() },
            Term { hash: 1, surface: "store", level: 1, in_description: true, in_lead: true, ..Term::default() },
        ];
        let long = ["x".repeat(254), "y".repeat(255), "z".repeat(70_000)];
        let more =
            |at: usize| Term { hash: at as u64, surface: &long[at % 3][..long[at % 3].len() - at], ..Term::default() };
        let written: Vec<Term<'_>> = written.into_iter().chain((0..40).map(more)).collect();
        let entry = |term| Entry { term, level: 2, in_heading: term == 2 };
        let sections = [vec![entry(0), entry(2)], vec![], vec![entry(1)]];
        let whole =
            Vocabulary { terms: written.iter().copied().collect(), sections: sections.iter().cloned().collect() };
        let bytes = postcard::to_stdvec(&whole).unwrap();
        let read: Vocabulary = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(read, whole);
        assert!(read.terms.iter().eq(written.iter().copied()));
        assert!((0..written.len()).all(|at| read.terms.at(at as u32) == written[at]));
        let back: Vec<Vec<Entry>> = read.sections.iter().map(|entries| entries.iter().collect()).collect();
        assert_eq!(back, sections);
        let first = read.sections.get(0).unwrap();
        assert_eq!((first.find(2), first.find(1)), (Some(entry(2)), None));
        assert!(read.sections.get(3).is_none());
        assert!((0..bytes.len()).step_by(97).all(|cut| postcard::from_bytes::<Vocabulary>(&bytes[..cut]).is_err()));
        let profile = Profile::new(whole);
        let bytes = postcard::to_stdvec(&profile).unwrap();
        let read: Profile = postcard::from_bytes(&bytes).unwrap();
        assert_eq!((&read, read.held()), (&profile, None));
        let surfaces: Vec<Option<&str>> = read.core.iter().map(|(_, term)| read.core.surface(term.hash)).collect();
        assert_eq!(surfaces[..3], [Some("Ä"), Some(""), Some("store")]);
        assert!((0..bytes.len()).step_by(97).all(|cut| postcard::from_bytes::<Profile>(&bytes[..cut]).is_err()));
    }

    #[test]
    fn a_sieve_lets_all_words_through_that_are_there_and_few_others() {
        let hash = |at: u64| at.wrapping_mul(0x2545_f491_4f6c_dd1d);
        for count in [1, 10, 400, 5000] {
            let hashes: Vec<u64> = (0..count).map(hash).collect();
            let sieve = Sieve::of(&hashes);
            assert!(hashes.iter().all(|hash| sieve.may_have(*hash)));
            let others = (10_000..20_000).filter(|at| sieve.may_have(hash(*at))).count();
            assert!(others < 1500, "{others} of 10,000 others pass where there are {count}");
        }
        assert!(!Sieve::default().may_have(1));
    }

    #[test]
    fn entries_keep_what_they_say() {
        for entry in
            [Entry { term: 0, level: 0, in_heading: true }, Entry { term: 65_535, level: 32, in_heading: false }]
        {
            assert_eq!(Entry::from(u32::from(entry)), entry);
        }
    }

    #[test]
    fn few_words_describe_an_article_and_prose_seldom_moves_them() {
        let words: Vec<Term<'_>> =
            (0..500).map(|at| term(at, if at % 10 == 0 { 3 } else { 1 + u8::from(at % 2 == 0) }, at == 7)).collect();
        let core = profile;
        let before = core(&words);
        let described: Vec<u64> = before.core.iter().map(|(_, term)| term.hash).collect();
        assert_eq!(described, [&[0, 7][..], &(1..50).map(|at| at * 10).collect::<Vec<u64>>()].concat());
        // A word that stands once comes or goes, or once more: others see the same article.
        let mut other = words.clone();
        other[3].level = 0;
        other[5].level = 2;
        other.push(term(1000, 1, false));
        assert_eq!(core(&other).core_digest, before.core_digest);
        assert_ne!(core(&other).digest, before.digest);
        // One that stands often is another matter.
        other[3].level = 4;
        assert_ne!(core(&other).core_digest, before.core_digest);
    }

    #[test]
    fn what_a_short_article_says_once_describes_it_where_it_begins() {
        let mut words: Vec<Term<'_>> = (0..31).map(|at| Term { in_lead: at < 20, ..term(at, 1, false) }).collect();
        let core = profile;
        let before = core(&words);
        assert!(before.core.iter().map(|(_, term)| term.hash).eq(0..20));
        words[25] = term(100, 1, false);
        assert_eq!(core(&words).core_digest, before.core_digest);
        words[10] = Term { in_lead: true, ..term(101, 1, false) };
        assert_ne!(core(&words).core_digest, before.core_digest);
        // A longer one says again what it is about.
        words.push(term(102, 1, false));
        words[4].level = 2;
        assert!(core(&words).core.iter().map(|(_, term)| term.hash).eq([4]));
    }
}
