//! A branch of a git repository, by the program `git`.
//!
//! The branch's tip is fetched into a repository of its own below `.docweave/`, which lives as long as the publish. There
//! `git fast-import` makes the next commit from what differs, and a push moves the branch, if nobody else moved it: readers
//! see the old site or the new one. No working copy is touched.

use std::{
    ffi::OsStr,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::model::{Error, RelPath, target::redact};
use crate::output::{self, Lock};
use crate::publish::{Failure, Release, Remote, Takes};
use crate::source::{facts, standing::Standing};

/// The commit that is being made.
const NEXT: &str = "refs/heads/next";
/// The branch as it was fetched.
const TIP: &str = "refs/heads/tip";
/// How many commits are told, and can be gone back to.
const DEPTH: &str = "50";
/// In the message of a commit that shows an older site again: which commit's.
const BACK: &str = "Docweave-Back-To: ";

/// Gives git the token from the environment, which thereby is in no argument and in no message.
const HELPER: &str = "credential.helper=!f() { test \"$1\" = get && test -n \"$DOCWEAVE_GIT_TOKEN\" && \
                      printf 'username=%s\\npassword=%s\\n' \"${DOCWEAVE_GIT_USER:-token}\" \"$DOCWEAVE_GIT_TOKEN\"; }; f";

/// A branch, as it was when it was opened.
pub struct Git {
    root: PathBuf,
    folder: PathBuf,
    url: String,
    branch: String,
    keeps_history: bool,
    tip: Option<String>,
    import: Mutex<Option<Import>>,
    _lock: Lock,
}

struct Import {
    child: Child,
    stream: ChildStdin,
}

impl Git {
    /// The branch `branch` of the repository at `url`; neither the branch need exist yet, nor anything in it.
    ///
    /// # Errors
    ///
    /// A repository that can't be reached, and another publish of this target from here that takes longer than `wait`.
    pub fn open(
        name: &str,
        root: &Path,
        url: &str,
        branch: &str,
        keeps_history: bool,
        wait: Duration,
    ) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|error| Error::io("could not resolve", root, error))?;
        let folder = root.join(".docweave/publish").join(name);
        let lock = Lock::acquire(&folder, wait)?;
        let url = match url.strip_prefix("file://") {
            Some(path) if !path.starts_with('/') => format!("file://{}", root.join(path).display()),
            _ => url.to_owned(),
        };
        let mut git = Self {
            root,
            folder,
            url,
            branch: branch.to_owned(),
            keeps_history,
            tip: None,
            import: Mutex::new(None),
            _lock: lock,
        };
        git.clear()?;
        git.run(&["init", "--quiet", "--bare", "--template="]).map_err(Failure::into_error)?;
        git.tip = super::send::Patience::default().ask(|| git.fetch())?;
        Ok(git)
    }

    fn clear(&self) -> Result<(), Error> {
        let cleared = output::remove_folder(&self.folder);
        cleared.map_err(|error| Error::io("could not remove the folder", &self.folder, error))
    }

    /// The commit that the branch is at, with what it holds.
    fn fetch(&self) -> Result<Option<String>, Failure> {
        let reference = format!("refs/heads/{}", self.branch);
        let listed = self.run(&["ls-remote", "--refs", &self.url, &reference])?;
        let Some(tip) = listed.split_whitespace().next().map(str::to_owned) else { return Ok(None) };
        let depth = format!("--depth={DEPTH}");
        let from_to = format!("+{reference}:{TIP}");
        self.run(&["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &depth, &self.url, &from_to])?;
        let fetched = self.run(&["rev-parse", TIP])?;
        if fetched.trim() == tip { Ok(Some(tip)) } else { Err(Failure::Passing(self.moved())) }
    }

    fn moved(&self) -> Error {
        let what = format!("somebody else changed the branch `{}` of {} meanwhile", self.branch, redact(&self.url));
        Error::new(what).help("nothing was published: run it again")
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.folder).args(["-c", HELPER, "-c", "gc.auto=0"]).args(arguments);
        command.current_dir(&self.root);
        // Set where a hook of git runs us, and meant for another repository.
        ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"].iter().for_each(|name| {
            command.env_remove(name);
        });
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.run_bytes(arguments)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    fn run_bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.command(arguments).output().map_err(|error| Failure::Lasting(no_git(error)))?;
        if output.status.success() { Ok(output.stdout) } else { Err(self.refused(&output)) }
    }

    /// What git said, without secrets, and what to do about it.
    fn refused(&self, output: &Output) -> Failure {
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = redact(&String::from_utf8_lossy(&said));
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if has(&["(stale info)", "(fetch first)", "(non-fast-forward)", "cannot lock ref"]) {
            return Failure::Lasting(self.moved());
        }
        let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let telling = |line: &&&str| ["fatal:", "error:", "remote:", "!"].iter().any(|word| line.starts_with(word));
        let line = lines.iter().find(telling).or(lines.last()).copied().unwrap_or("it said nothing");
        let error = Error::new(format!("git could not do it for {}: {line}", redact(&self.url)));
        if has(&["could not read Username", "Authentication failed", "Permission denied", "could not read Password"]) {
            let help = "over https, put a token into DOCWEAVE_GIT_TOKEN (and its user into DOCWEAVE_GIT_USER); over ssh, \
                        see that `ssh` with the same host lets you in";
            return Failure::Lasting(error.help(help));
        }
        if has(&["certificate"]) {
            let help =
                "where its certificate is signed by somebody of your own, let GIT_SSL_CAINFO name the file of theirs";
            return Failure::Lasting(error.help(help));
        }
        let passing = ["Could not resolve host", "Connection", "timed out", "early EOF", "RPC failed", "hung up"];
        match has(&passing) {
            true => Failure::Passing(error.help("look at the network, and try again")),
            false => Failure::Lasting(error.help("see that the address is right, and that you may write there")),
        }
    }

    /// Begins a commit that stands on what the branch holds.
    fn begin(&self) -> Result<Import, Failure> {
        let stands_on = match &self.tip {
            Some(tip) if self.keeps_history => format!("from {tip}\n"),
            Some(tip) => self.tree_of(tip)?,
            None => String::new(),
        };
        self.import(&self.message(), &stands_on)
    }

    /// The line of a commit that takes over all that another holds.
    fn tree_of(&self, commit: &str) -> Result<String, Failure> {
        let tree = self.run(&["rev-parse", &format!("{commit}^{{tree}}")])?;
        Ok(format!("M 040000 {} \"\"\n", tree.trim()))
    }

    fn import(&self, message: &str, stands_on: &str) -> Result<Import, Failure> {
        let mut child = self
            .command(&["fast-import", "--quiet", "--done", "--date-format=raw"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::Lasting(no_git(error)))?;
        let mut stream = child.stdin.take().expect("its input was asked for");
        let head =
            format!("commit {NEXT}\ncommitter {}\ndata {}\n{message}\n{stands_on}", self.committer(), message.len());
        stream.write_all(head.as_bytes()).map_err(|error| self.broke_off(error))?;
        Ok(Import { child, stream })
    }

    fn broke_off(&self, error: io::Error) -> Failure {
        Failure::Lasting(Error::io("git broke off while it took the site, in", &self.folder, error))
    }

    fn message(&self) -> String {
        match facts::git_head(&self.root) {
            Some(head) => format!("Publish the site of {}\n", head.get(..12).unwrap_or(&head)),
            None => "Publish the site\n".to_owned(),
        }
    }

    /// Who git says that we are, and when.
    fn committer(&self) -> String {
        let asked = |arguments: &[&str]| self.run(arguments).ok().map(|said| said.trim().to_owned());
        let known = asked(&["var", "GIT_COMMITTER_IDENT"]).filter(|ident| !ident.is_empty());
        let anonymous =
            ["-c", "user.name=Docweave", "-c", "user.email=docweave@localhost", "var", "GIT_COMMITTER_IDENT"];
        known.or_else(|| asked(&anonymous)).unwrap_or_else(|| "Docweave <docweave@localhost> 0 +0000".to_owned())
    }

    fn write(&self, head: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut import = self.import.lock().unwrap_or_else(PoisonError::into_inner);
        let import = match &mut *import {
            Some(import) => import,
            none => none.insert(self.begin()?),
        };
        let written = import.stream.write_all(head.as_bytes()).and_then(|()| import.stream.write_all(bytes));
        written.and_then(|()| import.stream.write_all(b"\n")).map_err(|error| self.broke_off(error))
    }

    /// Moves the branch from the tip to `commit`, if it is still there.
    fn push(&self, commit: &str) -> Result<(), Failure> {
        let lease = format!("--force-with-lease=refs/heads/{}:{}", self.branch, self.tip.as_deref().unwrap_or(""));
        let from_to = format!("{commit}:refs/heads/{}", self.branch);
        self.run(&["push", "--quiet", "--porcelain", &lease, &self.url, &from_to]).map(drop)
    }

    /// Commits of the branch, newest first, each with its day and its message.
    fn log(&self) -> Result<Vec<(String, String, String)>, Failure> {
        if self.tip.is_none() {
            return Ok(Vec::new());
        }
        let log = self.run(&["log", "--first-parent", "-z", "--format=%H%n%cs%n%B", TIP])?;
        let commit = |entry: &str| {
            let mut lines = entry.splitn(3, '\n');
            let mut next = || lines.next().map(str::to_owned);
            Some((next()?, next()?, next()?))
        };
        Ok(log.split('\0').filter_map(commit).collect())
    }

    /// The commit whose site readers see.
    fn shown(log: &[(String, String, String)]) -> Option<String> {
        let (tip, _, message) = log.first()?;
        let back = message.lines().find_map(|line| line.strip_prefix(BACK));
        Some(back.unwrap_or(tip).to_owned())
    }
}

