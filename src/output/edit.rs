//! Changes to the sources: all of a [`Patch`], or nothing of it.
//!
//! [`plan`] refuses whatever can be refused: a file that is another than was read, edits that overlap, a name that is taken,
//! a path that leaves the site. [`apply`] then writes every new text into `.docweave/edit/`, beside a journal of what goes
//! where, and only then moves the first file. Killed before the journal stands, the site is as it was; killed later, it is
//! [`finish`]ed from the journal by the next run, so that the change is made as a whole or not at all. A file that somebody
//! changed in between is never overwritten.
//!
//! Hidden files are not touched, whatever a patch or a journal says.

mod journal;
mod overlay;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    model::{
        Digest, Error, Patch, RelPath,
        edit::{Clash, Edit, rewrite},
    },
    output::{
        edit::journal::{Journal, Step},
        lock::Lock,
        moves::{Disk, Moves},
        write::{AtomicFile, sweep},
    },
    source::{Files, disk::Folder, is_left_out, text},
};

pub use self::overlay::Overlay;

/// Where new texts wait, from the site's root.
const STAGE: &str = ".docweave/edit";

/// How long a second change of the same site waits for the first.
const PATIENCE: Duration = Duration::from_secs(10);

/// What will become of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its path from the site's root.
    pub from: RelPath,
    /// The path that it will have: the same for one that stays.
    pub to: RelPath,
    /// What it holds; `None` for a file that moves and is not edited, and for a new one.
    pub before: Option<Vec<u8>>,
    /// What it will hold; `None` for a file that moves and is not edited.
    pub after: Option<Vec<u8>>,
    /// How many edits it takes.
    pub edits: usize,
    /// Of what it holds; `None` for a new file.
    digest: Option<Digest>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The path that it had, from the site's root.
    pub from: RelPath,
    /// The path that it has.
    pub to: RelPath,
    /// How many edits it took.
    pub edits: usize,
}

/// What a patch would do, file by file, ordered by path. Nothing is written.
///
/// # Errors
///
/// A file that is another than was read or can't be; edits that overlap or lie outside of their text; a move to a path that is taken;
/// a path that is hidden.
pub fn plan(files: &dyn Files, patch: &Patch) -> Result<Vec<Planned>, Error> {
    let mut edits: BTreeMap<&RelPath, Vec<&Edit>> = BTreeMap::new();
    for edit in &patch.edits {
        edits.entry(&edit.path).or_default().push(edit);
    }
    let moves: BTreeMap<&RelPath, &RelPath> = patch.moves.iter().map(|(from, to)| (from, to)).collect();
    if moves.len() < patch.moves.len() {
        return Err(Error::new("a file can't be moved to two places"));
    }
    let targets: BTreeSet<&RelPath> = moves.values().copied().collect();
    if targets.len() < moves.len() {
        return Err(Error::new("two files can't be moved to one place"));
    }
    let paths: BTreeSet<&RelPath> = edits.keys().chain(moves.keys()).copied().collect();
    let plan = paths.into_iter().map(|path| {
        let to = moves.get(path).copied().unwrap_or(path);
        planned(files, patch, path, to, edits.get(path).map_or(&[], Vec::as_slice))
    });
    let mut plan = plan.collect::<Result<Vec<_>, Error>>()?;
    for (path, text) in &patch.new {
        refuse_hidden(path)?;
        if targets.contains(path) || plan.iter().any(|planned| planned.from == *path) {
            return Err(Error::new("something has that name already:").at(path.as_str()));
        }
        let (from, to) = (path.clone(), path.clone());
        plan.push(Planned { from, to, before: None, after: Some(text.clone().into_bytes()), edits: 0, digest: None });
    }
    plan.sort_by(|a, b| a.from.cmp(&b.from));
    Ok(plan)
}

fn planned(files: &dyn Files, patch: &Patch, from: &RelPath, to: &RelPath, edits: &[&Edit]) -> Result<Planned, Error> {
    [from, to].into_iter().try_for_each(refuse_hidden)?;
    if edits.is_empty() {
        let (digest, _) = files.digest(from)?;
        refuse_changed(from, patch.read.get(from).is_none_or(|read| *read == digest))?;
        return Ok(Planned {
            from: from.clone(),
            to: to.clone(),
            before: None,
            after: None,
            edits: 0,
            digest: Some(digest),
        });
    }
    let before = files.read_unlisted(from)?;
    let digest = Digest::of(&before);
    refuse_changed(from, patch.read.get(from) == Some(&digest))?;
    let after = rewritten(from, &before, edits)?;
    let count = crate::model::edit::in_order(edits).len();
    Ok(Planned {
        from: from.clone(),
        to: to.clone(),
        before: Some(before),
        after: Some(after),
        edits: count,
        digest: Some(digest),
    })
}

