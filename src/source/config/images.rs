//! `[images]`: what is made of images while the site is built.

use crate::model::{
    Spanned,
    config::{ImageFormat, Images},
};
use crate::source::config::{Checker, raw::RawImages};

/// The narrowest and the widest variants: icons need none, and WebP ends at 16,383 pixels.
const LEAST: i64 = 16;
const MOST: i64 = 8192;

pub(super) fn resolve(raw: RawImages, checker: &mut Checker<'_>) -> Images {
    let fallback = Images::default();
    let quality = checker.number("images.quality", raw.quality, 1, 100);
    Images {
        widths: raw.widths.map_or(fallback.widths, |widths| resolve_widths(widths, checker)),
        formats: raw.formats.map_or(fallback.formats, |formats| resolve_formats(&formats, checker)),
        quality: quality.map_or(fallback.quality, |quality| quality as u8),
    }
}

fn resolve_widths(raw: Vec<Spanned<i64>>, checker: &mut Checker<'_>) -> Vec<u32> {
    let number = |width| checker.number("images.widths", Some(width), LEAST, MOST);
    let mut widths: Vec<u32> = raw.into_iter().filter_map(number).map(|width| width as u32).collect();
    widths.sort_unstable();
    widths.dedup();
    widths
}

fn resolve_formats(raw: &[Spanned<String>], checker: &mut Checker<'_>) -> Vec<ImageFormat> {
    let mut formats = Vec::new();
    for written in raw {
        match written.value.as_str() {
            "webp" => formats.push(ImageFormat::WebP),
            "avif" if cfg!(feature = "avif") => formats.push(ImageFormat::Avif),
            "avif" => checker.refuse(
                "images.formats",
                written,
                "this docweave was compiled without AVIF",
                "install a release, compile it with `--features avif`, or leave `\"avif\"` out",
            ),
            other => {
                let reason = format!("`{}` is no format that images are made in", other.escape_debug());
                checker.refuse("images.formats", written, &reason, "write `\"webp\"`, `\"avif\"`, both or none");
            }
        }
    }
    formats.sort_unstable();
    formats.dedup();
    formats
}
