//! A stage without a disk: for tests, the live preview and `--verify`.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    model::{Error, RelPath},
    output::stage::Stage,
};

/// Every staged file with its bytes.
#[derive(Debug, Default)]
pub struct MemoryStage {
    files: Mutex<BTreeMap<RelPath, Arc<[u8]>>>,
}

impl MemoryStage {
    /// A stage with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes that were put at `path`.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// All of it, in the order of the paths.
    pub fn files(&self) -> BTreeMap<RelPath, Arc<[u8]>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same, when nothing else of the stage is needed any more.
    pub fn into_files(self) -> BTreeMap<RelPath, Arc<[u8]>> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stage for MemoryStage {
    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        let bytes = Arc::from(bytes);
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), bytes);
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "copying a file reads it; source named and judged it")]
    fn copy(&self, path: &RelPath, from: &Path) -> Result<(), Error> {
        let bytes = std::fs::read(from).map_err(|error| Error::io("could not read", from, error))?;
        self.put(path, &bytes)
    }
}
