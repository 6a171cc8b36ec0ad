//! JSON: `serde_json` judges the syntax, then one walk over the valid text finds the values and their places.

use std::{collections::BTreeSet, ops::Range};

use serde::de::IgnoredAny;

use crate::model::{
    Diagnostic,
    node::{Entry, Node, NodeKind},
};
use crate::source::data::{DEEPEST, bytes, finish, syntax, too_deep};

/// Reads the JSON in the bytes `part` of `text`, the file `path`.
pub fn json_node(path: &str, text: &str, part: Range<usize>) -> Result<Node, Vec<Diagnostic>> {
    let inner = text.get(part.clone()).unwrap_or("");
    if let Err(error) = serde_json::from_str::<IgnoredAny>(inner) {
        let at = part.start + byte_at(inner, error.line(), error.column());
        return Err(vec![syntax(path, text, at..at + 1, format!("this is not JSON: {}", reason(&error)))]);
    }
    let mut walk = Walk { path, text, at: part.start };
    match walk.value(0) {
        Ok(root) => finish(path, root, text),
        Err(diagnostic) => Err(vec![*diagnostic]),
    }
}

/// What `serde_json` says, without the place, which is the diagnostic's.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    reason.replace("EOF while parsing", "the text ends inside")
}

/// The byte of a line and a column in bytes, both counted from 1.
fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// A walk over text that is known to be JSON.
struct Walk<'a> {
    path: &'a str,
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Box<Diagnostic>> {
        let start = self.skip_space();
        if depth > DEEPEST {
            return Err(Box::new(too_deep(self.path, self.text, start..start + 1)));
        }
        let kind = match self.peek() {
            b'[' => self.list(depth)?,
            b'{' => self.table(depth)?,
            b'"' => NodeKind::String(self.string()?),
            _ => self.word(),
        };
        Ok(Node { kind, span: bytes(start..self.at) })
    }

    fn list(&mut self, depth: usize) -> Result<NodeKind, Box<Diagnostic>> {
        let mut items = Vec::new();
        self.at += 1;
        while self.more(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(NodeKind::Array(items))
    }

    fn table(&mut self, depth: usize) -> Result<NodeKind, Box<Diagnostic>> {
        let mut entries = Vec::new();
        let mut keys = BTreeSet::new();
        self.at += 1;
        while self.more(b'}') {
            let start = self.at;
            let key = self.string()?;
            let range = start..self.at;
            if !keys.insert(key.clone()) {
                let message = format!("duplicate key `{}`", key.chars().take(100).collect::<String>());
                return Err(Box::new(syntax(self.path, self.text, range, message)));
            }
            self.skip_space();
            self.at += 1;
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, key_span: bytes(range), value });
        }
        Ok(NodeKind::Table(entries))
    }

    /// Goes to the next item, or past the bracket that closes the list or table.
    fn more(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.peek() == b',' {
            self.at += 1;
            self.skip_space();
        }
        let more = self.peek() != close && self.at < self.text.len();
        if !more {
            self.at += 1;
        }
        more
    }

    fn string(&mut self) -> Result<String, Box<Diagnostic>> {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).unwrap_or("");
        serde_json::from_str(quoted).map_err(|error| {
            let message = format!("this is not JSON: {}", reason(&error));
            Box::new(syntax(self.path, self.text, start..self.at, message))
        })
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> NodeKind {
        let start = self.at;
        while self.at < self.text.len() && !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        match self.text.get(start..self.at).unwrap_or("") {
            "true" => NodeKind::Bool(true),
            "false" => NodeKind::Bool(false),
            word => match (word.parse(), word.parse()) {
                (Ok(int), _) => NodeKind::Int(int),
                (_, Ok(float)) => NodeKind::Float(float),
                _ => NodeKind::Null,
            },
        }
    }

    fn skip_space(&mut self) -> usize {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.at
    }

    /// The next byte, or NUL at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
}
