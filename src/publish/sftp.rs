//! A folder on another machine, by the program `sftp`.
//!
//! A few calls of sftp side by side send a wave of files. Each is sent under another name and gets its own when it is whole.
//! Nothing there has to run but ssh's own sftp server, and keys and known hosts are the usual ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rayon::prelude::*;

use crate::model::{Error, RelPath, target::redact};
use crate::output;
use crate::publish::{
    Failure, Remote,
    lease::{self, InFolder, Latch, Mark, Step},
    waves::{Carrier, Desk, Found, Waves, folders_of, is_own},
};

/// Calls side by side, each with a connection of its own.
const CALLS: usize = 4;

/// The folder `path` on `host`, which is to hold `keeps` releases, for one publish at a time; waits up to `wait` for another.
///
/// # Errors
///
/// Another publish of this target from here that takes longer.
pub(super) fn open(
    site: (&str, &Path),
    (host, port): (&str, Option<u16>),
    path: &str,
    keeps: usize,
    wait: Duration,
) -> Result<impl Remote + use<>, Error> {
    let (host, path) = (host.to_owned(), path.trim_end_matches('/').to_owned());
    Waves::open(site, keeps, wait, |desk| Sftp { host, port, path, desk, folders: Mutex::default() })
}

/// How the folder is reached.
struct Sftp {
    host: String,
    port: Option<u16>,
    path: String,
    desk: Desk,
    /// Folders that are known to be there.
    folders: Mutex<BTreeSet<String>>,
}

impl Carrier for Sftp {
    fn shown(&self) -> String {
        format!("sftp://{}/{}", self.host, self.path.trim_start_matches('/'))
    }

    fn mark(self: Arc<Self>) -> Result<Arc<dyn Mark>, Failure> {
        self.make_folders(std::iter::empty())?;
        Ok(Arc::new(InFolder(self)))
    }

