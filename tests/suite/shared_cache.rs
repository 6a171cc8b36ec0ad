//! Machines that share a cache: what one made, none of the others makes again; and nothing that happens to the cache shows in
//! what is built.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::site::{Files, Said, Site, tree};
use docweave::build::run::CACHE;

/// A site with every kind of file that shares its cache in a folder, which is the second value.
fn shared() -> (Site, tempfile::TempDir) {
    let place = tempfile::tempdir().unwrap();
    let mut site = crate::shard::site();
    let config = format!("{}\n[cache]\nremote = \"{}\"\n", site.text("site.toml"), place.path().display());
    site.write("site.toml", config);
    (site, place)
}

/// Another machine, with the sources of the site and nothing else.
pub(crate) fn checkout(site: &Site) -> Site {
    let mut other = Site::empty();
    for (path, bytes) in tree(site.root()) {
        if !["public/", ".docweave/", "parts/"].iter().any(|folder| path.starts_with(folder)) {
            other.write(&path, bytes);
        }
    }
    other
}

pub(crate) fn build(site: &Site, arguments: &[&str]) -> Said {
    site.run(&[&["build", "--verbose"], arguments].concat()).ends(0)
}

pub(crate) fn public(site: &Site) -> Files {
    tree(&site.root().join("public"))
}

/// What a build without any cache makes of the sources.
fn cold(site: &Site) -> Files {
    let other = checkout(site);
    build(&other, &["--no-cache"]);
    public(&other)
}

/// How many pages a build rendered, and how many others had rendered.
pub(crate) fn pages(said: &Said) -> (usize, usize) {
    let line = said.stdout.lines().find(|line| line.contains(" pages rendered")).unwrap();
    let number = |text: &str| text.trim().split(' ').next().unwrap().parse().unwrap();
    let parts: Vec<&str> = line.split(", ").collect();
    let rendered = parts.iter().find(|part| part.contains(" pages rendered")).map_or(0, |part| number(part));
    let recalled = parts.iter().find(|part| part.contains("from the remote cache")).map_or(0, |part| number(part));
    (rendered, recalled)
}

/// The objects of the shared place, and their bytes.
fn objects(place: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    tree(place).into_iter().map(|(path, bytes)| (place.join(path), bytes)).collect()
}

#[test]
fn a_second_machine_renders_nothing_and_writes_the_same_bytes() {
    let (site, place) = shared();
    let (rendered, recalled) = pages(&build(&site, &[]));
    assert!(rendered > 15 && recalled == 0, "{rendered}, {recalled}");
    let kinds =
        ["heads-", "vocabularies-", "bodies-", "records-", "pictures-", "words-", "weaves-", "made-", "last-weave"];
    let names: Vec<String> = tree(place.path()).into_keys().collect();
    assert!(kinds.iter().all(|kind| names.iter().any(|name| name.contains(kind))), "{names:?}");

    let other = checkout(&site);
    let said = build(&other, &[]).says(["parsed 0, composed 0 bodies", "objects read", "0 written (0 B), 0 removed"]);
    assert_eq!(pages(&said), (0, rendered));
    assert_eq!(public(&other), public(&site), "the manifest too");
    assert_eq!(public(&other), cold(&site));
    assert_eq!(pages(&build(&other, &["--verify"])), (0, 0), "by now it has them itself");
    // The output is gone, what was fetched is not.
    fs::remove_dir_all(other.root().join("public")).unwrap();
    assert_eq!(pages(&build(&other, &[])), (0, rendered));
}

