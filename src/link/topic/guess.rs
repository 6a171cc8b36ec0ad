//! The most likely topic of a section, and the reasons.
//!
//! Each topic's likeness to the section and to its article is a sum over their common words. Both are weighed against
//! each other, and the sums of all topics against no topic at all (a multinomial logit, McFadden 1974), which gives
//! each a probability. The weights were fitted once, to sections of three sites whose editors had sorted them, with
//! stray sections of other topics and of other sites among them; sites do not fit them.

use crate::link::topic::{
    FEWEST_WORDS, exact,
    learn::{Learned, Share},
    words::{Weighed, Words},
};
use crate::model::{
    Config, Head, Site,
    profile::Vocabulary,
    site::{Guess, TopicReason},
};

/// An article's evidence: by its likeness, by its likeness over that of the topic's examples, and against it.
const ARTICLE: f32 = 26.5;
const ARTICLE_EXPECTED: f32 = 2.5;
const ARTICLE_AGAINST: f32 = 4.0;

/// An article's evidence for its likeliest topic counts no more than this: an article that is wholly about one thing may
/// still have a section about none.
const ARTICLE_MOST: f32 = 5.0;

/// How much of it counts for a section, and how much more where the section speaks as the rest of the article does.
const INHERITED: f32 = 0.1;
const INHERITED_SHARED: f32 = 0.75;

/// A section's evidence: by its likeness, and against it.
const SECTION: f32 = 15.0;
const SECTION_AGAINST: f32 = 0.6;

/// How many words a reason names, and how many reasons are given.
const NAMED: usize = 3;
const REASONS: usize = 3;

/// A reason that brings less than this share of the evidence is left out.
const LEAST: f32 = 0.1;

/// Guesses the topics of one page's sections.
pub(super) struct Guesser<'a> {
    config: &'a Config,
    site: &'a Site,
    words: &'a Words<'a>,
    learned: &'a Learned,
    head: &'a Head,
    vocabulary: &'a Vocabulary,
    /// Where the shares of each word of the profile stand.
    places: Vec<(u32, u32)>,
    article: Vec<Weighed>,
    /// The article's evidence for each topic.
    evidence: Vec<f32>,
    /// In how many sections each word stands.
    sections: Vec<u32>,
}

/// A topic that a section may have.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// An index into [`Site::topics`].
    pub(super) topic: usize,
    /// How likely it is, that of topics below it included.
    pub(super) score: f32,
    /// How likely it is alone.
    pub(super) alone: f32,
}

impl<'a> Guesser<'a> {
    pub(super) fn new(
        config: &'a Config,
        site: &'a Site,
        words: &'a Words<'_>,
        learned: &'a Learned,
        page: usize,
    ) -> Self {
        let head: &Head = &site.pages[page].head;
        let vocabulary = words.vocabulary(head);
        let Vocabulary { terms, sections: entries } = vocabulary;
        let places: Vec<(u32, u32)> = terms.hashes().iter().map(|hash| learned.find(*hash)).collect();
        let article = words.article(vocabulary);
        let mut sections = vec![0; terms.len()];
        entries.entries().for_each(|entry| sections[entry.term as usize] += 1);
        let evidence = Vec::new();
        let mut guesser = Self { config, site, words, learned, head, vocabulary, places, article, evidence, sections };
        guesser.evidence = guesser.article_evidence();
        guesser
    }

