//! A build that is compared.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::model::{Digest, Error, RelPath};
use crate::output::{MANIFEST, Manifest};
use crate::source::{disk, standing};

/// The files of a build, and where their bytes are.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// Every file with its size and the digest of its bytes.
    pub files: BTreeMap<RelPath, (u64, Digest)>,
    /// Where their bytes are.
    bytes: Bytes,
}

/// Where the bytes of a build are.
#[derive(Clone, Debug, Default)]
enum Bytes {
    /// Nowhere, as of a manifest alone.
    #[default]
    Nowhere,
    /// In a folder.
    Folder(PathBuf),
    /// Here.
    Memory(BTreeMap<RelPath, Arc<[u8]>>),
}

impl Build {
    /// The build in the folder `path`, by its manifest or else by its files; or that of the manifest `path`.
    ///
    /// # Errors
    ///
    /// A path that is neither.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !path.is_dir() {
            let bytes = disk::read_at_most(path, disk::LARGEST);
            let help =
                "name an output folder such as `public`, the file `.docweave-manifest` of one, or a commit of git";
            let bytes = bytes.map_err(|error| Error::io("could not read the build", path, error).help(help))?;
            let manifest =
                Manifest::from_bytes(&bytes).map_err(|what| Error::new(format!("{what}:")).at(path).help(help))?;
            return Ok(Self { files: named(&manifest), bytes: Bytes::Nowhere });
        }
        let manifest = Manifest::read(path)?;
        if manifest.pending.is_empty() && manifest.build.is_some() {
            return Ok(Self { files: named(&manifest), bytes: Bytes::Folder(path.to_owned()) });
        }
        let mut build = Self { files: BTreeMap::new(), bytes: Bytes::Folder(path.to_owned()) };
        for (file, size) in standing::standing(path)?.files {
            if file.as_str() == MANIFEST {
                continue;
            }
            let at = path.join(file.as_str());
            let digest = disk::open(&at).and_then(Digest::of_reader);
            let digest = digest.map_err(|error| Error::io("could not read", at, error))?;
            build.files.insert(file, (size, digest));
        }
        Ok(build)
    }

    /// A build that is in memory.
    pub(super) fn of_files(files: BTreeMap<RelPath, Arc<[u8]>>) -> Self {
        let named = files.iter().map(|(path, bytes)| (path.clone(), (bytes.len() as u64, Digest::of(bytes)))).collect();
        Self { files: named, bytes: Bytes::Memory(files) }
    }

    /// The text of one file; `None` where it is not known, or is no UTF-8.
    pub fn text(&self, path: &str) -> Option<String> {
        let (_, digest) = self.files.get(path)?;
        let bytes = match &self.bytes {
            Bytes::Nowhere => return None,
            Bytes::Folder(folder) => standing::file(&folder.join(path)).ok().flatten()?,
            Bytes::Memory(files) => files.get(path)?.to_vec(),
        };
        (Digest::of(&bytes) == *digest).then_some(bytes).and_then(|bytes| String::from_utf8(bytes).ok())
    }
}

fn named(manifest: &Manifest) -> BTreeMap<RelPath, (u64, Digest)> {
    manifest.files.iter().map(|(path, entry)| (path.clone(), (entry.size, entry.content))).collect()
}
