//! References name everything that the program knows: keys, options, rules, codes of diagnostics.

use clap::CommandFactory;
use docweave::{
    check::report::level_name,
    cli::args::Arguments,
    model::{
        Diagnostic, RULES, Rule,
        extensions::{EXTENSIONS, Extensions},
        signal::{Signal, Weights},
    },
    source::config,
};

use super::{article, pages, read, repository};

/// The keys that a diagnostic about an unknown key lists.
fn known_keys(diagnostics: &[Diagnostic], wrong: &str) -> Vec<String> {
    let problem = diagnostics.iter().find(|problem| problem.message.contains(&format!("`{wrong}`")));
    let help = problem.and_then(|problem| problem.help.as_deref()).expect("an unknown key is told");
    let list = help.strip_prefix("the known keys are ").expect("the help lists the keys");
    let list = list.split(';').next().unwrap();
    list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

/// Wants a row of a table to begin with each key, as code.
fn assert_rows(page: &str, keys: &[String]) {
    let text = read(page);
    let missing: Vec<_> = keys.iter().filter(|key| !text.contains(&format!("\n| `{key}` |"))).collect();
    assert!(missing.is_empty(), "{page} has no row for {missing:?}");
}

#[test]
fn every_key_of_front_matter_is_in_its_reference() {
    let wrong =
        article("+++\nqqqqqqqqqqq = 1\nrelated = { wwwwwwwwwww = 1 }\nhero = { vvvvvvvvvvv = 1 }\n+++\n").diagnostics;
    let page = "content/manual/content/front-matter.md";
    assert_rows(page, &known_keys(&wrong, "qqqqqqqqqqq"));
    assert_rows(
        page,
        &known_keys(&wrong, "wwwwwwwwwww").iter().map(|key| format!("related.{key}")).collect::<Vec<_>>(),
    );
    assert_rows(page, &known_keys(&wrong, "vvvvvvvvvvv").iter().map(|key| format!("hero.{key}")).collect::<Vec<_>>());
}

#[test]
fn every_key_of_the_configuration_is_in_its_reference() {
    let site = "content/manual/configuration/site.md";
    let external = "content/manual/configuration/external-links.md";
    for (table, prefix) in [
        ("", ""),
        ("[markdown]", "markdown."),
        ("[callouts.a]", "callouts.NAME."),
        ("[topics.a]", "topics.NAME."),
        ("[nav]", "nav."),
        ("[[nav.links]]\ntitle = \"a\"\nto = \"b\"", "nav.links."),
        ("[footer]", "footer."),
        ("[[footer.links]]\ntitle = \"a\"\nto = \"b\"", "footer.links."),
        ("[archive]", "archive."),
        ("[search]", "search."),
        ("[feed]", "feed."),
        ("[weave]", "weave."),
        ("[related]", "related."),
        ("[images]", "images."),
        ("[css]", "css."),
        ("[js]", "js."),
        ("[social]", "social."),
        ("[links]", "links."),
        ("[llms]", "llms."),
        ("[manifest]", "manifest."),
        ("[[translations]]\nlanguage = \"de\"\nbase_url = \"https://a.example/\"", "translations."),
        ("[inventory]", "inventory."),
        ("[inventories.a]\nfile = \"a\"", "inventories.NAME."),
        ("[json]", "json."),
        ("[check.external]", "check.external."),
        ("[check.images]", "check.images."),
        ("[publish.a]\nto = \"a\"", "publish.NAME."),
    ] {
        let text = format!("title = \"T\"\nbase_url = \"/\"\n{table}\nqqqqqqqqqqq = 1\n");
        let keys = known_keys(&config::parse(&text, "site.toml").1, "qqqqqqqqqqq");
        let page = if table == "[check.external]" { external } else { site };
        assert_rows(page, &keys.iter().map(|key| format!("{prefix}{key}")).collect::<Vec<_>>());
    }
}

#[test]
fn the_table_of_weights_is_what_counts_by_default() {
    let text = read("content/manual/content/related.md");
    for signal in Signal::all() {
        let hundredths = Weights::default().hundredths(signal);
        let row = format!("\n| `{}` | {}.{:02} |", signal.name(), hundredths / 100, hundredths % 100);
        assert!(text.contains(&row), "no row{row}");
    }
}

#[test]
fn the_table_of_extensions_is_the_list_of_extensions() {
    let text = read("content/manual/content/markdown.md");
    let (_, table) = text.split_once("{#extensions}").expect("a section of extensions");
    let told: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"))
        .map(|row| (row.split('`').next().unwrap(), row.rsplit(" | ").next().unwrap()))
        .collect();
    let by_default = |extension| if Extensions::default().has(extension) { "on" } else { "off" };
    let expected: Vec<_> = EXTENSIONS.iter().map(|(name, extension)| (*name, by_default(*extension))).collect();
    assert_eq!(told, expected);
}

#[test]
fn every_option_is_on_the_page_of_its_command() {
    for command in Arguments::command().get_subcommands() {
        let page = format!("content/manual/commands/{}.md", command.get_name());
        let text = read(&page);
        let inner = command.get_subcommands().flat_map(|command| command.get_arguments());
        let names =
            command.get_arguments().chain(inner).filter(|argument| argument.get_id() != "help").map(|argument| {
                match argument.get_long() {
                    Some(long) => format!("--{long}"),
                    None => argument.get_id().to_string().to_uppercase(),
                }
            });
        let missing: Vec<_> = names.filter(|name| !text.contains(name)).collect();
        assert!(missing.is_empty(), "{page} does not tell of {missing:?}");
    }
}

#[test]
fn the_table_of_rules_is_the_list_of_rules() {
    let page = "content/manual/configuration/check.md";
    let text = read(page);
    let row = |rule: &Rule| {
        let Rule { name, level, about, .. } = rule;
        format!("| [`{name}`](rules.md#{name}) | {} | {about} |\n", level_name(*level))
    };
    let table = "| rule | level | tells of |\n|---|---|---|\n".to_owned() + &RULES.iter().map(row).collect::<String>();
    if !text.contains(&table) && std::env::var_os("BLESS").is_some() {
        let (before, rest) = text.split_once("| rule | level |").or_else(|| text.split_once("TABLE")).unwrap();
        let after = rest.split_once("\n\n").unwrap().1;
        return std::fs::write(repository().join(page), format!("{before}{table}\n{after}")).unwrap();
    }
    assert!(text.contains(&table), "{page} lacks\n{table}\n(BLESS=1 writes it)");
}

#[test]
fn the_table_of_what_is_mended_is_the_list_of_rules() {
    let page = "content/manual/commands/check.md";
    let text = read(page);
    let row = |rule: &Rule| format!("| [`{0}`](../configuration/rules.md#{0}) | {1} |\n", rule.name, rule.fix);
    let mended = RULES.iter().filter(|rule| !rule.fix.is_empty());
    let table = "| rule | what is mended |\n|---|---|\n".to_owned() + &mended.map(row).collect::<String>();
    if !text.contains(&table) && std::env::var_os("BLESS").is_some() {
        let (before, rest) = text.split_once("| rule | what is mended |").unwrap();
        let after = rest.split_once("\n\n").unwrap().1;
        return std::fs::write(repository().join(page), format!("{before}{table}\n{after}")).unwrap();
    }
    assert!(text.contains(&table), "{page} lacks\n{table}\n(BLESS=1 writes it)");
}

/// What stands above the rules one by one.
const RULES_HEAD: &str = r#"+++
title = "The rules one by one"
description = "Each rule of the checks: what it tells of, why that matters, and an example: made from the program's own list."
weight = 21
topics = ["building"]
+++

What each [rule](check.md#rules) tells of, and why. Levels can be set, and findings allowed: see [checks](check.md).
"#;

#[test]
fn the_rules_one_by_one_are_those_of_the_program() {
    let page = "content/manual/configuration/rules.md";
    let mut wanted = RULES_HEAD.to_owned();
    for Rule { name, level, about, reason, fix, example: (wrong, right) } in RULES {
        let mut about = about.chars();
        let about: String = about.next().unwrap().to_uppercase().chain(about).collect();
        wanted.push_str(&format!("\n## `{name}` {{#{name}}}\n\n{about}. {reason}\n\nLevel: {}.\n", level_name(*level)));
        if !fix.is_empty() {
            wanted.push_str(&format!("\n[`docweave check --fix`](../commands/check.md#fix) mends it. {fix}\n"));
        }
        if !wrong.is_empty() {
            wanted.push_str(&format!("\n````markdown\n{wrong}\n````\n\nInstead:\n\n````markdown\n{right}\n````\n"));
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(repository().join(page), &wanted).unwrap();
    }
    assert!(read(page) == wanted, "{page} is not what src/model/rule.rs says: run this test again with BLESS=1");
}

#[test]
fn every_code_is_in_the_list_of_messages() {
    let list = read("content/manual/configuration/messages.md") + &read("content/manual/configuration/check.md");
    let is_listed = |code: &String| ["| `{}` |", "| [`{}`]("].iter().any(|row| list.contains(&row.replace("{}", code)));
    let mut missing: Vec<String> = codes().into_iter().filter(|code| !is_listed(code)).collect();
    missing.sort();
    missing.dedup();
    assert_eq!(missing, Vec::<String>::new());
}

/// The first argument of each call that makes an error or a warning in the sources, where it is a literal.
fn codes() -> Vec<String> {
    let mut codes = Vec::new();
    for path in super::files("src", "rs").iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = read(path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for start in ["Diagnostic::error(", "Diagnostic::warning(", "self.refuse(", "self.warn("] {
            for (at, _) in code.match_indices(start) {
                let rest = code[at + start.len()..].trim_start();
                let literal = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                codes.extend(literal.map(|(code, _)| code.to_owned()));
            }
        }
    }
    assert!(codes.len() > 20, "the sources are read as they are written");
    codes
}

#[test]
fn every_page_of_the_manual_is_found_from_its_folder() {
    for page in pages("content/manual") {
        let folder = page.rsplit_once('/').unwrap().0;
        assert!(pages(folder).contains(&format!("{folder}/_index.md")), "{folder} has no _index.md");
    }
}
