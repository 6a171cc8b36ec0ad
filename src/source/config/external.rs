//! `[check.external]`: how links to other sites are asked.

use serde::Deserialize;

use crate::model::{Spanned, external::External};
use crate::source::config::Checker;

/// `[check.external]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawExternal {
    allow: Vec<String>,
    ignore: Vec<String>,
    same_host: Vec<Spanned<String>>,
    private: Option<bool>,
    anchors: Option<bool>,
    timeout: Option<Spanned<i64>>,
    per_host: Option<Spanned<i64>>,
    at_once: Option<Spanned<i64>>,
    retries: Option<Spanned<i64>>,
    redirects: Option<Spanned<i64>>,
    bytes: Option<Spanned<i64>>,
    expires: Option<Spanned<i64>>,
}

pub(super) fn resolve(raw: RawExternal, checker: &mut Checker<'_>) -> External {
    let fallback = External::default();
    let same_host = raw.same_host.into_iter().filter_map(|written| path(written, checker)).collect();
    let mut number = |key: &str, value, least: i64, most: i64, fallback: u64| {
        let found = checker.number(&format!("check.external.{key}"), value, least, most);
        found.and_then(|value| u64::try_from(value).ok()).unwrap_or(fallback)
    };
    External {
        timeout: number("timeout", raw.timeout, 1, 600, fallback.timeout),
        per_host: number("per_host", raw.per_host, 1, 100, fallback.per_host as u64) as usize,
        at_once: number("at_once", raw.at_once, 1, 256, fallback.at_once as u64) as usize,
        retries: number("retries", raw.retries, 0, 10, fallback.retries.into()) as u32,
        redirects: number("redirects", raw.redirects, 0, 50, fallback.redirects as u64) as usize,
        bytes: number("bytes", raw.bytes, 1, 1 << 30, fallback.bytes),
        expires: number("expires", raw.expires, 0, 3650, fallback.expires),
        private: raw.private.unwrap_or(fallback.private),
        anchors: raw.anchors.unwrap_or(fallback.anchors),
        allow: raw.allow,
        ignore: raw.ignore,
        same_host,
    }
}

/// A pattern of paths on this site's host.
fn path(written: Spanned<String>, checker: &mut Checker<'_>) -> Option<String> {
    if written.value.starts_with('/') && !written.value.starts_with("//") {
        return Some(written.value);
    }
    let help = "write it as it stands in links, such as `\"/blog/*\"`";
    checker.refuse("check.external.same_host", &written, "a path on the same host begins with one `/`", help);
    None
}
