//! Related reading with all that it was found from, kept from one weave to the next.
//!
//! It says of itself what it was made from, and compares that with the site that it is asked about: what it is kept for
//! never changes what it comes to, however old it is.

use std::sync::Arc;

use rayon::prelude::*;

use crate::link::graph::Places;
use crate::link::related::{
    Reading, asking,
    choose::{self, Choice},
    facts::Facts,
    index::{Index, View},
    is_article,
    mention::Mentions,
    rank::Scratch,
    topics,
};
use crate::model::{Config, Digest, Site, profile::Lexicon, site::PageId};

/// The reading of all pages, and what it was found from.
#[derive(Debug, Default)]
pub(in crate::link) struct Kept {
    /// Names the pages by path and kind, and the settings: where these differ, nothing is kept.
    name: Option<Digest>,
    /// Where these are the same, pages and settings are.
    places: Option<Arc<Places>>,
    facts: Facts,
    index: Index,
    choices: Vec<Arc<Choice>>,
    topics: Vec<(Option<usize>, u32)>,
    /// The pages that the ranking of each page compared with it.
    compared: Vec<Vec<u32>>,
    readings: Vec<Reading>,
}

impl Kept {
    /// Finds the reading of all pages, and says of how many it was not known. `targets` names the pages that each page
    /// links to.
    pub(super) fn update(
        &mut self,
        config: &Config,
        (site, lexicon): (&Site, &dyn Lexicon),
        (places, choices): (&Arc<Places>, &[Arc<Choice>]),
        mentions: &[(Digest, Arc<Mentions>)],
        targets: &[Digest],
    ) -> (&[Reading], usize) {
        let is_same = self.places.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, places));
        let name = self.name.filter(|_| is_same).unwrap_or_else(|| {
            let pages: Vec<_> = site.pages.iter().map(|page| (&page.head.path, page.kind)).collect();
            Digest::of_value(&(&config.related, pages))
        });
        let is_new = self.name != Some(name);
        if is_new {
            let (compared, readings) = (vec![Vec::new(); site.pages.len()], vec![Reading::default(); site.pages.len()]);
            *self = Self { name: Some(name), index: Index::new(site), compared, readings, ..Self::default() };
        }
        self.places = Some(places.clone());
        self.facts.update(site);
        self.index.update(site, &self.facts, mentions, targets);
        let topics = topics(site);
        let is_all_due = is_new || self.topics != topics;
        let stale = self.index.stale(&self.compared);
        // What to see at sections is found from more than its own page's ranking.
        let has_sections =
            |id: PageId| !self.readings[id].see_also.is_empty() || !asking(config, &site.pages[id].head).is_empty();
        let is_due = |id: &PageId| is_all_due || stale[*id] || self.choices[*id] != choices[*id] || has_sections(*id);
        let due: Vec<PageId> = (0..site.pages.len()).filter(is_due).collect();
        let index = View::new((site, lexicon), &self.facts, &self.index, &config.related.weights);
        let find = |scratch: &mut Scratch, id: &PageId| find(config, index, scratch, *id, &choices[*id]);
        let found: Vec<(Reading, Vec<u32>)> = due.par_iter().map_init(|| index.scratch(), find).collect();
        let count = due.len();
        for (id, (reading, compared)) in due.into_iter().zip(found) {
            self.readings[id] = reading;
            self.compared[id] = compared;
        }
        self.choices = choices.to_vec();
        self.topics = topics;
        (&self.readings, count)
    }
}

/// What else to read at the page `id`, and the pages that were compared with it.
fn find(config: &Config, index: View<'_>, scratch: &mut Scratch, id: PageId, choice: &Choice) -> (Reading, Vec<u32>) {
    let asking = asking(config, &index.site.pages[id].head);
    let is_article = is_article(index.site, id);
    if !is_article && asking.is_empty() {
        return Default::default();
    }
    let found = index.ranked(scratch, id);
    let see_also = choose::see_also(index, scratch, id, &found, choice, &asking);
    let related = if is_article { choose::related(config, index, id, &found, choice) } else { Vec::new() };
    let compared = found.iter().map(|found| found.page as u32).collect();
    (Reading { related: related.into(), see_also: see_also.into() }, compared)
}
