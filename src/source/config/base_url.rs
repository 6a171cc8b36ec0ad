//! The address of a site.

use crate::model::config::BaseUrl;

/// Why a base URL was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadBaseUrl {
    /// A lower-case phrase.
    pub reason: String,
    /// What to type.
    pub help: String,
}

/// Reads `https://example.org/docs/`, or `/docs/` for a site whose host is not known.
///
/// The sub-path of the result begins and ends with a slash; scheme and host are in small letters.
pub fn base_url(text: &str) -> Result<BaseUrl, BadBaseUrl> {
    let text = text.trim();
    if let Some(c) = text.chars().find(|c| c.is_whitespace() || c.is_control() || "\"'<>\\`{}|^".contains(*c)) {
        return refuse(format!("an address has no {}", c.escape_default()), "write spaces as `%20`");
    }
    if text.contains(['?', '#']) {
        return refuse("it has a query or a fragment", "leave out `?`, `#` and what follows them");
    }
    let Some((origin, path)) = halves(text) else {
        return refuse("it is neither an address nor a path", like(text));
    };
    if !origin.is_empty() && !is_authority(origin.split_once("://").map_or("", |(_, authority)| authority)) {
        return refuse("it has no host that could be reached", like(""));
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return refuse("its path has `.` or `..` in it", "write the path as browsers show it");
    }
    let path = if segments.is_empty() { "/".to_owned() } else { format!("/{}/", segments.join("/")) };
    Ok(BaseUrl { origin: origin.to_lowercase(), path, depth: None })
}

fn refuse<T>(reason: impl Into<String>, help: impl Into<String>) -> Result<T, BadBaseUrl> {
    Err(BadBaseUrl { reason: reason.into(), help: help.into() })
}

/// What stands before the path, and the path.
fn halves(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('/') && !text.starts_with("//") {
        return Some(("", text));
    }
    let (scheme, rest) = text.split_once("://")?;
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    let host = rest.find('/').unwrap_or(rest.len());
    Some(text.split_at(scheme.len() + "://".len() + host))
}

/// A host and perhaps a port; no user and no password, which would be published.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let address = |host: &str| !host.is_empty() && host.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.');
    let name = |host: &str| {
        !host.is_empty()
            && host.split('.').all(|label| !label.is_empty())
            && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    let host_fine = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => address(inner),
        None => name(host),
    };
    host_fine && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn like(text: &str) -> String {
    let host = text.trim_start_matches('/');
    let end = host.find('/').unwrap_or(host.len());
    if host[..end].contains('.') && is_authority(&host[..end]) {
        return format!("did you mean `https://{host}`?");
    }
    "write it like `https://example.org/docs/`, or `/docs/` where the host is not known".to_owned()
}
