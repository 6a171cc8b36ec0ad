//! Topics, the sections that belong to them, and related reading.

use crate::site::Site;

const TOPICS: &str = "
[topics.practice]
title = \"Practice\"
[topics.tools]
title = \"Tools\"
description = \"What to build with.\"
colour = \"#336699\"
icon = \"🔧\"
parent = \"practice\"
[topics.cases]
title = \"Cases\"
";

#[test]
fn a_topic_lists_its_articles_and_their_sections() {
    Site::new(&format!(
        "{TOPICS}-- content/a.md --\n+++\ntopics = [\"tools\"]\n+++\nWhole.\n-- content/b.md --\nStart.\n\n\
         ## One {{topics=\"tools cases\"}}\nFirst.\n\n## Two {{#second topics=\"tools\"}}\nSecond.\n\n## Three\nNone.\n"
    ))
    .build()
    .says("topics/tools/index.html", "about", ["tools, Tools, /topics/tools/, 2"])
    .says("topics/tools/index.html", "colour", ["#336699"])
    .says("topics/tools/index.html", "icon", ["🔧"])
    .says("topics/tools/index.html", "above", ["/topics/practice/ Practice"])
    .says("topics/practice/index.html", "below", ["/topics/tools/ Tools"])
    .says("topics/tools/index.html", "member", ["/a/ A: Whole.", "/b/ B: Start. First. Second. None."])
    .says("topics/tools/index.html", "section", ["/b/#one One: First.", "/b/#second Two: Second."])
    .says("topics/cases/index.html", "section", ["/b/#one One: First."])
    .says("b/index.html", "topic", ["/topics/tools/ Tools", "/topics/cases/ Cases"])
    .says(
        "topics/index.html",
        "tree",
        ["/topics/practice/ Practice 2, [/topics/tools/ Tools 2, ], /topics/cases/ Cases 1,"],
    )
    .warns([]);
}

#[test]
fn a_topics_prose_is_its_page() {
    Site::new(&format!(
        "{TOPICS}-- content/topics/tools.md --\n# On tools\nProse with a [link](../a.md).\n-- content/topics/_index.md --\n# All\nEverything.\n\
         -- content/a.md --\n[t](topics/tools.md) [c](topics/cases.md) [all](topics/_index.md) [also](/topics/cases/)\n"
    ))
    .build()
    .pages(["index.html", "a/index.html", "topics/index.html", "topics/tools/index.html", "topics/cases/index.html", "topics/practice/index.html"])
    .check("topics/tools/index.html", ["title On tools", "<p>Prose with a <a href=\"/a/\">link</a>.</p>", "kind topic"])
    .check("topics/index.html", ["title All", "<p>Everything.</p>"])
    .check("a/index.html", [
        "<a href=\"/topics/tools/\">t</a> <a href=\"/topics/cases/\">c</a> <a href=\"/topics/\">all</a> <a href=\"/topics/cases/\">also</a>",
    ])
    .says("index.html", "child", ["/a/ A (article, 1 min): t c all also"])
    .warns([]);
}

#[test]
fn a_topics_page_has_the_address_of_its_topic() {
    let mut site = Site::new(&format!(
        "{TOPICS}-- content/topics/tools.md --\n+++\nurl = \"/x/\"\naliases = [\"/y/\"]\n+++\n-- content/tools.md --\n\
         -- content/a.md --\n[page](/tools/) [topic](/topics/tools/)\n"
    ));
    site.build()
        .check("a/index.html", ["<a href=\"/tools/\">page</a> <a href=\"/topics/tools/\">topic</a>"])
        .warns(["content/topics/tools.md:1:1: warning[topic-address]"])
        .is_gone("x/index.html")
        .is_gone("y/index.html");
    site.write("content/topics/tools.md", "+++\nslug = \"x\"\n+++\n").build().warns(["warning[topic-address]"]);
}

#[test]
fn nothing_else_may_be_written_where_topics_are() {
    for path in ["/topics/", "/topics/tools/"] {
        let text = format!("{TOPICS}-- content/a.md --\n+++\nurl = \"{path}\"\n+++\n");
        Site::new(&text).build().fails(["error[url-collision]"]);
    }
    Site::new(&format!("{TOPICS}-- content/topics/undeclared.md --\n"))
        .build()
        .says("topics/undeclared/index.html", "crumb", ["/ Site"])
        .says(
            "topics/index.html",
            "tree",
            ["/topics/practice/ Practice 0, [/topics/tools/ Tools 0, ], /topics/cases/ Cases 0,"],
        )
        .warns([]);
}

