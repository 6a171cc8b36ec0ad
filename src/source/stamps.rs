//! What files look like from outside: enough to see that one changed, without reading it.

use std::{fs::Metadata, time::SystemTime};

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
