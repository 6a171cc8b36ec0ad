//! The lower limit of a build's cost: reads every article below a folder, turns it into HTML with pulldown-cmark, writes
//! it in the layout of a site, and does nothing else. No front matter, no links, no templates, no highlighting.
//!
//! ```text
//! lower_limit CONTENT OUTPUT [--threads N]
//! ```
//!
//! It says nothing and exits with 0. One thread unless told otherwise; `--threads 0` takes every core. Without folders it
//! does nothing, so that `cargo bench` and `cargo test --all-targets` pass over it. `compare.py` runs it.

#![expect(clippy::disallowed_methods, reason = "stands beside the generator, not in it: it has no rooms")]

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(wanted) = Wanted::from_arguments(std::env::args().skip(1))? else { return Ok(()) };
    let articles = articles_below(&wanted.content)?;
    let convert_one = |article: &PathBuf| convert(&wanted.content, article, &wanted.output);
    if wanted.threads == 1 {
        articles.iter().try_for_each(convert_one)?;
    } else {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(wanted.threads).build()?;
        pool.install(|| articles.par_iter().try_for_each(convert_one))?;
    }
    Ok(())
}

/// What the command line asks for.
struct Wanted {
    content: PathBuf,
    output: PathBuf,
    threads: usize,
}

impl Wanted {
    /// `None` where no folder is named.
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, Box<dyn Error>> {
        let mut folders = Vec::new();
        let mut threads = 1;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--threads" => threads = arguments.next().ok_or("`--threads` wants a number")?.parse()?,
                // Cargo adds it to whatever it runs as a bench.
                "--bench" => {}
                _ => folders.push(PathBuf::from(argument)),
            }
        }
        match <[PathBuf; 2]>::try_from(folders) {
            Ok([content, output]) => Ok(Some(Self { content, output, threads })),
            Err(folders) if folders.is_empty() => Ok(None),
            Err(_) => Err("usage: lower_limit CONTENT OUTPUT [--threads N]".into()),
        }
    }
}

fn articles_below(content: &Path) -> Result<Vec<PathBuf>, walkdir::Error> {
    let mut articles = Vec::new();
    for entry in WalkDir::new(content) {
        let entry = entry?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e == "md") {
            articles.push(entry.into_path());
        }
    }
    Ok(articles)
}

fn convert(content: &Path, article: &Path, output: &Path) -> io::Result<()> {
    let bytes = fs::read(article)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut page = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut page, Parser::new_ext(&text, markdown_options()));
    let folder = output.join(folder_of(article.strip_prefix(content).unwrap_or(article)));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), page)
}

/// `a/b.md` stands in `a/b/`, `a/_index.md` and `a/index.md` in `a/`.
fn folder_of(article: &Path) -> PathBuf {
    match article.file_stem() {
        Some(stem) if stem == "_index" || stem == "index" => article.parent().unwrap_or(Path::new("")).to_owned(),
        _ => article.with_extension(""),
    }
}

fn markdown_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}
