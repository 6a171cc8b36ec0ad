//! Links between pages: what each leads to, and backlinks, which are their transpose.

mod foreign;
mod places;
mod reader;
mod wiki;

pub use self::reader::Reader;
pub(super) use self::{places::Places, wiki::Names};

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{Memory, is_listed, route, skeleton::Skeleton};
use crate::model::{
    Config, Data, Diagnostic, Digest, Head, Place, RelPath, Site, Span, Spanned,
    config::{BaseUrl, NavLink},
    diagnostic::{did_you_mean, folded},
    excerpt::visible,
    inventory::{Inventories, composed},
    page::{Heading, Link, LinkKind},
    path,
    site::{Backlink, Page, PageId, Resolved, Target},
    untrusted::{SCHEMES, is_safe_address},
};

/// What links may lead to or come from, beside the pages of the site.
pub(super) struct Known<'a> {
    /// What the pages of the site are called, and where they live.
    pub(super) skeleton: &'a Arc<Skeleton>,
    /// What pages ask of data files. Cards are found by the files' names.
    pub(super) data: &'a Data,
    /// Other sites, and what names them.
    pub(super) inventories: (&'a Inventories, Digest),
}

/// The links of all pages, both ways.
#[derive(Debug)]
pub(super) struct Graph {
    /// Names the other sites that links may lead to.
    inventories: Digest,
    skeleton: Arc<Skeleton>,
    links: Vec<Arc<Links>>,
    backlinks: Vec<Arc<[Backlink]>>,
}

/// Where the links of one page lead.
#[derive(Debug)]
struct Links {
    resolved: Arc<[Resolved]>,
    /// Names the pages among the targets, in their order.
    targets: Digest,
    /// Those that other pages list, by the page that they lead to.
    back: Vec<(PageId, Backlink)>,
    problems: Vec<Diagnostic>,
}

/// Resolves every link of every page, unless it is remembered, and turns them round into backlinks. Gives what names the
/// pages that each page links to.
pub(super) fn links(
    config: &Config,
    site: &mut Site,
    known: &Known<'_>,
    memory: (&Memory, &mut Memory),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Digest> {
    let resolver = |from| Resolver {
        config,
        site,
        places: &known.skeleton.places,
        names: &known.skeleton.names,
        inventories: known.inventories.0,
        from,
    };
    let (old, new) = memory;
    // The same places stand for the same pages in the same order.
    let before = old.links.as_deref().filter(|before| {
        Arc::ptr_eq(&before.skeleton.places, &known.skeleton.places) && before.inventories == known.inventories.1
    });
    let is_same_site = before.is_some_and(|before| Arc::ptr_eq(&before.skeleton, known.skeleton));
    let of_page = |(id, page): (PageId, &Page)| {
        let is_kept = old.had(id, &page.head) && (is_same_site || !has_links_by_title(&page.head));
        let remembered = before.filter(|_| is_kept).map(|before| before.links[id].clone());
        remembered.unwrap_or_else(|| Arc::new(Links::of(&resolver(id))))
    };
    let found: Vec<Arc<Links>> = site.pages.par_iter().enumerate().map(of_page).collect();
    let nav_links = menu_links(&config.nav.links, site, &resolver, diagnostics);
    let footer_links = menu_links(&config.footer.links, site, &resolver, diagnostics);
    let card_links = card_links(config, site, known.data, &resolver, diagnostics);
    let backlinks = backlinks(&found, before);
    for ((page, links), backlinks) in site.pages.iter_mut().zip(&found).zip(&backlinks) {
        page.links = links.resolved.clone();
        page.backlinks = backlinks.clone();
        diagnostics.extend(links.problems.iter().cloned());
    }
    site.nav_links = nav_links;
    site.footer_links = footer_links;
    site.card_links = card_links;
    let targets = found.iter().map(|links| links.targets).collect();
    let (inventories, skeleton) = (known.inventories.1, known.skeleton.clone());
    new.links = Some(Arc::new(Graph { inventories, skeleton, links: found, backlinks }));
    targets
}

/// Whether where its links lead depends on what other pages and their headings are called.
fn has_links_by_title(head: &Head) -> bool {
    head.links.iter().any(|link| link.kind == LinkKind::Wiki)
}

impl Links {
    fn of(resolver: &Resolver<'_>) -> Self {
        let page = &resolver.site.pages[resolver.from];
        let links = &page.head.links;
        let (mut resolved, mut problems) = (Vec::with_capacity(links.len()), Vec::new());
        for link in links {
            let (found, problem) = resolver.resolve(link);
            resolved.push(found);
            problems.extend(problem);
        }
        let back = if is_listed(page) { back(resolver.from, links, &resolved) } else { Vec::new() };
        Self { targets: targets(&resolved), resolved: resolved.into(), back, problems }
    }
}

/// The links that the pages they lead to list: one of each section, the first in a sentence if any is.
fn back(from: PageId, links: &[Link], resolved: &[Resolved]) -> Vec<(PageId, Backlink)> {
    let mut back: Vec<(PageId, Backlink)> = Vec::new();
    let mut places: FxHashMap<(PageId, usize), usize> = FxHashMap::default();
    for (index, (link, resolved)) in links.iter().zip(resolved).enumerate() {
        let Some(to) = resolved.target.page().filter(|to| *to != from) else { continue };
        let section = link.section as usize;
        let place = *places.entry((to, section)).or_insert(back.len());
        match back.get_mut(place) {
            Some((_, other)) if !says_more(&links[other.link]) && says_more(link) => other.link = index,
            Some(_) => {}
            None => back.push((to, Backlink { page: from, section, link: index })),
        }
    }
    back
}

/// Names the pages that these links lead to, in their order.
pub(super) fn targets(links: &[Resolved]) -> Digest {
    Digest::of_value(&links.iter().filter_map(|link| link.target.page()).collect::<Vec<_>>())
}

/// The header's links or the footer's, written in `site.toml` as an address or as a path in `content/`.
fn menu_links<'a>(
    links: &[NavLink],
    site: &Site,
    resolver: &dyn Fn(PageId) -> Resolver<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let written = links.iter().map(|link| &link.to);
    let Some(home) = site.home else { return written.map(|to| to.value.clone()).collect() };
    let resolver = resolver(home);
    written.map(|to| resolver.elsewhere("site.toml", LinkKind::Link, to, diagnostics)).collect()
}

