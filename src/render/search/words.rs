//! Text to words. The theme's `search.js` does the same to a query: a change here is one there.
//!
//! A word is a run of letters, digits and marks, without regard to case and accents. Words are not stemmed: the browser
//! would need every language's rules to do the same, while the beginning of a word finds its other forms in any language.
//! Scripts that put no spaces between words make words of two characters, and of the last one alone, so that each
//! character is found.

use std::cmp::Ordering;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer words are no words, in characters.
const LONGEST: usize = 80;

/// Calls `take` for each word of a text: for a word with capitals inside (`ChildItem`) once for the whole and once for each
/// part.
pub(super) fn each(text: &str, take: &mut dyn FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut lower = String::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        if first.is_ascii() && !first.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len() - at);
        let is_ascii = bytes.get(at + length).is_none_or(u8::is_ascii);
        if is_ascii {
            plain(&text[at..at + length], &mut lower, take);
            at += length;
            continue;
        }
        let rest = &text[at..];
        let Some(start) = rest.find(is_part) else { return };
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        folded(&rest[start..end], take);
        at += end;
    }
}

/// A word of ASCII letters and digits.
fn plain(word: &str, lower: &mut String, take: &mut dyn FnMut(&str)) {
    if word.len() > LONGEST {
        return;
    }
    if !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return take(word);
    }
    lower.clear();
    lower.push_str(word);
    lower.make_ascii_lowercase();
    take(lower);
    if word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) && word.bytes().any(|byte| byte.is_ascii_lowercase())
    {
        humps(word, &mut |part| take(&part.to_ascii_lowercase()));
    }
}

/// A word with other letters in it.
fn folded(word: &str, take: &mut dyn FnMut(&str)) {
    let folded = fold(word);
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let is_spaceless = is_spaceless(first);
        let end = rest.find(|c| self::is_spaceless(c) != is_spaceless).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        match is_spaceless {
            true => pairs(run, take),
            false if run.chars().nth(LONGEST).is_none() => take(run),
            false => {}
        }
    }
    // Where folding left the length alone, capitals are where they were.
    if word.chars().skip(1).any(char::is_uppercase)
        && word.chars().any(char::is_lowercase)
        && !word.contains(is_spaceless)
    {
        humps(word, &mut |part| {
            let part = fold(part);
            if part.chars().nth(LONGEST).is_none() {
                take(&part);
            }
        });
    }
}

/// Small letters without accents, and one form of what looks the same: compatibility decomposition (Unicode Standard Annex
/// 15), accents taken out, put together again.
pub(super) fn fold(word: &str) -> String {
    let lower = word.to_lowercase();
    lower.nfkd().filter(|c| !is_accent(*c)).nfc().map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// Accents of Latin, Greek and Cyrillic letters, and the vowel points of Arabic.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Han, kana, hangul, Thai, Lao, Burmese and Khmer.
fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Each two neighbours of a run of characters, and the last one alone.
fn pairs(run: &str, take: &mut dyn FnMut(&str)) {
    let mut starts = run.char_indices().map(|(at, _)| at).chain([run.len()]);
    let (Some(mut from), Some(mut middle)) = (starts.next(), starts.next()) else { return };
    for end in starts {
        take(&run[from..end]);
        (from, middle) = (middle, end);
    }
    take(&run[from..middle]);
}

/// The parts of `HTMLParserOfText`: HTML, Parser, Of, Text.
fn humps(word: &str, take: &mut dyn FnMut(&str)) {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut from = 0;
    for pair in 1..chars.len() {
        let (before, (at, here)) = (chars[pair - 1].1, chars[pair]);
        let next_is_lower = chars.get(pair + 1).is_some_and(|(_, next)| next.is_lowercase());
        let begins = here.is_uppercase() && (!before.is_uppercase() || next_is_lower);
        if begins {
            take(&word[from..at]);
            from = at;
        }
    }
    if from > 0 {
        take(&word[from..]);
    }
}

/// The order of words in files, which is that of strings in the browser: by UTF-16 code units.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    // It differs from that of bytes beyond the first 65,536 characters alone.
    match a.bytes().chain(b.bytes()).any(|byte| byte >= 0xee) {
        true => a.encode_utf16().cmp(b.encode_utf16()),
        false => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each(text, &mut |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(words("The  data-pipeline's 2nd STEP."), ["the", "data", "pipeline", "s", "2nd", "step"]);
        assert_eq!(words("Überblick, naïve ﬁne Ａ1 ΟΔΟΣ"), ["uberblick", "naive", "fine", "a1", "οδοσ"]);
        assert_eq!(words("हिन्दी"), ["हिन्दी"], "marks that make a word are part of it");
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn capitals_inside_begin_parts() {
        assert_eq!(words("Get-ChildItem"), ["get", "childitem", "child", "item"]);
        assert_eq!(words("HTMLParser"), ["htmlparser", "html", "parser"]);
        assert_eq!(words("HTML Data"), ["html", "data"]);
        assert_eq!(words("ÜberPreis"), ["uberpreis", "uber", "preis"]);
    }

    #[test]
    fn scripts_without_spaces_make_pairs() {
        assert_eq!(words("東京都"), ["東京", "京都", "都"]);
        assert_eq!(words("使用Docker部署"), ["使用", "用", "docker", "部署", "署"]);
        assert_eq!(words("가나"), ["가나", "나"]);
        assert_eq!(words("ｶﾞ"), ["ガ"]);
    }

    #[test]
    fn long_words_are_left_out() {
        assert_eq!(words(&format!("{} {}", "x".repeat(81), "y".repeat(80))), ["y".repeat(80)]);
        assert_eq!(words(&"é".repeat(81)), [""; 0]);
    }

    #[test]
    fn order_is_the_browsers() {
        assert_eq!(order("\u{f900}", "\u{20000}"), Ordering::Greater);
        assert_eq!(order("a", "b"), Ordering::Less);
    }
}
