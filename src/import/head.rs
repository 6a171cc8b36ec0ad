//! What stands above a text: its title, its date, how long it takes to read, a quote.
//!
//! More than 500 lines, because what a line above a text is depends on what those before it were taken for: the order is told
//! in one place, and a quarter of the file are its tests.

use crate::import::{
    date,
    draft::{Draft, Role},
    prose::{could_be_heading, ends_with, is_prose, one_line, quoted},
    report::Kind,
};
use crate::parse::text::title_of_name;

/// A title is no longer than this, in bytes.
const LONGEST_TITLE: usize = 300;

/// A title is among the first units, so many at most.
const NEAR: usize = 15;

/// So many units below the title may be about the article.
const MOST_LINES: usize = 8;

/// A line about the article is no longer than this, in bytes.
const LONGEST_LINE: usize = 200;

/// What stands before dates and authors.
const LABELS: &[&str] = &[
    "date",
    "published",
    "published on",
    "posted",
    "posted on",
    "written",
    "written on",
    "on",
    "created",
    "released",
    "veröffentlicht",
    "veröffentlicht am",
    "am",
    "vom",
    "publié le",
    "le",
    "publicado el",
    "publicado em",
    "el",
    "em",
];

/// The same before the date of a change.
const LABELS_OF_CHANGES: &[&str] = &[
    "updated",
    "updated on",
    "last updated",
    "last updated on",
    "last modified",
    "modified",
    "aktualisiert",
    "aktualisiert am",
    "mis à jour le",
];

/// What parts facts in a line about the article.
const SEPARATORS: &[char] = &['·', '•', '|', '–', '—', '/', ';', '\t'];

/// Takes title, date, authors and reading time out of the text, and marks the quote before it. `name` is the file's.
pub(super) fn take(draft: &mut Draft<'_>, name: &str) {
    take_empty_marks(draft);
    let title = take_title(draft).or_else(|| take_title_above_facts(draft));
    take_facts(draft);
    mark_quote(draft);
    draft.front.title = title.or_else(|| quoted_title(draft)).unwrap_or_else(|| {
        let title = title_of_name(stem(name));
        draft.report.tell(
            Kind::Uncertain,
            &[],
            format!("no line is a title, so this one from the file's name: {title}"),
        );
        title
    });
}

/// Signs on lines of their own above the text: a list item that nobody filled, or a rule.
fn take_empty_marks(draft: &mut Draft<'_>) {
    let is_mark = |at: &usize| {
        let text = &draft.units[*at].text;
        !text.contains(|c: char| c.is_alphanumeric()) && text.chars().count() <= 3
    };
    let above = |at: &usize| !is_prose(&draft.units[*at].text);
    let marks: Vec<usize> = (0..draft.units.len().min(MOST_LINES))
        .take_while(above)
        .filter(|at| draft.is_text(*at))
        .filter(is_mark)
        .collect();
    for at in marks {
        let what = format!("`{}`, a sign without a word", draft.units[at].text);
        draft.take(&[at], Kind::LeftOut, what);
    }
}

/// The first line, if it is one: `Title: A title`, `<title>A title</title>`, or short words that are no sentence. Before
/// that, the line that stands above the text once more, behind which a browser's tab has the name of the site.
fn take_title(draft: &mut Draft<'_>) -> Option<String> {
    if let Some((tab, at)) = repeated_title(draft) {
        let title = one_line(&draft.units[at].text);
        draft.take(&[at], Kind::Found, format!("title: {title}"));
        let what = format!("`{}`: the title once more", draft.units[tab].text);
        draft.take(&[tab], Kind::LeftOut, what);
        tell_above(draft, tab);
        return Some(title);
    }
    let at = (0..draft.units.len()).find(|at| draft.roles[*at] != Role::Taken)?;
    let unit = &draft.units[at];
    if unit.text.len() > LONGEST_TITLE || !draft.is_text(at) {
        return None;
    }
    let title = match announced(&unit.text) {
        Some(title) => title.to_owned(),
        None if unit.marker.is_some() || quoted(&unit.text).is_some() || facts(&unit.text).is_some() => return None,
        None if could_be_title(&unit.text) && stands_apart(draft, at) => unit.text.to_string(),
        None => return None,
    };
    let title = one_line(&title);
    draft.take(&[at], Kind::Found, format!("title: {title}"));
    if is_underlined(draft, at) {
        draft.take(&[at + 1], Kind::LeftOut, "the line below the title");
    }
    Some(title)
}

