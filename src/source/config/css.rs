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
        browsers: raw.browsers.map_or(fallback.browsers, |browsers| resolve_browsers(browsers, checker)),
    }
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
