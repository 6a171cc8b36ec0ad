//! For any sequence of edits, a warm build equals a cold one, in bytes and in warnings.

use std::cell::Cell;

use docweave::build::Fault;
use proptest::{prelude::*, test_runner::TestError};

use crate::{
    property::{finder, runner},
    site::Site,
};

/// One thing that somebody does to a site. Articles are named by numbers: they are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// Another body, one of [`BODIES`].
    Body(usize, usize),
    /// Another line of front matter, one of [`FRONT`].
    Front(usize, usize),
    /// A new article.
    Add(usize),
    /// One article less.
    Remove(usize),
    /// The article at one place moves to another.
    Rename(usize, usize),
    /// Another configuration, one of [`CONFIGS`].
    Config(usize),
    /// Another template, one of [`TEMPLATES`].
    Template(usize),
    /// Another content of an asset, or of a static file.
    Asset(usize),
    Static(usize),
    /// Drafts are built, or not.
    Drafts,
    /// The site becomes again what it was so many builds ago.
    Back(usize),
}

/// Places of articles.
const PLACES: &[&str] = &[
    "a.md",
    "b.md",
    "s/_index.md",
    "s/c.md",
    "s/d.md",
    "s/t/e.md",
    "topics/tools.md",
    "b/index.md",
    "_index.md",
    "s/README.md",
];

/// Front matter, line by line.
const FRONT: &[&str] = &[
    "",
    "title = \"One title\"",
    "title = \"Another title\"",
    "topics = [\"tools\"]",
    "topics = [\"tools\", \"cases\"]",
    "topics = [\"unknown\"]",
    "draft = true",
    "weight = 1",
    "weight = 2",
    "date = 2024-01-01",
    "date = 2024-02-02\nupdated = 2024-03-03",
    "slug = \"slug\"",
    "url = \"/some/where/\"",
    "aliases = [\"/old/\", \"/older.html\"]",
    "description = \"A description.\"",
    "related = { pin = [\"/b.md\"] }",
    "related = { block = [\"/b.md\", \"/none.md\"] }",
    "template = \"other\"",
    "toc = true",
    "search = false",
    "extra = { x = 1 }",
    "cards = [{ title = \"Card\" }]",
    "publish_on = 2999-01-01",
    "unknown = 1",
    "weight = \"wrong\"",
];

/// Texts below the front matter.
const BODIES: &[&str] = &[
    "",
    "Some prose.\n",
    "Other prose.\n",
    "# A heading\nProse below.\n",
    "[b](/b.md) and [c](/s/c.md).\n",
    "[b](/b.md)\n\n## Later\n[b](/b.md)\n",
    "[tools](/topics/tools.md) [broken](none.md) ![image](/pic.svg)\n",
    "## One {topics=\"tools\"}\nText.\n\n## Two {#two topics=\"cases\"}\nText.\n",
    "## Two {#two}\n[e](/s/t/e.md#two) [a](/a.md#one)\n",
    "```rust\nfn main() {}\n```\n",
    "```python\nprint('x')\n```\n\n> [!note]\n> Noted.\n",
    "Straight \"quotes\" -- and dashes.\n",
    "A footnote[^1].\n\n[^1]: [a](/a.md)\n\n## One\n## One {#one}\n",
];

const CONFIGS: &[&str] = &[
    "[topics.tools]\ntitle = \"Tools\"\n[topics.cases]\ntitle = \"Cases\"\nparent = \"tools\"\n",
    "title = \"Another site\"\n[topics.tools]\ntitle = \"Tools\"\n[topics.cases]\ntitle = \"Cases\"\n",
    "uglyurls = true\n[topics.tools]\ntitle = \"The tools\"\ncolour = \"#123\"\n",
    "base_url = \"https://example.org/docs/\"\n[markdown]\nhighlight = false\ntoc_depth = 2\n[topics.tools]\ntitle = \"Tools\"\n",
    "[markdown]\nsmart_punctuation = true\n[feed]\nlimit = 1\n[nav]\nlinks = [{ title = \"A\", to = \"a.md\" }]\n",
    "language = \"de\"\nedit_url = \"https://example.org/{path}\"\n[check]\nbroken-link = \"error\"\nunknown-topic = \"allow\"\n",
];

