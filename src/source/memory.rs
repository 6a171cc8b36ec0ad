//! A site written down in memory, for tests and examples.

use std::{collections::BTreeMap, io, path::PathBuf, sync::Arc};

use crate::model::{Digest, Error, RelPath};
use crate::source::{Files, Listing};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<RelPath, Arc<[u8]>>,
}

impl Tree {
    /// Reads a whole site from one string: a line `-- path --` begins each file.
    ///
    /// # Panics
    ///
    /// On a path that leaves the site: such a string is a mistake in a test.
    pub fn parse(text: &str) -> Self {
        let mut tree = Self::default();
        let mut current: Option<(RelPath, String)> = None;
        for line in text.split_inclusive('\n') {
            let name = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
            match (name, &mut current) {
                (Some(name), _) => {
                    tree.insert_finished(current.take());
                    current = Some((RelPath::new(name).expect("a path inside the site"), String::new()));
                }
                (None, Some((_, content))) => content.push_str(line),
                (None, None) => {}
            }
        }
        tree.insert_finished(current);
        tree
    }

    fn insert_finished(&mut self, file: Option<(RelPath, String)>) {
        if let Some((path, content)) = file {
            self.insert(path, content.into_bytes());
        }
    }

    /// Puts a file in, in place of any that was there.
    pub fn insert(&mut self, path: RelPath, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(path, bytes.into());
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) -> Option<Arc<[u8]>> {
        self.files.remove(path)
    }

    /// All files by path.
    pub fn files(&self) -> &BTreeMap<RelPath, Arc<[u8]>> {
        &self.files
    }
}

impl Files for Tree {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        let inside = |path: &&RelPath| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let visible = |path: &&RelPath| !path.as_str().split('/').any(|segment| segment.starts_with('.'));
        Ok(Listing {
            files: self.files.keys().filter(inside).filter(visible).cloned().collect(),
            diagnostics: Vec::new(),
        })
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        let missing = || Error::io("could not read", path.as_str(), io::ErrorKind::NotFound.into());
        self.files.get(path).map(|bytes| bytes.to_vec()).ok_or_else(missing)
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        let bytes = self.read(path)?;
        Ok((Digest::of(&bytes), bytes.len() as u64))
    }

    fn on_disk(&self, _path: &RelPath) -> Option<PathBuf> {
        None
    }
}
