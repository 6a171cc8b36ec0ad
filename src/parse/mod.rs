//! An article's text to its head and its document.

pub mod front_matter;
