//! Scripts without what only people read: lines that hold nothing but a comment, and indentation.
//!
//! No statement is touched, and every line that stays ends where it ended, so that a script does what it did. Where a line
//! could be part of a longer text the script is left as it is: a scanner for all of the language would be needed to know.

/// A script made shorter; `None` where that could change what it does.
pub(super) fn shortened(source: &str) -> Option<String> {
    // Each of these ends a line too, for a browser.
    if source.contains(['\r', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let mut short = String::with_capacity(source.len());
    for line in source.lines().map(str::trim) {
        if line.is_empty() || is_comment(line) {
            continue;
        }
        if goes_on(line) {
            return None;
        }
        short.push_str(line);
        short.push('\n');
    }
    Some(short)
}

/// Whether a line is one comment, and none that a licence or a tool wants to stay.
fn is_comment(line: &str) -> bool {
    let inner = match line.strip_prefix("//") {
        Some(inner) => inner,
        None => {
            let Some(inner) = line.strip_prefix("/*").and_then(|line| line.strip_suffix("*/")) else { return false };
            if inner.contains("*/") {
                return false;
            }
            inner
        }
    };
    !inner.starts_with(['!', '#', '@'])
}

/// Whether a comment, a template or a string may go on in the next line.
fn goes_on(line: &str) -> bool {
    let comment = line.rfind("/*").is_some_and(|start| !line[start + 2..].contains("*/"));
    comment || line.ends_with('\\') || (line.contains('`') && template_goes_on(line))
}

/// The same for templates, which may hold expressions that hold templates. In doubt it goes on.
fn template_goes_on(line: &str) -> bool {
    // What is open, from the outside: a template, or an expression in one with so many braces.
    enum Open {
        Template,
        Expression(usize),
    }
    let mut open: Vec<Open> = Vec::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match (open.last_mut(), c) {
            (Some(Open::Template), '\\') => drop(rest.next()),
            (Some(Open::Template), '`') => drop(open.pop()),
            (Some(Open::Template), '$') if rest.as_str().starts_with('{') => {
                rest.next();
                open.push(Open::Expression(0));
            }
            (Some(Open::Template), _) => {}
            (_, '`') => open.push(Open::Template),
            (Some(Open::Expression(braces)), '{') => *braces += 1,
            (Some(Open::Expression(0)), '}') => drop(open.pop()),
            (Some(Open::Expression(braces)), '}') => *braces -= 1,
            (_, quote @ ('"' | '\'')) => {
                let Some(end) = end_of_string(rest.as_str(), quote) else { return true };
                rest = rest.as_str()[end..].chars();
            }
            _ => {}
        }
    }
    !open.is_empty()
}

/// Where a string ends whose opening quote was read.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::shortened;
    use crate::render::theme::DefaultTheme;

    #[test]
    fn the_default_theme_sends_nobody_its_comments() {
        for path in DefaultTheme::iter().filter(|path| path.ends_with(".js")) {
            let source = String::from_utf8(DefaultTheme::get(&path).unwrap().data.into_owned()).unwrap();
            let short = shortened(&source).unwrap_or_else(|| panic!("{path} stays as it is"));
            assert!(short.len() * 10 < source.len() * 9, "{path}: {} of {}", short.len(), source.len());
        }
    }

    #[test]
    fn comments_and_indentation_go() {
        let source = "// Why.\n\n(() => {\n  /** What. */\n  const a = 1; // stays\n\n    // Why.\n  b(`${a ? `${a}` : \"`\"}`)\n})();\n";
        assert_eq!(
            shortened(source).as_deref(),
            Some("(() => {\nconst a = 1; // stays\nb(`${a ? `${a}` : \"`\"}`)\n})();\n")
        );
    }

    #[test]
    fn licences_and_directions_for_tools_stay() {
        for line in ["/*! MIT */\n", "//! MIT\n", "//# sourceMappingURL=a.map\n", "/* a */ b() /* c */\n"] {
            assert_eq!(shortened(line).as_deref(), Some(line));
        }
    }

    #[test]
    fn a_script_with_text_of_several_lines_stays_as_it_is() {
        for source in [
            "a = `\n  // text\n`;\n",
            "a = `${b ? `c` : `\n  d`}`;\n",
            "a = `${{ b: 1 }.b}${\n  c}`;\n",
            "/* Why\n  // and how */\n",
            "a = \"b\\\n  c\";\n",
            "a = '`' + `\n  b`;\n",
            "a(/['\"`]/, `\n  b`);\n",
            "// Why.\ra();\n",
            "// Why.\u{2028}a();\n",
        ] {
            assert_eq!(shortened(source), None, "{source}");
        }
    }
}
