//! What there is to render, and what each artifact depends on.
//!
//! More than 500 lines, because each kind of artifact has its view and its key here, side by side: a part that one of them
//! lacks shows.

use std::{collections::BTreeMap, sync::OnceLock};

use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Value};

use crate::link::route::address;
use crate::model::{
    Config, Data, Date, Diagnostic, Digest, RelPath, Site,
    config::NavLink,
    digest,
    site::{PageId, PageKind, TopicMembers},
};
use crate::render::{
    Theme, VERSION, archive, feed, glossary, json, listing, llms, manifest,
    media::Pictures,
    page::{self, NavKey},
    search_page,
    sidebar::Sidebar,
    sitemap,
    social::{self, Card, Fonts},
    strings, structured, theme, topic_map,
    view::{FooterView, LinkView, PageView, RedirectView, SiteView, SocialImageView, TopicView},
};

/// About how many bytes a template puts around a body, the sidebar left aside.
const FURNITURE: usize = 8 << 10;

const GENERATOR: &str = concat!("Docweave ", env!("CARGO_PKG_VERSION"));

/// The template of the page of all terms; a theme may go without.
const GLOSSARY: &str = "glossary.html";

/// One artifact that a template makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// The page of an article, a section or the front page.
    Page(PageId),
    /// A topic, an index into [`Site::topics`], and which page of its list, from 1.
    Topic(usize, usize),
    /// The tree of all topics.
    Topics,
    /// All terms.
    Glossary,
    /// Dated articles by year, by which page of the list, from 1.
    Archive(usize),
    /// The search page, by which page of its list of articles, from 1.
    Search(usize),
    /// What the search looks like where there are scripts.
    SearchDialog,
    /// The page for addresses that lead nowhere.
    NotFound,
    /// An old address.
    Redirect(RelPath),
}

/// What an artifact depends on: one digest of everything, and a digest for each part, to say what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Everything.
    pub digest: Digest,
    /// A fingerprint of each part, by the names of [`PARTS`], in their order.
    pub parts: Vec<u64>,
}

/// The parts of a key, as `--explain` names them.
pub const PARTS: &[&str] =
    &["theme", "template", "site", "sidebar", "body", "facts", "place", "topics", "related", "backlinks"];

/// An artifact that is ready to be rendered: its view is made, its key known.
pub struct Prepared<'a> {
    /// Where it is written.
    pub output: RelPath,
    /// What it depends on.
    pub key: Key,
    template: String,
    pub(super) values: Values<'a>,
    nav: Option<NavKey>,
    shown: String,
    pub(super) page: Option<PageId>,
}

pub(super) enum Values<'a> {
    Page(Box<PageView<'a>>, Vec<More<'a>>),
    Redirect(RedirectView<'a>),
}

/// Renders the artifacts of one site with one theme.
pub struct Renderer<'a> {
    pub(super) config: &'a Config,
    pub(super) site: &'a Site,
    pictures: &'a Pictures,
    theme: Theme,
    data: &'a Data,
    fonts: &'a Fonts,
    /// Names what all pages share.
    shared: Digest,
    navs: BTreeMap<NavKey, OnceLock<Nav>>,
    /// Articles of each topic. This, and what is found of feeds and of the search page, is found when it is asked for: a page
    /// that somebody waits for does without.
    articles: OnceLock<Vec<listing::Articles>>,
    /// `content/topics/_index.md`.
    topics_prose: Option<PageId>,
    section_feeds: OnceLock<BTreeMap<PageId, feed::Feed>>,
    topic_feeds: OnceLock<Vec<Option<feed::Feed>>>,
    /// What the search page lists.
    listed: OnceLock<Vec<PageId>>,
    /// A part that keys leave out: a fault that tests plant.
    overlooked: Option<&'static str>,
}

struct Nav {
    digest: Digest,
    value: OnceLock<Value>,
    sidebar: OnceLock<Result<Sidebar, Box<Diagnostic>>>,
}

