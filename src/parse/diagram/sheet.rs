//! The library's style sheet, applied: which properties an element is given.
//!
//! As in CSS (Cascading and Inheritance, level 4): attributes come first, then rules by their specificity and order, then
//! the element's own style; what is important goes over all that is not.

use super::{
    palette,
    tree::{Element, Tree},
};

/// Rules in the order of the sheet.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    /// From the element outwards.
    selector: Vec<Compound>,
    specificity: u32,
    declarations: Vec<Declaration>,
}

/// What one element must be, and whether it is a child of the next one out or anywhere below it.
#[derive(Debug, Default)]
struct Compound {
    is_child: bool,
    tag: Option<String>,
    tests: Vec<Test>,
}

#[derive(Debug)]
enum Test {
    Id(String),
    Class(String),
    Attribute(String, Option<String>),
    Not(Box<Test>),
    Root,
}

#[derive(Debug)]
struct Declaration {
    name: String,
    value: String,
    important: bool,
}

impl Sheet {
    /// Reads a style sheet; rules with selectors that are not understood are left out.
    pub(super) fn read(css: &str) -> Self {
        let mut sheet = Self::default();
        let mut rest = css;
        while let Some((head, after)) = rest.split_once('{') {
            let head = head.trim();
            if head.starts_with('@') {
                rest = after_block(after);
                continue;
            }
            let (body, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            for selector in head.split(',') {
                if let Some((selector, specificity)) = selector_of(selector) {
                    sheet.rules.push(Rule { selector, specificity, declarations: declarations(body) });
                }
            }
        }
        sheet.rules.sort_by_key(|rule| rule.specificity);
        sheet
    }

    /// What the element is given for each of `properties`.
    pub(super) fn declared<const N: usize>(
        &self,
        tree: &Tree,
        number: usize,
        properties: &[&str; N],
    ) -> [Option<String>; N] {
        let element = &tree.elements[number];
        let mut found: [Option<(bool, String)>; N] = std::array::from_fn(|at| {
            element.attribute(properties[at]).filter(|value| !value.is_empty()).map(|value| (false, value.to_owned()))
        });
        let mut take = |declaration: &Declaration| {
            let Some(at) = properties.iter().position(|property| *property == declaration.name) else { return };
            let is_paint = matches!(properties[at], "fill" | "stroke");
            if is_paint && !declaration.value.starts_with("url(") && !palette::is_color(&declaration.value) {
                return;
            }
            if declaration.important || !found[at].as_ref().is_some_and(|(important, _)| *important) {
                found[at] = Some((declaration.important, declaration.value.clone()));
            }
        };
        let matching = self.rules.iter().filter(|rule| applies(&rule.selector, tree, number));
        matching.flat_map(|rule| &rule.declarations).for_each(&mut take);
        declarations(element.attribute("style").unwrap_or_default()).iter().for_each(&mut take);
        found.map(|found| found.map(|(_, value)| value))
    }
}

/// What stands behind a block in braces that holds others.
fn after_block(inside: &str) -> &str {
    let mut depth = 1;
    for (at, byte) in inside.bytes().enumerate() {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        if depth == 0 {
            return &inside[at + 1..];
        }
    }
    ""
}

fn declarations(body: &str) -> Vec<Declaration> {
    let read = |text: &str| {
        let (name, value) = text.split_once(':')?;
        let (value, important) = match value.trim().strip_suffix("!important") {
            Some(value) => (value.trim(), true),
            None => (value.trim(), false),
        };
        Some(Declaration { name: name.trim().to_owned(), value: value.to_owned(), important })
    };
    body.split(';').filter_map(read).filter(|declaration| !declaration.value.is_empty()).collect()
}

fn selector_of(text: &str) -> Option<(Vec<Compound>, u32)> {
    let mut compounds: Vec<Compound> = Vec::new();
    let mut specificity = 0;
    let mut is_child = false;
    let spaced = text.replace('>', " > ");
    for word in spaced.split_ascii_whitespace() {
        if word == ">" {
            is_child = true;
            continue;
        }
        let (compound, weight) = compound_of(word)?;
        specificity += weight;
        compounds.push(Compound { is_child, ..compound });
        is_child = false;
    }
    compounds.reverse();
    (!compounds.is_empty()).then_some((compounds, specificity))
}

fn compound_of(word: &str) -> Option<(Compound, u32)> {
    let mut compound = Compound::default();
    let mut weight = 0;
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let (test, after) = match first {
            '*' => {
                rest = &rest[1..];
                continue;
            }
            c if c.is_ascii_alphabetic() => {
                let (name, after) = identifier(rest);
                compound.tag = Some(name.to_owned());
                weight += 1;
                rest = after;
                continue;
            }
            _ => test_of(rest)?,
        };
        weight += test.weight();
        compound.tests.push(test);
        rest = after;
    }
    Some((compound, weight))
}

fn test_of(rest: &str) -> Option<(Test, &str)> {
    if let Some(inside) = rest.strip_prefix(":not(") {
        let (inside, after) = inside.split_once(')')?;
        let (test, left) = test_of(inside)?;
        return left.is_empty().then_some((Test::Not(Box::new(test)), after));
    }
    if let Some(inside) = rest.strip_prefix('[') {
        let (inside, after) = inside.split_once(']')?;
        let test = match inside.split_once('=') {
            Some((name, _)) if name.ends_with(['^', '$', '*', '~', '|']) => return None,
            Some((name, value)) => Test::Attribute(name.to_owned(), Some(value.trim_matches(['"', '\'']).to_owned())),
            None => Test::Attribute(inside.to_owned(), None),
        };
        return Some((test, after));
    }
    if let Some(after) = rest.strip_prefix(":root") {
        return Some((Test::Root, after));
    }
    let (name, after) = identifier(rest.get(1..)?);
    match rest.as_bytes()[0] {
        b'#' if !name.is_empty() => Some((Test::Id(name.to_owned()), after)),
        b'.' if !name.is_empty() => Some((Test::Class(name.to_owned()), after)),
        _ => None,
    }
}

fn identifier(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(text.len());
    text.split_at(end)
}

impl Test {
    fn weight(&self) -> u32 {
        match self {
            Self::Id(_) => 10_000,
            Self::Class(_) | Self::Attribute(..) | Self::Root => 100,
            Self::Not(test) => test.weight(),
        }
    }

    fn holds(&self, element: &Element) -> bool {
        match self {
            Self::Id(id) => element.attribute("id") == Some(id),
            Self::Class(class) => element.has_class(class),
            Self::Attribute(name, None) => element.attribute(name).is_some(),
            Self::Attribute(name, Some(value)) => element.attribute(name) == Some(value),
            Self::Not(test) => !test.holds(element),
            Self::Root => element.parent.is_none(),
        }
    }
}

impl Compound {
    fn holds(&self, element: &Element) -> bool {
        self.tag.as_ref().is_none_or(|tag| *tag == element.name) && self.tests.iter().all(|test| test.holds(element))
    }
}

fn applies(selector: &[Compound], tree: &Tree, number: usize) -> bool {
    let [inner, outer @ ..] = selector else { return true };
    if !inner.holds(&tree.elements[number]) {
        return false;
    }
    if outer.is_empty() {
        return true;
    }
    let mut around = tree.upward(number).skip(1);
    if inner.is_child {
        return around.next().is_some_and(|parent| applies(outer, tree, parent));
    }
    around.any(|ancestor| applies(outer, tree, ancestor))
}
