//! Labels that the library writes as HTML: their lines and the letters in them.

use super::{
    measure,
    sheet::Sheet,
    tree::{Child, Tree},
};

/// Words of one kind of letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    pub(super) is_code: bool,
}

/// A label, laid out in lines.
#[derive(Debug, Default)]
pub(super) struct Label {
    pub(super) lines: Vec<Vec<Run>>,
    /// The size of its letters in pixels.
    pub(super) size: f64,
    /// The colour of its letters.
    pub(super) color: Option<String>,
    /// Whether its lines begin at the left, rather than stand in the middle.
    pub(super) is_left: bool,
}

/// The label in the element `number`, in lines of at most `width` pixels; none without words.
pub(super) fn label(tree: &Tree, sheet: &Sheet, number: usize, width: f64) -> Option<Label> {
    let mut reader = Reader { tree, sheet, lines: vec![Vec::new()], innermost: number };
    reader.read(number, &Run::default());
    let inherited = |property: &str| -> Option<String> {
        tree.upward(reader.innermost).find_map(|at| {
            let [value] = sheet.declared(tree, at, &[property]);
            value.filter(|value| value != "inherit")
        })
    };
    let size = inherited("font-size").and_then(|size| size.trim_end_matches("px").parse().ok()).unwrap_or(16.0);
    let (color, align) = (inherited("color"), inherited("text-align"));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for line in reader.lines {
        wrap(&line, width, size, &mut lines);
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    let is_left = matches!(align.as_deref(), Some("left" | "start"));
    (!lines.is_empty()).then_some(Label { lines, size, color, is_left })
}

struct Reader<'a> {
    tree: &'a Tree,
    sheet: &'a Sheet,
    lines: Vec<Vec<Run>>,
    /// The element that holds the first words.
    innermost: usize,
}

impl Reader<'_> {
    fn read(&mut self, number: usize, around: &Run) {
        let element = &self.tree.elements[number];
        let is_block = matches!(element.name.as_str(), "p" | "div" | "li");
        if element.name == "br" || (is_block && self.lines.last().is_some_and(|line| !line.is_empty())) {
            self.lines.push(Vec::new());
        }
        let mut run = around.clone();
        let [weight, style, display] =
            self.sheet.declared(self.tree, number, &["font-weight", "font-style", "display"]);
        if display.as_deref() == Some("none") {
            return;
        }
        let is_bold = weight.is_some_and(|weight| matches!(weight.as_str(), "bold" | "bolder" | "600" | "700" | "800"));
        run.is_bold |= is_bold || matches!(element.name.as_str(), "b" | "strong");
        run.is_italic |= style.as_deref() == Some("italic") || matches!(element.name.as_str(), "i" | "em");
        run.is_code |= element.name == "code";
        for child in &element.children {
            match child {
                Child::Element(number) => self.read(*number, &run),
                Child::Text(text) => self.words(number, text, &run),
            }
        }
        if is_block && self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Vec::new());
        }
    }

    fn words(&mut self, number: usize, text: &str, run: &Run) {
        for (at, part) in text.split('\n').enumerate() {
            let line = self.lines.last_mut().expect("there is always a line");
            let joins = at > 0 && !line.is_empty();
            let words = part.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            if words.is_empty() && !part.contains(' ') {
                continue;
            }
            let before = if joins || part.starts_with(' ') && !line.is_empty() { " " } else { "" };
            let after = if part.ends_with(' ') && !words.is_empty() { " " } else { "" };
            if line.is_empty() && self.innermost_is_unset() {
                self.innermost = number;
            }
            let line = self.lines.last_mut().expect("there is always a line");
            line.push(Run { text: format!("{before}{words}{after}"), ..run.clone() });
        }
    }

    fn innermost_is_unset(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }
}

/// Breaks a line between words where it would be wider than `width` pixels.
fn wrap(line: &[Run], width: f64, size: f64, lines: &mut Vec<Vec<Run>>) {
    let text: String = line.iter().map(|run| run.text.as_str()).collect();
    if text.trim().is_empty() {
        return;
    }
    if measure::plain_width(text.trim(), size) <= width + 1.0 {
        lines.push(trimmed(line.to_vec()));
        return;
    }
    let mut now: Vec<Run> = Vec::new();
    let mut so_far = String::new();
    for run in line {
        for word in run.text.split_inclusive(' ') {
            let longer = format!("{so_far}{word}");
            if !so_far.is_empty() && measure::plain_width(longer.trim_end(), size) > width + 1.0 {
                lines.push(trimmed(std::mem::take(&mut now)));
                so_far = word.to_owned();
            } else {
                so_far = longer;
            }
            match now.last_mut() {
                Some(last)
                    if Run { text: String::new(), ..last.clone() } == Run { text: String::new(), ..run.clone() } =>
                {
                    last.text.push_str(word);
                }
                _ => now.push(Run { text: word.to_owned(), ..run.clone() }),
            }
        }
    }
    lines.push(trimmed(now));
}

fn trimmed(mut line: Vec<Run>) -> Vec<Run> {
    if let Some(first) = line.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = line.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    line.retain(|run| !run.text.is_empty());
    line
}
