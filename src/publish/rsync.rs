//! A folder on another machine, by the programs `rsync` and `ssh`.
//!
//! Files wait in a folder below `.docweave/` until a wave of them is complete; then one call of rsync sends it. Each file
//! gets its name there when it is whole. Nothing there has to run but rsync, and the keys of ssh are the usual ones.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use crate::model::{Error, RelPath, target::redact};
use crate::output::{self, Lock, MANIFEST};
use crate::publish::{
    Failure, Remote, Takes,
    lease::{self, Lease, Settled, Slip, Term},
    plan::manifest_path,
};
use crate::source::standing::{self, Standing};

/// A folder that rsync reaches over ssh.
pub struct Rsync {
    line: Arc<Line>,
    waiting: Mutex<Waiting>,
    owner: String,
    term: Term,
    lease: OnceLock<Lease>,
    _lock: Lock,
}

#[derive(Default)]
struct Waiting {
    has_files: bool,
    removals: BTreeSet<RelPath>,
    manifest: Vec<u8>,
}

impl Rsync {
    /// The folder `path` on `host`, for one publish at a time; waits up to `wait` for another.
    ///
    /// # Errors
    ///
    /// Another publish of this target from here that takes longer.
    pub fn open(
        name: &str,
        root: &Path,
        (host, port): (&str, Option<u16>),
        path: &str,
        wait: Duration,
    ) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|error| Error::io("could not resolve", root, error))?;
        let folder = root.join(".docweave/publish").join(name);
        let lock = Lock::acquire(&folder, wait)?;
        let address = format!("{host}:{}/", path.trim_end_matches('/'));
        let line = Line { address, port, folder };
        line.clear("")?;
        let owner = lease::owner(&line.folder)?;
        Ok(Self {
            line: Arc::new(line),
            waiting: Mutex::default(),
            owner,
            term: Term::waiting(wait),
            lease: OnceLock::new(),
            _lock: lock,
        })
    }

    fn send(&self) -> Result<(), Failure> {
        let mut from = self.line.folder.join("put").into_os_string();
        from.push("/");
        let options = ["--recursive", "--ignore-times", "--perms", "--chmod=D755,F644", "--mkpath"];
        self.line.run(&options, &[from, OsString::from(&self.line.address)], b"")?.ok_or_else(|| self.vanished())?;
        self.line.clear("put").map_err(Failure::of)
    }

    fn remove_all(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        self.remove_named(&paths.iter().map(RelPath::as_str).collect::<Vec<_>>())?;
        // Folders that are empty now go as well, the deepest first; one that is not refuses, and stays.
        let mut folders = BTreeSet::new();
        for path in paths {
            let mut folder = path.parent();
            while !folder.is_empty() && folders.insert(folder) {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        let depth = |folder: &&str| folder.matches('/').count();
        for level in (0..=folders.iter().map(depth).max().unwrap_or(0)).rev() {
            drop(
                self.remove_named(&folders.iter().filter(|folder| depth(folder) == level).copied().collect::<Vec<_>>()),
            );
        }
        Ok(())
    }

    /// What is named and is not here goes there; the folders that it was in must be here.
    fn remove_named(&self, names: &[&str]) -> Result<(), Failure> {
        let here = self.line.folder.join("none");
        self.line.clear("none").map_err(Failure::of)?;
        let mut input = Vec::new();
        let mut folders = BTreeSet::new();
        for name in names {
            input.extend_from_slice(name.as_bytes());
            input.push(0);
            folders.insert(name.rsplit_once('/').map_or("", |(parent, _)| parent));
        }
        for folder in folders {
            output::write_atomic(&here.join(folder).join(".docweave-none"), b"").map_err(Failure::of)?;
        }
        let options = ["--from0", "--files-from=-", "--delete-missing-args", "--dirs"];
        self.line.run(&options, &[here.into_os_string(), OsString::from(&self.line.address)], &input).map(drop)
    }

    fn vanished(&self) -> Failure {
        Failure::Lasting(Error::new(format!("a folder vanished while it was sent to {}", self.line.address)))
    }
}

impl Remote for Rsync {
    fn takes(&self) -> Takes {
        Takes::Files
    }

    fn begin(&self) -> Result<(), Error> {
        let mark = Arc::new(Settled(AtLine(self.line.clone())));
        drop(self.lease.set(Lease::acquire(mark, &self.owner, &self.line.address, self.term)?));
        Ok(())
    }

    fn list(&self) -> Result<Standing, Failure> {
        let options = ["--recursive", "--links", "--list-only", "--no-human-readable", "--8-bit-output"];
        let listed = self.line.run(&options, &[OsString::from(&self.line.address)], b"")?.unwrap_or_default();
        let mut standing = Standing::default();
        for line in listed.split(|b| *b == b'\n').filter_map(|line| str::from_utf8(line).ok()) {
            let Some((kind, size, name)) = listing(line) else { continue };
            match RelPath::new(name.split(" -> ").next().unwrap_or(name)) {
                Some(path) if path.file_name().starts_with(".docweave-") => {}
                Some(path) if kind == '-' => drop(standing.files.insert(path, size)),
                Some(path) if kind != 'd' => drop(standing.others.insert(path)),
                _ => {}
            }
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        self.line.read(path.as_str(), "got")
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        output::write_atomic(&self.line.folder.join("put").join(path.as_str()), bytes).map_err(Failure::of)?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.has_files = true;
        if path.as_str() == MANIFEST {
            waiting.manifest = bytes.to_vec();
        }
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).removals.insert(path.clone());
        Ok(())
    }

    fn flush(&self) -> Result<(), Failure> {
        self.lease.get().map_or(Ok(()), Lease::check)?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.removals.is_empty() {
            self.remove_all(&waiting.removals)?;
            waiting.removals.clear();
        }
        if waiting.has_files {
            self.send()?;
            waiting.has_files = false;
        }
        Ok(())
    }

    /// The mark can be overlooked where both begin in the same moment; then who comes second is told.
    fn finish(&self) -> Result<(), Failure> {
        self.lease.get().map_or(Ok(()), Lease::check)?;
        let standing = self.read(&manifest_path())?;
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.as_deref() == Some(&waiting.manifest) {
            return Ok(());
        }
        let error = Error::new(format!("somebody else published to {} at the same time", self.line.address));
        Err(Failure::Lasting(error.help("see that they are done, and publish again")))
    }
}

impl Drop for Rsync {
    fn drop(&mut self) {
        drop(self.lease.take());
        // Best effort: what stays is removed by the next publish.
        drop(self.line.clear(""));
    }
}

/// How the folder is reached.
struct Line {
    /// What rsync calls it, with a slash at the end: `me@example.org:/srv/www/`.
    address: String,
    port: Option<u16>,
    /// Here: where files wait.
    folder: PathBuf,
}

impl Line {
    /// Empties a folder of ours.
    fn clear(&self, name: &str) -> Result<(), Error> {
        let folder = self.folder.join(name);
        output::remove_folder(&folder).map_err(|error| Error::io("could not remove the folder", folder, error))
    }

    /// Runs rsync, which reads `input`; `None` where it says that something is not there.
    fn run(&self, arguments: &[&str], places: &[OsString], input: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        let mut command = Command::new("rsync");
        if let Some(port) = self.port {
            command.arg(format!("--rsh=ssh -p {port}"));
        }
        command.args(arguments).arg("--").args(places).env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::Lasting(no_rsync(error)))?;
        // What it says is short, so it can be written to before it is read from. One that is gone says why.
        drop(child.stdin.take().map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output().map_err(|error| Failure::Lasting(no_rsync(error)))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            Ok(Some(output.stdout))
        } else if output.status.code() == Some(23) && said.contains("No such file or directory") {
            Ok(None)
        } else {
            Err(self.refused(&output))
        }
    }

    fn refused(&self, output: &Output) -> Failure {
        let said = redact(&String::from_utf8_lossy(&output.stderr));
        let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing").to_owned();
        let error = Error::new(format!("rsync could not do it for {}: {first}", self.address));
        let denied = ["Permission denied", "Host key verification failed", "Could not resolve"];
        match output.status.code() {
            // Codes of rsync(1): the network, and ssh's own.
            Some(10 | 12 | 30 | 35 | 255) if !denied.iter().any(|word| said.contains(word)) => {
                Failure::Passing(error.help("look at the network, and try again"))
            }
            _ => Failure::Lasting(
                error.help("see that `ssh` with the same host lets you in, and that you may write there"),
            ),
        }
    }

    /// The bytes of a file there, by way of a folder here that is called `name`.
    fn read(&self, path: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let to = self.folder.join(name);
        self.clear(name).map_err(Failure::of)?;
        let places = [OsString::from(format!("{}{path}", self.address)), to.join("file").into_os_string()];
        match self.run(&["--ignore-times", "--mkpath"], &places, b"")? {
            Some(_) => standing::file(&to.join("file")).map_err(Failure::of),
            None => Ok(None),
        }
    }
}