/// Two lines above the text, of which the first is the second, or begins with it and goes on with the name of a site.
fn repeated_title(draft: &Draft<'_>) -> Option<(usize, usize)> {
    let near = || (0..draft.units.len()).filter(|at| draft.is_text(*at)).take(NEAR);
    let is_title = |at: &usize| {
        let unit = &draft.units[*at];
        unit.marker.is_none()
            && unit.text.len() <= LONGEST_TITLE
            && could_be_title(&unit.text)
            && facts(&unit.text).is_none()
    };
    let repeats = |tab: usize, at: usize| {
        let rest = draft.units[tab].text.strip_prefix(draft.units[at].text.as_ref());
        rest.is_some_and(|rest| {
            rest.is_empty() || [" | ", " - ", " – ", " — ", " · "].iter().any(|sign| rest.starts_with(sign))
        })
    };
    let pairs = near().filter(is_title).flat_map(|tab| near().filter(move |at| *at > tab).map(move |at| (tab, at)));
    pairs.filter(|(_, at)| is_title(at)).find(|(tab, at)| repeats(*tab, *at) && stands_above(draft, *at))
}

/// Whether nothing but short lines stands above a unit.
fn stands_above(draft: &Draft<'_>, at: usize) -> bool {
    (0..at).all(|at| !draft.is_text(at) || !is_prose(&draft.units[at].text))
}

/// The uppermost line of those right above a date or an author.
fn take_title_above_facts(draft: &mut Draft<'_>) -> Option<String> {
    let mut near = (0..draft.units.len().min(NEAR)).filter(|at| draft.is_text(*at));
    let dated = near.find(|at| facts(&draft.units[*at].text).is_some())?;
    let mut at = dated.checked_sub(1)?;
    while !draft.units[at].after_blank && at > 0 && draft.is_text(at - 1) {
        at -= 1;
    }
    let unit = &draft.units[at];
    let is_title = draft.is_text(at) && unit.marker.is_none() && could_be_title(&unit.text) && !is_prose(&unit.text);
    if !is_title || unit.text.len() > LONGEST_TITLE || quoted(&unit.text).is_some() || !stands_above(draft, at) {
        return None;
    }
    let title = one_line(&unit.text);
    draft.take(
        &[at],
        Kind::Uncertain,
        format!("no title at the beginning, so this line above a date or a name: {title}"),
    );
    tell_above(draft, at);
    Some(title)
}

/// Tells of lines above the title: the menu of a page, perhaps.
fn tell_above(draft: &mut Draft<'_>, title: usize) {
    let above: Vec<usize> = (0..title).filter(|at| draft.is_text(*at)).collect();
    if !above.is_empty() {
        draft.tell(&above, Kind::Uncertain, "lines above the title: they stay text");
    }
}

/// Whether a line of signs stands right below.
pub(super) fn is_underlined(draft: &Draft<'_>, at: usize) -> bool {
    draft.units.get(at + 1).is_some_and(|below| below.is_rule() && !below.after_blank)
}

fn announced(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("<title>") {
        let end = rest.find("</title>").unwrap_or(rest.len());
        return Some(text[text.len() - rest.len()..][..end].trim()).filter(|title| !title.is_empty());
    }
    let rest = lower.strip_prefix("title:").map(|rest| text[text.len() - rest.len()..].trim());
    rest.filter(|title| !title.is_empty())
}

/// Titles may be longer than headings, and may call or ask.
fn could_be_title(text: &str) -> bool {
    let begins = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '¿' | '¡' | '[' | '(' | '#' | '“' | '"' | '«'));
    begins
        && text.split_whitespace().count() <= 25
        && !ends_with(text, &['.', ',', ';', ':', '。', '，'])
        && !text.contains("://")
}

/// Whether the line is no part of a paragraph: a blank line follows, a line about the article, or a sentence much longer.
fn stands_apart(draft: &Draft<'_>, at: usize) -> bool {
    let Some(next) = draft.units.get(at + 1) else { return true };
    let is_sentence = ends_with(&draft.units[at].text, &['!', '?', '…']) && draft.units[at].text.len() > 120;
    !is_sentence
        && (next.after_blank
            || is_underlined(draft, at)
            || !draft.is_text(at + 1)
            || facts(&next.text).is_some()
            || is_prose(&next.text))
}

/// What a line says about the article.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    date: Option<crate::model::Date>,
    updated: Option<crate::model::Date>,
    authors: Vec<String>,
    reading_time: Option<String>,
    /// A date that may be two.
    doubtful_date: bool,
    /// Words that are none of these.
    rest: Vec<String>,
}

