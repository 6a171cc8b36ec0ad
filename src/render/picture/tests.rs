//! Files made here, from the header to the variant.

use std::io::Cursor;

use jpeg_encoder::{ColorType, Encoder};

use super::*;

/// A picture of `width` times `height` pixels, each of which `colour` decides.
fn pixels(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect()
}

/// Soft shapes with grain, as a camera sees them.
fn photo(x: u32, y: u32) -> [u8; 3] {
    let wave = |period: f32, at: u32| ((at as f32 / period).sin() * 60.0) as i32;
    let grain = ((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 7) as i32 % 9 - 4;
    let tone = |base: i32| (base + wave(91.0, x) + wave(57.0, y) + grain).clamp(0, 255) as u8;
    [tone(120), tone(110), tone(90)]
}

/// A window with lines of text.
fn window(x: u32, y: u32) -> [u8; 3] {
    let is_text = y % 16 < 8 && x % 7 < 3 && !(x / 7 + y / 16 * 5).is_multiple_of(6) && x > 40;
    match (is_text, y < 30) {
        (true, _) => [30, 34, 38],
        (false, true) => [8, 82, 90],
        (false, false) => [255, 255, 255],
    }
}

fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&pixels(width, height, colour)).unwrap();
    bytes
}

fn jpeg(width: u32, height: u32, segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    segments.iter().for_each(|(number, data)| encoder.add_app_segment(*number, data.to_vec()).unwrap());
    let side = |length: u32| u16::try_from(length).unwrap();
    encoder.encode(&pixels(width, height, photo), side(width), side(height), ColorType::Rgb).unwrap();
    bytes
}

/// An APP1 segment that tells of nothing but how the picture lies.
fn exif(orientation: u8) -> Vec<u8> {
    let mut segment = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    segment.extend([orientation, 0, 0, 0, 0, 0, 0]);
    segment
}

/// The size and the pixels of a WebP file.
fn shown(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).unwrap();
    let (width, height) = decoder.dimensions();
    let mut data = vec![0; decoder.output_buffer_size().unwrap()];
    decoder.read_image(&mut data).unwrap();
    (width, height, data)
}

fn decoded(bytes: &[u8]) -> Pixels {
    let measured = measure("png", bytes).unwrap();
    decode(measured.file, bytes).unwrap().expect("a still of a common kind")
}

#[test]
fn headers_tell_the_size() {
    let svg = b"<svg viewBox='0 0 30 20'/>".as_slice();
    let gif = b"GIF89a\x0a\0\x14\0\0\0\0;".as_slice();
    for (extension, bytes, size, file) in [
        ("png", png(30, 20, window), Some((30, 20)), File::Png),
        ("PNG", png(30, 20, window), Some((30, 20)), File::Png),
        ("jpg", jpeg(30, 20, &[]), Some((30, 20)), File::Jpeg),
        ("png", jpeg(30, 20, &[]), Some((30, 20)), File::Jpeg),
        ("svg", svg.to_vec(), Some((30, 20)), File::Other),
        ("gif", gif.to_vec(), Some((10, 20)), File::Other),
        ("pdf", b"%PDF-1.7".to_vec(), None, File::Other),
    ] {
        assert_eq!(measure(extension, &bytes), Ok(Measured { size, file }), "{extension}");
    }
    for orientation in 1..=8 {
        let lies = jpeg(30, 20, &[(1, &exif(orientation))]);
        let upright = if orientation < 5 { (30, 20) } else { (20, 30) };
        assert_eq!(measure("jpg", &lies).unwrap().size, Some(upright), "{orientation}");
    }
}

#[test]
fn what_is_no_image_is_told() {
    let cut = &png(30, 20, window)[..20];
    let no_pixels = b"GIF89a\0\0\0\0\0\0\0;";
    for (bytes, reason) in [
        (b"".as_slice(), "it is empty"),
        (b"<!doctype html><p>not found", "no image of a kind"),
        (cut, "damaged or cut short"),
        (no_pixels, "it has no pixels"),
    ] {
        assert!(measure("png", bytes).unwrap_err().contains(reason), "{reason}");
    }
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let webp = decoded(&png(64, 48, photo)).encode(64, ImageFormat::WebP, 80).unwrap();
    for (file, whole) in [(File::Png, png(64, 48, photo)), (File::Jpeg, jpeg(64, 48, &[])), (File::WebP, webp)] {
        assert!(decode(file, &whole).unwrap().is_some());
        let half = decode(file, &whole[..whole.len() / 2]).expect_err("half a file");
        assert!(half.contains("cut short") || half.contains("damaged"), "{half}");
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            drop(measure("png", &flipped));
            drop(decode(file, &flipped));
        }
    }
}

