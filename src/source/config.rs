//! `site.toml`: from what somebody typed to the resolved [`Config`].

mod base_url;
mod cache;
mod check;
mod css;
mod external;
mod images;
mod inventories;
mod machines;
mod markdown;
mod raw;
mod related;
mod targets;
mod topics;

use crate::model::{
    Config, Diagnostic, RelPath, Spanned, Value,
    config::{
        Archive, Avoided, BaseUrl, Feed, Footer, Js, Json, Links, Nav, NavLink, OwnInventory, RelatedReading, Search,
        Terms, Weave,
    },
    node::{self, Node},
    phrase::{self, Written},
};
use crate::source::{
    config::raw::{Raw, RawFeed, RawFooter, RawLink, RawNav, RawRelated, RawSearch, RawTerms, RawTexts, RawWeave},
    data::toml_node,
};

pub use self::{
    base_url::{BadBaseUrl, base_url},
    inventories::{BASE, base},
};

/// Reads the text of `site.toml`, the file `path`.
///
/// What is wrong has its default in the `Config`. Codes, all errors: `syntax`, those of [`node::read`] (`unknown-key`,
/// `wrong-type`, `invalid-value`, `missing-key`), `unknown-parent` and `topic-cycle` for parents of topics,
/// `unknown-rule`.
pub fn parse(text: &str, path: &str) -> (Config, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    match toml_node(path, text, start..text.len()) {
        Ok(tree) => {
            let (raw, mut diagnostics) = node::read(&tree, path);
            explain_misplaced_keys(&tree, &mut diagnostics);
            let mut checker = Checker { path, diagnostics };
            let config = resolve(raw, &tree, &mut checker);
            checker.diagnostics.sort();
            (config, checker.diagnostics)
        }
        Err(diagnostics) => (Config::new("", nowhere()), diagnostics),
    }
}

/// Keys of the top level.
const TOP_KEYS: [&str; 12] = [
    "authors",
    "base_url",
    "description",
    "edit_url",
    "git_dates",
    "icon",
    "logo",
    "language",
    "output",
    "theme",
    "title",
    "uglyurls",
];

/// In TOML a key after a `[table]` belongs to that table, which surprises whoever adds one at the end of the file.
fn explain_misplaced_keys(tree: &Node, diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.code == "unknown-key") {
        let mut inner = tree.entries().iter().flat_map(|table| table.value.entries());
        let Some(entry) = inner.find(|entry| Some(entry.key_span) == diagnostic.place.span) else { continue };
        if TOP_KEYS.contains(&entry.key.as_str()) {
            diagnostic.help = Some(format!("put the line `{} = ..` above the first `[table]` of the file", entry.key));
        }
    }
}

/// Collects what is wrong with values.
struct Checker<'a> {
    path: &'a str,
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    /// Says that the value of `key` is wrong.
    fn refuse<T>(&mut self, key: &str, value: &Spanned<T>, reason: &str, help: &str) {
        let message = format!("invalid value for `{key}`: {reason}");
        self.diagnostics.push(Diagnostic::error("invalid-value", self.path, value.span, message).help(help));
    }

    /// The value where it is between `least` and `most`.
    fn number(&mut self, key: &str, value: Option<Spanned<i64>>, least: i64, most: i64) -> Option<i64> {
        let value = value?;
        if (least..=most).contains(&value.value) {
            return Some(value.value);
        }
        let help = format!("write a number from {least} to {most}");
        self.refuse(key, &value, &format!("{} is not from {least} to {most}", value.value), &help);
        None
    }

    /// The value where `fine` says yes.
    fn text(
        &mut self,
        key: &str,
        value: Option<Spanned<String>>,
        fine: fn(&str) -> bool,
        (reason, help): (&str, &str),
    ) -> Option<String> {
        let value = value?;
        if fine(&value.value) {
            return Some(value.value);
        }
        self.refuse(key, &value, reason, help);
        None
    }
}

