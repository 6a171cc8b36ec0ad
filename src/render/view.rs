//! What templates see, and nothing else.
//!
//! Every template is given `site`, `assets`, `integrity`, `strings` and `page`; templates with a sidebar are given `nav`,
//! and `sidebar`, which is what `sidebar.html` made of it; the others are named at their types. Addresses (`url`) are
//! rooted, with the site's sub-path, and percent-encoded, so they go into an `href` as they are; `permalink` is absolute
//! where the site has an address. Texts are plain and are escaped by the template; fields whose name ends in `html`, and
//! `content`, are HTML and are marked safe.
//!
//! More than 500 lines, because the reference in the manual is made from this file, in its order.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Date, Value, doc::Question, site::PageKind};

/// `site`: what all pages share.
#[derive(Debug, Serialize)]
pub struct SiteView<'a> {
    /// The site's name.
    pub title: &'a str,
    /// One sentence about it; may be empty.
    pub description: &'a str,
    /// A BCP 47 tag such as `en`.
    pub language: &'a str,
    /// Which way the language is written: `ltr` or `rtl`.
    pub direction: &'a str,
    /// The front page's address: `/` or `/docs/`.
    pub url: String,
    /// The front page's absolute address; the same as `url` where the site has no address yet.
    pub permalink: String,
    /// Writers who stand for articles that name none.
    pub authors: &'a [String],
    /// The header's links.
    pub links: Vec<LinkView<'a>>,
    /// The list of all topics' address; absent where the site declares no topic.
    pub topics_url: Option<String>,
    /// What the footer says.
    pub footer: FooterView<'a>,
    /// The address of the page of all dated articles; absent where there is none.
    pub archive_url: Option<String>,
    /// The glossary's address; absent where there is none.
    pub glossary_url: Option<String>,
    /// Where the search is; absent where there is none.
    pub search: Option<SearchPlaceView>,
    /// The Atom feed's address; absent where there is none.
    pub feed_url: Option<String>,
    /// The address of the list of pages for language models; absent where there is none.
    pub llms_url: Option<String>,
    /// The site's icon; absent where the theme's own stands in for it.
    pub icon: Option<IconView>,
    /// What stands before the site's name in the header; absent where there is none.
    pub logo: Option<IconView>,
    /// The address of the manifest; absent where there is none.
    pub manifest_url: Option<String>,
    /// Whether pages are fetched as soon as a reader turns to their links.
    pub prefetch: bool,
    /// Whether links say what the pages that they lead to are about.
    pub previews: bool,
    /// `[extra]` of `site.toml`.
    pub extra: &'a Value,
    /// `Docweave` and its version.
    pub generator: &'a str,
}

/// What the footer says.
#[derive(Debug, Serialize)]
pub struct FooterView<'a> {
    /// Its words; absent where `site.toml` has none.
    pub text: Option<&'a str>,
    /// Its links.
    pub links: Vec<LinkView<'a>>,
}

/// Where the search is.
#[derive(Clone, Debug, Serialize)]
pub struct SearchPlaceView {
    /// The address of the search page.
    pub url: String,
    /// The address of the folder that holds the index and the dialog.
    pub folder: String,
}

/// An icon.
#[derive(Clone, Debug, Serialize)]
pub struct IconView {
    /// The address.
    pub url: String,
    /// What kind of file it is: `image/svg+xml`.
    pub media_type: String,
}

/// A page in another language, or the page itself.
#[derive(Clone, Debug, Serialize)]
pub struct TranslationView<'a> {
    /// A BCP 47 tag, or `x-default` for readers whose language there is none for.
    pub language: &'a str,
    /// The absolute address.
    pub url: String,
}

/// A picture that stands for a page.
#[derive(Clone, Debug, Serialize)]
pub struct SocialImageView<'a> {
    /// The absolute address.
    pub url: String,
    /// Its width in pixels, where it was drawn for the page.
    pub width: Option<u32>,
    /// Its height in pixels, where it was drawn for the page.
    pub height: Option<u32>,
    /// Words that stand for it.
    pub alt: &'a str,
}

/// Words and an address.
#[derive(Clone, Debug, Serialize)]
pub struct LinkView<'a> {
    /// The words.
    pub title: &'a str,
    /// The address.
    pub url: String,
}

