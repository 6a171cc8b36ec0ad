//! The record of addresses: what a build says of those that are lost, and that it is an input like any other.

use crate::site::{Site, line};

const SITE: &str = r#"
[topics.tools]
title = "Tools"
terms = { "data lake" = "Water." }
-- content/_index.md --
# Home
-- content/a.md --
+++
title = "About lakes"
aliases = ["/old/a/", "/older.html"]
+++
## Über uns
## Boats on a lake
<a name="buoy"></a>
-- content/b.md --
# Bees
## Honey
-- content/draft.md --
+++
draft = true
+++
## Secret
"#;

const RECORD: &str = "# The addresses of this site and the ids on each page, written by `docweave urls --write`.\n\
    # A build tells of those that are lost.\n/ home\n/a/ boats-on-a-lake buoy über-uns\n/b/ bees honey\n/glossary/ term-data-lake\n/old/a/\n/older.html\n\
    /topics/\n/topics/tools/ term-data-lake\n";

#[test]
fn every_address_and_every_id_is_recorded() {
    let site = Site::new(SITE);
    let printed = site.run(&["urls"]).ends(0).stdout;
    assert!(!site.root().join("urls.txt").exists());
    let written = site.run(&["urls", "--write"]).ends(0).stdout;
    assert_eq!(written, "8 addresses and 8 ids: ./urls.txt\n");
    assert_eq!(site.text("urls.txt"), printed);
    assert_eq!(printed.replace("/topics/tools/ data-lake", "/topics/tools/ term-data-lake"), RECORD);
}

/// What a build says of the record.
fn told(site: &mut Site) -> Vec<String> {
    site.build().same_as_cold();
    site.diagnostics().iter().filter(|d| d.code.starts_with("lost")).map(line).collect()
}

#[test]
fn what_is_lost_is_told_with_what_is_most_like_it_and_builds_stay_exact() {
    let mut site = Site::new(SITE);
    site.build();
    site.run(&["urls", "--write"]).ends(0);
    assert_eq!(told(&mut site), [""; 0]);
    site.build().counts(0, 0, 0);

    site.rename("content/b.md", "content/insects/wild bees.md").edit("content/a.md", "## Über uns\n", "## Über alle\n");
    assert_eq!(
        told(&mut site),
        [
            "urls.txt:4:26: warning[lost-anchor]: the id `über-uns` on /a/ is lost; write `<a id=\"über-uns\"></a>` above `## Über alle` in \
             content/a.md, or let `docweave check --fix` do it; `docweave urls --write` lets it go",
            "urls.txt:5:1: warning[lost-url]: the address /b/ is lost: no page has it, and none redirects from it; add `aliases = [\"/b/\"]` \
             to content/insects/wild bees.md, which is most like it, or let `docweave check --fix` do it; `docweave urls --write` lets it go",
        ]
    );
    // Only the record changes: nothing is parsed or rendered, and yet what is told is another thing.
    site.edit("urls.txt", "/b/ bees honey\n", "");
    assert_eq!(told(&mut site).len(), 1);
    site.counts(0, 0, 0);
    site.edit("urls.txt", " über-uns", "").edit("urls.txt", "/older.html\n", "older.html\n");
    let problems = told(&mut site);
    assert_eq!(
        problems,
        [
            "urls.txt:7:1: warning[lost-url]: this line of the record begins with no address: `older.html`; write it anew with `docweave urls --write`"
        ]
    );
    site.remove("urls.txt");
    assert_eq!(told(&mut site), [""; 0]);
}

#[test]
fn an_old_address_answers_with_the_ids_of_its_page() {
    let mut site = Site::new(SITE);
    site.write("urls.txt", "\u{feff}/b/ bees honey\r\n/b/c/\r\n");
    site.build();
    site.run(&["mv", "b.md", "c/d.md"]).ends(0);
    assert_eq!(told(&mut site).len(), 1, "{:#?}", told(&mut site));
    site.run(&["rename-heading", "c/d.md#honey", "Wax"]).ends(0);
    assert_eq!(told(&mut site).len(), 1, "an anchor stands in for the id");
    let said = site.run(&["urls", "--write"]).ends(0).stdout;
    assert!(said.starts_with("let go: /b/c/\n"), "{said}");
    assert_eq!(told(&mut site), [""; 0]);
}

