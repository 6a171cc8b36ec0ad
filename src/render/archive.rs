//! The page of all dated articles, by year.

use crate::model::{Config, Date, Site, site::PageId};
use crate::render::{
    feed, listing,
    page::{page_link, summary},
    view::{ArchiveArticleView, ArchiveGroupView, ArchiveView, ArchiveYearView, LinkView, PagerView},
};

/// The template. A theme may go without.
pub(super) const TEMPLATE: &str = "archive.html";

/// How many articles one page of the list holds.
const ARTICLES_A_PAGE: usize = 200;

/// Dated articles, newest first.
pub(super) fn articles(site: &Site) -> Vec<(Date, PageId)> {
    feed::by_date(site, 0..site.pages.len())
}

/// How many pages the list takes, at least 1.
pub(super) fn pages(articles: &[(Date, PageId)]) -> usize {
    articles.len().div_ceil(ARTICLES_A_PAGE).max(1)
}

/// What `archive` is in a template: page `number` (from 1) of the list at `url`, an address from the site's root.
pub(super) fn view<'a>(config: &Config, site: &'a Site, url: &str, number: usize) -> ArchiveView<'a> {
    let all = articles(site);
    let count = pages(&all);
    let address = |number| config.base_url.rooted(&listing::page_url(url, number));
    let mut before = 0;
    let year = |articles: &[(Date, PageId)]| {
        let year = articles.first().map_or(0, |(date, _)| i32::from(date.year()));
        let first = before / ARTICLES_A_PAGE + 1;
        before += articles.len();
        ArchiveYearView { year, url: format!("{}#year-{year}", address(first)), count: articles.len() }
    };
    let years = all.chunk_by(same_year).map(year).collect();
    let shown = all.chunks(ARTICLES_A_PAGE).nth(number - 1).unwrap_or(&[]);
    let group = |articles: &[(Date, PageId)]| ArchiveGroupView {
        year: articles.first().map_or(0, |(date, _)| i32::from(date.year())),
        articles: articles.iter().map(|(date, id)| article(config, site, *date, *id)).collect(),
    };
    ArchiveView {
        count: all.len(),
        years,
        groups: shown.chunk_by(same_year).map(group).collect(),
        pager: PagerView {
            number,
            count,
            previous_url: (number > 1).then(|| address(number - 1)),
            next_url: (number < count).then(|| address(number + 1)),
        },
    }
}

fn same_year((a, _): &(Date, PageId), (b, _): &(Date, PageId)) -> bool {
    a.year() == b.year()
}

fn article<'a>(config: &Config, site: &'a Site, date: Date, id: PageId) -> ArchiveArticleView<'a> {
    let page = &site.pages[id];
    let LinkView { title, url } = page_link(config, page);
    ArchiveArticleView { title, url, date, summary: summary(&page.head) }
}
