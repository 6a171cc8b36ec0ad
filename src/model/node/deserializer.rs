//! Serde's view of a [`Node`]: errors know which entry they are about.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::MapDeserializer,
    },
    forward_to_deserialize_any,
};

use crate::model::{
    node::{Entry, Node, NodeKind},
    span::Span,
};

/// A mistake in a tree.
#[derive(Debug)]
pub struct Error {
    /// What is wrong.
    pub(super) fault: Fault,
    /// Where.
    pub(super) span: Option<Span>,
    /// The way to the node as indices into lists and tables, innermost first.
    pub(super) path: Vec<usize>,
}

#[derive(Debug)]
pub(super) enum Fault {
    UnknownKey { key: String, known: &'static [&'static str] },
    WrongType { expected: String, found: &'static str },
    UnknownValue { value: String, known: &'static [&'static str] },
    Invalid(String),
    MissingKey(&'static str),
}

impl Error {
    fn new(fault: Fault) -> Self {
        Self { fault, span: None, path: Vec::new() }
    }

    /// The same at `span`, where no place further in is known.
    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The same seen from one level further out.
    fn inside(mut self, index: usize) -> Self {
        self.path.push(index);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::UnknownKey { key, .. } => write!(f, "unknown key `{key}`"),
            Fault::WrongType { expected, found } => write!(f, "expected {expected}, found {found}"),
            Fault::UnknownValue { value, .. } => write!(f, "unknown value `{value}`"),
            Fault::Invalid(reason) => f.write_str(reason),
            Fault::MissingKey(key) => write!(f, "missing key `{key}`"),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Fault::Invalid(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "true or false",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
            Unexpected::Float(_) => "a number",
            Unexpected::Char(_) | Unexpected::Str(_) => "a string",
            Unexpected::Unit | Unexpected::Option => "nothing",
            Unexpected::Seq => "a list",
            Unexpected::Map => "a table",
            _ => "something else",
        };
        Self::new(Fault::WrongType { expected: in_words(expected), found })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Fault::Invalid(format!("expected {}, found {found}", in_words(expected))))
    }

    fn unknown_variant(value: &str, known: &'static [&'static str]) -> Self {
        Self::new(Fault::UnknownValue { value: value.to_owned(), known })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(Fault::UnknownKey { key: key.to_owned(), known })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Fault::MissingKey(key))
    }
}

/// What serde expected, in the words of an author rather than of Rust.
fn in_words(expected: &dyn Expected) -> String {
    let text = expected.to_string();
    let words = match text.as_str() {
        "a boolean" => "true or false",
        "i8" | "i16" | "i32" | "i64" => "an integer",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other if other.starts_with("enum ") => "a string",
        other => other,
    };
    words.to_owned()
}

impl<'de> Deserializer<'de> for &Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.kind {
            NodeKind::Null => visitor.visit_unit(),
            NodeKind::Bool(value) => visitor.visit_bool(*value),
            NodeKind::Int(value) => visitor.visit_i64(*value),
            NodeKind::Float(value) => visitor.visit_f64(*value),
            NodeKind::String(text) | NodeKind::Datetime(text) => visitor.visit_str(&printable(text)),
            NodeKind::Array(items) => visitor.visit_seq(Items { items, next: 0 }),
            NodeKind::Table(entries) => visitor.visit_map(Entries { entries, next: 0, fields: &[] }),
        };
        result.map_err(|error| error.at(self.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind {
            NodeKind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.kind {
            _ if name == "$docweave::Spanned" => visitor.visit_map(SpannedFields { node: self, next: 0 }),
            NodeKind::Table(entries) => {
                visitor.visit_map(Entries { entries, next: 0, fields }).map_err(|error| error.at(self.span))
            }
            // A struct's visitor takes a list for its fields in order, which nobody means.
            NodeKind::Array(_) => {
                Err(Error::new(Fault::WrongType { expected: "a table".to_owned(), found: "a list" }).at(self.span))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.kind {
            NodeKind::String(text) => {
                visitor.visit_enum(text.as_str().into_deserializer()).map_err(|error: Error| error.at(self.span))
            }
            _ => {
                let fault = Fault::WrongType { expected: "a string".to_owned(), found: self.kind_name() };
                Err(Error::new(fault).at(self.span))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Items<'a> {
    items: &'a [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.at(item.span).inside(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Entries<'a> {
    entries: &'a [Entry],
    next: usize,
    /// Fields of a struct: a known key without a value, `tags:` in YAML, counts as absent.
    fields: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let absent = |entry: &Entry| entry.value.kind == NodeKind::Null && self.fields.contains(&entry.key.as_str());
        while self.entries.get(self.next).is_some_and(absent) {
            self.next += 1;
        }
        let Some(entry) = self.entries.get(self.next) else { return Ok(None) };
        let key = Node { kind: NodeKind::String(entry.key.clone()), span: entry.key_span };
        seed.deserialize(&key).map(Some).map_err(|error| error.at(entry.key_span).inside(self.next))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let index = self.next;
        self.next += 1;
        let entry = self.entries.get(index).expect("serde asks for a value after its key");
        seed.deserialize(&entry.value).map_err(|error| error.at(entry.value.span).inside(index))
    }
}

/// The two fields of a `Spanned`, made up from one node.
struct SpannedFields<'a> {
    node: &'a Node,
    next: usize,
}

impl<'de> MapAccess<'de> for SpannedFields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(&field) = ["value", "span"].get(self.next) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(field.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if self.next == 1 {
            return seed.deserialize(self.node);
        }
        let Span { start, end, line, column } = self.node.span;
        let fields = [("start", start), ("end", end), ("line", line), ("column", column)];
        seed.deserialize(MapDeserializer::new(fields.into_iter()))
    }
}

/// Text without control characters, which an escape such as `"\u0001"` can bring in: U+FFFD stands in for each, but tabs
/// and line ends stay.
fn printable(text: &str) -> Cow<'_, str> {
    let is_bad = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    match text.contains(is_bad) {
        true => Cow::Owned(text.replace(is_bad, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}
