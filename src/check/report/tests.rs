use super::*;
use crate::model::Span;

/// Findings of each level, with what each format could stumble over.
fn findings() -> Vec<Diagnostic> {
    let span = |start, end, line, column| Span { start, end, line, column };
    vec![
        Diagnostic::error("syntax", "content/a b.md", None, "no <front> matter & such").note("it begins with `+++`"),
        Diagnostic::warning("broken-link", "content/é.md", span(4, 12, 3, 1), "`x|y` leads\u{1} to nothing, 100%")
            .help("did you mean `z`?"),
        Diagnostic {
            level: Level::Advice,
            ..Diagnostic::warning("orphan", "content/é.md", span(0, 14, 1, 1), "it is")
        },
    ]
}

fn source(path: &str) -> Option<String> {
    (path == "content/é.md").then(|| "é\n\nабвг\n\n".to_owned())
}

#[test]
fn places_have_ends_in_lines_and_characters() {
    let findings = findings();
    let located = locate(&findings, &source, "docs");
    let regions: Vec<_> = located.iter().map(|finding| (finding.path.as_str(), finding.region)).collect();
    let region = |start, end| Some(Region { start, end });
    assert_eq!(
        regions,
        [
            ("docs/content/a b.md", None),
            ("docs/content/é.md", region((3, 1), (3, 5))),
            ("docs/content/é.md", region((1, 1), (5, 1))),
        ]
    );
    let alike = [findings[1].clone(), findings[1].clone()];
    let located = locate(&alike, &source, "");
    assert_ne!(located[0].fingerprint, located[1].fingerprint, "of several that are alike, each has its own name");
}

#[test]
fn annotations_are_escaped() {
    let findings = findings();
    assert_eq!(
        github(&locate(&findings, &source, "")),
        "::error file=content/a b.md,line=1,endLine=1,title=syntax::no <front> matter & such%0Anote: it begins with `+++`\n\
         ::warning file=content/é.md,line=3,col=1,endColumn=5,title=broken-link::`x|y` leads\u{1} to nothing, 100%25%0Ahelp: did you mean `z`?\n\
         ::notice file=content/é.md,line=1,endLine=5,title=orphan::it is\n"
    );
}

#[test]
fn a_summary_counts_by_rule_and_marks_nothing_up() {
    let findings = findings();
    assert_eq!(
        markdown(&locate(&findings, &source, "")),
        "## Checks\n\nErrors: 1. Warnings: 1. Advice: 1.\n\n| rule | level | found |\n|---|---|---:|\n\
         | `syntax` | error | 1 |\n| `broken-link` | warning | 1 |\n| `orphan` | advice | 1 |\n\n\
         - `content/a b.md:1:1`: no \\<front> matter & such (`syntax`)\n\
         - `content/é.md:3:1`: `x|y` leads\u{1} to nothing, 100% (`broken-link`)\n\
         - `content/é.md:1:1`: it is (`orphan`)\n"
    );
    assert_eq!(markdown(&[]), "## Checks\n\nNothing was found.\n");
}

#[test]
fn a_summary_cuts_off_what_matters_least() {
    let advice = |line| Diagnostic {
        level: Level::Advice,
        ..Diagnostic::warning("orphan", "a.md", Span { start: 0, end: 1, line, column: 1 }, "it is")
    };
    let mut findings: Vec<Diagnostic> = (1..=100).map(advice).collect();
    findings.push(Diagnostic::warning("broken-link", "b.md", None, "`x` leads to nothing"));
    let text = markdown(&locate(&findings, &|_| None, ""));
    assert!(text.contains("\n\n- `b.md:1:1`: `x` leads") && text.ends_with("- and 1 more\n"), "{text}");
}

#[test]
fn what_a_service_shows_is_what_matters_most() {
    let of_level = |level: Level, line| {
        let span = Span { start: 0, end: 1, line, column: 1 };
        Diagnostic { level, ..Diagnostic::warning("orphan", "a.md", span, format!("{line}")) }
    };
    let mut findings: Vec<Diagnostic> = (1..=30).map(|line| of_level(Level::Advice, line)).collect();
    findings.extend((31..=60).map(|line| of_level(Level::Warning, line)));
    findings.push(of_level(Level::Error, 61));
    let text = github(&locate(&findings, &|_| None, ""));
    assert!(text.starts_with("::error file=a.md,line=61,") && text.lines().count() == 61, "{text}");
    let shown = github_shows(&findings);
    let lines: Vec<u32> = shown.iter().filter_map(|found| found.place.span).map(|span| span.line).collect();
    assert_eq!(lines, (1..=10).chain(31..=40).chain([61]).collect::<Vec<u32>>());
}

#[test]
fn a_log_holds_what_services_take_and_says_what_it_leaves_out() {
    let results = |findings: &[Diagnostic]| {
        let log: serde_json::Value = serde_json::from_str(&sarif(&locate(findings, &|_| None, ""))).expect("JSON");
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("a list");
        let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
        (results.len(), results[0]["level"].clone(), told.map(str::to_owned))
    };
    let mut findings: Vec<Diagnostic> = (0..SARIF_MOST)
        .map(|number| Diagnostic {
            level: Level::Advice,
            ..Diagnostic::warning("orphan", "a.md", None, format!("{number}"))
        })
        .collect();
    assert_eq!(results(&findings), (SARIF_MOST, "note".into(), None));
    findings.push(Diagnostic::error("syntax", "b.md", None, "x"));
    let told = "left out, since a log holds 25000: 1 of what matters least";
    assert_eq!(results(&findings), (SARIF_MOST, "error".into(), Some(told.to_owned())));
}
