//! What search engines are told of pages: JSON-LD in the words of schema.org.

use serde_json::{Value, json};

use crate::site::Site;

const SITE: &str = r#"
theme = "default"
description = "How we build."
authors = ["The workshop"]
language = "en-GB"

[topics.tools]
title = "Tools & <more>"

-- content/_index.md --
+++
title = "Front"
+++
-- content/guides/_index.md --
+++
title = "Guides"
+++
-- content/guides/saw.md --
+++
title = "The \"saw\""
description = "Cuts </script> wood."
date = 2023-11-20
updated = 2023-12-01
authors = ["Ada", "Grace"]
topics = ["tools"]
+++
One two three.
-- content/loose.md --
Nothing is said of this one.
"#;

/// The things that a page tells of.
fn graph(site: &Site, page: &str) -> Vec<Value> {
    let html = site.page(page);
    let Some((_, rest)) = html.split_once("<script type=\"application/ld+json\">") else { return Vec::new() };
    let block: Value = serde_json::from_str(rest.split_once("</script>").expect("the element ends").0).unwrap();
    assert_eq!(block["@context"], "https://schema.org");
    block["@graph"].as_array().unwrap().clone()
}

#[test]
fn an_article_is_told_with_all_that_is_known_of_it() {
    let mut site = Site::new(SITE);
    site.build().warns([]);
    assert_eq!(
        graph(&site, "guides/saw/index.html"),
        [
            json!({
                "@type": "TechArticle",
                "headline": "The \"saw\"",
                "description": "Cuts </script> wood.",
                "url": "https://example.org/guides/saw/",
                "datePublished": "2023-11-20",
                "dateModified": "2023-12-01",
                "author": [{ "@type": "Person", "name": "Ada" }, { "@type": "Person", "name": "Grace" }],
                "articleSection": "Guides",
                "keywords": ["Tools & <more>"],
                "wordCount": 3,
                "inLanguage": "en-GB",
                "publisher": { "@type": "Organization", "name": "Site", "url": "https://example.org/" },
            }),
            json!({
                "@type": "BreadcrumbList",
                "itemListElement": [
                    { "@type": "ListItem", "position": 1, "name": "Front", "item": "https://example.org/" },
                    { "@type": "ListItem", "position": 2, "name": "Guides", "item": "https://example.org/guides/" },
                    { "@type": "ListItem", "position": 3, "name": "The \"saw\"", "item": "https://example.org/guides/saw/" },
                ],
            }),
        ]
    );
}

#[test]
fn what_is_not_known_is_left_out() {
    let mut site = Site::new(SITE);
    site.build();
    let article = &graph(&site, "loose/index.html")[0];
    assert_eq!(article["author"], json!([{ "@type": "Person", "name": "The workshop" }]));
    for absent in ["datePublished", "dateModified", "articleSection", "keywords"] {
        assert_eq!(article.get(absent), None, "{absent}");
    }
    assert_eq!(graph(&site, "404.html"), Vec::<Value>::new());
}

#[test]
fn other_pages_tell_what_they_are() {
    let mut site = Site::new(SITE);
    site.build();
    let kinds =
        |page| graph(&site, page).iter().map(|thing| thing["@type"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(kinds("index.html"), ["WebSite"]);
    assert_eq!(kinds("guides/index.html"), ["BreadcrumbList"]);
    assert_eq!(kinds("topics/tools/index.html"), ["BreadcrumbList"]);
    let site = &graph(&site, "index.html")[0];
    assert_eq!((&site["name"], &site["description"]), (&json!("Site"), &json!("How we build.")));
}

#[test]
fn a_title_above_is_told_anew() {
    let mut site = Site::new(SITE);
    site.build().edit("content/guides/_index.md", "Guides", "Handbook").build().same_as_cold();
    assert_eq!(graph(&site, "guides/saw/index.html")[0]["articleSection"], "Handbook");
}

#[test]
fn questions_are_told_as_structured_data() {
    let mut site = Site::new(
        "theme = \"default\"\n-- content/a.md --\n## FAQ\n\n1. Question: Is `a</script>` *one*?\n   Answer: Yes.\n2. Why?\n\n   Because of **it**.\n\n\
         ## Else\n\n1. Not a question?\n2. No.\n-- content/b.md --\n## Questions\n\n### Who asks?\n\nA reader.\n\nTwice.\n\n### Notes\n\nx\n",
    );
    site.build().warns([]).check(
        "a/index.html",
        [
            "{\"@type\":\"FAQPage\",\"mainEntity\":[\
             {\"@type\":\"Question\",\"name\":\"Is a\\u003c/script> one?\",\"acceptedAnswer\":{\"@type\":\"Answer\",\"text\":\"Yes.\"}},\
             {\"@type\":\"Question\",\"name\":\"Why?\",\"acceptedAnswer\":{\"@type\":\"Answer\",\"text\":\"Because of it.\"}}]}]}</script>",
            "<li class=\"question\" id=\"why\"><h3>Why?",
            "<ol>\n<li>Not a question?</li>",
        ],
    );
    site.check("b/index.html", ["\"name\":\"Who asks?\"", "\"text\":\"A reader. Twice.\"}}]}"]);
}
