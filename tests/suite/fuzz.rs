//! Every way in takes any bytes: seeds from this repository, changed at random but the same each time, through the targets
//! that `fuzz/` hands to libFuzzer. `DOCWEAVE_FUZZ=1000` tries a thousand times as many.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use crate::{
    random::Random,
    targets::{TARGETS, Target},
};

/// Changes of seeds that go through each target; fewer where each takes long.
fn tries(name: &str) -> usize {
    let times = std::env::var("DOCWEAVE_FUZZ").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let once = match name {
        "site" => 40,
        "request" | "cache" => 60,
        "links" | "import" | "markdown" | "untrusted" => 120,
        _ => 400,
    };
    once * times
}

fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting: Vec<_> = target.seeds.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => waiting.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => files.push(path),
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no seeds for {}", target.name);
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// A part of a seed with up to eight changes: bytes that mean something, other bytes, parts of other seeds, parts again,
/// parts less.
fn changed(seeds: &[Vec<u8>], most: usize, random: &mut Random) -> Vec<u8> {
    const MEANT: &[u8] = b"\n\n  #->`~|[](){}<>!*_$:=+-\"'\\/&;%.^@0\0\x7f\xff\xc3\xa4\r\t";
    let piece = |random: &mut Random, most: usize| {
        let seed = &seeds[random.below(seeds.len())];
        let start = random.below(seed.len());
        seed[start..seed.len().min(start + 1 + random.below(most))].to_vec()
    };
    let mut bytes = if random.below(4) == 0 { seeds[random.below(seeds.len())].clone() } else { piece(random, most) };
    bytes.truncate(most);
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let end = bytes.len().min(at + random.below(40));
        match random.below(6) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, random.below(256) as u8),
            2 => drop(bytes.splice(at..at, piece(random, 60))),
            3 => {
                let again = bytes[at..end].repeat(1 + random.below(20));
                drop(bytes.splice(at..at, again));
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            _ => {
                let meant = vec![MEANT[random.below(MEANT.len())]; 1 + random.below(3)];
                drop(bytes.splice(at..at, meant));
            }
        }
    }
    bytes.truncate(2 * most);
    bytes
}

/// The stack of the threads that build, in bytes.
const STACK: usize = 16 << 20;

fn fuzz(name: &'static str) {
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(|| try_all(name)).unwrap();
    if let Err(failure) = worker.join() {
        std::panic::resume_unwind(failure);
    }
}

fn try_all(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let (seeds, mut random) = (seeds(target), Random::new());
    for number in 0..tries(name) {
        let bytes = changed(&seeds, target.most_bytes, &mut random);
        if catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err() {
            panic!("{name} fails on its try {number}:\n{}\n{bytes:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// One test each, so that they run beside one another.
macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            fuzz(stringify!($name));
        })*

        #[test]
        fn every_target_is_tried() {
            let all: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(all, [$(stringify!($name)),*]);
            let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
            for name in all {
                assert!(programs.join(format!("{name}.rs")).is_file(), "{name}");
            }
        }
    };
}

targets!(cache config data front_matter import links manifest markdown request site untrusted);

/// Input that a longer run found to break a promise.
#[test]
fn what_was_found_stays_mended() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    for target in TARGETS {
        for entry in fs::read_dir(found.join(target.name)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            assert!(catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_ok(), "{}", path.display());
        }
    }
}
