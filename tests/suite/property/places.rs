//! The same input gives the same bytes: whatever the order of files, the number of threads, the folder, the locale and
//! the rights of new files. And no output lies outside the output folder.

use std::{collections::BTreeMap, process::Command, sync::Arc};

use docweave::{
    link,
    model::{Config, Data, Digest, Head, RelPath, config::BaseUrl, profile::InMemory, site::Target},
    parse::{self, Included, Options},
    source::facts,
};
use proptest::prelude::*;

use crate::{
    property::runner,
    site::{Files, Site, cold, difference, tree},
};

const SITE: &str = include_str!("../woven_site.txt");

#[test]
fn the_number_of_threads_changes_nothing() {
    let site = Site::new(SITE);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| cold(site.root(), &docweave::build::Request::default()))
    };
    let (files, diagnostics) = with_threads(1);
    assert!(diagnostics.len() > 2, "messages have an order too: {diagnostics:?}");
    for threads in [2, 8] {
        let (same_files, same_diagnostics) = with_threads(threads);
        assert_eq!(difference(&files, &same_files), None);
        assert_eq!(diagnostics, same_diagnostics);
    }
}

#[test]
fn the_folder_the_locale_and_the_umask_change_nothing() {
    let build = |folder: &str, shell: &str| -> (Files, String) {
        let site = Site::new(SITE);
        let root = site.root().join(folder);
        std::fs::create_dir_all(&root).unwrap();
        for part in ["site.toml", "content", "static", "themes"] {
            std::fs::rename(site.root().join(part), root.join(part)).unwrap();
        }
        let command = format!("{shell} \"$0\" build --root .");
        let docweave = env!("CARGO_BIN_EXE_docweave");
        let output = Command::new("sh").args(["-c", &command, docweave]).current_dir(&root).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        (tree(&root.join("public")), String::from_utf8(output.stderr).unwrap())
    };
    let plain = build("here", "");
    for (folder, shell) in [
        ("deeper/a folder/\u{fc}", ""),
        ("here", "umask 077;"),
        ("here", "LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Pacific/Kiritimati"),
        ("here", "env -i"),
    ] {
        let (files, messages) = build(folder, shell);
        assert_eq!(difference(&plain.0, &files), None, "{folder} {shell}");
        assert_eq!(plain.1, messages, "{folder} {shell}");
    }
}

/// Heads of articles at `place`, each with a body that links to some of the others.
fn heads() -> impl Strategy<Value = Vec<Arc<Head>>> {
    const NAMES: &[&str] = &[
        "a.md",
        "b.md",
        "_index.md",
        "s/_index.md",
        "s/c.md",
        "s/d.md",
        "t/e.md",
        "b/f.md",
        "s/index.md",
        "topics/tools.md",
        "topics/x.md",
    ];
    let names = prop::sample::subsequence(NAMES, 1..NAMES.len());
    let link = prop::sample::select(vec![
        "a.md",
        "b.md#x",
        "/s/c.md",
        "/s/",
        "../t/e.md",
        "none.md",
        "/topics/tools.md",
        "#x",
        "https://example.com/",
    ]);
    let front = prop::sample::select(vec![
        "",
        "topics = [\"tools\"]",
        "slug = \"q\"",
        "slug = \"../q\"",
        "url = \"/../../etc/\"",
        "url = \"/p/\"",
        "aliases = [\"/o/\", \"../../x\", \"/a/../../../y\", \"c:\\\\z\", \"%2e%2e/%2e%2e/w\"]",
        "related = { pin = [\"/a.md\"], block = [\"/b.md\"] }",
    ]);
    let article = (
        front,
        prop::collection::vec(link, 0..4),
        prop::sample::select(vec!["", "## X\n", "## X {topics=\"tools\"}\n"]),
    );
    names.prop_flat_map(move |names| {
        let articles = prop::collection::vec(article.clone(), names.len());
        articles.prop_map(move |articles| {
            let head = |(name, (front, links, heading)): (&&str, (&str, Vec<&str>, &str))| {
                let links: String = links.iter().map(|link| format!("[x]({link}) ")).collect();
                let text = format!("+++\n{front}\n+++\n{links}\n\n{heading}{links}\n");
                let path = RelPath::new(*name).unwrap();
                Arc::new(parse::article(&path, &text, &Options::default(), &Included::new()).head)
            };
            names.iter().zip(articles).map(head).collect()
        })
    })
}

