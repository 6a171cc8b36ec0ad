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
            Hole::SeeAlso(_) => {}
            Hole::Term(index) => html.push_str(&format!("{{term {index}}}")),
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
            "|a|b|\n|:-|-:|\n|c|d|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th class=\"align-left\">a</th><th class=\"align-right\">b</th></tr></thead><tbody>\n<tr><td class=\"align-left\">c</td><td class=\"align-right\">d</td></tr>\n</tbody></table></div>\n",
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
fn addresses_in_text_become_links() {
    let a = "<a href=\"{https://a.example/b}\">https://a.example/b</a>";
    for (markdown, expected) in [
        ("see https://a.example/b.", format!("<p>see {a}.</p>\n")),
        ("**https://a.example/b**", format!("<p><strong>{a}</strong></p>\n")),
        (
            "- [x] https://a.example/b",
            format!(
                "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"{{Done}}\"> {a}</li>\n</ul>\n"
            ),
        ),
        ("`x`https://a.example/b", "<p><code>x</code>https://a.example/b</p>\n".to_owned()),
        ("`https://a.example/b`", "<p><code>https://a.example/b</code></p>\n".to_owned()),
        ("<https://a.example/b>", format!("<p>{a}</p>\n")),
        ("[https://a.example/b](c)", "<p><a href=\"{c}\">https://a.example/b</a></p>\n".to_owned()),
        ("<a href=c>https://a.example/b</a>", "<p><a href=c>https://a.example/b</a></p>\n".to_owned()),
        ("<a name=c>\n\nhttps://a.example/b", format!("<a name=c>\n<p>{a}</p>\n")),
        ("me_too@b.example", "<p><a href=\"{mailto:me_too@b.example}\">me_too@b.example</a></p>\n".to_owned()),
    ] {
        assert_eq!(html(markdown), expected, "{markdown}");
    }
    let parsed = parse("## A\n\nx &amp; y_z www.a_b.example.org,");
    let [link] = parsed.head.links.as_slice() else { panic!("one link") };
    assert_eq!((link.target.as_str(), link.section), ("http://www.a_b.example.org", 1));
    assert_eq!((link.span.line, link.span.column, link.span.end - link.span.start), (3, 13, 19));
}

#[test]
fn typography_leaves_addresses_alone() {
    let options = Options { smart_punctuation: true, ..Options::default() };
    let path = RelPath::new("a.md").expect("a path");
    let parsed = article(&path, "\"a\" -- https://a.example/b--c...", &options, &Included::new());
    assert_eq!(parsed.head.links[0].target, "https://a.example/b--c");
    assert_eq!(parsed.doc.html, "<p>“a” – <a href=\"\">https://a.example/b--c</a>…</p>\n");
}

#[test]
fn without_extensions_commonmark_is_all_there_is() {
    let options = Options { extensions: Extensions::none(), ..Options::default() };
    let path = RelPath::new("a.md").expect("a path");
    for (markdown, expected) in [
        ("www.a.example", "<p>www.a.example</p>\n"),
        ("> [!NOTE]\n> a", "<blockquote>\n<p>[!NOTE]\na</p>\n</blockquote>\n"),
        ("> [!QUOTE]\n> a", "<blockquote>\n<p>[!QUOTE]\na</p>\n</blockquote>\n"),
        ("a[^b] ~~c~~\n\n[^b]: d", "<p>a<a href=\"\">^b</a> ~~c~~</p>\n"),
        ("|a|\n|-|", "<p>|a|\n|-|</p>\n"),
        ("- [x] a", "<ul>\n<li>[x] a</li>\n</ul>\n"),
    ] {
        assert_eq!(article(&path, markdown, &options, &Included::new()).doc.html, expected, "{markdown}");
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

#[test]
fn items_of_a_tree_of_files_begin_with_names() {
    let tree = html(":::files\n- a/\n- b.md what it is\n- **c.md** marked\n\n:::\n");
    let items = "<li><span class=\"folder\">a/</span></li>\n\
                 <li><span class=\"file\">b.md</span> what it is</li>\n\
                 <li><strong>c.md</strong> marked</li>\n";
    assert_eq!(tree, format!("<div class=\"files\">\n<ul>\n{items}</ul>\n</div>\n"));
    assert_eq!(html("- b.md what"), "<ul>\n<li>b.md what</li>\n</ul>\n");
}

#[test]
fn a_page_with_abbreviations_uses_notes() {
    let parsed = parse("HTML is short.\n\n*[HTML]: Hypertext Markup Language\n");
    assert_eq!(parsed.doc.html, "<p><abbr title=\"Hypertext Markup Language\">HTML</abbr> is short.</p>\n");
    assert_eq!(parsed.head.uses, [crate::model::doc::Construct::Notes]);
}
