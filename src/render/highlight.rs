//! Code to coloured HTML: short classes, no inline style. The only room that knows syntect.
//!
//! A synthetic theme gives each group of scopes a class by its colour's number, so that a token costs one short class
//! in place of its whole stack of scopes. The classes are described in the manual's chapter on themes.

mod lines;

use std::{
    sync::{LazyLock, OnceLock, PoisonError, RwLock},
    time::{Duration, Instant},
};

use self::lines::Block;
use crate::model::{Diagnostic, Head, page::CodeBlock};
use pulldown_cmark_escape::escape_html_body_text;
use rustc_hash::FxHashMap;
use syntect::{
    highlighting::{Color, Highlighter, ScopeSelectors, StyleModifier, Theme, ThemeItem, ThemeSettings},
    parsing::{SyntaxReference, SyntaxSet},
    util::LinesWithEndings,
};

/// Counts up with every change of the classes or the syntaxes.
pub const VERSION: u32 = 1;

/// The longest line that is coloured, in bytes: one line of 600 KB costs seconds.
const LONGEST_LINE: usize = 4 << 10;

/// The largest block that is coloured, in bytes.
const LARGEST_BLOCK: usize = 256 << 10;

/// The longest that the code of one page is coloured: some syntaxes take quadratic time for a line.
pub const LONGEST: Duration = Duration::from_secs(10);

/// How many languages are remembered with their syntax.
const REMEMBERED: usize = 256;

/// Classes and the scopes that they stand for; a later, more specific selector wins by syntect's own scoring.
const CLASSES: &[(&str, &str)] = &[
    ("c", "comment, punctuation.definition.comment"),
    ("s", "string, punctuation.definition.string, constant.other.symbol, markup.raw"),
    (
        "e",
        "constant.character.escape, constant.character, string.regexp, punctuation.section.interpolation, constant.other.placeholder",
    ),
    ("n", "constant.numeric"),
    ("l", "constant.language, constant.other, support.constant, constant"),
    ("k", "keyword, storage.type, storage.modifier, storage, keyword.control, keyword.declaration"),
    ("o", "keyword.operator - keyword.operator.word - keyword.operator.logical.python"),
    ("f", "entity.name.function, variable.function, support.function, meta.function-call entity.name"),
    (
        "t",
        "entity.name.type, entity.name.class, entity.name.struct, entity.name.enum, entity.name.trait, entity.other.inherited-class, support.type, support.class, entity.name.namespace",
    ),
    ("v", "variable.parameter, variable.language, variable.other.readwrite, punctuation.definition.variable"),
    (
        "a",
        "entity.other.attribute-name, meta.object-literal.key, entity.name.tag.yaml, support.type.property-name, variable.other.key, entity.name.key",
    ),
    ("g", "entity.name.tag - entity.name.tag.yaml"),
    (
        "m",
        "meta.annotation, variable.annotation, meta.preprocessor, keyword.directive, support.macro, entity.name.macro, meta.decorator variable.function",
    ),
    ("h", "markup.heading, entity.name.section"),
    ("i", "markup.inserted, diff.inserted"),
    ("d", "markup.deleted, diff.deleted"),
    ("b", "markup.bold"),
    ("x", "markup.italic"),
    ("u", "markup.underline.link"),
];

