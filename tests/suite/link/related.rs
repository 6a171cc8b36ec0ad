//! Related reading through the door: what is found by words, names and folders, and what never changes it.

use crate::site::Site;

const STORES: &str =
    "The feature store keeps features. A feature store serves the training of models and their serving.\n";
const DRIFT: &str = "Schema drift breaks pipelines. Watch schema drift with contracts between teams.\n";

/// Articles on two subjects that link to nothing.
fn two_subjects() -> String {
    let article = |path: &str, title: &str, text: &str| format!("-- content/{path}.md --\n# {title}\n{text}");
    [
        article("a/stores", "Keeping features", STORES),
        article("b/serving", "Serving models", STORES),
        article("a/drift", "When tables change", DRIFT),
        article("b/contracts", "Agreements", DRIFT),
        article("c/lunch", "Lunch", "Soup on Mondays, bread on Tuesdays.\n"),
    ]
    .concat()
}

/// The addresses of what a page says is related.
fn related(site: &Site, page: &str) -> Vec<String> {
    let page = site.page(page);
    let lines = page.lines().filter_map(|line| line.strip_prefix("related "));
    lines.map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn articles_that_share_rare_words_are_related_and_say_which() {
    let mut site = Site::new(&two_subjects());
    site.build();
    assert_eq!(related(&site, "a/stores/index.html").first().map(String::as_str), Some("/b/serving/"));
    assert_eq!(related(&site, "b/contracts/index.html").first().map(String::as_str), Some("/a/drift/"));
    let page = site.page("b/contracts/index.html");
    let line = page.lines().find(|line| line.starts_with("related /a/drift/")).unwrap_or_default();
    assert!(line.contains("words=") && line.contains("drift"), "{line}");
}

#[test]
fn no_article_is_an_island() {
    let mut site = Site::new(&two_subjects());
    site.build();
    assert!(!related(&site, "c/lunch/index.html").is_empty());
    let mut alone = Site::new("-- content/a.md --\nAlone.\n");
    alone.build();
    assert!(related(&alone, "a/index.html").is_empty());
}

#[test]
fn an_article_that_names_another_is_related_to_it() {
    let mut site = Site::new(
        "-- content/a.md --\nRun Get-Job first, whatever comes.\n-- content/get.md --\n# Get-Job\nLists what runs.\n\
         -- content/x.md --\nNothing here.\n",
    );
    site.build()
        .check("a/index.html", ["related /get/ Get-Job mentioned-here"])
        .check("get/index.html", ["related /a/ A mentions-this"]);
}

#[test]
fn of_a_series_two_are_shown_as_long_as_there_are_others() {
    let mut text = String::from("-- content/other.md --\n# Elsewhere\nHammers and nails, hammers and saws.\n");
    for number in 1..=4 {
        text.push_str(&format!(
            "-- content/news/n{number}.md --\n# News of the workshop {number}\nHammers and nails.\n"
        ));
    }
    let mut site = Site::new(&format!("[related]\nlimit = 3\n{text}"));
    site.build();
    assert!(related(&site, "news/n1/index.html").contains(&"/other/".to_owned()));
    assert_eq!(related(&site, "news/n1/index.html").len(), 3);
}

#[test]
fn drafts_never_appear_and_the_switch_takes_all_away() {
    let mut site = Site::new(&two_subjects().replace("# Serving models\n", "+++\ntitle = \"S\"\ndraft = true\n+++\n"));
    site.build();
    assert!(!related(&site, "a/stores/index.html").contains(&"/b/serving/".to_owned()));
    let mut site = Site::new(&format!("[related]\nenabled = false\n{}", two_subjects()));
    site.build();
    assert!(related(&site, "a/stores/index.html").is_empty());
}

#[test]
fn a_word_of_prose_renders_one_page() {
    // Behind the excerpt, which lists show.
    let long = format!("Soup and bread. {}Cake on Mondays.\n", "There is tea and coffee for everybody. ".repeat(10));
    let mut site = Site::new(&two_subjects().replace("Soup on Mondays, bread on Tuesdays.\n", &long));
    site.build().edit("content/c/lunch.md", "Mondays", "Fridays").build().counts(1, 1, 1).same_as_cold();
}

#[test]
fn the_ranking_is_printed_without_regard_to_series() {
    let mut site = Site::new(&two_subjects());
    site.build();
    let said = site.run(&["export", "related", "--limit", "1"]).ends(0);
    said.says(["\"a/stores.md\": [\n    \"b/serving.md\"\n  ]"]);
}

#[test]
fn a_site_that_shows_no_related_reading_can_be_asked_for_it() {
    let off = "[related]\nenabled = false\n[weave]\nauto_topics = false\n";
    let mut site = Site::new(&format!("{off}{}", two_subjects()));
    site.build().same_as_cold();
    let ranking = |site: &Site| site.run(&["export", "related"]).ends(0).stdout.clone();
    assert_eq!(ranking(&site), ranking(&Site::new(&two_subjects())));
    // Nor is what a build remembers then of any use to one that shows it.
    site.edit("site.toml", off, "").build().same_as_cold();
    assert!(!related(&site, "a/stores/index.html").is_empty());
}

/// A long article about two things, and an article about each.
const TWO_THINGS: &str = "-- content/long.md --
# Everything

Read this from the top to the bottom.

## Stores {see_also=true}

A feature store serves features to training and to serving alike, so that a feature store is never asked twice.

## Drift {see_also=true}

When schema drift comes, contracts hold it up; schema drift is what pipelines fear the most of all.

## Silence

When schema drift comes, contracts hold it up; schema drift is what pipelines fear the most of all.
-- content/stores.md --
# Feature store
A feature store keeps features. The feature store serves them.
-- content/drift.md --
# Schema drift
Schema drift breaks pipelines. Contracts end schema drift.
-- content/lunch.md --
# Lunch
Soup on Mondays, bread on Tuesdays.
";

/// What stands below a heading of the built page, up to the next heading.
fn below<'p>(page: &'p str, id: &str) -> &'p str {
    let start = page.find(&format!("<h2 id=\"{id}\">")).expect("the heading is there");
    let rest = &page[start + 4..];
    &rest[..rest.find("<h2").unwrap_or(rest.len())]
}

