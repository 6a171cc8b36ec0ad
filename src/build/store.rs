//! The on-disk cache: values by the names of what they were made from.
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
mod segment;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    build::store::{
        blobs::Blobs,
        segment::{Location, Segment, Writer},
    },
    model::{Digest, Error},
    output,
};

/// From so many segments of one kind on, the small ones are put together.
const MOST_SEGMENTS: usize = 16;

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
    /// Large, and few of them are needed: each is read by itself.
    Body,
    /// What whole builds came to, and what git knows: a few for each build.
    Record,
    /// What is known of images: small, and all of them are needed at once, like heads. Their variants are of this kind too,
    /// but each is a file of its own ([`Store::put_large`]).
    Picture,
    /// The words of articles, for the search: all of them are needed at once where one changed.
    Words,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Head, Self::Body, Self::Record, Self::Picture, Self::Words];

    fn prefix(self) -> &'static str {
        match self {
            Self::Head => "heads-",
            Self::Body => "bodies-",
            Self::Record => "records-",
            Self::Picture => "pictures-",
            Self::Words => "words-",
        }
    }

    /// Whether the first look at a segment reads the whole of it.
    fn is_read_ahead(self) -> bool {
        matches!(self, Self::Head | Self::Picture | Self::Words)
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
    bodies: Shelf,
    records: Shelf,
    pictures: Shelf,
    words: Shelf,
    large: Blobs,
}

/// All values of one kind.
#[derive(Debug, Default)]
struct Shelf {
    stored: RwLock<Stored>,
    fresh: Mutex<Fresh>,
}

/// What earlier flushes left on disk.
#[derive(Debug, Default)]
struct Stored {
    segments: Vec<Arc<Segment>>,
    /// Which segment, and which entry of it.
    index: FxHashMap<Digest, (u32, u32)>,
    /// Files with our name that can't be read: cut, or from another version.
    unreadable: Vec<PathBuf>,
}

/// What was put since the last flush.
#[derive(Debug, Default)]
struct Fresh {
    writer: Option<Writer>,
    keys: FxHashSet<Digest>,
    failure: Option<Error>,
}

impl Store {
    /// Opens the cache in `folder`, which need not exist, and is not made before there is something to keep.
    pub fn open(folder: &Path, mode: Mode) -> Self {
        let shelf = |kind| Shelf { stored: RwLock::new(Stored::open(folder, kind, mode)), fresh: Mutex::default() };
        Self {
            folder: folder.to_owned(),
            mode,
            heads: shelf(Kind::Head),
            bodies: shelf(Kind::Body),
            records: shelf(Kind::Record),
            pictures: shelf(Kind::Picture),
            words: shelf(Kind::Words),
            large: Blobs::new(folder.join("large")),
        }
    }

    /// A cache that keeps nothing.
    pub fn off() -> Self {
        Self::open(Path::new(""), Mode::Off)
    }

    /// The value of `key`, if it is there and whole. What was put is found after the next [`Store::flush`].
    pub fn get(&self, kind: Kind, key: &Digest) -> Option<Vec<u8>> {
        self.get_with(kind, key, <[u8]>::to_vec)
    }

    /// Whether a value of `key` is there; it may turn out to be damaged when it is read.
    pub fn has(&self, kind: Kind, key: &Digest) -> bool {
        self.shelf(kind).read().index.contains_key(key)
    }

    /// The value of `key` as it was given to [`Store::put_value`].
    pub fn get_value<T: DeserializeOwned>(&self, kind: Kind, key: &Digest) -> Option<T> {
        self.get_with(kind, key, |bytes| postcard::from_bytes(bytes).ok())?
    }

