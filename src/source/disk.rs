//! A site in a folder on disk.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::model::{Diagnostic, Digest, Error, RelPath};
use crate::source::{Files, Listing, facts, is_left_out, stamps::Stamp};

/// The largest file that is read whole, in bytes: 64 MiB. Files that are only copied may be larger.
pub const LARGEST: u64 = 64 << 20;

/// `O_NONBLOCK`: a pipe that nobody writes to is opened at once, and seen to be no file. Systems number it in two ways.
#[cfg(unix)]
const WITHOUT_WAITING: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 0o4000 } else { 4 };

/// The files below one folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// The same by its real path: what symbolic links are judged by.
    real_root: PathBuf,
}

impl Folder {
    /// The site in `root`.
    ///
    /// # Errors
    ///
    /// A folder that does not exist or can't be entered.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let real_root = root.canonicalize().map_err(|e| Error::io("could not open the folder", root, e))?;
        Ok(Self { root: root.to_path_buf(), real_root })
    }

    /// The folder as it was named.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Folder {
    /// Lists as [`Files::list`] does, and shows each file to `seen`, with its path where it has one; folders too, without.
    pub(super) fn walk(
        &self,
        folder: &str,
        seen: &mut dyn FnMut(Option<&RelPath>, &walkdir::DirEntry),
    ) -> Result<Listing, Error> {
        let start = self.root.join(folder);
        let mut listing = Listing::default();
        if fs::symlink_metadata(&start).is_err_and(|e| e.kind() == io::ErrorKind::NotFound) {
            return Ok(listing);
        }
        let mut walk = WalkDir::new(&start).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    listing.diagnostics.push(self.unreadable(&error)?);
                    continue;
                }
            };
            if entry.depth() > 0 && is_left_out(entry.file_name().as_encoded_bytes()) {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            if entry.path_is_symlink() && !self.leads_inside(entry.path()) {
                listing.diagnostics.push(self.outside(entry.path()));
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            if entry.file_type().is_dir() {
                seen(None, &entry);
                continue;
            }
            let path = self.relative(entry.path());
            seen(path.as_ref(), &entry);
            match path {
                Some(path) if entry.file_type().is_file() => listing.files.push(path),
                Some(path) => listing.diagnostics.push(
                    Diagnostic::error("not-a-file", path.as_str(), None, "this is neither a file nor a folder")
                        .help("move the pipe, socket or device out of the site"),
                ),
                None => listing.diagnostics.push(
                    Diagnostic::error(
                        "bad-name",
                        &self.shown(entry.path()).escape_debug().to_string(),
                        None,
                        "the file's name is not UTF-8, or holds a control character or a backslash",
                    )
                    .help("rename the file"),
                ),
            }
        }
        listing.files.sort();
        Ok(listing)
    }
}

impl Files for Folder {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        self.walk(folder, &mut |_, _| ())
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        let on_disk = self.root.join(path.as_str());
        // What lies in a folder was judged when the folder was listed.
        if path.parent().is_empty() && on_disk.is_symlink() && on_disk.exists() && !self.leads_inside(&on_disk) {
            let help = "copy what it points at into the site";
            return Err(Error::new("a link that leaves the site's folder:").at(on_disk).help(help));
        }
        read_at_most(&on_disk, LARGEST).map_err(|e| could_not_read(&on_disk, e))
    }

    fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        let stamp = Stamp::of(&fs::metadata(self.root.join(path.as_str())).ok()?);
        stamp.is_settled(facts::now()).then_some(stamp)
    }

    fn read_unlisted(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        let on_disk = self.root.join(path.as_str());
        if on_disk.exists() && !self.leads_inside(&on_disk) {
            return Err(Error::new("a link takes it out of the site's folder"));
        }
        read_at_most(&on_disk, LARGEST).map_err(|e| could_not_read(&on_disk, e))
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        let on_disk = self.root.join(path.as_str());
        let hashed = regular_file(&on_disk).and_then(|(file, size)| Ok((Digest::of_reader(file)?, size)));
        hashed.map_err(|e| could_not_read(&on_disk, e))
    }

    fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        Some(self.root.join(path.as_str()))
    }
}

impl Folder {
    fn relative(&self, path: &Path) -> Option<RelPath> {
        let inside = path.strip_prefix(&self.root).ok()?.to_str()?;
        RelPath::new(inside.replace(std::path::MAIN_SEPARATOR, "/"))
    }

    /// Whether the real path of something that exists is in the folder.
    pub fn leads_inside(&self, link: &Path) -> bool {
        link.canonicalize().is_ok_and(|target| target.starts_with(&self.real_root))
    }

    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }

    fn outside(&self, link: &Path) -> Diagnostic {
        let message = "this symbolic link leaves the site's folder";
        Diagnostic::error("outside-link", &self.shown(link), None, message)
            .help("copy what it points at into the site, or remove the link")
    }

    /// A link that loops or leads nowhere is a mistake in the content; a folder that can't be read is a failure.
    fn unreadable(&self, error: &walkdir::Error) -> Result<Diagnostic, Error> {
        let path = error.path().unwrap_or(&self.root);
        let shown = self.shown(path);
        if error.loop_ancestor().is_some() {
            let message = "this symbolic link leads back to a folder that holds it";
            return Ok(Diagnostic::error("looping-link", &shown, None, message).help("remove the link"));
        }
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink());
        if is_link {
            let message = "this symbolic link leads nowhere";
            return Ok(Diagnostic::error("broken-symlink", &shown, None, message).help("mend or remove the link"));
        }
        let reason = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
        Err(Error::io("could not read", path, io::Error::from(reason)))
    }
}

fn could_not_read(path: &Path, reason: io::Error) -> Error {
    let is_no_file = reason.kind() == io::ErrorKind::InvalidInput;
    let error = Error::io("could not read", path, reason);
    if is_no_file { error.help("move what has the file's name away") } else { error }
}

/// The bytes of a regular file, without blocking on anything else.
///
/// # Errors
///
/// The system's; `InvalidInput` for what is not a regular file, `FileTooLarge` beyond `limit` bytes.
pub fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, size) = regular_file(path)?;
    if size > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MiB", limit >> 20)));
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A regular file, opened without blocking on anything else.
///
/// # Errors
///
/// The system's; `InvalidInput` for what is not a regular file.
pub fn open(path: &Path) -> io::Result<fs::File> {
    regular_file(path).map(|(file, _)| file)
}

/// A regular file and its size.
fn regular_file(path: &Path) -> io::Result<(fs::File, u64)> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, WITHOUT_WAITING);
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok((file, metadata.len()))
}