impl<'a> Renderer<'a> {
    /// A renderer of `site` with `theme`, its images, what pages ask of `data`, and the fonts that cards are drawn with.
    pub fn new(
        config: &'a Config,
        site: &'a Site,
        pictures: &'a Pictures,
        mut theme: Theme,
        data: &'a Data,
        fonts: &'a Fonts,
    ) -> Self {
        let assets: BTreeMap<String, String> = theme
            .assets()
            .iter()
            .map(|(name, asset)| (name.clone(), config.base_url.rooted(asset.output.as_str())))
            .collect();
        // Browsers refuse to look at the digest of a file that came from no server.
        let integrity =
            |asset: &theme::Asset| config.base_url.depth.map_or_else(|| asset.integrity(), |_| String::new());
        let integrity: BTreeMap<&String, String> =
            theme.assets().iter().map(|(name, asset)| (name, integrity(asset))).collect();
        let view = site_view(config, site, &theme);
        let shared = Digest::of_value(&(GENERATOR, &view, &assets, strings::digest(theme.strings())));
        theme.share("integrity", Value::from_serializable(&integrity));
        theme.share("site", Value::from_serializable(&view));
        theme.share("assets", Value::from_serializable(&assets));
        let strings = Value::from_serializable(theme.strings().all());
        theme.share("strings", strings);
        let is_index = |stem: &str| matches!(stem, "_index" | "index" | "README");
        let is_topics_prose = |id: &PageId| {
            let page = &site.pages[*id];
            page.kind == PageKind::Topic && is_index(page.head.path.stem())
        };
        Self {
            config,
            site,
            pictures,
            theme,
            data,
            fonts,
            shared,
            navs: navs(config, site),
            articles: OnceLock::new(),
            topics_prose: (0..site.pages.len()).find(is_topics_prose),
            section_feeds: OnceLock::new(),
            topic_feeds: OnceLock::new(),
            listed: OnceLock::new(),
            overlooked: None,
        }
    }

    /// The same, with a part of each key left out: a fault for tests to find.
    #[doc(hidden)]
    pub fn overlooking(self, part: Option<&'static str>) -> Self {
        Self { overlooked: part, ..self }
    }

    /// The theme.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Everything that there is to render, in the order of the site.
    pub fn jobs(&self) -> Vec<Job> {
        let pages = self.site.pages.iter().enumerate().filter(|(_, page)| page.kind != PageKind::Topic);
        let mut jobs: Vec<Job> = pages.map(|(id, _)| Job::Page(id)).collect();
        for (topic, articles) in self.articles().iter().enumerate() {
            jobs.extend((1..=listing::pages(articles.len())).map(|number| Job::Topic(topic, number)));
        }
        if !self.site.topics.is_empty() {
            jobs.push(Job::Topics);
        }
        jobs.extend(self.glossary().map(|_| Job::Glossary));
        if self.archive().is_some() {
            jobs.extend((1..=archive::pages(&archive::articles(self.site))).map(Job::Archive));
        }
        if search_page::is_wanted(self.config, &self.theme) {
            jobs.extend((1..=search_page::pages(self.listed())).map(Job::Search));
            jobs.push(Job::SearchDialog);
        }
        jobs.push(Job::NotFound);
        jobs.extend(self.site.redirects.keys().cloned().map(Job::Redirect));
        jobs
    }

