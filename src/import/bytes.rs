//! Bytes to text, in the encoding that they say they have, or that somebody names.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use crate::import::{
    Source,
    report::{Kind, Report},
};
use crate::model::{Diagnostic, Lines};

/// A text encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding with a label of the Encoding Standard (encoding.spec.whatwg.org), such as `windows-1252` or `latin1`.
    pub fn named(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self)
    }
}

/// The text of a file with `\n` at the ends of its lines and no control characters but tabs.
///
/// # Errors
///
/// `no-text` for what is empty or binary, `not-utf8` for bytes that are not in the encoding.
pub(super) fn decode(source: &Source<'_>, report: &mut Report) -> Result<String, Box<Diagnostic>> {
    let (encoding, bytes) = encoding(source);
    let text = if encoding == UTF_8 {
        String::from_utf8(bytes.to_vec()).map_err(|error| not_utf8(source, error.utf8_error()))?
    } else {
        let decoded = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        let text = decoded.ok_or_else(|| {
            let message = format!("this is not {}", encoding.name());
            Box::new(Diagnostic::error("not-utf8", source.name, None, message).help("name another encoding, or none"))
        })?;
        let lines = text.bytes().filter(|byte| *byte == b'\n').count().max(1);
        report.tell(Kind::Found, &[(1, lines as u32)], format!("text in {}", encoding.name()));
        text.into_owned()
    };
    if let Some(at) = text.find('\0') {
        let span = Lines::new(&text).span(at..at + 1);
        let problem = Diagnostic::error("no-text", source.name, span, "this is no text: it has a byte 0 in it");
        return Err(Box::new(problem.help("save it as plain text in UTF-8")));
    }
    if !text.chars().any(char::is_alphanumeric) {
        let problem = Diagnostic::error("no-text", source.name, None, "there are no words in it");
        return Err(Box::new(problem.help("copy the text once more, and save it as plain text")));
    }
    Ok(with_plain_lines(text))
}

/// By the byte order mark, else as somebody says, else UTF-16 where every other byte is 0, else UTF-8.
fn encoding<'a>(source: &Source<'a>) -> (&'static encoding_rs::Encoding, &'a [u8]) {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(source.bytes) {
        return (encoding, &source.bytes[length..]);
    }
    let told = source.encoding.map(|encoding| encoding.0);
    (told.or_else(|| utf_16_without_mark(source.bytes)).unwrap_or(UTF_8), source.bytes)
}

fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (pairs, rest) = bytes.get(..bytes.len().min(4096))?.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if pairs.is_empty() || !rest.is_empty() {
        return None;
    }
    match (first, second) {
        (0, high) if high * 2 > pairs.len() => Some(UTF_16LE),
        (high, 0) if high * 2 > pairs.len() => Some(UTF_16BE),
        _ => None,
    }
}

fn not_utf8(source: &Source<'_>, error: std::str::Utf8Error) -> Box<Diagnostic> {
    let good = error.valid_up_to();
    if source.bytes.contains(&0) {
        let problem = Diagnostic::error("no-text", source.name, None, "this is no text: it has bytes 0 in it");
        return Box::new(problem.help("save it as plain text in UTF-8"));
    }
    let text = String::from_utf8_lossy(&source.bytes[..good]);
    let span = Lines::new(&text).span(good..good);
    let message = format!("this is not UTF-8: byte 0x{:02x} at offset {good}", source.bytes[good]);
    let help = "save it as UTF-8, or name its encoding, for example `--encoding windows-1252`";
    Box::new(Diagnostic::error("not-utf8", source.name, span, message).help(help))
}

/// `\r\n` and `\r` become `\n`.
fn with_plain_lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Takes control characters out, those of Latin-1 among them: no page could hold them. A form feed is a space.
pub(super) fn without_controls(text: String, report: &mut Report) -> String {
    let is_stray = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{c}');
    if !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        return text;
    }
    let strays = |(number, line): (usize, &str)| line.contains(is_stray).then_some((number as u32, number as u32));
    let lines: Vec<_> = (1..).zip(text.split('\n')).filter_map(strays).collect();
    if !lines.is_empty() {
        report.tell(Kind::LeftOut, &lines, "control characters");
    }
    text.chars().filter(|c| !is_stray(*c)).map(|c| if c == '\u{c}' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: Option<&str>) -> Result<String, String> {
        let source = Source { name: "a.txt", bytes, encoding: label.and_then(Encoding::named) };
        let mut report = Report::default();
        decode(&source, &mut report).map_err(|problem| problem.to_string())
    }

    #[test]
    fn text_is_read_in_the_encoding_that_it_says() {
        for (bytes, label, text) in [
            (&b"\xef\xbb\xbfa\r\nb\rc"[..], None, "a\nb\nc"),
            (b"\xff\xfea\0\xe9\0", None, "aé"),
            (b"\xfe\xff\0a\0\xe9", None, "aé"),
            (b"a\0b\0\n\0", None, "ab\n"),
            (b"\0a\0b", None, "ab"),
            (b"caf\xe9", Some("latin1"), "café"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", Some("latin1"), "café"),
        ] {
            assert_eq!(read(bytes, label), Ok(text.to_owned()), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_told() {
        for (bytes, label, told) in [
            (&b""[..], None, "a.txt:1:1: error[no-text]: there are no words in it"),
            (b" \n- \n", None, "a.txt:1:1: error[no-text]: there are no words in it"),
            (b"a\nb\0c", None, "a.txt:2:2: error[no-text]: this is no text: it has a byte 0 in it"),
            (b"\x89PNG\0\0\0", None, "a.txt:1:1: error[no-text]: this is no text: it has bytes 0 in it"),
            (b"a\n\xe9b", None, "a.txt:2:1: error[not-utf8]: this is not UTF-8: byte 0xe9 at offset 2"),
            (b"\xff\xfea\0\0\xd8", None, "a.txt:1:1: error[not-utf8]: this is not UTF-16LE"),
            (b"a\xff", Some("shift_jis"), "a.txt:1:1: error[not-utf8]: this is not Shift_JIS"),
        ] {
            assert_eq!(read(bytes, label), Err(told.to_owned()), "{bytes:?}");
        }
        assert_eq!(Encoding::named("nonsense"), None);
    }

    #[test]
    fn control_characters_are_left_out_and_told() {
        let mut report = Report::default();
        let text = without_controls("a\u{1b}b\n\tc\u{c}d\n\u{85}e".to_owned(), &mut report);
        assert_eq!(text, "ab\n\tc d\ne");
        assert_eq!(report.lines(), ["left out 1, 3: control characters"]);
        assert_eq!(without_controls("a\tb\n".to_owned(), &mut Report::default()), "a\tb\n");
    }
}
