//! What all articles share: vectors of words, mentions of titles, links both ways, nearest neighbours.
//!
//! An index is brought up to date rather than made anew: of each matrix those rows are made again of which something that
//! they are made from came out otherwise. An empty one is brought up to date in the same way.

use std::sync::Arc;

use rayon::prelude::*;

use crate::link::related::{
    edges::{self, rarity},
    facts::Facts,
    matrix::Matrix,
    mention::Mentions,
    rank::Scratch,
    rows::{Row, Sum, cut, fetch, inverted, stepped, tidy, top},
    vectors,
};
use crate::model::{
    Digest, Site,
    profile::Lexicon,
    signal::Weights,
    site::{PageId, PageKind},
};

/// How many articles are looked at for one word.
const POSTINGS: usize = 48;

/// How many near articles are candidates, and how many of them are neighbours.
const NEAR: usize = 32;
const NEIGHBOURS: usize = 12;

/// How many of the edges that lead to an article count.
const EDGES_BACK: usize = 24;

/// Everything that rankings are made from. Rows are by the numbers of pages.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Words, one long; and those of the title, the description and the first words alone.
    pub(super) vectors: Matrix,
    pub(super) leads: Matrix,
    /// The words of titles by what each says: adding up to 1, and one long.
    pub(super) titles: Matrix,
    pub(super) title_vectors: Matrix,
    /// Pages whose whole title a section of the page has, and whose title a block of its code has; and the other way.
    pub(super) mentions: Matrix,
    pub(super) mentioned: Matrix,
    pub(super) mentions_in_code: Matrix,
    /// Articles on the same topics, weighed by how few are.
    pub(super) topics: Matrix,
    /// Links, weighed by how few lead there; links here; and links here by how few their pages have.
    pub(super) links: Matrix,
    pub(super) linked: Matrix,
    pub(super) linked_rarely: Matrix,
    pub(super) links_alike: Matrix,
    /// Links and rare mentions, the strongest; and the other way.
    pub(super) edges: Matrix,
    pub(super) edges_back: Matrix,
    pub(super) edge_counts: Vec<f32>,
    /// The articles with the most of each word.
    pub(super) postings: Vec<Row>,
    /// Near articles by their words; the nearest; and those that have the page among their nearest.
    pub(super) near: Matrix,
    pub(super) neighbours: Matrix,
    pub(super) neighbour_of: Matrix,
    /// How many links lead to each page, in steps, as a logarithm; and the most.
    pub(super) popularity: Vec<f32>,
    pub(super) most_popular: f32,
    /// The folder of each page, by its number, and the folders on the way to each folder.
    pub(super) folder_of: Vec<u32>,
    pub(super) ways: Vec<Vec<u32>>,
    pub(super) is_article: Vec<bool>,
    /// How much a shared folder says: nothing where links go anywhere.
    pub(super) folders: f32,
    /// What names the mentions and the links of each page, and its topics.
    mention_names: Vec<Digest>,
    link_names: Vec<Digest>,
    topics_of_pages: Vec<Arc<[usize]>>,
    /// Pages of which something came out otherwise that other pages' rankings read.
    changed: Vec<bool>,
    /// Something did that every ranking reads.
    is_changed_for_all: bool,
}

impl Index {
    /// An index of so many pages of which nothing is known.
    pub(super) fn new(site: &Site) -> Self {
        let size = site.pages.len();
        let matrix = || Matrix::new(size);
        let (folder_of, ways) = edges::ways(site);
        Self {
            vectors: matrix(),
            leads: matrix(),
            titles: matrix(),
            title_vectors: matrix(),
            mentions: matrix(),
            mentioned: matrix(),
            mentions_in_code: matrix(),
            topics: matrix(),
            links: matrix(),
            linked: matrix(),
            linked_rarely: matrix(),
            links_alike: matrix(),
            edges: matrix(),
            edges_back: matrix(),
            near: matrix(),
            neighbours: matrix(),
            neighbour_of: matrix(),
            folder_of,
            ways,
            is_article: site.pages.iter().map(|page| page.kind == PageKind::Article).collect(),
            ..Self::default()
        }
    }

