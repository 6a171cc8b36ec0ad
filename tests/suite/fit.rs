//! `docweave related fit`: weights that are fitted to the lists of editors, and what is made of them.

use crate::site::{Said, Site};

/// Five folders of 32 articles that speak alike and link to one another: everything but what their code names speaks for
/// the articles beside each.
const FOLDERS: usize = 5;
const EACH: usize = 32;

/// The article that stands at a place in all folders.
fn path(at: usize) -> String {
    format!("f{}/tool{at}.md", at / EACH)
}

/// Three articles of other folders, far from each other.
fn named(at: usize) -> [usize; 3] {
    [1, 2, 3].map(|folder| (at + folder * EACH + (at * 7 + folder) % EACH) % (FOLDERS * EACH))
}

/// A site whose articles name three others in code. `lists` says where each one's editors list the articles that they are given.
fn site(lists: impl Fn(usize) -> (String, String)) -> String {
    let mut text = String::new();
    for at in 0..FOLDERS * EACH {
        let folder = at / EACH;
        let (front, section) = lists(at);
        let names = named(at).map(|other| format!("tool{other} run")).join("\n");
        let beside = (folder * EACH) + (at + 1) % EACH;
        text += &format!(
            "-- content/{} --\n+++\ntitle = \"tool{at}\"\n{front}+++\n\
             Hammers{folder} drive nails{folder} into boards{folder}; see [the next](/{}).\n\n```sh\n{names}\n```\n\n{section}",
            path(at),
            path(beside),
        );
    }
    text
}

fn pins(at: usize) -> (String, String) {
    let list = named(at).map(|other| format!("\"/{}\"", path(other))).join(", ");
    (format!("related = {{ pin = [{list}] }}\n"), String::new())
}

/// Links that nothing else on the site tells of, below a heading.
fn see_also(heading: &str, at: usize) -> (String, String) {
    let all = FOLDERS * EACH;
    let links = [3, 5, 11].map(|by| format!("- [{by}](/{})\n", path((at * by + 41 * by) % all))).concat();
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
    assert!(before < 40.0 && after > 90.0, "{said:?}");
    let default = docweave::model::signal::Weights::default();
    let was = |signal| f64::from(default.hundredths(signal)) / 100.0;
    use docweave::model::signal::Signal;
    assert!(weight(&said.stdout, "title_in_code") > 2.0 * was(Signal::TitleInCode), "{said:?}");
    assert!(weight(&said.stdout, "words") < was(Signal::Words), "{said:?}");
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
    site.write("site.toml", more.replace("title_in_code = ", "title_in_code = 0.01 # "));
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
