//! What files look like from outside: enough to see that one changed, without reading it.

use std::{collections::BTreeMap, fs::Metadata, time::SystemTime};

use walkdir::WalkDir;

use crate::source::{disk::Folder, is_left_out};

/// How coarse the clocks of file systems are at most, those of FAT among them, in seconds.
const COARSEST: u64 = 2;

/// Which file it is, its size, and when it was changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    inode: Option<Inode>,
}

/// What no program can set: the file's place in its file system, and when that was last written to, in seconds and
/// nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Inode {
    device: u64,
    number: u64,
    changed: (i64, i64),
}

/// Files by their path relative to the site's root, as it is shown.
pub type Stamps = BTreeMap<String, Stamp>;

impl Folder {
    /// Every file at or below `names` (of files and folders in the root) that could be part of the site. What can't be
    /// read is left out: the build says so.
    pub fn stamps(&self, names: &[&str]) -> Stamps {
        let mut stamps = Stamps::new();
        for name in names {
            let mut walk = WalkDir::new(self.root().join(name)).follow_links(true).into_iter();
            while let Some(entry) = walk.next() {
                let Ok(entry) = entry else { continue };
                let is_foreign = entry.path_is_symlink() && !self.leads_inside(entry.path());
                if is_left_out(entry.file_name().as_encoded_bytes()) || is_foreign {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    continue;
                }
                if entry.file_type().is_file()
                    && let Ok(metadata) = entry.metadata()
                {
                    stamps.insert(self.shown(entry.path()), Stamp::of(&metadata));
                }
            }
        }
        stamps
    }
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().ok(), inode: Inode::of(metadata) }
    }

    /// Whether a file that is written to from now on, in seconds since 1970, gets another stamp: so it is if its last change is
    /// longer ago than clocks are coarse, by a time that is not for programs to choose. ("Racy Git" in Git's documentation
    /// tells of the same.)
    pub(super) fn is_settled(&self, now: u64) -> bool {
        let seconds = |inode: &Inode| u64::try_from(inode.changed.0).ok();
        let changed = self.inode.as_ref().and_then(seconds);
        changed.is_some_and(|changed| changed.saturating_add(1 + COARSEST) <= now)
    }
}

impl Inode {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let changed = (metadata.ctime(), metadata.ctime_nsec());
        Some(Self { device: metadata.dev(), number: metadata.ino(), changed })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// The paths whose stamps differ, in their order.
pub fn changed(old: &Stamps, new: &Stamps) -> Vec<String> {
    let mut paths: Vec<&String> =
        new.iter().filter(|(path, stamp)| old.get(*path) != Some(*stamp)).map(|f| f.0).collect();
    paths.extend(old.keys().filter(|path| !new.contains_key(*path)));
    paths.sort();
    paths.into_iter().cloned().collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_kind_of_change_shows() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir_all(at("content/deep")).unwrap();
        for file in ["site.toml", "content/a.md", "content/b.md", "content/deep/c.md", "content/.swp", "content/a.md~"]
        {
            fs::write(at(file), "one").unwrap();
        }
        let folder = Folder::open(disk.path()).unwrap();
        let names = ["site.toml", "content", "static"];
        let old = folder.stamps(&names);
        assert_eq!(old.keys().collect::<Vec<_>>(), ["content/a.md", "content/b.md", "content/deep/c.md", "site.toml"]);
        assert_eq!(changed(&old, &folder.stamps(&names)), [""; 0]);

        fs::write(at("content/a.md"), "longer").unwrap();
        fs::remove_file(at("content/b.md")).unwrap();
        fs::rename(at("content/deep"), at("content/moved")).unwrap();
        fs::create_dir(at("static")).unwrap();
        fs::write(at("static/x.png"), "x").unwrap();
        fs::write(at("content/.swp"), "changed").unwrap();
        let expected = ["content/a.md", "content/b.md", "content/deep/c.md", "content/moved/c.md", "static/x.png"];
        assert_eq!(changed(&old, &folder.stamps(&names)), expected);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_site_are_not_followed() {
        let disk = tempfile::tempdir().unwrap();
        fs::create_dir_all(disk.path().join("site/content")).unwrap();
        fs::write(disk.path().join("secret.md"), "").unwrap();
        std::os::unix::fs::symlink(disk.path(), disk.path().join("site/content/out")).unwrap();
        std::os::unix::fs::symlink("/", disk.path().join("site/content/all")).unwrap();
        let folder = Folder::open(&disk.path().join("site")).unwrap();
        assert!(folder.stamps(&["content"]).is_empty());
    }
}
