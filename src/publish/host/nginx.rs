//! `nginx.conf`, to be included in the `server` that serves the site.

use crate::{
    model::target::Encoding,
    publish::host::{FOR_EVER, Told, without_slash},
};

pub(super) fn file(told: &Told) -> String {
    let base = &told.base;
    let mut text = String::from("# Made by docweave. Include this file in the `server` block of the site.\n\n");
    let mut headers = String::new();
    for (name, value) in &told.headers {
        headers.push_str(&format!("add_header {name} {} always;\n", quoted(value)));
    }
    text.push_str(&headers);
    text.push_str("add_header Cache-Control no-cache;\n");
    for encoding in &told.compressed {
        text.push_str(match encoding {
            Encoding::Gzip => "gzip_static on;\n",
            // Of a module that nginx comes without.
            Encoding::Br => "brotli_static on;\n",
        });
    }
    if !told.compressed.is_empty() {
        text.push_str("gzip_vary on;\n");
    }
    if told.has_lost {
        text.push_str(&format!("error_page 404 {};\n", quoted(&format!("{base}404.html"))));
    }
    for folder in &told.for_ever {
        // What a location says replaces what the server says.
        text.push_str(&format!("\nlocation {} {{\n", quoted(&format!("{base}{folder}"))));
        headers.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
        text.push_str(&format!("    add_header Cache-Control \"{FOR_EVER}\";\n}}\n"));
    }
    text.push_str(&format!("\nlocation = {} {{ return 404; }}\n", quoted(&format!("{base}nginx.conf"))));
    text.push_str(&format!("location = {} {{ return 404; }}\n", quoted(&format!("{base}.docweave-manifest"))));
    for (from, to) in &told.redirects {
        // Nginx compares addresses after it decoded them.
        let decoded = percent_encoding::percent_decode_str(from).decode_utf8_lossy();
        for from in [Some(&*decoded), without_slash(&decoded)].into_iter().flatten() {
            text.push_str(&format!("location = {} {{ return 301 {}; }}\n", quoted(from), quoted(to)));
        }
    }
    text
}

/// A value that holds no variables and ends nothing: nginx has no way to write a dollar sign in a string.
fn quoted(value: &str) -> String {
    let value: String = value.chars().filter(|c| *c != '$' && !c.is_control()).collect();
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
