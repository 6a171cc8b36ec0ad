//! Headings that get other words, or another id.

use crate::build::{
    Session,
    store::Store,
    woven::{Whole, weave_everything},
};
use crate::model::{Edit, Error, Patch, RelPath, diagnostic::did_you_mean, page::Head};
use crate::output::edit::Overlay;
use crate::parse::{Extension, places::HeadingPlace};
use crate::refactor::{
    Change,
    check::check,
    mv::{article, plan, sound},
    names::{Names, in_content},
    raw,
    relink::Pair,
    texts::{Text, Texts, is_changed, line_end},
};
use crate::source::Files;

/// What a heading is to be called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Renaming<'a> {
    /// Its new words, as Markdown; the old ones where nothing is said.
    pub words: Option<&'a str>,
    /// Its new id; where nothing is said, what the words come to, or the id that is written behind the heading.
    pub id: Option<&'a str>,
}

/// Works out what it takes for the heading `old` (its id or its words) of the article `file` to be renamed.
///
/// # Errors
///
/// No such article or heading; new words or a new id that can't be one; a site with errors; a link that can't be mended.
pub fn rename_heading(files: &dyn Files, file: &str, old: &str, to: Renaming<'_>) -> Result<Change, Error> {
    let session = Session::new(Store::off());
    let before = sound(&session, files)?;
    let page = article(&before, file)?;
    let head = before.site.pages[page].head.clone();
    let path = in_content(&head.path);
    let mut texts = Texts::new(files, &before.options);
    let target = locate(&head, old, &path)?;
    refuse(&before, &head, &target, to)?;
    let text = texts.get(&path)?;
    let place = place_of(&text.places.headings, &head, &target, &path)?;
    let mut patch = Patch::default();
    let end = line_end(&text.text);

    // Its words, and its id where one is written or asked for.
    let renamed = Renamer { path: &path, text: &text.text, head: &head };
    patch.edits = renamed.edits(&place, to);
    let planned = plan(files, &mut patch, &texts)?;
    let names = Names::default();
    let mut between = weave_everything(&session, &Overlay::new(files, &planned))?;
    let new_head = between.site.pages[page].head.clone();
    if between.has_errors() || !has_same_headings(&head, &new_head) {
        return Err(Error::new("the new words would not be a heading, or more than one")
            .help("write them as they are to stand behind the `#`; nothing was changed"));
    }
    // Headings of the same words are numbered: those that would get another number keep theirs.
    let pins = renamed.pins(&text.places.headings, &new_head, &target);
    let (old_id, new_id) = (target.id(&head), target.id(&new_head));
    let mut notes = Vec::new();
    if old_id != new_id {
        patch.edits.push(renamed.anchor(&place, &target, &old_id, end));
        notes.push(format!("the old address #{old_id} leads to the heading as before, beside #{new_id}"));
    }
    if !pins.is_empty() || old_id != new_id {
        patch.edits.extend(pins);
        let planned = plan(files, &mut patch, &texts)?;
        between = weave_everything(&session, &Overlay::new(files, &planned))?;
        if !has_same_headings(&head, &between.site.pages[page].head) {
            return Err(Error::new(format!("no anchor for the old address can stand beside the heading in {path}"))
                .help("put the heading out of what stands around it first; nothing was changed"));
        }
    }
    patch.edits.extend(Pair::new(&before, &between, &names).relink(&mut texts, None, Some((page, &old_id)))?);
    let renamed = (old_id != new_id).then_some((page, &*old_id, &*new_id));
    patch.edits.extend(raw::edits(files, (&before, &between), &names, renamed, &mut texts)?);
    let planned = plan(files, &mut patch, &texts)?;
    let after = weave_everything(&session, &Overlay::new(files, &planned))?;
    notes.extend(check(&before, &after, &names)?);
    Ok(Change { patch, planned: planned.into_iter().filter(is_changed).collect(), notes })
}

fn has_same_headings(old: &Head, new: &Head) -> bool {
    let level = |head: &Head| head.headings.iter().map(|heading| heading.level).collect::<Vec<_>>();
    level(old) == level(new) && old.title_id.is_some() == new.title_id.is_some()
}

/// A heading of an article.
enum Heading {
    /// The one that opens it, and is its title.
    Title,
    /// One of [`Head::headings`].
    At(usize),
}

impl Heading {
    fn id(&self, head: &Head) -> String {
        match self {
            Self::Title => head.title_id.clone().unwrap_or_default(),
            Self::At(index) => head.headings[*index].id.clone(),
        }
    }

    fn index(&self) -> Option<usize> {
        match self {
            Self::Title => None,
            Self::At(index) => Some(*index),
        }
    }
}

fn locate(head: &Head, old: &str, path: &RelPath) -> Result<Heading, Error> {
    let by_id = head.headings.iter().position(|heading| heading.id == old);
    let by_words = || head.headings.iter().position(|heading| heading.text == old);
    if by_id.is_none() && (head.title_id.as_deref() == Some(old) || (head.title_id.is_some() && head.title == old)) {
        return Ok(Heading::Title);
    }
    by_id.or_else(by_words).map(Heading::At).ok_or_else(|| {
        let ids = head.headings.iter().map(|heading| heading.id.as_str()).chain(head.title_id.as_deref());
        let help = match did_you_mean(old, ids.clone()) {
            Some(near) => format!("did you mean `#{near}`?"),
            None => format!("its headings are {}", ids.map(|id| format!("`#{id}`")).collect::<Vec<_>>().join(", ")),
        };
        Error::new(format!("{path} has no heading `#{old}`")).help(help)
    })
}

