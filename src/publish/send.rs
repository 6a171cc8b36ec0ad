//! A plan, carried out.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rayon::prelude::*;

use crate::build::trace::Progress;
use crate::model::{Error, RelPath};
use crate::output::Manifest;
use crate::publish::{Change, Parcel, Plan, Remote, Takes, encoding, history::Ledger, plan::manifest_path};

/// How often something is tried that may well work in a moment.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often it is tried again.
    pub times: u32,
    /// How long is waited before the second try; before each further one, three times as long.
    pub first: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { times: 3, first: Duration::from_millis(250) }
    }
}

impl Patience {
    pub(super) fn pauses(&self) -> impl Iterator<Item = Duration> {
        let first = self.first;
        (0..self.times).map(move |n| first.saturating_mul(3_u32.saturating_pow(n)))
    }
}

/// What a publish did, in files; the manifest is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sent.
    pub sent: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Removed.
    pub removed: usize,
    /// Left as they were.
    pub unchanged: usize,
}

/// Carries out `plan`, which was made for this target and this site.
///
/// # Errors
///
/// A target that refuses or can't be reached. What stands there serves all the same, and the next publish goes on from it.
pub fn send(
    remote: &dyn Remote,
    parcel: &Parcel,
    plan: &Plan,
    patience: &Patience,
    progress: &dyn Progress,
) -> Result<Summary, Error> {
    let sender = Sender { remote, parcel, patience, progress };
    let mut summary = Summary { removed: plan.removed.len(), unchanged: plan.unchanged, ..Summary::default() };
    if plan.is_empty() {
        return Ok(summary);
    }
    summary.sent = plan.added.len() + plan.changed.len();
    summary.bytes = plan.bytes();
    match remote.takes() {
        Takes::Files => sender.file_by_file(plan)?,
        Takes::Changes => sender.changes(plan)?,
        Takes::Everything => {
            sender.everything()?;
            summary.sent += summary.unchanged;
            summary.bytes = parcel.files().map(|(_, size, _)| size).sum();
            summary.unchanged = 0;
        }
    }
    Ok(summary)
}

struct Sender<'a> {
    remote: &'a dyn Remote,
    parcel: &'a Parcel,
    patience: &'a Patience,
    progress: &'a dyn Progress,
}

impl Sender<'_> {
    /// Readers look on: at every moment each page that they see has its assets. Until the last step, the manifest names
    /// all that may be ours, and does not vouch for what moves.
    fn file_by_file(&self, plan: &Plan) -> Result<(), Error> {
        let new = self.parcel.manifest();
        let mut ledger = Ledger::open(self.remote, self.patience, plan)?;
        if !(plan.added.is_empty() && plan.changed.is_empty() && plan.removed.is_empty()) {
            self.put_manifest(&unfinished(plan))?;
        }
        let (early, late): (Vec<&Change>, Vec<&Change>) = plan
            .removed
            .iter()
            .partition(|change| self.is_in_the_way(&change.path) || self.is_stale(plan, &change.path));
        self.remove(&early)?;
        self.progress.begin("sending", plan.added.len() + plan.changed.len());
        for wave in waves(plan, self.parcel) {
            wave.par_iter().try_for_each(|(_, paths)| paths.iter().rev().try_for_each(|path| self.put(path)))?;
            self.flush()?;
        }
        self.verify(plan)?;
        for wave in last_waves(late) {
            self.remove(&wave)?;
        }
        ledger.as_mut().map_or(Ok(()), |ledger| ledger.enter(self.parcel, plan))?;
        self.put_manifest(&new)?;
        ledger.map_or(Ok(()), |ledger| ledger.close(&new, plan))?;
        self.patience.ask(|| self.remote.finish())
    }

    fn changes(&self, plan: &Plan) -> Result<(), Error> {
        self.progress.begin("sending", plan.added.len() + plan.changed.len());
        for change in &plan.removed {
            self.patience.ask(|| self.remote.remove(&change.path))?;
        }
        for change in plan.added.iter().chain(&plan.changed) {
            self.put(&change.path)?;
        }
        self.put_manifest(&self.parcel.manifest())?;
        self.patience.ask(|| self.remote.finish())
    }

    /// In the order of the paths, so that archives have the same bytes.
    fn everything(&self) -> Result<(), Error> {
        // What the target can give back is not compressed again.
        self.parcel.known().par_iter().try_for_each(|path| {
            let standing = self.patience.ask(|| self.remote.read(path))?;
            self.parcel.recall(path, standing)
        })?;
        self.progress.begin("sending", self.parcel.files().count());
        self.put_manifest(&self.parcel.manifest())?;
        for (path, ..) in self.parcel.files() {
            self.put(path)?;
        }
        self.patience.ask(|| self.remote.finish())
    }

    fn put(&self, path: &RelPath) -> Result<(), Error> {
        let bytes = self.parcel.bytes(path)?;
        let about = self.parcel.about(path, &bytes);
        self.patience.ask(|| self.remote.put_with(path, &bytes, about.clone()))?;
        self.progress.step();
        Ok(())
    }

    fn remove(&self, wave: &[&Change]) -> Result<(), Error> {
        wave.par_iter().try_for_each(|change| self.patience.ask(|| self.remote.remove(&change.path)))?;
        self.flush()
    }

    fn put_manifest(&self, manifest: &Manifest) -> Result<(), Error> {
        let text = manifest.to_text();
        self.patience.ask(|| self.remote.put(&manifest_path(), text.as_bytes()))?;
        self.flush()
    }

    fn flush(&self) -> Result<(), Error> {
        self.patience.ask(|| self.remote.flush())
    }

    /// A file of the old site where the new one has a folder, or in a folder where the new one has a file.
    fn is_in_the_way(&self, path: &RelPath) -> bool {
        let below = format!("{path}/");
        let mut folders =
            std::iter::successors(Some(path.parent()), |folder| folder.rsplit_once('/').map(|(parent, _)| parent));
        folders.any(|folder| self.parcel.has(folder))
            || self.parcel.files().any(|(file, ..)| file.as_str().starts_with(&below))
    }

    /// A file in an encoding that goes while the file itself stays. It would tell what was, and whoever asks for it gets the file.
    fn is_stale(&self, plan: &Plan, path: &RelPath) -> bool {
        let is_made = plan.old.files.get(path).is_some_and(|entry| entry.key != entry.content);
        is_made && encoding::plain(path.as_str()).is_some_and(|plain| self.parcel.has(plain))
    }

    /// Nothing else is removed before all that was sent is seen to stand.
    fn verify(&self, plan: &Plan) -> Result<(), Error> {
        if plan.removed.is_empty() {
            return Ok(());
        }
        let standing = self.patience.ask(|| self.remote.list())?;
        let lost = self.parcel.files().find(|(path, size, _)| standing.files.get(*path) != Some(size));
        match lost {
            Some((path, ..)) => Err(Error::new("was sent, and does not stand at the target:")
                .at(path.as_str())
                .help("something else writes there: stop it, and publish again")),
            None => Ok(()),
        }
    }
}

