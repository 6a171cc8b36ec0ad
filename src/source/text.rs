//! Bytes to text.

use std::borrow::Cow;

use crate::model::{Diagnostic, Lines, span::count_bytes};

/// Reads bytes as UTF-8. A byte order mark is left out; NUL and other control characters (but tab, line feed, carriage
/// return and form feed) become U+FFFD, with a warning at the first of them. `path` is the file as diagnostics name it.
///
/// # Errors
///
/// An error diagnostic at the first byte that is not UTF-8.
pub fn decode<'a>(path: &str, bytes: &'a [u8]) -> Result<(Cow<'a, str>, Option<Diagnostic>), Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Box::new(not_utf8(path, bytes, error)))?;
    if count_bytes(bytes, is_control) == 0 {
        return Ok((Cow::Borrowed(text), None));
    }
    let at = bytes.iter().position(|b| is_control(*b)).unwrap_or(0);
    let span = Lines::new(text).span(at..at + 1);
    let message = format!("a control character (U+{:04X}) stands in the text", bytes[at]);
    let problem = Diagnostic::warning("control-character", path, span, message)
        .help("remove it; `\u{fffd}` stands in for it in the page");
    let mended = text.chars().map(|c| if c.is_ascii() && is_control(c as u8) { '\u{fffd}' } else { c }).collect();
    Ok((Cow::Owned(mended), Some(problem)))
}

/// How many bytes of the decoded text each byte of `bytes`, from behind a byte order mark on, comes to.
pub fn decoded_widths(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.iter().map(|byte| if is_control(*byte) { '\u{fffd}'.len_utf8() } else { 1 })
}

#[inline]
fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

fn not_utf8(path: &str, bytes: &[u8], error: std::str::Utf8Error) -> Diagnostic {
    let good = error.valid_up_to();
    let text = String::from_utf8_lossy(&bytes[..good]);
    let span = Lines::new(&text).span(good..good);
    let message = format!("this is not UTF-8: byte 0x{:02x} at offset {good}", bytes[good]);
    Diagnostic::error("not-utf8", path, span, message).help("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_read_as_text() {
        assert!(matches!(decode("a", b"\xef\xbb\xbfa\tb\r\n"), Ok((text, None)) if text == "a\tb\r\n"));
        let (text, problem) = decode("a", b"x\ny\0z").expect("UTF-8");
        assert_eq!(
            (text.as_ref(), problem.and_then(|p| p.place.span).map(|s| (s.line, s.column))),
            ("x\ny\u{fffd}z", Some((2, 2)))
        );
        let problem = decode("a", b"ok\n\xc3(").expect_err("not UTF-8");
        assert_eq!(problem.to_string(), "a:2:1: error[not-utf8]: this is not UTF-8: byte 0xc3 at offset 3");
        assert!(decode("a", b"cut \xe2\x82").is_err());
    }
}
