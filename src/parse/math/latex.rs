//! A formula before the library sees it: its brackets, its tables, and what the library does not know.

use std::{borrow::Cow, ops::Range};

use super::{Display, Mistake, commands, words};

/// How deep brackets, `\left` and environments may nest.
const DEEPEST: usize = 48;

/// A formula as the library reads it.
#[derive(Debug)]
pub(super) struct Formula<'a> {
    /// The source, edited where the library would not understand it.
    pub(super) text: Cow<'a, str>,
    edits: Vec<Edit>,
}

/// Bytes of the source, and what the library reads in their place.
#[derive(Debug)]
struct Edit {
    at: Range<usize>,
    with: &'static str,
}

impl Formula<'_> {
    /// Where the byte `at` of the text stood in the source.
    pub(super) fn back(&self, at: usize) -> usize {
        let mut text = 0;
        let mut source = 0;
        for edit in &self.edits {
            let kept = edit.at.start - source;
            if at < text + kept {
                break;
            }
            if at < text + kept + edit.with.len() {
                return edit.at.start;
            }
            text += kept + edit.with.len();
            source = edit.at.end;
        }
        source + (at - text)
    }
}

/// Reads a formula: refuses what is not closed or nests too deep, and edits what the library does not know.
pub(super) fn read(source: &str, display: Display) -> Result<Formula<'_>, Mistake> {
    let mut reader =
        Reader { source, at: 0, open: Vec::new(), root: Table::default(), lines: false, edits: Vec::new() };
    reader.run()?;
    let Reader { mut root, lines, mut edits, .. } = reader;
    if lines && display == Display::Block {
        root.end_cell(source.len());
        edits.append(&mut root.edits);
        edits.insert(0, Edit { at: 0..0, with: r"\begin{gathered}" });
        edits.push(Edit { at: source.len()..source.len(), with: r"\end{gathered}" });
    }
    if edits.is_empty() {
        return Ok(Formula { text: Cow::Borrowed(source), edits });
    }
    // Stable: what was put at the same place earlier comes first.
    edits.sort_by_key(|edit| edit.at.start);
    let mut text = String::with_capacity(source.len() + 64);
    let mut at = 0;
    for edit in &edits {
        text.push_str(&source[at..edit.at.start]);
        text.push_str(edit.with);
        at = edit.at.end;
    }
    text.push_str(&source[at..]);
    Ok(Formula { text: Cow::Owned(text), edits })
}

/// Something that must be closed.
struct Frame {
    /// What opened it.
    at: Range<usize>,
    kind: Kind,
}

enum Kind {
    /// `{`, where a formula goes on.
    Brace,
    /// `{`, where words stand.
    Words,
    /// `{` of what `\textcolor` colours, which the library reads as two.
    Colored,
    /// `\left`.
    Left,
    /// `\begin{..}` with the bytes of its name, or `\substack{` without.
    Table(Option<Range<usize>>, Table),
}

/// The cell of a table that is being read. A command such as `\displaystyle` ends with its cell, which the library must
/// be told by braces.
#[derive(Default)]
struct Table {
    cell: usize,
    switched: Option<usize>,
    edits: Vec<Edit>,
}

impl Table {
    fn switch(&mut self, at: usize) {
        self.switched.get_or_insert(at);
    }

    fn end_cell(&mut self, at: usize) {
        if let Some(start) = self.switched.take() {
            self.edits.push(Edit { at: start..start, with: "{" });
            self.edits.push(Edit { at: at..at, with: "}" });
        }
    }
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    open: Vec<Frame>,
    /// What stands outside of all tables.
    root: Table,
    /// Whether `\\` was found there.
    lines: bool,
    edits: Vec<Edit>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Result<(), Mistake> {
        while let Some(byte) = self.source.as_bytes().get(self.at) {
            let here = self.at..self.at + 1;
            match byte {
                b'\\' => {
                    self.command()?;
                    continue;
                }
                b'%' => {
                    let rest = &self.source[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len() - 1);
                }
                b'{' => self.push(here, Kind::Brace)?,
                b'}' => self.close_brace(here)?,
                b'&' => self.next_cell(here)?,
                b'^' | b'_' if !self.in_words() && skip_argument(&self.source[here.end..]).is_none() => {
                    return Err(words::lacking(here.clone(), &self.source[here]));
                }
                b'^' | b'_' | b'\'' => self.raise(),
                b'$' => return Err(self.dollar(here)),
                _ => {}
            }
            self.at += 1;
        }
        match self.open.pop() {
            Some(frame) => Err(self.unclosed(&frame)),
            None => Ok(()),
        }
    }

