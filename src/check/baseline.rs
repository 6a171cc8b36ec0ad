//! The baseline: what was found when a team took the checks up, so that only what is new stands in the way.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, Rule, Span};

/// The file of the baseline in a site's folder.
pub const BASELINE: &str = "check-baseline.txt";

/// What stands above its lines.
const HEADER: &str = "\
# Findings that were there already: they are not told, and stand in no pipeline's way. `docweave check` takes out what was
# mended; `docweave check --write-baseline` accepts all that is found now. In each line, parted by tabs: how often, the
# rule, the file, what is said.
";

/// Findings that are accepted, each with how often it is. Lines of files may move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    accepted: BTreeMap<Finding, u32>,
}

/// A finding, whatever its line: its rule, its file, and what is said of it.
type Finding = (String, String, String);

/// Findings in two parts.
#[derive(Clone, Debug, Default)]
pub struct Parted {
    /// Those that are new.
    pub told: Vec<Diagnostic>,
    /// How many are accepted.
    pub accepted: usize,
    /// The baseline without what is no longer found.
    pub left: Baseline,
}

impl Baseline {
    /// Reads the text of the file `path`, and says what in it is none.
    ///
    /// Code: `bad-baseline`, an error at the line.
    pub fn parse(text: &str, path: &str) -> (Self, Vec<Diagnostic>) {
        let mut baseline = Self::default();
        let mut diagnostics = Vec::new();
        let mut start = 0;
        for (index, line) in text.split('\n').enumerate() {
            let bare = line.trim_end_matches('\r');
            if !bare.trim().is_empty() && !bare.starts_with('#') {
                match entry(bare) {
                    Some((finding, count)) => *baseline.accepted.entry(finding).or_default() += count,
                    None => {
                        let span = Span {
                            start: start as u32,
                            end: (start + bare.len()) as u32,
                            line: index as u32 + 1,
                            column: 1,
                        };
                        let help = "write how often, the rule, the file and what is said, with tabs between; or make the \
                                    file anew with `docweave check --write-baseline`";
                        let message = "this line of the baseline names no finding";
                        diagnostics.push(Diagnostic::error("bad-baseline", path, span, message).help(help));
                    }
                }
            }
            start += line.len() + 1;
        }
        (baseline, diagnostics)
    }

    /// A baseline that accepts these, as far as a rule found them.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut baseline = Self::default();
        for diagnostic in diagnostics.iter().filter(|diagnostic| Rule::named(&diagnostic.code).is_some()) {
            *baseline.accepted.entry(finding(diagnostic)).or_default() += 1;
        }
        baseline
    }

    /// One that accepts what either does.
    pub fn and(mut self, other: &Self) -> Self {
        for (finding, count) in &other.accepted {
            *self.accepted.entry(finding.clone()).or_default() += count;
        }
        self
    }

    /// In two parts: what it accepts of these rules, and of all others.
    pub fn split(&self, rules: &[&str]) -> (Self, Self) {
        let is_of_these = |entry: &(&Finding, &u32)| rules.contains(&entry.0.0.as_str());
        let (these, others): (Vec<_>, Vec<_>) = self.accepted.iter().partition(is_of_these);
        let of = |entries: Vec<(&Finding, &u32)>| Self {
            accepted: entries.into_iter().map(|(finding, count)| (finding.clone(), *count)).collect(),
        };
        (of(these), of(others))
    }

    /// How many findings it accepts.
    pub fn len(&self) -> usize {
        self.accepted.values().map(|count| *count as usize).sum()
    }

    /// Whether it accepts nothing.
    pub fn is_empty(&self) -> bool {
        self.accepted.is_empty()
    }

    /// Parts findings into those that it accepts and all others. Of several that are alike, the first are accepted.
    pub fn part(&self, diagnostics: Vec<Diagnostic>) -> Parted {
        if self.is_empty() {
            return Parted { told: diagnostics, ..Parted::default() };
        }
        let mut parted = Parted::default();
        for diagnostic in diagnostics {
            let finding = finding(&diagnostic);
            let most = self.accepted.get(&finding).copied().unwrap_or(0);
            let so_far = parted.left.accepted.get(&finding).copied().unwrap_or(0);
            if so_far < most {
                *parted.left.accepted.entry(finding).or_default() += 1;
                parted.accepted += 1;
            } else {
                parted.told.push(diagnostic);
            }
        }
        parted
    }

    /// The text of its file, ordered by rule, file and message.
    pub fn text(&self) -> String {
        let line = |((rule, path, message), count): (&Finding, &u32)| format!("{count}\t{rule}\t{path}\t{message}\n");
        HEADER.to_owned() + &self.accepted.iter().map(line).collect::<String>()
    }
}

fn entry(line: &str) -> Option<(Finding, u32)> {
    let mut parts = line.splitn(4, '\t');
    let count = parts.next()?.parse().ok().filter(|count| *count > 0)?;
    let (rule, path, message) = (parts.next()?, parts.next()?, parts.next()?);
    Rule::named(rule)?;
    Some(((rule.to_owned(), path.to_owned(), message.to_owned()), count))
}

fn finding(diagnostic: &Diagnostic) -> Finding {
    let message = diagnostic.message.split_whitespace().collect::<Vec<_>>().join(" ");
    (diagnostic.code.clone(), diagnostic.place.path.clone(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, line: u32, target: &str) -> Diagnostic {
        let span = Span { start: 0, end: 1, line, column: 1 };
        Diagnostic::warning("broken-link", path, span, format!("`{target}` leads to nothing"))
    }

    #[test]
    fn what_was_there_is_accepted_wherever_it_moved_and_as_often_as_it_was() {
        let baseline = Baseline::of(&[broken("a.md", 1, "x"), broken("a.md", 2, "x"), broken("b.md", 1, "y")]);
        assert_eq!(Baseline::parse(&baseline.text(), BASELINE), (baseline.clone(), Vec::new()));
        let now = vec![broken("a.md", 5, "x"), broken("a.md", 6, "x"), broken("a.md", 7, "x"), broken("b.md", 1, "z")];
        let parted = baseline.part(now);
        assert_eq!((parted.accepted, parted.left.len()), (2, 2));
        assert_eq!(parted.told, [broken("a.md", 7, "x"), broken("b.md", 1, "z")]);
    }

    #[test]
    fn an_error_that_no_rule_made_is_never_accepted() {
        let error = Diagnostic::error("syntax", "a.md", None, "x");
        assert!(Baseline::of(std::slice::from_ref(&error)).is_empty());
        let (_, problems) = Baseline::parse("# a\n\n1\tsyntax\ta.md\tx\nwords\n0\torphan\ta.md\tx\n", BASELINE);
        let lines: Vec<_> = problems.iter().filter_map(|problem| problem.place.span).map(|span| span.line).collect();
        assert_eq!(lines, [3, 4, 5]);
    }
}
