//! The words that an article is made of, as the whole site may see them.
//!
//! A few of them describe the article, and are all that most builds ask for. The others lie apart: of a large site they are
//! most of what is known of its articles, and only few are looked at after an edit. `vocabulary.rs` says how they are held,
//! `sieve.rs` how most articles are passed over.

mod sieve;
mod vocabulary;

pub use self::{
    sieve::Sieve,
    vocabulary::{Entries, Entry, Sections, Term, Terms, Vocabulary},
};

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
        self.iter().filter(|(_, term)| term.in_title).map(|(_, term)| term.hash)
    }

    /// A form of a word that readers know, by the word's hash.
    pub fn surface(&self, hash: u64) -> Option<&str> {
        let at = self.terms.hashes().iter().position(|word| *word == hash)?;
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
/// it has as often or none: so that one word more or less seldom moves another. What a text has fewer than four times
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
