//! What nobody should find in a text: characters that can't be seen, and what looks like a secret.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memchr_iter;

use crate::model::{Diagnostic, Lines};

/// A kind of secret: its name, what it begins with, and how many further characters it has at least. The forms are those
/// that their issuers document for secret scanners.
const SECRETS: &[(&str, &str, usize)] = &[
    ("a key of AWS", "AKIA", 16),
    ("a key of AWS", "ASIA", 16),
    ("a token of GitHub", "ghp_", 36),
    ("a token of GitHub", "gho_", 36),
    ("a token of GitHub", "ghu_", 36),
    ("a token of GitHub", "ghs_", 36),
    ("a token of GitHub", "ghr_", 36),
    ("a token of GitHub", "github_pat_", 60),
    ("a token of GitLab", "glpat-", 20),
    ("a token of Slack", "xoxb-", 24),
    ("a token of Slack", "xoxp-", 24),
    ("a token of Slack", "xoxa-", 24),
    ("a key of Stripe", "sk_live_", 24),
    ("a key of Stripe", "rk_live_", 24),
    ("a key of Google", "AIza", 35),
    ("a token of npm", "npm_", 36),
    ("a token of PyPI", "pypi-", 80),
    ("a token of Hugging Face", "hf_", 34),
    ("a key of Anthropic", "sk-ant-", 40),
    ("a key of OpenAI", "sk-proj-", 40),
    ("a private key", "-----BEGIN ", 0),
];

/// The least length of a line of a private key.
const KEY_LINE: usize = 40;

/// Tells of both in the `text` of the file `path` from byte `start` on, in an article in a language such as `en-GB`.
pub(super) fn text(path: &str, text: &str, start: usize, language: &str, diagnostics: &mut Vec<Diagnostic>) {
    let hidden = hidden(text, start, language);
    let secrets = secrets(text);
    if hidden.is_empty() && secrets.is_empty() {
        return;
    }
    let mut lines = Lines::new(text);
    for (range, c) in hidden {
        let span = lines.span(range);
        let message = format!("{} (U+{:04X}), which can't be seen", name(c), u32::from(c));
        let problem = Diagnostic::warning("hidden-character", path, span, message);
        let help = format!("take it out, or write `&#x{:X};` where it is meant", u32::from(c));
        diagnostics.push(problem.help(help).fix(span, "", ""));
    }
    for (range, what) in secrets {
        let message = format!("this looks like {what}");
        let help =
            "take it out and have it revoked: whoever saw it can use it; write `EXAMPLE` into one that is made up";
        diagnostics.push(Diagnostic::warning("possible-secret", path, lines.span(range), message).help(help));
    }
}

/// Characters that can't be seen. All of them begin with one of three bytes in UTF-8.
fn hidden(text: &str, start: usize, language: &str) -> Vec<(Range<usize>, char)> {
    let bytes = text.as_bytes();
    let is_right_to_left = ["ar", "fa", "he", "ur", "yi", "ps"].iter().any(|tag| language.starts_with(tag));
    let mut found: Vec<_> = memchr_iter(0xe2, bytes)
        .chain(memchr_iter(0xef, bytes))
        .chain(memchr_iter(0xf3, bytes))
        .filter(|at| *at >= start)
        .filter_map(|at| {
            let c = text.get(at..)?.chars().next()?;
            let near = |c: Option<char>| c.is_none_or(|c| c.is_ascii());
            let is_hidden = match c {
                // Where lines may break between the words of scripts that are written without spaces.
                '\u{200b}' => near(text[..at].chars().next_back()) && near(text[at + c.len_utf8()..].chars().next()),
                '\u{2060}' | '\u{feff}' => true,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => !is_right_to_left,
                // Flags of England, Scotland and Wales are a black flag and tags.
                '\u{e0000}'..='\u{e007f}' => {
                    let mut before = text[..at].chars().rev();
                    before.find(|c| !matches!(c, '\u{e0000}'..='\u{e007f}')) != Some('\u{1f3f4}')
                }
                _ => false,
            };
            is_hidden.then(|| (at..at + c.len_utf8(), c))
        })
        .collect();
    found.sort_by_key(|(range, _)| range.start);
    found
}

fn name(c: char) -> &'static str {
    match c {
        '\u{200b}' => "a space without width",
        '\u{2060}' => "a word joiner",
        '\u{feff}' => "a byte order mark",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a character that turns the direction of text",
        _ => "a tag character",
    }
}

