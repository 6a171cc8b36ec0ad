//! Fonts: those that are part of the program, and those that a site brings.

use std::sync::Arc;

use crate::model::Digest;

/// A file that is no font that can be drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAFont;

/// Fonts in the order in which they are asked for a letter.
#[derive(Clone, Debug)]
pub struct Fonts {
    files: Vec<Arc<[u8]>>,
    digest: Digest,
}

/// What is part of the program: Latin, Greek and Cyrillic; Arabic; Hebrew. Their licence lies beside them.
#[cfg(feature = "social")]
const OWN: [&[u8]; 3] = [
    include_bytes!("fonts/inter.ttf"),
    include_bytes!("fonts/noto-sans-arabic.ttf"),
    include_bytes!("fonts/noto-sans-hebrew.ttf"),
];

/// The licence of the fonts, as it asks to be passed on.
#[cfg(feature = "social")]
pub const LICENCE: &str = include_str!("fonts/OFL.txt");

#[cfg(not(feature = "social"))]
const OWN: [&[u8]; 0] = [];

/// The licence of the fonts: there are none.
#[cfg(not(feature = "social"))]
pub const LICENCE: &str = "";

impl Fonts {
    /// The site's own fonts, and after them those of the program.
    pub fn new(own: Vec<Arc<[u8]>>) -> Self {
        let names: Vec<Digest> = own.iter().map(|bytes| Digest::of(bytes)).collect();
        let files = own.into_iter().chain(OWN.into_iter().map(Arc::from)).collect();
        Self { files, digest: Digest::of_value(&names) }
    }

    /// Names the fonts that the site brings.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The files.
    #[cfg(feature = "social")]
    pub(super) fn files(&self) -> &[Arc<[u8]>] {
        &self.files
    }
}

#[cfg(feature = "social")]
impl Fonts {
    /// Whether every letter of `text` is in one of them.
    pub fn have(&self, text: &str) -> bool {
        let faces = || self.files.iter().filter_map(|bytes| rustybuzz::ttf_parser::Face::parse(bytes, 0).ok());
        let mut rest: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
        for face in faces() {
            rest.retain(|c| face.glyph_index(*c).is_none());
            if rest.is_empty() {
                break;
            }
        }
        rest.is_empty()
    }

    /// Whether `bytes` are a font that can be drawn with.
    ///
    /// # Errors
    ///
    /// They are not.
    pub fn check(bytes: &[u8]) -> Result<(), NotAFont> {
        rustybuzz::Face::from_slice(bytes, 0).map(|_| ()).ok_or(NotAFont)
    }
}

#[cfg(not(feature = "social"))]
impl Fonts {
    /// Nothing is drawn, so nothing can be.
    pub fn have(&self, _: &str) -> bool {
        self.files.is_empty()
    }

    /// Any file will do where nothing is drawn.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn check(_: &[u8]) -> Result<(), NotAFont> {
        Ok(())
    }
}
