//! What is written in another notation and drawn: formulas, in lines and in blocks of their own.

use std::ops::Range;

use crate::model::doc::Construct;
use crate::parse::{
    Extension,
    markdown::state::Writer,
    math::{self, Display},
    mistake::Mistake,
};

impl Writer<'_, '_> {
    /// `$x$` or `$$x$$`.
    pub(super) fn formula(&mut self, formula: &str, range: Range<usize>, display: Display) {
        let signs = if display == Display::Block { 2 } else { 1 };
        let inner = range.start + signs..range.end.saturating_sub(signs).max(range.start + signs);
        let source = self.original(formula, &inner);
        self.gather(source);
        if let Some(image) = &mut self.image {
            image.alt.push_str(source);
            return;
        }
        match math::mathml(source, display) {
            Ok(mathml) => {
                self.uses(Construct::Math);
                self.out.raw(&mathml);
            }
            Err(mistake) => {
                let start = if source.len() == inner.len() { Some(inner.start) } else { None };
                self.tell_mistake("bad-formula", &mistake, start, range);
                self.out.raw("<code>");
                self.out.text(source);
                self.out.raw("</code>");
            }
        }
    }

    /// Draws the block of code whose text is `text`, where its language is one of those that are drawn; a block that
    /// can't be drawn is told, and shown as code.
    pub(super) fn draw(&mut self, language: &str, text: &str, range: &Range<usize>) -> bool {
        let is_formula = matches!(language, "math" | "latex-math" | "katex");
        if !is_formula || !self.options.extensions.has(Extension::MathBlocks) {
            return false;
        }
        let source = text.trim_matches('\n');
        match math::mathml(source, Display::Block) {
            Ok(mathml) => {
                self.uses(Construct::Math);
                self.gather(source);
                self.gather_space();
                self.out.fresh_line();
                self.out.raw(&mathml);
                self.out.raw("\n");
                self.last_block = None;
                true
            }
            Err(mistake) => {
                let raw = self.file.text.get(range.clone()).unwrap_or("");
                let start = raw.find(source).filter(|_| !source.is_empty()).map(|at| range.start + at);
                self.tell_mistake("bad-formula", &mistake, start, range.clone());
                false
            }
        }
    }

    /// Tells a mistake at its place in the file, where the piece that it is in stands there as it was read.
    fn tell_mistake(&mut self, rule: &str, mistake: &Mistake, start: Option<usize>, whole: Range<usize>) {
        let range = start.map_or(whole, |start| start + mistake.at.start..start + mistake.at.end);
        let span = self.span(range);
        let mut problem = crate::model::Diagnostic::warning(rule, self.file.path, span, mistake.message.clone());
        problem.help.clone_from(&mistake.help);
        self.diagnostics.push(problem);
    }
}
