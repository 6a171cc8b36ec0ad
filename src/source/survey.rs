//! What a site's folder looks like at one moment: the names of its files, and enough of each to see that it changed.
//!
//! A process that stays takes a survey where something may have changed, and a build that is given one goes by it in place
//! of walking the folder again. What happens after a survey shows in the next, as what happens during a build does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
    sync::Arc,
};

use rustc_hash::FxHashMap;

use crate::model::{Digest, Error, RelPath};
use crate::source::{Files, Listing, disk::Folder, facts, is_left_out, stamps::Stamp};

/// What the files below some folders of a site look like.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What each folder holds. One that can't be listed is missing: the build says why.
    folders: BTreeMap<String, Arc<Listing>>,
    files: Arc<FxHashMap<RelPath, Look>>,
    /// Whether any file has more names than one, so that an event about one may be about others.
    has_links: bool,
}

/// What one file looked like, and whether it looks otherwise as soon as somebody writes to it.
#[derive(Clone, Copy, Debug)]
struct Look {
    stamp: Stamp,
    is_settled: bool,
}

impl Look {
    fn of(metadata: &fs::Metadata, now: u64) -> Self {
        let stamp = Stamp::of(metadata);
        Self { stamp, is_settled: stamp.is_settled(now) }
    }
}

impl Survey {
    /// Looks at every file at or below `names`: of files and folders, from the site's root.
    pub fn of(folder: &Folder, names: &[&str]) -> Self {
        let mut survey = Self::default();
        let mut files = FxHashMap::default();
        for name in names {
            survey.look_at(folder, name, &mut files);
        }
        survey.files = Arc::new(files);
        survey
    }

    fn look_at(&mut self, folder: &Folder, name: &str, files: &mut FxHashMap<RelPath, Look>) {
        let now = facts::now();
        if !folder.root().join(name).is_dir() {
            let path = RelPath::new(name);
            let look = path.and_then(|path| Some((path, Look::of(&metadata(folder, name)?, now))));
            files.extend(look);
            return;
        }
        let listing = folder.walk(name, &mut |path, entry| {
            self.has_links |= entry.path_is_symlink();
            if let (Some(path), Ok(metadata)) = (path, entry.metadata()) {
                self.has_links |= has_more_names(&metadata);
                files.insert(path.clone(), Look::of(&metadata, now));
            }
        });
        if let Ok(listing) = listing {
            self.folders.insert(name.to_owned(), Arc::new(listing));
        }
    }

    /// The same after something was said to have happened to `paths` alone. `None` where that is not enough to go by, as where
    /// a file is new, or gone, or no plain one.
    pub fn after(&self, folder: &Folder, paths: &BTreeSet<RelPath>) -> Option<Self> {
        if self.has_links {
            return None;
        }
        let mut survey = self.clone();
        let files = Arc::make_mut(&mut survey.files);
        let now = facts::now();
        for path in paths {
            match fs::symlink_metadata(folder.root().join(path.as_str())) {
                Ok(metadata) if metadata.is_file() && !has_more_names(&metadata) => {
                    *files.get_mut(path)? = Look::of(&metadata, now);
                }
                // Editors make files for a moment, to try whether they can.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !self.holds(path) => {}
                _ => return None,
            }
        }
        Some(survey)
    }

    /// Whether `path` is a file of the survey, or a folder of such.
    fn holds(&self, path: &RelPath) -> bool {
        let is_below =
            |file: &RelPath| file.as_str().strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        self.files.contains_key(path) || self.files.keys().any(is_below)
    }

    /// The same for whoever goes by what there was at the time, however soon before it files were written.
    pub fn as_it_was(&self) -> Self {
        let settled = |(path, look): (&RelPath, &Look)| (path.clone(), Look { is_settled: true, ..*look });
        Self { files: Arc::new(self.files.iter().map(settled).collect()), ..self.clone() }
    }

    /// Adds what `other` saw.
    pub fn extend(&mut self, other: Self) {
        self.folders.extend(other.folders);
        self.has_links |= other.has_links;
        Arc::make_mut(&mut self.files).extend(other.files.iter().map(|(path, look)| (path.clone(), *look)));
    }

    /// Forgets the files of which `is_kept` says so.
    pub fn retain(&mut self, is_kept: impl Fn(&RelPath) -> bool) {
        Arc::make_mut(&mut self.files).retain(|path, _| is_kept(path));
    }

