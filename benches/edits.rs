//! What one edit costs in a process that stays, as the live preview does: a site is built in memory, and again after each
//! edit of an article in the middle of the list.
//!
//! ```text
//! edits SITE [--rounds N] [--only KIND]
//! ```
//!
//! `SITE` is a folder with a `site.toml`; the article is put back at the end. For each kind of edit it prints the median
//! time of each stage in milliseconds. Without a folder it does nothing, so that `cargo bench` passes over it.

#![expect(clippy::disallowed_methods, reason = "stands beside the generator, not in it: it has no rooms")]
#![expect(clippy::print_stdout, reason = "its table is all that it is for")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use docweave::{
    build::{
        Facts, Given, Request, Session, Watched, build,
        store::{Mode, Store},
        trace::Silent,
    },
    model::{Config, Date},
    output::{Manifest, MemoryStage},
    source::disk::Folder,
};

/// A kind of edit, and the article's text after its `n`th.
type Kind = (&'static str, fn(&str, usize) -> String);

const KINDS: [Kind; 4] = [
    ("nothing", |text, _| text.to_owned()),
    ("prose", |text, n| format!("{text}\nA sentence more, the {n}th of them.\n")),
    ("title", |text, n| text.replacen("title = \"", &format!("title = \"Word{n} "), 1)),
    ("topic", |text, n| {
        let topics = if n % 2 == 0 { "topics = [\"storage\"]" } else { "topics = [\"testing\", \"serving\"]" };
        text.lines().map(|line| if line.starts_with("topics = ") { topics } else { line }.to_owned() + "\n").collect()
    }),
];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(wanted) = Wanted::from_arguments(std::env::args().skip(1))? else { return Ok(()) };
    let cache = std::env::temp_dir().join(format!("docweave-edits-{}", std::process::id()));
    let session = Session::new(Store::open(&cache, Mode::ReadWrite)).staying();
    let mut bench = Bench { site: Folder::open(&wanted.site)?, session, manifest: Manifest::default() };
    print_row("first build", &[bench.build()?]);
    let article = middle(&wanted.site)?;
    let text = fs::read_to_string(&article)?;
    for (name, edit) in KINDS.into_iter().filter(|(name, _)| wanted.only.as_deref().is_none_or(|only| only == *name)) {
        let mut laps = Vec::new();
        for round in 0..wanted.rounds {
            fs::write(&article, edit(&text, round))?;
            laps.push(bench.build()?);
        }
        fs::write(&article, &text)?;
        print_row(name, &laps);
        bench.build()?;
    }
    fs::remove_dir_all(&cache)?;
    Ok(())
}

/// A site that is built again and again.
struct Bench {
    site: Folder,
    session: Session,
    manifest: Manifest,
}

/// Stages with their times in milliseconds.
type Laps = Vec<(&'static str, f64)>;

impl Bench {
    fn build(&mut self) -> Result<Laps, Box<dyn Error>> {
        let began = Instant::now();
        let facts = |_: &Config| Facts {
            today: Date::new(2026, 1, 1).expect("a day of the calendar"),
            changed: Arc::new(BTreeMap::new()),
            watched: Watched::default(),
        };
        let given = Given {
            files: &self.site,
            facts: &facts,
            request: &Request::default(),
            old: &self.manifest,
            missing: &[],
            progress: &Silent,
        };
        let outcome = build(&self.session, &given, &MemoryStage::new())?;
        let mut laps: Laps = outcome.trace.laps.iter().map(|(name, time)| (*name, time.as_secs_f64() * 1e3)).collect();
        self.manifest = outcome.plan.ok_or("the site has errors")?.into_manifest();
        drop(outcome.remains);
        laps.push(("all", began.elapsed().as_secs_f64() * 1e3));
        self.session.keep_memos()?;
        Ok(laps)
    }
}

fn print_row(name: &str, rounds: &[Laps]) {
    let median = |stage: &str| {
        let of_stage =
            |laps: &Laps| laps.iter().filter(|(other, _)| *other == stage).map(|(_, time)| time).sum::<f64>();
        let mut times: Vec<f64> = rounds.iter().map(of_stage).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let stages = rounds.first().into_iter().flatten().map(|(stage, _)| format!("{stage} {:.1}", median(stage)));
    println!("{name:12} {}", stages.collect::<Vec<_>>().join("  "));
}

/// The article in the middle of the list.
fn middle(site: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let files = walkdir::WalkDir::new(site.join("content")).sort_by_file_name().into_iter();
    let mut articles: Vec<PathBuf> = files.filter_map(Result::ok).map(walkdir::DirEntry::into_path).collect();
    articles.retain(|path| path.extension().is_some_and(|found| found == "md") && !path.ends_with("_index.md"));
    let at = articles.len() / 2;
    Ok(articles.get(at).ok_or("the site has no articles")?.clone())
}

/// What the command line asks for.
struct Wanted {
    site: PathBuf,
    rounds: usize,
    only: Option<String>,
}

impl Wanted {
    /// `None` where no folder is named.
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, Box<dyn Error>> {
        let mut wanted = Self { site: PathBuf::new(), rounds: 5, only: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--rounds" => wanted.rounds = arguments.next().ok_or("`--rounds` wants a number")?.parse()?,
                "--only" => wanted.only = arguments.next(),
                // Cargo adds it to whatever it runs as a bench.
                "--bench" => {}
                _ => wanted.site = argument.into(),
            }
        }
        Ok((!wanted.site.as_os_str().is_empty()).then_some(wanted))
    }
}
