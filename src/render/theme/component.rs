//! Components that articles may use: templates with declared arguments, in `components/` of a theme or of the site.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use tera::{ComponentArgType, ComponentInfo, Context, ErrorKind, Tera, Value};

use super::{
    LARGEST_PAGE, LONGEST_RENDER, Theme, mistake,
    scan::{self, Sources},
    too_much,
};
use crate::model::{Diagnostic, Lines, Span, diagnostic::did_you_mean};

/// The folder of templates whose components articles may use.
pub(super) const FOLDER: &str = "components/";

/// A component as its template declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The template, as diagnostics show it.
    pub path: String,
    /// Its arguments by name.
    pub arguments: BTreeMap<String, Parameter>,
    /// Whether it takes arguments that it does not declare.
    pub takes_more: bool,
    /// Whether it is wrapped around text.
    pub body: Body,
    /// What else its page needs: names that go into `page.uses` beside its own.
    pub uses: Vec<String>,
}

/// A declared argument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// What it may be; anything where the template does not say.
    pub kind: Option<Kind>,
    /// Whether a use must give it.
    pub required: bool,
    /// Whether the program gives it where a use does not: `@page`.
    pub implicit: bool,
    /// What becomes of the value that a use gives.
    pub fill: Fill,
    /// The argument with the rows of which this one names columns.
    pub columns_of: Option<String>,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// A number with decimals; a whole one will do.
    Float,
    /// Any number.
    Number,
    /// A list.
    List,
    /// A table, which only data can be.
    Table,
    /// Bytes, which no use can give.
    Bytes,
}

/// What becomes of the value that a use gives for an argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// It is the argument.
    #[default]
    Written,
    /// It names a data file, whose content is the argument.
    Data,
    /// It names a data file with a list of tables, which is the argument.
    Rows,
    /// It names a data file with cards; the argument is a list of groups of cards.
    Cards,
    /// It leads somewhere, as the target of a link does; the argument is the address.
    Link,
}

/// Whether a component is wrapped around text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Never.
    None,
    /// Where its user likes.
    Optional,
    /// Always.
    Required,
}

/// What the components of one page may still take.
#[derive(Debug)]
pub struct Budget {
    bytes: usize,
    until: Instant,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: LARGEST_PAGE, until: Instant::now() + LONGEST_RENDER }
    }
}

impl Theme {
    /// Components that articles may use, by name.
    pub fn components(&self) -> &BTreeMap<String, Definition> {
        &self.components
    }