#[test]
fn bombs_are_not_decoded() {
    let mut bomb = png(1, 1, window);
    bomb[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let crc = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(measure("png", &bomb).unwrap().size, Some((16_384, 16_384)));
    assert!(decode(File::Png, &bomb).unwrap().is_none());
}

/// PNG's checksum (section D of its specification).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn photographs_get_smaller_and_screenshots_stay_sharp() {
    let original = jpeg(800, 600, &[]);
    let photo = decoded(&original);
    let variants = [400, 800].map(|width| photo.encode(width, ImageFormat::WebP, 80).unwrap());
    assert_eq!((shown(&variants[0]).0, shown(&variants[0]).1), (400, 300));
    assert!(variants[0].len() < variants[1].len() && variants[1].len() < original.len());

    let original = png(800, 600, window);
    let variant = decoded(&original).encode(800, ImageFormat::WebP, 80).unwrap();
    let strayed = shown(&variant).2.iter().zip(pixels(800, 600, window)).map(|(a, b)| a.abs_diff(b)).max();
    assert!(strayed <= Some(8), "text is not blurred: {strayed:?}");
}

#[test]
fn the_same_image_gives_the_same_bytes_on_any_thread() {
    use rayon::prelude::*;
    let original = jpeg(400, 300, &[]);
    let encode = |_| decoded(&original).encode(200, ImageFormat::WebP, 80).unwrap();
    let all: Vec<Vec<u8>> = (0..8).into_par_iter().map(encode).collect();
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn variants_are_upright() {
    // Red on the left and blue on the right of the file; turned by 90 degrees to the right, red is above.
    let halves = |x: u32, _: u32| if x < 32 { [200, 0, 0] } else { [0, 0, 200] };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.add_app_segment(1, exif(6)).unwrap();
    encoder.encode(&pixels(64, 32, halves), 64, 32, ColorType::Rgb).unwrap();
    for width in [32, 16] {
        let (w, h, data) = shown(&decoded(&bytes).encode(width, ImageFormat::WebP, 90).unwrap());
        assert_eq!((w, h), (width, width * 2));
        let at = |x: u32, y: u32| data[((y * w + x) * 3) as usize..][..3].to_vec();
        assert!(at(2, 2)[0] > 150 && at(w - 2, 2)[0] > 150, "red above: {:?}", at(2, 2));
        assert!(at(2, h - 2)[2] > 150, "blue below: {:?}", at(2, h - 2));
    }
}

#[test]
fn each_orientation_undoes_what_the_camera_did() {
    // The letter F in a file of 2 times 3 pixels is unlike itself in all eight positions.
    let file = png(2, 3, |x, y| [(x + y * 2) as u8 * 40; 3]);
    let upright = |orientation: u8| {
        let pixels = decoded(&file).lying(measure::Orientation(orientation));
        let width = if orientation < 5 { 2 } else { 3 };
        let bytes = pixels.encode(width, ImageFormat::WebP, 100).unwrap();
        shown(&bytes).2.chunks(3).map(|pixel| (pixel[0] + 20) / 40).collect::<Vec<u8>>()
    };
    // Whether the picture is flat does not matter here: at this size both kinds keep the steps of 40.
    assert_eq!(upright(1), [0, 1, 2, 3, 4, 5]);
    assert_eq!(upright(2), [1, 0, 3, 2, 5, 4]);
    assert_eq!(upright(3), [5, 4, 3, 2, 1, 0]);
    assert_eq!(upright(4), [4, 5, 2, 3, 0, 1]);
    assert_eq!(upright(5), [0, 2, 4, 1, 3, 5]);
    assert_eq!(upright(6), [4, 2, 0, 5, 3, 1]);
    assert_eq!(upright(7), [5, 3, 1, 4, 2, 0]);
    assert_eq!(upright(8), [1, 3, 5, 0, 2, 4]);
}

#[test]
fn colour_profiles_go_along() {
    let mut profile = vec![0_u8; 200];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[100..110].copy_from_slice(b"Wide gamut");
    let segment = |profile: &[u8]| [b"ICC_PROFILE\0\x01\x01".as_slice(), profile].concat();
    let wide = jpeg(64, 48, &[(2, &segment(&profile))]);
    let variant = decoded(&wide).encode(32, ImageFormat::WebP, 80).unwrap();
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(&variant)).unwrap();
    assert_eq!(decoder.icc_profile().unwrap(), Some(profile.clone()));
    assert_eq!(shown(&variant).0, 32);

    profile[100..110].copy_from_slice(b"sRGB IEC61");
    let plain = decoded(&jpeg(64, 48, &[(2, &segment(&profile))]));
    assert_eq!(plain.encode(32, ImageFormat::WebP, 80), decoded(&jpeg(64, 48, &[])).encode(32, ImageFormat::WebP, 80));
    profile[16..20].copy_from_slice(b"GRAY");
    profile[100..110].copy_from_slice(b"Wide gamut");
    assert!(decode(File::Jpeg, &jpeg(64, 48, &[(2, &segment(&profile))])).unwrap().is_none());
}

