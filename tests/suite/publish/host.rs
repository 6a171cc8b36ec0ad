//! What a host is told, and a real one that was told it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use super::{
    servers::{Running, nginx},
    small_site,
};

/// A web server that serves one folder, told what `nginx.conf` in it says.
struct Nginx(Running);

impl Nginx {
    fn serve(folder: &Path) -> Self {
        let folder = folder.display();
        Self(nginx(|port, _| format!("listen 127.0.0.1:{port}; root {folder}; include {folder}/nginx.conf;")))
    }

    /// The whole answer, its headers in small letters.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.0.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: example.org\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }
}

#[test]
fn nginx_does_what_it_is_told() {
    let mut site = small_site(
        "[publish.live]\nto = \"live\"\nreleases = true\nhost = \"nginx\"\nheaders = { X-More = \"a \\\"b\\\"\" }",
    );
    site.write("content/odd.md", "+++\naliases = [\"/an old (place)/\", \"/file.html\"]\n+++\n# Odd\n");
    site.run(&["publish"]).ends(0);
    let nginx = Nginx::serve(&site.root().join("live/current"));
    let asset = site.text("live/current/index.html");
    let asset = asset.split("assets/style.").nth(1).unwrap().split('"').next().unwrap();
    let asset = format!("/assets/style.{asset}");
    for (path, expected) in [
        (
            "/",
            &["200 ok", "content-security-policy: default-src 'none'; script-src 'self'", "cache-control: no-cache"][..],
        ),
        ("/one/", &["200 ok", "x-content-type-options: nosniff", "x-more: a \"b\""]),
        ("/old/", &["301 moved", "/two/", "content-security-policy: "]),
        ("/old", &["301 moved", "/two/"]),
        ("/an%20old%20(place)/", &["301 moved", "/odd/"]),
        ("/file.html", &["301 moved", "/odd/"]),
        ("/nowhere/", &["404 not found", "content-security-policy: "]),
        ("/.docweave-manifest", &["404 not found"]),
        ("/nginx.conf", &["404 not found"]),
        (&asset, &["200 ok", "cache-control: public, max-age=31536000, immutable", "content-security-policy: "]),
    ] {
        let (head, _) = nginx.get(path);
        for text in expected {
            assert!(head.contains(text), "{path} lacks `{text}`:\n{head}");
        }
    }
    assert!(!nginx.get(&asset).0.contains("no-cache"));
    assert!(nginx.get("/nowhere/").1.contains("</html>"), "the page for lost addresses");
}

#[test]
fn each_host_has_its_files_and_the_sites_own_go_before_them() {
    for (host, files) in [
        ("netlify", &["_redirects", "_headers"][..]),
        ("cloudflare", &["_redirects", "_headers"]),
        ("apache", &[".htaccess"]),
        ("vercel", &["vercel.json"]),
        ("firebase", &["firebase.json"]),
        ("nginx", &["nginx.conf"]),
    ] {
        let mut site = small_site(&format!(
            "[publish.live]\nto = \"live\"\nbase_url = \"https://example.org/docs/\"\nhost = \"{host}\""
        ));
        site.run(&["publish"]).ends(0);
        let all: String = files.iter().map(|file| site.text(&format!("live/{file}"))).collect();
        let old = if host == "apache" { "/docs/old/?$" } else { "/docs/old/" };
        for text in [old, "/docs/two/", "default-src 'none'", "immutable"] {
            assert!(all.contains(text), "{host} lacks {text}:\n{all}");
        }
        site.write("static/_redirects", "/mine / 302\n");
        let said = site.run(&["publish"]).ends(0);
        if files.contains(&"_redirects") {
            said.says(["a file `_redirects` of its own"]);
            assert_eq!(site.text("live/_redirects"), "/mine / 302\n");
        }
    }
}

#[test]
fn the_policy_is_the_one_of_the_manual() {
    let site = small_site("[publish.live]\nto = \"live\"\nhost = \"netlify\"");
    site.run(&["publish"]).ends(0);
    let page = std::fs::read_to_string("content/manual/themes/security.md").unwrap();
    let line = page.lines().find(|line| line.starts_with("Content-Security-Policy: ")).unwrap();
    assert!(site.text("live/_headers").contains(line), "{}", site.text("live/_headers"));
}
