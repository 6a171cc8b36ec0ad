//! The only reader: everything that the program learns about the machine comes in here.
//!
//! In: a folder on disk, or a site written down in a string. Out: values: the configuration, the names and bytes of
//! files and what they look like, the day, what git knows.
//!
//! What must stay true: nothing outside the site's folder is read, whatever a symbolic link says; only regular files
//! are; what can't be read is an error or a diagnostic that names it, never a silent gap.

pub mod commit;
pub mod config;
pub mod credentials;
pub mod data;
pub mod disk;
pub mod facts;
pub mod inventory;
pub mod memory;
pub mod stamps;
pub mod standing;
pub mod survey;
pub mod text;

use crate::model::{Diagnostic, Digest, Error, RelPath};
use crate::source::stamps::Stamp;

/// A tree of files: a folder on disk or a value in memory.
pub trait Files: Send + Sync {
    /// All regular files below `folder`, ordered by path, and diagnostics for what can't be part of a site. A folder
    /// that does not exist holds nothing. Hidden files (`.name`) are left out.
    ///
    /// # Errors
    ///
    /// A folder that can't be read.
    fn list(&self, folder: &str) -> Result<Listing, Error>;

    /// The bytes of one file.
    ///
    /// # Errors
    ///
    /// A file that does not exist, can't be read or is too large.
    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error>;

    /// The bytes of a file that no listing need have named: judged by itself whether it lies in the site.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and a file that a link takes out of the site.
    fn read_unlisted(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        self.read(path)
    }

    /// The digest and the size in bytes of one file of any size.
    ///
    /// # Errors
    ///
    /// A file that does not exist or can't be read.
    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error>;

    /// What a file looks like from outside, if it will look otherwise as soon as somebody writes to it; `None` where that is
    /// not sure, as for one that was written a moment ago.
    fn stamp(&self, _path: &RelPath) -> Option<Stamp> {
        None
    }

    /// Where a file stands on disk, for tools that copy files; `None` in memory.
    fn on_disk(&self, path: &RelPath) -> Option<std::path::PathBuf>;
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Regular files, ordered by path, relative to the site's root.
    pub files: Vec<RelPath>,
    /// What was left out, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a file or folder of this name is never part of a site: hidden ones, and what editors leave behind.
pub fn is_left_out(name: &[u8]) -> bool {
    name.starts_with(b".") || name.ends_with(b"~")
}
