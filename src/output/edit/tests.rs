//! Changes of real folders, stopped at every step.
#![expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]

use std::{cell::Cell, io};

use super::*;

type Texts = BTreeMap<String, String>;

struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(path, text)| place.write(path, text));
        place
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// All files and folders, those of the change itself too.
    fn standing(&self) -> Texts {
        let mut found = Texts::new();
        let mut waiting = vec![self.root().to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.root()).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() {
                    found.insert(name + "/", String::new());
                    waiting.push(path);
                } else {
                    found.insert(name, std::fs::read_to_string(path).unwrap());
                }
            }
        }
        found.remove(".docweave/");
        found
    }

    /// A patch that puts `text` in the place of the only `from` of each file.
    fn patch(&self, edits: &[(&str, &str, &str)], moves: &[(&str, &str)]) -> Patch {
        let mut patch = Patch::default();
        for (file, from, text) in edits {
            let whole = self.text(file);
            patch.note(&path(file), whole.as_bytes());
            let whole = whole.strip_prefix('\u{feff}').unwrap_or(&whole);
            let at = whole.find(from).unwrap();
            patch.edits.push(Edit::new(path(file), at..at + from.len(), *text));
        }
        patch.moves = moves.iter().map(|(from, to)| (path(from), path(to))).collect();
        patch
    }
}

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// The real disk until its steps are used up. The last one that writes is cut in its middle.
struct Stopping(Cell<usize>);

impl Stopping {
    fn step(&self) -> io::Result<()> {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        if left == 0 { Err(io::Error::other("stopped")) } else { Ok(()) }
    }
}

impl Moves for Stopping {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step().or_else(|error| Disk.write(path, &bytes[..bytes.len() / 2]).and(Err(error)))?;
        Disk.write(path, bytes)
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| Disk.create_folder(path))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| Disk.rename(from, to))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| Disk.remove_file(path))
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| Disk.remove_folder(path))
    }
}

/// A move with everything in it, and a link to it that is mended.
fn guide() -> (Place, Patch) {
    let place = Place::new(&[
        ("content/index.md", "see [it](old/a.md).\r\nand more\r\n"),
        ("content/old/a.md", "\u{feff}# A\n[b](../b.md)\n"),
        ("content/old/a.png", "picture"),
        ("content/b.md", "b"),
    ]);
    let edits = [
        ("content/index.md", "old/a.md", "new/deep/c.md"),
        ("content/old/a.md", "../b.md", "../../b.md"),
        ("content/old/a.md", "# A", "# Ä"),
    ];
    let moves = [("content/old/a.md", "content/new/deep/c.md"), ("content/old/a.png", "content/new/deep/a.png")];
    let mut patch = place.patch(&edits, &moves);
    patch.new.insert(path("content/new/_index.md"), "# New\n".to_owned());
    (place, patch)
}

