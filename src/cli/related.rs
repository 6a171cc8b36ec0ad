//! `docweave related`: what counts in related reading, fitted to the lists that editors wrote.

use std::process::ExitCode;

use crate::build::run;
use crate::cli::{
    args::{Related, RelatedFit, RelatedWhat},
    environment_failure,
    voice::Speaker,
};
use crate::fit::{self, Fit};
use crate::model::Error;
use crate::output::edit;
use crate::source::disk::Folder;

pub(super) fn run(arguments: &Related) -> ExitCode {
    match &arguments.what {
        RelatedWhat::Fit(arguments) => {
            let speaker = Speaker::new(&arguments.voice);
            match fit(arguments, &speaker) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    speaker.error(&error);
                    environment_failure()
                }
            }
        }
    }
}

fn fit(arguments: &RelatedFit, speaker: &Speaker) -> Result<(), Error> {
    let root = &arguments.site.root;
    let files = Folder::open(root)?;
    if arguments.write {
        edit::finish(root)?;
    }
    let headings = match arguments.heading.as_slice() {
        [] => fit::HEADINGS.map(str::to_owned).to_vec(),
        given => given.to_vec(),
    };
    let fit = run::workers(None)?.install(|| fit::related(&files, &headings))?;
    speaker.note(&told(&fit));
    if !fit.is_better() {
        speaker.note("nothing to write: the weights that every site begins with do as well");
        return Ok(());
    }
    if !arguments.write {
        speaker.result(&fit::lines(&fit));
        return Ok(());
    }
    edit::apply(root, &fit::patch(&files, &fit)?)?;
    speaker.summary("changed site.toml");
    Ok(())
}

/// What the fitting came to, in two lines.
fn told(fit: &Fit) -> String {
    let Fit { articles, listed, before, after, .. } = fit;
    format!(
        "{articles} articles have a list of related ones, {listed} altogether\n\
         of a list that was not seen, among the first {}: {:.1} % by default, {:.1} % fitted",
        fit::TOP,
        before * 100.0,
        after * 100.0
    )
}
