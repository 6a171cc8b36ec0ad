//! Going back at targets that readers see file by file.

use std::{collections::BTreeMap, path::Path, time::Duration};

use docweave::{
    build::trace::Silent,
    model::RelPath,
    output::Manifest,
    publish::{self, Failure, Parcel, Patience, Remote, Takes},
    source::standing::Standing,
};

use super::{
    NONE, POLITE, change, change_tiny, crawl,
    faults::{Breaking, Fault, copy},
    folder, parcel, send, served,
    servers::{Kind, Store},
    small_site, tiny_site,
};
use crate::site::{Files, Said, Site, tree};

/// Publishes so many editions, and goes back, at a target that keeps a little more than half of them. `names` gives the names of
/// all that stands there.
pub(super) fn goes_back_and_on(
    site: &mut Site,
    all: usize,
    publish: &dyn Fn(&Site, &[&str]) -> Said,
    look: &dyn Fn() -> Files,
    names: &dyn Fn() -> Vec<String>,
) {
    let keep = all.div_ceil(2);
    let oldest = all - keep;
    site.edit("site.toml", "[publish.live]", &format!("[publish.live]\nkeep = {keep}"));
    publish(site, &["--list"]).ends(0).says(["nothing was published"]);
    publish(site, &["--rollback"]).ends(2).says(["no older release"]);
    let mut editions = Vec::new();
    for number in 0..all {
        if number == all - 2 {
            change(site);
        }
        site.write("content/four.md", format!("# Edition {number}\n"));
        publish(site, &["--allow-removals"]).ends(0);
        site.build();
        editions.push(site.output());
        assert_eq!(look(), editions[number]);
    }
    let list = publish(site, &["--list"]).ends(0).stdout;
    assert_eq!(list.lines().count(), keep, "{list}");
    assert!(list.starts_with(&format!("* 00000{all}-")) && list.contains(" files\n"), "{list}");
    let name = |edition: usize| format!("00000{}-", edition + 1);
    assert!(list.contains(&format!("\n  {}", name(oldest))), "{list}");
    for edition in (oldest..all - 1).rev() {
        publish(site, &["--rollback"]).ends(0).says([&*format!("went back to {}", name(edition))]);
        assert_eq!(look(), editions[edition]);
    }
    assert!(crawl(&look(), "an older release") > 10);
    publish(site, &["--rollback"]).ends(2).says(["no older release", "--list"]);
    assert!(publish(site, &["--list"]).ends(0).stdout.starts_with(&format!("* {}", name(oldest))));
    publish(site, &["--allow-removals"]).ends(0);
    assert_eq!(look(), editions[all - 1]);
    publish(site, &["--rollback"]).ends(0).says([&*format!("went back to {}", name(oldest))]);
    assert_eq!(look(), editions[oldest], "what readers saw before");

    let kept = || names().into_iter().filter(|name| name.contains("/files/")).count();
    assert!(kept() < editions[all - 1].len() * 2, "{:?}", names());
    site.edit("site.toml", &format!("keep = {keep}"), "keep = 1");
    publish(site, &["--allow-removals"]).ends(0);
    assert_eq!(look(), editions[all - 1]);
    assert!(!names().iter().any(|name| name.contains(".docweave-releases")), "{:?}", names());
    publish(site, &["--rollback"]).ends(2).says(["holds one site only", "keep = 2"]);
}

#[test]
fn a_bucket_goes_back_and_on() {
    for kind in [Kind::Amazon, Kind::Azure] {
        let store = Store::start(kind);
        let mut site = small_site(&format!("[publish.live]\n{}", store.target("/a")));
        let publish = |site: &Site, arguments: &[&str]| store.publish(site, arguments);
        goes_back_and_on(&mut site, 5, &publish, &|| store.served("a/"), &|| store.names());
    }
}

#[test]
fn what_is_told_with_an_object_comes_back_with_it() {
    let store = Store::start(Kind::Amazon);
    let mut site = small_site(&format!("[publish.live]\n{}\ncompress = [\"br\"]", store.target("")));
    let told = || {
        let names = store.names().into_iter().filter(|name| !super::is_own(name));
        let header = |headers: &ureq::http::HeaderMap, name: &str| headers.get(name).cloned();
        let headers = ["content-type", "content-encoding", "cache-control", "x-amz-website-redirect-location"];
        let of = |name: String| {
            let (bytes, found) = store.get(&name);
            (name, (bytes, headers.map(|name| header(&found, name))))
        };
        names.map(of).collect::<BTreeMap<_, _>>()
    };
    store.publish(&site, &[]).ends(0);
    let before = told();
    assert!(before["old/index.html"].1[3].is_some() && before["one/index.html"].1[1].as_ref().unwrap() == "br");
    change(&mut site);
    site.write("content/two.md", "# Two\n");
    store.publish(&site, &["--allow-removals"]).ends(0);
    assert!(!told().contains_key("old/index.html"));
    store.publish(&site, &["--rollback"]).ends(0);
    assert!(told() == before);
    store.publish(&site, &["--allow-removals"]).ends(0);
    let kept = store.names().into_iter().find(|name| name.contains("/files/")).unwrap();
    store.write(&kept, "somebody's");
    let now = told();
    store.publish(&site, &["--rollback"]).ends(2).says(["no longer what was sent", "older sources"]);
    assert!(told() == now, "nothing moved");
}

