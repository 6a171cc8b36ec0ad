//! Topics for a site that has none: folders whose articles have words of their own, and clusters of the articles that
//! stand in no such folder.
//!
//! Clusters are found by spherical k-means (Dhillon and Modha 2001) from starting points that are as unlike one another
//! as can be, so that the same site always comes to the same topics.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::link::topic::{
    exact,
    guess::has_part,
    words::{Counts, Weighed, Words},
};
use crate::model::{
    Config, Site,
    profile::InMemory,
    site::{PageId, PageKind},
};
use crate::parse::text::title_of_name;

/// A topic has at least so many articles, and at most one part in so many of the site's.
const FEWEST: usize = 4;
const LARGEST_PART: f32 = 0.6;

/// How many keywords a topic is given, and in which part of its articles each stands at least.
const KEYWORDS: usize = 6;
const SPREAD: f32 = 0.3;

/// How many rounds of k-means, how many clusters at the most, and how like their middle articles must be on average.
const ROUNDS: usize = 10;
const CLUSTERS: usize = 12;
const ALIKE: f32 = 0.2;

/// A topic that could be declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The name of its table.
    pub name: String,
    /// As readers would see it.
    pub title: String,
    /// Words that set its articles apart.
    pub keywords: Vec<String>,
    /// The name of the suggested topic above it.
    pub parent: Option<String>,
    /// How many articles it has.
    pub articles: usize,
    /// The folder that it was found from, relative to `content/`; `None` for a cluster.
    pub folder: Option<String>,
}

/// A vector of words by their hashes, ordered.
type Vector = Vec<(u64, f32)>;

/// Suggests topics: folders by their path, then clusters, the largest first. Names that are declared are left out.
pub fn topics(config: &Config, site: &Site) -> Vec<Suggestion> {
    let words = Words::of(Counts::of((site, &InMemory), (None, &[])), &InMemory);
    let is_article = |id: &PageId| site.pages[*id].kind == PageKind::Article && site.pages[*id].has_source;
    let articles: Vec<PageId> = (0..site.pages.len()).filter(is_article).collect();
    let vector = |id: &PageId| -> Vector {
        let vocabulary = words.vocabulary(&site.pages[*id].head);
        let hash = |word: &Weighed| vocabulary.terms.hashes()[word.term as usize];
        let mut vector: Vector = words.article(vocabulary).iter().map(|word| (hash(word), word.weight)).collect();
        vector.sort_unstable_by_key(|(hash, _)| *hash);
        vector
    };
    let vectors: Vec<Vector> = articles.iter().map(vector).collect();
    let finder = Finder { site, articles: &articles, vectors: &vectors, all: sum(&vectors) };
    let mut found = finder.folders();
    let in_folders: Vec<String> = found.iter().filter_map(|topic| topic.folder.clone()).collect();
    let is_left = |at: &usize| {
        let path = &site.pages[articles[*at]].head.path;
        !in_folders.iter().any(|folder| is_below(path.as_str(), folder))
    };
    let left: Vec<usize> = (0..articles.len()).filter(is_left).collect();
    finder.clusters(&left, &mut found);
    found.retain(|topic| config.topics.iter().all(|declared| declared.name != topic.name));
    found
}

struct Finder<'a> {
    site: &'a Site,
    articles: &'a [PageId],
    vectors: &'a [Vector],
    all: FxHashMap<u64, f32>,
}