/// The addresses of the site's icon and logo, of the pictures that stand for articles, and of cards: those in front matter
/// as seen from their article, those in data files from `content/`.
fn card_links<'a>(
    config: &Config,
    site: &Site,
    data: &Data,
    resolver: &dyn Fn(PageId) -> Resolver<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<(String, Span), String> {
    let mut links = BTreeMap::new();
    let mut pictures: Vec<(PageId, String, Spanned<String>)> = Vec::new();
    for (id, page) in site.pages.iter().enumerate() {
        let path = || format!("content/{}", page.head.path);
        pictures.extend(page.head.front.image.clone().map(|written| (id, path(), written)));
    }
    if let Some(home) = site.home {
        let of_site = [&config.icon, &config.logo].into_iter().flatten();
        pictures.extend(of_site.map(|named| (home, "site.toml".to_owned(), named.clone())));
    }
    for (from, path, written) in pictures {
        let href = resolver(from).elsewhere(&path, LinkKind::Image, &written, diagnostics);
        links.insert((path, written.span), href);
    }
    let mut add = |from: PageId, path: &str, (kind, written): (LinkKind, &Spanned<String>)| {
        let href = resolver(from).elsewhere(path, kind, written, diagnostics);
        links.insert((path.to_owned(), written.span), href);
    };
    for (id, page) in site.pages.iter().enumerate() {
        for address in page.head.front.addresses() {
            add(id, &format!("content/{}", page.head.path), address);
        }
    }
    if let Some(home) = site.home {
        for (name, group) in &data.cards {
            let Some(file) = data.files.get(name) else { continue };
            group.addresses().for_each(|address| add(home, file.path.as_str(), address));
        }
    }
    links
}

/// What leads to each page, ordered by page and place: as before, but for what pages with other `links` than then have to do
/// with.
fn backlinks(links: &[Arc<Links>], before: Option<&Graph>) -> Vec<Arc<[Backlink]>> {
    let had = |id: PageId| before.map_or(&[][..], |before| &before.links[id].back);
    let is_other = |id: &PageId| had(*id) != links[*id].back;
    let others: FxHashSet<PageId> = (0..links.len()).filter(is_other).collect();
    let mut come: BTreeMap<PageId, Vec<Backlink>> = BTreeMap::new();
    let mut sorted: Vec<PageId> = others.iter().copied().collect();
    sorted.sort_unstable();
    for id in sorted {
        for (to, _) in had(id) {
            come.entry(*to).or_default();
        }
        links[id].back.iter().for_each(|(to, link)| come.entry(*to).or_default().push(link.clone()));
    }
    let mut all = before.map_or_else(|| vec![Arc::default(); links.len()], |before| before.backlinks.clone());
    for (to, mut come) in come {
        come.extend(all[to].iter().filter(|link| !others.contains(&link.page)).cloned());
        come.sort_by_key(|link| link.page);
        all[to] = come.into();
    }
    all
}

