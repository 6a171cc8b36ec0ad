//! What a theme says: in which language, and who may change it.

use std::collections::{BTreeMap, BTreeSet};

use docweave::{
    model::{
        Config, Date,
        phrase::{self, Phrase},
    },
    render::{
        Theme,
        strings::{Strings, direction, plural},
    },
    source::{config, data, memory},
};

use crate::site::Site;

const LANGUAGES: [&str; 6] = ["ar", "de", "en", "es", "fr", "ja"];

/// The default theme's strings in a language.
fn built_in(language: &str) -> BTreeMap<String, Phrase> {
    let path = format!("themes/default/strings/{language}.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let table = data::toml_node(&path, &text, 0..text.len()).unwrap();
    let (written, problems) = phrase::read(&table, &path);
    assert_eq!(problems, []);
    written.into_iter().map(|written| (written.key.value, written.phrase.value)).collect()
}

/// What the default theme says on a site with these lines in site.toml.
fn spoken(more: &str, files: &str) -> Strings {
    let (config, problems) = config::parse(&format!("title = \"T\"\nbase_url = \"/\"\n{more}"), "site.toml");
    assert_eq!(problems, []);
    let (theme, problems) = Theme::load(&memory::Tree::parse(files), &config).unwrap();
    assert_eq!(problems, []);
    theme.strings().clone()
}

#[test]
fn every_language_says_everything() {
    let english = built_in("en");
    for language in LANGUAGES {
        let said = built_in(language);
        let keys = |strings: &BTreeMap<String, Phrase>| strings.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&said), keys(&english), "{language}");
        for (key, phrase) in &said {
            let place = format!("{language}: {key}");
            assert!(phrase.texts().iter().all(|text| !text.is_empty()), "{place}");
            let names =
                |phrase: &Phrase| phrase.placeholders().iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
            match (&english[key], phrase) {
                (Phrase::List(known), Phrase::List(items)) => assert_eq!(known.len(), items.len(), "{place}"),
                (Phrase::Forms(_), Phrase::Forms(forms)) => {
                    let asked: BTreeSet<&str> = (0..1000).map(|count| plural::form(language, count)).collect();
                    let has: BTreeSet<&str> = forms.keys().map(String::as_str).collect();
                    assert_eq!(has, asked, "{place}: the forms that the language has");
                    assert_eq!(names(phrase), names(&english[key]), "{place}");
                }
                (Phrase::Text(_), Phrase::Text(_)) if key == "date" => {}
                (Phrase::Text(_), Phrase::Text(_)) => assert_eq!(names(phrase), names(&english[key]), "{place}"),
                _ => panic!("{place} is of another kind than in English"),
            }
        }
    }
}

