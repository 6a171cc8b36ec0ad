//! The pipeline, and its memo points.
//!
//! In: a site's files, facts, and what the command line asked for. Out: a tree of artifacts, diagnostics, and a trace of
//! what was done. [`run`] then has the output room move the tree into place; [`merge`] does so with the shards of a site
//! that several machines built.
//!
//! | memo point | key | kept |
//! |---|---|---|
//! | theme | the configuration, and every file of the theme and of `components/` | in memory |
//! | source | what its file looks like, once that is some seconds old, and how it is read | in memory, in a session that stays: the article |
//! | parse | stage version, path, source digest, parse options | the head on disk; head and document in memory |
//! | all words of an article | version, their own digest | on disk, each fetched where somebody asks for it; in memory from then on, until the site is woven |
//! | image | version, the file's digest, `[images]` | on disk, each variant in a file of its own |
//! | body | version, document digest, this article's resolved links and images, highlight options, its components | on disk, unless highlighting is off |
//! | words | version, document digest, title, description, keywords | on disk |
//! | card | version, all that it shows, its fonts | on disk, each in a file of its own |
//! | links: topics, related reading | version, the words, links and topics of heads | memory; on disk, by the tree that the build led to, and as the last one |
//! | links: how many articles have each word | the words of all articles | in memory; on disk with the topics |
//! | links: the words of topics | the topics, and what their examples say | in memory; on disk with the topics |
//! | links: addresses | the configuration, the names of files, the outlines of heads | in memory |
//! | links: of each page where its links lead, its topics, editors' choices, titles that it mentions | that its head is the same value, at the same place among the same pages; what all pages share | in memory |
//! | rules of one article | the configuration, the day, the theme, data files, what articles watch; the head itself, as it stands in memory | in memory |
//! | page | version, theme digest, template name, view digest | the manifest: the output tree is its own cache; where machines share a cache, there too |
//! | which pages stand as they are | what names each page, and the pages of which it shows something | on disk, by the tree that the build led to |
//!
//! What is on disk, machines may share ([`store::Sharing`]); then files of the output are remembered as well, each by its path
//! and its key (`artifacts/recalled.rs`).
//!
//! Beside them, a record remembers that everything that a build reads, by its digest, led to the tree that stands: then
//! nothing is linked at all. A session that stays also keeps the index that related reading is found with, and that of the
//! search, each of which is brought up to date article by article; and it knows pages of which nothing changed by the pages
//! themselves, without their names (`artifacts/unchanged.rs`).
//!
//! Documents are no memos: each waits in memory for its page, and in a build that ends those of a large site in a file, which
//! goes away with the build (`documents.rs`). Such a build also lets go of the words of articles, more than all else that is
//! known of them, as soon as the site is woven of them. A build whose stage is outdated ends before it is done; the next makes
//! the rest.
//!
//! More than 500 lines, because the order of the stages, and what each is given, is told in one place.
//!
//! What must stay true: a memo is only ever looked up by the name of its inputs, so nothing is invalidated; a warm build
//! gives the bytes and the diagnostics of a cold one; with an error nothing is written.

mod articles;
mod artifacts;
mod contract;
mod data;
mod documents;
pub mod explain;
mod fonts;
mod gather;
mod includes;
mod inventories;
pub mod merge;
mod pictures;
pub mod run;
pub mod sketch;
pub mod store;
pub mod trace;
mod verdict;
mod verify;
pub mod woven;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

pub use crate::build::verdict::BaselineUse;
use crate::build::{
    articles::{Articles, Memo},
    artifacts::{Artifacts, Before, KeptPages, Pages},
    contract::Record as Promised,
    explain::Explanation,
    gather::{Gathered, gather, named_files},
    pictures::Images,
    store::{Kind, Store},
    trace::{Progress, Trace},
    verdict::{Verdict, read_baseline},
};
use crate::check::{self, Judge};
use crate::link;
use crate::model::{
    Config, Data, Date, Diagnostic, Digest, Error, Level, RelPath, Rule, Shard, Site, config::BaseUrl, data::DataFile,
};
use crate::output::{Manifest, Plan, ShardOf, Stage};
use crate::render::{
    Renderer, Theme,
    component::{self, Components},
    inventory, theme,
};
use crate::source::{Files, config, text};