fn take_facts(draft: &mut Draft<'_>) {
    let mut at = 0;
    for _ in 0..MOST_LINES {
        let Some(next) = draft.next_text(at) else { return };
        let Some(facts) = facts(&draft.units[next].text) else {
            // A subtitle may stand between.
            let is_short = could_be_heading(&draft.units[next].text) && draft.units[next].marker.is_none();
            if !is_short {
                return;
            }
            at = next + 1;
            continue;
        };
        use_facts(draft, next, facts);
        at = next + 1;
    }
}

/// Takes a line out of the text if all of it is known.
fn use_facts(draft: &mut Draft<'_>, at: usize, facts: Facts) {
    let front = &mut draft.front;
    let mut found = Vec::new();
    for (slot, date, name) in [(&mut front.date, facts.date, "date"), (&mut front.updated, facts.updated, "updated")] {
        if let (None, Some(date)) = (&slot, date) {
            *slot = Some(date);
            found.push(format!("{name}: {date}"));
        }
    }
    if front.authors.is_empty() && !facts.authors.is_empty() {
        found.push(format!("authors: {}", facts.authors.join(", ")));
        front.authors.clone_from(&facts.authors);
    }
    found.into_iter().for_each(|what| draft.tell(&[at], Kind::Found, what));
    let text = draft.units[at].text.to_string();
    if facts.doubtful_date {
        draft.tell(
            &[at],
            Kind::Uncertain,
            format!("`{text}`: day and month may be the other way round; it stays text"),
        );
    } else if !facts.rest.is_empty() {
        draft.tell(
            &[at],
            Kind::Uncertain,
            format!("`{}` is more than a date; the line stays text", facts.rest.join("`, `")),
        );
    } else {
        let what = match facts.reading_time {
            Some(_) => format!("`{text}`: reading time is counted anew"),
            None => format!("`{text}`: front matter says it"),
        };
        draft.take(&[at], Kind::LeftOut, what);
    }
}

/// What a short line says about the article; nothing where it says nothing of the kind, or is a sentence.
fn facts(text: &str) -> Option<Facts> {
    if text.len() > LONGEST_LINE {
        return None;
    }
    let mut facts = Facts::default();
    let mut rest = text.to_owned();
    while let Some(found) = date::find(&rest) {
        let before = rest[..found.range.start].rsplit(SEPARATORS).next().unwrap_or("");
        match found.date {
            Some(date) if is_label(before, LABELS_OF_CHANGES) => facts.updated = facts.updated.or(Some(date)),
            Some(date) if facts.date.is_none() => facts.date = Some(date),
            // Which of the two it is, somebody else must know.
            Some(_) => facts.rest.push(rest[found.range.clone()].to_owned()),
            None => facts.doubtful_date = true,
        }
        rest.replace_range(found.range, "·");
    }
    for part in rest.split(SEPARATORS).map(|part| part.trim_matches([' ', ',', ':', '.', '(', ')', '~', '-'])) {
        if part.is_empty() || is_label(part, LABELS) || is_label(part, LABELS_OF_CHANGES) {
        } else if is_reading_time(part) {
            facts.reading_time = Some(part.to_owned());
        } else if let Some(authors) = authors(part) {
            facts.authors = authors;
        } else {
            facts.rest.push(part.to_owned());
        }
    }
    let dated = facts.date.is_some() || facts.updated.is_some() || facts.doubtful_date;
    let says_something = dated || facts.reading_time.is_some() || !facts.authors.is_empty();
    // A sentence that a date stands in is a sentence.
    let is_sentence =
        facts.rest.iter().any(|part| part.split_whitespace().count() > 6) || (is_prose(text) && !facts.rest.is_empty());
    (says_something && !is_sentence && (dated || facts.rest.is_empty())).then_some(facts)
}

fn is_label(text: &str, labels: &[&str]) -> bool {
    let text = text.trim_matches([' ', ',', ':', '(', '-']).to_lowercase();
    labels.contains(&text.as_str())
}

/// `2 min read`, `Reading time: 4 minutes`, `Lesezeit 3 Min`.
fn is_reading_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let says = |forms: &[&str]| words.iter().any(|word| forms.contains(word));
    let is_time =
        words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()) || matches!(*word, "one" | "a"));
    let minutes = says(&["min", "mins", "minute", "minutes", "minuten", "minutos", "minuti"])
        || words.iter().any(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()) == "min");
    let allowed = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(
                *word,
                "min"
                    | "mins"
                    | "minute"
                    | "minutes"
                    | "minuten"
                    | "minutos"
                    | "minuti"
                    | "read"
                    | "reading"
                    | "time"
                    | "to"
                    | "one"
                    | "a"
                    | "about"
                    | "estimated"
                    | "approx"
                    | "lesezeit"
                    | "leestijd"
                    | "lecture"
                    | "de"
                    | "temps"
                    | "lectura"
                    | "leitura"
                    | "di"
                    | "lettura"
                    | "tiempo"
                    | "tempo"
                    | "ca"
            )
    };
    is_time && minutes && words.iter().all(allowed)
}

