//! One file of the cache: values one after another, then an index of them.
//!
//! ```text
//! magic (8) · format (4) · length of the crate's version (4) · the crate's version
//! the values
//! the index: key (32) · offset (8) · length (4) · checksum (8), for each value
//! offset of the index (8) · number of values (8) · checksum of the index (8) · magic (8)
//! ```
//!
//! All numbers are little-endian.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    build::store::{Kind, shared::Shared},
    model::{Digest, Error, digest},
    output::{self, AtomicFile, read_at},
};

/// How the names of segments end.
pub(super) const EXTENSION: &str = ".seg";

const MAGIC: &[u8; 8] = b"dwcache\n";
const FORMAT: u32 = 1;
const VERSION: &str = env!("CARGO_PKG_VERSION");
const ENTRY: usize = 32 + 8 + 4 + 8;
const FOOTER: usize = 8 + 8 + 8 + 8;
const BUFFER: usize = 1 << 20;

/// Where a value stands in its segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location {
    offset: u64,
    length: u32,
    check: u64,
}

impl Location {
    /// The value's size in bytes.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.length)
    }

    fn range(&self) -> Option<std::ops::Range<usize>> {
        let start = usize::try_from(self.offset).ok()?;
        Some(start..start.checked_add(self.length as usize)?)
    }
}

/// 64 bits of a digest of key and value: no defence against malice, but enough against accidents.
pub(super) fn checksum(key: &Digest, bytes: &[u8]) -> u64 {
    digest::fingerprint(bytes) ^ digest::fingerprint(key.as_bytes()).rotate_left(32)
}

fn first_u64(bytes: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *bytes;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn header() -> Vec<u8> {
    let length = u32::try_from(VERSION.len()).expect("a version is short");
    [MAGIC, &FORMAT.to_le_bytes()[..], &length.to_le_bytes(), VERSION.as_bytes()].concat()
}

/// A segment that can be read.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    place: Place,
    entries: Vec<(Digest, Location)>,
    size: u64,
    ahead: RwLock<Ahead>,
    damaged: AtomicBool,
}

/// Where a segment is.
#[derive(Debug)]
enum Place {
    Open(File),
    /// Here, and opened for each read: of those that are shared there may be more than a process can hold open.
    Closed,
    /// With others, until it is first read.
    Elsewhere {
        shared: Arc<Shared>,
        kind: Kind,
        segment: Digest,
        is_fetched: OnceLock<bool>,
    },
}

/// The whole file in memory.
#[derive(Debug)]
enum Ahead {
    NotYet,
    Read(Vec<u8>),
    Released,
}

