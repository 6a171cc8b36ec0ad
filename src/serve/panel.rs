//! What a writer may want to know about the page before them: why it is woven as it is, and why it was made again.
//!
//! Told on request by the preview; nothing of it is in a build.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::Serialize;

use crate::build::{CONFIG, explain::Explanation};
use crate::link::topic::{
    FEWEST_WORDS,
    explain::{self, Unguessed},
};
use crate::model::{
    Config, RelPath, Site,
    site::{PageId, Reason},
};
use crate::serve::report::{Report, Reporter};

/// The most articles of a topic that are told.
const MOST_ARTICLES: usize = 100;

/// The most names of saved files that are told.
const MOST_SAVED: usize = 5;

/// What is known of the pages of the last good build.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The site that it wove, by which configuration.
    pub(super) woven: Option<Arc<Woven>>,
    /// All its warnings.
    pub(super) warnings: Vec<Report>,
    /// Why files were made again, by output path; what the first build made is not among them.
    pub(super) remade: BTreeMap<RelPath, Remade>,
    /// How long each of its stages took.
    pub(super) laps: Vec<(&'static str, Duration)>,
}

/// A site and what it was woven by.
#[derive(Debug)]
pub(super) struct Woven {
    pub(super) config: Config,
    pub(super) site: Arc<Site>,
    /// Pages by output path.
    pub(super) pages: BTreeMap<RelPath, PageId>,
}

/// What a file was made again for.
#[derive(Clone, Debug)]
pub(super) struct Remade {
    pub(super) why: Explanation,
    /// The sources that had been saved, as far as is known.
    pub(super) saved: Arc<[String]>,
}

/// What there is to say about one page.
#[derive(Debug, Default, Serialize)]
pub(super) struct Panel {
    title: Option<String>,
    source: Option<String>,
    /// Opens its source in the editor.
    edit: Option<String>,
    /// What kind of page it is, where no article stands behind it.
    about: Option<String>,
    words: u32,
    sections: Vec<Section>,
    /// For the page of a topic: its articles, each with the sections that have the topic.
    articles: Vec<Link>,
    links_here: Vec<Link>,
    related: Vec<Link>,
    remade: String,
    saved: Vec<String>,
    /// Stages of the last build, each with its milliseconds.
    laps: Vec<(&'static str, f64)>,
}

/// A section and its topics.
#[derive(Debug, Serialize)]
struct Section {
    /// Its heading; `None` for the beginning.
    heading: Option<String>,
    words: u32,
    /// Each topic, and why the section has it.
    topics: Vec<(String, String)>,
    /// Why it has none.
    none: Option<String>,
}

/// Another page, and why it is named.
#[derive(Debug, Serialize)]
struct Link {
    title: String,
    address: String,
    why: Vec<String>,
}

impl Woven {
    /// A site with its pages in reach.
    pub(super) fn new(config: Config, site: Arc<Site>) -> Self {
        let pages = site.pages.iter().enumerate().map(|(id, page)| (page.output.clone(), id)).collect();
        Self { config, site, pages }
    }

    /// The address of the page that is written in `source`, as a browser takes it.
    pub(super) fn address_of(&self, source: &str) -> Option<String> {
        let inner = source.strip_prefix("content/")?;
        let page = self.site.pages.iter().find(|page| page.has_source && page.head.path.as_str() == inner)?;
        Some(self.config.base_url.rooted(&page.url))
    }
}

impl Known {
    /// Warnings about the page at `output`: those of its source. Those of files that are no article stand on the front page.
    pub(super) fn warnings_of(&self, output: &RelPath) -> Vec<&Report> {
        let source = self.source(output);
        let is_home = output.as_str() == "index.html";
        let is_its = |report: &&Report| match &report.path {
            Some(path) if path.starts_with("content/") => Some(path) == source.as_ref(),
            _ => is_home,
        };
        self.warnings.iter().filter(is_its).collect()
    }

    /// Whether the page at `output` was last made again because what stands on it was edited, rather than another article.
    pub(super) fn is_edited(&self, output: &RelPath) -> bool {
        self.remade.get(output).is_some_and(|remade| self.is_of(output, &remade.saved))
    }

    /// Whether what stands on the page at `output` comes from one of these sources, as all does that is no article.
    pub(super) fn is_of(&self, output: &RelPath, sources: &[String]) -> bool {
        let source = self.source(output);
        sources.iter().any(|saved| Some(saved) == source.as_ref() || !saved.starts_with("content/"))
    }

    /// The source of the page at `output`, if an article stands behind it.
    pub(super) fn source(&self, output: &RelPath) -> Option<String> {
        let woven = self.woven.as_ref()?;
        let page = &woven.site.pages[*woven.pages.get(output)?];
        page.has_source.then(|| format!("content/{}", page.head.path))
    }

