//! Pages before the first build is done: one that somebody asks for is rendered before the others, and shown at once.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, Once, PoisonError, mpsc::Sender},
};

use tokio::sync::{Notify, watch::Receiver};

use crate::model::{Error, RelPath};
use crate::output::{MemoryStage, Stage};
use crate::serve::{
    Event,
    snapshot::{Snapshot, addressed},
};

/// The stage of the first build, which shows its files while it is being filled.
pub(super) struct Early {
    /// The site's sub-path, such as `/docs/`.
    base: String,
    files: MemoryStage,
    wanted: Mutex<VecDeque<RelPath>>,
    staged: Notify,
    /// Told once, when pages begin to be rendered: from then on one takes no longer than itself.
    opened: (Once, Sender<Event>),
}

impl Early {
    /// An empty one, for a site at `base`.
    pub(super) fn new(base: String, events: Sender<Event>) -> Self {
        let opened = (Once::new(), events);
        Self { base, files: MemoryStage::new(), wanted: Mutex::default(), staged: Notify::new(), opened }
    }

    /// Everything that was staged.
    pub(super) fn files(&self) -> &MemoryStage {
        &self.files
    }

    /// Waits for the file at the path of an address. For what is no file of the site it waits in vain.
    async fn file(&self, address: &str) -> Arc<Snapshot> {
        let mut candidates = addressed(&self.base, address);
        // The way to the site leads through its front page.
        if candidates.is_empty() && address == "/" {
            candidates = addressed(&self.base, &self.base);
        }
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).extend(candidates.iter().cloned());
        loop {
            let staged = self.staged.notified();
            tokio::pin!(staged);
            // What is staged from here on wakes us.
            staged.as_mut().enable();
            let found = candidates.iter().find_map(|path| Some((path, self.files.get(path.as_str())?)));
            if let Some((path, bytes)) = found {
                return Arc::new(Snapshot::early(&self.base, path.clone(), bytes));
            }
            staged.await;
        }
    }
}

impl Stage for Early {
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        self.files.put(path, bytes)?;
        self.staged.notify_waiters();
        Ok(())
    }

    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error> {
        self.files.copy(path, from)?;
        self.staged.notify_waiters();
        Ok(())
    }

    fn wanted(&self) -> Option<RelPath> {
        let (once, events) = &self.opened;
        once.call_once(|| drop(events.send(Event::Opened(self.base.clone()))));
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Waits for the first build to begin, and then for the file at the path of an address.
pub(super) async fn file(mut early: Receiver<Option<Arc<Early>>>, address: &str) -> Arc<Snapshot> {
    let begun = early.wait_for(Option::is_some).await.ok().and_then(|early| early.clone());
    match begun {
        Some(early) => early.file(address).await,
        None => std::future::pending().await,
    }
}
