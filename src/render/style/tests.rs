use super::*;

fn finished(source: &str) -> Finished {
    let mut address = |url: &str| (url == "img/a.svg#x").then(|| "img/a.0123.svg#x".to_owned());
    finish("themes/x/assets/x.css", source, &Css::default(), &mut address)
}

fn small(source: &str) -> String {
    let finished = finished(source);
    assert_eq!(finished.diagnostics, Vec::new(), "{source}");
    finished.text
}

#[test]
fn sheets_become_small_and_get_prefixes() {
    assert_eq!(small("/* why */\na {\n  color: #ff0000;\n}\n"), "a{color:red}");
    assert_eq!(small("a { user-select: none }"), "a{-webkit-user-select:none;user-select:none}");
    assert_eq!(small("/*! Licence */ a { margin: 0px 0px }"), "/*! Licence */\na{margin:0}");
}

#[test]
fn what_browsers_know_is_left_to_them() {
    for text in [
        "a{color:light-dark(#fff,#000)}",
        "a{& b{color:red}}",
        "@view-transition{navigation:auto}",
        "a{content:\"#\"/\"\"}",
        ":root{--line:light-dark(#dce2e5,#2f373d)}",
    ] {
        assert_eq!(small(text), text);
    }
}

#[test]
fn older_browsers_are_given_what_they_know() {
    let css = Css { browsers: vec![("chrome".to_owned(), 100 << 16)], ..Css::default() };
    let text = finish("x.css", "a { & b { color: red } inset: 0 }", &css, &mut |_| None).text;
    assert!(text.contains("a b{color:red}"), "{text}");
}

#[test]
fn addresses_of_assets_get_their_fingerprints() {
    assert_eq!(small("a { mask: url(\"img/a.svg#x\") }"), "a{mask:url(img/a.0123.svg#x)}");
    for text in
        ["a{background:url(other.png)}", "a{background:url(/a.png)}", "a{background:url(data:image/png;base64,AA==)}"]
    {
        assert_eq!(small(text), text);
    }
    assert_eq!(small("@import 'img/a.svg#x' print;"), "@import \"img/a.0123.svg#x\" print;");
    let text = small("a { background: url('with space.png') }");
    assert!(text.contains("url(\"with space.png\")"), "{text}");
}

#[test]
fn a_mistake_is_told_with_its_place_and_nothing_is_lost() {
    let source = "/* ü */ a { color: red }\nb { }\n  c { colour red; }\n";
    let finished = finished(source);
    assert_eq!(finished.text, source);
    let told: Vec<_> = finished.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("themes/x/assets/x.css:3:"), "{told:?}");
}

#[test]
fn places_are_found_whatever_ends_the_lines() {
    let at = |source: &str, line, column| {
        let span = span_of(source, line, column);
        (span.line, span.column, source[span.start as usize..span.end as usize].to_owned())
    };
    assert_eq!(at("a\nbc de", 1, 4), (2, 4, "de".to_owned()));
    assert_eq!(at("a\r\n😀 x", 1, 4), (2, 3, "x".to_owned()));
    assert_eq!(at("a", 9, 9).0, 1);
}

#[test]
fn nothing_is_changed_where_that_is_wanted() {
    let css = Css { minify: false, ..Css::default() };
    assert_eq!(finish("x.css", "a { b }", &css, &mut |_| None).text, "a { b }");
}
