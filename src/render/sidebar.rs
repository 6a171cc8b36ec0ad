//! A sidebar that the pages of a folder share, in which each page's own link is marked.
//!
//! Printing a hundred links costs a template engine more than all the rest of a page, so the template `sidebar.html` is
//! rendered once for each list, not for each page. Where it calls `current(url=item.url)`, its output holds the address
//! between two control characters, which no text of a site can hold: `source` and `parse` have taken them out.

const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// What the link of the page itself is given.
const MARK: &str = " aria-current=\"page\"";

/// What `current(url=..)` puts into the output of `sidebar.html`.
pub(super) fn hole(url: &str) -> String {
    format!("{OPEN}{url}{CLOSE}")
}

/// A rendered sidebar, cut at its holes.
#[derive(Clone, Debug)]
pub(super) struct Sidebar {
    /// HTML, and the address in the hole behind it.
    pieces: Vec<(String, String)>,
    rest: String,
    length: usize,
}

impl Sidebar {
    /// Cuts what `sidebar.html` came to.
    pub(super) fn cut(html: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = html;
        while let Some((before, (url, after))) =
            rest.split_once(OPEN).and_then(|(before, behind)| Some((before, behind.split_once(CLOSE)?)))
        {
            pieces.push((before.to_owned(), url.to_owned()));
            rest = after;
        }
        Self { pieces, rest: rest.to_owned(), length: html.len() }
    }

    /// The sidebar as the page at `url` shows it.
    pub(super) fn of_page(&self, url: &str) -> String {
        let mut html = String::with_capacity(self.length);
        for (piece, link) in &self.pieces {
            html.push_str(piece);
            if link == url {
                html.push_str(MARK);
            }
        }
        html.push_str(&self.rest);
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_link_of_the_page_itself_is_marked() {
        let html = format!("<a href=\"/a/\"{}>A</a><a href=\"/b/\"{}>B</a>", hole("/a/"), hole("/b/"));
        let sidebar = Sidebar::cut(&html);
        assert_eq!(sidebar.of_page("/b/"), "<a href=\"/a/\">A</a><a href=\"/b/\" aria-current=\"page\">B</a>");
        assert_eq!(sidebar.of_page("/c/"), "<a href=\"/a/\">A</a><a href=\"/b/\">B</a>");
        assert_eq!(Sidebar::cut("no hole").of_page("/"), "no hole");
    }
}
