//! Why the sections of one page have their topics, and which topics came near.

use std::sync::Arc;

use crate::link::{
    Memory,
    topic::{
        FEWEST_WORDS,
        assign::{self, Taught},
        written,
    },
};
use crate::model::{
    Config, Site,
    profile::InMemory,
    site::{Guess, PageId, SectionTopic, TopicOrigin, TopicReason},
};

/// How many topics of a section are told that it was not given.
const NEAR: usize = 2;

/// A topic less likely than this came nowhere near.
const LEAST: f32 = 0.02;

/// What there is to say about one section.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Its topics.
    pub topics: Vec<SectionTopic>,
    /// Topics that it was not given, as indices into [`Site::topics`], the likeliest first.
    pub near: Vec<(usize, Guess)>,
    /// Why nothing was guessed for it.
    pub unguessed: Option<Unguessed>,
}

/// Why nothing was guessed for a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unguessed {
    /// Editors gave it topics.
    Written,
    /// It is switched off: for the site, a folder, the article or the section.
    SwitchedOff,
    /// Only articles and folders' pages that somebody wrote are given topics.
    NoArticle,
    /// It has too few words.
    TooShort,
}

/// Explains the sections of a page of a woven site, in their order.
pub fn page(config: &Config, site: &Site, page: PageId) -> Vec<Explained> {
    let written = written::read(config, site, |_| None);
    let taught = Taught::of(config, (site, &InMemory), &written, &Memory::default());
    let guesser = taught.as_ref().map(|taught| taught.guesser(config, site, page));
    let usual = written[page].usual();
    let of_section = |(section, topics): (usize, &Arc<[SectionTopic]>)| {
        let words = site.pages[page].head.sections.get(section).map_or(0, |section| section.words);
        let unguessed = match () {
            () if !written[page].topics_of(section, &usual).is_empty() => Some(Unguessed::Written),
            () if !assign::is_guessed(&site.pages[page]) => Some(Unguessed::NoArticle),
            () if !written[page].may_guess(section) => Some(Unguessed::SwitchedOff),
            () if words < FEWEST_WORDS => Some(Unguessed::TooShort),
            () => None,
        };
        let near = match &guesser {
            Some(guesser) if unguessed.is_none() => {
                let candidates = guesser.candidates(section);
                let is_near = |topic: usize, alone: f32| alone >= LEAST && topics.iter().all(|t| t.topic != topic);
                let near = candidates.iter().filter(|candidate| is_near(candidate.topic, candidate.alone));
                near.take(NEAR).map(|candidate| (candidate.topic, guesser.guess(section, candidate))).collect()
            }
            _ => Vec::new(),
        };
        Explained { topics: topics.to_vec(), near, unguessed }
    };
    site.pages[page].section_topics.iter().enumerate().map(of_section).collect()
}

/// How a section came to a topic, in words.
pub fn origin(site: &Site, origin: &TopicOrigin) -> String {
    match origin {
        TopicOrigin::Section => "written on the heading".to_owned(),
        TopicOrigin::Article => "written in the front matter".to_owned(),
        TopicOrigin::Folder(folder) => format!("written in content/{}", site.pages[*folder].head.path),
        TopicOrigin::Automatic(guess) => scored(guess),
    }
}

/// How likely a guess is, and why, in words.
pub fn scored(guess: &Guess) -> String {
    let reasons: Vec<String> = guess.reasons.iter().map(reason).collect();
    format!("{:.2}  {}", guess.score, reasons.join("; "))
}

fn reason(reason: &TopicReason) -> String {
    let (says, words) = match reason {
        TopicReason::Heading(words) => ("heading says", words),
        TopicReason::Words(words) => ("text says", words),
        TopicReason::Examples(words) => ("like what editors tagged", words),
        TopicReason::Title(words) => ("title says", words),
        TopicReason::Article(words) => ("rest of the article says", words),
    };
    format!("{says}: {}", words.join(", "))
}
