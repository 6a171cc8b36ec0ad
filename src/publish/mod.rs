//! A built site to where readers are, sending only what differs.
//!
//! In: the files of a built site with their digests, and a [`Remote`]: a folder, a folder of releases, an archive, a folder
//! on another machine, a bucket of an object store, a branch of a git repository. Out: a [`Plan`] of what is to be sent and
//! removed; then the site at the target, and a [`Summary`]. A target that holds older releases of the site goes back to one
//! ([`go_back`]), which is a plan like any other.
//!
//! The room knows folders and buckets that several machines reach; so the place where builds share a cache is opened here
//! too ([`share`]).
//!
//! What must stay true:
//! - Readers never meet a page whose assets are not there. What is new is sent first, then pages, removals follow when
//!   everything sent was seen to stand, and the manifest comes last. A target that shows all at once is changed at once.
//! - A text moves in the same step as those beside it that hold it in an encoding: whichever a reader gets, old or new, its
//!   assets are there. What holds a text that changed, and is not made any more, goes before it.
//! - A publish may be killed at any moment, or fail: the next one goes on from what stands and comes to the same bytes.
//! - Only what the target's own manifest names is ever replaced or removed. Everything else there is foreign.
//! - Nothing is sent whose bytes are not those of the build.
//! - No message holds a user or a password of an address.

mod archive;
mod cache;
mod encoding;
mod folder;
mod git;
mod history;
pub mod host;
mod lease;
mod parcel;
mod plan;
mod releases;
mod remote;
mod rsync;
mod send;
mod sftp;
#[cfg(feature = "object-stores")]
mod store;
mod target;
mod waves;

pub use archive::Archive;
pub use cache::share;
pub use folder::Folder;
pub use git::Git;
pub use history::{go_back, releases};
pub use parcel::Parcel;
pub use plan::{Change, Foreign, Plan, Removals, Wishes, manifest_at, plan, plan_from};
pub use releases::Releases;
pub use remote::{About, Failure, Release, Remote, Takes};
pub use send::{Patience, Summary, send};
#[cfg(feature = "object-stores")]
pub use store::Store;
pub use target::{Places, needs, open};
