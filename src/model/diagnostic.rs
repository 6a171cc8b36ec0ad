//! What is wrong in somebody's content, as a value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::span::Span;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is written: the old site stays.
    Error,
    /// The site is written; `--deny warnings` makes it an error.
    Warning,
    /// Said by `docweave check` alone, and never in the way of anything.
    Advice,
    /// Not said at all.
    Allow,
}

/// A place in a file of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the site's root, with `/`.
    pub path: String,
    /// Where in the file; `None` means the file as a whole.
    pub span: Option<Span>,
}

/// One problem in the content, the configuration or a theme. Collected, never thrown; drawn only by `cli::terminal`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Where it is. First, so that diagnostics sort by file and line.
    pub place: Place,
    /// The rule's stable name, such as `broken-link`.
    pub code: String,
    /// How much it matters, after `[check]` of `site.toml` was asked.
    pub level: Level,
    /// A lower-case phrase that names the thing.
    pub message: String,
    /// Further facts, one sentence each.
    pub notes: Vec<String>,
    /// What to type.
    pub help: Option<String>,
    /// The one right change of the file, where there is one: `docweave check --fix` makes it.
    pub fix: Option<Fix>,
}

/// A change of a file that mends what a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// Where it happens.
    pub span: Span,
    /// What is replaced: where it stands last in the span. Empty for all of the span.
    pub old: String,
    /// What stands there then.
    pub new: String,
}

impl Diagnostic {
    /// An error in `path` at `span`.
    pub fn error(code: &str, path: &str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self {
            place: Place { path: path.to_owned(), span: span.into() },
            code: code.to_owned(),
            level: Level::Error,
            message: message.into(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning in `path` at `span`.
    pub fn warning(code: &str, path: &str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, path, span, message) }
    }

    /// The same with what to type.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with the one right change: in `span`, what `old` is where it stands last becomes `new`.
    pub fn fix(mut self, span: Span, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, old: old.into(), new: new.into() });
        self
    }

    /// The same with one more fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// One line: `path:line:column: level[code]: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Advice => "advice",
            Level::Allow => "allowed",
        };
        let (line, column) = self.place.span.map_or((1, 1), |s| (s.line, s.column));
        write!(f, "{}:{line}:{column}: {level}[{}]: {}", self.place.path, self.code, self.message)
    }
}

/// A name without what is easily mistaken: its letters and digits alone, in small.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The candidate nearest to `name` by Damerau-Levenshtein distance, if it is near enough to be what was meant.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let limit = (length / 3).clamp(1, 4);
    let name_in_small = name.to_lowercase();
    candidates
        .into_iter()
        // Names are at least as far apart as their lengths.
        .filter(|candidate| *candidate != name && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(&name_in_small, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= limit && !is_other_number(&name_in_small, &candidate.to_lowercase())
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether two names are alike but for a number in them: who writes `part-70` hardly means `part-72`.
fn is_other_number(one: &str, other: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let words =
        |name: &str| name.split(is_digit).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let numbers = |name: &str| {
        let found = name.split(|c: char| !is_digit(c)).filter(|number| !number.is_empty());
        found.map(|number| number.trim_start_matches('0').to_owned()).collect::<Vec<_>>()
    };
    let (before, after) = (numbers(one), numbers(other));
    before.len() == after.len() && before != after && words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_number_is_meant() {
        let parts = ["part-69.md", "part-72.md", "prat-70.md"];
        assert_eq!(did_you_mean("part-70.md", parts), Some("prat-70.md"));
        assert_eq!(did_you_mean("part-70.md", parts.into_iter().take(2)), None);
        assert_eq!(did_you_mean("part-7.md", ["part-07.md"]), Some("part-07.md"));
        assert_eq!(did_you_mean("part1", ["part"]), Some("part"));
        assert_eq!(did_you_mean("parrt-70.md", ["part-72.md", "part-70.md"]), Some("part-70.md"));
    }

    #[test]
    fn suggestions_are_near_or_absent() {
        assert_eq!(did_you_mean("titel", ["title", "topics"]), Some("title"));
        assert_eq!(did_you_mean("colour", ["title", "topics"]), None);
        assert_eq!(did_you_mean("Title", ["title"]), Some("title"));
    }
}
