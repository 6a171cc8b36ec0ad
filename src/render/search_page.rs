//! The search page, which lists topics and all articles, and the dialog that scripts make of the search.

use std::collections::BTreeMap;

use crate::model::{
    Config, Diagnostic, RelPath, Site,
    site::{PageId, PageKind},
};
use crate::render::{
    Theme, listing,
    page::page_link,
    search,
    view::{PagerView, SearchGroupView, SearchPlaceView, SearchTopicView, SearchView},
};

/// The template of the search page. A theme may go without: then nothing is written for the search.
pub(super) const TEMPLATE: &str = "search.html";

/// The template of the dialog, which the script of the search asks for.
pub(super) const DIALOG: &str = "search_dialog.html";

/// How many articles one page of the list holds.
const ARTICLES_A_PAGE: usize = 500;

/// What a view of the search is for.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// A page of the list, from 1.
    Page(usize),
    /// The dialog.
    Dialog,
}

/// Whether the site has a search and the theme can show it.
pub(super) fn is_wanted(config: &Config, theme: &Theme) -> bool {
    config.search.enabled && theme.has(TEMPLATE) && theme.has(DIALOG)
}

/// The address of the search page from the site's root.
pub(super) fn url(config: &Config) -> String {
    let path = &config.search.path;
    if config.uglyurls { format!("/{path}.html") } else { format!("/{path}/") }
}

/// The dialog's file: HTML, but no page that somebody should come upon.
pub(super) fn dialog(config: &Config) -> RelPath {
    RelPath::new(format!("{}/dialog.txt", config.search.path)).expect("a name and a file name make a path")
}

/// An error where an article, a file or an alias is to be written where a page of the search is.
pub(super) fn refuse_if_taken(site: &Site, output: &RelPath) -> Result<(), Box<Diagnostic>> {
    let page = site.pages.iter().find(|page| page.output == *output);
    let alias = || site.redirects.get(output).map(|redirect| &site.pages[redirect.page]);
    let path = match (page.or_else(alias), site.files.get(output)) {
        (Some(page), _) => format!("content/{}", page.head.path),
        (None, Some(file)) => file.to_string(),
        (None, None) => return Ok(()),
    };
    let message = format!("{path} and the search page would both be written to {output}");
    let help = "give it another address, or the search another folder: `path = \"find\"` below `[search]` in site.toml";
    Err(Box::new(Diagnostic::error("url-collision", &path, None, message).help(help)))
}

/// What all pages know of the search.
pub(super) fn site_view(config: &Config) -> SearchPlaceView {
    SearchPlaceView {
        url: config.base_url.rooted(&url(config)),
        folder: config.base_url.folder(&format!("/{}/", config.search.path)),
    }
}

/// How many pages the list of `all` articles takes, at least 1.
pub(super) fn pages(all: &[PageId]) -> usize {
    all.len().div_ceil(ARTICLES_A_PAGE).max(1)
}

/// What `search` is in a template; `all` are the articles that it lists, as [`in_order`] has them.
pub(super) fn view<'a>(config: &'a Config, site: &'a Site, all: &[PageId], part: Part) -> SearchView<'a> {
    let number = match part {
        Part::Page(number) => number,
        Part::Dialog => 0,
    };
    let shown = all.chunks(ARTICLES_A_PAGE).nth(number.wrapping_sub(1)).unwrap_or(&[]);
    let group = |pages: &[PageId]| SearchGroupView {
        above: pages
            .first()
            .and_then(|id| site.pages[*id].parent)
            .filter(|above| Some(*above) != site.home)
            .map(|above| page_link(config, &site.pages[above])),
        articles: pages.iter().map(|id| page_link(config, &site.pages[*id])).collect(),
    };
    let count = pages(all);
    let address = |number| config.base_url.rooted(&listing::page_url(&url(config), number));
    SearchView {
        topics: topics(config, site),
        count: all.len(),
        groups: shown.chunk_by(|a, b| site.pages[*a].parent == site.pages[*b].parent).map(group).collect(),
        pager: PagerView {
            number,
            count,
            previous_url: (number > 1).then(|| address(number - 1)),
            next_url: (number > 0 && number < count).then(|| address(number + 1)),
        },
    }
}

/// The articles that are listed, by the page above them, in reading order: those that the search finds, the front page left
/// aside.
pub(super) fn in_order(site: &Site) -> Vec<PageId> {
    let mut by_parent: BTreeMap<Option<PageId>, Vec<PageId>> = BTreeMap::new();
    for id in search::found(site).into_iter().filter(|id| site.pages[*id].kind != PageKind::Home) {
        by_parent.entry(site.pages[id].parent).or_default().push(id);
    }
    for pages in by_parent.values_mut() {
        pages.sort_by_key(|id| (site.pages[*id].position, *id));
    }
    by_parent.into_values().flatten().collect()
}

/// All topics, each before those below it.
fn topics<'a>(config: &'a Config, site: &Site) -> Vec<SearchTopicView<'a>> {
    let depth = |topic: usize| {
        let above = std::iter::successors(site.topics[topic].parent, |topic| site.topics[*topic].parent);
        above.take(site.topics.len()).count()
    };
    let view = |(topic, declared): (usize, usize)| {
        let declared = &config.topics[declared];
        SearchTopicView { name: &declared.name, title: &declared.title, depth: depth(topic) }
    };
    site.topics.iter().map(|topic| topic.declared).enumerate().map(view).collect()
}
