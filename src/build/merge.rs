//! The shards of a site become the site: what `docweave merge` does.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::build::run::PATIENCE;
use crate::model::{Digest, Error, RelPath, Shard};
use crate::output::{self, DiskStage, Entry, Lock, Manifest, Plan, ShardOf, Source, Stage, Summary};
use crate::source::disk;

/// A folder with the files of one shard.
struct Folder<'a> {
    path: &'a Path,
    shard: Shard,
    site: Digest,
    manifest: Manifest,
}

/// Makes the folder `output` hold the site whose shards are in `folders`, in any order: the same bytes as one build's.
///
/// Every file is read and compared with the digest that its shard's build noted.
///
/// # Errors
///
/// Folders that are no shards, not all of them, or not of one site; files that are not as they were built; failures of
/// the environment. The output folder is then as it was.
pub fn merge(folders: &[PathBuf], output: &Path) -> Result<Summary, Error> {
    let mut shards = folders.iter().map(|path| Folder::open(path)).collect::<Result<Vec<_>, Error>>()?;
    shards.sort_by_key(|folder| folder.shard.number());
    refuse_others(&shards)?;
    let inside: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    output::guard(Path::new("."), output, &inside)?;
    let _lock = Lock::acquire(output, PATIENCE)?;
    let old = Manifest::read(output)?;
    let missing = output::check_present(&old, output);
    let stage = DiskStage::open(output)?;
    let build = shards.first().and_then(|folder| folder.manifest.build);
    let mut plan = Plan::new(build.expect("a folder without a finished build was refused"));
    for folder in &shards {
        let files: Vec<(&RelPath, &Entry)> = folder.manifest.files.iter().collect();
        let moved = files.into_par_iter().map(|(path, entry)| {
            let stands = old.files.get(path).is_some_and(|before| before.content == entry.content);
            if stands && missing.binary_search(path).is_err() {
                return Ok((path, entry, Source::Kept));
            }
            stage.put(path, &folder.read(path, entry)?)?;
            Ok((path, entry, Source::Staged))
        });
        for (path, entry, source) in moved.collect::<Result<Vec<_>, Error>>()? {
            if plan.manifest().files.contains_key(path) {
                let help = "give the article or file that claims this address another one";
                return Err(Error::new("two shards hold the file").at(path.as_str()).help(help));
            }
            plan.insert(path.clone(), entry.clone(), source);
        }
    }
    output::commit(&stage, &plan, &old)
}

impl<'a> Folder<'a> {
    fn open(path: &'a Path) -> Result<Self, Error> {
        let manifest = Manifest::read(path)?;
        let help = "each folder is what `docweave build --shard K/N --output DIR` wrote";
        let Some(ShardOf { shard, site }) = manifest.shard else {
            return Err(Error::new("there is no shard of a site in").at(path).help(help));
        };
        if manifest.build.is_none() || !manifest.pending.is_empty() {
            return Err(Error::new("the build of this shard has not finished:").at(path).help("build it again"));
        }
        Ok(Self { path, shard, site, manifest })
    }

    fn read(&self, path: &RelPath, entry: &Entry) -> Result<Vec<u8>, Error> {
        let at = self.path.join(path.as_str());
        let bytes = disk::read_at_most(&at, u64::MAX).map_err(|error| Error::io("could not read", &at, error))?;
        if Digest::of(&bytes) != entry.content {
            let what = "a file of a shard is not what its build wrote:";
            return Err(Error::new(what).at(at).help("copy the folder once more, or build the shard again"));
        }
        Ok(bytes)
    }
}

/// All shards of one site, each of them once, or an error. `shards` are ordered by their numbers.
fn refuse_others(shards: &[Folder<'_>]) -> Result<(), Error> {
    let Some(first) = shards.first() else {
        return Err(Error::new("no shards to merge").help("name the folders of all shards"));
    };
    let count = first.shard.count();
    if let Some(other) = shards.iter().find(|folder| folder.shard.count() != count || folder.site != first.site) {
        let what = format!(
            "shard {} in `{}` is of another site than shard {} in",
            other.shard,
            other.path.display(),
            first.shard
        );
        let help = "build all shards of the same sources, with the same version and options, on the same day";
        return Err(Error::new(what).at(first.path).help(help));
    }
    if let Some(pair) = shards.windows(2).find(|pair| pair[0].shard == pair[1].shard) {
        let what = format!("shard {} is in `{}` and in", pair[0].shard, pair[0].path.display());
        return Err(Error::new(what).at(pair[1].path).help("name each shard once"));
    }
    let numbers: Vec<u32> = shards.iter().map(|folder| folder.shard.number()).collect();
    let missing: Vec<String> =
        (1..=count).filter(|number| !numbers.contains(number)).map(|n| format!("{n}/{count}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!("not all shards are there: {} missing", missing.join(", ")))
        .help("name the folders of all shards"))
}
