//! Facts about the machine and the moment: the day, the environment, what git knows.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::model::{Date, RelPath};

/// Today in UTC; `SOURCE_DATE_EPOCH` stands in for the clock where it is set (reproducible-builds.org).
#[expect(clippy::disallowed_methods, reason = "the one door to the clock and the environment")]
pub fn today() -> Date {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs() as i64);
    Date::from_unix(told.unwrap_or_else(clock)).or_else(|| Date::new(1970, 1, 1)).expect("1970 began with a day")
}

/// The time in seconds since 1970, for what expires. Nothing that is built depends on it.
#[expect(clippy::disallowed_methods, reason = "the one door to the clock and the environment")]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// Whether the environment asks for no colours (no-color.org).
#[expect(clippy::disallowed_methods, reason = "the one door to the clock and the environment")]
pub fn wants_no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Whether this is one of GitHub's runners.
#[expect(clippy::disallowed_methods, reason = "the one door to the clock and the environment")]
pub fn is_on_github() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The editor that somebody prefers, as a command: `VISUAL`, or else `EDITOR`.
#[expect(clippy::disallowed_methods, reason = "the one door to the clock and the environment")]
pub fn editor() -> Option<String> {
    let told = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    told.map(|command| command.trim().to_owned()).find(|command| !command.is_empty())
}

/// The variables of the environment whose names begin with `prefix` and that say something, names in small letters.
pub fn variables(prefix: &str) -> BTreeMap<String, String> {
    let fine = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    let ours =
        std::env::vars_os().filter_map(fine).filter(|(name, value)| name.starts_with(prefix) && !value.is_empty());
    ours.map(|(name, value)| (name.to_lowercase(), value)).collect()
}

/// The home folder of whoever runs us.
pub fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one door to what the system knows about this process")]
fn read_status() -> std::io::Result<String> {
    std::fs::read_to_string("/proc/self/status")
}

/// The memory that this process takes, in bytes, where the system says it.
pub fn memory_in_use() -> Option<u64> {
    let status = read_status().ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

/// What git knows about a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitDates {
    /// The last commit that changed each file, by the file's path relative to the folder.
    pub changed: BTreeMap<RelPath, Date>,
}

/// The commit that is checked out around `folder`; `None` where there is no repository, no commit, no git, or only a
/// part of the history (every file would seem to have changed with the first commit there is).
pub fn git_head(folder: &Path) -> Option<String> {
    let answer = git(folder, &["rev-parse", "HEAD", "--is-shallow-repository"])?;
    let text = String::from_utf8(answer).ok()?;
    match text.lines().collect::<Vec<_>>().as_slice() {
        [head, "false"] => Some((*head).to_owned()),
        _ => None,
    }
}

/// The day (of the committer, in UTC) on which each file below `folder` last changed.
pub fn git_dates(folder: &Path) -> GitDates {
    let arguments = ["log", "--format=%x01%ct", "--name-only", "--relative", "--no-renames", "-z", "--", "."];
    let log = git(folder, &arguments).unwrap_or_default();
    let mut dates = GitDates::default();
    let mut day = None;
    for field in log.split(|b| *b == 0).flat_map(|field| field.split(|b| *b == b'\n')) {
        let Ok(field) = std::str::from_utf8(field) else { continue };
        match field.strip_prefix('\x01') {
            Some(seconds) => day = seconds.trim().parse().ok().and_then(Date::from_unix),
            None => {
                if let (Some(day), Some(path)) = (day, RelPath::new(field).filter(|path| !path.as_str().is_empty())) {
                    dates.changed.entry(path).or_insert(day);
                }
            }
        }
    }
    dates
}

/// The day on which each of these files, as seen from `folder`, last changed; without those that git does not know. `None`
/// where git knows nothing at all of the folder.
pub fn git_last_changes(folder: &Path, paths: &[&str]) -> Option<BTreeMap<String, Date>> {
    git_head(folder)?;
    let last = |path: &&str| {
        let answer = git(folder, &["log", "-1", "--format=%ct", "--", path])?;
        let day = Date::from_unix(String::from_utf8(answer).ok()?.trim().parse().ok()?)?;
        Some(((*path).to_owned(), day))
    };
    Some(paths.iter().filter_map(last).collect())
}

/// The files below `folder` that git saw move, by the path that each had, to the path that it has, both from the folder:
/// moved in a commit, or since the last one. Nothing where git knows nothing of the folder.
pub fn git_renames(folder: &Path) -> BTreeMap<RelPath, RelPath> {
    const FORM: [&str; 6] = ["-M", "--diff-filter=R", "--name-status", "--relative", "-z", "--no-ext-diff"];
    let ask = |first: &[&str]| git(folder, &[first, FORM.as_slice(), &["--", "."]].concat()).unwrap_or_default();
    let answers = [ask(&["diff", "HEAD"]), ask(&["log", "--format="])];
    let mut renames: BTreeMap<RelPath, RelPath> = BTreeMap::new();
    // The latest first: what moved twice has the name that it got last.
    for answer in &answers {
        let mut fields = answer.split(|b| *b == 0).map(|field| std::str::from_utf8(field).unwrap_or("").trim_start());
        while let Some(status) = fields.next() {
            if !status.starts_with('R') {
                continue;
            }
            let (Some(old), Some(new)) = (fields.next().and_then(RelPath::new), fields.next().and_then(RelPath::new))
            else {
                continue;
            };
            let last = renames.get(&new).cloned().unwrap_or(new);
            renames.entry(old).or_insert(last);
        }
    }
    renames
}

fn git(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.quotePath=off"]).args(arguments);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
