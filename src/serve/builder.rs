//! Builds in memory, one after the other, each from where the last good one left off, by what the watch saw of the folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use pulldown_cmark_escape::escape_html;
use tokio::sync::watch;

use crate::build::{
    CONFIG, Given, Outcome, Request, Session, build,
    explain::explain,
    run::{self, CACHE, Reuse},
    store::{Mode, Store},
    trace::{Progress, Rendering},
};
use crate::model::{Config, Digest, Error, Level, RelPath};
use crate::output::{Manifest, Plan};
use crate::serve::{
    Event, Follow, Further, Settings,
    ahead::{Ahead, Reached},
    early::{Early, Sketches},
    orders::{Order, Waiting},
    panel::{Known, Remade, Woven},
    reload::Open,
    report::{Report, Reporter},
    snapshot::{Shown, Snapshot, Tree, addressed},
};
use crate::source::{
    Files, config,
    disk::Folder,
    survey::{Survey, Surveyed},
    text,
};

/// The most pages that are shown before a build is done.
const MOST_AHEAD: usize = 16;

/// For so long builds are set aside for later ones: then one is finished, however fast somebody saves.
const LONGEST_ASIDE: Duration = Duration::from_secs(3);

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
    /// What is known of the pages now.
    known: Known,
}

/// How the first build shows pages before it is done.
pub(super) struct Opening {
    /// Takes its stage.
    pub(super) begin: watch::Sender<Option<Arc<Early>>>,
    /// Told when there is something to see.
    pub(super) events: Sender<Event>,
}

/// How a build ended.
enum Ended {
    Well(Box<Outcome>, Success),
    Badly(Box<Outcome>),
    /// Before it was done, when it had shown these files.
    Aside(BTreeSet<RelPath>),
}

/// The builds since the last one that was finished, each set aside for the next.
struct Aside {
    /// When the first of them ended.
    since: Instant,
    /// The sources that they were built for, and those of them that were saved last.
    sources: Vec<String>,
    saved: Vec<String>,
    /// The files that are shown of them.
    shown: BTreeSet<RelPath>,
}

/// Everything that builds share.
pub(super) struct Workshop {
    folder: Folder,
    pub(super) session: Session,
    request: Request,
    /// Told how far the first build is, and of the pages that any of them renders.
    progress: Arc<dyn Progress + Send>,
    opening: Option<Opening>,
    /// The last good build, if there is one: what it made, and at which sub-path it is shown.
    manifest: Manifest,
    tree: Tree,
    base: Option<String>,
    /// What is wrong with the sources since then, and what is known of the pages as they are shown.
    errors: Arc<[Report]>,
    known: Arc<Known>,
    reporter: Reporter,
    /// Whether browsers go to what was saved, and where that is: the build and the address.
    follow: Follow,
    saved: Option<(u64, String)>,
    /// The articles that they went to, each as it was then.
    followed: BTreeMap<String, Digest>,
    /// Counts snapshots.
    count: u64,
    /// Whether something of a build that is not done is shown.
    is_ahead: bool,
    /// The orders that came since this one was begun.
    pub(super) waiting: Waiting,
    /// What was left to this build.
    aside: Option<Aside>,
    /// Told of the files that articles include.
    further: Further,
    /// What browsers show, and who is told what of it can be shown before a build is done.
    open: Open,
    events: Sender<Event>,
}

impl Workshop {
    /// A workshop for the site in `folder`, which is shown at `origin`.
    pub(super) fn new(
        folder: Folder,
        settings: &Settings,
        origin: String,
        reporter: Reporter,
        further: Further,
        (opening, open): (Opening, Open),
    ) -> Self {
        let events = opening.events.clone();
        let mode = if settings.reuse == Reuse::Everything { Mode::ReadWrite } else { Mode::Off };
        let store = Store::open(&settings.root.join(CACHE), mode);
        let base_url = settings.base_url.clone();
        let request = Request { base_url, origin: Some(origin), publish: settings.publish, ..Request::default() };
        Self {
            folder,
            session: Session::new(store).staying(),
            request,
            progress: settings.progress.clone(),
            opening: Some(opening),
            manifest: Manifest::default(),
            tree: Tree::default(),
            base: None,
            errors: Arc::default(),
            known: Arc::default(),
            reporter,
            follow: settings.follow,
            saved: None,
            followed: BTreeMap::new(),
            count: 0,
            is_ahead: false,
            waiting: Waiting::default(),
            aside: None,
            further,
            open,
            events,
        }
    }

