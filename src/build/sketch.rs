//! A page of a large site before the site is known: with all that stands on it, woven with the outlines of the other articles.
//!
//! In: a site's files, and the output path of a file that somebody waits for. Out: that file, and what a page loads, in a
//! stage. Of every other article only the front matter is read, and the heading that opens it, so that the page has its place,
//! its neighbours, its links and the topics that were declared, and lacks what follows from the text of others: related
//! reading, backlinks, links to their headings and terms. Nothing is checked, and nothing is remembered beyond the sketch. The
//! live preview shows such pages until its first build has made them.
//!
//! What must stay true: it is made by the stages of a build, of other sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use crate::build::{
    Facts, Given, Known, Request, Session, Watched,
    artifacts::Artifacts,
    gather::{Gathered, gather, is_part},
    pictures,
    store::Store,
    trace::{Progress, Rendering, Trace},
    weave,
};
use crate::model::{Config, Data, Digest, Error, RelPath, Site, site::Page};
use crate::output::{Manifest, Stage};
use crate::parse::outline;
use crate::render::{Renderer, component::Components};
use crate::source::{Files, Listing, facts, stamps::Stamp};

/// A site of outlines, to which whole articles are added as somebody asks for their pages.
pub struct Sketch {
    session: Session,
    /// Told of the pages that are being rendered.
    progress: Arc<dyn Progress + Send>,
    /// The articles that are read whole, from the site's root.
    whole: BTreeSet<RelPath>,
    site: Option<Outlines>,
}

/// What is known of a site's files.
struct Outlines {
    /// Each page by its output path, with its source from the site's root where it has one.
    pages: BTreeMap<RelPath, Option<RelPath>>,
    /// Files that are copied: output path to source path.
    copied: BTreeMap<RelPath, RelPath>,
}

/// A site that is woven of them.
struct Woven {
    site: Site,
    data: Data,
    gathered: Gathered,
}

impl Sketch {
    /// A sketch of nothing yet. `progress` is told of the pages that are being rendered.
    pub fn new(progress: Arc<dyn Progress + Send>) -> Self {
        Self { session: Session::new(Store::off()).staying(), progress, whole: BTreeSet::new(), site: None }
    }

    /// Puts the file at the output path `wanted` into `stage`, if the site has such: a page, or a file that is copied. `files`
    /// are the whole site.
    ///
    /// # Errors
    ///
    /// Failures of the environment. Mistakes in the site are told by its build.
    pub fn show(
        &mut self,
        (files, request): (&dyn Files, &Request),
        wanted: &RelPath,
        stage: &dyn Stage,
    ) -> Result<(), Error> {
        let known = match &self.site {
            Some(known) => known,
            None => {
                self.begin(files, request)?;
                self.site.as_ref().expect("it was drawn a line above")
            }
        };
        if let Some(source) = known.copied.get(wanted) {
            return match files.on_disk(source) {
                Some(path) => stage.copy(wanted, &path),
                None => stage.put(wanted, &files.read(source)?),
            };
        }
        let Some(source) = known.pages.get(wanted) else { return Ok(()) };
        self.whole.extend(source.clone());
        let woven = self.draw(files, request)?;
        self.render((files, request), woven, wanted, stage)
    }

    /// Weaves the site, so that what is asked for next is there the sooner.
    ///
    /// # Errors
    ///
    /// Those of [`Self::show`].
    pub fn begin(&mut self, files: &dyn Files, request: &Request) -> Result<(), Error> {
        self.draw(files, request).map(drop)
    }

    fn draw(&mut self, files: &dyn Files, request: &Request) -> Result<Woven, Error> {
        let outlined = Outlined { files, whole: &self.whole };
        let mut trace = Trace::start();
        let mut gathered =
            with_given((&outlined, request), &*self.progress, |given| gather(&self.session, given, &mut trace))?;
        // Of outlines alone there is little to be said of either.
        gathered.config.related.enabled = false;
        gathered.config.weave.auto_topics = false;
        gathered.articles.unfold(&self.session, &outlined, &trace)?;
        let copied = gathered.files.clone();
        let known = Known {
            articles: &gathered.articles,
            data: std::mem::take(&mut gathered.data),
            files: std::mem::take(&mut gathered.files),
            inventories: &gathered.inventories,
            record: &gathered.record,
            facts: &gathered.facts,
        };
        let (site, data, _) = with_given((&outlined, request), &*self.progress, |given| {
            weave(&self.session, given, &gathered.config, &gathered.theme, known, &mut trace)
        })?;
        let page = |page: &Page| {
            let source = RelPath::new(format!("content/{}", page.head.path)).filter(|_| page.has_source);
            (page.output.clone(), source)
        };
        self.site = Some(Outlines { pages: site.pages.iter().map(page).collect(), copied });
        Ok(Woven { site, data, gathered })
    }

