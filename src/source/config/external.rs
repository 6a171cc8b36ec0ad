//! `[check]`: levels of rules, and how links to other sites are asked.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use crate::model::{Level, Spanned, external::External};
use crate::source::config::Checker;

/// `[check]`.
#[derive(Default)]
pub(super) struct RawCheck {
    pub(super) levels: BTreeMap<String, Level>,
    pub(super) external: RawExternal,
}

/// `[check.external]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawExternal {
    allow: Vec<String>,
    ignore: Vec<String>,
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

impl<'de> Deserialize<'de> for RawCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawCheckVisitor)
    }
}

struct RawCheckVisitor;

impl<'de> Visitor<'de> for RawCheckVisitor {
    type Value = RawCheck;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawCheck, A::Error> {
        let mut check = RawCheck::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "external" => check.external = map.next_value()?,
                _ => drop(check.levels.insert(key, map.next_value()?)),
            }
        }
        Ok(check)
    }
}

pub(super) fn resolve(raw: RawExternal, checker: &mut Checker<'_>) -> External {
    let fallback = External::default();
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
    }
}
