//! What each kind of edit costs, on a site of 100 pages whose sidebar shows titles: exact counts, in a new process each
//! time, each result equal to that of a cold build.
//!
//! Counts are of articles parsed, bodies composed and pages rendered. Redirects, topics and the page for addresses not
//! found are pages too. Documents are not kept on disk: a body that is composed anew has its article parsed again.

use std::{
    io::Write as _,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use docweave::{
    build::{
        self, Given, Session,
        run::CACHE,
        store::{Mode, Store},
        trace::Silent,
    },
    model::{Digest, Error, RelPath},
    output::{Manifest, MemoryStage},
    source::{Files, Listing, disk::Folder, stamps::Stamp},
};

use crate::site::{self, Site};

/// Articles of the site. The front page, the sections, the topics and the page for addresses not found are further pages.
const ARTICLES: usize = 100;
/// Sections of ten articles each.
const SECTIONS: usize = 10;
/// Topics, and the list of them.
const TOPICS: usize = 3;
/// Everything that templates make.
const ALL: usize = 1 + SECTIONS + ARTICLES + TOPICS + 1;

const CONFIG: &str = "[topics.tools]\ntitle = \"Tools\"\n[topics.rare]\ntitle = \"Rare\"\n";

/// A site of ten sections of ten articles. Each has a paragraph that its excerpt ends before, a link to the next one of
/// its section, and every tenth has code. The second to eleventh articles but one are about `tools`.
fn hundred() -> Site {
    let mut text = CONFIG.to_owned();
    for section in 0..SECTIONS {
        text.push_str(&format!("-- content/s{section}/_index.md --\n+++\ntitle = \"Section {section}\"\n+++\n"));
        for article in 0..ARTICLES / SECTIONS {
            text.push_str(&article_text(section, article));
        }
    }
    let mut site = Site::new(&text);
    site.build().warns([]).counts(ARTICLES + SECTIONS, ARTICLES + SECTIONS, ALL);
    site
}

fn article_text(section: usize, article: usize) -> String {
    let topics = if section == 1 { "\n## A part {topics=\"tools\"}\nAbout tools.\n" } else { "" };
    let code = if article == 0 { "\n```rust\nfn main() {}\n```\n" } else { "" };
    let opening = "Many words, so many that no list shows what comes after them. ".repeat(5);
    let next = (article + 1) % (ARTICLES / SECTIONS);
    format!(
        "-- content/s{section}/a{article}.md --\n+++\ntitle = \"Article {section} {article}\"\nweight = {article}\n+++\n\
         {opening}\n\nThe prose of it. See [the next](a{next}.md).\n{topics}{code}"
    )
}

#[test]
fn nothing_changed_costs_nothing() {
    hundred().build().counts(0, 0, 0).rendered([]).warns([]).same_as_cold();
}

#[test]
fn prose_costs_its_own_page() {
    hundred()
        .edit("content/s4/a4.md", "The prose of it.", "The verse of it.")
        .build()
        .counts(1, 1, 1)
        .rendered(["s4/a4/index.html"])
        .same_as_cold();
}

#[test]
fn a_page_is_looked_at_where_anything_that_it_shows_changed() {
    let mut site = hundred();
    let lists = TOPICS + 1;
    site.edit("content/s4/a4.md", "The prose of it.", "The verse of it.").build();
    // Beside the article: the section that lists it, the articles before and after, the one that links here and the one that
    // it links to, and what has it as related reading.
    let compared = |site: &mut Site| site.report().outcome.trace.compared.get();
    let few = compared(&mut site);
    assert!((lists + 2..lists + 20).contains(&few), "{few}");
    site.edit("site.toml", "title = \"Tools\"", "title = \"Tools and more\"").build();
    assert_eq!(compared(&mut site), ALL, "what all pages share");
    std::fs::remove_dir_all(site.root().join(CACHE)).unwrap();
    site.edit("content/s4/a4.md", "The verse of it.", "The prose of it.").build();
    assert_eq!(compared(&mut site), ALL, "nothing is known of the build before");
}

#[test]
fn prose_that_lists_show_costs_those_who_show_it() {
    // Its section, its neighbours by link, and itself: the words of a list are facts of the head.
    hundred()
        .edit("content/s4/a4.md", "+++\nMany words", "+++\nManifold words")
        .build()
        .counts(1, 1, 4)
        .rendered(["s4/a3/index.html", "s4/a4/index.html", "s4/a5/index.html", "s4/index.html"])
        .same_as_cold();
}

#[test]
fn a_topic_on_a_section_costs_those_who_show_it() {
    // Its own page and the two that list topics: the other ten members stand in one folder, and each shows five of those.
    hundred()
        .edit("content/s0/a4.md", "(a5.md).\n", "(a5.md).\n\n## On tools {topics=\"tools\"}\n")
        .build()
        .counts(1, 1, 1 + 2)
        .check("topics/tools/index.html", ["section /s0/a4/#on-tools On tools"])
        .same_as_cold();
}

#[test]
fn a_link_costs_both_of_its_ends() {
    hundred()
        .edit("content/s4/a4.md", "of it.", "of [it](../s7/a2.md).")
        .build()
        .counts(1, 1, 2)
        .rendered(["s4/a4/index.html", "s7/a2/index.html"])
        .same_as_cold();
}

#[test]
fn a_title_costs_the_pages_that_show_it() {
    // The sidebars of its section's ten articles and of the section page. (It is the last of its section: the next
    // section's page names it as the one before.)
    hundred()
        .edit("content/s4/a9.md", "Article 4 9", "Another title")
        .build()
        .counts(1, 0, 10 + 1 + 1)
        .check("s4/a0/index.html", ["Another title"])
        .check("s5/index.html", ["previous /s4/a9/ Another title"])
        .same_as_cold();
}

#[test]
fn a_sections_title_costs_every_page_with_a_sidebar() {
    hundred().edit("content/s4/_index.md", "Section 4", "Fourth section").build().counts(1, 0, ALL).same_as_cold();
}

#[test]
fn a_template_costs_every_page_and_nothing_else() {
    hundred()
        .edit("themes/bare/templates/facts.html", "title {{ page.title }}", "title: {{ page.title }}")
        .build()
        .counts(0, 0, ALL)
        .same_as_cold();
}

#[test]
fn an_asset_costs_every_page_that_may_name_it() {
    hundred().edit("themes/bare/assets/bare.css", "black", "blue").build().counts(0, 0, ALL).same_as_cold();
}

#[test]
fn a_highlight_option_costs_the_pages_with_code() {
    let with_code = ARTICLES / 10;
    hundred()
        .configure(&format!("{CONFIG}[markdown]\ncopies = false\nhighlight = false\n"))
        .build()
        .counts(with_code, with_code, with_code)
        .same_as_cold();
}

#[test]
fn a_highlight_option_parses_nothing_while_documents_are_remembered() {
    let mut site = hundred();
    let session = Session::new(Store::open(&site.root().join(CACHE), Mode::ReadWrite));
    let request = build::Request::default();
    let mut old = Manifest::default();
    let mut counted = Vec::new();
    for highlight in ["true", "false"] {
        site.configure(&format!("{CONFIG}[markdown]\ncopies = false\nhighlight = {highlight}\n"));
        site.edit("content/s0/a0.md", "main", "main_of_this_test").edit(
            "content/s0/a0.md",
            "main_of_this_test",
            "main",
        );
        let files = Folder::open(site.root()).unwrap();
        let given = Given {
            files: &files,
            facts: &site::facts_of_today,
            request: &request,
            old: &old,
            missing: &[],
            progress: &Silent,
        };
        let outcome = build::build(&session, &given, &MemoryStage::new()).unwrap();
        counted.push((outcome.trace.parsed.get(), outcome.trace.bodies.get(), outcome.trace.pages.get()));
        old = outcome.plan.unwrap().into_manifest();
    }
    // The cache of `hundred` knows all heads and bodies; the ten documents are parsed once, when they are asked for.
    assert_eq!(counted, [(0, 0, ALL), (10, 10, 10)]);
}

#[test]
fn a_parse_option_costs_the_pages_whose_text_it_changes() {
    // All are parsed, all bodies have a new name; only what came out differently is written.
    let mut site = hundred();
    site.configure(&format!("{CONFIG}[markdown]\ncopies = false\nsmart_punctuation = true\n"))
        .build()
        .counts(ARTICLES + SECTIONS, ARTICLES + SECTIONS, ARTICLES + SECTIONS)
        .rendered([])
        .same_as_cold();
}

#[test]
fn a_rename_costs_what_showed_the_address() {
    // All of the section (sidebar) and its page. Its body is known: the text is the same, and so are its links. `a3` links
    // to it by its old name: a warning, and another body.
    hundred()
        .rename("content/s4/a4.md", "content/s4/b4.md")
        .build()
        .counts(1 + 1, 1, 10 + 1)
        .warns(["content/s4/a3.md:7:22: warning[broken-link]: `a4.md` leads to nothing"])
        .is_gone("s4/a4/index.html")
        .same_as_cold();
}

#[test]
fn a_removed_page_costs_what_showed_it() {
    // Nine articles and their section. The front page counts the section's children.
    hundred()
        .remove("content/s4/a4.md")
        .build()
        .counts(1, 1, 9 + 1 + 1)
        .warns(["warning[broken-link]: `a4.md` leads to nothing"])
        .is_gone("s4/a4/index.html")
        .same_as_cold();
}

#[test]
fn a_new_page_costs_what_shows_it() {
    hundred()
        .write("content/s4/a45.md", "+++\nweight = 4\n+++\nNew.\n")
        .build()
        .counts(1, 1, 11 + 1 + 1)
        .check("s4/a4/index.html", ["previous /s4/a45/ A45"])
        .same_as_cold();
}

#[test]
fn a_draft_comes_and_goes() {
    let mut site = hundred();
    let before = site.output();
    site.edit("content/s4/a4.md", "weight = 4", "weight = 4\ndraft = true")
        .build()
        // The draft and the article whose link to it is broken now.
        .counts(1 + 1, 1, 9 + 1 + 1)
        .is_gone("s4/a4/index.html")
        .same_as_cold()
        .edit("content/s4/a4.md", "\ndraft = true", "")
        .build()
        // Bodies and heads of the state before are still known where they were used in between: those that were not
        // may be forgotten.
        .warns([])
        .same_as_cold();
    assert_eq!(site::difference(&site.output(), &before), None);
}

#[test]
fn an_alias_costs_its_redirect() {
    hundred()
        .edit("content/s4/a4.md", "weight = 4", "weight = 4\naliases = [\"/old/\"]")
        .build()
        .counts(1, 0, 1)
        .rendered(["inventory.json", "old/index.html"])
        .same_as_cold()
        .edit("content/s4/a4.md", "\naliases = [\"/old/\"]", "")
        .build()
        .counts(0, 0, 0)
        .is_gone("old/index.html")
        .same_as_cold();
}

#[test]
fn a_moved_date_costs_the_lists_that_show_it() {
    // Itself, its section's cards, and, for the first date of all, every page: they name the feed that there is now.
    hundred()
        .edit("content/s4/a4.md", "weight = 4", "weight = 4\ndate = 2024-01-01")
        .build()
        .counts(1, 0, ALL)
        .same_as_cold()
        .edit("content/s4/a4.md", "2024-01-01", "2024-02-02")
        .build()
        .counts(1, 0, 2)
        .rendered(["atom.xml", "s4/a4/index.html", "s4/atom.xml", "s4/index.html", "sitemap.xml"])
        .same_as_cold();
}

#[test]
fn a_description_of_the_site_costs_every_page() {
    hundred().configure(&format!("description = \"New.\"\n{CONFIG}")).build().counts(0, 0, ALL).same_as_cold();
}

#[test]
fn a_static_file_costs_no_page() {
    hundred().write("static/a.txt", "a").build().counts(0, 0, 0).rendered(["a.txt"]).same_as_cold();
}

#[test]
fn what_somebody_else_changed_is_made_again() {
    let mut site = hundred();
    site.write("public/s4/a4/index.html", "tampered").remove("public/s4/a5/index.html");
    site.build().counts(0, 0, 2).rendered(["s4/a4/index.html", "s4/a5/index.html"]).same_as_cold();
}

#[test]
fn a_build_with_an_error_leaves_the_site_and_costs_nothing_later() {
    let mut site = hundred();
    let before = site.output();
    site.edit("content/s4/a4.md", "weight = 4", "weight = \"four\"").build().fails(["wrong-type"]);
    assert_eq!(site::difference(&site.output(), &before), None);
    site.edit("content/s4/a4.md", "weight = \"four\"", "weight = 4").build().counts(0, 0, 0).same_as_cold();
}

#[test]
fn a_lost_cache_costs_time_alone() {
    let mut site = hundred();
    std::fs::remove_dir_all(site.root().join(CACHE)).unwrap();
    // The output tree is the cache of pages.
    site.build().counts(ARTICLES + SECTIONS, 0, 0).rendered([]).same_as_cold();
}

#[test]
fn words_that_the_cache_lost_are_gathered_from_the_articles_again() {
    let mut site = hundred();
    let forget_words = |site: &Site| {
        let files = std::fs::read_dir(site.root().join(CACHE)).unwrap().map(|entry| entry.unwrap().path());
        let words: Vec<_> = files.filter(|path| path.to_string_lossy().contains("vocabularies-")).collect();
        assert!(!words.is_empty());
        words.into_iter().for_each(|path| std::fs::remove_file(path).unwrap());
    };
    forget_words(&site);
    // Which titles an article has depends on its words and on all titles.
    site.edit("content/s4/a4.md", "title = \"Article 4 4\"", "title = \"Many words\"").build().same_as_cold();
    assert_eq!(site.report().outcome.trace.parsed.get(), ARTICLES + SECTIONS);
    site.edit("content/s4/a4.md", "title = \"Many words\"", "title = \"Few words\"").build().same_as_cold();
    assert_eq!(site.report().outcome.trace.parsed.get(), 1, "the others are known again");
}

#[test]
fn a_lost_tree_costs_its_pages_and_no_related_reading() {
    let mut site = hundred();
    let found = |site: &Site| site.report().outcome.trace.related;
    assert!(found(&site) > 0, "a first build finds it");
    std::fs::remove_dir_all(site.root().join("public")).unwrap();
    site.build().counts(0, 0, ALL).same_as_cold();
    assert_eq!(found(&site), 0, "the cache knows what the last build found");
    std::fs::remove_dir_all(site.root().join("public")).unwrap();
    std::fs::write(site.root().join(CACHE).join("last-weave"), "no digest").unwrap();
    site.build().counts(0, 0, ALL).same_as_cold();
    assert!(found(&site) > 0, "nobody knows");
}

/// A folder on disk that counts what is read of articles.
struct Counting(Folder, AtomicUsize);

impl Files for Counting {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        self.0.list(folder)
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        self.1.fetch_add(usize::from(path.as_str().ends_with(".md")), Ordering::Relaxed);
        self.0.read(path)
    }

    fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        self.0.stamp(path)
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        self.0.digest(path)
    }

    fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        self.0.on_disk(path)
    }
}

