//! Builds that are killed at any moment leave whole pages, and the next build completes them.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails where it stands, and tells what it did")]

mod steps;

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::hostile::{Site, Tree, tree};

const PAGES: usize = 200;

/// How often a cold build is killed, and how often one of each edit; `DOCWEAVE_KILLS` is another number.
fn kills() -> u32 {
    std::env::var("DOCWEAVE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(24)
}

fn article(number: usize, edition: &str) -> String {
    let next = (number + 1) % PAGES;
    format!(
        "# Page {number} {edition}\n\nSome {edition} prose.\n\n```rust\nfn f{number}() {{}}\n```\n\nTo [the next](p{next}.md).\n"
    )
}

fn large_site() -> Site {
    let site = Site::new();
    site.remove("public");
    site.remove(".docweave");
    write_all(&site, "first");
    site
}

fn write_all(site: &Site, edition: &str) {
    (0..PAGES).for_each(|number| site.write(&format!("content/p{number}.md"), article(number, edition)));
}

/// What a build makes of the site as it is, elsewhere and without memos.
fn cold(site: &Site) -> Tree {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = elsewhere.path().join("public");
    site.build_with(&["--no-cache", "--output", &output.display().to_string()]).fine();
    tree(&output)
}

/// Begins a build and kills it after `delay`. Whether it was still running.
fn kill_after(site: &Site, delay: Duration) -> bool {
    let mut child = site.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(delay);
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

/// Every page that stands is whole: the old or the new one. None is missing that both trees have.
fn check(now: &Tree, old: &Tree, new: &Tree, round: u32) {
    for (path, bytes) in now.iter().filter(|(path, _)| !is_own(path)) {
        if path.starts_with("mine") {
            assert_eq!(bytes, b"mine");
            continue;
        }
        let is_whole = [old, new].iter().any(|tree| tree.get(path) == Some(bytes));
        assert!(is_whole, "round {round}: {} is neither old nor new", path.display());
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        assert!(!is_page || bytes.trim_ascii_end().ends_with(b"</html>"), "round {round}: {}", path.display());
    }
    for path in old.keys().filter(|path| new.contains_key(*path) && !is_own(path)) {
        assert!(now.contains_key(path), "round {round}: {} is missing", path.display());
    }
}

/// The manifest, and a stage inside of the output folder.
fn is_own(path: &Path) -> bool {
    path.to_string_lossy().starts_with(".docweave-")
}

fn without_mine(tree: Tree) -> Tree {
    tree.into_iter().filter(|(path, _)| !path.starts_with("mine")).collect()
}

/// Moments from 0 to a little more than `usual`, in no order.
fn moments(usual: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usual.mul_f64((state >> 40) as f64 / f64::from(1 << 24) * 1.1)
    })
}

fn time_of(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

#[test]
fn a_cold_build_that_is_killed() {
    let site = large_site();
    let expected = cold(&site);
    let usual = time_of(|| drop(site.build().fine()));
    let mut killed = 0;
    for (round, delay) in (0..kills()).zip(moments(usual)) {
        site.remove("public");
        site.remove(".docweave");
        if round % 2 == 0 {
            site.write("public/mine/x.html", "mine");
        }
        killed += u32::from(kill_after(&site, delay));
        check(&site.output(), &Tree::new(), &expected, round);
        site.build().fine();
        assert!(without_mine(site.output()) == expected, "round {round}");
        assert_eq!(site.path("public/mine/x.html").exists(), round % 2 == 0);
    }
    eprintln!("cold: {killed} of {} killed within {usual:?}", kills());
    assert!(killed > kills() / 4, "the builds ended too soon: {killed}");
}

#[test]
fn an_incremental_build_that_is_killed() {
    let site = large_site();
    site.write("content/gone.md", "# Gone\n");
    site.write("public/mine/x.html", "mine");
    site.build().fine();
    let first = without_mine(site.output());
    let edit = |edition: &str| {
        write_all(&site, edition);
        match edition {
            "first" => {
                site.write("content/gone.md", "# Gone\n");
                site.remove("content/new");
            }
            _ => {
                site.remove("content/gone.md");
                site.write("content/new/page.md", "# New\n");
            }
        }
    };
    edit("second");
    let second = cold(&site);
    let usual = time_of(|| drop(site.build().fine()));
    let mut killed = 0;
    let mut stands = true;
    for (round, delay) in (0..kills()).zip(moments(usual)) {
        let (old, new) = if stands { (&second, &first) } else { (&first, &second) };
        edit(if stands { "first" } else { "second" });
        killed += u32::from(kill_after(&site, delay));
        check(&site.output(), old, new, round);
        // Every third time the edit is taken back, so that the next build has to find the way back.
        let is_reverted = round % 3 == 2;
        if is_reverted {
            edit(if stands { "second" } else { "first" });
        } else {
            stands = !stands;
        }
        site.build().fine();
        assert!(without_mine(site.output()) == *if stands { &second } else { &first }, "round {round}");
        assert!(site.path("public/mine/x.html").exists());
    }
    eprintln!("incremental: {killed} of {} killed within {usual:?}", kills());
    assert!(killed > kills() / 4, "the builds ended too soon: {killed}");
    let beside = std::fs::read_dir(site.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert!(!beside.iter().any(|name| name.to_string_lossy().contains("docweave-stage")), "{beside:?}");
}
