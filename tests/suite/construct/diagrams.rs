//! Blocks of code in the language `mermaid` are drawn.

use docweave::{
    model::{Level, RelPath},
    parse::{self, Extension, Extensions, Included, Options},
};

use super::{parsed, read};

const CHART: &str = "flowchart LR\na[One] --> b[Two]";

/// What `text` comes to, with the drawing itself as `{drawing}`.
fn around_drawings(text: &str) -> (String, String) {
    let (mut html, told) = read(text);
    while let Some((start, end)) = html.find("<svg").zip(html.find("</svg>")) {
        html.replace_range(start..end + "</svg>".len(), "{drawing}");
    }
    (html, told)
}

#[test]
fn a_diagram_is_a_figure_with_its_source() {
    let source = format!("<details><summary>{{Source}}</summary>\n{{code {CHART}}}\n</details>\n");
    for (markdown, expected) in [
        (
            format!("```mermaid\n{CHART}\n```"),
            format!("<figure class=\"drawing\"><div>{{drawing}}</div>\n{source}</figure>\n"),
        ),
        (
            format!("~~~mermaid {{#way .big title=\"The <way>\"}}\n\n{CHART}\n~~~\n\nText."),
            format!(
                "<figure class=\"drawing big\" id=\"way\"><div>{{drawing}}</div>\n<figcaption>The &lt;way&gt;</figcaption>\n\
                 {}</figure>\n<p>Text.</p>\n",
                source.replace("{code ", "{code \n")
            ),
        ),
        (
            format!("```mermaid\n{CHART}\n```\n{{#way .big}}"),
            format!("<figure id=\"way\" class=\"big drawing\"><div>{{drawing}}</div>\n{source}</figure>\n"),
        ),
        (
            format!("- ```mermaid\n  {}\n  ```", CHART.replace('\n', "\n  ")),
            format!("<ul>\n<li>\n<figure class=\"drawing\"><div>{{drawing}}</div>\n{source}</figure>\n</li>\n</ul>\n"),
        ),
        (
            format!(":::code-group\n```mermaid [Drawn]\n{CHART}\n```\n:::"),
            format!(
                "<div class=\"tabs\">\n<div class=\"tab\"><p class=\"tab-title\">Drawn</p>\n<figure class=\"drawing\">\
                 <div>{{drawing}}</div>\n{source}</figure>\n</div>\n</div>\n"
            ),
        ),
        ("    flowchart LR".to_owned(), "{code flowchart LR}\n".to_owned()),
        (format!("```text\n{CHART}\n```"), format!("{{code {CHART}}}\n")),
    ] {
        assert_eq!(around_drawings(&markdown), (expected, String::new()), "{markdown}");
    }
}

#[test]
fn a_wide_diagram_keeps_a_width_at_which_it_can_be_read() {
    let chain = |nodes: usize| (1..nodes).map(|node| format!("n{} --> n{node}\n", node - 1)).collect::<String>();
    for (nodes, expected) in
        [(3, "<div><svg"), (9, "<div class=\"wide wide-8\" tabindex=\"0\"><svg"), (60, "wide-32\"")]
    {
        let (html, _) = read(&format!("```mermaid\nflowchart LR\n{}```", chain(nodes)));
        assert!(html.contains(expected), "{nodes}: {}", &html[..200]);
    }
}

#[test]
fn the_same_diagram_may_stand_twice_in_a_page() {
    let (html, _) = read(&format!("```mermaid\n{CHART}\n```\n\n```mermaid\n{CHART}\n```"));
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(count > 1 && ids.len() == count, "{html}");
}

#[test]
fn a_mistake_is_told_at_its_place_and_the_source_is_shown() {
    for (markdown, line, column) in [
        ("```mermaid\nflowchrt LR\n```", 2, 1),
        ("\n~~~ mermaid\n\n\nflowchart LR\n a[One --> b\n~~~", 6, 3),
        ("> - ```mermaid\n>   flowchart LR\n>     a[One --> b\n>   ```", 3, 8),
        ("```mermaid\n```", 1, 1),
        ("```mermaid\r\nflowchart LR\r\n a[One --> b\r\n```", 3, 3),
    ] {
        let parsed = parsed(markdown, &Included::new());
        let [problem] = &parsed.diagnostics[..] else { panic!("{markdown}: {:?}", parsed.diagnostics) };
        let span = problem.place.span.unwrap();
        assert_eq!((span.line, span.column), (line, column), "{markdown}: {problem}");
        assert!(
            problem.code == "bad-diagram" && problem.level == Level::Warning && problem.help.is_some(),
            "{problem:?}"
        );
        assert!(parsed.head.codes.len() == 1 && !parsed.doc.html.contains("<svg"), "{markdown}");
    }
}

#[test]
fn an_article_has_a_bounded_number_of_diagrams() {
    let (html, told) = read(&format!("```mermaid\n{CHART}\n```\n\n").repeat(302));
    assert_eq!(html.matches("<svg").count(), 300);
    assert_eq!(told, "bad-diagram:1502 bad-diagram:1507");
}

#[test]
fn an_excerpt_is_of_the_text_beside_a_diagram() {
    let parsed = parsed(&format!("```mermaid\n{CHART}\n```\n\nSome text."), &Included::new());
    assert_eq!(parsed.head.excerpt, "Some text.");
}

#[test]
fn without_the_extension_a_diagram_is_code() {
    let extensions = Extensions::default().without(Extension::Diagrams);
    let options = Options { extensions, ..Options::default() };
    let text = format!("```mermaid\n{CHART}\n```");
    let parsed = parse::article(&RelPath::new("a.md").unwrap(), &text, &options, &Included::new());
    assert!(parsed.head.codes.len() == 1 && !parsed.doc.html.contains("<svg") && parsed.diagnostics.is_empty());
}