#[test]
fn every_string_is_said_somewhere() {
    let mut said = String::new();
    for folder in ["themes/default/templates", "src/render"] {
        for (_, bytes) in crate::site::tree(std::path::Path::new(folder)) {
            said.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    let is_said = |key: &str| said.contains(&format!("strings.{key}")) || said.contains(&format!("\"{key}\""));
    let unsaid: Vec<String> = built_in("en").into_keys().filter(|key| !is_said(key)).collect();
    assert_eq!(unsaid, Vec::<String>::new());
}

#[test]
fn no_template_holds_a_word() {
    let mut wrong = Vec::new();
    for (path, bytes) in crate::site::tree(std::path::Path::new("themes/default/templates")) {
        let text = String::from_utf8(bytes).unwrap();
        for word in words(&text) {
            wrong.push(format!("{path}: {word}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(words("<p class=\"a\">{{ x }} min {# c #}<a title=\"Tip\">"), ["min", "Tip"]);
}

/// What a template says by itself: words between tags, and in attributes that are read out.
fn words(template: &str) -> Vec<String> {
    // What a block of attributes holds is a name, and so are keys.
    let mut plain = template.replace("{% block layout %}home", "");
    for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
        while let Some(start) = plain.find(open) {
            let end = plain[start..].find(close).map_or(plain.len(), |end| start + end + close.len());
            plain.replace_range(start..end, "");
        }
    }
    let mut said = String::new();
    for piece in plain.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        said.push_str(text);
        for attribute in ["aria-label=\"", "title=\"", "alt=\"", "placeholder=\"", "aria-description=\""] {
            let value = tag.split(&format!(" {attribute}")).nth(1).and_then(|rest| rest.split('"').next());
            said.push_str(&format!(" {} ", value.unwrap_or("")));
        }
    }
    // The name of a format is no word.
    let words = said
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !["", "Atom", "doctype", "html", "Esc", "Enter"].contains(word));
    words.map(str::to_owned).collect()
}

#[test]
fn a_language_falls_back_to_the_one_it_belongs_to_and_then_to_english() {
    for (language, related) in
        [("de-AT", "Mehr dazu"), ("DE", "Mehr dazu"), ("ja", "関連記事"), ("nl", "Related reading")]
    {
        assert_eq!(spoken(&format!("language = \"{language}\"\n"), "").text("related"), related, "{language}");
    }
    let dutch = "-- themes/default/strings/nl.toml --\nrelated = \"Meer lezen\"\n";
    let said = spoken("language = \"nl-BE\"\n", dutch);
    assert_eq!((said.text("related"), said.text("skip")), ("Meer lezen", "Skip to content"));
    let own = "[strings]\nrelated = \"Read on\"\narticle_count = \"{count} pieces\"\n";
    assert_eq!(spoken(own, "").text("related"), "Read on");
}

#[test]
fn dates_and_numbers_are_those_of_the_language() {
    let date: Date = "2026-03-01".parse().unwrap();
    for (language, expected) in [
        ("en", "1 March 2026|Sunday, Mar|9,999|1,234,567"),
        ("de", "1. März 2026|Sonntag, März|9.999|1.234.567"),
        ("fr", "1 mars 2026|dimanche, mars|9\u{202f}999|1\u{202f}234\u{202f}567"),
        ("es", "1 de marzo de 2026|domingo, mar|9999|1.234.567"),
        ("ja", "2026年3月1日|日曜日, 3月|9,999|1,234,567"),
        ("ar", "1 مارس 2026|الأحد, مارس|9,999|1,234,567"),
    ] {
        let said = spoken(&format!("language = \"{language}\"\n"), "");
        let by = said.date_by(date, "%A, %b").unwrap();
        let found = format!("{}|{by}|{}|{}", said.date(date), said.number(9999), said.number(1_234_567));
        assert_eq!(found, expected, "{language}");
    }
    let american = spoken("[strings]\ndate = \"{short_month} {day}, {year}\"\n", "");
    assert_eq!(american.date(date), "Mar 1, 2026");
    assert_eq!(american.date_by(date, "100%% %Y").unwrap(), "100% 2026");
}

#[test]
fn right_to_left_is_known_by_language_and_script() {
    for rtl in ["ar", "he-IL", "fa", "ur-PK", "az-Arab", "AR"] {
        assert_eq!(direction(rtl), "rtl", "{rtl}");
    }
    for ltr in ["en", "ar-Latn", "ja", "pa"] {
        assert_eq!(direction(ltr), "ltr", "{ltr}");
    }
}

#[test]
fn mistakes_in_strings_are_told_with_their_place() {
    let mut site = Site::new(
        "theme = \"default\"\n[strings]\nrelatd = \"x\"\nskip = { other = \"x\" }\nmonths = [\"a\"]\nfold = \"{titel}\"\nmin_read = 3\n\
         page_count = { ones = \"x\", other = \"{count}\" }\n-- content/_index.md --\n\
         -- themes/default/strings/nl.toml --\nnext = \"Volgende\"\nnxt = \"x\"\n",
    );
    site.build();
    let told: Vec<String> = site.diagnostics().iter().map(crate::site::line).collect();
    assert_eq!(
        told,
        [
            "site.toml:7:1: error[unknown-string]: the theme has no string `relatd`; did you mean `related`?",
            "site.toml:8:8: error[wrong-type]: `skip` is one text; write `skip = \"..\"`",
            "site.toml:9:10: error[wrong-type]: `months` is a list of 12; write `months = [\"..\", ..]`",
            "site.toml:10:8: error[unknown-placeholder]: nothing fills in `{titel}` of `fold`; did you mean `{title}`?",
            "site.toml:11:12: error[wrong-type]: expected a string for `min_read`, found an integer; put the text in quotes",
            "site.toml:12:16: error[unknown-key]: unknown form `ones` of `page_count`; did you mean `one`?",
            "themes/default/strings/nl.toml:2:1: error[unknown-string]: the theme has no string `nxt`; did you mean `next`?",
        ]
    );
}

#[test]
fn a_page_speaks_the_language_of_its_site() {
    let mut site = Site::new(
        "theme = \"default\"\nlanguage = \"de-CH\"\n-- content/_index.md --\n-- content/a.md --\n+++\ndate = 2026-03-01\n+++\n\
         > [!TIP]\n> Text.[^1]\n\n## A\n\n## B\n\n[^1]: Note.\n",
    );
    site.build();
    site.check(
        "a/index.html",
        [
            "<html lang=\"de-CH\">",
            "Zum Inhalt springen",
            "<time datetime=\"2026-03-01\">1. März 2026</time>",
            "1 Min. Lesezeit",
            "<p class=\"callout-title\">Tipp</p>",
            "aria-label=\"Fußnoten\"",
            "data-copied=\"Kopiert\"",
        ],
    );
    site.check("404.html", ["<h1>Seite nicht gefunden</h1>"]).same_as_cold();
    // What only templates say leaves bodies as they are; what bodies hold makes them anew.
    site.edit("site.toml", "language = \"de-CH\"", "language = \"ar\"").build();
    site.check("a/index.html", ["dir=\"rtl\"", "<p class=\"callout-title\">نصيحة</p>"]).same_as_cold();
    let text = site.text("site.toml") + "[strings]\nskip = \"Jump\"\ntip = \"Hint\"\n";
    site.write("site.toml", text).build();
    site.check("a/index.html", ["Jump", "<p class=\"callout-title\">Hint</p>"]).same_as_cold();
}

#[test]
fn a_theme_that_extends_nothing_still_has_words_for_bodies() {
    Site::new("language = \"fr\"\n-- content/a.md --\n> [!TIP]\n> Text.\n").build().check("a/index.html", ["Astuce"]);
    let config = Config::new("T", config::base_url("/").unwrap_or_else(|_| panic!("an address")));
    assert_eq!(config.strings, []);
}
