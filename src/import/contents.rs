//! The table of contents that a text carries, and the headings that it leads to.

use rustc_hash::FxHashMap;

use crate::import::{
    draft::{Draft, Role},
    prose::{is_prose, one_line},
    report::Kind,
    unit::Marker,
};

/// What stands above tables of contents.
const TITLES: &[&str] = &[
    "table of contents",
    "contents",
    "toc",
    "on this page",
    "in this article",
    "in this post",
    "in this guide",
    "what's inside",
    "article contents",
    "inhalt",
    "inhaltsverzeichnis",
    "auf dieser seite",
    "sommaire",
    "table des matières",
    "índice",
    "contenido",
    "tabla de contenido",
    "indice",
    "sumário",
    "inhoud",
    "spis treści",
    "содержание",
    "оглавление",
    "目次",
    "目录",
];

/// A table of contents stands among the first units of a text.
const WITHIN: usize = 60;

/// An entry is no longer than this, in bytes.
const LONGEST_ENTRY: usize = 250;

/// The fewest entries of a table without a title.
const FEWEST: usize = 3;

/// The deepest heading.
const DEEPEST: u8 = 6;

/// Where units with the same words stand.
type Places = FxHashMap<String, Vec<usize>>;

/// An entry, and the heading that it leads to.
#[derive(Clone, Copy)]
struct Entry {
    unit: usize,
    heading: Option<usize>,
}

/// Takes the table of contents out of the text and marks the headings that it names; says whether there were any.
pub(super) fn take(draft: &mut Draft<'_>) -> Outline {
    let places = places(draft);
    let title = (0..draft.units.len().min(WITHIN)).find(|at| {
        let key = key(draft, *at);
        TITLES.contains(&key.as_str())
    });
    let (title, entries) = match title {
        Some(title) => (Some(title), entries(draft, &places, title + 1)),
        None => (None, without_title(draft, &places)),
    };
    if entries.iter().all(|entry| entry.heading.is_none()) {
        if let Some(title) = title {
            leave_out_empty(draft, title);
        }
        return Outline::Unknown;
    }
    mark(draft, &entries);
    let units: Vec<usize> = title.into_iter().chain(entries.iter().map(|entry| entry.unit)).collect();
    let what = match title {
        Some(title) => draft.units[title].text.to_string(),
        None => "a table of contents".to_owned(),
    };
    let many = if entries.len() == 1 { "entry" } else { "entries" };
    let numbers = numbers(draft, &entries);
    let what = format!("`{what}` and its {} {many}, which are headings{numbers}", entries.len());
    draft.take(&units, Kind::LeftOut, what);
    tell_lost_entries(draft, &entries);
    Outline::Known
}

/// Whether the headings of a text are known from its table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline {
    /// They are.
    Known,
    /// It has none, or none with entries.
    Unknown,
}

/// The words of a unit by which an entry and its heading are one: no marker, no page number, no capitals.
fn key(draft: &Draft<'_>, at: usize) -> String {
    let unit = &draft.units[at];
    if unit.text.len() > LONGEST_ENTRY {
        return String::new();
    }
    let mut text = unit.content();
    while let Some((word, rest)) = text.split_once(char::is_whitespace)
        && word.contains('.')
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        text = rest.trim_start();
    }
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let dotted = bare.trim_end();
    let text = if dotted.ends_with("..") || dotted.ends_with('…') {
        dotted.trim_end_matches(['.', '…', ' '])
    } else {
        text
    };
    one_line(text).trim_end_matches(':').to_lowercase()
}

fn places(draft: &Draft<'_>) -> Places {
    let mut places = Places::default();
    for at in 0..draft.units.len() {
        let key = key(draft, at);
        if !key.is_empty() {
            places.entry(key).or_default().push(at);
        }
    }
    places
}

/// The first unit behind `at` with the words of unit `entry`.
fn later(draft: &Draft<'_>, places: &Places, entry: usize, at: usize) -> Option<usize> {
    let places = places.get(&key(draft, entry))?;
    places.get(places.partition_point(|place| *place <= at)).copied()
}

