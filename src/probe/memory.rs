//! Answers of earlier runs. Only good ones are remembered: what was broken is asked again.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::model::{Error, external::External};
use crate::output::write_atomic;
use crate::probe::{Wanted, ask::Answer};
use crate::source::disk;

/// Counts up with every change of what an answer means.
const VERSION: u32 = 1;

const DAY: u64 = 24 * 60 * 60;

/// Answers by address.
#[derive(Debug, Default)]
pub(super) struct Memory {
    now: u64,
    kept: BTreeMap<String, Kept>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// When it was asked.
    at: u64,
    moved: Option<String>,
    /// Anchors that were found.
    found: BTreeSet<String>,
    /// Anchors of which nothing can be said.
    unknown: BTreeSet<String>,
}

impl Memory {
    /// What `path` remembers and has not expired. A file that can't be read remembers nothing.
    pub(super) fn read(path: &Path, settings: &External, now: u64) -> Self {
        let bytes = disk::read_at_most(path, disk::LARGEST).unwrap_or_default();
        let read: Option<(u32, BTreeMap<String, Kept>)> = postcard::from_bytes(&bytes).ok();
        let mut kept = read.filter(|(version, _)| *version == VERSION).map(|(_, kept)| kept).unwrap_or_default();
        kept.retain(|_, kept| kept.at <= now && now - kept.at < settings.expires * DAY);
        Self { now, kept }
    }

    /// What was answered, if all that is wanted was asked for then.
    pub(super) fn answer(&self, wanted: &Wanted) -> Option<Answer> {
        let kept = self.kept.get(wanted.url.as_str())?;
        let is_known = |anchor: &String| kept.found.contains(anchor) || kept.unknown.contains(anchor);
        let anchors = kept.found.iter().map(|anchor| (anchor.clone(), true)).collect();
        wanted.anchors.iter().all(is_known).then(|| Answer::Fine { moved: kept.moved.clone(), anchors })
    }

    /// Remembers a good answer, and forgets what an earlier one said otherwise.
    pub(super) fn keep(&mut self, wanted: &Wanted, answer: &Answer) {
        let url = wanted.url.to_string();
        let Answer::Fine { moved, anchors } = answer else {
            self.kept.remove(&url);
            return;
        };
        if anchors.values().any(|is_there| !is_there) {
            self.kept.remove(&url);
            return;
        }
        let found = anchors.keys().cloned().collect();
        let unknown = wanted.anchors.iter().filter(|anchor| !anchors.contains_key(*anchor)).cloned().collect();
        self.kept.insert(url, Kept { at: self.now, moved: moved.clone(), found, unknown });
    }

    /// Writes all of it to `path`.
    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        let bytes = postcard::to_stdvec(&(VERSION, &self.kept)).expect("plain data always serialises");
        write_atomic(path, &bytes)
    }
}
