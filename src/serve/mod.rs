//! The live preview: builds in memory, serves what was built, and builds again whenever the site's folder changes.
//!
//! In: [`Settings`]. Out: [`News`] for the terminal, and a site over HTTP until somebody interrupts. Everything that
//! happens is one `Event` of one loop:
//!
//! ```text
//! watch ──Changed──▶ loop ──▶ orders ──▶ builder ──Ahead, Built──▶ loop ──▶ the shown snapshot ──▶ http, event streams
//! ```
//!
//! What must stay true:
//! - The build is `build::build`, and nothing but: the reload script is put into the HTTP answer, never into the site.
//! - Answers come from the tree in memory, never from the disk, and nothing is written over HTTP. The output folder is
//!   not touched.
//! - A build that fails leaves the last good tree served. Before there is one, pages are shown while they are being made,
//!   those first that somebody asks for; of a large site, sketches of them until then, which are no part of the tree.
//! - Of a site that is built again, the pages that browsers show come first, and are shown before the others are done. When
//!   those are shown and more is saved, the rest is left to the next build.
//! - What a browser shows is named by the digest of its bytes, so that a tab that comes back is told exactly whether it
//!   is behind, however much it missed.
//! - File events only say when and where to look; what changed is found by comparing what files look like, and a look at all
//!   files finds what no event told.

mod ahead;
mod browser;
mod builder;
mod compress;
mod early;
mod editor;
mod gate;
mod http;
mod orders;
mod panel;
mod range;
mod reload;
mod report;
mod snapshot;
mod watch;

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, Mutex, mpsc},
};

use tokio::sync::watch as cell;

use crate::build::{CONFIG, Publish, run::Reuse, trace::Progress};
use crate::model::{Error, RelPath, config::BaseUrl};
use crate::serve::{builder::Workshop, gate::Gate, orders::Order, report::Reporter, snapshot::Snapshot};
use crate::source::{Files, disk::Folder, survey::Survey};

pub use crate::serve::{
    builder::{Built, Effect},
    editor::Editor,
};

/// How many ports after the one that was asked for are tried.
const PORTS_TRIED: u16 = 100;

/// What was asked for.
#[derive(Clone)]
pub struct Settings {
    /// The site's folder.
    pub root: PathBuf,
    /// What is published.
    pub publish: Publish,
    /// Where pages believe to live, in place of the server's own address.
    pub base_url: Option<BaseUrl>,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on, or the next free one; 0 for any.
    pub port: u16,
    /// Whether memos on disk are used.
    pub reuse: Reuse,
    /// Told how far the first build is, and of the pages that every build renders.
    pub progress: Arc<dyn Progress + Send>,
    /// Where browsers go when an article is saved.
    pub follow: Follow,
    /// What opens the places of mistakes, where browsers on this machine alone can see them.
    pub editor: Option<Editor>,
    /// When the writer's panel is shown.
    pub panel: Panel,
}

/// Where browsers go when an article is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// They stay where they are.
    Stay,
    /// To its page.
    Saved,
}

/// When the writer's panel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// When somebody asks for it with its key.
    Asked,
    /// From the start, until somebody closes it.
    Open,
}

