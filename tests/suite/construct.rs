//! What each construct comes to, as tables of Markdown and HTML.

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
            #[allow(unreachable_patterns)]
            _ => "{?}".to_owned(),
        });
    }
    html + &doc.html[from..]
}

#[test]
fn zz_dump() {
    let Ok(text) = std::fs::read_to_string("/tmp/dwdocs/gen/cases.txt") else { return };
    let mut out = String::new();
    for case in text.split("\n%%%%\n") {
        let (html, told) =
            std::panic::catch_unwind(|| read(case)).unwrap_or_else(|_| ("PANIC".to_owned(), String::new()));
        let questions: Vec<String> = parsed(case, &Included::new())
            .head
            .questions
            .into_iter()
            .map(|q| format!("{}|{}|{}", q.id, q.question, q.answer))
            .collect();
        out.push_str(&format!("{html:?}\t{told:?}\t{questions:?}\n"));
    }
    std::fs::write("/tmp/dwdocs/gen/out2.txt", out).unwrap();
}
