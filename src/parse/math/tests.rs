use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

use super::*;

/// The markup of a formula by itself, without its annotation.
fn drawn(source: &str) -> String {
    let mathml = mathml(source, Display::Block).expect(source);
    let inside = mathml.strip_prefix("<math display=\"block\"><semantics>").expect("a block");
    inside.split("<annotation").next().unwrap_or_default().to_owned()
}

fn mistaken(source: &str) -> (String, String, String) {
    let mistake = mathml(source, Display::Block).expect_err(source);
    (source[mistake.at.clone()].to_owned(), mistake.message, mistake.help.unwrap_or_default())
}

#[test]
fn a_formula_carries_its_source() {
    assert_eq!(
        mathml(r"a < \frac12", Display::Inline).expect("a formula"),
        r#"<math><semantics><mrow><mi>a</mi><mo>&lt;</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow><annotation encoding="application/x-tex">a &lt; \frac12</annotation></semantics></math>"#
    );
    let edited = mathml(r"\begin{split} a &= b \\[2pt] &= c \end{split}", Display::Block).expect("a formula");
    assert!(edited.contains(r">\begin{split} a &amp;= b \\[2pt] &amp;= c \end{split}</annotation>"), "{edited}");
}

#[test]
fn styles_become_classes_and_attributes() {
    let cases = [
        (r"\begin{cases} 1 \end{cases}", r#"<mtd class="math-left math-tight-right">"#),
        (r"\textcolor{red}{x}", r##"<mrow mathcolor="#ff0000"><mi>x</mi></mrow>"##),
        (r"a\!b", r#"<mspace class="math-back-3"/>"#),
        (r"a\hspace{-2.1em}b", r#"<mspace class="math-back-36"/>"#),
        (r"a\kern2pt b", r#"<mspace width="0.2em"/>"#),
        (r"a\mathrel{x}b", r#"<mpadded class="math-before-5 math-after-5">"#),
        (r"\text{\large a}", r#"<mtext class="math-size-120">a</mtext>"#),
        (r"\textsf{a}", r#"<span class="math-sans">a</span>"#),
        (r"\cancel{x}", r#"<mrow class="math-strike-up"></mrow>"#),
        (r"\begin{equation} x \tag{7} \end{equation}", r#"<mtd class="math-side math-right"><mtext>(7)</mtext>"#),
        (
            r"\begin{array}{c} a \\ \hline \end{array}",
            r#"class="math-line-bottom"><mtr><mtd><mi>a</mi></mtd></mtr></mtable>"#,
        ),
        (
            r"\boxed{x}",
            r#"<mtable displaystyle="false" scriptlevel="0" class="math-line-left math-line-top math-line-bottom">"#,
        ),
    ];
    for (source, part) in cases {
        assert!(drawn(source).contains(part), "{source}: {}", drawn(source));
    }
}

#[test]
fn what_the_library_does_not_know_is_said_in_its_terms() {
    let cases = [
        (
            r"\begin{cases} \displaystyle a & b \\ c \end{cases}",
            r"\begin{cases} {\displaystyle a} & b \\ c \end{cases}",
        ),
        (r"\begin{matrix} \bf x & y \end{matrix}", r"\begin{matrix} {\bf x} & y \end{matrix}"),
        (r"\begin{matrix} a \over b & c \end{matrix}", r"\begin{matrix} {a \over b} & c \end{matrix}"),
        (r"\begin{matrix} a \\[2pt] b \\* c \end{matrix}", r"\begin{matrix} a \\ b \\ c \end{matrix}"),
        (r"\begin{alignat}{2} a & b \end{alignat}", r"\begin{align*} a & b \end{align*}"),
        (r"\begin{equation} x \label{first} \end{equation}", r"\begin{equation*} x \end{equation*}"),
        (r"\sum_{\substack{a \\ b}}", r"\sum_{\begin{subarray}{c}a \\ b\end{subarray}}"),
        (r"\textcolor{red}{x} y", r"{\color{red}{x}} y"),
        (r"a \\ \displaystyle b", r"\begin{gathered}a \\ {\displaystyle b}\end{gathered}"),
        (r"\text{5\% of}", r"\text{5\%{} of}"),
        (r"\mbox{a}", r"\text{a}"),
    ];
    for (source, plain) in cases {
        assert_eq!(drawn(source), drawn(plain), "{source}");
    }
}

#[test]
fn mistakes_name_the_thing_its_place_and_what_to_type() {
    let cases = [
        (r"\frac{a}{b", "{", "`{` is not closed", "add `}`"),
        (r"a} b", "}", "`}` closes nothing", r"remove it, or write `\}` for a brace to be seen"),
        (
            r"{ \left( a }",
            r"\left",
            r"`\left` is not closed",
            r"add `\right)`, or `\right.` where nothing is to be seen",
        ),
        (
            r"a \right)",
            r"\right",
            r"`\right` closes nothing",
            r"open it with `\left(`, or with `\left.` where nothing is to be seen",
        ),
        (r"\begin{cases} a", r"\begin{cases}", r"`\begin{cases}` is not closed", r"add `\end{cases}`"),
        (
            r"\begin{matrix} a \end{cases}",
            r"\end{cases}",
            r"`\end{cases}` where `\begin{matrix}` is open",
            r"write `\end{matrix}`",
        ),
        (
            r"\begin x",
            r"\begin ",
            r"`\begin` without the name of an environment",
            r"write `\begin{cases} .. \end{cases}`",
        ),
        (r"\begin{caess} a \end{caess}", "{caess}", "unknown environment `caess`", "did you mean `cases`?"),
        (r"1 + \alpah", r"\alpah", r"unknown command `\alpah`", r"did you mean `\alpha`?"),
        (
            r"\newcommand{\a}{b}",
            r"\newcommand",
            r"unknown command `\newcommand`",
            "a formula cannot define commands: write out what it stands for",
        ),
        (r"\color{rde} x", "{rde}", "unknown colour `rde`", "did you mean `red`?"),
        (r"\color{#ff0000} x", "#", "a colour by its number", "write a name such as `red`, `teal` or `Maroon`"),
        (r"x + \frac{\alpha}", r"\frac", r"`\frac` lacks what it acts on", r"`\frac` takes two: `\frac{a}{b}`"),
        (r"\sqrt[3]", r"\sqrt", r"`\sqrt` lacks what it acts on", r"write `\sqrt{x}`"),
        (r"x_", "_", "nothing behind `_`", r"write `x_{2}`, or `\_` for the sign itself"),
        (
            r"x^a^b",
            "^",
            "a second `^` on one letter",
            "put both into one pair of braces, as in `x^{a b}`, or the first with its letter: `{x^a}^b`",
        ),
        (
            r"a & b",
            "&",
            "`&` where it has no meaning",
            r"put it into `\begin{aligned} .. \end{aligned}`, or write `\&` for the sign itself",
        ),
        (
            r"x = y \tag{3}",
            r"\tag",
            r"`\tag` where it has no meaning",
            r"put it into `\begin{equation} .. \end{equation}`",
        ),
        (
            r"\begin{matrix} \left( a \\ b \right) \end{matrix}",
            r"\\",
            r"`\\` between `\left` and `\right`",
            r"end the cell with `\right.`, and begin the next with `\left.`",
        ),
        (r"\begin{matrix} {a & b} \end{matrix}", "&", "`&` inside braces", "close the braces before it"),
        (
            r"\text{if $x$}",
            "$",
            r"a formula inside `\text{..}`",
            r"end the words before it: `\text{if } x > 0 \text{ holds}`",
        ),
        (r"5 $", "$", "`$` inside a formula", r"write `\$`"),
        (r"\text{a & b}", "&", r"`&` inside `\text{..}`", r"write `\&`, or end the words before it"),
        (
            r"\hspace{1} x",
            "{1}",
            "`1` is not a length here",
            "write a number and a unit, such as `1em`, `2pt` or `3mu`",
        ),
        (
            r"\bigl x",
            "x",
            r"`x` is not a bracket, which `\bigl` needs",
            r"write one of `(`, `)`, `[`, `]`, `\{`, `\}`, `|`, `\langle`, `\rangle`, or `.` for none",
        ),
        (
            r"\begin{array}{lx} a \end{array}",
            "{lx}",
            "`lx` does not say how columns stand",
            "write `l`, `c` or `r` for each column, and `|` for a line: `{l|cr}`",
        ),
        (
            r"as in \eqref{first}",
            r"\eqref",
            r"`\eqref` cannot see other formulas",
            "write the number, or link to the heading above that formula",
        ),
        (r"\substack a", r"\substack", r"`\substack` without its lines", r"write `\substack{a \\ b}`"),
        (r"\operatorname{a<b}", r"\operatorname{a<b}", "a formula that cannot be drawn", "write it in a simpler way"),
        (r"a #1", "#", "`#` stands for nothing here", r"write `\#`"),
        (r"x__y", "_", "`^` and `_` with nothing between them", "put what belongs to each into braces: `x_{a}^{b}`"),
        (r"\sout a", r"\sout", r"`\sout` outside of `\text{..}`", r"write `\text{\sout ..}`"),
    ];
    for (source, place, message, help) in cases {
        assert_eq!(mistaken(source), (place.to_owned(), message.to_owned(), help.to_owned()), "{source}");
    }
}

#[test]
fn a_place_behind_an_edit_is_the_source_s() {
    assert_eq!(mistaken(r"\begin{align} a &= \textcolor{red}{b} \\[1em] c &= \alpah \end{align}").0, r"\alpah");
    assert_eq!(mistaken(r"é \\ ü_ö \alpah").0, r"\alpah");
}

#[test]
fn a_site_s_own_commands() {
    let own = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let math =
        Math::new(&[own("norm", r"\left\lVert #1 \right\rVert"), own("sgn", "S")]).unwrap_or_else(|_| panic!("macros"));
    let mathml = math.mathml(r"\norm{x} \sgn", Display::Inline).expect("a formula");
    assert!(mathml.contains("<mo>‖</mo><mi>x</mi><mo>‖</mo>") && mathml.contains("<mi>S</mi>"), "{mathml}");
    let (index, mistake) = Math::new(&[own("a", "x"), own("b", r"\frc")]).err().expect("a mistake");
    assert_eq!((index, mistake.at, mistake.message.as_str()), (1, 0..4, r"unknown command `\frc`"));
}

#[test]
fn suggestions_are_commands_that_exist() {
    for name in commands::known() {
        if let Err(mistake) = mathml(&format!("\\{name}"), Display::Block) {
            assert!(!mistake.message.starts_with("unknown command"), "{name}");
        }
    }
    for name in commands::COLORS {
        assert!(mathml(&format!("\\color{{{name}}} x"), Display::Block).is_ok(), "{name}");
    }
    for name in commands::ENVIRONMENTS {
        let unknown = mathml(&format!("\\begin{{{name}}}{{1}}\\end{{{name}}}"), Display::Block);
        assert!(!unknown.is_err_and(|mistake| mistake.message.starts_with("unknown environment")), "{name}");
    }
}

#[test]
fn hostile_formulas_are_bounded() {
    let nested = |open: &str, count: usize, close: &str| open.repeat(count) + "x" + &close.repeat(count);
    let cases = [
        nested("{", 100_000, "}"),
        nested("{", 1_000, "}"),
        nested(r"\left(", 1_000, r"\right)"),
        nested(r"\begin{matrix}", 500, r"\end{matrix}"),
        nested("x^{", 2_000, "}"),
        "{".repeat(LONGEST),
        r"\sqrt ".repeat(LONGEST / 6),
        r"\hat ".repeat(LONGEST / 5) + "x",
        r"\frac a".repeat(LONGEST / 7),
        r"\mathbf ".repeat(LONGEST / 8) + "x",
        r"\color{red}".repeat(LONGEST / 11) + "x",
        "x + ".repeat(LONGEST),
    ];
    for source in cases {
        let mistake = mathml(&source, Display::Block).expect_err("too much");
        assert!(mistake.help.is_some(), "{mistake:?}");
    }
    let wide = format!(r"\begin{{matrix}} {} \end{{matrix}}", "a & ".repeat(3_000));
    assert!(mathml(&wide, Display::Block).is_ok());
    assert!(mathml(&"'".repeat(LONGEST), Display::Block).is_ok());
}

/// Pieces of formulas that go wrong together.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "\\\\",
            "&",
            "^",
            "_",
            "'",
            "%",
            "\n",
            "$",
            "#",
            "#1",
            "~",
            " ",
            "é",
            "日",
            "\u{a0}",
            "<",
            "\"",
            "\\",
            "1",
            "x",
            "=",
            "+",
            "|",
            "\\left",
            "\\right",
            "\\left(",
            "\\right)",
            "\\middle|",
            "\\begin{matrix}",
            "\\end{matrix}",
            "\\begin{array}{|c:l|}",
            "\\end{array}",
            "\\begin{cases}",
            "\\end{cases}",
            "\\begin{align}",
            "\\end{align}",
            "\\hline",
            "\\begin",
            "\\end",
            "\\text{",
            "\\textcolor{red}",
            "\\color{red}",
            "\\color",
            "\\substack{",
            "\\sqrt",
            "\\sqrt[",
            "\\frac",
            "\\over",
            "\\choose",
            "\\not",
            "\\operatorname{",
            "\\operatorname*",
            "\\mathbb{",
            "\\bf",
            "\\displaystyle",
            "\\tag{1}",
            "\\label{a}",
            "\\hspace{",
            "\\kern",
            "-1em",
            "\\big",
            "\\genfrac",
            "\\limits",
            "\\sum",
            "\\boxed{",
            "\\cancel{",
            "\\prescript",
            "\\sideset",
            "\\underbrace{",
            "\\xrightarrow[a]",
            "\\textsc{",
            "\\tiny",
            "\\'",
            "\\\"",
            "\\phantom",
            "\\mathrm{",
            "\\begin{multline}",
            "\\end{multline}",
            "\\begin{subarray}{c}",
            "\\end{subarray}",
            "\\notag",
            "\\hat",
            "\\brack",
            "\\dots",
            "\\mathop{",
            "\\stackrel",
            "\\verb",
            "\\href{",
        ])
        .prop_map(str::to_owned),
        "\\PC",
        "\\\\[a-zA-Z]{1,6}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_formula_is_sound_markup_or_a_mistake_inside_it(source in pieces(), inline in any::<bool>()) {
        match mathml(&source, if inline { Display::Inline } else { Display::Block }) {
            Ok(mathml) => sound(&mathml),
            Err(mistake) => {
                prop_assert!(source.get(mistake.at.clone()).is_some(), "{mistake:?}");
                prop_assert!(!mistake.message.is_empty() && !mistake.message.ends_with('.'), "{mistake:?}");
            }
        }
    }
}

/// Well formed, of elements and attributes that are known, and without anything that runs or names itself.
fn sound(mathml: &str) {
    let mut reader = Reader::from_str(mathml);
    loop {
        let tag = match reader.read_event().expect("well formed") {
            Event::Eof => return,
            Event::Start(tag) | Event::Empty(tag) => tag,
            _ => continue,
        };
        let element = tag.name().as_ref().to_owned();
        let html = ["a", "b", "code", "em", "i", "s", "span", "u"];
        let others = ["annotation", "math", "semantics", "menclose"];
        assert!(element.starts_with('m') || html.contains(&&*element) || others.contains(&&*element), "{mathml}");
        for attribute in tag.attributes() {
            let attribute = attribute.expect("an attribute");
            let key = attribute.key.as_ref();
            assert!(key == "class" || key == "mathcolor" || markup::KNOWN.contains(&key), "{mathml}");
        }
    }
}
