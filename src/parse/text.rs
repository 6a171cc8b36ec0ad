//! Plain text: words, excerpts, and titles from file names.

use crate::model::RelPath;

/// How long an excerpt may grow, in characters.
const EXCERPT: usize = 200;

/// Counts words as a text passes by in pieces: runs of characters between white space, and each ideograph or kana by
/// itself.
#[derive(Default)]
pub(super) struct Words {
    count: u32,
    in_word: bool,
}

impl Words {
    /// Takes the next piece; a word may go on from one to the next.
    pub(super) fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let ([first, ..], [.., last]) = (bytes, bytes) else { return };
        let begins = |before: u8, now: u8| before <= b' ' && now > b' ';
        let at_first = !self.in_word && *first > b' ';
        let pairs = bytes[1..].chunks(128).zip(bytes.chunks(128));
        let in_block = |(now, before): (&[u8], &[u8])| {
            usize::from(now.iter().zip(before).map(|(now, before)| u8::from(begins(*before, *now))).sum::<u8>())
        };
        self.count += u32::from(at_first) + pairs.map(in_block).sum::<usize>() as u32;
        self.in_word = *last > b' ';
        if !text.is_ascii() {
            self.count += text.split_whitespace().map(more_words_by_ideographs).sum::<u32>();
        }
    }

    /// Takes white space.
    pub(super) fn end_word(&mut self) {
        self.in_word = false;
    }

    /// The words so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }
}

/// How many words beyond one the ideographs of a run of characters make.
fn more_words_by_ideographs(run: &str) -> u32 {
    (run.chars().filter(|c| is_ideograph(*c)).count() as u32).saturating_sub(1)
}

/// Han, kana and hangul: scripts in which spaces do not tell words apart, or in which one character counts as a word.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// The beginning of a text, gathered as it passes by.
#[derive(Default)]
pub(super) struct Excerpt {
    text: String,
    chars: usize,
}

impl Excerpt {
    /// Whether nothing more is needed.
    pub(super) fn is_full(&self) -> bool {
        self.chars > EXCERPT
    }

    /// Adds text; white space of any length becomes one space.
    pub(super) fn push(&mut self, text: &str) {
        if self.is_full() {
            return;
        }
        if text.is_ascii() {
            let is_tidy = !text.bytes().any(|byte| byte < b' ') && !text.contains("  ");
            return if is_tidy { self.push_tidy(text) } else { self.push_ascii(text) };
        }
        if text.starts_with(char::is_whitespace) {
            self.space();
        }
        for word in text.split_whitespace() {
            if self.is_full() {
                return;
            }
            let room = EXCERPT + 1 - self.chars;
            let end = word.char_indices().nth(room).map_or(word.len(), |(end, _)| end);
            self.text.push_str(&word[..end]);
            self.chars += word[..end].chars().count();
            let is_last = word.as_ptr() as usize + word.len() == text.as_ptr() as usize + text.len();
            if !is_last {
                self.space();
            }
        }
    }

    /// Adds ASCII text that has no white space but single spaces.
    fn push_tidy(&mut self, text: &str) {
        let text = if self.text.is_empty() || self.text.ends_with(' ') { text.trim_start() } else { text };
        let kept = text.len().min((EXCERPT + 1).saturating_sub(self.chars));
        self.text.push_str(&text[..kept]);
        self.chars += kept;
    }

    fn push_ascii(&mut self, text: &str) {
        if text.starts_with(|c: char| c.is_ascii_whitespace()) {
            self.space();
        }
        let ends_in_space = text.ends_with(|c: char| c.is_ascii_whitespace());
        let mut words = text.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            let kept = word.len().min((EXCERPT + 1).saturating_sub(self.chars));
            self.text.push_str(&word[..kept]);
            self.chars += kept;
            if self.is_full() {
                return;
            }
            if words.peek().is_some() || ends_in_space {
                self.space();
            }
        }
    }

    /// Adds white space.
    pub(super) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') && !self.is_full() {
            self.text.push(' ');
            self.chars += 1;
        }
    }

    /// The excerpt: cut at a word's end and marked with `…` where the text goes on.
    pub(super) fn finish(mut self) -> String {
        if self.is_full() {
            let cut = self.text.trim_end().rfind(' ').unwrap_or(self.text.len());
            let least = self.text.len() / 2;
            if cut > least {
                self.text.truncate(cut);
            }
            let kept = self.text.trim_end_matches(|c: char| c.is_whitespace() || ",;:".contains(c)).len();
            self.text.truncate(kept);
            self.text.push('…');
        } else {
            let kept = self.text.trim_end().len();
            self.text.truncate(kept);
        }
        self.text
    }
}

/// `reading-order.md` to `Reading order`; for a folder's page the folder's name.
pub(super) fn title_of_file_name(path: &RelPath) -> String {
    let stem = path.stem();
    let name = match stem {
        "_index" | "index" | "README" => path.parent().rsplit('/').next().unwrap_or(""),
        _ => stem,
    };
    title_of_name(name)
}

/// A name with its dashes and underscores as spaces and a capital at the beginning; `Home` for no name.
pub fn title_of_name(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let spaced = spaced.trim();
    let mut chars = spaced.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None if name.is_empty() => "Home".to_owned(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pieces: &[&str]) -> u32 {
        let mut words = Words::default();
        pieces.iter().for_each(|piece| words.push(piece));
        words.count()
    }

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, count) in
            [("one, two three", 3), ("", 0), ("  a  b ", 2), ("naïve  Überblick", 2), ("東京都 abc", 4), ("a東京", 2)]
        {
            assert_eq!(words(&[text]), count, "{text}");
        }
        assert_eq!(words(&["un", "usual", " ", "words ", "here"]), 3, "a word may be in several pieces");
        assert_eq!(words(&[&"word ".repeat(1000)]), 1000);
    }

    #[test]
    fn excerpts_end_at_a_word() {
        let mut excerpt = Excerpt::default();
        excerpt.push("  a\n b ");
        assert_eq!(excerpt.finish(), "a b");
        let mut excerpt = Excerpt::default();
        excerpt.push(&"word, ".repeat(100));
        let text = excerpt.finish();
        assert!(text.ends_with("word…") && text.chars().count() <= EXCERPT + 1, "{text}");
        let mut excerpt = Excerpt::default();
        excerpt.push(&"x".repeat(1000));
        assert_eq!(excerpt.finish().chars().count(), EXCERPT + 2);
    }

    #[test]
    fn names_become_titles() {
        for (path, title) in
            [("a/reading-order.md", "Reading order"), ("a/b/_index.md", "B"), ("_index.md", "Home"), ("-.md", "-")]
        {
            assert_eq!(title_of_file_name(&RelPath::new(path).expect("a path")), title);
        }
    }
}
