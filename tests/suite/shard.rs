//! A site that several machines build, each a shard of it, and the joining of the shards.

use std::fs;

use docweave::{build::run::CACHE, output::MANIFEST};

use crate::site::{Files, Site, tree};

/// A site with every kind of file: pages, copies as Markdown and as JSON, feeds of bodies, search, cards, an image.
const CONFIG: &str = "theme = \"default\"\n[json]\npages = true\n[feed]\ncontent = \"full\"\n[markdown]\ncopies = true\n\
    [llms]\nenabled = true\n[manifest]\nenabled = true\n[social]\nenabled = true\n[topics.tools]\ntitle = \"Tools\"\n";

pub(crate) fn site() -> Site {
    let article = |number: usize| {
        let (next, day) = ((number + 1) % 12, number + 1);
        format!(
            "-- content/guides/a{number}.md --\n+++\ntitle = \"Article {number}\"\ndate = 2020-01-{day:02}\ntopics = [\"tools\"]\n\
             +++\nText about number {number}, and [the next](a{next}.md).\n\n![Lines](lines.png)\n\n```rust\nfn a{number}() {{}}\n```\n"
        )
    };
    let mut site = Site::new(&(CONFIG.to_owned() + &(0..12).map(article).collect::<String>()));
    site.write("content/guides/lines.png", png(800, 600)).write("static/plain.txt", "Plain.\n");
    site
}

/// A picture with lines of dots, which is smaller as WebP.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    // As many programs do, which leaves something to save.
    encoder.set_compression(png::Compression::Fast);
    let dark = |x: u32, y: u32| y % 16 < 9 && x % 7 < 4 && (x / 7 * 31 + y / 16 * 17) % 6 > 1;
    let dots = (0..height).flat_map(|y| (0..width).map(move |x| if dark(x, y) { 30 } else { 250 }));
    encoder.write_header().unwrap().write_image_data(&dots.collect::<Vec<u8>>()).unwrap();
    bytes
}

/// Builds the shards of the site into the folders `1`, `2`, ..
fn shards(site: &Site, count: usize) {
    for number in 1..=count {
        let shard = format!("{number}/{count}");
        site.run(&["build", "--shard", &shard, "--output", &number.to_string()]).ends(0);
    }
}

pub(crate) fn merged(site: &Site, folders: &[&str]) -> Files {
    let arguments: Vec<&str> =
        ["merge"].into_iter().chain(folders.iter().copied()).chain(["--output", "merged"]).collect();
    site.run(&arguments).ends(0);
    tree(&site.root().join("merged"))
}

#[test]
fn merged_shards_are_the_bytes_of_one_build() {
    let site = site();
    site.run(&["build"]).ends(0);
    let whole = tree(&site.root().join("public"));
    assert!(
        ["atom.xml", "llms-full.txt", "guides/a3/index.json", "guides/a3/index.md"]
            .iter()
            .all(|path| whole.contains_key(*path))
    );
    assert!(["search/", ".webp", ".css", "social/"].iter().all(|part| whole.keys().any(|path| path.contains(part))));
    shards(&site, 3);
    assert_eq!(merged(&site, &["2", "3", "1"]), whole, "the manifest too");
    // Each has its share, and none has another's.
    let parts: Vec<Files> = ["1", "2", "3"].iter().map(|folder| tree(&site.root().join(folder))).collect();
    let pages = |part: &Files| part.keys().filter(|path| path.ends_with(".html")).count();
    assert!(parts.iter().all(|part| pages(part) > 4), "{:?}", parts.iter().map(pages).collect::<Vec<_>>());
    assert_eq!(parts.iter().map(|part| part.len() - 1).sum::<usize>(), whole.len() - 1);
}

