//! Inventories: the site's own, as JSON and as Sphinx reads it, and links by those of other sites.

use docweave::{model::inventory::Entry, source::inventory};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::site::{self, Site};

const OWN: &str = r#"
[related]
enabled = false
[topics.tools]
title = "Tools"
terms = { "data contract" = "What two teams agree on.", "lake" = "" }
[topics.sharp-tools]
parent = "tools"
-- content/_index.md --
# Home
-- content/guides/_index.md --
+++
title = "Guides"
+++
-- content/guides/start.md --
+++
title = "Getting  \"started\""
aliases = ["/old/begin/"]
+++
## Install it {#install}
### Q & \<A>
## Install it
-- content/draft.md --
+++
title = "Secret plans"
draft = true
+++
## Secret part
-- content/late.md --
+++
expires_on = 2001-01-01
+++
-- content/hidden.md --
+++
title = "Hidden from search"
search = false
+++
-- content/topics/tools.md --
# Prose of the topic
"#;

/// What a program that reads an inventory finds in it.
fn read(site: &Site, path: &str) -> Vec<String> {
    let (parsed, diagnostics) = inventory::parse(path, &site.output()[path]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let shown = |Entry { kind, name, title, aliases, url }: Entry| {
        let title = if title == name { "-".to_owned() } else { title };
        let aliases = if aliases.is_empty() { String::new() } else { format!(" {aliases:?}") };
        format!("{kind} | {name} | {title} | {url}{aliases}")
    };
    parsed.unwrap().entries.into_iter().map(shown).collect()
}

#[test]
fn everything_that_can_be_linked_to_is_listed() {
    let mut site = Site::new(OWN);
    site.build().warns([]);
    let json = String::from_utf8(site.output()["inventory.json"].clone()).unwrap();
    assert_eq!(
        json,
        r##"{
"format": "docweave-inventory",
"version": 1,
"title": "Site",
"url": "https://example.org/",
"entries": [
{"kind":"page","title":"Home","url":""},
{"kind":"page","title":"Guides","url":"guides/","aliases":["guides"]},
{"kind":"page","title":"Getting  \"started\"","url":"guides/start/","aliases":["guides/start","old/begin"]},
{"kind":"heading","title":"Install it","url":"guides/start/#install","aliases":["install"]},
{"kind":"heading","title":"Q & <A>","url":"guides/start/#q--a","aliases":["q--a"]},
{"kind":"heading","title":"Install it","url":"guides/start/#install-it","aliases":["install-it"]},
{"kind":"topic","title":"Tools","url":"topics/tools/","aliases":["tools"]},
{"kind":"topic","title":"Sharp tools","url":"topics/sharp-tools/","aliases":["sharp-tools"]},
{"kind":"term","title":"data contract","url":"topics/tools/#term-data-contract","definition":"What two teams agree on."},
{"kind":"term","title":"lake","url":"topics/tools/#term-lake"}
]
}
"##
    );
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["entries"].as_array().unwrap().len(), 10);
    assert_eq!(
        read(&site, "objects.inv"),
        [
            "std:doc | index | Home | ",
            "std:doc | guides/index | Guides | guides/",
            "std:doc | guides/start | Getting \"started\" | guides/start/",
            "std:label | guides/start:install | Install it | guides/start/#install",
            "std:label | guides/start:q--a | Q & <A> | guides/start/#q--a",
            "std:label | guides/start:install-it | Install it | guides/start/#install-it",
            "std:doc | topics/tools | Tools | topics/tools/",
            "std:doc | topics/sharp-tools | Sharp tools | topics/sharp-tools/",
            "std:term | data contract | - | topics/tools/#term-data-contract",
            "std:term | lake | - | topics/tools/#term-lake",
        ]
    );
    let bytes = &site.output()["objects.inv"];
    let header = "# Sphinx inventory version 2\n# Project: Site\n# Version: \n\
                  # The remainder of this file is compressed using zlib.\n";
    assert!(bytes.starts_with(header.as_bytes()));
    site.toggle_drafts().build().check("inventory.json", ["Secret plans", "Secret part", "\"late/\""]);
}

