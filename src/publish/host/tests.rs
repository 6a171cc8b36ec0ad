use super::*;

fn table() -> Told {
    Told {
        base: "/docs/".to_owned(),
        redirects: BTreeMap::from([
            ("/docs/old/".to_owned(), "/docs/new/".to_owned()),
            ("/docs/a%20%28b%29.html".to_owned(), "/docs/c/".to_owned()),
            ("/docs/up/".to_owned(), "/docs/c/".to_owned()),
        ]),
        parents: BTreeSet::from(["/docs/up/".to_owned()]),
        headers: BTreeMap::from([("X-Test".to_owned(), "a \"b\" $c".to_owned())]),
        for_ever: vec!["assets/".to_owned()],
        has_lost: true,
        compressed: Vec::new(),
    }
}

fn text(host: Host) -> String {
    let written = files(host, &table());
    let shown = |(path, bytes): (RelPath, Vec<u8>)| format!("== {path}\n{}", String::from_utf8(bytes).unwrap());
    written.into_iter().map(shown).collect()
}

#[test]
fn netlify_and_cloudflare_read_lines() {
    let headers = "== _headers\n/docs/*\n  X-Test: a \"b\" $c\n/docs/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n";
    let redirects = |status: &str| {
        format!(
            "== _redirects\n/docs/a%20%28b%29.html /docs/c/ {status}\n/docs/old/ /docs/new/ {status}\n/docs/up/ /docs/c/ {status}\n"
        )
    };
    assert_eq!(text(Host::Netlify), redirects("301!") + headers);
    assert_eq!(text(Host::Cloudflare), redirects("301") + headers);
}

#[test]
fn apache_reads_expressions() {
    let text = text(Host::Apache);
    for line in [
        "ErrorDocument 404 /docs/404.html",
        "Header always set X-Test \"a \\\"b\\\" $c\"",
        "<If \"%{REQUEST_URI} =~ m#^/docs/assets/#\">",
        "RedirectMatch 301 \"^/docs/old/?$\" \"/docs/new/\"",
        "RedirectMatch 301 \"^/docs/a \\(b\\)\\.html$\" \"/docs/c/\"",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn vercel_and_firebase_read_json() {
    for (host, start) in [(Host::Vercel, "== vercel.json\n"), (Host::Firebase, "== firebase.json\n")] {
        let text = text(host);
        let json: serde_json::Value = serde_json::from_str(text.strip_prefix(start).unwrap()).unwrap();
        let json = if host == Host::Firebase { &json["hosting"] } else { &json };
        let sources: Vec<_> = json["redirects"].as_array().unwrap().iter().map(|r| r["source"].clone()).collect();
        assert_eq!(sources[..3], ["/docs/a%20%28b%29.html", "/docs/old/", "/docs/old"], "{host:?}");
        assert_eq!(json["headers"][1]["headers"][0]["value"], FOR_EVER);
    }
}

#[test]
fn a_bucket_is_told_by_its_website() {
    let text = text(Host::S3);
    let json: serde_json::Value = serde_json::from_str(text.strip_prefix("== s3-website.json\n").unwrap()).unwrap();
    assert_eq!(json["ErrorDocument"]["Key"], "docs/404.html");
    let rules: Vec<_> = json["RoutingRules"].as_array().unwrap().iter().map(|rule| rule.to_string()).collect();
    let rule = |from: &str, to: &str| {
        format!(
            "{{\"Condition\":{{\"KeyPrefixEquals\":\"{from}\"}},\"Redirect\":{{\"ReplaceKeyWith\":\"{to}\",\"HttpRedirectCode\":\"301\"}}}}"
        )
    };
    assert_eq!(rules, [rule("docs/a (b).html", "docs/c/"), rule("docs/old/", "docs/new/")], "none for a folder in use");
}

#[test]
fn headers_of_a_target_go_before_ours() {
    let more = [("content-security-policy", "default-src 'self'"), ("Referrer-Policy", ""), ("X-More", "1")];
    let more = more.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let names: Vec<String> = headers(&more).into_keys().collect();
    let expected = ["Cross-Origin-Opener-Policy", "X-Content-Type-Options", "X-More", "content-security-policy"];
    assert_eq!(names, expected);
}

#[test]
fn digests_in_names_are_seen() {
    for (name, expected) in [
        ("style.0123456789.css", true),
        ("a.b.0123abcdef.js", true),
        ("style.css", false),
        ("0123456789.css", false),
        ("a.012345678g.css", false),
        ("a.0123456789", true),
    ] {
        assert_eq!(is_fingerprinted(name), expected, "{name}");
    }
}
