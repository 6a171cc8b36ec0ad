//! The words of an article: what `link` knows of its text.
//!
//! Text comes in pieces, section by section. A word of letters and digits is a term by its stem. An identifier (with
//! `-`, `.`, `_`, `::` or `->` inside, or with capitals inside) is a term as a whole, and so are its parts, stemmed.
//! Han and kana make terms of two characters.

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use crate::model::profile::{Entry, Profile, Term};

/// How many words of the text make its lead.
const LEAD: u32 = 60;

/// A text that has more different words than this is no article: the rest of them are left out.
const MOST: usize = 1 << 16;

/// Gathers a profile, section by section.
pub(super) struct Gather {
    stems: Stems,
    ids: FxHashMap<String, u32>,
    terms: Vec<Term>,
    counts: Vec<u32>,
    /// How often the present section has each term, and whether its heading has it.
    here: FxHashMap<u32, (u32, bool)>,
    sections: Vec<Vec<Entry>>,
    words: u32,
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
    /// An empty profile of an article in a language such as `en-GB`; its first section is open.
    pub(super) fn new(language: &str) -> Self {
        Self {
            stems: Stems::new(language),
            ids: FxHashMap::default(),
            terms: Vec::new(),
            counts: Vec::new(),
            here: FxHashMap::default(),
            sections: Vec::new(),
            words: 0,
        }
    }

    /// Takes words; running text and headings are the present section's.
    pub(super) fn text(&mut self, text: &str, place: Place) {
        let Self { stems, ids, terms, counts, here, words, .. } = self;
        let mut take = |key: &str, surface: &str, is_first: bool| {
            let id = match ids.get(key) {
                Some(id) => *id,
                None if terms.len() >= MOST => return,
                None => {
                    let id = terms.len() as u32;
                    ids.insert(key.to_owned(), id);
                    terms.push(Term { key: key.to_owned(), surface: surface.to_owned(), ..Term::default() });
                    counts.push(0);
                    id
                }
            };
            let term = &mut terms[id as usize];
            // Of two forms that are as long, the one in small letters comes later.
            if (surface.len(), term.surface.as_str()) < (term.surface.len(), surface) {
                surface.clone_into(&mut term.surface);
            }
            match place {
                Place::Title => term.in_title = true,
                Place::Keywords => term.in_keywords = true,
                Place::Description => term.in_description = true,
                Place::Code => term.in_code = true,
                Place::Heading => here.entry(id).or_default().1 = true,
                Place::Text => {
                    here.entry(id).or_default().0 += 1;
                    counts[id as usize] += 1;
                    term.in_lead |= *words < LEAD;
                    *words += u32::from(is_first);
                }
            }
        };
        match place {
            Place::Code => stems.names(text, &mut |key, name| take(key, name, true)),
            _ => stems.each(text, &mut |key, surface, _, is_first| take(key, surface, is_first)),
        }
    }

    /// Ends the present section and begins the next.
    pub(super) fn next_section(&mut self) {
        let entry = |(term, (count, in_heading))| Entry { term, level: level(count), in_heading };
        let mut entries: Vec<Entry> = self.here.drain().map(entry).collect();
        entries.sort_unstable_by_key(|entry| entry.term);
        self.sections.push(entries);
    }

    /// The profile of all sections that were ended.
    pub(super) fn finish(self) -> Profile {
        let mut terms: Vec<(u32, Term)> = (0..).zip(self.terms).collect();
        for (term, count) in terms.iter_mut().zip(&self.counts) {
            term.1.level = level(*count);
        }
        terms.sort_unstable_by(|a, b| a.1.key.cmp(&b.1.key));
        let mut place = vec![0; terms.len()];
        (0..).zip(&terms).for_each(|(at, (old, _))| place[*old as usize] = at);
        let mut sections = self.sections;
        for section in &mut sections {
            section.iter_mut().for_each(|entry| entry.term = place[entry.term as usize]);
            section.sort_unstable_by_key(|entry| entry.term);
        }
        Profile { terms: terms.into_iter().map(|(_, term)| term).collect(), sections }
    }
}

/// A count by its power of two.
fn level(count: u32) -> u8 {
    (32 - count.leading_zeros()) as u8
}

/// The distinct terms of a text (a title, keywords), in order of first appearance: key, surface, is_name.
pub fn of(stems: &mut Stems, text: &str) -> Vec<(String, String, bool)> {
    let mut found: Vec<(String, String, bool)> = Vec::new();
    stems.each(text, &mut |key, surface, is_name, _| {
        if !found.iter().any(|(other, ..)| other == key) {
            found.push((key.to_owned(), surface.to_owned(), is_name));
        }
    });
    found
}

