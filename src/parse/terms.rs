//! The words of an article: what `link` knows of its text.
//!
//! Text comes in pieces, section by section. A word of letters and digits is a term by its stem. An identifier (with
//! `-`, `.`, `_`, `::` or `->` inside, or with capitals inside) is a term as a whole, and so are its parts, stemmed.
//! Han and kana make terms of two characters.

use std::{borrow::Cow, cell::RefCell, ops::Range};

use frostem::{Algorithm, Stemmer};
use rustc_hash::{FxBuildHasher, FxHashMap};
use xxhash_rust::xxh3::xxh3_64;

use crate::model::profile::{Entry, Profile, Term};

/// How many words of the text make its lead, those that are no terms as well: so that another word in place of one never moves
/// its end.
const LEAD: u32 = 100;

/// How many different words a text may have without a second helping of memory.
const USUAL: usize = 448;

/// A text that has more different words than this is no article: the rest of them are left out.
const MOST: usize = 1 << 16;

/// Gathers a profile, section by section.
pub(super) struct Gather {
    stems: Stems,
    /// By the number of each term.
    terms: Vec<Draft>,
    /// How the text writes them, one after the other.
    surfaces: String,
    /// The terms of the present section, in the order in which they were met.
    here: Vec<u32>,
    sections: Vec<Vec<Entry>>,
    words: u32,
    /// Whether the language writes nouns with a capital wherever they stand.
    has_capital_nouns: bool,
    /// Whether anybody asks for words: else all that is gathered is that there are none.
    is_wanted: bool,
}

/// A term, and how often the whole text and the present section have it.
#[derive(Default)]
struct Draft {
    /// All but what is known at the end: its hash, its surface, how often the text has it.
    term: Term<'static>,
    /// Where its surface stands among those of all.
    surface: Range<usize>,
    form: Form,
    count: u32,
    here: u32,
    is_here: bool,
    in_heading: bool,
}

/// What the capital that a word begins with says, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// The word is written so: it stands inside a sentence, is code, or begins with no capital.
    #[default]
    Own,
    /// Nothing sure: titles and headings may have a capital for every word, and parts of names have one.
    Named,
    /// Nothing: every sentence begins with one.
    Opening,
}

/// Where words stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Running text, the words of links and code spans.
    Text,
    /// The heading of the present section.
    Heading,
    /// The title.
    Title,
    /// `keywords` of the front matter.
    Keywords,
    /// The description.
    Description,
    /// A block of code, of which only identifiers count.
    Code,
}

impl Gather {
    /// An empty profile of an article in a language such as `en-GB`; its first section is open. Where words are not wanted,
    /// it stays empty.
    pub(super) fn new(language: &str, is_wanted: bool) -> Self {
        let usual = if is_wanted { USUAL } else { 0 };
        Self {
            stems: Stems::with_capacity(language, usual),
            terms: Vec::with_capacity(usual),
            surfaces: String::with_capacity(8 * usual),
            is_wanted,
            here: Vec::new(),
            sections: Vec::new(),
            words: 0,
            has_capital_nouns: matches!(language.split(['-', '_']).next(), Some("de" | "lb")),
        }
    }

    /// Takes words; running text and headings are the present section's. `codes` are the places at which code begins in
    /// the text.
    pub(super) fn text(&mut self, text: &str, place: Place, codes: &[usize]) {
        if !self.is_wanted {
            return;
        }
        let Self { stems, terms, surfaces, here, words, .. } = self;
        let mut take = |id: u32, surface: &str, at: Option<usize>| {
            if id == NOISE {
                *words += u32::from(place == Place::Text);
                return;
            }
            if id as usize >= terms.len() {
                terms.resize_with(id as usize + 1, Draft::default);
            }
            let draft = &mut terms[id as usize];
            let form = match at {
                _ if !has_capital(surface) => Form::Own,
                None => Form::Named,
                Some(_) if place == Place::Keywords => Form::Named,
                Some(at) if codes.binary_search(&at).is_err() && opens_sentence(&text[..at]) => Form::Opening,
                Some(_) if matches!(place, Place::Title | Place::Heading) => Form::Named,
                Some(_) => Form::Own,
            };
            let known = &surfaces[draft.surface.clone()];
            // Of two forms that are as long, the one in small letters comes later.
            if known.is_empty() || (form, surface.len(), known) < (draft.form, known.len(), surface) {
                let start = surfaces.len();
                surfaces.push_str(surface);
                (draft.surface, draft.form) = (start..surfaces.len(), form);
            }
            match place {
                Place::Title => draft.term.in_title = true,
                Place::Keywords => draft.term.in_keywords = true,
                Place::Description => draft.term.in_description = true,
                Place::Code => draft.term.in_code = true,
                Place::Heading | Place::Text => {
                    if !std::mem::replace(&mut draft.is_here, true) {
                        here.push(id);
                    }
                    if place == Place::Heading {
                        draft.in_heading = true;
                        return;
                    }
                    draft.here += 1;
                    draft.count += 1;
                    draft.term.in_lead |= *words < LEAD;
                    *words += u32::from(at.is_some());
                }
            }
        };
        match place {
            Place::Code => stems.names(text, &mut take),
            _ => stems.each(text, &mut take),
        }
    }

    /// Ends the present section and begins the next.
    pub(super) fn next_section(&mut self) {
        self.here.sort_unstable();
        let terms = &mut self.terms;
        let entry = |term| {
            let draft: &mut Draft = &mut terms[term as usize];
            let entry = Entry { term, level: level(draft.here), in_heading: draft.in_heading };
            (draft.here, draft.is_here, draft.in_heading) = (0, false, false);
            entry
        };
        self.sections.push(self.here.drain(..).map(entry).collect());
    }

