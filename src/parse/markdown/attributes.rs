//! Attributes on a line of their own, which belong to the block above it.

use std::ops::Range;

use crate::model::doc::Attributes;
use crate::parse::markdown::state::Writer;

impl Writer<'_, '_> {
    pub(super) fn attributes_of_block(&mut self, attributes: &Attributes, range: Range<usize>) {
        let mut attributes = attributes.clone();
        self.refuse_attributes(&mut attributes, &range);
        let Some(start) = self.last_block else {
            let message = "attributes that belong to no block".to_owned();
            let help = "put them on the line below a paragraph, a list, a quote or a table; those of code stand behind its fence";
            return self.warn("stray-attributes", range, message, help);
        };
        if let Some(id) = &attributes.id {
            self.anchors.push(id.clone());
        }
        self.out.add_attributes(start, &attributes);
    }
}
