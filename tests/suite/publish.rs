//! Publishing: what differs is sent, in an order that readers never notice, to real targets.

#[path = "publish/back.rs"]
mod back;
#[path = "publish/cache.rs"]
mod cache;
#[path = "publish/command.rs"]
mod command;
#[path = "publish/compress.rs"]
mod compress;
#[path = "publish/faults.rs"]
mod faults;
#[path = "publish/git.rs"]
mod git;
#[path = "publish/host.rs"]
mod host;
#[path = "publish/kills.rs"]
mod kills;
#[path = "publish/proxy.rs"]
mod proxy;
#[path = "publish/servers.rs"]
mod servers;
#[path = "publish/ssh.rs"]
mod ssh;
#[path = "publish/stores.rs"]
mod stores;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use docweave::{
    build::trace::Silent,
    output::{MANIFEST, Manifest},
    publish::{self, Foreign, Parcel, Patience, Plan, Remote, Removals, Summary, Wishes},
};

use crate::site::{Files, Site, tree};

/// No second tries.
const NONE: Patience = Patience { times: 0, first: Duration::ZERO };

const POLITE: Wishes = Wishes { foreign: Foreign::Kept, removals: Removals::Any };

/// A small site in the default theme, with style sheets, scripts and pages that point at one another.
fn small_site(config: &str) -> Site {
    Site::new(&format!(
        "theme = \"default\"\n{config}\n-- content/_index.md --\n# Home\n\nTo [one](one.md).\n\
         -- content/one.md --\n# One\n\nA page about drops.\n\n![A drop](drop.svg)\n\n## Part\n\nTo [two](two.md).\n\
         -- content/drop.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>\n\
         -- content/two.md --\n+++\naliases = [\"/old/\"]\n+++\n# Two\n\nTo [home](_index.md).\n\
         -- static/robots.txt --\nUser-agent: *\n"
    ))
}

/// The site as another edition: another style sheet for every page, a page more, a page less, an image in the place of
/// another.
fn change(site: &mut Site) {
    site.write("static/extra/file.bin", "new").remove("content/two.md").remove("static/robots.txt");
    site.write("content/three.md", "# Three\n\nTo [one](one.md).\n").edit(
        "content/one.md",
        "[two](two.md)",
        "[three](three.md)",
    );
    site.edit("content/one.md", "drop.svg", "ring.svg").rename("content/drop.svg", "content/ring.svg");
    site.edit("site.toml", "[markdown]", "[css.variables]\naccent = \"teal\"\n\n[markdown]");
}

/// A smaller site, in a theme of its own, for tests that send it hundreds of times.
fn tiny_site(config: &str) -> Site {
    let page = format!(
        "<!doctype html><html><head><link rel=\"stylesheet\" href=\"{{{{ assets[\"style.css\"] }}}}\"></head><body>\
         <!-- {} -->{{{{ content }}}}<img src=\"{{{{ assets[\"sign.svg\"] }}}}\" alt=\"\"></body></html>\n",
        "Long enough to be worth it. ".repeat(40)
    );
    let rest = ["404", "home", "section", "topic", "topics"]
        .map(|name| format!("-- themes/tiny/templates/{name}.html --\n{{% extends \"page.html\" %}}\n"));
    Site::new(&format!(
        "theme = \"tiny\"\n[search]\nenabled = false\n[feed]\nenabled = false\n{config}\n\
         -- themes/tiny/templates/page.html --\n{page}{}\
         -- themes/tiny/templates/redirect.html --\n<html><a href=\"{{{{ redirect.url }}}}\">On</a></html>\n\
         -- themes/tiny/assets/sign.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>\n\
         -- themes/tiny/assets/style.css --\n{}\
         -- content/_index.md --\n# Home\n\nTo [one](one.md).\n\
         -- content/one.md --\n# One\n\n![A drop](drop.svg)\n\nTo [two](two.md).\n\
         -- content/drop.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"/>\n\
         -- content/two.md --\n+++\naliases = [\"/old/\"]\n+++\n# Two\n\nTo [home](_index.md).\n\
         -- static/robots.txt --\nUser-agent: *\n",
        rest.concat(),
        "p { color: teal }\n".repeat(80)
    ))
}

/// That site as another edition, as [`change`] does it.
fn change_tiny(site: &mut Site) {
    site.write("static/extra/file.bin", "new").remove("content/two.md").remove("static/robots.txt");
    site.write("content/three.md", "# Three\n\nTo [one](one.md).\n");
    site.edit("content/one.md", "[two](two.md)", "[three](three.md)");
    site.edit("content/one.md", "drop.svg", "ring.svg").rename("content/drop.svg", "content/ring.svg");
    site.write("themes/tiny/assets/style.css", "p { color: navy }\n".repeat(80));
}

/// What a build left, ready to be sent.
fn parcel(site: &Site) -> Parcel {
    Parcel::standing(&site.report().output).unwrap()
}

/// Plans and sends without a second try.
fn send(remote: &dyn Remote, parcel: &Parcel) -> Result<Summary, docweave::model::Error> {
    let plan = publish::plan(remote, parcel, POLITE, &NONE)?;
    publish::send(remote, parcel, &plan, &NONE, &Silent)
}

fn folder(path: &Path) -> publish::Folder {
    publish::Folder::open(path, Duration::ZERO).unwrap()
}

fn plan_of(remote: &dyn Remote, parcel: &Parcel) -> Plan {
    publish::plan(remote, parcel, POLITE, &NONE).unwrap()
}

fn paths(changes: &[publish::Change]) -> Vec<&str> {
    changes.iter().map(|change| change.path.as_str()).collect()
}

/// Each page among `files` finds the assets that it names: style sheets, scripts, images, icons. Gives how many it looked
/// at.
fn crawl(files: &Files, told: &str) -> usize {
    let mut seen = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        assert!(html.trim_end().ends_with("</html>"), "{told}: {path} is cut");
        for (at, attribute) in ["src=\"", "href=\"", "srcset=\""].iter().flat_map(|name| html.match_indices(name)) {
            let value = html[at + attribute.len()..].split('"').next().unwrap();
            let value = value.split([' ', ',', '#', '?']).next().unwrap();
            let is_asset = value.rsplit('/').next().is_some_and(|name| name.contains('.') && !name.ends_with(".html"));
            let Some(address) = resolved(path, value).filter(|_| is_asset) else { continue };
            // Copies and feeds are told of in the head, and are no part of the page.
            if ["md", "xml", "json", "txt", "webmanifest"].iter().any(|end| address.ends_with(end)) {
                continue;
            }
            assert!(files.contains_key(&address), "{told}: {path} lacks {address}: {:?}", files.keys());
            seen += 1;
        }
    }
    seen
}