/// The configuration's path in a site.
pub const CONFIG: &str = "site.toml";

/// Under this the store notes what the last weave remembered.
const LAST_WEAVE: &str = "weave";

/// Counts up with every change of what a build as a whole depends on or remembers.
const VERSION: u32 = 3;

/// What a build is asked for beside what the site says.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// In place of `base_url` of the site.
    pub base_url: Option<BaseUrl>,
    /// Scheme and host in place of those of the site, whose sub-path stays.
    pub origin: Option<String>,
    /// What is published.
    pub publish: Publish,
    /// What warnings count as.
    pub warnings: Warnings,
    /// Which files are made: those of one shard, or all.
    pub shard: Shard,
    /// Whether the words of articles are gathered.
    pub words: Words,
    /// The output path, address or source of a page whose key is to be explained.
    pub explain: Option<String>,
    /// For tests of the tests: a dependency that this build overlooks.
    #[doc(hidden)]
    pub fault: Option<Fault>,
}

/// A dependency that a build overlooks, planted to show that the tests of incremental building would find it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A part of each page's key, by its name in [`PARTS`](crate::render::job::PARTS).
    Part(&'static str),
    /// Where the links of a body lead.
    BodyLinks,
    /// The sizes and variants of the images of a body.
    BodyImages,
    /// The titles, descriptions and keywords among the words of the search.
    SearchWords,
}

/// What is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publish {
    /// What is no draft and inside its dates.
    #[default]
    Today,
    /// Drafts, and what is outside its dates, as well.
    Everything,
}

/// Whether the words of articles are gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// Where the site shows anything that is found with them.
    #[default]
    AsShown,
    /// In any case: somebody asks what could be found.
    All,
}

/// What warnings count as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Warnings {
    /// The site is written all the same.
    #[default]
    Allowed,
    /// As much as errors.
    Denied,
    /// As much as errors, and so does advice.
    AdviceDenied,
}

/// Facts about the machine and the moment that a build depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The day that decides what is published.
    pub today: Date,
    /// Last changes by source path relative to `content/`.
    pub changed: Arc<BTreeMap<RelPath, Date>>,
    /// Finds the last changes of other files.
    pub watched: Watched,
}

/// Finds the last change of each of these files, written as seen from the site's folder; `None` where nobody keeps such.
type LastChanges = dyn Fn(&[&str]) -> Option<BTreeMap<String, Date>> + Send + Sync;

/// Finds the last changes of the files that articles watch.
#[derive(Clone, Default)]
pub struct Watched(Option<Arc<LastChanges>>);

impl Watched {
    /// Asks `find`, if any article watches anything.
    pub fn by(find: impl Fn(&[&str]) -> Option<BTreeMap<String, Date>> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(find)))
    }

    fn of(&self, paths: &[String]) -> Option<BTreeMap<String, Date>> {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        if paths.is_empty() { None } else { (self.0.as_ref()?)(&paths) }
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watched")
    }
}

/// What outlives one build: memos in memory and on disk.
#[derive(Debug)]
pub struct Session {
    memo: Mutex<FxHashMap<Digest, Arc<Memo>>>,
    /// The articles that were read, where more builds follow.
    seen: Mutex<Arc<articles::Seen>>,
    data: data::Memo,
    inventories: inventories::Memo,
    theme: theme::Memo,
    /// What the last weave remembered.
    woven: Mutex<Option<Arc<link::Memory>>>,
    /// The tree that it led to, until it is kept on disk; and what else is known of the build that did, by its name.
    unkept: Mutex<Option<Digest>>,
    record: Mutex<Option<(Digest, Arc<Record>)>>,
    store: Store,
    stay: Stay,
    /// What was found in each article the last time.
    checked: Mutex<check::Memory>,
    search: artifacts::SearchKept,
    /// The pieces of the inventory, where more builds follow.
    listed: Mutex<inventory::Pieces>,
    /// The pages of the last build, where more follow.
    before: Mutex<Option<Before>>,
    /// Names of everything in the store that the last whole build needed, or would need to render a page again.
    used: Mutex<FxHashSet<Digest>>,
}