fn says_more(link: &Link) -> bool {
    link.sentence.as_ref().is_some_and(|sentence| sentence.says_more())
}

/// Resolves the links of one page.
struct Resolver<'a> {
    config: &'a Config,
    site: &'a Site,
    places: &'a Places,
    /// What pages are called, once a link asks.
    names: &'a OnceLock<Names>,
    /// Other sites.
    inventories: &'a Inventories,
    from: PageId,
}

impl Resolver<'_> {
    /// Where a link leads that does not stand in a text but in the file `path`.
    fn elsewhere(
        &self,
        path: &str,
        kind: LinkKind,
        written: &Spanned<String>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> String {
        let link =
            Link { kind, target: written.value.clone(), section: 0, sentence: None, span: written.span, origin: None };
        let (resolved, problem) = self.resolve(&link);
        diagnostics.extend(problem.map(|problem| {
            let place = Place { path: path.to_owned(), span: Some(written.span) };
            Diagnostic { place, ..problem }
        }));
        resolved.href
    }

    /// Where a link leads. One of an article that strangers may write leads nowhere if a browser might run it.
    fn resolve(&self, link: &Link) -> (Resolved, Option<Diagnostic>) {
        let (resolved, problem) = self.resolve_any(link);
        // One by title that leads nowhere is shown as text.
        let is_text = link.kind == LinkKind::Wiki && resolved.target == Target::Broken;
        if is_text || is_safe_address(&resolved.href) || !self.is_untrusted(link) {
            return (resolved, problem);
        }
        let shown: String = link.target.chars().take(60).collect();
        let message = format!("the address `{}` is left out: strangers may write this text", shown.escape_debug());
        let help = format!("write a path, or an address that begins with one of `{}:`", SCHEMES.join(":`, `"));
        let problem = self.warning("untrusted-content", link, message).help(help);
        (Resolved { href: String::new(), target: Target::Broken, text: resolved.text }, Some(problem))
    }

    fn is_untrusted(&self, link: &Link) -> bool {
        let untrusted = &self.config.markdown.untrusted;
        let included = link.origin.as_deref().is_some_and(|origin| untrusted.covers_file(origin));
        included || untrusted.covers(&self.site.pages[self.from].head.path)
    }

    fn resolve_any(&self, link: &Link) -> (Resolved, Option<Diagnostic>) {
        if link.kind == LinkKind::Wiki {
            return self.resolve_by_title(link);
        }
        let written = link.target.as_str();
        if is_external(written) {
            let resolved = Resolved { href: written.to_owned(), target: Target::External, text: None };
            return (resolved, self.warn_of_inventory(link));
        }
        let (before_fragment, fragment) = match written.split_once('#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (written, None),
        };
        let (raw_path, query) = match before_fragment.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (before_fragment, None),
        };
        if raw_path.is_empty() && query.is_none() {
            return match fragment {
                Some(_) => self.to_page(link, self.from, fragment, None),
                None => self.broken(link, "", "a link without a target leads nowhere".to_owned()),
            };
        }
        let decoded = percent_decode_str(raw_path).decode_utf8_lossy();
        let Some(path) = self.path_of(link, &decoded) else {
            if self.config.external.has_beside(written) {
                return (self.beside(written), None);
            }
            return self.broken(link, &decoded, format!("the link `{written}` leaves the content folder"));
        };
        let path = composed(path.as_str());
        let path = &*path;
        if let Some(id) = self.find_page(path, &decoded) {
            return self.to_page(link, id, fragment, query);
        }
        let from_address = || path::resolve(self.site.pages[self.from].url.trim_matches('/'), &decoded);
        let file = self.places.files.get(path).or_else(|| self.places.files.get(from_address()?.as_str()));
        if let Some(output) = file {
            let suffix = before_and_after(query, fragment);
            let href = self.config.base_url.rooted(&route::address(output)) + &suffix;
            return (Resolved { href, target: Target::File(output.clone()), text: None }, None);
        }
        if self.config.external.has_beside(written) && !self.is_unpublished(path) {
            return (self.beside(written), None);
        }
        self.broken(link, path, self.message_for_missing(link, path))
    }

    /// An address that another site has on this one's host. A site that may be moved leaves its neighbours behind.
    fn beside(&self, written: &str) -> Resolved {
        let BaseUrl { origin, depth, .. } = &self.config.base_url;
        let href = if depth.is_some() { origin.clone() + written } else { written.to_owned() };
        Resolved { href, target: Target::External, text: None }
    }

    /// The path in the content folder that a link names, from where its text lives.
    fn path_of(&self, link: &Link, written: &str) -> Option<RelPath> {
        match link.origin.as_deref().filter(|_| !written.starts_with('/')) {
            None => path::resolve(self.site.pages[self.from].head.path.parent(), written),
            Some(origin) => {
                let path = path::resolve(origin.parent(), written)?;
                if path.as_str() == "content" {
                    return RelPath::new("");
                }
                RelPath::new(path.as_str().strip_prefix("content/")?)
            }
        }
    }

    /// A page by its source's path, with or without its extension, as a folder, or by its address.
    fn find_page(&self, path: &str, written: &str) -> Option<PageId> {
        let pages = &self.places.pages;
        if let Some(id) = pages.get(path) {
            return Some(*id);
        }
        if path.is_empty() {
            return self.places.addresses.get("").copied();
        }
        if written.starts_with('/') {
            let address = route::address(&RelPath::new(path)?);
            let address = address.trim_matches('/');
            let found = self.places.addresses.get(address);
            if found.is_some() {
                return found.copied();
            }
        }
        let bare = path.strip_suffix(".html").unwrap_or(path);
        [format!("{bare}.md"), format!("{bare}/_index.md"), format!("{bare}/index.md"), format!("{bare}/README.md")]
            .iter()
            .find_map(|candidate| pages.get(candidate).copied())
    }

    fn to_page(
        &self,
        link: &Link,
        id: PageId,
        fragment: Option<&str>,
        query: Option<&str>,
    ) -> (Resolved, Option<Diagnostic>) {
        let page = &self.site.pages[id];
        let path = &page.url;
        let base =
            if id == self.from && fragment.is_some() { String::new() } else { self.config.base_url.rooted(path) };
        let decoded = fragment.map(|f| percent_decode_str(f).decode_utf8_lossy().into_owned()).unwrap_or_default();
        let is_target = |heading: &Heading| !decoded.is_empty() && heading.id == decoded;
        let heading = page.head.headings.iter().position(is_target);
        let resolved = |heading, fragment| {
            let href = format!("{base}{}", before_and_after(query, fragment));
            Resolved { href, target: Target::Page(id, heading), text: None }
        };
        if page.head.title_id.as_deref() == Some(decoded.as_str()) {
            let href = self.config.base_url.rooted(path);
            return (Resolved { href, target: Target::Page(id, None), text: None }, None);
        }
        let problem = (!page.head.has_id(&decoded)).then(|| self.missing_anchor(link, id, &decoded));
        (resolved(heading, fragment), problem)
    }

    fn missing_anchor(&self, link: &Link, id: PageId, anchor: &str) -> Diagnostic {
        let target = &self.site.pages[id].head;
        let message = format!("content/{} has no heading with the id `{anchor}`", target.path);
        let ids = || target.headings.iter().map(|heading| heading.id.as_str());
        let help = match did_you_mean(anchor, ids()) {
            Some(near) => format!("did you mean `#{near}`?"),
            None => "give the heading that id with `{#id}`, or link to the page alone".to_owned(),
        };
        let problem = self.warning("broken-anchor", link, message).help(help);
        let mut alike = ids().filter(|id| folded(id) == folded(anchor));
        match (alike.next(), alike.next()) {
            (Some(id), None) => {
                let (_, written) = link.target.split_once('#').unwrap_or_default();
                problem.fix(link.span, format!("#{written}"), format!("#{id}"))
            }
            _ => problem,
        }
    }

    fn message_for_missing(&self, link: &Link, path: &str) -> String {
        if self.is_unpublished(path) {
            return format!("`{}` is not published: a draft, or outside its dates", link.target);
        }
        // What was decoded may hold what was not written.
        let path = visible(path);
        match link.kind {
            LinkKind::Link | LinkKind::Wiki => {
                format!("`{}` leads to nothing: there is no content/{path}", link.target)
            }
            LinkKind::Image => format!("the image `{}` does not exist: there is no content/{path}", link.target),
        }
    }

    fn help_for_missing(&self, link: &Link, path: &str) -> &'static str {
        let top = path.split('/').next().unwrap_or("");
        match link.kind {
            LinkKind::Image => "put the image there, or name one that is",
            _ if link.target.starts_with('/') && !self.places.has_top(self.site, top) => {
                "a `/` at the beginning stands for `content/`; write the whole address, `https://..`, of what is on another site, or name such paths in `same_host` of `[check.external]`"
            }
            _ => "write that article, or name one that is there",
        }
    }

    fn is_unpublished(&self, path: &str) -> bool {
        self.places.unpublished.iter().any(|other| other == path)
    }

    fn broken(&self, link: &Link, path: &str, message: String) -> (Resolved, Option<Diagnostic>) {
        let code = match link.kind {
            LinkKind::Link | LinkKind::Wiki => "broken-link",
            LinkKind::Image => "broken-image",
        };
        let mut problem = self.warning(code, link, message);
        if self.is_unpublished(path) {
            problem = problem.help("publish it, or take the link out; `--drafts` builds it all the same");
        } else if let Some(near) = self.suggestion(path) {
            problem = problem.help(format!("did you mean `{near}`?"));
            let written = link.target.split(['#', '?']).next().unwrap_or("");
            if link.kind == LinkKind::Link && self.has_moved(link, path) && is_plain(&near) {
                problem = problem.fix(link.span, written, near);
            }
        } else {
            problem = problem.help(self.help_for_missing(link, path));
        }
        (Resolved { href: link.target.clone(), target: Target::Broken, text: None }, Some(problem))
    }

    /// Whether a single page has that file name, and what else the link says fits it: the id that it leads to, or its words.
    /// A name alone may be that of another page than the one that is gone.
    fn has_moved(&self, link: &Link, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
        let Some([id]) = self.places.by_name.get(&name).map(Vec::as_slice) else { return false };
        let head = &self.site.pages[*id].head;
        match link.target.split_once('#').map(|(_, fragment)| fragment).filter(|fragment| !fragment.is_empty()) {
            Some(fragment) => {
                let fragment = percent_decode_str(fragment).decode_utf8_lossy();
                head.headings.iter().any(|heading| heading.id == fragment)
            }
            None => {
                let words = link.sentence.as_ref().map_or_else(String::new, |sentence| folded(&sentence.text));
                let title = folded(&head.title);
                !title.is_empty() && words.contains(&title) || words.len() > 3 && title.contains(&words)
            }
        }
    }

    /// A page elsewhere with the same file name, or one in the same folder with nearly that name, as this page would
    /// link to it.
    fn suggestion(&self, path: &str) -> Option<String> {
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?.to_lowercase();
        let with_extension = if name.contains('.') { name.clone() } else { format!("{name}.md") };
        let elsewhere = self.places.by_name.get(&with_extension).and_then(|ids| ids.first());
        let target = match elsewhere {
            Some(id) => self.site.pages[*id].head.path.as_str(),
            None => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let siblings = self.places.siblings(self.site, folder);
                did_you_mean(path, siblings)?
            }
        };
        Some(relative(self.site.pages[self.from].head.path.parent(), target))
    }

    fn warning(&self, code: &str, link: &Link, message: String) -> Diagnostic {
        let own = || format!("content/{}", self.site.pages[self.from].head.path);
        let path = link.origin.as_deref().map_or_else(own, RelPath::to_string);
        Diagnostic::warning(code, &path, link.span, message)
    }
}

/// Whether a path can stand in a link as it is.
fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'))
}

/// Whether a target is an address of its own: with a scheme, or beginning with `//`.
fn is_external(target: &str) -> bool {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme);
    let has_scheme = scheme.is_some_and(|scheme| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    has_scheme || target.starts_with("//")
}

fn before_and_after(query: Option<&str>, fragment: Option<&str>) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    query + &fragment
}

/// The path `to` as seen from the folder `from`, both relative to one root.
pub fn relative(from: &str, to: &str) -> String {
    let from: Vec<_> = from.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<_> = to.split('/').collect();
    let common = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to[common..].iter().copied()).collect::<Vec<_>>().join("/")
}
