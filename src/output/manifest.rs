//! What we wrote into the output folder, and what each file was made from.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    path::Path,
    sync::Arc,
};

use crate::model::{Digest, Error, RelPath, Shard};

/// The manifest's name in the root of the output folder.
pub const MANIFEST: &str = ".docweave-manifest";

const FIRST_LINE: &str = "docweave manifest 1";
const OUR_MARK: &str = "docweave manifest ";

/// The files of the output folder that are ours. Everything else in it is foreign, and never touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The digest of everything that the build read; `None` where no build has finished.
    pub build: Option<Digest>,
    /// What stands there, whole.
    pub files: BTreeMap<RelPath, Entry>,
    /// Ours too, but old, new or absent: a build was stopped while it moved them. Empty after a build that finished.
    pub pending: BTreeSet<RelPath>,
    /// Where these are the files of one shard: which one.
    pub shard: Option<ShardOf>,
}

/// A shard of a site, built to be merged with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardOf {
    /// Which one.
    pub shard: Shard,
    /// Names everything that the build depended on, the day included: the shards of one site share it.
    pub site: Digest,
}

/// One file that we wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its bytes.
    pub content: Digest,
    /// The name of the inputs that it was rendered from.
    pub key: Digest,
    /// The parts of that name, for `--explain`.
    pub parts: Parts,
}

/// The names of a key's parts: made once for each kind of file, and shared by all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartNames(Arc<[String]>);

impl PartNames {
    /// The names, in the order of the digests of [`Parts::new`]; control characters become `_`.
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| name.replace(|c: char| c.is_control(), "_")).collect())
    }
}

/// The parts of a key, each with 64 bits of its digest: enough to say which one changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    digests: Vec<u64>,
    names: PartNames,
}

impl Parts {
    /// One digest for each name; those that are missing count as 0, those beyond are dropped.
    pub fn new(names: &PartNames, digests: impl IntoIterator<Item = u64>) -> Self {
        let mut digests: Vec<u64> = digests.into_iter().take(names.0.len()).collect();
        digests.resize(names.0.len(), 0);
        Self { digests, names: names.clone() }
    }

    /// The 64 bits of a digest that stand for a part.
    pub fn short(digest: &Digest) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// Every part, in the order of its names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.names.0.iter().map(String::as_str).zip(self.digests.iter().copied())
    }

    /// The names whose digests differ from `old`'s, and those that only one of the two has.
    pub fn changed_since<'a>(&'a self, old: &'a Parts) -> Vec<&'a str> {
        let find = |parts: &Parts, name: &str| parts.iter().find(|(n, _)| *n == name).map(|(_, digest)| digest);
        let changed = self.iter().filter(|(name, digest)| find(old, name) != Some(*digest));
        let gone = old.iter().filter(|(name, _)| find(self, name).is_none());
        changed.chain(gone).map(|(name, _)| name).collect()
    }
}