    /// The folder of the search and its index, from the site's root, where there is one.
    pub fn search_folder(&self) -> Option<&'a str> {
        search_page::is_wanted(self.config, &self.theme).then_some(self.config.search.path.as_str())
    }

    /// Addresses of pages that are no articles, for the sitemap, with the days of their last changes.
    pub fn listed_urls(&self) -> Vec<(String, Option<Date>)> {
        let changed = |topic: &TopicMembers| {
            let pages = topic.sections.iter().map(|(page, _)| *page).chain(topic.prose);
            pages.filter_map(|page| sitemap::changed(&self.site.pages[page])).max()
        };
        let topics = self.site.topics.iter();
        let mut urls: Vec<_> = topics.map(|topic| (topic.url.clone(), changed(topic))).collect();
        if !urls.is_empty() {
            let newest = urls.iter().filter_map(|(_, date)| *date).max();
            urls.push((topics_url(self.config), newest));
        }
        urls.extend(self.glossary().into_iter().chain(self.archive()).map(|(url, _)| (url.clone(), None)));
        urls
    }

    /// What cards are drawn with.
    pub fn fonts(&self) -> &Fonts {
        self.fonts
    }

    /// The feeds of sections, by their pages.
    pub fn section_feeds(&self) -> &BTreeMap<PageId, feed::Feed> {
        self.section_feeds.get_or_init(|| feed::of_sections(self.config, self.site))
    }

    fn section_feed(&self, id: PageId) -> Option<&feed::Feed> {
        let is_section = self.site.pages[id].kind == PageKind::Section;
        is_section.then(|| self.section_feeds().get(&id))?
    }

    /// The feed of each topic that has one.
    pub fn topic_feeds(&self) -> &[Option<feed::Feed>] {
        let topics = 0..self.site.topics.len();
        self.topic_feeds.get_or_init(|| topics.map(|topic| feed::of_topic(self.config, self.site, topic)).collect())
    }

    fn articles(&self) -> &[listing::Articles] {
        if let Some(articles) = self.articles.get() {
            return articles;
        }
        // Not where others would have to wait: work in parallel takes up more of it, which may ask for the same.
        let articles = self.site.topics.par_iter().map(|topic| listing::articles(self.site, topic)).collect();
        self.articles.get_or_init(|| articles)
    }

    fn listed(&self) -> &[PageId] {
        self.listed.get_or_init(|| search_page::in_order(self.site))
    }

    /// What the sidebars of one place in the site are made from.
    fn nav_at(&self, key: NavKey) -> Option<&Nav> {
        let make = || Nav {
            digest: Digest::of_value(&page::nav_view(self.config, self.site, key)),
            value: OnceLock::new(),
            sidebar: OnceLock::new(),
        };
        self.navs.get(&key).map(|nav| nav.get_or_init(make))
    }

    /// Names what all pages share.
    pub fn shared(&self) -> Digest {
        self.shared
    }

    /// Names what a page shows that is found for many: its sidebar, and the feed of its section.
    pub fn frame(&self, id: PageId) -> Digest {
        let nav = self.nav_at(page::nav_key(self.config, self.site, Some(id))).map(|nav| nav.digest);
        Digest::of_value(&(nav, self.section_feed(id).map(|feed| &feed.file)))
    }

    /// The address and the file of the glossary, where there is one and the theme has a template for it.
    fn glossary(&self) -> Option<&'a (String, RelPath)> {
        self.site.glossary.as_ref().filter(|_| self.theme.has(GLOSSARY))
    }

    /// The address and the file of the archive, likewise.
    fn archive(&self) -> Option<&'a (String, RelPath)> {
        self.site.archive.as_ref().filter(|_| self.theme.has(archive::TEMPLATE))
    }

    /// The page whose body an artifact holds, if any.
    pub fn body_of(&self, job: &Job) -> Option<PageId> {
        match job {
            Job::Page(id) => self.site.pages[*id].has_source.then_some(*id),
            Job::Topic(topic, 1) => self.site.topics[*topic].prose,
            Job::Topics => self.topics_prose,
            Job::Topic(..)
            | Job::Glossary
            | Job::Archive(_)
            | Job::Search(_)
            | Job::SearchDialog
            | Job::NotFound
            | Job::Redirect(_) => None,
        }
    }

    /// Where an article or the first page of a topic is written.
    pub fn place(&self, job: &Job) -> Option<&'a RelPath> {
        match job {
            Job::Page(id) => Some(&self.site.pages[*id].output),
            Job::Topic(topic, 1) => Some(&self.site.topics[*topic].output),
            _ => None,
        }
    }

    /// Makes an artifact's view and finds its key; `body` names the body that it holds.
    ///
    /// # Errors
    ///
    /// An article that names a template that the theme does not have.
    pub fn prepare(&self, job: &Job, body: Option<Digest>) -> Result<Prepared<'_>, Box<Diagnostic>> {
        match job {
            Job::Page(id) => self.prepare_page(*id, body),
            Job::Topic(topic, number) => Ok(self.prepare_topic(*topic, *number, body)),
            Job::Topics => Ok(self.prepare_topics(body)),
            Job::Glossary => Ok(self.prepare_glossary()),
            Job::Archive(number) => Ok(self.prepare_archive(*number)),
            Job::Search(number) => self.prepare_search(*number),
            Job::SearchDialog => Ok(self.prepare_search_dialog()),
            Job::NotFound => {
                let view = self.bare_view("not_found", "/404.html");
                let output = RelPath::new("404.html").expect("a file name is a path");
                Ok(self.prepared(output, "404.html".to_owned(), view, Vec::new(), None, None))
            }
            Job::Redirect(output) => Ok(self.prepare_redirect(output)),
        }
    }

    /// The bytes of a prepared artifact that holds the body `content`.
    ///
    /// # Errors
    ///
    /// A mistake in a template, with the template's place.
    pub fn render(&self, prepared: &Prepared<'_>, content: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut context = Context::new();
        let mut room = content.len() + FURNITURE;
        match &prepared.values {
            Values::Page(view, more) => {
                context.insert_value("page", Value::from_serializable(&**view));
                context.insert_value("content", Value::safe_string(content));
                context.insert_value("nav", self.nav(prepared.nav));
                let sidebar = self.sidebar(prepared.nav, &view.url)?;
                room += sidebar.as_str().map_or(0, str::len);
                context.insert_value("sidebar", sidebar);
                for More { name, value, .. } in more {
                    context.insert_value(*name, value());
                }
            }
            Values::Redirect(view) => context.insert_value("redirect", Value::from_serializable(view)),
        }
        self.theme.render(&prepared.template, &context, &prepared.shown, room)
    }

    /// The page and the template of a prepared artifact, as diagnostics show them.
    pub fn shown(&self, prepared: &Prepared<'_>) -> (String, String) {
        (prepared.shown.clone(), self.theme.shown(&prepared.template))
    }

    fn nav(&self, key: Option<NavKey>) -> Value {
        let Some((key, nav)) = key.and_then(|key| Some((key, self.nav_at(key)?))) else { return Value::none() };
        let make = || {
            page::nav_view(self.config, self.site, key).map_or_else(Value::none, |view| Value::from_serializable(&view))
        };
        nav.value.get_or_init(make).clone()
    }

    /// The sidebar that the page at `url` shows, from the one that it shares with others.
    fn sidebar(&self, key: Option<NavKey>, url: &str) -> Result<Value, Box<Diagnostic>> {
        let nav = key.and_then(|key| self.nav_at(key)).filter(|_| self.theme.has(theme::SIDEBAR));
        let Some(nav) = nav else { return Ok(Value::none()) };
        let list = self.nav(key);
        if list.is_none() {
            return Ok(list);
        }
        let make = || {
            let mut context = Context::new();
            context.insert_value("nav", list);
            let html = self.theme.render(theme::SIDEBAR, &context, "a sidebar", FURNITURE)?;
            Ok(Sidebar::cut(&String::from_utf8_lossy(&html)))
        };
        let sidebar = nav.sidebar.get_or_init(make).as_ref().map_err(Clone::clone)?;
        Ok(Value::safe_string(&sidebar.of_page(url)))
    }

    fn prepare_page(&self, id: PageId, body: Option<Digest>) -> Result<Prepared<'_>, Box<Diagnostic>> {
        let page = &self.site.pages[id];
        let template = match &page.head.front.template {
            Some(named) => self.named_template(&format!("content/{}", page.head.path), named)?,
            None => match page.kind {
                PageKind::Home => "home.html",
                PageKind::Section => "section.html",
                PageKind::Article | PageKind::Topic => "page.html",
            }
            .to_owned(),
        };
        let view = self.page_view(id);
        Ok(self.prepared(page.output.clone(), template, view, Vec::new(), Some(id), body))
    }

    fn page_view(&self, id: PageId) -> PageView<'_> {
        let view = page::page_view(self.config, self.site, self.pictures, self.data, &self.theme, id);
        let feed_url = self.section_feed(id).map(|feed| self.config.base_url.rooted(&address(&feed.file)));
        PageView { feed_url, image: self.image(id), ..view }
    }

    /// The card of a page, if one is drawn of it.
    pub fn card(&self, id: PageId) -> Option<Card> {
        let page = &self.site.pages[id];
        // Nobody could fetch it from a site without an address; and who looks for pages does not find this one.
        let is_shown = page.kind != PageKind::Topic && page.head.front.search != Some(false);
        let has_own = page.head.front.image.is_some() || self.config.base_url.origin.is_empty();
        if has_own || !is_shown {
            return None;
        }
        let topic = page.topics.first().map(|topic| &self.config.topics[self.site.topics[*topic].declared]);
        let title = &page.head.title;
        let site =
            if page.kind == PageKind::Home && *title == self.config.title { "" } else { self.config.title.as_str() };
        let texts = [title.as_str(), topic.map_or("", |topic| topic.title.as_str()), site];
        Card::new(&self.config.social, self.fonts, texts, topic.and_then(|topic| topic.colour.as_deref()))
    }

    /// The picture that stands for a page: its own, or its card.
    fn image(&self, id: PageId) -> Option<SocialImageView<'_>> {
        let page = &self.site.pages[id];
        let base = &self.config.base_url;
        if let Some(own) = &page.head.front.image {
            let href = self.site.card_links.get(&(format!("content/{}", page.head.path), own.span))?;
            let is_rooted = href.starts_with('/') && !href.starts_with("//");
            let url = if is_rooted { format!("{}{href}", base.origin) } else { href.clone() };
            return Some(SocialImageView { url, width: None, height: None, alt: &page.head.title });
        }
        let output = self.card(id)?.output(self.fonts);
        let (width, height) = social::SIZE;
        let url = base.absolute(output.as_str());
        Some(SocialImageView { url, width: Some(width), height: Some(height), alt: &page.head.title })
    }

    /// The view of a page that no article stands behind, with the title that the string `key` says.
    fn bare_view(&self, key: &str, url: &str) -> PageView<'_> {
        let title = self.theme.strings().text(key);
        page::bare_view(self.config, title, title, url)
    }

    fn named_template(&self, path: &str, named: &crate::model::Spanned<String>) -> Result<String, Box<Diagnostic>> {
        let name = named.value.strip_suffix(".html").unwrap_or(&named.value);
        let template = format!("{name}.html");
        if self.theme.has(&template) {
            return Ok(template);
        }
        let message = format!("the theme has no template `{}`", named.value.escape_debug());
        let help = match self.theme.nearest(name) {
            Some(near) => format!("did you mean `{near}`?"),
            None if RelPath::new(name).is_none_or(|name| name.as_str().is_empty()) => {
                "write a template's name as it stands below `templates/`, such as `page`".to_owned()
            }
            None => format!("add it as themes/{}/templates/{template}", self.config.theme),
        };
        Err(Box::new(Diagnostic::error("unknown-template", path, named.span, message).help(help)))
    }

    fn prepare_topic(&self, topic: usize, number: usize, body: Option<Digest>) -> Prepared<'_> {
        let members = &self.site.topics[topic];
        let declared = &self.config.topics[members.declared];
        let url = listing::page_url(&members.url, number);
        let mut view = match members.prose {
            Some(prose) => self.page_view(prose),
            None => page::bare_view(self.config, &declared.title, &declared.title, &url),
        };
        view.image = view.image.or_else(|| self.site.home.and_then(|home| self.image(home)));
        view.url = self.config.base_url.rooted(&url);
        view.permalink = self.config.base_url.absolute(&url);
        if view.description.is_empty() {
            view.description = &declared.description;
        }
        view.breadcrumbs = self.topic_crumbs(members.parent);
        let feed_url = self.topic_feeds()[topic].as_ref().map(|feed| self.config.base_url.rooted(feed.file.as_str()));
        let topic_view = listing::topic_view(self.config, self.site, topic, &self.articles()[topic], number);
        let topic_view = TopicView { feed_url, ..topic_view };
        let more = vec![More::of("topic", topic_view)];
        let output = if number == 1 { members.output.clone() } else { output_of(&url) };
        self.prepared(output, "topic.html".to_owned(), view, more, None, body)
    }

    /// Names the data that a template is given, in place of the data itself.
    fn data_digests(&self, view: &PageView<'_>) -> Vec<(String, Option<Digest>)> {
        let digest = |name: &&str| ((*name).to_owned(), self.data.files.get(*name).map(|file| file.digest));
        view.data.keys().map(digest).collect()
    }

    fn begin_key(&self) -> KeyDraft {
        KeyDraft {
            bytes: VERSION.to_le_bytes().to_vec(),
            parts: Vec::with_capacity(PARTS.len()),
            overlooked: self.overlooked,
        }
    }

    fn topic_crumbs(&self, parent: Option<usize>) -> Vec<LinkView<'_>> {
        let above = std::iter::successors(parent, |topic| self.site.topics[*topic].parent).take(self.site.topics.len());
        let mut crumbs: Vec<_> = above.map(|topic| page::topic_link(self.config, self.site, topic)).collect();
        crumbs.extend(self.site.home.map(|home| page::page_link(self.config, &self.site.pages[home])));
        crumbs.reverse();
        let all = LinkView {
            title: self.theme.strings().text("topics"),
            url: self.config.base_url.rooted(&topics_url(self.config)),
        };
        crumbs.insert(crumbs.len().min(1), all);
        crumbs
    }

    fn prepare_topics(&self, body: Option<Digest>) -> Prepared<'_> {
        let url = topics_url(self.config);
        let mut view = match self.topics_prose {
            Some(prose) => self.page_view(prose),
            None => self.bare_view("topics", &url),
        };
        view.url = self.config.base_url.rooted(&url);
        view.permalink = self.config.base_url.absolute(&url);
        view.breadcrumbs = self.home_crumb();
        let tree = listing::topics_view(self.config, self.site);
        let map = topic_map::view(self.config, self.site, self.articles());
        let more = vec![More::of("topics", tree), More::of("topic_map", map)];
        self.prepared(output_of(&url), "topics.html".to_owned(), view, more, None, body)
    }

    fn prepare_glossary(&self) -> Prepared<'_> {
        let (url, output) = self.site.glossary.clone().expect("a glossary is asked for where there is one");
        let mut view = self.bare_view("glossary", &url);
        view.breadcrumbs = self.home_crumb();
        let more = vec![More::of("glossary", glossary::view(self.config, self.site))];
        self.prepared(output, GLOSSARY.to_owned(), view, more, None, None)
    }

    fn prepare_archive(&self, number: usize) -> Prepared<'_> {
        let (first, output) = self.site.archive.clone().expect("an archive is asked for where there is one");
        let url = listing::page_url(&first, number);
        let mut view = self.bare_view("archive", &url);
        view.breadcrumbs = self.home_crumb();
        let more = vec![More::of("archive", archive::view(self.config, self.site, &first, number))];
        let output = if number == 1 { output } else { output_of(&url) };
        self.prepared(output, archive::TEMPLATE.to_owned(), view, more, None, None)
    }

    /// The way to a page below the front page.
    fn home_crumb(&self) -> Vec<LinkView<'_>> {
        self.site.home.map(|home| page::page_link(self.config, &self.site.pages[home])).into_iter().collect()
    }

    fn prepare_search(&self, number: usize) -> Result<Prepared<'_>, Box<Diagnostic>> {
        let url = listing::page_url(&search_page::url(self.config), number);
        search_page::refuse_if_taken(self.site, &output_of(&url))?;
        let mut view = self.bare_view("search", &url);
        view.search = false;
        view.breadcrumbs = self.home_crumb();
        let tree = if number == 1 { listing::topics_view(self.config, self.site) } else { Vec::new() };
        let more = vec![
            More::of("topics", tree),
            More::of(
                "search",
                search_page::view(self.config, self.site, self.listed(), search_page::Part::Page(number)),
            ),
        ];
        Ok(self.prepared(output_of(&url), search_page::TEMPLATE.to_owned(), view, more, None, None))
    }

    fn prepare_search_dialog(&self) -> Prepared<'_> {
        let output = search_page::dialog(self.config);
        let view = self.bare_view("search", &format!("/{output}"));
        let search = search_page::view(self.config, self.site, self.listed(), search_page::Part::Dialog);
        let more = vec![More::of("search", search)];
        self.prepared(output, search_page::DIALOG.to_owned(), view, more, None, None)
    }

    fn prepare_redirect(&self, output: &RelPath) -> Prepared<'_> {
        let page = &self.site.pages[self.site.redirects[output].page];
        let view = RedirectView {
            title: &page.head.title,
            url: self.config.base_url.rooted(&page.url),
            permalink: self.config.base_url.absolute(&page.url),
        };
        let template = "redirect.html".to_owned();
        let key = self
            .begin_key()
            .part(&self.theme.pages_digest())
            .part(&template)
            .part(&self.shared)
            .part(&())
            .part(&())
            .part(&view)
            .part(&())
            .part(&())
            .part(&())
            .part(&())
            .finish();
        let shown = format!("the alias {output} of content/{}", page.head.path);
        Prepared { output: output.clone(), key, template, values: Values::Redirect(view), nav: None, shown, page: None }
    }

    fn prepared<'s>(
        &'s self,
        output: RelPath,
        template: String,
        mut view: PageView<'s>,
        more: Vec<More<'s>>,
        page: Option<PageId>,
        body: Option<Digest>,
    ) -> Prepared<'s> {
        let nav = page::nav_key(self.config, self.site, page);
        view.json_url = json::url(self.config, &output);
        view.structured_data = structured::data(self.config, &view);
        view.structured_questions = structured::questions(&view);
        let key = self
            .begin_key()
            .part(&self.theme.pages_digest())
            .part(&template)
            .part(&self.shared)
            .part(&self.nav_at(nav).map(|nav| nav.digest))
            .part(&body)
            .part(&(facts(&view), self.data_digests(&view)))
            .part(&(&view.breadcrumbs, &view.previous, &view.next, &view.children))
            .part(&(&view.topics, more.iter().map(|more| more.digest).collect::<Vec<_>>()))
            .part(&view.related)
            .part(&view.backlinks)
            .finish();
        let shown = if view.path.is_empty() { output.to_string() } else { view.path.clone() };
        Prepared { output, key, template, values: Values::Page(Box::new(view), more), nav: Some(nav), shown, page }
    }
}

