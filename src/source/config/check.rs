//! `[check]`: levels of rules, in all files and in some, and what front matter must hold.

use std::collections::BTreeMap;

use crate::model::{
    Diagnostic, Level, RULES, Rule, Spanned,
    config::{Check, Field, FieldKind, SampleCommand},
    diagnostic::did_you_mean,
};
use crate::source::config::{
    Checker,
    raw::{InOrder, RawCheck, RawSample, RawTexts},
};

/// Types of fields by their names.
const TYPES: [(&str, FieldKind); 5] = [
    ("text", FieldKind::Text),
    ("number", FieldKind::Number),
    ("date", FieldKind::Date),
    ("boolean", FieldKind::Flag),
    ("list", FieldKind::List),
];

pub(super) fn resolve(raw: RawCheck, checker: &mut Checker<'_>) -> Check {
    let levels = levels(raw.levels, checker);
    let paths = raw.paths.0.into_iter().map(|(pattern, of)| (pattern, self::levels(of, checker))).collect::<Vec<_>>();
    let fields = raw.fields.0.into_iter().map(|(pattern, of)| (pattern, self::fields(of, checker))).collect::<Vec<_>>();
    let samples = raw.samples.0.into_iter().filter_map(|(language, raw)| sample(language, raw, checker)).collect();
    let image_bytes = checker.number("check.images.bytes", raw.images.bytes, 1, 1 << 40);
    Check {
        samples,
        image_bytes: image_bytes.and_then(|bytes| u64::try_from(bytes).ok()),
        levels,
        paths: patterns("check.paths", paths, checker),
        fields: patterns("check.fields", fields, checker),
    }
}

/// How samples in a language are tested; `txt` and 10 seconds unless it is said otherwise.
fn sample(language: Spanned<String>, raw: RawSample, checker: &mut Checker<'_>) -> Option<SampleCommand> {
    let timeout = checker.number("check.samples.timeout", raw.timeout, 1, 3600).unwrap_or(10) as u32;
    const EXTENSION: (&str, &str) = ("no ending of a file's name", "write letters and digits, such as `py`");
    let is_extension = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
    let extension = checker.text("check.samples.extension", raw.extension, is_extension, EXTENSION);
    if !raw.command.value.split_whitespace().any(|word| word.contains("{file}")) {
        let help = "write `{file}` where the sample's file goes, such as `python3 {file}`";
        checker.refuse("check.samples.command", &raw.command, "it does not say what to do with the file", help);
        return None;
    }
    Some(SampleCommand {
        language: language.value,
        command: raw.command.value,
        extension: extension.unwrap_or_else(|| "txt".to_owned()),
        timeout,
    })
}

/// Levels of rules; a name that no rule has is told.
fn levels(raw: InOrder<Level>, checker: &mut Checker<'_>) -> BTreeMap<String, Level> {
    let mut levels = BTreeMap::new();
    for (name, level) in raw.0 {
        match Rule::named(&name.value) {
            Some(_) => drop(levels.insert(name.value, level)),
            None => checker.diagnostics.push(unknown_rule(&name, checker.path)),
        }
    }
    levels
}

fn unknown_rule(name: &Spanned<String>, path: &str) -> Diagnostic {
    let help = match did_you_mean(&name.value, RULES.iter().map(|rule| rule.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`docweave check --list` prints the rules".to_owned(),
    };
    let message = format!("unknown rule `{}`", name.value.escape_debug());
    Diagnostic::error("unknown-rule", path, name.span, message).help(help)
}

/// Patterns of paths that can be read.
fn patterns<T>(key: &str, raw: Vec<(Spanned<String>, T)>, checker: &mut Checker<'_>) -> Vec<(String, T)> {
    let mut patterns = Vec::new();
    for (pattern, value) in raw {
        match glob::Pattern::new(&pattern.value) {
            Ok(_) => patterns.push((pattern.value, value)),
            Err(error) => {
                let reason = format!("`{}` is no pattern: {}", pattern.value.escape_debug(), error.msg);
                checker.refuse(
                    key,
                    &pattern,
                    &reason,
                    "write a path from the site's folder, such as `content/guides/**`",
                );
            }
        }
    }
    patterns
}

fn fields(raw: InOrder<RawTexts>, checker: &mut Checker<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (name, raw) in raw.0 {
        let (is_required, kind) = match raw {
            RawTexts::Several(texts) => (true, Some(FieldKind::OneOf(texts))),
            RawTexts::One(written) => {
                let bare = written.strip_suffix('?').unwrap_or(&written);
                let kind = TYPES.iter().find(|(known, _)| *known == bare).map(|(_, kind)| kind.clone());
                (bare.len() == written.len(), kind)
            }
        };
        match kind {
            Some(kind) => fields.push(Field { name: name.value, is_required, kind }),
            None => checker.refuse(
                "check.fields",
                &name,
                "no such type",
                "write \"text\", \"number\", \"date\", \"boolean\" or \"list\", with `?` behind it where it may be absent, or a list of the texts that it may be",
            ),
        }
    }
    fields
}
