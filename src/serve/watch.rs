//! When to look again: events of the file system, and a slow sweep for those that get lost.
//!
//! An event never says what to build. It makes us compare what the files that it is about look like with what they looked like
//! before, or all files where that says more; the sweep looks at all without an event: new folders, atomic saves, overflows
//! and file systems that tell nothing all come to the same end. What files look like is taken before a build is ordered,
//! which is given it, so nothing falls between the two.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::PoisonError,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    time::{Duration, Instant},
};

use notify::{
    Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};

use crate::build::CONFIG;
use crate::model::{Error, RelPath};
use crate::serve::{Event, Further};
use crate::source::{disk::Folder, is_left_out, survey::Survey};

/// What a site is made from, beside its configuration.
const FOLDERS: [&str; 6] = ["content", "static", "themes", "components", "data", "archetypes"];

const SOURCES: [&str; 7] = [CONFIG, "content", "static", "themes", "components", "data", "archetypes"];

/// A file that was written is closed.
const WRITTEN: AccessKind = AccessKind::Close(AccessMode::Write);

/// Editors write, rename and remove within this time; a build waits for its end.
const QUIET: Duration = Duration::from_millis(20);

/// The same after something that ends a save: a file that was written is closed, or gets its name.
const QUIET_AFTER_END: Duration = Duration::from_millis(5);

/// How long a build waits for quiet at most.
const PATIENCE: Duration = Duration::from_millis(200);

/// The time between two sweeps, and how many times longer than the sweep itself it is at least.
const SWEEP: Duration = Duration::from_secs(2);
const SWEEP_SHARE: u32 = 50;

/// Watches the site in `folder`, and the files in `further` beside what every site has, from a thread of its own. Gives what
/// the site looked like when it began.
///
/// # Errors
///
/// A system that gives no thread. Where it gives no events, the sweep alone finds changes.
pub(super) fn start(folder: Folder, further: Further, events: Sender<Event>) -> Result<Survey, Error> {
    let survey = Survey::of(&folder, &SOURCES);
    let first = survey.clone();
    let watch = move || {
        let (sender, told) = mpsc::channel();
        let root = folder.root().canonicalize().unwrap_or_else(|_| folder.root().to_path_buf());
        let mut watch = Watch {
            folder,
            root,
            survey,
            touched: BTreeSet::new(),
            further,
            included: BTreeSet::new(),
            watcher: None,
            told,
            events,
            next_sweep: Instant::now(),
            has_noted: false,
        };
        watch.begin(sender);
        while watch.step().is_some() {}
    };
    let started = std::thread::Builder::new().name("watch".to_owned()).spawn(watch);
    started.map(|_| first).map_err(|error| Error::new(format!("could not start to watch: {error}")))
}

type Told = notify::Result<notify::Event>;

struct Watch {
    folder: Folder,
    /// Its real path, which events name.
    root: PathBuf,
    /// What files looked like when they were last looked at.
    survey: Survey,
    /// The files that events since then were about.
    touched: BTreeSet<RelPath>,
    /// What the last build named, and as much of it as is watched: files outside of [`SOURCES`].
    further: Further,
    included: BTreeSet<String>,
    watcher: Option<RecommendedWatcher>,
    told: Receiver<Told>,
    events: Sender<Event>,
    next_sweep: Instant,
    /// Whether it was said that not all is watched: once is enough.
    has_noted: bool,
}

/// What an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    /// Nothing: it is about no part of the site.
    Nothing,
    /// To look at the files that events were about.
    Look,
    /// To look at all files.
    LookAtAll,
    /// The same, and to watch folders anew that may have come or gone.
    WatchAnew,
}

