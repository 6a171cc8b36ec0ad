//! Style sheets: checked, made small, with the prefixes that browsers still ask for, and with the fingerprinted names of
//! the assets that they load. The only room that knows lightningcss.
//!
//! A style sheet with a mistake is written as it is: what a newer browser understands is not taken away from it.

use std::collections::BTreeSet;

use crate::model::{Diagnostic, Lines, Span, config::Css};

/// A style sheet as it is written, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The text.
    pub text: String,
    /// Warnings, each with its place.
    pub diagnostics: Vec<Diagnostic>,
}

/// What is to stand in the place of a relative address.
pub type Address<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// Finishes the style sheet `source`, the file `path` of the site. `address` is asked for every relative address in it,
/// and answers with what is to stand in its place.
///
/// Without the feature `css`, and where `[css]` says so, nothing is changed.
pub fn finish(path: &str, source: &str, css: &Css, address: Address<'_>) -> Finished {
    if !css.minify {
        return Finished { text: source.to_owned(), diagnostics: Vec::new() };
    }
    tool::finish(path, source, css, address)
}

/// The custom properties that a style sheet declares below `:root`, without their dashes.
pub fn root_variables(source: &str) -> BTreeSet<&str> {
    let blocks = source.split(":root").skip(1).filter_map(|rest| {
        let (between, block) = rest.split_once('{')?;
        between.trim().is_empty().then(|| block.split('}').next().unwrap_or(""))
    });
    blocks
        .flat_map(|block| block.split([';', '\n']))
        .filter_map(|line| Some(line.trim().strip_prefix("--")?.split_once(':')?.0.trim()))
        .collect()
}

/// What the licence of the libraries asks to be passed on, as Markdown; empty without the feature `css`.
pub fn licences() -> String {
    if !cfg!(feature = "css") {
        return String::new();
    }
    let libraries = [
        ("lightningcss and parcel_selectors", "https://github.com/parcel-bundler/lightningcss"),
        ("cssparser and cssparser-color", "https://github.com/servo/rust-cssparser"),
        ("dtoa-short", "https://github.com/upsuper/dtoa-short"),
    ];
    let mut text = "## Style sheets\n\nThese libraries are part of the program under the Mozilla Public License 2.0, \
        <https://www.mozilla.org/MPL/2.0/>. They were not changed, and their source code is to be had here:\n\n"
        .to_owned();
    for (names, address) in libraries {
        text.push_str(&format!("- {names}: <{address}>\n"));
    }
    text
}

/// Where a place of the tool's is in the text: lines from 0, columns from 1 in units of UTF-16.
#[cfg_attr(not(feature = "css"), allow(dead_code))]
fn span_of(source: &str, line: u32, column: u32) -> Span {
    let mut start = 0;
    for _ in 0..line {
        let rest = &source.as_bytes()[start..];
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0x0c)) else { break };
        start += end + if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    let mut units = column.saturating_sub(1) as usize;
    for character in source[start..].chars() {
        if units == 0 || matches!(character, '\n' | '\r' | '\u{c}') {
            break;
        }
        units = units.saturating_sub(character.len_utf16());
        start += character.len_utf8();
    }
    let is_blank = |c: &char| c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{c}');
    start += source[start..].chars().take_while(is_blank).map(char::len_utf8).sum::<usize>();
    let word = source[start..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let length: usize = word.map(char::len_utf8).sum();
    let length = if length == 0 { source[start..].chars().next().map_or(0, char::len_utf8) } else { length };
    Lines::new(source).span(start..start + length)
}

#[cfg(feature = "css")]
mod tool {
    use std::sync::{Arc, PoisonError, RwLock};

    use lightningcss::{
        dependencies::{Dependency, DependencyOptions},
        error::{Error, ErrorLocation},
        printer::PrinterOptions,
        stylesheet::{MinifyOptions, ParserFlags, ParserOptions, StyleSheet},
        targets::{Browsers, Targets},
    };

    use super::{Address, Finished, span_of};
    use crate::model::{Diagnostic, config::Css};

    pub(super) fn finish(path: &str, source: &str, css: &Css, address: Address<'_>) -> Finished {
        match made(path, source, css, address) {
            Ok(text) => Finished { text, diagnostics: Vec::new() },
            Err(diagnostics) => Finished { text: source.to_owned(), diagnostics },
        }
    }

