//! Artifacts for programs: the site's inventory, pages as JSON, what language models are given, and cards.

use std::{collections::BTreeMap, sync::PoisonError};

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

impl Artifacts<'_> {
    /// Both files of the inventory, kept where they stand as long as what they are made from is the same. A file of the content
    /// that has the name goes before. `None` where nobody waits for them.
    pub(super) fn inventory(&self) -> Result<Option<Vec<File>>, Error> {
        if !self.config.inventory.enabled {
            return Ok(Some(Vec::new()));
        }
        let key = store::key("inventory", inventory::VERSION, &[inventory::name(self.config, self.site).as_bytes()]);
        let makes = |path: &RelPath| !self.site.files.contains_key(path) && self.makes(path);
        let path = |name: &str| Some(RelPath::new(name).expect("a file name is a path")).filter(makes);
        let (json, sphinx) = (path(inventory::JSON), path(inventory::SPHINX));
        let mut files = Vec::new();
        for path in json.iter().chain(&sphinx) {
            files.extend(self.held(path, key)?);
        }
        if files.len() == json.iter().chain(&sphinx).count() {
            return Ok(Some(files));
        }
        let mut kept = self.session.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_outdated = || self.stage.is_outdated();
        let Some(pieces) = inventory::pieces(self.config, self.site, &kept, &is_outdated) else { return Ok(None) };
        let made = |path: RelPath, bytes: Vec<u8>| self.made(path, key, &bytes);
        let json = json.map(|path| made(path, inventory::json(self.config, &pieces))).transpose()?;
        let sphinx = sphinx.map(|path| made(path, inventory::sphinx(self.config, &pieces))).transpose()?;
        if self.session.stays() {
            *kept = pieces.into_iter().collect();
        }
        Ok(Some(json.into_iter().chain(sphinx).collect()))
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
