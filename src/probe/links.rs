//! Which links of a site lead to others.

use crate::build::CONFIG;
use crate::model::{Config, Data, Place, RelPath, Site, Spanned, site::Target};

/// Every address on the web that the site links to, with its place. Those below the site's own address are left out, unless
/// another site is said to be there: what stands there is this site, as it is built or as it was.
pub fn links(config: &Config, site: &Site, data: &Data) -> Vec<(Place, String)> {
    let mut links = Vec::new();
    for page in &site.pages {
        let own = format!("content/{}", page.head.path);
        for (link, to) in page.head.links.iter().zip(&*page.links) {
            // A page of this site comes before what else may have its address.
            if let (Target::External, Some(address)) = (&to.target, elsewhere(config, &link.target)) {
                let path = link.origin.as_deref().map_or_else(|| own.clone(), RelPath::to_string);
                links.push((Place { path, span: Some(link.span) }, address));
            }
        }
    }
    let mut add = |path: &str, written: &Spanned<String>, href: Option<&String>| {
        if href.is_none_or(|href| *href == written.value) {
            let place = Place { path: path.to_owned(), span: Some(written.span) };
            links.extend(elsewhere(config, &written.value).map(|address| (place, address)));
        }
    };
    let href_of = |path: &str, written: &Spanned<String>| site.card_links.get(&(path.to_owned(), written.span));
    for page in &site.pages {
        let own = format!("content/{}", page.head.path);
        page.head.front.addresses().for_each(|(_, written)| add(&own, written, href_of(&own, written)));
    }
    for (name, group) in &data.cards {
        let Some(file) = data.files.get(name) else { continue };
        let path = file.path.as_str();
        group.addresses().for_each(|(_, written)| add(path, written, href_of(path, written)));
    }
    for (menu, hrefs) in [(&config.nav.links, &site.nav_links), (&config.footer.links, &site.footer_links)] {
        menu.iter().zip(hrefs).for_each(|(link, href)| add(CONFIG, &link.to, Some(href)));
    }
    links.sort();
    links.dedup();
    links
}

/// The whole address of what is written, if it is one of another site.
fn elsewhere(config: &Config, written: &str) -> Option<String> {
    let origin = config.base_url.origin.as_str();
    if config.external.has_beside(written) {
        return (!origin.is_empty()).then(|| origin.to_owned() + written);
    }
    let is_web = ["https://", "http://", "//"].iter().any(|scheme| written.starts_with(scheme));
    let on_host = if origin.is_empty() { None } else { written.strip_prefix(origin) };
    let is_own =
        on_host.is_some_and(|path| path.starts_with(&config.base_url.path) && !config.external.has_beside(path));
    (is_web && !is_own).then(|| written.to_owned())
}
