//! Text to terms: which words count, and which of them are the same.
//!
//! A word of letters and digits is a term by its stem. An identifier (with `-`, `.`, `_`, `::` or `->` inside, or with
//! capitals inside) is a term as a whole, and so are its parts, stemmed. Han and kana make terms of two characters.

use std::cell::RefCell;

use frostem::{Algorithm, Stemmer};
use rustc_hash::{FxBuildHasher, FxHashMap};
use xxhash_rust::xxh3::xxh3_64;

/// How many different words a text may have without a second helping of memory.
pub(super) const USUAL: usize = 448;

/// A text that has more different words than this is no article: the rest of them are left out.
const MOST: usize = 1 << 16;

/// The hashes of the distinct terms of a text (a title, a keyword), in the order in which they are met.
pub fn of(stems: &mut Stems, text: &str) -> Vec<u64> {
    let mut found: Vec<u32> = Vec::new();
    stems.each(text, &mut |id, _, _| {
        if id != NOISE && !found.contains(&id) {
            found.push(id);
        }
    });
    found.iter().map(|id| stems.hashes[*id as usize]).collect()
}

/// Cuts text to terms, and numbers them. What is known of words is kept from one text to the next.
pub struct Stems {
    stemmer: Option<Stemmer>,
    /// The hash of each term's key (its stem, or the whole identifier) by its number.
    pub(super) hashes: Vec<u64>,
    /// The number of each key, by the key's hash.
    ids: FxHashMap<u64, u32>,
    /// The number of the term of each word as it is written, by its hash; [`NOISE`] for words that are none.
    known: FxHashMap<u64, u32>,
    lower: String,
}

/// How many words a thread remembers the stems of, in two or three megabytes.
const REMEMBERED: usize = 1 << 17;

/// In place of the hash of a stem: the word is none of those that count.
const NO_STEM: u64 = 0;

thread_local! {
    /// The hash of the stem of each word that this thread has met, by the word's own as it is written, and by which algorithm:
    /// finding it costs more than all else here.
    static STEMS: RefCell<(Option<Algorithm>, FxHashMap<u64, u64>)> = RefCell::default();
}

/// In place of a term's number: there is none.
pub(super) const NOISE: u32 = u32::MAX;

/// Told the number of each term, or [`NOISE`] for a word that is none, how the text writes it, and where its word begins
/// unless the term is a further part of it.
type Take<'t> = &'t mut dyn FnMut(u32, &str, Option<usize>);

impl Stems {
    /// For a language as in `language = "en-GB"`; where no stemmer is known for it, words are left as they are.
    pub fn new(language: &str) -> Self {
        Self::with_capacity(language, USUAL)
    }

    /// The same, with room for so many terms.
    pub(super) fn with_capacity(language: &str, terms: usize) -> Self {
        let name = language.split(['-', '_']).next().unwrap_or("");
        let stemmer = Algorithm::from_name(name).ok().map(Stemmer::new);
        let table = || FxHashMap::with_capacity_and_hasher(terms, FxBuildHasher);
        let (ids, known) = (table(), table());
        Self { stemmer, hashes: Vec::new(), ids, known, lower: String::new() }
    }

    /// Calls `take` for each term of the text.
    pub(super) fn each(&mut self, text: &str, take: Take<'_>) {
        for (at, word, is_plain) in words(text) {
            match is_plain {
                true => self.simple(word, Some(at), take),
                false => self.word(word, at, take),
            }
        }
    }

    /// Calls `take` for each identifier of the text as a whole.
    pub(super) fn names(&mut self, text: &str, take: Take<'_>) {
        for (at, word, _) in words(text).filter(|(.., is_plain)| !is_plain) {
            if is_compound(word) && !word.contains(['\'', '’']) && word.contains(char::is_alphabetic) {
                self.name(word, Some(at), take);
            }
        }
    }

    fn word(&mut self, word: &str, at: usize, take: Take<'_>) {
        if word.chars().any(is_ideograph) {
            return self.ideographs(word, at, take);
        }
        // What follows an apostrophe is an ending: "it's", "l'eau" is left to its second part.
        let word = match word.split_once(['\'', '’']) {
            Some((before, after)) if after.chars().count() > before.chars().count() && before.len() <= 2 => after,
            Some((before, _)) => before,
            None => word,
        };
        if !is_compound(word) {
            self.simple(word, Some(at), take);
            return;
        }
        if word.chars().any(char::is_alphabetic) {
            self.name(word, Some(at), take);
            for part in word.split(['-', '.', '_', ':', '>']).filter(|part| !part.is_empty()) {
                if has_inner_capital(part) {
                    if part.len() < word.len() {
                        self.name(part, None, take);
                    }
                    camel_pieces(part, |piece| self.simple(piece, None, take));
                } else {
                    self.simple(part, None, take);
                }
            }
        }
    }