/// Names that writers use and the syntaxes do not know.
const ALIASES: &[(&str, &str)] = &[
    ("csharp", "cs"),
    ("c#", "cs"),
    ("fsharp", "fs"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("ndjson", "json"),
    ("shell", "bash"),
    ("zsh", "bash"),
    ("sh-session", "bash"),
    ("console", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("terminal", "bash"),
    ("posh", "powershell"),
    ("pwsh", "powershell"),
    ("golang", "go"),
    ("docker", "dockerfile"),
    ("containerfile", "dockerfile"),
    ("make", "makefile"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("mts", "ts"),
    ("cts", "ts"),
    ("py3", "python"),
    ("pycon", "python"),
    ("postgresql", "sql"),
    ("mysql", "sql"),
    ("sqlite", "sql"),
    ("jinja", "jinja2"),
    ("tera", "jinja2"),
    ("viml", "vim"),
    ("hcl", "terraform"),
    ("tf", "terraform"),
    ("xhtml", "html"),
    ("svg", "xml"),
    ("rss", "xml"),
    ("atom", "xml"),
    ("plist", "xml"),
    ("gitattributes", "git attributes"),
    ("gitignore", "git ignore"),
    ("objc", "objective-c"),
    ("objectivec", "objective-c"),
    ("elisp", "lisp"),
    ("emacs-lisp", "lisp"),
    ("patch", "diff"),
];

/// Names for text that has no syntax.
const PLAIN: &[&str] =
    &["", "text", "txt", "plain", "plaintext", "none", "output", "plain-text", "nohighlight", "mermaid"];

/// What will not be coloured in an article, or not wholly: from its head alone, so that it is told whether its page is
/// rendered or not.
pub fn diagnostics(head: &Head) -> Vec<Diagnostic> {
    let path = format!("content/{}", head.path);
    let problem = |code: &CodeBlock| {
        let (what, limit) = match (code.bytes as usize, code.longest_line as usize) {
            (bytes, _) if bytes > LARGEST_BLOCK => ("this block of code is", LARGEST_BLOCK),
            (_, line) if line > LONGEST_LINE => ("a line of this block of code is", LONGEST_LINE),
            _ => return None,
        };
        let message = format!("{what} larger than {} KiB and stays without colours", limit >> 10);
        let help = "link to it as a file, or write `text` as its language";
        let is_plain = PLAIN.contains(&code.language.to_ascii_lowercase().as_str());
        (!is_plain).then(|| Diagnostic::warning("plain-code", &path, code.span, message).help(help))
    };
    head.codes.iter().filter_map(problem).collect()
}

/// The HTML of a block's text, coloured as `language` where that is known and the block is not too large. From `until` on
/// nothing is coloured: whoever asked looks at the clock too, and drops the text.
pub fn highlight(language: &str, text: &str, until: Instant) -> String {
    let is_plain = PLAIN.contains(&language.to_ascii_lowercase().as_str()) || text.len() > LARGEST_BLOCK;
    let Some(syntax) = syntax(language).filter(|_| !is_plain) else { return plain(text) };
    let Colours { highlighter, .. } = colours();
    let mut block = Block::new(syntax, highlighter);
    let mut html = String::with_capacity(text.len() * 2);
    for line in LinesWithEndings::from(text) {
        if line.len() > LONGEST_LINE || Instant::now() > until || !block.write(&mut html, line) {
            escape(&mut html, line);
        }
    }
    html
}

/// A block of code at which the time was over that the code of `path` may take.
pub fn too_much(path: &str, block: &CodeBlock) -> Diagnostic {
    let message = format!("colouring the code of this page took more than {} seconds", LONGEST.as_secs());
    let help = "write `text` as the language of this block, or break its long lines";
    Diagnostic::error("code-limit", path, block.span, message).help(help)
}

/// Whether code in this language can be coloured, or needs no colours.
pub fn knows(language: &str) -> bool {
    PLAIN.contains(&language.to_ascii_lowercase().as_str()) || syntax(language).is_some()
}

/// The licences of the syntaxes that ask to be passed on, as Markdown.
pub fn licences() -> String {
    let mut text = String::new();
    let listing = two_face::acknowledgement::listing();
    for licence in listing.for_syntaxes().iter().filter(|licence| licence.needs_acknowledgement()) {
        licence.write_md(&mut text);
        text.push('\n');
    }
    text
}

/// The text without colours.
pub fn plain(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    escape(&mut html, text);
    html
}

/// Writes the pieces of one line, neighbours of one class together; white space takes the class of what it stands in.
fn write_line<'t>(html: &mut String, pieces: impl Iterator<Item = (u8, &'t str)>) {
    let mut open = 0;
    for (class, piece) in pieces {
        let text = piece.trim_end_matches(['\n', '\r']);
        let is_blank = text.trim().is_empty();
        let class = if is_blank { open } else { class };
        if class != open {
            if open != 0 {
                html.push_str("</span>");
            }
            if let Some((name, _)) = usize::from(class).checked_sub(1).and_then(|index| CLASSES.get(index)) {
                html.push_str("<span class=\"");
                html.push_str(name);
                html.push_str("\">");
            }
            open = class;
        }
        escape(html, text);
        if text.len() < piece.len() {
            if open != 0 {
                html.push_str("</span>");
                open = 0;
            }
            html.push_str(&piece[text.len()..]);
        }
    }
    if open != 0 {
        html.push_str("</span>");
    }
}

fn escape(html: &mut String, text: &str) {
    escape_html_body_text(html, text).expect("a string takes every text");
}

fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(two_face::syntax::extra_newlines)
}

