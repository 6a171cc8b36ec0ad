//! Requests to answers. Reads only: the tree in memory, and the script and the events of the preview itself.

use std::{
    net::TcpListener,
    sync::{Arc, mpsc::Sender},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
    serve::ListenerExt,
};

use crate::model::{Error, media};
use crate::serve::{
    Event, Panel, compress,
    early::{self, Begun},
    gate::{self, Gate},
    range::{self, Asked},
    reload::{self, Listener, Own, Run},
    report::Reporter,
    snapshot::{Answer, File, Latest, Snapshot},
};

/// What every answer is made from.
#[derive(Clone)]
struct Server {
    gate: Gate,
    shown: Latest,
    early: Begun,
    run: Run,
    offer: Offer,
}

impl Server {
    /// What there is to see. While the first build is at work, that is the file at the path of an address.
    async fn shown(&mut self, address: &str) -> Option<Arc<Snapshot>> {
        tokio::select! {
            biased;
            shown = self.shown.wait_for(Option::is_some) => shown.ok()?.clone(),
            file = early::file(self.early.clone(), address) => Some(file),
        }
    }
}

/// What is offered to writers beside the site.
#[derive(Clone)]
pub(super) struct Offer {
    /// Knows how files are opened.
    pub(super) reporter: Reporter,
    /// When the panel is shown.
    pub(super) panel: Panel,
    /// Takes down what browsers show.
    pub(super) open: reload::Open,
}

/// Answers requests on `listener` from threads of its own, and tells of interruptions.
///
/// # Errors
///
/// A system that gives no threads. Later failures are events.
pub(super) fn start(
    listener: TcpListener,
    gate: Gate,
    shown: Latest,
    early: Begun,
    offer: Offer,
    events: Sender<Event>,
) -> Result<(), Error> {
    let failure = |error| Error::new(format!("could not start the server: {error}"));
    listener.set_nonblocking(true).map_err(failure)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(failure)?;
    let server = Server { gate, shown, early, run: Run::new(), offer };
    let serve = move || {
        runtime.block_on(async {
            let interrupts = events.clone();
            tokio::spawn(async move {
                if tokio::signal::ctrl_c().await.is_ok() {
                    drop(interrupts.send(Event::Interrupted));
                }
            });
            if let Err(error) = serve(listener, server).await {
                let what = format!("the server stopped: {error}");
                drop(events.send(Event::Failed(Error::new(what))));
            }
        });
    };
    std::thread::Builder::new().name("http".to_owned()).spawn(serve).map_err(failure)?;
    Ok(())
}

async fn serve(listener: TcpListener, server: Server) -> std::io::Result<()> {
    // Events are small, and must not wait for company.
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().fallback(answer).with_state(server)).await
}

/// Waits for what is asked for, or for the first build, then answers.
async fn answer(State(mut server): State<Server>, request: Request) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let is_gzip_welcome = compress::is_welcome(headers);
    if let Some(refusal) = refusal(&server.gate, method, uri, headers) {
        return refusal;
    }
    let own = Own::at(uri.path());
    // A page that is shown early is not ready before its scripts are there.
    if let Some(Own::Script(script)) = own {
        return zipped(script.as_bytes(), media::SCRIPT, is_gzip_welcome);
    }
    if own.is_some() && !gate::is_from_our_page(headers) {
        return text(StatusCode::FORBIDDEN, "this is for the pages of this site only\n");
    }
    if own == Some(Own::Events) {
        if method == Method::HEAD {
            return response(StatusCode::OK, EVENTS, "");
        }
        let listener = Listener::from_query(uri.query().unwrap_or(""), &server.run);
        let Server { shown, early, run, offer, .. } = server;
        return response(StatusCode::OK, EVENTS, reload::events((shown, early), listener, run, &offer.open));
    }
    let Some(snapshot) = server.shown(uri.path()).await else {
        return text(StatusCode::SERVICE_UNAVAILABLE, "the preview is ending\n");
    };
    match own {
        Some(Own::Panel) => panel(snapshot, uri.query().unwrap_or(""), server.offer.reporter).await,
        Some(Own::Events | Own::Script(_)) | None => page(&snapshot, uri, headers, &server),
    }
}

const EVENTS: &str = "text/event-stream; charset=utf-8";

/// Why a request is not answered at all.
fn refusal(gate: &Gate, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    if !gate.admits(uri, headers) {
        let reason = "this server answers to localhost, 127.0.0.1, [::1] and the address given with --host\n";
        return Some(text(StatusCode::FORBIDDEN, reason));
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        let refused = text(StatusCode::METHOD_NOT_ALLOWED, "this server is for reading only\n");
        return Some(with(refused, header::ALLOW, "GET, HEAD"));
    }
    None
}

