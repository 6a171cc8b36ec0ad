//! Components in articles: what is wrong with their use, and what they come to.

use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

use tera::Value as TeraValue;

use crate::model::{
    Config, Data, Diagnostic, Digest, Head, Site, Value,
    data::Ask,
    diagnostic::did_you_mean,
    doc::{Argument, ComponentUse},
    site::Page,
};
use crate::render::{
    Theme, card,
    theme::component::{Body, Budget, Definition, Fill, Kind, Parameter},
    view::{CardGroupView, ComponentPageView},
};

/// The data files that an article asks for, with components and in its front matter.
pub fn asks<'h>(head: &'h Head, theme: &Theme) -> Vec<(&'h str, Ask)> {
    let mut asks = card::asks(head);
    asks.extend(head.front.data.iter().map(|name| (name.value.as_str(), Ask::Value)));
    for used in head.components.iter().filter(|used| !used.is_refused) {
        let Some(definition) = theme.components().get(&used.name.value) else { continue };
        asks.extend(named_data(used, definition).map(|(name, fill, _)| match fill {
            Fill::Cards => (name, Ask::Cards),
            _ => (name, Ask::Value),
        }));
    }
    asks
}

/// What is wrong with the components that an article uses. Found from the head alone, so that it is told whether or not the
/// page is made anew.
pub fn diagnostics(head: &Head, theme: &Theme, data: &Data) -> Vec<Diagnostic> {
    let own = format!("content/{}", head.path);
    let mut diagnostics = Vec::new();
    for used in head.components.iter().filter(|used| !used.is_refused) {
        let path = used.origin.as_ref().map_or(own.as_str(), |origin| origin.as_str());
        match theme.components().get(&used.name.value) {
            Some(definition) => {
                let mut check = Check { path, used, definition, data, diagnostics: &mut diagnostics };
                check.all();
            }
            None => diagnostics.push(unknown(path, used, theme)),
        }
    }
    diagnostics
}

fn unknown(path: &str, used: &ComponentUse, theme: &Theme) -> Diagnostic {
    let name = &used.name;
    let message = format!("there is no component `{}`: its call is shown as it is written", name.value);
    let help = match did_you_mean(&name.value, theme.components().keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("define it in components/{}.html, or put the braces in backticks", name.value),
    };
    Diagnostic::warning("unknown-component", path, name.span, message).help(help)
}

