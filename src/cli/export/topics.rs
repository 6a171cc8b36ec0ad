//! `docweave export topics`.

use serde_json::{Map, Value};

use crate::link::topic::FEWEST_WORDS;
use crate::model::{
    Config, Site,
    site::{PageKind, SectionTopic, TopicOrigin},
};

/// For each article its sections of at least 12 words: the name of the best topic of each, or null.
pub(super) fn json(config: &Config, site: &Site) -> String {
    let name = |found: &SectionTopic| config.topics[site.topics[found.topic].declared].name.clone();
    let mut articles = Map::new();
    for page in site.pages.iter().filter(|page| page.has_source && page.kind != PageKind::Topic) {
        let sections = page.head.sections.iter().zip(&*page.section_topics);
        let long = sections.filter(|(section, _)| section.words >= FEWEST_WORDS);
        let best = long.map(|(_, topics)| topics.iter().min_by_key(|found| rank(found)).map(name));
        articles.insert(page.head.path.to_string(), best.map(Value::from).collect());
    }
    serde_json::to_string_pretty(&Value::Object(articles)).expect("a map of strings is JSON") + "\n"
}

/// What is written for the section itself comes first, then what is written for the article and its folders.
fn rank(found: &SectionTopic) -> u8 {
    match found.origin {
        TopicOrigin::Section => 0,
        TopicOrigin::Article => 1,
        TopicOrigin::Folder(_) => 2,
        TopicOrigin::Automatic(_) => 3,
    }
}