#[test]
fn an_inventory_follows_what_it_lists_and_nothing_else() {
    let mut site = Site::new(OWN);
    site.build();
    site.edit("content/guides/start.md", "### Q", "Prose.\n### Q")
        .build()
        .rendered(["guides/index.html", "guides/start/index.html"]);
    site.edit("content/guides/start.md", "### Q & \\<A>", "### Why")
        .build()
        .rendered(["guides/start/index.html", "inventory.json", "objects.inv"])
        .same_as_cold();
    site.edit("site.toml", "What two teams agree on.", "An agreement.").build().same_as_cold();
    site.check("inventory.json", ["An agreement."]);
    let output = site.output();
    site.write("public/inventory.json", "tampered").remove("public/objects.inv").build().same_as_cold();
    assert_eq!(site::difference(&site.output(), &output), None);
    site.build().rendered([]);
}

#[test]
fn an_inventory_can_be_switched_off_or_written_by_hand() {
    let mut site = Site::new(OWN);
    site.and("-- static/inventory.json --\n{}\n").build().warns([]);
    assert_eq!(site.page("inventory.json"), "{}\n");
    site.edit("site.toml", "[topics.tools]", "[inventory]\nenabled = false\n[topics.tools]").build().warns([]);
    assert_eq!(site.page("inventory.json"), "{}\n");
    site.is_gone("objects.inv").same_as_cold();
}

#[test]
fn no_order_and_no_number_of_threads_changes_an_inventory() {
    let mut first = Site::new(OWN);
    first.build();
    let files: Vec<&str> = OWN.split_inclusive("\n-- content/").collect();
    let (config, articles) = files.split_first().unwrap();
    let mut reversed = config.trim_end_matches("-- content/").to_owned();
    for article in articles.iter().rev() {
        let whole = article.strip_suffix("-- content/").unwrap_or(article);
        reversed.push_str(&format!("-- content/{whole}"));
    }
    let second = Site::new(&reversed);
    for threads in ["1", "3"] {
        second.run(&["build", "--no-cache", "--threads", threads]).ends(0);
        let built = site::tree(&second.root().join("public"));
        for name in ["inventory.json", "objects.inv"] {
            assert_eq!(built[name], first.output()[name], "{name}");
        }
    }
}

/// A site that links to another by its inventory of our own format.
fn linking(links: &str) -> Site {
    let mut other = Site::new(OWN);
    other.build();
    let mut site = Site::new(&format!(
        "[inventories.other]\nfile = \"inventories/other.json\"\n-- content/a.md --\n{links}\n-- content/b.md --\n+++\n\
         title = \"other: notes\"\n+++\n## Part\n"
    ));
    site.write("inventories/other.json", &other.output()["inventory.json"]).build();
    site
}

#[test]
fn links_lead_into_other_sites() {
    for (written, expected) in [
        ("[[other:Guides]]", "<a href=\"https://example.org/guides/\">Guides</a>"),
        ("[[other:guides]]", "<a href=\"https://example.org/guides/\">Guides</a>"),
        ("[[other: Guides |the *guides*]]", "<a href=\"https://example.org/guides/\">the <em>guides</em></a>"),
        ("[[other:guides/start]]", "<a href=\"https://example.org/guides/start/\">Getting  &quot;started&quot;</a>"),
        ("[[other:old/begin]]", "<a href=\"https://example.org/guides/start/\">"),
        ("[[other:install]]", "<a href=\"https://example.org/guides/start/#install\">Install it</a>"),
        ("[[other:guides/start#Q & <A>]]", "<a href=\"https://example.org/guides/start/#q--a\">Q &amp; &lt;A&gt;</a>"),
        ("[[other:guides/start#install-it]]", "<a href=\"https://example.org/guides/start/#install-it\">"),
        (
            "[[other:Data contract]]",
            "<a href=\"https://example.org/topics/tools/#term-data-contract\">data contract</a>",
        ),
        ("[[other:term:lake]]", "<a href=\"https://example.org/topics/tools/#term-lake\">lake</a>"),
        // What the site itself has goes before.
        ("[[other: notes]]", "<a href=\"/b/\">other: notes</a>"),
        ("[[other: notes#Part]]", "<a href=\"/b/#part\">Part</a>"),
    ] {
        linking(written).warns([]).check("a/index.html", [expected]);
    }
}

