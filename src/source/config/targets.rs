//! `[publish.NAME]`: places that a built site is sent to.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::model::{
    Diagnostic, Spanned,
    diagnostic::did_you_mean,
    target::{Address, Bucket, Cloud, Encoding, Format, Host, Target},
};
use crate::source::config::{
    Checker, base_url,
    raw::{Choice, Encodings, InOrder, RawTarget},
    topics,
};

/// How many of a hundred files may go at once.
const REMOVALS: i64 = 20;
/// How many releases a folder of releases holds.
const KEEP: i64 = 5;
/// How many releases others hold that readers see as they are: that one and the one before.
const KEEP_BESIDE: i64 = 2;

const SCHEMES: [&str; 4] = ["git+file://", "git+http://", "git+https://", "git+ssh://"];

const BRANCH: (&str, &str) = ("it is not the name of a branch", "write a name such as `gh-pages` or `pages`");
pub(super) const ENDPOINT: (&str, &str) =
    ("it is not the address of a store", "write it like `https://s3.example.org`");
pub(super) const REGION: (&str, &str) = ("it is not the name of a region", "write a name such as `eu-central-1`");
pub(super) const ACCOUNT: (&str, &str) = ("it is not the name of an account", "write it like `mysite`");
pub(super) const BUCKET: (&str, &str) = ("no bucket has this address", "write it like `s3://bucket/folder`");
const CNAME: (&str, &str) = ("it is not the name of a host", "write the host alone, such as `docs.example.org`");

pub(super) fn resolve(raw: InOrder<RawTarget>, checker: &mut Checker<'_>) -> BTreeMap<String, Target> {
    let mut targets = BTreeMap::new();
    for (name, raw) in raw.0 {
        if !topics::is_name(&name.value) {
            let near = topics::as_name(&name.value);
            let help = format!("write it in small letters, digits and hyphens: `[publish.{near}]`");
            let message = format!("invalid name of a target: `{}`", name.value.escape_debug());
            checker.diagnostics.push(Diagnostic::error("invalid-value", checker.path, name.span, message).help(help));
            continue;
        }
        if let Some(target) = target(&name.value, raw, checker) {
            targets.insert(name.value, target);
        }
    }
    targets
}

fn target(name: &str, mut raw: RawTarget, checker: &mut Checker<'_>) -> Option<Target> {
    let key = |key: &str| format!("publish.{name}.{key}");
    let base_url = raw.base_url.take().and_then(|written| match base_url(&written.value) {
        Ok(address) => Some(address),
        Err(problem) => {
            checker.refuse(&key("base_url"), &written, &problem.reason, &problem.help);
            None
        }
    });
    let host = raw.host.take().and_then(|written| host(&key("host"), &written, checker));
    let headers = headers(&key("headers"), std::mem::take(&mut raw.headers), checker);
    let removals = checker.number(&key("removals"), raw.removals.take(), 0, 100).unwrap_or(REMOVALS);
    let relative = raw.relative;
    let compress = raw.compress.take();
    let to = address(name, raw, checker)?;
    let compress = compress.map(|raw| encodings(&key("compress"), raw, &to, host, checker)).unwrap_or_default();
    Some(Target { to, base_url, relative, host, headers, removals: removals as u8, compress })
}

/// In their own order, each once. A bucket holds each file in one.
fn encodings(
    key: &str,
    raw: Spanned<Choice<Encodings>>,
    to: &Address,
    host: Option<Host>,
    checker: &mut Checker<'_>,
) -> Vec<Encoding> {
    let span = raw.span;
    let written = match raw.value {
        Choice::All(false) => Vec::new(),
        Choice::All(true) => vec![Spanned { value: Encoding::Gzip.name().to_owned(), span }],
        Choice::Listed(written, _) => written,
    };
    if let Some(host) = host.filter(|host| !written.is_empty() && !matches!(host, Host::Apache | Host::Nginx)) {
        let reason = format!("`{}` reads no files that were compressed before", host.name());
        checker.refuse(key, &Spanned { value: (), span }, &reason, "take the line out: this host compresses by itself");
        return Vec::new();
    }
    let mut encodings = BTreeSet::new();
    for written in written {
        let Some(encoding) = Encoding::ALL.into_iter().find(|encoding| encoding.name() == written.value) else {
            checker.refuse(key, &written, "we know no such encoding", "write `[\"gzip\"]`, `[\"br\"]` or both");
            continue;
        };
        encodings.insert(encoding);
        if matches!(to, Address::Bucket(_)) && encodings.len() > 1 {
            let help = "take one out: `gzip` is for every browser and most programs, `br` is smaller";
            checker.refuse(key, &written, "a bucket holds each file once", help);
            encodings.remove(&encoding);
        }
    }
    encodings.into_iter().collect()
}

