//! Older releases at a target that readers see file by file.
//!
//! `.docweave-releases/000012-4f6c1a2b3c4d` says what a release holds, and `.docweave-releases/files/` holds, by their digests,
//! the bytes of its files that readers do not see any more. They are put aside before anything moves, so that at every moment
//! each file of each release stands among the site's own, as the manifest says, or there. The manifest says which release was
//! finished last: one with a higher number never was, or was taken back, and goes before the next one comes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{Parcel, Patience, Plan, Release, Remote, Wishes, plan, plan::manifest_path, releases::number};
use crate::build::trace::Progress;
use crate::model::{Date, Digest, Error, RelPath};
use crate::output::{self, Manifest};
use crate::source::{facts, standing::Standing};

/// The folder at the target.
const FOLDER: &str = ".docweave-releases";
/// The folder of kept bytes in it.
const FILES: &str = "files";
/// Digits of a release's digest in its name.
const DIGITS: usize = 12;
const FIRST_LINE: &str = "docweave release 1";

/// What a target holds of older releases, as far as names tell.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// What the releases are called, by their numbers.
    releases: BTreeMap<u64, String>,
    /// Whose bytes are kept.
    files: BTreeSet<Digest>,
}

impl History {
    /// Takes what is docweave's own out of what stands, which then is the site and what others put there.
    pub(super) fn split(standing: &mut Standing) -> Self {
        let mut history = Self::default();
        standing.files.retain(|path, _| {
            if let Some(path) = path.as_str().strip_prefix(FOLDER).and_then(|path| path.strip_prefix('/')) {
                history.add(path);
            }
            !is_own(path)
        });
        standing.others.retain(|path| !is_own(path));
        history
    }

    fn add(&mut self, path: &str) {
        match path.strip_prefix(FILES).and_then(|path| path.strip_prefix('/')) {
            Some(digest) => self.files.extend(Digest::from_hex(digest)),
            None => self.releases.extend(number(path).map(|number| (number, path.to_owned()))),
        }
    }

    /// The release that was finished last.
    fn shown(&self, manifest: &Manifest) -> Option<u64> {
        let digits = manifest.build?.short(DIGITS);
        let is_it = |name: &str| name.rsplit_once('-').is_some_and(|(_, digest)| digest == digits);
        self.releases.iter().rev().find(|(_, name)| is_it(name)).map(|(number, _)| *number)
    }
}

fn is_own(path: &RelPath) -> bool {
    path.as_str().starts_with(".docweave-")
}

fn record_path(name: &str) -> RelPath {
    RelPath::new(format!("{FOLDER}/{name}")).expect("names of releases are names of files")
}

fn kept_path(content: Digest) -> RelPath {
    RelPath::new(format!("{FOLDER}/{FILES}/{}", content.to_hex())).expect("digits are the name of a file")
}

/// What is kept of a release beside its files.
#[derive(Clone, Debug, PartialEq)]
struct Record {
    day: String,
    redirects: BTreeMap<RelPath, String>,
    manifest: Manifest,
}

impl Record {
    fn new(manifest: Manifest, redirects: BTreeMap<RelPath, String>) -> Self {
        let day = i64::try_from(facts::now()).ok().and_then(Date::from_unix).map(|day| day.to_string());
        Self { day: day.unwrap_or_default(), redirects, manifest }
    }

    fn to_text(&self) -> String {
        let mut head = format!("day\t{}\n", self.day);
        for (path, address) in &self.redirects {
            head.extend(["redirect\t", path.as_str(), "\t", address, "\n"]);
        }
        format!("{FIRST_LINE}\t{}\n{head}{}", Digest::of(head.as_bytes()).to_hex(), self.manifest.to_text())
    }