fn resolve(mut raw: Raw, tree: &Node, checker: &mut Checker<'_>) -> Config {
    let title = title(raw.title, tree, checker);
    let address = address(raw.base_url, tree, checker);
    let fallback = Config::new(&title, address);
    Config {
        description: raw.description.trim().to_owned(),
        language: checker.text("language", raw.language, is_language, LANGUAGE).unwrap_or(fallback.language),
        authors: raw.authors,
        theme: checker.text("theme", raw.theme, is_segment, THEME).unwrap_or(fallback.theme),
        output: checker.text("output", raw.output, is_output, OUTPUT).unwrap_or(fallback.output),
        uglyurls: raw.uglyurls,
        git_dates: raw.git_dates.unwrap_or(fallback.git_dates),
        edit_url: checker.text("edit_url", raw.edit_url, is_edit_url, EDIT_URL),
        markdown: markdown::resolve(raw.markdown, tree, checker),
        callouts: markdown::callouts(raw.callouts, checker),
        topics: topics::resolve(raw.topics, checker),
        weave: weave(raw.weave, checker),
        nav: nav(raw.nav, checker),
        footer: footer(raw.footer),
        archive: Archive { enabled: raw.archive.enabled },
        feed: feed(raw.feed, checker),
        llms: machines::llms(&raw.llms),
        translations: machines::translations(raw.translations, checker),
        icon: machines::picture("icon", raw.icon, checker),
        logo: machines::picture("logo", raw.logo, checker),
        manifest: machines::manifest(raw.manifest, checker),
        links: Links {
            prefetch: raw.links.prefetch.unwrap_or(fallback.links.prefetch),
            previews: raw.links.previews.unwrap_or(fallback.links.previews),
        },
        related: related(raw.related, checker),
        terms: terms(raw.terms, checker),
        images: images::resolve(raw.images, checker),
        css: css::resolve(raw.css, checker),
        js: Js { minify: raw.js.minify.unwrap_or(fallback.js.minify) },
        social: machines::social(raw.social, checker),
        inventory: OwnInventory { enabled: raw.inventory.enabled.unwrap_or(fallback.inventory.enabled) },
        inventories: inventories::resolve(raw.inventories, checker),
        json: Json { pages: raw.json.pages },
        search: search(raw.search, checker),
        strings: strings(raw.strings, tree, checker),
        external: external::resolve(std::mem::take(&mut raw.check.external), checker),
        check: check::resolve(raw.check, checker),
        publish: targets::resolve(raw.publish, checker),
        cache: cache::resolve(raw.cache, checker),
        extra: extra(raw.extra, checker).unwrap_or(fallback.extra),
        ..Config::new(&fallback.title, fallback.base_url)
    }
}

fn nowhere() -> BaseUrl {
    BaseUrl { origin: String::new(), path: "/".to_owned(), depth: None }
}

