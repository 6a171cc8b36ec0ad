//! Inventories of other sites, each parsed once as long as a session lives.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rustc_hash::FxHashMap;

use crate::build::{CONFIG, includes};
use crate::model::{
    Config, Diagnostic, Digest, RelPath,
    inventory::{Elsewhere, Inventories, Inventory},
};
use crate::source::{Files, inventory};

/// Parsed inventories by path and digest.
pub(super) type Memo = Mutex<FxHashMap<(RelPath, Digest), Arc<Parsed>>>;

/// What an inventory's file came to.
#[derive(Debug)]
pub(super) struct Parsed {
    base: Option<String>,
    inventory: Option<Arc<Inventory>>,
    diagnostics: Vec<Diagnostic>,
}

/// The files of inventories by the names that the configuration gives them.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<String, File>);

#[derive(Debug)]
struct File {
    path: RelPath,
    /// Its bytes and their digest; `None` where it can't be read, which has been told.
    content: Option<(Digest, Vec<u8>)>,
}

impl Found {
    /// What there is, by digests.
    pub(super) fn names(&self) -> Vec<(&str, &RelPath, Option<Digest>)> {
        let digest = |file: &File| file.content.as_ref().map(|(digest, _)| *digest);
        self.0.iter().map(|(name, file)| (name.as_str(), &file.path, digest(file))).collect()
    }

    /// All files, those that don't exist too.
    pub(super) fn paths(&self) -> impl Iterator<Item = RelPath> {
        self.0.values().map(|file| file.path.clone())
    }
}

/// Reads the files that the configuration names. Code, an error: `missing-inventory`.
pub(super) fn find(files: &dyn Files, config: &Config) -> (Found, Vec<Diagnostic>) {
    let mut found = Found::default();
    let mut diagnostics = Vec::new();
    for (name, declared) in &config.inventories {
        let Some(path) = RelPath::new(&declared.file.value) else { continue };
        let content = match files.read_unlisted(&path) {
            Ok(bytes) => Some((Digest::of(&bytes), bytes)),
            Err(error) => {
                let message = format!("can't read the inventory `{path}`: {}", includes::why_unread(&error));
                let problem = Diagnostic::error("missing-inventory", CONFIG, declared.file.span, message);
                diagnostics.push(problem.help("write the file's path from the site's folder; nothing is fetched"));
                None
            }
        };
        found.0.insert(name.clone(), File { path, content });
    }
    (found, diagnostics)
}

/// Parses what was found, and forgets what is no longer there.
pub(super) fn load(memo: &Memo, config: &Config, found: &Found) -> (Inventories, Vec<Diagnostic>) {
    let mut remembered = memo.lock().unwrap_or_else(PoisonError::into_inner);
    let mut used = FxHashMap::default();
    let (mut inventories, mut diagnostics) = (Inventories::new(), Vec::new());
    for (name, file) in &found.0 {
        let declared = &config.inventories[name];
        let parsed = file.content.as_ref().map(|(digest, bytes)| {
            let key = (file.path.clone(), *digest);
            let known = used.get(&key).or_else(|| remembered.get(&key)).cloned();
            let parsed = known.unwrap_or_else(|| Arc::new(parse(file.path.as_str(), bytes)));
            used.insert(key, parsed.clone());
            parsed
        });
        let parsed = parsed.as_deref();
        diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
        let base = declared.url.clone().or_else(|| parsed?.base.clone());
        let inventory = parsed.and_then(|parsed| parsed.inventory.clone());
        if base.is_none() && inventory.is_some() {
            let message =
                format!("missing key `inventories.{name}.url`: the inventory does not say where its site lives");
            let help = "add a line `url = \"https://docs.example.org/\"` with the address of that site";
            diagnostics.push(Diagnostic::error("missing-key", CONFIG, declared.file.span, message).help(help));
        }
        let (base, inventory) = base.map_or_else(|| (String::new(), None), |base| (base, inventory));
        inventories.insert(name.clone(), Elsewhere { base, inventory });
    }
    *remembered = used;
    (inventories, diagnostics)
}

fn parse(path: &str, bytes: &[u8]) -> Parsed {
    let (parsed, diagnostics) = inventory::parse(path, bytes);
    let base = parsed.as_ref().and_then(|parsed| parsed.base.clone());
    let inventory = parsed.map(|parsed| Arc::new(Inventory::new(parsed.entries)));
    Parsed { base, inventory, diagnostics }
}
