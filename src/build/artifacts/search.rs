//! The memo point of the search: the words of articles, and the index of the search that is made from all of them.
//!
//! The words of an article are remembered by what they come from. When those of any article changed, the index is brought up
//! to date, or made in a process that has none yet, and of its files those are written that differ. When none changed, its
//! files stand as they are.

use std::{
    cell::OnceCell,
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
use crate::model::{Digest, Doc, Error, RelPath, site::PageId};
use crate::render::search::{self, Index, Named, Parts, Passing, Words};

/// An article of the index.
struct Indexed {
    id: PageId,
    /// Its address, rooted.
    url: String,
    /// Names its words.
    key: Digest,
    slot: u32,
    /// About how much text its parts have, in bytes.
    room: usize,
}

/// So many articles are in memory with all their words, where nothing of them stays.
const AT_ONCE: usize = 512;

/// A document that is looked up when it is first asked for.
struct Asked<'a> {
    artifacts: &'a Artifacts<'a>,
    id: PageId,
    doc: OnceCell<Arc<Doc>>,
}

impl Asked<'_> {
    fn get(&self) -> Result<&Doc, Error> {
        if let Some(doc) = self.doc.get() {
            return Ok(doc);
        }
        let Artifacts { session, articles, site, given, trace, .. } = self.artifacts;
        let doc = articles.doc(session, given.files, &site.pages[self.id].head.path, trace)?;
        Ok(self.doc.get_or_init(|| doc))
    }
}

