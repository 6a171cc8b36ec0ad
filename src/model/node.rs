//! Data with places: a tree of values as TOML, YAML and JSON say them, each with its span.
//!
//! [`read`] is the door: a tree becomes a type by serde, and every mistake becomes a diagnostic at its exact place.

mod deserializer;

use std::{borrow::Cow, collections::BTreeSet};

use serde::de::DeserializeOwned;

use crate::model::{
    diagnostic::{Diagnostic, did_you_mean},
    node::deserializer::{Error, Fault},
    span::Span,
    value::Value,
};

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub kind: NodeKind,
    /// Where it stands; for a table, its header or its braces.
    pub span: Span,
}

/// What a [`Node`] can be.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// A date or a time of TOML's, as it was written.
    Datetime(String),
    /// A list.
    Array(Vec<Node>),
    /// A table, keys in the order of the file and each of them once.
    Table(Vec<Entry>),
}

/// A key of a table, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// More mistakes than this in one file are not listed one by one.
const MOST_MISTAKES: usize = 50;

/// Reads a `T` from the tree of the file `path`, and says everything that is wrong with it.
///
/// What is wrong is left out, so that the `T` holds all the rest; a tree that can't be read at all is the default.
/// Codes, all errors: `unknown-key` at the key; `wrong-type` and `invalid-value` at the value; `missing-key` at the table.
pub fn read<T: DeserializeOwned + Default>(node: &Node, path: &str) -> (T, Vec<Diagnostic>) {
    let mut tree = Cow::Borrowed(node);
    let mut diagnostics = Vec::new();
    let mut taken_out = BTreeSet::new();
    loop {
        let error = match T::deserialize(&*tree) {
            Ok(value) => return (value, diagnostics),
            Err(error) => error,
        };
        if diagnostics.len() == MOST_MISTAKES {
            let more = Diagnostic::error("invalid-value", path, error.span, "too many mistakes: the rest is not shown");
            diagnostics.push(more.help("mend those above first"));
            return (T::default(), diagnostics);
        }
        // A key that was taken out because its value is wrong is not missing.
        let known = match &error.fault {
            Fault::MissingKey(key) => taken_out.contains(&(error.span, (*key).to_owned())),
            _ => false,
        };
        if !known {
            diagnostics.push(diagnose(&error, &tree, path));
        }
        taken_out.extend(tree.table_and_key(&error.path));
        if !tree.to_mut().remove(&error.path) {
            return (T::default(), diagnostics);
        }
    }
}

impl Node {
    /// The value under `key`, where this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The entries of a table; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// What it is, for messages: "a string".
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "nothing",
            NodeKind::Bool(_) => "true or false",
            NodeKind::Int(_) => "an integer",
            NodeKind::Float(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Datetime(_) => "a date",
            NodeKind::Array(_) => "a list",
            NodeKind::Table(_) => "a table",
        }
    }

    /// The value alone.
    pub fn into_value(self) -> Value {
        match self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(value),
            NodeKind::Int(value) => Value::Int(value),
            NodeKind::Float(value) => Value::Float(value),
            NodeKind::String(text) | NodeKind::Datetime(text) => Value::String(text),
            NodeKind::Array(items) => Value::Array(items.into_iter().map(Node::into_value).collect()),
            NodeKind::Table(entries) => {
                Value::Table(entries.into_iter().map(|entry| (entry.key, entry.value.into_value())).collect())
            }
        }
    }

    /// The child at `index`, with its key where this is a table.
    fn child(&self, index: usize) -> Option<(Option<&str>, &Node)> {
        match &self.kind {
            NodeKind::Array(items) => items.get(index).map(|item| (None, item)),
            NodeKind::Table(entries) => entries.get(index).map(|entry| (Some(entry.key.as_str()), &entry.value)),
            _ => None,
        }
    }

    /// What stands at the end of `path`, innermost step first.
    fn descendant(&self, path: &[usize]) -> Option<&Node> {
        path.iter().rev().try_fold(self, |node, &step| node.child(step).map(|(_, child)| child))
    }

    /// The span of the table whose entry stands at the end of `path`, and the entry's key.
    fn table_and_key(&self, path: &[usize]) -> Option<(Option<Span>, String)> {
        let (&step, outer) = path.split_first()?;
        let table = self.descendant(outer)?;
        let (key, _) = table.child(step)?;
        Some((Some(table.span), key?.to_owned()))
    }

    /// Takes out what stands at the end of `path`. False for the root and where nothing is there.
    fn remove(&mut self, path: &[usize]) -> bool {
        let Some((&step, inner)) = path.split_last() else { return false };
        match &mut self.kind {
            NodeKind::Array(items) if step < items.len() => {
                if inner.is_empty() {
                    items.remove(step);
                    return true;
                }
                items[step].remove(inner)
            }
            NodeKind::Table(entries) if step < entries.len() => {
                if inner.is_empty() {
                    entries.remove(step);
                    return true;
                }
                entries[step].value.remove(inner)
            }
            _ => false,
        }
    }
}