impl Finder<'_> {
    /// Folders with enough articles, those above before those below.
    fn folders(&self) -> Vec<Suggestion> {
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, id) in self.articles.iter().enumerate() {
            let mut folder = self.site.pages[*id].head.path.parent();
            while !folder.is_empty() {
                folders.entry(folder).or_default().push(at);
                folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            }
        }
        let most = (self.articles.len() as f32 * LARGEST_PART) as usize;
        let mut found: Vec<Suggestion> = Vec::new();
        for (folder, members) in folders {
            let is_one_of_its = |other: &Suggestion| {
                other.articles == members.len() && other.folder.as_deref().is_some_and(|f| is_below(folder, f))
            };
            if members.len() < FEWEST || members.len() > most || found.iter().any(is_one_of_its) {
                continue;
            }
            let index =
                self.site.pages.iter().find(|page| {
                    page.has_source && page.kind == PageKind::Section && page.head.path.parent() == folder
                });
            let last = folder.rsplit('/').next().unwrap_or(folder);
            let keywords = self.keywords(&members);
            let as_written = keywords.iter().find(|word| word.eq_ignore_ascii_case(last));
            let of_name = || title_of_name(as_written.map_or(last, String::as_str));
            let title = index.map_or_else(of_name, |page| page.head.title.clone());
            let parent = found.iter().rev().find(|other| other.folder.as_deref().is_some_and(|f| is_below(folder, f)));
            let parent = parent.map(|parent| parent.name.clone());
            let name = free_name(last, &found);
            let articles = members.len();
            found.push(Suggestion { name, title, keywords, parent, articles, folder: Some(folder.to_owned()) });
        }
        found
    }

    /// Clusters of the articles `left`, added behind what was `found`.
    fn clusters(&self, left: &[usize], found: &mut Vec<Suggestion>) {
        if left.len() < 2 * FEWEST {
            return;
        }
        let count = ((left.len() as f32 / 2.0).sqrt() as usize).clamp(2, CLUSTERS);
        let mut middles: Vec<FxHashMap<u64, f32>> =
            self.starts(left, count).iter().map(|at| self.vectors[*at].iter().copied().collect()).collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for _ in 0..ROUNDS {
            let mut next = vec![Vec::new(); middles.len()];
            for at in left {
                let likeness = |middle: &FxHashMap<u64, f32>| dot(&self.vectors[*at], middle);
                let best =
                    (0..middles.len()).rev().max_by(|a, b| likeness(&middles[*a]).total_cmp(&likeness(&middles[*b])));
                next[best.unwrap_or(0)].push(*at);
            }
            if next == groups {
                break;
            }
            groups = next;
            middles = groups.iter().map(|group| unit(sum(group.iter().map(|at| &self.vectors[*at])))).collect();
        }
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|group| (std::cmp::Reverse(groups[*group].len()), *group));
        for group in order {
            let members = &groups[group];
            let likeness: f32 = members.iter().map(|at| dot(&self.vectors[*at], &middles[group])).sum();
            let keywords = self.keywords(members);
            let Some(first) = keywords.first() else { continue };
            if members.len() >= FEWEST && likeness / members.len() as f32 >= ALIKE {
                let (title, articles) = (title_of_name(first), members.len());
                let name = free_name(first, found);
                found.push(Suggestion { name, title, keywords, parent: None, articles, folder: None });
            }
        }
    }

    /// Articles that are as unlike one another as can be: the one that is most like all, then always the one that is
    /// least like those chosen.
    fn starts(&self, left: &[usize], count: usize) -> Vec<usize> {
        let all = unit(sum(left.iter().map(|at| &self.vectors[*at])));
        let by = |best: &mut dyn Iterator<Item = (usize, f32)>| {
            best.fold(None, |best: Option<(usize, f32)>, next| match best {
                Some(best) if best.1 >= next.1 => Some(best),
                _ => Some(next),
            })
        };
        let first = by(&mut left.iter().map(|at| (*at, dot(&self.vectors[*at], &all))));
        let mut chosen: Vec<usize> = first.into_iter().map(|(at, _)| at).collect();
        let mut nearest: FxHashMap<usize, f32> = FxHashMap::default();
        while chosen.len() < count {
            let Some(last) = chosen.last() else { break };
            let last: FxHashMap<u64, f32> = self.vectors[*last].iter().copied().collect();
            for at in left {
                let near = nearest.entry(*at).or_default();
                *near = near.max(dot(&self.vectors[*at], &last));
            }
            let unlike = left.iter().filter(|at| !chosen.contains(at)).map(|at| (*at, -nearest[at]));
            match by(&mut unlike.collect::<Vec<_>>().into_iter()) {
                Some((at, _)) => chosen.push(at),
                None => break,
            }
        }
        chosen
    }

    /// The words that set some articles apart from all, the strongest first, in the form that most of them use.
    fn keywords(&self, members: &[usize]) -> Vec<String> {
        let mut here: FxHashMap<u64, (f32, usize)> = FxHashMap::default();
        for (hash, weight) in members.iter().flat_map(|at| &self.vectors[*at]) {
            let word = here.entry(*hash).or_default();
            *word = (word.0 + weight, word.1 + 1);
        }
        let share = members.len() as f32 / self.articles.len() as f32;
        let fewest = (members.len() as f32 * SPREAD).max(2.0) as usize;
        let mut words: Vec<(u64, f32)> = here
            .into_iter()
            .filter(|(_, (_, count))| *count >= fewest)
            .map(|(hash, (weight, _))| (hash, weight * exact::ln(f64::from(weight / (self.all[&hash] * share))) as f32))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut keywords: Vec<String> = Vec::new();
        for (hash, _) in words {
            let surface = self.surface(members, hash);
            if keywords.len() == KEYWORDS {
                break;
            }
            if !keywords.iter().any(|word| has_part(word, &surface)) {
                keywords.push(surface);
            }
        }
        keywords
    }

    fn surface(&self, members: &[usize], hash: u64) -> String {
        let mut forms: BTreeMap<&str, usize> = BTreeMap::new();
        for at in members {
            let head = &self.site.pages[self.articles[*at]].head;
            let terms = head.vocabulary(&InMemory).terms.iter().filter(|term| term.hash == hash);
            terms.for_each(|term| *forms.entry(term.surface).or_default() += 1);
        }
        let most = forms.iter().max_by_key(|(form, count)| (**count, std::cmp::Reverse(**form)));
        most.map_or_else(String::new, |(form, _)| (*form).to_owned())
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The name of a table for a title, with a number where it is taken.
fn free_name(title: &str, taken: &[Suggestion]) -> String {
    let lower = title.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { "topic".to_owned() } else { parts.join("-") };
    let is_free = |name: &String| taken.iter().all(|other| other.name != *name);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
}

fn sum<'v>(vectors: impl IntoIterator<Item = &'v Vector>) -> FxHashMap<u64, f32> {
    let mut sum = FxHashMap::default();
    vectors.into_iter().flatten().for_each(|(hash, weight)| *sum.entry(*hash).or_default() += weight);
    sum
}

fn unit(mut vector: FxHashMap<u64, f32>) -> FxHashMap<u64, f32> {
    let mut squares: Vec<(u64, f32)> = vector.iter().map(|(hash, weight)| (*hash, weight * weight)).collect();
    squares.sort_unstable_by_key(|(hash, _)| *hash);
    let length = squares.iter().map(|(_, square)| square).sum::<f32>().sqrt().max(1e-9);
    vector.values_mut().for_each(|weight| *weight /= length);
    vector
}

fn dot(vector: &Vector, other: &FxHashMap<u64, f32>) -> f32 {
    vector.iter().filter_map(|(hash, weight)| other.get(hash).map(|other| weight * other)).sum()
}