    /// Keeps the value of `key`, of which there is only one: values that are here already are not written again.
    ///
    /// A failure shows in [`Store::flush`].
    pub fn put(&self, kind: Kind, key: &Digest, bytes: &[u8]) {
        if self.mode == Mode::Off || self.shelf(kind).read().index.contains_key(key) {
            return;
        }
        let check = segment::checksum(key, bytes);
        let mut fresh = self.shelf(kind).fresh();
        if fresh.failure.is_some() || !fresh.keys.insert(*key) {
            return;
        }
        if let Err(error) = fresh.append(&self.folder, key, bytes, check) {
            *fresh = Fresh { failure: Some(error), ..Fresh::default() };
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
        if self.mode == Mode::Off { None } else { self.large.get(key) }
    }

    /// Keeps a large value in a file of its own, and at once: a build that is stopped need not make it again.
    ///
    /// A failure shows in [`Store::flush`].
    pub fn put_large(&self, key: &Digest, bytes: &[u8]) {
        if self.mode == Mode::ReadWrite {
            self.large.put(key, bytes);
        }
    }

    /// What was noted under `name` the last time, by whichever process. It may name a value that is gone.
    #[expect(clippy::disallowed_methods, reason = "the cache reads its own files")]
    pub fn noted(&self, name: &str) -> Option<Digest> {
        if self.mode == Mode::Off {
            return None;
        }
        Digest::from_hex(std::fs::read_to_string(self.note_path(name)).ok()?.trim_end())
    }

    /// Notes the name of a value under a name that everybody knows, in the place of what was noted there.
    ///
    /// # Errors
    ///
    /// A file that can't be written: nothing is noted.
    pub fn note(&self, name: &str, key: &Digest) -> Result<(), Error> {
        if self.mode == Mode::Off || self.noted(name).as_ref() == Some(key) {
            return Ok(());
        }
        output::write_atomic(&self.note_path(name), key.to_hex().as_bytes())
    }

    /// Lets go of the memory in which the values of `kind` were read ahead. They can still be read, one by one.
    pub fn release(&self, kind: Kind) {
        for segment in &self.shelf(kind).read().segments {
            segment.release();
        }
    }

    /// Gives what was put its place on disk, and throws away what is of no use: where more than half of the stored bytes
    /// belong to keys that `is_used` denies, or the files are many, they are written anew.
    ///
    /// An error means that later builds may have more to do, nothing else: it is worth a note.
    pub fn flush(&self, is_used: impl Fn(Kind, &Digest) -> bool) -> Result<(), Error> {
        let mut result = Ok(());
        for kind in Kind::ALL.into_iter().filter(|_| self.mode == Mode::ReadWrite) {
            let flushed = self.flush_kind(kind, &|key| is_used(kind, key));
            result = result.and(flushed);
        }
        if self.mode == Mode::ReadWrite {
            result = result.and(self.large.flush(&|key| is_used(Kind::Picture, key)));
        }
        result
    }

    fn flush_kind(&self, kind: Kind, is_used: &dyn Fn(&Digest) -> bool) -> Result<(), Error> {
        let fresh = std::mem::take(&mut *self.shelf(kind).fresh());
        if let Some(failure) = fresh.failure {
            return Err(failure);
        }
        let mut stored = self.shelf(kind).stored.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = fresh.writer {
            let segment = writer.finish(&self.folder, kind.prefix())?;
            // An unreadable file of the same name has just been replaced.
            for path in std::mem::take(&mut stored.unreadable).iter().filter(|path| *path != segment.path()) {
                output::remove(path)?;
            }
            stored.add(Arc::new(segment));
            output::sweep(&self.folder);
        }
        match stored.to_rewrite(is_used) {
            victims if victims.is_empty() => Ok(()),
            victims => stored.rewrite(&self.folder, kind, &victims, is_used),
        }
    }

    fn get_with<T>(&self, kind: Kind, key: &Digest, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let (segment, location) = self.shelf(kind).read().find(key)?;
        let found = segment.read(kind, key, &location, read);
        if found.is_none() {
            // Forgotten, so that the value is kept when it is put again.
            self.shelf(kind).stored.write().unwrap_or_else(PoisonError::into_inner).index.remove(key);
        }
        found
    }

    fn note_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("last-{name}"))
    }

    fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::Head => &self.heads,
            Kind::Body => &self.bodies,
            Kind::Record => &self.records,
            Kind::Picture => &self.pictures,
            Kind::Words => &self.words,
        }
    }
}

impl Shelf {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Stored> {
        self.stored.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self) -> MutexGuard<'_, Fresh> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fresh {
    fn append(&mut self, folder: &Path, key: &Digest, bytes: &[u8], check: u64) -> Result<(), Error> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            empty => empty.insert(Writer::create(folder)?),
        };
        writer.append(key, bytes, check)
    }
}