/// What the site holds at an address.
fn page(snapshot: &Snapshot, uri: &Uri, headers: &HeaderMap, server: &Server) -> Response {
    let answer = snapshot.answer(uri.path());
    let html = |status, bytes: &[u8]| {
        let html = reload::with_script(bytes, snapshot, &answer.version(), &server.run, server.offer.panel);
        let mut response = zipped(html, media::HTML, compress::is_welcome(headers));
        *response.status_mut() = status;
        response
    };
    match &answer {
        Answer::File(path, file) => match media::content_type(path.extension()) {
            media::HTML => html(StatusCode::OK, &file.bytes),
            kind => part(file, kind, headers),
        },
        Answer::Missing(Some(file)) => html(StatusCode::NOT_FOUND, &file.bytes),
        Answer::Missing(None) => text(StatusCode::NOT_FOUND, "there is no such page\n"),
        Answer::Elsewhere(address) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            let moved = text(StatusCode::TEMPORARY_REDIRECT, "");
            with(moved, header::LOCATION, &format!("{address}{query}"))
        }
        Answer::Problems(page) => html(StatusCode::INTERNAL_SERVER_ERROR, page.as_bytes()),
    }
}

/// A file, or the part of it that was asked for. `If-Range` can't be fulfilled without validators: then it is all of it.
fn part(file: &File, kind: &str, headers: &HeaderMap) -> Response {
    let bytes = Bytes::from_owner(file.bytes.clone());
    let size = bytes.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = range.filter(|_| !headers.contains_key(header::IF_RANGE));
    let answer = match range.map_or(Asked::Whole, |range| range::asked(range, size)) {
        Asked::Whole => zipped(bytes, kind, compress::is_welcome(headers)),
        Asked::Part(part) => {
            let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            with(response(StatusCode::PARTIAL_CONTENT, kind, bytes.slice(part)), header::CONTENT_RANGE, &place)
        }
        Asked::Beyond => {
            let refused = text(StatusCode::RANGE_NOT_SATISFIABLE, "");
            with(refused, header::CONTENT_RANGE, &format!("bytes */{size}"))
        }
    };
    with(answer, header::ACCEPT_RANGES, "bytes")
}

/// What there is to say about the page that a query names. A large site needs a moment for it.
async fn panel(snapshot: Arc<Snapshot>, query: &str, reporter: Reporter) -> Response {
    let address = reload::field(query, "page").unwrap_or_default();
    let told = tokio::task::spawn_blocking(move || {
        let page = snapshot.page(&address)?;
        Some(serde_json::to_string(&snapshot.known.panel(page, &reporter)).expect("plain data always serialises"))
    });
    match told.await {
        Ok(Some(told)) => response(StatusCode::OK, media::content_type("json"), told),
        Ok(None) => text(StatusCode::NOT_FOUND, "there is no such page\n"),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "this page could not be explained\n"),
    }
}

/// An answer that may be compressed.
fn zipped(bytes: impl AsRef<[u8]> + Into<Body>, kind: &str, is_gzip_welcome: bool) -> Response {
    let zipped = if is_gzip_welcome { compress::gzip(bytes.as_ref(), kind) } else { None };
    let answer = match zipped {
        Some(zipped) => with(response(StatusCode::OK, kind, zipped), header::CONTENT_ENCODING, "gzip"),
        None => response(StatusCode::OK, kind, bytes),
    };
    with(answer, header::VARY, "accept-encoding")
}

fn text(status: StatusCode, text: &'static str) -> Response {
    response(status, media::TEXT, text)
}

