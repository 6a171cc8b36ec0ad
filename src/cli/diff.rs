//! `docweave diff`.

use std::{fmt::Write, path::Path, process::ExitCode};

use crate::build::run;
use crate::cli::{
    args::{Diff, DiffFormat},
    build::many,
    environment_failure,
    publish::bytes,
    voice::Speaker,
};
use crate::compare::{self, Build, Difference, Line};
use crate::model::{Error, RelPath};

/// How many changed lines of one page are shown.
const MOST_LINES: usize = 20;

pub(super) fn run(arguments: &Diff) -> ExitCode {
    let speaker = Speaker::plain();
    match compare(arguments) {
        Ok(difference) => {
            speaker.result(&match arguments.format {
                DiffFormat::Text => text(&difference),
                DiffFormat::Json => format!("{:#}\n", serde_json::json!(difference)),
                DiffFormat::Markdown => markdown(&difference),
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

fn compare(arguments: &Diff) -> Result<Difference, Error> {
    let open = |named: &Path| open(named, &arguments.site.root);
    let (old, new) = run::workers(None)?.install(|| Ok::<_, Error>((open(&arguments.old)?, open(&arguments.new)?)))?;
    Ok(compare::difference(&old, &new))
}

/// A build on disk, or else that of a commit.
fn open(named: &Path, root: &Path) -> Result<Build, Error> {
    if !named.exists()
        && let Some(reference) = named.to_str()
        && let Some(build) = Build::of_commit(root, reference)?
    {
        return Ok(build);
    }
    Build::open(named)
}

/// A page as readers name it.
fn address(path: &RelPath) -> String {
    format!("/{}", path.as_str().strip_suffix("index.html").unwrap_or(path.as_str()))
}

/// ` "Title"`, where there is one.
fn titled(title: Option<&String>) -> String {
    title.map_or_else(String::new, |title| format!("  {title}"))
}

fn text(difference: &Difference) -> String {
    let mut text = String::new();
    let mut line = |line: String| text.push_str(&(line + "\n"));
    for page in &difference.added {
        line(format!("added    {}{}", address(&page.path), titled(page.title.as_ref())));
    }
    for page in &difference.removed {
        line(format!("removed  {}{}", address(&page.path), titled(page.title.as_ref())));
    }
    for page in &difference.moved {
        let redirects = if page.redirects { "" } else { "  (the old address leads nowhere)" };
        line(format!("moved    {} to {}{redirects}", address(&page.from), address(&page.to)));
        lines(&page.lines, &mut line);
    }
    for page in &difference.changed {
        line(format!("changed  {}{}", address(&page.path), titled(page.title.as_ref())));
        lines(page.lines.as_deref().unwrap_or_default(), &mut line);
        page.lost_anchors.iter().for_each(|anchor| line(format!("    lost anchor #{anchor}")));
    }
    for file in &difference.files {
        let what = match (file.was, file.is) {
            (None, Some(is)) => format!("added    /{}  {}", file.path, bytes(is)),
            (Some(_), None) => format!("removed  /{}", file.path),
            _ => format!("changed  /{}  {}", file.path, bytes(file.is.unwrap_or(0))),
        };
        line(what);
    }
    line(tally(difference));
    text
}

fn lines(lines: &[Line], told: &mut dyn FnMut(String)) {
    for line in lines.iter().take(MOST_LINES) {
        told(match line {
            Line::Added(text) => format!("    + {text}"),
            Line::Removed(text) => format!("    - {text}"),
        });
    }
    if lines.len() > MOST_LINES {
        told(format!("    and {} more", many(lines.len() - MOST_LINES, "line")));
    }
}

fn tally(difference: &Difference) -> String {
    let (was, is) = difference.sizes;
    format!(
        "pages: {} added, {} removed, {} moved, {} changed, {} with other surroundings; {}; {} to {}",
        difference.added.len(),
        difference.removed.len(),
        difference.moved.len(),
        difference.changed.len(),
        difference.rerendered,
        many(difference.files.len(), "other file"),
        bytes(was),
        bytes(is)
    )
}

/// A comment that shows the pages first, and the lines behind a fold.
fn markdown(difference: &Difference) -> String {
    let mut text = String::from("### What changes on the site\n\n");
    let mut rows = String::new();
    let mut row = |what: &str, page: String, title: Option<&String>| {
        let title = title.map_or("", String::as_str).replace('|', "\\|");
        let _never_fails = writeln!(rows, "| {what} | {page} | {title} |");
    };
    let code = |path: &RelPath| format!("`{}`", address(path));
    difference.added.iter().for_each(|page| row("added", code(&page.path), page.title.as_ref()));
    difference.removed.iter().for_each(|page| row("removed", code(&page.path), page.title.as_ref()));
    for page in &difference.moved {
        row("moved", format!("{} → {}", code(&page.from), code(&page.to)), page.title.as_ref());
    }
    difference.changed.iter().for_each(|page| row("changed", code(&page.path), page.title.as_ref()));
    if !rows.is_empty() {
        text.push_str(&format!("| | page | title |\n|---|---|---|\n{rows}\n"));
    }
    for page in difference.changed.iter().filter(|page| !page.lost_anchors.is_empty()) {
        let anchors: Vec<String> = page.lost_anchors.iter().map(|anchor| format!("`#{anchor}`")).collect();
        text.push_str(&format!("{} loses the anchors {}.\n\n", code(&page.path), anchors.join(", ")));
    }
    for page in difference.moved.iter().filter(|page| !page.redirects) {
        text.push_str(&format!("{} leads nowhere now: an alias would mend it.\n\n", code(&page.from)));
    }
    let changed = difference.changed.iter().filter_map(|page| Some((&page.path, page.lines.as_ref()?)));
    let moved = difference.moved.iter().map(|page| (&page.to, &page.lines));
    for (path, changed) in changed.chain(moved).filter(|(_, lines)| !lines.is_empty()) {
        let mut body = String::new();
        for line in changed.iter().take(MOST_LINES) {
            let (sign, line) = match line {
                Line::Added(line) => ('+', line),
                Line::Removed(line) => ('-', line),
            };
            let _never_fails = writeln!(body, "{sign}{line}");
        }
        let fence = "`".repeat(longest_run(&body).max(2) + 1);
        let name = address(path).replace('&', "&amp;").replace('<', "&lt;");
        text.push_str(&format!("<details><summary>{name}</summary>\n\n{fence}diff\n{body}{fence}\n\n"));
        if changed.len() > MOST_LINES {
            text.push_str(&format!("And {} more.\n\n", many(changed.len() - MOST_LINES, "line")));
        }
        text.push_str("</details>\n\n");
    }
    text + &tally(difference) + "\n"
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
