//! Links to other sites, asked over the network whether they lead anywhere.
//!
//! In: addresses with the places where they are written, `[check.external]`, and a file that remembers answers. Out:
//! diagnostics, and notes on what could not be found out.
//!
//! What must stay true:
//! - Nothing is asked of an address in a private network, on the local link or on this machine, unless that is allowed: the
//!   address that a name comes to is judged, at each redirect and for each connection, and it is the one connected to.
//! - Certificates are verified. No cookies, no credentials and no proxies of the environment are used.
//! - A host gets few requests at once, and none while it asks for patience.
//! - Whatever a server does, an answer takes bounded time, bytes and redirects.
//! - Being offline is no mistake of the content: it is told once. Nor is a server that refuses to tell.
//!
//! | part | what it knows |
//! |---|---|
//! | `links` | which links of a site lead elsewhere |
//! | `guard` | which addresses are not asked |
//! | `ask` | one address: methods, redirects, anchors |
//! | `queue` | who is asked when |
//! | `memory` | answers of earlier runs |

mod ask;
mod guard;
mod links;
mod memory;
mod queue;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use url::Url;

use crate::model::{Diagnostic, Place, external::External};

pub use self::links::links;
use self::{
    ask::{Answer, Asker},
    memory::Memory,
};

/// The licence under which the certificates are passed on that others are judged by.
pub fn licences() -> String {
    let text = include_str!("licences/CDLA-Permissive-2.0.md").replace("\n# ", "\n#### ");
    let text = text.strip_prefix("# ").unwrap_or(&text);
    format!(
        "## Certificates\n\nThe roots that certificates of other sites are verified against come from Mozilla, by way of \
         webpki-roots, <https://github.com/rustls/webpki-roots>.\n\n### {text}"
    )
}

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probed {
    /// What is wrong with links, by place. Codes: `broken-external`, `broken-external-anchor`, `moved-external`.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be found out, a sentence each.
    pub notes: Vec<String>,
    /// How many addresses were asked, and how many had been asked before.
    pub asked: usize,
    /// How many answers were remembered.
    pub remembered: usize,
}

/// An address to ask, and what is looked for in its page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    url: Url,
    anchors: BTreeSet<String>,
}

/// Asks all `links`, each address once. Answers are remembered in the file `cache`; `now` is the time in seconds since 1970.
pub fn probe(links: &[(Place, String)], settings: &External, cache: &Path, now: u64) -> Probed {
    let mut probed = Probed::default();
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    let mut broken: BTreeMap<&str, String> = BTreeMap::new();
    for (_, link) in links {
        let (url, anchor) = match parse(link) {
            Ok(parsed) => parsed,
            Err(reason) => {
                broken.insert(link, reason);
                continue;
            }
        };
        if settings.asks(url.as_str()) {
            let entry = wanted.entry(url.to_string()).or_insert(Wanted { url, anchors: BTreeSet::new() });
            entry.anchors.extend(anchor.filter(|_| settings.anchors));
        }
    }
    let mut memory = Memory::read(cache, settings, now);
    let (known, unknown): (Vec<_>, Vec<_>) = wanted.into_values().partition(|wanted| memory.answer(wanted).is_some());
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for wanted in &known {
        answers.extend(memory.answer(wanted).map(|answer| (wanted.url.to_string(), answer)));
    }
    (probed.asked, probed.remembered) = (unknown.len(), known.len());
    let found = queue::ask_all(&Asker::new(settings, now), settings, unknown);
    let is_offline = is_offline(&found);
    for (wanted, answer) in found {
        memory.keep(&wanted, &answer);
        answers.insert(wanted.url.to_string(), answer);
    }
    probed.notes = notes(&answers, is_offline);
    let written = if probed.asked > 0 { memory.write(cache) } else { Ok(()) };
    probed.notes.extend(written.err().map(|error| error.to_string()));
    for (place, link) in links {
        if let Some(reason) = broken.get(link.as_str()) {
            probed.diagnostics.push(told_broken(place, link, reason));
        } else if let Ok((url, anchor)) = parse(link)
            && let Some(answer) = answers.get(url.as_str())
        {
            probed.diagnostics.extend(told(place, link, anchor.as_deref(), answer, is_offline));
        }
    }
    probed.diagnostics.sort();
    probed.diagnostics.dedup();
    probed
}

