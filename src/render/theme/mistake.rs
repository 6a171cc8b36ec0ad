//! The template engine's errors as diagnostics.

use tera::{Error, ErrorKind, ReportError};

use super::scan::{self, Sources};
use crate::model::{Diagnostic, Lines, Span, diagnostic::did_you_mean};

/// An error as diagnostics with the template's path, line and column: one, or all the names that templates use and nobody
/// knows. `fallback` is the path where the engine names none.
pub(super) fn mistakes(error: &Error, sources: &Sources, fallback: &str) -> Vec<Diagnostic> {
    if let ErrorKind::Msg(message) = error.kind() {
        let unknown: Vec<Diagnostic> = message.split("\n\n").filter_map(|report| reported(report, sources)).collect();
        if !unknown.is_empty() {
            return unknown;
        }
        if let Some(twice) = defined_twice(message, sources) {
            return vec![twice];
        }
    }
    let path_of = |name: &str| sources.get(name).map_or_else(|| fallback.to_owned(), |(path, _)| path.clone());
    let diagnostic = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            Diagnostic::error("template", &path_of(report.filename()), span(report), lower_first(report.message()))
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let message = format!("the template includes or extends itself: {}", chain.join(" -> "));
            Diagnostic::error("template-cycle", &path_of(tpl), None, message).help("take one of these steps out")
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("extends the template `{parent}`, which does not exist");
            let place = sources.get(current).and_then(|(_, text)| Some(Lines::new(text).span(find(text, parent)?)));
            Diagnostic::error("template", &path_of(current), place, message).help(other_template(parent, sources))
        }
        _ => Diagnostic::error("template", fallback, None, lower_first(&error.to_string())),
    };
    let diagnostic = match advice(&diagnostic.message) {
        Some(help) if diagnostic.help.is_none() => diagnostic.help(help),
        _ => diagnostic,
    };
    vec![match std::error::Error::source(error) {
        Some(source) => diagnostic.note(source.to_string()),
        None => diagnostic,
    }]
}

fn span(report: &ReportError) -> Span {
    let at = report.span();
    Span {
        start: at.range.start as u32,
        end: at.range.end as u32,
        line: at.start_line as u32,
        column: at.start_col as u32 + 1,
    }
}

fn find(text: &str, needle: &str) -> Option<std::ops::Range<usize>> {
    text.find(needle).map(|at| at..at + needle.len())
}

/// One of the reports that the engine draws itself: ``error: Unknown filter `x` ``, then `--> NAME:LINE:COLUMN`.
fn reported(report: &str, sources: &Sources) -> Option<Diagnostic> {
    let mut lines = report.lines().map(str::trim);
    let message = lines.next()?.strip_prefix("error: ")?;
    let mut place = lines.next()?.strip_prefix("--> ")?.rsplitn(3, ':');
    let column: usize = place.next()?.parse().ok()?;
    let line: usize = place.next()?.parse().ok()?;
    let (path, text) = sources.get(place.next()?)?;
    let begin: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = text.get(begin..)?;
    let at = begin + rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
    let name = message.split('`').nth(1).unwrap_or("");
    let span = Lines::new(text).span(at..at + name.len());
    let diagnostic = Diagnostic::error("template", path, span, lower_first(message));
    Some(match message.split_whitespace().nth(1) {
        Some("template") => diagnostic.help(other_template(name, sources)),
        Some("filter") => diagnostic.help("filters are those of Tera, and `date` and `number`"),
        Some("function") => {
            diagnostic.help("functions are `range` and `throw`; what a page knows is in `page`, `site` and `nav`")
        }
        Some("component") => {
            diagnostic.help("write it as `{% component name() %}..{% endcomponent name %}` in a template")
        }
        _ => diagnostic,
    })
}

/// "Component `a` is defined in both `b` and `c`": told at the second of the two.
fn defined_twice(message: &str, sources: &Sources) -> Option<Diagnostic> {
    let rest = message.strip_prefix("Component `")?;
    let (component, rest) = rest.split_once("` is defined in both `")?;
    let (first, second) = rest.strip_suffix('`')?.split_once("` and `")?;
    let (path, text) = sources.get(second)?;
    let at = scan::defined(text).into_iter().find(|found| found.name == component)?.at;
    let message = format!("the component `{component}` is defined in {} already", sources.get(first)?.0);
    let place = Lines::new(text).span(at);
    Some(Diagnostic::error("template", path, place, message).help("rename or remove one of the two"))
}

fn other_template(name: &str, sources: &Sources) -> String {
    let names = sources.keys().filter_map(|key| key.split_once('/')).map(|(_, name)| name);
    match did_you_mean(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add it below `templates/` as `{name}`"),
    }
}

/// What to do about mistakes that many make.
fn advice(message: &str) -> Option<&'static str> {
    if message.contains("recursion depth for components") {
        return Some("end a component that calls itself with an `if`");
    }
    if message.contains("is not defined") {
        return Some("correct the name, or allow for its absence: `{{ name | default(value=\"\") }}`");
    }
    None
}

pub(super) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
