//! The site that is to be sent.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use crate::build::trace::Progress;
use crate::model::{Digest, Error, RelPath, target::Encoding};
use crate::output::{self, Entry, Manifest, Parts, ShardOf};
use crate::publish::{About, encoding};
use crate::source::disk;

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
    /// What it was made of: its own digest, unless it is another file in an encoding.
    key: Digest,
    bytes: Bytes,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
enum Bytes {
    /// In the folder of the site.
    InFolder,
    /// Here: no build wrote them.
    Made(Arc<[u8]>),
    /// Nowhere yet. The target knows their digest, and mostly holds them.
    Known(Box<Known>),
}

/// A file in an encoding.
#[derive(Clone, Debug)]
struct Known {
    encoding: Encoding,
    /// The file itself.
    path: RelPath,
    item: Item,
    made: OnceLock<Arc<[u8]>>,
}

impl Item {
    fn made(bytes: Arc<[u8]>) -> Self {
        let content = Digest::of(&bytes);
        Self { size: bytes.len() as u64, content, key: content, bytes: Bytes::Made(bytes) }
    }

    fn in_folder(entry: &Entry, key: Digest) -> Self {
        Self { size: entry.size, content: entry.content, key, bytes: Bytes::InFolder }
    }
}

impl Parcel {
    /// The site that stands in the output folder `folder`, as `manifest` names it.
    pub fn of_build(folder: &Path, manifest: &Manifest) -> Self {
        let item = |entry: &Entry| Item::in_folder(entry, entry.content);
        let files = manifest.files.iter().map(|(path, entry)| (path.clone(), item(entry))).collect();
        Self { folder: folder.to_owned(), files, ..Self::default() }
    }

    /// A site as the manifest of a target names it, whose files are in `folder` by their digests, those at least that are asked
    /// for.
    pub(super) fn of_kept(folder: &Path, manifest: &Manifest) -> Self {
        let item = |entry: &Entry| Item::in_folder(entry, entry.key);
        let files = manifest.files.iter().map(|(path, entry)| (path.clone(), item(entry))).collect();
        Self { folder: folder.to_owned(), names: Names::Digests, files, ..Self::default() }
    }

