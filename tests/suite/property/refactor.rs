//! For any small site and any move: every link leads where it led, every old address answers, nothing new is wrong.

use std::cell::Cell;

use docweave::{output::edit, refactor, source::disk::Folder};
use proptest::prelude::*;

use crate::{
    property::runner,
    refactor::{reached, wrong},
    site::Site,
};

/// Places of articles; a title for each keeps it what it is, wherever it is.
const ARTICLES: &[&str] = &[
    "_index.md",
    "a.md",
    "b c.md",
    "s/_index.md",
    "s/d.md",
    "s/ü.md",
    "s/t/e.md",
    "s/t/index.md",
    "a/f.md",
    "x%20(y)/g.md",
];

/// Where something moves to.
const NEW: &[&str] = &[
    "new.md",
    "s/new",
    "s/t/",
    "q/r/",
    "other",
    "x y/ö (1).md",
    "new/index.md",
    "b c/in.md",
    "s",
    "a",
    "note:1.md",
    "q&amp;w.md",
];

/// How a link to an article is written: the path in `content/`, the way to it, and its title are filled in.
const STYLES: &[&str] = &[
    "[l](/PATH)",
    "[l](RELATIVE)",
    "[l](<RAW> 'T (x) ](y)')",
    "[l](RELATIVE#part)",
    "[l](/BARE?q=1#part)",
    "[l](BARERELATIVE.html)",
    "[[TITLE]]",
    "[[TITLE#Part|words]]",
    "[[/RAWBARE#part]]",
    "[[STEM]] [[STEM#part|x]]",
    "[see][ref]\n\n[ref]: RELATIVE\n  \"T\"\n",
    "> [ref x]\n>\n> [Ref  X]: <RAW>\n",
    "![p](../pic.png) [l](RELATIVE) ![i](own.png)",
    "`[l](RELATIVE)` [x [l](gone.md)",
    "[l](https://example.org/RELATIVE)",
];

fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace(' ', "%20").replace('(', "%28").replace(')', "\\)").replace('&', "&amp;")
}

fn relative(from: &str, to: &str) -> String {
    "../".repeat(from.matches('/').count()) + to
}

/// What a link by title may call an article.
fn stem(path: &str) -> &str {
    let bare = path.trim_end_matches(".md");
    let name = bare.strip_suffix("/_index").or_else(|| bare.strip_suffix("/index")).unwrap_or(bare);
    name.rsplit('/').next().unwrap_or(name)
}

/// One link on a page: from an article to an article, in a style.
fn line(from: &str, to: usize, style: usize) -> String {
    let path = ARTICLES[to];
    let relative = relative(from, path);
    let bare = |path: &str| path.trim_end_matches(".md").to_owned();
    STYLES[style]
        .replace("BARERELATIVE", &encoded(&bare(&relative)))
        .replace("RAWBARE", &bare(path))
        .replace("RELATIVE", &encoded(&relative))
        .replace("RAW", &relative.replace('%', "%25"))
        .replace("PATH", &encoded(path))
        .replace("BARE", &encoded(&bare(path)))
        .replace("STEM", stem(path))
        .replace("TITLE", &format!("Title {to}"))
}

const FRONT: [&str; 4] = [
    "+++\ntitle = \"T\"\n+++\n",
    "---\ntitle: T\naliases:\n- /old-T/\n---\n",
    "# T\n\n",
    "+++\ntitle = 'T'\nslug = \"slug-T\"\n[extra]\na = 1\n+++\n",
];

fn site(links: &[(usize, usize, usize)], fronts: &[usize], ends: &str) -> Site {
    let mut site = Site::new("-- content/pic.png --\npicture\n-- content/s/own.png --\nown\n");
    for (index, path) in ARTICLES.iter().enumerate() {
        let mut text = FRONT[fronts[index]].replace("-T", &format!("-{index}")).replace('T', &format!("Title {index}"));
        for (from, to, style) in links {
            if *from == index {
                text.push_str(&format!("{}\n\n", line(path, *to, *style)));
            }
        }
        text.push_str("## Part\n\ntext\n");
        site.write(&format!("content/{path}"), text.replace('\n', ends));
    }
    site
}

#[test]
fn every_link_leads_where_it_led() {
    let n = ARTICLES.len();
    let links = prop::collection::vec((0..n, 0..n, 0..STYLES.len()), 1..8);
    let ends = prop::sample::select(vec!["\n", "\r\n"]);
    let old = prop::sample::select([&ARTICLES[1..], &["s", "s/t", "a", "x%20(y)"][..]].concat());
    let strategy = (links, prop::collection::vec(0..FRONT.len(), n), ends, old, prop::sample::select(NEW));
    let made = Cell::new(0);
    let result = runner(60).run(&strategy, |(links, fronts, ends, old, new)| {
        let mut site = site(&links, &fronts, ends);
        site.build();
        let files = Folder::open(site.root()).unwrap();
        let (before, problems, output) = (reached(&site.output()), wrong(&site), site.output());
        let change = match refactor::mv(&files, old, new) {
            Ok(change) => change,
            // Names that are taken, a folder into itself: told, and nothing is done.
            Err(_) => return Ok(()),
        };
        edit::apply(site.root(), &change.patch).unwrap();
        made.set(made.get() + 1);
        site.build();
        prop_assert_eq!(wrong(&site), problems, "{:#?}", site.diagnostics());
        prop_assert_eq!(reached(&site.output()), before);
        let taken = change.notes.iter().any(|note| note.contains("that of another page"));
        for path in output.keys().filter(|path| path.ends_with(".html")) {
            prop_assert!(taken || site.output().contains_key(path), "{} is gone: {:#?}", path, change.notes);
        }
        Ok(())
    });
    result.unwrap();
    assert!(made.get() >= 30, "only {} of the moves were made", made.get());
}
