//! The library's MathML with what a strict content security policy forbids said in classes and attributes.

use std::ops::Range;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::Mistake;
use crate::parse::piece::escaped;

/// How deep elements may nest: browsers give up at a few hundred.
const DEEPEST: usize = 200;

/// The attributes that MathML Core knows, and those of its elements that are HTML.
pub(super) const KNOWN: &[&str] = &[
    "accent",
    "accentunder",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "encoding",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rowspan",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// Negative spaces that have a class, in eighteenths of an em.
const BACK: &[u16] = &[1, 2, 3, 4, 5, 6, 9, 12, 18, 27, 36];

/// Mends `mathml`, which the library made: classes for styles, no ids, and `source` as its annotation.
pub(super) fn mend(mathml: &str, source: &str) -> Result<String, Mistake> {
    let mut reader = Reader::from_str(mathml);
    let mut written = String::with_capacity(mathml.len() + source.len() / 8);
    let mut depth = 0;
    let mut in_annotation = false;
    let mut tables: Vec<Table> = Vec::new();
    loop {
        let start = position(&reader);
        let event = reader.read_event().map_err(|_| undrawable(source))?;
        let raw = mathml.get(start..position(&reader)).unwrap_or_default();
        match event {
            Event::Eof if depth == 0 => return Ok(written),
            Event::Eof => return Err(undrawable(source)),
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Mistake::new(0..0, format!("a formula nested more than {DEEPEST} deep"))
                        .help("split the formula"));
                }
                let start = written.len();
                open(&mut written, &tag, raw, ">").ok_or_else(|| undrawable(source))?;
                match (tag.name().as_ref(), tables.last_mut()) {
                    ("mtable", _) => tables.push(Table { tag: start..written.len(), row: written.len() }),
                    ("mtr", Some(table)) => table.row = start,
                    _ => {}
                }
                in_annotation = tag.name().as_ref() == "annotation";
                if in_annotation {
                    written.push_str(&escaped(source));
                }
            }
            Event::Empty(tag) => open(&mut written, &tag, raw, "/>").ok_or_else(|| undrawable(source))?,
            Event::End(tag) => {
                depth -= 1;
                in_annotation = false;
                if tag.name().as_ref() == "mtable"
                    && let Some(table) = tables.pop()
                {
                    table.underline(&mut written);
                }
                written.push_str(raw);
            }
            _ if in_annotation => {}
            _ => written.push_str(raw),
        }
    }
}

/// A table that is being written.
struct Table {
    /// Where its opening tag is.
    tag: Range<usize>,
    /// Where its last row begins.
    row: usize,
}

impl Table {
    /// Makes a line below the table of what the library made of `\\ \hline` at its end: a row of one empty cell.
    fn underline(&self, written: &mut String) {
        let Some(class) =
            EMPTY_ROWS.iter().find(|(row, _)| written[self.row..].starts_with(row)).map(|(_, class)| class)
        else {
            return;
        };
        if !written.ends_with("\"></mtd></mtr>") || written[self.row..].matches("<mtd").count() > 1 {
            return;
        }
        written.truncate(self.row);
        let (at, text) =
            match written[self.tag.clone()].ends_with("\">") && written[self.tag.clone()].contains(" class=") {
                true => (self.tag.end - 2, format!(" {class}")),
                false => (self.tag.end - 1, format!(" class=\"{class}\"")),
            };
        written.insert_str(at, &text);
    }
}

/// How rows begin that are nothing but a line, and the classes of that line below a table.
const EMPTY_ROWS: &[(&str, &str)] =
    &[("<mtr><mtd class=\"math-line-top", "math-line-bottom"), ("<mtr><mtd class=\"math-dash-top", "math-dash-bottom")];

