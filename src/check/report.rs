//! Findings as other programs read them.
//!
//! Lines and columns are counted from 1, columns in characters; an end is the place behind the last character.

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;

use crate::model::{Diagnostic, Digest, Level, Lines};

pub use self::{github::github, gitlab::gitlab, json::json, junit::junit, markdown::markdown, sarif::sarif};

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

/// Findings with their places. `source` gives the text of a file by the path of a diagnostic: without it, an end is where
/// the beginning is. `prefix` is put before each path, with a slash between, unless it is empty.
pub fn locate<'a>(
    diagnostics: &'a [Diagnostic],
    source: &dyn Fn(&str) -> Option<String>,
    prefix: &str,
) -> Vec<Finding<'a>> {
    let mut findings = Vec::with_capacity(diagnostics.len());
    let mut seen = std::collections::BTreeMap::<_, u32>::new();
    for same_file in diagnostics.chunk_by(|a, b| a.place.path == b.place.path) {
        let path = &same_file[0].place.path;
        let has_places = same_file.iter().any(|diagnostic| diagnostic.place.span.is_some());
        let text = if has_places { source(path) } else { None }.unwrap_or_default();
        let mut lines = Lines::new(&text);
        for diagnostic in same_file {
            let region = diagnostic.place.span.map(|span| {
                let start = (span.line, span.column);
                let end = lines.span(span.end as usize..span.end as usize);
                // A file that changed since has its end elsewhere.
                let end = if (span.end as usize) <= text.len() { (end.line, end.column).max(start) } else { start };
                Region { start, end }
            });
            let alike = (&diagnostic.code, path, &diagnostic.message);
            let count = seen.entry(alike).or_default();
            *count += 1;
            let fingerprint = Digest::of_value(&(alike, *count)).short(32);
            let path = if prefix.is_empty() { path.clone() } else { format!("{prefix}/{path}") };
            findings.push(Finding { diagnostic, path, region, fingerprint });
        }
    }
    findings
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

/// The name of a level, as `site.toml` has it.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "advice",
        Level::Allow => "allow",
    }
}

fn count(findings: &[Finding<'_>], level: Level) -> usize {
    findings.iter().filter(|finding| finding.diagnostic.level == level).count()
}

#[cfg(test)]
mod tests;
