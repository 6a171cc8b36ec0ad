//! The site that is to be sent.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::model::{Digest, Error, RelPath};
use crate::output::{self, Entry, Manifest, Parts, ShardOf};
use crate::source::disk;

/// Every file of a site, by path, with its digest.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    folder: PathBuf,
    files: BTreeMap<RelPath, Item>,
}

#[derive(Clone, Debug)]
struct Item {
    size: u64,
    content: Digest,
    /// The bytes of a file that no build wrote.
    made: Option<Arc<[u8]>>,
}

impl Parcel {
    /// The site that stands in the output folder `folder`, as `manifest` names it.
    pub fn of_build(folder: &Path, manifest: &Manifest) -> Self {
        let item = |entry: &Entry| Item { size: entry.size, content: entry.content, made: None };
        let files = manifest.files.iter().map(|(path, entry)| (path.clone(), item(entry))).collect();
        Self { folder: folder.to_owned(), files }
    }

    /// The site that the last build left in the output folder `folder`.
    ///
    /// # Errors
    ///
    /// A folder without a finished build, or one in which files are missing.
    pub fn standing(folder: &Path) -> Result<Self, Error> {
        let manifest = Manifest::read(folder)?;
        let help = "leave out `--no-build`, or run `docweave build` first";
        if manifest.build.is_none() || !manifest.pending.is_empty() {
            return Err(Error::new("there is no finished build in").at(folder).help(help));
        }
        if let Some(ShardOf { shard, .. }) = manifest.shard {
            let what = format!("there is no whole site, but shard {shard} of one in");
            return Err(Error::new(what).at(folder).help("join the shards with `docweave merge`, and publish that"));
        }
        if let Some(missing) = output::check_present(&manifest, folder).into_iter().next() {
            let what = "a file of the build is gone, or is no longer what the build wrote:";
            return Err(Error::new(what).at(folder.join(missing.as_str())).help(help));
        }
        Ok(Self::of_build(folder, &manifest))
    }

    /// Adds a file that no build wrote; `false` where the site has one of that name, which stays.
    pub fn add(&mut self, path: RelPath, bytes: Vec<u8>) -> bool {
        if self.files.contains_key(&path) {
            return false;
        }
        let item = Item { size: bytes.len() as u64, content: Digest::of(&bytes), made: Some(bytes.into()) };
        self.files.insert(path, item);
        true
    }

    /// Every path with the size and the digest of its file.
    pub fn files(&self) -> impl Iterator<Item = (&RelPath, u64, Digest)> {
        self.files.iter().map(|(path, item)| (path, item.size, item.content))
    }

    /// Whether the site has a file of this name.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The bytes of one file, which are those of the build.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or that was changed since.
    pub fn bytes(&self, path: &RelPath) -> Result<Arc<[u8]>, Error> {
        let item = self.files.get(path).expect("a plan names files of its parcel");
        if let Some(bytes) = &item.made {
            return Ok(bytes.clone());
        }
        let at = self.folder.join(path.as_str());
        let bytes = disk::read_at_most(&at, u64::MAX).map_err(|error| Error::io("could not read", &at, error))?;
        if Digest::of(&bytes) != item.content {
            let help = "something writes into the output folder: wait until it has finished, and publish again";
            return Err(Error::new("a file changed after it was built:").at(at).help(help));
        }
        Ok(bytes.into())
    }

    /// The manifest of a target that holds this site.
    pub fn manifest(&self) -> Manifest {
        let entry =
            |item: &Item| Entry { size: item.size, content: item.content, key: item.content, parts: Parts::default() };
        let files: BTreeMap<_, _> = self.files.iter().map(|(path, item)| (path.clone(), entry(item))).collect();
        let mut manifest = Manifest { files, ..Manifest::default() };
        manifest.build = Some(manifest.digest());
        manifest
    }
}
