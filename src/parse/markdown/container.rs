//! Containers, `:::name` to `:::`, and how they nest in one another and in lists and quotes.

use std::ops::Range;

use crate::model::Spanned;
use crate::model::{
    Diagnostic, Span, Value,
    doc::{Argument, Attributes, ComponentUse, Construct, Hole, Word},
};
use crate::parse::{
    attribute,
    markdown::{mask::Opening, quote::Folding, state::Writer, untrusted::Holder},
    piece,
};

/// How deep components may stand in one another.
const DEEPEST: usize = 16;

/// Among how many of the innermost containers a closing line looks for its own.
const LOOKED_AT: usize = 64;

/// A container that is open.
pub(super) struct Container {
    pub(super) shape: Shape,
    /// How many colons opened it; 0 for a component's `{% name() %}`.
    colons: usize,
    span: Span,
    depth: u32,
    inline_depth: u32,
    /// The paragraph, heading or cell in whose text it begins.
    text: Option<u32>,
    end: &'static str,
    /// Where it begins in its piece.
    start: usize,
    /// Where its content begins in the file.
    content: usize,
}

/// What a container is, as far as what stands in it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A callout, a fold, steps: nothing asks.
    Plain,
    /// Tabs, whose children are panels.
    Tabs,
    /// One panel.
    Tab,
    /// Tabs of which each block of code is one.
    CodeGroup,
    /// A tree of files, whose items begin with a name.
    Files,
    /// Source beside its result.
    Example,
    /// A component: its index.
    Component(u32),
}

/// A container's name without the sign behind it, and how it folds: `note-`, `note+`, `{closed}`, `{open}`.
fn folding<'n>(name: &'n str, attributes: &mut Attributes) -> (&'n str, Folding) {
    let is_open = attributes.take("open").is_some();
    let is_closed = attributes.take("closed").or_else(|| attributes.take("collapsed")).is_some();
    match (name.strip_suffix('-'), name.strip_suffix('+')) {
        (Some(bare), _) => (bare, Folding::Closed),
        (_, Some(bare)) => (bare, Folding::Open),
        _ if is_open => (name, Folding::Open),
        _ if is_closed => (name, Folding::Closed),
        _ => (name, Folding::Fixed),
    }
}

impl Writer<'_, '_> {
    pub(super) fn open_container(&mut self, colons: usize, opening: Opening, range: Range<usize>) {
        let Opening { name, title, mut attributes } = opening;
        self.refuse_attributes(&mut attributes, &range);
        let written = &self.file.text[name.clone()];
        let named = written.to_lowercase();
        let (bare, folding) = folding(&named, &mut attributes);
        self.out.fresh_line();
        let start = self.out.len();
        let (shape, end) = match bare {
            "" => self.begin_plain("<div>\n", "</div>\n"),
            "details" => self.begin_details(folding, title.clone()),
            "tabs" => self.begin_tabs(&mut attributes, title.clone()),
            "tab" => self.begin_tab(title.clone(), &range),
            "code-group" => {
                self.uses(Construct::Tabs);
                self.out.raw("<div class=\"tabs\">\n");
                (Shape::CodeGroup, "</div>\n")
            }
            "steps" => self.begin_layout("<div class=\"steps\">\n"),
            "cards" | "card-grid" => self.begin_layout("<div class=\"card-grid\">\n"),
            "card" => self.begin_card(&mut attributes, title.clone(), &range),
            "files" | "file-tree" | "filetree" => (Shape::Files, self.begin_layout("<div class=\"files\">\n").1),
            // Inside another its source is shown already.
            "example" if self.examples_open > 0 => self.begin_plain("<div class=\"example\">\n", "</div>\n"),
            "example" => {
                self.uses(Construct::Layout);
                self.out.raw("<div class=\"example\">\n");
                (Shape::Example, "</div>\n")
            }
            _ => match self.callout_kind(bare) {
                Some(kind) => (Shape::Plain, self.begin_callout(&kind, folding, title.clone())),
                None => {
                    let used = self.container_component(&name, title.clone(), &attributes, range.clone());
                    return self.begin_component(used, colons, range);
                }
            },
        };
        self.add_attributes(start, &attributes);
        let content = range.end;
        if shape == Shape::Example {
            self.begin_piece();
        }
        self.push_container(shape, colons, end, range, (start, content));
    }

