//! The sentence around a link, cut out of the plain text of its block.

use std::ops::Range;

use crate::model::{page::Sentence, span::floor_char_boundary};

/// How many bytes of text stand on either side of the link at the most.
const SIDE: usize = 120;

/// How many bytes on either side are looked at for the sentence's ends.
const WINDOW: usize = 2 * SIDE;

/// The sentence of `block` in which `link` stands: from the end of the sentence before it to its own end, white space
/// collapsed. Where a side is longer than [`SIDE`] it is cut at a word, with `…` in place of what is left out.
pub(super) fn around(block: &str, link: Range<usize>) -> Sentence {
    let (before, rest) = block.split_at(link.start);
    let (text, after) = rest.split_at(link.len());
    // A block may hold any number of links: each costs no more than what is looked at here.
    let from = before.len().saturating_sub(WINDOW);
    let before = &before[(from..).find(|at| before.is_char_boundary(*at)).unwrap_or(from)..];
    let after = &after[..floor_char_boundary(after, WINDOW)];
    let begin = before.char_indices().rev().filter(|(_, c)| is_mark(*c)).find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let rest = if before[end..].trim().is_empty() { text } else { before[end..].trim_start() };
        let is_apart = is_ideographic_end(c) || before[end..].starts_with(is_gap);
        (is_apart && is_end(&before[..at], c, rest)).then_some(end)
    });
    let end = after.char_indices().filter(|(_, c)| is_mark(*c)).find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let rest = &after[end..];
        let is_apart = is_ideographic_end(c) || rest.is_empty() || rest.starts_with(is_gap);
        (is_apart && is_end(&after[..at], c, rest.trim_start_matches(is_gap))).then_some(end)
    });
    Sentence {
        before: last_words(tidy(&before[begin.unwrap_or(0)..]).trim_start()),
        text: tidy(text).trim().to_owned(),
        after: first_words(tidy(&after[..end.unwrap_or(after.len())]).trim_end()),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…') || is_ideographic_end(c)
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '”' | '’' | ')' | ']')
}

fn is_ideographic_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

/// Whether `mark` ends a sentence: no small letter begins what follows (white space left aside), and what stands before it
/// is no initial and no short form such as `e.g`. An ideographic mark always does.
fn is_end(before: &str, mark: char, rest: &str) -> bool {
    if is_ideographic_end(mark) {
        return true;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let is_short_form = mark == '.' && (word.chars().count() == 1 || word.contains('.'));
    !rest.starts_with(char::is_lowercase) && !is_short_form
}

/// White space of any length as one space.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut in_space = false;
    for c in text.chars() {
        let is_space = c.is_whitespace();
        if !is_space {
            tidy.push(c);
        } else if !in_space {
            tidy.push(' ');
        }
        in_space = is_space;
    }
    tidy
}

fn last_words(text: &str) -> String {
    if text.len() <= SIDE {
        return text.to_owned();
    }
    let mut from = text.len() - SIDE;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let word = text[from..].find(' ').map_or(from, |space| from + space + 1);
    format!("… {}", &text[word..])
}

fn first_words(text: &str) -> String {
    if text.len() <= SIDE {
        return text.to_owned();
    }
    let to = floor_char_boundary(text, SIDE);
    let word = text[..to].rfind(' ').unwrap_or(to);
    format!("{} …", &text[..word])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentence around the part of the text in brackets, with the brackets.
    fn sentence(marked: &str) -> String {
        let start = marked.find('[').expect("the link begins");
        let end = marked.find(']').expect("the link ends") - 1;
        let Sentence { before, text, after } = around(&marked.replace(['[', ']'], ""), start..end);
        format!("{before}[{text}]{after}")
    }

    #[test]
    fn the_sentence_around_a_link_ends_where_sentences_end() {
        for (block, expected) in [
            ("First. Then see [the guide] for more. Last.", "Then see [the guide] for more."),
            ("See [it]", "See [it]"),
            ("Use e.g. [this one] or i.e. that. No!", "Use e.g. [this one] or i.e. that."),
            ("J. R. Smith wrote [it]. We read it.", "J. R. Smith wrote [it]."),
            ("Is it? [Yes], v1.2 has it.\nGood.", "[Yes], v1.2 has it."),
            ("一。二[三]四。五", "二[三]四。"),
            ("  a\n  b [c\nd]  e ", "a b [c d] e"),
        ] {
            assert_eq!(sentence(block), expected, "{block}");
        }
    }

    #[test]
    fn long_sentences_are_cut_at_words() {
        let long = "word ".repeat(100);
        let cut = sentence(&format!("{long}[here] {long}"));
        assert!(cut.starts_with("… word ") && cut.ends_with(" word …"), "{cut}");
        assert!(cut.len() < 2 * SIDE + 20, "{cut}");
        let wide = "é".repeat(300);
        let cut = sentence(&format!("{wide}[x]{wide}"));
        assert!(cut.contains("[x]"), "{cut}");
    }
}
