//! The weights of related reading, fitted to the lists that the editors of a site wrote.
//!
//! In: a site's files, and the headings below which its editors list what else to read. Out: a [`Fit`]: the weights with
//! which the ranking comes nearest to these lists, and how near it comes to lists that it has not seen.
//!
//! What must stay true: what is to be foretold is not known beforehand, so the site is woven without the sections that
//! hold the lists. The same site gives the same weights on every machine, whatever the number of threads. Nothing is
//! written here.
//!
//! | part | what it knows |
//! |---|---|
//! | `lists` | what editors listed, and the site without it |
//! | `learn` | the weights that fit best, and how well weights fit |
//! | `written` | `site.toml` with the weights in it |

mod learn;
mod lists;
mod written;

use crate::build::{Session, store::Store, woven::weave_everything};
use crate::fit::learn::Example;
use crate::link::related;
use crate::model::{Digest, Error, signal::Weights};
use crate::source::Files;

pub use self::{
    learn::TOP,
    lists::HEADINGS,
    written::{lines, patch},
};

/// The fewest articles with a list that weights are fitted to.
pub const FEWEST: usize = 150;

/// Into how many parts the articles are dealt: the lists of each are foretold by weights that are fitted to the others.
const PARTS: u8 = 5;

/// Weights, and what they were fitted to.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The weights that fit all lists.
    pub weights: Weights,
    /// How many articles have a list.
    pub articles: usize,
    /// How many articles are listed, one list after the other.
    pub listed: usize,
    /// What part of a list the first [`TOP`] have by default, on the average of all articles.
    pub before: f64,
    /// The same by weights that were fitted to the lists of other articles.
    pub after: f64,
}

impl Fit {
    /// Whether lists that were not seen are foretold better than by default.
    pub fn is_better(&self) -> bool {
        self.after > self.before
    }
}

/// Fits the weights of the site in `files` to the pinned articles of its front matter, and to the links below headings of
/// these texts.
///
/// # Errors
///
/// A site with errors; fewer than [`FEWEST`] articles with a list; failures of the environment.
pub fn related(files: &dyn Files, headings: &[String]) -> Result<Fit, Error> {
    let session = Session::new(Store::off());
    let whole = weave_everything(&session, files)?;
    if whole.has_errors() {
        return Err(Error::new("the site has errors, so that not every list is known")
            .help("mend first what `docweave build` says"));
    }
    let lists = lists::of(&whole.site, headings);
    if lists.len() < FEWEST {
        let message = format!("{} of the articles have a list of related ones, and {FEWEST} are needed", lists.len());
        let help = "the weights that come with the program serve every site; lists are `related.pin` in front matter and \
                    links below headings such as `See also`: name yours with `--heading`";
        return Err(Error::new(message).help(help));
    }
    let bare = lists::without(files, &whole.site, headings)?;
    let bare = weave_everything(&session, &bare.overlay(files))?;
    let known = lists.keys().copied().collect::<Vec<_>>();
    let pages: Vec<_> = known.iter().map(|id| &whole.site.pages[*id].head.path).collect();
    let found = related::signals(&bare.site, &pages);
    let examples: Vec<Example> = known.iter().zip(found).map(|(id, found)| Example::new(found, &lists[id])).collect();
    let part = |id: usize| Digest::of(whole.site.pages[id].head.path.as_str().as_bytes()).as_bytes()[0] % PARTS;
    let parts: Vec<u8> = known.iter().map(|id| part(*id)).collect();
    let mut after = 0.0;
    for part in 0..PARTS {
        let seen = |is_seen: bool| {
            let examples = examples.iter().zip(&parts);
            examples
                .filter(move |(_, other)| (**other != part) == is_seen)
                .map(|(example, _)| example)
                .collect::<Vec<_>>()
        };
        let weights = learn::weights(&seen(true));
        let unseen = seen(false);
        after += learn::recall(&unseen, &weights) * unseen.len() as f64;
    }
    let all: Vec<&Example> = examples.iter().collect();
    Ok(Fit {
        weights: learn::weights(&all),
        articles: all.len(),
        listed: lists.values().map(Vec::len).sum(),
        before: learn::recall(&all, &Weights::default()),
        after: after / all.len() as f64,
    })
}
