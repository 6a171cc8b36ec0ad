//! What is to be done at a target.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Digest, Error, RelPath};
use crate::output::{MANIFEST, Manifest};
use crate::publish::{Parcel, Remote, Takes, encoding, history::History, remote::Failure, send::Patience};
use crate::source::standing::Standing;

/// Fewer removals than this are never too many.
const FEW: usize = 5;

/// What is done with files at the target that stand where ours must, and that we did not send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Foreign {
    /// They are left alone, and nothing is sent.
    #[default]
    Kept,
    /// They are overwritten.
    Replaced,
}

/// How many files may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// So many of a hundred.
    Percent(u8),
    /// All.
    Any,
}

/// What was asked for beside the site.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// Foreign files in the way.
    pub foreign: Foreign,
    /// Removals.
    pub removals: Removals,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its path.
    pub path: RelPath,
    /// Its size in bytes: as it will be, or as it was where it goes.
    pub size: u64,
    /// Its size before, where it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<u64>,
}

/// What is to be done, each list in the order of the paths.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Plan {
    /// Files that are not there.
    pub added: Vec<Change>,
    /// Files with other bytes.
    pub changed: Vec<Change>,
    /// Files that are ours and have no place in the site any more.
    pub removed: Vec<Change>,
    /// How many files stand as they should.
    pub unchanged: usize,
    /// How many files there are not ours.
    pub foreign: usize,
    /// What the target says of itself.
    #[serde(skip)]
    pub(super) old: Manifest,
    /// Whether that is what it is to say.
    #[serde(skip)]
    pub(super) is_told: bool,
    /// What it holds of older releases.
    #[serde(skip)]
    pub(super) history: History,
    /// The number of the release among them that this leads back to.
    #[serde(skip)]
    pub(super) goes_back_to: Option<u64>,
}

