//! The ranking of one article: candidates, their signals, one weighted sum.

use crate::link::related::{
    index::View,
    rows::{Row, Sum, fetch, top},
};
use crate::model::{
    signal::{
        COUNT,
        Signal::{
            self, Folder, FolderAndTitles, FolderAndWords, LeadInWords, LinkAlike, LinkedAlike, LinkedFromHere,
            LinksHere, NearWhatLinks, NeighboursLink, Popular, TitleHere, TitleInCode, TitleInSection, TitleThere,
            Titles, Topics, Words,
        },
        Weights,
    },
    site::PageId,
};

/// How many candidates each kind of path through the graph gives.
const CANDIDATES: usize = 40;

/// How many candidates are compared word by word: those that the paths alone speak for most.
const COMPARED: usize = 96;

/// How many links here give candidates.
const LINKS_HERE: usize = 100;

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

    /// All signals, by their numbers: from 0 to 1.
    pub(super) fn signals(&self) -> [f32; COUNT] {
        self.signals
    }
}

/// Memory that rankings use one after the other.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) sum: Sum,
    place: Vec<u32>,
    marks: Marks,
    /// How near each folder is, once a candidate stands in it.
    folders: Sum,
}

impl Scratch {
    /// For so many pages, words and folders.
    pub(super) fn new(pages: usize, words: usize, folders: usize) -> Self {
        Self {
            sum: Sum::new(pages),
            place: vec![u32::MAX; pages],
            marks: Marks { marks: vec![Mark::default(); words], touched: Vec::new() },
            folders: Sum::new(folders),
        }
    }
}

/// What an article has of a word: its weight among all words, among those of its beginning and of its title, and 1 if
/// it has the word at all. They stand together, as they are read together.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    word: f32,
    lead: f32,
    title: f32,
    read: f32,
}

/// The words of the article that is ranked for.
#[derive(Debug)]
struct Marks {
    marks: Vec<Mark>,
    touched: Vec<u32>,
}

impl Marks {
    fn fill(&mut self, index: View<'_>, id: PageId) {
        let Self { marks, touched } = self;
        let mut set = |row: &[(u32, f32)], place: fn(&mut Mark) -> &mut f32| {
            for (word, weight) in row {
                *place(&mut marks[*word as usize]) = *weight;
                touched.push(*word);
            }
        };
        set(&index.vectors[id], |mark| &mut mark.word);
        set(&index.leads[id], |mark| &mut mark.lead);
        set(&index.title_vectors[id], |mark| &mut mark.title);
        for (word, _) in &index.facts.pages[id].words {
            marks[*word as usize].read = 1.0;
            touched.push(*word);
        }
    }

    fn of(&self, word: u32) -> &Mark {
        &self.marks[word as usize]
    }

    fn clear(&mut self) {
        let Self { marks, touched } = self;
        touched.drain(..).for_each(|word| marks[word as usize] = Mark::default());
    }
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
        let Scratch { sum, place, marks, folders } = scratch;
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
        found.retain(|found| found.page != id && self.is_article[found.page]);
        if found.len() > COMPARED {
            found.iter_mut().for_each(|found| self.place(folders, id, found));
            // The same articles are compared whatever the weights of a site: these are for what the comparison finds.
            weigh(&mut found, &Weights::default());
            let mut best: Vec<(f32, PageId, usize)> =
                found.iter().enumerate().map(|(at, found)| (found.score, found.page, at)).collect();
            best.select_nth_unstable_by(COMPARED, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            best.truncate(COMPARED);
            found = best.into_iter().map(|(.., at)| found[at].clone()).collect();
        }
        marks.fill(*self, id);
        for rows in [&self.vectors, &self.title_vectors, &self.titles] {
            fetch(rows, found.iter().map(|found| found.page));
        }
        for found in &mut found {
            self.place(folders, id, found);
            self.compare(id, found, marks);
        }
        marks.clear();
        folders.clear();
        weigh(&mut found, self.weights);
        found.sort_unstable_by(by_score);
        found
    }

    /// What a candidate's place on the site says, whatever its words.
    fn place(&self, folders: &mut Sum, id: PageId, found: &mut Found) {
        let (here, there) = (self.folder_of[id], self.folder_of[found.page]);
        if folders.of(there) == 0.0 {
            folders.add(there, nearness(&self.ways[here as usize], &self.ways[there as usize]));
        }
        found.gathered[Folder as usize] = self.folders * folders.of(there);
        found.gathered[Popular as usize] = self.popularity[found.page] / self.most_popular;
    }

    /// Compares a candidate with the article, which has these words.
    fn compare(&self, id: PageId, found: &mut Found, here: &Marks) {
        let other = found.page;
        let there = &self.facts.pages[other];
        let (mut in_words, mut in_lead) = (0.0, 0.0);
        for (word, weight) in &self.vectors[other] {
            let mark = here.of(*word);
            in_words += mark.word * weight;
            in_lead += mark.lead * weight;
        }
        found.like = in_words;
        let signals = &mut found.gathered;
        signals[Words as usize] = in_words;
        signals[LeadInWords as usize] = in_lead;
        let titles = self.title_vectors[other].iter().map(|(word, weight)| here.of(*word).title * weight);
        signals[Titles as usize] = titles.sum();
        signals[TitleHere as usize] =
            self.titles[other].iter().map(|(word, weight)| here.of(*word).read * weight).sum();
        let has = |(word, weight): &(u32, f32)| if there.has(*word) { *weight } else { 0.0 };
        signals[TitleThere as usize] = self.titles[id].iter().map(has).sum();
    }
}

/// Divides each signal by its greatest value, and adds all up.
fn weigh(found: &mut [Found], weights: &Weights) {
    let weights = weights.all();
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
        found.score = weights.iter().zip(&*signals).map(|(weight, signal)| weight * signal).sum();
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
