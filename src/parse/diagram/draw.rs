//! The library's drawing, written anew: shapes and words, and classes for all that is a matter of taste.
//!
//! More than 500 lines: beside the pen that draws stand the lists of what it draws, element by element, which are the law that
//! it goes by.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Drawing, Mistake, label, measure, mermaid, outline,
    palette::{self, Color, Paint},
    sheet::Sheet,
    tree::{Child, Element, Tree},
};
use crate::{model::Digest, parse::piece::escaped};

/// How large a drawing may be, in bytes. One that fills a page has about twenty thousand.
const LARGEST: usize = 1 << 20;

/// How long a description may be, in characters.
const DESCRIPTION: usize = 1_000;

/// The size of the words at the marks of an axis, in pixels.
const TICK: f64 = 10.0;

/// How much of a colour that the source gives to a stretch of a sequence is seen: words on it are those of the page.
const TINT: &str = "0.35";

/// The class of words.
const TEXT: &str = "d-text";

/// Elements that are drawn. What refers to other files, runs or blurs is not among them.
pub(super) const DRAWN: &[&str] = &[
    "a",
    "circle",
    "clipPath",
    "defs",
    "ellipse",
    "g",
    "line",
    "linearGradient",
    "marker",
    "path",
    "polygon",
    "polyline",
    "rect",
    "stop",
    "switch",
    "symbol",
    "text",
    "tspan",
    "use",
];

/// Attributes that say where something is, which are kept with shorter numbers.
pub(super) const PLACES: &[&str] = &[
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "height",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "offset",
    "orient",
    "points",
    "r",
    "refX",
    "refY",
    "rx",
    "ry",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// Groups of labels that stand in rows one under another.
const ROWS: &[&str] =
    &["members-group", "methods-group", "attribute-type", "attribute-name", "attribute-keys", "attribute-comment"];

/// Properties that are neither colours nor places, which are kept as attributes.
pub(super) const PROPERTIES: [&str; 15] = [
    "fill",
    "stroke",
    "display",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "opacity",
    "fill-opacity",
    "stroke-opacity",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "dominant-baseline",
    "transform",
];

/// Writes the library's drawing `svg` of `source`, which the page draws `number_on_page` times before.
pub(super) fn drawing(source: &str, number_on_page: usize, svg: &str) -> Result<Drawing, Mistake> {
    let tree = Tree::read(svg).ok_or_else(mermaid::undrawable)?;
    let css: String =
        tree.below(0).into_iter().filter(|at| tree.elements[*at].name == "style").map(|at| tree.text(at)).collect();
    let sheet = Sheet::read(&css);
    let root = &tree.elements[0];
    let area = area(root).ok_or_else(mermaid::undrawable)?;
    let digest = Digest::of(source.as_bytes()).short(8);
    let prefix = if number_on_page == 0 { format!("d{digest}") } else { format!("d{digest}-{number_on_page}") };
    let mut pen = Pen {
        tree: &tree,
        sheet: &sheet,
        ids: ids(&tree, &prefix),
        svg: String::new(),
        words: Vec::new(),
        has_links: false,
        last_mark: None,
    };
    pen.children(0, &Around::default());
    if pen.svg.len() > LARGEST {
        return Err(mermaid::too_large());
    }
    let Pen { svg: inside, words, has_links, .. } = pen;
    let title = given(&tree, "title").unwrap_or_else(|| kind(source).to_owned());
    let description = given(&tree, "desc").unwrap_or_else(|| description(&words));
    // What is an image has no links in it, to those who hear it.
    let role = if has_links { "group" } else { "img" };
    let width = area[2].ceil() as u32;
    let mut svg = format!("<svg class=\"diagram\" role=\"{role}\" aria-label=\"{}\"", quoted(&title));
    let [x, y, wide, high] = area.map(number);
    svg.push_str(&format!(" width=\"{width}\" height=\"{}\" viewBox=\"{x} {y} {wide} {high}\"", area[3].ceil()));
    svg.push_str(" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"16\" fill=\"#1c2226\">");
    svg.push_str(&format!("<desc>{}</desc>", escaped(&description)));
    svg.push_str(&format!(
        "<rect class=\"d-ground\" fill=\"#fff\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"/>"
    ));
    svg.push_str(&inside);
    svg.push_str("</svg>");
    Ok(Drawing { svg, width, words: words.join(" ") })
}

/// The corner and the size of the drawing.
fn area(root: &Element) -> Option<[f64; 4]> {
    let mut numbers = root.attribute("viewBox")?.split([' ', ',']).filter_map(|number| number.parse::<f64>().ok());
    let area = [numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?];
    let is_sound = area.iter().all(|number| number.is_finite() && number.abs() < 1e6) && area[2] > 0.0 && area[3] > 0.0;
    is_sound.then_some(area)
}

/// New ids for those that the drawing refers to.
fn ids(tree: &Tree, prefix: &str) -> BTreeMap<String, String> {
    let references =
        tree.elements.iter().flat_map(|element| &element.attributes).filter_map(|(name, value)| match name.as_str() {
            "href" | "xlink:href" => value.strip_prefix('#'),
            _ => reference(value),
        });
    let used: BTreeSet<&str> = references.collect();
    let known = tree.elements.iter().filter_map(|element| element.attribute("id")).filter(|id| used.contains(id));
    let mut ids = BTreeMap::new();
    for id in known {
        let next = ids.len();
        ids.entry(id.to_owned()).or_insert_with(|| format!("{prefix}-{next}"));
    }
    ids
}

/// The id in `url(#id)`.
fn reference(value: &str) -> Option<&str> {
    value.strip_prefix("url(#")?.strip_suffix(')')
}

/// The text of an element directly below the root.
fn given(tree: &Tree, name: &str) -> Option<String> {
    let elements = tree.elements[0].children.iter().filter_map(|child| match child {
        Child::Element(number) => Some(*number),
        Child::Text(_) => None,
    });
    let mut found = elements.filter(|number| tree.elements[*number].name == name);
    found.next().map(|number| tree.text(number).trim().to_owned()).filter(|text| !text.is_empty())
}

/// What the kind of diagram is called.
fn kind(source: &str) -> &'static str {
    let word = mermaid::first_word(source).map_or("", |(_, word)| word);
    mermaid::KINDS.iter().find(|(known, _)| *known == word).map_or("Diagram", |(_, name)| name)
}

