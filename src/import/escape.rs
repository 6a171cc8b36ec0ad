//! Text to Markdown that shows the same text: what would become markup is escaped, and nothing else.
//!
//! Rules of CommonMark 0.31, of its common extensions, and of those that Docweave reads or may come to read. A backslash
//! before a sign of ASCII is always that sign (section 2.4), so too many of them would only be ugly.

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the beginning of a paragraph, an item or a quote.
    Block,
    /// In a heading.
    Heading,
    /// Within a paragraph, behind other words.
    Inline,
    /// Within `**`, where any star would count.
    Strong,
}

/// The text as Markdown, in one line.
pub(super) fn escape(text: &str, place: Place) -> String {
    let escaped = escaped(text, place);
    let mut markdown = String::with_capacity(text.len() + escaped.len());
    let mut end = 0;
    for at in escaped {
        markdown.push_str(&text[end..at]);
        markdown.push('\\');
        end = at;
    }
    markdown.push_str(&text[end..]);
    markdown
}

/// The signs of a text that need a backslash, by their byte, in order.
fn escaped(text: &str, place: Place) -> Vec<usize> {
    let mut at = Vec::new();
    if text.bytes().any(|byte| byte.is_ascii_punctuation()) {
        delimiters(text, place, &mut at);
        single_signs(text, &mut at);
        brackets(text, &mut at);
        match place {
            Place::Block => beginning(text, &mut at),
            Place::Heading => end_of_heading(text, &mut at),
            Place::Inline | Place::Strong => {}
        }
        at.sort_unstable();
        at.dedup();
    }
    at
}

/// Runs of signs that open something which another run closes. A run opens if no space follows it, and closes if none
/// stands before it (CommonMark, section 6.2); so it is enough to escape those that open and have a close behind them.
fn delimiters(text: &str, place: Place, escaped: &mut Vec<usize>) {
    const SIGNS: &[u8] = b"*_~^=+$%`";
    let bytes = text.as_bytes();
    let runs = || {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at + bytes[at..].iter().position(|byte| SIGNS.contains(byte))?;
            let length = bytes[start..].iter().take_while(|byte| **byte == bytes[start]).count();
            at = start + length;
            Some((bytes[start], start, at))
        })
    };
    // These mean something only twice in a row.
    let counts = |sign: u8, start: usize, end: usize| !matches!(sign, b'=' | b'+' | b'%') || end - start > 1;
    let mut last_close = [0_usize; 128];
    for (sign, start, end) in runs().filter(|(sign, start, end)| counts(*sign, *start, *end)) {
        if sign == b'`' || text[..start].ends_with(|c: char| !c.is_whitespace()) {
            last_close[usize::from(sign)] = end;
        }
    }
    for (sign, start, end) in runs() {
        let opens = sign == b'`' || text[end..].starts_with(|c: char| !c.is_whitespace());
        let closes_later = last_close[usize::from(sign)] > end;
        let in_word = sign == b'_'
            && text[..start].ends_with(char::is_alphanumeric)
            && text[end..].starts_with(char::is_alphanumeric);
        let in_strong = place == Place::Strong && sign == b'*';
        if in_strong || (opens && closes_later && !in_word && counts(sign, start, end)) {
            escaped.extend(start..end);
        }
    }
}

/// Signs that mean something by what follows them.
fn single_signs(text: &str, escaped: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    let next = |at: usize| bytes.get(at + 1).copied().unwrap_or(b' ');
    for (at, byte) in text.bytes().enumerate() {
        let needs = match byte {
            b'\\' => at + 1 == bytes.len() || next(at).is_ascii_punctuation(),
            b'<' => next(at).is_ascii_alphabetic() || matches!(next(at), b'/' | b'!' | b'?'),
            b'&' => is_reference(&text[at + 1..]),
            b'{' => matches!(next(at), b'{' | b'%' | b'#' | b'.' | b':') || (at > 0 && bytes[at - 1] == b'{'),
            b':' => is_emoji(text, at),
            _ => false,
        };
        if needs {
            escaped.push(at);
        }
    }
    // Attributes stand at the end.
    if text.ends_with('}')
        && let Some(open) = text.rfind('{')
    {
        escaped.push(open);
    }
}

/// `amp;`, `#39;`, `#x27;`.
fn is_reference(text: &str) -> bool {
    let Some(end) = text.as_bytes().iter().take(40).position(|byte| *byte == b';') else { return false };
    let name = &text.as_bytes()[..end];
    match name.strip_prefix(b"#") {
        Some(number) => !number.is_empty() && number.iter().all(u8::is_ascii_alphanumeric),
        None => name.len() > 1 && name.iter().all(u8::is_ascii_alphanumeric),
    }
}

/// `:name:`, with a letter in it and none before it.
fn is_emoji(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at + 1..];
    let Some(end) = rest.iter().take(64).position(|byte| *byte == b':') else { return false };
    let name = &rest[..end];
    let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'));
    is_name
        && name.iter().any(u8::is_ascii_alphabetic)
        && !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == ':')
}

