//! Calls of components in a text: `{{ name(argument="value") }}`, and `{% name() %}` .. `{% end %}` around a body.

use std::ops::Range;

use memchr::memchr;

use crate::model::value::Value;

/// The most arguments of one call.
const MOST_ARGUMENTS: usize = 64;

/// How to show what looks like a call and is none.
const AS_TEXT: &str = "to show the braces as they are, put them in backticks or a backslash before them";

/// A call, or a mark that belongs to one.
#[derive(Debug, PartialEq)]
pub(super) struct Call {
    /// All of it, with its braces.
    pub(super) range: Range<usize>,
    /// Which part of a call it is.
    pub(super) form: Form,
    /// The component's name, and where it stands; `end` for [`Form::Close`].
    pub(super) name: (String, Range<usize>),
    /// Arguments in the order of the text.
    pub(super) arguments: Vec<Given>,
}

/// An argument: its name, where that stands, its value, where that stands.
pub(super) type Given = (String, Range<usize>, Value, Range<usize>);

/// Which part of a call stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `{{ name() }}`: the call has no body.
    Whole,
    /// `{% name() %}`: its body begins.
    Open,
    /// `{% end %}`: the body of the innermost open call ends.
    Close,
}

/// Something that was plainly meant to be a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Where the mistake is.
    pub(super) range: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to type.
    pub(super) help: String,
}

/// All calls in `text` from byte `from` on, in order, never overlapping.
///
/// Only a name with parentheses, whose arguments are written out (`name="text"`, numbers, `true`, `false`, lists of such),
/// is a call: expressions of other template languages are not. It holds no empty line. A backslash or a `$` before the
/// braces, or a third brace, make it text. Takes time in proportion to the text.
pub(super) fn find(text: &str, from: usize) -> Vec<Result<Call, Malformed>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = from;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr(b'{', rest)) {
        let open = at + offset;
        let braces = bytes[open..].iter().take_while(|byte| **byte == b'{').count();
        at = open + braces;
        let ends_with = match (braces, bytes.get(at)) {
            (2, _) => "}}",
            (1, Some(b'%')) => "%}",
            _ => continue,
        };
        if is_escaped(&bytes[..open]) {
            continue;
        }
        let mut reader = Reader { text, open, at: open + 2, ends_with, last_quote: None };
        match reader.call() {
            Ok(call) => {
                at = call.range.end;
                found.push(Ok(call));
            }
            Err(Stop::Text) => {}
            Err(Stop::Mistake(mistake)) => {
                // A quote that was not meant to begin a text, or was forgotten at its end, must not hide what follows.
                at = reader.last_quote.map_or(reader.at, |quote| quote + 1).max(at);
                found.push(Err(mistake));
            }
        }
    }
    found
}

/// Whether the braces after `before` are text: `\{{`, `${{`.
fn is_escaped(before: &[u8]) -> bool {
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    backslashes % 2 == 1 || before.ends_with(b"$")
}

/// Why there is no call.
enum Stop {
    /// It does not look like one.
    Text,
    /// It looks like one that somebody got wrong.
    Mistake(Malformed),
}

type Read<T> = Result<T, Stop>;

/// Reads one call.
struct Reader<'a> {
    text: &'a str,
    /// Where its braces begin.
    open: usize,
    /// The next byte.
    at: usize,
    /// How its braces end.
    ends_with: &'static str,
    /// Where the last text began that was read.
    last_quote: Option<usize>,
}

impl<'a> Reader<'a> {
    fn call(&mut self) -> Read<Call> {
        self.white_space();
        let name = self.name();
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains(|c: char| c.is_uppercase());
        if !is_name {
            return Err(Stop::Text);
        }
        let name = (name.to_owned(), self.at - name.len()..self.at);
        if name.0 == "end" && self.ends_with == "%}" {
            self.white_space();
            let is_end = self.takes("%}");
            let call = Call { range: self.open..self.at, form: Form::Close, name, arguments: Vec::new() };
            return if is_end { Ok(call) } else { Err(Stop::Text) };
        }
        if !self.takes("(") {
            return Err(Stop::Text);
        }
        let arguments = self.arguments()?;
        self.end(&name.0, &arguments)?;
        let form = if self.ends_with == "}}" { Form::Whole } else { Form::Open };
        Ok(Call { range: self.open..self.at, form, name, arguments })
    }

