//! The ranking of one article: candidates, their signals, one weighted sum.

use crate::link::related::{
    index::View,
    is_article,
    rows::{Row, Sum, top},
};
use crate::model::site::PageId;

/// How many candidates each kind of path through the graph gives.
const CANDIDATES: usize = 60;

/// How many candidates are compared word by word: those that the paths alone speak for most.
const COMPARED: usize = 96;

/// How many links here give candidates.
const LINKS_HERE: usize = 100;

/// How many signals there are.
const COUNT: usize = 18;

/// What speaks for a candidate. Each is divided by its greatest value among the candidates of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Both are in one folder, or in folders that are near.
    Folder,
    /// The geometric mean of `Folder` and `Words`.
    FolderAndWords,
    /// The words of both.
    Words,
    /// How many links lead to it.
    Popular,
    /// The article links to it.
    LinkedFromHere,
    /// The geometric mean of `Folder` and `Titles`.
    FolderAndTitles,
    /// The nearest articles by their words link to it or mention it.
    NeighboursLink,
    /// The first words of the article, and all of its own.
    LeadInWords,
    /// How much of its title the article has.
    TitleHere,
    /// Both link to the same articles.
    LinkAlike,
    /// Code of the article has its title.
    TitleInCode,
    /// How much of the article's title it has.
    TitleThere,
    /// What links to the article has it among its nearest.
    NearWhatLinks,
    /// It links to the article.
    LinksHere,
    /// The same articles link to both.
    LinkedAlike,
    /// The words of both titles.
    Titles,
    /// A section of the article has its whole title.
    TitleInSection,
    /// Both are on the same topics.
    Topics,
}

use Signal::{
    Folder, FolderAndTitles, FolderAndWords, LeadInWords, LinkAlike, LinkedAlike, LinkedFromHere, LinksHere,
    NearWhatLinks, NeighboursLink, Popular, TitleHere, TitleInCode, TitleInSection, TitleThere, Titles, Topics, Words,
};

/// How much each signal counts. Fitted to the related links that editors of four sets of documentation wrote: a
/// reference, manual pages, and two of programming libraries; a softmax over the candidates of each article.
const WEIGHTS: [(Signal, f32); COUNT] = [
    (Folder, 3.31),
    (FolderAndWords, 2.41),
    (Words, 1.52),
    (Popular, 1.27),
    (LinkedFromHere, 1.08),
    (FolderAndTitles, 0.87),
    (NeighboursLink, 0.80),
    (LeadInWords, 0.72),
    (TitleHere, 0.68),
    (LinkAlike, 0.65),
    (TitleInCode, 0.59),
    (TitleThere, 0.48),
    (NearWhatLinks, 0.42),
    (LinksHere, 0.30),
    (LinkedAlike, 0.25),
    (Titles, 0.16),
    (TitleInSection, 0.15),
    // None of the four had topics: this is chosen.
    (Topics, 1.20),
];

/// A candidate, and all that speaks for it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) page: PageId,
    pub(super) score: f32,
    /// How like its words are to those of the article: a cosine.
    pub(super) like: f32,
    /// What was added up for each signal.
    gathered: [f32; COUNT],
    /// The same by its greatest value among the candidates.
    signals: [f32; COUNT],
}

impl Found {
    pub(super) fn has(&self, signal: Signal) -> f32 {
        self.signals[signal as usize]
    }
}

/// Memory that rankings use one after the other.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) sum: Sum,
    place: Vec<u32>,
    words: Sum,
    lead: Sum,
    title: Sum,
    read: Sum,
}

impl Scratch {
    pub(super) fn new(pages: usize, words: usize) -> Self {
        let sum = || Sum::new(words);
        Self {
            sum: Sum::new(pages),
            place: vec![u32::MAX; pages],
            words: sum(),
            lead: sum(),
            title: sum(),
            read: sum(),
        }
    }
}

/// The words of an article, of its beginning and of its title, and which words it has.
struct Here<'s> {
    words: &'s Sum,
    lead: &'s Sum,
    title: &'s Sum,
    read: &'s Sum,
}

/// The candidates of one article.
struct Candidates<'s> {
    place: &'s mut Vec<u32>,
    found: Vec<Found>,
}

impl Candidates<'_> {
    fn add(&mut self, signal: Signal, row: &[(u32, f32)]) {
        for (page, weight) in row {
            let place = &mut self.place[*page as usize];
            if *place == u32::MAX {
                *place = self.found.len() as u32;
                self.found.push(Found {
                    page: *page as usize,
                    score: 0.0,
                    like: 0.0,
                    gathered: [0.0; COUNT],
                    signals: [0.0; COUNT],
                });
            }
            self.found[*place as usize].gathered[signal as usize] += weight;
        }
    }
}

