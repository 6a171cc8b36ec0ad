//! `docweave serve`.

use std::process::ExitCode;

use crate::cli::{args::Serve, environment_failure, voice::Speaker};
use crate::model::Error;

pub(super) fn run(arguments: &Serve) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    speaker.error(&Error::new("not yet"));
    environment_failure()
}
