//! Diagnostics and errors as people see them: the compiler's look, `path:line:column` in each.

use annotate_snippets::{AnnotationKind, Group, Level as Label, Origin, Renderer, Snippet};

use crate::model::{
    Diagnostic, Error, Level, Lines,
    excerpt::{Excerpt, excerpt, visible},
};

/// How text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// ASCII and nothing else, for files and pipes.
    Plain,
    /// With escape codes for colours, for terminals.
    Coloured,
}

/// Draws all diagnostics but those that are allowed, one below the other with an empty line after each.
///
/// `source` gives the text of a file by the path of a diagnostic; where it has none, or the text has changed since, the
/// place is drawn without its excerpt.
pub fn draw(diagnostics: &[Diagnostic], source: &dyn Fn(&str) -> Option<String>, style: Style) -> String {
    let renderer = renderer(style);
    let mut drawn = String::new();
    for same_file in diagnostics.chunk_by(|a, b| a.place.path == b.place.path) {
        let text = source(&same_file[0].place.path).unwrap_or_default();
        let mut lines = Lines::new(&text);
        for diagnostic in same_file.iter().filter(|diagnostic| diagnostic.level != Level::Allow) {
            let excerpt = diagnostic.place.span.and_then(|span| excerpt(&text, &mut lines, span));
            drawn.push_str(&renderer.render(&report(diagnostic, excerpt)));
            drawn.push_str("\n\n");
        }
    }
    drawn
}

/// A diagnostic in one line, whatever its message holds.
pub fn line(diagnostic: &Diagnostic) -> String {
    visible(&diagnostic.to_string())
}

/// Draws a patch: as it is, for programs, or in colours and without anything that a terminal would act on.
pub fn draw_patch(patch: &str, style: Style) -> String {
    if style == Style::Plain {
        return patch.to_owned();
    }
    let coloured = |line: &str| {
        let colour = match line {
            _ if line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ") => "1",
            _ if line.starts_with('+') => "32",
            _ if line.starts_with('-') => "31",
            _ if line.starts_with("@@") => "36",
            _ => "0",
        };
        format!("\u{1b}[{colour}m{}\u{1b}[0m\n", visible(line))
    };
    patch.lines().map(coloured).collect()
}

/// Draws a failure of the environment.
pub fn draw_error(error: &Error, style: Style) -> String {
    let mut group = Group::with_title(Label::ERROR.primary_title(lines(&error.to_string())));
    if let Some(help) = &error.help {
        group = group.element(Label::HELP.message(lines(help)));
    }
    format!("{}\n", renderer(style).render(&[group]))
}

fn renderer(style: Style) -> Renderer {
    match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    }
}

fn report(diagnostic: &Diagnostic, excerpt: Option<Excerpt>) -> [Group<'_>; 1] {
    let label = match diagnostic.level {
        Level::Error => Label::ERROR,
        Level::Warning => Label::WARNING,
        Level::Advice | Level::Allow => Label::NOTE.with_name("advice"),
    };
    let (line, column) = diagnostic.place.span.map_or((1, 1), |span| (span.line as usize, span.column as usize));
    let path = visible(&diagnostic.place.path);
    let group = Group::with_title(label.primary_title(lines(&diagnostic.message)).id(visible(&diagnostic.code)));
    let origin = Origin::path(path.clone()).line(line).char_column(column);
    let mut group = match excerpt {
        None => group.element(origin),
        Some(Excerpt { text, marked, from_start }) => {
            let snippet = Snippet::source(text).line_start(line).annotation(AnnotationKind::Primary.span(marked));
            // A snippet counts columns itself, and would count those of the cut line.
            if from_start { group.element(snippet.path(path)) } else { group.element(origin).element(snippet) }
        }
    };
    for note in &diagnostic.notes {
        group = group.element(Label::NOTE.message(lines(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Label::HELP.message(lines(help)));
    }
    [group]
}

/// Text that may have several lines, without anything that a terminal would act on.
fn lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