    /// Builds once. A build that fails changes nothing, unless there has never been a good one: then it shows why. `None` where
    /// it was set aside for a later order: the next one stands for both.
    pub(super) fn build(&mut self, Order { sources: mut saved, survey }: Order) -> Option<Built> {
        saved.sort();
        saved.dedup();
        // One save may be told of twice, the second time without a name, or when another one is at work.
        if saved.iter().all(|source| self.is_followed(source))
            && let Some(aside) = &self.aside
        {
            saved.clone_from(&aside.saved);
        }
        let mut sources = saved.clone();
        sources.extend(self.aside.iter().flat_map(|aside| aside.sources.iter().cloned()));
        sources.sort();
        sources.dedup();
        // Whatever a panic leaves behind was only ever added to: memos and counts.
        let result = catch_unwind(AssertUnwindSafe(|| self.try_build((&saved, &sources), &survey)));
        let result = result.unwrap_or_else(|_| {
            Err(Error::new("the build stopped by a mistake in docweave")
                .help("please report it, with the site if you can"))
        });
        Some(match result {
            Ok(Ended::Well(outcome, success)) => self.succeeded(&saved, sources, *outcome, success),
            Ok(Ended::Badly(outcome)) => self.failed(sources, Ok(*outcome)),
            Ok(Ended::Aside(shown)) => {
                self.set_aside(saved, sources, shown);
                return None;
            }
            Err(error) => self.failed(sources, Err(error)),
        })
    }

    /// Builds after these sources were saved; `sources` are all since the last build that was finished.
    fn try_build(&mut self, (saved, sources): (&[String], &[String]), survey: &Survey) -> Result<Ended, Error> {
        let root = self.folder.root();
        let facts = |config: &Config| run::facts_of(root, config, self.session.store());
        let rendering = Rendering(&*self.progress);
        let given = Given {
            files: &Surveyed::new(&self.folder, survey),
            facts: &facts,
            request: &self.request,
            old: &self.manifest,
            missing: &[],
            progress: if self.opening.is_some() { &*self.progress } else { &rendering },
        };
        let mut article = None;
        let (outcome, staged, reached) = match self.opening.take() {
            Some(Opening { begin, events }) => {
                let early = Arc::new(Early::new(self.sub_path(), events));
                begin.send_replace(Some(early.clone()));
                let _sketches = Sketches::begin((&self.folder, survey), &self.request, &self.progress, &early);
                let outcome = build(&self.session, &given, &*early);
                begin.send_replace(None);
                (outcome, early.files().files(), None)
            }
            None => {
                article = self.saved_article(&self.known, saved);
                let stage = self.ahead(article.as_ref().map(|(address, _)| address.clone()), sources);
                let outcome = build(&self.session, &given, &stage);
                let (staged, reached) = stage.into_files();
                (outcome, staged, Some(reached))
            }
        };
        let (before, ahead) = match reached {
            Some(Reached { tree, count, changed }) => {
                self.is_ahead = count > self.count;
                // What was saved while it was looked at is an order by now, or about to be.
                let is_overtaken = |error: &Error| error.is_overtaken && self.base.is_some();
                if outcome.as_ref().map_or_else(is_overtaken, |outcome| outcome.is_set_aside) {
                    if let Some(article) = article.filter(|_| self.is_ahead) {
                        self.send_to(article);
                    }
                    (self.count, self.tree) = (count, tree);
                    return Ok(Ended::Aside(changed));
                }
                self.count = count;
                (tree, changed)
            }
            None => Default::default(),
        };
        let mut outcome = outcome?;
        let included = outcome.included.iter().map(|path| path.as_str().to_owned()).collect();
        *self.further.lock().unwrap_or_else(PoisonError::into_inner) = included;
        let Some(plan) = outcome.plan.take() else { return Ok(Ended::Badly(Box::new(outcome))) };
        let (tree, changed) = before.after(&plan, staged, self.count + 1)?;
        let aside = self.aside.take().map(|aside| aside.shown).unwrap_or_default();
        let changed: BTreeSet<RelPath> = changed.into_iter().chain(ahead).chain(aside).collect();
        let known = Known {
            woven: self.woven(&mut outcome),
            warnings: self.reports(&outcome, Level::Warning),
            remade: self.remade(&plan, &changed, sources),
            laps: outcome.trace.laps.clone(),
        };
        self.manifest = plan.into_manifest();
        self.tree = tree;
        Ok(Ended::Well(Box::new(outcome), Success { changed: changed.len(), known }))
    }

