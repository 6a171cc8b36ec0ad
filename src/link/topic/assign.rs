//! Topics of every page and section, and the sections of every topic.

use std::sync::Arc;

use rayon::prelude::*;

use crate::link::{
    is_listed,
    memory::{Guesses, Memory},
    topic::{
        FEWEST_WORDS,
        guess::Guesser,
        learn::{self, Learned},
        words::{Counts, Words},
        written::{self, Written},
    },
};
use crate::model::{
    Config, Diagnostic, Digest, Head, Site,
    site::{Page, PageId, PageKind, SectionTopic, TopicOrigin},
};

/// An automatic topic is one of the article's where so much of its text has it: one part of so many.
const PART_OF_ARTICLE: u32 = 4;

/// Finds the topics of every page and section, and the sections of every topic.
pub(in crate::link) fn sections(
    config: &Config,
    site: &mut Site,
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let written = written::read(config, site, diagnostics);
    let (old, new) = memory;
    let taught = Taught::of(config, site, &written, (old.counts.as_ref(), old.learned.as_ref()));
    let of_page = |page: PageId| of_page(config, site, &written, taught.as_ref(), old, page);
    let (found, guessed): (Vec<_>, Vec<_>) = (0..site.pages.len()).into_par_iter().map(of_page).unzip();
    new.guesses = guessed.into_iter().flatten().collect();
    new.learned = taught.as_ref().map_or_else(|| old.learned.clone(), |taught| Some(taught.learned.clone()));
    new.counts = taught.map_or_else(|| old.counts.clone(), |taught| Some(taught.words.into_counts()));
    let mut members: Vec<Vec<(PageId, usize)>> = vec![Vec::new(); site.topics.len()];
    for (id, sections) in found.into_iter().enumerate() {
        let topics = topics_of_article(&site.pages[id], &written[id], &sections);
        if is_listed(&site.pages[id]) {
            note_members(id, &site.pages[id], &written[id], &sections, &mut members);
        }
        site.pages[id].topics = topics;
        site.pages[id].section_topics = sections;
    }
    for (topic, own) in members.iter().enumerate() {
        let parent = |topic: &usize| site.topics[*topic].parent;
        let above: Vec<usize> = std::iter::successors(parent(&topic), parent).take(site.topics.len()).collect();
        above.into_iter().for_each(|above| site.topics[above].sections.extend(own));
    }
    for (topic, own) in site.topics.iter_mut().zip(members) {
        topic.sections.extend(own);
        topic.sections.sort_unstable();
        topic.sections.dedup();
    }
}

/// What guessing takes: what the site's words are, and what is learned of the topics.
pub(super) struct Taught {
    words: Words,
    learned: Arc<Learned>,
    /// Names what is learned, and how topics are chosen.
    digest: Digest,
}

impl Taught {
    /// None where there is nothing to guess. `counted` is what an earlier weave counted, `learned` what it learned.
    pub(super) fn of(
        config: &Config,
        site: &Site,
        written: &[Written],
        (counted, learned): (Option<&Arc<Counts>>, Option<&Arc<Learned>>),
    ) -> Option<Self> {
        let is_wanted = |page: PageId| {
            is_guessed(&site.pages[page]) && (0..written[page].sections.len()).any(|at| written[page].may_guess(at))
        };
        if site.topics.is_empty() || !(0..site.pages.len()).any(is_wanted) {
            return None;
        }
        let words = Words::of(Counts::of(site, counted));
        let learned = learn::topics(config, site, &words, written, learned);
        let tree: Vec<Option<usize>> = site.topics.iter().map(|topic| topic.parent).collect();
        let digest = Digest::of_value(&(learned.digest, tree, config.weave.topic_threshold));
        Some(Self { words, learned, digest })
    }

    /// Names what the topics of a page are guessed from, where its sections `open` are to be guessed.
    fn name(&self, head: &Head, open: &[usize]) -> Digest {
        let lengths = head.sections.iter().map(|section| section.words);
        let rest = lengths.map(u64::from).chain([u64::MAX]).chain(open.iter().map(|section| *section as u64));
        let mut rest: Vec<u8> = rest.flat_map(u64::to_le_bytes).collect();
        self.words.name(head, &mut rest);
        Digest::of_parts([&self.digest.as_bytes()[..], head.profile.digest.as_bytes(), &rest])
    }

