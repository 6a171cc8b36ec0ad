//! Formulas: LaTeX to MathML Core, which browsers draw without a script.
//!
//! In: the source between the signs that mark a formula. Out: a `<math>` element without ids, styles and scripts, which
//! carries its source as an annotation, or the first mistake with its place.
//!
//! What must stay true: only this file knows the library. It is handed no formula that could exhaust the stack; what it
//! makes is well formed, or is not shown.

mod commands;
mod latex;
mod markup;
mod words;

use std::{sync::LazyLock, thread};

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::parse::mistake::Mistake;

/// The longest formula, in bytes. A page-long derivation has about three thousand.
const LONGEST: usize = 16 << 10;

/// A formula with more commands than this is read on a stack of its own: each may nest in the one before.
const MANY: usize = 120;

/// What a formula of [`LONGEST`] bytes needs where every command nests in the one before, in bytes, generously.
const STACK: usize = 64 << 20;

/// How a formula stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    /// In a line, as between single signs.
    Inline,
    /// By itself, as between double signs.
    Block,
}

/// Draws formulas, with a site's own commands.
pub(super) struct Math {
    library: LatexToMathML,
}

impl Math {
    /// With `macros`: names without a backslash, and what they stand for, in which `#1` is the first argument.
    ///
    /// A mistake lies in what the macro of the given index stands for.
    pub(super) fn new(macros: &[(String, String)]) -> Result<Self, (usize, Mistake)> {
        let ours = commands::ADDED.iter().filter(|(name, _)| !macros.iter().any(|(own, _)| own == name));
        let ours = ours.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        // The site's come first: the library tells which one is wrong by its index.
        let macros: Vec<(String, String)> = macros.iter().cloned().chain(ours).collect();
        let config = MathCoreConfig { macros, annotation: true, ..MathCoreConfig::default() };
        match LatexToMathML::new(config) {
            Ok(library) => Ok(Self { library }),
            Err((error, index, text)) => Err((index, words::mistake(&error, &text))),
        }
    }

    /// Draws the formula `source`.
    pub(super) fn mathml(&self, source: &str, display: Display) -> Result<String, Mistake> {
        if source.len() > LONGEST {
            return Err(Mistake::new(0..0, format!("a formula of {} bytes", source.len()))
                .help(format!("split it: {LONGEST} bytes are the most")));
        }
        let formula = latex::read(source, display)?;
        if source.bytes().filter(|byte| *byte == b'\\').count() <= MANY {
            return self.convert(&formula, source, display);
        }
        let work = || self.convert(&formula, source, display);
        let done = thread::scope(|scope| {
            let worker = thread::Builder::new().name("formula".to_owned()).stack_size(STACK).spawn_scoped(scope, work);
            worker.ok().and_then(|worker| worker.join().ok())
        });
        done.unwrap_or_else(|| Err(markup::undrawable(source)))
    }

    fn convert(&self, formula: &latex::Formula<'_>, source: &str, display: Display) -> Result<String, Mistake> {
        let mode = match display {
            Display::Inline => MathDisplay::Inline,
            Display::Block => MathDisplay::Block,
        };
        match self.library.convert_with_local_state(&formula.text, mode) {
            Ok(done) => markup::mend(&done.mathml, source),
            Err(error) => Err(words::mistake(&error, &formula.text).moved(formula, source)),
        }
    }
}

/// Draws the formula `source` without a site's own commands.
pub(super) fn mathml(source: &str, display: Display) -> Result<String, Mistake> {
    static PLAIN: LazyLock<Math> =
        LazyLock::new(|| Math::new(&[]).unwrap_or_else(|_| unreachable!("our own macros are right")));
    PLAIN.mathml(source, display)
}

impl Mistake {
    /// The same where it lies in the source rather than in what the library read.
    fn moved(mut self, formula: &latex::Formula<'_>, source: &str) -> Self {
        let start = source.floor_char_boundary(formula.back(self.at.start));
        let end = source.ceil_char_boundary(formula.back(self.at.end));
        self.at = start..end.max(start);
        self
    }
}

#[cfg(test)]
mod tests;
