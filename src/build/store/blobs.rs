//! Values that are large and dear: one file each.
//!
//! A segment takes its name when a build ends, so a build that is stopped has kept nothing; and to drop what is of no use
//! it is written anew. For images, that would be minutes lost and hundreds of megabytes copied. A file of its own is there
//! as soon as its value is, and dropping one touches no other.
//!
//! ```text
//! the value · checksum of key and value (8, little-endian)
//! ```

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    build::store::segment::checksum,
    model::{Digest, Error},
    output,
};

const EXTENSION: &str = "blob";
const CHECK: usize = 8;

/// The files of one folder.
#[derive(Debug)]
pub(super) struct Blobs {
    folder: PathBuf,
    /// Why a value could not be kept: no other is tried after it.
    failure: Mutex<Option<Error>>,
}

impl Blobs {
    /// The values in `folder`, which need not exist.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, failure: Mutex::default() }
    }

    /// The value of `key`, if it is there and whole.
    #[expect(clippy::disallowed_methods, reason = "the cache reads its own files")]
    pub(super) fn get(&self, key: &Digest) -> Option<Vec<u8>> {
        let mut bytes = std::fs::read(self.path(key)).ok()?;
        let (value, check) = bytes.split_last_chunk::<CHECK>()?;
        if u64::from_le_bytes(*check) != checksum(key, value) {
            return None;
        }
        bytes.truncate(bytes.len() - CHECK);
        Some(bytes)
    }

    /// Keeps the value of `key`, in the place of one that can't be read. A failure shows in [`Blobs::flush`].
    pub(super) fn put(&self, key: &Digest, bytes: &[u8]) {
        if self.failure().is_some() {
            return;
        }
        let whole = [bytes, &checksum(key, bytes).to_le_bytes()].concat();
        if let Err(error) = output::write_atomic(&self.path(key), &whole) {
            *self.failure() = Some(error);
        }
    }

    /// Removes what is of no use, where that is more than half of the bytes: what a draft shows is still there when drafts
    /// are built again.
    pub(super) fn flush(&self, is_used: &dyn Fn(&Digest) -> bool) -> Result<(), Error> {
        if let Some(failure) = self.failure().take() {
            return Err(failure);
        }
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files: Vec<(PathBuf, bool)> =
            entries.filter_map(|entry| key_of(&entry.path()).map(|key| (entry.path(), is_used(&key)))).collect();
        if files.iter().all(|(_, used)| *used) {
            return Ok(());
        }
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
        let (mut of_use, mut of_none) = (0, 0);
        for (path, used) in &files {
            *if *used { &mut of_use } else { &mut of_none } += size(path);
        }
        if of_none > of_use {
            files.iter().filter(|(_, used)| !used).try_for_each(|(path, _)| output::remove(path))?;
            output::sweep(&self.folder);
        }
        Ok(())
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, key: &Digest) -> PathBuf {
        self.folder.join(format!("{}.{EXTENSION}", key.to_hex()))
    }
}

fn key_of(path: &Path) -> Option<Digest> {
    let is_ours = path.extension().is_some_and(|extension| extension == EXTENSION);
    Digest::from_hex(path.file_stem()?.to_str()?).filter(|_| is_ours)
}