fn diagnose(error: &Error, tree: &Node, path: &str) -> Diagnostic {
    let span = error.span;
    let name = name(tree, &error.path);
    let of = if name.is_empty() { String::new() } else { format!(" for {name}") };
    match &error.fault {
        Fault::UnknownKey { key, known } => {
            let table = self::name(tree, error.path.get(1..).unwrap_or(&[]));
            let place = if table.is_empty() { String::new() } else { format!(" in {table}") };
            Diagnostic::error("unknown-key", path, span, format!("unknown key `{}`{place}", shorten(key)))
                .help(suggest(key, known, "the known keys are"))
        }
        Fault::WrongType { expected, found } => {
            let message = format!("expected {expected}{of}, found {found}");
            let diagnostic = Diagnostic::error("wrong-type", path, span, message);
            match type_help(expected, tree.descendant(&error.path)) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        }
        Fault::UnknownValue { value, known } => {
            let message = format!("unknown value `{}`{of}", shorten(value));
            Diagnostic::error("invalid-value", path, span, message).help(suggest(value, known, "write one of"))
        }
        Fault::Invalid(reason) => {
            let message = format!("invalid value{of}: {}", shorten(reason));
            Diagnostic::error("invalid-value", path, span, message)
        }
        Fault::MissingKey(key) => {
            let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
            Diagnostic::error("missing-key", path, span, format!("missing key `{key}`{place}"))
                .help(format!("add a value for `{key}`"))
        }
    }
}

/// The end of `path` in words: "`a.b`" or "an item of `a.b`"; empty for the root. Items are not counted, for those with
/// mistakes were taken out.
fn name(tree: &Node, path: &[usize]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    let mut node = tree;
    let mut item = false;
    for &step in path.iter().rev() {
        let Some((key, child)) = node.child(step) else { break };
        item = key.is_none();
        keys.extend(key);
        node = child;
    }
    let dotted = keys.join(".");
    match (item, dotted.is_empty()) {
        (true, true) => "an item".to_owned(),
        (true, false) => format!("an item of `{}`", shorten(&dotted)),
        (false, true) => String::new(),
        (false, false) => format!("`{}`", shorten(&dotted)),
    }
}

fn suggest(word: &str, known: &[&str], list: &str) -> String {
    match did_you_mean(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
            format!("{list} {}", known.join(", "))
        }
    }
}

fn type_help(expected: &str, found: Option<&Node>) -> Option<&'static str> {
    let number = expected.contains("number") || expected == "an integer";
    match (expected, &found?.kind) {
        ("a string", NodeKind::Int(_) | NodeKind::Float(_) | NodeKind::Bool(_)) => Some("put the value in quotes"),
        ("true or false", NodeKind::String(_)) => Some("write `true` or `false`, without quotes"),
        ("a list", NodeKind::String(_)) => Some("put the value in brackets: `[\"..\"]`"),
        (_, NodeKind::String(text)) if number && text.trim().parse::<f64>().is_ok() => {
            Some("write the number without quotes")
        }
        _ => None,
    }
}

