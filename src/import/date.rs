//! Dates as people write them.

use std::ops::Range;

use crate::model::Date;

/// A date that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes, with a weekday before it and a time behind it.
    pub(super) range: Range<usize>,
    /// The day; nothing where `3/4/2024` may be in March or in April.
    pub(super) date: Option<Date>,
}

/// Names of the months in English, German, French, Spanish, Italian, Portuguese and Dutch. They may be cut to three
/// letters and more where that tells them from the others of their language.
const MONTHS: &[[&str; 12]] = &[
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    [
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
];

const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// No article is older than this, nor newer than that.
const YEARS: std::ops::RangeInclusive<u32> = 1800..=2199;

/// The first date in a text.
pub(super) fn find(text: &str) -> Option<Found> {
    let tokens = tokens(text);
    let (from, to, date) = (0..tokens.len()).find_map(|at| {
        let (length, date) = date_at(text, &tokens[at..])?;
        // `1.2023-04-05` and `v2024-01-02` are something else.
        let touches = tokens[at].range.start;
        let is_alone =
            text[..touches].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '/'));
        is_alone.then_some((at, at + length, date))
    })?;
    let start = weekday_before(text, &tokens[..from]).unwrap_or(tokens[from].range.start);
    let end = time_behind(text, &tokens[to - 1..]);
    Some(Found { range: start..end, date })
}

/// A word or a number; `6th` is one of each.
#[derive(Clone, Debug)]
struct Token<'a> {
    text: &'a str,
    range: Range<usize>,
    /// Its value, for numbers of one to four digits.
    number: Option<u32>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    let mut kind = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let now = if c.is_ascii_digit() {
            Some(true)
        } else {
            // Characters for year, month and day are words each.
            c.is_alphabetic().then_some(false)
        };
        if now != kind || matches!(c, '年' | '月' | '日') {
            if let (Some(start), Some(_)) = (start, kind) {
                tokens.push(token(text, start..at));
            }
            start = Some(at);
            kind = now;
        }
    }
    tokens
}

fn token(text: &str, range: Range<usize>) -> Token<'_> {
    let text = &text[range.clone()];
    Token { text, number: text.parse().ok().filter(|_| text.len() <= 4 && text.is_ascii()), range }
}

