//! Themes: templates and assets, in layers. The only room that knows Tera.
//!
//! A theme is a folder `themes/NAME` with `theme.toml` (where `extends` names another theme), `templates/`, `assets/`
//! and `strings/`. The theme `default` is part of the program; a folder `themes/default` of a site lies over it, file by file.

mod asset;
pub mod component;
mod filters;
mod mistake;
mod scan;
mod script;
mod table;

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rust_embed::RustEmbed;
use serde::Deserialize;
use tera::{Context, ErrorKind, Tera};

use self::scan::Sources;
pub use self::{asset::Asset, component::Definition};
use crate::model::{Config, Diagnostic, Digest, Error, RelPath, Span, diagnostic::did_you_mean, node, phrase};
use crate::render::strings::{self, Strings};
use crate::source::{Files, data, text};

/// The templates that every theme must have, itself or by extending another.
pub const REQUIRED: &[&str] =
    &["home.html", "section.html", "page.html", "topic.html", "topics.html", "404.html", "redirect.html"];

/// The template that is rendered once for all pages that share a sidebar. A theme may do without it.
pub(super) const SIDEBAR: &str = "sidebar.html";

/// The most that a template may write around an article, in bytes.
const LARGEST_PAGE: usize = 64 << 20;

/// How long a template may take for one page. One that writes nothing is beyond the reach of this limit: who runs a build
/// watches over that from outside.
pub const LONGEST_RENDER: Duration = Duration::from_secs(10);

/// What the templates of the site's own `components/` are called in the engine. No theme can have this name.
const OWN: &str = "./";

/// What the templates of the theme that is part of the program are called in the engine.
const EMBEDDED: &str = "default/";

/// The most mistakes in templates that are told at once.
const MOST_MISTAKES: usize = 20;

#[derive(RustEmbed)]
#[folder = "themes/default"]
struct DefaultTheme;

/// A theme, ready to render.
#[derive(Clone)]
pub struct Theme {
    /// Each build gives it what its pages share.
    tera: Tera,
    /// The same with the site's own components over those of the themes, and without what pages share: an article sees
    /// nothing of the site.
    articles: Arc<Tera>,
    /// What articles may use, by name.
    components: Arc<BTreeMap<String, Definition>>,
    digests: Digests,
    /// What the layers' templates begin with, the layer that wins first.
    prefixes: Vec<String>,
    /// Assets by their name inside `assets/`.
    assets: Arc<BTreeMap<String, Asset>>,
    sources: Arc<Sources>,
    strings: Arc<Strings>,
}

/// The theme that was loaded last, with the name of all that it was made from and what is wrong with it.
#[derive(Default)]
pub struct Memo(Mutex<Option<(Digest, Theme, Vec<Diagnostic>)>>);

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

/// Names of templates, by who uses them.
#[derive(Clone, Copy)]
struct Digests {
    /// All of them, and their order.
    all: Digest,
    /// Those that pages are made with.
    pages: Digest,
    /// Those that the components of articles are made with.
    components: Digest,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ThemeFile {
    extends: Option<crate::model::Spanned<String>>,
    description: Option<String>,
}

/// One theme's files, by their path inside the theme's folder.
struct Layer {
    /// What its templates are called in Tera: `NAME/`.
    prefix: String,
    templates: BTreeMap<String, (String, String)>,
    assets: asset::Raw,
    strings: Vec<strings::File>,
}

impl Layer {
    fn new(prefix: String) -> Self {
        Self { prefix, templates: BTreeMap::new(), assets: asset::Raw::new(), strings: Vec::new() }
    }
}

impl Theme {
    /// Loads the theme of the site in `files`, in its language. Mistakes in it are diagnostics; a theme with errors renders
    /// nothing.
    ///
    /// # Errors
    ///
    /// A folder or file that can't be read.
    pub fn load(files: &dyn Files, config: &Config) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::recall(&Memo::default(), files, config)
    }

