//! Pages that browsers show while the site is built again: they are rendered before all others, and shown at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use crate::model::{Error, RelPath};
use crate::output::{MemoryStage, Stage};
use crate::serve::{
    Event,
    orders::Waiting,
    snapshot::{Shown, Snapshot, Tree},
};

/// So long browsers may take to paint a page that is shown to them before the build goes on.
const UNTIL_PAINTED: Duration = Duration::from_millis(50);

/// The stage of a build that follows another.
pub(super) struct Ahead {
    files: MemoryStage,
    /// The pages that browsers show; and those of them that nobody has begun to render.
    open: BTreeSet<RelPath>,
    wanted: Mutex<Vec<RelPath>>,
    /// What is shown now.
    last: Snapshot,
    shown: Mutex<Reached>,
    events: Sender<Event>,
    /// The orders that wait for this build to end, if it may be set aside for them.
    later: Option<Waiting>,
}

/// How far what is shown is ahead of the last build.
pub(super) struct Reached {
    /// The files, those that are ahead among them.
    pub(super) tree: Tree,
    /// The number of the last snapshot.
    pub(super) count: u64,
    /// The files that are ahead.
    pub(super) changed: BTreeSet<RelPath>,
}

impl Ahead {
    /// A stage that shows the pages `open` ahead of others, in place of what `last` has of them, and is outdated when there
    /// is an order among `later`.
    pub(super) fn new(last: Snapshot, open: BTreeSet<RelPath>, events: Sender<Event>, later: Option<Waiting>) -> Self {
        let tree = match &last.shown {
            Shown::Tree(tree) => tree.clone(),
            Shown::Problems(_) => Tree::default(),
        };
        let shown = Mutex::new(Reached { tree, count: last.build, changed: BTreeSet::new() });
        let wanted = Mutex::new(open.iter().cloned().collect());
        Self { files: MemoryStage::new(), open, wanted, last, shown, events, later }
    }

    /// Everything that was staged, and how far that was shown.
    pub(super) fn into_files(self) -> (BTreeMap<RelPath, Arc<[u8]>>, Reached) {
        (self.files.into_files(), self.shown.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows what is staged. What pages load was staged before them.
    fn show(&self) {
        let mut reached = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (tree, changed) = reached.tree.with(self.files.files(), reached.count + 1);
        if changed.is_empty() {
            return;
        }
        reached.count += 1;
        reached.changed.extend(changed);
        reached.tree = tree.clone();
        let snapshot = Snapshot { build: reached.count, shown: Shown::Tree(tree), ..self.last.clone() };
        drop(self.events.send(Event::Ahead(Arc::new(snapshot))));
    }
}

impl Stage for Ahead {
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        self.files.put(path, bytes)?;
        if self.open.contains(path) {
            self.show();
        }
        Ok(())
    }

    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error> {
        self.files.copy(path, from)
    }

    fn wanted(&self) -> Option<RelPath> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Browsers have a page to fetch, to lay out and to paint.
    fn breathe(&self) {
        let is_shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).count > self.last.build;
        let deadline = Instant::now() + UNTIL_PAINTED;
        while is_shown && Instant::now() < deadline && !self.is_outdated() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What browsers show is shown all the same.
    fn is_outdated(&self) -> bool {
        let is_asked = self.later.as_ref().is_some_and(|later| !later.is_empty());
        is_asked && self.wanted.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_rest_waits_for_what_is_shown_and_for_nothing_else() {
        let page = RelPath::new("a/index.html").unwrap();
        let ahead = |later: Option<Waiting>| {
            let last = Snapshot::of("/", &[("a/index.html", "old")]);
            Ahead::new(last, [page.clone()].into(), mpsc::channel().0, later)
        };
        let took = |stage: &Ahead| {
            let began = Instant::now();
            stage.breathe();
            began.elapsed()
        };
        let least = |stage: &Ahead| (0..20).map(|_| took(stage)).min().expect("twenty are some");
        let stage = ahead(None);
        stage.put(&page, b"old").unwrap();
        assert!(least(&stage) < UNTIL_PAINTED, "nothing is new");
        stage.put(&page, b"new").unwrap();
        assert!(took(&stage) >= UNTIL_PAINTED);
        let waiting = Waiting::default();
        let stage = ahead(Some(waiting.clone()));
        stage.put(&page, b"new").unwrap();
        assert_eq!(stage.wanted(), Some(page.clone()));
        waiting.add();
        assert!(least(&stage) < UNTIL_PAINTED, "somebody saved again");
    }
}
