//! The proof of a warm build: a cold one in memory gives the same bytes and the same diagnostics.

use crate::build::{Facts, Given, Request, Session, build, run::Report, store::Store, trace::Silent};
use crate::model::{Config, Error};
use crate::output::{Manifest, MemoryStage};
use crate::source::{Files, disk};

/// Builds cold in memory and compares with the output folder of `report`. Gives the number of files compared.
pub(super) fn verify(
    files: &dyn Files,
    facts: &(dyn Fn(&Config) -> Facts + Sync),
    request: &Request,
    report: &Report,
) -> Result<usize, Error> {
    let session = Session::new(Store::off());
    let nothing = Manifest::default();
    let request = Request { explain: None, ..request.clone() };
    let given = Given { files, facts, request: &request, old: &nothing, missing: &[], progress: &Silent };
    let stage = MemoryStage::new();
    let cold = build(&session, &given, &stage)?;
    if cold.diagnostics != report.outcome.diagnostics {
        return Err(Error::new("the diagnostics of this build differ from those of a cold one").help(REPORT));
    }
    let Some(plan) = &report.outcome.plan else { return Ok(0) };
    let cold_files = stage.into_files();
    if let Some(extra) = plan.manifest().files.keys().find(|path| !cold_files.contains_key(*path)) {
        return Err(Error::new("a cold build does not write").at(extra.as_str()).help(REPORT));
    }
    for (path, cold) in &cold_files {
        let on_disk = report.output.join(path.as_str());
        let warm = disk::read_at_most(&on_disk, u64::MAX - 1).map_err(|e| Error::io("could not read", &on_disk, e))?;
        if let Some(at) = first_difference(&warm, cold) {
            let what = format!("a cold build differs at byte {at} of");
            return Err(Error::new(what).at(on_disk).help(REPORT));
        }
    }
    Ok(cold_files.len())
}

const REPORT: &str = "this is a mistake in docweave: please report it; `--no-cache` builds the site anew";

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let within = a.iter().zip(b).position(|(a, b)| a != b);
    within.or_else(|| (a.len() != b.len()).then(|| a.len().min(b.len())))
}
