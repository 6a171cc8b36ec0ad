//! Which links of a site lead to others.

use crate::build::CONFIG;
use crate::model::{
    Config, Data, Place, RelPath, Site, Spanned,
    card::{CardGroup, Cards},
};

/// Every address on the web that the site links to, with its place. Those below the site's own address are left out: what
/// stands there is this site, as it is built or as it was.
pub fn links(config: &Config, site: &Site, data: &Data) -> Vec<(Place, String)> {
    let mut links = Vec::new();
    for page in &site.pages {
        let own = format!("content/{}", page.head.path);
        for link in &page.head.links {
            let path = link.origin.as_deref().map_or_else(|| own.clone(), RelPath::to_string);
            links.push((Place { path, span: Some(link.span) }, link.target.clone()));
        }
        for cards in &page.head.front.cards {
            if let Cards::Here(group) = cards {
                links.extend(of_cards(&own, group));
            }
        }
    }
    links.extend(config.nav.links.iter().map(|link| of_value(CONFIG, &link.to)));
    for (name, group) in &data.cards {
        links.extend(data.files.get(name).into_iter().flat_map(|file| of_cards(file.path.as_str(), group)));
    }
    let own = config.base_url.absolute("/");
    let is_elsewhere = |target: &str| {
        let is_web = ["https://", "http://", "//"].iter().any(|scheme| target.starts_with(scheme));
        is_web && !(own.contains("://") && target.starts_with(&own))
    };
    links.retain(|(_, target)| is_elsewhere(target));
    links.sort();
    links.dedup();
    links
}

fn of_cards<'a>(path: &'a str, group: &'a CardGroup) -> impl Iterator<Item = (Place, String)> + 'a {
    group.addresses().map(move |(_, written)| of_value(path, written))
}

fn of_value(path: &str, written: &Spanned<String>) -> (Place, String) {
    (Place { path: path.to_owned(), span: Some(written.span) }, written.value.clone())
}
