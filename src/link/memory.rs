//! What weaving remembers from one build to the next.
//!
//! Each value stands under a digest of everything that it was made from, so that it is right or absent, and nothing is
//! ever invalidated. A weave takes over what it had use for and forgets the rest. What is quicker made again than read back
//! is remembered as long as a process lives.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::link::{
    graph::Links,
    related::{Kept, Mentions, Reading, Titles},
    skeleton::Skeleton,
    topic::{Counts, Learned},
};
use crate::model::{Digest, site::Guess};

/// Topics that sections of one page were given: a section, the topic, and why.
pub(super) type Guesses = Vec<(usize, usize, Guess)>;

/// Remembered values by the names of what they were made from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The topics of the sections of a page.
    pub(super) guesses: FxHashMap<Digest, Arc<Guesses>>,
    /// The titles that a page mentions.
    pub(super) mentions: FxHashMap<Digest, Arc<Mentions>>,
    /// The related reading of all pages.
    pub(super) related: Option<(Digest, Arc<Vec<Reading>>)>,
    /// Of how many pages it was not remembered.
    #[serde(skip)]
    pub(super) related_found: usize,
    /// Where pages live.
    #[serde(skip)]
    pub(super) skeleton: Option<Arc<Skeleton>>,
    /// Where the links of a page lead.
    #[serde(skip)]
    pub(super) links: FxHashMap<Digest, Arc<Links>>,
    /// How many articles have each word.
    #[serde(skip)]
    pub(super) counts: Option<Arc<Counts>>,
    /// The words of topics.
    #[serde(skip)]
    pub(super) learned: Option<Arc<Learned>>,
    /// All titles.
    #[serde(skip)]
    pub(super) titles: Option<Arc<Titles>>,
    /// What related reading is found from.
    #[serde(skip)]
    pub(super) kept: Arc<Mutex<Kept>>,
}

impl Memory {
    /// Of how many pages related reading was found, because it was not remembered.
    pub fn related_found(&self) -> usize {
        self.related_found
    }

    /// Lets go of what only serves a process that stays.
    pub fn without_index(self) -> Self {
        Self { kept: Arc::default(), ..self }
    }
}
