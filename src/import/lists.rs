//! Numbered lists and bullets.

use crate::import::{
    blocks::{Item, Run},
    draft::Draft,
    unit::Marker,
};

/// Lists are nested no deeper than this; what is indented further is at this depth.
const DEEPEST: usize = 6;

/// A list being read: its indent and the marker of its last item, for each depth.
struct Level {
    indent: usize,
    last: Marker,
}

/// The list that begins with unit `at`. One item makes a list only where its bullet leaves no doubt; numbers count up by
/// one.
pub(super) fn read<'d>(draft: &'d Draft<'_>, at: usize) -> Option<Run<Vec<Item<'d>>>> {
    let first = draft.units[at].marker?;
    let mut levels = vec![Level { indent: draft.units[at].indent, last: first }];
    let mut items = vec![item(draft, at, 0, first)];
    let mut end = at + 1;
    while draft.is_text(end) {
        let unit = &draft.units[end];
        match unit.marker {
            Some(marker) => {
                let Some(depth) = depth(&mut levels, unit.indent, marker) else { break };
                items.push(item(draft, end, depth, marker));
            }
            None => {
                let indent = levels.last().map_or(0, |level| level.indent);
                let Some(item) = items.last_mut().filter(|_| unit.indent > indent) else { break };
                item.more.push(&unit.text);
            }
        }
        end += 1;
    }
    let is_list = items.iter().filter(|item| item.depth == 0).count() > 1 || draft.units[at].has_clear_bullet();
    is_list.then_some(Run { what: items, end })
}

fn item<'d>(draft: &'d Draft<'_>, at: usize, depth: usize, marker: Marker) -> Item<'d> {
    let unit = &draft.units[at];
    Item { depth, marker, text: unit.content(), more: Vec::new(), after_blank: unit.after_blank }
}

/// How deep an item with this indent and marker stands; nothing where it does not go on from what stands before it.
fn depth(levels: &mut Vec<Level>, indent: usize, marker: Marker) -> Option<usize> {
    // One character more or less is no depth: `9.` and `10.` are often set flush right.
    while levels.len() > 1 && levels.last().is_some_and(|level| indent + 1 < level.indent) {
        levels.pop();
    }
    let level = levels.last_mut()?;
    if indent > level.indent + 1 && levels.len() < DEEPEST && begins(marker) {
        levels.push(Level { indent, last: marker });
        return Some(levels.len() - 1);
    }
    let level = levels.last_mut().filter(|level| indent + 1 >= level.indent && follows(level.last, marker))?;
    level.last = marker;
    Some(levels.len() - 1)
}

/// Whether a list in a list may begin so.
fn begins(marker: Marker) -> bool {
    matches!(marker, Marker::Bullet(_) | Marker::Number(0 | 1))
}

/// Whether `next` goes on a list whose last item is `last`.
fn follows(last: Marker, next: Marker) -> bool {
    match (last, next) {
        (Marker::Number(last), Marker::Number(next)) => next == last.saturating_add(1),
        (Marker::Bullet(last), Marker::Bullet(next)) => last == next,
        _ => false,
    }
}

/// `Lead: text` apart, where the lead is a few words.
pub(super) fn lead(text: &str) -> Option<(&str, &str)> {
    let at = text.find([':', '：'])?;
    let colon = if text[at..].starts_with(':') { 1 } else { '：'.len_utf8() };
    let (lead, rest) = (&text[..at], &text[at + colon..]);
    let is_apart = colon > 1 || rest.starts_with(char::is_whitespace);
    let begins = lead.chars().next().is_some_and(|c| c.is_alphanumeric() && !c.is_lowercase());
    let is_short = lead.len() <= 80 && lead.split_whitespace().count() <= 8 && !lead.contains(['.', '!', '?', ';']);
    (is_apart && begins && is_short && !rest.trim().is_empty()).then_some((&text[..at + colon], rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    /// The list that a text begins with, an item a line: depth, number or bullet, text, further paragraphs.
    fn list(text: &str) -> Option<Vec<String>> {
        let draft = Draft::new(units(text, &mut Report::default()), Report::default());
        let shown = |item: &Item<'_>| {
            let marker = match item.marker {
                Marker::Number(number) => number.to_string(),
                Marker::Bullet(sign) => sign.to_string(),
            };
            let more: Vec<_> = item.more.iter().map(|more| format!(" + {more}")).collect();
            format!("{}{marker} {}{}", " ".repeat(item.depth), item.text, more.concat())
        };
        read(&draft, 0).map(|run| run.what.iter().map(shown).collect())
    }

    #[test]
    fn numbers_count_up() {
        assert_eq!(list("  1. A: b\n\n  2. C\n\n  4. D").expect("a list"), ["1 A: b", "2 C"]);
        assert_eq!(list(" 9. A\n10. B\n").expect("a list"), ["9 A", "10 B"]);
        assert_eq!(
            list("1) A\n   more of it\n\n   and more\n2) B\nNo item").expect("a list"),
            ["1 A more of it + and more", "2 B"]
        );
        for text in ["1. A", "1. A\n3. B", "2024. It was\nso", "No", "- A"] {
            assert_eq!(list(text), None, "{text}");
        }
    }

    #[test]
    fn bullets_nest_by_their_indent() {
        assert_eq!(
            list("• A\n  - B\n    more of B\n  - C\n    1. D\n    2. E\n• F").expect("a list"),
            ["• A", " - B more of B", " - C", "  1 D", "  2 E", "• F"]
        );
        assert_eq!(list("• A").expect("a clear bullet"), ["• A"]);
        assert_eq!(list("- A\n* B"), None);
        let deep: String = (0..500).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
        assert!(list(&deep).is_none_or(|items| items.len() <= 500));
    }

    #[test]
    fn leads_are_a_few_words_before_a_colon() {
        assert_eq!(lead("Big data (raw): text: more"), Some(("Big data (raw):", "text: more")));
        assert_eq!(lead("学习：文字"), Some(("学习：", "文字")));
        for text in ["no lead: text", "A sentence. And: text", "https://a.example", "Lead:", "At 10:30 it began", "x"] {
            assert_eq!(lead(text), None, "{text}");
        }
    }
}
