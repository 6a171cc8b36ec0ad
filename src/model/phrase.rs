//! What a theme says in one language: the texts of `strings/de.toml` of a theme, and of `[strings]` of site.toml.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    diagnostic::{Diagnostic, did_you_mean},
    node::{Node, NodeKind},
    span::Spanned,
};

/// The forms that languages have for numbers, as CLDR names them ("Language Plural Rules").
pub const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// One thing that a theme says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Phrase {
    /// A text; what stands in braces is filled in.
    Text(String),
    /// Several, such as the names of months.
    List(Vec<String>),
    /// A text for each form that the language has for a number, `other` among them.
    Forms(BTreeMap<String, String>),
}

/// A phrase as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its key.
    pub key: Spanned<String>,
    /// What it says.
    pub phrase: Spanned<Phrase>,
}

impl Phrase {
    /// All texts of it.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().map(String::as_str).collect(),
            Self::Forms(forms) => forms.values().map(String::as_str).collect(),
        }
    }

    /// The names in braces in any of its texts: `count` of `{count} pages`.
    pub fn placeholders(&self) -> Vec<&str> {
        self.texts().into_iter().flat_map(placeholders).collect()
    }
}

/// The names in braces: `count` of `{count} pages`.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// Reads the phrases of a table, in the order of the file. Codes, all errors: `wrong-type`, `unknown-key` for a form that no
/// language has, `missing-key` for forms without `other`.
pub fn read(table: &Node, path: &str) -> (Vec<Written>, Vec<Diagnostic>) {
    let (mut written, mut diagnostics) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        match phrase(&entry.key, &entry.value, path, &mut diagnostics) {
            Some(phrase) => written.push(Written {
                key: Spanned { value: entry.key.clone(), span: entry.key_span },
                phrase: Spanned { value: phrase, span: entry.value.span },
            }),
            None => continue,
        }
    }
    (written, diagnostics)
}

fn phrase(key: &str, node: &Node, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Phrase> {
    let text = |node: &Node| match &node.kind {
        NodeKind::String(text) => Some(text.clone()),
        _ => None,
    };
    let wrong = |node: &Node| {
        let message = format!("expected a string for `{}`, found {}", key.escape_debug(), node.kind_name());
        Diagnostic::error("wrong-type", path, node.span, message).help("put the text in quotes")
    };
    match &node.kind {
        NodeKind::String(text) => Some(Phrase::Text(text.clone())),
        NodeKind::Array(items) => {
            let all: Option<Vec<String>> = items.iter().map(text).collect();
            if all.is_none() {
                diagnostics.extend(items.iter().find(|item| text(item).is_none()).map(wrong));
            }
            all.map(Phrase::List)
        }
        NodeKind::Table(entries) => {
            let mut forms = BTreeMap::new();
            for entry in entries {
                if !FORMS.contains(&entry.key.as_str()) {
                    let help = match did_you_mean(&entry.key, FORMS) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the forms are `{}`", FORMS.join("`, `")),
                    };
                    let message = format!("unknown form `{}` of `{}`", entry.key.escape_debug(), key.escape_debug());
                    diagnostics.push(Diagnostic::error("unknown-key", path, entry.key_span, message).help(help));
                    continue;
                }
                match text(&entry.value) {
                    Some(text) => drop(forms.insert(entry.key.clone(), text)),
                    None => diagnostics.push(wrong(&entry.value)),
                }
            }
            if !entries.iter().any(|entry| entry.key == "other") {
                let message = format!("`{}` has no form `other`", key.escape_debug());
                let help = "add `other = \"..\"`, which stands for all numbers that have no form of their own";
                diagnostics.push(Diagnostic::error("missing-key", path, node.span, message).help(help));
            }
            forms.contains_key("other").then_some(Phrase::Forms(forms))
        }
        _ => {
            diagnostics.push(wrong(node));
            None
        }
    }
}