    /// All up to the closing parenthesis, which is taken too.
    fn arguments(&mut self) -> Read<Vec<Given>> {
        let mut arguments: Vec<Given> = Vec::new();
        loop {
            self.white_space();
            if self.takes(")") {
                return Ok(arguments);
            }
            if let Some((_, _, _, last)) = arguments.last() {
                self.separator("arguments", last)?;
                if self.takes(")") {
                    return Ok(arguments);
                }
            }
            let (name, name_range) = self.argument_name(arguments.is_empty())?;
            let (value, value_range) = self.value(&name)?;
            if arguments.iter().any(|(other, ..)| *other == name) {
                let message = format!("the argument `{name}` is given twice");
                return self.mistake(name_range, message, "leave one of the two out".to_owned());
            }
            if arguments.len() == MOST_ARGUMENTS {
                let message = format!("more than {MOST_ARGUMENTS} arguments");
                return self.mistake(name_range, message, "put them into a data file".to_owned());
            }
            arguments.push((name, name_range, value, value_range));
        }
    }

    /// A comma and the white space behind it. `last` is what stands before it.
    fn separator(&mut self, what: &str, last: &Range<usize>) -> Read<()> {
        if self.takes(",") {
            self.white_space();
            return Ok(());
        }
        self.open_text(last)?;
        match self.peek() {
            None | Some('\n' | '}' | '%') => self.never_closed(),
            Some(c) => {
                let range = self.at..self.at + c.len_utf8();
                self.mistake(range, format!("no comma between {what}"), "write a `,` before this".to_owned())
            }
        }
    }

    /// The name of an argument and the `=` behind it.
    fn argument_name(&mut self, is_first: bool) -> Read<(String, Range<usize>)> {
        let name = self.name();
        let range = self.at - name.len()..self.at;
        self.white_space();
        let next = self.peek();
        if !name.is_empty() && self.takes("=") && self.peek() != Some('=') {
            self.white_space();
            return Ok((name.to_owned(), range));
        }
        let is_quoted = !name.is_empty() && matches!(next, Some('"' | '\'' | '`'));
        match next {
            // `f(x)`, `f("x")`, `f(x + 1)`, `f()`: another language.
            _ if is_first && !is_quoted => Err(Stop::Text),
            None | Some('\n' | '}' | '%') if name.is_empty() => self.never_closed(),
            Some(c) if name.is_empty() => {
                let range = self.at..self.at + c.len_utf8();
                let help = "write the argument's name and a `=` before its value";
                self.mistake(range, "an argument without a name".to_owned(), help.to_owned())
            }
            _ => {
                let message = format!("no `=` after the argument's name `{name}`");
                self.mistake(range, message, format!("write `{name}=` and a value"))
            }
        }
    }

    /// A value of the argument `name`, or a list of values.
    fn value(&mut self, name: &str) -> Read<(Value, Range<usize>)> {
        let start = self.at;
        if !self.takes("[") {
            return self.single(name);
        }
        let mut items: Vec<Value> = Vec::new();
        let mut last = start..self.at;
        loop {
            self.white_space();
            if self.takes("]") {
                return Ok((Value::Array(items), start..self.at));
            }
            if !items.is_empty() {
                self.separator("values", &last)?;
                if self.takes("]") {
                    return Ok((Value::Array(items), start..self.at));
                }
            }
            if self.peek() == Some('[') {
                let message = "a list inside a list".to_owned();
                return self.mistake(self.at..self.at + 1, message, "put it into a data file".to_owned());
            }
            let (value, range) = self.single(name)?;
            items.push(value);
            last = range;
        }
    }

