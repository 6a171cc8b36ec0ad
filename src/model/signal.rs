//! What speaks for one article as related reading of another, and how much each of it counts.

use serde::{Deserialize, Serialize};

/// How many signals there are.
pub const COUNT: usize = 18;

/// What speaks for an article. Each is divided by its greatest value among those that it competes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signal {
    /// Both are in one folder, or in folders that are near.
    Folder,
    /// The geometric mean of `Folder` and `Words`.
    FolderAndWords,
    /// The words of both.
    Words,
    /// How many links lead to it.
    Popular,
    /// The article links to it.
    LinkedFromHere,
    /// The geometric mean of `Folder` and `Titles`.
    FolderAndTitles,
    /// The nearest articles by their words link to it or mention it.
    NeighboursLink,
    /// The first words of the article, and all of its own.
    LeadInWords,
    /// How much of its title the article has.
    TitleHere,
    /// Both link to the same articles.
    LinkAlike,
    /// Code of the article has its title.
    TitleInCode,
    /// How much of the article's title it has.
    TitleThere,
    /// What links to the article has it among its nearest.
    NearWhatLinks,
    /// It links to the article.
    LinksHere,
    /// The same articles link to both.
    LinkedAlike,
    /// The words of both titles.
    Titles,
    /// A section of the article has its whole title.
    TitleInSection,
    /// Both are on the same topics.
    Topics,
}

/// Signals by the names that they have in `site.toml`, each with what it counts in hundredths where nobody says otherwise.
///
/// Fitted to the related links that editors of seven sets of documentation wrote (a reference, manual pages, and five of
/// programming libraries): the mean of coordinate ascents on how many of these are among the first ten. Tried also on the
/// same sets without their folders, and without their links, where they do no worse than what a likelihood comes to.
const TABLE: [(Signal, &str, u16); COUNT] = [
    (Signal::Folder, "folder", 428),
    (Signal::FolderAndWords, "folder_and_words", 247),
    (Signal::Words, "words", 86),
    (Signal::Popular, "popular", 127),
    (Signal::LinkedFromHere, "linked_from_here", 273),
    (Signal::FolderAndTitles, "folder_and_titles", 99),
    (Signal::NeighboursLink, "neighbours_link", 80),
    (Signal::LeadInWords, "lead_in_words", 120),
    (Signal::TitleHere, "title_here", 28),
    (Signal::LinkAlike, "link_alike", 80),
    (Signal::TitleInCode, "title_in_code", 86),
    (Signal::TitleThere, "title_there", 40),
    (Signal::NearWhatLinks, "near_what_links", 37),
    (Signal::LinksHere, "links_here", 45),
    (Signal::LinkedAlike, "linked_alike", 20),
    (Signal::Titles, "titles", 67),
    (Signal::TitleInSection, "title_in_section", 100),
    // None of the seven had topics: this is chosen.
    (Signal::Topics, "topics", 120),
];

impl Signal {
    /// All of them, by their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(signal, ..)| *signal)
    }

    /// Its key in `site.toml`.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, other, _)| *other == name).map(|(signal, ..)| *signal)
    }
}

/// How much each signal counts, in hundredths: whole numbers, so that equal weights have equal digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights([u16; COUNT]);

impl Weights {
    /// The most that one counts, in hundredths.
    pub const MOST: u16 = 1000;

    /// What a signal counts, in hundredths.
    pub fn hundredths(&self, signal: Signal) -> u16 {
        self.0[signal as usize]
    }

    /// Lets a signal count so many hundredths, [`MOST`](Self::MOST) at the most.
    pub fn set(&mut self, signal: Signal, hundredths: u16) {
        self.0[signal as usize] = hundredths.min(Self::MOST);
    }

    /// What each signal counts, by its number.
    pub fn all(&self) -> [f32; COUNT] {
        self.0.map(|hundredths| f32::from(hundredths) / 100.0)
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self(TABLE.map(|(.., hundredths)| hundredths))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_stand_in_the_table_at_their_numbers() {
        for (number, (signal, name, hundredths)) in TABLE.into_iter().enumerate() {
            assert_eq!((signal as usize, Signal::named(name)), (number, Some(signal)));
            assert_eq!((signal.name(), Weights::default().hundredths(signal)), (name, hundredths));
            assert!(hundredths <= Weights::MOST);
        }
        assert_eq!(Signal::named("moon"), None);
    }
}
