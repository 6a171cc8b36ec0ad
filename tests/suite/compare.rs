//! `docweave diff`: what two builds differ in.

use std::process::Command;

use docweave::compare::{self, Build, Line};
use serde_json::Value;

use crate::site::Site;

/// A site and a copy of its first build, in `old`.
fn site() -> Site {
    let mut site = Site::new(
        "theme = \"default\"\n-- content/_index.md --\n# Home\n\nWelcome to all of you.\n\
         -- content/one.md --\n# One\n\nThe first line.\n\n## Part\n\nThe second line.\n\n## Other part\n\nThe third.\n\
         -- content/two.md --\n# Two\n\nA text that moves.\n\nIt has several lines.\n\nAll of them stay.\n\nBut one.\n\
         -- content/three.md --\n# Three\n\nA text that goes.\n\
         -- static/a.bin --\nabc\n",
    );
    site.configure("theme = \"default\"\n[markdown]\ncopies = true\n").build();
    keep(&site, "old");
    site
}

fn keep(site: &Site, name: &str) {
    let to = site.root().join(name);
    assert!(Command::new("cp").arg("-a").arg(&site.report().output).arg(to).status().unwrap().success());
}

fn change(site: &mut Site) {
    site.edit("content/one.md", "The first line.", "The very first line.").edit(
        "content/one.md",
        "## Part",
        "## Piece",
    );
    site.rename("content/two.md", "content/deep/second.md").edit("content/deep/second.md", "But one.", "But this one.");
    site.remove("content/three.md").write("content/four.md", "# Four\n\nNew.\n").write("static/a.bin", "abcdef");
    site.build();
}

#[test]
fn pages_come_go_move_and_change() {
    let mut site = site();
    change(&mut site);
    let old = Build::open(&site.root().join("old")).unwrap();
    let new = Build::open(&site.report().output).unwrap();
    let difference = compare::difference(&old, &new);
    let paths: Vec<_> = difference.added.iter().map(|page| page.path.as_str()).collect();
    assert!(paths.contains(&"four/index.html"), "{paths:?}");
    assert_eq!(difference.removed.iter().map(|page| page.path.as_str()).collect::<Vec<_>>(), ["three/index.html"]);
    assert_eq!(difference.removed[0].title.as_deref(), Some("Three"));
    let [moved] = &difference.moved[..] else { panic!("{:#?}", difference.moved) };
    assert_eq!((moved.from.as_str(), moved.to.as_str()), ("two/index.html", "deep/second/index.html"));
    assert_eq!(moved.lines, [Line::Removed("But one.".to_owned()), Line::Added("But this one.".to_owned())]);
    assert!(!moved.redirects);
    let one = difference.changed.iter().find(|page| page.path.as_str() == "one/index.html").unwrap();
    assert_eq!(one.lost_anchors, ["part"]);
    let lines = one.lines.as_ref().unwrap();
    assert!(lines.contains(&Line::Added("The very first line.".to_owned())), "{lines:?}");
    assert!(!difference.changed.iter().any(|page| page.path.as_str() == "404.html"), "it has no text that changed");
    let file = difference.files.iter().find(|file| file.path.as_str() == "a.bin").unwrap();
    assert_eq!((file.was, file.is), (Some(4), Some(6)));
    assert_eq!(compare::difference(&new, &new).files, []);
}

#[test]
fn an_alias_keeps_the_old_address() {
    let mut site = site();
    site.rename("content/two.md", "content/second.md");
    site.edit("content/second.md", "# Two", "+++\naliases = [\"/two/\"]\n+++\n# Two").build();
    let difference = compare::difference(
        &Build::open(&site.root().join("old")).unwrap(),
        &Build::open(&site.report().output).unwrap(),
    );
    let [moved] = &difference.moved[..] else { panic!("{difference:#?}") };
    assert!(moved.redirects && moved.from.as_str() == "two/index.html" && moved.lines.is_empty(), "{moved:#?}");
    assert!(difference.removed.is_empty() && !difference.added.iter().any(|page| page.path == moved.to));
}

#[test]
fn the_answer_is_text_an_object_or_a_comment() {
    let mut site = site();
    site.run(&["diff", "old", "public"]).ends(0).says(["pages: 0 added, 0 removed, 0 moved, 0 changed, 0 with other"]);
    change(&mut site);
    site.run(&["diff", "old", "public"]).ends(0).says([
        "added    /four/  Four",
        "removed  /three/  Three",
        "moved    /two/ to /deep/second/  (the old address leads nowhere)",
        "    + The very first line.",
        "    lost anchor #part",
        "changed  /a.bin  6 B",
    ]);
    let json: Value =
        serde_json::from_str(&site.run(&["diff", "old", "public", "--format", "json"]).ends(0).stdout).unwrap();
    assert_eq!(json["moved"][0]["to"], "deep/second/index.html");
    site.run(&["diff", "old", "public", "--format", "markdown"]).ends(0).says([
        "| added | `/four/` | Four |",
        "`/one/` loses the anchors `#part`",
        "`/two/` leads nowhere now",
        "<details><summary>/one/</summary>\n\n```diff\n",
        "+The very first line.",
    ]);
}

#[test]
fn manifests_and_plain_folders_are_builds_too() {
    let mut site = site();
    std::fs::copy(site.root().join("old/.docweave-manifest"), site.root().join("manifest")).unwrap();
    change(&mut site);
    let said = site.run(&["diff", "manifest", "public/.docweave-manifest"]).ends(0);
    said.says(["added    /four/", "removed  /three/", "changed  /one/"]);
    std::fs::remove_file(site.root().join("old/.docweave-manifest")).unwrap();
    site.run(&["diff", "old", "public"]).ends(0).says(["moved    /two/ to /deep/second/"]);
    site.run(&["diff", "absent", "public"]).ends(2).says(["could not read the build", "name an output folder"]);
    site.run(&["diff", "site.toml", "public"]).ends(2).says(["damaged manifest"]);
}

#[test]
fn commits_are_built_in_memory() {
    let mut site = site();
    let root = site.root().to_owned();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Me", "-c", "user.email=me@example.org"]).args(arguments);
        assert!(command.current_dir(&root).output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "One"]);
    git(&["tag", "one"]);
    site.write("content/four.md", "# Four\n").edit("content/one.md", "The first line.", "The very first line.");
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Two"]);
    site.write("content/five.md", "Not committed, and [broken](none.md).").build();
    let before = crate::site::tree(site.root());
    let said = site.run(&["diff", "one", "HEAD"]).ends(0).says(["added    /four/", "+ The very first line."]);
    assert!(!said.stdout.contains("/five/"), "{said:?}");
    site.run(&["diff", "one", "public"]).ends(0).says(["added    /four/", "added    /five/"]);
    site.run(&["diff", "one", "none"]).ends(2).says(["could not read the build none", "a commit of git"]);
    assert_eq!(crate::site::tree(site.root()), before, "nothing is checked out");
    let elsewhere = site.root().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    crate::site::docweave(&elsewhere, &["diff", "one", "HEAD", "--root", ".."]).ends(0).says(["added    /four/"]);
    crate::site::docweave(&elsewhere, &["diff", "one", "HEAD"]).ends(2).says(["`one`", "site.toml"]);
    site.write("content/one.md", "+++\ntitle = \n+++\n");
    git(&["commit", "--quiet", "--all", "--message", "Broken"]);
    site.run(&["diff", "one", "HEAD"]).ends(2).says(["the site has mistakes in the commit `HEAD`"]);
}
