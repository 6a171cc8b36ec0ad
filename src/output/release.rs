//! Whole folders that take turns: a link says which of them is served.

use std::{io, path::Path};

/// Makes `link` lead to the folder `target`, in one step: whoever opens it finds the old folder or the new one.
///
/// # Errors
///
/// The system's; one without such links is [`Unsupported`](io::ErrorKind::Unsupported).
#[expect(clippy::disallowed_methods, reason = "output renames files")]
pub fn link(target: &str, link: &Path) -> io::Result<()> {
    let name = link.file_name().unwrap_or_default().to_string_lossy();
    let temp = link.with_file_name(format!(".docweave-{name}"));
    match std::fs::remove_file(&temp) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    new_link(target, &temp)?;
    std::fs::rename(&temp, link)
}

#[cfg(unix)]
fn new_link(target: &str, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn new_link(_target: &str, _link: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Removes a folder that is ours with all that it holds; it is fine if it is gone already.
///
/// # Errors
///
/// The system's.
#[expect(clippy::disallowed_methods, reason = "output removes folders")]
pub fn remove_folder(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
