//! The on-disk cache: values by the names of what they were made from, and the place that machines share for them.
//!
//! In come encoded values, from many threads; out come the same bytes for the same key, in a later process or never.
//!
//! What must stay true:
//! - A cached value is right or absent. A key names everything that the value depends on ([`key`]), each entry carries a
//!   checksum, and whatever can't be read is a miss, never an error.
//! - Any number of processes may share the folder without locks: a segment never changes once it has its name, and a
//!   reader that loses one just misses.
//! - What the cache holds never shows in the output. So this is the one place outside of `source` that reads files.

mod blobs;
mod budget;
mod segment;
mod shared;
mod shelf;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Serialize, de::DeserializeOwned};

pub use crate::build::store::shared::{LARGEST_OBJECT, Remote, Sharing, Traffic};
use crate::{
    build::store::{
        blobs::Blobs,
        shared::{Shared, each},
        shelf::{Shelf, Whose},
    },
    model::{Digest, Error},
    output,
};

/// The name of a value: of the stage that makes it, by name and version, and of everything it is made from.
///
/// The crate's own version is part of it, so that a new release never reads an old one's values.
pub fn key(stage: &str, version: u32, parts: &[&[u8]]) -> Digest {
    let version = version.to_le_bytes();
    let fixed = [stage.as_bytes(), &version, env!("CARGO_PKG_VERSION").as_bytes()];
    Digest::of_parts(fixed.into_iter().chain(parts.iter().copied()))
}

/// What is cached, each kind in files of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Small, and all of them are needed at once: their files are read whole.
    Head,
    /// All words of articles, of which few are needed after an edit: each is read by itself.
    Vocabulary,
    /// Large, and few of them are needed: each is read by itself.
    Body,
    /// What whole builds came to, and what git knows: a few for each build.
    Record,
    /// What is known of images: small, and all of them are needed at once, like heads. Their variants are of this kind too,
    /// but each is a file of its own ([`Store::put_large`]).
    Picture,
    /// The words of articles, for the search: all of them are needed at once where one changed.
    Words,
    /// What weaves remembered, and what names the pages of which they knew all: one of each for each tree, of which a build
    /// asks for one.
    Weave,
    /// Files of the output, where machines share a cache. To any other, what stands in the output folder is as good.
    Made,
}

impl Kind {
    const ALL: [Self; 8] =
        [Self::Head, Self::Vocabulary, Self::Body, Self::Record, Self::Picture, Self::Words, Self::Weave, Self::Made];

    fn prefix(self) -> &'static str {
        match self {
            Self::Head => "heads-",
            Self::Vocabulary => "vocabularies-",
            Self::Body => "bodies-",
            Self::Record => "records-",
            Self::Picture => "pictures-",
            Self::Words => "words-",
            Self::Weave => "weaves-",
            Self::Made => "made-",
        }
    }

    /// Whether the first look at a segment that is not held open reads the whole of it.
    fn is_read_ahead(self) -> bool {
        matches!(self, Self::Head | Self::Picture | Self::Words)
    }

    /// Whether segments of others are fetched only for a value that they hold, which their indexes tell.
    fn is_indexed(self) -> bool {
        matches!(self, Self::Vocabulary | Self::Body | Self::Weave | Self::Made)
    }
}

/// Whether the cache is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Values are looked up and kept.
    ReadWrite,
    /// Every look-up misses, and nothing is kept.
    Off,
}

/// The cache in one folder.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    mode: Mode,
    heads: Shelf,
    vocabularies: Shelf,
    bodies: Shelf,
    records: Shelf,
    pictures: Shelf,
    words: Shelf,
    weaves: Shelf,
    made: Shelf,
    large: Blobs,
    shared: Option<Arc<Shared>>,
    keeps_to_itself: AtomicBool,
}

