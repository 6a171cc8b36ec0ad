//! The command: its targets, its plan, what it refuses.

use std::{io::Read, path::Path};

use super::{crawl, served, small_site};
use crate::site::{Files, tree};

/// The files of a `.zip`, docweave's own manifest left aside.
pub(super) fn unzip(path: &Path) -> Files {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().to_owned(), bytes);
    }
    files.remove(docweave::output::MANIFEST).expect("its first file");
    files
}

/// The files of a `.tar.gz`, by the program `tar`, docweave's own manifest left aside.
pub(super) fn untar(path: &Path) -> Files {
    let disk = tempfile::tempdir().unwrap();
    let unpacked = std::process::Command::new("tar").arg("-xzf").arg(path).arg("-C").arg(disk.path()).status().unwrap();
    assert!(unpacked.success());
    served(disk.path())
}

#[test]
fn every_kind_of_target_holds_the_same_site() {
    let mut site = small_site(
        "[publish.folder]\nto = \"live\"\n[publish.releases]\nto = \"rel\"\nreleases = true\n\
         [publish.zip]\nto = \"deep/site.zip\"\n[publish.tar]\nto = \"site.tgz\"",
    );
    for target in ["folder", "releases", "zip", "tar"] {
        site.run(&["publish", target, "--dry-run"]).ends(0).says(["add ", "one/index.html", "files to send"]);
        site.run(&["publish", target]).ends(0).says(["files sent", "0 removed"]);
        site.run(&["publish", target]).ends(0).says(["0 files sent (0 B), 0 removed"]);
    }
    site.build();
    let root = site.root();
    for files in [
        served(&root.join("live")),
        served(&root.join("rel/current")),
        unzip(&root.join("deep/site.zip")),
        untar(&root.join("site.tgz")),
    ] {
        assert_eq!(files, site.output());
        assert!(crawl(&files, "whole") > 10);
    }
    assert_eq!(std::fs::read_dir(root.join("deep")).unwrap().count(), 1, "no left-overs");
}

#[test]
fn archives_of_one_site_have_the_same_bytes() {
    let mut site = small_site("[publish.zip]\nto = \"a.zip\"\n[publish.tar]\nto = \"a.tar.gz\"");
    let mut made = Vec::new();
    for word in ["One", "Other", "One"] {
        let other = if word == "One" { "Other" } else { "One" };
        if site.text("content/one.md").contains(&format!("# {other}\n")) {
            site.edit("content/one.md", &format!("# {other}\n"), &format!("# {word}\n"));
        }
        ["zip", "tar"].iter().for_each(|target| drop(site.run(&["publish", target]).ends(0)));
        made.push(["a.zip", "a.tar.gz"].map(|name| std::fs::read(site.root().join(name)).unwrap()));
    }
    assert!(made[0] == made[2] && made[0] != made[1]);
    std::fs::write(site.root().join("a.zip"), "somebody's").unwrap();
    site.run(&["publish", "zip"]).ends(2).says(["did not come from docweave", "--overwrite"]);
    assert_eq!(site.text("a.zip"), "somebody's");
    site.run(&["publish", "zip", "--overwrite"]).ends(0);
    assert!(std::fs::read(site.root().join("a.zip")).unwrap() == made[0][0]);
}

