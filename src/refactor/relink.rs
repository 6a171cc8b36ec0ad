//! Other targets for links that would lead elsewhere, in the manner in which each was written.

use percent_encoding::percent_decode_str;

use crate::build::woven::Whole;
use crate::link::graph::{Reader, relative};
use crate::model::{
    Edit, Error, RelPath,
    inventory::folded,
    page::LinkKind,
    path,
    site::{Page, PageId},
};
use crate::parse::target::{self, Form, Written};
use crate::refactor::{
    names::{Names, in_content},
    places::{self, Mention, MentionKind, Seen, Thing, see},
    texts::Texts,
};

/// Names of files that are the pages of their folders.
const INDEXES: [&str; 3] = ["_index.md", "index.md", "README.md"];

/// Two states of a site: as it is, and as it would be without a link being mended.
pub(super) struct Pair<'a> {
    pub(super) before: &'a Whole,
    pub(super) after: &'a Whole,
    pub(super) names: &'a Names,
    reads_before: Reader<'a>,
    reads_after: Reader<'a>,
}

/// A mention in both states.
pub(super) struct Twice {
    pub(super) before: Mention,
    pub(super) after: Mention,
}

impl<'a> Pair<'a> {
    pub(super) fn new(before: &'a Whole, after: &'a Whole, names: &'a Names) -> Self {
        let reader = |whole: &'a Whole| Reader::new(&whole.config, &whole.site, &whole.inventories);
        Self { before, after, names, reads_before: reader(before), reads_after: reader(after) }
    }

    /// The page of `after` that is the page `id` of `before`.
    pub(super) fn page_after(&self, id: PageId) -> Option<PageId> {
        let path = self.names.of_article(&self.before.site.pages[id].head.path);
        self.after.site.pages.binary_search_by(|page| page.head.path.cmp(&path)).ok()
    }

    /// Every mention, in both states.
    pub(super) fn mentions(&self) -> Result<Vec<Twice>, Error> {
        let mut all = zip(places::of_site(self.before), places::of_site(self.after), "site.toml")?;
        for id in 0..self.before.site.pages.len() {
            let here = places::of_page(self.before, id);
            let Some(there) = self.page_after(id).filter(|_| !here.is_empty()) else { continue };
            let path = self.before.site.pages[id].head.path.as_str();
            all.extend(zip(here, places::of_page(self.after, there), path)?);
        }
        Ok(all)
    }

    /// Where a mention is to lead, and where it would.
    pub(super) fn seen(&self, twice: &Twice) -> (Seen, Seen) {
        let wanted = see(self.before, &self.reads_before, &twice.before).renamed(self.names);
        (wanted, see(self.after, &self.reads_after, &twice.after))
    }

