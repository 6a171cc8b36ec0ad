//! All values of one kind: segments that stand, here or with other machines, and what was put since the last flush.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    build::store::{
        Kind, Mode,
        segment::{self, Location, Segment, Writer},
        shared::{FULL, Shared, each},
    },
    model::{Digest, Error},
    output::{self, Moves},
};

/// From so many segments on, the small ones are put together.
pub(super) const MOST_SEGMENTS: usize = 16;

/// Others may be at work on another branch, whose values are of no use here: a shared place holds so many times as much as
/// one build needs before anything is thrown away.
const SHARED_WITH: u64 = 4;

/// Whose the segments are that other machines have too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours: nothing is shared any more.
    Own,
    /// Those machines': a build that does without them leaves them as they are.
    Others,
}

/// All values of one kind.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    kind: Kind,
    stored: RwLock<Stored>,
    fresh: Mutex<Fresh>,
    pulled: Once,
}

/// What earlier flushes left on disk, and what others have.
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
    full: Vec<Segment>,
    keys: FxHashSet<Digest>,
    failure: Option<Error>,
}

impl Shelf {
    /// What stands in `folder`.
    pub(super) fn open(folder: &Path, kind: Kind, mode: Mode) -> Self {
        let stored = match mode {
            Mode::ReadWrite => Stored::open(folder, kind),
            Mode::Off => Stored::default(),
        };
        Self {
            folder: folder.to_owned(),
            kind,
            stored: RwLock::new(stored),
            fresh: Mutex::default(),
            pulled: Once::new(),
        }
    }

    /// Takes up what other machines have, when it is first called; whoever calls at the same time waits.
    pub(super) fn pull(&self, shared: &Arc<Shared>) {
        self.pulled.call_once(|| {
            let Some(segments) = shared.segments(self.kind) else { return };
            let mut stored = self.write();
            stored.forget(|segment| segments.iter().any(|(there, _)| there == segment));
            let here: FxHashSet<Digest> = stored.segments.iter().filter_map(|one| one.shared_name()).collect();
            let missing = segments.into_iter().filter(|(segment, _)| !here.contains(segment)).collect();
            let found = each(missing, |(segment, index)| self.take_up(shared, segment, index));
            found.into_iter().flatten().for_each(|segment| stored.add(Arc::new(segment)));
        });
    }

    /// A segment of others: its index where that is enough for now, else all of it.
    fn take_up(&self, shared: &Arc<Shared>, segment: Digest, index: Option<Digest>) -> Option<Segment> {
        if let Some(index) = index {
            let entries = shared.index(self.kind, &segment, &index)?;
            return Some(Segment::elsewhere(&self.folder, shared.clone(), (self.kind, segment), entries));
        }
        let path = segment::shared_path(&self.folder, self.kind, &segment);
        // Where it can't be written, there is no cache.
        output::write_atomic(&path, &shared.segment(self.kind, &segment)?).ok()?;
        Segment::open(&path)
    }

    /// Whether a value of `key` is there.
    pub(super) fn has(&self, key: &Digest) -> bool {
        self.read().index.contains_key(key)
    }

    /// Hands the value of `key` to `read`, if it is there and whole.
    pub(super) fn get_with<T>(&self, key: &Digest, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let (segment, location) = self.read().find(key)?;
        let found = segment.read(self.kind, key, &location, read);
        if found.is_none() {
            // Forgotten, so that the value is kept when it is put again.
            self.write().index.remove(key);
        }
        found
    }

    /// Keeps a value, unless it is here already.
    pub(super) fn put(&self, key: &Digest, bytes: &[u8]) {
        if self.has(key) {
            return;
        }
        let check = segment::checksum(key, bytes);
        let most = if self.pulled.is_completed() { FULL } else { u64::MAX };
        let mut fresh = self.fresh();
        if fresh.failure.is_some() || !fresh.keys.insert(*key) {
            return;
        }
        let appended = fresh
            .append(&self.folder, key, bytes, check)
            .and_then(|()| fresh.end_segment(&self.folder, self.kind, most));
        if let Err(error) = appended {
            *fresh = Fresh { failure: Some(error), ..Fresh::default() };
        }
    }

    /// Lets go of the memory in which values were read ahead.
    pub(super) fn release(&self) {
        for segment in &self.read().segments {
            segment.release();
        }
    }

