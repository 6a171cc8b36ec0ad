//! The part of the cache that several machines share.
//!
//! In: the segments that this machine made, and questions for those of others. Out: objects in a place that all of them
//! reach; and the bytes of an object, if it is there and whole.
//!
//! ```text
//! heads-SEGMENT.z             a segment, packed; SEGMENT is the digest of its bytes
//! last-NAME                   the name of a value, in digits: what was last noted under that name
//! bodies-SEGMENT-INDEX.index  what that segment holds, so that it need not be fetched to know; INDEX is the digest of this
//! ```
//!
//! What must stay true:
//! - An object's name is the digest of what is in it, all 256 bits: what differs from its name is a miss.
//! - But for what was last noted, objects never change, so machines need not agree on anything. One that meets an object
//!   which another has just removed misses it.
//! - Whatever fails, fails once: then the place is left aside, and that is told. So is what takes too long.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use crate::{
    build::store::{
        Kind,
        budget::Budget,
        segment::{self, Location},
    },
    model::{Digest, Error},
};

/// From so many bytes on, a segment is full: whoever wants one value from it fetches all of it.
pub(super) const FULL: u64 = 8 << 20;

/// Objects of more bytes, packed or not, are neither written nor read.
pub const LARGEST_OBJECT: u64 = 256 << 20;

/// How many requests are under way at once.
const AT_ONCE: usize = 8;

/// A place that several machines reach, where objects have names. Each request takes no longer than it is told.
pub trait Remote: Send + Sync {
    /// The names and sizes in bytes of all objects.
    ///
    /// # Errors
    ///
    /// A place that can't be asked.
    fn list(&self, within: Duration) -> Result<Vec<(String, u64)>, Error>;

    /// The bytes of an object, of which there are no more than [`LARGEST_OBJECT`]; `None` where there is none.
    ///
    /// # Errors
    ///
    /// A place that can't be asked.
    fn read(&self, name: &str, within: Duration) -> Result<Option<Vec<u8>>, Error>;

    /// Writes an object whole or not at all.
    ///
    /// # Errors
    ///
    /// An object that could not be written.
    fn write(&self, name: &str, bytes: Vec<u8>, within: Duration) -> Result<(), Error>;

    /// Removes an object; it is fine if it is gone already.
    ///
    /// # Errors
    ///
    /// An object that could not be removed.
    fn remove(&self, name: &str, within: Duration) -> Result<(), Error>;
}

/// How a cache is shared.
pub struct Sharing {
    /// Where.
    pub remote: Box<dyn Remote>,
    /// Whether this machine gives others what it makes.
    pub push: bool,
    /// How long a build waits in all, once for reading and once for writing.
    pub timeout: Duration,
    /// Of how many machines that make one site this is one: each knows of its own share alone that it is in use.
    pub shards: u32,
}

/// What went to and fro.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Objects that were read.
    pub read: u64,
    /// Their bytes.
    pub read_bytes: u64,
    /// Objects that were written.
    pub written: u64,
    /// Their bytes.
    pub written_bytes: u64,
    /// Objects that were removed.
    pub removed: u64,
}

/// The shared place as one build uses it.
pub(super) struct Shared {
    remote: Box<dyn Remote>,
    pub(super) push: bool,
    pub(super) shards: u64,
    reading: Budget,
    writing: Budget,
    listing: OnceLock<Option<Listing>>,
    is_left_aside: AtomicBool,
    notes: Mutex<Notes>,
    /// Objects to be removed: of no use, or damaged.
    unwanted: Mutex<Vec<String>>,
    /// What is noted there, as far as it was asked for, and what is to be.
    noted: Mutex<BTreeMap<String, Option<Digest>>>,
    to_note: Mutex<BTreeMap<String, Digest>>,
    counts: Counts,
}

/// The segments there, each with the digest of the object that tells what it holds, if there is one.
type Listing = BTreeMap<(Kind, Digest), Option<Digest>>;

#[derive(Default)]
struct Notes {
    failure: Option<Error>,
    damaged: usize,
}

#[derive(Default)]
struct Counts {
    read: AtomicU64,
    read_bytes: AtomicU64,
    written: AtomicU64,
    written_bytes: AtomicU64,
    removed: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub(super) fn new(sharing: Sharing) -> Self {
        Self {
            remote: sharing.remote,
            push: sharing.push,
            shards: sharing.shards.max(1).into(),
            reading: Budget::new(sharing.timeout),
            writing: Budget::new(sharing.timeout),
            listing: OnceLock::new(),
            is_left_aside: AtomicBool::new(false),
            notes: Mutex::default(),
            unwanted: Mutex::default(),
            noted: Mutex::default(),
            to_note: Mutex::default(),
            counts: Counts::default(),
        }
    }

