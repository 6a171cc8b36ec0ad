use proptest::prelude::*;

use super::*;

type Door = fn(&str, &str, Range<usize>) -> Result<Node, Vec<Diagnostic>>;

const DOORS: [Door; 3] = [toml_node, yaml_node, json_node];

/// A tree on one line: each value as `value@line:column=source`, tables as `{key@line:column ..}`.
fn show(node: &Node, text: &str) -> String {
    let at = |span: &Span| format!("@{}:{}", span.line, span.column);
    let source = |span: &Span| &text[span.start as usize..span.end as usize];
    match &node.kind {
        NodeKind::Array(items) => {
            format!("[{}]{}", items.iter().map(|item| show(item, text)).collect::<Vec<_>>().join(" "), at(&node.span))
        }
        NodeKind::Table(entries) => {
            let entries = entries.iter().map(|entry| {
                assert!(source(&entry.key_span).contains(&entry.key) || entry.key.contains(['"', '\\']), "{entry:?}");
                format!("{}{}: {}", entry.key, at(&entry.key_span), show(&entry.value, text))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        NodeKind::Null => format!("null{}", at(&node.span)),
        NodeKind::Bool(value) => format!("{value}{}={}", at(&node.span), source(&node.span)),
        NodeKind::Int(value) => format!("{value}{}={}", at(&node.span), source(&node.span)),
        NodeKind::Float(value) => format!("{value:?}{}={}", at(&node.span), source(&node.span)),
        NodeKind::String(value) => format!("{value:?}{}={}", at(&node.span), source(&node.span)),
        NodeKind::Datetime(value) => format!("<{value}>{}={}", at(&node.span), source(&node.span)),
    }
}

fn check(door: Door, text: &str, expected: &str) {
    let found = match door("f", text, 0..text.len()) {
        Ok(node) => show(&node, text),
        Err(diagnostics) => diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn toml_has_spans() {
    for (text, expected) in [
        ("", "{}"),
        ("a = 1", "{a@1:1: 1@1:5=1}"),
        ("\"ä\" = 'б'\nb=true", "{ä@1:1: \"б\"@1:7='б' b@2:1: true@2:3=true}"),
        ("a = 2026-01-02\nb = 1.5", "{a@1:1: <2026-01-02>@1:5=2026-01-02 b@2:1: 1.5@2:5=1.5}"),
        ("[t.x]\na=1\n[t]\nb=[1, 'x']", "{t@3:2: {x@1:4: {a@2:1: 1@2:3=1} b@4:1: [1@4:4=1 \"x\"@4:7='x']@4:3}}"),
        ("[z]\n[a]\n[m]", "{z@1:2: {} a@2:2: {} m@3:2: {}}"),
        ("a.b = 1\na.c = 0x1F", "{a@1:1: {b@1:3: 1@1:7=1 c@2:3: 31@2:7=0x1F}}"),
        ("a = 1\r\nb = 2\r\n", "{a@1:1: 1@1:5=1 b@2:1: 2@2:5=2}"),
    ] {
        check(toml_node, text, expected);
    }
}

#[test]
fn toml_errors_are_all_told() {
    for (text, expected) in [
        ("a = 1\na = 2", "f:2:1: error[syntax]: duplicate key `a`"),
        (
            "a = \nb = \nc = 1",
            "f:1:5: error[syntax]: this is not TOML: a key without a value\nf:2:5: error[syntax]: this is not TOML: a key without a value",
        ),
        ("title = Hello", "f:1:9: error[syntax]: this is not TOML: text without quotes"),
        ("a = \"x", "f:1:7: error[syntax]: this is not TOML: a string without its closing quote"),
        ("[a\nb = 1", "f:1:3: error[syntax]: this is not TOML: unclosed table, expected `]`"),
        ("a = 99999999999999999999", "f:1:5: error[syntax]: number too large"),
    ] {
        check(toml_node, text, expected);
    }
}

#[test]
fn yaml_has_spans() {
    for (text, expected) in [
        ("", "{}"),
        ("# only a comment\n", "{}"),
        ("a: 1\nä: б\nyes: no", "{a@1:1: 1@1:4=1 ä@2:1: \"б\"@2:4=б yes@3:1: \"no\"@3:6=no}"),
        (
            "a: 'it''s'\nb: true\nc: ~\nd:\ne: 1.5",
            r#"{a@1:1: "it's"@1:4='it''s' b@2:1: true@2:4=true c@3:1: null@3:4 d@4:1: null@4:2 e@5:1: 1.5@5:4=1.5}"#,
        ),
        (
            "a:\n  - x\n  - y: 2026-01-02\n    z: 1",
            r#"{a@1:1: ["x"@2:5=x {y@3:5: "2026-01-02"@3:8=2026-01-02 z@4:5: 1@4:8=1}]@2:3}"#,
        ),
        ("a: [1, {b: c}]", r#"{a@1:1: [1@1:5=1 {b@1:9: "c"@1:12=c}]@1:4}"#),
        ("a: |\n  two\n  lines\nb: 1", "{a@1:1: \"two\\nlines\\n\"@2:3=two\n  lines\n b@4:1: 1@4:4=1}"),
        ("a: &x [1, 2]\nb: *x", "{a@1:1: [1@1:8=1 2@1:11=2]@1:7 b@2:1: [1@2:4=*x 2@2:4=*x]@2:4}"),
        ("1: x", r#"{1@1:1: "x"@1:4=x}"#),
    ] {
        check(yaml_node, text, expected);
    }
}

#[test]
fn yaml_errors_have_places() {
    for (text, expected) in [
        ("a: 1\na: 2", "f:2:1: error[syntax]: duplicate key `a`"),
        ("a: b: c", "f:1:5: error[syntax]: this is not YAML: a second `:` in one line"),
        ("a: [1, 2", "f:1:4: error[syntax]: this is not YAML: unclosed bracket '['"),
        ("\ta: 1", "{a@1:2: 1@1:5=1}"),
        ("a: *nowhere", "f:1:4: error[syntax]: this is not YAML: reference to unknown value"),
        ("a: 'open", "f:1:4: error[syntax]: this is not YAML: unclosed quote"),
        ("a: 1\n---\nb: 2", "f:2:1: error[syntax]: a second YAML document in one file"),
        ("{a: 1}}", "f:1:7: error[syntax]: this is not YAML: misplaced bracket"),
    ] {
        check(yaml_node, text, expected);
    }
}

#[test]
fn json_has_spans() {
    for (text, expected) in [
        ("[]", "[]@1:1"),
        (
            "{\"a\": [1, -2.5e1, \"x\\n\", null],\n \"ä\": {\"b\":false}}",
            "{a@1:2: [1@1:8=1 -25.0@1:11=-2.5e1 \"x\\n\"@1:19=\"x\\n\" null@1:26]@1:7 ä@2:2: {b@2:8: false@2:12=false}}",
        ),
        ("{\"a\":1,\"a\":2}", "f:1:8: error[syntax]: duplicate key `a`"),
        ("{\"a\":}", "f:1:6: error[syntax]: this is not JSON: expected value"),
        ("[1,\n 2", "f:2:2: error[syntax]: this is not JSON: the text ends inside a list"),
        ("\"\\ud800\"", "f:1:1: error[syntax]: this is not JSON: unexpected end of hex escape"),
        ("", "f:1:1: error[syntax]: this is not JSON: the text ends inside a value"),
    ] {
        check(json_node, text, expected);
    }
}

#[test]
fn a_part_has_the_lines_of_its_file() {
    let text = "+++\nä\n+++ a = 'б' tail";
    let start = text.find("a =").expect("a");
    let node = toml_node("f", text, start..text.len() - 5).expect("TOML");
    assert_eq!(show(&node, text), "{a@3:5: \"б\"@3:9='б'}");
    let text = "---\nx: [1\n";
    check(
        |path, text, _| yaml_node(path, text, 4..text.len()),
        text,
        "f:2:4: error[syntax]: this is not YAML: unclosed bracket '['",
    );
}

#[test]
fn deep_and_large_documents_are_refused() {
    let deep = "[".repeat(100_000);
    for (door, text) in [
        (toml_node as Door, format!("a = {deep}")),
        (toml_node, format!("a = {}1{}", "[".repeat(70), "]".repeat(70))),
        (toml_node, format!("{}a = 1", "a.".repeat(100_000))),
        (toml_node, format!("[{}a]", "a.".repeat(70))),
        (toml_node, format!("a = {}", "{a=".repeat(100_000))),
        (yaml_node, deep.clone()),
        (yaml_node, format!("a: {deep}")),
        (yaml_node, "{a: ".repeat(100_000)),
        (yaml_node, "- ".repeat(100_000)),
        (yaml_node, "? ".repeat(100_000)),
        (yaml_node, format!("a: [{}]", "1,".repeat(6_000))),
        (json_node, deep.clone()),
        (json_node, format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        (json_node, "{\"a\":".repeat(100_000)),
    ] {
        // Tests have a smaller stack than the workers of a build have.
        let read = || door("f", &text, 0..text.len()).expect_err("refused");
        let worker = std::thread::Builder::new().stack_size(16 << 20);
        let diagnostics =
            std::thread::scope(|scope| worker.spawn_scoped(scope, read).expect("a thread").join()).expect("no panic");
        assert!(diagnostics.iter().all(|d| d.code == "syntax"), "{diagnostics:?}");
        assert!(diagnostics.len() <= MOST_ERRORS);
    }
    let just = format!("a = {}1{}", "[".repeat(60), "]".repeat(60));
    assert!(toml_node("f", &just, 0..just.len()).is_ok());
}

#[test]
fn aliases_do_not_multiply() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let line = vec![format!("*a{}", i - 1); 10].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{line}]\n"));
    }
    let diagnostics = yaml_node("f", &text, 0..text.len()).expect_err("refused");
    assert_eq!(diagnostics[0].message, "more than 5000 values, those that aliases repeat included");
}

#[test]
fn long_lines_take_linear_time() {
    let text = format!("a = [{}]", "1, ".repeat(300_000));
    assert!(toml_node("f", &text, 0..text.len()).is_ok());
}

fn inside(node: &Node, text: &str) {
    let mut spans = Vec::new();
    let mut copy = node.clone();
    sort_and_collect(&mut copy, &mut spans);
    for span in spans {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "([a-cä]: |[a-c] = |\\[|\\]|\\{|\\}|,|\"|'|\n|\r|\t| |- |1|true|#|&a |\\*a|\\||>|б|\\\\|[^a]){0,40}") {
        for door in DOORS {
            match door("f", &text, 0..text.len()) {
                Ok(node) => inside(&node, &text),
                Err(diagnostics) => {
                    prop_assert!(!diagnostics.is_empty());
                    for diagnostic in diagnostics {
                        let span = diagnostic.place.span.expect("a place");
                        prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                    }
                }
            }
        }
    }
}
