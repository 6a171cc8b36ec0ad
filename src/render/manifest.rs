//! The site's icon and its web app manifest (W3C), which browsers read where a reader puts the site among their apps.

use serde_json::{Value, json};

use crate::model::{Config, Site, Spanned};
use crate::render::{Theme, view::IconView};

/// The name of the file.
pub const FILE: &str = "manifest.webmanifest";

/// The icon that the theme brings.
const THEMES: &str = "favicon.svg";

/// The icon or the logo that `site.toml` names.
pub(super) fn picture(named: Option<&Spanned<String>>, site: &Site) -> Option<IconView> {
    let named = named?;
    let url = site.card_links.get(&("site.toml".to_owned(), named.span))?.clone();
    Some(IconView { media_type: media_type(&named.value).to_owned(), url })
}

/// The manifest; `None` where `[manifest]` says no.
pub fn json(config: &Config, site: &Site, theme: &Theme) -> Option<Vec<u8>> {
    if !config.manifest.enabled {
        return None;
    }
    let icon = picture(config.icon.as_ref(), site).or_else(|| {
        let url = config.base_url.rooted(theme.assets().get(THEMES)?.output.as_str());
        Some(IconView { url, media_type: media_type(THEMES).to_owned() })
    });
    let shown = |icon: IconView| match icon.media_type.as_str() {
        // Drawn at any size; of others the browser looks for itself.
        "image/svg+xml" => json!({ "src": icon.url, "sizes": "any", "type": icon.media_type }),
        _ => json!({ "src": icon.url, "type": icon.media_type }),
    };
    let icons: Vec<Value> = icon.into_iter().map(shown).collect();
    let mut manifest = json!({
        "name": config.title,
        "short_name": config.manifest.short_name.as_ref().unwrap_or(&config.title),
        "lang": config.language,
        "start_url": config.base_url.path,
        "scope": config.base_url.path,
        "display": "minimal-ui",
        "theme_color": config.manifest.colour,
        "background_color": config.manifest.background,
        "icons": icons,
    });
    if !config.description.is_empty() {
        manifest["description"] = Value::String(config.description.clone());
    }
    let mut bytes = serde_json::to_vec_pretty(&manifest).expect("texts and lists are JSON");
    bytes.push(b'\n');
    Some(bytes)
}

/// What kind of file a name says it is.
fn media_type(name: &str) -> &'static str {
    let path = name.split(['?', '#']).next().unwrap_or(name);
    match path.rsplit('.').next().unwrap_or("").to_ascii_lowercase().as_str() {
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "avif" => "image/avif",
        _ => "image/png",
    }
}
