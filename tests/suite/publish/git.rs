//! Branches of real repositories.

use std::{
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use base64::Engine;
use docweave::publish;

use super::{change, crawl, parcel, plan_of, proxy::message, send, servers::nginx, small_site};
use crate::site::{Files, Said, Site, tree};

/// Runs git, and gives what it said.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What a branch holds, docweave's own manifest left aside.
pub(super) fn branch(repository: &Path, name: &str) -> Files {
    let disk = tempfile::tempdir().unwrap();
    // Copied file by file, it may change meanwhile: the git of a publish that was killed goes on for a moment.
    git(disk.path(), &["clone", "--quiet", "--no-local", "--branch", name, &repository.display().to_string(), "copy"]);
    git(&disk.path().join("copy"), &["fsck", "--no-dangling"]);
    let mut files = tree(&disk.path().join("copy"));
    files.retain(|path, _| !path.starts_with(".git/") && !path.starts_with(".docweave-"));
    files
}

/// A site with a bare repository beside it, and a target of this further description.
fn site_with_repository(more: &str) -> (Site, PathBuf) {
    let site = small_site(&format!("[publish.pages]\nto = \"git+file://pages.git\"\nbranch = \"pages\"\n{more}"));
    git(site.root(), &["init", "--quiet", "--bare", "pages.git"]);
    let repository = site.root().join("pages.git");
    (site, repository)
}

fn commits(repository: &Path) -> usize {
    git(repository, &["rev-list", "--count", "pages"]).parse().unwrap()
}

fn open(site: &Site, repository: &Path) -> publish::Git {
    let url = format!("file://{}", repository.display());
    publish::Git::open("test", site.root(), &url, "pages", true, Duration::ZERO).unwrap()
}

#[test]
fn a_branch_grows_by_a_commit_for_each_change() {
    let (mut site, repository) = site_with_repository("cname = \"docs.example.org\"");
    site.run(&["publish"]).ends(0).says(["sent", "pages"]);
    site.build();
    let mut expected = site.output();
    expected.insert(".nojekyll".to_owned(), Vec::new());
    expected.insert("CNAME".to_owned(), b"docs.example.org\n".to_vec());
    assert_eq!(branch(&repository, "pages"), expected);
    assert!(crawl(&branch(&repository, "pages"), "branch") > 10);
    site.run(&["publish"]).ends(0).says(["0 files sent"]);
    assert_eq!(commits(&repository), 1, "the same site makes no commit");
    change(&mut site);
    site.run(&["publish", "--dry-run", "--allow-removals"]).ends(0).says([
        "remove",
        "two/index.html",
        "three/index.html",
    ]);
    assert_eq!(commits(&repository), 1, "a plan makes no commit");
    site.run(&["publish", "--allow-removals"]).ends(0);
    site.build();
    assert_eq!(branch(&repository, "pages").len(), site.output().len() + 2);
    assert_eq!(commits(&repository), 2);
    assert!(!site.root().join(".docweave/publish/pages").exists(), "nothing is left");
}

#[test]
fn a_branch_goes_back_and_on() {
    let (mut site, repository) = site_with_repository("");
    site.run(&["publish"]).ends(0);
    site.run(&["publish", "--rollback"]).ends(2).says(["no older commit"]);
    let first = branch(&repository, "pages");
    site.edit("content/one.md", "# One", "# Second");
    site.run(&["publish"]).ends(0);
    let second = branch(&repository, "pages");
    site.edit("content/one.md", "# Second", "# Third");
    site.run(&["publish"]).ends(0);
    site.run(&["publish", "--rollback"]).ends(0).says(["went back to"]);
    assert_eq!(branch(&repository, "pages"), second);
    site.run(&["publish", "--rollback"]).ends(0);
    assert_eq!(branch(&repository, "pages"), first);
    let list = site.run(&["publish", "--list"]).ends(0).stdout;
    assert_eq!(list.lines().position(|line| line.starts_with('*')), Some(4), "{list}");
    site.run(&["publish"]).ends(0);
    assert!(branch(&repository, "pages").values().any(|bytes| String::from_utf8_lossy(bytes).contains("Third")));
    site.run(&["publish", "--rollback"]).ends(0);
    assert_eq!(branch(&repository, "pages"), first, "what readers saw before");
    assert_eq!(commits(&repository), 7, "nothing is lost");
}

#[test]
fn without_history_there_is_one_commit_and_foreign_files_stay() {
    let (mut site, repository) = site_with_repository("history = false");
    let mine = site.root().join("mine");
    git(site.root(), &["clone", "--quiet", "pages.git", "mine"]);
    git(&mine, &["checkout", "--quiet", "-b", "pages"]);
    std::fs::write(mine.join("README.md"), "mine").unwrap();
    git(&mine, &["add", "."]);
    git(&mine, &["commit", "--quiet", "--message", "Begin"]);
    git(&mine, &["push", "--quiet", "origin", "pages"]);
    site.run(&["publish"]).ends(0);
    site.edit("content/one.md", "# One", "# Other");
    site.run(&["publish"]).ends(0);
    assert_eq!(commits(&repository), 1);
    assert_eq!(branch(&repository, "pages")["README.md"], b"mine");
    site.build();
    assert_eq!(branch(&repository, "pages").len(), site.output().len() + 2, "README.md and .nojekyll");
    site.run(&["publish", "--rollback"]).ends(2).says(["history = false"]);
}

#[test]
fn whoever_pushes_meanwhile_loses_nothing() {
    let (mut site, repository) = site_with_repository("");
    site.build();
    send(&open(&site, &repository), &parcel(&site)).unwrap();
    let before = git(&repository, &["rev-parse", "pages"]);
    let late = open(&site, &repository);
    git(site.root(), &["clone", "--quiet", "--branch", "pages", "pages.git", "mine"]);
    let mine = site.root().join("mine");
    std::fs::write(mine.join("note.txt"), "mine").unwrap();
    git(&mine, &["add", "."]);
    git(&mine, &["commit", "--quiet", "--message", "Note"]);
    git(&mine, &["push", "--quiet", "origin", "pages"]);
    site.edit("content/one.md", "# One", "# Other").build();
    assert!(!plan_of(&late, &parcel(&site)).is_empty());
    let error = send(&late, &parcel(&site)).unwrap_err();
    assert!(error.to_string().contains("somebody else changed the branch `pages`"), "{error}");
    drop(late);
    assert_eq!(branch(&repository, "pages")["note.txt"], b"mine");
    assert_eq!(git(&repository, &["rev-parse", "pages^"]), before);
    send(&open(&site, &repository), &parcel(&site)).unwrap();
    assert_eq!(branch(&repository, "pages")["note.txt"], b"mine");
    assert_eq!(commits(&repository), 3);
}

#[test]
fn no_message_holds_a_password() {
    for to in ["git+https://me:s3cret@127.0.0.1:1/a.git", "git+http://s3cret@127.0.0.1:1/a.git"] {
        let site = small_site(&format!("[publish.pages]\nto = \"{to}\"\nbranch = \"pages\""));
        for options in
            [&["publish"][..], &["publish", "--verbose"], &["publish", "--plan", "json"], &["publish", "--list"]]
        {
            let said = site.run(options).ends(2).says(["127.0.0.1:1"]);
            assert!(!format!("{said:?}").contains("s3cret"), "{said:#?}");
        }
    }
    let site = small_site("[publish.pages]\nto = \"git+file://absent.git\"\nbranch = \"pages\"");
    site.run(&["publish"]).ends(2).says(["git could not do it", "see that the address is right"]);
}

/// Serves the repositories in `folder` over HTTP by git's own program, to those who have the token. Gives the port.
fn over_http(folder: &Path, user: &'static str, token: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let folder = folder.clone();
            std::thread::spawn(move || {
                let Ok(request) = message(&mut client) else { return };
                let answer = answer(&folder, &request, &format!("{user}:{token}"));
                drop(client.write_all(&answer));
            });
        }
    });
    port
}

