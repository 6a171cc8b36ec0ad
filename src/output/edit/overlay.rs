//! The site as it would be after a patch.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use crate::model::{Digest, Error, RelPath};
use crate::output::edit::Planned;
use crate::source::{Files, Listing};

/// Files below others that hide them.
pub struct Overlay<'a> {
    base: &'a dyn Files,
    /// Files with other texts.
    texts: BTreeMap<RelPath, Arc<[u8]>>,
    /// Where files with the same bytes are: by their new paths, their old ones.
    moved: BTreeMap<RelPath, RelPath>,
    gone: BTreeSet<RelPath>,
}

impl<'a> Overlay<'a> {
    /// `base` after what is `planned`.
    pub fn new(base: &'a dyn Files, planned: &[Planned]) -> Self {
        let mut overlay = Self { base, texts: BTreeMap::new(), moved: BTreeMap::new(), gone: BTreeSet::new() };
        for Planned { from, to, after, .. } in planned {
            if from != to {
                overlay.gone.insert(from.clone());
            }
            match after {
                Some(bytes) => drop(overlay.texts.insert(to.clone(), bytes.as_slice().into())),
                None => drop(overlay.moved.insert(to.clone(), from.clone())),
            }
        }
        for to in overlay.texts.keys().chain(overlay.moved.keys()) {
            overlay.gone.remove(to);
        }
        overlay
    }

    fn below<'p>(&self, path: &'p RelPath) -> Result<&'p RelPath, Error>
    where
        'a: 'p,
        Self: 'p,
    {
        match self.gone.contains(path) {
            true => Err(Error::io("could not read", path.as_str(), std::io::ErrorKind::NotFound.into())),
            false => Ok(path),
        }
    }
}

impl Files for Overlay<'_> {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        let mut listing = self.base.list(folder)?;
        listing.files.retain(|file| !self.gone.contains(file));
        let inside = |path: &&RelPath| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        listing.files.extend(self.texts.keys().chain(self.moved.keys()).filter(inside).cloned());
        listing.files.sort();
        listing.files.dedup();
        Ok(listing)
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        match (self.texts.get(path), self.moved.get(path)) {
            (Some(bytes), _) => Ok(bytes.to_vec()),
            (None, Some(from)) => self.base.read(from),
            (None, None) => self.base.read(self.below(path)?),
        }
    }

    fn read_unlisted(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        match (self.texts.get(path), self.moved.get(path)) {
            (Some(bytes), _) => Ok(bytes.to_vec()),
            (None, Some(from)) => self.base.read_unlisted(from),
            (None, None) => self.base.read_unlisted(self.below(path)?),
        }
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        match (self.texts.get(path), self.moved.get(path)) {
            (Some(bytes), _) => Ok((Digest::of(bytes), bytes.len() as u64)),
            (None, Some(from)) => self.base.digest(from),
            (None, None) => self.base.digest(self.below(path)?),
        }
    }

    fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        match (self.texts.get(path), self.moved.get(path)) {
            (Some(_), _) => None,
            (None, Some(from)) => self.base.on_disk(from),
            (None, None) => self.base.on_disk(path),
        }
    }
}
