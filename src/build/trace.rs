//! What a build did: counts, and how long each stage took.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use crate::model::Diagnostic;

/// Told how far a build is. Called from many threads.
pub trait Progress: Sync {
    /// A stage begins that has `total` steps.
    fn begin(&self, stage: &'static str, total: usize);

    /// One step of it is done.
    fn step(&self);

    /// This is wrong in the content, as far as is known: told again at the end of a build that comes to its end.
    fn found(&self, _diagnostics: &[Diagnostic]) {}

    /// This thread begins to render `page` with `template`, both as diagnostics show them.
    fn rendering(&self, _page: &str, _template: &str) {}

    /// This thread has rendered its page.
    fn rendered(&self) {}
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &'static str, _total: usize) {}

    fn step(&self) {}
}

/// Tells of the pages that are being rendered, and of nothing else.
pub struct Rendering<'a>(pub &'a dyn Progress);

impl Progress for Rendering<'_> {
    fn begin(&self, _stage: &'static str, _total: usize) {}

    fn step(&self) {}

    fn rendering(&self, page: &str, template: &str) {
        self.0.rendering(page, template);
    }

    fn rendered(&self) {
        self.0.rendered();
    }
}

/// A count that many threads raise.
#[derive(Debug, Default)]
pub struct Count(AtomicUsize);

impl Count {
    pub(super) fn raise(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was raised.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one build did.
#[derive(Debug)]
pub struct Trace {
    /// Articles read.
    pub articles: usize,
    /// Articles parsed.
    pub parsed: Count,
    /// Bodies composed.
    pub bodies: Count,
    /// Pages whose related reading was found.
    pub related: usize,
    /// Articles whose words were gathered for the search.
    pub indexed: Count,
    /// Variants of images encoded.
    pub encoded: Count,
    /// Pages whose view was made to see whether they changed.
    pub compared: Count,
    /// Pages rendered by a template, redirects included.
    pub pages: Count,
    /// Pages that another machine had rendered.
    pub recalled: Count,
    /// Pages that the site has.
    pub pages_total: usize,
    /// Stages in their order, each with the time it took.
    pub laps: Vec<(&'static str, Duration)>,
    began: Instant,
    lap: Instant,
}

impl Trace {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self {
            articles: 0,
            parsed: Count::default(),
            bodies: Count::default(),
            related: 0,
            indexed: Count::default(),
            encoded: Count::default(),
            compared: Count::default(),
            pages: Count::default(),
            recalled: Count::default(),
            pages_total: 0,
            laps: Vec::new(),
            began: now,
            lap: now,
        }
    }

    /// Notes that `stage` ended just now.
    pub(super) fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.laps.push((stage, now - self.lap));
        self.lap = now;
    }

    /// Time since the build began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
