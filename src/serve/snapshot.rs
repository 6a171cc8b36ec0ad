//! What is shown at one moment: a tree of files, and what stands at each address.

use std::{collections::BTreeMap, sync::Arc};

use percent_encoding::{CONTROLS, percent_decode_str, utf8_percent_encode};
use tokio::sync::watch;

use crate::model::{Digest, Error, RelPath};
use crate::output::Plan;
use crate::serve::{panel::Known, report::Report};

/// The number of the first build.
const FIRST: u64 = 1;

/// What there is to see, as soon as there is anything.
pub(super) type Latest = watch::Receiver<Option<Arc<Snapshot>>>;

/// What one build led to.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// Counts builds that led to something new to show.
    pub(super) build: u64,
    /// The site's sub-path, such as `/docs/`.
    pub(super) base: String,
    /// What there is.
    pub(super) shown: Shown,
    /// What kept the last build from replacing it; empty where nothing did.
    pub(super) errors: Arc<[Report]>,
    /// What is known of the pages of the last good build.
    pub(super) known: Arc<Known>,
    /// The address of the article that was saved last, and the number of the build that it led to, where browsers are to go
    /// there.
    pub(super) saved: Option<(u64, String)>,
    /// The sources whose save led to what is ahead of the last build, as far as is known.
    pub(super) sources: Arc<[String]>,
}

/// What there is to show.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// A site.
    Tree(Tree),
    /// There has been no good build: a page that says why, at every address.
    Problems(String),
}

/// The site's files in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    files: Arc<BTreeMap<RelPath, File>>,
    /// Files that stand in place of those, or beside them.
    ahead: BTreeMap<RelPath, File>,
}

/// One file of the site.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// What is in it.
    pub(super) bytes: Arc<[u8]>,
    content: Digest,
    /// The build that gave it these bytes.
    since: u64,
}