#[test]
fn inks_and_moving_images_are_shown_as_they_are() {
    let mut inks = Vec::new();
    let encoder = Encoder::new(&mut inks, 90);
    encoder.encode(&[100; 16 * 16 * 4], 16, 16, ColorType::Cmyk).unwrap();
    assert_eq!(measure("jpg", &inks).unwrap().size, Some((16, 16)));
    assert!(decode(File::Jpeg, &inks).unwrap().is_none());

    let mut moving = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut moving, 2, 2);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    (0..2).for_each(|frame| writer.write_image_data(&[frame; 4]).unwrap());
    writer.finish().unwrap();
    assert_eq!(measure("png", &moving).unwrap().size, Some((2, 2)));
    assert!(decode(File::Png, &moving).unwrap().is_none());
}

#[test]
fn every_kind_of_colour_is_decoded() {
    use ::png::{BitDepth, ColorType as Colour};
    let encode = |colour, depth, data: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut bytes, 8, 2);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == Colour::Indexed {
            encoder.set_palette(vec![0, 0, 0, 200, 100, 50]);
            encoder.set_trns(vec![255, 128]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        bytes
    };
    for (colour, depth, data, pixel) in [
        (Colour::Grayscale, BitDepth::Eight, vec![80; 16], &[80, 80, 80][..]),
        (Colour::Grayscale, BitDepth::One, vec![0xff; 2], &[255, 255, 255]),
        (Colour::GrayscaleAlpha, BitDepth::Eight, vec![80; 32], &[80, 80, 80, 80]),
        (Colour::Indexed, BitDepth::One, vec![0xff; 2], &[200, 100, 50, 128]),
        (Colour::Rgba, BitDepth::Sixteen, vec![80; 128], &[80, 80, 80, 80]),
    ] {
        let (width, height, shown) =
            shown(&decoded(&encode(colour, depth, &data)).encode(8, ImageFormat::WebP, 80).unwrap());
        assert_eq!((width, height), (8, 2));
        assert_eq!(&shown[..pixel.len()], pixel, "{colour:?} {depth:?}");
    }

    let mut grey = Vec::new();
    Encoder::new(&mut grey, 90).encode(&[80; 256], 16, 16, ColorType::Luma).unwrap();
    let (.., shown) = shown(&decoded(&grey).encode(16, ImageFormat::WebP, 90).unwrap());
    assert!(shown.iter().all(|value| value.abs_diff(80) < 4), "{:?}", &shown[..6]);
}

#[test]
fn widths_are_apart_and_never_more_than_there_is() {
    let settings = Images::default();
    for (own, expected) in [
        (4000, &[480, 960, 1440][..]),
        (1440, &[480, 960, 1440]),
        (1300, &[480, 960, 1300]),
        (1000, &[480, 1000]),
        (500, &[500]),
        (20, &[20]),
    ] {
        assert_eq!(widths(&settings, own), expected, "{own}");
    }
    assert_eq!(widths(&Images { widths: Vec::new(), ..settings }, 3000), [3000]);
}

#[test]
fn names_are_plain_and_tell_the_content() {
    let variant = Variant { width: 480, format: ImageFormat::WebP, bytes: 1, content: Digest::of(b"x") };
    let named = |path: &str| output(&RelPath::new(path).unwrap(), &variant).to_string();
    let digest = variant.content.short(10);
    assert_eq!(named("a/Screen Shot (2).PNG"), format!("assets/screen-shot-2.480.{digest}.webp"));
    assert_eq!(named("größe.png"), format!("assets/gr-e.480.{digest}.webp"));
    assert_eq!(named("图.png"), format!("assets/image.480.{digest}.webp"));
}