/// The mark as a file there.
struct AtLine(Arc<Line>);

impl Slip for AtLine {
    fn read(&self) -> Result<Option<String>, Failure> {
        let read = self.0.read(lease::NAME, "mark-got")?;
        Ok(read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let here = self.0.folder.join("mark").join(lease::NAME);
        output::write_atomic(&here, text.as_bytes()).map_err(Failure::of)?;
        let places = [here.into_os_string(), OsString::from(&self.0.address)];
        self.0.run(&["--ignore-times", "--mkpath"], &places, b"").map(drop)
    }

    fn remove(&self) -> Result<(), Failure> {
        let here = self.0.folder.join("mark-none");
        output::write_atomic(&here.join(".docweave-none"), b"").map_err(Failure::of)?;
        let options = ["--from0", "--files-from=-", "--delete-missing-args", "--dirs"];
        let places = [here.into_os_string(), OsString::from(&self.0.address)];
        self.0.run(&options, &places, lease::NAME.as_bytes()).map(drop)
    }
}

/// Kind, size and name of a line such as `-rw-r--r--            123 2026/11/29 06:00:00 a b.html`.
fn listing(line: &str) -> Option<(char, u64, &str)> {
    let mut rest = line;
    let mut word = || {
        rest = rest.trim_start_matches(' ');
        let (word, after) = rest.split_once(' ')?;
        rest = after;
        Some(word)
    };
    let (mode, size) = (word()?, word()?.parse().ok()?);
    let (_day, _time) = (word()?, word()?);
    Some((mode.chars().next()?, size, rest))
}

fn no_rsync(error: std::io::Error) -> Error {
    let help = "install rsync and ssh, and see that `rsync --version` runs";
    Error { what: "could not run `rsync`".to_owned(), path: None, source: Some(error), help: Some(help.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_listing_are_read() {
        for (line, expected) in [
            ("-rw-r--r--            123 2026/11/29 06:00:00 a b.html", Some(('-', 123, "a b.html"))),
            ("lrwxrwxrwx              3 2026/11/29 06:00:00 l -> a", Some(('l', 3, "l -> a"))),
            ("drwxr-xr-x          4,096 2026/11/29 06:00:00 d", None),
            ("", None),
        ] {
            assert_eq!(listing(line), expected);
        }
    }
}
