//! The library's drawing as a tree.

use quick_xml::{Reader, events::Event};

/// The most elements of a drawing.
const MOST: usize = 40_000;

/// A drawing; its elements are numbered, the root is 0.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) elements: Vec<Element>,
}

#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<Child>,
}

#[derive(Debug)]
pub(super) enum Child {
    Element(usize),
    Text(String),
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A length in an attribute, in pixels.
    pub(super) fn length(&self, name: &str) -> Option<f64> {
        self.attribute(name)?.trim_end_matches("px").parse().ok()
    }

    /// Whether `class` is one of the element's.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|all| all.split_ascii_whitespace().any(|own| own == class))
    }
}

impl Tree {
    /// Reads a document; none if it is not well formed or too large.
    pub(super) fn read(xml: &str) -> Option<Self> {
        let mut reader = Reader::from_str(xml);
        let mut tree = Self::default();
        let mut open: Vec<usize> = Vec::new();
        loop {
            match reader.read_event().ok()? {
                Event::Eof => return (open.is_empty() && !tree.elements.is_empty()).then_some(tree),
                Event::Start(tag) => {
                    let number = tree.add(&tag, open.last().copied())?;
                    open.push(number);
                }
                Event::Empty(tag) => {
                    tree.add(&tag, open.last().copied())?;
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => tree.add_text(&text.xml10_content(), &open),
                Event::CData(text) => tree.add_text(&text.xml10_content(), &open),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    match reference.resolve_char_ref().ok()? {
                        Some(c) => tree.add_text(c.encode_utf8(&mut [0; 4]), &open),
                        None => tree.add_text(entity(&name)?, &open),
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, tag: &quick_xml::events::BytesStart<'_>, parent: Option<usize>) -> Option<usize> {
        let number = self.elements.len();
        if number == MOST || (parent.is_none() && number > 0) {
            return None;
        }
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        let name = tag.name().as_ref().to_owned();
        self.elements.push(Element { name, attributes, parent, children: Vec::new() });
        if let Some(parent) = parent {
            self.elements[parent].children.push(Child::Element(number));
        }
        Some(number)
    }

    fn add_text(&mut self, text: &str, open: &[usize]) {
        let Some(parent) = open.last() else { return };
        let children = &mut self.elements[*parent].children;
        match children.last_mut() {
            Some(Child::Text(before)) => before.push_str(text),
            _ => children.push(Child::Text(text.to_owned())),
        }
    }

    /// The element and those around it, from the inside out.
    pub(super) fn upward(&self, number: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(number), |number| self.elements[*number].parent)
    }

    /// All elements below one, in the order of the document.
    pub(super) fn below(&self, number: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![number];
        while let Some(next) = open.pop() {
            if next != number {
                found.push(next);
            }
            let children = self.elements[next].children.iter().rev();
            open.extend(children.filter_map(|child| match child {
                Child::Element(number) => Some(*number),
                Child::Text(_) => None,
            }));
        }
        found
    }

    /// The text of an element and of all below it.
    pub(super) fn text(&self, number: usize) -> String {
        let mut text = String::new();
        let mut open: Vec<&Child> = self.elements[number].children.iter().rev().collect();
        while let Some(child) = open.pop() {
            match child {
                Child::Text(part) => text.push_str(part),
                Child::Element(number) => open.extend(self.elements[*number].children.iter().rev()),
            }
        }
        text
    }
}

/// The character of a name between `&` and `;`; the library writes those of XML and a space of HTML.
fn entity(name: &str) -> Option<&'static str> {
    if name == "nbsp" { Some("\u{a0}") } else { quick_xml::escape::resolve_xml_entity(name) }
}
