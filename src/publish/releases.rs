//! A folder of releases, of which a link shows readers one.
//!
//! `releases/000012-4f6c1a2b/` holds the site, and `current` leads to it. A release comes into being under another name, so
//! that one that has its own is whole.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::model::{Digest, Error, RelPath};
use crate::output::{self, Disk, Lock, MANIFEST, Moves};
use crate::publish::{Failure, Release, Remote, Takes, folder};
use crate::source::standing::{self, Found, Standing};

/// The link's name.
const CURRENT: &str = "current";
/// The folder's name.
const RELEASES: &str = "releases";
/// What comes, or goes.
const UNFINISHED: &str = ".docweave-release";

/// A folder of releases, for one publish at a time.
#[derive(Debug)]
pub struct Releases {
    path: PathBuf,
    keep: usize,
    _lock: Lock,
}

impl Releases {
    /// The folder `path`, which need not exist yet and is to hold `keep` releases; waits up to `wait` for another publish
    /// to finish.
    ///
    /// # Errors
    ///
    /// A path that is no folder, something in it that stands in the way, and another publish that takes longer.
    pub fn open(path: &Path, keep: usize, wait: Duration) -> Result<Self, Error> {
        let lock = Lock::acquire(path, wait)?;
        let releases = Self { path: path.to_owned(), keep, _lock: lock };
        if standing::find(&releases.current()) == Found::Other {
            let help = "with `releases = true` a link of this name leads to the site: move the other away";
            return Err(Error::new("something that is no link is in the way:").at(releases.current()).help(help));
        }
        Ok(releases)
    }

    fn current(&self) -> PathBuf {
        self.path.join(CURRENT)
    }

    fn unfinished(&self) -> PathBuf {
        self.path.join(UNFINISHED)
    }

    /// The folder that readers see; one that does not exist before the first release.
    fn shown(&self) -> PathBuf {
        match self.shown_name() {
            Some(name) => self.path.join(RELEASES).join(name),
            None => self.path.join(RELEASES).join("none"),
        }
    }

    fn shown_name(&self) -> Option<String> {
        let Found::Link(target) = standing::find(&self.current()) else { return None };
        let name = target.strip_prefix(RELEASES).ok()?.to_str()?;
        number(name).map(|_| name.to_owned())
    }

    /// Names of the releases, oldest first.
    fn names(&self) -> Vec<String> {
        let mut names = standing::folders(&self.path.join(RELEASES));
        names.retain(|name| number(name).is_some());
        names.sort_by_key(|name| number(name));
        names
    }

    fn show(&self, name: &str) -> Result<(), Failure> {
        let target = format!("{RELEASES}/{name}");
        output::link(&target, &self.current())
            .map_err(|error| could_not("could not make the link", &self.current(), error))
    }

    fn prune(&self) -> Result<(), Failure> {
        let shown = self.shown_name();
        let names = self.names();
        let old = names.len().saturating_sub(self.keep);
        self.remove_all(names.iter().take(old).filter(|name| Some(*name) != shown.as_ref()))
    }

    fn remove_all<'a>(&self, names: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
        for name in names {
            let folder = self.path.join(RELEASES).join(name);
            let moved = Disk.rename(&folder, &self.unfinished());
            moved.map_err(|error| could_not("could not move away", &folder, error))?;
            self.clear()?;
        }
        Ok(())
    }

    fn clear(&self) -> Result<(), Failure> {
        let folder = self.unfinished();
        output::remove_folder(&folder).map_err(|error| could_not("could not remove the folder", &folder, error))
    }
}

impl Remote for Releases {
    fn takes(&self) -> Takes {
        Takes::Everything
    }

    fn list(&self) -> Result<Standing, Failure> {
        let mut standing = folder::list(&self.shown())?;
        // What somebody else put into a release stays there, and is no part of the next.
        if let Some(Ok(manifest)) = self.read(&super::plan::manifest_path())?.map(|b| output::Manifest::from_bytes(&b))
        {
            standing.files.retain(|path, _| manifest.owns(path.as_str()));
            standing.others.clear();
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        folder::read(&self.shown(), path)
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        // The manifest is the first file of a release: what a killed publish left goes before it.
        if path.as_str() == MANIFEST {
            self.clear()?;
        }
        output::write_new(&self.unfinished().join(path.as_str()), bytes).map_err(Failure::of)
    }

    fn remove(&self, _path: &RelPath) -> Result<(), Failure> {
        Ok(())
    }

    fn finish(&self) -> Result<(), Failure> {
        let next = self.names().last().and_then(|name| number(name)).unwrap_or(0) + 1;
        let manifest = folder::read(&self.unfinished(), &super::plan::manifest_path())?.unwrap_or_default();
        let name = format!("{next:06}-{}", Digest::of(&manifest).short(8));
        let folder = self.path.join(RELEASES);
        match Disk.create_folder(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(could_not("could not create the folder", &folder, error));
            }
            _ => {}
        }
        let moved = Disk.rename(&self.unfinished(), &folder.join(&name));
        moved.map_err(|error| could_not("could not create the folder", &folder.join(&name), error))?;
        // What readers were led away from, or never saw, is nothing to go back to.
        let shown = self.shown_name().and_then(|name| number(&name));
        let names = self.names();
        self.remove_all(names.iter().filter(|other| number(other) > shown && **other != name))?;
        self.show(&name)?;
        self.prune()
    }

    fn releases(&self) -> Result<Vec<Release>, Failure> {
        let shown = self.shown_name();
        let release = |name: String| {
            let manifest = output::Manifest::read(&self.path.join(RELEASES).join(&name)).unwrap_or_default();
            let about = format!("{} files", manifest.files.len());
            Release { is_shown: Some(&name) == shown.as_ref(), about, name }
        };
        Ok(self.names().into_iter().rev().map(release).collect())
    }

    fn go_back(&self) -> Result<String, Failure> {
        let shown = self.shown_name().and_then(|name| number(&name));
        let older = self.names().into_iter().rev().find(|name| number(name) < shown);
        match older {
            Some(name) => self.show(&name).map(|()| name),
            None => Err(Failure::Lasting(
                Error::new("there is no older release in").at(&self.path).help("`docweave publish --list` shows all"),
            )),
        }
    }
}

/// The number of a release by its name, `000012-4f6c1a2b`.
pub(super) fn number(name: &str) -> Option<u64> {
    let (number, digest) = name.split_once('-')?;
    let is_hex = !digest.is_empty() && digest.bytes().all(|b| b.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_hex && number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit()))
}

fn could_not(what: &str, path: &Path, error: std::io::Error) -> Failure {
    Failure::of(Error::io(what, path, error))
}