/// How many builds a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    /// One: what only the next would have use for is let go.
    Once,
    /// One after the other, as in the live preview.
    ForMore,
}

impl Session {
    /// A session that keeps its memos in `store`.
    pub fn new(store: Store) -> Self {
        Self {
            memo: Mutex::default(),
            seen: Mutex::default(),
            data: data::Memo::default(),
            inventories: inventories::Memo::default(),
            theme: theme::Memo::default(),
            woven: Mutex::default(),
            unkept: Mutex::default(),
            record: Mutex::default(),
            store,
            stay: Stay::Once,
            checked: Mutex::default(),
            search: artifacts::SearchKept::default(),
            listed: Mutex::default(),
            before: Mutex::default(),
            used: Mutex::default(),
        }
    }

    /// The same, for many builds one after the other.
    pub fn staying(self) -> Self {
        Self { stay: Stay::ForMore, ..self }
    }

    fn stays(&self) -> bool {
        self.stay == Stay::ForMore
    }

    fn checked(&self) -> MutexGuard<'_, check::Memory> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes new memos to disk, and forgets those that the last build had no use for.
    ///
    /// # Errors
    ///
    /// A note: later builds may have more to do, nothing else.
    pub fn keep_memos(&self) -> Result<(), Error> {
        if let Some((key, record)) = &*self.record.lock().unwrap_or_else(PoisonError::into_inner)
            && !self.store.has(Kind::Record, key)
        {
            self.store.put_value(Kind::Record, key, &**record);
        }
        let noted = self.keep_weave();
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.store.flush(|_, key| used.is_empty() || used.contains(key)).and(noted)
    }

    /// Forgets what is in use. Left at that, nothing is thrown away: a build that fails asks for little.
    fn keep_everything(&self) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps what the build that left the tree `old` remembered, for the next one, which finds that tree.
    fn keep_what_stands(&self, old: &Manifest) {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tree = old.digest();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if !used.is_empty() {
            used.extend([weave_key(&tree), KeptPages::key(&tree)]);
        }
    }

    /// Whether a build ends with these findings, before all is looked at. What only a rule calls an error leaves a site that
    /// can be looked at to the end, so that everything is told at once; a preview says at once what keeps it from being shown.
    fn stops_at(&self, told: &[Diagnostic]) -> bool {
        let is_enough = |found: &Diagnostic| self.stays() || Rule::named(&found.code).is_none();
        told.iter().any(|found| found.level == Level::Error && is_enough(found))
    }

