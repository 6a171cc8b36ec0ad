//! What the program says, and where.

use std::{
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

/// How many diagnostics are drawn with the text that they are about, before the others take a line each.
const MOST_DRAWN: usize = 100;

/// Says things at the loudness and in the colours that were asked for.
pub(super) struct Speaker {
    quiet: bool,
    pub(super) verbose: bool,
    style: Style,
    shows_progress: bool,
}

impl Speaker {
    pub(super) fn new(voice: &Voice) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let style = match voice.color {
            Colour::Always => Style::Coloured,
            Colour::Auto if is_terminal && !crate::source::facts::wants_no_colour() => Style::Coloured,
            Colour::Auto | Colour::Never => Style::Plain,
        };
        Self { quiet: voice.quiet, verbose: voice.verbose, style, shows_progress: is_terminal && !voice.quiet }
    }

    /// One without colours or progress.
    pub(super) fn plain() -> Self {
        Self { quiet: false, verbose: false, style: Style::Plain, shows_progress: false }
    }

    /// Whether it was asked to be quiet.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A result, to standard output. A reader that has gone away is no failure.
    pub(super) fn result(&self, text: &str) {
        drop(std::io::stdout().lock().write_all(text.as_bytes()));
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

    /// All diagnostics, and a line that counts them.
    pub(super) fn diagnostics(&self, diagnostics: &[Diagnostic], source: &dyn Fn(&str) -> Option<String>) {
        if diagnostics.is_empty() {
            return;
        }
        let drawn = if self.verbose { diagnostics.len() } else { diagnostics.len().min(MOST_DRAWN) };
        let mut by_level;
        let mut shown = diagnostics;
        if drawn < diagnostics.len() {
            // What stands in the way is drawn, whatever there is beside it.
            by_level = diagnostics.to_vec();
            by_level.sort_by_key(|diagnostic| diagnostic.level);
            shown = &by_level;
        }
        let (first, rest) = shown.split_at(drawn);
        let mut text = terminal::draw(first, source, self.style);
        rest.iter().for_each(|diagnostic| text.push_str(&format!("{diagnostic}\n")));
        if !rest.is_empty() {
            text.push_str(&format!("\nthe last {} in a line each: `--verbose` draws them all\n", rest.len()));
        }
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