impl Remote for Git {
    fn takes(&self) -> Takes {
        Takes::Changes
    }

    fn list(&self) -> Result<Standing, Failure> {
        let mut standing = Standing::default();
        if self.tip.is_none() {
            return Ok(standing);
        }
        let listed = self.run_bytes(&["ls-tree", "-r", "-l", "-z", TIP])?;
        for entry in listed.split(|b| *b == 0).filter_map(|entry| str::from_utf8(entry).ok()) {
            let Some((facts, path)) = entry.split_once('\t') else { continue };
            let Some(path) = RelPath::new(path) else { continue };
            let mut facts = facts.split_whitespace();
            let (mode, size) = (facts.next().unwrap_or(""), facts.nth(2).unwrap_or(""));
            match (mode, size.parse()) {
                ("100644" | "100755", Ok(size)) if path.as_str() != output::MANIFEST => {
                    standing.files.insert(path, size);
                }
                ("100644" | "100755", _) => {}
                _ => drop(standing.others.insert(path)),
            }
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        if self.tip.is_none() {
            return Ok(None);
        }
        let object = format!("{TIP}:{path}");
        match self.run(&["cat-file", "-t", &object]).as_deref().map(str::trim) {
            Ok("blob") => self.run_bytes(&["cat-file", "blob", &object]).map(Some),
            _ => Ok(None),
        }
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        self.write(&format!("M 100644 inline {}\ndata {}\n", quoted(path), bytes.len()), bytes)
    }

    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        self.write(&format!("D {}", quoted(path)), b"")
    }