    /// A command from its backslash on.
    fn command(&mut self) -> Result<(), Mistake> {
        let start = self.at;
        let name = name(&self.source[start + 1..]);
        self.at += 1 + name.len();
        let at = start..self.at;
        self.expect_arguments(&at, name)?;
        match name {
            "begin" => self.begin(start)?,
            "end" => self.end(start)?,
            "left" => self.push(at, Kind::Left)?,
            "right" => match self.open.pop_if(|frame| matches!(frame.kind, Kind::Left)) {
                Some(_) => {}
                None => return Err(self.stray(at, |kind| matches!(kind, Kind::Left))),
            },
            "\\" => self.next_row(at)?,
            "substack" => self.substack(at)?,
            "textcolor" => self.textcolor(at)?,
            "mbox" | "hbox" => {
                self.edits.push(Edit { at, with: r"\text" });
                self.words()?;
            }
            "label" => self.label(start),
            "text" | "textrm" | "textbf" | "textit" | "textsf" | "texttt" | "textsc" | "textup" => self.words()?,
            "hline" | "hdashline" => {
                let at = self.at;
                if let Some(table) = self.table() {
                    table.cell = at;
                }
            }
            "displaystyle" | "textstyle" | "scriptstyle" | "scriptscriptstyle" | "color" | "rm" | "bf" | "it"
            | "sf" | "tt" | "cal" => {
                if let Some(table) = self.table() {
                    table.switch(start);
                }
            }
            "over" | "atop" | "choose" | "brace" | "brack" => {
                if let Some(table) = self.table() {
                    table.switch(table.cell);
                }
            }
            "eqref" | "ref" => {
                return Err(Mistake::new(at, format!("`\\{name}` cannot see other formulas"))
                    .help("write the number, or link to the heading above that formula"));
            }
            // The library loses the space after `\%` in words.
            "%" | "&" | "#" | "$" | "_" | "{" | "}" if self.in_words() && self.source[self.at..].starts_with(' ') => {
                self.edits.push(Edit { at: self.at..self.at, with: "{}" });
            }
            _ => {}
        }
        Ok(())
    }

    /// The library would take the end of a cell for an argument that is not there.
    fn expect_arguments(&self, at: &Range<usize>, name: &str) -> Result<(), Mistake> {
        let mut rest = &self.source[at.end..];
        for _ in 0..commands::arguments(name) {
            match skip_argument(rest) {
                Some(length) => rest = &rest[length..],
                None => return Err(words::lacking(at.clone(), &self.source[at.clone()])),
            }
        }
        Ok(())
    }

    fn begin(&mut self, start: usize) -> Result<(), Mistake> {
        let Some(name) = self.environment() else {
            return Err(Mistake::new(start..self.at, r"`\begin` without the name of an environment")
                .help(r"write `\begin{cases} .. \end{cases}`"));
        };
        let at = start..self.at;
        if let Some(with) = known_as(&self.source[name.clone()]) {
            self.edits.push(Edit { at: name.clone(), with });
        }
        if matches!(&self.source[name.clone()], "alignat" | "alignat*" | "alignedat")
            && let Some(argument) = self.argument()
        {
            self.edits.push(Edit { at: argument, with: "" });
        }
        let table = Table { cell: self.at, ..Table::default() };
        self.push(at, Kind::Table(Some(name), table))
    }

    fn end(&mut self, start: usize) -> Result<(), Mistake> {
        let Some(name) = self.environment() else { return Ok(()) };
        let at = start..self.at;
        let is_table = |kind: &Kind| matches!(kind, Kind::Table(Some(_), _));
        let Some(Frame { at: opening, kind: Kind::Table(Some(begun), mut table) }) =
            self.open.pop_if(|frame| is_table(&frame.kind))
        else {
            return Err(self.stray(at, is_table));
        };
        let (begun, ended) = (&self.source[begun], &self.source[name.clone()]);
        if begun != ended {
            return Err(Mistake::new(at, format!("`\\end{{{ended}}}` where `{}` is open", &self.source[opening]))
                .help(format!("write `\\end{{{begun}}}`")));
        }
        table.end_cell(start);
        self.edits.append(&mut table.edits);
        if begun == "multline" {
            self.edits.push(Edit { at: start..start, with: r"\notag" });
        }
        if let Some(with) = known_as(ended) {
            self.edits.push(Edit { at: name, with });
        }
        Ok(())
    }

    fn close_brace(&mut self, at: Range<usize>) -> Result<(), Mistake> {
        let is_brace = |kind: &Kind| !matches!(kind, Kind::Left | Kind::Table(Some(_), _));
        match self.open.pop_if(|frame| is_brace(&frame.kind)) {
            Some(Frame { kind: Kind::Colored, .. }) => {
                self.edits.push(Edit { at: at.end..at.end, with: "}" });
                Ok(())
            }
            Some(Frame { kind: Kind::Table(None, mut table), .. }) => {
                table.end_cell(at.start);
                self.edits.append(&mut table.edits);
                self.edits.push(Edit { at, with: r"\end{subarray}" });
                Ok(())
            }
            Some(_) => Ok(()),
            None => Err(self.stray(at, is_brace)),
        }
    }

