//! A summary in Markdown, to be posted on a merge request or shown by a runner.

use std::collections::BTreeMap;

use crate::check::report::{Finding, by_level, count, level_name};
use crate::model::Level;

/// How many findings the list has at most.
const MOST: usize = 100;

/// The findings by rule, then one by one, errors first.
pub fn markdown(findings: &[Finding<'_>]) -> String {
    if findings.is_empty() {
        return "## Checks\n\nNothing was found.\n".to_owned();
    }
    let mut text = format!(
        "## Checks\n\nErrors: {}. Warnings: {}. Advice: {}.\n\n| rule | level | found |\n|---|---|---:|\n",
        count(findings, Level::Error),
        count(findings, Level::Warning),
        count(findings, Level::Advice),
    );
    let mut by_rule: BTreeMap<(Level, &str), usize> = BTreeMap::new();
    for finding in findings {
        *by_rule.entry((finding.diagnostic.level, &finding.diagnostic.code)).or_default() += 1;
    }
    for ((level, rule), count) in by_rule {
        text.push_str(&format!("| `{rule}` | {} | {count} |\n", level_name(level)));
    }
    text.push('\n');
    // What matters most is never what is cut off.
    for finding in by_level(findings).into_iter().take(MOST) {
        let (line, column) = finding.start();
        let Finding { diagnostic, path, .. } = finding;
        let message = escaped(&diagnostic.message);
        text.push_str(&format!("- `{path}:{line}:{column}`: {message} (`{}`)\n", diagnostic.code));
    }
    if findings.len() > MOST {
        text.push_str(&format!("- and {} more\n", findings.len() - MOST));
    }
    text
}

/// A text of one line in which nothing but code is marked, and nothing is HTML or mentions anybody.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '`' => {
                in_code = !in_code;
                escaped.push('`');
            }
            '\n' | '\r' => escaped.push(' '),
            '<' | '*' | '_' | '[' | ']' | '\\' | '|' | '@' | '#' if !in_code => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
