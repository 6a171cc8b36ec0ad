//! Files to pixels.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image_webp::WebPDecoder;
use png::{ColorType, Transformations};
use zune_jpeg::{
    JpegDecoder,
    errors::DecodeErrors,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::render::picture::{
    File, MOST_PIXELS,
    measure::orientation,
    pixels::{Look, Pixels},
};

/// More memory than a decoder needs for the largest image.
const MOST_MEMORY: usize = 1 << 30;

/// Decodes the first and only frame of an image. `Ok(None)`: browsers show it as it should be, and a variant of ours would
/// not, because it moves, or its colours or its encoding are of a rare kind.
///
/// # Errors
///
/// Why the file can't be decoded.
pub fn decode(file: File, bytes: &[u8]) -> Result<Option<Pixels>, String> {
    let decoded = catch_unwind(AssertUnwindSafe(|| match file {
        File::Jpeg => decode_jpeg(bytes),
        File::Png => decode_png(bytes),
        File::WebP => decode_webp(bytes),
        File::Other => Ok(None),
    }));
    let pixels = decoded.unwrap_or_else(|_| Err("it can't be decoded".to_owned()))?;
    Ok(pixels.map(|pixels| pixels.lying(orientation(bytes))))
}

fn decode_jpeg(bytes: &[u8]) -> Result<Option<Pixels>, String> {
    const LONGEST: usize = u16::MAX as usize;
    let options = DecoderOptions::new_safe()
        .set_max_width(LONGEST)
        .set_max_height(LONGEST)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    if let Err(error) = decoder.decode_headers() {
        return jpeg_error(error);
    }
    let Some(info) = decoder.info() else { return Ok(None) };
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    // Inks become colours by a profile that we can't apply.
    let is_light = matches!(decoder.input_colorspace(), Some(ColorSpace::YCbCr | ColorSpace::Luma | ColorSpace::RGB));
    if is_too_large(width, height) || !is_light {
        return Ok(None);
    }
    // The decoder fills up what is missing.
    let end = bytes.windows(2).rposition(|marker| marker == [0xff, 0xd9]);
    if end.is_none_or(|end| end < bytes.len() / 2) {
        return Err("it is cut short".to_owned());
    }
    match decoder.decode() {
        Ok(data) => Ok(Pixels::new(width, height, 3, data, decoder.icc_profile(), Look::Photo)),
        Err(error) => jpeg_error(error),
    }
}

fn jpeg_error(error: DecodeErrors) -> Result<Option<Pixels>, String> {
    match error {
        DecodeErrors::Unsupported(_) => Ok(None),
        DecodeErrors::ExhaustedData => Err("it is cut short".to_owned()),
        _ => Err("its data are damaged".to_owned()),
    }
}

fn decode_png(bytes: &[u8]) -> Result<Option<Pixels>, String> {
    let limits = png::Limits { bytes: MOST_MEMORY };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(png_error)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let is_plain =
        info.srgb.is_some() || info.source_gamma.is_none_or(|gamma| (0.44..0.47).contains(&gamma.into_value()));
    let is_wide = info.coding_independent_code_points.is_some();
    if info.animation_control.is_some() || is_wide || !is_plain || is_too_large(width, height) {
        return Ok(None);
    }
    let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let Some(size) = reader.output_buffer_size() else { return Ok(None) };
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(png_error)?;
    reader.finish().map_err(png_error)?;
    data.truncate(frame.buffer_size());
    let (channels, data) = match frame.color_type {
        ColorType::Rgb => (3, data),
        ColorType::Rgba => (4, data),
        ColorType::Grayscale => (3, data.iter().flat_map(|grey| [*grey; 3]).collect()),
        ColorType::GrayscaleAlpha => {
            (4, data.as_chunks::<2>().0.iter().flat_map(|[grey, alpha]| [*grey, *grey, *grey, *alpha]).collect())
        }
        ColorType::Indexed => return Ok(None),
    };
    Ok(Pixels::new(width, height, channels, data, profile, Look::Drawn))
}

fn png_error(error: png::DecodingError) -> String {
    match error {
        png::DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => "it is cut short",
        _ => "its data are damaged",
    }
    .to_owned()
}

fn decode_webp(bytes: &[u8]) -> Result<Option<Pixels>, String> {
    let damaged = |error: image_webp::DecodingError| match error {
        image_webp::DecodingError::IoError(_) => "it is cut short".to_owned(),
        _ => "its data are damaged".to_owned(),
    };
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    decoder.set_memory_limit(MOST_MEMORY);
    let (width, height) = decoder.dimensions();
    if decoder.is_animated() || is_too_large(width, height) {
        return Ok(None);
    }
    let look = if decoder.is_lossy() { Look::Photo } else { Look::Drawn };
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let profile = decoder.icc_profile().map_err(damaged)?;
    let Some(size) = decoder.output_buffer_size() else { return Ok(None) };
    let mut data = vec![0; size];
    decoder.read_image(&mut data).map_err(damaged)?;
    Ok(Pixels::new(width, height, channels, data, profile, look))
}

fn is_too_large(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) > MOST_PIXELS
}
