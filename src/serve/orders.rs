//! When to build: what was ordered, and the thread on which that is done, one build after the other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError, SendError, Sender},
    },
    time::{Duration, Instant},
};

use crate::build::run;
use crate::model::Error;
use crate::serve::{Event, builder::Workshop};
use crate::source::survey::Survey;

/// How long it is quiet before memos are kept on disk, and how long they wait for that at most.
const IDLE: Duration = Duration::from_secs(1);
const LONGEST_UNKEPT: Duration = Duration::from_secs(60);

/// Asks for a build.
#[derive(Default)]
pub(super) struct Order {
    /// The sources that were changed, as far as is known.
    pub(super) sources: Vec<String>,
    /// What the site's folder looks like, as far as somebody has looked.
    pub(super) survey: Survey,
}

impl Order {
    /// This order and a later one as one.
    fn and(mut self, later: Self) -> Self {
        self.sources.extend(later.sources);
        Self { sources: self.sources, survey: later.survey }
    }
}

/// How many orders nobody has begun with.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }

    /// Notes one more.
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// Notes that so many are begun with.
    pub(super) fn take(&self, count: usize) {
        self.0.fetch_sub(count, Ordering::AcqRel);
    }
}

/// Takes orders to the builder.
pub(super) struct Orders {
    waiting: Waiting,
    sender: Sender<Order>,
}

impl Orders {
    /// Orders a build.
    ///
    /// # Errors
    ///
    /// A builder that is gone.
    pub(super) fn send(&self, order: Order) -> Result<(), SendError<Order>> {
        self.waiting.add();
        self.sender.send(order)
    }
}

/// Builds on a thread of its own whenever that is ordered. Orders that come during a build lead to one more. Memos are kept
/// on disk when nobody has ordered anything for a moment, so that no save waits for that, unless that never happens.
///
/// # Errors
///
/// A system that gives no threads.
pub(super) fn start(mut workshop: Workshop, events: Sender<Event>) -> Result<Orders, Error> {
    let (sender, incoming) = mpsc::channel::<Order>();
    let waiting = workshop.waiting.clone();
    let orders = Orders { waiting: waiting.clone(), sender };
    let workers = run::workers(None)?;
    let work = move || {
        let (mut last_note, mut unkept_since) = (None, None::<Instant>);
        loop {
            let ordered = match unkept_since {
                None => incoming.recv().map_err(RecvTimeoutError::from),
                Some(since) if since.elapsed() > LONGEST_UNKEPT => Err(RecvTimeoutError::Timeout),
                Some(_) => incoming.recv_timeout(IDLE),
            };
            match ordered {
                Ok(order) => {
                    let mut taken = 1;
                    let later = incoming.try_iter().inspect(|_| taken += 1);
                    let order = later.fold(order, Order::and);
                    waiting.take(taken);
                    unkept_since = unkept_since.or_else(|| Some(Instant::now()));
                    let Some(built) = workers.install(|| workshop.build(order)) else { continue };
                    if events.send(Event::Built(Box::new(built))).is_err() {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let note = workshop.session.keep_memos().err().map(|error| error.to_string());
                    if note.is_some() && note != last_note {
                        drop(events.send(Event::Note(note.clone().unwrap_or_default())));
                    }
                    (last_note, unkept_since) = (note, None);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    };
    let started = std::thread::Builder::new().name("build".to_owned()).spawn(work);
    started.map(|_| orders).map_err(|error| Error::new(format!("could not start to build: {error}")))
}