/// Runs git in the folder of a site.
fn git(site: &Site, arguments: &[&str]) {
    let mut git = std::process::Command::new("git");
    git.current_dir(site.root()).args([
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgSign=false",
    ]);
    let done = git.args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

#[test]
fn what_git_saw_move_keeps_its_address_and_its_ids() {
    let mut site = Site::new(
        "[[nav.links]]\ntitle = \"S\"\nto = \"guides/start.md\"\n-- content/_index.md --\n# Home\n\n[start](guides/start.md#install) ![p](guides/p.png)\n\
         -- content/guides/start.md --\n# Start\n\nHow it begins. [other](../other.md) and [part](part.md).\n\n## Install\n\nx\n\
         -- content/guides/part.md --\n# Part\n-- content/guides/p.png --\npicture of a thing\n\
         -- content/guides/_index.md --\n---\ntitle: Guides\nslug: handbook\n---\n-- content/other.md --\n+++\nrelated = { pin = [\"guides/start.md\"] }\n+++\n# Start\n\n## Install\n",
    );
    site.build();
    site.run(&["urls", "--write"]).ends(0);
    git(&site, &["init", "--quiet"]);
    git(&site, &["add", "content"]);
    git(&site, &["commit", "--quiet", "-m", "one"]);
    // Moved twice, once in a commit and once in the work tree; another article of the same words is there as well.
    site.rename("content/guides/start.md", "content/one.md");
    git(&site, &["add", "-A"]);
    git(&site, &["commit", "--quiet", "-m", "two"]);
    git(&site, &["mv", "content/one.md", "content/two.md"]);
    git(&site, &["mv", "content/guides/p.png", "content/q.png"]);
    assert_eq!(told(&mut site).len(), 1, "{:#?}", told(&mut site));
    let said = site.run(&["check", "--fix", "--dry-run"]).ends(0);
    assert!(said.stdout.contains("\n+aliases = [\"/handbook/start/\"]\n"), "{said:?}");
    assert!(!site.text("content/two.md").contains("aliases"), "a dry run writes nothing");
    site.run(&["check", "--fix"]).ends(0).says(["/handbook/start/ leads to content/two.md, which git saw move"]);
    let moved = site.text("content/two.md");
    assert!(moved.starts_with("+++\naliases = [\"/handbook/start/\"]\n+++\n"), "{moved}");
    assert!(moved.contains("[other](other.md) and [part](guides/part.md)."), "{moved}");
    assert_eq!(site.text("content/_index.md"), "# Home\n\n[start](two.md#install) ![p](q.png)\n");
    assert!(site.text("site.toml").contains("to = \"two.md\""));
    assert!(site.text("content/other.md").contains("pin = [\"two.md\"]"));
    assert_eq!(told(&mut site), [""; 0]);
}

#[test]
fn what_is_lost_is_mended_where_nothing_else_could_be_meant() {
    let mut site = Site::new(SITE);
    site.configure("[check]\nlost-url = \"error\"\n");
    site.write("content/c.md", "# Cats\n\n## Food\n\n## Sleep\n")
        .write("content/d.md", "# Dogs\n\n## Food\n\n## Walks\n");
    site.build();
    site.run(&["urls", "--write"]).ends(0);
    // Its ids are nobody else's; an id with a slip of the pen; a page that is gone, and one that has some of its ids.
    site.rename("content/b.md", "content/insects/wild bees.md").edit(
        "content/a.md",
        "## Boats on a lake\n",
        "## Boats on the lake\n",
    );
    site.remove("content/c.md").write("content/e.md", "# Eels\n\n## Food\n");
    let said = site.run(&["check", "--fix"]).ends(1);
    assert!(said.stdout.contains("+aliases = [\"/b/\"]\n"), "{said:?}");
    assert!(said.stdout.contains("+<a id=\"boats-on-a-lake\"></a>\n"), "{said:?}");
    assert!(said.stderr.contains("the address /c/ is lost") && !said.stderr.contains("address /b/"), "{said:?}");
    let left: Vec<String> = told(&mut site);
    assert_eq!(left.len(), 1, "{left:#?}");
    // The site as it is mended keeps its promises.
    site.edit("urls.txt", "/c/ cats food sleep\n", "").build().warns([]);
}
