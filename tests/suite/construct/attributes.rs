//! Attributes in braces.

use super::read;

#[test]
fn attributes_belong_to_what_stands_before_them() {
    for (markdown, expected) in [
        ("[a](b){.c #d e=f}", "<p><a id=\"d\" class=\"c\" e=\"f\" href=\"{b}\">a</a></p>\n"),
        ("![a](b){.c width=1}", "<p>{image b: a}</p>\n"),
        ("`a`{.b}", "<p><code class=\"b\">a</code></p>\n"),
        ("*a*{.b}", "<p><em class=\"b\">a</em></p>\n"),
        ("**a**{.b} ~~c~~{.d}", "<p><strong class=\"b\">a</strong> <del class=\"d\">c</del></p>\n"),
        ("***a***{.b}", "<p><em class=\"b\"><strong>a</strong></em></p>\n"),
        ("<https://a.b>{.c}", "<p><a class=\"c\" href=\"{https://a.b}\">https://a.b</a></p>\n"),
        ("==a=={.b}", "<p><mark>a</mark>{.b}</p>\n"),
        ("*a* {.b}", "<p><em>a</em> {.b}</p>\n"),
        ("a{.b}", "<p>a{.b}</p>\n"),
        ("`a`{.b}{.c}", "<p><code class=\"b\">a</code>{.c}</p>\n"),
        ("`a`{x}", "<p><code>a</code>{x}</p>\n"),
        ("`a`{}", "<p><code>a</code>{}</p>\n"),
        ("`a`\\{.b}", "<p><code>a</code>{.b}</p>\n"),
        ("*`a`{.b}*{.c}", "<p><em class=\"c\"><code class=\"b\">a</code></em></p>\n"),
        ("[`a`{.b}](c){.d}", "<p><a class=\"d\" href=\"{c}\"><code class=\"b\">a</code></a></p>\n"),
        ("a\n{.b}", "<p class=\"b\">a</p>\n"),
        ("a\n{.b}\nc", "<p class=\"b\">a</p>\n<p>c</p>\n"),
        ("- a\n{.b}", "<ul class=\"b\">\n<li>a</li>\n</ul>\n"),
        ("- a\n\n  b\n  {.c}", "<ul>\n<li>\n<p>a</p>\n<p class=\"c\">b</p>\n</li>\n</ul>\n"),
        ("> a\n{.b}", "<blockquote class=\"b\">\n<p>a</p>\n</blockquote>\n"),
        (
            "|a|\n|-|\n{.b}",
            "<div class=\"b table\" tabindex=\"0\"><table><thead><tr><th>a</th></tr></thead></table></div>\n",
        ),
        (
            "## a {#b .c key=d}",
            "<h2 id=\"b\" class=\"c\">a<a class=\"anchor\" href=\"#b\" aria-labelledby=\"b\"></a></h2>\n",
        ),
        ("a\n\n{.b}", "<p class=\"b\">a</p>\n"),
        ("1. a\n{start=3}", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("3. a\n{start=4}", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("[a](b){href=c}", "<p><a href=\"{b}\">a</a></p>\n"),
        ("a\n{: .b}", "<p class=\"b\">a</p>\n"),
        (
            ":::note\na\n:::\n{.b}",
            "<div class=\"b callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n",
        ),
        (
            "> [!TIP]\n> a\n{.b}",
            "<div class=\"b callout callout-tip\"><p class=\"callout-title\">{Tip}</p>\n<p>a</p>\n</div>\n",
        ),
        ("a\nb {.c}", "<p>a\nb {.c}</p>\n"),
        ("term\n: def\n{.a}", "<dl class=\"a\">\n<dt>term</dt>\n<dd>def</dd>\n</dl>\n"),
        ("a\n{.b} c", "<p>a\n{.b} c</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
    for (markdown, expected, told) in [
        ("- a\n  {.b}", "<ul>\n<li>a</li>\n</ul>\n", "stray-attributes:2"),
        ("# a\n{.b}\n", "", "stray-attributes:2"),
        (
            "## a\n{#b}",
            "<h2 id=\"a\">a<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h2>\n",
            "stray-attributes:2",
        ),
        (
            "## a {#b}\n{#c .d}",
            "<h2 class=\"d\" id=\"b\">a<a class=\"anchor\" href=\"#b\" aria-labelledby=\"b\"></a></h2>\n",
            "stray-attributes:2",
        ),
        ("```\na\n```\n{.b}", "{code a}\n", "stray-attributes:4"),
        ("---\n{.b}", "<hr>\n", "stray-attributes:2"),
        ("{.a}", "", "stray-attributes:1"),
        ("a\n{.b}\n{.c}", "<p class=\"b\">a</p>\n", "stray-attributes:3"),
        ("*a*{onclick=b}", "<p><em>a</em></p>\n", "refused-attribute:1"),
        ("a\n{style=b .c}", "<p class=\"c\">a</p>\n", "refused-attribute:2"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), told.to_owned()), "{markdown}");
    }
}
