//! Pages before the first build is done: one that somebody asks for is rendered before the others, and shown at once. Of a
//! large site, a [sketch](crate::build::sketch) of it is shown until then.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc, Mutex, Once, PoisonError,
        mpsc::{self, Sender},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Notify, watch::Receiver};

use crate::build::{Request, run, sketch::Sketch, trace::Progress};
use crate::model::{Error, RelPath};
use crate::output::{MemoryStage, Stage};
use crate::serve::{
    Event,
    snapshot::{Snapshot, addressed},
};
use crate::source::{
    Files,
    disk::Folder,
    survey::{Survey, Surveyed},
};

/// A site of fewer articles is built in the time that a sketch of it takes.
const MANY: usize = 1000;

/// A build of all takes all processors. So long it waits for somebody to ask for a page, and so long for that to be shown.
const UNTIL_ASKED: Duration = Duration::from_millis(300);
const UNTIL_SHOWN: Duration = Duration::from_secs(1);

/// What browsers do while a site is built for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    /// They ask for the file at this output path.
    For(RelPath),
    /// They have loaded a page.
    Listening,
}

/// The stage of the first build, as long as that is at work.
pub(super) type Begun = Receiver<Option<Arc<Early>>>;

/// The stage of the first build, which shows its files while it is being filled.
pub(super) struct Early {
    /// The site's sub-path, such as `/docs/`.
    base: String,
    files: MemoryStage,
    /// What is shown until those are there.
    sketched: MemoryStage,
    wanted: Mutex<VecDeque<RelPath>>,
    /// Takes this to whoever makes sketches, as long as somebody may.
    asked: Mutex<Option<Sender<Asked>>>,
    incoming: Mutex<Option<mpsc::Receiver<Asked>>>,
    staged: Notify,
    /// Told once, when pages begin to be rendered or sketched: from then on one takes little longer than itself.
    opened: (Once, Sender<Event>),
}

impl Early {
    /// An empty one, for a site at `base`.
    pub(super) fn new(base: String, events: Sender<Event>) -> Self {
        let (asked, incoming) = mpsc::channel();
        Self {
            base,
            files: MemoryStage::new(),
            sketched: MemoryStage::new(),
            wanted: Mutex::default(),
            asked: Mutex::new(Some(asked)),
            incoming: Mutex::new(Some(incoming)),
            staged: Notify::new(),
            opened: (Once::new(), events),
        }
    }

    /// Everything that the build staged.
    pub(super) fn files(&self) -> &MemoryStage {
        &self.files
    }

    /// Tells that pages can be asked for.
    fn open(&self) {
        let (once, events) = &self.opened;
        once.call_once(|| drop(events.send(Event::Opened(self.base.clone()))));
    }

    /// Waits for the file at the path of an address, or a sketch of it. For what is no file of the site it waits in vain.
    async fn file(&self, address: &str) -> Arc<Snapshot> {
        let mut candidates = addressed(&self.base, address);
        // The way to the site leads through its front page.
        if candidates.is_empty() && address == "/" {
            candidates = addressed(&self.base, &self.base);
        }
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).extend(candidates.iter().cloned());
        candidates.iter().for_each(|path| self.tell(Asked::For(path.clone())));
        self.staged_at(&candidates, &[&self.files, &self.sketched]).await
    }

    fn tell(&self, what: Asked) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().for_each(|asked| drop(asked.send(what.clone())));
    }

    /// Waits for the first of these files in the first of the stages that have one of them.
    async fn staged_at(&self, candidates: &[RelPath], stages: &[&MemoryStage]) -> Arc<Snapshot> {
        loop {
            let staged = self.staged.notified();
            tokio::pin!(staged);
            // What is staged from here on wakes us.
            staged.as_mut().enable();
            let of = |stage: &&MemoryStage| candidates.iter().find_map(|path| Some((path, stage.get(path.as_str())?)));
            if let Some((path, bytes)) = stages.iter().find_map(of) {
                return Arc::new(Snapshot::early(&self.base, path.clone(), bytes));
            }
            staged.await;
        }
    }
}

/// Makes sketches of the pages that somebody asks for, until this is dropped.
pub(super) struct Sketches(Arc<Early>);

