//! `docweave init`.

use std::process::ExitCode;

use crate::cli::{args::Init, environment_failure, voice::Speaker};
use crate::scaffold;

pub(super) fn run(arguments: &Init) -> ExitCode {
    let speaker = Speaker::plain();
    match scaffold::init(&arguments.dir, arguments.title.as_deref()) {
        Ok(files) => {
            for file in files {
                speaker.summary(&format!("created {}", arguments.dir.join(file.as_str()).display()));
            }
            let root = arguments.dir.display().to_string();
            let option = if root == "." { String::new() } else { format!(" --root {root}") };
            speaker.summary(&format!("\nNow run `docweave serve{option}` and open http://127.0.0.1:3000/."));
            ExitCode::SUCCESS
        }
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}
