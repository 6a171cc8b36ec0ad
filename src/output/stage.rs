//! Where rendered files wait until all of them are ready.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use crate::{
    model::{Digest, Error, RelPath},
    output::place,
};

const MARKER: &str = ".docweave-stage";
/// No disk refuses paths of fewer bytes.
const SHORT_ENOUGH: usize = 100;
const MARKER_TEXT: &str =
    "A build of docweave put its files here before moving them. It is safe to delete this folder.\n";

/// Takes rendered files, from many threads at once.
pub trait Stage: Sync {
    /// Takes the bytes of the file that will stand at `path`.
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error>;

    /// Takes a copy of the file `from` on disk, which `source` found to be a regular file.
    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error>;

    /// A file that somebody waits for, each told once: it is rendered before the others.
    fn wanted(&self) -> Option<RelPath> {
        None
    }

    /// Called when all that was wanted is there, before the rest is begun, which takes all processors: whoever waited may need
    /// one of them first.
    fn breathe(&self) {}

    /// Whether nobody waits for the rest any more: another build is about to make it, of later sources.
    fn is_outdated(&self) -> bool {
        false
    }
}

/// A stage that keeps nothing: for whoever only wants to know what is wrong.
#[derive(Debug)]
pub struct NoStage;

impl Stage for NoStage {
    fn put(&self, _: &RelPath, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }

    fn copy(&self, _: &RelPath, _: &Path) -> Result<(), Error> {
        Ok(())
    }
}

/// A folder beside the output folder, on the same file system, so that its files can be moved by renaming them.
///
/// It comes into being with its first file, and goes away when this value is dropped. Inside, `site/` holds the files, next
/// to a marker by which a later build knows that a left-over stage may be removed.
#[derive(Debug)]
pub struct DiskStage {
    output: PathBuf,
    layout: Layout,
    folder: OnceLock<PathBuf>,
    made: Mutex<HashSet<PathBuf>>,
}

/// How `site/` is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// As the output will be, to be moved there in whole.
    Whole,
    /// In a few folders, by the digests of the paths: making and removing a folder for each page costs more than the page.
    Flat,
}

impl DiskStage {
    /// A stage for the folder `output`. What a killed build left of its stage is removed.
    pub fn open(output: &Path) -> Result<Self, Error> {
        let output = place::output_folder(output)?;
        for folder in [place::beside(&output, "stage"), place::inside(&output, "stage")] {
            remove_left_over(&folder)?;
        }
        let layout = if place::is_absent_or_empty(&output) { Layout::Whole } else { Layout::Flat };
        Ok(Self { output, layout, folder: OnceLock::new(), made: Mutex::default() })
    }

    /// The canonical path of the output folder.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// The staged tree, where it can take the place of an output folder that is absent or empty.
    pub(super) fn whole(&self) -> Result<Option<PathBuf>, Error> {
        match self.layout {
            Layout::Whole => Ok(Some(self.folder()?.join("site"))),
            Layout::Flat => Ok(None),
        }
    }

    /// Where the file that will stand at `path` waits.
    pub(super) fn staged(&self, path: &RelPath) -> Result<PathBuf, Error> {
        let site = self.folder()?.join("site");
        match self.layout {
            Layout::Whole => Ok(site.join(path.as_str())),
            Layout::Flat => {
                let name = Digest::of(path.as_str().as_bytes()).short(32);
                Ok(site.join(&name[..1]).join(name))
            }
        }
    }