/// At most 100 characters of somebody's text, for messages.
fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(100) {
        Some((end, _)) => Cow::Owned(format!("{}..", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::model::{Date, Level, Spanned, Value};

    /// A tree from JSON, whose spans count keys and values in the order of the text.
    fn tree(value: &serde_json::Value, next: &mut u32) -> Node {
        let mut span = || {
            *next += 1;
            Span { start: *next, end: *next + 1, line: 1, column: *next }
        };
        let here = span();
        let kind = match value {
            serde_json::Value::Null => NodeKind::Null,
            serde_json::Value::Bool(value) => NodeKind::Bool(*value),
            serde_json::Value::Number(number) => {
                number.as_i64().map_or_else(|| NodeKind::Float(number.as_f64().expect("a number")), NodeKind::Int)
            }
            serde_json::Value::String(text) => NodeKind::String(text.clone()),
            serde_json::Value::Array(items) => NodeKind::Array(items.iter().map(|item| tree(item, next)).collect()),
            serde_json::Value::Object(map) => {
                let mut entries = Vec::new();
                for (key, value) in map {
                    *next += 1;
                    let key_span = Span { start: *next, end: *next + 1, line: 1, column: *next };
                    entries.push(Entry { key: key.clone(), key_span, value: tree(value, next) });
                }
                NodeKind::Table(entries)
            }
        };
        Node { kind, span: here }
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Sample {
        text: Option<String>,
        small: u8,
        ratio: f64,
        day: Option<Date>,
        level: Option<Level>,
        place: Option<Spanned<String>>,
        list: Vec<Spanned<Date>>,
        inner: BTreeMap<String, Inner>,
        free: Value,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        must: i64,
        #[serde(default)]
        may: bool,
    }

    /// What is read from `json`, as its `Debug` text without defaults, and the diagnostics by their column.
    fn check(json: &str, expected: &str) {
        let node = tree(&serde_json::from_str(json).expect("JSON"), &mut 0);
        let (sample, diagnostics) = read::<Sample>(&node, "f");
        let mut found = format!("{sample:?}");
        for diagnostic in &diagnostics {
            let column = diagnostic.place.span.expect("a place").column;
            found.push_str(&format!("\n{column} {}: {}", diagnostic.code, diagnostic.message));
        }
        assert!(found.ends_with(expected), "{json}\n{found}");
        assert_eq!(diagnostics.len(), expected.matches('\n').count(), "{json}\n{found}");
    }

    #[test]
    fn what_is_right_is_read() {
        check(
            r#"{"free": {"b": [1, {"a": null}], "a": 1.5}}"#,
            "free: Table([(\"b\", Array([Int(1), Table([(\"a\", Null)])])), (\"a\", Float(1.5))]) }",
        );
        check(r#"{"inner": {"x": {"must": 1}}}"#, "inner: {\"x\": Inner { must: 1, may: false }}, free: Null }");
        check(r#"{"text": null, "small": null, "list": null}"#, "free: Null }");
        let node = tree(&serde_json::json!({"place": "x", "level": "warning", "small": 255, "ratio": 2}), &mut 0);
        let (sample, _) = read::<Sample>(&node, "f");
        let span = Span { start: 3, end: 4, line: 1, column: 3 };
        assert_eq!(sample.place, Some(Spanned { value: "x".to_owned(), span }));
        assert_eq!((sample.level, sample.small, sample.ratio), (Some(Level::Warning), 255, 2.0));
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        check(
            r#"{"small": 256}"#,
            "\n3 invalid-value: invalid value for `small`: expected a whole number from 0 to 255, found integer `256`",
        );
        check(r#"{"ratio": "x"}"#, "\n3 wrong-type: expected a number for `ratio`, found a string");
        check(r#"{"level": "x"}"#, "\n3 invalid-value: unknown value `x` for `level`");
        check(r#"{"level": {"x": 1}}"#, "\n3 wrong-type: expected a string for `level`, found a table");
        check(r#"{"texd": null}"#, "\n2 unknown-key: unknown key `texd`");
        check(
            r#"{"inner": {"x": {}, "y": []}}"#,
            "\n5 missing-key: missing key `must` in `inner.x`\n7 wrong-type: expected a table for `inner.y`, found a list",
        );
        check(
            r#"{"inner": {"x": {"must": "a"}}}"#,
            "\n7 wrong-type: expected an integer for `inner.x.must`, found a string",
        );
        check(
            r#"{"list": ["2026-01-01", "x", 1]}"#,
            "\n5 invalid-value: invalid value for an item of `list`: `x` is not a date such as 2026-11-20\n6 wrong-type: expected a date such as 2026-11-20 for an item of `list`, found an integer",
        );
        check(r#"[1]"#, "\n1 wrong-type: expected a table, found a list");
        check(r#"7"#, "\n1 wrong-type: expected a table, found an integer");
    }

    #[test]
    fn mistakes_are_bounded() {
        let many: serde_json::Map<_, _> = (0..1000).map(|i| (format!("k{i}"), serde_json::json!(i))).collect();
        let (_, diagnostics) = read::<Sample>(&tree(&many.into(), &mut 0), "f");
        assert_eq!(diagnostics.len(), MOST_MISTAKES + 1);
    }
}
