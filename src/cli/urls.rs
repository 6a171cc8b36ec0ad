//! `docweave urls`.

use std::{collections::BTreeSet, process::ExitCode};

use crate::cli::{
    args::{ContentChoice, Urls},
    build::source_text,
    environment_failure,
    export::woven,
    voice::Speaker,
};
use crate::link::{
    contract::{self, RECORD},
    route,
};
use crate::output::write_atomic;

pub(super) fn run(arguments: &Urls) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    let root = &arguments.site.root;
    let content = ContentChoice { base_url: None, drafts: false };
    let (config, site) = match woven(&arguments.site, &content, &speaker) {
        Ok(woven) => woven,
        Err(code) => return code,
    };
    let promised = contract::promised(&config, &site);
    let text = contract::record(&promised);
    if !arguments.write {
        speaker.result(&text);
        return ExitCode::SUCCESS;
    }
    let old = contract::recorded(&source_text(root, RECORD).unwrap_or_default());
    if let Err(error) = write_atomic(&root.join(RECORD), text.as_bytes()) {
        speaker.error(&error);
        return environment_failure();
    }
    for (url, ids) in &old {
        match promised.get(url) {
            None => speaker.summary(&format!("let go: {url}")),
            // What stands behind an old address is recorded at the new one.
            Some(_) if site.redirects.keys().any(|output| route::address(output) == *url) => {}
            Some(kept) => ids.difference(kept).for_each(|id| speaker.summary(&format!("let go: {url}#{id}"))),
        }
    }
    let count = |promised: &BTreeSet<String>| promised.len();
    let ids: usize = promised.values().map(count).sum();
    speaker.summary(&format!("{} addresses and {ids} ids: {}", promised.len(), root.join(RECORD).display()));
    ExitCode::SUCCESS
}