    fn shares(&self, word: &Weighed) -> &'a [Share] {
        self.learned.at(self.places[word.term as usize])
    }

    /// The cosine of a vector with each topic.
    fn likeness(&self, vector: &[Weighed]) -> Vec<f32> {
        let mut sums = vec![0.0; self.site.topics.len()];
        for word in vector {
            for share in self.shares(word) {
                sums[share.topic as usize] += word.weight * share.weight;
            }
        }
        sums
    }

    fn article_evidence(&self) -> Vec<f32> {
        let of_topic = |(topic, likeness): (usize, f32)| {
            let expected = self.learned.expected[topic].max(1e-3);
            ARTICLE * likeness + ARTICLE_EXPECTED * likeness / expected - ARTICLE_AGAINST
        };
        let mut evidence: Vec<f32> = self.likeness(&self.article).into_iter().enumerate().map(of_topic).collect();
        let excess = evidence.iter().copied().fold(ARTICLE_MOST, f32::max) - ARTICLE_MOST;
        evidence.iter_mut().for_each(|evidence| *evidence -= excess);
        evidence
    }

    /// How much of the article's evidence counts for a section: the more, the more of its words other sections have.
    fn inherited(&self, vector: &[Weighed]) -> f32 {
        let is_alone = self.vocabulary.sections.iter().filter(|entries| !entries.is_empty()).count() < 2;
        let is_shared = |word: &&Weighed| is_alone || self.sections[word.term as usize] > 1;
        let shared: f32 = vector.iter().filter(is_shared).map(|word| word.weight * word.weight).sum();
        INHERITED + INHERITED_SHARED * shared
    }

    /// Topics of a section, the likeliest first; none for a section that says too little.
    pub(super) fn candidates(&self, section: usize) -> Vec<Candidate> {
        if self.head.sections.get(section).is_none_or(|section| section.words < FEWEST_WORDS) {
            return Vec::new();
        }
        let vector = self.words.section(self.vocabulary, section);
        let inherited = self.inherited(&vector);
        let sums = self.likeness(&vector).into_iter().zip(&self.evidence);
        let evidence: Vec<f32> =
            sums.map(|(likeness, article)| inherited * article + SECTION * likeness - SECTION_AGAINST).collect();
        let most = evidence.iter().copied().fold(0.0, f32::max);
        let exp = |evidence: f32| exact::exp(f64::from(evidence - most));
        let total = evidence.iter().map(|evidence| exp(*evidence)).sum::<f64>() + exp(0.0);
        let mut candidates: Vec<Candidate> = (0..)
            .zip(&evidence)
            .map(|(topic, evidence)| {
                let alone = (exp(*evidence) / total) as f32;
                Candidate { topic, score: alone, alone }
            })
            .collect();
        self.count_for_parents(&evidence, &mut candidates);
        candidates.sort_by(|a, b| b.alone.total_cmp(&a.alone).then(a.topic.cmp(&b.topic)));
        candidates
    }

    /// Adds the likelihood of each topic to those above it, as far as more speaks for it than against it.
    fn count_for_parents(&self, evidence: &[f32], candidates: &mut [Candidate]) {
        for topic in (0..candidates.len()).filter(|topic| evidence[*topic] > 0.0) {
            let parent = |topic: &usize| self.site.topics[*topic].parent;
            for above in std::iter::successors(parent(&topic), parent).take(candidates.len()) {
                candidates[above].score += candidates[topic].alone;
            }
        }
    }

    /// The topic that a section is given: the likeliest that reaches the threshold by itself, else the lowest in the
    /// tree that reaches it with those below it.
    pub(super) fn chosen<'c>(&self, candidates: &'c [Candidate]) -> Option<&'c Candidate> {
        let threshold = self.config.weave.topic_threshold as f32;
        let depth = |candidate: &&Candidate| {
            std::iter::successors(Some(candidate.topic), |topic| self.site.topics[*topic].parent).take(100).count()
        };
        let alone = candidates.first().filter(|first| first.alone >= threshold);
        // Of those that are as deep, the likeliest comes first.
        let together = || candidates.iter().rev().filter(|candidate| candidate.score >= threshold).max_by_key(depth);
        alone.or_else(together)
    }

    /// A candidate with its reasons.
    pub(super) fn guess(&self, section: usize, candidate: &Candidate) -> Guess {
        Guess { score: candidate.score, reasons: self.reasons(section, candidate.topic) }
    }

    /// Why a section has a topic.
    fn reasons(&self, section: usize, topic: usize) -> Vec<TopicReason> {
        let vector = self.words.section(self.vocabulary, section);
        let expected = self.learned.expected[topic].max(1e-3);
        let inherited = self.inherited(&vector) * (ARTICLE + ARTICLE_EXPECTED / expected);
        let of_topic = |word: &Weighed| self.shares(word).iter().find(|share| share.topic as usize == topic);
        let mut here = vec![false; self.places.len()];
        let mut tallies: [Tally; KINDS.len()] = Default::default();
        let mut tell = |kind: Kind, points: f32, term: u32| tallies[kind as usize].add(points, term);
        let entries = self.vocabulary.sections.get(section);
        for word in &vector {
            here[word.term as usize] = true;
            let Some(share) = of_topic(word) else { continue };
            let kind = match entries.and_then(|entries| entries.find(word.term)) {
                Some(entry) if entry.in_heading => Kind::Heading,
                _ if share.is_own => Kind::Words,
                _ => Kind::Examples,
            };
            tell(kind, SECTION * word.weight * share.weight, word.term);
        }
        for word in &self.article {
            let Some(share) = of_topic(word) else { continue };
            let kind = match self.vocabulary.terms.at(word.term) {
                term if term.in_title => Kind::Title,
                _ if !here[word.term as usize] => Kind::Article,
                _ if share.is_own => Kind::Words,
                _ => Kind::Examples,
            };
            tell(kind, inherited * word.weight * share.weight, word.term);
        }
        self.told(&tallies)
    }

    /// The strongest kinds of reasons, each with its strongest words.
    fn told(&self, tallies: &[Tally; KINDS.len()]) -> Vec<TopicReason> {
        let all: f32 = tallies.iter().map(|tally| tally.total).sum();
        let mut kinds: Vec<(Kind, &Tally)> = KINDS.into_iter().zip(tallies).collect();
        kinds.retain(|(_, tally)| tally.total > 0.0 && tally.total >= LEAST * all);
        kinds.sort_by(|a, b| b.1.total.total_cmp(&a.1.total));
        let reason = |(kind, tally): &(Kind, &Tally)| {
            let mut words: Vec<String> = Vec::with_capacity(NAMED);
            for (_, term) in &tally.best {
                let surface = self.vocabulary.terms.at(*term).surface;
                if words.len() < NAMED && !words.iter().any(|word| has_part(word, surface)) {
                    words.push(surface.to_owned());
                }
            }
            kind.reason(words)
        };
        kinds.iter().take(REASONS).map(reason).collect()
    }
}

