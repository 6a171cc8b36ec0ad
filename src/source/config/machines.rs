//! What is told to programs that read the site: `[llms]`, `[[translations]]`, `icon`, `[manifest]`, `[social]`; and `logo`,
//! which is named like `icon`.

use crate::model::{
    RelPath, Spanned,
    config::{Llms, Social, Translation, WebManifest},
};
use crate::source::config::{
    Checker, LANGUAGE, base_url, is_language,
    raw::{RawLlms, RawManifest, RawSocial, RawTranslation},
    topics::{COLOUR, is_colour},
};

pub(super) fn llms(raw: &RawLlms) -> Llms {
    let fallback = Llms::default();
    Llms { enabled: raw.enabled.unwrap_or(fallback.enabled), full: raw.full.unwrap_or(fallback.full) }
}

/// Sites in other languages; one whose language or address is wrong, or whose language has one already, is left out.
pub(super) fn translations(raw: Vec<RawTranslation>, checker: &mut Checker<'_>) -> Vec<Translation> {
    let mut translations: Vec<Translation> = Vec::new();
    for raw in raw {
        let language = raw.language.clone();
        let Some(tag) = checker.text("translations.language", Some(raw.language), is_language, LANGUAGE) else {
            continue;
        };
        if translations.iter().any(|known| known.language == tag) {
            let reason = format!("there is a site in `{tag}` already");
            checker.refuse("translations.language", &language, &reason, "take one of the two out");
            continue;
        }
        match base_url(&raw.base_url.value) {
            Ok(address) if address.origin.is_empty() => checker.refuse(
                "translations.base_url",
                &raw.base_url,
                "it has no host",
                "write the whole address, such as `https://example.org/de/`: search engines read no other",
            ),
            Ok(address) => {
                translations.push(Translation { language: tag, base_url: address, is_default: raw.default });
            }
            Err(problem) => {
                checker.refuse("translations.base_url", &raw.base_url, &problem.reason, &problem.help);
            }
        }
    }
    translations
}

const PICTURE: (&str, &str) =
    ("it is no file of the site", "write its path below `static/` or `content/`, such as `icon.svg`");

/// A path in the output.
pub(super) fn picture(key: &str, raw: Option<Spanned<String>>, checker: &mut Checker<'_>) -> Option<Spanned<String>> {
    let span = raw.as_ref()?.span;
    let is_path = |path: &str| RelPath::new(path).is_some_and(|path| !path.as_str().is_empty());
    let value = checker.text(key, raw, is_path, PICTURE)?;
    Some(Spanned { value, span })
}

pub(super) fn social(raw: RawSocial, checker: &mut Checker<'_>) -> Social {
    let fallback = Social::default();
    let mut colour = |key: &str, written: Option<Spanned<String>>| {
        let written = written?;
        let colour = Social::colour(&written.value);
        if colour.is_none() {
            checker.refuse(key, &written, "it can't be drawn with", "write a colour such as `#2f6f4f`");
        }
        colour
    };
    Social {
        enabled: raw.enabled.unwrap_or(fallback.enabled),
        background: colour("social.background", raw.background).unwrap_or(fallback.background),
        text: colour("social.text", raw.text).unwrap_or(fallback.text),
        accent: colour("social.accent", raw.accent).unwrap_or(fallback.accent),
        fonts: raw.fonts,
    }
}

pub(super) fn manifest(raw: RawManifest, checker: &mut Checker<'_>) -> WebManifest {
    let fallback = WebManifest::default();
    let colour = raw.colour.or(raw.color);
    WebManifest {
        enabled: raw.enabled.unwrap_or(fallback.enabled),
        short_name: raw.short_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        colour: checker.text("manifest.colour", colour, is_colour, COLOUR).unwrap_or(fallback.colour),
        background: checker
            .text("manifest.background", raw.background, is_colour, COLOUR)
            .unwrap_or(fallback.background),
    }
}