/// A further value for a template. Most are never asked for: the page stands as it is.
pub(super) struct More<'a> {
    pub(super) name: &'static str,
    digest: Digest,
    pub(super) value: Box<dyn Fn() -> Value + 'a>,
}

impl<'a> More<'a> {
    fn of<T: Serialize + 'a>(name: &'static str, value: T) -> Self {
        Self { name, digest: Digest::of_value(&value), value: Box::new(move || Value::from_serializable(&value)) }
    }
}

/// A key under construction: all parts one after the other, in the order of [`PARTS`].
struct KeyDraft {
    bytes: Vec<u8>,
    parts: Vec<u64>,
    overlooked: Option<&'static str>,
}

impl KeyDraft {
    fn part<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let start = self.bytes.len();
        self.bytes = digest::encode(value, self.bytes);
        let name = PARTS[self.parts.len()];
        self.parts.push(digest::fingerprint(&self.bytes[start..]));
        if Some(name) == self.overlooked {
            self.bytes.truncate(start);
        }
        self
    }

    fn finish(self) -> Key {
        Key { digest: Digest::of(&self.bytes), parts: self.parts }
    }
}

/// What a page says about itself, its neighbours left aside.
fn facts<'v>(view: &'v PageView<'_>) -> impl Serialize + 'v {
    (
        (
            view.title,
            view.title_html,
            view.description,
            view.excerpt,
            &view.url,
            &view.permalink,
            view.kind,
            &view.path,
        ),
        (
            &view.edit_url,
            (&view.markdown_url, &view.json_url, &view.feed_url, &view.translations, &view.image),
            view.date,
            view.updated,
            view.authors,
            view.words,
            view.reading_minutes,
            &view.toc,
        ),
        (
            &view.cards,
            &view.hero,
            view.extra,
            view.search,
            view.article_kind,
            &view.uses,
            &view.structured_data,
            &view.structured_questions,
        ),
    )
}