    /// For each component that has such, the arguments that lead somewhere.
    pub fn link_arguments(&self) -> BTreeMap<String, Vec<String>> {
        let links = |definition: &Definition| {
            let links = definition.arguments.iter().filter(|(_, argument)| argument.fill == Fill::Link);
            links.map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        let all = self.components.iter().map(|(name, definition)| (name.clone(), links(definition)));
        all.filter(|(_, links)| !links.is_empty()).collect()
    }

    /// Renders the component `name`. `page` is what it sees where it asks for `@page`; `place` says where it is used, for
    /// messages.
    pub(in crate::render) fn render_component(
        &self,
        name: &str,
        arguments: Vec<(String, Value)>,
        page: &Value,
        body: Option<&str>,
        budget: &mut Budget,
        place: &str,
    ) -> Result<String, Box<Diagnostic>> {
        let shown = self.components.get(name).map_or(name, |definition| definition.path.as_str());
        let (mut context, mut implicits) = (Context::new(), Context::new());
        arguments.into_iter().for_each(|(name, value)| context.insert_value(name, value));
        implicits.insert_value("page", page.clone());
        let mut out = Bounded { bytes: Vec::new(), budget, writes: 0 };
        let render =
            || self.articles.render_component_with_implicits_to(name, &context, &implicits, body, true, &mut out);
        match catch_unwind(AssertUnwindSafe(render)) {
            // White space around it is the template's, and would part it from the text that it stands in.
            Ok(Ok(())) => Ok(String::from_utf8_lossy(&out.bytes).trim().to_owned()),
            Ok(Err(error)) if matches!(error.kind(), ErrorKind::Io(_)) => {
                let limit = match Instant::now() > out.budget.until {
                    true => format!("took more than {} seconds for its components", LONGEST_RENDER.as_secs()),
                    false => format!("wrote more than {} MiB with components", LARGEST_PAGE >> 20),
                };
                Err(Box::new(too_much(shown, place, &limit)))
            }
            Ok(Err(error)) => {
                let mistakes = mistake::mistakes(&error, &self.sources, shown);
                let first = mistakes.into_iter().next().expect("an error is at least one mistake");
                Err(Box::new(first.note(format!("while rendering {place}"))))
            }
            Err(_) => {
                let message = format!("the template engine panicked while rendering {place}");
                Err(Box::new(Diagnostic::error("template-panic", shown, None, message)))
            }
        }
    }
}

/// Components under construction, which may neither grow nor take for ever, however many a page has.
struct Bounded<'a> {
    bytes: Vec<u8>,
    budget: &'a mut Budget,
    writes: u32,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_time_to_look = self.writes.is_multiple_of(1024);
        self.writes = self.writes.wrapping_add(1);
        let too_late = is_time_to_look && Instant::now() > self.budget.until;
        if too_late || bytes.len() > self.budget.bytes {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.budget.bytes -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The components in `components/` of all layers, and what is wrong with their metadata. Of those with the same name, the
/// engine took the one of the layer that wins.
pub(super) fn definitions(
    tera: &Tera,
    prefixes: &[String],
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Definition> {
    let mut definitions = BTreeMap::new();
    let mut shadowed = std::collections::BTreeSet::new();
    for prefix in prefixes {
        for (file, (path, text)) in sources.range(prefix.clone()..).take_while(|(file, _)| file.starts_with(prefix)) {
            for found in scan::defined(text) {
                let Some(info) = tera.get_component_definition(found.name) else { continue };
                if !shadowed.insert(found.name) || !file[prefix.len()..].starts_with(FOLDER) {
                    continue;
                }
                let mut reader = Reader { path, text, at: found.at.clone(), diagnostics };
                definitions.insert(found.name.to_owned(), reader.definition(&info, found.body));
            }
        }
    }
    definitions
}

/// Reads one definition.
struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    at: std::ops::Range<usize>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// What the metadata of a definition may say.
const METADATA: [&str; 8] = ["about", "body", "cards", "data", "keys", "links", "rows", "uses"];

impl Reader<'_> {
    fn definition(&mut self, info: &ComponentInfo, body: &str) -> Definition {
        let parameter = |argument: &tera::ComponentArg| Parameter {
            kind: argument.arg_type().map(kind),
            required: argument.is_required(),
            implicit: argument.is_implicit(),
            ..Parameter::default()
        };
        let mut definition = Definition {
            path: self.path.to_owned(),
            arguments: info.args().iter().map(|argument| (argument.name().to_owned(), parameter(argument))).collect(),
            takes_more: info.rest_param().is_some(),
            body: body_of(body),
            uses: Vec::new(),
        };
        for (key, value) in info.metadata() {
            match key.as_str() {
                "data" => self.fill(&mut definition, key, value, Fill::Data),
                "rows" => self.fill(&mut definition, key, value, Fill::Rows),
                "cards" => self.fill(&mut definition, key, value, Fill::Cards),
                "links" => self.fill(&mut definition, key, value, Fill::Link),
                "keys" => self.keys(&mut definition, value),
                "uses" => definition.uses = self.names(key, value),
                "body" => match value.as_str() {
                    Some("none") => definition.body = Body::None,
                    Some("optional") => definition.body = Body::Optional,
                    Some("required") => definition.body = Body::Required,
                    _ => self.report("`body` is none of its values", "write \"none\", \"optional\" or \"required\""),
                },
                "about" => {}
                other => {
                    let help = match did_you_mean(other, METADATA) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write one of `{}`", METADATA.join("`, `")),
                    };
                    self.report(&format!("nothing reads `{other}` in the metadata of a component"), &help);
                }
            }
        }
        definition
    }

    fn fill(&mut self, definition: &mut Definition, key: &str, value: &Value, fill: Fill) {
        for name in self.names(key, value) {
            if let Some(argument) = self.argument(definition, key, &name) {
                argument.fill = fill;
            }
        }
    }

    /// `{"columns": "rows"}`: the argument `columns` names columns of the data in `rows`.
    fn keys(&mut self, definition: &mut Definition, value: &Value) {
        let Some(map) = value.as_map() else {
            return self.report("`keys` is not a map", "write {\"argument\": \"argument with the rows\"}");
        };
        for (name, rows) in map {
            let (Some(name), Some(rows)) = (name.as_str(), rows.as_str()) else {
                return self.report("`keys` holds more than texts", "write {\"argument\": \"argument with the rows\"}");
            };
            if self.argument(definition, "keys", rows).is_none() {
                continue;
            }
            if let Some(argument) = self.argument(definition, "keys", name) {
                argument.columns_of = Some(rows.to_owned());
            }
        }
    }

    /// A text or a list of texts.
    fn names(&mut self, key: &str, value: &Value) -> Vec<String> {
        let one = std::slice::from_ref(value);
        let names = value.as_array().unwrap_or(one).iter().map(|name| name.as_str().map(str::to_owned));
        let Some(names) = names.collect::<Option<Vec<String>>>() else {
            self.report(&format!("`{key}` is not a list of names"), &format!("write \"{key}\": [\"name\"]"));
            return Vec::new();
        };
        names
    }

    fn argument<'d>(&mut self, definition: &'d mut Definition, key: &str, name: &str) -> Option<&'d mut Parameter> {
        if !definition.arguments.contains_key(name) {
            let known = definition.arguments.keys().map(String::as_str);
            let help = match did_you_mean(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare it: `{name}: string`"),
            };
            self.report(&format!("`{key}` names the argument `{name}`, which the component does not declare"), &help);
        }
        definition.arguments.get_mut(name)
    }

    fn report(&mut self, message: &str, help: &str) {
        let span: Span = Lines::new(self.text).span(self.at.clone());
        self.diagnostics.push(Diagnostic::error("component", self.path, span, message).help(help));
    }
}

fn kind(argument: ComponentArgType) -> Kind {
    match argument {
        ComponentArgType::String => Kind::Text,
        ComponentArgType::Bool => Kind::Bool,
        ComponentArgType::Integer => Kind::Integer,
        ComponentArgType::Float => Kind::Float,
        ComponentArgType::Number => Kind::Number,
        ComponentArgType::Array => Kind::List,
        ComponentArgType::Map => Kind::Table,
        _ => Kind::Bytes,
    }
}

/// Whether a template is wrapped around text, by whether it speaks of `body`, and asks whether there is one.
fn body_of(template: &str) -> Body {
    let names: Vec<&str> = scan::names(template).collect();
    let asks = |pair: &[&str]| pair[0] == "body" && matches!(pair[1], "is" | "default");
    let is_condition = |pair: &[&str]| matches!(pair[0], "if" | "elif" | "not" | "and" | "or") && pair[1] == "body";
    match names.contains(&"body") {
        false => Body::None,
        true if names.windows(2).any(|pair| asks(pair) || is_condition(pair)) => Body::Optional,
        true => Body::Required,
    }
}