    fn push_container(
        &mut self,
        shape: Shape,
        colons: usize,
        end: &'static str,
        range: Range<usize>,
        (start, content): (usize, usize),
    ) {
        let span = self.span(range);
        let (depth, inline_depth, text) = (self.depth, self.inline_depth, self.text_block);
        self.examples_open += usize::from(shape == Shape::Example);
        self.containers.push(Container { shape, colons, span, depth, inline_depth, text, end, start, content });
        self.hold(Holder::Container(self.containers.len()));
        self.last_block = None;
    }

    fn begin_plain(&mut self, open: &str, end: &'static str) -> (Shape, &'static str) {
        self.out.raw(open);
        (Shape::Plain, end)
    }

    fn begin_layout(&mut self, open: &str) -> (Shape, &'static str) {
        self.uses(Construct::Layout);
        self.begin_plain(open, "</div>\n")
    }

    fn begin_details(&mut self, folding: Folding, title: Range<usize>) -> (Shape, &'static str) {
        self.uses(Construct::Layout);
        self.out.raw(if folding == Folding::Open { "<details open><summary>" } else { "<details><summary>" });
        if title.is_empty() {
            self.out.hole(Hole::Word(Word::Details))
        } else {
            self.inline(title)
        }
        self.out.raw("</summary>\n");
        (Shape::Plain, "</details>\n")
    }

    fn begin_tabs(&mut self, attributes: &mut Attributes, title: Range<usize>) -> (Shape, &'static str) {
        self.uses(Construct::Tabs);
        let named = self.file.text[title].trim().to_owned();
        let group = attributes.take("group").or_else(|| attributes.take("sync")).unwrap_or(named);
        self.out.raw("<div class=\"tabs\"");
        if !group.is_empty() {
            self.out.raw(&format!(" data-group=\"{}\"", piece::escaped_attribute(&group)));
        }
        self.out.raw(">\n");
        (Shape::Tabs, "</div>\n")
    }

    fn begin_tab(&mut self, title: Range<usize>, range: &Range<usize>) -> (Shape, &'static str) {
        if self.containers.last().is_none_or(|container| container.shape != Shape::Tabs) {
            let message = "a tab stands outside of `:::tabs`".to_owned();
            self.warn(
                "misplaced-container",
                range.clone(),
                message,
                "put `::::tabs` before it and `::::` behind the last one",
            );
        }
        self.uses(Construct::Tabs);
        self.out.raw("<div class=\"tab\"><p class=\"tab-title\">");
        if title.is_empty() {
            self.out.hole(Hole::Word(Word::Tab))
        } else {
            self.inline(title)
        }
        self.out.raw("</p>\n");
        (Shape::Tab, "</div>\n")
    }

    fn begin_card(
        &mut self,
        attributes: &mut Attributes,
        title: Range<usize>,
        range: &Range<usize>,
    ) -> (Shape, &'static str) {
        self.uses(Construct::Layout);
        let target = attributes.take("to").or_else(|| attributes.take("href")).or_else(|| attributes.take("link"));
        self.out.raw("<div class=\"grid-card\">");
        if !title.is_empty() {
            self.out.raw("<p class=\"grid-card-title\">");
            match target {
                Some(target) => {
                    self.open_link(target, "", range.clone());
                    let label = self.label_piece(title);
                    self.out.append(label);
                    self.out.raw("</a></p>\n");
                }
                None => {
                    self.inline(title);
                    self.out.raw("</p>\n");
                }
            }
        }
        (Shape::Plain, "</div>\n")
    }