    /// Those of `paths` that look otherwise since `old`.
    pub fn changed_among(&self, paths: &BTreeSet<RelPath>, old: &Self) -> Vec<String> {
        let stamp = |survey: &Self, path: &RelPath| survey.files.get(path).map(|look| look.stamp);
        let is_other = |path: &&RelPath| stamp(self, path) != stamp(old, path);
        paths.iter().filter(is_other).map(|path| path.as_str().to_owned()).collect()
    }

    /// The paths that look otherwise since `old`, in their order.
    pub fn changed_since(&self, old: &Self) -> Vec<String> {
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        if !Arc::ptr_eq(&self.files, &old.files) {
            let is_other =
                |(path, look): &(&RelPath, &Look)| old.files.get(*path).map(|old| old.stamp) != Some(look.stamp);
            changed.extend(self.files.iter().filter(is_other).map(|(path, _)| path.as_str()));
            changed.extend(old.files.keys().filter(|path| !self.files.contains_key(*path)).map(RelPath::as_str));
        }
        let (left_out, was_left_out) = (self.left_out(), old.left_out());
        changed.extend(left_out.symmetric_difference(&was_left_out));
        changed.into_iter().map(str::to_owned).collect()
    }

    /// The places of what can't be part of the site.
    fn left_out(&self) -> BTreeSet<&str> {
        let diagnostics = self.folders.values().flat_map(|listing| &listing.diagnostics);
        diagnostics.map(|problem| problem.place.path.as_str()).collect()
    }
}

fn metadata(folder: &Folder, name: &str) -> Option<fs::Metadata> {
    let path = folder.root().join(name);
    let is_fine = !path.is_symlink() || folder.leads_inside(&path);
    fs::metadata(&path).ok().filter(|metadata| is_fine && metadata.is_file() && !is_left_out(name.as_bytes()))
}

#[cfg(unix)]
fn has_more_names(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_more_names(_: &fs::Metadata) -> bool {
    false
}

/// A folder whose files are named by a survey.
#[derive(Clone, Copy, Debug)]
pub struct Surveyed<'a> {
    folder: &'a Folder,
    survey: &'a Survey,
}

impl<'a> Surveyed<'a> {
    /// `folder`, as far as `survey` goes.
    pub fn new(folder: &'a Folder, survey: &'a Survey) -> Self {
        Self { folder, survey }
    }

    /// The same with what was there at the survey, and is gone, told as such.
    fn seen<T>(&self, path: &RelPath, found: Result<T, Error>) -> Result<T, Error> {
        let is_gone = |error: &Error| error.source.as_ref().is_some_and(|why| why.kind() == io::ErrorKind::NotFound);
        found.map_err(|error| {
            let is_overtaken = error.is_overtaken || (is_gone(&error) && self.survey.files.contains_key(path));
            Error { is_overtaken, ..error }
        })
    }
}