#[test]
fn releases_take_turns_and_go_back() {
    let mut site = small_site("[publish.live]\nto = \"live\"\nreleases = true\nkeep = 3");
    site.run(&["publish", "--list"]).ends(0).says(["nothing was published"]);
    site.run(&["publish", "--rollback"]).ends(2).says(["no older release"]);
    let mut editions = Vec::new();
    for number in 0..5 {
        site.write("content/four.md", format!("# Edition {number}\n"));
        site.run(&["publish"]).ends(0);
        site.build();
        editions.push(site.output());
    }
    let shown = || served(&site.root().join("live/current"));
    let names = || site.run(&["publish", "--list"]).ends(0).stdout;
    assert_eq!(shown(), editions[4]);
    assert_eq!((names().lines().count(), names().starts_with("* 000005-")), (3, true), "{}", names());
    site.run(&["publish", "--rollback"]).ends(0).says(["went back to 000004-"]);
    assert_eq!(shown(), editions[3]);
    site.run(&["publish", "--rollback"]).ends(0);
    assert_eq!(shown(), editions[2]);
    site.run(&["publish", "--rollback"]).ends(2).says(["no older release"]);
    site.run(&["publish"]).ends(0);
    assert_eq!(shown(), editions[4]);
    assert!(names().starts_with("* 000006-"));
    site.run(&["publish", "--rollback"]).ends(0).says(["went back to 000003-"]);
    assert_eq!(shown(), editions[2], "what readers saw before");
    site.run(&["publish"]).ends(0);
    let inside: Vec<_> = std::fs::read_dir(site.root().join("live")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(inside.len(), 2, "{inside:?}");
    std::fs::remove_file(site.root().join("live/current")).unwrap();
    std::fs::create_dir(site.root().join("live/current")).unwrap();
    site.run(&["publish"]).ends(2).says(["no link is in the way"]);
}

#[test]
fn the_address_of_a_target_is_its_own() {
    let site = small_site("[publish.preview]\nto = \"preview\"\nbase_url = \"https://preview.example.org/branch/\"");
    site.run(&["publish"]).ends(0);
    assert!(site.text("preview/sitemap.xml").contains("https://preview.example.org/branch/one/"));
    site.run(&["publish", "--base-url", "https://other.example.org/"]).ends(0);
    assert!(site.text("preview/sitemap.xml").contains("https://other.example.org/one/"));
}

#[test]
fn a_plan_is_an_object_as_well() {
    let site = small_site("[publish.live]\nto = \"live\"");
    let plan = site.run(&["publish", "--quiet", "--plan", "json"]).ends(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let added = plan["plan"]["added"].as_array().unwrap();
    assert!(added.iter().any(|change| change["path"] == "one/index.html" && change["size"].as_u64() > Some(100)));
    assert_eq!((&plan["target"], &plan["to"]), (&"live".into(), &"live".into()));
    assert!(!site.root().join("live").exists());
}

#[test]
fn targets_are_found_by_name_or_because_there_is_one() {
    let none = small_site("");
    none.run(&["publish"]).ends(2).says(["names no target", "[publish.live]"]);
    let two = small_site("[publish.live]\nto = \"live\"\n[publish.test]\nto = \"test\"");
    two.run(&["publish"]).ends(2).says(["several targets", "`live`, `test`"]);
    two.run(&["publish", "lvie"]).ends(2).says(["no target `lvie`", "did you mean `live`?"]);
    two.run(&["publish", "elsewhere"]).ends(2).says(["the targets are `live`, `test`"]);
    two.run(&["publish", "live", "--no-build"]).ends(2).says(["no finished build"]);
}

#[test]
fn a_site_with_mistakes_is_not_published() {
    let mut site = small_site("[publish.live]\nto = \"live\"");
    site.run(&["publish"]).ends(0);
    let before = tree(&site.root().join("live"));
    site.write("content/one.md", "+++\ntitle = \n+++\n");
    site.run(&["publish"]).ends(1).says(["error"]);
    site.write("content/one.md", "# One\n\n[gone](gone.md)\n");
    site.run(&["publish", "--deny", "warnings"]).ends(1).says(["broken-link"]);
    assert_eq!(tree(&site.root().join("live")), before);
    site.edit("site.toml", "[publish.live]", "[publish.live]\nbranch = \"x\"");
    site.run(&["publish"]).ends(1).says(["it is for git only"]);
}

#[test]
fn places_that_would_hurt_are_refused() {
    for to in
        [".", "..", "content", "content/deep", "static/x", "public", "public/deep", "public/site.zip", "/", ".git"]
    {
        let site = small_site(&format!("[publish.live]\nto = \"{to}\""));
        let before = tree(&site.root().join("content"));
        site.run(&["publish"]).ends(2).says(["refusing"]);
        assert_eq!(tree(&site.root().join("content")), before, "{to}");
    }
}

#[test]
fn the_second_of_two_publishes_waits() {
    let site = small_site("[publish.live]\nto = \"live\"");
    site.run(&["publish"]).ends(0);
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| site.run(&["publish", "--no-build"]).ends(0));
        }
    });
    let lock = docweave::output::Lock::acquire(&site.root().join("live"), std::time::Duration::ZERO).unwrap();
    let error = docweave::publish::Folder::open(&site.root().join("live"), std::time::Duration::ZERO).unwrap_err();
    assert!(error.to_string().contains("another build or publish"), "{error}");
    drop(lock);
}
