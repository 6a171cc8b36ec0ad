//! Topics: the pages they get, and the sections that belong to them.

use rustc_hash::FxHashMap;

use crate::link::{is_listed, route};
use crate::model::{
    Config, Diagnostic, RelPath, Site, Spanned,
    diagnostic::did_you_mean,
    site::{PageKind, TopicMembers},
};

/// Gives every declared topic its page, with its prose from `content/topics/NAME.md` where that exists.
pub(super) fn declare(config: &Config, site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
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
            sections: Vec::new(),
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

/// Finds the topics of every page and section, and the sections of every topic.
pub(super) fn sections(config: &Config, site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let names: FxHashMap<&str, usize> =
        site.topics.iter().enumerate().map(|(i, topic)| (config.topics[topic.declared].name.as_str(), i)).collect();
    let mut members: Vec<Vec<(usize, usize)>> = vec![Vec::new(); site.topics.len()];
    for id in 0..site.pages.len() {
        let head = site.pages[id].head.clone();
        let mut find = |written: &[Spanned<String>]| -> Vec<usize> {
            let mut found: Vec<usize> = Vec::new();
            for name in written {
                match names.get(name.value.as_str()) {
                    Some(topic) => found.push(*topic),
                    None => diagnostics.push(unknown(config, &format!("content/{}", head.path), name)),
                }
            }
            found.sort_unstable();
            found.dedup();
            found
        };
        let whole = find(&head.front.topics);
        let mut section_topics = vec![whole];
        section_topics.extend(head.headings.iter().map(|heading| find(&heading.topics)));
        let mut all: Vec<usize> = section_topics.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        if is_listed(&site.pages[id]) {
            for (section, topics) in section_topics.iter().enumerate() {
                topics.iter().for_each(|topic| members[*topic].push((id, section)));
            }
        }
        site.pages[id].topics = all;
        site.pages[id].section_topics = section_topics;
    }
    for (topic, sections) in site.topics.iter_mut().zip(members) {
        topic.sections = sections;
    }
}

fn unknown(config: &Config, path: &str, name: &Spanned<String>) -> Diagnostic {
    let near = did_you_mean(&name.value, config.topics.iter().map(|topic| topic.name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it in site.toml: `[topics.{}]` with a `title`", name.value),
    };
    let message = format!("the topic `{}` is not declared", name.value.escape_debug());
    Diagnostic::warning("unknown-topic", path, name.span, message).help(help)
}