fn host(key: &str, written: &Spanned<String>, checker: &mut Checker<'_>) -> Option<Host> {
    let found = Host::ALL.into_iter().find(|(name, _)| *name == written.value);
    if found.is_none() {
        let names = || Host::ALL.into_iter().map(|(name, _)| name);
        let help = match did_you_mean(&written.value, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        };
        checker.refuse(key, written, "we know no such host", &help);
    }
    found.map(|(_, host)| host)
}

/// RFC 9110, sections 5.1 and 5.5.
fn headers(key: &str, raw: InOrder<Spanned<String>>, checker: &mut Checker<'_>) -> BTreeMap<String, String> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let mut headers = BTreeMap::new();
    for (name, value) in raw.0 {
        if name.value.is_empty() || !name.value.chars().all(is_token) {
            let help = "write a name such as `Content-Security-Policy`";
            checker.refuse(key, &name, &format!("`{}` is no name of a header", name.value.escape_debug()), help);
        } else if !value.value.chars().all(|c| (' '..='~').contains(&c)) {
            let help = "write it in one line, in letters of ASCII";
            checker.refuse(key, &value, &format!("no header has the value `{}`", value.value.escape_debug()), help);
        } else {
            headers.insert(name.value, value.value.trim().to_owned());
        }
    }
    headers
}

fn address(name: &str, mut raw: RawTarget, checker: &mut Checker<'_>) -> Option<Address> {
    let key = |key: &str| format!("publish.{name}.{key}");
    let to = raw.to.value.trim().to_owned();
    let kind = kind(&to);
    let keys: [(&[Kind], &str, _); 8] = [
        (&[Kind::Folder], "releases", raw.releases.as_ref().map(|written| written.span)),
        (&[Kind::Folder, Kind::Ssh, Kind::Bucket], "keep", raw.keep.as_ref().map(|written| written.span)),
        (&[Kind::Git], "branch", raw.branch.as_ref().map(|written| written.span)),
        (&[Kind::Git], "history", raw.history.as_ref().map(|written| written.span)),
        (&[Kind::Git], "cname", raw.cname.as_ref().map(|written| written.span)),
        (&[Kind::Bucket], "endpoint", raw.endpoint.as_ref().map(|written| written.span)),
        (&[Kind::Bucket], "region", raw.region.as_ref().map(|written| written.span)),
        (&[Kind::Bucket], "account", raw.account.as_ref().map(|written| written.span)),
    ];
    for (owners, name, span) in keys.into_iter().filter(|(owners, ..)| !owners.contains(&kind)) {
        if let Some(span) = span {
            let owners: Vec<&str> = owners.iter().map(|owner| owner.many()).collect();
            let reason = format!("it is for {} only", owners.join(", "));
            checker.refuse(&key(name), &Spanned { value: (), span }, &reason, "take the line out");
        }
    }
    let keep = checker.number(&key("keep"), raw.keep.take(), 1, 1000);
    let keep_beside = keep.unwrap_or(KEEP_BESIDE) as usize;
    match kind {
        Kind::Git => {
            if raw.branch.is_none() {
                checker.refuse(&key("to"), &raw.to, "git needs a branch", "add a line such as `branch = \"gh-pages\"`");
                return None;
            }
            let branch = checker.text(&key("branch"), raw.branch, is_branch, BRANCH)?;
            let cname = checker.text(&key("cname"), raw.cname, is_host, CNAME);
            let history = raw.history.is_none_or(|written| written.value);
            Some(Address::Git { url: git_url(&to)?, branch, history, cname })
        }
        Kind::Bucket => {
            let found = bucket(&to);
            if found.is_none() {
                checker.refuse(&key("to"), &raw.to, BUCKET.0, BUCKET.1);
            }
            let mut bucket = found?;
            bucket.endpoint = checker.text(&key("endpoint"), raw.endpoint, is_endpoint, ENDPOINT);
            bucket.region = checker.text(&key("region"), raw.region, is_word, REGION);
            bucket.account = checker.text(&key("account"), raw.account, is_word, ACCOUNT);
            bucket.keep = keep_beside;
            Some(Address::Bucket(bucket))
        }
        Kind::Ssh => ssh(&to, keep_beside),
        Kind::Zip => Some(Address::Archive { path: to, format: Format::Zip }),
        Kind::TarGz => Some(Address::Archive { path: to, format: Format::TarGz }),
        Kind::Folder => {
            let keep = keep.unwrap_or(KEEP) as usize;
            let has_releases = raw.releases.is_some_and(|written| written.value);
            Some(Address::Folder { path: to, keep: has_releases.then_some(keep) })
        }
        Kind::Nothing => {
            let help = "write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, \
                        `sftp://`, `s3://`, `gs://`, `az://`, `git+https://`, `git+ssh://` or `git+file://`";
            checker.refuse(&key("to"), &raw.to, "nothing can be sent there", help);
            None
        }
    }
}

