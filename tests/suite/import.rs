//! Text that comes from elsewhere: what becomes of whole texts, and how the command writes it down.
//!
//! `import/short.txt` and `import/long.txt` have the shapes of articles as they come from pages, broken bytes included.

use std::{fs, path::Path};

use docweave::import::{self, Imported, Source};

use crate::site::{Files, Said, docweave, tree};

const SHORT: &str = include_str!("import/short.txt");
const LONG: &str = include_str!("import/long.txt");

fn imported(text: &str) -> Imported {
    let source = Source { name: "notes/bee-notes.txt", bytes: text.as_bytes(), encoding: None };
    import::text(&source).unwrap()
}

fn told(imported: &Imported) -> Vec<String> {
    imported.report.iter().map(ToString::to_string).collect()
}

/// A new site in a folder of its own, `site`, beside which texts lie.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    docweave(folder.path(), &["init", "site"]).ends(0);
    folder
}

/// Writes texts beside a site, and imports them from within it.
fn import(folder: &Path, texts: &[(&str, &[u8])], options: &[&str]) -> Said {
    let mut arguments = vec!["import".to_owned(), "text".to_owned()];
    for (name, bytes) in texts {
        fs::write(folder.join(name), bytes).unwrap();
        arguments.push(format!("../{name}"));
    }
    arguments.extend(options.iter().map(ToString::to_string));
    docweave(&folder.join("site"), &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The files of a site that `init` did not make.
fn added(folder: &Path) -> Files {
    let fresh = tree(&site().path().join("site"));
    tree(&folder.join("site")).into_iter().filter(|(path, _)| !fresh.contains_key(path)).collect()
}

fn text(files: &Files, path: &str) -> String {
    let bytes = files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn a_short_article_comes_out_of_its_page() {
    let imported = imported(SHORT);
    assert_eq!(imported.slug, "should-a-beekeeper-learn-to-paint");
    assert_eq!(
        imported.article,
        r#"+++
title = "Should a beekeeper learn to paint?"
description = "Painting a hive keeps its wood alive, and bees find home by colour. Two afternoons are enough to learn it."
date = 2024-03-09
cards = ["should-a-beekeeper-learn-to-paint-hive-of-the-week", "should-a-beekeeper-learn-to-paint-paint-prices"]
+++

Painting a hive keeps its wood alive, and bees find home by colour. Two afternoons are enough to learn it. What to think of first:

## Materials

1. **Wood oil:** It lets the wood breathe.

2. **Brushes:** One broad, one narrow, both soft.

## Risks

1. **Bad smells:** Some paints drive a colony out.

2. **Haste:** Wet paint and bees do not mix, etc.

All in all it is an afternoon well spent, if you leave the entrance alone.
"#
    );
    assert_eq!(
        imported.data[0].1,
        r#"title = "Hive of the week"

[[cards]]
label = "Hive of the week 👀"
title = "Observation hive – oak"
text = "Meadow & Sons | Leeds, UK"
meta = ["Part-time", "Beginner", "GBP 80 - 120"]

[[cards]]
label = "Hive of the week 👀"
title = "Travel hive"
text = "Skep Works | Remote"
meta = ["Full Time", "Expert", "GBP 300 - 320"]
"#
    );
    assert_eq!(
        told(&imported),
        [
            "mended 3: `ยท` to `·`, UTF-8 that was read as windows-874",
            "mended 22, 28: `๐Ÿ‘€` to `👀`",
            "mended 23: `โ€“` to `–`",
            "found 1: title: Should a beekeeper learn to paint?",
            "found 3: date: 2024-03-09",
            "found 6: description",
            "found 8, 14: 2 headings: `Materials`, `Risks`",
            "found 10-12, 16-18: 2 lists, 4 items",
            "data 22-33: 2 cards: Hive of the week",
            "data 35-38: 2 cards: Paint Prices",
            "left out 3: `4 min read · Mar. 9, 2024`: reading time is counted anew",
            "left out 4: `Table of contents`, which has no entries",
            "left out 37-38: `Details`, the words of a link",
            "left out 40: `Related articles`, with nothing below it",
        ]
    );
}

#[test]
fn a_long_article_comes_out_with_its_headings_and_questions() {
    let imported = imported(LONG);
    assert_eq!(imported.slug, "counting-home-how-small-brains-use-small-numbers");
    assert_eq!(
        imported.article,
        "+++
title = \"Counting Home: How Small Brains Use Small Numbers\"
description = \"“Counting Home: How Small Brains Use Small Numbers” looks at what a bee does with numbers, and at the people who found out with paper, patience and sugar water.\"
+++

> [!QUOTE]
> Counting Home: What Bees Do with Four.

“Counting Home: How Small Brains Use Small Numbers” looks at what a bee does with numbers, and at the people who found out with paper, patience and sugar water.

## Why Bees Count

A bee that flies out passes things on its way. It counts them, and turns at the fourth.

Moreover, it does so on a cloudy day, when no sun helps it.

## Case Files: Four Hives

Four hives stood in a row, and in each of them a bee’s way home was another.

## Q&A

1. Question: How far do bees count?

   Answer: Up to four, as far as anybody knows.

2. Question: Who asked them?

   Answer: People with sugar water and paper.

## Conclusion

In the end a small brain is brain enough, and four is number enough.
"
    );
    assert_eq!(
        told(&imported),
        [
            "found 7: the quote before the text",
            "found 8: description",
            "found 9, 12, 14, 19: 4 headings, from the table of contents",
            "found 15-18: 2 questions with their answers",
            "left out 1: `-`, a sign without a word",
            "left out 2-6: `Table of Contents` and its 4 entries, which are headings",
            "uncertain 8: no line is a title, so this one from quotation marks: Counting Home: How Small Brains Use Small Numbers",
        ]
    );
}

#[test]
fn a_text_comes_out_the_same_whatever_its_line_ends() {
    for text in [SHORT, LONG] {
        let plain = imported(text);
        assert_eq!(imported(&text.replace('\n', "\r\n")), plain);
        assert_eq!(imported(&format!("\u{feff}{text}\n\n")), plain);
        let utf_16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let read = import::text(&Source { name: "notes/bee-notes.txt", bytes: &utf_16, encoding: None }).unwrap();
        assert_eq!((&read.article, &read.data), (&plain.article, &plain.data));
    }
}

#[test]
fn text_that_looks_like_markup_stays_text() {
    let imported = imported(
        "Signs\n\nHere <b>bold</b> and *stars* are {{ text }}, and `code` is as well.\n\n# no heading\n\n1. no list\n\n[x] no task\n",
    );
    assert!(
        imported.article.ends_with(
            "\nHere \\<b>bold\\</b> and \\*stars* are \\{\\{ text }}, and \\`code` is as well.\n\n\\# no heading\n\n1\\. no list\n\n\\[x] no task\n"
        ),
        "{}",
        imported.article
    );
}

#[test]
fn cards_of_one_title_are_one_file_and_names_are_their_own() {
    let cards = |title: &str| format!("{title}\n\nOne thing Details\nOther thing Details\n\n");
    let text = ["Prices", "(Prices)", "Prices"].map(cards).concat();
    let imported = imported(&format!("Bees\n\nText of the bees, long enough.\n\n{text}"));
    let names: Vec<_> =
        imported.data.iter().map(|(name, text)| (name.as_str(), text.matches("[[cards]]").count())).collect();
    assert_eq!(names, [("bees-prices", 4), ("bees-prices-2", 2)]);
}

#[test]
fn texts_become_articles_of_a_site_that_builds_without_a_warning() {
    let folder = site();
    let said = import(folder.path(), &[("short.txt", SHORT.as_bytes()), ("long.txt", LONG.as_bytes())], &[]).ends(0);
    assert_eq!(
        said.stdout,
        "created data/should-a-beekeeper-learn-to-paint-hive-of-the-week.toml\n\
         created data/should-a-beekeeper-learn-to-paint-paint-prices.toml\n\
         created content/should-a-beekeeper-learn-to-paint.md\n\
         created content/counting-home-how-small-brains-use-small-numbers.md\n"
    );
    let said = said
        .says(["../short.txt, line by line:\n  mended     3 ", "2 articles, 2 data files, 1 uncertain: look at it\n"]);
    assert!(!said.stderr.contains("warning") && said.stderr.lines().all(|line| line.chars().count() < 150), "{said:?}");
    let built = docweave(folder.path(), &["build", "--root", "site", "--deny", "warnings", "--verify"]).ends(0);
    assert_eq!(built.stderr, "");
    let page =
        fs::read_to_string(folder.path().join("site/public/should-a-beekeeper-learn-to-paint/index.html")).unwrap();
    assert!(page.contains("id=\"materials\"") && page.contains("<strong>Wood oil:</strong> It lets"), "{page}");
}

#[test]
fn a_second_import_changes_nothing_and_a_changed_text_overwrites_nothing() {
    let folder = site();
    let texts: &[(&str, &[u8])] = &[("short.txt", SHORT.as_bytes())];
    import(folder.path(), texts, &[]).ends(0);
    let first = tree(folder.path());
    let said = import(folder.path(), texts, &[]).ends(0);
    assert!(
        said.stdout.lines().count() == 3 && said.stdout.lines().all(|line| line.starts_with("unchanged ")),
        "{said:?}"
    );
    assert_eq!(tree(folder.path()), first);
    let changed = SHORT.replace("Wood oil", "Flax oil").replace("Travel hive", "Trunk hive");
    let said = import(folder.path(), &[("short.txt", changed.as_bytes())], &[]).ends(2);
    let said = said.says(["would become a file that is there already: data/should-a", "does not overwrite it"]);
    assert_eq!(said.stdout, "");
    // What is missing is added, as long as nothing else stands in its place.
    fs::remove_file(folder.path().join("site/content/should-a-beekeeper-learn-to-paint.md")).unwrap();
    import(folder.path(), &[("short.txt", changed.as_bytes())], &[]).ends(2);
    assert!(!added(folder.path()).contains_key("content/should-a-beekeeper-learn-to-paint.md"), "nothing by halves");
    import(folder.path(), texts, &[]).ends(0).says(["unchanged data/", "created content/"]);
    assert_eq!(tree(folder.path()), first);
}

#[test]
fn one_text_that_fails_keeps_no_other_back() {
    let folder = site();
    let said = import(
        folder.path(),
        &[
            ("empty.txt", b""),
            ("a.txt", b"Bees\n\nThis is the text of bees.\n"),
            ("binary.txt", b"\x7fELF\0\0"),
            ("b.txt", b"Bees!\n\nThis is another text of bees.\n"),
            ("latin.txt", b"Caf\xe9\n"),
            ("c.txt", b"Wasps\n\nThis is the text of wasps.\n"),
        ],
        &["none.txt", ".."],
    );
    let said = said.ends(2).says([
        "error[no-text]: there are no words in it\n--> ../empty.txt:1:1",
        "error[no-text]: this is no text",
        "error[not-utf8]: this is not UTF-8: byte 0xe9 at offset 3",
        "`--encoding windows-1252`",
        "error: ../b.txt has the title of ../a.txt, and would be the same file: content/bees.md",
        "error: could not read none.txt: ",
        "error: could not read ..: not a regular file",
        "2 articles\n",
        "3 errors\n",
    ]);
    assert_eq!(said.stdout, "created content/bees.md\ncreated content/wasps.md\n");
    assert_eq!(added(folder.path()).into_keys().collect::<Vec<_>>(), ["content/bees.md", "content/wasps.md"]);
    import(folder.path(), &[("empty.txt", b"")], &[]).ends(1);
    import(folder.path(), &[("latin.txt", b"Caf\xe9\n")], &["--encoding", "latin1"]).ends(0).says(["content/café.md"]);
    import(folder.path(), &[("latin.txt", b"Caf\xe9\n")], &["--encoding", "nonsense"]).ends(2).says(["is no encoding"]);
    import(folder.path(), &[], &[]).ends(2).says(["<FILE>"]);
}

#[test]
fn data_lie_in_the_folder_of_the_site() {
    let folder = site();
    let short = SHORT.as_bytes();
    import(folder.path(), &[("short.txt", short)], &["--out", "content/guides"]).ends(0);
    let files = added(folder.path());
    assert!(files.contains_key("content/guides/should-a-beekeeper-learn-to-paint.md"), "{:?}", files.keys());
    assert_eq!(files.keys().filter(|path| path.starts_with("data/")).count(), 2);
    // From a folder in the site, and from outside.
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    for (from, out) in
        [("site/content/guides", "."), ("elsewhere", "../site/content/guides"), ("", "site/content/guides")]
    {
        let text = folder.path().join("short.txt");
        let said =
            docweave(&folder.path().join(from), &["import", "text", text.to_str().unwrap(), "--out", out]).ends(0);
        assert!(said.stdout.lines().all(|line| line.starts_with("unchanged ")), "{from} {out}: {said:?}");
    }
    // Where there is no site, beside the folder.
    let text = folder.path().join("short.txt");
    docweave(&folder.path().join("elsewhere"), &["import", "text", text.to_str().unwrap(), "--out", "some/drafts"])
        .ends(0);
    let files = tree(&folder.path().join("elsewhere/some"));
    assert_eq!(files.keys().filter(|path| path.starts_with("data/")).count(), 2, "{:?}", files.keys());
    import(folder.path(), &[("short.txt", short)], &["--out", "."]).ends(2).says(["`--out ./content`"]);
    import(folder.path(), &[("short.txt", short)], &["--out", "site.toml"]).ends(2);
}

#[test]
fn what_is_told_may_be_less_or_more() {
    let folder = site();
    let texts: &[(&str, &[u8])] = &[("long.txt", LONG.as_bytes())];
    let said = import(folder.path(), texts, &["--quiet"]).ends(0);
    assert_eq!(said.stdout, "");
    let expected = "warning: ../long.txt:8: no line is a title, so this one from quotation marks: Counting Home: ";
    assert!(said.stderr.starts_with(expected) && said.stderr.lines().count() == 1, "{said:?}");
    let long = format!("{}\n\nThis is the text.\n", "Longlonglongword ".repeat(12).trim());
    let texts: &[(&str, &[u8])] = &[("long.txt", long.as_bytes())];
    let told = |options: &[&str]| import(folder.path(), texts, options).ends(0).stderr;
    let (less, more) = (told(&[]), told(&["--verbose"]));
    assert!(less.contains('…') && !more.contains('…') && more.len() > less.len(), "{less}{more}");
}

#[cfg(unix)]
#[test]
fn nothing_is_waited_for_or_written_elsewhere() {
    let folder = site();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    docweave(folder.path(), &["import", "text", "pipe"]).ends(2).says(["could not read pipe: not a regular file"]);
    // A folder of data that is a link out of the site.
    fs::create_dir(folder.path().join("outside")).unwrap();
    std::os::unix::fs::symlink("../outside", folder.path().join("site/data")).unwrap();
    import(folder.path(), &[("short.txt", SHORT.as_bytes())], &[])
        .ends(2)
        .says(["a link that leaves the site's folder"]);
    assert!(tree(&folder.path().join("outside")).is_empty());
    fs::remove_file(folder.path().join("site/data")).unwrap();
    // An article that is a link, to a file or to nothing.
    let article = folder.path().join("site/content/bees.md");
    for target in ["../../outside/there.md", "../../outside/none.md"] {
        fs::write(folder.path().join("outside/there.md"), "mine").unwrap();
        std::os::unix::fs::symlink(target, &article).unwrap();
        import(folder.path(), &[("a.txt", b"Bees\n\nThis is the text of bees.\n")], &[]).ends(2);
        fs::remove_file(&article).unwrap();
    }
    assert_eq!(text(&tree(&folder.path().join("outside")), "there.md"), "mine");
}

#[test]
fn names_and_titles_that_are_no_names_become_names() {
    let folder = site();
    for (name, text, expected) in [
        ("..hidden.txt", "A sentence. And another one.", "hidden.md"),
        ("My notes (1).txt", "A sentence. And another one.", "my-notes-1.md"),
        ("noext", "A sentence. And another one.", "noext.md"),
        ("a.txt", "etc/../../passwd\n\nA sentence.", "etc-passwd.md"),
        ("b.txt", "Index\n\nA sentence.", "index-text.md"),
        ("c.txt", "Über “Größe” / 日本語\n\nA sentence.", "über-größe-日本語.md"),
        ("-.txt", "A sentence. And another one.", "text.md"),
    ] {
        import(folder.path(), &[(name, text.as_bytes())], &[]).ends(0);
        assert!(
            added(folder.path()).contains_key(&format!("content/{expected}")),
            "{name}: {:?}",
            added(folder.path()).keys()
        );
    }
    let long = format!("{}\n\nA sentence.", "word ".repeat(50));
    import(folder.path(), &[("long.txt", long.as_bytes())], &[]).ends(0);
    let files = added(folder.path());
    assert_eq!(files.len(), 8);
    assert!(files.keys().all(|path| path.starts_with("content/") && path.len() < 120), "{:?}", files.keys());
    docweave(folder.path(), &["build", "--root", "site", "--deny", "warnings"]).ends(0);
}

#[test]
fn a_line_without_end_is_taken() {
    let folder = site();
    let line = "words and *more* words of <b>a</b> line. ".repeat(1_000_000);
    let said = import(folder.path(), &[("endless.txt", line.as_bytes())], &[]).ends(0);
    assert!(said.stdout.ends_with("content/endless.md\n") && said.stderr.len() < 1000, "{}", said.stderr);
    let blank = "\n".repeat(2_000_000) + "word";
    import(folder.path(), &[("blank.txt", blank.as_bytes())], &[])
        .ends(1)
        .says(["error[too-large]: more than 1000000 lines"]);
}
