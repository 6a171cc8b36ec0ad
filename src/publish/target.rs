//! From a target's description to the target.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::build::run::SOURCES;
use crate::model::{
    Error, RelPath,
    target::{Address, Target},
};
use crate::output;
use crate::publish::{Archive, Folder, Git, Releases, Remote, rsync, sftp};

/// Where the site is that is sent.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// Its output folder.
    pub output: &'a Path,
}

/// Opens a target for one publish; waits up to `wait` for another to finish.
///
/// # Errors
///
/// A place that would hurt: the site itself, its sources, its output, the home folder. A target that can't be opened.
pub fn open(name: &str, target: &Target, places: Places<'_>, wait: Duration) -> Result<Box<dyn Remote>, Error> {
    let at = |path: &str| places.root.join(path);
    Ok(match &target.to {
        Address::Folder { path, keep } => {
            let folder = at(path);
            guard(name, &folder, places)?;
            match keep {
                Some(keep) => Box::new(Releases::open(&folder, *keep, wait)?),
                None => Box::new(Folder::open(&folder, wait)?),
            }
        }
        Address::Archive { path, format } => {
            let file = at(path);
            let folder = file.parent().unwrap_or(Path::new("."));
            if real(folder).starts_with(real(places.output)) {
                return Err(inside_output(name, &file));
            }
            Box::new(Archive::open(&file, *format, wait)?)
        }
        Address::Rsync { host, port, path, keep } => {
            Box::new(rsync::open((name, places.root), (host, *port), path, *keep, wait)?)
        }
        Address::Sftp { host, port, path, keep } => {
            Box::new(sftp::open((name, places.root), (host, *port), path, *keep, wait)?)
        }
        #[cfg(feature = "object-stores")]
        Address::Bucket(bucket) => Box::new(crate::publish::Store::open(name, places.root, bucket, wait)?),
        #[cfg(not(feature = "object-stores"))]
        Address::Bucket(bucket) => {
            let what = format!("this docweave was built without object stores: {}", bucket.shown());
            return Err(Error::new(what).help("install it with `cargo install docweave --features object-stores`"));
        }
        Address::Git { url, branch, history, .. } => {
            Box::new(Git::open(name, places.root, url, branch, *history, wait)?)
        }
    })
}

fn guard(name: &str, folder: &Path, places: Places<'_>) -> Result<(), Error> {
    let sources = SOURCES.map(|source| places.root.join(source));
    let mut sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    if real(folder).starts_with(real(places.output)) {
        return Err(inside_output(name, folder));
    }
    sources.push(places.output);
    let help = || format!("name a folder of its own in `[publish.{name}]`, such as `to = \"../live\"`");
    output::guard(places.root, folder, &sources).map_err(|error| error.help(help()))
}

fn inside_output(name: &str, path: &Path) -> Error {
    Error::new("refusing to publish into the site's own output folder:")
        .at(path)
        .help(format!("name another place in `[publish.{name}]`, such as `to = \"../live\"`"))
}

/// The real path of what exists of a path.
pub(super) fn real(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (whole.canonicalize(), whole.parent(), whole.file_name()) {
        (Ok(real), ..) => real,
        (Err(_), Some(parent), Some(name)) => real(parent).join(name),
        _ => whole,
    }
}

/// Files that a target needs beside the site, by path.
pub fn needs(target: &Target) -> Vec<(RelPath, Vec<u8>)> {
    let mut files = Vec::new();
    if let Address::Git { cname, .. } = &target.to {
        // Else GitHub leaves out files that begin with an underscore.
        files.push((".nojekyll", Vec::new()));
        files.extend(cname.as_ref().map(|host| ("CNAME", format!("{host}\n").into_bytes())));
    }
    files.into_iter().filter_map(|(path, bytes)| Some((RelPath::new(path)?, bytes))).collect()
}