    /// A text, a number, true or false.
    fn single(&mut self, name: &str) -> Read<(Value, Range<usize>)> {
        let start = self.at;
        match self.peek() {
            Some(quote @ ('"' | '\'' | '`')) => self.quoted(quote),
            None | Some('\n' | ',' | ')' | ']' | '}') => {
                let message = format!("the argument `{name}` has no value");
                self.mistake(start..start, message, format!("write a value after it: `{name}=\"..\"`"))
            }
            Some(_) => {
                let rest = &self.text[start..];
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+')));
                let word = &rest[..end.unwrap_or(rest.len())];
                self.at += word.len();
                if let Some(value) = plain(word) {
                    return Ok((value, start..self.at));
                }
                self.white_space();
                let is_argument = matches!(self.peek(), Some(',' | ')' | ']'));
                if word.is_empty() || word.contains('.') || !is_argument {
                    // `f(path=page.path)`, `f(a=g(x))`: another language.
                    return Err(Stop::Text);
                }
                let message = format!("`{word}` is neither a number nor true or false");
                self.mistake(start..start + word.len(), message, format!("put it in quotes: `\"{word}\"`"))
            }
        }
    }

    /// A text in quotes: a backslash keeps a quote or a backslash behind it from its meaning.
    fn quoted(&mut self, quote: char) -> Read<(Value, Range<usize>)> {
        let start = self.at;
        self.last_quote = Some(start);
        self.at += 1;
        let mut value = String::new();
        let mut line_is_empty = false;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '\\' if matches!(self.peek(), Some(next) if next == quote || next == '\\') => {
                    value.extend(self.peek());
                    self.at += 1;
                    line_is_empty = false;
                    continue;
                }
                '\n' if line_is_empty => break,
                '\n' => line_is_empty = true,
                c if c == quote => return Ok((Value::String(value), start..self.at)),
                c => line_is_empty &= c.is_ascii_whitespace(),
            }
            value.push(c);
        }
        self.never_ends(start)
    }

    /// The end of a call whose parenthesis is closed.
    fn end(&mut self, name: &str, arguments: &[Given]) -> Read<()> {
        let closed = self.at;
        self.white_space();
        if self.takes(self.ends_with) {
            return Ok(());
        }
        let other = if self.ends_with == "}}" { "%}" } else { "}}" };
        let open = if self.ends_with == "}}" { "{{" } else { "{%" };
        match self.peek() {
            _ if arguments.is_empty() => Err(Stop::Text),
            _ if self.text[self.at..].starts_with(other) => {
                let message = format!("the call of `{name}` begins with `{open}` and ends with `{other}`");
                self.mistake(self.at..self.at + 2, message, format!("write `{}`", self.ends_with))
            }
            None | Some('\n' | '}' | '%') => {
                let message = format!("the call of `{name}` never ends");
                self.mistake(self.open..closed, message, format!("write `{}` after it", self.ends_with))
            }
            // `f(a="b") | filter`, `f(a="b").c`: another language.
            Some(_) => Err(Stop::Text),
        }
    }

    /// If the text in `last` has run over what looks like the end of its call, its quote was forgotten.
    fn open_text(&self, last: &Range<usize>) -> Read<()> {
        let is_suspect = self.last_quote == Some(last.start)
            && self.text[last.clone()].contains([')', '\n'])
            && !matches!(self.peek(), None | Some('\n'));
        if is_suspect { self.never_ends(last.start) } else { Ok(()) }
    }

    fn never_ends<T>(&self, quote: usize) -> Read<T> {
        let rest = &self.text[quote..];
        let end = quote + rest.find(['\n', ')', ']', '}']).unwrap_or(rest.len());
        let mark = &self.text[quote..quote + 1];
        self.mistake(
            quote..end,
            "a text in a call never ends".to_owned(),
            format!("write `{mark}` at its end; a backslash keeps a quote inside it from ending it"),
        )
    }

    fn never_closed<T>(&self) -> Read<T> {
        let call = self.text[self.open..self.at].trim_end();
        let range = self.open..self.open + call.len();
        self.mistake(range, "the parenthesis of a call is never closed".to_owned(), "write `)` after this".to_owned())
    }

    fn mistake<T>(&self, range: Range<usize>, message: String, help: String) -> Read<T> {
        Err(Stop::Mistake(Malformed { range, message, help: format!("{help}; {AS_TEXT}") }))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn takes(&mut self, what: &str) -> bool {
        let is_next = self.text[self.at..].starts_with(what);
        self.at += if is_next { what.len() } else { 0 };
        is_next
    }

    /// A run of letters, digits, `_` and `-`.
    fn name(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// White space, up to the end of a line that an empty one follows.
    fn white_space(&mut self) {
        let mut line_end = None;
        for (offset, c) in self.text[self.at..].char_indices() {
            match c {
                '\n' if line_end.is_some() => break,
                '\n' => line_end = Some(offset),
                c if c.is_ascii_whitespace() => {}
                _ => {
                    self.at += offset;
                    return;
                }
            }
        }
        self.at = line_end.map_or(self.text.len(), |offset| self.at + offset);
    }
}

/// A word without quotes as a value.
fn plain(word: &str) -> Option<Value> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.ends_with(|c: char| c.is_ascii_digit());
    match word {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ if !is_number || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => None,
        _ => match word.parse() {
            Ok(whole) => Some(Value::Int(whole)),
            Err(_) => word.parse().ok().map(Value::Float),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each call as one line: its form, its name, its arguments as JSON; each mistake with the text at its place.
    fn read(text: &str) -> Vec<String> {
        let show = |found: Result<Call, Malformed>| match found {
            Ok(call) => {
                assert!(text[call.range.clone()].starts_with('{') && text[call.range.clone()].ends_with('}'), "{text}");
                assert_eq!(text[call.name.1], call.name.0);
                let arguments = call.arguments.into_iter().map(|(name, name_range, value, range)| {
                    assert_eq!(text[name_range], name);
                    assert!(!text[range].is_empty());
                    (name, value)
                });
                let table = Value::Table(arguments.collect());
                format!("{:?} {} {}", call.form, call.name.0, serde_json::to_string(&table).expect("JSON"))
            }
            Err(mistake) => format!("{:?}: {}", &text[mistake.range], mistake.message),
        };
        find(text, 0).into_iter().map(show).collect()
    }

    #[test]
    fn calls_are_read_with_all_kinds_of_values() {
        for (text, expected) in [
            ("a {{ b() }} c", "Whole b {}"),
            ("{{b()}}", "Whole b {}"),
            (
                r#"{{ b(x="y", n=3, m=-1.5, w=true, v=false) }}"#,
                r#"Whole b {"x":"y","n":3,"m":-1.5,"w":true,"v":false}"#,
            ),
            (r#"{{ b(l=["a", 1.5, true], e=[],) }}"#, r#"Whole b {"l":["a",1.5,true],"e":[]}"#),
            ("{{ b( x = 'it\\'s' , y=`\\\\ \"` ) }}", r#"Whole b {"x":"it's","y":"\\ \""}"#),
            (r#"{{ b(x="C:\new") }}"#, r#"Whole b {"x":"C:\\new"}"#),
            ("{{ b(\n  x=\"1\",\r\n  y=2\n) }}", r#"Whole b {"x":"1","y":2}"#),
            ("{{ b(x=\"two\nlines, ) and }}\") }}", r#"Whole b {"x":"two\nlines, ) and }}"}"#),
            (r#"{% b-2_c(x="é") %}"#, r#"Open b-2_c {"x":"é"}"#),
            ("{% end %}", "Close end {}"),
            ("{%end%}", "Close end {}"),
            ("{{ b(n=99999999999999999999) }}", r#"Whole b {"n":1e+20}"#),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        let text = r#"{% a() %} {{ b(x="1") }} {% end %}"#;
        assert_eq!(read(text), ["Open a {}", r#"Whole b {"x":"1"}"#, "Close end {}"]);
        assert_eq!(find(text, 3).len(), 2, "from the middle on");
    }

    #[test]
    fn what_only_looks_like_a_call_is_text() {
        for text in [
            "{{ title }} {{ a.b }} {{> part }} {{#if x}} {{/if}} {{{ raw() }}} ${{ f() }} \\{{ f() }} {} {{}} {{ {{",
            "{{ f(x) }} {{ f(x) | filter }} {{ f('x') }} {{ url_for('a', b='c') }} {{ f(x + 1, y=2) }} {{ f(1) }}",
            "{{ f(a=\"x\") | safe }} {{ f(a=\"x\").b }} {{ f(path=page.path) }} {{ f(a=g(x)) }} {{ f(a=$b) }} {{ f(a == 1) }}",
            "{{ F() }} {{ _('x') }} {{ 1() }} {{ f () }} {{ f() ",
            "{% if x %} {% for a in b(c) %} {% endif %} {% ending %} {% end if %} {%- end -%} \\{% end %} {% f(x) %}",
            "{{ a(",
            "{{ a(x",
            "{{ a(x) %}",
        ] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_at_their_place() {
        for (text, expected) in [
            (r#"{{ b(x="y" z=1) }}"#, r#""z": no comma between arguments"#),
            (r#"{{ b(x=[1 2]) }}"#, r#""2": no comma between values"#),
            (r#"{{ b(x "y") }}"#, r#""x": no `=` after the argument's name `x`"#),
            (r#"{{ b(x="y", z) }}"#, r#""z": no `=` after the argument's name `z`"#),
            (r#"{{ b(x="y", "z") }}"#, r#""\"": an argument without a name"#),
            (r#"{{ b(x="y", x="z") }}"#, r#""x": the argument `x` is given twice"#),
            (r#"{{ b(x=) }}"#, r#""": the argument `x` has no value"#),
            (r#"{{ b(x=New) }}"#, r#""New": `New` is neither a number nor true or false"#),
            (r#"{{ b(x=3px, y=1) }}"#, r#""3px": `3px` is neither a number nor true or false"#),
            (r#"{{ b(x=[[1]]) }}"#, r#""[": a list inside a list"#),
            (r#"{{ b(x="y) }} and on"#, r#""\"y": a text in a call never ends"#),
            ("{{ b(x=\"y) }}\n\nand \"on\"", r#""\"y": a text in a call never ends"#),
            (r#"{{ b(x="y" }}"#, r#""{{ b(x=\"y\"": the parenthesis of a call is never closed"#),
            ("{{ b(x=\"y\",\n\nA", r#""{{ b(x=\"y\",": the parenthesis of a call is never closed"#),
            (r#"{{ b(x="y")"#, r#""{{ b(x=\"y\")": the call of `b` never ends"#),
            (r#"{{ b(x="y") }"#, r#""{{ b(x=\"y\")": the call of `b` never ends"#),
            (r#"{{ b(x="y") %}"#, r#""%}": the call of `b` begins with `{{` and ends with `%}`"#),
            (r#"{% b(x="y") }}"#, r#""}}": the call of `b` begins with `{%` and ends with `}}`"#),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        let many: String = (0..=MOST_ARGUMENTS).map(|i| format!("a{i}=1,")).collect();
        assert_eq!(read(&format!("{{{{ b({many}) }}}}")), ["\"a64\": more than 64 arguments"]);
    }

    #[test]
    fn a_forgotten_quote_hides_no_other_call() {
        let found = read(r#"{{ a(x="one) }} and {{ b(y="two") }} and {{ c(z='three') }}"#);
        assert_eq!(
            found,
            [r#""\"one": a text in a call never ends"#, r#"Whole b {"y":"two"}"#, r#"Whole c {"z":"three"}"#]
        );
    }

    #[test]
    fn hostile_text_takes_linear_time_and_never_panics() {
        for part in [
            "{{ a(",
            "{{ a(x=\"",
            "{{ a(x='{{ b(y=\"{{ c(z=`",
            "{",
            "{{",
            "{% ",
            "\\",
            "{{ a(x=[",
            "{{ a(x=[1,",
            "x=1,",
            "{{ a(\n",
            "{{ a(x=\"\\\"",
            "{{ a(x='1',y=\"2\",z=`",
            "é{{ a(é",
            "{{ a(x=1)",
            "{{ a(x=é",
            "\"x=\"1\",{{ a(y=",
        ] {
            let text = format!("{{{{ a(x=1,{}", part.repeat(1_000_000 / part.len()));
            for mistake in find(&text, 0).into_iter().filter_map(Result::err) {
                assert!(text.get(mistake.range).is_some(), "{part}");
            }
        }
    }
}
