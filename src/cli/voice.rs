//! What the program says, and where.

use std::{
    borrow::Cow,
    cmp::Reverse,
    io::{IsTerminal, Write},
    sync::Mutex,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::build::trace::Progress;
use crate::cli::{
    args::{Colour, Voice},
    limits::Limits,
    terminal::{self, Style},
};
use crate::model::{Diagnostic, Error, Level};

/// How many diagnostics are drawn with the text that they are about; others before them take a line each.
const MOST_DRAWN: usize = 100;

/// Says things at the loudness and in the colours that were asked for.
pub(super) struct Speaker {
    quiet: bool,
    pub(super) verbose: bool,
    style: Style,
    style_of_results: Style,
    shows_progress: bool,
}

impl Speaker {
    pub(super) fn new(voice: &Voice) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let style = |is_terminal| match voice.color {
            Colour::Always => Style::Coloured,
            Colour::Auto if is_terminal && !crate::source::facts::wants_no_colour() => Style::Coloured,
            Colour::Auto | Colour::Never => Style::Plain,
        };
        Self {
            quiet: voice.quiet,
            verbose: voice.verbose,
            style: style(is_terminal),
            style_of_results: style(std::io::stdout().is_terminal()),
            shows_progress: is_terminal && !voice.quiet,
        }
    }

    /// One without colours or progress.
    pub(super) fn plain() -> Self {
        Self {
            quiet: false,
            verbose: false,
            style: Style::Plain,
            style_of_results: Style::Plain,
            shows_progress: false,
        }
    }

    /// Whether it was asked to be quiet.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A result, to standard output. A reader that has gone away is no failure.
    pub(super) fn result(&self, text: &str) {
        drop(std::io::stdout().lock().write_all(text.as_bytes()));
    }

    /// A patch, to standard output.
    pub(super) fn patch(&self, patch: &str) {
        self.result(&terminal::draw_patch(patch, self.style_of_results));
    }

    /// A result, unless it was asked to be quiet.
    pub(super) fn summary(&self, line: &str) {
        if !self.quiet {
            self.result(&format!("{line}\n"));
        }
    }

    /// Something that is worth knowing but is no result.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            self.to_stderr(&format!("{line}\n"));
        }
    }

    /// Something that should be known even if it was asked to be quiet.
    pub(super) fn warning(&self, line: &str) {
        self.to_stderr(&format!("warning: {line}\n"));
    }

    pub(super) fn error(&self, error: &Error) {
        self.to_stderr(&terminal::draw_error(error, self.style));
    }

    /// All diagnostics, errors last, and a line that counts them.
    pub(super) fn diagnostics(&self, diagnostics: &[Diagnostic], source: &dyn Fn(&str) -> Option<String>) {
        if diagnostics.is_empty() {
            return;
        }
        // What matters most stands last, where people look: above the prompt, and at the end of a log.
        let mut shown = Cow::Borrowed(diagnostics);
        if !shown.is_sorted_by_key(|diagnostic| Reverse(diagnostic.level)) {
            shown.to_mut().sort_by_key(|diagnostic| Reverse(diagnostic.level));
        }
        let drawn = if self.verbose { shown.len() } else { shown.len().min(MOST_DRAWN) };
        let (in_lines, drawn) = shown.split_at(shown.len() - drawn);
        let mut text: String = in_lines.iter().map(|diagnostic| terminal::line(diagnostic) + "\n").collect();
        if !in_lines.is_empty() {
            text.push_str(&format!("\nthe first {} in a line each: `--verbose` draws them all\n\n", in_lines.len()));
        }
        text.push_str(&terminal::draw(drawn, source, self.style));
        let count = |level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        text.push_str(&format!("{}\n", tally(count(Level::Error), count(Level::Warning), count(Level::Advice))));
        self.to_stderr(&text);
    }

    /// A progress bar, on a terminal.
    pub(super) fn progress(&self) -> Bar {
        Bar { bar: Mutex::new(None), shows: self.shows_progress, limits: Limits::default() }
    }

    fn to_stderr(&self, text: &str) {
        drop(std::io::stderr().lock().write_all(text.as_bytes()));
    }
}

/// `2 errors, 1 warning, 3 pieces of advice`.
fn tally(errors: usize, warnings: usize, advice: usize) -> String {
    let many = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{count} {what}s")),
    };
    let advice = match advice {
        0 => None,
        1 => Some("1 piece of advice".to_owned()),
        _ => Some(format!("{advice} pieces of advice")),
    };
    [many(errors, "error"), many(warnings, "warning"), advice].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A progress bar that comes and goes with the stages of a build.
pub(super) struct Bar {
    bar: Mutex<Option<ProgressBar>>,
    shows: bool,
    limits: Limits,
}

/// Stages of fewer steps are over before a bar could be read.
const WORTH_SHOWING: usize = 200;

impl Bar {
    pub(super) fn end(&self) {
        if let Some(bar) = self.lock().take() {
            bar.finish_and_clear();
        }
    }

    /// Says something while the bar is drawn.
    pub(super) fn beside(&self, say: impl FnOnce()) {
        match &*self.lock() {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// The pages that are being rendered.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn begin(&self, stage: &'static str, total: usize) {
        self.end();
        if self.shows && total >= WORTH_SHOWING {
            let style = ProgressStyle::with_template("{msg:>10} [{bar:40}] {pos}/{len}");
            let bar = ProgressBar::new(total as u64).with_message(stage);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
            bar.enable_steady_tick(Duration::from_millis(100));
            *self.lock() = Some(bar);
        }
    }

    fn step(&self) {
        if !self.shows {
            return;
        }
        if let Some(bar) = &*self.lock() {
            bar.inc(1);
        }
    }

    fn found(&self, diagnostics: &[Diagnostic]) {
        self.limits.found(diagnostics);
    }

    fn rendering(&self, page: &str, template: &str) {
        self.limits.begin(page, template);
    }

    fn rendered(&self) {
        self.limits.end();
    }
}
