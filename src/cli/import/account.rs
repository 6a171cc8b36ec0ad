//! The report of an import, to be read in ten seconds.

use crate::cli::voice::Speaker;
use crate::import::{Kind, Told};
use crate::model::excerpt::visible;

/// Of each kind no more is told, unless somebody wants to know everything.
const MOST_OF_A_KIND: usize = 8;

/// So many ranges of lines are told.
const MOST_RANGES: usize = 5;

/// Longer texts are cut, in characters.
const LONGEST: usize = 110;

/// Lines are told in a column no wider than this.
const WIDEST: usize = 22;

/// Tells what became of the lines of `file`: a line for each fact, those of a kind together. Where it was asked to be
/// quiet, what is uncertain is told all the same.
pub(super) fn tell(file: &str, report: &[Told], speaker: &Speaker) {
    if speaker.is_quiet() {
        for told in report.iter().filter(|told| told.kind == Kind::Uncertain) {
            let line = told.lines.first().map_or_else(String::new, |line| format!(":{line}"));
            speaker.warning(&visible(&format!("{file}{line}: {}", told.what)));
        }
        return;
    }
    let limits = if speaker.verbose { Limits::NONE } else { Limits::SHORT };
    speaker.note(&draw(file, report, &limits));
}

/// How much is told.
struct Limits {
    of_a_kind: usize,
    ranges: usize,
    characters: usize,
}

impl Limits {
    const SHORT: Self = Self { of_a_kind: MOST_OF_A_KIND, ranges: MOST_RANGES, characters: LONGEST };
    const NONE: Self = Self { of_a_kind: usize::MAX, ranges: usize::MAX, characters: usize::MAX };
}

fn draw(file: &str, report: &[Told], limits: &Limits) -> String {
    let lines = |told: &Told| told.lines.shown(limits.ranges);
    let width = report.iter().map(|told| lines(told).len()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let mut drawn = format!("{}, line by line:", visible(file));
    for same_kind in report.chunk_by(|a, b| a.kind == b.kind) {
        let (shown, hidden) = same_kind.split_at(same_kind.len().min(limits.of_a_kind));
        for (number, told) in shown.iter().enumerate() {
            let kind = if number == 0 { told.kind.to_string() } else { String::new() };
            let what = visible(&cut(&told.what, limits.characters));
            drawn.push_str(&format!("\n  {kind:9}  {:width$}  {what}", lines(told)));
        }
        if !hidden.is_empty() {
            drawn.push_str(&format!("\n  {:9}  {:width$}  and {} more: `--verbose` tells them", "", "", hidden.len()));
        }
    }
    drawn
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::LineRanges;

    fn told(kind: Kind, lines: &[(u32, u32)], what: &str) -> Told {
        Told { kind, lines: LineRanges::of(lines), what: what.to_owned() }
    }

    #[test]
    fn facts_stand_below_each_other_by_kind() {
        let report = [
            told(Kind::Found, &[(1, 1)], "title: Bees"),
            told(Kind::Found, &[(8, 20), (30, 31)], "2 lists, 9 items"),
            told(Kind::LeftOut, &[(3, 3)], "`2 min read`\u{202e}"),
            told(Kind::Uncertain, &[], "something"),
        ];
        assert_eq!(
            draw("a\u{1b}.txt", &report, &Limits::SHORT),
            [
                "a\u{fffd}.txt, line by line:",
                "  found      1            title: Bees",
                "             8-20, 30-31  2 lists, 9 items",
                "  left out   3            `2 min read`\u{fffd}",
                "  uncertain               something",
            ]
            .join("\n")
        );
    }

    #[test]
    fn long_reports_are_cut_unless_all_is_wanted() {
        let lines: Vec<_> = (1..=20).map(|line| (line * 3, line * 3)).collect();
        let report = vec![told(Kind::Uncertain, &lines, &"word ".repeat(50)); 12];
        let short = draw("a.txt", &report, &Limits::SHORT);
        assert!(
            short.ends_with("and 4 more: `--verbose` tells them") && short.contains("  3, 6, 9, .., 60  word"),
            "{short}"
        );
        assert!(short.lines().all(|line| line.chars().count() < 150));
        assert_eq!(draw("a.txt", &report, &Limits::NONE).matches("57, 60").count(), 12);
    }
}
