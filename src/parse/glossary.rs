//! The terms that articles are searched for, and the words that a site does without.
//!
//! In: the terms that topics define, and `[terms.avoid]`. Out: for a sequence of words, the term or the discouraged phrase
//! that it is a form of. Words are compared by their stems in the language of the site, so that "data contracts" is found
//! for "data contract".
//!
//! What must stay true: the cost of looking a word up does not depend on how many terms and phrases there are.

mod avoided;

use std::{cell::RefCell, ops::Range, sync::Arc};

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};

use crate::model::{Config, Digest, config::Avoided};

use self::avoided::Phrases;

/// How many different words a thread remembers the stems of.
const REMEMBERED: usize = 1 << 16;

/// The number of a word that no term has.
pub(super) const NO_WORD: u32 = u32::MAX;

/// The terms of a site. Cheap to clone; as a value of a key it is its digest.
#[derive(Clone, Debug, Default)]
pub struct Glossary(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    digest: Digest,
    /// How many mentions a page links: none where the site wants no links.
    limit: usize,
    /// For each term the topic that defines it.
    topics: Vec<String>,
    stems: Stems,
    /// Stems of the terms' words, by number.
    words: FxHashMap<String, u32>,
    /// Terms by their words.
    terms: FxHashMap<Box<[u32]>, u32>,
    /// For each word, how many words the longest term has that begins with it.
    longest: Vec<u8>,
    /// For each term its words that are written in one way only, such as `API`; elsewhere empty.
    exact: Vec<Vec<String>>,
    avoided: Phrases,
}

/// What a sequence of words is a form of.
pub(super) struct Found<'g> {
    /// The number of a term.
    pub(super) term: Option<u32>,
    /// A phrase that the site does without.
    pub(super) avoided: Option<&'g Avoided>,
    /// How many words it takes.
    pub(super) length: usize,
}

/// Words to their stems.
#[derive(Debug)]
struct Stems(Option<Algorithm>);

thread_local! {
    /// The words that this thread has looked up, and in which glossary.
    static KNOWN: RefCell<(Option<Digest>, FxHashMap<String, u32>)> = RefCell::default();
}

impl Glossary {
    /// The terms that the topics of a site define, in the order of the configuration, and what it does without; nothing
    /// where it wants no links and avoids nothing.
    pub fn of(config: &Config) -> Self {
        let declared: Vec<(&str, &str)> = config
            .topics
            .iter()
            .flat_map(|topic| topic.terms.iter().map(|(term, _)| (topic.name.as_str(), term.as_str())))
            .collect();
        let links = config.terms.links && !declared.is_empty();
        let avoided = &config.terms.avoid;
        if !links && avoided.is_empty() {
            return Self::default();
        }
        let stems = Stems::of(&config.language);
        let limit = if links { config.terms.limit } else { 0 };
        let mut inner = Inner {
            digest: Digest::of_value(&(&declared, &config.language, limit, avoided)),
            limit,
            topics: declared.iter().map(|(topic, _)| (*topic).to_owned()).collect(),
            stems,
            words: FxHashMap::default(),
            terms: FxHashMap::default(),
            longest: Vec::new(),
            exact: Vec::with_capacity(declared.len()),
            avoided: Phrases::default(),
        };
        for (number, (_, term)) in (0..).zip(&declared) {
            inner.add(number, term);
        }
        inner.add_avoided(avoided, &config.language);
        Self(Some(Arc::new(inner)))
    }

    /// Whether there are terms whose mentions become links.
    pub(super) fn has_links(&self) -> bool {
        self.limit() > 0
    }