/// `By Ada Lovelace and Charles Babbage`.
fn authors(text: &str) -> Option<Vec<String>> {
    let rest =
        ["By ", "by ", "BY ", "Author: ", "Written by ", "Von ", "Par "].iter().find_map(|by| text.strip_prefix(by))?;
    let rest = rest.trim_end_matches(" on").trim_end_matches(" am");
    let names: Vec<String> = rest.split([',', '&']).flat_map(|part| part.split(" and ")).map(one_line).collect();
    let is_name = |name: &String| {
        let words: Vec<&str> = name.split(' ').collect();
        let begins = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
        (1..=4).contains(&words.len()) && begins(&words[0]) && words.last().is_some_and(begins)
    };
    (!names.is_empty() && names.iter().all(is_name)).then_some(names)
}

/// A lone line in quotation marks before the text.
fn mark_quote(draft: &mut Draft<'_>) {
    let Some(at) = draft.next_text(0) else { return };
    let Some((quote, "")) = quoted(&draft.units[at].text) else { return };
    let stands_alone = draft.next_text(at + 1).is_some_and(|next| !draft.units[next].text.starts_with(['—', '–']));
    if quote.split_whitespace().count() >= 3 && stands_alone {
        draft.roles[at] = Role::PullQuote;
        draft.tell(&[at], Kind::Found, "the quote before the text");
    }
}

/// Words in quotation marks that open one of the first paragraphs, and that the paragraph goes on to tell about.
fn quoted_title(draft: &mut Draft<'_>) -> Option<String> {
    let mut first = (0..draft.units.len()).filter(|at| draft.is_text(*at)).take(2);
    let (at, title) = first.find_map(|at| {
        let unit = &draft.units[at];
        let end = unit.text.char_indices().nth(LONGEST_TITLE).map_or(unit.text.len(), |(end, _)| end);
        let (title, rest) = quoted(&unit.text[..end])?;
        let words = title.split_whitespace().count();
        let is_title = (2..=25).contains(&words) && could_be_title(title) && !title.ends_with(['!', '?']);
        let goes_on = rest.starts_with(|c: char| c.is_lowercase());
        (unit.marker.is_none() && is_title && goes_on).then(|| (at, one_line(title)))
    })?;
    draft.tell(&[at], Kind::Uncertain, format!("no line is a title, so this one from quotation marks: {title}"));
    Some(title)
}

