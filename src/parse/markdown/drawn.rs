//! What is written in another notation and drawn: formulas, in lines and in blocks of their own, and diagrams.

use std::ops::Range;

use crate::model::{
    Diagnostic,
    doc::{Construct, Hole, Word},
};
use crate::parse::{
    Extension,
    code::Finished,
    diagram,
    markdown::state::Writer,
    math::{self, Display},
    mistake::Mistake,
};

/// The least widths that the theme has a class for, in hundreds of pixels.
const LEAST: [u32; 11] = [4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32];

/// The most diagrams of one article: each may take a second to lay out.
const MOST: usize = 300;

/// How much smaller a drawing may be shown, in hundredths: words can still be read.
const SMALLER: u32 = 65;

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
                let start = (source.len() == inner.len()).then(|| inner.start + mistake.at.start);
                self.tell_mistake("bad-formula", &mistake, start, range);
                self.out.raw("<code>");
                self.out.text(source);
                self.out.raw("</code>");
            }
        }
    }

    /// Draws a block of code where its language is one of those that are drawn; a block that can't be drawn is told, and
    /// shown as code.
    pub(super) fn draw(&mut self, block: &Finished, range: &Range<usize>) -> bool {
        let has = |extension| self.options.extensions.has(extension);
        match block.language.as_str() {
            "math" | "latex-math" | "katex" if has(Extension::MathBlocks) => self.draw_formula(&block.text, range),
            "mermaid" if has(Extension::Diagrams) => self.draw_diagram(block, range),
            _ => false,
        }
    }

    fn draw_formula(&mut self, text: &str, range: &Range<usize>) -> bool {
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
                let start = self.place_of_line(text, range, source, mistake.at.start);
                self.tell_mistake("bad-formula", &mistake, start, range.clone());
                false
            }
        }
    }

    fn draw_diagram(&mut self, block: &Finished, range: &Range<usize>) -> bool {
        let source = block.text.trim_matches('\n');
        let number = self.diagrams.get(source).copied().unwrap_or(0);
        let drawn = if self.diagrams.values().sum::<usize>() < MOST {
            self.diagrams.insert(source.to_owned(), number + 1);
            diagram::svg(source, number)
        } else {
            let mistake = Mistake::new(0..0, format!("more than {MOST} diagrams in one article"));
            Err(mistake.help("move some to another article"))
        };
        let drawing = match drawn {
            Ok(drawing) => drawing,
            Err(mistake) => {
                let start = self.place_of_line(&block.text, range, source, mistake.at.start);
                self.tell_mistake("bad-diagram", &mistake, start, range.clone());
                return false;
            }
        };
        self.uses(Construct::Diagrams);
        // What stands in a diagram is found, but says nothing to those who read an excerpt.
        self.section.words.end_word();
        self.section.words.push(&drawing.words);
        self.section.words.end_word();
        self.section.text.push_str(&drawing.words);
        self.section.space();
        self.out.fresh_line();
        let start = self.out.len();
        self.out.raw("<figure class=\"drawing");
        for class in &block.look.attributes.classes {
            self.out.raw(" ");
            self.out.attribute(class);
        }
        if let Some(id) = &block.look.attributes.id {
            self.out.raw("\" id=\"");
            self.out.attribute(id);
        }
        // Where the page is too narrow to show it so, it is moved along, with keys as well.
        match LEAST.iter().rev().find(|least| *least * 100 * 100 <= drawing.width * SMALLER) {
            Some(least) => self.out.raw(&format!("\"><div class=\"wide wide-{least}\" tabindex=\"0\">")),
            None => self.out.raw("\"><div>"),
        }
        self.out.raw(&drawing.svg);
        self.out.raw("</div>\n");
        if !block.look.title.is_empty() {
            self.out.raw("<figcaption>");
            self.out.text(&block.look.title);
            self.out.raw("</figcaption>\n");
        }
        self.out.raw("<details><summary>");
        self.out.hole(Hole::Word(Word::Source));
        self.out.raw("</summary>\n");
        self.write_code(block.language.clone(), block.text.clone(), range.clone());
        self.out.raw("</details>\n</figure>\n");
        self.last_block = Some(start);
        true
    }

    /// Where byte `at` of `source` stands in the file: `source` is `text` without blank lines around it, and `text` are the
    /// lines between the fences at `range`, each without what it is indented by.
    fn place_of_line(&self, text: &str, range: &Range<usize>, source: &str, at: usize) -> Option<usize> {
        let at = text.len() - text.trim_start_matches('\n').len() + at;
        let before = text.get(..at).filter(|_| !source.is_empty())?;
        let number = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        let wanted = text.split('\n').nth(number)?;
        let raw = self.file.text.get(range.clone())?;
        let mut lines = raw.split_inclusive('\n').scan(range.start, |next, line| {
            let start = std::mem::replace(next, *next + line.len());
            Some((start, line.trim_end_matches(['\n', '\r'])))
        });
        let (start, line) = lines.nth(number + 1)?;
        line.ends_with(wanted).then(|| start + line.len() - wanted.len() + column)
    }

    /// Tells a mistake that begins at byte `start` of the file; where that is not known, as the text was not read as it
    /// stands there, at `whole`.
    fn tell_mistake(&mut self, rule: &str, mistake: &Mistake, start: Option<usize>, whole: Range<usize>) {
        let end =
            |start: usize| self.file.text.floor_char_boundary((start + mistake.at.len()).min(whole.end)).max(start);
        let range = start.map_or(whole.clone(), |start| start..end(start));
        let span = self.span(range);
        let mut problem = Diagnostic::warning(rule, self.file.path, span, mistake.message.clone());
        problem.help.clone_from(&mistake.help);
        self.diagnostics.push(problem);
    }
}
