//! A place where machines share a cache: a folder, or a bucket of an object store.
//!
//! Objects lie in a folder of their own, one for each version of the program and each kind of machine: what another made
//! may differ by a byte.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::build::{
    run::SOURCES,
    store::{Remote, Sharing},
};
use crate::model::{
    Error,
    target::{Address, Bucket, RemoteCache},
};
use crate::output;
use crate::publish::target::real;
use crate::source::standing;

/// The place that `site.toml` names, for a site in the folder `root` that is built into the folder `output`; what else
/// there is to say of it.
///
/// # Errors
///
/// A folder among the site's own, a bucket whose credentials are of no use.
pub fn share(cache: &RemoteCache, root: &Path, output: &Path, shards: u32) -> Result<(Sharing, Option<String>), Error> {
    let (remote, may_write): (Box<dyn Remote>, bool) = match &cache.to {
        Address::Folder { path, .. } => (Box::new(Folder::open(&root.join(path), root, output)?), true),
        Address::Bucket(bucket) => open_bucket(bucket)?,
        other => return Err(Error::new(format!("nothing can be cached there: {}", other.shown()))),
    };
    let note = || format!("there are no credentials for {}, so that it is only read", cache.to.shown());
    let note = (cache.push && !may_write).then(note);
    Ok((Sharing { remote, push: cache.push && may_write, timeout: cache.timeout, shards }, note))
}

#[cfg(feature = "object-stores")]
fn open_bucket(bucket: &Bucket) -> Result<(Box<dyn Remote>, bool), Error> {
    let (place, may_write) = crate::publish::store::Cache::open(bucket, &folder())?;
    Ok((Box::new(place), may_write))
}

#[cfg(not(feature = "object-stores"))]
fn open_bucket(bucket: &Bucket) -> Result<(Box<dyn Remote>, bool), Error> {
    Err(Error::new(format!("this docweave was built without object stores: {}", bucket.shown())))
}

/// Where the objects lie in the place.
fn folder() -> String {
    use std::env::consts::{ARCH, OS};
    let features = [
        (cfg!(feature = "diagrams"), 'd'),
        (cfg!(feature = "css"), 'c'),
        (cfg!(feature = "js"), 'j'),
        (cfg!(feature = "social"), 's'),
        (cfg!(feature = "avif"), 'a'),
    ];
    let features: String = features.into_iter().filter_map(|(on, letter)| on.then_some(letter)).collect();
    format!("docweave-cache/{}-{OS}-{ARCH}-{features}", env!("CARGO_PKG_VERSION"))
}

/// A folder, which any number of machines may write to at once.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn open(path: &Path, root: &Path, output: &Path) -> Result<Self, Error> {
        let mut own: Vec<PathBuf> = SOURCES.iter().map(|source| root.join(source)).collect();
        own.push(output.to_owned());
        let place = real(path);
        if own.iter().any(|own| place.starts_with(real(own))) || real(root).starts_with(&place) {
            let help = "name another in `[cache]`, such as `remote = \"../cache\"`";
            return Err(Error::new("the remote cache would lie in a folder of the site's own:").at(path).help(help));
        }
        Ok(Self { path: path.join(folder()) })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Remote for Folder {
    fn list(&self, _: Duration) -> Result<Vec<(String, u64)>, Error> {
        // What a machine left that was stopped while it wrote.
        output::sweep(&self.path);
        let found = standing::standing(&self.path)?;
        Ok(found.files.into_iter().map(|(path, size)| (path.as_str().to_owned(), size)).collect())
    }

    fn read(&self, name: &str, _: Duration) -> Result<Option<Vec<u8>>, Error> {
        standing::file(&self.at(name))
    }

    fn write(&self, name: &str, bytes: Vec<u8>, _: Duration) -> Result<(), Error> {
        // Another machine may have swept away what was just begun.
        output::write_atomic(&self.at(name), &bytes).or_else(|_| output::write_atomic(&self.at(name), &bytes))
    }

    fn remove(&self, name: &str, _: Duration) -> Result<(), Error> {
        output::remove(&self.at(name))
    }
}