/// `page`: the page itself.
#[derive(Debug, Serialize)]
pub struct PageView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// As HTML, where a heading gave it inline markup.
    pub title_html: &'a str,
    /// From front matter; may be empty.
    pub description: &'a str,
    /// The beginning of the text; may be empty.
    pub excerpt: &'a str,
    /// The address.
    pub url: String,
    /// The absolute address.
    pub permalink: String,
    /// `home`, `section`, `article` or `topic`.
    pub kind: PageKind,
    /// What type of article it is, from `kind` of its front matter: `tutorial`, `reference`; may be empty.
    pub article_kind: &'a str,
    /// The source file from the site's root: `content/a.md`; empty for a page that no file stands behind.
    pub path: String,
    /// The address of the page's copy as Markdown; absent where there is none.
    pub markdown_url: Option<String>,
    /// The address of the page as JSON; absent where there is none.
    pub json_url: Option<String>,
    /// The address of the feed of its dated articles, for a section; absent where there is none.
    pub feed_url: Option<String>,
    /// The page in all languages that it is there in, its own among them; empty where there is no other.
    pub translations: Vec<TranslationView<'a>>,
    /// The picture that stands for the page where its address is shared; absent where there is none.
    pub image: Option<SocialImageView<'a>>,
    /// Where to edit the source; absent where the site does not say.
    pub edit_url: Option<String>,
    /// When it was first published.
    pub date: Option<Date>,
    /// When it last changed.
    pub updated: Option<Date>,
    /// Who wrote it.
    pub authors: &'a [String],
    /// Words of prose.
    pub words: u32,
    /// Reading time in minutes, at 220 words a minute, rounded up, at least 1; 0 for a page with no text.
    pub reading_minutes: u32,
    /// The table of contents; empty where there is nothing to list or the author wants none.
    pub toc: Vec<TocView<'a>>,
    /// Topics of the article and of its sections.
    pub topics: Vec<LinkView<'a>>,
    /// Pages above this one, the front page first.
    pub breadcrumbs: Vec<LinkView<'a>>,
    /// The page before it in reading order.
    pub previous: Option<LinkView<'a>>,
    /// The page after it in reading order.
    pub next: Option<LinkView<'a>>,
    /// For a front page or a section: its children in reading order.
    pub children: Vec<CardView<'a>>,
    /// What else to read, best first.
    pub related: Vec<RelatedView<'a>>,
    /// Links from other pages to this one.
    pub backlinks: Vec<BacklinkView<'a>>,
    /// What the page opens with in place of its title; absent where the front matter has none.
    pub hero: Option<HeroView<'a>>,
    /// Cards that the front matter names.
    pub cards: Vec<CardGroupView<'a>>,
    /// The content of the data files that the front matter names under `data`, by their names.
    pub data: BTreeMap<&'a str, &'a Value>,
    /// `extra` of the front matter.
    pub extra: &'a Value,
    /// Shown to search engines and to the site's own search.
    pub search: bool,
    /// What the text holds that needs a style or a script: `tabs`, `math`, `diagrams` and so on, `zoom` where an image is
    /// wider than the text, `pairs` where one is for light or dark pages alone, `players` for videos and sounds, and the
    /// names of the components that it uses. Mostly empty.
    pub uses: Vec<&'a str>,
    /// What search engines are told of the page, as JSON-LD for a `script` element; absent where there is nothing to tell.
    pub structured_data: Option<String>,
    /// The same for the questions and answers in its text, for a second `script` element.
    pub structured_questions: Option<String>,
    /// Questions and answers in the text, for that.
    #[serde(skip)]
    pub(super) questions: &'a [Question],
}

/// What a page opens with.
#[derive(Clone, Debug, Serialize)]
pub struct HeroView<'a> {
    /// Large words: the page's title, unless the front matter has others.
    pub title: &'a str,
    /// A sentence or two: the page's description, unless the front matter has others; may be empty.
    pub text: &'a str,
    /// The address of a picture beside them.
    pub image: Option<String>,
    /// Where to go from here, the most important first.
    pub actions: Vec<LinkView<'a>>,
}

/// Cards under one title, from front matter or a data file.
#[derive(Clone, Debug, Serialize)]
pub struct CardGroupView<'a> {
    /// An id for its title that no other group on the page has.
    pub id: String,
    /// Over them; may be empty.
    pub title: &'a str,
    /// The cards in their order.
    pub cards: Vec<LinkCardView<'a>>,
}

