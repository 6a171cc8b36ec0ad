//! The library's errors in our words.

use std::ops::Range;

use math_core::LatexError;

use super::{Mistake, commands, latex};
use crate::model::diagnostic::did_you_mean;

/// Says what is wrong in `text`, which the library could not read.
///
/// The library tells kinds of errors apart by the label it would put under their place.
pub(super) fn mistake(error: &LatexError, text: &str) -> Mistake {
    let start = text.floor_char_boundary(error.0.start);
    let at = start..text.ceil_char_boundary(error.0.end).max(start);
    let found = text[at.clone()].trim();
    let bare = found.trim_matches(['{', '}', ' ']);
    if error.0 == (0..0) && !text.is_empty() {
        // It lies in what a site's own command stands for.
        return Mistake::new(0..text.len(), plain(&error.error_message()));
    }
    match error.label() {
        "unknown command" => unknown_command(at, found),
        "unknown environment" => unknown(at, "environment", bare, commands::ENVIRONMENTS),
        "unknown color" => unknown(at, "colour", bare, commands::COLORS),
        "expected an argument here" => lacks_argument(at, text),
        "expected a delimiter here" => {
            let message = match command_before(text, at.start) {
                Some((_, name)) => format!("`{found}` is not a bracket, which `{name}` needs"),
                None => format!("`{found}` is not a bracket"),
            };
            Mistake::new(at, message)
                .help(r"write one of `(`, `)`, `[`, `]`, `\{`, `\}`, `|`, `\langle`, `\rangle`, or `.` for none")
        }
        "a group was never closed" => {
            Mistake::new(at, "a bracket that is not closed").help(match error.error_message() {
                message if message.contains("\"]\"") => "add `]`",
                _ => "add `}`",
            })
        }
        "no matching opening for this" => Mistake::new(at, format!("`{found}` closes nothing")).help("remove it"),
        "expected a different environment name here" => {
            Mistake::new(at, format!("`{found}` closes another environment than the open one"))
                .help("close what was opened last")
        }
        "cannot be used here" => misplaced(at, found),
        "unexpected bound" => Mistake::new(at, "`^` and `_` with nothing between them")
            .help("put what belongs to each into braces: `x_{a}^{b}`"),
        "duplicate" => Mistake::new(at, format!("a second `{found}` on one letter"))
            .help("put both into one pair of braces, as in `x^{a b}`, or the first with its letter: `{x^a}^b`"),
        "expected length here" | "illegal unit here" | "invalid unit here" => {
            let message = if bare.is_empty() {
                "a length is missing".to_owned()
            } else {
                format!("`{bare}` is not a length here")
            };
            Mistake::new(at, message).help("write a number and a unit, such as `1em`, `2pt` or `3mu`")
        }
        "expected a column spec here" => Mistake::new(at, format!("`{bare}` does not say how columns stand"))
            .help("write `l`, `c` or `r` for each column, and `|` for a line: `{l|cr}`"),
        "this is not valid in text mode" => {
            let sign = if found == "&" { r"write `\&`, or end the words before it" } else { "end the words before it" };
            Mistake::new(at, format!(r"`{found}` inside `\text{{..}}`")).help(sign)
        }
        "this is not valid in math mode" => Mistake::new(at, format!(r"`{found}` outside of `\text{{..}}`"))
            .help(format!(r"write `\text{{{found} ..}}`")),
        "unexpected macro parameter" if text[..start].ends_with("color{") => {
            Mistake::new(at, "a colour by its number").help("write a name such as `red`, `teal` or `Maroon`")
        }
        "unexpected macro parameter" => Mistake::new(at, "`#` stands for nothing here").help(r"write `\#`"),
        "expected a relation" => Mistake::new(at, format!(r"`{found}` cannot be crossed out by `\not`"))
            .help("`\\not` takes a sign such as `=` or `\\in`"),
        "used as argument" => Mistake::new(at, format!("`{found}` as an argument"))
            .help(format!("put it into braces with what it acts on: `{{{found} ..}}`")),
        "duplicate infix frac" => {
            Mistake::new(at, format!("a second `{found}` in one pair of braces")).help(r"write `\frac{..}{..}`")
        }
        "limit exceeded" => Mistake::new(at, "a formula with too many rows").help("split the formula"),
        _ => Mistake::new(at, plain(&error.error_message())),
    }
}