/// The path of a file of this site that an address on a page leads to.
fn resolved(page: &str, address: &str) -> Option<String> {
    let address = address.strip_prefix("https://example.org").unwrap_or(address);
    if address.contains(':') || address.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = if address.starts_with('/') { Vec::new() } else { page.split('/').collect() };
    parts.pop();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The files of a target without those that are docweave's own.
fn served(folder: &Path) -> Files {
    let mut files = tree(folder);
    files.retain(|path, _| !is_own(path));
    files
}

/// Whether a file at a target is docweave's own.
fn is_own(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with(".docweave-"))
}

#[test]
fn only_what_differs_is_sent_and_foreign_files_stay() {
    let mut site = small_site("");
    site.build();
    let live = site.root().join("live");
    std::fs::create_dir_all(live.join("notes")).unwrap();
    std::fs::write(live.join("notes/mine.txt"), "mine").unwrap();
    let first = send(&folder(&live), &parcel(&site)).unwrap();
    assert_eq!((first.sent, first.unchanged), (site.output().len(), 0));
    let mut expected = site.output();
    expected.insert("notes/mine.txt".to_owned(), b"mine".to_vec());
    assert_eq!(served(&live), expected);
    assert!(crawl(&served(&live), "whole") > 10);

    site.edit("content/one.md", "## Part\n", "## Part\n\nMore words.\n").build();
    let plan = plan_of(&folder(&live), &parcel(&site));
    let changed: BTreeSet<&str> = paths(&plan.changed).into_iter().collect();
    assert!(changed.contains("one/index.html") && !changed.contains("404.html"), "{changed:?}");
    assert!(plan.added.is_empty() && plan.removed.is_empty() && plan.foreign == 1, "{plan:#?}");
    let built = modified(&live);
    send(&folder(&live), &parcel(&site)).unwrap();
    let touched: BTreeSet<String> =
        modified(&live).into_iter().filter(|(path, at)| built.get(path) != Some(at)).map(|(path, _)| path).collect();
    assert_eq!(touched, changed.into_iter().chain([MANIFEST]).map(str::to_owned).collect());

    change(&mut site);
    site.build();
    let plan = plan_of(&folder(&live), &parcel(&site));
    assert!(paths(&plan.removed).contains(&"two/index.html") && paths(&plan.added).contains(&"three/index.html"));
    send(&folder(&live), &parcel(&site)).unwrap();
    let mut expected = site.output();
    expected.insert("notes/mine.txt".to_owned(), b"mine".to_vec());
    assert_eq!(served(&live), expected);
    assert!(!live.join("two").exists(), "no empty folder is left");
    assert_eq!(send(&folder(&live), &parcel(&site)).unwrap().sent, 0);
}

