//! What is fuzzed: for each way in, a function that takes any bytes and panics where a promise is broken.
//!
//! `fuzz_targets/` hands them to libFuzzer, which looks for input that goes new ways; the suite tries them on the same seeds,
//! changed at random, with any toolchain.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, TcpStream},
    path::Path,
    str::FromStr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use docweave::{
    build::{
        Facts, Given, Outcome, Publish, Request, Session, Watched, build,
        run::Reuse,
        store::{self, Kind, Mode, Store},
        trace::Silent,
    },
    import,
    link::{self, Input},
    model::{
        Config, Data, Date, Diagnostic, Digest, Doc, Head, RelPath, Site, Span, doc::Hole, inventory::Inventories,
        profile::InMemory, untrusted::Untrusted,
    },
    output::{Manifest, MemoryStage},
    parse::{self, Included, Options, front_matter},
    serve::{self, Follow, News, Panel, Settings},
    source::{config, data, inventory, memory::Tree},
};

/// A way in.
pub struct Target {
    /// The name of its program in `fuzz_targets/`.
    pub name: &'static str,
    /// What takes the bytes.
    pub run: fn(&[u8]),
    /// Folders of seeds, from the root of the repository.
    pub seeds: &'static [&'static str],
    /// How many bytes of a seed are taken: more only takes longer.
    pub most_bytes: usize,
}

/// All targets, by name.
pub const TARGETS: &[Target] = &[
    Target { name: "cache", run: cache, seeds: &["fuzz/seeds/request"], most_bytes: 256 },
    Target { name: "config", run: configuration, seeds: &["fuzz/seeds/config"], most_bytes: 4096 },
    Target { name: "data", run: data_files, seeds: &["data", "fuzz/seeds/data"], most_bytes: 4096 },
    Target { name: "front_matter", run: front, seeds: &["content"], most_bytes: 1024 },
    Target { name: "import", run: imported, seeds: &["tests/suite/import", "content"], most_bytes: 4096 },
    Target { name: "links", run: links, seeds: &["fuzz/seeds/links", "content", "tests/sites"], most_bytes: 4096 },
    Target { name: "manifest", run: manifest, seeds: &["fuzz/seeds/manifest"], most_bytes: 4096 },
    Target { name: "markdown", run: markdown, seeds: &["content", "tests/sites"], most_bytes: 4096 },
    Target { name: "request", run: request, seeds: &["fuzz/seeds/request"], most_bytes: 1024 },
    Target { name: "site", run: whole_site, seeds: &["fuzz/seeds/links", "content", "tests/sites"], most_bytes: 4096 },
    Target { name: "untrusted", run: untrusted, seeds: &["fuzz/seeds/untrusted", "content"], most_bytes: 4096 },
];

const CONFIG: &str = "title = \"T\"\nbase_url = \"https://example.org/\"\ngit_dates = false\n";

/// What articles can be about, and a term that they can mention.
const TOPICS: &str = "[topics.t]\ntitle = \"T\"\nkeywords = [\"hammer\"]\nterms.anvil = \"What is struck.\"\n";

fn path(text: &str) -> RelPath {
    RelPath::new(text).expect("a path inside the site")
}

/// Every diagnostic points into the text, on the boundaries of characters, and so does what would mend it.
fn check_places(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let fix = diagnostic.fix.as_ref().map(|fix| fix.span);
        diagnostic.place.span.into_iter().chain(fix).for_each(|span| check_span(text, span));
    }
}

fn check_span(text: &str, span: Span) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{start}..{end} of {}", text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end} cuts a character");
}

/// A head says of each part where it stands in the text, and no two headings have one id.
fn check_head(text: &str, head: &Head) {
    let headings = head.headings.iter().filter(|heading| heading.origin.is_none()).map(|heading| heading.span);
    let links = head.links.iter().filter(|link| link.origin.is_none()).map(|link| link.span);
    let codes = head.codes.iter().filter(|code| code.origin.is_none()).map(|code| code.span);
    headings.chain(links).chain(codes).for_each(|span| check_span(text, span));
    assert_eq!(head.sections.len(), head.headings.len() + 1);
    assert!(!head.title.trim().is_empty());
    assert!(head.links.iter().all(|link| (link.section as usize) < head.sections.len()));
    let mut ids: Vec<_> = head.headings.iter().map(|heading| &heading.id).chain(&head.title_id).collect();
    ids.sort();
    assert!(ids.is_sorted_by(|a, b| a < b), "ids are unique: {ids:?}");
}

