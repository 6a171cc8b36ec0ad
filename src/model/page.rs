//! An article's head: what the whole site may see of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    card::{CardGroup, Cards, Hero},
    date::Date,
    digest::Digest,
    doc::{ComponentUse, Construct, Question},
    path::RelPath,
    profile::Profile,
    span::{Span, Spanned},
    value::Value,
};

/// What an author wrote between the `+++` or `---` lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// As shown in lists; falls back to the first heading, then to the file's name.
    pub title: Option<String>,
    /// One or two sentences for lists, search and cards.
    pub description: Option<String>,
    /// When it was first published.
    pub date: Option<Date>,
    /// When it last changed in a way that matters; falls back to git.
    pub updated: Option<Date>,
    /// Left out of a build unless asked for.
    pub draft: bool,
    /// Left out before this day.
    pub publish_on: Option<Date>,
    /// Left out from this day on.
    pub expires_on: Option<Date>,
    /// Order among siblings, lowest first.
    pub weight: Option<i64>,
    /// Replaces the last segment of the address.
    pub slug: Option<Spanned<String>>,
    /// Replaces the whole address: `/old/place/`.
    pub url: Option<Spanned<String>>,
    /// Old addresses, each of which redirects here.
    pub aliases: Vec<Spanned<String>>,
    /// What type of article it is: a tutorial, a reference, an overview.
    pub kind: Option<String>,
    /// Words that describe it beyond those of its text.
    pub keywords: Vec<String>,
    /// Topics of the whole article or, in `_index.md`, of every article below it.
    pub topics: Vec<Spanned<String>>,
    /// Whether its sections, or those of every article below it, are given topics where nobody declared any.
    pub auto_topics: Option<bool>,
    /// Whether what else to see stands below its headings.
    pub see_also: Option<bool>,
    /// Editors' corrections to related reading.
    pub related: RelatedChoice,
    /// The template's name without `.html`; `page` or `section` where absent.
    pub template: Option<Spanned<String>>,
    /// Link mentions of terms.
    pub terms: Option<bool>,
    /// Show a table of contents.
    pub toc: Option<bool>,
    /// Be found by the search.
    pub search: Option<bool>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The day by which somebody should read it again.
    pub review_by: Option<Date>,
    /// Source files, whose change makes it due for review.
    pub watches: Vec<Spanned<String>>,
    /// Cards to show after the text.
    pub cards: Vec<Cards>,
    /// What the page opens with in place of its title.
    pub hero: Option<Hero>,
    /// Data files, by name, that the template is given.
    pub data: Vec<Spanned<String>>,
    /// The picture that stands for it where somebody shares its address, relative to the article.
    pub image: Option<Spanned<String>>,
    /// Where it stands in other languages: an address or a path of that site; `None` for languages that it is not there in.
    pub translations: BTreeMap<String, Spanned<Option<String>>>,
    /// Anything else, handed to the template as it is.
    pub extra: Value,
}

impl FrontMatter {
    /// Every address in its opening and in the cards that are written there.
    pub fn addresses(&self) -> impl Iterator<Item = (LinkKind, &Spanned<String>)> {
        let groups = self.cards.iter().filter_map(|cards| match cards {
            Cards::Here(group) => Some(group),
            Cards::File(_) => None,
        });
        self.hero.iter().flat_map(Hero::addresses).chain(groups.flat_map(CardGroup::addresses))
    }
}

/// `related = { pin = [..], block = [..] }`, as paths of articles relative to this one or, with a `/`, to `content/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedChoice {
    /// Always shown, first, in this order.
    pub pin: Vec<Spanned<String>>,
    /// Never shown.
    pub block: Vec<Spanned<String>>,
}

/// Everything about an article that another article's page may depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The file, relative to `content/`.
    pub path: RelPath,
    /// What the author declared.
    pub front: FrontMatter,
    /// The title that readers see, as plain text. Never empty.
    pub title: String,
    /// The title as HTML: inline Markdown of a heading kept, anything else escaped.
    pub title_html: String,
    /// The id of the heading that opens the text at level 1, which is lifted out of it: the page's own heading.
    pub title_id: Option<String>,
    /// Headings in the order of the text, the lifted one left aside.
    pub headings: Vec<Heading>,
    /// The text cut at its headings: the first section stands before the first heading, so there is always one more
    /// section than there are headings.
    pub sections: Vec<Section>,
    /// Links and images in the order of the text; [`Doc`](super::Doc) holes refer to them by index.
    pub links: Vec<Link>,
    /// Ids that raw HTML in the text sets, in its order.
    pub anchors: Vec<String>,
    /// Code blocks in the order of the text, by their language and place.
    pub codes: Vec<CodeBlock>,
    /// Uses of components in the order of the text; [`Doc`](super::Doc) holes refer to them by index.
    pub components: Vec<ComponentUse>,
    /// Questions and their answers, in the order of the text.
    pub questions: Vec<Question>,
    /// What its page needs a style or a script for, rising, each once.
    pub uses: Vec<Construct>,
    /// Mentions of terms that are links, in the order of the text.
    pub terms: Vec<TermUse>,
    /// Words of prose, code left aside.
    pub words: u32,
    /// The words that it is made of.
    pub profile: Profile,
    /// The beginning of the text, at most about 200 characters, as plain text.
    pub excerpt: String,
    /// Comments that allow what a rule finds, in the order of the text.
    pub allowances: Vec<Allowance>,
    /// Addresses in raw HTML, in the order of the text. Readers get them as they are written.
    pub html_links: Vec<HtmlLink>,
    /// The digest of the text that the document was parsed from, and of all that it includes, front matter left aside: equal digests, equal [`Doc`](super::Doc)s.
    pub body: Digest,
    /// Names what the addresses and links of other pages are found from: see [`outline`].
    pub outline: Digest,
}

