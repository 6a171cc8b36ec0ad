//! Sentences, and what is none.

/// A description is no longer than this, in characters.
const LONGEST_DESCRIPTION: usize = 200;

/// A heading is no longer than this, in characters.
const LONGEST_HEADING: usize = 90;

/// And has no more words than this.
const MOST_WORDS: usize = 14;

/// A line of so many characters is a paragraph, whatever its end.
const SURELY_PROSE: usize = 120;

/// Words that end with a dot within a sentence.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "bzw", "ca", "cf", "co", "dr", "e.g", "eg", "esp", "etc", "fig", "i.e", "ie", "inc", "jr", "ltd",
    "mr", "mrs", "ms", "no", "nr", "prof", "sr", "st", "u.a", "vs", "z.b",
];

/// Whether a line is one sentence or more, or too long to be anything else.
pub(super) fn is_prose(text: &str) -> bool {
    is_longer_than(text, SURELY_PROSE)
        || (ends_with(text, &['.', '!', '?', '…', '。', '！', '？', ':', '：']) && has_words(text))
}

/// Whether there are words enough for a sentence; where no spaces part them, characters enough.
fn has_words(text: &str) -> bool {
    words(text) > 3 || (words(text) < 3 && text.chars().filter(|c| *c >= '\u{2e80}').count() > 10)
}

/// Whether a line could be a heading: short, begun like one, and no sentence.
pub(super) fn could_be_heading(text: &str) -> bool {
    let begins = text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    let ends = ends_with(text, &['.', ',', ';', ':', '!', '…', '。', '，', '：', '；', '！', '-', '–', '—']);
    begins && !ends && is_short(text) && !text.starts_with(['@', '#', '>', '|', '/', '\\']) && !text.contains("://")
}

/// Whether a line is as short as headings, titles and the words of cards are.
pub(super) fn is_short(text: &str) -> bool {
    !is_longer_than(text, LONGEST_HEADING) && words(text) <= MOST_WORDS
}

fn is_longer_than(text: &str, characters: usize) -> bool {
    text.len() > characters && text.chars().nth(characters).is_some()
}

/// Words, as far as it matters here.
fn words(text: &str) -> usize {
    text.split_whitespace().take(MOST_WORDS + 1).count()
}

/// Whether a text ends with one of these, quotation marks and brackets behind it aside.
pub(super) fn ends_with(text: &str, marks: &[char]) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '*', '_']).ends_with(marks)
}

/// The text between a quotation mark at the beginning and the one that closes it, and what follows.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next()?;
    let closing: &[char] = match open {
        '“' => &['”'],
        '"' => &['"'],
        '„' => &['“', '”'],
        '«' => &['»'],
        '»' => &['«'],
        '‘' => &['’'],
        _ => return None,
    };
    let inner = &text[open.len_utf8()..];
    let (at, close) = inner.match_indices(closing).find(|(at, _)| !is_apostrophe(inner, *at))?;
    Some((inner[..at].trim(), inner[at + close.len()..].trim_start()))
}

/// `’` between two letters closes nothing.
fn is_apostrophe(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    rest.next() == Some('’')
        && rest.next().is_some_and(char::is_alphanumeric)
        && text[..at].ends_with(char::is_alphanumeric)
}

/// The first sentence of a paragraph, or two, to describe the whole; `Cut` where even one is too long.
pub(super) fn describe(paragraph: &str) -> Description {
    // No sentence that could be taken ends further away.
    let end = paragraph.char_indices().nth(2 * LONGEST_DESCRIPTION).map_or(paragraph.len(), |(end, _)| end);
    let head = &paragraph[..end];
    let fits = |end: &usize| !is_longer_than(&head[..*end], LONGEST_DESCRIPTION);
    if let Some(end) = sentence_ends(head, end < paragraph.len()).take(2).filter(fits).last() {
        return Description::Whole(one_line(&head[..end]));
    }
    if end == paragraph.len() && fits(&end) {
        return Description::Whole(one_line(head));
    }
    let limit = head.char_indices().nth(LONGEST_DESCRIPTION - 1).map_or(end, |(at, _)| at);
    let room = &head[..limit];
    let clause = room.rfind([',', ';', '–', '—']).filter(|at| *at * 2 > limit);
    let word = room.rfind(char::is_whitespace).filter(|at| *at > 0);
    let cut = one_line(&room[..clause.or(word).unwrap_or(limit)]);
    Description::Cut(format!("{}…", cut.trim_end_matches([',', ';', ':', '–', '—', ' '])))
}

