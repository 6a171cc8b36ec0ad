//! Decoded pixels, and how they become a variant.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use crate::model::config::ImageFormat;
use crate::render::picture::{measure::Orientation, webp};

/// From this share of pixels on that equal their left neighbour, an image is flat: text, plots, windows. Those of
/// screenshots are 0.8 to 0.95, those of photographs 0.03 to 0.5.
const FLAT: f64 = 0.6;

/// An image in memory, eight bits a channel.
#[derive(Debug)]
pub struct Pixels {
    width: u32,
    height: u32,
    /// 3 for red, green and blue, 4 with alpha.
    channels: u8,
    data: Vec<u8>,
    /// The colour profile, where it is not sRGB.
    pub(super) profile: Option<Vec<u8>>,
    orientation: Orientation,
    pub(super) look: Look,
}

/// What an image looks like, which decides how it is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Encoded with loss before.
    Photo,
    /// Not flat, but without a loss so far: edges must stay where they are.
    Drawn,
    /// Large areas of one colour with sharp edges: encoded with next to no loss, which is smaller as well.
    Flat,
}

/// A smaller image, upright.
pub(super) struct Scaled {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) channels: u8,
    pub(super) data: Vec<u8>,
}

impl Pixels {
    /// An upright image; `None` where the data are not as large as they should be, or the profile is of another kind.
    /// `look` is what the format says; whether a drawing is flat is looked up in its pixels.
    pub(super) fn new(
        width: u32,
        height: u32,
        channels: u8,
        data: Vec<u8>,
        profile: Option<Vec<u8>>,
        look: Look,
    ) -> Option<Self> {
        let size = (width as usize).checked_mul(height as usize)?.checked_mul(channels.into())?;
        if data.len() != size || size == 0 {
            return None;
        }
        let profile = profile.filter(|profile| !is_srgb(profile));
        // The class of a profile's colours stands at byte 16 (ICC.1, section 7.2.6).
        if profile.as_ref().is_some_and(|profile| profile.get(16..20) != Some(b"RGB ")) {
            return None;
        }
        let look = if look == Look::Drawn && is_flat(width, channels, &data) { Look::Flat } else { look };
        Some(Self { width, height, channels, data, profile, orientation: Orientation(1), look })
    }

    /// The same, as its metadata say that it lies in its file.
    pub(super) fn lying(self, orientation: Orientation) -> Self {
        Self { orientation, ..self }
    }

    /// The image in a format, `width` pixels wide when it is upright; `None` where the format can't hold it, or would
    /// spoil it.
    pub fn encode(&self, width: u32, format: ImageFormat, quality: u8) -> Option<Vec<u8>> {
        let encode = || {
            let scaled = self.scale(width)?;
            match format {
                ImageFormat::WebP => webp::encode(&scaled, self, quality),
                #[cfg(feature = "avif")]
                ImageFormat::Avif => super::avif::encode(&scaled, self, quality),
                #[cfg(not(feature = "avif"))]
                ImageFormat::Avif => None,
            }
        };
        catch_unwind(AssertUnwindSafe(encode)).unwrap_or(None)
    }

    fn scale(&self, width: u32) -> Option<Scaled> {
        // As it lies in the file, which is turned when it is small.
        let along = if self.orientation.is_sideways() { self.height } else { self.width };
        let scale = |length: u32| {
            let scaled = (u64::from(length) * u64::from(width) + u64::from(along) / 2) / u64::from(along);
            (scaled as u32).max(1)
        };
        let (scaled_width, scaled_height) = (scale(self.width), scale(self.height));
        let data = if width == along { self.data.clone() } else { self.resize(scaled_width, scaled_height)? };
        let scaled = Scaled { width: scaled_width, height: scaled_height, channels: self.channels, data };
        Some(scaled.upright(self.orientation))
    }

    /// Catmull and Rom's cubic, which is made of nothing but sums and products: a filter with sines would depend on the
    /// machine's.
    fn resize(&self, width: u32, height: u32) -> Option<Vec<u8>> {
        let kind = if self.channels == 4 { PixelType::U8x4 } else { PixelType::U8x3 };
        let from = ImageRef::new(self.width, self.height, &self.data, kind).ok()?;
        let mut to = Image::new(width, height, kind);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        Resizer::new().resize(&from, &mut to, &options).ok()?;
        Some(to.into_vec())
    }
}

impl Scaled {
    fn upright(self, orientation: Orientation) -> Self {
        if orientation.0 == 1 {
            return self;
        }
        let (w, h) = (self.width as usize, self.height as usize);
        let (width, height) = if orientation.is_sideways() { (h, w) } else { (w, h) };
        // Where the pixel at (x, y) of the upright picture lies in the file.
        let source = |x: usize, y: usize| match orientation.0 {
            2 => (w - 1 - x, y),
            3 => (w - 1 - x, h - 1 - y),
            4 => (x, h - 1 - y),
            5 => (y, x),
            6 => (y, h - 1 - x),
            7 => (w - 1 - y, h - 1 - x),
            _ => (w - 1 - y, x),
        };
        let channels = usize::from(self.channels);
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..height {
            for x in 0..width {
                let (x, y) = source(x, y);
                let at = (y * w + x) * channels;
                data.extend_from_slice(&self.data[at..at + channels]);
            }
        }
        Self { width: width as u32, height: height as u32, data, ..self }
    }
}

fn is_flat(width: u32, channels: u8, data: &[u8]) -> bool {
    let channels = usize::from(channels);
    let (mut equal, mut all) = (0_u64, 0_u64);
    for row in data.chunks_exact(width as usize * channels) {
        let (left, right) = (row.chunks_exact(channels), row[channels..].chunks_exact(channels));
        equal += left.zip(right).filter(|(left, right)| left == right).count() as u64;
        all += u64::from(width) - 1;
    }
    equal as f64 >= all as f64 * FLAT
}

/// Whether a profile calls itself sRGB, in ASCII or in UTF-16: browsers take images without a profile for that, and 3 KB
/// in every variant are saved.
fn is_srgb(profile: &[u8]) -> bool {
    let describes = |name: &[u8]| profile.windows(name.len()).any(|window| window == name);
    describes(b"sRGB") || describes(b"s\0R\0G\0B")
}