impl Sketches {
    /// Begins with the pages of the site in `folder`, if it is a large one, on a thread of its own. When this returns, the first
    /// page that somebody asked for is shown, or will not be soon.
    pub(super) fn begin(
        (folder, survey): (&Folder, &Survey),
        request: &Request,
        progress: &Arc<dyn Progress + Send>,
        early: &Arc<Early>,
    ) -> Option<Self> {
        let count = Surveyed::new(folder, survey).list("content").map_or(0, |listing| listing.files.len());
        if count < MANY {
            return None;
        }
        let incoming = early.incoming.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let sketches = Self(early.clone());
        early.open();
        let survey = survey.as_it_was();
        let mut sketch = Sketch::new(progress.clone());
        // What is wrong with the sources is told by the build, which reads them again.
        sketch.begin(&Surveyed::new(folder, &survey), request).ok()?;
        let workers = run::workers(None).ok()?;
        let (folder, request, early) = (folder.clone(), request.clone(), early.clone());
        let (step, steps) = mpsc::channel();
        let work = move || {
            for asked in incoming {
                drop(step.send(asked.clone()));
                let Asked::For(path) = asked else { continue };
                let files = Surveyed::new(&folder, &survey);
                drop(workers.install(|| sketch.show((&files, &request), &path, &Sketched(&early))));
            }
        };
        std::thread::Builder::new().name("sketch".to_owned()).spawn(work).ok()?;
        wait_until_shown(&steps);
        Some(sketches)
    }
}

/// Waits until somebody has asked for a page and loaded it, each for so long at most: a page may take its time.
fn wait_until_shown(steps: &mpsc::Receiver<Asked>) {
    let Ok(mut step) = steps.recv_timeout(UNTIL_ASKED) else { return };
    let deadline = Instant::now() + UNTIL_SHOWN;
    while step != Asked::Listening {
        match steps.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(next) => step = next,
            Err(_) => return,
        }
    }
}

impl Drop for Sketches {
    fn drop(&mut self) {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Takes what is made of a sketch.
struct Sketched<'a>(&'a Early);

impl Stage for Sketched<'_> {
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        self.0.sketched.put(path, bytes)?;
        self.0.staged.notify_waiters();
        Ok(())
    }

    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error> {
        self.0.sketched.copy(path, from)?;
        self.0.staged.notify_waiters();
        Ok(())
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
        self.open();
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Waits for the first build to begin, and then for the file at the path of an address.
pub(super) async fn file(early: Begun, address: &str) -> Arc<Snapshot> {
    begun(early).await.file(address).await
}

/// The same for the file as the build makes it.
pub(super) async fn built(early: Begun, address: &str) -> Arc<Snapshot> {
    let early = begun(early).await;
    early.tell(Asked::Listening);
    early.staged_at(&addressed(&early.base, address), &[&early.files]).await
}

async fn begun(mut early: Begun) -> Arc<Early> {
    match early.wait_for(Option::is_some).await.ok().and_then(|early| early.clone()) {
        Some(early) => early,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::snapshot::Answer;

    #[test]
    fn a_build_waits_for_a_page_that_is_shown_and_not_for_ever() {
        let took = |told: &[Asked]| {
            let (step, steps) = mpsc::channel();
            told.iter().for_each(|asked| step.send(asked.clone()).unwrap());
            let began = Instant::now();
            wait_until_shown(&steps);
            drop(step);
            began.elapsed()
        };
        let page = Asked::For(RelPath::new("a/index.html").unwrap());
        assert!(took(&[]) >= UNTIL_ASKED);
        assert!(took(std::slice::from_ref(&page)) >= UNTIL_SHOWN, "a page that takes its time");
        let shown = (0..20).map(|_| took(&[page.clone(), page.clone(), Asked::Listening])).min();
        assert!(shown < Some(UNTIL_ASKED));
    }

    #[test]
    fn a_sketch_is_shown_until_the_build_has_made_the_page() {
        let early = Arc::new(Early::new("/docs/".to_owned(), mpsc::channel().0));
        let incoming = early.incoming.lock().unwrap().take().unwrap();
        let (_begin, begun) = tokio::sync::watch::channel(Some(early.clone()));
        let path = RelPath::new("a/index.html").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shown = |snapshot: Arc<Snapshot>| {
            let Answer::File(path, file) = snapshot.answer("/docs/a/") else { panic!("no page") };
            format!("{path} {}", String::from_utf8_lossy(&file.bytes))
        };
        runtime.block_on(async {
            let asked = tokio::spawn(file(begun.clone(), "/docs/a/"));
            let built = tokio::spawn(built(begun.clone(), "/docs/a/"));
            tokio::task::yield_now().await;
            let told: Vec<Asked> = incoming.try_iter().collect();
            assert_eq!(told, [Asked::For(path.clone()), Asked::Listening]);
            Sketched(&early).put(&path, b"sketch").unwrap();
            assert_eq!(shown(asked.await.unwrap()), "a/index.html sketch");
            assert!(!built.is_finished(), "no sketch is what the build makes");
            assert_eq!(early.wanted(), Some(path.clone()), "which makes it first");
            early.put(&path, b"page").unwrap();
            assert_eq!(shown(built.await.unwrap()), "a/index.html page");
            assert_eq!(shown(file(begun, "/docs/a/").await), "a/index.html page");
        });
        assert_eq!(early.files().files().len(), 1, "a sketch is no part of the site");
    }
}
