//! `docweave check`.

use std::{cmp::Reverse, collections::BTreeMap, path::Path, process::ExitCode};

use crate::build::{
    Outcome, Request, Warnings,
    run::{self, Places, Reuse},
    woven::{self, Sample},
};
use crate::check::{
    self, BASELINE, Baseline, Judge, Mending,
    report::{self, Finding},
};
use crate::cli::{
    CONTENT_FAILURE,
    args::{Check, Format},
    build::{has_errors, many, request, seconds, source_text, warnings},
    content_failure, environment_failure,
    voice::Speaker,
};
use crate::model::{Config, Diagnostic, Error, Level, RULES, Rule, diagnostic::did_you_mean};
use crate::output;
use crate::probe;
use crate::refactor;
use crate::samples;
use crate::source::{Files, disk::Folder, facts};

/// Where answers of other sites are remembered, from the site's root.
const EXTERNAL: &str = ".docweave/external";

pub(super) fn run(arguments: &Check) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let done = match &arguments.explain {
        _ if arguments.list => {
            speaker.result(&list());
            Ok(ExitCode::SUCCESS)
        }
        Some(rule) => explain(rule).map(|text| {
            speaker.result(&text);
            ExitCode::SUCCESS
        }),
        None => run::workers(arguments.threads).and_then(|workers| workers.install(|| check(arguments, &speaker))),
    };
    done.unwrap_or_else(|error| {
        speaker.error(&error);
        environment_failure()
    })
}

fn check(arguments: &Check, speaker: &Speaker) -> Result<ExitCode, Error> {
    let places = Places { root: arguments.site.root.clone(), output: None };
    let mut request = request(&arguments.content)?;
    request.warnings = warnings(arguments.deny);
    let reuse = if arguments.no_cache { Reuse::Nothing } else { Reuse::Everything };
    let progress = speaker.progress();
    let stop = |wrong: &[Diagnostic]| {
        speaker.diagnostics(wrong, &|path| source_text(&places.root, path));
        std::process::exit(CONTENT_FAILURE.into());
    };
    let outcome = progress.limits().watch(stop, || run::check(&places, &request, reuse, &progress));
    progress.end();
    let mut outcome = outcome?;
    let mut found = std::mem::take(&mut outcome.diagnostics);
    found.append(&mut outcome.advice);
    let asked = match arguments.samples || arguments.external {
        true if found.iter().any(is_no_rules) => {
            speaker.note("note: nothing is asked or run before the errors are mended");
            Asked::default()
        }
        true => ask(arguments, &places, &request, speaker)?,
        false => Asked::default(),
    };
    let mut asked_and_told = outcome.baseline.part_asked(asked.found, &asked.known);
    let is_denied = |level| match request.warnings {
        Warnings::Allowed => false,
        Warnings::Denied => level == Level::Warning,
        Warnings::AdviceDenied => true,
    };
    asked_and_told.iter_mut().filter(|found| is_denied(found.level)).for_each(|found| found.level = Level::Error);
    found.extend(asked_and_told);
    found.sort();
    if arguments.fix {
        let mended = mend(arguments, &found, speaker)?;
        if arguments.dry_run {
            return Ok(ExitCode::SUCCESS);
        }
        if mended > 0 {
            // What is left is found as everything is: by looking.
            return check(&Check { fix: false, ..arguments.clone() }, speaker);
        }
    }
    if arguments.write_baseline {
        return write_baseline(&found, &outcome, &places.root, speaker);
    }
    tell(&found, arguments, speaker)?;
    shrink_baseline(&outcome, arguments, speaker)?;
    let counts = many(outcome.trace.articles, "article");
    if matches!(arguments.format, None | Some(Format::Human)) {
        let accepted = match outcome.baseline.accepted {
            0 => String::new(),
            count => format!(", {count} accepted by {BASELINE}"),
        };
        by_rule(&found).iter().for_each(|text| speaker.note(text));
        let time = seconds(outcome.trace.elapsed());
        let what = if found.is_empty() { "nothing to mend".to_owned() } else { many(found.len(), "finding") };
        speaker.summary(&format!("{counts} checked in {time}: {what}{accepted}"));
    }
    Ok(if has_errors(&found) { content_failure() } else { ExitCode::SUCCESS })
}

/// Whether an error is one that no rule made, which leaves no site.
fn is_no_rules(diagnostic: &Diagnostic) -> bool {
    diagnostic.level == Level::Error && Rule::named(&diagnostic.code).is_none()
}

/// What was found by rules that look only when somebody asks them to.
#[derive(Default)]
struct Asked {
    /// The findings, at their levels.
    found: Vec<Diagnostic>,
    /// The rules of which everything that there is was found.
    known: Vec<&'static str>,
}

