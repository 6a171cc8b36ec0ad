//! A property that no planted fault breaks is decoration: for each dependency that a build may overlook, an edit is found
//! whose warm build differs from a cold one.

use docweave::{build::Fault, render::job::PARTS};

use crate::{property::edits, site::Site};

/// For each part of a page's key, an edit that no other part tells of: a file, what it says and what it then says.
const EDITS: &[(&str, &str, &str, &str)] = &[
    ("theme", "themes/bare/templates/facts.html", "kind {{ page.kind }}", "sort {{ page.kind }}"),
    ("template", "content/a.md", "weight = 1", "weight = 1\ntemplate = \"other\""),
    ("site", "site.toml", "title = \"Site\"", "title = \"Another\""),
    ("sidebar", "content/d.md", "title = \"D\"", "title = \"Delta\""),
    ("body", "content/s/long.md", "Behind the excerpt.", "Beyond the excerpt."),
    ("facts", "content/a.md", "x = 1", "x = 2"),
    ("place", "content/s/_index.md", "first = 1", "first = 2"),
    ("topics", "content/b.md", "## Part {topics=\"tools\"}", "## Part {topics=\"cases\"}"),
    ("related", "content/a.md", "block = [\"c.md\"]", "block = []"),
    ("backlinks", "content/b.md", "Later.", "[Later](s/_index.md)."),
];

const SITE: &str = "
[topics.tools]
title = \"Tools\"
[topics.cases]
title = \"Cases\"
-- content/_index.md --
-- content/a.md --
+++
weight = 1
extra = { x = 1 }
topics = [\"tools\"]
related = { block = [\"c.md\"] }
+++
[d](d.md)
-- content/b.md --
+++
weight = 2
+++
Later.

## Part {topics=\"tools\"}
-- content/c.md --
+++
weight = 3
topics = [\"tools\"]
+++
-- content/d.md --
+++
weight = 4
title = \"D\"
slug = \"d\"
+++
-- content/s/_index.md --
+++
extra = { first = 1 }
+++
-- content/s/long.md --
";

fn site(fault: Option<Fault>) -> Site {
    let mut site = Site::new(SITE);
    let opening = "Many words before it. ".repeat(20);
    site.write("content/s/long.md", opening + "Behind the excerpt.\n").planting(fault).build().warns([]);
    site
}

#[test]
fn an_overlooked_part_of_a_key_is_found() {
    let covered: Vec<_> = EDITS.iter().map(|(part, ..)| *part).collect();
    assert_eq!(covered, PARTS, "each part has its edit");
    for (part, path, from, to) in EDITS {
        let found = |fault| site(fault).edit(path, from, to).build().difference_from_cold();
        assert_eq!(found(None), None, "{part}: without a fault");
        assert!(found(Some(Fault::Part(part))).is_some(), "nobody notices that `{part}` is overlooked");
    }
}

#[test]
fn overlooked_links_of_a_body_are_found() {
    let found = |fault| site(fault).edit("content/d.md", "slug = \"d\"", "slug = \"e\"").build().difference_from_cold();
    assert_eq!(found(None), None);
    assert!(found(Some(Fault::BodyLinks)).is_some(), "nobody notices where links of a body lead");
}

#[test]
fn overlooked_images_of_a_body_are_found() {
    let found = |fault| {
        let mut site = site(fault);
        site.and("-- content/b.md --\n![x](x.svg)\n-- content/x.svg --\n<svg width=\"3\" height=\"2\"/>\n").build();
        site.edit("content/x.svg", "width=\"3\"", "width=\"4\"").build().difference_from_cold()
    };
    assert_eq!(found(None), None);
    assert!(found(Some(Fault::BodyImages)).is_some(), "nobody notices what an image is replaced by");
}

#[test]
fn overlooked_words_of_the_search_are_found() {
    let found = |fault| {
        let mut site = site(fault);
        site.and("-- themes/bare/templates/search.html --\n-- themes/bare/templates/search_dialog.html --\n").build();
        site.edit("content/d.md", "title = \"D\"", "title = \"Delta\"").build().difference_from_cold()
    };
    assert_eq!(found(None), None);
    assert!(found(Some(Fault::SearchWords)).is_some(), "nobody notices what the search finds by title");
}

#[test]
fn the_search_for_differences_finds_each_fault() {
    let faults = PARTS.iter().map(|part| Fault::Part(part)).chain([Fault::BodyLinks]);
    let overlooked: Vec<_> = faults.filter(|fault| edits::search(600, Some(*fault)).is_none()).collect();
    assert!(overlooked.is_empty(), "{overlooked:?}");
}