impl Manifest {
    /// Reads the manifest of an output folder; an empty one where there is none.
    ///
    /// One that is damaged or from another version is an error: guessing at what is ours would risk somebody's files.
    #[expect(clippy::disallowed_methods, reason = "the manifest is output's own file")]
    pub fn read(output: &Path) -> Result<Self, Error> {
        let path = output.join(MANIFEST);
        match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(unusable("not a file: the manifest", &path, output)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Error::io("could not read the manifest", path, error)),
        }
        let bytes = std::fs::read(&path).map_err(|error| Error::io("could not read the manifest", &path, error))?;
        Self::from_bytes(&bytes).map_err(|what| unusable(what, &path, output))
    }

    /// The manifest that [`to_text`](Self::to_text) gave.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a phrase.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let text = str::from_utf8(bytes).map_err(|_| "damaged manifest")?;
        match text.split_once('\n') {
            Some((FIRST_LINE, _)) => parse(text).ok_or("damaged manifest"),
            Some((line, _)) if line.starts_with(OUR_MARK) => Err("manifest of another version of docweave"),
            _ => Err("damaged manifest"),
        }
    }

    /// Names the tree: every path with what stands there and what it was made from.
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::with_capacity(self.files.len() * 128);
        for (path, entry) in &self.files {
            bytes.extend_from_slice(path.as_str().as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(entry.content.as_bytes());
            bytes.extend_from_slice(entry.key.as_bytes());
        }
        for path in &self.pending {
            bytes.extend_from_slice(path.as_str().as_bytes());
            bytes.push(0);
        }
        if let Some(part) = &self.shard {
            bytes.extend_from_slice(part.shard.to_string().as_bytes());
        }
        Digest::of(&bytes)
    }

    /// Whether the file at `path` is ours.
    pub fn owns(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.pending.contains(path)
    }

    /// The manifest as text: a versioned first line, one line for each set of part names, one for each file, and at last
    /// a digest of all that, so that a part of a manifest is never taken for the whole.
    pub fn to_text(&self) -> String {
        let mut schemas: Vec<&PartNames> = Vec::new();
        let mut lines = String::with_capacity(self.files.len() * 256);
        for (path, entry) in &self.files {
            let schema = schema_index(&mut schemas, &entry.parts.names);
            lines.push_str("file\t");
            lines.push_str(path.as_str());
            lines.push('\t');
            lines.push_str(&entry.size.to_string());
            lines.push('\t');
            push_hex(&mut lines, entry.content.as_bytes());
            lines.push('\t');
            push_hex(&mut lines, entry.key.as_bytes());
            lines.push('\t');
            lines.push_str(&schema.to_string());
            lines.push('\t');
            for digest in &entry.parts.digests {
                push_hex(&mut lines, &digest.to_be_bytes());
            }
            lines.push('\n');
        }
        for path in &self.pending {
            lines.extend(["pending\t", path.as_str(), "\n"]);
        }
        let mut text =
            format!("{FIRST_LINE}\nbuild\t{}\n", self.build.map_or_else(String::new, |build| build.to_hex()));
        if let Some(ShardOf { shard, site }) = &self.shard {
            text.extend(["shard\t", &shard.to_string(), "\t", &site.to_hex(), "\n"]);
        }
        for names in schemas {
            text.extend(["parts\t", &names.0.join("\t"), "\n"]);
        }
        text.push_str(&lines);
        let end = Digest::of(text.as_bytes()).to_hex();
        text.extend(["end\t", &end, "\n"]);
        text
    }
}

fn schema_index<'a>(schemas: &mut Vec<&'a PartNames>, names: &'a PartNames) -> usize {
    let same = |known: &&PartNames| Arc::ptr_eq(&known.0, &names.0) || *known == names;
    schemas.iter().position(same).unwrap_or_else(|| {
        schemas.push(names);
        schemas.len() - 1
    })
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// The value of [`Manifest::to_text`]; `None` unless it is whole.
fn parse(text: &str) -> Option<Manifest> {
    let (body, end) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    let body_with_newline = &text[..body.len() + 1];
    if Digest::from_hex(end.strip_prefix("end\t")?)? != Digest::of(body_with_newline.as_bytes()) {
        return None;
    }
    let mut lines = body.split('\n').skip(1);
    let build = match lines.next()?.strip_prefix("build\t")? {
        "" => None,
        hex => Some(Digest::from_hex(hex)?),
    };
    let mut schemas = Vec::new();
    let mut files = Vec::new();
    let mut pending = BTreeSet::new();
    let mut shard = None;
    for line in lines {
        match line.split_once('\t')? {
            ("file", fields) => files.push(parse_file(fields, &schemas)?),
            ("pending", path) => drop(pending.insert(RelPath::new(path)?)),
            ("shard", fields) => shard = Some(parse_shard(fields)?),
            ("parts", "") => schemas.push(PartNames::default()),
            ("parts", names) => schemas.push(PartNames(names.split('\t').map(str::to_owned).collect())),
            _ => return None,
        }
    }
    Some(Manifest { build, files: files.into_iter().collect(), pending, shard })
}