#[test]
fn unknown_topics_are_told_where_they_are_written() {
    Site::new(&format!(
        "{TOPICS}-- content/a.md --\n+++\ntopics = [\"tool\"]\n+++\n## X {{topics=\"tools nonsense\"}}\n"
    ))
    .build()
    .warns([
        "content/a.md:2:11: warning[unknown-topic]: the topic `tool` is not declared; did you mean `tools`?",
        "content/a.md:4:21: warning[unknown-topic]: the topic `nonsense` is not declared; declare it in site.toml",
    ])
    .says("a/index.html", "topic", ["/topics/tools/ Tools"]);
}

#[test]
fn without_topics_the_folder_topics_is_a_folder() {
    Site::new("-- content/topics/tools.md --\n")
        .build()
        .pages(["index.html", "topics/index.html", "topics/tools/index.html"])
        .check("topics/tools/index.html", ["kind article"])
        .says("topics/index.html", "topics-url", []);
}

#[test]
fn a_long_topic_has_several_pages() {
    let mut text = TOPICS.to_owned();
    for number in 0..51 {
        text.push_str(&format!("-- content/p{number:02}.md --\n+++\ntopics = [\"tools\"]\n+++\n"));
    }
    Site::new(&text)
        .build()
        .says("topics/tools/index.html", "pager", ["1 of 2 next /topics/tools/2/"])
        .says("topics/tools/2/index.html", "pager", ["2 of 2 previous /topics/tools/"])
        .says("topics/tools/2/index.html", "member", ["/p50/ P50"]);
}

#[test]
fn related_reading_tells_its_reasons() {
    Site::new(&format!(
        "{TOPICS}-- content/a.md --\n+++\ntopics = [\"tools\"]\n+++\n[b](b.md)\n-- content/b.md --\n+++\ntopics = [\"tools\"]\n+++\n\
         -- content/c.md --\n+++\ntopics = [\"tools\"]\n+++\n-- content/d.md --\n[a](a.md)\n-- content/e.md --\n"
    ))
    .build()
    .says("a/index.html", "related", ["/b/ B linked-from-here topic=Tools", "/c/ C topic=Tools", "/d/ D links-here: a"])
    .says("e/index.html", "related", ["/d/ D same-folder: a"])
    .says("index.html", "related", []);
}

#[test]
fn editors_pin_and_block() {
    let mut site = Site::new(&format!(
        "{TOPICS}-- content/s/a.md --\n+++\ntopics = [\"tools\"]\nrelated = {{ pin = [\"../e.md\", \"/s/f.md\"], block = [\"b.md\"] }}\n+++\n\
         -- content/s/b.md --\n+++\ntopics = [\"tools\"]\n+++\n-- content/s/c.md --\n+++\ntopics = [\"tools\"]\n+++\n\
         -- content/e.md --\n-- content/s/f.md --\n"
    ));
    site.build()
        .says("s/a/index.html", "related", ["/e/ E pinned", "/s/f/ F pinned", "/s/c/ C topic=Tools"])
        .says("s/b/index.html", "related", ["/s/a/ A topic=Tools", "/s/c/ C topic=Tools"])
        .warns([]);
    site.edit("content/s/a.md", "../e.md", "../ee.md")
        .build()
        .says("s/a/index.html", "related", ["/s/f/ F pinned", "/s/c/ C topic=Tools"])
        .warns(["content/s/a.md:3:20: warning[broken-related]: the related article `../ee.md` does not exist"]);
}

#[test]
fn at_most_five_are_shown_beside_the_pinned() {
    let mut text =
        format!("{TOPICS}-- content/a.md --\n+++\ntopics = [\"tools\"]\nrelated = {{ pin = [\"b9.md\"] }}\n+++\n");
    for number in 0..10 {
        text.push_str(&format!("-- content/b{number}.md --\n+++\ntopics = [\"tools\"]\n+++\n"));
    }
    let mut site = Site::new(&text);
    site.build().check("a/index.html", ["related /b9/ B9 pinned\n"]);
    assert_eq!(site.page("a/index.html").matches("\nrelated ").count(), 6);
}

