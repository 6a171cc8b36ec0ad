//! The memo points of bodies, and the artifacts that need no memo; those of pages, of the search and of what programs read
//! stand in files of their own.

mod pages;
mod read_by_programs;
mod recalled;
mod search;
mod unchanged;

pub(super) use self::{
    search::Kept as SearchKept,
    unchanged::{Before, Kept as KeptPages, Pages},
};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use crate::build::{
    Fault, Given, Session,
    articles::Articles,
    explain::{self, Explanation},
    pictures,
    store::{self, Kind},
    trace::Trace,
};
use crate::model::{
    Config, Diagnostic, Digest, Doc, Error, RelPath, Shard, Site,
    config::FeedContent,
    doc::Hole,
    site::{Page, PageId, Resolved},
};
use crate::output::{Entry, PartNames, Parts, Plan, Source, Stage};
use crate::parse::copy;
use crate::render::{
    Renderer,
    body::{self, Composer, Terms},
    component::Components,
    copy_path,
    feed::{self, Feed},
    job::PARTS,
    llms, manifest,
    media::Pictures,
    sitemap,
};
use crate::source::Files;

/// Counts up with every change of what a copy as Markdown is made to be.
pub(super) const COPY_VERSION: u32 = 1;

/// Everything that artifacts are made from.
pub(super) struct Artifacts<'a> {
    pub(super) session: &'a Session,
    pub(super) given: &'a Given<'a>,
    pub(super) config: &'a Config,
    pub(super) site: &'a Site,
    pub(super) articles: &'a Articles,
    pub(super) images: &'a pictures::Made,
    pub(super) renderer: &'a Renderer<'a>,
    pub(super) components: &'a Components<'a>,
    /// The pages of the last build, and what is known of those of this one when no page is waited for any more.
    pub(super) before: Option<&'a Before>,
    pub(super) known: &'a OnceLock<Pages>,
    /// Names everything that a build reads, articles, their dates and the day left aside.
    pub(super) surroundings: Digest,
    pub(super) stage: &'a dyn Stage,
    pub(super) trace: &'a Trace,
}

/// The tree, and what went wrong while it was rendered.
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) pages: usize,
}

type File = (RelPath, Entry, Source);

/// A page's copy as Markdown, and its text where it was made anew.
type Copy = (PageId, File, Option<String>);

/// A path in the output, and the bytes that go there.
type Plain = (RelPath, Arc<[u8]>);

/// The digest and size of each copied file, by its output path.
pub(super) fn digests(
    files: &dyn Files,
    copied: &BTreeMap<RelPath, RelPath>,
) -> Result<BTreeMap<RelPath, (Digest, u64)>, Error> {
    let digest = |(output, source): (&RelPath, &RelPath)| Ok((output.clone(), files.digest(source)?));
    copied.par_iter().map(digest).collect()
}

