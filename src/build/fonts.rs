//! The fonts that a site brings for the pictures of its pages.

use std::sync::Arc;

use crate::build::CONFIG;
use crate::model::{Config, Diagnostic, RelPath};
use crate::render::social::Fonts;
use crate::source::Files;

/// Reads the fonts that `[social]` names. Code, an error: `bad-font`.
pub(super) fn load(files: &dyn Files, config: &Config) -> (Fonts, Vec<Diagnostic>) {
    let mut own: Vec<Arc<[u8]>> = Vec::new();
    let mut diagnostics = Vec::new();
    for written in &config.social.fonts {
        let name = written.value.escape_debug();
        let mut refuse = |reason: &str, help: &str| {
            let message = format!("can't draw with the font `{name}`: {reason}");
            diagnostics.push(Diagnostic::error("bad-font", CONFIG, written.span, message).help(help));
        };
        let bytes = RelPath::new(&written.value).and_then(|path| files.read_unlisted(&path).ok());
        match bytes {
            Some(bytes) if Fonts::check(&bytes).is_ok() => own.push(bytes.into()),
            Some(_) => refuse("it is no OpenType font", "name a `.ttf` or `.otf` file"),
            None => refuse("there is no such file", "write its path from the site's folder"),
        }
    }
    (Fonts::new(own), diagnostics)
}

/// The files, whether they exist or not.
pub(super) fn paths(config: &Config) -> impl Iterator<Item = RelPath> {
    config.social.fonts.iter().filter_map(|font| RelPath::new(&font.value))
}