/// The syntax of a language. The first that were asked for are remembered: a site has few languages and many blocks.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    type Found = FxHashMap<String, Option<&'static SyntaxReference>>;
    static FOUND: LazyLock<RwLock<Found>> = LazyLock::new(RwLock::default);
    let known = FOUND.read().unwrap_or_else(PoisonError::into_inner).get(language).copied();
    known.unwrap_or_else(|| {
        let found = find_syntax(language);
        let mut all = FOUND.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() < REMEMBERED {
            all.insert(language.to_owned(), found);
        }
        found
    })
}

fn find_syntax(language: &str) -> Option<&'static SyntaxReference> {
    let lower = language.to_ascii_lowercase();
    let set = syntaxes();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, name)| *name);
    let found = alias.and_then(|name| set.find_syntax_by_token(name)).or_else(|| set.find_syntax_by_token(&lower));
    found.filter(|syntax| syntax.name != "Plain Text")
}

struct Colours {
    highlighter: &'static Highlighter<'static>,
}

/// The synthetic theme: the red of a colour is the number of a class, counted from 1.
fn colours() -> &'static Colours {
    static THEME: OnceLock<Theme> = OnceLock::new();
    static HIGHLIGHTER: OnceLock<Highlighter<'static>> = OnceLock::new();
    static COLOURS: OnceLock<Colours> = OnceLock::new();
    let number = |red: usize| Color { r: red as u8, g: 0, b: 0, a: 0xff };
    let theme = THEME.get_or_init(|| Theme {
        settings: ThemeSettings { foreground: Some(number(0)), ..ThemeSettings::default() },
        scopes: CLASSES
            .iter()
            .enumerate()
            .map(|(index, (_, selectors))| ThemeItem {
                scope: selectors.parse::<ScopeSelectors>().expect("the selectors of this table are well formed"),
                style: StyleModifier { foreground: Some(number(index + 1)), background: None, font_style: None },
            })
            .collect(),
        ..Theme::default()
    });
    let highlighter = HIGHLIGHTER.get_or_init(|| Highlighter::new(theme));
    COLOURS.get_or_init(|| Colours { highlighter })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + LONGEST
    }

    #[test]
    fn tokens_get_short_classes() {
        let html = highlight("rust", "// a <b>\nfn main() { let x = \"s\\n\"; }\n", soon());
        assert!(html.starts_with("<span class=\"c\">// a &lt;b&gt;</span>\n"), "{html}");
        for token in ["<span class=\"k\">fn", "<span class=\"f\">main</span>", "<span class=\"e\">\\n</span>"] {
            assert!(html.contains(token), "{token} in {html}");
        }
    }

    #[test]
    fn every_alias_leads_to_a_syntax() {
        let lost: Vec<_> = ALIASES.iter().filter(|(alias, _)| syntax(alias).is_none()).collect();
        assert!(lost.is_empty(), "{lost:?}");
        for language in [
            "powershell",
            "typescript",
            "tsx",
            "toml",
            "yaml",
            "dockerfile",
            "sql",
            "json",
            "kotlin",
            "swift",
            "zig",
            "nix",
            "protobuf",
            "graphql",
        ] {
            assert!(knows(language), "{language}");
        }
        assert!(!knows("klingon"));
    }

    #[test]
    fn what_is_too_much_is_left_plain() {
        let long = format!("x = '{}'\ny = 1\n", "a".repeat(LONGEST_LINE));
        let html = highlight("python", &long, soon());
        assert!(html.contains("<span class=\"n\">1</span>"), "the other lines are coloured");
        assert!(!highlight("python", &"1\n".repeat(LARGEST_BLOCK), soon()).contains("span"));
    }
}
