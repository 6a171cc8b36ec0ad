//! What programs are given of a site: feeds, sitemaps, lists for language models, other languages, icon and manifest.

use serde_json::{Value, json};

use crate::site::Site;

const SITE: &str = r#"
theme = "default"
description = "How we build."

[topics.tools]
title = "Tools"

[llms]
enabled = true

[markdown]
copies = true

[manifest]
enabled = true

-- content/_index.md --
+++
title = "Front"
+++
Welcome.
-- content/loose.md --
+++
title = "A [loose] page"
weight = -1
+++
Nothing belongs to it. See [the saw](guides/saws/saw.md).
-- content/guides/_index.md --
+++
title = "Guides"
description = "All guides."
+++
-- content/guides/saws/_index.md --
+++
title = "Saws"
+++
-- content/guides/saws/saw.md --
+++
title = "Saw"
description = "Cuts wood."
date = 2023-11-20
updated = 2023-12-01
topics = ["tools"]
+++
One two three.
-- content/guides/plane.md --
+++
title = "Plane"
date = 2023-10-01
+++
Four five.
-- content/hidden.md --
+++
title = "Hidden"
search = false
+++
Nobody is told.
"#;

#[test]
fn language_models_are_given_a_list_that_leads_to_copies() {
    let mut site = Site::new(SITE);
    site.build().warns([]);
    assert_eq!(
        site.page("llms.txt"),
        "# Site\n\n> How we build.\n\n\
         ## Front\n\n- [Front](https://example.org/index.md): Welcome.\n\
         - [A \\[loose\\] page](https://example.org/loose/index.md): Nothing belongs to it. See the saw.\n\n\
         ## Guides\n\n- [Plane](https://example.org/guides/plane/index.md): Four five.\n\
         - [Saw](https://example.org/guides/saws/saw/index.md): Cuts wood.\n"
    );
    site.check("loose/index.html", ["<link rel=\"alternate\" type=\"text/markdown\" href=\"/loose/index.md\">"]);
    site.configure("[markdown]\ncopies = false\n[llms]\nenabled = true\n").build();
    site.check("llms.txt", ["(https://example.org/guides/plane/): Four five."]);
}

#[test]
fn language_models_are_given_the_whole_text() {
    let mut site = Site::new(SITE);
    site.build();
    let text = site.page("llms-full.txt");
    assert!(
        text.starts_with("# Site\n\n> How we build.\n\n---\n\nSource: <https://example.org/>\n\n# Front\n\nWelcome.\n")
    );
    let loose = "\n---\n\nSource: <https://example.org/loose/>\n\n# A [loose] page\n\nNothing belongs to it. See \
                 [the saw](https://example.org/guides/saws/saw/).\n";
    assert!(text.contains(loose), "{text}");
    assert!(!text.contains("Nobody is told."), "{text}");
    site.edit("content/guides/plane.md", "Four five.", "Six seven.").build().same_as_cold();
    site.check("llms-full.txt", ["Six seven.", "One two three."])
        .check("llms.txt", ["Plane](https://example.org/guides/plane/index.md): Six seven."]);
    site.build().rendered([]);
}

#[test]
fn nothing_is_given_to_language_models_where_that_is_wanted() {
    let mut site = Site::new(SITE);
    site.configure("[llms]\nfull = false\n").build().check("llms.txt", ["Plane"]).is_gone("llms-full.txt");
    site.configure("[llms]\nenabled = false\n").build().is_gone("llms.txt").is_gone("llms-full.txt");
    site.configure("[llms]\nenabled = true\n").write("static/llms.txt", "mine").build().check("llms.txt", ["mine"]);
    assert_eq!(site.page("llms.txt"), "mine");
}

#[test]
fn each_section_has_a_feed_of_all_below_it() {
    let mut site = Site::new(SITE);
    site.build().check(
        "guides/atom.xml",
        [
            "<title>Guides · Site</title>",
            "<subtitle>All guides.</subtitle>",
            "<link rel=\"self\" href=\"https://example.org/guides/atom.xml\"/>",
            "<link rel=\"alternate\" href=\"https://example.org/guides/\"/>",
            "<title>Saw</title>",
            "<title>Plane</title>",
        ],
    );
    site.check("guides/saws/atom.xml", ["<title>Saw</title>"]).lacks("guides/saws/atom.xml", ["<title>Plane</title>"]);
    let told = |address: &str, title: &str| {
        format!("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{title}\" href=\"{address}\">")
    };
    site.check("guides/index.html", [&*told("/guides/atom.xml", "Guides · Site"), &told("/atom.xml", "Site")]);
    site.check("topics/tools/index.html", [&*told("/topics/tools/atom.xml", "Tools · Site")]);
    site.lacks("guides/plane/index.html", ["/guides/atom.xml"]);
    site.configure("theme = \"default\"\n[feed]\nsections = false\n").build().is_gone("guides/atom.xml");
    site.lacks("guides/index.html", ["/guides/atom.xml"]).same_as_cold();
}

