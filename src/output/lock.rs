//! One build at a time into one output folder, and one publish at a time into one target.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{model::Error, output::place};

const PAUSE: Duration = Duration::from_millis(20);

/// The right to write into an output folder, given back when it is dropped. The system gives it back for a process that
/// was killed.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Waits up to `wait` for the right to write into `output`, then fails.
    #[expect(clippy::disallowed_methods, reason = "output makes folders")]
    pub fn acquire(output: &Path, wait: Duration) -> Result<Self, Error> {
        let real = place::output_folder(output)?;
        let mut path = place::beside(&real, "lock");
        let parent = path.parent().unwrap_or(&real);
        std::fs::create_dir_all(parent).map_err(|error| Error::io("could not create the folder", parent, error))?;
        let begin = Instant::now();
        loop {
            let file = match open(&path) {
                Ok(file) => file,
                Err(error) if place::is_denied(&error) && real.is_dir() && path != place::inside(&real, "lock") => {
                    path = place::inside(&real, "lock");
                    continue;
                }
                Err(error) => return Err(Error::io("could not create", path, error)),
            };
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Self { path, file }),
                // Whoever had it took the file away with it: there may be a new one by now.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if begin.elapsed() < wait => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let help = "wait until it has finished, or name another place";
                    return Err(Error::new("another build or publish is writing into").at(output).help(help));
                }
                // A file system without locks: better built than not.
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                    return Ok(Self { path, file });
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("could not lock", path, error)),
            }
        }
    }
}

impl Drop for Lock {
    #[expect(clippy::disallowed_methods, reason = "output removes its own lock")]
    fn drop(&mut self) {
        // Elsewhere a waiting build could not tell that its file was taken away, so there it stays.
        if cfg!(unix) {
            drop(std::fs::remove_file(&self.path));
        }
        drop(self.file.unlock());
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path)
}

/// Whether `path` still names the open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |found: std::fs::Metadata| (found.dev(), found.ino());
    let open = file.metadata().map(identity);
    open.is_ok_and(|open| std::fs::metadata(path).is_ok_and(|found| identity(found) == open))
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn the_second_build_waits_then_fails_clearly() {
        let disk = tempfile::tempdir().unwrap();
        let output = disk.path().join("public");
        let first = Lock::acquire(&output, Duration::ZERO).unwrap();
        let error = Lock::acquire(&output, Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().starts_with("another build or publish"), "{error}");
        std::thread::scope(|threads| {
            threads.spawn(|| Lock::acquire(&output, Duration::from_secs(60)).unwrap());
            std::thread::sleep(Duration::from_millis(30));
            drop(first);
        });
        let left = std::fs::read_dir(disk.path()).unwrap().count();
        assert_eq!(left, usize::from(!cfg!(unix)), "no left-overs");
    }

    #[test]
    fn never_two_at_once() {
        let disk = tempfile::tempdir().unwrap();
        let inside = AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..5 {
                        let lock = Lock::acquire(&disk.path().join("public"), Duration::from_secs(60)).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
