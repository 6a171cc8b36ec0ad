//! The steps in which a new tree takes the place of the old one, as a seam: tests stop at each of them.

use std::{io, path::Path};

/// Every way in which the committer changes the disk. Each call is one step, done or not done, but for [`Moves::write`],
/// which may be cut in the middle and therefore only ever writes into the stage.
pub trait Moves {
    /// Writes a new file.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes one folder, whose parent stands.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Moves a file over another, or a folder to where none or an empty one is.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes one file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes one empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// The real disk.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

#[expect(clippy::disallowed_methods, reason = "the one place where the output folder changes")]
impl Moves for Disk {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::write(path, bytes)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
}
