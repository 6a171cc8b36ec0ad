//! How a browser follows: a script that is put into each page on its way out, and the events that it listens to.
//!
//! Each page is told its version (the digest of its bytes) and the number of its build. With both it asks for events, so
//! that the first one says already whether it is behind: nothing is lost to sleep, a restart or a slow line.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::{Body, Bytes};
use futures_util::stream;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::serve::{
    Panel,
    browser::{MAIN, SCRIPTS},
    early::{self, Begun},
    report::Report,
    snapshot::{Latest, Snapshot},
};

/// The folder, below the site's, that the preview keeps for itself.
const FOLDER: &str = "__docweave";

/// A sign of life that browsers can wait for: a connection may die without a word.
const PULSE: Duration = Duration::from_secs(10);

/// The most paths that one event names.
const MOST_PATHS: usize = 1000;

/// An address of the preview itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// One of the scripts.
    Script(&'static str),
    /// What happens.
    Events,
    /// What there is to say about a page.
    Panel,
}

impl Own {
    /// What of the preview is at `path`, below any folder: the site's sub-path is not known before its configuration is
    /// mended, and may change under a page that is open.
    pub(super) fn at(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/')?;
        if !is_own(folder) {
            return None;
        }
        match name {
            "events" => Some(Self::Events),
            "panel" => Some(Self::Panel),
            name => SCRIPTS.iter().find(|(script, _)| *script == name).map(|(_, script)| Self::Script(script)),
        }
    }
}

fn is_own(folder: &str) -> bool {
    folder.rsplit_once('/').is_some_and(|(_, name)| name == FOLDER)
}

/// One life of the server: builds are counted from 1 in each.
#[derive(Clone, Debug)]
pub(super) struct Run(String);

impl Run {
    /// A new one, unlike any before.
    pub(super) fn new() -> Self {
        use std::hash::{BuildHasher, Hasher};
        // The one source of chance in the standard library.
        Self(format!("{:x}", std::hash::RandomState::new().build_hasher().finish()))
    }

    fn name(&self, build: u64) -> String {
        format!("{}-{build}", self.0)
    }

    /// The number in a name that was given in this life.
    fn number(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&self.0)?.strip_prefix('-')?.parse().ok()
    }
}

/// `html` with the script in it, at the end of its body: where a page has none, browsers put it there.
pub(super) fn with_script(html: &[u8], snapshot: &Snapshot, version: &str, run: &Run, panel: Panel) -> Vec<u8> {
    let tag = format!(
        "<script type=\"module\" src=\"{}{FOLDER}/{MAIN}\" data-build=\"{}\" data-version=\"{version}\"{}></script>",
        snapshot.base,
        run.name(snapshot.build),
        match panel {
            Panel::Open => " data-panel",
            Panel::Asked => "",
        },
    );
    const END: &[u8] = b"</body>";
    let is_end = |bytes: &[u8]| bytes.eq_ignore_ascii_case(END);
    let at = html.windows(END.len()).rposition(is_end).unwrap_or(html.len());
    [&html[..at], tag.as_bytes(), &html[at..]].concat()
}

/// Who listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listener {
    /// The path of the page's address.
    page: String,
    /// The last build that it knows of, if it was in this life.
    build: Option<u64>,
}

impl Listener {
    /// From the query of the address of the event stream.
    pub(super) fn from_query(query: &str, run: &Run) -> Self {
        let build = field(query, "build").and_then(|name| run.number(&name));
        Self { page: field(query, "page").unwrap_or_default(), build }
    }
}

/// The value of the first field of a query with that name.
pub(super) fn field(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|field| field.split_once('=')).find(|field| field.0 == name)?.1;
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
}

/// The pages that browsers show: the paths of their addresses, and how many show each.
#[derive(Clone, Debug, Default)]
pub(super) struct Open(Arc<Mutex<BTreeMap<String, usize>>>);

impl Open {
    /// The paths of their addresses.
    pub(super) fn pages(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// Takes down a page as shown until what this gives is dropped.
    pub(super) fn note(&self, page: &str) -> Opened {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(page.to_owned()).or_default() += 1;
        Opened { open: self.clone(), page: page.to_owned() }
    }
}

/// A page that a browser shows until this is dropped.
pub(super) struct Opened {
    open: Open,
    page: String,
}

impl Drop for Opened {
    fn drop(&mut self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = open.get_mut(&self.page) else { return };
        *count -= 1;
        if *count == 0 {
            open.remove(&self.page);
        }
    }
}

/// What a browser is told about a build.
#[derive(Serialize)]
struct News<'a> {
    /// The build's name.
    build: String,
    /// The version of the page that the listener shows.
    page: String,
    /// Output paths whose bytes changed since the last build that it knows of.
    changed: Vec<&'a str>,
    /// What kept the last build from being shown.
    errors: &'a [Report],
    /// What is not as good as it could be on the page that the listener shows.
    warnings: Vec<&'a Report>,
    /// Whether that page changed because what stands on it was edited.
    edited: bool,
    /// The address of an article that was saved since, where browsers are to go there.
    saved: Option<&'a str>,
}

