//! What is told of everything that was found: by the baseline, and by what warnings and advice count as.

use crate::build::{Outcome, Request, Warnings};
use crate::check::{BASELINE, Baseline, Parted};
use crate::model::{ASKED_FOR, Diagnostic, Error, Level, RelPath};
use crate::source::{Files, text};

/// What became of the baseline.
#[derive(Debug, Default)]
pub struct BaselineUse {
    /// How many findings it accepted.
    pub accepted: usize,
    /// How many of those that it would accept are gone.
    pub mended: usize,
    /// The baseline without them, and without what is [asked for](ASKED_FOR).
    pub left: Baseline,
    /// What it accepts of the rules that look only where they are asked to.
    pub asked_for: Baseline,
}

impl BaselineUse {
    /// Takes out of the findings of rules that were asked what the baseline accepts. Of the rules in `known` everything that
    /// there is was found; what is accepted of others may still be there. Without findings and rules: nothing was asked.
    pub fn part_asked(&mut self, found: Vec<Diagnostic>, known: &[&str]) -> Vec<Diagnostic> {
        let asked_for = std::mem::take(&mut self.asked_for);
        let Parted { told, accepted, left } = asked_for.part(found);
        let (before, unknown) = asked_for.split(known);
        let (after, _) = left.split(known);
        self.accepted += accepted;
        self.mended += before.len() - after.len();
        self.left = std::mem::take(&mut self.left).and(&after).and(&unknown);
        told
    }
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
    /// The same of what can stand in the way alone, where a build is not over yet: advice is left aside.
    pub(super) fn of_urgent(settled: &[Diagnostic], baseline: &Baseline, request: &Request) -> Self {
        let is_urgent =
            |found: &&Diagnostic| found.level != Level::Advice || request.warnings == Warnings::AdviceDenied;
        Self::of(settled.iter().filter(is_urgent).cloned().collect(), baseline, request)
    }

    /// Parts what was settled: by the baseline, and by whether it can stand in the way.
    pub(super) fn of(settled: Vec<Diagnostic>, baseline: &Baseline, request: &Request) -> Self {
        let (asked_for, baseline) = baseline.split(ASKED_FOR);
        let Parted { told, accepted, left } = baseline.part(settled);
        let (mut told, mut advice) = (told, Vec::new());
        if request.warnings != Warnings::AdviceDenied {
            (advice, told) = told.into_iter().partition(|diagnostic| diagnostic.level == Level::Advice);
        }
        if request.warnings != Warnings::Allowed {
            told.iter_mut().for_each(|diagnostic| diagnostic.level = Level::Error);
        }
        let mended = baseline.len() - accepted;
        Self { told, advice, baseline: BaselineUse { accepted, mended, left, asked_for } }
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
