//! Cards that an article names in its front matter.

use crate::model::{
    Data, Diagnostic, Head, Site, Spanned,
    card::{Action, CardGroup, Cards},
    data::Ask,
};
use crate::render::{
    component::missing_data,
    view::{CardGroupView, HeroView, LinkCardView, LinkView},
};

/// The data files that an article asks cards of.
pub(super) fn asks(head: &Head) -> Vec<(&str, Ask)> {
    let named = head.front.cards.iter().filter_map(|cards| match cards {
        Cards::File(name) => Some((name.value.as_str(), Ask::Cards)),
        Cards::Here(_) => None,
    });
    named.collect()
}

/// What is wrong with the data files that an article names in its front matter.
pub fn diagnostics(head: &Head, data: &Data) -> Vec<Diagnostic> {
    let files = head.front.cards.iter().filter_map(|cards| match cards {
        Cards::File(name) => Some(name),
        Cards::Here(_) => None,
    });
    let missing = files.chain(&head.front.data).filter(|name| !data.files.contains_key(&name.value));
    let path = format!("content/{}", head.path);
    missing.map(|name| missing_data(data, &path, &name.value, name.span)).collect()
}

/// The groups of cards that a page shows.
pub(super) fn groups<'a>(site: &'a Site, data: &'a Data, head: &'a Head) -> Vec<CardGroupView<'a>> {
    let path = format!("content/{}", head.path);
    let group = |(index, cards): (usize, &'a Cards)| {
        let id = format!("cards-{}", index + 1);
        match cards {
            Cards::File(name) => group_of_file(site, data, &name.value, id),
            Cards::Here(group) => Some(group_view(site, &path, group, id)),
        }
    };
    head.front.cards.iter().enumerate().filter_map(group).collect()
}

/// The cards in the data file `name`.
pub(super) fn group_of_file<'a>(site: &Site, data: &'a Data, name: &str, id: String) -> Option<CardGroupView<'a>> {
    let path = &data.files.get(name)?.path;
    Some(group_view(site, path.as_str(), data.cards.get(name)?, id))
}

/// What a page opens with.
pub(super) fn hero<'a>(site: &Site, head: &'a Head, description: &'a str) -> Option<HeroView<'a>> {
    let hero = head.front.hero.as_ref()?;
    let path = format!("content/{}", head.path);
    let or = |text: &'a str, other: &'a str| if text.is_empty() { other } else { text };
    let action = |action: &'a Action| LinkView { title: &action.title, url: href(site, &path, &action.url) };
    Some(HeroView {
        title: or(&hero.title, &head.title),
        text: or(&hero.text, description),
        image: hero.image.as_ref().map(|image| href(site, &path, image)),
        actions: hero.actions.iter().map(action).collect(),
    })
}

/// Where an address that is written in the file `path` leads.
fn href(site: &Site, path: &str, written: &Spanned<String>) -> String {
    let resolved = site.card_links.get(&(path.to_owned(), written.span));
    resolved.unwrap_or(&written.value).clone()
}

fn group_view<'a>(site: &Site, path: &str, group: &'a CardGroup, id: String) -> CardGroupView<'a> {
    let href = |written: &Spanned<String>| href(site, path, written);
    let cards = group.cards.iter().map(|card| LinkCardView {
        label: &card.label,
        title: &card.title,
        text: &card.text,
        url: card.url.as_ref().map(href),
        meta: &card.meta,
        image: card.image.as_ref().map(href),
    });
    CardGroupView { id, title: &group.title, cards: cards.collect() }
}