    /// Leaves the rest of a build to the next one. What it has shown stays.
    fn set_aside(&mut self, saved: Vec<String>, sources: Vec<String>, shown: BTreeSet<RelPath>) {
        let new = || Aside { since: Instant::now(), sources: Vec::new(), saved: Vec::new(), shown: BTreeSet::new() };
        let aside = self.aside.get_or_insert_with(new);
        (aside.sources, aside.saved) = (sources, saved);
        aside.shown.extend(shown);
        self.is_ahead = false;
    }

    /// The stage of a build for which these sources were saved: it shows first what browsers show, or are about to, as they
    /// follow to an address.
    fn ahead(&self, saved: Option<String>, sources: &[String]) -> Ahead {
        let is_same_site = self.base.is_some() && !sources.iter().any(|source| source == CONFIG);
        let base = self.base.as_deref().unwrap_or("/");
        let addresses = saved.clone().map_or_else(|| self.open.pages(), |address| vec![address]);
        let stands = |address: &String| {
            let paths = addressed(base, address);
            paths.iter().find_map(|path| Some(self.tree.get(path.as_str())?.0.clone()))
        };
        let open = addresses.iter().filter(|_| is_same_site).filter_map(stands).take(MOST_AHEAD).collect();
        let saved = saved.map(|address| (self.count + 1, address)).or_else(|| self.saved.clone());
        let last = Snapshot { saved, sources: sources.into(), ..self.snapshot(Shown::Tree(self.tree.clone())) };
        // Before there is a good build, there is nothing that could stay shown.
        let is_due = self.aside.as_ref().is_some_and(|aside| aside.since.elapsed() > LONGEST_ASIDE);
        let later = (self.base.is_some() && !is_due).then(|| self.waiting.clone());
        Ahead::new(last, open, self.events.clone(), later)
    }

    /// What the build wove; where it had no reason to, what is known already.
    fn woven(&self, outcome: &mut Outcome) -> Option<Arc<Woven>> {
        match std::mem::take(&mut outcome.remains).into_site() {
            Some(site) => Some(Arc::new(Woven::new(outcome.config.clone(), site))),
            None => self.known.woven.clone(),
        }
    }

    /// Why files were made again, as far back as is known.
    fn remade(&self, plan: &Plan, changed: &BTreeSet<RelPath>, sources: &[String]) -> BTreeMap<RelPath, Remade> {
        let mut remade = self.known.remade.clone();
        if self.base.is_none() {
            return remade;
        }
        let saved: Arc<[String]> = sources.into();
        for path in changed {
            let Some(entry) = plan.manifest().files.get(path) else {
                remade.remove(path);
                continue;
            };
            let why = explain(path.clone(), entry.key, &entry.parts, &self.manifest, &[]);
            remade.insert(path.clone(), Remade { why, saved: saved.clone() });
        }
        remade
    }

    fn reports(&self, outcome: &Outcome, level: Level) -> Vec<Report> {
        let source = |path: &str| {
            let bytes = self.folder.read_unlisted(&RelPath::new(path)?).ok()?;
            text::decode(path, &bytes).ok().map(|(text, _)| text.into_owned())
        };
        self.reporter.reports(&outcome.diagnostics, level, &source)
    }

    fn succeeded(&mut self, saved: &[String], sources: Vec<String>, outcome: Outcome, success: Success) -> Built {
        let base = Some(outcome.config.base_url.path.clone());
        let article = self.saved_article(&success.known, saved);
        let is_news = success.changed > 0
            || self.base != base
            || !self.errors.is_empty()
            || article.is_some()
            || success.known.warnings != self.known.warnings;
        self.base = base;
        self.is_ahead = false;
        self.errors = Arc::default();
        self.known = Arc::new(success.known);
        if let Some(article) = article {
            self.send_to(article);
        }
        let snapshot = is_news.then(|| self.next(Shown::Tree(self.tree.clone())));
        Built { sources, outcome: Ok(outcome), effect: Effect::Changed(success.changed), snapshot }
    }