#[test]
fn links_that_lead_nowhere_are_told_with_what_was_meant() {
    for (written, said) in [
        (
            "x [[other:Guide]]",
            "content/a.md:1:3: warning[broken-link]: the inventory `other` has nothing called `Guide`; did you mean `[[other:Guides]]`?",
        ),
        (
            "[[other:Nothing like it]]",
            "has nothing called `Nothing like it`; write a title, a label or a path of https://example.org/",
        ),
        (
            "[[othr:Guides]]",
            "warning[broken-link]: no page is called `othr:Guides`, and no inventory `othr`; did you mean `[[other:Guides]]`?",
        ),
        (
            "[[python:json]]",
            "no page is called `python:json`, and no inventory `python`; declare it in site.toml: `[inventories.python]`",
        ),
        ("[[Remark: more]]", "warning[broken-link]: no page is called `Remark: more`; write a title"),
        ("[[other: note]]", "the inventory `other` has nothing called `note`"),
        (
            "[[other:Install it]]",
            "warning[ambiguous-link]: `[[other:Install it]]` may mean 2 things; write which: `[[other:install]]`, which stands in for it now",
        ),
        (
            "[[other:Guides#Install]]",
            "warning[broken-anchor]: `Guides` of the inventory `other` has no heading `Install`; write one of its headings, or `[[other:Guides]]`",
        ),
        (
            "[[other:guides/start#Instal it]]",
            "has no heading `Instal it`; did you mean `[[other:Getting  \"started\"#Install it]]`?",
        ),
        (
            "[x](other:Guides)",
            "warning[broken-link]: `other:Guides` is an address that begins with `other:`, not a link into the inventory; write it in two brackets: `[[other:Guides|text]]`",
        ),
    ] {
        linking(written).warns([said]);
    }
    linking("[[other:Guide]] and [[other:Install it]]").check(
        "a/index.html",
        ["[[other:Guide]] and <a href=\"https://example.org/guides/start/#install\">Install it</a>"],
    );
}

/// An inventory of Sphinx.
fn sphinx(list: &str) -> Vec<u8> {
    let header = "# Sphinx inventory version 2\n# Project: P\n# Version: 1\n# The remainder of this file is compressed using zlib.\n";
    [header.as_bytes(), &compress_to_vec_zlib(list.as_bytes(), 6)].concat()
}

const PYTHON: &str = "glossary std:label -1 glossary.html#glossary Glossary\nglossary std:doc -1 glossary.html Glossary\n\
                      json py:module 0 library/json.html#module-$ -\nprint py:function 1 library/functions.html#$ -\n\
                      print 2to3:fixer 1 library/2to3.html#$ -\n\"><script> std:term -1 glossary.html#a\"b -\n";

fn with_python(links: &str) -> Site {
    let mut site = Site::new(&format!(
        "[inventories.python]\nfile = \"python.inv\"\nurl = \"https://docs.python.org/3\"\n-- content/a.md --\n{links}\n\
         -- content/b.md --\n[[python:json]]\n-- content/c.md --\nNo link.\n"
    ));
    site.write("python.inv", sphinx(PYTHON)).build();
    site
}

