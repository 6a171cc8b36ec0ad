//! `docweave topics`: topics for a site that has none.

use std::process::ExitCode;

use crate::cli::{
    args::{Topics, TopicsWhat},
    export,
};
use crate::link::topic::suggest::{self, Suggestion};
use crate::model::{Config, Site};

pub(super) fn run(arguments: &Topics) -> ExitCode {
    match &arguments.what {
        TopicsWhat::Suggest(arguments) => export::print(arguments, suggested),
    }
}

/// Suggested topics as lines of `site.toml`.
fn suggested(config: &Config, site: &Site) -> String {
    let topics = suggest::topics(config, site);
    if topics.is_empty() {
        return "# No topics to suggest: no folder and no group of 4 articles or more has words of its own.\n"
            .to_owned();
    }
    topics.iter().map(lines).collect::<Vec<_>>().join("\n")
}

fn lines(topic: &Suggestion) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let keywords: Vec<String> = topic.keywords.iter().map(|word| quoted(word)).collect();
    let place = topic.folder.as_ref().map_or_else(String::new, |folder| format!(" in content/{folder}/"));
    let parent = topic.parent.as_ref().map_or_else(String::new, |parent| format!("parent = {}\n", quoted(parent)));
    format!(
        "# {} articles{place}\n[topics.{}]\ntitle = {}\nkeywords = [{}]\n{parent}",
        topic.articles,
        topic.name,
        quoted(&topic.title),
        keywords.join(", ")
    )
}
