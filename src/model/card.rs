//! Cards: a few words each that lead elsewhere, shown together.

use serde::{Deserialize, Serialize};

use crate::model::{page::LinkKind, span::Spanned};

/// What `cards` of an article's front matter names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cards {
    /// A data file, by its name.
    File(Spanned<String>),
    /// Cards that are written there.
    Here(CardGroup),
}

/// What a page opens with, as `hero` of its front matter says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hero {
    /// Large words; the page's title where it is empty.
    pub title: String,
    /// A sentence or two; the page's description where it is empty.
    pub text: String,
    /// A picture beside them: an address, or the path of a file.
    pub image: Option<Spanned<String>>,
    /// Where to go from here, the most important first.
    pub actions: Vec<Action>,
}

/// A link that looks like a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Its words.
    pub title: String,
    /// Where it leads: an address, or the path of an article.
    pub url: Spanned<String>,
}

impl Hero {
    /// Every address in it.
    pub fn addresses(&self) -> impl Iterator<Item = (LinkKind, &Spanned<String>)> {
        let actions = self.actions.iter().map(|action| (LinkKind::Link, &action.url));
        actions.chain(self.image.iter().map(|image| (LinkKind::Image, image)))
    }
}

/// Cards under one title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardGroup {
    /// Over them; empty where they have none.
    pub title: String,
    /// The cards in their order.
    pub cards: Vec<Card>,
}

/// One card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// What it is, above its title: `Featured job`; may be empty.
    pub label: String,
    /// Its title.
    pub title: String,
    /// A sentence or two; may be empty.
    pub text: String,
    /// Where it leads: an address, or the path of an article.
    pub url: Option<Spanned<String>>,
    /// Further facts, a few words each.
    pub meta: Vec<String>,
    /// A picture: an address, or the path of a file.
    pub image: Option<Spanned<String>>,
}

impl CardGroup {
    /// Every address in it.
    pub fn addresses(&self) -> impl Iterator<Item = (LinkKind, &Spanned<String>)> {
        self.cards.iter().flat_map(|card| {
            let url = card.url.iter().map(|url| (LinkKind::Link, url));
            url.chain(card.image.iter().map(|image| (LinkKind::Image, image)))
        })
    }
}