/// What we write closes each tag that it opens, in order; for texts without HTML of their own.
fn check_balance(html: &str) {
    const VOID: &[&str] = &["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '>').next().unwrap_or("");
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None if VOID.contains(&name) || name.starts_with('!') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}

/// Every hole lies in the HTML, in order, on a boundary of characters, and names what the head has.
fn check_doc(doc: &Doc, head: &Head, balance: fn(&str)) {
    let mut last = 0;
    balance(&doc.html);
    for (at, hole) in &doc.holes {
        let at = *at as usize;
        assert!(last <= at && doc.html.is_char_boundary(at), "a hole at {at} of {}", doc.html.len());
        last = at;
        let (index, of) = match hole {
            Hole::Address(index) => (*index, head.links.len()),
            Hole::Code(code) => (code.index, head.codes.len()),
            Hole::Media(media) => (media.link, head.links.len()),
            Hole::Component(index, body) => {
                body.iter().for_each(|body| check_doc(body, head, balance));
                (*index, head.components.len())
            }
            Hole::Wikilink(link) => {
                link.label.iter().for_each(|label| check_doc(label, head, balance));
                (link.link, head.links.len())
            }
            Hole::SeeAlso(section) => (*section, head.sections.len()),
            Hole::Term(index) => (*index, head.terms.len()),
            Hole::Word(_) => continue,
        };
        assert!((index as usize) < of, "{hole:?}, where there are {of}");
    }
}

/// The block between `+++` or `---`.
pub fn front(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (_, start, diagnostics) = front_matter::split("content/a.md", &text);
    assert!(text.is_char_boundary(start));
    check_places(&text, &diagnostics);
    front_matter::source("content/a.md", &text);
}

fn parsed(text: &str, options: &Options) -> Head {
    let included: Included = [
        (path("content/a.md"), Ok("# A\n\n:::note\n".into())),
        (path("content/b.rs"), Ok("// [!region x]\nfn b() {}\n".into())),
    ]
    .into();
    let parsed = parse::article(&path("s/a.md"), text, options, &included);
    let balance = if text.contains('<') { |_: &str| {} } else { check_balance };
    check_doc(&parsed.doc, &parsed.head, balance);
    check_head(text, &parsed.head);
    let own: Vec<_> = parsed.diagnostics.into_iter().filter(|found| found.place.path == "content/s/a.md").collect();
    check_places(text, &own);
    parsed.head
}

/// Markdown to a document, with all that is read beyond CommonMark: directives and components too.
pub fn markdown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    parsed(&text, &Options { smart_punctuation: text.len().is_multiple_of(2), ..Options::default() });
}

/// The same from strangers: no tag, handler or address that could run is in what we write between the holes.
pub fn untrusted(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let untrusted = Untrusted { folders: vec![RelPath::default()], components: Vec::new() };
    let options = Options { untrusted, ..Options::default() };
    let parsed = parse::article(&path("s/a.md"), &text, &options, &Included::new());
    check_doc(&parsed.doc, &parsed.head, |_| {});
    let html = parsed.doc.html.to_ascii_lowercase();
    for tag in html.split('<').skip(1) {
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        assert!(
            !matches!(name, "script" | "iframe" | "object" | "embed" | "base" | "meta" | "link" | "style" | "form"),
            "<{tag}"
        );
        let inside = tag.split('>').next().unwrap_or("");
        // Only what stands outside of quotes is the name of an attribute.
        let bare: String = inside.split('"').step_by(2).collect();
        assert!(!bare.contains(" on"), "<{tag}");
        assert!(!inside.contains("=\"javascript:") && !inside.contains("=\"data:"), "<{tag}");
    }
}

/// `site.toml`.
pub fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (_, diagnostics) = config::parse(&text, "site.toml");
    check_places(&text, &diagnostics);
}

/// Data files and inventories of other sites.
pub fn data_files(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for read in [data::json_node, data::toml_node, data::yaml_node] {
        if let Err(diagnostics) = read("data/a", &text, 0..text.len()) {
            check_places(&text, &diagnostics);
        }
    }
    inventory::parse("a.json", bytes);
    inventory::parse("objects.inv", bytes);
}