/// What an address is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    Git,
    Bucket,
    Ssh,
    Zip,
    TarGz,
    Nothing,
}

impl Kind {
    /// Those that have keys of their own, as words.
    fn many(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Bucket => "object stores",
            Self::Ssh => "other machines",
            _ => "folders",
        }
    }
}

pub(super) fn kind(to: &str) -> Kind {
    if git_url(to).is_some() {
        return Kind::Git;
    }
    if Cloud::ALL.iter().any(|(scheme, _)| to.starts_with(scheme)) {
        return Kind::Bucket;
    }
    if ssh(to, 1).is_some() {
        return Kind::Ssh;
    }
    match to.to_ascii_lowercase() {
        name if name.is_empty() || name.chars().any(char::is_control) || name.contains("://") => Kind::Nothing,
        name if name.ends_with(".zip") => Kind::Zip,
        name if name.ends_with(".tar.gz") || name.ends_with(".tgz") => Kind::TarGz,
        _ => Kind::Folder,
    }
}

/// `s3://bucket/a/folder`. Google's names may have dots and underscores, Azure's `$web` begins with a dollar sign.
pub(super) fn bucket(to: &str) -> Option<Bucket> {
    let (cloud, rest) = Cloud::ALL.iter().find_map(|(scheme, cloud)| Some((*cloud, to.strip_prefix(scheme)?)))?;
    let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.trim_end_matches('/');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..") && !part.chars().any(|c| c.is_control() || matches!(c, '?' | '#' | '\\'))
    };
    let is_fine = !name.is_empty() && (name == "$web" || name.chars().all(is_name));
    (is_fine && (prefix.is_empty() || prefix.split('/').all(is_part))).then(|| Bucket {
        cloud,
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: None,
        region: None,
        account: None,
        keep: 1,
    })
}

/// The address of a store, without what would let somebody in.
pub(super) fn is_endpoint(address: &str) -> bool {
    let is_web = |address: &Url| matches!(address.scheme(), "http" | "https") && address.has_host();
    let is_bare = |address: &Url| address.username().is_empty() && address.query().is_none();
    Url::parse(address).is_ok_and(|address| is_web(&address) && is_bare(&address))
}

pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// `rsync://me@example.org:22/srv/www`, and `sftp://` the same; `/~/` begins a path in the user's home. Names hold nothing that
/// a shell would read.
fn ssh(to: &str, keep: usize) -> Option<Address> {
    let (scheme, rest) = to.split_once("://").filter(|(scheme, _)| matches!(*scheme, "rsync" | "sftp"))?;
    let (authority, path) = rest.split_once('/')?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
        None => (authority, None),
    };
    let fine = |text: &str, more: &str| {
        let is_fine = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        !text.is_empty() && !text.starts_with('-') && text.chars().all(is_fine)
    };
    let (user, name) = host.split_once('@').map_or((None, host), |(user, name)| (Some(user), name));
    let path = path.trim_end_matches('/');
    let is_deep = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let is_fine = fine(name, ".-_") && user.is_none_or(|user| fine(user, ".-_")) && fine(path, "/.-_~") && is_deep;
    let path = match path.strip_prefix("~/") {
        Some(path) => path.to_owned(),
        None => format!("/{path}"),
    };
    let host = host.to_owned();
    is_fine.then_some(match scheme {
        "sftp" => Address::Sftp { host, port, path, keep },
        _ => Address::Rsync { host, port, path, keep },
    })
}

/// What git calls it: without `git+`; `git@host:path` as it is.
fn git_url(to: &str) -> Option<String> {
    let is_plain = !to.starts_with('-') && !to.chars().any(|c| c.is_whitespace() || c.is_control());
    let by_scheme = SCHEMES.iter().find(|scheme| to.starts_with(**scheme) && to.len() > scheme.len());
    match by_scheme {
        Some(_) if is_plain => to.strip_prefix("git+").map(str::to_owned),
        None if is_plain && to.starts_with("git@") && to.contains(':') => Some(to.to_owned()),
        _ => None,
    }
}

/// The rules of `git check-ref-format`, a little stricter.
fn is_branch(name: &str) -> bool {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(['.']);
    name.chars().all(fine) && !name.contains("..") && !name.ends_with(".lock") && name.split('/').all(part)
}

fn is_host(name: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    name.contains('.') && name.split('.').all(label)
}
