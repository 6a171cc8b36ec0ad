//! The size of a vector image, from its root element (SVG 2, section 8.2 on `viewBox` and 7.2 on its size).

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// How far into a file the root element must begin, in bytes: licences and editors' remarks may stand before it.
const FURTHEST: usize = 64 << 10;

/// The width and height in pixels; `Ok(None)` where the root tells neither in absolute units, nor a box.
///
/// # Errors
///
/// What keeps it from being an SVG image.
pub(super) fn size(bytes: &[u8]) -> Result<Option<(u32, u32)>, String> {
    let text = String::from_utf8_lossy(bytes.get(..FURTHEST).unwrap_or(bytes));
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    loop {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) if root.local_name().as_ref() == "svg" => {
                return Ok(size_of(&root));
            }
            Ok(Event::Start(root) | Event::Empty(root)) => {
                let name = root.name().as_ref().escape_debug().to_string();
                return Err(format!("its root is `{name}`, not `svg`"));
            }
            // Beyond the limit there may be a root yet.
            Ok(Event::Eof) | Err(_) if bytes.len() > FURTHEST => return Ok(None),
            Ok(Event::Eof) => return Err("it has no root element".to_owned()),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn size_of(root: &BytesStart<'_>) -> Option<(u32, u32)> {
    let value = |name: &str| Some(root.try_get_attribute(name).ok()??.value.into_owned());
    let length = |name| value(name).and_then(|text| pixels(&text));
    let view = value("viewBox").and_then(|text| view_box(&text));
    let (width, height) = match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(size)) => size,
        _ => return None,
    };
    let whole = |length: f64| (0.5..1e6).contains(&length).then_some(length.round() as u32);
    Some((whole(width)?, whole(height)?))
}

/// A length in CSS pixels; `None` for one that depends on where it stands.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E' || c == '%').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale = match unit.trim() {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 9.6 / 2.54,
        "Q" => 2.4 / 2.54,
        _ => return None,
    };
    Some(number.trim().parse::<f64>().ok()? * scale).filter(|length| *length > 0.0)
}

fn view_box(text: &str) -> Option<(f64, f64)> {
    let numbers = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
    let numbers: Vec<f64> = numbers.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(attributes: &str) -> Option<(u32, u32)> {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}><g/>"
        );
        size(text.as_bytes()).expect("an SVG image")
    }

    #[test]
    fn sizes_come_from_lengths_or_from_the_box() {
        for (attributes, expected) in [
            (r#"width="640" height="480""#, Some((640, 480))),
            (r#"width="6.5in" height="2.54cm" viewBox="0 0 1 1""#, Some((624, 96))),
            (r#"viewBox="0 0 24 12""#, Some((24, 12))),
            (r#"viewBox="-5,-5, 24.4 ,12.5""#, Some((24, 13))),
            (r#"width="100%" height="100%" viewBox="0 0 300 150""#, Some((300, 150))),
            (r#"width="600" viewBox="0 0 300 150""#, Some((600, 300))),
            (r#"height="1e2" viewBox="0 0 300 150""#, Some((200, 100))),
            (r#"width="10em" height="4""#, None),
            (r#"width="600""#, None),
            (r#"width="0" height="0" viewBox="0 0 0 0""#, None),
            (r#"width="1e300" height="1e300""#, None),
            (r#"width="NaN" height="inf""#, None),
        ] {
            assert_eq!(svg(attributes), expected, "{attributes}");
        }
        assert_eq!(size(b"<s:svg xmlns:s='http://www.w3.org/2000/svg' width='3' height='4'/>"), Ok(Some((3, 4))));
    }

    #[test]
    fn what_is_no_svg_is_told() {
        for (text, reason) in [
            ("", "no root"),
            ("plain text", "no root"),
            ("<!doctype html><html><body>not found", "its root is `html`"),
            ("<svg width='3", ""),
            ("<!--", ""),
        ] {
            let told = size(text.as_bytes()).expect_err(text);
            assert!(told.contains(reason), "{text}: {told}");
        }
        let far = format!("<!--{}--><svg width='3' height='4'/>", "x".repeat(FURTHEST));
        assert_eq!(size(far.as_bytes()), Ok(None));
    }
}
