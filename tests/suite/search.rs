//! The index of the search: what is in it, and what an edit costs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::site::Site;

const SITE: &str = r#"theme = "default"
[topics.tools]
title = "Tools"
[topics.sharp]
title = "Sharp tools"
parent = "tools"
-- content/_index.md --
+++
title = "Workshop"
+++
-- content/guides/_index.md --
+++
title = "Guides"
+++
-- content/guides/planes.md --
+++
title = "Hand planes"
description = "Shavings, not dust."
keywords = ["joinery"]
topics = ["tools"]
+++
Set the iron. A chisel is another tool.

## Sharpening \<it\> {#sharpening topics="sharp"}

Use a stone of `grit_1000`, then "strop" it.

```rust
fn ChiselHolder() {}
```
-- content/guides/chisels.md --
+++
title = "Chisel"
+++
Chisels cut. Überall naïve Fragen: 東京都 and xLONGx.

| one | two |
|---|---|
| tabled | cell |
-- content/hidden.md --
+++
search = false
+++
Secretword.
-- content/draft.md --
+++
draft = true
+++
Draftword.
-- content/topics/tools.md --
Topicword.
"#;

fn built() -> Site {
    let mut site = Site::new(&SITE.replace("xLONGx", &"x".repeat(81)));
    site.build().warns([]);
    site
}

