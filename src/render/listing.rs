//! Views of topics: each topic's pages and the tree of all of them.

use crate::model::{
    Config, Site,
    site::{PageId, TopicMembers},
};
use crate::render::{
    glossary,
    page::{page_link, summary, topic_link},
    view::{LinkView, PagerView, TopicArticleView, TopicEntryView, TopicSectionView, TopicView},
};

/// How many articles one page of a topic's list holds.
const ARTICLES_A_PAGE: usize = 50;

/// The articles of a topic with their sections, in the order of the site.
pub(super) fn articles(topic: &TopicMembers) -> Vec<(PageId, Vec<usize>)> {
    let mut articles: Vec<(PageId, Vec<usize>)> = Vec::new();
    for (page, section) in &topic.sections {
        if articles.last().is_none_or(|(last, _)| last != page) {
            articles.push((*page, Vec::new()));
        }
        if let Some((_, sections)) = articles.last_mut().filter(|_| *section > 0) {
            sections.push(*section);
        }
    }
    articles
}

/// How many pages a topic's list of so many articles takes, at least 1.
pub(super) fn pages(articles: usize) -> usize {
    articles.div_ceil(ARTICLES_A_PAGE).max(1)
}

/// The address from the site's root of page `number` (from 1) of a list at `url`.
pub(super) fn page_url(url: &str, number: usize) -> String {
    match (number, url.strip_suffix(".html")) {
        (1, _) => url.to_owned(),
        (_, Some(bare)) => format!("{bare}/{number}.html"),
        (_, None) => format!("{url}{number}/"),
    }
}

/// What `topic` is in a template.
pub(super) fn topic_view<'a>(
    config: &'a Config,
    site: &'a Site,
    topic: usize,
    articles: &[(PageId, Vec<usize>)],
    number: usize,
) -> TopicView<'a> {
    let members = &site.topics[topic];
    let declared = &config.topics[members.declared];
    let shown = articles.chunks(ARTICLES_A_PAGE).nth(number - 1).unwrap_or(&[]);
    let count = pages(articles.len());
    let address = |number| config.base_url.rooted(&page_url(&members.url, number));
    TopicView {
        name: &declared.name,
        title: &declared.title,
        description: &declared.description,
        url: address(1),
        colour: declared.colour.as_deref(),
        parent: members.parent.map(|parent| topic_link(config, site, parent)),
        children: members.children.iter().map(|child| topic_link(config, site, *child)).collect(),
        terms: if number == 1 { glossary::of_topic(config, site, topic) } else { Vec::new() },
        count: articles.len(),
        articles: shown.iter().map(|(page, sections)| article_view(config, site, *page, sections)).collect(),
        pager: PagerView {
            number,
            count,
            previous_url: (number > 1).then(|| address(number - 1)),
            next_url: (number < count).then(|| address(number + 1)),
        },
    }
}

fn article_view<'a>(config: &Config, site: &'a Site, page: PageId, sections: &[usize]) -> TopicArticleView<'a> {
    let page = &site.pages[page];
    let LinkView { title, url } = page_link(config, page);
    let section = |index: &usize| {
        let heading = page.head.headings.get(index - 1)?;
        let excerpt = page.head.sections.get(*index).map_or("", |section| &section.excerpt);
        Some(TopicSectionView { title: &heading.text, url: format!("{url}#{}", heading.id), excerpt })
    };
    let sections = sections.iter().filter_map(section).collect();
    TopicArticleView { title, summary: summary(&page.head), date: page.head.front.date, sections, url }
}

/// What `topics` is in a template: the topics without a parent, each with those below it.
pub(super) fn topics_view<'a>(config: &'a Config, site: &'a Site) -> Vec<TopicEntryView<'a>> {
    let roots = (0..site.topics.len()).filter(|topic| site.topics[*topic].parent.is_none());
    roots.map(|topic| entry(config, site, topic, site.topics.len())).collect()
}

/// One topic and those below it. `depth` bounds the descent, should parents ever form a circle.
fn entry<'a>(config: &'a Config, site: &'a Site, topic: usize, depth: usize) -> TopicEntryView<'a> {
    let members = &site.topics[topic];
    let declared = &config.topics[members.declared];
    let children = if depth == 0 { &[] } else { members.children.as_slice() };
    TopicEntryView {
        title: &declared.title,
        url: config.base_url.rooted(&members.url),
        description: &declared.description,
        colour: declared.colour.as_deref(),
        count: articles(members).len(),
        children: children.iter().map(|child| entry(config, site, *child, depth - 1)).collect(),
    }
}
