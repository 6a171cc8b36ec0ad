//! `docweave explain`: why the site is woven as it is.

use std::process::ExitCode;

use crate::cli::{
    args::{Explain, ExplainTopics, ExplainWhat},
    environment_failure, export,
    voice::Speaker,
};
use crate::link::topic::{
    FEWEST_WORDS,
    explain::{self, Explained, Unguessed},
};
use crate::model::{
    Config, Error, Site,
    diagnostic::did_you_mean,
    site::{PageId, SectionTopic},
};

pub(super) fn run(arguments: &Explain) -> ExitCode {
    match &arguments.what {
        ExplainWhat::Topics(arguments) => topics(arguments),
    }
}

fn topics(arguments: &ExplainTopics) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let (config, site) = match export::woven(&arguments.site, &arguments.content, &speaker) {
        Ok(woven) => woven,
        Err(code) => return code,
    };
    match find(&site, &arguments.file) {
        Ok(page) => {
            speaker.result(&table(&config, &site, page, &explain::page(&config, &site, page)));
            ExitCode::SUCCESS
        }
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

/// The page of a file, by its path from the site's folder or from `content/`.
fn find(site: &Site, file: &str) -> Result<PageId, Error> {
    let file = file.trim_start_matches("./");
    let inner = file.strip_prefix("content/").unwrap_or(file);
    let paths = || site.pages.iter().filter(|page| page.has_source).map(|page| page.head.path.as_str());
    let found = site.pages.iter().position(|page| page.has_source && page.head.path.as_str() == inner);
    found.ok_or_else(|| {
        let help = match did_you_mean(inner, paths()) {
            Some(near) => format!("did you mean `content/{near}`?"),
            None => "name an article that is published, such as `content/guides/start.md`".to_owned(),
        };
        Error::new(format!("there is no article `{file}` in this site")).help(help)
    })
}

/// Each section with its topics, and below each how it came.
fn table(config: &Config, site: &Site, page: PageId, sections: &[Explained]) -> String {
    let head = &site.pages[page].head;
    let name = |topic: usize| config.topics[site.topics[topic].declared].name.as_str();
    let width = config.topics.iter().map(|topic| topic.name.chars().count()).max().unwrap_or(0);
    let threshold = config.weave.topic_threshold;
    let mut text = format!("content/{}: {}\n", head.path, head.title);
    for (section, explained) in sections.iter().enumerate() {
        let heading = section.checked_sub(1).and_then(|at| head.headings.get(at));
        let words = head.sections.get(section).map_or(0, |section| section.words);
        match heading {
            Some(heading) => {
                text.push_str(&format!("\n{} {}\n", "#".repeat(heading.level.into()), heading.text));
            }
            None if words == 0 => continue,
            None => text.push_str("\n(the beginning)\n"),
        }
        for SectionTopic { topic, origin } in &explained.topics {
            let how = explain::origin(site, origin);
            text.push_str(&format!("  {:width$}  {how}\n", name(*topic), width = width + 2));
        }
        match explained.unguessed {
            Some(Unguessed::SwitchedOff) => text.push_str("  no topic: automatic topics are switched off here\n"),
            Some(Unguessed::NoArticle) => text.push_str("  no topic: only articles and folders are given topics\n"),
            Some(Unguessed::TooShort) => {
                text.push_str(&format!("  no topic: {words} words, fewer than {FEWEST_WORDS}\n"));
            }
            None if explained.topics.is_empty() && explained.near.is_empty() => {
                text.push_str("  no topic: nothing speaks for one\n");
            }
            None | Some(Unguessed::Written) => {}
        }
        for (topic, guess) in &explained.near {
            let not = if f64::from(guess.score) < threshold { format!("below {threshold}: ") } else { String::new() };
            let (name, how) =
                (format!("({})", name(*topic)), explain::scored(guess).replacen("  ", &format!("  {not}"), 1));
            text.push_str(&format!(" {name:width$}   {how}\n", width = width + 2));
        }
    }
    text
}