fn json(site: &Site, path: &str) -> Value {
    serde_json::from_str(&site.page(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The whole index: for each word the addresses of the parts of pages that have it, best first, with its rank.
fn index(site: &Site) -> BTreeMap<String, Vec<(String, i64)>> {
    let mut words = BTreeMap::new();
    let files: Vec<String> = site.output().into_keys().filter(|path| path.starts_with("search/w/")).collect();
    let manifest = json(site, "search/words.json");
    assert_eq!(manifest["words"].as_array().unwrap().len(), files.len());
    for file in files {
        let entries = json(site, &file);
        for entry in entries[0].as_array().unwrap().chunks(3) {
            let mut places = Vec::new();
            let (mut rank, mut slot) = (0, 0);
            for place in entry[2].as_array().unwrap().iter().map(|place| place.as_i64().unwrap()) {
                if place < 0 {
                    (rank, slot) = (-place - 1, 0);
                    continue;
                }
                let (gap, part) = if place & 1 == 1 { (place >> 4, place >> 1 & 7) } else { (place >> 1, 0) };
                slot += gap;
                let name = if part == 0 { format!("{slot}") } else { format!("{slot}-{part}") };
                let address = json(site, &format!("search/p/p-{name}.json"))[0].as_str().unwrap().to_owned();
                places.push((address, rank));
            }
            assert_eq!(entry[1].as_i64().unwrap() as usize, places.len());
            words.insert(entry[0].as_str().unwrap().to_owned(), places);
        }
    }
    words
}

fn pages_of(site: &Site, word: &str) -> Vec<String> {
    index(site).remove(word).unwrap_or_default().into_iter().map(|(address, _)| address).collect()
}

/// The addresses and titles that stand in files of words.
fn titles(site: &Site) -> Vec<(String, String)> {
    let files = site.output().into_keys().filter(|path| path.starts_with("search/w/"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_file = |path: String| {
        let file = json(site, &path);
        let pages = file[1].as_array().unwrap().chunks(3);
        pages.map(|page| (text(&page[1]), text(&page[2]))).collect::<Vec<_>>()
    };
    let mut titles: Vec<(String, String)> = files.flat_map(of_file).collect();
    titles.sort_unstable();
    titles.dedup();
    titles
}

/// The parts of the page at an address.
fn parts(site: &Site, address: &str) -> Vec<Value> {
    let files = site.output().into_keys().filter(|path| path.starts_with("search/p/"));
    files.map(|path| json(site, &path)).filter(|part| part[0] == address).collect()
}

/// What the last build wrote for the search, each kind of file counted, and what else it wrote.
fn written(site: &Site) -> (usize, usize, usize) {
    let plan = site.report().outcome.plan.as_ref().unwrap();
    let count = |prefix: &str| plan.staged().iter().filter(|path| path.as_str().starts_with(prefix)).count();
    (count("search/w/"), count("search/p/"), count("search/t/"))
}

#[test]
fn words_lead_to_pages_titles_first() {
    let site = built();
    assert_eq!(pages_of(&site, "chisel"), ["/guides/chisels/", "/guides/planes/"]);
    assert_eq!(index(&site)["chisel"].iter().map(|(_, rank)| *rank).collect::<Vec<_>>(), [3 << 3, 2]);
    // The text of the other has it twice, once inside `ChiselHolder`. In a title of two words; by a keyword; in the description; in a table; in code, whole and in parts.
    assert_eq!(index(&site)["planes"], [("/guides/planes/".to_owned(), 2 << 3)]);
    assert_eq!(index(&site)["joinery"], [("/guides/planes/".to_owned(), 1 << 2)]);
    for word in ["shavings", "sharpening", "grit", "1000", "strop", "chiselholder", "holder"] {
        assert_eq!(pages_of(&site, word), ["/guides/planes/"], "{word}");
    }
    assert_eq!(pages_of(&site, "tabled"), ["/guides/chisels/"]);
}

#[test]
fn words_are_folded_and_cut_as_in_the_browser() {
    let site = built();
    for word in ["uberall", "naive", "東京", "京都", "都"] {
        assert_eq!(pages_of(&site, word), ["/guides/chisels/"], "{word}");
    }
    let words = index(&site);
    assert!(!words.keys().any(|word| word.starts_with("xx") || word.contains(char::is_uppercase)));
}

#[test]
fn what_is_not_to_be_found_is_not_there() {
    let mut site = built();
    let everything: String = site
        .output()
        .iter()
        .filter(|(path, _)| path.starts_with("search/") && path.ends_with(".json"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for word in ["ecretword", "raftword", "opicword", "/hidden/"] {
        assert!(!everything.contains(word), "{word}");
    }
    site.toggle_drafts().build();
    assert_eq!(pages_of(&site, "draftword"), ["/draft/"]);
}

#[test]
fn a_part_is_what_a_result_shows() {
    let site = built();
    let found = parts(&site, "/guides/planes/");
    assert_eq!(
        found,
        [serde_json::json!([
            "/guides/planes/",
            "Hand planes",
            "Guides",
            [
                ["", "", "Set the iron. A chisel is another tool.", ["tools"]],
                [
                    "Sharpening <it>",
                    "sharpening",
                    "Use a stone of grit_1000, then \"strop\" it. fn ChiselHolder() {}",
                    ["tools", "sharp"]
                ]
            ]
        ])]
    );
}

#[test]
fn long_articles_have_several_parts() {
    let mut site = built();
    let sections: String =
        (0..40).map(|n| format!("## Heading {n}\n\nlastword{n} {}\n\n", "many words of it ".repeat(60))).collect();
    site.write("content/long.md", sections).build().warns([]);
    let found = parts(&site, "/long/");
    assert!((2..=8).contains(&found.len()), "{}", found.len());
    let titles: Vec<&Value> =
        found.iter().flat_map(|part| part[3].as_array().unwrap()).map(|section| &section[1]).collect();
    assert_eq!(titles.len(), 41, "each section once");
    assert_eq!(pages_of(&site, "lastword39"), ["/long/"]);
    // Its title stands for the whole of it, once.
    assert_eq!(index(&site)["long"].len(), 1);
    site.same_as_cold();
}

#[test]
fn titles_stand_with_their_words() {
    let mut site = built();
    let given = |address: &str, title: &str| (address.to_owned(), title.to_owned());
    let all = [given("/", "Workshop"), given("/guides/", "Guides"), given("/guides/chisels/", "Chisel")];
    assert_eq!(titles(&site), [&all[..], &[given("/guides/planes/", "Hand planes")]].concat());
    // The same words, written in another way.
    site.edit("content/guides/planes.md", "Hand planes", "\\\"Hand\\\" Planes").build().same_as_cold();
    assert!(titles(&site).contains(&given("/guides/planes/", "\"Hand\" Planes")));
    site.edit("content/guides/planes.md", "topics =", "slug = \"hand\"\ntopics =").build().same_as_cold();
    assert!(titles(&site).contains(&given("/guides/hand/", "\"Hand\" Planes")));
}

#[test]
fn topics_name_their_pages() {
    let site = built();
    let slots = |topic: &str| json(&site, &format!("search/t/t-{topic}.json")).as_array().unwrap().len();
    assert_eq!((slots("tools"), slots("sharp")), (1, 1));
    let dialog = site.page("search/dialog.txt");
    assert!(dialog.contains("<option value=\"sharp\">– Sharp tools</option>"), "{dialog}");
}

#[test]
fn an_edit_costs_the_files_of_its_words() {
    let mut site = built();
    // Enough other articles that words stand in many files.
    for page in 0..60 {
        let words: String = (0..200).map(|n| format!("word{:04} ", (page * 131 + n * 37) % 5000)).collect();
        site.write(&format!("content/more/p{page:02}.md"), words);
    }
    site.build().warns([]);
    let all = site.output().into_keys().filter(|path| path.starts_with("search/w/")).count();
    assert!(all > 8, "{all} files of words");
    let indexed = |site: &Site| site.report().outcome.trace.indexed.get();

    site.build();
    assert_eq!((indexed(&site), written(&site)), (0, (0, 0, 0)));

    site.edit("content/guides/chisels.md", "Chisels cut", "Chisels slice").build().same_as_cold();
    assert_eq!(indexed(&site), 1);
    let (words, parts, topics) = written(&site);
    assert!((1..=3).contains(&words), "{words} of {all} files of words");
    assert_eq!((parts, topics), (1, 0));
    assert_eq!((pages_of(&site, "slice"), pages_of(&site, "cut")), (vec!["/guides/chisels/".to_owned()], vec![]));

    // A template or an option that no word depends on.
    site.configure(
        &SITE
            .split("-- content")
            .next()
            .unwrap()
            .replace("[topics.tools]", "[markdown]\ntoc_depth = 2\n[topics.tools]"),
    );
    site.build().same_as_cold();
    assert_eq!((indexed(&site), written(&site)), (0, (0, 0, 0)));

    // A title: its words, and the parts that show it: its own, and as the page above.
    site.edit("content/guides/_index.md", "Guides", "Guidance").build().same_as_cold();
    assert_eq!(indexed(&site), 1);
    assert_eq!(written(&site).1, 3);

    site.edit("content/guides/chisels.md", "title = \"Chisel\"", "title = \"Chisel\"\ntopics = [\"tools\"]")
        .build()
        .same_as_cold();
    assert_eq!((indexed(&site), written(&site)), (0, (0, 1, 1)));

    site.write("content/more/new.md", "Newword.").build().same_as_cold();
    assert_eq!(indexed(&site), 1);
    assert_eq!(pages_of(&site, "newword"), ["/more/new/"]);
    site.remove("content/more/new.md").build().same_as_cold();
    assert_eq!((indexed(&site), pages_of(&site, "newword")), (0, vec![]));

    site.edit("content/hidden.md", "search = false", "search = true").build().same_as_cold();
    assert_eq!(pages_of(&site, "secretword"), ["/hidden/"]);
}

#[test]
fn lost_files_are_made_again() {
    let mut site = built();
    let path = site.output().into_keys().find(|path| path.starts_with("search/w/")).unwrap();
    let part = site.output().into_keys().find(|path| path.starts_with("search/p/")).unwrap();
    site.remove(&format!("public/{path}")).remove(&format!("public/{part}")).build().same_as_cold();
    site.build().rendered([]);
}

#[test]
fn the_search_page_lists_topics_and_articles() {
    let mut site = built();
    site.check(
        "search/index.html",
        [
            "<a href=\"/topics/sharp/\">",
            "<a href=\"/guides/\">Guides</a>",
            "<a href=\"/guides/planes/\">Hand planes</a>",
            "<meta name=\"robots\" content=\"noindex\">",
        ],
    )
    .check("guides/planes/index.html", ["href=\"/search/\" aria-label=\"Search\""]);
    let page = site.page("search/index.html");
    let list = page.split("<main").nth(1).unwrap();
    assert!(!list.contains("/hidden/") && !list.contains("/draft/"), "{list}");
    for page in 0..500 {
        site.write(&format!("content/many/p{page:03}.md"), "Text.");
    }
    site.build();
    site.check(
        "search/2/index.html",
        ["Page 2 of 2", "<a href=\"/many/p499/\">", "<a rel=\"prev\" href=\"/search/\">"],
    );
}

#[test]
fn a_site_may_go_without_or_have_it_elsewhere() {
    let mut site = Site::new(&SITE.replace("[topics.tools]", "[search]\nenabled = false\n[topics.tools]"));
    site.build().warns([]).lacks("index.html", ["search-link"]).lacks("404.html", ["Search</a>"]);
    assert!(!site.output().keys().any(|path| path.starts_with("search/")));
    let mut site = Site::new(&SITE.replace("[topics.tools]", "[search]\npath = \"find\"\n[topics.tools]"));
    site.build().warns([]).check("index.html", ["href=\"/find/\"", "data-search=\"/find/\""]);
    assert!(site.output().contains_key("find/words.json") && site.output().contains_key("find/dialog.txt"));
    let mut site =
        Site::new(&SITE.replace("theme = ", "uglyurls = true\nbase_url = \"https://example.org/docs/\"\ntheme = "));
    site.build().warns([]).check("index.html", ["href=\"/docs/search.html\"", "data-search=\"/docs/search/\""]);
    assert_eq!(pages_of(&site, "planes"), ["/docs/guides/planes.html"]);
}

#[test]
fn an_address_of_its_own_that_is_taken_is_told() {
    let mut site = Site::new(&format!("{SITE}-- content/search.md --\nOf searching.\n"));
    site.build().fails(["error[url-collision]"]);
    Site::new(&SITE.replace("[topics.tools]", "[search]\npath = \"../x\"\n[topics.tools]"))
        .build()
        .fails(["invalid value for `search.path`"]);
}

#[test]
fn a_theme_without_its_templates_has_no_search() {
    let mut site = Site::new("-- content/a.md --\nText.\n");
    site.build().warns([]);
    assert!(!site.output().keys().any(|path| path.starts_with("search/")));
}
