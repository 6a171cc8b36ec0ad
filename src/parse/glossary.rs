//! The terms that articles are searched for.
//!
//! In: the terms that topics define. Out: for a sequence of words, the term that it is a form of. Words are compared by
//! their stems in the language of the site, so that "data contracts" is found for "data contract".
//!
//! What must stay true: the cost of looking a word up does not depend on how many terms there are.

use std::{cell::RefCell, sync::Arc};

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};

use crate::model::{Config, Digest};

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
    /// How many mentions a page links.
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
}

/// Words to their stems.
#[derive(Debug)]
struct Stems(Option<Algorithm>);

thread_local! {
    /// The words that this thread has looked up, and in which glossary.
    static KNOWN: RefCell<(Option<Digest>, FxHashMap<String, u32>)> = RefCell::default();
}

impl Glossary {
    /// The terms that the topics of a site define, in the order of the configuration; none where it wants no links.
    pub fn of(config: &Config) -> Self {
        let declared: Vec<(&str, &str)> = config
            .topics
            .iter()
            .flat_map(|topic| topic.terms.iter().map(|(term, _)| (topic.name.as_str(), term.as_str())))
            .collect();
        if declared.is_empty() || !config.terms.links {
            return Self::default();
        }
        let stems = Stems::of(&config.language);
        let mut inner = Inner {
            digest: Digest::of_value(&(&declared, &config.language, config.terms.limit)),
            limit: config.terms.limit,
            topics: declared.iter().map(|(topic, _)| (*topic).to_owned()).collect(),
            stems,
            words: FxHashMap::default(),
            terms: FxHashMap::default(),
            longest: Vec::new(),
            exact: Vec::with_capacity(declared.len()),
        };
        for (number, (_, term)) in (0..).zip(&declared) {
            inner.add(number, term);
        }
        Self(Some(Arc::new(inner)))
    }

    /// Whether there is anything to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
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

    /// The longest term that `words` (their numbers) begin with, and how many of them it takes. `text` gives the word at
    /// an index as it is written.
    pub(super) fn term<'t>(&self, words: &[u32], text: impl Fn(usize) -> &'t str) -> Option<(u32, usize)> {
        let inner = self.0.as_ref()?;
        let most = *inner.longest.get(*words.first()? as usize)? as usize;
        let is_written_so = |term: u32| {
            let exact = inner.exact[term as usize].iter().enumerate();
            exact.filter(|(_, word)| !word.is_empty()).all(|(at, word)| is_form_of(text(at), word))
        };
        (1..=most.min(words.len())).rev().find_map(|length| {
            let term = *inner.terms.get(&words[..length])?;
            is_written_so(term).then_some((term, length))
        })
    }
}

/// `APIs` is a form of `API`, and `api` is none.
fn is_form_of(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|ending| ending.chars().all(char::is_lowercase) && ending.len() <= 2)
}

impl Inner {
    fn add(&mut self, number: u32, term: &str) {
        let mut exact = Vec::new();
        let mut numbers = Vec::new();
        for (range, _) in split(term) {
            let word = &term[range];
            let next = u32::try_from(self.words.len()).expect("fewer words than 2^32");
            let word_number = *self.words.entry(self.stems.stem(word)).or_insert(next);
            if word_number == next {
                self.longest.push(0);
            }
            numbers.push(word_number);
            let is_name = word.chars().count() == 1 || word.chars().skip(1).any(char::is_uppercase);
            exact.push(if is_name && word.chars().any(char::is_uppercase) { word.to_owned() } else { String::new() });
        }
        self.exact.push(exact);
        if let Some(first) = numbers.first() {
            let longest = &mut self.longest[*first as usize];
            *longest = (*longest).max(u8::try_from(numbers.len()).unwrap_or(u8::MAX));
            // Of two terms with the same words the first that is declared.
            self.terms.entry(numbers.into()).or_insert(number);
        }
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
            match glossary.term(&numbers[at..], |offset| &text[words[at + offset].0.clone()]) {
                Some((_, length)) => {
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
        assert!(glossary("en", &[]).is_empty());
        assert_eq!(found(&glossary("en", &["...", ""]), "... a"), [""; 0], "a term without a word is never found");
    }
}
