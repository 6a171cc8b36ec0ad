//! Topics of every page and section, and the sections of every topic.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::link::{
    graph::Places,
    is_listed,
    memory::{Guesses, Memory, Named},
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
    profile::Lexicon,
    site::{Page, PageId, PageKind, SectionTopic, TopicOrigin},
};

/// An automatic topic is one of the article's where so much of its text has it: one part of so many.
const PART_OF_ARTICLE: u32 = 4;

/// The topics of a site as the next weave may take them over.
#[derive(Debug)]
pub(in crate::link) struct Topics {
    places: Arc<Places>,
    written: Vec<Arc<Written>>,
    found: Vec<Arc<OfPage>>,
    /// The sections of each topic.
    members: Vec<Arc<[Member]>>,
}

/// A page and the index of a section.
type Member = (PageId, usize);

/// The topics of one page.
#[derive(Debug)]
struct OfPage {
    topics: Arc<[usize]>,
    sections: Arc<[Arc<[SectionTopic]>]>,
    /// Topics and sections with which it stands on their pages.
    members: Vec<(usize, usize)>,
    /// What was guessed, where anything could be.
    guessed: Option<Named>,
}

/// Finds the topics of every page and section, and the sections of every topic.
pub(in crate::link) fn sections(
    config: &Config,
    (site, lexicon): (&mut Site, &dyn Lexicon),
    places: &Arc<Places>,
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (old, new) = memory;
    // What stands in a folder's page may concern all below it.
    let is_same = |(id, page): (PageId, &Page)| page.kind == PageKind::Article || old.had(id, &page.head);
    let is_alike = |before: &&Topics| Arc::ptr_eq(&before.places, places) && site.pages.iter().enumerate().all(is_same);
    let before = old.topics.as_deref().filter(is_alike);
    let kept = |page: PageId| before.filter(|_| old.had(page, &site.pages[page].head));
    let written = written::read(config, site, |page| Some(kept(page)?.written[page].clone()));
    diagnostics.extend(written.iter().flat_map(|written| written.problems()).cloned());
    let taught = Taught::of(config, (site, lexicon), &written, old);
    let guesses: FxHashMap<&Digest, &Arc<Guesses>> = match before {
        Some(_) => FxHashMap::default(),
        None => old.guesses.iter().map(|(name, guesses)| (name, guesses)).collect(),
    };
    let of_page = |page: PageId| {
        let before = kept(page).map(|before| &before.found[page]);
        Asked { config, site, written: &written[page], taught: taught.as_ref(), page }.topics(before, &guesses)
    };
    let found: Vec<Arc<OfPage>> = (0..site.pages.len()).into_par_iter().map(of_page).collect();
    new.guesses = found.iter().filter_map(|found| found.guessed.clone()).collect();
    new.learned = taught.as_ref().map_or_else(|| old.learned.clone(), |taught| Some(taught.learned.clone()));
    new.counts = taught.map_or_else(|| old.counts.clone(), |taught| Some(taught.words.into_counts()));
    let is_same = |before: &&Topics| before.found.iter().zip(&found).all(|(old, new)| Arc::ptr_eq(old, new));
    let members = match before.filter(is_same) {
        Some(before) => before.members.clone(),
        None => members(site, &found),
    };
    for (page, found) in site.pages.iter_mut().zip(&found) {
        page.topics = found.topics.clone();
        page.section_topics = found.sections.clone();
    }
    for (topic, members) in site.topics.iter_mut().zip(&members) {
        topic.sections = members.clone();
    }
    new.topics = Some(Arc::new(Topics { places: places.clone(), written, found, members }));
}

/// The sections of every topic and of those below it, by path and place.
fn members(site: &Site, found: &[Arc<OfPage>]) -> Vec<Arc<[Member]>> {
    let mut members: Vec<Vec<Member>> = vec![Vec::new(); site.topics.len()];
    for (id, found) in found.iter().enumerate().filter(|(id, _)| is_listed(&site.pages[*id])) {
        found.members.iter().for_each(|(topic, section)| members[*topic].push((id, *section)));
    }
    let mut all = members.clone();
    for (topic, own) in members.iter().enumerate() {
        let parent = |topic: &usize| site.topics[*topic].parent;
        let above: Vec<usize> = std::iter::successors(parent(&topic), parent).take(site.topics.len()).collect();
        above.into_iter().for_each(|above| all[above].extend(own));
    }
    let sorted = |mut members: Vec<Member>| {
        members.sort_unstable();
        members.dedup();
        members.into()
    };
    all.into_iter().map(sorted).collect()
}

/// What guessing takes: what the site's words are, and what is learned of the topics.
pub(super) struct Taught<'a> {
    words: Words<'a>,
    learned: Arc<Learned>,
    /// Names what is learned, and how topics are chosen.
    digest: Digest,
}

