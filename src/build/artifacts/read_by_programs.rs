//! Artifacts for programs: the site's inventory, pages as JSON, what language models are given, and cards.

use std::{
    collections::BTreeMap,
    sync::{OnceLock, PoisonError},
};

use rayon::prelude::*;

use crate::build::{
    artifacts::{Artifacts, File, stored_body},
    store,
};
use crate::model::{Diagnostic, Digest, Error, RelPath, site::PageId};
use crate::output::Entry;
use crate::render::{
    Job, inventory, json, llms,
    social::{self, Card},
};

/// Makes a file; `None` where nobody waits for it.
type Make<'a> = &'a (dyn Fn() -> Option<Vec<u8>> + Sync);

impl Artifacts<'_> {
    /// Both files of the inventory, kept where they stand as long as what they list is the same: packing them takes longer
    /// than finding that out. A file of the content that has the name goes before. `None` where nobody waits for them.
    pub(super) fn inventory(&self) -> Result<Option<Vec<File>>, Error> {
        if !self.config.inventory.enabled {
            return Ok(Some(Vec::new()));
        }
        let entries = OnceLock::new();
        let entries = || entries.get_or_init(|| inventory::entries(self.config, self.site));
        let name = inventory::name(self.config, self.site);
        let mut listed = self.session.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = listed.filter(|(known, _)| *known == name).map(|(_, digest)| digest);
        let digest = known.unwrap_or_else(|| inventory::digest(self.config, entries()));
        *listed = Some((name, digest));
        drop(listed);
        let key = store::key("inventory", inventory::VERSION, &[digest.as_bytes()]);
        let is_outdated = || self.stage.is_outdated();
        let json = || Some(inventory::json(self.config, entries()));
        let sphinx = || inventory::sphinx(self.config, entries(), &is_outdated);
        let makers: [(&str, Make<'_>); 2] = [(inventory::JSON, &json), (inventory::SPHINX, &sphinx)];
        let file = |(name, make): (&str, Make<'_>)| {
            let path = RelPath::new(name).expect("a file name is a path");
            if self.site.files.contains_key(&path) || !self.makes(&path) {
                return Ok(Some(None));
            }
            if let Some(file) = self.held(&path, key)? {
                return Ok(Some(Some(file)));
            }
            make().map(|bytes| self.made(path, key, &bytes).map(Some)).transpose()
        };
        let files: Vec<Option<Option<File>>> = match known {
            // The entries are made: nobody waits for them in the middle of somebody else's work.
            None => makers.into_par_iter().map(file).collect::<Result<_, Error>>()?,
            Some(_) => makers.into_iter().map(file).collect::<Result<_, Error>>()?,
        };
        Ok(files.into_iter().collect::<Option<Vec<_>>>().map(|files| files.into_iter().flatten().collect()))
    }

    /// The list of pages for language models, and their whole text, which is kept where it stands as long as it is made of
    /// the same copies. `texts` are copies that were made in this build.
    pub(super) fn llms(
        &self,
        told: &[PageId],
        is_full: bool,
        mut texts: BTreeMap<PageId, String>,
    ) -> Result<Vec<File>, Error> {
        let is_free = |name: &str| {
            let path = RelPath::new(name).expect("a file name is a path");
            (!self.site.files.contains_key(&path) && self.makes(&path)).then_some(path)
        };
        let mut files = Vec::new();
        if let Some(path) = is_free(llms::LIST).filter(|_| self.config.llms.enabled) {
            files.push(self.put(path, llms::list(self.config, self.site, told).as_bytes())?);
        }
        let Some(path) = is_free(llms::FULL).filter(|_| is_full) else { return Ok(files) };
        let parts: Vec<_> = told.iter().map(|id| (self.copy_key(*id), &self.site.pages[*id].url)).collect();
        let about = (&self.config.title, &self.config.description, &self.config.base_url);
        let key = store::key("llms", llms::VERSION, &[Digest::of_value(&(about, parts)).as_bytes()]);
        if let Some(file) = self.held(&path, key)? {
            files.push(file);
            return Ok(files);
        }
        let missing: Vec<PageId> = told.iter().copied().filter(|id| !texts.contains_key(id)).collect();
        let made = missing.par_iter().map(|id| Ok((*id, self.copy_text(*id)?)));
        texts.extend(made.collect::<Result<Vec<_>, Error>>()?);
        let copies = told.iter().filter_map(|id| Some((*id, texts.get(id)?.as_str())));
        files.push(self.made(path, key, llms::full(self.config, self.site, copies).as_bytes())?);
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
        if let Some(file) = self.held(&path, key)? {
            return Ok(Some(file));
        }
        let body = holds.zip(body_key).map(|(id, key)| self.body(id, stored_body(key)));
        let html: Result<String, Box<Diagnostic>> = body.unwrap_or_else(|| Ok(Ok(String::new())))?;
        let Some(bytes) = html.ok().and_then(|html| self.renderer.json(&prepared, &html)) else { return Ok(None) };
        self.made(path, key, &bytes).map(Some)
    }

    /// The cards of all pages. One that stands is known by its name, which is made of all that it shows.
    pub(super) fn cards(&self) -> Result<Vec<File>, Error> {
        let fonts = self.renderer.fonts();
        let cards = (0..self.site.pages.len()).into_par_iter().filter_map(|id| self.renderer.card(id));
        let cards: BTreeMap<RelPath, Card> = cards.map(|card| (card.output(fonts), card)).collect();
        cards.values().for_each(|card| self.session.note_used(card.digest(fonts)));
        cards.into_par_iter().filter(|(path, _)| self.makes(path)).map(|(path, card)| self.card(path, &card)).collect()
    }

    fn card(&self, path: RelPath, card: &Card) -> Result<File, Error> {
        let key = card.digest(self.renderer.fonts());
        if let Some(file) = self.as_it_stands(&path, key) {
            return Ok(file);
        }
        let bytes = self.session.store.get_large(&key).unwrap_or_else(|| {
            let bytes = social::draw(card, self.renderer.fonts());
            self.session.store.put_large(&key, &bytes);
            bytes
        });
        let (path, entry, source) = self.put(path, &bytes)?;
        Ok((path, Entry { key, ..entry }, source))
    }
}