    /// Words in braces follow.
    fn words(&mut self) -> Result<(), Mistake> {
        match self.opening() {
            Some(brace) => self.push(brace, Kind::Words),
            None => Ok(()),
        }
    }

    /// `\substack{..}` is a `subarray` to the library.
    fn substack(&mut self, at: Range<usize>) -> Result<(), Mistake> {
        let Some(brace) = self.opening() else {
            return Err(Mistake::new(at, r"`\substack` without its lines").help(r"write `\substack{a \\ b}`"));
        };
        self.edits.push(Edit { at: at.start..brace.end, with: r"\begin{subarray}{c}" });
        let table = Table { cell: self.at, ..Table::default() };
        self.push(at.start..brace.end, Kind::Table(None, table))
    }

    /// `\textcolor{red}{..}` is `{\color{red}{..}}` to the library.
    fn textcolor(&mut self, at: Range<usize>) -> Result<(), Mistake> {
        self.edits.push(Edit { at: at.clone(), with: r"{\color" });
        match self.argument().and_then(|_| self.opening()) {
            Some(brace) => self.push(brace, Kind::Colored),
            None => Err(Mistake::new(at, r"`\textcolor` without a colour and what it colours")
                .help(r"write `\textcolor{red}{x}`")),
        }
    }

    /// Labels are left out: nothing can refer to them.
    fn label(&mut self, start: usize) {
        if self.argument().is_some() {
            self.edits.push(Edit { at: start..self.at, with: "" });
        }
    }

    /// The library would hang what is raised or lowered at the beginning of a cell on the sign before.
    fn raise(&mut self) {
        let (source, at) = (self.source, self.at);
        if let Some(table) = self.table()
            && source[table.cell..at].trim().is_empty()
        {
            self.edits.push(Edit { at: at..at, with: "{}" });
        }
    }

    fn next_cell(&mut self, at: Range<usize>) -> Result<(), Mistake> {
        // Outside of all tables the library has its word.
        if let Some(table) = self.row(&at)? {
            table.end_cell(at.start);
            table.cell = at.end;
        }
        Ok(())
    }

    fn next_row(&mut self, at: Range<usize>) -> Result<(), Mistake> {
        let extra = extra(&self.source[self.at..]);
        let end = self.at + extra;
        let is_root = self.open.is_empty();
        if self.in_words() {
            return Ok(());
        }
        let Some(table) = self.row(&at)? else { return Ok(()) };
        table.end_cell(at.start);
        table.cell = end;
        if extra > 0 {
            self.edits.push(Edit { at: self.at..end, with: "" });
            self.at = end;
        }
        self.lines |= is_root;
        Ok(())
    }

    /// The table of which a cell ends here; none where the formula has no table around this place.
    fn row(&mut self, at: &Range<usize>) -> Result<Option<&mut Table>, Mistake> {
        let inside = self.open.iter().any(|frame| matches!(frame.kind, Kind::Table(..)));
        match self.open.last().map(|frame| &frame.kind) {
            None | Some(Kind::Table(..)) => Ok(self.table()),
            Some(Kind::Left) if inside => {
                let sign = &self.source[at.clone()];
                Err(Mistake::new(at.clone(), format!("`{sign}` between `\\left` and `\\right`"))
                    .help(r"end the cell with `\right.`, and begin the next with `\left.`"))
            }
            Some(Kind::Brace | Kind::Colored) if inside => {
                let sign = &self.source[at.clone()];
                Err(Mistake::new(at.clone(), format!("`{sign}` inside braces")).help("close the braces before it"))
            }
            Some(_) => Ok(None),
        }
    }

    /// The table whose cell stands open directly around this place.
    fn table(&mut self) -> Option<&mut Table> {
        match self.open.last_mut().map(|frame| &mut frame.kind) {
            None => Some(&mut self.root),
            Some(Kind::Table(_, table)) => Some(table),
            Some(_) => None,
        }
    }

    fn push(&mut self, at: Range<usize>, kind: Kind) -> Result<(), Mistake> {
        if self.open.len() == DEEPEST {
            return Err(Mistake::new(at, format!("brackets nested more than {DEEPEST} deep")).help("split the formula"));
        }
        // Braces in words hold words.
        let kind = if self.in_words() && matches!(kind, Kind::Brace) { Kind::Words } else { kind };
        self.open.push(Frame { at, kind });
        Ok(())
    }

    fn in_words(&self) -> bool {
        matches!(self.open.last(), Some(Frame { kind: Kind::Words, .. }))
    }