fn config() -> Config {
    let text = "title = \"S\"\nbase_url = \"/\"\n[topics.tools]\ntitle = \"T\"\n";
    docweave::source::config::parse(text, "site.toml").0
}

fn weave(config: &Config, heads: Vec<Arc<Head>>) -> (docweave::model::Site, Vec<docweave::model::Diagnostic>) {
    let (nothing, data) = (BTreeMap::new(), Data::default());
    let input = link::Input {
        heads,
        files: BTreeMap::new(),
        data: &data,
        inventories: (&Default::default(), Digest::of(b"")),
        today: facts::today(),
        changed: &nothing,
        memory: &link::Memory::default(),
        lexicon: &InMemory,
    };
    let (site, _, diagnostics) = link::site(config, input);
    (site, diagnostics)
}

#[test]
fn the_order_of_articles_changes_nothing() {
    let shuffled = heads().prop_flat_map(|heads| (Just(heads.clone()), Just(heads).prop_shuffle()));
    let result = runner(200).run(&shuffled, |(heads, shuffled)| {
        let (site, diagnostics) = weave(&config(), heads);
        let (same_site, same_diagnostics) = weave(&config(), shuffled);
        prop_assert_eq!(format!("{site:?}"), format!("{same_site:?}"));
        prop_assert_eq!(diagnostics, same_diagnostics);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn backlinks_are_the_transpose_of_links() {
    let result = runner(200).run(&heads(), |heads| {
        let (site, _) = weave(&config(), heads);
        let mut expected = vec![std::collections::BTreeSet::new(); site.pages.len()];
        let mut found = expected.clone();
        for (from, page) in site.pages.iter().enumerate() {
            let shown = page.kind != docweave::model::site::PageKind::Topic;
            for (link, resolved) in page.head.links.iter().zip(&*page.links).filter(|_| shown) {
                if let Target::Page(to, _) = resolved.target
                    && to != from
                {
                    expected[to].insert((from, link.section as usize));
                }
            }
            for backlink in page.backlinks.iter() {
                prop_assert!(found[from].insert((backlink.page, backlink.section)), "none is told twice");
            }
        }
        prop_assert_eq!(found, expected);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn no_output_leaves_the_output_folder_and_none_is_claimed_twice() {
    let result = runner(300).run(&heads(), |heads| {
        let (site, diagnostics) = weave(&config(), heads);
        let pages = site.pages.iter().filter(|page| page.kind != docweave::model::site::PageKind::Topic);
        let outputs = pages
            .map(|page| &page.output)
            .chain(site.redirects.keys())
            .chain(site.topics.iter().map(|topic| &topic.output));
        let mut seen = std::collections::BTreeSet::new();
        let collides = diagnostics.iter().any(|diagnostic| diagnostic.code == "url-collision");
        for output in outputs {
            prop_assert_eq!(RelPath::new(output.as_str()), Some(output.clone()));
            prop_assert!(output.as_str().ends_with(".html"), "{}", output);
            prop_assert!(seen.insert(output.as_str().to_lowercase()) || collides, "{} twice", output);
        }
        Ok(())
    });
    result.unwrap();
}

#[test]
fn addresses_of_any_name_stay_inside() {
    let names = "[^\\x00-\\x1f/\\\\]{1,12}";
    let result = runner(300).run(&(names, names), |(folder, name)| {
        let Some(path) = RelPath::new(format!("{folder}/{name}.md")) else { return Ok(()) };
        let parsed = parse::article(&path, "", &Options::default(), &Included::new());
        let config = Config::new("S", BaseUrl { origin: String::new(), path: "/".to_owned(), depth: None });
        let (site, _) = weave(&config, vec![Arc::new(parsed.head)]);
        for page in &site.pages {
            let output = page.output.as_str();
            prop_assert!(RelPath::new(output).is_some() && output.ends_with("index.html"), "{}", output);
            prop_assert!(page.url.starts_with('/') && page.url.is_ascii(), "{}", page.url);
            prop_assert!(!page.url.contains(['?', '#', '"', '<', '>', ' ']), "{}", page.url);
        }
        Ok(())
    });
    result.unwrap();
}