#[test]
fn what_changed_on_a_second_machine_is_rendered_and_nothing_else() {
    let (site, _place) = shared();
    let (all, _) = pages(&build(&site, &[]));
    let mut other = checkout(&site);
    // What it costs where the output stands.
    let mut own = checkout(&site);
    build(&own, &["--no-remote-cache"]);
    let did = |said: &Said| said.stderr.lines().find(|line| line.starts_with("parsed ")).unwrap().to_owned();
    let expected =
        did(&build(own.edit("content/guides/a5.md", "Text about number 5", "Other text"), &["--no-remote-cache"]));
    other.edit("content/guides/a5.md", "Text about number 5", "Other text");
    let changed = build(&other, &[]);
    assert_eq!(did(&changed), expected);
    let (rendered, recalled) = pages(&changed);
    assert!(rendered < all / 2 && rendered + recalled == all, "{changed:?}");
    assert_eq!(public(&other), cold(&other));
    // The first machine has its own output, and takes from the second what that made.
    let mut first = checkout(&other);
    assert_eq!(pages(&build(&first, &[])), (0, all));
    first.edit("site.toml", "[cache]", "[css.variables]\naccent = \"#123456\"\n\n[cache]");
    assert_eq!(pages(&build(&first, &[])), (all, 0), "another style sheet is on every page");
    assert_eq!(public(&first), cold(&first));
}

#[test]
fn machines_that_build_at_once_disturb_nobody() {
    let (site, place) = shared();
    for round in 0..3 {
        let mut machines: Vec<Site> = (0..3).map(|_| checkout(&site)).collect();
        for (number, machine) in machines.iter_mut().enumerate() {
            machine.edit("content/guides/a5.md", "Text about number 5", &format!("Text {} of {round}", number / 2));
        }
        std::thread::scope(|threads| {
            machines.iter().for_each(|machine| drop(threads.spawn(|| build(machine, &[]))));
        });
        for machine in &machines {
            assert_eq!(public(machine), cold(machine));
            let (rendered, _) = pages(&build(&checkout(machine), &[]));
            assert_eq!(rendered, 0);
        }
    }
    let names: Vec<String> = tree(place.path()).into_keys().collect();
    assert!(names.iter().all(|name| [".z", ".index", "last-weave"].iter().any(|end| name.ends_with(end))), "{names:?}");
}