/// RFC 3875: the request as variables and standard input, the answer from standard output.
fn answer(folder: &Path, request: &[u8], login: &str) -> Vec<u8> {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&request[..end]);
    let mut words = head.split_whitespace();
    let (method, address) = (words.next().unwrap(), words.next().unwrap());
    let header = |name: &str| {
        let value = |line: &str| {
            line.split_once(':').filter(|(is, _)| is.eq_ignore_ascii_case(name)).map(|it| it.1.trim().to_owned())
        };
        head.lines().find_map(value).unwrap_or_default()
    };
    if header("authorization") != format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login)) {
        let refused = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return refused.into();
    }
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut command = Command::new("git");
    command.args(["-c", "http.receivepack=true", "http-backend"]).env("GIT_PROJECT_ROOT", folder);
    command
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query);
    command.env("CONTENT_TYPE", header("content-type")).env("HTTP_CONTENT_ENCODING", header("content-encoding"));
    command.env("GIT_PROTOCOL", header("git-protocol")).env("REMOTE_USER", "tester").env("REMOTE_ADDR", "127.0.0.1");
    command.env("CONTENT_LENGTH", (request.len() - end - 4).to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let body = request[end + 4..].to_vec();
    let writing = std::thread::spawn(move || drop(stdin.write_all(&body)));
    let said = child.wait_with_output().unwrap().stdout;
    writing.join().unwrap();
    let status = match said.strip_prefix(b"Status: ") {
        Some(rest) => String::from_utf8_lossy(rest).lines().next().unwrap().to_owned(),
        None => "200 OK".to_owned(),
    };
    [format!("HTTP/1.1 {status}\r\nConnection: close\r\n").as_bytes(), &said].concat()
}

