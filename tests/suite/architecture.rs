//! The law of the house: which room may use which, and which crate is known where.
//!
//! The floors are those of the table in `src/lib.rs`, so that the map and the law are one.

use std::{collections::BTreeMap, fs, path::Path};

/// Rooms by name, each with its floor.
type Floors = BTreeMap<String, u32>;

/// Who may name which crate: prefixes of paths below `src/`.
const CRATES: &[(&str, &[&str])] = &[
    ("pulldown_cmark", &["parse/markdown"]),
    ("ammonia", &["parse/sanitize"]),
    ("tera", &["render/"]),
    ("syntect", &["render/highlight"]),
    ("lightningcss", &["render/style"]),
    ("oxc_allocator", &["render/theme/script"]),
    ("oxc_codegen", &["render/theme/script"]),
    ("oxc_compat", &["render/theme/script"]),
    ("oxc_minifier", &["render/theme/script"]),
    ("oxc_parser", &["render/theme/script"]),
    ("oxc_span", &["render/theme/script"]),
    ("rustybuzz", &["render/social/"]),
    ("two_face", &["render/highlight"]),
    // What stands in the output folder is for `output` to ask: its own words name the exception.
    ("walkdir", &["source/", "output/survey", "output/commit/tests"]),
    ("notify", &["serve/"]),
    ("notify_debouncer_full", &["serve/"]),
    ("clap", &["cli/"]),
    ("ureq", &["probe/", "publish/store/"]),
    ("object_store", &["publish/store"]),
    ("similar", &["refactor/diff", "compare/"]),
    ("glob", &["check/", "source/config/check"]),
    ("annotate_snippets", &["cli/terminal"]),
];

