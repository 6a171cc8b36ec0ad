//! TOML, YAML, JSON and CSV to one tree of values with spans.
//!
//! Each reader takes the text of a whole file and the part of it that holds the data, so that front matter has the
//! lines of its article. Syntax errors are diagnostics with the code `syntax`. Nesting ends at [`DEEPEST`] levels.

mod csv;
pub mod files;
mod json;
mod toml;
mod yaml;

use std::ops::Range;

use crate::model::{
    Diagnostic, Lines, Span,
    node::{Entry, Node, NodeKind},
};

pub use self::{json::json_node, toml::toml_node, yaml::yaml_node};

/// Lists and tables nest no deeper than this.
pub const DEEPEST: usize = 64;

/// Syntax errors of one file beyond this number follow from the first ones.
const MOST_ERRORS: usize = 10;

/// A span without its line and column, which [`finish`] fills in for the whole tree at once.
fn bytes(range: Range<usize>) -> Span {
    Span { start: range.start as u32, end: range.end as u32, line: 1, column: 1 }
}

/// Puts tables into the order of the file and fills in lines and columns, in one pass over `text`. Control characters,
/// which only an escape can put into a string, are errors: no page and no feed could hold them.
fn finish(path: &str, mut root: Node, text: &str) -> Result<Node, Vec<Diagnostic>> {
    let mut spans = Vec::new();
    sort_and_collect(&mut root, &mut spans);
    spans.sort_by_key(|span| span.start);
    let mut lines = Lines::new(text);
    for span in spans {
        *span = lines.span(span.start as usize..span.end as usize);
    }
    let mut diagnostics = Vec::new();
    refuse_controls(path, &root, &mut diagnostics);
    if diagnostics.is_empty() { Ok(root) } else { Err(diagnostics) }
}

fn refuse_controls(path: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Array(items) => items.iter().for_each(|item| refuse_controls(path, item, diagnostics)),
        NodeKind::Table(entries) => entries.iter().for_each(|entry| refuse_controls(path, &entry.value, diagnostics)),
        NodeKind::String(value) if diagnostics.len() < MOST_ERRORS => {
            let is_control = |b: &u8| b.is_ascii_control() && !matches!(b, b'\t' | b'\n' | b'\r');
            if let Some(control) = value.bytes().find(is_control) {
                let message = format!("a control character (U+{control:04X}) in a string");
                let diagnostic = Diagnostic::error("syntax", path, node.span, message);
                diagnostics.push(diagnostic.help("take the escape out of the string"));
            }
        }
        _ => {}
    }
}

fn sort_and_collect<'a>(node: &'a mut Node, spans: &mut Vec<&'a mut Span>) {
    spans.push(&mut node.span);
    match &mut node.kind {
        NodeKind::Array(items) => items.iter_mut().for_each(|item| sort_and_collect(item, spans)),
        NodeKind::Table(entries) => {
            entries.sort_by_key(|entry| entry.key_span.start);
            for Entry { key_span, value, .. } in entries {
                spans.push(key_span);
                sort_and_collect(value, spans);
            }
        }
        _ => {}
    }
}

/// A syntax error of the file `path` at the bytes `range` of its `text`.
fn syntax(path: &str, text: &str, range: Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("syntax", path, Lines::new(text).span(range), message)
}

fn too_deep(path: &str, text: &str, range: Range<usize>) -> Diagnostic {
    syntax(path, text, range, format!("lists or tables nested more than {DEEPEST} levels deep"))
}

#[cfg(test)]
mod tests;