#[test]
fn sections_that_ask_lead_to_other_articles_than_their_neighbours() {
    let mut site = Site::new(TWO_THINGS);
    site.build();
    let page = site.page("long/index.html");
    assert!(below(&page, "stores").contains("<p class=\"see-also\">See also: <a href=\"/stores/\">Feature store</a>"));
    assert!(!below(&page, "stores").contains("/drift/"), "{page}");
    assert!(below(&page, "drift").contains("<a href=\"/drift/\">Schema drift</a>"), "{page}");
    assert!(!below(&page, "silence").contains("see-also"), "{page}");
    // A new title shows on the page that leads there, and a block takes it away.
    site.edit("content/stores.md", "# Feature store", "# The feature store").build();
    assert!(below(&site.page("long/index.html"), "stores").contains(">The feature store</a>"));
    let blocked = "+++\n[related]\nblock = [\"stores.md\"]\n+++\n# Everything";
    site.edit("content/long.md", "# Everything", blocked).build();
    assert!(!below(&site.page("long/index.html"), "stores").contains("/stores/"));
}

#[test]
fn all_headings_ask_where_the_article_or_the_site_does() {
    let quiet = TWO_THINGS.replace(" {see_also=true}", "").replace("## Silence", "## Silence {see_also=false}");
    let mut site = Site::new(&format!("[related]\nsections = true\n{quiet}"));
    site.build();
    let page = site.page("long/index.html");
    assert!(below(&page, "drift").contains("see-also") && !below(&page, "silence").contains("see-also"), "{page}");
    let mut site = Site::new(&quiet.replace("# Everything", "+++\nsee_also = true\n+++\n# Everything"));
    site.build();
    assert!(below(&site.page("long/index.html"), "stores").contains("see-also"));
    let mut site = Site::new(&quiet);
    site.build();
    assert!(!site.page("long/index.html").contains("see-also"));
}

#[test]
fn a_word_more_in_one_article_changes_no_other_list() {
    let mut site = Site::new(&two_subjects());
    site.build();
    let before: Vec<Vec<String>> =
        ["a/stores", "b/serving", "a/drift"].map(|page| related(&site, &format!("{page}/index.html"))).into();
    site.edit("content/b/contracts.md", "between teams", "between patient teams").build();
    let after: Vec<Vec<String>> =
        ["a/stores", "b/serving", "a/drift"].map(|page| related(&site, &format!("{page}/index.html"))).into();
    assert_eq!(before, after);
}

#[test]
fn what_a_short_article_says_once_behind_its_beginning_is_its_own_affair() {
    let long = "There is tea and coffee for everybody who comes. ".repeat(20);
    let mut site =
        Site::new(&two_subjects().replace("Soup on Mondays, bread on Tuesdays.\n", &format!("{long}\n\nSoup.\n")));
    site.build();
    let pages = ["a/stores", "b/serving", "a/drift", "b/contracts"].map(|page| format!("{page}/index.html"));
    let before = pages.clone().map(|page| related(&site, &page));
    // A word that both articles on drift are described by.
    site.edit("content/c/lunch.md", "Soup.", "Drift.").build().counts(1, 1, 1).same_as_cold();
    assert_eq!(pages.map(|page| related(&site, &page)), before);
}

#[test]
fn articles_that_are_the_same_are_told_apart_in_a_warm_build() {
    let twin = "# Twin\nA twin says what the twin beside it says, and nothing else.\n";
    let mut site = Site::new(&format!(
        "-- content/a.md --\n{twin}-- content/b.md --\n{twin}-- content/c.md --\n{twin}-- content/d.md --\n# Other\nHammers.\n"
    ));
    site.build();
    let pages = ["a", "b", "c"].map(|page| format!("{page}/index.html"));
    let before = pages.clone().map(|page| related(&site, &page));
    // Nothing about the twins changes, but everything is compared again.
    site.edit("content/d.md", "Hammers.", "## Nails\nHammers and nails.").build();
    assert_eq!(pages.map(|page| related(&site, &page)), before);
    site.same_as_cold();
}

#[test]
fn short_sections_are_ranked_for_programs_and_show_nothing() {
    let short = TWO_THINGS.replace(
        "A feature store serves features to training and to serving alike, so that a feature store is never asked twice.",
        "Use a feature store.",
    );
    let mut site = Site::new(&short);
    site.build();
    assert!(!below(&site.page("long/index.html"), "stores").contains("see-also"));
    let said = site.run(&["export", "related", "--sections", "--limit", "1"]).ends(0);
    let told: std::collections::BTreeMap<String, Vec<Vec<String>>> = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(told["long.md"].len(), 4, "{told:?}");
    assert_eq!(told["long.md"][1..3], [["stores.md"], ["drift.md"]], "{told:?}");
}
