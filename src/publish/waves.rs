//! A folder on another machine, to which a program carries files.
//!
//! Files wait in a folder here, below `.docweave/`, until a wave of them is complete; then a few calls of the program send it.
//! Each file gets its name there when it is whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use crate::model::{Error, RelPath};
use crate::output::{self, Lock, MANIFEST};
use crate::publish::{
    Failure, Remote, Takes,
    lease::{self, Lease, Mark, Term},
    plan::manifest_path,
};
use crate::source::standing::{self, Standing};

/// What carries files.
pub(super) trait Carrier: Send + Sync + 'static {
    /// The target, as it may be told.
    fn shown(&self) -> String;

    /// The mark of whoever publishes, after the folder was made, if it was not there.
    fn mark(self: Arc<Self>) -> Result<Arc<dyn Mark>, Failure>;

    /// What stands there.
    fn list(&self) -> Result<Found, Failure>;

    /// Writes what stands at `paths` below `into`, a folder here; what does not stand is left out.
    fn fetch(&self, paths: &[&str], into: &Path) -> Result<(), Failure>;

    /// Sends what the folder `from` holds at `paths`, over whatever is there.
    fn send(&self, from: &Path, paths: &BTreeSet<RelPath>) -> Result<(), Failure>;

    /// Removes files, and the folders that are empty then.
    fn remove(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure>;

    /// Gives what stands at the second path the first as a further name. Which files still lack it, and have to be copied.
    fn link(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<BTreeSet<RelPath>, Failure>;
}

/// What stands at a target, docweave's own files that others may see left aside.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What stands.
    pub(super) standing: Standing,
    /// What a publish that was killed left half-done.
    pub(super) left: BTreeSet<RelPath>,
}

/// A folder here, in which nothing stays.
#[derive(Clone, Debug)]
pub(super) struct Desk(PathBuf);

impl Desk {
    /// The path of something in it.
    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Empties a folder in it, or all of it where `name` is empty.
    pub(super) fn clear(&self, name: &str) -> Result<(), Failure> {
        let folder = self.0.join(name);
        let cleared = output::remove_folder(&folder);
        cleared.map_err(|error| Failure::of(Error::io("could not remove the folder", folder, error)))
    }

    /// Writes a file in it, and gives its path.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let file = self.0.join(name);
        output::write_atomic(&file, bytes).map_err(Failure::of)?;
        Ok(file)
    }
}

/// A folder that a carrier reaches.
pub(super) struct Waves<C> {
    carrier: Arc<C>,
    desk: Desk,
    keeps: usize,
    due: Mutex<Due>,
    owner: String,
    term: Term,
    lease: OnceLock<Lease>,
    _lock: Lock,
}

#[derive(Default)]
struct Due {
    puts: BTreeSet<RelPath>,
    removals: BTreeSet<RelPath>,
    aside: BTreeMap<RelPath, RelPath>,
    manifest: Vec<u8>,
}

