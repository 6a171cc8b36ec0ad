//! Builds in memory, one after the other, each from where the last good one left off.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError,
        mpsc::{self, Sender},
    },
};

use pulldown_cmark_escape::escape_html;

use crate::build::{
    CONFIG, Given, Outcome, Request, Session, build,
    run::{self, CACHE, Reuse},
    store::{Mode, Store},
    trace::{Progress, Silent},
};
use crate::model::{Config, Diagnostic, Error, RelPath, config::BaseUrl};
use crate::output::{Manifest, MemoryStage};
use crate::serve::{
    Event, Further, Settings,
    snapshot::{Shown, Snapshot, Tree},
};
use crate::source::{Files, config, disk::Folder, text};

/// What one build came to.
pub struct Built {
    /// The sources that were changed, as far as is known; none for the first build.
    pub sources: Vec<String>,
    /// What the build says of itself, or what kept it from its work.
    pub outcome: Result<Outcome, Error>,
    /// What became of what is shown.
    pub effect: Effect,
    /// What is to be shown from now on, if it is something else.
    pub(super) snapshot: Option<Arc<Snapshot>>,
}

/// What a build did to what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// So many files are new, different or gone.
    Changed(usize),
    /// It failed, and the last good build is still shown.
    LastGood,
    /// It failed, and there has been no good one.
    Problems,
}

/// What a build without errors led to.
struct Success {
    /// How many files are new, different or gone.
    changed: usize,
    snapshot: Option<Arc<Snapshot>>,
}

/// Everything that builds share.
pub(super) struct Workshop {
    folder: Folder,
    session: Session,
    request: Request,
    /// Scheme and host for pages, where nothing else was asked for.
    origin: String,
    /// For the first build.
    progress: Option<Arc<dyn Progress + Send>>,
    /// The last good build, if there is one: what it made, and at which sub-path it is shown.
    manifest: Manifest,
    tree: Tree,
    base: Option<String>,
    /// Counts snapshots.
    count: u64,
    /// Told of the files that articles include.
    further: Further,
}

/// Builds on a thread of its own whenever sources are sent to it. Orders that come during a build lead to one more.
///
/// # Errors
///
/// A system that gives no threads.
pub(super) fn start(mut workshop: Workshop, events: Sender<Event>) -> Result<Sender<Vec<String>>, Error> {
    let (orders, incoming) = mpsc::channel::<Vec<String>>();
    let workers = run::workers(None)?;
    let work = move || {
        let mut last_note = None;
        while let Ok(mut sources) = incoming.recv() {
            sources.extend(incoming.try_iter().flatten());
            sources.sort();
            sources.dedup();
            let built = workers.install(|| workshop.build(sources));
            if events.send(Event::Built(Box::new(built))).is_err() {
                return;
            }
            let note = workshop.session.keep_memos().err().map(|error| error.to_string());
            if note.is_some() && note != last_note {
                drop(events.send(Event::Note(note.clone().unwrap_or_default())));
            }
            last_note = note;
        }
    };
    let started = std::thread::Builder::new().name("build".to_owned()).spawn(work);
    started.map(|_| orders).map_err(|error| Error::new(format!("could not start to build: {error}")))
}

impl Workshop {
    /// A workshop for the site in `folder`, which is shown at `origin`.
    pub(super) fn new(folder: Folder, settings: &Settings, origin: String, further: Further) -> Self {
        let mode = if settings.reuse == Reuse::Everything { Mode::ReadWrite } else { Mode::Off };
        let store = Store::open(&settings.root.join(CACHE), mode);
        let request = Request { base_url: settings.base_url.clone(), publish: settings.publish, ..Request::default() };
        Self {
            folder,
            session: Session::new(store),
            request,
            origin,
            progress: Some(settings.progress.clone()),
            manifest: Manifest::default(),
            tree: Tree::default(),
            base: None,
            count: 0,
            further,
        }
    }