    /// Where browsers go, if they follow: to the one article that was saved, by its address and its source. Where several
    /// were, as by a checkout, nobody is sent anywhere. Among several, one to which they went as it is does not count: of a
    /// save, systems may tell twice, and the second time together with the next one.
    fn saved_article(&self, known: &Known, sources: &[String]) -> Option<(String, String)> {
        let woven = known.woven.as_ref().filter(|_| self.follow == Follow::Saved)?;
        let place = |source: &String| Some((woven.address_of(source)?, source.clone()));
        let mut articles: Vec<(String, String)> = sources.iter().filter_map(place).collect();
        if articles.len() > 1 {
            articles.retain(|(_, source)| !self.is_followed(source));
        }
        articles.pop().filter(|_| articles.is_empty())
    }

    /// Whether browsers went to a source as it is.
    fn is_followed(&self, source: &str) -> bool {
        self.followed.get(source).is_some_and(|digest| Some(*digest) == self.digest(source))
    }

    fn digest(&self, source: &str) -> Option<Digest> {
        let bytes = self.folder.read_unlisted(&RelPath::new(source)?).ok()?;
        Some(Digest::of(&bytes))
    }

    /// Sends browsers to an article with the next snapshot.
    fn send_to(&mut self, (address, source): (String, String)) {
        self.saved = Some((self.count + 1, address));
        if let Some(digest) = self.digest(&source) {
            self.followed.insert(source, digest);
        }
    }

    /// The sub-path that pages will be shown at, before a build has told.
    fn sub_path(&self) -> String {
        if let Some(base_url) = &self.request.base_url {
            return base_url.path.clone();
        }
        let path = RelPath::new(CONFIG).expect("a file name is a path");
        // What is wrong with the configuration is said by the build, which reads it again.
        let bytes = self.folder.read(&path).unwrap_or_default();
        let text = text::decode(CONFIG, &bytes).map(|(text, _)| text).unwrap_or_default();
        config::parse(&text, CONFIG).0.base_url.path
    }

    fn failed(&mut self, sources: Vec<String>, outcome: Result<Outcome, Error>) -> Built {
        let errors: Arc<[Report]> = match &outcome {
            Ok(outcome) => self.reports(outcome, Level::Error).into(),
            Err(error) => [Report::of_error(error)].into(),
        };
        // What was shown ahead is taken back.
        let is_news = self.errors != errors || std::mem::take(&mut self.is_ahead);
        self.errors = errors;
        if self.base.is_some() {
            let snapshot = is_news.then(|| self.next(Shown::Tree(self.tree.clone())));
            return Built { sources, outcome, effect: Effect::LastGood, snapshot };
        }
        let snapshot = Some(self.next(Shown::Problems(problems_page(&self.errors))));
        Built { sources, outcome, effect: Effect::Problems, snapshot }
    }

    fn next(&mut self, shown: Shown) -> Arc<Snapshot> {
        self.count += 1;
        Arc::new(self.snapshot(shown))
    }

    fn snapshot(&self, shown: Shown) -> Snapshot {
        Snapshot {
            build: self.count,
            base: self.base.clone().unwrap_or_else(|| "/".to_owned()),
            shown,
            errors: self.errors.clone(),
            known: self.known.clone(),
            saved: self.saved.clone(),
            sources: Arc::default(),
        }
    }
}

/// A plain page that lists what is wrong, for where no script shows it better.
fn problems_page(errors: &[Report]) -> String {
    let mut page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
                    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                    <meta name=\"color-scheme\" content=\"light dark\">\n\
                    <title>The site could not be built</title>\n</head>\n<body>\n\
                    <h1>The site could not be built</h1>\n\
                    <p>This page goes away as soon as what follows is mended.</p>\n"
        .to_owned();
    for error in errors {
        page.push_str("<pre>");
        escape_html(&mut page, &error.text()).expect("a string takes every text");
        page.push_str("</pre>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests change real folders")]
mod tests;
