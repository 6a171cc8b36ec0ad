//! A look at the output folder before anything moves: what is to be done, and what stands in the way.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs::Metadata,
    io::ErrorKind,
    path::Path,
};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::{
    model::{Digest, Error, RelPath},
    output::{
        manifest::{Entry, Manifest},
        tree::Plan,
    },
};

/// The files of the manifest that do not stand in the output folder as they should: missing, not a regular file, behind a
/// link, or of another size. Sorted.
pub fn check_present<'a>(manifest: &'a Manifest, output: &'a Path) -> Vec<RelPath> {
    let files: Vec<(&'a RelPath, &Entry)> = manifest.files.iter().collect();
    let lacking = |chunk: &[(&'a RelPath, &Entry)]| -> Vec<RelPath> {
        let mut folders = Folders::new(output);
        let mut stands = |path: &'a RelPath, size: u64| {
            let found = folders.find(path.as_str());
            matches!(found, Ok(Found::There(found)) if found.is_file() && found.len() == size)
        };
        chunk.iter().filter(|(path, entry)| !stands(path, entry.size)).map(|(path, _)| (*path).clone()).collect()
    };
    files.par_chunks(2048).flat_map_iter(lacking).collect()
}

/// What is to be done to the output folder. Nothing in it is in anybody's way.
#[derive(Debug, Default)]
pub(super) struct Survey<'a> {
    /// Staged files to move into place.
    pub moves: Vec<&'a RelPath>,
    /// Files of ours where a folder must be, or in a folder where a file must be.
    pub clear: BTreeSet<&'a str>,
    /// Folders where a file must be, deepest first.
    pub clear_folders: Vec<String>,
    /// Files of ours that have no place in the new tree.
    pub removals: Vec<&'a RelPath>,
    /// The same that are gone already, perhaps by a killed build, which may have left their folders.
    pub vanished: Vec<&'a RelPath>,
    /// How many files stand as they should.
    pub unchanged: usize,
}

/// Compares the plan with what stands in the folder `output`.
///
/// Foreign files and links where we must write, and a path that is a file and a folder at once, are errors.
pub(super) fn survey<'a>(output: &'a Path, plan: &'a Plan, old: &'a Manifest) -> Result<Survey<'a>, Error> {
    let mut surveyor = Surveyor {
        output,
        plan,
        old,
        folders: Folders::new(output),
        old_by_fold: None,
        survey: Survey { unchanged: plan.manifest().files.len() - plan.staged().len(), ..Survey::default() },
    };
    for path in plan.staged() {
        surveyor.look_at(path)?;
    }
    surveyor.find_removals();
    Ok(surveyor.survey)
}

struct Surveyor<'a> {
    output: &'a Path,
    plan: &'a Plan,
    old: &'a Manifest,
    folders: Folders<'a>,
    old_by_fold: Option<HashMap<String, &'a RelPath>>,
    survey: Survey<'a>,
}

impl<'a> Surveyor<'a> {
    fn look_at(&mut self, path: &'a RelPath) -> Result<(), Error> {
        let entry = self.plan.manifest().files.get(path).expect("everything staged is in the manifest");
        match self.folders.find(path.as_str())? {
            Found::Absent => {}
            Found::Behind(folder, found) if found.is_file() && self.is_to_go(folder) => {
                self.survey.clear.insert(folder);
            }
            Found::Behind(folder, found) => return Err(self.in_the_way(folder, &found)),
            Found::There(found) if found.is_dir() => self.clear_folder(path.as_str())?,
            Found::There(found) if !found.is_file() => return Err(self.in_the_way(path.as_str(), &found)),
            Found::There(found) => {
                let same_size = found.len() == entry.size;
                let stands = match self.old.files.get(path) {
                    // It was rendered although it stands: somebody asked for that, and the size alone is no proof.
                    Some(before) => {
                        same_size && before.content == entry.content && self.has_content(path, &entry.content)
                    }
                    None => same_size && !self.old.owns(path.as_str()) && self.has_content(path, &entry.content),
                };
                if stands {
                    self.survey.unchanged += 1;
                    return Ok(());
                }
                if !self.old.owns(path.as_str()) && !self.owns_by_other_case(path) {
                    return Err(self.in_the_way(path.as_str(), &found));
                }
            }
        }
        self.survey.moves.push(path);
        Ok(())
    }

    /// A folder stands where a file must be: fine where all that it holds is ours, and has no place in the new tree.
    fn clear_folder(&mut self, folder: &'a str) -> Result<(), Error> {
        let below = format!("{folder}/");
        let starts_below = |path: &&RelPath| path.as_str().starts_with(&below);
        let ours: HashSet<&'a str> =
            self.old.files.keys().chain(&self.old.pending).filter(starts_below).map(RelPath::as_str).collect();
        for entry in walkdir::WalkDir::new(self.output.join(folder)).contents_first(true) {
            let entry = entry
                .map_err(|error| Error::io("could not read the folder", self.output.join(folder), error.into()))?;
            let relative = entry.path().strip_prefix(self.output).expect("a walk stays below its root");
            let parts: Option<Vec<&str>> = relative.components().map(|part| part.as_os_str().to_str()).collect();
            let name = parts.map(|parts| parts.join("/"));
            match name.as_deref().and_then(|name| ours.get(name)) {
                _ if entry.file_type().is_dir() => {
                    self.survey.clear_folders.push(name.unwrap_or_else(|| relative.to_string_lossy().into_owned()));
                }
                Some(ours) if entry.file_type().is_file() && self.is_to_go(ours) => {
                    self.survey.clear.insert(ours);
                }
                _ => {
                    let found = entry.metadata().map_err(|_| foreign(entry.path()))?;
                    return Err(self.in_the_way(&relative.to_string_lossy(), &found));
                }
            }
        }
        Ok(())
    }

