//! The addresses that a site has promised: a file that records them, and what of it does not hold any more.
//!
//! A line of the record is an address and the ids on its page, parted by spaces: `/guides/start/ install first-run`. Lines
//! are sorted, so that what changed shows line by line in a review. Lines that begin with `#` are comments.

use std::collections::{BTreeMap, BTreeSet};

use crate::link::route::{address, page_output, shown};
use crate::model::{
    Config, Diagnostic, RelPath, Site, Span,
    diagnostic::did_you_mean,
    site::{Page, PageId, PageKind},
};

/// The record's path from the site's root.
pub const RECORD: &str = "urls.txt";

const HEADER: &str = "# The addresses of this site and the ids on each page, written by `docweave urls --write`.\n# A build tells of those that are lost.\n";

/// How to say that a loss is meant.
const LET_GO: &str = "`docweave urls --write` lets it go";

/// The least that a page must have in common with a lost one to be named.
const LIKENESS: f64 = 0.2;

/// Every address of a site with the ids on its page, sorted.
pub fn promised(config: &Config, site: &Site) -> BTreeMap<String, BTreeSet<String>> {
    let mut promised: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for page in site.pages.iter().filter(|page| page.kind != PageKind::Topic) {
        promised.insert(page.url.clone(), ids(page).map(str::to_owned).collect());
    }
    for (index, topic) in site.topics.iter().enumerate() {
        let prose = topic.prose.iter().flat_map(|id| ids(&site.pages[*id])).map(str::to_owned);
        let terms = site.terms.iter().filter(|term| term.topic == index).map(|term| term.id.clone());
        promised.insert(topic.url.clone(), prose.chain(terms).collect());
    }
    if let (Some(list), false) = (page_output(config, "topics"), site.topics.is_empty()) {
        promised.entry(address(&list)).or_default();
    }
    if let Some((url, _)) = &site.glossary {
        promised.insert(url.clone(), site.terms.iter().map(|term| term.id.clone()).collect());
    }
    if let Some((url, _)) = &site.archive {
        promised.entry(url.clone()).or_default();
    }
    for output in site.redirects.keys() {
        promised.entry(address(output)).or_default();
    }
    promised
}

/// The record of what is promised.
pub fn record(promised: &BTreeMap<String, BTreeSet<String>>) -> String {
    let line = |(url, ids): (&String, &BTreeSet<String>)| {
        let ids: String = ids.iter().map(|id| format!(" {id}")).collect();
        format!("{url}{ids}\n")
    };
    HEADER.to_owned() + &promised.iter().map(line).collect::<String>()
}

