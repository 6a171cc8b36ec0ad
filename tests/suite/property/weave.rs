//! For any sequence of edits, a weave that remembers earlier ones equals one that remembers nothing; and each name that it
//! remembers by is needed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use docweave::{
    link::{self, Memory},
    model::{
        Config, Data, Date, Digest, Head, RelPath,
        profile::{InMemory, Lexicon, Sieve, Vocabulary},
        signal::Signal,
    },
    parse::{self, Included, Options},
};
use proptest::{prelude::*, test_runner::TestError};
use serde::{Serialize, de::DeserializeOwned};

use crate::property::{finder, runner};

const PLACES: &[&str] = &["a.md", "b.md", "s/_index.md", "s/c.md", "s/d.md", "s/t/e.md", "topics/tools.md", "f.md"];

const FRONT: &[&str] = &[
    "",
    "title = \"Feature store\"",
    "title = \"Schema drift\"\nweight = 1",
    "topics = [\"tools\"]",
    "keywords = [\"pipeline\"]\naliases = [\"/old/\"]",
    "slug = \"other\"\nsee_also = true",
    "see_also = true\nauto_topics = false",
    "related = { pin = [\"/b.md\"], block = [\"/a.md\"] }",
    "draft = true",
    "date = 2025-01-02\nurl = \"/moved/\"",
];

const PARAGRAPHS: &[&str] = &[
    "The feature store holds what the pipeline wrote, and the pipeline reads the feature store again.",
    "Schema drift breaks a contract; a contract between teams names the schema, its owner and its checks.",
    "Monitoring tells of drift before readers do. Monitoring, monitoring and monitoring again.",
    "Teams share goals, teams share a backlog, and teams share the pager of the pipeline.",
    "Nothing here is said of anything that another article has.",
    "See [the store](/a.md), [drift](/s/c.md#two) and [[Schema drift]], or [nothing](none.md#x).",
    "A word more.",
    "```sh\nfeature-store --pipeline\n```",
];

const HEADINGS: &[&str] =
    &["## Two {#two}", "## Feature store", "## Contract {topics=\"tools\"}", "## Pipeline {see_also=true}"];

const CONFIG: &str = "title = \"S\"\nbase_url = \"/\"\n[related]\nsections = true\n\
    [topics.tools]\ntitle = \"Tools\"\nkeywords = [\"feature store\", \"pipeline\"]\n\
    [topics.trust]\ntitle = \"Trust\"\nkeywords = [\"contract\", \"monitoring\"]\nterms = { \"schema drift\" = \"A change.\" }\n";

/// An article: front matter, and its text as paragraphs and headings.
type Article = (usize, Vec<(usize, bool)>);

/// One thing that somebody does.
#[derive(Clone, Debug)]
enum Edit {
    Front(usize, usize),
    Block(usize, usize, (usize, bool)),
    Less(usize, usize),
    Remove(usize),
    Add(usize, Article),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let place = 0..PLACES.len();
    let block = || (0..PARAGRAPHS.len(), any::<bool>());
    let article = (0..FRONT.len(), prop::collection::vec(block(), 0..6));
    let edit = prop_oneof![
        3 => (place.clone(), 0..FRONT.len()).prop_map(|(place, front)| Edit::Front(place, front)),
        8 => (place.clone(), 0..8_usize, block()).prop_map(|(place, at, block)| Edit::Block(place, at, block)),
        3 => (place.clone(), 0..8_usize).prop_map(|(place, at)| Edit::Less(place, at)),
        1 => place.clone().prop_map(Edit::Remove),
        2 => (place, article).prop_map(|(place, article)| Edit::Add(place, article)),
    ];
    prop::collection::vec(edit, 1..10)
}

fn apply(edit: &Edit, articles: &mut BTreeMap<usize, Article>) {
    match edit.clone() {
        Edit::Front(place, front) => articles.entry(place).or_default().0 = front,
        Edit::Block(place, at, block) => {
            let blocks = &mut articles.entry(place).or_default().1;
            blocks.insert(at.min(blocks.len()), block);
        }
        Edit::Less(place, at) => {
            let blocks = &mut articles.entry(place).or_default().1;
            if at < blocks.len() {
                blocks.remove(at);
            }
        }
        Edit::Remove(place) => drop(articles.remove(&place)),
        Edit::Add(place, article) => drop(articles.insert(place, article)),
    }
}

/// A name that a weave remembers by, which is the same for all articles: a fault for the property to find.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Outline,
    Words,
    Core,
    Titles,
    Sieve,
}

fn head(place: usize, (front, blocks): &Article, options: &Options, fault: Option<Fault>) -> Head {
    let mut text = format!("+++\n{}\n+++\n", FRONT[*front]);
    for (block, is_heading) in blocks {
        text += if *is_heading { HEADINGS[block % HEADINGS.len()] } else { PARAGRAPHS[*block] };
        text += "\n\n";
    }
    let path = RelPath::new(PLACES[place]).unwrap();
    let mut head = parse::article(&path, &text, options, &Included::new()).head;
    let same = Digest::of(b"");
    match fault {
        None => {}
        Some(Fault::Outline) => head.outline = same,
        Some(Fault::Words) => head.profile.digest = same,
        Some(Fault::Core) => head.profile.core_digest = same,
        Some(Fault::Titles) => head.profile.title_digest = same,
        Some(Fault::Sieve) => head.profile.sieve = Sieve::default(),
    }
    head
}

/// The words of all articles that there ever were, as a cache on disk has them.
#[derive(Default)]
struct Disk {
    vocabularies: HashMap<Digest, Arc<Vocabulary>>,
    /// It knows the words of articles that are gone.
    remembers: bool,
}

