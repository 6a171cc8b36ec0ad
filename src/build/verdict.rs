//! What is told of everything that was found: by the baseline, and by what warnings and advice count as.

use crate::build::{Outcome, Request, Warnings};
use crate::check::{BASELINE, Baseline, Parted};
use crate::model::{Diagnostic, Error, Level, RelPath};
use crate::source::{Files, text};

/// What became of the baseline.
#[derive(Debug, Default)]
pub struct BaselineUse {
    /// How many findings it accepted.
    pub accepted: usize,
    /// How many of those that it would accept are gone.
    pub mended: usize,
    /// The baseline without them.
    pub left: Baseline,
}

/// The baseline in the site's folder, empty where there is none.
pub(super) fn read_baseline(files: &dyn Files) -> Result<(Baseline, Vec<Diagnostic>), Error> {
    let path = RelPath::new(BASELINE).expect("a file name is a path");
    let bytes = match files.read(&path) {
        Err(error) if error.source.as_ref().is_some_and(|reason| reason.kind() == std::io::ErrorKind::NotFound) => {
            return Ok(Default::default());
        }
        read => read?,
    };
    match text::decode(BASELINE, &bytes) {
        Ok((text, problem)) => {
            let (baseline, mut problems) = Baseline::parse(&text, BASELINE);
            problems.extend(problem);
            Ok((baseline, problems))
        }
        Err(problem) => Ok((Baseline::default(), vec![*problem])),
    }
}

/// What is told of everything that was found.
pub(super) struct Verdict {
    pub(super) told: Vec<Diagnostic>,
    pub(super) advice: Vec<Diagnostic>,
    pub(super) baseline: BaselineUse,
}

impl Verdict {
    /// Parts what was settled: by the baseline, and by whether it can stand in the way.
    pub(super) fn of(settled: Vec<Diagnostic>, baseline: &Baseline, request: &Request) -> Self {
        let Parted { told, accepted, left } = baseline.part(settled);
        let (mut told, mut advice) = (told, Vec::new());
        if request.warnings != Warnings::AdviceDenied {
            (advice, told) = told.into_iter().partition(|diagnostic| diagnostic.level == Level::Advice);
        }
        if request.warnings != Warnings::Allowed {
            told.iter_mut().for_each(|diagnostic| diagnostic.level = Level::Error);
        }
        let mended = baseline.len() - accepted;
        Self { told, advice, baseline: BaselineUse { accepted, mended, left } }
    }
}

impl Outcome {
    pub(super) fn take(&mut self, verdict: Verdict) {
        self.diagnostics = verdict.told;
        self.advice = verdict.advice;
        self.baseline = verdict.baseline;
    }

    /// The same for a build that ended before all was looked at: what the baseline accepts may still be there.
    pub(super) fn failed(&mut self, verdict: Verdict) {
        self.take(verdict);
        self.baseline.mended = 0;
    }
}