/// Checks one use against the definition.
struct Check<'a> {
    path: &'a str,
    used: &'a ComponentUse,
    definition: &'a Definition,
    data: &'a Data,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn all(&mut self) {
        let name = &self.used.name;
        for argument in &self.used.arguments {
            match self.definition.arguments.get(&argument.name.value) {
                Some(parameter) => self.value(argument, parameter),
                None if self.definition.takes_more => {}
                None => self.unknown_argument(argument),
            }
        }
        for (argument, parameter) in &self.definition.arguments {
            let is_given = self.used.arguments.iter().any(|given| given.name.value == *argument);
            if parameter.required && !is_given {
                let message = format!("the component `{}` needs the argument `{argument}`", name.value);
                let help = format!("write `{argument}={}`", example(parameter));
                self.tell(Diagnostic::error("missing-argument", self.path, name.span, message).help(help));
            }
            if parameter.implicit && argument != "page" && !is_given {
                let message = format!("the component `{}` asks for `@{argument}`, which articles have not", name.value);
                let help = "in an article a component sees its arguments, `body` and, where it asks, `@page`";
                self.tell(Diagnostic::error("missing-argument", self.path, name.span, message).help(help));
            }
        }
        self.body();
    }

    fn unknown_argument(&mut self, argument: &Argument) {
        let known: Vec<&str> = self.definition.arguments.keys().map(String::as_str).collect();
        let help = match did_you_mean(&argument.name.value, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "take it out: the component takes none".to_owned(),
            None => format!("the arguments are `{}`", known.join("`, `")),
        };
        let message = format!("the component `{}` has no argument `{}`", self.used.name.value, argument.name.value);
        self.tell(Diagnostic::error("unknown-argument", self.path, argument.name.span, message).help(help));
    }

    fn body(&mut self) {
        let name = &self.used.name;
        match (self.definition.body, self.used.has_body) {
            (Body::None, true) => {
                let message = format!("the component `{}` is not wrapped around text", name.value);
                let help = format!("write `{{{{ {}(..) }}}}`, without an end", name.value);
                self.tell(Diagnostic::error("component-body", self.path, name.span, message).help(help));
            }
            (Body::Required, false) => {
                let message = format!("the component `{}` needs text inside", name.value);
                let help = format!("write `{{% {}(..) %}}`, the text, and `{{% end %}}`", name.value);
                self.tell(Diagnostic::error("component-body", self.path, name.span, message).help(help));
            }
            _ => {}
        }
    }

    fn value(&mut self, argument: &Argument, parameter: &Parameter) {
        match (parameter.fill, &argument.value.value) {
            (Fill::Written, value) => {
                let value = &*meant(self.used, value, parameter.kind);
                if let Some(kind) = parameter.kind.filter(|kind| !fits(*kind, value)) {
                    self.wrong_type(argument, expected(kind), found(value), help_for(kind, value));
                }
                self.columns(argument, parameter);
            }
            (Fill::Link, Value::String(_)) => {}
            (Fill::Link, value) => self.wrong_type(argument, "an address or a path", found(value), None),
            (_, Value::String(name)) => self.data(argument, parameter, name),
            (_, value) => self.wrong_type(argument, "the name of a data file", found(value), None),
        }
    }

    fn data(&mut self, argument: &Argument, parameter: &Parameter, name: &str) {
        let Some(file) = self.data.files.get(name) else {
            self.diagnostics.push(missing_data(self.data, self.path, name, argument.value.span));
            return;
        };
        // Without a value the file itself has a mistake, which is told.
        let Some(value) = self.data.values.get(name) else { return };
        if parameter.fill == Fill::Rows {
            if self.data.rows(name).is_none() {
                let found = format!("{} in {}", found(value), file.path);
                let help = "write the file as CSV, or as a list of tables";
                self.wrong_type(argument, "a list of tables", &found, Some(help));
            }
        } else if let Some(kind) = parameter.kind.filter(|kind| parameter.fill == Fill::Data && !fits(*kind, value)) {
            let found = format!("{} in {}", found(value), file.path);
            self.wrong_type(argument, expected(kind), &found, None);
        }
    }

    /// An argument that names columns of the data that another one names.
    fn columns(&mut self, argument: &Argument, parameter: &Parameter) {
        let Some(rows) = &parameter.columns_of else { return };
        let given = self.used.arguments.iter().find(|given| given.name.value == *rows);
        let Some(Value::String(name)) = given.map(|given| &given.value.value) else { return };
        let Some(rows) = self.data.rows(name).filter(|rows| !rows.is_empty()) else { return };
        let known: std::collections::BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| match row {
                Value::Table(entries) => entries.as_slice(),
                _ => &[],
            })
            .map(|(key, _)| key.as_str())
            .collect();
        let names: Vec<&str> = match &argument.value.value {
            Value::Array(items) => items.iter().filter_map(text).collect(),
            value => text(value).into_iter().filter(|name| !name.is_empty()).collect(),
        };
        for column in names {
            let bare = column.strip_prefix('-').filter(|_| !known.contains(column)).unwrap_or(column);
            if known.contains(bare) {
                continue;
            }
            let message = format!("the data `{name}` has no column `{bare}`");
            let few = known.iter().take(20).copied().collect::<Vec<_>>().join("`, `");
            let help = match did_you_mean(bare, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the columns are `{few}`"),
            };
            self.tell(Diagnostic::error("unknown-column", self.path, argument.value.span, message).help(help));
        }
    }

    fn wrong_type(&mut self, argument: &Argument, expected: &str, found: &str, help: Option<&str>) {
        let message = format!(
            "expected {expected} for `{}` of the component `{}`, found {found}",
            argument.name.value, self.used.name.value
        );
        let problem = Diagnostic::error("wrong-type", self.path, argument.value.span, message);
        self.diagnostics.push(match help {
            Some(help) => problem.help(help),
            None => problem.help(format!("see {}", self.definition.path)),
        });
    }

    fn tell(&mut self, problem: Diagnostic) {
        self.diagnostics.push(problem.note(format!("it is defined in {}", self.definition.path)));
    }
}

