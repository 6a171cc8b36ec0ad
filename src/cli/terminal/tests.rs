use proptest::prelude::*;

use super::*;
use crate::model::{Lines, Span};

/// A diagnostic about the first `marked` in `text`.
fn about(text: &str, marked: &str) -> Diagnostic {
    let start = text.find(marked).expect("the marked text");
    let span = Lines::new(text).span(start..start + marked.len());
    Diagnostic::error("unknown-key", "content/a.md", span, "unknown key `titel`")
}

fn drawn(text: &str, diagnostic: Diagnostic) -> String {
    draw(&[diagnostic], &|_| Some(text.to_owned()), Style::Plain)
}

fn check(text: &str, diagnostic: Diagnostic, expected: &str) {
    assert_eq!(drawn(text, diagnostic), expected);
}

#[test]
fn a_diagnostic_looks_like_a_compilers() {
    let text = "+++\ntitel = 'A'\n+++\n";
    let diagnostic = about(text, "titel").note("keys are in small letters").help("did you mean `title`?");
    check(
        text,
        diagnostic,
        "\
         error[unknown-key]: unknown key `titel`\n\
         \x20--> content/a.md:2:1\n\
         \x20 |\n\
         2 | titel = 'A'\n\
         \x20 | ^^^^^\n\
         \x20 |\n\
         \x20 = note: keys are in small letters\n\
         \x20 = help: did you mean `title`?\n\n",
    );
}

#[test]
fn warnings_follow_errors_and_what_is_allowed_is_not_drawn() {
    let text = "one [a](b.md) two\n";
    let warning = Diagnostic { level: Level::Warning, ..about(text, "b.md") };
    let allowed = Diagnostic { level: Level::Allow, ..about(text, "one") };
    let all = draw(&[about(text, "[a]"), warning, allowed], &|_| Some(text.to_owned()), Style::Plain);
    assert_eq!(
        all,
        "\
         error[unknown-key]: unknown key `titel`\n\
         \x20--> content/a.md:1:5\n\
         \x20 |\n\
         1 | one [a](b.md) two\n\
         \x20 |     ^^^\n\
         \n\
         warning[unknown-key]: unknown key `titel`\n\
         \x20--> content/a.md:1:9\n\
         \x20 |\n\
         1 | one [a](b.md) two\n\
         \x20 |         ^^^^\n\n"
    );
}

#[test]
fn a_place_without_a_source_is_drawn() {
    let text = "a = 1\n";
    check(
        "",
        about(text, "1"),
        "\
         error[unknown-key]: unknown key `titel`\n\
         --> content/a.md:1:5\n\n",
    );
    assert_eq!(
        draw(&[about(text, "1")], &|_| None, Style::Plain),
        "\
         error[unknown-key]: unknown key `titel`\n\
         --> content/a.md:1:5\n\n"
    );
    let whole = Diagnostic::warning("missing-key", "site.toml", None, "missing key `title`").help("add it");
    check(
        text,
        whole,
        "\
         warning[missing-key]: missing key `title`\n\
         --> site.toml:1:1\n\
         \x20= help: add it\n\n",
    );
}

#[test]
fn changed_sources_never_panic() {
    let span = |start, end, line, column| Span { start, end, line, column };
    for text in ["", "ä", "a\nä\n", "ääääääääääääääääää"] {
        for span in [
            span(0, 0, 1, 1),
            span(1, 2, 1, 2),
            span(3, 2, 1, 1),
            span(0, 400, 9, 9),
            span(9, 9, 0, 0),
            span(u32::MAX, u32::MAX, u32::MAX, u32::MAX),
        ] {
            let diagnostic = Diagnostic::error("x", "a.md", span, "x");
            let found = drawn(text, diagnostic);
            assert!(found.contains(&format!("a.md:{}:{}", span.line, span.column)), "{found}");
        }
    }
}

#[test]
fn long_lines_are_cut_around_the_span() {
    let text = format!("{} here {}", "ä".repeat(500_000), "b".repeat(500_000));
    let found = drawn(&text, about(&text, "here"));
    assert!(found.len() < 2_000, "{}", found.len());
    assert!(found.contains("content/a.md:1:500002"), "{found}");
    assert!(found.contains("here") && found.contains("^^^^"), "{found}");
    let whole = Diagnostic::error("x", "a.md", Lines::new(&text).span(0..text.len()), "x");
    assert!(drawn(&text, whole).len() < 2_000);
}

