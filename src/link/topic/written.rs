//! What editors wrote about topics: on headings, in the front matter of articles, and for whole folders in `_index.md`.

use rustc_hash::FxHashMap;

use crate::model::{
    Config, Diagnostic, Site, Spanned,
    diagnostic::{did_you_mean, folded},
    site::{PageId, PageKind, SectionTopic, TopicOrigin},
};

/// In place of a topic: that there is none.
const NONE: &str = "none";

/// What is written about the topics of one page.
#[derive(Debug)]
pub(super) struct Written {
    /// Topics of the whole article, rising.
    pub(super) whole: Vec<usize>,
    /// Topics of the folders above it, and the page of the nearest folder that has each; rising.
    pub(super) folders: Vec<(usize, PageId)>,
    /// What is written on the heading of each section.
    pub(super) sections: Vec<OfSection>,
    /// `topics = ["none"]`: neither topics of folders nor automatic ones.
    is_none: bool,
    /// Whether its sections are given topics where nobody wrote any.
    is_automatic: bool,
}

/// What is written on a heading.
#[derive(Clone, Debug, Default)]
pub(super) struct OfSection {
    /// Its topics, rising.
    pub(super) topics: Vec<usize>,
    is_none: bool,
    is_automatic: Option<bool>,
}

impl Written {
    /// The topics of each section that editors wrote, for it, its article or its folders; rising.
    pub(super) fn topics_of(&self, section: usize) -> Vec<SectionTopic> {
        let own = &self.sections[section];
        if own.is_none {
            return Vec::new();
        }
        let written = own.topics.iter().map(|topic| (*topic, TopicOrigin::Section));
        let whole = self.whole.iter().map(|topic| (*topic, TopicOrigin::Article));
        let folders = self.folders.iter().map(|(topic, page)| (*topic, TopicOrigin::Folder(*page)));
        let mut topics: Vec<SectionTopic> =
            written.chain(whole).chain(folders).map(|(topic, origin)| SectionTopic { topic, origin }).collect();
        topics.sort_by_key(|found| found.topic);
        topics.dedup_by_key(|found| found.topic);
        topics
    }

    /// Whether a section has no topic yet, and may be given one.
    pub(super) fn may_guess(&self, section: usize) -> bool {
        let own = &self.sections[section];
        let has_topics = !own.topics.is_empty() || !self.whole.is_empty() || !self.folders.is_empty();
        !has_topics && !self.is_none && !own.is_none && own.is_automatic.unwrap_or(self.is_automatic)
    }
}

/// Reads what is written about every page. Names that no topic has are told.
pub(super) fn read(config: &Config, site: &Site, diagnostics: &mut Vec<Diagnostic>) -> Vec<Written> {
    let names: FxHashMap<&str, usize> =
        site.topics.iter().enumerate().map(|(i, topic)| (config.topics[topic.declared].name.as_str(), i)).collect();
    let mut all: Vec<Written> = Vec::with_capacity(site.pages.len());
    for page in &site.pages {
        let mut find = |written: &[Spanned<String>]| -> (Vec<usize>, bool) {
            let mut found: Vec<usize> = Vec::new();
            let mut is_none = false;
            for name in written {
                match names.get(name.value.as_str()) {
                    Some(topic) => found.push(*topic),
                    None if name.value == NONE => is_none = true,
                    None => diagnostics.push(unknown(config, &format!("content/{}", page.head.path), name)),
                }
            }
            found.sort_unstable();
            found.dedup();
            (found, is_none)
        };
        let (whole, is_none) = find(&page.head.front.topics);
        let mut sections = vec![OfSection::default()];
        sections.extend(page.head.headings.iter().map(|heading| {
            let (topics, is_none) = find(&heading.topics);
            OfSection { topics, is_none, is_automatic: heading.auto_topics }
        }));
        all.push(Written { whole, folders: Vec::new(), sections, is_none, is_automatic: false });
    }
    for id in 0..all.len() {
        inherit(config, site, &mut all, id);
    }
    all
}

/// Takes over what the folders above a page say; the front page speaks for itself alone.
fn inherit(config: &Config, site: &Site, all: &mut [Written], id: PageId) {
    let parents = std::iter::successors(site.pages[id].parent, |above| site.pages[*above].parent);
    let folders: Vec<PageId> = parents.filter(|above| site.pages[*above].kind == PageKind::Section).collect();
    let says = |page: &PageId| site.pages[*page].head.front.auto_topics;
    let is_automatic = says(&id).or_else(|| folders.iter().find_map(says)).unwrap_or(true);
    let mut topics: Vec<(usize, PageId)> = Vec::new();
    if !all[id].is_none {
        let stop = folders.iter().position(|folder| all[*folder].is_none).map_or(folders.len(), |at| at + 1);
        for folder in &folders[..stop] {
            topics.extend(all[*folder].whole.iter().map(|topic| (*topic, *folder)));
        }
    }
    topics.sort_by_key(|(topic, _)| *topic);
    topics.dedup_by_key(|(topic, _)| *topic);
    all[id].folders = topics;
    all[id].is_automatic = config.weave.auto_topics && is_automatic;
}

fn unknown(config: &Config, path: &str, name: &Spanned<String>) -> Diagnostic {
    let near = did_you_mean(&name.value, config.topics.iter().map(|topic| topic.name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it in site.toml: `[topics.{}]` with a `title`", name.value),
    };
    let message = format!("the topic `{}` is not declared", name.value.escape_debug());
    let problem = Diagnostic::warning("unknown-topic", path, name.span, message).help(help);
    match near.filter(|near| folded(near) == folded(&name.value)) {
        Some(near) => problem.fix(name.span, &name.value, near),
        None => problem,
    }
}
