//! Lines of code that were coloured before: what a syntax makes of a line depends on nothing but the line and the state in
//! which it begins, and the same few lines stand in many blocks.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use syntect::{
    highlighting::{HighlightIterator, HighlightState, Highlighter},
    parsing::{ParseState, ScopeStack, SyntaxReference},
};
use xxhash_rust::xxh3::xxh3_128;

use super::{syntaxes, write_line};

/// How many bytes a thread remembers, half of it lines that were met lately.
const REMEMBERED: usize = 16 << 20;

/// How many bytes a line takes beside its text.
const OVERHEAD: usize = 64;

/// In how many states a line of one syntax may begin: more have only those that keep words of the text, such as the end
/// of a here-document.
const MOST_STATES: usize = 256;

thread_local! {
    static LINES: RefCell<Lines> = RefCell::default();
}

/// What one thread remembers. States belong to it alone: those of syntect can't be shared.
#[derive(Default)]
struct Lines {
    states: Vec<State>,
    /// The numbers of the states of each syntax by its place in memory, the first of them that in which a block begins.
    of_syntax: FxHashMap<usize, Vec<u32>>,
    /// By the state in which a line begins and its hash. Those of the second are older.
    known: [FxHashMap<(u32, u128), Line>; 2],
    /// How many bytes the first of them takes.
    bytes: usize,
}

#[derive(Clone, PartialEq)]
struct State {
    parse: ParseState,
    highlight: HighlightState,
}

/// A line as HTML, and the number of the state in which the next one begins.
struct Line {
    html: Box<str>,
    next: u32,
}

/// Colours the lines of one block, one after the other.
pub(super) struct Block<'h> {
    syntax: &'static SyntaxReference,
    highlighter: &'h Highlighter<'h>,
    at: At,
}

/// Where a line begins.
enum At {
    /// In a state with this number.
    Known(u32),
    /// In one that is not remembered.
    Own(Box<State>),
}

impl<'h> Block<'h> {
    pub(super) fn new(syntax: &'static SyntaxReference, highlighter: &'h Highlighter<'h>) -> Self {
        let at = LINES.with_borrow_mut(|lines| At::Known(lines.first(syntax, highlighter)));
        Self { syntax, highlighter, at }
    }

    /// Writes a line and its end. `false` where its syntax can make nothing of it.
    pub(super) fn write(&mut self, html: &mut String, line: &str) -> bool {
        LINES.with_borrow_mut(|lines| {
            let (mut state, key) = match &mut self.at {
                At::Own(state) => ((**state).clone(), None),
                At::Known(number) => {
                    let key = (*number, xxh3_128(line.as_bytes()));
                    if let Some(known) = lines.find(key) {
                        html.push_str(&known.html);
                        *number = known.next;
                        return true;
                    }
                    (lines.states[*number as usize].clone(), Some(key))
                }
            };
            let start = html.len();
            let operations = state.parse.parse_line(line, syntaxes());
            if let Ok(operations) = &operations {
                let pieces = HighlightIterator::new(&mut state.highlight, operations, line, self.highlighter);
                write_line(html, pieces.map(|(style, piece)| (style.foreground.r, piece)));
            }
            let next = lines.number(self.syntax, &state);
            if let (Ok(_), Some(key), Some(next)) = (&operations, key, next) {
                lines.remember(key, Line { html: html[start..].into(), next });
            }
            self.at = next.map_or_else(|| At::Own(Box::new(state)), At::Known);
            operations.is_ok()
        })
    }
}

impl Lines {
    /// The number of the state in which a block begins.
    fn first(&mut self, syntax: &'static SyntaxReference, highlighter: &Highlighter<'_>) -> u32 {
        if let Some(numbers) = self.of_syntax.get(&place(syntax)) {
            return numbers[0];
        }
        let highlight = HighlightState::new(highlighter, ScopeStack::new());
        let number = self.states.len() as u32;
        self.states.push(State { parse: ParseState::new(syntax), highlight });
        self.of_syntax.insert(place(syntax), vec![number]);
        number
    }

