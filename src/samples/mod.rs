//! Samples of code, run to see whether they work. Nothing here runs unless somebody asked for it.
//!
//! In: blocks of code, and the command for each language that the site names. Out: a diagnostic for each that fails, at the
//! line of the article that the command complains of, where it says so.
//!
//! What must stay true: a command is a list of words, and no shell sees it. Each sample has a folder of its own, which is
//! gone afterwards, and so much time; what it prints goes to a file, so that whatever it leaves running is waited for by
//! nobody. One that passed is not run again until it, or its command, is another.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rayon::prelude::*;

use crate::build::woven::Sample;
use crate::model::{Diagnostic, Digest, Error, Lines, Span, config::SampleCommand};
use crate::output;
use crate::source::disk;

/// Counts up with every change of how samples are run.
const VERSION: u32 = 1;

/// Where samples are run and those that passed are noted, from the site's root.
const FOLDER: &str = ".docweave/samples";

/// How many of the last lines that a sample said are told.
const MOST_LINES: usize = 12;

/// How much of what it said is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// How often it is looked whether a sample has ended.
const STEP: Duration = Duration::from_millis(10);

/// What came of all samples.
#[derive(Debug, Default)]
pub struct Tested {
    /// How many were run.
    pub run: usize,
    /// How many had passed before.
    pub remembered: usize,
    /// Those that failed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs every sample whose language has a command. `root` is the site's folder; `source` gives the text of a file by the
/// path of a diagnostic.
///
/// # Errors
///
/// Failures of the environment: a folder that can't be made, a command that can't be started.
pub fn test(
    samples: &[Sample],
    commands: &[SampleCommand],
    root: &Path,
    source: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Tested, Error> {
    let root = root.canonicalize().map_err(|error| Error::io("could not find", root, error))?;
    let folder = root.join(FOLDER);
    let outcomes = samples.par_iter().enumerate().map(|(number, sample)| {
        let Some(command) = commands.iter().find(|command| command.language == sample.language) else {
            return Ok(None);
        };
        let passed = folder.join("passed").join(key(sample, command).to_hex());
        if passed.exists() {
            return Ok(Some((false, None)));
        }
        let place = folder.join(format!("{}-{number}", std::process::id()));
        let outcome = run(sample, command, &place);
        drop(output::remove_folder(&place));
        let outcome = outcome?;
        if outcome.passed() {
            output::write_atomic(&passed, b"")?;
            return Ok(Some((true, None)));
        }
        Ok(Some((true, Some(diagnose(sample, command, &outcome, source)))))
    });
    let outcomes: Vec<_> = outcomes.collect::<Result<_, Error>>()?;
    let mut tested = Tested::default();
    for (was_run, problem) in outcomes.into_iter().flatten() {
        if was_run {
            tested.run += 1
        } else {
            tested.remembered += 1
        }
        tested.diagnostics.extend(problem);
    }
    Ok(tested)
}

fn key(sample: &Sample, command: &SampleCommand) -> Digest {
    Digest::of_value(&(VERSION, command, &sample.text))
}

/// What a command came to: how it ended, unless its time was over, and what it said.
struct Outcome {
    status: Option<ExitStatus>,
    said: String,
    file_name: String,
}

impl Outcome {
    fn passed(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

fn run(sample: &Sample, command: &SampleCommand, place: &Path) -> Result<Outcome, Error> {
    let file_name = format!("sample.{}", command.extension);
    let file = place.join(&file_name);
    output::write_new(&file, sample.text.as_bytes())?;
    let heard = place.join("said.txt");
    output::write_new(&heard, b"")?;
    let mut words = command.command.split_whitespace().map(|word| word.replace("{file}", &file.to_string_lossy()));
    let program = words.next().unwrap_or_default();
    let (out, also) = (sink(&heard)?, sink(&heard)?);
    let mut child = Command::new(&program)
        .args(words)
        .current_dir(place)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(also)
        .spawn()
        .map_err(|error| {
            let what = format!("could not run `{program}` for samples in `{}`: {error}", command.language);
            Error::new(what).help("install it, or name another command in `[check.samples]` of site.toml")
        })?;
    let end = Instant::now() + Duration::from_secs(command.timeout.into());
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(STEP),
            Ok(None) => {
                drop(child.kill());
                drop(child.wait());
                break None;
            }
            Err(error) => return Err(Error::new(format!("could not wait for `{program}`: {error}"))),
        }
    };
    let said = disk::read_at_most(&heard, MOST_BYTES).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).replace(&*place.to_string_lossy(), ".");
    Ok(Outcome { status, said, file_name })
}

/// The file that a sample's words go to, at whose end each stream writes.
fn sink(path: &PathBuf) -> Result<File, Error> {
    File::options().append(true).open(path).map_err(|error| Error::io("could not write", path, error))
}

fn diagnose(
    sample: &Sample,
    command: &SampleCommand,
    outcome: &Outcome,
    source: &dyn Fn(&str) -> Option<String>,
) -> Diagnostic {
    let how = match outcome.status {
        None => format!("did not end within {} s", command.timeout),
        Some(status) => match status.code() {
            Some(code) => format!("failed with exit code {code}"),
            None => "was ended by a signal".to_owned(),
        },
    };
    let line = line_told(&outcome.said, &outcome.file_name);
    let span = line.and_then(|line| span_of_line(sample, line, source)).unwrap_or(sample.span);
    let lines: Vec<&str> = outcome.said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(MOST_LINES)..].join("\n");
    let message = format!("this sample in `{}` {how}", sample.language.escape_debug());
    let problem = Diagnostic::warning("failing-sample", &sample.path, span, message)
        .help("mend it, or allow it above its fence: `<!-- check: allow failing-sample -->`");
    if last.is_empty() { problem } else { problem.note(format!("it said\n{last}")) }
}

/// The last line of the sample, counted from 1, that a command named: `sample.py:3` or `sample.py", line 3`.
fn line_told(said: &str, file_name: &str) -> Option<usize> {
    let told = said.match_indices(file_name).filter_map(|(at, _)| {
        let rest = &said[at + file_name.len()..];
        let rest = rest.trim_start_matches(['"', '\'', ')', ',', ':', ' ', '(']);
        let rest = rest.strip_prefix("line").unwrap_or(rest).trim_start();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().ok().filter(|line| *line > 0)
    });
    told.last()
}

/// Where a line of the sample stands in its article, if it stands there as it was run.
fn span_of_line(sample: &Sample, line: usize, source: &dyn Fn(&str) -> Option<String>) -> Option<Span> {
    let wanted = sample.text.lines().nth(line - 1)?.trim();
    let text = source(&sample.path)?;
    let block = text.get(sample.span.start as usize..sample.span.end as usize)?;
    let mut at = sample.span.start as usize;
    // The fence is line 0; a block that is indented begins with its first line.
    let first = usize::from(!block.starts_with(['`', '~']));
    for (number, written) in block.split_inclusive('\n').enumerate() {
        if number + first == line && written.trim() == wanted {
            let start = at + written.len() - written.trim_start().len();
            return Some(Lines::new(&text).span(start..start + wanted.len()));
        }
        at += written.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_is_told_last_is_the_one_that_failed() {
        for (said, line) in [
            ("Traceback\n  File \"./sample.py\", line 3, in <module>\nZeroDivisionError", Some(3)),
            ("./sample.py:12:4: error\n./sample.py:7: note", Some(7)),
            ("sample.py(5): bad", Some(5)),
            ("no line at all", None),
            ("sample.py: bad", None),
        ] {
            assert_eq!(line_told(said, "sample.py"), line, "{said}");
        }
    }
}
