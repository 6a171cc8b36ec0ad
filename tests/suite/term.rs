//! Terms: mentions that become links, their definitions, and the glossary.

use crate::site::Site;

const CONFIG: &str = "[topics.contracts]\ntitle = \"Contracts\"\n\
    terms = { \"data contract\" = \"An agreement on \\\"data\\\".\", \"API\" = \"An interface.\" }\n\
    [topics.stores]\ntitle = \"Stores\"\nterms = { \"feature store\" = \"A place for features.\", \"contract\" = \"A promise.\" }\n";

/// The link from a mention, as a page holds it.
fn link(topic: &str, id: &str, definition: &str, words: &str) -> String {
    let definition = definition.replace('"', "&quot;");
    format!("<a class=\"term\" href=\"/topics/{topic}/#term-{id}\" aria-description=\"{definition}\">{words}</a>")
}

/// What the body of an article of this text says, links to terms as `[words]`.
fn mentions(front: &str, text: &str) -> String {
    let mut site = Site::new(&format!("{CONFIG}-- content/a.md --\n+++\ntitle = \"A\"\n{front}+++\n{text}"));
    site.build();
    let page = site.page("a/index.html");
    let body = page.split("---\n").nth(1).unwrap_or_else(|| panic!("a page holds its body: {page}"));
    let mut shown = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("<a class=\"term\"") {
        let (_, after) = after.split_once('>').expect("the tag ends");
        let (words, after) = after.split_once("</a>").expect("the link ends");
        shown += &format!("{before}[{words}]");
        rest = after;
    }
    shown + rest
}

#[test]
fn mentions_lead_to_definitions() {
    Site::new(&format!("{CONFIG}-- content/a.md --\nA data contract, and the\nfeature\nstores.\n")).build().check(
        "a/index.html",
        [
            &link("contracts", "data-contract", "An agreement on \"data\".", "data contract"),
            &link("stores", "feature-store", "A place for features.", "feature\nstores"),
        ],
    );
}

#[test]
fn the_first_mention_in_each_section_is_a_link() {
    for (text, expected) in [
        ("A contract, contracts.\n\n## Two\n\nContract.", ["<p>A [contract], contracts.</p>", "<p>[Contract].</p>"]),
        ("Data contract or contract", ["[Data contract] or [contract]", ""]),
        (
            "Two &amp; <b>data contracts</b> & an *API*.",
            ["Two &amp; <b>[data contracts]</b> &amp; an <em>[API]</em>.", ""],
        ),
        ("data **contract**", ["data <strong>[contract]</strong>", ""]),
        ("an api, data. Contract", ["an api, data. [Contract]", ""]),
        ("- a\n- feature-store\n\n|x|y|\n|-|-|\n|contract|1|", ["<li>[feature-store]</li>", "<td>[contract]</td>"]),
        ("> [!NOTE]\n> A contract.", ["<p>A [contract].</p>", ""]),
        (
            "It's a contract--well ==the feature store==[^1]\n\n[^1]: API",
            ["a [contract]--well <mark>the [feature store]</mark>", "[API]"],
        ),
    ] {
        let shown = mentions("", text);
        expected.iter().for_each(|part| assert!(shown.contains(part), "{text}: {shown} lacks {part}"));
    }
}

#[test]
fn what_is_something_already_is_no_link() {
    for text in [
        "`contract`\n",
        "    contract\n",
        "```\ncontract\n```\n",
        "[a contract](https://example.org)",
        "<a href=\"/\">contract</a>",
        "## A contract\n",
        "> A contract.\n",
        "> [!QUOTE]\n> A contract.\n",
        "![contract](x.png)",
        "[[A|contract]]",
        "https://example.org/contract",
        ":::details A contract\nx\n:::\n",
        "|contract|\n|-|\n|x|\n",
        "<code>contract</code>",
        "subcontract contractor1",
    ] {
        let shown = mentions("", text);
        assert!(!shown.contains("class=\"term\"") && !shown.contains('['), "{text}: {shown}");
    }
    assert!(!mentions("terms = false\n", "contract").contains('['));
}

