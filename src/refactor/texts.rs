//! The texts of files that are looked into, each read once.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use crate::model::{Error, RelPath};
use crate::output::edit::Planned;
use crate::parse::{
    Options, front_matter,
    places::{Places, places},
};
use crate::source::{Files, text};

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    /// What spans count in.
    pub(super) text: String,
    pub(super) places: Places,
}

/// Reads files.
pub(super) struct Texts<'a> {
    files: &'a dyn Files,
    options: &'a Options,
    read: BTreeMap<RelPath, Arc<Text>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(files: &'a dyn Files, options: &'a Options) -> Self {
        Self { files, options, read: BTreeMap::new() }
    }

    /// The file `path`, counted from the site's root.
    pub(super) fn get(&mut self, path: &RelPath) -> Result<Arc<Text>, Error> {
        let entry = match self.read.entry(path.clone()) {
            Entry::Occupied(known) => return Ok(known.get().clone()),
            Entry::Vacant(entry) => entry,
        };
        let bytes = self.files.read_unlisted(path)?;
        let text = text::decode(path.as_str(), &bytes)
            .map(|(text, _)| text.into_owned())
            .map_err(|problem| Error::new(problem.message.clone()).at(path.as_str()))?;
        let places = match path.extension() {
            "md" | "markdown" => {
                let (_, start, _) = front_matter::split(path.as_str(), &text);
                places(&text, start, self.options)
            }
            _ => Places::default(),
        };
        Ok(entry.insert(Arc::new(Text { bytes, text, places })).clone())
    }

    /// All that were read.
    pub(super) fn all(&self) -> &BTreeMap<RelPath, Arc<Text>> {
        &self.read
    }
}

/// The line end of a text: that of its first line.
pub(super) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether a plan changes anything of a file.
pub(super) fn is_changed(planned: &Planned) -> bool {
    planned.from != planned.to || planned.before != planned.after
}