impl Watch {
    /// Begins to watch. What changed while that took its time is found by the first sweep, which is due at once.
    fn begin(&mut self, sender: Sender<Told>) {
        // Links are left to the sweep: they could lead anywhere.
        let config = Config::default().with_follow_symlinks(false);
        match RecommendedWatcher::new(sender, config) {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) => self.note(&error),
        }
        self.watch_anew();
    }

    /// Watches the root itself, for `site.toml` and for folders that come and go, and everything below the sources.
    fn watch_anew(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        let folders = FOLDERS.iter().map(|name| (self.root.join(name), RecursiveMode::Recursive));
        let beside: BTreeSet<_> =
            self.included.iter().filter_map(|path| self.root.join(path).parent().map(Path::to_path_buf)).collect();
        let beside = beside
            .into_iter()
            .filter(|folder| *folder != self.root)
            .map(|folder| (folder, RecursiveMode::NonRecursive));
        let wanted = std::iter::once((self.root.clone(), RecursiveMode::NonRecursive)).chain(folders).chain(beside);
        let mut failure = None;
        for (path, mode) in wanted.filter(|(path, _)| path.is_dir()) {
            // What is watched already may be watched in part only, and is forgotten first.
            drop(watcher.unwatch(&path));
            failure = failure.or(watcher.watch(&path, mode).err());
        }
        if let Some(failure) = failure {
            self.note(&failure);
        }
    }

    fn note(&mut self, error: &notify::Error) {
        if std::mem::replace(&mut self.has_noted, true) {
            return;
        }
        let seconds = SWEEP.as_secs();
        let note = format!("could not watch all folders ({error}): changes are found within {seconds} seconds or so");
        drop(self.events.send(Event::Note(note)));
    }

    /// Waits for an event or the next sweep, and orders a build where there is a reason. `None` when nobody listens.
    fn step(&mut self) -> Option<()> {
        if Instant::now() >= self.next_sweep {
            return self.sweep();
        }
        let demand = match self.told.recv_timeout(self.next_sweep.saturating_duration_since(Instant::now())) {
            Ok(told) => match self.demand(&told) {
                Demand::Nothing => return Some(()),
                demand => self.settle(demand, quiet_after(&told)),
            },
            Err(RecvTimeoutError::Timeout) => return Some(()),
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(self.next_sweep.saturating_duration_since(Instant::now()));
                return Some(());
            }
        };
        if demand == Demand::WatchAnew {
            self.watch_anew();
        }
        // Built even where all looks the same: a clock may be too coarse for two saves.
        let changed = match demand {
            Demand::Look => self.look_at_touched(),
            _ => self.look(),
        };
        self.tell(changed)
    }

    fn tell(&self, sources: Vec<String>) -> Option<()> {
        self.events.send(Event::Changed(sources, self.survey.clone())).ok()
    }

    /// Waits until the last event is some time ago, and gives the strongest demand of all.
    fn settle(&mut self, first: Demand, mut quiet: Duration) -> Demand {
        let mut demand = first;
        let (until, mut last) = (Instant::now() + PATIENCE, Instant::now());
        loop {
            let rest = (last + quiet).min(until).saturating_duration_since(Instant::now());
            match self.told.recv_timeout(rest) {
                Ok(told) => {
                    let next = self.demand(&told);
                    if next > Demand::Nothing {
                        last = Instant::now();
                        quiet = quiet_after(&told);
                    }
                    demand = demand.max(next);
                }
                Err(_) => return demand,
            }
        }
    }

    /// Looks without an event. If what is found is not told of even then, our watches have a gap.
    fn sweep(&mut self) -> Option<()> {
        let began = Instant::now();
        let has_more = self.learn_included();
        let mut changed = self.look();
        self.next_sweep = Instant::now() + SWEEP.max(began.elapsed() * SWEEP_SHARE);
        if has_more {
            // They may have changed between the build that read them and this look.
            self.watch_anew();
            return self.tell(changed);
        }
        if changed.is_empty() {
            return Some(());
        }
        if !matches!(self.settle(Demand::Nothing, QUIET), Demand::Look | Demand::LookAtAll) {
            self.watch_anew();
        }
        changed.extend(self.look());
        self.tell(changed)
    }

    /// Takes over the files that the last build included. Whether there are any that were not watched yet.
    fn learn_included(&mut self) -> bool {
        let further = self.further.lock().unwrap_or_else(PoisonError::into_inner);
        let is_beside = |path: &&String| !SOURCES.contains(&path.split('/').next().unwrap_or(""));
        let included: BTreeSet<String> = further.iter().filter(is_beside).cloned().collect();
        drop(further);
        let new: Vec<&str> = included.difference(&self.included).map(String::as_str).collect();
        let has_more = !new.is_empty();
        self.survey.extend(Survey::of(&self.folder, &new));
        self.survey.retain(|path| included.contains(path.as_str()) || !self.included.contains(path.as_str()));
        self.included = included;
        has_more
    }

    /// Looks at the files that events were about, or at all where that is not enough.
    fn look_at_touched(&mut self) -> Vec<String> {
        match self.survey.after(&self.folder, &self.touched) {
            Some(survey) => {
                let changed = survey.changed_among(&std::mem::take(&mut self.touched), &self.survey);
                self.survey = survey;
                changed
            }
            None => self.look(),
        }
    }

    fn look(&mut self) -> Vec<String> {
        let names: Vec<&str> = SOURCES.into_iter().chain(self.included.iter().map(String::as_str)).collect();
        self.take(Survey::of(&self.folder, &names))
    }

    fn take(&mut self, survey: Survey) -> Vec<String> {
        self.touched.clear();
        let changed = survey.changed_since(&self.survey);
        self.survey = survey;
        changed
    }

    fn demand(&mut self, told: &Told) -> Demand {
        match told {
            Ok(event) if event.need_rescan() => Demand::WatchAnew,
            // Our own reading tells of itself.
            Ok(event) if matches!(event.kind, EventKind::Access(kind) if kind != WRITTEN) => Demand::Nothing,
            Ok(event) if event.paths.is_empty() => Demand::LookAtAll,
            Ok(event) => event.paths.iter().map(|path| self.demand_of(path)).max().unwrap_or(Demand::LookAtAll),
            Err(_) => Demand::WatchAnew,
        }
    }

    /// What an event about `path` asks for, which is noted where it is one of a file.
    fn demand_of(&mut self, path: &Path) -> Demand {
        let inside = path.strip_prefix(&self.root).ok().and_then(Path::to_str).map(str::to_owned);
        let is_included = inside.as_ref().is_some_and(|inside| self.included.contains(inside));
        let demand = if is_included { Demand::Look } else { demand_of(&self.root, path) };
        match inside.and_then(RelPath::new) {
            Some(file) if demand == Demand::Look => drop(self.touched.insert(file)),
            None if demand == Demand::Look => return Demand::LookAtAll,
            _ => {}
        }
        demand
    }
}