    /// Edits that make every mention lead where it led; those of the heading `renamed`, a page and the old id, are mended
    /// even if an anchor stands in for it. `bare` is the same site without the old addresses: a link that leads well by one
    /// of them alone is mended where it can be.
    ///
    /// # Errors
    ///
    /// Mentions for which nothing was found to write, by their places.
    pub(super) fn relink(
        &self,
        texts: &mut Texts<'_>,
        bare: Option<&Self>,
        renamed: Option<(PageId, &str)>,
    ) -> Result<Vec<Edit>, Error> {
        let mut edits = Vec::new();
        let mut stuck = Vec::new();
        for twice in self.mentions()? {
            let (wanted, found) = self.seen(&twice);
            let is_lost = wanted.thing == Thing::Nothing && self.names.of(&twice.before.file) != twice.before.file;
            let is_renamed = renamed.is_some_and(|(page, id)| self.names_heading(&twice, page, id));
            let is_stale = bare.is_some_and(|bare| bare.seen(&twice).1 != wanted);
            let leads_well = wanted == found;
            if leads_well && !is_lost && !is_renamed && !is_stale {
                continue;
            }
            let Mention { file, link, kind, .. } = &twice.before;
            let text = texts.get(file)?;
            let written = match kind {
                MentionKind::Text => target::find(&text.text, link, &text.places.definitions),
                MentionKind::Value | MentionKind::Related | MentionKind::Watched => {
                    target::value(&text.text, link.span, &link.target, file.extension())
                }
            };
            let found =
                written.and_then(|written| Some((self.other_target(&twice, &wanted, written.form, bare)?, written)));
            match found {
                Some((target, Written { range, form })) => {
                    let old = &text.text[range.clone()];
                    let replacement = Written { range: range.clone(), form }.replacement(old, &target);
                    if replacement != old {
                        edits.push(Edit::new(file.clone(), range, replacement));
                    }
                }
                // It led nowhere before, or leads where it should.
                None if is_lost || leads_well => {}
                None => stuck.push(format!("{file}:{}:{}: `{}`", link.span.line, link.span.column, link.target)),
            }
        }
        match stuck.is_empty() {
            true => Ok(edits),
            false => Err(Error::new(format!("no way was found to mend these links:\n{}", stuck.join("\n"))).help(
                "write them as plain links to the file first, such as `[text](../folder/file.md)`; nothing was changed",
            )),
        }
    }

    /// Whether a mention names the heading `id` of a page.
    fn names_heading(&self, twice: &Twice, page: PageId, id: &str) -> bool {
        let written = Parts::of(&twice.before.link.target);
        let fragment = written.fragment.strip_prefix('#').unwrap_or("");
        percent_decode_str(fragment).decode_utf8_lossy() == id
            && matches!(see(self.before, &self.reads_before, &twice.before).thing,
                Thing::Page(path, _) if path == self.before.site.pages[page].head.path)
    }

    /// What to write for a mention to lead where it is wanted; `None` where nothing that was tried does.
    pub(super) fn other_target(&self, twice: &Twice, wanted: &Seen, form: Form, bare: Option<&Self>) -> Option<String> {
        let candidates = match (&wanted.thing, twice.before.link.kind) {
            (Thing::Page(path, heading), LinkKind::Wiki) => self.by_title(twice, path, *heading),
            (Thing::Page(path, heading), _) => self.to_page(twice, path, *heading, form),
            (Thing::File(path), _) if twice.before.kind == MentionKind::Watched => vec![path.to_string()],
            (Thing::File(path), _) => self.to_file(twice, path, form),
            (Thing::Nothing, LinkKind::Link | LinkKind::Image) => self.to_nothing(twice, form)?,
            _ => Vec::new(),
        };
        let leads = |pair: &Self, target: &String| {
            let mut mention = twice.after.clone();
            mention.link.target.clone_from(target);
            see(pair.after, &pair.reads_after, &mention) == *wanted
        };
        let well: Vec<String> = candidates.into_iter().filter(|target| leads(self, target)).collect();
        let best = well.iter().find(|target| bare.is_none_or(|bare| leads(bare, target)));
        best.or(well.first()).cloned()
    }

    fn to_page(&self, twice: &Twice, path: &RelPath, heading: Option<usize>, form: Form) -> Vec<String> {
        let Some(page) = self.page(path) else { return Vec::new() };
        let written = Parts::of(&twice.before.link.target);
        let suffix = format!("{}{}", written.query, self.fragment(twice, page, heading, &written));
        if written.path.is_empty() && written.query.is_empty() {
            return vec![suffix];
        }
        let style = self.style(twice, &written);
        let spelling = Spelling::of(&twice.before, form);
        let mut candidates = Vec::new();
        let bare = page.head.path.as_str().strip_suffix(".md").unwrap_or(page.head.path.as_str());
        let folder = INDEXES.contains(&page.head.path.file_name()).then(|| page.head.path.parent());
        let slash = if written.decoded.ends_with('/') { "/" } else { "" };
        let inside = match style {
            Style::Bare => Some(format!("{}{slash}", folder.unwrap_or(bare))),
            Style::Html => Some(format!("{bare}.html")),
            Style::Folder => Some(format!("{}{slash}", folder.unwrap_or(bare))),
            Style::File | Style::Address => None,
        };
        let base = self.base(twice);
        let is_rooted = written.decoded.starts_with('/');
        if style == Style::Address {
            candidates.push(page.url.clone());
        }
        for inside in inside.into_iter().filter(|inside| !inside.trim_matches('/').is_empty()) {
            candidates.push(spelling.path(&base, &inside, is_rooted));
        }
        candidates.push(spelling.path(&base, page.head.path.as_str(), is_rooted));
        candidates.push(spelling.path(&base, page.head.path.as_str(), true));
        candidates.push(page.url.clone());
        candidates.into_iter().map(|path| path + &suffix).collect()
    }