    /// Brings it up to date. The site has the pages that the index was made for; `targets` names what each links to.
    pub(super) fn update(&mut self, site: &Site, facts: &Facts, found: &[(Digest, Arc<Mentions>)], targets: &[Digest]) {
        self.is_changed_for_all = false;
        self.update_words(site, facts);
        self.update_mentions(facts, found);
        self.update_links(site, targets);
        self.update_edges();
        let topics: Vec<Arc<[usize]>> = site.pages.iter().map(|page| page.topics.clone()).collect();
        let before = std::mem::replace(&mut self.topics_of_pages, topics);
        let is_retopiced = |id: usize| before.get(id) != self.topics_of_pages.get(id);
        self.topics.renew_all(before != self.topics_of_pages, || edges::topics(site));
        let read_by_others = [
            &self.vectors,
            &self.titles,
            &self.title_vectors,
            &self.mentions,
            &self.mentions_in_code,
            &self.links_alike,
            &self.edges,
            &self.edges_back,
            &self.neighbour_of,
        ];
        let is_changed = |id: usize| {
            facts.is_changed(id) || is_retopiced(id) || read_by_others.iter().any(|matrix| matrix.is_changed(id))
        };
        let counts: Vec<f32> = edges_counts(&self.edges, &self.edge_counts);
        self.changed = (0..site.pages.len())
            .map(|id| is_changed(id) || counts[id] != self.edge_counts.get(id).copied().unwrap_or_default())
            .collect();
        self.edge_counts = counts;
    }

    fn update_words(&mut self, site: &Site, facts: &Facts) {
        let due: Vec<bool> = (0..site.pages.len()).into_par_iter().map(|id| facts.says_otherwise(id)).collect();
        let gone = self.vectors.renew(&due, || (), |(), id| vectors::vector(facts, &facts.pages[id]));
        self.leads.renew(&due, || (), |(), id| vectors::lead(facts, &facts.pages[id]));
        self.titles.renew(&due, || (), |(), id| vectors::title(facts, &facts.pages[id]));
        let titles = &self.titles;
        self.title_vectors.renew_all(titles.any(), || vectors::title_vectors(facts, titles));

        // The words whose postings may differ are those of vectors that do.
        let mut touched = vec![false; facts.rarity.len()];
        let come = (0..site.pages.len()).filter(|id| self.vectors.is_changed(*id)).map(|id| &self.vectors[id]);
        come.chain(&gone).flatten().for_each(|(word, _)| touched[*word as usize] = true);
        let moved = self.update_postings(&touched);
        let (near, vectors) = (&self.near, &self.vectors);
        let is_due = |id: usize| {
            vectors.is_changed(id)
                || vectors[id].iter().any(|(word, _)| moved[*word as usize])
                || near[id].iter().any(|(page, _)| vectors.is_changed(*page as usize))
        };
        let due: Vec<bool> = (0..site.pages.len()).into_par_iter().map(is_due).collect();
        let postings = &self.postings;
        let memory = || (Sum::new(vectors.len()), vec![0.0; postings.len()]);
        self.near.renew(&due, memory, |memory, id| near_row(memory, vectors, postings, id));
        let near = &self.near;
        let due: Vec<bool> = (0..site.pages.len()).map(|id| near.is_changed(id)).collect();
        self.neighbours.renew(&due, || (), |(), id| near[id][..NEIGHBOURS.min(near[id].len())].to_vec());
        let neighbours = &self.neighbours;
        self.neighbour_of.renew_all(neighbours.any(), || cut(&inverted(neighbours), NEIGHBOURS));
    }

    /// Makes the postings of the words that are `touched` again: the articles that have the most of each. Says which came
    /// out otherwise.
    fn update_postings(&mut self, touched: &[bool]) -> Vec<bool> {
        self.postings.resize(touched.len(), Row::new());
        let mut rows = vec![Row::new(); touched.len()];
        for (page, vector) in (0..).zip(&*self.vectors) {
            if self.is_article[page as usize] {
                let touched = vector.iter().filter(|(word, _)| touched[*word as usize]);
                touched.for_each(|(word, weight)| rows[*word as usize].push((page, *weight)));
            }
        }
        let renewed = self.postings.par_iter_mut().zip(rows).zip(touched).map(|((posting, row), touched)| {
            let mut row = if *touched { top(row, POSTINGS) } else { return false };
            row.shrink_to_fit();
            let is_changed = *posting != row;
            *posting = row;
            is_changed
        });
        renewed.collect()
    }

    fn update_mentions(&mut self, facts: &Facts, found: &[(Digest, Arc<Mentions>)]) {
        let names: Vec<Digest> = found.iter().map(|(_, found)| found.digest).collect();
        let is_due = self.mention_names != names;
        self.mention_names = names;
        if is_due {
            let (in_text, in_code) = edges::mentions(facts, found);
            self.mentions.renew_all(true, || in_text);
            self.mentions_in_code.renew_all(true, || in_code);
        } else {
            self.mentions.keep();
            self.mentions_in_code.keep();
        }
        let mentions = &self.mentions;
        self.mentioned.renew_all(mentions.any(), || inverted(mentions));
    }