fn parse_shard(fields: &str) -> Option<ShardOf> {
    let (shard, site) = fields.split_once('\t')?;
    Some(ShardOf { shard: shard.parse().ok()?, site: Digest::from_hex(site)? })
}

fn parse_file(fields: &str, schemas: &[PartNames]) -> Option<(RelPath, Entry)> {
    let mut fields = fields.split('\t');
    let path = RelPath::new(fields.next()?)?;
    let size = fields.next()?.parse().ok()?;
    let content = Digest::from_hex(fields.next()?)?;
    let key = Digest::from_hex(fields.next()?)?;
    let names = schemas.get(fields.next()?.parse::<usize>().ok()?)?;
    let hex = fields.next()?;
    let digests = hex.as_bytes().chunks(16).map(|digits| u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
    let digests: Vec<u64> = digests.collect::<Option<_>>()?;
    let whole = fields.next().is_none() && digests.len() == names.0.len();
    whole.then(|| (path, Entry { size, content, key, parts: Parts { digests, names: names.clone() } }))
}

fn unusable(what: &str, path: &Path, output: &Path) -> Error {
    let help = format!(
        "if everything in `{}` was built by docweave, delete that folder and build again; else name another with `--output`",
        output.display()
    );
    Error::new(what).at(path).help(help)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let page = PartNames::new(&["theme", "view"]);
        let entry = |text: &str, names: &PartNames, parts: &[u64]| Entry {
            size: text.len() as u64,
            content: Digest::of(text.as_bytes()),
            key: Digest::of(b"key"),
            parts: Parts::new(names, parts.iter().copied()),
        };
        let path = |path: &str| RelPath::new(path).expect("a path");
        Manifest {
            build: Some(Digest::of(b"all")),
            files: BTreeMap::from([
                (path("index.html"), entry("front", &page, &[1, u64::MAX])),
                (path("files/ä b.css"), entry("", &PartNames::default(), &[])),
            ]),
            pending: BTreeSet::from([path("x.html")]),
            shard: Some(ShardOf { shard: Shard::new(3, 8).unwrap(), site: Digest::of(b"site") }),
        }
    }

    #[test]
    fn a_manifest_comes_back_as_it_went() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Manifest::default());
        for manifest in [manifest(), Manifest::default()] {
            std::fs::write(folder.path().join(MANIFEST), manifest.to_text()).unwrap();
            assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
        }
    }

    #[test]
    fn a_damaged_manifest_is_an_error_that_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let text = manifest().to_text().into_bytes();
        for cut in 0..text.len() {
            std::fs::write(folder.path().join(MANIFEST), &text[..cut]).unwrap();
            let error = Manifest::read(folder.path()).unwrap_err();
            assert!(error.help.unwrap().contains("--output"), "cut at {cut}");
        }
        for i in 0..text.len() {
            let mut flipped = text.clone();
            flipped[i] ^= 1;
            std::fs::write(folder.path().join(MANIFEST), &flipped).unwrap();
            assert!(Manifest::read(folder.path()).is_err(), "flipped at {i}");
        }
        std::fs::write(folder.path().join(MANIFEST), "docweave manifest 9\nwhatever\n").unwrap();
        let message = Manifest::read(folder.path()).unwrap_err().to_string();
        assert!(message.starts_with("manifest of another version"), "{message}");
    }

    #[test]
    fn the_parts_that_changed_are_named() {
        let old = Parts::new(&PartNames::new(&["theme", "view", "gone"]), [1, 2, 3]);
        let new = Parts::new(&PartNames::new(&["view", "theme", "fresh"]), [9, 1, 0]);
        assert_eq!(new.changed_since(&old), ["view", "fresh", "gone"]);
        assert_eq!(new.changed_since(&new), [""; 0]);
    }
}
