//! What a target can do.

use std::{collections::BTreeMap, path::Path};

use crate::model::{Error, RelPath, target::Encoding};
use crate::publish::history;
use crate::source::standing::Standing;

/// How a target takes a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// File by file; readers see each at once.
    Files,
    /// What differs; readers see all of it when it is finished.
    Changes,
    /// All files, those that stand as well; readers see them when it is finished.
    Everything,
}

/// A place that a site is sent to. Paths are relative to the folder that readers see.
pub trait Remote: Sync {
    /// How it takes a site.
    fn takes(&self) -> Takes;

    /// Waits for the right to change what stands there, before it is looked at; for targets that take more than opening.
    ///
    /// # Errors
    ///
    /// Another publish that takes longer.
    fn begin(&self) -> Result<(), Error> {
        Ok(())
    }

    /// What stands there.
    ///
    /// # Errors
    ///
    /// A target that can't be asked.
    fn list(&self) -> Result<Standing, Failure>;

    /// The bytes of one file, `None` where there is none.
    ///
    /// # Errors
    ///
    /// A target that can't be asked.
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure>;

    /// Writes one file whole or not at all, over whatever file has its name.
    ///
    /// # Errors
    ///
    /// A file that could not be sent.
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure>;

    /// The same, with what a target that can tells readers about it.
    ///
    /// # Errors
    ///
    /// A file that could not be sent.
    fn put_with(&self, path: &RelPath, bytes: &[u8], _about: About) -> Result<(), Failure> {
        self.put(path, bytes)
    }

    /// Removes one file; it is fine if it is gone already.
    ///
    /// # Errors
    ///
    /// A file that could not be removed.
    fn remove(&self, path: &RelPath) -> Result<(), Failure>;

    /// Sends what waits: when this is done, everything put stands, and everything removed is gone.
    ///
    /// # Errors
    ///
    /// A target that refuses or can't be reached.
    fn flush(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// Shows readers what was put and removed, where they did not see it yet.
    ///
    /// # Errors
    ///
    /// A target that refuses.
    fn finish(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// How many releases a target of [`Takes::Files`] holds, the one that readers see among them.
    fn keeps(&self) -> usize {
        1
    }

    /// Writes copies: at each path of `files` what stands at the other, if it still does.
    ///
    /// # Errors
    ///
    /// A file that could not be copied.
    fn put_aside(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<(), Failure> {
        files.iter().try_for_each(|(to, from)| self.read(from)?.map_or(Ok(()), |bytes| self.put(to, &bytes)))
    }

    /// Writes what stands at `paths` into the folder `into` here, below the same names; what does not stand is left out.
    ///
    /// # Errors
    ///
    /// A target that can't be asked, and a folder that can't be written to.
    fn fetch(&self, paths: &[RelPath], into: &Path) -> Result<(), Failure> {
        history::fetch_each(self, paths, into)
    }

    /// What the target can go back to, newest first, where it does not hold releases beside the site.
    ///
    /// # Errors
    ///
    /// A target that holds one site only.
    fn releases(&self) -> Result<Vec<Release>, Failure> {
        Err(Failure::Lasting(only_one()))
    }

    /// Shows readers the release before the one that they see, and gives its name.
    ///
    /// # Errors
    ///
    /// A target that holds one site only, or none that is older.
    fn go_back(&self) -> Result<String, Failure> {
        Err(Failure::Lasting(only_one()))
    }
}

/// What is told with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The address that a page leads to, with a redirect.
    pub leads_to: Option<String>,
    /// The encoding of a text.
    pub encoding: Option<Encoding>,
}

fn only_one() -> Error {
    Error::new("this target holds one site only, and nothing to go back to").help(
        "a folder with `releases = true`, a branch of git and, with `keep = 2`, a bucket or another machine hold older \
               ones; else build the older sources again",
    )
}

/// A site that a target holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// More about it, in a few words.
    pub about: String,
    /// Whether readers see it.
    pub is_shown: bool,
}

/// Why a target did not do what it was asked for.
#[derive(Debug)]
pub enum Failure {
    /// It may well work in a moment: a network that failed, a server that is busy.
    Passing(Error),
    /// It will not.
    Lasting(Error),
}

impl Failure {
    /// The failure of a file system.
    pub(super) fn of(error: Error) -> Self {
        use std::io::ErrorKind as Kind;
        match error.source.as_ref().map(std::io::Error::kind) {
            Some(Kind::Interrupted | Kind::TimedOut | Kind::ResourceBusy | Kind::StaleNetworkFileHandle) => {
                Self::Passing(error)
            }
            _ => Self::Lasting(error),
        }
    }

    /// What to tell.
    pub fn into_error(self) -> Error {
        match self {
            Self::Passing(error) | Self::Lasting(error) => error,
        }
    }
}