/// The date that the first tokens make, and how many they are.
fn date_at(text: &str, tokens: &[Token<'_>]) -> Option<(usize, Option<Date>)> {
    named_month(text, tokens).or_else(|| numbers(text, tokens)).or_else(|| east_asian(text, tokens))
}

/// `Dec. 6, 2023`, `6 December 2023`, `6th of Dec 2023`, `6. Dezember 2023`, `6 de diciembre de 2023`.
fn named_month(text: &str, tokens: &[Token<'_>]) -> Option<(usize, Option<Date>)> {
    let mut rest = Walk { text, tokens, at: 0 };
    let (month, day) = match rest.peek()?.number {
        Some(day) => {
            rest.next("")?;
            rest.skip(&["st", "nd", "rd", "th", "er", "º"], "");
            rest.skip(&["of", "de"], " ");
            let month = month(rest.next(" .-")?.text)?;
            rest.skip(&["de"], " ");
            (month, day)
        }
        None => {
            let month = month(rest.next("")?.text)?;
            let day = rest.next(" .")?.number?;
            rest.skip(&["st", "nd", "rd", "th"], "");
            (month, day)
        }
    };
    let year = rest.next(" .,-")?;
    Some((rest.at, Some(date(year, month, day)?)))
}

/// `2023-12-06`, `2023/12/6`, `6.12.2023`, `12/6/2023`.
fn numbers(text: &str, tokens: &[Token<'_>]) -> Option<(usize, Option<Date>)> {
    let [a, b, c, ..] = tokens else { return None };
    let between = [&text[a.range.end..b.range.start], &text[b.range.end..c.range.start]];
    let separator = between[0].trim();
    if between[1].trim() != separator || between.iter().any(|gap| gap.len() > 2) {
        return None;
    }
    let (first, second) = (a.number?, b.number?);
    let day_first = || date(c, second, first);
    let month_first = || date(c, first, second);
    let date = match separator {
        "-" | "/" | "." if a.text.len() == 4 => Some(date(a, second, c.number?)?),
        "." => Some(day_first()?),
        "/" | "-" => match (day_first(), month_first()) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => Some(one.or(other)?),
        },
        _ => return None,
    };
    Some((3, date))
}

/// `2023年12月6日`.
fn east_asian(text: &str, tokens: &[Token<'_>]) -> Option<(usize, Option<Date>)> {
    let mut rest = Walk { text, tokens, at: 0 };
    let mut part = |unit: &str| {
        let number = rest.next(" ")?;
        rest.next(" ").filter(|token| token.text == unit).map(|_| number)
    };
    let (year, month, day) = (part("年")?, part("月")?, part("日")?);
    Some((6, Some(date(year, month.number?, day.number?)?)))
}

fn date(year: &Token<'_>, month: u32, day: u32) -> Option<Date> {
    let year = year.number.filter(|number| YEARS.contains(number))?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// 1 to 12.
fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let names = |language: &[&str; 12]| {
        let mut fitting = (1..).zip(language).filter(|(_, name)| name.starts_with(&word));
        let first = fitting.next()?;
        (letters >= 3 && fitting.next().is_none()).then_some(first.0)
    };
    // Four letters that are no beginning of the name.
    if word == "sept" { Some(9) } else { MONTHS.iter().find_map(names) }
}

/// Where a weekday begins that stands right before a date.
fn weekday_before(text: &str, tokens: &[Token<'_>]) -> Option<usize> {
    let last = tokens.last()?;
    let word = last.text.to_lowercase();
    let is_weekday = word.len() >= 3 && WEEKDAYS.iter().any(|day| day.starts_with(&word));
    let gap = text[last.range.end..].trim_start_matches([',', '.', ' ']);
    (is_weekday && gap.starts_with(|c: char| c.is_alphanumeric())).then_some(last.range.start)
}

/// Where a date ends whose last token is the first of these, with the time behind it: `at 10:30 AM UTC`, `T09:00:00Z`.
fn time_behind(text: &str, tokens: &[Token<'_>]) -> usize {
    let end = tokens[0].range.end;
    let mut rest = Walk { text, tokens, at: 1 };
    rest.skip(&["at", "T", "um", "à", "a", "las"], " ,");
    let Some(hour) = rest.next(" ,").filter(|token| token.number.is_some_and(|number| number < 24)) else { return end };
    let Some(minute) = rest.next(":").filter(|token| token.text.len() == 2 && token.number.is_some_and(|n| n < 60))
    else {
        return end;
    };
    debug_assert!(hour.range.end < minute.range.start, "a gap of one colon");
    if text[minute.range.end..].starts_with([':', '.']) {
        rest.skip_number(":.");
        rest.skip_number(".");
    }
    rest.skip(&["AM", "PM", "am", "pm", "Uhr"], " ");
    rest.skip(
        &["UTC", "GMT", "Z", "CET", "CEST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "BST", "IST"],
        " ",
    );
    tokens[rest.at - 1].range.end
}

/// Goes from token to token.
struct Walk<'a, 't> {
    text: &'a str,
    tokens: &'t [Token<'a>],
    at: usize,
}

impl<'a, 't> Walk<'a, 't> {
    fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at)
    }

    /// The next token, if nothing stands before it but these characters, three at most.
    fn next(&mut self, gap: &str) -> Option<&'t Token<'a>> {
        let token = self.peek()?;
        let before = self.at.checked_sub(1).map_or(token.range.start, |before| self.tokens[before].range.end);
        let between = &self.text[before..token.range.start];
        let fits = between.chars().count() <= 3
            && between.chars().all(|c| gap.contains(c) || (c == '\u{a0}' && gap.contains(' ')));
        fits.then(|| self.at += 1)?;
        Some(token)
    }

    /// Passes the next token if it is one of these words.
    fn skip(&mut self, words: &[&str], gap: &str) {
        let at = self.at;
        if !self.next(gap).is_some_and(|token| words.contains(&token.text)) {
            self.at = at;
        }
    }

    fn skip_number(&mut self, gap: &str) {
        let at = self.at;
        if !self.next(gap).is_some_and(|token| token.text.bytes().all(|byte| byte.is_ascii_digit())) {
            self.at = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_many_shapes() {
        for text in [
            "Dec. 6, 2023",
            "Dec 6, 2023",
            "Dec 6 2023",
            "December 6, 2023",
            "DECEMBER 6th, 2023",
            "Wed, Dec 6, 2023",
            "Wednesday, 6 December 2023",
            "6 Dec 2023",
            "6-Dec-2023",
            "6th of December 2023",
            "06 Dec. 2023",
            "2023-12-06",
            "2023/12/6",
            "2023.12.06",
            "6.12.2023",
            "6. 12. 2023",
            "6. Dezember 2023",
            "6 décembre 2023",
            "6 de diciembre de 2023",
            "6 dicembre 2023",
            "6 de dezembro de 2023",
            "2023年12月6日",
            "2023-12-06T10:00:00Z",
            "2023-12-06 10:00:00.123 UTC",
            "Dec 6, 2023 at 10:32 AM",
            "Dec 6, 2023, 9:05 pm EST",
        ] {
            let found = find(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.date.map(|date| date.to_string()).as_deref(), found.range),
                (Some("2023-12-06"), 0..text.len()),
                "{text}"
            );
        }
        for (text, date) in [
            ("13/2/2024", "2024-02-13"),
            ("2/13/2024", "2024-02-13"),
            ("4/4/2024", "2024-04-04"),
            ("1er mars 2024", "2024-03-01"),
        ] {
            assert_eq!(
                find(text).and_then(|found| found.date).map(|date| date.to_string()).as_deref(),
                Some(date),
                "{text}"
            );
        }
    }

    #[test]
    fn a_date_is_found_among_other_words() {
        let text = "By Ada on Mon, 3 June 2024 at noon";
        let found = find(text).expect("a date");
        assert_eq!(&text[found.range], "Mon, 3 June 2024");
    }

    #[test]
    fn what_may_be_two_dates_is_none_of_them() {
        assert_eq!(find("on 3/4/2024"), Some(Found { range: 3..11, date: None }));
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for text in [
            "30.2.2024",
            "6 December",
            "version 1.2.2024.5x",
            "12:30",
            "ma 6, 2023",
            "Ju 6, 2023",
            "1.2.3",
            "2023-13-06",
            "Dec 6, 1066",
            "6 2023",
            "",
            "日",
            "at 5",
            "1-800-555-1234",
            "99/99/2024",
        ] {
            let found = find(text);
            assert!(found.is_none() || text.starts_with("version"), "{text}: {found:?}");
        }
    }
}