fn refuse_hidden(path: &RelPath) -> Result<(), Error> {
    let is_hidden = path.as_str().split('/').any(|name| is_left_out(name.as_bytes()));
    if is_hidden || path.as_str().is_empty() {
        return Err(Error::new("not a file of the site that may be changed:").at(path.as_str()));
    }
    Ok(())
}

fn refuse_changed(path: &RelPath, is_as_read: bool) -> Result<(), Error> {
    if is_as_read {
        return Ok(());
    }
    let error = Error::new("somebody changed the file while this was being worked out:").at(path.as_str());
    Err(error.help("nothing was changed: try again"))
}

/// The bytes of a file with all edits of its text made. What the edits leave alone stays byte for byte: a byte order mark,
/// line ends, control characters.
fn rewritten(path: &RelPath, bytes: &[u8], edits: &[&Edit]) -> Result<Vec<u8>, Error> {
    let (decoded, problem) = text::decode(path.as_str(), bytes).map_err(|problem| {
        Error::new(format!("can't edit {path}: {}", problem.message)).help("save it as UTF-8 first")
    })?;
    let refuse = |clash: Clash| match clash {
        Clash::Overlap(at) => Error::new(format!("two changes of {path} meet at byte {at}")),
        Clash::Outside(at) => Error::new(format!("a change of {path} lies outside of its text, at byte {at}")),
    };
    let text = rewrite(&decoded, edits).map_err(refuse)?;
    let mark = bytes.len() - bytes.strip_prefix(b"\xef\xbb\xbf").map_or(bytes.len(), <[u8]>::len);
    if problem.is_none() {
        return Ok([&bytes[..mark], text.as_bytes()].concat());
    }
    // A control character is one byte, and three in the text that stands in for it.
    let mut places = vec![mark];
    let raw = text::decoded_widths(&bytes[mark..]);
    for (at, width) in raw.enumerate() {
        places.resize(places.len() + width - 1, mark + at);
        places.push(mark + at + 1);
    }
    let mut result = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for edit in crate::model::edit::in_order(edits) {
        result.extend_from_slice(&bytes[at..places[edit.start]]);
        result.extend_from_slice(edit.text.as_bytes());
        at = places[edit.end];
    }
    result.extend_from_slice(&bytes[at..]);
    Ok(result)
}

/// Makes the changes of `patch` to the site in `root`, after those that a killed run left unfinished.
///
/// # Errors
///
/// Those of [`plan`]: then nothing was changed. A disk that fails in the middle: then the next run finishes the change.
pub fn apply(root: &Path, patch: &Patch) -> Result<Vec<Changed>, Error> {
    apply_through(&Disk, root, patch)
}

/// [`apply`], through the given moves.
///
/// # Errors
///
/// The same.
pub fn apply_through(moves: &dyn Moves, root: &Path, patch: &Patch) -> Result<Vec<Changed>, Error> {
    let _lock = lock(root)?;
    finish_locked(moves, root)?;
    let files = Folder::open(root)?;
    let planned = plan(&files, patch)?;
    let change = Change { moves, root, files: &files };
    let folders = change.refuse(&planned)?;
    let changes = planned.iter().filter(|planned| planned.from != planned.to || planned.before != planned.after);
    let steps: Vec<&Planned> = changes.collect();
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    // Until the journal stands, the way back is to clear up.
    let staged = change.try_folders(&folders).and_then(|()| change.stage(&steps));
    let journal = staged.inspect_err(|_| drop(change.clear()))?;
    change.carry_out(&journal)
}

/// Finishes what a killed [`apply`] began. Says what was left to do; nothing where no journal stands.
///
/// # Errors
///
/// A file that somebody changed since.
pub fn finish(root: &Path) -> Result<Vec<Changed>, Error> {
    if !root.join(STAGE).exists() {
        return Ok(Vec::new());
    }
    let _lock = lock(root)?;
    finish_locked(&Disk, root)
}

fn finish_locked(moves: &dyn Moves, root: &Path) -> Result<Vec<Changed>, Error> {
    let stage = root.join(STAGE);
    if !stage.exists() {
        return Ok(Vec::new());
    }
    let files = Folder::open(root)?;
    let change = Change { moves, root, files: &files };
    match journal::read(&stage)? {
        Some(journal) => change.carry_out(&journal),
        None => change.clear().map(|()| Vec::new()),
    }
}

fn lock(root: &Path) -> Result<Lock, Error> {
    let busy = |error: Error| match error.source {
        Some(_) => error,
        None => Error::new("another run is changing the files of").at(root).help("wait until it has finished"),
    };
    Lock::acquire(&root.join(STAGE), PATIENCE).map_err(busy)
}

/// A change on disk.
struct Change<'a> {
    moves: &'a dyn Moves,
    root: &'a Path,
    files: &'a Folder,
}

