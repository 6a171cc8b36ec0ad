//! Links by title.

use super::read;

#[test]
fn links_by_title_stand_where_they_are_written() {
    for (markdown, expected) in [
        ("a [[x]] b", "<p>a {to x} b</p>\n"),
        ("[[x]]", "<p>{to x}</p>\n"),
        ("[[x]] b", "<p>{to x} b</p>\n"),
        ("a\n[[x]]\nb", "<p>a\n{to x}\nb</p>\n"),
        (
            "- [[x]]\n- [[x]] a\n> [[x]]",
            "<ul>\n<li>{to x}</li>\n<li>{to x} a</li>\n</ul>\n<blockquote>\n<p>{to x}</p>\n</blockquote>\n",
        ),
        ("```\n```\n[[x]]\nb *c*\n\nd", "{code }\n<p>{to x}\nb <em>c</em></p>\n<p>d</p>\n"),
        ("[[x|y *z*]]", "<p>{to x: y <em>z</em>}</p>\n"),
        ("[[x|]]", "<p>{to x}</p>\n"),
        ("[[x#y]] [[#y]]", "<p>{to x#y} {to #y}</p>\n"),
        (
            "|a|\n|-|\n|[[x|y]]|\n|[[x\\|y]]|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>{to x: y}</td></tr>\n<tr><td>{to x: y}</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "|a|b|\n|-|-|\n|[[x]]|[[y]] z|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>{to x}</td><td>{to y} z</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "[[x]](y) [[x]][y] [[x]]: ![[x]] \\[[x]] [[[x]]]",
            "<p><a href=\"{y}\">[x]</a> [[x]][y] {to x}: ![[x]] [[x]] [[[x]]]</p>\n",
        ),
        ("[a [[x]] b](c)", "<p><a href=\"{c}\">a {to x} b</a></p>\n"),
        ("[[ x]] [[]] [[a\nb]] [[a]b]] if [[ -f x ]]", "<p>[[ x]] [[]] [[a\nb]] [[a]b]] if [[ -f x ]]</p>\n"),
        ("**[[x]]** ==[[x]]== ~~[[x]]~~", "<p><strong>{to x}</strong> <mark>{to x}</mark> <del>{to x}</del></p>\n"),
        (
            "## A [[x]]\n",
            "<h2 id=\"a-x\">A {to x}<a class=\"anchor\" href=\"#a-x\" aria-labelledby=\"a-x\"></a></h2>\n",
        ),
        ("![a [[x]] b](c)", "<p>{image c: a x b}</p>\n"),
        ("[[x]]{.a}", "<p>{to x}{.a}</p>\n"),
        ("\"[[x]]\"", "<p>\"{to x}\"</p>\n"),
        ("[[日本|語]]", "<p>{to 日本: 語}</p>\n"),
        ("a `\n[[x]]\nb ` c", "<p>a <code>[[x]] b</code> c</p>\n"),
        ("[x]: /u \"[[t]]\"\n\n[x]", "<p><a href=\"{/u}\" title=\"&lt;?x?&gt;\">x</a></p>\n"),
        ("[[x]]\n===", "<h1 id=\"x\">{to x}<a class=\"anchor\" href=\"#x\" aria-labelledby=\"x\"></a></h1>\n"),
        ("[[a|b|c]]", "<p>{to a: b|c}</p>\n"),
        (
            "[a](b \"c [[x]] d\") ![e](f.png \"[[x]]\")",
            "<p><a href=\"{b}\" title=\"c [[x]] d\">a</a> {image f.png: e}</p>\n",
        ),
        ("[[x]] [a [[y]]](<b [[z]]>)", "<p>{to x} [a [[y]]](&lt;b {to z}&gt;)</p>\n"),
        ("[a](b \"{{ f() }}\")", "<p><a href=\"{b}\" title=\"{{ f() }}\">a</a></p>\n"),
        ("*a [[x*]] b", "<p>*a {to x*} b</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}
