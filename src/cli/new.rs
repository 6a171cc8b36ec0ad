//! `docweave new`.

use std::process::ExitCode;

use crate::cli::{args::New, environment_failure, voice::Speaker};
use crate::scaffold::{self, NewArticle};
use crate::source::facts;

pub(super) fn run(arguments: &New) -> ExitCode {
    let speaker = Speaker::plain();
    let article = NewArticle {
        path: &arguments.path,
        title: arguments.title.as_deref(),
        archetype: arguments.kind.as_deref(),
        today: facts::today(),
    };
    match scaffold::new(&arguments.site.root, &article) {
        Ok(path) => {
            speaker.summary(&arguments.site.root.join(path.as_str()).display().to_string());
            ExitCode::SUCCESS
        }
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}
