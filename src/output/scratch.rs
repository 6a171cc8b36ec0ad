//! What a build puts aside while it goes on, since all of it together would take too much memory.

use std::{
    io,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    model::Error,
    output::{
        AtomicFile,
        positioned::{read_at, write_at},
    },
};

/// A file of what was put aside, from many threads at once. It vanishes with this value.
#[derive(Debug)]
pub struct Scratch {
    file: AtomicFile,
    end: AtomicU64,
}

/// Where bytes were put aside.
#[derive(Clone, Copy, Debug)]
pub struct Aside {
    offset: u64,
    length: u32,
}

impl Scratch {
    /// An empty file in `folder`, which is made where it does not exist.
    ///
    /// # Errors
    ///
    /// A folder that can't be written to.
    pub fn create(folder: &Path) -> Result<Self, Error> {
        let mut file = AtomicFile::create(folder)?;
        file.unname();
        Ok(Self { file, end: AtomicU64::new(0) })
    }

    /// Puts bytes aside: fewer than 4 GiB at once.
    ///
    /// # Errors
    ///
    /// A full disk; more bytes than that.
    pub fn put(&self, bytes: &[u8]) -> io::Result<Aside> {
        let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let offset = self.end.fetch_add(u64::from(length), Ordering::Relaxed);
        write_at(self.file.file(), bytes, offset)?;
        Ok(Aside { offset, length })
    }

    /// The bytes that were put there.
    ///
    /// # Errors
    ///
    /// A disk that fails.
    pub fn get(&self, at: Aside) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; at.length as usize];
        read_at(self.file.file(), &mut bytes, at.offset)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn what_many_threads_put_aside_is_found_again_and_vanishes() {
        let disk = tempfile::tempdir().unwrap();
        let folder = disk.path().join("cache");
        let scratch = Scratch::create(&folder).unwrap();
        let count = || std::fs::read_dir(&folder).unwrap().count();
        #[cfg(unix)]
        assert_eq!(count(), 0, "a program that is killed leaves nothing");
        let text = |number: usize| format!("{number} ").repeat(number % 300).into_bytes();
        let put: Vec<Aside> = (0..2000).into_par_iter().map(|number| scratch.put(&text(number)).unwrap()).collect();
        for (number, at) in put.into_iter().enumerate() {
            assert_eq!(scratch.get(at).unwrap(), text(number), "{number}");
        }
        drop(scratch);
        assert_eq!(count(), 0);
    }
}
