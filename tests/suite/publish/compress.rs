//! Texts in encodings beside themselves, and in their place.

use std::{collections::BTreeSet, io::Read, path::Path, process::Command, time::Duration};

use docweave::{
    build::trace::Silent,
    model::target::Encoding,
    output::Manifest,
    publish::{self, Parcel, Patience, Removals, Wishes},
};

use super::{
    NONE, POLITE, change_tiny, crawl,
    faults::{Fault, at_every_operation},
    folder, modified, parcel, paths, send, served, small_site, tiny_site,
};
use crate::site::{Files, Site};

/// The line of a target that holds texts in both encodings.
pub(super) const BOTH: &str = "compress = [\"gzip\", \"br\"]";

/// What `bytes` are in an encoding.
pub(super) fn decoded(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    match encoding {
        Encoding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).unwrap(),
        Encoding::Br => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut text).unwrap(),
    };
    text
}

/// What a reader sees who takes an encoding, as from a web server that looks for nothing but a file beside the one that was
/// asked for.
pub(super) fn seen_in(encoding: Encoding, files: &Files) -> Files {
    let mut seen: Files =
        files.iter().filter(|(path, _)| !is_beside(path)).map(|(p, b)| (p.clone(), b.clone())).collect();
    for (path, bytes) in files {
        if let Some(path) = path.strip_suffix(encoding.ending()) {
            seen.insert(path.to_owned(), decoded(encoding, bytes));
        }
    }
    seen
}

fn is_beside(path: &str) -> bool {
    Encoding::ALL.iter().any(|encoding| path.ends_with(encoding.ending()))
}

/// The files without those beside them, which hold the same: one in each of these encodings for each long text, and no others.
pub(super) fn plain(files: &Files, encodings: &[Encoding]) -> Files {
    let texts = |path: &str| {
        ["html", "css", "js", "json", "svg", "xml", "txt", "md", "webmanifest"]
            .iter()
            .any(|end| path.rsplit_once('.').is_some_and(|(_, extension)| extension == *end))
    };
    let plain: Files = files.iter().filter(|(path, _)| !is_beside(path)).map(|(p, b)| (p.clone(), b.clone())).collect();
    let long = plain.iter().filter(|(path, bytes)| texts(path) && bytes.len() >= 1024).map(|(path, _)| path);
    let expected: BTreeSet<String> =
        long.flat_map(|path| encodings.iter().map(move |it| format!("{path}{}", it.ending()))).collect();
    let beside: BTreeSet<String> = files.keys().filter(|path| is_beside(path)).cloned().collect();
    assert_eq!(beside, expected);
    for encoding in encodings {
        assert!(seen_in(*encoding, files) == plain, "{encoding:?}");
    }
    plain
}

/// The site with texts in both encodings, for a target that says `old` of itself.
fn accompanied(site: &Site, old: Option<&Manifest>) -> Parcel {
    let mut parcel = parcel(site);
    assert!(parcel.accompany(&Encoding::ALL, old, &Silent).unwrap().is_empty());
    parcel
}

#[test]
fn every_kind_of_target_holds_texts_in_encodings_as_well() {
    let mut site = tiny_site(&format!(
        "[publish.folder]\nto = \"live\"\n{BOTH}\n[publish.releases]\nto = \"rel\"\nreleases = true\n{BOTH}\n\
         [publish.zip]\nto = \"site.zip\"\n{BOTH}\n[publish.tar]\nto = \"site.tgz\"\n{BOTH}\n\
         [publish.git]\nto = \"git+file://pages.git\"\nbranch = \"pages\"\n{BOTH}"
    ));
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(site.root().join("pages.git")).status();
    assert!(made.unwrap().success());
    for edition in 0..2 {
        if edition == 1 {
            change_tiny(&mut site);
        }
        for target in ["folder", "releases", "zip", "tar", "git"] {
            site.run(&["publish", target, "--dry-run"]).ends(0).says(["one/index.html.gz", "one/index.html.br"]);
            site.run(&["publish", target, "--allow-removals"]).ends(0).says(["files sent"]);
            site.run(&["publish", target]).ends(0).says(["0 files sent (0 B), 0 removed"]);
        }
        site.build();
        let root = site.root();
        let mut branch = super::git::branch(&root.join("pages.git"), "pages");
        branch.remove(".nojekyll");
        for files in [
            served(&root.join("live")),
            served(&root.join("rel/current").canonicalize().unwrap()),
            super::command::unzip(&root.join("site.zip")),
            super::command::untar(&root.join("site.tgz")),
            branch,
        ] {
            assert_eq!(plain(&files, &Encoding::ALL), site.output());
        }
    }
}

