//! How many edits of prose change what other articles recommend: one word of one article is replaced by a word of
//! another, and the related reading of all articles is compared with what it was.
//!
//! ```text
//! stability SITE [--edits N] [--seed N] [--limit N] [--words running|distinct]
//! ```
//!
//! `SITE` is a folder with a `site.toml`, which is only read. The new word is one of the words of all prose: `running`
//! takes the one at a random place, `distinct` (the harsher) takes each different word as often. It prints each edit that
//! changed the list of another article, and their share. Without a folder it does nothing, so that `cargo bench` passes
//! over it.

#![expect(clippy::disallowed_methods, reason = "stands beside the generator, not in it: it has no rooms")]
#![expect(clippy::print_stdout, reason = "what it prints is all that it is for")]

use std::{error::Error, fs, ops::Range, path::PathBuf};

use docweave::{
    build::{
        Session,
        store::{Mode, Store},
        woven::{Whole, weave_everything},
    },
    link::related,
    model::RelPath,
    source::memory::Tree,
};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(wanted) = Wanted::from_arguments(std::env::args().skip(1))? else { return Ok(()) };
    let mut bench = Bench::open(&wanted)?;
    let mut random = Random(wanted.seed);
    let before = bench.lists()?;
    let mut unstable = 0;
    for _ in 0..wanted.edits {
        let at = random.below(bench.articles.len());
        let place = bench.articles[at].words[random.below(bench.articles[at].words.len())].clone();
        let new = bench.vocabulary[random.below(bench.vocabulary.len())].clone();
        let Article { path, text, .. } = &bench.articles[at];
        let (path, old) = (path.clone(), text[place.clone()].to_owned());
        let edited = format!("{}{new}{}", &text[..place.start], &text[place.end..]);
        let original = text.clone().into_bytes();
        bench.site.insert(path.clone(), edited.into_bytes());
        let after = bench.lists()?;
        let is_other = |(list, now): &(&List, &List)| list.0 != path && list.1 != now.1;
        let changed: Vec<&str> = before.iter().zip(&after).filter(is_other).map(|(list, _)| list.0.as_str()).collect();
        if !changed.is_empty() {
            unstable += 1;
            println!(
                "{path}: `{old}` -> `{new}` changes {}: {}",
                changed.len(),
                changed[..changed.len().min(3)].join(", ")
            );
        }
        bench.site.insert(path, original);
        weave_everything(&bench.session, &bench.site)?;
    }
    println!("{unstable} of {} edits: {:.1}%", wanted.edits, 100.0 * unstable as f64 / wanted.edits.max(1) as f64);
    Ok(())
}

/// The path of an article from the site's root, and those of its related reading.
type List = (RelPath, Vec<RelPath>);

/// A site that is woven again and again.
struct Bench {
    site: Tree,
    session: Session,
    limit: usize,
    articles: Vec<Article>,
    vocabulary: Vec<String>,
}

/// An article, and where the words of its prose stand.
struct Article {
    path: RelPath,
    text: String,
    words: Vec<Range<usize>>,
}

impl Bench {
    fn open(wanted: &Wanted) -> Result<Self, Box<dyn Error>> {
        let mut site = Tree::default();
        let mut articles = Vec::new();
        for entry in walkdir::WalkDir::new(&wanted.site).sort_by_file_name() {
            let entry = entry?;
            let name = entry.path().strip_prefix(&wanted.site)?.to_string_lossy().into_owned();
            let is_wanted = name == "site.toml" || name.starts_with("content/");
            let Some(path) = RelPath::new(&name).filter(|_| is_wanted && entry.file_type().is_file()) else { continue };
            let bytes = fs::read(entry.path())?;
            if name.ends_with(".md") && !name.ends_with("_index.md") {
                let text = String::from_utf8(bytes.clone())?;
                let words = prose(&text);
                if !words.is_empty() {
                    articles.push(Article { path: path.clone(), text, words });
                }
            }
            site.insert(path, bytes);
        }
        let all = articles.iter().flat_map(|article| article.words.iter().map(|word| &article.text[word.clone()]));
        let mut vocabulary: Vec<String> = all.map(str::to_owned).collect();
        if wanted.is_distinct {
            vocabulary.sort_unstable();
            vocabulary.dedup();
        }
        if articles.is_empty() {
            return Err("the site has no prose".into());
        }
        let store = Store::open(&std::env::temp_dir(), Mode::Off);
        Ok(Self { site, session: Session::new(store).staying(), limit: wanted.limit, articles, vocabulary })
    }

    fn lists(&self) -> Result<Vec<List>, Box<dyn Error>> {
        let Whole { config, site, .. } = weave_everything(&self.session, &self.site)?;
        let path = |id: &usize| site.pages[*id].head.path.clone();
        let ranking = related::ranking(&config, &site, self.limit);
        let in_content = |path: &RelPath| RelPath::new(format!("content/{path}")).ok_or("no path inside the site");
        let lists = site.pages.iter().zip(ranking);
        let list = |(page, found): (&docweave::model::site::Page, Vec<usize>)| {
            Ok((in_content(&page.head.path)?, found.iter().map(path).collect()))
        };
        lists.map(list).collect()
    }
}

/// Where the words of running text stand: front matter, headings, tables, code and the targets of links left aside.
fn prose(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut fence, mut is_front, mut start) = (None::<&str>, false, 0);
    for line in text.split_inclusive('\n') {
        let (at, trimmed) = (start, line.trim());
        start += line.len();
        if at == 0 && (trimmed == "+++" || trimmed == "---") {
            is_front = true;
        } else if is_front {
            is_front = trimmed != "+++" && trimmed != "---";
        } else if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)) {
            fence = match fence {
                Some(open) if open == mark => None,
                None => Some(mark),
                open => open,
            };
        } else if fence.is_none()
            && !line.starts_with("    ")
            && !trimmed.starts_with(['#', '|', '<', ':', '[', '!', '='])
        {
            words.extend(words_of(line).map(|word| at + word.start..at + word.end));
        }
    }
    words
}

/// The words of a line of running text.
fn words_of(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut is_code = false;
    let mut start = 0;
    line.split_inclusive([' ', '\n']).filter_map(move |piece| {
        let at = start;
        start += piece.len();
        let was_code = is_code;
        is_code ^= piece.matches('`').count() % 2 == 1;
        let word = piece.trim_end().trim_end_matches(['.', ',', ';', ':', '?', '!']);
        let is_word = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        (is_word && !was_code).then(|| at..at + word.len())
    })
}

/// SplitMix64 (G. Steele, D. Lea and C. Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

/// What the command line asks for.
struct Wanted {
    site: PathBuf,
    edits: usize,
    seed: u64,
    limit: usize,
    is_distinct: bool,
}

impl Wanted {
    /// `None` where no folder is named.
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, Box<dyn Error>> {
        let mut wanted = Self { site: PathBuf::new(), edits: 200, seed: 1, limit: 5, is_distinct: false };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` wants a value"));
            match argument.as_str() {
                "--edits" => wanted.edits = value()?.parse()?,
                "--seed" => wanted.seed = value()?.parse()?,
                "--limit" => wanted.limit = value()?.parse()?,
                "--words" => wanted.is_distinct = value()? == "distinct",
                // Cargo adds it to whatever it runs as a bench.
                "--bench" => {}
                _ => wanted.site = argument.into(),
            }
        }
        Ok((!wanted.site.as_os_str().is_empty()).then_some(wanted))
    }
}
