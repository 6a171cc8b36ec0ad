use std::{fs, path::Path};

use super::*;
use crate::build::Publish;
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
    let (sender, events) = mpsc::channel();
    (workshop.events, workshop.follow) = (sender, Follow::Stay);
    let order = |path: &str| Order { sources: vec![path.to_owned()], ..Order::default() };
    let first = workshop.build(Order::default()).snapshot.unwrap();
    let opened = workshop.open.note("/docs/a/");
    assert!(ahead(&events, "/docs/a/").is_empty(), "nothing is ahead of the first build");

    write("content/a.md", "# A\n\nsecond\n");
    let second = workshop.build(order("content/a.md")).snapshot.unwrap();
    let shown = ahead(&events, "/docs/a/");
    assert_eq!(shown.len(), 1);
    assert!(shown[0].1.contains("second") && shown[0].2 && first.build < shown[0].0 && shown[0].0 < second.build);
    assert!(page(&second, "/docs/a/").contains("second"));
    let path = RelPath::new("a/index.html").unwrap();
    assert!(second.known.remade.contains_key(&path), "it is known why it was made again all the same");
    assert!(!second.changed_since(shown[0].0).contains(&&path), "whoever saw it ahead is not behind");
    assert!(second.changed_since(first.build).contains(&&path) && second.is_edited(&path));

    write("content/b.md", "# Better\n");
    workshop.build(order("content/b.md"));
    let shown = ahead(&events, "/docs/a/");
    assert!(shown.len() == 1 && shown[0].1.contains("Better"), "the page after it is named on it");
    assert!(!shown[0].2, "what is written on it is what it was");

    // Links in raw HTML are looked at when all pages are there.
    write("content/a.md", "# A\n\nthird <a href=\"/docs/nowhere/\">x</a>\n");
    let built = workshop.build(order("content/a.md"));
    let (shown, failed) = (ahead(&events, "/docs/a/"), built.snapshot.unwrap());
    assert!(shown.len() == 1 && shown[0].1.contains("third"));
    assert_eq!((built.effect, failed.errors.len()), (Effect::LastGood, 1));
    assert!(shown[0].0 < failed.build && page(&failed, "/docs/a/").contains("second"), "the last good page is back");

    write("content/a.md", "# A\n\nfourth\n");
    let mended = workshop.build(order("content/a.md")).snapshot.unwrap();
    assert!(page(&mended, "/docs/a/").contains("fourth") && mended.errors.is_empty());
    drop(opened);
    ahead(&events, "/docs/a/");
    write("content/a.md", "# A\n\nfifth\n");
    workshop.build(order("content/a.md"));
    assert!(ahead(&events, "/docs/a/").is_empty(), "the browser has gone");
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

    let built = workshop.build(Order::default());
    assert_eq!(built.effect, Effect::Problems);
    let problems = page(&built.snapshot.unwrap(), "/any/where");
    assert!(problems.contains("site.toml:1:") && !problems.contains("<T>"), "{problems}");

    write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/docs/\"\n");
    let built = workshop.build(Order::default());
    let snapshot = built.snapshot.expect("a first site");
    assert_eq!(snapshot.base, "/docs/");
    assert!(page(&snapshot, "/docs/a/").contains("first"));
    assert!(page(&snapshot, "/docs/a/").contains("http://127.0.0.1:3000/docs/a/"));
    assert!(!page(&snapshot, "/docs/a/").contains("example.org"));

    assert_eq!(workshop.session.keep_memos().map_err(|error| error.to_string()), Ok(()));
    let built = workshop.build(Order::default());
    assert!(built.snapshot.is_none() && built.effect == Effect::Changed(0), "nothing changed");

    write("content/a.md", "+++\ndescription = \"d\"\n+++\n# A\n\nsecond\n");
    let built = workshop.build(Order { sources: vec!["content/a.md".to_owned()], ..Order::default() });
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
    let built = workshop.build(Order::default());
    assert_eq!(built.effect, Effect::LastGood);
    let broken = built.snapshot.expect("the errors are news");
    assert_eq!((broken.errors.len(), broken.changed_since(second.build).len()), (1, 0));
    assert!(page(&broken, "/docs/a/").contains("second"));
    assert!(workshop.build(Order::default()).snapshot.is_none(), "the same errors are none");
    fs::remove_file(disk.path().join("content/b.md")).unwrap();
    let third = workshop.build(Order::default()).snapshot.unwrap();
    assert!(third.errors.is_empty());
    assert!(matches!(third.answer("/docs/b/"), Answer::Missing(Some(_))));
    assert!(page(&third, "/docs/a/").contains("second"));
    assert!(!disk.path().join("public").exists(), "nothing is written but the cache");
}
