//! Heads to the woven site.
//!
//! In: the configuration, the heads of all articles, a lexicon with all words of each, the names of all other files, the
//! inventories of other sites, and facts (today, git). Out: a [`Site`] in which every page knows its address, its place, its
//! topics and its neighbours, and diagnostics.
//!
//! What must stay true: bodies are never seen here, so that prose changes what other pages show only through a fact of
//! its head: a link and the sentence around it, or the few words that describe the article best.
//! The whole stage runs at every build, in time linear in heads and links; what was found from the same facts before is
//! taken from a [`Memory`], which never changes the result. Nor does the order of the input.

mod archive;
mod claim;
pub mod contract;
pub mod graph;
mod memory;
mod nav;
pub mod related;
pub mod route;
mod skeleton;
mod term;
pub mod topic;

pub use self::memory::Memory;

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use crate::link::skeleton::Skeleton;
use crate::model::{
    Config, Data, Date, Diagnostic, Digest, Head, RelPath, Site,
    inventory::Inventories,
    profile::Lexicon,
    site::{Page, PageKind},
};

/// Counts up with every change of what this stage makes of the same heads.
pub const VERSION: u32 = 6;

/// What the stage is given beside the configuration.
#[expect(missing_debug_implementations, reason = "asks for words wherever they are")]
pub struct Input<'a> {
    /// Heads of all articles, in any order.
    pub heads: Vec<Arc<Head>>,
    /// All other files that are copied: output path to the source's path relative to the site's root.
    pub files: BTreeMap<RelPath, RelPath>,
    /// What pages ask of data files.
    pub data: &'a Data,
    /// Other sites that articles may link to by name, and what names them.
    pub inventories: (&'a Inventories, Digest),
    /// The day that decides what is published.
    pub today: Date,
    /// Last changes by source path relative to `content/`.
    pub changed: &'a BTreeMap<RelPath, Date>,
    /// What an earlier weave remembered; an empty one does as well.
    pub memory: &'a Memory,
    /// Where the words of heads are that come without them.
    pub lexicon: &'a dyn Lexicon,
}

/// Weaves the site. Diagnostics are in the order of pages and places. The memory is for the next weave.
pub fn site(config: &Config, input: Input<'_>) -> (Site, Memory, Vec<Diagnostic>) {
    let mut memory = Memory::default();
    let (mut published, unpublished) = publish(config, &input);
    published.sort_by(|a, b| a.path.cmp(&b.path));
    let old = input.memory;
    let skeleton = Skeleton::of(config, (&published, &unpublished), &input.files, old.skeleton.as_ref());
    let (mut site, mut diagnostics) = skeleton.site(published, input.files);
    for page in &mut site.pages {
        page.updated = page.head.front.updated.or_else(|| input.changed.get(&page.head.path).copied());
    }
    term::mentions(&mut site);
    let known = graph::Known { skeleton: &skeleton, data: input.data, inventories: input.inventories };
    let targets = graph::links(config, &mut site, &known, (old, &mut memory), &mut diagnostics);
    topic::sections(config, (&mut site, input.lexicon), &skeleton.places, (old, &mut memory), &mut diagnostics);
    related::pages(config, (&mut site, input.lexicon), (&skeleton, &targets), (old, &mut memory), &mut diagnostics);
    memory.heads = site.pages.iter().map(|page| page.head.clone()).collect();
    memory.skeleton = Some(skeleton);
    diagnostics.par_extend(site.pages.par_iter().flat_map_iter(|page| undeclared(config, &page.head)));
    diagnostics.sort();
    (site, memory, diagnostics)
}

/// Parts the heads into those that are published today and the paths of those that are not.
fn publish(config: &Config, input: &Input<'_>) -> (Vec<Arc<Head>>, Vec<RelPath>) {
    let (published, left_out): (Vec<_>, Vec<_>) = input.heads.iter().cloned().partition(|head| {
        let front = &head.front;
        let too_early = front.publish_on.is_some_and(|day| day > input.today);
        let too_late = front.expires_on.is_some_and(|day| day <= input.today);
        config.wanted.drafts || !(front.draft || too_early || too_late)
    });
    (published, left_out.iter().map(|head| head.path.clone()).collect())
}

/// Paths on sites in languages that `[[translations]]` does not know.
fn undeclared<'a>(config: &'a Config, head: &'a Head) -> impl Iterator<Item = Diagnostic> + 'a {
    let is_known = |language: &str| config.translations.iter().any(|known| known.language == language);
    let is_path = |address: &Option<String>| address.as_ref().is_some_and(|address| address.starts_with('/'));
    let translations = head.front.translations.iter();
    translations.filter(move |(language, address)| is_path(&address.value) && !is_known(language)).map(
        move |(language, address)| {
            let path = format!("content/{}", head.path);
            let message = format!("site.toml names no site in `{}`", language.escape_debug());
            Diagnostic::error("unknown-language", &path, address.span, message)
                .help("write the whole address, or add `[[translations]]` for the language to site.toml")
        },
    )
}

/// Whether a page is shown in lists: every page but the prose of topics.
fn is_listed(page: &Page) -> bool {
    page.kind != PageKind::Topic
}
