//! The resolved configuration: what `site.toml` and the command line came to.
//!
//! More than 500 lines, because it is one value, and its parts are plain data that is read beside each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    diagnostic::Level,
    extensions::Extensions,
    external::External,
    phrase::Written,
    signal::Weights,
    span::{Span, Spanned},
    target::{RemoteCache, Target},
    untrusted::Untrusted,
    value::Value,
};

/// Everything that a build is told, with every default filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// One sentence about it, for search engines and feeds.
    pub description: String,
    /// Where the site lives.
    pub base_url: BaseUrl,
    /// A BCP 47 tag such as `en` or `pt-BR`.
    pub language: String,
    /// Writers who stand for articles that name none.
    pub authors: Vec<String>,
    /// The theme's name: a folder in `themes/`, or `default`.
    pub theme: String,
    /// The output folder, relative to the site's root or absolute.
    pub output: String,
    /// `a/b.html` in place of `a/b/index.html`.
    pub uglyurls: bool,
    /// Read last changes from git where there is a repository.
    pub git_dates: bool,
    /// Where "edit this page" leads, with `{path}` for the file's path from the site's root.
    pub edit_url: Option<String>,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// Declared kinds of callouts, in the order of the file.
    pub callouts: Vec<Callout>,
    /// Declared topics, in the order of the file.
    pub topics: Vec<Topic>,
    /// How articles are woven together.
    pub weave: Weave,
    /// The sidebar and the header.
    pub nav: Nav,
    /// What the footer says.
    pub footer: Footer,
    /// Whether there is a page of all dated articles.
    pub archive: Archive,
    /// Which feed is written.
    pub feed: Feed,
    /// What is written for language models.
    pub llms: Llms,
    /// The same site in other languages.
    pub translations: Vec<Translation>,
    /// The site's icon, a file of the site by its path in the output, and where that is written.
    pub icon: Option<Spanned<String>>,
    /// What stands before the site's name in the header: likewise.
    pub logo: Option<Spanned<String>>,
    /// What browsers are told of the site as an app.
    pub manifest: WebManifest,
    /// What happens before a link is followed.
    pub links: Links,
    /// What is shown as related reading.
    pub related: RelatedReading,
    /// What is made of the terms that topics define.
    pub terms: Terms,
    /// What is made of images.
    pub images: Images,
    /// What is made of style sheets.
    pub css: Css,
    /// What is made of scripts.
    pub js: Js,
    /// The pictures that stand for pages where their addresses are shared.
    pub social: Social,
    /// Whether the site's own inventory is written.
    pub inventory: OwnInventory,
    /// Inventories of other sites, by name.
    pub inventories: BTreeMap<String, ForeignInventory>,
    /// What is written as JSON.
    pub json: Json,
    /// How readers search the site.
    pub search: Search,
    /// What the theme says otherwise than its files, in the order of the file.
    pub strings: Vec<Written>,
    /// What is checked, and how much it matters.
    pub check: Check,
    /// How links to other sites are asked.
    pub external: External,
    /// Where `docweave publish` sends the site, by name.
    pub publish: BTreeMap<String, Target>,
    /// Where machines share a cache, if they do. Nothing that is built depends on it, so it is no part of what names a site.
    #[serde(skip)]
    pub cache: Option<RemoteCache>,
    /// Anything else, for templates.
    pub extra: Value,
    /// What the command line asked for.
    pub wanted: Wanted,
}

/// What a build includes beyond what is published today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Articles marked as drafts, not yet published or already expired.
    pub drafts: bool,
}

/// A base URL in its two halves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseUrl {
    /// Scheme and host without a slash at the end: `https://example.org`. Empty where the site has no address yet.
    pub origin: String,
    /// The sub-path, beginning and ending with a slash: `/` or `/docs/`.
    pub path: String,
    /// In files that may be moved, and opened without a server: how many folders they are below the site's own. Addresses in
    /// them are relative, and name files. `None` for all others.
    pub depth: Option<usize>,
}

/// `[markdown]`: how Markdown is read and drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markdown {
    /// Colour code blocks.
    pub highlight: bool,
    /// Turn straight quotes, dashes and dots into typographic ones.
    pub smart_punctuation: bool,
    /// The deepest heading level of tables of contents, 2 to 6.
    pub toc_depth: u8,
    /// What is read beyond CommonMark.
    pub extensions: Extensions,
    /// Titles of sections that hold questions and answers.
    pub questions: Vec<String>,
    /// Write a copy of each page as Markdown beside it.
    pub copies: bool,
    /// Articles that strangers may write.
    pub untrusted: Untrusted,
}

