//! Where pages live, which old addresses lead to them, and what collides.

use crate::site::Site;

#[test]
fn files_and_folders_become_addresses() {
    Site::new(
        "-- content/_index.md --\n# Front\n-- content/a.md --\n-- content/guides/_index.md --\n-- content/guides/b.md --\n\
         -- content/guides/deep/er/c.markdown --\n",
    )
    .build()
    .pages([
        "index.html",
        "a/index.html",
        "guides/index.html",
        "guides/b/index.html",
        "guides/deep/index.html",
        "guides/deep/er/index.html",
        "guides/deep/er/c/index.html",
    ])
    .check("index.html", ["kind home", "title Front", "url /\n"])
    .check("guides/index.html", ["kind section", "url /guides/\n", "permalink https://example.org/guides/\n"])
    .check("guides/b/index.html", ["kind article"])
    .check("guides/deep/index.html", ["kind section", "title Deep", "path \n"])
    .warns([]);
}

#[test]
fn uglyurls_are_files() {
    Site::new(
        "uglyurls = true\n[topics.tools]\ntitle = \"Tools\"\n\
         -- content/a.md --\n[b](s/b.md) [s](s/_index.md) [t](/topics/tools.md)\n-- content/s/b.md --\n",
    )
    .build()
    .pages(["index.html", "a.html", "s/index.html", "s/b.html", "topics.html", "topics/tools.html"])
    .check("a.html", ["url /a.html", "href=\"/s/b.html\"", "href=\"/s/\"", "href=\"/topics/tools.html\""])
    .says("s/b.html", "crumb", ["/ Site", "/s/ S"])
    .warns([]);
}

#[test]
fn a_sub_path_goes_before_every_address() {
    Site::new(
        "base_url = \"https://example.org/docs\"\n\
         -- content/a.md --\n+++\naliases = [\"/old/\"]\n+++\n[b](b.md#x) ![i](i.svg)\n\
         -- content/b.md --\n## X\n-- content/i.svg --\n<svg/>\n",
    )
    .build()
    .check("a/index.html", ["url /docs/a/\n", "href=\"/docs/b/#x\"", "src=\"/docs/i.svg\"", "css /docs/assets/bare."])
    .says("old/index.html", "moved", ["/docs/a/ https://example.org/docs/a/ A"])
    .check("sitemap.xml", ["<loc>https://example.org/docs/a/</loc>"])
    .warns([]);
}

#[test]
fn a_slug_replaces_the_last_segment() {
    Site::new(
        "-- content/a.md --\n+++\nslug = \"first\"\n+++\n\
         -- content/s/_index.md --\n---\nslug: section\n---\n-- content/s/b.md --\n+++\nslug = \"two words\"\n+++\n",
    )
    .build()
    .pages(["index.html", "first/index.html", "section/index.html", "section/two-words/index.html"])
    .warns([]);
}

#[test]
fn a_url_replaces_the_whole_address() {
    Site::new(
        "-- content/a.md --\n+++\nurl = \"/x/y\"\n+++\n-- content/b.md --\n+++\nurl = \"z.html\"\n+++\n[a](a.md)\n\
         -- content/s/_index.md --\n+++\nurl = \"/else/where/\"\n+++\n-- content/s/c.md --\n",
    )
    .build()
    .pages(["index.html", "x/y/index.html", "z.html", "else/where/index.html", "s/c/index.html"])
    .check("z.html", ["url /z.html\n", "href=\"/x/y/\""])
    .says("s/c/index.html", "crumb", ["/ Site", "/else/where/ S"])
    .warns([]);
}

