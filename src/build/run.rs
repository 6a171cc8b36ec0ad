//! A build from a folder on disk to a folder on disk: what `docweave build` does.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::build::{
    Facts, Given, Outcome, Request, Session, Watched, build,
    store::{self, Kind, Sharing, Store, Traffic},
    trace::{Progress, Silent},
    verify,
};
use crate::model::{Config, Date, Diagnostic, Error, RelPath, Shard, config::BaseUrl};
use crate::output::{self, DiskStage, Lock, Manifest, MemoryStage, Summary};
use crate::source::{disk::Folder, facts};

/// Where memos are kept, relative to the site's root.
pub const CACHE: &str = ".docweave/cache";

/// The stack of each worker: templates and highlighters recurse with their input.
const STACK: usize = 16 << 20;

/// How long a second build of the same output waits for the first.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Where a build reads and writes.
#[derive(Clone, Debug)]
pub struct Places {
    /// The site's folder.
    pub root: PathBuf,
    /// The output folder, in place of the site's own choice.
    pub output: Option<PathBuf>,
}

/// Whether memos of earlier builds may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// Memos, and the tree that stands.
    #[default]
    Everything,
    /// Nothing: every page is made anew.
    Nothing,
}

/// A build and what it did on disk.
#[derive(Debug)]
pub struct Report {
    /// What the build came to.
    pub outcome: Outcome,
    /// The output folder.
    pub output: PathBuf,
    /// What was moved; `None` where an error stood in the way.
    pub summary: Option<Summary>,
    /// What went wrong with the cache, which is never fatal.
    pub notes: Vec<String>,
    /// What went to the cache that machines share and came from there; `None` where there is none.
    pub traffic: Option<Traffic>,
    /// The memos: like what remains of the build, they need not be freed where the process ends.
    pub session: Session,
}

/// Builds the site in `places`.
///
/// # Errors
///
/// Failures of the environment: no `site.toml`, an output folder that is not ours to fill, a full disk.
pub fn run(places: &Places, request: &Request, reuse: Reuse, progress: &dyn Progress) -> Result<Report, Error> {
    run_sharing(places, request, reuse, None, progress)
}

/// The same, with a cache that other machines have a part in.
///
/// # Errors
///
/// Those of [`run`].
pub fn run_sharing(
    places: &Places,
    request: &Request,
    reuse: Reuse,
    sharing: Option<Sharing>,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let files = Folder::open(&places.root)?;
    let output = output_folder(places, &files)?;
    let sources = SOURCES.map(|name| places.root.join(name));
    let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    output::guard(&places.root, &output, &sources)?;
    output::edit::finish(&places.root)?;
    let _lock = Lock::acquire(&output, PATIENCE)?;
    let mode = match reuse {
        Reuse::Everything => store::Mode::ReadWrite,
        Reuse::Nothing => store::Mode::Off,
    };
    let session = Session::new(open_store(places, mode, sharing));
    let manifest = Manifest::read(&output)?;
    refuse_shard_over_whole(&manifest, request.shard, &output)?;
    let mut missing = output::check_present(&manifest, &output);
    missing.sort();
    let nothing = Manifest::default();
    let old = if reuse == Reuse::Everything { &manifest } else { &nothing };
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let given = Given { files: &files, facts: &facts, request, old, missing: &missing, progress };
    let stage = DiskStage::open(&output)?;
    let mut outcome = build(&session, &given, &stage)?;
    let summary = match &outcome.plan {
        Some(plan) => Some(output::commit(&stage, plan, &manifest)?),
        None => None,
    };
    outcome.trace.lap("move into place");
    let failure = keep_memos(&session, &outcome.config).err().map(|error| error.to_string());
    outcome.trace.lap("keep memos");
    let notes = failure.into_iter().chain(session.store.notes()).collect();
    let traffic = session.store.traffic();
    Ok(Report { outcome, output, summary, notes, traffic, session })
}

/// Looks at the site in `places` as a build would, and writes nothing but memos. Gives what went wrong with the shared cache,
/// too.
///
/// # Errors
///
/// Failures of the environment.
pub fn check(
    places: &Places,
    request: &Request,
    reuse: Reuse,
    sharing: Option<Sharing>,
    progress: &dyn Progress,
) -> Result<(Outcome, Vec<String>), Error> {
    let files = Folder::open(&places.root)?;
    let output = output_folder(places, &files)?;
    let mode = match reuse {
        Reuse::Everything => store::Mode::ReadWrite,
        Reuse::Nothing => store::Mode::Off,
    };
    let session = Session::new(open_store(places, mode, sharing));
    let old = match reuse {
        Reuse::Everything => Manifest::read(&output)?,
        Reuse::Nothing => Manifest::default(),
    };
    let missing = output::check_present(&old, &output);
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let given = Given { files: &files, facts: &facts, request, old: &old, missing: &missing, progress };
    let outcome = build(&session, &given, &output::NoStage)?;
    session.keep_what_stands(&old);
    drop(keep_memos(&session, &outcome.config));
    Ok((outcome, session.store.notes()))
}

fn open_store(places: &Places, mode: store::Mode, sharing: Option<Sharing>) -> Store {
    let store = Store::open(&places.root.join(CACHE), mode);
    match sharing {
        Some(sharing) => store.sharing(sharing),
        None => store,
    }
}

fn keep_memos(session: &Session, config: &Config) -> Result<(), Error> {
    if config.cache.is_none() {
        session.store.keep_to_itself();
    }
    session.keep_memos()
}

