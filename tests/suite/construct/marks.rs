//! Marks in text.

use super::read;

#[test]
fn inline_marks_need_their_place() {
    for (markdown, expected) in [
        ("==a== and ==b c==", "<p><mark>a</mark> and <mark>b c</mark></p>\n"),
        ("a == b == c", "<p>a == b == c</p>\n"),
        ("a==b==c", "<p>a==b==c</p>\n"),
        ("==a *b* c==", "<p><mark>a <em>b</em> c</mark></p>\n"),
        ("==*a*== *==a==*", "<p><mark><em>a</em></mark> <em><mark>a</mark></em></p>\n"),
        ("*a ==b* c==", "<p><em>a ==b</em> c==</p>\n"),
        ("==a ==b==", "<p>==a <mark>b</mark></p>\n"),
        ("==a", "<p>==a</p>\n"),
        ("a==", "<p>a==</p>\n"),
        ("====a====", "<p>====a====</p>\n"),
        ("===a===", "<p>===a===</p>\n"),
        ("\\==a== =\\=a== &#61;=a==", "<p>==a== ==a== ==a==</p>\n"),
        ("==a\nb==", "<p><mark>a\nb</mark></p>\n"),
        ("==a\n\nb==", "<p>==a</p>\n<p>b==</p>\n"),
        (
            "|==a|b==|\n|-|-|\n|==a==|",
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>==a</th><th>b==</th></tr></thead><tbody>\n<tr><td><mark>a</mark></td><td></td></tr>\n</tbody></table></div>\n",
        ),
        ("==`a`==", "<p><mark><code>a</code></mark></p>\n"),
        ("==[a](b)==", "<p><mark><a href=\"{b}\">a</a></mark></p>\n"),
        ("(==a==) \"==a==\"", "<p>(<mark>a</mark>) \"<mark>a</mark>\"</p>\n"),
        ("==a==b", "<p><mark>a</mark>b</p>\n"),
        ("==a== ==b==", "<p><mark>a</mark> <mark>b</mark></p>\n"),
        ("## ==a==", "<h2 id=\"a\"><mark>a</mark><a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h2>\n"),
        ("==é==", "<p><mark>é</mark></p>\n"),
        ("++ctrl+c++", "<p><kbd class=\"keys\"><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd></p>\n"),
        (
            "++\"a b\"++ ++x++ ++arrow-up++",
            "<p><kbd class=\"keys\"><kbd>a b</kbd></kbd> <kbd class=\"keys\"><kbd>X</kbd></kbd> <kbd class=\"keys\"><kbd>↑</kbd></kbd></p>\n",
        ),
        ("C++ and D++", "<p>C++ and D++</p>\n"),
        ("i++ + ++j", "<p>i++ + ++j</p>\n"),
        ("++a b++", "<p>++a b++</p>\n"),
        ("a++b++", "<p>a++b++</p>\n"),
        ("++++ ++a", "<p>++++ ++a</p>\n"),
        ("++ctrl++ctrl++", "<p><kbd class=\"keys\"><kbd>Ctrl</kbd></kbd>ctrl++</p>\n"),
        ("++a\nb++", "<p>++a\nb++</p>\n"),
        ("++é++", "<p><kbd class=\"keys\"><kbd>É</kbd></kbd></p>\n"),
        ("H~2~O x^2^", "<p>H<sub>2</sub>O x<sup>2</sup></p>\n"),
        ("2^10 and 3^4", "<p>2^10 and 3^4</p>\n"),
        ("~/x and ~/y", "<p>~/x and ~/y</p>\n"),
        ("x^a b^", "<p>x^a b^</p>\n"),
        ("^a^ ~a~", "<p>^a^ <del>a</del></p>\n"),
        ("x^^ x^2", "<p>x^^ x^2</p>\n"),
        ("(a)^n^ ]^1^", "<p>(a)<sup>n</sup> ]<sup>1</sup></p>\n"),
        ("~~a~~ a~~b~~", "<p><del>a</del> a<del>b</del></p>\n"),
        ("a\\^b^", "<p>a^b^</p>\n"),
        ("10^-3^ x^n+1^y", "<p>10<sup>-3</sup> x<sup>n+1</sup>y</p>\n"),
        (":rocket: (:tada:) :+1::tada:", "<p>🚀 (🎉) 👍🎉</p>\n"),
        (":a: x:a:y a:a:b ::a:: a::on::b", "<p>🅰\u{fe0f} x:a:y a:a:b ::a:: a::on::b</p>\n"),
        (":no-such-code: 12:30:45 :: :", "<p>:no-such-code: 12:30:45 :: :</p>\n"),
        (":rocket:\\:rocket: \\:rocket:", "<p>🚀:rocket: :rocket:</p>\n"),
        (
            "`:rocket:` [:rocket:](a) ![:rocket:](a)",
            "<p><code>:rocket:</code> <a href=\"{a}\">🚀</a> {image a: :rocket:}</p>\n",
        ),
        ("**:rocket:** a:\nb:", "<p><strong>🚀</strong> a:\nb:</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}

#[test]
fn abbreviations_are_explained_where_they_are_words() {
    for (markdown, expected) in [
        ("*[A]: b\n\nA", "<p><abbr title=\"b\">A</abbr></p>\n"),
        ("A\n\n*[A]: b", "<p><abbr title=\"b\">A</abbr></p>\n"),
        ("*[A]: <b> & \"c\"\n\nA", "<p><abbr title=\"&lt;b&gt; &amp; &quot;c&quot;\">A</abbr></p>\n"),
        (
            "*[AB]: b\n*[A]: c\n\nA AB ABC AAB ABs A-B",
            "<p><abbr title=\"c\">A</abbr> <abbr title=\"b\">AB</abbr> ABC AAB ABs <abbr title=\"c\">A</abbr>-B</p>\n",
        ),
        ("*[A B]: c\n\nA B", "<p><abbr title=\"c\">A B</abbr></p>\n"),
        (
            "*[A]: b\n\n`A` **A** [A](x) ![A](x) A&amp;",
            "<p><code>A</code> <strong><abbr title=\"b\">A</abbr></strong> <a href=\"{x}\"><abbr title=\"b\">A</abbr></a> {image x: A} <abbr title=\"b\">A</abbr>&amp;</p>\n",
        ),
        (
            "*[A]: b\n## A",
            "<h2 id=\"a\"><abbr title=\"b\">A</abbr><a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h2>\n",
        ),
        ("*[A]: b\n*[A]: c\n\nA", "<p><abbr title=\"c\">A</abbr></p>\n"),
        ("*[A]:\n\nA", "<p>*[A]:</p>\n<p>A</p>\n"),
        ("*[]: b", "<p>*[]: b</p>\n"),
        ("*[A] : b", "<p>*[A] : b</p>\n"),
        ("- *[A]: b\n- A", "<ul>\n<li></li>\n<li><abbr title=\"b\">A</abbr></li>\n</ul>\n"),
        ("x\n*[A]: b\nA", "<p>x</p>\n<p><abbr title=\"b\">A</abbr></p>\n"),
        ("*[A]: b A\n\nA", "<p><abbr title=\"b A\">A</abbr></p>\n"),
        ("*a*[A]: b", "<p><em>a</em>[A]: b</p>\n"),
        ("*[日]: day\n\n日 日本", "<p><abbr title=\"day\">日</abbr> 日本</p>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}