impl Artifacts<'_> {
    /// Renders what changed into the stage, and adds the whole tree to `plan`, or the shard of it that was asked for. `None`
    /// where nobody waits for that any more.
    pub(super) fn make(&self, plan: Plan, copied: &BTreeMap<RelPath, (Digest, u64)>) -> Result<Option<Made>, Error> {
        let mut plan = plan;
        let mut problems = Vec::new();
        // What pages load comes before pages: the live preview shows each as soon as it is there.
        for (output, (digest, size)) in copied.iter().filter(|(output, _)| self.makes(output)) {
            let source = self.copy(output, digest)?;
            insert(&mut plan, &mut problems, output.clone(), entry(*size, *digest, *digest), source);
        }
        for (path, entry, source) in self.assets()? {
            insert(&mut plan, &mut problems, path, entry, source);
        }
        let waited_for = self.waited_for()?;
        self.stage.breathe();
        if self.stage.is_outdated() {
            return Ok(None);
        }
        let articles = self.names_pages().then_some(self.articles);
        let known = || Pages::of(self.site, self.renderer, self.surroundings, articles, (self.before, self.given.old));
        let known = self.known.get_or_init(known);
        waited_for.pages.keys().for_each(|id| known.note_body(*id, stored_body(self.body_key(*id))));
        let jobs = self.jobs();
        let Some(pages) = self.rendered(&jobs, waited_for)? else { return Ok(None) };
        for page in pages {
            match page {
                Ok((path, entry, source)) => insert(&mut plan, &mut problems, path, entry, source),
                Err(problem) => problems.push(*problem),
            }
        }
        let told = llms::pages(self.site);
        let is_full = llms::is_full(self.config, self.site, &told);
        let copies: Vec<Option<Copy>> =
            self.pages().into_par_iter().map(|id| self.markdown(id)).collect::<Result<_, Error>>()?;
        let mut texts: BTreeMap<PageId, String> = BTreeMap::new();
        for (id, (path, entry, source), text) in copies.into_iter().flatten() {
            insert(&mut plan, &mut problems, path, entry, source);
            texts.extend(text.filter(|_| is_full).map(|text| (id, text)));
        }
        for (path, entry, source) in self.llms(&told, is_full, texts)? {
            insert(&mut plan, &mut problems, path, entry, source);
        }
        if self.stage.is_outdated() {
            return Ok(None);
        }
        let Some(inventory) = self.inventory()? else { return Ok(None) };
        for (path, entry, source) in inventory.into_iter().chain(self.pages_as_json(&jobs)?) {
            insert(&mut plan, &mut problems, path, entry, source);
        }
        if self.stage.is_outdated() {
            return Ok(None);
        }
        for (path, entry, source) in self.search()? {
            insert(&mut plan, &mut problems, path, entry, source);
        }
        for (path, entry, source) in self.cards()? {
            insert(&mut plan, &mut problems, path, entry, source);
        }
        for (path, bytes) in self.plain()? {
            let (path, entry, source) = self.put(path, &bytes)?;
            insert(&mut plan, &mut problems, path, entry, source);
        }
        for (path, (entry, source)) in &self.images.files {
            insert(&mut plan, &mut problems, path.clone(), entry.clone(), *source);
        }
        Ok(Some(Made { plan, diagnostics: first_of_each(problems), pages: jobs.len() }))
    }

    /// Whether another process will want to know what each page was made from. A shard is rendered once.
    fn names_pages(&self) -> bool {
        !self.session.stays() && self.given.request.shard == Shard::WHOLE
    }

    /// The files of the theme.
    fn assets(&self) -> Result<Vec<File>, Error> {
        let assets = self.renderer.theme().assets().values().filter(|asset| self.makes(&asset.output));
        assets.map(|asset| self.put(asset.output.clone(), &asset.bytes)).collect()
    }

    /// What is known of the pages, when those are made that somebody waited for.
    fn known(&self) -> &Pages {
        self.known.get().expect("it is found before any page that nobody waited for")
    }

    /// Whether this build makes the file at `path`, which belongs to no page.
    fn makes(&self, path: &RelPath) -> bool {
        self.given.request.shard.holds(path.as_str())
    }

    /// The pages whose files for programs this build makes.
    fn pages(&self) -> Vec<PageId> {
        (0..self.site.pages.len()).filter(|id| self.given.request.shard.holds_nth(*id)).collect()
    }

    /// The copy of a page as Markdown, where it has one: kept where it stands, or made, and then with its text.
    fn markdown(&self, id: PageId) -> Result<Option<Copy>, Error> {
        let Some(path) = copy_path(self.config, &self.site.pages[id]) else { return Ok(None) };
        if let Some(file) = self.unchanged(id, &path) {
            return Ok(Some((id, file, None)));
        }
        let key = self.copy_key(id);
        if let Some(file) = self.held(&path, key)? {
            return Ok(Some((id, file, None)));
        }
        let text = self.copy_text(id)?;
        self.keep_made(&path, key, text.as_bytes());
        let (path, entry, source) = self.put(path, text.as_bytes())?;
        Ok(Some((id, (path, Entry { key, ..entry }, source), Some(text))))
    }

    fn copy_key(&self, id: PageId) -> Digest {
        let title = self.site.pages[id].head.title.as_bytes();
        let parts = [self.body_key(id).as_bytes().as_slice(), title].concat();
        store::key("copy", COPY_VERSION, &[&parts])
    }

    fn copy_text(&self, id: PageId) -> Result<String, Error> {
        let page = &self.site.pages[id];
        let (text, included, options) = self.articles.source(self.given.files, &page.head.path)?;
        let doc = self.articles.doc(self.session, self.given.files, &page.head.path, self.trace)?;
        let address = |link: usize| self.absolute(&page.links[link].href);
        let title = |link: usize| page.links[link].text.clone();
        let component = |index: usize| self.component(page, index);
        let source = copy::Source {
            head: &page.head,
            doc: &doc,
            options,
            included,
            address: &address,
            title: &title,
            component: &component,
        };
        Ok(copy::markdown(&text, &source))
    }

    /// What a component without a body comes to; `None` where there is no such component. A mistake in its template has
    /// been told for the page.
    fn component(&self, page: &Page, index: usize) -> Option<String> {
        self.components.template(page.head.components.get(index)?)?;
        let alone = Doc { holes: vec![(0, Hole::Component(index as u32, None))], ..Doc::default() };
        self.composer(page, &|_| ()).compose(&alone).ok()
    }

    fn composer<'c>(&'c self, page: &'c Page, rendering: &'c dyn Fn(Option<&str>)) -> Composer<'c> {
        let pictures = &self.images.pictures;
        let terms = Terms::of(self.config, self.site);
        let strings = self.renderer.theme().strings();
        let colouring = Default::default();
        Composer {
            config: self.config,
            page,
            components: self.components,
            pictures,
            terms,
            strings,
            colouring,
            rendering,
        }
    }

    /// An address that begins at the site's root with the site's host before it.
    fn absolute(&self, href: &str) -> String {
        let is_rooted = href.starts_with('/') && !href.starts_with("//");
        if is_rooted { format!("{}{href}", self.config.base_url.origin) } else { href.to_owned() }
    }

    fn body_key(&self, id: PageId) -> Digest {
        let page = &self.site.pages[id];
        let (links, pictures): (&[Resolved], _) = match self.given.request.fault {
            Some(Fault::BodyLinks) => (&[], &self.images.pictures),
            Some(Fault::BodyImages) => (&*page.links, &Pictures::new()),
            _ => (&*page.links, &self.images.pictures),
        };
        let terms = Terms::of(self.config, self.site);
        body::key(
            self.config,
            page,
            links,
            pictures,
            self.components.key(page),
            &terms,
            self.renderer.theme().strings(),
        )
    }

    /// The body of a page, from the store or composed. Errors as for [`Self::page`].
    fn body(&self, id: PageId, key: Digest) -> Result<Result<String, Box<Diagnostic>>, Error> {
        let remembered = self.session.store.get(Kind::Body, &key);
        if let Some(html) = remembered.and_then(|bytes| String::from_utf8(bytes).ok()) {
            return Ok(Ok(html));
        }
        let page = &self.site.pages[id];
        let doc = self.articles.doc(self.session, self.given.files, &page.head.path, self.trace)?;
        self.trace.bodies.raise();
        let shown = format!("content/{}", page.head.path);
        let rendering = |template: Option<&str>| match template {
            Some(template) => self.given.progress.rendering(&shown, template),
            None => self.given.progress.rendered(),
        };
        let html = self.composer(page, &rendering).compose(&doc);
        // Without colours, a body is made from its source as quickly as it would be read back.
        if let Ok(html) = &html
            && self.config.markdown.highlight
        {
            self.session.store.put(Kind::Body, &key, html.as_bytes());
        }
        Ok(html)
    }

    /// Artifacts that are quick to make, so that their bytes are their own key.
    fn plain(&self) -> Result<Vec<Plain>, Error> {
        let mut plain: Vec<Plain> = Vec::new();
        let mut add = |name: &str, bytes: Vec<u8>| {
            let path = RelPath::new(name).expect("a file name is a path");
            if !self.site.files.contains_key(&path) && self.makes(&path) {
                plain.push((path, bytes.into()));
            }
        };
        for (name, bytes) in sitemap::files(self.config, self.site, &self.renderer.listed_urls()) {
            add(&name, bytes);
        }
        let of_topics = self.renderer.topic_feeds().iter().flatten().cloned();
        let of_sections = self.renderer.section_feeds().values().cloned();
        let feeds = feed::of_site(self.config, self.site).into_iter().chain(of_sections).chain(of_topics);
        let feeds: Vec<Feed> = feeds.filter(|feed| self.makes(&feed.file)).collect();
        let bodies = self.told_whole(&feeds)?;
        for feed in &feeds {
            add(feed.file.as_str(), feed::atom(self.config, self.site, feed, &bodies));
        }
        add("robots.txt", sitemap::robots(self.config));
        if let Some(bytes) = manifest::json(self.config, self.site, self.renderer.theme()) {
            add(manifest::FILE, bytes);
        }
        Ok(plain)
    }

    /// The bodies of the feeds' entries, where they tell them whole.
    fn told_whole(&self, feeds: &[Feed]) -> Result<BTreeMap<PageId, String>, Error> {
        let feeds = if self.config.feed.content == FeedContent::Full { feeds } else { &[] };
        let told: BTreeSet<PageId> = feeds.iter().flat_map(|feed| feed.entries.iter().copied()).collect();
        let body = |id: &PageId| {
            // A body that can't be made is told where its page is.
            Ok((*id, self.body(*id, stored_body(self.body_key(*id)))?.unwrap_or_default()))
        };
        told.par_iter().map(body).collect()
    }

    fn put(&self, path: RelPath, bytes: &[u8]) -> Result<File, Error> {
        let digest = Digest::of(bytes);
        let entry = entry(bytes.len() as u64, digest, digest);
        if self.standing(&path).is_some_and(|old| old.content == digest) {
            return Ok((path, entry, Source::Kept));
        }
        self.stage.put(&path, bytes)?;
        Ok((path, entry, Source::Staged))
    }

    fn copy(&self, output: &RelPath, digest: &Digest) -> Result<Source, Error> {
        if self.standing(output).is_some_and(|old| old.content == *digest) {
            return Ok(Source::Kept);
        }
        let source = self.site.files.get(output).ok_or_else(|| Error::new(format!("nothing is copied to {output}")))?;
        match self.given.files.on_disk(source) {
            Some(path) => self.stage.copy(output, &path)?,
            None => self.stage.put(output, &self.given.files.read(source)?)?,
        }
        Ok(Source::Staged)
    }

    /// What of the key of `page` changed since the tree that stands. `page` is an address, an output path or a source.
    pub(super) fn explain(&self, page: &str) -> Explanation {
        let wanted = page.trim_start_matches("./").trim_start_matches('/');
        let inside = wanted.strip_prefix("content/").unwrap_or(wanted);
        let names = PartNames::new(PARTS);
        for job in self.renderer.jobs() {
            let holds = self.renderer.body_of(&job);
            let body_key = holds.map(|id| self.body_key(id));
            let Ok(prepared) = self.renderer.prepare(&job, body_key) else { continue };
            let output = prepared.output.as_str();
            let address = output.strip_suffix("index.html").unwrap_or(output);
            let is_source = holds.is_some_and(|id| self.site.pages[id].head.path.as_str() == inside);
            if is_source || output == wanted || address.trim_end_matches('/') == wanted.trim_end_matches('/') {
                let parts = Parts::new(&names, prepared.key.parts.iter().copied());
                return explain::explain(
                    prepared.output,
                    prepared.key.digest,
                    &parts,
                    self.given.old,
                    self.given.missing,
                );
            }
        }
        Explanation::NoSuchPage(page.to_owned())
    }
}