#[test]
fn the_sitemap_says_when_pages_changed() {
    let mut site = Site::new(SITE);
    site.build().check(
        "sitemap.xml",
        [
            "<url><loc>https://example.org/guides/saws/saw/</loc><lastmod>2023-12-01</lastmod></url>",
            "<url><loc>https://example.org/guides/plane/</loc><lastmod>2023-10-01</lastmod></url>",
            "<url><loc>https://example.org/topics/tools/</loc><lastmod>2023-12-01</lastmod></url>",
            "<url><loc>https://example.org/topics/</loc><lastmod>2023-12-01</lastmod></url>",
            "<url><loc>https://example.org/loose/</loc></url>",
        ],
    );
    site.lacks("sitemap.xml", ["hidden"]);
    site.check("robots.txt", ["User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n"]);
}

const LANGUAGES: &str = r#"
theme = "default"
language = "en"

[[translations]]
language = "en"
base_url = "https://example.org/"
default = true

[[translations]]
language = "de"
base_url = "https://example.org/de/"

[[translations]]
language = "fr"
base_url = "https://fr.example.org/"

-- content/a.md --
Text.
-- content/b.md --
+++
translations = { de = "/andere/", fr = false, it = "https://it.example/" }
+++
Text.
-- content/c.md --
+++
translations = { de = false, fr = false }
+++
Text.
"#;

#[test]
fn pages_lead_to_themselves_in_other_languages() {
    let mut site = Site::new(LANGUAGES);
    site.build().warns([]);
    let lines = |page: &str| {
        let html = site.page(page);
        let lines = html.lines().filter_map(|line| line.strip_prefix("<link rel=\"alternate\" hreflang=\""));
        lines.map(|line| line.replace("\" href=\"", " ").replace("\">", "")).collect::<Vec<_>>()
    };
    assert_eq!(
        lines("a/index.html"),
        [
            "de https://example.org/de/a/",
            "en https://example.org/a/",
            "fr https://fr.example.org/a/",
            "x-default https://example.org/a/",
        ]
    );
    assert_eq!(
        lines("b/index.html"),
        [
            "de https://example.org/de/andere/",
            "en https://example.org/b/",
            "it https://it.example/",
            "x-default https://example.org/b/",
        ]
    );
    assert_eq!(lines("c/index.html"), Vec::<String>::new());
    assert_eq!(lines("404.html"), Vec::<String>::new());
    site.edit("content/c.md", "de = false, ", "").build().same_as_cold();
    site.check("c/index.html", ["hreflang=\"de\""]);
}

#[test]
fn languages_that_are_wrong_are_told() {
    let mut site = Site::new(LANGUAGES);
    site.edit("content/b.md", "it = \"https://it.example/\"", "it = \"/b/\"").build();
    site.fails(["content/b.md:2:52: error[unknown-language]: site.toml names no site in `it`"]);
    site.edit("content/b.md", "it = \"/b/\"", "it = true").build();
    site.fails(["invalid value for `translations.it`"]);
    let mut site = Site::new(LANGUAGES);
    site.edit("site.toml", "https://fr.example.org/", "/fr/").build();
    site.fails(["`translations.base_url`: it has no host"]);
    site.edit("site.toml", "base_url = \"/fr/\"", "base_url = \"https://fr.example.org/\"").build();
    site.edit("site.toml", "language = \"fr\"", "language = \"de\"").build();
    site.fails(["there is a site in `de` already"]);
}

#[test]
fn the_icon_is_the_themes_or_the_sites() {
    let mut site =
        Site::new("theme = \"default\"\n-- content/a.md --\nText.\n-- static/img/sign.png --\nnot looked at\n");
    site.build().check("a/index.html", ["<link rel=\"icon\" href=\"/assets/favicon."]);
    site.configure(
        "theme = \"default\"\nicon = \"img/sign.png\"\n[manifest]\nshort_name = \"S\"\ncolour = \"#123456\"\n",
    );
    site.build().warns([]).same_as_cold();
    site.check("a/index.html", ["<link rel=\"icon\" href=\"/img/sign.png\" type=\"image/png\">\n<link rel=\"manifest\" href=\"/manifest.webmanifest\">"]);
    let manifest: Value = serde_json::from_str(&site.page("manifest.webmanifest")).unwrap();
    let expected = json!({
        "name": "Site",
        "short_name": "S",
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": "#123456",
        "background_color": "#ffffff",
        "icons": [{ "src": "/img/sign.png", "type": "image/png" }],
    });
    assert_eq!(manifest, expected);
    site.configure("theme = \"default\"\nicon = \"img/sing.png\"\n").build();
    site.warns(["site.toml:6:8: warning[broken-image]"]).lacks("a/index.html", ["manifest"]);
}