fn title(raw: Option<Spanned<String>>, tree: &Node, checker: &mut Checker<'_>) -> String {
    const HELP: &str = "add a line `title = \"The name of the site\"` at the top";
    if raw.is_none() && tree.get("title").is_none() {
        checker.diagnostics.push(missing(checker.path, "title", HELP));
    }
    let filled = |title: &str| !title.trim().is_empty();
    checker
        .text("title", raw, filled, ("it is empty", "write the name of the site"))
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn address(raw: Option<Spanned<String>>, tree: &Node, checker: &mut Checker<'_>) -> BaseUrl {
    const HELP: &str = "add a line `base_url = \"https://example.org/\"` at the top, with the address of the site";
    match raw {
        Some(raw) => base_url(&raw.value).unwrap_or_else(|problem| {
            checker.refuse("base_url", &raw, &problem.reason, &problem.help);
            nowhere()
        }),
        None => {
            if tree.get("base_url").is_none() {
                checker.diagnostics.push(missing(checker.path, "base_url", HELP));
            }
            nowhere()
        }
    }
}

fn missing(path: &str, key: &str, help: &str) -> Diagnostic {
    Diagnostic::error("missing-key", path, None, format!("missing key `{key}`")).help(help)
}

fn nav(raw: RawNav, checker: &mut Checker<'_>) -> Nav {
    let fallback = Nav::default();
    let window = checker.number("nav.window", raw.window, 10, 100_000);
    let open = checker.number("nav.open", raw.open, 0, 6);
    Nav {
        links: links(raw.links),
        window: window.map_or(fallback.window, |window| window as usize),
        sidebar: raw.sidebar.unwrap_or(fallback.sidebar),
        open: open.map_or(fallback.open, |open| open as usize),
    }
}

fn links(raw: Vec<RawLink>) -> Vec<NavLink> {
    raw.into_iter().map(|link| NavLink { title: link.title, to: link.to }).collect()
}

fn footer(raw: RawFooter) -> Footer {
    let text = raw.text.map(|text| text.trim().to_owned());
    Footer { text, links: links(raw.links) }
}

fn weave(raw: RawWeave, checker: &mut Checker<'_>) -> Weave {
    let fallback = Weave::default();
    let threshold = raw.topic_threshold.filter(|threshold| {
        let is_fine = (0.0..=1.0).contains(&threshold.value);
        if !is_fine {
            let reason = format!("{} is not from 0 to 1", threshold.value);
            checker.refuse("weave.topic_threshold", threshold, &reason, "write a number from 0 to 1, such as `0.4`");
        }
        is_fine
    });
    Weave {
        auto_topics: raw.auto_topics.unwrap_or(fallback.auto_topics),
        topic_threshold: threshold.map_or(fallback.topic_threshold, |threshold| threshold.value),
    }
}

fn feed(raw: RawFeed, checker: &mut Checker<'_>) -> Feed {
    let fallback = Feed::default();
    let limit = checker.number("feed.limit", raw.limit, 1, 10_000);
    Feed {
        enabled: raw.enabled.unwrap_or(fallback.enabled),
        topics: raw.topics.unwrap_or(fallback.topics),
        sections: raw.sections.unwrap_or(fallback.sections),
        limit: limit.map_or(fallback.limit, |limit| limit as usize),
        content: raw.content,
    }
}

fn related(raw: RawRelated, checker: &mut Checker<'_>) -> RelatedReading {
    let fallback = RelatedReading::default();
    let limit = checker.number("related.limit", raw.limit, 1, 100);
    RelatedReading {
        enabled: raw.enabled.unwrap_or(fallback.enabled),
        limit: limit.map_or(fallback.limit, |limit| limit as usize),
        sections: raw.sections.unwrap_or(fallback.sections),
        weights: related::weights(raw.weights, checker),
    }
}

fn terms(raw: RawTerms, checker: &mut Checker<'_>) -> Terms {
    let fallback = Terms::default();
    let limit = checker.number("terms.limit", raw.limit, 1, 10_000);
    Terms {
        links: raw.links.unwrap_or(fallback.links),
        limit: limit.map_or(fallback.limit, |limit| limit as usize),
        glossary: raw.glossary.unwrap_or(fallback.glossary),
        avoid: raw.avoid.0.into_iter().filter_map(|(phrase, instead)| avoided(phrase, instead, checker)).collect(),
    }
}

/// A phrase that is never found, or that would be found in what stands for it, is told.
fn avoided(phrase: Spanned<String>, instead: RawTexts, checker: &mut Checker<'_>) -> Option<Avoided> {
    let trimmed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let instead = match instead {
        RawTexts::One(text) => vec![text],
        RawTexts::Several(texts) => texts,
    };
    let instead: Vec<String> = instead.iter().map(|text| trimmed(text)).filter(|text| !text.is_empty()).collect();
    let text = trimmed(&phrase.value);
    let problem = match () {
        () if !text.contains(char::is_alphanumeric) => {
            ("it has no word that could be found", "write a word or a phrase")
        }
        () if instead.contains(&text) => ("it is to be written in its own place", "write other words for it"),
        () => return Some(Avoided { phrase: text, instead }),
    };
    checker.refuse("terms.avoid", &phrase, problem.0, problem.1);
    None
}

fn search(raw: RawSearch, checker: &mut Checker<'_>) -> Search {
    let fallback = Search::default();
    Search {
        enabled: raw.enabled.unwrap_or(fallback.enabled),
        path: checker.text("search.path", raw.path, topics::is_name, SEARCH_PATH).unwrap_or(fallback.path),
    }
}

/// What the theme is to say; which keys there are, only the theme knows.
fn strings(raw: Option<Spanned<Value>>, tree: &Node, checker: &mut Checker<'_>) -> Vec<Written> {
    let Some(raw) = raw else { return Vec::new() };
    match tree.get("strings").filter(|_| matches!(raw.value, Value::Table(_))) {
        Some(table) => {
            let (written, problems) = phrase::read(table, checker.path);
            checker.diagnostics.extend(problems);
            written
        }
        None => {
            checker.refuse("strings", &raw, "it is not a table", "write `[strings]`, and the keys below it");
            Vec::new()
        }
    }
}

fn extra(raw: Option<Spanned<Value>>, checker: &mut Checker<'_>) -> Option<Value> {
    let raw = raw?;
    if matches!(raw.value, Value::Table(_)) {
        return Some(raw.value);
    }
    checker.refuse("extra", &raw, "it is not a table", "write `[extra]`, and the keys below it");
    None
}

const SEARCH_PATH: (&str, &str) =
    ("it is not the name of a folder", "write one in small letters, digits and hyphens, such as `search`");

const LANGUAGE: (&str, &str) = ("it is not a language tag", "write a tag such as `en`, `de` or `pt-BR`");

/// The outline of a BCP 47 tag (RFC 5646, section 2.1): a language, and further parts of letters and digits.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or("");
    (2..=8).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

const THEME: (&str, &str) = ("it is not the name of a folder", "write `default`, or the name of a folder in `themes/`");

fn is_segment(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && RelPath::new(name).is_some()
}

const OUTPUT: (&str, &str) =
    ("it would mix the output with other files", "write the name of a folder of its own, such as `public`");

/// Not the site's own folder, one above it, a folder of sources, or the root of the disk.
fn is_output(output: &str) -> bool {
    let mut parts = output.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
    let first = parts.clone().next().unwrap_or("..");
    let sources = !output.starts_with('/') && matches!(first, "content" | "themes");
    parts.any(|part| part != "..") && !sources && !output.chars().any(char::is_control)
}

const EDIT_URL: (&str, &str) =
    ("it needs an address with `{path}` in it", "write it like `https://example.org/edit/main/{path}`");

fn is_edit_url(url: &str) -> bool {
    let web = url.starts_with("https://") || url.starts_with("http://");
    web && url.contains("{path}") && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests;