const TEMPLATES: &[&str] = &[
    "{% include \"facts.html\" -%}\n",
    "changed\n{% include \"facts.html\" -%}\n",
    "{% if page.extra %}{{ page.extra.none.none }}{% endif %}{% include \"facts.html\" -%}\n",
];

fn edit() -> impl Strategy<Value = Edit> {
    let some = any::<prop::sample::Index>().prop_map(|index| index.index(1000));
    let two = (some.clone(), some.clone());
    prop_oneof![
        6 => two.clone().prop_map(|(a, b)| Edit::Body(a, b)),
        6 => two.clone().prop_map(|(a, b)| Edit::Front(a, b)),
        2 => some.clone().prop_map(Edit::Add),
        2 => some.clone().prop_map(Edit::Remove),
        2 => two.prop_map(|(a, b)| Edit::Rename(a, b)),
        2 => some.clone().prop_map(Edit::Config),
        1 => some.clone().prop_map(Edit::Template),
        1 => some.clone().prop_map(Edit::Asset),
        1 => some.clone().prop_map(Edit::Static),
        1 => Just(Edit::Drafts),
        2 => some.prop_map(Edit::Back),
    ]
}

/// Sequences of steps, each of a few edits between two builds.
pub(super) fn steps(builds: usize) -> impl Strategy<Value = Vec<Vec<Edit>>> {
    prop::collection::vec(prop::collection::vec(edit(), 1..3), 1..=builds)
}

/// What a site consists of: all that an edit may change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// By place: the line of front matter and the body, as indices.
    articles: Vec<Option<(usize, usize)>>,
    config: usize,
    template: usize,
    asset: usize,
    file: usize,
    drafts: bool,
}

impl State {
    /// A site in which most things that may depend on one another do.
    pub(super) fn first() -> Self {
        let mut articles = vec![None; PLACES.len()];
        articles[0] = Some((3, 4));
        articles[1] = Some((0, 7));
        articles[2] = Some((1, 1));
        articles[3] = Some((4, 5));
        articles[4] = Some((13, 9));
        articles[5] = Some((9, 8));
        Self { articles, config: 0, template: 0, asset: 0, file: 0, drafts: false }
    }

    fn taken(&self, number: usize) -> usize {
        let taken: Vec<_> = (0..PLACES.len()).filter(|place| self.articles[*place].is_some()).collect();
        taken.get(number % taken.len().max(1)).copied().unwrap_or(0)
    }

    fn apply(&mut self, edit: &Edit, earlier: &[State]) {
        match *edit {
            Edit::Body(article, body) => {
                let place = self.taken(article);
                let front = self.articles[place].map_or(0, |(front, _)| front);
                self.articles[place] = Some((front, body % BODIES.len()));
            }
            Edit::Front(article, front) => {
                let place = self.taken(article);
                let body = self.articles[place].map_or(0, |(_, body)| body);
                self.articles[place] = Some((front % FRONT.len(), body));
            }
            Edit::Add(place) => drop(self.articles[place % PLACES.len()].get_or_insert((0, place % BODIES.len()))),
            Edit::Remove(article) => {
                let place = self.taken(article);
                self.articles[place] = None;
            }
            Edit::Rename(article, to) => {
                let place = self.taken(article);
                let moved = self.articles[place].take();
                self.articles[to % PLACES.len()] = moved;
            }
            Edit::Config(config) => self.config = config % CONFIGS.len(),
            Edit::Template(template) => self.template = template % TEMPLATES.len(),
            Edit::Asset(asset) => self.asset = asset % 3,
            Edit::Static(file) => self.file = file % 3,
            Edit::Drafts => self.drafts = !self.drafts,
            Edit::Back(ago) => *self = earlier[earlier.len() - 1 - ago % earlier.len()].clone(),
        }
    }

