//! Golden sites: whole sites and what comes of them, and each diagnostic as it is drawn.
//!
//! `BLESS=1 cargo test --test suite golden` accepts what came of them; look at the difference before you commit it.
//!
//! - `tests/sites/CASE/in` is built by the binary on the first day of 2024 and compared with `out`, `stdout.log` and
//!   `stderr.log`. A site with `theme = "bare"` gets the theme of the suite.
//! - `tests/sites/warnings/RULE` holds a site that breaks the rule, `fires.txt`, one that nearly does, `silent.txt`, and
//!   how the warning is drawn, `stderr.log`.
//! - `tests/sites/errors/CODE` holds `site.txt` and `stderr.log`; a dot may follow the code, to tell cases apart.
//!
//! Times, the version, and the fingerprints and the text of the default theme's assets are left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use docweave::{
    model::RULES,
    render::{Theme, theme::Asset},
    source::{config, memory},
};

use crate::site::{BARE, Files, Site, difference, docweave, tree};

/// Codes of errors that no folder of files can trigger, or not without breaking the machine. `no-text` is of imports.
const UNREACHABLE: &[&str] = &["code-limit", "no-text", "template-panic", "too-large", "too-much-markdown"];

#[test]
fn minimal() {
    case("minimal");
}

#[test]
fn everything() {
    case("everything");
}

#[test]
fn code() {
    case("code");
}

#[test]
fn constructs() {
    case("constructs");
}

#[test]
fn components() {
    case("components");
}

#[test]
fn uglyurls() {
    case("uglyurls");
}

#[test]
fn theme_that_extends() {
    case("theme-extends");
}

#[test]
fn theme_that_stands_alone() {
    case("theme-alone");
}

