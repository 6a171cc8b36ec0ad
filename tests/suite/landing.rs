//! Where readers arrive: what pages open with, the archive, the footer, the sidebar.

use crate::site::Site;

const SITE: &str = r#"
theme = "default"
-- content/_index.md --
+++
title = "Front"
description = "All about boats."
[hero]
title = "Boats & more"
image = "boat.svg"
actions = [{ title = "Begin", url = "guides/start.md" }, { title = "Elsewhere", url = "https://example.net/" }]
[[cards]]
title = "Start here"
cards = [{ title = "First", url = "guides/start.md" }]
+++
-- content/boat.svg --
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>
-- content/guides/_index.md --
+++
title = "Guides"
hero = { text = "Read these first." }
+++
-- content/guides/start.md --
+++
title = "Start"
date = 2024-12-30
+++
One.
-- content/guides/knots.md --
+++
title = "Knots"
date = 2026-01-02
description = "Three knots."
+++
Two.
-- content/guides/inner/_index.md --
+++
title = "Inner"
+++
-- content/guides/inner/deep.md --
+++
title = "Deep"
+++
Three.
"#;

#[test]
fn front_matter_says_what_a_page_opens_with() {
    let mut site = Site::new(SITE);
    site.build().warns([]);
    site.check(
        "index.html",
        [
            "<div class=\"hero pictured\">",
            "<h1>Boats &amp; more</h1>",
            "<p class=\"lead\">All about boats.</p>",
            "<a class=\"button\" href=\"/guides/start/\">Begin</a>",
            "<a class=\"button quiet\" href=\"https://example.net/\">Elsewhere</a>",
            "<img src=\"/boat.svg\" alt=\"\"",
            "<h2 id=\"cards-1\">Start here</h2>",
            "/assets/landing.",
        ],
    )
    .check("guides/index.html", ["<h1>Guides</h1>\n<p class=\"lead\">Read these first.</p>", "/assets/landing."])
    .lacks("guides/start/index.html", ["class=\"hero", "/assets/landing."]);
    site.edit("content/_index.md", "url = \"guides/start.md\" }, {", "url = \"guides/strat.md\" }, {").build();
    let told: Vec<String> = site.diagnostics().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("content/_index.md:7:37: warning[broken-link]"), "{told:?}");
}

#[test]
fn a_changed_opening_renders_its_page_alone() {
    let mut site = Site::new(SITE);
    site.build().edit("content/_index.md", "title = \"Begin\"", "title = \"Set sail\"").build();
    site.rendered(["index.html"]).check("index.html", [">Set sail</a>"]);
}

#[test]
fn the_archive_lists_dated_articles_by_year() {
    let mut site = Site::new(&SITE.replacen("theme =", "archive.enabled = true\ntheme =", 1));
    site.build().warns([]);
    site.check(
        "archive/index.html",
        [
            "2 articles, newest first.",
            "<a href=\"/archive/#year-2024\">2024",
            "<h2 class=\"list-title\" id=\"year-2026\">2026</h2>",
            "<time datetime=\"2026-01-02\">2 Jan</time> <div><a href=\"/guides/knots/\">Knots</a>\n<p>Three knots.</p>",
        ],
    )
    .check("index.html", ["<a href=\"/archive/\">Archive</a>"])
    .check("sitemap.xml", ["<loc>https://example.org/archive/</loc>"]);
    let archive = site.page("archive/index.html");
    assert!(archive.find("/guides/knots/").unwrap() < archive.find("/guides/start/").unwrap(), "{archive}");
    site.edit("content/guides/knots.md", "date = 2026-01-02", "date = 2023-05-04\nsearch = false").build();
    site.check("archive/index.html", ["1 article, by date."]).lacks("archive/index.html", ["Knots</a>\n"]);
    for number in 0..200 {
        site.write(&format!("content/log/{number:03}.md"), "+++\ndate = 2022-01-01\n+++\nText.");
    }
    site.build();
    site.check("archive/index.html", ["201 articles", "rel=\"next\" href=\"/archive/2/\""])
        .check("archive/2/index.html", ["Page 2 of 2", "<h1>Archive</h1>", "<a href=\"/archive/#year-2022\">2022"]);
    site.write("content/archive.md", "# What is kept\n").build().warns([]);
    site.check("archive/index.html", ["What is kept"]);
}

