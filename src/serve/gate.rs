//! Who may ask: against hostile pages in the same browser (DNS rebinding, event streams read from elsewhere).

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, Uri, header};

/// The names under which the server may be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    host: IpAddr,
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Gate {
    /// A gate for a server that listens on `host`.
    pub(super) fn new(host: IpAddr) -> Self {
        Self { host }
    }

    /// Whether the request is meant for us: its one `Host` (and that of its target, if it names one) is this machine's.
    ///
    /// A hostile page that has its own name resolve to our address still sends that name. Addresses in figures can't be
    /// made to resolve anywhere else, so where we listen on all of them, all are fine.
    pub(super) fn admits(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let target = uri.authority().is_none_or(|authority| self.knows(authority.as_str()));
        target && only(headers, &header::HOST).is_some_and(|host| self.knows(host))
    }

    fn knows(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else { return false };
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let figures = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let Ok(address) = figures.parse::<IpAddr>() else { return false };
        let is_bracketed = figures.len() != host.len();
        let is_ours = matches!(figures, "127.0.0.1" | "::1") || address == self.host || self.host.is_unspecified();
        is_bracketed == address.is_ipv6() && is_ours
    }
}

/// The host of `host` or `host:port`.
fn host_of(authority: &str) -> Option<&str> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => port.parse::<u16>().ok().map(|_| host),
        _ => Some(authority),
    }
}

/// Whether a page of ours asks. Browsers tell so in one of three ways: `Origin`; or, as they leave that out where both are
/// the same, `Sec-Fetch-Site`; or, over plain HTTP between machines, `Referer` alone.
pub(super) fn is_from_our_page(headers: &HeaderMap) -> bool {
    let Some(host) = only(headers, &header::HOST) else { return false };
    let is_ours = |origin: &str| {
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    if headers.contains_key(header::ORIGIN) {
        return only(headers, &header::ORIGIN).is_some_and(is_ours);
    }
    if headers.contains_key(SEC_FETCH_SITE) {
        return only(headers, &SEC_FETCH_SITE) == Some("same-origin");
    }
    only(headers, &header::REFERER)
        .is_some_and(|referrer| referrer.splitn(4, '/').count() == 4 && is_ours(origin_of(referrer)))
}

/// `http://host:port` of `http://host:port/path`.
fn origin_of(address: &str) -> &str {
    let slash = address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at);
    &address[..slash]
}

/// The value of a header that stands there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        let mut headers = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            headers.append(name, value);
        }
        headers
    }

    fn admits(listening: &str, host: &str) -> bool {
        let gate = Gate::new(listening.parse().unwrap());
        gate.admits(&Uri::from_static("/"), &headers(&[("host", host)]))
    }

    #[test]
    fn only_names_of_this_machine_are_admitted() {
        for host in ["localhost", "LOCALHOST:3000", "127.0.0.1", "127.0.0.1:3000", "[::1]", "[::1]:3000"] {
            assert!(admits("127.0.0.1", host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "evil.localhost",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "evil.example#localhost",
            "localhost:x",
            "localhost:99999",
            "localhost.",
            "::1",
            "[127.0.0.1]",
            "[::1",
            "2130706433",
            "0x7f.1",
            "0.0.0.0:3000",
            "192.168.1.5",
            "",
            ":3000",
        ] {
            assert!(!admits("127.0.0.1", host), "{host}");
        }
        assert!(admits("192.168.1.5", "192.168.1.5:3000"));
        assert!(!admits("192.168.1.5", "192.168.1.6:3000"));
        assert!(admits("0.0.0.0", "192.168.1.5:3000"));
        assert!(admits("::", "[fe80::1]:3000"));
        assert!(!admits("0.0.0.0", "evil.example"));
    }

    #[test]
    fn a_request_names_its_host_once() {
        let gate = Gate::new("127.0.0.1".parse().unwrap());
        let plain = Uri::from_static("/");
        assert!(!gate.admits(&plain, &headers(&[])));
        assert!(!gate.admits(&plain, &headers(&[("host", "localhost"), ("host", "evil.example")])));
        let foreign = Uri::from_static("http://evil.example/");
        assert!(!gate.admits(&foreign, &headers(&[("host", "localhost")])));
    }

    #[test]
    fn only_our_own_pages_read_the_event_stream() {
        const HOST: (&str, &str) = ("host", "localhost:3000");
        let fine: [&[(&str, &str)]; 5] = [
            &[("origin", "http://localhost:3000")],
            &[("origin", "https://localhost:3000"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin")],
            &[("referer", "http://localhost:3000/a/")],
            &[("sec-fetch-site", "same-origin"), ("referer", "http://evil.example/")],
        ];
        for fields in fine {
            assert!(is_from_our_page(&headers(&[&[HOST], fields].concat())), "{fields:?}");
        }
        let refused: [&[(&str, &str)]; 13] = [
            &[],
            &[("origin", "null")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://localhost")],
            &[("origin", "http://localhost:3001")],
            &[("origin", "http://localhost:3000.evil.example")],
            &[("origin", "http://localhost:3000"), ("origin", "http://evil.example")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("referer", "http://evil.example/http://localhost:3000/")],
            &[("referer", "http://localhost:3000@evil.example/")],
        ];
        for fields in refused {
            assert!(!is_from_our_page(&headers(&[&[HOST], fields].concat())), "{fields:?}");
        }
        assert!(!is_from_our_page(&headers(&[("origin", "http://localhost:3000")])));
    }
}
