//! `[publish.NAME]`: places that a built site is sent to.

use std::collections::BTreeMap;

use crate::model::{
    Diagnostic, Spanned,
    diagnostic::did_you_mean,
    target::{Address, Format, Host, Target},
};
use crate::source::config::{
    Checker, base_url,
    raw::{InOrder, RawTarget},
    topics,
};

/// How many of a hundred files may go at once.
const REMOVALS: i64 = 20;
/// How many releases a folder holds.
const KEEP: i64 = 5;

const SCHEMES: [&str; 4] = ["git+file://", "git+http://", "git+https://", "git+ssh://"];

const BRANCH: (&str, &str) = ("it is not the name of a branch", "write a name such as `gh-pages` or `pages`");
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
    let to = address(name, raw, checker)?;
    Some(Target { to, base_url, host, headers, removals: removals as u8 })
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

fn address(name: &str, raw: RawTarget, checker: &mut Checker<'_>) -> Option<Address> {
    let key = |key: &str| format!("publish.{name}.{key}");
    let to = raw.to.value.trim().to_owned();
    let span = |span| Spanned { value: (), span };
    let of_folders = [("releases", raw.releases.as_ref().map(|v| v.span)), ("keep", raw.keep.as_ref().map(|v| v.span))];
    let of_git = [
        ("branch", raw.branch.as_ref().map(|written| written.span)),
        ("history", raw.history.as_ref().map(|written| written.span)),
        ("cname", raw.cname.as_ref().map(|written| written.span)),
    ];
    let mut out_of_place = |keys: &[(&str, Option<_>)], what: &str| {
        for (name, at) in keys {
            if let Some(at) = at {
                checker.refuse(&key(name), &span(*at), &format!("it is for {what} only"), "take the line out");
            }
        }
    };
    if let Some(url) = git_url(&to) {
        out_of_place(&of_folders, "folders");
        if raw.branch.is_none() {
            checker.refuse(&key("to"), &raw.to, "git needs a branch", "add a line such as `branch = \"gh-pages\"`");
            return None;
        }
        let branch = checker.text(&key("branch"), raw.branch, is_branch, BRANCH)?;
        let cname = checker.text(&key("cname"), raw.cname, is_host, CNAME);
        return Some(Address::Git { url, branch, history: raw.history.is_none_or(|written| written.value), cname });
    }
    out_of_place(&of_git, "git");
    if let Some(address) = rsync(&to) {
        out_of_place(&of_folders, "folders");
        return Some(address);
    }
    if to.is_empty() || to.chars().any(char::is_control) || to.contains("://") {
        let help = "write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, \
                    `git+https://`, `git+ssh://` or `git+file://`";
        checker.refuse(&key("to"), &raw.to, "nothing can be sent there", help);
        return None;
    }
    let format = match to.to_ascii_lowercase() {
        name if name.ends_with(".zip") => Some(Format::Zip),
        name if name.ends_with(".tar.gz") || name.ends_with(".tgz") => Some(Format::TarGz),
        _ => None,
    };
    if let Some(format) = format {
        for (name, at) in of_folders {
            if let Some(at) = at {
                checker.refuse(&key(name), &span(at), "it is for folders only", "take the line out");
            }
        }
        return Some(Address::Archive { path: to, format });
    }
    let keep = checker.number(&key("keep"), raw.keep, 1, 1000).unwrap_or(KEEP) as usize;
    let has_releases = raw.releases.is_some_and(|written| written.value);
    Some(Address::Folder { path: to, keep: has_releases.then_some(keep) })
}

/// `rsync://me@example.org:22/srv/www`; `/~/` begins a path in the user's home. Names hold nothing that a shell would read.
fn rsync(to: &str) -> Option<Address> {
    let (authority, path) = to.strip_prefix("rsync://")?.split_once('/')?;
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
    is_fine.then(|| Address::Rsync { host: host.to_owned(), port, path })
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
