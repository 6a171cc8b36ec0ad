//! Real servers on this machine, well and badly behaved.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use super::*;
use crate::model::Span;

/// A moment in 2026.
const NOW: u64 = 1_790_000_000;

/// A server, and every request line that it got.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What a server does with a connection after it got a request line: it writes, waits or hangs up.
type Behaviour = dyn Fn(&str, &mut TcpStream, usize) + Send + Sync;

impl Server {
    fn new(behaviour: impl Fn(&str, &mut TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (behaviour, known): (Arc<Behaviour>, _) = (Arc::new(behaviour), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (behaviour, known) = (behaviour.clone(), known.clone());
                std::thread::spawn(move || answer(stream, &*behaviour, &known));
            }
        });
        Self { port, asked }
    }

    /// A server that answers each path with what is written here: a status line's end, headers and a body.
    fn saying(answers: &'static [(&'static str, &'static str)]) -> Self {
        Self::new(move |request, stream, _| {
            let path = request.split(' ').nth(1).unwrap_or("");
            let found = answers.iter().find(|(known, _)| *known == path);
            say(stream, request, found.map_or("404 Not Found", |(_, answer)| answer));
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        let lines = self.asked.lock().unwrap();
        lines.iter().map(|line| line.trim_end_matches(" HTTP/1.1").to_owned()).collect()
    }
}

fn answer(mut stream: TcpStream, behaviour: &Behaviour, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(request)) = lines.next() else { return };
    lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(request.clone());
        asked.len()
    };
    behaviour(&request, &mut stream, number);
}

/// Writes `404 Not Found`, or `200 OK\nName: value\n\nbody`.
fn say(stream: &mut TcpStream, request: &str, answer: &str) {
    let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
    let head = head.replace('\n', "\r\n");
    let length = body.len();
    let body = if request.starts_with("HEAD") { "" } else { body };
    let text = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    drop(stream.write_all(text.as_bytes()));
}

/// A folder that vanishes with the test, for what is remembered.
struct Desk {
    folder: tempfile::TempDir,
    settings: External,
}

impl Desk {
    fn new() -> Self {
        let settings = External { private: true, timeout: 2, ..External::default() };
        Self { folder: tempfile::tempdir().unwrap(), settings }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("links")
    }

    fn at(&self, now: u64, links: &[String]) -> Probed {
        let placed = |(line, link): (usize, &String)| {
            let span = Span { start: 0, end: 1, line: line as u32 + 1, column: 1 };
            (Place { path: "a.md".to_owned(), span: Some(span) }, link.clone())
        };
        let links: Vec<_> = links.iter().enumerate().map(placed).collect();
        probe(&links, &self.settings, &self.cache(), now)
    }

    /// What is told of links, one in each line, with the server's address left out.
    fn told(&self, server: &Server, links: &[&str]) -> Vec<String> {
        let links: Vec<String> = links.iter().map(|path| server.url(path)).collect();
        let probed = self.at(NOW, &links);
        let shown = |problem: &Diagnostic| {
            let help = problem.help.as_deref().filter(|help| help.starts_with("write")).unwrap_or("");
            format!("{} {}: {} {help}", problem.place.span.unwrap().line, problem.code, problem.message)
        };
        let all = probed.diagnostics.iter().map(shown).chain(probed.notes.iter().cloned());
        all.map(|line| line.replace(&server.url(""), "").trim_end().to_owned()).collect()
    }
}

#[test]
fn what_is_there_is_asked_once_and_remembered() {
    let server = Server::saying(&[("/a", "200 OK\n\nhello"), ("/b?x=1", "204 No Content")]);
    let desk = Desk::new();
    assert_eq!(desk.told(&server, &["/a", "/a", "/b?x=1", "/a"]), [""; 0]);
    let mut asked = server.asked();
    asked.sort();
    assert_eq!(asked, ["HEAD /a", "HEAD /b?x=1"]);
    let links = [server.url("/a")];
    let again = desk.at(NOW + 6 * 86400, &links);
    assert_eq!((again.asked, again.remembered, server.asked().len()), (0, 1, 2));
    let later = desk.at(NOW + 8 * 86400, &links);
    assert_eq!((later.asked, later.remembered, server.asked().len()), (1, 0, 3));
    std::fs::OpenOptions::new().append(true).open(desk.cache()).unwrap().set_len(3).unwrap();
    assert_eq!(desk.at(NOW, &links).asked, 1, "a cut memory remembers nothing");
}