    fn note_used(&self, key: Digest) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }

    fn note_all_used(&self, keys: impl Iterator<Item = Digest>) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
    }

    /// What the last weave remembered: that of this session, of the build that left the tree `old`, or else of whichever
    /// build was the last. It is remembered by what it was made from, so any will do; the nearest just spares most.
    fn recall_weave(&self, old: &Manifest) -> Arc<link::Memory> {
        let mut woven = self.woven.lock().unwrap_or_else(PoisonError::into_inner);
        let value = |key: Digest| self.store.get_value(Kind::Weave, &key);
        let recall = || value(weave_key(&old.digest())).or_else(|| value(self.store.noted(LAST_WEAVE)?));
        woven.get_or_insert_with(|| Arc::new(recall().unwrap_or_default())).clone()
    }

    fn note_weave(&self, memory: link::Memory) {
        let memory = match self.stay {
            Stay::ForMore => memory,
            Stay::Once => memory.without_index(),
        };
        *self.woven.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(memory));
    }

    /// Notes that the last weave led to the tree `digest`: the build that finds it takes up what was remembered.
    fn note_tree(&self, digest: Digest) {
        self.note_used(weave_key(&digest));
        *self.unkept.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest);
    }

    /// Notes the pages of a build that led to the tree `tree`.
    fn note_pages(&self, pages: Pages, site: &Arc<Site>, tree: Digest) {
        if self.stays() {
            let before = pages.into_before(site.clone(), tree);
            *self.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        } else if let Some(kept) = pages.into_named() {
            let key = KeptPages::key(&tree);
            self.store.put_value(Kind::Weave, &key, &kept);
            self.note_used(key);
        }
    }

    /// What is known of the pages of the build that left the tree `old`.
    fn recall_pages(&self, old: &Manifest) -> Option<Before> {
        let last = self.before.lock().unwrap_or_else(PoisonError::into_inner).take();
        if self.stays() || old.files.is_empty() {
            return last;
        }
        let tree = old.digest();
        let kept: KeptPages = self.store.get_value(Kind::Weave, &KeptPages::key(&tree))?;
        Some(kept.before(tree))
    }

    /// Notes what is known of the last build.
    fn note_record(&self, key: Digest, record: Record) {
        self.note_used(key);
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, Arc::new(record)));
    }

    /// What is known of the build that has this name.
    fn recall_record(&self, key: &Digest) -> Option<Arc<Record>> {
        let last = self.record.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match last.filter(|(name, _)| name == key) {
            Some((_, record)) => Some(record),
            None => self.store.get_value(Kind::Record, key).map(Arc::new),
        }
    }

    fn keep_weave(&self) -> Result<(), Error> {
        let tree = self.unkept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let woven = self.woven.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (Some(tree), Some(memory)) = (tree, woven) else { return Ok(()) };
        let key = weave_key(&tree);
        self.store.put_value(Kind::Weave, &key, &*memory);
        self.store.note(LAST_WEAVE, &key)
    }

    /// The memos on disk.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// Everything that a build is given.
pub struct Given<'a> {
    /// The site.
    pub files: &'a dyn Files,
    /// Finds the facts, once the configuration is known.
    pub facts: &'a (dyn Fn(&Config) -> Facts + Sync),
    /// What was asked for.
    pub request: &'a Request,
    /// The tree that stands, of which files may be kept; empty to make everything anew.
    pub old: &'a Manifest,
    /// Files of `old` that do not stand as it says.
    pub missing: &'a [RelPath],
    /// Told how far the work is.
    pub progress: &'a dyn Progress,
}

/// What a build came to.
#[derive(Debug)]
pub struct Outcome {
    /// The configuration that it went by.
    pub config: Config,
    /// The whole tree; `None` where an error stands in the way, so that nothing may be written, and where it was set aside.
    pub plan: Option<Plan>,
    /// Whether it ended before it was done, as its stage was [outdated](Stage::is_outdated).
    pub is_set_aside: bool,
    /// Everything wrong, ordered by file and place, levels as `[check]` says.
    pub diagnostics: Vec<Diagnostic>,
    /// What could be better, and stands in nobody's way.
    pub advice: Vec<Diagnostic>,
    /// What the baseline accepted.
    pub baseline: BaselineUse,
    /// What was done.
    pub trace: Trace,
    /// The files that articles include, inventories and fonts that are named, and the record of addresses, or would be if
    /// there were such, from the site's root.
    pub included: Vec<RelPath>,
    /// The answer to [`Request::explain`].
    pub explanation: Option<Explanation>,
    /// What a process that ends anyway need not take apart piece by piece.
    pub remains: Remains,
}

/// Everything that a build was made from: freed when dropped, which takes its time on a large site.
#[derive(Debug, Default)]
pub struct Remains {
    site: Option<Arc<Site>>,
    _articles: Option<Articles>,
}

impl Remains {
    /// The woven site, unless the build had no reason to weave it or stopped before.
    pub fn into_site(self) -> Option<Arc<Site>> {
        self.site
    }
}

/// What a finished build leaves for the next one that reads the same.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// The digest of the manifest that it led to.
    tree: Digest,
    diagnostics: Vec<Diagnostic>,
    pages: usize,
}

