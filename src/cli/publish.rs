//! `docweave publish`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::build::{
    Request, Warnings,
    run::{self, Places, Reuse},
    woven::weave_only,
};
use crate::cli::{
    args::{PlanFormat, Publish},
    build::{Shared, build_and_tell, has_errors, many, request, seconds, source_text},
    content_failure, environment_failure,
    voice::Speaker,
};
use crate::model::{
    Config, Error, RelPath,
    diagnostic::did_you_mean,
    target::{Address, Bucket, Cloud, Host, Target},
};
use crate::output::Manifest;
use crate::publish::{self, Change, Foreign, Parcel, Patience, Plan, Remote, Removals, Wishes};

pub(super) fn run(arguments: &Publish) -> ExitCode {
    let speaker = Speaker::new(&arguments.voice);
    match run::workers(None).and_then(|workers| workers.install(|| publish(arguments, &speaker))) {
        Ok(code) => code,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

fn publish(arguments: &Publish, speaker: &Speaker) -> Result<ExitCode, Error> {
    let root = arguments.site.root.as_path();
    let (config, diagnostics) = run::configuration(root)?;
    if has_errors(&diagnostics) {
        speaker.diagnostics(&diagnostics, &|path| source_text(root, path));
        return Ok(content_failure());
    }
    let (name, target) = choose(&config, arguments.target.as_deref())?;
    let output = root.join(&config.output);
    let wait = Duration::from_secs(arguments.wait);
    let open = || publish::open(name, target, publish::Places { root, output: &output }, wait);
    if arguments.list {
        return list(&*open()?, name, speaker);
    }
    if arguments.rollback {
        let shown = go_back(&*open()?, name, root, arguments, speaker)?;
        speaker.summary(&format!("went back to {shown}: {}", target.to.shown()));
        return Ok(ExitCode::SUCCESS);
    }
    let Some(mut parcel) = parcel(arguments, target, &output, speaker)? else { return Ok(content_failure()) };
    for (path, bytes) in publish::needs(target) {
        let _the_site_has_its_own = parcel.add(path, bytes);
    }
    if let Some(host) = target.host {
        tell_host(host, arguments, target, &mut parcel, speaker)?;
    }
    if let Address::Bucket(Bucket { cloud: Cloud::Amazon, .. }) = &target.to {
        let woven = weave_only(&places(arguments), &site_request(arguments, target)?)?;
        let redirects = woven.site.map(|site| publish::host::redirects(&woven.config, &site));
        parcel.redirect(redirects.unwrap_or_default());
    }
    let begin = Instant::now();
    let remote = open()?;
    let only_asks = arguments.dry_run || arguments.plan.is_some();
    if !only_asks {
        remote.begin()?;
    }
    let wishes = Wishes {
        foreign: if arguments.overwrite { Foreign::Replaced } else { Foreign::Kept },
        removals: if arguments.allow_removals { Removals::Any } else { Removals::Percent(target.removals) },
    };
    let patience = Patience::default();
    let old = publish::manifest_at(&*remote, &patience)?;
    compress(target, old.as_ref(), &mut parcel, speaker)?;
    let plan = publish::plan_from(old, &*remote, &parcel, wishes, &patience)?;
    if only_asks {
        tell(&plan, name, target, arguments.plan.unwrap_or(PlanFormat::Text), speaker);
        return Ok(ExitCode::SUCCESS);
    }
    let progress = speaker.progress();
    let sent = publish::send(&*remote, &parcel, &plan, &patience, &progress);
    progress.end();
    let sent = sent?;
    speaker.summary(&format!(
        "{} sent ({}), {} removed, {} unchanged, in {}: {}",
        many(sent.sent, "file"),
        bytes(sent.bytes),
        sent.removed,
        sent.unchanged,
        seconds(begin.elapsed()),
        target.to.shown()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The target of that name, or the only one.
fn choose<'a>(config: &'a Config, wanted: Option<&str>) -> Result<(&'a str, &'a Target), Error> {
    let names = || config.publish.keys().map(String::as_str);
    let list = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let found = match wanted {
        Some(wanted) => config.publish.get_key_value(wanted),
        None if config.publish.len() == 1 => config.publish.first_key_value(),
        None => None,
    };
    if let Some((name, target)) = found {
        return Ok((name, target));
    }
    Err(match wanted {
        _ if config.publish.is_empty() => Error::new("site.toml names no target to publish to")
            .help("add a table such as `[publish.live]` with a line `to = \"../live\"`, then `docweave publish live`"),
        None => Error::new("site.toml names several targets").help(format!("name one of {}", list())),
        Some(wanted) => {
            let error = Error::new(format!("there is no target `{}` in site.toml", wanted.escape_debug()));
            match did_you_mean(wanted, names()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("the targets are {}", list())),
            }
        }
    })
}

/// The site as it is built now, or stands; `None` where it has mistakes, which are told.
fn parcel(arguments: &Publish, target: &Target, output: &Path, speaker: &Speaker) -> Result<Option<Parcel>, Error> {
    if arguments.no_build && target.relative {
        let what = "a site with `relative = true` is built for each publish anew";
        return Err(Error::new(what).help("leave out `--no-build`"));
    }
    if arguments.no_build {
        return Parcel::standing(output).map(Some);
    }
    let request = site_request(arguments, target)?;
    let report = build_and_tell(&places(arguments), &request, (Reuse::Everything, Shared::AsConfigured), speaker)?;
    let built = report.outcome.plan.as_ref().filter(|_| !has_errors(&report.outcome.diagnostics));
    if target.relative && built.is_some() {
        return run::movable(&places(arguments), &request).map(|files| Some(Parcel::of_files(files)));
    }
    Ok(built.map(|plan| Parcel::of_build(output, plan.manifest())))
}

/// Adds the files that tell the host of redirects and headers. The site's own go before them.
fn tell_host(
    host: Host,
    arguments: &Publish,
    target: &Target,
    parcel: &mut Parcel,
    speaker: &Speaker,
) -> Result<(), Error> {
    let woven = weave_only(&places(arguments), &site_request(arguments, target)?)?;
    let Some(site) = woven.site else { return Err(Error::new("the site has mistakes").help("run `docweave build`")) };
    let paths: Vec<_> = parcel.files().map(|(path, ..)| path.clone()).collect();
    let mut told = publish::host::told(&woven.config, &site, paths.iter(), &target.headers);
    told.compressed = target.compress.clone();
    for (path, bytes) in publish::host::files(host, &told) {
        if !parcel.add(path.clone(), bytes) {
            tell_own(&path, speaker);
        }
    }
    Ok(())
}

/// Texts in the encodings of a target: in their place at a store, which hands out what it holds, and beside them where a web
/// server chooses.
fn compress(target: &Target, old: Option<&Manifest>, parcel: &mut Parcel, speaker: &Speaker) -> Result<(), Error> {
    let Some(first) = target.compress.first() else { return Ok(()) };
    let progress = speaker.progress();
    let done = match &target.to {
        Address::Bucket(_) => parcel.compress(*first, old, &progress).map(|()| Vec::new()),
        _ => parcel.accompany(&target.compress, old, &progress),
    };
    progress.end();
    for path in done? {
        tell_own(&path, speaker);
    }
    Ok(())
}

fn tell_own(path: &RelPath, speaker: &Speaker) {
    speaker.note(&format!("note: the site has a file `{path}` of its own, which is sent as it is"));
}

fn places(arguments: &Publish) -> Places {
    Places { root: PathBuf::from(&arguments.site.root), output: None }
}

fn site_request(arguments: &Publish, target: &Target) -> Result<Request, Error> {
    let mut request = request(&arguments.content)?;
    request.base_url = request.base_url.or_else(|| target.base_url.clone());
    request.warnings = if arguments.deny.is_some() { Warnings::Denied } else { Warnings::Allowed };
    Ok(request)
}

fn go_back(
    remote: &dyn Remote,
    name: &str,
    root: &Path,
    arguments: &Publish,
    speaker: &Speaker,
) -> Result<String, Error> {
    let foreign = if arguments.overwrite { Foreign::Replaced } else { Foreign::Kept };
    let wishes = Wishes { foreign, removals: Removals::Any };
    remote.begin()?;
    let progress = speaker.progress();
    let shown = publish::go_back(remote, name, root, wishes, &Patience::default(), &progress);
    progress.end();
    shown
}

fn list(remote: &dyn Remote, name: &str, speaker: &Speaker) -> Result<ExitCode, Error> {
    let releases = publish::releases(remote, &Patience::default())?;
    for release in &releases {
        let mark = if release.is_shown { '*' } else { ' ' };
        speaker.result(&format!("{mark} {}  {}\n", release.name, release.about));
    }
    if releases.is_empty() {
        speaker.note(&format!("nothing was published to `{name}` yet"));
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(plan: &Plan, name: &str, target: &Target, format: PlanFormat, speaker: &Speaker) {
    if format == PlanFormat::Json {
        let plan = serde_json::json!({
            "target": name,
            "to": target.to.shown(),
            "bytes": plan.bytes(),
            "plan": plan,
        });
        speaker.result(&format!("{plan:#}\n"));
        return;
    }
    let mut lines: Vec<(&Change, &str)> = Vec::new();
    for (changes, what) in [(&plan.added, "add"), (&plan.changed, "change"), (&plan.removed, "remove")] {
        lines.extend(changes.iter().map(|change| (change, what)));
    }
    lines.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
    for (change, what) in lines {
        let was = change.was.map_or_else(String::new, |was| format!(" (was {})", bytes(was)));
        speaker.result(&format!("{what:<7} {:>9}  {}{was}\n", bytes(change.size), change.path));
    }
    let foreign = match plan.foreign {
        0 => String::new(),
        count => format!(", {} there not from docweave", many(count, "file")),
    };
    speaker.summary(&format!(
        "{} to send ({}), {} to remove, {} unchanged{foreign}: {}",
        many(plan.added.len() + plan.changed.len(), "file"),
        bytes(plan.bytes()),
        plan.removed.len(),
        plan.unchanged,
        target.to.shown()
    ));
}

/// A size to read.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
