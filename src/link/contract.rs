//! The addresses that a site has promised: a file that records them, and what of it does not hold any more.
//!
//! A line of the record is an address and the ids on its page, parted by spaces: `/guides/start/ install first-run`. Lines
//! are sorted, so that what changed shows line by line in a review. Lines that begin with `#` are comments.

use std::collections::{BTreeMap, BTreeSet};

use crate::link::route::{address, page_output, shown};
use crate::model::{
    Config, Diagnostic, Head, RelPath, Site, Span,
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

/// How alike a heading's id and a lost one must be for the heading to be named, and for it to be the one that was meant.
const LIKE: f64 = 0.3;
const CLEAR: f64 = 0.5;

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

/// Something that the record promises and the site does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// The address, as the record has it.
    pub url: String,
    /// The id on its page that is lost, where the address itself is not.
    pub id: Option<String>,
    /// Its place in the record.
    pub span: Span,
    /// What may stand in for it.
    pub heir: Option<Heir>,
}

/// What is most like something that is lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Heir {
    /// The page.
    pub page: PageId,
    /// The id of the heading on it, for an id.
    pub heading: Option<String>,
    /// Nothing else could be meant.
    pub is_clear: bool,
}

/// What `text`, the record, promises and the site does not hold. Codes, rules: `lost-url`, `lost-anchor`.
pub fn lost(config: &Config, site: &Site, text: &str) -> Vec<Diagnostic> {
    let (losses, mut diagnostics) = read(config, site, text);
    diagnostics.extend(losses.iter().map(|loss| told(site, loss)));
    diagnostics.sort();
    diagnostics
}

/// The same, for those who mend it.
pub fn losses(config: &Config, site: &Site, text: &str) -> Vec<Loss> {
    read(config, site, text).0
}

