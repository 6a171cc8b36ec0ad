//! The memo point of the search: the words of articles, and the index of the search that is made from all of them.
//!
//! The words of an article are remembered by what they come from. When those of any article changed, the index is brought up
//! to date, or made in a process that has none yet, and of its files those are written that differ. When none changed, its
//! files stand as they are.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::build::{
    Fault, Stay,
    artifacts::{Artifacts, File},
    store::{self, Kind},
};
use crate::model::{Digest, Error, RelPath, site::PageId};
use crate::output::{Entry, Source};
use crate::render::search::{self, Index, Parts, Words};

/// An article of the index.
struct Indexed {
    id: PageId,
    /// Names its words.
    key: Digest,
    words: Arc<Words>,
    slot: u32,
}

/// What a process that stays keeps of the search.
#[derive(Debug, Default)]
pub(in crate::build) struct Kept {
    words: Mutex<FxHashMap<Digest, Arc<Words>>>,
    index: Mutex<Index>,
}

/// What is remembered of a whole index: its files.
#[derive(Serialize, Deserialize)]
struct Whole(Vec<(String, u64, Digest)>);

impl Artifacts<'_> {
    /// The index and the parts of all pages that the search finds.
    pub(super) fn search(&self) -> Result<Vec<File>, Error> {
        let Some(folder) = self.renderer.search_folder() else { return Ok(Vec::new()) };
        let folder = RelPath::new(folder).expect("a name is a path");
        let ids = search::found(self.site);
        let paths: Vec<&RelPath> = ids.iter().map(|id| &self.site.pages[*id].head.path).collect();
        let slots = search::slots(&paths);
        let keys: Vec<Digest> = ids.par_iter().map(|id| self.words_key(*id)).collect();
        keys.iter().for_each(|key| self.session.note_used(*key));
        // The index is made of the words of all articles, the rest of an article by itself.
        let shard = self.given.request.shard;
        let makes_index = self.makes(&folder);
        let index = |((id, slot), key): ((PageId, u32), Digest)| {
            let words = self.words(id, &key)?;
            Ok(Indexed { id, key, words, slot })
        };
        let all = ids.into_par_iter().zip(slots).zip(keys);
        let needed = all.filter(|((id, _), _)| makes_index || shard.holds_nth(*id));
        let mut indexed: Vec<Indexed> = needed.map(index).collect::<Result<_, Error>>()?;
        indexed.sort_unstable_by_key(|article| article.slot);
        let mut files = if makes_index { self.index(&folder, &indexed)? } else { Vec::new() };
        let mine = indexed.par_iter().filter(|article| shard.holds_nth(article.id));
        let parts: Vec<Vec<File>> = mine.map(|article| self.parts(&folder, article)).collect::<Result<_, Error>>()?;
        files.extend(parts.into_iter().flatten());
        if self.session.stays() {
            let words = indexed.into_iter().map(|article| (article.key, article.words)).collect();
            *self.session.search.words.lock().unwrap_or_else(PoisonError::into_inner) = words;
        }
        Ok(files)
    }

    /// Names the words of an article.
    fn words_key(&self, id: PageId) -> Digest {
        let head = &self.site.pages[id].head;
        let front = match self.given.request.fault {
            Some(Fault::SearchWords) => Digest::of(b""),
            _ => Digest::of_value(&(&head.title, &head.front.description, &head.front.keywords)),
        };
        store::key("words", search::VERSION, &[head.body.as_bytes(), front.as_bytes()])
    }

    /// The words of an article, remembered or gathered.
    fn words(&self, id: PageId, key: &Digest) -> Result<Arc<Words>, Error> {
        let kept = self.session.search.words.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let stored = || self.session.store.get_value(Kind::Words, key).map(Arc::new);
        if let Some(words) = kept.or_else(stored) {
            return Ok(words);
        }
        let head = &self.site.pages[id].head;
        let doc = self.articles.doc(self.given.files, &head.path, self.trace)?;
        self.trace.indexed.raise();
        let words = Words::of(head, &doc);
        self.session.store.put_value(Kind::Words, key, &words);
        Ok(Arc::new(words))
    }

    /// The files of words and topics: as they stand, or made.
    fn index(&self, folder: &RelPath, indexed: &[Indexed]) -> Result<Vec<File>, Error> {
        let topics = self.topics_of_pages(indexed);
        let named: Vec<(u32, &Digest)> = indexed.iter().map(|article| (article.slot, &article.key)).collect();
        let names = Digest::of_value(&(folder, named, &topics));
        let key = store::key("search", search::VERSION, &[names.as_bytes()]);
        self.session.note_used(key);
        if let Some(files) =
            self.session.store.get_value::<Whole>(Kind::Record, &key).and_then(|whole| self.kept(&whole))
        {
            return Ok(files);
        }
        let pages: Vec<_> = indexed.iter().map(|article| (article.slot, article.key, &article.words)).collect();
        let made = match self.session.stay {
            Stay::ForMore => {
                // What a panic left behind is of no use.
                let mut kept = self.session.search.index.lock().unwrap_or_else(|poisoned| {
                    let mut kept = PoisonError::into_inner(poisoned);
                    *kept = Index::default();
                    kept
                });
                kept.update(&pages);
                kept.files(&topics)
            }
            Stay::Once => {
                let mut index = Index::default();
                index.update(&pages);
                index.files(&topics)
            }
        };
        let put = |(name, bytes): &(RelPath, Vec<u8>)| {
            let path = folder.join(name.as_str()).expect("a path below a path is one");
            self.put(path, bytes)
        };
        let files: Vec<File> = made.par_iter().map(put).collect::<Result<_, Error>>()?;
        let whole = files.iter().map(|(path, entry, _)| (path.to_string(), entry.size, entry.content)).collect();
        self.session.store.put_value(Kind::Record, &key, &Whole(whole));
        Ok(files)
    }

    /// All files of an index, if they stand.
    fn kept(&self, whole: &Whole) -> Option<Vec<File>> {
        let kept = |(path, _, content): &(String, u64, Digest)| {
            let path = RelPath::new(path.as_str())?;
            let entry = self.standing(&path).filter(|entry| entry.content == *content)?.clone();
            Some((path, entry, Source::Kept))
        };
        whole.0.iter().map(kept).collect()
    }

    /// The slots of the pages of each topic, rising, by the topic's name.
    fn topics_of_pages(&self, indexed: &[Indexed]) -> BTreeMap<&str, Vec<u32>> {
        let slots: BTreeMap<PageId, u32> = indexed.iter().map(|article| (article.id, article.slot)).collect();
        let of_topic = |topic: &crate::model::site::TopicMembers| {
            let mut found: Vec<u32> = topic.sections.iter().filter_map(|(page, _)| slots.get(page).copied()).collect();
            found.sort_unstable();
            found.dedup();
            (self.config.topics[topic.declared].name.as_str(), found)
        };
        self.site.topics.iter().map(of_topic).collect()
    }

    /// The files of an article's parts: kept where they stand, or made.
    fn parts(&self, folder: &RelPath, article: &Indexed) -> Result<Vec<File>, Error> {
        let page = &self.site.pages[article.id];
        let url = self.config.base_url.rooted(&page.url);
        let trail = search::trail(self.config, self.site, article.id);
        let topics = search::topics_of_sections(self.config, self.site, page);
        let parts = Parts { url: &url, title: &page.head.title, trail: &trail, topics: &topics };
        let shown = Digest::of_value(&parts);
        let key = store::key("part", search::VERSION, &[article.key.as_bytes(), shown.as_bytes()]);
        let name = |part| folder.join(&search::part_name(article.slot, part)).expect("a path below a path is one");
        let paths: Vec<RelPath> = (0..article.words.len()).map(name).collect();
        let kept = |path: &RelPath| {
            let entry = self.standing(path).filter(|entry| entry.key == key)?.clone();
            Some((path.clone(), entry, Source::Kept))
        };
        if let Some(kept) = paths.iter().map(kept).collect() {
            return Ok(kept);
        }
        let doc = self.articles.doc(self.given.files, &page.head.path, self.trace)?;
        let put = |(path, bytes): (RelPath, Vec<u8>)| {
            let (path, entry, source) = self.put(path, &bytes)?;
            Ok((path, Entry { key, ..entry }, source))
        };
        paths.into_iter().zip(parts.json(&page.head, &doc)).map(put).collect()
    }
}
