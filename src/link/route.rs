//! Addresses: where each page lives, which old addresses lead to it, and what collides.

use std::{collections::BTreeMap, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::model::{
    Config, Diagnostic, Digest, FrontMatter, Head, RelPath, Site, Spanned,
    page::Section,
    path,
    profile::Profile,
    site::{Page, PageKind, Redirect},
};
use crate::parse::text::title_of_name;

/// What may stand in a path segment of an address as it is (RFC 3986, section 3.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The longest address, in bytes: far below what file systems take, with room for the folder that the site lies in.
const LONGEST_ADDRESS: usize = 1000;

/// How the names of our own files in the output folder begin.
const RESERVED: &str = ".docweave-";

/// The longest segment that common file systems take, less room for a suffix, in bytes.
const LONGEST_SEGMENT: usize = 240;

/// An output path as an encoded address from the site's root: `a/b/index.html` to `/a/b/`.
pub fn address(output: &RelPath) -> String {
    let path = output.as_str();
    let shown = match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    };
    let encoded: Vec<_> = shown.split('/').map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
    format!("/{}", encoded.join("/"))
}

/// The output path of a page at `place`, a path without an extension: `a/b` to `a/b/index.html`, or `a/b.html`.
pub(super) fn page_output(config: &Config, place: &str) -> Option<RelPath> {
    match (place, config.uglyurls) {
        ("", _) => RelPath::new("index.html"),
        (place, false) => RelPath::new(format!("{place}/index.html")),
        (place, true) => RelPath::new(format!("{place}.html")),
    }
}

/// The address from the site's root and the file of a page of our own at `place`, unless an article or a file has taken it.
pub(super) fn free_page(config: &Config, site: &Site, place: &str) -> Option<(String, RelPath)> {
    let output = page_output(config, place)?;
    let is_taken = site.files.contains_key(&output)
        || site.redirects.contains_key(&output)
        || site.pages.iter().any(|page| page.output == output);
    (!is_taken).then(|| (address(&output), output))
}

/// Gives every head its address and every folder that has none its page; fills `site.pages`, ordered by path, and
/// `site.redirects`.
pub(super) fn pages(config: &Config, heads: Vec<Arc<Head>>, site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let folders = Folders::of(config, &heads);
    let mut pages: Vec<Page> = Vec::with_capacity(heads.len());
    for head in &heads {
        pages.push(folders.page(config, head.clone(), diagnostics));
    }
    // The list of all topics is the page of their folder.
    let has_list = |folder: &str| folder == "topics" && !config.topics.is_empty();
    for folder in folders.without_page().filter(|folder| !has_list(folder)) {
        let head = Arc::new(synthetic_head(config, folder));
        pages.push(Page { has_source: false, ..folders.page(config, head, diagnostics) });
    }
    pages.sort_by(|a, b| a.head.path.cmp(&b.head.path));
    site.pages = pages;
    for id in (0..site.pages.len()).filter(|id| site.pages[*id].kind != PageKind::Topic).collect::<Vec<_>>() {
        let head = site.pages[id].head.clone();
        for alias in &head.front.aliases {
            match alias_output(config, &alias.value) {
                Some(output) => add_redirect(site, output, id, &head, alias, diagnostics),
                None => diagnostics.push(bad_address("alias", &head, alias)),
            }
        }
    }
}

fn add_redirect(
    site: &mut Site,
    output: RelPath,
    page: usize,
    head: &Head,
    alias: &Spanned<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(other) = site.redirects.get(&output) {
        let file = &site.pages[other.page].head.path;
        let message = format!("the alias `{}` is taken already by content/{file}", alias.value);
        diagnostics.push(
            Diagnostic::error("url-collision", &shown(head), alias.span, message)
                .help("an old address can lead to one page: remove it from one of the two"),
        );
        return;
    }
    site.redirects.insert(output, Redirect { page, span: Some(alias.span) });
}

/// The path of an article as diagnostics show it.
pub(super) fn shown(head: &Head) -> String {
    format!("content/{}", head.path)
}

/// The folders of the content, what they are called in addresses, and which file is the page of each.
struct Folders {
    /// Folder to its place in addresses and to the path of its page, where it has one.
    by_path: BTreeMap<String, Folder>,
}

struct Folder {
    place: String,
    page: Option<RelPath>,
    /// It holds other articles or folders, so its page is a section.
    has_children: bool,
}

