//! What programs read: pages as Markdown, whole articles in the feed, question lists as structured data.

use crate::site::Site;

const SITE: &str = r#"theme = "default"
-- content/a.md --
+++
title = "Reading order"
date = 2026-03-01
+++
See [the other](sub/b.md#x "t"), [[Other]], [[sub/b|that one]] and [by name][b].<!-- a note to myself -->

<!-- all of
this -->

:::tip[Try it]
Inside.
:::
{.wide}

--8<-- "_part.md"

`[[Other]]` and `--8<--` stay.

```text
--8<-- "/code.txt"
[x](sub/b.md)
```

[b]: sub/b.md
-- content/_part.md --
+++
title = "Never a page"
+++
From [a part](sub/b.md).
-- content/sub/b.md --
# Other

## X

Text.
-- code.txt --
let x = 1;
"#;

#[test]
fn a_copy_has_everything_in_its_place() {
    let mut site = Site::new(SITE);
    site.configure("theme = \"default\"\n[markdown]\ncopies = true\n").build().warns([]);
    let copy = site.output()["a/index.md"].clone();
    assert_eq!(
        String::from_utf8(copy).unwrap(),
        "# Reading order\n\nSee [the other](https://example.org/sub/b/#x \"t\"), [Other](https://example.org/sub/b/), \
         [that one](https://example.org/sub/b/) and [by name](https://example.org/sub/b/).\n\n\n\
         :::tip[Try it]\nInside.\n:::\n\n\n\
         From [a part](https://example.org/sub/b/).\n\n`[[Other]]` and `--8<--` stay.\n\n\
         ```text\nlet x = 1;\n[x](sub/b.md)\n```\n\n[b]: sub/b.md\n"
    );
    site.check("a/index.html", ["<link rel=\"alternate\" type=\"text/markdown\" href=\"/a/index.md\">"]);
    assert_eq!(String::from_utf8(site.output()["sub/b/index.md"].clone()).unwrap(), "# Other\n\n## X\n\nText.\n");
    assert!(!site.output().keys().any(|path| path.contains("_part")));
}

#[test]
fn copies_follow_what_they_show_and_nothing_else() {
    let mut site = Site::new(SITE);
    site.configure("theme = \"default\"\n[markdown]\ncopies = true\n").build();
    let before = site.output()["sub/b/index.md"].clone();
    site.edit("content/_part.md", "From", "Out of").build().same_as_cold();
    assert!(String::from_utf8(site.output()["a/index.md"].clone()).unwrap().contains("Out of [a part]"));
    assert_eq!(site.output()["sub/b/index.md"], before);
    site.edit("content/sub/b.md", "# Other", "# Another").build().same_as_cold();
    site.configure("theme = \"default\"\n").build().same_as_cold();
    site.is_gone("a/index.md").lacks("a/index.html", ["text/markdown"]);
}

#[test]
fn the_feed_tells_whole_articles_where_it_is_asked_to() {
    let mut site = Site::new(SITE);
    site.build().lacks("atom.xml", ["<content"]);
    site.configure("theme = \"default\"\n[feed]\ncontent = \"full\"\n").build().same_as_cold();
    site.check(
        "atom.xml",
        [
            "<content type=\"html\" xml:base=\"https://example.org/a/\">",
            "callout callout-tip",
            "Inside.",
            "href=&quot;/sub/b/#x&quot;",
            "From &lt;a href=",
        ],
    );
}

/// What is drawn, before code that comes from a file.
const DRAWN: &str = r#"theme = "default"
-- content/a.md --
+++
date = 2026-03-01
+++
```math
x^2
```

```mermaid title="The way"
flowchart LR
  a[One] --> b[Two]
```

```text
--8<-- "/code.txt"
```
-- code.txt --
let x = 1;
"#;

#[test]
fn a_copy_holds_the_source_of_what_is_drawn() {
    let mut site = Site::new(DRAWN);
    site.configure("theme = \"default\"\n[markdown]\ncopies = true\n").build().warns([]);
    assert_eq!(
        String::from_utf8(site.output()["a/index.md"].clone()).unwrap(),
        "# A\n\n```math\nx^2\n```\n\n```mermaid title=\"The way\"\nflowchart LR\n  a[One] --> b[Two]\n```\n\n\
         ```text\nlet x = 1;\n```\n"
    );
}

#[test]
fn the_feed_holds_what_is_drawn_in_plain_colours_and_its_source() {
    let mut site = Site::new(DRAWN);
    site.configure("theme = \"default\"\n[feed]\ncontent = \"full\"\n").build().same_as_cold();
    let shape = "&lt;rect class=&quot;d-node d-line-border&quot; fill=&quot;#eef4f5&quot; stroke=&quot;#5d7f86&quot;";
    let source = "&lt;summary&gt;Source&lt;/summary&gt;";
    site.check("atom.xml", ["&lt;math", shape, source, "a[One] --&amp;gt; b[Two]"]);
}