/// The entries from unit `start` on: units that come again, in the same order, behind the last of them. One that does not
/// come again may stand among them.
fn entries(draft: &Draft<'_>, places: &Places, start: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut end = draft.units.len();
    let mut behind = start;
    let mut at = start;
    while at < end && entries.len() < draft.units.len() {
        let heading = later(draft, places, at, behind.max(at));
        // Two entries of the same words stand one below the other.
        let heading = match heading {
            Some(next) if next == at + 1 => later(draft, places, at, next).or(heading),
            heading => heading,
        };
        if heading.is_none() && !is_lost_entry(draft, places, &entries, at, end, behind) {
            break;
        }
        if let Some(heading) = heading {
            end = end.min(heading);
            behind = heading;
        }
        entries.push(Entry { unit: at, heading });
        at += 1;
    }
    while entries.last().is_some_and(|entry| entry.heading.is_none()) {
        entries.pop();
    }
    // What was found before the table's end is an entry itself.
    let last = entries.last().map_or(0, |entry| entry.unit);
    entries.iter_mut().for_each(|entry| entry.heading = entry.heading.filter(|heading| *heading > last));
    entries
}

/// Whether a unit that does not come again is an entry all the same: it looks like the one before it, and the one after
/// it does come again.
fn is_lost_entry(draft: &Draft<'_>, places: &Places, entries: &[Entry], at: usize, end: usize, behind: usize) -> bool {
    let (Some(before), Some(unit)) = (entries.last(), draft.units.get(at)) else { return false };
    let before = &draft.units[before.unit];
    let same = unit.marker.is_some() == before.marker.is_some() && unit.indent == before.indent && !unit.after_blank;
    let next_comes_again = at + 1 < end && later(draft, places, at + 1, behind.max(at + 1)).is_some();
    same && next_comes_again && !is_prose(&unit.text)
}

/// A table that nothing announces: several short units in a row, before any sentence, that all come again.
fn without_title(draft: &Draft<'_>, places: &Places) -> Vec<Entry> {
    for start in 0..draft.units.len().min(WITHIN) {
        if is_prose(&draft.units[start].text) && draft.units[start].marker.is_none() {
            break;
        }
        let entries = entries(draft, places, start);
        if entries.len() >= FEWEST && entries.iter().all(|entry| entry.heading.is_some()) {
            return entries;
        }
    }
    Vec::new()
}

/// Marks headings, of level 2 and below: by how far entries are indented, or by their numbers.
fn mark(draft: &mut Draft<'_>, entries: &[Entry]) {
    let mut indents: Vec<usize> = entries.iter().map(|entry| draft.units[entry.unit].indent).collect();
    indents.sort_unstable();
    indents.dedup();
    for entry in entries {
        let Some(heading) = entry.heading else { continue };
        let unit = &draft.units[entry.unit];
        let by_indent = indents.iter().position(|indent| *indent == unit.indent).unwrap_or(0);
        let depth = by_indent.max(numbered_depth(unit.content()));
        draft.roles[heading] = Role::Heading(u8::try_from(depth + 2).unwrap_or(DEEPEST).min(DEEPEST));
    }
    let headings: Vec<usize> = entries.iter().filter_map(|entry| entry.heading).collect();
    let what = if headings.len() == 1 { "a heading".to_owned() } else { format!("{} headings", headings.len()) };
    draft.tell(&headings, Kind::Found, format!("{what}, from the table of contents"));
}

/// `1.2 Title` is one deeper than `1 Title`.
fn numbered_depth(text: &str) -> usize {
    let word = text.split_whitespace().next().unwrap_or("").trim_end_matches('.');
    let is_number = word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number { word.matches('.').count() } else { 0 }
}

/// Numbers of sections and pages that entries have and their headings have not.
fn numbers(draft: &Draft<'_>, entries: &[Entry]) -> String {
    let words = |at: usize| draft.units[at].text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut numbers: Vec<&str> = Vec::new();
    for entry in entries {
        let Some(heading) = entry.heading else { continue };
        let is_missing =
            |word: &&str| word.starts_with(|c: char| c.is_numeric()) && !words(heading).any(|own| own == *word);
        numbers.extend(words(entry.unit).filter(is_missing));
    }
    if numbers.is_empty() { String::new() } else { format!("; their numbers: {}", numbers.join(", ")) }
}

fn tell_lost_entries(draft: &mut Draft<'_>, entries: &[Entry]) {
    for entry in entries.iter().filter(|entry| entry.heading.is_none()) {
        let what =
            format!("`{}` is in the table of contents, and is no line of the text", draft.units[entry.unit].text);
        draft.tell(&[entry.unit], Kind::Uncertain, what);
    }
}

