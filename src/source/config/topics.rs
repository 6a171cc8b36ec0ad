//! `[topics.NAME]`: names, colours, and parents that lead to a root.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, Spanned, config::Topic, diagnostic::did_you_mean};
use crate::source::config::{
    Checker,
    raw::{InOrder, RawTopic},
};

/// Topics in the order of the file. Each parent is declared, and no topic is above itself.
pub(super) fn resolve(raw: InOrder<RawTopic>, checker: &mut Checker<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    for (name, raw) in raw.0 {
        if is_name(&name.value) {
            topics.push(topic(name, raw, checker));
        } else {
            let message = format!("invalid name of a topic: `{}`", name.value);
            let diagnostic = Diagnostic::error("invalid-value", checker.path, name.span, message)
                .help(format!("write it in small letters, digits and hyphens: `[topics.{}]`", as_name(&name.value)));
            checker.diagnostics.push(diagnostic);
        }
    }
    check_parents(&mut topics, checker);
    topics
}

fn topic(Spanned { value: name, span: place }: Spanned<String>, raw: RawTopic, checker: &mut Checker<'_>) -> Topic {
    let key = format!("topics.{name}.colour");
    let colour = checker.text(&key, raw.colour.or(raw.color), is_colour, COLOUR);
    let icon = checker.text(
        &format!("topics.{name}.icon"),
        raw.icon,
        is_icon,
        ("it is not a sign", "write one sign, such as an emoji, or a few letters"),
    );
    let title = raw.title.trim();
    Topic {
        title: if title.is_empty() { as_title(&name) } else { title.to_owned() },
        name,
        place,
        description: raw.description.trim().to_owned(),
        keywords: raw.keywords,
        terms: raw.terms.0.into_iter().map(|(term, definition)| (term.value, definition)).collect(),
        parent: raw.parent,
        colour,
        icon,
    }
}

/// Small letters of any script, digits and single hyphens between them.
pub(super) fn is_name(name: &str) -> bool {
    let letter = |c: char| c == '-' || (c.is_alphanumeric() && !c.is_uppercase());
    !name.is_empty() && name.chars().all(letter) && name.split('-').all(|part| !part.is_empty())
}

/// The nearest fine name, for help.
pub(super) fn as_name(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "name".to_owned() } else { parts.join("-") }
}

/// `case-studies` as readers see it where no title is given: "Case studies".
pub(super) fn as_title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

pub(super) const COLOUR: (&str, &str) = ("it is not a CSS colour", "write a colour such as `#2f6f4f` or `teal`");

/// Only what colours are made of, for it goes into a style.
pub(super) fn is_colour(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "#(),.%/ -".contains(c);
    !text.trim().is_empty() && text.len() <= 100 && text.chars().all(plain)
}

/// A sign or two, no text.
fn is_icon(text: &str) -> bool {
    let shown = text.trim();
    !shown.is_empty() && shown.chars().count() <= 8 && !shown.chars().any(char::is_control)
}

fn check_parents(topics: &mut [Topic], checker: &mut Checker<'_>) {
    let names: Vec<String> = topics.iter().map(|topic| topic.name.clone()).collect();
    let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    for topic in topics.iter_mut() {
        let Some(parent) = &topic.parent else { continue };
        if index.contains_key(parent.value.as_str()) {
            continue;
        }
        let help = match did_you_mean(&parent.value, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `[topics.{}]`", as_name(&parent.value)),
        };
        let message = format!("unknown topic `{}` as the parent of `{}`", parent.value, topic.name);
        checker.diagnostics.push(Diagnostic::error("unknown-parent", checker.path, parent.span, message).help(help));
        topic.parent = None;
    }
    cut_cycles(topics, &index, checker);
    cut_depth(topics, &index, checker);
}

/// Topics nest no deeper than this: templates may call themselves 20 times.
const DEEPEST: usize = 12;

fn cut_depth(topics: &mut [Topic], index: &BTreeMap<&str, usize>, checker: &mut Checker<'_>) {
    for start in 0..topics.len() {
        let above = |at: &usize| topics[*at].parent.as_ref().map(|parent| index[parent.value.as_str()]);
        if std::iter::successors(Some(start), above).nth(DEEPEST).is_none() {
            continue;
        }
        if let Some(parent) = topics[start].parent.take() {
            let message = format!("topics more than {DEEPEST} levels deep");
            let diagnostic = Diagnostic::error("topic-depth", checker.path, parent.span, message);
            checker.diagnostics.push(diagnostic.help("name a parent that is nearer to the top"));
        }
    }
}

/// Walks up from each topic, once over each; a topic that is met again on the same walk is above itself.
fn cut_cycles(topics: &mut [Topic], index: &BTreeMap<&str, usize>, checker: &mut Checker<'_>) {
    let mut walk_of = vec![usize::MAX; topics.len()];
    for start in 0..topics.len() {
        let mut at = start;
        while walk_of[at] == usize::MAX {
            walk_of[at] = start;
            let Some(Spanned { value: parent, span }) = topics[at].parent.clone() else { break };
            let above = index[parent.as_str()];
            if walk_of[above] == start {
                let message = format!("topic `{}` is above itself", topics[at].name);
                let diagnostic = Diagnostic::error("topic-cycle", checker.path, span, message)
                    .help(format!("remove `parent = \"{parent}\"`, or name another topic"));
                checker.diagnostics.push(diagnostic);
                topics[at].parent = None;
            }
            at = above;
        }
    }
}