impl Change<'_> {
    /// Refuses what only the disk can say no to, before anything is written. Returns the folders in which files will change.
    fn refuse(&self, planned: &[Planned]) -> Result<BTreeSet<PathBuf>, Error> {
        let mut folders = BTreeSet::new();
        let mut files = BTreeSet::new();
        for Planned { from, to, digest, .. } in planned {
            let on_disk = self.root.join(from.as_str());
            if !on_disk.canonicalize().is_ok_and(|real| files.insert(real)) && digest.is_some() {
                let error = Error::new("a symbolic link makes two of the files to be changed one:").at(on_disk);
                return Err(error.help("change one of them by hand, or take the link out"));
            }
            if digest.is_none() && on_disk.symlink_metadata().is_ok() {
                return Err(Error::new("something has that name already:").at(on_disk).help("choose another one"));
            }
            if from != to {
                if on_disk.is_symlink() {
                    let error = Error::new("a symbolic link is not moved along:").at(on_disk);
                    return Err(error.help("move it by hand, and mend where it points"));
                }
                let target = self.root.join(to.as_str());
                if target.symlink_metadata().is_ok() && !is_same_file(&on_disk, &target) {
                    return Err(Error::new("something has that name already:").at(target).help("choose another one"));
                }
            }
            folders.insert(self.real_folder(from)?);
            folders.insert(self.real_folder(to)?);
        }
        Ok(folders)
    }

    /// Tries whether each folder takes files: one that does not would stop the change in its middle. What a killed try leaves
    /// is swept by way of the list that is written first.
    fn try_folders(&self, folders: &BTreeSet<PathBuf>) -> Result<(), Error> {
        let stage = self.root.join(STAGE);
        self.make_folder(&stage)?;
        let list: Vec<_> = folders.iter().map(|folder| folder.to_string_lossy()).collect();
        self.write(&stage.join(journal::FOLDERS), list.join("\n").as_bytes())?;
        folders.iter().try_for_each(|folder| AtomicFile::create(folder).map(drop))
    }

    /// The real path of what exists of the folder in which a file lies or will lie.
    fn real_folder(&self, path: &RelPath) -> Result<PathBuf, Error> {
        let on_disk = self.real(path);
        let existing = on_disk.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
        let existing = existing.unwrap_or(self.root);
        if !self.files.leads_inside(existing) {
            return Err(Error::new("a link takes it out of the site's folder:").at(on_disk));
        }
        if !existing.is_dir() {
            return Err(Error::new("a file has the name of a folder:").at(existing).help("choose another path"));
        }
        Ok(existing.to_owned())
    }

    /// Where a file is: behind a symbolic link, the file that it names.
    fn real(&self, path: &RelPath) -> PathBuf {
        let on_disk = self.root.join(path.as_str());
        if on_disk.is_symlink() { on_disk.canonicalize().unwrap_or(on_disk) } else { on_disk }
    }

    /// Writes all new texts, and the journal behind them.
    fn stage(&self, planned: &[&Planned]) -> Result<Journal, Error> {
        let stage = self.root.join(STAGE);
        self.make_folder(&stage)?;
        let mut steps = Vec::with_capacity(planned.len());
        for (number, planned) in planned.iter().enumerate() {
            let Planned { from, to, after, edits, digest, .. } = *planned;
            if let Some(text) = after {
                let path = stage.join(number.to_string());
                self.write(&path, text)?;
                if let Ok(found) = std::fs::metadata(self.root.join(from.as_str())) {
                    drop(std::fs::set_permissions(&path, found.permissions()));
                }
            }
            steps.push(Step {
                from: from.clone(),
                to: to.clone(),
                edits: *edits,
                before: *digest,
                after: after.as_ref().map(|text| (number, Digest::of(text))),
            });
        }
        let journal = Journal { steps };
        self.write(&stage.join(journal::UNFINISHED), &journal::bytes(&journal))?;
        self.rename(&stage.join(journal::UNFINISHED), &stage.join(journal::NAME))?;
        Ok(journal)
    }

    /// Moves everything to where the journal says, whatever of it has been done already, and clears up.
    fn carry_out(&self, journal: &Journal) -> Result<Vec<Changed>, Error> {
        for step in &journal.steps {
            [&step.from, &step.to].into_iter().try_for_each(refuse_hidden)?;
            self.real_folder(&step.to)?;
            if step.from == step.to { self.replace(step)? } else { self.relocate(step)? }
        }
        self.tidy(journal);
        self.remove(&self.root.join(STAGE).join(journal::NAME))?;
        self.clear()?;
        let changed = |step: &Step| Changed { from: step.from.clone(), to: step.to.clone(), edits: step.edits };
        Ok(journal.steps.iter().map(changed).collect())
    }

    /// Puts a new text in the place of the old one.
    fn replace(&self, step: &Step) -> Result<(), Error> {
        let Some((number, after)) = step.after else { return Ok(()) };
        let target = self.real(&step.to);
        match self.digest(&target) {
            Some(found) if found == after => Ok(()),
            found if found == step.before => {
                self.make_folder(target.parent().unwrap_or(self.root))?;
                self.bring(&self.staged(number), &target)
            }
            _ => Err(self.disturbed(&target)),
        }
    }

    fn relocate(&self, step: &Step) -> Result<(), Error> {
        let (from, to) = (self.root.join(step.from.as_str()), self.root.join(step.to.as_str()));
        let after = step.after.map(|(_, digest)| digest).or(step.before);
        if is_same_file(&from, &to) {
            // On a disk that ignores case, a name in other letters.
            self.rename(&from, &to)?;
            return self.replace(step);
        }
        match (self.digest(&from), self.digest(&to)) {
            (_, Some(there)) if Some(there) != after => return Err(self.disturbed(&to)),
            (Some(here), _) if Some(here) != step.before => return Err(self.disturbed(&from)),
            (None, None) => return Err(self.disturbed(&from)),
            (_, Some(_)) => {}
            (Some(_), None) => {
                self.make_folder(to.parent().unwrap_or(self.root))?;
                match step.after {
                    Some((number, _)) => self.bring(&self.staged(number), &to)?,
                    None => return self.bring(&from, &to),
                }
            }
        }
        self.remove(&from)
    }

    /// Renames a file, or copies it where it lies on another disk.
    fn bring(&self, from: &Path, to: &Path) -> Result<(), Error> {
        match self.moves.rename(from, to) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let temporary = to.with_file_name(journal::TEMPORARY);
                std::fs::copy(from, &temporary).map_err(|error| Error::io("could not write", &temporary, error))?;
                self.rename(&temporary, to)?;
                self.remove(from)
            }
            moved => moved.map_err(|error| Error::io("could not move a file to", to, error)),
        }
    }

    /// Removes the folders that moves left empty, but none at the top of the site.
    fn tidy(&self, journal: &Journal) {
        let mut folders = BTreeSet::new();
        for step in journal.steps.iter().filter(|step| step.from != step.to) {
            let mut folder = step.from.parent();
            while let Some((above, _)) = folder.rsplit_once('/') {
                folders.insert(folder);
                folder = above;
            }
        }
        // Those that lie in others come first.
        folders.iter().rev().for_each(|folder| drop(self.moves.remove_folder(&self.root.join(folder))));
    }

    /// Removes the stage, of which nothing is needed any more.
    fn clear(&self) -> Result<(), Error> {
        let stage = self.root.join(STAGE);
        let list = crate::source::disk::read_at_most(&stage.join(journal::FOLDERS), crate::source::disk::LARGEST);
        let list = list.ok().and_then(|list| String::from_utf8(list).ok()).unwrap_or_default();
        list.lines().map(Path::new).filter(|folder| self.files.leads_inside(folder)).for_each(sweep);
        for entry in std::fs::read_dir(&stage).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if [journal::UNFINISHED, journal::FOLDERS].contains(&&*name)
                || name.bytes().all(|byte| byte.is_ascii_digit())
            {
                self.remove(&entry.path())?;
            }
        }
        drop(self.moves.remove_folder(&stage));
        Ok(())
    }

    fn staged(&self, number: usize) -> PathBuf {
        self.root.join(STAGE).join(number.to_string())
    }

    fn digest(&self, path: &Path) -> Option<Digest> {
        let inside = path.strip_prefix(self.root).ok().and_then(|path| RelPath::new(path.to_str()?));
        match inside {
            Some(inside) => self.files.digest(&inside).ok().map(|(digest, _)| digest),
            None => crate::source::disk::read_at_most(path, u64::MAX).ok().map(|bytes| Digest::of(&bytes)),
        }
    }

    fn disturbed(&self, path: &Path) -> Error {
        let what = "a change of the site was cut short, and can't be finished, for somebody changed";
        let help = format!("put the file back as it was, or remove {STAGE} to leave the files as they are");
        Error::new(what).at(path).help(help)
    }

    fn make_folder(&self, folder: &Path) -> Result<(), Error> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make_folder(above)?;
        }
        match self.moves.create_folder(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(Error::io("could not create the folder", folder, error))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.moves.write(path, bytes).map_err(|error| Error::io("could not write", path, error))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        self.moves.rename(from, to).map_err(|error| Error::io("could not move a file to", to, error))
    }

    fn remove(&self, path: &Path) -> Result<(), Error> {
        match self.moves.remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("could not remove", path, error)),
            _ => Ok(()),
        }
    }
}

/// Whether two names that differ are those of one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one != other && real(one).is_some_and(|real_one| real(other) == Some(real_one))
}

#[cfg(test)]
mod tests;