/// A title with nothing below it but the text itself. Above a list it may be a heading, and stays.
fn leave_out_empty(draft: &mut Draft<'_>, title: usize) {
    let below = draft.units.get(title + 1);
    let is_empty = below.is_none_or(|below| is_prose(&below.text) && !matches!(below.marker, Some(Marker::Bullet(_))));
    let what = draft.units[title].text.to_string();
    if is_empty {
        draft.take(&[title], Kind::LeftOut, format!("`{what}`, which has no entries"));
    } else {
        draft.tell(
            &[title],
            Kind::Uncertain,
            format!("`{what}`: what stands below it does not come again; all of it stays"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    /// Each unit as `level text`, those that are taken away left aside; and what was told.
    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let mut draft = Draft::new(units(text, &mut Report::default()), Report::default());
        take(&mut draft);
        let units = draft.units.iter().zip(&draft.roles).filter_map(|(unit, role)| match role {
            Role::Heading(level) => Some(format!("h{level} {}", unit.text)),
            Role::Taken => None,
            _ => Some(unit.text.to_string()),
        });
        (units.collect(), draft.report.lines())
    }

    #[test]
    fn entries_lead_to_headings() {
        let (units, told) =
            read("Contents\n- One\n- Two\n- Q&A\nOpening words.\nOne\nText one.\nTwo\nText two.\nQ&A\nText.\n");
        assert_eq!(units, ["Opening words.", "h2 One", "Text one.", "h2 Two", "Text two.", "h2 Q&A", "Text."]);
        assert_eq!(
            told,
            [
                "found 6, 8, 10: 3 headings, from the table of contents",
                "left out 1-4: `Contents` and its 3 entries, which are headings"
            ]
        );
    }

    #[test]
    fn levels_follow_indents_and_numbers() {
        let (units, _) = read("Contents:\n* A\n  * B\n    * C\n* D\n\nA\nx.\nB\nx.\nC\nx.\nD\nx.");
        assert_eq!(units, ["h2 A", "x.", "h3 B", "x.", "h4 C", "x.", "h2 D", "x."]);
        let (units, told) = read("TOC\n1. A ..... 3\n1.1 B ... 4\n2. C … 5\n1. A\nx.\n1.1 B\nx.\nC\nx.");
        assert_eq!(units, ["h2 1. A", "x.", "h3 1.1 B", "x.", "h2 C", "x."]);
        assert!(told[1].ends_with("which are headings; their numbers: 3, 4, 2, 5"), "{told:?}");
    }

    #[test]
    fn a_table_without_a_title_is_known_by_what_comes_again() {
        let (units, told) = read("Title\n\nOne\nTwo\nThree\n\nOne\nText.\nTwo\nText.\nThree\nText.");
        assert_eq!(units, ["Title", "h2 One", "Text.", "h2 Two", "Text.", "h2 Three", "Text."]);
        assert_eq!(told[1], "left out 3-5: `a table of contents` and its 3 entries, which are headings");
        let (units, told) = read("One\nTwo\n\nOne\nText.\nTwo\nText.");
        assert_eq!((units.len(), told.len()), (6, 0), "two lines that come again may be anything");
    }

    #[test]
    fn an_entry_without_a_heading_is_told() {
        let (units, told) = read("Contents\n- One\n- Lost\n- Two\n\nOne\nText.\nTwo\nText.");
        assert_eq!(units, ["h2 One", "Text.", "h2 Two", "Text."]);
        assert_eq!(told[2], "uncertain 3: `- Lost` is in the table of contents, and is no line of the text");
    }

    #[test]
    fn an_empty_table_is_left_out() {
        let (units, told) = read("Title\nTable of contents\n\nThe text begins here, at once.\n");
        assert_eq!(units, ["Title", "The text begins here, at once."]);
        assert_eq!(told, ["left out 2: `Table of contents`, which has no entries"]);
    }

    #[test]
    fn a_list_that_does_not_come_again_stays() {
        let (units, told) = read("Contents\n- two bolts\n- a nut\n\nMount it with care and patience.");
        assert_eq!(units.len(), 4);
        assert_eq!(told, ["uncertain 1: `Contents`: what stands below it does not come again; all of it stays"]);
    }

    #[test]
    fn headings_that_repeat_their_words_are_found_once() {
        let (units, _) = read("Contents\nA\nB\n\nA\nText.\nB\nText.\nA\nText.");
        assert_eq!(units, ["h2 A", "Text.", "h2 B", "Text.", "A", "Text."]);
        let (units, _) = read("Contents\nA\nA\nB\n\nA\nText one.\nA\nText two.\nB\nText.");
        assert_eq!(units.iter().filter(|unit| unit.starts_with("h2")).count(), 3, "{units:?}");
    }
}
