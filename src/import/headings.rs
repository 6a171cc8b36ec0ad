//! Headings of a text that has no table of contents: short lines on their own, above a list or paragraphs.

use crate::import::{
    contents::Outline,
    draft::{Draft, Role},
    head::is_underlined,
    prose::{could_be_heading, is_prose},
    questions,
    report::Kind,
};

/// Marks headings. Where a table of contents has named them, other lines that look like headings are only told.
pub(super) fn take(draft: &mut Draft<'_>, outline: Outline) {
    take_underlined(draft);
    let lone: Vec<usize> = (0..draft.units.len()).filter(|at| stands_alone(draft, *at)).collect();
    let (above_text, doubtful): (Vec<usize>, Vec<usize>) = lone.into_iter().partition(|at| is_above_text(draft, *at));
    if outline == Outline::Known {
        let doubtful: Vec<usize> = above_text.into_iter().filter(|at| draft.units[*at].after_blank).collect();
        if !doubtful.is_empty() {
            draft.tell(
                &doubtful,
                Kind::Uncertain,
                format!("{}, not in the table of contents: text", may_be(doubtful.len())),
            );
        }
        return;
    }
    above_text.iter().for_each(|at| draft.roles[*at] = Role::Heading(2));
    if !above_text.is_empty() {
        let words: Vec<String> = above_text.iter().take(4).map(|at| format!("`{}`", draft.units[*at].text)).collect();
        let more = if above_text.len() > words.len() { ", .." } else { "" };
        let many =
            if above_text.len() == 1 { "a heading".to_owned() } else { format!("{} headings", above_text.len()) };
        draft.tell(&above_text, Kind::Found, format!("{many}: {}{more}", words.join(", ")));
    }
    let doubtful: Vec<usize> = doubtful.into_iter().filter(|at| draft.units[*at].after_blank).collect();
    if !doubtful.is_empty() {
        draft.tell(&doubtful, Kind::Uncertain, format!("{}, no text right below: text", may_be(doubtful.len())));
    }
}

fn may_be(count: usize) -> &'static str {
    if count == 1 { "a short line that may be a heading" } else { "short lines that may be headings" }
}

/// Lines with a line of `=` or `-` right below them.
fn take_underlined(draft: &mut Draft<'_>) {
    let is_heading = |at: &usize| draft.is_text(*at) && draft.is_text(at + 1) && is_underlined(draft, *at);
    let underlined: Vec<usize> = (0..draft.units.len())
        .filter(is_heading)
        .filter(|at| {
            let unit = &draft.units[*at];
            unit.marker.is_none()
                && !unit.is_rule()
                && !is_prose(&unit.text)
                && draft.units[at + 1].text.starts_with(['=', '-', '~'])
        })
        .collect();
    if underlined.is_empty() {
        return;
    }
    let has_first = underlined.iter().any(|at| draft.units[at + 1].text.starts_with('='));
    for at in &underlined {
        let is_second = has_first && !draft.units[at + 1].text.starts_with('=');
        draft.roles[*at] = Role::Heading(if is_second { 3 } else { 2 });
    }
    let lines: Vec<usize> = underlined.iter().map(|at| at + 1).collect();
    draft.tell(&underlined, Kind::Found, "lines with a line below them: headings");
    draft.take(&lines, Kind::LeftOut, "the lines below headings");
}

/// Whether a unit looks like a heading and is part of no paragraph.
fn stands_alone(draft: &Draft<'_>, at: usize) -> bool {
    let unit = &draft.units[at];
    let begins = unit.after_blank || at == 0 || !draft.is_text(at - 1) || {
        let before = &draft.units[at - 1];
        before.marker.is_some() || is_prose(&before.text)
    };
    let is_short = could_be_heading(&unit.text) && !is_prose_with_mark(&unit.text);
    draft.is_text(at) && unit.marker.is_none() && begins && is_short && !questions::begin(draft, at)
}

/// Questions may be headings, all else that ends like a sentence is one.
fn is_prose_with_mark(text: &str) -> bool {
    !text.ends_with('?') && is_prose(text)
}

/// Whether a list or a paragraph stands right below.
fn is_above_text(draft: &Draft<'_>, at: usize) -> bool {
    draft.is_text(at + 1) && {
        let below = &draft.units[at + 1];
        below.marker.is_some()
            || questions::begin(draft, at + 1)
            || (is_prose(&below.text) && !stands_alone(draft, at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    fn read(text: &str, outline: Outline) -> (Vec<String>, Vec<String>) {
        let mut draft = Draft::new(units(text, &mut Report::default()), Report::default());
        take(&mut draft, outline);
        let headings = draft.units.iter().zip(&draft.roles).filter_map(|(unit, role)| match role {
            Role::Heading(level) => Some(format!("h{level} {}", unit.text)),
            _ => None,
        });
        (headings.collect(), draft.report.lines())
    }

    #[test]
    fn short_lines_above_text_are_headings() {
        let text = "Bees are good with small numbers, so we asked.\n\nNeeds\n\n  1. Time: Much.\n\n  2. Bees: Many.\n\n\
                    What do they see?\nThey see four things and no more.\nWhy\nBecause four is enough for them.";
        let (headings, told) = read(text, Outline::Unknown);
        assert_eq!(headings, ["h2 Needs", "h2 What do they see?", "h2 Why"]);
        assert_eq!(told, ["found 3, 9, 11: 3 headings: `Needs`, `What do they see?`, `Why`"]);
    }

    #[test]
    fn with_a_table_of_contents_they_are_told_only() {
        let (headings, told) =
            read("One\n\nThis is text, and more text.\n\nTwo\n\nThis is text, and more text.", Outline::Known);
        assert_eq!(headings, [""; 0]);
        assert_eq!(told, ["uncertain 1, 5: short lines that may be headings, not in the table of contents: text"]);
    }

    #[test]
    fn lines_that_may_be_anything_stay_text() {
        for text in [
            "Ada Lovelace\n12 Square\nLondon",
            "one thing\n\nThis is text, and more text.",
            "You need:\n- a\n- b",
            "A line",
        ] {
            assert_eq!(read(text, Outline::Unknown).0, [""; 0], "{text}");
        }
        let (headings, told) = read("Part one\n\nBeginnings\n\nThis is text, and more text.", Outline::Unknown);
        assert_eq!(headings, ["h2 Beginnings"]);
        assert_eq!(told[1], "uncertain 1: a short line that may be a heading, no text right below: text");
    }

    #[test]
    fn questions_with_answers_are_no_headings() {
        let text = "Questions\n\nQ: What?\nA: That.\n\nQ: Who is it?\nA: They, and others.";
        assert_eq!(read(text, Outline::Unknown).0, ["h2 Questions"]);
    }

    #[test]
    fn underlined_lines_are_headings() {
        let (headings, told) = read("One\n===\ntext\n\nTwo\n---\ntext", Outline::Unknown);
        assert_eq!(headings, ["h2 One", "h3 Two"]);
        assert_eq!(told[1], "left out 2, 6: the lines below headings");
    }
}