impl Default for Markdown {
    fn default() -> Self {
        Self {
            highlight: true,
            smart_punctuation: false,
            toc_depth: 3,
            extensions: Extensions::default(),
            questions: ["Q&A", "FAQ", "Questions", "Questions and answers", "Frequently asked questions"]
                .map(str::to_owned)
                .into(),
            copies: true,
            untrusted: Untrusted::default(),
        }
    }
}

/// `[callouts.NAME]`: a kind of callout beside those that are built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callout {
    /// The name that articles use, such as `experiment`.
    pub name: String,
    /// As readers see it.
    pub title: String,
    /// The built-in kind whose colours it has.
    pub like: String,
}

/// `[topics.NAME]`: something that sections are about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// The name that front matter and headings use, such as `case-studies`.
    pub name: String,
    /// Where that is written.
    pub place: Span,
    /// As readers see it.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// Words and phrases that give a section away.
    pub keywords: Vec<String>,
    /// Terms of the topic and their definitions, in the order of the file.
    pub terms: Vec<(String, String)>,
    /// The topic above it, and where that is written.
    pub parent: Option<Spanned<String>>,
    /// A CSS colour for the theme to use.
    pub colour: Option<String>,
    /// A sign that stands before its title, such as an emoji.
    pub icon: Option<String>,
}

/// `[weave]`: how articles are woven together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weave {
    /// Give topics to sections for which nobody declared any.
    pub auto_topics: bool,
    /// How likely such a topic must be, from 0 to 1.
    pub topic_threshold: f64,
}

impl Default for Weave {
    fn default() -> Self {
        Self { auto_topics: true, topic_threshold: 0.4 }
    }
}

/// `[nav]`: the header's links and the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nav {
    /// Links in the header.
    pub links: Vec<NavLink>,
    /// How many entries of one folder the sidebar lists before it shows a window of them, at least 10.
    pub window: usize,
    /// Show the sidebar.
    pub sidebar: bool,
    /// How many levels of folders the sidebar opens on every page, beside those on the way to it.
    pub open: usize,
}

impl Default for Nav {
    fn default() -> Self {
        Self { links: Vec::new(), window: 60, sidebar: true, open: 0 }
    }
}

/// One link of the header or the footer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavLink {
    /// Its words.
    pub title: String,
    /// An address, or a path to an article in `content/`, and where it is written.
    pub to: Spanned<String>,
}

/// `[footer]`: what stands at the end of every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footer {
    /// Its words; the site's title and description where there are none.
    pub text: Option<String>,
    /// Links before those that the theme has there.
    pub links: Vec<NavLink>,
}

/// `[archive]`: all dated articles by year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// Write the page, `archive/`.
    pub enabled: bool,
}

/// `[feed]`: the Atom feed of dated articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Write one at all.
    pub enabled: bool,
    /// Write one for each topic as well.
    pub topics: bool,
    /// Write one for each section as well.
    pub sections: bool,
    /// How many entries, newest first.
    pub limit: usize,
    /// What an entry holds of its article.
    pub content: FeedContent,
}

/// What an entry of the feed holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedContent {
    /// The description, or else the beginning of the text.
    #[default]
    Summary,
    /// The whole article as well.
    Full,
}

impl Default for Feed {
    fn default() -> Self {
        Self { enabled: true, topics: true, sections: true, limit: 20, content: FeedContent::default() }
    }
}

/// `[llms]`: what is written for language models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Llms {
    /// Write `llms.txt`, the list of all pages.
    pub enabled: bool,
    /// Write `llms-full.txt` too, the text of all pages.
    pub full: bool,
}

impl Default for Llms {
    fn default() -> Self {
        Self { enabled: true, full: true }
    }
}

/// `[[translations]]`: the same site in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// A BCP 47 tag.
    pub language: String,
    /// Where it lives.
    pub base_url: BaseUrl,
    /// Whether it is for readers whose language there is none for.
    pub is_default: bool,
}

/// `[manifest]`: what browsers are told of the site as an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebManifest {
    /// Write `manifest.webmanifest`.
    pub enabled: bool,
    /// A name for where there is little room.
    pub short_name: Option<String>,
    /// The colour around the page, a CSS colour.
    pub colour: String,
    /// The colour before the page is there, a CSS colour.
    pub background: String,
}

impl Default for WebManifest {
    fn default() -> Self {
        let white = "#ffffff".to_owned();
        Self { enabled: true, short_name: None, colour: white.clone(), background: white }
    }
}

/// `[links]`: what happens before a link is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Fetch the page that a link leads to as soon as a reader turns to the link.
    pub prefetch: bool,
    /// Say what the page is about.
    pub previews: bool,
}

impl Default for Links {
    fn default() -> Self {
        Self { prefetch: true, previews: true }
    }
}

