//! The memo point of parsing: each article is read, and parsed only if no memo has its name.

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::build::includes::Includes;
use crate::build::{Given, Session, store, store::Kind, trace::Trace};
use crate::model::{Diagnostic, Digest, Doc, Error, Head, RelPath};
use crate::parse::{self, Included, Options, Parsed};
use crate::render::media;
use crate::source::{Files, disk::LARGEST, text};

/// A parsed article as it is remembered.
#[derive(Debug)]
pub(super) struct Memo {
    head: Option<Arc<Head>>,
    diagnostics: Vec<Diagnostic>,
    /// Filled as soon as it is needed: a head from disk comes without it.
    doc: OnceLock<Arc<Doc>>,
}

/// All articles of a build, ordered by path.
#[derive(Debug)]
pub(super) struct Articles {
    options: Options,
    articles: Vec<Article>,
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
    memo: Arc<Memo>,
}

impl Article {
    /// The source again, which must be what it was.
    fn read(&self, files: &dyn Files) -> Result<Vec<u8>, Error> {
        let bytes = files.read(&self.path)?;
        if Digest::of(&bytes) != self.source {
            let help = "it changed while the site was being built: build again";
            return Err(Error::new("the source changed under the build:").at(self.path.to_string()).help(help));
        }
        Ok(bytes)
    }
}

/// Reads all articles, and parses those that no memo knows.
pub(super) fn load(
    session: &Session,
    given: &Given<'_>,
    options: Options,
    paths: &[RelPath],
    trace: &Trace,
) -> Result<Articles, Error> {
    let options_digest = Digest::of_value(&options);
    let includes = Includes::new(given.files, &options.untrusted);
    let reader = Reader { session, files: given.files, options: &options, options_digest, includes: &includes, trace };
    given.progress.begin("reading", paths.len());
    let load = |path: &RelPath| {
        let article = reader.load(path);
        given.progress.step();
        article
    };
    let articles: Vec<Article> = paths.par_iter().map(load).collect::<Result<_, Error>>()?;
    Ok(Articles { options, articles })
}

/// What reading an article takes.
struct Reader<'a> {
    session: &'a Session,
    files: &'a dyn Files,
    options: &'a Options,
    options_digest: Digest,
    includes: &'a Includes<'a>,
    trace: &'a Trace,
}

impl Reader<'_> {
    fn load(&self, path: &RelPath) -> Result<Article, Error> {
        let bytes = match self.files.read(path) {
            Err(error) if error.source.as_ref().is_some_and(|why| why.kind() == ErrorKind::FileTooLarge) => {
                return Ok(self.too_large(path));
            }
            read => read?,
        };
        let source = Digest::of(&bytes);
        let included = self.includes.of(path, &bytes);
        let key = self.key(path, source, &included);
        let article = |memo, included| Article { path: path.clone(), source, included, key, memo };
        if let Some(memo) = lock(self.session).get(&key) {
            return Ok(article(memo.clone(), included));
        }
        let memo = match self.session.store.get_value::<(Option<Head>, Vec<Diagnostic>)>(Kind::Head, &key) {
            Some((head, diagnostics)) => Memo { head: head.map(Arc::new), diagnostics, doc: OnceLock::new() },
            None => {
                self.trace.parsed.raise();
                let memo = parse(path, &bytes, self.options, &included);
                self.session.store.put_value(Kind::Head, &key, &(memo.head.as_deref(), &memo.diagnostics));
                memo
            }
        };
        let memo = Arc::new(memo);
        lock(self.session).insert(key, memo.clone());
        Ok(article(memo, included))
    }

    fn too_large(&self, path: &RelPath) -> Article {
        let message = format!("an article of more than {} MiB", LARGEST >> 20);
        let problem =
            Diagnostic::error("too-large", path.as_str(), None, message).help("split it into several articles");
        let memo = Memo { head: None, diagnostics: vec![problem], doc: OnceLock::new() };
        let source = Digest::of(b"too large");
        let included = Included::new();
        let key = self.key(path, source, &included);
        Article { path: path.clone(), source, included, key, memo: Arc::new(memo) }
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

fn parse(path: &RelPath, bytes: &[u8], options: &Options, included: &Included) -> Memo {
    let (text, problem) = match text::decode(path.as_str(), bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return Memo { head: None, diagnostics: vec![*problem], doc: OnceLock::new() },
    };
    let inside = path.as_str().strip_prefix("content/").and_then(RelPath::new);
    let inside = inside.expect("articles lie in the content folder");
    let Parsed { head, doc, mut diagnostics } = parse::article(&inside, &text, options, included);
    diagnostics.extend(problem);
    diagnostics.extend(media::diagnostics(&head, &doc, &text));
    Memo { head: Some(Arc::new(head)), diagnostics, doc: OnceLock::from(Arc::new(doc)) }
}

impl Articles {
    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    /// How they were read.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Heads of all articles that could be read as text.
    pub(super) fn heads(&self) -> Vec<Arc<Head>> {
        self.articles.iter().filter_map(|article| article.memo.head.clone()).collect()
    }

    /// What is wrong in any of them, in the order of paths.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let all = self.articles.iter().flat_map(|article| article.memo.diagnostics.iter().cloned());
        // What this build of the program lacks is told once, whatever the number of diagrams.
        let mut is_told = false;
        all.filter(move |problem| problem.message != parse::UNDRAWN || !std::mem::replace(&mut is_told, true))
    }

    /// The path of each article, and what names all that it was parsed from.
    pub(super) fn names(&self) -> Vec<(&RelPath, &Digest)> {
        self.articles.iter().map(|article| (&article.path, &article.key)).collect()
    }

    /// The document of the article `path` (relative to `content/`), parsed again if only its head was remembered.
    pub(super) fn doc(&self, files: &dyn Files, path: &RelPath, trace: &Trace) -> Result<Arc<Doc>, Error> {
        let article = self.find(path)?;
        if let Some(doc) = article.memo.doc.get() {
            return Ok(doc.clone());
        }
        let bytes = article.read(files)?;
        trace.parsed.raise();
        let parsed = parse(&article.path, &bytes, &self.options, &article.included);
        let doc = parsed.doc.get().cloned().unwrap_or_default();
        Ok(article.memo.doc.get_or_init(|| doc).clone())
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

    fn find(&self, path: &RelPath) -> Result<&Article, Error> {
        let full = format!("content/{path}");
        let found = self.articles.binary_search_by(|article| article.path.as_str().cmp(&full));
        found.map(|index| &self.articles[index]).map_err(|_| Error::new(format!("no article {full} was read")))
    }

    /// Tells the session that the memos of these articles are in use.
    pub(super) fn note_used(&self, session: &Session) {
        self.articles.iter().for_each(|article| session.note_used(article.key));
    }

    /// Forgets every memo in memory that this build did not need.
    pub(super) fn keep_only_these(&self, session: &Session) {
        let keys: FxHashSet<&Digest> = self.articles.iter().map(|article| &article.key).collect();
        lock(session).retain(|key, _| keys.contains(key));
    }
}