#[test]
fn a_page_links_so_many_mentions_and_a_topic_none_of_its_own() {
    let text = "contract API\n\n## B\n\ncontract API\n";
    let mut site = Site::new(&format!(
        "[terms]\nlimit = 3\n{CONFIG}-- content/a.md --\n{text}-- content/topics/stores.md --\ncontract API\n"
    ));
    site.build();
    assert_eq!(site.page("a/index.html").matches("class=\"term\"").count(), 3);
    let topic = site.page("topics/stores/index.html");
    assert!(topic.contains(&link("contracts", "api", "An interface.", "API")), "{topic}");
    assert_eq!(topic.matches("class=\"term\"").count(), 1);
    site.configure(&format!("[terms]\nlinks = false\n{CONFIG}")).build().lacks("a/index.html", ["class=\"term\""]);
}

#[test]
fn the_glossary_says_what_terms_mean_and_where_they_stand() {
    let mut site = Site::new(&format!(
        "theme = \"default\"\n{CONFIG}-- content/a.md --\n# A\n\ncontract\n\n## B {{#b}}\n\ncontract\n"
    ));
    site.build();
    let glossary = site.page("glossary/index.html");
    let order: Vec<_> = glossary.match_indices("<dt id=\"term-").map(|(at, _)| &glossary[at + 13..at + 16]).collect();
    assert_eq!(order, ["api", "con", "dat", "fea"]);
    site.check("glossary/index.html", ["<p>A promise.</p>", "<a href=\"/a/\">A</a>", "<a href=\"/a/#b\">A › B</a>"])
        .check("topics/stores/index.html", ["<dt id=\"term-feature-store\">feature store</dt>"])
        .check("sitemap.xml", ["https://example.org/glossary/"])
        .check("topics/index.html", ["<a href=\"/glossary/\">"])
        .warns([]);
    site.write("content/glossary.md", "# Words of our own\n")
        .build()
        .check("glossary/index.html", ["Words of our own"]);
    site.remove("content/glossary.md").configure(&format!("theme = \"default\"\n[terms]\nglossary = false\n{CONFIG}"));
    site.build();
    assert!(!site.output().contains_key("glossary/index.html"));
}

#[test]
fn a_changed_definition_renders_the_pages_that_show_it() {
    let mut site = Site::new(&format!(
        "{CONFIG}-- content/a.md --\ncontract\n-- content/b.md --\nAPI\n-- content/c.md --\nnone\n"
    ));
    site.build();
    site.edit("site.toml", "A promise.", "A promise kept.").build();
    let report = site.report();
    assert_eq!((report.outcome.trace.parsed.get(), report.outcome.trace.bodies.get()), (1, 1), "one body shows it");
    site.check("a/index.html", ["aria-description=\"A promise kept.\""]);
    site.edit("site.toml", "\"API\" =", "\"interface\" =")
        .build()
        .check("b/index.html", ["API"])
        .lacks("b/index.html", ["class=\"term\""]);
}

#[test]
fn words_that_the_site_does_without_are_found_where_they_stand_and_mended_where_one_answer_fits() {
    let avoid = "[terms.avoid]\n\"data agreement\" = \"data contract\"\nwhitelist = \"allowlist\"\n\
        \"master\" = [\"primary\", \"main\"]\n";
    let text = "# A master\n\nÄ &amp; ~x~ \\*Data agreement\\* {.x}, a **data\nagreement**, data agreements.\n\n\
        - the ==whitelist==, a whitelist, an\n  - 1. masters `whitelist` :smile: whitelist\n";
    let mut site = Site::new(&format!("{avoid}-- content/a.md --\n{text}"));
    site.build();
    let mut found = Vec::new();
    for diagnostic in site.diagnostics().iter().filter(|diagnostic| diagnostic.code == "discouraged-term") {
        let span = diagnostic.place.span.expect("a place");
        found.push((&text[span.start as usize..span.end as usize], diagnostic.fix.as_ref().map(|fix| &*fix.new)));
    }
    assert_eq!(
        found,
        [
            ("master", None),
            ("Data agreement", Some("Data contract")),
            ("data\nagreement", Some("data contract")),
            ("data agreements", None),
            ("whitelist", Some("allowlist")),
            ("whitelist", None),
            ("masters", None),
            ("whitelist", Some("allowlist")),
        ]
    );
    // Also where no mention is a link, by the site's will or the article's.
    site.configure(&format!("[terms]\nlinks = false\n{avoid}{CONFIG}"));
    site.write("content/a.md", format!("+++\nterms = false\n+++\n{text}")).build();
    assert_eq!(site.diagnostics().iter().filter(|diagnostic| diagnostic.code == "discouraged-term").count(), 8);
}
