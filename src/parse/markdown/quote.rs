//! Quotes, and what a marker in their first line makes of them: alerts and pull quotes.

use std::ops::Range;

use crate::model::doc::{Construct, Hole, Word};
use crate::parse::{
    Extension,
    markdown::state::{Quote, Writer},
    piece::Piece,
};

/// How a callout folds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// Not at all.
    Fixed,
    /// Open until it is closed.
    Open,
    /// Closed until it is opened.
    Closed,
}

/// Kinds that are built in: their names and titles.
const KINDS: &[(&str, Word)] = &[
    ("note", Word::Note),
    ("tip", Word::Tip),
    ("important", Word::Important),
    ("warning", Word::Warning),
    ("caution", Word::Caution),
    ("info", Word::Info),
    ("danger", Word::Danger),
];

/// A kind of callout: its classes, and its title where the author gives none.
pub(super) struct CalloutKind {
    classes: String,
    title: Result<Word, String>,
}

/// `[!NOTE]- Title`, the first line of a quote.
struct Marker<'t> {
    name: &'t str,
    folding: Folding,
    /// The title, by its bytes in the file.
    title: Range<usize>,
}

impl Writer<'_, '_> {
    pub(super) fn start_quote(&mut self, range: Range<usize>) {
        self.depth += 1;
        self.out.fresh_line();
        let start = self.out.len();
        let text = self.file.text;
        let marker = marker(text, &range).filter(|_| self.options.extensions.has(Extension::Alerts));
        let end = match marker {
            Some(marker) if marker.name.eq_ignore_ascii_case("quote") => {
                self.skipping_marker = true;
                self.out.raw("<blockquote class=\"pull\">\n");
                "</blockquote>\n"
            }
            Some(marker) => match self.callout_kind(&marker.name.to_lowercase()) {
                Some(kind) => {
                    self.skipping_marker = true;
                    self.begin_callout(&kind, marker.folding, marker.title)
                }
                None => self.plain_quote(),
            },
            None => self.plain_quote(),
        };
        self.quotes.push(Quote { end, start });
    }

    fn plain_quote(&mut self) -> &'static str {
        self.out.raw("<blockquote>\n");
        "</blockquote>\n"
    }

    pub(super) fn end_quote(&mut self, range: Range<usize>) {
        let _ = range;
        self.close_deeper_than(self.depth - 1);
        self.depth -= 1;
        let Some(quote) = self.quotes.pop() else { return };
        self.out.fresh_line();
        self.out.raw(quote.end);
        self.last_block = Some(quote.start);
    }

    /// The kind of callout that has this name, in small letters: built in or declared.
    pub(super) fn callout_kind(&self, name: &str) -> Option<CalloutKind> {
        if let Some((_, title, like)) = self.options.callouts.iter().find(|(declared, ..)| declared == name) {
            let classes = if name == like { name.to_owned() } else { format!("{like} callout-{name}") };
            return Some(CalloutKind { classes, title: Err(title.clone()) });
        }
        let (_, word) = KINDS.iter().find(|(known, _)| *known == name)?;
        Some(CalloutKind { classes: name.to_owned(), title: Ok(*word) })
    }

    /// Writes the beginning of a callout; returns its end.
    pub(super) fn begin_callout(&mut self, kind: &CalloutKind, folding: Folding, title: Range<usize>) -> &'static str {
        if folding != Folding::Fixed
            || !title.is_empty()
            || kind.title.is_err()
            || kind.title == Ok(Word::Info)
            || kind.title == Ok(Word::Danger)
        {
            self.uses(Construct::Callouts);
        }
        let (open, between, end) = match folding {
            Folding::Fixed => ("<div class=\"callout callout-", "\"><p class=\"callout-title\">", "</p>\n"),
            Folding::Open | Folding::Closed => {
                ("<details class=\"callout callout-", "\"><summary class=\"callout-title\">", "</summary>\n")
            }
        };
        self.out.raw(open);
        self.out.attribute(&kind.classes);
        if folding == Folding::Open {
            self.out.raw("\" open=\"");
        }
        self.out.raw(between);
        self.callout_title(kind, title);
        self.out.raw(end);
        if folding == Folding::Fixed { "</div>\n" } else { "</details>\n" }
    }

    fn callout_title(&mut self, kind: &CalloutKind, title: Range<usize>) {
        if !title.is_empty() {
            return self.inline(title);
        }
        match &kind.title {
            Ok(word) => self.out.hole(Hole::Word(*word)),
            Err(title) => self.out.text(title),
        }
    }

    /// Writes a stretch of the file as inline Markdown: a title.
    pub(super) fn inline(&mut self, range: Range<usize>) {
        let piece = self.inline_piece(range);
        self.out.append(piece);
        self.gather_space();
    }

    pub(super) fn inline_piece(&mut self, range: Range<usize>) -> Piece {
        let text = self.file.text;
        let waiting = std::mem::take(&mut self.skipping_marker);
        let (open_mark, open) = (self.open_mark, self.containers.len());
        self.begin_piece();
        self.titles += 1;
        if !self.read_inline(range.clone()) {
            // It would be a list or a heading: then it is plain text.
            self.mentions.source = range.start;
            self.plain(text.get(range).unwrap_or(""));
        }
        self.close_to(open);
        self.titles -= 1;
        let piece = self.end_piece();
        (self.skipping_marker, self.open_mark) = (waiting, open_mark);
        piece
    }

    /// The same where it stands inside a link.
    pub(super) fn label_piece(&mut self, range: Range<usize>) -> Piece {
        self.links_open += 1;
        let piece = self.inline_piece(range);
        self.links_open -= 1;
        piece
    }
}

/// Reads the marker in the first line of the quote that stands at `range`.
fn marker<'t>(text: &'t str, range: &Range<usize>) -> Option<Marker<'t>> {
    let quote = text.get(range.clone())?;
    let line = quote.lines().next()?;
    let inner = line.strip_prefix('>')?.trim_start_matches([' ', '\t']);
    let name_at = inner.strip_prefix("[!")?;
    let (name, rest) = name_at.split_at(name_at.find(']')?);
    let rest = &rest[1..];
    let (folding, rest) = match rest.as_bytes().first() {
        Some(b'-') => (Folding::Closed, &rest[1..]),
        Some(b'+') => (Folding::Open, &rest[1..]),
        Some(b' ' | b'\t') | None => (Folding::Fixed, rest),
        Some(_) => return None,
    };
    let title = rest.trim();
    let start = range.start + (line.len() - rest.trim_start().len());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_name.then_some(Marker { name, folding, title: start..start + title.len() })
}