fn unknown_command(at: Range<usize>, found: &str) -> Mistake {
    let name = found.strip_prefix('\\').unwrap_or(found);
    let mistake = Mistake::new(at, format!("unknown command `{found}`"));
    match name {
        "" => mistake.help(r"write `\backslash`"),
        "newcommand" | "renewcommand" | "providecommand" | "def" | "let" | "DeclareMathOperator" => {
            mistake.help("a formula cannot define commands: write out what it stands for")
        }
        "ce" => mistake.help(r"write chemistry with `\mathrm`: `\mathrm{H_2O}`"),
        "href" | "url" => mistake.help("put the link into the text around the formula"),
        _ => match near(name) {
            Some(known) => mistake.help(format!("did you mean `\\{known}`?")),
            None => mistake,
        },
    }
}

/// The known command nearest to `name`, rather one that begins with a letter of the same size: `\alpha`, not `\Alpha`.
fn near(name: &str) -> Option<&'static str> {
    let is_large = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let alike = commands::known().filter(|known| is_large(known) == is_large(name));
    did_you_mean(name, alike).or_else(|| did_you_mean(name, commands::known()))
}

fn unknown(at: Range<usize>, what: &str, found: &str, known: &[&'static str]) -> Mistake {
    let mistake = Mistake::new(at, format!("unknown {what} `{found}`"));
    match did_you_mean(found, known.iter().copied()) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help(format!("write one of `{}`", known.join("`, `"))),
    }
}

fn lacks_argument(at: Range<usize>, text: &str) -> Mistake {
    match command_before(text, at.start) {
        Some((place, name)) => lacking(place, name),
        None => Mistake::new(at, "something is missing here").help("write `{}` for nothing"),
    }
}

/// The mistake of a command, `^` or `_` without what it acts on.
pub(super) fn lacking(at: Range<usize>, name: &str) -> Mistake {
    match name.strip_prefix('\\') {
        None => Mistake::new(at, format!("nothing behind `{name}`"))
            .help(format!("write `x{name}{{2}}`, or `\\{name}` for the sign itself")),
        Some(bare) if commands::arguments(bare) == 2 => Mistake::new(at, format!("`{name}` lacks what it acts on"))
            .help(format!("`{name}` takes two: `{name}{{a}}{{b}}`")),
        Some(_) => Mistake::new(at, format!("`{name}` lacks what it acts on")).help(format!("write `{name}{{x}}`")),
    }
}

fn misplaced(at: Range<usize>, found: &str) -> Mistake {
    let mistake = Mistake::new(at, format!("`{found}` where it has no meaning"));
    match found {
        "&" => mistake.help(r"put it into `\begin{aligned} .. \end{aligned}`, or write `\&` for the sign itself"),
        r"\tag" => mistake.help(r"put it into `\begin{equation} .. \end{equation}`"),
        r"\hline" | r"\hdashline" => mistake.help(r"put it at the beginning of a row of `\begin{array}{..}`"),
        _ => mistake.help(r"put it directly after an operator such as `\sum` or `\int`"),
    }
}

/// The command, `^` or `_` to which an argument at byte `at` would belong, and where it is: back over the arguments it
/// has already.
fn command_before(text: &str, at: usize) -> Option<(Range<usize>, &str)> {
    let mut end = at;
    loop {
        let before = text[..end].trim_end();
        end = before.len();
        match before.chars().next_back()? {
            close @ ('}' | ']') => end = matching(before, close)?,
            sign @ ('^' | '_') => return Some((end - 1..end, if sign == '^' { "^" } else { "_" })),
            _ => {
                let start = before.rfind('\\')?;
                let name = latex::name(&before[start + 1..]);
                let reaches = start + 1 + name.len() == end;
                // A letter is an argument too.
                let step = before.chars().next_back().map_or(1, char::len_utf8);
                if reaches {
                    return Some((start..end, &before[start..]));
                }
                end -= step;
            }
        }
    }
}

/// Where the bracket that `text` ends with was opened.
fn matching(text: &str, close: char) -> Option<usize> {
    let open = if close == '}' { '{' } else { '[' };
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        depth += i32::from(c == close) - i32::from(c == open);
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The library's sentence as a phrase: a small letter first, no full stop last, names in our quotes.
fn plain(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.').replace('"', "`");
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