/// `[related]`: what is shown as related reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedReading {
    /// Find any at all.
    pub enabled: bool,
    /// How many articles are shown, those that editors pinned not counted.
    pub limit: usize,
    /// Show what else to see below the headings of articles that don't say otherwise.
    pub sections: bool,
    /// How much each thing counts that speaks for an article.
    pub weights: Weights,
}

impl Default for RelatedReading {
    fn default() -> Self {
        Self { enabled: true, limit: 5, sections: false, weights: Weights::default() }
    }
}

/// `[terms]`: what is made of the terms that topics define.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Link the first mention in each section.
    pub links: bool,
    /// How many mentions one page links at the most.
    pub limit: usize,
    /// Write a page of all terms, `glossary/`.
    pub glossary: bool,
    /// Words that the site does without, in the order of the configuration.
    pub avoid: Vec<Avoided>,
}

/// A word or phrase that a site does without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avoided {
    /// The phrase.
    pub phrase: String,
    /// What to write in its place: any of these, or nothing.
    pub instead: Vec<String>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { links: true, limit: 30, glossary: true, avoid: Vec::new() }
    }
}

/// `[images]`: what is made of images while the site is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Images {
    /// Widths of the variants in pixels, rising.
    pub widths: Vec<u32>,
    /// Formats of the variants, the one that browsers are offered first before the others. Without any, none are made.
    pub formats: Vec<ImageFormat>,
    /// How close variants with loss come to the original, from 1 to 100.
    pub quality: u8,
}

impl Default for Images {
    fn default() -> Self {
        Self { widths: vec![480, 960, 1440], formats: vec![ImageFormat::WebP], quality: 80 }
    }
}

/// A format that variants of images are made in, in the order that browsers are offered them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ImageFormat {
    /// AV1 stills: the smallest, and the slowest to make.
    Avif,
    /// What every browser shows.
    WebP,
}

/// `[css]`: what is made of the theme's style sheets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Css {
    /// Make them small, with prefixes and fingerprinted addresses; else they are written as they are.
    pub minify: bool,
    /// The oldest browsers that they are made for: names and versions, major in the upper half, minor in the next byte.
    pub browsers: Vec<(String, u32)>,
    /// Custom properties that are to have other values than the theme's, without their dashes.
    pub variables: Vec<(Spanned<String>, String)>,
}

impl Default for Css {
    /// The first browsers that have `light-dark()`, which the default theme is made of.
    fn default() -> Self {
        let browsers = [("chrome", 123, 0), ("firefox", 120, 0), ("ios", 17, 5), ("safari", 17, 5)];
        let version = |(name, major, minor): (&str, u32, u32)| (name.to_owned(), major << 16 | minor << 8);
        Self { minify: true, browsers: browsers.map(version).into(), variables: Vec::new() }
    }
}

/// `[js]`: what is made of the theme's scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Js {
    /// Make them small; else they are written as they are.
    pub minify: bool,
}

impl Default for Js {
    fn default() -> Self {
        Self { minify: true }
    }
}

/// `[social]`: the pictures that stand for pages where their addresses are shared. Colours are red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Social {
    /// Draw one for each page.
    pub enabled: bool,
    /// Behind everything.
    pub background: [u8; 3],
    /// Of the title.
    pub text: [u8; 3],
    /// Of the topic and the bar, where the topic has no colour of its own.
    pub accent: [u8; 3],
    /// Fonts for letters that those of the program lack, files from the site's root.
    pub fonts: Vec<Spanned<String>>,
}

impl Social {
    /// Red, green and blue of `#1a2b3c` or `#abc`.
    pub fn colour(text: &str) -> Option<[u8; 3]> {
        let digits = text.trim().strip_prefix('#')?;
        let digits: Vec<u8> = digits.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some([r * 17, g * 17, b * 17]),
            [r, s, g, h, b, c] => Some([r * 16 + s, g * 16 + h, b * 16 + c]),
            _ => None,
        }
    }
}

impl Default for Social {
    /// The default theme's colours in the dark.
    fn default() -> Self {
        let (background, text, accent) = ([0x14, 0x18, 0x1b], [0xff, 0xff, 0xff], [0x7f, 0xd3, 0xd6]);
        Self { enabled: false, background, text, accent, fonts: Vec::new() }
    }
}

/// `[inventory]`: what other sites may link to by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnInventory {
    /// Write `inventory.json` and `objects.inv`.
    pub enabled: bool,
}

impl Default for OwnInventory {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// `[inventories.NAME]`: another site that articles link to by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignInventory {
    /// Its inventory, a file from the site's root.
    pub file: Spanned<String>,
    /// Where it lives, ending in a slash; `None` where its inventory is to say so.
    pub url: Option<String>,
}

