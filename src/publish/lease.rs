//! One publish at a time to a target that others reach as well.
//!
//! Whoever publishes leaves a mark there, and renews it as long as it works. A mark that is not renewed for [`Term::idle`]
//! belongs to a publish that is gone, and is taken over. Each side measures that by its own clock alone, so clocks need not
//! agree (C. Gray and D. Cheriton, Leases, 1989, without their bound on drift).

mod latch;
mod slip;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

pub(super) use self::{
    latch::{InFolder, Latch, Step},
    slip::{Settled, Slip},
};
use crate::model::{Digest, Error};
use crate::output;
use crate::publish::Failure;
use crate::source::{facts, standing};

/// The name of a mark at a target.
pub(super) const NAME: &str = ".docweave-lock";

/// What a mark says that was being made when somebody was killed. Whoever makes one looks once more whether it is theirs, so it
/// is nobody's soon.
const NOBODY: &str = "docweave nobody 0\n";

/// How a mark is read and written at a certain kind of target.
pub(super) trait Mark: Send + Sync {
    /// What it says; `None` where there is none.
    fn read(&self) -> Result<Option<String>, Failure>;

    /// Writes it where there is none. Whether there was none.
    fn create(&self, text: &str) -> Result<bool, Failure>;

    /// Writes it in the place of one that says `old`. Whether one did.
    fn replace(&self, old: &str, text: &str) -> Result<bool, Failure>;

    /// Takes one away that says `text`.
    fn remove(&self, text: &str) -> Result<(), Failure>;
}

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    /// For somebody else to finish.
    pub(super) wait: Duration,
    /// Until a mark that nobody renews is nobody's. It is renewed four times as often.
    pub(super) idle: Duration,
}

impl Term {
    /// The term of a publish that waits so long for another.
    pub(super) fn waiting(wait: Duration) -> Self {
        Self { wait, idle: Duration::from_secs(20) }
    }
}

/// The right to publish, until it is dropped.
pub(super) struct Lease {
    is_lost: Arc<AtomicBool>,
    stop: Option<Sender<()>>,
    renewing: Option<JoinHandle<()>>,
    shown: String,
}

impl Lease {
    /// Waits for the right to publish to the target called `shown`. `owner` is the same for all that can't run at the same
    /// time, as publishes from one folder: what one of them left is taken over at once.
    pub(super) fn acquire(mark: Arc<dyn Mark>, owner: &str, shown: &str, term: Term) -> Result<Self, Error> {
        let first = u64::from_str_radix(&unique().short(15), 16).unwrap_or(0);
        let text = words(owner, first);
        let begin = Instant::now();
        let mut seen: Option<(String, Instant)> = None;
        let patience = super::Patience::default();
        while !patience.ask(|| mark.create(&text))? {
            let said = patience.ask(|| mark.read())?.unwrap_or_default();
            let is_own = said.split_whitespace().nth(1) == Some(owner);
            let since = match &seen {
                Some((before, since)) if *before == said => *since,
                _ => seen.insert((said.clone(), Instant::now())).1,
            };
            let idle = if said == NOBODY { term.idle / 8 } else { term.idle };
            if (is_own || since.elapsed() >= idle && !said.is_empty())
                && patience.ask(|| Ok(said == text || mark.replace(&said, &text)?))?
            {
                break;
            }
            if begin.elapsed() >= term.wait {
                return Err(Error::new(format!("somebody else publishes to {shown}"))
                    .help("wait until they have finished, and publish again"));
            }
            std::thread::sleep((term.idle / 40).min(Duration::from_millis(500)));
        }
        let is_lost = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = mpsc::channel();
        let renewal = Renewal { mark, owner: owner.to_owned(), idle: term.idle, is_lost: is_lost.clone() };
        let renewing = std::thread::spawn(move || renewal.run(first, &stopped));
        Ok(Self { is_lost, stop: Some(stop), renewing: Some(renewing), shown: shown.to_owned() })
    }

    /// Fails where somebody else took over, because nothing was heard of this publish for too long.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if !self.is_lost.load(Ordering::SeqCst) {
            return Ok(());
        }
        let what = format!("{} could not be reached for a while, and somebody else may publish there", self.shown);
        Err(Failure::Lasting(Error::new(what).help("see that they are done, and publish again")))
    }
}

/// What renews a mark until it is told to stop, and then takes it away.
struct Renewal {
    mark: Arc<dyn Mark>,
    owner: String,
    idle: Duration,
    is_lost: Arc<AtomicBool>,
}

impl Renewal {
    fn run(&self, mut beat: u64, stopped: &Receiver<()>) {
        let mut renewed = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(self.idle / 4) {
            match self.renew(beat) {
                Ok(true) => (beat, renewed) = (beat.wrapping_add(1), Instant::now()),
                // Before that time nobody takes it over.
                Err(_) if renewed.elapsed() < self.idle => {}
                Ok(false) | Err(_) => return self.is_lost.store(true, Ordering::SeqCst),
            }
        }
        if self.says(beat) {
            // Best effort: what stays is taken over.
            drop(self.mark.remove(&words(&self.owner, beat)));
        }
    }

