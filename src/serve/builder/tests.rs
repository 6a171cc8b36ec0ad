use std::{fs, path::Path, sync::mpsc};

use super::*;
use crate::build::{Publish, trace::Silent};
use crate::serve::{Panel, snapshot::Answer};

fn workshop(root: &Path) -> Workshop {
    let settings = Settings {
        root: root.to_path_buf(),
        publish: Publish::Today,
        base_url: None,
        host: "127.0.0.1".parse().unwrap(),
        port: 0,
        reuse: Reuse::Everything,
        progress: Arc::new(Silent),
        follow: Follow::Saved,
        editor: None,
        panel: Panel::Asked,
    };
    let folder = Folder::open(root).unwrap();
    let reporter = Reporter { root: root.to_path_buf(), editor: None };
    let opening = Opening { begin: watch::channel(None).0, events: mpsc::channel().0 };
    Workshop::new(
        folder,
        &settings,
        "http://127.0.0.1:3000".to_owned(),
        reporter,
        Further::default(),
        (opening, Open::default()),
    )
}

/// Builds when nothing else is ordered.
fn finished(workshop: &mut Workshop, order: Order) -> Built {
    workshop.build(order).expect("it is set aside for nothing")
}

/// Asks for a build because an article was saved.
fn order(path: &str) -> Order {
    Order { sources: vec![path.to_owned()], ..Order::default() }
}

/// What it tells from now on, with browsers that stay where they are.
fn told(workshop: &mut Workshop) -> mpsc::Receiver<Event> {
    let (sender, events) = mpsc::channel();
    (workshop.events, workshop.follow) = (sender, Follow::Stay);
    events
}

/// What was shown before the build was done: the number of each snapshot, what it has at `path`, and whether that is
/// because it was edited.
fn ahead(events: &mpsc::Receiver<Event>, path: &str) -> Vec<(u64, String, bool)> {
    let shown = events.try_iter().filter_map(|event| match event {
        Event::Ahead(snapshot) => {
            let is_edited = snapshot.page(path).is_some_and(|output| snapshot.is_edited(output));
            Some((snapshot.build, page(&snapshot, path), is_edited))
        }
        _ => None,
    });
    shown.collect()
}

#[test]
fn what_browsers_show_is_shown_before_the_build_is_done() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n[check]\nbroken-link = \"error\"\n");
    write("content/a.md", "# A\n\nfirst\n");
    let mut workshop = workshop(disk.path());
    let events = told(&mut workshop);
    let first = finished(&mut workshop, Order::default()).snapshot.unwrap();
    let opened = workshop.open.note("/docs/a/");
    assert!(ahead(&events, "/docs/a/").is_empty(), "nothing is ahead of the first build");

    write("content/a.md", "# A\n\nsecond\n");
    let second = finished(&mut workshop, order("content/a.md")).snapshot.unwrap();
    let shown = ahead(&events, "/docs/a/");
    assert_eq!(shown.len(), 1);
    assert!(shown[0].1.contains("second") && shown[0].2 && first.build < shown[0].0 && shown[0].0 < second.build);
    assert!(page(&second, "/docs/a/").contains("second"));
    let path = RelPath::new("a/index.html").unwrap();
    assert!(second.known.remade.contains_key(&path), "it is known why it was made again all the same");
    assert!(!second.changed_since(shown[0].0).contains(&&path), "whoever saw it ahead is not behind");
    assert!(second.changed_since(first.build).contains(&&path) && second.is_edited(&path));

    write("content/b.md", "# Better\n");
    finished(&mut workshop, order("content/b.md"));
    let shown = ahead(&events, "/docs/a/");
    assert!(shown.len() == 1 && shown[0].1.contains("Better"), "the page after it is named on it");
    assert!(!shown[0].2, "what is written on it is what it was");

    // Links in raw HTML are looked at when all pages are there.
    write("content/a.md", "# A\n\nthird <a href=\"/docs/nowhere/\">x</a>\n");
    let built = finished(&mut workshop, order("content/a.md"));
    let (shown, failed) = (ahead(&events, "/docs/a/"), built.snapshot.unwrap());
    assert!(shown.len() == 1 && shown[0].1.contains("third"));
    assert_eq!((built.effect, failed.errors.len()), (Effect::LastGood, 1));
    assert!(shown[0].0 < failed.build && page(&failed, "/docs/a/").contains("second"), "the last good page is back");

    write("content/a.md", "# A\n\nfourth\n");
    let mended = finished(&mut workshop, order("content/a.md")).snapshot.unwrap();
    assert!(page(&mended, "/docs/a/").contains("fourth") && mended.errors.is_empty());
    drop(opened);
    ahead(&events, "/docs/a/");
    write("content/a.md", "# A\n\nfifth\n");
    finished(&mut workshop, order("content/a.md"));
    assert!(ahead(&events, "/docs/a/").is_empty(), "the browser has gone");
}

