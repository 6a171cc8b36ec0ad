//! What two builds of a site differ in, as its readers see it.
//!
//! In: two output folders, the manifests of two, or two commits. Out: a [`Difference`]: pages that came, went, moved or
//! changed, with the lines of their text that changed and the anchors that are gone; and all other files.
//!
//! What must stay true: the same two builds have the same difference; of a build that is known by its manifest alone,
//! nothing is said about texts. Texts are read from the copies of pages as Markdown, where the site has them: pages are
//! not taken apart, but for the names of their anchors.

mod anchors;
mod build;
mod commit;
mod pages;
mod text;

pub use build::Build;
pub use pages::{Changed, Difference, FileChange, Moved, PageChange, difference};
pub use text::{Line, Lines};
