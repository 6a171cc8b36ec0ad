//! What kinds of characters there are, and which of them stand side by side in real writing.

/// A character as far as its neighbours are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A letter or a sign that belongs to letters.
    Letter(Script),
    /// A quotation mark, dash or dot that may stand behind a letter.
    Closing,
    /// A mark that stands before a letter and never right behind one.
    Opening,
    /// A sign that goes with figures.
    WithFigures,
    /// A piece of a drawn box, which stands among others.
    Box,
    /// Any other sign, which never stands right behind a letter.
    Odd,
    /// A control character beyond ASCII, which no text has.
    Control,
    /// A letter of ASCII.
    Ascii,
    /// Anything else of ASCII: figures, spaces, marks.
    Plain,
}

/// A writing system, as far as one tells it from others here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Thai,
    /// Any other, of which most don't mix with ASCII letters in one word.
    Other,
}

pub(super) fn sort(c: char) -> Sort {
    match c {
        'a'..='z' | 'A'..='Z' => Sort::Ascii,
        '\0'..='\u{7f}' => Sort::Plain,
        '\u{80}'..='\u{9f}' => Sort::Control,
        '\u{a0}' | '’' | '”' | '»' | '›' | '“' | '‘' | '–' | '—' | '…' | '•' => Sort::Closing,
        '„' | '‚' | '«' | '‹' | '¡' | '¿' => Sort::Opening,
        '°' | '±' | '²' | '³' | '¹' | '¼' | '½' | '¾' | '€' | '£' | '¥' | '×' | '÷' => Sort::WithFigures,
        'ª' | 'º' | 'µ' | '\u{e3f}' | '\u{2b0}'..='\u{2ff}' => Sort::Odd,
        '\u{2500}'..='\u{259f}' => Sort::Box,
        '\u{e00}'..='\u{e7f}' => Sort::Letter(Script::Thai),
        '\u{590}'..='\u{5ff}' => Sort::Letter(Script::Hebrew),
        '\u{600}'..='\u{6ff}' => Sort::Letter(Script::Arabic),
        c if c.is_alphabetic() => Sort::Letter(script(c)),
        '\u{300}'..='\u{36f}' => Sort::Letter(Script::Latin),
        _ => Sort::Odd,
    }
}

fn script(letter: char) -> Script {
    match letter {
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        _ => Script::Other,
    }
}

/// Whether no writing has these two side by side.
pub(super) fn never_meet(a: char, b: char) -> bool {
    use Sort::*;
    match (sort(a), sort(b)) {
        (Control, _) | (_, Control) => true,
        (Letter(first), Letter(second)) => first != second || (a.is_lowercase() && b.is_uppercase()),
        (Ascii, Letter(script)) | (Letter(script), Ascii) => script != Script::Latin,
        // A name in capitals may end with one of these; `Ã` and `Â` hardly ever end a word.
        (Letter(_), Odd | WithFigures) if is_raised(b) => matches!(a, 'Â' | 'Ã'),
        (Letter(_), Odd | Opening | WithFigures | Box) => true,
        (Ascii, Opening) => true,
        (Ascii | Letter(_), Plain | Closing) | (Ascii, _) => false,
        (Odd, Odd | WithFigures | Opening) | (Box, Odd | WithFigures | Opening) => true,
        _ => false,
    }
}

/// Signs that stand behind names and units.
fn is_raised(c: char) -> bool {
    matches!(c, '™' | '®' | '°' | '²' | '³' | '¹' | 'º' | 'ª')
}

/// How much it tells that bytes came to this character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A sign that text in any language has: a dash, a quotation mark, an emoji.
    Sign,
    /// A letter.
    Letter(Script),
    /// Nothing that a text would have: it speaks against the bytes.
    Nonsense,
}

pub(super) fn meaning(c: char) -> Meaning {
    match c {
        'ª' | 'º' | '¡' | '¿' | 'µ' => Meaning::Letter(Script::Latin),
        // One round of several may leave these; the last round must not.
        '\u{80}'..='\u{9f}' => Meaning::Sign,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}' => Meaning::Sign,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}' => Meaning::Nonsense,
        '\u{180}'..='\u{217}' | '\u{21c}'..='\u{2af}' if !matches!(c, 'Ơ' | 'ơ' | 'Ư' | 'ư') => Meaning::Nonsense,
        c if matches!(sort(c), Sort::Letter(_)) => match sort(c) {
            Sort::Letter(script) => Meaning::Letter(script),
            _ => Meaning::Nonsense,
        },
        '\u{a0}'..='\u{bf}'
        | '×'
        | '÷'
        | '\u{2010}'..='\u{2027}'
        | '\u{202f}'..='\u{205e}'
        | '\u{20a0}'..='\u{20cf}' => Meaning::Sign,
        '\u{2100}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => {
            Meaning::Sign
        }
        '\u{1f000}'..='\u{1faff}' => Meaning::Sign,
        c if c.is_alphanumeric() => Meaning::Letter(Script::Other),
        _ => Meaning::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_real_writing_are_fine() {
        for text in [
            "été…”",
            "«В»",
            "l’été",
            "NÃO",
            "┌─┬─┐ │ab│",
            "Straße",
            "20 °C",
            "ГОСТ Р",
            "สวัสดี",
            "ΑΘΗΝΑ",
            "naïve – über",
            "50 €”",
        ] {
            let pairs: Vec<_> = text.chars().zip(text.chars().skip(1)).filter(|(a, b)| never_meet(*a, *b)).collect();
            assert_eq!(pairs, [], "{text}");
        }
    }

    #[test]
    fn neighbours_of_wrong_decoding_are_told() {
        for text in ["Ã©", "â€", "โ€", "๐Ÿ", "Ã³", "С‚", "─⌠", "√©", "n‚", "аУ", "Γ©", "é\u{80}", "xเ"]
        {
            let mut chars = text.chars();
            let (a, b) = (chars.next().expect("two"), chars.next().expect("two"));
            assert!(never_meet(a, b), "{text}");
        }
    }
}