impl Folders {
    fn of(config: &Config, heads: &[Arc<Head>]) -> Self {
        let mut by_path: BTreeMap<String, Folder> = BTreeMap::new();
        by_path.insert(String::new(), Folder { place: String::new(), page: None, has_children: true });
        for head in heads.iter().filter(|head| !is_topic_prose(config, head)) {
            let mut folder = head.path.parent();
            while !folder.is_empty() && !by_path.contains_key(folder) {
                by_path.insert(folder.to_owned(), Folder { place: String::new(), page: None, has_children: false });
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        let names: Vec<String> = by_path.keys().cloned().collect();
        for name in names.iter().filter(|name| !name.is_empty()) {
            let parent = name.rsplit_once('/').map_or("", |(parent, _)| parent);
            if let Some(parent) = by_path.get_mut(parent) {
                parent.has_children = true;
            }
        }
        let mut folders = Self { by_path };
        folders.find_pages(heads);
        folders.find_places(heads);
        folders
    }

    /// `_index.md`, `index.md` and `README.md` are a folder's page, in this order; else the article beside the folder
    /// that has its name.
    fn find_pages(&mut self, heads: &[Arc<Head>]) {
        for head in heads {
            let stem = head.path.stem();
            let Some(folder) = self.by_path.get_mut(head.path.parent()) else { continue };
            if !is_index(stem) {
                folder.has_children = true;
            } else if folder.page.as_ref().is_none_or(|page| index_rank(stem) < index_rank(page.stem())) {
                folder.page = Some(head.path.clone());
            }
        }
        for head in heads {
            let (beside, _) = head.path.as_str().rsplit_once('.').unwrap_or((head.path.as_str(), ""));
            if let Some(folder) = self.by_path.get_mut(beside).filter(|folder| folder.page.is_none()) {
                folder.page = Some(head.path.clone());
                folder.has_children = true;
            }
        }
    }

    fn find_places(&mut self, heads: &[Arc<Head>]) {
        let slugs: BTreeMap<&RelPath, &str> = heads
            .iter()
            .filter_map(|head| Some((&head.path, head.front.slug.as_ref()?.value.as_str())))
            .filter(|(_, slug)| is_slug(slug))
            .collect();
        let names: Vec<String> = self.by_path.keys().filter(|name| !name.is_empty()).cloned().collect();
        for name in names {
            let (parent, last) = name.rsplit_once('/').unwrap_or(("", &name));
            let above = self.by_path.get(parent).map_or("", |folder| &folder.place);
            let page = self.by_path.get(&name).and_then(|folder| folder.page.as_ref());
            let segment = page.and_then(|page| slugs.get(page)).map_or_else(|| segment(last), |slug| segment(slug));
            let place = if above.is_empty() { segment } else { format!("{above}/{segment}") };
            if let Some(folder) = self.by_path.get_mut(&name) {
                folder.place = place;
            }
        }
    }

    fn without_page(&self) -> impl Iterator<Item = &str> {
        self.by_path.iter().filter(|(_, folder)| folder.page.is_none()).map(|(name, _)| name.as_str())
    }

    fn page(&self, config: &Config, head: Arc<Head>, diagnostics: &mut Vec<Diagnostic>) -> Page {
        let stem = head.path.stem();
        let beside = head.path.as_str().rsplit_once('.').map_or("", |(beside, _)| beside);
        let inside = self.by_path.get(head.path.parent());
        let own = match is_index(stem) && inside.is_none_or(|f| f.page.is_none() || f.page.as_ref() == Some(&head.path))
        {
            true => inside,
            false => self.by_path.get(beside).filter(|folder| folder.page.as_ref() == Some(&head.path)),
        };
        let kind = match own {
            _ if is_topic_prose(config, &head) => PageKind::Topic,
            Some(folder) if folder.place.is_empty() && head.path.parent().is_empty() && is_index(stem) => {
                PageKind::Home
            }
            Some(folder) if folder.has_children || stem == "_index" => PageKind::Section,
            _ => PageKind::Article,
        };
        let place = match own {
            _ if kind == PageKind::Topic => topic_place(stem),
            Some(folder) => folder.place.clone(),
            None => {
                let above = inside.map_or("", |folder| &folder.place);
                let slug = head.front.slug.as_ref().map_or(stem, |slug| &slug.value);
                let segment = segment(slug);
                if above.is_empty() { segment } else { format!("{above}/{segment}") }
            }
        };
        let output = chosen_output(config, &head, &place, kind, diagnostics);
        Page::at(head, kind, address(&output), output)
    }
}

/// The output path from `url` if there is one, else from the place; mistakes fall back to the place.
fn chosen_output(
    config: &Config,
    head: &Head,
    place: &str,
    kind: PageKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> RelPath {
    if kind == PageKind::Topic
        && let Some(output) = page_output(config, place)
    {
        return output;
    }
    if let Some(slug) = head.front.slug.as_ref().filter(|slug| !is_slug(&slug.value)) {
        diagnostics.push(bad_address("slug", head, slug));
    }
    if let Some(url) = &head.front.url {
        match place_of(&url.value).and_then(|place| output_of_place(config, &place)) {
            Some(output) => return output,
            None => diagnostics.push(bad_address("url", head, url)),
        }
    }
    let by_place = match kind {
        PageKind::Section => RelPath::new(format!("{place}/index.html")),
        _ => page_output(config, place),
    };
    by_place.unwrap_or_else(|| {
        let name = Digest::of(head.path.as_str().as_bytes()).short(16);
        RelPath::new(format!("{name}/index.html")).expect("hexadecimal digits make a path")
    })
}

fn bad_address(what: &str, head: &Head, written: &Spanned<String>) -> Diagnostic {
    let message = format!("the {what} `{}` is not a place inside the site", written.value.escape_debug());
    let help = match what {
        "slug" => "a slug is one segment without `/`, such as `slug = \"reading-order\"`",
        "alias" => "write the old address from the site's root, such as `aliases = [\"/old/place/\"]`",
        _ => "write the address from the site's root, such as `url = \"/guides/reading-order/\"`",
    };
    Diagnostic::error("bad-address", &shown(head), written.span, message).help(help)
}

/// The output path of an alias, as `pages` gives it to a redirect.
pub fn alias_output(config: &Config, alias: &str) -> Option<RelPath> {
    output_of_place(config, &place_of(alias)?)
}

/// A written address as a path without its leading slash; `None` where it leaves the site or can't be a file.
fn place_of(written: &str) -> Option<String> {
    let has_scheme = written.contains("://") || written.starts_with("//");
    let strange = written.contains(|c: char| c.is_control() || matches!(c, '\u{fffd}' | '\\' | '?' | '#'));
    if written.is_empty() || has_scheme || strange || written.split('/').any(|segment| segment == "..") {
        return None;
    }
    let folder = written.ends_with('/');
    let place = path::resolve("", written.trim_start_matches('/'))?;
    let short_enough = place.as_str().len() <= LONGEST_ADDRESS
        && place.as_str().split('/').all(|segment| segment.len() <= LONGEST_SEGMENT);
    // Some file systems take white space and dots from the end of a name.
    let nameless = |segment: &str| matches!(segment.trim(), "" | "." | "..");
    let has_names = place.as_str().is_empty() || !place.as_str().split('/').any(nameless);
    (short_enough && has_names && !place.as_str().starts_with(RESERVED))
        .then(|| if folder && !place.as_str().is_empty() { format!("{place}/") } else { place.to_string() })
}

/// `a/` to `a/index.html`, `a.html` to itself, `a` as a page.
fn output_of_place(config: &Config, place: &str) -> Option<RelPath> {
    match place.strip_suffix('/') {
        Some(folder) => RelPath::new(format!("{folder}/index.html")),
        None if place.ends_with(".html") || place.ends_with(".htm") => RelPath::new(place),
        None => page_output(config, place),
    }
}

fn is_slug(slug: &str) -> bool {
    let plain = !slug.contains(|c: char| c.is_control() || matches!(c, '\u{fffd}' | '/' | '\\' | '?' | '#'));
    let named = !matches!(slug.trim(), "" | "." | "..") && !slug.starts_with(RESERVED);
    plain && named && slug.len() <= LONGEST_SEGMENT
}

/// A file's or a folder's name as a segment: NFC, white space to `-`, what addresses give a meaning left out.
fn segment(name: &str) -> String {
    let kept = name.trim().nfc().filter(|c| !c.is_control() && !r#"?#%"<>|\^`{}/"#.contains(*c));
    let segment: String = kept.map(|c| if c.is_whitespace() { '-' } else { c }).collect();
    if matches!(segment.as_str(), "" | "." | "..") { "-".to_owned() } else { segment }
}

fn is_index(stem: &str) -> bool {
    matches!(stem, "_index" | "index" | "README")
}

fn index_rank(stem: &str) -> u8 {
    match stem {
        "_index" => 0,
        "index" => 1,
        _ => 2,
    }
}

/// `topics/NAME.md` of a declared topic, or the page of the folder `topics` where topics are declared.
fn is_topic_prose(config: &Config, head: &Head) -> bool {
    let declared = |stem: &str| is_index(stem) || config.topics.iter().any(|topic| topic.name == stem);
    !config.topics.is_empty() && head.path.parent() == "topics" && declared(head.path.stem())
}

/// The place of a topic's page, or of the list of all topics.
fn topic_place(stem: &str) -> String {
    if is_index(stem) { "topics".to_owned() } else { format!("topics/{stem}") }
}

/// The head of a page that no file stands behind: a folder's, or the front page.
fn synthetic_head(config: &Config, folder: &str) -> Head {
    let name = folder.rsplit('/').next().unwrap_or("");
    let title = if folder.is_empty() { config.title.clone() } else { title_of_name(name) };
    let path = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
    Head {
        path: RelPath::new(path).expect("a folder of the content and a name make a path"),
        front: FrontMatter::default(),
        title_html: escaped(&title),
        title,
        title_id: None,
        headings: Vec::new(),
        sections: vec![Section::default()],
        links: Vec::new(),
        anchors: Vec::new(),
        codes: Vec::new(),
        terms: Vec::new(),
        components: Vec::new(),
        questions: Vec::new(),
        uses: Vec::new(),
        words: 0,
        profile: Profile::default(),
        excerpt: String::new(),
        allowances: Vec::new(),
        html_links: Vec::new(),
        body: Digest::of(b""),
        outline: Digest::of(b""),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