    fn container_component(
        &mut self,
        name: &Range<usize>,
        title: Range<usize>,
        attributes: &Attributes,
        range: Range<usize>,
    ) -> ComponentUse {
        let span = self.span(range.clone());
        let component = &self.file.text[name.clone()];
        let title = Some(self.file.text[title].trim().to_owned()).filter(|title| !title.is_empty());
        let class = Some(attributes.classes.join(" ")).filter(|class| !class.is_empty());
        let fixed = [("title", title), ("id", attributes.id.clone()), ("class", class)];
        let fixed = fixed.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let is_refused = self.is_refused_component(&self.file.text[name.clone()], &range);
        let mut arguments = Vec::new();
        for (argument, value) in fixed.chain(attributes.pairs.iter().cloned()) {
            let value = Value::String(value);
            let link = match is_refused {
                true => None,
                false => self.link_argument(component, &argument, &value, range.clone()),
            };
            let name = Spanned { value: argument, span };
            arguments.push(Argument { name, value: Spanned { value, span }, link });
        }
        let written = self.file.text[range].to_owned();
        ComponentUse {
            name: Spanned { value: self.file.text[name.clone()].to_owned(), span: self.span(name.clone()) },
            arguments,
            has_body: true,
            is_refused,
            written: (written, ":::".to_owned()),
            is_block: true,
            span,
            origin: self.file.origin(),
        }
    }

    /// Opens a component that is wrapped around what follows.
    pub(super) fn begin_component(&mut self, used: ComponentUse, colons: usize, range: Range<usize>) {
        let content = range.end;
        if self.components_open >= DEEPEST {
            let message = format!("components stand more than {DEEPEST} deep in one another");
            self.refuse("deep-component", range.clone(), message, "take some of them apart");
            // Its end still ends it, and nothing nests any deeper.
            return self.push_container(Shape::Plain, colons, "", range, (0, content));
        }
        self.components_open += 1;
        let index = self.components.len() as u32;
        self.components.push(used);
        self.begin_piece();
        self.push_container(Shape::Component(index), colons, "", range, (0, content));
    }

    /// A closing `:::` of so many colons: it ends the innermost container with as many, else the innermost with fewer.
    pub(super) fn close_container(&mut self, colons: usize, range: Range<usize>) {
        let is_here = |container: &&Container| container.depth == self.depth && container.colons > 0;
        let first = self.containers.len() - self.containers.iter().rev().take(LOOKED_AT).take_while(is_here).count();
        let open = &self.containers[first..];
        let wanted =
            open.iter().rposition(|c| c.colons == colons).or_else(|| open.iter().rposition(|c| c.colons <= colons));
        let Some(wanted) = wanted else {
            let help = match open.last().map(|container| container.colons) {
                Some(open) => format!("the innermost container was opened with {open} colons: close it with as many"),
                None => "take it out, or write `:::note` where a container begins".to_owned(),
            };
            return self.warn("stray-container-end", range, "`:::` ends no container here".to_owned(), help);
        };
        while self.containers.len() > first + wanted + 1 {
            self.tell_unclosed();
            self.end_container(range.start);
        }
        self.end_container(range.start);
    }

    /// `{% end %}`: ends the innermost component.
    pub(super) fn close_component(&mut self, range: Range<usize>) {
        let is_open = self.containers.last().is_some_and(|container| {
            let place = (container.depth, container.inline_depth, container.text);
            container.colons == 0 && place == (self.depth, self.inline_depth, self.text_block)
        });
        if !is_open {
            let message = "`{% end %}` ends no component here".to_owned();
            return self.warn("stray-container-end", range, message, "take it out, or put it in backticks");
        }
        self.end_container(range.start);
    }

    /// Begins the text of a paragraph, a heading or a cell.
    pub(super) fn begin_text(&mut self) {
        self.text_blocks += 1;
        self.text_block = Some(self.text_blocks);
    }

    pub(super) fn end_text(&mut self) {
        self.close_in_text();
        self.text_block = None;
    }

    /// Ends the components that were opened in a text, or an emphasis or the like, that is about to end: the tag that
    /// closes it would land inside of them.
    pub(super) fn close_in_text(&mut self) {
        let here = (self.depth, self.inline_depth, self.text_block);
        let is_in_text = self.inline_depth > 0 || self.text_block.is_some();
        while self
            .containers
            .last()
            .is_some_and(|open| is_in_text && (open.depth, open.inline_depth, open.text) == here)
        {
            self.tell_unclosed();
            let end = self.file.text.len();
            self.end_container(end);
        }
    }

