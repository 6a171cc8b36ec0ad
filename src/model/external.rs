//! How links to other sites are asked whether they lead anywhere.

use serde::{Deserialize, Serialize};

/// `[check.external]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct External {
    /// Patterns of addresses that are asked; all where there are none. `*` stands for any characters.
    pub allow: Vec<String>,
    /// Patterns of addresses that are never asked.
    pub ignore: Vec<String>,
    /// Patterns of paths that other sites have on the host of this one, such as `/blog/*`.
    pub same_host: Vec<String>,
    /// Whether addresses in private networks, and this machine, may be asked.
    pub private: bool,
    /// Whether what stands behind `#` is looked for in the page.
    pub anchors: bool,
    /// How many seconds an answer may take.
    pub timeout: u64,
    /// How many requests one host gets at once.
    pub per_host: usize,
    /// How many requests there are at once.
    pub at_once: usize,
    /// How often a host that asks for patience is asked again.
    pub retries: u32,
    /// How many redirects are followed.
    pub redirects: usize,
    /// How many bytes of a page are read.
    pub bytes: u64,
    /// How many days an answer is remembered.
    pub expires: u64,
}

impl Default for External {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            ignore: Vec::new(),
            same_host: Vec::new(),
            private: false,
            anchors: true,
            timeout: 20,
            per_host: 2,
            at_once: 16,
            retries: 2,
            redirects: 8,
            bytes: 4 << 20,
            expires: 7,
        }
    }
}

impl External {
    /// Whether an address, without what stands behind `#`, is to be asked.
    pub fn asks(&self, address: &str) -> bool {
        let in_list = |patterns: &[String]| patterns.iter().any(|pattern| is_match(pattern, address));
        (self.allow.is_empty() || in_list(&self.allow)) && !in_list(&self.ignore)
    }

    /// Whether an address without scheme and host, such as `/blog/a?b#c`, is that of another site on this one's host.
    pub fn has_beside(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or("");
        // What covers all in a folder covers the folder.
        let folder = || format!("{path}/");
        path.starts_with('/')
            && !path.starts_with("//")
            && self.same_host.iter().any(|pattern| covers(pattern, path) || covers(pattern, &folder()))
    }
}

/// Whether a pattern covers all of an address; one without a scheme covers both of the web's.
fn is_match(pattern: &str, address: &str) -> bool {
    let address = match pattern.contains("://") {
        true => address,
        false => address.split_once("://").map_or(address, |(_, rest)| rest),
    };
    covers(pattern, address)
}

/// Whether a pattern covers all of a text; `*` stands for any characters.
fn covers(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_whole_addresses() {
        for (pattern, address, expected) in [
            ("https://example.org/*", "https://example.org/a/b", true),
            ("https://example.org/*", "http://example.org/a", false),
            ("example.org/*", "http://example.org/a", true),
            ("example.org", "https://example.org/", false),
            ("*.example.org/*", "https://a.example.org/", true),
            ("*.example.org/*", "https://example.org/", false),
            ("*/a*b/*c", "https://x/a1b/2c", true),
            ("*/a*b/*c", "https://x/a1/2c", false),
            ("https://x/a*a", "https://x/a", false),
            ("*", "https://x/", true),
        ] {
            assert_eq!(is_match(pattern, address), expected, "{pattern} {address}");
        }
        let beside = External { same_host: vec!["/blog/*".to_owned(), "/shop".to_owned()], ..External::default() };
        for (address, expected) in [
            ("/blog/a", true),
            ("/blog", true),
            ("/blogs", false),
            ("/blog/?a=/x", true),
            ("/shop#b", true),
            ("/shop/", false),
            ("/a?b=/blog/", false),
            ("blog/a", false),
            ("//blog/a", false),
            ("https://x/blog/a", false),
        ] {
            assert_eq!(beside.has_beside(address), expected, "{address}");
        }
        let asks = External { ignore: vec!["*/private/*".to_owned()], ..External::default() };
        assert!(asks.asks("https://x/") && !asks.asks("https://x/private/a"));
    }
}
