//! `[css]`: what is made of the theme's style sheets.

use crate::model::{Spanned, config::Css};
use crate::source::config::{
    Checker,
    raw::{InOrder, RawCss},
};

/// The browsers that can be named.
const BROWSERS: [&str; 8] = ["android", "chrome", "edge", "firefox", "ios", "opera", "safari", "samsung"];

pub(super) fn resolve(raw: RawCss, checker: &mut Checker<'_>) -> Css {
    let fallback = Css::default();
    Css {
        minify: raw.minify.unwrap_or(fallback.minify),
        variables: variables(raw.variables, checker),
        browsers: raw.browsers.map_or(fallback.browsers, |browsers| resolve_browsers(browsers, checker)),
    }
}

/// Which variables there are, only the theme knows.
fn variables(raw: InOrder<Spanned<String>>, checker: &mut Checker<'_>) -> Vec<(Spanned<String>, String)> {
    let mut variables = Vec::new();
    for (name, value) in raw.0 {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !name.value.chars().all(is_name) || name.value.is_empty() || name.value.starts_with('-') {
            let reason = format!("`{}` is no name of a variable", name.value.escape_debug());
            checker.refuse(
                "css.variables",
                &name,
                &reason,
                "write the name without its dashes: `accent` for `--accent`",
            );
        } else if is_value(&value.value) {
            variables.push((name, value.value.trim().to_owned()));
        } else {
            let reason = format!("`{}` is no single value", value.value.escape_debug());
            checker.refuse(
                "css.variables",
                &value,
                &reason,
                "write what stands behind the colon in CSS, such as `#08525a`",
            );
        }
    }
    variables
}

/// Whether a text is one value of a declaration, and can't end it: brackets are closed, and so are quotes.
fn is_value(text: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (c, _) if c.is_control() || matches!(c, '\\' | '<') => return false,
            (c, Some(end)) => quote = Some(end).filter(|end| *end != c),
            ('"' | '\'', None) => quote = Some(c),
            (';' | '{' | '}' | '!', None) => return false,
            ('(', None) => open.push(')'),
            ('[', None) => open.push(']'),
            (')' | ']', None) if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty() && quote.is_none() && !text.trim().is_empty() && !text.contains("/*")
}

fn resolve_browsers(raw: InOrder<Spanned<String>>, checker: &mut Checker<'_>) -> Vec<(String, u32)> {
    let mut browsers = Vec::new();
    for (name, version) in raw.0 {
        if !BROWSERS.contains(&name.value.as_str()) {
            let reason = format!("`{}` is no browser that we know", name.value.escape_debug());
            let names = BROWSERS.map(|name| format!("`{name}`")).join(", ");
            checker.refuse("css.browsers", &name, &reason, &format!("write one of {names}"));
        } else if let Some(number) = number(&version.value) {
            browsers.push((name.value, number));
        } else {
            let reason = format!("`{}` is no version", version.value.escape_debug());
            checker.refuse("css.browsers", &version, &reason, "write it like `\"120\"` or `\"17.5\"`");
        }
    }
    browsers.sort();
    browsers
}

/// `17.5` as 17 in the upper half and 5 in the next byte.
fn number(version: &str) -> Option<u32> {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let (major, minor): (u16, u8) = (major.parse().ok()?, minor.parse().ok()?);
    Some(u32::from(major) << 16 | u32::from(minor) << 8)
}
