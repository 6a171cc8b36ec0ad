//! Paths inside a site.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A relative path with `/` that never leaves its root: no empty, `.` or `..` segment, no leading `/`, no backslash,
/// no NUL or other control character. The empty path is the root itself. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// A path from text; `None` where it breaks a rule of the type.
    pub fn new(path: impl Into<String>) -> Option<Self> {
        let path = path.into();
        let fine = path.is_empty() || path.split('/').all(is_segment);
        fine.then(|| Self(path.into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this path; the root for a path of one segment.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The last segment without its extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(0) | None => name,
            Some(dot) => &name[..dot],
        }
    }

    /// The extension without its dot; empty where there is none.
    pub fn extension(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(0) | None => "",
            Some(dot) => &name[dot + 1..],
        }
    }

    /// `name` below this path; `None` where `name` breaks a rule of the type.
    pub fn join(&self, name: &str) -> Option<Self> {
        if self.0.is_empty() { Self::new(name) } else { Self::new(format!("{}/{name}", self.0)) }
    }
}

/// `relative` (with `.` and `..`) as seen from the folder `folder`; `None` where it climbs out of the root.
pub fn resolve(folder: &str, relative: &str) -> Option<RelPath> {
    let mut parts: Vec<&str> = if relative.starts_with('/') { vec![] } else { folder.split('/').collect() };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.retain(|p| !p.is_empty());
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    parts.retain(|p| !p.is_empty());
    RelPath::new(parts.join("/"))
}

fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..") && !segment.contains(|c: char| c == '\\' || c.is_control())
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).ok_or_else(|| serde::de::Error::custom("a path that leaves its root"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_its_root() {
        for bad in ["/a", "a//b", "..", "a/../b", "./a", "a\\b", "a\0b", "a\nb", "a/"] {
            assert_eq!(RelPath::new(bad), None, "{bad:?}");
        }
        assert_eq!(resolve("a/b", "../../../c"), None);
        assert_eq!(resolve("a/b", "../c/./d.md").map(|p| p.to_string()).as_deref(), Some("a/c/d.md"));
        assert_eq!(resolve("a/b", "/c.md").map(|p| p.to_string()).as_deref(), Some("c.md"));
        assert_eq!(resolve("", "../c"), None);
    }

    #[test]
    fn names_fall_apart_as_expected() {
        let path = RelPath::new("a/b.c/d.tar.gz").expect("a path");
        assert_eq!((path.parent(), path.stem(), path.extension()), ("a/b.c", "d.tar", "gz"));
        let hidden = RelPath::new(".env").expect("a path");
        assert_eq!((hidden.stem(), hidden.extension()), (".env", ""));
    }
}