impl Segment {
    /// Opens a file, if it is a whole segment of this version.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let header = header();
        let mut found = vec![0; header.len()];
        read_at(&file, &mut found, 0).ok()?;
        if found != header {
            return None;
        }
        let mut footer = [0; FOOTER];
        let footer_at = length.checked_sub(FOOTER as u64)?;
        read_at(&file, &mut footer, footer_at).ok()?;
        let mut fields = Fields(&footer);
        let (index_at, count, check) = (fields.number()?, fields.number()?, fields.number()?);
        let index_length = footer_at.checked_sub(index_at)?;
        if fields.0 != MAGIC || count.checked_mul(ENTRY as u64)? != index_length {
            return None;
        }
        let mut index = vec![0; usize::try_from(index_length).ok()?];
        read_at(&file, &mut index, index_at).ok()?;
        if first_u64(Digest::of(&index).as_bytes()) != check {
            return None;
        }
        let entries = parse_entries(&index, index_at)?;
        let segment = Self::new(path.to_owned(), Place::Closed, entries);
        let place = if segment.shared_name().is_none() { Place::Open(file) } else { Place::Closed };
        Some(Self { place, ..segment })
    }

    /// A segment that others have, and what it holds: fetched into the folder when it is first read.
    pub(super) fn elsewhere(
        folder: &Path,
        shared: Arc<Shared>,
        (kind, segment): (Kind, Digest),
        entries: Vec<(Digest, Location)>,
    ) -> Self {
        let place = Place::Elsewhere { shared, kind, segment, is_fetched: OnceLock::new() };
        Self::new(shared_path(folder, kind, &segment), place, entries)
    }

    fn new(path: PathBuf, place: Place, entries: Vec<(Digest, Location)>) -> Self {
        let size = entries.iter().map(|(_, location)| location.size()).sum();
        Self { path, place, entries, size, ahead: RwLock::new(Ahead::NotYet), damaged: AtomicBool::new(false) }
    }

    /// Reads from the file, which is fetched before where others have it.
    fn read_file(&self, bytes: &mut [u8], offset: u64) -> Option<()> {
        let fetch = |shared: &Shared, kind: Kind, segment: &Digest| {
            let bytes = shared.segment(kind, segment);
            bytes.is_some_and(|bytes| output::write_atomic(&self.path, &bytes).is_ok())
        };
        let mut read = |file: &File| read_at(file, bytes, offset).ok();
        match &self.place {
            Place::Open(file) => read(file),
            Place::Closed => read(&open(&self.path).ok()?),
            Place::Elsewhere { shared, kind, segment, is_fetched } => {
                let is_here = *is_fetched.get_or_init(|| fetch(shared, *kind, segment));
                is_here.then(|| open(&self.path).ok())?.and_then(|file| read(&file))
            }
        }
    }

    /// Its name among all machines, if others have it too.
    pub(super) fn shared_name(&self) -> Option<Digest> {
        let (_, name) = self.path.file_stem()?.to_str()?.split_once('-')?;
        Digest::from_hex(name)
    }

    /// The bytes of the whole file.
    #[expect(clippy::disallowed_methods, reason = "the cache reads its own files")]
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        std::fs::read(&self.path).ok()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entries(&self) -> &[(Digest, Location)] {
        &self.entries
    }

    /// The size of all values in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Whether a value could not be read.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Hands the value at `at` to `take`, if it is whole. For kinds that are read ahead, the first call reads the whole file,
    /// where each look would have to open it.
    pub(super) fn read<T>(&self, kind: Kind, key: &Digest, at: &Location, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let take_whole = |bytes: &[u8]| (checksum(key, bytes) == at.check).then(|| take(bytes));
        if kind.is_read_ahead() && !matches!(self.place, Place::Open(_)) {
            self.read_ahead();
        }
        let ahead = self.ahead.read().unwrap_or_else(PoisonError::into_inner);
        let found = match &*ahead {
            Ahead::Read(file) => at.range().and_then(|range| file.get(range)).and_then(take_whole),
            Ahead::NotYet | Ahead::Released => {
                drop(ahead);
                let mut bytes = vec![0; at.length as usize];
                self.read_file(&mut bytes, at.offset).and_then(|()| take_whole(&bytes))
            }
        };
        if found.is_none() {
            self.damaged.store(true, Ordering::Relaxed);
        }
        found
    }

    /// Lets go of what was read ahead.
    pub(super) fn release(&self) {
        *self.ahead.write().unwrap_or_else(PoisonError::into_inner) = Ahead::Released;
    }

    fn read_ahead(&self) {
        if !matches!(*self.ahead.read().unwrap_or_else(PoisonError::into_inner), Ahead::NotYet) {
            return;
        }
        let mut ahead = self.ahead.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*ahead, Ahead::NotYet) {
            let end = self.entries.iter().map(|(_, at)| at.offset + at.size()).max().unwrap_or(0);
            let mut bytes = vec![0; usize::try_from(end).unwrap_or(0)];
            // Where it fails, each value is tried by itself.
            *ahead = self.read_file(&mut bytes, 0).map_or(Ahead::Released, |()| Ahead::Read(bytes));
        }
    }
}

/// Where the segment of that name is kept.
pub(super) fn shared_path(folder: &Path, kind: Kind, segment: &Digest) -> PathBuf {
    folder.join(format!("{}{}{EXTENSION}", kind.prefix(), segment.to_hex()))
}

