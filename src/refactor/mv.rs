//! Articles and folders that move.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::{
    Session,
    store::Store,
    woven::{Whole, weave_everything},
};
use crate::link::{graph::Reader, route};
use crate::model::{Error, Patch, RelPath, diagnostic::did_you_mean, path, site::PageKind};
use crate::output::edit::{self, Overlay, Planned};
use crate::parse::target::in_quotes;
use crate::refactor::{
    Change, alias,
    check::{check, source_of},
    include, leftover,
    names::{Names, in_content},
    places::{self, Thing, see},
    raw,
    relink::Pair,
    texts::{Texts, is_changed},
};
use crate::source::Files;

/// Works out what it takes for the article or the folder `old` to be `new`. Both are paths from the site's folder or from `content/`.
///
/// # Errors
///
/// Nothing or something else by these names; a site with errors; a link that can't be mended.
pub fn mv(files: &dyn Files, old: &str, new: &str) -> Result<Change, Error> {
    let session = Session::new(Store::off());
    let before = sound(&session, files)?;
    let names = choose(files, &before, old, new)?;
    let mut patch =
        Patch { moves: names.moves().map(|(from, to)| (from.clone(), to.clone())).collect(), ..Patch::default() };
    let mut texts = Texts::new(files, &before.options);
    patch.edits = include::edits(files, &before, &names, &mut texts)?;
    let planned = plan(files, &mut patch, &texts)?;
    let between = weave_everything(&session, &Overlay::new(files, &planned))?;
    let mut kept = keep_addresses(&before, &between, &names, &mut patch, &mut texts)?;
    // Old addresses are names that links by title may have: links are read as they will be among them.
    let planned = plan(files, &mut patch, &texts)?;
    let among = weave_everything(&session, &Overlay::new(files, &planned))?;
    let bare = Pair::new(&before, &between, &names);
    patch.edits.extend(Pair::new(&before, &among, &names).relink(&mut texts, Some(&bare), None)?);
    patch.edits.extend(raw::edits(files, (&before, &among), &names, None, &mut texts)?);
    patch.edits.extend(leftover::edits(files, &names, &mut texts)?);
    let planned = plan(files, &mut patch, &texts)?;
    let after = weave_everything(&session, &Overlay::new(files, &planned))?;
    kept.extend(check(&before, &after, &names)?);
    kept.extend(leftover::told(files, &before, &names, &planned)?);
    Ok(Change { patch, planned: planned.into_iter().filter(is_changed).collect(), notes: kept })
}

/// The site as it is, in which nothing may be an error: of an article that can't be read, no link is known.
pub(super) fn sound(session: &Session, files: &dyn Files) -> Result<Whole, Error> {
    let whole = weave_everything(session, files)?;
    match whole.has_errors() {
        true => Err(Error::new("the site has errors, so that not every link is known")
            .help("mend first what `docweave build` says; nothing was changed")),
        false => Ok(whole),
    }
}

/// What a patch comes to, with the digests of all that was read for it.
pub(super) fn plan(files: &dyn Files, patch: &mut Patch, texts: &Texts<'_>) -> Result<Vec<Planned>, Error> {
    texts.all().iter().for_each(|(path, text)| patch.note(path, &text.bytes));
    patch.edits.sort();
    patch.edits.dedup();
    edit::plan(files, patch)
}

/// What is named by `written`: a file or a folder of the content.
enum Named {
    File(RelPath),
    Folder(RelPath),
}

fn choose(files: &dyn Files, before: &Whole, old: &str, new: &str) -> Result<Names, Error> {
    let content = files.list("content")?.files;
    let from = find(&content, before, old)?;
    let is_into = new.ends_with('/') || new == ".";
    let to = path_in_content(new).ok_or_else(|| bad_name(new))?;
    let is_folder = |path: &RelPath| path.as_str() == "content" || holds(&content, path);
    let mut names = Names::default();
    match from {
        Named::File(from) => {
            let to = match is_into || is_folder(&to) {
                true => to.join(from.file_name()).ok_or_else(|| bad_name(new))?,
                false => with_extension(&to, from.extension()),
            };
            refuse_special(before, &from, &to)?;
            let beside =
                |path: &RelPath| path.as_str().strip_suffix(&format!(".{}", path.extension())).map(str::to_owned);
            if let (Some(folder), Some(target)) = (beside(&from), beside(&to))
                && holds(&content, &RelPath::new(&*folder).unwrap_or_default())
                && folder != target
            {
                // The article beside a folder of its name is the folder's page.
                move_folder(&content, &folder, &target, &mut names)?;
            }
            for file in own_files(&content, before, &from) {
                let inside = &file.as_str()[from.parent().len() + 1..];
                let to = RelPath::new(format!("{}/{inside}", to.parent())).ok_or_else(|| bad_name(new))?;
                if file != to && !names.moves_file(&file) {
                    names.add_file(file, to);
                }
            }
            if from == to {
                return Err(Error::new(format!("`{from}` has that name already")));
            }
            names.add_file(from, to);
        }
        Named::Folder(from) => {
            let to = match (is_into || is_folder(&to)) && from != to {
                true => to.join(from.file_name()).ok_or_else(|| bad_name(new))?,
                false => to,
            };
            if from == to || to.as_str().starts_with(&format!("{from}/")) {
                return Err(Error::new(format!("`{from}` can't be moved to `{to}`: it would lie in itself")));
            }
            move_folder(&content, from.as_str(), to.as_str(), &mut names)?;
        }
    }
    for (from, to) in names.moves() {
        refuse_special(before, from, to)?;
        if content.contains(to) && !names.moves_file(to) {
            return Err(Error::new(format!("`{to}` is there already")).help("choose another name"));
        }
    }
    Ok(names)
}

