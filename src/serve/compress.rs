//! Answers made smaller where the browser asks for it (RFC 9110, section 12.5.3), as static hosts do.

use axum::http::{HeaderMap, header};
use miniz_oxide::deflate::compress_to_vec;

use crate::model::media;

/// Less than this fits into a packet or two as it is.
const LEAST: usize = 1024;

/// On one machine time matters more than bytes.
const LEVEL: u8 = 1;

/// Whether whoever asks takes gzip.
pub(super) fn is_welcome(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut any = false;
    for coding in all.flat_map(|value| value.split(',')) {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        let is_wanted = weight.is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => return is_wanted,
            "*" => any = is_wanted,
            _ => {}
        }
    }
    any
}

/// `bytes` as gzip (RFC 1952), if they are of a kind and a size that is worth it.
pub(super) fn gzip(bytes: &[u8], kind: &str) -> Option<Vec<u8>> {
    if !media::is_text(kind) || bytes.len() < LEAST {
        return None;
    }
    // No name, no time; written by a system that is not told.
    let mut zipped = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    zipped.extend(compress_to_vec(bytes, LEVEL));
    zipped.extend(crc32fast::hash(bytes).to_le_bytes());
    zipped.extend((bytes.len() as u32).to_le_bytes());
    Some(zipped)
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec;

    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (value, expected) in [
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP ; q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("*;q=0", false),
            ("br", false),
            ("gzip;q=much", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(is_welcome(&headers), expected, "{value}");
        }
        assert!(!is_welcome(&HeaderMap::new()));
    }

    #[test]
    fn long_texts_become_short_and_come_back() {
        let text = "the same words again and again ".repeat(100);
        let zipped = gzip(text.as_bytes(), "text/html; charset=utf-8").unwrap();
        assert!(zipped.len() < text.len() / 5);
        let (body, end) = zipped[10..].split_at(zipped.len() - 18);
        assert_eq!(decompress_to_vec(body).unwrap(), text.as_bytes());
        assert_eq!(end[4..], (text.len() as u32).to_le_bytes());
        assert_eq!(end[..4], crc32fast::hash(text.as_bytes()).to_le_bytes());
        assert_eq!(gzip(text.as_bytes(), "image/png"), None, "it is small already");
        assert_eq!(gzip(b"short", "text/css"), None);
    }
}
