//! Files that are included, and what the mask hid.

use std::{borrow::Cow, ops::Range};

use memchr::memmem;

use crate::model::{Diagnostic, RelPath};
use crate::parse::{
    front_matter,
    include::{Found, Reference},
    markdown::{
        mask::{self, Kind},
        state::{File, Writer},
    },
};

/// How deep files may include one another.
const DEEPEST: usize = 32;

impl<'a> Writer<'a, '_> {
    /// The mark that begins at byte `at`, if it hides a construct.
    pub(super) fn mark_at(&self, at: usize) -> Option<usize> {
        let found = self.file.marks.binary_search_by_key(&at, |mark| mark.range.start).ok()?;
        let is_hidden = !matches!(self.file.marks[found].kind, Kind::Malformed(_) | Kind::Colon);
        is_hidden.then_some(found)
    }

    /// The marks that a stretch of the file overlaps.
    pub(super) fn has_marks(&self, range: &Range<usize>) -> bool {
        let first = self.file.marks.partition_point(|mark| mark.range.end <= range.start);
        self.file.marks.get(first).is_some_and(|mark| mark.range.start < range.end)
    }

    /// The text of an event as the author wrote it: what was hidden in it is put back.
    pub(super) fn original<'t>(&self, text: &'t str, range: &Range<usize>) -> &'t str
    where
        'a: 't,
    {
        if self.file.marks.is_empty() || text.len() != range.len() || !self.has_marks(range) {
            return text;
        }
        self.file.text.get(range.clone()).unwrap_or(text)
    }

    /// The same for inline code, whose event holds its text without the backticks that its range has.
    pub(super) fn original_code(&self, code: &str, range: &Range<usize>) -> Option<String> {
        if self.file.marks.is_empty() || !self.has_marks(range) {
            return None;
        }
        let raw = self.file.text.get(range.clone())?;
        let inner = raw.trim_matches('`').replace('\n', " ");
        let is_padded = inner.len() == code.len() + 2 && inner.starts_with(' ') && inner.ends_with(' ');
        Some(if is_padded { inner[1..inner.len() - 1].to_owned() } else { inner })
    }

    /// The same for an address or a title in the link at `range`, of which no event tells the place.
    pub(super) fn original_part<'t>(&self, part: &'t str, range: &Range<usize>) -> Cow<'t, str> {
        let marks = &self.file.marks;
        if marks.is_empty() || !part.contains("<?x") {
            return Cow::Borrowed(part);
        }
        let raw = self.file.text.get(range.clone()).unwrap_or("");
        let mut hidden = raw.as_bytes().to_vec();
        let first = marks.partition_point(|mark| mark.range.start < range.start);
        for mark in marks[first..].iter().take_while(|mark| mark.range.end <= range.end) {
            if matches!(mark.kind, Kind::Wikilink(..) | Kind::Call(_)) {
                mask::hide_mark(&mut hidden[mark.range.start - range.start..mark.range.end - range.start]);
            }
        }
        let at = memmem::rfind(&hidden, part.as_bytes());
        let original = at.and_then(|at| raw.get(at..at + part.len()));
        original.map_or(Cow::Borrowed(part), |original| Cow::Owned(original.to_owned()))
    }

    /// Writes the file that stands in a line `--8<-- "file"`.
    pub(super) fn include(&mut self, reference: &Reference, range: Range<usize>) {
        let at = range.start + reference.path_range.start..range.start + reference.path_range.end;
        let own = self.own_path();
        let found = match self.shelf.find(&own, &reference.path, &reference.part) {
            Ok(found) => found,
            Err(mistake) => return self.refuse("missing-include", at, mistake.message, mistake.help),
        };
        let Found { path, text, cut } = found;
        if *path == own || self.including.contains(path) {
            let span = self.span(at);
            let chain: Vec<&str> = self.including.iter().chain([&own, path]).map(RelPath::as_str).collect();
            let problem = Diagnostic::error("include-cycle", self.file.path, span, format!("`{path}` includes itself"))
                .note(format!("by way of {}", chain.join(" -> ")))
                .help("take one of these lines out");
            return self.diagnostics.push(problem);
        }
        if self.including.len() >= DEEPEST {
            let message = format!("files include one another more than {DEEPEST} deep");
            return self.refuse("include-cycle", at, message, "include less, or make an article of it");
        }
        let whole = cut.ranges.first().is_some_and(|first| first.start == 0);
        let (_, body, _) = front_matter::split(path.as_str(), text);
        let inner = File::new(path.as_str(), Some(path), text);
        let outer = std::mem::replace(&mut self.file, inner);
        self.including.push(own);
        let was_trusted = !self.untrusted.is_on;
        if self.options.untrusted.covers_file(path) {
            self.distrust();
        }
        let open = self.containers.len();
        self.last_code = None;
        for range in cut.ranges {
            let range = if whole { range.start.max(body)..range.end.max(body) } else { range };
            self.read(range);
        }
        self.close_to(open);
        self.last_code = None;
        self.including.pop();
        self.file = outer;
        if was_trusted {
            (self.untrusted.is_on, self.shelf.within_content) = (false, false);
        }
    }

    /// The present file's path from the site's root.
    pub(super) fn own_path(&self) -> RelPath {
        let shown = || RelPath::new(self.file.path);
        self.file.origin.cloned().or_else(shown).unwrap_or_default()
    }
}