#[test]
fn a_span_over_lines_is_marked_on_its_first() {
    let text = "a\nb = [\n 1,\n]\n";
    check(
        text,
        about(text, "[\n 1,\n]"),
        "\
         error[unknown-key]: unknown key `titel`\n\
         \x20--> content/a.md:2:5\n\
         \x20 |\n\
         2 | b = [\n\
         \x20 |     ^\n\n",
    );
}

#[test]
fn the_end_of_a_line_and_of_a_file_can_be_marked() {
    let text = "a =";
    let span = Lines::new(text).span(3..3);
    check(
        text,
        Diagnostic::error("syntax", "site.toml", span, "a key without a value"),
        "\
         error[syntax]: a key without a value\n\
         \x20--> site.toml:1:4\n\
         \x20 |\n\
         1 | a =\n\
         \x20 |    ^\n\n",
    );
    let text = "a =\r\nb";
    let span = Lines::new(text).span(3..5);
    check(
        text,
        Diagnostic::error("syntax", "site.toml", span, "a key without a value"),
        "\
         error[syntax]: a key without a value\n\
         \x20--> site.toml:1:4\n\
         \x20 |\n\
         1 | a =\n\
         \x20 |    ^\n\n",
    );
}

#[test]
fn control_characters_do_nothing() {
    let text = "\ta\u{1b}[31m\u{202e}b\u{0} 数据 c\u{7}d";
    let diagnostic =
        Diagnostic::error("x\u{1b}", "a\u{1b}\n.md", Lines::new(text).span(1..text.len()), "m\u{1b}[1m\nn")
            .note("n\u{1b}[1m")
            .help("h\u{1b}[1m");
    let found = drawn(text, diagnostic);
    assert!(!found.chars().any(|c| c.is_control() && c != '\n'), "{found:?}");
    assert_eq!(
        found,
        "\
         error[x�]: m�[1m\n\
         \x20          n\n\
         \x20--> a��.md:1:2\n\
         \x20 |\n\
         1 |  a�[31m�b� 数据 c�d\n\
         \x20 |  ^^^^^^^^^^^^^^^^^^\n\
         \x20 |\n\
         \x20 = note: n�[1m\n\
         \x20 = help: h�[1m\n\n"
    );
}

#[test]
fn errors_say_what_to_do() {
    let error = Error::new("could not write").at("public").help("choose another folder with `--output`");
    assert_eq!(
        draw_error(&error, Style::Plain),
        "\
         error: could not write public\n\
         \x20|\n\
         \x20= help: choose another folder with `--output`\n"
    );
    assert_eq!(
        draw_error(&Error::new("nothing to do"), Style::Plain),
        "\
         error: nothing to do\n"
    );
    assert!(draw_error(&error, Style::Coloured).contains("\u{1b}["));
}

#[test]
fn a_patch_is_left_as_it_is_or_drawn_in_colours() {
    let patch = "--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-o\u{1b}[2Jld\n+new\n same\n";
    assert_eq!(draw_patch(patch, Style::Plain), patch);
    let drawn = draw_patch(patch, Style::Coloured);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(
        lines[3..],
        ["\u{1b}[31m-o\u{fffd}[2Jld\u{1b}[0m", "\u{1b}[32m+new\u{1b}[0m", "\u{1b}[0m same\u{1b}[0m"]
    );
}

#[test]
fn a_diagnostic_in_a_line_stays_in_it() {
    let diagnostic = Diagnostic::warning("broken-link", "a.md", None, "`x\n::error::\u{1b}[2J` leads to nothing");
    assert_eq!(line(&diagnostic), "a.md:1:1: warning[broken-link]: `x\u{fffd}::error::\u{fffd}[2J` leads to nothing");
}

proptest! {
    #[test]
    fn every_diagnostic_shows_its_place(
        text in "(a|ä|数|\n|\r|\t|\u{1b}|\u{202e}|é|e\u{301}|👩‍👩‍👧|.){0,60}",
        start in 0u32..80, len in 0u32..40, line in 0u32..5, exact in any::<bool>(),
    ) {
        let mut span = Lines::new(&text).span(start as usize..(start + len) as usize);
        if !exact {
            span = Span { start, end: start + len, line, column: 1 };
        }
        for style in [Style::Plain, Style::Coloured] {
            let diagnostic = Diagnostic::error("x", "a.md", span, "x").help("y");
            let found = draw(&[diagnostic], &|_| Some(text.clone()), style);
            let place = format!("a.md:{}:{}", span.line, span.column);
            prop_assert!(found.contains(&place), "{found}");
        }
    }
}