    /// Builds once. A build that fails changes nothing, unless there has never been a good one: then it shows why.
    pub(super) fn build(&mut self, sources: Vec<String>) -> Built {
        // Whatever a panic leaves behind was only ever added to: memos and counts.
        let result = catch_unwind(AssertUnwindSafe(|| self.try_build()));
        let result = result.unwrap_or_else(|_| {
            Err(Error::new("the build stopped by a mistake in docweave")
                .help("please report it, with the site if you can"))
        });
        match result {
            Ok((outcome, Some(Success { changed, snapshot }))) => {
                Built { sources, outcome: Ok(outcome), effect: Effect::Changed(changed), snapshot }
            }
            Ok((outcome, None)) => self.failed(sources, Ok(outcome)),
            Err(error) => self.failed(sources, Err(error)),
        }
    }

    fn try_build(&mut self) -> Result<(Outcome, Option<Success>), Error> {
        let request = Request { base_url: Some(self.base_url()), ..self.request.clone() };
        let root = self.folder.root();
        let facts = |config: &Config| run::facts_of(root, config, self.session.store());
        let progress = self.progress.take();
        let given = Given {
            files: &self.folder,
            facts: &facts,
            request: &request,
            old: &self.manifest,
            missing: &[],
            progress: progress.as_deref().map_or(&Silent as &dyn Progress, |progress| progress),
        };
        let stage = MemoryStage::new();
        let mut outcome = build(&self.session, &given, &stage)?;
        let included = outcome.included.iter().map(|path| path.as_str().to_owned()).collect();
        *self.further.lock().unwrap_or_else(PoisonError::into_inner) = included;
        let Some(plan) = outcome.plan.take() else { return Ok((outcome, None)) };
        let (tree, changed) = self.tree.after(&plan, stage.into_files(), self.count + 1)?;
        self.manifest = plan.into_manifest();
        let base = Some(outcome.config.base_url.path.clone());
        if changed.is_empty() && self.base == base {
            return Ok((outcome, Some(Success { changed: 0, snapshot: None })));
        }
        self.tree = tree;
        self.base = base;
        let snapshot = Some(self.snapshot(Shown::Tree(self.tree.clone())));
        Ok((outcome, Some(Success { changed: changed.len(), snapshot })))
    }

    /// Where pages believe to live: what was asked for, or our own address with the sub-path that the site has now.
    fn base_url(&self) -> BaseUrl {
        if let Some(base_url) = &self.request.base_url {
            return base_url.clone();
        }
        let path = RelPath::new(CONFIG).expect("a file name is a path");
        // What is wrong with the configuration is said by the build, which reads it again.
        let bytes = self.folder.read(&path).unwrap_or_default();
        let text = text::decode(CONFIG, &bytes).map(|(text, _)| text).unwrap_or_default();
        let site = config::parse(&text, CONFIG).0.base_url;
        BaseUrl { origin: self.origin.clone(), path: site.path }
    }

    fn failed(&mut self, sources: Vec<String>, outcome: Result<Outcome, Error>) -> Built {
        if self.base.is_some() {
            return Built { sources, outcome, effect: Effect::LastGood, snapshot: None };
        }
        let page = problems_page(&outcome);
        let snapshot = Some(self.snapshot(Shown::Problems(page)));
        Built { sources, outcome, effect: Effect::Problems, snapshot }
    }

    fn snapshot(&mut self, shown: Shown) -> Arc<Snapshot> {
        self.count += 1;
        let base = self.base.clone().unwrap_or_else(|| "/".to_owned());
        Arc::new(Snapshot { build: self.count, base, shown })
    }
}

