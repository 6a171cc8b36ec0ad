//! What the rules of the text find while it is read, and comments that allow what they find.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{BrokenLink, LinkType, RefDefs};

use crate::model::{
    Diagnostic, Span,
    page::{Allowance, AllowedIn},
};
use crate::parse::markdown::state::Writer;

/// Words that say nothing of where a link leads, in the languages that the theme speaks.
const VAGUE: &[&str] = &[
    "aquí",
    "article",
    "cet article",
    "ce lien",
    "clic aquí",
    "click",
    "click here",
    "cliquez ici",
    "details",
    "diese seite",
    "dieser link",
    "en savoir plus",
    "enlace",
    "este enlace",
    "haga clic aquí",
    "haz clic aquí",
    "here",
    "hier",
    "hier klicken",
    "ici",
    "learn more",
    "leer más",
    "lien",
    "link",
    "lire la suite",
    "mehr",
    "mehr erfahren",
    "more",
    "more info",
    "more information",
    "más",
    "más información",
    "page",
    "read more",
    "see here",
    "see more",
    "this",
    "this article",
    "this document",
    "this link",
    "this page",
    "weiterlesen",
    "هنا",
    "المزيد",
    "اضغط هنا",
    "こちら",
    "ここ",
    "詳細",
    "詳しくはこちら",
    "もっと見る",
];

/// What an allowance begins with, behind `<!--`.
const BEGINS: &str = "check:";

/// A link by reference that no definition belongs to: where it stands, and the name of the definition.
pub(super) type Undefined = (Range<usize>, String);

/// The definitions of a stretch: where each stands, and its name, in the order of the text.
pub(super) fn definitions(defined: &RefDefs<'_>) -> Vec<(Range<usize>, String)> {
    let mut all: Vec<_> = defined.iter().map(|(name, found)| (found.span.clone(), name.to_owned())).collect();
    all.sort_by_key(|(range, _)| range.start);
    all
}

/// Whether a link that was not found was meant to be one: `[text][name]` and `[name][]`, but not `list[i][j]`.
pub(super) fn is_meant(text: &str, link: &BrokenLink<'_>) -> bool {
    let before = text.get(..link.span.start).and_then(|before| before.chars().next_back());
    let after = text.get(link.span.end..).map(|after| after.strip_prefix("[]").unwrap_or(after));
    let after = after.and_then(|after| after.chars().next());
    let is_code = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | ')' | ']' | '[' | ':' | '\\'))
    };
    let has_words = link.reference.chars().filter(|c| c.is_alphabetic()).count() > 1;
    matches!(link.link_type, LinkType::Reference | LinkType::Collapsed)
        && has_words
        && !is_code(before)
        && !is_code(after)
}

impl Writer<'_, '_> {
    /// Tells of links by reference that are defined nowhere, and of definitions that no link of the stretch refers to.
    pub(super) fn tell_references(
        &mut self,
        at: usize,
        undefined: Vec<Undefined>,
        defined: Vec<(Range<usize>, String)>,
        used: &BTreeSet<String>,
    ) {
        for (range, name) in undefined {
            let message = format!("nothing defines `{}`, which this link refers to", name.escape_debug());
            let help =
                format!("write its address behind it in parentheses, or `[{name}]: ADDRESS` on a line of its own");
            self.warn("undefined-reference", range.start + at..range.end + at, message, help);
        }
        for (range, name) in defined.into_iter().filter(|(_, name)| !used.contains(&folded(name))) {
            let range = range.start + at..range.end + at;
            let message = format!("no link refers to `{}`, which is defined here", name.escape_debug());
            let span = self.span(range.clone());
            let help = format!("refer to it, `[words][{name}]`, or take the line out");
            let problem = Diagnostic::warning("unused-reference", self.file.path, span, message).help(help);
            let whole = self.whole_lines(range);
            self.diagnostics.push(problem.fix(whole, "", ""));
        }
    }

