//! The memo point of parsing: each article is read, and parsed only if no memo has its name.

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::build::{
    Given, Session,
    documents::{Documents, Held},
    includes::Includes,
    store,
    store::Kind,
    trace::Trace,
};
use crate::model::{
    Diagnostic, Digest, Doc, Error, Head, RelPath,
    profile::{Lexicon, Vocabulary},
    site::Page,
};
use crate::parse::{self, Included, Options, Parsed};
use crate::render::media;
use crate::source::{Files, disk::LARGEST, stamps::Stamp, text};

/// A parsed article as it is remembered.
#[derive(Debug)]
pub(super) struct Memo {
    head: Option<Arc<Head>>,
    diagnostics: Vec<Diagnostic>,
    /// Filled as soon as it is needed: a head from disk comes without it.
    doc: OnceLock<Held>,
}

/// All articles of a build, ordered by path.
#[derive(Debug)]
pub(super) struct Articles {
    options: Options,
    articles: Vec<Arc<Article>>,
    documents: Documents,
    /// Names all of them.
    name: OnceLock<Digest>,
}

#[derive(Debug)]
struct Article {
    /// Relative to the site's root.
    path: RelPath,
    source: Digest,
    /// The files that it includes.
    included: Included,
    /// Names the source, what it includes and how both are read.
    key: Digest,
    /// Empty until [`Articles::unfold`] where the store has it.
    memo: OnceLock<Arc<Memo>>,
}

impl Article {
    /// Its path relative to `content/`.
    fn inside(&self) -> &str {
        self.path.as_str().strip_prefix("content/").expect("articles lie in the content folder")
    }

    fn memo(&self) -> &Memo {
        self.memo.get().expect("a build that looks at heads unfolds its articles first")
    }

    /// Takes up what the store knows, or parses the source again where that is damaged.
    fn unfold(&self, files: &dyn Files, reading: &Reading<'_>) -> Result<(), Error> {
        let session = reading.session;
        if self.memo.get().is_some() {
            return Ok(());
        }
        match session.store.get_value::<(Option<Head>, Vec<Diagnostic>)>(Kind::Head, &self.key) {
            Some((head, diagnostics)) => {
                let memo = Memo { head: head.map(Arc::new), diagnostics, doc: OnceLock::new() };
                self.take(memo, session);
            }
            None => self.parse(&self.read(files)?, reading),
        }
        Ok(())
    }

    fn parse(&self, bytes: &[u8], reading: &Reading<'_>) {
        let Reading { session, options, documents, trace } = reading;
        trace.parsed.raise();
        let (head, doc, diagnostics) = parse(&self.path, bytes, options, &self.included);
        let doc = doc.map(|doc| OnceLock::from(documents.hold(Arc::new(doc), &session.store)));
        // A copy has no room to spare, and its parts lie side by side.
        let head = head.map(|head| Arc::new(head.clone()));
        let memo = Memo { head, diagnostics, doc: doc.unwrap_or_default() };
        session.store.put_value(Kind::Head, &self.key, &(memo.head.as_deref(), &memo.diagnostics));
        if let Some(profile) = memo.head.as_deref().map(|head| &head.profile) {
            let vocabulary = profile.held().expect("it was parsed just now");
            session.store.put_value(Kind::Vocabulary, &vocabulary_key(&profile.digest), &**vocabulary);
        }
        self.take(memo, session);
    }

    fn take(&self, memo: Memo, session: &Session) {
        let memo = Arc::new(memo);
        lock(session).insert(self.key, memo.clone());
        drop(self.memo.set(memo));
    }

    /// The source again, which must be what it was.
    fn read(&self, files: &dyn Files) -> Result<Vec<u8>, Error> {
        let bytes = files.read(&self.path)?;
        if Digest::of(&bytes) != self.source {
            return Err(Error::overtaken(self.path.as_str()));
        }
        Ok(bytes)
    }
}

/// The name of an article's words in the store.
fn vocabulary_key(digest: &Digest) -> Digest {
    store::key("vocabulary", parse::VERSION, &[digest.as_bytes()])
}

/// The words of articles, from the store, or else from the articles themselves.
pub(super) struct Vocabularies<'a> {
    articles: &'a Articles,
    session: &'a Session,
    files: &'a dyn Files,
    trace: &'a Trace,
    /// What stood in the way.
    failure: OnceLock<Error>,
}