/// Builds a site: whatever changed since `given.old` goes into `stage`, and the plan names the whole tree.
///
/// # Errors
///
/// Failures of the environment. Mistakes in the site are diagnostics of the outcome.
pub fn build(session: &Session, given: &Given<'_>, stage: &dyn Stage) -> Result<Outcome, Error> {
    let mut trace = Trace::start();
    let Gathered { config, theme, facts, mut articles, data, files, inventories, fonts, record, mut diagnostics } =
        gather(session, given, &mut trace)?;
    let copied = artifacts::digests(given.files, &files)?;
    trace.articles = articles.len();
    trace.lap("read and parse");

    let (baseline, problems) = read_baseline(given.files)?;
    let watched = facts.watched.of(&articles.watched(session, given.files, &trace)?);
    let named = (&data, &inventories.names(), fonts.digest(), &watched, record.digest());
    let surroundings = surroundings(&config, &theme, named, &copied);
    let inputs = Digest::of_value(&(surroundings, &*facts.changed, articles.name()));
    let whole = record_key(inputs, &facts, &diagnostics);
    let shard = (given.request.shard != Shard::WHOLE).then_some(ShardOf { shard: given.request.shard, site: whole });
    let record_key = shard.map_or(whole, |ShardOf { shard, site }| Digest::of_value(&(shard, site)));
    if let Some(record) = recall(session, given, &record_key).filter(|_| problems.is_empty()) {
        trace.pages_total = record.pages;
        trace.lap("recall");
        let verdict = Verdict::of(record.diagnostics.clone(), &baseline, given.request);
        return Ok(Outcome {
            plan: (!has_errors(&verdict.told)).then(|| Plan::kept(given.old)),
            is_set_aside: false,
            diagnostics: verdict.told,
            advice: verdict.advice,
            baseline: verdict.baseline,
            trace,
            included: named_files(&config, &articles, &inventories),
            config,
            explanation: None,
            remains: Remains { site: None, _articles: Some(articles.without_documents()) },
        });
    }

    articles.unfold(session, given.files, &trace)?;
    session.keep_everything();
    articles.note_used(session);
    diagnostics.extend(problems);
    diagnostics.extend(articles.diagnostics());
    let known = Known { articles: &articles, data, files, inventories: &inventories, record: &record, facts: &facts };
    let (mut site, data, problems) = weave(session, given, &config, &theme, known, &mut trace)?;
    if !session.stays() {
        articles.let_heads_go(session);
        site.let_words_go();
    }
    let site = Arc::new(site);
    diagnostics.extend(problems);
    trace.lap("link");
    let named = Digest::of_value(&(surroundings, facts.today));
    let asked = check::Facts { today: facts.today, watched: watched.as_ref(), theme: &theme, data: &data, named };
    diagnostics.extend(check::site(&config, &site, &asked, &mut session.checked()));
    let mut judge = Judge::new(&config).with_comments(&site);
    let mut diagnostics = judge.settle(diagnostics);
    trace.lap("check");
    let verdict = Verdict::of_urgent(&diagnostics, &baseline, given.request);
    let mut outcome = Outcome {
        plan: None,
        is_set_aside: false,
        diagnostics: Vec::new(),
        advice: Vec::new(),
        baseline: BaselineUse::default(),
        trace,
        included: named_files(&config, &articles, &inventories),
        config: config.clone(),
        explanation: None,
        remains: Remains::default(),
    };
    if session.stops_at(&verdict.told) {
        session.keep_everything();
        outcome.failed(Verdict::of(diagnostics, &baseline, given.request));
        return Ok(outcome);
    }

    let images =
        Images { session, given, config: &outcome.config, site: &site, copied: &copied, stage, trace: &outcome.trace };
    let images = images.make()?;
    diagnostics.extend(judge.settle(images.diagnostics.clone()));
    outcome.trace.lap("images");
    let verdict = Verdict::of_urgent(&diagnostics, &baseline, given.request);
    if session.stops_at(&verdict.told) {
        session.keep_everything();
        outcome.failed(Verdict::of(diagnostics, &baseline, given.request));
        return Ok(outcome);
    }

    given.progress.found(&verdict.told);
    let overlooked = match given.request.fault {
        Some(Fault::Part(part)) => Some(part),
        _ => None,
    };
    let renderer =
        Renderer::new(&outcome.config, &site, &images.pictures, theme, &data, &fonts).overlooking(overlooked);
    let components = Components::new(&outcome.config, &site, renderer.theme(), &data);
    let before = session.recall_pages(given.old);
    let pages = OnceLock::new();
    let artifacts = Artifacts {
        session,
        given,
        config: &outcome.config,
        site: &site,
        articles: &articles,
        images: &images,
        renderer: &renderer,
        components: &components,
        before: before.as_ref(),
        known: &pages,
        surroundings,
        stage,
        trace: &outcome.trace,
    };
    let made = match artifacts.make(Plan::new(inputs).sharded(shard), &copied) {
        Ok(Some(made)) => made,
        ended => {
            // The tree that stands is still the one that this led to.
            *session.before.lock().unwrap_or_else(PoisonError::into_inner) = before;
            session.keep_everything();
            drop(components);
            drop(renderer);
            ended?;
            outcome.is_set_aside = true;
            return Ok(outcome);
        }
    };
    let explanation = given.request.explain.as_deref().map(|page| artifacts.explain(page));
    let count = made.pages;
    drop(components);
    drop(renderer);
    // Freed when no page waits for it.
    drop(before);
    outcome.explanation = explanation;
    outcome.trace.pages_total = count;
    outcome.trace.lap("render");
    diagnostics.extend(judge.settle(made.diagnostics));
    // A shard does not know what the others write.
    if shard.is_none() {
        let files = &made.plan.manifest().files;
        let in_html = check::html(&outcome.config, &site, &|path| files.contains_key(path));
        diagnostics.extend(judge.settle(in_html));
    }
    let unused = judge.unused();
    diagnostics.extend(judge.settle(unused));
    diagnostics.sort();
    diagnostics.dedup();
    let verdict = Verdict::of(diagnostics.clone(), &baseline, given.request);
    if !has_errors(&verdict.told) {
        let tree = made.plan.manifest().digest();
        session.note_record(record_key, Record { tree, diagnostics, pages: count });
        session.note_tree(tree);
        pages.into_inner().into_iter().for_each(|pages| session.note_pages(pages, &site, tree));
        outcome.plan = Some(made.plan);
    } else {
        session.keep_everything();
    }
    outcome.take(verdict);
    articles.keep_only_these(session);
    outcome.remains = Remains { site: Some(site), _articles: Some(articles.without_documents()) };
    Ok(outcome)
}

