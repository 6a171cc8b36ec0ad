//! Constructs in code and in raw HTML are text.

use super::read;

#[test]
fn constructs_in_code_and_raw_html_are_text() {
    for (markdown, expected) in [
        (
            "`:::note` `[[x]]` `==a==` `{{ f(a=1) }}`",
            "<p><code>:::note</code> <code>[[x]]</code> <code>==a==</code> <code>{{ f(a=1) }}</code></p>\n",
        ),
        ("``a `[[x]]` b``", "<p><code>a `[[x]]` b</code></p>\n"),
        ("` a\n[[x]] b\n[[c]] `", "<p><code>a [[x]] b [[c]]</code></p>\n"),
        ("    :::note\n    [[x]]\n    {.a}", "{code :::note\n[[x]]\n{.a}}\n"),
        ("- ```\n  :::\n  ```", "<ul>\n<li>\n{code :::}\n</li>\n</ul>\n"),
        ("> ```\n> [[x]]\n> ```", "<blockquote>\n{code [[x]]}\n</blockquote>\n"),
        ("<div>\n:::note\n[[x]] ==a== {{ f() }}\n:::\n</div>", "<div>\n:::note\n[[x]] ==a== {{ f() }}\n:::\n</div>"),
        ("<span title=\"[[x]]\">a</span>", "<p><span title=\"[[x]]\">a</span></p>\n"),
        ("<pre>\n\n:::note\n</pre>", "<pre>\n\n:::note\n</pre>"),
        ("<!-- :::note\n[[x]] -->\na", "<p>a</p>\n"),
        ("``` \n[[x]]", "{code [[x]]}\n"),
        ("`[[x]]` [[x]] `[[x]]`", "<p><code>[[x]]</code> {to x} <code>[[x]]</code></p>\n"),
        ("[[x `y` z]]", "<p>[[x <code>y</code> z]]</p>\n"),
        ("`[[x`]]", "<p><code>[[x</code>]]</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    let (markdown, expected, told) = (
        "```\n:::note\n[[x]] {{ f() }}\n--8<-- \"x\"\n*[A]: b\n{.a}\n:::\n```",
        "{code :::note\n[[x]] {{ f() }}\n*[A]: b\n{.a}\n:::}\n",
        "missing-include:4",
    );
    assert_eq!(read(markdown), (expected.to_owned(), told.to_owned()), "{markdown}");
}

#[test]
fn comments_are_left_out() {
    for (markdown, expected) in [
        ("a <!-- b --> c", "<p>a  c</p>\n"),
        ("<!-- a -->\nb", "<p>b</p>\n"),
        ("<!-- a\n\nb -->\nc", "<p>c</p>\n"),
        ("<!-- a --> b", " b"),
        ("<!-- a --> *b* <!-- c -->", " *b* "),
        ("<!-- a --><!-- b -->", ""),
        ("a\n<!-- b -->\nc", "<p>a</p>\n<p>c</p>\n"),
        ("- a\n  <!-- b -->\n- c", "<ul>\n<li>a</li>\n<li>c</li>\n</ul>\n"),
        ("<div>\n<!-- a -->\n</div>", "<div>\n<!-- a -->\n</div>"),
        ("<p>a</p> <!-- b -->", "<p>a</p> <!-- b -->"),
        ("`<!-- a -->`", "<p><code>&lt;!-- a --&gt;</code></p>\n"),
        ("<!-- a -->\n# T\n\nb", "<p>b</p>\n"),
        ("a <!-- b\nc --> d", "<p>a  d</p>\n"),
        ("<!--> a", " a"),
        ("**<!-- a -->**", "<p><strong></strong></p>\n"),
        ("> <!-- a\n> b --> c", "<blockquote>\n c\n</blockquote>\n"),
        ("<!-- [[x]] :::note {{ f() }} -->a", "a"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    assert_eq!(read("<!-- a"), (String::new(), "unclosed-container:1".to_owned()));
}