/// Adds a file to the plan. Collisions of addresses are found when the site is linked; what only shows here, such as an
/// article at the address of a list's second page, must not be lost either.
fn insert(plan: &mut Plan, problems: &mut Vec<Diagnostic>, path: RelPath, entry: Entry, source: Source) {
    if plan.manifest().files.contains_key(&path) {
        let message = format!("two files would be written to {path}");
        let help = "give the article or file that claims this address another one";
        problems.push(Diagnostic::error("url-collision", path.as_str(), None, message).help(help));
        return;
    }
    plan.insert(path, entry, source);
}

/// The name in the store of the body that a key names.
fn stored_body(key: Digest) -> Digest {
    store::key("body", body::VERSION, &[key.as_bytes()])
}

fn entry(size: u64, content: Digest, key: Digest) -> Entry {
    Entry { size, content, key, parts: Parts::default() }
}

/// One diagnostic for each mistake, however many pages it showed on.
fn first_of_each(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let count = |problem: &Diagnostic| {
        problems.iter().filter(|other| other.place == problem.place && other.message == problem.message).count()
    };
    let first: Vec<Diagnostic> = problems
        .iter()
        .filter(|problem| seen.insert((problem.place.clone(), problem.message.clone())))
        .cloned()
        .collect();
    first
        .into_iter()
        .map(|problem| match count(&problem) {
            1 => problem,
            2 => problem.note("and 1 more page"),
            many => problem.note(format!("and {} more pages", many - 1)),
        })
        .collect()
}
