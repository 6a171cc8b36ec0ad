//! A mistake in a piece of another language that stands in an article: a formula, a diagram.

use std::ops::Range;

/// What is wrong in such a piece, where in it, and what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Bytes inside the piece, on character boundaries; empty where something is missing.
    pub(super) at: Range<usize>,
    /// A lower-case phrase that names the thing.
    pub(super) message: String,
    /// What to type.
    pub(super) help: Option<String>,
}

impl Mistake {
    /// A mistake without help.
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    /// The same with what to type.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