    /// Folder by folder, all of one depth in one call.
    fn list(&self) -> Result<Found, Failure> {
        let mut found = Found::default();
        let mut level = vec![String::new()];
        while !level.is_empty() {
            let share = level.len().div_ceil(CALLS).max(16);
            let listed: Vec<_> = level.par_chunks(share).map(|folders| self.entries(folders)).collect();
            level.clear();
            for entry in listed.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
                let Some(path) = RelPath::new(&entry.path) else { continue };
                match entry.kind {
                    'd' => level.push(entry.path),
                    _ if is_own(&path) && path.file_name().ends_with(".tmp") => drop(found.left.insert(path)),
                    _ if is_own(&path) => {}
                    '-' => drop(found.standing.files.insert(path, entry.size)),
                    _ => drop(found.standing.others.insert(path)),
                }
            }
        }
        Ok(found)
    }

    fn fetch(&self, paths: &[&str], into: &Path) -> Result<(), Failure> {
        let share = paths.len().div_ceil(CALLS).max(16);
        paths.par_chunks(share).try_for_each(|paths| {
            let mut commands = String::new();
            let mut folders = BTreeSet::new();
            for path in paths {
                let here = into.join(path);
                let folder = here.parent().unwrap_or(into);
                if folders.insert(folder.to_owned()) {
                    output::write_atomic(&folder.join(".docweave-none"), b"").map_err(Failure::of)?;
                }
                commands += &format!("-get {} {}\n", self.at(path), quoted(&here.to_string_lossy()));
            }
            let said = self.run(&commands)?;
            let is_gone = |line: &&str| line.contains("not found") || line.contains("No such file");
            match said.errors.lines().map(str::trim).filter(|line| !line.is_empty()).find(|line| !is_gone(line)) {
                None => Ok(()),
                Some(line) => {
                    let error = Error::new(format!("sftp could not read a file at {}: {line}", self.shown()));
                    Err(Failure::Lasting(error.help("see that you may read there")))
                }
            }
        })
    }

    fn send(&self, from: &Path, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        self.make_folders(paths.iter())?;
        let paths: Vec<&RelPath> = paths.iter().collect();
        let share = paths.len().div_ceil(CALLS).max(16);
        paths.par_chunks(share).try_for_each(|paths| {
            let mut commands = String::new();
            for path in paths {
                let (parent, name) = (path.parent(), path.file_name());
                let slash = if parent.is_empty() { "" } else { "/" };
                // What a killed publish left has the same name, so it does not pile up.
                let coming = self.at(&format!("{parent}{slash}.docweave-{name}.tmp"));
                commands += &format!("put {} {coming}\n", quoted(&from.join(path.as_str()).to_string_lossy()));
                commands += &format!("rename {coming} {}\n", self.at(path.as_str()));
            }
            self.run(&commands).map(drop)
        })
    }

    fn remove(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        let files: String = paths.iter().map(|path| format!("-rm {}\n", self.at(path.as_str()))).collect();
        let said = self.run(&files)?;
        let is_gone = |line: &&str| line.contains("No such file");
        let refused = said.errors.lines().filter(|line| line.starts_with("remote delete")).find(|line| !is_gone(line));
        if let Some(refused) = refused {
            let error = Error::new(format!("sftp could not remove a file at {}: {refused}", self.shown()));
            return Err(Failure::Lasting(error.help("see that you may write there")));
        }
        // Folders that are empty now go as well; one that is not refuses, and stays.
        let folders = folders_of(paths.iter());
        let commands: String = folders.iter().map(|folder| format!("-rmdir {}\n", self.at(folder))).collect();
        if !commands.is_empty() {
            self.run(&commands)?;
            let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|folder| !folders.contains(&folder.as_str()));
        }
        Ok(())
    }

    /// By the extension `hardlink@openssh.com`, which not all servers know, nor all disks.
    fn link(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<BTreeSet<RelPath>, Failure> {
        self.make_folders(files.keys())?;
        let all: Vec<_> = files.iter().collect();
        let share = all.len().div_ceil(CALLS).max(16);
        let linked: Vec<_> = all
            .par_chunks(share)
            .map(|files| {
                let commands =
                    files.iter().map(|(to, from)| format!("-ln {} {}\n", self.at(from.as_str()), self.at(to.as_str())));
                self.run(&commands.collect::<String>()).map(|said| said.errors.trim().is_empty())
            })
            .collect::<Result<_, _>>()?;
        if linked.into_iter().all(|is_fine| is_fine) {
            return Ok(BTreeSet::new());
        }
        // What was there already is refused as well, and the server does not say why.
        let folders: BTreeSet<&str> = files.keys().map(RelPath::parent).collect();
        let folders: Vec<String> = folders.into_iter().map(str::to_owned).collect();
        let there: BTreeSet<String> = self.entries(&folders)?.into_iter().map(|entry| entry.path).collect();
        Ok(files.keys().filter(|path| !there.contains(path.as_str())).cloned().collect())
    }
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

impl Sftp {
    /// The place of a path there, as a word of a command.
    fn at(&self, path: &str) -> String {
        quoted(&format!("{}/{path}", self.path))
    }

    /// Makes the folders of files that are to come, whichever are there already.
    fn make_folders<'a>(&self, paths: impl Iterator<Item = &'a RelPath>) -> Result<(), Failure> {
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut commands = String::new();
        if known.insert(String::new()) {
            let mut folder = String::new();
            for part in self.path.split('/') {
                folder += part;
                if !part.is_empty() {
                    commands += &format!("-mkdir {}\n", quoted(&folder));
                }
                folder.push('/');
            }
        }
        // A folder comes before those in it.
        for folder in folders_of(paths).into_iter().rev() {
            if known.insert(folder.to_owned()) {
                commands += &format!("-mkdir {}\n", self.at(folder));
            }
        }
        if commands.is_empty() { Ok(()) } else { self.run(&commands).map(drop) }
    }

    /// Runs commands, one in each line; a command that may fail begins with a hyphen.
    fn run(&self, commands: &str) -> Result<Said, Failure> {
        let output = self.call(commands)?;
        if !output.status.success() {
            return Err(self.refused(&output));
        }
        Ok(Said { text: String::from_utf8_lossy(&output.stdout).into_owned(), errors: errors(&output) })
    }

    fn call(&self, commands: &str) -> Result<Output, Failure> {
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
        Ok(output)
    }

    fn refused(&self, output: &Output) -> Failure {
        let said = redact(&errors(output));
        let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("remote mkdir"));
        let first = lines().next().unwrap_or("it said nothing").to_owned();
        // Of a server that is not there, sftp itself may say nothing, if it ends after ssh.
        let passing = ["Connection re", "Connection timed out", "Connection closed", "Broken pipe", "kex_exchange"];
        let denied = ["Permission denied", "Host key verification failed", "Could not resolve"];
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if has(&passing) && !has(&denied) {
            let error = Error::new(format!("sftp could not do it for {}: {first}", self.shown()));
            return Failure::Passing(error.help("look at the network, and try again"));
        }
        self.refused_because(&first)
    }

    fn refused_because(&self, line: &str) -> Failure {
        let error = Error::new(format!("sftp could not do it for {}: {line}", self.shown()));
        Failure::Lasting(error.help("see that `sftp` with the same host lets you in, and that you may write there"))
    }

    /// What is in some folders; nothing in one that does not exist.
    fn entries(&self, folders: &[String]) -> Result<Vec<Entry>, Failure> {
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
}

