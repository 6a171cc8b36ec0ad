//! One address: whether something is there, where it has moved, and which anchors it has.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{ErrorKind, Read},
    time::Duration,
};

use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header},
    unversioned::{resolver::DefaultResolver, transport::DefaultConnector},
};
use url::Url;

use crate::model::external::External;
use crate::probe::{
    Wanted,
    guard::{Guard, IsPrivate},
};

/// What an address answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is there.
    Fine {
        /// Where permanent redirects lead.
        moved: Option<String>,
        /// Whether the anchors that were looked for are there, as far as that was found out.
        anchors: BTreeMap<String, bool>,
    },
    /// It is not, and why.
    Broken(String),
    /// Nobody answers.
    Unreached { reason: String, no_network: bool },
    /// The server will answer later, in so much time if it says.
    Later(Option<Duration>),
    /// The server does not tell programs, or those who are not known to it.
    Refused,
    /// It was not asked, as it is private.
    Private,
}

/// Which request is made.
#[derive(Clone, Copy, PartialEq)]
enum Method {
    Head,
    Get,
}

/// Asks.
pub(super) struct Asker<'a> {
    agent: Agent,
    settings: &'a External,
    now: u64,
}

impl<'a> Asker<'a> {
    pub(super) fn new(settings: &'a External, now: u64) -> Self {
        let timeout = Duration::from_secs(settings.timeout);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(timeout))
            .accept_encoding("identity")
            .user_agent(concat!("docweave/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .build();
        let guard = Guard { allows_private: settings.private, inner: DefaultResolver::default() };
        let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
        Self { agent, settings, now }
    }

    /// Asks for the head alone, which is cheaper, and for the page where that does not do.
    pub(super) fn ask(&self, wanted: &Wanted) -> Answer {
        if wanted.anchors.is_empty() {
            match self.follow(wanted, Method::Head) {
                Answer::Broken(_) | Answer::Refused => {}
                // Some servers hang up on what they don't know.
                Answer::Unreached { reason, .. } if reason == HUNG_UP => {}
                answer => return answer,
            }
        }
        self.follow(wanted, Method::Get)
    }

    fn follow(&self, wanted: &Wanted, method: Method) -> Answer {
        let mut at = wanted.url.clone();
        let mut seen = BTreeSet::new();
        let (mut moved, mut is_permanent) = (None, true);
        for _ in 0..=self.settings.redirects {
            if !seen.insert(at.clone()) {
                return Answer::Broken("it redirects in a circle".to_owned());
            }
            let asked = match method {
                Method::Head => self.agent.head(at.as_str()).call(),
                Method::Get => self.agent.get(at.as_str()).call(),
            };
            let response = match asked {
                Ok(response) => response,
                Err(error) => return self.failed(&error),
            };
            let Some(next) = redirect(&response, &at) else {
                return self.judge(response, wanted, moved);
            };
            if !matches!(next.scheme(), "http" | "https") {
                return Answer::Broken(format!("it redirects to `{next}`, which is not on the web"));
            }
            is_permanent &= matches!(response.status().as_u16(), 301 | 308);
            if is_permanent {
                moved = Some(next.to_string());
            }
            at = next;
        }
        Answer::Broken(format!("it redirects more than {} times", self.settings.redirects))
    }

    fn judge(&self, response: Response<Body>, wanted: &Wanted, moved: Option<String>) -> Answer {
        let status = response.status();
        match status.as_u16() {
            200..=299 => Answer::Fine { moved, anchors: self.anchors(response, wanted) },
            429 | 503 => Answer::Later(self.patience(&response)),
            // To sign in, to pay, to be a person; the last is of one large site alone.
            401 | 402 | 403 | 407 | 451 | 999 => Answer::Refused,
            _ => Answer::Broken(format!("it answers {}", named(status))),
        }
    }

    fn failed(&self, error: &ureq::Error) -> Answer {
        let unreached = |reason: &str| Answer::Unreached { reason: reason.to_owned(), no_network: false };
        match error {
            ureq::Error::Timeout(_) => {
                unreached(&format!("there is no answer within {} seconds", self.settings.timeout))
            }
            ureq::Error::HostNotFound => unreached("there is no such host"),
            ureq::Error::ConnectionFailed => unreached("it can't be connected to"),
            ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<IsPrivate>()) => Answer::Private,
            ureq::Error::Io(error) if error.to_string().starts_with(BAD_CERTIFICATE) => {
                let text = error.to_string();
                let reason = text.trim_start_matches(BAD_CERTIFICATE);
                Answer::Broken(format!("its certificate is not trusted: {reason}"))
            }
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => unreached("it can't be connected to"),
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::UnexpectedEof
                | ErrorKind::BrokenPipe => unreached(HUNG_UP),
                ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                    unreached(&format!("there is no answer within {} seconds", self.settings.timeout))
                }
                ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::NetworkDown => {
                    Answer::Unreached { reason: "the network can't be reached".to_owned(), no_network: true }
                }
                _ => {
                    let text = error.to_string();
                    match text.contains("lookup address") {
                        true => Answer::Unreached {
                            reason: "there is no such host".to_owned(),
                            no_network: text.contains("Temporary failure"),
                        },
                        false => unreached(&text),
                    }
                }
            },
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
                Answer::Broken(format!("its certificate is not trusted: {error}"))
            }
            other => Answer::Broken(format!("it does not answer as a web server does: {other}")),
        }
    }

    /// How long the server asks to wait: seconds or a date, by RFC 9110, 10.2.3.
    fn patience(&self, response: &Response<Body>) -> Option<Duration> {
        let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_second();
        Some(Duration::from_secs(u64::try_from(date).ok()?.saturating_sub(self.now)))
    }

    /// Looks for anchors. Nothing is said about those that may stand in what was not read, or that are none of HTML.
    fn anchors(&self, response: Response<Body>, wanted: &Wanted) -> BTreeMap<String, bool> {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if wanted.anchors.is_empty() || !kind.to_ascii_lowercase().contains("html") {
            return BTreeMap::new();
        }
        let mut bytes = Vec::new();
        let mut reader = response.into_body().into_reader().take(self.settings.bytes);
        let is_whole = reader.read_to_end(&mut bytes).is_ok() && (bytes.len() as u64) < self.settings.bytes;
        let html = String::from_utf8_lossy(&bytes);
        let found = wanted.anchors.iter().map(|anchor| (anchor.clone(), has_anchor(&html, anchor)));
        found.filter(|(_, is_there)| *is_there || is_whole).collect()
    }
}

