//! A mark where folders can be made and files renamed, which succeeds for one alone.

use super::{Mark, NOBODY};
use crate::publish::Failure;

/// A folder at a target, called [`NAME`](super::NAME), that is there while somebody publishes. What the mark says is the name
/// of the only file in it: to rename that file is to write another mark in its place, if it still says what it said.
pub(in crate::publish) trait Latch: Send + Sync {
    /// Names of the files in the folder; `None` where there is no folder.
    fn names(&self) -> Result<Option<Vec<String>>, Failure>;

    /// Takes steps one after the other until one is refused because of what stands there. Whether all were taken.
    fn take(&self, steps: &[Step<'_>]) -> Result<bool, Failure>;
}

/// What is done with the folder.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Step<'a> {
    /// It is made, where it is not.
    MakeFolder,
    /// An empty file is made in it.
    MakeFile(&'a str),
    /// The file of the first name gets the second.
    Rename(&'a str, &'a str),
    /// A file in it is removed.
    RemoveFile(&'a str),
    /// It is removed, where it is empty.
    RemoveFolder,
}

/// The mark of a latch.
pub(in crate::publish) struct InFolder<L>(pub(in crate::publish) L);

impl<L: Latch> InFolder<L> {
    /// Whether `name` is the only one. Somebody who was held up between two steps for longer than a mark lasts may come in as
    /// well, sees that here, and leaves.
    fn is_alone(&self, name: &str) -> Result<bool, Failure> {
        let is_alone = self.0.names()?.is_some_and(|names| names == [name]);
        if !is_alone {
            self.0.take(&[Step::RemoveFile(name), Step::RemoveFolder])?;
        }
        Ok(is_alone)
    }
}

impl<L: Latch> Mark for InFolder<L> {
    fn read(&self) -> Result<Option<String>, Failure> {
        let Some(mut names) = self.0.names()? else { return Ok(None) };
        names.sort();
        Ok(Some(names.first().map_or_else(|| NOBODY.to_owned(), |name| text(name))))
    }

    fn create(&self, text: &str) -> Result<bool, Failure> {
        let name = name(text);
        Ok(self.0.take(&[Step::MakeFolder, Step::MakeFile(&name)])? && self.is_alone(&name)?)
    }

    fn replace(&self, old: &str, text: &str) -> Result<bool, Failure> {
        let new = name(text);
        if old == NOBODY {
            let steps = [Step::RemoveFolder, Step::MakeFolder, Step::MakeFile(&new)];
            return Ok(self.0.take(&steps)? && self.is_alone(&new)?);
        }
        let is_own = old.split(' ').nth(1) == text.split(' ').nth(1);
        Ok(self.0.take(&[Step::Rename(&name(old), &new)])? && (is_own || self.is_alone(&new)?))
    }

    fn remove(&self, text: &str) -> Result<(), Failure> {
        self.0.take(&[Step::RemoveFile(&name(text)), Step::RemoveFolder]).map(drop)
    }
}

/// The name of the file that says `docweave OWNER BEAT`.
fn name(text: &str) -> String {
    text.split_whitespace().skip(1).collect::<Vec<_>>().join("-")
}

fn text(name: &str) -> String {
    format!("docweave {}\n", name.replace('-', " "))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use super::*;
    use crate::publish::lease::{Lease, Term};

    /// A folder in which every step is taken for one alone, and others come between two steps.
    #[derive(Clone, Default)]
    struct Folder(Arc<Mutex<Option<BTreeSet<String>>>>);

    impl Folder {
        fn step(&self, step: Step<'_>) -> bool {
            let mut folder = self.0.lock().unwrap();
            match (step, folder.as_mut()) {
                (Step::MakeFolder, None) => {
                    *folder = Some(BTreeSet::new());
                    true
                }
                (Step::MakeFile(name), Some(names)) => names.insert(name.to_owned()),
                (Step::Rename(from, to), Some(names)) => names.remove(from) && names.insert(to.to_owned()),
                (Step::RemoveFile(name), Some(names)) => names.remove(name),
                (Step::RemoveFolder, Some(names)) if names.is_empty() => {
                    *folder = None;
                    true
                }
                _ => false,
            }
        }
    }

    impl Latch for Folder {
        fn names(&self) -> Result<Option<Vec<String>>, Failure> {
            Ok(self.0.lock().unwrap().as_ref().map(|names| names.iter().cloned().collect()))
        }
        fn take(&self, steps: &[Step<'_>]) -> Result<bool, Failure> {
            Ok(steps.iter().all(|step| {
                std::thread::yield_now();
                self.step(*step)
            }))
        }
    }

    const TERM: Term = Term { wait: Duration::from_secs(20), idle: Duration::from_millis(200) };

    fn acquire(folder: &Folder, owner: &str) -> Lease {
        Lease::acquire(Arc::new(InFolder(folder.clone())), owner, "the target", TERM).unwrap()
    }

    #[test]
    fn of_many_who_begin_at_once_one_is_inside_at_a_time() {
        for left in [None, Some(vec![]), Some(vec!["gone-0000"])] {
            let folder = Folder::default();
            let names = left.map(|names| names.into_iter().map(str::to_owned).collect());
            *folder.0.lock().unwrap() = names;
            let inside = AtomicUsize::new(0);
            std::thread::scope(|threads| {
                for owner in ["a", "b", "c", "d", "e", "f"] {
                    let (folder, inside) = (&folder, &inside);
                    threads.spawn(move || {
                        let lease = acquire(folder, owner);
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::sleep(Duration::from_millis(60));
                        assert!(lease.check().is_ok());
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            });
            assert_eq!(folder.names().unwrap(), None, "nothing is left");
        }
    }

    #[test]
    fn who_comes_back_after_somebody_took_over_leaves() {
        let folder = Folder::default();
        let late = InFolder(folder.clone());
        assert!(folder.step(Step::MakeFolder), "and then nothing for a while");
        let lease = acquire(&folder, "b");
        assert!(folder.step(Step::MakeFile("a-0")), "it goes on");
        assert!(!late.is_alone("a-0").unwrap());
        lease.check().unwrap();
        drop(lease);
        assert_eq!(folder.names().unwrap(), None);
    }
}