    /// An identifier as a whole.
    fn name(&mut self, word: &str, at: Option<usize>, take: Take<'_>) {
        lowered(word, &mut self.lower);
        let id = number(&mut self.hashes, &mut self.ids, &self.lower);
        if id != NOISE {
            take(id, word, at);
        }
    }

    /// A word of letters and digits without parts.
    fn simple(&mut self, word: &str, at: Option<usize>, take: Take<'_>) {
        let hash = xxh3_64(word.as_bytes());
        let id = match self.known.get(&hash) {
            Some(id) => *id,
            None => {
                let id = match self.stem(word, hash) {
                    NO_STEM => NOISE,
                    stem => numbered(&mut self.hashes, &mut self.ids, stem),
                };
                self.known.insert(hash, id);
                id
            }
        };
        if id != NOISE || at.is_some() {
            take(id, word, at);
        }
    }

    /// The hash of the stem of a word, whose own is `hash`.
    fn stem(&mut self, word: &str, hash: u64) -> u64 {
        STEMS.with_borrow_mut(|(of, stems)| {
            let algorithm = self.stemmer.map(|stemmer| stemmer.algorithm());
            if *of != algorithm || stems.len() > REMEMBERED {
                (*of, *stems) = (algorithm, FxHashMap::default());
            }
            *stems.entry(hash).or_insert_with(|| {
                lowered(word, &mut self.lower);
                let stem = match &self.stemmer {
                    _ if is_noise(&self.lower) => return NO_STEM,
                    Some(stemmer) => stemmer.stem(&self.lower),
                    None => self.lower.as_str().into(),
                };
                if stem.is_empty() { NO_STEM } else { xxh3_64(stem.as_bytes()) }
            })
        })
    }

    fn ideographs(&mut self, word: &str, at: usize, take: Take<'_>) {
        let chars: Vec<(usize, char)> = word.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect();
        let end = |at: usize| chars[at].0 + chars[at].1.len_utf8();
        let mut tell = |part: &str| {
            let id = number(&mut self.hashes, &mut self.ids, part);
            if id != NOISE {
                take(id, part, Some(at));
            }
        };
        if let [(start, c)] = chars[..] {
            tell(&word[start..start + c.len_utf8()]);
        }
        for at in 1..chars.len() {
            if chars[at - 1].0 + chars[at - 1].1.len_utf8() == chars[at].0 {
                tell(&word[chars[at - 1].0..end(at)]);
            }
        }
    }
}

/// The words of a text, each with where it begins and whether it is plain: see [`plain_word`].
fn words(text: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let first = bytes.get(at)?;
            if first.is_ascii_alphanumeric() || !first.is_ascii() {
                break;
            }
            at += 1;
        }
        let length = plain_word(&bytes[at..]);
        let start = if length > 0 { at } else { at + text[at..].find(char::is_alphanumeric)? };
        at = start + if length > 0 { length } else { word_end(&text[start..]) };
        Some((start, &text[start..at], length > 0))
    })
}

/// How many bytes the word takes that a text begins with, where it is one of ASCII letters and digits that nothing joins
/// to another and that has no capital inside; else 0.
fn plain_word(text: &[u8]) -> usize {
    let length = text.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len());
    let joins = match text[length..] {
        [] => false,
        [b'_', ..] => true,
        [b'-' | b'.' | b'\'', after, ..] => after.is_ascii_alphanumeric() || !after.is_ascii() || after == b'>',
        [b':', after, ..] => after == b':',
        [next, ..] => !next.is_ascii(),
    };
    if joins || text[1..length.max(1)].iter().any(u8::is_ascii_uppercase) { 0 } else { length }
}

/// The number of a key, which is new where the key is.
fn number(hashes: &mut Vec<u64>, ids: &mut FxHashMap<u64, u32>, key: &str) -> u32 {
    if key.is_empty() { NOISE } else { numbered(hashes, ids, xxh3_64(key.as_bytes())) }
}

/// The number of a key with this hash.
fn numbered(hashes: &mut Vec<u64>, ids: &mut FxHashMap<u64, u32>, hash: u64) -> u32 {
    if hashes.len() >= MOST {
        return ids.get(&hash).copied().unwrap_or(NOISE);
    }
    *ids.entry(hash).or_insert_with(|| {
        hashes.push(hash);
        (hashes.len() - 1) as u32
    })
}

