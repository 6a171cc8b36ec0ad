//! Links in raw HTML. They reach readers as they are written: addresses, as seen from the page's own. Those that are none,
//! and are the path of an article or a file, are taken for such, as code hosts read them.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;
use percent_encoding::percent_decode_str;

use crate::build::woven::Whole;
use crate::link::{graph::relative, route::address};
use crate::model::{
    Edit, Error, RelPath,
    path::resolve,
    site::{Page, PageId},
};
use crate::parse::target::Form;
use crate::refactor::{
    names::{Names, in_content},
    relink::encoded,
    texts::Texts,
};
use crate::source::Files;

/// A heading of a page whose id is another: the page, the old id, and the new one.
pub(super) type Renamed<'a> = (PageId, &'a str, &'a str);

/// Edits after which links in raw HTML lead where they led: `before` is the site as it is, `after` with other names.
///
/// # Errors
///
/// An article that can't be read.
pub(super) fn edits(
    files: &dyn Files,
    (before, after): (&Whole, &Whole),
    names: &Names,
    renamed: Option<Renamed<'_>>,
    texts: &mut Texts<'_>,
) -> Result<Vec<Edit>, Error> {
    let mut edits = Vec::new();
    let places = Places {
        pages: before.site.pages.iter().map(|page| (&page.output, page)).collect(),
        sources: before.site.files.values().collect(),
        files: after.site.files.iter().map(|(output, source)| (source, output)).collect(),
    };
    for page in before.site.pages.iter().filter(|page| page.has_source) {
        let path = in_content(&page.head.path);
        let Ok(bytes) = files.read_unlisted(&path) else { continue };
        if !["href", "src", "poster"].iter().any(|name| memmem::find(&bytes, name.as_bytes()).is_some()) {
            continue;
        }
        let Some(own) = page_at(after, &names.of_article(&page.head.path)) else { continue };
        let text = texts.get(&path)?;
        let pair = Pair { before, after, places: &places, names, from: page, to: own, renamed };
        for range in &text.places.raw {
            let written = &text.text[range.clone()];
            let other = pair.other(written).filter(|other| other != written);
            edits.extend(other.map(|other| Edit::new(path.clone(), range.clone(), other)));
        }
    }
    Ok(edits)
}

fn page_at<'a>(whole: &'a Whole, path: &RelPath) -> Option<&'a Page> {
    let found = whole.site.pages.binary_search_by(|page| page.head.path.cmp(path));
    found.ok().map(|id| &whole.site.pages[id])
}

/// What stands where.
struct Places<'a> {
    /// Pages of the site as it is, by their output paths.
    pages: BTreeMap<&'a RelPath, &'a Page>,
    /// Sources of its files.
    sources: BTreeSet<&'a RelPath>,
    /// Output paths of files as they will be, by their sources.
    files: BTreeMap<&'a RelPath, &'a RelPath>,
}

/// A page in both states.
struct Pair<'a> {
    places: &'a Places<'a>,
    before: &'a Whole,
    after: &'a Whole,
    names: &'a Names,
    from: &'a Page,
    to: &'a Page,
    renamed: Option<Renamed<'a>>,
}

impl Pair<'_> {
    /// What to write for `written`, in the manner of it; `None` where it is nothing of this site's.
    fn other(&self, written: &str) -> Option<String> {
        let (path, fragment) = written.split_at(written.find('#').unwrap_or(written.len()));
        let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        let is_address = path.starts_with("//") || path.split('/').next().is_some_and(|first| first.contains(':'));
        if is_address || path.contains('&') {
            return None;
        }
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        if path.is_empty() {
            return Some(format!("{query}{}", self.fragment(self.from, fragment)));
        }
        if let Some((other, page)) = self.as_address(&decoded) {
            let fragment = page.map_or_else(|| fragment.to_owned(), |page| self.fragment(page, fragment));
            return Some(format!("{}{query}{fragment}", other.unwrap_or_else(|| path.to_owned())));
        }
        let (other, page) = self.as_path(&decoded)?;
        let fragment = page.map_or_else(|| fragment.to_owned(), |page| self.fragment(page, fragment));
        Some(format!("{}{query}{fragment}", other.unwrap_or_else(|| path.to_owned())))
    }

    /// The fragment, with the new id where it names the heading that is renamed.
    fn fragment(&self, page: &Page, written: &str) -> String {
        let id = percent_decode_str(written.trim_start_matches('#')).decode_utf8_lossy().into_owned();
        match self.renamed {
            Some((renamed, old, new)) if id == old && std::ptr::eq(&self.before.site.pages[renamed], page) => {
                format!("#{new}")
            }
            _ => written.to_owned(),
        }
    }

    /// The same place by another address, where `path` is the address of a page or a file; and the page.
    fn as_address(&self, path: &str) -> Option<(Option<String>, Option<&Page>)> {
        let base = self.before.config.base_url.path.as_str();
        let inside = match path.strip_prefix('/') {
            Some(_) => RelPath::new(path.strip_prefix(base)?.trim_end_matches('/'))?,
            None => resolve(self.from.output.parent(), path)?,
        };
        let is_folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("..") || path == ".";
        let outputs = [(!is_folder).then(|| inside.clone()), inside.join("index.html")];
        let site = &self.before.site;
        let (target, page) = outputs.into_iter().flatten().find_map(|output| {
            if let Some(page) = self.places.pages.get(&output).copied() {
                let after = page_at(self.after, &self.names.of_article(&page.head.path))?;
                return Some((after.output.clone(), Some(page)));
            }
            if site.redirects.contains_key(&output) {
                return Some((output, None));
            }
            let source = self.names.of(site.files.get(&output)?);
            self.places.files.get(&source).map(|output| ((*output).clone(), None))
        })?;
        let new = match path.starts_with('/') {
            true => self.after.config.base_url.rooted(&address(&target)),
            false => {
                let own = address(&self.to.output);
                let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
                let near = relative(folder.trim_start_matches('/'), address(&target).trim_start_matches('/'));
                if near.is_empty() { "./".to_owned() } else { near }
            }
        };
        Some((self.unless_same(path, new), page))
    }

    /// The same file by another path, where `path` is that of a file in the content.
    fn as_path(&self, path: &str) -> Option<(Option<String>, Option<&Page>)> {
        let named = resolve(self.from.head.path.parent(), path)?;
        let page = page_at(self.before, &named).filter(|page| page.has_source);
        let is_file = page.is_some() || self.places.sources.contains(&in_content(&named));
        if !is_file {
            return None;
        }
        let target = self.names.of_article(&named);
        let new = match path.starts_with('/') {
            true => format!("/{target}"),
            false => relative(self.to.head.path.parent(), target.as_str()),
        };
        let new = encoded(&new, |c| Form::Quoted('"').is_encoded(c) || c.is_whitespace(), false);
        Some((self.unless_same(path, new), page))
    }

    /// What is new, unless it is the same but for its spelling.
    fn unless_same(&self, path: &str, new: String) -> Option<String> {
        let plain = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8_lossy().into_owned();
            decoded.trim_start_matches("./").trim_end_matches("index.html").trim_end_matches('/').to_owned()
        };
        (plain(path) != plain(&new)).then_some(new)
    }
}
