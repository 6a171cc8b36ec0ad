//! A site as a commit holds it, read through git: nothing is checked out.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::model::{Error, RelPath};
use crate::source::{disk, memory::Tree};

/// The files that the commit `reference` holds of the site in `folder`; `None` where git knows no such commit. Links and files
/// beyond [`disk::LARGEST`] are left out.
///
/// # Errors
///
/// Git that can't be run, or that breaks off.
pub fn site(folder: &Path, reference: &str) -> Result<Option<Tree>, Error> {
    if reference.is_empty() || reference.starts_with('-') {
        return Ok(None);
    }
    let commit = format!("{reference}^{{commit}}");
    let Some(commit) = ask(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])? else {
        return Ok(None);
    };
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = ask(folder, &["ls-tree", "-r", "-l", "-z", &commit])?.unwrap_or_default();
    let mut blobs = Vec::new();
    for entry in listed.split(|b| *b == 0).filter_map(|entry| str::from_utf8(entry).ok()) {
        // `100644 blob 4f6c1a2b..      123<tab>content/a.md`
        let Some((facts, path)) = entry.split_once('\t') else { continue };
        let facts: Vec<&str> = facts.split_whitespace().collect();
        let ([mode, "blob", blob, size], Some(path)) = (&facts[..], RelPath::new(path)) else { continue };
        if mode.starts_with("100") && size.parse().is_ok_and(|size: u64| size <= disk::LARGEST) {
            blobs.push((path, (*blob).to_owned()));
        }
    }
    let mut tree = Tree::default();
    read(folder, &blobs, &mut tree)
        .map_err(|error| Error::io("git broke off while it read a commit, in", folder, error))?;
    Ok(Some(tree))
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).stderr(Stdio::null());
    command
}

/// What git says; `None` where it refuses.
fn ask(folder: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, Error> {
    let output = git(folder).args(arguments).stdin(Stdio::null()).output();
    let help = "install git, and see that `git --version` runs";
    let failure = |error| Error { source: Some(error), ..Error::new("could not run `git`").help(help) };
    let output = output.map_err(failure)?;
    Ok(output.status.success().then_some(output.stdout))
}

/// Reads blobs by one call of `git cat-file --batch` into `tree`.
fn read(folder: &Path, blobs: &[(RelPath, String)], tree: &mut Tree) -> io::Result<()> {
    let mut child = git(folder).args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("its input was asked for");
    let mut stdout = BufReader::new(child.stdout.take().expect("its output was asked for"));
    let names: String = blobs.iter().map(|(_, blob)| format!("{blob}\n")).collect();
    // It answers while it reads, so one of both has to wait for nobody.
    let writing = std::thread::spawn(move || stdin.write_all(names.as_bytes()));
    for (path, _) in blobs {
        let mut head = String::new();
        stdout.read_line(&mut head)?;
        let size = head.trim().rsplit(' ').next().and_then(|size| size.parse().ok());
        let size: usize = size.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut bytes = vec![0; size + 1];
        stdout.read_exact(&mut bytes)?;
        bytes.truncate(size);
        tree.insert(path.clone(), bytes);
    }
    writing.join().map_err(|_| io::ErrorKind::BrokenPipe)??;
    child.wait().map(drop)
}
