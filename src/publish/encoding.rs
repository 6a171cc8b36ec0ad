//! Texts made smaller once, when they are published, so that no server has to do it for each reader.
//!
//! The same text gives the same bytes, on one kind of machine at least: they hold no time and no name.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use crate::model::{Digest, RelPath, media, target::Encoding};

/// Less than this fits into a packet or two as it is, in bytes.
const LEAST: u64 = 1024;

/// Of 11. On the 3.7 MB of texts of this project's own site: 5 makes 30.0 of a hundred bytes in 0.03 s of a processor for each
/// megabyte, 9 makes 29.7 in 0.51 s, 10 makes 27.2 in 0.51 s, 11 makes 26.4 in 1.16 s; and gzip 32.0 in 0.02 s.
const QUALITY: i32 = 10;

/// As far as it looks back, as a power of two: farther than any page is long.
const WINDOW: i32 = 22;

/// `bytes` in an encoding.
pub(super) fn smaller(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
    let mut made = Vec::new();
    match encoding {
        Encoding::Gzip => {
            let mut zipped = GzEncoder::new(&mut made, Compression::best());
            zipped.write_all(bytes).and_then(|()| zipped.finish().map(drop)).expect("memory takes it");
        }
        Encoding::Br => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: QUALITY,
                lgwin: WINDOW,
                size_hint: bytes.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &*bytes, &mut made, &parameters).expect("memory takes it");
        }
    }
    made
}

/// Names what [`smaller`] makes of bytes with the digest `content`, before it is made. Another version of the program, and
/// another kind of machine, may make other bytes.
pub(super) fn key(encoding: Encoding, content: Digest) -> Digest {
    use std::env::consts::{ARCH, OS};
    let maker = format!("{} {} {OS} {ARCH} {QUALITY} {WINDOW}", encoding.name(), env!("CARGO_PKG_VERSION"));
    Digest::of_parts([maker.as_bytes(), content.as_bytes()])
}

/// Whether a file of this size is a text that becomes much smaller.
pub(super) fn is_worth_it(path: &RelPath, size: u64) -> bool {
    size >= LEAST && is_text(path)
}

/// The encoding of bytes that stand under the name of a text; `is_made` says whether they were made of others.
pub(super) fn of(path: &RelPath, bytes: &[u8], is_made: bool) -> Option<Encoding> {
    match bytes {
        _ if !is_text(path) => None,
        [0x1f, 0x8b, ..] => Some(Encoding::Gzip),
        _ => is_made.then_some(Encoding::Br),
    }
}

fn is_text(path: &RelPath) -> bool {
    media::is_text(media::content_type(path.extension()))
}

/// The name of the file that one of this name would hold in another encoding: `a.html` for `a.html.gz`.
pub(super) fn plain(path: &str) -> Option<&str> {
    Encoding::ALL.iter().find_map(|encoding| path.strip_suffix(encoding.ending()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn path(path: &str) -> RelPath {
        RelPath::new(path).unwrap()
    }

    #[test]
    fn texts_come_back_and_are_told_from_others() {
        let text = "<p>The same words again and again.</p>\n".repeat(100).into_bytes();
        for encoding in Encoding::ALL {
            let made = smaller(encoding, &text);
            assert!(made.len() < text.len() / 20 && made == smaller(encoding, &text), "{encoding:?}");
            let mut back = Vec::new();
            match encoding {
                Encoding::Gzip => flate2::read::GzDecoder::new(&*made).read_to_end(&mut back).unwrap(),
                Encoding::Br => brotli::Decompressor::new(&*made, 4096).read_to_end(&mut back).unwrap(),
            };
            assert!(back == text, "{encoding:?}");
            assert_eq!(of(&path("a.html"), &made, true), Some(encoding));
            assert_eq!(of(&path("a.html.gz"), &made, true), None, "it is a file of its own");
        }
        assert_eq!(smaller(Encoding::Gzip, &text)[4..8], [0; 4], "no time");
        assert_eq!(of(&path("a.html"), &text, false), None);
        assert_ne!(key(Encoding::Gzip, Digest::of(&text)), key(Encoding::Br, Digest::of(&text)));
        assert!(is_worth_it(&path("a.svg"), 1024) && !is_worth_it(&path("a.svg"), 1023));
        assert!(!is_worth_it(&path("a.png"), 5000) && !is_worth_it(&path("a.html.gz"), 5000));
        assert_eq!((plain("a/b.html.gz"), plain("b.css.br"), plain("b.css")), (Some("a/b.html"), Some("b.css"), None));
    }
}