/// A text that somebody wants to make an article of.
pub fn imported(bytes: &[u8]) {
    let source = import::Source { name: "a.txt", bytes, encoding: None };
    if let Ok(imported) = import::text(&source) {
        parsed(&imported.article, &Options::default());
    }
}

/// The texts of several articles, parted by lines of `%%`.
fn articles(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).split("\n%%\n").take(8).map(str::to_owned).collect()
}

/// Links and routes: no address leaves the site, and none is promised twice without a word.
pub fn links(bytes: &[u8]) {
    const PLACES: [&str; 8] =
        ["_index.md", "a.md", "b.md", "b/_index.md", "b/c.md", "b/c/d.md", "topics/t.md", "Ü b.md"];
    static SITE: OnceLock<Config> = OnceLock::new();
    let settings = SITE.get_or_init(|| config::parse(&format!("{CONFIG}{TOPICS}"), "site.toml").0);
    let texts = articles(bytes);
    let options = Options::from_config(settings);
    let head =
        |(place, text): (&&str, &String)| Arc::new(parse::article(&path(place), text, &options, &Included::new()).head);
    let input = Input {
        heads: PLACES.iter().zip(&texts).map(head).collect(),
        files: BTreeMap::new(),
        data: &Data::default(),
        inventories: (&Inventories::default(), Digest::of(b"")),
        today: Date::from_str("2026-01-01").expect("a date"),
        changed: &BTreeMap::new(),
        memory: &link::Memory::default(),
        lexicon: &InMemory,
    };
    let (site, _, _): (Site, _, _) = link::site(settings, input);
    for page in &site.pages {
        assert_eq!(page.links.len(), page.head.links.len());
        assert!(page.url.starts_with('/'), "{}", page.url);
    }
}

/// How many builds one session makes before a cold build is asked whether it would come to the same.
const WARM: u32 = 32;

/// Articles, a template and a configuration, from text to the bytes of the site.
///
/// One session builds them all, as in the preview: to load the theme takes a hundred times as long as such a site. Now and
/// then a cold build has to come to the same.
pub fn whole_site(bytes: &[u8]) {
    static LAST: OnceLock<Mutex<(Session, Manifest, u32)>> = OnceLock::new();
    let staying = || (Session::new(Store::off()).staying(), Manifest::default(), 0);
    let last = LAST.get_or_init(|| Mutex::new(staying()));
    // Who holds on to it after a failure begins anew.
    let mut last = last.lock().unwrap_or_else(|poisoned| {
        let mut last = poisoned.into_inner();
        *last = staying();
        last
    });
    let (session, old, builds) = &mut *last;
    let mut tree = Tree::default();
    tree.insert(path("site.toml"), format!("{CONFIG}{TOPICS}").into_bytes());
    for (number, text) in articles(bytes).into_iter().enumerate() {
        tree.insert(path(&format!("content/a{number}.md")), text.into_bytes());
    }
    let warm = built(session, &tree, old);
    *builds += 1;
    if builds.is_multiple_of(WARM) {
        let cold = built(&Session::new(Store::off()).staying(), &tree, &Manifest::default());
        assert!(warm.diagnostics == cold.diagnostics, "{:?} and cold {:?}", warm.diagnostics, cold.diagnostics);
        let files = |outcome: &Outcome| outcome.plan.as_ref().map(|plan| plan.manifest().files.clone());
        assert!(files(&warm) == files(&cold), "another site than a cold build");
    }
    if let Some(plan) = warm.plan {
        *old = plan.into_manifest();
    }
}

fn built(session: &Session, tree: &Tree, old: &Manifest) -> Outcome {
    let facts = |_: &Config| Facts {
        today: Date::from_str("2026-01-01").expect("a date"),
        changed: Arc::default(),
        watched: Watched::default(),
    };
    let request = Request::default();
    let given = Given { files: tree, facts: &facts, request: &request, old, missing: &[], progress: &Silent };
    let outcome = build(session, &given, &MemoryStage::new()).expect("nothing fails in memory");
    assert!(outcome.diagnostics.iter().all(|found| found.code != "internal"), "{:?}", outcome.diagnostics);
    outcome
}

