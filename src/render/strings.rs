//! What a theme says, in the site's language: words in templates, and those that the program itself puts into a body.
//!
//! A theme keeps them in `strings/LANGUAGE.toml`. The files of the theme that is part of the program lie below those of
//! every other; English stands in for what a language lacks; `[strings]` of site.toml comes over all of them.

pub mod plural;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{
    Config, Date, Diagnostic, Digest,
    diagnostic::did_you_mean,
    doc::Word,
    phrase::{Phrase, Written},
};

/// The language whose files name all keys.
const REFERENCE: &str = "en";

/// What a pattern of a date may name.
const OF_DATES: [&str; 8] =
    ["day", "month", "month_number", "short_month", "weekday", "short_weekday", "year", "short_year"];

/// One file of strings: the path that diagnostics show, its language, and what it says.
#[derive(Clone, Debug)]
pub struct File {
    /// The file.
    pub path: String,
    /// The name of the file: `de`, `pt-BR`.
    pub language: String,
    /// What it says, in the order of the file.
    pub phrases: Vec<Written>,
}

/// All that a theme says, in one language.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    language: String,
    phrases: BTreeMap<String, Phrase>,
    of_bodies: Option<Digest>,
}

impl Strings {
    /// Brings the files of a theme, those that win last, into the language of the site. What is wrong in one of `files`
    /// from number `own` on, and in `[strings]`, is told.
    pub fn new(config: &Config, files: &[File], own: usize, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut phrases = BTreeMap::new();
        let mut reference = BTreeMap::new();
        for language in fallbacks(&config.language).iter().rev() {
            let spoken = files.iter().filter(|file| file.language.eq_ignore_ascii_case(language));
            let said = spoken.flat_map(|file| &file.phrases);
            phrases.extend(said.map(|written| (written.key.value.clone(), written.phrase.value.clone())));
            if language == REFERENCE {
                reference.clone_from(&phrases);
            }
        }
        for file in files.get(own..).unwrap_or(&[]).iter().filter(|file| file.language != REFERENCE) {
            for written in &file.phrases {
                diagnostics.extend(mistake(written, &reference, &file.path));
            }
        }
        for written in &config.strings {
            match mistake(written, &reference, "site.toml") {
                Some(problem) => diagnostics.push(problem),
                None => drop(phrases.insert(written.key.value.clone(), written.phrase.value.clone())),
            }
        }
        let mut strings = Self { language: config.language.clone(), phrases, of_bodies: None };
        let of_bodies: Vec<_> = OF_BODIES.iter().map(|(_, key)| strings.text(key)).collect();
        strings.of_bodies = Some(Digest::of_value(&of_bodies));
        strings
    }

    /// Everything that is said, by key, as templates see it.
    pub fn all(&self) -> &BTreeMap<String, Phrase> {
        &self.phrases
    }

    /// A text that is always the same; empty for a key that there is not.
    pub fn text(&self, key: &str) -> &str {
        match self.phrases.get(key) {
            Some(Phrase::Text(text)) => text,
            _ => "",
        }
    }

    /// A word that the program puts into a body.
    pub(super) fn word(&self, word: Word) -> &str {
        let found = OF_BODIES.iter().find(|(one, _)| *one == Some(word));
        found.map_or("", |(_, key)| self.text(key))
    }

    /// Names all that the program puts into bodies.
    pub fn of_bodies(&self) -> Digest {
        self.of_bodies.unwrap_or_else(|| Digest::of(b""))
    }

    /// A number with its digits in groups, as the language has it.
    pub fn number(&self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let group = if digits.len() < plural::least_grouped(&self.language) { "" } else { self.text("group") };
        let mut grouped = String::from(if number < 0 { "-" } else { "" });
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push_str(group);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A date as the language writes it.
    pub fn date(&self, date: Date) -> String {
        fill(self.text("date"), |name| self.part_of(date, name))
    }

    /// A date by a pattern of strftime, with the language's names of months and days.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern.
    pub fn date_by(&self, date: Date, pattern: &str) -> Result<String, String> {
        let names =
            [("%B", "month"), ("%b", "short_month"), ("%h", "short_month"), ("%A", "weekday"), ("%a", "short_weekday")];
        let mut spoken = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some(at) = rest.find('%') {
            spoken.push_str(&rest[..at]);
            // A sign after a sign is none of its own.
            let end = at + 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
            let code = &rest[at..end];
            match names.iter().find(|(named, _)| *named == code) {
                Some((_, part)) => spoken.push_str(&self.part_of(date, part).unwrap_or_default().replace('%', "%%")),
                None => spoken.push_str(code),
            }
            rest = &rest[end..];
        }
        date.format(&(spoken + rest))
    }

    fn part_of(&self, date: Date, name: &str) -> Option<String> {
        let of_list = |key: &str, index: i8| match self.phrases.get(key) {
            Some(Phrase::List(items)) => items.get(usize::try_from(index).ok()?).cloned(),
            _ => None,
        };
        match name {
            "day" => Some(date.day().to_string()),
            "month" => of_list("months", date.month() - 1),
            "month_number" => Some(date.month().to_string()),
            "short_month" => of_list("short_months", date.month() - 1),
            "weekday" => of_list("weekdays", date.weekday()),
            "short_weekday" => of_list("short_weekdays", date.weekday()),
            "year" => Some(date.year().to_string()),
            "short_year" => Some(format!("{:02}", date.year().rem_euclid(100))),
            _ => None,
        }
    }

    /// The language that was asked for: a BCP 47 tag.
    pub fn language(&self) -> &str {
        &self.language
    }
}

/// A text with the names in braces replaced by what `value` says; those that it does not know stay as they are.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let name = after.split_once('}').and_then(|(name, behind)| Some((value(name)?, behind)));
        match name {
            Some((value, behind)) => {
                filled.push_str(&value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Which way a language is written: `rtl` or `ltr`.
pub fn direction(language: &str) -> &'static str {
    let mut parts = language.split('-');
    let first = parts.next().unwrap_or("").to_ascii_lowercase();
    let script = parts.find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic()));
    let scripts = ["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"];
    let languages = ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "ug", "ur", "yi"];
    let is_rtl = match script {
        Some(script) => scripts.contains(&script.to_ascii_lowercase().as_str()),
        None => languages.contains(&first.as_str()),
    };
    if is_rtl { "rtl" } else { "ltr" }
}