/// An error about a data file that does not exist.
pub(super) fn missing_data(data: &Data, path: &str, name: &str, span: crate::model::Span) -> Diagnostic {
    let message = format!("there is no data `{}`", name.escape_debug());
    let help = match did_you_mean(name, data.files.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add data/{name}.csv, or .toml, .json or .yaml").escape_debug().to_string(),
    };
    Diagnostic::error("unknown-data", path, span, message).help(help)
}

/// The data files that a use names: each with what becomes of it, and the argument.
fn named_data<'u>(
    used: &'u ComponentUse,
    definition: &Definition,
) -> impl Iterator<Item = (&'u str, Fill, &'u Argument)> {
    used.arguments.iter().filter_map(|argument| {
        let fill = definition.arguments.get(&argument.name.value)?.fill;
        let is_data = matches!(fill, Fill::Data | Fill::Rows | Fill::Cards);
        Some((text(&argument.value.value).filter(|_| is_data)?, fill, argument))
    })
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The value that an argument stands for: in `:::name {n=3}` all values are texts, and `3` is a number where one is asked
/// for.
fn meant<'v>(used: &ComponentUse, value: &'v Value, kind: Option<Kind>) -> Cow<'v, Value> {
    let is_container = used.written.0.starts_with(":::");
    let Some(text) = text(value).filter(|_| is_container) else { return Cow::Borrowed(value) };
    let meant = match kind {
        Some(Kind::Bool) => match text {
            // A key alone, as in `{wide}`.
            "" | "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Some(Kind::Integer | Kind::Number) => text.parse().ok().map(Value::Int),
        Some(Kind::List) => {
            Some(Value::Array(text.split_whitespace().map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => None,
    };
    let float = || match kind {
        Some(Kind::Float | Kind::Number) => text.parse().ok().filter(|n: &f64| n.is_finite()).map(Value::Float),
        _ => None,
    };
    meant.or_else(float).map_or(Cow::Borrowed(value), Cow::Owned)
}

fn fits(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Text => matches!(value, Value::String(_)),
        Kind::Bool => matches!(value, Value::Bool(_)),
        Kind::Integer => matches!(value, Value::Int(_)),
        Kind::Float | Kind::Number => matches!(value, Value::Int(_) | Value::Float(_)),
        Kind::List => matches!(value, Value::Array(_)),
        Kind::Table => matches!(value, Value::Table(_)),
        Kind::Bytes => false,
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Bool => "true or false",
        Kind::Integer => "a whole number",
        Kind::Float | Kind::Number => "a number",
        Kind::List => "a list",
        Kind::Table => "a table, which only data can be",
        Kind::Bytes => "bytes, which nothing can be",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Int(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

fn help_for(kind: Kind, value: &Value) -> Option<&'static str> {
    match (kind, value) {
        (Kind::Text, Value::Int(_) | Value::Float(_) | Value::Bool(_)) => Some("put the value in quotes"),
        (Kind::List, Value::String(_)) => Some("put the value in brackets: `[\"..\"]`"),
        (Kind::Bool, _) => Some("write `true` or `false`, without quotes"),
        (Kind::Integer | Kind::Float | Kind::Number, Value::String(_)) => Some("write a number, without quotes"),
        _ => None,
    }
}

fn example(parameter: &Parameter) -> &'static str {
    match (parameter.fill, parameter.kind) {
        (Fill::Written, Some(Kind::Bool)) => "true",
        (Fill::Written, Some(Kind::Integer | Kind::Float | Kind::Number)) => "1",
        (Fill::Written, Some(Kind::List)) => "[\"..\"]",
        _ => "\"..\"",
    }
}

/// Renders the components of a site's articles.
pub struct Components<'a> {
    config: &'a Config,
    site: &'a Site,
    theme: &'a Theme,
    data: &'a Data,
    /// Data as templates see it, made when it is first asked for.
    values: BTreeMap<(&'a str, Shape), OnceLock<TeraValue>>,
}

/// In which form data is handed to a template.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Whole,
    Rows,
}

impl<'a> Components<'a> {
    /// What renders the components of `site`.
    pub fn new(config: &'a Config, site: &'a Site, theme: &'a Theme, data: &'a Data) -> Self {
        let shapes =
            |name: &'a String| [Shape::Whole, Shape::Rows].map(|shape| ((name.as_str(), shape), OnceLock::new()));
        Self { config, site, theme, data, values: data.values.keys().flat_map(shapes).collect() }
    }

    /// Names all that the components of a page depend on, beside the page's text and its links; `None` where it uses none.
    pub fn key(&self, page: &Page) -> Option<Digest> {
        if page.head.components.is_empty() {
            return None;
        }
        let mut names: Vec<(&str, Digest)> = Vec::new();
        for (index, used) in page.head.components.iter().enumerate() {
            let known = self.theme.components().get(&used.name.value).filter(|_| !used.is_refused);
            let Some(definition) = known else { continue };
            names.extend(named_data(used, definition).filter_map(|(name, fill, _)| {
                Some((
                    name,
                    match fill {
                        Fill::Cards => Digest::of_value(&self.cards(name, index)),
                        _ => self.data.files.get(name)?.digest,
                    },
                ))
            }));
        }
        Some(Digest::of_value(&(self.theme.components_digest(), self.page_view(page), names)))
    }

    /// The template of a component, as diagnostics show it; `None` for one that nobody knows.
    pub fn template(&self, used: &ComponentUse) -> Option<&str> {
        let known = self.theme.components().get(&used.name.value).filter(|_| !used.is_refused)?;
        Some(&known.path)
    }

    /// What the use with this index comes to, of a component that is known, with `body` inside.
    ///
    /// # Errors
    ///
    /// A mistake in its template.
    pub(super) fn render(
        &self,
        page: &Page,
        index: usize,
        body: Option<&str>,
        budget: &mut Budget,
    ) -> Result<String, Box<Diagnostic>> {
        let used = &page.head.components[index];
        let definition = self.theme.components().get(&used.name.value);
        let value = |argument: &Argument| {
            let parameter = definition.and_then(|definition| definition.arguments.get(&argument.name.value));
            (argument.name.value.clone(), self.value(page, index, argument, parameter))
        };
        let arguments = used.arguments.iter().map(value).collect();
        let path = used.origin.as_ref().map_or_else(|| format!("content/{}", page.head.path), ToString::to_string);
        let place = format!("{path}, line {}", used.name.span.line);
        let view = TeraValue::from_serializable(&self.page_view(page));
        self.theme.render_component(&used.name.value, arguments, &view, body, budget, &place)
    }

    fn value(&self, page: &Page, index: usize, argument: &Argument, parameter: Option<&Parameter>) -> TeraValue {
        let written = &argument.value.value;
        let Some(parameter) = parameter else { return TeraValue::from_serializable(written) };
        match (parameter.fill, written) {
            (Fill::Link, Value::String(target)) => {
                let resolved = argument.link.and_then(|index| page.links.get(index as usize));
                TeraValue::normal_string(resolved.map_or(target, |resolved| &resolved.href))
            }
            (Fill::Cards, Value::String(name)) => TeraValue::from_serializable(&self.cards(name, index)),
            (Fill::Rows, Value::String(name)) => self.data(name, Shape::Rows),
            (Fill::Data, Value::String(name)) => self.data(name, Shape::Whole),
            (_, Value::Int(whole)) if parameter.kind == Some(Kind::Float) => TeraValue::from(*whole as f64),
            (_, written) => {
                TeraValue::from_serializable(&*meant(&page.head.components[index], written, parameter.kind))
            }
        }
    }

    /// The cards in a data file, for the page's use with this index.
    fn cards(&self, name: &str, index: usize) -> Vec<CardGroupView<'_>> {
        let id = format!("cards-in-text-{}", index + 1);
        card::group_of_file(self.site, self.data, name, id).into_iter().collect()
    }

    fn data(&self, name: &str, shape: Shape) -> TeraValue {
        let make = || match shape {
            Shape::Whole => self.data.values.get(name).map(|value| TeraValue::from_serializable(&**value)),
            Shape::Rows => self.data.rows(name).map(TeraValue::from_serializable),
        };
        let value = self
            .values
            .get(&(name, shape))
            .map(|cell| cell.get_or_init(|| make().unwrap_or_else(TeraValue::none)).clone());
        value.unwrap_or_else(TeraValue::none)
    }

    fn page_view<'v>(&'v self, page: &'v Page) -> ComponentPageView<'v> {
        ComponentPageView {
            title: &page.head.title,
            description: page.head.front.description.as_deref().unwrap_or(""),
            url: self.config.base_url.rooted(&page.url),
            permalink: self.config.base_url.absolute(&page.url),
            path: format!("content/{}", page.head.path),
            language: &self.config.language,
        }
    }
}