    /// The same, from `memo` where nothing that it is made from has changed.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`].
    pub fn recall(memo: &Memo, files: &dyn Files, config: &Config) -> Result<(Self, Vec<Diagnostic>), Error> {
        let mut diagnostics = Vec::new();
        let layers = layers(files, config.theme.as_str(), &mut diagnostics)?;
        let own = own_components(files, &mut diagnostics)?;
        let key = key(files, config, &layers, &own, &diagnostics);
        let mut last = memo.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, theme, problems)) = last.as_ref().filter(|(known, ..)| *known == key) {
            return Ok((theme.clone(), problems.clone()));
        }
        let theme = Self::compile(config, &layers, &own, &mut diagnostics);
        *last = Some((key, theme.clone(), diagnostics.clone()));
        Ok((theme, diagnostics))
    }

    fn compile(config: &Config, layers: &[Layer], own: &Layer, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let name = config.theme.as_str();
        let mut sources = Sources::new();
        let mut assets = asset::Raw::new();
        for layer in layers.iter().rev().chain([own]) {
            for (path, source) in &layer.templates {
                sources.insert(format!("{}{path}", layer.prefix), source.clone());
            }
            assets.extend(layer.assets.iter().map(|(name, asset)| (name.clone(), asset.clone())));
        }
        let prefixes: Vec<String> = layers.iter().map(|layer| layer.prefix.clone()).collect();
        let strings = Arc::new(spoken(config, layers, diagnostics));
        let tera = compile(&prefixes, &sources, &strings, diagnostics);
        let all: Vec<String> = std::iter::once(OWN.to_owned()).chain(prefixes.iter().cloned()).collect();
        let articles = match own.templates.is_empty() {
            true => tera.clone(),
            false => compile(&all, &sources, &strings, diagnostics),
        };
        let components = component::definitions(&articles, &all, &sources, diagnostics);
        let digests = digests(&all, &sources, &strings);
        let has_errors = !diagnostics.is_empty();
        let assets = asset::finish(&assets, config, diagnostics);
        let theme = Self {
            tera,
            articles: Arc::new(articles),
            components: Arc::new(components),
            digests,
            prefixes,
            assets: Arc::new(assets),
            sources: Arc::new(sources),
            strings,
        };
        for required in REQUIRED.iter().filter(|required| !has_errors && !theme.has(required)) {
            let path = format!("themes/{name}");
            let message = format!("the theme `{name}` has no template `{required}`");
            let help = format!("add `{path}/templates/{required}`, or `extends = \"default\"` to {path}/theme.toml");
            diagnostics.push(Diagnostic::error("missing-template", &path, None, message).help(help));
        }
        theme
    }

    /// What it says, in the site's language.
    pub fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Names all that templates say.
    pub fn digest(&self) -> Digest {
        self.digests.all
    }

    /// Names what the templates of pages say, and those that they use.
    pub(super) fn pages_digest(&self) -> Digest {
        self.digests.pages
    }

    /// Names what the templates of components for articles say, and those that they use.
    pub(super) fn components_digest(&self) -> Digest {
        self.digests.components
    }

    /// Assets by their name inside `assets/`.
    pub fn assets(&self) -> &BTreeMap<String, Asset> {
        &self.assets
    }

    /// Whether there is a template of this name, such as `page.html`.
    pub fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The template whose name is nearest to `name`, for suggestions; both without `.html`.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let names = self.sources.keys().filter_map(|key| key.split_once('/')?.1.strip_suffix(".html"));
        did_you_mean(name, names)
    }

    /// The text of a template by the path that diagnostics show.
    pub fn source(&self, path: &str) -> Option<&str> {
        self.sources.values().find(|(shown, _)| shown == path).map(|(_, text)| text.as_str())
    }

    /// Gives every template a value under `name`.
    pub(super) fn share(&mut self, name: &'static str, value: tera::Value) {
        self.tera.global_context().insert_value(name, value);
    }

    /// Renders a template. A mistake in it, a page that grows without end, and a panic are diagnostics; `page` is what
    /// was being rendered.
    /// `room` is about how many bytes it will come to.
    pub(super) fn render(
        &self,
        template: &str,
        context: &Context,
        page: &str,
        room: usize,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut out = Bounded {
            bytes: Vec::with_capacity(room),
            most: LARGEST_PAGE + room,
            until: Instant::now() + LONGEST_RENDER,
            writes: 0,
        };
        let rendered = catch_unwind(AssertUnwindSafe(|| self.tera.render_to(template, context, &mut out)));
        let shown = || self.shown(template);
        match rendered {
            Ok(Ok(())) => Ok(out.bytes),
            Ok(Err(error)) if matches!(error.kind(), ErrorKind::Io(_)) => {
                let limit = match out.bytes.len() + (1 << 20) > out.most {
                    true => format!("wrote more than {} MiB around the article", LARGEST_PAGE >> 20),
                    false => format!("took more than {} seconds", LONGEST_RENDER.as_secs()),
                };
                Err(Box::new(too_much(&shown(), page, &limit)))
            }
            Ok(Err(error)) => {
                let mistakes = mistake::mistakes(&error, &self.sources, &shown());
                let first = mistakes.into_iter().next().expect("an error is at least one mistake");
                Err(Box::new(first.note(format!("while rendering {page}"))))
            }
            Err(_) => {
                let message = format!("the template engine panicked while rendering {page}");
                Err(Box::new(Diagnostic::error("template-panic", &shown(), None, message)))
            }
        }
    }

    /// The path that diagnostics show for a template's name.
    pub(super) fn shown(&self, template: &str) -> String {
        let exact = self.sources.get(template);
        let layered = || self.prefixes.iter().find_map(|prefix| self.sources.get(&format!("{prefix}{template}")));
        exact.or_else(layered).map_or_else(|| template.to_owned(), |(path, _)| path.clone())
    }
}

