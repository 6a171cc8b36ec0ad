//! AVIF, by rav1e.

use ravif::{Encoder, Img};
use rgb::{RGB8, RGBA8};

use crate::render::picture::pixels::{Look, Pixels, Scaled};

/// From 1 to 10: at 10 a megapixel takes 1.3 seconds, and at 6, where files are a sixth smaller, four.
const SPEED: u8 = 10;

/// The scale of this encoder is not that of others: so much less looks the same.
const LESS: f32 = 15.0;

/// `None` for drawings, whose edges it blurs where WebP without loss is hardly larger, and where there is a profile, which
/// it can't write.
pub(super) fn encode(scaled: &Scaled, original: &Pixels, quality: u8) -> Option<Vec<u8>> {
    if original.look == Look::Flat || original.profile.is_some() {
        return None;
    }
    let quality = (f32::from(quality) - LESS).max(1.0);
    let encoder =
        Encoder::new().with_quality(quality).with_alpha_quality(quality).with_speed(SPEED).with_num_threads(Some(1));
    let (width, height) = (scaled.width as usize, scaled.height as usize);
    let encoded = if scaled.channels == 4 {
        let pixels: Vec<RGBA8> =
            scaled.data.as_chunks::<4>().0.iter().map(|[r, g, b, a]| RGBA8::new(*r, *g, *b, *a)).collect();
        encoder.encode_rgba(Img::new(&pixels, width, height))
    } else {
        let pixels: Vec<RGB8> = scaled.data.as_chunks::<3>().0.iter().map(|[r, g, b]| RGB8::new(*r, *g, *b)).collect();
        encoder.encode_rgb(Img::new(&pixels, width, height))
    };
    Some(encoded.ok()?.avif_file)
}