    /// Makes the folder of `site` say this, touching only what differs from `before`.
    pub(super) fn write(&self, site: &mut Site, before: Option<&State>) {
        let differs = |part: fn(&State) -> usize| before.is_none_or(|before| part(before) != part(self));
        for (place, path) in PLACES.iter().enumerate() {
            let old = before.map(|before| before.articles[place]);
            match self.articles[place] {
                _ if old == Some(self.articles[place]) => {}
                Some((front, body)) => {
                    let text = format!("+++\n{}\n+++\n{}", FRONT[front], BODIES[body]);
                    site.write(&format!("content/{path}"), text);
                }
                None if old.is_some() => drop(site.remove(&format!("content/{path}"))),
                None => {}
            }
        }
        if differs(|state| state.config) {
            site.configure(CONFIGS[self.config]);
        }
        if differs(|state| state.template) {
            site.write("themes/bare/templates/page.html", TEMPLATES[self.template]);
        }
        if differs(|state| state.asset) {
            site.write("themes/bare/assets/bare.css", format!("/* {} */", self.asset));
        }
        match self.file {
            _ if !differs(|state| state.file) => {}
            0 if before.is_some() => drop(site.remove("content/pic.svg")),
            0 => {}
            file => drop(site.write("content/pic.svg", format!("<svg><!-- {file} --></svg>"))),
        }
        if before.is_some_and(|before| before.drafts != self.drafts) {
            site.toggle_drafts();
        }
    }
}

/// Builds a site, does what `steps` say and builds it after each. The first difference from a cold build, if any.
fn first_difference(site: &mut Site, steps: &[Vec<Edit>]) -> Option<String> {
    let mut states = vec![State::first()];
    states[0].write(site, None);
    site.build();
    for (number, step) in steps.iter().enumerate() {
        apply(site, step, &mut states);
        if let Some(difference) = site.build().difference_from_cold() {
            return Some(format!("after step {number}: {difference}"));
        }
    }
    None
}

/// Does what a step says, and notes what the site became.
pub(super) fn apply(site: &mut Site, step: &[Edit], states: &mut Vec<State>) {
    let before = states[states.len() - 1].clone();
    let mut state = before.clone();
    step.iter().for_each(|edit| state.apply(edit, states));
    state.write(site, Some(&before));
    states.push(state);
}

/// Tries sequences until one has a difference, and gives it with its sequence.
pub(super) fn search(cases: u32, fault: Option<Fault>) -> Option<String> {
    let mut runner = if fault.is_some() { finder(cases) } else { runner(cases) };
    let result = runner.run(&steps(6), |steps| {
        let mut site = Site::new("");
        // So that there is an index of the search as well.
        site.and("-- themes/bare/templates/search.html --\n-- themes/bare/templates/search_dialog.html --\n");
        match first_difference(site.planting(fault), &steps) {
            None => Ok(()),
            Some(difference) => Err(TestCaseError::fail(difference)),
        }
    });
    match result {
        Ok(()) => None,
        Err(TestError::Fail(reason, steps)) => Some(format!("{reason}\n{steps:?}")),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

#[test]
fn a_warm_build_equals_a_cold_one() {
    assert_eq!(search(128, None), None);
}

#[test]
fn most_sequences_lead_to_sites_that_are_written() {
    let (built, written) = (Cell::new(0), Cell::new(0));
    let counted = runner(16).run(&steps(6), |steps| {
        let mut site = Site::new("");
        first_difference(&mut site, &steps);
        built.set(built.get() + 1);
        written.set(written.get() + i32::from(site.report().summary.is_some()));
        Ok(())
    });
    assert!(counted.is_ok() && written.get() * 2 > built.get(), "{written:?} of {built:?}");
}
