//! Documents from when their articles are parsed until their pages are made.
//!
//! A process that stays keeps them all. One that builds once asks for each of them a few times, long after it was parsed, and
//! of a large site they are most of what it has to remember: the first stay in memory, so that a small site never waits for
//! the disk, and the others are put aside in a file that goes away with the build.

use std::sync::{
    Arc, OnceLock, Weak,
    atomic::{AtomicUsize, Ordering},
};

use crate::build::{Session, store::Store};
use crate::model::{Doc, doc::Hole};
use crate::output::{Aside, Scratch};

/// How much of documents a build that ends keeps in memory, in bytes.
const MOST: usize = 32 << 20;

/// The documents of a build.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// How many bytes are in memory; `None` where all are.
    held: Option<AtomicUsize>,
    /// Where the others are; `None` where that can't be, so that they stay in memory.
    scratch: OnceLock<Option<Arc<Scratch>>>,
}

/// Where a document is.
#[derive(Debug)]
pub(super) enum Held {
    Here(Arc<Doc>),
    /// In the file of the build that parsed it, as long as there is that: a session may have more builds than one.
    Aside(Weak<Scratch>, Aside),
}

impl Documents {
    /// Of a build of `session`.
    pub(super) fn of(session: &Session) -> Self {
        Self { held: (!session.stays()).then(AtomicUsize::default), scratch: OnceLock::new() }
    }

    /// Takes a document in.
    pub(super) fn hold(&self, doc: Arc<Doc>, store: &Store) -> Held {
        let Some(held) = &self.held else { return Held::Here(doc) };
        let size = size(&doc);
        if held.fetch_add(size, Ordering::Relaxed) + size <= MOST {
            return Held::Here(doc);
        }
        match self.scratch.get_or_init(|| store.scratch().map(Arc::new)) {
            Some(scratch) => {
                held.fetch_sub(size, Ordering::Relaxed);
                let bytes = postcard::to_extend(&*doc, Vec::with_capacity(size)).expect("plain data always serialises");
                scratch.put(&bytes).map_or(Held::Here(doc), |at| Held::Aside(Arc::downgrade(scratch), at))
            }
            None => Held::Here(doc),
        }
    }

    /// A document that was taken in; `None` where it can't be read back, or not any more.
    pub(super) fn get(held: &Held) -> Option<Arc<Doc>> {
        match held {
            Held::Here(doc) => Some(doc.clone()),
            Held::Aside(scratch, at) => {
                let bytes = scratch.upgrade()?.get(*at).ok()?;
                postcard::from_bytes(&bytes).ok().map(Arc::new)
            }
        }
    }
}

/// About how many bytes a document takes.
fn size(doc: &Doc) -> usize {
    let of_hole = |hole: &Hole| match hole {
        Hole::Code(code) => code.text.len(),
        Hole::Component(_, Some(inside)) => size(inside),
        _ => 0,
    };
    let holes = doc.holes.iter().map(|(_, hole)| size_of::<(u32, Hole)>() + of_hole(hole));
    doc.html.len() + doc.texts.iter().map(String::len).sum::<usize>() + holes.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::store::Mode;
    use crate::model::RelPath;
    use crate::parse::{self, Included, Options};

    const TEXT: &str = "# Title\n\nA [link](a.md), a [[page|*label*]], `code`, {{ note(text=\"x\") }} and ![a picture](a.png \"so\"){.wide}.\n\n\
        {{ box() }}\n\nInside, with a [link](b.md).\n\n{{ /box }}\n\n## Code {see_also=true}\n\n\
        ```rust title=\"a.rs\" {1,3-4}\nfn main() {} // (1)!\n```\n\n1. A note.\n\n> [!NOTE]\n> Look.\n\n\
        A claim.[^1]\n\n[^1]: A source.\n";

    fn document(number: usize) -> Arc<Doc> {
        let path = RelPath::new(format!("{number}.md")).unwrap();
        let text = format!("{TEXT}\n{}", format!("word{number} ").repeat(40_000));
        Arc::new(parse::article(&path, &text, &Options::default(), &Included::new()).doc)
    }

    #[test]
    fn of_many_documents_most_are_put_aside_and_all_come_back() {
        let disk = tempfile::tempdir().unwrap();
        let session = Session::new(Store::open(&disk.path().join("cache"), Mode::ReadWrite));
        let documents = Documents::of(&session);
        let all: Vec<Arc<Doc>> = (0..80).map(document).collect();
        assert!(all.iter().map(|doc| size(doc)).sum::<usize>() > MOST);
        let held: Vec<Held> = all.iter().map(|doc| documents.hold(doc.clone(), session.store())).collect();
        let is_here = |held: &&Held| matches!(held, Held::Here(_));
        let here: usize = held.iter().zip(&all).filter(|(held, _)| is_here(held)).map(|(_, doc)| size(doc)).sum();
        assert!((MOST / 2..=MOST).contains(&here), "{here}");
        assert!(held.iter().zip(&all).all(|(held, doc)| Documents::get(held).as_ref() == Some(doc)));
        drop(documents);
        let next = Documents::of(&session);
        all.iter().for_each(|doc| drop(next.hold(doc.clone(), session.store())));
        let is_gone = |held: &Held| Documents::get(held).is_none();
        assert!(held.iter().all(|held| is_here(&held) != is_gone(held)), "the file of another build is none of theirs");
        drop(next);
        let left = std::fs::read_dir(disk.path().join("cache")).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn where_nothing_can_be_put_aside_and_where_more_builds_follow_all_stay() {
        for session in [Session::new(Store::off()), Session::new(Store::off()).staying()] {
            let documents = Documents::of(&session);
            let held = (0..80).map(|number| documents.hold(document(number), session.store()));
            assert!(held.into_iter().all(|held| matches!(held, Held::Here(_))));
        }
    }
}
