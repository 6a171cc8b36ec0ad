//! Buckets of real object stores.

use docweave::model::target::Encoding;

use super::{
    change,
    compress::decoded,
    crawl,
    proxy::Proxy,
    servers::{Kind, SECRET, Store, nginx},
    small_site,
};
use crate::site::{Files, Said, Site};

fn header<'a>(headers: &'a ureq::http::HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The name of an object whose name begins and ends so.
fn named(store: &Store, start: &str, end: &str) -> String {
    let is_it = |name: &String| name.starts_with(start) && name.ends_with(end);
    store.names().into_iter().find(is_it).unwrap_or_else(|| panic!("{start}..{end}: {:?}", store.names()))
}

/// What every store must do.
fn takes_a_site(kind: Kind) {
    let store = Store::start(kind);
    let mut site = small_site(&format!("[publish.live]\n{}", store.target("/docs/a b")));
    store.publish(&site, &["--dry-run"]).ends(0).says(["add ", "one/index.html", "files to send"]);
    assert_eq!(store.names(), [""; 0], "a plan leaves nothing");
    store.publish(&site, &[]).ends(0).says(["files sent", "0 removed", "://pages/docs/a b"]);
    site.build();
    let prefix = "docs/a b/";
    assert_eq!(store.served(prefix), site.output());
    assert!(crawl(&store.served(prefix), "whole") > 10);
    assert!(!store.names().iter().any(|name| name.ends_with("lock")), "no mark is left: {:?}", store.names());
    let page = store.get("docs/a b/one/index.html").1;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
    let style = store.get(&named(&store, "docs/a b/assets/", ".css")).1;
    assert_eq!(header(&style, "content-type"), "text/css; charset=utf-8");
    assert_eq!(header(&style, "cache-control"), "public, max-age=31536000, immutable");
    store.publish(&site, &[]).ends(0).says(["0 files sent (0 B), 0 removed"]);

    // Another site in the same bucket is foreign, and a file in the way is not replaced.
    let second = small_site(&format!("[publish.live]\n{}", store.target("")));
    store.publish(&second, &[]).ends(0).says(["files sent"]);
    change(&mut site);
    site.build();
    store.publish(&site, &["--allow-removals"]).ends(0).says(["removed"]);
    assert_eq!(store.served(prefix), site.output());
    site.write("static/robots.txt", "User-agent: b\n");
    let stranger = small_site(&format!("[publish.live]\n{}", store.target("/docs")));
    stranger.run(&["build"]).ends(0);
    std::fs::create_dir_all(stranger.root().join("static/a b")).unwrap();
    std::fs::write(stranger.root().join("static/a b/index.html"), "mine").unwrap();
    store.publish(&stranger, &[]).ends(2).says(["did not send", "a b/index.html", "--overwrite"]);
    let root: Files = store.served("").into_iter().filter(|(path, _)| !path.starts_with("docs/")).collect();
    assert!(crawl(&root, "the other site") > 10, "it was left alone");

    // Small texts on their way.
    site.edit("site.toml", "[publish.live]", "[publish.live]\ncompress = false");
    site.build();
    for (before, line, encoding) in [("false", "true", Encoding::Gzip), ("true", "[\"br\"]", Encoding::Br)] {
        site.edit("site.toml", &format!("compress = {before}"), &format!("compress = {line}"));
        store.publish(&site, &[]).ends(0).says(["files sent"]);
        let (bytes, headers) = store.get("docs/a b/one/index.html");
        assert_eq!(header(&headers, "content-encoding"), encoding.name());
        assert_eq!(header(&headers, "content-type"), "text/html; charset=utf-8");
        assert!(decoded(encoding, &bytes) == site.output()["one/index.html"]);
        assert_eq!(header(&store.get(&named(&store, prefix, ".bin")).1, "content-encoding"), "");
        assert!(!store.names().iter().any(|name| name.ends_with(encoding.ending())), "{:?}", store.names());
        store.publish(&site, &[]).ends(0).says(["0 files sent"]);
    }
}

#[test]
fn amazon_takes_a_site() {
    takes_a_site(Kind::Amazon);
}

#[test]
fn azure_takes_a_site() {
    takes_a_site(Kind::Azure);
}