impl Plan {
    /// Whether the target is as it should be.
    pub fn is_empty(&self) -> bool {
        self.is_told && self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// How many bytes are sent.
    pub fn bytes(&self) -> u64 {
        self.added.iter().chain(&self.changed).map(|change| change.size).sum()
    }
}

/// What a target says of itself; `None` where it says nothing.
///
/// # Errors
///
/// A target that can't be asked, or whose manifest is damaged.
pub fn manifest_at(remote: &dyn Remote, patience: &Patience) -> Result<Option<Manifest>, Error> {
    let told = patience.ask(|| remote.read(&manifest_path()))?;
    let manifest = told.as_deref().map(Manifest::from_bytes).transpose();
    manifest.map_err(|what| {
        let help =
            format!("if everything at the target is from docweave, remove `{MANIFEST}` there, and use `--overwrite`");
        Error::new(format!("{what} at the target")).help(help)
    })
}

/// Compares a site with what stands at a target.
///
/// # Errors
///
/// Those of [`manifest_at`] and of [`plan_from`].
pub fn plan(remote: &dyn Remote, parcel: &Parcel, wishes: Wishes, patience: &Patience) -> Result<Plan, Error> {
    plan_from(manifest_at(remote, patience)?, remote, parcel, wishes, patience)
}

/// Compares a site with what stands at a target that says `old` of itself.
///
/// # Errors
///
/// A target that can't be asked; foreign files in the way; more removals than were asked for.
pub fn plan_from(
    old: Option<Manifest>,
    remote: &dyn Remote,
    parcel: &Parcel,
    wishes: Wishes,
    patience: &Patience,
) -> Result<Plan, Error> {
    let is_told = old.as_ref().is_some_and(|old| *old == parcel.manifest());
    let old = old.unwrap_or_default();
    let mut standing = patience.ask(|| remote.list())?;
    let history = History::split(&mut standing);
    let mut plan = Plan { is_told, history, ..Plan::default() };
    let mut in_the_way = Vec::new();
    for (path, size, content) in parcel.files() {
        if path.as_str().starts_with(".docweave-") {
            let help = "names that begin with `.docweave-` are docweave's own: rename the file";
            return Err(Error::new("a file of the site has a reserved name:").at(path.as_str()).help(help));
        }
        let was = standing.files.get(path).copied();
        let known = old.files.get(path);
        match was {
            None if standing.others.contains(path) => in_the_way.push(path.clone()),
            None => plan.added.push(Change { path: path.clone(), size, was: None }),
            Some(was) if was == size && known.is_some_and(|known| known.content == content) => plan.unchanged += 1,
            Some(was) => {
                let is_ours = old.owns(path.as_str());
                if !is_ours && was == size && is_same(remote, path, content, patience)? {
                    plan.unchanged += 1;
                } else if is_ours || wishes.foreign == Foreign::Replaced {
                    plan.changed.push(Change { path: path.clone(), size, was: Some(was) });
                } else {
                    in_the_way.push(path.clone());
                }
            }
        }
    }
    let gone = old.files.keys().chain(&old.pending).filter(|path| !parcel.has(path.as_str()));
    let gone: BTreeMap<&RelPath, u64> = gone.filter_map(|path| Some((path, *standing.files.get(path)?))).collect();
    plan.removed = gone.iter().map(|(path, size)| Change { path: (*path).clone(), size: *size, was: None }).collect();
    in_the_way.extend(blocked(parcel, &standing, &gone));
    refuse_blocked(&in_the_way)?;
    let ours = |path: &&RelPath| old.owns(path.as_str()) || parcel.has(path.as_str());
    plan.foreign = standing.others.len() + standing.files.keys().filter(|path| !ours(path)).count();
    refuse_many(&plan, &old, wishes.removals)?;
    if remote.takes() == Takes::Everything && plan.foreign > 0 && wishes.foreign == Foreign::Kept {
        let what = format!("{} there did not come from docweave, and would be lost", many(plan.foreign));
        return Err(Error::new(what).help("name another place, or add `--overwrite`"));
    }
    plan.old = old;
    Ok(plan)
}

/// Where the manifest is, as a path.
pub(super) fn manifest_path() -> RelPath {
    RelPath::new(MANIFEST).expect("a file name is a path")
}

fn is_same(remote: &dyn Remote, path: &RelPath, content: Digest, patience: &Patience) -> Result<bool, Error> {
    let bytes = patience.ask(|| remote.read(path))?;
    Ok(bytes.is_some_and(|bytes| Digest::of(&bytes) == content))
}

/// What stands where a folder of the site must be, or in a folder where a file must be, and does not go.
fn blocked(parcel: &Parcel, standing: &Standing, gone: &BTreeMap<&RelPath, u64>) -> Vec<RelPath> {
    let mut folders = BTreeSet::new();
    for (path, ..) in parcel.files() {
        let mut folder = path.parent();
        while !folder.is_empty() && folders.insert(folder) {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    let stays = standing.files.keys().filter(|path| !gone.contains_key(*path)).chain(&standing.others);
    let is_blocking = |path: &&RelPath| {
        if folders.contains(path.as_str()) {
            return true;
        }
        let mut folder = path.parent();
        while !folder.is_empty() {
            if parcel.has(folder) {
                return true;
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        false
    };
    stays.filter(is_blocking).cloned().collect()
}

fn refuse_blocked(paths: &[RelPath]) -> Result<(), Error> {
    let Some(first) = paths.first() else { return Ok(()) };
    let others = match paths.len() - 1 {
        0 => String::new(),
        count => format!(", and {} more", many(count)),
    };
    let what = format!("would replace something at the target that docweave did not send{others}:");
    Err(Error::new(what).at(first.as_str()).help("move it away, or add `--overwrite` to replace such files"))
}

fn refuse_many(plan: &Plan, old: &Manifest, removals: Removals) -> Result<(), Error> {
    let Removals::Percent(percent) = removals else { return Ok(()) };
    // What holds another file in an encoding is no loss of its own.
    let counts = |path: &&RelPath| !encoding::plain(path.as_str()).is_some_and(|plain| old.owns(plain));
    let count = plan.removed.iter().map(|change| &change.path).filter(counts).count();
    let all = old.files.keys().chain(&old.pending).filter(counts).count();
    if count <= FEW || count * 100 <= all * usize::from(percent) {
        return Ok(());
    }
    let what = format!("{count} of {all} files would be removed, and {percent} of a hundred is the limit");
    let help = "look at the plan with `--dry-run --allow-removals`; if it is right, publish with `--allow-removals`";
    Err(Error::new(what).help(help))
}

fn many(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

impl Patience {
    /// Asks until there is an answer, or no hope of one.
    pub(super) fn ask<T>(&self, question: impl Fn() -> Result<T, Failure>) -> Result<T, Error> {
        let mut pauses = self.pauses();
        loop {
            match question() {
                Ok(answer) => return Ok(answer),
                Err(Failure::Lasting(error)) => return Err(error),
                Err(Failure::Passing(error)) => match pauses.next() {
                    Some(pause) => std::thread::sleep(pause),
                    None => return Err(error),
                },
            }
        }
    }
}
