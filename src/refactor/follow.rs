//! Links to articles and files that git saw move, and links that stand in such.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use crate::build::woven::Whole;
use crate::link::graph::Reader;
use crate::model::{Diagnostic, Edit, Error, RelPath, Span, page::LinkKind, path::resolve};
use crate::parse::target;
use crate::refactor::{
    names::{Names, in_content},
    places::{self, Mention, MentionKind, Seen, Thing, see},
    relink::{Pair, Twice},
    texts::Texts,
};

/// Edits that turn links that lead nowhere, of those that are `found`, to where git saw what they name move. `renames` has
/// old paths and present ones, from `content/`.
///
/// # Errors
///
/// A file that can't be read.
pub(super) fn edits(
    whole: &Whole,
    found: &[Diagnostic],
    renames: &BTreeMap<RelPath, RelPath>,
    texts: &mut Texts<'_>,
) -> Result<Vec<Edit>, Error> {
    let broken = found.iter().filter(|diagnostic| is_unmended(diagnostic));
    let broken: BTreeSet<(&str, Span)> =
        broken.filter_map(|diagnostic| Some((&*diagnostic.place.path, diagnostic.place.span?))).collect();
    if broken.is_empty() || renames.is_empty() {
        return Ok(Vec::new());
    }
    let reader = Reader::new(&whole.config, &whole.site, &whole.inventories);
    let names = Names::default();
    let pair = Pair::new(whole, whole, &names);
    let mut edits = Vec::new();
    let of_pages = (0..whole.site.pages.len()).flat_map(|page| places::of_page(whole, page));
    for mention in of_pages.chain(places::of_site(whole)) {
        let is_found = broken.contains(&(mention.file.as_str(), mention.link.span));
        if !is_found || mention.kind == MentionKind::Watched || mention.link.kind == LinkKind::Wiki {
            continue;
        }
        let Some(wanted) = heir(whole, &reader, &mention, renames) else { continue };
        let text = texts.get(&mention.file)?;
        let written = match mention.kind {
            MentionKind::Text => target::find(&text.text, &mention.link, &text.places.definitions),
            _ => target::value(&text.text, mention.link.span, &mention.link.target, mention.file.extension()),
        };
        let Some(written) = written else { continue };
        let file = mention.file.clone();
        let twice = Twice { before: mention.clone(), after: mention };
        if let Some(target) = pair.other_target(&twice, &wanted, written.form, None) {
            let text = written.replacement(&text.text[written.range.clone()], &target);
            edits.push(Edit::new(file, written.range, text));
        }
    }
    Ok(edits)
}

/// Whether a finding is a link or an image that leads nowhere, for which nothing is known.
pub(super) fn is_unmended(diagnostic: &Diagnostic) -> bool {
    matches!(&*diagnostic.code, "broken-link" | "broken-image" | "broken-related") && diagnostic.fix.is_none()
}

/// What a link named before git saw it move, or before the article moved that it stands in.
fn heir(whole: &Whole, reader: &Reader<'_>, mention: &Mention, renames: &BTreeMap<RelPath, RelPath>) -> Option<Seen> {
    if see(whole, reader, mention).thing != Thing::Nothing {
        return None;
    }
    let written = mention.link.target.split(['#', '?']).next().unwrap_or("");
    let decoded = percent_decode_str(written).decode_utf8_lossy();
    // What stands outside of the content is read as from the front page.
    let own = match mention.file.as_str().strip_prefix("content/") {
        Some(inside) => RelPath::new(inside)?,
        None => whole.site.pages[mention.from].head.path.clone(),
    };
    let moved_from = renames.iter().filter(|(_, new)| **new == own).map(|(old, _)| old.parent());
    let named = std::iter::once(own.parent()).chain(moved_from).filter_map(|folder| resolve(folder, &decoded));
    named.into_iter().find_map(|path| {
        let with_extension = RelPath::new(format!("{path}.md")).unwrap_or_default();
        let now = [&path, &with_extension].into_iter().find_map(|path| renames.get(path)).unwrap_or(&path);
        thing(whole, now, mention)
    })
}

fn thing(whole: &Whole, path: &RelPath, mention: &Mention) -> Option<Seen> {
    let page = whole.site.pages.binary_search_by(|page| page.head.path.cmp(path)).ok();
    if let Some(page) = page.map(|id| &whole.site.pages[id]).filter(|page| page.has_source) {
        let fragment = mention.link.target.split_once('#').map_or("", |(_, fragment)| fragment);
        let id = percent_decode_str(fragment).decode_utf8_lossy();
        let heading = page.head.headings.iter().position(|heading| heading.id == id);
        return Some(Seen { thing: Thing::Page(path.clone(), heading), is_wrong: false });
    }
    let file = in_content(path);
    let is_file = whole.site.files.values().any(|source| *source == file);
    is_file.then_some(Seen { thing: Thing::File(file), is_wrong: false })
}
