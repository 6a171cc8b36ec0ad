//! Old addresses in front matter.

use crate::model::{
    Edit, Error, RelPath,
    node::{Entry, Node, NodeKind},
};
use crate::parse::{
    front_matter::{self, Source, Syntax},
    target::in_quotes,
};
use crate::refactor::texts::line_end;

/// Edits that add `addresses` to the old addresses of the article `path`, from the site's root, of which `text` is the text, and take those in
/// `removed` away. Everything else stays byte for byte. `None` where its front matter is written in a way that this does
/// not know.
pub(super) fn edits(path: &RelPath, text: &str, addresses: &[String], removed: &[String]) -> Option<Vec<Edit>> {
    let edit = |range: std::ops::Range<usize>, text: String| Edit::new(path.clone(), range, text);
    let end = line_end(text);
    let list = addresses.iter().map(|address| in_quotes(address)).collect::<Vec<_>>().join(", ");
    let Some(source) = front_matter::source(path.as_str(), text) else {
        let begins_open = text.lines().next().is_some_and(|line| line.trim_end() == "+++");
        let new = format!("+++{end}aliases = [{list}]{end}+++{end}{end}");
        return (!begins_open && removed.is_empty()).then(|| vec![edit(0..0, new)]);
    };
    let Some(entry) = source.tree.entries().iter().find(|entry| entry.key == "aliases") else {
        let line = match source.syntax {
            Syntax::Toml => format!("aliases = [{list}]{end}"),
            Syntax::Yaml => format!("aliases: [{list}]{end}"),
        };
        let at = place_of_new_key(&source, text)?;
        return Some(vec![edit(at..at, line)]);
    };
    let span = |node: &Node| node.span.start as usize..node.span.end as usize;
    let is_removed = |node: &Node| matches!(&node.kind, NodeKind::String(value) if removed.contains(value));
    let items = match &entry.value.kind {
        NodeKind::Array(items) => items.as_slice(),
        NodeKind::String(_) => std::slice::from_ref(&entry.value),
        NodeKind::Null => &[],
        _ => return None,
    };
    // A list whose items change in two ways is written anew.
    if items.iter().any(is_removed) || matches!(entry.value.kind, NodeKind::String(_)) {
        let kept = items.iter().filter(|item| !is_removed(item)).map(|item| match &item.kind {
            NodeKind::String(value) => in_quotes(value),
            _ => text[span(item)].to_owned(),
        });
        let all: Vec<String> = kept.chain(addresses.iter().map(|address| in_quotes(address))).collect();
        let range = whole(text, entry, items)?;
        let space = if text[..range.start].ends_with(':') { " " } else { "" };
        return Some(vec![edit(range, format!("{space}[{}]", all.join(", ")))]);
    }
    if addresses.is_empty() {
        return Some(Vec::new());
    }
    let behind_key = behind_sign(text, entry, source.syntax)?;
    let open = text[behind_key..].len() - text[behind_key..].trim_start_matches([' ', '\t']).len() + behind_key;
    if text[open..].starts_with('[') {
        let comma = if items.is_empty() { "" } else { ", " };
        return Some(vec![edit(open + 1..open + 1, format!("{list}{comma}"))]);
    }
    match items.first() {
        // `- /old/` on lines of their own.
        Some(first) => {
            let line = text[..first.span.start as usize].rfind('\n')? + 1;
            let indent = &text[line..first.span.start as usize];
            let indent = indent.strip_suffix("- ").filter(|indent| indent.trim().is_empty())?;
            let lines: String =
                addresses.iter().map(|address| format!("{indent}- {}{end}", in_quotes(address))).collect();
            Some(vec![edit(line..line, lines)])
        }
        None => Some(vec![edit(behind_key..behind_key, format!(" [{list}]"))]),
    }
}

/// What is told where [`edits`] knows no way.
pub(super) fn unwritten(path: &RelPath, addresses: &[String]) -> Error {
    let list = addresses.iter().map(|address| in_quotes(address)).collect::<Vec<_>>().join(", ");
    Error::new(format!("can't write the old address into the front matter of {path}"))
        .help(format!("add `aliases = [{list}]` to it by hand first; nothing was changed"))
}

/// Where a line with a new key goes: in TOML before the first table, for what stands behind belongs to that.
fn place_of_new_key(source: &Source, text: &str) -> Option<usize> {
    let inner = &text[source.range.clone()];
    match source.syntax {
        Syntax::Toml => {
            let mut at = source.range.start;
            let header =
                inner.split_inclusive('\n').take_while(|line| !line.trim_start().starts_with('[')).map(str::len);
            // A line within a string or a list may look like a header: then the key goes to the beginning.
            let until = source.range.start + header.sum::<usize>();
            let plain = source.tree.entries().iter().filter(|entry| (entry.key_span.start as usize) < until);
            let ends = plain.map(|entry| (entry.value.span.end.max(entry.key_span.end)) as usize).max();
            if let Some(end) = ends.filter(|end| *end <= until && !text[*end..until].contains("\"\"\"")) {
                at = text[end..].find('\n').map_or(at, |line| end + line + 1);
            }
            Some(at.min(until))
        }
        Syntax::Yaml => {
            let is_flow = inner.trim_start().starts_with('{');
            let is_indented = source.tree.entries().first().is_some_and(|entry| entry.key_span.column > 1);
            (!is_flow && !is_indented).then_some(source.range.end)
        }
    }
}

