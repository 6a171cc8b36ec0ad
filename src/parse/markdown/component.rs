//! Calls of components.

use crate::model::{
    Spanned,
    doc::{Argument, ComponentUse, Hole},
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
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for (name, name_range, value, value_range) in call.arguments {
            let name = Spanned { value: name, span: self.span(name_range) };
            arguments.push(Argument { name, value: Spanned { value, span: self.span(value_range) } });
        }
        ComponentUse {
            name,
            arguments,
            has_body: is_open,
            written: (written, if is_open { "{% end %}".to_owned() } else { String::new() }),
            span: self.span(call.range),
            origin: self.file.origin(),
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
