#[cfg(not(feature = "diagrams"))]
#[test]
fn a_build_without_the_library_says_so() {
    let mistake = super::svg("flowchart TD\na --> b", 0).expect_err("no library");
    assert_eq!(mistake.message, "this build of docweave draws no diagrams");
    assert_eq!(mistake.help.as_deref(), Some("build it with `--features diagrams`"));
}

#[test]
fn a_long_source_is_refused() {
    let mistake = super::svg(&"flowchart TD\n".repeat(super::LONGEST), 0).expect_err("too long");
    assert_eq!(mistake.help.as_deref(), Some("split it: 32768 bytes are the most"));
}

#[cfg(feature = "diagrams")]
mod drawn {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use crate::parse::diagram::{Drawing, draw, svg, tree::Tree};

    /// A diagram of each kind, and words that must be in its drawing.
    const KINDS: &[(&str, &[&str])] = &[
        (
            "flowchart TD\n A[Write it] --> B{Is it linked?}\n B -->|Yes| C([Publish])\n B -. not yet .-> D[(Notes)]\n subgraph ci [On each push]\n C ==> E\n end\n E & D --> F{{Read}}",
            &["Write it", "Is it linked?", "Yes", "not yet", "Publish", "Notes", "On each push", "E", "Read"],
        ),
        (
            "sequenceDiagram\n autonumber\n actor A as Author\n participant S as Server\n A->>+S: Save\n alt changed\n S-->>-A: Reload\n else same\n S--xA: Nothing\n end\n Note over A,S: Each time",
            &["Author", "Server", "Save", "[changed]", "Reload", "[same]", "Nothing", "Each time"],
        ),
        (
            "classDiagram\n class Article {\n +String title\n +links() List~Link~\n }\n class Topic {\n <<interface>>\n }\n Article \"1\" *-- \"many\" Topic : is about\n note for Topic \"Declared by the site\"",
            &[
                "Article",
                "+String title",
                "+links() : List<Link>",
                "«interface»",
                "is about",
                "many",
                "Declared by the site",
            ],
        ),
        (
            "stateDiagram-v2\n [*] --> Draft\n Draft --> Done : publish\n state Done {\n Fresh --> Stale : a year\n }\n note right of Draft : Nobody sees it\n Done --> [*]",
            &["Draft", "publish", "Done", "Fresh", "a year", "Stale", "Nobody sees it"],
        ),
        (
            "erDiagram\n TEAM ||--o{ MODEL : owns\n MODEL {\n string name PK\n date built \"by the clock\"\n }",
            &["TEAM", "owns", "MODEL", "string", "name", "PK", "by the clock"],
        ),
        (
            "gantt\n title A release\n dateFormat YYYY-MM-DD\n section Writing\n Outline :done, o, 2026-01-05, 3d\n Draft :active, crit, after o, 5d\n Out :milestone, after o, 0d",
            &["A release", "Writing", "Outline", "Draft", "Out"],
        ),
        (
            "pie showData title Time\n \"Parsing\" : 30\n \"Linking\" : 70",
            &["Time", "Parsing [30]", "Linking [70]", "70%"],
        ),
        (
            "mindmap\n root((Documents))\n  Writing\n   Guides\n  [Finding]",
            &["Documents", "Writing", "Guides", "Finding"],
        ),
        (
            "timeline\n title Markup\n section Paper\n 1440 : Press\n 1868 : Keys : Ribbons",
            &["Markup", "Paper", "1440", "Press", "Ribbons"],
        ),
        (
            "gitGraph\n commit id: \"start\"\n branch topic\n commit id: \"parse\" tag: \"v1\"\n checkout main\n merge topic",
            &["main", "topic", "start", "parse", "v1"],
        ),
        (
            "journey\n title A day\n section Morning\n Search: 3: Reader\n Read: 5: Reader, Author",
            &["A day", "Morning", "Search", "Author"],
        ),
        (
            "quadrantChart\n title Reach\n x-axis Low --> High\n quadrant-1 Plan\n Search: [0.3, 0.8]",
            &["Reach", "Low", "High", "Plan", "Search"],
        ),
        (
            "xychart-beta\n title \"Pages\"\n x-axis [jan, feb]\n bar [120, 180]\n line [100, 160]",
            &["Pages", "jan", "feb"],
        ),
    ];