/// What stands at an address.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    /// A file of the site, with its path.
    File(&'a RelPath, &'a File),
    /// Nothing, and the page that says so, if the site has one.
    Missing(Option<&'a File>),
    /// A folder without its slash, or the root of a site that lives in a sub-path.
    Elsewhere(String),
    /// A page about what is wrong with the site.
    Problems(&'a str),
}

impl Tree {
    /// The tree after build number `build`, and the paths whose bytes are new or gone.
    ///
    /// # Errors
    ///
    /// A plan that keeps what was never there.
    pub(super) fn after(
        &self,
        plan: &Plan,
        mut staged: BTreeMap<RelPath, Arc<[u8]>>,
        build: u64,
    ) -> Result<(Self, Vec<RelPath>), Error> {
        let mut changed: Vec<RelPath> = Vec::new();
        let mut olds = self.files.iter().peekable();
        let mut files: Vec<(RelPath, File)> = Vec::with_capacity(plan.manifest().files.len());
        // Both are in the order of paths.
        for (path, entry) in &plan.manifest().files {
            while let Some((gone, _)) = olds.next_if(|(old, _)| *old < path) {
                changed.push(gone.clone());
            }
            let old = olds.next_if(|(old, _)| *old == path).map(|(_, old)| old);
            let shown = self.ahead.get(path).or(old);
            if let Some(shown) = shown.filter(|shown| shown.content == entry.content) {
                files.push((path.clone(), shown.clone()));
                continue;
            }
            // What was shown ahead by a build that was set aside may be as it was before.
            let kept = || old.filter(|old| old.content == entry.content).map(|old| old.bytes.clone());
            let Some(bytes) = staged.remove(path).filter(|_| plan.staged().contains(path)).or_else(kept) else {
                return Err(Error::new(format!("the build kept {path}, which is not there")));
            };
            changed.push(path.clone());
            files.push((path.clone(), File { bytes, content: entry.content, since: build }));
        }
        changed.extend(olds.map(|(gone, _)| gone.clone()));
        let files = Arc::new(BTreeMap::from_iter(files));
        changed.extend(self.ahead.keys().filter(|path| !files.contains_key(*path)).cloned());
        Ok((Self { files, ahead: BTreeMap::new() }, changed))
    }

    /// The same with these files in place of others, since build number `build`, and the paths of which that changes the bytes.
    pub(super) fn with(&self, files: BTreeMap<RelPath, Arc<[u8]>>, build: u64) -> (Self, Vec<RelPath>) {
        let (mut tree, mut changed) = (self.clone(), Vec::new());
        for (path, bytes) in files {
            let content = Digest::of(&bytes);
            if self.get(path.as_str()).is_none_or(|(_, old)| old.content != content) {
                changed.push(path.clone());
                tree.ahead.insert(path, File { bytes, content, since: build });
            }
        }
        (tree, changed)
    }

    /// The file at `path`, with its path.
    pub(super) fn get(&self, path: &str) -> Option<(&RelPath, &File)> {
        self.ahead.get_key_value(path).or_else(|| self.files.get_key_value(path))
    }

    fn index_of(&self, folder: &RelPath) -> Option<(&RelPath, &File)> {
        self.get(folder.join("index.html")?.as_str())
    }
}

impl Snapshot {
    /// What the first build is about to show, as far as one file goes.
    pub(super) fn early(base: &str, path: RelPath, bytes: Arc<[u8]>) -> Self {
        let file = File { content: Digest::of(&bytes), bytes, since: FIRST };
        let shown = Shown::Tree(Tree { ahead: BTreeMap::from([(path, file)]), ..Tree::default() });
        let base = base.to_owned();
        Self {
            build: FIRST,
            base,
            shown,
            errors: Arc::default(),
            known: Arc::default(),
            saved: None,
            sources: Arc::default(),
        }
    }

    /// What stands at the path of an address, percent-encoded as it came.
    pub(super) fn answer(&self, path: &str) -> Answer<'_> {
        let tree = match &self.shown {
            Shown::Tree(tree) => tree,
            Shown::Problems(page) => return Answer::Problems(page),
        };
        let missing = Answer::Missing(tree.get("404.html").map(|(_, file)| file));
        let Some((asked, is_folder)) = decoded(path) else { return missing };
        let base = folder_of(&self.base);
        let is_above = asked.as_str().is_empty() && !base.as_str().is_empty();
        if is_above || (asked == base && !is_folder) {
            return Answer::Elsewhere(utf8_percent_encode(&self.base, CONTROLS).to_string());
        }
        let Some(inside) = below(&base, &asked) else { return missing };
        let found = if is_folder { tree.index_of(&inside) } else { tree.get(inside.as_str()) };
        match found {
            Some((path, file)) => Answer::File(path, file),
            None if !is_folder && tree.index_of(&inside).is_some() => Answer::Elsewhere(format!("{path}/")),
            None => missing,
        }
    }

    /// Whether the page at `output` is shown as it is because what stands on it was edited, rather than another article.
    pub(super) fn is_edited(&self, output: &RelPath) -> bool {
        match &self.shown {
            // What is known is older than what is ahead.
            Shown::Tree(tree) if tree.ahead.contains_key(output) => self.known.is_of(output, &self.sources),
            _ => self.known.is_edited(output),
        }
    }

    /// The output path of the page at the path of an address.
    pub(super) fn page(&self, path: &str) -> Option<&RelPath> {
        match self.answer(path) {
            Answer::File(path, _) => Some(path),
            _ => None,
        }
    }

    /// Paths of files whose bytes came with a later build than `build`; what browsers load into pages comes first.
    pub(super) fn changed_since(&self, build: u64) -> Vec<&RelPath> {
        let Shown::Tree(tree) = &self.shown else { return Vec::new() };
        let stands = tree.files.iter().filter(|(path, _)| !tree.ahead.contains_key(*path)).chain(&tree.ahead);
        let newer = stands.filter(|(_, file)| file.since > build).map(|(path, _)| path);
        let (mut paths, pages): (Vec<_>, Vec<_>) = newer.partition(|path| path.extension() != "html");
        paths.extend(pages);
        paths
    }
}

impl Answer<'_> {
    /// Names what a browser shows for this answer: the same for the same bytes.
    pub(super) fn version(&self) -> String {
        const DIGITS: usize = 20;
        match self {
            Answer::File(_, file) => file.content.short(DIGITS),
            Answer::Missing(Some(file)) => format!("missing-{}", file.content.short(DIGITS)),
            Answer::Missing(None) => "missing".to_owned(),
            Answer::Elsewhere(_) => "elsewhere".to_owned(),
            Answer::Problems(page) => Digest::of(page.as_bytes()).short(DIGITS),
        }
    }
}

