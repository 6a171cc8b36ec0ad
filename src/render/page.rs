//! The view of an article, a section or the front page.

use std::collections::BTreeMap;

use crate::link::route;
use crate::model::{
    Config, Data, Head, RelPath, Site, Value,
    page::{Heading, Link},
    site::{Page, PageId, PageKind, Reason},
};
use crate::render::{
    Theme, card,
    media::{self, Pictures},
    view::{
        BacklinkView, CardView, LinkView, NavItemView, NavView, PageView, ReasonView, RelatedView, SentenceView,
        TocView, TranslationView,
    },
};

/// Words that a reader reads in a minute.
const WORDS_A_MINUTE: u32 = 220;

/// How many backlinks a page lists at the most: a page that all others link to would else grow with the site.
const BACKLINKS: usize = 50;

/// What `page` is in a template.
pub(super) fn page_view<'a>(
    config: &'a Config,
    site: &'a Site,
    pictures: &Pictures,
    data: &'a Data,
    theme: &'a Theme,
    id: PageId,
) -> PageView<'a> {
    let page = &site.pages[id];
    let head = &*page.head;
    let path = if page.has_source { format!("content/{}", head.path) } else { String::new() };
    let description = head.front.description.as_deref().unwrap_or(match page.kind {
        PageKind::Home => &config.description,
        _ => "",
    });
    let edit_url = config.edit_url.as_ref().filter(|_| page.has_source).map(|url| url.replace("{path}", &path));
    PageView {
        title: &head.title,
        title_html: &head.title_html,
        description,
        excerpt: &head.excerpt,
        url: config.base_url.rooted(&page.url),
        permalink: config.base_url.absolute(&page.url),
        kind: page.kind,
        article_kind: head.front.kind.as_deref().unwrap_or(""),
        path,
        markdown_url: copy_path(config, page).map(|path| config.base_url.rooted(&route::address(&path))),
        json_url: None,
        feed_url: None,
        translations: translations(config, page),
        image: None,
        edit_url,
        date: head.front.date,
        updated: page.updated,
        authors: if head.front.authors.is_empty() { &config.authors } else { &head.front.authors },
        words: head.words,
        reading_minutes: reading_minutes(head.words),
        toc: toc(config, page),
        topics: page.topics.iter().map(|topic| topic_link(config, site, *topic)).collect(),
        breadcrumbs: breadcrumbs(config, site, id),
        previous: page.previous.map(|other| page_link(config, &site.pages[other])),
        next: page.next.map(|other| page_link(config, &site.pages[other])),
        children: page.children.iter().map(|child| card(config, site, *child)).collect(),
        related: page
            .related
            .iter()
            .map(|related| RelatedView {
                title: &site.pages[related.page].head.title,
                url: config.base_url.rooted(&site.pages[related.page].url),
                summary: summary(&site.pages[related.page].head),
                reasons: related.reasons.iter().map(|reason| reason_view(config, site, reason)).collect(),
            })
            .collect(),
        backlinks: backlinks(config, site, page),
        hero: card::hero(site, head, description),
        cards: card::groups(site, data, head),
        data: data_of(data, head),
        extra: &head.front.extra,
        search: head.front.search.unwrap_or(true),
        uses: uses(theme, page, pictures),
        structured_data: None,
        structured_questions: None,
        questions: &head.questions,
    }
}

/// What an article names under `data` in its front matter.
fn data_of<'a>(data: &'a Data, head: &'a Head) -> BTreeMap<&'a str, &'a Value> {
    let named = head.front.data.iter().map(|name| name.value.as_str());
    named.filter_map(|name| Some((name, &**data.values.get(name)?))).collect()
}

/// Where a page's copy as Markdown is written, if it has one: `a/index.md` beside `a/index.html`.
pub fn copy_path(config: &Config, page: &Page) -> Option<RelPath> {
    let has_copy = config.markdown.copies && page.has_source && page.kind != PageKind::Topic;
    let stem = page.output.as_str().strip_suffix(".html").filter(|_| has_copy)?;
    RelPath::new(format!("{stem}.md"))
}

/// A page in other languages: at the same path of each site that there is, unless its front matter says otherwise. A table
/// that names the site itself as well can be the same on all of them.
fn translations<'a>(config: &'a Config, page: &'a Page) -> Vec<TranslationView<'a>> {
    let front = &page.head.front.translations;
    if !page.has_source || page.kind == PageKind::Topic || (config.translations.is_empty() && front.is_empty()) {
        return Vec::new();
    }
    let own = &config.language;
    let sites = config.translations.iter().filter(|site| site.language != *own);
    let known = |language: &str| config.translations.iter().find(|site| site.language == language);
    let mut addresses: BTreeMap<&str, String> = BTreeMap::new();
    for site in sites {
        addresses.insert(&site.language, site.base_url.absolute(&page.url));
    }
    for (language, choice) in front.iter().filter(|(language, _)| *language != own) {
        match &choice.value {
            None => drop(addresses.remove(language.as_str())),
            Some(path) if path.starts_with('/') => {
                addresses.extend(known(language).map(|site| (language.as_str(), site.base_url.absolute(path))));
            }
            Some(address) => drop(addresses.insert(language, address.clone())),
        }
    }
    if addresses.is_empty() {
        return Vec::new();
    }
    addresses.insert(own, config.base_url.absolute(&page.url));
    let fallback = config.translations.iter().find(|site| site.is_default);
    let fallback = fallback.and_then(|site| addresses.get(site.language.as_str()).cloned());
    let mut all: Vec<_> = addresses.into_iter().map(|(language, url)| TranslationView { language, url }).collect();
    all.extend(fallback.map(|url| TranslationView { language: "x-default", url }));
    all
}

