//! What the output folder is to hold.

use std::collections::BTreeSet;

use crate::{
    model::{Digest, RelPath},
    output::manifest::{Entry, Manifest, ShardOf},
};

/// Where a file of the new tree comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was rendered into the stage.
    Staged,
    /// It stands in the output folder already, made from the same inputs.
    Kept,
}

/// The whole new tree: its manifest, and which of its files wait in the stage.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    manifest: Manifest,
    staged: BTreeSet<RelPath>,
}

impl Plan {
    /// A tree without files, made from everything that `build` names.
    pub fn new(build: Digest) -> Self {
        Self { manifest: Manifest { build: Some(build), ..Manifest::default() }, staged: BTreeSet::new() }
    }

    /// The same tree, of which these are the files of one shard.
    pub fn sharded(mut self, shard: Option<ShardOf>) -> Self {
        self.manifest.shard = shard;
        self
    }

    /// The tree that stands, as it stands.
    pub fn kept(standing: &Manifest) -> Self {
        Self { manifest: standing.clone(), staged: BTreeSet::new() }
    }

    /// Adds a file. The last word on a path wins: collisions of addresses are found long before.
    pub fn insert(&mut self, path: RelPath, entry: Entry, source: Source) {
        match source {
            Source::Staged => drop(self.staged.insert(path.clone())),
            Source::Kept => drop(self.staged.remove(&path)),
        }
        self.manifest.files.insert(path, entry);
    }

    /// The manifest as it is when the tree stands.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The same, when nothing else of the plan is needed any more.
    pub fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// The files that wait in the stage.
    pub fn staged(&self) -> &BTreeSet<RelPath> {
        &self.staged
    }
}