/// The lines that tell of something wrong.
fn errors(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().filter(|line| !line.starts_with("Connected to ")).map(|line| format!("{line}\n")).collect()
}

impl Latch for Arc<Sftp> {
    fn names(&self) -> Result<Option<Vec<String>>, Failure> {
        let said = self.run(&format!("-ls -1a {}\n", self.at(lease::NAME)))?;
        let line = said.errors.lines().map(str::trim).find(|line| !line.is_empty());
        match line {
            Some(line) if line.ends_with("not found") || line.contains("No such file") => Ok(None),
            Some(line) => Err(self.refused_because(line)),
            None => {
                let names = said.text.lines().filter(|line| !line.starts_with("sftp> "));
                let names =
                    names.filter_map(|line| line.trim().rsplit('/').next()).filter(|name| !matches!(*name, "." | ".."));
                Ok(Some(names.map(plain).collect()))
            }
        }
    }

    fn take(&self, steps: &[Step<'_>]) -> Result<bool, Failure> {
        let folder = self.at(lease::NAME);
        let file = |name: &str| self.at(&format!("{}/{name}", lease::NAME));
        let mut commands = String::new();
        for step in steps {
            commands += &match step {
                Step::MakeFolder => format!("mkdir {folder}\n"),
                Step::MakeFile(name) => {
                    let empty = self.desk.write("mark", b"")?;
                    format!("put {} {}\n", quoted(&empty.to_string_lossy()), file(name))
                }
                Step::Rename(from, to) => format!("rename {} {}\n", file(from), file(to)),
                Step::RemoveFile(name) => format!("rm {}\n", file(name)),
                Step::RemoveFolder => format!("rmdir {folder}\n"),
            };
        }
        let output = self.call(&commands)?;
        if output.status.success() {
            return Ok(true);
        }
        let said = errors(&output);
        if said.lines().any(is_refusal) { Ok(false) } else { Err(self.refused(&output)) }
    }
}

/// Whether a line says that a step was not taken because of what stands there. A folder that is there already is told as
/// `Failure`, which is all that version 3 of the protocol has for it.
fn is_refusal(line: &str) -> bool {
    let is_gone = line.contains("No such file");
    match line.contains("Failure") {
        true => ["remote mkdir", "remote rmdir", "remote rename"].iter().any(|start| line.starts_with(start)),
        false if is_gone => !line.starts_with("remote mkdir"),
        false => false,
    }
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
    Error { source: Some(error), ..Error::new("could not run `sftp`").help(help) }
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
