//! The words that an article is made of, as the whole site may see them.

use serde::{Deserialize, Serialize};

use crate::model::digest::Digest;

/// How many words describe an article.
const CORE: usize = 64;

/// The words of an article and of each of its sections. Counts are kept by the power of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Words of the title, of the front matter and of the text, each once, in the order in which they are met.
    pub terms: Vec<Term>,
    /// The words of each section, in the order of [`Head::sections`](super::Head::sections).
    pub sections: Vec<Vec<Entry>>,
    /// The few words that describe the article best: all that other articles' related reading sees of its text. Most
    /// edits of prose leave them as they are.
    pub core: Vec<CoreWord>,
    /// Names the words above as readers and other articles see them.
    pub core_digest: Digest,
    /// Names the words of the article and of its sections.
    pub digest: Digest,
}

/// A word that describes an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreWord {
    /// The index into [`Profile::terms`].
    pub term: u32,
    /// How many headings have it.
    pub headings: u8,
    /// As [`Term::level`], in steps that widen: from 4 times on, a level stands for the next as well.
    pub level: u8,
    /// It stands among the first words, and again.
    pub in_lead: bool,
}

/// A word of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The hash of its stem, or of a whole identifier in small letters.
    pub hash: u64,
    /// A form that readers know: the shortest that the article has, rather in small letters than in capitals.
    pub surface: String,
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

/// A word of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct Entry {
    /// The index into [`Profile::terms`].
    pub term: u32,
    /// As [`Term::level`], in this section alone.
    pub level: u8,
    /// The section's heading has it.
    pub in_heading: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self::new(Vec::new(), Vec::new())
    }
}

impl Profile {
    /// A profile of these words, and which of them describe it best.
    pub fn new(terms: Vec<Term>, sections: Vec<Vec<Entry>>) -> Self {
        let core = core(&terms, &sections);
        let seen = |word: &CoreWord| {
            let term = &terms[word.term as usize];
            let flags = (term.in_title, term.in_keywords, term.in_description, word.in_lead);
            (term.hash, &term.surface, flags, word.headings, word.level)
        };
        let core_digest = Digest::of_value(&core.iter().map(seen).collect::<Vec<_>>());
        let digest = Digest::of_value(&(&terms, &sections));
        Self { terms, sections, core, core_digest, digest }
    }

    /// The words that describe the article best, each with the term that it is.
    pub fn described(&self) -> impl Iterator<Item = (&CoreWord, &Term)> {
        self.core.iter().map(|word| (word, &self.terms[word.term as usize]))
    }
}

/// The words of the title, of the keywords and of headings, and of the others those that the text has most often, all that
/// it has as often or none: so that one word more or less seldom moves another.
fn core(terms: &[Term], sections: &[Vec<Entry>]) -> Vec<CoreWord> {
    let mut headings = vec![0_u8; terms.len()];
    for entry in sections.iter().flatten().filter(|entry| entry.in_heading) {
        let headings = &mut headings[entry.term as usize];
        *headings = headings.saturating_add(1);
    }
    let is_placed = |at: usize| terms[at].in_title || terms[at].in_keywords || headings[at] > 0;
    let of_level = |level: u8| (0..terms.len()).filter(move |at| is_placed(*at) || terms[*at].level >= level);
    let level = (1..u8::MAX).find(|level| of_level(*level).nth(CORE).is_none()).unwrap_or(u8::MAX);
    let mut core: Vec<usize> = of_level(level).collect();
    if core.len() > CORE {
        let rank = |at: &usize| {
            let term = &terms[*at];
            std::cmp::Reverse((term.in_title, term.in_keywords, headings[*at], term.level, term.hash))
        };
        core.sort_unstable_by_key(rank);
        core.truncate(CORE);
        core.sort_unstable();
    }
    let word = |at: usize| {
        let Term { level, in_lead, .. } = terms[at];
        CoreWord { term: at as u32, headings: headings[at], level: widened(level), in_lead: in_lead && level > 1 }
    };
    core.into_iter().map(word).collect()
}

fn widened(level: u8) -> u8 {
    if level < 3 { level } else { 3 + (level - 3) / 2 * 2 }
}

// A site has millions of these, and every build reads them.
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

    fn term(hash: u64, level: u8, in_title: bool) -> Term {
        Term { hash, level, in_title, surface: hash.to_string(), ..Term::default() }
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
        let words: Vec<Term> = (0..500).map(|at| term(at, 1 + u8::from(at % 10 == 0), at == 7)).collect();
        let core = |words: &[Term]| Profile::new(words.to_vec(), Vec::new());
        let before = core(&words);
        let described: Vec<u64> = before.described().map(|(_, term)| term.hash).collect();
        assert_eq!(described, [&[0, 7][..], &(1..50).map(|at| at * 10).collect::<Vec<u64>>()].concat());
        // A word that stands once comes or goes: others see the same article.
        let mut other = words.clone();
        other[3].level = 0;
        other.push(term(1000, 1, false));
        assert_eq!(core(&other).core_digest, before.core_digest);
        assert_ne!(core(&other).digest, before.digest);
        // One that stands often is another matter.
        other[3].level = 4;
        assert_ne!(core(&other).core_digest, before.core_digest);
    }
}