/// An address without what stands behind `#`, and that, decoded, where it can be looked for.
fn parse(link: &str) -> Result<(Url, Option<String>), String> {
    let whole = if link.starts_with("//") { format!("https:{link}") } else { link.to_owned() };
    let mut url = Url::parse(&whole).map_err(|error| format!("it is no address: {error}"))?;
    let anchor =
        url.fragment().map(|fragment| percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned());
    url.set_fragment(None);
    Ok((url, anchor.filter(|anchor| ask::is_anchor(anchor))))
}

/// Whether nobody answered, so that it is likelier that there is no network.
fn is_offline(found: &[(Wanted, Answer)]) -> bool {
    let unreached = |answer: &Answer| matches!(answer, Answer::Unreached { .. });
    let asked = || found.iter().filter(|(_, answer)| !matches!(answer, Answer::Private));
    let hosts: BTreeSet<_> = asked().filter_map(|(wanted, _)| wanted.url.host_str()).collect();
    let says_so = asked().any(|(_, answer)| matches!(answer, Answer::Unreached { no_network: true, .. }));
    asked().next().is_some() && asked().all(|(_, answer)| unreached(answer)) && (says_so || hosts.len() > 2)
}

fn told(place: &Place, link: &str, anchor: Option<&str>, answer: &Answer, is_offline: bool) -> Option<Diagnostic> {
    match answer {
        Answer::Broken(reason) => Some(told_broken(place, link, reason)),
        Answer::Unreached { reason, .. } if !is_offline => Some(told_broken(place, link, reason)),
        Answer::Fine { anchors, .. } if anchor.is_some_and(|anchor| anchors.get(anchor) == Some(&false)) => {
            let message = format!("`{link}` leads to a page that has no `#{}`", anchor.unwrap_or_default());
            let problem = Diagnostic::warning("broken-external-anchor", &place.path, place.span, message);
            Some(problem.help("link to the page alone, or to an id that it has"))
        }
        Answer::Fine { moved: Some(new), .. } => {
            let fragment = link.split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();
            let message = format!("`{link}` has moved for good");
            let problem = Diagnostic::warning("moved-external", &place.path, place.span, message);
            let problem = problem.help(format!("write `{new}{fragment}`"));
            Some(match place.span {
                Some(span) => problem.fix(span, link, format!("{new}{fragment}")),
                None => problem,
            })
        }
        _ => None,
    }
}

fn told_broken(place: &Place, link: &str, reason: &str) -> Diagnostic {
    let problem =
        Diagnostic::warning("broken-external", &place.path, place.span, format!("`{link}` leads nowhere: {reason}"));
    problem.help("mend the link or take it out; `ignore` in `[check.external]` names addresses that are not asked")
}

fn notes(answers: &BTreeMap<String, Answer>, is_offline: bool) -> Vec<String> {
    let count = |is: fn(&Answer) -> bool| answers.values().filter(|answer| is(answer)).count();
    let mut notes = Vec::new();
    let mut note = |count: usize, why: &str| {
        let links = if count == 1 { "1 address was".to_owned() } else { format!("{count} addresses were") };
        if count > 0 {
            notes.push(format!("{links} not checked: {why}"));
        }
    };
    note(
        count(|answer| matches!(answer, Answer::Unreached { .. })) * usize::from(is_offline),
        "the network can't be reached",
    );
    note(count(|answer| *answer == Answer::Private), "`private = true` in `[check.external]` allows private ones");
    note(count(|answer| *answer == Answer::Refused), "the server does not tell programs");
    note(count(|answer| matches!(answer, Answer::Later(_))), "the server asks for patience");
    notes
}

#[cfg(test)]
mod tests;