#[test]
fn a_build_is_set_aside_for_a_later_one_when_it_has_shown_what_browsers_show() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
    write("content/a.md", "# A\n\nfirst\n");
    write("content/b.md", "# B\n\nfirst\n");
    let mut workshop = workshop(disk.path());
    let events = told(&mut workshop);
    let first = finished(&mut workshop, Order::default()).snapshot.unwrap();
    let _opened = workshop.open.note("/docs/a/");

    write("content/a.md", "# A\n\nsecond\n");
    workshop.waiting.add();
    assert!(workshop.build(order("content/a.md")).is_none(), "the next will do the rest");
    let shown = ahead(&events, "/docs/a/");
    assert!(shown.len() == 1 && shown[0].1.contains("second") && shown[0].2);
    write("content/b.md", "# B\n\nsecond\n");
    assert!(workshop.build(order("content/b.md")).is_none());

    // A mistake takes nothing of that back.
    workshop.waiting.take(1);
    write("content/b.md", "+++\nnonsense\n");
    let failed = finished(&mut workshop, order("content/b.md")).snapshot.unwrap();
    assert!(page(&failed, "/docs/a/").contains("second") && page(&failed, "/docs/b/").contains("first"));

    write("content/b.md", "# B\n\nthird\n");
    let done = finished(&mut workshop, order("content/b.md"));
    assert_eq!(done.sources, ["content/a.md", "content/b.md"], "it stands for those before it");
    let last = done.snapshot.unwrap();
    assert!(page(&last, "/docs/a/").contains("second") && page(&last, "/docs/b/").contains("third"));
    let paths = ["a/index.html", "b/index.html"].map(|path| RelPath::new(path).unwrap());
    assert!(paths.iter().all(|path| last.known.remade.contains_key(path)), "why pages were made again is known");
    assert!(paths.iter().all(|path| last.changed_since(first.build).contains(&path)));

    // What was shown and is taken back by the writer is what it was.
    workshop.waiting.add();
    write("content/a.md", "# A\n\nfourth\n");
    assert!(workshop.build(order("content/a.md")).is_none());
    workshop.waiting.take(1);
    write("content/a.md", "# A\n\nsecond\n");
    let back = finished(&mut workshop, order("content/a.md")).snapshot.unwrap();
    assert!(page(&back, "/docs/a/").contains("second"));
    assert!(back.changed_since(last.build).contains(&&paths[0]), "browsers have another");

    // However fast somebody saves, now and then one is finished.
    workshop.waiting.add();
    write("content/a.md", "# A\n\nfifth\n");
    assert!(workshop.build(order("content/a.md")).is_none());
    workshop.aside.as_mut().unwrap().since -= LONGEST_ASIDE * 2;
    write("content/a.md", "# A\n\nsixth\n");
    let due = finished(&mut workshop, order("content/a.md")).snapshot.unwrap();
    assert!(page(&due, "/docs/a/").contains("sixth"));
}

#[test]
fn browsers_follow_a_save_that_is_told_of_twice() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
    write("content/a.md", "# A\n");
    let mut workshop = workshop(disk.path());
    finished(&mut workshop, Order::default());
    write("content/new.md", "# New\n");
    workshop.waiting.add();
    assert!(workshop.build(order("content/new.md")).is_none());
    workshop.waiting.take(1);
    let snapshot = finished(&mut workshop, Order::default()).snapshot.unwrap();
    assert_eq!(snapshot.saved.as_ref().map(|(_, address)| address.as_str()), Some("/docs/new/"));
}

#[test]
fn browsers_follow_a_save_that_is_told_of_with_one_they_have_seen() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
    write("content/a.md", "# A\n");
    let mut workshop = workshop(disk.path());
    finished(&mut workshop, Order::default());
    let mut saved = |paths: &[&str]| {
        let sources = paths.iter().map(|path| (*path).to_owned()).collect();
        drop(finished(&mut workshop, Order { sources, ..Order::default() }));
        workshop.saved.as_ref().map(|(_, address)| address.clone()).unwrap_or_default()
    };
    write("content/a.md", "# A\n\nmore\n");
    assert_eq!(saved(&["content/a.md"]), "/docs/a/");
    write("content/new.md", "# New\n");
    assert_eq!(saved(&["content/a.md", "content/new.md"]), "/docs/new/");
    write("content/a.md", "# A\n\nand more\n");
    write("content/new.md", "# New\n\nmore\n");
    assert_eq!(saved(&["content/a.md", "content/new.md"]), "/docs/new/", "nobody knows which of two is meant");
    assert_eq!(saved(&["content/a.md"]), "/docs/a/");
    assert_eq!(saved(&["content/new.md"]), "/docs/new/");
    assert_eq!(saved(&["content/a.md"]), "/docs/a/", "who saves it once more, as it is, wants to see it");

    // Of the one that they have seen it is told while the other is at work.
    write("content/new.md", "# New\n\nand more\n");
    workshop.waiting.add();
    assert!(workshop.build(order("content/new.md")).is_none());
    workshop.waiting.take(1);
    let snapshot = finished(&mut workshop, order("content/a.md")).snapshot.unwrap();
    assert_eq!(snapshot.saved.as_ref().map(|(_, address)| address.as_str()), Some("/docs/new/"));
}

