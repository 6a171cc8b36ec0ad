//! What a change of the sources is about to do, written down before its first step.

use std::{io::ErrorKind, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    model::{Digest, Error, RelPath},
    source::disk,
};

/// The journal's name in the stage. While it stands there, the change has begun.
pub(super) const NAME: &str = "journal";

/// The same until it is whole.
pub(super) const UNFINISHED: &str = "journal.new";

/// The folders that are tried before anything is staged, a path in each line.
pub(super) const FOLDERS: &str = "folders";

/// A copy that is being made in a folder of the site, which lies on another disk than the stage.
pub(super) const TEMPORARY: &str = ".docweave-edit.tmp";

/// Everything that a change does.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) steps: Vec<Step>,
}

/// What is done with one file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) from: RelPath,
    pub(super) to: RelPath,
    pub(super) edits: usize,
    /// What the file held; `None` where there was none.
    pub(super) before: Option<Digest>,
    /// The number of its new text in the stage, and what that holds; `None` for a file that only moves.
    pub(super) after: Option<(usize, Digest)>,
}

pub(super) fn bytes(journal: &Journal) -> Vec<u8> {
    postcard::to_stdvec(journal).expect("a journal is plain data")
}

/// The journal in the folder `stage`, if one stands there.
pub(super) fn read(stage: &Path) -> Result<Option<Journal>, Error> {
    let path = stage.join(NAME);
    let bytes = match disk::read_at_most(&path, disk::LARGEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("could not read", path, error)),
    };
    let journal = postcard::from_bytes(&bytes);
    journal.map(Some).map_err(|_| {
        let help = "it is of another version of docweave: finish with that, or remove the folder that it lies in";
        Error::new("the journal of a change that was cut short can't be read:").at(path).help(help)
    })
}
