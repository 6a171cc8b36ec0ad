//! Pages as JSON, and the graph of the whole site: what programs read.

use serde_json::{Value, json};

use crate::site::{Site, tree};

const SITE: &str = r#"theme = "default"
[json]
pages = true
[topics.tools]
title = "Tools"
[topics.sharp]
parent = "tools"
[check]
broken-link = "allow"
damaged-image = "allow"
-- content/a.md --
+++
title = "First"
topics = ["tools"]
aliases = ["/old/"]
[extra]
n = 1
+++
See [b](b.md#part) and [[Second]], ![i](i.png), [x](https://example.com/) and [none](none.md).

## One {topics="sharp"}

Words of one.
-- content/b.md --
# Second

## Part

[a](a.md)
-- content/i.png --
no picture
-- content/draft.md --
+++
draft = true
+++
"#;

fn built() -> Site {
    let mut site = Site::new(SITE);
    site.build();
    site
}

fn json_of(site: &Site, path: &str) -> Value {
    serde_json::from_str(&site.page(path)).unwrap()
}

#[test]
fn a_page_as_json_is_what_its_template_was_given() {
    let mut site = built();
    site.warns([]);
    let page = json_of(&site, "a/index.json");
    assert_eq!((&page["format"], &page["version"]), (&json!("docweave-page"), &json!(1)));
    let view = &page["page"];
    assert_eq!(view["title"], "First");
    assert_eq!(view["url"], "/a/");
    assert_eq!(view["permalink"], "https://example.org/a/");
    assert_eq!(
        view["topics"],
        json!([{"title": "Tools", "url": "/topics/tools/"}, {"title": "Sharp", "url": "/topics/sharp/"}])
    );
    assert_eq!(view["extra"], json!({"n": 1}));
    assert_eq!(view["related"][0]["reasons"][0]["kind"], "linked-from-here");
    assert_eq!(view["backlinks"][0]["url"], "/b/#part");
    let section = json!({
        "id": "one", "title": "One", "url": "/a/#one", "level": 2, "words": 3, "excerpt": "Words of one.",
        "topics": [{"title": "Tools", "url": "/topics/tools/"}, {"title": "Sharp", "url": "/topics/sharp/"}]
    });
    assert_eq!(page["sections"], json!([section]));
    let html = page["html"].as_str().unwrap();
    assert!(html.starts_with("<p>See <a href=\"/b/#part\">b</a> and <a href=\"/b/\">Second</a>"), "{html}");
    assert!(site.page("a/index.html").contains(html.trim()), "the page holds the same HTML");
    site.check("a/index.html", ["<link rel=\"alternate\" type=\"application/json\" href=\"/a/index.json\">"]);
    let topic = json_of(&site, "topics/tools/index.json");
    assert_eq!(topic["topic"]["groups"][0]["articles"][0]["title"], "First");
    assert_eq!(json_of(&site, "topics/index.json")["topics"][0]["children"][0]["title"], "Sharp");
    assert_eq!(json_of(&site, "index.json")["page"]["children"].as_array().unwrap().len(), 2);
    for absent in ["404.json", "old/index.json", "draft/index.json"] {
        site.is_gone(absent);
    }
}

#[test]
fn pages_as_json_follow_their_pages() {
    let mut site = built();
    site.build().rendered([]).counts(0, 0, 0);
    // Prose that no list shows.
    site.write("content/c.md", format!("{} Words.", "More of it. ".repeat(50))).build();
    site.edit("content/c.md", "Words.", "Verses.").build().same_as_cold().check("c/index.json", ["Verses."]);
    site.edit("content/b.md", "# Second", "# Other").build().same_as_cold();
    site.edit("content/a.md", "[[Second]]", "[[Other]]").build().same_as_cold();
    site.remove("public/a/index.json").write("public/b/index.json", "{}").build().same_as_cold();
    site.edit("site.toml", "pages = true", "pages = false").build().is_gone("a/index.json").same_as_cold();
    site.lacks("a/index.html", ["application/json"]);
    Site::new("[json]\npages = true\nx = 1\n").build().fails(["unknown key `x`"]);
}

#[test]
fn the_graph_has_every_page_link_and_topic() {
    let site = built();
    let before = tree(site.root());
    let said = site.run(&["export", "graph"]).ends(0);
    assert_eq!(said.stderr, "");
    assert_eq!(before, tree(site.root()), "nothing is written");
    let graph: Value = serde_json::from_str(&said.stdout).unwrap();
    let expected = json!({
        "format": "docweave-graph", "version": 1, "title": "Site", "url": "https://example.org/",
        "pages": [
            {"path": "_index.md", "url": "/", "title": "Site", "kind": "home", "topics": [], "sections": []},
            {"path": "a.md", "url": "/a/", "title": "First", "kind": "article", "parent": "_index.md", "topics": ["tools", "sharp"],
             "sections": [{"id": "one", "title": "One", "level": 2, "words": 3, "topics": [{"name": "tools", "origin": "article"}, {"name": "sharp", "origin": "section"}]}]},
            {"path": "b.md", "url": "/b/", "title": "Second", "kind": "article", "parent": "_index.md", "topics": [],
             "sections": [{"id": "part", "title": "Part", "level": 2, "words": 1, "topics": []}]}
        ],
        "links": [
            {"from": "a.md", "kind": "link", "target": "page", "to": "b.md", "to_section": "part", "url": "/b/#part", "line": 8},
            {"from": "a.md", "kind": "title", "target": "page", "to": "b.md", "url": "/b/", "line": 8},
            {"from": "a.md", "kind": "image", "target": "file", "to": "i.png", "url": "/i.png", "line": 8},
            {"from": "a.md", "kind": "link", "target": "external", "url": "https://example.com/", "line": 8},
            {"from": "a.md", "kind": "link", "target": "broken", "url": "none.md", "line": 8},
            {"from": "b.md", "section": "part", "kind": "link", "target": "page", "to": "a.md", "url": "/a/", "line": 5}
        ],
        "topics": [
            {"name": "tools", "title": "Tools", "url": "/topics/tools/", "members": [{"page": "a.md"}, {"page": "a.md", "section": "one"}]},
            {"name": "sharp", "title": "Sharp", "url": "/topics/sharp/", "parent": "tools", "members": [{"page": "a.md", "section": "one"}]}
        ],
        "redirects": [{"from": "/old/", "to": "a.md"}]
    });
    assert_eq!(graph, expected, "{}", said.stdout);
    let with_drafts: Value = serde_json::from_str(&site.run(&["export", "graph", "--drafts"]).ends(0).stdout).unwrap();
    assert_eq!(with_drafts["pages"].as_array().unwrap().len(), 4);
}

#[test]
fn the_graph_knows_where_terms_are_mentioned() {
    let site = Site::new(
        "[topics.tools]\nterms = { \"data contract\" = \"An agreement.\" }\n-- content/a.md --\n## Part\nA data contract.\n",
    );
    let graph: Value = serde_json::from_str(&site.run(&["export", "graph"]).ends(0).stdout).unwrap();
    let term =
        json!({"name": "data contract", "id": "term-data-contract", "mentions": [{"page": "a.md", "section": "part"}]});
    assert_eq!(graph["topics"][0]["terms"], json!([term]));
}

#[test]
fn the_graph_of_a_site_with_errors_is_not_printed() {
    let site = Site::new("-- content/a.md --\n[x](none.md)\n");
    let said = site.run(&["export", "graph"]).ends(0).says(["warning[broken-link]"]);
    assert!(said.stdout.contains("\"docweave-graph\""));
    let said = site.run(&["export", "graph", "--quiet", "--root", "nowhere"]).ends(2);
    assert_eq!(said.stdout, "");
    let said = Site::new("-- content/a.md --\n+++\nweight = \"x\"\n+++\n").run(&["export", "graph"]).ends(1);
    assert!(said.stdout.is_empty() && said.stderr.contains("error[wrong-type]"), "{said:?}");
}