impl Disk {
    fn note(&mut self, heads: &[Arc<Head>]) {
        self.remembers = !self.remembers;
        let profiles = heads.iter().map(|head| &head.profile);
        self.vocabularies.extend(profiles.map(|profile| (profile.digest, profile.held().unwrap().clone())));
    }
}

impl Lexicon for Disk {
    fn vocabulary(&self, head: &Head) -> Arc<Vocabulary> {
        self.vocabularies[&head.profile.digest].clone()
    }

    fn recall(&self, digest: &Digest) -> Option<Arc<Vocabulary>> {
        self.vocabularies.get(digest).filter(|_| self.remembers).cloned()
    }
}

/// A value as another process reads it back.
fn reread<T: Serialize + DeserializeOwned>(value: &T) -> T {
    postcard::from_bytes(&postcard::to_stdvec(value).unwrap()).unwrap()
}

/// All that a weave comes to, as text, and what it remembers.
fn weave(config: &Config, heads: &[Arc<Head>], memory: &Memory) -> (String, Memory) {
    weave_with(config, heads, memory, &InMemory)
}

fn weave_with(config: &Config, heads: &[Arc<Head>], memory: &Memory, lexicon: &dyn Lexicon) -> (String, Memory) {
    let input = link::Input {
        heads: heads.to_vec(),
        files: BTreeMap::new(),
        data: &Data::default(),
        inventories: (&Default::default(), Digest::of(b"")),
        today: Date::new(2026, 1, 1).unwrap(),
        changed: &BTreeMap::new(),
        memory,
        lexicon,
    };
    let (site, memory, diagnostics) = link::site(config, input);
    (format!("{site:#?}\n{diagnostics:#?}"), memory)
}

/// The first difference between a weave that remembers and one that does not, over the edits of some cases.
fn search(cases: u32, fault: Option<Fault>) -> Option<String> {
    let config = docweave::source::config::parse(CONFIG, "site.toml").0;
    let options = Options::from_config(&config);
    let mut runner = if fault.is_some() { finder(cases) } else { runner(cases) };
    let result = runner.run(&edits(), |edits| {
        let mut articles: BTreeMap<usize, Article> =
            (0..6).map(|place| (place, (place, vec![(place, false), (place, true), (place + 1, false)]))).collect();
        let mut heads: BTreeMap<usize, Arc<Head>> = BTreeMap::new();
        let (mut memory, mut kept, mut disk) = (Memory::default(), Memory::default(), Disk::default());
        for (number, edit) in std::iter::once(None).chain(edits.iter().map(Some)).enumerate() {
            let before = articles.clone();
            edit.into_iter().for_each(|edit| apply(edit, &mut articles));
            // An article that did not change is the same value, as in a process that stays.
            heads.retain(|place, _| articles.get(place) == before.get(place));
            for (place, article) in &articles {
                heads.entry(*place).or_insert_with(|| Arc::new(head(*place, article, &options, fault)));
            }
            let heads: Vec<Arc<Head>> = heads.values().cloned().collect();
            let (warm, remembered) = weave(&config, &heads, &memory);
            let (cold, _) = weave(&config, &heads, &Memory::default());
            prop_assert!(warm == cold, "after edit {number}: {}", first_line_that_differs(&warm, &cold));
            memory = remembered;
            disk.note(&heads);
            let read: Vec<Arc<Head>> = heads.iter().map(|head| Arc::new(reread(&**head))).collect();
            let (warm, remembered) = weave_with(&config, &read, &kept, &disk);
            prop_assert!(warm == cold, "after edit {number}, read: {}", first_line_that_differs(&warm, &cold));
            kept = reread(&remembered.without_index());
        }
        Ok(())
    });
    match result {
        Ok(()) => None,
        Err(TestError::Fail(reason, edits)) => Some(format!("{reason}\n{edits:?}")),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

fn first_line_that_differs(warm: &str, cold: &str) -> String {
    let found = warm.lines().zip(cold.lines()).find(|(warm, cold)| warm != cold);
    found.map_or_else(|| "one is longer".to_owned(), |(warm, cold)| format!("{warm:?}, cold {cold:?}"))
}

#[test]
fn a_weave_that_remembers_equals_one_that_does_not() {
    assert_eq!(search(100, None), None);
}

#[test]
fn a_weave_by_other_weights_takes_over_nothing_that_older_ones_led_to() {
    let config = docweave::source::config::parse(CONFIG, "site.toml").0;
    let mut other = config.clone();
    Signal::all().for_each(|signal| other.related.weights.set(signal, 0));
    other.related.weights.set(Signal::Titles, 100);
    let options = Options::from_config(&config);
    let head = |place: usize| head(place, &(place, vec![(place, false), (place + 1, false)]), &options, None);
    let heads: Vec<Arc<Head>> = (0..6).map(|place| Arc::new(head(place))).collect();
    let (first, memory) = weave(&config, &heads, &Memory::default());
    let (cold, _) = weave(&other, &heads, &Memory::default());
    let (warm, memory) = weave(&other, &heads, &memory);
    assert!(warm == cold, "{}", first_line_that_differs(&warm, &cold));
    assert!(cold != first, "weights make a difference");
    let (back, _) = weave(&config, &heads, &memory);
    assert!(back == first, "{}", first_line_that_differs(&back, &first));
}

#[test]
fn each_name_that_is_remembered_by_is_needed() {
    for fault in [Fault::Outline, Fault::Words, Fault::Core, Fault::Titles, Fault::Sieve] {
        assert!(search(300, Some(fault)).is_some(), "nobody notices that names overlook {fault:?}");
    }
}