/// What describes a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Description {
    /// Whole sentences.
    Whole(String),
    /// The beginning of one, with `…`.
    Cut(String),
}

/// A text with single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the sentences of a text end, behind their marks. The end of the text is one, unless the text goes on.
fn sentence_ends(text: &str, goes_on: bool) -> impl Iterator<Item = usize> {
    let marks = text.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？'));
    marks.filter_map(move |(at, mark)| {
        let behind = &text[at + mark.len_utf8()..];
        let rest = behind.trim_start_matches(['"', '\'', '”', '’', '»', ')']);
        let end = text.len() - rest.len();
        if rest.is_empty() {
            return (!goes_on).then_some(end);
        }
        let is_wide = matches!(mark, '。' | '！' | '？');
        let begins =
            rest.trim_start().chars().next().is_some_and(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | '-'));
        let is_end =
            is_wide || (rest.starts_with(char::is_whitespace) && begins && !(mark == '.' && abbreviates(&text[..at])));
        is_end.then_some(end)
    })
}

/// Whether a dot behind this text belongs to its last word.
fn abbreviates(text: &str) -> bool {
    let word = text.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_from_sentences() {
        for heading in ["Requirements", "3 ways to fail", "Über Daten", "日本語 の 見出し", "Q&A"] {
            assert!(could_be_heading(heading) && !is_prose(heading), "{heading}");
        }
        for other in
            ["It works.", "requirements", "You need:", "One, two,", "@ Acme | Berlin", "https://a.example/b", "***"]
        {
            assert!(!could_be_heading(other), "{other}");
        }
        assert!(could_be_heading("What is a contract?"));
        assert!(
            is_prose("This is a sentence.")
                && is_prose("He said “it is so.”")
                && is_prose("蜜蜂可以数到四，这已经足够了。")
                && is_prose(&"word ".repeat(30))
        );
    }

    #[test]
    fn descriptions_are_one_or_two_sentences() {
        for (paragraph, description) in [
            ("Short one. And a second. And a third.", "Short one. And a second."),
            (
                "Dr. Ada, e.g. in St. Ives, was there.  It rained. Then",
                "Dr. Ada, e.g. in St. Ives, was there. It rained.",
            ),
            ("Version 1.5 works, i.e. it runs! really", "Version 1.5 works, i.e. it runs! really"),
            ("“It works.” So they said. No.", "“It works.” So they said."),
            ("短い文。もう一つ。三つ目。", "短い文。もう一つ。"),
            ("No end at all", "No end at all"),
            ("J. Smith wrote it.", "J. Smith wrote it."),
        ] {
            assert_eq!(describe(paragraph), Description::Whole(description.to_owned()));
        }
        let first = format!("First. Then {}.", "word ".repeat(60).trim());
        assert_eq!(describe(&first), Description::Whole("First.".to_owned()));
        let Description::Cut(cut) = describe(&"many words, ".repeat(30)) else { panic!("too long") };
        assert!(cut.ends_with("many words…") && cut.chars().count() <= LONGEST_DESCRIPTION, "{cut}");
        let Description::Cut(cut) = describe(&"é".repeat(1000)) else { panic!("too long") };
        assert_eq!(cut.chars().count(), LONGEST_DESCRIPTION);
    }

    #[test]
    fn quotations_end_where_they_are_closed() {
        assert_eq!(quoted("“A b” and c"), Some(("A b", "and c")));
        assert_eq!(quoted("‘It’s so’"), Some(("It’s so", "")));
        assert_eq!(quoted("„A“"), Some(("A", "")));
        assert_eq!((quoted("“A"), quoted("A”"), quoted("")), (None, None, None));
    }
}
