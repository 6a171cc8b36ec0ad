//! A fault at each step in which a build changes the disk, from the lock to the last memo: `strace` lets the step fail, or
//! kills the build before it. Those of the commit alone are tried in `src/output/commit/tests.rs`; here they are all.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
};

use super::{check, cold, is_own, kills, without_mine};
use crate::hostile::{Site, Tree};

/// The calls in which anything on the disk changes.
const CALLS: &str = "openat,mkdir,mkdirat,write,pwrite64,writev,copy_file_range,sendfile,ftruncate,rename,renameat,renameat2,\
                     link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,chmod,fchmod,fchmodat";

/// One call of a build: what it is, and how many of its kind its thread has made, with itself.
#[derive(Clone, Debug)]
struct Step {
    call: String,
    number: usize,
    /// As it was in a build that nothing befell.
    line: String,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The call gives this error.
    Fails(&'static str),
    /// The build is killed.
    Kills,
}

/// Why a disk refuses to be written to; each step gets one of them.
const REASONS: [&str; 5] = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"];

/// A build under `strace`, and what that told of it.
fn traced(site: &Site, options: &[String]) -> (Output, String) {
    let log = site.path("strace.log");
    let calls = CALLS.split(',').map(|call| format!("?{call}")).collect::<Vec<_>>().join(",");
    let build = site.command();
    let output = Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "200", "-e", "signal=none", "-e", &format!("trace={calls}"), "-o"])
        .arg(&log)
        .args(options)
        .arg(build.get_program())
        .args(build.get_args())
        .args(["--threads", "1"])
        .output()
        .expect("strace, from the system's packages");
    let told = std::fs::read_to_string(&log).unwrap();
    site.remove("strace.log");
    (output, told)
}

/// The steps of a build of the site as it is.
fn steps(site: &Site) -> Vec<Step> {
    let (output, told) = traced(site, &[]);
    assert!(output.status.success(), "{output:?}");
    let mut counts = BTreeMap::new();
    let mut steps = Vec::new();
    for line in told.lines() {
        let (thread, line) = line.split_once(' ').unwrap();
        let Some((call, arguments)) = line.trim_start().split_once('(') else { continue };
        if call.starts_with("<...") {
            continue;
        }
        let number = counts.entry((thread, call)).or_insert(0);
        *number += 1;
        let changes = match call {
            "openat" => arguments.contains("O_CREAT"),
            "write" => !arguments.starts_with("1<") && !arguments.starts_with("2<"),
            _ => true,
        };
        if changes {
            steps.push(Step { call: call.to_owned(), number: *number, line: line.to_owned() });
        }
    }
    steps
}

impl Step {
    /// What makes `strace` do something at this step. It counts the calls of each thread by themselves: where other threads
    /// could come first, as they load libraries, it listens for the path alone.
    fn injected(&self, effect: &str) -> Vec<String> {
        let path = self.line.split('"').nth(1).filter(|path| self.number < 20 && path.starts_with('/'));
        let inject = |number| vec!["-e".to_owned(), format!("inject={}:{effect}:when={number}", self.call)];
        match path.filter(|_| self.call == "openat") {
            Some(path) => [inject(1), vec!["-P".to_owned(), path.to_owned()]].concat(),
            None => inject(self.number),
        }
    }
}

/// As many of the steps as `DOCWEAVE_KILLS` allows, spread evenly over all of them.
fn some(steps: Vec<Step>) -> Vec<Step> {
    let all = steps.len();
    let tried = all.min(kills() as usize);
    (0..tried).map(|number| steps[number * all / tried].clone()).collect()
}

/// Keeps what a build left and remembered.
fn save(site: &Site, saved: &Path) {
    let folders = ["public", ".docweave"].map(|folder| site.path(folder));
    assert!(Command::new("cp").arg("-a").args(folders).arg(saved).status().unwrap().success());
}

/// Puts what a build left and remembered back as it was.
fn restore(site: &Site, saved: &Path) {
    for folder in ["public", ".docweave"] {
        site.remove(folder);
        if saved.join(folder).exists() {
            let copied = Command::new("cp").arg("-a").arg(saved.join(folder)).arg(site.root()).status().unwrap();
            assert!(copied.success());
        }
    }
}