/// What is ours while files move: what was, and what comes, with unknown bytes. It still names the release that was.
fn unfinished(plan: &Plan) -> Manifest {
    let moving: BTreeSet<RelPath> = plan.added.iter().chain(&plan.changed).map(|change| change.path.clone()).collect();
    let files = plan.old.files.iter().filter(|(path, _)| !moving.contains(*path));
    let files = files.map(|(path, entry)| (path.clone(), entry.clone())).collect();
    Manifest { build: plan.old.build, files, pending: &moving | &plan.old.pending, ..Manifest::default() }
}

/// What is sent one after the other. Nothing points to a new asset yet, new pages point to assets, old pages come to point to
/// new ones, and lists of pages come last.
///
/// A file goes with those that hold it in an encoding, which go before it: at any moment in between, one reader may get the old
/// page and another the new one, and each finds the assets of theirs.
fn waves<'a>(plan: &'a Plan, parcel: &'a Parcel) -> [BTreeMap<&'a RelPath, Vec<&'a RelPath>>; 5] {
    let added: BTreeSet<&RelPath> = plan.added.iter().map(|change| &change.path).collect();
    let mut waves = [const { BTreeMap::new() }; 5];
    for change in plan.added.iter().chain(&plan.changed) {
        let file = parcel.plain(&change.path).unwrap_or(&change.path);
        let wave = match (added.contains(file), file.extension()) {
            (true, _) if is_page(file) => 2,
            (true, _) => 0,
            (false, _) if is_page(file) => 3,
            (false, "xml" | "json" | "txt" | "inv" | "webmanifest") => 4,
            _ => 1,
        };
        waves[wave].entry(file).or_insert_with(Vec::new).push(&change.path);
    }
    // In the order of their names the file is the first.
    waves.iter_mut().flat_map(BTreeMap::values_mut).for_each(|paths| paths.sort());
    waves
}

/// What is removed one after the other. A page goes before the assets that it needs, in every encoding.
fn last_waves(removed: Vec<&Change>) -> [Vec<&Change>; 3] {
    let mut waves = [const { Vec::new() }; 3];
    for change in removed {
        let plain = encoding::plain(change.path.as_str()).and_then(RelPath::new);
        let wave = match plain {
            _ if is_page(&change.path) => 0,
            Some(plain) if is_page(&plain) => 1,
            _ => 2,
        };
        waves[wave].push(change);
    }
    waves
}

fn is_page(path: &RelPath) -> bool {
    matches!(path.extension(), "html" | "md")
}
