//! The official examples of CommonMark and of GitHub Flavored Markdown.
//!
//! Each example stands as the text of an article that has front matter and a title, so that neither is taken from it. With
//! every extension off, CommonMark's all pass; with those of GFM on, GFM's do; and where the default extensions read an
//! example otherwise, `content/manual/content/commonmark.md` says why: that page is what these tests go by.

#[path = "spec/examples.rs"]
mod examples;
#[path = "spec/listed.rs"]
mod listed;
#[path = "spec/normal.rs"]
pub(crate) mod normal;

use docweave::{
    model::{RelPath, doc::Hole},
    parse::{self, Extensions, Options, Parsed},
};
use pulldown_cmark_escape::{escape_href, escape_html};

use examples::Example;
use listed::Listed;
use normal::normal;

/// Front matter and a title, as any article may begin.
const ARTICLE: &str = "+++\n+++\n\n# Title\n\n";

/// What an example gives, its holes filled with what was written.
fn rendered(markdown: &str, extensions: Extensions) -> String {
    let options = Options { extensions, ..Options::default() };
    let article = format!("{ARTICLE}{markdown}");
    filled(&parse::article(&RelPath::new("a.md").unwrap(), &article, &options, &Default::default()))
}

fn filled(parsed: &Parsed) -> String {
    let mut html = String::new();
    let mut from = 0;
    for (at, hole) in &parsed.doc.holes {
        html.push_str(&parsed.doc.html[from..*at as usize]);
        from = *at as usize;
        fill(parsed, hole, &mut html);
    }
    html + &parsed.doc.html[from..]
}

/// Addresses are percent-encoded here as the specifications do: a browser does it by itself.
fn fill(parsed: &Parsed, hole: &Hole, html: &mut String) {
    let target = |link: u32| parsed.head.links[link as usize].target.as_str();
    match hole {
        Hole::SeeAlso(_) => {}
        Hole::Address(link) => escape_href(&mut *html, target(*link)).unwrap(),
        Hole::Code(code) => {
            let language = &parsed.head.codes[code.index as usize].language;
            html.push_str("<pre><code");
            if !language.is_empty() {
                html.push_str(" class=\"language-");
                escape_html(&mut *html, language).unwrap();
                html.push('"');
            }
            html.push('>');
            escape_html(&mut *html, &code.text).unwrap();
            html.push_str("</code></pre>");
        }
        Hole::Term(index) => html.push_str(&format!("term {index}")),
        Hole::Word(word) => html.push_str(&format!("{word:?}")),
        Hole::Media(media) => {
            html.push_str("<img src=\"");
            escape_href(&mut *html, target(media.link)).unwrap();
            for (name, value) in [("alt", &media.alt), ("title", &media.title)] {
                html.push_str(&format!("\" {name}=\""));
                escape_html(&mut *html, value).unwrap();
            }
            html.push_str("\">");
        }
        // It leads somewhere, or is warned of.
        Hole::Wikilink(link) => html.push_str(&format!("<a href=\"{}\">wikilink</a>", target(link.link))),
        Hole::Component(index, _) => html.push_str(&format!("<component name=\"{index}\">")),
    }
}

/// Those that give something else than the specification says, by number.
fn differing(examples: &[Example], extensions: impl Fn(&Example) -> Extensions) -> Vec<usize> {
    examples.iter().filter(|example| differs(example, extensions(example))).map(|example| example.number).collect()
}

fn differs(example: &Example, extensions: Extensions) -> bool {
    normal(&rendered(&example.markdown, extensions)) != normal(&example.html)
}

/// Tells of each example that is in one list and not in the other.
fn compare(
    specification: &str,
    examples: &[Example],
    differing: &[usize],
    listed: &[usize],
    set: Extensions,
) -> String {
    let told = |numbers: &[usize], others: &[usize], what: &str| -> String {
        let left = numbers.iter().filter(|number| !others.contains(number));
        left.map(|number| format!("{specification} {what}, {}", shown(&examples[number - 1], set))).collect()
    };
    told(differing, listed, "differs unlisted") + &told(listed, differing, "is listed, but passes")
}

fn shown(example: &Example, extensions: Extensions) -> String {
    let Example { number, section, markdown, html, .. } = example;
    let (wanted, given) = (normal(html), normal(&rendered(markdown, extensions)));
    format!("{number}, {section}:\n{markdown}-- wanted:\n{wanted}\n-- given:\n{given}\n\n")
}

/// The numbers that the manual lists for a specification, of the rows that `wanted` picks.
fn numbers(specification: &str, wanted: impl Fn(&Listed) -> bool) -> Vec<usize> {
    let rows = listed::listed().into_iter().filter(|row| row.specification == specification && wanted(row));
    rows.flat_map(|row| row.examples).collect()
}

#[test]
fn all_of_commonmark_passes_with_every_extension_off() {
    let examples = examples::commonmark();
    assert_eq!(examples.len(), 652);
    let off = Extensions::none();
    let told = compare("CommonMark", &examples, &differing(&examples, |_| off), &[], off);
    assert!(told.is_empty(), "\n{told}");
}

/// As the specification's own test does, each example is read with the extensions that it shows and no other.
#[test]
fn all_of_gfm_passes_with_its_extensions_but_for_what_commonmark_has_changed() {
    let examples = examples::gfm();
    assert_eq!(examples.len(), 673);
    assert_eq!(examples.iter().filter(|example| !example.extensions.is_empty()).count(), 24);
    let own = |example: &Example| match example.extensions.is_empty() {
        true => Extensions::none(),
        false => Extensions::gfm(),
    };
    let changed = numbers("GFM", |row| row.switches.is_empty());
    let told = compare("GFM", &examples, &differing(&examples, own), &changed, Extensions::gfm());
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn the_manual_lists_what_the_default_extensions_read_otherwise() {
    let set = Extensions::default();
    let specifications = [("CommonMark", examples::commonmark()), ("GFM", examples::gfm())];
    let told = specifications.map(|(specification, examples)| {
        let listed = numbers(specification, |_| true);
        compare(specification, &examples, &differing(&examples, |_| set), &listed, set)
    });
    let told = told.concat();
    assert!(told.is_empty(), "\n{told}");
}

/// What the manual gives as the reason is the reason: without it, the example passes.
#[test]
fn the_manual_names_the_extensions_that_do_it() {
    let (commonmark, gfm) = (examples::commonmark(), examples::gfm());
    for row in listed::listed().iter().filter(|row| !row.switches.is_empty()) {
        let examples = if row.specification == "GFM" { &gfm } else { &commonmark };
        for example in row.examples.iter().map(|number| &examples[number - 1]) {
            let set = row.switched();
            assert!(!differs(example, set), "{:?} is not why:\n{}", row.switches, shown(example, set));
        }
    }
}
