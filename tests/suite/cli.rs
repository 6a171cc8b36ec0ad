//! The command line: what each option does, what is said where, and the exit codes.

use std::{collections::BTreeSet, fs, process::Command};

use crate::site::{Said, Site, difference, docweave, tree};

const COMMANDS: &[&str] = &[
    "init",
    "new",
    "import text",
    "build",
    "merge",
    "check",
    "serve",
    "export topics",
    "export graph",
    "explain topics",
    "topics suggest",
    "completions",
    "man",
];

const WARNS: &str = "-- content/a.md --\n[none](none.md)\n";
const FINE: &str =
    "-- content/a.md --\n[b](b.md)\n-- content/b.md --\n+++\ndraft = true\n+++\n-- content/c.md --\nText.\n";

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What the help of a command says.
fn help(folder: &std::path::Path, command: &str) -> Said {
    let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
    docweave(folder, &arguments).ends(0)
}

/// The long options that a help text lists.
fn options(help: &str) -> BTreeSet<String> {
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect()
}

#[test]
fn every_command_has_help() {
    let folder = empty();
    let whole = docweave(folder.path(), &["--help"]).ends(0);
    for command in COMMANDS {
        let first = command.split(' ').next().unwrap();
        assert!(whole.stdout.contains(first), "{command}: {whole:?}");
        let help = help(folder.path(), command);
        assert!(help.stdout.contains("Usage: docweave") && help.stderr.is_empty(), "{help:?}");
    }
    docweave(folder.path(), &["--version"]).ends(0).says([concat!("docweave ", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn the_man_page_and_the_completions_know_every_option() {
    let folder = empty();
    let man = docweave(folder.path(), &["man"]).ends(0).stdout.replace("\\-", "-");
    assert!(man.contains(".TH docweave 1"), "{man}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let completions = docweave(folder.path(), &["completions", shell]).ends(0).stdout;
        for command in COMMANDS {
            let known = command.split(' ').all(|word| completions.contains(word));
            assert!(known && man.contains(&command.to_uppercase()), "{command} of {shell}");
            for option in options(&help(folder.path(), command).stdout) {
                assert!(man.contains(&option), "the man page has no {option} of {command}:\n{man}");
                let bare = option.trim_start_matches('-');
                assert!(completions.contains(bare), "the completions of {shell} have no {option} of {command}");
            }
        }
    }
}

#[test]
fn exit_codes_tell_content_from_usage() {
    let site = Site::new(FINE);
    site.run(&["build"]).ends(0);
    Site::new("-- content/a.md --\n+++\nweight = \"x\"\n+++\n")
        .run(&["build"])
        .ends(1)
        .says(["error[wrong-type]", "nothing was written"]);
    for wrong in [
        &["build", "--nonsense"][..],
        &["build", "--threads", "0"],
        &["build", "--deny", "everything"],
        &["build", "--quiet", "--verbose"],
        &["build", "--base-url", "not an address"],
        &["nonsense"],
        &[],
    ] {
        let said = site.run(wrong).ends(2);
        assert!(said.stdout.is_empty() && !said.stderr.is_empty(), "{said:?}");
    }
    site.run(&["build", "--nonsens"]).ends(2).says(["unexpected argument '--nonsens'"]);
}

#[test]
fn a_folder_without_a_site_is_told_what_to_type() {
    let folder = empty();
    docweave(folder.path(), &["build"]).ends(2).says(["could not read ./site.toml", "docweave init"]);
    docweave(folder.path(), &["build", "--root", "none"]).ends(2).says(["could not open the folder none"]);
    assert_eq!(tree(folder.path()), tree(empty().path()), "nothing is left");
}

#[test]
fn results_and_messages_part_ways() {
    let said = Site::new(WARNS).run(&["build"]).ends(0);
    assert!(said.stdout.contains("1 article, ") && said.stdout.ends_with(": ./public\n"), "{said:?}");
    assert!(said.stderr.contains("warning[broken-link]") && said.stderr.ends_with("1 warning\n"), "{said:?}");
}

#[test]
fn quiet_says_nothing_but_what_is_wrong() {
    let said = Site::new(FINE).run(&["build", "--quiet", "--drafts"]).ends(0);
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", ""));
    let said = Site::new(WARNS).run(&["build", "-q"]).ends(0).says(["warning[broken-link]"]);
    assert_eq!(said.stdout, "");
}

#[test]
fn verbose_counts_and_timings_tell_the_stages() {
    let site = Site::new(FINE);
    site.run(&["build", "--verbose"]).ends(0).says(["parsed 3, composed 2 bodies, rendered 4 of 4 pages"]);
    site.run(&["build", "--timings", "--no-cache"]).ends(0).says([" ms  link\n", " ms  render\n"]);
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let site = Site::new(WARNS);
    assert!(!site.run(&["build"]).stderr.contains('\u{1b}'), "a pipe gets none");
    assert!(site.run(&["build", "--color", "always"]).stderr.contains('\u{1b}'));
    assert!(!site.run(&["build", "--color", "never"]).stderr.contains('\u{1b}'));
}

#[test]
fn denied_warnings_write_nothing() {
    let site = Site::new(WARNS);
    site.run(&["build", "--deny", "warnings"]).ends(1).says(["error[broken-link]", "1 error\n"]);
    assert!(!site.root().join("public/index.html").exists());
    // The same after a build that was fine, whose record remembers the warning.
    site.run(&["build"]).ends(0).says(["warning[broken-link]"]);
    site.run(&["build"]).ends(0).says(["warning[broken-link]", "0 of 3 pages rendered"]);
    site.run(&["build", "--deny", "warnings"]).ends(1).says(["error[broken-link]", "nothing was written"]);
    Site::new("[check]\nbroken-link = \"error\"\n-- content/a.md --\n[none](none.md)\n").run(&["build"]).ends(1);
    let said = Site::new("[check]\nbroken-link = \"allow\"\n-- content/a.md --\n[none](none.md)\n")
        .run(&["build", "--deny", "warnings"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}

#[test]
fn explain_names_the_part_that_changed() {
    let mut site = Site::new(FINE);
    let explain = |site: &Site, page: &str| site.run(&["build", "--quiet", "--explain", page]).ends(0).stdout;
    assert_eq!(explain(&site, "/c/"), "c/index.html: rendered, it is new\n");
    for page in ["/c/", "c/index.html", "content/c.md", "c"] {
        assert_eq!(explain(&site, page), "c/index.html: kept, nothing that it depends on changed\n");
    }
    site.edit("content/c.md", "Text.", "Test.");
    let said = explain(&site, "/c/");
    assert!(said.contains("rendered, because these changed:") && said.contains("  body: "), "{said}");
    assert!(!said.contains("theme") && !said.contains("sidebar"), "{said}");
    site.remove("public/c/index.html");
    assert_eq!(explain(&site, "/c/"), "c/index.html: rendered, the file was gone or had been changed\n");
    site.run(&["build", "--explain", "/none/"]).ends(2).says(["/none/: the site has no such page\n"]);
}

#[test]
fn verify_finds_a_byte_that_somebody_changed() {
    let mut site = Site::new(FINE);
    site.run(&["build", "--verify"]).ends(0).says(["verified: 9 files equal a cold build"]);
    // Of another size: found and mended by any build.
    site.edit("public/c/index.html", "<p>Text.", "<p>Texts.");
    site.run(&["build", "--verify"]).ends(0);
    // Of the same size: no build looks that close but this one.
    site.edit("public/c/index.html", "<p>Text.", "<p>Test.");
    site.run(&["build", "--verify"]).ends(2).says([
        "a cold build differs at byte",
        "public/c/index.html",
        "--no-cache",
    ]);
    site.run(&["build", "--no-cache", "--verify"]).ends(0);
}

#[test]
fn without_the_cache_the_bytes_are_the_same() {
    let site = Site::new(include_str!("woven_site.txt"));
    let output = |arguments: &[&str]| {
        let said = site.run(arguments).ends(0);
        (tree(&site.root().join("public")), said.stderr)
    };
    let first = output(&["build"]);
    for arguments in [
        &["build"][..],
        &["build", "--no-cache"],
        &["build", "--threads", "1", "--no-cache"],
        &["build", "--threads", "7", "--no-cache"],
    ] {
        let (files, messages) = output(arguments);
        assert_eq!(difference(&first.0, &files), None, "{arguments:?}");
        assert_eq!(first.1, messages, "{arguments:?}");
    }
}

#[test]
fn the_address_and_the_folder_may_be_chosen() {
    let site = Site::new(FINE);
    site.run(&["build", "--drafts", "--base-url", "https://example.com/sub/", "--output", "elsewhere/out"]).ends(0);
    let page = site.text("elsewhere/out/a/index.html");
    assert!(page.contains("permalink https://example.com/sub/a/") && page.contains("href=\"/sub/b/\""), "{page}");
    assert!(!site.root().join("public").exists());
    site.run(&["build", "--base-url", "/docs/"]).ends(0);
    assert!(site.text("public/c/index.html").contains("url /docs/c/"));
}

#[test]
fn drafts_are_built_when_asked_for_and_leave_again() {
    let site = Site::new(FINE);
    let draft = site.root().join("public/b/index.html");
    site.run(&["build", "--drafts"]).ends(0);
    assert!(draft.exists());
    site.run(&["build"]).ends(0).says(["`b.md` is not published"]);
    assert!(!draft.exists());
}

#[test]
fn the_output_folder_is_never_one_with_other_files() {
    let mut site = Site::new(FINE);
    site.write("full/mine.txt", "mine");
    for output in [".", "..", "content", "content/out", "static", "themes/bare"] {
        site.run(&["build", "--output", output]).ends(2);
    }
    site.write("full/index.html", "mine too");
    site.run(&["build", "--output", "full"]).ends(2);
    assert_eq!(site.text("full/mine.txt") + &site.text("full/index.html"), "minemine too");
}

#[test]
fn a_new_site_builds_without_a_warning() {
    let folder = empty();
    docweave(folder.path(), &["init", "my-site", "--title", "A \"quoted\" title"])
        .ends(0)
        .says(["my-site/site.toml", "docweave serve --root my-site"]);
    let said = docweave(folder.path(), &["build", "--root", "my-site", "--deny", "warnings", "--verify"]).ends(0);
    assert_eq!(said.stderr, "");
    let home = fs::read_to_string(folder.path().join("my-site/public/index.html")).unwrap();
    assert!(home.contains("A &quot;quoted&quot; title"), "{home}");
}

#[test]
fn init_overwrites_nothing() {
    let folder = empty();
    docweave(folder.path(), &["init"]).ends(0);
    let before = tree(folder.path());
    docweave(folder.path(), &["init"]).ends(2).says(["there is a file already", "docweave init my-site"]);
    assert_eq!(difference(&before, &tree(folder.path())), None);
    let other = empty();
    fs::create_dir(other.path().join("content")).unwrap();
    fs::write(other.path().join("content/_index.md"), "mine").unwrap();
    docweave(other.path(), &["init"]).ends(2).says(["content/_index.md"]);
    assert_eq!(tree(other.path()).len(), 1, "nothing is begun that can't be finished");
}

#[test]
fn pipelines_are_written_beside_a_site_or_with_one() {
    for (host, file) in [
        ("github", ".github/workflows/site.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("forgejo", ".forgejo/workflows/site.yml"),
    ] {
        let folder = empty();
        let said = docweave(folder.path(), &["init", "--ci", host]).ends(0).says([file, "created ./site.toml"]);
        assert!(said.stderr.is_empty());
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(env!("CARGO_PKG_VERSION")) && !text.contains("{{ version }}"), "{text}");
        let tree: serde_json::Value = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(tree.is_object() && text.contains("docweave build --deny warnings"));
        docweave(folder.path(), &["init", "--ci", host]).ends(2).says(["there is a file already", file]);
        docweave(folder.path(), &["init", "--ci", "docker"]).ends(0).says(["created ./Dockerfile"]);
        docweave(folder.path(), &["build", "--deny", "warnings"]).ends(0);
    }
}

#[test]
fn new_begins_articles_from_archetypes() {
    let mut site = Site::new(
        "-- archetypes/guides.md --\n+++\ntitle = \"{{ title }}\"\ndate = {{ date }}\n+++\nA guide.\n\
                              -- archetypes/news.md --\n---\ntitle: \"{{ title }}\"\n---\nNews of {{ date }}.\n",
    );
    site.run(&["new", "guides/first-steps.md"]).ends(0).says(["./content/guides/first-steps.md\n"]);
    assert_eq!(
        site.text("content/guides/first-steps.md"),
        "+++\ntitle = \"First steps\"\ndate = 2024-01-01\n+++\nA guide.\n"
    );
    site.run(&["new", "other/b", "--kind", "news", "--title", "Say \"hi\""]).ends(0);
    assert_eq!(site.text("content/other/b.md"), "---\ntitle: \"Say \\\"hi\\\"\"\n---\nNews of 2024-01-01.\n");
    site.run(&["new", "content/c.md"]).ends(0);
    assert!(site.text("content/c.md").contains("title = \"C\""));
    site.run(&["new", "d", "--kind", "none"]).ends(2).says(["there is no archetype archetypes/none.md"]);
    site.build().warns([]);
}

#[test]
fn new_overwrites_nothing_and_stays_in_the_content() {
    let site = Site::new("-- content/a.md --\nmine\n");
    site.run(&["new", "a.md"]).ends(2).says(["could not create", "does not overwrite"]);
    assert_eq!(site.text("content/a.md"), "mine\n");
    let before = tree(site.root());
    for path in ["../a.md", "/etc/a.md", "a/../../b.md", "..", "", "a//b.md", ".hidden.md", "a\nb.md"] {
        site.run(&["new", path]).ends(2);
    }
    assert_eq!(difference(&before, &tree(site.root())), None);
    docweave(empty().path(), &["new", "a.md"]).ends(2).says(["there is no site.toml"]);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = empty();
    let command = "\"$0\" man | head -c 1 > first && \"$0\" completions bash | head -n 1 > second";
    let said = Command::new("sh")
        .args(["-c", command, env!("CARGO_BIN_EXE_docweave")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
}

#[test]
fn of_many_warnings_the_first_are_drawn_and_each_is_told() {
    let links: String = (0..150).map(|number| format!("[a](none-{number}.md)\n")).collect();
    let site = Site::new(&format!("-- content/a.md --\n{links}"));
    let said = site.run(&["build"]).ends(0).says(["the first 50 in a line each", "150 warnings\n"]);
    assert_eq!(said.stderr.matches(" --> content/a.md:").count(), 100, "drawn");
    assert!(
        said.stderr.starts_with("content/a.md:1:1: warning[broken-link]: `none-0.md` leads to nothing"),
        "{said:?}"
    );
    let said = site.run(&["build", "--verbose"]).ends(0);
    assert_eq!(said.stderr.matches("--> content/a.md:").count(), 150, "{said:?}");
}

#[test]
fn errors_stand_where_people_look_first_however_much_else_there_is() {
    let links: String = (0..150).map(|number| format!("[a](none-{number}.md)\n")).collect();
    let mut site = Site::new(&format!("-- content/b.md --\n{links}-- content/a.md --\n+++\ntitel = \"A\"\n+++\n"));
    for (command, code) in [("build", 1), ("check", 1)] {
        let said = site.run(&[command]).ends(code);
        let error = said.stderr.find("error[unknown-key]: ").unwrap();
        assert!(
            said.stderr[error..]
                .starts_with("error[unknown-key]: unknown key `titel`\n --> content/a.md:2:1\n  |\n2 | titel"),
            "{said:?}"
        );
        assert!(!said.stderr[error..].contains("warning["), "{said:?}");
    }
    // With few findings too.
    site.write("content/b.md", "[a](none.md)\n");
    let said = site.run(&["build"]).ends(1);
    assert!(said.stderr.find("error[").unwrap() > said.stderr.find("warning[").unwrap(), "{said:?}");
}