impl Vocabularies<'_> {
    fn parse(&self, head: &Head) -> Result<Arc<Vocabulary>, Error> {
        let Self { articles, session, files, trace, .. } = self;
        let article = articles.find(&head.path)?;
        let documents = &articles.documents;
        article.parse(&article.read(*files)?, &Reading { session, options: &articles.options, documents, trace });
        let parsed = lock(session).get(&article.key).and_then(|memo| memo.head.as_ref()?.profile.held().cloned());
        parsed.ok_or_else(|| Error::overtaken(article.path.as_str()))
    }

    /// What stood in the way of words that were asked for.
    pub(super) fn failure(self) -> Option<Error> {
        self.failure.into_inner()
    }
}

impl Lexicon for Vocabularies<'_> {
    fn vocabulary(&self, head: &Head) -> Arc<Vocabulary> {
        let known = self.recall(&head.profile.digest).map_or_else(|| self.parse(head), Ok);
        known.unwrap_or_else(|failure| {
            self.failure.get_or_init(|| failure);
            Arc::default()
        })
    }

    fn recall(&self, digest: &Digest) -> Option<Arc<Vocabulary>> {
        self.session.store.get_value(Kind::Vocabulary, &vocabulary_key(digest)).map(Arc::new)
    }
}

/// What parsing an article takes beside itself.
struct Reading<'a> {
    session: &'a Session,
    options: &'a Options,
    documents: &'a Documents,
    trace: &'a Trace,
}

/// Reads all articles, and parses those that no memo knows. Those that the store knows stay there until they are asked for:
/// where nothing changed, nobody does.
pub(super) fn load(
    session: &Session,
    given: &Given<'_>,
    options: Options,
    paths: &[RelPath],
    trace: &Trace,
) -> Result<Articles, Error> {
    let options_digest = Digest::of_value(&options);
    let includes = Includes::new(given.files, &options.untrusted);
    let before = seen(session).clone();
    let documents = Documents::of(session);
    let reading = Reading { session, options: &options, documents: &documents, trace };
    let reader = Reader { reading, files: given.files, options_digest, includes: &includes, before };
    given.progress.begin("reading", paths.len());
    let load = |(at, path): (usize, &RelPath)| {
        let article = reader.load(at, path);
        given.progress.step();
        article
    };
    let read: Vec<SeenArticle> = paths.par_iter().enumerate().map(load).collect::<Result<_, Error>>()?;
    let articles = read.iter().map(|(article, _)| article.clone()).collect();
    if session.stays() {
        *seen(session) = Arc::new(Seen { options: Some(options_digest), articles: read });
    }
    Ok(Articles { options, articles, documents, name: OnceLock::new() })
}

/// An article, and what its file looked like when it was read, where the next build may go by that.
type SeenArticle = (Arc<Article>, Option<Stamp>);

/// The articles of the last build of a session that stays, ordered by path.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Names how they were read.
    options: Option<Digest>,
    articles: Vec<SeenArticle>,
}

impl Seen {
    /// The article `path`, which most probably is number `at`.
    fn find(&self, at: usize, path: &RelPath) -> Option<&SeenArticle> {
        let guessed = self.articles.get(at).filter(|(article, _)| article.path == *path);
        guessed.or_else(|| {
            let found = self.articles.binary_search_by(|(article, _)| article.path.cmp(path));
            found.ok().map(|at| &self.articles[at])
        })
    }
}

/// What reading an article takes.
struct Reader<'a> {
    reading: Reading<'a>,
    files: &'a dyn Files,
    options_digest: Digest,
    includes: &'a Includes<'a>,
    before: Arc<Seen>,
}