#[test]
fn one_publishes_to_a_bucket_at_a_time() {
    for kind in [Kind::Amazon, Kind::Azure] {
        let store = Store::start(kind);
        let config = format!("[publish.live]\n{}", store.target(""));
        let mut sites: Vec<Site> = (0..2).map(|_| small_site(&config)).collect();
        for (number, site) in sites.iter_mut().enumerate() {
            site.edit("content/one.md", "# One", &format!("# Number {number}")).build();
        }
        std::thread::scope(|threads| {
            for site in &sites {
                let store = &store;
                threads.spawn(move || store.publish(site, &["--no-build"]).ends(0));
            }
        });
        let served = store.served("");
        assert!(sites.iter().any(|site| site.output() == served), "{kind:?}: one of them, whole");
    }
}

#[test]
fn amazon_answers_old_addresses_with_redirects_and_is_told_where_credentials_are() {
    let store = Store::start(Kind::Amazon);
    let mut site = small_site(&format!("[publish.live]\n{}", store.target("")));
    let mut without = store.command(&site, &[]);
    without.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let said = Said::of(without.output().unwrap()).ends(2);
    said.says(["there are no credentials for s3://pages", "AWS_PROFILE", "export-credentials"]);

    let files = tempfile::tempdir().unwrap();
    let credentials = files.path().join("credentials");
    let text = format!("[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = {SECRET}\n");
    std::fs::write(&credentials, text).unwrap();
    let mut by_profile = store.command(&site, &[]);
    by_profile.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    by_profile.env("AWS_SHARED_CREDENTIALS_FILE", &credentials).env("AWS_PROFILE", "absent");
    let said = Said::of(by_profile.output().unwrap()).ends(2).says(["no profile `absent`"]);
    assert!(!format!("{said:?}").contains(SECRET));
    by_profile.env("AWS_PROFILE", "work");
    Said::of(by_profile.output().unwrap()).ends(0).says(["files sent"]);

    let (bytes, headers) = store.get("old/index.html");
    assert_eq!(header(&headers, "x-amz-website-redirect-location"), "/two/");
    site.build();
    assert_eq!(bytes, site.output()["old/index.html"]);
    assert_eq!(header(&store.get("two/index.html").1, "x-amz-website-redirect-location"), "");

    site.edit("site.toml", "s3://pages", "s3://absent");
    store.publish(&site, &[]).ends(2).says(["could not reach s3://absent", "see that the bucket exists"]);
    site.edit("site.toml", "127.0.0.1:", "127.0.0.1:1/");
    store.publish(&site, &["--dry-run"]).ends(2).says(["could not reach s3://absent", "look at the network"]);
}

/// A publish to Amazon's store with these variables, and with nothing of a key.
fn without_key(store: &Store, site: &Site, variables: &[(&str, &str)]) -> Said {
    let mut command = store.command(site, &[]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").envs(variables.iter().copied());
    let said = Said::of(command.output().unwrap());
    assert!(!format!("{said:?}").contains("t0ken"), "{said:?}");
    said
}

#[test]
fn amazon_lets_in_those_who_have_a_role() {
    let store = Store::start(Kind::Amazon);
    let site = small_site(&format!("[publish.live]\n{}", store.target("")));
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(files.path().join(name), text).unwrap();
        files.path().join(name).display().to_string()
    };
    let at = format!("http://127.0.0.1:{}", store.own_port());
    // This server hears questions in a body only; Amazon's own hears both.
    let exchanging = nginx(|port, _| {
        let body = "proxy_set_body $args; proxy_set_header Content-Type application/x-www-form-urlencoded;";
        format!("listen 127.0.0.1:{port}; location / {{ proxy_pass {at}; {body} }}")
    });
    let exchange = format!("http://127.0.0.1:{}", exchanging.port);
    let token = write("token", "t0ken");
    let role = "arn:aws:iam::123456789012:role/publish";
    let by_token = ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str());
    let exchange = ("AWS_ENDPOINT_URL_STS", exchange.as_str());

    without_key(&store, &site, &[]).ends(2).says([
        "there are no credentials for s3://pages",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "the profile `default`",
        "Amazon's machines",
    ]);
    without_key(&store, &site, &[by_token]).ends(2).says(["AWS_ROLE_ARN"]);
    let nobody = ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    without_key(&store, &site, &[by_token, ("AWS_ROLE_ARN", role), nobody])
        .ends(2)
        .says(["could not reach s3://pages"]);
    without_key(&store, &site, &[by_token, ("AWS_ROLE_ARN", role), exchange]).ends(0).says(["files sent"]);

    // A profile's role, which goes before nothing that is said more plainly.
    let config = format!(
        "[profile work]\nrole_arn = {role}\nweb_identity_token_file = {token}\n[profile sso]\nsso_session = a\n"
    );
    let config = ("AWS_CONFIG_FILE", &*write("config", &config));
    without_key(&store, &site, &[config, ("AWS_PROFILE", "sso")]).ends(2).says(["`sso_session`", "export-credentials"]);
    without_key(&store, &site, &[config, ("AWS_PROFILE", "work"), exchange]).ends(0).says(["0 files sent"]);

    // A machine's own role.
    let machine = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", at.as_str());
    without_key(&store, &site, &[machine]).ends(0).says(["0 files sent"]);
    without_key(&store, &site, &[machine, ("AWS_EC2_METADATA_DISABLED", "true")]).ends(2).says(["no credentials"]);
}