/// Builds the site cold and in memory, and compares it with what stands in the output folder.
///
/// # Errors
///
/// Failures of the environment, and the first byte that differs.
pub fn verify(report: &Report, places: &Places, request: &Request) -> Result<usize, Error> {
    let files = Folder::open(&places.root)?;
    let store = Store::off();
    let facts = |config: &Config| facts_of(&places.root, config, &store);
    verify::verify(&files, &facts, request, report)
}

/// Builds the site in memory so that it may be moved, and opened without a server: addresses in it are relative. Where the
/// site has mistakes, there are no files.
///
/// # Errors
///
/// Failures of the environment.
pub fn movable(places: &Places, request: &Request) -> Result<BTreeMap<RelPath, Arc<[u8]>>, Error> {
    let files = Folder::open(&places.root)?;
    let session = Session::new(Store::open(&places.root.join(CACHE), store::Mode::ReadWrite));
    let facts = |config: &Config| facts_of(&places.root, config, &session.store);
    let base_url = request.base_url.clone();
    let base_url =
        base_url.map_or_else(|| configuration_of(&files, &mut Vec::new()).map(|config| config.base_url), Ok)?;
    // An address depends on how deep the file is that holds it, so each depth is a site of its own, of which only the files
    // at that depth are taken.
    let at_depth = |depth: usize| {
        let base_url = Some(BaseUrl { depth: Some(depth), ..base_url.clone() });
        let request = Request { base_url, ..request.clone() };
        let nothing = Manifest::default();
        let given =
            Given { files: &files, facts: &facts, request: &request, old: &nothing, missing: &[], progress: &Silent };
        let stage = MemoryStage::new();
        build(&session, &given, &stage)?;
        Ok::<_, Error>(stage.into_files())
    };
    let depth_of = |path: &RelPath| path.as_str().matches('/').count();
    let mut whole = at_depth(0)?;
    let depths: BTreeSet<usize> = whole.keys().map(depth_of).filter(|depth| *depth > 0).collect();
    for depth in depths {
        whole.extend(at_depth(depth)?.into_iter().filter(|(path, _)| depth_of(path) == depth));
    }
    Ok(whole)
}

/// Workers for a build: so many, or one for each processor where nothing is said.
///
/// # Errors
///
/// A system that gives no more threads.
pub fn workers(threads: Option<u16>) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0).into()).stack_size(STACK).build();
    pool.map_err(|error| Error::new(format!("could not start threads: {error}")))
}

/// A shard in the place of a whole site would remove most of what readers are looking at.
fn refuse_shard_over_whole(standing: &Manifest, shard: Shard, output: &Path) -> Result<(), Error> {
    if shard == Shard::WHOLE || standing.files.is_empty() || standing.shard.is_some() {
        return Ok(());
    }
    let help = "name a folder for this shard alone, with `--output`";
    Err(Error::new("a whole site stands where a shard is to go:").at(output).help(help))
}

fn output_folder(places: &Places, files: &Folder) -> Result<PathBuf, Error> {
    match &places.output {
        Some(output) => Ok(output.clone()),
        None => Ok(places.root.join(configuration_of(files, &mut Vec::new())?.output)),
    }
}

/// What `site.toml` in `root` says, and what is wrong with it.
///
/// # Errors
///
/// A file that is not there or can't be read.
pub fn configuration(root: &Path) -> Result<(Config, Vec<Diagnostic>), Error> {
    let mut diagnostics = Vec::new();
    let config = configuration_of(&Folder::open(root)?, &mut diagnostics)?;
    Ok((config, diagnostics))
}

fn configuration_of(files: &Folder, diagnostics: &mut Vec<Diagnostic>) -> Result<Config, Error> {
    let request = Request::default();
    let nothing = Manifest::default();
    let none = |_: &Config| Facts { today: facts::today(), changed: Arc::default(), watched: Watched::default() };
    let given =
        Given { files, facts: &none, request: &request, old: &nothing, missing: &[], progress: &super::trace::Silent };
    super::read_config(&given, diagnostics)
}

/// Folders of a site that nothing is ever written into.
pub const SOURCES: [&str; 8] = ["content", "static", "themes", "components", "data", "archetypes", ".docweave", ".git"];

/// Today, and the dates that git knows, which are remembered by the commit that is checked out.
pub(crate) fn facts_of(root: &Path, config: &Config, store: &Store) -> Facts {
    let content = root.join("content");
    let head = if config.git_dates { facts::git_head(&content) } else { None };
    let changed = head.map(|head| {
        let shown = content.canonicalize().unwrap_or_else(|_| content.clone());
        let key = store::key("git", 1, &[head.as_bytes(), shown.as_os_str().as_encoded_bytes()]);
        let remembered = store.get_value::<Vec<(crate::model::RelPath, Date)>>(Kind::Record, &key);
        let dates = remembered.map(|dates| dates.into_iter().collect());
        dates.unwrap_or_else(|| {
            let dates = facts::git_dates(&content).changed;
            store.put_value(Kind::Record, &key, &dates.iter().collect::<Vec<_>>());
            dates
        })
    });
    let root = root.to_owned();
    let watched = Watched::by(move |paths| facts::git_last_changes(&root, paths));
    let watched = if config.git_dates { watched } else { Watched::default() };
    Facts { today: facts::today(), changed: Arc::new(changed.unwrap_or_default()), watched }
}