#[test]
fn each_room_uses_only_lower_floors() {
    let floors = floors(&source("lib.rs"));
    let broken: Vec<_> = sources().iter().flat_map(|(path, text)| wrong_rooms(&floors, path, text)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn each_crate_is_known_where_it_belongs() {
    let broken: Vec<_> = sources().iter().flat_map(|(path, text)| wrong_crates(path, text)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_build_is_recalled_by_every_version_of_what_it_writes() {
    let names = source("build/mod.rs");
    // The graph is printed, and never written by a build.
    let counted = |(path, text): (&String, &String)| {
        let stage = ["parse/", "link/", "render/"].iter().any(|room| path.starts_with(room));
        let is_counted = text.lines().any(|line| line.contains("const VERSION: u32")) && path != "render/graph.rs";
        let place = path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        (stage && is_counted).then(|| format!("{place}::VERSION,"))
    };
    let all: Vec<String> = sources().iter().filter_map(counted).collect();
    assert!(all.len() > 10, "{all:?}");
    let forgotten: Vec<&String> = all.iter().filter(|version| !names.contains(version.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

#[test]
fn the_map_names_every_room() {
    let mapped: Vec<_> = floors(&source("lib.rs")).into_keys().collect();
    let rooms: Vec<_> =
        sources().into_keys().filter_map(|path| Some(path.strip_suffix("/mod.rs")?.to_owned())).collect();
    assert_eq!(mapped, rooms.into_iter().filter(|room| !room.contains('/')).collect::<Vec<_>>());
}

#[test]
fn each_room_begins_with_its_contract() {
    // A room without code has nothing to promise yet.
    let rooms = sources().into_iter().filter(|(path, text)| path.ends_with("/mod.rs") && !code(text).trim().is_empty());
    let missing: Vec<_> = rooms.filter_map(|(path, text)| Some((lacking(&text)?, path))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn planted_violations_are_found() {
    let floors = Floors::from(
        [("model", 0), ("parse", 2), ("link", 3), ("serve", 7), ("scaffold", 7)].map(|(n, f)| (n.to_owned(), f)),
    );
    let finds = |path: &str, text: &str| !wrong_rooms(&floors, path, text).is_empty();
    for (path, text) in [
        ("parse/mod.rs", "use crate::link::route;"),
        ("parse/mod.rs", "use crate::{\n    model::Head,\n    link::{self, route},\n};"),
        ("parse/mod.rs", "use crate::{model::{page, site}, link};"),
        ("parse/text.rs", "fn f() { crate :: link::site() }"),
        ("parse/text.rs", "use super::super::link;"),
        ("parse/mod.rs", "use super::link;"),
        ("serve/mod.rs", "pub(crate) use crate::scaffold::init;"),
        ("model/page.rs", "use crate::parse; // crate::model"),
        ("parse/a/b.rs", "use super::super::super::link;"),
        ("link/mod.rs", "fn f<'a>(x: &'a str) { crate::serve::f('\"', x) }"),
        ("link/mod.rs", "use crate::unmapped::Thing;"),
    ] {
        assert!(finds(path, text), "{path}: {text}");
    }
    for (path, text) in [
        ("link/mod.rs", "use crate::{model::Head, parse::text};"),
        ("link/mod.rs", "use crate::link::route; use super::Thing;"),
        (
            "link/mod.rs",
            "// crate::serve\n/* crate::serve */ const A: &str = \"crate::serve\"; const B: &str = r#\"crate::serve\"#;",
        ),
        ("link/mod.rs", "macro_rules! m { () => { $crate::link::f } }"),
        ("main.rs", "use crate::serve::f;"),
        ("link/a.rs", "use super::parse::own_child;"),
    ] {
        assert!(!finds(path, text), "{path}: {text}");
    }
    assert_eq!(wrong_crates("parse/text.rs", "use pulldown_cmark::Event;").len(), 1);
    assert_eq!(wrong_crates("link/nav.rs", "fn f() -> tera::Value {}").len(), 1);
    assert!(wrong_crates("parse/markdown.rs", "use pulldown_cmark::Event;").is_empty());
    assert!(wrong_crates("parse/text.rs", "use pulldown_cmark_escape::escape_html; // tera").is_empty());
    assert_eq!(lacking("//! Fine words.\n//!\n//! In: a. Out: b.\nfn f() {}"), Some("what must stay true"));
    assert_eq!(lacking("use std::fs;\n//! In: a. Out: b. What must stay true: c."), Some("in"));
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new("src").join(path)).unwrap()
}

/// The sources by their path below `src/`.
fn sources() -> BTreeMap<String, String> {
    let files = crate::site::tree(Path::new("src")).into_iter().filter(|(path, _)| path.ends_with(".rs"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// The floors from the table `| 0 | [`model`] | plain data |` of the crate's own words.
fn floors(lib: &str) -> Floors {
    let mut floors = Floors::new();
    for line in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = line.split(" | ");
        let (Some(Ok(floor)), Some(rooms)) = (cells.next().map(str::parse::<u32>), cells.next()) else { continue };
        floors.extend(rooms.split(", ").map(|room| (room.trim_matches(['[', ']', '`', ' ']).to_owned(), floor)));
    }
    assert!(floors.len() > 5, "the table in src/lib.rs is read: {floors:?}");
    floors
}

/// Rooms that a file uses and must not.
fn wrong_rooms(floors: &Floors, path: &str, text: &str) -> Vec<String> {
    let Some((own, _)) = path.split_once('/') else { return Vec::new() };
    let wrong = |used: &String| match floors.get(used) {
        Some(floor) => used != own && *floor >= floors[own],
        None => true,
    };
    let used = used_rooms(floors, path, &code(text));
    used.into_iter().filter(wrong).map(|used| format!("{path} uses {used}")).collect()
}

/// Crates that a file names and must not.
fn wrong_crates(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let named =
        CRATES.iter().filter(|(name, _)| words(&code).any(|(at, word)| word == *name && is_crate(&code, at, word)));
    named
        .filter(|(_, homes)| !homes.iter().any(|home| path.starts_with(home)))
        .map(|(name, _)| format!("{path} names {name}"))
        .collect()
}

/// Whether a word stands for a crate: a path goes on from it, or a `use` ends with it.
fn is_crate(code: &str, at: usize, word: &str) -> bool {
    let after = code[at + word.len()..].trim_start();
    let before = code[..at].trim_end();
    let begins = !before.ends_with("::") && !before.ends_with('.');
    begins && (after.starts_with("::") || before.ends_with("use"))
}

/// The rooms that paths of `code` begin with: after `crate::`, alone or in braces, and after enough `super::`.
fn used_rooms(floors: &Floors, path: &str, code: &str) -> Vec<String> {
    let inside = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = inside.split('/').count();
    let root = std::iter::repeat_n("super", depth).collect::<Vec<_>>().join("::");
    let squeezed: String =
        code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ::", "::").replace(":: ", "::");
    let mut used = Vec::new();
    for (at, _) in squeezed.match_indices("crate::").filter(|(at, _)| starts_word(&squeezed, *at)) {
        used.extend(first_names(&squeezed[at + "crate::".len()..]));
    }
    for (at, _) in squeezed.match_indices(&format!("{root}::")).filter(|(at, _)| starts_word(&squeezed, *at)) {
        // A room's own children may have any name; only those of other rooms are told from here.
        let names = first_names(&squeezed[at + root.len() + 2..]);
        used.extend(names.into_iter().filter(|name| floors.contains_key(name)));
    }
    used
}

fn starts_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ':'))
}

/// The first names of a path's rest: of `a::b` that is `a`; of `{a::{b, c}, d}` they are `a` and `d`.
fn first_names(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0;
    let mut names = Vec::new();
    let mut item = String::new();
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => names.push(std::mem::take(&mut item)),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                item.push(c);
            }
        }
    }
    names.push(item);
    names.iter().map(|item| name(item)).filter(|name| !name.is_empty()).collect()
}

/// Names in a text and where they begin.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    parts.map(|word| (word.as_ptr() as usize - code.as_ptr() as usize, word))
}

/// A source without comments and without what stands in quotes.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            'r' if rest.starts_with("r#\"") => rest.find("\"#").map_or(rest.len(), |end| end + 2),
            'r' if rest.starts_with("r\"") => rest[2..].find('"').map_or(rest.len(), |end| end + 3),
            '"' => quoted(rest, '"').unwrap_or(rest.len()),
            // A lifetime has no second quote so near.
            '\'' => quoted(rest, '\'').filter(|length| *length == 3 || rest[1..].starts_with('\\')).unwrap_or(0),
            _ => 0,
        };
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

/// The length of a literal in quotes, escapes heeded.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What the words at the beginning of a room leave out: what comes in, what goes out, what must stay true.
fn lacking(text: &str) -> Option<&'static str> {
    let words: String =
        text.lines().map_while(|line| line.strip_prefix("//!")).collect::<Vec<_>>().join("\n").to_lowercase();
    let says = |forms: &[&str]| forms.iter().any(|form| words.contains(form));
    if !says(&["in:", "in come", "comes in"]) {
        Some("in")
    } else if !says(&["out:", "out come", "goes out"]) {
        Some("out")
    } else if !says(&["what must stay true"]) {
        Some("what must stay true")
    } else {
        None
    }
}
