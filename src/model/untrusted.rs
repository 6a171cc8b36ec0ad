//! Articles that strangers may write: which they are, and what of them may reach a page.

use serde::{Deserialize, Serialize};

use crate::model::path::RelPath;

/// The schemes that an address in such an article may have.
pub const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The extensions of files beside such an article that are published: media and documents that no browser runs code from.
pub const EXTENSIONS: [&str; 18] = [
    "avif", "bmp", "csv", "gif", "gz", "ico", "jpeg", "jpg", "m4a", "mp3", "mp4", "ogg", "pdf", "png", "wav", "webm",
    "webp", "zip",
];

/// `markdown.untrusted`: articles that strangers may write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untrusted {
    /// Folders whose articles they are, relative to `content/`; the empty path means all of it.
    pub folders: Vec<RelPath>,
    /// The components that they may use.
    pub components: Vec<String>,
}

impl Untrusted {
    /// Whether strangers may write the file `path`, relative to `content/`.
    pub fn covers(&self, path: &RelPath) -> bool {
        let is_inside = |folder: &RelPath| {
            let rest = path.as_str().strip_prefix(folder.as_str());
            folder.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.folders.iter().any(is_inside)
    }

    /// The same for a path from the site's root.
    pub fn covers_file(&self, path: &RelPath) -> bool {
        let inside = path.as_str().strip_prefix("content/").and_then(RelPath::new);
        inside.is_some_and(|inside| self.covers(&inside))
    }

    /// Whether a file of that extension may be published from beside their articles.
    pub fn may_publish(extension: &str) -> bool {
        EXTENSIONS.iter().any(|allowed| allowed.eq_ignore_ascii_case(extension))
    }
}

/// Whether an address may stand in such an article: relative, or with one of [`SCHEMES`]. It is read as a browser reads it,
/// which drops control characters and white space where it looks for a scheme (WHATWG URL, "basic URL parser").
pub fn is_safe_address(address: &str) -> bool {
    let read: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match read.split_once([':', '/', '?', '#', '\\']) {
        Some((scheme, _)) if read[scheme.len()..].starts_with(':') => {
            SCHEMES.iter().any(|allowed| allowed.eq_ignore_ascii_case(scheme))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_browsers_read_them() {
        for (address, expected) in [
            ("https://example.org/", true),
            ("HTTP://example.org/", true),
            ("mailto:a@example.org", true),
            ("//example.org/", true),
            ("a/b.md#c:d", true),
            ("?q=javascript:x", true),
            ("", true),
            ("javascript:alert(1)", false),
            ("JaVaScRiPt:alert(1)", false),
            (" java\nscript\t:alert(1)", false),
            ("\u{1}javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("vbscript:x", false),
            ("blob:https://x/", false),
            ("view-source:x", false),
            (":x", false),
        ] {
            assert_eq!(is_safe_address(address), expected, "{address:?}");
        }
    }

    #[test]
    fn folders_hold_what_is_below_them() {
        let path = |text: &str| RelPath::new(text).expect("a path");
        let some = Untrusted { folders: vec![path("community"), path("a/b")], components: Vec::new() };
        for (file, expected) in [
            ("community/x.md", true),
            ("community", true),
            ("communityx.md", false),
            ("a/b/c/d.md", true),
            ("a/x.md", false),
        ] {
            assert_eq!(some.covers(&path(file)), expected, "{file}");
        }
        assert!(some.covers_file(&path("content/a/b/x.md")) && !some.covers_file(&path("a/b/x.md")));
        let all = Untrusted { folders: vec![RelPath::default()], components: Vec::new() };
        assert!(all.covers(&path("x.md")) && !Untrusted::default().covers(&path("x.md")));
    }
}