/// The words of a drawing, each once.
fn description(words: &[String]) -> String {
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    let mut left = DESCRIPTION;
    for words in words.iter().filter(|words| seen.insert(words.as_str())) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        let length = words.chars().count();
        if length > left {
            text.extend(words.chars().take(left));
            text.push('…');
            break;
        }
        left -= length;
        text.push_str(words);
    }
    text
}

/// What an element stands in.
#[derive(Clone, Copy, Default)]
struct Around {
    /// Whether the shape behind words has a colour that the source names, and whether that is a light one.
    on: Option<bool>,
    /// Whether words stand on a line.
    is_on_line: bool,
}

struct Pen<'a> {
    tree: &'a Tree,
    sheet: &'a Sheet,
    ids: BTreeMap<String, String>,
    svg: String,
    words: Vec<String>,
    has_links: bool,
    /// Where the mark of an axis that was written last stands, and where its words end.
    last_mark: Option<(f64, f64)>,
}

impl Pen<'_> {
    fn children(&mut self, number: usize, around: &Around) {
        let tree = self.tree;
        for child in &tree.elements[number].children {
            match child {
                Child::Element(number) => self.element(*number, around),
                Child::Text(text) if matches!(tree.elements[number].name.as_str(), "text" | "tspan") => {
                    self.svg.push_str(&escaped(text));
                }
                Child::Text(_) => {}
            }
        }
    }

    fn element(&mut self, number: usize, around: &Around) {
        let tree = self.tree;
        let element = &tree.elements[number];
        let name = element.name.as_str();
        if name == "foreignObject" {
            return self.label(number, around);
        }
        let is_needed = |id: Option<&str>| id.is_some_and(|id| self.ids.contains_key(id));
        let is_definition = matches!(name, "marker" | "clipPath" | "linearGradient" | "symbol");
        if !DRAWN.contains(&name) || (is_definition && !is_needed(element.attribute("id"))) {
            return;
        }
        // A line for today would be another one tomorrow.
        if element.has_class("today") || self.is_crowded(number) {
            return;
        }
        if name == "rect" && element.attribute("width").is_none_or(|width| width == "0") {
            return;
        }
        if name == "switch" {
            return self.choice(number, around);
        }
        let Some(attributes) = self.attributes(number, around) else { return };
        let inner = self.inner(number, around);
        let start = self.svg.len();
        if name == "g" && attributes.is_empty() {
            return self.children(number, &inner);
        }
        if name == "text" {
            let words = tree.text(number).split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            if words.is_empty() {
                return;
            }
            self.words.push(words);
        }
        // A link that leads nowhere is a group.
        let name = if name == "a" && !attributes.iter().any(|(name, _)| name == "href") { "g" } else { name };
        self.svg.push('<');
        self.svg.push_str(name);
        for (name, value) in attributes {
            self.svg.push_str(&format!(" {name}=\"{}\"", quoted(&value)));
        }
        let open = self.svg.len();
        self.svg.push('>');
        self.children(number, &inner);
        if self.svg.len() > open + 1 {
            self.svg.push_str(&format!("</{name}>"));
        } else if matches!(name, "g" | "defs" | "text" | "tspan" | "a" | "marker") {
            self.svg.truncate(start);
        } else {
            self.svg.insert(open, '/');
        }
    }

    /// Whether the mark of an axis would be written over the one before.
    fn is_crowded(&mut self, number: usize) -> bool {
        let element = &self.tree.elements[number];
        if !element.has_class("tick") {
            return false;
        }
        let place = element.attribute("transform").and_then(|place| place.strip_prefix("translate("));
        let x = place.and_then(|place| place.split([',', ')', ' ']).next()).and_then(|x| x.parse::<f64>().ok());
        let Some(x) = x else { return false };
        let half = measure::plain_width(self.tree.text(number).trim(), TICK) / 2.0;
        let is_crowded = self.last_mark.is_some_and(|(last, end)| last < x && x - half < end);
        if !is_crowded {
            self.last_mark = Some((x, x + half + TICK / 2.0));
        }
        is_crowded
    }

    /// Of what may be shown in either way, plain words.
    fn choice(&mut self, number: usize, around: &Around) {
        let below = self.tree.below(number);
        let is = |name: &'static str| below.iter().copied().find(|at| self.tree.elements[*at].name == name);
        if let Some(chosen) = is("text").or_else(|| is("foreignObject")) {
            self.element(chosen, around);
        }
    }

    /// The attributes of an element; none if it is not shown.
    fn attributes(&mut self, number: usize, around: &Around) -> Option<Vec<(String, String)>> {
        let element = &self.tree.elements[number];
        let declared = self.sheet.declared(self.tree, number, &PROPERTIES);
        // What the source gives a node to draw it is not for the letters in it.
        let is_label = element.name == "g" && element.has_class("label");
        let mut classes: Vec<String> = Vec::new();
        let mut attributes: Vec<(String, String)> = Vec::new();
        for (property, value) in PROPERTIES.iter().zip(declared) {
            let Some(value) = value else { continue };
            match *property {
                "display" if value == "none" => return None,
                "display" => {}
                "fill" | "stroke" if is_label => {}
                "transform" if value.contains("rotate(45deg)") => classes.push("d-diamond".to_owned()),
                "transform" => {}
                "fill" => self.paint(&value, Paint::Fill, around, &mut classes, &mut attributes),
                "stroke" => self.paint(&value, Paint::Line, around, &mut classes, &mut attributes),
                "stroke-dasharray"
                    if value.split([',', ' ']).all(|part| matches!(part.trim(), "" | "0" | "1" | "none")) => {}
                "opacity" | "fill-opacity" | "stroke-opacity" if value == "1" => {}
                "text-anchor" if value == "start" && element.name == "text" => {}
                _ => attributes.push(((*property).to_owned(), short(&value.replace("px", "")))),
            }
        }
        for (name, value) in &element.attributes {
            match name.as_str() {
                "id" => {
                    if let Some(id) = self.ids.get(value) {
                        attributes.push(("id".to_owned(), id.clone()));
                    }
                }
                "marker-start" | "marker-mid" | "marker-end" | "clip-path" => {
                    if let Some(id) = reference(value).and_then(|id| self.ids.get(id)) {
                        attributes.push((name.clone(), format!("url(#{id})")));
                    }
                }
                "href" | "xlink:href" => self.link(element, value, &mut attributes),
                _ if PLACES.contains(&name.as_str()) && !value.is_empty() => {
                    let lines = if name == "d" { outline::lines(value) } else { None };
                    let value = lines.as_deref().unwrap_or(value);
                    attributes.push((name.clone(), short(value)));
                }
                _ => {}
            }
        }
        let is_tinted =
            element.has_class("rect") && attributes.iter().any(|(name, _)| name == "fill") && classes.is_empty();
        if is_tinted {
            attributes.retain(|(name, _)| name != "fill-opacity");
            attributes.push(("fill-opacity".to_owned(), TINT.to_owned()));
        }
        if element.name == "text" && (around.is_on_line || element.has_class("messageText")) {
            classes.push("d-halo".to_owned());
        }
        if !classes.is_empty() {
            attributes.insert(0, ("class".to_owned(), classes.join(" ")));
        }
        Some(attributes)
    }

    fn paint(
        &self,
        value: &str,
        paint: Paint,
        around: &Around,
        classes: &mut Vec<String>,
        attributes: &mut Vec<(String, String)>,
    ) {
        if let Some(id) = reference(value) {
            if let Some(id) = self.ids.get(id) {
                attributes.push((paint.attribute().to_owned(), format!("url(#{id})")));
            }
            return;
        }
        match (palette::color(value, paint), around.on) {
            (Color::Part(class, _), Some(is_light)) if class == TEXT => {
                classes.push(if is_light { "d-on-light" } else { "d-on-dark" }.to_owned());
                attributes.extend((!is_light).then(|| ("fill".to_owned(), "#fff".to_owned())));
            }
            (Color::Part(class, plain), _) => {
                // The whole drawing is filled with the colour of text.
                attributes.extend((class != TEXT).then(|| (paint.attribute().to_owned(), plain.to_owned())));
                classes.push(class);
            }
            (Color::Named(color), _) if palette::is_color(&color) => {
                attributes.push((paint.attribute().to_owned(), color))
            }
            (Color::Named(_), _) => {}
        }
    }

    /// A link out of a node, or a reference inside the drawing.
    fn link(&mut self, element: &Element, value: &str, attributes: &mut Vec<(String, String)>) {
        match value.strip_prefix('#') {
            Some(id) if element.name == "use" => {
                if let Some(id) = self.ids.get(id) {
                    attributes.push(("href".to_owned(), format!("#{id}")));
                }
            }
            _ if element.name == "a" && is_harmless(value) && !attributes.iter().any(|(name, _)| name == "href") => {
                self.has_links = true;
                attributes.push(("href".to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }

    /// What stands in this element stands in.
    fn inner(&self, number: usize, around: &Around) -> Around {
        let element = &self.tree.elements[number];
        let is_on_line = around.is_on_line || element.has_class("edgeLabel") || element.has_class("edgeLabels");
        if !(element.has_class("node") || element.has_class("cluster")) {
            return Around { is_on_line, ..*around };
        }
        let shapes = self.tree.below(number).into_iter().filter(|at| {
            matches!(self.tree.elements[*at].name.as_str(), "rect" | "circle" | "ellipse" | "polygon" | "path")
        });
        let on = shapes.filter_map(|at| {
            let [fill] = self.sheet.declared(self.tree, at, &["fill"]);
            match palette::color(&fill?, Paint::Fill) {
                Color::Named(color) => palette::is_light(&color),
                Color::Part(..) => None,
            }
        });
        Around { is_on_line, on: on.take(1).next().or(around.on) }
    }

    /// A label that the library wrote as HTML.
    fn label(&mut self, number: usize, around: &Around) {
        let element = &self.tree.elements[number];
        let place = |name: &str| element.length(name).unwrap_or_default();
        let (x, y, width, height) = (place("x"), place("y"), place("width"), place("height"));
        let Some(label) = label::label(self.tree, self.sheet, number, width) else { return };
        let step = label.size * 1.5;
        let first = y + height / 2.0 - step * (label.lines.len() as f64 - 1.0) / 2.0;
        let is_row = |class| self.tree.upward(number).any(|at| self.tree.elements[at].has_class(class));
        let (x, anchor) = if label.is_left || ROWS.iter().any(|class| is_row(class)) {
            (x, "start")
        } else {
            (x + width / 2.0, "middle")
        };
        let mut classes = Vec::new();
        let mut attributes = Vec::new();
        self.paint(label.color.as_deref().unwrap_or("#333"), Paint::Fill, around, &mut classes, &mut attributes);
        if around.is_on_line {
            classes.push("d-halo".to_owned());
        }
        self.svg.push_str(&format!("<text class=\"{}\" text-anchor=\"{anchor}\"", classes.join(" ")));
        for (name, value) in attributes {
            self.svg.push_str(&format!(" {name}=\"{}\"", quoted(&value)));
        }
        if label.size != 16.0 {
            self.svg.push_str(&format!(" font-size=\"{}\"", super::draw::number(label.size)));
        }
        self.svg.push('>');
        let mut words = Vec::new();
        for (at, line) in label.lines.iter().enumerate() {
            let y = first + step * at as f64;
            self.svg.push_str(&format!(
                "<tspan x=\"{}\" y=\"{}\" dy=\".35em\">",
                super::draw::number(x),
                super::draw::number(y)
            ));
            for run in line {
                self.run(run);
            }
            self.svg.push_str("</tspan>");
            words.push(line.iter().map(|run| run.text.as_str()).collect::<String>());
        }
        self.svg.push_str("</text>");
        self.words.push(words.join(" "));
    }

    fn run(&mut self, run: &label::Run) {
        let text = escaped(&run.text);
        let mut tag = String::new();
        if run.is_bold {
            tag.push_str(" font-weight=\"bold\"");
        }
        if run.is_italic {
            tag.push_str(" font-style=\"italic\"");
        }
        if run.is_code {
            tag.push_str(" class=\"d-code\"");
        }
        match tag.is_empty() {
            true => self.svg.push_str(&text),
            false => self.svg.push_str(&format!("<tspan{tag}>{text}</tspan>")),
        }
    }
}

impl Paint {
    fn attribute(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Line => "stroke",
        }
    }
}

/// Whether a link leads to a page: by `http`, `https` or `mailto`, or without a scheme.
fn is_harmless(link: &str) -> bool {
    let link = link.trim();
    let scheme = link.split(['/', '?', '#']).next().unwrap_or_default().split_once(':').map(|(scheme, _)| scheme);
    let is_known = |scheme: &str| ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    !link.is_empty() && !link.starts_with("//") && scheme.is_none_or(is_known)
}

fn quoted(value: &str) -> String {
    escaped(value).replace('"', "&quot;")
}

/// A number with two decimals at most.
fn number(number: f64) -> String {
    let rounded = (number * 100.0).round() / 100.0;
    // Negative zero is zero.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// A text with its numbers shortened: coordinates, paths, transformations.
fn short(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '.' || c == '-') {
        let (before, from) = rest.split_at(start);
        written.push_str(before);
        let end = end_of_number(from);
        match from[..end].parse::<f64>() {
            Ok(value) if value.is_finite() => written.push_str(&number(value)),
            _ => written.push_str(&from[..end]),
        }
        rest = &from[end..];
    }
    written.push_str(rest);
    written
}

/// Where the number ends that `text` begins with.
fn end_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = digits(usize::from(bytes.first() == Some(&b'-')));
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        if end > at + 1 + sign {
            at = end;
        }
    }
    at.max(1)
}