    /// All that there is to say about the page at `output`.
    pub(super) fn panel(&self, output: &RelPath, reporter: &Reporter) -> Panel {
        let mut panel = Panel {
            remade: "made by the first build of this preview".to_owned(),
            laps: self.laps.iter().map(|(stage, time)| (*stage, time.as_secs_f64() * 1000.0)).collect(),
            ..Panel::default()
        };
        if let Some(remade) = self.remade.get(output) {
            panel.remade = remade.why.to_string();
            panel.saved = remade.saved.iter().take(MOST_SAVED).cloned().collect();
        }
        let Some(woven) = &self.woven else { return panel };
        let topic = woven.site.topics.iter().position(|topic| topic.output == *output);
        if let Some(topic) = topic {
            let declared = &woven.config.topics[woven.site.topics[topic].declared];
            panel.about = Some(format!("The page of the topic {}, which site.toml declares.", declared.name));
            panel.articles = articles(woven, topic);
            panel.source = Some(CONFIG.to_owned());
            panel.edit = reporter.edit(CONFIG, 1, 1);
        }
        let prose = topic.and_then(|topic| woven.site.topics[topic].prose);
        let Some(page) = prose.or_else(|| woven.pages.get(output).copied()) else { return panel };
        let found = &woven.site.pages[page];
        panel.title = Some(found.head.title.clone());
        panel.source = found.has_source.then(|| format!("content/{}", found.head.path));
        panel.edit = panel.source.as_ref().and_then(|source| reporter.edit(source, 1, 1));
        panel.words = found.head.sections.iter().map(|section| section.words).sum();
        panel.sections = sections(woven, page);
        panel.links_here = links_here(woven, page);
        let related = found.related.iter().map(|related| {
            let why = related.reasons.iter().map(|reason| reason_words(woven, reason)).collect();
            link(woven, related.page, why)
        });
        panel.related = related.collect();
        panel
    }
}

fn sections(woven: &Woven, page: PageId) -> Vec<Section> {
    let (config, site) = (&woven.config, &woven.site);
    let head = &site.pages[page].head;
    let name = |topic: usize| config.topics[site.topics[topic].declared].name.clone();
    let section = |(at, explained): (usize, explain::Explained)| {
        let heading = at.checked_sub(1).and_then(|at| head.headings.get(at)).map(|heading| heading.text.clone());
        let words = head.sections.get(at).map_or(0, |section| section.words);
        let topics = explained.topics.iter().map(|topic| (name(topic.topic), explain::origin(site, &topic.origin)));
        let none = match explained.unguessed {
            Some(Unguessed::SwitchedOff) => Some("automatic topics are switched off here".to_owned()),
            Some(Unguessed::NoArticle) => Some("only articles and folders are given topics".to_owned()),
            Some(Unguessed::TooShort) => Some(format!("fewer than {FEWEST_WORDS} words")),
            Some(Unguessed::Written) => None,
            None => Some("nothing speaks for one".to_owned()),
        };
        let topics: Vec<_> = topics.collect();
        Section { heading, words, none: none.filter(|_| topics.is_empty()), topics }
    };
    if config.topics.is_empty() {
        return Vec::new();
    }
    let all = explain::page(config, site, page).into_iter().enumerate().map(section);
    all.filter(|section| section.heading.is_some() || section.words > 0).collect()
}

/// The articles of a topic, each once, with its sections that have the topic and why they have it.
fn articles(woven: &Woven, topic: usize) -> Vec<Link> {
    let site = &woven.site;
    let sections = &site.topics[topic].sections;
    let of_page = |sections: &[(PageId, usize)]| {
        let page = sections.first()?.0;
        let why = sections.iter().map(|(page, at)| {
            let page = &site.pages[*page];
            let heading = at.checked_sub(1).and_then(|at| page.head.headings.get(at));
            let part = heading.map_or_else(|| "the article".to_owned(), |heading| format!("“{}”", heading.text));
            let own =
                page.section_topics.get(*at).into_iter().flat_map(|topics| &**topics).find(|own| own.topic == topic);
            let why = own.map_or_else(|| "by a narrower topic".to_owned(), |own| explain::origin(site, &own.origin));
            format!("{part}: {}", why.replace("  ", " · "))
        });
        Some(link(woven, page, why.collect()))
    };
    sections.chunk_by(|(a, _), (b, _)| a == b).filter_map(of_page).take(MOST_ARTICLES).collect()
}

/// Pages that link here, each once, with the headings that their links stand below.
fn links_here(woven: &Woven, page: PageId) -> Vec<Link> {
    let mut pages: BTreeMap<PageId, Vec<String>> = BTreeMap::new();
    for backlink in &*woven.site.pages[page].backlinks {
        let headings = &woven.site.pages[backlink.page].head.headings;
        let heading = backlink.section.checked_sub(1).and_then(|at| headings.get(at));
        let why = pages.entry(backlink.page).or_default();
        why.extend(heading.map(|heading| format!("below “{}”", heading.text)).filter(|words| !why.contains(words)));
    }
    pages.into_iter().map(|(page, why)| link(woven, page, why)).collect()
}

fn link(woven: &Woven, page: PageId, why: Vec<String>) -> Link {
    let page = &woven.site.pages[page];
    Link { title: page.head.title.clone(), address: woven.config.base_url.rooted(&page.url), why }
}

fn reason_words(woven: &Woven, reason: &Reason) -> String {
    match reason {
        Reason::Pinned => "pinned in the front matter".to_owned(),
        Reason::LinkedFromHere => "this page links to it".to_owned(),
        Reason::LinksHere => "it links to this page".to_owned(),
        Reason::MentionedHere => "this page names it".to_owned(),
        Reason::MentionsThis => "it names this page".to_owned(),
        Reason::Topic(topic) => {
            format!("shared topic: {}", woven.config.topics[woven.site.topics[*topic].declared].name)
        }
        Reason::SharedWords(words) => format!("shared words: {}", words.join(", ")),
        Reason::LinkedAlike => "linked by, or linking to, the same pages".to_owned(),
        Reason::SameFolder => "in the same folder".to_owned(),
    }
}