/// How long it has to be quiet after an event. Where a file is complete, more events are those of other files.
fn quiet_after(told: &Told) -> Duration {
    let is_end = |kind| matches!(kind, EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)));
    match told {
        Ok(event) if event.kind == EventKind::Access(WRITTEN) || is_end(event.kind) => QUIET_AFTER_END,
        _ => QUIET,
    }
}

fn demand_of(root: &Path, path: &Path) -> Demand {
    // On some systems links make for other paths: better to look once too often.
    let Ok(inside) = path.strip_prefix(root) else { return Demand::LookAtAll };
    let names: Vec<&[u8]> = inside.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    let is_source = |name: &[u8]| SOURCES.iter().any(|source| source.as_bytes() == name);
    match names.as_slice() {
        [] => Demand::WatchAnew,
        [first, ..] if !is_source(first) => Demand::Nothing,
        names if names.iter().any(|name| is_left_out(name)) => Demand::Nothing,
        [only] if *only != CONFIG.as_bytes() => Demand::WatchAnew,
        _ => Demand::Look,
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests change real folders")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_what_a_site_is_made_from_is_looked_at() {
        for (path, demand) in [
            ("site.toml", Demand::Look),
            ("content/a.md", Demand::Look),
            ("content/deep/er/b.md", Demand::Look),
            ("data/people.csv", Demand::Look),
            ("components/badge.html", Demand::Look),
            ("content", Demand::WatchAnew),
            ("", Demand::WatchAnew),
            ("public/index.html", Demand::Nothing),
            ("public", Demand::Nothing),
            (".docweave/cache/x", Demand::Nothing),
            (".git/index", Demand::Nothing),
            ("content/.a.md.swp", Demand::Nothing),
            ("content/.git/x", Demand::Nothing),
            ("content/a.md~", Demand::Nothing),
            ("site.toml.bak", Demand::Nothing),
        ] {
            assert_eq!(demand_of(Path::new("/site"), &Path::new("/site").join(path)), demand, "{path}");
        }
        assert_eq!(demand_of(Path::new("/site"), Path::new("/elsewhere/a.md")), Demand::LookAtAll);
    }

    /// Waits for events until all of `expected` were named as changed.
    fn await_changes(events: &Receiver<Event>, expected: &[&str]) {
        let mut missing: Vec<&str> = expected.to_vec();
        while !missing.is_empty() {
            match events.recv_timeout(Duration::from_secs(20)) {
                Ok(Event::Changed(paths, _)) => missing.retain(|path| !paths.iter().any(|changed| changed == path)),
                Ok(Event::Note(_)) => {}
                _ => panic!("nobody told of {missing:?}"),
            }
        }
    }

    #[test]
    fn saves_new_folders_and_folders_that_return_are_told() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir(at("content")).unwrap();
        fs::write(at("site.toml"), "").unwrap();
        let (sender, events) = mpsc::channel();
        start(Folder::open(disk.path()).unwrap(), Further::default(), sender).unwrap();

        fs::write(at("content/a.md"), "a").unwrap();
        await_changes(&events, &["content/a.md"]);
        fs::write(at("content/.a.tmp"), "longer").unwrap();
        fs::rename(at("content/.a.tmp"), at("content/a.md")).unwrap();
        await_changes(&events, &["content/a.md"]);
        fs::create_dir_all(at("content/x/y/z")).unwrap();
        fs::write(at("content/x/y/z/b.md"), "b").unwrap();
        await_changes(&events, &["content/x/y/z/b.md"]);
        fs::create_dir_all(at("static/deep")).unwrap();
        fs::write(at("static/deep/c.png"), "c").unwrap();
        await_changes(&events, &["static/deep/c.png"]);
        fs::remove_dir_all(at("content")).unwrap();
        await_changes(&events, &["content/a.md", "content/x/y/z/b.md"]);
        fs::create_dir(at("content")).unwrap();
        fs::write(at("content/d.md"), "d").unwrap();
        await_changes(&events, &["content/d.md"]);
        fs::write(at("content/d.md"), "longer").unwrap();
        await_changes(&events, &["content/d.md"]);
    }

    #[test]
    fn included_files_are_watched_wherever_they_lie() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir_all(at("src/deep")).unwrap();
        fs::write(at("src/deep/a.rs"), "a").unwrap();
        let further = Further::default();
        let (sender, events) = mpsc::channel();
        start(Folder::open(disk.path()).unwrap(), further.clone(), sender).unwrap();
        let included = ["src/deep/a.rs", "src/new.rs", "content/b.md"].map(str::to_owned);
        further.lock().unwrap().extend(included);
        // The look that learns of them orders a build, for what may have changed before.
        assert!(
            matches!(events.recv_timeout(Duration::from_secs(20)), Ok(Event::Changed(paths, _)) if paths.is_empty())
        );

        fs::write(at("src/other.rs"), "nobody's").unwrap();
        fs::write(at("src/deep/a.rs"), "longer").unwrap();
        await_changes(&events, &["src/deep/a.rs"]);
        fs::write(at("src/new.rs"), "new").unwrap();
        await_changes(&events, &["src/new.rs"]);
    }
}