/// An answer that is kept by nobody, taken for what it says it is, and not loaded into pages of other sites.
fn response(status: StatusCode, kind: &str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let response = with(response, header::CONTENT_TYPE, kind);
    let response = with(response, header::CACHE_CONTROL, "no-store");
    let response = with(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    with(response, HeaderName::from_static("cross-origin-resource-policy"), "same-origin")
}

/// The response with one more header; a value that can't be one is left out.
fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::{browser::SCRIPTS, snapshot::Shown};

    fn server(snapshot: Snapshot) -> Server {
        // The sender may go: the value stays.
        let (_, shown) = tokio::sync::watch::channel(Some(Arc::new(snapshot)));
        let (_, early) = tokio::sync::watch::channel(None);
        let reporter = Reporter { root: "/site".into(), editor: None };
        let offer = Offer { reporter, panel: Panel::Asked, open: reload::Open::default() };
        Server { gate: Gate::new("127.0.0.1".parse().unwrap()), shown, early, run: Run::new(), offer }
    }

    fn site() -> Server {
        server(Snapshot::of(
            "/docs/",
            &[
                ("index.html", "<body>home</body>"),
                ("404.html", "gone"),
                ("a/index.html", "a"),
                ("film.mp4", "0123456789"),
            ],
        ))
    }

    /// The status, the header `wanted` and the body of an answer. `fields` begins with the method and the address.
    fn ask(server: &Server, fields: &[(&str, &str)], wanted: &str) -> (u16, String, String) {
        let [(method, address), fields @ ..] = fields else { panic!("no method") };
        let mut request = Request::builder().method(*method).uri(*address).header("host", "localhost:3000");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = answer(State(server.clone()), request).await;
            let headers = response.headers();
            for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff")] {
                assert_eq!(headers[name], value);
            }
            assert!(!headers.keys().any(|name| name.as_str().starts_with("access-control")));
            let value = headers.get(wanted).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let status = response.status().as_u16();
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            (status, value, String::from_utf8(body.to_vec()).unwrap())
        })
    }

    #[test]
    fn pages_come_with_the_script_and_files_as_they_are() {
        let (status, kind, body) = ask(&site(), &[("GET", "/docs/")], "content-type");
        assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
        assert!(body.starts_with("<body>home<script type=\"module\" src=\"/docs/__docweave/reload.js\""), "{body}");
        assert!(body.ends_with("</script></body>"), "{body}");
        let (status, kind, body) = ask(&site(), &[("GET", "/docs/film.mp4?x")], "content-type");
        assert_eq!((status, kind.as_str(), body.as_str()), (200, "video/mp4", "0123456789"));
        let (status, _, body) = ask(&site(), &[("GET", "/docs/none")], "content-type");
        assert_eq!(status, 404);
        assert!(body.starts_with("gone<script"), "{body}");
        let (status, to, _) = ask(&site(), &[("GET", "/docs/a?x=1")], "location");
        assert_eq!((status, to.as_str()), (307, "/docs/a/?x=1"));
        let (status, _, body) = ask(&site(), &[("GET", "/docs/__docweave/reload.js")], "content-type");
        assert_eq!((status, body.as_str()), (200, SCRIPTS[0].1));
    }

    #[test]
    fn media_is_sent_in_parts() {
        let (status, place, body) = ask(&site(), &[("GET", "/docs/film.mp4"), ("range", "bytes=2-4")], "content-range");
        assert_eq!((status, place.as_str(), body.as_str()), (206, "bytes 2-4/10", "234"));
        let (status, place, _) = ask(&site(), &[("GET", "/docs/film.mp4"), ("range", "bytes=10-")], "content-range");
        assert_eq!((status, place.as_str()), (416, "bytes */10"));
        let fields = [("GET", "/docs/film.mp4"), ("range", "bytes=2-4"), ("if-range", "\"x\"")];
        assert_eq!(ask(&site(), &fields, "accept-ranges"), (200, "bytes".to_owned(), "0123456789".to_owned()));
        assert_eq!(ask(&site(), &[("GET", "/docs/a/"), ("range", "bytes=0-0")], "content-range").0, 200);
    }

    #[test]
    fn strangers_are_turned_away() {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
            let (status, allowed, _) = ask(&site(), &[(method, "/docs/")], "allow");
            assert_eq!((status, allowed.as_str()), (405, "GET, HEAD"), "{method}");
        }
        let twice = [("GET", "/docs/"), ("host", "evil.example")];
        assert_eq!(ask(&site(), &twice, "").0, 403);
        assert_eq!(ask(&site(), &[("GET", "http://evil.example/docs/")], "").0, 403);
        for field in
            [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site"), ("x", "y")]
        {
            assert_eq!(ask(&site(), &[("GET", "/docs/__docweave/events"), field], "").0, 403, "{field:?}");
        }
    }

    #[test]
    fn events_begin_at_once() {
        let fields = [("GET", "/docs/__docweave/events?page=%2Fdocs%2F"), ("origin", "http://localhost:3000")];
        // The sender is gone, so the stream ends after what it has to say.
        let (status, kind, body) = ask(&site(), &fields, "content-type");
        assert_eq!((status, kind.as_str()), (200, EVENTS));
        assert!(body.starts_with("event: build\ndata: {"), "{body}");
    }

    #[test]
    fn a_site_that_never_was_answers_everywhere_with_what_is_wrong() {
        let shown = Shown::Problems("<p>mend it".to_owned());
        let server = server(Snapshot::showing("/", shown));
        for address in ["/", "/docs/a/", "/x.css", "/%ff"] {
            let (status, kind, body) = ask(&server, &[("GET", address)], "content-type");
            assert_eq!((status, kind.as_str()), (500, "text/html; charset=utf-8"));
            assert!(body.starts_with("<p>mend it<script type=\"module\" src=\"/__docweave/reload.js\""), "{body}");
        }
    }
}
