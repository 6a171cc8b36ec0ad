//! Where the output folder really is, and what stands beside it.

use std::{
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use crate::model::Error;

/// The canonical path of a folder that need not exist yet: what exists of it is resolved, the rest is taken as written.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(path).map_err(|error| Error::io("could not resolve", path, error))?;
    let mut existing = whole.as_path();
    let mut rest: Vec<Component<'_>> = Vec::new();
    let mut real = loop {
        match existing.canonicalize() {
            Ok(real) => break real,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("could not resolve", existing, error)),
        }
        if existing.is_symlink() {
            let help = "remove the link, or make the folder that it names";
            return Err(Error::new("link to a folder that does not exist").at(existing).help(help));
        }
        match (existing.components().next_back(), existing.parent()) {
            (Some(last), Some(parent)) => {
                rest.push(last);
                existing = parent;
            }
            _ => return Err(Error::new("path without an existing folder").at(path)),
        }
    };
    for part in rest.into_iter().rev() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
    }
    Ok(real)
}

/// The canonical path of the output folder, which is absent or a folder.
pub(super) fn output_folder(output: &Path) -> Result<PathBuf, Error> {
    let real = canonical(output)?;
    if real.exists() && !real.is_dir() {
        let help = "name a folder, or one that does not exist yet, with `--output`";
        return Err(Error::new("not a folder: the output").at(real).help(help));
    }
    Ok(real)
}

/// Whether a whole tree can be moved to where `output` is.
pub(super) fn is_absent_or_empty(output: &Path) -> bool {
    match std::fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// Our own file or folder beside the output folder, such as `.public.docweave-stage`.
pub(super) fn beside(output: &Path, purpose: &str) -> PathBuf {
    match (output.parent(), output.file_name()) {
        (Some(parent), Some(name)) => parent.join(format!(".{}.docweave-{purpose}", name.to_string_lossy())),
        _ => inside(output, purpose),
    }
}

/// The same inside of it, for an output folder whose parent we may not write to.
pub(super) fn inside(output: &Path, purpose: &str) -> PathBuf {
    output.join(format!(".docweave-{purpose}"))
}

/// Whether to try [`inside`] after this failure.
pub(super) fn is_denied(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
