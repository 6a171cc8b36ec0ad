//! Pictures: what an image's file says of itself, and the variants of it that browsers may choose from.
//!
//! In: the bytes of a file and `[images]` of the configuration. Out: a [`Picture`], and the bytes of each variant.
//!
//! What must stay true: the same bytes and settings give the same variants, on any number of threads. A file that is
//! damaged, hostile or merely odd is shown as it is, with a diagnostic where its author can mend it. Only this module and
//! its parts know decoders and encoders.

#[cfg(feature = "avif")]
mod avif;
mod decode;
mod measure;
mod offer;
mod pixels;
mod svg;
mod webp;

use serde::{Deserialize, Serialize};

use crate::model::{
    Digest, RelPath,
    config::{ImageFormat, Images},
};

pub use self::{
    decode::decode,
    measure::{File, Measured, measure},
    offer::offers,
    pixels::Pixels,
};

/// Counts up with every change of what is read from a file, or of what the encoders make of it.
pub const VERSION: u32 = 1;

/// An image of more pixels is not decoded: 100 million take 300 MB.
pub const MOST_PIXELS: u64 = 100_000_000;

/// A local image, as pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Its width and height in pixels, upright; `None` where its file does not tell.
    pub size: Option<(u32, u32)>,
    /// What browsers are offered before the file itself, first choice first.
    pub offers: Vec<Offer>,
}

/// Variants for browsers that know a format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The format that a browser must know.
    pub format: ImageFormat,
    /// The smallest file for each width, widths rising. All but the last are variants; `None` is the file itself, where no
    /// variant of its whole width is smaller.
    pub candidates: Vec<(u32, Option<Variant>)>,
}

/// A file that was made from an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its width in pixels.
    pub width: u32,
    /// Its format.
    pub format: ImageFormat,
    /// Its size in bytes.
    pub bytes: u64,
    /// The digest of its bytes.
    pub content: Digest,
}

impl Picture {
    /// The variants that are offered, each once.
    pub fn variants(&self) -> Vec<Variant> {
        let candidates = self.offers.iter().flat_map(|offer| &offer.candidates);
        let mut variants: Vec<Variant> = candidates.filter_map(|(_, variant)| *variant).collect();
        variants.sort_unstable_by_key(|variant| (variant.format, variant.width));
        variants.dedup();
        variants
    }

    /// How many bytes a large screen is sent of it, where its file has `own`.
    pub fn sent(&self, own: u64) -> u64 {
        let widest = self.offers.first().and_then(|offer| offer.candidates.last());
        widest.and_then(|(_, variant)| *variant).map_or(own, |variant| variant.bytes)
    }

    /// The names of everything that the picture's HTML depends on, its address left aside.
    pub fn digest(&self) -> Digest {
        Digest::of_value(self)
    }
}

/// The widths to make variants of, rising: those of the settings that are clearly less than `own`, and `own` where the
/// settings reach so far.
pub fn widths(settings: &Images, own: u32) -> Vec<u32> {
    let most = settings.widths.last().copied().unwrap_or(u32::MAX);
    let reached = own.min(most);
    // One that is nearly as wide as the next one saves nobody anything.
    let clearly_less = |width: &u32| u64::from(*width) * 5 <= u64::from(reached) * 4;
    settings.widths.iter().copied().filter(clearly_less).chain([reached]).collect()
}

/// Where a variant of the image at `original` is written: `assets/shot.480.1a2b3c4d5e.webp`, among the files whose names
/// hold a part of their digest, so that hosts may cache it for ever.
pub fn output(original: &RelPath, variant: &Variant) -> RelPath {
    let extension = match variant.format {
        ImageFormat::Avif => "avif",
        ImageFormat::WebP => "webp",
    };
    let name = format!("assets/{}.{}.{}.{extension}", slug(original.stem()), variant.width, variant.content.short(10));
    RelPath::new(name).expect("a slug, a number, hexadecimal digits and an extension make a path")
}

/// The name of a format in HTML (RFC 9649 for WebP).
pub(super) fn media_type(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Avif => "image/avif",
        ImageFormat::WebP => "image/webp",
    }
}

/// Small letters, digits and hyphens: a name that no file system folds into another, and that needs no encoding.
fn slug(stem: &str) -> String {
    let mut slug = String::new();
    for c in stem.chars().take(40) {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || c == '_' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "image".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests;
