//! The staged tree takes the place of the old one.

use std::{
    collections::{BTreeSet, HashSet},
    io::ErrorKind,
    path::Path,
};

use crate::{
    model::{Error, RelPath},
    output::{
        manifest::{MANIFEST, Manifest},
        moves::{Disk, Moves},
        place,
        stage::DiskStage,
        survey::{Survey, survey},
        tree::Plan,
    },
};

/// What a commit did to the output folder, in files; the manifest is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Moved into place.
    pub written: usize,
    /// Left as they were.
    pub unchanged: usize,
    /// Removed.
    pub removed: usize,
}

/// Makes the output folder hold the tree of `plan`, whose staged files are in `stage`; `old` is the manifest that was read
/// from the folder under the same [`Lock`](crate::output::Lock).
///
/// Everything that could be refused is refused before the first move. After an error from a move, the folder is as after
/// a kill: every file is whole, old or new, and the next build completes it.
pub fn commit(stage: &DiskStage, plan: &Plan, old: &Manifest) -> Result<Summary, Error> {
    commit_through(&Disk, stage, plan, old)
}

/// [`commit`], through the given moves.
pub fn commit_through(moves: &dyn Moves, stage: &DiskStage, plan: &Plan, old: &Manifest) -> Result<Summary, Error> {
    refuse_nonsense(plan, old)?;
    let commit = Commit { moves, stage, output: stage.output() };
    if place::is_absent_or_empty(commit.output)
        && plan.manifest().files.len() == plan.staged().len()
        && let Some(summary) = commit.whole(plan)?
    {
        return Ok(summary);
    }
    let survey = survey(commit.output, plan, old)?;
    if survey.moves.is_empty() && survey.removals.is_empty() && survey.vanished.is_empty() {
        if plan.manifest() != old {
            commit.write_manifest(plan.manifest())?;
        }
        return Ok(Summary { unchanged: survey.unchanged, ..Summary::default() });
    }
    commit.piecewise(plan, old, &survey)
}

struct Commit<'a> {
    moves: &'a dyn Moves,
    stage: &'a DiskStage,
    output: &'a Path,
}

