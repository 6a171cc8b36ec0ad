//! Who wants which file of the output: one table, checked before anything is written.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::link::route::{page_output, shown};
use crate::model::{Config, Diagnostic, RelPath, Site, Span, site::PageKind};

const HELP: &str = "give one of them another `slug` or `url`, or move it";

/// Checks that no two artifacts want one file, also where a file system does not tell case apart, and that none needs a
/// file's name as a folder. Every loser is an error that names both.
pub(super) fn collisions(config: &Config, site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let mut claims = Claims { taken: BTreeMap::new(), diagnostics };
    claims.generated(site);
    for page in site.pages.iter().filter(|page| page.kind != PageKind::Topic) {
        let path = shown(&page.head);
        let what = match page.has_source {
            true => path.clone(),
            false => format!("the page of the folder {}", path.trim_end_matches("/_index.md")),
        };
        let front = &page.head.front;
        let span = front.url.as_ref().or(front.slug.as_ref()).map(|written| written.span);
        claims.add(&page.output, what, &path, span);
    }
    claims.topics(config, site);
    claims.archive(site);
    for (output, redirect) in &site.redirects {
        let path = shown(&site.pages[redirect.page].head);
        claims.add(output, format!("an alias of {path}"), &path, redirect.span);
    }
    for (output, source) in &site.files {
        claims.add(output, source.to_string(), source.as_str(), None);
    }
    claims.check_folders();
    claims.check_numbered(site);
}

/// Files by their path without regard to case and Unicode's forms.
struct Claims<'d> {
    taken: BTreeMap<String, Claim>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

struct Claim {
    output: String,
    /// The claimant in a message.
    what: String,
    /// The file to change, and where in it.
    path: String,
    span: Option<Span>,
}

impl Claims<'_> {
    fn add(&mut self, output: &RelPath, what: String, path: &str, span: Option<Span>) {
        let folded = folded(output.as_str());
        if let Some(Claim { what: other, .. }) = self.taken.get(&folded) {
            let message = format!("{what} and {other} would both be written to {output}");
            self.diagnostics.push(Diagnostic::error("url-collision", path, span, message).help(HELP));
            return;
        }
        self.taken.insert(folded, Claim { output: output.to_string(), what, path: path.to_owned(), span });
    }

    fn add_own(&mut self, output: &str, what: &str) {
        let output = RelPath::new(output).expect("names of generated files are paths");
        self.add(&output, what.to_owned(), "site.toml", None);
    }

    fn generated(&mut self, site: &Site) {
        self.add_own("404.html", "the page for addresses not found");
        // A file of the site stands in for one of these, but a page never does.
        for (name, what) in [
            ("sitemap.xml", "the sitemap"),
            ("robots.txt", "the file for robots"),
            ("atom.xml", "the feed"),
            ("llms.txt", "the list of pages for language models"),
            ("llms-full.txt", "the text for language models"),
            ("manifest.webmanifest", "the manifest"),
        ] {
            if !site.files.contains_key(name) {
                self.add_own(name, what);
            }
        }
        // Names in it hold digests, so that only a file of the folder's name could be in the way.
        self.add_own("assets/style.css", "the theme's style");
    }

    fn archive(&mut self, site: &Site) {
        if let Some((_, archive)) = &site.archive {
            self.add_own(archive.as_str(), "the page of all dated articles");
        }
    }

    fn topics(&mut self, config: &Config, site: &Site) {
        if site.topics.is_empty() {
            return;
        }
        if let Some((_, glossary)) = &site.glossary {
            self.add_own(glossary.as_str(), "the page of all terms");
        }
        let all = page_output(config, "topics").expect("a name is a path");
        self.add_own(all.as_str(), "the page of all topics");
        for topic in &site.topics {
            let name = &config.topics[topic.declared].name;
            self.add_own(topic.output.as_str(), &format!("the page of the topic `{name}`"));
        }
    }

    fn check_folders(&mut self) {
        for claim in self.taken.values() {
            let folders = claim.output.match_indices('/').map(|(at, _)| folded(&claim.output[..at]));
            for other in folders.filter_map(|folder| self.taken.get(&folder)) {
                // Whichever of the two somebody wrote is the one to change.
                let (loser, other_is_loser) = if claim.path == "site.toml" { (other, true) } else { (claim, false) };
                let message = match other_is_loser {
                    false => {
                        format!("{} needs the folder that {} would be written to as a file", claim.what, other.what)
                    }
                    true => format!("{} would be a file where {} needs a folder", other.what, claim.what),
                };
                let diagnostic = Diagnostic::error("url-collision", &loser.path, loser.span, message);
                self.diagnostics.push(diagnostic.help(HELP));
            }
        }
    }

    /// The list of a topic goes on at numbered addresses, as many as it takes: nothing else may have such a one.
    fn check_numbered(&mut self, site: &Site) {
        for topic in &site.topics {
            let folder = topic.output.as_str().trim_end_matches("index.html").trim_end_matches(".html");
            let below = format!("{}/", folded(folder.trim_end_matches('/')));
            let is_number = |rest: &str| {
                let name = rest.strip_suffix("/index.html").or_else(|| rest.strip_suffix(".html"));
                name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()))
            };
            let inside = self.taken.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
            for (_, claim) in inside.filter(|(path, _)| is_number(&path[below.len()..])) {
                let message = format!("{} has an address of the pages that list a topic: {}", claim.what, claim.output);
                self.diagnostics.push(Diagnostic::error("url-collision", &claim.path, claim.span, message).help(HELP));
            }
        }
    }
}

/// A path as a file system that tells neither case nor normal forms apart sees it.
fn folded(path: &str) -> String {
    if path.is_ascii() { path.to_ascii_lowercase() } else { path.nfc().collect::<String>().to_lowercase() }
}