/// The event that brings `listener` up to date.
fn event(snapshot: &Snapshot, listener: &Listener, run: &Run) -> String {
    let changed = listener.build.map(|build| snapshot.changed_since(build)).unwrap_or_default();
    let page = snapshot.page(&listener.page);
    let is_later = |saved: &&(u64, String)| listener.build.is_some_and(|build| build < saved.0);
    let news = News {
        build: run.name(snapshot.build),
        page: snapshot.answer(&listener.page).version(),
        changed: changed.into_iter().take(MOST_PATHS).map(|path| path.as_str()).collect(),
        errors: &snapshot.errors,
        warnings: page.map(|page| snapshot.known.warnings_of(page)).unwrap_or_default(),
        edited: page.is_some_and(|page| snapshot.is_edited(page)),
        saved: snapshot.saved.as_ref().filter(is_later).map(|(_, address)| address.as_str()),
    };
    let news = serde_json::to_string(&news).expect("plain data always serialises");
    format!("event: build\ndata: {news}\n\n")
}

/// The events for one listener, the first of them as soon as there is something to tell: while the first build is at work, that
/// its page is made. Its page is open as long as it listens.
pub(super) fn events((shown, early): (Latest, Begun), listener: Listener, run: Run, open: &Open) -> Body {
    struct State {
        shown: Latest,
        early: Begun,
        has_told_early: bool,
        listener: Listener,
        run: Run,
        _opened: Opened,
    }

    impl State {
        /// Waits for something to tell; `None` when there is nothing more.
        async fn next(&mut self) -> Option<Arc<Snapshot>> {
            let is_begun = self.shown.borrow().is_some();
            if is_begun || self.has_told_early {
                self.shown.changed().await.ok()?;
                return self.shown.borrow_and_update().clone();
            }
            tokio::select! {
                biased;
                changed = self.shown.changed() => {
                    changed.ok()?;
                    self.shown.borrow_and_update().clone()
                }
                built = early::built(self.early.clone(), &self.listener.page) => {
                    self.has_told_early = true;
                    Some(built)
                }
            }
        }
    }

    let opened = open.note(&listener.page);
    let mut state = State { shown, early, has_told_early: false, listener, run, _opened: opened };
    if state.shown.borrow().is_some() {
        state.shown.mark_changed();
    }
    Body::from_stream(stream::unfold(state, |mut state| async move {
        let text = match tokio::time::timeout(PULSE, state.next()).await {
            Err(_) => "event: ping\ndata: 1\n\n".to_owned(),
            Ok(snapshot) => {
                let snapshot = snapshot?;
                let text = event(&snapshot, &state.listener, &state.run);
                state.listener.build = Some(snapshot.build);
                text
            }
        };
        Some((Ok::<_, Infallible>(Bytes::from(text)), state))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_goes_to_the_end_of_the_body() {
        let run = Run("r".to_owned());
        let snapshot = Snapshot::of("/docs/", &[]);
        let tag = "<script type=\"module\" src=\"/docs/__docweave/reload.js\" data-build=\"r-1\" data-version=\"v\"></script>";
        for (html, expected) in [
            ("<p>a</p></body></html>", format!("<p>a</p>{tag}</body></html>")),
            ("<pre></body></pre></BODY>", format!("<pre></body></pre>{tag}</BODY>")),
            ("<p>a", format!("<p>a{tag}")),
            ("", tag.to_owned()),
        ] {
            let html = with_script(html.as_bytes(), &snapshot, "v", &run, Panel::Asked);
            assert_eq!(String::from_utf8(html).unwrap(), expected);
        }
    }

    #[test]
    fn the_first_event_says_whether_a_page_is_behind() {
        let run = Run("r".to_owned());
        let snapshot = Snapshot::of("/docs/", &[("a b/index.html", "a"), ("style.css", "b"), ("404.html", "c")]);
        let told = |query: &str| {
            let text = event(&snapshot, &Listener::from_query(query, &run), &run);
            let json = text.strip_prefix("event: build\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
            let news: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(news["build"], "r-1");
            (news["page"].as_str().unwrap().to_owned(), news["changed"].as_array().unwrap().len())
        };
        let version = snapshot.answer("/docs/a%20b/").version();
        assert_eq!(told("page=%2Fdocs%2Fa%2520b%2F&build=r-1"), (version.clone(), 0));
        assert_eq!(told("page=%2Fdocs%2Fa%2520b%2F&build=r-0"), (version.clone(), 3));
        assert_eq!(told("build=s-0&page=/docs/a%2520b/"), (version, 0), "from another life: its version decides");
        assert_eq!(told("page=/docs/gone/").0, snapshot.answer("/docs/gone/").version());
        assert_ne!(told("page=/docs/gone/").0, told("").0.replace("missing-", ""));
        assert_eq!(snapshot.changed_since(0)[0].as_str(), "style.css", "what pages load comes first");
    }

    #[test]
    fn the_preview_keeps_a_folder_for_itself() {
        assert_eq!(Own::at("/docs/__docweave/reload.js"), Some(Own::Script(SCRIPTS[0].1)));
        assert_eq!(Own::at("/docs/__docweave/panel"), Some(Own::Panel));
        assert_eq!(Own::at("/__docweave/events"), Some(Own::Events));
        for path in
            ["/docs/__docweave/", "/docs/__docweave/x", "/docs/a__docweave/events", "/events", "__docweave/events"]
        {
            assert_eq!(Own::at(path), None, "{path}");
        }
    }
}
