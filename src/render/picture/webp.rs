//! WebP, by libwebp: the one encoder with loss that is kept (container: RFC 9649).

use webp::{Encoder, PixelLayout, WebPConfig};

use crate::render::picture::pixels::{Look, Pixels, Scaled};

/// The longest side that the format holds.
const LONGEST: u32 = 16_383;

/// How much near-lossless encoding leaves alone, from 0 to 100: at 60 nothing shows, and a fifth is saved.
const NEAR_LOSSLESS: i32 = 60;

/// Flag bits of the extended header.
const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;

pub(super) fn encode(scaled: &Scaled, original: &Pixels, quality: u8) -> Option<Vec<u8>> {
    if scaled.width.max(scaled.height) > LONGEST {
        return None;
    }
    let mut config = WebPConfig::new().ok()?;
    // One thread: many images are encoded side by side.
    config.thread_level = 0;
    config.method = 4;
    match original.look {
        Look::Flat => {
            config.lossless = 1;
            config.quality = 75.0;
            config.near_lossless = NEAR_LOSSLESS;
        }
        Look::Drawn | Look::Photo => {
            config.lossless = 0;
            config.quality = quality.into();
            // Colours of neighbouring pixels share a value: this keeps coloured edges from bleeding.
            config.use_sharp_yuv = i32::from(original.look == Look::Drawn);
        }
    }
    let layout = if scaled.channels == 4 { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let encoded = Encoder::new(&scaled.data, layout, scaled.width, scaled.height).encode_advanced(&config).ok()?;
    match &original.profile {
        Some(profile) => with_profile(&encoded, profile, scaled),
        None => Some(encoded.to_vec()),
    }
}

/// The same image with a colour profile: the extended header, the profile, then the chunks that there were.
fn with_profile(encoded: &[u8], profile: &[u8], scaled: &Scaled) -> Option<Vec<u8>> {
    let chunks = encoded.get(12..)?;
    let (header, chunks) = match chunks.get(..4)? {
        b"VP8X" => (chunks.get(8..18)?.to_vec(), chunks.get(18..)?),
        _ => {
            let side = |length: u32| (length - 1).to_le_bytes();
            let (w, h) = (side(scaled.width), side(scaled.height));
            let alpha = if scaled.channels == 4 { HAS_ALPHA } else { 0 };
            (vec![alpha, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]], chunks)
        }
    };
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut extended = header;
    extended[0] |= HAS_PROFILE;
    push_chunk(&mut file, b"VP8X", &extended)?;
    push_chunk(&mut file, b"ICCP", profile)?;
    file.extend_from_slice(chunks);
    let size = u32::try_from(file.len() - 8).ok()?;
    file[4..8].copy_from_slice(&size.to_le_bytes());
    Some(file)
}

fn push_chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) -> Option<()> {
    file.extend_from_slice(name);
    file.extend_from_slice(&u32::try_from(data.len()).ok()?.to_le_bytes());
    file.extend_from_slice(data);
    // Chunks begin at even offsets.
    file.resize(file.len().next_multiple_of(2), 0);
    Some(())
}