/// One of these cards.
#[derive(Clone, Debug, Serialize)]
pub struct LinkCardView<'a> {
    /// What it is, above its title; may be empty.
    pub label: &'a str,
    /// Its title.
    pub title: &'a str,
    /// A sentence or two; may be empty.
    pub text: &'a str,
    /// Where it leads.
    pub url: Option<String>,
    /// Further facts, a few words each.
    pub meta: &'a [String],
    /// The address of its picture.
    pub image: Option<String>,
}

/// `page`, for a component in an article that asks for `@page`.
#[derive(Debug, Serialize)]
pub struct ComponentPageView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// From front matter; may be empty.
    pub description: &'a str,
    /// The address.
    pub url: String,
    /// The absolute address.
    pub permalink: String,
    /// The source file from the site's root: `content/a.md`.
    pub path: String,
    /// The language of the site: a BCP 47 tag such as `en`.
    pub language: &'a str,
}

/// An entry of a table of contents.
#[derive(Clone, Debug, Serialize)]
pub struct TocView<'a> {
    /// The heading's id.
    pub id: &'a str,
    /// As plain text.
    pub title: &'a str,
    /// As HTML without links.
    pub html: &'a str,
    /// Headings below it.
    pub children: Vec<TocView<'a>>,
}

/// A page in a list.
#[derive(Clone, Debug, Serialize)]
pub struct CardView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// The description, or else the excerpt; may be empty.
    pub summary: &'a str,
    /// `section` or `article`.
    pub kind: PageKind,
    /// When it was first published.
    pub date: Option<Date>,
    /// Reading time in minutes.
    pub reading_minutes: u32,
    /// How many children a section has.
    pub count: usize,
    /// `extra` of its front matter.
    pub extra: &'a Value,
}

/// A page worth reading next.
#[derive(Clone, Debug, Serialize)]
pub struct RelatedView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// The description, or else the excerpt; may be empty.
    pub summary: &'a str,
    /// Why, the strongest reason first.
    pub reasons: Vec<ReasonView<'a>>,
}

/// Why a page is related.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonView<'a> {
    /// `pinned`, `linked-from-here`, `links-here`, `mentioned-here`, `mentions-this`, `topic`, `words`, `linked-alike` or `same-folder`.
    pub kind: &'a str,
    /// The topic's title, for `topic`; else empty.
    pub title: &'a str,
    /// The topic's address, for `topic`; else empty.
    pub url: String,
    /// For `words`: words that both pages have and few others; else empty.
    pub words: &'a [String],
}

/// A link from another page to this one.
#[derive(Clone, Debug, Serialize)]
pub struct BacklinkView<'a> {
    /// The other page's title.
    pub title: &'a str,
    /// The address of the section that holds the link.
    pub url: String,
    /// That section's heading; empty where the link stands before the first heading.
    pub section: &'a str,
    /// The sentence around the link; absent where the link is all there is of it, as in a list of links.
    pub sentence: Option<SentenceView<'a>>,
}

/// The sentence around a link, as plain text; `…` stands for what is left out of a long one.
#[derive(Clone, Debug, Serialize)]
pub struct SentenceView<'a> {
    /// What stands before the words of the link.
    pub before: &'a str,
    /// The words of the link.
    pub text: &'a str,
    /// What stands behind them.
    pub after: &'a str,
}

/// `nav`: one list of the sidebar. Shared by the pages of a folder, so a template finds the page itself by comparing
/// `item.url` with `page.url`.
#[derive(Clone, Debug, Serialize)]
pub struct NavView<'a> {
    /// The entries shown: a window around the page where the folder is long.
    pub items: Vec<NavItemView<'a>>,
    /// How many entries before them are left out.
    pub before: usize,
    /// How many entries after them are left out.
    pub after: usize,
    /// The page that lists all of them.
    pub all_url: String,
}

/// One entry of the sidebar.
#[derive(Clone, Debug, Serialize)]
pub struct NavItemView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// A section with children, open or not.
    pub section: bool,
    /// The children of an open section; absent for closed sections and articles.
    pub children: Option<NavView<'a>>,
}

