//! A block of code to HTML.
//!
//! A block of which nothing is asked is one element around its text. Where lines are marked, numbered or explained, each
//! is an element of its own: `ins`, `del` and `mark` where that is what they are, so that a page without any style, as in
//! a feed, says the same. Numbers, signs and prompts are no part of what a reader selects.

use std::time::Instant;

use crate::model::doc::{Code, CodeLook, LineMark};
use crate::parse::console;
use crate::render::{body::escape_attribute, highlight, strings::Strings};

/// Counts up with every change of what this makes of the same block.
pub const VERSION: u32 = 2;

/// Marks of lines, each with its class.
const MARKS: &[(LineMark, &str)] = &[
    (LineMark::Highlight, "hl"),
    (LineMark::Added, "ins"),
    (LineMark::Removed, "del"),
    (LineMark::Focus, "focus"),
    (LineMark::Hidden, "hid"),
    (LineMark::Error, "err"),
    (LineMark::Warning, "warn"),
];

/// The theme has room for numbers of so many digits.
const MOST_DIGITS: u32 = 6;

/// How code is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// By its language, until this moment.
    On(Instant),
    /// Not at all.
    Off,
}

/// Writes a block in this language.
pub(super) fn write(html: &mut String, language: &str, code: &Code, colours: Colours, strings: &Strings) {
    let look = &code.look;
    let element = if look.title.is_empty() { "div" } else { "figure" };
    write_opening(html, element, language, code);
    match has_lines(look) {
        true => write_lines(html, language, code, colours, strings),
        false => html.push_str(&coloured(language, &code.text, colours)),
    }
    html.push_str("</code></pre></");
    html.push_str(element);
    html.push('>');
}

fn write_opening(html: &mut String, element: &str, language: &str, code: &Code) {
    let look = &code.look;
    html.push('<');
    html.push_str(element);
    html.push_str(" class=\"code");
    let has_focus = look.lines.iter().any(|(mark, ..)| *mark == LineMark::Focus);
    let own = [
        ("lines", has_lines(look)),
        ("numbered", look.first_number.is_some()),
        ("wrap", look.wrap),
        ("has-focus", has_focus),
    ];
    let own = own.iter().filter(|(_, is_so)| *is_so).map(|(class, _)| *class);
    for class in own.chain(look.attributes.classes.iter().map(String::as_str)) {
        html.push(' ');
        escape_attribute(html, class);
    }
    if let Some(id) = &look.attributes.id {
        html.push_str("\" id=\"");
        escape_attribute(html, id);
    }
    if !language.is_empty() {
        html.push_str("\" data-language=\"");
        escape_attribute(html, language);
    }
    if let Some(digits) = digits(code).filter(|digits| *digits > 2) {
        html.push_str(&format!("\" data-digits=\"{}", digits.min(MOST_DIGITS)));
    }
    html.push_str("\">");
    if !look.title.is_empty() {
        html.push_str("<figcaption class=\"code-title\">");
        escape_attribute(html, &look.title);
        html.push_str("</figcaption>");
    }
    html.push_str("<pre tabindex=\"0\"><code");
    if !language.is_empty() {
        html.push_str(" class=\"language-");
        escape_attribute(html, language);
        html.push('"');
    }
    html.push('>');
}

/// How many digits the longest number of a line has, where lines are numbered.
fn digits(code: &Code) -> Option<u32> {
    let first = code.look.first_number?;
    let last = first.saturating_add((code.text.lines().count() as u32).saturating_sub(1));
    Some(last.checked_ilog10().unwrap_or(0) + 1)
}

/// Whether lines are elements of their own.
fn has_lines(look: &CodeLook) -> bool {
    look.first_number.is_some() || !(look.lines.is_empty() && look.commands.is_empty() && look.notes.is_empty())
}

fn coloured(language: &str, text: &str, colours: Colours) -> String {
    match colours {
        Colours::On(until) => highlight::highlight(language, text, until),
        Colours::Off => highlight::plain(text),
    }
}

