//! The cache over several processes, with damage.

use rayon::prelude::*;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn named(i: u32) -> Digest {
    key("test", 1, &[&i.to_le_bytes()])
}

fn value(i: u32) -> Vec<u8> {
    format!("value {i} ").repeat(1 + i as usize % 9).into_bytes()
}

/// A process that puts values under some names.
fn fill(folder: &Path, kind: Kind, range: std::ops::Range<u32>) {
    let store = Store::open(folder, Mode::ReadWrite);
    range.for_each(|i| store.put(kind, &named(i), &value(i)));
    store.flush(|_, _| true).unwrap();
}

/// How many of the values are found, and right.
fn hits(store: &Store, kind: Kind, range: std::ops::Range<u32>) -> usize {
    let found = range.filter_map(|i| store.get(kind, &named(i)).map(|bytes| (i, bytes)));
    found.inspect(|(i, bytes)| assert_eq!(*bytes, value(*i))).count()
}

#[test]
fn a_key_names_the_stage_its_version_and_every_part() {
    let keys = [key("a", 1, &[b"xy"]), key("b", 1, &[b"xy"]), key("a", 2, &[b"xy"]), key("a", 1, &[b"x", b"y"])];
    assert_eq!(keys.iter().collect::<FxHashSet<_>>().len(), keys.len());
    assert_eq!(keys[0], key("a", 1, &[b"xy"]));
}

#[test]
fn values_come_back_in_a_later_process() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("deep/cache");
    let store = Store::open(&folder, Mode::ReadWrite);
    assert!(!folder.exists());
    store.put_value(Kind::Head, &named(1), &("title", 3_u8));
    store.put(Kind::Body, &named(1), b"body");
    store.put(Kind::Body, &named(2), b"");
    store.flush(|_, _| true).unwrap();
    assert_eq!(names(&folder).len(), 2);
    for store in [store, Store::open(&folder, Mode::ReadWrite)] {
        assert_eq!(store.get_value(Kind::Head, &named(1)), Some(("title".to_owned(), 3_u8)));
        assert_eq!(store.get_value::<String>(Kind::Body, &named(2)), None, "not what was asked for");
        assert_eq!(store.get(Kind::Body, &named(1)).as_deref(), Some(&b"body"[..]));
        assert_eq!(store.get(Kind::Body, &named(2)).as_deref(), Some(&b""[..]));
        assert_eq!(store.get(Kind::Body, &named(3)), None);
        store.release(Kind::Head);
        assert_eq!(store.get_value(Kind::Head, &named(1)), Some(("title".to_owned(), 3_u8)));
        store.put(Kind::Body, &named(1), b"body");
        store.flush(|_, _| true).unwrap();
        assert_eq!(names(&folder).len(), 2, "nothing new, nothing written");
    }
    let off = Store::open(&folder, Mode::Off);
    off.put(Kind::Body, &named(9), b"x");
    off.flush(|_, _| false).unwrap();
    assert_eq!((off.get(Kind::Body, &named(1)), names(&folder).len()), (None, 2));
}

#[test]
fn many_threads_and_several_processes_put_at_once() {
    let disk = tempfile::tempdir().unwrap();
    let stores: Vec<_> = (0..3).map(|_| Store::open(disk.path(), Mode::ReadWrite)).collect();
    let large = vec![b'x'; 3_000];
    (0..3_000_u32).into_par_iter().for_each(|i| {
        for kind in Kind::ALL {
            stores[i as usize % 3].put(kind, &named(i % 2_000), &value(i % 2_000));
        }
        stores[0].put(Kind::Body, &named(10_000 + i), &large);
    });
    stores.par_iter().for_each(|store| store.flush(|_, _| true).unwrap());
    let later = Store::open(disk.path(), Mode::ReadWrite);
    for kind in Kind::ALL {
        assert_eq!(hits(&later, kind, 0..2_000), 2_000);
    }
    assert_eq!(later.get(Kind::Body, &named(12_999)), Some(large));
    assert_eq!(names(disk.path()).len(), 3 * Kind::ALL.len());
}

#[test]
fn damage_anywhere_is_a_miss_never_a_wrong_value() {
    for kind in Kind::ALL {
        let disk = tempfile::tempdir().unwrap();
        fill(disk.path(), kind, 0..3);
        let path = disk.path().join(&names(disk.path())[0]);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x11;
            std::fs::write(&path, &flipped).unwrap();
            let hit = hits(&Store::open(disk.path(), Mode::ReadWrite), kind, 0..3);
            assert!(hit < 3, "flipped at {at}");
            if hit == 2 {
                mend(disk.path(), kind);
                std::fs::write(&path, "").unwrap();
            }
            std::fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(hits(&Store::open(disk.path(), Mode::ReadWrite), kind, 0..3), 0, "cut at {at}");
        }
        // Cut under the eyes of a process that has it open.
        std::fs::write(&path, &whole).unwrap();
        let open = Store::open(disk.path(), Mode::ReadWrite);
        std::fs::write(&path, &whole[..60]).unwrap();
        assert!(hits(&open, kind, 0..3) < 3);
        // The next build that has something to keep throws it away.
        fill(disk.path(), kind, 0..3);
        assert_eq!(hits(&Store::open(disk.path(), Mode::ReadWrite), kind, 0..3), 3);
        assert_eq!(names(disk.path()).len(), 1);
    }
}