    /// The value of [`Record::to_text`]; `None` unless it is whole.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (first, text) = str::from_utf8(bytes).ok()?.split_once('\n')?;
        let (head, manifest) = text.split_at(text.find("\ndocweave manifest ")? + 1);
        let digest = first.strip_prefix(FIRST_LINE)?.strip_prefix('\t')?;
        if Digest::from_hex(digest)? != Digest::of(head.as_bytes()) {
            return None;
        }
        let mut lines = head.lines();
        let day = lines.next()?.strip_prefix("day\t")?.to_owned();
        let redirect = |line: &str| {
            let (path, address) = line.strip_prefix("redirect\t")?.split_once('\t')?;
            Some((RelPath::new(path)?, address.to_owned()))
        };
        let redirects = lines.map(redirect).collect::<Option<_>>()?;
        Some(Self { day, redirects, manifest: Manifest::from_bytes(manifest.as_bytes()).ok()? })
    }

    fn name(&self, number: u64) -> String {
        format!("{number:06}-{}", self.manifest.build.unwrap_or_else(|| self.manifest.digest()).short(DIGITS))
    }
}

/// The releases of a target while a plan is carried out.
pub(super) struct Ledger<'a> {
    remote: &'a dyn Remote,
    patience: &'a Patience,
    old: &'a Manifest,
    history: History,
}

impl<'a> Ledger<'a> {
    /// Puts aside what the plan replaces and removes, before it does. `None` for targets that keep nothing beside the site.
    pub(super) fn open(remote: &'a dyn Remote, patience: &'a Patience, plan: &'a Plan) -> Result<Option<Self>, Error> {
        let history = plan.history.clone();
        if remote.keeps() < 2 && history.releases.is_empty() && history.files.is_empty() {
            return Ok(None);
        }
        let mut ledger = Self { remote, patience, old: &plan.old, history };
        let shown = ledger.history.shown(&plan.old).filter(|_| remote.keeps() > 1);
        ledger.forget(shown.map_or(0, |shown| shown + 1)..)?;
        if remote.keeps() > 1 {
            if shown.is_none() && plan.old.build.is_some() && plan.old.pending.is_empty() {
                ledger.write(&Record::new(plan.old.clone(), BTreeMap::new()))?;
            }
            ledger.put_aside(plan)?;
        }
        ledger.flush()?;
        Ok(Some(ledger))
    }

    fn put_aside(&mut self, plan: &Plan) -> Result<(), Error> {
        let mut files = BTreeMap::new();
        for change in plan.changed.iter().chain(&plan.removed) {
            let stands = change.was.unwrap_or(change.size);
            let known = self.old.files.get(&change.path).filter(|entry| entry.size == stands);
            if let Some(content) =
                known.map(|entry| entry.content).filter(|content| !self.history.files.contains(content))
            {
                files.insert(kept_path(content), change.path.clone());
                self.history.files.insert(content);
            }
        }
        if files.is_empty() { Ok(()) } else { self.patience.ask(|| self.remote.put_aside(&files)) }
    }

    /// Writes down what is about to be shown, unless it was shown before.
    pub(super) fn enter(&mut self, parcel: &Parcel, plan: &Plan) -> Result<(), Error> {
        if self.remote.keeps() < 2 || plan.goes_back_to.is_some() {
            return Ok(());
        }
        let manifest = parcel.manifest();
        let shown = self.history.shown(&manifest);
        if shown.is_some() && shown == self.history.releases.keys().next_back().copied() {
            return Ok(());
        }
        self.write(&Record::new(manifest, parcel.redirects().clone()))?;
        self.flush()
    }

    /// Lets go what is too old, when the new manifest stands.
    pub(super) fn close(mut self, new: &Manifest, plan: &Plan) -> Result<(), Error> {
        if let Some(shown) = plan.goes_back_to {
            self.forget(shown + 1..)?;
        }
        let oldest = match self.remote.keeps() {
            0 | 1 => u64::MAX,
            keeps => self.history.releases.keys().rev().nth(keeps - 1).copied().unwrap_or(0),
        };
        self.forget(..oldest)?;
        self.flush()?;
        let Some(unused) = self.unused(new)? else { return Ok(()) };
        for content in unused {
            self.patience.ask(|| self.remote.remove(&kept_path(content)))?;
        }
        self.flush()
    }

