//! A folder on another machine, by the programs `rsync` and `ssh`.
//!
//! One call of rsync sends a wave of files. Nothing there has to run but rsync, and the keys of ssh are the usual ones. Where
//! ssh lets us run more than rsync, a few commands of a shell go before it, so that whoever publishes is alone, and files are
//! put aside without travelling.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::model::{Error, RelPath, target::redact};
use crate::output;
use crate::publish::{
    Failure, Remote,
    lease::{self, InFolder, Latch, Mark, Settled, Slip, Step},
    waves::{Carrier, Desk, Found, Waves, folders_of, is_own},
};
use crate::source::standing;

/// It tells each file when it is its turn. When we were killed, it can't, and ends: what it still sent would come between what
/// the next publish sends. It notices that nobody reads only where nothing is buffered: of a line, it does not look whether its
/// end was written.
const ENDS_WITH_US: [&str; 2] = ["--out-format=%n", "--outbuf=N"];

/// How long a command there may be, in bytes.
const LONGEST: usize = 60_000;

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
    let path = path.trim_end_matches('/').to_owned();
    let address = format!("{host}:{path}/");
    Waves::open(site, keeps, wait, |desk| Rsync { address, path, port, desk, has_shell: OnceLock::new() })
}

/// How the folder is reached.
struct Rsync {
    /// What rsync calls it, with a slash at the end: `me@example.org:/srv/www/`.
    address: String,
    path: String,
    port: Option<u16>,
    desk: Desk,
    /// Whether commands may go before rsync there.
    has_shell: OnceLock<bool>,
}

impl Carrier for Rsync {
    fn shown(&self) -> String {
        self.address.clone()
    }

    fn mark(self: Arc<Self>) -> Result<Arc<dyn Mark>, Failure> {
        // What fails because of the network fails again without the commands.
        let has_shell = match self.shell(&format!("mkdir -p {}", self.there(""))) {
            Ok(said) => said,
            Err(_) => self.list_only("").map(|_| None)?,
        };
        match has_shell {
            Some(Done::Refused(why)) => Err(self.may_not(&why)),
            Some(Done::Taken) => {
                self.has_shell.get_or_init(|| true);
                Ok(Arc::new(InFolder(self)))
            }
            None => Ok(Arc::new(Settled(self))),
        }
    }

    fn list(&self) -> Result<Found, Failure> {
        let mut found = Found::default();
        for line in self.list_only("")?.split(|b| *b == b'\n').filter_map(|line| str::from_utf8(line).ok()) {
            let Some((kind, size, name)) = listing(line) else { continue };
            match RelPath::new(name.split(" -> ").next().unwrap_or(name)) {
                Some(path) if is_own(&path) => {}
                Some(path) if kind == '-' => drop(found.standing.files.insert(path, size)),
                Some(path) if kind != 'd' => drop(found.standing.others.insert(path)),
                _ => {}
            }
        }
        Ok(found)
    }

    fn fetch(&self, paths: &[&str], into: &Path) -> Result<(), Failure> {
        let input: Vec<u8> = paths.iter().flat_map(|path| path.bytes().chain([0])).collect();
        let mut to = into.as_os_str().to_owned();
        to.push("/");
        let options = ["--ignore-times", "--mkpath", "--from0", "--files-from=-"];
        self.run(&options, &[OsString::from(&self.address), to], &input).map(drop)
    }

    fn send(&self, from: &Path, _all_that_is_in_it: &BTreeSet<RelPath>) -> Result<(), Failure> {
        let mut from = from.as_os_str().to_owned();
        from.push("/");
        let [names, lines] = ENDS_WITH_US;
        let options = ["--recursive", "--ignore-times", "--perms", "--chmod=D755,F644", "--mkpath", names, lines];
        match self.run(&options, &[from, OsString::from(&self.address)], b"")? {
            Some(_) => Ok(()),
            None => {
                Err(Failure::Lasting(Error::new(format!("a folder vanished while it was sent to {}", self.address))))
            }
        }
    }