fn move_folder(content: &[RelPath], from: &str, to: &str, names: &mut Names) -> Result<(), Error> {
    for file in content.iter().filter(|file| file.as_str().starts_with(&format!("{from}/"))) {
        let moved = RelPath::new(format!("{to}{}", &file.as_str()[from.len()..])).ok_or_else(|| bad_name(to))?;
        names.add_file(file.clone(), moved);
    }
    names.add_folder(from, to);
    Ok(())
}

fn holds(content: &[RelPath], folder: &RelPath) -> bool {
    content.iter().any(|file| file.as_str().strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

/// A path from the site's folder, whether it was written from there or from `content/`.
fn path_in_content(written: &str) -> Option<RelPath> {
    let inside = path::resolve("", written.trim_start_matches('/'))?;
    if inside.as_str() == "content" || inside.as_str().starts_with("content/") {
        return Some(inside);
    }
    if inside.as_str().is_empty() { RelPath::new("content") } else { RelPath::new(format!("content/{inside}")) }
}

/// The article `written`, from the site's folder or from `content/`, with or without `.md`.
pub(super) fn article(whole: &Whole, written: &str) -> Result<usize, Error> {
    let wanted = path_in_content(written).unwrap_or_default();
    let inside = wanted.as_str().strip_prefix("content/").unwrap_or(written);
    let found = whole.site.pages.iter().position(|page| {
        let path = page.head.path.as_str();
        page.has_source && (path == inside || path.strip_suffix(".md") == Some(inside))
    });
    found.ok_or_else(|| unknown(whole, written))
}

fn find(content: &[RelPath], before: &Whole, written: &str) -> Result<Named, Error> {
    let Some(path) = path_in_content(written).filter(|path| path.as_str() != "content") else {
        return Err(unknown(before, written));
    };
    let article = RelPath::new(format!("{path}.md")).filter(|article| content.contains(article));
    match article {
        _ if content.contains(&path) => Ok(Named::File(path)),
        Some(article) if !written.ends_with('/') => Ok(Named::File(article)),
        _ if holds(content, &path) => Ok(Named::Folder(path)),
        _ => Err(unknown(before, written)),
    }
}

fn unknown(before: &Whole, written: &str) -> Error {
    let paths = before.site.pages.iter().filter(|page| page.has_source).map(|page| page.head.path.as_str());
    let help = match did_you_mean(written.strip_prefix("content/").unwrap_or(written), paths) {
        Some(near) => format!("did you mean `content/{near}`?"),
        None => "name an article or a folder, such as `guides/start.md` or `guides`".to_owned(),
    };
    Error::new(format!("there is no `{written}` in this site's content")).help(help)
}

fn bad_name(written: &str) -> Error {
    Error::new(format!("`{written}` is not a path inside the site"))
        .help("write where it is to be, such as `guides/first-steps.md`")
}

fn with_extension(to: &RelPath, extension: &str) -> RelPath {
    let is_kept = match extension {
        "md" | "markdown" => matches!(to.extension(), "md" | "markdown"),
        _ => !to.extension().is_empty(),
    };
    if is_kept { to.clone() } else { RelPath::new(format!("{to}.{extension}")).unwrap_or_else(|| to.clone()) }
}

/// Pages whose place says what they are.
fn refuse_special(before: &Whole, from: &RelPath, to: &RelPath) -> Result<(), Error> {
    let page = before.site.pages.iter().find(|page| page.has_source && in_content(&page.head.path) == *from);
    match page.map(|page| page.kind) {
        Some(PageKind::Home) => Err(Error::new(format!("`{from}` is the front page, which has no other place"))),
        Some(PageKind::Topic) => {
            Err(Error::new(format!("`{from}` is the prose of a topic, which stands under the topic's name"))
                .help("rename the topic in site.toml, and this file with it"))
        }
        _ if to.file_name().starts_with('_')
            && to.stem() != "_index"
            && matches!(to.extension(), "md" | "markdown")
            && page.is_some() =>
        {
            Err(Error::new(format!("`{to}` would be no article any more: its name begins with `_`")))
        }
        _ => Ok(()),
    }
}

/// Files in the article's folder, or below it, that it links to and no other page does.
fn own_files(content: &[RelPath], before: &Whole, article: &RelPath) -> Vec<RelPath> {
    let reader = Reader::new(&before.config, &before.site, &before.inventories);
    let mut users: BTreeMap<RelPath, BTreeSet<RelPath>> = BTreeMap::new();
    let by_pages = (0..before.site.pages.len()).flat_map(|id| places::of_page(before, id));
    for mention in by_pages.chain(places::of_site(before)) {
        if let Thing::File(file) = see(before, &reader, &mention).thing {
            let is_of_site = !mention.file.as_str().starts_with("content/");
            let user =
                if is_of_site { mention.file.clone() } else { in_content(&before.site.pages[mention.from].head.path) };
            users.entry(file).or_default().insert(user);
        }
    }
    let folder = format!("{}/", article.parent());
    let is_own = |file: &&RelPath| {
        let is_near = file.as_str().starts_with(&folder);
        is_near && users.get(*file).is_some_and(|users| users.len() == 1 && users.contains(article))
    };
    content.iter().filter(is_own).cloned().collect()
}

/// An output path as an address in `aliases`.
fn alias_of(output: &RelPath) -> String {
    match output.as_str().strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
        _ => format!("/{output}"),
    }
}

/// Adds the edits that keep old addresses alive; says which lead where.
fn keep_addresses(
    before: &Whole,
    between: &Whole,
    names: &Names,
    patch: &mut Patch,
    texts: &mut Texts<'_>,
) -> Result<Vec<String>, Error> {
    let pair = Pair::new(before, between, names);
    let others = between.site.pages.iter().map(|page| &page.output).chain(between.site.files.keys());
    let answered: BTreeSet<&RelPath> = others.collect();
    let mut wanted: BTreeMap<RelPath, Vec<RelPath>> = BTreeMap::new();
    let mut made: BTreeMap<RelPath, Vec<RelPath>> = BTreeMap::new();
    let mut notes = Vec::new();
    for (id, page) in before.site.pages.iter().enumerate().filter(|(_, page)| page.kind != PageKind::Topic) {
        let after = pair.page_after(id);
        if after.is_some_and(|after| between.site.pages[after].output == page.output) {
            continue;
        }
        if answered.contains(&page.output) {
            notes.push(format!("the old address {} is that of another page now", page.url));
            continue;
        }
        let (home, target) = match after {
            Some(after) => match source_of(&before.site, id) {
                Some(source) => (Some(source), Some(after)),
                None => {
                    // A folder without a page of its own gets one, for the address to stand in.
                    let path = in_content(&between.site.pages[after].head.path);
                    made.entry(path).or_default().push(page.output.clone());
                    notes.push(told(page.url.as_str(), &between.site.pages[after].url));
                    (None, None)
                }
            },
            // The last article has left a folder: what was found there is found in its new place.
            None => {
                let folder = format!("{}/", in_content(&page.head.path).parent());
                let left = names.moves().find(|(from, _)| {
                    from.as_str().starts_with(&folder) && matches!(from.extension(), "md" | "markdown")
                });
                let id = left.and_then(|(from, _)| {
                    before.site.pages.iter().position(|page| page.has_source && in_content(&page.head.path) == *from)
                });
                (left.map(|(from, _)| from.clone()), id.and_then(|id| pair.page_after(id)))
            }
        };
        if let (Some(home), Some(target)) = (home, target) {
            wanted.entry(home).or_default().push(page.output.clone());
            notes.push(told(page.url.as_str(), &between.site.pages[target].url));
        }
    }
    for (id, page) in before.site.pages.iter().enumerate().filter(|(_, page)| page.has_source) {
        let path = in_content(&page.head.path);
        let Some(after) = pair.page_after(id).map(|id| &between.site.pages[id]) else { continue };
        let known = |output: &RelPath| {
            page.head
                .front
                .aliases
                .iter()
                .any(|alias| route::alias_output(&before.config, &alias.value).as_ref() == Some(output))
        };
        let new: Vec<String> =
            wanted.remove(&path).unwrap_or_default().iter().filter(|output| !known(output)).map(alias_of).collect();
        let own = |alias: &&String| route::alias_output(&between.config, alias).as_ref() == Some(&after.output);
        let removed: Vec<String> =
            page.head.front.aliases.iter().map(|alias| &alias.value).filter(own).cloned().collect();
        if new.is_empty() && removed.is_empty() {
            continue;
        }
        let text = texts.get(&path)?;
        let edits = alias::edits(&path, &text.text, &new, &removed);
        patch.edits.extend(edits.ok_or_else(|| alias::unwritten(&path, &new))?);
    }
    for (path, outputs) in made {
        let page = between.site.pages.iter().find(|page| in_content(&page.head.path) == path);
        let title = page.map_or_else(String::new, |page| page.head.title.clone());
        let list = outputs.iter().map(|output| in_quotes(&alias_of(output))).collect::<Vec<_>>().join(", ");
        patch.new.insert(path, format!("+++\ntitle = {}\naliases = [{list}]\n+++\n", in_quotes(&title)));
    }
    Ok(notes)
}

fn told(old: &str, new: &str) -> String {
    format!("the old address {old} leads to {new}")
}