impl Stored {
    fn open(folder: &Path, kind: Kind, mode: Mode) -> Self {
        let mut stored = Self::default();
        if mode == Mode::Off {
            return stored;
        }
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let is_ours = |name: &str| name.starts_with(kind.prefix()) && name.ends_with(segment::EXTENSION);
        let mut paths: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_str().is_some_and(is_ours))
            .filter(|entry| entry.file_type().is_ok_and(|found| found.is_file()))
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        for path in paths {
            match Segment::open(&path) {
                Some(segment) => stored.add(Arc::new(segment)),
                None => stored.unreadable.push(path),
            }
        }
        stored
    }

    fn add(&mut self, segment: Arc<Segment>) {
        let number = u32::try_from(self.segments.len()).expect("fewer files than 2^32");
        let keys = segment.entries().iter().zip(0_u32..);
        self.index.extend(keys.map(|((key, _), entry)| (*key, (number, entry))));
        self.segments.push(segment);
    }

    fn find(&self, key: &Digest) -> Option<(Arc<Segment>, Location)> {
        let (segment, entry) = *self.index.get(key)?;
        let segment = &self.segments[segment as usize];
        Some((segment.clone(), segment.entries()[entry as usize].1))
    }

    /// The numbers of the segments to put together: all of them where most bytes are of no use; all but the largest where
    /// there are too many, so that many small builds do not copy a large cache again and again; else the damaged ones.
    fn to_rewrite(&self, is_used: &dyn Fn(&Digest) -> bool) -> Vec<u32> {
        let all = (0..).take(self.segments.len());
        let used: u64 = all.clone().flat_map(|number| self.useful(number, is_used)).map(|(_, at)| at.size()).sum();
        let stored: u64 = self.segments.iter().map(|segment| segment.size()).sum();
        if used < stored / 2 {
            return all.collect();
        }
        let is_damaged = |number: &u32| self.segments[*number as usize].is_damaged();
        if self.segments.len() <= MOST_SEGMENTS {
            return all.filter(is_damaged).collect();
        }
        let largest = all.clone().max_by_key(|number| self.segments[*number as usize].size());
        all.filter(|number| Some(*number) != largest || is_damaged(number)).collect()
    }

    /// The entries of a segment that are used, and not stored in a later one too.
    fn useful(&self, number: u32, is_used: &dyn Fn(&Digest) -> bool) -> impl Iterator<Item = &(Digest, Location)> {
        let entries = self.segments[number as usize].entries().iter().zip(0_u32..);
        let here = move |key: &Digest, entry| self.index.get(key) == Some(&(number, entry));
        entries.filter(move |((key, _), entry)| here(key, *entry) && is_used(key)).map(|(entry, _)| entry)
    }

    /// Writes what is used of the victims into one new segment, then removes them.
    fn rewrite(
        &mut self,
        folder: &Path,
        kind: Kind,
        victims: &[u32],
        is_used: &dyn Fn(&Digest) -> bool,
    ) -> Result<(), Error> {
        let mut fresh = Fresh::default();
        for number in victims {
            let segment = &self.segments[*number as usize];
            for (key, location) in self.useful(*number, is_used) {
                let appended = segment.read(Kind::Body, key, location, |bytes| {
                    fresh.append(folder, key, bytes, segment::checksum(key, bytes))
                });
                appended.unwrap_or(Ok(()))?;
            }
        }
        let merged = fresh.writer.map(|writer| writer.finish(folder, kind.prefix())).transpose()?;
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.segments)
            .into_iter()
            .zip(0_u32..)
            .partition(|(_, number)| victims.contains(number));
        self.index.clear();
        let merged_path = merged.as_ref().map(|segment| segment.path().to_owned());
        for segment in kept.into_iter().map(|(segment, _)| segment).chain(merged.map(Arc::new)) {
            self.add(segment);
        }
        // The same entries in the same order have the same name: that file is the new one.
        for (segment, _) in gone.iter().filter(|(segment, _)| Some(segment.path()) != merged_path.as_deref()) {
            output::remove(segment.path())?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests look at the cache's files and damage them")]
mod tests;