/// Constructs and components of an article, what these need in their turn, and whether it has images to enlarge, each once.
fn uses<'a>(theme: &'a Theme, page: &'a Page, pictures: &Pictures) -> Vec<&'a str> {
    let head = &page.head;
    let mut uses: Vec<&str> = head.uses.iter().map(|construct| construct.name()).collect();
    for used in head.components.iter().filter(|used| !used.is_refused) {
        if let Some((name, definition)) = theme.components().get_key_value(&used.name.value) {
            uses.push(name);
            uses.extend(definition.uses.iter().map(String::as_str));
        }
    }
    if !head.front.cards.is_empty() {
        uses.push("cards");
    }
    if page.kind == PageKind::Home || head.front.hero.is_some() {
        uses.push("hero");
    }
    if head.front.hero.as_ref().is_some_and(|hero| !hero.actions.is_empty()) {
        uses.push("button");
    }
    uses.extend(media::is_zoomable(page, pictures).then_some("zoom"));
    uses.extend(media::has_themed(page).then_some("pairs"));
    uses.extend(media::has_players(page).then_some("players"));
    uses.sort_unstable();
    uses.dedup();
    uses
}

/// Minutes to read so many words, rounded up; 0 for none.
pub(super) fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(WORDS_A_MINUTE)
}

/// The description, or else the excerpt.
pub(super) fn summary(head: &Head) -> &str {
    head.front.description.as_deref().filter(|text| !text.is_empty()).unwrap_or(&head.excerpt)
}

pub(super) fn page_link<'a>(config: &Config, page: &'a Page) -> LinkView<'a> {
    LinkView { title: &page.head.title, url: config.base_url.rooted(&page.url) }
}

pub(super) fn topic_link<'a>(config: &'a Config, site: &Site, topic: usize) -> LinkView<'a> {
    let members = &site.topics[topic];
    LinkView { title: &config.topics[members.declared].title, url: config.base_url.rooted(&members.url) }
}

fn toc<'a>(config: &Config, page: &'a Page) -> Vec<TocView<'a>> {
    if page.head.front.toc == Some(false) {
        return Vec::new();
    }
    let listed = page.head.headings.iter().filter(|heading| heading.level <= config.markdown.toc_depth);
    let listed: Vec<&Heading> = listed.collect();
    if listed.len() < 2 && page.head.front.toc != Some(true) {
        return Vec::new();
    }
    nest(&listed)
}

/// Headings to a tree: each holds those after it that are deeper. Depth is at most that of heading levels.
fn nest<'a>(headings: &[&'a Heading]) -> Vec<TocView<'a>> {
    let mut entries = Vec::new();
    let mut rest = headings;
    while let Some((first, after)) = rest.split_first() {
        let end = after.iter().position(|heading| heading.level <= first.level).unwrap_or(after.len());
        let (inside, behind) = after.split_at(end);
        entries.push(TocView { id: &first.id, title: &first.text, html: &first.html, children: nest(inside) });
        rest = behind;
    }
    entries
}

pub(super) fn breadcrumbs<'a>(config: &Config, site: &'a Site, id: PageId) -> Vec<LinkView<'a>> {
    let mut crumbs: Vec<_> = ancestors(site, id).map(|above| page_link(config, &site.pages[above])).collect();
    crumbs.reverse();
    crumbs
}

/// The pages above a page, the nearest first.
fn ancestors(site: &Site, id: PageId) -> impl Iterator<Item = PageId> + '_ {
    std::iter::successors(site.pages[id].parent, |above| site.pages[*above].parent)
}

fn card<'a>(config: &Config, site: &'a Site, id: PageId) -> CardView<'a> {
    let page = &site.pages[id];
    CardView {
        title: &page.head.title,
        url: config.base_url.rooted(&page.url),
        summary: summary(&page.head),
        kind: page.kind,
        date: page.head.front.date,
        reading_minutes: reading_minutes(page.head.words),
        count: page.children.len(),
        extra: &page.head.front.extra,
    }
}

fn reason_view<'a>(config: &'a Config, site: &Site, reason: &'a Reason) -> ReasonView<'a> {
    let plain = |kind| ReasonView { kind, title: "", url: String::new(), words: &[] };
    match reason {
        Reason::Pinned => plain("pinned"),
        Reason::LinkedFromHere => plain("linked-from-here"),
        Reason::LinksHere => plain("links-here"),
        Reason::Topic(topic) => {
            let link = topic_link(config, site, *topic);
            ReasonView { title: link.title, url: link.url, ..plain("topic") }
        }
        Reason::MentionsThis => plain("mentions-this"),
        Reason::MentionedHere => plain("mentioned-here"),
        Reason::SharedWords(words) => ReasonView { words, ..plain("words") },
        Reason::LinkedAlike => plain("linked-alike"),
        Reason::SameFolder => plain("same-folder"),
    }
}