    /// Whether it was still ours.
    fn renew(&self, beat: u64) -> Result<bool, Failure> {
        let next = beat.wrapping_add(1);
        let is_done = self.mark.replace(&words(&self.owner, beat), &words(&self.owner, next))?;
        // One that was written and not heard of is ours as well.
        Ok(is_done || self.says(next))
    }

    fn says(&self, beat: u64) -> bool {
        self.mark.read().is_ok_and(|said| said == Some(words(&self.owner, beat)))
    }
}

fn words(owner: &str, beat: u64) -> String {
    format!("docweave {owner} {beat:016x}\n")
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.renewing.take().map(JoinHandle::join));
    }
}

/// Who publishes: the same for every publish of one target from one site's folder, of which `folder` lets only one at a time
/// go on. It is kept beside that folder.
///
/// # Errors
///
/// A folder that can't be written to.
pub(super) fn owner(folder: &Path) -> Result<String, Error> {
    let at = folder.with_extension("id");
    if let Some(known) = standing::file(&at)?.and_then(|bytes| String::from_utf8(bytes).ok())
        && known.len() == ID
        && known.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return Ok(known);
    }
    let id = unique().short(ID);
    output::write_atomic(&at, id.as_bytes())?;
    Ok(id)
}

/// Digits of an owner's name.
const ID: usize = 20;

/// A value that nobody else has.
fn unique() -> Digest {
    let place = std::env::current_dir().unwrap_or_default();
    Digest::of(format!("{:?} {} {:?} {}", Instant::now(), std::process::id(), place, facts::now()).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Slot(Mutex<Option<String>>);

    impl Mark for Slot {
        fn read(&self) -> Result<Option<String>, Failure> {
            Ok(self.0.lock().unwrap().clone())
        }
        fn create(&self, text: &str) -> Result<bool, Failure> {
            let mut slot = self.0.lock().unwrap();
            let is_free = slot.is_none();
            slot.get_or_insert_with(|| text.to_owned());
            Ok(is_free)
        }
        fn replace(&self, old: &str, text: &str) -> Result<bool, Failure> {
            let mut slot = self.0.lock().unwrap();
            let is_old = slot.as_deref() == Some(old);
            if is_old {
                *slot = Some(text.to_owned());
            }
            Ok(is_old)
        }
        fn remove(&self, _text: &str) -> Result<(), Failure> {
            *self.0.lock().unwrap() = None;
            Ok(())
        }
    }

    const TERM: Term = Term { wait: Duration::ZERO, idle: Duration::from_millis(400) };

    fn acquire(slot: &Arc<Slot>, owner: &str, wait: Duration) -> Result<Lease, Error> {
        Lease::acquire(slot.clone(), owner, "the target", Term { wait, ..TERM })
    }

    #[test]
    fn the_second_waits_for_the_first_however_long_it_works_or_fails_clearly() {
        let slot = Arc::new(Slot::default());
        let first = acquire(&slot, "one", Duration::ZERO).unwrap();
        std::thread::sleep(TERM.idle * 2);
        let error = acquire(&slot, "two", TERM.idle * 2).err().unwrap();
        assert_eq!(error.to_string(), "somebody else publishes to the target");
        std::thread::scope(|threads| {
            threads.spawn(|| acquire(&slot, "two", TERM.idle * 20).unwrap());
            std::thread::sleep(TERM.idle / 4);
            first.check().unwrap();
            drop(first);
        });
        assert_eq!(slot.read().unwrap(), None, "nothing is left");
    }

    #[test]
    fn what_a_killed_publish_left_is_taken_over() {
        let slot = Arc::new(Slot::default());
        slot.create("docweave one 0\n").unwrap();
        let begin = Instant::now();
        drop(acquire(&slot, "one", Duration::ZERO).unwrap());
        assert!(begin.elapsed() < TERM.idle, "by its own at once");
        slot.create("docweave one 0\n").unwrap();
        let begin = Instant::now();
        drop(acquire(&slot, "two", TERM.idle * 20).unwrap());
        assert!(begin.elapsed() >= TERM.idle, "by others after a while");
    }

    #[test]
    fn one_whose_right_was_taken_hears_of_it() {
        let slot = Arc::new(Slot::default());
        let lease = acquire(&slot, "one", Duration::ZERO).unwrap();
        *slot.0.lock().unwrap() = Some("docweave two 0\n".to_owned());
        std::thread::sleep(TERM.idle);
        assert!(lease.check().err().unwrap().into_error().to_string().contains("somebody else may publish"));
        drop(lease);
        assert_eq!(slot.read().unwrap().as_deref(), Some("docweave two 0\n"), "theirs stays");
    }
}