impl Head {
    /// Whether `#id` leads to a place in the article's page.
    pub fn has_id(&self, id: &str) -> bool {
        id.is_empty()
            || id == "top"
            || self.title_id.as_deref() == Some(id)
            || self.headings.iter().any(|heading| heading.id == id)
            || self.anchors.iter().any(|anchor| anchor == id)
            || id.starts_with("fn-")
            || id.starts_with("fnref-")
    }
}

/// Names what the site's order, its addresses and the links of other pages are found from: the front matter, the title, the
/// ids that a link may lead to, and what is written on headings, wherever they stand.
pub fn outline(front: &FrontMatter, title: (&str, Option<&str>), headings: &[Heading], anchors: &[String]) -> Digest {
    let headings: Vec<_> = headings.iter().map(|heading| (&heading.id, &heading.text)).collect();
    Digest::of_value(&(front, title, headings, anchors))
}

/// A heading of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Unique in its article; what follows `#` in a link.
    pub id: String,
    /// Its words, as plain text.
    pub text: String,
    /// Its words as HTML, links taken out: for tables of contents.
    pub html: String,
    /// Topics declared on it: `{topics="a b"}`.
    pub topics: Vec<Spanned<String>>,
    /// Whether its section is given topics where nobody declared any: `{auto_topics=false}`.
    pub auto_topics: Option<bool>,
    /// Whether what else to see stands below it: `{see_also=true}`.
    pub see_also: Option<bool>,
    /// Where it stands.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}

/// The text between two headings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Words of prose.
    pub words: u32,
    /// Its beginning, at most about 200 characters, as plain text.
    pub excerpt: String,
    /// Nothing stands in it: no words, and nothing else either.
    pub is_empty: bool,
}

/// A comment `<!-- check: allow RULE -->`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// The rules, as they are written.
    pub rules: Vec<String>,
    /// The lines that it speaks for.
    pub lines: AllowedIn,
    /// Where it stands.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}

/// An address in raw HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HtmlLink {
    /// Whether it is followed or loaded.
    pub kind: LinkKind,
    /// The address, as it is written.
    pub target: String,
    /// Where it stands, without quotes.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}

/// What an [`Allowance`] speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllowedIn {
    /// From the first of these lines to the last, both counted from 1.
    Lines(u32, u32),
    /// All of its file.
    File,
}

/// A mention of a term, which is a link to where that is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermUse {
    /// The index of the term in [`Site::terms`](super::Site::terms).
    pub term: u32,
    /// The index of the [`Section`] that holds it.
    pub section: u32,
    /// How many words were looked at before it.
    pub at: u32,
}

/// A link or an image, as the author wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which of the two.
    pub kind: LinkKind,
    /// The target, unresolved.
    pub target: String,
    /// The index of the [`Section`] that holds it.
    pub section: u32,
    /// The sentence around it, where it may lead to another page.
    pub sentence: Option<Box<Sentence>>,
    /// Where it stands.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}

/// The sentence around a link, as plain text; `…` stands for what is left out of a long one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// What stands before the link, the space between them included.
    pub before: String,
    /// The words of the link.
    pub text: String,
    /// What stands behind it.
    pub after: String,
}

impl Sentence {
    /// Whether there are words beside those of the link.
    pub fn says_more(&self) -> bool {
        [&self.before, &self.after].iter().any(|side| side.contains(char::is_alphanumeric))
    }
}

/// What a [`Link`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// `[text](target)`.
    Link,
    /// `![alt](target)`.
    Image,
    /// `[[target]]`.
    Wiki,
}

/// A fenced or indented block of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// The first word after the fence; empty where there is none.
    pub language: String,
    /// Its size in bytes.
    pub bytes: u32,
    /// Its longest line in bytes.
    pub longest_line: u32,
    /// It stands between fences, which can say its language; else it is indented.
    pub is_fenced: bool,
    /// Where it stands.
    pub span: Span,
    /// The file that it stands in, from the site's root, where that is not the article itself.
    pub origin: Option<Box<RelPath>>,
}