/// A build that misses one value keeps it again, and the damaged file does not come back.
fn mend(folder: &Path, kind: Kind) {
    let store = Store::open(folder, Mode::ReadWrite);
    for i in 0..3 {
        if store.get(kind, &named(i)).is_none() {
            store.put(kind, &named(i), &value(i));
        }
    }
    store.flush(|_, _| true).unwrap();
    assert_eq!(hits(&store, kind, 0..3), 3);
    assert_eq!(hits(&Store::open(folder, Mode::ReadWrite), kind, 0..3), 3);
    for name in names(folder) {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

#[test]
fn what_is_no_longer_used_is_thrown_away() {
    let disk = tempfile::tempdir().unwrap();
    fill(disk.path(), Kind::Body, 0..100);
    let size = |folder: &Path| -> u64 {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
    };
    let before = size(disk.path());
    let used = |limit: u32| (0..limit).map(named).collect::<FxHashSet<_>>();

    let store = Store::open(disk.path(), Mode::ReadWrite);
    store.flush(|_, key| used(60).contains(key)).unwrap();
    assert_eq!(size(disk.path()), before, "more than half is used");

    let reader = Store::open(disk.path(), Mode::ReadWrite);
    store.flush(|_, key| used(30).contains(key)).unwrap();
    assert!(size(disk.path()) < before / 2);
    assert_eq!(names(disk.path()).len(), 1);
    for store in [&store, &Store::open(disk.path(), Mode::ReadWrite)] {
        assert_eq!((hits(store, Kind::Body, 0..30), hits(store, Kind::Body, 30..100)), (30, 0));
    }
    hits(&reader, Kind::Body, 0..100);
    store.flush(|_, _| false).unwrap();
    assert_eq!(names(disk.path()), [""; 0]);
}

#[test]
fn many_small_files_become_few() {
    let disk = tempfile::tempdir().unwrap();
    std::fs::write(disk.path().join("bodies-of-my-own.txt"), "mine").unwrap();
    fill(disk.path(), Kind::Body, 0..1_000);
    let largest = names(disk.path())[0].clone();
    for i in 0..100 {
        fill(disk.path(), Kind::Body, 1_000 + i..1_001 + i);
        assert!(names(disk.path()).len() <= MOST_SEGMENTS + 2);
    }
    assert!(names(disk.path()).contains(&largest), "it was never copied");
    assert_eq!(hits(&Store::open(disk.path(), Mode::ReadWrite), Kind::Body, 0..1_100), 1_100);
    assert!(disk.path().join("bodies-of-my-own.txt").exists());
}

#[test]
fn a_cache_that_cannot_be_written_is_a_note() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("file");
    std::fs::write(&folder, "not a folder").unwrap();
    let store = Store::open(&folder, Mode::ReadWrite);
    store.put(Kind::Body, &named(1), b"x");
    store.put(Kind::Body, &named(2), b"x");
    assert!(store.flush(|_, _| true).unwrap_err().to_string().contains("file"));
    assert_eq!(store.get(Kind::Body, &named(1)), None);
    assert!(store.flush(|_, _| true).is_ok(), "said once");
}

#[test]
fn large_values_are_there_at_once_and_go_when_most_are_of_no_use() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("cache");
    let store = Store::open(&folder, Mode::ReadWrite);
    (0..10).for_each(|i| store.put_large(&named(i), &[i as u8; 1000]));
    assert_eq!(Store::open(&folder, Mode::ReadWrite).get_large(&named(3)), Some(vec![3; 1000]), "without a flush");
    assert_eq!(Store::open(&folder, Mode::Off).get_large(&named(3)), None);
    assert_eq!(store.get_large(&named(10)), None);

    let count = || names(&folder.join("large")).len();
    store.flush(|_, key| (0..6).map(named).any(|used| used == *key)).unwrap();
    assert_eq!(count(), 10, "most are used");
    store.flush(|_, key| (0..4).map(named).any(|used| used == *key)).unwrap();
    assert_eq!(count(), 4);

    let path = folder.join("large").join(format!("{}.blob", named(3).to_hex()));
    for damage in [&b""[..], b"short", &[3; 1008]] {
        std::fs::write(&path, damage).unwrap();
        assert_eq!(store.get_large(&named(3)), None);
    }
    store.put_large(&named(3), &[3; 1000]);
    assert_eq!(store.get_large(&named(3)), Some(vec![3; 1000]), "what can't be read is replaced");
}

#[test]
fn a_large_value_that_cannot_be_kept_is_a_note() {
    let disk = tempfile::tempdir().unwrap();
    std::fs::write(disk.path().join("large"), "in the way").unwrap();
    let store = Store::open(disk.path(), Mode::ReadWrite);
    (0..2).for_each(|i| store.put_large(&named(i), b"bytes"));
    assert!(store.flush(|_, _| true).is_err());
    assert_eq!(store.get_large(&named(0)), None);
}

#[test]
fn a_note_stays_until_the_next() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("cache");
    let store = Store::open(&folder, Mode::ReadWrite);
    assert_eq!(store.noted("weave"), None);
    for i in [1, 2] {
        store.note("weave", &named(i)).unwrap();
        assert_eq!(Store::open(&folder, Mode::ReadWrite).noted("weave"), Some(named(i)));
    }
    assert_eq!(store.noted("other"), None);
    std::fs::write(folder.join("last-weave"), "cut").unwrap();
    assert_eq!(store.noted("weave"), None);
    let off = Store::open(&folder, Mode::Off);
    off.note("weave", &named(3)).unwrap();
    assert_eq!((off.noted("weave"), store.noted("weave")), (None, None));
}
