//! Names of files from titles.

use unicode_normalization::UnicodeNormalization;

/// A name is no longer than this, in bytes: room for `.md`, for the names of data files, and for any disk.
const LONGEST: usize = 80;

/// Names that mean something else: the page of a folder, and devices of Windows.
const RESERVED: &[&str] =
    &["index", "_index", "readme", "con", "prn", "aux", "nul", "com1", "com2", "com3", "lpt1", "lpt2", "lpt3"];

/// A title in small letters, its words parted by dashes: `Can't bees count?` to `cant-bees-count`. `fallback` is for
/// titles without a letter.
pub(super) fn slug(title: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for c in title.nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_mark(c) {
            slug.push(c);
        } else if !matches!(c, '\'' | '’' | '\u{ad}' | '\u{200b}'..='\u{200d}')
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
        if slug.len() > LONGEST {
            break;
        }
    }
    if slug.len() > LONGEST {
        let end = slug.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last().unwrap_or(0);
        let word = slug[..end].rfind('-').filter(|at| *at * 2 > end);
        slug.truncate(word.unwrap_or(end));
    }
    slug.truncate(slug.trim_end_matches('-').len());
    match slug.as_str() {
        "" => fallback.to_owned(),
        name if RESERVED.contains(&name) => format!("{name}-{fallback}"),
        _ => slug,
    }
}

/// Vowel signs and tones of scripts that write them as characters of their own.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e00}'..='\u{eff}') && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        for (title, name) in [
            ("Can’t bees count?", "cant-bees-count"),
            ("  A – B: C/D..\\E  ", "a-b-c-d-e"),
            ("Übergröße 日本語", "übergröße-日本語"),
            ("e\u{301}te\u{301}", "été"),
            ("ตารางเดียว", "ตารางเดียว"),
            ("../../etc/passwd", "etc-passwd"),
            ("???", "text"),
            ("Index", "index-text"),
            ("CON", "con-text"),
        ] {
            assert_eq!(slug(title, "text"), name, "{title}");
        }
        let long = slug(&"word ".repeat(100), "text");
        assert!(long.len() <= LONGEST && long.ends_with("word"), "{long}");
        assert!(slug(&"語".repeat(100), "text").len() <= LONGEST);
    }
}