    /// See [`Store::flush`](super::Store::flush).
    pub(super) fn flush(
        &self,
        (shared, whose): (Option<&Arc<Shared>>, Whose),
        is_used: &dyn Fn(&Digest) -> bool,
    ) -> Result<(), Error> {
        let mut fresh = std::mem::take(&mut *self.fresh());
        if let Some(failure) = fresh.failure {
            return Err(failure);
        }
        fresh.end_segment(&self.folder, self.kind, 0)?;
        let mut stored = self.write();
        if !fresh.full.is_empty() {
            // An unreadable file of the same name has just been replaced.
            let is_new = |path: &Path| fresh.full.iter().any(|segment| segment.path() == path);
            for path in std::mem::take(&mut stored.unreadable).iter().filter(|path| !is_new(path)) {
                output::remove(path)?;
            }
            fresh.full.into_iter().for_each(|segment| stored.add(Arc::new(segment)));
            output::sweep(&self.folder);
        }
        let victims = match shared {
            None => stored.to_rewrite(whose, is_used),
            // Nobody asked for this kind, so nobody knows what others have.
            Some(_) if !self.pulled.is_completed() => return Ok(()),
            Some(shared) => stored.to_rewrite_shared(shared, self.kind, is_used),
        };
        match victims {
            victims if victims.is_empty() => Ok(()),
            victims => self.rewrite(&mut stored, shared, &victims, is_used),
        }
    }

