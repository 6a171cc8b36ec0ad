//! Every place in a site that names an article, a file or a heading, and where it leads.

use crate::build::woven::Whole;
use crate::link::graph::Reader;
use crate::model::{
    RelPath, Span, Spanned,
    card::CardGroup,
    page::{Link, LinkKind},
    path,
    site::{PageId, Target},
};
use crate::refactor::names::{Names, in_content};

/// A place that names something.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// The file that it stands in, from the site's root.
    pub(super) file: RelPath,
    /// What stands there, as a link.
    pub(super) link: Link,
    /// The page from which it is read.
    pub(super) from: PageId,
    pub(super) kind: MentionKind,
}

/// How a mention is written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MentionKind {
    /// In the text of an article.
    Text,
    /// A value of front matter, of a data file or of `site.toml`, read as a link is.
    Value,
    /// A value of `related`: a path, with nothing encoded.
    Related,
    /// A value of `watches`: the path of a file from the site's folder, or from out of it.
    Watched,
}

/// What a mention leads to, told by the paths of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// A page by its path below `content/`, and the index of a heading.
    Page(RelPath, Option<usize>),
    /// A copied file by its path from the site's root.
    File(RelPath),
    /// Something that is made, by its output path.
    Made(RelPath),
    /// An address of its own.
    Elsewhere,
    /// Nothing that exists.
    Nothing,
}

/// What a mention leads to, and whether something is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) thing: Thing,
    pub(super) is_wrong: bool,
}

impl Seen {
    /// The same under new names.
    pub(super) fn renamed(&self, names: &Names) -> Self {
        let thing = match &self.thing {
            Thing::Page(path, heading) => Thing::Page(names.of_article(path), *heading),
            Thing::File(path) => Thing::File(names.of(path)),
            other => other.clone(),
        };
        Self { thing, is_wrong: self.is_wrong }
    }
}

/// The mentions of each page, in the order of [`Site::pages`](crate::model::Site::pages).
pub(super) fn of_page(whole: &Whole, id: PageId) -> Vec<Mention> {
    let page = &whole.site.pages[id];
    let own = in_content(&page.head.path);
    let mut mentions = Vec::new();
    for link in &page.head.links {
        let file = link.origin.as_deref().unwrap_or(&own).clone();
        mentions.push(Mention { file, link: link.clone(), from: id, kind: MentionKind::Text });
    }
    let front = &page.head.front;
    mentions.extend(front.image.iter().map(|image| value(&own, id, LinkKind::Image, image)));
    mentions.extend(front.addresses().map(|(kind, written)| value(&own, id, kind, written)));
    for written in front.related.pin.iter().chain(&front.related.block) {
        let mention = value(&own, id, LinkKind::Link, written);
        mentions.push(Mention { kind: MentionKind::Related, ..mention });
    }
    for written in &front.watches {
        let mention = value(&own, id, LinkKind::Link, written);
        mentions.push(Mention { kind: MentionKind::Watched, ..mention });
    }
    mentions
}

/// The mentions that belong to no page: those of `site.toml` and of data files, which are read as from the front page.
pub(super) fn of_site(whole: &Whole) -> Vec<Mention> {
    let Some(home) = whole.site.home else { return Vec::new() };
    let own = RelPath::new(crate::build::CONFIG).expect("a file's name is a path");
    let config = &whole.config;
    let menus = config.nav.links.iter().chain(&config.footer.links);
    let mut mentions: Vec<Mention> = menus.map(|link| value(&own, home, LinkKind::Link, &link.to)).collect();
    let pictures = [&config.icon, &config.logo].into_iter().flatten();
    mentions.extend(pictures.map(|picture| value(&own, home, LinkKind::Image, picture)));
    for (name, group) in &whole.data.cards {
        if let Some(file) = whole.data.files.get(name) {
            mentions.extend(of_cards(&file.path, home, group));
        }
    }
    mentions
}

fn of_cards(file: &RelPath, from: PageId, group: &CardGroup) -> Vec<Mention> {
    group.addresses().map(|(kind, written)| value(file, from, kind, written)).collect()
}

fn value(file: &RelPath, from: PageId, kind: LinkKind, written: &Spanned<String>) -> Mention {
    let link = as_link(kind, &written.value, written.span);
    Mention { file: file.clone(), link, from, kind: MentionKind::Value }
}

/// A target as a link that stands in an article itself.
pub(super) fn as_link(kind: LinkKind, target: &str, span: Span) -> Link {
    Link { kind, target: target.to_owned(), section: 0, sentence: None, span, origin: None }
}

/// Where a mention leads in a site.
pub(super) fn see(whole: &Whole, reader: &Reader<'_>, mention: &Mention) -> Seen {
    if mention.kind == MentionKind::Related {
        let folder = whole.site.pages[mention.from].head.path.parent();
        let found = path::resolve(folder, &mention.link.target)
            .filter(|path| whole.site.pages.binary_search_by(|page| page.head.path.cmp(path)).is_ok());
        let is_wrong = found.is_none();
        return Seen { thing: found.map_or(Thing::Nothing, |path| Thing::Page(path, None)), is_wrong };
    }
    if mention.kind == MentionKind::Watched {
        // Whether there is such a file is not asked: it may lie outside of the site.
        let found = path::resolve("", &mention.link.target);
        return Seen { thing: found.map_or(Thing::Elsewhere, Thing::File), is_wrong: false };
    }
    let (resolved, problem) = reader.read(mention.from, &mention.link);
    let thing = match resolved.target {
        Target::Page(id, heading) => Thing::Page(whole.site.pages[id].head.path.clone(), heading),
        Target::File(output) => match whole.site.files.get(&output) {
            Some(source) => Thing::File(source.clone()),
            None => Thing::Made(output),
        },
        Target::External => Thing::Elsewhere,
        Target::Broken => Thing::Nothing,
    };
    Seen { thing, is_wrong: problem.is_some() }
}