fn write_lines(html: &mut String, language: &str, code: &Code, colours: Colours, strings: &Strings) {
    let look = &code.look;
    let lines = if look.commands.is_empty() {
        // Each line of coloured code closes what it opens.
        coloured(language, &code.text, colours).split_inclusive('\n').map(str::to_owned).collect()
    } else {
        console_lines(language, code, colours)
    };
    let marks = marks_of_lines(&look.lines, lines.len());
    let mut notes = look.notes.iter().peekable();
    for (index, line) in lines.iter().enumerate() {
        let number = index as u32 + 1;
        let is_output =
            !look.commands.is_empty() && look.commands.binary_search_by_key(&number, |(line, _)| *line).is_err();
        let marked = Marked { marks: marks[index], is_output };
        html.push('<');
        html.push_str(marked.element());
        html.push_str(" class=\"line");
        marked.write_classes(html);
        html.push('"');
        if let Some(first) = look.first_number {
            html.push_str(&format!(" data-line=\"{}\"", first.saturating_add(index as u32)));
        }
        // A style sheet shows a sign, for which this is said.
        for (mark, key) in [(LineMark::Error, "line_error"), (LineMark::Warning, "line_warning")] {
            if marked.has(mark) {
                html.push_str(" data-says=\"");
                escape_attribute(html, strings.text(key));
                html.push('"');
            }
        }
        if marked.has(LineMark::Hidden) {
            html.push_str(" hidden");
        }
        html.push('>');
        let (text, end) = line.strip_suffix('\n').map_or((line.as_str(), ""), |text| (text, "\n"));
        html.push_str(text);
        while let Some(note) = notes.next_if(|note| note.line <= number) {
            html.push_str("<a class=\"note-mark\" href=\"#");
            escape_attribute(html, &note.id);
            html.push_str(&format!("\" role=\"doc-noteref\">{}</a>", note.number));
        }
        html.push_str(end);
        html.push_str("</");
        html.push_str(marked.element());
        html.push('>');
    }
}

/// The lines of a console as HTML: stretches of commands coloured by the language that is typed there, all else plain.
fn console_lines(language: &str, code: &Code, colours: Colours) -> Vec<String> {
    let typed = console::language(language).unwrap_or("");
    let mut lines: Vec<String> = code.text.split_inclusive('\n').map(highlight::plain).collect();
    let sources: Vec<&str> = code.text.split_inclusive('\n').collect();
    for stretch in code.look.commands.chunk_by(|(before, _), (line, _)| before + 1 == *line) {
        let parts = stretch.iter().filter_map(|(line, prompt)| {
            let index = (*line as usize).checked_sub(1)?;
            Some((index, sources.get(index)?.split_at_checked(*prompt as usize)?))
        });
        let commands: String = parts.clone().map(|(_, (_, command))| command).collect();
        let html = coloured(typed, &commands, colours);
        for ((index, (prompt, _)), command) in parts.zip(html.split_inclusive('\n')) {
            lines[index] = match prompt {
                "" => command.to_owned(),
                _ => format!("<span class=\"prompt\">{}</span>{command}", highlight::plain(prompt)),
            };
        }
    }
    lines
}

/// What each line is marked as, a bit for each of [`MARKS`]. Linear in lines and ranges.
fn marks_of_lines(ranges: &[(LineMark, u32, u32)], count: usize) -> Vec<u8> {
    let mut marks = vec![0; count];
    for (bit, (mark, _)) in MARKS.iter().enumerate() {
        let mut next = 0;
        // They come by rising first line.
        for (_, first, last) in ranges.iter().filter(|(of, ..)| of == mark) {
            let (first, last) = ((*first as usize).saturating_sub(1).max(next), (*last as usize).min(count));
            marks.get_mut(first..last).into_iter().flatten().for_each(|marks| *marks |= 1 << bit);
            next = last.max(next);
        }
    }
    marks
}

struct Marked {
    marks: u8,
    is_output: bool,
}

impl Marked {
    fn has(&self, wanted: LineMark) -> bool {
        MARKS.iter().enumerate().any(|(bit, (mark, _))| *mark == wanted && self.marks & 1 << bit != 0)
    }