/// A template that went beyond a limit while it rendered `page`.
pub fn too_much(template: &str, page: &str, limit: &str) -> Diagnostic {
    Diagnostic::error("template-limit", template, None, format!("rendering {page} {limit}"))
        .help("look for a loop in a loop over everything, or for text that is put together again and again")
}

/// Names all that a theme is made from.
fn key(files: &dyn Files, config: &Config, layers: &[Layer], own: &Layer, told: &[Diagnostic]) -> Digest {
    let layer = |layer: &Layer| {
        let assets: Vec<_> =
            layer.assets.iter().map(|(name, (path, bytes))| (name.clone(), path.clone(), Digest::of(bytes))).collect();
        let strings = Digest::of(format!("{:?}", layer.strings).as_bytes());
        (layer.prefix.clone(), Digest::of_value(&layer.templates), assets, strings)
    };
    let named: Vec<_> = layers.iter().chain([own]).map(layer).collect();
    // What is wrong may lie in the configuration, and is told with its place there.
    let path = RelPath::new("site.toml").expect("a file name is a path");
    let place = files.read(&path).map(|bytes| Digest::of(&bytes)).ok();
    Digest::of_value(&(config, named, place, told))
}

/// The theme's layers, the one that wins first.
fn layers(files: &dyn Files, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Result<Vec<Layer>, Error> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut wanted = Some((name.to_owned(), Vec::<String>::new()));
    let mut wanted_at = theme_span(files);
    while let Some((name, above)) = wanted.take() {
        let folder = format!("themes/{name}");
        let listing = files.list(&folder)?;
        diagnostics.extend(listing.diagnostics);
        if listing.files.is_empty() && name != "default" {
            diagnostics.push(missing_theme(&name, above.last(), wanted_at, files));
            break;
        }
        let overlay = name == "default";
        let prefix = if overlay { "site/".to_owned() } else { format!("{name}/") };
        let (layer, extends) = read_layer(files, &folder, prefix, &listing.files, diagnostics)?;
        if !listing.files.is_empty() {
            layers.push(layer);
        }
        if overlay {
            layers.push(embedded());
            break;
        }
        let path = format!("{folder}/theme.toml");
        if let Some(next) = extends {
            if next.value.contains('/') || RelPath::new(&next.value).is_none_or(|name| name.as_str().is_empty()) {
                let message = format!("`{}` is not the name of a theme", next.value.escape_debug());
                diagnostics.push(
                    Diagnostic::error("missing-theme", &path, next.span, message)
                        .help("write `default`, or the name of a folder in `themes/`"),
                );
                break;
            }
            wanted_at = Some(next.span);
            if next.value == name || above.contains(&next.value) {
                let message = format!("the theme `{name}` extends `{}`, which extends `{name}`", next.value);
                diagnostics.push(
                    Diagnostic::error("theme-cycle", &path, next.span, message)
                        .help("let one of them extend `default`"),
                );
                break;
            }
            let chain = above.into_iter().chain([name]).collect();
            wanted = Some((next.value, chain));
        }
    }
    Ok(layers)
}