    /// Ends what was opened deeper inside lists and quotes than `depth`, or at the end of the text.
    pub(super) fn close_deeper_than(&mut self, depth: u32) {
        while self.containers.last().is_some_and(|container| container.depth > depth || depth == 0 && self.depth == 0) {
            self.tell_unclosed();
            let end = self.file.text.len();
            self.end_container(end);
        }
    }

    /// Ends all containers but the outermost so many: those that an included file left open.
    pub(super) fn close_to(&mut self, open: usize) {
        while self.containers.len() > open {
            self.tell_unclosed();
            let end = self.file.text.len();
            self.end_container(end);
        }
    }

    fn tell_unclosed(&mut self) {
        let Some(container) = self.containers.last() else { return };
        let colons = ":".repeat(container.colons.max(3));
        let (what, help) = match container.colons {
            0 => ("a component", "put `{% end %}` on a line of its own where it ends".to_owned()),
            _ => ("a container", format!("put `{colons}` on a line of its own where it ends")),
        };
        let message = format!("{what} that is never closed");
        let problem = Diagnostic::warning("unclosed-container", self.file.path, container.span, message);
        self.diagnostics.push(problem.help(help));
    }

    /// Writes the end of the innermost container, whose content ends at byte `content_end` of the file.
    fn end_container(&mut self, content_end: usize) {
        let Some(container) = self.containers.pop() else { return };
        self.release(Holder::Container(self.containers.len() + 1));
        self.examples_open -= usize::from(container.shape == Shape::Example);
        match container.shape {
            Shape::Component(index) => {
                self.components_open -= 1;
                let body = self.end_piece().into_doc();
                self.out.hole(Hole::Component(index, Some(Box::new(body))));
                if container.inline_depth == 0 {
                    self.out.fresh_line();
                }
                return;
            }
            Shape::Example => self.write_example(container.content..content_end),
            _ => {}
        }
        self.out.fresh_line();
        self.out.raw(container.end);
        self.last_block = Some(container.start);
    }

    /// Source beside its result: the block of code, then what it came to.
    fn write_example(&mut self, source: Range<usize>) {
        let result = self.end_piece();
        let text = self.file.text.get(source.clone()).unwrap_or("").trim_matches('\n');
        let at = source.start..source.start;
        self.write_code("markdown".to_owned(), format!("{text}\n"), at);
        self.out.raw("<div class=\"example-result\">\n");
        self.out.append(result);
        self.out.fresh_line();
        self.out.raw("</div>\n");
    }

    /// Takes attributes out that would run code or set styles, and says so.
    pub(super) fn refuse_attributes(&mut self, attributes: &mut Attributes, range: &Range<usize>) {
        let refused: Vec<String> =
            attributes.pairs.extract_if(.., |(key, _)| attribute::is_refused(key)).map(|(key, _)| key).collect();
        for key in refused {
            let message = format!("the attribute `{key}` is left out: it would run code or set a style in place");
            self.warn(
                "refused-attribute",
                range.clone(),
                message,
                "give it a class, and the class a rule in the theme",
            );
        }
        self.keep_harmless(attributes, range);
    }

    /// Writes the word that an item of a tree of files begins with; returns its bytes. What stands behind it is a comment.
    pub(super) fn write_file_name(&mut self, run: &str) -> usize {
        if !self.in_files() || !(self.out.ends_with("<li>") || self.out.ends_with("<li>\n<p>")) {
            return 0;
        }
        let (name, _) = run.split_at(run.find(char::is_whitespace).unwrap_or(run.len()));
        if name.is_empty() {
            return 0;
        }
        self.out.raw(if name.ends_with('/') { "<span class=\"folder\">" } else { "<span class=\"file\">" });
        self.mentions.source = self.run_start;
        self.plain(name);
        self.out.raw("</span>");
        name.len()
    }

    /// Whether items of lists are files here.
    pub(super) fn in_files(&self) -> bool {
        self.containers.last().is_some_and(|container| container.shape == Shape::Files)
    }

    /// Whether each block of code is a tab here.
    pub(super) fn in_code_group(&self) -> bool {
        self.containers.last().is_some_and(|container| container.shape == Shape::CodeGroup)
    }
}
