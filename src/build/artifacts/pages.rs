//! The memo point of pages: which are made, in which order, and each from what.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rayon::prelude::*;

use crate::build::artifacts::{Artifacts, File, stored_body};
use crate::model::{
    Diagnostic, Digest, Error, RelPath, Shard,
    site::{Page, PageId, PageKind},
};
use crate::output::{Entry, PartNames, Parts, Source};
use crate::render::{Job, job::PARTS};

/// A page, or what kept it from being made.
pub(super) type Rendered = Result<File, Box<Diagnostic>>;

/// What somebody waited for when the first page could be made.
#[derive(Default)]
pub(super) struct WaitedFor {
    /// The pages among it, made.
    pub(super) pages: BTreeMap<PageId, Rendered>,
    others: Vec<RelPath>,
}

impl Artifacts<'_> {
    /// The pages that this build renders. The memos of all the others stay in use: other shards may share the cache.
    pub(super) fn jobs(&self) -> Vec<Job> {
        let jobs = self.renderer.jobs().into_iter().enumerate();
        let (mine, others): (Vec<_>, Vec<_>) = jobs.partition(|(index, _)| self.given.request.shard.holds_nth(*index));
        let bodies = others.iter().filter_map(|(_, job)| self.renderer.body_of(job));
        bodies.for_each(|id| self.session.note_used(stored_body(self.body_key(id))));
        mine.into_iter().map(|(_, job)| job).collect()
    }

    /// The pages that somebody waits for already, made before it is even found which have changed. Errors as for
    /// [`Self::page`].
    pub(super) fn waited_for(&self) -> Result<WaitedFor, Error> {
        let names = PartNames::new(PARTS);
        let mut found = WaitedFor::default();
        while let Some(output) = self.stage.wanted() {
            match self.page_at(&output).filter(|_| self.given.request.shard == Shard::WHOLE) {
                Some(id) if !found.pages.contains_key(&id) => {
                    drop(found.pages.insert(id, self.made_page(&Job::Page(id), &names)?));
                }
                Some(_) => {}
                None => found.others.push(output),
            }
        }
        Ok(found)
    }

    /// Renders the page at `output` and what it loads, and nothing else. Errors as for [`Self::page`].
    pub(in crate::build) fn make_only(&self, output: &RelPath) -> Result<(), Error> {
        self.assets()?;
        let made = self.page_at(output).map(|id| self.made_page(&Job::Page(id), &PartNames::new(PARTS)));
        made.transpose().map(drop)
    }

    fn page_at(&self, output: &RelPath) -> Option<PageId> {
        let is_it = |page: &Page| page.output == *output && page.kind != PageKind::Topic;
        self.site.pages.iter().position(is_it)
    }

    /// Every page, those first that somebody waits for; `None` where nobody waits for the rest. Errors as for [`Self::page`].
    pub(super) fn rendered(&self, jobs: &[Job], waited_for: WaitedFor) -> Result<Option<Vec<Rendered>>, Error> {
        self.given.progress.begin("rendering", jobs.len());
        let names = PartNames::new(PARTS);
        let WaitedFor { pages, others } = waited_for;
        let pages = Mutex::new(pages);
        let made_before = |job: &Job| match job {
            Job::Page(id) => pages.lock().unwrap_or_else(PoisonError::into_inner).remove(id),
            _ => None,
        };
        let taken: Vec<AtomicBool> = jobs.iter().map(|_| AtomicBool::new(false)).collect();
        let made: Vec<OnceLock<Rendered>> = jobs.iter().map(|_| OnceLock::new()).collect();
        let make = |at: usize| -> Result<(), Error> {
            if taken[at].swap(true, Ordering::Relaxed) {
                return Ok(());
            }
            let page = made_before(&jobs[at]).map_or_else(|| self.page(&jobs[at], &names), Ok)?;
            if let Err(problem) = &page {
                self.given.progress.found(std::slice::from_ref(problem));
            }
            drop(made[at].set(page));
            self.given.progress.step();
            Ok(())
        };
        let place = |output: &RelPath| jobs.iter().position(|job| self.renderer.place(job) == Some(output));
        others.iter().filter_map(place).try_for_each(make)?;
        (0..jobs.len()).into_par_iter().try_for_each(|at| {
            while let Some(output) = self.stage.wanted() {
                place(&output).map_or(Ok(()), make)?;
            }
            if self.stage.is_outdated() { Ok(()) } else { make(at) }
        })?;
        Ok(made.into_iter().map(OnceLock::into_inner).collect())
    }

    /// One page: kept where it stands, or rendered. The outer error is the environment's, the inner one the content's.
    fn page(&self, job: &Job, names: &PartNames) -> Result<Rendered, Error> {
        if let Job::Page(id) = job
            && let Some(file) = self.unchanged(*id, &self.site.pages[*id].output)
        {
            self.known().body(*id).into_iter().for_each(|key| self.session.note_used(key));
            return Ok(Ok(file));
        }
        if let Some(id) = self.renderer.body_of(job) {
            self.known().note_body(id, stored_body(self.body_key(id)));
        }
        self.made_page(job, names)
    }

    /// The same of a page of which it is not known that nothing changed.
    fn made_page(&self, job: &Job, names: &PartNames) -> Result<Rendered, Error> {
        let holds = self.renderer.body_of(job);
        let body_key = holds.map(|id| self.body_key(id));
        let stored = body_key.map(stored_body);
        stored.into_iter().for_each(|key| self.session.note_used(key));
        self.trace.compared.raise();
        let prepared = match self.renderer.prepare(job, body_key) {
            Ok(prepared) => prepared,
            Err(problem) => return Ok(Err(problem)),
        };
        let parts = || Parts::new(names, prepared.key.parts.iter().copied());
        if let Some(file) = self.as_it_stands(&prepared.output, prepared.key.digest) {
            return Ok(Ok(file));
        }
        if let Some((path, entry, source)) = self.recall(&prepared.output, prepared.key.digest)? {
            self.trace.recalled.raise();
            return Ok(Ok((path, Entry { parts: parts(), ..entry }, source)));
        }
        let content = match (holds, stored) {
            (Some(id), Some(key)) => match self.body(id, key)? {
                Ok(html) => html,
                Err(problem) => return Ok(Err(problem)),
            },
            _ => String::new(),
        };
        self.trace.pages.raise();
        let (page, template) = self.renderer.shown(&prepared);
        self.given.progress.rendering(&page, &template);
        let rendered = self.renderer.render(&prepared, &content);
        self.given.progress.rendered();
        let bytes = match rendered {
            Ok(bytes) => bytes,
            Err(problem) => return Ok(Err(problem)),
        };
        self.keep_made(&prepared.output, prepared.key.digest, &bytes);
        let content = Digest::of(&bytes);
        let entry = Entry { size: bytes.len() as u64, content, key: prepared.key.digest, parts: parts() };
        if self.standing(&prepared.output).is_some_and(|old| old.content == content) {
            return Ok(Ok((prepared.output, entry, Source::Kept)));
        }
        self.stage.put(&prepared.output, &bytes)?;
        Ok(Ok((prepared.output, entry, Source::Staged)))
    }
}