    /// A site that is in memory.
    pub fn of_files(files: BTreeMap<RelPath, Arc<[u8]>>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path, Item::made(bytes))).collect();
        Self { files, ..Self::default() }
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
        self.files.insert(path, Item::made(bytes.into()));
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

    /// What a target that can is to tell with a file.
    pub(super) fn about(&self, path: &RelPath, bytes: &[u8]) -> About {
        let is_made = self.files.get(path).is_some_and(|item| item.key != item.content);
        About { leads_to: self.redirects.get(path).cloned(), encoding: encoding::of(path, bytes, is_made) }
    }

    /// Holds texts in an encoding and not as they are, where that is worth it: for targets that hand out what they hold. What
    /// `old`, the manifest of the target, knows already is not made again.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or that was changed since the build.
    pub fn compress(
        &mut self,
        encoding: Encoding,
        old: Option<&Manifest>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let texts = self.texts().map(|path| (path.clone(), path.clone(), encoding)).collect();
        self.encode(texts, old, progress)
    }

    /// Holds texts in encodings as well, where that is worth it: in files beside them, whose names end with `.gz` and `.br`, for
    /// web servers that choose. What `old`, the manifest of the target, knows already is not made again. Gives the names that
    /// files of the site have, which stay.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or that was changed since the build.
    pub fn accompany(
        &mut self,
        encodings: &[Encoding],
        old: Option<&Manifest>,
        progress: &dyn Progress,
    ) -> Result<Vec<RelPath>, Error> {
        let beside = |path: &RelPath, encoding: Encoding| RelPath::new(format!("{path}{}", encoding.ending()));
        let all = self.texts().flat_map(|path| encodings.iter().map(move |encoding| (path, *encoding)));
        let all = all.filter_map(|(path, encoding)| Some((beside(path, encoding)?, path.clone(), encoding)));
        let (taken, free): (Vec<_>, Vec<_>) = all.partition(|(at, ..)| self.files.contains_key(at));
        self.encode(free, old, progress)?;
        Ok(taken.into_iter().map(|(at, ..)| at).collect())
    }

    fn texts(&self) -> impl Iterator<Item = &RelPath> {
        self.files.iter().filter(|(path, item)| encoding::is_worth_it(path, item.size)).map(|(path, _)| path)
    }

    /// Puts at the first path of each what stands at the second in an encoding.
    fn encode(
        &mut self,
        wanted: Vec<(RelPath, RelPath, Encoding)>,
        old: Option<&Manifest>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        progress.begin("compressing", wanted.len());
        let encoded = |(at, path, encoding): (RelPath, RelPath, Encoding)| {
            let item = &self.files[&path];
            let key = encoding::key(encoding, item.content);
            let known = old.and_then(|old| old.files.get(&at)).filter(|entry| entry.key == key);
            let made = match known {
                Some(entry) => {
                    let known = Known { encoding, path, item: item.clone(), made: OnceLock::new() };
                    Item { size: entry.size, content: entry.content, key, bytes: Bytes::Known(Box::new(known)) }
                }
                None => Item { key, ..Item::made(encoding::smaller(encoding, &self.bytes(&path)?).into()) },
            };
            progress.step();
            Ok((at, made))
        };
        let made: Vec<(RelPath, Item)> = wanted.into_par_iter().map(encoded).collect::<Result<_, Error>>()?;
        self.files.extend(made);
        Ok(())
    }

    /// The file that another holds in an encoding, and stands beside.
    pub(super) fn plain(&self, path: &RelPath) -> Option<&RelPath> {
        self.files.get(path).filter(|item| item.key != item.content)?;
        self.files.get_key_value(encoding::plain(path.as_str())?).map(|(plain, _)| plain)
    }

    /// The files whose bytes are not made yet.
    pub(super) fn known(&self) -> Vec<&RelPath> {
        let is_known = |item: &Item| matches!(&item.bytes, Bytes::Known(known) if known.made.get().is_none());
        self.files.iter().filter(|(_, item)| is_known(item)).map(|(path, _)| path).collect()
    }

    /// Takes the bytes of a file from where they stand, if they are those that are known; else they are made.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or that was changed since the build.
    pub(super) fn recall(&self, path: &RelPath, standing: Option<Vec<u8>>) -> Result<(), Error> {
        let item = &self.files[path];
        match (&item.bytes, standing) {
            (Bytes::Known(known), Some(bytes)) if Digest::of(&bytes) == item.content => {
                known.made.get_or_init(|| bytes.into());
                Ok(())
            }
            _ => self.bytes(path).map(drop),
        }
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
        self.bytes_of(path, self.files.get(path).expect("a plan names files of its parcel"))
    }

    fn bytes_of(&self, path: &RelPath, item: &Item) -> Result<Arc<[u8]>, Error> {
        match &item.bytes {
            Bytes::InFolder => self.read(path, item.content),
            Bytes::Made(bytes) => Ok(bytes.clone()),
            Bytes::Known(known) => {
                if let Some(bytes) = known.made.get() {
                    return Ok(bytes.clone());
                }
                let made = encoding::smaller(known.encoding, &self.bytes_of(&known.path, &known.item)?);
                if Digest::of(&made) != item.content {
                    let help = "publish once without `compress`, and then with it";
                    return Err(Error::new("compressed by another docweave of the same version, to other bytes:")
                        .at(path.as_str())
                        .help(help));
                }
                Ok(known.made.get_or_init(|| made.into()).clone())
            }
        }
    }

    fn read(&self, path: &RelPath, content: Digest) -> Result<Arc<[u8]>, Error> {
        let at = match self.names {
            Names::Paths => self.folder.join(path.as_str()),
            Names::Digests => self.folder.join(content.to_hex()),
        };
        let bytes = disk::read_at_most(&at, u64::MAX).map_err(|error| Error::io("could not read", &at, error))?;
        if Digest::of(&bytes) == content {
            return Ok(bytes.into());
        }
        if self.names == Names::Digests {
            let help = "build the older sources again, and publish them";
            return Err(Error::new("what the target kept is no longer what was sent:").at(path.as_str()).help(help));
        }
        let help = "something writes into the output folder: wait until it has finished, and publish again";
        Err(Error::new("a file changed after it was built:").at(at).help(help))
    }

    /// The manifest of a target that holds this site.
    pub fn manifest(&self) -> Manifest {
        let entry =
            |item: &Item| Entry { size: item.size, content: item.content, key: item.key, parts: Parts::default() };
        let files: BTreeMap<_, _> = self.files.iter().map(|(path, item)| (path.clone(), entry(item))).collect();
        let mut manifest = Manifest { files, ..Manifest::default() };
        manifest.build = Some(manifest.digest());
        manifest
    }
}
