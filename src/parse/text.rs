//! Plain text: words, excerpts, and titles from file names.

use crate::model::RelPath;

/// How long an excerpt may grow, in characters.
const EXCERPT: usize = 200;

/// Counts words: runs of characters without white space, and each ideograph or kana by itself.
pub(super) fn words(text: &str) -> u32 {
    let mut count = 0;
    let mut in_word = false;
    for byte in text.bytes() {
        if !byte.is_ascii() {
            return words_of_any_script(text);
        }
        count += u32::from(!in_word && byte.is_ascii_alphanumeric());
        in_word = if in_word { !byte.is_ascii_whitespace() } else { byte.is_ascii_alphanumeric() };
    }
    count
}

fn words_of_any_script(text: &str) -> u32 {
    text.split_whitespace()
        .map(|word| match word.chars().filter(|c| is_ideograph(*c)).count() as u32 {
            0 => u32::from(word.chars().any(char::is_alphanumeric)),
            ideographs => ideographs,
        })
        .sum()
}

/// Han, kana and hangul: scripts in which spaces do not tell words apart, or in which one character counts as a word.
fn is_ideograph(c: char) -> bool {
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
            self.chars += if word.len() <= room && word.is_ascii() { word.len() } else { word[..end].chars().count() };
            let is_last = word.as_ptr() as usize + word.len() == text.as_ptr() as usize + text.len();
            if !is_last {
                self.space();
            }
        }
    }

    fn space(&mut self) {
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

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, count) in [("one, two - three", 3), ("", 0), ("naïve  Überblick", 2), ("東京都 abc", 4), ("--", 0)]
        {
            assert_eq!(words(text), count, "{text}");
        }
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
