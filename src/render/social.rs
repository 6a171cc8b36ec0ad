//! Pictures that stand for pages where somebody shares their addresses: topic, title and the site's name, drawn while the
//! site is built.
//!
//! The fonts are part of the program, and nothing is drawn but with plain arithmetic, so the same card has the same bytes on
//! every machine. A card is named by what it shows: its address is known before it is drawn.

use serde::Serialize;

use crate::model::{Digest, RelPath, config::Social};

#[cfg(feature = "social")]
mod canvas;
#[cfg(feature = "social")]
mod draw;
mod font;
#[cfg(feature = "social")]
mod layout;
#[cfg(feature = "social")]
mod shape;

#[cfg(feature = "social")]
pub use self::draw::draw;
pub use self::font::{Fonts, LICENCE, NotAFont};

/// Counts up with every change of what is drawn.
pub const VERSION: u32 = 1;

/// Width and height in pixels, as those who show them ask for.
pub const SIZE: (u32, u32) = (1200, 630);

/// What a card shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The page's title.
    pub title: String,
    /// What it is about, above the title; may be empty.
    pub topic: String,
    /// The site's name, at the bottom; may be empty.
    pub site: String,
    /// Behind everything.
    pub background: Colour,
    /// Of the title.
    pub text: Colour,
    /// Of the topic and the marks.
    pub accent: Colour,
}

/// Red, green and blue.
pub type Colour = [u8; 3];

impl Card {
    /// A card in the colours of `[social]`, its accent in `colour` where that is one that can be drawn. `None` where a letter
    /// of it is in no font, or nothing is drawn at all.
    pub fn new(social: &Social, fonts: &Fonts, texts: [&str; 3], colour: Option<&str>) -> Option<Self> {
        let is_drawn = cfg!(feature = "social") && social.enabled;
        if !is_drawn {
            return None;
        }
        let [title, topic, site] = texts.map(|text| drawable(text, fonts));
        let title = title.filter(|title| !title.is_empty())?;
        Some(Self {
            title,
            topic: topic.unwrap_or_default(),
            site: site.unwrap_or_default(),
            background: social.background,
            text: social.text,
            accent: colour.and_then(Social::colour).unwrap_or(social.accent),
        })
    }

    /// Names the card, whatever it is drawn with.
    pub fn digest(&self, fonts: &Fonts) -> Digest {
        Digest::of_value(&(VERSION, self, fonts.digest()))
    }

    /// Where it is written.
    pub fn output(&self, fonts: &Fonts) -> RelPath {
        let name = format!("assets/social/{}.png", self.digest(fonts).short(16));
        RelPath::new(name).expect("a digest holds no slash")
    }
}

/// Without the feature there is no card to draw.
#[cfg(not(feature = "social"))]
pub fn draw(_: &Card, _: &Fonts) -> Vec<u8> {
    Vec::new()
}

/// A text on one line without what is no letter, such as an emoji; `None` where a letter is in no font.
fn drawable(text: &str, fonts: &Fonts) -> Option<String> {
    let is_sign = |c: char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
            || matches!(c, '\u{2300}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e0fff}')
            || c.is_control() && !c.is_whitespace()
    };
    let kept: String = text.chars().filter(|c| !is_sign(*c)).collect();
    let line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    fonts.have(&line).then_some(line)
}

#[cfg(all(test, feature = "social"))]
mod tests;
