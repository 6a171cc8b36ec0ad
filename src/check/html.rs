//! `broken-link`, `broken-image`, `broken-anchor` in raw HTML. It reaches readers as it is written, so that its links are
//! addresses, as seen from the page that they stand on, and lead to whatever the output holds.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use rayon::prelude::*;

use crate::check::path_of;
use crate::link::{graph::relative, route};
use crate::model::{
    Config, Diagnostic, RelPath, Site,
    config::BaseUrl,
    excerpt::visible,
    page::{HtmlLink, LinkKind},
    path::resolve,
    site::{Page, PageKind},
};

/// What links in raw HTML are judged by.
struct Judging<'a> {
    base: &'a BaseUrl,
    config: &'a Config,
    site: &'a Site,
    /// Pages by their files in the output.
    pages: BTreeMap<&'a RelPath, &'a Page>,
    is_written: &'a (dyn Fn(&RelPath) -> bool + Sync),
}

/// Links in raw HTML that lead to nothing. `is_written` knows the files of the output.
pub fn html(config: &Config, site: &Site, is_written: &(dyn Fn(&RelPath) -> bool + Sync)) -> Vec<Diagnostic> {
    let with_links: Vec<&Page> = site.pages.iter().filter(|page| !page.head.html_links.is_empty()).collect();
    // In a site that may be moved there are no addresses, but names of files.
    if with_links.is_empty() || config.base_url.depth.is_some() {
        return Vec::new();
    }
    let pages = site.pages.iter().map(|page| (&page.output, page)).collect();
    let judging = Judging { base: &config.base_url, config, site, pages, is_written };
    let of_page =
        |page: &&Page| page.head.html_links.iter().filter_map(|link| judging.problem(page, link)).collect::<Vec<_>>();
    with_links.par_iter().flat_map_iter(of_page).collect()
}

/// The files of the output that links in the raw HTML of a page may lead to.
pub(super) fn targets(config: &Config, page: &Page) -> Vec<RelPath> {
    let links = page.head.html_links.iter().filter(|link| link.kind == LinkKind::Link);
    links.filter_map(|link| Parts::of(&link.target)).flat_map(|parts| parts.outputs(&config.base_url, page)).collect()
}

/// A link into the site, in parts.
struct Parts {
    path: String,
    fragment: String,
}

impl Parts {
    /// `None` for what leads elsewhere, or is made by a program.
    fn of(written: &str) -> Option<Self> {
        let written = written.trim();
        let (path, fragment) = written.split_once('#').unwrap_or((written, ""));
        let path = path.split('?').next().unwrap_or("");
        let has_scheme = path.split('/').next().is_some_and(|first| first.contains(':'));
        if written.is_empty() || path.starts_with("//") || has_scheme || written.contains(['&', '{', '}', '$', '<']) {
            return None;
        }
        let decoded = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
        Some(Self { path: decoded(path)?, fragment: decoded(fragment)? })
    }

    /// The files that a server may answer with, seen from `page`; none if the path is not one of this site.
    fn outputs(&self, base: &BaseUrl, page: &Page) -> Vec<RelPath> {
        let path = self.path.as_str();
        if path.is_empty() {
            return vec![page.output.clone()];
        }
        let inside = match path.starts_with('/') {
            true => path.strip_prefix(&base.path).and_then(|rest| resolve("", rest)),
            false => resolve(page.output.parent(), path),
        };
        let Some(inside) = inside else { return Vec::new() };
        let last = path.rsplit('/').next().unwrap_or("");
        let mut outputs = vec![inside.join("index.html")];
        if !matches!(last, "" | "." | "..") {
            outputs.extend([RelPath::new(format!("{inside}.html")), Some(inside)]);
        }
        outputs.into_iter().flatten().collect()
    }
}

impl Judging<'_> {
    fn problem(&self, page: &Page, link: &HtmlLink) -> Option<Diagnostic> {
        let parts = Parts::of(&link.target)?;
        if parts.path.is_empty() {
            return self.missing_id(page, link, page, &parts.fragment);
        }
        let outputs = parts.outputs(self.base, page);
        let Some(found) = outputs.iter().find(|output| (self.is_written)(output)) else {
            return (!outputs.is_empty() && !self.config.external.has_beside(&link.target))
                .then(|| self.nothing(page, link, &parts));
        };
        self.missing_id(page, link, self.pages.get(found)?, &parts.fragment)
    }

    fn nothing(&self, page: &Page, link: &HtmlLink, parts: &Parts) -> Diagnostic {
        let (code, what) = match link.kind {
            LinkKind::Image => ("broken-image", "file"),
            LinkKind::Link | LinkKind::Wiki => ("broken-link", "page or file"),
        };
        let written = visible(&link.target);
        let message = format!("`{written}` in HTML leads to nothing: seen from {} there is no such {what}", page.url);
        let problem = Diagnostic::warning(code, &path_of_link(page, link), link.span, message);
        match self.by_path(page, &parts.path) {
            Some(output) => {
                let own = route::address(&page.output);
                let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder).trim_start_matches('/');
                let near = relative(folder, route::address(output).trim_start_matches('/'));
                let near = if near.is_empty() { "./".to_owned() } else { near };
                problem
                    .note("HTML reaches readers as it is written, and paths of files are not turned into addresses")
                    .help(format!("write `{near}`, or the link as Markdown"))
            }
            None => {
                problem.help("write the address of a page or file, as seen from this page, or the link as Markdown")
            }
        }
    }

    /// What the path of a file means, as Markdown would read it.
    fn by_path(&self, page: &Page, path: &str) -> Option<&RelPath> {
        let named = resolve(page.head.path.parent(), path)?;
        let found = self.site.pages.binary_search_by(|other| other.head.path.cmp(&named)).ok();
        if let Some(id) = found {
            return Some(&self.site.pages[id].output);
        }
        let source = RelPath::new(format!("content/{named}"))?;
        self.site.files.iter().find(|(_, file)| **file == source).map(|(output, _)| output)
    }

    fn missing_id(&self, page: &Page, link: &HtmlLink, target: &Page, id: &str) -> Option<Diagnostic> {
        // Pages that are put together have ids that no text tells of, and a theme may add its own to any.
        let is_known = target.has_source && target.kind != PageKind::Topic && !target.head.has_id(id);
        is_known.then(|| {
            let message = format!("{} has no heading with the id `{}`", path_of(&target.head), visible(id));
            let help = "write the id of a heading, or link to the page alone";
            Diagnostic::warning("broken-anchor", &path_of_link(page, link), link.span, message).help(help)
        })
    }
}

fn path_of_link(page: &Page, link: &HtmlLink) -> String {
    link.origin.as_deref().map_or_else(|| path_of(&page.head), RelPath::to_string)
}
