//! Links in every form in which they are written, anchors, and backlinks.

use crate::site::Site;

/// The addresses that the links of an article come to, and what is said of them.
fn links(target: &str) -> Site {
    let mut site = Site::new(&format!(
        "-- content/_index.md --\n-- content/s/a.md --\n[x]({target})\n-- content/s/b.md --\n## X\n<a id=\"raw\"></a>\n\
         -- content/s/_index.md --\n-- content/s/dir/index.md --\n-- content/s/file.txt --\n-- content/moved.md --\n+++\n\
         url = \"/else/\"\n+++\n-- static/paper.pdf --\n-- content/s/read/README.md --\n-- content/s/read/c.md --\n"
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
