//! Targets that fail, and publishes that are killed, at every operation and at any moment.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use docweave::{
    build::trace::Silent,
    model::{Error, RelPath, target::Encoding},
    publish::{self, Failure, Parcel, Patience, Remote, Takes},
    source::standing::Standing,
};

use super::{
    NONE, POLITE, change_tiny,
    compress::{BOTH, seen_in},
    crawl, folder, kills, parcel, send, served, small_site, tiny_site,
};
use crate::site::{Files, Site, tree};

/// What happens at the operation that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// It is not done, nor any after it.
    Killed,
    /// It is done, but nobody hears of it, and none is done after it.
    Unheard,
    /// It is not done, once.
    Passing,
    /// It is done, but nobody hears of it, once.
    UnheardOnce,
}

/// A target that fails at one operation.
pub(super) struct Breaking<'a> {
    inner: &'a dyn Remote,
    fault: Fault,
    at: usize,
    done: AtomicUsize,
}

impl<'a> Breaking<'a> {
    pub(super) fn new(inner: &'a dyn Remote, fault: Fault, at: usize) -> Self {
        Self { inner, fault, at, done: AtomicUsize::new(0) }
    }

    /// How many operations there were.
    pub(super) fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    fn act<T>(&self, act: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        let number = self.done.fetch_add(1, Ordering::SeqCst);
        let failure = || Failure::Passing(Error::new("the network is gone"));
        match self.fault {
            _ if number < self.at => act(),
            Fault::Killed => Err(failure()),
            Fault::Unheard if number == self.at => act().and(Err(failure())),
            Fault::Unheard => Err(failure()),
            Fault::Passing if number == self.at => Err(failure()),
            Fault::UnheardOnce if number == self.at => act().and(Err(failure())),
            Fault::Passing | Fault::UnheardOnce => act(),
        }
    }
}

impl Remote for Breaking<'_> {
    fn takes(&self) -> Takes {
        self.inner.takes()
    }
    fn keeps(&self) -> usize {
        self.inner.keeps()
    }
    fn list(&self) -> Result<Standing, Failure> {
        self.act(|| self.inner.list())
    }
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        self.act(|| self.inner.read(path))
    }
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        self.act(|| self.inner.put(path, bytes))
    }
    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        self.act(|| self.inner.remove(path))
    }
    fn flush(&self) -> Result<(), Failure> {
        self.act(|| self.inner.flush())
    }
    fn finish(&self) -> Result<(), Failure> {
        self.act(|| self.inner.finish())
    }
}

pub(super) fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// Sends `new` to a copy of a target that holds the old edition, with a fault at each operation in turn, and lets `look` see
/// whether the target serves. Of those after which nothing is done every other is enough: what was done unheard is what was done
/// before the next.
pub(super) fn at_every_operation(
    old: &Path,
    new: &Parcel,
    expected: &Files,
    (fault, patience): (Fault, &Patience),
    look: &dyn Fn(&Path, &str),
) {
    let step = if patience.times > 0 { 1 } else { 2 };
    for at in (0..).step_by(step) {
        let disk = tempfile::tempdir().unwrap();
        let live = disk.path().join("live");
        copy(old, &live);
        let inner = folder(&live);
        let breaking = Breaking::new(&inner, fault, at);
        let plan = publish::plan(&breaking, new, POLITE, patience);
        let sent = plan.and_then(|plan| publish::send(&breaking, new, &plan, patience, &Silent));
        let told = format!("{fault:?} at operation {at}");
        look(&live, &told);
        let is_over = breaking.done() <= at;
        if patience.times > 0 || is_over {
            sent.unwrap_or_else(|error| panic!("{told}: {error}"));
        } else {
            assert!(sent.unwrap_err().to_string().contains("network"));
            drop(inner);
            send(&folder(&live), new).unwrap_or_else(|error| panic!("{told}, then again: {error}"));
        }
        assert_eq!(tree(&live), *expected, "{told}");
        if is_over {
            assert!(at > 20, "there were only {at} operations");
            break;
        }
    }
}

#[test]
fn a_fault_at_any_operation_leaves_a_site_that_serves_and_the_next_run_finishes() {
    let disk = tempfile::tempdir().unwrap();
    let mut site = tiny_site("");
    site.build();
    let old = disk.path().join("old");
    send(&folder(&old), &parcel(&site)).unwrap();
    change_tiny(&mut site);
    site.build();
    let fresh = disk.path().join("fresh");
    send(&folder(&fresh), &parcel(&site)).unwrap();
    let expected = tree(&fresh);
    let again = Patience { times: 1, first: Duration::from_millis(1) };
    for fault in
        [(Fault::Killed, &NONE), (Fault::Unheard, &NONE), (Fault::Passing, &again), (Fault::UnheardOnce, &again)]
    {
        at_every_operation(&old, &parcel(&site), &expected, fault, &|live, told| {
            assert!(crawl(&served(live), told) > 5);
        });
    }
}

#[test]
fn a_file_becomes_a_folder_and_the_reverse_whatever_fails() {
    let disk = tempfile::tempdir().unwrap();
    let mut site = tiny_site("");
    site.write("static/a", "file").write("static/b/c/d", "deep").build();
    let old = disk.path().join("old");
    send(&folder(&old), &parcel(&site)).unwrap();
    site.remove("static/a").write("static/a/x", "below").remove("static/b/c/d");
    std::fs::remove_dir_all(site.root().join("static/b")).unwrap();
    site.write("static/b", "file").build();
    let fresh = disk.path().join("fresh");
    send(&folder(&fresh), &parcel(&site)).unwrap();
    for at in 0..20 {
        let live = disk.path().join(format!("live{at}"));
        copy(&old, &live);
        let inner = folder(&live);
        let breaking = Breaking::new(&inner, Fault::Killed, at);
        drop(send(&breaking, &parcel(&site)));
        drop(inner);
        send(&folder(&live), &parcel(&site)).unwrap();
        assert_eq!(tree(&live), tree(&fresh), "killed at {at}");
    }
}

/// A target in the folder of a site; `look` gives what readers see.
fn kill_at_any_moment(to: &str, look: &dyn Fn(&Site) -> Files) {
    let mut site = small_site(&format!("[publish.live]\n{to}"));
    git_repository(site.root());
    let publish = |site: &Site, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").args(arguments).current_dir(site.root()).stdin(Stdio::null());
        command
    };
    kills::kill_at_any_moment(&mut site, ROUNDS, &publish, look);
}

fn git_repository(root: &Path) {
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(root.join("pages.git")).status().unwrap();
    assert!(made.success());
}

const ROUNDS: u32 = 4;

#[test]
fn a_folder_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment(&format!("to = \"live\"\n{BOTH}"), &|site| {
        let files = served(&site.root().join("live"));
        let told = "read as it is";
        assert!(crawl(&seen_in(Encoding::Br, &files), told) > 10 && crawl(&files, told) > 10);
        seen_in(Encoding::Gzip, &files)
    });
}

#[test]
fn releases_are_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"live\"\nreleases = true\nkeep = 2", &|site| {
        served(&site.root().join("live/current").canonicalize().unwrap())
    });
}

#[test]
fn an_archive_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"live.zip\"", &|site| super::command::unzip(&site.root().join("live.zip")));
    kill_at_any_moment("to = \"live.tar.gz\"", &|site| super::command::untar(&site.root().join("live.tar.gz")));
}

#[test]
fn a_branch_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"git+file://pages.git\"\nbranch = \"pages\"", &|site| {
        let mut files = super::git::branch(&site.root().join("pages.git"), "pages");
        files.remove(".nojekyll");
        files
    });
}