    fn to_file(&self, twice: &Twice, path: &RelPath, form: Form) -> Vec<String> {
        let written = Parts::of(&twice.before.link.target);
        let spelling = Spelling::of(&twice.before, form);
        let inside = path.as_str().split_once('/').map_or("", |(_, inside)| inside);
        let is_rooted = written.decoded.starts_with('/');
        let base = self.base(twice);
        let suffix = format!("{}{}", written.query, written.fragment);
        [is_rooted, true].map(|is_rooted| spelling.path(&base, inside, is_rooted) + &suffix).into()
    }

    /// A relative link that led nowhere names the same file as before.
    fn to_nothing(&self, twice: &Twice, form: Form) -> Option<Vec<String>> {
        let written = Parts::of(&twice.before.link.target);
        if written.decoded.starts_with('/') || written.path.is_empty() {
            return None;
        }
        let folder = self.folder(self.before, &twice.before);
        let named = self.names.of(&path::resolve(&folder, &written.decoded)?);
        let inside = named.as_str().strip_prefix("content/")?;
        let path = Spelling::of(&twice.before, form).path(&self.base(twice), inside, false);
        Some(vec![format!("{path}{}{}", written.query, written.fragment)])
    }

    fn by_title(&self, twice: &Twice, path: &RelPath, heading: Option<usize>) -> Vec<String> {
        let Some(page) = self.page(path) else { return Vec::new() };
        let target = &twice.before.link.target;
        let name = target.split('#').next().unwrap_or("");
        let suffix = match (target.split_once('#'), heading) {
            (None, _) => String::new(),
            (Some((_, old)), None) => format!("#{old}"),
            (Some((_, old)), Some(index)) => match page.head.headings.get(index) {
                Some(new) if folded(&new.text) == folded(old) || new.id == old.trim() => format!("#{old}"),
                Some(new) if self.was_by_id(twice, old.trim()) => format!("#{}", new.id),
                Some(new) => format!("#{}", new.text),
                None => String::new(),
            },
        };
        let bare = page.head.path.as_str().strip_suffix(".md").unwrap_or(page.head.path.as_str());
        let base = self.base(twice);
        let stem = match INDEXES.contains(&page.head.path.file_name()) {
            true => page.head.path.parent().rsplit('/').next().unwrap_or(""),
            false => page.head.path.stem(),
        };
        let (title, near, far) = (page.head.title.clone(), relative(&base, bare), format!("/{bare}"));
        let by_path = name.contains('/') || name.trim().ends_with(".md");
        let ends = if name.trim().ends_with(".md") { ".md" } else { "" };
        let names = match (by_path, name.trim().starts_with('/')) {
            (true, true) => vec![format!("{far}{ends}"), far],
            (true, false) => vec![format!("{near}{ends}"), bare.to_owned(), far],
            (false, _) if self.was_by_title(twice, name) => vec![name.to_owned(), title, stem.to_owned(), far],
            (false, _) => vec![name.to_owned(), stem.to_owned(), title, far],
        };
        let plain = |name: &String| !name.is_empty() && !name.contains(['|', '#', '[', ']', '\n']);
        let mut candidates: Vec<String> = names.into_iter().filter(plain).map(|name| name + &suffix).collect();
        if name.trim().is_empty() {
            candidates.insert(0, suffix);
        }
        candidates
    }