    /// What closes at `at` was not opened last: either something in between is not closed, or it closes nothing.
    fn stray(&self, at: Range<usize>, opens: impl Fn(&Kind) -> bool) -> Mistake {
        if let (true, Some(frame)) = (self.open.iter().any(|frame| opens(&frame.kind)), self.open.last()) {
            return self.unclosed(frame);
        }
        let closing = &self.source[at.clone()];
        let help = match closing {
            "}" => r"remove it, or write `\}` for a brace to be seen",
            r"\right" => r"open it with `\left(`, or with `\left.` where nothing is to be seen",
            _ => "remove it, or begin the environment before",
        };
        Mistake::new(at, format!("`{closing}` closes nothing")).help(help)
    }

    fn unclosed(&self, frame: &Frame) -> Mistake {
        let opening = &self.source[frame.at.clone()];
        let help = match &frame.kind {
            Kind::Brace | Kind::Words | Kind::Colored | Kind::Table(None, _) => "add `}`".to_owned(),
            Kind::Left => r"add `\right)`, or `\right.` where nothing is to be seen".to_owned(),
            Kind::Table(Some(name), _) => format!("add `\\end{{{}}}`", &self.source[name.clone()]),
        };
        Mistake::new(frame.at.clone(), format!("`{opening}` is not closed")).help(help)
    }

    fn dollar(&self, at: Range<usize>) -> Mistake {
        if self.in_words() {
            return Mistake::new(at, r"a formula inside `\text{..}`")
                .help(r"end the words before it: `\text{if } x > 0 \text{ holds}`");
        }
        Mistake::new(at, "`$` inside a formula").help(r"write `\$`")
    }

    /// The bytes of a name in braces, which is read on over.
    fn environment(&mut self) -> Option<Range<usize>> {
        let argument = self.argument()?;
        Some(argument.start + 1..argument.end - 1)
    }

    /// The bytes of an argument without braces inside, its own included, which is read on over.
    fn argument(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let inside = self.source[self.at..].strip_prefix('{')?;
        let end = inside.find(['{', '}', '\\', '$', '%'])?;
        if !inside[end..].starts_with('}') {
            return None;
        }
        let argument = self.at..self.at + end + 2;
        self.at = argument.end;
        Some(argument)
    }

    /// The brace that opens here, which is read on over.
    fn opening(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let brace = self.at..self.at + 1;
        self.source[self.at..].starts_with('{').then(|| {
            self.at = brace.end;
            brace
        })
    }

    fn skip_space(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
    }
}

/// The name of a command after its backslash: letters, or one character of any kind.
pub(super) fn name(rest: &str) -> &str {
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let length = if letters > 0 { letters } else { rest.chars().next().map_or(0, char::len_utf8) };
    &rest[..length]
}

/// How many bytes an argument has that `rest` begins with, what may be left out before it included; none where a cell, a
/// bracket or the formula ends instead. Brackets that are not closed reach to the end.
fn skip_argument(rest: &str) -> Option<usize> {
    let mut inside = rest.trim_ascii_start();
    while let Some((_, after)) = inside.strip_prefix('%').map(|comment| comment.split_once('\n').unwrap_or_default()) {
        inside = after.trim_ascii_start();
    }
    let before = rest.len() - inside.len();
    let mut letters = inside.chars();
    match letters.next()? {
        '}' | '&' => None,
        '{' => Some(before + closed(inside, b'{', b'}')),
        '[' => {
            let length = closed(inside, b'[', b']');
            Some(before + length + skip_argument(&inside[length..]).unwrap_or_default())
        }
        '\\' => match name(letters.as_str()) {
            "" | "\\" | "end" | "right" => None,
            name => Some(before + 1 + name.len()),
        },
        letter => Some(before + letter.len_utf8()),
    }
}

/// How many bytes `text` has up to where the bracket that it begins with is closed.
fn closed(text: &str, open: u8, close: u8) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == open => depth += 1,
            _ if byte == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// How many bytes after `\\` say how far down the next row is: `*`, `[2pt]`.
fn extra(rest: &str) -> usize {
    let star = usize::from(rest.starts_with('*'));
    let Some(inside) = rest[star..].strip_prefix('[') else { return star };
    let is_length = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | ' ');
    let end = inside.find(|c| !is_length(c)).unwrap_or(inside.len());
    let begins = inside.trim_ascii_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    if begins && inside[end..].starts_with(']') { star + end + 2 } else { star }
}

/// What the library calls an environment. Equations are numbered by `\tag` alone: a formula cannot see the others.
fn known_as(name: &str) -> Option<&'static str> {
    Some(match name {
        "equation" => "equation*",
        "align" | "alignat" | "alignat*" => "align*",
        "gather" => "gather*",
        "alignedat" | "split" => "aligned",
        "smallmatrix" => "matrix",
        "multline*" => "multline",
        _ => return None,
    })
}