    fn drawing(source: &str) -> Drawing {
        svg(source, 0).unwrap_or_else(|mistake| panic!("{source}: {mistake:?}"))
    }

    #[test]
    fn every_kind_is_drawn_with_all_its_words() {
        for (source, words) in KINDS {
            let drawing = drawing(source);
            sound(&drawing);
            for word in *words {
                assert!(drawing.words.contains(word), "{word} in {}", drawing.words);
            }
        }
    }

    #[test]
    fn the_same_source_has_the_same_bytes_and_others_have_other_ids() {
        for (source, _) in KINDS {
            assert_eq!(drawing(source), drawing(source));
        }
        let ids = |source: &str| -> BTreeSet<String> {
            let tree = Tree::read(&drawing(source).svg).expect("well formed");
            tree.elements.iter().filter_map(|element| element.attribute("id").map(str::to_owned)).collect()
        };
        assert!(
            ids("graph LR\na --> b").is_disjoint(&ids("graph LR\na --> c")) && !ids("graph LR\na --> b").is_empty()
        );
    }

    #[test]
    fn every_class_is_in_the_theme() {
        let css = include_str!("../../../themes/default/assets/diagram.css");
        for (source, _) in KINDS {
            let tree = Tree::read(&drawing(source).svg).expect("well formed");
            let classes = tree.elements.iter().filter_map(|element| element.attribute("class"));
            for class in classes.flat_map(str::split_ascii_whitespace) {
                assert!(css.contains(&format!(".{class} {{")), "{class}");
            }
        }
    }

    #[test]
    fn the_same_diagram_twice_in_a_page_has_other_ids() {
        let source = "graph LR\na --> b";
        let [first, second] = [0, 1].map(|number| svg(source, number).expect("a diagram").svg);
        let digest = first.split(" id=\"").nth(1).and_then(|rest| rest.split('-').next()).expect("an id");
        assert!(second.contains(&format!("{digest}-1-0")), "{second}");
        assert_eq!(second.replace(&format!("{digest}-1-"), &format!("{digest}-")), first);
    }

    #[test]
    fn colours_are_those_of_the_theme_on_a_light_page() {
        let css = include_str!("../../../themes/default/assets/diagram.css");
        let values = css.split(['{', ';', '}', ',', '(', ' ']).map(str::trim).collect::<BTreeSet<_>>();
        for (source, _) in KINDS {
            let tree = Tree::read(&drawing(source).svg).expect("well formed");
            for (name, value) in tree.elements.iter().skip(1).flat_map(|element| &element.attributes) {
                let is_colour = matches!(name.as_str(), "fill" | "stroke") && value.starts_with('#');
                let is_base = matches!(value.as_str(), "#fff" | "#1c2226" | "#475159");
                assert!(!is_colour || is_base || values.contains(value.as_str()), "{name}={value}: {source}");
            }
        }
    }

    #[test]
    fn what_a_reader_hears() {
        let plain = drawing("flowchart LR\n a[One] --> b[Two]").svg;
        assert!(plain.starts_with("<svg class=\"diagram\" role=\"img\" aria-label=\"Flowchart\" width=\""), "{plain}");
        assert!(plain.contains("><desc>One, Two</desc>"), "{plain}");
        let told = drawing("flowchart LR\n accTitle: The \"way\"\n accDescr: From one to two & back\n a --> b").svg;
        assert!(told.contains("aria-label=\"The &quot;way&quot;\""), "{told}");
        assert!(told.contains("<desc>From one to two &amp; back</desc>"), "{told}");
    }

    #[test]
    fn links_lead_to_pages_only() {
        let linked = drawing(
            "flowchart LR\n a --> b\n click a href \"../guide.html?x=1&y=2\" \"Guide\"\n click b \"https://example.org/\"",
        );
        assert!(linked.svg.contains("<a href=\"../guide.html?x=1&amp;y=2\""), "{}", linked.svg);
        assert!(
            linked.svg.contains("<a href=\"https://example.org/\"") && linked.svg.contains("role=\"group\""),
            "{}",
            linked.svg
        );
        let hostile = drawing("flowchart LR\n a --> b\n click a href \"javascript:alert(1)\"\n click b call run()");
        assert!(!hostile.svg.contains("<a") && !hostile.svg.contains("javascript"), "{}", hostile.svg);
    }

