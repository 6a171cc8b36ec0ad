//! `markdown.untrusted`: what strangers write, in all of a site or in some of its folders.

use crate::{
    property::{any_text, runner},
    site::Site,
    spec::normal::tags,
};
use docweave::{
    model::{Doc, RelPath, doc::Hole, untrusted::Untrusted},
    parse::{self, Included, Options},
};
use proptest::prelude::*;

#[test]
fn html_is_sanitised_in_the_folders_of_strangers_alone() {
    let mut site = Site::new(
        r#"
[markdown]
untrusted = ["wiki"]
-- content/a.md --
<b onclick="x" class="wide">A</b>
-- content/wiki/b.md --
<b onclick="x" class="wide">B</b> <script>c</script>

<details><summary>More</summary>

**Bold** <img src="data:image/png;base64,AA" alt="x"> [d](javascript:x) ![e](<data:text/html,x>)

</details></div></main>
"#,
    );
    site.build();
    site.check("a/index.html", ["<b onclick=\"x\" class=\"wide\">A</b>"]);
    site.check(
        "wiki/b/index.html",
        [
            "<b>B</b> c",
            "<details><summary>More</summary>",
            "<strong>Bold</strong> <img alt=\"x\">",
            "<a href=\"\">d</a>",
            "</details>",
        ],
    );
    site.lacks("wiki/b/index.html", ["onclick", "wide", "<script>c", "javascript:", "data:", "</details></div>"]);
}

#[test]
fn components_are_used_where_they_are_allowed() {
    let text = |allowed: &str| {
        format!(
            r#"
[markdown]
untrusted = true
untrusted_components = [{allowed}]
-- content/a.md --
# A

{{{{ badge(text="new") }}}}

:::quote[Who]
Words.
:::
-- components/badge.html --
{{% component badge(text: string) %}}BADGE {{{{ text }}}}{{% endcomponent badge %}}
-- components/quote.html --
{{% component quote(title: string) %}}QUOTE {{{{ body }}}}{{% endcomponent quote %}}
"#
        )
    };
    let mut none = Site::new(&text(""));
    none.build().warns(["untrusted-content", "untrusted-content"]);
    none.check("a/index.html", ["{{ badge(text=\"new\") }}", "<p>Words.</p>"]);
    none.lacks("a/index.html", ["BADGE", "QUOTE"]);
    let mut some = Site::new(&text("\"badge\""));
    some.build().warns(["untrusted-content"]);
    some.check("a/index.html", ["BADGE new"]);
    some.lacks("a/index.html", ["QUOTE"]);
}

#[test]
fn nothing_outside_of_the_content_is_included() {
    let mut site = Site::new(
        r#"
[markdown]
untrusted = ["wiki"]
-- content/wiki/a.md --
--8<-- "/secret.txt"

--8<-- "/content/_part.md"
-- content/wiki/_part.md --
--8<-- "/secret.txt"
-- content/_part.md --
A part of the content.
-- content/b.md --
--8<-- "wiki/_part.md"
-- content/c.md --
--8<-- "/secret.txt"
-- secret.txt --
A key.
"#,
    );
    site.build().fails([
        "content/wiki/_part.md:1:9: error[missing-include]: `secret.txt` is not included",
        "content/wiki/a.md:1:9: error[missing-include]: `secret.txt` is not included",
    ]);
}

#[test]
fn files_that_could_run_are_not_published() {
    let mut site = Site::new(
        r#"
[markdown]
untrusted = ["wiki"]
-- content/a.md --
A.
-- content/a.svg --
<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>
-- content/wiki/b.md --
B.
-- content/wiki/b.svg --
<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>
-- content/wiki/b.html --
<script>x</script>
-- content/wiki/b.csv --
a,b
"#,
    );
    site.build().warns(["untrusted-content", "untrusted-content"]);
    let files = site.output();
    assert!(files.contains_key("a.svg") && files.contains_key("wiki/b.csv"));
    assert!(!files.contains_key("wiki/b.svg") && !files.contains_key("wiki/b.html"));
}

/// All tags of a document in the order in which a page has them, those in its holes too.
fn all_tags(doc: &Doc, into: &mut String) {
    let mut from = 0;
    for (at, hole) in &doc.holes {
        into.push_str(&doc.html[from..*at as usize]);
        from = *at as usize;
        match hole {
            Hole::Component(_, Some(body)) => all_tags(body, into),
            Hole::Wikilink(link) => link.label.iter().for_each(|label| all_tags(label, into)),
            Hole::Term(_) => into.push_str("<a>"),
            _ => {}
        }
    }
    into.push_str(&doc.html[from..]);
}

/// Whatever strangers write: as many tags end as begin, of each name, and none ends before it began. So nothing that
/// stands around the text ends in it.
#[test]
fn nothing_around_the_text_ends_in_it() {
    const HTML: &[&str] = &[
        "<div>",
        "</div>",
        "<section>\n",
        "</section>",
        "<details><summary>",
        "</summary>",
        "</details>\n\n",
        "<ul><li>",
        "<li>",
        "</ul>",
        "<table><tr><td>\n\n",
        "</td></tr></table>",
        "</p>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "</main></body>",
        "<a href=\"x\">",
        "</a>",
        "<svg><g>",
        "<!-- x -->",
        "\n\n<div>\n\n",
        "\n\n</div>\n\n",
        "<p>",
        "<br>",
        "<td>",
        "<dl><dt>",
        "</dl>",
    ];
    let html = prop::collection::vec((any_text(), prop::sample::select(HTML)), 1..6);
    let untrusted = Untrusted { folders: vec![RelPath::default()], components: Vec::new() };
    let options = Options { untrusted, ..Options::default() };
    let result = runner(1500).run(&html, |pieces| {
        let text: String = pieces.into_iter().flat_map(|(text, html)| [text, html.to_owned()]).collect();
        let parsed = parse::article(&RelPath::new("s/a.md").unwrap(), &text, &options, &Included::new());
        let mut written = String::new();
        all_tags(&parsed.doc, &mut written);
        for html in [&written, &parsed.head.title_html] {
            let mut open = std::collections::BTreeMap::new();
            for tag in tags(html) {
                let is_void = matches!(tag.as_str(), "br" | "hr" | "img" | "input" | "wbr" | "col" | "area");
                match tag.strip_prefix('/') {
                    Some(name) => {
                        let count: &mut i32 = open.entry(name.to_owned()).or_default();
                        *count -= 1;
                        prop_assert!(*count >= 0, "</{}> in {} of {:?}", name, html, text);
                    }
                    None if !is_void => *open.entry(tag).or_default() += 1,
                    None => {}
                }
            }
            prop_assert!(open.values().all(|count| *count == 0), "{:?} in {} of {:?}", open, html, text);
        }
        Ok(())
    });
    result.unwrap();
}
