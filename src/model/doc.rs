//! An article's document: HTML with typed holes, and what each hole holds.

use serde::{Deserialize, Serialize};

use crate::model::{path::RelPath, span::Span, span::Spanned, value::Value};

/// An article's text as HTML with typed holes, so that it is parsed once and only its holes wait for the site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Doc {
    /// All the HTML between the holes.
    pub html: String,
    /// Holes, by rising offset into `html`.
    pub holes: Vec<(u32, Hole)>,
    /// The words of each section as plain text, code too, for the search. Empty in a part of a document.
    pub texts: Vec<String>,
}

/// Something that a [`Doc`] waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hole {
    /// The address of the link with this index, inside an attribute's quotes.
    Address(u32),
    /// A code block.
    Code(Box<Code>),
    /// A word in the language of the site, inside text or an attribute's quotes.
    Word(Word),
    /// An image, a video or a sound.
    Media(Box<Media>),
    /// A link by title.
    Wikilink(Box<Wikilink>),
    /// A component: the index of its use in [`Head::components`](super::Head::components), and what it was wrapped
    /// around.
    Component(u32, Option<Box<Doc>>),
    /// The beginning of the link from a mention of a term, by its index in [`Head::terms`](super::Head::terms).
    Term(u32),
    /// What else to see at the section with this index, in a block of its own.
    SeeAlso(u32),
}

/// A code block, ready to be coloured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its index in [`Head::codes`](super::Head::codes).
    pub index: u32,
    /// Its text, without the marks that were read out of it.
    pub text: String,
    /// How it is shown.
    pub look: CodeLook,
}

/// How a code block is shown, from the words after its fence and from marks in its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLook {
    /// Shown over it, as a file's name is.
    pub title: String,
    /// The number of its first line, where lines are numbered.
    pub first_number: Option<u32>,
    /// Marked lines, counted from 1: what each range (both ends included) is, in the order of the source.
    pub lines: Vec<(LineMark, u32, u32)>,
    /// Long lines are broken rather than scrolled.
    pub wrap: bool,
    /// In a console: the lines that are commands, counted from 1, and how many bytes of each are its prompt. All others are
    /// what it said.
    pub commands: Vec<(u32, u32)>,
    /// Explanations that stand below the block, in the order of the lines that they are attached to.
    pub notes: Vec<LineNote>,
    /// Further classes and attributes.
    pub attributes: Attributes,
}

impl CodeLook {
    /// Whether it is shown as any other code is.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// An explanation of a line of code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineNote {
    /// The line, counted from 1.
    pub line: u32,
    /// Its number in the list of explanations.
    pub number: u32,
    /// The id of the explanation.
    pub id: String,
}

/// What a line of code is marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LineMark {
    /// Worth a look.
    Highlight,
    /// New, as in a patch.
    Added,
    /// Gone, as in a patch.
    Removed,
    /// In focus: every other line steps back.
    Focus,
    /// Not shown, but copied.
    Hidden,
    /// Wrong.
    Error,
    /// Doubtful.
    Warning,
}

/// What an author wrote in braces behind something: `{#id .class key="value"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// `#id`.
    pub id: Option<String>,
    /// `.class`, in the order of the text.
    pub classes: Vec<String>,
    /// `key=value`, in the order of the text; a key alone has an empty value.
    pub pairs: Vec<(String, String)>,
}

impl Attributes {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.classes.is_empty() && self.pairs.is_empty()
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Takes the value under `key` out.
    pub fn take(&mut self, key: &str) -> Option<String> {
        let index = self.pairs.iter().position(|(name, _)| name == key)?;
        Some(self.pairs.remove(index).1)
    }
}

/// An image, a video or a sound, as the author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The index of its address in [`Head::links`](super::Head::links).
    pub link: u32,
    /// The same for the picture that dark pages show in its place: `{dark="night.png"}`.
    pub dark: Option<u32>,
    /// What stands for it where it can't be seen; plain text.
    pub alt: String,
    /// A further remark, shown when it is pointed at; plain text.
    pub title: String,
    /// What was written in braces behind it.
    pub attributes: Attributes,
    /// Whether it stands between the words of a paragraph.
    pub is_inline: bool,
}

/// A link `[[target|label]]`, as the author wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wikilink {
    /// The index of its target in [`Head::links`](super::Head::links).
    pub link: u32,
    /// What it says; where absent, the title of what it leads to.
    pub label: Option<Doc>,
    /// All of it, which is shown where it leads nowhere.
    pub written: String,
}

/// A use of a component: `{{ name(argument="value") }}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentUse {
    /// The component's name, and where it stands.
    pub name: Spanned<String>,
    /// Its arguments, in the order of the text.
    pub arguments: Vec<Argument>,
    /// Whether it is wrapped around text.
    pub has_body: bool,
    /// Whether its author may not use it: it is shown as it is written.
    pub is_refused: bool,
    /// What opens and what closes it, as the author wrote both: shown where there is no such component.
    pub written: (String, String),
    /// Whether it stands for a block, rather than in a line of text.
    pub is_block: bool,
    /// The whole call.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}

/// An argument of a component's use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value: text, a number, true or false, or a list of such.
    pub value: Spanned<Value>,
    /// The index of the value in [`Head::links`](super::Head::links), for an argument that leads somewhere.
    pub link: Option<u32>,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id in the page.
    pub id: String,
    /// What is asked, as plain text.
    pub question: String,
    /// The answer, as plain text.
    pub answer: String,
}

/// Something in an article that a page needs a style or a script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Construct {
    /// Panels of which one is shown.
    Tabs,
    /// Steps, cards, file trees, question lists, definition lists, keys and other things that only need a style.
    Layout,
    /// A callout with a title of its own, of a declared kind, or one that folds.
    Callouts,
    /// Code with a title, numbers, marked lines or a prompt.
    CodeLines,
    /// Explanations that are shown where their mark is: footnotes, notes on lines of code, and abbreviations.
    Notes,
    /// Formulas.
    Math,
    /// Diagrams.
    Diagrams,
    /// Images, videos and sounds.
    Media,
    /// An image for light pages and another for dark ones.
    Pairs,
    /// Videos and sounds in raw HTML.
    Players,
    /// Questions and answers.
    Questions,
    /// Links from mentions of terms.
    Terms,
}

impl Construct {
    /// Its name, as templates know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tabs => "tabs",
            Self::Layout => "layout",
            Self::Callouts => "callouts",
            Self::CodeLines => "code-lines",
            Self::Notes => "notes",
            Self::Math => "math",
            Self::Diagrams => "diagrams",
            Self::Media => "media",
            Self::Pairs => "pairs",
            Self::Players => "players",
            Self::Questions => "questions",
            Self::Terms => "terms",
        }
    }
}

/// Words that the Markdown stage asks the site's language for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Word {
    /// The title of a note.
    Note,
    /// The title of a tip.
    Tip,
    /// The title of an important remark.
    Important,
    /// The title of a warning.
    Warning,
    /// The title of a caution.
    Caution,
    /// The title of a piece of information.
    Info,
    /// The title of a remark on something dangerous.
    Danger,
    /// The title of a remark that folds and says nothing else.
    Details,
    /// The name of a ticked box.
    Done,
    /// The name of an empty box.
    ToDo,
    /// The name of the link from a footnote back to its mark.
    BackToText,
    /// The heading over the footnotes.
    Footnotes,
    /// The label of a tab that has none.
    Tab,
    /// What opens the source of a diagram.
    Source,
    /// Before what else there is to see at a section.
    SeeAlso,
}
