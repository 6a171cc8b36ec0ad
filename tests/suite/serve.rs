//! The live preview from outside: the real program, a hand-written browser, and somebody who saves files.
//!
//! More than 500 lines: all tests share that browser.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

/// How long anything may take on a slow machine before it counts as never.
const DEADLINE: Duration = Duration::from_secs(30);

/// A site on disk and the preview of it.
struct Preview {
    disk: tempfile::TempDir,
    program: Child,
    lines: Receiver<String>,
    /// `127.0.0.1:PORT`.
    host: String,
}

/// What was answered.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Preview {
    /// Serves a site of these files, and waits until there is something to see.
    fn of(files: &[(&str, &str)]) -> Self {
        let disk = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(&disk.path().join(path), text);
        }
        let mut program = serve(disk.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(program.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut preview = Self { disk, program, lines, host: String::new() };
        let line = preview.line("serving ");
        let address = line.trim_start_matches("serving http://");
        preview.host = address[..address.find('/').unwrap()].to_owned();
        preview
    }

    /// The next line on standard output that begins with `start`.
    fn line(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("no line `{start}..`"));
            if line.starts_with(start) {
                return line;
            }
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.disk.path().join(path)
    }

    fn save(&self, path: &str, text: &str) {
        write(&self.path(path), text);
    }

    fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Sends `request` (its first line, and more headers after line breaks) and reads the answer to its end.
    fn ask(&self, request: &str) -> Answer {
        let (line, headers) = request.split_once('\n').unwrap_or((request, ""));
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.host) };
        let headers: String = headers.lines().map(|line| format!("{line}\r\n")).collect();
        let mut stream = self.connect(&format!("{line} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n"));
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"))
    }

    /// Asks again and again until the answer is as wanted.
    fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            assert!(began.elapsed() < DEADLINE, "{path} stays at {}: {}", answer.status, answer.body);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Listens to events as the page at `path` would.
    fn events(&self, page: &str) -> Events {
        let path = format!("/docs/__docweave/events?page={page}");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n\r\n", self.host);
        Events { lines: BufReader::new(self.connect(&request)) }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

/// The program, to serve the site in a folder on any port.
fn serve(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
    command.args(["serve", "--port", "0", "--root"]).arg(root);
    command
}

/// A stream of events.
struct Events {
    lines: BufReader<TcpStream>,
}

impl Events {
    /// The data of the next event about a build.
    fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: {") {
                return data.to_owned();
            }
        }
    }

    /// Skips events until one has `part` in it.
    fn until(&mut self, part: &str) -> String {
        loop {
            let data = self.next();
            if data.contains(part) {
                return data;
            }
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The part of an event that names what its page shows.
fn version(data: &str) -> &str {
    let from = data.split_once("\"page\":\"").unwrap().1;
    &from[..from.find('"').unwrap()]
}

const SITE: &str = "title = \"Trial\"\nbase_url = \"https://example.org/docs/\"\n";

/// An article whose prose is told nowhere else.
fn a(prose: &str) -> String {
    format!("+++\ndescription = \"d\"\n+++\n# A\n\n{prose}\n")
}

/// It is built: a page is there sooner, and what is saved then may stop the build that nothing stands before.
fn small_site() -> Preview {
    let preview = Preview::of(&[
        ("site.toml", SITE),
        ("content/a.md", &a("first words")),
        ("content/b.md", "# B\n\nOther.\n"),
        ("static/film.mp4", "0123456789"),
    ]);
    preview.line("built ");
    preview
}

#[test]
fn what_is_saved_is_what_is_seen() {
    let preview = small_site();
    let page = preview.get("/docs/a/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("first words") && page.body.contains("/docs/__docweave/reload.js"), "{}", page.body);
    assert!(page.head.contains("content-type: text/html; charset=utf-8"), "{}", page.head);
    assert_eq!(preview.get("/docs/__docweave/reload.js").status, 200);

    let (mut of_a, mut of_b) = (preview.events("/docs/a/"), preview.events("/docs/b/"));
    let (first_a, first_b) = (of_a.next(), of_b.next());
    assert!(page.body.contains(&format!("data-version=\"{}\"", version(&first_a))), "{first_a}");

    preview.save("content/a.md", &a("second words"));
    let news = of_a.until("a/index.html");
    assert_ne!(version(&news), version(&first_a));
    let page = preview.get("/docs/a/");
    assert!(page.body.contains("second words"), "{}", page.body);
    assert!(page.body.contains(version(&news)), "the page says which version it is: {news}");
    assert_eq!(version(&of_b.until("a/index.html")), version(&first_b), "b has no reason to reload");
    assert!(preview.line("rebuilt 1 page in ").ends_with(": content/a.md"));

    // As editors save: a file beside it, then a new name.
    preview.save("content/.a.md.tmp", &a("third words"));
    fs::rename(preview.path("content/.a.md.tmp"), preview.path("content/a.md")).unwrap();
    preview.until("/docs/a/", |page| page.body.contains("third words"));

    assert!(!preview.path("public").exists(), "the output folder is not touched");
}

#[test]
fn folders_and_pages_come_and_go() {
    let preview = small_site();
    let mut events = preview.events("/docs/new/deep/c/");
    let missing = version(&events.next()).to_owned();
    assert_eq!(preview.get("/docs/new/deep/c/").status, 404);
    preview.save("content/new/deep/c.md", "# C\n\nat once\n");
    preview.until("/docs/new/deep/c/", |page| page.status == 200 && page.body.contains("at once"));
    assert_ne!(version(&events.until("new/deep/c/index.html")), missing);

    fs::remove_file(preview.path("content/b.md")).unwrap();
    let gone = preview.until("/docs/b/", |page| page.status == 404);
    assert!(gone.body.contains("reload.js"), "the page about it comes back with the article");

    fs::rename(preview.path("content/new"), preview.path("content/moved")).unwrap();
    preview.until("/docs/moved/deep/c/", |page| page.status == 200);
    assert_eq!(preview.get("/docs/new/deep/c/").status, 404);

    preview.save("static/made/late.txt", "late");
    preview.until("/docs/made/late.txt", |file| file.status == 200 && file.body == "late");
    preview.save("themes/default/templates/page.html", "<p>{{ page.title }} in a new look");
    preview.until("/docs/moved/deep/c/", |page| page.body.starts_with("<p>C in a new look<script"));
    fs::remove_dir_all(preview.path("themes")).unwrap();
    preview.until("/docs/moved/deep/c/", |page| page.body.contains("at once"));
}

#[test]
fn mistakes_leave_the_last_good_site_and_are_mended() {
    let preview = Preview::of(&[("site.toml", "title = \"<i>"), ("content/a.md", "# A\n")]);
    for path in ["/", "/docs/a/", "/style.css"] {
        let page = preview.get(path);
        assert_eq!(page.status, 500);
        assert!(page.body.contains("site.toml:1:") && page.body.contains("/__docweave/reload.js"), "{}", page.body);
    }
    let mut events = preview.events("/docs/a/");
    let broken = version(&events.next()).to_owned();
    preview.save("site.toml", SITE);
    assert_ne!(version(&events.until("build")), broken);
    assert_eq!(preview.until("/docs/a/", |page| page.status == 200).status, 200);
    let moved = preview.get("/");
    assert!(moved.status == 307 && moved.head.contains("location: /docs/\r\n"), "{}", moved.head);

    preview.save("site.toml", "title = [");
    preview.save("content/a.md", "# A\n\nnot yet\n");
    std::thread::sleep(Duration::from_millis(300));
    let page = preview.get("/docs/a/");
    assert!(page.status == 200 && !page.body.contains("not yet"), "{}", page.body);
    preview.save("site.toml", SITE);
    preview.until("/docs/a/", |page| page.body.contains("not yet"));
}

#[test]
fn many_saves_end_with_the_last() {
    let preview = small_site();
    for number in 0..100 {
        preview.save("content/a.md", &format!("# A\n\nIntro.\n\nsave {number}.\n"));
        preview.save(&format!("content/many/{}.md", number % 10), &format!("# N\n\nIntro.\n\nsave {number}.\n"));
    }
    preview.until("/docs/a/", |page| page.body.contains("save 99."));
    for number in 0..10 {
        preview.until(&format!("/docs/many/{number}/"), |page| page.body.contains(&format!("save 9{number}.")));
    }
}

#[test]
fn files_are_sent_in_parts_and_heads_alone() {
    let preview = small_site();
    let part = preview.ask("GET /docs/film.mp4\nRange: bytes=2-4");
    assert_eq!((part.status, part.body.as_str()), (206, "234"));
    assert!(part.head.contains("content-range: bytes 2-4/10") && part.head.contains("video/mp4"), "{}", part.head);
    let head = preview.ask("HEAD /docs/film.mp4");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.head.contains("content-length: 10"), "{}", head.head);
    assert_eq!(preview.ask("HEAD /docs/a/").body, "");
    let events = preview.ask("HEAD /docs/__docweave/events\nSec-Fetch-Site: same-origin");
    assert_eq!((events.status, events.body.as_str()), (200, ""));
}

#[test]
fn hostile_pages_and_paths_get_nothing() {
    let preview = small_site();
    write(&preview.path("secret.txt"), "secret");
    for host in ["evil.example", "localhost.evil.example", "evil.example:80\nHost: localhost"] {
        let refused = preview.ask(&format!("GET /docs/a/\nHost: {host}"));
        assert!(matches!(refused.status, 400 | 403) && !refused.body.contains("first"), "{host}: {}", refused.status);
    }
    assert_eq!(preview.ask("GET /docs/a/\nHost: localhost").status, 200);
    for fields in ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "X: y"] {
        let refused = preview.ask(&format!("GET /docs/__docweave/events\n{fields}"));
        assert_eq!(refused.status, 403, "{fields}");
        assert!(!refused.head.contains("access-control"), "{}", refused.head);
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(preview.ask(&format!("{method} /docs/a/\nContent-Length: 0")).status, 405, "{method}");
    }
    for path in [
        "/docs/../secret.txt",
        "/docs/..%2fsecret.txt",
        "/docs/%2e%2e/secret.txt",
        "/docs/%2e%2e%2fsecret.txt",
        "/docs/..%5csecret.txt",
        "/docs/%252e%252e/secret.txt",
        "/docs//secret.txt",
        "/docs/secret.txt%00",
        "/docs/..;/secret.txt",
        "/secret.txt",
        "//etc/passwd",
        "/docs//etc/passwd",
        "/docs/site.toml",
        "/docs/../site.toml",
        "/docs/content/a.md",
        "/docs/.docweave/cache",
        "/docs/.docweave-manifest",
        "/docs/__docweave/../../secret.txt",
    ] {
        let answer = preview.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("secret") && !answer.body.contains("root:"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_it_at_once_and_a_taken_port_is_told() {
    let mut preview = small_site();
    let port = preview.host.rsplit_once(':').unwrap().1.to_owned();
    let mut second = Command::new(env!("CARGO_BIN_EXE_docweave"))
        .args(["serve", "--port", &port, "--root"])
        .arg(preview.disk.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut errors = BufReader::new(second.stderr.take().unwrap());
    while !said.contains("is taken") {
        assert_ne!(errors.read_line(&mut said).unwrap(), 0, "{said}");
    }
    assert!(said.contains(&format!("port {port} is taken")), "{said}");
    for program in [&mut second, &mut preview.program] {
        // A listener must not keep it from ending.
        let interrupted = Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        let began = Instant::now();
        let code = loop {
            match program.try_wait().unwrap() {
                Some(status) => break status.code(),
                None if began.elapsed() > DEADLINE => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        assert_eq!(code, Some(0));
    }
}

#[test]
fn a_folder_without_a_site_is_said_at_once() {
    let disk = tempfile::tempdir().unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_docweave")).args(["serve", "--root"]).arg(disk.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("docweave init"));
}

#[test]
fn what_is_long_is_sent_as_gzip_to_those_who_take_it_and_kept_by_nobody() {
    let long = "so many words. ".repeat(200);
    let preview = Preview::of(&[
        ("site.toml", SITE),
        ("content/a.md", &a(&long)),
        ("static/made.bin", &long),
        ("static/x.txt", "x"),
    ]);
    let zipped = preview.ask("GET /docs/a/\nAccept-Encoding: gzip, br");
    assert!(
        zipped.head.contains("content-encoding: gzip") && zipped.head.contains("vary: accept-encoding"),
        "{}",
        zipped.head
    );
    let plain = preview.get("/docs/a/");
    assert!(!plain.head.contains("content-encoding") && plain.body.contains(long.trim_end()), "{}", plain.head);
    for path in ["/docs/made.bin", "/docs/x.txt", "/docs/__docweave/events"] {
        let answer = preview.ask(&format!("HEAD {path}\nAccept-Encoding: gzip\nSec-Fetch-Site: same-origin"));
        assert!(answer.status == 200 && !answer.head.contains("content-encoding"), "{path}: {}", answer.head);
    }
    for path in
        ["/docs/a/", "/docs/x.txt", "/docs/none/", "/docs/a", "/docs/__docweave/reload.js", "/docs/__docweave/panel"]
    {
        let answer = preview.get(path);
        assert!(answer.head.contains("cache-control: no-store"), "{path}: {}", answer.head);
        assert!(!answer.head.contains("etag") && !answer.head.contains("last-modified"), "{path}: {}", answer.head);
    }
}

#[test]
fn errors_come_with_their_place_and_leave_with_it() {
    let preview = small_site();
    let mut events = preview.events("/docs/a/");
    let first = events.next();
    assert!(first.contains("\"errors\":[]") && first.contains("\"warnings\":[]"), "{first}");
    preview.save("content/b.md", "+++\ntitle = 3\nweight = \"<x>\"\n+++\n");
    let told = events.until("wrong-type");
    for part in [
        "\"path\":\"content/b.md\",\"line\":2,\"column\":9",
        "\"path\":\"content/b.md\",\"line\":3,\"column\":10",
        "{\"before\":\"weight = \",\"marked\":\"\\\"<x>\\\"\",\"after\":\"\"}",
        "/content/b.md:3:10\"",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(version(&told), version(&first), "the page stays");
    // The same bytes as before lead to no other page, and yet the errors go.
    preview.save("content/b.md", "# B\n\nOther.\n");
    events.until("\"errors\":[]");
    preview.save("content/a.md", &a("[x](nowhere.md)"));
    let told = events.until("broken-link");
    assert!(told.contains("\"edited\":true"), "{told}");
    let mut of_b = preview.events("/docs/b/");
    assert!(of_b.next().contains("\"warnings\":[]"), "warnings belong to their page");
}

#[test]
fn the_panel_is_for_our_own_pages_and_tells_of_pages_alone() {
    let preview = small_site();
    write(&preview.path("secret.txt"), "secret");
    let ask = |path: &str, field: &str| preview.ask(&format!("GET /docs/__docweave/panel?page={path}\n{field}"));
    let told = ask("/docs/a/", "Sec-Fetch-Site: same-origin");
    assert_eq!(told.status, 200);
    let panel: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((panel["source"].as_str(), panel["words"].as_u64()), (Some("content/a.md"), Some(2)), "{panel}");
    for field in ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "X: y"] {
        let refused = ask("/docs/a/", field);
        assert!(refused.status == 403 && !refused.body.contains("content"), "{field}: {}", refused.status);
    }
    for path in ["/secret.txt", "../secret.txt", "/docs/..%252fsecret.txt", "/etc/passwd", "content/a.md", ""] {
        assert_eq!(ask(path, "Sec-Fetch-Site: same-origin").status, 404, "{path}");
    }
    assert_eq!(preview.ask("POST /docs/__docweave/panel?page=/docs/a/\nSec-Fetch-Site: same-origin").status, 405);
}

#[test]
fn content_is_never_executed_and_links_lead_nowhere_outside() {
    let preview = Preview::of(&[
        ("site.toml", SITE),
        ("content/a.md", "# A\n\n{{ 7 * 191 }} {% include \"/etc/passwd\" %} <?php echo 7 * 191; ?> `$(id)`\n"),
        ("static/run.cgi", "#!/bin/sh\necho executed\n"),
        ("static/run.php", "<?php echo 7 * 191; ?>"),
    ]);
    let page = preview.get("/docs/a/");
    assert!(page.status == 200 && !page.body.contains("1337") && !page.body.contains("root:"), "{}", page.body);
    assert_eq!(preview.get("/docs/run.cgi").body, "#!/bin/sh\necho executed\n");
    assert_eq!(preview.get("/docs/run.php").body, "<?php echo 7 * 191; ?>");
    // A request that names another place, and one that hides a second request in the first.
    let foreign = preview.ask("GET http://evil.example/docs/a/\nHost: localhost");
    assert!(matches!(foreign.status, 400 | 403), "{}", foreign.status);
    let smuggled = preview.ask("GET /docs/a/\nContent-Length: 4\nTransfer-Encoding: chunked");
    assert!(!smuggled.body.contains("root:"));
}

#[cfg(unix)]
#[test]
fn links_on_disk_lead_nowhere_outside() {
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("secret.txt"), "secret words");
    let preview = small_site();
    fs::create_dir_all(preview.path("static")).unwrap();
    std::os::unix::fs::symlink(outside.path(), preview.path("static/out")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), preview.path("static/out.txt")).unwrap();
    preview.save("content/a.md", &a("after the links"));
    std::thread::sleep(Duration::from_millis(300));
    for path in ["/docs/out/secret.txt", "/docs/out.txt"] {
        assert!(!preview.get(path).body.contains("secret words"), "{path}");
    }
}

/// The template engine can't be interrupted: what would take a processor, or all memory, for good ends the preview.
#[test]
fn a_template_that_never_ends_ends_the_preview_with_its_name() {
    let disk = tempfile::tempdir().unwrap();
    let page = disk.path().join("themes/t/templates/page.html");
    write(&disk.path().join("site.toml"), &format!("theme = \"t\"\n{SITE}"));
    write(&disk.path().join("themes/t/theme.toml"), "extends = \"default\"\n");
    write(&disk.path().join("content/a.md"), &a("[words](nowhere.md)"));
    write(&page, "<p>{{ page.title }}</p>");
    let mut program = serve(disk.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("built ")), "the first build has no such template");
    write(&page, "{% for i in range(end=100000) %}{% for j in range(end=100000) %}{% endfor %}{% endfor %}");
    let mut said = String::new();
    program.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(1), "{said}");
    for part in ["templates/page.html:1:1", "rendering content/a.md took more than 10 seconds", "start again"] {
        assert!(said.contains(part), "no {part:?} in: {said}");
    }
    // What an earlier build told may be mended by now.
    assert!(said.contains("\n1 warning\n") && said.contains("\n1 error\n"), "{said}");
}

/// What the program says on standard error until it says `part`, with these arguments.
fn said(arguments: &[&str], part: &str) -> String {
    let disk = tempfile::tempdir().unwrap();
    write(&disk.path().join("site.toml"), SITE);
    let mut program = serve(disk.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut errors = BufReader::new(program.stderr.take().unwrap());
    while !said.contains(part) && errors.read_line(&mut said).unwrap() > 0 {}
    drop(program.kill());
    drop(program.wait());
    said
}

#[test]
fn listening_for_others_warns() {
    for host in ["0.0.0.0", "::"] {
        let said = said(&["--host", host], "can read the site");
        assert!(said.contains(&format!("listening on {host}")), "{said}");
    }
}

#[test]
fn an_editor_that_nobody_knows_is_told_with_those_that_are() {
    for editor in ["vim", "javascript:alert({path})"] {
        let said = said(&["--editor", editor], "vscode://");
        assert!(said.contains(&format!("`{editor}`")) && said.contains("codium") && said.contains("none"), "{said}");
    }
}

#[test]
fn a_preview_for_one_machine_is_reached_by_no_other_address() {
    let preview = small_site();
    let port: u16 = preview.host.rsplit_once(':').unwrap().1.parse().unwrap();
    // Any other address of this machine: a socket that sends nothing knows it.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let address = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()).map(|address| address.ip());
    let elsewhere = address.unwrap_or_else(|_| [127, 0, 0, 2].into());
    let elsewhere = if elsewhere.is_loopback() { [127, 0, 0, 2].into() } else { elsewhere };
    assert!(TcpStream::connect_timeout(&(elsewhere, port).into(), Duration::from_secs(2)).is_err(), "{elsewhere}");
}

#[test]
fn a_page_that_is_asked_for_is_there_before_the_others() {
    const SLOW: &str = "{% for a in range(end=400) %}{% for b in range(end=400) %}{% endfor %}{% endfor %}\
                        <p>{{ page.title }} at last</p>";
    let names: Vec<String> = (0..1000).map(|number| format!("content/a{number:03}.md")).collect();
    let articles = names.iter().map(|name| (name.as_str(), "+++\ndescription = \"d\"\n+++\n# One\n"));
    let others = [
        ("site.toml", SITE),
        ("content/z.md", "# Zebra\n"),
        ("themes/default/templates/page.html", SLOW),
        ("static/plain.txt", "plain"),
    ];
    let preview = Preview::of(&articles.chain(others).collect::<Vec<_>>());
    let page = preview.get("/docs/z/");
    assert!(page.status == 200 && page.body.contains("Zebra at last"), "{}", page.body);
    assert!(page.body.contains("/docs/__docweave/reload.js"), "{}", page.body);
    assert_eq!(preview.get("/docs/__docweave/reload.js").status, 200);
    assert_eq!(preview.get("/docs/plain.txt").body, "plain");
    let (folder, root) = (preview.get("/docs/a500"), preview.get("/"));
    assert!(folder.status == 307 && folder.head.contains("location: /docs/a500/\r\n"), "{}", folder.head);
    assert!(root.status == 307 && root.head.contains("location: /docs/\r\n"), "{}", root.head);
    assert!(preview.lines.try_recv().is_err(), "the others are still being rendered");
}

#[test]
fn the_first_page_of_a_large_site_is_completed_when_the_others_are_known() {
    let names: Vec<String> = (0..1000).map(|number| format!("content/a{number:03}.md")).collect();
    let articles = names.iter().map(|name| (name.as_str(), "# One\n\nSome words.\n"));
    let others =
        [("site.toml", SITE), ("content/z.md", "# Zebra\n\nStripes.\n"), ("content/a000.md", "Of a [zebra](z.md).\n")];
    let preview = Preview::of(&articles.chain(others).collect::<Vec<_>>());
    let page = preview.get("/docs/z/");
    assert!(page.status == 200 && page.body.contains("Stripes."), "{}", page.body);
    let news = preview.events("/docs/z/").next();
    let page = preview.get("/docs/z/");
    assert!(page.body.contains(&format!("data-version=\"{}\"", version(&news))), "{news}");
    assert!(page.body.contains("Of a"), "what links here is shown: {}", page.body);
}
