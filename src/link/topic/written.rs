//! What editors wrote about topics: on headings, in the front matter of articles, and for whole folders in `_index.md`.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::model::{
    Config, Diagnostic, Site, Spanned,
    diagnostic::{did_you_mean, folded},
    page::Heading,
    site::{Page, PageId, PageKind, SectionTopic, TopicOrigin},
};

/// In place of a topic: that there is none.
const NONE: &str = "none";

/// What is written about the topics of one page.
#[derive(Debug)]
pub(super) struct Written {
    own: Arc<Own>,
    /// Topics of the folders above it, and the page of the nearest folder that has each; rising.
    pub(super) folders: Vec<(usize, PageId)>,
    /// Whether its sections are given topics where nobody wrote any.
    is_automatic: bool,
}

/// What is written in the article itself.
#[derive(Debug, Default)]
struct Own {
    /// Topics of the whole article, rising.
    whole: Vec<usize>,
    /// What is written on the heading of each section, up to the last on which anything is.
    sections: Vec<OfSection>,
    /// `topics = ["none"]`: neither topics of folders nor automatic ones.
    is_none: bool,
    /// Names that no topic has.
    problems: Vec<Diagnostic>,
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
    /// Topics of the whole article, rising.
    pub(super) fn whole(&self) -> &[usize] {
        &self.own.whole
    }

    /// Names that no topic has.
    pub(super) fn problems(&self) -> &[Diagnostic] {
        &self.own.problems
    }

    /// What is written on the headings of sections, up to the last on which anything is.
    pub(super) fn of_sections(&self) -> &[OfSection] {
        &self.own.sections
    }

    /// The topics that editors wrote for the whole article or its folders, rising: those of each section on whose heading
    /// nothing is written.
    pub(super) fn usual(&self) -> Arc<[SectionTopic]> {
        self.with(&[])
    }

    /// The topics of a section that editors wrote, for it, its article or its folders; rising.
    pub(super) fn topics_of(&self, section: usize, usual: &Arc<[SectionTopic]>) -> Arc<[SectionTopic]> {
        match self.own.sections.get(section) {
            Some(own) if own.is_none => Arc::default(),
            Some(own) if !own.topics.is_empty() => self.with(&own.topics),
            _ => usual.clone(),
        }
    }

    fn with(&self, own: &[usize]) -> Arc<[SectionTopic]> {
        let own = own.iter().map(|topic| (*topic, TopicOrigin::Section));
        let whole = self.own.whole.iter().map(|topic| (*topic, TopicOrigin::Article));
        let folders = self.folders.iter().map(|(topic, page)| (*topic, TopicOrigin::Folder(*page)));
        let mut topics: Vec<SectionTopic> =
            own.chain(whole).chain(folders).map(|(topic, origin)| SectionTopic { topic, origin }).collect();
        topics.sort_by_key(|found| found.topic);
        topics.dedup_by_key(|found| found.topic);
        topics.into()
    }

    /// Whether a section has no topic yet, and may be given one.
    pub(super) fn may_guess(&self, section: usize) -> bool {
        let has_topics = !self.own.whole.is_empty() || !self.folders.is_empty();
        let is_automatic = match self.own.sections.get(section) {
            Some(own) if own.is_none || !own.topics.is_empty() => false,
            Some(own) => own.is_automatic.unwrap_or(self.is_automatic),
            None => self.is_automatic,
        };
        !has_topics && !self.own.is_none && is_automatic
    }
}

impl OfSection {
    /// Its topics, unless it is said to have none.
    pub(super) fn kept(&self) -> &[usize] {
        if self.is_none { &[] } else { &self.topics }
    }
}

/// Reads what is written about every page, but for those of which `kept` knows it.
pub(super) fn read(
    config: &Config,
    site: &Site,
    kept: impl Fn(PageId) -> Option<Arc<Written>> + Send + Sync,
) -> Vec<Arc<Written>> {
    let names: FxHashMap<&str, usize> =
        site.topics.iter().enumerate().map(|(i, topic)| (config.topics[topic.declared].name.as_str(), i)).collect();
    let pages = || (0..site.pages.len()).into_par_iter();
    let kept: Vec<Option<Arc<Written>>> = pages().map(kept).collect();
    let own = |id: PageId| match &kept[id] {
        Some(kept) => kept.own.clone(),
        None => Arc::new(Own::of(config, &names, &site.pages[id])),
    };
    let own: Vec<Arc<Own>> = pages().map(own).collect();
    let written = |id: PageId| {
        kept[id].clone().unwrap_or_else(|| {
            let (folders, is_automatic) = inherited(config, site, &own, id);
            Arc::new(Written { own: own[id].clone(), folders, is_automatic })
        })
    };
    pages().map(written).collect()
}

impl Own {
    fn of(config: &Config, names: &FxHashMap<&str, usize>, page: &Page) -> Self {
        let mut problems = Vec::new();
        let mut find = |written: &[Spanned<String>]| -> (Vec<usize>, bool) {
            let mut found: Vec<usize> = Vec::new();
            let mut is_none = false;
            for name in written {
                match names.get(name.value.as_str()) {
                    Some(topic) => found.push(*topic),
                    None if name.value == NONE => is_none = true,
                    None => problems.push(unknown(config, &format!("content/{}", page.head.path), name)),
                }
            }
            found.sort_unstable();
            found.dedup();
            (found, is_none)
        };
        let (whole, is_none) = find(&page.head.front.topics);
        let headings = &page.head.headings;
        let says = |heading: &Heading| !heading.topics.is_empty() || heading.auto_topics.is_some();
        let said = headings.iter().rposition(says).map_or(0, |last| last + 1);
        // The first section has no heading.
        let mut sections = vec![OfSection::default(); usize::from(said > 0)];
        sections.extend(headings[..said].iter().map(|heading| {
            let (topics, is_none) = find(&heading.topics);
            // What is off for the site is off.
            let is_automatic = heading.auto_topics.filter(|_| config.weave.auto_topics);
            OfSection { topics, is_none, is_automatic }
        }));
        Self { whole, sections, is_none, problems }
    }
}

/// Topics of the folders above a page with the nearest folder that has each, and whether its sections are given topics.
type Inherited = (Vec<(usize, PageId)>, bool);

/// What the folders above a page say of it; the front page speaks for itself alone.
fn inherited(config: &Config, site: &Site, all: &[Arc<Own>], id: PageId) -> Inherited {
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
    (topics, config.weave.auto_topics && is_automatic)
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