    fn is_to_go(&self, path: &str) -> bool {
        self.old.owns(path) && !self.plan.manifest().files.contains_key(path)
    }

    /// Files behind links, and what has become a folder, a link or somebody's pipe, are no longer what we wrote: they are
    /// left alone.
    fn find_removals(&mut self) {
        let new = &self.plan.manifest().files;
        let gone = |path: &&&RelPath| !new.contains_key(**path);
        let mut gone: Vec<&'a RelPath> = self.old.files.keys().chain(&self.old.pending).filter(|p| gone(&p)).collect();
        gone.sort();
        gone.dedup();
        for path in gone {
            match self.folders.find(path.as_str()) {
                Ok(Found::There(found)) if found.is_file() => self.survey.removals.push(path),
                Ok(Found::Absent) => self.survey.vanished.push(path),
                _ => {}
            }
        }
        if !self.survey.removals.is_empty() {
            let new_by_fold: HashMap<String, &RelPath> = new.keys().map(|path| (fold(path), path)).collect();
            let renamed =
                |path: &RelPath| new_by_fold.get(&fold(path)).is_some_and(|twin| is_one_file(self.output, path, twin));
            self.survey.removals.retain(|path| !renamed(path));
        }
    }

    fn owns_by_other_case(&mut self, path: &RelPath) -> bool {
        let old = self.old;
        let by_fold = self
            .old_by_fold
            .get_or_insert_with(|| old.files.keys().chain(&old.pending).map(|path| (fold(path), path)).collect());
        by_fold.get(&fold(path)).is_some_and(|twin| is_one_file(self.output, path, twin))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a file of the output folder, to see whether it is what we would write"
    )]
    fn has_content(&self, path: &RelPath, content: &Digest) -> bool {
        std::fs::read(self.output.join(path.as_str())).is_ok_and(|bytes| Digest::of(&bytes) == *content)
    }

    fn in_the_way(&self, path: &str, found: &Metadata) -> Error {
        let at = self.output.join(path);
        if found.is_symlink() {
            let help = "docweave does not follow links in the output folder: remove the link";
            return Error::new("a link is in the way:").at(at).help(help);
        }
        foreign(&at)
    }
}

fn foreign(path: &Path) -> Error {
    Error::new("would replace something that docweave did not write:")
        .at(path)
        .help("move it away, or name another folder with `--output`")
}

/// A path as a file system sees it that ignores case and the forms of Unicode.
fn fold(path: &RelPath) -> String {
    path.as_str().nfc().flat_map(char::to_lowercase).collect()
}

/// Whether two different paths name one file, because the file system ignores case.
fn is_one_file(output: &Path, one: &RelPath, other: &RelPath) -> bool {
    let (one, other) = (output.join(one.as_str()), output.join(other.as_str()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // A file with one name that is found by two. More names would be hard links, which are files of their own.
        let identity = |path: &Path| std::fs::symlink_metadata(path).map(|f| (f.dev(), f.ino(), f.nlink())).ok();
        identity(&one).is_some_and(|found| found.2 == 1 && identity(&other) == Some(found))
    }
    #[cfg(not(unix))]
    {
        one.canonicalize().is_ok_and(|found| other.canonicalize().is_ok_and(|twin| twin == found))
    }
}

/// What stands at a path, links not followed.
enum Found<'p> {
    /// Nothing.
    Absent,
    /// Something.
    There(Metadata),
    /// This prefix of the path is not a folder.
    Behind(&'p str, Metadata),
}

/// Looks at each folder once, however many files it holds.
struct Folders<'p> {
    root: &'p Path,
    seen: HashMap<&'p str, Standing<'p>>,
}

#[derive(Clone)]
enum Standing<'p> {
    Folder,
    Absent,
    Blocked(&'p str, Metadata),
}

impl<'p> Folders<'p> {
    fn new(root: &'p Path) -> Self {
        Self { root, seen: HashMap::new() }
    }

    fn find(&mut self, path: &'p str) -> Result<Found<'p>, Error> {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        match self.standing(parent)? {
            Standing::Folder => Ok(self.look(path)?.map_or(Found::Absent, Found::There)),
            Standing::Absent => Ok(Found::Absent),
            Standing::Blocked(prefix, found) => Ok(Found::Behind(prefix, found)),
        }
    }

    fn standing(&mut self, folder: &'p str) -> Result<Standing<'p>, Error> {
        if folder.is_empty() {
            return Ok(Standing::Folder);
        }
        if let Some(standing) = self.seen.get(folder) {
            return Ok(standing.clone());
        }
        let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        let standing = match self.standing(parent)? {
            Standing::Folder => match self.look(folder)? {
                None => Standing::Absent,
                Some(found) if found.is_dir() => Standing::Folder,
                Some(found) => Standing::Blocked(folder, found),
            },
            other => other,
        };
        self.seen.insert(folder, standing.clone());
        Ok(standing)
    }

    fn look(&self, path: &str) -> Result<Option<Metadata>, Error> {
        let path = self.root.join(path);
        match std::fs::symlink_metadata(&path) {
            Ok(found) => Ok(Some(found)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Error::io("could not look at", path, error)),
        }
    }
}