#[test]
fn no_archive_is_written_unasked_or_without_dates() {
    let mut site = Site::new(SITE);
    site.build().lacks("index.html", ["Archive"]);
    assert!(!site.output().keys().any(|path| path.starts_with("archive/")));
    let mut site = Site::new("theme = \"default\"\narchive.enabled = true\n-- content/a.md --\nText.\n");
    site.build().warns([]).lacks("index.html", ["Archive"]);
}

#[test]
fn the_footer_says_what_the_configuration_says() {
    let mut site = Site::new(&SITE.replacen("theme =", "description = \"Boats.\"\ntheme =", 1).replacen(
        "-- content",
        "[footer]\ntext = \"By <hand>.\"\nlinks = [{ title = \"Knots\", to = \"guides/knots.md\" }]\n-- content",
        1,
    ));
    site.build().warns([]);
    site.check("index.html", ["<p>By &lt;hand&gt;.</p>", "<li><a href=\"/guides/knots/\">Knots</a></li>"])
        .lacks("index.html", ["<b>Site</b>"]);
    site.edit("site.toml", "guides/knots.md", "guides/knot.md").build();
    let told: Vec<String> = site.diagnostics().iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("site.toml:") && told[0].contains("broken-link"), "{told:?}");
    let mut site = Site::new(&SITE.replacen("theme =", "description = \"Boats.\"\ntheme =", 1));
    site.build().check("index.html", ["<p><b>Site</b> <span>Boats.</span></p>"]);
}

#[test]
fn the_sidebar_opens_as_many_levels_as_asked_or_goes() {
    let entry = "<a href=\"/guides/inner/deep/\">Deep</a>";
    let with = |nav: &str| {
        let mut site = Site::new(&SITE.replacen("theme =", &format!("{nav}\ntheme ="), 1));
        site.build().warns([]);
        site
    };
    with("nav.open = 0").check("guides/start/index.html", ["Inner</a>"]).lacks("guides/start/index.html", [entry]);
    with("nav.open = 1").lacks("guides/start/index.html", [entry]);
    with("nav.open = 2").check("guides/start/index.html", [entry]).check("404.html", [entry]);
    with("nav.sidebar = false")
        .lacks("guides/start/index.html", ["class=\"pages\"", "class=\"menu\""])
        .check("guides/start/index.html", ["<body class=\"bare\">"]);
}

#[test]
fn the_header_marks_the_section_that_a_page_is_in() {
    let links = "[nav]\nlinks = [{ title = \"Guides\", to = \"guides/_index.md\" }, { title = \"Front\", to = \"_index.md\" }]\n";
    let mut site = Site::new(&SITE.replacen("-- content", &format!("{links}-- content"), 1));
    site.build().warns([]);
    site.check("guides/start/index.html", ["<a href=\"/guides/\" aria-current=\"true\">", "<a href=\"/\">Front</a>"])
        .check("guides/index.html", ["<a href=\"/guides/\" aria-current=\"page\">"]);
}

#[test]
fn long_names_break_behind_their_dots() {
    let text = "theme = \"default\"\n-- content/a.md --\n# System.IO.Path & Co\n\n## System.IO.File\n\n## `System.IO` *twice*\n\nText.\n";
    Site::new(text).build().check(
        "a/index.html",
        [
            "<title>System.IO.Path &amp; Co ",
            "<h1>System.<wbr>IO.<wbr>Path &amp; Co</h1>",
            "aria-current=\"page\">System.<wbr>IO.<wbr>Path &amp; Co</a>",
            "<li><a href=\"#systemiofile\">System.<wbr>IO.<wbr>File</a></li>",
            "<li><a href=\"#systemio-twice\"><code>System.IO</code> <em>twice</em></a></li>",
        ],
    );
}