fn output_of(url: &str) -> RelPath {
    let path = url.trim_start_matches('/');
    let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    RelPath::new(path).expect("an address made of paths is a path")
}

/// The address of the list of all topics, from the site's root.
fn topics_url(config: &Config) -> String {
    if config.uglyurls { "/topics.html".to_owned() } else { "/topics/".to_owned() }
}

fn site_view<'a>(config: &'a Config, site: &Site, theme: &Theme) -> SiteView<'a> {
    SiteView {
        title: &config.title,
        description: &config.description,
        language: &config.language,
        direction: strings::direction(&config.language),
        url: config.base_url.rooted("/"),
        permalink: config.base_url.absolute("/"),
        authors: &config.authors,
        links: menu(&config.nav.links, &site.nav_links),
        topics_url: (!site.topics.is_empty()).then(|| config.base_url.rooted(&topics_url(config))),
        footer: FooterView {
            text: config.footer.text.as_deref(),
            links: menu(&config.footer.links, &site.footer_links),
        },
        archive_url: site
            .archive
            .as_ref()
            .filter(|_| theme.has(archive::TEMPLATE))
            .map(|(url, _)| config.base_url.rooted(url)),
        glossary_url: site
            .glossary
            .as_ref()
            .filter(|_| theme.has(GLOSSARY))
            .map(|(url, _)| config.base_url.rooted(url)),
        search: search_page::is_wanted(config, theme).then(|| search_page::site_view(config)),
        prefetch: config.links.prefetch,
        previews: config.links.previews,
        llms_url: config.llms.enabled.then(|| config.base_url.rooted(llms::LIST)),
        icon: manifest::picture(config.icon.as_ref(), site),
        logo: manifest::picture(config.logo.as_ref(), site),
        manifest_url: config.manifest.enabled.then(|| config.base_url.rooted(manifest::FILE)),
        feed_url: feed::of_site(config, site).map(|feed| config.base_url.rooted(feed.file.as_str())),
        extra: &config.extra,
        generator: GENERATOR,
    }
}

/// Links of `site.toml` with the addresses that they lead to.
fn menu<'a>(links: &'a [NavLink], urls: &[String]) -> Vec<LinkView<'a>> {
    links.iter().zip(urls).map(|(link, url)| LinkView { title: &link.title, url: url.clone() }).collect()
}

/// A place for every sidebar that some page shows.
fn navs(config: &Config, site: &Site) -> BTreeMap<NavKey, OnceLock<Nav>> {
    let keys = (0..site.pages.len()).map(Some).chain([None]).map(|id| page::nav_key(config, site, id));
    let mut keys: Vec<NavKey> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(|key| (key, OnceLock::new())).collect()
}
