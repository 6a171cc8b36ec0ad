//! Findings as other programs read them.
//!
//! Lines and columns are counted from 1, columns in characters; an end is the place behind the last character.

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::model::{Diagnostic, Digest, Level, Lines, Span};

pub use self::{
    github::{github, github_shows},
    gitlab::gitlab,
    json::json,
    junit::junit,
    markdown::markdown,
    sarif::{SARIF_MOST, sarif},
};

/// A finding, and where it is in a way that programs ask for.
#[derive(Debug)]
pub struct Finding<'a> {
    /// What was found.
    pub diagnostic: &'a Diagnostic,
    /// The path of its file from where programs look: the site's folder, or what holds that.
    pub path: String,
    /// Where in the file, unless it is the file as a whole.
    pub region: Option<Region>,
    /// Names it, wherever in the file it moves.
    pub fingerprint: String,
}

/// A stretch of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The line and column of its first character.
    pub start: (u32, u32),
    /// The line and column behind its last.
    pub end: (u32, u32),
}

/// Findings, which are ordered by place, with what programs ask of each. `source` gives the text of a file by the path of a
/// diagnostic, and is asked once for each that has places: without it, an end is where the beginning is. `prefix` is put
/// before each path, with a slash between, unless it is empty.
pub fn locate<'a>(
    diagnostics: &'a [Diagnostic],
    source: &(dyn Fn(&str) -> Option<String> + Sync),
    prefix: &str,
) -> Vec<Finding<'a>> {
    let files: Vec<&[Diagnostic]> = diagnostics.chunk_by(|a, b| a.place.path == b.place.path).collect();
    files.into_par_iter().flat_map_iter(|same_file| in_file(same_file, source, prefix)).collect()
}

fn in_file<'a>(
    diagnostics: &'a [Diagnostic],
    source: &dyn Fn(&str) -> Option<String>,
    prefix: &str,
) -> Vec<Finding<'a>> {
    let path = &diagnostics[0].place.path;
    let has_places = diagnostics.iter().any(|diagnostic| diagnostic.place.span.is_some());
    let text = if has_places { source(path) } else { None }.unwrap_or_default();
    let shown = if prefix.is_empty() { path.clone() } else { format!("{prefix}/{path}") };
    let mut seen = BTreeMap::<_, u32>::new();
    let mut finding = |diagnostic: &'a Diagnostic| {
        let region = diagnostic.place.span.map(|span| region(span, &text));
        let alike = (&diagnostic.code, path, &diagnostic.message);
        let count = seen.entry(alike).or_default();
        *count += 1;
        let fingerprint = Digest::of_value(&(alike, *count)).short(32);
        Finding { diagnostic, path: shown.clone(), region, fingerprint }
    };
    diagnostics.iter().map(&mut finding).collect()
}

/// A stretch of `text`, whose beginning is known: only what it holds itself is counted. A text that changed since has its
/// end elsewhere.
fn region(span: Span, text: &str) -> Region {
    let start = (span.line, span.column);
    let Some(inner) = text.get(span.start as usize..span.end as usize) else { return Region { start, end: start } };
    let end = Lines::new(inner).span(inner.len()..inner.len());
    let column = if end.line == 1 { span.column + end.column - 1 } else { end.column };
    Region { start, end: (span.line + end.line - 1, column) }
}

impl Finding<'_> {
    /// All that is said of it: the message, then what else is known, then what to type, a line each.
    fn text(&self) -> String {
        let Diagnostic { message, notes, help, .. } = self.diagnostic;
        let notes = notes.iter().map(|note| format!("\nnote: {note}"));
        let help = help.iter().map(|help| format!("\nhelp: {help}"));
        message.clone() + &notes.chain(help).collect::<String>()
    }

    /// The line and the column that it begins at: those of the file's first character where it is about all of it.
    fn start(&self) -> (u32, u32) {
        self.region.map_or((1, 1), |region| region.start)
    }
}

/// Findings as a list in JSON, each of them made when it is written: a long report is in memory once, as text.
struct Rows<'a, F>(Vec<&'a Finding<'a>>, F);

impl<'a, F: Fn(&'a Finding<'a>) -> Value> Serialize for Rows<'a, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|finding| (self.1)(finding)))
    }
}

/// JSON for people to read as well, with a line end.
fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("text and numbers can be written as JSON") + "\n"
}

/// The name of a level, as `site.toml` has it.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "advice",
        Level::Allow => "allow",
    }
}

/// The findings, those that matter most first.
fn by_level<'f, 'a>(findings: &'f [Finding<'a>]) -> Vec<&'f Finding<'a>> {
    let mut ordered: Vec<&Finding<'_>> = findings.iter().collect();
    ordered.sort_by_key(|finding| finding.diagnostic.level);
    ordered
}

fn count(findings: &[Finding<'_>], level: Level) -> usize {
    findings.iter().filter(|finding| finding.diagnostic.level == level).count()
}

#[cfg(test)]
mod tests;