/// Cuts text to terms. Stems are kept from one text to the next.
pub struct Stems {
    stemmer: Option<Stemmer>,
    known: FxHashMap<String, String>,
    lower: String,
}

impl Stems {
    /// For a language as in `language = "en-GB"`; where no stemmer is known for it, words are left as they are.
    pub fn new(language: &str) -> Self {
        let name = language.split(['-', '_']).next().unwrap_or("");
        let stemmer = Algorithm::from_name(name).ok().map(Stemmer::new);
        Self { stemmer, known: FxHashMap::default(), lower: String::new() }
    }

    /// Calls `take(key, surface, is_name, is_first)` for each term of the text; `is_first` for the first of each word.
    pub fn each(&mut self, text: &str, take: &mut dyn FnMut(&str, &str, bool, bool)) {
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphanumeric) {
            rest = &rest[start..];
            let end = word_end(rest);
            let word = &rest[..end];
            rest = &rest[end..];
            self.word(word, take);
        }
    }

    /// Calls `take(key, name)` for each identifier of the text.
    fn names(&mut self, text: &str, take: &mut dyn FnMut(&str, &str)) {
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphanumeric) {
            rest = &rest[start..];
            let word = &rest[..word_end(rest)];
            rest = &rest[word.len()..];
            if is_compound(word) && !word.contains(['\'', '’']) && word.contains(char::is_alphabetic) {
                self.lower.clear();
                self.lower.extend(word.chars().flat_map(char::to_lowercase));
                take(&self.lower, word);
            }
        }
    }

    fn word(&mut self, word: &str, take: &mut dyn FnMut(&str, &str, bool, bool)) {
        if word.chars().any(is_ideograph) {
            return ideographs(word, take);
        }
        // What follows an apostrophe is an ending: "it's", "l'eau" is left to its second part.
        let word = match word.split_once(['\'', '’']) {
            Some((before, after)) if after.chars().count() > before.chars().count() && before.len() <= 2 => after,
            Some((before, _)) => before,
            None => word,
        };
        if !is_compound(word) {
            self.simple(word, true, take);
            return;
        }
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        let has_letters = word.chars().any(char::is_alphabetic);
        if has_letters {
            take(&lower, word, true, true);
            for part in word.split(['-', '.', '_', ':', '>']).filter(|part| !part.is_empty()) {
                if has_inner_capital(part) {
                    if part.len() < word.len() {
                        lower.clear();
                        lower.extend(part.chars().flat_map(char::to_lowercase));
                        take(&lower, part, true, false);
                    }
                    camel_pieces(part, |piece| self.simple(piece, false, take));
                } else {
                    self.simple(part, false, take);
                }
            }
        }
        self.lower = lower;
    }

    /// A word of letters and digits without parts.
    fn simple(&mut self, word: &str, is_first: bool, take: &mut dyn FnMut(&str, &str, bool, bool)) {
        if let Some(stem) = self.known.get(word) {
            if !stem.is_empty() {
                take(stem, word, false, is_first);
            }
            return;
        }
        let lower: String = word.chars().flat_map(char::to_lowercase).collect();
        let stem = if is_noise(&lower) {
            String::new()
        } else {
            self.stemmer.as_ref().map_or_else(|| lower.clone(), |stemmer| stemmer.stem(&lower).into_owned())
        };
        if !stem.is_empty() {
            take(&stem, word, false, is_first);
        }
        self.known.insert(word.to_owned(), stem);
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

fn ideographs(word: &str, take: &mut dyn FnMut(&str, &str, bool, bool)) {
    let chars: Vec<(usize, char)> = word.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect();
    let end = |at: usize| chars[at].0 + chars[at].1.len_utf8();
    if let [(start, c)] = chars[..] {
        take(&word[start..start + c.len_utf8()], word, false, true);
    }
    for at in 1..chars.len() {
        if chars[at - 1].0 + chars[at - 1].1.len_utf8() == chars[at].0 {
            let pair = &word[chars[at - 1].0..end(at)];
            take(pair, pair, false, true);
        }
    }
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
            let keys: Vec<&str> = keys.split(' ').collect();
            let found: Vec<String> = of(&mut Stems::new("en"), text).into_iter().map(|t| t.0).collect();
            assert_eq!(found, keys, "{text}");
        }
    }
}