/// What is lost, and lines that name no address.
fn read(config: &Config, site: &Site, text: &str) -> (Vec<Loss>, Vec<Diagnostic>) {
    let known = Known::of(config, site, text);
    let (mut losses, mut diagnostics) = (Vec::new(), Vec::new());
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
                    None => {
                        let (span, heir) = (place(url), known.heir_of_page(url, &ids));
                        losses.push(Loss { url: url.to_owned(), id: None, span, heir });
                    }
                    Some(there) => {
                        let there = known.behind(url).unwrap_or(there);
                        let lost: Vec<&str> = ids.iter().filter(|id| !there.contains(**id)).copied().collect();
                        losses.extend(lost.iter().map(|id| {
                            let heir = known.heir_of_id(url, id, &ids, &lost);
                            Loss { url: url.to_owned(), id: Some((*id).to_owned()), span: place(id), heir }
                        }));
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
    (losses, diagnostics)
}

fn told(site: &Site, loss: &Loss) -> Diagnostic {
    let Loss { url, id, span, heir } = loss;
    let by_itself = match heir {
        Some(Heir { is_clear: true, .. }) => ", or let `docweave check --fix` do it",
        _ => "",
    };
    let page = heir.as_ref().map(|heir| &site.pages[heir.page]);
    let Some(id) = id else {
        let message = format!("the address {url} is lost: no page has it, and none redirects from it");
        let alias = decoded(url);
        let help = match page {
            Some(page) => {
                format!(
                    "add `aliases = [\"{alias}\"]` to {}, which is most like it{by_itself}; {LET_GO}",
                    shown(&page.head)
                )
            }
            None => format!("add `aliases = [\"{alias}\"]` to the page that stands in for it; {LET_GO}"),
        };
        return Diagnostic::warning("lost-url", RECORD, *span, message).help(help);
    };
    let message = format!("the id `{id}` on {url} is lost");
    let help = match page {
        Some(page) => {
            let heading = heir.as_ref().and_then(|heir| heir.heading.as_deref());
            let heading = heading.and_then(|id| page.head.headings.iter().find(|heading| heading.id == id));
            let place = match heading {
                Some(heading) => format!("`{} {}`", "#".repeat(heading.level.into()), heading.text),
                None => "the heading that stands in for it".to_owned(),
            };
            format!("write `<a id=\"{id}\"></a>` above {place} in {}{by_itself}; {LET_GO}", shown(&page.head))
        }
        None => LET_GO.to_owned(),
    };
    Diagnostic::warning("lost-anchor", RECORD, *span, message).help(help)
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
    recorded_ids: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// How many pages have each id.
    pages_with: BTreeMap<&'a str, usize>,
}

impl<'a> Known<'a> {
    fn of(config: &Config, site: &'a Site, text: &'a str) -> Self {
        let redirects = site.redirects.iter().map(|(output, redirect)| (address(output), redirect.page)).collect();
        let lines = text.lines().map(str::split_whitespace);
        let recorded_ids: BTreeMap<&str, BTreeSet<&str>> =
            lines.filter_map(|mut words| Some((words.next()?, words.collect()))).collect();
        let recorded = recorded_ids.keys().copied().collect();
        let mut pages_with: BTreeMap<&str, usize> = BTreeMap::new();
        site.pages.iter().flat_map(ids).for_each(|id| *pages_with.entry(id).or_default() += 1);
        Self { site, promised: promised(config, site), redirects, recorded, recorded_ids, pages_with }
    }

    /// The ids on the page that an old address leads to.
    fn behind(&self, url: &str) -> Option<&BTreeSet<String>> {
        self.promised.get(&self.site.pages[*self.redirects.get(url)?].url)
    }

    /// The page that may stand in for one that was at an address. It is clear where it is new, has most of the ids that the
    /// old one had, and either two of them alone of all pages or the same last word of its address alone of all new pages.
    fn heir_of_page(&self, url: &str, ids: &[&str]) -> Option<Heir> {
        let page = self.most_alike(url, ids)?;
        let id = self.site.pages.iter().position(|other| std::ptr::eq(other, page))?;
        let is_new = |page: &Page| page.has_source && !self.recorded.contains(page.url.as_str());
        let own: BTreeSet<&str> = self::ids(page).collect();
        let shared = ids.iter().filter(|id| own.contains(**id)).count();
        let is_alone = |id: &&&str| self.pages_with.get(**id) == Some(&1);
        let of_this = ids.iter().filter(|id| own.contains(**id)).filter(is_alone).count();
        let of_others = ids.iter().filter(|id| !own.contains(**id)).filter(is_alone).count();
        let last = |url: &str| url.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
        let with_its_name = self.site.pages.iter().filter(|page| is_new(page) && last(&page.url) == last(url));
        let has_its_name = last(&page.url) == last(url) && with_its_name.count() == 1;
        let is_clear =
            is_new(page) && shared > 0 && shared * 2 >= ids.len() && of_others == 0 && (of_this >= 2 || has_its_name);
        Some(Heir { page: id, heading: None, is_clear })
    }

    /// The page at an address, and the heading on it that may stand in for the id `id`. It is clear where the heading is new
    /// and nearest to that id, and that id nearest to it of all that are `lost`; `ids` are all that the page had.
    fn heir_of_id(&self, url: &str, id: &str, ids: &[&str], lost: &[&str]) -> Option<Heir> {
        let page = match self.redirects.get(url) {
            Some(page) => *page,
            None => self.site.pages.iter().position(|page| page.url == url)?,
        };
        let head = &self.site.pages[page].head;
        if !self.site.pages[page].has_source {
            return None;
        }
        let own = self.recorded_ids.get(self.site.pages[page].url.as_str());
        let is_new = |id: &str| !ids.contains(&id) && own.is_none_or(|own| !own.contains(&id));
        let new: Vec<&str> = head.headings.iter().map(|heading| heading.id.as_str()).filter(|id| is_new(id)).collect();
        let nearest = nearest_heading(head, id);
        let is_clear = nearest.is_some_and(|near| {
            let likeness = likeness(id, near);
            let is_own = head.headings.iter().any(|heading| heading.id == near && heading.origin.is_none());
            let is_best = |other: &&str| self::likeness(id, other) < likeness;
            let is_best_for_it = |other: &&str| self::likeness(other, near) < likeness;
            is_own
                && is_new(near)
                && likeness >= CLEAR
                && new.iter().filter(|other| **other != near).all(is_best)
                && lost.iter().filter(|other| **other != id).all(is_best_for_it)
        });
        Some(Heir { page, heading: nearest.map(str::to_owned), is_clear })
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

/// The id of the heading that is most like a lost one.
fn nearest_heading<'a>(head: &'a Head, id: &str) -> Option<&'a str> {
    let ids = head.headings.iter().rev().map(|heading| heading.id.as_str());
    let scored = ids.map(|other| (likeness(id, other), other)).filter(|(score, _)| *score > LIKE);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}

/// How alike two ids are, from 0 to 1: by their words, or by their letters where one is a slip of the other.
fn likeness(a: &str, b: &str) -> f64 {
    let by_words = dice(&words(a).into_iter().collect(), &words(b).into_iter().collect());
    let by_letters = if did_you_mean(a, [b]).is_some() { strsim::normalized_damerau_levenshtein(a, b) } else { 0.0 };
    by_words.max(by_letters)
}

/// An address as front matter has it.
pub fn decoded(url: &str) -> String {
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
