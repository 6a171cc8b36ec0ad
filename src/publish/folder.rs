//! A folder that readers see as it is.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::model::{Error, RelPath};
use crate::output::{self, Disk, Lock, Moves};
use crate::publish::{Failure, Remote, Takes};
use crate::source::standing::{self, Standing};

/// A folder, for one publish at a time.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: Lock,
}

impl Folder {
    /// The folder `path`, which need not exist yet; waits up to `wait` for another publish to finish.
    ///
    /// # Errors
    ///
    /// A path that is no folder, and another publish that takes longer.
    pub fn open(path: &Path, wait: Duration) -> Result<Self, Error> {
        let lock = Lock::acquire(path, wait)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }
}

impl Remote for Folder {
    fn takes(&self) -> Takes {
        Takes::Files
    }

    fn list(&self) -> Result<Standing, Failure> {
        list(&self.path)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        read(&self.path, path)
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        output::write_atomic(&self.path.join(path.as_str()), bytes).map_err(Failure::of)
    }

    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        let file = self.path.join(path.as_str());
        output::remove(&file).map_err(Failure::of)?;
        // Folders that are empty now go as well; one that holds a foreign file refuses, and stays.
        let mut folder = file.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.path) {
            if Disk.remove_folder(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

/// What stands in a folder, without what a publish that was killed left of its files, which goes.
pub(super) fn list(folder: &Path) -> Result<Standing, Failure> {
    let mut standing = standing::standing(folder).map_err(Failure::of)?;
    let is_own = |path: &RelPath| path.file_name().starts_with(".docweave-");
    let mut swept = "/";
    for path in standing.files.keys().filter(|path| is_own(path) && path.file_name().ends_with(".tmp")) {
        if path.parent() != swept {
            swept = path.parent();
            output::sweep(&folder.join(swept));
        }
    }
    standing.files.retain(|path, _| !is_own(path));
    Ok(standing)
}

/// The bytes of a file in a folder; a link is no file.
pub(super) fn read(folder: &Path, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
    standing::file(&folder.join(path.as_str())).map_err(Failure::of)
}