#[cfg(unix)]
#[test]
fn a_process_that_stays_reads_what_was_written_to_however_its_time_was_set_back() {
    let site = Site::new("-- content/a.md --\n# A\nFirst words.\n-- content/b.md --\n# B\nOther words.\n");
    let files = Counting(Folder::open(site.root()).unwrap(), AtomicUsize::new(0));
    let session = Session::new(Store::off()).staying();
    let mut old = Manifest::default();
    let mut build = || {
        let request = build::Request::default();
        let (facts, missing, progress) = (&site::facts_of_today, &[], &Silent);
        let given = Given { files: &files, facts, request: &request, old: &old, missing, progress };
        let stage = MemoryStage::new();
        old = build::build(&session, &given, &stage).unwrap().plan.unwrap().into_manifest();
        let page = stage.into_files().into_iter().find(|(path, _)| path.as_str() == "a/index.html");
        (files.1.swap(0, Ordering::Relaxed), page.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()))
    };
    let (read, page) = build();
    assert!(read >= 2 && page.unwrap().contains("First words."));
    assert_eq!(build().0, 2, "what was written a moment ago may be written to again without a trace");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(build().0, 2, "now it would leave one");
    assert_eq!(build(), (0, None));

    let path = site.root().join("content/a.md");
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    file.write_all(b"# A\nLater words.\n").unwrap();
    file.set_modified(time).unwrap();
    drop(file);
    let (read, page) = build();
    assert!(read >= 1, "{read}");
    assert!(page.unwrap().contains("Later words."));
}