/// The byte behind the `=` or `:` of an entry.
fn behind_sign(text: &str, entry: &Entry, syntax: Syntax) -> Option<usize> {
    let sign = if syntax == Syntax::Toml { '=' } else { ':' };
    let from = entry.key_span.end as usize;
    let at = text.get(from..)?.find(sign)?;
    text[from..from + at].trim_matches(['"', '\'', ' ', '\t']).is_empty().then_some(from + at + 1)
}

/// The bytes of a list, from its bracket to its bracket or from its first item to its last.
fn whole(text: &str, entry: &Entry, items: &[Node]) -> Option<std::ops::Range<usize>> {
    let first = items.first()?.span.start as usize;
    let last = items.last()?.span.end as usize;
    if matches!(entry.value.kind, NodeKind::String(_)) {
        return Some(first..last);
    }
    let before = text[..first].trim_end_matches([' ', '\t', '\n', '\r']);
    if before.ends_with('[') {
        let close = text[last..].find(']')?;
        let between = text[last..last + close].trim_matches([' ', '\t', '\n', '\r', ',']);
        return between.is_empty().then_some(before.len() - 1..last + close + 1);
    }
    // Lines of `- item`: what is written in their place stands behind the key.
    let dash = before.strip_suffix('-')?.trim_end();
    dash.ends_with(':').then_some(dash.len()..last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::edit::rewrite;

    fn added(text: &str, removed: &[&str]) -> String {
        let path = RelPath::new("content/a.md").expect("a path");
        let removed: Vec<String> = removed.iter().map(ToString::to_string).collect();
        let edits = edits(&path, text, &["/o/".to_owned()], &removed).expect("a way to write it");
        let changed = rewrite(text, &edits.iter().collect::<Vec<_>>()).expect("edits in the text");
        let (front, _, problems) = front_matter::split("a.md", &changed);
        assert_eq!(problems, [], "{changed}");
        let aliases: Vec<_> = front.aliases.iter().map(|alias| alias.value.as_str()).collect();
        assert!(aliases.contains(&"/o/"), "{changed}");
        assert!(removed.iter().all(|gone| !aliases.contains(&gone.as_str())), "{changed}");
        changed
    }

    #[test]
    fn an_address_is_added_and_nothing_else_is_touched() {
        for (text, expected) in [
            ("# A\r\n", "+++\r\naliases = [\"/o/\"]\r\n+++\r\n\r\n# A\r\n"),
            ("+++\n+++\n# A\n", "+++\naliases = [\"/o/\"]\n+++\n# A\n"),
            (
                "+++\r\ntitle = 'A' # why\r\n[extra]\r\nx = 1\r\n+++\r\n",
                "+++\r\ntitle = 'A' # why\r\naliases = [\"/o/\"]\r\n[extra]\r\nx = 1\r\n+++\r\n",
            ),
            ("+++\n[extra]\nx = 1\n+++\n", "+++\naliases = [\"/o/\"]\n[extra]\nx = 1\n+++\n"),
            (
                "+++\ndescription = \"\"\"\na\n[b\n\"\"\"\n+++\n",
                "+++\naliases = [\"/o/\"]\ndescription = \"\"\"\na\n[b\n\"\"\"\n+++\n",
            ),
            ("+++\naliases = []\n+++\n", "+++\naliases = [\"/o/\"]\n+++\n"),
            ("+++\naliases = [\n  '/a/', # x\n]\n+++\n", "+++\naliases = [\"/o/\", \n  '/a/', # x\n]\n+++\n"),
            ("+++\naliases = '/a/'\n+++\n", "+++\naliases = [\"/a/\", \"/o/\"]\n+++\n"),
            ("---\ntitle: A\n---\n", "---\ntitle: A\naliases: [\"/o/\"]\n---\n"),
            (
                "---\ntext: |\n  a\n---\n",
                "---\ntext: |\n  a\naliases: [\"/o/\"]\n---\n".replace("text", "description").as_str(),
            ),
            ("---\naliases: [/a/, '/b/']\n---\n", "---\naliases: [\"/o/\", /a/, '/b/']\n---\n"),
            (
                "---\naliases:\n  - /a/\n  - \"/b/\"\ntitle: A\n---\n",
                "---\naliases:\n  - \"/o/\"\n  - /a/\n  - \"/b/\"\ntitle: A\n---\n",
            ),
            ("---\r\naliases:\r\n- /a/\r\n---\r\n", "---\r\naliases:\r\n- \"/o/\"\r\n- /a/\r\n---\r\n"),
            ("---\naliases: /a/ # x\n---\n", "---\naliases: [\"/a/\", \"/o/\"] # x\n---\n"),
            ("---\naliases:\ntitle: A\n---\n", "---\naliases: [\"/o/\"]\ntitle: A\n---\n"),
        ] {
            let text = text.replace("text:", "description:");
            assert_eq!(added(&text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn an_address_that_is_its_own_again_is_taken_away() {
        for text in [
            "+++\naliases = [\"/a/\", \"/b/\"]\n+++\n",
            "+++\naliases = [\n  \"/a/\",\n]\n+++\n",
            "---\naliases:\n  - /a/\n  - /b/\ntitle: A\n---\n",
            "---\naliases: /a/\n---\n",
        ] {
            added(text, &["/a/"]);
        }
    }
}