    /// Kept bytes that no release needs; `None` where one can't be read.
    fn unused(&self, new: &Manifest) -> Result<Option<BTreeSet<Digest>>, Error> {
        let used = |manifest: &Manifest, unused: &mut BTreeSet<Digest>| {
            for entry in manifest.files.values() {
                unused.remove(&entry.content);
            }
        };
        let mut unused = self.history.files.clone();
        let known = [Some(new), Some(self.old).filter(|old| old.pending.is_empty())];
        let mut unread = self.history.releases.clone();
        for manifest in known.into_iter().flatten() {
            if let Some(number) = self.history.shown(manifest) {
                used(manifest, &mut unused);
                unread.remove(&number);
            }
        }
        for name in unread.values() {
            if unused.is_empty() {
                break;
            }
            let Some(record) = read(self.remote, self.patience, name)? else { return Ok(None) };
            used(&record.manifest, &mut unused);
        }
        Ok(Some(unused))
    }

    fn write(&mut self, record: &Record) -> Result<(), Error> {
        let number = self.history.releases.keys().next_back().map_or(1, |last| last + 1);
        let name = record.name(number);
        let text = record.to_text();
        self.patience.ask(|| self.remote.put(&record_path(&name), text.as_bytes()))?;
        self.history.releases.insert(number, name);
        Ok(())
    }

