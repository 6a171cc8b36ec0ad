//! Examples of configuration, front matter and Markdown.

use std::sync::Arc;

use docweave::{
    model::{
        Config, Data, Diagnostic, Level, RelPath, Site,
        page::LinkKind,
        site::{Page, PageKind, Resolved, Target},
    },
    parse::{Parsed, card},
    render::{
        Theme,
        body::{Composer, Terms},
        component::Components,
        media::Pictures,
    },
    source::{config, data::files, memory},
};

use super::{article, fence::Fence, fence::fences, read, tested_pages};

/// Calls `check` for each fence with the word `word` after its language, and wants to have found some.
fn each(word: &str, check: impl Fn(&str, &Fence, Option<&Fence>)) {
    let mut found = 0;
    for path in tested_pages() {
        let fences = fences(&read(&path));
        for (index, fence) in fences.iter().enumerate().filter(|(_, fence)| fence.says(word)) {
            check(&format!("{path}:{}", fence.line), fence, fences.get(index + 1));
            found += 1;
        }
    }
    assert!(found > 0, "no fence says `{word}`");
}

/// The theme of this name, in English.
fn load(tree: &memory::Tree, name: &str) -> (Theme, Vec<Diagnostic>) {
    let (config, _) = config::parse(&format!("title = \"T\"\nbase_url = \"/\"\ntheme = \"{name}\"\n"), "site.toml");
    Theme::load(tree, &config).unwrap()
}

fn assert_clean(place: &str, diagnostics: &[Diagnostic]) {
    let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{place}: {told:#?}");
}

#[test]
fn every_example_of_the_configuration_is_right() {
    each("site", |place, fence, _| assert_clean(place, &config::parse(&fence.text, "site.toml").1));
    each("site-part", |place, fence, _| {
        let whole = format!("title = \"T\"\nbase_url = \"/\"\n{}", fence.text);
        assert_clean(place, &config::parse(&whole, "site.toml").1);
    });
}

#[test]
fn every_example_of_front_matter_is_right() {
    each("front-matter", |place, fence, _| {
        let line = if fence.language() == "toml" { "+++" } else { "---" };
        let parsed = article(&format!("{line}\n{}{line}\n", fence.text));
        assert_clean(place, &parsed.diagnostics);
        assert_ne!(parsed.head.front, Default::default(), "{place}: it says nothing");
    });
    each("article", |place, fence, _| assert_clean(place, &article(&fence.text).diagnostics));
}

#[test]
fn every_example_of_a_theme_file_is_right() {
    each("theme", |place, fence, _| {
        let site = format!("-- themes/mine/theme.toml --\n{}", fence.text);
        let (_, diagnostics) = load(&memory::Tree::parse(&site), "mine");
        assert_clean(place, &diagnostics);
    });
}

#[test]
fn every_example_of_a_template_compiles() {
    each("template", |place, fence, _| {
        let site = String::from(
            "-- themes/mine/theme.toml --\nextends = \"default\"\n-- themes/mine/templates/page.html --\n",
        );
        let (_, diagnostics) = load(&memory::Tree::parse(&(site + &fence.text)), "mine");
        assert_clean(place, &diagnostics);
    });
}

#[test]
fn every_example_of_a_component_compiles() {
    each("component", |place, fence, _| {
        let tree = memory::Tree::parse(&format!("-- components/example.html --\n{}", fence.text));
        let (theme, diagnostics) = load(&tree, "default");
        assert_clean(place, &diagnostics);
        assert!(theme.components().values().any(|found| found.path == "components/example.html"), "{place}");
    });
}

#[test]
fn every_example_of_data_is_right() {
    let read = |place: &str, fence: &Fence| {
        let tree = memory::Tree::parse(&format!("-- data/example.{} --\n{}", fence.language(), fence.text));
        let (found, mut diagnostics) = files::list(&tree).unwrap();
        let (node, problems) = files::read(&tree, &found["example"]).unwrap();
        diagnostics.extend(problems);
        assert_clean(place, &diagnostics);
        node.unwrap()
    };
    each("data", |place, fence, _| drop(read(place, fence)));
    each("cards", |place, fence, _| {
        let (group, diagnostics) = card::group("data/example.toml", &read(place, fence));
        assert_clean(place, &diagnostics);
        assert!(!group.cards.is_empty(), "{place}");
    });
}

#[test]
fn markdown_that_is_shown_is_followed_by_itself() {
    each("shown", |place, fence, _| {
        let (source, shown) = (fence.text.trim_end(), &fence.after);
        assert!(shown.starts_with(source), "{place}: the text below the fence differs from what stands in it");
    });
}

#[test]
fn markdown_gives_the_html_that_is_shown() {
    each("html", |place, fence, next| {
        let result = next.filter(|next| next.says("result")).expect("a fence `html,result` follows");
        assert_eq!(html(&article(&fence.text)).trim(), result.text.trim(), "{place}");
    });
}

/// The body of an article whose links all lead where they say.
fn html(parsed: &Parsed) -> String {
    assert!(parsed.diagnostics.iter().all(|problem| problem.level != Level::Error));
    let links = parsed.head.links.iter().map(|link| {
        let target = if link.kind == LinkKind::Image { Target::File(RelPath::default()) } else { Target::External };
        Resolved { href: link.target.clone(), target, text: None }
    });
    let (config, _) = config::parse("title = \"T\"\nbase_url = \"/\"\n", "site.toml");
    let config = Config { language: "en".to_owned(), ..config };
    let (theme, _) = load(&memory::Tree::default(), "default");
    let (site, data) = (Site::default(), Data::default());
    let at = RelPath::new("page/index.html").unwrap();
    let mut page = Page::at(Arc::new(parsed.head.clone()), PageKind::Article, "/page/".to_owned(), at);
    page.links = links.collect();
    let components = Components::new(&config, &site, &theme, &data);
    let composer = Composer {
        config: &config,
        page: &page,
        components: &components,
        pictures: &Pictures::new(),
        terms: Terms::of(&config, &site),
        strings: theme.strings(),
        colouring: std::cell::Cell::default(),
        rendering: &|_| (),
    };
    composer.compose(&parsed.doc).unwrap()
}
