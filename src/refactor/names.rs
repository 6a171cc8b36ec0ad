//! Which file will have which path.

use std::collections::BTreeMap;

use crate::model::RelPath;

/// Old paths and new ones, from the site's root.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    files: BTreeMap<RelPath, RelPath>,
    /// Folders that move as a whole.
    folders: Vec<(String, String)>,
}

impl Names {
    pub(super) fn add_file(&mut self, from: RelPath, to: RelPath) {
        self.files.insert(from, to);
    }

    pub(super) fn add_folder(&mut self, from: &str, to: &str) {
        self.folders.push((from.to_owned(), to.to_owned()));
    }

    /// The path that `path` will have, whether there is such a file or not.
    pub(super) fn of(&self, path: &RelPath) -> RelPath {
        if let Some(to) = self.files.get(path) {
            return to.clone();
        }
        let inside = |(from, to): &(String, String)| {
            let rest = path.as_str().strip_prefix(from.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| RelPath::new(format!("{to}{rest}")))?
        };
        self.folders.iter().find_map(inside).unwrap_or_else(|| path.clone())
    }

    /// The same for the path of an article below `content/`.
    pub(super) fn of_article(&self, path: &RelPath) -> RelPath {
        let full = in_content(path);
        let new = self.of(&full);
        new.as_str().strip_prefix("content/").and_then(RelPath::new).unwrap_or_else(|| path.clone())
    }

    /// All files that move.
    pub(super) fn moves(&self) -> impl Iterator<Item = (&RelPath, &RelPath)> {
        self.files.iter()
    }

    pub(super) fn moves_file(&self, path: &RelPath) -> bool {
        self.files.contains_key(path)
    }
}

/// A path below `content/` from the site's root.
pub(super) fn in_content(path: &RelPath) -> RelPath {
    RelPath::new(format!("content/{path}")).expect("a path below a folder is one")
}