/// Brackets of links, references, footnotes, wikilinks and tasks. What closes is escaped: if it were what opens, another
/// one before it would open instead.
fn brackets(text: &str, escaped: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    let Some(first) = text.find('[') else { return };
    for (at, byte) in bytes.iter().enumerate().skip(first) {
        let next = bytes.get(at + 1);
        let needs = match byte {
            b'[' => matches!(next, Some(b'^' | b'[')) || (at > 0 && bytes[at - 1] == b'['),
            b']' => matches!(next, Some(b'(' | b'[' | b':' | b'{')),
            _ => false,
        };
        if needs {
            escaped.push(at);
        }
    }
    let is_task = [&b"[ ]"[..], b"[x]", b"[X]"].iter().any(|task| bytes.starts_with(task));
    if is_task && bytes.get(3).is_none_or(u8::is_ascii_whitespace) {
        escaped.push(0);
    }
}

/// What would begin another block: a heading, a quote, an item, a line across, a fence, a container, an include.
fn beginning(text: &str, escaped: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    let run = bytes.iter().take_while(|byte| **byte == bytes[0]).count();
    let ends_word = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    match bytes[0] {
        b'#' if run <= 6 && ends_word(run) => escaped.push(0),
        b'>' => escaped.push(0),
        b'-' | b'+' | b'*' | b':' if ends_word(1) => escaped.push(0),
        b'~' | b'`' | b'=' | b':' if run >= 3 => escaped.extend(0..run),
        b'!' | b'?' if run >= 3 && ends_word(run) => escaped.push(0),
        b'-' if text.starts_with("--8<--") => escaped.extend(0..2),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits <= 9 && matches!(bytes.get(digits), Some(b'.' | b')')) && ends_word(digits + 1) {
                escaped.push(digits);
            }
        }
        _ => {}
    }
    let mut signs = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    if matches!(bytes[0], b'-' | b'_' | b'*' | b'=') && signs.all(|byte| *byte == bytes[0]) {
        escaped.push(0);
    }
}

/// Signs behind a heading would be taken for its end.
fn end_of_heading(text: &str, escaped: &mut Vec<usize>) {
    let bare = text.trim_end_matches('#');
    if bare.len() < text.len() && (bare.is_empty() || bare.ends_with(char::is_whitespace)) {
        escaped.push(bare.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped() {
        for (text, markdown) in [
            ("*a* and **b**", r"\*a* and \*\*b**"),
            ("_a_ and __init__", r"\_a_ and \_\_init__"),
            ("~~gone~~ and ~a~", r"\~\~gone~~ and \~a~"),
            ("`code` and ``", r"\`code\` and ``"),
            ("<b>bold</b> <!-- x --> <https://a.example>", r"\<b>bold\</b> \<!-- x --> \<https://a.example>"),
            ("AT&amp;T &#39; &lt", r"AT\&amp;T \&#39; &lt"),
            ("[a](b) ![c](d) [e][f] [^1] [[g]] [h]: i", r"[a\](b) ![c\](d) [e\][f] \[^1] \[\[g]] [h\]: i"),
            ("{{ x }} {% y %} {#z}", r"\{\{ x }} \{% y %} \{#z}"),
            ("a :smile: b", r"a \:smile: b"),
            ("==m== ++k++ x^2^ $a$ %%c%%", r"\=\=m== \+\+k++ x\^2^ \$a$ \%\%c%%"),
            (r"a \* b \", r"a \\* b \\"),
            ("# a", r"\# a"),
            ("###### a", r"\###### a"),
            ("> a", r"\> a"),
            ("- a", r"\- a"),
            ("+ a", r"\+ a"),
            ("* a", r"\* a"),
            ("1. a", r"1\. a"),
            ("12) a", r"12\) a"),
            ("---", r"\---"),
            ("* * *", r"\* * *"),
            ("___", r"\___"),
            ("~~~ a", r"\~\~\~ a"),
            (":::note a", r"\:\:\:note a"),
            (": a", r"\: a"),
            ("[x] a", r"\[x] a"),
            ("--8<-- \"a.md\"", r#"\-\-8<-- "a.md""#),
            ("!!! note", r"\!!! note"),
            ("a {.wide}", r"a \{.wide}"),
            ("a {width=3}", r"a \{width=3}"),
        ] {
            assert_eq!(escape(text, Place::Block), markdown, "{text}");
        }
    }

    #[test]
    fn what_is_none_stays_readable() {
        for text in [
            "a * b, 2*3, 5 < 6 > 4, Q&A, R&D; more",
            "snake_case_name and a_b",
            "#hashtag, C#, 100 %, 5 ~ 6, ~5",
            "[sic] and [1], (see [2])",
            "at 10:30:45, a::b::c, note: this",
            "C++ and C++, a == b and c == d, x = y",
            "costs $10",
            "costs 10 $ and 20 $",
            "1.5 litres, 2024. It, 3.",
            "-5 degrees, --flag, a - b",
            "l`état",
            "{name} is here",
            r"C:\dir",
            "“quotes” — dashes… *",
        ] {
            assert_eq!(escape(text, Place::Inline), text);
        }
        assert_eq!(escape("1.5 litres", Place::Block), "1.5 litres");
        assert_eq!(escape("#hashtag", Place::Block), "#hashtag");
        assert_eq!(escape("-5", Place::Block), "-5");
    }

    #[test]
    fn headings_and_strong_words_have_rules_of_their_own() {
        assert_eq!(escape("- a # b #", Place::Heading), r"- a # b \#");
        assert_eq!(escape("C#", Place::Heading), "C#");
        assert_eq!(escape("a {#b}", Place::Heading), r"a \{#b}");
        assert_eq!(escape("2 * a*:", Place::Strong), r"2 \* a\*:");
    }
}
