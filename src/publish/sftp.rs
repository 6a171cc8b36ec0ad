//! A folder on another machine, by the program `sftp`.
//!
//! Files wait in a folder below `.docweave/` until a wave of them is complete; then a few calls of sftp side by side send it.
//! Each file is sent under another name and gets its own when it is whole. Nothing there has to run but ssh's own sftp
//! server, and keys and known hosts are the usual ones.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use rayon::prelude::*;

use crate::model::{Error, RelPath, target::redact};
use crate::output::{self, Lock};
use crate::publish::{
    Failure, Remote, Takes,
    lease::{self, Lease, Settled, Slip, Term},
};
use crate::source::standing::{self, Standing};

/// Calls side by side, each with a connection of its own.
const CALLS: usize = 4;

/// A folder that sftp reaches.
pub struct Sftp {
    line: Arc<Line>,
    waiting: Mutex<Waiting>,
    /// Folders that are known to be there.
    folders: Mutex<BTreeSet<String>>,
    owner: String,
    term: Term,
    lease: OnceLock<Lease>,
    _lock: Lock,
}

#[derive(Default)]
struct Waiting {
    puts: BTreeSet<RelPath>,
    removals: BTreeSet<RelPath>,
}

impl Sftp {
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
        let line = Line { host: host.to_owned(), port, path: path.trim_end_matches('/').to_owned(), folder };
        line.clear("")?;
        let owner = lease::owner(&line.folder)?;
        Ok(Self {
            line: Arc::new(line),
            waiting: Mutex::default(),
            folders: Mutex::default(),
            owner,
            term: Term::waiting(wait),
            lease: OnceLock::new(),
            _lock: lock,
        })
    }

    fn here(&self, path: &RelPath) -> PathBuf {
        self.line.folder.join("put").join(path.as_str())
    }

    /// Makes the folders of files that are to come, whichever are there already.
    fn make_folders(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut commands = String::new();
        if known.insert(String::new()) {
            let mut folder = String::new();
            for part in self.line.path.split('/') {
                folder += part;
                if !part.is_empty() {
                    commands += &format!("-mkdir {}\n", quoted(&folder));
                }
                folder.push('/');
            }
        }
        // A folder comes before those in it.
        let wanted: BTreeSet<String> = paths.iter().flat_map(folders_of).map(str::to_owned).collect();
        for folder in wanted {
            if !known.contains(&folder) {
                commands += &format!("-mkdir {}\n", self.line.at(&folder));
                known.insert(folder);
            }
        }
        if commands.is_empty() { Ok(()) } else { self.line.run(&commands).map(drop) }
    }

    fn send(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        self.make_folders(paths)?;
        let paths: Vec<&RelPath> = paths.iter().collect();
        let share = paths.len().div_ceil(CALLS).max(16);
        paths.par_chunks(share).try_for_each(|paths| {
            let mut commands = String::new();
            for path in paths {
                let (parent, name) = (path.parent(), path.file_name());
                let slash = if parent.is_empty() { "" } else { "/" };
                // What a killed publish left has the same name, so it does not pile up.
                let coming = self.line.at(&format!("{parent}{slash}.docweave-{name}.tmp"));
                commands += &format!("put {} {coming}\n", quoted(&self.here(path).to_string_lossy()));
                commands += &format!("rename {coming} {}\n", self.line.at(path.as_str()));
            }
            self.line.run(&commands).map(drop)
        })
    }

    fn remove_all(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        let files: String = paths.iter().map(|path| format!("-rm {}\n", self.line.at(path.as_str()))).collect();
        let said = self.line.run(&files)?;
        let is_gone = |line: &&str| line.contains("No such file");
        let refused = said.errors.lines().filter(|line| line.starts_with("remote delete")).find(|line| !is_gone(line));
        if let Some(refused) = refused {
            let error = Error::new(format!("sftp could not remove a file at {}: {refused}", self.line.shown()));
            return Err(Failure::Lasting(error.help("see that you may write there")));
        }
        // Folders that are empty now go as well, the deepest first; one that is not refuses, and stays.
        let folders: BTreeSet<&str> = paths.iter().flat_map(folders_of).collect();
        let commands: String =
            folders.iter().rev().map(|folder| format!("-rmdir {}\n", self.line.at(folder))).collect();
        if !commands.is_empty() {
            self.line.run(&commands)?;
            let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|folder| !folders.contains(folder.as_str()));
        }
        Ok(())
    }
}

impl Remote for Sftp {
    fn takes(&self) -> Takes {
        Takes::Files
    }

    fn begin(&self) -> Result<(), Error> {
        self.make_folders(&BTreeSet::new()).map_err(Failure::into_error)?;
        let mark = Arc::new(Settled(AtLine(self.line.clone())));
        drop(self.lease.set(Lease::acquire(mark, &self.owner, &self.line.shown(), self.term)?));
        Ok(())
    }

