//! TOML, through the spanned tree of the `toml` crate.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::model::{
    Diagnostic,
    node::{Entry, Node, NodeKind},
};
use crate::source::data::{DEEPEST, MOST_ERRORS, bytes, finish, syntax, too_deep};

/// Reads the TOML in the bytes `part` of `text`, the file `path`.
pub fn toml_node(path: &str, text: &str, part: Range<usize>) -> Result<Node, Vec<Diagnostic>> {
    let inner = text.get(part.clone()).unwrap_or("");
    let (table, errors) = DeTable::parse_recoverable(inner);
    let mut reader = Reader { path, text, offset: part.start, diagnostics: Vec::new() };
    for error in errors.iter().take(MOST_ERRORS) {
        let range = error.span().unwrap_or(inner.len()..inner.len());
        reader.report(error.message(), range);
    }
    if !reader.diagnostics.is_empty() {
        return Err(reader.diagnostics);
    }
    let kind = reader.table(table.into_inner(), 0);
    if !reader.diagnostics.is_empty() {
        return Err(reader.diagnostics);
    }
    finish(path, Node { kind, span: bytes(part) }, text)
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    offset: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn report(&mut self, message: &str, range: Range<usize>) {
        let range = self.shift(range);
        let found = self.text.get(range.clone()).unwrap_or("").lines().next().unwrap_or("").trim();
        let (message, help) = match message.split(',').next().unwrap_or_default() {
            "duplicate key" => (
                format!("duplicate key `{}`", found.chars().take(100).collect::<String>()),
                Some("remove one of the two"),
            ),
            "cannot recurse further; max recursion depth met" | "recursion limit" => {
                self.diagnostics.push(too_deep(self.path, self.text, range));
                return;
            }
            "string values must be quoted" if found.is_empty() => (
                "this is not TOML: a key without a value".to_owned(),
                Some("write a value after `=`, or remove the key"),
            ),
            "string values must be quoted" | "invalid boolean" => {
                ("this is not TOML: text without quotes".to_owned(), Some("put the value in quotes"))
            }
            "invalid basic string" => {
                ("this is not TOML: a string without its closing quote".to_owned(), Some("end the string with `\"`"))
            }
            "invalid date" => (format!("this is not TOML: {message}"), Some("write a date such as 2026-11-20")),
            "unclosed array" => (format!("this is not TOML: {message}"), Some("end the list with `]`")),
            _ => (format!("this is not TOML: {message}"), None),
        };
        let diagnostic = syntax(self.path, self.text, range, message);
        self.diagnostics.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }

    fn table(&mut self, table: DeTable<'_>, depth: usize) -> NodeKind {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_span = bytes(self.shift(key.span()));
            let value = self.value(value, depth + 1);
            entries.push(Entry { key: key.into_inner().into_owned(), key_span, value });
        }
        NodeKind::Table(entries)
    }

    fn value(&mut self, value: Spanned<DeValue<'_>>, depth: usize) -> Node {
        let range = self.shift(value.span());
        let kind = match value.into_inner() {
            DeValue::String(text) => NodeKind::String(text.into_owned()),
            DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
                Ok(value) => NodeKind::Int(value),
                Err(_) => self.too_large(&range),
            },
            DeValue::Float(digits) => match digits.as_str().parse() {
                Ok(value) => NodeKind::Float(value),
                Err(_) => self.too_large(&range),
            },
            DeValue::Boolean(value) => NodeKind::Bool(value),
            DeValue::Datetime(datetime) => NodeKind::Datetime(datetime.to_string()),
            DeValue::Array(_) | DeValue::Table(_) if depth > DEEPEST => {
                if self.diagnostics.is_empty() {
                    self.diagnostics.push(too_deep(self.path, self.text, range.clone()));
                }
                NodeKind::Null
            }
            DeValue::Array(items) => {
                NodeKind::Array(items.into_iter().map(|item| self.value(item, depth + 1)).collect())
            }
            DeValue::Table(table) => self.table(table, depth),
        };
        Node { kind, span: bytes(range) }
    }

    fn too_large(&mut self, range: &Range<usize>) -> NodeKind {
        if self.diagnostics.len() < MOST_ERRORS {
            self.diagnostics.push(syntax(self.path, self.text, range.clone(), "number too large"));
        }
        NodeKind::Null
    }

    fn shift(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }
}