impl Files for Surveyed<'_> {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        match self.survey.folders.get(folder) {
            Some(listing) => Ok(Listing::clone(listing)),
            None => self.folder.list(folder),
        }
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        self.seen(path, self.folder.read(path))
    }

    fn read_unlisted(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        self.folder.read_unlisted(path)
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        self.seen(path, self.folder.digest(path))
    }

    fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        match self.survey.files.get(path) {
            Some(look) => look.is_settled.then_some(look.stamp),
            None => self.folder.stamp(path),
        }
    }

    fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        self.folder.on_disk(path)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders")]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_shows() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir_all(at("content/deep")).unwrap();
        for file in ["site.toml", "content/a.md", "content/b.md", "content/deep/c.md", "content/.swp", "content/a.md~"]
        {
            fs::write(at(file), "one").unwrap();
        }
        let folder = Folder::open(disk.path()).unwrap();
        let survey = || Survey::of(&folder, &["site.toml", "content", "static"]);
        let old = survey();
        let names: BTreeSet<_> = old.files.keys().map(RelPath::as_str).collect();
        assert_eq!(names, BTreeSet::from(["content/a.md", "content/b.md", "content/deep/c.md", "site.toml"]));
        assert_eq!(survey().changed_since(&old), [""; 0]);

        fs::write(at("content/a.md"), "longer").unwrap();
        fs::remove_file(at("content/b.md")).unwrap();
        fs::rename(at("content/deep"), at("content/moved")).unwrap();
        fs::create_dir(at("static")).unwrap();
        fs::write(at("static/x.png"), "x").unwrap();
        fs::write(at("content/.swp"), "changed").unwrap();
        let expected = ["content/a.md", "content/b.md", "content/deep/c.md", "content/moved/c.md", "static/x.png"];
        assert_eq!(survey().changed_since(&old), expected);
    }

    #[test]
    fn what_is_told_of_a_few_files_spares_a_look_at_all() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir_all(at("content/deep")).unwrap();
        for file in ["content/a.md", "content/deep/b.md"] {
            fs::write(at(file), "one").unwrap();
        }
        let folder = Folder::open(disk.path()).unwrap();
        let survey = || Survey::of(&folder, &["content"]);
        let old = survey();
        let after = |paths: &[&str]| old.after(&folder, &paths.iter().filter_map(|path| RelPath::new(*path)).collect());

        fs::write(at("content/a.md"), "longer").unwrap();
        let seen = after(&["content/a.md", "content/4913"]).expect("one file that is known, and one that is gone");
        assert_eq!(seen.changed_since(&old), ["content/a.md"]);
        let told = ["content/a.md", "content/deep/b.md"].iter().filter_map(|path| RelPath::new(*path)).collect();
        assert_eq!(seen.changed_among(&told, &old), ["content/a.md"]);
        assert_eq!(survey().changed_since(&seen), [""; 0], "as much as a look at all would have found");
        assert!(after(&["content/b.md"]).is_some_and(|seen| seen.changed_since(&old).is_empty()), "never there");

        fs::write(at("content/new.md"), "new").unwrap();
        assert!(after(&["content/new.md"]).is_none(), "a new file has its place in a listing");
        fs::remove_file(at("content/new.md")).unwrap();
        assert!(after(&["content/deep"]).is_none(), "a folder");
        fs::rename(at("content/deep"), at("content/moved")).unwrap();
        assert!(after(&["content/deep"]).is_none() && after(&["content/moved"]).is_none(), "what was in it");
        fs::rename(at("content/moved"), at("content/deep")).unwrap();
        fs::remove_file(at("content/a.md")).unwrap();
        assert!(after(&["content/a.md"]).is_none(), "gone");
    }

    #[test]
    fn what_is_gone_since_is_no_mistake_of_the_site() {
        let disk = tempfile::tempdir().unwrap();
        fs::create_dir(disk.path().join("content")).unwrap();
        fs::write(disk.path().join("content/a.md"), "one").unwrap();
        let folder = Folder::open(disk.path()).unwrap();
        let survey = Survey::of(&folder, &["content"]);
        fs::remove_file(disk.path().join("content/a.md")).unwrap();
        let files = Surveyed::new(&folder, &survey);
        let path = |path: &str| RelPath::new(path).unwrap();
        assert!(files.read(&path("content/a.md")).unwrap_err().is_overtaken);
        assert!(files.digest(&path("content/a.md")).unwrap_err().is_overtaken);
        assert!(!files.read(&path("content/b.md")).unwrap_err().is_overtaken, "never there");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_two_names_is_told_of_by_one() {
        let disk = tempfile::tempdir().unwrap();
        let at = |path: &str| disk.path().join(path);
        fs::create_dir_all(at("content/real")).unwrap();
        fs::write(at("content/real/a.md"), "one").unwrap();
        std::os::unix::fs::symlink(at("content/real"), at("content/other")).unwrap();
        let folder = Folder::open(disk.path()).unwrap();
        let path = BTreeSet::from([RelPath::new("content/real/a.md").unwrap()]);
        assert!(Survey::of(&folder, &["content"]).after(&folder, &path).is_none());
        fs::remove_file(at("content/other")).unwrap();
        assert!(Survey::of(&folder, &["content"]).after(&folder, &path).is_some());
        fs::hard_link(at("content/real/a.md"), at("content/b.md")).unwrap();
        assert!(Survey::of(&folder, &["content"]).after(&folder, &path).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_site_are_not_followed() {
        let disk = tempfile::tempdir().unwrap();
        fs::create_dir_all(disk.path().join("site/content")).unwrap();
        fs::write(disk.path().join("secret.md"), "").unwrap();
        std::os::unix::fs::symlink(disk.path(), disk.path().join("site/content/out")).unwrap();
        std::os::unix::fs::symlink("/", disk.path().join("site/content/all")).unwrap();
        let folder = Folder::open(&disk.path().join("site")).unwrap();
        assert!(Survey::of(&folder, &["content"]).files.is_empty());
    }
}