#[test]
fn warnings() {
    let folders = folders("warnings");
    // Those that ask other sites are tried against servers, in `probe` and in `check`.
    let rules = RULES.iter().map(|rule| rule.name).filter(|name| !name.contains("external"));
    assert_eq!(folders, rules.map(str::to_owned).collect(), "a folder for each rule");
    let mut problems = Vec::new();
    for rule in folders {
        let folder = sites().join("warnings").join(&rule);
        let site = |name: &str| {
            let site = Site::new(&fs::read_to_string(folder.join(name)).unwrap());
            if rule == "outdated-review" {
                let order = if name == "fires.txt" { ["content", "src"] } else { ["src", "content"] };
                commit_in_order(site.root(), order);
            }
            site
        };
        let command: &[&str] = if rule == "failing-sample" { &["check", "--samples", "--quiet"] } else { &["build"] };
        let fires = site("fires.txt").run(command);
        if fires.code != 0 || !fires.stderr.contains(&format!("warning[{rule}]")) {
            problems.push(format!("{rule} is not found: {fires:?}"));
        }
        let silent = site("silent.txt").run(command);
        if silent.code != 0 || !silent.stderr.is_empty() {
            problems.push(format!("{rule} is found where it is not: {silent:?}"));
        }
        let drawn = Files::from([("stderr.log".to_owned(), fires.stderr.into_bytes())]);
        problems.extend(compare_or_bless(&folder, &["fires.txt", "silent.txt"], &drawn));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn errors() {
    let codes = |folder: &String| folder.split('.').next().unwrap_or(folder).to_owned();
    let mut told: BTreeSet<String> = folders("errors").iter().map(codes).collect();
    told.extend(UNREACHABLE.iter().map(|code| (*code).to_owned()));
    assert_eq!(told, codes_in_sources(), "a folder for each code of an error");
    let mut problems = Vec::new();
    for name in folders("errors") {
        let folder = sites().join("errors").join(&name);
        let mut site = Site::new(&fs::read_to_string(folder.join("site.txt")).unwrap());
        add_what_text_cannot_say(&name, &mut site);
        let said = site.run(&["build"]);
        assert!(said.code == 1 && said.stderr.contains(&format!("error[{}]", codes(&name))), "{name}: {said:?}");
        assert!(!site.root().join("public/index.html").exists(), "{name}: nothing is written");
        let drawn = Files::from([("stderr.log".to_owned(), said.stderr.into_bytes())]);
        problems.extend(compare_or_bless(&folder, &["site.txt"], &drawn));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

fn folders(of: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(sites().join(of)).unwrap().map(|entry| entry.unwrap().file_name());
    entries.map(|name| name.into_string().unwrap()).collect()
}

/// Files that are no text, have no name in UTF-8, or are no files.
fn add_what_text_cannot_say(name: &str, site: &mut Site) {
    let content = site.root().join("content");
    match name {
        "not-utf8" => drop(site.write("content/a.md", b"# A\n\nNot \xff UTF-8.\n")),
        "bad-name" => fs::write(content.join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "").unwrap(),
        "not-a-file" => drop(std::os::unix::net::UnixListener::bind(content.join("socket.md")).unwrap()),
        _ => {}
    }
}

/// Makes a repository of a site, with a commit for each of these folders, a month apart.
fn commit_in_order(root: &Path, folders: [&str; 2]) {
    let git = |arguments: &[&str], day: &str| {
        let mut git = std::process::Command::new("git");
        git.arg("-C").arg(root).args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgSign=false",
        ]);
        git.args(arguments).env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"));
        let done = git.output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "--quiet"], "2023-01-01");
    for (folder, day) in folders.iter().zip(["2023-01-01", "2023-02-01"]) {
        git(&["add", "--", folder], day);
        git(&["commit", "--quiet", "-m", folder], day);
    }
}

/// The codes that `src` gives to errors, those of rules left aside.
fn codes_in_sources() -> BTreeSet<String> {
    let sources =
        tree(Path::new("src")).into_iter().filter(|(path, _)| path.ends_with(".rs") && !path.ends_with("tests.rs"));
    let mut codes = BTreeSet::new();
    for (_, bytes) in sources {
        let text = String::from_utf8(bytes).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        for call in ["Diagnostic::error(", "self.refuse("] {
            for (at, _) in code.match_indices(call) {
                let argument = code[at + call.len()..].trim_start();
                codes.extend(argument.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    codes
}

/// Builds a golden site and compares the tree and what is said with what is expected.
fn case(name: &str) {
    let folder = sites().join(name);
    let mut site = Site::empty();
    for (path, bytes) in tree(&folder.join("in")) {
        site.write(&path, bytes);
    }
    if site.text("site.toml").contains("theme = \"bare\"") {
        site.and(BARE);
    }
    let said = docweave(site.root(), &["build"]).ends(0);
    let mut found = Files::new();
    for (path, bytes) in tree(&site.root().join("public")) {
        if path != docweave::output::MANIFEST {
            found.insert(format!("out/{}", normal(&path)), normal_file(bytes));
        }
    }
    found.insert("stdout.log".to_owned(), without_time(&said.stdout).into_bytes());
    found.insert("stderr.log".to_owned(), said.stderr.into_bytes());
    let problems = compare_or_bless(&folder, &["in/"], &found);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Compares files with those in a folder, in which files that begin with `given` are no result; or writes them there.
fn compare_or_bless(folder: &Path, given: &[&str], found: &Files) -> Vec<String> {
    let mut expected = tree(folder);
    expected.retain(|path, _| !given.iter().any(|given| path.starts_with(given)));
    let name = folder.strip_prefix(sites()).unwrap().display();
    let Some(difference) = difference(&expected, found) else { return Vec::new() };
    if std::env::var_os("BLESS").is_none() {
        return vec![format!("{name}: {difference}\n(first: as expected; second: as found; BLESS=1 accepts it)")];
    }
    expected
        .keys()
        .filter(|path| !found.contains_key(*path))
        .for_each(|path| fs::remove_file(folder.join(path)).unwrap());
    for (path, bytes) in found {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Vec::new()
}

/// The assets of the default theme by name.
fn default_assets() -> &'static BTreeMap<String, Asset> {
    static ASSETS: OnceLock<BTreeMap<String, Asset>> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let (config, _) = config::parse("title = \"T\"\nbase_url = \"/\"\n", "site.toml");
        Theme::load(&memory::Tree::default(), &config).unwrap().0.assets().clone()
    })
}

/// Text without the program's version and what is computed from the default theme's files.
fn normal(text: &str) -> String {
    let version = concat!("Docweave ", env!("CARGO_PKG_VERSION"));
    let text = text.replace(version, "Docweave VERSION");
    default_assets().iter().fold(text, |text, (name, asset)| {
        let (stem, extension) = name.rsplit_once('.').unwrap();
        let text = text.replace(asset.output.file_name(), &format!("{stem}.FINGERPRINT.{extension}"));
        text.replace(&asset.integrity(), "INTEGRITY")
    })
}

/// The same for a file, of which an asset of the default theme is named only.
fn normal_file(bytes: Vec<u8>) -> Vec<u8> {
    if let Some((name, _)) = default_assets().iter().find(|(_, asset)| *asset.bytes == *bytes) {
        return format!("(themes/default/assets/{name})\n").into_bytes();
    }
    match String::from_utf8(bytes) {
        Ok(text) => normal(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// The summary without the time that the build took.
fn without_time(stdout: &str) -> String {
    let cut =
        |line: &str| match line.split_once(", in ").and_then(|(before, rest)| Some((before, rest.split_once(": ")?.1)))
        {
            Some((before, after)) => format!("{before}, in TIME: {after}\n"),
            None => format!("{line}\n"),
        };
    stdout.lines().map(cut).collect()
}
