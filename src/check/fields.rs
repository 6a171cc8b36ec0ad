//! `missing-field`, `wrong-field`: front matter as `[check.fields]` wants it.

use serde_json::Value as Json;

use crate::check::path_of;
use crate::model::{
    Config, Date, Diagnostic, Head,
    config::{Field, FieldKind},
};

/// The fields that are wanted, by compiled pattern.
pub(super) struct Wanted<'a> {
    fields: Vec<(glob::Pattern, &'a [Field])>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(config: &'a Config) -> Self {
        let compiled = config.check.fields.iter();
        let fields = compiled.filter_map(|(pattern, fields)| Some((glob::Pattern::new(pattern).ok()?, &fields[..])));
        Self { fields: fields.collect() }
    }

    pub(super) fn check(&self, head: &Head) -> Vec<Diagnostic> {
        let path = path_of(head);
        let mut wanted = self.fields.iter().filter(|(pattern, _)| pattern.matches(&path)).peekable();
        if wanted.peek().is_none() {
            return Vec::new();
        }
        let front = serde_json::to_value(&head.front).unwrap_or(Json::Null);
        wanted.flat_map(|(_, fields)| *fields).filter_map(|field| problem(field, &front, &path)).collect()
    }
}

fn problem(field: &Field, front: &Json, path: &str) -> Option<Diagnostic> {
    let name = &field.name;
    let value = value(front, name);
    if is_absent(&value) {
        let message = format!("the front matter has no `{name}`");
        let help = format!("write `{name} = {}`", example(&field.kind));
        return field.is_required.then(|| Diagnostic::warning("missing-field", path, None, message).help(help));
    }
    let is_fine = match &field.kind {
        FieldKind::Text => value.is_string(),
        FieldKind::Number => value.is_number(),
        FieldKind::Date => value.as_str().is_some_and(|text| text.parse::<Date>().is_ok()),
        FieldKind::Flag => value.is_boolean(),
        FieldKind::List => value.is_array(),
        FieldKind::OneOf(texts) => {
            let known = |value: &Json| value.as_str().is_some_and(|text| texts.iter().any(|known| known == text));
            value.as_array().map_or_else(|| known(&value), |list| list.iter().all(known))
        }
    };
    (!is_fine).then(|| {
        let message = format!("`{name}` in the front matter is `{value}`, and should be {}", kind(&field.kind));
        Diagnostic::warning("wrong-field", path, None, message)
            .help(format!("write `{name} = {}`", example(&field.kind)))
    })
}

/// The value under a name in which dots lead into tables, without its place.
fn value(front: &Json, name: &str) -> Json {
    let mut value = front;
    for part in name.split('.') {
        let Some(inner) = value.get(part) else { return Json::Null };
        value = inner;
    }
    without_places(value)
}

fn without_places(value: &Json) -> Json {
    match value {
        Json::Object(fields) if fields.len() == 2 && fields.contains_key("span") => {
            fields.get("value").map_or(Json::Null, without_places)
        }
        Json::Array(items) => items.iter().map(without_places).collect(),
        other => other.clone(),
    }
}

/// Whether nobody wrote it: a list or a text without anything in it says as little.
fn is_absent(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn kind(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text => "a text".to_owned(),
        FieldKind::Number => "a number".to_owned(),
        FieldKind::Date => "a date".to_owned(),
        FieldKind::Flag => "true or false".to_owned(),
        FieldKind::List => "a list".to_owned(),
        FieldKind::OneOf(texts) => {
            format!("one of {}", texts.iter().map(|text| format!("“{text}”")).collect::<Vec<_>>().join(", "))
        }
    }
}

fn example(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text => "\"..\"".to_owned(),
        FieldKind::Number => "1".to_owned(),
        FieldKind::Date => "2026-11-20".to_owned(),
        FieldKind::Flag => "true".to_owned(),
        FieldKind::List => "[\"..\"]".to_owned(),
        FieldKind::OneOf(texts) => format!("{:?}", texts.first().map_or("..", String::as_str)),
    }
}
