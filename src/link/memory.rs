//! What weaving remembers from one build to the next.
//!
//! Each value stands under a digest of everything that it was made from, so that it is right or absent, and nothing is
//! ever invalidated. A weave takes over what it had use for and forgets the rest.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::link::related::{Mentions, Reading};
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
}
