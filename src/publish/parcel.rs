//! The site that is to be sent.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;

use crate::model::{Digest, Error, RelPath, media};
use crate::output::{self, Entry, Manifest, Parts, ShardOf};
use crate::source::disk;

/// Less than this is not made smaller, in bytes.
const LEAST: u64 = 1024;

/// Every file of a site, by path, with its digest.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    folder: PathBuf,
    names: Names,
    files: BTreeMap<RelPath, Item>,
    redirects: BTreeMap<RelPath, String>,
}

/// What files are called in the folder of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Names {
    #[default]
    Paths,
    Digests,
}

#[derive(Clone, Debug)]
struct Item {
    size: u64,
    content: Digest,
    /// The bytes of a file that no build wrote.
    made: Option<Arc<[u8]>>,
}

impl Item {
    fn made(bytes: Vec<u8>) -> Self {
        Self { size: bytes.len() as u64, content: Digest::of(&bytes), made: Some(bytes.into()) }
    }
}

impl Parcel {
    /// The site that stands in the output folder `folder`, as `manifest` names it.
    pub fn of_build(folder: &Path, manifest: &Manifest) -> Self {
        let item = |entry: &Entry| Item { size: entry.size, content: entry.content, made: None };
        let files = manifest.files.iter().map(|(path, entry)| (path.clone(), item(entry))).collect();
        Self { folder: folder.to_owned(), files, ..Self::default() }
    }

    /// A site as `manifest` names it, whose files are in `folder` by their digests, those at least that are asked for.
    pub(super) fn of_kept(folder: &Path, manifest: &Manifest) -> Self {
        Self { names: Names::Digests, ..Self::of_build(folder, manifest) }
    }

    /// A site that is in memory.
    pub fn of_files(files: BTreeMap<RelPath, Arc<[u8]>>) -> Self {
        let item = |bytes: Arc<[u8]>| Item { size: bytes.len() as u64, content: Digest::of(&bytes), made: Some(bytes) };
        Self { files: files.into_iter().map(|(path, bytes)| (path, item(bytes))).collect(), ..Self::default() }
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
        self.files.insert(path, Item::made(bytes));
        true
    }

    /// Says which pages lead elsewhere, and to which address.
    pub fn redirect(&mut self, redirects: BTreeMap<RelPath, String>) {
        self.redirects = redirects;
    }

    /// The pages that lead elsewhere.
    pub(super) fn redirects(&self) -> &BTreeMap<RelPath, String> {
        &self.redirects
    }

    /// The digest of a file.
    pub(super) fn content(&self, path: &RelPath) -> Option<Digest> {
        self.files.get(path).map(|item| item.content)
    }

    /// The address that a page leads to; `None` for all others.
    pub fn leads_to(&self, path: &RelPath) -> Option<&str> {
        self.redirects.get(path).map(String::as_str)
    }

    /// Makes texts small, as gzip (RFC 1952), where that is worth it: for targets that hand out what they hold as it is.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or that was changed since the build.
    pub fn compress(&mut self) -> Result<(), Error> {
        let is_worth_it = |(path, item): &(&RelPath, &Item)| {
            item.size >= LEAST && media::is_text(media::content_type(path.extension()))
        };
        let paths: Vec<RelPath> = self.files.iter().filter(is_worth_it).map(|(path, _)| path.clone()).collect();
        let zip = |path: RelPath| {
            let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
            let written = zipped.write_all(&self.bytes(&path)?).and_then(|()| zipped.finish());
            Ok((path, written.expect("memory takes it")))
        };
        let zipped: Vec<(RelPath, Vec<u8>)> = paths.into_par_iter().map(zip).collect::<Result<_, Error>>()?;
        for (path, bytes) in zipped {
            self.files.insert(path, Item::made(bytes));
        }
        Ok(())
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
        let at = match self.names {
            Names::Paths => self.folder.join(path.as_str()),
            Names::Digests => self.folder.join(item.content.to_hex()),
        };
        let bytes = disk::read_at_most(&at, u64::MAX).map_err(|error| Error::io("could not read", &at, error))?;
        if Digest::of(&bytes) != item.content {
            if self.names == Names::Digests {
                let help = "build the older sources again, and publish them";
                return Err(Error::new("what the target kept is no longer what was sent:")
                    .at(path.as_str())
                    .help(help));
            }
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

/// Whether the bytes of a text are those of [`Parcel::compress`].
#[cfg(feature = "object-stores")]
pub(super) fn is_zipped(path: &RelPath, bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b]) && media::is_text(media::content_type(path.extension()))
}
