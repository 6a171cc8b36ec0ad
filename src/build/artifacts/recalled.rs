//! Files of the output that need not be made: they stand, or another machine that shares the cache made them.

use rayon::prelude::*;

use crate::build::{
    artifacts::{Artifacts, File},
    store::{self, Kind},
};
use crate::model::{Digest, Error, RelPath, site::PageId};
use crate::output::{Entry, Source};

/// Counts up with every change of how files are remembered.
const VERSION: u32 = 1;

/// A file that need not be made.
enum Found {
    Standing(File),
    Bytes(RelPath, Digest, Vec<u8>),
}

impl Artifacts<'_> {
    /// What stands at `path`, if it stands as the manifest says.
    pub(super) fn standing(&self, path: &RelPath) -> Option<&Entry> {
        let entry = self.given.old.files.get(path)?;
        let is_missing = self.given.missing.binary_search(path).is_ok();
        (!is_missing).then_some(entry)
    }

    /// A file of the page `id`, if nothing that it is made from changed.
    pub(super) fn unchanged(&self, id: PageId, path: &RelPath) -> Option<File> {
        let entry = self.standing(path).filter(|_| self.known().is_unchanged(id))?;
        Some(self.as_kept(path, entry))
    }

    fn as_kept(&self, path: &RelPath, entry: &Entry) -> File {
        if self.session.store.is_shared() {
            self.session.note_used(name(path, entry.key));
        }
        (path.clone(), entry.clone(), Source::Kept)
    }

    /// The file at `path` that `key` names: as it stands, or as another machine made it.
    pub(super) fn held(&self, path: &RelPath, key: Digest) -> Result<Option<File>, Error> {
        match self.as_it_stands(path, key) {
            Some(file) => Ok(Some(file)),
            None => self.recall(path, key),
        }
    }

    /// The file at `path`, if the one that stands there is what `key` names.
    pub(super) fn as_it_stands(&self, path: &RelPath, key: Digest) -> Option<File> {
        let entry = self.standing(path).filter(|entry| entry.key == key)?;
        Some(self.as_kept(path, entry))
    }

    /// The file at `path` that `key` names, if another machine made it.
    pub(super) fn recall(&self, path: &RelPath, key: Digest) -> Result<Option<File>, Error> {
        match self.bytes_of(path, key) {
            Some(bytes) => self.put_named(path.clone(), key, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// Files that are made together: all of them, or none, since those that were put into the stage can't be put again.
    pub(super) fn held_together(&self, files: &[(RelPath, Digest)]) -> Result<Option<Vec<File>>, Error> {
        let find = |(path, key): &(RelPath, Digest)| match self.as_it_stands(path, *key) {
            Some(file) => Some(Found::Standing(file)),
            None => Some(Found::Bytes(path.clone(), *key, self.bytes_of(path, *key)?)),
        };
        let Some(found) = files.par_iter().map(find).collect::<Option<Vec<_>>>() else { return Ok(None) };
        let put = |found| match found {
            Found::Standing(file) => Ok(file),
            Found::Bytes(path, key, bytes) => self.put_named(path, key, &bytes),
        };
        found.into_par_iter().map(put).collect::<Result<_, Error>>().map(Some)
    }

    fn bytes_of(&self, path: &RelPath, key: Digest) -> Option<Vec<u8>> {
        if !self.session.store.is_shared() {
            return None;
        }
        let name = name(path, key);
        self.session.note_used(name);
        self.session.store.get(Kind::Made, &name)
    }

    /// Puts a file into the stage that was made of what `key` names, and gives it to other machines.
    pub(super) fn made(&self, path: RelPath, key: Digest, bytes: &[u8]) -> Result<File, Error> {
        self.keep_made(&path, key, bytes);
        self.put_named(path, key, bytes)
    }

    fn put_named(&self, path: RelPath, key: Digest, bytes: &[u8]) -> Result<File, Error> {
        let (path, entry, source) = self.put(path, bytes)?;
        Ok((path, Entry { key, ..entry }, source))
    }

    /// Gives other machines what was made here.
    pub(super) fn keep_made(&self, path: &RelPath, key: Digest, bytes: &[u8]) {
        if self.session.store.is_shared() {
            let name = name(path, key);
            self.session.note_used(name);
            self.session.store.put(Kind::Made, &name, bytes);
        }
    }
}

/// Names a file of the output.
fn name(path: &RelPath, key: Digest) -> Digest {
    store::key("made", VERSION, &[path.as_str().as_bytes(), key.as_bytes()])
}