    #[test]
    fn colours_that_the_source_names_are_kept_and_words_on_them_can_be_read() {
        let own = drawing(
            "flowchart LR\n a[One]:::hot --> b\n classDef hot fill:#ffeeaa,stroke:#ff0000\n style b fill:#112233",
        );
        for part in ["fill=\"#ffeeaa\"", "stroke=\"#ff0000\"", "d-on-light", "fill=\"#112233\"", "d-on-dark"] {
            assert!(own.svg.contains(part), "{part}: {}", own.svg);
        }
        let gold = drawing("flowchart LR\n a[One]\n style a fill:gold\n b[Two]\n style b fill:hsl(240\\, 100%\\, 20%)\n c[Three]\n style c fill:nonsense").svg;
        assert!(gold.contains("d-on-light") && gold.contains("d-on-dark") && gold.contains("d-node"), "{gold}");
        let stretch = drawing("sequenceDiagram\n rect rgb(200, 220, 255)\n A->>B: x\n end").svg;
        assert!(
            stretch.contains("<rect fill=\"rgb(200, 220, 255)\"") && stretch.contains("fill-opacity=\"0.35\""),
            "{stretch}"
        );
        let themed =
            drawing("%%{init: {'theme': 'dark', 'themeCSS': '* { fill: red }'}}%%\nflowchart LR\n a[One] --> b");
        let plain = drawing("flowchart LR\n a[One] --> b");
        let inside = |drawing: &Drawing| drawing.svg.split("<rect").nth(2).map(str::to_owned);
        assert_eq!(inside(&themed), inside(&plain));
    }