/// The output paths that an address at a site in `base` may be about.
pub(super) fn addressed(base: &str, path: &str) -> Vec<RelPath> {
    let Some((asked, is_folder)) = decoded(path) else { return Vec::new() };
    let Some(inside) = below(&folder_of(base), &asked) else { return Vec::new() };
    let index = inside.join("index.html");
    let file = (!is_folder).then_some(inside).filter(|path| !path.as_str().is_empty());
    file.into_iter().chain(index).collect()
}

/// The folder that a site's sub-path names.
fn folder_of(base: &str) -> RelPath {
    decoded(base).map(|(base, _)| base).unwrap_or_default()
}

/// The path that an address names, and whether it ends with a slash. `None` for what can be no file of a site: each
/// segment is decoded once, by itself, so that an encoded slash is no slash.
fn decoded(path: &str) -> Option<(RelPath, bool)> {
    let mut segments = Vec::new();
    for segment in path.strip_prefix('/')?.split('/') {
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        if segment.contains('/') {
            return None;
        }
        segments.push(segment);
    }
    let is_folder = segments.pop_if(|last| last.is_empty()).is_some();
    RelPath::new(segments.join("/"))
        .filter(|_| !segments.iter().any(|segment| segment.is_empty()))
        .map(|p| (p, is_folder))
}

/// `path` as seen from `base`; `None` where it is elsewhere.
fn below(base: &RelPath, path: &RelPath) -> Option<RelPath> {
    if base.as_str().is_empty() || base == path {
        return RelPath::new(if base == path { "" } else { path.as_str() });
    }
    RelPath::new(path.as_str().strip_prefix(base.as_str())?.strip_prefix('/')?)
}

#[cfg(test)]
impl Snapshot {
    /// A site at `base` of these files, for tests.
    pub(super) fn of(base: &str, files: &[(&str, &str)]) -> Self {
        let file =
            |bytes: &str| File { bytes: bytes.as_bytes().into(), content: Digest::of(bytes.as_bytes()), since: 1 };
        let files = files.iter().map(|(path, bytes)| (RelPath::new(*path).unwrap(), file(bytes))).collect();
        Self::showing(base, Shown::Tree(Tree { files: Arc::new(files), ahead: BTreeMap::new() }))
    }

