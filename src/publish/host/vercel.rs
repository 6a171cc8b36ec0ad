//! `vercel.json`, for Vercel.

use serde_json::{Value, json};

use crate::publish::host::{FOR_EVER, Told, without_slash};

pub(super) fn file(told: &Told) -> String {
    let mut redirects = Vec::new();
    for (from, to) in &told.redirects {
        for from in [Some(from.as_str()), without_slash(from)].into_iter().flatten() {
            redirects.push(json!({ "source": escaped(from), "destination": to, "permanent": true }));
        }
    }
    let pairs: Vec<Value> = told.headers.iter().map(|(name, value)| json!({ "key": name, "value": value })).collect();
    let mut headers = vec![json!({ "source": format!("{}(.*)", escaped(&told.base)), "headers": pairs })];
    for folder in &told.for_ever {
        let source = format!("{}(.*)", escaped(&format!("{}{folder}", told.base)));
        headers.push(json!({ "source": source, "headers": [{ "key": "Cache-Control", "value": FOR_EVER }] }));
    }
    format!("{:#}\n", json!({ "trailingSlash": true, "redirects": redirects, "headers": headers }))
}

/// A path in which nothing is a pattern.
fn escaped(path: &str) -> String {
    let mut escaped = String::new();
    for c in path.chars() {
        if "(){}[]:*+?!".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
