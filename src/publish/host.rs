//! What a host is told beside the files: which old addresses lead where, and which headers go with which files.
//!
//! One table, written down in the way that each host reads.

mod apache;
mod firebase;
mod lines;
mod nginx;
mod s3;
mod vercel;

use std::collections::{BTreeMap, BTreeSet};

use crate::link::route;
use crate::model::{
    Config, RelPath, Site,
    target::{Encoding, Host},
};

/// Nothing but the site's own files, which is all that the default theme needs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A file whose name has a digest of its bytes in it never changes.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What a host is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The sub-path that the site lives below: `/`, or `/docs/`.
    pub base: String,
    /// Old addresses and where they lead, both rooted and encoded: `/docs/old/`, `/docs/new/`.
    pub redirects: BTreeMap<String, String>,
    /// Those of the old addresses that other pages live below.
    pub parents: BTreeSet<String>,
    /// Headers of every answer.
    pub headers: BTreeMap<String, String>,
    /// Folders that hold nothing but files with a digest in their names, with a slash at the end: `assets/`.
    pub for_ever: Vec<String>,
    /// Whether there is a page for addresses that lead nowhere, `404.html`.
    pub has_lost: bool,
    /// The encodings in which texts stand beside themselves.
    pub compressed: Vec<Encoding>,
}

/// The table of a site: `files` are the paths of all its files, and `more` headers of its target, which go before ours; an
/// empty one takes ours away.
pub fn told<'a>(
    config: &Config,
    site: &Site,
    files: impl Iterator<Item = &'a RelPath>,
    more: &BTreeMap<String, String>,
) -> Told {
    let mut told = Told { base: config.base_url.path.clone(), headers: headers(more), ..Told::default() };
    for (output, to) in redirects(config, site) {
        told.redirects.insert(config.base_url.rooted(&route::address(&output)), to);
    }
    let mut folders: BTreeMap<&str, bool> = BTreeMap::new();
    for path in files {
        let mut folder = path.parent();
        if path.file_name() == "index.html" {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        while !folder.is_empty() {
            let page = RelPath::new(format!("{folder}/index.html"));
            let address = page.map(|page| config.base_url.rooted(&route::address(&page)));
            told.parents.extend(address.filter(|address| told.redirects.contains_key(address)));
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        told.has_lost |= path.as_str() == "404.html";
        if let Some((folder, _)) = path.as_str().split_once('/') {
            *folders.entry(folder).or_insert(true) &= is_fingerprinted(path.file_name());
        }
    }
    told.for_ever = folders.into_iter().filter(|(_, is)| *is).map(|(folder, _)| format!("{folder}/")).collect();
    told
}

/// Pages that lead elsewhere, each with the rooted and encoded address.
pub fn redirects(config: &Config, site: &Site) -> BTreeMap<RelPath, String> {
    let pages = site.redirects.iter().filter(|(output, _)| output.extension() == "html");
    pages.map(|(output, to)| (output.clone(), config.base_url.rooted(&site.pages[to.page].url))).collect()
}

/// The files that tell it to `host`.
pub fn files(host: Host, told: &Told) -> Vec<(RelPath, Vec<u8>)> {
    let files = match host {
        Host::Apache => vec![(".htaccess", apache::file(told))],
        Host::Cloudflare => lines::files(told, "301"),
        // A page that stands there as well would win without the mark.
        Host::Netlify => lines::files(told, "301!"),
        Host::Firebase => vec![("firebase.json", firebase::file(told))],
        Host::Nginx => vec![("nginx.conf", nginx::file(told))],
        Host::S3 => vec![("s3-website.json", s3::file(told))],
        Host::Vercel => vec![("vercel.json", vercel::file(told))],
    };
    let path = |path: &str| RelPath::new(path).expect("these names are paths");
    files.into_iter().map(|(name, text)| (path(name), text.into_bytes())).collect()
}

fn headers(more: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let ours = [
        ("Content-Security-Policy", POLICY),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    let is_said = |name: &str| more.keys().any(|said| said.eq_ignore_ascii_case(name));
    let ours = ours.iter().filter(|(name, _)| !is_said(name)).map(|(name, value)| (*name, *value));
    let said = more.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all = ours.chain(said).filter(|(_, value)| !value.is_empty());
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Whether a file is called like `style.0123456789.css`.
pub(super) fn is_fingerprinted(name: &str) -> bool {
    let is_digest =
        |part: &str| part.len() == 10 && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    name.split('.').skip(1).any(is_digest)
}

/// An address without its slash at the end, for hosts that tell the two apart; `None` where it has none.
fn without_slash(address: &str) -> Option<&str> {
    address.strip_suffix('/').filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests;