    #[test]
    fn labels_keep_their_lines_and_letters() {
        let svg =
            drawing("flowchart LR\n a[\"first<br/>second\"] --> b[\"`a **strong** word`\"]\n c[\"1 < 2 & 3\"]").svg;
        for part in
            [">first</tspan>", ">second</tspan>", "<tspan font-weight=\"bold\">strong</tspan>", "1 &lt; 2 &amp; 3"]
        {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        let wrapped = drawing("flowchart LR\n a[\"so many words that they cannot stand in one line of a node\"]");
        assert!(wrapped.svg.matches("dy=\".35em\"").count() > 1, "{}", wrapped.svg);
    }

    #[test]
    fn marks_of_an_axis_keep_clear_of_each_other_and_know_no_today() {
        let plan = |days: u32| drawing(&format!("gantt\n dateFormat YYYY-MM-DD\n Write :a, 1970-01-01, {days}d")).svg;
        let marks = |svg: &str| svg.matches(">1970-").count() - svg.matches("<desc>1970-").count();
        assert_eq!(marks(&plan(8)), 9);
        assert!((5..10).contains(&marks(&plan(40))), "{}", plan(40));
        assert!(!plan(8).contains("d-line-alarm"), "{}", plan(8));
    }

    #[test]
    fn mistakes_name_the_thing_its_place_and_what_to_type() {
        let cases = [
            ("", "", "an empty diagram", "begin it with its kind, such as `flowchart TD`"),
            (
                "%% a comment\nflowchrt TD\n a --> b",
                "flowchrt",
                "unknown kind of diagram `flowchrt`",
                "did you mean `flowchart`?",
            ),
            ("flowchart TD\n a[One --> b", "[One --> b", "unterminated node label", "add `]`"),
            ("flowchart TD\n a -->", ">", "the diagram ends too early", "what may follow: the name of a node, a label"),
            ("sequenceDiagram\n A->>B\n B->>A: x", "B", "the line ends too early", "what may follow: `:` and a text"),
            ("erDiagram\n A ||--o{ B", "B", "the diagram ends too early", "what may follow: `:::`, `:`"),
            ("gantt\n dateFormat YYYY-MM-DD\n nonsense", "nonsense", "unrecognized statement: nonsense", ""),
            ("pie\n \"a\" : x", "\"a\" : x", "unexpected pie statement: `a` : x", ""),
            ("mindmap\n  a\n  b", "b", "there can be only one root", ""),
            (
                "gitGraph\n checkout nope",
                "checkout nope",
                "trying to checkout branch which is not yet created",
                "write `branch nope` before",
            ),
            ("xychart-beta\n bar [a]", "a", "invalid number: a", ""),
        ];
        for (source, place, message, help) in cases {
            let mistake = svg(source, 0).expect_err(source);
            let found =
                (&source[mistake.at.clone()], mistake.message.as_str(), mistake.help.as_deref().unwrap_or_default());
            assert_eq!(found, (place, message, help), "{source}");
        }
        let unknown = svg("block-beta\n a", 0).expect_err("not drawn");
        assert!(unknown.help.is_some_and(|help| help.starts_with("begin with one of `flowchart`, `graph`")));
    }

    #[test]
    fn hostile_diagrams_are_bounded() {
        let all = |count: usize, piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
        let cases = [
            format!("flowchart TD\n{}", all(50 * 50, &|at| format!("a{}-->a{}\n", at / 50, at % 50))),
            format!("flowchart TD\n{}-->b", "a&".repeat(2_000)),
            format!("flowchart TD\n{}a\n{}", all(1_500, &|at| format!("subgraph s{at}\n")), "end\n".repeat(1_500)),
            format!("sequenceDiagram\n{}A->>B: x\n{}", "loop x\n".repeat(2_000), "end\n".repeat(2_000)),
            format!("stateDiagram-v2\n{}a\n{}", all(1_500, &|at| format!("state s{at} {{\n")), "}\n".repeat(1_500)),
        ];
        for source in cases {
            let mistake = svg(&source, 0).expect_err("too much");
            assert!(mistake.help.is_some(), "{mistake:?}");
        }
        sound(&drawing("%%{init: {\"flowchart\": {\"nodeSpacing\": 1e308}}}%%\nflowchart TD\na --> b"));
        sound(&drawing("flowchart TD\n a --> a\n a --> b --> c --> a"));
        sound(&drawing(&format!("flowchart TD\n a[\"{}\"]", "x".repeat(30_000))));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn any_source_is_a_sound_drawing_or_a_mistake_inside_it(
            kind in prop::sample::select(KINDS),
            cut in any::<prop::sample::Index>(),
            piece in prop_oneof![
                prop::sample::select(vec!["\n", "}", "{", "]", "[", "\"", "-->", "end", ":", "é", "日", "%%", ";", "&", "<b>", "note", "|", "1e9", "#"])
                    .prop_map(str::to_owned),
                "\\PC{1,8}",
            ],
        ) {
            let (before, after) = kind.0.split_at(kind.0.floor_char_boundary(cut.index(kind.0.len())));
            let source = format!("{before}{piece}{after}");
            match svg(&source, 0) {
                Ok(drawing) => sound(&drawing),
                Err(mistake) => prop_assert!(source.get(mistake.at.clone()).is_some() && !mistake.message.is_empty(), "{mistake:?}"),
            }
        }
    }

    /// Well formed, of elements and attributes that are known, with references that lead somewhere in it.
    fn sound(drawing: &Drawing) {
        let tree = Tree::read(&drawing.svg).expect("well formed");
        let attributes = || tree.elements.iter().flat_map(|element| &element.attributes);
        let ids: Vec<&str> = attributes().filter(|(name, _)| name == "id").map(|(_, value)| value.as_str()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}", drawing.svg);
        for element in &tree.elements {
            let is_known =
                draw::DRAWN.contains(&element.name.as_str()) || matches!(element.name.as_str(), "svg" | "desc");
            assert!(is_known, "{}", element.name);
        }
        for (name, value) in attributes() {
            let others = [
                "class",
                "role",
                "aria-label",
                "font-family",
                "id",
                "href",
                "marker-start",
                "marker-mid",
                "marker-end",
                "clip-path",
            ];
            let is_known = draw::PLACES.contains(&name.as_str()) || draw::PROPERTIES.contains(&name.as_str());
            assert!(is_known || others.contains(&name.as_str()), "{name}={value}");
            let id = value.strip_prefix("url(#").and_then(|id| id.strip_suffix(')'));
            assert!(id.is_none_or(|id| ids.contains(&id)), "{value}: {}", drawing.svg);
        }
        assert!(drawing.width > 0);
    }
}