/// What speaks for a topic in one way: all of it, and the words that count most.
#[derive(Default)]
struct Tally {
    total: f32,
    best: Vec<(f32, u32)>,
}

impl Tally {
    /// Parts of a word may stand among the best beside it, so that more are kept than are named.
    const KEPT: usize = 3 * NAMED;

    fn add(&mut self, points: f32, term: u32) {
        self.total += points;
        let place = self.best.partition_point(|(other, _)| *other >= points);
        if place < Self::KEPT {
            self.best.truncate(Self::KEPT - 1);
            self.best.insert(place, (points, term));
        }
    }
}

/// Whether one of two words stands in the other, as `Set` in `QuerySet`.
pub(super) fn has_part(word: &str, other: &str) -> bool {
    let (word, other) = (word.to_lowercase(), other.to_lowercase());
    word.contains(&other) || other.contains(&word)
}

#[derive(Clone, Copy)]
enum Kind {
    Heading,
    Words,
    Examples,
    Title,
    Article,
}

const KINDS: [Kind; 5] = [Kind::Heading, Kind::Words, Kind::Examples, Kind::Title, Kind::Article];

impl Kind {
    fn reason(self, words: Vec<String>) -> TopicReason {
        match self {
            Self::Heading => TopicReason::Heading(words),
            Self::Words => TopicReason::Words(words),
            Self::Examples => TopicReason::Examples(words),
            Self::Title => TopicReason::Title(words),
            Self::Article => TopicReason::Article(words),
        }
    }
}
