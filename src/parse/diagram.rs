//! Diagrams: Mermaid to SVG while the site is built, so that a page needs no script for them.
//!
//! In: the source of a block of code in the language `mermaid`. Out: an `<svg>` element that may stand in a page whose
//! policy allows no styles and no scripts, or the first mistake with its place.
//!
//! What must stay true: the bytes depend on the source alone, not on the fonts, the clock or the language of a machine.
//! Colours are classes, so that a drawing follows the page's theme, and beside each class stands the plain colour that
//! feeds and themes without a style for diagrams show. Ids are those that the drawing itself refers to, and begin with a
//! digest of the source.

#[cfg(feature = "diagrams")]
mod draw;
#[cfg(feature = "diagrams")]
mod label;
#[cfg(feature = "diagrams")]
mod measure;
#[cfg(feature = "diagrams")]
mod mermaid;
#[cfg(feature = "diagrams")]
mod outline;
#[cfg(feature = "diagrams")]
mod palette;
#[cfg(feature = "diagrams")]
mod sheet;
#[cfg(feature = "diagrams")]
mod tree;

use crate::parse::mistake::Mistake;

/// The longest source, in bytes. A diagram that fills a page has about two thousand.
const LONGEST: usize = 32 << 10;

/// What is told of diagrams where the library that draws them is not built in.
pub const UNDRAWN: &str = "this build of docweave draws no diagrams";

/// The stack on which a diagram is drawn, in bytes.
#[cfg(feature = "diagrams")]
const STACK: usize = 64 << 20;

/// A diagram, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// The `<svg>` element, with its title (`accTitle`, or its title, or its kind) and its description (`accDescr`, or the
    /// words in it).
    pub(super) svg: String,
    /// Its width in pixels.
    pub(super) width: u32,
    /// All words in it.
    pub(super) words: String,
}

/// Draws the Mermaid diagram `source`, which the page draws `number_on_page` times before: no id may be there twice.
pub(super) fn svg(source: &str, number_on_page: usize) -> Result<Drawing, Mistake> {
    if source.len() > LONGEST {
        let message = format!("a diagram of {} bytes", source.len());
        return Err(Mistake::new(0..0, message).help(format!("split it: {LONGEST} bytes are the most")));
    }
    drawn(source, number_on_page)
}

/// Draws on a stack of its own, which deep nesting does not exhaust; what goes wrong in the library stays there.
#[cfg(feature = "diagrams")]
fn drawn(source: &str, number_on_page: usize) -> Result<Drawing, Mistake> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("diagram".to_owned()).stack_size(STACK);
        let worker = worker.spawn_scoped(scope, || draw::drawing(source, number_on_page, &mermaid::svg(source)?)).ok();
        worker.and_then(|worker| worker.join().ok()).unwrap_or_else(|| Err(mermaid::undrawable()))
    })
}

#[cfg(not(feature = "diagrams"))]
fn drawn(_: &str, _: usize) -> Result<Drawing, Mistake> {
    Err(Mistake::new(0..0, UNDRAWN).help("build it with `--features diagrams`"))
}

#[cfg(test)]
mod tests;
