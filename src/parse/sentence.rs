//! The sentence around a link, cut out of the plain text of its block.

use std::ops::Range;

use crate::model::page::Sentence;

/// How many bytes of text stand on either side of the link at the most.
const SIDE: usize = 120;

/// The sentence of `block` in which `link` stands: from the end of the sentence before it to its own end, white space
/// collapsed. Where a side is longer than [`SIDE`] it is cut at a word, with `…` in place of what is left out.
pub(super) fn around(block: &str, link: Range<usize>) -> Sentence {
    let (before, rest) = block.split_at(link.start);
    let (text, after) = rest.split_at(link.len());
    let begin = before.char_indices().rev().find_map(|(at, c)| {
        let end = at + c.len_utf8();
        (is_end(c) && ends_sentence(before, at, &block[end..])).then_some(end)
    });
    let begin = begin.unwrap_or(0);
    let end = after.char_indices().find_map(|(at, c)| {
        let whole = link.end + at;
        (is_end(c) && ends_sentence(block, whole, &after[at + c.len_utf8()..])).then_some(at + c.len_utf8())
    });
    let end = end.unwrap_or(after.len());
    Sentence {
        before: last_words(&tidy(&before[begin..]).trim_start().to_owned()),
        text: tidy(text).trim().to_owned(),
        after: first_words(tidy(&after[..end]).trim_end()),
    }
}

fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '…')
}

/// Whether the mark at byte `at` of `text` ends a sentence: what follows is white space and then no small letter, and
/// what stands before it is no initial. An ideographic mark always does.
fn ends_sentence(text: &str, at: usize, rest: &str) -> bool {
    if text[at..].starts_with(['。', '！', '？']) {
        return true;
    }
    let rest = rest.trim_start_matches(['"', '”', '’', ')', ']']);
    let goes_on = rest.trim_start().chars().next().is_some_and(char::is_lowercase);
    let word = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let is_short_form = text[at..].starts_with('.') && (word.chars().count() == 1 || word.contains('.'));
    rest.starts_with(char::is_whitespace) && !goes_on && !is_short_form
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
    let to = crate::model::span::floor_char_boundary(text, SIDE);
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
