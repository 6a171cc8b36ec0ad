//! SARIF: the Static Analysis Results Interchange Format 2.1.0 of OASIS.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::check::report::{Finding, Rows, by_level, pretty};
use crate::model::{Level, RULES, Rule};

/// What a path in an address can't hold as it is (RFC 3986, section 3.3).
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How many results a log holds at most: GitHub refuses a log of more.
pub const SARIF_MOST: usize = 25_000;

/// The findings as a log with one run, with a line end. Those that matter most come first, since readers cut off the rest;
/// where there are more than [`SARIF_MOST`], those that matter least are left out, and the log says so.
pub fn sarif(findings: &[Finding<'_>]) -> String {
    let codes: BTreeSet<&str> =
        RULES.iter().map(|rule| rule.name).chain(findings.iter().map(|found| found.diagnostic.code.as_str())).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut shown = by_level(findings);
    shown.truncate(SARIF_MOST);
    let left_out = findings.len() - shown.len();
    let invocations = (left_out > 0).then(|| {
        let text = format!("left out, since a log holds {SARIF_MOST}: {left_out} of what matters least");
        let notification = json!({ "level": "warning", "message": { "text": text } });
        json!([{ "executionSuccessful": true, "toolExecutionNotifications": [notification] }])
    });
    let driver = json!({
        "name": "docweave",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
    });
    let run = Run {
        tool: json!({ "driver": driver }),
        column_kind: "unicodeCodePoints",
        invocations,
        results: Rows(shown, |finding| result(finding, &codes)),
    };
    pretty(&Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] })
}

#[derive(Serialize)]
struct Log<T> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<T>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<T> {
    tool: Value,
    column_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<Value>,
    results: T,
}

fn rule(code: &str) -> Value {
    match Rule::named(code) {
        None => json!({ "id": code, "defaultConfiguration": { "level": "error" } }),
        Some(rule) => json!({
            "id": code,
            "shortDescription": { "text": rule.about },
            "fullDescription": { "text": rule.reason },
            "defaultConfiguration": { "level": level(rule.level) },
        }),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
        Level::Allow => "none",
    }
}

fn result(finding: &Finding<'_>, codes: &[&str]) -> Value {
    let code = finding.diagnostic.code.as_str();
    let mut place = Map::new();
    let uri = utf8_percent_encode(&finding.path, NOT_IN_PATHS).to_string();
    place.insert("artifactLocation".to_owned(), json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }));
    if let Some(region) = finding.region {
        let region = json!({
            "startLine": region.start.0,
            "startColumn": region.start.1,
            "endLine": region.end.0,
            "endColumn": region.end.1,
        });
        place.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": code,
        "ruleIndex": codes.binary_search(&code).unwrap_or_default(),
        "level": level(finding.diagnostic.level),
        "message": { "text": finding.text() },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "docweave/v1": finding.fingerprint },
    })
}
