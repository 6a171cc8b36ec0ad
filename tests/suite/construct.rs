//! What each construct comes to, as tables of Markdown and HTML.

#[path = "construct/attributes.rs"]
mod attributes;
#[path = "construct/calls.rs"]
mod calls;
#[path = "construct/code.rs"]
mod code;
#[path = "construct/containers.rs"]
mod containers;
#[path = "construct/diagrams.rs"]
mod diagrams;
#[path = "construct/links.rs"]
mod links;
#[path = "construct/lists.rs"]
mod lists;
#[path = "construct/marks.rs"]
mod marks;

use docweave::{
    model::{Doc, RelPath, doc::Hole},
    parse::{self, Included, Options, Parsed},
};

/// The article `content/s/a.md` with this text.
fn parsed(text: &str, included: &Included) -> Parsed {
    parse::article(&RelPath::new("s/a.md").unwrap(), text, &Options::default(), included)
}

/// The HTML, with holes written as `{..}`; what was told, as the code and the line of each; questions.
fn read(text: &str) -> (String, String) {
    let parsed = parsed(text, &Included::new());
    let told: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|problem| format!("{}:{}", problem.code, problem.place.span.map_or(0, |span| span.line)))
        .collect();
    (html(&parsed, &parsed.doc), told.join(" "))
}

fn html(parsed: &Parsed, doc: &Doc) -> String {
    let mut html = String::new();
    let mut from = 0;
    let target = |link: u32| parsed.head.links[link as usize].target.as_str();
    for (at, hole) in &doc.holes {
        html.push_str(&doc.html[from..*at as usize]);
        from = *at as usize;
        html.push_str(&match hole {
            Hole::Address(link) => format!("{{{}}}", target(*link)),
            Hole::Code(code) => format!("{{code {}}}", code.text.trim_end()),
            Hole::SeeAlso(_) => String::new(),
            Hole::Term(index) => format!("{{term {index}}}"),
            Hole::Word(word) => format!("{{{word:?}}}"),
            Hole::Media(media) => format!("{{image {}: {}}}", target(media.link), media.alt),
            Hole::Wikilink(link) => match &link.label {
                Some(label) => format!("{{to {}: {}}}", target(link.link), self::html(parsed, label)),
                None => format!("{{to {}}}", target(link.link)),
            },
            Hole::Component(index, body) => {
                let name = &parsed.head.components[*index as usize].name.value;
                match body {
                    Some(body) => format!("{{{name}: {}}}", self::html(parsed, body)),
                    None => format!("{{{name}}}"),
                }
            }
        });
    }
    html + &doc.html[from..]
}

/// The questions of an article: id, question and answer.
fn questions(text: &str) -> Vec<String> {
    let questions = parsed(text, &Included::new()).head.questions.into_iter();
    questions.map(|asked| format!("{}|{}|{}", asked.id, asked.question, asked.answer)).collect()
}

/// The files that an article may include, by their paths below the site's folder.
fn files(files: &[(&str, &str)]) -> Included {
    files.iter().map(|(path, text)| (RelPath::new(*path).unwrap(), Ok((*text).into()))).collect()
}

fn with(included: &[(&str, &str)], text: &str) -> String {
    let parsed = parsed(text, &files(included));
    html(&parsed, &parsed.doc)
}

#[test]
fn included_files_stand_in_their_place() {
    let part = [("content/s/_p.md", "*a*\n\nb\n")];
    for (markdown, expected) in [
        ("--8<-- \"_p.md\"", "<p><em>a</em></p>\n<p>b</p>\n"),
        ("x\n--8<-- \"_p.md\"\ny", "<p>x</p>\n<p><em>a</em></p>\n<p>b</p>\n<p>y</p>\n"),
        ("- --8<-- \"_p.md\"\n- c", "<ul>\n<li>\n<p><em>a</em></p>\n<p>b</p>\n</li>\n<li>c</li>\n</ul>\n"),
        ("> --8<-- \"/content/s/_p.md:1:1\"", "<blockquote>\n<p><em>a</em></p>\n</blockquote>\n"),
        ("`--8<-- \"_p.md\"`", "<p><code>--8&lt;-- \"_p.md\"</code></p>\n"),
        ("x --8<-- \"_p.md\"", "<p>x --8&lt;-- \"_p.md\"</p>\n"),
    ] {
        assert_eq!(with(&part, markdown), expected, "{markdown}");
    }
    let matter = [("content/s/_p.md", "+++\ntitle = \"T\"\n+++\n\n# A\n\n[start:x]: y\n")];
    assert!(with(&matter, "x\n\n--8<-- \"_p.md\"").starts_with("<p>x</p>\n<h1 id=\"a\">A<a"));
}

#[test]
fn what_an_included_file_opens_ends_with_it() {
    let part = [("content/s/_p.md", ":::note\na\n")];
    let text = "--8<-- \"_p.md\"\n\nb";
    assert_eq!(
        with(&part, text),
        "<div class=\"callout callout-note\"><p class=\"callout-title\">{Note}</p>\n<p>a</p>\n</div>\n<p>b</p>\n"
    );
    let told = parsed(text, &files(&part)).diagnostics;
    let told: Vec<_> =
        told.iter().map(|problem| (problem.place.path.as_str(), problem.place.span.unwrap().line)).collect();
    assert_eq!(told, [("content/s/_p.md", 1)], "a mistake is told in the file that holds it");
}

#[test]
fn links_are_counted_from_the_file_that_holds_them() {
    let part = [("content/t/_p.md", "[a](b.md) [[c]] ![d](e.png)\n\n## H\n")];
    let head = parsed("[x](y.md)\n\n--8<-- \"../t/_p.md\"\n", &files(&part)).head;
    let origins: Vec<_> = head
        .links
        .iter()
        .map(|link| (link.target.as_str(), link.origin.as_ref().map_or("", |path| path.as_str()), link.span.line))
        .collect();
    let path = "content/t/_p.md";
    assert_eq!(origins, [("y.md", "", 1), ("b.md", path, 1), ("c", path, 1), ("e.png", path, 1)]);
    assert_eq!(head.headings[0].origin.as_ref().map(|path| path.as_str()), Some(path));
}

#[test]
fn files_that_include_themselves_are_told_once_for_each_line() {
    let ring = [
        ("content/s/_a.md", "A\n\n--8<-- \"_b.md\"\n"),
        ("content/s/_b.md", "B\n\n--8<-- \"_a.md\"\n\n--8<-- \"a.md\"\n"),
    ];
    let mut included = files(&ring);
    included.extend(files(&[("content/s/a.md", "--8<-- \"_a.md\"\n")]));
    let parsed = parsed("--8<-- \"_a.md\"\n", &included);
    assert_eq!(html(&parsed, &parsed.doc), "<p>A</p>\n<p>B</p>\n");
    let told: Vec<_> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "content/s/_b.md:3:9: error[include-cycle]: `content/s/_a.md` includes itself",
            "content/s/_b.md:5:9: error[include-cycle]: `content/s/a.md` includes itself",
        ]
    );
}