#[test]
fn an_edit_is_merged_into_what_stands_and_the_next_build_finds_it() {
    let mut site = site();
    shards(&site, 2);
    merged(&site, &["1", "2"]);
    fs::write(site.root().join("merged/foreign.txt"), "Somebody's.\n").unwrap();
    site.edit("content/guides/a5.md", "Text about number 5", "Other text").remove("content/guides/a7.md");
    site.edit("content/guides/a6.md", "(a7.md)", "(a8.md)");
    shards(&site, 2);
    let mut found = merged(&site, &["1", "2"]);
    assert_eq!(found.remove("foreign.txt").unwrap(), b"Somebody's.\n");
    site.run(&["build", "--no-cache"]).ends(0);
    assert_eq!(found, tree(&site.root().join("public")));
    fs::remove_dir_all(site.root().join(CACHE)).unwrap();
    site.run(&["build", "--output", "merged", "--verify"]).ends(0).says([" 0 of ", "0 files written"]);
}

#[test]
fn shards_share_a_cache_and_forget_nothing_of_each_other() {
    let mut site = site();
    shards(&site, 3);
    site.edit("content/guides/a5.md", "Text about number 5", "Other text");
    shards(&site, 3);
    site.run(&["build", "--output", "one", "--verbose"]).ends(0).says(["composed 0 bodies"]);
}

#[test]
fn what_is_no_whole_set_of_shards_is_refused_and_nothing_changes() {
    let mut site = site();
    shards(&site, 2);
    let before = merged(&site, &["1", "2"]);
    let refused = |site: &Site, folders: &[&str], why: &str| {
        let arguments: Vec<&str> =
            ["merge"].into_iter().chain(folders.iter().copied()).chain(["--output", "merged"]).collect();
        site.run(&arguments).ends(2).says([why]);
        assert_eq!(tree(&site.root().join("merged")), before, "{why}");
    };
    refused(&site, &["2"], "not all shards are there: 1/2 missing");
    refused(&site, &["1", "1"], "shard 1/2 is in `1` and in 1");
    refused(&site, &["1", "2", "content"], "there is no shard of a site in content");
    site.run(&["build", "--shard", "2/3", "--output", "3"]).ends(0);
    refused(&site, &["1", "3"], "is of another site than");
    site.edit("content/guides/a5.md", "Text about number 5", "Other text");
    site.run(&["build", "--shard", "2/2", "--output", "4"]).ends(0);
    refused(&site, &["1", "4"], "is of another site than");
    let page = tree(&site.root().join("2")).into_keys().find(|path| path.ends_with("index.html")).unwrap();
    fs::write(site.root().join("2").join(&page), "Cut").unwrap();
    fs::remove_dir_all(site.root().join("merged")).unwrap();
    let said = site.run(&["merge", "1", "2", "--output", "merged"]).ends(2);
    said.says(["a file of a shard is not what its build wrote", &page]);
    assert!(!site.root().join("merged").exists());
}

#[test]
fn a_shard_is_never_taken_for_a_site() {
    let site = site();
    site.run(&["build"]).ends(0);
    let whole = tree(&site.root().join("public"));
    site.run(&["build", "--shard", "1/2", "--output", "public"]).ends(2).says(["a whole site stands"]);
    assert_eq!(tree(&site.root().join("public")), whole);
    site.run(&["build", "--shard", "1/2"]).ends(2).says(["--output"]);
    site.run(&["build", "--shard", "3/2", "--output", "1"]).ends(2).says(["as in `3/8`"]);
    shards(&site, 2);
    fs::write(
        site.root().join("site.toml"),
        "output = \"1\"\n".to_owned() + &site.text("site.toml") + "\n[publish.live]\nto = \"live\"\n",
    )
    .unwrap();
    site.run(&["publish", "--no-build"]).ends(2).says(["shard 1/2 of one"]);
    // A build of everything completes what a shard began.
    site.run(&["build", "--output", "1"]).ends(0);
    let mut completed = tree(&site.root().join("1"));
    let manifest = String::from_utf8(completed.remove(MANIFEST).unwrap()).unwrap();
    assert!(!manifest.contains("\nshard\t"), "{manifest}");
    assert!(completed.iter().all(|(path, bytes)| whole.get(path) == Some(bytes)) && completed.len() == whole.len() - 1);
}