#[test]
fn what_is_broken_or_moved_is_told_and_broken_ones_are_asked_again() {
    let server = Server::saying(&[
        ("/gone", "410 Gone"),
        ("/old", "301 Moved Permanently\nLocation: /new#part"),
        ("/older", "308 Permanent Redirect\nLocation: old"),
        ("/some", "301 Moved Permanently\nLocation: /found"),
        ("/found", "302 Found\nLocation: //127.0.0.1:1/"),
        ("/today", "302 Found\nLocation: /new"),
        ("/mail", "301 Moved Permanently\nLocation: mailto:a@example.org"),
        ("/new", "200 OK"),
        ("/secret", "403 Forbidden"),
        ("/bad", "500 Internal Server Error"),
    ]);
    let desk = Desk::new();
    let links = ["/none", "/gone", "/old", "/older#there", "/today", "/mail", "/secret", "/bad"];
    let expected = [
        "1 broken-external: `/none` leads nowhere: it answers 404 (Not Found)",
        "2 broken-external: `/gone` leads nowhere: it answers 410 (Gone)",
        "3 moved-external: `/old` has moved for good write `/new`",
        "4 moved-external: `/older#there` has moved for good write `/new#there`",
        "6 broken-external: `/mail` leads nowhere: it redirects to `mailto:a@example.org`, which is not on the web",
        "8 broken-external: `/bad` leads nowhere: it answers 500 (Internal Server Error)",
        "1 address was not checked: the server does not tell programs",
    ];
    assert_eq!(desk.told(&server, &links), expected);
    let before = server.asked().len();
    assert_eq!(desk.told(&server, &links), expected);
    let again = server.asked().split_off(before);
    assert!(
        again.iter().any(|line| line == "GET /none") && !again.iter().any(|line| line.contains("/old ")),
        "{again:?}"
    );
    assert!(desk.told(&server, &["/some"])[0].contains("can't be connected to"));
}

#[test]
fn a_server_that_knows_no_head_is_asked_for_the_page() {
    for status in ["405 Method Not Allowed", "404 Not Found", "501 Not Implemented", "403 Forbidden"] {
        let server = Server::new(move |request, stream, _| match request.starts_with("HEAD") {
            true => say(stream, request, status),
            false => say(stream, request, "200 OK\n\nhere"),
        });
        assert_eq!(Desk::new().told(&server, &["/"]), [""; 0], "{status}");
        assert_eq!(server.asked(), ["HEAD /", "GET /"]);
    }
    let hangs_up = Server::new(|request, stream, _| {
        if request.starts_with("GET") {
            say(stream, request, "200 OK");
        }
    });
    assert_eq!(Desk::new().told(&hangs_up, &["/"]), [""; 0]);
}

#[test]
fn anchors_are_looked_for_in_pages() {
    let server = Server::saying(&[
        ("/page", "200 OK\nContent-Type: text/html; charset=utf-8\n\n<h2 id=\"install\">x</h2><h2 id=\"\u{fc}\">"),
        ("/moved", "302 Found\nLocation: /page"),
        ("/plain", "200 OK\nContent-Type: text/plain\n\nnothing"),
    ]);
    let desk = Desk::new();
    let links = [
        "/page#install",
        "/page#%C3%BC",
        "/page#none",
        "/moved#install",
        "/moved#none",
        "/plain#none",
        "/page#L10",
        "/page#:~:text=x",
        "/page#",
    ];
    let expected = [
        "3 broken-external-anchor: `/page#none` leads to a page that has no `#none`",
        "5 broken-external-anchor: `/moved#none` leads to a page that has no `#none`",
    ];
    assert_eq!(desk.told(&server, &links), expected);
    let asked = server.asked();
    assert!(asked.iter().all(|line| line.starts_with("GET")), "{asked:?}");
    // What was not read can't be missed.
    let cut = Desk { settings: External { bytes: 10, ..desk.settings.clone() }, ..Desk::new() };
    assert_eq!(cut.told(&server, &["/page#none", "/page#install"]), [""; 0]);
    let off = Desk { settings: External { anchors: false, ..desk.settings }, ..Desk::new() };
    assert_eq!(off.told(&server, &["/page#none"]), [""; 0]);
    assert_eq!(server.asked().last().unwrap(), "HEAD /page");
}

#[test]
fn redirects_in_circles_and_without_end_come_to_an_end() {
    let server = Server::new(|request, stream, number| {
        let next = if request.contains("/circle") { "/circle".to_owned() } else { format!("/{number}") };
        say(stream, request, &format!("302 Found\nLocation: {next}"));
    });
    let told = Desk::new().told(&server, &["/circle"]);
    assert_eq!(told, ["1 broken-external: `/circle` leads nowhere: it redirects in a circle"]);
    let told = Desk::new().told(&server, &["/on"]);
    assert_eq!(told, ["1 broken-external: `/on` leads nowhere: it redirects more than 8 times"]);
    assert_eq!(server.asked().len(), 2 + 2 * 9);
}

