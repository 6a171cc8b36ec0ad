//! The official examples, read from where the package managers have put them.

use std::{fs, path::PathBuf, process::Command};

/// One example of a specification.
pub(super) struct Example {
    /// Its number in the specification, from 1.
    pub(super) number: usize,
    /// The heading it stands under.
    pub(super) section: String,
    /// The extensions of GFM that it shows, as the file names them.
    pub(super) extensions: Vec<String>,
    /// What is written.
    pub(super) markdown: String,
    /// What it gives.
    pub(super) html: String,
}

/// The line that opens and closes an example.
const FENCE: &str = "````````````````````````````````";

/// The examples of CommonMark 0.31.2, which npm brings.
pub(super) fn commonmark() -> Vec<Example> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/commonmark-spec/spec.txt");
    read(&file, "`npm ci` in tests/browser")
}

/// The examples of GitHub Flavored Markdown 0.29, which cargo brings inside the package of an implementation.
pub(super) fn gfm() -> Vec<Example> {
    let fetch = "`cargo fetch --locked --manifest-path tests/spec/Cargo.toml`";
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/spec/Cargo.toml");
    let listed = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--manifest-path", manifest])
        .args(["--filter-platform", &host()])
        .output()
        .unwrap();
    assert!(listed.status.success(), "run {fetch} first: {}", String::from_utf8_lossy(&listed.stderr));
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let package = listed["packages"].as_array().unwrap().iter().find(|package| package["name"] == "comrak").unwrap();
    let folder = PathBuf::from(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned();
    read(&folder.join("vendor/cmark-gfm/test/spec.txt"), fetch)
}

/// The platform that the tests run on: packages for others needn't be there.
fn host() -> String {
    let told = Command::new("rustc").arg("-vV").output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    told.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn read(file: &std::path::Path, brought_by: &str) -> Vec<Example> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| {
        panic!("the official examples are missing: run `./tests/run`, or {brought_by} ({}: {error})", file.display())
    });
    examples(&text)
}

/// Cuts a specification into its examples: fenced, a dot on a line of its own between source and result, `→` for a tab.
fn examples(text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut section = "";
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        if let Some(info) = line.trim_end().strip_prefix(FENCE).and_then(|rest| rest.strip_prefix(" example")) {
            let inside = |stop: &'static str| move |line: &&str| line.trim_end_matches('\n') != stop;
            let markdown: String = lines.by_ref().take_while(inside(".")).collect();
            let html: String = lines.by_ref().take_while(inside(FENCE)).collect();
            examples.push(Example {
                number: examples.len() + 1,
                section: section.to_owned(),
                extensions: info.split_whitespace().map(str::to_owned).collect(),
                markdown: markdown.replace('→', "\t"),
                html: html.replace('→', "\t"),
            });
        } else if line.starts_with('#') {
            section = line.trim_matches(|c: char| c == '#' || c.is_whitespace());
        }
    }
    examples
}

#[test]
fn an_example_is_cut_into_source_and_result() {
    let text = format!("# A\n\n## B c\n\n{FENCE} example table\n→a\n.\n.\n<p>→a</p>\n{FENCE}\n");
    let examples = examples(&text);
    let [example] = examples.as_slice() else { panic!("one example") };
    assert_eq!((example.number, example.section.as_str()), (1, "B c"));
    assert_eq!((example.markdown.as_str(), example.html.as_str()), ("\ta\n", ".\n<p>\ta</p>\n"));
    assert_eq!(example.extensions, ["table"]);
}