/// `topic`, for `topic.html`: one topic's page.
#[derive(Debug, Serialize)]
pub struct TopicView<'a> {
    /// The name in front matter: `case-studies`.
    pub name: &'a str,
    /// As readers see it.
    pub title: &'a str,
    /// One sentence; may be empty.
    pub description: &'a str,
    /// The address.
    pub url: String,
    /// A CSS colour; absent where none is declared.
    pub colour: Option<&'a str>,
    /// A sign such as an emoji; absent where none is declared.
    pub icon: Option<&'a str>,
    /// The topic above it.
    pub parent: Option<LinkView<'a>>,
    /// Topics below it.
    pub children: Vec<LinkView<'a>>,
    /// The terms that it defines, in the order of `site.toml`; empty on all pages of the list but the first.
    pub terms: Vec<TermView<'a>>,
    /// How many articles belong to it, with a section or as a whole, on all pages of the list.
    pub count: usize,
    /// The articles on this page of the list with the sections that belong, by what type of article they are, or where none
    /// says so by their folder.
    pub groups: Vec<TopicGroupView<'a>>,
    /// The address of the feed of its dated articles; absent where there is none.
    pub feed_url: Option<String>,
    /// Where this page of the list stands among the others.
    pub pager: PagerView,
}

/// A term of a topic.
#[derive(Debug, Serialize)]
pub struct TermView<'a> {
    /// The term.
    pub name: &'a str,
    /// What it means.
    pub definition: &'a str,
    /// Its id: links from mentions lead to the element on its topic's page that has it.
    pub id: &'a str,
}

/// `search`, for `search.html` and `search_dialog.html`.
#[derive(Debug, Serialize)]
pub struct SearchView<'a> {
    /// All topics, each before those below it.
    pub topics: Vec<SearchTopicView<'a>>,
    /// How many articles there are.
    pub count: usize,
    /// The articles on this page of the list, by the page above them; none for the dialog.
    pub groups: Vec<SearchGroupView<'a>>,
    /// Where this page of the list stands among the others.
    pub pager: PagerView,
}

/// A topic that results are filtered by.
#[derive(Debug, Serialize)]
pub struct SearchTopicView<'a> {
    /// The name in front matter.
    pub name: &'a str,
    /// As readers see it.
    pub title: &'a str,
    /// How many topics are above it.
    pub depth: usize,
}

/// Articles below one page.
#[derive(Debug, Serialize)]
pub struct SearchGroupView<'a> {
    /// The page above them; absent for those that have none.
    pub above: Option<LinkView<'a>>,
    /// The articles.
    pub articles: Vec<LinkView<'a>>,
}

/// `archive`, for `archive.html`: dated articles, newest first.
#[derive(Debug, Serialize)]
pub struct ArchiveView<'a> {
    /// How many articles there are.
    pub count: usize,
    /// All years that have articles, the latest first.
    pub years: Vec<ArchiveYearView>,
    /// The articles on this page of the list, by year.
    pub groups: Vec<ArchiveGroupView<'a>>,
    /// Where this page of the list stands among the others.
    pub pager: PagerView,
}

/// A year.
#[derive(Debug, Serialize)]
pub struct ArchiveYearView {
    /// The year, such as 2026.
    pub year: i32,
    /// Where its articles begin: the address of a page of the list, with `#year-2026` behind it.
    pub url: String,
    /// How many articles it has.
    pub count: usize,
}

/// Articles of one year.
#[derive(Debug, Serialize)]
pub struct ArchiveGroupView<'a> {
    /// The year, such as 2026.
    pub year: i32,
    /// The articles.
    pub articles: Vec<ArchiveArticleView<'a>>,
}

/// An article with a date.
#[derive(Debug, Serialize)]
pub struct ArchiveArticleView<'a> {
    /// As plain text.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// When it was first published.
    pub date: Date,
    /// The description, or else the excerpt; may be empty.
    pub summary: &'a str,
}

/// `glossary`, for `glossary.html`: all terms of the site.
#[derive(Debug, Serialize)]
pub struct GlossaryView<'a> {
    /// The terms by their first letters, in alphabetical order.
    pub letters: Vec<GlossaryLetterView<'a>>,
    /// How many terms there are.
    pub count: usize,
}

/// The terms that begin with one letter.
#[derive(Debug, Serialize)]
pub struct GlossaryLetterView<'a> {
    /// The letter, in capitals; `#` for terms that begin with a digit or a sign.
    pub letter: String,
    /// The terms.
    pub terms: Vec<GlossaryTermView<'a>>,
}

/// A term in the glossary.
#[derive(Debug, Serialize)]
pub struct GlossaryTermView<'a> {
    /// The term.
    pub name: &'a str,
    /// What it means.
    pub definition: &'a str,
    /// Its id, the same as on the page of its topic.
    pub id: &'a str,
    /// The topic that defines it.
    pub topic: LinkView<'a>,
    /// The sections that mention it, the first ten of them.
    pub mentions: Vec<MentionView<'a>>,
    /// How many more mention it.
    pub more: usize,
}

