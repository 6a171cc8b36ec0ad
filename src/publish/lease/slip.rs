//! A mark where nothing is exclusive.

use std::time::Duration;

use super::Mark;
use crate::publish::Failure;

/// A mark at a target that knows no conditions: it can be read and written, and that is all.
pub(in crate::publish) trait Slip: Send + Sync {
    /// What it says; `None` where there is none.
    fn read(&self) -> Result<Option<String>, Failure>;

    /// Writes it over whatever is there.
    fn write(&self, text: &str) -> Result<(), Failure>;

    /// Takes it away.
    fn remove(&self) -> Result<(), Failure>;
}

/// A slip whose writer looks a moment later whether somebody else wrote at the same time: who wrote last has it. Somebody
/// whose writing takes longer than that moment is not seen in time, but hears of it when they renew.
pub(in crate::publish) struct Settled<S>(pub(in crate::publish) S);

/// That moment.
const SETTLE: Duration = Duration::from_secs(1);

impl<S: Slip> Settled<S> {
    fn settle(&self, text: &str) -> Result<bool, Failure> {
        self.0.write(text)?;
        std::thread::sleep(SETTLE);
        Ok(self.0.read()?.as_deref() == Some(text))
    }
}

impl<S: Slip> Mark for Settled<S> {
    fn read(&self) -> Result<Option<String>, Failure> {
        self.0.read()
    }

    fn create(&self, text: &str) -> Result<bool, Failure> {
        if self.0.read()?.is_some() { Ok(false) } else { self.settle(text) }
    }

    fn replace(&self, old: &str, text: &str) -> Result<bool, Failure> {
        if self.0.read()?.as_deref() == Some(old) { self.settle(text) } else { Ok(false) }
    }

    fn remove(&self, _text: &str) -> Result<(), Failure> {
        self.0.remove()
    }
}