fn modified(folder: &Path) -> BTreeMap<String, (std::time::SystemTime, u64)> {
    use std::os::unix::fs::MetadataExt;
    let of = |path: &String| {
        let found = std::fs::metadata(folder.join(path)).unwrap();
        (found.modified().unwrap(), found.ino())
    };
    tree(folder).into_keys().map(|path| (path.clone(), of(&path))).collect()
}

#[test]
fn what_is_in_the_way_is_told_and_stays() {
    let mut site = small_site("");
    site.build();
    for (at, text) in [("one/index.html", "mine"), ("one", "a file where a folder must be"), ("robots.txt/deep", "x")] {
        let live = tempfile::tempdir().unwrap();
        let path = live.path().join(at);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let error = send(&folder(live.path()), &parcel(&site)).unwrap_err();
        assert!(error.to_string().contains("did not send"), "{at}: {error}");
        assert_eq!(served(live.path()), Files::from([(at.to_owned(), text.into())]), "nothing was sent");
    }
    let live = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), live.path().join("one")).unwrap();
    assert!(send(&folder(live.path()), &parcel(&site)).is_err());
    assert!(tree(elsewhere.path()).is_empty(), "no link is followed");

    let live = tempfile::tempdir().unwrap();
    std::fs::create_dir(live.path().join("one")).unwrap();
    std::fs::write(live.path().join("one/index.html"), "mine").unwrap();
    std::fs::write(live.path().join("robots.txt"), "User-agent: *\n").unwrap();
    let forced = Wishes { foreign: Foreign::Replaced, ..POLITE };
    let plan = publish::plan(&folder(live.path()), &parcel(&site), forced, &NONE).unwrap();
    assert_eq!((paths(&plan.changed), plan.unchanged), (vec!["one/index.html"], 1), "the same bytes are taken over");
    publish::send(&folder(live.path()), &parcel(&site), &plan, &NONE, &Silent).unwrap();
    assert_eq!(served(live.path()), site.output());
}

#[test]
fn many_removals_are_asked_for() {
    let mut site = small_site("");
    for n in 0..30 {
        site.write(&format!("content/p{n}.md"), format!("# Page {n}\n"));
    }
    site.build();
    let live = tempfile::tempdir().unwrap();
    send(&folder(live.path()), &parcel(&site)).unwrap();
    let before = tree(live.path());
    for n in 0..30 {
        site.remove(&format!("content/p{n}.md"));
    }
    site.build();
    let limited = Wishes { removals: Removals::Percent(20), ..POLITE };
    let error = publish::plan(&folder(live.path()), &parcel(&site), limited, &NONE).unwrap_err();
    assert!(error.to_string().contains("files would be removed") && error.help.unwrap().contains("--allow-removals"));
    assert_eq!(tree(live.path()), before);
    publish::plan(&folder(live.path()), &parcel(&site), Wishes { removals: Removals::Percent(90), ..POLITE }, &NONE)
        .unwrap();
    send(&folder(live.path()), &parcel(&site)).unwrap();
    assert_eq!(served(live.path()), site.output());
}

#[test]
fn bytes_that_no_build_wrote_are_not_sent() {
    let mut site = small_site("");
    site.build();
    let live = tempfile::tempdir().unwrap();
    let ready = parcel(&site);
    let page = site.report().output.join("one/index.html");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("One", "Eno")).unwrap();
    let error = send(&folder(live.path()), &ready).unwrap_err();
    assert!(error.to_string().contains("changed after it was built"), "{error}");
    assert!(!live.path().join("one/index.html").exists());
    std::fs::remove_file(&page).unwrap();
    assert!(
        Parcel::standing(&site.report().output).unwrap_err().to_string().contains("no longer what the build wrote")
    );
    assert!(Parcel::standing(live.path()).unwrap_err().to_string().contains("no finished build"));
}

#[test]
fn a_damaged_manifest_stops_everything() {
    let mut site = small_site("");
    site.build();
    let live = tempfile::tempdir().unwrap();
    send(&folder(live.path()), &parcel(&site)).unwrap();
    let path = live.path().join(MANIFEST);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(Manifest::from_bytes(text.as_bytes()).unwrap().pending.is_empty());
    std::fs::write(&path, &text[..text.len() / 2]).unwrap();
    let before = tree(live.path());
    let error = send(&folder(live.path()), &parcel(&site)).unwrap_err();
    assert!(error.to_string().contains("damaged manifest"), "{error}");
    assert_eq!(tree(live.path()), before);
}
