//! Code from files, and what a block costs: what is built again, what is refused, what stays quick.

use std::fmt::Write;

use crate::site::Site;

/// Two articles that take parts of one file, and one that takes none.
const SITE: &str = r#"
-- content/a.md --
```rust file="/src/lib.rs:one"
```
-- content/b.md --
```rust
--8<-- "../src/lib.rs:two"
```
-- content/c.md --
```rust
fn c() {}
```
-- src/lib.rs --
// --8<-- [start:one]
fn one() {}
// --8<-- [end:one]
// #region two
fn two() {}
// #endregion
"#;

#[test]
fn a_changed_file_costs_the_pages_that_include_it() {
    let mut site = Site::new(SITE);
    site.build().warns([]).check("a/index.html", ["one"]).lacks("a/index.html", ["two"]).check("b/index.html", ["two"]);
    site.build().counts(0, 0, 0);
    site.edit("src/lib.rs", "fn one() {}", "fn one() -> u32 {}")
        .build()
        .counts(2, 2, 2)
        .rendered(["a/index.html"])
        .same_as_cold();
    site.edit("src/lib.rs", "fn two() {}", "fn two() -> u64 {}").build().rendered(["b/index.html"]).same_as_cold();
}

#[test]
fn a_file_that_goes_is_told_and_one_that_comes_mends_it() {
    let mut site = Site::new(SITE);
    site.build().warns([]);
    site.rename("src/lib.rs", "src/other.rs").build().fails([
        "content/a.md:1:15: error[missing-include]: `src/lib.rs`: there is no such file",
        "content/b.md:2:9: error[missing-include]: `src/lib.rs`: there is no such file",
    ]);
    site.rename("src/other.rs", "src/lib.rs").build().warns([]).same_as_cold();
}

#[test]
fn a_link_takes_no_file_out_of_the_site() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    let target = outside.path().display();
    let text = format!(
        "-- content/a.md --\n```text file=\"/out/secret.txt\"\n```\n```text file=\"/one.txt\"\n```\n\
         -- out -> {target} --\n-- one.txt -> {target}/secret.txt --\n"
    );
    let reason = "a link takes it out of the site's folder";
    Site::new(&text).build().fails([reason, reason]);
}

#[test]
fn an_article_may_show_itself() {
    let mut site = Site::new("-- content/a.md --\nWords.\n\n```markdown file=\"a.md\"\n```\n");
    site.build().warns([]).check("a/index.html", ["file=\"a.md\""]);
}

#[test]
fn only_pages_with_marked_code_load_its_style() {
    let theme = "-- themes/default/theme.toml --\n";
    let mut site = Site::new(&format!(
        "theme = \"default\"\n-- content/plain.md --\n```rust,ignore\nfn a() {{}}\n```\n-- content/marked.md --\n```rust {{1}}\nfn a() {{}}\n```\n{theme}"
    ));
    site.build().warns([]).lacks("plain/index.html", ["/code.", "class=\"line"]).check("marked/index.html", ["/code."]);
}

#[test]
fn many_includes_and_deep_regions_stay_quick() {
    let many = 10_000;
    let mut file = String::new();
    (0..many).for_each(|n| writeln!(file, "// ANCHOR: r{n}").unwrap());
    file.push_str("fn x() {}\n");
    (0..many).rev().for_each(|n| writeln!(file, "// ANCHOR_END: r{n}").unwrap());
    let lines: String = (0..many).map(|n| format!("--8<-- \"/deep.rs:r{n}\"\n")).collect();
    let mut site = Site::new(&format!("-- content/a.md --\n```text\n{lines}```\n-- deep.rs --\n{file}"));
    site.build().warns([]);
    assert_eq!(site.page("a/index.html").matches("fn x() {}").count(), many);
}

#[test]
fn more_than_can_be_shown_is_refused() {
    let file = "x".repeat(1 << 20);
    let lines = "--8<-- \"/large.txt\"\n".repeat(100);
    let mut site = Site::new(&format!("-- content/a.md --\n```text\n{lines}```\n-- large.txt --\n{file}\n"));
    site.build();
    let told = &site.diagnostics()[0];
    assert_eq!((told.code.as_str(), told.place.span.map(|span| span.line)), ("missing-include", Some(65)));
    assert!(told.message.starts_with("more than 64 MiB"), "{told}");
}

#[test]
fn fences_of_any_length_and_ranges_without_end_stay_quick() {
    let long = "{1} title=\"a\" x=y ".repeat(60_000);
    let ranges = "1-4294967295,".repeat(50_000);
    let code = "a\n".repeat(10_000);
    let mut site = Site::new(&format!(
        "-- content/a.md --\n```text {long}\na\n```\n\n```text {{{ranges}}}\n{code}```\n\n```text linenums=\"4294967295\"\n{code}```\n"
    ));
    site.build();
    assert!(site.diagnostics().len() <= 20, "the first of many are told");
    site.check("a/index.html", ["<mark class=\"line hl\">"]);
}