    /// Folder by folder, all of one depth in one call.
    fn list(&self) -> Result<Standing, Failure> {
        let mut standing = Standing::default();
        let mut level = vec![String::new()];
        while !level.is_empty() {
            let share = level.len().div_ceil(CALLS).max(16);
            let listed: Vec<_> = level.par_chunks(share).map(|folders| self.line.list(folders)).collect();
            level.clear();
            for entry in listed.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
                let Some(path) = RelPath::new(&entry.path) else { continue };
                match entry.kind {
                    'd' => level.push(entry.path),
                    _ if is_left(&path) && self.lease.get().is_some() => {
                        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).removals.insert(path);
                    }
                    _ if path.file_name().starts_with(".docweave-") => {}
                    '-' => drop(standing.files.insert(path, entry.size)),
                    _ => drop(standing.others.insert(path)),
                }
            }
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        self.line.read(path.as_str(), "got")
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        output::write_atomic(&self.here(path), bytes).map_err(Failure::of)?;
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).puts.insert(path.clone());
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
        if !waiting.puts.is_empty() {
            self.send(&waiting.puts)?;
            waiting.puts.clear();
            self.line.clear("put").map_err(Failure::of)?;
        }
        Ok(())
    }
}

impl Drop for Sftp {
    fn drop(&mut self) {
        drop(self.lease.take());
        // Best effort: what stays is removed by the next publish.
        drop(self.line.clear(""));
    }
}

/// How the folder is reached.
struct Line {
    host: String,
    port: Option<u16>,
    path: String,
    /// Here: where files wait.
    folder: PathBuf,
}

/// What sftp said.
struct Said {
    text: String,
    errors: String,
}

struct Entry {
    kind: char,
    size: u64,
    path: String,
}

impl Line {
    fn shown(&self) -> String {
        format!("sftp://{}/{}", self.host, self.path.trim_start_matches('/'))
    }

    /// The place of a path there, as a word of a command.
    fn at(&self, path: &str) -> String {
        quoted(&format!("{}/{path}", self.path))
    }

    /// Empties a folder of ours.
    fn clear(&self, name: &str) -> Result<(), Error> {
        let folder = self.folder.join(name);
        output::remove_folder(&folder).map_err(|error| Error::io("could not remove the folder", folder, error))
    }

    /// Runs commands, one in each line; a command that may fail begins with a hyphen.
    fn run(&self, commands: &str) -> Result<Said, Failure> {
        let mut command = Command::new("sftp");
        // Without greetings, with what goes wrong.
        command.args(["-o", "LogLevel=ERROR", "-b", "-"]);
        if let Some(port) = self.port {
            command.args(["-P", &port.to_string()]);
        }
        command.arg("--").arg(&self.host).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::Lasting(no_sftp(error)))?;
        let stdin = child.stdin.take();
        let commands = commands.to_owned();
        // It answers while it reads, so one of both has to wait for nobody. One that is gone says why.
        let writing = std::thread::spawn(move || drop(stdin.map(|mut stdin| stdin.write_all(commands.as_bytes()))));
        let output = child.wait_with_output().map_err(|error| Failure::Lasting(no_sftp(error)))?;
        drop(writing.join());
        if !output.status.success() {
            return Err(self.refused(&output));
        }
        Ok(Said { text: String::from_utf8_lossy(&output.stdout).into_owned(), errors: errors(&output) })
    }

    fn refused(&self, output: &Output) -> Failure {
        let said = redact(&errors(output));
        let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("remote mkdir"));
        let first = lines().next().unwrap_or("it said nothing").to_owned();
        let error = Error::new(format!("sftp could not do it for {}: {first}", self.shown()));
        let passing = ["Connection reset", "Connection timed out", "Connection closed", "Broken pipe", "kex_exchange"];
        let denied = ["Permission denied", "Host key verification failed", "Could not resolve"];
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if has(&passing) && !has(&denied) {
            return Failure::Passing(error.help("look at the network, and try again"));
        }
        Failure::Lasting(error.help("see that `sftp` with the same host lets you in, and that you may write there"))
    }

    /// What is in some folders; nothing in one that does not exist.
    fn list(&self, folders: &[String]) -> Result<Vec<Entry>, Failure> {
        let place = |folder: &String| if folder.is_empty() { quoted(&self.path) } else { self.at(folder) };
        let commands: String = folders.iter().map(|folder| format!("-ls -lan {}\n", place(folder))).collect();
        let said = self.run(&commands)?;
        let refused = said.errors.lines().find(|line| !line.ends_with("not found") && !line.trim().is_empty());
        if let Some(refused) = refused {
            let error = Error::new(format!("sftp could not list a folder at {}: {refused}", self.shown()));
            return Err(Failure::Lasting(error.help("see that you may read there")));
        }
        let mut entries = Vec::new();
        let mut asked = folders.iter();
        let mut folder = "";
        for line in said.text.lines() {
            if line.starts_with("sftp> ") {
                folder = asked.next().map_or("", String::as_str);
            } else if let Some((kind, size, name)) = listing(line).filter(|(.., name)| name != "." && name != "..") {
                let slash = if folder.is_empty() { "" } else { "/" };
                entries.push(Entry { kind, size, path: format!("{folder}{slash}{name}") });
            }
        }
        Ok(entries)
    }

    /// The bytes of a file there, by way of a file here that is called `name`.
    fn read(&self, path: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.clear(name).map_err(Failure::of)?;
        let here = self.folder.join(name).join("file");
        output::write_atomic(&here, b"").map_err(Failure::of)?;
        let said = self.run(&format!("-get {} {}\n", self.at(path), quoted(&here.to_string_lossy())))?;
        match said.errors.lines().map(str::trim).find(|line| !line.is_empty()) {
            None => standing::file(&here).map_err(Failure::of),
            Some(line) if line.contains("not found") || line.contains("No such file") => Ok(None),
            Some(line) => {
                let error = Error::new(format!("sftp could not read a file at {}: {line}", self.shown()));
                Err(Failure::Lasting(error.help("see that you may read there")))
            }
        }
    }
}

