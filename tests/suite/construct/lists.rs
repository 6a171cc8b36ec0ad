//! Definitions and questions.

use super::{questions, read};

#[test]
fn definitions_need_a_space_behind_their_colon() {
    for (markdown, expected) in [
        ("a\n: b", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n"),
        ("a\n: b\n: c\n\nd\n: e", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n<dd>c</dd>\n<dt>d</dt>\n<dd>e</dd>\n</dl>\n"),
        ("a\n:b", "<p>a\n:b</p>\n"),
        (":rocket: a\n\nb\n: c", "<p>🚀 a</p>\n<dl>\n<dt>b</dt>\n<dd>c</dd>\n</dl>\n"),
        (
            "a\n: b\n\n:::note\nc\n:::",
            "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>c</p>\n</div>\n",
        ),
        (
            "a\n:::note\nb\n:::\n\nc\n: d",
            "<p>a</p>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>b</p>\n</div>\n<dl>\n<dt>c</dt>\n<dd>d</dd>\n</dl>\n",
        ),
        ("a\n:rocket: b\n\nc\n: d", "<p>a\n🚀 b</p>\n<dl>\n<dt>c</dt>\n<dd>d</dd>\n</dl>\n"),
        ("a\n\n: b", "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n</dd>\n</dl>\n"),
        ("- a\n  : b", "<ul>\n<li>\n<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n</li>\n</ul>\n"),
        ("a\n: b\n\n  c", "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n<p>c</p>\n</dd>\n</dl>\n"),
        (": a", "<p>: a</p>\n"),
        ("a\n: b\n:c", "<dl>\n<dt>a</dt>\n<dd>b\n:c</dd>\n</dl>\n"),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}

#[test]
fn questions_are_lists_with_answers() {
    for (markdown, expected) in [
        (
            "## FAQ\n\n1. A?\n\n   b\n2. C?\n\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n<li class=\"question\" id=\"c\"><h3>C?<a class=\"anchor\" href=\"#c\" aria-labelledby=\"c\"></a></h3>\n<div class=\"answer\">\n<p>d</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## faq\n\n1. A?\n   b\n2. C?\n   - d",
            "<h2 id=\"faq\">faq<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n<li class=\"question\" id=\"c\"><h3>C?<a class=\"anchor\" href=\"#c\" aria-labelledby=\"c\"></a></h3>\n<div class=\"answer\">\n<ul>\n<li>d</li>\n</ul>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "# Q&A\n\n1. A?\n   b",
            "<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h2>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h2>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A?\n   b\n   ```\n   c\n   ```\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n{code c}\nd\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. Question: A\n   Answer: b\n2. Q: C\n   A: d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n<li class=\"question\" id=\"c\"><h3>C<a class=\"anchor\" href=\"#c\" aria-labelledby=\"c\"></a></h3>\n<div class=\"answer\">\n<p>d</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. **Question:** A\n   **Answer:** b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. **A?**\n   b *c*\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3><strong>A?</strong><a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b <em>c</em>\nd</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A [b](c)?\n   > d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a-b\"><h3>A <a href=\"{c}\">b</a>?<a class=\"anchor\" href=\"#a-b\" aria-labelledby=\"a-b\"></a></h3>\n<div class=\"answer\">\n<blockquote>\n<p>d</p>\n</blockquote>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A?\n   1. b?\n      c\n   2. d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<ol>\n<li>b?\nc</li>\n<li>d</li>\n</ol>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A?\n2. B?",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol>\n<li>A?</li>\n<li>B?</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A\n   b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol>\n<li>A\nb</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n- A?\n  b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ul>\n<li>A?\nb</li>\n</ul>\n",
        ),
        (
            "## FAQ\n\n1. A?\n   b\n2. C\n   d",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol>\n<li>A?\nb</li>\n<li>C\nd</li>\n</ol>\n",
        ),
        (
            "## Other\n\n1. A?\n   b",
            "<h2 id=\"other\">Other<a class=\"anchor\" href=\"#other\" aria-labelledby=\"other\"></a></h2>\n<ol>\n<li>A?\nb</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n## Other\n\n1. A?\n   b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<h2 id=\"other\">Other<a class=\"anchor\" href=\"#other\" aria-labelledby=\"other\"></a></h2>\n<ol>\n<li>A?\nb</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n### A?\n\nb\n\n### C\n\nd",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<h3 id=\"a\">A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<p>b</p>\n<h3 id=\"c\">C<a class=\"anchor\" href=\"#c\" aria-labelledby=\"c\"></a></h3>\n<p>d</p>\n",
        ),
        (
            "## FAQ\n\n1. A?\n   b\n1. A?\n   c",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n<li class=\"question\" id=\"a-1\"><h3>A?<a class=\"anchor\" href=\"#a-1\" aria-labelledby=\"a-1\"></a></h3>\n<div class=\"answer\">\n<p>c</p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A?\n   b\n   :::note\n   c\n   :::",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\nc\n</div>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n1. A==?\n   ==b==",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A==?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p><mark>b</mark></p>\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n> 1. A?\n>    b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<blockquote>\n<ol>\n<li>A?\nb</li>\n</ol>\n</blockquote>\n",
        ),
        (
            "## FAQ\n\n1. A?\n\n       code",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n{code code}\n</div>\n</li>\n</ol>\n",
        ),
        (
            "## FAQ\n\n3) A?\n   b",
            "<h2 id=\"faq\">FAQ<a class=\"anchor\" href=\"#faq\" aria-labelledby=\"faq\"></a></h2>\n<ol class=\"questions\">\n<li class=\"question\" id=\"a\"><h3>A?<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h3>\n<div class=\"answer\">\n<p>b</p>\n</div>\n</li>\n</ol>\n",
        ),
    ] {
        assert_eq!(read(markdown), (expected.to_owned(), String::new()), "{markdown}");
    }
}

#[test]
fn questions_are_known_with_their_answers() {
    for (markdown, expected) in [
        ("## FAQ\n\n1. A?\n\n   b\n2. C?\n\n   d", &["a|A?|b", "c|C?|d"][..]),
        ("## faq\n\n1. A?\n   b\n2. C?\n   - d", &["a|A?|b", "c|C?|d"][..]),
        ("# Q&A\n\n1. A?\n   b", &["a|A?|b"][..]),
        ("## FAQ\n\n1. A?\n   b\n   ```\n   c\n   ```\n   d", &["a|A?|b d"][..]),
        ("## FAQ\n\n1. Question: A\n   Answer: b\n2. Q: C\n   A: d", &["a|A|b", "c|C|d"][..]),
        ("## FAQ\n\n1. **Question:** A\n   **Answer:** b", &["a|A|b"][..]),
        ("## FAQ\n\n1. **A?**\n   b *c*\n   d", &["a|A?|b c d"][..]),
        ("## FAQ\n\n1. A [b](c)?\n   > d", &["a-b|A b?|d"][..]),
        ("## FAQ\n\n1. A?\n   1. b?\n      c\n   2. d", &["a|A?|b? c d"][..]),
        ("## FAQ\n\n### A?\n\nb\n\n### C\n\nd", &["a|A?|b"][..]),
        ("## FAQ\n\n1. A?\n   b\n1. A?\n   c", &["a|A?|b", "a-1|A?|c"][..]),
        ("## FAQ\n\n1. A?\n   b\n   :::note\n   c\n   :::", &["a|A?|b c"][..]),
        ("## FAQ\n\n1. A==?\n   ==b==", &["a|A==?|b"][..]),
        ("## FAQ\n\n3) A?\n   b", &["a|A?|b"][..]),
    ] {
        assert_eq!(questions(markdown), expected, "{markdown}");
    }
}
