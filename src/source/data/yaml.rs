//! YAML, through `serde-saphyr` and its budget: aliases that multiply, deep nesting and long lists are refused.

use std::{fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, Options, Spanned, UserMessageFormatter, budget::BudgetBreach};

use crate::model::{
    Diagnostic,
    node::{Entry, Node, NodeKind},
};
use crate::source::data::{DEEPEST, bytes, finish, syntax, too_deep};

/// How many values a document may hold, those that aliases repeat included.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) most_values: usize,
    /// What to do with more.
    pub(super) help: &'static str,
}

const FRONT_MATTER: Budget = Budget { most_values: 5_000, help: "write large tables in TOML, between `+++` lines" };

/// Reads the YAML document in the bytes `part` of `text`, the file `path`. Nothing but comments is an empty table.
pub fn yaml_node(path: &str, text: &str, part: Range<usize>) -> Result<Node, Vec<Diagnostic>> {
    yaml_node_within(FRONT_MATTER, path, text, part)
}

/// The same with a budget of its own.
pub(super) fn yaml_node_within(
    budget: Budget,
    path: &str,
    text: &str,
    part: Range<usize>,
) -> Result<Node, Vec<Diagnostic>> {
    let inner = text.get(part.clone()).unwrap_or("");
    let place = Place { offset: part.start, end: part.end };
    let tree: Spanned<Tree> = serde_saphyr::from_str_with_options(inner, options(budget.most_values))
        .map_err(|error| vec![report(path, text, &place, budget, error.without_snippet())])?;
    let mut root = place.node(tree);
    if root.kind == NodeKind::Null {
        root.kind = NodeKind::Table(Vec::new());
    }
    root.span = bytes(part);
    finish(path, root, text)
}

fn options(most_values: usize) -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::Error,
        budget: serde_saphyr::budget! { max_depth: DEEPEST, max_nodes: most_values, max_documents: 1 },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: most_values },
    }
}

fn report(path: &str, text: &str, place: &Place, budget: Budget, error: &Error) -> Diagnostic {
    let range = error.location().map_or(place.offset..place.offset, |location| place.error(text, &location));
    let cause = match error {
        Error::AliasError { error, .. } => error,
        other => other,
    };
    let (message, help) = match cause {
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => return too_deep(path, text, range),
        Error::Budget { breach: BudgetBreach::Nodes { .. }, .. } | Error::AliasReplayLimitExceeded { .. } => {
            let message = format!("more than {} values, those that aliases repeat included", budget.most_values);
            (message, Some(budget.help))
        }
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            ("a second YAML document in one file".to_owned(), Some("remove the line `---` that begins it"))
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            let message = format!("duplicate key `{}`", key.chars().take(100).collect::<String>());
            (message, Some("remove one of the two"))
        }
        other => in_words(&other.render_with_formatter(&UserMessageFormatter)),
    };
    let diagnostic = syntax(path, text, range, message);
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The parser's own words without the place, which is the diagnostic's; the most usual mistake in plainer ones.
fn in_words(rendered: &str) -> (String, Option<&'static str>) {
    let line = rendered.lines().next().unwrap_or_default();
    let reason = line.split_once(" at line ").map_or(line, |(reason, _)| reason);
    if reason.starts_with("mapping values are not allowed") {
        return ("this is not YAML: a second `:` in one line".to_owned(), Some("put the value in quotes"));
    }
    if reason.contains("found a tab") {
        return (format!("this is not YAML: {reason}"), Some("indent with spaces"));
    }
    if reason.contains("unclosed bracket") {
        return (format!("this is not YAML: {reason}"), Some("close it, or put the value in quotes"));
    }
    if reason == "simple key expected ':'" {
        return ("this is not YAML: a line without `:`".to_owned(), Some("write `key: value`, or remove the line"));
    }
    (format!("this is not YAML: {reason}"), None)
}

/// Where the document lies in its file.
struct Place {
    offset: usize,
    end: usize,
}

impl Place {
    fn range(&self, location: &Location) -> Range<usize> {
        let span = location.span();
        let at = |offset: Option<u64>| self.offset + offset.unwrap_or(0) as usize;
        let start = at(span.byte_offset()).min(self.end);
        start..(start + span.byte_len().unwrap_or(0) as usize).min(self.end)
    }

    /// Like [`Self::range`] for an error's place, which may be a line and a column of characters alone.
    fn error(&self, text: &str, location: &Location) -> Range<usize> {
        if location.span().byte_offset().is_some() {
            return self.range(location);
        }
        let inner = text.get(self.offset..self.end).unwrap_or("");
        let before = (location.line() as usize).saturating_sub(1);
        let line: usize = inner.split_inclusive('\n').take(before).map(str::len).sum();
        let column = (location.column() as usize).saturating_sub(1);
        let rest = inner.get(line..).unwrap_or("");
        let (at, width) = rest.char_indices().nth(column).map_or((rest.len(), 0), |(at, c)| (at, c.len_utf8()));
        let start = self.offset + line + at;
        start..start + width
    }

    fn node(&self, tree: Spanned<Tree>) -> Node {
        let mut range = self.range(&tree.referenced);
        let kind = match tree.value {
            Tree::Plain(kind) => kind,
            Tree::Array(items) => NodeKind::Array(items.into_iter().map(|item| self.node(item)).collect()),
            Tree::Table(entries) => NodeKind::Table(entries.into_iter().map(|entry| self.entry(entry)).collect()),
        };
        if let Some(end) = last_byte(&kind) {
            range.end = range.end.max(end);
        }
        Node { kind, span: bytes(range) }
    }

    fn entry(&self, (key, value): (Spanned<String>, Spanned<Tree>)) -> Entry {
        let key_span = bytes(self.range(&key.referenced));
        Entry { key: key.value, key_span, value: self.node(value) }
    }
}

/// Where the last child of a list or table ends: the parser knows only where they begin.
fn last_byte(kind: &NodeKind) -> Option<usize> {
    match kind {
        NodeKind::Array(items) => items.iter().map(|item| item.span.end as usize).max(),
        NodeKind::Table(entries) => {
            entries.iter().map(|entry| entry.value.span.end.max(entry.key_span.end) as usize).max()
        }
        _ => None,
    }
}

/// A YAML value, as serde sees it.
enum Tree {
    Plain(NodeKind),
    Array(Vec<Spanned<Tree>>),
    Table(Vec<(Spanned<String>, Spanned<Tree>)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyTree)
    }
}

struct AnyTree;

impl<'de> Visitor<'de> for AnyTree {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::Int(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Plain(i64::try_from(value).map_or(NodeKind::Float(value as f64), NodeKind::Int)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::Float(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::String(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::Null))
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Plain(NodeKind::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Table(entries))
    }
}
