//! Artifacts for programs: the site's inventory, and pages as JSON.

use rayon::prelude::*;

use crate::build::{
    artifacts::{Artifacts, File, stored_body},
    store,
};
use crate::model::{Diagnostic, Digest, Error, RelPath};
use crate::output::{Entry, Source};
use crate::render::{Job, inventory, json};

impl Artifacts<'_> {
    /// Both files of the inventory, kept where they stand as long as what they list is the same: packing them takes longer
    /// than finding that out. A file of the content that has the name goes before.
    pub(super) fn inventory(&self) -> Result<Vec<File>, Error> {
        if !self.config.inventory.enabled {
            return Ok(Vec::new());
        }
        let entries = inventory::entries(self.config, self.site);
        let digest = inventory::digest(self.config, &entries);
        let key = store::key("inventory", inventory::VERSION, &[digest.as_bytes()]);
        let makers =
            [(inventory::JSON, inventory::json as fn(&_, &[_]) -> Vec<u8>), (inventory::SPHINX, inventory::sphinx)];
        let mut files = Vec::new();
        for (name, make) in makers {
            let path = RelPath::new(name).expect("a file name is a path");
            if !self.site.files.contains_key(&path) {
                files.push(self.kept_or(path, key, || make(self.config, &entries))?);
            }
        }
        Ok(files)
    }

    /// Pages as JSON, where they are asked for. A page that can't be made has been told.
    pub(super) fn pages_as_json(&self, jobs: &[Job]) -> Result<Vec<File>, Error> {
        if !self.config.json.pages {
            return Ok(Vec::new());
        }
        let made: Vec<Option<File>> =
            jobs.par_iter().map(|job| self.page_as_json(job)).collect::<Result<_, Error>>()?;
        Ok(made.into_iter().flatten().collect())
    }

    fn page_as_json(&self, job: &Job) -> Result<Option<File>, Error> {
        let holds = self.renderer.body_of(job);
        let body_key = holds.map(|id| self.body_key(id));
        let Ok(prepared) = self.renderer.prepare(job, body_key) else { return Ok(None) };
        let path = json::path(self.config, &prepared.output);
        let Some((path, view)) = path.zip(self.renderer.json_key(&prepared)) else { return Ok(None) };
        let key = store::key("json", json::VERSION, &[view.as_bytes()]);
        if let Some(entry) = self.standing(&path).filter(|entry| entry.key == key) {
            return Ok(Some((path, entry.clone(), Source::Kept)));
        }
        let body = holds.zip(body_key).map(|(id, key)| self.body(id, stored_body(key)));
        let html: Result<String, Box<Diagnostic>> = body.unwrap_or_else(|| Ok(Ok(String::new())))?;
        let Some(bytes) = html.ok().and_then(|html| self.renderer.json(&prepared, &html)) else { return Ok(None) };
        self.kept_or(path, key, || bytes).map(Some)
    }

    /// The file at `path`: as it stands where its key is the same, or made.
    pub(super) fn kept_or(&self, path: RelPath, key: Digest, make: impl FnOnce() -> Vec<u8>) -> Result<File, Error> {
        if let Some(entry) = self.standing(&path).filter(|entry| entry.key == key) {
            return Ok((path, entry.clone(), Source::Kept));
        }
        let (path, entry, source) = self.put(path, &make())?;
        Ok((path, Entry { key, ..entry }, source))
    }
}