fn read_config(given: &Given<'_>, diagnostics: &mut Vec<Diagnostic>) -> Result<Config, Error> {
    let path = RelPath::new(CONFIG).expect("a file name is a path");
    let bytes = given.files.read(&path).map_err(|error| {
        let is_absent = error.source.as_ref().is_some_and(|reason| reason.kind() == std::io::ErrorKind::NotFound);
        match is_absent {
            true => error.help("run this in a site's folder, name it with `--root`, or begin one with `docweave init`"),
            false => error,
        }
    })?;
    let (text, problem) = match text::decode(CONFIG, &bytes) {
        Ok(decoded) => decoded,
        Err(problem) => (std::borrow::Cow::Borrowed(""), Some(*problem)),
    };
    let (mut config, problems) = match problem {
        Some(problem) if problem.level == Level::Error => (config::parse("", CONFIG).0, vec![problem]),
        warning => {
            let (config, mut problems) = config::parse(&text, CONFIG);
            problems.extend(warning);
            (config, problems)
        }
    };
    diagnostics.extend(problems);
    if let Some(origin) = &given.request.origin {
        config.base_url = BaseUrl { origin: origin.clone(), depth: None, ..config.base_url };
    }
    if let Some(base_url) = &given.request.base_url {
        config.base_url = base_url.clone();
    }
    config.wanted.drafts = given.request.publish == Publish::Everything;
    Ok(config)
}