    /// The folder of the stage itself, which is made where it does not exist.
    pub(super) fn folder(&self) -> Result<&Path, Error> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let _one_at_a_time = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if self.folder.get().is_none() {
            let folder = make_stage(&self.output)?;
            drop(self.folder.set(folder));
        }
        Ok(self.folder.get().expect("the folder was set a line above"))
    }

    fn create(&self, path: &RelPath) -> Result<File, Error> {
        let staged = self.staged(path)?;
        let folder = staged.parent().expect("a staged file lies in the stage");
        self.make_folder(folder)
            .and_then(|()| self.refuse_long(path, folder))
            // Never over another: on a disk that ignores case, two of our paths may be one file.
            .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&staged))
            .map_err(|error| self.could_not_write(path, error))
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if self.made.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        make_all(folder)?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        Ok(())
    }

    /// A flat stage would take a path that the output folder does not: asked of the disk, as each has its own limits.
    fn refuse_long(&self, path: &RelPath, folder: &Path) -> io::Result<()> {
        if self.layout == Layout::Whole || path.as_str().len() < SHORT_ENOUGH {
            return Ok(());
        }
        let segments = path.as_str().split('/').map(|segment| folder.join(segment));
        for probe in segments.chain([self.output.join(path.as_str())]) {
            match std::fs::symlink_metadata(probe) {
                Err(error) if error.kind() == ErrorKind::InvalidFilename => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn could_not_write(&self, path: &RelPath, error: io::Error) -> Error {
        let help = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full: free some space and build again",
            ErrorKind::AlreadyExists => {
                "two files of the site share this path, or a part of it, on this disk: rename one of them"
            }
            ErrorKind::InvalidFilename => "the path is too long for this disk: choose a shorter address",
            _ => "the site that stood there before is untouched",
        };
        Error::io("could not write", self.output.join(path.as_str()), error).help(help)
    }
}

impl Stage for DiskStage {
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        let mut file = self.create(path)?;
        file.write_all(bytes).map_err(|error| self.could_not_write(path, error))
    }

    #[expect(clippy::disallowed_methods, reason = "copying a file reads it; source named and judged it")]
    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error> {
        let could_not_read = |error| Error::io("could not read", from, error);
        // A pipe would wait forever for somebody to write into it.
        if !std::fs::metadata(from).map_err(could_not_read)?.is_file() {
            return Err(Error::new("not a regular file:").at(from));
        }
        let mut source = File::open(from).map_err(could_not_read)?;
        // A new file rather than `fs::copy`: the source's permissions are no business of the web server's.
        let mut file = self.create(path)?;
        io::copy(&mut source, &mut file).map_err(|error| self.could_not_write(path, error))?;
        Ok(())
    }
}

impl Drop for DiskStage {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.get() {
            // Best effort: what stays is removed by the next build.
            drop(remove_stage(folder));
        }
    }
}

fn make_stage(output: &Path) -> Result<PathBuf, Error> {
    let folder = place::beside(output, "stage");
    match make_marked(&folder) {
        Ok(()) if !output.is_dir() || is_near(&folder, output) => return Ok(folder),
        Ok(()) => drop(remove_stage(&folder)),
        Err(error) if place::is_denied(&error) && output.is_dir() => remove_begun(&folder),
        Err(error) => return Err(could_not_make(folder, error)),
    }
    let folder = place::inside(output, "stage");
    match make_marked(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err(could_not_make(folder, error)),
    }
}

fn could_not_make(folder: PathBuf, error: io::Error) -> Error {
    remove_begun(&folder);
    Error::io("could not create the folder", folder, error)
}

/// Removes what there is of a stage that could not be made, such as where the disk had room for it and none for its marker.
fn remove_begun(folder: &Path) {
    if is_ours(folder) {
        drop(remove_stage(folder));
    }
}

fn make_marked(folder: &Path) -> io::Result<()> {
    make_all(&folder.join("site"))?;
    OpenOptions::new().write(true).create_new(true).open(folder.join(MARKER))?.write_all(MARKER_TEXT.as_bytes())
}

#[expect(clippy::disallowed_methods, reason = "output makes folders")]
fn make_all(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Whether renaming from `stage` to `output` works: it does not where something is mounted on the output folder.
fn is_near(stage: &Path, output: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| std::fs::metadata(path).map(|found| found.dev()).ok();
        if device(stage) != device(output) {
            return false;
        }
    }
    // Linux compares the mounts before it looks for the file, so this says more than the numbers of the devices.
    #[expect(clippy::disallowed_methods, reason = "moves nothing: neither of the two exists")]
    let refused = std::fs::rename(stage.join("absent"), output.join(".docweave-absent"));
    refused.err().is_none_or(|error| error.kind() != ErrorKind::CrossesDevices)
}

fn remove_left_over(folder: &Path) -> Result<(), Error> {
    match std::fs::symlink_metadata(folder) {
        Err(_) => return Ok(()),
        Ok(found) if found.is_dir() && is_ours(folder) => {}
        Ok(_) => {
            let help = "docweave wants to put its files there: move it away";
            return Err(Error::new("something that docweave did not write is in the way:").at(folder).help(help));
        }
    }
    remove_stage(folder).map_err(|error| Error::io("could not remove the folder", folder, error))
}

