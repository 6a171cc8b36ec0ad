//! `.htaccess`, for Apache.

use crate::{
    model::media,
    publish::host::{FOR_EVER, Told},
};

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
    if !told.compressed.is_empty() {
        text.push_str(&compressed(told));
    }
    text
}

/// Rules by which a file is answered with what stands beside it in an encoding that the browser takes.
///
/// Each leads to that file in a second pass, which finds the mark that the first one left, tells what is in the file, and keeps
/// other modules from compressing it again. Files of the same kind that are asked for by their own names have no mark.
fn compressed(told: &Told) -> String {
    let has_mark = "  RewriteCond %{ENV:REDIRECT_docweave} (.+)\n";
    let mut text = format!(
        "<IfModule mod_rewrite.c>\n<IfModule mod_headers.c>\n  RewriteEngine On\n  RewriteBase {}\n",
        quoted(&told.base)
    );
    for (extensions, kind) in media::texts() {
        let (names, kind) = (extensions.join("|"), kind.replace("; ", ";"));
        text.push_str(&format!("{has_mark}  RewriteRule \\.({names})\\.(gz|br)$ - [T={kind}]\n"));
    }
    text.push_str(&format!("{has_mark}  RewriteRule ^ - [E=docweave_encoding:%1,E=no-gzip:1,E=no-brotli:1,END]\n"));
    let all: Vec<&str> = media::texts().flat_map(|(extensions, _)| extensions).copied().collect();
    let all = all.join("|");
    // Brotli is the smaller one.
    for encoding in told.compressed.iter().rev() {
        let (name, ending) = (encoding.name(), encoding.ending());
        let is_taken =
            format!("  RewriteCond %{{HTTP:Accept-Encoding}} \\b{name}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))\n");
        for (before, add) in [("^(.*/)?$", "index.html"), ("^(.+)$", "")] {
            let folder = if add.is_empty() { "" } else { "/" };
            text.push_str(&format!(
                "{is_taken}  RewriteCond %{{REQUEST_FILENAME}}{folder}{add}{ending} -f\n\
                 \x20 RewriteCond %{{REQUEST_FILENAME}}{folder}{add} \\.({all})$\n\
                 \x20 RewriteRule {before} $1{add}{ending} [E=docweave:{name},L]\n"
            ));
        }
    }
    text.push_str("  Header set Content-Encoding %{docweave_encoding}e env=docweave_encoding\n");
    text.push_str(&format!("  <FilesMatch \"\\.({all})(\\.gz|\\.br)?$\">\n    Header merge Vary Accept-Encoding\n"));
    text + "  </FilesMatch>\n</IfModule>\n</IfModule>\n"
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