    fn remove(&self, paths: &BTreeSet<RelPath>) -> Result<(), Failure> {
        self.remove_named(&paths.iter().map(RelPath::as_str).collect::<Vec<_>>(), "none")?;
        // Folders that are empty now go as well; one that is not refuses, and stays.
        let folders = folders_of(paths.iter());
        for folders in folders.chunk_by(|one, other| depth(one) == depth(other)) {
            drop(self.remove_named(folders, "none"));
        }
        Ok(())
    }

    fn link(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<BTreeSet<RelPath>, Failure> {
        let mut left: BTreeSet<RelPath> = files.keys().cloned().collect();
        if self.has_shell.get() != Some(&true) {
            return Ok(left);
        }
        let mut folders = folders_of(files.keys());
        folders.reverse();
        let begin: String = folders.iter().map(|folder| format!("mkdir -p {}; ", self.there(folder))).collect();
        let mut commands = begin.clone();
        for (to, from) in files {
            commands += &format!("ln {} {}; ", self.there(from.as_str()), self.there(to.as_str()));
            if commands.len() > LONGEST {
                self.shell(&(std::mem::replace(&mut commands, begin.clone()) + "true"))?;
            }
        }
        self.shell(&(commands + "true"))?;
        // What was there already is refused as well, and disks without such names refuse all.
        let there = self.list()?.standing;
        left.retain(|path| !there.files.contains_key(path));
        Ok(left)
    }
}

fn depth(folder: &str) -> usize {
    folder.matches('/').count()
}

/// What became of commands.
enum Done {
    Taken,
    /// One was refused, and said this.
    Refused(String),
}

impl Rsync {
    /// The place of a path there, as a word of a shell.
    fn there(&self, path: &str) -> String {
        let here = if self.path.starts_with('/') { "" } else { "./" };
        let slash = if path.is_empty() { "" } else { "/" };
        format!("'{here}{}{slash}{}'", self.path, path.replace('\'', "'\\''"))
    }

    /// Runs commands before rsync; `None` where they are not let through, as rrsync does.
    fn shell(&self, commands: &str) -> Result<Option<Done>, Failure> {
        let script = format!("if {commands}; then echo {TAKEN} >&2; else echo {REFUSED} >&2; fi; rsync");
        let output =
            self.call(&["--list-only", &format!("--rsync-path={script}")], &[self.address.clone().into()], b"")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let why = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
        match said {
            said if said.contains(TAKEN) => Ok(Some(Done::Taken)),
            said if said.contains(REFUSED) => Ok(Some(Done::Refused(why))),
            _ if output.status.success() => Ok(None),
            _ => Err(self.refused(&output)),
        }
    }

    fn may_not(&self, why: &str) -> Failure {
        let error = Error::new(format!("rsync could not do it for {}: {}", self.address, redact(why)));
        Failure::Lasting(error.help("see that you may write there"))
    }

    /// The lines of a listing of a folder there and all that is in it; nothing where it does not exist.
    fn list_only(&self, folder: &str) -> Result<Vec<u8>, Failure> {
        let options = ["--recursive", "--links", "--list-only", "--no-human-readable", "--8-bit-output"];
        Ok(self.run(&options, &[OsString::from(format!("{}{folder}", self.address))], b"")?.unwrap_or_default())
    }

    /// What is named goes there, a folder only if nothing is left in it. For that, folders without it are sent from `desk`, where
    /// all else is excluded and so protected. (`--delete-missing-args` would be shorter; since a mending of 2026, many an rsync
    /// refuses what it sends: issue 910 of rsync.)
    fn remove_named(&self, names: &[&str], desk: &str) -> Result<(), Failure> {
        self.desk.clear(desk)?;
        let here = self.desk.at(desk);
        let mut rules = BTreeSet::new();
        for name in names {
            rules.insert(format!("+ /{}\0", pattern(name)));
            let mut folder = folder_of(name);
            output::write_atomic(&here.join(folder).join(".docweave-none"), b"").map_err(Failure::of)?;
            while !folder.is_empty() {
                rules.insert(format!("+ /{}/\0", pattern(folder)));
                folder = folder_of(folder);
            }
        }
        let input = rules.into_iter().collect::<String>() + "- *\0";
        let [names, lines] = ENDS_WITH_US;
        let options = ["--recursive", "--delete", "--from0", "--exclude-from=-", names, lines];
        let places = [here.join("").into_os_string(), OsString::from(&self.address)];
        self.run(&options, &places, input.as_bytes()).map(drop)
    }

