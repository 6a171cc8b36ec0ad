//! The woven site: what `link` made of all heads.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::{date::Date, page::Head, path::RelPath, span::Span};

/// The index of a page in [`Site::pages`].
pub type PageId = usize;

/// Everything that pages may know of one another. Made from heads alone.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Published pages, ordered by their source's path.
    pub pages: Vec<Page>,
    /// The header's links, resolved, in the order of the configuration.
    pub nav_links: Vec<String>,
    /// The footer's links, likewise.
    pub footer_links: Vec<String>,
    /// Where the addresses of cards lead, by the file and the place where they are written.
    pub card_links: BTreeMap<(String, Span), String>,
    /// The front page.
    pub home: Option<PageId>,
    /// Topics in the order of `site.toml`, those of children after their parent's.
    pub topics: Vec<TopicMembers>,
    /// Terms that topics define, in the order of `site.toml`.
    pub terms: Vec<Term>,
    /// The address of the page of all terms from the site's root, and its file, where there is one.
    pub glossary: Option<(String, RelPath)>,
    /// The address of the page of all dated articles from the site's root, and its file, where there is one.
    pub archive: Option<(String, RelPath)>,
    /// Addresses that lead elsewhere: output path to the address, rooted and encoded.
    pub redirects: BTreeMap<RelPath, Redirect>,
    /// Files that are copied as they are: output path to the source's path relative to the site's root.
    pub files: BTreeMap<RelPath, RelPath>,
}

impl Site {
    /// Lets go of the words of articles that nobody else holds: only weaving looks at them.
    pub fn let_words_go(&mut self) {
        let heads = self.pages.iter_mut().filter_map(|page| Arc::get_mut(&mut page.head));
        heads.for_each(|head| head.profile.let_words_go());
    }
}

/// An old address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The page that it leads to.
    pub page: PageId,
    /// Where it is written, in the page's source.
    pub span: Option<Span>,
}

/// One page, with what the weave found about it.
#[derive(Clone, Debug)]
pub struct Page {
    /// What its author wrote.
    pub head: Arc<Head>,
    /// The kind of page.
    pub kind: PageKind,
    /// A file stands behind it; else it stands in for a folder or the front page that has none.
    pub has_source: bool,
    /// The page's address from the site's root, without the sub-path: `/a/b/`.
    pub url: String,
    /// The file it is written to.
    pub output: RelPath,
    /// The section page above it; `None` for the front page and where no folder above has an `_index.md`.
    pub parent: Option<PageId>,
    /// Where it stands among its parent's children, from 0.
    pub position: usize,
    /// For a section page: its children in reading order.
    pub children: Vec<PageId>,
    /// The page before it in reading order.
    pub previous: Option<PageId>,
    /// The page after it in reading order.
    pub next: Option<PageId>,
    /// When it last changed, from front matter or git.
    pub updated: Option<Date>,
    /// Each link of the head, resolved, in the same order.
    pub links: Arc<[Resolved]>,
    /// Topics of the article and of its sections, as indices into [`Site::topics`], without repetition, rising. An
    /// automatic topic is among them where a quarter of the article's words has it.
    pub topics: Arc<[usize]>,
    /// Topics of each section, in the order of [`Head::sections`].
    pub section_topics: Arc<[Arc<[SectionTopic]>]>,
    /// What else to read, best first.
    pub related: Arc<[Related]>,
    /// What else to see at those sections that ask for it: the index of a section, and up to three pages, best first.
    pub see_also: Arc<[(usize, Vec<Related>)]>,
    /// Links from other pages to this one, ordered by page and place.
    pub backlinks: Arc<[Backlink]>,
}

impl Page {
    /// The date of an article that lists by date tell of; `None` for other pages.
    pub fn listed_date(&self) -> Option<Date> {
        let is_told = self.kind == PageKind::Article && self.head.front.search != Some(false);
        self.head.front.date.filter(|_| is_told)
    }

    /// A page at its address, of which nothing else is known yet.
    pub fn at(head: Arc<Head>, kind: PageKind, url: String, output: RelPath) -> Self {
        Self {
            head,
            kind,
            has_source: true,
            url,
            output,
            parent: None,
            position: 0,
            children: Vec::new(),
            previous: None,
            next: None,
            updated: None,
            links: Arc::default(),
            topics: Arc::default(),
            section_topics: Arc::default(),
            related: Arc::default(),
            see_also: Arc::default(),
            backlinks: Arc::default(),
        }
    }
}

