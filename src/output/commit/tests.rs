//! Commits on real folders, stopped at every step.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    io,
    path::PathBuf,
};

use proptest::prelude::*;

use super::*;
use crate::{
    model::Digest,
    output::{Entry, PartNames, Parts, Source, Stage, check_present},
};

/// Paths of a tree with the bytes that stand there.
type Files = BTreeMap<String, String>;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// An output folder in a folder of its own.
struct Place {
    disk: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { disk: tempfile::tempdir().unwrap() }
    }

    fn output(&self) -> PathBuf {
        self.disk.path().join("public")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.output().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// All that stands in the output folder, but for the manifest. Folders end with `/`.
    fn standing(&self) -> Files {
        let mut found = Files::new();
        if !self.output().exists() {
            return found;
        }
        for entry in walkdir::WalkDir::new(self.output()).min_depth(1) {
            let entry = entry.unwrap();
            let path = entry.path().strip_prefix(self.output()).unwrap().to_str().unwrap().to_owned();
            if entry.file_type().is_dir() {
                found.insert(path + "/", String::new());
            } else if path != MANIFEST {
                found.insert(path, String::from_utf8(std::fs::read(entry.path()).unwrap()).unwrap());
            }
        }
        found
    }

    /// A whole build of `tree`, as `build` does one.
    fn build(&self, tree: &Files) -> Result<Summary, Error> {
        self.build_through(&Disk, tree, Ending::Returns)
    }

    fn build_through(&self, moves: &dyn Moves, tree: &Files, ending: Ending) -> Result<Summary, Error> {
        let old = Manifest::read(&self.output())?;
        let missing = check_present(&old, &self.output());
        let stage = DiskStage::open(&self.output())?;
        let mut plan = Plan::new(Digest::of_value(tree));
        for (path, text) in tree {
            let path = RelPath::new(path.as_str()).unwrap();
            let content = Digest::of(text.as_bytes());
            let parts = Parts::new(&PartNames::new(&["text"]), [Parts::short(&content)]);
            let entry = Entry { size: text.len() as u64, content, key: content, parts };
            let kept = old.files.get(&path).is_some_and(|before| before.key == entry.key) && !missing.contains(&path);
            if !kept {
                stage.put(&path, text.as_bytes())?;
            }
            plan.insert(path, entry, if kept { Source::Kept } else { Source::Staged });
        }
        let result = commit_through(moves, &stage, &plan, &old);
        match ending {
            Ending::Returns => drop(stage),
            Ending::IsKilled => std::mem::forget(stage),
        }
        if result.is_ok() {
            assert_eq!(Manifest::read(&self.output()).unwrap(), *plan.manifest());
        }
        result
    }

    fn names_beside(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.disk.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Returns,
    IsKilled,
}

/// The real disk, until so many steps are done. The step after that is cut, where it can be.
struct StopsAfter {
    steps: Cell<usize>,
}

impl StopsAfter {
    fn new(steps: usize) -> Self {
        Self { steps: Cell::new(steps) }
    }

    fn step(&self, step: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let left = self.steps.get().checked_sub(1).ok_or_else(|| io::Error::other("killed"))?;
        self.steps.set(left);
        step()
    }
}

impl Moves for StopsAfter {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.steps.get() == 0 {
            Disk.write(path, &bytes[..bytes.len() / 2])?;
        }
        self.step(|| Disk.write(path, bytes))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.create_folder(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| Disk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.remove_file(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.remove_folder(path))
    }
}

/// The tree's files and the folders that they need.
fn with_folders(tree: &Files) -> Files {
    let mut all = tree.clone();
    for path in tree.keys() {
        for (slash, _) in path.match_indices('/') {
            all.insert(path[..=slash].to_owned(), String::new());
        }
    }
    all
}

fn old_tree() -> Files {
    files(&[
        ("index.html", "old front"),
        ("same.html", "same"),
        ("a.html", "old a"),
        ("b/index.html", "old b"),
        ("b/c/index.html", "old c"),
        ("style.css", "old style"),
        ("gone/deep/x.html", "gone"),
        ("shared/gone.html", "gone"),
    ])
}

fn new_tree() -> Files {
    files(&[
        ("index.html", "new front"),
        ("same.html", "same"),
        ("a.html/index.html", "a became a folder"),
        ("b", "b became a file"),
        ("style.css", "new style"),
        ("new/deep/y.html", "y"),
        ("new/z.png", "z"),
    ])
}

#[test]
fn a_cold_build_moves_in_whole_and_leaves_nothing_beside() {
    for exists in [false, true] {
        let place = Place::new();
        if exists {
            std::fs::create_dir(place.output()).unwrap();
        }
        let moves = StopsAfter::new(2);
        let summary = place.build_through(&moves, &old_tree(), Ending::Returns).unwrap();
        assert_eq!(summary, Summary { written: 8, unchanged: 0, removed: 0 });
        assert_eq!(place.standing(), with_folders(&old_tree()));
        assert_eq!(place.names_beside(), ["public"]);
    }
}

#[test]
fn a_build_of_the_same_changes_nothing() {
    let place = Place::new();
    place.build(&old_tree()).unwrap();
    let manifest = std::fs::read(place.output().join(MANIFEST)).unwrap();
    let summary = place.build_through(&StopsAfter::new(0), &old_tree(), Ending::Returns).unwrap();
    assert_eq!(summary, Summary { written: 0, unchanged: 8, removed: 0 });

    let other = Place::new();
    other.build(&new_tree()).unwrap();
    other.build(&old_tree()).unwrap();
    assert_eq!(std::fs::read(other.output().join(MANIFEST)).unwrap(), manifest, "the way to a tree leaves no trace");
}

#[test]
fn one_edit_moves_one_file_and_foreign_files_stay() {
    let place = Place::new();
    place.build(&old_tree()).unwrap();
    place.write("gone/deep/mine.txt", "mine");
    let mut tree = old_tree();
    tree.insert("a.html".into(), "edited".into());
    tree.remove("gone/deep/x.html");
    tree.remove("shared/gone.html");
    assert_eq!(place.build(&tree).unwrap(), Summary { written: 1, unchanged: 5, removed: 2 });
    tree.insert("gone/deep/mine.txt".into(), "mine".into());
    assert_eq!(place.standing(), with_folders(&tree));
}

#[test]
fn assets_move_first_then_pages_then_removals_and_the_manifest_last() {
    #[derive(Default)]
    struct Listens(RefCell<Vec<String>>);
    impl Listens {
        fn hear(&self, verb: &str, path: &Path) {
            let name = path.file_name().unwrap().to_str().unwrap();
            self.0.borrow_mut().push(format!("{verb} {name}"));
        }
    }
    impl Moves for Listens {
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            assert!(!path.starts_with(path.parent().unwrap().with_file_name("public")), "only into the stage");
            Disk.write(path, bytes)
        }
        fn create_folder(&self, path: &Path) -> io::Result<()> {
            Disk.create_folder(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.hear("move", to);
            Disk.rename(from, to)
        }
        fn remove_file(&self, path: &Path) -> io::Result<()> {
            self.hear("remove", path);
            Disk.remove_file(path)
        }
        fn remove_folder(&self, path: &Path) -> io::Result<()> {
            Disk.remove_folder(path)
        }
    }
    let place = Place::new();
    place.build(&files(&[("a.html", "1"), ("gone.css", ""), ("z.png", "1")])).unwrap();
    let listens = Listens::default();
    let tree = files(&[("a.html", "2"), ("b/feed.xml", ""), ("b/y.js", ""), ("z.png", "2")]);
    place.build_through(&listens, &tree, Ending::Returns).unwrap();
    let expected = ["move .docweave-manifest", "move y.js", "move z.png", "move a.html", "move feed.xml"];
    let expected = [&expected[..], &["remove gone.css", "move .docweave-manifest"]].concat();
    assert_eq!(*listens.0.borrow(), expected);
}

#[test]
fn a_file_that_was_deleted_or_cut_comes_back() {
    let place = Place::new();
    place.build(&old_tree()).unwrap();
    std::fs::remove_file(place.output().join("a.html")).unwrap();
    place.write("style.css", "cut");
    std::fs::remove_dir_all(place.output().join("b")).unwrap();
    assert_eq!(place.build(&old_tree()).unwrap(), Summary { written: 4, unchanged: 4, removed: 0 });
    assert_eq!(place.standing(), with_folders(&old_tree()));
}

#[test]
fn a_foreign_file_is_neither_replaced_nor_adopted_unless_it_is_the_same() {
    for (path, text) in [("index.html", "mine"), ("b", "mine"), ("a.html/deep/mine", "mine")] {
        let place = Place::new();
        place.write(path, text);
        let before = place.standing();
        let error = place.build(&old_tree()).unwrap_err();
        assert!(error.to_string().contains("did not write"), "{error}");
        assert!(error.to_string().contains(path), "{error}");
        assert!(error.help.unwrap().contains("--output"));
        assert_eq!(place.standing(), before, "found before anything moved");
        assert_eq!(place.names_beside(), ["public"]);
    }
    let place = Place::new();
    place.write("index.html", "old front");
    assert_eq!(place.build(&old_tree()).unwrap(), Summary { written: 7, unchanged: 1, removed: 0 });
    assert_eq!(place.build(&Files::new()).unwrap().removed, 8);
    assert_eq!(place.standing(), Files::new());
}

#[cfg(unix)]
#[test]
fn links_are_never_followed_out_of_the_output() {
    use std::os::unix::fs::symlink;
    for link in ["b", "b/c", "b/index.html", "a.html", "dangling.html"] {
        let place = Place::new();
        place.build(&old_tree()).unwrap();
        let outside = place.disk.path().join("outside");
        std::fs::create_dir_all(outside.join("c")).unwrap();
        for name in ["index.html", "c/index.html"] {
            std::fs::write(outside.join(name), "precious").unwrap();
        }
        let at = place.output().join(link);
        drop(std::fs::remove_dir_all(&at));
        drop(std::fs::remove_file(&at));
        let target = match link {
            "dangling.html" => place.disk.path().join("nowhere"),
            _ if link.ends_with("html") => outside.join("index.html"),
            _ => outside.clone(),
        };
        symlink(target, &at).unwrap();
        let mut tree = old_tree();
        tree.insert("dangling.html".into(), "new".into());
        let error = place.build(&tree).unwrap_err();
        assert!(error.to_string().contains("a link is in the way"), "{link}: {error}");
        assert!(error.to_string().contains(link), "{error}");

        // A tree without those paths leaves the link and what is behind it alone.
        tree.retain(|path, _| !path.starts_with(link));
        place.build(&tree).unwrap();
        assert!(at.is_symlink(), "{link}");
        for name in ["index.html", "c/index.html"] {
            assert_eq!(std::fs::read_to_string(outside.join(name)).unwrap(), "precious");
        }
        assert!(!place.disk.path().join("nowhere").exists());
    }
}

#[cfg(unix)]
#[test]
fn the_output_folder_itself_may_be_a_link() {
    for exists in ["empty", "full"] {
        let place = Place::new();
        let real = place.disk.path().join("elsewhere/real");
        std::fs::create_dir_all(&real).unwrap();
        if exists == "full" {
            std::fs::write(real.join("mine"), "").unwrap();
        }
        std::os::unix::fs::symlink(&real, place.output()).unwrap();
        place.build(&old_tree()).unwrap();
        place.build(&new_tree()).unwrap();
        assert!(place.output().is_symlink());
        assert_eq!(std::fs::read_to_string(real.join("b")).unwrap(), "b became a file");
        assert_eq!(std::fs::read_dir(place.disk.path().join("elsewhere")).unwrap().count(), 1);
    }
}

#[test]
fn reserved_names_and_files_never_written_are_refused() {
    let place = Place::new();
    let error = place.build(&files(&[(MANIFEST, "stolen")])).unwrap_err();
    assert!(error.to_string().contains("reserved"), "{error}");
    let stage = DiskStage::open(&place.output()).unwrap();
    let mut plan = Plan::new(Digest::of(b""));
    let digest = Digest::of(b"x");
    let entry = Entry { size: 1, content: digest, key: digest, parts: Parts::default() };
    plan.insert(RelPath::new("x").unwrap(), entry, Source::Kept);
    assert!(commit(&stage, &plan, &Manifest::default()).is_err());
    assert!(!place.output().exists());
}

#[test]
fn a_page_that_lies_in_another_is_an_error() {
    let place = Place::new();
    place.build(&files(&[("a", "file"), ("b/c", "below")])).unwrap();
    for (path, tree) in [
        ("a", files(&[("a", "file"), ("a/b", "below"), ("b/c", "below")])),
        ("b", files(&[("a", "file"), ("b", "file"), ("b/c", "below")])),
    ] {
        let error = place.build(&tree).unwrap_err();
        assert_eq!(error.to_string(), format!("a file and a folder at once: {path}"));
    }
}

/// Stops the move from `old` to `new` after `steps` steps, then checks what is served and what the next build makes of it.
/// Whether the build got to its end.
fn stop(old: &Files, new: &Files, steps: usize, ending: Ending) -> Result<bool, TestCaseError> {
    let place = Place::new();
    let foreign = files(&[("b/foreign.txt", "mine"), ("foreign/mine.html", "mine")]);
    let foreign_at: Vec<_> =
        foreign.iter().filter(|(path, _)| !new.contains_key("b") || !path.starts_with("b/")).collect();
    if !old.is_empty() {
        place.build(old).map_err(|error| TestCaseError::fail(error.to_string()))?;
        if old.contains_key("b") {
            prop_assume!(!foreign_at.iter().any(|(path, _)| path.starts_with("b/")));
        }
        for (path, text) in &foreign_at {
            place.write(path, text);
        }
    }
    let done = place.build_through(&StopsAfter::new(steps), new, ending).is_ok();
    let standing = place.standing();
    for (path, text) in &standing {
        let fine = [old, new, &foreign].into_iter().any(|tree| tree.get(path) == Some(text));
        prop_assert!(path.ends_with('/') || fine, "{path} is neither old nor new: {text:?}");
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        prop_assert!(standing.contains_key(path), "{path} is gone");
    }
    if !done {
        for path in old.keys().filter(|path| !standing.contains_key(*path)) {
            let is_blocked =
                new.keys().any(|n| n.starts_with(&format!("{path}/")) || path.starts_with(&format!("{n}/")));
            let pages_are_in = new.iter().all(|(path, text)| standing.get(path) == Some(text));
            prop_assert!(is_blocked || pages_are_in, "{path} was removed before the new pages were in");
        }
    }
    let next = place.build(new).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(!done || next.written + next.removed == 0);
    let mut expected = new.clone();
    if !old.is_empty() {
        expected.extend(foreign_at.into_iter().map(|(path, text)| (path.clone(), text.clone())));
    }
    prop_assert_eq!(place.standing(), with_folders(&expected));
    prop_assert_eq!(place.names_beside(), vec!["public"]);
    Ok(done)
}

#[test]
fn killed_at_any_step_the_site_serves_and_the_next_build_completes_it() {
    for ending in [Ending::Returns, Ending::IsKilled] {
        for (old, new) in [(Files::new(), old_tree()), (old_tree(), new_tree()), (new_tree(), old_tree())] {
            let old = if new.contains_key("b/index.html") { without_b(old) } else { old };
            let mut steps = 0;
            while !stop(&old, &new, steps, ending).unwrap() {
                steps += 1;
                assert!(steps < 100, "a commit that never ends");
            }
            assert!(steps > 0);
        }
    }
}

#[test]
fn killed_at_any_step_the_way_back_is_open_too() {
    // Pages of the same size, so that only the manifest can tell them apart.
    let (old, new) = (files(&[("a.html", "1"), ("b.css", "1")]), files(&[("a.html", "2"), ("b.css", "2")]));
    for steps in 0..20 {
        let place = Place::new();
        place.build(&old).unwrap();
        let done = place.build_through(&StopsAfter::new(steps), &new, Ending::IsKilled).is_ok();
        place.build(&old).unwrap();
        assert_eq!(place.standing(), old, "after {steps} steps");
        assert_eq!(done, steps >= 6, "two manifests of two steps, and two moves");
    }
}

fn without_b(mut tree: Files) -> Files {
    tree.remove("b");
    tree
}

fn trees() -> impl Strategy<Value = Files> {
    let paths = ["index.html", "a", "a/b.css", "a/b.css/c.html", "a/d/e.png", "b", "b/c.html", "d/e/f/g.xml", "h.js"];
    prop::collection::btree_map(prop::sample::select(paths.to_vec()), 0..3_u8, 1..7).prop_map(|tree| {
        let mut sound = Files::new();
        for (path, text) in tree {
            let clashes =
                |other: &String| path.starts_with(&format!("{other}/")) || other.starts_with(&format!("{path}/"));
            if !sound.keys().any(clashes) {
                sound.insert(path.to_owned(), format!("text {text}"));
            }
        }
        sound
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn random_trees_killed_at_random_steps_converge(
        old in trees(),
        new in trees(),
        steps in 0..30_usize,
        is_killed in any::<bool>(),
    ) {
        stop(&old, &new, steps, if is_killed { Ending::IsKilled } else { Ending::Returns })?;
    }

    #[test]
    fn killed_twice_on_the_way_to_another_tree_still_converges(
        trees in prop::collection::vec((trees(), 0..30_usize), 2..5),
    ) {
        let place = Place::new();
        for (tree, steps) in &trees {
            drop(place.build_through(&StopsAfter::new(*steps), tree, Ending::IsKilled));
        }
        let (last, _) = trees.last().expect("at least two trees");
        place.build(last).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(place.standing(), with_folders(last));
        prop_assert_eq!(place.names_beside(), vec!["public"]);
    }
}