/// What is worth telling.
pub enum News<'a> {
    /// A build ended.
    Built(&'a Built),
    /// From now on there is something to see: the first build renders or sketches what is asked for, or has ended.
    Ready {
        /// Where, as a browser takes it.
        address: String,
        /// The port that was asked for and is somebody else's.
        taken: Option<u16>,
    },
    /// Something that is not as good as it could be.
    Note(&'a str),
}

/// Everything that can happen.
enum Event {
    /// The site's folder may differ from what was built: these sources do, as far as is known. And what it looks like.
    Changed(Vec<String>, Survey),
    /// The first build has begun to render, or to sketch: from now on pages can be asked for, at this sub-path.
    Opened(String),
    /// Of a site that is being built again, something can be shown already.
    Ahead(Arc<Snapshot>),
    /// A build ended.
    Built(Box<Built>),
    /// Something that is not as good as it could be.
    Note(String),
    /// The server can't go on.
    Failed(Error),
    /// Somebody wants it to end.
    Interrupted,
}

/// Files that articles include, by their path from the site's root: sources wherever they lie.
type Further = Arc<Mutex<BTreeSet<String>>>;

/// Serves the site until somebody interrupts.
///
/// # Errors
///
/// No site to begin with, no port to listen on, a server that can't go on.
pub fn run(settings: Settings, tell: &mut dyn FnMut(News<'_>)) -> Result<(), Error> {
    crate::output::edit::finish(&settings.root)?;
    let folder = Folder::open(&settings.root)?;
    check_is_site(&folder)?;
    let (listener, taken) = listen(settings.host, settings.port)?;
    let port = local_port(&listener)?;
    let origin = origin(settings.host, port);

    let (events, incoming) = mpsc::channel();
    let (show, shown) = cell::channel::<Option<Arc<Snapshot>>>(None);
    let reporter = reporter(&folder, &settings);
    let open = reload::Open::default();
    let offer = http::Offer { reporter: reporter.clone(), panel: settings.panel, open: open.clone() };
    let (begin, early) = cell::channel(None);
    http::start(listener, Gate::new(settings.host), shown, early, offer, events.clone())?;
    let further = Further::default();
    let survey = watch::start(folder.clone(), further.clone(), events.clone())?;
    let opening = builder::Opening { begin, events: events.clone() };
    let workshop = Workshop::new(folder, &settings, origin.clone(), reporter, further, (opening, open));
    let orders = orders::start(workshop, events)?;
    let order = |order| orders.send(order).map_err(|_| Error::new("the builder is gone"));
    order(Order { sources: Vec::new(), survey })?;

    let mut is_ready = false;
    let mut ready = |path: &str, tell: &mut dyn FnMut(News<'_>)| {
        if !std::mem::replace(&mut is_ready, true) {
            tell(News::Ready { address: format!("{origin}{path}"), taken: taken.filter(|_| port != settings.port) });
        }
    };
    for event in incoming {
        match event {
            Event::Changed(sources, survey) => order(Order { sources, survey })?,
            Event::Opened(path) => ready(&path, tell),
            Event::Ahead(snapshot) => drop(show.send_replace(Some(snapshot))),
            Event::Built(built) => {
                if let Some(snapshot) = &built.snapshot {
                    show.send_replace(Some(snapshot.clone()));
                }
                tell(News::Built(&built));
                ready(built.snapshot.as_ref().map_or("/", |snapshot| &snapshot.base), tell);
            }
            Event::Note(note) => tell(News::Note(&note)),
            Event::Failed(error) => return Err(error),
            Event::Interrupted => break,
        }
    }
    Ok(())
}

/// Other machines have neither our files nor our editor, and need not know where they are.
fn reporter(folder: &Folder, settings: &Settings) -> Reporter {
    let root = folder.root().canonicalize().unwrap_or_else(|_| folder.root().to_path_buf());
    Reporter { root, editor: settings.editor.clone().filter(|_| settings.host.is_loopback()) }
}

/// Whoever stands in the wrong folder wants to know it, not to see a page about it.
fn check_is_site(folder: &Folder) -> Result<(), Error> {
    let path = RelPath::new(CONFIG).expect("a file name is a path");
    match folder.read(&path) {
        Err(error) if error.source.as_ref().is_some_and(|source| source.kind() == ErrorKind::NotFound) => {
            Err(error.help("run this in a site's folder, name it with `--root`, or begin one with `docweave init`"))
        }
        _ => Ok(()),
    }
}

/// Listens on `port`, or on the next free one; then gives the port that was taken as well.
fn listen(host: IpAddr, port: u16) -> Result<(TcpListener, Option<u16>), Error> {
    let failure = |port: u16, error| {
        let help = "choose another with `--port`, or another address with `--host`";
        Error::new(format!("could not listen on {}: {error}", SocketAddr::new(host, port))).help(help)
    };
    for next in port..=port.saturating_add(PORTS_TRIED) {
        match TcpListener::bind(SocketAddr::new(host, next)) {
            Ok(listener) => return Ok((listener, (next != port).then_some(port))),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(failure(next, error)),
        }
    }
    Err(failure(port, ErrorKind::AddrInUse.into()))
}

fn local_port(listener: &TcpListener) -> Result<u16, Error> {
    let address = listener.local_addr().map_err(|error| Error::new(format!("could not listen: {error}")))?;
    Ok(address.port())
}

/// Scheme and host as a browser on this machine takes them.
fn origin(host: IpAddr, port: u16) -> String {
    let host = match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    format!("http://{}", SocketAddr::new(host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_leads_to_the_next_one() {
        let host = IpAddr::from(Ipv4Addr::LOCALHOST);
        let (first, taken) = listen(host, 0).unwrap();
        assert_eq!(taken, None);
        let port = local_port(&first).unwrap();
        if port < u16::MAX {
            let (second, taken) = listen(host, port).unwrap();
            assert_eq!(taken, Some(port));
            assert!(local_port(&second).unwrap() > port);
        }
    }

    #[test]
    fn origins_are_such_as_browsers_take() {
        for (host, expected) in [
            ("127.0.0.1", "http://127.0.0.1:80"),
            ("0.0.0.0", "http://127.0.0.1:80"),
            ("::", "http://[::1]:80"),
            ("fe80::1", "http://[fe80::1]:80"),
        ] {
            assert_eq!(origin(host.parse().unwrap(), 80), expected);
        }
    }
}
