//! Diagnostics as browsers are told of them: with the line around each place, and the address that opens an editor there.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::{
    Diagnostic, Error, Level, Lines,
    excerpt::{excerpt, visible},
};
use crate::serve::editor::Editor;

/// The most of a site that are kept. Errors are told all at once, warnings page by page.
const MOST_ERRORS: usize = 200;
const MOST_WARNINGS: usize = 5000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Report {
    /// `error` or `warning`.
    level: Level,
    code: Option<String>,
    message: String,
    /// The file, from the site's root.
    pub(super) path: Option<String>,
    line: u32,
    column: u32,
    excerpt: Option<Shown>,
    notes: Vec<String>,
    help: Option<String>,
    /// Opens an editor at the place.
    edit: Option<String>,
}

/// A line of a source in three parts, of which the middle one is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Shown {
    before: String,
    marked: String,
    after: String,
}

/// Makes reports for the site in `root`.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    /// An absolute path.
    pub(super) root: PathBuf,
    /// Opens files, where that is wanted.
    pub(super) editor: Option<Editor>,
}

impl Reporter {
    /// Reports of all diagnostics of a level; `source` gives the text of a file by its path.
    pub(super) fn reports(
        &self,
        diagnostics: &[Diagnostic],
        level: Level,
        source: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Report> {
        let most = if level == Level::Error { MOST_ERRORS } else { MOST_WARNINGS };
        let mut reports = Vec::new();
        for same_file in diagnostics.chunk_by(|a, b| a.place.path == b.place.path) {
            let mut wanted = same_file.iter().filter(|diagnostic| diagnostic.level == level).peekable();
            if wanted.peek().is_none() {
                continue;
            }
            let text = source(&same_file[0].place.path).unwrap_or_default();
            let mut lines = Lines::new(&text);
            for diagnostic in wanted {
                if reports.len() == most {
                    return reports;
                }
                reports.push(self.report(diagnostic, &text, &mut lines));
            }
        }
        reports
    }

    fn report(&self, diagnostic: &Diagnostic, text: &str, lines: &mut Lines<'_>) -> Report {
        let place = &diagnostic.place;
        let (line, column) = place.span.map_or((1, 1), |span| (span.line, span.column));
        let excerpt = place.span.and_then(|span| excerpt(text, lines, span)).map(|excerpt| Shown {
            before: excerpt.text[..excerpt.marked.start].to_owned(),
            marked: excerpt.text[excerpt.marked.clone()].to_owned(),
            after: excerpt.text[excerpt.marked.end..].to_owned(),
        });
        Report {
            level: diagnostic.level,
            code: Some(diagnostic.code.clone()),
            message: diagnostic.message.clone(),
            path: Some(visible(&place.path)),
            line,
            column,
            excerpt,
            notes: diagnostic.notes.clone(),
            help: diagnostic.help.clone(),
            edit: self.edit(&place.path, line, column),
        }
    }

    /// The address that opens a file of the site in the editor.
    pub(super) fn edit(&self, path: &str, line: u32, column: u32) -> Option<String> {
        self.editor.as_ref().map(|editor| editor.address(&self.root.join(path), line, column))
    }
}

impl Report {
    /// A failure of the environment, which has no place in a source.
    pub(super) fn of_error(error: &Error) -> Self {
        Self {
            level: Level::Error,
            code: None,
            message: error.to_string(),
            path: None,
            line: 1,
            column: 1,
            excerpt: None,
            notes: Vec::new(),
            help: error.help.clone(),
            edit: None,
        }
    }

    /// The same as plain text, for where no script runs.
    pub(super) fn text(&self) -> String {
        let mut text = match (&self.path, &self.code) {
            (Some(path), Some(code)) => {
                format!("{path}:{}:{}: error[{code}]: {}", self.line, self.column, self.message)
            }
            _ => self.message.clone(),
        };
        if let Some(Shown { before, marked, after }) = &self.excerpt {
            text.push_str(&format!("\n  {} | {before}{marked}{after}", self.line));
        }
        self.notes.iter().for_each(|note| text.push_str(&format!("\n  note: {note}")));
        self.help.iter().for_each(|help| text.push_str(&format!("\n  help: {help}")));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[test]
    fn reports_hold_the_place_the_line_and_the_way_there() {
        let text = "+++\ntitel = \"A\"\n+++\n";
        let span = Span { start: 4, end: 9, line: 2, column: 1 };
        let diagnostics = [
            Diagnostic::error("unknown-key", "content/a.md", span, "unknown key `titel`").help("did you mean `title`?"),
            Diagnostic::warning("broken-link", "content/a.md", None, "no such page"),
        ];
        let reporter = Reporter { root: PathBuf::from("/site"), editor: Editor::named("code").unwrap() };
        let source = |path: &str| (path == "content/a.md").then(|| text.to_owned());
        let [report] = &reporter.reports(&diagnostics, Level::Error, &source)[..] else { panic!("one error") };
        assert_eq!(report.edit.as_deref(), Some("vscode://file/site/content/a.md:2:1"));
        let shown = Shown { before: String::new(), marked: "titel".to_owned(), after: " = \"A\"".to_owned() };
        assert_eq!(report.excerpt, Some(shown));
        let expected = "content/a.md:2:1: error[unknown-key]: unknown key `titel`\n  2 | titel = \"A\"\n  \
                        help: did you mean `title`?";
        assert_eq!(report.text(), expected);
        let [warning] = &reporter.reports(&diagnostics, Level::Warning, &|_| None)[..] else { panic!("one warning") };
        assert_eq!((warning.line, warning.column, &warning.excerpt), (1, 1, &None));
    }
}
