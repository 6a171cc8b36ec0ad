//! The only writer of files: rendered bytes become the folder that is served.
//!
//! In come rendered files, one by one and from many threads, into a [`Stage`]; then the [`Plan`] that names them all, and
//! the [`Manifest`] of the build before. Out come the moved files, the new manifest, and a [`Summary`] that counts them.
//!
//! What must stay true:
//! - Nothing of the site moves before everything is staged; then assets move first, pages next, removals follow, and the
//!   manifest comes last. A build that is killed at any instant leaves whole files, old or new, and a manifest from which
//!   the next build completes the rest. (Killed, not unplugged: nothing waits for the disk.)
//! - Only what the manifest names is ever replaced or removed. A link in the output folder is never followed.
//! - The same plan leaves the same bytes, the manifest's included.
//!
//! - Sources change only through [`edit`]: all files of a patch, or none of them.
//!
//! A build's order of calls: [`guard`], [`Lock::acquire`], [`Manifest::read`], [`check_present`], [`DiskStage::open`],
//! [`Stage::put`] for each file, [`commit`]. Reading the manifest, asking what stands in the output folder and taking back
//! what was put aside in a [`Scratch`] are the exceptions to the law that only `source` reads the disk.

mod commit;
mod diff;
pub mod edit;
mod guard;
mod lock;
mod manifest;
mod memory;
mod moves;
mod place;
mod positioned;
mod release;
mod scratch;
mod stage;
mod survey;
mod tree;
mod write;

pub use commit::{Summary, commit, commit_through};
pub use diff::{Diff, apply, diff};
pub use guard::guard;
pub use lock::Lock;
pub use manifest::{Entry, MANIFEST, Manifest, PartNames, Parts, ShardOf};
pub use memory::MemoryStage;
pub use moves::{Disk, Moves};
pub(crate) use positioned::read_at;
pub use release::{link, remove_folder};
pub use scratch::{Aside, Scratch};
pub use stage::{DiskStage, NoStage, Stage};
pub use survey::check_present;
pub use tree::{Plan, Source};
pub use write::{AtomicFile, remove, sweep, write_atomic, write_new};