/// Why nobody answers where the connection ends without a word.
const HUNG_UP: &str = "the connection ends without an answer";

/// How the TLS library's words begin, which come as an error of reading.
const BAD_CERTIFICATE: &str = "invalid peer certificate: ";

/// Where a response sends on to.
fn redirect(response: &Response<Body>, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?;
    let mut next = from.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    next.set_fragment(None);
    Some(next)
}

fn named(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} ({reason})", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Whether what stands behind `#` names a place in a page, rather than a state of a program or words to mark.
pub(super) fn is_anchor(fragment: &str) -> bool {
    let is_lines = fragment.strip_prefix('L').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    !fragment.is_empty() && fragment != "top" && !is_lines && !fragment.contains([':', '/', '!', '='])
}

/// Whether a page has an element of this id or, the older way, name; some hosts put a word of theirs before ids.
fn has_anchor(html: &str, anchor: &str) -> bool {
    let escaped = anchor.replace('&', "&amp;");
    html.match_indices(escaped.as_str()).any(|(at, _)| {
        let before = html[..at].strip_suffix("user-content-").unwrap_or(&html[..at]);
        let (before, quote) = match before.chars().next_back() {
            Some(quote @ ('"' | '\'')) => (&before[..before.len() - 1], Some(quote)),
            _ => (before, None),
        };
        let name = before.trim_end().strip_suffix('=').unwrap_or("").trim_end();
        let after = html[at + escaped.len()..].chars().next();
        let ends = match quote {
            Some(quote) => after == Some(quote),
            None => after.is_none_or(|c| c.is_ascii_whitespace() || c == '>' || c == '/'),
        };
        let is_name = ["id", "name"].iter().any(|attribute| {
            let cut = name.len().checked_sub(attribute.len());
            let found = cut.and_then(|cut| Some((name.get(..cut)?, name.get(cut..)?)));
            found.is_some_and(|(rest, word)| {
                word.eq_ignore_ascii_case(attribute)
                    && rest.ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'')
            })
        });
        is_name && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_found_in_pages() {
        for (html, expected) in [
            ("<h2 id=\"a-b\">", true),
            ("<h2 class=x ID='a-b' >", true),
            ("<a name = \"a-b\"></a>", true),
            ("<h2 id=a-b>", true),
            ("<h2 id=\"user-content-a-b\">", true),
            ("<h2 data-id=\"a-b\">", false),
            ("<h2 id=\"a-b-c\">", false),
            ("<h2 id=a-b-c>", false),
            ("a-b <a href=\"#a-b\">", false),
        ] {
            assert_eq!(has_anchor(html, "a-b"), expected, "{html}");
        }
        for (fragment, expected) in [
            ("install", true),
            ("ü", true),
            ("L10", false),
            ("Linux", true),
            (":~:text=x", false),
            ("/route", false),
            ("top", false),
        ] {
            assert_eq!(is_anchor(fragment), expected, "{fragment}");
        }
    }
}