impl View<'_> {
    /// The articles that are related to the page `id`, best first.
    pub(super) fn ranked(&self, scratch: &mut Scratch, id: PageId) -> Vec<Found> {
        let Scratch { sum, place, words, lead, title, read } = scratch;
        let mut candidates = Candidates { place, found: Vec::new() };
        candidates.add(Words, &self.near[id]);
        candidates.add(Topics, &self.topics[id]);
        candidates.add(LinkedFromHere, &self.links[id]);
        candidates.add(LinksHere, &self.linked[id][..LINKS_HERE.min(self.linked[id].len())]);
        candidates.add(TitleInSection, &top(self.mentions[id].clone(), CANDIDATES));
        candidates.add(TitleThere, &top(self.mentioned[id].clone(), CANDIDATES));
        candidates.add(TitleInCode, &top(self.mentions_in_code[id].clone(), CANDIDATES));
        let mut through = |from: &Row, to: &[Row]| -> Row {
            for (by, weight) in from {
                to[*by as usize].iter().for_each(|(page, other)| sum.add(*page, weight * other));
            }
            top(sum.take(), CANDIDATES)
        };
        let by_count: Row = self.edges[id].iter().map(|(to, w)| (*to, w * self.edge_counts[*to as usize])).collect();
        candidates.add(LinkedAlike, &through(&self.linked_rarely[id], &self.links_alike));
        candidates.add(NeighboursLink, &through(&self.neighbours[id], &self.edges));
        candidates.add(NearWhatLinks, &through(&self.edges_back[id], &self.neighbour_of));
        candidates.add(LinkAlike, &through(&by_count, &self.edges_back));
        let Candidates { place, mut found } = candidates;
        found.iter().for_each(|found| place[found.page] = u32::MAX);
        found.retain(|found| found.page != id && is_article(self.site, found.page));
        if found.len() > COMPARED {
            found.iter_mut().for_each(|found| self.place(id, found));
            weigh(&mut found);
            found.select_nth_unstable_by(COMPARED, by_score);
            found.truncate(COMPARED);
        }
        for (sum, row) in [(&mut *words, &self.vectors[id]), (lead, &self.leads[id]), (title, &self.title_vectors[id])]
        {
            row.iter().for_each(|(word, weight)| sum.add(*word, *weight));
        }
        self.facts.pages[id].words.iter().for_each(|(word, _)| read.add(*word, 1.0));
        for found in &mut found {
            self.compare(id, found, &Here { words, lead, title, read });
        }
        [words, lead, title, read].into_iter().for_each(Sum::clear);
        weigh(&mut found);
        found.sort_unstable_by(by_score);
        found
    }

    /// What a candidate's place on the site says, whatever its words.
    fn place(&self, id: PageId, found: &mut Found) {
        found.gathered[Folder as usize] = self.folders * nearness(&self.ways[id], &self.ways[found.page]);
        found.gathered[Popular as usize] = self.popularity[found.page] / self.most_popular;
    }

    /// Compares a candidate with the article.
    fn compare(&self, id: PageId, found: &mut Found, here: &Here<'_>) {
        let Here { words, lead, title, read } = here;
        let other = found.page;
        let there = &self.facts.pages[other];
        let (mut in_words, mut in_lead) = (0.0, 0.0);
        for (word, weight) in &self.vectors[other] {
            in_words += words.of(*word) * weight;
            in_lead += lead.of(*word) * weight;
        }
        found.like = in_words;
        let signals = &mut found.gathered;
        signals[Words as usize] = in_words;
        signals[LeadInWords as usize] = in_lead;
        let titles = self.title_vectors[other].iter().map(|(word, weight)| title.of(*word) * weight);
        signals[Titles as usize] = titles.sum();
        signals[TitleHere as usize] = self.titles[other].iter().map(|(word, weight)| read.of(*word) * weight).sum();
        let has = |(word, weight): &(u32, f32)| if there.word(*word).is_some() { *weight } else { 0.0 };
        signals[TitleThere as usize] = self.titles[id].iter().map(has).sum();
        self.place(id, found);
    }
}

/// Divides each signal by its greatest value, and adds all up.
fn weigh(found: &mut [Found]) {
    let mut most = [1e-9_f32; COUNT];
    for found in found.iter() {
        most.iter_mut().zip(&found.gathered).for_each(|(most, signal)| *most = most.max(*signal));
    }
    (most[Folder as usize], most[Popular as usize]) = (1.0, 1.0);
    for found in found {
        let signals = &mut found.signals;
        signals.iter_mut().zip(found.gathered.iter().zip(&most)).for_each(|(signal, (sum, most))| *signal = sum / most);
        signals[FolderAndWords as usize] = (signals[Folder as usize] * signals[Words as usize]).sqrt();
        signals[FolderAndTitles as usize] = (signals[Folder as usize] * signals[Titles as usize]).sqrt();
        found.score = WEIGHTS.iter().map(|(signal, weight)| weight * signals[*signal as usize]).sum();
    }
}

fn by_score(a: &Found, b: &Found) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.page.cmp(&b.page))
}

/// How near two folders are, by the folders on the way to each: from almost 0 to 1.
fn nearness(a: &[u32], b: &[u32]) -> f32 {
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    (common as f32 + 1.0) / (a.len().max(b.len()) as f32 + 1.0)
}