/// A plain page that lists what is wrong.
fn problems_page(outcome: &Result<Outcome, Error>) -> String {
    let listed: Vec<String> = match outcome {
        Ok(outcome) => outcome.diagnostics.iter().map(as_text).collect(),
        Err(error) => vec![with_help(error.to_string(), error.help.as_deref())],
    };
    let mut page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
                    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                    <meta name=\"color-scheme\" content=\"light dark\">\n\
                    <title>The site could not be built</title>\n</head>\n<body>\n\
                    <h1>The site could not be built</h1>\n\
                    <p>This page goes away as soon as what follows is mended.</p>\n"
        .to_owned();
    for problem in listed {
        page.push_str("<pre>");
        escape_html(&mut page, &problem).expect("a string takes every text");
        page.push_str("</pre>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn as_text(diagnostic: &Diagnostic) -> String {
    let notes: String = diagnostic.notes.iter().map(|note| format!("\n  note: {note}")).collect();
    with_help(format!("{diagnostic}{notes}"), diagnostic.help.as_deref())
}

fn with_help(text: String, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{text}\n  help: {help}"),
        None => text,
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests change real folders")]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::build::Publish;
    use crate::serve::snapshot::Answer;

    fn workshop(root: &Path) -> Workshop {
        let settings = Settings {
            root: root.to_path_buf(),
            publish: Publish::Today,
            base_url: None,
            host: "127.0.0.1".parse().unwrap(),
            port: 0,
            reuse: Reuse::Everything,
            progress: Arc::new(Silent),
        };
        let folder = Folder::open(root).unwrap();
        Workshop::new(folder, &settings, "http://127.0.0.1:3000".to_owned(), Further::default())
    }

    fn page(snapshot: &Snapshot, path: &str) -> String {
        match snapshot.answer(path) {
            Answer::File(_, file) => String::from_utf8_lossy(&file.bytes).into_owned(),
            Answer::Problems(page) => page.to_owned(),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn builds_follow_each_other_and_failures_change_nothing() {
        let disk = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
        fs::create_dir(disk.path().join("content")).unwrap();
        write("site.toml", "title = \"<T>\nbase_url = 1");
        write("content/a.md", "+++\ndescription = \"d\"\n+++\n# A\n\nfirst\n");
        write("content/b.md", "# B\n");
        let mut workshop = workshop(disk.path());

        let built = workshop.build(Vec::new());
        assert_eq!(built.effect, Effect::Problems);
        let problems = page(&built.snapshot.unwrap(), "/any/where");
        assert!(problems.contains("site.toml:1:") && !problems.contains("<T>"), "{problems}");

        write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
        let built = workshop.build(Vec::new());
        let snapshot = built.snapshot.expect("a first site");
        assert_eq!(snapshot.base, "/docs/");
        assert!(page(&snapshot, "/docs/a/").contains("first"));
        assert!(page(&snapshot, "/docs/a/").contains("http://127.0.0.1:3000/docs/a/"));
        assert!(!page(&snapshot, "/docs/a/").contains("example.org"));

        assert_eq!(workshop.session.keep_memos().map_err(|error| error.to_string()), Ok(()));
        let built = workshop.build(Vec::new());
        assert!(built.snapshot.is_none() && built.effect == Effect::Changed(0), "nothing changed");

        write("content/a.md", "+++\ndescription = \"d\"\n+++\n# A\n\nsecond\n");
        let built = workshop.build(vec!["content/a.md".to_owned()]);
        let trace = built.outcome.unwrap().trace;
        assert_eq!((trace.parsed.get(), trace.pages.get()), (1, 1));
        let second = built.snapshot.unwrap();
        assert!(page(&second, "/docs/a/").contains("second"));
        assert!(second.changed_since(snapshot.build).iter().any(|path| path.as_str() == "a/index.html"));
        assert!(!second.changed_since(snapshot.build).iter().any(|path| path.as_str() == "b/index.html"));

        write("content/b.md", "+++\nnonsense\n");
        let built = workshop.build(Vec::new());
        assert!(built.snapshot.is_none() && built.effect == Effect::LastGood);
        fs::remove_file(disk.path().join("content/b.md")).unwrap();
        let third = workshop.build(Vec::new()).snapshot.unwrap();
        assert!(matches!(third.answer("/docs/b/"), Answer::Missing(Some(_))));
        assert!(page(&third, "/docs/a/").contains("second"));
        assert!(!disk.path().join("public").exists(), "nothing is written but the cache");
    }
}