impl Store {
    /// Opens the cache in `folder`, which need not exist, and is not made before there is something to keep.
    pub fn open(folder: &Path, mode: Mode) -> Self {
        let shelf = |kind| Shelf::open(folder, kind, mode);
        Self {
            folder: folder.to_owned(),
            mode,
            heads: shelf(Kind::Head),
            vocabularies: shelf(Kind::Vocabulary),
            bodies: shelf(Kind::Body),
            records: shelf(Kind::Record),
            pictures: shelf(Kind::Picture),
            words: shelf(Kind::Words),
            weaves: shelf(Kind::Weave),
            made: shelf(Kind::Made),
            large: Blobs::new(folder.join("large")),
            shared: None,
            keeps_to_itself: AtomicBool::new(false),
        }
    }

    /// The same, which fetches what is not here from a place that machines share, and gives it what is made here. Nothing
    /// of that can fail: what goes wrong is told by [`Store::notes`].
    pub fn sharing(self, sharing: Sharing) -> Self {
        let shared = (self.mode == Mode::ReadWrite).then(|| Arc::new(Shared::new(sharing)));
        Self { shared, ..self }
    }

    /// Notes that nothing is shared any more: what other machines made is treated like what was made here. Until then a build
    /// that does without them leaves it alone.
    pub fn keep_to_itself(&self) {
        self.keeps_to_itself.store(true, Ordering::Relaxed);
    }

    /// Whether other machines may have made what is not here.
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// What there is to say of the shared place, each once.
    pub fn notes(&self) -> Vec<String> {
        self.shared.as_ref().map(|shared| shared.notes()).unwrap_or_default()
    }

    /// What went to the shared place and came from there; `None` where there is none.
    pub fn traffic(&self) -> Option<Traffic> {
        self.shared.as_ref().map(|shared| shared.traffic())
    }

    /// A cache that keeps nothing.
    pub fn off() -> Self {
        Self::open(Path::new(""), Mode::Off)
    }

    /// A file for what is put aside while a build goes on: beside the cache, whether or not that is used. `None` where there is
    /// no such place.
    pub fn scratch(&self) -> Option<output::Scratch> {
        if self.folder.as_os_str().is_empty() { None } else { output::Scratch::create(&self.folder).ok() }
    }

    /// The value of `key`, if it is there and whole. What was put is found after the next [`Store::flush`].
    pub fn get(&self, kind: Kind, key: &Digest) -> Option<Vec<u8>> {
        self.get_with(kind, key, <[u8]>::to_vec)
    }

    /// Whether a value of `key` is there; it may turn out to be damaged when it is read.
    pub fn has(&self, kind: Kind, key: &Digest) -> bool {
        self.pulled(kind).has(key)
    }

    /// The value of `key` as it was given to [`Store::put_value`].
    pub fn get_value<T: DeserializeOwned>(&self, kind: Kind, key: &Digest) -> Option<T> {
        self.get_with(kind, key, |bytes| postcard::from_bytes(bytes).ok())?
    }

    /// Keeps the value of `key`, of which there is only one: values that are here already are not written again.
    ///
    /// A failure shows in [`Store::flush`].
    pub fn put(&self, kind: Kind, key: &Digest, bytes: &[u8]) {
        if self.mode == Mode::ReadWrite {
            self.pulled(kind).put(key, bytes);
        }
    }

    /// Keeps a value in its postcard encoding.
    pub fn put_value<T: Serialize + ?Sized>(&self, kind: Kind, key: &Digest, value: &T) {
        if self.mode == Mode::ReadWrite {
            let bytes = postcard::to_stdvec(value).expect("plain data always serialises");
            self.put(kind, key, &bytes);
        }
    }

    /// The large value of `key`, if it is there and whole.
    pub fn get_large(&self, key: &Digest) -> Option<Vec<u8>> {
        if self.mode == Mode::Off {
            return None;
        }
        self.large.get(key).or_else(|| self.is_shared().then(|| self.get(Kind::Made, key))?)
    }

    /// Keeps a large value in a file of its own, and at once: a build that is stopped need not make it again. Others are
    /// given it among many, since asking for each alone would take them longer than most take to make.
    ///
    /// A failure shows in [`Store::flush`].
    pub fn put_large(&self, key: &Digest, bytes: &[u8]) {
        if self.mode == Mode::ReadWrite {
            self.large.put(key, bytes);
        }
        if self.is_shared() {
            self.put(Kind::Made, key, bytes);
        }
    }