/// What a page stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageKind {
    /// `content/_index.md`, or what stands in for it.
    Home,
    /// A folder's `_index.md`.
    Section,
    /// An article.
    Article,
    /// `content/topics/NAME.md`: the prose of a topic's page. Not a page of its own.
    Topic,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The address to write: rooted with the sub-path and percent-encoded, or as the author wrote it.
    pub href: String,
    /// What stands there.
    pub target: Target,
    /// For a link by title: what it says where the author wrote no words for it.
    pub text: Option<String>,
}

/// What a resolved link points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Target {
    /// A page, and the index of one of its headings.
    Page(PageId, Option<usize>),
    /// A file that is copied, by its output path.
    File(RelPath),
    /// Somewhere else.
    External,
    /// Nothing that exists.
    Broken,
}

impl Target {
    /// The page that it is, if any.
    pub fn page(&self) -> Option<PageId> {
        match self {
            Self::Page(page, _) => Some(*page),
            _ => None,
        }
    }
}

/// A topic and the sections that belong to it.
#[derive(Clone, Debug)]
pub struct TopicMembers {
    /// The index of the topic in `Config::topics`.
    pub declared: usize,
    /// Its page's address from the site's root.
    pub url: String,
    /// The file its page is written to.
    pub output: RelPath,
    /// `content/topics/NAME.md`, where it exists.
    pub prose: Option<PageId>,
    /// Its parent, as an index into [`Site::topics`].
    pub parent: Option<usize>,
    /// Its children, likewise.
    pub children: Vec<usize>,
    /// Sections that belong to it or to a topic below it: a page and the index of a section (0: the whole article), by
    /// path and place.
    pub sections: Arc<[(PageId, usize)]>,
}

/// A term that a topic defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The topic, as an index into [`Site::topics`].
    pub topic: usize,
    /// Its index among the terms of that topic in the configuration.
    pub declared: usize,
    /// Its id on the page of its topic and on that of all terms.
    pub id: String,
    /// The address of its definition: rooted with the sub-path and percent-encoded.
    pub href: String,
    /// The sections that mention it, by path and place: a page and the index of a section. Only those that link it.
    pub mentions: Vec<(PageId, usize)>,
}

/// A topic of a section, and how the section came to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SectionTopic {
    /// An index into [`Site::topics`].
    pub topic: usize,
    /// How it came.
    pub origin: TopicOrigin,
}

/// How a section came to a topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum TopicOrigin {
    /// It is written on the heading.
    Section,
    /// It is written in the front matter of the article.
    Article,
    /// It is written in the front matter of a folder's `_index.md`.
    Folder(PageId),
    /// Nobody declared any: its words gave reason for it.
    Automatic(Arc<Guess>),
}

/// How sure an automatic topic is, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// How likely it is, from 0 to 1.
    pub score: f32,
    /// Why, the strongest reason first.
    pub reasons: Vec<TopicReason>,
}

/// Why a section has a topic, with the words that count most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TopicReason {
    /// Its heading has words of the topic.
    Heading(Vec<String>),
    /// Its text has words of the topic's title, keywords or terms.
    Words(Vec<String>),
    /// It has words of sections and articles that editors gave the topic.
    Examples(Vec<String>),
    /// The title of its article has words of the topic.
    Title(Vec<String>),
    /// The rest of its article has words of the topic.
    Article(Vec<String>),
}

/// A page worth reading next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The page.
    pub page: PageId,
    /// Why, the strongest reason first.
    pub reasons: Vec<Reason>,
}

/// Why a page is related to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    /// An editor said so.
    Pinned,
    /// This page links to it.
    LinkedFromHere,
    /// It links to this page.
    LinksHere,
    /// This page names its title in its text or code.
    MentionedHere,
    /// It names the title of this page in its text or code.
    MentionsThis,
    /// Both have sections on this topic, an index into [`Site::topics`].
    Topic(usize),
    /// Both have these words, which few pages have; those first that say most.
    SharedWords(Vec<String>),
    /// The same pages link to both, or both to the same pages.
    LinkedAlike,
    /// Both stand in the same folder.
    SameFolder,
}

/// A link from another page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backlink {
    /// The page that links here.
    pub page: PageId,
    /// The index of the section that holds the link.
    pub section: usize,
    /// The index of the link, the first in a sentence of those that the section holds.
    pub link: usize,
}
