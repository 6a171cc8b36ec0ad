//! Branches of real repositories.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use docweave::publish;

use super::{change, crawl, parcel, plan_of, send, small_site};
use crate::site::{Files, Site, tree};

/// Runs git, and gives what it said.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What a branch holds, docweave's own manifest left aside.
pub(super) fn branch(repository: &Path, name: &str) -> Files {
    let disk = tempfile::tempdir().unwrap();
    git(disk.path(), &["clone", "--quiet", "--branch", name, &repository.display().to_string(), "copy"]);
    git(&disk.path().join("copy"), &["fsck", "--no-dangling"]);
    let mut files = tree(&disk.path().join("copy"));
    files.retain(|path, _| !path.starts_with(".git/") && !path.starts_with(".docweave-"));
    files
}

/// A site with a bare repository beside it, and a target of this further description.
fn site_with_repository(more: &str) -> (Site, PathBuf) {
    let site = small_site(&format!("[publish.pages]\nto = \"git+file://pages.git\"\nbranch = \"pages\"\n{more}"));
    git(site.root(), &["init", "--quiet", "--bare", "pages.git"]);
    let repository = site.root().join("pages.git");
    (site, repository)
}

fn commits(repository: &Path) -> usize {
    git(repository, &["rev-list", "--count", "pages"]).parse().unwrap()
}

fn open(site: &Site, repository: &Path) -> publish::Git {
    let url = format!("file://{}", repository.display());
    publish::Git::open("test", site.root(), &url, "pages", true, Duration::ZERO).unwrap()
}

#[test]
fn a_branch_grows_by_a_commit_for_each_change() {
    let (mut site, repository) = site_with_repository("cname = \"docs.example.org\"");
    site.run(&["publish"]).ends(0).says(["sent", "pages"]);
    site.build();
    let mut expected = site.output();
    expected.insert(".nojekyll".to_owned(), Vec::new());
    expected.insert("CNAME".to_owned(), b"docs.example.org\n".to_vec());
    assert_eq!(branch(&repository, "pages"), expected);
    assert!(crawl(&branch(&repository, "pages"), "branch") > 10);
    site.run(&["publish"]).ends(0).says(["0 files sent"]);
    assert_eq!(commits(&repository), 1, "the same site makes no commit");
    change(&mut site);
    site.run(&["publish", "--dry-run", "--allow-removals"]).ends(0).says([
        "remove",
        "two/index.html",
        "three/index.html",
    ]);
    assert_eq!(commits(&repository), 1, "a plan makes no commit");
    site.run(&["publish", "--allow-removals"]).ends(0);
    site.build();
    assert_eq!(branch(&repository, "pages").len(), site.output().len() + 2);
    assert_eq!(commits(&repository), 2);
    assert!(!site.root().join(".docweave/publish/pages").exists(), "nothing is left");
}

#[test]
fn a_branch_goes_back_and_on() {
    let (mut site, repository) = site_with_repository("");
    site.run(&["publish"]).ends(0);
    site.run(&["publish", "--rollback"]).ends(2).says(["no older commit"]);
    let first = branch(&repository, "pages");
    site.edit("content/one.md", "# One", "# Second");
    site.run(&["publish"]).ends(0);
    let second = branch(&repository, "pages");
    site.edit("content/one.md", "# Second", "# Third");
    site.run(&["publish"]).ends(0);
    site.run(&["publish", "--rollback"]).ends(0).says(["went back to"]);
    assert_eq!(branch(&repository, "pages"), second);
    site.run(&["publish", "--rollback"]).ends(0);
    assert_eq!(branch(&repository, "pages"), first);
    let list = site.run(&["publish", "--list"]).ends(0).stdout;
    assert_eq!(list.lines().position(|line| line.starts_with('*')), Some(4), "{list}");
    site.run(&["publish"]).ends(0);
    assert!(branch(&repository, "pages").values().any(|bytes| String::from_utf8_lossy(bytes).contains("Third")));
    site.run(&["publish", "--rollback"]).ends(0);
    assert_eq!(branch(&repository, "pages"), first, "what readers saw before");
    assert_eq!(commits(&repository), 7, "nothing is lost");
}

#[test]
fn without_history_there_is_one_commit_and_foreign_files_stay() {
    let (mut site, repository) = site_with_repository("history = false");
    let mine = site.root().join("mine");
    git(site.root(), &["clone", "--quiet", "pages.git", "mine"]);
    git(&mine, &["checkout", "--quiet", "-b", "pages"]);
    std::fs::write(mine.join("README.md"), "mine").unwrap();
    git(&mine, &["add", "."]);
    git(&mine, &["commit", "--quiet", "--message", "Begin"]);
    git(&mine, &["push", "--quiet", "origin", "pages"]);
    site.run(&["publish"]).ends(0);
    site.edit("content/one.md", "# One", "# Other");
    site.run(&["publish"]).ends(0);
    assert_eq!(commits(&repository), 1);
    assert_eq!(branch(&repository, "pages")["README.md"], b"mine");
    site.build();
    assert_eq!(branch(&repository, "pages").len(), site.output().len() + 2, "README.md and .nojekyll");
    site.run(&["publish", "--rollback"]).ends(2).says(["history = false"]);
}

#[test]
fn whoever_pushes_meanwhile_loses_nothing() {
    let (mut site, repository) = site_with_repository("");
    site.build();
    send(&open(&site, &repository), &parcel(&site)).unwrap();
    let before = git(&repository, &["rev-parse", "pages"]);
    let late = open(&site, &repository);
    git(site.root(), &["clone", "--quiet", "--branch", "pages", "pages.git", "mine"]);
    let mine = site.root().join("mine");
    std::fs::write(mine.join("note.txt"), "mine").unwrap();
    git(&mine, &["add", "."]);
    git(&mine, &["commit", "--quiet", "--message", "Note"]);
    git(&mine, &["push", "--quiet", "origin", "pages"]);
    site.edit("content/one.md", "# One", "# Other").build();
    assert!(!plan_of(&late, &parcel(&site)).is_empty());
    let error = send(&late, &parcel(&site)).unwrap_err();
    assert!(error.to_string().contains("somebody else changed the branch `pages`"), "{error}");
    drop(late);
    assert_eq!(branch(&repository, "pages")["note.txt"], b"mine");
    assert_eq!(git(&repository, &["rev-parse", "pages^"]), before);
    send(&open(&site, &repository), &parcel(&site)).unwrap();
    assert_eq!(branch(&repository, "pages")["note.txt"], b"mine");
    assert_eq!(commits(&repository), 3);
}

#[test]
fn no_message_holds_a_password() {
    for to in ["git+https://me:s3cret@127.0.0.1:1/a.git", "git+http://s3cret@127.0.0.1:1/a.git"] {
        let site = small_site(&format!("[publish.pages]\nto = \"{to}\"\nbranch = \"pages\""));
        for options in
            [&["publish"][..], &["publish", "--verbose"], &["publish", "--plan", "json"], &["publish", "--list"]]
        {
            let said = site.run(options).ends(2).says(["127.0.0.1:1"]);
            assert!(!format!("{said:?}").contains("s3cret"), "{said:#?}");
        }
    }
    let site = small_site("[publish.pages]\nto = \"git+file://absent.git\"\nbranch = \"pages\"");
    site.run(&["publish"]).ends(2).says(["git could not do it", "see that the address is right"]);
}