    /// What was noted under `name` the last time, by whichever process, or else machine. It may name a value that is gone.
    pub fn noted(&self, name: &str) -> Option<Digest> {
        if self.mode == Mode::Off {
            return None;
        }
        self.noted_here(name).or_else(|| self.shared.as_ref()?.noted(name))
    }

    /// Notes the name of a value under a name that everybody knows, in the place of what was noted there. Other machines are
    /// told of it by the next [`Store::flush`].
    ///
    /// # Errors
    ///
    /// A file that can't be written: nothing is noted.
    pub fn note(&self, name: &str, key: &Digest) -> Result<(), Error> {
        if self.mode == Mode::Off {
            return Ok(());
        }
        if let Some(shared) = &self.shared {
            shared.note(name, *key);
        }
        if self.noted_here(name).as_ref() == Some(key) {
            return Ok(());
        }
        output::write_atomic(&self.note_path(name), key.to_hex().as_bytes())
    }

    #[expect(clippy::disallowed_methods, reason = "the cache reads its own files")]
    fn noted_here(&self, name: &str) -> Option<Digest> {
        Digest::from_hex(std::fs::read_to_string(self.note_path(name)).ok()?.trim_end())
    }

    /// Lets go of the memory in which the values of `kind` were read ahead. They can still be read, one by one.
    pub fn release(&self, kind: Kind) {
        self.shelf(kind).release();
    }

    /// Gives what was put its place on disk, and throws away what is of no use: where more than half of the stored bytes
    /// belong to keys that `is_used` denies, or the files are many, they are written anew. Then sends what is new to the
    /// shared place, and removes there what was of no use.
    ///
    /// An error means that later builds may have more to do, nothing else: it is worth a note.
    pub fn flush(&self, is_used: impl Fn(Kind, &Digest) -> bool) -> Result<(), Error> {
        if self.mode == Mode::Off {
            return Ok(());
        }
        let whose = if self.keeps_to_itself.load(Ordering::Relaxed) { Whose::Own } else { Whose::Others };
        let has_use = |kind| kind != Kind::Made || whose == Whose::Others;
        let mut result = Ok(());
        for kind in Kind::ALL {
            let is_used = |key: &Digest| has_use(kind) && is_used(kind, key);
            let flushed = self.shelf(kind).flush((self.shared.as_ref(), whose), &is_used);
            result = result.and(flushed);
        }
        result = result.and(self.large.flush(&|key| is_used(Kind::Picture, key)));
        if let Some(shared) = self.shared.as_ref().filter(|shared| shared.push) {
            let unsent = Kind::ALL
                .into_iter()
                .flat_map(|kind| self.shelf(kind).unsent().into_iter().map(move |one| (kind, one)));
            each(unsent.collect(), |(kind, segment)| {
                let sent = segment.bytes().and_then(|bytes| shared.send(kind, &bytes, segment.entries()));
                if let Some(name) = sent {
                    self.shelf(kind).note_sent(&segment, &name);
                }
            });
            shared.send_notes();
            shared.clean();
        }
        result
    }

    fn get_with<T>(&self, kind: Kind, key: &Digest, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.pulled(kind).get_with(key, read)
    }

    /// All values of a kind, those of other machines among them.
    fn pulled(&self, kind: Kind) -> &Shelf {
        let shelf = self.shelf(kind);
        if let Some(shared) = &self.shared {
            shelf.pull(shared);
        }
        shelf
    }

    fn note_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("last-{name}"))
    }

    fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::Head => &self.heads,
            Kind::Vocabulary => &self.vocabularies,
            Kind::Body => &self.bodies,
            Kind::Record => &self.records,
            Kind::Picture => &self.pictures,
            Kind::Words => &self.words,
            Kind::Weave => &self.weaves,
            Kind::Made => &self.made,
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests look at the cache's files and damage them")]
mod tests;