/// A marked folder, or one that a build left before it could mark it: with nothing in it but an empty `site/`.
#[expect(clippy::disallowed_methods, reason = "output's own marker")]
fn is_ours(folder: &Path) -> bool {
    if std::fs::symlink_metadata(folder.join(MARKER)).is_ok_and(|found| found.is_file()) {
        let text = std::fs::read(folder.join(MARKER)).unwrap_or_default();
        return MARKER_TEXT.as_bytes().starts_with(&text);
    }
    let names = |folder: &Path| -> io::Result<Vec<_>> {
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    };
    match names(folder).as_deref() {
        Ok([]) => true,
        Ok([name]) if name == "site" => names(&folder.join("site")).is_ok_and(|names| names.is_empty()),
        _ => false,
    }
}

/// The marker goes last, so that a removal that is killed is still recognised.
#[expect(clippy::disallowed_methods, reason = "output removes its own stage")]
fn remove_stage(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == MARKER {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => std::fs::remove_dir_all(entry.path())?,
            false => std::fs::remove_file(entry.path())?,
        }
    }
    match std::fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::remove_dir(folder)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]
mod tests {
    use rayon::prelude::*;

    use super::*;
    use crate::output::MemoryStage;

    fn path(path: &str) -> RelPath {
        RelPath::new(path).expect("a path")
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn many_threads_stage_the_same_tree_on_disk_and_in_memory() {
        let disk = tempfile::tempdir().unwrap();
        std::fs::write(disk.path().join("photo"), [7; 100_000]).unwrap();
        let stage = DiskStage::open(&disk.path().join("deep/public")).unwrap();
        assert_eq!(names(disk.path()), ["photo"], "nothing is made before the first file");
        let memory = MemoryStage::new();
        (0..500).into_par_iter().for_each(|i| {
            let path = path(&format!("a/{}/{i}/index.html", i % 7));
            for stage in [&stage as &dyn Stage, &memory] {
                stage.put(&path, format!("page {i}").as_bytes()).unwrap();
            }
        });
        memory.copy(&path("photo.png"), &disk.path().join("photo")).unwrap();
        stage.copy(&path("photo.png"), &disk.path().join("photo")).unwrap();
        assert!(stage.whole().unwrap().is_some());
        for (path, bytes) in memory.into_files() {
            assert_eq!(std::fs::read(stage.staged(&path).unwrap()).unwrap(), *bytes);
        }
        drop(stage);
        assert_eq!(names(&disk.path().join("deep")), [""; 0], "no left-overs");
    }

    #[test]
    fn a_failure_names_the_path_and_leaves_nothing() {
        for exists in ["", "index.html"] {
            let disk = tempfile::tempdir().unwrap();
            let output = disk.path().join("public");
            std::fs::create_dir(&output).unwrap();
            if !exists.is_empty() {
                std::fs::write(output.join(exists), "").unwrap();
            }
            let stage = DiskStage::open(&output).unwrap();
            stage.put(&path("a"), b"").unwrap();
            let (long, deep) = (format!("x/{}", "x".repeat(300)), "x/".repeat(2500) + "x");
            for (bad, why) in [("a", "two files"), (&long, "too long"), (&deep, "too long")] {
                let error = stage.put(&path(bad), b"").unwrap_err();
                assert!(error.to_string().contains(&format!("public/{bad}")), "{error}");
                assert!(error.help.unwrap().contains(why), "{bad}");
            }
            let missing = stage.copy(&path("c"), &disk.path().join("missing")).unwrap_err();
            assert!(missing.to_string().contains("missing"), "{missing}");
            assert!(stage.copy(&path("c"), disk.path()).is_err(), "a folder is not a file");
            drop(stage);
            assert_eq!(names(disk.path()), ["public"]);
        }
    }

    #[test]
    fn only_our_own_left_overs_are_removed() {
        let disk = tempfile::tempdir().unwrap();
        let output = disk.path().join("public");
        let beside = disk.path().join(".public.docweave-stage");
        let left = DiskStage::open(&output).unwrap();
        left.put(&path("a/b"), b"half").unwrap();
        std::mem::forget(left);
        drop(DiskStage::open(&output).unwrap());
        assert_eq!(names(disk.path()), [""; 0]);

        std::fs::create_dir_all(beside.join("site")).unwrap();
        drop(DiskStage::open(&output).unwrap());
        assert_eq!(names(disk.path()), [""; 0], "killed before the marker was written");

        std::fs::create_dir(&beside).unwrap();
        std::fs::write(beside.join("thesis.txt"), "mine").unwrap();
        assert!(DiskStage::open(&output).unwrap_err().help.unwrap().contains("move it away"));
        assert_eq!(names(&beside), ["thesis.txt"]);
    }
}