impl<C: Carrier> Waves<C> {
    /// The target `name` of the site at `root`, for one publish at a time; waits up to `wait` for another. `carrier` is made
    /// for a folder here.
    ///
    /// # Errors
    ///
    /// Another publish of this target from here that takes longer.
    pub(super) fn open(
        (name, root): (&str, &Path),
        keeps: usize,
        wait: Duration,
        carrier: impl FnOnce(Desk) -> C,
    ) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|error| Error::io("could not resolve", root, error))?;
        let folder = root.join(".docweave/publish").join(name);
        let lock = Lock::acquire(&folder, wait)?;
        let desk = Desk(folder);
        desk.clear("").map_err(Failure::into_error)?;
        let owner = lease::owner(&desk.0)?;
        Ok(Self {
            carrier: Arc::new(carrier(desk.clone())),
            desk,
            keeps,
            due: Mutex::default(),
            owner,
            term: Term::waiting(wait),
            lease: OnceLock::new(),
            _lock: lock,
        })
    }

    fn due(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts files aside that have no second name there: they travel here and back.
    fn copy(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<(), Failure> {
        self.desk.clear("aside")?;
        self.desk.clear("copies")?;
        let from: BTreeSet<&str> = files.values().map(RelPath::as_str).collect();
        self.carrier.fetch(&from.into_iter().collect::<Vec<_>>(), &self.desk.at("aside"))?;
        let mut sent = BTreeSet::new();
        for (to, from) in files {
            if let Some(bytes) = standing::file(&self.desk.at("aside").join(from.as_str())).map_err(Failure::of)? {
                self.desk.write(&format!("copies/{to}"), &bytes)?;
                sent.insert(to.clone());
            }
        }
        if sent.is_empty() { Ok(()) } else { self.carrier.send(&self.desk.at("copies"), &sent) }
    }
}

impl<C: Carrier> Remote for Waves<C> {
    fn takes(&self) -> Takes {
        Takes::Files
    }

    fn keeps(&self) -> usize {
        self.keeps
    }

    fn begin(&self) -> Result<(), Error> {
        let mark = super::Patience::default().ask(|| self.carrier.clone().mark())?;
        drop(self.lease.set(Lease::acquire(mark, &self.owner, &self.carrier.shown(), self.term)?));
        Ok(())
    }

    fn list(&self) -> Result<Standing, Failure> {
        let Found { standing, left } = self.carrier.list()?;
        if self.lease.get().is_some() {
            self.due().removals.extend(left);
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        self.desk.clear("got")?;
        self.carrier.fetch(&[path.as_str()], &self.desk.at("got"))?;
        standing::file(&self.desk.at("got").join(path.as_str())).map_err(Failure::of)
    }

    fn fetch(&self, paths: &[RelPath], into: &Path) -> Result<(), Failure> {
        match paths {
            [] => Ok(()),
            paths => self.carrier.fetch(&paths.iter().map(RelPath::as_str).collect::<Vec<_>>(), into),
        }
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        self.desk.write(&format!("put/{path}"), bytes)?;
        let mut due = self.due();
        if path.as_str() == MANIFEST {
            due.manifest = bytes.to_vec();
        }
        due.puts.insert(path.clone());
        Ok(())
    }

    fn put_aside(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<(), Failure> {
        self.due().aside.extend(files.iter().map(|(to, from)| (to.clone(), from.clone())));
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        self.due().removals.insert(path.clone());
        Ok(())
    }

    fn flush(&self) -> Result<(), Failure> {
        self.lease.get().map_or(Ok(()), Lease::check)?;
        let mut due = self.due();
        if !due.aside.is_empty() {
            let left = self.carrier.link(&due.aside)?;
            due.aside.retain(|path, _| left.contains(path));
            if !due.aside.is_empty() {
                self.copy(&due.aside)?;
                due.aside.clear();
            }
        }
        if !due.removals.is_empty() {
            self.carrier.remove(&due.removals)?;
            due.removals.clear();
        }
        if !due.puts.is_empty() {
            self.carrier.send(&self.desk.at("put"), &due.puts)?;
            due.puts.clear();
            self.desk.clear("put")?;
        }
        Ok(())
    }

    /// Where nothing is exclusive, somebody who begins in the same moment is overlooked; then who comes second is told.
    fn finish(&self) -> Result<(), Failure> {
        self.lease.get().map_or(Ok(()), Lease::check)?;
        let standing = self.read(&manifest_path())?;
        if standing.as_deref() == Some(&self.due().manifest) {
            return Ok(());
        }
        let error = Error::new(format!("somebody else published to {} at the same time", self.carrier.shown()));
        Err(Failure::Lasting(error.help("see that they are done, and publish again")))
    }
}

impl<C> Drop for Waves<C> {
    fn drop(&mut self) {
        drop(self.lease.take());
        // Best effort: what stays is removed by the next publish.
        drop(output::remove_folder(&self.desk.0));
    }
}

/// The folders that some files are in, the deepest first.
pub(super) fn folders_of<'a>(paths: impl Iterator<Item = &'a RelPath>) -> Vec<&'a str> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let mut folder = path.parent();
        while !folder.is_empty() && folders.insert(folder) {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    let mut folders: Vec<&str> = folders.into_iter().collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.matches('/').count()));
    folders
}

/// Whether a file is docweave's own, and no part of the site.
pub(super) fn is_own(path: &RelPath) -> bool {
    path.file_name().starts_with(".docweave-")
}