/// Does what is done only when somebody asks for it.
fn ask(arguments: &Check, places: &Places, request: &Request, speaker: &Speaker) -> Result<Asked, Error> {
    let (whole, samples) = woven::samples(places, request)?;
    let (mut found, mut known) = (Vec::new(), Vec::new());
    if arguments.samples {
        found.extend(test_samples(&whole.config, &samples, places, speaker)?);
        known.push("failing-sample");
    }
    if arguments.external {
        let links = probe::links(&whole.config, &whole.site, &whole.data);
        let memory = places.root.join(EXTERNAL);
        let probed = probe::probe(&links, &whole.config.external, &memory, facts::now());
        probed.notes.iter().for_each(|note| speaker.note(&format!("note: {note}")));
        let remembered =
            if probed.remembered > 0 { format!(", {} remembered", probed.remembered) } else { String::new() };
        speaker.note(&format!("{} on other sites asked{remembered}", addresses(probed.asked)));
        found.extend(probed.diagnostics);
        if probed.notes.is_empty() {
            known.extend(["broken-external", "broken-external-anchor", "moved-external"]);
        }
    }
    Ok(Asked { found: Judge::new(&whole.config).with_comments(&whole.site).settle(found), known })
}

fn addresses(count: usize) -> String {
    if count == 1 { "1 address".to_owned() } else { format!("{count} addresses") }
}

/// Runs the samples of code.
fn test_samples(
    config: &Config,
    samples: &[Sample],
    places: &Places,
    speaker: &Speaker,
) -> Result<Vec<Diagnostic>, Error> {
    let commands = &config.check.samples;
    if commands.is_empty() {
        let help =
            "name a command for each language, such as `[check.samples.python]` with `command = \"python3 {file}\"`";
        return Err(Error::new("site.toml says of no language how its samples are tested").help(help));
    }
    let tested = samples::test(samples, commands, &places.root, &|path| source_text(&places.root, path))?;
    let remembered = match tested.remembered {
        0 => String::new(),
        count => format!(", {count} passed before"),
    };
    speaker.note(&format!("{} run{remembered}", many(tested.run, "sample")));
    Ok(tested.diagnostics)
}

/// Shows what would be mended and mends it; returns how many places that were.
fn mend(arguments: &Check, found: &[Diagnostic], speaker: &Speaker) -> Result<usize, Error> {
    let root = &arguments.site.root;
    let files = Folder::open(root)?;
    let Mending { mut patch, mut left_out } = check::mend(found, &|path| files.read_unlisted(path).ok());
    match refactor::keep(&files, found, &facts::git_renames(&root.join("content"))) {
        Ok(kept) => {
            left_out += patch.join(kept.patch);
            kept.notes.iter().for_each(|note| speaker.note(note));
        }
        Err(error) => speaker.error(&error),
    }
    speaker.patch(&refactor::unified(&output::edit::plan(&files, &patch)?));
    let what = many(patch.edits.len(), "place");
    if patch.is_empty() {
        speaker.note("nothing has one right answer");
    } else if arguments.dry_run {
        speaker.note(&format!("{what} could be mended: `docweave check --fix` does it"));
    } else {
        output::edit::apply(root, &patch)?;
        speaker.note(&format!("{what} mended"));
    }
    if left_out > 0 {
        speaker.note(&format!("{} left out, which other changes touch: run it again", many(left_out, "place")));
    }
    Ok(patch.edits.len())
}