/// A section that mentions a term.
#[derive(Debug, Serialize)]
pub struct MentionView<'a> {
    /// The article's title.
    pub title: &'a str,
    /// The section's heading; empty for what stands before the first heading.
    pub section: &'a str,
    /// The address of the section.
    pub url: String,
}

/// Articles of one type, or of one folder, on a topic's page.
#[derive(Debug, Serialize)]
pub struct TopicGroupView<'a> {
    /// The type, or the folder's title; empty where all articles of the topic are in one group.
    pub title: String,
    /// The articles.
    pub articles: Vec<TopicArticleView<'a>>,
}

/// An article on a topic's page.
#[derive(Debug, Serialize)]
pub struct TopicArticleView<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its address.
    pub url: String,
    /// Its description, or else its excerpt.
    pub summary: &'a str,
    /// When it was first published.
    pub date: Option<Date>,
    /// The sections that belong; empty where the article belongs as a whole.
    pub sections: Vec<TopicSectionView<'a>>,
}

/// A section on a topic's page.
#[derive(Debug, Serialize)]
pub struct TopicSectionView<'a> {
    /// The heading.
    pub title: &'a str,
    /// The address of the heading.
    pub url: String,
    /// The beginning of its text.
    pub excerpt: &'a str,
}

/// A list in several pages.
#[derive(Debug, Serialize)]
pub struct PagerView {
    /// This page, from 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// The address of the page before.
    pub previous_url: Option<String>,
    /// The address of the page after.
    pub next_url: Option<String>,
}

/// `topics`, for `topics.html`: one entry of the tree of all topics.
#[derive(Debug, Serialize)]
pub struct TopicEntryView<'a> {
    /// As readers see it.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// One sentence; may be empty.
    pub description: &'a str,
    /// A CSS colour; absent where none is declared.
    pub colour: Option<&'a str>,
    /// A sign such as an emoji; absent where none is declared.
    pub icon: Option<&'a str>,
    /// How many articles belong to it, with a section or as a whole.
    pub count: usize,
    /// Topics below it.
    pub children: Vec<TopicEntryView<'a>>,
}

/// `topic_map`, for `topics.html`: how topics share articles, to be drawn; absent where there are too few. The unit is
/// about a CSS pixel.
#[derive(Debug, Serialize)]
pub struct TopicMapView<'a> {
    /// The width of the whole map.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The topics.
    pub nodes: Vec<TopicNodeView<'a>>,
    /// Lines between topics that share articles, or of which one is the other's parent.
    pub lines: Vec<TopicLineView>,
    /// The same on a map that a phone has room for.
    pub narrow: NarrowMapView<'a>,
}

/// The map of topics once more, narrow and high.
#[derive(Debug, Serialize)]
pub struct NarrowMapView<'a> {
    /// The width of the whole map.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The topics.
    pub nodes: Vec<TopicNodeView<'a>>,
    /// Lines between topics.
    pub lines: Vec<TopicLineView>,
}

/// A topic on the map: a circle, with room for its title below.
#[derive(Clone, Debug, Serialize)]
pub struct TopicNodeView<'a> {
    /// As readers see it.
    pub title: &'a str,
    /// The address.
    pub url: String,
    /// A CSS colour; absent where none is declared.
    pub colour: Option<&'a str>,
    /// How many articles belong to it.
    pub count: usize,
    /// The middle of the circle, from the left.
    pub x: i32,
    /// The middle of the circle, from the top.
    pub y: i32,
    /// The circle's radius.
    pub radius: i32,
}

/// A line on the map of topics.
#[derive(Debug, Serialize)]
pub struct TopicLineView {
    /// Where it begins, from the left.
    pub x1: i32,
    /// Where it begins, from the top.
    pub y1: i32,
    /// Where it ends, from the left.
    pub x2: i32,
    /// Where it ends, from the top.
    pub y2: i32,
    /// How many articles the two topics share.
    pub shared: usize,
    /// How wide it is drawn, from 1 to 4.
    pub width: i32,
    /// One of the two is the other's parent.
    pub parent: bool,
}

/// `redirect`, for `redirect.html`: an old address.
#[derive(Debug, Serialize)]
pub struct RedirectView<'a> {
    /// The new page's title.
    pub title: &'a str,
    /// The new address.
    pub url: String,
    /// The new absolute address.
    pub permalink: String,
}