    /// Writes what is used of the victims into new segments, then removes them.
    fn rewrite(
        &self,
        stored: &mut Stored,
        shared: Option<&Arc<Shared>>,
        victims: &[u32],
        is_used: &dyn Fn(&Digest) -> bool,
    ) -> Result<(), Error> {
        let (folder, kind) = (self.folder.as_path(), self.kind);
        let most = if shared.is_some() { FULL } else { u64::MAX };
        let mut fresh = Fresh::default();
        for number in victims {
            let segment = &stored.segments[*number as usize];
            for (key, location) in stored.useful(*number, is_used) {
                let appended = segment.read(Kind::Body, key, location, |bytes| {
                    fresh.append(folder, key, bytes, segment::checksum(key, bytes))
                });
                appended.unwrap_or(Ok(()))?;
                fresh.end_segment(folder, kind, most)?;
            }
        }
        fresh.end_segment(folder, kind, 0)?;
        let merged = fresh.full;
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut stored.segments)
            .into_iter()
            .zip(0_u32..)
            .partition(|(_, number)| victims.contains(number));
        stored.index.clear();
        let merged_paths: Vec<PathBuf> = merged.iter().map(|segment| segment.path().to_owned()).collect();
        for segment in kept.into_iter().map(|(segment, _)| segment).chain(merged.into_iter().map(Arc::new)) {
            stored.add(segment);
        }
        // The same entries in the same order have the same name: that file is the new one.
        for (segment, _) in gone.iter().filter(|(segment, _)| !merged_paths.iter().any(|path| path == segment.path())) {
            output::remove(segment.path())?;
            if let (Some(shared), Some(name)) = (shared, segment.shared_name()) {
                shared.drop_segment(kind, name);
            }
        }
        Ok(())
    }

    /// Segments that no other machine has.
    pub(super) fn unsent(&self) -> Vec<Arc<Segment>> {
        let stored = self.read();
        stored.segments.iter().filter(|segment| segment.shared_name().is_none()).cloned().collect()
    }

    /// Gives a segment that others have by now the name that it has among them.
    pub(super) fn note_sent(&self, segment: &Segment, name: &Digest) {
        let path = segment::shared_path(&self.folder, self.kind, name);
        // Where this fails, it is sent again, and found to be there.
        if output::Disk.rename(segment.path(), &path).is_ok()
            && let Some(sent) = Segment::open(&path)
            && let Some(place) = self.write().segments.iter_mut().find(|one| one.path() == segment.path())
        {
            *place = Arc::new(sent);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Stored> {
        self.stored.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Stored> {
        self.stored.write().unwrap_or_else(PoisonError::into_inner)
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

    /// Ends the segment that is being written, if it has as many bytes as `least`.
    fn end_segment(&mut self, folder: &Path, kind: Kind, least: u64) -> Result<(), Error> {
        if let Some(writer) = self.writer.take_if(|writer| writer.size() >= least) {
            self.full.push(writer.finish(folder, kind.prefix())?);
        }
        Ok(())
    }
}

impl Stored {
    fn open(folder: &Path, kind: Kind) -> Self {
        let mut stored = Self::default();
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

    /// Forgets the segments that others had and, as `is_there` says, have no more: they put them together, or had no use
    /// for them. Their files go.
    fn forget(&mut self, is_there: impl Fn(&Digest) -> bool) {
        let is_gone = |segment: &Segment| segment.shared_name().is_some_and(|name| !is_there(&name));
        if !self.segments.iter().any(|segment| is_gone(segment)) {
            return;
        }
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.segments).into_iter().partition(|segment| is_gone(segment));
        self.index.clear();
        kept.into_iter().for_each(|segment| self.add(segment));
        // What stays is forgotten by the next build.
        gone.iter().for_each(|segment| drop(output::remove(segment.path())));
    }

    fn find(&self, key: &Digest) -> Option<(Arc<Segment>, Location)> {
        let (segment, entry) = *self.index.get(key)?;
        let segment = &self.segments[segment as usize];
        Some((segment.clone(), segment.entries()[entry as usize].1))
    }

    /// The numbers of the segments to put together: all of them where most bytes are of no use; all but the largest where
    /// there are too many, so that many small builds do not copy a large cache again and again; else the damaged ones.
    fn to_rewrite(&self, whose: Whose, is_used: &dyn Fn(&Digest) -> bool) -> Vec<u32> {
        let segment = |number: &u32| &self.segments[*number as usize];
        let is_own = |number: &u32| whose == Whose::Own || segment(number).shared_name().is_none();
        let (own, others): (Vec<u32>, Vec<u32>) = (0..).take(self.segments.len()).partition(is_own);
        let used: u64 = own.iter().map(|number| self.size_of_useful(*number, is_used)).sum();
        let stored: u64 = own.iter().map(|number| segment(number).size()).sum();
        let largest = own.iter().copied().max_by_key(|number| segment(number).size());
        let is_victim = |number: &u32| {
            let has_many = own.len() > MOST_SEGMENTS && Some(*number) != largest;
            used < stored / 2 || has_many || segment(number).is_damaged()
        };
        let damaged = others.into_iter().filter(|number| segment(number).is_damaged());
        own.iter().copied().filter(is_victim).chain(damaged).collect()
    }

    /// The same where others have them too: those of which most is of no use, where the place holds much of no use; the
    /// small ones, where there are too many; the damaged ones. Whoever only reads puts together what it made itself.
    fn to_rewrite_shared(&self, shared: &Shared, kind: Kind, is_used: &dyn Fn(&Digest) -> bool) -> Vec<u32> {
        let segment = |number: &u32| &self.segments[*number as usize];
        let mine = |number: &u32| shared.push || segment(number).shared_name().is_none();
        let all: Vec<u32> = (0..).take(self.segments.len()).filter(mine).collect();
        let useful: Vec<u64> = all.iter().map(|number| self.size_of_useful(*number, is_used)).collect();
        let stored: u64 = all.iter().map(|number| segment(number).size()).sum();
        let machines = if kind == Kind::Made { shared.shards } else { 1 };
        let is_crowded = useful.iter().sum::<u64>() * machines * SHARED_WITH < stored;
        let is_small = |number: &u32| segment(number).size() < FULL / 2;
        let has_many = all.iter().filter(|number| is_small(number)).count() > MOST_SEGMENTS;
        let is_victim = |(number, useful): &(&u32, u64)| {
            let segment = segment(number);
            segment.is_damaged() || is_crowded && *useful <= segment.size() / 2 || has_many && is_small(number)
        };
        all.iter().zip(useful).filter(is_victim).map(|(number, _)| *number).collect()
    }

    fn size_of_useful(&self, number: u32, is_used: &dyn Fn(&Digest) -> bool) -> u64 {
        self.useful(number, is_used).map(|(_, at)| at.size()).sum()
    }

    /// The entries of a segment that are used, and not stored in a later one too.
    fn useful(&self, number: u32, is_used: &dyn Fn(&Digest) -> bool) -> impl Iterator<Item = &(Digest, Location)> {
        let entries = self.segments[number as usize].entries().iter().zip(0_u32..);
        let here = move |key: &Digest, entry| self.index.get(key) == Some(&(number, entry));
        entries.filter(move |((key, _), entry)| here(key, *entry) && is_used(key)).map(|(entry, _)| entry)
    }
}
