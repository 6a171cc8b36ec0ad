//! What a host is told, and a real one that was told it.

use std::path::Path;

use docweave::model::target::Encoding;

use super::{
    compress::{BOTH, decoded},
    servers::{Running, apache, ask, nginx},
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
        let (head, body) = ask(self.0.port, path, "");
        (head, String::from_utf8_lossy(&body).into_owned())
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

/// What a server on this port answers to browsers that take this and that, and to those that take nothing.
fn answers_in_encodings(site: &crate::site::Site, port: u16) {
    let page = std::fs::read(site.report().output.join("one/index.html")).unwrap();
    let lost = std::fs::read(site.report().output.join("404.html")).unwrap();
    let asset =
        String::from_utf8_lossy(&page).split("/assets/style.").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let asset = format!("/assets/style.{asset}");
    let style = std::fs::read(site.report().output.join(&asset[1..])).unwrap();
    for (path, expected, status, kind) in [
        ("/one/", &page, "200 ok", "text/html"),
        ("/one/index.html", &page, "200 ok", "text/html"),
        ("/nowhere/", &lost, "404 not found", "text/html"),
        (&asset, &style, "200 ok", "text/css"),
    ] {
        for (takes, encoding) in [
            ("", None),
            ("Accept-Encoding: identity\r\n", None),
            ("Accept-Encoding: gzip\r\n", Some(Encoding::Gzip)),
            ("Accept-Encoding: gzip, deflate, br, zstd\r\n", Some(Encoding::Br)),
            ("Accept-Encoding: br;q=0, gzip\r\n", Some(Encoding::Gzip)),
        ] {
            let (head, body) = ask(port, path, takes);
            let told = format!("{path} {takes}:\n{head}");
            assert!(head.contains(status) && head.contains(&format!("content-type: {kind}")), "{told}");
            assert!(head.contains("vary: accept-encoding"), "{told}");
            assert!(head.contains("content-security-policy: "), "{told}");
            assert_eq!(head.contains("cache-control: public, max-age=31536000"), path == asset, "{told}");
            let named = encoding.map(|encoding| format!("content-encoding: {}", encoding.name()));
            assert_eq!(head.lines().find(|line| line.starts_with("content-encoding")), named.as_deref(), "{told}");
            let text = encoding.map_or_else(|| body.clone(), |encoding| decoded(encoding, &body));
            assert!(text == *expected, "{told}");
            assert!(encoding.is_none() || body.len() < text.len() / 2, "{told}");
        }
    }
    let (head, body) = ask(port, "/file.txt.gz", "Accept-Encoding: gzip\r\n");
    assert!(head.contains("200 ok") && !head.contains("content-encoding") && body == b"an archive", "{head}");
    let (head, _) = ask(port, "/old/", "Accept-Encoding: gzip, br\r\n");
    assert!(head.contains("301 moved") && head.contains("/two/"), "{head}");
}

fn site_in_encodings(host: &str) -> crate::site::Site {
    let mut site = small_site(&format!("[publish.live]\nto = \"live\"\nreleases = true\nhost = \"{host}\"\n{BOTH}"));
    site.write("static/file.txt.gz", "an archive").run(&["publish"]).ends(0);
    site.build();
    site
}

#[test]
fn nginx_answers_in_the_encoding_that_a_browser_takes() {
    let site = site_in_encodings("nginx");
    let server = Nginx::serve(&site.root().join("live/current"));
    answers_in_encodings(&site, server.0.port);
}

#[test]
fn apache_answers_in_the_encoding_that_a_browser_takes() {
    let site = site_in_encodings("apache");
    // Started as root, it becomes somebody else.
    std::fs::set_permissions(site.root(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let server = apache(&site.root().join("live/current").canonicalize().unwrap());
    answers_in_encodings(&site, server.port);
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