/// Where `site.toml` names its theme.
fn theme_span(files: &dyn Files) -> Option<Span> {
    let bytes = files.read(&RelPath::new("site.toml")?).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let tree = data::toml_node("site.toml", text, 0..text.len()).ok()?;
    Some(tree.get("theme")?.span)
}

fn missing_theme(name: &str, above: Option<&String>, span: Option<Span>, files: &dyn Files) -> Diagnostic {
    let path = above.map_or_else(|| "site.toml".to_owned(), |above| format!("themes/{above}/theme.toml"));
    let listing = files.list("themes").unwrap_or_default();
    let mut known: Vec<&str> = listing.files.iter().filter_map(|file| file.as_str().split('/').nth(1)).collect();
    known.push("default");
    let help = match did_you_mean(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put the theme into themes/{name}, or write `theme = \"default\"`"),
    };
    Diagnostic::error("missing-theme", &path, span, format!("there is no theme `{name}`")).help(help)
}

fn read_layer(
    files: &dyn Files,
    folder: &str,
    prefix: String,
    paths: &[RelPath],
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Layer, Option<crate::model::Spanned<String>>), Error> {
    let mut layer = Layer::new(prefix);
    let mut extends = None;
    for path in paths {
        let Some(inside) = path.as_str().strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else { continue };
        let bytes = files.read(path)?;
        if let Some(name) = inside.strip_prefix("assets/") {
            layer.assets.insert(name.to_owned(), (path.to_string(), bytes.into()));
            continue;
        }
        let is_template = inside.starts_with("templates/") && inside.ends_with(".html");
        let language = inside.strip_prefix("strings/").and_then(|name| name.strip_suffix(".toml"));
        if !is_template && language.is_none() && inside != "theme.toml" {
            continue;
        }
        match text::decode(path.as_str(), &bytes) {
            Ok((source, problem)) => {
                diagnostics.extend(problem);
                if let Some(name) = inside.strip_prefix("templates/") {
                    layer.templates.insert(name.to_owned(), (path.to_string(), source.into_owned()));
                } else if let Some(language) = language {
                    layer.strings.push(read_strings(path.as_str(), language, &source, diagnostics));
                } else {
                    extends = read_theme_file(path.as_str(), &source, diagnostics).extends;
                }
            }
            Err(problem) => diagnostics.push(*problem),
        }
    }
    Ok((layer, extends))
}

fn read_theme_file(path: &str, source: &str, diagnostics: &mut Vec<Diagnostic>) -> ThemeFile {
    match data::toml_node(path, source, 0..source.len()) {
        Ok(node) => {
            let (file, problems) = node::read::<ThemeFile>(&node, path);
            diagnostics.extend(problems);
            file
        }
        Err(problems) => {
            diagnostics.extend(problems);
            ThemeFile::default()
        }
    }
}

fn read_strings(path: &str, language: &str, source: &str, diagnostics: &mut Vec<Diagnostic>) -> strings::File {
    let read = data::toml_node(path, source, 0..source.len()).map(|table| phrase::read(&table, path));
    let (phrases, problems) = read.unwrap_or_else(|problems| (Vec::new(), problems));
    diagnostics.extend(problems);
    strings::File { path: path.to_owned(), language: language.to_owned(), phrases }
}

/// What the layers say, the one that wins first. The built-in files are below every theme, also one that extends none.
fn spoken(config: &Config, layers: &[Layer], diagnostics: &mut Vec<Diagnostic>) -> Strings {
    let mut files = embedded_strings();
    let built_in = files.len();
    files.extend(layers.iter().rev().flat_map(|layer| layer.strings.iter().cloned()));
    Strings::new(config, &files, built_in, diagnostics)
}

/// The theme that is part of the program, without what it says ([`embedded_strings`]).
fn embedded() -> Layer {
    let mut layer = Layer::new(EMBEDDED.to_owned());
    for path in DefaultTheme::iter() {
        let Some(file) = DefaultTheme::get(&path) else { continue };
        if let Some(name) = path.strip_prefix("assets/") {
            layer.assets.insert(name.to_owned(), (format!("themes/default/{path}"), Arc::from(file.data.as_ref())));
        } else if let Some(name) = path.strip_prefix("templates/") {
            let source = String::from_utf8_lossy(&file.data).into_owned();
            layer.templates.insert(name.to_owned(), (format!("themes/default/{path}"), source));
        }
    }
    layer
}