fn guide_moved() -> Texts {
    let files = [
        ("content/", ""),
        ("content/index.md", "see [it](new/deep/c.md).\r\nand more\r\n"),
        ("content/new/", ""),
        ("content/new/_index.md", "# New\n"),
        ("content/new/deep/", ""),
        ("content/new/deep/c.md", "\u{feff}# Ä\n[b](../../b.md)\n"),
        ("content/new/deep/a.png", "picture"),
        ("content/b.md", "b"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

#[test]
fn files_are_edited_and_moved_and_nothing_is_left_over() {
    let (place, patch) = guide();
    let changed = apply(place.root(), &patch).unwrap();
    assert_eq!(place.standing(), guide_moved());
    let told: Vec<_> = changed.iter().map(|Changed { from, to, edits }| format!("{from} -> {to} ({edits})")).collect();
    let expected = [
        "content/index.md -> content/index.md (1)",
        "content/new/_index.md -> content/new/_index.md (0)",
        "content/old/a.md -> content/new/deep/c.md (2)",
        "content/old/a.png -> content/new/deep/a.png (0)",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_change_that_is_killed_anywhere_is_made_as_a_whole_or_not_at_all() {
    let (mut as_it_was, mut finished) = (0, 0);
    for steps in 0.. {
        let (place, patch) = guide();
        let before = place.standing();
        let is_done = apply_through(&Stopping(Cell::new(steps)), place.root(), &patch).is_ok();
        let rest = finish(place.root()).unwrap();
        match place.standing() {
            now if now == before => {
                as_it_was += 1;
                assert!(rest.is_empty() && finished == 0, "step {steps}");
            }
            now => {
                finished += 1;
                assert_eq!(now, guide_moved(), "step {steps}");
            }
        }
        if is_done {
            break;
        }
    }
    assert!(as_it_was > 3 && finished > 8, "{as_it_was} {finished}");
}

#[test]
fn what_a_killed_try_left_in_a_folder_is_swept() {
    let (place, patch) = guide();
    let before = place.standing();
    let list = format!("{0}/content\n{0}/content/old\n/tmp", place.root().display());
    place.write(".docweave/edit/folders", &list);
    place.write("content/old/.docweave-1-0.tmp", "");
    assert_eq!(finish(place.root()).unwrap(), []);
    assert_eq!(place.standing(), before);
    apply(place.root(), &patch).unwrap();
    assert_eq!(place.standing(), guide_moved());
}

#[test]
fn the_next_change_finishes_the_one_before() {
    let (place, patch) = guide();
    // Up to the first text that is moved into place.
    let stopped = (0..).find(|steps| {
        drop(apply_through(&Stopping(Cell::new(*steps)), place.root(), &patch));
        place.text("content/index.md").contains("new/deep")
    });
    assert!(stopped.is_some());
    let next = place.patch(&[("content/b.md", "b", "B")], &[]);
    apply(place.root(), &next).unwrap();
    let mut expected = guide_moved();
    expected.insert("content/b.md".to_owned(), "B".to_owned());
    assert_eq!(place.standing(), expected);
}

#[test]
fn what_somebody_typed_in_between_is_never_overwritten() {
    for (file, survives) in [("content/index.md", true), ("content/old/a.md", true), ("content/new/deep/c.md", true)] {
        for steps in 0.. {
            let (place, patch) = guide();
            let is_done = apply_through(&Stopping(Cell::new(steps)), place.root(), &patch).is_ok();
            place.write(file, "typed since");
            drop(finish(place.root()));
            assert_eq!(place.text(file) == "typed since", survives, "{file} at step {steps}");
            if is_done {
                break;
            }
        }
    }
}

fn refused(place: &Place, patch: &Patch) -> String {
    let before = place.standing();
    let error = apply(place.root(), patch).unwrap_err();
    assert_eq!(place.standing(), before);
    error.to_string().replace(place.root().to_str().unwrap(), "SITE")
}

#[test]
fn whatever_can_be_refused_is_refused_before_anything_is_written() {
    let (place, patch) = guide();
    place.write("content/old/a.md", "# A\nanother text\n");
    assert!(refused(&place, &patch).contains("somebody changed the file"));

    let (place, patch) = guide();
    place.write("content/new/deep/a.png", "another picture");
    assert_eq!(refused(&place, &patch), "something has that name already: SITE/content/new/deep/a.png");

    let (place, patch) = guide();
    place.write("content/new/_index.md", "another");
    assert_eq!(refused(&place, &patch), "something has that name already: SITE/content/new/_index.md");

    let (place, mut patch) = guide();
    patch.edits.push(Edit::new(path("content/index.md"), 0..15, "x"));
    assert!(refused(&place, &patch).contains("two changes of content/index.md meet at byte"));

    let (place, mut patch) = guide();
    patch.edits.push(Edit::new(path("content/b.md"), 0..1, "x"));
    assert!(refused(&place, &patch).contains("content/b.md"), "nobody read it");

    let (place, mut patch) = guide();
    patch.moves.push((path("content/b.md"), path("content/new/deep/c.md")));
    assert_eq!(refused(&place, &patch), "two files can't be moved to one place");

    let (place, patch) = guide();
    place.write("content/new", "a file");
    assert_eq!(refused(&place, &patch), "a file has the name of a folder: SITE/content/new");

    for hidden in [".git/hooks/post-commit", "content/.hidden/a.md", "content/a.md~"] {
        let (place, mut patch) = guide();
        patch.moves = vec![(path("content/b.md"), path(hidden))];
        assert_eq!(refused(&place, &patch), format!("not a file of the site that may be changed: {hidden}"));
    }
}

#[cfg(unix)]
#[test]
fn links_are_written_through_inside_the_site_and_never_out_of_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new(&[("shared/a.md", "one two"), ("content/b.md", "b")]);
    std::fs::set_permissions(place.root().join("shared/a.md"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("../shared/a.md", place.root().join("content/a.md")).unwrap();
    apply(place.root(), &place.patch(&[("content/a.md", "two", "three")], &[])).unwrap();
    assert!(place.root().join("content/a.md").is_symlink());
    assert_eq!(place.text("shared/a.md"), "one three");
    let mode = std::fs::metadata(place.root().join("shared/a.md")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let message = refused(&place, &place.patch(&[], &[("content/a.md", "content/c.md")]));
    assert!(message.starts_with("a symbolic link is not moved along"), "{message}");

    symlink("../shared", place.root().join("content/s")).unwrap();
    let twice = [("content/s/a.md", "three", "x"), ("shared/a.md", "one", "y")];
    let message = refused(&place, &place.patch(&twice, &[]));
    assert!(message.contains("makes two of the files to be changed one"), "{message}");

    let outside = Place::new(&[("a.md", "one two")]);
    symlink(outside.root(), place.root().join("content/out")).unwrap();
    let message = refused(&place, &place.patch(&[("content/out/a.md", "two", "three")], &[]));
    assert!(message.contains("out of the site's folder"), "{message}");
    let message = refused(&place, &place.patch(&[], &[("content/b.md", "content/out/new/b.md")]));
    assert!(message.contains("out of the site's folder"), "{message}");
    assert_eq!(outside.text("a.md"), "one two");
}

#[test]
fn control_characters_and_line_ends_stay_as_they_are() {
    let bytes = b"\xef\xbb\xbfa\0b\r\nc\x01d\r\n";
    let mut tree = crate::source::memory::Tree::default();
    tree.insert(path("content/a.md"), bytes.to_vec());
    let mut patch = Patch::default();
    patch.note(&path("content/a.md"), bytes);
    // As the text is decoded: `a`, three bytes for the NUL, `b`, CR, LF, `c`, three bytes, `d`.
    patch.edits = [(4..5, "B"), (11..12, "D"), (1..1, "-")]
        .map(|(range, text)| Edit::new(path("content/a.md"), range, text))
        .to_vec();
    let planned = plan(&tree, &patch).unwrap();
    assert_eq!(planned[0].after.as_deref(), Some(b"\xef\xbb\xbfa-\0B\r\nc\x01D\r\n".as_slice()));
}

#[test]
fn two_changes_at_once_come_one_after_the_other() {
    let place = Place::new(&[("content/a.md", "a"), ("content/b.md", "b")]);
    let patches =
        [("content/a.md", "a"), ("content/b.md", "b")].map(|(file, text)| place.patch(&[(file, text, "changed")], &[]));
    std::thread::scope(|scope| {
        patches.iter().for_each(|patch| drop(scope.spawn(|| apply(place.root(), patch).unwrap())));
    });
    assert_eq!((place.text("content/a.md"), place.text("content/b.md")), ("changed".into(), "changed".into()));
}