/// `[json]`: what is written as JSON for programs to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Json {
    /// Write what the template of each page is given beside the page.
    pub pages: bool,
}

/// `[search]`: how readers search the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Write the index and the search page.
    pub enabled: bool,
    /// The folder of both: `/search/`.
    pub path: String,
}

impl Default for Search {
    fn default() -> Self {
        Self { enabled: true, path: "search".to_owned() }
    }
}

/// `[check]`: how much each finding matters, and what a team asks of front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Levels of rules by their names.
    pub levels: BTreeMap<String, Level>,
    /// Levels in those files, by path from the site's root, that a pattern matches; the last one that matches wins.
    pub paths: Vec<(String, BTreeMap<String, Level>)>,
    /// What articles, by path from the site's root, that a pattern matches have in their front matter.
    pub fields: Vec<(String, Vec<Field>)>,
    /// How samples of code are tested, by language.
    pub samples: Vec<SampleCommand>,
    /// From how many bytes on an image is heavy, where the site says so.
    pub image_bytes: Option<u64>,
}

impl Check {
    /// From how many bytes on an image is heavy: 1 MiB, unless the site says otherwise.
    pub fn image_bytes(&self) -> u64 {
        self.image_bytes.unwrap_or(1 << 20)
    }
}

/// `[check.samples.LANGUAGE]`: what says whether a sample of code works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleCommand {
    /// The word after the fences of such samples.
    pub language: String,
    /// A program and its arguments, parted by white space; `{file}` stands for the sample's file.
    pub command: String,
    /// What the sample's file ends in, without the dot.
    pub extension: String,
    /// Seconds that it may take.
    pub timeout: u32,
}

/// A field of front matter, as a team wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its key; a dot leads into a table: `extra.owner`.
    pub name: String,
    /// Every article must have it.
    pub is_required: bool,
    /// What it must be.
    pub kind: FieldKind,
}

/// What a field of front matter must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Text that is not empty.
    Text,
    /// A number.
    Number,
    /// A date.
    Date,
    /// True or false.
    Flag,
    /// A list that is not empty.
    List,
    /// One of these texts, or a list of such.
    OneOf(Vec<String>),
}

impl Config {
    /// Whether anything is shown that is found with the words of articles: related reading, or topics that nobody wrote.
    pub fn asks_for_words(&self) -> bool {
        self.related.enabled || self.weave.auto_topics && !self.topics.is_empty()
    }

    /// A configuration with every default, for a site that says only its title and where it lives.
    pub fn new(title: &str, base_url: BaseUrl) -> Self {
        Self {
            title: title.to_owned(),
            description: String::new(),
            base_url,
            language: "en".to_owned(),
            authors: Vec::new(),
            theme: "default".to_owned(),
            output: "public".to_owned(),
            uglyurls: false,
            git_dates: true,
            edit_url: None,
            markdown: Markdown::default(),
            callouts: Vec::new(),
            topics: Vec::new(),
            weave: Weave::default(),
            nav: Nav::default(),
            footer: Footer::default(),
            archive: Archive::default(),
            feed: Feed::default(),
            llms: Llms::default(),
            translations: Vec::new(),
            icon: None,
            logo: None,
            manifest: WebManifest::default(),
            links: Links::default(),
            related: RelatedReading::default(),
            terms: Terms::default(),
            images: Images::default(),
            css: Css::default(),
            js: Js::default(),
            social: Social::default(),
            inventory: OwnInventory::default(),
            inventories: BTreeMap::new(),
            json: Json::default(),
            search: Search::default(),
            strings: Vec::new(),
            check: Check::default(),
            external: External::default(),
            publish: BTreeMap::new(),
            cache: None,
            extra: Value::Table(Vec::new()),
            wanted: Wanted::default(),
        }
    }
}

impl BaseUrl {
    /// An absolute address for a path of the site that begins with a slash and holds no sub-path: `/a/`.
    pub fn absolute(&self, path: &str) -> String {
        let path = path.trim_start_matches('/');
        [&self.origin, &self.path, path].concat()
    }

    /// The same without scheme and host: `/docs/a/`; relative and with the name of the file, `../a/index.html`, where the site
    /// may be moved.
    pub fn rooted(&self, path: &str) -> String {
        let address = self.folder(path);
        if self.depth.is_some() && address.ends_with('/') { address + "index.html" } else { address }
    }

    /// The address of a folder, which is no page.
    pub fn folder(&self, path: &str) -> String {
        let path = path.trim_start_matches('/');
        match self.depth {
            None => [&self.path, path].concat(),
            Some(0) => ["./", path].concat(),
            Some(depth) => "../".repeat(depth) + path,
        }
    }
}
