//! Attributes on a line of their own, which belong to the block above it.

use std::ops::Range;

use crate::model::doc::Attributes;
use crate::parse::markdown::state::Writer;

impl Writer<'_, '_> {
    pub(super) fn attributes_of_block(&mut self, attributes: &Attributes, range: Range<usize>) {
        let mut attributes = attributes.clone();
        self.refuse_attributes(&mut attributes, &range);
        // A second line of them would belong to the same block: one is enough, and takes no time that grows.
        let Some(start) = self.last_block.take() else {
            let message = "attributes that belong to no block".to_owned();
            let help = "put them on the line below a paragraph, a list, a quote or a table; those of code stand behind its fence";
            return self.warn("stray-attributes", range, message, help);
        };
        if let Some(id) = attributes.id.take_if(|_| self.out.has_attribute(start, "id")) {
            let message = format!("the id `{id}` comes too late: its block has one");
            let help = format!("write `{{#{id}}}` behind the heading, on its own line");
            self.warn("stray-attributes", range, message, help);
        }
        if let Some(id) = &attributes.id {
            self.anchors.push(id.clone());
        }
        self.add_attributes(start, &attributes);
    }
}