#[test]
fn servers_that_hang_or_hang_up_take_bounded_time() {
    let hangs = Server::new(|_, _, _| std::thread::sleep(Duration::from_secs(60)));
    let begin = Instant::now();
    let desk = Desk { settings: External { timeout: 1, per_host: 8, ..Desk::new().settings }, ..Desk::new() };
    let links: Vec<String> = (0..8).map(|number| format!("/{number}")).collect();
    let told = desk.told(&hangs, &links.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(told[0], "1 broken-external: `/0` leads nowhere: there is no answer within 1 seconds");
    assert_eq!(told.len(), 8);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());

    // A few words, and then nothing; a head that never ends; a body that never ends.
    for words in
        ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"]
    {
        let server = Server::new(move |_, stream, _| {
            drop(stream.write_all(words.as_bytes()));
            while stream.write_all(b"x: y\r\n").is_ok() {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let begin = Instant::now();
        desk.told(&server, &["/#part"]);
        assert!(begin.elapsed() < Duration::from_secs(20), "{words} {:?}", begin.elapsed());
    }

    let resets = Server::new(|_, _, _| {});
    let told = Desk::new().told(&resets, &["/"]);
    assert_eq!(told, ["1 broken-external: `/` leads nowhere: the connection ends without an answer"]);
    let speaks_otherwise = Server::new(|_, stream, _| drop(stream.write_all(b"220 mail.example.org ESMTP\r\n")));
    let told = Desk::new().told(&speaks_otherwise, &["/"]);
    assert!(told[0].contains("it does not answer as a web server does"), "{told:?}");
}

#[test]
fn a_host_that_asks_for_patience_is_left_alone_for_so_long() {
    let server = Server::new(|request, stream, number| match number {
        1 => say(stream, request, "429 Too Many Requests\nRetry-After: 1"),
        _ => say(stream, request, "200 OK"),
    });
    let begin = Instant::now();
    let desk = Desk { settings: External { per_host: 1, ..Desk::new().settings }, ..Desk::new() };
    assert_eq!(desk.told(&server, &["/a", "/b"]), [""; 0]);
    assert!(begin.elapsed() >= Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(server.asked().len(), 3);

    let never = Server::saying(&[
        ("/a", "503 Service Unavailable\nRetry-After: 3600"),
        ("/b", "429 Too Many Requests\nRetry-After: Wed, 21 Oct 2099 07:28:00 GMT"),
    ]);
    let begin = Instant::now();
    assert_eq!(Desk::new().told(&never, &["/a", "/b"]), ["2 addresses were not checked: the server asks for patience"]);
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(never.asked().len(), 2, "an hour is not waited for");
}

#[test]
fn a_host_gets_few_requests_at_once() {
    let (running, most) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let (inside, highest) = (running, most.clone());
    let server = Server::new(move |request, stream, _| {
        let now = {
            let mut inside = inside.lock().unwrap();
            *inside += 1;
            *inside
        };
        let mut highest = highest.lock().unwrap();
        *highest = now.max(*highest);
        drop(highest);
        std::thread::sleep(Duration::from_millis(50));
        *inside.lock().unwrap() -= 1;
        say(stream, request, "200 OK");
    });
    let links: Vec<String> = (0..12).map(|number| format!("/{number}")).collect();
    let told = Desk::new().told(&server, &links.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(told, [""; 0]);
    assert_eq!((*most.lock().unwrap(), server.asked().len()), (2, 12));
}

#[test]
fn nothing_private_is_asked_unless_allowed() {
    let inner = Server::saying(&[("/", "200 OK")]);
    let desk = Desk { settings: External { private: false, ..Desk::new().settings }, ..Desk::new() };
    let links = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
        .map(|host| format!("http://{host}:{}/", inner.port));
    let probed = desk.at(NOW, &links);
    assert_eq!(probed.diagnostics, []);
    assert!(probed.notes[0].ends_with("allows private ones"), "{:?}", probed.notes);
    assert_eq!(inner.asked(), [""; 0]);
}

#[test]
fn a_name_is_judged_again_at_each_redirect() {
    use ureq::unversioned::{resolver::Resolver, transport::NextTimeout};

    /// A name server that says of every name that it is this machine, but only from the second time on.
    #[derive(Debug)]
    struct Turncoat(Mutex<usize>);
    impl Resolver for Turncoat {
        fn resolve(
            &self,
            uri: &ureq::http::Uri,
            _: &ureq::config::Config,
            _: NextTimeout,
        ) -> Result<ureq::unversioned::resolver::ResolvedSocketAddrs, ureq::Error> {
            let mut times = self.0.lock().unwrap();
            *times += 1;
            let mut found = self.empty();
            let address = if *times == 1 { [203, 0, 114, 1] } else { [127, 0, 0, 1] };
            found.push((address, uri.port_u16().unwrap_or(80)).into());
            Ok(found)
        }
    }
    let guard = guard::Guard { allows_private: false, inner: Turncoat(Mutex::new(0)) };
    let config = ureq::config::Config::default();
    let timeout = NextTimeout {
        after: ureq::unversioned::transport::time::Duration::NotHappening,
        reason: ureq::Timeout::Global,
        per_read: None,
        per_write: None,
    };
    let uri = ureq::http::Uri::from_static("http://example.org:8080/");
    let first = guard.resolve(&uri, &config, timeout).unwrap();
    assert_eq!(first.to_vec(), ["203.0.114.1:8080".parse().unwrap()]);
    let second = guard.resolve(&uri, &config, timeout).unwrap_err();
    assert!(second.to_string().contains("the address is private"), "{second}");
}

#[test]
fn being_offline_is_told_once() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    // Nobody listens any more, at three hosts.
    let links = ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map(|host| format!("http://{host}:{port}/"));
    let probed = Desk::new().at(NOW, &links);
    assert_eq!(probed.diagnostics, []);
    assert_eq!(probed.notes, ["3 addresses were not checked: the network can't be reached"]);
    let one = Desk::new().at(NOW, &links[..1]);
    assert_eq!((one.diagnostics.len(), one.notes.len()), (1, 0), "one host alone may be down");
}

#[test]
fn lists_say_what_is_asked_and_nonsense_is_told() {
    let server = Server::saying(&[]);
    let ignore = vec!["*/ignored/*".to_owned()];
    let allow = vec!["127.0.0.1*".to_owned()];
    let desk = Desk { settings: External { ignore, allow, ..Desk::new().settings }, ..Desk::new() };
    let told = desk.told(&server, &["/ignored/x", "/x"]);
    assert_eq!(told, ["2 broken-external: `/x` leads nowhere: it answers 404 (Not Found)"]);
    let probed = desk.at(NOW, &["http://localhost:9/".to_owned(), "https://".to_owned(), "http://a b/".to_owned()]);
    assert_eq!((probed.diagnostics.len(), probed.asked), (2, 0), "{probed:?}");
    assert!(probed.diagnostics[0].message.contains("it is no address"), "{probed:?}");
}

/// A certificate for this machine that nobody but itself vouches for, and its key, in DER.
const SELF_SIGNED: (&str, &str) = (
    "MIIBnDCCAUGgAwIBAgIUWRl25HQ4cAWbQX7JoklYrOWcJkMwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTA2NT\
     IyNFoYDzIxMjYxMTA1MDY1MjI0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARCMmWpYTk/TSzQMZ5B\
     Td7UIDZTt679EZ7l2vF9V3S7v8N6lG+P4yIFezUvC77ptHQWfHVPH16wUsRfPGpBfJyvo28wbTAdBgNVHQ4EFgQU6htvy5DO7ukeIGx64ml3pU\
     jARV0wHwYDVR0jBBgwFoAU6htvy5DO7ukeIGx64ml3pUjARV0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw\
     CgYIKoZIzj0EAwIDSQAwRgIhANfR790hw89cJeNZxE9XIj78Rh1dpTRDKF/HCKr6KnX0AiEAznIl4RQEvAdlPl3zwTKJXNLUJnAsbNEWAxK+uH\
     vmrCY=",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrIOcWeqzhczqY+9qydO6B4d7Lf3SzV9X47kgPf6T9dyhRANCAARCMmWpYTk/TS\
     zQMZ5BTd7UIDZTt679EZ7l2vF9V3S7v8N6lG+P4yIFezUvC77ptHQWfHVPH16wUsRfPGpBfJyv",
);

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let [certificate, key] = [SELF_SIGNED.0, SELF_SIGNED.1].map(|text| BASE64_STANDARD.decode(text).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], rustls::pki_types::PrivatePkcs8KeyDer::from(key).into())
        .unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut secure = rustls::Stream::new(&mut connection, &mut stream);
            // Whoever trusts it is told that all is well.
            drop(secure.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
    });
    let probed = Desk::new().at(NOW, &[format!("https://localhost:{port}/")]);
    let [problem] = probed.diagnostics.as_slice() else { panic!("{probed:?}") };
    assert!(problem.message.contains("its certificate is not trusted"), "{problem}");
}
