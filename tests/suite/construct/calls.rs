//! Calls of components, as blocks and in text.

use super::read;

#[test]
fn calls_stand_where_they_are_written() {
    for (markdown, expected) in [
        ("{{ f() }}", "{f}"),
        ("a {{ f() }} b", "<p>a {f} b</p>\n"),
        ("{{ f() }} b", "<p>{f} b</p>\n"),
        ("a\n{{ f() }}\nb", "<p>a\n{f}\nb</p>\n"),
        ("a\n\n{{ f() }}\n\nb", "<p>a</p>\n{f}\n<p>b</p>\n"),
        ("```\nx\n```\n{{ f() }}\ntext *stays*\n\nb", "{code x}\n<p>{f}\ntext <em>stays</em></p>\n<p>b</p>\n"),
        ("# H\n{{ f() }}\n# I", "{f}\n<h1 id=\"i\">I<a class=\"anchor\" href=\"#i\" aria-labelledby=\"i\"></a></h1>\n"),
        (
            "- {{ f() }}\n- {{ f() }} a\n- a\n  {{ f() }}",
            "<ul>\n<li>{f}</li>\n<li>{f} a</li>\n<li>a\n{f}</li>\n</ul>\n",
        ),
        ("> {{ f() }}\n> a", "<blockquote>\n<p>{f}\na</p>\n</blockquote>\n"),
        (
            "|a|b|\n|-|-|\n|{{ f() }}|{{ f(a=\"x|y\") }}|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>{f}</td><td>{f}</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "|a|b|\n|-|-|\n|{{ f() }} c|d|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>{f} c</td><td>d</td></tr>\n</tbody></table></div>\n",
        ),
        ("**{{ f() }}** [{{ f() }}](x)", "<p><strong>{f}</strong> <a href=\"{x}\">{f}</a></p>\n"),
        ("![{{ f() }}](x)", "<p>{image x: }</p>\n"),
        ("{% f() %}\na *b*\n{% end %}", "{f: <p>a <em>b</em></p>\n}\n"),
        ("{% f() %} a {% end %}", "<p>{f:  a }\n</p>\n"),
        ("a {% f() %}b{% end %} c", "<p>a {f: b}\n c</p>\n"),
        ("{% f() %}\n\n{% g() %}\n- a\n{% end %}\n\n{% end %}", "{f: {g: <ul>\n<li>a</li>\n</ul>\n}\n}\n"),
        ("- {% f() %}\n  a\n  {% end %}", "<ul>\n<li>{f: a}\n</li>\n</ul>\n"),
        ("\\{{ f() }} and {{ title }} and ${{ f() }}", "<p>{{ f() }} and {{ title }} and ${{ f() }}</p>\n"),
        ("{{ f(\n  a=1,\n  b=2\n) }}", "{f}"),
        ("{{ f() }}{{ g() }}\n{{ h() }}", "<p>{f}{g}</p>\n{h}"),
        ("a\n{{ f() }} {{ g() }}\nb", "<p>a\n{f} {g}\nb</p>\n"),
        ("[x]: y\n{{ f() }}\n[x]", "<p>{f}\n<a href=\"{y}\">x</a></p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}

/// A call around text that begins in a line ends in the same paragraph, heading, cell or emphasis: tags never cross it.
#[test]
fn a_call_that_begins_in_a_line_ends_with_its_text() {
    let (unclosed, stray) = ("unclosed-container", "stray-container-end");
    for (markdown, expected, said) in [
        ("a {% f() %} b\n\nc", "<p>a {f:  b}\n</p>\n<p>c</p>\n", &[unclosed][..]),
        ("a *b {% f() %} c* d\n\ne", "<p>a <em>b {f:  c}</em> d</p>\n<p>e</p>\n", &[unclosed]),
        ("a\n{% f() %}\nb\n{% end %}, c\n\nd", "<p>a</p>\n{f: <p>b\n, c</p>\n<p>d</p>\n}\n", &[stray, unclosed]),
        ("a {% f() %} b\n\nc {% end %} d", "<p>a {f:  b}\n</p>\n<p>c  d</p>\n", &[unclosed, stray]),
    ] {
        let (html, told) = read(markdown);
        assert_eq!(html, expected, "{markdown}");
        said.iter().for_each(|words| assert!(told.contains(words), "{markdown}: {told}"));
    }
}
