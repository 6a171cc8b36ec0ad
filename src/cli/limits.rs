//! Limits on what the template of one page may take, enforced from outside: the template engine has none of its own.
//!
//! A loop that writes nothing, or text that doubles again and again, can't be stopped within its thread. So a thread of its
//! own watches, and ends the program with a diagnostic, beside those that the build has found by then. Nothing of the site
//! has moved by then; what was staged is removed by the next build.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread::ThreadId,
    time::{Duration, Instant},
};

use crate::model::Diagnostic;
use crate::render::theme::{self, LONGEST_RENDER};
use crate::source::facts;

/// How often is looked while pages are rendered, and how often whether any is: a preview waits most of the time.
const INTERVAL: Duration = Duration::from_millis(20);
const IDLE: Duration = Duration::from_millis(100);

/// What templates that write are given to see their own limit first.
const GRACE: Duration = Duration::from_secs(1);

/// How much more memory the program may take at the end of one page than at its beginning. A page takes about one
/// millisecond, in which even many threads do not take that much.
const MOST_MEMORY: u64 = 1 << 30;

/// How much of what is wrong is kept for the case of a stop.
const MOST_FOUND: usize = 10_000;

/// The pages that are being rendered.
#[derive(Default)]
pub(super) struct Limits {
    running: Mutex<Pages>,
    /// What is wrong apart from that.
    found: Mutex<BTreeSet<Diagnostic>>,
}

#[derive(Default)]
struct Pages {
    of_threads: HashMap<ThreadId, Running>,
    /// The program's memory in bytes, and when it was looked at.
    memory: u64,
    measured: Option<Instant>,
}

struct Running {
    page: String,
    template: String,
    since: Instant,
    /// The program's memory when it began, in bytes.
    memory: u64,
}

impl Limits {
    /// This thread begins a page.
    pub(super) fn begin(&self, page: &str, template: &str) {
        let (page, template, since) = (page.to_owned(), template.to_owned(), Instant::now());
        let mut running = self.lock();
        if running.measured.is_none_or(|measured| since - measured > INTERVAL) {
            running.measure();
        }
        let page = Running { page, template, since, memory: running.memory };
        running.of_threads.insert(std::thread::current().id(), page);
    }

    /// The build found this to be wrong. One mistake in a template is found on each page.
    pub(super) fn found(&self, diagnostics: &[Diagnostic]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_FOUND.saturating_sub(found.len());
        found.extend(diagnostics.iter().take(room).cloned());
    }

    /// What was found is told, and may be mended by the next build.
    pub(super) fn forget(&self) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// This thread has ended its page.
    pub(super) fn end(&self) {
        self.lock().of_threads.remove(&std::thread::current().id());
    }

    /// Does `work` while `stop` is called at the first page that goes beyond a limit, with all that is wrong by then.
    pub(super) fn watch<T>(&self, stop: impl Fn(&[Diagnostic]) + Send, work: impl FnOnce() -> T) -> T {
        let (done, is_done) = mpsc::channel::<()>();
        let until_next = || if self.lock().of_threads.is_empty() { IDLE } else { INTERVAL };
        std::thread::scope(|threads| {
            threads.spawn(move || {
                while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(until_next()) {
                    if let Some(beyond) = self.look() {
                        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                        found.insert(beyond);
                        return stop(&Vec::from_iter(std::mem::take(&mut *found)));
                    }
                }
            });
            // Dropped when the work is done, or panics, which ends the watch.
            let _done = done;
            work()
        })
    }

    fn look(&self) -> Option<Diagnostic> {
        let mut running = self.lock();
        if running.of_threads.is_empty() {
            return None;
        }
        running.measure();
        let Pages { of_threads, memory, .. } = &*running;
        let longest = of_threads.values().min_by_key(|running| running.since)?;
        let limit = if longest.since.elapsed() > LONGEST_RENDER + GRACE {
            format!("took more than {} seconds", LONGEST_RENDER.as_secs())
        } else if *memory > longest.memory + MOST_MEMORY {
            format!("took more than {} MiB of memory", MOST_MEMORY >> 20)
        } else {
            return None;
        };
        Some(theme::too_much(&longest.template, &longest.page, &limit))
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// Looks at the program's memory: 0 where the system does not say.
    fn measure(&mut self) {
        (self.memory, self.measured) = (facts::memory_in_use().unwrap_or(0), Some(Instant::now()));
    }
}