impl<'a> Taught<'a> {
    /// None where there is nothing to guess. What an earlier weave counted and learned is taken over from `old`.
    pub(super) fn of(
        config: &Config,
        (site, lexicon): (&Site, &'a dyn Lexicon),
        written: &[Arc<Written>],
        old: &Memory,
    ) -> Option<Self> {
        let is_wanted = |page: PageId| {
            is_guessed(&site.pages[page])
                && (0..=site.pages[page].head.headings.len()).any(|section| written[page].may_guess(section))
        };
        if site.topics.is_empty() || !(0..site.pages.len()).any(is_wanted) {
            return None;
        }
        let words = Words::of(Counts::of((site, lexicon), (old.counts.as_ref(), &old.heads)), lexicon);
        let learned = learn::topics(config, site, &words, written, old.learned.as_ref());
        let tree: Vec<Option<usize>> = site.topics.iter().map(|topic| topic.parent).collect();
        let digest = Digest::of_value(&(learned.digest, tree, config.weave.topic_threshold));
        Some(Self { words, learned, digest })
    }

    /// Names what the topics of the page `id` are guessed from, where its sections `open` are to be guessed.
    fn name(&self, id: PageId, head: &Head, open: &[usize]) -> Digest {
        let lengths = head.sections.iter().map(|section| section.words);
        let rest = lengths.map(u64::from).chain([u64::MAX]).chain(open.iter().map(|section| *section as u64));
        let mut rest: Vec<u8> = rest.flat_map(u64::to_le_bytes).collect();
        self.words.name(id, &mut rest);
        Digest::of_parts([&self.digest.as_bytes()[..], head.profile.digest.as_bytes(), &rest])
    }

    /// Guesses for one page.
    pub(super) fn guesser<'g>(&'g self, config: &'g Config, site: &'g Site, page: PageId) -> Guesser<'g> {
        Guesser::new(config, site, &self.words, &self.learned, page)
    }
}

/// Whether pages of this sort are given topics: those that somebody wrote, the front page left aside.
pub(super) fn is_guessed(page: &Page) -> bool {
    page.has_source && matches!(page.kind, PageKind::Article | PageKind::Section)
}

/// One page, and all that its topics are found from.
struct Asked<'a> {
    config: &'a Config,
    site: &'a Site,
    written: &'a Written,
    taught: Option<&'a Taught<'a>>,
    page: PageId,
}

impl Asked<'_> {
    /// Its topics: those of `before`, which are of the same page with the same written about it, if nothing else is guessed
    /// now. `guesses` are known by their names.
    fn topics(&self, before: Option<&Arc<OfPage>>, guesses: &FxHashMap<&Digest, &Arc<Guesses>>) -> Arc<OfPage> {
        let Self { config, site, written, taught, page } = *self;
        let page_of_site = &site.pages[page];
        let count = page_of_site.head.headings.len() + 1;
        let open = || (0..count).filter(|section| written.may_guess(*section)).collect::<Vec<usize>>();
        let is_guessed = is_guessed(page_of_site) && before.is_none_or(|before| before.guessed.is_some());
        let open = if is_guessed { open() } else { Vec::new() };
        let taught = taught.filter(|_| !open.is_empty());
        let name = taught.map(|taught| taught.name(page, &page_of_site.head, &open));
        if let Some(before) = before.filter(|before| before.guessed.as_ref().map(|(name, _)| *name) == name) {
            return before.clone();
        }
        let guessed = taught.zip(name).map(|(taught, name)| {
            let remembered = guesses.get(&name).map(|guesses| (*guesses).clone());
            (name, remembered.unwrap_or_else(|| Arc::new(guess(config, site, taught, page, &open))))
        });
        let usual = written.usual();
        let mut sections: Vec<Arc<[SectionTopic]>> =
            (0..count).map(|section| written.topics_of(section, &usual)).collect();
        for (section, topic, guess) in guessed.iter().flat_map(|(_, guesses)| guesses.iter()) {
            sections[*section] = [SectionTopic { topic: *topic, origin: TopicOrigin::Automatic(guess.clone()) }].into();
        }
        let topics = topics_of_article(page_of_site, written, &sections).into();
        let members = members_of(page_of_site, written, &sections);
        Arc::new(OfPage { topics, sections: sections.into(), members, guessed })
    }
}

/// What there is to guess of the sections `open` of a page.
fn guess(config: &Config, site: &Site, taught: &Taught<'_>, page: PageId, open: &[usize]) -> Guesses {
    let guesser = taught.guesser(config, site, page);
    let guess = |section: usize| {
        let candidates = guesser.candidates(section);
        let chosen = guesser.chosen(&candidates)?;
        Some((section, chosen.topic, Arc::new(guesser.guess(section, chosen))))
    };
    open.iter().filter_map(|section| guess(*section)).collect()
}

fn is_automatic(found: &SectionTopic) -> bool {
    matches!(found.origin, TopicOrigin::Automatic(_))
}

/// Topics that are written somewhere in an article, and those that a good part of its text was given.
fn topics_of_article(page: &Page, written: &Written, sections: &[Arc<[SectionTopic]>]) -> Vec<usize> {
    let mut topics: Vec<usize> = written.whole().to_vec();
    topics.extend(written.folders.iter().map(|(topic, _)| *topic));
    topics.extend(written.of_sections().iter().flat_map(|own| own.kept().iter().copied()));
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

/// The topics of a page with its sections. A topic of all of an article has the article rather than its sections.
fn members_of(page: &Page, written: &Written, sections: &[Arc<[SectionTopic]>]) -> Vec<(usize, usize)> {
    let whole = written.whole().iter().chain(written.folders.iter().map(|(topic, _)| topic));
    let mut members: Vec<(usize, usize)> = whole.map(|topic| (*topic, 0)).collect();
    for (section, own) in written.of_sections().iter().enumerate() {
        members.extend(own.topics.iter().map(|topic| (*topic, section)));
    }
    let says_much = |section: usize| page.head.sections.get(section).is_some_and(|s| s.words >= FEWEST_WORDS);
    let count = (0..sections.len()).filter(|section| says_much(*section)).count();
    let guessed = |topic: usize| {
        let has = move |section: &usize| sections[*section].iter().any(|s| s.topic == topic && is_automatic(s));
        (0..sections.len()).filter(has)
    };
    let all = sections.iter().flat_map(|topics| &**topics);
    let mut topics: Vec<usize> = all.filter(|found| is_automatic(found)).map(|found| found.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    for topic in topics {
        match guessed(topic).count() == count {
            true => members.push((topic, 0)),
            false => members.extend(guessed(topic).map(|section| (topic, section))),
        }
    }
    members
}