    /// Whether a link by title named a heading by its id rather than by its words.
    fn was_by_id(&self, twice: &Twice, old: &str) -> bool {
        let seen = see(self.before, &self.reads_before, &twice.before);
        let Thing::Page(path, Some(heading)) = seen.thing else { return false };
        let page = self.before.site.pages.iter().find(|page| page.head.path == path);
        page.and_then(|page| page.head.headings.get(heading)).is_some_and(|heading| heading.id == old)
    }

    /// Whether a link by title named its page by the title rather than by the file's name.
    fn was_by_title(&self, twice: &Twice, name: &str) -> bool {
        let Thing::Page(path, _) = see(self.before, &self.reads_before, &twice.before).thing else { return false };
        let mut pages = self.before.site.pages.iter();
        pages.any(|page| page.head.path == path && folded(&page.head.title) == folded(name))
    }

    fn page(&self, path: &RelPath) -> Option<&'a Page> {
        let found = self.after.site.pages.binary_search_by(|page| page.head.path.cmp(path));
        found.ok().map(|id| &self.after.site.pages[id])
    }

    /// What stands from `#` on: the id of the heading, or what was written where it names no heading.
    fn fragment(&self, twice: &Twice, page: &Page, heading: Option<usize>, written: &Parts<'_>) -> String {
        let Some(old) = written.fragment.strip_prefix('#') else { return String::new() };
        let decoded = percent_decode_str(old).decode_utf8_lossy().into_owned();
        let old_title = || {
            let Thing::Page(path, _) = see(self.before, &self.reads_before, &twice.before).thing else { return None };
            self.before.site.pages.iter().find(|page| page.head.path == path)?.head.title_id.clone()
        };
        let new = match heading.and_then(|index| page.head.headings.get(index)) {
            Some(heading) => Some(&heading.id),
            None => page.head.title_id.as_ref().filter(|_| old_title().as_deref() == Some(&*decoded)),
        };
        match new.filter(|id| **id != decoded) {
            Some(id) => {
                format!("#{}", encoded(id, |c| matches!(c, '%' | '"' | '<' | '>' | '(' | ')' | '|' | '`'), false))
            }
            None => written.fragment.to_owned(),
        }
    }

    /// The folder below `content/` from which a mention will be read.
    fn base(&self, twice: &Twice) -> String {
        let folder = self.folder(self.after, &twice.after);
        let inside = if folder == "content" { Some("") } else { folder.strip_prefix("content/") };
        match inside {
            Some(inside) => inside.to_owned(),
            // Beside `content/`: counted from there, as relative paths climb out of it first.
            None => format!("../{folder}").trim_end_matches('/').to_owned(),
        }
    }

    /// The same from the site's root, in either state.
    fn folder(&self, whole: &Whole, mention: &Mention) -> String {
        match &mention.link.origin {
            Some(origin) => origin.parent().to_owned(),
            None => in_content(&whole.site.pages[mention.from].head.path).parent().to_owned(),
        }
    }

    /// How a link names its page.
    fn style(&self, twice: &Twice, written: &Parts<'_>) -> Style {
        let folder = self.folder(self.before, &twice.before);
        let inside = match written.decoded.strip_prefix('/') {
            Some(rooted) => path::resolve("", rooted),
            None => path::resolve(&folder, &written.decoded).and_then(|path| {
                RelPath::new(path.as_str().strip_prefix("content").unwrap_or("").trim_start_matches('/'))
            }),
        };
        let seen = see(self.before, &self.reads_before, &twice.before).thing;
        let (Some(inside), Thing::Page(page, _)) = (inside, seen) else { return Style::File };
        let (inside, page) = (inside.as_str(), page.as_str());
        let bare = inside.strip_suffix(".html");
        match () {
            () if inside == page => Style::File,
            () if page == format!("{inside}.md")
                && written.decoded.starts_with('/')
                && written.decoded.ends_with('/') =>
            {
                Style::Address
            }
            () if page == format!("{inside}.md") => Style::Bare,
            () if bare.is_some_and(|bare| page == format!("{bare}.md")) => Style::Html,
            () if INDEXES.iter().any(|index| page == format!("{inside}/{index}").trim_start_matches('/')) => {
                Style::Folder
            }
            () => Style::Address,
        }
    }
}

