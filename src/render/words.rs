//! Words that the generator itself puts into a body, in the site's language.

use crate::model::doc::Word;

/// A word in `language`, a BCP 47 tag; English where the language is not known here.
pub(super) fn word(_language: &str, word: Word) -> &'static str {
    match word {
        Word::Note => "Note",
        Word::Tip => "Tip",
        Word::Important => "Important",
        Word::Warning => "Warning",
        Word::Caution => "Caution",
        Word::Info => "Info",
        Word::Danger => "Danger",
        Word::Details => "Details",
        Word::Done => "Done",
        Word::ToDo => "To do",
        Word::BackToText => "Back to the text",
        Word::Footnotes => "Footnotes",
        Word::Tab => "Tab",
        Word::Source => "Source",
        Word::SeeAlso => "See also:",
    }
}
