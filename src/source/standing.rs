//! What stands in a folder that is not a site: an output folder, or a place that a site was sent to.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use walkdir::WalkDir;

use crate::model::{Error, RelPath};
use crate::source::disk;

/// Everything below a folder, links not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Regular files with their sizes in bytes.
    pub files: BTreeMap<RelPath, u64>,
    /// Links, pipes and the like.
    pub others: BTreeSet<RelPath>,
}

/// What stands in `folder`; nothing where there is no such folder. Names that no site has are left out: whatever is not
/// UTF-8, or has a backslash or a control character in it.
///
/// # Errors
///
/// A folder that can't be read.
pub fn standing(folder: &Path) -> Result<Standing, Error> {
    let mut standing = Standing::default();
    if std::fs::metadata(folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(standing);
    }
    // The folder itself may be a link; what is in it may not.
    let real = folder.canonicalize().map_err(|error| Error::io("could not open the folder", folder, error))?;
    for entry in WalkDir::new(&real).follow_links(false).min_depth(1) {
        let could_not = |error: walkdir::Error| {
            let path = error.path().unwrap_or(folder).to_owned();
            let reason = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
            Error::io("could not read", path, io::Error::from(reason))
        };
        let entry = entry.map_err(could_not)?;
        let path = entry.path().strip_prefix(&real).ok().and_then(Path::to_str);
        let path = path.and_then(|path| RelPath::new(path.replace(std::path::MAIN_SEPARATOR, "/")));
        let (Some(path), false) = (path, entry.file_type().is_dir()) else { continue };
        if entry.file_type().is_file() {
            standing.files.insert(path, entry.metadata().map_err(could_not)?.len());
        } else {
            standing.others.insert(path);
        }
    }
    Ok(standing)
}

/// The bytes of a regular file, `None` where there is none; a link is no file.
///
/// # Errors
///
/// A file that can't be read.
pub fn file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let bytes = is_file.then(|| disk::read_at_most(path, u64::MAX)).transpose();
    bytes.map_err(|error| Error::io("could not read", path, error))
}

/// Names of the folders in a folder, in order; links to folders are left out.
pub fn folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// What stands at a path, links not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A link to this path.
    Link(std::path::PathBuf),
    /// A file, a folder, or something else.
    Other,
}

/// What stands at `path`.
pub fn find(path: &Path) -> Found {
    match (std::fs::symlink_metadata(path), std::fs::read_link(path)) {
        (Err(_), _) => Found::Nothing,
        (Ok(_), Ok(target)) => Found::Link(target),
        (Ok(_), Err(_)) => Found::Other,
    }
}
