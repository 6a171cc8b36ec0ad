//! `docweave export`: what was found out about a site, as JSON on standard output.

mod related;
mod topics;

use std::process::ExitCode;

use crate::build::{
    run::{self, Places},
    woven::{self, Woven},
};
use crate::cli::{
    args::{ContentChoice, Export, ExportSite, ExportWhat, SiteFolder},
    build::{request, source_text},
    content_failure, environment_failure,
    voice::Speaker,
};
use crate::model::{Config, Error, Site};
use crate::render::graph;

pub(super) fn run(arguments: &Export) -> ExitCode {
    match &arguments.what {
        ExportWhat::Related(arguments) => {
            let limit = arguments.limit;
            match arguments.sections {
                true => print(&arguments.site, |config, site| related::json_of_sections(config, site, limit)),
                false => print(&arguments.site, |config, site| related::json(config, site, limit)),
            }
        }
        ExportWhat::Topics(arguments) => print(arguments, topics::json),
        ExportWhat::Graph(arguments) => print(arguments, graph::json),
    }
}

/// Weaves a site and prints what `shown` makes of it, unless there are errors.
pub(super) fn print(arguments: &ExportSite, shown: impl Fn(&Config, &Site) -> String) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    match woven(&arguments.site, &arguments.content, &speaker) {
        Ok((config, site)) => {
            speaker.result(&shown(&config, &site));
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}

/// The woven site. What is wrong is told; where there are errors, the exit code is all that comes of it.
pub(super) fn woven(
    folder: &SiteFolder,
    content: &ContentChoice,
    speaker: &Speaker,
) -> Result<(Config, Site), ExitCode> {
    let weave = || -> Result<Woven, Error> {
        let places = Places { root: folder.root.clone(), output: None };
        woven::weave_only(&places, &request(content)?)
    };
    let woven = run::workers(None).and_then(|workers| workers.install(weave));
    let Woven { config, site, diagnostics } = woven.map_err(|error| {
        speaker.error(&error);
        environment_failure()
    })?;
    speaker.diagnostics(&diagnostics, &|path| source_text(&folder.root, path));
    site.map(|site| (config, site)).ok_or_else(content_failure)
}