/// The manifest of an output folder: what is read is written again as it was.
pub fn manifest(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // What is changed at random hardly ever ends with its own digest, and would be refused for that: it is given one.
    let (lines, _) = text.rsplit_once("\nend\t").unwrap_or((&text, ""));
    let lines = format!("{lines}\n");
    let sealed = format!("{lines}end\t{}\n", Digest::of(lines.as_bytes()).to_hex());
    for bytes in [bytes, sealed.as_bytes()] {
        if let Ok(read) = Manifest::from_bytes(bytes) {
            let again = Manifest::from_bytes(read.to_text().as_bytes()).expect("what we write, we read");
            assert_eq!(again, read);
        }
    }
}

/// A file of the cache: whatever is in it, a look-up misses or gives what was put there.
pub fn cache(bytes: &[u8]) {
    static FOLDER: OnceLock<Mutex<(tempfile::TempDir, Vec<u8>)>> = OnceLock::new();
    let key = store::key("a", 1, &[b"b"]);
    let value = b"what was put there".repeat(20);
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let whole = Store::open(folder.path(), Mode::ReadWrite);
        whole.put(Kind::Body, &key, &b"what was put there".repeat(20));
        whole.flush(|_, _| true).expect("a cache that can be written");
        let written = files(folder.path()).pop().map(|file| std::fs::read(file).expect("a file")).unwrap_or_default();
        Mutex::new((folder, written))
    });
    let folder = folder.lock().expect("no other thread has failed");
    let file = files(folder.0.path()).pop().expect("one file of the cache");
    // The whole file with the bytes over a part of it; the first two say where.
    let mut damaged = folder.1.clone();
    let (at, rest) = match bytes {
        [a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])) % damaged.len().max(1), rest),
        _ => (0, bytes),
    };
    for (old, new) in damaged.iter_mut().skip(at).zip(rest) {
        *old ^= new;
    }
    damaged.truncate(damaged.len() - rest.iter().filter(|byte| **byte == 0xff).count().min(damaged.len()));
    std::fs::write(&file, &damaged).expect("a file that can be written");
    let found = Store::open(folder.0.path(), Mode::ReadWrite).get(Kind::Body, &key);
    assert!(found.is_none_or(|found| found == value), "something that was never put there");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect()
}

/// What a browser, or anybody, sends to the preview: it answers or hangs up, and gives nothing that is not of the site.
pub fn request(bytes: &[u8]) {
    static PORT: OnceLock<u16> = OnceLock::new();
    let port = *PORT.get_or_init(preview);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the preview listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    // It may hang up before it has read everything.
    drop(stream.write_all(bytes));
    drop(stream.shutdown(std::net::Shutdown::Write));
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..length]);
        // Events go on for ever.
        if answer.len() > 1 << 20 || answer.windows(12).any(|found| found == b"event-stream") {
            break;
        }
    }
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{}", String::from_utf8_lossy(&answer));
    assert!(!answer.windows(6).any(|found| found == b"SECRET"), "a file that is not of the site");
    let mut again = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the preview still listens");
    drop(again.write_all(b"HEAD / HTTP/1.0\r\nHost: localhost\r\n\r\n"));
}

/// Serves a site from a folder that lies beside a secret; returns the port.
fn preview() -> u16 {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let root = folder.join("site");
    std::fs::create_dir_all(root.join("content")).expect("a folder");
    std::fs::create_dir_all(root.join(".docweave")).expect("a folder");
    for (file, text) in [
        ("site.toml", CONFIG),
        ("content/_index.md", "# Home\n"),
        ("content/a.md", "# A\n"),
        ("content/b.txt", "text"),
        (".docweave/secret", "SECRET"),
        ("secret", "SECRET"),
        ("../secret", "SECRET"),
    ] {
        std::fs::write(root.join(file), text).expect("a file");
    }
    let (send, ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let settings = Settings {
            root,
            publish: Publish::Today,
            base_url: None,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            reuse: Reuse::Nothing,
            progress: Arc::new(Silent),
            follow: Follow::Stay,
            editor: None,
            panel: Panel::Asked,
        };
        let outcome = serve::run(settings, &mut |news| {
            if let News::Ready { address, .. } = news {
                drop(send.send(address));
            }
        });
        outcome.expect("the preview goes on");
    });
    let address = ready.recv().expect("the preview begins");
    address.trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}
