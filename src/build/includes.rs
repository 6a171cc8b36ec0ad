//! The files that articles include, each read once a build.

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::{Arc, Mutex, PoisonError},
};

use rustc_hash::FxHashMap;

use crate::model::{Error, RelPath, untrusted::Untrusted};
use crate::parse::{Included, include};
use crate::source::{Files, disk::LARGEST, text};

/// The most files that one article may include, those that its parts include among them.
const MOST: usize = 1000;

/// Reads files for articles to include.
pub(super) struct Includes<'a> {
    files: &'a dyn Files,
    untrusted: &'a Untrusted,
    read: Mutex<FxHashMap<RelPath, Result<Arc<str>, String>>>,
}

impl<'a> Includes<'a> {
    /// A reader of `files`.
    pub(super) fn new(files: &'a dyn Files, untrusted: &'a Untrusted) -> Self {
        Self { files, untrusted, read: Mutex::default() }
    }

    /// Everything that the article `path` of `bytes` may include, and what that includes in its turn.
    pub(super) fn of(&self, path: &RelPath, bytes: &[u8]) -> Included {
        let mut included = Included::new();
        let Ok(text) = std::str::from_utf8(bytes) else { return included };
        let mut seen = BTreeSet::new();
        // What strangers write reads nothing outside of `content/`, not even by way of another file.
        let mut is_trusted = !self.untrusted.covers_file(path);
        let mut waiting = include::wanted(path, text);
        while let Some(next) = waiting.pop() {
            is_trusted &= !self.untrusted.covers_file(&next);
            let may_read = is_trusted || include::is_content(&next);
            if included.len() >= MOST || !may_read || !seen.insert(next.clone()) {
                continue;
            }
            let text = self.read(&next);
            if let Ok(text) = &text {
                waiting.extend(include::wanted(&next, text));
            }
            included.insert(next, text);
        }
        included
    }

    fn read(&self, path: &RelPath) -> Result<Arc<str>, String> {
        let lock = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(path) {
            return known.clone();
        }
        let bytes = self.files.read_unlisted(path).map_err(|error| why_unread(&error));
        let text = bytes.and_then(|bytes| match text::decode(path.as_str(), &bytes) {
            Ok((text, _)) => Ok(Arc::from(text.as_ref())),
            Err(problem) => Err(problem.message.clone()),
        });
        lock().insert(path.clone(), text.clone());
        text
    }
}

/// Why a file that the site names could not be read, in words for its author.
pub(super) fn why_unread(error: &Error) -> String {
    match error.source.as_ref().map(|why| why.kind()) {
        Some(ErrorKind::NotFound | ErrorKind::NotADirectory) => "there is no such file".to_owned(),
        // The path would be the whole path on this machine.
        Some(ErrorKind::InvalidInput | ErrorKind::IsADirectory) => "this is not a file".to_owned(),
        Some(ErrorKind::FileTooLarge) => format!("larger than {} MiB", LARGEST >> 20),
        Some(kind) => format!("could not read it: {kind}"),
        None => error.to_string(),
    }
}
