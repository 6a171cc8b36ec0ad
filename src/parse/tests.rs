use super::*;
use crate::model::doc::Hole;

fn parse(text: &str) -> Parsed {
    let path = RelPath::new("a.md").expect("a path");
    article(&path, text, &Options::default(), &Included::new())
}

/// The HTML with holes written as `{…}`.
fn html(text: &str) -> String {
    let parsed = parse(text);
    let mut html = String::new();
    let mut from = 0;
    for (at, hole) in &parsed.doc.holes {
        html.push_str(&parsed.doc.html[from..*at as usize]);
        from = *at as usize;
        match hole {
            Hole::Address(i) => html.push_str(&format!("{{{}}}", parsed.head.links[*i as usize].target)),
            Hole::Code(code) => {
                html.push_str(&format!("{{{}: {}}}", parsed.head.codes[code.index as usize].language, code.text))
            }
            Hole::Media(media) => {
                html.push_str(&format!("{{{}: {}}}", parsed.head.links[media.link as usize].target, media.alt))
            }
            Hole::Component(index, _) => {
                html.push_str(&format!("{{{}()}}", parsed.head.components[*index as usize].name.value))
            }
            Hole::Wikilink(link) => html.push_str(&format!("{{{}}}", link.written)),
            Hole::Word(word) => html.push_str(&format!("{{{word:?}}}")),
        }
    }
    html + &parsed.doc.html[from..]
}

#[test]
fn blocks_and_inlines_become_html_with_holes() {
    for (markdown, expected) in [
        ("a *b* **c** `d<`", "<p>a <em>b</em> <strong>c</strong> <code>d&lt;</code></p>\n"),
        ("[x](y.md \"t\")", "<p><a href=\"{y.md}\" title=\"t\">x</a></p>\n"),
        ("<me@example.org>", "<p><a href=\"{mailto:me@example.org}\">me@example.org</a></p>\n"),
        ("![a *b*](c.png)", "<p>{c.png: a b}</p>\n"),
        ("[![a](b.png)](c)", "<p><a href=\"{c}\">{b.png: a}</a></p>\n"),
        ("```rust,ignore\nx\n```", "{rust: x\n}\n"),
        (
            "- [x] a\n- [ ] b",
            "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"{Done}\"> a</li>\n<li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"{ToDo}\"> b</li>\n</ul>\n",
        ),
        (
            "> [!TIP]\n> a",
            "<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n",
        ),
        ("> [!QUOTE]\n> a", "<blockquote class=\"pull\">\n<p>a</p>\n</blockquote>\n"),
        ("> [!QUOTE]\n>\n> a", "<blockquote class=\"pull\">\n<p>a</p>\n</blockquote>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        (
            "|a|b|\n|-|-:|\n|c|d|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>a</th><th class=\"align-right\">b</th></tr></thead><tbody>\n<tr><td>c</td><td class=\"align-right\">d</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "a[^x] b[^x]\n\n[^x]: c",
            "<p>a<sup class=\"footnote-ref\" id=\"fnref-1\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup> b<sup class=\"footnote-ref\" id=\"fnref-1-2\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup></p>\n<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"{Footnotes}\">\n<ol>\n<li id=\"fn-1\"><p>c <a class=\"footnote-back\" href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"{BackToText}\">↩</a></p></li>\n</ol>\n</section>\n",
        ),
        ("a[^gone]", "<p>a[^gone]</p>\n"),
        (
            "## A [b](c) {#x .y}",
            "<h2 id=\"x\" class=\"y\">A <a href=\"{c}\">b</a><a class=\"anchor\" href=\"#x\" aria-labelledby=\"x\"></a></h2>\n",
        ),
    ] {
        assert_eq!(html(markdown), expected, "{markdown}");
    }
}

#[test]
fn a_heading_of_level_one_that_opens_the_text_is_the_pages_own() {
    let parsed = parse("# The `title`\n\ntext\n\n# Another\n");
    assert_eq!((parsed.head.title.as_str(), parsed.head.title_html.as_str()), ("The title", "The <code>title</code>"));
    assert_eq!(parsed.head.title_id.as_deref(), Some("the-title"));
    let emphasised = parse("# An *open* [question](q.md)\n\ntext\n").head;
    assert_eq!((emphasised.title.as_str(), emphasised.headings.len()), ("An open question", 0));
    assert_eq!(parsed.head.headings.iter().map(|h| h.text.as_str()).collect::<Vec<_>>(), ["Another"]);
    assert_eq!(parse("text\n\n# Late\n").head.title, "A", "only at the very start; else the file's name");
}

#[test]
fn sections_are_cut_at_headings_and_know_their_words_and_links() {
    let parsed = parse("one two\n\n## A {#a topics=\"tools\"}\n\nthree [four](x.md)\n\n## B\n");
    let head = &parsed.head;
    assert_eq!(
        head.sections.iter().map(|s| (s.words, s.excerpt.as_str())).collect::<Vec<_>>(),
        [(2, "one two"), (2, "three four"), (0, "")]
    );
    assert_eq!(head.links[0].section, 1);
    assert_eq!((head.links[0].span.line, head.links[0].span.column), (5, 7));
    assert_eq!(head.headings[0].topics[0].value, "tools");
    assert_eq!(head.words, 4);
}

#[test]
fn an_id_given_twice_is_told() {
    let parsed = parse("## A {#x}\n\n## B {#x}\n");
    assert_eq!(parsed.head.headings[1].id, "x-1");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].place.span.map(|s| s.line), Some(3));
}

#[test]
fn depth_and_length_cost_no_stack_and_little_time() {
    let many = 100_000;
    for text in [
        ">".repeat(many),
        "> ".repeat(many),
        "[".repeat(many),
        "![".repeat(many),
        "*a ".repeat(many),
        "_".repeat(many) + "a",
        "- ".repeat(many),
        "`".repeat(many),
        "<".repeat(many),
        "#".repeat(many),
        "[a](".repeat(many),
        "| a ".repeat(many) + "\n" + &"|-".repeat(many),
        "[^a]: ".repeat(many),
        "a\n".repeat(many * 10),
    ] {
        let started = std::time::Instant::now();
        parse(&text);
        assert!(started.elapsed().as_secs() < 20, "{}", &text[..20]);
    }
}
