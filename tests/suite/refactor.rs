//! Articles and headings that get other names: every link leads where it led, every old address is answered.

use std::collections::BTreeMap;

use crate::site::{Files, Site};

/// Where the links of each page lead: by the page's title, the titles of the pages and the other files that its body links
/// to, each with whether its fragment is there. Followed through the built site, redirects and all.
pub(crate) fn reached(files: &Files) -> BTreeMap<String, Vec<String>> {
    let pages = files.iter().filter(|(path, _)| path.ends_with(".html"));
    pages
        .filter_map(|(path, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let (facts, body) = text.split_once("\n---\n")?;
            let links = body.split("href=\"").skip(1).chain(body.split("src=\"").skip(1));
            let here = format!("/{}", path.trim_end_matches("index.html"));
            let leads = |link: &str| {
                let href = link.split('"').next().unwrap_or("").replace("&amp;", "&");
                (!href.is_empty() && !href.contains(':') && !href.contains('<')).then(|| follow(files, &here, &href))
            };
            Some((title(facts)?.to_owned(), links.filter_map(leads).collect::<Vec<_>>()))
        })
        .filter(|(_, links)| !links.is_empty())
        .collect()
}

fn title(facts: &str) -> Option<&str> {
    facts.lines().find_map(|line| line.strip_prefix("title "))
}

fn follow(files: &Files, here: &str, href: &str) -> String {
    let (address, fragment) = href.split_once('#').unwrap_or((href, ""));
    let address = address.split('?').next().unwrap_or("");
    let address = if address.is_empty() { here } else { address };
    let decoded = percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned();
    let Some(bytes) = files.get(&file_of(&decoded)) else { return "nothing".to_owned() };
    let text = String::from_utf8_lossy(bytes);
    if let Some(to) = redirect(&text) {
        return format!("by a redirect: {}", follow(files, here, &to));
    }
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    let is_there = fragment.is_empty() || text.contains(&format!("id=\"{fragment}\""));
    match text.split_once("\n---\n").and_then(|(facts, _)| title(facts)) {
        Some(title) if is_there => format!("{title}{}", if fragment.is_empty() { "" } else { "#" }),
        Some(title) => format!("{title}#{fragment} is not there"),
        None => text.into_owned(),
    }
}

fn file_of(address: &str) -> String {
    let path = address.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

/// Where a page that redirects leads to.
fn redirect(text: &str) -> Option<String> {
    let url = text.strip_prefix("moved ")?.split(' ').next()?;
    Some(url.to_owned())
}

/// What is wrong: codes, and how often each.
pub(crate) fn wrong(site: &Site) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    site.diagnostics().iter().for_each(|diagnostic| *codes.entry(diagnostic.code.clone()).or_default() += 1);
    codes
}

/// Runs a command of the binary that renames something, and checks that the site is the site that it was.
fn renamed(site: &mut Site, arguments: &[&str]) -> String {
    site.build();
    let (before, files, problems) = (reached(&site.output()), site.output(), wrong(site));
    let said = site.run(arguments).ends(0);
    site.build();
    let after = site.output();
    assert_eq!(wrong(site), problems, "{:#?}", site.diagnostics());
    assert_eq!(reached(&after), before);
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        let Some(old) = text.split_once("\n---\n").and_then(|(facts, _)| title(facts)) else { continue };
        let address = format!("/{}", path.trim_end_matches("index.html"));
        let reached = follow(&after, "/", &address);
        assert_ne!(reached, "nothing", "{address}");
        // The list of a folder that was left may lead to what was in it.
        let is_article = before.contains_key(old);
        assert!(!is_article || reached.trim_start_matches("by a redirect: ") == old, "{address}: {reached}, not {old}");
    }
    said.stdout
}

const GUIDES: &str = r#"
[[nav.links]]
title = "Start"
to = "/guides/start.md"
-- content/_index.md --
# Home