fn backlinks<'a>(config: &Config, site: &'a Site, page: &Page) -> Vec<BacklinkView<'a>> {
    let listed = page.backlinks.iter().take(BACKLINKS);
    listed
        .map(|backlink| {
            let from = &site.pages[backlink.page];
            let heading = backlink.section.checked_sub(1).and_then(|index| from.head.headings.get(index));
            let url = config.base_url.rooted(&from.url);
            BacklinkView {
                title: &from.head.title,
                url: heading.map_or_else(|| url.clone(), |heading| format!("{url}#{}", heading.id)),
                section: heading.map_or("", |heading| &heading.text),
                sentence: from.head.links.get(backlink.link).and_then(sentence),
            }
        })
        .collect()
}

fn sentence(link: &Link) -> Option<SentenceView<'_>> {
    let sentence = link.sentence.as_ref().filter(|sentence| sentence.says_more())?;
    Some(SentenceView { before: &sentence.before, text: &sentence.text, after: &sentence.after })
}

/// What the sidebar of a page depends on: the section that is open, and which window of its children is shown. Pages
/// with equal keys share one sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NavKey {
    section: Option<PageId>,
    window: usize,
}

/// The key of a page's sidebar; `None` for pages that stand for no page of the content.
pub(super) fn nav_key(config: &Config, site: &Site, id: Option<PageId>) -> NavKey {
    let Some(id) = id else { return NavKey { section: site.home, window: 0 } };
    let page = &site.pages[id];
    if page.kind != PageKind::Article {
        return NavKey { section: Some(id), window: 0 };
    }
    let Some(parent) = page.parent else { return NavKey { section: site.home, window: 0 } };
    NavKey { section: Some(parent), window: page.position / config.nav.window }
}

/// How many lists a sidebar nests: templates may call themselves 20 times. Further down it leaves out the top.
const DEEPEST_NAV: usize = 16;

/// The sidebar: from the front page down to the open section, each list windowed around the way.
pub(super) fn nav_view<'a>(config: &Config, site: &'a Site, key: NavKey) -> Option<NavView<'a>> {
    let section = key.section.filter(|_| config.nav.sidebar)?;
    let mut path: Vec<PageId> = std::iter::once(section).chain(ancestors(site, section)).collect();
    path.truncate(DEEPEST_NAV);
    path.reverse();
    Some(nav_list(config, site, &path, key.window, config.nav.open))
}

/// One list: the children of `path[0]`, of which `path[1]` is open, and all others where `levels` are.
fn nav_list<'a>(config: &Config, site: &'a Site, path: &[PageId], window: usize, levels: usize) -> NavView<'a> {
    let (list, open) = (&site.pages[path[0]], path.get(1));
    let size = config.nav.window;
    let shown = match open {
        Some(open) => site.pages[*open].position / size,
        None => window,
    };
    let start = (shown * size).min(list.children.len());
    let end = (start + size).min(list.children.len());
    let items = list.children[start..end].iter().map(|child| {
        let page = &site.pages[*child];
        NavItemView {
            title: &page.head.title,
            url: config.base_url.rooted(&page.url),
            section: page.kind == PageKind::Section,
            children: match levels {
                _ if Some(child) == open => Some(nav_list(config, site, &path[1..], window, levels.saturating_sub(1))),
                0 => None,
                _ if page.children.is_empty() => None,
                _ => Some(nav_list(config, site, &[*child], 0, levels - 1)),
            },
        }
    });
    NavView {
        items: items.collect(),
        before: start,
        after: list.children.len() - end,
        all_url: config.base_url.rooted(&list.url),
    }
}

/// The view of a page that no article stands behind: a topic's, the list of topics, the one for addresses not found.
/// `url` is its address from the site's root.
pub(super) fn bare_view<'a>(config: &'a Config, title: &'a str, title_html: &'a str, url: &str) -> PageView<'a> {
    const NOTHING: &Value = &Value::Null;
    PageView {
        title,
        title_html,
        description: "",
        excerpt: "",
        url: config.base_url.rooted(url),
        permalink: config.base_url.absolute(url),
        kind: PageKind::Topic,
        article_kind: "",
        path: String::new(),
        markdown_url: None,
        json_url: None,
        feed_url: None,
        translations: Vec::new(),
        image: None,
        edit_url: None,
        date: None,
        updated: None,
        authors: &[],
        words: 0,
        reading_minutes: 0,
        toc: Vec::new(),
        topics: Vec::new(),
        breadcrumbs: Vec::new(),
        previous: None,
        next: None,
        children: Vec::new(),
        related: Vec::new(),
        backlinks: Vec::new(),
        hero: None,
        cards: Vec::new(),
        data: BTreeMap::new(),
        extra: NOTHING,
        search: true,
        uses: Vec::new(),
        structured_data: None,
        structured_questions: None,
        questions: &[],
    }
}
