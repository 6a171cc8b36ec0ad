//! Which links of a site lead to others.

use crate::build::CONFIG;
use crate::model::{Config, Data, Place, RelPath, Site, Spanned};

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
        links.extend(page.head.front.addresses().map(|(_, written)| of_value(&own, written)));
    }
    links.extend(config.nav.links.iter().chain(&config.footer.links).map(|link| of_value(CONFIG, &link.to)));
    for (name, group) in &data.cards {
        let Some(file) = data.files.get(name) else { continue };
        links.extend(group.addresses().map(|(_, written)| of_value(file.path.as_str(), written)));
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

fn of_value(path: &str, written: &Spanned<String>) -> (Place, String) {
    (Place { path: path.to_owned(), span: Some(written.span) }, written.value.clone())
}