/// Writes a word in small letters in place of what `lower` was.
fn lowered(word: &str, lower: &mut String) {
    lower.clear();
    match word.is_ascii() {
        true => {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        }
        false => lower.extend(word.chars().flat_map(char::to_lowercase)),
    }
}

/// Where the word ends that the text begins with: letters and digits, and what joins them inside identifiers.
fn word_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = chars.next() {
        if c.is_alphanumeric() {
            end = at + c.len_utf8();
            continue;
        }
        let joined = match c {
            '-' | '.' | '\'' | '’' | '_' => &text[at + c.len_utf8()..],
            ':' if text[at..].starts_with("::") => &text[at + 2..],
            _ => return end,
        };
        let joined = if c == '-' { joined.strip_prefix('>').unwrap_or(joined) } else { joined };
        if c != '_' && !joined.starts_with(char::is_alphanumeric) {
            return end;
        }
        if c == ':' || joined.len() + 1 < text.len() - at {
            chars.next();
        }
    }
    end
}

/// Whether a word is an identifier: made of parts, or with capitals inside.
fn is_compound(word: &str) -> bool {
    word.contains(['-', '.', '_', ':', '>']) || has_inner_capital(word)
}

fn has_inner_capital(word: &str) -> bool {
    let mut chars = word.chars();
    let mut before = chars.next().is_some_and(char::is_lowercase);
    let mut lower_seen = before;
    let mut capitals = 0;
    for c in chars {
        if c.is_uppercase() {
            if before {
                return true;
            }
            capitals += 1;
        } else if c.is_lowercase() {
            lower_seen = true;
        }
        before = c.is_lowercase();
    }
    // `XMLFile`, but neither `URLs` nor `API`.
    lower_seen && capitals >= 2 && !word.ends_with('s')
}

/// `ConvertToXMLFile` as `Convert`, `To`, `XML`, `File`.
fn camel_pieces(word: &str, mut take: impl FnMut(&str)) {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut start = 0;
    for at in 1..chars.len() {
        let (before, now) = (chars[at - 1].1, chars[at].1);
        let next_is_lower = chars.get(at + 1).is_some_and(|(_, c)| c.is_lowercase());
        if now.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower)) {
            take(&word[start..chars[at].0]);
            start = chars[at].0;
        }
    }
    take(&word[start..]);
}

/// Han, kana and hangul.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Words that say nothing about a text: single letters, short numbers, and the most frequent words of English. Those
/// of other languages go by how many articles have them.
fn is_noise(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.len() < 2 || (bytes.len() < 4 && bytes.iter().all(u8::is_ascii_digit)) {
        return true;
    }
    STOP.binary_search(&word).is_ok()
}

#[rustfmt::skip]
const STOP: &[&str] = &[
    "about", "above", "after", "again", "all", "also", "although", "always", "am", "an", "and", "another", "any", "are",
    "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot",
    "could", "did", "do", "does", "doing", "done", "down", "during", "each", "either", "etc", "even", "every", "few",
    "following", "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "him", "his", "how",
    "however", "if", "in", "into", "is", "it", "its", "just", "like", "may", "me", "might", "more", "most", "much",
    "must", "my", "need", "neither", "no", "nor", "not", "now", "of", "off", "often", "on", "once", "one", "only", "or",
    "other", "otherwise", "our", "out", "over", "own", "per", "same", "see", "shall", "she", "should", "since", "so",
    "some", "such", "than", "that", "the", "their", "them", "then", "there", "therefore", "these", "they", "this",
    "those", "through", "to", "too", "under", "until", "up", "upon", "use", "used", "using", "very", "was", "we",
    "were", "what", "when", "where", "whether", "which", "while", "who", "whom", "why", "will", "with", "within",
    "without", "would", "yet", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut() {
        assert!(STOP.is_sorted());
        for (text, keys) in [
            ("The running files.", "run file"),
            ("Get-ChildItem works", "get-childitem get childitem child item work"),
            ("std::vec a.b->c", "std::vec std vec a.b->c"),
            ("it's l'eau don't", "eau don"),
            ("about_CimSession __init__", "about_cimsession cimsession cim session init"),
            ("機械学習 XMLFile", "機械 械学 学習 xmlfile xml file"),
        ] {
            let keys: Vec<u64> = keys.split(' ').map(|key| xxh3_64(key.as_bytes())).collect();
            let found = of(&mut Stems::new("en"), text);
            assert_eq!(found, keys, "{text}");
        }
    }
}
