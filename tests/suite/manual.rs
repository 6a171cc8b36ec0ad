//! What keeps the manual true: its examples run and parse, its references name every key, option, rule and field.
//!
//! A fence tells by the word after its language what is tested of it:
//!
//! | fence | what is tested |
//! |---|---|
//! | `console` | each `$` line is run, in one folder for the whole page, and says what stands below it |
//! | `toml,site` | a whole `site.toml` without a mistake |
//! | `toml,site-part` | the same, with `title` and `base_url` put before it |
//! | `toml,front-matter`, `yaml,front-matter` | front matter without a mistake |
//! | `toml,theme` | a `theme.toml` that names the theme `default` |
//! | `tera,template` | a template that compiles as the `page.html` of a theme that extends `default` |
//! | `tera,component` | components that compile in `components/` of a site, metadata and all |
//! | `csv,data`, `toml,cards` | a data file without a mistake; cards |
//! | `markdown,article` | a whole article without a mistake |
//! | `markdown,shown` | the same text stands below the fence, so that the page shows what it gives |
//! | `markdown,html` | the fence after it, `html,result`, holds what it gives |

#[path = "manual/console.rs"]
mod console;
#[path = "manual/examples.rs"]
mod examples;
#[path = "manual/fence.rs"]
mod fence;
#[path = "manual/reference.rs"]
mod reference;
#[path = "manual/view.rs"]
mod view;

use std::path::{Path, PathBuf};

use docweave::{model::RelPath, parse};

/// The folder of this repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of this repository.
fn read(path: &str) -> String {
    let whole = repository().join(path);
    std::fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Paths of all Markdown files below `folder`.
fn pages(folder: &str) -> Vec<String> {
    files(folder, "md")
}

/// Paths of all files below `folder` with this extension, from the root of the repository, in order.
fn files(folder: &str, wanted: &str) -> Vec<String> {
    let mut folders: Vec<PathBuf> = vec![repository().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Parts that pages include are no pages.
                let is_part = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"_"));
                folders.extend(Some(path).filter(|_| !is_part));
            } else if path.extension().is_some_and(|extension| extension == wanted) {
                let inside = path.strip_prefix(repository()).unwrap().to_str().unwrap();
                found.push(inside.replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The manual and the files at the top of the repository, whose examples are tested.
fn tested_pages() -> Vec<String> {
    let top = ["README.md", "CONTRIBUTING.md"].map(str::to_owned);
    pages("content/manual").into_iter().chain(top).collect()
}

/// An article, parsed as a site does by default.
fn article(text: &str) -> parse::Parsed {
    parse::article(&RelPath::new("page.md").unwrap(), text, &parse::Options::default(), &parse::Included::new())
}

#[test]
fn every_page_has_a_description() {
    let bare: Vec<_> = pages("content")
        .into_iter()
        .filter(|path| article(&read(path)).head.front.description.is_none_or(|text| text.is_empty()))
        .collect();
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_fence_of_the_manual_has_a_language() {
    for path in tested_pages() {
        let fences = fence::fences(&read(&path));
        let bare: Vec<_> = fences.iter().filter(|fence| fence.language().is_empty()).map(|fence| fence.line).collect();
        assert!(bare.is_empty(), "{path}: fences without a language at the lines {bare:?}");
    }
}

#[test]
fn this_site_builds_without_a_warning() {
    let disk = tempfile::tempdir().unwrap();
    let built = std::process::Command::new(env!("CARGO_BIN_EXE_docweave"))
        .args(["build", "--no-cache", "--deny", "warnings", "--root"])
        .arg(repository())
        .arg("--output")
        .arg(disk.path().join("public"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
fn the_version_of_rust_is_the_one_that_is_asked_for() {
    let asked = env!("CARGO_PKG_RUST_VERSION");
    for page in ["README.md", "content/manual/start/install.md"] {
        assert!(read(page).contains(&format!("{asked} or newer")), "{page} names another version than {asked}");
    }
}
