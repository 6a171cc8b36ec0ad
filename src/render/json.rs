//! A page as JSON beside it, where `[json]` asks for that: what its template was given.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use crate::link::route;
use crate::model::{Config, Digest, RelPath, site::Page};
use crate::render::{
    job::{More, Prepared, Renderer, Values},
    page,
    view::{LinkView, PageView},
};

/// Counts up with every change of what is made of the same view.
pub const VERSION: u32 = 1;

/// The whole file.
#[derive(Serialize)]
struct File<'a> {
    format: &'static str,
    version: u32,
    page: &'a PageView<'a>,
    sections: Vec<SectionView<'a>>,
    #[serde(flatten)]
    more: BTreeMap<&'static str, Value>,
    html: &'a str,
}

/// A section under a heading, with its address and what it is about.
#[derive(Serialize)]
struct SectionView<'a> {
    id: &'a str,
    title: &'a str,
    url: String,
    level: u8,
    words: u32,
    excerpt: &'a str,
    topics: Vec<LinkView<'a>>,
}

/// Where the JSON of a page is written, if it has one: `a/index.json` beside `a/index.html`.
pub fn path(config: &Config, output: &RelPath) -> Option<RelPath> {
    let stem = output.as_str().strip_suffix(".html").filter(|stem| config.json.pages && *stem != "404")?;
    RelPath::new(format!("{stem}.json"))
}

/// The address of a page's JSON from the site's root, with the sub-path.
pub(super) fn url(config: &Config, output: &RelPath) -> Option<String> {
    path(config, output).map(|path| config.base_url.rooted(&route::address(&path)))
}

impl Renderer<'_> {
    /// Names what [`json`](Self::json) makes of a prepared page; `None` for what is no page, such as a redirect.
    pub fn json_key(&self, prepared: &Prepared<'_>) -> Option<Digest> {
        let view = prepared.view()?;
        let sections = self.sections(prepared);
        Some(Digest::of_value(&(view.json_url.as_deref(), prepared.key.digest, sections)))
    }

    /// A prepared page as JSON, with the body `html`.
    pub fn json(&self, prepared: &Prepared<'_>, html: &str) -> Option<Vec<u8>> {
        let sections = self.sections(prepared);
        let more = prepared.more().iter().map(|more| (more.name, (more.value)())).collect();
        let file = File { format: "docweave-page", version: VERSION, page: prepared.view()?, sections, more, html };
        let mut json = serde_json::to_vec(&file).expect("a view is made of texts, numbers and tables");
        json.push(b'\n');
        Some(json)
    }

    fn sections<'s>(&'s self, prepared: &Prepared<'_>) -> Vec<SectionView<'s>> {
        let Some(page) = prepared.page.map(|id| &self.site.pages[id]) else { return Vec::new() };
        let section = |index: usize| section_view(self, page, index);
        (0..page.head.headings.len()).map(section).collect()
    }
}

impl Prepared<'_> {
    /// What the template is given as `page`; `None` for what is no page.
    fn view(&self) -> Option<&PageView<'_>> {
        match &self.values {
            Values::Page(view, _) => Some(view),
            Values::Redirect(_) => None,
        }
    }

    /// What the template is given beside that, by its name: `topic`, `topics` and others.
    fn more(&self) -> &[More<'_>] {
        match &self.values {
            Values::Page(_, more) => more,
            Values::Redirect(_) => &[],
        }
    }
}

fn section_view<'a>(renderer: &'a Renderer<'_>, page: &'a Page, index: usize) -> SectionView<'a> {
    let (config, site) = (renderer.config, renderer.site);
    let heading = &page.head.headings[index];
    let section = page.head.sections.get(index + 1);
    let topics = page.section_topics.get(index + 1).into_iter().flat_map(|topics| &**topics);
    SectionView {
        id: &heading.id,
        title: &heading.text,
        url: format!("{}#{}", config.base_url.rooted(&page.url), heading.id),
        level: heading.level,
        words: section.map_or(0, |section| section.words),
        excerpt: section.map_or("", |section| &section.excerpt),
        topics: topics.map(|topic| page::topic_link(config, site, topic.topic)).collect(),
    }
}