    fn made(path: &str, source: &str, css: &Css, address: Address<'_>) -> Result<String, Vec<Diagnostic>> {
        let warnings = Arc::new(RwLock::new(Vec::new()));
        let options = ParserOptions {
            error_recovery: true,
            warnings: Some(warnings.clone()),
            flags: ParserFlags::CUSTOM_MEDIA,
            ..ParserOptions::default()
        };
        let told = |kind: String, at: Option<&ErrorLocation>| told(path, source, &kind, at);
        let mut sheet = StyleSheet::parse(source, options)
            .map_err(|error| vec![told(error.kind.to_string(), error.loc.as_ref())])?;
        let found = warnings.read().unwrap_or_else(PoisonError::into_inner);
        let mistakes: Vec<_> = found.iter().map(|error| told(error.kind.to_string(), error.loc.as_ref())).collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let targets = Targets::from(browsers(css));
        sheet
            .minify(MinifyOptions { targets, ..MinifyOptions::default() })
            .map_err(|error| vec![told(error.kind.to_string(), error.loc.as_ref())])?;
        let print = |analyze_dependencies| {
            sheet.to_css(PrinterOptions { minify: true, targets, analyze_dependencies, ..PrinterOptions::default() })
        };
        let options = DependencyOptions { remove_imports: false };
        // A relative address in a custom property means something else wherever it is used: such a sheet keeps all of its
        // addresses as they are.
        let printed = print(Some(options)).or_else(|_| print(None));
        let printed = printed.map_err(|error: Error<_>| vec![told(error.kind.to_string(), error.loc.as_ref())])?;
        Ok(with_addresses(printed.code, printed.dependencies.unwrap_or_default(), address))
    }

    /// Puts addresses in the place of what stands for them.
    fn with_addresses(mut text: String, found: Vec<Dependency>, address: Address<'_>) -> String {
        for dependency in found {
            let (url, holder, forms) = match dependency {
                Dependency::Import(import) => (import.url, import.placeholder, ["@import \"{}\"", "@import \"{}\""]),
                Dependency::Url(url) => (url.url, url.placeholder, ["url(\"{}\")", "url({})"]),
            };
            let is_elsewhere = url.starts_with('/') || url.starts_with('#') || url.contains(':');
            let wanted = address(&url).filter(|_| !is_elsewhere).unwrap_or(url);
            let quoted = wanted.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\a ");
            let is_plain = !wanted.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'()\\".contains(c));
            for form in forms {
                let with = if is_plain { forms[1] } else { forms[0] };
                text = text.replace(&form.replace("{}", &holder), &with.replace("{}", &quoted));
            }
        }
        text
    }

    fn told(path: &str, source: &str, kind: &str, at: Option<&ErrorLocation>) -> Diagnostic {
        let span = at.map(|at| span_of(source, at.line, at.column));
        let found =
            span.and_then(|span| source.get(span.start as usize..span.end as usize)).filter(|word| !word.is_empty());
        let mut reason = match found {
            Some(word) if kind.starts_with("Unexpected token") => format!("unexpected `{}`", word.escape_debug()),
            _ => kind.to_owned(),
        };
        if let Some(first) = reason.get(..1).map(str::to_lowercase) {
            reason.replace_range(..1, &first);
        }
        Diagnostic::warning("bad-style", path, span, format!("this is no CSS that we know: {reason}"))
            .note("the style sheet is written as it is")
            .help("mend it, or write `bad-style = \"allow\"` below `[check]` where browsers know better")
    }

    fn browsers(css: &Css) -> Browsers {
        let of = |name: &str| css.browsers.iter().find(|(known, _)| known == name).map(|(_, version)| *version);
        Browsers {
            android: of("android"),
            chrome: of("chrome"),
            edge: of("edge"),
            firefox: of("firefox"),
            ie: None,
            ios_saf: of("ios"),
            opera: of("opera"),
            safari: of("safari"),
            samsung: of("samsung"),
        }
    }
}

#[cfg(not(feature = "css"))]
mod tool {
    use super::{Address, Finished};
    use crate::model::config::Css;

    pub(super) fn finish(_: &str, source: &str, _: &Css, _: Address<'_>) -> Finished {
        Finished { text: source.to_owned(), diagnostics: Vec::new() }
    }
}

#[cfg(all(test, feature = "css"))]
mod tests;
