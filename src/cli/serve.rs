//! `docweave serve`.

use std::{
    process::{Command, ExitCode, Stdio},
    sync::Arc,
};

use crate::build::run::Reuse;
use crate::cli::{
    CONTENT_FAILURE,
    args::Serve,
    build::{has_errors, request, seconds, source_text},
    environment_failure,
    voice::{Bar, Speaker},
};
use crate::model::{Diagnostic, Error};
use crate::serve::{self, Built, Editor, Effect, Follow, News, Panel, Settings};
use crate::source::facts;

/// How many changed sources a line names.
const MOST_NAMES: usize = 3;

pub(super) fn run(arguments: &Serve) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    match serve(arguments, &speaker) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

fn serve(arguments: &Serve, speaker: &Speaker) -> Result<(), Error> {
    let request = request(&arguments.content)?;
    let progress = Arc::new(speaker.progress());
    let settings = Settings {
        root: arguments.site.root.clone(),
        publish: request.publish,
        base_url: request.base_url,
        host: arguments.host,
        port: arguments.port,
        reuse: Reuse::Everything,
        progress: progress.clone(),
        follow: if arguments.follow { Follow::Saved } else { Follow::Stay },
        editor: match &arguments.editor {
            Some(wanted) => Editor::named(wanted)?,
            None => Editor::preferred(facts::editor().as_deref()),
        },
        panel: if arguments.panel { Panel::Open } else { Panel::Asked },
    };
    if !arguments.host.is_loopback() {
        let host = arguments.host;
        speaker
            .warning(&format!("listening on {host}: whoever reaches this machine can read the site, drafts included"));
    }
    let teller = Teller { arguments, speaker, progress: &progress };
    let mut is_first = true;
    let mut tell = |news: News<'_>| match news {
        News::Built(built) => teller.built(built, std::mem::take(&mut is_first)),
        News::Ready { address, taken } => teller.ready(&address, taken),
        News::Note(note) => speaker.note(&format!("note: {note}")),
    };
    let stop = |wrong: &[Diagnostic]| {
        progress.end();
        speaker.diagnostics(wrong, &|path| source_text(&arguments.site.root, path));
        speaker.note("the preview ends, as a page that is being rendered can't be stopped: mend it and start again");
        std::process::exit(CONTENT_FAILURE.into());
    };
    progress.limits().watch(stop, || serve::run(settings, &mut tell))
}

/// Says what happens.
struct Teller<'a> {
    arguments: &'a Serve,
    speaker: &'a Speaker,
    progress: &'a Bar,
}

impl Teller<'_> {
    fn built(&self, built: &Built, is_first: bool) {
        self.progress.end();
        self.progress.limits().forget();
        // The sweep may look twice at what an event told of.
        if built.sources.is_empty() && built.effect == Effect::Changed(0) {
            return;
        }
        match &built.outcome {
            Ok(outcome) => {
                let root = &self.arguments.site.root;
                self.speaker.diagnostics(&outcome.diagnostics, &|path| source_text(root, path));
            }
            Err(error) => self.speaker.error(error),
        }
        match built.effect {
            Effect::Changed(files) => self.speaker.summary(&done(built, files, is_first)),
            Effect::LastGood => self.speaker.note("the last good build is still shown"),
            Effect::Problems => self.speaker.note("there is nothing to show yet: the browser shows what is wrong"),
        }
    }

    fn ready(&self, address: &str, taken: Option<u16>) {
        if let Some(port) = taken {
            let what = format!("port {port} is taken: the next free one is used, {address}");
            self.progress.beside(|| self.speaker.warning(&what));
        }
        self.progress.beside(|| self.speaker.summary(&format!("serving {address} (press Ctrl-C to end)")));
        if self.arguments.open
            && let Err(error) = open_browser(address)
        {
            self.speaker.note(&format!("note: could not open a browser: {error}"));
        }
    }
}

/// One line about a build that worked.
fn done(built: &Built, files: usize, is_first: bool) -> String {
    let trace = built.outcome.as_ref().ok().filter(|outcome| !has_errors(&outcome.diagnostics)).map(|o| &o.trace);
    let time = trace.map(|trace| seconds(trace.elapsed())).unwrap_or_default();
    let pages = trace.map_or(0, |trace| trace.pages.get());
    if is_first {
        let articles = trace.map_or(0, |trace| trace.articles);
        return format!("built {} from {} in {time}", counted(pages, "page"), counted(articles, "article"));
    }
    let names = names(&built.sources);
    match (pages, files) {
        (0, 0) => format!("nothing to rebuild, in {time}{names}"),
        (0, _) => format!("replaced {} in {time}{names}", counted(files, "file")),
        _ => format!("rebuilt {} in {time}{names}", counted(pages, "page")),
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `: content/a.md, content/b.md and 3 more`.
fn names(sources: &[String]) -> String {
    let named = sources.len().min(MOST_NAMES);
    match sources.len() - named {
        _ if named == 0 => String::new(),
        0 => format!(": {}", sources.join(", ")),
        more => format!(": {} and {more} more", sources[..named].join(", ")),
    }
}

/// Opens `address` in the browser that the system would take.
fn open_browser(address: &str) -> std::io::Result<()> {
    let (program, arguments): (&str, &[&str]) = if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_enough() {
        let sources = |count: usize| (0..count).map(|i| format!("{i}.md")).collect::<Vec<_>>();
        assert_eq!(names(&sources(0)), "");
        assert_eq!(names(&sources(1)), ": 0.md");
        assert_eq!(names(&sources(3)), ": 0.md, 1.md, 2.md");
        assert_eq!(names(&sources(9)), ": 0.md, 1.md, 2.md and 6 more");
    }
}
