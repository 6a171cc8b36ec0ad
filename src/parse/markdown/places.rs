//! Where things are written that a change of a file must find, and that its head does not tell.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use crate::parse::{
    Options, fence,
    markdown::{
        cmark_options,
        mask::{self, Kind},
    },
    tag,
};

/// Exact places in one file, in bytes of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Definitions of links, `[label]: target "title"`, in the order of the file.
    pub definitions: Vec<Definition>,
    /// Headings, in the order of the file.
    pub headings: Vec<HeadingPlace>,
    /// Names of files that are included, and where they stand.
    pub includes: Vec<(Range<usize>, String)>,
    /// Addresses in raw HTML, as they are written there.
    pub raw: Vec<Range<usize>>,
}

/// A definition that links refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What links call it.
    pub label: String,
    /// The target, as a link has it.
    pub target: String,
    /// All of it, from the bracket on.
    pub range: Range<usize>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingPlace {
    /// 1 to 6.
    pub level: u8,
    /// All of it, without the line break at its end.
    pub range: Range<usize>,
    /// Its words, without signs and attributes.
    pub words: Range<usize>,
    /// The attributes behind it, braces included; empty where the words end if there are none.
    pub attributes: Range<usize>,
}

/// The places in the Markdown that begins at byte `start` of `text`.
pub fn places(text: &str, start: usize, options: &Options) -> Places {
    let body = start.min(text.len())..text.len();
    let masked = mask::hide(text, body.clone(), options.extensions);
    let parser = Parser::new_ext(&masked.text, cmark_options(options, masked.has_definitions));
    let found = parser.reference_definitions().iter().map(|(label, definition)| Definition {
        label: label.to_owned(),
        target: definition.dest.to_string(),
        range: definition.span.start + start..definition.span.end + start,
    });
    let mut definitions: Vec<Definition> = found.collect();
    definitions.sort_by_key(|definition| definition.range.start);
    let mut places = Places { definitions, ..Places::default() };
    let mut heading = None;
    let (mut constructs, mut html) = (BTreeSet::new(), Vec::new());
    for (event, at) in parser.into_offset_iter() {
        let at = at.start + start..at.end + start;
        match event {
            Event::Start(Tag::Heading { level, attrs, id, classes, .. }) => {
                let has_attributes = !attrs.is_empty() || id.is_some() || !classes.is_empty();
                heading = Some((level as u8, has_attributes));
            }
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => {
                if let Some((level, has_attributes)) = heading.take() {
                    places.headings.push(heading_place(text, level, at, has_attributes));
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => places.includes.extend(fenced(text, at)),
            Event::Start(Tag::HtmlBlock) => html.push(at),
            Event::Html(_) => drop(constructs.insert(at.start)),
            Event::InlineHtml(_) => {
                constructs.insert(at.start);
                html.push(at);
            }
            _ => {}
        }
    }
    for mark in masked.marks.iter().filter(|mark| constructs.contains(&mark.range.start)) {
        if let Kind::Include(reference) = &mark.kind {
            let from = mark.range.start + reference.path_range.start;
            places.includes.push((from..from + reference.path.len(), reference.path.clone()));
        }
    }
    let is_construct = |at: usize| masked.marks.iter().any(|mark| mark.range.contains(&at));
    for block in html {
        let found = tag::addresses(text.get(block.clone()).unwrap_or(""));
        let found = found.into_iter().map(|(_, range)| block.start + range.start..block.start + range.end);
        places.raw.extend(found.filter(|range| !is_construct(range.start)));
    }
    places.includes.retain(|(range, path)| text.get(range.clone()) == Some(path.as_str()));
    places.includes.sort_by_key(|(range, _)| range.start);
    places
}

/// The file that a fence asks for.
fn fenced(text: &str, block: Range<usize>) -> Option<(Range<usize>, String)> {
    let line = text.get(block.clone())?.lines().next()?;
    let ticks = line.find("```").or_else(|| line.find("~~~"))?;
    let info = line[ticks..].trim_start_matches(['`', '~']);
    let reference = fence::file(info)?;
    let from = block.start + line.len() - info.len() + reference.path_range.start;
    Some((from..from + reference.path.len(), reference.path))
}

fn heading_place(text: &str, level: u8, range: Range<usize>, has_attributes: bool) -> HeadingPlace {
    let raw = text.get(range.clone()).unwrap_or("").trim_end();
    let mut inner = match raw.starts_with('#') {
        true => usize::from(level)..raw.len(),
        // The line of `=` or `-` below the words.
        false => 0..raw.rfind('\n').map_or(raw.len(), |end| raw[..end].trim_end_matches(['\r', '\n']).len()),
    };
    let trimmed = |inner: &Range<usize>| {
        let words = &raw[inner.clone()];
        let from = inner.start + words.len() - words.trim_start().len();
        from..(inner.start + words.trim_end().len()).max(from)
    };
    inner = trimmed(&inner);
    let mut attributes = inner.end..inner.end;
    if has_attributes
        && raw[inner.clone()].ends_with('}')
        && let Some(open) = raw[inner.clone()].rfind('{')
    {
        attributes = inner.start + open..inner.end;
        inner = trimmed(&(inner.start..attributes.start));
    }
    let closing = raw[inner.clone()].trim_end_matches('#');
    let is_closing = closing.len() < inner.len() && (closing.is_empty() || closing.ends_with([' ', '\t']));
    if raw.starts_with('#') && is_closing {
        inner = trimmed(&(inner.start..inner.start + closing.len()));
    }
    if attributes.is_empty() {
        attributes = inner.end..inner.end;
    }
    let at = |inner: Range<usize>| range.start + inner.start..range.start + inner.end;
    HeadingPlace { level, range: range.start..range.start + raw.len(), words: at(inner), attributes: at(attributes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Places {
        places(text, 0, &Options::default())
    }

    #[test]
    fn headings_are_found_with_their_words_and_attributes() {
        for (text, words, attributes) in [
            ("# One two\n", "One two", ""),
            ("## One ##\r\n", "One", ""),
            ("## C#\n", "C#", ""),
            ("### One `{x}` {#id .c}\n", "One `{x}`", "{#id .c}"),
            ("## One ## {#id}\n", "One", "{#id}"),
            ("One\ntwo {#id}\n---\n", "One\ntwo", "{#id}"),
            ("One\r\n===\r\n", "One", ""),
            ("> - ## Über *uns*  \n", "Über *uns*", ""),
            (":::note\n## In\n:::\n", "In", ""),
        ] {
            let places = found(text);
            let [heading] = places.headings.as_slice() else { panic!("{text}: {places:?}") };
            assert_eq!(
                (&text[heading.words.clone()], &text[heading.attributes.clone()]),
                (words, attributes),
                "{text}"
            );
        }
        assert!(found("```\n# One\n```\n\n    ## Two\n").headings.is_empty());
    }

    #[test]
    fn addresses_in_raw_html_are_found() {
        let text = "A <a href=\"a.md\">x</a>, `<a href=\"no\">`\n\n<div>\n<img\n  src='b.png'>\n</div>\n\n    <a href=\"no\">\n\n\
            <!-- <a href=\"no\"> -->\n\n{{ video(src=\"no\") }}\n";
        let found: Vec<_> = found(text).raw.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["a.md", "b.png"]);
    }

    #[test]
    fn definitions_and_included_files_are_found() {
        let text = "[a]: one.md 'A'\n> [B b]:\n> <two x.md>\n\n--8<-- \"part.md:x\"\n\n```rs file=\"../c.rs\"\n```\n\n    --8<-- \"no.md\"\n";
        let places = found(text);
        let definitions: Vec<_> = places.definitions.iter().map(|d| (d.label.as_str(), d.target.as_str())).collect();
        assert_eq!(definitions, [("a", "one.md"), ("B b", "two x.md")]);
        assert!(places.definitions.iter().all(|d| text[d.range.clone()].starts_with('[')));
        let includes: Vec<_> = places.includes.iter().map(|(range, _)| &text[range.clone()]).collect();
        assert_eq!(includes, ["part.md", "../c.rs"]);
    }
}