    fn render(
        &self,
        (files, request): (&dyn Files, &Request),
        woven: Woven,
        wanted: &RelPath,
        stage: &dyn Stage,
    ) -> Result<(), Error> {
        let Woven { site, data, gathered } = woven;
        let Gathered { config, theme, articles, fonts, .. } = gathered;
        // Images are shown as they are: their variants take longer than the page.
        let images = pictures::Made::default();
        let renderer = Renderer::new(&config, &site, &images.pictures, theme, &data, &fonts);
        let components = Components::new(&config, &site, renderer.theme(), &data);
        let outlined = Outlined { files, whole: &self.whole };
        with_given((&outlined, request), &*self.progress, |given| {
            Artifacts {
                session: &self.session,
                given,
                config: &config,
                site: &site,
                articles: &articles,
                images: &images,
                renderer: &renderer,
                components: &components,
                before: None,
                known: &OnceLock::new(),
                surroundings: Digest::of(b""),
                stage,
                trace: &Trace::start(),
            }
            .make_only(wanted)
        })
    }
}

/// What a build is given for a sketch: nobody is asked when files were changed.
fn with_given<T>(
    (files, request): (&dyn Files, &Request),
    progress: &dyn Progress,
    work: impl FnOnce(&Given<'_>) -> T,
) -> T {
    let facts = |_: &Config| Facts { today: facts::today(), changed: Arc::default(), watched: Watched::default() };
    work(&Given {
        files,
        facts: &facts,
        request,
        old: &Manifest::default(),
        missing: &[],
        progress: &Rendering(progress),
    })
}

/// The files of a site with outlines in place of most articles.
struct Outlined<'a> {
    files: &'a dyn Files,
    whole: &'a BTreeSet<RelPath>,
}

impl Files for Outlined<'_> {
    fn list(&self, folder: &str) -> Result<Listing, Error> {
        self.files.list(folder)
    }

    fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        let bytes = self.files.read(path)?;
        let is_article = path.as_str().starts_with("content/") && matches!(path.extension(), "md" | "markdown");
        if !is_article || is_part(path) || self.whole.contains(path) {
            return Ok(bytes);
        }
        Ok(outline::of(&String::from_utf8_lossy(&bytes)).into_bytes())
    }

    fn read_unlisted(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        self.files.read_unlisted(path)
    }

    fn digest(&self, path: &RelPath) -> Result<(Digest, u64), Error> {
        self.files.digest(path)
    }

    /// An article that is read whole may have been read as an outline before.
    fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        if self.whole.contains(path) { None } else { self.files.stamp(path) }
    }

    fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        self.files.on_disk(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::trace::Silent;
    use crate::output::MemoryStage;
    use crate::source::memory::Tree;

    #[test]
    fn a_page_is_sketched_among_the_outlines_of_others() {
        let files = Tree::parse(
            "-- site.toml --\ntitle = \"T\"\nbase_url = \"https://example.org/docs/\"\n[topics.stores]\ntitle = \"Stores\"\n\
             -- content/a.md --\n+++\ntitle = \"First\"\ntopics = [\"stores\"]\n+++\nOwn words, and [more](02-b.md#deep).\n\n## Part\n\n{{ unknown() }}\n\
             -- content/02-b.md --\n+++\nslug = \"b\"\n+++\n# Second *page*\n\nWords of [another](a.md).\n\n## Deep\n\nMore.\n\
             -- content/folder/c.md --\n# Third\n\nA [mistake](nowhere.md).\n\
             -- static/plain.txt --\nplain\n",
        );
        let (request, mut sketch) = (Request::default(), Sketch::new(Arc::new(Silent)));
        let mut shown = |path: &str| {
            let stage = MemoryStage::new();
            let path = RelPath::new(path).unwrap();
            sketch.show((&files, &request), &path, &stage).unwrap();
            let text = |bytes: Arc<[u8]>| String::from_utf8_lossy(&bytes).into_owned();
            (stage.get(path.as_str()).map(text), stage.files().len())
        };
        let (first, loaded) = shown("a/index.html");
        let first = first.expect("a page with a mistake is shown all the same");
        for part in ["Own words", "/docs/b/", "Second", "Folder", "/docs/topics/stores/", "id=\"part\""] {
            assert!(first.contains(part), "{part}: {first}");
        }
        assert!(!first.contains("Words of"), "what others say of it is not known: {first}");
        assert!(loaded > 1, "with its style");
        let (second, _) = shown("b/index.html");
        assert!(second.is_some_and(|page| page.contains("Words of") && page.contains("id=\"deep\"")));
        assert!(shown("folder/index.html").0.is_some_and(|page| page.contains("Third")), "without a source");
        assert_eq!(shown("plain.txt"), (Some("plain\n".to_owned()), 1));
        assert_eq!(shown("nowhere/index.html"), (None, 0));
    }

    #[test]
    fn a_site_that_cannot_be_read_has_no_sketch() {
        let request = Request::default();
        assert!(Sketch::new(Arc::new(Silent)).begin(&Tree::default(), &request).is_err());
        let broken = Tree::parse("-- site.toml --\ntitle = \n-- content/a.md --\n+++\ntitle =\n+++\n# A\n");
        let stage = MemoryStage::new();
        Sketch::new(Arc::new(Silent))
            .show((&broken, &request), &RelPath::new("a/index.html").unwrap(), &stage)
            .unwrap();
        assert!(stage.get("a/index.html").is_some(), "the build tells what is wrong");
    }
}