fn embedded_strings() -> Vec<strings::File> {
    let read = DefaultTheme::iter().filter_map(|path| {
        let language = path.strip_prefix("strings/")?.strip_suffix(".toml")?;
        let file = DefaultTheme::get(&path)?;
        Some(read_strings(&path, language, &String::from_utf8_lossy(&file.data), &mut Vec::new()))
    });
    read.collect()
}

/// The text of a template of the theme that is part of the program, by the path that diagnostics show.
pub fn embedded_source(path: &str) -> Option<String> {
    let file = DefaultTheme::get(path.strip_prefix("themes/default/")?)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// The site's own components, over those of every theme.
fn own_components(files: &dyn Files, diagnostics: &mut Vec<Diagnostic>) -> Result<Layer, Error> {
    let mut layer = Layer::new(OWN.to_owned());
    let listing = files.list("components")?;
    diagnostics.extend(listing.diagnostics);
    for path in listing.files.iter().filter(|path| path.extension() == "html") {
        match text::decode(path.as_str(), &files.read(path)?) {
            Ok((source, problem)) => {
                diagnostics.extend(problem);
                layer.templates.insert(path.to_string(), (path.to_string(), source.into_owned()));
            }
            Err(problem) => diagnostics.push(*problem),
        }
    }
    Ok(layer)
}

fn digests(prefixes: &[String], sources: &Sources, strings: &Strings) -> Digests {
    let is_component = |name: &&str| {
        let inside = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()));
        inside.is_some_and(|inside| inside.starts_with(component::FOLDER))
    };
    let named = |used: std::collections::BTreeSet<&str>| {
        let texts: Vec<_> = used.iter().map(|name| (*name, sources.get(*name))).collect();
        Digest::of_value(&(prefixes, texts))
    };
    let names = || sources.keys().map(String::as_str);
    let of_pages = scan::closure(sources, names().filter(|name| !is_component(name)));
    Digests {
        all: Digest::of_value(&(prefixes, sources, strings::digest(strings))),
        // The site's own components are never part of a page's template.
        pages: named(of_pages.into_iter().filter(|name| !name.starts_with(OWN)).collect()),
        components: named(scan::closure(sources, names().filter(is_component))),
    }
}

/// Compiles all templates of the layers in `prefixes`; a template with a mistake is told and left empty, so that the next
/// mistake is found as well.
fn compile(prefixes: &[String], sources: &Sources, strings: &Arc<Strings>, diagnostics: &mut Vec<Diagnostic>) -> Tera {
    let is_in = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()));
    let wanted = sources.iter().filter(|(name, _)| is_in(name));
    let mut texts: BTreeMap<&str, &str> = wanted.map(|(name, (_, text))| (name.as_str(), text.as_str())).collect();
    for _ in 0..MOST_MISTAKES {
        let mut tera = Tera::new();
        tera.set_fallback_prefixes(prefixes.iter().cloned()).expect("no template is there yet");
        filters::register(&mut tera, strings);
        let Err(error) = tera.add_raw_templates(texts.iter().map(|(name, text)| (*name, *text))) else { return tera };
        let mut is_new = false;
        for diagnostic in mistake::mistakes(&error, sources, "themes") {
            let has_it = |(_, (path, _)): &(&String, &(String, String))| *path == diagnostic.place.path;
            let culprit = sources.iter().find(has_it).and_then(|(name, _)| texts.get_mut(name.as_str()));
            if let Some(text) = culprit.filter(|text| !text.is_empty()) {
                *text = "";
                is_new = true;
            }
            diagnostics.push(diagnostic);
        }
        if !is_new {
            break;
        }
    }
    Tera::new()
}

/// A page under construction, which may neither grow nor take for ever.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    until: Instant,
    writes: u32,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes = self.writes.wrapping_add(1);
        let too_late = self.writes.is_multiple_of(1024) && Instant::now() > self.until;
        if too_late || self.bytes.len() + bytes.len() > self.most {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