    /// The number of a state of a syntax of which a block began, unless there are too many.
    fn number(&mut self, syntax: &'static SyntaxReference, state: &State) -> Option<u32> {
        let numbers = self.of_syntax.get_mut(&place(syntax))?;
        if let Some(known) = numbers.iter().find(|number| self.states[**number as usize] == *state) {
            return Some(*known);
        }
        if numbers.len() >= MOST_STATES {
            return None;
        }
        let number = self.states.len() as u32;
        self.states.push(state.clone());
        numbers.push(number);
        Some(number)
    }

    fn find(&mut self, key: (u32, u128)) -> Option<&Line> {
        if !self.known[0].contains_key(&key) {
            let line = self.known[1].remove(&key)?;
            self.remember(key, line);
        }
        self.known[0].get(&key)
    }

    fn remember(&mut self, key: (u32, u128), line: Line) {
        if self.bytes > REMEMBERED / 2 {
            self.known.swap(0, 1);
            (self.known[0], self.bytes) = Default::default();
        }
        self.bytes += line.html.len() + OVERHEAD;
        self.known[0].insert(key, line);
    }
}

fn place(syntax: &'static SyntaxReference) -> usize {
    std::ptr::from_ref(syntax).addr()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use proptest::{collection, prelude::*, sample};

    use super::*;
    use crate::render::highlight::{LONGEST, highlight};

    /// Lines that mean something else by where they stand.
    const SAMPLES: &[&str] = &[
        "/*",
        "*/",
        "x = \"\"\"",
        "\"\"\"",
        "cat <<END",
        "cat <<OTHER",
        "END",
        "let x = 1;",
        "def f(a):",
        "<b>&amp;",
        "{",
        "}",
        "",
        "'",
    ];

    fn coloured(language: &str, lines: &[&str]) -> String {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        highlight(language, &text, std::time::Instant::now() + LONGEST)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn lines_that_are_remembered_come_out_as_ever(
            blocks in collection::vec((sample::select(&["rust", "python", "bash", "html"][..]), collection::vec(sample::select(SAMPLES), 1..12)), 1..6)
        ) {
            let all: Vec<String> = blocks.iter().map(|(language, lines)| coloured(language, lines)).collect();
            for ((language, lines), html) in blocks.into_iter().zip(all) {
                // A thread of its own remembers nothing.
                let fresh = thread::spawn(move || coloured(language, &lines)).join().unwrap();
                prop_assert_eq!(html, fresh);
            }
        }
    }

    #[test]
    fn states_and_lines_are_forgotten_where_there_are_too_many() {
        let ends: Vec<String> =
            (0..2 * MOST_STATES).map(|end| format!("cat <<END{end}\n$x\nEND{end}\necho \"$x\"\n")).collect();
        let block = |end: &String| highlight("bash", end, std::time::Instant::now() + LONGEST);
        let first: Vec<String> = ends.iter().map(block).collect();
        assert!(ends.iter().map(block).eq(first.iter().cloned()));
        for (end, html) in ends.iter().zip(&first) {
            let number = end.trim_start_matches("cat <<END").split_once('\n').unwrap().0;
            let other = first[0].replace("END0", &format!("END{number}"));
            assert_eq!(*html, other);
        }
        LINES.with_borrow(|lines| assert!(lines.of_syntax.values().all(|numbers| numbers.len() <= MOST_STATES)));
        let long: Vec<String> = (0..40_000).map(|line| format!("echo {line} {}\n", "x".repeat(400))).collect();
        long.iter().for_each(|line| drop(block(line)));
        LINES.with_borrow(|lines| {
            let held =
                |lines: &FxHashMap<_, Line>| lines.values().map(|line| line.html.len() + OVERHEAD).sum::<usize>();
            assert!(lines.known.iter().map(held).sum::<usize>() <= REMEMBERED + (LONG_ENOUGH << 1));
        });
    }

    /// Longer than any line of these tests as HTML.
    const LONG_ENOUGH: usize = 4096;
}
