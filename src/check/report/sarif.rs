//! SARIF: the Static Analysis Results Interchange Format 2.1.0 of OASIS.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::check::report::Finding;
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

/// The findings as a log with one run, with a line end.
pub fn sarif(findings: &[Finding<'_>]) -> String {
    let codes: BTreeSet<&str> =
        RULES.iter().map(|rule| rule.name).chain(findings.iter().map(|found| found.diagnostic.code.as_str())).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &codes)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "docweave",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
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