    /// Whether there are phrases that the site does without.
    pub(super) fn avoids(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| !inner.avoided.is_empty())
    }

    /// What to write for `text`, a form of a phrase that the site does without, where that has one right answer. `before`
    /// is what stands before it.
    pub(super) fn answer(&self, avoided: &Avoided, text: &str, before: &str) -> Option<String> {
        self.0.as_ref()?.avoided.answer(avoided, text, before)
    }

    /// How many mentions a page links.
    pub(super) fn limit(&self) -> usize {
        self.0.as_ref().map_or(0, |inner| inner.limit)
    }

    /// The name of the topic that defines a term.
    pub(super) fn topic(&self, term: u32) -> &str {
        self.0.as_ref().and_then(|inner| inner.topics.get(term as usize)).map_or("", String::as_str)
    }

    /// The number of a word; [`NO_WORD`] where no term has it.
    pub(super) fn word(&self, word: &str) -> u32 {
        let Some(inner) = &self.0 else { return NO_WORD };
        KNOWN.with_borrow_mut(|(of, known)| {
            if *of != Some(inner.digest) || known.len() > REMEMBERED {
                (*of, *known) = (Some(inner.digest), FxHashMap::default());
            }
            if let Some(number) = known.get(word) {
                return *number;
            }
            let number = inner.words.get(&inner.stems.stem(word)).copied().unwrap_or(NO_WORD);
            known.insert(word.to_owned(), number);
            number
        })
    }

    /// The longest term or discouraged phrase that `words` (their numbers) begin with. `text` gives a range of the words as it
    /// is written.
    pub(super) fn find<'t>(&self, words: &[u32], text: impl Fn(Range<usize>) -> &'t str) -> Option<Found<'_>> {
        let inner = self.0.as_ref()?;
        let most = *inner.longest.get(*words.first()? as usize)? as usize;
        let is_written_so = |exact: &[String]| {
            let exact = exact.iter().enumerate().filter(|(_, word)| !word.is_empty());
            exact.into_iter().all(|(at, word)| is_form_of(text(at..at + 1), word))
        };
        (1..=most.min(words.len())).rev().find_map(|length| {
            let sequence = &words[..length];
            let term = inner.terms.get(sequence).copied().filter(|term| is_written_so(&inner.exact[*term as usize]));
            let usage = inner.avoided.usage(sequence, text(0..length), is_written_so);
            let avoided = usage.flatten();
            (term.is_some() || usage.is_some()).then_some(Found { term, avoided, length })
        })
    }
}

/// `APIs` is a form of `API`, and `api` is none.
fn is_form_of(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|ending| ending.chars().all(char::is_lowercase) && ending.len() <= 2)
}

impl Inner {
    fn add(&mut self, number: u32, term: &str) {
        let (words, exact) = self.take(term);
        self.exact.push(exact);
        if !words.is_empty() {
            // Of two terms with the same words the first that is declared.
            self.terms.entry(words).or_insert(number);
        }
    }

    /// The numbers of the words of a phrase, for the longest of which room is made, and those that are written in one way.
    fn take(&mut self, phrase: &str) -> (Box<[u32]>, Vec<String>) {
        let (mut exact, mut numbers) = (Vec::new(), Vec::new());
        for (range, _) in split(phrase) {
            let word = &phrase[range];
            let next = u32::try_from(self.words.len()).expect("fewer words than 2^32");
            let word_number = *self.words.entry(self.stems.stem(word)).or_insert(next);
            if word_number == next {
                self.longest.push(0);
            }
            numbers.push(word_number);
            let is_name = word.chars().count() == 1 || word.chars().skip(1).any(char::is_uppercase);
            exact.push(if is_name && word.chars().any(char::is_uppercase) { word.to_owned() } else { String::new() });
        }
        if let Some(first) = numbers.first() {
            let longest = &mut self.longest[*first as usize];
            *longest = (*longest).max(u8::try_from(numbers.len()).unwrap_or(u8::MAX));
        }
        (numbers.into(), exact)
    }

    fn add_avoided(&mut self, avoided: &[Avoided], language: &str) {
        let mut phrases = Phrases::new(language);
        for avoided in avoided {
            // What is to be written may hold the phrase: then the phrase is none there.
            for text in &avoided.instead {
                phrases.allow(self.take(text).0);
            }
            let (words, exact) = self.take(&avoided.phrase);
            phrases.add(words, exact, avoided.clone());
        }
        self.avoided = phrases;
    }
}

impl Stems {
    fn of(language: &str) -> Self {
        Self(Algorithm::from_name(language.split('-').next().unwrap_or("")).ok())
    }

    fn stem(&self, word: &str) -> String {
        // `APIs`: the ending of a plural, which stemmers take for a part of a short word.
        let word = word.strip_suffix('s').filter(|word| word.ends_with(char::is_uppercase)).unwrap_or(word);
        let lower = word.to_lowercase();
        let is_word = lower.chars().all(char::is_alphabetic);
        match self.0 {
            Some(algorithm) if is_word => Stemmer::new(algorithm).stem(&lower).into_owned(),
            _ => lower,
        }
    }
}

