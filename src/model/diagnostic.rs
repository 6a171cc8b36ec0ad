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
}

/// A rule whose level `[check]` of `site.toml` may set.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its stable name, the code of its diagnostics.
    pub name: &'static str,
    /// One line for the manual.
    pub about: &'static str,
}

/// All rules, by name. Their default level is a warning: everything else is an error that leaves no site to write.
pub const RULES: &[Rule] = &[
    Rule { name: "ambiguous-link", about: "a link by title that several pages have" },
    Rule { name: "bad-diagram", about: "a diagram that can't be drawn" },
    Rule { name: "bad-formula", about: "a formula that can't be read" },
    Rule { name: "bad-inventory", about: "an entry of another site's inventory that nothing can be linked to by" },
    Rule { name: "bad-style", about: "something in a theme's style sheet that is no CSS" },
    Rule { name: "broken-anchor", about: "a link to a heading that its page does not have" },
    Rule { name: "broken-image", about: "an image that does not exist" },
    Rule { name: "broken-link", about: "a link to an article or a file that does not exist, or is not published" },
    Rule { name: "broken-related", about: "an article in `related` that does not exist" },
    Rule { name: "code-note", about: "a number in code without its explanation, or the reverse" },
    Rule { name: "code-option", about: "something behind a fence or in a comment of code that is nearly understood" },
    Rule { name: "component-syntax", about: "what is nearly a call of a component" },
    Rule { name: "control-character", about: "a control character in a text" },
    Rule { name: "damaged-image", about: "an image whose file can't be read" },
    Rule { name: "duplicate-id", about: "a heading's id that its article has already" },
    Rule { name: "huge-image", about: "an image of more pixels or bytes than are read" },
    Rule { name: "lost-anchor", about: "an id that a page had when `urls.txt` was written" },
    Rule { name: "lost-url", about: "an address that the site had when `urls.txt` was written" },
    Rule { name: "misplaced-container", about: "a container that stands where it means nothing" },
    Rule { name: "missing-alt", about: "an image, a video or a sound without words that stand for it" },
    Rule { name: "plain-code", about: "code that is too large to be coloured" },
    Rule { name: "refused-attribute", about: "an attribute that would run code or set a style in place" },
    Rule { name: "stray-attributes", about: "attributes that belong to no block" },
    Rule { name: "stray-container-end", about: "the end of a container where none is open" },
    Rule { name: "topic-address", about: "an address for the prose of a topic, which has its topic's" },
    Rule { name: "unclosed-container", about: "a container or component that is never closed" },
    Rule { name: "unknown-component", about: "a component that is defined nowhere" },
    Rule { name: "unknown-topic", about: "a topic that `site.toml` does not declare" },
];

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
            Level::Allow => "allowed",
        };
        let (line, column) = self.place.span.map_or((1, 1), |s| (s.line, s.column));
        write!(f, "{}:{line}:{column}: {level}[{}]: {}", self.place.path, self.code, self.message)
    }
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
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_or_absent() {
        assert_eq!(did_you_mean("titel", ["title", "topics"]), Some("title"));
        assert_eq!(did_you_mean("colour", ["title", "topics"]), None);
        assert_eq!(did_you_mean("Title", ["title"]), Some("title"));
    }
}
