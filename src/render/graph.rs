//! The woven site as JSON: pages, their sections, links, topics and redirects, for programs that ask how it hangs together.

use serde::Serialize;

use crate::link::route;
use crate::model::{
    Config, Site,
    page::LinkKind,
    site::{Page, PageId, PageKind, SectionTopic, Target, TopicOrigin},
};

/// Counts up with every change that a reader of an earlier version could trip over.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Graph<'a> {
    format: &'static str,
    version: u32,
    title: &'a str,
    url: String,
    pages: Vec<PageNode<'a>>,
    links: Vec<Edge<'a>>,
    topics: Vec<TopicNode<'a>>,
    redirects: Vec<RedirectEdge<'a>>,
}

#[derive(Serialize)]
struct PageNode<'a> {
    path: &'a str,
    url: &'a str,
    title: &'a str,
    kind: PageKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    topics: Vec<&'a str>,
    sections: Vec<SectionNode<'a>>,
}

#[derive(Serialize)]
struct SectionNode<'a> {
    id: &'a str,
    title: &'a str,
    level: u8,
    words: u32,
    topics: Vec<SectionTopicNode<'a>>,
}

#[derive(Serialize)]
struct SectionTopicNode<'a> {
    name: &'a str,
    origin: &'static str,
}

#[derive(Serialize)]
struct Edge<'a> {
    from: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    kind: &'static str,
    target: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_section: Option<&'a str>,
    url: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct TopicNode<'a> {
    name: &'a str,
    title: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    members: Vec<Member<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    terms: Vec<TermNode<'a>>,
}

#[derive(Serialize)]
struct TermNode<'a> {
    name: &'a str,
    id: &'a str,
    mentions: Vec<Member<'a>>,
}

#[derive(Serialize)]
struct Member<'a> {
    page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
}

#[derive(Serialize)]
struct RedirectEdge<'a> {
    from: String,
    to: &'a str,
}

/// The graph as JSON in several lines. Pages are in the order of their files, links in that of pages and places, topics in
/// that of `site.toml`.
pub fn json(config: &Config, site: &Site) -> String {
    let topic = |index: &usize| config.topics[site.topics[*index].declared].name.as_str();
    let graph = Graph {
        format: "docweave-graph",
        version: VERSION,
        title: &config.title,
        url: config.base_url.absolute("/"),
        pages: site.pages.iter().map(|page| page_node(site, page, &topic)).collect(),
        links: site.pages.iter().flat_map(|page| edges(site, page)).collect(),
        topics: site
            .topics
            .iter()
            .enumerate()
            .map(|(index, members)| {
                let declared = &config.topics[members.declared];
                TopicNode {
                    name: &declared.name,
                    title: &declared.title,
                    url: &members.url,
                    parent: members.parent.as_ref().map(topic),
                    members: places(site, &members.sections),
                    terms: terms(config, site, index),
                }
            })
            .collect(),
        redirects: site
            .redirects
            .iter()
            .map(|(from, redirect)| RedirectEdge { from: route::address(from), to: path(&site.pages[redirect.page]) })
            .collect(),
    };
    let mut json = serde_json::to_string_pretty(&graph).expect("texts and numbers are JSON");
    json.push('\n');
    json
}

fn page_node<'a>(site: &'a Site, page: &'a Page, topic: &dyn Fn(&usize) -> &'a str) -> PageNode<'a> {
    let section_topic = |found: &SectionTopic| SectionTopicNode {
        name: topic(&found.topic),
        origin: match found.origin {
            TopicOrigin::Section => "section",
            TopicOrigin::Article => "article",
            TopicOrigin::Folder(_) => "folder",
            TopicOrigin::Automatic(_) => "automatic",
        },
    };
    let topics_of =
        |section: usize| page.section_topics.get(section).into_iter().flat_map(|topics| &**topics).map(section_topic);
    let sections = page.head.headings.iter().enumerate().map(|(index, heading)| SectionNode {
        id: &heading.id,
        title: &heading.text,
        level: heading.level,
        words: page.head.sections.get(index + 1).map_or(0, |section| section.words),
        topics: topics_of(index + 1).collect(),
    });
    PageNode {
        path: path(page),
        url: &page.url,
        title: &page.head.title,
        kind: page.kind,
        article_kind: page.head.front.kind.as_deref(),
        parent: page.parent.map(|parent| path(&site.pages[parent])),
        topics: page.topics.iter().map(topic).collect(),
        sections: sections.collect(),
    }
}

fn edges<'a>(site: &'a Site, page: &'a Page) -> impl Iterator<Item = Edge<'a>> {
    page.head.links.iter().zip(&*page.links).map(move |(link, resolved)| {
        let (target, to, to_section) = match &resolved.target {
            Target::Page(id, heading) => {
                let to = &site.pages[*id];
                let heading = heading.and_then(|index| to.head.headings.get(index));
                ("page", Some(path(to)), heading.map(|heading| heading.id.as_str()))
            }
            Target::File(file) => ("file", Some(file.as_str()), None),
            Target::External => ("external", None, None),
            Target::Broken => ("broken", None, None),
        };
        Edge {
            from: path(page),
            section: section_id(page, link.section as usize),
            kind: match link.kind {
                LinkKind::Link => "link",
                LinkKind::Image => "image",
                LinkKind::Wiki => "title",
            },
            target,
            to,
            to_section,
            url: &resolved.href,
            line: link.span.line,
        }
    })
}

/// The terms that a topic defines, and where they are mentioned.
fn terms<'a>(config: &'a Config, site: &'a Site, topic: usize) -> Vec<TermNode<'a>> {
    let declared = &config.topics[site.topics[topic].declared].terms;
    let of_topic = site.terms.iter().filter(|term| term.topic == topic);
    of_topic
        .filter_map(|term| {
            let (name, _) = declared.get(term.declared)?;
            Some(TermNode { name, id: &term.id, mentions: places(site, &term.mentions) })
        })
        .collect()
}

fn places<'a>(site: &'a Site, places: &[(PageId, usize)]) -> Vec<Member<'a>> {
    let place = |(page, section): &(PageId, usize)| {
        let page = &site.pages[*page];
        Member { page: path(page), section: section_id(page, *section) }
    };
    places.iter().map(place).collect()
}

/// The id of a section's heading; `None` for what stands before the first.
fn section_id(page: &Page, section: usize) -> Option<&str> {
    section.checked_sub(1).and_then(|index| page.head.headings.get(index)).map(|heading| heading.id.as_str())
}

fn path(page: &Page) -> &str {
    page.head.path.as_str()
}