/// Names everything that a build reads, articles, their dates and the day left aside.
fn surroundings(
    config: &Config,
    theme: &Theme,
    named: impl Serialize,
    copied: &BTreeMap<RelPath, (Digest, u64)>,
) -> Digest {
    let assets: Vec<_> = theme.assets().values().map(|asset| &asset.output).collect();
    let versions = [
        VERSION,
        artifacts::COPY_VERSION,
        crate::parse::VERSION,
        link::VERSION,
        crate::render::VERSION,
        crate::render::code::VERSION,
        crate::render::body::VERSION,
        crate::render::highlight::VERSION,
        crate::render::inventory::VERSION,
        crate::render::json::VERSION,
        crate::render::llms::VERSION,
        crate::render::media::VERSION,
        crate::render::picture::VERSION,
        crate::render::search::VERSION,
        crate::render::social::VERSION,
    ];
    Digest::of_value(&(env!("CARGO_PKG_VERSION"), versions, config, theme.digest(), assets, named, copied))
}

/// `told` is what is wrong with the inputs themselves: a file that was left out shows nowhere else.
fn record_key(inputs: Digest, facts: &Facts, told: &[Diagnostic]) -> Digest {
    let day = facts.today.to_string();
    let told = Digest::of_value(told);
    store::key("record", VERSION, &[inputs.as_bytes(), day.as_bytes(), told.as_bytes()])
}

fn weave_key(tree: &Digest) -> Digest {
    store::key("weave", link::VERSION, &[tree.as_bytes()])
}

/// The record of a build that read the same and led to the tree that stands, whole.
fn recall(session: &Session, given: &Given<'_>, key: &Digest) -> Option<Arc<Record>> {
    if given.request.explain.is_some() || !given.missing.is_empty() || !given.old.pending.is_empty() {
        return None;
    }
    let record = session.recall_record(key)?;
    (record.tree == given.old.digest()).then_some(record)
}

/// What a site is woven from.
struct Known<'a> {
    articles: &'a Articles,
    data: BTreeMap<String, DataFile>,
    files: BTreeMap<RelPath, RelPath>,
    inventories: &'a inventories::Found,
    record: &'a Promised,
    facts: &'a Facts,
}

/// Links the site, and says what else is wrong with the heads.
fn weave(
    session: &Session,
    given: &Given<'_>,
    config: &Config,
    theme: &Theme,
    known: Known<'_>,
    trace: &mut Trace,
) -> Result<(Site, Data, Vec<Diagnostic>), Error> {
    let heads = known.articles.heads();
    let lexicon = known.articles.vocabularies(session, given.files, trace);
    let asked = heads.iter().flat_map(|head| component::asks(head, theme)).collect();
    let (data, mut diagnostics) = data::load(&session.data, given.files, known.data, &asked)?;
    let (inventories, problems) = inventories::load(&session.inventories, config, known.inventories);
    diagnostics.extend(problems);
    let input = link::Input {
        heads,
        files: known.files,
        data: &data,
        inventories: (&inventories, Digest::of_value(&known.inventories.names())),
        today: known.facts.today,
        changed: &known.facts.changed,
        memory: &session.recall_weave(given.old),
        lexicon: &lexicon,
    };
    let (site, memory, problems) = link::site(config, input);
    if given.request.words == Words::All {
        site.pages.par_iter().for_each(|page| {
            page.head.vocabulary(&lexicon);
        });
    }
    if let Some(failure) = lexicon.failure() {
        return Err(failure);
    }
    trace.related = memory.related_found();
    session.note_weave(memory);
    diagnostics.extend(problems);
    let promised = known.record.text.as_deref();
    diagnostics.extend(promised.into_iter().flat_map(|text| link::contract::lost(config, &site, text)));
    Ok((site, data, diagnostics))
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}
