//! What an article may hold beyond CommonMark, each switched by `[markdown.extensions]` of `site.toml`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One thing beyond CommonMark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Extension {
    /// Tables with pipes.
    Tables,
    /// `~~gone~~`.
    Strikethrough,
    /// `- [x] done`.
    TaskLists,
    /// Bare addresses become links.
    Autolinks,
    /// `> [!NOTE]`, with a title, folding, and of declared kinds.
    Alerts,
    /// `[^1]`.
    Footnotes,
    /// `{#id .class key=value}` behind headings, blocks, links, images and code.
    Attributes,
    /// `:::note`, `:::tabs` and others.
    Containers,
    /// `{{ name() }}` and `{% name() %}..{% end %}`.
    Components,
    /// `--8<-- "file.md"`, and code from files.
    Includes,
    /// A term, and `: ` with its definition below it.
    DefinitionLists,
    /// `*[HTML]: Hypertext Markup Language`.
    Abbreviations,
    /// `x^2^` and `H~2~O`.
    Scripts,
    /// `==marked==`.
    Marks,
    /// `++ctrl+c++`.
    Keys,
    /// `:rocket:`.
    Emoji,
    /// `$x$` and `$$x$$`.
    Math,
    /// Blocks of code in the language `math`, drawn.
    MathBlocks,
    /// Blocks of code in the language `mermaid`, drawn.
    Diagrams,
    /// `[[Title]]`.
    Wikilinks,
    /// `<!-- -->` is left out.
    Comments,
    /// Figures, videos and sounds by the syntax of images.
    Media,
    /// Question lists.
    Questions,
    /// Nine tags of raw HTML become text: `<script>`, `<style>` and others.
    TagFilter,
    /// What stands behind the language of a fence, and marks in the comments of code.
    Code,
}

use Extension::{
    Abbreviations, Alerts, Attributes, Autolinks, Code, Comments, Components, Containers, DefinitionLists, Diagrams,
    Emoji, Footnotes, Includes, Keys, Marks, Math, MathBlocks, Media, Questions, Scripts, Strikethrough, Tables,
    TagFilter, TaskLists, Wikilinks,
};

/// Every extension by the name that `site.toml` uses.
pub const EXTENSIONS: &[(&str, Extension)] = &[
    ("abbreviations", Abbreviations),
    ("alerts", Alerts),
    ("attributes", Attributes),
    ("autolinks", Autolinks),
    ("code", Code),
    ("comments", Comments),
    ("components", Components),
    ("containers", Containers),
    ("definition-lists", DefinitionLists),
    ("diagrams", Diagrams),
    ("emoji", Emoji),
    ("footnotes", Footnotes),
    ("includes", Includes),
    ("keys", Keys),
    ("marks", Marks),
    ("math", Math),
    ("math-blocks", MathBlocks),
    ("media", Media),
    ("questions", Questions),
    ("scripts", Scripts),
    ("strikethrough", Strikethrough),
    ("tables", Tables),
    ("tag-filter", TagFilter),
    ("task-lists", TaskLists),
    ("wikilinks", Wikilinks),
];

/// A set of extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extensions(u32);

impl Serialize for Extensions {
    /// The names of those that are in it; in compact formats a number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.0.serialize(serializer);
        }
        serializer.collect_seq(EXTENSIONS.iter().filter(|(_, extension)| self.has(*extension)).map(|(name, _)| name))
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u32::deserialize(deserializer).map(Self);
        }
        let names = Vec::<String>::deserialize(deserializer)?;
        let known = EXTENSIONS.iter().filter(|(name, _)| names.iter().any(|other| other == name));
        Ok(known.fold(Self::none(), |set, (_, extension)| set.with(*extension)))
    }
}

impl Extensions {
    /// None: CommonMark alone.
    pub fn none() -> Self {
        Self(0)
    }

    /// Those of GitHub Flavored Markdown's specification.
    pub fn gfm() -> Self {
        Self::none().with(Tables).with(Strikethrough).with(TaskLists).with(Autolinks).with(TagFilter)
    }

    /// The same with one more.
    pub fn with(self, extension: Extension) -> Self {
        Self(self.0 | 1 << extension as u32)
    }

    /// The same without one.
    pub fn without(self, extension: Extension) -> Self {
        Self(self.0 & !(1 << extension as u32))
    }

    /// Whether one is in it.
    pub fn has(self, extension: Extension) -> bool {
        self.0 & 1 << extension as u32 != 0
    }
}

impl Default for Extensions {
    /// All but two: formulas, whose dollars stand for money and variables in most texts, and the filter of tags, as those
    /// who write a site are those who own it.
    fn default() -> Self {
        let all = EXTENSIONS.iter().fold(Self::none(), |set, (_, extension)| set.with(*extension));
        all.without(Math).without(TagFilter)
    }
}