    fn forget(&mut self, numbers: impl std::ops::RangeBounds<u64>) -> Result<(), Error> {
        let gone: Vec<u64> = self.history.releases.range(numbers).map(|(number, _)| *number).collect();
        for name in gone.into_iter().filter_map(|number| self.history.releases.remove(&number)) {
            self.patience.ask(|| self.remote.remove(&record_path(&name)))?;
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), Error> {
        self.patience.ask(|| self.remote.flush())
    }
}

fn read(remote: &dyn Remote, patience: &Patience, name: &str) -> Result<Option<Record>, Error> {
    let bytes = patience.ask(|| remote.read(&record_path(name)))?;
    Ok(bytes.and_then(|bytes| Record::from_bytes(&bytes)))
}

/// What a target can go back to, newest first.
///
/// # Errors
///
/// A target that holds one site only, or can't be asked.
pub fn releases(remote: &dyn Remote, patience: &Patience) -> Result<Vec<Release>, Error> {
    if remote.keeps() < 2 {
        return patience.ask(|| remote.releases());
    }
    let (old, history) = look(remote, patience)?;
    let shown = history.shown(&old);
    let mut releases = Vec::new();
    for (number, name) in history.releases.iter().rev() {
        let about = match read(remote, patience, name)? {
            Some(record) => format!("{}  {} files", record.day, record.manifest.files.len()),
            None => "damaged".to_owned(),
        };
        releases.push(Release { name: name.clone(), about, is_shown: Some(*number) == shown });
    }
    if shown.is_none() && old.build.is_some() {
        let name = Record::new(old.clone(), BTreeMap::new()).name(0);
        releases.insert(0, Release { name, about: format!("{} files", old.files.len()), is_shown: true });
    }
    Ok(releases)
}

/// Shows readers of the target `target` of the site at `root` the release before the one that they see, and gives its name.
///
/// # Errors
///
/// A target that holds one site only, or none that is older; one that refuses or can't be reached. Then the next try goes on
/// from what stands.
pub fn go_back(
    remote: &dyn Remote,
    target: &str,
    root: &Path,
    wishes: Wishes,
    patience: &Patience,
    progress: &dyn Progress,
) -> Result<String, Error> {
    if remote.keeps() < 2 {
        return patience.ask(|| remote.go_back());
    }
    let (old, history) = look(remote, patience)?;
    let shown = history.shown(&old).unwrap_or(u64::MAX);
    let Some((number, name)) = history.releases.range(..shown).next_back() else {
        let help = "`docweave publish --list` shows all, and `keep` in site.toml says how many stay";
        return Err(Error::new("there is no older release at the target").help(help));
    };
    let Some(record) = read(remote, patience, name)? else {
        return Err(Error::new(format!("what the target says of release {name} is damaged")).help(BUILD));
    };
    let folder = root.join(".docweave/publish").join(format!("{target}-back"));
    let clear = || {
        let cleared = output::remove_folder(&folder);
        cleared.map_err(|error| Error::io("could not remove the folder", &folder, error))
    };
    clear()?;
    let mut parcel = Parcel::of_kept(&folder.join(FOLDER).join(FILES), &record.manifest);
    parcel.redirect(record.redirects);
    let mut plan = plan(remote, &parcel, wishes, patience)?;
    plan.goes_back_to = Some(*number);
    let fetched = fetch(remote, &parcel, &plan, &folder, patience);
    let sent = fetched.and_then(|()| super::send(remote, &parcel, &plan, patience, progress));
    clear()?;
    sent.map(|_| name.clone())
}

/// Brings what the plan needs here, and sees that it is whole, before anything moves.
fn fetch(remote: &dyn Remote, parcel: &Parcel, plan: &Plan, folder: &Path, patience: &Patience) -> Result<(), Error> {
    let moving = || plan.added.iter().chain(&plan.changed).map(|change| &change.path);
    let needed: BTreeSet<Digest> = moving().filter_map(|path| parcel.content(path)).collect();
    if let Some(path) = moving().find(|path| parcel.content(path).is_none_or(|it| !plan.history.files.contains(&it))) {
        let what = "the older release is not whole at the target, which does not hold any more what was at";
        return Err(Error::new(what).at(path.as_str()).help(BUILD));
    }
    let paths: Vec<RelPath> = needed.into_iter().map(kept_path).collect();
    patience.ask(|| remote.fetch(&paths, folder))?;
    moving().try_for_each(|path| parcel.bytes(path).map(drop))
}

const BUILD: &str = "build the older sources again, and publish them";

/// What the target says of itself, and what it holds of older releases.
fn look(remote: &dyn Remote, patience: &Patience) -> Result<(Manifest, History), Error> {
    let told = patience.ask(|| remote.read(&manifest_path()))?;
    let old = told.map(|bytes| Manifest::from_bytes(&bytes)).transpose();
    let old = old.map_err(|what| Error::new(format!("{what} at the target")).help(BUILD))?.unwrap_or_default();
    let mut standing = patience.ask(|| remote.list())?;
    Ok((old, History::split(&mut standing)))
}

/// Writes what is at `paths` into a folder here, for targets that have no quicker way.
pub(super) fn fetch_each(
    remote: &(impl Remote + ?Sized),
    paths: &[RelPath],
    into: &Path,
) -> Result<(), super::Failure> {
    use rayon::prelude::*;
    paths.par_iter().try_for_each(|path| match remote.read(path)? {
        Some(bytes) => output::write_atomic(&into.join(path.as_str()), &bytes).map_err(super::Failure::of),
        None => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Entry, Parts};

    #[test]
    fn a_record_comes_back_as_it_went_or_not_at_all() {
        let content = Digest::of(b"a");
        let entry = Entry { size: 1, content, key: content, parts: Parts::default() };
        let path = |path: &str| RelPath::new(path).unwrap();
        let mut manifest = Manifest { files: BTreeMap::from([(path("a"), entry)]), ..Manifest::default() };
        manifest.build = Some(manifest.digest());
        for redirects in [BTreeMap::new(), BTreeMap::from([(path("old/index.html"), "/neü/".to_owned())])] {
            let record = Record::new(manifest.clone(), redirects);
            let text = record.to_text();
            assert_eq!(Record::from_bytes(text.as_bytes()), Some(record));
            for at in 0..text.len() {
                assert_eq!(Record::from_bytes(&text.as_bytes()[..at]), None, "cut at {at}");
                let mut flipped = text.clone().into_bytes();
                flipped[at] ^= 1;
                assert_eq!(Record::from_bytes(&flipped), None, "flipped at {at}");
            }
        }
    }

    #[test]
    fn what_is_ours_is_told_from_the_site() {
        let content = Digest::of(b"a");
        let mut standing = Standing::default();
        let names =
            [".docweave-lock/x", ".docweave-releases/000003-abcdef", ".docweave-releases/note", "a/.docweave-b"];
        for name in names.into_iter().map(str::to_owned).chain([kept_path(content).as_str().to_owned()]) {
            standing.files.insert(RelPath::new(name).unwrap(), 1);
        }
        let history = History::split(&mut standing);
        assert_eq!(history.releases, BTreeMap::from([(3, "000003-abcdef".to_owned())]));
        assert_eq!(history.files, BTreeSet::from([content]));
        assert_eq!(standing.files.into_keys().collect::<Vec<_>>(), [RelPath::new("a/.docweave-b").unwrap()]);
    }
}