#[test]
fn bad_addresses_are_refused() {
    for bad in ["..", ".", "", "  ", "a/b", "a?b", "a#b", "a\\\\b", "a\\nb"] {
        let text = format!("-- content/a.md --\n+++\nslug = \"{bad}\"\n+++\n");
        Site::new(&text).build().fails(["error[bad-address]: the slug"]);
    }
    for bad in ["../a", "/a/../../b", "https://example.org/a", "//host/a", "a?b=c", "/a#b", "", "a\\\\b"] {
        let text = format!("-- content/a.md --\n+++\nurl = \"{bad}\"\n+++\n");
        Site::new(&text).build().fails(["error[bad-address]: the url"]);
        let text = format!("-- content/a.md --\n+++\naliases = [\"{bad}\"]\n+++\n");
        Site::new(&text).build().fails(["error[bad-address]: the alias"]);
    }
    let long = "x".repeat(300);
    Site::new(&format!("-- content/a.md --\n+++\nslug = \"{long}\"\n+++\n")).build().fails(["bad-address"]);
    Site::new(&format!("-- content/a.md --\n+++\naliases = [\"/{long}/\"]\n+++\n")).build().fails(["bad-address"]);
}

#[test]
fn an_alias_redirects_in_each_of_its_forms() {
    Site::new("-- content/a.md --\n+++\naliases = [\"/old/\", \"older\", \"dir/oldest.html\", \"/\u{e4} b/\"]\n+++\n")
        .build()
        .pages([
            "index.html",
            "a/index.html",
            "old/index.html",
            "older/index.html",
            "dir/oldest.html",
            "\u{e4} b/index.html",
        ])
        .says("older/index.html", "moved", ["/a/ https://example.org/a/ A"])
        .warns([]);
}

#[test]
fn pages_of_folders_have_an_order_of_names() {
    Site::new("-- content/s/README.md --\n# Read me\n-- content/s/a.md --\n[s](README.md)\n")
        .build()
        .pages(["index.html", "s/index.html", "s/a/index.html"])
        .check("s/index.html", ["title Read me", "kind section"])
        .check("s/a/index.html", ["href=\"/s/\""]);
    Site::new("-- content/s/README.md --\n# Read me\n-- content/s/index.md --\n# Index\n-- content/s/a.md --\n")
        .build()
        .check("s/index.html", ["title Index", "kind section"])
        .check("s/README/index.html", ["title Read me", "kind article"]);
    Site::new("-- content/README.md --\n# Front\n-- content/a.md --\n")
        .build()
        .pages(["index.html", "a/index.html"])
        .check("index.html", ["title Front", "kind home"]);
}

#[test]
fn a_folder_with_index_md_alone_is_an_article() {
    Site::new("-- content/a/index.md --\n![i](i.svg)\n-- content/a/i.svg --\n<svg/>\n-- content/b.md --\n[a](a/index.md) [a](a/)\n")
        .build()
        .pages(["index.html", "a/index.html", "b/index.html"])
        .check("a/index.html", ["kind article", "src=\"/a/i.svg\""])
        .check("b/index.html", ["<a href=\"/a/\">a</a> <a href=\"/a/\">a</a>"])
        .says("index.html", "child", ["/a/ A (article, 0 min)", "/b/ B (article, 1 min): a a"])
        .warns([]);
}

#[test]
fn a_file_beside_a_folder_of_its_name_is_its_page() {
    Site::new("-- content/s.md --\n# The section\n[b](s/b.md)\n-- content/s/b.md --\n")
        .build()
        .pages(["index.html", "s/index.html", "s/b/index.html"])
        .check("s/index.html", ["title The section", "kind section", "href=\"/s/b/\""])
        .says("s/index.html", "child", ["/s/b/ B (article, 0 min)"])
        .says("s/b/index.html", "crumb", ["/ Site", "/s/ The section"])
        .warns([]);
}

