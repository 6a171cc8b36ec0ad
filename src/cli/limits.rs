//! Limits on what the template of one page may take, enforced from outside: the template engine has none of its own.
//!
//! A loop that writes nothing, or text that doubles again and again, can't be stopped within its thread. So a thread of its
//! own watches, and ends the program with a diagnostic, beside those that the build has found by then. Nothing of the site
//! has moved by then; what was staged is removed by the next build.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::ThreadId,
    time::{Duration, Instant},
};

use crate::model::Diagnostic;
use crate::render::theme::{self, LONGEST_RENDER};
use crate::source::facts;

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(20);

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
    running: Mutex<HashMap<ThreadId, Running>>,
    /// What is wrong apart from that.
    found: Mutex<BTreeSet<Diagnostic>>,
    /// As last looked at, in bytes.
    memory: AtomicU64,
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
        let memory = self.memory.load(Ordering::Relaxed);
        let running = Running { page: page.to_owned(), template: template.to_owned(), since: Instant::now(), memory };
        self.lock().insert(std::thread::current().id(), running);
    }

    /// The build found this to be wrong. One mistake in a template is found on each page.
    pub(super) fn found(&self, diagnostics: &[Diagnostic]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_FOUND.saturating_sub(found.len());
        found.extend(diagnostics.iter().take(room).cloned());
    }

    /// This thread has ended its page.
    pub(super) fn end(&self) {
        self.lock().remove(&std::thread::current().id());
    }

    /// Does `work` while `stop` is called at the first page that goes beyond a limit, with all that is wrong by then.
    pub(super) fn watch<T>(&self, stop: impl Fn(&[Diagnostic]) + Send, work: impl FnOnce() -> T) -> T {
        let (done, is_done) = mpsc::channel::<()>();
        self.measure();
        std::thread::scope(|threads| {
            threads.spawn(move || {
                while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(INTERVAL) {
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
        let memory = self.measure();
        let running = self.lock();
        let longest = running.values().min_by_key(|running| running.since)?;
        let limit = if longest.since.elapsed() > LONGEST_RENDER + GRACE {
            format!("took more than {} seconds", LONGEST_RENDER.as_secs())
        } else if memory > longest.memory + MOST_MEMORY {
            format!("took more than {} MiB of memory", MOST_MEMORY >> 20)
        } else {
            return None;
        };
        Some(theme::too_much(&longest.template, &longest.page, &limit))
    }

    /// The program's memory in bytes, 0 where the system does not say.
    fn measure(&self) -> u64 {
        let memory = facts::memory_in_use().unwrap_or(0);
        self.memory.store(memory, Ordering::Relaxed);
        memory
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ThreadId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