[start](guides/start.md) and [part](/guides/start#part "A (title)"), [by address](/guides/start/), [[Start here]],
[[guides/start#Part]], [ref][one], [One][], [angle](<guides/start.md#part>) `[no](guides/start.md)`.

[one]: <guides/start.md> "T"
-- content/guides/start.md --
+++
title = "Start here"
weight = 3   # as it was

[extra]
x = 1
+++
To [other](other.md), ![p](start.png), [home](../_index.md), [me](start.md#part), [here](#part), [sib](./other.md?x=1#a).

## Part
-- content/guides/start.png --
picture
-- content/guides/other.md --
---
title: Other
related:
  pin: [start.md]
  block: ["/guides/start.md"]
cards:
  - title: Card
    url: start.md
  - title: All
    url: ../_index.md
---
## A
Back to [start](start) and [start](start.html).
-- data/cards.toml --
[[cards]]
title = "One"
url = "guides/start.md#part"
-- content/cards.md --
+++
title = "Cards"
cards = "cards"
+++
"#;

#[test]
fn an_article_moves_with_its_picture_and_all_that_names_it() {
    let mut site = Site::new(GUIDES);
    let said = renamed(&mut site, &["mv", "guides/start.md", "handbook/first steps.md"]);
    assert_eq!(
        said,
        "changed content/_index.md (6 changes)\n\
         changed content/guides/other.md (5 changes)\n\
         moved   content/guides/start.md -> content/handbook/first steps.md (4 changes)\n\
         moved   content/guides/start.png -> content/handbook/start.png\n\
         changed data/cards.toml (1 change)\n\
         changed site.toml (1 change)\n\
         the old address /guides/start/ leads to /handbook/first-steps/\n\
         the file's old address /guides/start.png is gone: files have no redirects\n"
    );
    let home = "# Home\n\n[start](handbook/first%20steps.md) and [part](/handbook/first%20steps#part \"A (title)\"), \
        [by address](/handbook/first-steps/), [[Start here]],\n[[handbook/first steps#Part]], [ref][one], [One][], \
        [angle](<handbook/first steps.md#part>) `[no](guides/start.md)`.\n\n[one]: <handbook/first steps.md> \"T\"\n";
    assert_eq!(site.text("content/_index.md"), home);
    let article = "+++\ntitle = \"Start here\"\nweight = 3   # as it was\naliases = [\"/guides/start/\"]\n\n[extra]\nx = 1\n+++\n\
        To [other](../guides/other.md), ![p](start.png), [home](../_index.md), [me](first%20steps.md#part), [here](#part), \
        [sib](../guides/other.md?x=1#a).\n\n## Part\n";
    assert_eq!(site.text("content/handbook/first steps.md"), article);
    let other = site.text("content/guides/other.md");
    for part in [
        "pin: [../handbook/first steps.md]",
        "block: [\"/handbook/first steps.md\"]",
        "url: ../handbook/first steps.md\n",
        "[start](../handbook/first%20steps) and [start](../handbook/first%20steps.html)",
    ] {
        assert!(other.contains(part), "{part}\n{other}");
    }
    assert!(site.text("data/cards.toml").contains("url = \"handbook/first steps.md#part\""));
    assert!(site.text("site.toml").contains("to = \"/handbook/first steps.md\""));
}

#[test]
fn it_moves_back_and_its_address_is_its_own_again() {
    let mut site = Site::new(GUIDES);
    renamed(&mut site, &["mv", "guides/start", "handbook/start"]);
    renamed(&mut site, &["mv", "content/handbook/start.md", "content/guides/"]);
    assert!(site.text("content/guides/start.md").contains("aliases = [\"/handbook/\", \"/handbook/start/\"]"));
    let again = Site::new(GUIDES);
    for path in ["content/_index.md", "content/guides/other.md", "data/cards.toml", "site.toml"] {
        assert_eq!(site.text(path), again.text(path), "{path}");
    }
}

#[test]
fn a_folder_moves_as_a_whole() {
    let mut site = Site::new(GUIDES);
    let said = renamed(&mut site, &["mv", "guides", "handbook/guides"]);
    assert!(said.contains("new     content/handbook/guides/_index.md"), "{said}");
    assert!(said.contains("the old address /guides/ leads to /handbook/guides/"), "{said}");
    let article = site.text("content/handbook/guides/start.md");
    assert!(article.contains("To [other](other.md), ![p](start.png), [home](../../_index.md)"), "{article}");
    assert!(!site.root().join("content/guides").exists());
}

#[test]
fn the_page_of_a_folder_takes_the_folder_along() {
    let mut site = Site::new(
        "-- content/a.md --\n# A\n[in](a/b.md) [c](c.md)\n-- content/a/b.md --\n[up](../a.md) [c](/c.md)\n-- content/c.md --\n[a](a) [b](/a/b/)\n",
    );
    renamed(&mut site, &["mv", "a.md", "x/y.md"]);
    assert_eq!(site.text("content/x/y/b.md"), "+++\naliases = [\"/a/b/\"]\n+++\n\n[up](../y.md) [c](/c.md)\n");
    assert_eq!(site.text("content/c.md"), "[a](x/y) [b](/x/y/b/)\n");
}

#[test]
fn what_is_not_ours_stays_byte_for_byte() {
    let mut site = Site::new("-- content/b.md --\nb\n");
    let text = "\u{feff}---\r\ntitle: Ä\r\n---\r\nSee [b](b.md 'x')\t\r\n\r\n* [ü](%C3%BC%20x.md)\r\n[r]\r\n\r\n[R]:\r\n  b.md\r\n";
    site.write("content/a.md", text);
    site.write("content/b.md", "# B\n");
    site.write("content/ü x.md", "\u{feff}# Ü\r\n");
    renamed(&mut site, &["mv", "b.md", "ö/b's.md"]);
    let expected = text.replace("b.md 'x'", "ö/b's.md 'x'").replace("  b.md", "  ö/b's.md");
    assert_eq!(site.text("content/a.md"), expected);
    renamed(&mut site, &["mv", "ü x.md", "ö/y z.md"]);
    assert_eq!(site.text("content/a.md"), expected.replace("%C3%BC%20x.md", "%C3%B6/y%20z.md"));
    assert_eq!(site.text("content/ö/y z.md"), "\u{feff}+++\r\naliases = [\"/ü-x/\"]\r\n+++\r\n\r\n# Ü\r\n");
}

#[test]
fn included_parts_are_found_from_the_new_place() {
    let mut site = Site::new(
        "-- content/a.md --\n# A\n--8<-- \"_parts/p.md\"\n\n```rust file=\"../src/x.rs\"\n```\n-- content/_parts/p.md --\nSee [b](../b.md) and [a](../a.md).\n\
         -- content/b.md --\n> --8<-- \"_parts/p.md\"\n-- src/x.rs --\nfn main() {}\n",
    );
    renamed(&mut site, &["mv", "a.md", "deep/er/a.md"]);
    let article = site.text("content/deep/er/a.md");
    assert!(
        article.contains("--8<-- \"../../_parts/p.md\"") && article.contains("file=\"../../../src/x.rs\""),
        "{article}"
    );
    assert_eq!(site.text("content/_parts/p.md"), "See [b](../b.md) and [a](../deep/er/a.md).\n");
    renamed(&mut site, &["mv", "_parts", "shared/_parts"]);
    assert_eq!(site.text("content/shared/_parts/p.md"), "See [b](../../b.md) and [a](../../deep/er/a.md).\n");
}

#[test]
fn an_alias_takes_no_link_by_title_away_from_another_page() {
    let mut site = Site::new(
        "-- content/a/start.md --\n# One\n-- content/b/start.md --\n# Two\n-- content/b/c.md --\n# Three\n[x](start.md) [[/a/start]] [[b/start]]\n\
         -- content/c/start.md --\n# Four\n[[/c/start]] [[start#x|here]]\n",
    );
    site.build();
    site.run(&["mv", "a/start.md", "a/begin.md"]).ends(0);
    site.build();
    // It was ambiguous, and led to the page in its own folder.
    assert!(site.text("content/c/start.md").contains("[[Four#x|here]]"), "{}", site.text("content/c/start.md"));
    assert!(site.text("content/b/c.md").contains("[x](start.md) [[/a/begin]] [[b/start]]"));
}

#[test]
fn data_of_every_kind_is_rewritten_in_its_own_way() {
    for (path, text, expected) in [
        (
            "data/c.csv",
            "title,url\r\nOne,g/a.md\r\n\"Two, x\",\"g/a.md\"\r\n",
            "title,url\r\nOne,\"h/b,c.md\"\r\n\"Two, x\",\"h/b,c.md\"\r\n",
        ),
        (
            "data/c.json",
            "{\"cards\": [{\"title\": \"O\", \"url\": \"g/a.md\"}]}",
            "{\"cards\": [{\"title\": \"O\", \"url\": \"h/b,c.md\"}]}",
        ),
        ("data/c.yaml", "cards:\n- title: O\n  url: g/a.md # x\n", "cards:\n- title: O\n  url: \"h/b,c.md\" # x\n"),
        ("data/c.toml", "cards = [{ title = 'O', url = 'g/a.md' }]\n", "cards = [{ title = 'O', url = 'h/b,c.md' }]\n"),
    ] {
        let mut site = Site::new(
            "-- content/_index.md --\n+++\ncards = \"c\"\nimage = 'p.png'\n+++\n-- content/g/a.md --\n# A\n-- content/p.png --\np\n",
        );
        site.write(path, text);
        site.build().warns([]);
        site.run(&["mv", "g/a.md", "h/b,c.md"]).ends(0);
        assert_eq!(site.text(path), expected);
        site.run(&["mv", "p.png", "img/q.png"]).ends(0);
        assert!(site.text("content/_index.md").contains("image = 'img/q.png'"));
        site.build().warns([]);
    }
}

#[test]
fn links_that_led_nowhere_name_what_they_named() {
    let mut site = Site::new(
        "-- content/g/a.md --\n[x](gone.md#x) [y](../z.md) [d](draft.md)\n-- content/g/draft.md --\n+++\ndraft = true\n+++\n-- content/g/b.md --\n# B\n",
    );
    renamed(&mut site, &["mv", "g/a.md", "a.md"]);
    assert!(site.text("content/a.md").ends_with("[x](g/gone.md#x) [y](z.md) [d](g/draft.md)\n"));
}

#[test]
fn a_dry_run_is_a_patch_that_git_takes() {
    let mut site = Site::new(GUIDES);
    site.build();
    let patch = site.run(&["mv", "guides/start.md", "handbook/first steps.md", "--dry-run"]).ends(0).stdout;
    assert!(site.root().join("content/guides/start.md").exists());
    for part in
        ["rename to content/handbook/first steps.md\n", "--- a/site.toml\n", "\n+aliases = [\"/guides/start/\"]\n"]
    {
        assert!(patch.contains(part), "{patch}");
    }
    let git = |arguments: &[&str]| {
        let ran = std::process::Command::new("git").args(arguments).current_dir(site.root()).output().unwrap();
        assert!(ran.status.success(), "{arguments:?} {}\n{patch}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q"]);
    std::fs::write(site.root().join("change.patch"), &patch).unwrap();
    git(&["apply", "change.patch"]);
    let by_git = crate::site::tree(&site.root().join("content"));
    let other = Site::new(GUIDES);
    other.run(&["mv", "guides/start.md", "handbook/first steps.md"]).ends(0);
    assert_eq!(by_git, crate::site::tree(&other.root().join("content")));
}

#[test]
fn what_cannot_be_moved_is_told_and_nothing_changes() {
    let site = Site::new(
        "[topics.t]\n-- content/a.md --\n# A\n-- content/b.md --\n+++\naliases = [\"/new/\"]\n+++\n-- content/topics/t.md --\nT\n-- content/f/x.md --\n# X\n",
    );
    let before = crate::site::tree(&site.root().join("content"));
    for (arguments, message) in [
        (["mv", "nowhere.md", "c.md"], "there is no `nowhere.md` in this site's content"),
        (["mv", "a.md", "b.md"], "`content/b.md` is there already"),
        (["mv", "a.md", "a"], "has that name already"),
        (["mv", "a.md", "../out.md"], "`../out.md` is not a path inside the site"),
        (["mv", "f", "f/g"], "it would lie in itself"),
        (["mv", "a.md", "new.md"], "the site would have an error: content/b.md:2:12: error[url-collision]"),
        (["mv", "topics/t.md", "c.md"], "is the prose of a topic"),
        (["mv", "a.md", "_a.md"], "would be no article any more"),
        (["mv", "a.md", ".hidden/a.md"], "not a file of the site that may be changed"),
        (["rename-heading", "a.md", "New"], "`a.md` names no heading"),
        (["rename-heading", "a.md#none", "New"], "content/a.md has no heading `#none`"),
        (["rename-heading", "a.md#a", "--id=x y"], "`x y` can't be the id of a heading"),
    ] {
        site.run(&arguments).ends(2).says([message]);
        assert_eq!(crate::site::tree(&site.root().join("content")), before, "{arguments:?}");
    }
    let broken = Site::new("-- content/a.md --\n+++\nnonsense\n+++\n");
    broken.run(&["mv", "a.md", "b.md"]).ends(2).says(["the site has errors"]);
}

const HEADINGS: &str = r"
-- content/a.md --
# Title

[one](#setup) [two](#setup-1) [[#Setup]] [b](b.md)

## Setup

text

## Setup

### Fixed {#fix .x}
-- content/b.md --
# B

[one](a.md#setup), [two](a.md#setup-1), [[Title#Setup|words]], [[Title#setup]], [x](a.md#fix), [t](a.md#title), [[Title]].
";

#[test]
fn a_heading_is_renamed_with_all_that_names_it() {
    let mut site = Site::new(HEADINGS);
    site.build();
    let said = renamed(&mut site, &["rename-heading", "a.md#setup", "Install *it* now"]);
    assert_eq!(
        said,
        "changed content/a.md (5 changes)\nchanged content/b.md (3 changes)\n\
         the old address #setup leads to the heading as before, beside #install-it-now\n"
    );
    let article = "# Title\n\n[one](#install-it-now) [two](#setup-1) [[#Install it now]] [b](b.md)\n\n<a id=\"setup\"></a>\n\n\
        ## Install *it* now\n\ntext\n\n## Setup {#setup-1}\n\n### Fixed {#fix .x}\n";
    assert_eq!(site.text("content/a.md"), article);
    let other = "# B\n\n[one](a.md#install-it-now), [two](a.md#setup-1), [[Title#Install it now|words]], [[Title#install-it-now]], \
        [x](a.md#fix), [t](a.md#title), [[Title]].\n";
    assert_eq!(site.text("content/b.md"), other);
    // An id that is written stays what it is, unless another is asked for.
    renamed(&mut site, &["rename-heading", "a#fix", "Mended"]);
    assert!(site.text("content/a.md").ends_with("### Mended {#fix .x}\n"));
    renamed(&mut site, &["rename-heading", "content/a.md#fix", "--id", "mended"]);
    assert!(site.text("content/a.md").ends_with("<a id=\"fix\"></a>\n\n### Mended {#mended .x}\n"));
    assert!(site.text("content/b.md").contains("[x](a.md#mended)"));
}

#[test]
fn the_title_of_an_article_is_renamed_too() {
    let mut site = Site::new(HEADINGS);
    site.build();
    site.run(&["rename-heading", "a.md#title", "Another name"]).ends(0);
    site.build().warns([]);
    assert!(site.text("content/a.md").starts_with("# Another name\n\n<a id=\"title\"></a>\n\n[one](#setup)"));
    let other = site.text("content/b.md");
    for part in ["[[Another name#Setup|words]]", "[t](a.md#another-name)", "[[Another name]]"] {
        assert!(other.contains(part), "{part}\n{other}");
    }
}

#[test]
fn headings_in_lists_and_quotes_and_below_lines_are_renamed() {
    for (text, expected) in [
        ("> ## One\n> two\n", "> <a id=\"one\"></a>\n>\n> ## New\n> two\n"),
        ("- ## One\n\n  two\n", "- <a id=\"one\"></a>\n\n  ## New\n\n  two\n"),
        ("One\r\n---\r\ntwo\r\n", "<a id=\"one\"></a>\r\n\r\nNew\r\n---\r\ntwo\r\n"),
        ("## One ##\n", "<a id=\"one\"></a>\n\n## New ##\n"),
    ] {
        let mut site = Site::new("-- content/_index.md --\n[x](a.md#one)\n");
        site.write("content/a.md", text);
        site.build().warns([]);
        site.run(&["rename-heading", "a.md#one", "New"]).ends(0);
        assert_eq!(site.text("content/a.md"), expected);
        assert_eq!(site.text("content/_index.md"), "[x](a.md#new)\n");
        site.build().warns([]).check("a/index.html", ["id=\"one\"", "id=\"new\""]);
    }
}

#[test]
fn raw_html_watched_files_and_the_baseline_go_along_and_what_is_free_is_told() {
    let mut site = Site::new(
        "[check.paths.\"content/guides/start.md\"]\nmissing-alt = \"allow\"\n[extra]\nfirst = \"guides/start.md\"\n\
         -- content/_index.md --\n+++\ntitle = \"Home\"\nwatches = [\"content/guides/start.md\", \"../api.rs\"]\n[extra]\nnext = \"guides/start.md\"\n+++\n\
         <a href=\"guides/start.md#two\">as a file</a> <a href='guides/start/?x#two'>as an address</a> <a href=/guides/start/>rooted</a>\n\n\
         <div>\n<img\n  src=\"guides/pic.png\" alt=\"x\">\n<a href=\"https://example.org/guides/start/\">out</a>\n</div>\n\n\
         `<a href=\"guides/start.md\">` <a href=\"gone.md\">gone</a>\n\
         -- content/guides/start.md --\n# Start\n\n![p](pic.png) <a href=\"../\">up</a> <a href=\"#two\">two</a> <a href=\"../../other/\">other</a>\n\n## Two\n\
         -- content/guides/pic.png --\npicture\n-- content/guides/_index.md --\n# Guides\n-- content/other.md --\n# Other\n\
         -- components/next.html --\n<a href=\"{{ base }}/guides/start/\">next</a> <b>x/guides/start/</b>\n\
         -- data/x.toml --\na = \"guides/started.md\"\nb = \"guides/start.md\"\n",
    );
    site.write("check-baseline.txt", "1\torphan\tcontent/guides/start.md\tas `content/guides/start.md` says\n");
    let said = site.run(&["mv", "guides/start.md", "manual/de luxe/first.md"]).ends(0).stdout;
    let told = "not rewritten, since only you know what is meant there; change by hand what names the moved files:\n  \
        components/next.html:1:20: `/guides/start`\n  data/x.toml:2:6: `guides/start.md`\n  site.toml:";
    assert!(said.contains(told), "{said}");
    assert!(said.contains("content/_index.md:5:9: `guides/start.md`\n"), "{said}");
    let home = site.text("content/_index.md");
    for part in [
        "watches = [\"content/manual/de luxe/first.md\", \"../api.rs\"]",
        "<a href=\"manual/de%20luxe/first.md#two\">",
        "<a href='manual/de-luxe/first/?x#two'>",
        "<a href=/manual/de-luxe/first/>",
        "src=\"manual/de%20luxe/pic.png\"",
        "<a href=\"https://example.org/guides/start/\">out</a>",
        "`<a href=\"guides/start.md\">` <a href=\"gone.md\">gone</a>",
    ] {
        assert!(home.contains(part), "{part}\n{home}");
    }
    let article = site.text("content/manual/de luxe/first.md");
    let links = "<a href=\"../../../guides/\">up</a> <a href=\"#two\">two</a> <a href=\"../../../other/\">other</a>";
    assert!(article.contains(links), "{article}");
    assert!(site.text("site.toml").contains("[check.paths.\"content/manual/de luxe/first.md\"]"));
    let baseline = "1\torphan\tcontent/manual/de luxe/first.md\tas `content/manual/de luxe/first.md` says\n";
    assert_eq!(site.text("check-baseline.txt"), baseline);

    site.run(&["rename-heading", "manual/de luxe/first.md#two", "Three"]).ends(0);
    let home = site.text("content/_index.md");
    assert!(home.contains("first.md#three\">as a file") && home.contains("first/?x#three'>as an address"), "{home}");
    assert!(site.text("content/manual/de luxe/first.md").contains("<a href=\"#three\">two</a>"));
}