#[test]
fn any_name_becomes_an_address_and_a_link() {
    Site::new(
        "-- content/a.md --\n[1](caf\u{e9}.md) [2](<two words.md>) [3](two%20words.md) [4](100%25.md) [5](\u{65e5}\u{672c}.md) [6](a&b.md)\n\
         -- content/cafe\u{301}.md --\n-- content/two words.md --\n-- content/100%.md --\n-- content/\u{65e5}\u{672c}.md --\n\
         -- content/a&b.md --\n",
    )
    .build()
    .pages([
        "index.html",
        "a/index.html",
        "caf\u{e9}/index.html",
        "two-words/index.html",
        "100/index.html",
        "\u{65e5}\u{672c}/index.html",
        "a&b/index.html",
    ])
    .check("a/index.html", [
        "<a href=\"/caf%C3%A9/\">1</a>",
        "<a href=\"/two-words/\">2</a> <a href=\"/two-words/\">3</a>",
        "<a href=\"/100/\">4</a>",
        "<a href=\"/%E6%97%A5%E6%9C%AC/\">5</a>",
        "<a href=\"/a%26b/\">6</a>",
    ])
    .warns([]);
}

#[test]
fn collisions_name_both_and_write_nothing() {
    Site::new("-- content/a.md --\n-- content/b.md --\n+++\nslug = \"A\"\n+++\n").build().fails([
        "content/b.md:2:8: error[url-collision]: content/b.md and content/a.md would both be written to A/index.html",
    ]);
    Site::new("-- content/a.md --\n-- static/a/index.html --\nx\n")
        .build()
        .fails(["static/a/index.html and content/a.md"]);
    Site::new("-- content/a.md --\n-- content/b.md --\n+++\naliases = [\"/a/\"]\n+++\n")
        .build()
        .fails(["an alias of content/b.md and content/a.md"]);
    Site::new("-- content/a.md --\n+++\naliases = [\"/o/\"]\n+++\n-- content/b.md --\n+++\naliases = [\"/o/\"]\n+++\n")
        .build()
        .fails(["content/b.md:2:12: error[url-collision]: the alias `/o/` is taken already by content/a.md"]);
    Site::new("-- content/x.txt --\n-- static/x.txt --\n").build().fails(["static/x.txt and content/x.txt"]);
    Site::new("-- content/404.md --\n+++\nurl = \"/404.html\"\n+++\n")
        .build()
        .fails(["the page for addresses not found"]);
    Site::new("[topics.tools]\ntitle = \"T\"\n-- content/topics/x.md --\n+++\nslug = \"tools\"\n+++\n")
        .build()
        .fails(["the page of the topic `tools` and content/topics/x.md"]);
    Site::new("-- content/a.md --\n+++\nurl = \"/x.html\"\n+++\n-- content/b.md --\n+++\nurl = \"/x.html/y/\"\n+++\n")
        .build()
        .fails(["content/b.md needs the folder that content/a.md would be written to as a file"]);
    Site::new("-- content/cafe\u{301}.md --\n-- content/caf\u{e9}.md --\n").build().fails(["url-collision"]);
}

#[test]
fn what_is_always_written_may_be_replaced_by_static_files() {
    Site::new("-- content/a.md --\n-- static/robots.txt --\nmine\n-- static/404.html --\nmine\n-- static/sitemap.xml --\nmine\n")
        .build()
        .fails(["the page for addresses not found"])
        .remove("static/404.html")
        .build()
        .check("robots.txt", ["mine"])
        .check("sitemap.xml", ["mine"])
        .same_as_cold();
}

#[test]
fn files_beside_articles_are_copied_and_drafts_of_editors_are_not() {
    let mut site = Site::new(
        "-- content/a/index.md --\n-- content/a/data.csv --\n1,2\n-- content/.hidden --\n-- content/b.md~ --\n-- static/.well-known/x --\n",
    );
    site.build().warns([]);
    let files: Vec<_> = site.output().into_keys().filter(|path| !path.ends_with(".html")).collect();
    assert_eq!(
        files,
        ["a/data.csv", "assets/bare.8392286404.css", "inventory.json", "objects.inv", "robots.txt", "sitemap.xml"]
    );
}
