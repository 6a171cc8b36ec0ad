//! What search engines are told of a page, as JSON-LD in the words of schema.org.
//!
//! An article is a `TechArticle`, the front page a `WebSite`; the way down to a page is a `BreadcrumbList`, and questions with
//! their answers are an `FAQPage`. It is a block of data: no browser runs it, so no policy for scripts stops it.

use serde::Serialize;

use crate::model::{Config, Date, doc::Question, site::PageKind};
use crate::render::view::PageView;

/// A whole block.
#[derive(Serialize)]
struct Block<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Thing<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
enum Thing<'a> {
    TechArticle(Box<Article<'a>>),
    WebSite(WebSite<'a>),
    BreadcrumbList {
        #[serde(rename = "itemListElement")]
        items: Vec<Crumb<'a>>,
    },
    #[serde(rename = "FAQPage")]
    Questions {
        #[serde(rename = "mainEntity")]
        questions: Vec<Asked<'a>>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Article<'a> {
    headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<Date>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    #[serde(skip_serializing_if = "is_zero")]
    word_count: u32,
    in_language: &'a str,
    publisher: Named<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebSite<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    url: &'a str,
    in_language: &'a str,
    publisher: Named<'a>,
}

/// A person, or an organization with its address.
#[derive(Serialize)]
struct Named<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "ListItem")]
struct Crumb<'a> {
    position: usize,
    name: &'a str,
    item: String,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Question")]
struct Asked<'a> {
    name: &'a str,
    #[serde(rename = "acceptedAnswer")]
    answer: Answer<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct Answer<'a> {
    text: &'a str,
}

/// For serde, which hands a reference over.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What a page is; `None` where there is nothing to tell.
pub(super) fn data(config: &Config, page: &PageView<'_>) -> Option<String> {
    let publisher = || Named { kind: "Organization", name: &config.title, url: Some(config.base_url.absolute("/")) };
    let description = if page.description.is_empty() { page.excerpt } else { page.description };
    let mut graph = Vec::new();
    match page.kind {
        PageKind::Article => graph.push(Thing::TechArticle(Box::new(Article {
            headline: page.title,
            description,
            url: &page.permalink,
            image: page.image.as_ref().map(|image| image.url.as_str()),
            date_published: page.date,
            date_modified: page.updated.or(page.date),
            author: page.authors.iter().map(|name| Named { kind: "Person", name, url: None }).collect(),
            article_section: page.breadcrumbs.get(1..).and_then(<[_]>::last).map(|crumb| crumb.title),
            keywords: page.topics.iter().map(|topic| topic.title).collect(),
            word_count: page.words,
            in_language: &config.language,
            publisher: publisher(),
        }))),
        PageKind::Home => graph.push(Thing::WebSite(WebSite {
            name: &config.title,
            description,
            url: &page.permalink,
            in_language: &config.language,
            publisher: publisher(),
        })),
        PageKind::Section | PageKind::Topic => {}
    }
    if !page.breadcrumbs.is_empty() {
        let above =
            page.breadcrumbs.iter().map(|crumb| (crumb.title, format!("{}{}", config.base_url.origin, crumb.url)));
        let way = above.chain([(page.title, page.permalink.clone())]);
        let items = way.enumerate().map(|(index, (name, item))| Crumb { position: index + 1, name, item }).collect();
        graph.push(Thing::BreadcrumbList { items });
    }
    (!graph.is_empty()).then(|| written(graph))
}

/// The questions of a page with their answers, which say its text once more; `None` where there are none.
pub(super) fn questions(page: &PageView<'_>) -> Option<String> {
    let things = || vec![Thing::Questions { questions: page.questions.iter().map(asked).collect() }];
    (!page.questions.is_empty()).then(|| written(things()))
}

/// A block as text. No `<` is in it, so that it can't end the element that holds it.
fn written(graph: Vec<Thing<'_>>) -> String {
    let block = Block { context: "https://schema.org", graph };
    serde_json::to_string(&block).expect("texts, numbers and tables are JSON").replace('<', "\\u003c")
}

fn asked(question: &Question) -> Asked<'_> {
    Asked { name: &question.question, answer: Answer { text: &question.answer } }
}
