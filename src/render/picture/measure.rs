//! The size of an image, from its file's header.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use exif::{In, Tag};
use imagesize::ImageType;
use serde::{Deserialize, Serialize};

use crate::render::picture::svg;

/// Extensions of images that browsers show: a file that is none is a mistake.
const EXTENSIONS: &[&str] = &["png", "apng", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// What a file's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Width and height in pixels, as they are shown: upright.
    pub size: Option<(u32, u32)>,
    /// What can be decoded.
    pub file: File,
}

impl Measured {
    /// How many pixels it has, as far as is known.
    pub fn area(&self) -> u64 {
        self.size.map_or(0, |(width, height)| u64::from(width) * u64::from(height))
    }
}

/// What kind of file an image is, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum File {
    /// A photograph, most of the time.
    Jpeg,
    /// A screenshot or a drawing, most of the time.
    Png,
    /// Either.
    WebP,
    /// Something that is shown as it is.
    Other,
}

/// Reads the header of an image whose file ends in `extension`.
///
/// # Errors
///
/// Why the file is no image. A file of a kind that is not known has no size, which is no mistake.
pub fn measure(extension: &str, bytes: &[u8]) -> Result<Measured, String> {
    let extension = extension.to_ascii_lowercase();
    let measured = catch_unwind(AssertUnwindSafe(|| match extension.as_str() {
        "svg" => Ok(Measured { size: svg::size(bytes)?, file: File::Other }),
        _ => measure_raster(bytes),
    }));
    let measured = measured.unwrap_or_else(|_| Err("its header can't be read".to_owned()));
    match measured {
        Err(_) if !EXTENSIONS.contains(&extension.as_str()) => Ok(Measured { size: None, file: File::Other }),
        measured => measured,
    }
}

fn measure_raster(bytes: &[u8]) -> Result<Measured, String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    let kind = imagesize::image_type(bytes).map_err(|_| "it is no image of a kind that is known".to_owned())?;
    let size = imagesize::blob_size(bytes).map_err(|_| "its header is damaged or cut short".to_owned())?;
    let side = |length: usize| u32::try_from(length).ok().filter(|length| *length > 0);
    let (Some(mut width), Some(mut height)) = (side(size.width), side(size.height)) else {
        return Err("it has no pixels".to_owned());
    };
    let file = match kind {
        ImageType::Jpeg => File::Jpeg,
        ImageType::Png => File::Png,
        ImageType::Webp => File::WebP,
        _ => File::Other,
    };
    if file != File::Other && orientation(bytes).is_sideways() {
        std::mem::swap(&mut width, &mut height);
    }
    Ok(Measured { size: Some((width, height)), file })
}

/// How a picture lies in its file (Exif 2.32, tag 0x0112).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation(pub(super) u8);

impl Orientation {
    /// Whether width and height change places.
    pub(super) fn is_sideways(self) -> bool {
        self.0 >= 5
    }
}

/// The orientation that a file's metadata tell: upright where they tell none.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok();
    let told = read.and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0));
    Orientation(told.and_then(|told| u8::try_from(told).ok()).filter(|told| (1..=8).contains(told)).unwrap_or(1))
}