    /// Runs rsync, which reads `input`; `None` where it says that something is not there.
    fn run(&self, arguments: &[&str], places: &[OsString], input: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        let output = self.call(arguments, places, input)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let is_gone = |line: &str| line.contains("No such file or directory");
        // Of a whole folder that is not there, only the text tells: the other side ends, and the code is that of a broken line.
        let is_folder = |line: &str| is_gone(line) && (line.contains("change_dir") || line.contains("rrsync"));
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(23) if said.lines().any(is_gone) => Ok(None),
            Some(3 | 12) if said.lines().any(is_folder) => Ok(None),
            _ => Err(self.refused(&output)),
        }
    }

    fn call(&self, arguments: &[&str], places: &[OsString], input: &[u8]) -> Result<Output, Failure> {
        let mut command = Command::new("rsync");
        if let Some(port) = self.port {
            command.arg(format!("--rsh=ssh -p {port}"));
        }
        command.args(arguments).arg("--").args(places).env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::Lasting(no_rsync(error)))?;
        // What it says is short, so it can be written to before it is read from. One that is gone says why.
        drop(child.stdin.take().map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output().map_err(|error| Failure::Lasting(no_rsync(error)))
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
}

/// What commands say at their end.
const TAKEN: &str = "docweave-taken";
const REFUSED: &str = "docweave-refused";

impl Latch for Arc<Rsync> {
    fn names(&self) -> Result<Option<Vec<String>>, Failure> {
        let options = ["--list-only", "--no-human-readable", "--8-bit-output"];
        let place = OsString::from(format!("{}{}/", self.address, lease::NAME));
        let Some(listed) = self.run(&options, &[place], b"")? else { return Ok(None) };
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let names = listed.lines().filter_map(listing).filter(|(kind, ..)| *kind == '-');
        Ok(Some(names.map(|(.., name)| name.to_owned()).collect()))
    }

    fn take(&self, steps: &[Step<'_>]) -> Result<bool, Failure> {
        let folder = self.there(lease::NAME);
        let file = |name: &str| self.there(&format!("{}/{name}", lease::NAME));
        let commands = steps.iter().map(|step| match step {
            Step::MakeFolder => format!("mkdir {folder}"),
            Step::MakeFile(name) => format!("touch {}", file(name)),
            Step::Rename(from, to) => format!("mv {} {}", file(from), file(to)),
            Step::RemoveFile(name) => format!("rm {}", file(name)),
            Step::RemoveFolder => format!("rmdir {folder}"),
        });
        match self.shell(&commands.collect::<Vec<_>>().join(" && "))? {
            Some(Done::Taken) => Ok(true),
            Some(Done::Refused(why))
                if ["ermission denied", "ead-only", "o space"].iter().any(|it| why.contains(it)) =>
            {
                Err(self.may_not(&why))
            }
            Some(Done::Refused(_)) => Ok(false),
            None => Err(self.may_not("it ran commands, and does not any more")),
        }
    }
}

/// The mark as a file there, where nothing but rsync is let through.
impl Slip for Arc<Rsync> {
    fn read(&self) -> Result<Option<String>, Failure> {
        self.desk.clear("mark-got")?;
        self.fetch(&[lease::NAME], &self.desk.at("mark-got"))?;
        let read = standing::file(&self.desk.at("mark-got").join(lease::NAME)).map_err(Failure::of)?;
        Ok(read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let here = self.desk.write(&format!("mark/{}", lease::NAME), text.as_bytes())?;
        let places = [here.into_os_string(), OsString::from(&self.address)];
        self.run(&["--ignore-times", "--mkpath"], &places, b"").map(drop)
    }

    fn remove(&self) -> Result<(), Failure> {
        self.remove_named(&[lease::NAME], "mark-none")
    }
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The pattern that is nothing but `name`, which has no backslash.
fn pattern(name: &str) -> String {
    name.replace('*', "\\*").replace('?', "\\?").replace('[', "\\[")
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
    Error { source: Some(error), ..Error::new("could not run `rsync`").help(help) }
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