    /// The segments of a kind that are there; `None` where nobody could say.
    pub(super) fn segments(&self, kind: Kind) -> Option<Vec<(Digest, Option<Digest>)>> {
        let listing = self.listing.get_or_init(|| self.list()).as_ref()?;
        let of_kind = listing.iter().filter(|((found, _), _)| *found == kind);
        Some(of_kind.map(|((_, segment), index)| (*segment, *index)).collect())
    }

    fn list(&self) -> Option<Listing> {
        let objects = self.ask(&self.reading, |remote, within| remote.list(within))?;
        let mut listing = Listing::new();
        let mut indexes = Vec::new();
        for (name, size) in objects.into_iter().filter(|(_, size)| *size <= LARGEST_OBJECT) {
            match Object::named(&name) {
                // Nothing of ours is empty: it was cut.
                Some(_) if size == 0 => self.leave_aside(name),
                Some(Object::Segment(kind, segment)) => drop(listing.insert((kind, segment), None)),
                Some(Object::Index(kind, segment, index)) => indexes.push((kind, segment, index)),
                None => {}
            }
        }
        for (kind, segment, index) in indexes {
            match listing.get_mut(&(kind, segment)) {
                Some(known) => *known = Some(index),
                // A segment is written before its index, so this one was removed.
                None => self.unwanted().push(Object::Index(kind, segment, index).name()),
            }
        }
        Some(listing)
    }

    /// The bytes of a segment, if it is there and whole.
    pub(super) fn segment(&self, kind: Kind, segment: &Digest) -> Option<Vec<u8>> {
        let name = Object::Segment(kind, *segment).name();
        let packed = self.read(&name)?;
        let mut bytes = Vec::new();
        let unpacked = ZlibDecoder::new(&packed[..]).take(LARGEST_OBJECT).read_to_end(&mut bytes);
        if unpacked.is_err() || Digest::of(&bytes) != *segment {
            self.damaged(name);
            return None;
        }
        Some(bytes)
    }

    /// What a segment holds, if that is told and whole.
    pub(super) fn index(&self, kind: Kind, segment: &Digest, index: &Digest) -> Option<Vec<(Digest, Location)>> {
        let name = Object::Index(kind, *segment, *index).name();
        let bytes = self.read(&name)?;
        let entries = (Digest::of(&bytes) == *index).then(|| segment::parse_entries(&bytes, u64::MAX)).flatten();
        if entries.is_none() {
            self.damaged(name);
        }
        entries
    }

