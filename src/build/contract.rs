//! The record of the addresses that a site has promised, as an input of its build.

use std::io::ErrorKind;

use crate::build::includes::why_unread;
use crate::link::contract::{RECORD, path};
use crate::model::{Diagnostic, Digest};
use crate::source::{Files, text};

/// The record as it was read.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Its text, where there is one.
    pub(super) text: Option<String>,
}

impl Record {
    /// Names what it says.
    pub(super) fn digest(&self) -> Option<Digest> {
        self.text.as_ref().map(|text| Digest::of(text.as_bytes()))
    }
}

/// Reads the record. A site without one promises nothing. Code, an error: `bad-record`, and those of a text that is none.
pub(super) fn load(files: &dyn Files) -> (Record, Vec<Diagnostic>) {
    let bytes = match files.read_unlisted(&path()) {
        Ok(bytes) => bytes,
        Err(error) if error.source.as_ref().is_some_and(|why| why.kind() == ErrorKind::NotFound) => {
            return (Record::default(), Vec::new());
        }
        Err(error) => {
            let message = format!("can't read the record of addresses: {}", why_unread(&error));
            let problem = Diagnostic::error("bad-record", RECORD, None, message);
            return (Record::default(), vec![problem.help("make it a file again, or remove it")]);
        }
    };
    match text::decode(RECORD, &bytes) {
        Ok((text, problem)) => (Record { text: Some(text.into_owned()) }, problem.into_iter().collect()),
        Err(problem) => (Record::default(), vec![*problem]),
    }
}
