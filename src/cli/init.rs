//! `docweave init`.

use std::process::ExitCode;

use crate::cli::{
    args::{Init, PipelineHost},
    environment_failure,
    voice::Speaker,
};
use crate::model::{Error, RelPath};
use crate::scaffold::{self, Pipeline};

pub(super) fn run(arguments: &Init) -> ExitCode {
    let speaker = Speaker::plain();
    match make(arguments, &speaker) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

fn make(arguments: &Init, speaker: &Speaker) -> Result<(), Error> {
    let dir = &arguments.dir;
    let tell = |files: Vec<RelPath>| {
        files.iter().for_each(|file| speaker.summary(&format!("created {}", dir.join(file.as_str()).display())));
    };
    if arguments.ci.is_none() || !dir.join("site.toml").is_file() {
        tell(scaffold::init(dir, arguments.title.as_deref())?);
        let root = dir.display().to_string();
        let option = if root == "." { String::new() } else { format!(" --root {root}") };
        speaker.summary(&format!("\nNow run `docweave serve{option}` and open http://127.0.0.1:3000/."));
    }
    let pipeline = arguments.ci.map(|host| match host {
        PipelineHost::GitHub => Pipeline::GitHub,
        PipelineHost::GitLab => Pipeline::GitLab,
        PipelineHost::Forgejo => Pipeline::Forgejo,
        PipelineHost::Docker => Pipeline::Docker,
    });
    if let Some(pipeline) = pipeline {
        tell(scaffold::pipeline(dir, pipeline)?);
    }
    Ok(())
}
