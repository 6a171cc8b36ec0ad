//! `[cache]`: a place where machines share what they make.

use std::time::Duration;

use crate::model::{
    Spanned,
    target::{Address, RemoteCache},
};
use crate::source::config::{
    Checker,
    raw::RawCache,
    targets::{ACCOUNT, BUCKET, ENDPOINT, Kind, REGION, bucket, is_endpoint, is_word, kind},
};

/// How many seconds a build waits.
const TIMEOUT: i64 = 60;

pub(super) fn resolve(raw: RawCache, checker: &mut Checker<'_>) -> Option<RemoteCache> {
    let timeout = checker.number("cache.timeout", raw.timeout, 1, 3600).unwrap_or(TIMEOUT);
    let timeout = Duration::from_secs(timeout.unsigned_abs());
    let push = raw.push.as_ref().is_none_or(|push| push.value);
    let keys = [
        ("endpoint", raw.endpoint.as_ref().map(|written| written.span)),
        ("region", raw.region.as_ref().map(|written| written.span)),
        ("account", raw.account.as_ref().map(|written| written.span)),
    ];
    let Some(remote) = raw.remote else {
        let push = [("push", raw.push.as_ref().map(|written| written.span))];
        if let Some((name, span)) = keys.into_iter().chain(push).find_map(|(name, span)| Some((name, span?))) {
            let help = "add a line such as `remote = \"s3://bucket/folder\"` to `[cache]`";
            checker.refuse(&format!("cache.{name}"), &Spanned { value: (), span }, "no remote cache is named", help);
        }
        return None;
    };
    let to = remote.value.trim();
    let kind = kind(to);
    for (name, span) in keys.into_iter().filter(|_| kind == Kind::Folder) {
        if let Some(span) = span {
            let reason = "it is for object stores only";
            checker.refuse(&format!("cache.{name}"), &Spanned { value: (), span }, reason, "take the line out");
        }
    }
    let to = match kind {
        Kind::Folder => Address::Folder { path: to.to_owned(), keep: None },
        Kind::Bucket => {
            let found = bucket(to);
            if found.is_none() {
                checker.refuse("cache.remote", &remote, BUCKET.0, BUCKET.1);
            }
            let mut bucket = found?;
            bucket.endpoint = checker.text("cache.endpoint", raw.endpoint, is_endpoint, ENDPOINT);
            bucket.region = checker.text("cache.region", raw.region, is_word, REGION);
            bucket.account = checker.text("cache.account", raw.account, is_word, ACCOUNT);
            Address::Bucket(bucket)
        }
        Kind::Git | Kind::Ssh | Kind::Zip | Kind::TarGz | Kind::Nothing => {
            let help = "write a folder, or an address that begins with `s3://`, `gs://` or `az://`";
            checker.refuse("cache.remote", &remote, "nothing can be cached there", help);
            return None;
        }
    };
    Some(RemoteCache { to, push, timeout })
}