/// The mistake of a formula for which the library made no sound markup.
pub(super) fn undrawable(source: &str) -> Mistake {
    Mistake::new(0..source.len(), "a formula that cannot be drawn").help("write it in a simpler way")
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Writes an opening tag, its styles turned into classes and attributes.
fn open(written: &mut String, tag: &BytesStart<'_>, raw: &str, close: &str) -> Option<()> {
    if tag.attributes_raw().is_empty() {
        written.push_str(raw);
        return Some(());
    }
    let mut classes: Vec<String> = Vec::new();
    let mut attributes: Vec<(String, String)> = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref();
        let value = attribute.value.as_ref();
        match name {
            "style" => value.split(';').for_each(|declaration| style(declaration, &mut classes, &mut attributes)),
            "class" => classes.extend(class(value).map(str::to_owned)),
            // Firefox does not know `rem` here; a formula's em is as large.
            "width" => attributes.push((name.to_owned(), value.replace("rem", "em"))),
            _ if KNOWN.contains(&name) => attributes.push((name.to_owned(), value.to_owned())),
            _ => {}
        }
    }
    written.push('<');
    written.push_str(tag.name().as_ref());
    if !classes.is_empty() {
        attributes.push(("class".to_owned(), classes.join(" ")));
    }
    for (name, value) in attributes {
        written.push_str(&format!(" {name}=\"{value}\""));
    }
    written.push_str(close);
    Some(())
}

/// Says one declaration of a style otherwise.
fn style(declaration: &str, classes: &mut Vec<String>, attributes: &mut Vec<(String, String)>) {
    let Some((name, value)) = declaration.split_once(':') else { return };
    let class = match (name.trim(), value.trim()) {
        ("color", color) => {
            attributes.push(("mathcolor".to_owned(), color.to_ascii_lowercase()));
            return;
        }
        ("margin-left", length) => {
            let eighteenths = eighteenths(length);
            let nearest = BACK.iter().min_by_key(|known| known.abs_diff(eighteenths)).unwrap_or(&BACK[0]);
            classes.push(format!("math-back-{nearest}"));
            return;
        }
        ("text-align", "left") => "math-left",
        ("text-align", "right") => "math-right",
        ("padding-left", "0") => "math-tight-left",
        ("padding-right", "0") => "math-tight-right",
        ("padding-left", "1em") => "math-apart",
        ("padding-left", "0.1em") => "math-rule",
        ("padding-left", "0.1667em") => "math-before-3",
        ("padding-left", "0.2222em") => "math-before-4",
        ("padding-left", "0.2778em") => "math-before-5",
        ("padding-right", "0.1667em") => "math-after-3",
        ("padding-right", "0.2222em") => "math-after-4",
        ("padding-right", "0.2778em") => "math-after-5",
        ("padding-top", "0") => "math-dense",
        ("padding-top", "0.1667em") => "math-strut",
        ("border-top", line) => either(line, "math-line-top", "math-dash-top"),
        ("border-left", line) => either(line, "math-line-left", "math-dash-left"),
        ("border-right", line) => either(line, "math-line-right", "math-dash-right"),
        ("width", "100%") => "math-wide",
        ("width", "50%") => "math-side",
        ("width", "7.5%") => "math-margin",
        ("font-size", size) => {
            classes.push(format!("math-size-{}", size.trim_end_matches('%')));
            return;
        }
        ("font-variant-caps", _) => "math-caps",
        ("math-shift", _) => "math-compact",
        _ => return,
    };
    classes.push(class.to_owned());
}

fn either(line: &str, solid: &'static str, dashed: &'static str) -> &'static str {
    if line.contains("dashed") { dashed } else { solid }
}

/// A negative length in eighteenths of an em; an ex is half as long.
fn eighteenths(length: &str) -> u16 {
    let digits = length.trim_start_matches('-').trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let value: f32 = digits.parse().unwrap_or(0.0);
    let em = if length.ends_with("ex") { value / 2.0 } else { value };
    (em * 18.0).round().clamp(0.0, f32::from(u16::MAX)) as u16
}

fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        "math-core-sans-serif-font" => "math-sans",
        "math-core-serif-font" => "math-serif",
        "menclose-updiagonalstrike" => "math-strike-up",
        "menclose-downdiagonalstrike" => "math-strike-down",
        "menclose-horizontalstrike" => "math-strike",
        _ => return None,
    })
}
