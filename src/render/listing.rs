//! Views of topics: each topic's pages and the tree of all of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::{
    Config, Site,
    site::{PageId, TopicMembers},
};
use crate::parse::text::title_of_name;
use crate::render::{
    glossary,
    page::{page_link, summary, topic_link},
    view::{LinkView, PagerView, TopicArticleView, TopicEntryView, TopicGroupView, TopicSectionView, TopicView},
};

/// How many articles one page of a topic's list holds.
const ARTICLES_A_PAGE: usize = 50;

/// Articles of a topic, each with its sections.
pub(super) type Articles = Vec<(PageId, Vec<usize>)>;

/// The articles of a topic with their sections: group by group, in the order of the site.
pub(super) fn articles(site: &Site, topic: &TopicMembers) -> Articles {
    let mut articles = Articles::new();
    for (page, section) in topic.sections.iter() {
        if articles.last().is_none_or(|(last, _)| last != page) {
            articles.push((*page, Vec::new()));
        }
        if let Some((_, sections)) = articles.last_mut().filter(|_| *section > 0) {
            sections.push(*section);
        }
    }
    let by = Grouping::of(site, &articles);
    let mut titles: FxHashMap<Option<&str>, String> = FxHashMap::default();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut ranks: FxHashMap<PageId, (bool, usize)> = FxHashMap::default();
    for (place, (page, _)) in articles.iter().enumerate() {
        let title = titles.entry(by.name(site, *page)).or_insert_with(|| by.title(site, *page));
        if !first.contains_key(title) {
            first.insert(title.clone(), place);
        }
        // Articles of no type come last.
        ranks.insert(*page, (title.is_empty(), first[title]));
    }
    articles.sort_by_key(|(page, _)| ranks[page]);
    articles
}

/// What the articles of a topic are grouped by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    /// `kind` of the front matter.
    Kind,
    /// The page above.
    Folder,
}

impl Grouping {
    fn of(site: &Site, articles: &[(PageId, Vec<usize>)]) -> Self {
        let has_kind = |(page, _): &(PageId, Vec<usize>)| site.pages[*page].head.front.kind.is_some();
        if articles.iter().any(has_kind) { Self::Kind } else { Self::Folder }
    }

    /// What its title is made from: equal names, equal titles.
    fn name(self, site: &Site, page: PageId) -> Option<&str> {
        let page = &site.pages[page];
        match self {
            Self::Kind => page.head.front.kind.as_deref(),
            Self::Folder => Some(&site.pages[page.parent?].head.title),
        }
    }

    /// The title of an article's group.
    fn title(self, site: &Site, page: PageId) -> String {
        let page = &site.pages[page];
        match self {
            Self::Kind => page.head.front.kind.as_deref().map(title_of_name).unwrap_or_default(),
            Self::Folder => page.parent.map(|parent| site.pages[parent].head.title.clone()).unwrap_or_default(),
        }
    }
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
        icon: declared.icon.as_deref(),
        parent: members.parent.map(|parent| topic_link(config, site, parent)),
        children: members.children.iter().map(|child| topic_link(config, site, *child)).collect(),
        terms: if number == 1 { glossary::of_topic(config, site, topic) } else { Vec::new() },
        count: articles.len(),
        groups: groups(config, site, articles, shown),
        feed_url: None,
        pager: PagerView {
            number,
            count,
            previous_url: (number > 1).then(|| address(number - 1)),
            next_url: (number < count).then(|| address(number + 1)),
        },
    }
}

/// The groups of `shown`, which are some of a topic's `articles`.
fn groups<'a>(
    config: &Config,
    site: &'a Site,
    articles: &[(PageId, Vec<usize>)],
    shown: &[(PageId, Vec<usize>)],
) -> Vec<TopicGroupView<'a>> {
    let by = Grouping::of(site, articles);
    let title = |(page, _): &(PageId, Vec<usize>)| by.title(site, *page);
    let is_one = articles.first().map(title) == articles.last().map(title);
    let group = |articles: &[(PageId, Vec<usize>)]| TopicGroupView {
        title: articles.first().filter(|_| !is_one).map(title).unwrap_or_default(),
        articles: articles.iter().map(|(page, sections)| article_view(config, site, *page, sections)).collect(),
    };
    shown.chunk_by(|a, b| title(a) == title(b)).map(group).collect()
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
        icon: declared.icon.as_deref(),
        count: count(members),
        children: children.iter().map(|child| entry(config, site, *child, depth - 1)).collect(),
    }
}

/// How many articles belong to a topic.
fn count(topic: &TopicMembers) -> usize {
    topic.sections.chunk_by(|(a, _), (b, _)| a == b).count()
}