/// A language, and those that stand in for it one after the other: `de-AT`, `de`, `en` (RFC 4647, section 3.4).
fn fallbacks(language: &str) -> Vec<String> {
    let mut tags = vec![language.to_owned()];
    while let Some((shorter, _)) = tags.last().and_then(|tag| tag.rsplit_once('-')) {
        let shorter = shorter.to_owned();
        tags.push(shorter);
    }
    // Asked for itself, English is the reference all the same.
    tags.retain(|tag| !tag.eq_ignore_ascii_case(REFERENCE));
    tags.push(REFERENCE.to_owned());
    tags
}

/// What is wrong with a phrase, by what English says under its key.
fn mistake(written: &Written, reference: &BTreeMap<String, Phrase>, path: &str) -> Option<Diagnostic> {
    let key = written.key.value.as_str();
    let Some(known) = reference.get(key) else {
        let help = match did_you_mean(key, reference.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the manual's chapter on languages lists the strings of the default theme".to_owned(),
        };
        let message = format!("the theme has no string `{}`", key.escape_debug());
        return Some(Diagnostic::error("unknown-string", path, written.key.span, message).help(help));
    };
    let (phrase, span) = (&written.phrase.value, written.phrase.span);
    let shape = match (known, phrase) {
        (Phrase::Text(_), Phrase::Text(_)) | (Phrase::Forms(_), Phrase::Text(_) | Phrase::Forms(_)) => None,
        (Phrase::List(known), Phrase::List(items)) if known.len() == items.len() => None,
        (Phrase::List(known), _) => Some((format!("a list of {}", known.len()), "[\"..\", ..]")),
        (Phrase::Text(_), _) => Some(("one text".to_owned(), "\"..\"")),
        (Phrase::Forms(_), _) => Some(("a text, or one for each form".to_owned(), "{ one = \"..\", other = \"..\" }")),
    };
    if let Some((expected, example)) = shape {
        let problem = Diagnostic::error("wrong-type", path, span, format!("`{key}` is {expected}"));
        return Some(problem.help(format!("write `{key} = {example}`")));
    }
    let allowed = if key == "date" { OF_DATES.to_vec() } else { known.placeholders() };
    let unknown = phrase.placeholders().into_iter().find(|name| !allowed.contains(name))?;
    let help = match (did_you_mean(unknown, allowed.iter().copied()), allowed.is_empty()) {
        (Some(near), _) => format!("did you mean `{{{near}}}`?"),
        (None, false) => format!("what is filled in is `{{{}}}`", allowed.join("}`, `{")),
        (None, true) => "nothing is filled in there: leave the braces out".to_owned(),
    };
    let message = format!("nothing fills in `{{{}}}` of `{key}`", unknown.escape_debug());
    Some(Diagnostic::error("unknown-placeholder", path, span, message).help(help))
}

/// The keys of what the program itself puts into bodies.
const OF_BODIES: &[(Option<Word>, &str)] = &[
    (Some(Word::Note), "note"),
    (Some(Word::Tip), "tip"),
    (Some(Word::Important), "important"),
    (Some(Word::Warning), "warning"),
    (Some(Word::Caution), "caution"),
    (Some(Word::Info), "info"),
    (Some(Word::Danger), "danger"),
    (Some(Word::Details), "details"),
    (Some(Word::Done), "done"),
    (Some(Word::ToDo), "to_do"),
    (Some(Word::BackToText), "back_to_text"),
    (Some(Word::Footnotes), "footnotes"),
    (Some(Word::Tab), "tab"),
    (Some(Word::Source), "diagram_source"),
    (Some(Word::SeeAlso), "see_also"),
    (None, "list_comma"),
    (None, "line_error"),
    (None, "line_warning"),
];

/// What names strings in a key: [`Strings::all`] as it is serialised.
pub(super) fn digest(strings: &Strings) -> impl Serialize + '_ {
    (&strings.language, &strings.phrases)
}
