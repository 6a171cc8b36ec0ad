//! `_redirects` and `_headers`, for Netlify and Cloudflare Pages.

use crate::publish::host::{FOR_EVER, Told};

/// Both files; `status` is what stands behind each redirect.
pub(super) fn files(told: &Told, status: &str) -> Vec<(&'static str, String)> {
    let mut redirects = String::new();
    for (from, to) in &told.redirects {
        redirects.push_str(&format!("{from} {to} {status}\n"));
    }
    let mut headers = format!("{}*\n", told.base);
    for (name, value) in &told.headers {
        headers.push_str(&format!("  {name}: {value}\n"));
    }
    for folder in &told.for_ever {
        headers.push_str(&format!("{}{folder}*\n  Cache-Control: {FOR_EVER}\n", told.base));
    }
    vec![("_redirects", redirects), ("_headers", headers)]
}
