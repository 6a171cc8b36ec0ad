//! Cards, as front matter and data files write them.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

use crate::model::{
    Diagnostic, Spanned,
    card::{Card, CardGroup, Cards},
    node::{self, Node, NodeKind},
};

/// The cards in the file `path`, of which `node` is the tree: a table with `cards` and perhaps a `title`, or a list of
/// cards alone.
pub fn group(path: &str, node: &Node) -> (CardGroup, Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Array(_) => {
            let (cards, diagnostics) = node::read::<Vec<RawCard>>(node, path);
            (CardGroup { title: String::new(), cards: cards.into_iter().map(card).collect() }, diagnostics)
        }
        _ => {
            let (raw, diagnostics) = node::read::<RawGroup>(node, path);
            (CardGroup { title: raw.title, cards: raw.cards.into_iter().map(card).collect() }, diagnostics)
        }
    }
}

/// `cards` of the front matter of `path`: the name of a data file, a table with `cards`, a card, or a list of such.
/// Cards that stand in the list by themselves make a group without a title.
pub(super) fn choice(path: &str, node: &Node) -> (Vec<Cards>, Vec<Diagnostic>) {
    let mut choice = Choice { path, cards: Vec::new(), diagnostics: Vec::new() };
    match &node.kind {
        NodeKind::Null => {}
        NodeKind::Array(items) => choice.items(items),
        _ => choice.items(std::slice::from_ref(node)),
    }
    (choice.cards, choice.diagnostics)
}

struct Choice<'a> {
    path: &'a str,
    cards: Vec<Cards>,
    diagnostics: Vec<Diagnostic>,
}

impl Choice<'_> {
    fn items(&mut self, items: &[Node]) {
        let mut rest = items;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match &first.kind {
                NodeKind::String(name) => {
                    self.cards.push(Cards::File(Spanned { value: name.clone(), span: first.span }));
                }
                NodeKind::Table(_) if first.get("cards").is_some() => self.group(first),
                NodeKind::Table(_) => {
                    let is_card = |node: &&Node| matches!(node.kind, NodeKind::Table(_)) && node.get("cards").is_none();
                    let more = after.iter().take_while(is_card).count();
                    rest = &after[more..];
                    let kind = NodeKind::Array(items[items.len() - after.len() - 1..items.len() - rest.len()].to_vec());
                    self.group(&Node { kind, span: first.span });
                }
                _ => {
                    let message = format!("expected a list of cards for `cards`, found {}", first.kind_name());
                    let help = "write the name of a data file, or a table with a `title` for each card";
                    self.diagnostics.push(Diagnostic::error("wrong-type", self.path, first.span, message).help(help));
                }
            }
        }
    }

    fn group(&mut self, node: &Node) {
        let (group, problems) = group(self.path, node);
        self.cards.push(Cards::Here(group));
        self.diagnostics.extend(problems);
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    #[serde(default)]
    title: String,
    cards: Vec<RawCard>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCard {
    #[serde(default)]
    label: String,
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    url: Option<Spanned<String>>,
    #[serde(default)]
    meta: Words,
    #[serde(default)]
    image: Option<Spanned<String>>,
}

fn card(raw: RawCard) -> Card {
    let filled = |address: Option<Spanned<String>>| address.filter(|address| !address.value.is_empty());
    Card {
        label: raw.label,
        title: raw.title,
        text: raw.text,
        url: filled(raw.url),
        meta: raw.meta.0,
        image: filled(raw.image),
    }
}

/// A text or a list of texts.
#[derive(Default)]
struct Words(Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Words, E> {
        Ok(Words(if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Words, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = seq.next_element()? {
            words.push(word);
        }
        Ok(Words(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::data::toml_node;

    /// What `cards` of a front matter comes to, one line for each group and card; then what is wrong.
    fn read(toml: &str) -> Vec<String> {
        let tree = toml_node("a.md", toml, 0..toml.len()).expect("TOML");
        let (cards, problems) = choice("a.md", tree.get("cards").expect("cards"));
        let mut lines = Vec::new();
        for cards in cards {
            match cards {
                Cards::File(name) => lines.push(format!("file {}", name.value)),
                Cards::Here(group) => {
                    lines.push(format!("group {}", group.title));
                    lines.extend(group.cards.iter().map(|card| format!("card {} {:?}", card.title, card.meta)));
                }
            }
        }
        lines.extend(problems.iter().map(ToString::to_string));
        lines
    }

    #[test]
    fn names_groups_and_single_cards_make_groups() {
        assert_eq!(read("cards = 'jobs'"), ["file jobs"]);
        assert_eq!(read("cards = { title = 'A', meta = 'x' }"), ["group ", "card A [\"x\"]"]);
        assert_eq!(
            read(
                "cards = ['jobs', { title = 'A' }, { title = 'B', meta = ['x', 'y'] }, { title = 'T', cards = [{ title = 'C' }] }, 'more', { title = 'D' }]"
            ),
            [
                "file jobs",
                "group ",
                "card A []",
                "card B [\"x\", \"y\"]",
                "group T",
                "card C []",
                "file more",
                "group ",
                "card D []"
            ]
        );
        assert_eq!(read("cards = []"), [""; 0]);
    }

    #[test]
    fn mistakes_have_their_place() {
        assert_eq!(
            read("cards = [1, { titel = 'A' }]"),
            [
                "group ",
                "a.md:1:10: error[wrong-type]: expected a list of cards for `cards`, found an integer",
                "a.md:1:15: error[unknown-key]: unknown key `titel` in an item",
                "a.md:1:13: error[missing-key]: missing key `title` in an item",
            ]
        );
        assert_eq!(
            read("cards = { title = 'T', cards = [{ title = 'A', meta = 3 }] }"),
            [
                "group T",
                "card A []",
                "a.md:1:55: error[wrong-type]: expected a list of texts for `cards.meta`, found an integer"
            ]
        );
    }
}
