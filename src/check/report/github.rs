//! Annotations of GitHub's runners: one command a line ("Workflow commands for GitHub Actions").

use crate::check::report::Finding;
use crate::model::Level;

/// The findings as commands that a runner reads from standard output.
pub fn github(findings: &[Finding<'_>]) -> String {
    findings.iter().map(annotation).collect()
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
