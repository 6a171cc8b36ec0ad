//! Files that are included, and that move or are named by files that do.

use memchr::memmem;

use crate::build::woven::Whole;
use crate::link::graph::relative;
use crate::model::{Edit, Error, RelPath};
use crate::parse::include;
use crate::refactor::{names::Names, texts::Texts};
use crate::source::Files;

/// Edits that make every file include what it includes now.
pub(super) fn edits(
    files: &dyn Files,
    whole: &Whole,
    names: &Names,
    texts: &mut Texts<'_>,
) -> Result<Vec<Edit>, Error> {
    let mut paths = files.list("content")?.files;
    paths.retain(|path| matches!(path.extension(), "md" | "markdown"));
    paths.extend(whole.included.iter().filter(|path| matches!(path.extension(), "md" | "markdown")).cloned());
    paths.sort();
    paths.dedup();
    let mut edits = Vec::new();
    for path in paths {
        let Ok(bytes) = files.read_unlisted(&path) else { continue };
        if memmem::find(&bytes, b"8<-").is_none() && memmem::find(&bytes, b"file=").is_none() {
            continue;
        }
        let Ok(text) = texts.get(&path) else { continue };
        for (range, written) in &text.places.includes {
            edits.extend(other_path(&path, written, names).map(|new| Edit::new(path.clone(), range.clone(), new)));
        }
    }
    Ok(edits)
}

/// What to write in the file `path` in place of the path `written`; `None` where that stays right.
fn other_path(path: &RelPath, written: &str, names: &Names) -> Option<String> {
    let target = names.of(&include::target(path, written)?);
    let own = names.of(path);
    if include::target(&own, written).as_ref() == Some(&target) {
        return None;
    }
    Some(match written.starts_with('/') {
        true => format!("/{target}"),
        false => relative(own.parent(), target.as_str()),
    })
}
