//! JSON of our own, in the form that `content/manual/commands/check.schema.json` publishes.

use serde::Serialize;
use serde_json::{Value, json};

use crate::check::report::{Finding, Rows, count, level_name, pretty};
use crate::model::Level;

/// The version of the form: it counts up with changes that a reader of the form before would stumble over.
const FORM: u32 = 1;

/// The findings as one JSON object, with a line end.
pub fn json(findings: &[Finding<'_>]) -> String {
    pretty(&Report {
        version: FORM,
        errors: count(findings, Level::Error),
        warnings: count(findings, Level::Warning),
        advice: count(findings, Level::Advice),
        findings: Rows(findings.iter().collect(), finding),
    })
}

#[derive(Serialize)]
struct Report<T> {
    version: u32,
    errors: usize,
    warnings: usize,
    advice: usize,
    findings: T,
}

fn finding(finding: &Finding<'_>) -> Value {
    let diagnostic = finding.diagnostic;
    let region = finding.region.map(|region| {
        json!({
            "start_line": region.start.0,
            "start_column": region.start.1,
            "end_line": region.end.0,
            "end_column": region.end.1,
        })
    });
    let fix = diagnostic.fix.as_ref().map(|fix| json!({ "old": fix.old, "new": fix.new }));
    json!({
        "rule": diagnostic.code,
        "level": level_name(diagnostic.level),
        "path": finding.path,
        "region": region,
        "message": diagnostic.message,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
        "fix": fix,
        "fingerprint": finding.fingerprint,
    })
}
