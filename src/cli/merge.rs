//! `docweave merge`.

use std::{process::ExitCode, time::Instant};

use crate::build::{merge, run};
use crate::cli::{
    args::Merge,
    build::{many, seconds},
    environment_failure,
    voice::Speaker,
};

pub(super) fn run(arguments: &Merge) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let start = Instant::now();
    let merge = || merge::merge(&arguments.shards, &arguments.output);
    match run::workers(None).and_then(|workers| workers.install(merge)) {
        Ok(summary) => {
            speaker.summary(&format!(
                "{} merged, {} written, {} removed, in {}: {}",
                many(arguments.shards.len(), "shard"),
                many(summary.written, "file"),
                summary.removed,
                seconds(start.elapsed()),
                arguments.output.display()
            ));
            ExitCode::SUCCESS
        }
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}