fn refuse(whole: &Whole, head: &Head, target: &Heading, to: Renaming<'_>) -> Result<(), Error> {
    if to.words.is_some_and(|words| words.trim().is_empty() || words.contains(['\n', '\r'])) {
        return Err(Error::new("the new words of a heading stand on one line"));
    }
    if let Some(origin) = target.index().and_then(|index| head.headings[index].origin.as_deref()) {
        return Err(Error::new(format!("the heading stands in {origin}, which is included"))
            .help("change it there by hand: other articles may include it as well"));
    }
    let Some(id) = to.id else { return Ok(()) };
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_id {
        return Err(Error::new(format!("`{id}` can't be the id of a heading"))
            .help("write letters, digits and hyphens, such as `--id first-steps`"));
    }
    if !whole.options.extensions.has(Extension::Attributes) {
        return Err(Error::new("ids are not read behind headings: site.toml switches `attributes` off"));
    }
    let taken = head.headings.iter().any(|heading| heading.id == id) || head.anchors.iter().any(|other| other == id);
    if taken && target.id(head) != id {
        return Err(Error::new(format!("the article has `#{id}` already")).help("choose another id"));
    }
    Ok(())
}

/// The edit that puts an anchor for the id `id` before the heading `heading` (its id) of the article `path`.
pub(super) fn anchor(head: &Head, path: &RelPath, text: &Text, heading: &str, id: &str) -> Result<Edit, Error> {
    let target = locate(head, heading, path)?;
    let place = place_of(&text.places.headings, head, &target, path)?;
    Ok(Renamer { path, text: &text.text, head }.anchor(&place, &target, id, line_end(&text.text)))
}

/// Where a heading stands in the file.
fn place_of(places: &[HeadingPlace], head: &Head, target: &Heading, path: &RelPath) -> Result<HeadingPlace, Error> {
    let found = match target {
        Heading::Title => places.first(),
        Heading::At(index) => {
            let start = head.headings[*index].span.start as usize;
            places.iter().find(|place| place.range.start == start)
        }
    };
    found.cloned().ok_or_else(|| {
        Error::new(format!("the heading was not found in {path}")).help("change it by hand; nothing was changed")
    })
}

struct Renamer<'a> {
    path: &'a RelPath,
    text: &'a str,
    head: &'a Head,
}

impl Renamer<'_> {
    fn edits(&self, place: &HeadingPlace, to: Renaming<'_>) -> Vec<Edit> {
        let edit = |range, text: String| Edit::new(self.path.clone(), range, text);
        let mut edits = Vec::new();
        if let Some(words) = to.words {
            edits.push(edit(place.words.clone(), words.trim().to_owned()));
        }
        edits.extend(to.id.map(|id| self.with_id(place, id)));
        edits
    }

    /// The edit that writes an id behind a heading, in the place of one that is written there.
    fn with_id(&self, place: &HeadingPlace, id: &str) -> Edit {
        let attributes = &self.text[place.attributes.clone()];
        let (range, text) = match attributes.find('#') {
            Some(at) => {
                let start = place.attributes.start + at;
                let rest = &self.text[start..place.attributes.end];
                let length = rest.find([' ', '\t', '}']).unwrap_or(rest.len());
                (start..start + length, format!("#{id}"))
            }
            None if !attributes.is_empty() => {
                (place.attributes.start + 1..place.attributes.start + 1, format!("#{id} "))
            }
            None => {
                // Behind closing signs, if there are such.
                let line = &self.text[place.words.end..place.range.end];
                let at = place.words.end + line.find('\n').map_or(line.len(), |end| line[..end].trim_end().len());
                (at..at, format!(" {{#{id}}}"))
            }
        };
        Edit::new(self.path.clone(), range, text)
    }

    /// Edits that write the ids of other headings behind them, where they would be others.
    fn pins(&self, places: &[HeadingPlace], new: &Head, target: &Heading) -> Vec<Edit> {
        let others = self.head.headings.iter().zip(&new.headings).enumerate();
        let changed = others.filter(|(index, (old, new))| Some(*index) != target.index() && old.id != new.id);
        changed
            .filter_map(|(_, (old, _))| {
                let place = places.iter().find(|place| place.range.start == old.span.start as usize)?;
                Some(self.with_id(place, &old.id))
            })
            .collect()
    }

    /// The edit that puts an anchor before a heading: a block of raw HTML, which shows nothing and is no text. Before the
    /// title nothing may stand, so that its anchor stands behind.
    fn anchor(&self, place: &HeadingPlace, target: &Heading, id: &str, end: &str) -> Edit {
        let line = self.text[..place.range.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.text[line..place.range.start];
        let anchor = format!("<a id=\"{id}\"></a>");
        // In a list, lines of the same item begin with as much space as its sign takes.
        let goes_on: String = before.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
        let empty = goes_on.trim_end();
        if matches!(target, Heading::Title) {
            let next = self.text[place.range.end..].split('\n').nth(1).unwrap_or("");
            // What stands on the next line would belong to the block.
            let gap = if next.trim_matches(['>', ' ', '\t', '\r']).is_empty() { "" } else { end };
            let text = format!("{end}{empty}{end}{goes_on}{anchor}{gap}");
            return Edit::new(self.path.clone(), place.range.end..place.range.end, text);
        }
        let text = format!("{anchor}{end}{empty}{end}{goes_on}");
        Edit::new(self.path.clone(), place.range.start..place.range.start, text)
    }
}