/// The name of an index, and the slots of the pages of each topic.
struct Due<'a> {
    key: Digest,
    topics: BTreeMap<&'a str, Vec<u32>>,
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
        let room = search::room(ids.len());
        let keys: Vec<Digest> = ids.par_iter().map(|id| self.words_key(*id, room)).collect();
        keys.iter().for_each(|key| self.session.note_used(*key));
        // The index is made of the words of all articles, the rest of an article by itself.
        let makes_index = self.makes(&folder);
        let url = |id: PageId| self.config.base_url.rooted(&self.site.pages[id].url);
        let all =
            ids.into_iter().zip(slots).zip(keys).map(|((id, slot), key)| Indexed { id, url: url(id), key, slot, room });
        let needed = all.filter(|article| makes_index || self.given.request.shard.holds_nth(article.id));
        let mut indexed: Vec<Indexed> = needed.collect();
        indexed.sort_unstable_by_key(|article| article.slot);
        let named = makes_index.then(|| self.index_named(&folder, &indexed));
        match self.session.stay {
            Stay::ForMore => self.search_kept(&folder, indexed, named.as_ref()),
            Stay::Once => self.search_once(&folder, &indexed, named.as_ref()),
        }
    }

    /// The files of a process that stays, and keeps the words of all articles.
    fn search_kept(
        &self,
        folder: &RelPath,
        indexed: Vec<Indexed>,
        index: Option<&Due<'_>>,
    ) -> Result<Vec<File>, Error> {
        let words: Vec<Arc<Words>> =
            indexed.par_iter().map(|article| self.words(article, &self.doc(article))).collect::<Result<_, Error>>()?;
        let make = |named: &Due<'_>| {
            let pages: Vec<_> =
                indexed.iter().zip(&words).map(|(article, words)| (article.slot, article.key, words)).collect();
            // What a panic left behind is of no use.
            let mut kept = self.session.search.index.lock().unwrap_or_else(|poisoned| {
                let mut kept = PoisonError::into_inner(poisoned);
                *kept = Index::default();
                kept
            });
            kept.update(&pages);
            kept.files(&named.topics, &self.named(&indexed))
        };
        let mut files = match index {
            Some(named) => match self.index_that_stands(named)? {
                Some(files) => files,
                None => self.put_index(folder, named, &make(named))?,
            },
            None => Vec::new(),
        };
        let parts =
            |(article, words): (&Indexed, &Arc<Words>)| self.parts(folder, article, words.len(), &self.doc(article));
        let parts: Vec<Vec<File>> = indexed.par_iter().zip(&words).map(parts).collect::<Result<_, Error>>()?;
        files.extend(parts.into_iter().flatten());
        let words = indexed.into_iter().zip(words).map(|(article, words)| (article.key, words)).collect();
        *self.session.search.words.lock().unwrap_or_else(PoisonError::into_inner) = words;
        Ok(files)
    }

    /// The files of a process that ends: it goes through the articles, and keeps of the words of each what the index lists.
    fn search_once(&self, folder: &RelPath, indexed: &[Indexed], index: Option<&Due<'_>>) -> Result<Vec<File>, Error> {
        let standing = index.map_or(Ok(None), |named| self.index_that_stands(named))?;
        let due = index.filter(|_| standing.is_none());
        let mut files = standing.unwrap_or_default();
        let mut passing = Passing::default();
        let made = |article: &Indexed| -> Result<(Arc<Words>, Vec<File>), Error> {
            let doc = self.doc(article);
            let words = self.words(article, &doc)?;
            let parts = self.parts(folder, article, words.len(), &doc)?;
            Ok((words, parts))
        };
        for articles in indexed.chunks(AT_ONCE) {
            let made: Vec<_> = articles.par_iter().map(made).collect::<Result<_, Error>>()?;
            for (article, (words, parts)) in articles.iter().zip(made) {
                files.extend(parts);
                if due.is_some() {
                    passing.add(article.slot, &words);
                }
            }
        }
        if let Some(named) = due {
            files.extend(self.put_index(folder, named, &passing.into_files(&named.topics, &self.named(indexed)))?);
        }
        Ok(files)
    }

    /// These articles as the files of words name them.
    fn named<'a>(&'a self, indexed: &'a [Indexed]) -> Vec<Named<'a>> {
        let title = |id: PageId| self.site.pages[id].head.title.as_str();
        let named = |article: &'a Indexed| Named { slot: article.slot, url: &article.url, title: title(article.id) };
        indexed.iter().map(named).collect()
    }

    /// The document of an article, for whoever asks.
    fn doc(&self, article: &Indexed) -> Asked<'_> {
        Asked { artifacts: self, id: article.id, doc: OnceCell::new() }
    }

    /// Names the words of an article in parts of about `room` bytes.
    fn words_key(&self, id: PageId, room: usize) -> Digest {
        let head = &self.site.pages[id].head;
        let front = match self.given.request.fault {
            Some(Fault::SearchWords) => Digest::of(b""),
            _ => Digest::of_value(&(&head.title, &head.front.description, &head.front.keywords)),
        };
        store::key("words", search::VERSION, &[head.body.as_bytes(), front.as_bytes(), &room.to_le_bytes()])
    }

    /// The words of an article, remembered or gathered.
    fn words(&self, article: &Indexed, doc: &Asked<'_>) -> Result<Arc<Words>, Error> {
        let key = &article.key;
        let kept = self.session.search.words.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let stored = || self.session.store.get_value(Kind::Words, key).map(Arc::new);
        if let Some(words) = kept.or_else(stored) {
            return Ok(words);
        }
        self.trace.indexed.raise();
        let words = Words::of(&self.site.pages[article.id].head, doc.get()?, article.room);
        self.session.store.put_value(Kind::Words, key, &words);
        Ok(Arc::new(words))
    }

    /// What the files of words and topics are made from beside words and titles, and the name of all of it.
    fn index_named(&self, folder: &RelPath, indexed: &[Indexed]) -> Due<'_> {
        let topics = self.topics_of_pages(indexed);
        // The name of its words stands for its title as well.
        let named: Vec<(u32, &Digest, &str)> =
            indexed.iter().map(|article| (article.slot, &article.key, article.url.as_str())).collect();
        let names = Digest::of_value(&(folder, named, &topics));
        let key = store::key("search", search::VERSION, &[names.as_bytes()]);
        self.session.note_used(key);
        Due { key, topics }
    }

    /// The files of words and topics, if they stand as they are.
    fn index_that_stands(&self, named: &Due<'_>) -> Result<Option<Vec<File>>, Error> {
        match self.session.store.get_value::<Whole>(Kind::Record, &named.key) {
            Some(whole) => self.kept(&whole),
            None => Ok(None),
        }
    }

    /// Writes the files of words and topics that differ, and remembers all of them.
    fn put_index(&self, folder: &RelPath, named: &Due<'_>, made: &[(RelPath, Vec<u8>)]) -> Result<Vec<File>, Error> {
        let put = |(name, bytes): &(RelPath, Vec<u8>)| {
            let path = folder.join(name.as_str()).expect("a path below a path is one");
            let (path, entry, source) = self.put(path, bytes)?;
            // Remembered by what they are: most stay the same when an article changes.
            self.keep_made(&path, entry.content, bytes);
            Ok((path, entry, source))
        };
        let files: Vec<File> = made.par_iter().map(put).collect::<Result<_, Error>>()?;
        let whole = files.iter().map(|(path, entry, _)| (path.to_string(), entry.size, entry.content)).collect();
        self.session.store.put_value(Kind::Record, &named.key, &Whole(whole));
        Ok(files)
    }

    /// All files of an index, if they stand or another machine made them.
    fn kept(&self, whole: &Whole) -> Result<Option<Vec<File>>, Error> {
        let named = |(path, _, content): &(String, u64, Digest)| Some((RelPath::new(path.as_str())?, *content));
        match whole.0.iter().map(named).collect::<Option<Vec<_>>>() {
            Some(files) => self.held_together(&files),
            None => Ok(None),
        }
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
    ///
    /// There are `count`. Those of another shard's articles are none of this build's.
    fn parts(&self, folder: &RelPath, article: &Indexed, count: usize, doc: &Asked<'_>) -> Result<Vec<File>, Error> {
        if !self.given.request.shard.holds_nth(article.id) {
            return Ok(Vec::new());
        }
        let page = &self.site.pages[article.id];
        let url = &article.url;
        let trail = search::trail(self.config, self.site, article.id);
        let topics = search::topics_of_sections(self.config, self.site, page);
        let parts = Parts { url, title: &page.head.title, trail: &trail, topics: &topics, room: article.room };
        let shown = Digest::of_value(&parts);
        let key = store::key("part", search::VERSION, &[article.key.as_bytes(), shown.as_bytes()]);
        let name = |part| folder.join(&search::part_name(article.slot, part)).expect("a path below a path is one");
        let paths: Vec<RelPath> = (0..count).map(name).collect();
        let named: Vec<(RelPath, Digest)> = paths.iter().map(|path| (path.clone(), key)).collect();
        if let Some(kept) = self.held_together(&named)? {
            return Ok(kept);
        }
        let doc = doc.get()?;
        let put = |(path, bytes): (RelPath, Vec<u8>)| self.made(path, key, &bytes);
        paths.into_iter().zip(parts.json(&page.head, doc)).map(put).collect()
    }
}
