//! The words that an article is made of, as the whole site may see them.

use serde::{Deserialize, Serialize};

/// The words of an article and of each of its sections. Counts are kept by the power of two, so that most edits of prose
/// change nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Words of the title, of the front matter and of the text, each once, in the order in which they are met.
    pub terms: Vec<Term>,
    /// The words of each section, in the order of [`Head::sections`](super::Head::sections).
    pub sections: Vec<Vec<Entry>>,
}

/// A word of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its stem, or a whole identifier in small letters.
    pub key: String,
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
pub struct Entry {
    /// The index into [`Profile::terms`].
    pub term: u32,
    /// As [`Term::level`], in this section alone.
    pub level: u8,
    /// The section's heading has it.
    pub in_heading: bool,
}
