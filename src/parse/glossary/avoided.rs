//! Phrases that a site does without: which words are one, and what to write in its place.

use rustc_hash::FxHashMap;

use crate::model::config::Avoided;

/// The phrases of a site.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    is_english: bool,
    phrases: Vec<Phrase>,
    /// What sequences of words are.
    usages: FxHashMap<Box<[u32]>, Vec<usize>>,
}

#[derive(Debug)]
struct Phrase {
    /// Its words that are written in one way only; elsewhere empty.
    exact: Vec<String>,
    avoided: Avoided,
}

impl Phrases {
    pub(super) fn new(language: &str) -> Self {
        let is_english = language.split('-').next() == Some("en");
        Self { is_english, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Takes a sequence of words as one that is right, unless a phrase has the same words.
    pub(super) fn allow(&mut self, words: Box<[u32]>) {
        self.usages.entry(words).or_default();
    }

    pub(super) fn add(&mut self, words: Box<[u32]>, exact: Vec<String>, avoided: Avoided) {
        self.usages.entry(words).or_default().push(self.phrases.len());
        self.phrases.push(Phrase { exact, avoided });
    }

    /// What `words`, written as `text`, are: a phrase to do without, or `Some(None)` where they are as they should be.
    /// Of several phrases with the same words it is the one that is written so, else the first.
    pub(super) fn usage(
        &self,
        words: &[u32],
        text: &str,
        is_written_so: impl Fn(&[String]) -> bool,
    ) -> Option<Option<&Avoided>> {
        let phrases = self.usages.get(words)?.iter().map(|index| &self.phrases[*index]);
        let mut fitting = Vec::new();
        for Phrase { exact, avoided } in phrases {
            if avoided.instead.iter().any(|right| is_spelled(text, right)) {
                return Some(None);
            }
            if is_written_so(exact) && (!self.is_english || is_inflected(text, &avoided.phrase)) {
                fitting.push(avoided);
            }
        }
        if fitting.is_empty() && !self.usages[words].is_empty() {
            return None;
        }
        Some(fitting.iter().find(|avoided| cased(text, &avoided.phrase).is_some()).or(fitting.first()).copied())
    }

    /// The one thing to write for `text`, in the case of its first letter. Where the words themselves change, only English
    /// text as it is declared has one answer: elsewhere endings, or articles before it, would have to change as well.
    pub(super) fn answer(&self, avoided: &Avoided, text: &str, before: &str) -> Option<String> {
        let [instead] = &avoided.instead[..] else { return None };
        let is_upper = cased(text, &avoided.phrase)?;
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let is_same_word = letters(&avoided.phrase) == letters(instead);
        let article = before.trim_end().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("").to_lowercase();
        let is_behind_article = before.ends_with(char::is_whitespace) && matches!(&*article, "a" | "an");
        let sound = |text: &str| text.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
        let is_other_sound = is_behind_article && sound(text) != sound(instead);
        if !is_same_word && (!self.is_english || is_other_sound) {
            return None;
        }
        let first_word = instead.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let is_name = first_word.chars().any(char::is_uppercase);
        let mut chars = instead.chars();
        let first = chars.next()?;
        Some(if is_upper && !is_name { first.to_uppercase().chain(chars).collect() } else { instead.clone() })
    }
}

/// Whether `text` is `phrase` but for the case of its first letter and for white space: then whether that is a capital which
/// the phrase does not have.
fn cased(text: &str, phrase: &str) -> Option<bool> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut own, mut other) = (text.chars(), phrase.chars());
    let (first, wanted) = (own.next()?, other.next()?);
    let is_alike = first == wanted || first.to_lowercase().eq(wanted.to_lowercase());
    (is_alike && own.as_str() == other.as_str()).then_some(first != wanted && first.is_uppercase())
}

/// Whether `text` is spelled as `right` is, perhaps with an ending or a capital at the beginning of a sentence.
fn is_spelled(text: &str, right: &str) -> bool {
    let length = right.chars().count();
    let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
    let ending = &text[end..];
    let is_ending = ending.chars().all(|c| c.is_lowercase() || matches!(c, '\'' | '’')) && ending.chars().count() <= 3;
    is_ending && cased(&text[..end], right).is_some()
}

/// Whether each word of `text` is an English form of that of `phrase`: stems alone take "utility" for "utilize".
fn is_inflected(text: &str, phrase: &str) -> bool {
    let pairs = super::split(text).zip(super::split(phrase));
    pairs.into_iter().all(|((word, _), (base, _))| is_form(&text[word].to_lowercase(), &phrase[base].to_lowercase()))
}

/// Whether one of the words is the other with an ending, or both have one.
fn is_form(word: &str, base: &str) -> bool {
    const ENDINGS: [&str; 9] = ["", "s", "es", "d", "ed", "ing", "ings", "ies", "ied"];
    let alike = word.chars().zip(base.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>();
    let stem = &base[..alike];
    let is_ending = |ending: &str| {
        let doubled = ending.chars().next().filter(|first| stem.ends_with(*first) && ending.len() > 1);
        ENDINGS.contains(&ending) || doubled.is_some_and(|first| ENDINGS.contains(&&ending[first.len_utf8()..]))
    };
    is_ending(&word[alike..]) && (matches!(&base[alike..], "e" | "y") || is_ending(&base[alike..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_words_of_the_same_stem() {
        for (word, base, expected) in [
            ("utilizes", "utilize", true),
            ("utilizing", "utilize", true),
            ("utility", "utilize", false),
            ("copies", "copy", true),
            ("running", "run", true),
            ("run", "running", true),
            ("contractual", "contract", false),
            ("generally", "general", false),
        ] {
            assert_eq!(is_form(word, base), expected, "{word}: {base}");
        }
    }

    #[test]
    fn an_answer_fits_where_it_stands() {
        let answer = |language: &str, phrase: &str, instead: &str, text: &str, before: &str| {
            let avoided = Avoided { phrase: phrase.to_owned(), instead: vec![instead.to_owned()] };
            Phrases::new(language).answer(&avoided, text, before)
        };
        for (phrase, instead, text, before, expected) in [
            ("log in", "sign in", "log in", "You ", Some("sign in")),
            ("log in", "sign in", "Log\nin", "", Some("Sign in")),
            ("log in", "sign in", "LOG IN", "", None),
            ("log in", "sign in", "logs in", "", None),
            ("whitelist", "allowlist", "whitelist", "a ", None),
            ("whitelist", "allowlist", "whitelist", "the ", Some("allowlist")),
            ("javascript", "JavaScript", "Javascript", "", Some("JavaScript")),
            ("Npm", "npm", "Npm", "", Some("npm")),
        ] {
            assert_eq!(answer("en-GB", phrase, instead, text, before).as_deref(), expected, "{text}");
        }
        assert_eq!(answer("de", "Vertrag", "Vereinbarung", "Vertrag", "der "), None);
        assert_eq!(answer("de", "Javascript", "JavaScript", "Javascript", "").as_deref(), Some("JavaScript"));
    }
}