impl PartialEq for Glossary {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl Eq for Glossary {}

impl Glossary {
    fn digest(&self) -> Option<Digest> {
        self.0.as_ref().map(|inner| inner.digest)
    }
}

impl Serialize for Glossary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest().serialize(serializer)
    }
}

/// The words of a text, and whether each goes on from the word before it: nothing stands between the two but a single
/// space, hyphen or other sign that may stand inside a term. A word is a run of letters and digits, with `+` or `#` at its
/// end (`C++`); an ideograph or kana is one by itself.
pub(super) fn split(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, bool)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let gap = rest.find(char::is_alphanumeric)?;
        let start = at + gap;
        let goes_on = may_stand_between(&text[at..start]);
        let first = text[start..].chars().next()?;
        let length = match super::text::is_ideograph(first) {
            true => first.len_utf8(),
            false => word_length(&text[start..]),
        };
        at = start + length;
        Some((start..at, goes_on))
    })
}

fn word_length(text: &str) -> usize {
    let is_letter = |c: char| (c.is_alphanumeric() || c == '_') && !super::text::is_ideograph(c);
    let letters = text.find(|c| !is_letter(c)).unwrap_or(text.len());
    let signs = text[letters..].bytes().take_while(|byte| matches!(byte, b'+' | b'#')).count();
    let is_end = !text[letters + signs..].starts_with(char::is_alphanumeric);
    if is_end { letters + signs } else { letters }
}

/// Whether `gap`, what stands between two words, may do so inside a term.
pub(super) fn may_stand_between(gap: &str) -> bool {
    let mut signs = gap.chars();
    match (signs.next(), signs.next()) {
        (None, _) => true,
        (Some(sign), None) => sign.is_whitespace() || matches!(sign, '-' | '‑' | '–' | '/' | '.' | '&' | '+' | '·'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::{BaseUrl, Topic};

    fn glossary(language: &str, terms: &[&str]) -> Glossary {
        let mut config = Config::new("T", BaseUrl { origin: String::new(), path: "/".to_owned(), depth: None });
        config.language = language.to_owned();
        config.topics = vec![Topic {
            name: "t".to_owned(),
            terms: terms.iter().map(|term| ((*term).to_owned(), "What it is.".to_owned())).collect(),
            ..Topic::default()
        }];
        Glossary::of(&config)
    }

    /// The terms found in `text`, each as it is written there.
    fn found<'t>(glossary: &Glossary, text: &'t str) -> Vec<&'t str> {
        let words: Vec<_> = split(text).collect();
        let numbers: Vec<u32> = words.iter().map(|(range, _)| glossary.word(&text[range.clone()])).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let written = |range: Range<usize>| &text[words[at + range.start].0.start..words[at + range.end - 1].0.end];
            match glossary.find(&numbers[at..], written) {
                Some(Found { length, .. }) => {
                    found.push(&text[words[at].0.start..words[at + length - 1].0.end]);
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    #[test]
    fn forms_of_terms_are_found() {
        let english = glossary("en-GB", &["data contract", "contract", "API", "C++", "feature store", "SLA", "it"]);
        for (text, expected) in [
            ("Data contracts, and a contract", &["Data contracts", "contract"][..]),
            ("An API, two APIs, an api", &["API", "APIs"]),
            ("C++ or C", &["C++"]),
            ("feature-store", &["feature-store"]),
            ("the SLAs of it", &["SLAs", "it"]),
            ("contractual? contracted", &["contracted"]),
        ] {
            assert_eq!(found(&english, text), expected, "{text}");
        }
        let german = glossary("de", &["Vertrag"]);
        assert_eq!(found(&german, "die Verträge des Vertrags"), ["Verträge", "Vertrags"]);
        let japanese = glossary("ja", &["データ契約"]);
        assert_eq!(found(&japanese, "このデータ契約は"), ["データ契約"]);
        assert!(!glossary("en", &[]).has_links());
        assert_eq!(found(&glossary("en", &["...", ""]), "... a"), [""; 0], "a term without a word is never found");
    }
}