impl Reader<'_> {
    /// The article `path`, number `at`.
    fn load(&self, at: usize, path: &RelPath) -> Result<SeenArticle, Error> {
        // Before it is read: what is written in between shows the next time.
        let session = self.reading.session;
        let stamp = session.stays().then(|| self.files.stamp(path)).flatten();
        if let Some(article) = self.untouched(at, path, stamp) {
            return Ok((article, stamp));
        }
        let bytes = match self.files.read(path) {
            Err(error) if error.source.as_ref().is_some_and(|why| why.kind() == ErrorKind::FileTooLarge) => {
                return Ok((Arc::new(self.too_large(path)), None));
            }
            read => read?,
        };
        let source = Digest::of(&bytes);
        let included = self.includes.of(path, &bytes);
        let key = self.key(path, source, &included);
        let article = Article { path: path.clone(), source, included, key, memo: OnceLock::new() };
        let known = lock(session).get(&key).cloned();
        match known {
            Some(memo) => drop(article.memo.set(memo)),
            None if session.store.has(Kind::Head, &key) => {}
            None => article.parse(&bytes, &self.reading),
        }
        let stamp = stamp.filter(|_| article.included.is_empty());
        Ok((Arc::new(article), stamp))
    }

    /// An article that a session which stays has read before, if its file was not written to since then.
    fn untouched(&self, at: usize, path: &RelPath, stamp: Option<Stamp>) -> Option<Arc<Article>> {
        let (article, before) = self.before.find(at, path)?;
        if stamp.is_none() || stamp != *before || self.before.options != Some(self.options_digest) {
            return None;
        }
        if article.memo.get().is_none()
            && let Some(memo) = lock(self.reading.session).get(&article.key)
        {
            drop(article.memo.set(memo.clone()));
        }
        Some(article.clone())
    }

    fn too_large(&self, path: &RelPath) -> Article {
        let message = format!("an article of more than {} MiB", LARGEST >> 20);
        let problem =
            Diagnostic::error("too-large", path.as_str(), None, message).help("split it into several articles");
        let memo = Memo { head: None, diagnostics: vec![problem], doc: OnceLock::new() };
        let source = Digest::of(b"too large");
        let included = Included::new();
        let key = self.key(path, source, &included);
        Article { path: path.clone(), source, included, key, memo: OnceLock::from(Arc::new(memo)) }
    }

    fn key(&self, path: &RelPath, source: Digest, included: &Included) -> Digest {
        let included = if included.is_empty() { Digest::of(b"") } else { Digest::of_value(included) };
        let told = media::VERSION.to_le_bytes();
        let fixed = [path.as_str().as_bytes(), source.as_bytes(), &told];
        let parts = [fixed.as_slice(), &[self.options_digest.as_bytes(), included.as_bytes()]].concat();
        store::key("parse", parse::VERSION, &parts)
    }
}

fn lock(session: &Session) -> std::sync::MutexGuard<'_, FxHashMap<Digest, Arc<Memo>>> {
    session.memo.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn seen(session: &Session) -> std::sync::MutexGuard<'_, Arc<Seen>> {
    session.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The head and the document of an article that is text, and what is wrong with it.
fn parse(
    path: &RelPath,
    bytes: &[u8],
    options: &Options,
    included: &Included,
) -> (Option<Head>, Option<Doc>, Vec<Diagnostic>) {
    let (text, problem) = match text::decode(path.as_str(), bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return (None, None, vec![*problem]),
    };
    let inside = path.as_str().strip_prefix("content/").and_then(RelPath::new);
    let inside = inside.expect("articles lie in the content folder");
    let Parsed { head, doc, mut diagnostics } = parse::article(&inside, &text, options, included);
    diagnostics.extend(problem);
    diagnostics.extend(media::diagnostics(&head, &doc, &text));
    (Some(head), Some(doc), diagnostics)
}

impl Articles {
    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    /// Takes up what is known of each article, which has to be done before anything below is asked for but their names and
    /// what they include and watch.
    ///
    /// # Errors
    ///
    /// A source that has to be read again and can't be, or is another by now.
    pub(super) fn unfold(&self, session: &Session, files: &dyn Files, trace: &Trace) -> Result<(), Error> {
        let reading = Reading { session, options: &self.options, documents: &self.documents, trace };
        self.articles.par_iter().try_for_each(|article| article.unfold(files, &reading))
    }

    /// The files that articles watch, as they are written; remembered by the names of all articles.
    ///
    /// # Errors
    ///
    /// Those of [`Self::unfold`].
    pub(super) fn watched(&self, session: &Session, files: &dyn Files, trace: &Trace) -> Result<Vec<String>, Error> {
        let key = self.watched_key();
        if let Some(watched) = session.store.get_value(Kind::Record, &key) {
            return Ok(watched);
        }
        self.unfold(session, files, trace)?;
        let all = self.articles.par_iter().filter_map(|article| article.memo().head.as_ref());
        let all = all.flat_map_iter(|head| &head.front.watches).map(|path| path.value.clone());
        let watched: Vec<String> = all.collect::<BTreeSet<_>>().into_iter().collect();
        session.store.put_value(Kind::Record, &key, &watched);
        Ok(watched)
    }

    /// Names what all articles together watch.
    fn watched_key(&self) -> Digest {
        store::key("watched", parse::VERSION, &[self.name().as_bytes()])
    }

    /// The same, when nobody asks for documents any more: what was put aside of them goes, even if the articles themselves are
    /// left to the end of the process.
    pub(super) fn without_documents(self) -> Self {
        Self { documents: Documents::default(), ..self }
    }

    /// How they were read.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Lets go of what is known of heads, where no more builds follow: the woven site has what pages need of them.
    pub(super) fn let_heads_go(&mut self, session: &Session) {
        lock(session).clear();
        let memos = self.articles.par_iter_mut().filter_map(|article| Arc::get_mut(article)?.memo.get_mut());
        memos.filter_map(Arc::get_mut).for_each(|memo| memo.head = None);
    }

