//! `firebase.json`, for Firebase Hosting.

use serde_json::{Value, json};

use crate::publish::host::{FOR_EVER, Told, without_slash};

pub(super) fn file(told: &Told) -> String {
    let mut redirects = Vec::new();
    for (from, to) in &told.redirects {
        for from in [Some(from.as_str()), without_slash(from)].into_iter().flatten() {
            redirects.push(json!({ "source": escaped(from), "destination": to, "type": 301 }));
        }
    }
    let pairs = |headers: &mut dyn Iterator<Item = (&str, &str)>| -> Vec<Value> {
        headers.map(|(name, value)| json!({ "key": name, "value": value })).collect()
    };
    let all = pairs(&mut told.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let mut headers = vec![json!({ "source": "**", "headers": all })];
    for folder in &told.for_ever {
        let source = format!("{}{folder}**", told.base);
        headers.push(json!({ "source": source, "headers": pairs(&mut [("Cache-Control", FOR_EVER)].into_iter()) }));
    }
    let hosting = json!({
        "public": ".",
        "ignore": ["firebase.json", "**/.*"],
        "trailingSlash": true,
        "redirects": redirects,
        "headers": headers,
    });
    format!("{:#}\n", json!({ "hosting": hosting }))
}

/// A path in which nothing is a pattern.
fn escaped(path: &str) -> String {
    let mut escaped = String::new();
    for c in path.chars() {
        if "*?[]{}()!+@\\".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
