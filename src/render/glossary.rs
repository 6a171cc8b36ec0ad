//! Views of terms: those of one topic, and the page of all of them.

use crate::model::{
    Config, Site,
    site::{PageId, Term},
};
use crate::render::{
    page::{page_link, topic_link},
    view::{GlossaryLetterView, GlossaryTermView, GlossaryView, LinkView, MentionView, TermView},
};

/// How many sections that mention a term the glossary names.
const MENTIONS: usize = 10;

/// The terms that a topic defines.
pub(super) fn of_topic<'a>(config: &'a Config, site: &'a Site, topic: usize) -> Vec<TermView<'a>> {
    let first = site.terms.partition_point(|term| term.topic < topic);
    let terms = site.terms[first..].iter().take_while(|term| term.topic == topic);
    let view = |term: &'a Term| {
        let (name, definition) = declared(config, site, term);
        TermView { name, definition, id: &term.id }
    };
    terms.map(view).collect()
}

/// What `glossary` is in a template.
pub(super) fn view<'a>(config: &'a Config, site: &'a Site) -> GlossaryView<'a> {
    let mut terms: Vec<(String, GlossaryTermView<'a>)> = site
        .terms
        .iter()
        .map(|term| term_view(config, site, term))
        .map(|view| (view.name.to_lowercase(), view))
        .collect();
    terms.sort_by(|(a, left), (b, right)| (a, left.id).cmp(&(b, right.id)));
    let count = terms.len();
    let mut letters: Vec<GlossaryLetterView<'a>> = Vec::new();
    for (_, term) in terms {
        let letter = letter(term.name);
        match letters.last_mut().filter(|last| last.letter == letter) {
            Some(last) => last.terms.push(term),
            None => letters.push(GlossaryLetterView { letter, terms: vec![term] }),
        }
    }
    GlossaryView { letters, count }
}

fn letter(name: &str) -> String {
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => first.to_uppercase().collect(),
        _ => "#".to_owned(),
    }
}

fn declared<'a>(config: &'a Config, site: &Site, term: &Term) -> (&'a str, &'a str) {
    let topic = &config.topics[site.topics[term.topic].declared];
    topic.terms.get(term.declared).map_or(("", ""), |(name, definition)| (name, definition))
}

fn term_view<'a>(config: &'a Config, site: &'a Site, term: &'a Term) -> GlossaryTermView<'a> {
    let (name, definition) = declared(config, site, term);
    let mentions = term.mentions.iter().take(MENTIONS).map(|place| mention(config, site, *place)).collect();
    let more = term.mentions.len().saturating_sub(MENTIONS);
    GlossaryTermView { name, definition, id: &term.id, topic: topic_link(config, site, term.topic), mentions, more }
}

fn mention<'a>(config: &Config, site: &'a Site, (page, section): (PageId, usize)) -> MentionView<'a> {
    let page = &site.pages[page];
    let LinkView { title, url } = page_link(config, page);
    match section.checked_sub(1).and_then(|index| page.head.headings.get(index)) {
        Some(heading) => MentionView { title, section: &heading.text, url: format!("{url}#{}", heading.id) },
        None => MentionView { title, section: "", url },
    }
}
