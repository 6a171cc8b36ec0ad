//! `docweave build`.

use std::{path::Path, process::ExitCode};

use crate::build::{
    Publish, Request, Warnings,
    explain::Explanation,
    run::{self, Places, Report, Reuse},
    store::Sharing,
};
use crate::cli::{
    CONTENT_FAILURE,
    args::{Build, ContentChoice, Denied},
    content_failure, environment_failure,
    publish::bytes,
    voice::Speaker,
};
use crate::model::{Diagnostic, Error, Level};
use crate::publish;
use crate::render::theme;
use crate::source::{self, disk};

pub(super) fn run(arguments: &Build) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    match run::workers(arguments.threads).and_then(|workers| workers.install(|| build(arguments, &speaker))) {
        Ok(code) => code,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

fn build(arguments: &Build, speaker: &Speaker) -> Result<ExitCode, Error> {
    let places = Places { root: arguments.site.root.clone(), output: arguments.output.clone() };
    let mut request = request(&arguments.content)?;
    request.warnings = warnings(arguments.deny);
    request.shard = arguments.shard.unwrap_or_default();
    request.explain.clone_from(&arguments.explain);
    let reuse = if arguments.no_cache { Reuse::Nothing } else { Reuse::Everything };
    let shared = match (arguments.no_cache || arguments.no_remote_cache, arguments.no_cache_push) {
        (true, _) => Shared::Nothing,
        (false, true) => Shared::Read,
        (false, false) => Shared::AsConfigured,
    };
    let report = build_and_tell(&places, &request, (reuse, shared), speaker)?;
    if arguments.timings {
        report.outcome.trace.laps.iter().for_each(|(stage, time)| {
            speaker.result(&format!("{:>10.1} ms  {stage}\n", time.as_secs_f64() * 1000.0));
        });
    }
    if let Some(explanation) = &report.outcome.explanation {
        speaker.result(&format!("{explanation}\n"));
        if matches!(explanation, Explanation::NoSuchPage(_)) {
            return Ok(environment_failure());
        }
    }
    if has_errors(&report.outcome.diagnostics) {
        return Ok(content_failure());
    }
    if arguments.verify {
        let files = run::verify(&report, &places, &request)?;
        speaker.summary(&format!("verified: {files} files equal a cold build"));
    }
    // The process ends here: freeing a large manifest piece by piece would only cost time.
    std::mem::forget(report);
    Ok(ExitCode::SUCCESS)
}

/// What is made of the cache that machines share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    /// What `[cache]` of the site says.
    AsConfigured,
    /// It is read, and given nothing.
    Read,
    /// It is left aside.
    Nothing,
}

/// What `--deny` comes to.
pub(super) fn warnings(deny: Option<Denied>) -> Warnings {
    match deny {
        None => Warnings::Allowed,
        Some(Denied::Warnings) => Warnings::Denied,
        Some(Denied::Advice) => Warnings::AdviceDenied,
    }
}

/// Builds, and says what came of it.
///
/// # Errors
///
/// Failures of the environment.
pub(super) fn build_and_tell(
    places: &Places,
    request: &Request,
    (reuse, shared): (Reuse, Shared),
    speaker: &Speaker,
) -> Result<Report, Error> {
    let sharing = sharing(places, request, shared, speaker);
    let progress = speaker.progress();
    let stop = |wrong: &[Diagnostic]| {
        speaker.diagnostics(wrong, &|path| source_text(&places.root, path));
        speaker.note("nothing was written, the site is as it was");
        std::process::exit(CONTENT_FAILURE.into());
    };
    let report = progress.limits().watch(stop, || run::run_sharing(places, request, reuse, sharing, &progress));
    progress.end();
    let report = report?;
    tell(&report, places, speaker);
    Ok(report)
}

/// The cache that machines share, if the site names one. What stands in its way is a note: the build goes on without.
pub(super) fn sharing(places: &Places, request: &Request, shared: Shared, speaker: &Speaker) -> Option<Sharing> {
    if shared == Shared::Nothing {
        return None;
    }
    // What is wrong with the configuration is told by the build.
    let (config, _) = run::configuration(&places.root).ok()?;
    let output = places.output.clone().unwrap_or_else(|| places.root.join(&config.output));
    let mut cache = config.cache?;
    cache.push &= shared == Shared::AsConfigured;
    match publish::share(&cache, &places.root, &output, request.shard.count()) {
        Ok((sharing, note)) => {
            note.iter().for_each(|note| speaker.note(&format!("note: {note}")));
            Some(sharing)
        }
        Err(error) => {
            speaker.note(&format!("note: the remote cache is left aside: {error}"));
            None
        }
    }
}

/// What the options about content come to.
///
/// # Errors
///
/// A base URL that is none.
pub(super) fn request(content: &ContentChoice) -> Result<Request, Error> {
    let base_url = content
        .base_url
        .as_deref()
        .map(source::config::base_url)
        .transpose()
        .map_err(|bad| Error::new(format!("--base-url: {}", bad.reason)).help(bad.help))?;
    let publish = if content.drafts { Publish::Everything } else { Publish::Today };
    Ok(Request { base_url, publish, ..Request::default() })
}

fn tell(report: &Report, places: &Places, speaker: &Speaker) {
    let outcome = &report.outcome;
    speaker.diagnostics(&outcome.diagnostics, &|path| source_text(&places.root, path));
    report.notes.iter().for_each(|note| speaker.note(&format!("note: {note}")));
    let trace = &outcome.trace;
    if speaker.verbose {
        let (parsed, bodies) = (trace.parsed.get(), trace.bodies.get());
        let encoded = match trace.encoded.get() {
            0 => String::new(),
            count => format!("encoded {}, ", many(count, "variant")),
        };
        speaker.note(&format!(
            "parsed {parsed}, {encoded}composed {bodies} bodies, rendered {} of {} pages",
            trace.pages.get(),
            trace.pages_total
        ));
        if let Some(traffic) = report.traffic {
            speaker.note(&format!(
                "remote cache: {} read ({}), {} written ({}), {} removed",
                many(traffic.read as usize, "object"),
                bytes(traffic.read_bytes),
                traffic.written,
                bytes(traffic.written_bytes),
                traffic.removed
            ));
        }
    }
    let recalled = match trace.recalled.get() {
        0 => String::new(),
        count => format!(", {count} from the remote cache"),
    };
    let time = seconds(trace.elapsed());
    match report.summary {
        Some(summary) => speaker.summary(&format!(
            "{}, {} of {} pages rendered{recalled}, {} written, {} removed, in {time}: {}",
            many(trace.articles, "article"),
            trace.pages.get(),
            trace.pages_total,
            many(summary.written, "file"),
            summary.removed,
            report.output.display()
        )),
        None => speaker.note(&format!("nothing was written, {} is as it was", report.output.display())),
    }
}

/// `1 file`, `2 files`.
pub(super) fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The text behind a diagnostic: a file of the site, or a template of the theme that is part of the program.
pub(super) fn source_text(root: &Path, path: &str) -> Option<String> {
    let bytes = disk::read_at_most(&root.join(path), disk::LARGEST).ok();
    let text = bytes.and_then(|bytes| {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
        String::from_utf8(bytes).ok()
    });
    text.or_else(|| theme::embedded_source(path))
}

pub(super) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}

pub(super) fn seconds(time: std::time::Duration) -> String {
    match time.as_millis() {
        0..1000 => format!("{} ms", time.as_millis()),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}
