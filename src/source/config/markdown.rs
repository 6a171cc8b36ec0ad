//! `[markdown]` and `[callouts.NAME]`: how articles are read.

use std::collections::BTreeMap;

use crate::model::{
    Diagnostic, RelPath,
    config::{Callout, Markdown},
    diagnostic::did_you_mean,
    extensions::{EXTENSIONS, Extensions},
    node::Node,
    untrusted::Untrusted,
};
use crate::source::config::{
    Checker,
    raw::{Choice, Folders, InOrder, RawCallout, RawMarkdown},
    topics,
};

/// Kinds of callouts that every theme knows.
pub(super) const BUILT_IN: &[&str] = &["note", "tip", "important", "warning", "caution", "info", "danger"];

pub(super) fn resolve(raw: RawMarkdown, tree: &Node, checker: &mut Checker<'_>) -> Markdown {
    let fallback = Markdown::default();
    let toc_depth = checker.number("markdown.toc_depth", raw.toc_depth, 2, 6);
    Markdown {
        highlight: raw.highlight.unwrap_or(fallback.highlight),
        smart_punctuation: raw.smart_punctuation.unwrap_or(fallback.smart_punctuation),
        toc_depth: toc_depth.map_or(fallback.toc_depth, |depth| depth as u8),
        extensions: extensions(&raw.extensions, tree, checker),
        questions: raw.questions.unwrap_or(fallback.questions),
        copies: raw.copies.unwrap_or(fallback.copies),
        untrusted: Untrusted {
            folders: raw.untrusted.map_or_else(Vec::new, |raw| untrusted(raw, checker)),
            components: raw.untrusted_components.unwrap_or_default(),
        },
    }
}

/// Folders of articles that strangers may write. One that is wrong stops the build: its articles must not pass as trusted.
fn untrusted(raw: Choice<Folders>, checker: &mut Checker<'_>) -> Vec<RelPath> {
    let written = match raw {
        Choice::All(true) => return vec![RelPath::default()],
        Choice::All(false) => return Vec::new(),
        Choice::Listed(written, _) => written,
    };
    let mut folders = Vec::new();
    for folder in written {
        let path = folder.value.strip_suffix('/').unwrap_or(&folder.value);
        match RelPath::new(path).filter(|path| !path.as_str().is_empty()) {
            Some(path) => folders.push(path),
            None => checker.refuse(
                "markdown.untrusted",
                &folder,
                "it is no folder of `content/`",
                "write its path below `content/`, such as `community`, or `untrusted = true` for all articles",
            ),
        }
    }
    folders
}

/// `extensions = { math = true, emoji = false }`; a name that nothing has is told.
fn extensions(raw: &BTreeMap<String, bool>, tree: &Node, checker: &mut Checker<'_>) -> Extensions {
    let written = tree.get("markdown").and_then(|table| table.get("extensions")).map_or(&[][..], Node::entries);
    let mut set = Extensions::default();
    for entry in written {
        let known = EXTENSIONS.iter().find(|(name, _)| *name == entry.key);
        match (known, raw.get(&entry.key)) {
            (Some((_, extension)), Some(true)) => set = set.with(*extension),
            (Some((_, extension)), Some(false)) => set = set.without(*extension),
            (Some(_), None) => {}
            (None, _) => {
                let names = || EXTENSIONS.iter().map(|(name, _)| *name);
                let help = match did_you_mean(&entry.key, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the extensions are {}", quoted(names())),
                };
                let message = format!("unknown extension `{}`", entry.key.escape_debug());
                let problem = Diagnostic::error("unknown-extension", checker.path, entry.key_span, message);
                checker.diagnostics.push(problem.help(help));
            }
        }
    }
    set
}

/// Declared kinds of callouts, in the order of the file.
pub(super) fn callouts(raw: InOrder<RawCallout>, checker: &mut Checker<'_>) -> Vec<Callout> {
    let mut callouts = Vec::new();
    for (name, raw) in raw.0 {
        if !topics::is_name(&name.value) {
            let message = format!("invalid name of a callout: `{}`", name.value.escape_debug());
            let help =
                format!("write it in small letters, digits and hyphens: `[callouts.{}]`", topics::as_name(&name.value));
            checker.diagnostics.push(Diagnostic::error("invalid-value", checker.path, name.span, message).help(help));
            continue;
        }
        let help = format!("write one of {}", quoted(BUILT_IN.iter().copied()));
        let like = checker.text(
            &format!("callouts.{}.like", name.value),
            raw.like,
            |like| BUILT_IN.contains(&like),
            ("it is not a kind that is built in", &help),
        );
        let title = raw.title.trim();
        callouts.push(Callout {
            title: if title.is_empty() { topics::as_title(&name.value) } else { title.to_owned() },
            like: like.unwrap_or_else(|| BUILT_IN[0].to_owned()),
            name: name.value,
        });
    }
    callouts
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
