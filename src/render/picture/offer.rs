//! Which variants are worth offering.

use crate::model::config::ImageFormat;
use crate::render::picture::{Offer, Variant};

/// What to offer of an image of `own` pixels' width and `bytes` bytes, of which `made` are variants; `widest` is the
/// largest width that variants were wanted in.
///
/// For each format that variants have, the smallest file for each width: a browser that knows AVIF knows WebP as well, so
/// it is offered whichever is smaller. A variant that is not smaller than every wider one, and than the file itself, saves
/// nothing and is left out. Where that befalls the widest, the file itself stands in for it: else the others would be
/// shown, blurred, where it fits.
pub fn offers(own: u32, bytes: u64, widest: u32, made: &[Variant]) -> Vec<Offer> {
    let mut formats: Vec<ImageFormat> = made.iter().map(|variant| variant.format).collect();
    formats.sort_unstable();
    formats.dedup();
    let mut offers = Vec::new();
    for format in formats {
        let known: Vec<&Variant> = made.iter().filter(|variant| variant.format >= format).collect();
        let candidates = candidates(own, bytes, widest, &known);
        // What holds nothing of its own format is what the next offer says as well.
        if candidates.iter().any(|(_, variant)| variant.is_some_and(|variant| variant.format == format)) {
            offers.push(Offer { format, candidates });
        }
    }
    offers
}

fn candidates(own: u32, bytes: u64, widest: u32, made: &[&Variant]) -> Vec<(u32, Option<Variant>)> {
    let mut widths: Vec<u32> = made.iter().map(|variant| variant.width).collect();
    widths.sort_unstable_by(|a, b| b.cmp(a));
    widths.dedup();
    let mut least = bytes;
    let mut candidates = Vec::new();
    for width in widths {
        let smallest =
            made.iter().filter(|variant| variant.width == width).min_by_key(|variant| (variant.bytes, variant.format));
        if let Some(variant) = smallest.filter(|variant| variant.bytes < least) {
            least = variant.bytes;
            candidates.push((width, Some(**variant)));
        }
    }
    candidates.reverse();
    if candidates.last().is_some_and(|(width, _)| *width < widest) {
        candidates.push((own, None));
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    fn made(format: ImageFormat, width: u32, bytes: u64) -> Variant {
        Variant { width, format, bytes, content: Digest::of(&bytes.to_le_bytes()) }
    }

    /// Offers in short: the format, and the width and size of each candidate.
    fn shown(offers: &[Offer]) -> Vec<String> {
        let candidate = |(width, variant): &(u32, Option<Variant>)| match variant {
            Some(variant) => format!(" {width}:{:?}:{}", variant.format, variant.bytes),
            None => format!(" {width}:itself"),
        };
        offers
            .iter()
            .map(|offer| format!("{:?}", offer.format) + &offer.candidates.iter().map(candidate).collect::<String>())
            .collect()
    }

    #[test]
    fn smaller_files_are_offered_and_no_others() {
        use ImageFormat::{Avif, WebP};
        let webp = |bytes: [u64; 3]| [480, 960, 1440].into_iter().zip(bytes).map(|(w, b)| made(WebP, w, b));
        let offer = |made: Vec<Variant>| shown(&offers(4000, 900, 1440, &made));
        assert_eq!(offer(webp([10, 20, 30]).collect()), ["WebP 480:WebP:10 960:WebP:20 1440:WebP:30"]);
        assert_eq!(offer(webp([10, 40, 30]).collect()), ["WebP 480:WebP:10 1440:WebP:30"]);
        assert_eq!(offer(webp([10, 20, 900]).collect()), ["WebP 480:WebP:10 960:WebP:20 4000:itself"]);
        assert_eq!(offer(webp([900, 900, 900]).collect()), [""; 0]);
        let both = webp([10, 20, 30]).chain([made(Avif, 480, 9), made(Avif, 960, 25)]).collect();
        let expected = ["Avif 480:Avif:9 960:WebP:20 1440:WebP:30", "WebP 480:WebP:10 960:WebP:20 1440:WebP:30"];
        assert_eq!(offer(both), expected);
        let worse = webp([10, 20, 30]).chain([made(Avif, 480, 11)]).collect();
        assert_eq!(offer(worse), ["WebP 480:WebP:10 960:WebP:20 1440:WebP:30"], "AVIF that is larger goes");
    }
}