    fn element(&self) -> &'static str {
        if self.has(LineMark::Removed) {
            "del"
        } else if self.has(LineMark::Added) {
            "ins"
        } else if self.has(LineMark::Highlight) {
            "mark"
        } else {
            "span"
        }
    }

    fn write_classes(&self, html: &mut String) {
        for (bit, (_, class)) in MARKS.iter().enumerate() {
            if self.marks & 1 << bit != 0 {
                html.push(' ');
                html.push_str(class);
            }
        }
        if self.is_output {
            html.push_str(" out");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::doc::LineNote;

    fn html(language: &str, text: &str, look: CodeLook) -> String {
        let mut html = String::new();
        let colours = Colours::On(Instant::now() + highlight::LONGEST);
        write(&mut html, language, &Code { index: 0, text: text.to_owned(), look }, colours, &Strings::default());
        html
    }

    #[test]
    fn plain_blocks_are_one_element_around_their_text() {
        assert_eq!(
            html("", "a < b\n", CodeLook::default()),
            "<div class=\"code\"><pre tabindex=\"0\"><code>a &lt; b\n</code></pre></div>"
        );
        assert_eq!(
            html("text", "a\n", CodeLook::default()),
            "<div class=\"code\" data-language=\"text\"><pre tabindex=\"0\"><code class=\"language-text\">a\n</code></pre></div>"
        );
    }

    #[test]
    fn a_title_makes_a_figure_and_lines_are_left_alone() {
        let look = CodeLook { title: "<a>".to_owned(), wrap: true, ..CodeLook::default() };
        assert_eq!(
            html("text", "a\nb\n", look),
            "<figure class=\"code wrap\" data-language=\"text\"><figcaption class=\"code-title\">&lt;a&gt;</figcaption><pre tabindex=\"0\"><code class=\"language-text\">a\nb\n</code></pre></figure>"
        );
    }

    #[test]
    fn marked_lines_say_what_they_are() {
        let lines = vec![
            (LineMark::Hidden, 1, 1),
            (LineMark::Highlight, 2, 3),
            (LineMark::Added, 3, 3),
            (LineMark::Removed, 4, 4),
            (LineMark::Focus, 4, 900),
        ];
        let notes = vec![LineNote { line: 3, number: 2, id: "n".to_owned() }];
        let look = CodeLook { lines, notes, first_number: Some(9), ..CodeLook::default() };
        let html = html("text", "a\nb\nc\nd\n", look);
        let inside = &html[html.find("<code").unwrap()..];
        assert!(html.starts_with("<div class=\"code lines numbered has-focus\" data-language=\"text\">"), "{html}");
        assert_eq!(
            inside,
            "<code class=\"language-text\"><span class=\"line hid\" data-line=\"9\" hidden>a\n</span><mark class=\"line hl\" data-line=\"10\">b\n</mark><ins class=\"line hl ins\" data-line=\"11\">c<a class=\"note-mark\" href=\"#n\" role=\"doc-noteref\">2</a>\n</ins><del class=\"line del focus\" data-line=\"12\">d\n</del></code></pre></div>"
        );
    }

    #[test]
    fn consoles_tell_commands_from_what_was_said() {
        let look = CodeLook { commands: vec![(1, 2), (3, 2), (4, 0)], ..CodeLook::default() };
        let html = html("console", "$ cd \"a\"\nif <b>\n$ ls \\\n  -l\n", look);
        for part in [
            "<span class=\"line\"><span class=\"prompt\">$ </span>",
            "<span class=\"line out\">if &lt;b&gt;\n</span>",
            "class=\"s\">\"a\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!(html.matches("class=\"prompt\"").count(), 2);
        assert_eq!(html.matches("class=\"line").count(), 4);
    }

    #[test]
    fn ranges_cost_what_lines_and_ranges_cost() {
        let many = 200_000;
        let ranges: Vec<_> = (1..=many).map(|first| (LineMark::Added, first, u32::MAX)).collect();
        let marks = marks_of_lines(&ranges, many as usize);
        assert!(marks.iter().all(|marks| *marks == 2));
    }
}
