//! One-byte code pages, from their characters back to bytes.

use rustc_hash::FxHashMap;

use crate::import::mojibake::sorts::{Sort, sort};

/// How many code pages are tried.
pub(super) const PAGES: usize = 20;

/// One character in all code pages.
#[derive(Clone, Copy, Default)]
pub(super) struct Bytes {
    /// The byte that it stands for in each page; 0 where it stands for none.
    pub(super) of: [u8; PAGES],
    /// The pages, as bits, in which its byte begins a sequence of UTF-8.
    pub(super) leads: u32,
    /// The pages, as bits, in which it is a letter.
    pub(super) letters: u32,
}

/// The upper half of code page 437, of the first PCs, which the Encoding Standard does not have.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The upper half of code page 850, its western European sister.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The pages, the likelier ones first: of two that explain a text equally well, the first is told.
pub(super) fn names() -> [&'static str; PAGES] {
    pages().map(|page| page.0)
}

fn pages() -> [(&'static str, Upper); PAGES] {
    use encoding_rs as e;
    use {Upper::*, e::Encoding};
    let by_standard = |encoding: &'static Encoding| (encoding.name(), Standard(encoding));
    [
        by_standard(e::WINDOWS_1252),
        ("latin-1", Latin1),
        by_standard(e::WINDOWS_1251),
        by_standard(e::WINDOWS_1250),
        by_standard(e::WINDOWS_1254),
        by_standard(e::WINDOWS_874),
        by_standard(e::WINDOWS_1253),
        by_standard(e::WINDOWS_1255),
        by_standard(e::WINDOWS_1256),
        by_standard(e::WINDOWS_1257),
        by_standard(e::WINDOWS_1258),
        by_standard(e::ISO_8859_2),
        by_standard(e::ISO_8859_5),
        by_standard(e::ISO_8859_15),
        by_standard(e::KOI8_R),
        by_standard(e::KOI8_U),
        by_standard(e::IBM866),
        by_standard(e::MACINTOSH),
        ("code page 437", Written(CP437)),
        ("code page 850", Written(CP850)),
    ]
}

/// Where the characters of the bytes from 0x80 on are known from.
enum Upper {
    Standard(&'static encoding_rs::Encoding),
    Latin1,
    Written(&'static str),
}

/// All characters that stand for a byte from 0x80 on in any of the pages.
///
/// Where a page has no character for a byte, decoders put the control character of that number or, as browsers and
/// Windows do, the character of windows-1252; both lead back to the byte.
pub(super) fn table() -> FxHashMap<char, Bytes> {
    let mut table: FxHashMap<char, Bytes> = FxHashMap::default();
    for (number, (_, upper)) in pages().into_iter().enumerate() {
        let own = upper.characters();
        let mut stand_in = Vec::new();
        for (byte, c) in (0x80..=0xff_u8).zip(own) {
            match c {
                Some(c) => set(&mut table, c, number, byte),
                None => stand_in.push(byte),
            }
        }
        let western = Upper::Standard(encoding_rs::WINDOWS_1252).characters();
        for byte in stand_in {
            set(&mut table, char::from(byte), number, byte);
            if let Some(c) = western[usize::from(byte - 0x80)] {
                set(&mut table, c, number, byte);
            }
        }
    }
    table
}

/// Notes a byte, unless the page has one for the character already.
fn set(table: &mut FxHashMap<char, Bytes>, c: char, page: usize, byte: u8) {
    let bytes = table.entry(c).or_default();
    if bytes.of[page] == 0 {
        bytes.of[page] = byte;
        bytes.leads |= u32::from(matches!(byte, 0xc2..=0xf4)) << page;
        bytes.letters |= u32::from(matches!(sort(c), Sort::Letter(_))) << page;
    }
}

impl Upper {
    /// The characters of the bytes 0x80 to 0xff; none for those that have no character of their own.
    fn characters(&self) -> [Option<char>; 128] {
        let mut characters = [None; 128];
        let written = |text: &str, characters: &mut [Option<char>; 128]| {
            characters.iter_mut().zip(text.chars()).for_each(|(slot, c)| *slot = Some(c));
        };
        match self {
            Self::Written(text) => written(text, &mut characters),
            Self::Latin1 => {
                characters.iter_mut().zip(0x80..=0xff_u8).for_each(|(slot, byte)| *slot = Some(byte.into()))
            }
            Self::Standard(encoding) => {
                for (slot, byte) in characters.iter_mut().zip(0x80..=0xff_u8) {
                    let decoded =
                        encoding.decode_without_bom_handling_and_without_replacement(std::slice::from_ref(&byte));
                    *slot = decoded.and_then(|text| text.chars().next()).filter(|c| !c.is_control());
                }
            }
        }
        characters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_lead_back_to_their_bytes() {
        let table = table();
        let names = names();
        for (page, c, byte) in [
            ("windows-874", 'ย', 0xc2),
            ("windows-874", '€', 0x80),
            ("windows-874", 'Ÿ', 0x9f),
            ("windows-874", '\u{9f}', 0x9f),
            ("windows-1252", '€', 0x80),
            ("windows-1252", '\u{9d}', 0x9d),
            ("windows-1252", '\u{80}', 0),
            ("latin-1", '\u{80}', 0x80),
            ("latin-1", '€', 0),
            ("windows-1251", 'Р', 0xd0),
            ("KOI8-R", '─', 0x80),
            ("code page 437", 'Γ', 0xe2),
            ("code page 850", 'Ô', 0xe2),
        ] {
            let page = names.iter().position(|name| *name == page).expect("a page");
            assert_eq!(table[&c].of[page], byte, "{c} in {}", names[page]);
        }
        assert!([CP437, CP850].iter().all(|upper| upper.chars().count() == 128));
    }
}
