//! Targets that fail, and publishes that are killed, at every operation and at any moment.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use docweave::{
    build::trace::Silent,
    model::{Error, RelPath},
    publish::{self, Failure, Parcel, Patience, Remote, Takes},
    source::standing::Standing,
};

use super::{NONE, POLITE, change, crawl, folder, parcel, send, served, small_site};
use crate::site::{Site, tree};

/// What happens at the operation that fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
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
struct Breaking<'a> {
    inner: &'a dyn Remote,
    fault: Fault,
    at: usize,
    done: AtomicUsize,
}

impl Breaking<'_> {
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

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// Sends `new` to a copy of a target that holds the old edition, with a fault at each operation in turn.
fn at_every_operation(old: &Path, new: &Parcel, expected: &crate::site::Files, fault: Fault, patience: &Patience) {
    for at in 0.. {
        let disk = tempfile::tempdir().unwrap();
        let live = disk.path().join("live");
        copy(old, &live);
        let inner = folder(&live);
        let breaking = Breaking { inner: &inner, fault, at, done: AtomicUsize::new(0) };
        let plan = publish::plan(&breaking, new, POLITE, patience);
        let sent = plan.and_then(|plan| publish::send(&breaking, new, &plan, patience, &Silent));
        let told = format!("{fault:?} at operation {at}");
        assert!(crawl(&served(&live), &told) > 10);
        let is_over = breaking.done.load(Ordering::SeqCst) <= at;
        if patience.times > 0 || is_over {
            sent.unwrap_or_else(|error| panic!("{told}: {error}"));
        } else {
            assert!(sent.unwrap_err().to_string().contains("network"));
            drop(inner);
            send(&folder(&live), new).unwrap_or_else(|error| panic!("{told}, then again: {error}"));
        }
        assert_eq!(tree(&live), *expected, "{told}");
        if is_over {
            assert!(at > 25, "there were only {at} operations");
            break;
        }
    }
}

#[test]
fn a_fault_at_any_operation_leaves_a_site_that_serves_and_the_next_run_finishes() {
    let disk = tempfile::tempdir().unwrap();
    let mut site = small_site("");
    site.build();
    let old = disk.path().join("old");
    send(&folder(&old), &parcel(&site)).unwrap();
    change(&mut site);
    site.build();
    let fresh = disk.path().join("fresh");
    send(&folder(&fresh), &parcel(&site)).unwrap();
    let expected = tree(&fresh);
    at_every_operation(&old, &parcel(&site), &expected, Fault::Killed, &NONE);
    at_every_operation(&old, &parcel(&site), &expected, Fault::Unheard, &NONE);
    let again = Patience { times: 1, first: Duration::from_millis(1) };
    at_every_operation(&old, &parcel(&site), &expected, Fault::Passing, &again);
    at_every_operation(&old, &parcel(&site), &expected, Fault::UnheardOnce, &again);
}

#[test]
fn a_file_becomes_a_folder_and_the_reverse_whatever_fails() {
    let disk = tempfile::tempdir().unwrap();
    let mut site = small_site("");
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
        let breaking = Breaking { inner: &inner, fault: Fault::Killed, at, done: AtomicUsize::new(0) };
        drop(send(&breaking, &parcel(&site)));
        drop(inner);
        send(&folder(&live), &parcel(&site)).unwrap();
        assert_eq!(tree(&live), tree(&fresh), "killed at {at}");
    }
}

/// Runs `docweave publish live` and kills it after `delay`. Whether it was still running.
fn kill_after(site: &Site, delay: Duration) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
    command.args(["publish", "live", "--no-build"]).current_dir(site.root());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(delay);
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

/// Publishes two editions in turn, each killed at some moment and then finished; `look` gives what readers see.
fn kill_at_any_moment(to: &str, rounds: u32, look: &dyn Fn(&Site) -> crate::site::Files) {
    let mut site = small_site(&format!("[publish.live]\n{to}"));
    git_repository(site.root());
    site.build();
    let start = Instant::now();
    site.run(&["publish", "live", "--no-build"]).ends(0);
    let usual = start.elapsed();
    let mut editions = vec![site.output()];
    let mut running = 0;
    for round in 0..rounds {
        let (from, to) = if round % 2 == 0 { ("# One\n", "# Ones\n") } else { ("# Ones\n", "# One\n") };
        let (dark, light) = ("accent = \"teal\"", "accent = \"navy\"");
        site.edit("content/one.md", from, to);
        match site.text("site.toml").contains(dark) {
            true => site.edit("site.toml", dark, light),
            false if site.text("site.toml").contains(light) => site.edit("site.toml", light, dark),
            false => site.edit("site.toml", "[publish.live]", "[css.variables]\naccent = \"teal\"\n[publish.live]"),
        };
        site.build();
        editions.push(site.output());
        running += u32::from(kill_after(&site, usual.mul_f64(f64::from(round * 7 % rounds) / f64::from(rounds))));
        let told = format!("{to}, round {round}");
        assert!(crawl(&look(&site), &told) > 10, "{told}");
        site.run(&["publish", "live", "--no-build"]).ends(0);
        let mut now = look(&site);
        now.remove(".nojekyll");
        assert_eq!(now, *editions.last().unwrap(), "{told}");
    }
    assert!(running > 0, "{to}: every publish was over before it was killed");
}

fn git_repository(root: &Path) {
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(root.join("pages.git")).status().unwrap();
    assert!(made.success());
}

const ROUNDS: u32 = 12;

#[test]
fn a_folder_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"live\"", ROUNDS, &|site| served(&site.root().join("live")));
}

#[test]
fn releases_are_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"live\"\nreleases = true\nkeep = 2", ROUNDS, &|site| {
        served(&site.root().join("live/current").canonicalize().unwrap())
    });
}

#[test]
fn an_archive_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"live.zip\"", ROUNDS, &|site| super::command::unzip(&site.root().join("live.zip")));
    kill_at_any_moment("to = \"live.tar.gz\"", ROUNDS, &|site| super::command::untar(&site.root().join("live.tar.gz")));
}

#[test]
fn a_branch_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment("to = \"git+file://pages.git\"\nbranch = \"pages\"", ROUNDS, &|site| {
        super::git::branch(&site.root().join("pages.git"), "pages")
    });
}
