//! GitLab's report of code quality: the part of Code Climate's form that GitLab reads.

use serde_json::{Value, json};

use crate::check::report::{Finding, Rows, pretty};
use crate::model::Level;

/// The findings as a JSON list, with a line end.
pub fn gitlab(findings: &[Finding<'_>]) -> String {
    pretty(&Rows(findings.iter().collect(), finding))
}

fn finding(finding: &Finding<'_>) -> Value {
    let severity = match finding.diagnostic.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Advice | Level::Allow => "info",
    };
    json!({
        "description": finding.text(),
        "check_name": finding.diagnostic.code,
        "fingerprint": finding.fingerprint,
        "severity": severity,
        "location": { "path": finding.path, "lines": { "begin": finding.start().0 } },
    })
}