/// The lines that tell of something wrong.
fn errors(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().filter(|line| !line.starts_with("Connected to ")).map(|line| format!("{line}\n")).collect()
}

/// The mark as a file there.
struct AtLine(Arc<Line>);

impl Slip for AtLine {
    fn read(&self) -> Result<Option<String>, Failure> {
        let read = self.0.read(lease::NAME, "mark-got")?;
        Ok(read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let here = self.0.folder.join("mark");
        output::write_atomic(&here, text.as_bytes()).map_err(Failure::of)?;
        let coming = self.0.at(&format!("{}.{}.tmp", lease::NAME, text.split_whitespace().nth(1).unwrap_or("")));
        let here = quoted(&here.to_string_lossy());
        self.0.run(&format!("put {here} {coming}\nrename {coming} {}\n", self.0.at(lease::NAME))).map(drop)
    }

    fn remove(&self) -> Result<(), Failure> {
        self.0.run(&format!("-rm {}\n", self.0.at(lease::NAME))).map(drop)
    }
}

/// Whether a file is what a killed publish left.
fn is_left(path: &RelPath) -> bool {
    let name = path.file_name();
    name.starts_with(".docweave-") && name.ends_with(".tmp") && !name.starts_with(lease::NAME)
}

/// The folders that a file is in, the inmost first.
fn folders_of(path: &RelPath) -> impl Iterator<Item = &str> {
    let parent = Some(path.parent()).filter(|folder| !folder.is_empty());
    std::iter::successors(parent, |folder| folder.rsplit_once('/').map(|(parent, _)| parent))
}

/// A path as a word of a command; in quotes no character is a pattern.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Kind, size and name of a line such as `-rw-r--r--    ? 0        0             123 Nov 29 06:00 /srv/www/a b.html`.
fn listing(line: &str) -> Option<(char, u64, String)> {
    let mut rest = line;
    let mut word = || {
        rest = rest.trim_start_matches(' ');
        let (word, after) = rest.split_once(' ')?;
        rest = after;
        Some(word)
    };
    let mode = word()?;
    let (_links, _user, _group) = (word()?, word()?, word()?);
    let size = word()?.parse().ok()?;
    let (_month, _day, _time) = (word()?, word()?, word()?);
    let name = rest.trim_start_matches(' ').rsplit('/').next()?;
    Some((mode.chars().next()?, size, plain(name)))
}

/// A name without the escapes that sftp writes where the locale has no such letters: `\303\244` for `ä`.
fn plain(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|digits| *first == b'\\' && digits.iter().all(|b| matches!(b, b'0'..=b'7')));
        let escaped = digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[3..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

fn no_sftp(error: std::io::Error) -> Error {
    let help = "install OpenSSH, and see that `sftp` runs";
    Error { what: "could not run `sftp`".to_owned(), path: None, source: Some(error), help: Some(help.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_listing_are_read() {
        for (line, expected) in [
            ("-rw-r--r--    ? root     root            2 Nov 29 10:30 /srv/a b.html", Some(('-', 2, "a b.html"))),
            ("drwxr-xr-x    ? 0        0            4096 Nov 29  2025 /srv/d", Some(('d', 4096, "d"))),
            (
                "-rw-r--r--    ? 0        0               3 Nov 29 10:30 /srv/\\303\\244\\.html",
                Some(('-', 3, "ä\\.html")),
            ),
            ("Couldn't read", None),
        ] {
            assert_eq!(listing(line), expected.map(|(kind, size, name)| (kind, size, name.to_owned())));
        }
    }
}