#[expect(clippy::disallowed_methods, reason = "the cache reads its own files")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// What a segment holds, as bytes.
pub(super) fn entries_to_bytes(entries: &[(Digest, Location)]) -> Vec<u8> {
    let mut index = Vec::with_capacity(entries.len() * ENTRY);
    for (key, at) in entries {
        index.extend_from_slice(key.as_bytes());
        index.extend_from_slice(&at.offset.to_le_bytes());
        index.extend_from_slice(&at.length.to_le_bytes());
        index.extend_from_slice(&at.check.to_le_bytes());
    }
    index
}

/// What a segment holds whose values end before `index_at`.
pub(super) fn parse_entries(index: &[u8], index_at: u64) -> Option<Vec<(Digest, Location)>> {
    let entries = index.chunks_exact(ENTRY);
    if !entries.remainder().is_empty() {
        return None;
    }
    entries.map(|entry| parse_entry(entry, index_at)).collect()
}

fn parse_entry(entry: &[u8], index_at: u64) -> Option<(Digest, Location)> {
    let (key, rest) = entry.split_first_chunk::<32>()?;
    let (offset, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (check, _) = rest.split_first_chunk::<8>()?;
    let location = Location {
        offset: u64::from_le_bytes(*offset),
        length: u32::from_le_bytes(*length),
        check: u64::from_le_bytes(*check),
    };
    let fits = location.offset.checked_add(location.size())? <= index_at;
    fits.then(|| (Digest::from_bytes(*key), location))
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }
}

/// A segment that is being written. Values go to the disk as they come; only their index stays in memory.
#[derive(Debug)]
pub(super) struct Writer {
    file: AtomicFile,
    buffer: Vec<u8>,
    offset: u64,
    entries: Vec<(Digest, Location)>,
}

impl Writer {
    /// An empty segment in `folder`.
    pub(super) fn create(folder: &Path) -> Result<Self, Error> {
        let file = AtomicFile::create(folder)?;
        let buffer = header();
        Ok(Self { file, offset: buffer.len() as u64, buffer, entries: Vec::new() })
    }

    /// Adds a value; `check` is its [`checksum`]. A value of 4 GiB or more is not kept.
    pub(super) fn append(&mut self, key: &Digest, bytes: &[u8], check: u64) -> Result<(), Error> {
        let Ok(length) = u32::try_from(bytes.len()) else { return Ok(()) };
        if !self.buffer.is_empty() && self.buffer.len() + bytes.len() > BUFFER {
            self.spill()?;
        }
        self.buffer.extend_from_slice(bytes);
        self.entries.push((*key, Location { offset: self.offset, length, check }));
        self.offset += u64::from(length);
        Ok(())
    }

    /// The size of the values so far in bytes.
    pub(super) fn size(&self) -> u64 {
        self.offset
    }

    /// Writes the index and gives the file its name, which its index determines.
    pub(super) fn finish(mut self, folder: &Path, prefix: &str) -> Result<Segment, Error> {
        let index = entries_to_bytes(&self.entries);
        let name = Digest::of(&index);
        self.buffer.extend_from_slice(&index);
        for number in [self.offset, self.entries.len() as u64, first_u64(name.as_bytes())] {
            self.buffer.extend_from_slice(&number.to_le_bytes());
        }
        self.buffer.extend_from_slice(MAGIC);
        self.spill()?;
        let path = folder.join(format!("{prefix}{}{EXTENSION}", name.short(32)));
        self.file.persist(&path)?;
        Ok(Segment::new(path, Place::Closed, self.entries))
    }

    fn spill(&mut self) -> Result<(), Error> {
        self.file.write_all(&self.buffer).map_err(|error| {
            Error::io("could not write the cache", self.file.path(), error).help("free some space, or use `--no-cache`")
        })?;
        self.buffer.clear();
        Ok(())
    }
}