    /// The profile of all sections that were ended, its terms in the order in which they were met.
    pub(super) fn finish(self) -> Profile {
        let surface = |draft: &Draft| {
            let surface = &self.surfaces[draft.surface.clone()];
            let is_opening = draft.form == Form::Opening && !self.has_capital_nouns;
            if is_opening { small(surface) } else { Cow::from(surface) }
        };
        let surfaces: Vec<Cow<'_, str>> = self.terms.iter().map(surface).collect();
        let term = |at: usize| {
            let Draft { term, count, .. } = &self.terms[at];
            Term { hash: self.stems.hashes[at], surface: &surfaces[at], level: level(*count), ..*term }
        };
        Profile::new((0..self.terms.len()).map(term).collect(), self.sections.into_iter().collect())
    }
}

/// Whether a word begins with a capital and has no other: neither `API` nor `ChildItem`.
fn has_capital(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some()
        && !word.chars().skip(1).any(char::is_uppercase)
}

/// Whether a sentence may begin behind this text.
fn opens_sentence(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric() && !is_end(c));
    before.chars().next_back().is_none_or(is_end)
}

/// Whether a sentence may end here, or what stands before one: "Note: Train first."
fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ':' | '…' | '。' | '！' | '？')
}

/// A word that was only seen where a sentence begins, as it is inside of one. With digits, points and the like it is a name.
fn small(word: &str) -> Cow<'_, str> {
    if word.chars().all(|c| c.is_alphabetic() || c == '-') { word.to_lowercase().into() } else { word.into() }
}

/// A count by its power of two.
fn level(count: u32) -> u8 {
    (32 - count.leading_zeros()) as u8
}

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
    hashes: Vec<u64>,
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
const NOISE: u32 = u32::MAX;

/// Told the number of each term, or [`NOISE`] for a word that is none, how the text writes it, and where its word begins
/// unless the term is a further part of it.
type Take<'t> = &'t mut dyn FnMut(u32, &str, Option<usize>);

impl Stems {
    /// For a language as in `language = "en-GB"`; where no stemmer is known for it, words are left as they are.
    pub fn new(language: &str) -> Self {
        Self::with_capacity(language, USUAL)
    }

    /// The same, with room for so many terms.
    fn with_capacity(language: &str, terms: usize) -> Self {
        let name = language.split(['-', '_']).next().unwrap_or("");
        let stemmer = Algorithm::from_name(name).ok().map(Stemmer::new);
        let table = || FxHashMap::with_capacity_and_hasher(terms, FxBuildHasher);
        let (ids, known) = (table(), table());
        Self { stemmer, hashes: Vec::new(), ids, known, lower: String::new() }
    }

    /// Calls `take` for each term of the text.
    pub(super) fn each(&mut self, text: &str, take: Take<'_>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            if !first.is_ascii_alphanumeric() && first.is_ascii() {
                at += 1;
                continue;
            }
            let length = plain_word(&bytes[at..]);
            if length > 0 {
                self.simple(&text[at..at + length], Some(at), take);
                at += length;
                continue;
            }
            let rest = &text[at..];
            let Some(start) = rest.find(char::is_alphanumeric) else { return };
            let end = start + word_end(&rest[start..]);
            self.word(&rest[start..end], at + start, take);
            at += end;
        }
    }

    /// Calls `take` for each identifier of the text as a whole.
    fn names(&mut self, text: &str, take: Take<'_>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            if !first.is_ascii_alphanumeric() && first.is_ascii() {
                at += 1;
                continue;
            }
            let length = plain_word(&bytes[at..]);
            if length > 0 {
                at += length;
                continue;
            }
            let rest = &text[at..];
            let Some(start) = rest.find(char::is_alphanumeric) else { return };
            let word = &rest[start..start + word_end(&rest[start..])];
            if is_compound(word) && !word.contains(['\'', '’']) && word.contains(char::is_alphabetic) {
                self.name(word, Some(at + start), take);
            }
            at += start + word.len();
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

    /// How the first word of an article is written to other readers, its blocks being these; code begins at `^`.
    fn written(language: &str, title: &str, blocks: &[&str]) -> String {
        let mut gather = Gather::new(language, true);
        for block in blocks {
            let codes: Vec<usize> = block.find('^').into_iter().collect();
            gather.text(&block.replace('^', ""), Place::Text, &codes);
        }
        gather.text(title, Place::Title, &[]);
        gather.next_section();
        gather.finish().terms.at(0).surface.to_owned()
    }

    #[test]
    fn a_word_keeps_no_capital_that_its_sentence_gave_it() {
        for (title, blocks, expected) in [
            ("", &["Train on what was known.", "Good. Train again: Train!"][..], "train"),
            ("", &["Train first.", "Then trains, training."], "trains"),
            ("", &["Kubernetes runs it.", "It is run by Kubernetes."], "Kubernetes"),
            ("Train a model", &["Train first."], "train"),
            ("About Kubernetes", &["Kubernetes runs it."], "Kubernetes"),
            ("About Kubernetes", &["Kubernetes runs it, or kubernetes."], "kubernetes"),
            ("", &["“Train it,” they say."], "train"),
            ("", &["Cross-team work."], "cross-team"),
            ("", &["^Optional is a type."], "Optional"),
            ("", &["Get-ChildItem lists. It is a command."], "Get-ChildItem"),
            ("", &["API first."], "API"),
            ("", &["Node.js first."], "Node.js"),
            ("", &["Übung hilft."], "übung"),
        ] {
            assert_eq!(written("en", title, blocks), expected, "{title:?} {blocks:?}");
        }
        assert_eq!(written("de-CH", "", &["Übung hilft."]), "Übung", "German nouns have their capital everywhere");
    }
}
