//! The words of an article: what `link` knows of its text.
//!
//! Text comes in pieces, section by section. What is a term in it, `stems` says.

mod stems;

pub use self::stems::{Stems, of};

use std::{borrow::Cow, ops::Range};

use self::stems::{NOISE, USUAL};
use crate::model::profile::{Entry, Profile, Term, Vocabulary};

/// How many words of the text make its lead, those that are no terms as well: so that another word in place of one never moves
/// its end.
const LEAD: u32 = 100;

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
        let terms = (0..self.terms.len()).map(term).collect();
        Profile::new(Vocabulary { terms, sections: self.sections.into_iter().collect() })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How the first word of an article is written to other readers, its blocks being these; code begins at `^`.
    fn written(language: &str, title: &str, blocks: &[&str]) -> String {
        let mut gather = Gather::new(language, true);
        for block in blocks {
            let codes: Vec<usize> = block.find('^').into_iter().collect();
            gather.text(&block.replace('^', ""), Place::Text, &codes);
        }
        gather.text(title, Place::Title, &[]);
        gather.next_section();
        gather.finish().held().unwrap().terms.at(0).surface.to_owned()
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