#[test]
fn damage_of_any_object_is_a_miss_and_is_mended() {
    let (site, place) = shared();
    build(&site, &[]);
    let (expected, whole) = (public(&site), objects(place.path()));
    let all = pages(&build(&checkout(&site), &[])).1;
    let (mut noted, mut seen) = (0, 0);
    let is_long = std::env::var("DOCWEAVE_CASES").is_ok();
    for (at, (path, bytes)) in whole.iter().enumerate() {
        let flipped = |place: usize| {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0x10;
            flipped
        };
        let (end, middle) = (bytes.len() - 1, bytes.len() / 2);
        let stranger = whole[(at + 1) % whole.len()].1.clone();
        let damages = [flipped(0), flipped(middle), flipped(end), bytes[..middle].to_vec(), Vec::new(), stranger];
        // Every other of them for every other object, unless the run is a long one.
        let damages = damages.into_iter().skip(if is_long { 0 } else { at % 2 }).step_by(if is_long { 1 } else { 2 });
        for damaged in damages {
            fs::write(path, damaged).unwrap();
            let machine = checkout(&site);
            let said = build(&machine, &[]);
            assert_eq!(public(&machine), expected, "{}", path.display());
            let (rendered, recalled) = pages(&said);
            assert_eq!(rendered + recalled, all);
            seen += 1;
            noted += usize::from(said.stderr.contains("note: an object of the remote cache is damaged"));
            assert!(!said.stdout.contains("warning") && !said.stderr.contains("left aside: "), "{said:?}");
            // What was made in its place is there for the next.
            assert_eq!(pages(&build(&checkout(&site), &[])), (0, all), "{}", path.display());
            fs::remove_dir_all(place.path()).unwrap();
            for (path, bytes) in &whole {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
    }
    assert!(noted > seen / 6, "{noted} of {seen}");
}

#[test]
fn an_object_that_is_gone_is_missed_and_what_is_foreign_stays() {
    let (site, place) = shared();
    build(&site, &[]);
    let whole = objects(place.path());
    let folder = whole[0].0.parent().unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    fs::write(folder.join(format!("heads-{}.z", "0".repeat(63))), "mine too").unwrap();
    for (path, _) in &whole {
        if path.exists() {
            fs::remove_file(path).unwrap();
        }
        let machine = checkout(&site);
        build(&machine, &[]);
        assert_eq!(public(&machine), public(&site), "{}", path.display());
    }
    assert_eq!(fs::read(folder.join("notes.txt")).unwrap(), b"mine");
    assert_eq!(fs::read(folder.join(format!("heads-{}.z", "0".repeat(63)))).unwrap(), b"mine too");
}

#[test]
fn whoever_only_reads_leaves_nothing() {
    let (site, place) = shared();
    let reader = checkout(&site);
    build(&reader, &["--no-cache-push"]).says(["0 objects read", "0 written (0 B)"]);
    assert_eq!(objects(place.path()), []);
    let (all, _) = pages(&build(&site, &[]));
    let before = objects(place.path());

    let mut reader = checkout(&site);
    reader.edit("content/guides/a5.md", "Text about number 5", "Other text");
    let (rendered, recalled) = pages(&build(&reader, &["--no-cache-push"]));
    assert!(rendered > 0 && rendered + recalled == all);
    assert_eq!(public(&reader), cold(&reader));
    reader.edit("site.toml", "[cache]\n", "[cache]\npush = false\n");
    reader.edit("content/guides/a6.md", "Text about number 6", "Other text");
    build(&reader, &[]);
    assert_eq!(objects(place.path()), before);

    // Left aside altogether.
    for flag in ["--no-remote-cache", "--no-cache"] {
        let other = checkout(&site);
        let said = build(&other, &[flag]);
        assert_eq!(pages(&said), (all, 0), "{flag}");
        assert!(!said.stderr.contains("remote cache"), "{said:?}");
        assert_eq!(public(&other), public(&site));
    }
    assert_eq!(objects(place.path()), before);
}

#[test]
fn a_check_reads_what_was_shared_and_the_build_after_it_gives_what_it_made() {
    let (site, place) = shared();
    let check = |site: &Site| site.run(&["check", "--verbose"]).ends(0);
    check(&site);
    assert_eq!(objects(place.path()), [], "a check writes nothing there");
    let (rendered, all) = pages(&build(&site, &[]));
    assert_eq!(rendered, 0, "the check has rendered them");
    let other = checkout(&site);
    check(&other);
    assert_eq!(pages(&build(&other, &["--no-remote-cache"])).0, all, "without the cache nothing of it is used");
    let other = checkout(&site);
    check(&other);
    let said = build(&other, &[]).says(["parsed 0, composed 0 bodies", "0 written (0 B)"]);
    assert_eq!(pages(&said), (0, all));
    assert_eq!(public(&other), cold(&site));
    // A machine that shares no more makes what it knows its own.
    let mut alone = checkout(&other);
    build(&alone, &[]);
    let config = alone.text("site.toml").split("\n[cache]").next().unwrap().to_owned();
    alone.write("site.toml", config).edit("content/guides/a5.md", "Text about number 5", "Other text");
    build(&alone, &[]).says([" files written"]);
    let made = |site: &Site| tree(&site.root().join(CACHE)).into_keys().any(|name| name.starts_with("made-"));
    assert!(!made(&alone), "of no use where nothing is shared");
}

#[test]
fn shards_share_what_they_make() {
    let (site, _place) = shared();
    let shards = |site: &Site| -> (usize, usize) {
        let mut counts = (0, 0);
        let folders: Vec<String> = (1..=3).map(|number| format!("parts/{number}")).collect();
        fs::create_dir_all(site.root().join("parts")).unwrap();
        for (number, folder) in folders.iter().enumerate() {
            // Each on a machine of its own.
            let machine = checkout(site);
            let shard = format!("{}/3", number + 1);
            let (rendered, recalled) = pages(&build(&machine, &["--shard", &shard, "--output", "part"]));
            counts = (counts.0 + rendered, counts.1 + recalled);
            fs::rename(machine.root().join("part"), site.root().join(folder)).unwrap();
        }
        counts
    };
    let merged = |site: &Site| {
        let merged = crate::shard::merged(site, &["parts/1", "parts/2", "parts/3"]);
        fs::remove_dir_all(site.root().join("parts")).unwrap();
        fs::remove_dir_all(site.root().join("merged")).unwrap();
        merged
    };
    let (all, recalled) = shards(&site);
    assert_eq!(recalled, 0);
    assert_eq!(merged(&site), cold(&site));
    assert_eq!(shards(&site), (0, all));
    assert_eq!(merged(&site), cold(&site));
    // A page more moves the others to other shards.
    let mut more = checkout(&site);
    more.write("content/guides/a44.md", "# Another\n\nWords of its own.\n");
    let (rendered, recalled) = shards(&more);
    assert!(recalled > 0 && rendered + recalled == all + 1, "{rendered}, {recalled}");
    assert_eq!(merged(&more), cold(&more));
    // And one machine makes use of what all of them made.
    assert_eq!(pages(&build(&checkout(&more), &[])).0, 0);
}

#[test]
fn the_place_grows_no_larger_than_what_is_of_use() {
    let (mut site, place) = shared();
    build(&site, &[]);
    let size = || objects(place.path()).iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let first = size();
    let (mut largest, mut most) = (0, 0);
    for edition in 0..50 {
        let words: Vec<String> =
            (0..200).map(|word| format!("w{:x}", (word + 1) * (edition + 7) * 2_654_435_761_u64)).collect();
        site.write(
            "content/guides/new.md",
            format!("# Edition {edition}\n\n{}\n\n```rust\nfn e{edition}() {{}}\n```\n", words.join(" ")),
        );
        if edition % 5 == 0 {
            site.write("themes/default/strings.toml", "");
            let color = format!("\n[css.variables]\naccent = \"#{:06x}\"\n", edition * 1234 + 1);
            let config = site.text("site.toml");
            let config = config.split("\n[css.variables]").next().unwrap().to_owned();
            site.write("site.toml", config + &color).remove("themes/default/strings.toml");
        }
        let machine = checkout(&site);
        build(&machine, &[]);
        largest = largest.max(size());
        most = most.max(objects(place.path()).len());
        if edition % 10 == 9 {
            assert_eq!(public(&machine), cold(&machine));
        }
    }
    assert!(largest < 6 * first, "{first} bytes at first, {largest} at most");
    assert!(most < 200, "{most} objects");
    let machine = checkout(&site);
    assert_eq!(pages(&build(&machine, &[])).0, 0, "what is of use is there");
    // A machine that stays forgets what others threw away.
    let own = |site: &Site| tree(&site.root().join(CACHE)).values().map(Vec::len).sum::<usize>();
    build(&site, &[]);
    assert!(own(&site) < 6 * own(&machine), "{} here, {} there", own(&site), own(&machine));
}

#[test]
fn a_place_that_cannot_be_used_is_a_note() {
    let (mut site, place) = shared();
    let folder = place.path().join("docweave-cache");
    fs::write(&folder, "in the way").unwrap();
    let said = build(&site, &[]).says(["note: the remote cache is left aside: ", "docweave-cache"]);
    assert_eq!(pages(&said).1, 0);
    assert_eq!(public(&site), cold(&site));
    for own in ["content/cache", "public/cache", "."] {
        let at = place.path().display().to_string();
        site.edit("site.toml", &format!("remote = \"{at}\""), &format!("remote = \"{own}\""));
        build(&site, &[]).says(["the remote cache would lie in a folder of the site's own", own]);
        assert!(!site.root().join(own).join("docweave-cache").exists());
        site.edit("site.toml", &format!("remote = \"{own}\""), &format!("remote = \"{at}\""));
    }
}
