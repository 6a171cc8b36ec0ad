//! Annotations of GitHub's runners: one command a line ("Workflow commands for GitHub Actions").

use crate::check::report::{Finding, by_level};
use crate::model::{Diagnostic, Level};

/// How many annotations of each level GitHub shows of a step.
const SHOWN: usize = 10;

/// The findings as commands that a runner reads from standard output, errors first: GitHub shows the first of each level.
pub fn github(findings: &[Finding<'_>]) -> String {
    by_level(findings).into_iter().map(annotation).collect()
}

/// Those of the findings that GitHub shows as annotations, in their order.
pub fn github_shows(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut shown = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Advice] {
        shown.extend(diagnostics.iter().filter(|diagnostic| diagnostic.level == level).take(SHOWN).cloned());
    }
    shown.sort();
    shown
}

fn annotation(finding: &Finding<'_>) -> String {
    let command = match finding.diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice | Level::Allow => "notice",
    };
    let ((line, column), end) = (finding.start(), finding.region.map_or((1, 1), |region| region.end));
    let mut properties = vec![format!("file={}", property(&finding.path)), format!("line={line}")];
    // Columns are taken only where a stretch is in one line.
    if end.0 == line && finding.region.is_some() {
        properties.push(format!("col={column},endColumn={}", end.1));
    } else {
        properties.push(format!("endLine={}", end.0));
    }
    properties.push(format!("title={}", property(&finding.diagnostic.code)));
    format!("::{command} {}::{}\n", properties.join(","), data(&finding.text()))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
