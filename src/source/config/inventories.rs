//! `[inventories.NAME]`: other sites that articles link to by name.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, RelPath, config::ForeignInventory};
use crate::source::config::{
    Checker,
    raw::{InOrder, RawElsewhere},
    topics,
};

/// Names that are the beginnings of common addresses.
const SCHEMES: [&str; 8] = ["data", "file", "ftp", "http", "https", "javascript", "mailto", "tel"];

const FILE: (&str, &str) =
    ("it is not a path inside the site", "write a path from the site's folder: `\"inventories/python.inv\"`");

/// Why an address is refused as the base of another site's pages, and what to write.
pub const BASE: (&str, &str) =
    ("it is not the address of a site", "write where that site lives: `\"https://docs.example.org/\"`");

pub(super) fn resolve(raw: InOrder<RawElsewhere>, checker: &mut Checker<'_>) -> BTreeMap<String, ForeignInventory> {
    let mut inventories = BTreeMap::new();
    for (name, raw) in raw.0 {
        let refused = match name.value.as_str() {
            scheme if SCHEMES.contains(&scheme) => Some("addresses begin with it, so give it another name".to_owned()),
            name if topics::is_name(name) => None,
            other => {
                let near = topics::as_name(other);
                Some(format!("write it in small letters, digits and hyphens: `[inventories.{near}]`"))
            }
        };
        if let Some(help) = refused {
            let message = format!("invalid name of an inventory: `{}`", name.value.escape_debug());
            checker.diagnostics.push(Diagnostic::error("invalid-value", checker.path, name.span, message).help(help));
            continue;
        }
        let key = |key: &str| format!("inventories.{}.{key}", name.value);
        let span = raw.file.span;
        let is_path = |path: &str| !path.is_empty() && RelPath::new(path).is_some();
        let Some(file) = checker.text(&key("file"), Some(raw.file), is_path, FILE) else { continue };
        // An address that is refused is not missing as well.
        let fallback = raw.url.as_ref().map(|_| "/".to_owned());
        let url = checker.text(&key("url"), raw.url, |url| base(url).is_some(), BASE);
        let url = url.and_then(|url| base(&url)).or(fallback);
        let file = crate::model::Spanned { value: file, span };
        inventories.insert(name.value, ForeignInventory { file, url });
    }
    inventories
}

/// The address that another site's pages are below, with a slash at its end; `None` for anything else. It is on the web,
/// or on the host that the site itself is on: `/other/`.
pub fn base(url: &str) -> Option<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
    let is_rooted = url.starts_with('/') && !url.starts_with("//");
    let is_plain = !url.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\\\"<>".contains(c));
    ((is_web || is_rooted) && is_plain).then(|| format!("{}/", url.trim_end_matches('/')))
}