impl Commit<'_> {
    /// Moves the whole stage into place in one step; `None` where the file system refuses.
    fn whole(&self, plan: &Plan) -> Result<Option<Summary>, Error> {
        let Some(site) = self.stage.whole()? else { return Ok(None) };
        self.write(&site.join(MANIFEST), plan.manifest())?;
        // An empty folder that somebody made for us keeps its permissions, and may be what a disk is mounted on.
        if let Ok(found) = std::fs::metadata(self.output) {
            drop(std::fs::set_permissions(&site, found.permissions()));
            if cfg!(windows) {
                drop(self.moves.remove_folder(self.output));
            }
        }
        match self.moves.rename(&site, self.output) {
            Ok(()) => Ok(Some(Summary { written: plan.staged().len(), ..Summary::default() })),
            Err(error) if matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices) => Ok(None),
            Err(error) => Err(Error::io("could not move the site to", self.output, error)),
        }
    }

    /// Moves file by file. Until the last step, the manifest names all that may be ours, and does not vouch for the rest.
    fn piecewise(&self, plan: &Plan, old: &Manifest, survey: &Survey<'_>) -> Result<Summary, Error> {
        self.write_manifest(&unfinished(old, survey))?;
        for path in &survey.clear {
            self.remove_file(path)?;
        }
        for folder in &survey.clear_folders {
            self.remove_folder(folder)?;
        }
        let (pages, assets): (Vec<&RelPath>, Vec<&RelPath>) = survey.moves.iter().partition(|path| is_page(path));
        let mut folders = BTreeSet::from([""]);
        for path in assets.iter().chain(&pages) {
            self.make_folders(path.parent(), &mut folders)?;
            let to = self.output.join(path.as_str());
            let moved = self.moves.rename(&self.stage.staged(path)?, &to);
            moved.map_err(|error| Error::io("could not move a file to", to, error))?;
        }
        let left = survey.removals.iter().map(|path| path.as_str()).filter(|path| !survey.clear.contains(path));
        for path in left {
            self.remove_file(path)?;
        }
        self.tidy(survey.removals.iter().chain(&survey.vanished).map(|path| path.parent()));
        self.write_manifest(plan.manifest())?;
        Ok(Summary { written: survey.moves.len(), unchanged: survey.unchanged, removed: survey.removals.len() })
    }

    fn make_folders<'p>(&self, folder: &'p str, made: &mut BTreeSet<&'p str>) -> Result<(), Error> {
        if !made.insert(folder) {
            return Ok(());
        }
        self.make_folders(folder.rsplit_once('/').map_or("", |(parent, _)| parent), made)?;
        let path = self.output.join(folder);
        match self.moves.create_folder(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(Error::io("could not create the folder", path, error))
            }
            _ => Ok(()),
        }
    }

    fn remove_file(&self, path: &str) -> Result<(), Error> {
        let path = self.output.join(path);
        match self.moves.remove_file(&path) {
            Err(error) if !is_gone(&error) => Err(Error::io("could not remove", path, error)),
            _ => Ok(()),
        }
    }

    fn remove_folder(&self, folder: &str) -> Result<(), Error> {
        let path = self.output.join(folder);
        match self.moves.remove_folder(&path) {
            Err(error) if !is_gone(&error) => Err(Error::io("could not remove the folder", path, error)),
            _ => Ok(()),
        }
    }

    /// Removes the folders that our removals left empty. One that holds a foreign file refuses, and stays.
    fn tidy<'p>(&self, folders: impl Iterator<Item = &'p str>) {
        let mut all = BTreeSet::new();
        for folder in folders {
            let mut folder = folder;
            while !folder.is_empty() && all.insert(folder) {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        // A folder sorts before what it holds.
        for folder in all.into_iter().rev() {
            drop(self.moves.remove_folder(&self.output.join(folder)));
        }
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Error> {
        let staged = self.stage.folder()?.join("manifest");
        self.write(&staged, manifest)?;
        let to = self.output.join(MANIFEST);
        self.moves.rename(&staged, &to).map_err(|error| Error::io("could not write", to, error))
    }

    fn write(&self, path: &Path, manifest: &Manifest) -> Result<(), Error> {
        let written = self.moves.write(path, manifest.to_text().as_bytes());
        written.map_err(|error| Error::io("could not write", path, error))
    }
}

/// The manifest of a folder in which files are moving: what moves is ours, with unknown bytes; the rest is as it was.
fn unfinished(old: &Manifest, survey: &Survey<'_>) -> Manifest {
    let moving: BTreeSet<RelPath> = survey.moves.iter().map(|path| (*path).clone()).collect();
    let files = old.files.iter().filter(|(path, _)| !moving.contains(*path));
    let files = files.map(|(path, entry)| (path.clone(), entry.clone())).collect();
    Manifest { files, pending: &moving | &old.pending, shard: old.shard, build: None }
}

/// Pages point at assets, so they come after them.
fn is_page(path: &RelPath) -> bool {
    matches!(path.extension(), "html" | "xml" | "json" | "txt")
}

fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn refuse_nonsense(plan: &Plan, old: &Manifest) -> Result<(), Error> {
    let mut folders = HashSet::new();
    for (path, entry) in &plan.manifest().files {
        if path.as_str().starts_with(".docweave-") {
            let help = "names that begin with `.docweave-` are docweave's own: rename the file";
            return Err(Error::new("a file of the site has a reserved name:").at(path.as_str()).help(help));
        }
        let stands = || old.files.get(path).is_some_and(|before| before.content == entry.content);
        if !plan.staged().contains(path) && !stands() {
            let help = "build again with `--no-cache`";
            return Err(Error::new("asked to keep a file that no build wrote:").at(path.as_str()).help(help));
        }
        let mut folder = path.parent();
        while !folder.is_empty() && folders.insert(folder) {
            if plan.manifest().files.contains_key(folder) {
                let help = "one page's address is another's folder: change one of the two";
                return Err(Error::new("a file and a folder at once:").at(folder).help(help));
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]
mod tests;
