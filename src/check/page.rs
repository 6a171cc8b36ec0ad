//! Rules of one article: its headings, its code, its description.

use rustc_hash::FxHashMap;

use crate::check::path_of;
use crate::model::{
    Config, Diagnostic, Head,
    page::{CodeBlock, Heading},
    site::{Page, PageKind},
};
use crate::render::highlight;

/// `heading-skip`, `duplicate-heading`, `empty-section`.
pub(super) fn headings(head: &Head) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // The page's own heading has level 1.
    let mut before = 1;
    // The headings that this one stands below, by their place.
    let mut above: Vec<(usize, u8)> = Vec::new();
    let mut seen: FxHashMap<(Option<usize>, String), &Heading> = FxHashMap::default();
    for (index, heading) in head.headings.iter().enumerate() {
        if heading.level > before + 1 {
            let message = format!("this heading has level {}, and the one before it {before}", heading.level);
            let sharps = "#".repeat(usize::from(before) + 1);
            let help = format!("write `{sharps}`, or a heading of level {} above it", before + 1);
            found.push(at(head, heading, "heading-skip", message).help(help));
        }
        before = heading.level;
        above.retain(|(_, level)| *level < heading.level);
        let key = (above.last().map(|(parent, _)| *parent), heading.text.to_lowercase());
        match seen.get(&key) {
            Some(first) => {
                let message = format!("the heading “{}” stands twice here", heading.text);
                let problem = at(head, heading, "duplicate-heading", message)
                    .note(format!("the first is in line {}", first.span.line))
                    .help("say what is special about each, or give them ids of their own: `{#id}`");
                found.push(problem);
            }
            None => drop(seen.insert(key, heading)),
        }
        above.push((index, heading.level));
        // The text below a heading is the section after it; a deeper heading that follows is something below it.
        let is_empty = head.sections.get(index + 1).is_some_and(|section| section.is_empty);
        let goes_deeper = head.headings.get(index + 1).is_some_and(|next| next.level > heading.level);
        if is_empty && !goes_deeper {
            let message = format!("there is nothing below the heading “{}”", heading.text);
            found.push(at(head, heading, "empty-section", message).help("write its text, or take the heading out"));
        }
    }
    found
}

/// `no-code-language`, `unknown-code-language`.
pub(super) fn codes(config: &Config, head: &Head) -> Vec<Diagnostic> {
    let problem = |code: &CodeBlock| {
        let path = code.origin.as_deref().map_or_else(|| path_of(head), ToString::to_string);
        if code.language.is_empty() {
            let help = "name it behind the fence, such as ```` ```rust ````; `text` for what is in no language";
            let message = "this block of code does not say its language";
            return code
                .is_fenced
                .then(|| Diagnostic::warning("no-code-language", &path, code.span, message).help(help));
        }
        let is_known = !config.markdown.highlight || highlight::knows(&code.language);
        (!is_known).then(|| {
            let message = format!("no colours are known for the language `{}`", code.language.escape_debug());
            let help = "look whether it is misspelled; `text` for what needs no colours";
            Diagnostic::warning("unknown-code-language", &path, code.span, message).help(help)
        })
    };
    head.codes.iter().filter_map(problem).collect()
}

/// `missing-description`.
pub(super) fn description(page: &Page) -> Option<Diagnostic> {
    let has_one = page.head.front.description.as_ref().is_some_and(|text| !text.trim().is_empty());
    let wants_one = matches!(page.kind, PageKind::Article | PageKind::Section) && page.head.words > 0;
    (wants_one && !has_one).then(|| {
        let message = "this article has no description";
        let help = "write `description = \"..\"` into its front matter: what one learns there, in a sentence";
        Diagnostic::warning("missing-description", &path_of(&page.head), None, message).help(help)
    })
}

fn at(head: &Head, heading: &Heading, code: &str, message: String) -> Diagnostic {
    let path = heading.origin.as_deref().map_or_else(|| path_of(head), ToString::to_string);
    Diagnostic::warning(code, &path, heading.span, message)
}
