//! Links in every form in which they are written, anchors, and backlinks.

use crate::site::Site;

/// The addresses that the links of an article come to, and what is said of them.
fn links(target: &str) -> Site {
    let mut site = Site::new(&format!(
        "-- content/_index.md --\n-- content/s/a.md --\n[x]({target})\n-- content/s/b.md --\n## X\n<a id=\"raw\"></a>\n\
         -- content/s/_index.md --\n-- content/s/dir/index.md --\n-- content/s/file.txt --\n-- content/moved.md --\n+++\n\
         url = \"/else/\"\n+++\n-- content/section.md --\n-- static/paper.pdf --\n-- content/s/read/README.md --\n-- content/s/read/c.md --\n"
    ));
    site.build();
    site
}

#[test]
fn links_resolve_in_every_form() {
    for (target, href) in [
        ("b.md", "/s/b/"),
        ("./b.md", "/s/b/"),
        ("b", "/s/b/"),
        ("b.html", "/s/b/"),
        ("b/", "/s/b/"),
        ("../s/b.md", "/s/b/"),
        ("/s/b.md", "/s/b/"),
        ("/s/b/", "/s/b/"),
        ("/s/b", "/s/b/"),
        ("b.md#x", "/s/b/#x"),
        ("b.md#raw", "/s/b/#raw"),
        ("b.md#top", "/s/b/#top"),
        ("b.md#", "/s/b/#"),
        ("b.md?q=1#x", "/s/b/?q=1#x"),
        ("_index.md", "/s/"),
        (".", "/s/"),
        ("..", "/"),
        ("../", "/"),
        ("/", "/"),
        ("../_index.md", "/"),
        ("dir/index.md", "/s/dir/"),
        ("dir/", "/s/dir/"),
        ("read/", "/s/read/"),
        ("../moved.md", "/else/"),
        ("/else/", "/else/"),
        ("file.txt", "/s/file.txt"),
        ("/paper.pdf", "/paper.pdf"),
        ("https://example.com/b.md", "https://example.com/b.md"),
        ("//example.com/", "//example.com/"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("a.md#top", "#top"),
    ] {
        links(target).warns([]).check("s/a/index.html", [&format!("<a href=\"{href}\">x</a>")]);
    }
}

#[test]
fn broken_links_are_told_with_what_was_meant() {
    for (target, said) in [
        ("bb.md", "warning[broken-link]: `bb.md` leads to nothing: there is no content/s/bb.md; did you mean `b.md`?"),
        ("../b.md", "`../b.md` leads to nothing: there is no content/b.md; did you mean `b.md`?"),
        ("moved.md", "there is no content/s/moved.md; did you mean `../moved.md`?"),
        ("/mvoed.md", "there is no content/mvoed.md; did you mean `../moved.md`?"),
        ("/sections.md", "there is no content/sections.md; did you mean `../section.md`?"),
        (
            "/other/x.md",
            "there is no content/other/x.md; a `/` at the beginning stands for `content/`; write the whole",
        ),
        ("/s/other/x.md", "there is no content/s/other/x.md; write that article, or name one that is there"),
        ("../../../etc/passwd", "the link `../../../etc/passwd` leaves the content folder"),
        ("nowhere/at/all", "there is no content/s/nowhere/at/all"),
        ("", "a link without a target leads nowhere"),
        ("b.md#y", "warning[broken-anchor]: content/s/b.md has no heading with the id `y`"),
        ("b.md#X", "content/s/b.md has no heading with the id `X`; did you mean `#x`?"),
        ("#none", "content/s/a.md has no heading with the id `none`"),
    ] {
        links(target).warns([said]);
    }
}

#[test]
fn images_and_reference_links_are_links() {
    Site::new(
        "-- content/a.md --\n![one](pic.svg) ![two](none.svg) [three] <https://example.com/> [four][b]\n\n[three]: b.md\n[b]: c.md\n\
         -- content/b.md --\n-- content/pic.svg --\n<svg/>\n",
    )
    .build()
    .check("a/index.html", ["src=\"/pic.svg\"", "<a href=\"/b/\">three</a>", "<a href=\"https://example.com/\">"])
    .warns(["1:17: warning[broken-image]: the image `none.svg` does not exist", "[broken-link]: `c.md` leads to nothing"]);
}

#[test]
fn anchors_are_the_ids_of_headings() {
    Site::new(
        "-- content/a.md --\n# Title {#own}\n[1](#one) [2](#one-1) [3](#mine) [4](#\u{fc}ber) [5](#%C3%BCber) [6](#own)\n\n\
         ## One\n## One\n## Two {#mine}\n## \u{dc}ber\n",
    )
    .build()
    .check("a/index.html", ["<h2 id=\"one\">", "<h2 id=\"one-1\">", "<h2 id=\"mine\">"])
    .warns([]);
}

#[test]
fn backlinks_name_the_section_that_links() {
    Site::new(
        "-- content/a.md --\n[b](b.md) and [again](b.md)\n\n## Later\n[b](b.md#x)\n-- content/b.md --\n## X\n[self](#x) [self](b.md)\n\
         -- content/c.md --\n[b](b.md) [broken](none.md)\n",
    )
    .build()
    .says("b/index.html", "backlink", ["/a/ A", "/a/#later A (Later)", "/c/ C"])
    .says("a/index.html", "backlink", [])
    .says("b/index.html", "related", ["/a/ A links-here: b and again b", "/c/ C links-here: b broken"])
    .warns(["content/c.md:1:11: warning[broken-link]"]);
}

#[test]
fn backlinks_show_the_sentence_around_the_link() {
    Site::new(
        "theme = \"default\"\n-- content/a.md --\nFirst. Then read\n**[the *other*](b.md)** and `rest`, e.g. twice. Last.\n\n## List\n- [b](b.md)\n- see [[B|it]]\n\n\
         ## Table\n| a | b |\n|---|---|\n| no | with [b](b.md) here |\n\n## On [b](b.md) itself\n-- content/b.md --\n# B\n",
    )
    .build()
    .check(
        "b/index.html",
        [
            "<p>Then read <b>the other</b> and rest, e.g. twice.</p>",
            "<a href=\"/a/#list\">A<span> › List</span></a>\n<p>see <b>it</b></p>",
            "<p>with <b>b</b> here</p>",
            "<p>On <b>b</b> itself</p>",
        ],
    )
    .warns([]);
}

#[test]
fn the_headers_links_are_resolved_and_checked() {
    Site::new(
        "[nav]\nlinks = [{ title = \"A\", to = \"a.md\" }, { title = \"Out\", to = \"https://example.com/\" }, \
         { title = \"Gone\", to = \"gone.md\" }]\n-- content/a.md --\n",
    )
    .build()
    .says("a/index.html", "link", ["/a/ A", "https://example.com/ Out", "gone.md Gone"])
    .warns(["site.toml:7:111: warning[broken-link]: `gone.md` leads to nothing"]);
}

#[test]
fn paths_of_other_sites_on_the_same_host_are_left_as_they_are() {
    let text = "[[nav.links]]\ntitle = \"Blog\"\nto = \"/blog/all/\"\n[check.external]\nsame_host = [\"/blog/*\", \"/shop\"]\n\
                -- content/a.md --\n[one](/blog/2026/?x=1#y), [two](/shop), [mine](/blog/own.md#z), ![three](/blog/p.png)\n\n[four](/shops), [five](/blog/draft.md)\n\
                -- content/blog/own.md --\n## Z\n-- content/blog/draft.md --\n+++\ndraft = true\n+++\n";
    let mut site = Site::new(&format!("base_url = \"https://example.org/docs/\"\n{text}"));
    site.build()
        .check(
            "a/index.html",
            [
                "<a href=\"/blog/2026/?x=1#y\">",
                "<a href=\"/shop\">",
                "<a href=\"/docs/blog/own/#z\">",
                "src=\"/blog/p.png\"",
            ],
        )
        .says("a/index.html", "link", ["/blog/all/ Blog"])
        .warns([
            "3:1: warning[broken-link]: `/shops` leads",
            "3:17: warning[broken-link]: `/blog/draft.md` is not published",
        ]);
    site.edit("site.toml", "\"/shop\"", "\"/shop*\"")
        .build()
        .warns(["`/blog/draft.md` is not published"])
        .same_as_cold();
}

#[test]
fn what_a_link_hides_in_its_escapes_does_not_reach_the_terminal() {
    Site::new("-- content/a.md --\n[x](none%E2%80%AE.md)\n")
        .build()
        .warns(["1:1: warning[broken-link]: `none%E2%80%AE.md` leads to nothing: there is no content/none\u{fffd}.md"]);
}

#[test]
fn links_in_plain_html_are_checked_as_the_addresses_that_readers_get() {
    let mut site = Site::new(
        "base_url = \"https://example.org/docs/\"\n[check.external]\nsame_host = [\"/blog/*\"]\n\
         -- content/_index.md --\n<a href=\"a/\">a</a>\n\
         -- content/a.md --\n## One {#one}\n\n\
         Fine: <a href=\"../b/#two\">1</a> <a href='../b'>2</a> <a href=\"/docs/a/\">3</a> <a href=\"#one\">4</a> <a href=\"#\">5</a>\n\
         <a href=\"/docs/sitemap.xml\">6</a> <a href=\"/blog/x\">7</a> <a href=\"/else/\">8</a> <a href=\"../old/\">9</a> <a href=\"mailto:a@b\">10</a>\n\
         <img src=../p.png alt=\"p\"> `<a href=\"no\">` <a href=\"../b/index.html?x=1\">12</a>\n\n\
         Not: <a href=\"b.md\">1</a> <a href=\"../b/#three\">2</a> <a href=\"#four\">3</a>\n\n\
         <div>\n<img\n  src=\"p.png\" alt=\"p\">\n<!-- <img src=\"no.png\"> --></div>\n\n<video src=\"../none.mp4\"></video>\n\n\
         <!-- check: allow broken-link -->\n<p><a href=\"../gone/\">gone</a></p>\n\
         -- content/b.md --\n+++\naliases = [\"/old/\"]\n+++\n## Two\n-- content/p.png --\n",
    );
    site.build()
        .warns([
            "7:15: warning[broken-link]: `b.md` in HTML leads to nothing: seen from /a/ there is no such page or file; write `../b/`, or the link",
            "7:36: warning[broken-anchor]: content/b.md has no heading with the id `three`",
            "7:64: warning[broken-anchor]: content/a.md has no heading with the id `four`",
            "11:8: warning[broken-image]: `p.png` in HTML leads to nothing: seen from /a/ there is no such file; write `../p.png`",
            "14:13: warning[broken-image]: `../none.mp4` in HTML leads to nothing",
        ])
        .same_as_cold();
    // What appears or goes elsewhere is seen.
    site.write("content/none.mp4", "x").edit("content/b.md", "/old/", "/older/").build().same_as_cold();
    let said = site.run(&["check"]).ends(0);
    assert!(
        !said.stderr.contains("none.mp4") && said.stderr.contains("`../old/` in HTML leads to nothing"),
        "{said:?}"
    );
    assert!(
        !said.stderr.contains("[orphan]")
            && !said.stderr.contains("leads to no other page of the site\n--> content/a.md"),
        "{said:?}"
    );
}

#[test]
fn plain_html_of_strangers_and_of_parts_is_judged_where_it_stands() {
    Site::new("[markdown]\nuntrusted = [\"them\"]\n-- content/them/a.md --\n<a href=\"none/\">x</a> <i>y</i>\n-- content/b.md --\n--8<-- \"_part.md\"\n-- content/_part.md --\n\n<img src=\"no.png\" alt=\"x\">\n")
        .build()
        .warns(["content/_part.md:2:11: warning[broken-image]: `no.png`"]);
}

#[test]
fn an_old_address_leads_to_its_page_without_the_way_round() {
    Site::new(
        "base_url = \"https://example.org/docs/\"\n-- content/a.md --\n[1](/old/x) [2](/old/x/#two) [3](/Alt/b.html) [4](/old/y)\n\
         -- content/b.md --\n+++\naliases = [\"/old/x/\", \"/Alt/b.html\"]\n+++\n## Two\n",
    )
    .build()
    .check("a/index.html", ["<a href=\"/docs/b/\">1</a>", "<a href=\"/docs/b/#two\">2</a>", "<a href=\"/docs/b/\">3</a>"])
    .says("b/index.html", "backlink", ["/docs/a/ A"])
    .warns(["1:47: warning[broken-link]: `/old/y` leads to nothing"]);
}