    fn finish(&self) -> Result<(), Failure> {
        let import = self.import.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Import { child, mut stream }) = import {
            let written = stream.write_all(b"done\n").and_then(|()| stream.flush());
            drop(stream);
            let output = child.wait_with_output().map_err(|error| self.broke_off(error))?;
            if !output.status.success() {
                return Err(self.refused(&output));
            }
            written.map_err(|error| self.broke_off(error))?;
        }
        let next = self.run(&["rev-parse", NEXT])?;
        self.push(next.trim())
    }

    fn releases(&self) -> Result<Vec<Release>, Failure> {
        let log = self.log()?;
        let shown = Self::shown(&log);
        let release = |(commit, day, message): &(String, String, String)| Release {
            name: commit.get(..12).unwrap_or(commit).to_owned(),
            about: format!("{day}  {}", message.lines().next().unwrap_or("")),
            is_shown: Some(commit) == shown.as_ref(),
        };
        Ok(log.iter().map(release).collect())
    }

    /// With a new commit that holds what an older one held: nothing is lost, and nobody's copy of the branch breaks.
    fn go_back(&self) -> Result<String, Failure> {
        let log = self.log()?;
        let shown = Self::shown(&log);
        // Where the one before shows an older one again, that is what readers saw.
        let before: Vec<_> =
            log.iter().skip_while(|(commit, ..)| Some(commit) != shown.as_ref()).skip(1).cloned().collect();
        let older = Self::shown(&before);
        let (Some(older), Some(tip)) = (older, &self.tip) else {
            let what = format!("there is no older commit on the branch `{}`", self.branch);
            let help = "`docweave publish --list` shows all; with `history = false` there is one only";
            return Err(Failure::Lasting(Error::new(what).help(help)));
        };
        let short = older.get(..12).unwrap_or(&older).to_owned();
        let message = format!("Go back to {short}\n\n{BACK}{older}\n");
        let import = self.import(&message, &(format!("from {tip}\n") + &self.tree_of(&older)?))?;
        *self.import.lock().unwrap_or_else(PoisonError::into_inner) = Some(import);
        self.finish()?;
        Ok(short)
    }
}