#[test]
fn a_bucket_takes_the_rules_of_a_website() {
    let store = Store::start(Kind::Amazon);
    let mut site = small_site(&format!("[publish.live]\nhost = \"s3\"\n{}", store.target("")));
    site.write("content/up.md", "+++\naliases = [\"/ones/\", \"/old/deep/\"]\n+++\n# Up\n");
    store.publish(&site, &[]).ends(0).says(["files sent"]);
    let file = site.root().join("website.json");
    std::fs::write(&file, store.get("s3-website.json").0).unwrap();
    let said = store.website(&file);
    assert!(said.contains("'KeyPrefixEquals': 'ones/'") && said.contains("'ReplaceKeyWith': 'up/'"), "{said}");
    assert!(said.contains("'KeyPrefixEquals': 'old/deep/'") && !said.contains("'KeyPrefixEquals': 'old/'"), "{said}");
    assert!(said.contains("404.html"), "{said}");
}

#[test]
fn other_clouds_say_where_they_looked_for_credentials() {
    let home = tempfile::tempdir().unwrap();
    let publish = |to: &str, variables: &[(&str, &str)]| {
        let site = small_site(&format!("[publish.live]\n{to}"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").current_dir(site.root()).stdin(std::process::Stdio::null());
        let ours = |name: &str| ["GOOGLE_", "CLOUDSDK_", "AZURE_"].iter().any(|start| name.starts_with(start));
        for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        Said::of(command.env("HOME", home.path()).envs(variables.iter().copied()).output().unwrap()).ends(2)
    };
    let said = ["there are no credentials for gs://b", "CLOUDSDK_AUTH_ACCESS_TOKEN", "application-default login"];
    publish("to = \"gs://b\"", &[]).says(said);
    let file = home.path().join("pool.json");
    std::fs::write(&file, "{\"type\": \"external_account\"}").unwrap();
    let pool = ("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().unwrap());
    publish("to = \"gs://b\"", &[pool]).says(["`external_account`", "gcloud auth print-access-token"]);
    let azure = "to = \"az://b\"\naccount = \"mine\"";
    publish(azure, &[]).says(["there are no credentials for az://b", "AZURE_STORAGE_ACCOUNT_KEY", "`az login`"]);
}

#[test]
fn a_site_gets_through_whatever_the_network_does() {
    for (kind, every) in [(Kind::Amazon, 5), (Kind::Amazon, 3), (Kind::Azure, 4)] {
        let store = Store::start(kind);
        let proxy = Proxy::start(store.own_port(), every);
        let store = store.by_way_of(proxy.port);
        let mut site = small_site(&format!("[publish.live]\n{}", store.target("/a")));
        store.publish(&site, &[]).ends(0).says(["files sent"]);
        site.build();
        assert_eq!(store.served("a/"), site.output(), "{kind:?}, {every}");
        change(&mut site);
        store.publish(&site, &["--allow-removals"]).ends(0).says(["removed"]);
        site.build();
        assert_eq!(store.served("a/"), site.output(), "{kind:?}, {every}");
        assert!(proxy.faults() > 10, "{kind:?}: {} faults", proxy.faults());
    }
}

/// With a network that fails as well.
fn kill_at_any_moment(kind: Kind) {
    let store = Store::start(kind);
    let proxy = Proxy::start(store.own_port(), 23);
    let store = store.by_way_of(proxy.port);
    let mut site = small_site(&format!("[publish.live]\n{}", store.target("")));
    let publish = |site: &Site, arguments: &[&str]| store.command(site, arguments);
    super::kills::kill_at_any_moment(&mut site, 4, &publish, &|_| store.served(""));
}

#[test]
fn amazon_serves_a_whole_site_whenever_a_publish_is_killed() {
    kill_at_any_moment(Kind::Amazon);
}

#[test]
fn azure_serves_a_whole_site_whenever_a_publish_is_killed() {
    kill_at_any_moment(Kind::Azure);
}
