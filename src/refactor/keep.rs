//! Addresses that a site has lost, kept alive by what stands in for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::{
    Session,
    store::Store,
    woven::{Whole, weave_everything},
};
use crate::link::contract::{self, Heir, Loss};
use crate::model::{Diagnostic, Error, Level, Patch, RelPath, Rule, Span, site::PageId, site::PageKind};
use crate::output::edit::{self, Overlay};
use crate::refactor::{
    Change, alias, follow,
    heading::anchor,
    mv::plan,
    names::in_content,
    texts::{Texts, is_changed},
};
use crate::source::Files;

/// Works out what keeps alive the addresses and ids that these findings tell are lost, as far as it is clear what stands in
/// for each: the article that was moved, as git saw it (`renames`, old paths to present ones, from `content/`), or what
/// nothing else is like. Links that are found to lead nowhere follow what git saw move. What is not clear is left as it is.
///
/// # Errors
///
/// A site with errors that no rule made; a change after which it would have such.
pub fn keep(files: &dyn Files, found: &[Diagnostic], renames: &BTreeMap<RelPath, RelPath>) -> Result<Change, Error> {
    let path = contract::path();
    let of_record = found.iter().filter(|diagnostic| diagnostic.place.path == path.as_str());
    let wanted: BTreeSet<Span> = of_record.filter_map(|diagnostic| diagnostic.place.span).collect();
    let mut change = Change { patch: Patch::default(), planned: Vec::new(), notes: Vec::new() };
    let follows = !renames.is_empty() && found.iter().any(follow::is_unmended);
    if wanted.is_empty() && !follows {
        return Ok(change);
    }
    let session = Session::new(Store::off());
    let before = weave_everything(&session, files)?;
    refuse_errors(&before)?;
    let mut texts = Texts::new(files, &before.options);
    change.patch.edits = follow::edits(&before, found, renames, &mut texts)?;
    let (mut losses, mut moved) = (Vec::new(), BTreeMap::new());
    if !wanted.is_empty() {
        let record = texts.get(&path)?.text.clone();
        losses = contract::losses(&before.config, &before.site, &record);
        losses.retain(|loss| wanted.contains(&loss.span));
        moved = addresses_of_moved(&session, files, &before, renames)?;
    }
    let mut aliases: BTreeMap<PageId, Vec<String>> = BTreeMap::new();
    for Loss { url, id, heir, .. } in &losses {
        let clear = heir.as_ref().filter(|heir| heir.is_clear);
        match (id, moved.get(url), clear) {
            (None, Some(page), _) => {
                aliases.entry(*page).or_default().push(contract::decoded(url));
                change.notes.push(format!("{url} leads to {}, which git saw move", shown(&before, *page)));
            }
            (None, None, Some(Heir { page, .. })) => {
                aliases.entry(*page).or_default().push(contract::decoded(url));
                change.notes.push(format!("{url} leads to {}, which alone is like it", shown(&before, *page)));
            }
            (Some(id), _, Some(Heir { page, heading: Some(heading), .. })) => {
                let head = &before.site.pages[*page].head;
                let own = in_content(&head.path);
                change.patch.edits.push(anchor(head, &own, &*texts.get(&own)?, heading, id)?);
                change.notes.push(format!("{url}#{id} leads to the heading #{heading}"));
            }
            _ => {}
        }
    }
    for (page, addresses) in &aliases {
        let own = in_content(&before.site.pages[*page].head.path);
        let edits = alias::edits(&own, &texts.get(&own)?.text, addresses, &[]);
        change.patch.edits.extend(edits.ok_or_else(|| alias::unwritten(&own, addresses))?);
    }
    if change.patch.is_empty() {
        return Ok(change);
    }
    let planned = plan(files, &mut change.patch, &texts)?;
    refuse_errors(&weave_everything(&session, &Overlay::new(files, &planned))?)?;
    change.planned = planned.into_iter().filter(is_changed).collect();
    Ok(change)
}

fn shown(whole: &Whole, page: PageId) -> RelPath {
    in_content(&whole.site.pages[page].head.path)
}

/// Levels of rules are the site's own: only what no rule found makes links unknown.
fn refuse_errors(whole: &Whole) -> Result<(), Error> {
    let is_error =
        |diagnostic: &&Diagnostic| diagnostic.level == Level::Error && Rule::named(&diagnostic.code).is_none();
    match whole.diagnostics.iter().find(is_error) {
        Some(error) => Err(Error::new(format!("no address can be kept: {error}")).help("mend this by hand first")),
        None => Ok(()),
    }
}

/// The addresses that articles had before git saw them move, and the pages that they are: found by weaving the site as it
/// would be with them in their old places.
fn addresses_of_moved(
    session: &Session,
    files: &dyn Files,
    before: &Whole,
    renames: &BTreeMap<RelPath, RelPath>,
) -> Result<BTreeMap<String, PageId>, Error> {
    let pages: BTreeMap<&RelPath, PageId> = before
        .site
        .pages
        .iter()
        .enumerate()
        .filter(|(_, page)| page.has_source && page.kind != PageKind::Topic)
        .map(|(id, page)| (&page.head.path, id))
        .collect();
    let content = files.list("content")?.files;
    let mut left: Vec<(&RelPath, PageId)> = renames
        .iter()
        .filter(|(old, _)| !content.contains(&in_content(old)))
        .filter_map(|(old, new)| Some((old, *pages.get(new)?)))
        .collect();
    let mut addresses = BTreeMap::new();
    while !left.is_empty() {
        // A page stands in one place at a time.
        let mut placed = BTreeSet::new();
        let (now, later): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, page)| placed.insert(*page));
        let back = |(old, page): &(&RelPath, PageId)| (shown(before, *page), in_content(old));
        let patch = Patch { moves: now.iter().map(back).collect(), ..Patch::default() };
        let planned = edit::plan(files, &patch)?;
        let then = weave_everything(session, &Overlay::new(files, &planned))?;
        for (old, page) in now {
            if let Some(found) = then.site.pages.iter().find(|page| page.head.path == *old) {
                addresses.insert(found.url.clone(), page);
            }
        }
        left = later;
    }
    Ok(addresses)
}