    /// What was last noted under `name`.
    pub(super) fn noted(&self, name: &str) -> Option<Digest> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Digest::from_hex(str::from_utf8(&self.read(&note(name))?).ok()?);
        *noted.entry(name.to_owned()).or_insert_with(read)
    }

    /// Notes `key` under `name`, once it is sent.
    pub(super) fn note(&self, name: &str, key: Digest) {
        self.to_note.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), key);
    }

    /// Sends what was noted and is not there yet.
    pub(super) fn send_notes(&self) {
        let notes = std::mem::take(&mut *self.to_note.lock().unwrap_or_else(PoisonError::into_inner));
        for (name, key) in notes {
            if self.noted(&name) != Some(key) {
                let _when_that_fails_the_last_one_stays = self.write(&note(&name), key.to_hex().into_bytes());
            }
        }
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = self.ask(&self.reading, |remote, within| remote.read(name, within))??;
        self.counts.read.fetch_add(1, Ordering::Relaxed);
        self.counts.read_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Some(bytes)
    }

    /// Sends a segment, unless it is there, and gives its name among all machines.
    pub(super) fn send(&self, kind: Kind, bytes: &[u8], entries: &[(Digest, Location)]) -> Option<Digest> {
        if bytes.len() as u64 > LARGEST_OBJECT {
            return None;
        }
        let segment = Digest::of(bytes);
        let known = self.listing.get().and_then(Option::as_ref).and_then(|listing| listing.get(&(kind, segment)));
        if known.is_none() {
            let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
            let packed = packer.write_all(bytes).and_then(|()| packer.finish()).ok()?;
            self.write(&Object::Segment(kind, segment).name(), packed)?;
        }
        if kind.is_indexed() && known.is_none_or(Option::is_none) {
            let index = segment::entries_to_bytes(entries);
            self.write(&Object::Index(kind, segment, Digest::of(&index)).name(), index)?;
        }
        // It may be one of those that were to go.
        let name = Object::Segment(kind, segment).name();
        self.unwanted().retain(|unwanted| *unwanted != name);
        Some(segment)
    }

    fn write(&self, name: &str, bytes: Vec<u8>) -> Option<()> {
        let size = bytes.len() as u64;
        self.ask(&self.writing, |remote, within| remote.write(name, bytes, within))?;
        self.counts.written.fetch_add(1, Ordering::Relaxed);
        self.counts.written_bytes.fetch_add(size, Ordering::Relaxed);
        Some(())
    }

    /// Notes that a segment is of no more use.
    pub(super) fn drop_segment(&self, kind: Kind, segment: Digest) {
        let index = self.listing.get().and_then(|listing| *listing.as_ref()?.get(&(kind, segment))?);
        let mut unwanted = self.unwanted();
        unwanted.push(Object::Segment(kind, segment).name());
        unwanted.extend(index.map(|index| Object::Index(kind, segment, index).name()));
    }

    /// Removes what is of no use.
    pub(super) fn clean(&self) {
        if self.push {
            let unwanted = std::mem::take(&mut *self.unwanted());
            each(unwanted, |name| {
                if self.ask(&self.writing, |remote, within| remote.remove(&name, within)).is_some() {
                    self.counts.removed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    }

    /// What there is to say of it, each once.
    pub(super) fn notes(&self) -> Vec<String> {
        let notes = std::mem::take(&mut *self.notes_mut());
        let failure = notes.failure.map(|error| format!("the remote cache is left aside: {error}"));
        let damaged = match notes.damaged {
            0 => None,
            1 => Some("an object of the remote cache is damaged, and was left aside".to_owned()),
            many => Some(format!("{many} objects of the remote cache are damaged, and were left aside")),
        };
        failure.into_iter().chain(damaged).collect()
    }

    pub(super) fn traffic(&self) -> Traffic {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Traffic {
            read: get(&self.counts.read),
            read_bytes: get(&self.counts.read_bytes),
            written: get(&self.counts.written),
            written_bytes: get(&self.counts.written_bytes),
            removed: get(&self.counts.removed),
        }
    }

    fn damaged(&self, name: String) {
        self.notes_mut().damaged += 1;
        self.leave_aside(name);
    }

    fn leave_aside(&self, name: String) {
        self.unwanted().push(name);
    }

    fn ask<T>(&self, budget: &Budget, request: impl FnOnce(&dyn Remote, Duration) -> Result<T, Error>) -> Option<T> {
        if self.is_left_aside.load(Ordering::Relaxed) {
            return None;
        }
        let asked = match budget.begin() {
            Some((left, _waiting)) => request(&*self.remote, left),
            None => Err(Error::new("it took all the time that `cache.timeout` gives it")),
        };
        asked.map_err(|error| self.fail(error)).ok()
    }

    fn fail(&self, error: Error) {
        self.is_left_aside.store(true, Ordering::Relaxed);
        self.notes_mut().failure.get_or_insert(error);
    }

    fn notes_mut(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwanted(&self) -> MutexGuard<'_, Vec<String>> {
        self.unwanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(name: &str) -> String {
    format!("last-{name}")
}

/// What an object is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    Segment(Kind, Digest),
    Index(Kind, Digest, Digest),
}

impl Object {
    fn name(self) -> String {
        match self {
            Self::Segment(kind, segment) => format!("{}{}.z", kind.prefix(), segment.to_hex()),
            Self::Index(kind, segment, index) => {
                format!("{}{}-{}.index", kind.prefix(), segment.to_hex(), index.to_hex())
            }
        }
    }

    fn named(name: &str) -> Option<Self> {
        let (kind, rest) = Kind::ALL.iter().find_map(|kind| Some((*kind, name.strip_prefix(kind.prefix())?)))?;
        if let Some(segment) = rest.strip_suffix(".z") {
            return Some(Self::Segment(kind, Digest::from_hex(segment)?));
        }
        let (segment, index) = rest.strip_suffix(".index")?.split_once('-')?;
        Some(Self::Index(kind, Digest::from_hex(segment)?, Digest::from_hex(index)?))
    }
}

/// Does the same with each, several at once. Not by the workers of the build: one of them might be given a piece of work
/// that waits for this one.
pub(super) fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = items.len().min(AT_ONCE);
    let waiting = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(BTreeMap::new());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, item)) = next() {
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(at, result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_an_object_is() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        for object in Kind::ALL.into_iter().flat_map(|kind| [Object::Segment(kind, a), Object::Index(kind, a, b)]) {
            assert_eq!(Object::named(&object.name()), Some(object));
        }
        for foreign in ["", "heads-", "heads-12.z", "notes.txt", &format!("heads-{}.seg", a.to_hex())] {
            assert_eq!(Object::named(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn each_is_done_once_and_in_order() {
        let done = each((0..100).collect(), |number: u32| number * 2);
        assert_eq!(done, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(each(Vec::<u32>::new(), |number| number), [0; 0]);
    }
}