/// What looks like a secret, and of what kind.
fn secrets(text: &str) -> Vec<(Range<usize>, &'static str)> {
    // Leftmost matches are looked for in several places at once.
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let begins = SECRETS.iter().map(|(_, begins, _)| begins);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(begins).ok()
    });
    let Some(finder) = &*FINDER else { return Vec::new() };
    let mut found = Vec::new();
    for hit in finder.find_iter(text) {
        let (what, begins, least) = SECRETS[hit.pattern().as_usize()];
        if text[..hit.start()].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[hit.end()..];
        if least == 0 {
            let Some((kind, body)) = rest.split_once("-----").filter(|(kind, _)| kind.ends_with("PRIVATE KEY")) else {
                continue;
            };
            let first = body.trim_start().lines().next().unwrap_or("").trim();
            if first.len() >= KEY_LINE && is_random(first) {
                found.push((hit.start()..hit.end() + kind.len() + "-----".len(), what));
            }
            continue;
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let secret = &rest[..length];
        let is_whole = if begins.len() == 4 && begins.starts_with('A') { length == least } else { length >= least };
        if is_whole && is_random(secret) {
            found.push((hit.start()..hit.end() + length, what));
        }
    }
    found
}

/// Whether a text is as mixed as what a machine draws, rather than made up by somebody for an example.
fn is_random(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let mut seen = [false; 128];
    small.bytes().filter(u8::is_ascii).for_each(|byte| seen[usize::from(byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let is_made_up = ["example", "abcdef", "123456", "xxxx", "0000", "your", "token", "secret"];
    let has = |range: std::ops::RangeInclusive<u8>| range.into_iter().any(|byte| seen[usize::from(byte)]);
    different >= 10 && has(b'0'..=b'9') && has(b'a'..=b'z') && !is_made_up.iter().any(|part| small.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, language: &str) -> String {
        let mut diagnostics = Vec::new();
        text("a.md", source, 0, language, &mut diagnostics);
        diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_looks_like_a_secret_is_told_and_what_is_made_up_is_not() {
        // Put together here, so that no scanner takes this file for one that holds secrets.
        let token = format!("ghp_{}", "q8Zr2Lw9Xk4Vt7Bn1Mc6Jd3Hf5Gs0Pa2Ye9U");
        let key = format!("AKIA{}", "Q4ZT7RLW2XKV9BNM");
        let private = format!(
            "-----BEGIN RSA {} KEY-----\n{}\n",
            "PRIVATE", "MIIEpAIBAAKCAQEAx7Qz2Lw9Xk4Vt7Bn1Mc6Jd3Hf5Gs8Pa2Ye9U"
        );
        for (source, expected) in [
            (format!("a\nuse {token} here"), "a.md:2:5: warning[possible-secret]: this looks like a token of GitHub"),
            (format!("`{key}`"), "a.md:1:2: warning[possible-secret]: this looks like a key of AWS"),
            (private, "a.md:1:1: warning[possible-secret]: this looks like a private key"),
            ("AKIAIOSFODNN7EXAMPLE".to_owned(), ""),
            ("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(), ""),
            (format!("x{token}"), ""),
            (format!("{key}more"), ""),
            ("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----".to_owned(), ""),
            ("npm_config_registry and hf_hub".to_owned(), ""),
        ] {
            assert_eq!(found(&source, "en"), expected, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_told_unless_a_script_needs_it() {
        for (source, language, expected) in [
            (
                "a\u{200b}b",
                "en",
                "a.md:1:2: warning[hidden-character]: a space without width (U+200B), which can't be seen",
            ),
            ("ไทย\u{200b}ไทย", "th", ""),
            (
                "if\u{202e}x",
                "en",
                "a.md:1:3: warning[hidden-character]: a character that turns the direction of text (U+202E), which can't be seen",
            ),
            ("\u{2067}عربي\u{2069}", "ar", ""),
            ("\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "en", ""),
            ("a\u{e0041}", "en", "a.md:1:2: warning[hidden-character]: a tag character (U+E0041), which can't be seen"),
            ("it’s “fine” – really…", "en", ""),
        ] {
            assert_eq!(found(source, language), expected, "{source:?}");
        }
    }
}