/// The name of a file without its folders and its extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    fn read(text: &str) -> Draft<'_> {
        let mut draft = Draft::new(units(text, &mut Report::default()), Report::default());
        take(&mut draft, "some/bee-notes.txt");
        draft
    }

    #[test]
    fn titles_are_taken_from_the_first_line() {
        for (text, title) in [
            ("Can bees count?\n\nThey can, up to four, and that is enough.", "Can bees count?"),
            ("Bees  that count\nThey can, up to four, and that is enough for them.", "Bees that count"),
            ("Title: Bees\nText of it is here, and more of it.", "Bees"),
            ("<title>Bees &amp; more</title>\nText.", "Bees &amp; more"),
            ("Bees\n====\n\nText.", "Bees"),
            ("Bees\n\nDec 6, 2023\n\nBees\n\nThey can count up to four.", "Bees"),
            ("Bees", "Bees"),
            ("Bees | The Hive\nBees\nThey can count up to four.", "Bees"),
        ] {
            let draft = read(text);
            assert_eq!(draft.front.title, title, "{text}");
            assert!(draft.report.lines()[0].contains(": title: "), "{:?}", draft.report.lines());
        }
    }

    #[test]
    fn without_a_title_a_quoted_one_or_the_name_is_told_as_uncertain() {
        let draft = read("-\n“Be brief.” So it goes on.\n“Bees and Numbers” tells of bees that count up to four.");
        assert_eq!(draft.front.title, "Bees and Numbers");
        assert_eq!(draft.report.lines()[0], "left out 1: `-`, a sign without a word");
        assert!(
            draft.report.lines()[1]
                .starts_with("uncertain 3: no line is a title, so this one from quotation marks: Bees and Numbers")
        );
        for text in ["A bee can count. It really can.", "“I can’t count,” she said, and it was so.", "- Bees\n- Wasps"]
        {
            let draft = read(text);
            assert_eq!(draft.front.title, "Bee notes", "{text}");
            assert_eq!(
                draft.report.lines(),
                ["uncertain: no line is a title, so this one from the file's name: Bee notes"]
            );
            assert!(draft.roles.iter().all(|role| *role == Role::Text));
        }
    }

    #[test]
    fn lines_above_a_title_stay_text() {
        let draft = read("Home\nSearch\n\nBees | The Hive\nBees\nA tale\nBy Ada Byron\n\nThey can count up to four.");
        assert_eq!((draft.front.title.as_str(), draft.front.authors.join("").as_str()), ("Bees", "Ada Byron"));
        assert_eq!(
            draft.report.lines()[..3],
            [
                "found 5: title: Bees",
                "left out 4: `Bees | The Hive`: the title once more",
                "uncertain 1-2: lines above the title: they stay text"
            ]
        );
        let draft = read("Home\nSearch\n\nBees\nA tale\nDec 6, 2023\n\nThey can count up to four.");
        assert_eq!(draft.front.title, "Bees");
        assert_eq!(
            draft.report.lines()[0],
            "uncertain 4: no title at the beginning, so this line above a date or a name: Bees"
        );
        let draft = read("Menu\nWe met on Monday. Dec 6 it was, or later.\n\nBees\nDec 6, 2023");
        assert_ne!(draft.front.title, "Bees", "text stands above it");
    }

    #[test]
    fn facts_go_into_front_matter() {
        for (line, date, authors, told) in [
            (
                "2 min read · Dec. 6, 2023",
                "2023-12-06",
                "",
                "left out 3: `2 min read · Dec. 6, 2023`: reading time is counted anew",
            ),
            (
                "Published on 6 December 2023",
                "2023-12-06",
                "",
                "left out 3: `Published on 6 December 2023`: front matter says it",
            ),
            (
                "By Ada Lovelace and Charles Babbage | 2023-12-06 | 5 minutes",
                "2023-12-06",
                "Ada Lovelace, Charles Babbage",
                "left out 3: `By Ada Lovelace and Charles Babbage | 2023-12-06 | 5 minutes`: reading time is counted anew",
            ),
            (
                "By Jean de La Fontaine on Dec 6, 2023",
                "2023-12-06",
                "Jean de La Fontaine",
                "left out 3: `By Jean de La Fontaine on Dec 6, 2023`: front matter says it",
            ),
            (
                "Dec 6, 2023 — Biology",
                "2023-12-06",
                "",
                "uncertain 3: `Biology` is more than a date; the line stays text",
            ),
            (
                "Posted 3/4/2023",
                "",
                "",
                "uncertain 3: `Posted 3/4/2023`: day and month may be the other way round; it stays text",
            ),
            ("Lesezeit: ca. 3 Minuten", "", "", "left out 3: `Lesezeit: ca. 3 Minuten`: reading time is counted anew"),
        ] {
            let text = format!("Bees\n\n{line}\n\nThey can count up to four.");
            let draft = read(&text);
            let found = draft.front.date.map(|date| date.to_string()).unwrap_or_default();
            assert_eq!((found.as_str(), draft.front.authors.join(", ").as_str()), (date, authors), "{line}");
            assert_eq!(draft.report.lines().last().map(String::as_str), Some(told));
        }
        let draft = read("Bees\nPublished: 2 May 2023 • Updated: 3 June 2024\nThey can count up to four.");
        assert_eq!(
            (draft.front.date.map(|d| d.to_string()), draft.front.updated.map(|d| d.to_string())),
            (Some("2023-05-02".to_owned()), Some("2024-06-03".to_owned()))
        );
    }

    #[test]
    fn sentences_with_dates_are_sentences() {
        for line in [
            "On 6 December 2023 the bees counted to four for the first time.",
            "By the sea, bees count.",
            "It takes a minute.",
        ] {
            let text = format!("Bees\n\n{line}\n\nMore.");
            let draft = read(&text);
            assert_eq!((draft.front.date, draft.roles[1]), (None, Role::Text), "{line}");
        }
    }

    #[test]
    fn a_lone_quote_before_the_text_is_marked() {
        let draft = read("Bees\n\n“Count what you can carry.”\n\nThey can count up to four.");
        assert_eq!(draft.roles[1], Role::PullQuote);
        for text in [
            "Bees\n\nText first, and long enough.\n\n“Count what you can carry.”",
            "Bees\n\n“Count what you carry,” she said.\n\nMore.",
        ] {
            assert!(!read(text).roles.contains(&Role::PullQuote), "{text}");
        }
    }
}
