//! The files that pages of a theme load: named by their content, style sheets finished and scripts made shorter first.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::model::{Config, Diagnostic, Digest, RelPath, config::Css, diagnostic::did_you_mean};
use crate::render::{style, theme::script};
use crate::source::text;

/// A file that pages of the theme load.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Where it is written: `assets/style.1a2b3c4d5e.css`.
    pub output: RelPath,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// Assets as they lie in the theme's folder, by their name inside `assets/`: the file's path, and its content.
pub(super) type Raw = BTreeMap<String, (String, Arc<[u8]>)>;

impl Asset {
    fn new(name: &str, bytes: Arc<[u8]>) -> Self {
        let fingerprint = Digest::of(&bytes).short(10);
        let named = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => format!("assets/{stem}.{fingerprint}.{extension}"),
            _ => format!("assets/{name}.{fingerprint}"),
        };
        let output = RelPath::new(named).expect("an asset's name is a path, and a fingerprint holds no slash");
        Self { output, bytes }
    }

    /// What a browser compares it with before it runs it: the value of an `integrity` attribute (Subresource Integrity).
    pub fn integrity(&self) -> String {
        format!("sha256-{}", STANDARD.encode(Sha256::digest(&self.bytes)))
    }
}

/// Finishes the style sheets and names everything. A style sheet is named after all that it loads, for it holds their names.
pub(super) fn finish(raw: &Raw, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Asset> {
    let css = &config.css;
    let (sheets, others): (Vec<_>, Vec<_>) = raw.iter().partition(|(name, _)| is_style(name));
    let made = |(name, (_, bytes)): (&String, &(String, Arc<[u8]>))| {
        let short =
            std::str::from_utf8(bytes).ok().filter(|_| config.js.minify && is_script(name)).and_then(script::shortened);
        (name.clone(), Asset::new(name, short.map_or_else(|| bytes.clone(), |short| short.into_bytes().into())))
    };
    let assets = others.into_iter().map(made).collect();
    let behind = variables(raw, css, diagnostics);
    let mut finishing = Finishing { raw, css, behind, assets, begun: BTreeSet::new(), diagnostics };
    for (name, _) in sheets {
        finishing.finish(name);
    }
    finishing.assets
}

/// What the variables of `[css]` add to the style sheets that have them. One that no style sheet has is the error
/// `unknown-variable`.
fn variables<'a>(raw: &'a Raw, css: &Css, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<&'a str, String> {
    let mut behind: BTreeMap<&str, String> = BTreeMap::new();
    if css.variables.is_empty() {
        return behind;
    }
    let of_sheet = |(name, (_, bytes)): (&'a String, &'a (String, Arc<[u8]>))| {
        let source = std::str::from_utf8(bytes).ok().filter(|_| is_style(name))?;
        Some((name.as_str(), style::root_variables(source)))
    };
    let declared: Vec<(&str, BTreeSet<&str>)> = raw.iter().filter_map(of_sheet).collect();
    for (variable, value) in &css.variables {
        let name = variable.value.as_str();
        let mut sheets = declared.iter().filter(|(_, names)| names.contains(name)).peekable();
        if sheets.peek().is_none() {
            let names = declared.iter().flat_map(|(_, names)| names.iter().copied());
            let help = match did_you_mean(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the theme's style sheets declare its variables below `:root`".to_owned(),
            };
            let message = format!("no style sheet of the theme has the variable `{}`", name.escape_debug());
            diagnostics.push(Diagnostic::error("unknown-variable", "site.toml", variable.span, message).help(help));
        }
        for (sheet, _) in sheets {
            behind.entry(sheet).or_default().push_str(&format!("\n:root {{ --{name}: {value}; }}\n"));
        }
    }
    behind
}

fn is_style(name: &str) -> bool {
    name.ends_with(".css")
}

fn is_script(name: &str) -> bool {
    name.ends_with(".js") || name.ends_with(".mjs")
}

struct Finishing<'a> {
    raw: &'a Raw,
    css: &'a Css,
    /// What stands behind the style sheets of these names.
    behind: BTreeMap<&'a str, String>,
    assets: BTreeMap<String, Asset>,
    /// Style sheets that are finished or being finished: those that load each other in a circle keep their addresses.
    begun: BTreeSet<String>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Finishing<'_> {
    fn finish(&mut self, name: &str) {
        let (raw, css) = (self.raw, self.css);
        let Some((path, bytes)) = raw.get(name) else { return };
        if !self.begun.insert(name.to_owned()) {
            return;
        }
        let asset = match text::decode(path, bytes) {
            Ok((source, problem)) => {
                self.diagnostics.extend(problem);
                let source = source.into_owned() + self.behind.get(name).map_or("", String::as_str);
                let mut address = |url: &str| {
                    let (loaded, end) = named(name, url)?;
                    if is_style(&loaded) {
                        self.finish(&loaded);
                    }
                    let file = self.assets.get(&loaded)?.output.file_name();
                    let start = url[..url.len() - end.len()].rfind('/').map_or(0, |slash| slash + 1);
                    Some(format!("{}{file}{end}", &url[..start]))
                };
                let finished = style::finish(path, &source, css, &mut address);
                self.diagnostics.extend(finished.diagnostics);
                Asset::new(name, finished.text.into_bytes().into())
            }
            Err(problem) => {
                self.diagnostics.push(*problem);
                Asset::new(name, bytes.clone())
            }
        };
        self.assets.insert(name.to_owned(), asset);
    }
}

/// The name inside `assets/` that a relative address in the asset `from` leads to, and what stands behind the path: a query
/// or a fragment.
fn named<'u>(from: &str, url: &'u str) -> Option<(String, &'u str)> {
    let path = url.split(['?', '#']).next().filter(|path| !path.is_empty())?;
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some((parts.join("/"), &url[path.len()..]))
}