/// The folders beside the output in which a build gathers its files.
fn stages(site: &Site) -> Vec<String> {
    let beside = std::fs::read_dir(site.root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    beside.filter(|name| name.contains("docweave-stage")).collect()
}

/// Tries both faults at the steps of a build that begins with `saved`, where `old` is what stands.
fn try_all(site: &Site, saved: &Path, old: &Tree) {
    let new = cold(site);
    restore(site, saved);
    let all = steps(site);
    assert!(without_mine(site.output()) == new);
    let mut befell = 0;
    let tried = some(all);
    for (round, step) in tried.iter().enumerate() {
        for fault in [Fault::Fails(REASONS[round % REASONS.len()]), Fault::Kills] {
            let told = format!("{fault:?} at {step:?}");
            let effect = match fault {
                Fault::Fails(reason) => format!("error={reason}"),
                Fault::Kills => "signal=KILL".to_owned(),
            };
            restore(site, saved);
            let (output, log) = traced(site, &step.injected(&effect));
            // A kill is told by how `strace` itself ends.
            befell += usize::from(log.contains("(INJECTED)") || output.status.code().is_none());
            let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
            assert!(!said.contains("panicked"), "{told}: {said}");
            check(&site.output(), old, &new, round as u32);
            match output.status.code() {
                Some(0) => assert!(without_mine(site.output()) == new, "{told}: {said}"),
                code => {
                    assert!(matches!((fault, code), (Fault::Fails(_), Some(2)) | (Fault::Kills, _)), "{told}: {said}")
                }
            }
            site.build().fine();
            let now = site.output();
            assert!(without_mine(now.clone()) == new, "{told}: the next build");
            let left = now.keys().filter(|path| is_own(path) && !path.ends_with(".docweave-manifest"));
            assert_eq!(left.count(), 0, "{told}: {:?}", now.keys());
            let beside = stages(site);
            assert!(beside.is_empty(), "{told}: {beside:?}");
        }
    }
    eprintln!("{befell} faults at {} steps", tried.len());
    assert!(befell > tried.len() * 3 / 2, "{befell} faults at {} steps", tried.len());
}

fn small_site() -> Site {
    let site = Site::new();
    // Git is another program, with files of its own.
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/\"\ngit_dates = false\n");
    site.write("content/gone.md", "# Gone\n");
    site.write("content/gone/image.png", "no image, but a file");
    site.write("content/a.md", "# A\n\nTo [other](other.md).\n\n```rust\nfn f() {}\n```\n");
    site
}

#[test]
fn a_fault_at_each_step_of_a_cold_build() {
    let site = small_site();
    let nothing = tempfile::tempdir().unwrap();
    try_all(&site, nothing.path(), &Tree::new());
}

#[test]
fn a_fault_at_each_step_of_an_incremental_build() {
    let site = small_site();
    site.build().fine();
    site.write("public/mine/x.html", "mine");
    let old = without_mine(site.output());
    let saved = tempfile::tempdir().unwrap();
    save(&site, saved.path());
    site.remove("content/gone.md");
    site.remove("content/gone");
    site.write("content/new/page.md", "# New\n");
    site.write("content/new/image.png", "another file");
    site.write("content/a.md", "# A\n\nEdited, and to [other](other.md).\n");
    try_all(&site, saved.path(), &old);
}

/// Each reason, from the site's first file on, with what is said of it.
#[test]
fn a_disk_that_is_full_or_over_quota_or_read_only() {
    let full = "the disk is full";
    let cases = [
        ("openat", "ENOSPC", "", full),
        ("openat", "EDQUOT", "", full),
        ("write", "ENOSPC", "", full),
        ("write", "EDQUOT", "", full),
        // Every one from there on, as another place is tried.
        ("mkdir", "EROFS", "+", "name a place on a disk that may be written to"),
        ("mkdir", "EACCES", "+", "give the user who runs this the right"),
    ];
    let site = small_site();
    site.build().fine();
    let old = site.output();
    let saved = tempfile::tempdir().unwrap();
    save(&site, saved.path());
    site.write("content/new.md", "# New\n");
    let all = steps(&site);
    let new = site.output();
    assert!(new != old);
    for (call, reason, on, words) in cases {
        restore(&site, saved.path());
        // The thread that tells of the failure writes, too, but not as often.
        let is_late = |step: &&Step| step.call != "write" || step.number > 4;
        let is_staged = |step: &&Step| step.call.starts_with(call) && step.line.contains("docweave-stage");
        let first = all.iter().filter(is_late).find(is_staged);
        let Step { call, number, .. } = first.unwrap_or_else(|| panic!("no {call}: {all:?}"));
        let (output, _) = traced(&site, &["-e".to_owned(), format!("inject={call}:error={reason}:when={number}{on}")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{call} {reason}: {said}");
        assert!(said.contains(words), "{call} {reason}: {said}");
        assert!(site.output() == old, "{call} {reason}");
        assert_eq!(stages(&site), [""; 0], "{call} {reason}");
    }
    site.build().fine();
    assert!(site.output() == new);
}
