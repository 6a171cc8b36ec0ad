//! Containers: how they nest, how they end, and what each is.

use super::read;

#[test]
fn containers_nest_and_end() {
    for (markdown, expected) in [
        (
            ":::note\na\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n",
        ),
        (
            "::::note\n:::tip\na\n:::\nb\n::::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n<p>b</p>\n</div>\n",
        ),
        (
            ":::note\n:::tip\na\n:::\nb\n:::\nc",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n<p>b</p>\n</div>\n<p>c</p>\n",
        ),
        (
            ":::note\n::::tip\na\n::::\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n</div>\n",
        ),
        (
            ":::note\na\n:::::\nb",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n<p>b</p>\n",
        ),
        (
            "- a\n:::note\nb\n:::",
            "<ul>\n<li>a</li>\n</ul>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>b</p>\n</div>\n",
        ),
        (
            ":::note\n- a\n:::\nb",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<ul>\n<li>a</li>\n</ul>\n</div>\n<p>b</p>\n",
        ),
        (
            ":::note\n> a\n:::\nb",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<blockquote>\n<p>a</p>\n</blockquote>\n</div>\n<p>b</p>\n",
        ),
        (
            "> a\n:::note\nb\n:::",
            "<blockquote>\n<p>a</p>\n</blockquote>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>b</p>\n</div>\n",
        ),
        (
            "- :::note\n  a\n  :::\n- b",
            "<ul>\n<li>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\na\n</div>\n</li>\n<li>b</li>\n</ul>\n",
        ),
        (
            "a\n:::note\nb\n:::\nc",
            "<p>a</p>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>b</p>\n</div>\n<p>c</p>\n",
        ),
        (":::row:::", "<p>:::row:::</p>\n"),
        (":::été\na", "<p>:::été\na</p>\n"),
        (
            ":::note[*a* b]{.c #d k=v} \na\n:::",
            "<div id=\"d\" k=\"v\" class=\"c callout callout-note\"><p class=\"callout-title\"><em>a</em> b</p>\n<p>a</p>\n</div>\n",
        ),
        (
            ":::note a {b} c\nd\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">a {b} c</p>\n<p>d</p>\n</div>\n",
        ),
        ("::: {.a}\nb\n:::", "<div class=\"a\">\n<p>b</p>\n</div>\n"),
        (":::{.a}\nb\n:::", "<div class=\"a\">\n<p>b</p>\n</div>\n"),
        (
            "   :::note\n   a\n   :::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n",
        ),
        ("    :::note", "{code :::note}\n"),
        (
            ":::NOTE\na\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n",
        ),
        (
            ":::note- T\na\n:::",
            "<details class=\"callout callout-note\"><summary class=\"callout-title\">T</summary>\n<p>a</p>\n</details>\n",
        ),
        (
            ":::note+\na\n:::",
            "<details class=\"callout callout-note\" open=\"\"><summary class=\"callout-title\">{Note}</summary>\n<p>a</p>\n</details>\n",
        ),
        (
            ":::note{open}\na\n:::",
            "<details class=\"callout callout-note\" open=\"\"><summary class=\"callout-title\">{Note}</summary>\n<p>a</p>\n</details>\n",
        ),
        (":::frame[T]{.a k=v}\nb\n:::", "{frame: <p>b</p>\n}\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    for (markdown, expected, told) in [
        (
            "::::note\na\n:::\nb",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n<p>b</p>\n</div>\n",
            "stray-container-end:3 unclosed-container:1",
        ),
        (
            ":::note\n::::tip\na\n:::\nb\n::::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n</div>\n<p>b</p>\n",
            "unclosed-container:2 stray-container-end:6",
        ),
        ("- a\n:::\nb", "<ul>\n<li>a</li>\n</ul>\n<p>b</p>\n", "stray-container-end:2"),
        (
            "- :::note\n  a\n\nb",
            "<ul>\n<li>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\na\n</div>\n</li>\n</ul>\n<p>b</p>\n",
            "unclosed-container:1",
        ),
        (
            "> :::note\n> a\n\nb",
            "<blockquote>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n</blockquote>\n<p>b</p>\n",
            "unclosed-container:1",
        ),
        (":::\n", "", "stray-container-end:1"),
        ("::::", "", "stray-container-end:1"),
        (
            ":::note\na",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n",
            "unclosed-container:1",
        ),
        (":::note[a] b\nc\n:::", "<p>:::note[a] b\nc</p>\n", "stray-container-end:3"),
        (
            "{% f() %}\n:::note\na\n{% end %}\n:::",
            "{f: <div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n}\n",
            "stray-container-end:4 unclosed-container:1",
        ),
        (
            ":::note\n{% f() %}\na\n:::\n{% end %}",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n{f: <p>a</p>\n}\n</div>\n",
            "stray-container-end:4 unclosed-container:1",
        ),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), told.to_owned()), "{markdown}");
    }
}