    /// The lines that a stretch lies in, their ends included.
    fn whole_lines(&mut self, range: Range<usize>) -> Span {
        let text = self.file.text;
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = match text[start..range.end].ends_with('\n') {
            true => range.end,
            false => text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1),
        };
        self.span(start..end)
    }

    /// Tells of a link whose words say nothing. Code says what it says, and so does the name of a heading.
    pub(super) fn tell_vague(&mut self, words: &str, target: &str, range: Range<usize>) {
        let bare =
            words.trim().trim_matches(['.', ',', ':', ';', '!', '?', '…', '(', ')', '[', ']', '»', '→', '>', '。']);
        let small = bare.trim().to_lowercase();
        let is_name = target.rsplit_once('#').is_some_and(|(_, id)| id.to_lowercase() == small);
        let is_code = self.file.text.get(range.clone()).is_some_and(|raw| raw.contains('`'));
        if VAGUE.contains(&small.as_str()) && !is_name && !is_code {
            let message =
                format!("the words of this link, `{}`, say nothing of where it leads", words.trim().escape_debug());
            self.warn("vague-link", range, message, "write what is there: its title, or what it is about");
        }
    }

    /// Tells of an address that stands in the text as it is.
    pub(super) fn tell_bare(&mut self, text: &str, range: Range<usize>) {
        if !text.contains("://") {
            return;
        }
        let span = self.span(range);
        let message = format!("the address `{}` stands in the text without words of its own", text.escape_debug());
        let problem = Diagnostic::warning("bare-url", self.file.path, span, message)
            .help(format!("write `[words]({text})`, or `<{text}>` where the address itself is meant"));
        self.diagnostics.push(problem.fix(span, text, format!("<{text}>")));
    }

    /// Tells of the mark of a footnote, `[^1]`, that reached the page as text, since nothing defines it.
    pub(super) fn tell_footnote_mark(&mut self, range: &Range<usize>) {
        let text = self.file.text;
        let Some(rest) = text.get(range.start..).and_then(|rest| rest.strip_prefix("[^")) else { return };
        let Some((name, behind)) = rest.split_once(']') else { return };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_mark =
            !name.is_empty() && name.chars().all(is_name) && !behind.starts_with(['(', '[', ':', '*', '+', '{']);
        if text[..range.start].ends_with('\\') || !is_mark || self.code.is_some() || self.html.is_some() {
            return;
        }
        let whole = range.start..range.start + name.len() + 3;
        let message = format!("nothing defines the footnote `{name}`");
        let help =
            format!("write `[^{name}]: ..` on a line of its own, or a backslash before `[` where no footnote is meant");
        self.warn("undefined-footnote", whole, message, help);
    }

    /// Takes up the comments in `range` that allow what a rule finds: `<!-- check: allow RULE -->`.
    pub(super) fn take_allowances(&mut self, range: Range<usize>) {
        let text = self.file.text;
        let Some(raw) = text.get(range.clone()) else { return };
        for (at, _) in raw.match_indices("<!--") {
            let comment = &raw[at + "<!--".len()..];
            let Some(order) = comment.trim_start().strip_prefix(BEGINS) else { continue };
            let inner = order.split("-->").next().unwrap_or(order);
            let length = "<!--".len() + (comment.len() - order.len()) + inner.len();
            let end = (range.start + at + length + "-->".len()).min(text.len());
            self.take_allowance(inner, range.start + at..end);
        }
    }

    fn take_allowance(&mut self, order: &str, range: Range<usize>) {
        let mut words = order.split([' ', ',', '\n', '\t', '\r']).filter(|word| !word.is_empty());
        let verb = words.next().unwrap_or("");
        let rules: Vec<String> = words.map(str::to_owned).collect();
        let text = self.file.text;
        let span = self.span(range.clone());
        let lines = match verb {
            "allow" if !rules.is_empty() => AllowedIn::Lines(span.line, last_line(text, &range, span.line)),
            "allow-file" if !rules.is_empty() => AllowedIn::File,
            _ => {
                let message = format!("`{}` is nothing that can be asked of the checks", order.trim().escape_debug());
                let help = "write `check: allow RULE` for what follows, or `check: allow-file RULE` for the whole file";
                return self.warn("unused-allowance", range, message, help);
            }
        };
        let origin = self.file.origin();
        self.allowances.push(Allowance { rules, lines, span, origin });
    }
}

/// The last line that a comment at `range`, which begins in `line`, speaks for: its own where words stand beside it, else
/// that of the block below it.
fn last_line(text: &str, range: &Range<usize>, line: u32) -> u32 {
    let before = text[..range.start].rsplit('\n').next().unwrap_or("");
    let after = text.get(range.end..).unwrap_or("");
    let mut lines = after.split('\n');
    let beside = lines.next().unwrap_or("");
    let own = line + text[range.clone()].matches('\n').count() as u32;
    if !before.trim().is_empty() || !beside.trim().is_empty() {
        return own;
    }
    let mut last = own;
    let mut has_begun = false;
    for (count, line) in lines.enumerate() {
        match line.trim().is_empty() {
            true if has_begun => break,
            true => {}
            false => {
                has_begun = true;
                last = own + count as u32 + 1;
            }
        }
    }
    last
}

/// The name of a definition, as CommonMark 0.31 compares them in its section 6.3.
pub(super) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