    /// Something else at `base`, for tests.
    pub(super) fn showing(base: &str, shown: Shown) -> Self {
        Self {
            build: 1,
            base: base.to_owned(),
            shown,
            errors: Arc::default(),
            known: Arc::default(),
            saved: None,
            sources: Arc::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Entry, Parts, Source};

    fn site(base: &str) -> Snapshot {
        let files = ["index.html", "a/index.html", "a b/é.png", "404.html", "robots.txt"].map(|path| (path, path));
        Snapshot::of(base, &files)
    }

    fn shown(snapshot: &Snapshot, path: &str) -> String {
        match snapshot.answer(path) {
            Answer::File(path, file) => {
                assert_eq!(path.as_str().as_bytes(), &*file.bytes);
                path.to_string()
            }
            Answer::Missing(page) => format!("missing {}", String::from_utf8_lossy(&page.unwrap().bytes)),
            Answer::Elsewhere(address) => format!("to {address}"),
            Answer::Problems(page) => page.to_owned(),
        }
    }

    #[test]
    fn addresses_lead_to_files_folders_and_redirects() {
        let root = site("/");
        for (path, expected) in [
            ("/", "index.html"),
            ("/index.html", "index.html"),
            ("/a/", "a/index.html"),
            ("/a", "to /a/"),
            ("/%61", "to /%61/"),
            ("/a%20b/%C3%A9.png", "a b/é.png"),
            ("/a/index.html/", "missing 404.html"),
            ("/a%20b/", "missing 404.html"),
            ("/docs/", "missing 404.html"),
        ] {
            assert_eq!(shown(&root, path), expected, "{path}");
        }
        let docs = site("/docs/");
        for (path, expected) in [
            ("/", "to /docs/"),
            ("/docs", "to /docs/"),
            ("/docs/", "index.html"),
            ("/docs/a", "to /docs/a/"),
            ("/do%63s/a/", "a/index.html"),
            ("/a/", "missing 404.html"),
            ("/docsa/", "missing 404.html"),
            ("/docs/docs/", "missing 404.html"),
        ] {
            assert_eq!(shown(&docs, path), expected, "{path}");
        }
        assert_eq!(shown(&site("/é/"), "/"), "to /%C3%A9/");
        assert_eq!(shown(&site("/é/"), "/%C3%A9/a/"), "a/index.html");
    }

    #[test]
    fn no_spelling_of_a_path_leaves_the_tree() {
        let snapshot = site("/docs/");
        for path in [
            "/docs/../robots.txt",
            "/docs/a/../robots.txt",
            "/docs/%2e%2e/robots.txt",
            "/docs/a/%2E%2e/robots.txt",
            "/docs/a/..%2frobots.txt",
            "/docs/a%2findex.html",
            "/docs%2frobots.txt",
            "/docs/..%5c..%5cetc%5cpasswd",
            "/docs/%5c%5crobots.txt",
            "/docs/%252e%252e/robots.txt",
            "/docs/robots.txt%00",
            "/docs/%00/robots.txt",
            "/docs//robots.txt",
            "//docs/robots.txt",
            "//a",
            "/docs//a",
            "/docs/./robots.txt",
            "/docs/%c0%ae%c0%ae/robots.txt",
            "/docs/%ff",
            "/docs/C:/robots.txt",
            "/docs/file:///etc/passwd",
            "/etc/passwd",
            "/docs//etc/passwd",
            "/docs/.docweave/cache",
            "docs/robots.txt",
            "*",
            "",
        ] {
            assert_eq!(shown(&snapshot, path), "missing 404.html", "{path}");
        }
    }

    #[test]
    fn a_build_replaces_keeps_and_drops() {
        let path = |path: &str| RelPath::new(path).unwrap();
        let entry = |bytes: &str| Entry {
            size: bytes.len() as u64,
            content: Digest::of(bytes.as_bytes()),
            key: Digest::of(b""),
            parts: Parts::default(),
        };
        let Shown::Tree(old) = Snapshot::of("/", &[("a", "1"), ("b", "1"), ("c", "1"), ("e", "1")]).shown else {
            panic!()
        };
        let mut plan = Plan::new(Digest::of(b""));
        plan.insert(path("a"), entry("2"), Source::Staged);
        plan.insert(path("b"), entry("1"), Source::Kept);
        plan.insert(path("d"), entry("1"), Source::Staged);
        plan.insert(path("e"), entry("1"), Source::Staged);
        let staged: BTreeMap<RelPath, Arc<[u8]>> =
            [("a", "2"), ("d", "1"), ("e", "1")].map(|(p, bytes)| (path(p), bytes.as_bytes().into())).into();
        let (tree, changed) = old.after(&plan, staged, 2).unwrap();
        assert_eq!(changed, ["a", "c", "d"].map(path), "what was written again with the same bytes did not change");
        let of = |tree: &Tree| -> Vec<(String, Vec<u8>, u64)> {
            tree.files.iter().map(|(path, file)| (path.to_string(), file.bytes.to_vec(), file.since)).collect()
        };
        let row = |(path, bytes, since): (&str, &[u8], u64)| (path.to_owned(), bytes.to_owned(), since);
        let expected: [(&str, &[u8], u64); 4] = [("a", b"2", 2), ("b", b"1", 1), ("d", b"1", 2), ("e", b"1", 1)];
        assert_eq!(of(&tree), expected.map(row));

        // Ahead of the next build: one file with other bytes, one that will be gone, one with the same bytes.
        let files = [("b", "2"), ("d", "1"), ("y", "1")].map(|(p, bytes)| (path(p), bytes.as_bytes().into())).into();
        let (ahead, shown) = tree.with(files, 3);
        assert_eq!(shown, ["b", "y"].map(path));
        assert_eq!((&*ahead.get("b").unwrap().1.bytes, &*ahead.get("e").unwrap().1.bytes), (&b"2"[..], &b"1"[..]));
        let mut next = Plan::new(Digest::of(b""));
        next.insert(path("a"), entry("2"), Source::Kept);
        next.insert(path("b"), entry("2"), Source::Staged);
        let staged = BTreeMap::from([(path("b"), b"2"[..].into())]);
        let (after, changed) = ahead.after(&next, staged, 4).unwrap();
        assert_eq!(changed, ["d", "e", "y"].map(path), "what was shown ahead is no news");
        let expected: [(&str, &[u8], u64); 2] = [("a", b"2", 2), ("b", b"2", 3)];
        assert_eq!(of(&after), expected.map(row));

        plan.insert(path("x"), entry("1"), Source::Kept);
        assert!(tree.after(&plan, BTreeMap::new(), 3).is_err(), "x was never there");
    }
}
