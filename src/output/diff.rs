//! The difference of two trees, for whoever follows along: the live reload, publishing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Digest, RelPath},
    output::manifest::{Entry, Manifest, ShardOf},
};

/// What turns one manifest into another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The build that it leads to.
    pub build: Option<Digest>,
    /// Files that were not there, or of which nothing was known.
    pub added: BTreeMap<RelPath, Entry>,
    /// Files with other bytes.
    pub changed: BTreeMap<RelPath, Entry>,
    /// Files with the same bytes, made from other inputs.
    pub remade: BTreeMap<RelPath, Entry>,
    /// Files that are gone.
    pub removed: BTreeSet<RelPath>,
    /// Files that the new manifest knows nothing about.
    pub pending: BTreeSet<RelPath>,
    /// Which shard of the site the new manifest names, where it does not name the whole.
    pub shard: Option<ShardOf>,
}

impl Diff {
    /// Whether every byte is the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// What leads from `old` to `new`.
pub fn diff(old: &Manifest, new: &Manifest) -> Diff {
    let mut diff = Diff { build: new.build, pending: new.pending.clone(), shard: new.shard, ..Diff::default() };
    for (path, entry) in &new.files {
        let group = match old.files.get(path) {
            None => &mut diff.added,
            Some(before) if before.content != entry.content => &mut diff.changed,
            Some(before) if before != entry => &mut diff.remade,
            Some(_) => continue,
        };
        group.insert(path.clone(), entry.clone());
    }
    let gone =
        old.files.keys().chain(old.pending.difference(&new.pending)).filter(|path| !new.files.contains_key(*path));
    diff.removed = gone.cloned().collect();
    diff
}

/// `old` with all of `diff` done: `apply(&diff(&old, &new), old)` is `new`.
pub fn apply(diff: &Diff, mut old: Manifest) -> Manifest {
    old.files.retain(|path, _| !diff.removed.contains(path));
    for group in [&diff.added, &diff.changed, &diff.remade] {
        old.files.extend(group.iter().map(|(path, entry)| (path.clone(), entry.clone())));
    }
    Manifest { build: diff.build, files: old.files, pending: diff.pending.clone(), shard: diff.shard }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::output::manifest::{PartNames, Parts};

    fn manifests() -> impl Strategy<Value = Manifest> {
        let paths = prop::sample::select(vec!["a", "b/c", "b/d.html", "e.css", "f"]);
        let paths = paths.prop_map(|path| RelPath::new(path).unwrap());
        let entry = (0..3u64, 0..2u8).prop_map(|(size, key)| Entry {
            size,
            content: Digest::of(&size.to_le_bytes()),
            key: Digest::of(&[key]),
            parts: Parts::new(&PartNames::new(&["view"]), [u64::from(key)]),
        });
        let files = prop::collection::btree_map(paths.clone(), entry, 0..5);
        let pending = prop::collection::btree_set(paths, 0..2);
        (prop::option::of(0..3u8), files, pending).prop_map(|(build, files, mut pending)| {
            pending.retain(|path| !files.contains_key(path));
            Manifest { build: build.map(|b| Digest::of(&[b])), files, pending, shard: None }
        })
    }

    proptest! {
        #[test]
        fn a_diff_leads_from_the_old_to_the_new(old in manifests(), new in manifests()) {
            let difference = diff(&old, &new);
            let disjoint = difference.added.keys().chain(difference.changed.keys()).chain(difference.remade.keys());
            prop_assert!(disjoint.clone().count() == disjoint.collect::<BTreeSet<_>>().len());
            prop_assert_eq!(apply(&difference, old), new.clone());
            prop_assert!(diff(&new, &new).is_empty());
        }
    }
}