#[test]
fn inventories_of_sphinx_are_linked_to_by_names_titles_and_roles() {
    for (written, expected) in [
        ("[[python:Glossary]]", "<a href=\"https://docs.python.org/3/glossary.html\">Glossary</a>"),
        ("[[python:std:label:glossary]]", "<a href=\"https://docs.python.org/3/glossary.html#glossary\">Glossary</a>"),
        ("[[python:json|JSON]]", "<a href=\"https://docs.python.org/3/library/json.html#module-json\">JSON</a>"),
        (
            "[[python:py:function:print]]",
            "<a href=\"https://docs.python.org/3/library/functions.html#print\">print</a>",
        ),
        (
            "[[python:\"><script>]]",
            "<a href=\"https://docs.python.org/3/glossary.html#a%22b\">&quot;&gt;&lt;script&gt;</a>",
        ),
    ] {
        with_python(written).warns([]).check("a/index.html", [expected]);
    }
    with_python("[[python:print]]")
        .warns(["may mean 2 things; write which: `[[python:py:function:print]]`, which stands in for it now"]);
}

#[test]
fn a_new_inventory_costs_the_pages_whose_links_it_changes() {
    let mut site = with_python("[[python:Glossary]]");
    // Another entry, and another address for one that `b` links to.
    site.write("python.inv", sphinx(&format!("{PYTHON}more std:doc -1 more.html More\n")))
        .build()
        .counts(0, 0, 0)
        .rendered([])
        .same_as_cold();
    site.write("python.inv", sphinx(&PYTHON.replace("library/json.html", "json.html")))
        .build()
        .counts(1, 1, 1)
        .rendered(["b/index.html"])
        .same_as_cold();
    site.write("python.inv", sphinx(&PYTHON.replace("lossary", "ossary")))
        .build()
        .warns(["has nothing called `Glossary`; did you mean `[[python:Gossary]]`?"])
        .same_as_cold();
    site.write("python.inv", sphinx(PYTHON)).build().warns([]).same_as_cold();
}

#[test]
fn what_is_wrong_with_an_inventory_is_told_once() {
    let mut site = with_python("[[python:Glossary]] [[python:Nothing]]");
    site.write("python.inv", "hello").build().fails(["python.inv:1:1: error[inventory]: this is no inventory"]);
    site.remove("python.inv").build().fails([
        "site.toml:7:8: error[missing-inventory]: can't read the inventory `python.inv`: there is no such file",
    ]);
    site.write(
        "python.inv",
        sphinx("bad\nNothing std:doc -1 n.html -\nGlossary std:doc -1 g.html -\njson std:doc -1 j.html -\n"),
    )
    .build()
    .warns(["python.inv:5:1: warning[bad-inventory]: an entry of the packed list is left out"]);
    site.edit("site.toml", "url = \"https://docs.python.org/3\"\n", "")
        .build()
        .fails(["site.toml:7:8: error[missing-key]: missing key `inventories.python.url`"]);
    site.edit("site.toml", "\"python.inv\"", "\"../python.inv\"").build().fails([
        "site.toml:7:8: error[invalid-value]: invalid value for `inventories.python.file`: it is not a path inside the site",
    ]);
    let mut site = Site::new(
        "[inventories.a]\nfile = \"a.inv\"\nurl = \"javascript:alert(1)\"\n[inventories.http]\nfile = \"b\"\n[inventories.\"B c\"]\nfile = \"b\"\n",
    );
    site.write("a.inv", sphinx("")).build();
    site.fails([
        "site.toml:8:7: error[invalid-value]: invalid value for `inventories.a.url`: it is not the address of a site",
        "site.toml:9:14: error[invalid-value]: invalid name of an inventory: `http`; addresses begin with it",
        "site.toml:11:14: error[invalid-value]: invalid name of an inventory: `B c`; write it in small letters, digits and hyphens: `[inventories.b-c]`",
    ]);
}

#[test]
fn an_inventory_outside_of_the_site_is_not_read() {
    let mut site = with_python("x");
    site.remove("python.inv").and("-- python.inv -> /etc/hostname --\n").build();
    site.fails([
        "error[missing-inventory]: can't read the inventory `python.inv`: a link takes it out of the site's folder",
    ]);
}
