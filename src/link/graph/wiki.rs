//! Links by title: `[[Title]]`, `[[alias]]`, `[[folder/file]]`, each with `#Heading`.

use rustc_hash::FxHashMap;

use crate::link::graph::Resolver;
use crate::model::{
    Diagnostic, Site,
    diagnostic::did_you_mean,
    inventory::folded,
    page::Link,
    site::{Page, PageId, Resolved, Target},
};

/// How many pages a message lists.
pub(super) const LISTED: usize = 5;

/// Pages by what a link may call them, in small letters.
#[derive(Debug, Default)]
pub(in crate::link) struct Names {
    titles: FxHashMap<String, Vec<PageId>>,
    aliases: FxHashMap<String, Vec<PageId>>,
    stems: FxHashMap<String, Vec<PageId>>,
}

impl Names {
    /// The names of all pages.
    pub(in crate::link) fn of(site: &Site) -> Self {
        let mut names = Self::default();
        for (id, page) in site.pages.iter().enumerate() {
            names.titles.entry(folded(&page.head.title)).or_default().push(id);
            names.stems.entry(folded(stem(page))).or_default().push(id);
            for alias in &page.head.front.aliases {
                let alias = alias.value.trim_matches('/');
                let last = alias.rsplit('/').next().unwrap_or(alias);
                let last = last.strip_suffix(".html").unwrap_or(last);
                names.aliases.entry(folded(alias)).or_default().push(id);
                if last != alias {
                    names.aliases.entry(folded(last)).or_default().push(id);
                }
            }
        }
        names
    }

    fn find(&self, name: &str) -> &[PageId] {
        let name = folded(name);
        let in_order = [&self.titles, &self.aliases, &self.stems];
        in_order.iter().find_map(|names| names.get(&name)).map_or(&[], Vec::as_slice)
    }
}

/// A file's name; for a folder's page the folder's.
fn stem(page: &Page) -> &str {
    let path = &page.head.path;
    match path.stem() {
        "_index" | "index" | "README" => path.parent().rsplit('/').next().unwrap_or(""),
        stem => stem,
    }
}

impl Resolver<'_> {
    pub(super) fn resolve_by_title(&self, link: &Link) -> (Resolved, Option<Diagnostic>) {
        let (name, heading) = match link.target.split_once('#') {
            Some((name, heading)) => (name.trim(), Some(heading.trim())),
            None => (link.target.trim(), None),
        };
        let path = self.path_of(link, name).filter(|path| !path.as_str().is_empty());
        let by_path = || path.as_ref().and_then(|path| self.find_page(path.as_str(), name));
        let from_root = || self.find_page(name.trim_matches('/'), name);
        let (id, problem) = match self.names.get_or_init(|| Names::of(self.site)).find(name) {
            _ if name.is_empty() => (self.from, None),
            [] => match by_path().or_else(from_root) {
                Some(id) => (id, None),
                None => return self.resolve_elsewhere(link).unwrap_or_else(|| self.unknown(link, name)),
            },
            [one] => (*one, None),
            many => {
                let nearest = self.nearest(many);
                let exact = by_path();
                (exact.unwrap_or(nearest), exact.is_none().then(|| self.ambiguous(link, many, nearest)))
            }
        };
        self.to_heading(link, id, heading, problem)
    }

    fn to_heading(
        &self,
        link: &Link,
        id: PageId,
        heading: Option<&str>,
        problem: Option<Diagnostic>,
    ) -> (Resolved, Option<Diagnostic>) {
        let page = &self.site.pages[id];
        let Some(wanted) = heading else {
            let (resolved, _) = self.to_page(link, id, None, None);
            return (Resolved { text: Some(page.head.title.clone()), ..resolved }, problem);
        };
        let named = page.head.headings.iter().find(|other| folded(&other.text) == folded(wanted) || other.id == wanted);
        let fragment = named.map_or(wanted, |heading| heading.id.as_str());
        let (resolved, missing) = self.to_page(link, id, Some(fragment), None);
        let text = named.map_or_else(|| page.head.title.clone(), |heading| heading.text.clone());
        (Resolved { text: Some(text), ..resolved }, problem.or(missing))
    }

    /// The page in this page's folder, else the first by path.
    fn nearest(&self, candidates: &[PageId]) -> PageId {
        let folder = self.site.pages[self.from].head.path.parent();
        let here = candidates.iter().find(|id| self.site.pages[**id].head.path.parent() == folder);
        *here.unwrap_or(&candidates[0])
    }

    fn ambiguous(&self, link: &Link, candidates: &[PageId], chosen: PageId) -> Diagnostic {
        let path = |id: &PageId| format!("content/{}", self.site.pages[*id].head.path);
        let mut listed: Vec<String> = candidates.iter().take(LISTED).map(path).collect();
        if candidates.len() > LISTED {
            listed.push(format!("{} more", candidates.len() - LISTED));
        }
        let chosen = &self.site.pages[chosen].head.path;
        let bare = chosen.as_str().strip_suffix(".md").unwrap_or(chosen.as_str());
        self.warning("ambiguous-link", link, format!("`[[{}]]` may mean {} pages", link.target, candidates.len()))
            .note(format!("these: {}", listed.join(", ")))
            .help(format!("write which: `[[/{bare}]]`, which stands in for it now"))
    }

    fn unknown(&self, link: &Link, name: &str) -> (Resolved, Option<Diagnostic>) {
        let message = format!("no page is called `{name}`");
        let titles = self.site.pages.iter().map(|page| page.head.title.as_str());
        let help = match did_you_mean(name, titles) {
            Some(near) => format!("did you mean `[[{near}]]`?"),
            None => "write a title, an alias or a path, or put the brackets in backticks if it is no link".to_owned(),
        };
        let resolved = Resolved { href: link.target.clone(), target: Target::Broken, text: None };
        (resolved, Some(self.warning("broken-link", link, message).help(help)))
    }
}
