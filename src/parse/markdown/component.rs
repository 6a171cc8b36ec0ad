//! Calls of components.

use crate::model::{
    Spanned, Value,
    doc::{Argument, ComponentUse, Hole},
    page::LinkKind,
};
use crate::parse::{
    call::{Call, Form},
    markdown::state::Writer,
};

impl Writer<'_, '_> {
    pub(super) fn call(&mut self, call: Call) {
        if self.image.is_some() {
            return;
        }
        match call.form {
            Form::Close => self.close_component(call.range),
            Form::Open => {
                let range = call.range.clone();
                let used = self.component_use(call);
                self.begin_component(used, 0, range);
            }
            Form::Whole => {
                let index = self.components.len() as u32;
                let used = self.component_use(call);
                self.components.push(used);
                self.out.hole(Hole::Component(index, None));
            }
        }
    }

    fn component_use(&mut self, call: Call) -> ComponentUse {
        let is_open = call.form == Form::Open;
        let written = self.file.text.get(call.range.clone()).unwrap_or("").to_owned();
        let (name, name_range) = call.name;
        let name = Spanned { value: name, span: self.span(name_range) };
        let is_refused = self.is_refused_component(&name.value, &call.range);
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for (argument, name_range, value, value_range) in call.arguments {
            let link = match is_refused {
                true => None,
                false => self.link_argument(&name.value, &argument, &value, value_range.clone()),
            };
            let argument = Spanned { value: argument, span: self.span(name_range) };
            arguments.push(Argument { name: argument, value: Spanned { value, span: self.span(value_range) }, link });
        }
        ComponentUse {
            name,
            arguments,
            has_body: is_open,
            is_refused,
            written: (written, if is_open { "{% end %}".to_owned() } else { String::new() }),
            is_block: is_open && self.inline_depth == 0 || self.html.is_some(),
            span: self.span(call.range),
            origin: self.file.origin(),
        }
    }

    /// Notes the link that an argument is, if the component says that it leads somewhere.
    pub(super) fn link_argument(
        &mut self,
        component: &str,
        argument: &str,
        value: &Value,
        range: std::ops::Range<usize>,
    ) -> Option<u32> {
        let leads = self.options.link_arguments.get(component)?.iter().any(|name| name == argument);
        match value {
            Value::String(target) if leads => Some(self.push_link(LinkKind::Link, target.clone(), range)),
            _ => None,
        }
    }

    /// Tells what is nearly a call, where it stands in text.
    pub(super) fn tell_malformed(&mut self, range: &std::ops::Range<usize>) {
        use crate::parse::markdown::mask::Kind;
        let first = self.file.marks.partition_point(|mark| mark.range.end <= range.start);
        let mut told = Vec::new();
        for mark in self.file.marks[first..].iter_mut().take_while(|mark| mark.range.start < range.end) {
            if let Kind::Malformed(_) = mark.kind
                && let Kind::Malformed(problem) = std::mem::replace(&mut mark.kind, Kind::Colon)
            {
                told.push(problem);
            }
        }
        for problem in told {
            self.warn("component-syntax", problem.range, problem.message, problem.help);
        }
    }
}
