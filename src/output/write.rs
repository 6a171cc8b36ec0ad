//! Single files: never over somebody's, never by halves.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::model::Error;

const TEMP_PREFIX: &str = ".docweave-";
const TEMP_SUFFIX: &str = ".tmp";

/// Writes a file that does not exist yet, with its folders: the door of `init` and `new`.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    make_parent(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        let help = match error.kind() {
            ErrorKind::AlreadyExists => "docweave does not overwrite it: choose another name, or remove it first",
            _ => "choose a place that you may write to",
        };
        Error::io("could not create", path, error).help(help)
    })?;
    file.write_all(bytes).map_err(|error| {
        // Ours since a moment ago, and cut: it would stand in the way of the next try.
        drop(remove(path));
        Error::io("could not write", path, error)
    })
}

/// Writes a file whole or not at all, over whatever file was there, and makes its folder.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = AtomicFile::create(path.parent().unwrap_or(Path::new("")))?;
    file.write_all(bytes).map_err(|error| Error::io("could not write", path, error))?;
    file.persist(path)
}

/// Removes one file; it is fine if it is gone already.
#[expect(clippy::disallowed_methods, reason = "output removes files")]
pub fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("could not remove", path, error)),
        _ => Ok(()),
    }
}

/// A file under a temporary name, for bytes that come bit by bit; it vanishes unless it is persisted.
///
/// It is locked while it lives, so that [`sweep`] can tell it from what a killed program left.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    temp: PathBuf,
    /// Whether it has its name, or none at all: what has the temporary one by now is another's.
    is_named: bool,
}

impl AtomicFile {
    /// A new temporary file in `folder`, which is made where it does not exist.
    #[expect(clippy::disallowed_methods, reason = "output makes folders")]
    pub fn create(folder: &Path) -> Result<Self, Error> {
        let process = std::process::id();
        let mut is_made = false;
        for attempt in 0_u32.. {
            let temp = folder.join(format!("{TEMP_PREFIX}{process}-{attempt}{TEMP_SUFFIX}"));
            match OpenOptions::new().read(true).write(true).create_new(true).open(&temp) {
                Ok(file) if matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)) => {}
                // Swept away before it was locked.
                Ok(file) if !is_at(&file, &temp) => {}
                Ok(file) => return Ok(Self { file, temp, is_named: false }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                // Asked for only where it is missing: of many files, most go into a folder that stands.
                Err(error) if error.kind() == ErrorKind::NotFound && !is_made => {
                    let made = std::fs::create_dir_all(folder);
                    made.map_err(|error| Error::io("could not create the folder", folder, error))?;
                    is_made = true;
                }
                Err(error) => return Err(Error::io("could not create", temp, error)),
            }
        }
        Err(Error::new("no name left for a temporary file in").at(folder))
    }

    /// The file itself.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.temp
    }

    /// Takes its name away, where a system lets open files be without one: then nothing is left of it even if the program is
    /// killed.
    pub(super) fn unname(&mut self) {
        self.is_named = remove(&self.temp).is_ok();
    }

    /// Gives the file its name, over whatever file had it.
    #[expect(clippy::disallowed_methods, reason = "output renames files")]
    pub fn persist(mut self, path: &Path) -> Result<(), Error> {
        // Where this fails, the drop removes the temporary file.
        std::fs::rename(&self.temp, path).map_err(|error| Error::io("could not write", path, error))?;
        self.is_named = true;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl io::Seek for AtomicFile {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.is_named {
            drop(remove(&self.temp));
        }
    }
}

/// Removes the temporary files in `folder` whose programs are gone. Best effort.
pub fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_temp = name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX);
        if !is_temp || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if let Ok(file) = OpenOptions::new().write(true).open(entry.path())
            && file.try_lock().is_ok()
            // Its program may have finished meanwhile, and begun another of the same name.
            && is_at(&file, &entry.path())
        {
            drop(remove(&entry.path()));
        }
    }
}

/// Whether an open file has this name, still.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |found: io::Result<std::fs::Metadata>| found.ok().map(|found| (found.dev(), found.ino()));
    let open = id(file.metadata());
    open.is_some() && open == id(std::fs::symlink_metadata(path))
}

/// Whether an open file has this name, still: elsewhere nothing removes an open file.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[expect(clippy::disallowed_methods, reason = "output makes folders")]
fn make_parent(path: &Path) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(parent).map_err(|error| Error::io("could not create the folder", parent, error))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn many_threads_write_into_one_folder() {
        let disk = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let folder = disk.path();
                scope.spawn(move || {
                    for file in 0..500 {
                        write_atomic(&folder.join(format!("{thread}-{file}")), b"x").unwrap();
                    }
                });
            }
        });
        assert_eq!(names(disk.path()).len(), 2000);
    }

    #[test]
    fn new_files_never_replace_and_atomic_ones_always_do() {
        let disk = tempfile::tempdir().unwrap();
        let path = disk.path().join("a/b/c.md");
        write_new(&path, b"one").unwrap();
        let error = write_new(&path, b"two").unwrap_err();
        assert!(error.help.unwrap().contains("does not overwrite"));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write_atomic(&path, b"three").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert!(write_atomic(disk.path(), b"").is_err(), "a folder is not replaced");
        assert!(write_new(&path.join("below"), b"").unwrap_err().to_string().contains("c.md"));
        assert_eq!(names(&disk.path().join("a/b")), ["c.md"]);
    }

    #[test]
    fn temporary_files_of_the_dead_are_swept() {
        let disk = tempfile::tempdir().unwrap();
        let alive = AtomicFile::create(disk.path()).unwrap();
        std::fs::write(disk.path().join(".docweave-1-0.tmp"), "cut").unwrap();
        std::fs::write(disk.path().join("mine.tmp"), "").unwrap();
        sweep(disk.path());
        let mut left = names(disk.path());
        left.sort();
        assert_eq!(left.len(), 2, "{left:?}");
        alive.persist(&disk.path().join("x")).unwrap();
        sweep(disk.path());
        left = names(disk.path());
        left.sort();
        assert_eq!(left, ["mine.tmp", "x"]);
    }
    #[test]
    fn what_was_just_begun_is_not_swept() {
        let disk = tempfile::tempdir().unwrap();
        let is_over = AtomicBool::new(false);
        let written = std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        sweep(disk.path());
                    }
                });
            }
            let path = disk.path().join("a");
            let written: Result<(), Error> = (0..400).try_for_each(|_| write_atomic(&path, b"x"));
            is_over.store(true, Ordering::SeqCst);
            written
        });
        written.unwrap();
        assert_eq!(names(disk.path()), ["a"]);
    }
}
