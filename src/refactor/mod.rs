//! Articles and headings that get other names, with everything that names them.
//!
//! In: a site's files, and what is to be called otherwise, or which old addresses are to live again. Out: a [`Change`]: a patch of the sources, the new texts, and
//! what is worth knowing. [`output::edit::apply`](crate::output::edit::apply) makes it.
//!
//! What must stay true:
//! - After the change every link leads where it led before, and a build finds nothing wrong that it did not find before.
//!   This is not hoped for: the changed site is woven in memory, link by link, before the first file is written.
//! - Old addresses stay alive: as `aliases` of the pages that moved, as anchors beside headings that were renamed.
//! - Nothing but what must change does: bytes around a target, and the rest of front matter, stay what they are.
//!
//! | part | what it knows |
//! |---|---|
//! | `names` | which file will have which path |
//! | `places` | every place in a site that names an article, a file or a heading, and where it leads |
//! | `relink` | other targets for links that would lead elsewhere, in the manner in which each was written |
//! | `include` | the same for files that are included |
//! | `raw` | the same for links in raw HTML |
//! | `leftover` | what names a file and is no link: rewritten where that is certain, else told |
//! | `alias` | old addresses in front matter |
//! | `keep` | old addresses that were lost, and what stands in for each |
//! | `follow` | links to what git saw move |
//! | `check` | whether the changed site is the site that it was |

mod alias;
mod check;
mod diff;
mod follow;
mod heading;
mod include;
mod keep;
mod leftover;
mod mv;
mod names;
mod places;
mod raw;
mod relink;
mod texts;

use crate::model::Patch;
use crate::output::edit::Planned;

pub use self::{
    diff::unified,
    heading::{Renaming, rename_heading},
    keep::keep,
    mv::mv,
};

/// A change of a site that was worked out and tried in memory.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is to be done.
    pub patch: Patch,
    /// What that comes to, file by file.
    pub planned: Vec<Planned>,
    /// What is worth knowing: a sentence each.
    pub notes: Vec<String>,
}
