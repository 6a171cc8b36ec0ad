//! What of the findings has one right answer, as a change of the sources.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, Digest, Patch, RelPath, edit::Edit};
use crate::source::text;

/// A change that mends findings.
#[derive(Debug, Default)]
pub struct Mending {
    /// The change.
    pub patch: Patch,
    /// How many findings have an answer that another of them stands in the way of.
    pub left_out: usize,
}

/// The change that mends these findings. `read` gives a file's bytes by its path from the site's root; a file that is not
/// what it was when it was looked at is left as it is.
pub fn mend(diagnostics: &[Diagnostic], read: &dyn Fn(&RelPath) -> Option<Vec<u8>>) -> Mending {
    let mut by_file: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.fix.is_some()) {
        by_file.entry(&diagnostic.place.path).or_default().push(diagnostic);
    }
    let mut mending = Mending::default();
    for (path, diagnostics) in by_file {
        let Some(path) = RelPath::new(path) else { continue };
        let Some(bytes) = read(&path) else { continue };
        let Ok((text, None)) = text::decode(path.as_str(), &bytes) else { continue };
        let mut edits: Vec<Edit> = diagnostics.iter().filter_map(|diagnostic| edit(diagnostic, &path, &text)).collect();
        edits.sort();
        edits.dedup();
        let mut kept: Vec<Edit> = Vec::new();
        for edit in edits {
            match kept.last().is_none_or(|last| last.end <= edit.start) {
                true => kept.push(edit),
                false => mending.left_out += 1,
            }
        }
        if !kept.is_empty() {
            mending.patch.read.insert(path, Digest::of(&bytes));
            mending.patch.edits.extend(kept);
        }
    }
    mending
}

fn edit(diagnostic: &Diagnostic, path: &RelPath, text: &str) -> Option<Edit> {
    let fix = diagnostic.fix.as_ref()?;
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    let stretch = text.get(start..end)?;
    if fix.old.is_empty() {
        return Some(Edit::new(path.clone(), start..end, &fix.new));
    }
    let at = start + stretch.rfind(&fix.old)?;
    Some(Edit::new(path.clone(), at..at + fix.old.len(), &fix.new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[test]
    fn what_has_one_answer_is_changed_where_it_stands_last() {
        let source = "See [old.md](old.md \"old\") and old.md.\n";
        let span = Span { start: 4, end: 26, line: 1, column: 5 };
        let finding = |old: &str, new: &str| Diagnostic::warning("x", "content/a.md", span, "m").fix(span, old, new);
        let mended = |findings: &[Diagnostic]| {
            let mending = mend(findings, &|_| Some(source.as_bytes().to_vec()));
            let edits: Vec<_> = mending.patch.edits.iter().collect();
            (crate::model::edit::rewrite(source, &edits).expect("edits that can be made"), mending.left_out)
        };
        let moved = finding("(old.md", "(new.md");
        assert_eq!(
            mended(&[moved.clone(), moved.clone()]),
            ("See [old.md](new.md \"old\") and old.md.\n".to_owned(), 0)
        );
        assert_eq!(mended(&[finding("gone", "new")]), (source.to_owned(), 0), "what is not there is not guessed");
        assert_eq!(mended(&[moved, finding("", "")]), ("See  and old.md.\n".to_owned(), 1));
    }
}