/// Two lists of mentions of one file, as pairs.
fn zip(before: Vec<Mention>, after: Vec<Mention>, path: &str) -> Result<Vec<Twice>, Error> {
    let names_alike = before.len() == after.len()
        && before.iter().zip(&after).all(|(a, b)| a.link.kind == b.link.kind && a.kind == b.kind);
    if !names_alike {
        return Err(Error::new(format!("the links of {path} would be others: this can't be done by itself"))
            .help("change it by hand; nothing was changed"));
    }
    Ok(before.into_iter().zip(after).map(|(before, after)| Twice { before, after }).collect())
}

/// How a link names a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `a/b.md`.
    File,
    /// `a/b`.
    Bare,
    /// `a/b.html`.
    Html,
    /// `a/` for `a/_index.md`.
    Folder,
    /// `/its/address/`.
    Address,
}

/// A target in its parts.
struct Parts<'t> {
    path: &'t str,
    decoded: String,
    /// With its question mark.
    query: &'t str,
    /// With its `#`.
    fragment: &'t str,
}

impl<'t> Parts<'t> {
    fn of(target: &'t str) -> Self {
        let (before, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
        let (path, query) = before.split_at(before.find('?').unwrap_or(before.len()));
        let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
        Self { path, decoded, query, fragment }
    }
}

/// How paths are spelled in a place.
struct Spelling {
    form: Form,
    is_plain: bool,
    /// Letters beyond ASCII were written as `%XX`.
    encodes_letters: bool,
}

impl Spelling {
    fn of(mention: &Mention, form: Form) -> Self {
        let encoded = mention.link.target.match_indices('%').any(|(at, _)| {
            let digit = mention.link.target[at + 1..].chars().next();
            digit.is_some_and(|digit| matches!(digit, '8' | '9' | 'a'..='f' | 'A'..='F'))
        });
        Self { form, is_plain: mention.kind == MentionKind::Related, encodes_letters: encoded }
    }

    /// The path `inside` of `content/` as it is written, relative to `base` or from the root.
    fn path(&self, base: &str, inside: &str, is_rooted: bool) -> String {
        let slash = if inside.ends_with('/') { "/" } else { "" };
        let path = match is_rooted {
            true => format!("/{inside}"),
            false => match base.strip_prefix("../") {
                Some(beside) => relative(beside, &format!("content/{}", inside.trim_end_matches('/'))) + slash,
                None if base == ".." => format!("content/{inside}"),
                None => relative(base, inside.trim_end_matches('/')) + slash,
            },
        };
        // `note:a.md` would be an address.
        let begins_like_address = path.split('/').next().is_some_and(|first| first.contains(':'));
        let path = if begins_like_address { format!("./{path}") } else { path };
        match self.is_plain {
            true => path,
            false => encoded(&path, |c| self.form.is_encoded(c), self.encodes_letters),
        }
    }
}

/// A path with some of its characters as `%XX`.
pub(super) fn encoded(path: &str, is_encoded: impl Fn(char) -> bool, encodes_letters: bool) -> String {
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        match is_encoded(c) || (encodes_letters && !c.is_ascii()) {
            true => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push_str(&format!("%{byte:02X}"))),
            false => text.push(c),
        }
    }
    text
}
