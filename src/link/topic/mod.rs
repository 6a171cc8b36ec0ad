//! Topics: the pages they get, and the sections that belong to them.
//!
//! In: declared topics, and what heads say of their articles: the topics that editors wrote, titles, headings, words.
//! Out: the topics of every section with how each came, and the sections of every topic.
//!
//! | file | what it does |
//! |---|---|
//! | `declare` | gives each declared topic its page |
//! | `written` | what editors wrote: on headings, in front matter, in `_index.md` |
//! | `words` | how rare each word is, and what each counts in its article and its sections |
//! | `learn` | the words of each topic: its own, and those of the articles and sections that editors gave it |
//! | `guess` | the most likely topic of a section, and the reasons |
//! | `assign` | all of it for each page, and the members of each topic |
//! | `exact` | logarithms that are the same on every machine |
//! | `suggest` | topics for a site that has none |
//!
//! What must stay true: where editors wrote anything, nothing is guessed. One set of weights serves every site. The
//! result does not depend on the order of files.

mod assign;
mod declare;
mod exact;
pub mod explain;
mod guess;
mod learn;
pub mod suggest;
mod words;
mod written;

pub(super) use self::{
    assign::{Topics, sections},
    declare::declare,
    learn::Learned,
    words::Counts,
};

/// Sections of fewer words are given no topic of their own accord.
pub const FEWEST_WORDS: u32 = 12;
