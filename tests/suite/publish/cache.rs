//! Machines that share a cache in a bucket, and what may happen to it on the way.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use super::{
    proxy::Proxy,
    servers::{Kind, SECRET, Store, free_port},
    small_site,
};
use crate::{
    shared_cache::{checkout, pages, public},
    site::{Said, Site},
};

/// A site that shares its cache in the store.
fn sharing(store: &Store, more: &str) -> Site {
    small_site(&format!("[cache]\n{more}{}", store.target("/a b").replace("to =", "remote =")))
}

fn command(store: &Store, site: &Site, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
    command
        .args(["build", "--verbose"])
        .args(arguments)
        .current_dir(site.root())
        .env("SOURCE_DATE_EPOCH", "1704067200");
    store.environment(&mut command);
    command
}

fn build(store: &Store, site: &Site) -> Said {
    let said = Said::of(command(store, site, &[]).output().unwrap()).ends(0);
    assert!(!format!("{said:?}").contains(SECRET));
    said
}

fn a_second_machine_renders_nothing(kind: Kind) {
    let store = Store::start(kind);
    let site = sharing(&store, "");
    let (all, _) = pages(&build(&store, &site));
    assert!(store.names().iter().all(|name| name.starts_with("a b/docweave-cache/")), "{:?}", store.names());
    let other = checkout(&site);
    assert_eq!(pages(&build(&store, &other)), (0, all));
    assert_eq!(public(&other), public(&site));
    let mut changed = checkout(&site);
    changed.edit("content/one.md", "A page about drops.", "A page about rain.");
    let (rendered, recalled) = pages(&build(&store, &changed));
    assert!(rendered > 0 && recalled > 0 && rendered + recalled == all);
    assert_eq!(pages(&build(&store, &checkout(&changed))), (0, all));
}

#[test]
fn a_second_machine_renders_nothing_with_amazon() {
    a_second_machine_renders_nothing(Kind::Amazon);
}

#[test]
fn a_second_machine_renders_nothing_with_azure() {
    a_second_machine_renders_nothing(Kind::Azure);
}

#[test]
fn whatever_the_network_does_the_site_is_the_same() {
    let store = Store::start(Kind::Amazon);
    let own = store.own_port();
    let site = sharing(&store, "timeout = 10\n");
    site.run(&["build", "--no-remote-cache"]).ends(0);
    let mut left_aside = 0;
    for every in [7, 2, 1] {
        let proxy = Proxy::start(own, every);
        let between = Store::start(Kind::Amazon).by_way_of(proxy.port);
        for _ in 0..2 {
            let mut machine = checkout(&site);
            machine.edit("site.toml", &format!("127.0.0.1:{own}"), &format!("127.0.0.1:{}", proxy.port));
            let begin = Instant::now();
            let said = build(&between, &machine);
            assert_eq!(public(&machine), public(&site), "one of {every}");
            left_aside += usize::from(said.stderr.contains("note: the remote cache is left aside: "));
            assert!(begin.elapsed() < Duration::from_secs(90), "{:?}", begin.elapsed());
        }
        assert!(proxy.faults() > 0);
    }
    assert!(left_aside >= 2, "a server that always fails is told");
}

/// A server that takes connections, and says no more than `answer`.
fn mute(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut client in listener.incoming().flatten() {
            drop(client.read(&mut [0; 1024]));
            drop(client.write_all(answer));
            open.push(client);
        }
    });
    port
}

#[test]
fn a_place_that_does_not_answer_costs_seconds_and_no_build() {
    let store = Store::start(Kind::Amazon);
    let mut site = sharing(&store, "timeout = 2\n");
    site.run(&["build", "--no-remote-cache"]).ends(0);
    let expected = public(&site);
    let mut port = store.own_port();
    let half: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n<?xml";
    let denied: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    for (next, why) in [
        (free_port(), "could not reach s3://pages"),
        (mute(b""), "did not answer within 2 s"),
        (mute(half), "did not answer within 2 s"),
        (mute(denied), "403 Forbidden"),
    ] {
        site.edit("site.toml", &format!("127.0.0.1:{port}"), &format!("127.0.0.1:{next}"));
        port = next;
        let machine = checkout(&site);
        let begin = Instant::now();
        let said = build(&store, &machine).says(["note: the remote cache is left aside: "]);
        assert!(begin.elapsed() < Duration::from_secs(20), "{why}: {:?}", begin.elapsed());
        assert!(said.stderr.contains(why), "{why}: {said:?}");
        assert_eq!(said.stderr.matches("remote cache is left aside").count(), 1, "told once");
        assert_eq!(public(&machine), expected, "{why}");
    }
}

#[test]
fn without_credentials_a_bucket_is_read_as_anybody_may() {
    let store = Store::start(Kind::Amazon);
    let site = sharing(&store, "");
    let (all, _) = pages(&build(&store, &site));
    let names = store.names();
    let mut machine = checkout(&site);
    machine.edit("content/one.md", "A page about drops.", "A page about rain.");
    let mut anybody = command(&store, &machine, &[]);
    // As a pipeline has it that gives its secrets to nobody.
    anybody.env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "");
    let said = Said::of(anybody.output().unwrap()).ends(0);
    let said = said.says(["note: there are no credentials for s3://pages/a b, so that it is only read"]);
    let (rendered, recalled) = pages(&said);
    assert_eq!(rendered + recalled, all);
    assert_eq!(store.names(), names, "nothing was written");
}