/// A folder that keeps three releases beside the site.
struct Keeping(publish::Folder);

impl Remote for Keeping {
    fn takes(&self) -> Takes {
        self.0.takes()
    }
    fn keeps(&self) -> usize {
        3
    }
    fn list(&self) -> Result<Standing, Failure> {
        self.0.list()
    }
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        self.0.read(path)
    }
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        self.0.put(path, bytes)
    }
    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        self.0.remove(path)
    }
}

/// Editions of a site, each told by the digest that its manifest has at a target.
struct Editions {
    parcels: Vec<Parcel>,
    outputs: Vec<Files>,
    builds: Vec<Option<docweave::model::Digest>>,
}

impl Editions {
    /// The number of the edition that a target says it holds.
    fn shown(&self, live: &Path) -> Option<usize> {
        let build = Manifest::read(live).unwrap().build;
        self.builds.iter().position(|other| *other == build)
    }
}

fn go_back(remote: &dyn Remote, root: &Path, patience: &Patience) -> Result<String, docweave::model::Error> {
    publish::go_back(remote, "live", root, POLITE, patience, &Silent)
}

/// After a fault at each operation, of a publish or of going back, the site serves, every release that is told of can be gone
/// back to exactly, and publishing goes on. At every other operation is enough: one that nobody hears of leaves what one before
/// the next leaves that is not done.
fn at_every_operation(old: &Path, editions: &Editions, goes_back: bool, fault: Fault, patience: &Patience) {
    for at in (0..).step_by(2) {
        let disk = tempfile::tempdir().unwrap();
        let live = disk.path().join("live");
        copy(old, &live);
        let inner = Keeping(folder(&live));
        let breaking = Breaking::new(&inner, fault, at);
        let told = format!("{fault:?} at operation {at}, back: {goes_back}");
        let done = match goes_back {
            true => go_back(&breaking, disk.path(), patience).map(drop),
            false => publish::plan(&breaking, &editions.parcels[2], POLITE, patience)
                .and_then(|plan| publish::send(&breaking, &editions.parcels[2], &plan, patience, &Silent))
                .map(drop),
        };
        let is_over = breaking.done() <= at;
        assert_eq!(done.is_ok(), is_over || patience.times > 0, "{told}");
        assert!(crawl(&served(&live), &told) > 5);
        let shown = editions.shown(&live).unwrap();
        let before = go_back(&inner, disk.path(), &NONE);
        match shown {
            0 => assert!(before.unwrap_err().to_string().contains("no older release"), "{told}"),
            shown => {
                before.unwrap_or_else(|error| panic!("{told}: {error}"));
                assert_eq!(served(&live), editions.outputs[shown - 1], "{told}");
            }
        }
        let shown = editions.shown(&live).unwrap();
        send(&inner, &editions.parcels[2]).unwrap_or_else(|error| panic!("{told}, then again: {error}"));
        assert_eq!(served(&live), editions.outputs[2], "{told}");
        go_back(&inner, disk.path(), &NONE).unwrap_or_else(|error| panic!("{told}, then back: {error}"));
        assert_eq!(served(&live), editions.outputs[shown], "{told}");
        if is_over {
            assert!(at > 20, "there were only {at} operations");
            break;
        }
    }
}

#[test]
fn a_fault_at_any_operation_loses_no_release() {
    let disk = tempfile::tempdir().unwrap();
    let old = disk.path().join("old");
    let mut sites = Vec::new();
    let mut editions = Editions { parcels: Vec::new(), outputs: Vec::new(), builds: Vec::new() };
    for number in 0..3 {
        let mut site = tiny_site("");
        site.write("content/four.md", format!("# Edition {number}\n"));
        if number == 2 {
            change_tiny(&mut site);
        }
        site.build();
        editions.parcels.push(parcel(&site));
        editions.outputs.push(site.output());
        if number < 2 {
            send(&Keeping(folder(&old)), &parcel(&site)).unwrap();
        }
        sites.push(site);
    }
    for parcel in &editions.parcels {
        let fresh = tempfile::tempdir().unwrap();
        send(&folder(fresh.path()), parcel).unwrap();
        editions.builds.push(Manifest::read(fresh.path()).unwrap().build);
    }
    let newest = disk.path().join("newest");
    copy(&old, &newest);
    send(&Keeping(folder(&newest)), &editions.parcels[2]).unwrap();
    let again = Patience { times: 1, first: Duration::from_millis(1) };
    for (fault, patience) in [(Fault::Killed, &NONE), (Fault::Unheard, &NONE), (Fault::Passing, &again)] {
        at_every_operation(&old, &editions, false, fault, patience);
        at_every_operation(&newest, &editions, true, fault, patience);
    }
    assert!(tree(&newest).keys().any(|path| path.contains("/files/")));
}
