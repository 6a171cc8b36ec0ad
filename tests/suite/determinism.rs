//! The same input gives the same bytes: whatever the number of threads, the folder, the order in which it lists its files, the
//! language and the mask of whoever builds, and the clock.

use std::{
    fs::{self, File, FileTimes},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use crate::hostile::{Site, Tree, run, tree};

/// A site with something of everything that could come out in another order.
fn site() -> Site {
    let site = Site::new();
    site.write(
        "site.toml",
        "title = \"T\"\nbase_url = \"https://example.org/\"\n[topics.tools]\ntitle = \"Tools\"\nkeywords = [\"hammer\"]\n\
         terms = { \"saw\" = \"It cuts.\" }\n[topics.ideas]\ntitle = \"İdeas\"\n",
    );
    for i in 0..40 {
        let text = format!(
            "+++\ntitle = \"Sitzung {} {i}\"\ntopics = [\"{}\"]\n+++\n\nA hammer and a saw, see [[Sitzung I {}]].\n\n\
             ## Iı ß Ä {i}\n\n```rust\nfn f{i}() {{}}\n```\n",
            ["I", "ı", "Ä", "z"][i % 4],
            ["tools", "ideas"][i % 2],
            (i + 4) % 40 / 4 * 4,
        );
        site.write(&format!("content/{}/p{i}.md", ["b", "Ä", "a", "I"][i % 4]), text);
    }
    site.write("static/x.css", "a { color: red }");
    site
}

/// What is otherwise for a build.
type Change<'a> = &'a dyn Fn(&mut Command);

/// What a build in `folder` makes, the manifest too, without memos and as `change` has it.
fn built(folder: &Path, threads: &str, change: Change<'_>) -> Tree {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = elsewhere.path().join("public");
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "umask ${MASK:-022}; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_docweave"),
        "build",
        "--no-cache",
    ]);
    command.arg("--root").arg(folder).arg("--output").arg(&output).args(["--threads", threads]);
    change(&mut command);
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    tree(&output)
}

/// The first file that differs.
fn difference(a: &Tree, b: &Tree) -> Option<PathBuf> {
    a.keys().chain(b.keys()).find(|path| a.get(*path) != b.get(*path)).cloned()
}

/// Copies the sources to `target`, the last first: a file system lists them in another order.
fn copy_backwards(source: &Path, target: &Path) {
    let files = tree(source);
    let sources = files.iter().filter(|(path, _)| !path.starts_with("public") && !path.starts_with(".docweave"));
    for (path, bytes) in sources.collect::<Vec<_>>().into_iter().rev() {
        let path = target.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn the_same_bytes_on_any_machine() {
    let site = site();
    let plain = built(site.root(), "1", &|_| {});
    assert!(plain.len() > 60, "{}", plain.len());
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path().join("a folder/with ü/and more");
    copy_backwards(site.root(), &other);
    let here = site.root().to_owned();
    let cases: [(&str, &Path, &str, Change<'_>); 8] = [
        ("two threads", &here, "2", &|_| {}),
        ("eight threads", &here, "8", &|_| {}),
        ("another folder, in another order", &other, "2", &|_| {}),
        ("Turkish", &here, "2", &|command| _ = command.envs([("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")])),
        ("no language", &here, "2", &|command| _ = command.env_clear().env("PATH", "/usr/bin:/bin")),
        ("a time zone", &here, "2", &|command| _ = command.env("TZ", "Pacific/Kiritimati")),
        ("a strict mask", &here, "2", &|command| _ = command.env("MASK", "077")),
        ("a loose mask", &here, "2", &|command| _ = command.env("MASK", "000")),
    ];
    for (name, folder, threads, change) in cases {
        assert_eq!(difference(&plain, &built(folder, threads, change)), None, "{name}");
    }
}

/// Sets the time of last change of every file of a site, its output and its cache.
fn set_times(root: &Path, at: SystemTime) {
    let times = FileTimes::new().set_modified(at).set_accessed(at);
    for path in tree(root).keys() {
        File::options().write(true).open(root.join(path)).unwrap().set_times(times).unwrap();
    }
}

/// Files from the future, as after the clock jumped back, and edits that get a time before all others, or the very same.
#[test]
fn a_clock_that_jumps() {
    let site = site();
    site.build().fine();
    let day = Duration::from_secs(86_400);
    let now = SystemTime::now();
    for (round, (before, after)) in
        [(now + 400 * day, now), (now, now - 400 * day), (now - 400 * day, now - 400 * day)].into_iter().enumerate()
    {
        set_times(site.root(), before);
        // Of the same length, so that only the bytes tell.
        let [old, new] = [round, round + 1].map(|number| ["A hammer", "B hammer", "C hammer", "D hammer"][number]);
        let text = fs::read_to_string(site.path("content/a/p2.md")).unwrap();
        site.write("content/a/p2.md", text.replace(old, new));
        let edited = File::options().write(true).open(site.path("content/a/p2.md")).unwrap();
        edited.set_times(FileTimes::new().set_modified(after)).unwrap();
        site.build().fine();
        let cold = built(site.root(), "2", &|_| {});
        assert_eq!(difference(&site.output(), &cold), None, "round {round}");
        let page = String::from_utf8(site.output()[Path::new("a/p2/index.html")].clone()).unwrap();
        assert!(page.contains(new), "round {round}");
    }
}

/// A day that was before: what was to appear by then is gone again, as if it had never been built.
#[test]
fn a_day_that_comes_again() {
    let site = site();
    let scheduled = "+++\ntitle = \"Later\"\npublish_on = 2026-03-01\n+++\n\nA hammer, see [[Sitzung I 0]].\n";
    site.write("content/later.md", scheduled);
    let [before, after] = ["1767225600", "1780272000"];
    for (round, today) in [after, before, after, before, before].into_iter().enumerate() {
        let change = |command: &mut Command| _ = command.env("SOURCE_DATE_EPOCH", today);
        let mut command = site.command();
        change(&mut command);
        run(&mut command, Duration::from_secs(30), &mut |_| {}).fine();
        assert_eq!(difference(&site.output(), &built(site.root(), "2", &change)), None, "round {round}");
        assert_eq!(site.output().contains_key(Path::new("later/index.html")), today == after, "round {round}");
    }
}