    fn update_links(&mut self, site: &Site, targets: &[Digest]) {
        let is_due = self.link_names != targets;
        self.links_alike.renew_all(is_due, || edges::links(site));
        let is_due = is_due && (self.links_alike.any() || self.popularity.is_empty());
        self.link_names = targets.to_vec();
        let alike = &self.links_alike;
        self.linked.renew_all(is_due, || inverted(alike));
        let linked = &self.linked;
        let rare = |rows: &[Row], back: &[Row]| -> Vec<Row> {
            let weigh = |(to, _): &(u32, f32)| (*to, rarity(back[*to as usize].len()));
            rows.iter().map(|row| row.iter().map(weigh).collect()).collect()
        };
        self.links.renew_all(is_due, || rare(alike, linked));
        self.linked_rarely.renew_all(is_due, || rare(linked, alike));
        if is_due {
            let popularity = |row: &Row| tidy((1.0 + stepped(row.len() as f32, 1.0)).ln());
            let popularity: Vec<f32> = linked.iter().map(popularity).collect();
            let folders = edges::folders(site, alike);
            self.is_changed_for_all |= self.popularity != popularity || self.folders != folders;
            self.most_popular = popularity.iter().copied().fold(1e-6, f32::max);
            (self.popularity, self.folders) = (popularity, folders);
        }
    }

    fn update_edges(&mut self) {
        let (links, mentions) = (&self.links_alike, &self.mentions);
        let due: Vec<bool> = (0..links.len()).map(|id| links.is_changed(id) || mentions.is_changed(id)).collect();
        self.edges.renew(&due, || (), |(), id| edges::edges(&links[id], &mentions[id]));
        let edges = &self.edges;
        self.edges_back.renew_all(edges.any(), || cut(&inverted(edges), EDGES_BACK));
    }

    /// The pages whose rankings may come out otherwise than before, when each `compared` these.
    pub(super) fn stale(&self, compared: &[Vec<u32>]) -> Vec<bool> {
        let own = [
            &self.near,
            &self.neighbours,
            &self.links,
            &self.linked,
            &self.linked_rarely,
            &self.mentioned,
            &self.leads,
            &self.topics,
        ];
        let ways = [&self.linked_rarely, &self.neighbours, &self.edges, &self.edges_back];
        let is_stale = |id: PageId| {
            let is_read = |page: u32| self.changed[page as usize];
            self.is_changed_for_all
                || self.changed[id]
                || own.iter().any(|matrix| matrix.is_changed(id))
                || ways.iter().any(|matrix| matrix[id].iter().any(|(page, _)| is_read(*page)))
                || compared[id].iter().any(|page| is_read(*page))
        };
        (0..compared.len()).into_par_iter().map(is_stale).collect()
    }
}

/// How much one of the edges that lead to each page says; `old`, if no edge is another.
fn edges_counts(edges: &Matrix, old: &[f32]) -> Vec<f32> {
    if !edges.any() && old.len() == edges.len() {
        return old.to_vec();
    }
    let mut counts = vec![0_usize; edges.len()];
    edges.iter().flatten().for_each(|(to, _)| counts[*to as usize] += 1);
    counts.into_iter().map(rarity).collect()
}

/// The articles whose words are most like those of the page `id`: found by its words, then compared whole.
fn near_row((sum, here): &mut (Sum, Vec<f32>), vectors: &[Row], postings: &[Row], id: usize) -> Row {
    let vector = &vectors[id];
    for (word, weight) in vector {
        here[*word as usize] = *weight;
        postings[*word as usize].iter().for_each(|(page, other)| sum.add(*page, weight * other));
    }
    let rough = sum.take().into_iter().filter(|(page, _)| *page as usize != id).collect();
    let rough = top(rough, NEAR);
    fetch(vectors, rough.iter().map(|(page, _)| *page as usize));
    let exact = rough.into_iter().map(|(page, _)| {
        let shared = vectors[page as usize].iter().map(|(word, weight)| here[*word as usize] * weight).sum();
        (page, shared)
    });
    let exact = top(exact.collect(), NEAR);
    vector.iter().for_each(|(word, _)| here[*word as usize] = 0.0);
    exact
}

/// An index as the ranking of one page reads it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) site: &'a Site,
    pub(super) lexicon: &'a dyn Lexicon,
    pub(super) facts: &'a Facts,
    pub(super) weights: &'a Weights,
    index: &'a Index,
}

impl<'a> View<'a> {
    /// Of an index that is up to date with the site and its facts.
    pub(super) fn new(
        (site, lexicon): (&'a Site, &'a dyn Lexicon),
        facts: &'a Facts,
        index: &'a Index,
        weights: &'a Weights,
    ) -> Self {
        Self { site, lexicon, facts, weights, index }
    }

    /// Memory to rank with.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch::new(self.site.pages.len(), self.facts.rarity.len(), self.index.ways.len())
    }
}

impl std::ops::Deref for View<'_> {
    type Target = Index;

    fn deref(&self) -> &Index {
        self.index
    }
}
