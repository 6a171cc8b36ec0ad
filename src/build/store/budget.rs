//! How long a build waits for others in all, however many of its threads wait at once.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Time that may be spent waiting.
#[derive(Debug)]
pub(super) struct Budget {
    limit: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many threads wait.
    waiting: usize,
    /// Since when any of them does.
    since: Option<Instant>,
    /// Spent before that.
    spent: Duration,
}

/// A thread that waits, until this is dropped.
pub(super) struct Waiting<'a>(&'a Budget);

impl Budget {
    /// So much time.
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, state: Mutex::default() }
    }

    /// Begins to wait; gives the time that is left, if any is.
    pub(super) fn begin(&self) -> Option<(Duration, Waiting<'_>)> {
        let mut state = self.state();
        let running = state.since.map_or(Duration::ZERO, |since| since.elapsed());
        let left = self.limit.checked_sub(state.spent + running).filter(|left| !left.is_zero())?;
        state.waiting += 1;
        state.since.get_or_insert_with(Instant::now);
        Some((left, Waiting(self)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting -= 1;
        if state.waiting == 0 {
            let waited = state.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            state.spent += waited;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_wait_together_spend_the_time_of_one() {
        let budget = Budget::new(Duration::from_secs(3600));
        let (left, first) = budget.begin().unwrap();
        assert!(left <= Duration::from_secs(3600));
        let (_, second) = budget.begin().unwrap();
        std::thread::sleep(Duration::from_millis(30));
        drop(first);
        drop(second);
        let spent = budget.state().spent;
        assert!(spent >= Duration::from_millis(30) && spent < Duration::from_secs(10), "{spent:?}");
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(budget.state().spent, spent, "nobody waits");
        budget.state().spent = Duration::from_secs(3600);
        assert!(budget.begin().is_none());
    }
}