/// The addresses that a record has.
pub fn recorded(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lines = text.lines().filter(|line| line.starts_with('/'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect()
}

/// What `text`, the record, promises and the site does not hold. Codes, rules: `lost-url`, `lost-anchor`.
pub fn lost(config: &Config, site: &Site, text: &str) -> Vec<Diagnostic> {
    let known = Known::of(config, site, text);
    let mut diagnostics = Vec::new();
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        let place = |word: &str| span(text, start, number, line, word);
        let mut words = line.split_whitespace();
        match words.next() {
            None => {}
            Some(first) if first.starts_with('#') => {}
            Some(url) if url.starts_with('/') => {
                let ids: Vec<&str> = words.collect();
                match known.promised.get(url) {
                    None => diagnostics.push(known.lost_url(url, &ids, place(url))),
                    Some(there) => {
                        let there = known.behind(url).unwrap_or(there);
                        let lost = ids.iter().filter(|id| !there.contains(**id));
                        diagnostics.extend(lost.map(|id| known.lost_id(url, id, place(id))));
                    }
                }
            }
            Some(other) => {
                let message = format!("this line of the record begins with no address: `{}`", other.escape_debug());
                let help = "write it anew with `docweave urls --write`";
                diagnostics.push(Diagnostic::warning("lost-url", RECORD, place(other), message).help(help));
            }
        }
        start += line.len() + 1;
    }
    diagnostics
}

/// The place of a word in the line that begins at byte `start`.
fn span(text: &str, start: usize, number: usize, line: &str, word: &str) -> Span {
    // A slice of the line tells where it is.
    let at = word.as_ptr() as usize - line.as_ptr() as usize;
    let column = line[..at].chars().count() as u32 + 1;
    debug_assert!(text[start..].starts_with(line));
    let from = (start + at) as u32;
    Span { start: from, end: from + word.len() as u32, line: number as u32 + 1, column }
}

fn ids(page: &Page) -> impl Iterator<Item = &str> {
    let head = &page.head;
    let headings = head.headings.iter().map(|heading| heading.id.as_str());
    let all = headings.chain(head.title_id.as_deref()).chain(head.anchors.iter().map(String::as_str));
    all.filter(|id| !id.is_empty() && !id.contains(char::is_whitespace))
}

/// What the site has, for questions about what it lacks.
struct Known<'a> {
    site: &'a Site,
    promised: BTreeMap<String, BTreeSet<String>>,
    /// Redirects by their addresses.
    redirects: BTreeMap<String, PageId>,
    /// Addresses that the record has: a page at another one is new.
    recorded: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(config: &Config, site: &'a Site, text: &'a str) -> Self {
        let redirects = site.redirects.iter().map(|(output, redirect)| (address(output), redirect.page)).collect();
        let recorded = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
        Self { site, promised: promised(config, site), redirects, recorded }
    }

    /// The ids on the page that an old address leads to.
    fn behind(&self, url: &str) -> Option<&BTreeSet<String>> {
        self.promised.get(&self.site.pages[*self.redirects.get(url)?].url)
    }

    fn lost_url(&self, url: &str, ids: &[&str], span: Span) -> Diagnostic {
        let message = format!("the address {url} is lost: no page has it, and none redirects from it");
        let help = match self.most_alike(url, ids) {
            Some(page) => format!(
                "add `aliases = [\"{}\"]` to {}, which is most like it; {LET_GO}",
                decoded(url),
                shown(&page.head)
            ),
            None => format!("add `aliases = [\"{}\"]` to the page that stands in for it; {LET_GO}", decoded(url)),
        };
        Diagnostic::warning("lost-url", RECORD, span, message).help(help)
    }

    fn lost_id(&self, url: &str, id: &str, span: Span) -> Diagnostic {
        let page = match self.redirects.get(url) {
            Some(id) => Some(&self.site.pages[*id]),
            None => self.site.pages.iter().find(|page| page.url == url),
        };
        let message = format!("the id `{id}` on {url} is lost");
        let help = match page.filter(|page| page.has_source) {
            Some(page) => {
                let near = nearest_heading(page, id);
                let place =
                    near.map_or_else(|| "the heading that stands in for it".to_owned(), |near| format!("`{near}`"));
                format!("write `<a id=\"{id}\"></a>` above {place} in {}; {LET_GO}", shown(&page.head))
            }
            None => LET_GO.to_owned(),
        };
        Diagnostic::warning("lost-anchor", RECORD, span, message).help(help)
    }

    /// The page that has most ids and words in common with what was at an address. One that is new itself is likelier to be
    /// what became of it.
    fn most_alike(&self, url: &str, ids: &[&str]) -> Option<&'a Page> {
        let (lost_ids, lost_words) = (ids.iter().copied().collect(), words(url));
        let score = |page: &Page| {
            let own_ids: BTreeSet<&str> = self::ids(page).collect();
            let own_words = [words(&page.url), words(&page.head.title)].concat();
            let own_words: BTreeSet<String> = own_words.into_iter().collect();
            let lost_words: BTreeSet<String> = lost_words.iter().cloned().collect();
            let alike = dice(&lost_ids, &own_ids) + dice(&lost_words, &own_words);
            if self.recorded.contains(page.url.as_str()) { alike / 2.0 } else { alike }
        };
        let pages = self.site.pages.iter().filter(|page| page.has_source && page.kind != PageKind::Topic);
        let scored = pages.map(|page| (score(page), page)).filter(|(score, _)| *score >= LIKENESS);
        // Of several that are as alike, the first by path.
        let best = scored.fold(None, |best: Option<(f64, &Page)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        });
        best.map(|(_, page)| page)
    }
}

/// Sørensen's and Dice's likeness of two sets: from 0 to 1.
fn dice<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(b).count() as f64 / (a.len() + b.len()) as f64
}

fn words(text: &str) -> Vec<String> {
    let decoded = decoded(text).to_lowercase();
    decoded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The heading whose id is most like a lost one, as it is written.
fn nearest_heading(page: &Page, id: &str) -> Option<String> {
    let headings = &page.head.headings;
    let by_spelling = did_you_mean(id, headings.iter().map(|heading| heading.id.as_str()));
    let lost: BTreeSet<String> = words(id).into_iter().collect();
    let likeness = |heading: &&crate::model::page::Heading| {
        let score = dice(&lost, &words(&heading.id).into_iter().collect());
        (by_spelling == Some(heading.id.as_str()), (score * 1000.0) as u32)
    };
    let best = headings.iter().rev().max_by_key(likeness).filter(|heading| likeness(heading) > (false, 300))?;
    Some(format!("{} {}", "#".repeat(best.level.into()), best.text))
}

/// An address as front matter has it.
fn decoded(url: &str) -> String {
    percent_encoding::percent_decode_str(url).decode_utf8_lossy().into_owned()
}

/// The path of the record.
pub fn path() -> RelPath {
    RelPath::new(RECORD).expect("a file's name is a path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_as_what_was_written() {
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let promised = BTreeMap::from([("/".to_owned(), ids(&[])), ("/%C3%BC/".to_owned(), ids(&["b", "ä-b"]))]);
        let text = record(&promised);
        assert!(text.ends_with("\n/\n/%C3%BC/ b ä-b\n"), "{text}");
        assert_eq!(recorded(&text.replace('\n', "\r\n")), promised);
    }

    #[test]
    fn places_are_those_of_the_words() {
        let text = "# ü\r\n/a/ ä b\r\n";
        let line = text.split('\n').nth(1).expect("a second line");
        let word = line.split_whitespace().nth(2).expect("a third word");
        let found = span(text, 6, 1, line, word);
        assert_eq!((&text[found.start as usize..found.end as usize], found.line, found.column), ("b", 2, 7));
    }
}
