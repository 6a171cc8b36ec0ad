//! `.htaccess`, for Apache.

use crate::publish::host::{FOR_EVER, Told};

pub(super) fn file(told: &Told) -> String {
    let mut text = String::from("# Made by docweave.\n");
    if told.has_lost {
        text.push_str(&format!("ErrorDocument 404 {}404.html\n", told.base));
    }
    text.push_str("<IfModule mod_headers.c>\n");
    for (name, value) in &told.headers {
        text.push_str(&format!("  Header always set {name} {}\n", quoted(value)));
    }
    text.push_str("  Header set Cache-Control no-cache\n");
    for folder in &told.for_ever {
        let start = escaped(&format!("{}{folder}", told.base));
        text.push_str(&format!("  <If \"%{{REQUEST_URI}} =~ m#^{start}#\">\n"));
        text.push_str(&format!("    Header set Cache-Control \"{FOR_EVER}\"\n  </If>\n"));
    }
    text.push_str("</IfModule>\n");
    if !told.redirects.is_empty() {
        text.push_str("<IfModule mod_alias.c>\n");
        for (from, to) in &told.redirects {
            // Apache compares addresses after it decoded them. A slash at the end may be there or not.
            let decoded = percent_encoding::percent_decode_str(from).decode_utf8_lossy();
            let (start, slash) = match decoded.strip_suffix('/') {
                Some(start) => (start, "/?"),
                None => (&*decoded, ""),
            };
            text.push_str(&format!(
                "  RedirectMatch 301 {} {}\n",
                quoted(&format!("^{}{slash}$", escaped(start))),
                quoted(&to.replace('$', "%24"))
            ));
        }
        text.push_str("</IfModule>\n");
    }
    text
}

/// Text in quotes that nothing in it can end.
fn quoted(value: &str) -> String {
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", value.replace('"', "\\\""))
}

/// Text as a regular expression that is that text.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() && !matches!(c, '/' | '-' | '_' | ' ') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