/// Saves an article as soon as a page is being rendered.
struct Saves(std::path::PathBuf);

impl Progress for Saves {
    fn begin(&self, _: &'static str, _: usize) {}

    fn step(&self) {}

    fn rendering(&self, _: &str, _: &str) {
        fs::write(&self.0, "# A\n\nthird\n").unwrap();
    }
}

#[test]
fn a_save_in_the_middle_of_a_build_is_no_mistake() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/\"\n[markdown]\ncopies = true\n");
    write("content/a.md", "# A\n\nfirst\n");
    let mut workshop = workshop(disk.path());
    let events = told(&mut workshop);
    finished(&mut workshop, Order::default());
    let _opened = workshop.open.note("/a/");

    write("content/a.md", "# A\n\nsecond\n");
    workshop.progress = Arc::new(Saves(disk.path().join("content/a.md")));
    assert!(workshop.build(order("content/a.md")).is_none(), "the build that this save asks for is awaited");
    assert!(ahead(&events, "/a/")[0].1.contains("second"));
    workshop.progress = Arc::new(Silent);
    let third = finished(&mut workshop, order("content/a.md"));
    assert!(third.outcome.is_ok() && page(&third.snapshot.unwrap(), "/a/").contains("third"));
}

fn page(snapshot: &Snapshot, path: &str) -> String {
    match snapshot.answer(path) {
        Answer::File(_, file) => String::from_utf8_lossy(&file.bytes).into_owned(),
        Answer::Problems(page) => page.to_owned(),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn builds_follow_each_other_and_failures_change_nothing() {
    let disk = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(disk.path().join(path), text).unwrap();
    fs::create_dir(disk.path().join("content")).unwrap();
    write("site.toml", "title = \"<T>\nbase_url = 1");
    write("content/a.md", "+++\ndescription = \"d\"\n+++\n# A\n\nfirst\n");
    write("content/b.md", "# B\n");
    let mut workshop = workshop(disk.path());

    let built = finished(&mut workshop, Order::default());
    assert_eq!(built.effect, Effect::Problems);
    let problems = page(&built.snapshot.unwrap(), "/any/where");
    assert!(problems.contains("site.toml:1:") && !problems.contains("<T>"), "{problems}");

    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
    let built = finished(&mut workshop, Order::default());
    let snapshot = built.snapshot.expect("a first site");
    assert_eq!(snapshot.base, "/docs/");
    assert!(page(&snapshot, "/docs/a/").contains("first"));
    assert!(page(&snapshot, "/docs/a/").contains("http://127.0.0.1:3000/docs/a/"));
    assert!(!page(&snapshot, "/docs/a/").contains("example.org"));

    assert_eq!(workshop.session.keep_memos().map_err(|error| error.to_string()), Ok(()));
    let built = finished(&mut workshop, Order::default());
    assert!(built.snapshot.is_none() && built.effect == Effect::Changed(0), "nothing changed");

    write("content/a.md", "+++\ndescription = \"d\"\n+++\n# A\n\nsecond\n");
    let built = finished(&mut workshop, order("content/a.md"));
    let trace = built.outcome.unwrap().trace;
    assert_eq!((trace.parsed.get(), trace.pages.get()), (1, 1));
    let second = built.snapshot.unwrap();
    assert_eq!(second.saved, Some((second.build, "/docs/a/".to_owned())));
    let remade = &second.known.remade[&RelPath::new("a/index.html").unwrap()];
    assert!(remade.why.to_string().contains("body: its text"), "{}", remade.why);
    assert_eq!(*remade.saved, ["content/a.md".to_owned()]);
    assert!(page(&second, "/docs/a/").contains("second"));
    assert!(second.changed_since(snapshot.build).iter().any(|path| path.as_str() == "a/index.html"));
    assert!(!second.changed_since(snapshot.build).iter().any(|path| path.as_str() == "b/index.html"));

    write("content/b.md", "+++\nnonsense\n");
    let built = finished(&mut workshop, Order::default());
    assert_eq!(built.effect, Effect::LastGood);
    let broken = built.snapshot.expect("the errors are news");
    assert_eq!((broken.errors.len(), broken.changed_since(second.build).len()), (1, 0));
    assert!(page(&broken, "/docs/a/").contains("second"));
    assert!(finished(&mut workshop, Order::default()).snapshot.is_none(), "the same errors are none");
    fs::remove_file(disk.path().join("content/b.md")).unwrap();
    let third = finished(&mut workshop, Order::default()).snapshot.unwrap();
    assert!(third.errors.is_empty());
    assert!(matches!(third.answer("/docs/b/"), Answer::Missing(Some(_))));
    assert!(page(&third, "/docs/a/").contains("second"));
    assert!(!disk.path().join("public").exists(), "nothing is written but the cache");
}