    /// Guesses for one page.
    pub(super) fn guesser<'a>(&'a self, config: &'a Config, site: &'a Site, page: PageId) -> Guesser<'a> {
        Guesser::new(config, site, &self.words, &self.learned, page)
    }
}

/// Whether pages of this sort are given topics: those that somebody wrote, the front page left aside.
pub(super) fn is_guessed(page: &Page) -> bool {
    page.has_source && matches!(page.kind, PageKind::Article | PageKind::Section)
}

/// What was guessed for a page, under the name of what it was guessed from.
type Named = (Digest, Arc<Guesses>);

/// The topics of a page's sections, and what was guessed, by its name.
fn of_page(
    config: &Config,
    site: &Site,
    written: &[Written],
    taught: Option<&Taught>,
    old: &Memory,
    page: PageId,
) -> (Vec<Vec<SectionTopic>>, Option<Named>) {
    let count = written[page].sections.len();
    let mut sections: Vec<Vec<SectionTopic>> = (0..count).map(|section| written[page].topics_of(section)).collect();
    let open: Vec<usize> = (0..count).filter(|section| written[page].may_guess(*section)).collect();
    let Some(taught) = taught.filter(|_| is_guessed(&site.pages[page]) && !open.is_empty()) else {
        return (sections, None);
    };
    let name = taught.name(&site.pages[page].head, &open);
    let guesses = old.guesses.get(&name).cloned().unwrap_or_else(|| {
        let guesser = taught.guesser(config, site, page);
        let guess = |section: usize| {
            let candidates = guesser.candidates(section);
            let chosen = guesser.chosen(&candidates)?;
            Some((section, chosen.topic, guesser.guess(section, chosen)))
        };
        Arc::new(open.iter().filter_map(|section| guess(*section)).collect())
    });
    for (section, topic, guess) in guesses.iter() {
        sections[*section].push(SectionTopic { topic: *topic, origin: TopicOrigin::Automatic(guess.clone()) });
    }
    (sections, Some((name, guesses)))
}

fn is_automatic(found: &SectionTopic) -> bool {
    matches!(found.origin, TopicOrigin::Automatic(_))
}

/// Topics that are written somewhere in an article, and those that a good part of its text was given.
fn topics_of_article(page: &Page, written: &Written, sections: &[Vec<SectionTopic>]) -> Vec<usize> {
    let mut topics: Vec<usize> = written.whole.clone();
    topics.extend(written.folders.iter().map(|(topic, _)| *topic));
    topics.extend(sections.iter().flatten().filter(|found| !is_automatic(found)).map(|found| found.topic));
    let mut given: Vec<(usize, u32)> = Vec::new();
    for (section, found) in page.head.sections.iter().zip(sections) {
        given.extend(found.iter().filter(|found| is_automatic(found)).map(|found| (found.topic, section.words)));
    }
    given.sort_unstable();
    for of_topic in given.chunk_by(|a, b| a.0 == b.0) {
        let words: u32 = of_topic.iter().map(|(_, words)| words).sum();
        if words * PART_OF_ARTICLE >= page.head.words {
            topics.push(of_topic[0].0);
        }
    }
    topics.sort_unstable();
    topics.dedup();
    topics
}

/// Enters a page's sections with their topics. A topic of all of an article has the article rather than its sections.
fn note_members(
    id: PageId,
    page: &Page,
    written: &Written,
    sections: &[Vec<SectionTopic>],
    members: &mut [Vec<(PageId, usize)>],
) {
    let whole = written.whole.iter().chain(written.folders.iter().map(|(topic, _)| topic));
    whole.for_each(|topic| members[*topic].push((id, 0)));
    for (section, own) in written.sections.iter().enumerate() {
        own.topics.iter().for_each(|topic| members[*topic].push((id, section)));
    }
    let says_much = |section: usize| page.head.sections.get(section).is_some_and(|s| s.words >= FEWEST_WORDS);
    let count = (0..sections.len()).filter(|section| says_much(*section)).count();
    let guessed = |topic: usize| {
        let has = move |section: &usize| sections[*section].iter().any(|s| s.topic == topic && is_automatic(s));
        (0..sections.len()).filter(has)
    };
    let mut topics: Vec<usize> = sections.iter().flatten().filter(|s| is_automatic(s)).map(|s| s.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    for topic in topics {
        match guessed(topic).count() == count {
            true => members[topic].push((id, 0)),
            false => members[topic].extend(guessed(topic).map(|section| (id, section))),
        }
    }
}