    /// Heads of all articles that could be read as text.
    pub(super) fn heads(&self) -> Vec<Arc<Head>> {
        self.articles.par_iter().filter_map(|article| article.memo().head.clone()).collect()
    }

    /// What is wrong in any of them, in the order of paths.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let all = self.articles.iter().flat_map(|article| article.memo().diagnostics.iter().cloned());
        // What this build of the program lacks is told once, whatever the number of diagrams.
        let mut is_told = false;
        all.filter(move |problem| problem.message != parse::UNDRAWN || !std::mem::replace(&mut is_told, true))
    }

    /// Names the path of each article, and all that it was parsed from.
    pub(super) fn name(&self) -> Digest {
        let names = || self.articles.iter().map(|article| (&article.path, &article.key)).collect::<Vec<_>>();
        *self.name.get_or_init(|| Digest::of_value(&names()))
    }

    /// Names the source of each page, what it includes and how both are read; `None` for pages that nobody wrote. Pages are
    /// ordered by path, as articles are.
    pub(super) fn keys_of(&self, pages: &[Page]) -> Vec<Option<Digest>> {
        let mut rest = self.articles.iter().peekable();
        let key_of = |page: &Page| {
            let wanted = page.head.path.as_str();
            while rest.next_if(|article| article.inside() < wanted).is_some() {}
            rest.peek().filter(|article| page.has_source && article.inside() == wanted).map(|article| article.key)
        };
        pages.iter().map(key_of).collect()
    }

    /// The document of the article `path` (relative to `content/`), parsed again if only its head was remembered.
    pub(super) fn doc(
        &self,
        session: &Session,
        files: &dyn Files,
        path: &RelPath,
        trace: &Trace,
    ) -> Result<Arc<Doc>, Error> {
        let article = self.find(path)?;
        let held = &article.memo().doc;
        if let Some(doc) = held.get().and_then(Documents::get) {
            return Ok(doc);
        }
        let bytes = article.read(files)?;
        trace.parsed.raise();
        let (_, doc, _) = parse(&article.path, &bytes, &self.options, &article.included);
        let doc = Arc::new(doc.unwrap_or_default());
        held.get_or_init(|| self.documents.hold(doc.clone(), &session.store));
        Ok(doc)
    }

    /// The files that articles include, from the site's root, ordered and each once.
    pub(super) fn included(&self) -> Vec<RelPath> {
        let all: BTreeSet<&RelPath> = self.articles.iter().flat_map(|article| article.included.keys()).collect();
        all.into_iter().cloned().collect()
    }

    /// What the copy of the article `path` (relative to `content/`) as Markdown is made from: the whole file, what it
    /// includes, and how it is read.
    pub(super) fn source(&self, files: &dyn Files, path: &RelPath) -> Result<(String, &Included, &Options), Error> {
        let article = self.find(path)?;
        let bytes = article.read(files)?;
        let decoded = text::decode(article.path.as_str(), &bytes).map(|(text, _)| text.into_owned());
        Ok((decoded.unwrap_or_default(), &article.included, &self.options))
    }

    fn find(&self, path: &RelPath) -> Result<&Arc<Article>, Error> {
        let full = format!("content/{path}");
        let found = self.articles.binary_search_by(|article| article.path.as_str().cmp(&full));
        found.map(|index| &self.articles[index]).map_err(|_| Error::new(format!("no article {full} was read")))
    }

    /// All words of articles, for as long as weaving takes.
    pub(super) fn vocabularies<'a>(
        &'a self,
        session: &'a Session,
        files: &'a dyn Files,
        trace: &'a Trace,
    ) -> Vocabularies<'a> {
        Vocabularies { articles: self, session, files, trace, failure: OnceLock::new() }
    }

    /// Tells the session that the memos of these articles are in use.
    pub(super) fn note_used(&self, session: &Session) {
        session.note_all_used(self.articles.iter().map(|article| article.key));
        let heads = self.articles.iter().filter_map(|article| article.memo().head.as_ref());
        session.note_all_used(heads.map(|head| vocabulary_key(&head.profile.digest)));
        session.note_used(self.watched_key());
    }

    /// Forgets every memo in memory that this build did not need.
    pub(super) fn keep_only_these(&self, session: &Session) {
        let keys: FxHashSet<&Digest> = self.articles.iter().map(|article| &article.key).collect();
        lock(session).retain(|key, _| keys.contains(key));
    }
}