#[test]
fn layout_containers_are_boxes() {
    for (markdown, expected) in [
        (
            "::::tabs{group=os}\n:::tab[A *b*]\nc\n:::\n:::tab D\ne\n:::\n::::",
            "<div class=\"tabs\" data-group=\"os\">\n<div class=\"tab\"><p class=\"tab-title\">A <em>b</em></p>\n<p>c</p>\n</div>\n<div class=\"tab\"><p class=\"tab-title\">D</p>\n<p>e</p>\n</div>\n</div>\n",
        ),
        (
            ":::code-group\n```sh [A]\nx\n```\n```py\ny\n```\n:::",
            "<div class=\"tabs\">\n<div class=\"tab\"><p class=\"tab-title\">A</p>\n{code x}\n</div>\n<div class=\"tab\"><p class=\"tab-title\">py</p>\n{code y}\n</div>\n</div>\n",
        ),
        (":::steps\n1. a\n:::", "<div class=\"steps\">\n<ol>\n<li>a</li>\n</ol>\n</div>\n"),
        (
            ":::card[A]{to=b.md}\nc\n:::",
            "<div class=\"grid-card\"><p class=\"grid-card-title\"><a href=\"{b.md}\">A</a></p>\n<p>c</p>\n</div>\n",
        ),
        (":::card\nc\n:::", "<div class=\"grid-card\">\n<p>c</p>\n</div>\n"),
        (":::files\n- a\n:::", "<div class=\"files\">\n<ul>\n<li><span class=\"file\">a</span></li>\n</ul>\n</div>\n"),
        (":::details\na\n:::", "<details><summary>{Details}</summary>\n<p>a</p>\n</details>\n"),
        (":::details{open} A `b`\nc\n:::", "<details open><summary>A <code>b</code></summary>\n<p>c</p>\n</details>\n"),
        (
            ":::example\n*a*\n:::",
            "<div class=\"example\">\n{code *a*}\n<div class=\"example-result\">\n<p><em>a</em></p>\n</div>\n</div>\n",
        ),
        (
            "::::example\n:::tip\na\n:::\n::::",
            "<div class=\"example\">\n{code :::tip\na\n:::}\n<div class=\"example-result\">\n<div class=\"callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n</div>\n</div>\n",
        ),
        (":::tabs os\n:::", "<div class=\"tabs\" data-group=\"os\">\n</div>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    let (markdown, expected, told) = (
        ":::tab[A]\nb\n:::",
        "<div class=\"tab\"><p class=\"tab-title\">A</p>\n<p>b</p>\n</div>\n",
        "misplaced-container:1",
    );
    assert_eq!(read(markdown), (expected.to_owned(), told.to_owned()), "{markdown}");
}

#[test]
fn titles_are_read_on_their_own() {
    for (markdown, expected) in [
        (
            ":::note - a\nb\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">- a</p>\n<p>b</p>\n</div>\n",
        ),
        (
            "> [!NOTE] # a\n> b",
            "<div class=\"callout callout-note\"><p class=\"callout-title\"># a</p>\n<p>b</p>\n</div>\n",
        ),
        (
            "> [!NOTE] [[a|b]] and ==c==\n> d",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{to a: b} and <mark>c</mark></p>\n<p>d</p>\n</div>\n",
        ),
        ("a\n\nb [[c|d]] e\n{.f}", "<p>a</p>\n<p class=\"f\">b {to c: d} e</p>\n"),
        ("==a [[b|c]] d==", "<p><mark>a {to b: c} d</mark></p>\n"),
        (
            "## FAQ\n\n1. Is [[a|b]] so?\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"is-b-so\"><h3>Is {to a: b} so?<a class=\"anchor\" href=\"#is-b-so\" aria-labelledby=\"is-b-so\"></a></h3>\n<div class=\"answer\">\n<p>d</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. [[a|b]]\n   is it?\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol>\n<li>{to a: b}\nis it?\nd</li>\n</ol>\n",
        ),
        (":::details {{ f() }}\na\n:::", "<details><summary>{{ f() }}</summary>\n<p>a</p>\n</details>\n"),
        (
            "::::example\n:::example\na\n:::\n::::",
            "<div class=\"example\">\n{code :::example\na\n:::}\n<div class=\"example-result\">\n<div class=\"example\">\n<p>a</p>\n</div>\n</div>\n</div>\n",
        ),
        ("[[a|`b` **c**]]\n{.d}", "<p class=\"d\">[[a|<code>b</code> <strong>c</strong>]]</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    for (markdown, expected, told) in [
        (
            ":::note :::tip\na\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">:::tip</p>\n<p>a</p>\n</div>\n",
            "",
        ),
        (
            ":::note {% f() %}\na\n:::",
            "<div class=\"callout callout-note\"><p class=\"callout-title\">{% f() %}</p>\n<p>a</p>\n</div>\n",
            "",
        ),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), told.to_owned()), "{markdown}");
    }
}