/// Shows the findings in the form that was asked for.
fn tell(found: &[Diagnostic], arguments: &Check, speaker: &Speaker) -> Result<(), Error> {
    let root = &arguments.site.root;
    let source = |path: &str| source_text(root, path);
    let prefix = prefix(root);
    let format = match arguments.format {
        None | Some(Format::Human) => {
            speaker.diagnostics(found, &source);
            // A runner reads annotations from what it is shown anyway. More than it shows would only be told twice.
            if arguments.format.is_none() && facts::is_on_github() {
                let shown = report::github_shows(found);
                speaker.result(&report::github(&report::locate(&shown, &source, &prefix)));
            }
            return Ok(());
        }
        Some(Format::Json) => report::json,
        Some(Format::Sarif) => report::sarif,
        Some(Format::Github) => report::github,
        Some(Format::Gitlab) => report::gitlab,
        Some(Format::Junit) => report::junit,
        Some(Format::Markdown) => report::markdown,
    } as fn(&[Finding<'_>]) -> String;
    // These tell where something begins, for which no file has to be read again.
    let text = match arguments.format {
        Some(Format::Gitlab | Format::Junit | Format::Markdown) => format(&report::locate(found, &|_| None, &prefix)),
        _ => format(&report::locate(found, &source, &prefix)),
    };
    if arguments.format == Some(Format::Sarif) && found.len() > report::SARIF_MOST {
        let left_out = many(found.len() - report::SARIF_MOST, "finding");
        speaker.warning(&format!("{left_out} that matter least are not in the log: services refuse one of more"));
    }
    match &arguments.report {
        Some(path) => output::write_atomic(path, text.as_bytes()),
        None => {
            speaker.result(&text);
            Ok(())
        }
    }
}

/// What stands before paths where programs look from the present folder: the way to the site, with `/`.
fn prefix(root: &Path) -> String {
    let parts = root.components().filter(|part| !matches!(part, std::path::Component::CurDir));
    let is_inside = root.is_relative() && parts.clone().all(|part| matches!(part, std::path::Component::Normal(_)));
    match is_inside {
        true => parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/"),
        false => String::new(),
    }
}

fn write_baseline(found: &[Diagnostic], outcome: &Outcome, root: &Path, speaker: &Speaker) -> Result<ExitCode, Error> {
    let errors: Vec<Diagnostic> = found.iter().filter(|diagnostic| is_no_rules(diagnostic)).cloned().collect();
    if !errors.is_empty() {
        speaker.diagnostics(&errors, &|path| source_text(root, path));
        speaker.note("the baseline is as it was: these errors can't be accepted, and hide what else there is");
        return Ok(content_failure());
    }
    let baseline = Baseline::of(found).and(&outcome.baseline.left);
    output::write_atomic(&root.join(BASELINE), baseline.text().as_bytes())?;
    speaker.summary(&format!("{BASELINE} accepts {}", many(baseline.len(), "finding")));
    Ok(ExitCode::SUCCESS)
}

/// Takes out of the baseline what is no longer found.
fn shrink_baseline(outcome: &Outcome, arguments: &Check, speaker: &Speaker) -> Result<(), Error> {
    let (mended, left) = (outcome.baseline.mended, &outcome.baseline.left);
    if mended == 0 {
        return Ok(());
    }
    let what = many(mended, "finding");
    if arguments.locked {
        speaker
            .note(&format!("{what} of {BASELINE} no longer found: `docweave check` without `--locked` takes them out"));
        return Ok(());
    }
    let path = arguments.site.root.join(BASELINE);
    if left.is_empty() {
        output::remove(&path)?;
        speaker.note(&format!("{what} of {BASELINE} no longer found, and none is left: it is removed"));
    } else {
        output::write_atomic(&path, left.text().as_bytes())?;
        speaker.note(&format!("{what} no longer found and taken out of {BASELINE}, which accepts {} now", left.len()));
    }
    Ok(())
}

/// How many findings are enough for people to lose sight of them, and for a team to want to begin with what is new.
const MANY: usize = 20;
const TOO_MANY: usize = 200;

/// Where there are many findings, how many each rule gave, and how to begin all the same.
fn by_rule(found: &[Diagnostic]) -> Option<String> {
    let mut counts: BTreeMap<(Level, &str), usize> = BTreeMap::new();
    found.iter().for_each(|diagnostic| *counts.entry((diagnostic.level, &diagnostic.code)).or_default() += 1);
    if found.len() < MANY || counts.len() < 2 {
        return None;
    }
    let mut counts: Vec<((Level, &str), usize)> = counts.into_iter().collect();
    counts.sort_by_key(|((level, rule), count)| (*level, Reverse(*count), *rule));
    let width = counts.iter().map(|((_, rule), _)| rule.len()).max().unwrap_or(0);
    let line = |((level, rule), count): &((Level, &str), usize)| {
        let about = Rule::named(rule).map_or("what no build can do with", |rule| rule.about);
        format!("{count:6}  {:7}  {rule:width$}  {about}\n", report::level_name(*level))
    };
    let mut text: String = counts.iter().map(line).collect();
    if found.len() >= TOO_MANY {
        text.push_str("\nto be told of what is new alone from here on: `docweave check --write-baseline`\n");
    }
    Some(text)
}

/// The rules, a line each.
fn list() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |Rule { name, level, about, fix, .. }: &Rule| {
        let fix = if fix.is_empty() { "" } else { "--fix" };
        format!("{name:width$}  {:7}  {fix:5}  {about}\n", report::level_name(*level))
    };
    RULES.iter().map(line).collect()
}

/// What there is to say about a rule.
fn explain(name: &str) -> Result<String, Error> {
    let Some(rule) = Rule::named(name) else {
        let alike: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|rule| rule.contains(name)).collect();
        let help = match did_you_mean(name, RULES.iter().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if !alike.is_empty() && !name.is_empty() => format!("did you mean `{}`?", alike.join("` or `")),
            None => {
                "`docweave check --list` prints the rules; what is not among them is an error in any case".to_owned()
            }
        };
        return Err(Error::new(format!("there is no rule `{name}`")).help(help));
    };
    let mut text = format!("{} ({}): {}.\n{}\n", rule.name, report::level_name(rule.level), rule.about, rule.reason);
    if !rule.fix.is_empty() {
        text.push_str(&format!("\n`docweave check --fix` mends it: {}\n", small(rule.fix)));
    }
    let (wrong, right) = rule.example;
    if !wrong.is_empty() {
        let indented = |text: &str| {
            text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect::<String>()
        };
        text.push_str(&format!("\nInstead of:\n\n{}\nwrite:\n\n{}", indented(wrong), indented(right)));
    }
    let name = rule.name;
    text.push_str(&format!(
        "\nTo allow it in one place, write `<!-- check: allow {name} -->` above it;\n\
         to allow it everywhere, `{name} = \"allow\"` below `[check]` in site.toml.\n"
    ));
    Ok(text)
}

/// A sentence without the capital that it begins with, as it goes on behind a colon.
fn small(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}