#[test]
fn a_branch_behind_http_grows_for_those_who_have_the_token() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--bare", "pages.git"]);
    let port = over_http(folder.path(), "me", "s3cret-token");
    let to = format!("git+http://127.0.0.1:{port}/pages.git");
    let mut site = small_site(&format!("[publish.pages]\nto = \"{to}\"\nbranch = \"pages\""));
    let publish = |site: &Site, token: Option<&str>, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").args(arguments).current_dir(site.root()).env("DOCWEAVE_GIT_USER", "me");
        command.env_remove("DOCWEAVE_GIT_TOKEN").envs(token.map(|token| ("DOCWEAVE_GIT_TOKEN", token)));
        let said = Said::of(command.output().unwrap());
        assert!(!format!("{said:?}").contains("s3cret-token"), "{said:?}");
        said
    };
    publish(&site, None, &[]).ends(2).says(["put a token into DOCWEAVE_GIT_TOKEN"]);
    publish(&site, Some("wrong"), &[]).ends(2).says(["put a token into DOCWEAVE_GIT_TOKEN"]);
    publish(&site, Some("s3cret-token"), &[]).ends(0).says(["files sent"]);
    change(&mut site);
    publish(&site, Some("s3cret-token"), &["--allow-removals"]).ends(0).says(["removed"]);
    site.build();
    let mut files = branch(&folder.path().join("pages.git"), "pages");
    files.remove(".nojekyll");
    assert_eq!(files, site.output());
}

#[test]
fn a_branch_behind_tls_grows_where_the_certificate_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--bare", "pages.git"]);
    let port = over_http(folder.path(), "me", "s3cret-token");
    let tls = nginx(|own, at| {
        let mut make = Command::new("openssl");
        make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]);
        make.args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"]).arg(at.join("key")).arg("-out");
        assert!(make.arg(at.join("certificate")).output().expect("openssl is installed").status.success());
        let at = at.display();
        format!(
            "listen 127.0.0.1:{own} ssl; ssl_certificate {at}/certificate; ssl_certificate_key {at}/key; \
             client_max_body_size 0; location / {{ proxy_pass http://127.0.0.1:{port}; }}"
        )
    });
    let to = format!("git+https://127.0.0.1:{}/pages.git", tls.port);
    let site = small_site(&format!("[publish.pages]\nto = \"{to}\"\nbranch = \"pages\""));
    let publish = |certificate: Option<PathBuf>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").current_dir(site.root()).env("DOCWEAVE_GIT_USER", "me");
        command.env("DOCWEAVE_GIT_TOKEN", "s3cret-token").env_remove("GIT_SSL_CAINFO").env_remove("GIT_SSL_NO_VERIFY");
        let said = Said::of(command.envs(certificate.map(|path| ("GIT_SSL_CAINFO", path))).output().unwrap());
        assert!(!format!("{said:?}").contains("s3cret-token"), "{said:?}");
        said
    };
    publish(None).ends(2).says(["certificate", "let GIT_SSL_CAINFO name the file"]);
    publish(Some(tls.folder.path().join("certificate"))).ends(0).says(["files sent"]);
    let mut files = branch(&folder.path().join("pages.git"), "pages");
    files.remove(".nojekyll");
    assert_eq!(
        files,
        tree(&site.root().join("public")).into_iter().filter(|(path, _)| !path.starts_with(".docweave-")).collect()
    );
}