#[test]
fn what_is_unchanged_is_neither_compressed_nor_sent_again() {
    let mut site = small_site("");
    site.build();
    let disk = tempfile::tempdir().unwrap();
    let live = disk.path().join("live");
    let ready = accompanied(&site, None);
    send(&folder(&live), &ready).unwrap();
    let again = disk.path().join("again");
    send(&folder(&again), &accompanied(&site, None)).unwrap();
    assert!(crate::site::tree(&live) == crate::site::tree(&again), "the same site gives the same bytes");
    let before = modified(&live);

    // Whoever compresses a page again has to read it.
    site.edit("content/one.md", "## Part\n", "## Part\n\nMore words.\n").build();
    let page = site.report().output.join("404.html");
    let text = std::fs::read(&page).unwrap();
    let garbage = parcel(&site);
    std::fs::write(&page, "garbage").unwrap();
    let old = publish::manifest_at(&folder(&live), &NONE).unwrap().unwrap();
    assert!(garbage.clone().accompany(&Encoding::ALL, None, &Silent).is_err());
    let mut ready = garbage;
    ready.accompany(&Encoding::ALL, Some(&old), &Silent).unwrap();
    let plan = publish::plan(&folder(&live), &ready, POLITE, &NONE).unwrap();
    let changed = paths(&plan.changed);
    assert!(["", ".br", ".gz"].iter().all(|end| changed.contains(&&*format!("one/index.html{end}"))), "{changed:?}");
    publish::send(&folder(&live), &ready, &plan, &NONE, &Silent).unwrap();
    for (path, at) in modified(&live).iter().filter(|(path, _)| !path.starts_with(".docweave-")) {
        assert_eq!(before.get(path) != Some(at), changed.contains(&path.as_str()), "{path}");
    }

    // What the target lost is made again, and the same.
    std::fs::write(&page, text).unwrap();
    let lost = live.join("404.html.br");
    let bytes = std::fs::read(&lost).unwrap();
    std::fs::remove_file(&lost).unwrap();
    let summary = send(&folder(&live), &accompanied(&site, Some(&old))).unwrap();
    assert_eq!((summary.sent, std::fs::read(&lost).unwrap() == bytes), (1, true));
}

#[test]
fn what_is_beside_a_page_goes_with_it_and_with_the_option() {
    let mut site = small_site(&format!("[publish.live]\nto = \"live\"\n{BOTH}"));
    site.write("static/notes.txt", "A line of notes.\n".repeat(100)).run(&["publish"]).ends(0);
    let live = site.root().join("live");
    assert!(live.join("two/index.html.br").exists() && live.join("notes.txt.gz").exists());
    site.remove("content/two.md").edit("content/one.md", "To [two](two.md).", "The end.");
    site.write("static/notes.txt", "Less.\n");
    site.run(&["publish", "--allow-removals"]).ends(0);
    site.build();
    assert_eq!(plain(&served(&live), &Encoding::ALL), site.output());
    assert!(!live.join("two").exists(), "no empty folder is left");

    // A file of the site's own goes first, and one of somebody else's is in the way.
    site.write("static/notes.txt", "Another line.\n".repeat(100)).write("static/notes.txt.gz", "mine");
    site.run(&["publish"]).ends(0).says(["the site has a file `notes.txt.gz` of its own, which is sent as it is"]);
    assert_eq!(site.text("live/notes.txt.gz"), "mine");
    assert!(live.join("notes.txt.br").exists());
    site.remove("static/notes.txt.gz").write("static/more.txt", "A line of notes.\n".repeat(100));
    std::fs::write(live.join("more.txt.gz"), "theirs").unwrap();
    site.run(&["publish"]).ends(2).says(["did not send", "more.txt.gz"]);
    std::fs::remove_file(live.join("more.txt.gz")).unwrap();
    site.run(&["publish"]).ends(0);
    site.build();
    assert_eq!(plain(&served(&live), &Encoding::ALL), site.output());

    // They are no loss that has to be asked for.
    site.edit("site.toml", BOTH, "compress = [\"gzip\"]").run(&["publish"]).ends(0).says(["0 files sent"]);
    assert_eq!(plain(&served(&live), &[Encoding::Gzip]), site.output());
    site.edit("site.toml", "compress = [\"gzip\"]", "").run(&["publish"]).ends(0);
    assert_eq!(served(&live), site.output());
    let limited = Wishes { removals: Removals::Percent(20), ..POLITE };
    publish::plan(&folder(&live), &parcel(&site), limited, &NONE).unwrap();
}

/// What goes tells nothing that was: what is beside a file holds the same. Of a page that goes it may go a moment later.
fn crawl_without(live: &Path, told: &str) {
    crawl_all(live, told);
    let files = served(live);
    for encoding in Encoding::ALL {
        let seen = seen_in(encoding, &files);
        let differs = files.iter().filter(|(path, bytes)| seen.get(*path).is_some_and(|seen| seen != *bytes));
        let differs: Vec<&String> = differs.map(|(path, _)| path).collect();
        assert!(differs.is_empty(), "{told}: {differs:?}");
    }
}

/// Whole for readers of every kind.
fn crawl_all(live: &Path, told: &str) {
    let files = served(live);
    assert!(crawl(&files, told) > 5);
    for encoding in Encoding::ALL {
        crawl(&seen_in(encoding, &files), &format!("{told}, {encoding:?}"));
    }
}

#[test]
fn a_fault_at_any_operation_leaves_a_site_that_serves_in_every_encoding() {
    let disk = tempfile::tempdir().unwrap();
    let mut site = tiny_site("");
    site.build();
    let (with, without) = (disk.path().join("with"), disk.path().join("without"));
    send(&folder(&with), &accompanied(&site, None)).unwrap();
    send(&folder(&without), &parcel(&site)).unwrap();
    change_tiny(&mut site);
    site.build();
    let again = Patience { times: 1, first: Duration::from_millis(1) };
    let (beside, alone) = (accompanied(&site, None), parcel(&site));
    for (old, new) in [(&with, &beside), (&without, &beside), (&with, &alone)] {
        let fresh = tempfile::tempdir().unwrap();
        send(&folder(fresh.path()), new).unwrap();
        let expected = crate::site::tree(fresh.path());
        let look = if std::ptr::eq(new, &alone) { crawl_without } else { crawl_all };
        for fault in [(Fault::Killed, &NONE), (Fault::Unheard, &NONE), (Fault::UnheardOnce, &again)] {
            at_every_operation(old, new, &expected, fault, &look);
        }
    }
}
