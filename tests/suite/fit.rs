//! `docweave related fit`: weights that are fitted to the lists of editors, and what is made of them.

use docweave::model::signal::{Signal, Weights};

use crate::site::{Said, Site};

/// Five folders of 32 articles that speak alike. Each article links to three of other folders.
const FOLDERS: usize = 5;
const EACH: usize = 32;
const ALL: usize = FOLDERS * EACH;

fn path(at: usize) -> String {
    format!("f{}/tool{at}.md", at / EACH)
}

/// How far the articles are to which each one links.
const FAR: [usize; 3] = [EACH + 5, 2 * EACH + 10, 3 * EACH + 15];

/// A site, of whose articles `lists` gives each a line of front matter and a section in which editors list others.
fn site(lists: impl Fn(usize) -> (String, String)) -> String {
    let mut text = String::new();
    for at in 0..ALL {
        let (folder, (front, section)) = (at / EACH, lists(at));
        let links = FAR.map(|far| format!("[one](/{})", path((at + far) % ALL))).join(", ");
        text += &format!(
            "-- content/{} --\n+++\ntitle = \"Tool number {at}\"\n{front}+++\n\
             Hammers{folder} drive nails{folder} into boards{folder}: {links}.\n\n{section}",
            path(at),
        );
    }
    text
}

/// Editors who list what links to an article, and none of those to which it links.
fn pins(at: usize) -> (String, String) {
    let list = FAR.map(|far| format!("\"/{}\"", path((at + ALL - far) % ALL))).join(", ");
    (format!("related = {{ pin = [{list}] }}\n"), String::new())
}

/// Links that nothing else on the site tells of, below a heading.
fn see_also(heading: &str, at: usize) -> (String, String) {
    let links = [3, 5, 11].map(|by| format!("- [{by}](/{})\n", path((at * by + 41 * by) % ALL))).concat();
    (String::new(), format!("## {heading}\n\n{links}"))
}

/// The shares that a fitting tells, by default and fitted.
fn shares(said: &Said) -> [f64; 2] {
    let line = said.stderr.lines().find(|line| line.contains("by default")).unwrap_or_else(|| panic!("{said:?}"));
    let numbers: Vec<f64> =
        line.split([' ', ':', ',']).filter(|word| word.contains('.')).filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("{line}"))
}

/// The weights in a text of `site.toml`.
fn weight(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

#[test]
fn the_signal_that_editors_follow_is_found() {
    let site = Site::new(&site(pins));
    let said = site.run(&["related", "fit"]).ends(0).says(["160 articles have a list of related ones, 480 altogether"]);
    let [before, after] = shares(&said);
    assert!(before < 80.0 && after > 90.0, "{said:?}");
    let more = |signal: Signal| {
        let before = f64::from(Weights::default().hundredths(signal)) / 100.0;
        weight(&said.stdout, signal.name()) - before
    };
    let most = Signal::all().max_by(|a, b| more(*a).total_cmp(&more(*b)));
    assert!(most == Some(Signal::LinksHere) && more(Signal::LinkedFromHere) < 0.0, "{said:?}");
    // The same again, to the last digit, on one thread.
    assert_eq!(site.run(&["related", "fit"]).stdout, said.stdout);
}

#[test]
fn fitted_weights_are_written_and_readers_see_them() {
    let mut site = Site::new(&site(pins));
    let before = site.text("site.toml");
    site.build();
    let said = site.run(&["related", "fit", "--write"]).ends(0).says(["changed site.toml"]);
    let written = site.text("site.toml");
    let lines = site.run(&["related", "fit"]).ends(0);
    assert_eq!(shares(&lines), shares(&said), "what is written is no part of what it is compared with");
    assert_eq!(written, format!("{before}\n{}", lines.stdout));
    // Builds go by it, with all that was remembered from before.
    let weights = site.report().outcome.config.related.weights;
    site.build().same_as_cold();
    assert_ne!(site.report().outcome.config.related.weights, weights);
    // A second time it stands in its own place, and what is around it stays.
    let more = format!("{written}\n[feed]\nlimit = 7 # few\n");
    site.write("site.toml", more.replace("links_here = ", "links_here = 0.01 # "));
    site.run(&["related", "fit", "--write"]).ends(0);
    assert_eq!(site.text("site.toml"), more);
    // What stands there otherwise is left alone.
    site.write("site.toml", format!("{before}\n[related]\nweights = {{ words = 2 }}\n"));
    site.run(&["related", "fit", "--write"]).ends(2).says(["can't be put into site.toml", "nothing was changed"]);
}

#[test]
fn what_is_foretold_is_not_known_beforehand() {
    let site = Site::new(&site(|at| see_also("See also", at)));
    let said = site.run(&["related", "fit"]).ends(0).says(["160 articles have a list"]);
    let [_, after] = shares(&said);
    assert!(after < 50.0, "nothing but the lists tells of the lists: {said:?}");
}

#[test]
fn lists_stand_below_the_headings_that_are_named() {
    let site = Site::new(&site(|at| see_also("Siehe auch:", at)));
    site.run(&["related", "fit"]).ends(2).says([
        "0 of the articles have a list of related ones, and 150 are needed",
        "`related.pin`",
        "--heading",
    ]);
    site.run(&["related", "fit", "--heading", "siehe auch"]).ends(0).says(["160 articles have a list"]);
}