impl Drop for Git {
    fn drop(&mut self) {
        if let Some(Import { mut child, stream }) = self.import.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(stream);
            drop(child.kill());
            drop(child.wait());
        }
        // Best effort: what stays is removed by the next publish.
        drop(output::remove_folder(&self.folder));
    }
}

/// A path as `git fast-import` reads it.
fn quoted(path: &RelPath) -> String {
    if path.as_str().starts_with('"') {
        format!("\"{}\"", path.as_str().replace('"', "\\\""))
    } else {
        path.as_str().to_owned()
    }
}

fn no_git(error: io::Error) -> Error {
    let help = "install git, and see that `git --version` runs";
    Error { source: Some(error), ..Error::new("could not run `git`").help(help) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_helper_gives_the_token_and_nothing_without_one() {
        let ask = |token: Option<&str>| {
            let mut command = Command::new("git");
            command.args(["-c", "credential.helper=", "-c", HELPER, "credential", "fill"]);
            command.env("GIT_TERMINAL_PROMPT", "0").env_remove("DOCWEAVE_GIT_TOKEN").env_remove("GIT_ASKPASS");
            command.env_remove("SSH_ASKPASS").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            command.envs(token.map(|token| ("DOCWEAVE_GIT_TOKEN", token)));
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(b"protocol=https\nhost=example.org\n\n").unwrap();
            String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
        };
        assert!(ask(Some("s3cret'x")).contains("username=token\npassword=s3cret'x\n"));
        assert!(!ask(None).contains("password"));
    }

    #[test]
    fn paths_are_quoted_where_they_must_be() {
        let names = BTreeMap::from([("a b/ä.html", "a b/ä.html"), ("\"a\"/b", "\"\\\"a\\\"/b\"")]);
        for (path, expected) in names {
            assert_eq!(quoted(&RelPath::new(path).unwrap()), expected);
        }
    }
}
