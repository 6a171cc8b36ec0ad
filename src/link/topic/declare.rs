//! The page of each topic, and where it stands in the tree of topics.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::link::route;
use crate::model::{
    Config, Diagnostic, RelPath, Site,
    site::{PageKind, TopicMembers},
};

/// Gives every declared topic its page, with its prose from `content/topics/NAME.md` where that exists.
pub(in crate::link) fn declare(config: &Config, site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let index: FxHashMap<&str, usize> =
        config.topics.iter().enumerate().map(|(i, topic)| (topic.name.as_str(), i)).collect();
    for (declared, topic) in config.topics.iter().enumerate() {
        let prose = RelPath::new(format!("topics/{}.md", topic.name))
            .and_then(|path| site.pages.iter().position(|page| page.head.path == path));
        let Some(output) = route::page_output(config, &format!("topics/{}", topic.name)) else { continue };
        site.topics.push(TopicMembers {
            declared,
            url: route::address(&output),
            output,
            prose,
            parent: topic.parent.as_ref().and_then(|parent| index.get(parent.value.as_str()).copied()),
            children: Vec::new(),
            sections: Arc::default(),
        });
    }
    for child in 0..site.topics.len() {
        if let Some(parent) = site.topics[child].parent {
            site.topics[parent].children.push(child);
        }
    }
    for page in site.pages.iter().filter(|page| page.kind == PageKind::Topic) {
        let front = &page.head.front;
        if !front.aliases.is_empty() || front.url.is_some() || front.slug.is_some() {
            let path = format!("content/{}", page.head.path);
            let message =
                "a topic's page has the address of its topic: `url`, `slug` and `aliases` have no effect here";
            diagnostics.push(Diagnostic::warning("topic-address", &path, None, message));
        }
    }
}