#[test]
fn a_topic_groups_its_articles_by_type_or_else_by_folder() {
    let article = |front: &str| format!("+++\ntopics = [\"tools\"]\n{front}+++\nText.\n");
    let mut site = Site::new(&format!(
        "{TOPICS}-- content/b/_index.md --\n# Folder B\n-- content/b/x.md --\n{plain}-- content/a.md --\n{plain}-- content/b/y.md --\n{plain}\
         -- content/c.md --\n{plain}",
        plain = article("")
    ));
    let groups = |site: &Site| -> Vec<String> {
        let page = site.page("topics/tools/index.html");
        let told = page.lines().filter(|line| line.starts_with("group ") || line.starts_with("member "));
        told.map(|line| line.split(':').next().unwrap_or("").to_owned()).collect()
    };
    site.build();
    let home = "group Site";
    assert_eq!(
        groups(&site),
        [home, "member /a/ A", "member /c/ C", "group Folder B", "member /b/x/ X", "member /b/y/ Y"]
    );
    site.write("content/c.md", article("kind = \"tutorial\"\n"))
        .write("content/b/x.md", article("kind = \"how-to\"\n"))
        .build();
    assert_eq!(
        groups(&site),
        ["group How to", "member /b/x/ X", "group Tutorial", "member /c/ C", "member /a/ A", "member /b/y/ Y"]
    );
    site.remove("content/a.md").remove("content/c.md").remove("content/b/y.md").build();
    assert_eq!(groups(&site), ["member /b/x/ X"], "one group needs no title");
}

#[test]
fn a_topic_has_a_feed_of_its_dated_articles() {
    let mut site = Site::new(&format!(
        "{TOPICS}-- content/a.md --\n+++\ndate = 2025-01-02\n+++\n## S {{topics=\"tools\"}}\n-- content/b.md --\n+++\ndate = 2025-03-04\ntopics = [\"tools\"]\n+++\n\
         -- content/c.md --\n+++\ndate = 2025-05-06\n+++\n-- content/d.md --\n+++\ntopics = [\"cases\"]\n+++\n"
    ));
    site.build()
        .check("topics/tools/atom.xml", ["<title>Tools · Site</title>", "<subtitle>What to build with.</subtitle>"])
        .check("topics/tools/atom.xml", ["<link rel=\"self\" href=\"https://example.org/topics/tools/atom.xml\"/>"])
        .says("topics/tools/index.html", "topic-feed", ["/topics/tools/atom.xml"])
        .says("topics/cases/index.html", "topic-feed", [])
        .warns([]);
    let feed = site.page("topics/tools/atom.xml");
    let told: Vec<_> = feed.match_indices("<title>").map(|(at, _)| &feed[at + 7..at + 8]).collect();
    assert_eq!(told, ["T", "B", "A"], "the newest first: {feed}");
    site.configure(&format!("[feed]\ntopics = false\n{TOPICS}")).build();
    assert!(site.output().contains_key("atom.xml") && !site.output().contains_key("topics/tools/atom.xml"));
}

#[test]
fn the_map_of_topics_draws_which_share_articles() {
    let mut site = Site::new(&format!(
        "theme = \"default\"\n{TOPICS}-- content/a.md --\n+++\ntopics = [\"tools\", \"cases\"]\n+++\n-- content/b.md --\n+++\ntopics = [\"practice\"]\n+++\n"
    ));
    site.build().check(
        "topics/index.html",
        [
            "<svg viewBox=\"0 0 ",
            "<a href=\"/topics/cases/\"><circle ",
            "<title>1 article on Cases</title>",
            "fill=\"#336699\"",
            "stroke-dasharray",
        ],
    );
    let page = site.page("topics/index.html");
    let maps: Vec<&str> = page.split("<div class=\"map-frame\">").nth(1).unwrap().split("</svg>").take(2).collect();
    let lines: Vec<usize> = maps.iter().map(|map| map.matches("<line ").count()).collect();
    assert_eq!(lines, [2, 2], "one shared article, one parent, on a wide map and a narrow one");
    site.write("content/a.md", "None.").build().lacks("topics/index.html", ["class=\"map\""]);
}
