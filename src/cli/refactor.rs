//! `docweave mv` and `docweave rename-heading`.

use std::{path::Path, process::ExitCode};

use crate::build::run;
use crate::cli::{
    args::{Mv, RenameHeading},
    environment_failure,
    voice::Speaker,
};
use crate::model::Error;
use crate::output::edit::{self, Planned};
use crate::refactor::{self, Change, Renaming};
use crate::source::disk::Folder;

pub(super) fn mv(arguments: &Mv) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let work = |files: &Folder| refactor::mv(files, &arguments.old, &arguments.new);
    done(change(&arguments.site.root, arguments.dry_run, &speaker, work), &speaker)
}

pub(super) fn rename_heading(arguments: &RenameHeading) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let Some((file, heading)) = arguments.heading.split_once('#') else {
        let error = Error::new(format!("`{}` names no heading", arguments.heading));
        speaker.error(&error.help("write the article, `#` and the heading's id, such as `guides/start.md#install`"));
        return environment_failure();
    };
    let to = Renaming { words: arguments.new.as_deref(), id: arguments.id.as_deref() };
    let work = |files: &Folder| refactor::rename_heading(files, file, heading, to);
    done(change(&arguments.site.root, arguments.dry_run, &speaker, work), &speaker)
}

fn done(result: Result<(), Error>, speaker: &Speaker) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

/// Works a change out, and makes it or shows it.
fn change(
    root: &Path,
    is_dry: bool,
    speaker: &Speaker,
    work: impl Fn(&Folder) -> Result<Change, Error> + Sync,
) -> Result<(), Error> {
    let files = Folder::open(root)?;
    if !is_dry {
        edit::finish(root)?;
    }
    let change = run::workers(None)?.install(|| work(&files))?;
    if is_dry {
        speaker.patch(&refactor::unified(&change.planned));
        change.notes.iter().for_each(|note| speaker.note(note));
        return Ok(());
    }
    edit::apply(root, &change.patch)?;
    change.planned.iter().for_each(|planned| speaker.summary(&line(planned)));
    change.notes.iter().for_each(|note| speaker.summary(note));
    Ok(())
}

/// What was done to a file, in a line.
fn line(planned: &Planned) -> String {
    let Planned { from, to, edits, .. } = planned;
    let changes = match edits {
        0 => String::new(),
        1 => " (1 change)".to_owned(),
        many => format!(" ({many} changes)"),
    };
    match () {
        () if from != to => format!("moved   {from} -> {to}{changes}"),
        () if *edits == 0 => format!("new     {to}"),
        () => format!("changed {to}{changes}"),
    }
}
