//! What weaving remembers from one build to the next.
//!
//! What is kept on disk stands under a digest of everything that it was made from. What lives as long as a process does
//! stands by the places of pages, and is taken over for a page whose head is the same value as before, where what all pages
//! share is the same as well. Either way it is right or absent, and nothing is ever invalidated. A weave takes over what it had
//! use for and forgets the rest. What is quicker made again than read back is not kept on disk.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::link::{
    graph::Graph,
    related::{Choice, FactsName, Kept, Mentions, Reading, Titles},
    skeleton::Skeleton,
    topic::{Counts, Learned, Topics},
};
use crate::model::{
    Digest, Head,
    site::{Guess, PageId},
};

/// Topics that sections of one page were given: a section, the topic, and why.
pub(super) type Guesses = Vec<(usize, usize, Arc<Guess>)>;

/// What was guessed for a page, under the name of what it was guessed from.
pub(super) type Named = (Digest, Arc<Guesses>);

/// Remembered values.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The topics of the sections of each page that any were guessed of.
    pub(super) guesses: Vec<Named>,
    /// The titles that each page mentions, in the order of pages, each with the name of what it was found from.
    pub(super) mentions: Vec<(Digest, Arc<Mentions>)>,
    /// The related reading of all pages.
    pub(super) related: Option<(Digest, Arc<Vec<Reading>>)>,
    /// How many articles have each word.
    pub(super) counts: Option<Arc<Counts>>,
    /// The words of topics.
    pub(super) learned: Option<Arc<Learned>>,
    /// Of how many pages it was not remembered.
    #[serde(skip)]
    pub(super) related_found: usize,
    /// Where pages live.
    #[serde(skip)]
    pub(super) skeleton: Option<Arc<Skeleton>>,
    /// The heads of all pages, in their order.
    #[serde(skip)]
    pub(super) heads: Vec<Arc<Head>>,
    /// Where the links of each page lead, and what leads to each.
    #[serde(skip)]
    pub(super) links: Option<Arc<Graph>>,
    /// The topics of all pages.
    #[serde(skip)]
    pub(super) topics: Option<Arc<Topics>>,
    /// What editors decided about related reading at each page, and what names the facts of each that it is found from.
    #[serde(skip)]
    pub(super) choices: Vec<Arc<Choice>>,
    #[serde(skip)]
    pub(super) facts: Vec<FactsName>,
    /// All titles.
    #[serde(skip)]
    pub(super) titles: Option<Arc<Titles>>,
    /// What related reading is found from.
    #[serde(skip)]
    pub(super) kept: Arc<Mutex<Kept>>,
}

impl Memory {
    /// Whether a page of the same number had the same head.
    pub(super) fn had(&self, id: PageId, head: &Arc<Head>) -> bool {
        self.heads.get(id).is_some_and(|before| Arc::ptr_eq(before, head))
    }

    /// Of how many pages related reading was found, because it was not remembered.
    pub fn related_found(&self) -> usize {
        self.related_found
    }

    /// Lets go of what only serves a process that stays.
    pub fn without_index(self) -> Self {
        let Self { guesses, mentions, related, counts, learned, related_found, .. } = self;
        Self { guesses, mentions, related, counts, learned, related_found, ..Self::default() }
    }
}
